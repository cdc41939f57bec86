//! The pause menu of a conversation. Nothing runs on while it is open: the
//! encounter looks at `Overlay` before it moves.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::game::library::{OnBench, Run};
use crate::game::screen::{Overlay, Screen, go, open};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::{button, modal, text};

use super::close_button;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Overlay::Pause), show);
}

fn show(run: Option<Res<Run>>, bench: Option<Res<OnBench>>, mut commands: Commands) {
    // What is only tried out leads back to the run it left.
    let (leave, to) = match run.is_some_and(|run| run.what_if.is_some()) {
        true => ("Back to the debrief", Screen::Debrief),
        false if bench.is_some() => ("Off the bench", Screen::Drafts),
        false => ("Leave the conversation", Screen::Scenarios),
    };
    let mut dialog = modal::modal(&mut commands, "Paused", modal::Width::Menu, |sheet| {
        sheet.spawn(text::body("They wait. Take the time you need."));
        close_button(sheet, "Go on").insert(AutoFocus);
        sheet
            .spawn((button::quiet("What was said"), Shortcut(KeyCode::KeyH)))
            .observe(open(Overlay::History));
        sheet
            .spawn((button::quiet("Settings"), Shortcut(KeyCode::KeyS)))
            .observe(open(Overlay::Settings));
        sheet
            .spawn((button::quiet("Start over"), Shortcut(KeyCode::KeyR)))
            .observe(on_start_over);
        sheet
            .spawn((button::quiet(leave), Shortcut(KeyCode::KeyL)))
            .observe(go(to));
    });
    dialog.insert(DespawnOnExit(Overlay::Pause));
}

/// The same customer with the same seed, from the first word. Entering the screen
/// again builds it anew.
fn on_start_over(_: On<Activate>, run: Option<Res<Run>>, mut commands: Commands) {
    if let Some(run) = run {
        commands.insert_resource(run.again());
        commands.set_state_if_neq(Overlay::None);
        commands.set_state(Screen::Encounter);
    }
}
