//! What stands on the chart: a mark for each step, flags on two of the replies,
//! the guess, and the key to it all.

use bevy::prelude::*;

use super::Shape;
use super::guess::Guess;
use crate::desk::debrief::curve::{Dot, Mark};
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{layout, text};

/// Shown once the sweep has come this far.
#[derive(Component)]
pub struct Since(pub f32);

/// The mark of a step.
#[derive(Component)]
pub struct StepMark(pub usize);

/// The level that the trainee guessed: a short line at the right edge, and a word
/// on the side of it where the curve is not.
pub fn guess_mark(
    plot: &mut ChildSpawnerCommands,
    guess: Guess,
    above: bool,
    radius: f32,
    shape: Shape,
) {
    let top = percent(100.0 - f32::from(guess.level));
    plot.spawn((
        Since(1.0),
        Pickable::IGNORE,
        BackgroundColor(tokens::INK),
        Node {
            position_type: PositionType::Absolute,
            right: px(0),
            top,
            width: px(shape.rem * 4.0),
            height: px(2),
            margin: UiRect::top(px(-1)),
            ..default()
        },
    ));
    let line = shape.rem * size::CAPTION * 1.35 + 4.0;
    plot.spawn((
        Since(1.0),
        Pickable::IGNORE,
        Node {
            position_type: PositionType::Absolute,
            right: px(radius + 6.0),
            top,
            margin: UiRect::top(px(if above { -line } else { 4.0 })),
            ..tag_node()
        },
        BackgroundColor(tokens::SHEET.with_alpha(0.85)),
        children![text::plain(
            format!("Your guess {}", guess.level),
            size::CAPTION,
            Weight::Bold,
            tokens::INK
        )],
    ));
}

fn tag_node() -> Node {
    Node {
        padding: UiRect::horizontal(px(6)),
        border_radius: BorderRadius::all(px(6)),
        ..default()
    }
}

/// A flag on a reply: an upright line from its mark to the upper or lower edge,
/// and a word there.
pub fn flag(plot: &mut ChildSpawnerCommands, dot: &Dot, words: &str, above: bool) {
    let (top, height) = if above {
        (0.0, dot.y)
    } else {
        (dot.y, 1.0 - dot.y)
    };
    plot.spawn((
        Since(dot.x),
        Pickable::IGNORE,
        BackgroundColor(if above {
            tokens::ACCENT
        } else {
            tokens::INK_SOFT
        }),
        Node {
            left: percent(dot.x * 100.0),
            top: percent(top * 100.0),
            height: percent(height * 100.0),
            width: px(2),
            margin: UiRect::left(px(-1)),
            ..absolute()
        },
    ));
    // The word stands on the side that has the room.
    let mut node = Node {
        position_type: PositionType::Absolute,
        ..tag_node()
    };
    match dot.x > 0.6 {
        true => node.right = percent((1.0 - dot.x) * 100.0),
        false => node.left = percent(dot.x * 100.0),
    }
    match above {
        true => node.top = px(2),
        false => node.bottom = px(2),
    }
    plot.spawn((
        Since(dot.x),
        Pickable::IGNORE,
        node,
        BackgroundColor(if above {
            tokens::ACCENT
        } else {
            tokens::SHEET.with_alpha(0.85)
        }),
        children![text::plain(
            words,
            size::CAPTION,
            Weight::Bold,
            if above {
                tokens::ON_ACCENT
            } else {
                tokens::INK_SOFT
            }
        )],
    ));
}

/// A mark on the curve.
pub fn mark(plot: &mut ChildSpawnerCommands, dot: &Dot, radius: f32, shape: Shape) {
    let radius = match dot.mark {
        Mark::Reply(_) => radius,
        Mark::Silent => 4.0,
    };
    let (fill, edge) = match dot.mark {
        Mark::Silent => (tokens::SHEET, tokens::ACCENT),
        // Filled where it rose, dark where it fell: told apart without colour too.
        Mark::Reply(_) if dot.change < 0 => (tokens::INK, tokens::SHEET),
        Mark::Reply(_) => (tokens::ACCENT, tokens::SHEET),
    };
    let mut mark = plot.spawn((
        StepMark(dot.step),
        Since(dot.x),
        Pickable::IGNORE,
        Node {
            position_type: PositionType::Absolute,
            left: percent(dot.x * 100.0),
            top: percent(dot.y * 100.0),
            width: px(radius * 2.0),
            height: px(radius * 2.0),
            margin: UiRect {
                left: px(-radius),
                top: px(-radius),
                ..default()
            },
            border: UiRect::all(px(2)),
            border_radius: BorderRadius::MAX,
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            ..default()
        },
        BackgroundColor(fill),
        BorderColor::all(edge),
        Outline {
            width: px(3),
            offset: px(1),
            color: Color::NONE,
        },
        ZIndex(0),
    ));
    if let Mark::Reply(n) = dot.mark {
        let rems = radius * 1.15 / shape.rem;
        mark.with_child((
            text::plain(n.to_string(), rems, Weight::Bold, tokens::ON_ACCENT),
            Pickable::IGNORE,
        ));
    }
}

/// Where the trainee thought the meter stood at a step: a hollow diamond there,
/// and a thin line to where it did stand. All from the left and top, 0 to 1.
pub fn reading(plot: &mut ChildSpawnerCommands, x: f32, marked: f32, was: f32) {
    let (top, bottom) = (marked.min(was), marked.max(was));
    plot.spawn((
        Since(x),
        Pickable::IGNORE,
        BackgroundColor(tokens::INK_SOFT),
        Node {
            left: percent(x * 100.0),
            top: percent(top * 100.0),
            height: percent((bottom - top) * 100.0),
            width: px(2),
            margin: UiRect::left(px(-1)),
            ..absolute()
        },
    ));
    plot.spawn((
        Since(x),
        Pickable::IGNORE,
        Node {
            position_type: PositionType::Absolute,
            left: percent(x * 100.0),
            top: percent(marked * 100.0),
            margin: UiRect {
                left: px(-DIAMOND / 2.0),
                top: px(-DIAMOND / 2.0),
                ..default()
            },
            ..diamond_node()
        },
        diamond(),
    ));
}

/// Side of the diamond that shows a reading, logical pixels.
const DIAMOND: f32 = 14.0;

fn diamond_node() -> Node {
    Node {
        width: px(DIAMOND),
        height: px(DIAMOND),
        border: UiRect::all(px(2.5)),
        flex_shrink: 0.0,
        ..default()
    }
}

fn diamond() -> impl Bundle {
    (
        UiTransform::from_rotation(Rot2::degrees(45.0)),
        BackgroundColor(tokens::SHEET),
        BorderColor::all(tokens::INK),
    )
}

/// What the marks mean; with that of a reading, if there is one.
pub fn legend(parent: &mut ChildSpawnerCommands, radius: f32, has_readings: bool) {
    let entries = [
        (tokens::ACCENT, Color::NONE, radius, "a reply that helped"),
        (tokens::INK, Color::NONE, radius, "one that hurt"),
        (tokens::SHEET, tokens::ACCENT, 4.0, "listening, silence"),
    ];
    parent.spawn(layout::row(gap::WIDE)).with_children(|row| {
        for (fill, edge, radius, words) in entries {
            row.spawn(layout::row(8.0)).with_children(|entry| {
                let side = radius.min(9.0) * 2.0;
                entry.spawn((
                    Node {
                        width: px(side),
                        height: px(side),
                        // An edge of the same colour would show a seam.
                        border: UiRect::all(px(if edge == Color::NONE { 0.0 } else { 2.0 })),
                        border_radius: BorderRadius::MAX,
                        ..default()
                    },
                    BackgroundColor(fill),
                    BorderColor::all(edge),
                ));
                entry.spawn(text::caption(words));
            });
        }
        if has_readings {
            row.spawn(layout::row(10.0)).with_children(|entry| {
                entry.spawn((diamond_node(), diamond()));
                entry.spawn(text::caption("your mark"));
            });
        }
    });
}

/// A node over the whole height of the plot.
pub fn absolute() -> Node {
    Node {
        position_type: PositionType::Absolute,
        left: px(0),
        top: px(0),
        height: percent(100),
        ..default()
    }
}
