//! What becomes of a class: the page with who did how well, and the files that can be
//! downloaded.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::get;

use super::app::App;
use super::board::{Page, admitted, of, page};
use super::pages::outcome::{DecisionRow, ResultRow, Results};
use super::problem::Problem;
use super::store::ClassRow;
use super::{scores, wrong};
use crate::classroom::decisions::decisions;
use crate::classroom::judge::{Played, Verdict};
use crate::classroom::tables::{self, Attempt, tenths};
use crate::classroom::xapi;

/// Where the instructor looks.
pub fn board_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/classes/{id}/results", get(results))
        .route("/classes/{id}/export/{file}", get(export))
}

async fn results(State(app): State<Arc<App>>, Path(id): Path<String>, headers: HeaderMap) -> Page {
    admitted(&app, &headers)?;
    let class = of(&app, &id).await?;
    let attempts = app.results(&class).await?;
    let rows = attempts.iter().map(|attempt| {
        let report = attempt.played.as_ref().map(|played| &played.report);
        let mut notes: Vec<String> = report
            .iter()
            .flat_map(|report| &report.gates)
            .map(|gate| gate.name.to_owned())
            .collect();
        notes.extend(attempt.notes.iter().cloned());
        if !attempt.verdict.why().is_empty() {
            notes.push(attempt.verdict.why().to_owned());
        }
        ResultRow {
            mark: attempt.mark.clone(),
            scenario: attempt.scenario.clone(),
            number: attempt.number,
            verdict: attempt.verdict.word(),
            scores: report.map_or_else(Default::default, |report| {
                [
                    tenths(report.satisfaction.into()),
                    tenths(report.conduct),
                    tenths(report.total),
                ]
            }),
            passed: report.is_some_and(|report| report.passed),
            played: attempt.played_in,
            notes: notes.join("; "),
            receipt: attempt.source.clone(),
        }
    });
    let voids = app.store.voids(&id).await?;
    let decisions = decisions(of_people(&attempts));
    let decisions = decisions.iter().map(|decision| DecisionRow {
        void: wrong::why_out(&voids, &decision.scenario, &decision.beat),
        ..DecisionRow::of(decision)
    });
    let objections = app.store.objections(&id).await?;
    page(&Results {
        id,
        title: class.title.clone(),
        doctrine: app.live(&class)?.assignment.doctrine,
        rows: rows.collect(),
        decisions: decisions.collect(),
        objections: wrong::objections(&app, &class, &objections, &attempts).await?,
        voids: voids.iter().map(wrong::line).collect(),
        clauses: wrong::clauses(&attempts),
        n_rejected: app.store.n_rejected(&class.id).await?,
        n_older: scores::n_older(&app.store.scores(&class.id).await?),
    })
}

/// The runs that people played, each alone.
pub fn of_people(attempts: &[Attempt]) -> impl Iterator<Item = &Played> {
    let people = attempts.iter().filter(|attempt| !attempt.whole);
    people.filter_map(|attempt| attempt.played.as_deref())
}

/// A class as xAPI statements. The class's own run is nobody's, and left out.
async fn told(app: &App, class: &ClassRow, attempts: &[Attempt]) -> Page<Vec<u8>> {
    let rows = app.store.attempts(&class.id).await?;
    let scores = app.store.scores(&class.id).await?;
    let server = blake3::hash(app.public_key.as_bytes()).to_hex();
    let mut told = Vec::new();
    for attempt in attempts.iter().filter(|attempt| !attempt.whole) {
        let row = rows.iter().find(|row| row.id == attempt.id);
        let (Some(row), Some(played)) = (row, &attempt.played) else {
            continue;
        };
        let mine = scores.iter().filter(|score| score.attempt == row.id);
        let scores: Vec<xapi::Scored> = mine
            .map(|score| xapi::Scored {
                n: score.n,
                made_at: score.made_at,
                voids: score.voids.clone(),
                scores: score.scores,
            })
            .collect();
        told.extend(xapi::statements(&xapi::Attempt {
            id: &row.id,
            seat: &row.seat,
            class: &class.id,
            server: &server[..16],
            number: attempt.number,
            begun_at: row.begun_at,
            ended: attempt.verdict == Verdict::Verified,
            transcript: row.transcript.as_deref().unwrap_or_default(),
            played,
            scores: &scores,
        }));
    }
    let json = serde_json::to_vec_pretty(&told).map_err(|error| Problem::ours(&error))?;
    Ok(json)
}

async fn export(
    State(app): State<Arc<App>>,
    Path((id, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Page {
    admitted(&app, &headers)?;
    let class = of(&app, &id).await?;
    let ours = |error: csv::Error| Problem::ours(&error);
    let csv = "text/csv; charset=utf-8; header=present";
    // Receipts are as they were signed: nothing is played again for them.
    let attempts = match file.as_str() {
        "receipts.json" => Vec::new(),
        _ => app.results(&class).await?,
    };
    let (kind, bytes) = match file.as_str() {
        "attempts.csv" => (csv, tables::attempts_csv(&attempts).map_err(ours)?),
        "turns.csv" => (csv, tables::turns_csv(&attempts).map_err(ours)?),
        "decisions.csv" => {
            let decisions = decisions(of_people(&attempts));
            (csv, tables::decisions_csv(&decisions).map_err(ours)?)
        }
        "scores.csv" => (csv, scores::scores_csv(&app, &class, &attempts).await?),
        "disagreements.csv" => (csv, wrong::objections_csv(&app, &class, &attempts).await?),
        "disagreements.json" => {
            let file = wrong::objections_file(&app, &class, &attempts).await?;
            ("application/json", file.into_bytes())
        }
        "results.json" => {
            let attempts: Vec<_> = attempts.iter().map(tables::attempt_json).collect();
            let (voids, scores) = wrong::as_json_too(&app, &class).await?;
            let json = serde_json::json!({ "class": class.id, "title": class.title,
                "doctrine": app.live(&class)?.assignment.doctrine.key(), "attempts": attempts, "voids": voids, "scores": scores });
            ("application/json", format!("{json:#}\n").into_bytes())
        }
        "xapi.json" => ("application/json", told(&app, &class, &attempts).await?),
        "receipts.json" => {
            let receipts = app.store.receipts().await?;
            let receipts: Vec<serde_json::Value> = receipts
                .iter()
                .filter_map(|text| serde_json::from_str(text).ok())
                .collect();
            let json = serde_json::json!({ "public_key": app.public_key,
                "public_keys": app.store.signers().await?, "receipts": receipts });
            ("application/json", format!("{json:#}\n").into_bytes())
        }
        _ => return Err(Problem::not_found().into()),
    };
    // The file's name is ours alone, so nothing that was typed gets into the header.
    let name = format!(
        "attachment; filename=\"class-{}-{file}\"",
        &id[..8.min(id.len())]
    );
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}
