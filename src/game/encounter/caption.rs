//! The customer's words beside them: who speaks, what was just said, and how loud.
//! Words come as they are spoken; *stress* is bold; the wave shows the rest.

use bevy::prelude::*;
use bevy::text::TextLayout;

use super::EncounterSystems;
use super::stage::Cue;
use super::step::{Began, Show};
use crate::game::library::{face_word, voice_word};
use crate::game::settings::{Settings, Tempo};
use crate::game::speech::{Speech, waveform};
use crate::game::theme::scroll::{self, StayAtEnd};
use crate::game::theme::text::{self, Weight, stressed};
use crate::game::theme::tokens::{self, size};
use crate::game::theme::layout;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Said>().add_observer(on_began).add_systems(
        Update,
        (
            show.run_if(resource_exists_and_changed::<Said>.or_else(any_with_component_added)),
            reveal,
        )
            .chain()
            .in_set(EncounterSystems::Present),
    );
}

/// The sheet that the words stand on.
#[derive(Component)]
pub(super) struct Caption;

/// The end of the conversation, as far as the caption shows it.
#[derive(Resource, Debug, Default)]
pub(super) struct Said(Vec<Line>);

#[derive(Clone, Debug, PartialEq)]
enum Line {
    /// The customer, as loud as this.
    Customer(String, u8),
    /// The trainee, with how it was said.
    You(String),
    /// What happened.
    Note(String),
    /// What is written down.
    Promise(String),
}

/// A word that shows once the line has come so far, 0 to 1.
#[derive(Component)]
struct Word(f32);

/// Spawns the sheet in a column, where it takes the room it needs of what is left.
pub(super) fn spawn(column: &mut ChildSpawnerCommands, name: &str, call: bool) {
    let room = Node {
        flex_grow: 1.0,
        flex_basis: px(0),
        min_height: px(0),
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Stretch,
        ..default()
    };
    column.spawn(layout::container(room)).with_children(|room| {
        room.spawn(layout::sheet(Node {
            flex_direction: FlexDirection::Column,
            padding: UiRect::axes(px(22), px(14)),
            row_gap: px(2),
            min_height: px(0),
            max_height: percent(100),
            ..default()
        }))
        .with_children(|sheet| {
            if !call {
                sheet.spawn(tail());
            }
            sheet.spawn(text::caption(name));
            let area = scroll::scroll(sheet, |_| {});
            fit(sheet, area);
            sheet
                .commands_mut()
                .entity(area)
                .insert((Caption, StayAtEnd::default()));
            waveform::waveform(sheet, 72, if call { 72.0 } else { 34.0 });
        });
    });
}

/// Lets a scrolling area be as high as what is in it, if there is room.
pub(super) fn fit(parent: &mut ChildSpawnerCommands, area: Entity) {
    parent.commands_mut().queue(move |world: &mut World| {
        let room = world.get::<ChildOf>(area).map(ChildOf::parent);
        if let Some(mut node) = room.and_then(|room| world.get_mut::<Node>(room)) {
            node.flex_grow = 0.0;
            node.flex_shrink = 1.0;
            node.flex_basis = auto();
        }
    });
}

/// The corner of the sheet that points to whoever speaks.
fn tail() -> impl Bundle {
    (
        Node {
            position_type: PositionType::Absolute,
            left: px(-9),
            top: px(46),
            width: px(22),
            height: px(22),
            border_radius: BorderRadius::all(px(4)),
            ..default()
        },
        UiTransform::from_rotation(Rot2::degrees(45.0)),
        BackgroundColor(tokens::SHEET),
        Pickable::IGNORE,
    )
}

fn on_began(began: On<Began>, show: Res<Show>, mut said: ResMut<Said>) {
    let lines = &mut said.0;
    let note = |lines: &mut Vec<Line>, text: &str| lines.push(Line::Note(text.to_owned()));
    match &began.0 {
        Cue::You { text, stance } => {
            lines.clear();
            let how = format!("{} voice, {}", voice_word(stance.voice), face_word(stance.face));
            lines.push(Line::You(format!("You, {how}: {}", text.replace('*', ""))));
        }
        Cue::Reacts { text } | Cue::Speaks { text } => {
            // Two sentences of theirs in a row: the one before the last may go.
            let n_theirs = lines.iter().filter(|line| matches!(line, Line::Customer(..)));
            if n_theirs.count() >= 2 {
                let first = lines.iter().position(|line| matches!(line, Line::Customer(..)));
                lines.drain(..=first.unwrap_or(0));
            }
            lines.push(Line::Customer(text.clone(), show.percept.loudness));
        }
        Cue::Nods => note(lines, "You nod."),
        Cue::BrokenOff => note(lines, "You cut in."),
        Cue::Silence { n: 1 } => note(lines, "A moment’s silence."),
        Cue::Silence { .. } => note(lines, "Nobody speaks."),
        Cue::Noted { what } => lines.push(Line::Promise(format!("Noted: {what}"))),
        Cue::Shows(_) | Cue::Floor | Cue::Ended { .. } => {}
    }
}

/// A fresh sheet is filled too.
fn any_with_component_added(fresh: Query<(), Added<Caption>>) -> bool {
    !fresh.is_empty()
}

fn show(
    said: Res<Said>,
    settings: Res<Settings>,
    areas: Query<Entity, With<Caption>>,
    mut commands: Commands,
) {
    // Large text leaves room for the last line alone.
    let most = match settings.text_percent {
        0..=125 => 4,
        126..=150 => 2,
        _ => 1,
    };
    let lines = &said.0[said.0.len().saturating_sub(most)..];
    let last = lines.iter().rposition(|line| matches!(line, Line::Customer(..)));
    for area in &areas {
        commands
            .entity(area)
            .despawn_children()
            .with_children(|column| {
                for (n, line) in lines.iter().enumerate() {
                    match line {
                        Line::Customer(words, loudness) if Some(n) == last => {
                            spoken(column, words, loud_size(*loudness));
                        }
                        Line::Customer(words, _) => {
                            column.spawn(text::caption(words.replace('*', "")));
                        }
                        Line::You(words) | Line::Note(words) => {
                            column.spawn(text::caption(words.clone()));
                        }
                        Line::Promise(words) => promise(column, words),
                    }
                }
            });
    }
}

/// How large somebody's words are who is as loud as this; rem.
fn loud_size(loudness: u8) -> f32 {
    match loudness {
        0..=29 => size::LEAD - 0.1,
        30..=64 => size::LEAD,
        65..=84 => size::LEAD + 0.12,
        85.. => size::LEAD + 0.25,
    }
}

fn promise(column: &mut ChildSpawnerCommands, words: &str) {
    column.spawn(layout::row(8.0)).with_children(|row| {
        row.spawn(text::plain(
            "✔",
            size::CAPTION,
            Weight::Signs,
            tokens::ACCENT,
        ));
        row.spawn(text::caption(words));
    });
}

/// Words that come one after the other. Their places do not move.
fn spoken(column: &mut ChildSpawnerCommands, words: &str, size: f32) {
    let n_letters = words.chars().count().max(1) as f32;
    let mut letter = 0;
    column
        .spawn((text::speech("", size), TextLayout::default()))
        .with_children(|line| {
            for (piece, stress) in stressed(words) {
                let weight = if stress { Weight::Bold } else { Weight::Regular };
                for word in piece.split_inclusive(' ') {
                    line.spawn((
                        TextSpan::new(word),
                        text::style(size, weight, tokens::INK),
                        Word(letter as f32 / n_letters),
                    ));
                    letter += word.chars().count();
                }
            }
        });
}

fn reveal(
    mut words: Query<(&Word, &mut TextColor)>,
    speech: Res<Speech>,
    settings: Res<Settings>,
) {
    let along = match speech.progress() {
        Some((at, length))
            if settings.tempo == Tempo::Flow && !settings.reduced_motion && length > 0.0 =>
        {
            // A little ahead of the voice, as subtitles are.
            (at + 0.25) / length
        }
        _ => 1.0,
    };
    for (word, mut color) in &mut words {
        let shown = if word.0 <= along { tokens::INK } else { tokens::INK.with_alpha(0.0) };
        color.set_if_neq(TextColor(shown));
    }
}
