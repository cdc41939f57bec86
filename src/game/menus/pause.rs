//! The pause menu of a conversation. Nothing runs on while it is open: the
//! encounter looks at `Overlay` before it moves.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::game::encounter::keep::{KeepsRuns, Record};
use crate::game::library::OnBench;
use crate::game::run::Run;
use crate::game::screen::{Overlay, Screen, go, open};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::{button, modal, text};

use super::close_button;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Overlay::Pause), show);
}

fn show(
    run: Option<Res<Run>>,
    keeps: Option<Res<KeepsRuns>>,
    bench: Option<Res<OnBench>>,
    mut commands: Commands,
) {
    let is_tried = run.as_ref().is_some_and(|run| run.what_if.is_some());
    let back = run.and_then(|run| run.belongs.back());
    // What is only tried out leads back to the run it left.
    let (leave, to) = match back {
        _ if is_tried => ("Back to the debrief", Screen::Debrief),
        Some(back) => back,
        None if bench.is_some() => ("Off the bench", Screen::Drafts),
        None => ("Leave the conversation", Screen::Scenarios),
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
        if back.is_some() {
            sheet.spawn(text::caption("It goes on where you leave it."));
        } else {
            sheet
                .spawn((button::quiet("Start over"), Shortcut(KeyCode::KeyR)))
                .observe(on_start_over);
        }
        if keeps.is_some() && !is_tried && back.is_none() && bench.is_none() {
            sheet
                .spawn((button::quiet("Go on another time"), Shortcut(KeyCode::KeyT)))
                .observe(on_put_aside);
        }
        sheet
            .spawn((button::quiet(leave), Shortcut(KeyCode::KeyL)))
            .observe(go(to));
    });
    dialog.insert(DespawnOnExit(Overlay::Pause));
}

/// The run waits on the first page.
fn on_put_aside(_: On<Activate>, mut record: ResMut<Record>, mut commands: Commands) {
    record.put_aside();
    commands.set_state_if_neq(Screen::Title);
}

/// The same customer with the same seed, from the first word. Entering the screen
/// again builds it anew.
fn on_start_over(_: On<Activate>, run: Option<Res<Run>>, mut commands: Commands) {
    if let Some(run) = run.and_then(|run| run.again()) {
        commands.insert_resource(run);
        commands.set_state_if_neq(Overlay::None);
        commands.set_state(Screen::Encounter);
    }
}
