//! What comes after a conversation: how it ended, what was said, and again.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use super::library::{Library, Run, history};
use super::menus::history::spawn_line;
use super::screen::{Screen, go};
use super::theme::shortcut::Shortcut;
use super::theme::tokens::gap;
use super::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Debrief), show);
}

fn show(run: Option<Res<Run>>, mut commands: Commands) {
    let Some(run) = run else {
        return;
    };
    let mut root = commands.spawn((layout::screen("Debrief"), DespawnOnExit(Screen::Debrief)));
    root.with_children(|root| {
        root.spawn(text::title("Debrief"));
        scroll::scroll(root, |log| {
            let name = &run.session.scenario().customer().name;
            for line in history(&run.session) {
                spawn_line(log, &line, name);
            }
        });
        root.spawn(layout::row(gap::SMALL)).with_children(foot);
    });
}

fn foot(row: &mut ChildSpawnerCommands) {
    row.spawn((button::primary("Same customer again"), AutoFocus))
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
    row.spawn((button::quiet("Scenarios"), Shortcut(KeyCode::Escape)))
        .observe(go(Screen::Scenarios));
}
