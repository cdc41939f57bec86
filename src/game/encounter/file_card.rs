//! The customer's file, which is all there is to see of somebody on the phone.

use bevy::prelude::*;

use crate::desk::library::place_words;
use crate::desk::shown::Setting;
use crate::game::theme::layout::{self, Roomy};
use crate::game::theme::monogram::monogram;
use crate::game::theme::text;
use crate::game::theme::tokens::gap;

/// Spawns the card: who calls, what they do, and what the ticket says.
pub(super) fn spawn(place: &mut ChildSpawnerCommands, of: &Setting) {
    let sheet = layout::sheet(Node {
        flex_direction: FlexDirection::Column,
        row_gap: px(gap::TIGHT),
        padding: UiRect::axes(px(20), px(16)),
        max_width: px(430),
        ..default()
    });
    place.spawn((sheet, Roomy)).with_children(|card| {
        card.spawn(layout::row(gap::SMALL)).with_children(|head| {
            head.spawn(monogram(&of.name, 52.0));
            head.spawn(layout::column(0.0)).with_children(|who| {
                who.spawn(text::strong(&*of.name));
                who.spawn(text::caption(format!(
                    "{} · {}",
                    of.trade,
                    place_words(of.place).to_lowercase()
                )));
            });
        });
        card.spawn(text::caption(&*of.brief));
    });
}
