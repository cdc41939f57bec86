//! The page of scores: two numbers that are never mixed up, what they are worth,
//! how it ended, and every clause that came up, by principle.

use std::path::Path;

use bevy::a11y::AccessibilityNode;
use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use engine::report::Report;
use engine::score::Finding;

use super::reading::clause;
use super::{Shape, Studied, foot};
use crate::desk::debrief::ledger::{Group, groups, house_lines, tally};
use crate::desk::debrief::numbers::{capital, points};
use crate::desk::debrief::study::{Study, ending_words, together};
use crate::desk::run_file::RunFile;
use crate::game::pace::Pace;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{button, layout, progress, scroll, text};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, fold.run_if(resource_exists::<Studied>));
}

/// Where the run is kept, or why it is not.
pub fn kept_words(file: &RunFile) -> String {
    match (file.path(), file.trouble()) {
        (Some(path), _) => kept_at(path),
        (None, Some(why)) => capital(why),
        (None, None) => "The run is not kept.".to_owned(),
    }
}

/// Where a run is kept.
pub fn kept_at(path: &Path) -> String {
    format!("The run is kept in {}", path.display())
}

/// The clauses of a principle, and whether they are shown.
#[derive(Component)]
struct Fold {
    n: usize,
    open: bool,
}

/// What folds and unfolds the clauses of the principle with this number.
#[derive(Component)]
struct Folds(usize);

/// The sign that says whether they are shown.
#[derive(Component)]
struct Arrow(usize);

/// Spawns the page under its head.
pub fn page(root: &mut ChildSpawnerCommands, study: &Study, kept: Option<&str>, shape: Shape) {
    let groups = groups(&study.report);
    if !shape.wide {
        scroll::scroll(root, |content| {
            result(content, &study.report, kept);
            guidance(content, &groups, shape);
            foot::foot(content);
        });
        return;
    }
    let half = |share: f32| {
        layout::container(Node {
            flex_direction: FlexDirection::Column,
            flex_grow: share,
            flex_basis: px(0),
            min_width: px(0),
            ..default()
        })
    };
    root.spawn(layout::container(Node {
        flex_grow: 1.0,
        min_height: px(0),
        column_gap: px(gap::SMALL),
        ..default()
    }))
    .with_children(|halves| {
        halves.spawn(half(46.0)).with_children(|left| {
            scroll::scroll(left, |content| result(content, &study.report, kept));
        });
        halves.spawn(half(54.0)).with_children(|right| {
            scroll::scroll(right, |content| guidance(content, &groups, shape));
        });
    });
    foot::foot(root);
}

fn result(content: &mut ChildSpawnerCommands, report: &Report, kept: Option<&str>) {
    content.spawn(layout::panel()).with_children(|panel| {
        panel
            .spawn(layout::container(Node {
                column_gap: px(gap::MARGIN),
                row_gap: px(gap::SMALL),
                flex_wrap: FlexWrap::Wrap,
                ..default()
            }))
            .with_children(|row| {
                big(row, "Satisfaction", report.satisfaction.into());
                big(row, "Conduct", report.conduct);
            });
        panel.spawn(text::caption(format!(
            "Satisfaction is the survey they would fill in: the whole talk, its end and its worst moment. \
             With this customer play at random gets {}, the best play found {}.",
            points(report.par.random.into()),
            points(report.par.best.into()),
        )));
        panel.spawn(text::body(together(report)));
        if let Some(words) = report.doctrine.scored_by() {
            panel.spawn(text::caption(words));
        }
    });
    for gate in &report.gates {
        content.spawn(warning()).with_children(|sheet| {
            sheet.spawn(text::strong(format!("{}, step {}", gate.name, gate.turn)));
            sheet.spawn(text::body(gate.why));
        });
    }
    content
        .spawn(layout::panel())
        .with_children(|panel| match &report.ending {
            Some(ending) => {
                panel.spawn(text::strong("How it ended"));
                panel.spawn(text::speech(&ending.scene, size::BODY));
                panel.spawn(text::caption(ending_words(ending)));
            }
            None => {
                panel.spawn(text::body("The conversation has not come to an end."));
            }
        });
    if !report.promises.is_empty() {
        content.spawn(layout::panel()).with_children(|panel| {
            panel.spawn(text::strong("They have your word"));
            for promise in &report.promises {
                panel.spawn(text::body(format!(
                    "{} (step {})",
                    promise.what, promise.turn
                )));
            }
        });
    }
    if let Some(house) = &report.house {
        content.spawn(layout::panel()).with_children(|panel| {
            panel.spawn(text::strong(format!("{}: our own rules", house.name)));
            panel.spawn(text::caption("They move no other score."));
            for (head, words) in house_lines(house) {
                panel.spawn(text::body(head));
                panel.spawn(text::caption(words));
            }
        });
    }
    content.spawn(text::caption(report.caution));
    if let Some(kept) = kept {
        content.spawn(text::caption(kept));
    }
    content.spawn(text::caption(format!(
        "{}, seed {}, rules {}",
        report.scenario, report.seed, report.rules
    )));
}

/// A score as one large number.
fn big(row: &mut ChildSpawnerCommands, label: &str, tenths: i32) {
    row.spawn(layout::container(Node {
        flex_direction: FlexDirection::Column,
        flex_grow: 1.0,
        flex_basis: px(150),
        row_gap: px(2),
        ..default()
    }))
    .with_children(|column| {
        column.spawn(text::body(label));
        column.spawn(text::display(points(tenths)));
        column.spawn(progress::progress(label, tenths as f32 / 1000.0));
    });
}

/// A sheet that must be seen.
fn warning() -> impl Bundle {
    let sheet = Node {
        flex_direction: FlexDirection::Column,
        row_gap: px(gap::TIGHT),
        padding: UiRect::axes(px(gap::WIDE), px(16)),
        border: UiRect::all(px(3)),
        min_width: px(0),
        ..default()
    };
    (layout::sheet(sheet), BorderColor::all(tokens::INK))
}

fn guidance(content: &mut ChildSpawnerCommands, groups: &[Group], shape: Shape) {
    content.spawn(text::lead("The guidance, principle by principle"));
    content.spawn(text::caption(tally(groups)));
    let first = groups
        .iter()
        .position(|group| group.count(Finding::Broken) > 0);
    for (n, group) in groups.iter().enumerate() {
        let open = Some(n) == first;
        content
            .spawn(layout::column(gap::TIGHT))
            .with_children(|holder| {
                let mut head = holder.spawn((button::card(&spoken(group)), Folds(n)));
                // Flatter than a card usually is: there are many.
                head.insert(Node {
                    flex_direction: FlexDirection::Column,
                    padding: UiRect::axes(px(16), px(8)),
                    min_height: px(tokens::TARGET),
                    min_width: px(0),
                    border: UiRect::all(px(2)),
                    border_radius: BorderRadius::all(px(tokens::RADIUS)),
                    ..default()
                });
                // In one column the page would scroll down to it, past the scores.
                if n == 0 && shape.wide {
                    head.insert(AutoFocus);
                }
                head.with_children(|head| group_head(head, group, n))
                    .observe(on_fold);
                holder.spawn((
                    Fold { n, open },
                    layout::container(Node {
                        flex_direction: FlexDirection::Column,
                        row_gap: px(gap::SMALL),
                        padding: UiRect::axes(px(gap::WIDE), px(gap::TIGHT)),
                        min_width: px(0),
                        ..default()
                    }),
                ));
            });
    }
}

fn group_head(head: &mut ChildSpawnerCommands, group: &Group, n: usize) {
    let row = Node {
        column_gap: px(gap::SMALL),
        align_items: AlignItems::Center,
        ..default()
    };
    head.spawn(row).with_children(|row| {
        row.spawn((
            Arrow(n),
            text::plain("▸", size::BODY, Weight::Signs, tokens::ACCENT),
        ));
        row.spawn((
            text::plain(group.title, size::BODY, Weight::Bold, tokens::INK),
            Node {
                flex_grow: 1.0,
                flex_basis: px(0),
                min_width: px(0),
                ..default()
            },
        ));
        if let Some(score) = &group.score {
            row.spawn(text::plain(
                score.clone(),
                size::LEAD,
                Weight::Bold,
                tokens::ACCENT,
            ));
        }
    });
    head.spawn(text::plain(
        group.tally(),
        size::CAPTION,
        Weight::Regular,
        tokens::INK_SOFT,
    ));
}

/// What a screen reader says for a principle.
fn spoken(group: &Group) -> String {
    match &group.score {
        Some(score) => format!("{}: {score} of 100, {}", group.title, group.tally()),
        None => format!("{}: {}", group.title, group.tally()),
    }
}

fn on_fold(activate: On<Activate>, heads: Query<&Folds>, mut folds: Query<&mut Fold>) {
    let Ok(head) = heads.get(activate.entity) else {
        return;
    };
    for mut fold in folds.iter_mut().filter(|fold| fold.n == head.0) {
        fold.open = !fold.open;
    }
}

/// Shows or hides the clauses of a principle.
fn fold(
    (studied, shape): (Res<Studied>, Res<Shape>),
    folds: Query<(Entity, &Fold), Changed<Fold>>,
    mut heads: Query<(&Folds, &mut AccessibilityNode)>,
    mut arrows: Query<(&Arrow, &mut Text)>,
    mut bodies: Query<&mut Node>,
    mut pace: ResMut<Pace>,
    mut commands: Commands,
) {
    if folds.is_empty() {
        return;
    }
    let groups = groups(&studied.0.report);
    for (entity, fold) in &folds {
        for (_, mut node) in heads.iter_mut().filter(|(head, _)| head.0 == fold.n) {
            node.set_expanded(fold.open);
        }
        for (_, mut arrow) in arrows.iter_mut().filter(|(arrow, _)| arrow.0 == fold.n) {
            arrow.0 = if fold.open { "▾" } else { "▸" }.to_owned();
        }
        if let Ok(mut body) = bodies.get_mut(entity) {
            body.display = if fold.open {
                Display::Flex
            } else {
                Display::None
            };
        }
        let group = groups.get(fold.n).filter(|_| fold.open);
        commands
            .entity(entity)
            .despawn_children()
            .with_children(|body| {
                group
                    .into_iter()
                    .for_each(|group| unfolded(body, group, shape.rem));
            });
    }
    pace.animate();
}

fn unfolded(body: &mut ChildSpawnerCommands, group: &Group, rem: f32) {
    for line in &group.lines {
        clause(body, line, rem);
    }
    if !group.untested.is_empty() {
        body.spawn(text::caption(format!(
            "Not tested here: {}.",
            group.untested.join("; ")
        )));
    }
}
