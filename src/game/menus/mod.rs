//! Dialogs of the program over any screen: pause, history, settings, about.

mod about;
pub mod history;
mod pause;
mod settings;

use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use super::screen::{Overlay, Screen, behind};
use super::theme::button;
use super::theme::shortcut::Shortcut;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((
        pause::plugin,
        history::plugin,
        settings::plugin,
        about::plugin,
    ));
}

/// The button that closes an overlay, with Escape for its key.
fn close_button<'a>(parent: &'a mut ChildSpawnerCommands, label: &str) -> EntityCommands<'a> {
    let mut close = parent.spawn((button::primary(label), Shortcut(KeyCode::Escape)));
    close.observe(
        |_: On<Activate>,
         overlay: Res<State<Overlay>>,
         screen: Res<State<Screen>>,
         mut commands: Commands| {
            commands.set_state_if_neq(behind(**overlay, **screen));
        },
    );
    close
}
