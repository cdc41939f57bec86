//! People who stand still: the first page, and the head of a customer in a round
//! window. Painted once and again only when their node changes size.

use bevy::prelude::*;

use super::picture::{Picture, View};
use crate::game::theme::tokens;
use crate::portrait::look;
use crate::portrait::poster;

/// The round picture of a customer, `side` logical pixels wide. `look` is the id
/// that the scenario names.
pub fn photo(look: &str, side: f32) -> impl Bundle + use<> {
    let ground = poster::PHOTOGRAPH_GROUND;
    let ground = Color::srgb_u8(ground.r, ground.g, ground.b);
    (
        Picture {
            still: poster::photograph(look::or_somebody(look)),
            // Head and shoulders, with a little air above.
            view: View {
                top: 84.0,
                bottom: 664.0,
                x: 500.0,
                at: 0.5,
            },
            ground,
        },
        Node {
            width: px(side),
            height: px(side),
            flex_shrink: 0.0,
            border_radius: BorderRadius::MAX,
            ..default()
        },
        BackgroundColor(ground),
        Pickable::IGNORE,
    )
}

/// Who is seen on the picture of this look, in words.
pub fn in_words(look: &str) -> &'static str {
    look::or_somebody(look).title
}

/// The picture of the first page, under everything on it: its people stand right of
/// the middle, its counter runs through.
pub fn title_picture() -> impl Bundle {
    (
        Picture {
            still: poster::poster(),
            view: View {
                top: 40.0,
                bottom: 1000.0,
                x: 500.0,
                at: 0.735,
            },
            ground: tokens::GROUND,
        },
        Node {
            position_type: PositionType::Absolute,
            left: px(0),
            bottom: px(0),
            width: percent(100),
            height: percent(100),
            // In a narrow window the people get smaller, not nearer to the words.
            max_height: vw(62.5),
            ..default()
        },
        Pickable::IGNORE,
    )
}
