//! The customer's words beside them: who speaks, what was just said, and how loud.
//! Words come as they are spoken; *stress* is bold; the wave shows the rest.

use bevy::a11y::AccessibilityNode;
use bevy::prelude::*;

use super::EncounterSystems;
use super::keep::Record;
use super::stage::Cue;
use super::step::{Began, Show};
use crate::game::screen::Screen;
use crate::game::settings::{Settings, Tempo};
use crate::game::speech::{Speech, waveform};
use crate::game::theme::layout::{self, Roomy};
use crate::game::theme::scroll::{self, StayAtEnd};
use crate::game::theme::text::{self, Weight, stressed};
use crate::game::theme::tokens::{self, size};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Said>()
        .add_observer(on_began)
        .add_systems(OnEnter(Screen::Encounter), forget)
        .add_systems(
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
pub(super) struct Said {
    lines: Vec<Line>,
    /// The trainee has answered: what comes next begins anew.
    answered: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Line {
    /// The customer, as loud as this.
    Customer(String, u8),
    /// What happened.
    Note(String),
    /// What is written down.
    Promise(String),
}

/// A word that shows once the line has come so far, 0 to 1.
#[derive(Component)]
struct Word(f32);

/// Spawns the sheet in a column, where it takes the room it needs of what is left.
pub(super) fn spawn(column: &mut ChildSpawnerCommands, name: &str, call: bool, large: bool) {
    let room = Node {
        flex_grow: 1.0,
        flex_basis: px(0),
        // However many replies there are, the last words stay in sight.
        min_height: percent(if large { 31 } else { 20 }),
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Stretch,
        ..default()
    };
    column.spawn(layout::container(room)).with_children(|room| {
        room.spawn(layout::sheet(Node {
            flex_direction: FlexDirection::Column,
            padding: UiRect::axes(px(14), px(14)),
            row_gap: px(2),
            min_height: px(0),
            max_height: percent(100),
            ..default()
        }))
        .with_children(|sheet| {
            if !call {
                sheet.spawn(tail());
            }
            sheet.spawn((
                text::caption(name),
                Roomy,
                Node {
                    margin: UiRect::left(px(8)),
                    ..default()
                },
            ));
            let area = scroll::scroll(sheet, |_| {});
            fit(sheet, area, UiRect::ZERO);
            sheet
                .commands_mut()
                .entity(area)
                .insert((Caption, StayAtEnd::default()));
            let height = match (call, large) {
                (true, false) => 84.0,
                (false, false) => 34.0,
                (_, true) => 26.0,
            };
            waveform::waveform(sheet, 72, height);
        });
    });
}

/// Lets a scrolling area be as high as what is in it, if there is room.
pub(super) fn fit(parent: &mut ChildSpawnerCommands, area: Entity, margin: UiRect) {
    parent.commands_mut().queue(move |world: &mut World| {
        let room = world.get::<ChildOf>(area).map(ChildOf::parent);
        if let Some(mut node) = room.and_then(|room| world.get_mut::<Node>(room)) {
            node.flex_grow = 0.0;
            node.flex_shrink = 1.0;
            node.flex_basis = auto();
            node.margin = margin;
        }
    });
}

/// What stands in a scrolling area keeps its height there, and the height that
/// its words would take in less width is not counted.
pub(super) fn whole(mut node: Mut<Node>) {
    node.flex_shrink = 0.0;
    node.overflow = Overflow::clip();
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

fn forget(mut said: ResMut<Said>) {
    *said = Said::default();
}

fn on_began(began: On<Began>, show: Res<Show>, mut said: ResMut<Said>) {
    let note = |text: &str| Line::Note(text.to_owned());
    let theirs = |line: &Line| matches!(line, Line::Customer(..));
    let line = match &began.0 {
        Cue::You { .. } => {
            said.answered = true;
            return;
        }
        Cue::Reacts { text } | Cue::Speaks { text } => {
            Line::Customer(text.clone(), show.percept.loudness)
        }
        Cue::Nods => note("You nod."),
        Cue::Back => note("You left off here."),
        Cue::BrokenOff => note("You cut in."),
        Cue::Silence { n: 1 } => note("A moment’s silence."),
        Cue::Silence { .. } => note("Nobody speaks."),
        Cue::Noted { what } => Line::Promise(format!("Noted: {what}")),
        Cue::Floor => {
            // Replies need room; what came before can be read in the history.
            let last = said.lines.iter().rposition(theirs).unwrap_or(0);
            said.lines.drain(..last);
            return;
        }
        Cue::Shows(_) | Cue::Ended { .. } => return,
    };
    if std::mem::take(&mut said.answered) {
        said.lines.clear();
    }
    if theirs(&line) {
        // Of what was there, their last sentence stays, and what came after it.
        let last = said.lines.iter().rposition(theirs).unwrap_or(0);
        said.lines.drain(..last);
    }
    said.lines.push(line);
}

/// A fresh sheet is filled too.
fn any_with_component_added(fresh: Query<(), Added<Caption>>) -> bool {
    !fresh.is_empty()
}

fn show(
    said: Res<Said>,
    settings: Res<Settings>,
    record: Res<Record>,
    areas: Query<Entity, With<Caption>>,
    mut commands: Commands,
) {
    // Large text leaves room for their last words alone.
    let large = settings.text_percent >= super::scene::LARGE;
    let theirs = |line: &Line| matches!(line, Line::Customer(..));
    let last = said.lines.iter().rposition(theirs);
    let lines: Vec<_> = said
        .lines
        .iter()
        .enumerate()
        .filter(|(n, _)| !large || last.is_none() || Some(*n) == last)
        .collect();
    for area in &areas {
        commands
            .entity(area)
            .despawn_children()
            .with_children(|column| {
                if let (Some(trouble), 0..=1) = (record.trouble(), lines.len()) {
                    let mut line = column.spawn(text::caption(trouble));
                    line.entry::<Node>().and_modify(whole);
                }
                for (n, line) in &lines {
                    match line {
                        Line::Customer(words, loudness) if Some(*n) == last => {
                            spoken(column, words, loud_size(*loudness));
                        }
                        Line::Customer(words, _) | Line::Note(words) => {
                            let words = words.replace('*', "");
                            let mut line = column.spawn(text::caption(words));
                            line.entry::<Node>().and_modify(whole);
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
    let mut line = column.spawn(text::speech("", size));
    line.entry::<Node>().and_modify(whole);
    let said = words.replace('*', "");
    line.entry::<AccessibilityNode>()
        .and_modify(move |mut node| node.set_value(said));
    line.with_children(|line| {
        for (piece, stress) in stressed(words) {
            let weight = if stress {
                Weight::Bold
            } else {
                Weight::Regular
            };
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

fn reveal(mut words: Query<(&Word, &mut TextColor)>, speech: Res<Speech>, settings: Res<Settings>) {
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
        let shown = if word.0 <= along {
            tokens::INK
        } else {
            tokens::INK.with_alpha(0.0)
        };
        color.set_if_neq(TextColor(shown));
    }
}
