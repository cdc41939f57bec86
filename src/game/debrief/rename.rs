//! The dialog that gives a what-if a name.

use bevy::input::keyboard::KeyboardInput;
use bevy::input_focus::{AutoFocus, FocusedInput};
use bevy::prelude::*;
use bevy::text::EditableText;
use bevy::ui_widgets::Activate;

use super::{Looked, Tried, keepsake};
use crate::desk::what_if::LONGEST_NAME;
use crate::game::encounter::keep::Record;
use crate::game::screen::Screen;
use crate::game::theme::entry::{entry, is_enter};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::tokens::gap;
use crate::game::theme::{button, layout, modal};

/// The dialog, for the what-if with this number.
#[derive(Component)]
struct Dialog(usize);

/// The line the name is written in.
#[derive(Component)]
struct NameLine;

/// Opens the dialog for what is looked at.
pub fn open(_: On<Activate>, looked: Res<Looked>, tried: Res<Tried>, mut commands: Commands) {
    let Some(fork) = tried.0.get(looked.fork) else {
        return;
    };
    let name = fork.name.clone();
    let mut dialog = modal::modal(
        &mut commands,
        "Give it a name",
        modal::Width::Reading,
        |sheet| {
            entry(sheet, "Name", &name, LONGEST_NAME)
                .insert((NameLine, AutoFocus))
                .observe(on_enter);
            sheet.spawn(layout::row(gap::SMALL)).with_children(|row| {
                row.spawn(button::primary("Done")).observe(on_done);
                row.spawn((button::quiet("Cancel"), Shortcut(KeyCode::Escape)))
                    .observe(|_: On<Activate>, mut commands: Commands| {
                        commands.run_system_cached(close)
                    });
            });
        },
    );
    dialog.insert((Dialog(looked.fork), DespawnOnExit(Screen::Debrief)));
}

fn on_enter(key: On<FocusedInput<KeyboardInput>>, mut commands: Commands) {
    if is_enter(&key) {
        commands.run_system_cached(take);
    }
}

fn on_done(_: On<Activate>, mut commands: Commands) {
    commands.run_system_cached(take);
}

/// Takes the name, writes it down if the what-if is kept, and closes the dialog.
fn take(
    lines: Query<&EditableText, With<NameLine>>,
    dialogs: Query<&Dialog>,
    record: Option<Res<Record>>,
    mut tried: ResMut<Tried>,
    mut commands: Commands,
) {
    if let (Ok(line), Ok(dialog)) = (lines.single(), dialogs.single()) {
        tried.0.rename(dialog.0, &line.value().to_string());
        if tried.0.get(dialog.0).is_some_and(|fork| fork.kept) {
            let told = keepsake::save(&tried.0, record.as_deref());
            commands.insert_resource(super::foot::Notice(Some(told)));
        }
    }
    commands.run_system_cached(close);
}

fn close(dialogs: Query<Entity, With<Dialog>>, mut commands: Commands) {
    for dialog in &dialogs {
        commands.entity(dialog).despawn();
    }
}
