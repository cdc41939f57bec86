//! What can be pressed: buttons, cards, replies. They trigger `Activate`; whoever
//! spawns one observes it. What it does is no concern of this file.

use bevy::input_focus::tab_navigation::TabIndex;
use bevy::prelude::*;
use bevy::ui_widgets::Button;

use super::look::Look;
use super::text::{self, Themed, Weight};
use super::tokens::{self, gap, size};

/// Width of the edge of what can be pressed, logical pixels.
const EDGE: f32 = 2.0;

/// The one thing to do on a screen.
pub fn primary(label: impl Into<String>) -> impl Bundle {
    // It has no edge to be seen: the sheet takes its room.
    worded(Look::Primary, label.into(), 0.0)
}

/// Anything else to do on a screen.
pub fn quiet(label: impl Into<String>) -> impl Bundle {
    worded(Look::Quiet, label.into(), EDGE)
}

fn worded(look: Look, label: String, edge: f32) -> impl Bundle {
    (
        pressable(look, &label),
        Node {
            min_height: px(tokens::TARGET),
            min_width: px(tokens::TARGET),
            border: UiRect::all(px(edge)),
            padding: UiRect::axes(px(24.0 - edge), px(10.0 - edge)),
            column_gap: px(gap::SMALL),
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            ..shape()
        },
        children![(
            text::plain(label, size::BODY, Weight::Bold, tokens::INK),
            Themed
        )],
    )
}

/// A sheet that can be pressed: a column to put anything in. `label` is what
/// assistive technology says for all of it.
pub fn card(label: &str) -> impl Bundle + use<> {
    (
        pressable(Look::Card, label),
        super::layout::lift(),
        Node {
            flex_direction: FlexDirection::Column,
            row_gap: px(gap::TIGHT),
            min_height: px(tokens::TARGET),
            min_width: px(0),
            // In a list it keeps the height of its words and lets the list scroll.
            flex_shrink: 0.0,
            padding: UiRect::axes(px(gap::WIDE), px(18)),
            ..shape()
        },
    )
}

/// A reply on offer: its words over several lines, `*stress*` set bold. Insert a
/// `Shortcut` to give it a key, which then stands before the words.
pub fn reply(words: &str) -> impl Bundle + use<> {
    (
        pressable(Look::Card, &words.replace('*', "")),
        Node {
            column_gap: px(gap::SMALL),
            align_items: AlignItems::Center,
            min_height: px(tokens::TARGET),
            min_width: px(0),
            padding: UiRect::axes(px(16), px(10)),
            ..shape()
        },
        children![(
            text::speech(words, size::BODY),
            // Takes the width beside the key and wraps there.
            Node {
                flex_grow: 1.0,
                flex_basis: px(0),
                min_width: px(0),
                ..default()
            },
        )],
    )
}

fn pressable(look: Look, label: &str) -> impl Bundle + use<> {
    (
        Button,
        look,
        TabIndex(0),
        AccessibleLabel::new(label),
        BackgroundColor::default(),
        BorderColor::default(),
    )
}

fn shape() -> Node {
    Node {
        border: UiRect::all(px(EDGE)),
        border_radius: BorderRadius::all(px(tokens::RADIUS)),
        ..default()
    }
}
