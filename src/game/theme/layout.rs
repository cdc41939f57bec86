//! Where things stand: screens, columns, rows, panels. Containers speak as
//! groups, so that assistive technology keeps the order of the screen.

use accesskit::{Node as AccessNode, Role};
use bevy::a11y::AccessibilityNode;
use bevy::input_focus::tab_navigation::TabGroup;
use bevy::prelude::*;
use bevy::text::RemSize;

use super::tokens::{self, gap};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        (keep_measure, keep_room).before(bevy::ui::UiSystems::Content),
    );
}

/// The root of a screen: the whole window, a column, one tab group. `label`
/// names the screen for assistive technology. Add `DespawnOnExit(Screen::…)`.
pub fn screen(label: &str) -> impl Bundle + use<> {
    (
        Node {
            width: percent(100),
            height: percent(100),
            flex_direction: FlexDirection::Column,
            padding: UiRect::axes(px(gap::MARGIN), px(gap::WIDE)),
            row_gap: px(gap::SMALL),
            ..default()
        },
        BackgroundColor(tokens::GROUND),
        TabGroup::new(0),
        group(Role::Main, Some(label)),
    )
}

/// A column with this distance between its children, logical pixels.
pub fn column(gap: f32) -> impl Bundle {
    (
        Node {
            flex_direction: FlexDirection::Column,
            row_gap: px(gap),
            min_width: px(0),
            ..default()
        },
        group(Role::GenericContainer, None),
    )
}

/// A row that wraps when it runs out of width, with this distance between its
/// children, logical pixels.
pub fn row(gap: f32) -> impl Bundle {
    (
        Node {
            flex_direction: FlexDirection::Row,
            flex_wrap: FlexWrap::Wrap,
            align_items: AlignItems::Center,
            column_gap: px(gap),
            row_gap: px(gap.min(gap::SMALL)),
            min_width: px(0),
            ..default()
        },
        group(Role::GenericContainer, None),
    )
}

/// Any other container: the node as given, speaking as a group.
pub fn container(node: Node) -> impl Bundle {
    (node, group(Role::GenericContainer, None))
}

/// A sheet of paper on the ground, a column with soft second layer.
pub fn panel() -> impl Bundle {
    sheet(Node {
        flex_direction: FlexDirection::Column,
        row_gap: px(gap::SMALL),
        padding: UiRect::axes(px(gap::WIDE), px(20)),
        min_width: px(0),
        ..default()
    })
}

/// A sheet of paper laid out as given.
pub fn sheet(node: Node) -> impl Bundle {
    (
        Node {
            border_radius: BorderRadius::all(px(tokens::RADIUS_SHEET)),
            ..node
        },
        BackgroundColor(tokens::SHEET),
        lift(),
        group(Role::Group, None),
    )
}

/// The soft second layer under a sheet.
pub fn lift() -> BoxShadow {
    BoxShadow::new(tokens::SHADOW, px(0), px(4), px(0), px(14))
}

/// The widest a column may be, in rem, so that lines stay easy to read at every
/// text size.
#[derive(Component, Clone, Copy, Debug)]
pub struct Measure(pub f32);

/// Shown only while the text is small enough to leave room for it: pictures
/// that say nothing the words do not.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Roomy;

/// The largest rem at which [`Roomy`] things are shown, logical pixels.
const ROOMY_REM: f32 = tokens::REM * 1.3;

fn keep_measure(rem: Res<RemSize>, mut columns: Query<(&Measure, &mut Node)>) {
    for (measure, mut node) in &mut columns {
        let widest = px(measure.0 * rem.0);
        if node.max_width != widest {
            node.max_width = widest;
        }
    }
}

fn keep_room(rem: Res<RemSize>, mut pictures: Query<&mut Node, With<Roomy>>) {
    let display = match rem.0 > ROOMY_REM {
        true => Display::None,
        false => Display::Flex,
    };
    for mut node in &mut pictures {
        if node.display != display {
            node.display = display;
        }
    }
}

/// Takes the room that is left.
pub fn spacer() -> impl Bundle {
    Node {
        flex_grow: 1.0,
        ..default()
    }
}

/// How a container speaks.
pub fn group(role: Role, label: Option<&str>) -> AccessibilityNode {
    let mut node = AccessNode::new(role);
    if let Some(label) = label {
        node.set_label(label);
    }
    AccessibilityNode::from(node)
}
