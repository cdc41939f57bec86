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
            // Keeps the words off the dial as long as there is a dial.
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

/// Spawns the ground for a face: a dial without numbers whose needle goes behind
/// the sheet that the face will cover. The face goes into [`TitleArt`].
fn title_art(root: &mut ChildSpawnerCommands) {
    let ground = Node {
        position_type: PositionType::Absolute,
        right: px(0),
        top: px(0),
        width: percent(46),
        height: percent(100),
        ..default()
    };
    root.spawn((ground, Pickable::IGNORE, layout::Roomy))
        .with_children(|ground| {
            ground.spawn((disc(1060.0, tokens::GROUND_DEEP), layout::lift()));
            ground.spawn((disc(660.0, tokens::SHEET), layout::lift()));
            for n in 0..=N_TICKS {
                ground.spawn(tick(n));
            }
            ground.spawn(needle());
            ground.spawn((disc(400.0, tokens::ACCENT), layout::lift()));
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

/// Spaces between the ticks of the dial.
const N_TICKS: u32 = 24;
/// Half the angle that the dial covers, degrees from its top.
const SWEEP: f32 = 128.0;
/// Where on the dial the needle stands, 0 to 1: nobody would be glad.
const READING: f32 = 0.17;
/// The middle of the dial, from the right and from the middle of the height,
/// logical pixels.
const MIDDLE: Vec2 = Vec2::new(320.0, 10.0);

/// A round sheet around the middle of the dial.
fn disc(side: f32, color: Color) -> impl Bundle {
    (
        placed(Vec2::ZERO, Vec2::splat(side), BorderRadius::MAX),
        BackgroundColor(color),
        Pickable::IGNORE,
    )
}

/// A tick of the dial; every sixth is long.
fn tick(n: u32) -> impl Bundle {
    let turn = turn(n as f32 / N_TICKS as f32);
    let long = n.is_multiple_of(6);
    let size = if long {
        Vec2::new(7.0, 44.0)
    } else {
        Vec2::new(4.0, 24.0)
    };
    let out = turn * Vec2::new(0.0, -(302.0 - size.y / 2.0));
    (
        placed(out, size, BorderRadius::all(px(3))),
        UiTransform::from_rotation(turn),
        BackgroundColor(tokens::INK),
        Pickable::IGNORE,
    )
}

fn needle() -> impl Bundle {
    let turn = turn(READING);
    let size = Vec2::new(12.0, 262.0);
    let out = turn * Vec2::new(0.0, -size.y / 2.0);
    (
        placed(out, size, BorderRadius::MAX),
        UiTransform::from_rotation(turn),
        BackgroundColor(tokens::ACCENT),
        Pickable::IGNORE,
    )
}

/// The rotation that points to a reading, 0 to 1.
fn turn(reading: f32) -> Rot2 {
    Rot2::degrees((reading * 2.0 - 1.0) * SWEEP)
}

/// A node of this size around a point given from the middle of the dial.
fn placed(from_middle: Vec2, size: Vec2, border_radius: BorderRadius) -> Node {
    let corner = from_middle - size / 2.0;
    Node {
        position_type: PositionType::Absolute,
        width: px(size.x),
        height: px(size.y),
        left: percent(100),
        top: percent(50),
        margin: UiRect {
            left: px(corner.x - MIDDLE.x),
            top: px(corner.y + MIDDLE.y),
            ..default()
        },
        border_radius,
        ..default()
    }
}
