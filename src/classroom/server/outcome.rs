//! What becomes of a class: the page with who did how well.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::app::App;
use super::board::{OnBoard, Page, page};
use super::gists::{Books, Outcome};
use super::pages::outcome::{DecisionRow, Far, ResultRow, Results, seconds};
use super::{scores, wrong};
use crate::classroom::decisions::{Decision, Played, decisions};
use crate::classroom::tables::{Attempt, tenths};

/// Where the instructor looks.
pub fn board_routes() -> Router<Arc<App>> {
    Router::new().route("/classes/{id}/results", get(results))
}

async fn results(State(app): State<Arc<App>>, OnBoard(class): OnBoard) -> Page {
    let books = Books::open(&app, &class).await?;
    let attempts = match app.outcome(&books).await? {
        Outcome::All(attempts) => attempts,
        Outcome::Some(n, of) => {
            return page(&Far {
                kind: "page",
                title: class.title,
                n,
                of,
                back: (format!("/classes/{}", class.id), "Board"),
            });
        }
    };
    let rows = attempts.iter().map(|attempt| {
        let counted = attempt.counted();
        let mut notes: Vec<String> = counted
            .iter()
            .flat_map(|run| &run.gates)
            .map(|&gate| gate.to_owned())
            .collect();
        notes.extend(attempt.notes.iter().cloned());
        let verdict = &attempt.gist.verdict;
        if !verdict.why().is_empty() {
            notes.push(verdict.why().to_owned());
        }
        ResultRow {
            mark: attempt.mark.clone(),
            scenario: attempt.scenario.clone(),
            number: attempt.number,
            verdict: verdict.word(),
            scores: counted.map_or_else(Default::default, |run| {
                [
                    tenths(run.satisfaction.into()),
                    tenths(run.conduct),
                    tenths(run.total),
                ]
            }),
            passed: counted.is_some_and(|run| run.passed),
            played: attempt.played_in,
            notes: notes.join("; "),
            receipt: attempt.source.clone(),
        }
    });
    let decisions = decisions(of_people(&attempts));
    let slowest = slowest(&decisions);
    let decisions = decisions.iter().map(|decision| DecisionRow {
        void: wrong::why_out(&books.voids, &decision.scenario, &decision.beat),
        ..DecisionRow::of(decision)
    });
    let objections = app.store.objections(&class.id).await?;
    page(&Results {
        id: class.id.clone(),
        title: class.title.clone(),
        doctrine: books.live.assignment.doctrine,
        picked: books.live.assignment.picked(),
        rows: rows.collect(),
        decisions: decisions.collect(),
        slowest,
        objections: wrong::objections(&books, &objections, &attempts),
        voids: books.voids.iter().map(wrong::line).collect(),
        clauses: wrong::clauses(&attempts),
        n_rejected: app.store.n_rejected(&class.id).await?,
        n_older: scores::n_older(&books),
        scoring: books.live.scoring.load(Ordering::Relaxed),
    })
}

/// The runs that people played, each alone, with their scenarios.
pub fn of_people(attempts: &[Attempt]) -> impl Iterator<Item = Played<'_>> {
    let people = attempts.iter().filter(|attempt| !attempt.whole);
    people.filter_map(|attempt| {
        let run = attempt.counted()?;
        Some((attempt.scenario.as_str(), run, &*attempt.seconds))
    })
}

/// How many decisions are named as those that took longest.
const SLOWEST: usize = 3;
/// Of so many people their time must be known: one who was called away is no finding.
const TIMED: usize = 3;

/// Where people took longest to decide: scenario, beat and how long.
fn slowest(decisions: &[Decision]) -> Vec<(String, String, String)> {
    let timed = decisions
        .iter()
        .filter(|decision| decision.n_timed >= TIMED);
    let mut timed: Vec<(&Decision, f64)> = timed
        .filter_map(|decision| Some((decision, decision.median?)))
        .collect();
    timed.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let longest = timed.into_iter().take(SLOWEST);
    let longest = longest.map(|(decision, median)| {
        let (scenario, beat) = (decision.scenario.clone(), decision.beat.clone());
        (scenario, beat, seconds(median))
    });
    longest.collect()
}
