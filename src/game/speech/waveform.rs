//! What the voice sounds like, to see: a row of bars that grow as the line is
//! said, as high as it is loud. Works with the sound off.

use accesskit::Role;
use bevy::prelude::*;

use super::Speech;
use crate::game::settings::Settings;
use crate::game::theme::{layout, tokens};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PostUpdate, show.before(bevy::ui::UiSystems::Content));
}

/// A row of bars.
#[derive(Component, Clone, Copy, Debug)]
pub struct Waveform {
    /// Height of the row, logical pixels.
    height: f32,
    /// The line that is shown, and how many of its bars.
    line: u32,
    shown: usize,
}

#[derive(Component)]
struct Bar;

/// A bar of somebody silent, logical pixels.
const DOT: f32 = 3.0;

/// Spawns a waveform of `n_bars` bars, `height` logical pixels high, as wide as
/// there is room.
pub fn waveform<'a>(
    parent: &'a mut ChildSpawnerCommands,
    n_bars: usize,
    height: f32,
) -> EntityCommands<'a> {
    let mut row = parent.spawn((
        Waveform {
            height,
            line: 0,
            shown: 0,
        },
        Node {
            height: px(height),
            margin: UiRect::horizontal(px(8)),
            align_items: AlignItems::Center,
            column_gap: px(if height > 60.0 { 4.0 } else { 2.0 }),
            flex_shrink: 0.0,
            ..default()
        },
        // What it says, the captions say.
        layout::group(Role::GenericContainer, None),
    ));
    row.with_children(|row| {
        for _ in 0..n_bars {
            row.spawn((
                Bar,
                Node {
                    flex_grow: 1.0,
                    flex_basis: px(0),
                    max_width: px(9),
                    height: px(DOT),
                    border_radius: BorderRadius::MAX,
                    ..default()
                },
                BackgroundColor(tokens::SHEET_EDGE),
            ));
        }
    });
    row
}

fn show(
    mut rows: Query<(&mut Waveform, &Children)>,
    mut bars: Query<(&mut Node, &mut BackgroundColor), With<Bar>>,
    speech: Res<Speech>,
    settings: Res<Settings>,
) {
    for (mut wave, children) in &mut rows {
        let n_bars = children.len();
        let along = match speech.progress() {
            // Without motion the whole line stands there at once.
            Some(_) if settings.reduced_motion => n_bars,
            Some((at, length)) if length > 0.0 => (at / length * n_bars as f32).ceil() as usize,
            _ => 0,
        };
        if wave.line == speech.number && wave.shown == along {
            continue;
        }
        let fresh = wave.line != speech.number || along < wave.shown;
        let from = if fresh { 0 } else { wave.shown };
        wave.line = speech.number;
        wave.shown = along;
        for (n, child) in children.iter().enumerate().skip(from) {
            let Ok((mut node, mut fill)) = bars.get_mut(child) else {
                continue;
            };
            let share = |n: usize| n as f32 / n_bars as f32;
            let (height, paint) = if n < along {
                let loud = speech.loudest(share(n), share(n + 1));
                (DOT + loud * (wave.height - DOT), tokens::ACCENT)
            } else {
                (DOT, tokens::SHEET_EDGE)
            };
            let height = px(height);
            if node.height != height {
                node.height = height;
            }
            fill.set_if_neq(BackgroundColor(paint));
        }
    }
}
