//! The screens around a conversation: title, list, briefing, kept runs and what
//! they say of the trainee; and the gallery.

pub mod briefing;
pub mod gallery;
pub mod readings;
pub mod runs;
pub mod scenarios;
pub mod title;

use bevy::prelude::*;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((
        title::plugin,
        scenarios::plugin,
        readings::plugin,
        runs::plugin,
        briefing::plugin,
        gallery::plugin,
    ));
}
