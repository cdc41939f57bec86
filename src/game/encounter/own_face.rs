//! The trainee's own face and voice in small: a few sheets of paper that show the
//! stance held, so that the gap to the customer is felt.

use bevy::prelude::*;
use engine::state::{Face, Voice};

use crate::game::theme::tokens;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        (show_face, show_voice).before(bevy::ui::UiSystems::Content),
    );
}

/// The small face.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OwnFace(pub(super) Face);

/// The small voice: three bars.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OwnVoice(pub(super) Voice);

/// Side of both, logical pixels.
const SIDE: f32 = 46.0;

#[derive(Component, Clone, Copy)]
enum Part {
    LeftBrow,
    RightBrow,
    Mouth,
}

#[derive(Component, Clone, Copy)]
struct Level(usize);

fn placed(left: f32, top: f32, width: f32, height: f32) -> Node {
    Node {
        position_type: PositionType::Absolute,
        left: px(left),
        top: px(top),
        width: px(width),
        height: px(height),
        border_radius: BorderRadius::MAX,
        ..default()
    }
}

fn ink(node: Node) -> impl Bundle {
    (node, BackgroundColor(tokens::INK), Pickable::IGNORE)
}

/// Spawns the small face.
pub(super) fn spawn_face(parent: &mut ChildSpawnerCommands, held: Face) {
    parent
        .spawn((
            OwnFace(held),
            Node {
                width: px(SIDE),
                height: px(SIDE),
                flex_shrink: 0.0,
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(tokens::ACCENT_MIST),
            Pickable::IGNORE,
        ))
        .with_children(|face| {
            face.spawn(ink(placed(14.0, 19.0, 4.5, 6.0)));
            face.spawn(ink(placed(27.5, 19.0, 4.5, 6.0)));
            face.spawn((Part::LeftBrow, ink(Node::default())));
            face.spawn((Part::RightBrow, ink(Node::default())));
            face.spawn((
                Part::Mouth,
                Node::default(),
                BorderColor::all(tokens::INK),
                BackgroundColor::default(),
                Pickable::IGNORE,
            ));
        });
}

fn show_face(
    faces: Query<(&OwnFace, &Children), Changed<OwnFace>>,
    mut parts: Query<(&Part, &mut Node, &mut UiTransform, &mut BackgroundColor)>,
) {
    for (face, children) in &faces {
        let mut inside = parts.iter_many_mut(children);
        while let Some((part, mut node, mut turn, mut fill)) = inside.fetch_next() {
            let (brow_top, slant) = match face.0 {
                Face::Warm => (12.0, 8.0),
                Face::Neutral => (13.5, 0.0),
                Face::Concerned => (11.5, -20.0),
            };
            match part {
                Part::LeftBrow => {
                    *node = placed(11.0, brow_top, 9.0, 2.5);
                    *turn = UiTransform::from_rotation(Rot2::degrees(slant));
                }
                Part::RightBrow => {
                    *node = placed(26.0, brow_top, 9.0, 2.5);
                    *turn = UiTransform::from_rotation(Rot2::degrees(-slant));
                }
                Part::Mouth => {
                    let line = 3.0;
                    (*node, fill.0) = match face.0 {
                        Face::Warm => (
                            Node {
                                border: UiRect::bottom(px(line)),
                                ..placed(13.0, 20.0, 20.0, 17.0)
                            },
                            Color::NONE,
                        ),
                        Face::Neutral => (placed(16.0, 33.0, 14.0, line), tokens::INK),
                        Face::Concerned => (
                            Node {
                                border: UiRect::top(px(line - 0.5)),
                                ..placed(17.0, 33.0, 12.0, 10.0)
                            },
                            Color::NONE,
                        ),
                    };
                }
            }
        }
    }
}

/// Spawns the small voice.
pub(super) fn spawn_voice(parent: &mut ChildSpawnerCommands, held: Voice) {
    parent
        .spawn((
            OwnVoice(held),
            Node {
                width: px(SIDE),
                height: px(SIDE),
                flex_shrink: 0.0,
                align_items: AlignItems::End,
                justify_content: JustifyContent::Center,
                padding: UiRect::vertical(px(6)),
                column_gap: px(5),
                ..default()
            },
            Pickable::IGNORE,
        ))
        .with_children(|bars| {
            for (n, height) in [11.0, 21.0, 32.0].into_iter().enumerate() {
                bars.spawn((
                    Level(n),
                    Node {
                        width: px(8),
                        height: px(height),
                        border_radius: BorderRadius::all(px(3)),
                        ..default()
                    },
                    BackgroundColor(tokens::SHEET_EDGE),
                    Pickable::IGNORE,
                ));
            }
        });
}

fn show_voice(
    voices: Query<(&OwnVoice, &Children), Changed<OwnVoice>>,
    mut levels: Query<(&Level, &mut BackgroundColor)>,
) {
    for (voice, children) in &voices {
        let mut inside = levels.iter_many_mut(children);
        while let Some((level, mut fill)) = inside.fetch_next() {
            fill.0 = if level.0 <= voice.0 as usize {
                tokens::ACCENT
            } else {
                tokens::SHEET_EDGE
            };
        }
    }
}
