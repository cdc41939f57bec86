//! What becomes of a class: the page with who did how well.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::app::App;
use super::board::{OnBoard, Page, page};
use super::gists::{Books, Outcome};
use super::pages::outcome::{DecisionRow, Far, ResultRow, Results};
use super::{scores, wrong};
use crate::classroom::decisions::decisions;
use crate::classroom::gist::Counted;
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
        objections: wrong::objections(&books, &objections, &attempts),
        voids: books.voids.iter().map(wrong::line).collect(),
        clauses: wrong::clauses(&attempts),
        n_rejected: app.store.n_rejected(&class.id).await?,
        n_older: scores::n_older(&books),
        scoring: books.live.scoring.load(Ordering::Relaxed),
    })
}

/// The runs that people played, each alone, with their scenarios.
pub fn of_people(attempts: &[Attempt]) -> impl Iterator<Item = (&str, &Counted)> {
    let people = attempts.iter().filter(|attempt| !attempt.whole);
    people.filter_map(|attempt| Some((attempt.scenario.as_str(), attempt.counted()?)))
}
