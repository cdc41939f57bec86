//! What there is to read about one step: what was said, why it moved them, a
//! better line, and what the guidance has to say.

use bevy::prelude::*;
use engine::analysis::AnalysisNote;
use engine::score::Finding;

use super::explain::stacked;
use crate::desk::debrief::ledger::FINDINGS;
use crate::desk::debrief::numbers::{capital, ordinal};
use crate::desk::debrief::study::{ClauseLine, Reason, Study, small_ones};
use crate::desk::debrief::verdicts;
use crate::desk::report_text::summary;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, gap, size};
use crate::game::theme::{layout, text};

/// At most so many clauses are told of a step.
const N_CLAUSES: usize = 3;

/// Spawns it all for step `n`. `rem` is that of the text, logical pixels.
pub fn read(
    column: &mut ChildSpawnerCommands,
    study: &Study,
    n: usize,
    note: Option<&AnalysisNote>,
    rem: f32,
) {
    let Some(step) = study.steps.get(n) else {
        return;
    };
    column
        .spawn(layout::column(gap::TIGHT))
        .with_children(|said| {
            if let Some(heard) = &step.heard {
                said.spawn(text::caption(&*study.customer));
                said.spawn(text::speech(heard, size::BODY));
            }
        });
    column
        .spawn(layout::column(gap::TIGHT))
        .with_children(|said| {
            if let Some(how) = &step.how {
                let whose = step.reply.map_or_else(
                    || "You".to_owned(),
                    |n| format!("Your {} reply", ordinal(n)),
                );
                said.spawn(text::caption(format!("{whose}, {how}")));
            }
            let words = if step.spoken {
                format!("*“{}”*", step.deed)
            } else {
                step.deed.clone()
            };
            said.spawn(text::speech(&words, size::BODY));
            if !step.when.is_empty() {
                said.spawn(text::caption(capital(&step.when)));
            }
            if let Some(answer) = &step.answer {
                said.spawn(text::caption(format!(
                    "Their answer: “{}”",
                    answer.replace('*', "")
                )));
            }
        });
    // What they come to together stands at the start.
    let together = (n == 0).then(|| summary(&study.report.readings)).flatten();
    if step.marked.is_some() || together.is_some() {
        part(column, "How you read them", |part| {
            for words in step.marked.iter().chain(&together) {
                part.spawn(text::caption(&**words));
            }
        });
    }
    if let Some(note) = note {
        analysis(column, n, note);
    }
    if !step.why.is_empty() {
        part(column, "Why", |part| {
            step.why.iter().for_each(|why| reason(part, why, rem));
            if let Some(small) = small_ones(step.n_small) {
                part.spawn(text::caption(small));
            }
        });
    }
    if let Some(better) = &step.better {
        part(column, "A better line that was on offer", |part| {
            part.spawn((
                layout::container(Node {
                    padding: UiRect::axes(px(14), px(10)),
                    border_radius: BorderRadius::all(px(tokens::RADIUS)),
                    row_gap: px(2),
                    ..stacked()
                }),
                BackgroundColor(tokens::ACCENT_MIST),
            ))
            .with_children(|line| {
                line.spawn(text::body(&*better.deed));
                line.spawn(text::caption(capital(&better.how)));
                line.spawn(text::caption(format!("One step ahead: {}", better.effect)));
            });
        });
    }
    if !step.clauses.is_empty() {
        part(column, "What the guidance says", |part| {
            for line in step.clauses.iter().take(N_CLAUSES) {
                clause(part, line, rem);
            }
            if let more @ 1.. = step.clauses.len().saturating_sub(N_CLAUSES) {
                part.spawn(text::caption(format!(
                    "and {more} more on the page of scores"
                )));
            }
        });
    }
    if let Some(remark) = step.remarks.first() {
        part(column, "Not everybody agrees", |part| {
            part.spawn(text::caption(&**remark));
        });
    }
}

/// What the search has to say: of a reply, what it was; at the start, of them all.
fn analysis(column: &mut ChildSpawnerCommands, n: usize, note: &AnalysisNote) {
    if n == 0 {
        part(column, "Next to the best line", |part| {
            for line in verdicts::summary(note) {
                part.spawn(text::caption(line));
            }
        });
        return;
    }
    let judged = verdicts::judged(note);
    let Some(judged) = judged.into_iter().find(|judged| judged.turn == n) else {
        return;
    };
    let title = format!("{} {}", judged.name, judged.mark);
    part(column, title.trim_end(), |part| {
        part.spawn(text::caption(judged.price));
        if let Some(best) = judged.best {
            part.spawn(text::body(best));
        }
        if note.turning_point == Some(n) {
            part.spawn(text::caption("The turning point: no reply cost more."));
        }
        if note.no_return.is_some_and(|point| point.turn == n) {
            part.spawn(text::caption("The point of no return: see the start."));
        }
    });
}

fn part(
    parent: &mut ChildSpawnerCommands,
    title: &str,
    fill: impl FnOnce(&mut ChildSpawnerCommands),
) {
    parent
        .spawn(layout::container(Node {
            row_gap: px(8),
            margin: UiRect::top(px(6)),
            ..stacked()
        }))
        .with_children(|part| {
            part.spawn(text::strong(title));
            fill(part);
        });
}

fn reason(part: &mut ChildSpawnerCommands, why: &Reason, rem: f32) {
    let (sign, color) = if why.good {
        ("▲", tokens::ACCENT)
    } else {
        ("▼", tokens::INK)
    };
    signed(part, (sign, color), rem, |words| {
        words.spawn(text::body(format!("{}: {}", why.title, why.sizes)));
        words.spawn(text::caption(why.why));
    });
}

/// Spawns a clause: how it stands, its sentence, its place. `rem` is that of the
/// text, logical pixels.
pub fn clause(part: &mut ChildSpawnerCommands, line: &ClauseLine, rem: f32) {
    let (sign, color) = match line.finding {
        Finding::Broken => ("✗", tokens::INK),
        Finding::Missed => ("○", tokens::INK),
        Finding::Partly => ("◐", tokens::ACCENT),
        Finding::Followed | Finding::NotTested => ("✓", tokens::ACCENT),
    };
    let word = FINDINGS
        .iter()
        .find(|(finding, _)| *finding == line.finding)
        .map_or("", |(_, word)| word);
    signed(part, (sign, color), rem, |words| {
        words.spawn(text::body(format!("{}: {}", capital(word), line.title)));
        words.spawn(text::caption(line.sentence));
        words.spawn(text::caption(&*line.source));
        if let Some(disputed) = &line.disputed {
            words.spawn(text::caption(&**disputed));
        }
    });
}

/// A sign in a narrow column, and words beside it.
fn signed(
    part: &mut ChildSpawnerCommands,
    (sign, color): (&str, Color),
    rem: f32,
    fill: impl FnOnce(&mut ChildSpawnerCommands),
) {
    part.spawn(layout::container(Node {
        column_gap: px(8),
        min_width: px(0),
        ..default()
    }))
    .with_children(|row| {
        row.spawn((
            text::plain(sign, size::BODY, Weight::Signs, color),
            Node {
                width: px(rem * 1.1),
                flex_shrink: 0.0,
                ..default()
            },
        ));
        row.spawn(layout::container(Node {
            flex_grow: 1.0,
            flex_basis: px(0),
            row_gap: px(0),
            ..stacked()
        }))
        .with_children(fill);
    });
}
