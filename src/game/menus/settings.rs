//! The settings dialog. Every change counts at once and is remembered.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::ValueChange;

use crate::game::screen::Overlay;
use crate::game::screens::briefing::tempo_choice;
use crate::game::settings::{Settings, TEXT_PERCENTS, save};
use crate::game::speech::Speech;
use crate::game::theme::segmented::{Choose, Segment, segmented};
use crate::game::theme::slider::{Scale, slider};
use crate::game::theme::toggle::toggle;
use crate::game::theme::tokens::gap;
use crate::game::theme::{layout, modal, scroll, text};

use super::close_button;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Overlay::Settings), show)
        .add_systems(
            Update,
            show_volume.run_if(in_state(Overlay::Settings).and_then(resource_changed::<Settings>)),
        );
}

#[derive(Component)]
struct VolumeText;

fn show(settings: Res<Settings>, speech: Res<Speech>, mut commands: Commands) {
    let mut dialog = modal::modal(&mut commands, "Settings", modal::Width::Reading, |sheet| {
        sheet
            .spawn(layout::container(Node {
                height: vh(64),
                min_height: px(0),
                flex_direction: FlexDirection::Column,
                ..default()
            }))
            .with_children(|room| {
                scroll::scroll(room, |content| {
                    fill(content, &settings, speech.is_unheard())
                });
            });
        sheet.spawn(layout::row(0.0)).with_children(|row| {
            close_button(row, "Done").insert(AutoFocus);
        });
    });
    dialog.insert(DespawnOnExit(Overlay::Settings));
}

fn fill(content: &mut ChildSpawnerCommands, settings: &Settings, unheard: bool) {
    tempo_choice(content, settings.tempo);
    text_size(content, settings.text_percent);
    volume(content, settings.volume);
    if unheard {
        content.spawn(text::caption(
            "No sound device was found. Captions say it all.",
        ));
    }
    toggle(content, "Reduced motion", settings.reduced_motion).observe(
        |change: On<ValueChange<bool>>, mut settings: ResMut<Settings>, mut commands: Commands| {
            settings.reduced_motion = change.value;
            save(&mut commands);
        },
    );
    toggle(content, "Bleep foul language", settings.bleep).observe(
        |change: On<ValueChange<bool>>, mut settings: ResMut<Settings>, mut commands: Commands| {
            settings.bleep = change.value;
            save(&mut commands);
        },
    );
    content.spawn(text::caption("Captions are always on."));
}

fn text_size(content: &mut ChildSpawnerCommands, percent: u32) {
    content
        .spawn(layout::column(gap::TIGHT))
        .with_children(|column| {
            column.spawn(text::strong("Text size"));
            let segments = TEXT_PERCENTS.map(|percent| Segment::new(&format!("{percent} %")));
            let chosen = TEXT_PERCENTS
                .iter()
                .position(|&offered| offered >= percent)
                .unwrap_or(TEXT_PERCENTS.len() - 1);
            segmented(column, "Text size", &segments, chosen).observe(
                |choose: On<Choose>, mut settings: ResMut<Settings>, mut commands: Commands| {
                    if let Some(&percent) = TEXT_PERCENTS.get(choose.part) {
                        settings.text_percent = percent;
                        save(&mut commands);
                    }
                },
            );
        });
}

fn volume(content: &mut ChildSpawnerCommands, volume: u32) {
    content
        .spawn(layout::column(gap::TIGHT))
        .with_children(|column| {
            column.spawn(text::strong("Volume of the voice"));
            column
                .spawn(layout::container(Node {
                    column_gap: px(gap::WIDE),
                    align_items: AlignItems::Center,
                    ..default()
                }))
                .with_children(|line| {
                    let scale = Scale {
                        low: 0.0,
                        high: 100.0,
                        step: 5.0,
                    };
                    slider(line, "Volume of the voice", scale, volume as f32).observe(
                        |change: On<ValueChange<f32>>,
                         mut settings: ResMut<Settings>,
                         mut commands: Commands| {
                            settings.volume = change.value.clamp(0.0, 100.0) as u32;
                            save(&mut commands);
                        },
                    );
                    line.spawn((text::body(percent_text(volume)), VolumeText));
                });
        });
}

fn percent_text(percent: u32) -> String {
    format!("{percent} %")
}

fn show_volume(settings: Res<Settings>, mut text: Single<&mut Text, With<VolumeText>>) {
    text.0 = percent_text(settings.volume);
}
