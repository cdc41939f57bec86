//! A gauge as a bar from the middle: how far a step moved it, and which way was
//! good.

use accesskit::Role;
use bevy::a11y::AccessibilityNode;
use bevy::prelude::*;

use crate::desk::debrief::numbers::{points, whole_change};
use crate::desk::debrief::study::GaugeLine;
use crate::game::theme::text::{self, Weight};
use crate::game::theme::tokens::{self, size};

/// The change that fills half a bar, thousandths.
const FULL: f32 = 250.0;

/// Spawns a gauge: its name, a bar from the middle, what changed, where it stands.
pub fn gauge(rows: &mut ChildSpawnerCommands, line: &GaugeLine) {
    let change = i32::from(line.change);
    let good = (change >= 0) == line.good_up;
    let share = (change.unsigned_abs() as f32 / FULL).min(1.0) * 50.0;
    let words = format!(
        "{} {}, now {}",
        line.name,
        whole_change(change),
        points(line.after.into())
    );
    let mut spoken = accesskit::Node::new(Role::Label);
    spoken.set_value(words);
    rows.spawn((
        Node {
            align_items: AlignItems::Center,
            column_gap: px(14),
            ..default()
        },
        AccessibilityNode::from(spoken),
    ))
    .with_children(|row| {
        let cell = |width: f32, end: bool| Node {
            width: percent(width),
            flex_shrink: 0.0,
            justify_content: if end {
                JustifyContent::End
            } else {
                JustifyContent::Start
            },
            ..default()
        };
        row.spawn(cell(11.0, false)).with_child(text::plain(
            line.name,
            size::CAPTION,
            Weight::Regular,
            tokens::INK,
        ));
        row.spawn((
            Node {
                flex_grow: 1.0,
                height: px(12),
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(tokens::GROUND),
        ))
        .with_children(|track| {
            track.spawn((
                Node {
                    position_type: PositionType::Absolute,
                    left: percent(if change < 0 { 50.0 - share } else { 50.0 }),
                    width: percent(share),
                    height: percent(100),
                    border_radius: BorderRadius::all(px(3)),
                    ..default()
                },
                BackgroundColor(if good { tokens::ACCENT } else { tokens::INK }),
            ));
            track.spawn((
                Node {
                    position_type: PositionType::Absolute,
                    left: percent(50),
                    margin: UiRect::left(px(-1)),
                    top: px(-2),
                    bottom: px(-2),
                    width: px(2),
                    ..default()
                },
                BackgroundColor(tokens::OUTLINE),
            ));
        });
        row.spawn(cell(9.0, true)).with_child(text::plain(
            whole_change(change).replace("±0", "·"),
            size::CAPTION,
            Weight::Bold,
            if good { tokens::ACCENT } else { tokens::INK },
        ));
        row.spawn(cell(13.0, true)).with_child(text::plain(
            format!("now {}", points(line.after.into())),
            size::CAPTION,
            Weight::Regular,
            tokens::INK_SOFT,
        ));
    });
}
