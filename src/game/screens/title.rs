//! The first page: what this is, in one look and two sentences.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::game::screen::{Overlay, Screen, go, open};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::tokens::{self, gap};
use crate::game::theme::{button, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Screen::Title), show);
}

/// Where a face is put: the paper-cut ground on the right of the first page, a
/// full-height node of about half the window.
#[derive(Component)]
pub struct TitleArt;

fn show(mut commands: Commands) {
    let mut root = commands.spawn((
        layout::screen("Satisfactometer"),
        DespawnOnExit(Screen::Title),
    ));
    root.with_children(|root| {
        title_art(root);
        root.spawn(layout::container(Node {
            width: percent(52),
            flex_grow: 1.0,
            min_height: px(0),
            flex_direction: FlexDirection::Column,
            ..default()
        }))
        .with_children(|left| {
            scroll::scroll(left, words);
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
    words
        .spawn(layout::row(gap::SMALL))
        .with_children(|buttons| {
            buttons
                .spawn((button::primary("Meet a customer"), AutoFocus))
                .observe(go(Screen::Scenarios));
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

/// Spawns the ground for a face: three sheets cut round, one over the other. The
/// face goes into the node with [`TitleArt`].
fn title_art(root: &mut ChildSpawnerCommands) {
    let ground = Node {
        position_type: PositionType::Absolute,
        right: px(0),
        top: px(0),
        width: percent(46),
        height: percent(100),
        overflow: Overflow::clip(),
        ..default()
    };
    root.spawn((ground, Pickable::IGNORE))
        .with_children(|ground| {
            ground.spawn(disc(880.0, -150.0, tokens::GROUND_DEEP));
            ground.spawn(disc(640.0, -10.0, tokens::ACCENT_MIST));
            ground.spawn(disc(430.0, 110.0, tokens::ACCENT));
            ground.spawn((
                TitleArt,
                Pickable::IGNORE,
                Node {
                    position_type: PositionType::Absolute,
                    width: percent(100),
                    height: percent(100),
                    ..default()
                },
            ));
        });
}

/// A round sheet; its right edge hangs over the window's by a third.
fn disc(side: f32, top: f32, color: Color) -> impl Bundle {
    (
        Node {
            position_type: PositionType::Absolute,
            width: px(side),
            height: px(side),
            top: px(top),
            right: px(290.0 - side / 2.0),
            border_radius: BorderRadius::MAX,
            ..default()
        },
        BackgroundColor(color),
        layout::lift(),
        Pickable::IGNORE,
    )
}
