//! Two curves one over the other on one scale of steps: as it was, thin and in
//! dashes; as it was tried, in full. A picture; the words beside it say the same.

use accesskit::Role;
use bevy::prelude::*;

use super::Shape;
use super::chart::{axis, bytes, image};
use super::ink::Layer;
use super::marks::absolute;
use crate::desk::debrief::beside::{aloud, meters};
use crate::desk::debrief::curve::Curve;
use crate::game::pace::Pace;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{layout, text};
use engine::session::Session;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PostUpdate, paint.after(bevy::ui::UiSystems::Layout));
}

/// Two talks that are the same for so many inputs.
#[derive(Clone, Copy)]
pub struct Duet<'a> {
    /// As it was.
    pub was: &'a Session,
    /// As it was tried.
    pub tried: &'a Session,
    /// Inputs they have in common.
    pub at: usize,
}

/// The area that both are drawn on, and the size it was painted for.
#[derive(Component)]
struct Plot {
    was: Curve,
    tried: Curve,
    painted: UVec2,
}

/// Widths of the lines, logical pixels.
const STROKES: [f32; 2] = [2.0, 3.5];
/// Length of a dash, logical pixels.
const DASH: f32 = 7.0;

/// Spawns the chart; it takes the room of its parent, a column.
pub fn duet(parent: &mut ChildSpawnerCommands, duet: Duet, shape: Shape) {
    let (was, tried) = (meters(duet.was), meters(duet.tried));
    let last = (was.len().max(tried.len()) - 1).max(1);
    parent
        .spawn(layout::container(Node {
            flex_grow: 1.0,
            min_height: px(if shape.wide { 130.0 } else { 300.0 }),
            padding: UiRect {
                left: px(0),
                right: px(4),
                top: px(12),
                bottom: px(10),
            },
            column_gap: px(10),
            ..default()
        }))
        .with_children(|row| {
            axis(row, shape);
            row.spawn((
                Plot {
                    was: Curve::through(&was),
                    tried: Curve::through(&tried),
                    painted: UVec2::ZERO,
                },
                layout::group(Role::Image, Some(&aloud(duet.was, duet.tried, duet.at))),
                ImageNode::default(),
                Node {
                    flex_grow: 1.0,
                    flex_basis: px(0),
                    min_width: px(0),
                    ..default()
                },
            ))
            .with_child((
                // Where they part.
                BackgroundColor(tokens::INK.with_alpha(0.25)),
                Node {
                    left: percent(duet.at as f32 / last as f32 * 100.0),
                    width: px(2),
                    margin: UiRect::left(px(-1)),
                    ..absolute()
                },
            ));
        });
    legend(parent, duet.at);
}

fn legend(parent: &mut ChildSpawnerCommands, at: usize) {
    parent.spawn(layout::row(gap::WIDE)).with_children(|row| {
        let entries = [
            ("╌╌", tokens::INK_SOFT, "as it was".to_owned()),
            ("━━", tokens::ACCENT, "what if".to_owned()),
            (
                "│",
                tokens::INK_SOFT,
                format!("they part at step {}", at + 1),
            ),
        ];
        for (sign, color, words) in entries {
            row.spawn(layout::row(8.0)).with_children(|entry| {
                entry.spawn(text::plain(sign, size::BODY, Weight::Signs, color));
                entry.spawn(text::caption(words));
            });
        }
    });
}

/// Paints both when the room for them has changed.
fn paint(
    mut plots: Query<(&mut Plot, &ComputedNode, &mut ImageNode)>,
    mut images: ResMut<Assets<Image>>,
    mut pace: ResMut<Pace>,
) {
    for (mut plot, node, mut picture) in &mut plots {
        let room = node.size().round().as_uvec2();
        if plot.painted == room || room.min_element() == 0 {
            continue;
        }
        plot.painted = room;
        let scale = node.inverse_scale_factor();
        let last = plot.was.last().max(plot.tried.last()).max(1) as f32;
        let was = Layer {
            curve: &plot.was,
            reach: plot.was.last() as f32 / last,
            line: bytes(tokens::INK_SOFT),
            stroke: STROKES[0] / scale,
            under: None,
            dash: Some(DASH / scale),
        };
        let tried = Layer {
            curve: &plot.tried,
            reach: plot.tried.last() as f32 / last,
            line: bytes(tokens::ACCENT),
            stroke: STROKES[1] / scale,
            under: Some(bytes(tokens::GROUND_DEEP)),
            dash: None,
        };
        picture.image = images.add(image(&[tried, was], room));
        pace.animate();
    }
}
