//! The first page: what this is, in one look and two sentences.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::game::face::photo;
use crate::game::screen::{Overlay, Screen, go, open};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::tokens::gap;
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Title), show);
}

fn show(mut commands: Commands) {
    let mut root = commands.spawn((
        layout::screen("Satisfactometer"),
        DespawnOnExit(Screen::Title),
    ));
    root.with_children(|root| {
        root.spawn((photo::title_picture(), layout::Roomy));
        root.spawn(layout::container(Node {
            flex_grow: 1.0,
            min_height: px(0),
            ..default()
        }))
        .with_children(|halves| {
            halves
                .spawn(layout::container(Node {
                    flex_direction: FlexDirection::Column,
                    flex_grow: 1.0,
                    flex_basis: px(0),
                    min_width: px(0),
                    ..default()
                }))
                .with_children(|left| {
                    scroll::scroll(left, words);
                });
            // Keeps the words off the people as long as they are there.
            let beside = Node {
                width: percent(48),
                flex_shrink: 0.0,
                ..default()
            };
            halves.spawn((beside, layout::Roomy));
        });
    });
}

fn words(words: &mut ChildSpawnerCommands) {
    words.spawn(layout::spacer());
    words.spawn(text::display("Satisfactometer"));
    words.spawn(text::lead(
        "A flight simulator for the front counter. Somebody is angry, and the number that matters stays hidden.",
    ));
    words.spawn(text::body(
        "Listen. Watch the face. Choose what you say, how you say it, and when. Afterwards you see it all.",
    ));
    words.spawn(Node {
        height: px(gap::SMALL),
        ..default()
    });
    words.spawn(layout::row(gap::SMALL)).with_children(|first| {
        first
            .spawn((button::primary("Meet a customer"), AutoFocus))
            .observe(go(Screen::Scenarios));
    });
    words
        .spawn(layout::row(gap::SMALL))
        .with_children(|buttons| {
            buttons
                .spawn((button::quiet("Customers"), Shortcut(KeyCode::KeyC)))
                .observe(go(Screen::Gallery));
            #[cfg(feature = "author")]
            buttons
                .spawn((button::quiet("Write"), Shortcut(KeyCode::KeyW)))
                .observe(go(Screen::Drafts));
            buttons
                .spawn((button::quiet("Settings"), Shortcut(KeyCode::KeyS)))
                .observe(open(Overlay::Settings));
            buttons
                .spawn((button::quiet("About"), Shortcut(KeyCode::KeyA)))
                .observe(open(Overlay::About));
            buttons
                .spawn((button::quiet("Quit"), Shortcut(KeyCode::KeyQ)))
                .observe(|_: On<Activate>, mut exit: MessageWriter<AppExit>| {
                    exit.write(AppExit::Success);
                });
        });
    words.spawn(layout::spacer());
}
