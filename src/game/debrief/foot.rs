//! What one can do after the debrief: the same again, another seed, another
//! customer, or home.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::game::library::{Library, Run};
use crate::game::screen::{Screen, go};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::tokens::gap;
use crate::game::theme::{button, layout};

/// Spawns the row of actions.
pub fn foot(parent: &mut ChildSpawnerCommands) {
    parent.spawn(layout::row(gap::SMALL)).with_children(|row| {
        row.spawn((button::primary("Play again"), Shortcut(KeyCode::KeyA)))
            .observe(|_: On<Activate>, run: Res<Run>, mut commands: Commands| {
                commands.insert_resource(run.again());
                commands.set_state_if_neq(Screen::Encounter);
            });
        row.spawn((button::quiet("New seed"), Shortcut(KeyCode::KeyN)))
            .observe(
                |_: On<Activate>, mut library: ResMut<Library>, mut commands: Commands| {
                    library.renew_seed();
                    commands.set_state_if_neq(Screen::Briefing);
                },
            );
        row.spawn((button::quiet("Other scenario"), Shortcut(KeyCode::Escape)))
            .observe(go(Screen::Scenarios));
        row.spawn((button::quiet("Title"), Shortcut(KeyCode::KeyT)))
            .observe(go(Screen::Title));
    });
}
