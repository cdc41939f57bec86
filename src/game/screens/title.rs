//! The first page: what this is, in one look and two sentences.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::desk::runs::Kept;
use crate::game::encounter::keep::KeepsRuns;
use crate::game::face::photo;
use crate::game::library::Library;
use crate::game::screen::{Overlay, Screen, go, open};
use crate::game::settings::Settings;
use crate::game::shelf;
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::tokens::gap;
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Title), show);
}

fn show(
    library: Res<Library>,
    settings: Res<Settings>,
    keeps: Option<Res<KeepsRuns>>,
    mut commands: Commands,
) {
    let left_open = shelf::last_open(keeps, &library, &settings);
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
                    scroll::scroll(left, |column| words(column, left_open, &library));
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

fn words(words: &mut ChildSpawnerCommands, left_open: Option<Kept>, library: &Library) {
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
    let is_open = left_open.is_some();
    if let Some(kept) = left_open {
        words.spawn(layout::row(gap::SMALL)).with_children(|first| {
            go_on(first, &kept, library).insert(AutoFocus);
        });
    }
    words.spawn(layout::row(gap::SMALL)).with_children(|row| {
        let mut meet = match is_open {
            true => row.spawn((button::quiet("Meet a customer"), Shortcut(KeyCode::KeyM))),
            false => row.spawn((button::primary("Meet a customer"), AutoFocus)),
        };
        meet.observe(go(Screen::Scenarios));
        row.spawn((button::quiet("Your runs"), Shortcut(KeyCode::KeyR)))
            .observe(go(Screen::Runs));
    });
    #[cfg(feature = "classroom")]
    words.spawn(layout::row(gap::SMALL)).with_children(|row| {
        row.spawn((button::quiet("Join a class"), Shortcut(KeyCode::KeyJ)))
            .observe(go(Screen::Join));
        row.spawn((button::quiet("Homework"), Shortcut(KeyCode::KeyH)))
            .observe(go(Screen::Homework));
        row.spawn((button::quiet("Teach"), Shortcut(KeyCode::KeyT)))
            .observe(go(Screen::Teach));
    });
    words
        // Two and two beside the people; all in a row where large text leaves none.
        .spawn((layout::row(gap::SMALL), layout::Measure(27.0)))
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

/// The button that takes up what was broken off.
pub fn go_on<'a>(
    parent: &'a mut ChildSpawnerCommands,
    kept: &Kept,
    library: &Library,
) -> EntityCommands<'a> {
    let claims = kept.what.as_ref().ok();
    let scenario = claims.and_then(|claims| {
        let mut all = library.scenarios.iter();
        all.find(|scenario| scenario.id() == claims.scenario)
    });
    let label = match scenario {
        Some(scenario) => format!("Go on with {}", scenario.customer().name),
        None => "Go on".to_owned(),
    };
    let path = kept.path.clone();
    let mut button = parent.spawn((button::primary(label), Shortcut(KeyCode::KeyG)));
    button.observe(move |_: On<Activate>, mut commands: Commands| {
        let path = path.clone();
        commands.queue(move |world: &mut World| shelf::go_on(world, &path));
    });
    button
}
