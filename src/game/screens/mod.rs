//! The screens before a conversation: title, list, briefing; and the gallery.

pub mod briefing;
pub mod gallery;
pub mod scenarios;
pub mod title;

use bevy::prelude::*;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((
        title::plugin,
        scenarios::plugin,
        briefing::plugin,
        gallery::plugin,
    ));
}
