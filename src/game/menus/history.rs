//! What was said so far, to read again.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;

use crate::game::library::{Line, Who, face_word, history, voice_word};
use crate::game::run::Run;
use crate::game::screen::Overlay;
use crate::game::theme::scroll::StayAtEnd;
use crate::game::theme::tokens::{gap, size};
use crate::game::theme::{layout, modal, scroll, text};

use super::close_button;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Overlay::History), show);
}

fn show(run: Option<Res<Run>>, mut commands: Commands) {
    let Some(run) = run else {
        return;
    };
    let name = run.shown().setting.name.clone();
    let lines = history(run.shown());
    let mut area = Entity::PLACEHOLDER;
    let mut dialog = modal::modal(
        &mut commands,
        "What was said",
        modal::Width::Reading,
        |sheet| {
            sheet
                .spawn(layout::container(Node {
                    height: vh(56),
                    min_height: px(0),
                    flex_direction: FlexDirection::Column,
                    ..default()
                }))
                .with_children(|room| {
                    area = scroll::scroll(room, |log| {
                        for line in &lines {
                            spawn_line(log, line, &name);
                        }
                    });
                });
            sheet.spawn(layout::row(0.0)).with_children(|row| {
                close_button(row, "Back").insert(AutoFocus);
            });
        },
    );
    dialog.insert(DespawnOnExit(Overlay::History));
    commands.entity(area).insert(StayAtEnd::default());
}

/// Spawns a line of a conversation: whose it is and how it was said, then the words.
pub fn spawn_line(parent: &mut ChildSpawnerCommands, line: &Line, customer: &str) {
    parent
        .spawn(layout::column(gap::TIGHT / 2.0))
        .with_children(|column| {
            let whose = match (line.who, line.stance) {
                (Who::Customer, _) => Some(customer.to_owned()),
                (Who::You, Some(stance)) => Some(format!(
                    "You, {} voice, {} face",
                    voice_word(stance.voice),
                    face_word(stance.face)
                )),
                (Who::You, None) => Some("You".to_owned()),
                (Who::Scene, _) => None,
            };
            match whose {
                Some(whose) => {
                    column.spawn(text::caption(whose));
                    column.spawn(text::speech(&line.text, size::BODY));
                }
                None => _ = column.spawn(text::caption(line.text.replace('*', ""))),
            }
        });
}
