//! When the game is wrong: an instructor takes a decision or a clause out of the
//! count, for everyone and with a reason; scores get a new row and the old one stays.
//! A trainee says "I disagree, because".

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use engine::guidance::Catalogue;
use engine::report::NotCounted;
use engine::score::{Void, Voided};
use engine::session::Session;
use engine::state::Floor;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_http::limit::RequestBodyLimitLayer;

use super::api::{Asked, BODY, as_json};
use super::app::{App, Seated, called, now};
use super::board::{OnBoard, Page};
use super::gists::{Books, patiently};
use super::outcome::of_people;
use super::pages::outcome::{Objection, VoidLine};
use super::problem::{Answer, Problem};
use super::scores::{self, Basis};
use super::store::{ClassRow, NewObjection, NewVoid, ObjectionRow, VoidRow, Write};
use crate::classroom::assignment::moment;
use crate::classroom::disagreements::{self, Disagreement, decides};
use crate::classroom::gist::Choice;
use crate::classroom::inert::cell;
use crate::classroom::tables::{self, Attempt, timestamp};

/// Where trainees disagree.
pub fn room_routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/v1/attempts/{id}/disagreements",
            get(disagrees).post(disagree),
        )
        .layer(RequestBodyLimitLayer::new(BODY))
}

/// Where the instructor takes something out, and puts it back.
pub fn board_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/classes/{id}/voids", post(void))
        .route("/classes/{id}/voids/{no}/lift", post(lift))
        .layer(RequestBodyLimitLayer::new(BODY))
}

/// What does not count now, for one scenario.
pub fn in_force(voids: &[VoidRow], scenario: &str) -> Vec<Void> {
    let now = voids.iter().filter(|void| void.lifted_at.is_none());
    now.filter_map(|void| {
        let what = match void.kind.as_str() {
            "clause" => Voided::Clause(void.name.clone()),
            _ if void.scenario == scenario => Voided::Decision(void.name.clone()),
            _ => return None,
        };
        let why = void.why.clone();
        Some(Void { what, why })
    })
    .collect()
}

/// Numbers of what does not count now, as the rows of scores name them.
pub fn numbers(voids: &[VoidRow]) -> String {
    let now = voids.iter().filter(|void| void.lifted_at.is_none());
    let numbers: Vec<String> = now.map(|void| void.no.to_string()).collect();
    numbers.join(",")
}

/// What does not count, in a sentence.
pub fn sentence(note: &NotCounted) -> String {
    let why = note.why.trim_end_matches('.');
    match &note.what {
        Voided::Clause(_) => format!("The clause “{}” does not count: {why}.", note.title),
        Voided::Decision(_) => {
            let turns: Vec<String> = note.turns.iter().map(usize::to_string).collect();
            let turn = if turns.len() == 1 { "turn" } else { "turns" };
            let turns = turns.join(" and ");
            format!("What was said at {turn} {turns} does not count: {why}.")
        }
    }
}

/// A reason, as it may be kept.
fn reason(typed: &str) -> Answer<String> {
    disagreements::reason(typed)
        .map_err(|detail| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-reason", detail))
}

#[derive(Deserialize)]
struct ToVoid {
    what: String,
    why: String,
}

/// Takes something out: `clause/KEY`, or `decision/SCENARIO/BEAT`.
async fn void(
    State(app): State<Arc<App>>,
    OnBoard(class): OnBoard,
    Form(asked): Form<ToVoid>,
) -> Page {
    let why = reason(&asked.why)?;
    if why.is_empty() {
        let detail = "say why: the reason stands in every report it changes";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-reason", detail).into());
    }
    let (kind, scenario, name) = known(&app, &class, &asked.what)?;
    app.store
        .write(Write::Void(NewVoid {
            class: class.id.clone(),
            kind,
            scenario,
            name,
            why,
            now: now(),
        }))
        .await?;
    recount(app, class).await
}

/// The clause or the decision that is meant, if there is one.
fn known(app: &App, class: &ClassRow, what: &str) -> Answer<(&'static str, String, String)> {
    let mut parts = what.splitn(3, '/');
    let found = match (parts.next(), parts.next(), parts.next()) {
        (Some("clause"), Some(key), None) => {
            let clauses = &Catalogue::current().clauses;
            let found = clauses.iter().any(|clause| clause.id == key);
            found.then(|| ("clause", String::new(), key.to_owned()))
        }
        (Some("decision"), Some(scenario), Some(beat)) => {
            let live = app.live(class)?;
            let mut scenarios = live.assignment.scenarios.iter();
            let of = scenarios.find(|s| s.id() == scenario);
            let found = of.is_some_and(|s| s.beat_keys().iter().any(|key| key == beat));
            found.then(|| ("decision", scenario.to_owned(), beat.to_owned()))
        }
        _ => None,
    };
    found.ok_or_else(Problem::not_found)
}

async fn lift(
    State(app): State<Arc<App>>,
    OnBoard(class): OnBoard,
    Path((_, no)): Path<(String, i64)>,
) -> Page {
    let write = Write::Lift {
        class: class.id.clone(),
        no,
        now: now(),
    };
    app.store.write(write).await?;
    recount(app, class).await
}

async fn recount(app: Arc<App>, class: ClassRow) -> Page {
    let results = format!("/classes/{}/results#out", class.id);
    let live = app.live(&class)?;
    // What counts has changed already, whatever becomes of the scores.
    live.tell();
    patiently(async move {
        let done = scores::bring_up_to_date(&app, &class).await;
        live.tell();
        done
    })
    .await?;
    Ok(Redirect::to(&results).into_response())
}

/// The decision a trainee stands before or has made last, by its turn from 1; 0 if
/// there was none yet.
pub fn at_hand(session: &Session) -> usize {
    let turns = session.turns();
    if session.floor() == Floor::Trainee {
        return turns.len() + 1;
    }
    let decided = |turn: &engine::session::Turn| decides(&turn.action);
    turns.iter().rposition(decided).map_or(0, |n| n + 1)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asks {
    turn: usize,
    why: String,
}

/// "I disagree, because": one a decision, the last words count, none take it back.
async fn disagree(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    seated: Seated,
    Asked(asked): Asked<Asks>,
) -> Answer {
    let row = app.store.attempt(&id).await?;
    let row = row
        .filter(|row| row.seat == seated.seat.id)
        .ok_or_else(Problem::not_found)?;
    let why = reason(&asked.why)?;
    let beat = beat(&app, &seated, &row, asked.turn).await?;
    let beat = beat.ok_or_else(|| {
        let detail = format!("nothing was decided at turn {}", asked.turn);
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no-decision", detail)
    })?;
    app.store
        .write(Write::Object(NewObjection {
            attempt: id,
            turn: i64::try_from(asked.turn).unwrap_or(i64::MAX),
            beat,
            why: why.clone(),
            now: now(),
        }))
        .await?;
    seated.live.tell();
    let answer = json!({ "turn": asked.turn, "why": why });
    Ok(as_json(StatusCode::OK, &answer))
}

/// What the player of an attempt disagrees with, told to nobody else: for a program that
/// has the seat now.
async fn disagrees(State(app): State<Arc<App>>, Path(id): Path<String>, seated: Seated) -> Answer {
    let row = app.store.attempt(&id).await?;
    row.filter(|row| row.seat == seated.seat.id)
        .ok_or_else(Problem::not_found)?;
    let rows = app.store.objections_of(&id).await?;
    let said: Vec<Value> = rows
        .iter()
        .map(|row| json!({ "turn": row.turn, "why": row.why }))
        .collect();
    let answer = json!({ "disagreements": said });
    Ok(as_json(StatusCode::OK, &answer))
}

/// The beat of a decision that was made, or is at hand.
async fn beat(
    app: &App,
    seated: &Seated,
    row: &super::store::AttemptRow,
    turn: usize,
) -> Answer<Option<String>> {
    let text = app.store.transcript(&row.id).await?;
    let session = match (text, row.source.as_str()) {
        (Some(text), _) => {
            let bytes = text.into_bytes();
            let judged = app
                .judge(&seated.live, &row.seat, bytes, Basis::default())
                .await?;
            match judged.played {
                Some(played) => played.session,
                None => return Ok(None),
            }
        }
        (None, "browser") => {
            let run = app.runs.of(app, seated, row).await?;
            let run = run.lock().await;
            run.session.clone()
        }
        _ => return Ok(None),
    };
    let turns = session.turns();
    let number = match turn.checked_sub(1).and_then(|n| turns.get(n)) {
        Some(made) if decides(&made.action) => made.before.beat,
        None if turn == at_hand(&session) => session.state().beat,
        _ => return Ok(None),
    };
    let keys = session.scenario().beat_keys();
    Ok(keys.get(usize::from(number)).cloned())
}

/// Why a decision does not count; empty if it does.
pub fn why_out(voids: &[VoidRow], scenario: &str, beat: &str) -> String {
    let what = Voided::Decision(beat.to_owned());
    let out = in_force(voids, scenario);
    let mut of = out.into_iter().filter(|void| void.what == what);
    of.next().map_or(String::new(), |void| void.why)
}

/// Something that does not count, or did not for a while, as the page shows it.
pub fn line(void: &VoidRow) -> VoidLine {
    let clauses = &Catalogue::current().clauses;
    let clause = clauses.iter().find(|clause| clause.id == void.name);
    let what = match (void.kind.as_str(), clause) {
        ("clause", Some(clause)) => format!("The clause “{}”", clause.title),
        ("clause", None) => format!("The clause {}", void.name),
        _ => format!("What is said at {} / {}", void.scenario, void.name),
    };
    VoidLine {
        no: void.no,
        what,
        why: void.why.clone(),
        made_at: moment(void.made_at),
        lifted_at: void.lifted_at.map_or(String::new(), moment),
    }
}

/// The clauses that came up, those most went against first.
pub fn clauses(attempts: &[Attempt]) -> Vec<(String, String)> {
    let mut all: BTreeMap<u16, (usize, usize)> = BTreeMap::new();
    for (n, against) in of_people(attempts).flat_map(|(_, run, _)| &run.clauses) {
        let row = all.entry(*n).or_default();
        row.0 += usize::from(*against);
        row.1 += 1;
    }
    let clauses = Catalogue::current().clauses.iter();
    let mut came_up: Vec<_> = clauses
        .filter_map(|clause| Some((clause, *all.get(&clause.n)?)))
        .collect();
    came_up.sort_by(|(a, n), (b, m)| m.0.cmp(&n.0).then(a.title.cmp(&b.title)));
    let words = came_up.into_iter().map(|(clause, (against, n))| {
        let title = &clause.title;
        let words = format!("{title} ({against} of {n} missed it or went against it)");
        (clause.id.clone(), words)
    });
    words.collect()
}

/// What was decided where somebody disagrees.
fn decided<'a>(row: &ObjectionRow, attempts: &'a [Attempt]) -> Option<&'a Choice> {
    let attempt = attempts.iter().find(|attempt| attempt.id == row.attempt)?;
    attempt.counted()?.at(row.turn)
}

/// What people disagree with, as the page shows it.
pub fn objections(books: &Books, rows: &[ObjectionRow], attempts: &[Attempt]) -> Vec<Objection> {
    let said = |row: &ObjectionRow| {
        let said = decided(row, attempts)?.said.as_deref();
        Some(said.unwrap_or("(nothing)").to_owned())
    };
    let lines = rows.iter().map(|row| Objection {
        name: called(&row.seat, &books.class.id, &books.seats),
        scenario: row.scenario.clone(),
        beat: row.beat.clone(),
        turn: row.turn,
        said: said(row).unwrap_or_default(),
        why: row.why.clone(),
        made_at: moment(row.made_at),
    });
    lines.collect()
}

/// A row per disagreement.
///
/// # Errors
/// When the store cannot be read.
pub async fn objections_csv(app: &App, books: &Books, attempts: &[Attempt]) -> Answer<Vec<u8>> {
    let rows = app.store.objections(&books.class.id).await?;
    let lines = objections(books, &rows, attempts);
    let head = [
        "mark",
        "scenario",
        "attempt_id",
        "turn",
        "beat",
        "said",
        "because",
        "at",
    ];
    let rows = rows.iter().zip(&lines).map(|(row, line)| {
        [
            cell(&line.name),
            cell(&row.scenario),
            cell(&row.attempt),
            row.turn.to_string(),
            cell(&row.beat),
            cell(&line.said),
            cell(&row.why),
            timestamp(row.made_at),
        ]
    });
    table(head, rows)
}

/// The disagreements for the author of the scenarios: without names, for
/// `satisfactometer playtest --disagreements`.
///
/// # Errors
/// When the store cannot be read.
pub async fn objections_file(app: &App, books: &Books, attempts: &[Attempt]) -> Answer<String> {
    let content = |id: &str| {
        let mut scenarios = books.live.assignment.scenarios.iter();
        let of = scenarios.find(|scenario| scenario.id() == id);
        of.map_or(String::new(), |scenario| scenario.content().to_string())
    };
    let rows = app.store.objections(&books.class.id).await?;
    let all = rows.into_iter().map(|row| {
        let choice = decided(&row, attempts);
        let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        Disagreement {
            content: content(&row.scenario),
            reply: choice.and_then(|choice| text(&choice.reply)),
            said: choice.and_then(|choice| text(&choice.said)),
            scenario: row.scenario,
            attempt: row.attempt,
            turn: row.turn,
            beat: row.beat,
            because: row.why,
            at: row.made_at,
        }
    });
    Ok(disagreements::text(all.collect()))
}

/// A table for a spreadsheet.
///
/// # Errors
/// When memory cannot be written, which does not happen.
pub fn table<const N: usize>(
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Answer<Vec<u8>> {
    let ours = |error: csv::Error| Problem::ours(&error);
    let mut table = tables::writer();
    table.write_record(head).map_err(ours)?;
    for row in rows {
        table.write_record(row).map_err(ours)?;
    }
    tables::finish(table).map_err(ours)
}

/// What does not count, or did not for a while, for programs.
pub fn voids_json(voids: &[VoidRow]) -> Value {
    let voids = voids.iter().map(|void| {
        json!({ "no": void.no, "kind": void.kind, "scenario": void.scenario,
            "name": void.name, "why": void.why, "made_at": void.made_at,
            "lifted_at": void.lifted_at })
    });
    voids.collect()
}

/// Every score there was, for programs.
pub fn scores_json(books: &Books) -> Value {
    let scores = books.scores.values().flatten().map(|score| {
        let [satisfaction, conduct, total, passed] = score.scores;
        json!({ "attempt_id": score.attempt, "score": score.n, "made_at": score.made_at,
            "rules": score.rules, "voids": score.voids, "satisfaction": satisfaction,
            "conduct": conduct, "total": total, "passed": passed == 1 })
    });
    scores.collect()
}
