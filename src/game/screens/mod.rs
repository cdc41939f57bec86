//! The screens around a conversation: title, list, kept runs, briefing.

pub mod briefing;
pub mod runs;
pub mod scenarios;
pub mod title;

use bevy::prelude::*;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((
        title::plugin,
        scenarios::plugin,
        runs::plugin,
        briefing::plugin,
    ));
}
