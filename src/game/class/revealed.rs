//! The debrief of a run in a sealed class, once the class is over: what the class's
//! computer says of it, which a browser shows as well. The scenario stays there, so
//! there is nothing to try out.

use std::sync::Arc;

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use bevy::winit::EventLoopProxyWrapper;

use super::disagree::{self, Decision};
use super::seat::Seated;
use super::{Task, Wake};
use crate::classroom::client::stepped::Table;
use crate::classroom::talk::{Revealed, RevealedTurn};
use crate::game::debrief::picture_of;
use crate::game::screen::Screen;
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button as buttons, layout, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PreUpdate, collect.run_if(in_state(Screen::Class)));
}

/// A debrief.
pub(super) enum Looks {
    /// That of this attempt is asked for.
    For(String, Task<Revealed>),
    /// It is looked at.
    At(String, Arc<Revealed>),
}

/// Pixels of the curve's picture.
const CURVE: UVec2 = UVec2::new(1_400, 320);

/// Spawns the button that leads to the debrief of an attempt; the keyboard is on the
/// first one.
pub(super) fn button(panel: &mut ChildSpawnerCommands, id: &str, title: &str, first: bool) {
    let (id, label) = (id.to_owned(), format!("Debrief of {title}"));
    panel.spawn(layout::row(gap::SMALL)).with_children(|row| {
        let mut button = row.spawn(buttons::quiet("Debrief"));
        button.insert(AccessibleLabel::new(label)).observe(
            move |_: On<Activate>, mut commands: Commands| {
                let id = id.clone();
                commands.queue(move |world: &mut World| ask(world, id));
            },
        );
        if first {
            button.insert(AutoFocus);
        }
    });
}

fn ask(world: &mut World, id: String) {
    let wake = Wake::of(world.get_resource::<EventLoopProxyWrapper>());
    let Some(mut seated) = world.get_resource_mut::<Seated>() else {
        return;
    };
    match seated.link() {
        Ok(link) => {
            let token = seated.token().to_owned();
            let table = Table { link, token };
            seated.line.recall(&id);
            let asked = id.clone();
            let task = Task::begin(wake, move || table.debrief(&asked));
            seated.looks = Some(Looks::For(id, task));
        }
        Err(error) => seated.trouble = Some(format!("{error:#}")),
    }
    world.commands().set_state(Screen::Class);
}

fn collect(seated: Option<ResMut<Seated>>, mut commands: Commands) {
    let Some(mut seated) = seated else {
        return;
    };
    let Some(Looks::For(id, task)) = &seated.bypass_change_detection().looks else {
        return;
    };
    let Some(result) = task.result() else {
        return;
    };
    let id = id.clone();
    match result {
        Ok(revealed) => seated.looks = Some(Looks::At(id, Arc::new(revealed))),
        Err(why) => {
            seated.looks = None;
            seated.trouble = Some(why);
        }
    }
    commands.set_state(Screen::Class);
}

/// Shows it.
pub(super) fn show(
    attempt: &str,
    revealed: &Revealed,
    mut images: ResMut<Assets<Image>>,
    mut commands: Commands,
) {
    let curve = images.add(picture_of(&revealed.meters, CURVE));
    let mut root = commands.spawn((layout::screen("Debrief"), DespawnOnExit(Screen::Class)));
    root.with_children(|root| {
        root.spawn(text::title(revealed.title.clone()));
        scroll::scroll(root, |list| {
            sheet(list, |panel| {
                panel.spawn(text::body(revealed.scene.clone()));
                panel.spawn(layout::row(gap::MARGIN)).with_children(|row| {
                    let names = ["Satisfaction", "Conduct", "Together"];
                    for (name, score) in names.into_iter().zip(&revealed.scores) {
                        row.spawn(layout::column(0.0)).with_children(|column| {
                            column.spawn(text::heading(score.clone()));
                            column.spawn(text::caption(name));
                        });
                    }
                });
                panel.spawn(text::body(match revealed.passed {
                    true => "Above the provisional line.",
                    false => "Not yet above the provisional line.",
                }));
                if let Some(words) = &revealed.scored_by {
                    panel.spawn(text::caption(words.clone()));
                }
                for (name, why) in &revealed.gates {
                    panel.spawn(text::strong(name.clone()));
                    panel.spawn(text::body(why.clone()));
                }
                for line in &revealed.not_counted {
                    panel.spawn(text::body(line.clone()));
                }
            });
            sheet(list, |panel| {
                panel.spawn(text::strong("The satisfactometer"));
                let told = "The hidden satisfactometer over the conversation, 0 to 100; the \
                            numbers are below";
                panel.spawn((
                    layout::group(accesskit::Role::Image, Some(told)),
                    ImageNode::new(curve.clone()),
                    Node {
                        width: percent(100),
                        aspect_ratio: Some(CURVE.x as f32 / CURVE.y as f32),
                        ..default()
                    },
                ));
            });
            for (turn, n) in revealed.turns.iter().zip(1..) {
                sheet(list, |panel| {
                    self::turn(panel, turn);
                    if turn.decides {
                        disagreed(panel, attempt, n, turn);
                    }
                });
            }
            list.spawn(text::caption(revealed.caution.clone()));
            list.spawn(text::caption(
                "The scenario stays on the class’s computer, so there is nothing to try out here.",
            ));
        });
        root.spawn(layout::row(gap::SMALL)).with_children(|foot| {
            foot.spawn((
                buttons::primary("Back to the class"),
                AutoFocus,
                Shortcut(KeyCode::Escape),
            ))
            .observe(
                |_: On<Activate>, seated: Option<ResMut<Seated>>, mut commands: Commands| {
                    if let Some(mut seated) = seated {
                        seated.looks = None;
                    }
                    commands.set_state(Screen::Class);
                },
            );
        });
    });
}

fn sheet(list: &mut ChildSpawnerCommands, fill: impl FnOnce(&mut ChildSpawnerCommands)) {
    list.spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
        .with_children(fill);
}

fn turn(panel: &mut ChildSpawnerCommands, turn: &RevealedTurn) {
    panel.spawn(text::strong(turn.said.clone()));
    panel.spawn(text::caption(turn.how.clone()));
    let why = match turn.why.as_str() {
        "" => String::new(),
        why => format!(": {why}"),
    };
    panel.spawn(text::plain(
        format!("{} to {}{why}", turn.change, turn.meter),
        size::BODY,
        Weight::Regular,
        tokens::INK,
    ));
    if !turn.better.is_empty() {
        panel.spawn(text::body(format!("Better: {}", turn.better)));
    }
}

/// What its player says about a decision, and the way to say it.
fn disagreed(panel: &mut ChildSpawnerCommands, attempt: &str, n: usize, turn: &RevealedTurn) {
    let decision = Decision {
        attempt: attempt.to_owned(),
        turn: n,
        said: turn.said.clone(),
    };
    panel.spawn(disagree::stand(decision.clone()));
    panel.spawn(layout::row(gap::SMALL)).with_children(|row| {
        row.spawn(disagree::button(decision))
            .insert(AccessibleLabel::new(format!("I disagree: {}", turn.said)))
            .observe(disagree::on_open);
    });
}
