//! A round sheet with a person's initials: who it is, before their face is seen.

use bevy::prelude::*;

use super::text::{self, Weight};
use super::tokens::{self, size};

/// A disc `side` logical pixels wide with the initials of `name`.
pub fn monogram(name: &str, side: f32) -> impl Bundle + use<> {
    let initials: String = name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    let big = side > 100.0;
    (
        Node {
            width: px(side),
            height: px(side),
            flex_shrink: 0.0,
            border_radius: BorderRadius::MAX,
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            ..default()
        },
        BackgroundColor(tokens::ACCENT_MIST),
        Pickable::IGNORE,
        children![text::plain(
            initials,
            if big { size::DISPLAY } else { size::LEAD },
            Weight::Bold,
            tokens::ACCENT
        )],
    )
}
