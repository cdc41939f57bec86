//! Where things stand: screens, columns, rows, panels. Containers speak as
//! groups, so that assistive technology keeps the order of the screen.

use accesskit::{Node as AccessNode, Role};
use bevy::a11y::AccessibilityNode;
use bevy::input_focus::tab_navigation::TabGroup;
use bevy::prelude::*;

use super::tokens::{self, gap};

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
            row_gap: px(gap.min(tokens::gap::SMALL)),
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
