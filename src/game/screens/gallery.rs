//! Everybody who may come to the counter, and what they can show. For authors who
//! pick a `look`, and for trainees who want to practise reading.

use accesskit::{Live, Node as AccessNode, Role};
use bevy::a11y::AccessibilityNode;
use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui::Checked;
use bevy::ui_widgets::Activate;
use engine::percept::Percept;

use crate::game::face::picture::{Picture, View, endless};
use crate::game::face::{Countenance, photo};
use crate::game::screen::{Screen, go};
use crate::game::theme::segmented::{Choose, Segment, segmented};
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text};
use crate::portrait::expression::{self, Expression, MOMENTS};
use crate::portrait::look::{self, Look};
use crate::portrait::scene;
use crate::portrait::words::describe;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Shown>()
        .add_systems(OnEnter(Screen::Gallery), show)
        .add_systems(
            Update,
            tell.run_if(in_state(Screen::Gallery).and_then(resource_changed::<Shown>)),
        );
}

/// Side of a small picture, logical pixels.
const TILE: f32 = 62.0;
/// Percent of the width for the people, and for what they can show.
const SIDES: (f32, f32) = (25.0, 27.0);

/// Who is shown, and in which expression.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
struct Shown {
    person: usize,
    expression: usize,
    moment: Option<usize>,
}

impl Shown {
    fn look(self) -> &'static Look {
        let all = look::all();
        &all[self.person % all.len()]
    }

    fn expression(self) -> &'static Expression {
        expression::all()
            .nth(self.expression)
            .unwrap_or(&expression::SHEET[0])
    }

    /// What there is to see, with the micro-moment last asked for.
    fn percept(self) -> Percept {
        let moment = self.moment.and_then(|n| MOMENTS.get(n));
        Percept {
            micro: moment.map(|(_, micro)| *micro),
            ..self.expression().percept
        }
    }

    /// Another person, this many further on.
    fn turn(&mut self, by: usize) {
        self.person = (self.person + by) % look::all().len();
        self.moment = None;
    }
}

/// The frame that the large picture stands in.
#[derive(Component)]
struct Frame;

/// The small picture of this person.
#[derive(Component)]
struct Tile(usize);

/// The words under the picture: who it is.
#[derive(Component)]
struct Who;

/// The word that an author writes.
#[derive(Component)]
struct Id;

/// The words for what is to be seen.
#[derive(Component)]
struct Seen;

fn show(mut shown: ResMut<Shown>, mut commands: Commands) {
    shown.moment = None;
    let shown = *shown;
    let mut root = commands.spawn((
        layout::screen("The customers"),
        DespawnOnExit(Screen::Gallery),
    ));
    root.with_children(|root| {
        root.spawn(text::title("The customers"));
        root.spawn(layout::container(Node {
            flex_grow: 1.0,
            min_height: px(0),
            column_gap: px(gap::WIDE),
            ..default()
        }))
        .with_children(|parts| {
            parts
                .spawn((column(percent(SIDES.0)), layout::Roomy))
                .with_children(|column| people(column, shown));
            parts
                .spawn(layout::container(Node {
                    flex_direction: FlexDirection::Column,
                    flex_grow: 1.0,
                    flex_basis: px(0),
                    min_width: px(0),
                    row_gap: px(gap::TIGHT),
                    ..default()
                }))
                .with_children(|middle| portrait(middle, shown));
            parts
                .spawn(column(percent(SIDES.1)))
                .with_children(|column| choices(column, shown));
        });
        root.spawn(layout::row(gap::SMALL)).with_children(foot);
    });
}

fn column(width: Val) -> impl Bundle {
    layout::container(Node {
        width,
        flex_direction: FlexDirection::Column,
        flex_shrink: 0.0,
        min_height: px(0),
        ..default()
    })
}

/// Everybody as a small picture.
fn people(column: &mut ChildSpawnerCommands, shown: Shown) {
    scroll::scroll(column, |content| {
        content.spawn(layout::row(gap::SMALL)).with_children(|row| {
            for (n, look) in look::all().iter().enumerate() {
                let label = format!("{}. {}", look.id, look.title);
                let mut tile = row.spawn((button::card(&label), Tile(n)));
                if n == shown.person {
                    tile.insert(Checked);
                }
                tile.insert(Node {
                    padding: UiRect::all(px(4)),
                    border: UiRect::all(px(2)),
                    border_radius: BorderRadius::all(px(tokens::RADIUS)),
                    ..default()
                })
                .with_children(|tile| {
                    tile.spawn(photo::photo(look.id, TILE));
                })
                .observe(move |_: On<Activate>, mut shown: ResMut<Shown>| {
                    *shown = Shown {
                        person: n,
                        moment: None,
                        ..*shown
                    };
                });
            }
        });
    });
}

/// The large picture, and who it is.
fn portrait(middle: &mut ChildSpawnerCommands, shown: Shown) {
    middle
        .spawn((
            Frame,
            Node {
                width: percent(100),
                flex_grow: 1.0,
                flex_basis: px(0),
                min_height: px(150),
                overflow: Overflow::clip(),
                border_radius: BorderRadius::all(px(tokens::RADIUS_SHEET)),
                ..default()
            },
        ))
        .with_children(|frame| {
            frame.spawn(standing(shown));
        });
    middle.spawn((text::strong(code(shown.look())), Id));
    middle.spawn((text::body(shown.look().title), Who));
    let words = describe(&shown.percept(), false);
    let mut node = AccessNode::new(Role::Status);
    node.set_live(Live::Polite);
    node.set_label(&*words);
    middle.spawn((
        text::plain(words, size::CAPTION, Weight::Regular, tokens::INK_SOFT),
        Seen,
        AccessibilityNode::from(node),
    ));
}

/// What an author writes to have this person.
fn code(look: &Look) -> String {
    format!("look: \"{}\"", look.id)
}

/// The person behind the counter.
fn standing(shown: Shown) -> impl Bundle {
    (
        Picture {
            still: endless(
                [
                    scene::counter_backdrop(scene::Day::default()),
                    scene::counter_front(),
                ]
                .concat(),
            ),
            view: View {
                top: 40.0,
                bottom: 1010.0,
                x: 500.0,
                at: 0.5,
            },
            ground: tokens::GROUND,
        },
        Countenance::new(shown.look(), &shown.percept()),
        layout::group(Role::Image, Some(shown.look().title)),
        Node {
            width: percent(100),
            height: percent(100),
            ..default()
        },
        Pickable::IGNORE,
    )
}

/// The expressions and the micro-moments.
fn choices(column: &mut ChildSpawnerCommands, shown: Shown) {
    scroll::scroll(column, |content| {
        content.spawn(text::strong("Expression"));
        let segments: Vec<Segment> = expression::all()
            .map(|expression| Segment::new(expression.name))
            .collect();
        segmented(content, "Expression", &segments, shown.expression).observe(
            |choose: On<Choose>, mut shown: ResMut<Shown>| {
                *shown = Shown {
                    expression: choose.part,
                    moment: None,
                    ..*shown
                };
            },
        );
        content.spawn(text::strong("For a moment"));
        content.spawn(layout::row(gap::TIGHT)).with_children(|row| {
            for (n, (name, _)) in MOMENTS.iter().enumerate() {
                row.spawn(button::quiet(*name)).observe(
                    move |_: On<Activate>, mut shown: ResMut<Shown>| {
                        shown.moment = Some(n);
                    },
                );
            }
        });
    });
}

fn foot(foot: &mut ChildSpawnerCommands) {
    foot.spawn((button::quiet("Back"), Shortcut(KeyCode::Escape)))
        .observe(go(Screen::Title));
    foot.spawn((button::quiet("Previous"), Shortcut(KeyCode::KeyP)))
        .observe(|_: On<Activate>, mut shown: ResMut<Shown>| {
            shown.turn(look::all().len() - 1);
        });
    foot.spawn((button::primary("Next"), Shortcut(KeyCode::KeyN), AutoFocus))
        .observe(|_: On<Activate>, mut shown: ResMut<Shown>| shown.turn(1));
}

/// Shows what was chosen: another person at once, another expression as a face does.
fn tell(
    shown: Res<Shown>,
    frames: Query<(Entity, &Children), With<Frame>>,
    mut faces: Query<&mut Countenance>,
    tiles: Query<(Entity, &Tile)>,
    mut words: ParamSet<(
        Single<&mut Text, With<Id>>,
        Single<&mut Text, With<Who>>,
        Single<(&mut Text, &mut AccessibilityNode), With<Seen>>,
    )>,
    mut commands: Commands,
) {
    for (frame, children) in &frames {
        for &child in children {
            let Ok(mut face) = faces.get_mut(child) else {
                continue;
            };
            if std::ptr::eq(face.look(), shown.look()) {
                face.show(&shown.percept());
            } else {
                commands.entity(child).despawn();
                commands.spawn((standing(*shown), ChildOf(frame)));
            }
        }
    }
    for (tile, &Tile(n)) in &tiles {
        if n == shown.person {
            commands.entity(tile).insert(Checked);
        } else {
            commands.entity(tile).remove::<Checked>();
        }
    }
    words.p0().0 = code(shown.look());
    words.p1().0 = shown.look().title.to_owned();
    let mut seen = words.p2();
    let (text, node) = &mut *seen;
    text.0 = describe(&shown.percept(), false);
    node.set_label(format!("{}: {}", shown.look().id, text.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_can_go_round_both_ways() {
        let n = look::all().len();
        let mut shown = Shown::default();
        shown.turn(n - 1);
        assert_eq!(shown.person, n - 1);
        shown.turn(1);
        assert_eq!(shown.person, 0);
    }

    #[test]
    fn a_moment_is_over_with_the_next_person() {
        let mut shown = Shown {
            moment: Some(0),
            ..default()
        };
        assert!(shown.percept().micro.is_some());
        shown.turn(1);
        assert!(shown.percept().micro.is_none());
    }
}
