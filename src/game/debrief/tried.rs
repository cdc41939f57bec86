//! The page of what was tried out: both curves one over the other, the words side
//! by side from where they part, and the way to try again from any reply.

use bevy::input_focus::AutoFocus;
use bevy::input_focus::tab_navigation::TabIndex;
use bevy::prelude::*;
use bevy::ui::Checked;
use bevy::ui_widgets::{Activate, RadioButton, RadioGroup, ValueChange};

use super::duet::{Duet, duet};
use super::foot::Notice;
use super::{Looked, Shape, Tried, foot, keepsake, play_on, rename};
use crate::desk::debrief::beside::{Exchange, Line, Who, heard_before, meters, pairs};
use crate::desk::debrief::numbers::{change, points};
use crate::desk::what_if::{Forks, Origin};
use crate::game::encounter::keep::Record;
use crate::game::theme::look::Look;
use crate::game::theme::shortcut::Shortcut;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, scroll, text, toggle};

/// A what-if in the list.
#[derive(Component, Clone, Copy)]
struct Pick(usize);

/// A button that plays on from here.
#[derive(Component, Clone, Copy)]
struct From(Origin);

/// Spawns the page under its head.
pub fn page(root: &mut ChildSpawnerCommands, forks: &Forks, looked: Looked, shape: Shape) {
    let Some(fork) = forks.get(looked.fork) else {
        nothing(root);
        return;
    };
    let other = if looked.against_run {
        None
    } else {
        fork.origin.parent
    };
    let was = forks.talk(other);
    let both = Duet {
        was,
        tried: &fork.session,
        at: if other == fork.origin.parent {
            fork.origin.at
        } else {
            Forks::shared(was, &fork.session)
        },
    };
    if !shape.wide {
        scroll::scroll(root, |content| {
            content.spawn(layout::panel()).with_children(|sheet| {
                verdict(sheet, forks, both);
                duet(sheet, both, shape);
            });
            list(content, forks, looked);
            actions(content, forks, looked);
            words(content, both, looked.fork, shape);
            foot::foot(content);
        });
        return;
    }
    root.spawn(layout::container(Node {
        flex_grow: 1.0,
        min_height: px(0),
        column_gap: px(gap::WIDE),
        ..default()
    }))
    .with_children(|halves| {
        halves.spawn(half(46.0)).with_children(|left| {
            left.spawn(layout::sheet(Node {
                flex_direction: FlexDirection::Column,
                row_gap: px(gap::TIGHT),
                flex_grow: 1.0,
                min_height: px(0),
                padding: UiRect::axes(px(20), px(14)),
                ..default()
            }))
            .with_children(|sheet| {
                verdict(sheet, forks, both);
                duet(sheet, both, shape);
            });
            left.spawn(layout::container(Node {
                flex_direction: FlexDirection::Column,
                flex_grow: 0.6,
                flex_basis: px(0),
                min_height: px(110),
                ..default()
            }))
            .with_children(|room| {
                scroll::scroll(room, |content| list(content, forks, looked));
            });
            actions(left, forks, looked);
        });
        halves.spawn(half(54.0)).with_children(|right| {
            columns(right);
            scroll::scroll(right, |content| words(content, both, looked.fork, shape));
        });
    });
    foot::foot(root);
}

fn half(share: f32) -> impl Bundle {
    layout::container(Node {
        flex_direction: FlexDirection::Column,
        flex_grow: share,
        flex_basis: px(0),
        min_width: px(0),
        min_height: px(0),
        row_gap: px(gap::SMALL),
        ..default()
    })
}

/// The page before anything was tried.
fn nothing(root: &mut ChildSpawnerCommands) {
    scroll::scroll(root, |content| {
        content
            .spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
            .with_children(|panel| {
                panel.spawn(text::lead("What would have happened?"));
                panel.spawn(text::body(
                    "Choose a step on the curve and play on from there, with the same customer in the same mood. \
                     Both curves then stand here one over the other, and the words side by side.",
                ));
                panel.spawn(text::body(
                    "What you try out never counts: the score of the run stays what it is.",
                ));
                panel.spawn(layout::row(gap::SMALL)).with_children(|row| {
                    row.spawn((button::primary("Play on from the start"), AutoFocus))
                        .insert(From(Origin {
                            parent: None,
                            at: 0,
                        }))
                        .observe(on_from);
                });
            });
    });
    foot::foot(root);
}

/// What it came to, and that it does not count.
fn verdict(sheet: &mut ChildSpawnerCommands, forks: &Forks, both: Duet) {
    let survey =
        |session: &engine::session::Session| points(session.world().survey(session.state()).into());
    let open = if both.tried.ending().is_some() {
        ""
    } else {
        " so far"
    };
    let whose = if std::ptr::eq(both.was, forks.run()) {
        "Satisfaction in the run"
    } else {
        "Satisfaction in what it left"
    };
    sheet.spawn(text::body(format!(
        "{whose}: {}. What if{open}: {}.",
        survey(both.was),
        survey(both.tried)
    )));
    sheet.spawn(text::caption(
        "Tried out only: the score of the run stays what it is.",
    ));
}

fn list(content: &mut ChildSpawnerCommands, forks: &Forks, looked: Looked) {
    let mut group = content.spawn((
        RadioGroup,
        AccessibleLabel::new("What was tried out"),
        layout::container(Node {
            flex_direction: FlexDirection::Column,
            row_gap: px(8),
            min_width: px(0),
            ..default()
        }),
    ));
    group.observe(on_pick);
    group.with_children(|list| {
        for (n, fork) in forks.list().iter().enumerate() {
            let end = meters(&fork.session).last().copied().unwrap_or_default();
            let kept = if fork.kept { ", kept" } else { "" };
            let from = match fork.origin.parent.and_then(|n| forks.get(n)) {
                Some(parent) => format!("leaves “{}”, ", parent.name),
                None => String::new(),
            };
            let state = match fork.session.ending() {
                Some(_) => format!("{from}ended at {}{kept}", points(end.into())),
                None => format!("{from}broken off at {}{kept}", points(end.into())),
            };
            let mut line = list.spawn((
                RadioButton,
                Look::Card,
                Pick(n),
                TabIndex(0),
                AccessibleLabel::new(format!("{}; {state}", fork.name)),
                BackgroundColor::default(),
                BorderColor::default(),
                Node {
                    flex_direction: FlexDirection::Column,
                    flex_shrink: 0.0,
                    min_height: px(tokens::TARGET),
                    min_width: px(0),
                    margin: UiRect::left(px(20.0 * (forks.depth(n) - 1).min(4) as f32)),
                    padding: UiRect::axes(px(14), px(6)),
                    border: UiRect::all(px(2)),
                    border_radius: BorderRadius::all(px(tokens::RADIUS)),
                    ..default()
                },
            ));
            if n == looked.fork {
                line.insert((Checked, AutoFocus));
            }
            line.with_children(|line| {
                line.spawn(text::plain(
                    &*fork.name,
                    size::BODY,
                    Weight::Bold,
                    tokens::INK,
                ));
                line.spawn(text::plain(
                    state,
                    size::CAPTION,
                    Weight::Regular,
                    tokens::INK_SOFT,
                ));
            });
        }
    });
}

fn on_pick(change: On<ValueChange<Entity>>, picks: Query<&Pick>, mut looked: ResMut<Looked>) {
    if let Ok(pick) = picks.get(change.value) {
        looked.set_if_neq(Looked {
            fork: pick.0,
            against_run: false,
        });
    }
}

fn actions(content: &mut ChildSpawnerCommands, forks: &Forks, looked: Looked) {
    let Some(fork) = forks.get(looked.fork) else {
        return;
    };
    content.spawn(layout::row(gap::SMALL)).with_children(|row| {
        row.spawn((button::quiet("Name"), Shortcut(KeyCode::KeyM)))
            .observe(rename::open);
        let keep = if fork.kept { "Keep no longer" } else { "Keep" };
        row.spawn((button::quiet(keep), Shortcut(KeyCode::KeyK)))
            .observe(on_keep);
        row.spawn((button::quiet("Forget"), Shortcut(KeyCode::KeyF)))
            .observe(on_forget);
    });
    if fork.origin.parent.is_some() {
        toggle::toggle(content, "Compare with the run itself", looked.against_run).observe(
            |change: On<ValueChange<bool>>, mut looked: ResMut<Looked>| {
                looked.against_run = change.value;
            },
        );
    }
}

fn on_keep(
    _: On<Activate>,
    looked: Res<Looked>,
    record: Option<Res<Record>>,
    mut tried: ResMut<Tried>,
    mut notice: ResMut<Notice>,
) {
    let Some(fork) = tried.0.get(looked.fork) else {
        return;
    };
    let kept = !fork.kept;
    if keepsake::file(record.as_deref()).is_some() {
        tried.0.set_kept(looked.fork, kept);
    }
    notice.0 = Some(keepsake::save(&tried.0, record.as_deref()));
}

fn on_forget(
    _: On<Activate>,
    record: Option<Res<Record>>,
    mut looked: ResMut<Looked>,
    mut tried: ResMut<Tried>,
    mut notice: ResMut<Notice>,
) {
    let kept = tried.0.get(looked.fork).is_some_and(|fork| fork.kept);
    tried.0.forget(looked.fork);
    looked.fork = looked.fork.min(tried.0.list().len().saturating_sub(1));
    notice.0 = kept.then(|| keepsake::save(&tried.0, record.as_deref()));
}

/// The heads of the two columns of words.
fn columns(parent: &mut ChildSpawnerCommands) {
    parent
        .spawn(layout::container(Node {
            column_gap: px(gap::WIDE),
            // In line with what scrolls under it.
            padding: UiRect::new(px(8), px(24), px(0), px(0)),
            flex_shrink: 0.0,
            ..default()
        }))
        .with_children(|row| {
            for head in ["As it was", "What if"] {
                row.spawn(cell())
                    .with_children(|cell| _ = cell.spawn(text::strong(head)));
            }
        });
}

fn cell() -> impl Bundle {
    layout::container(Node {
        flex_direction: FlexDirection::Column,
        flex_grow: 1.0,
        flex_basis: px(0),
        min_width: px(0),
        row_gap: px(gap::TIGHT),
        ..default()
    })
}

/// The words of both from where they part.
fn words(content: &mut ChildSpawnerCommands, both: Duet, fork: usize, shape: Shape) {
    if let Some(heard) = heard_before(both.tried, both.at) {
        content.spawn(text::caption(format!(
            "Both begin after: “{}”",
            heard.replace('*', "")
        )));
    }
    for pair in pairs(both.was, both.tried, both.at) {
        content
            .spawn(layout::container(Node {
                flex_direction: if shape.wide {
                    FlexDirection::Row
                } else {
                    FlexDirection::Column
                },
                column_gap: px(gap::WIDE),
                row_gap: px(gap::SMALL),
                flex_shrink: 0.0,
                ..default()
            }))
            .with_children(|row| {
                side(row, pair.was.as_ref(), "As it was", None, shape);
                side(row, pair.tried.as_ref(), "What if", Some(fork), shape);
            });
    }
}

fn side(
    row: &mut ChildSpawnerCommands,
    exchange: Option<&Exchange>,
    whose: &str,
    fork: Option<usize>,
    shape: Shape,
) {
    let mut cell = row.spawn(cell());
    let Some(exchange) = exchange else {
        return;
    };
    cell.with_children(|cell| {
        if !shape.wide {
            cell.spawn(text::strong(whose));
        }
        cell.spawn(text::caption(format!("You, {}", exchange.how)));
        exchange.lines.iter().for_each(|line| spoken(cell, line));
        cell.spawn(text::caption(format!(
            "{} points, now {}",
            change(exchange.change.into()),
            points(exchange.meter.into())
        )));
        if fork.is_some() {
            let origin = Origin {
                parent: fork,
                at: exchange.at,
            };
            cell.spawn(layout::row(0.0)).with_children(|row| {
                row.spawn(button::quiet(format!(
                    "What if, from step {}",
                    exchange.at + 1
                )))
                .insert(From(origin))
                .observe(on_from);
            });
        }
    });
}

fn spoken(cell: &mut ChildSpawnerCommands, line: &Line) {
    match line.who {
        Who::You => {
            let sheet = layout::container(Node {
                padding: UiRect::axes(px(12), px(6)),
                border_radius: BorderRadius::all(px(tokens::RADIUS)),
                min_width: px(0),
                ..default()
            });
            cell.spawn((sheet, BackgroundColor(tokens::ACCENT_MIST)))
                .with_children(|sheet| _ = sheet.spawn(text::speech(&line.text, size::BODY)));
        }
        Who::They => _ = cell.spawn(text::speech(&line.text, size::BODY)),
        Who::Note => _ = cell.spawn(text::caption(line.text.replace('*', ""))),
    }
}

fn on_from(
    activate: On<Activate>,
    buttons: Query<&From>,
    tried: Res<Tried>,
    mut commands: Commands,
) {
    if let Ok(from) = buttons.get(activate.entity) {
        play_on(&tried.0, from.0, &mut commands);
    }
}
