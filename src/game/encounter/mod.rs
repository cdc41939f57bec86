//! The conversation on screen. Controls put what the trainee does into a queue;
//! one step hands it to the run and keeps it; what comes of it is shown cue by cue. It
//! draws from what there is to perceive, wherever the run is played.

mod asked;
mod caption;
mod ending;
mod file_card;
pub mod keep;
mod own_face;
mod replies;
pub mod scene;
mod stage;
mod stance;
mod step;
#[cfg(feature = "classroom")]
mod waiting;

use bevy::prelude::*;

use super::screen::{Overlay, Screen};

pub(super) fn plugin(app: &mut App) {
    app.configure_sets(
        Update,
        (
            EncounterSystems::Step,
            EncounterSystems::Play,
            EncounterSystems::Present,
        )
            .chain()
            .run_if(in_state(Screen::Encounter).and_then(in_state(Overlay::None))),
    )
    .add_plugins((
        super::face::plugin,
        super::speech::plugin,
        keep::plugin,
        step::plugin,
        scene::plugin,
        caption::plugin,
        replies::plugin,
        asked::plugin,
        stance::plugin,
        own_face::plugin,
    ));
    #[cfg(feature = "classroom")]
    app.add_plugins(waiting::plugin);
}

/// The order of a frame.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum EncounterSystems {
    /// What the trainee did goes to the run.
    Step,
    /// Time goes by: the next cue begins.
    Play,
    /// The views follow.
    Present,
}
