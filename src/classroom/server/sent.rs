//! Runs of an open class as they are played in a program: sent line by line, so that the
//! instructor sees them, the server knows when each input was made, and a lost computer
//! costs nothing. The transcript that is handed in is what counts; this is what went before.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use engine::session::Session;
use engine::state::Stance;
use engine::transcript::{InputLine, Journal, MAX_BYTES, MarkLine, Transcript, replay};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use tower_http::limit::RequestBodyLimitLayer;

use super::api::{Asked, BODY, as_json, not_begun};
use super::app::{App, Seated, expected, now};
use super::board::{OnSeat, Page, back};
use super::guard::Port;
use super::problem::{Answer, Problem};
use super::runs::{self, Run};
use super::store::{Agreement, AttemptRow, Begins, Sent, SentLine, Write, goes_on_here, handed_in};
use crate::classroom::homework::Binding;

/// Longest line that is taken, bytes; those of today's programs have some four hundred.
const LINE: usize = 4_096;
/// Most bytes of a run that are taken as it goes: two hundred inputs of today's programs
/// have eighty thousand. A run that goes on in a browser, and its end, need room as well.
const SENT: usize = MAX_BYTES / 2;
/// By so much the times of a program may differ from when its lines came, milliseconds:
/// a slow network, and no more.
const SLACK: u64 = 5_000;

/// Where programs send their runs, and have them back.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/attempts/{id}/lines", post(lines))
        .route("/api/v1/attempts/{id}", get(whole))
        .layer(RequestBodyLimitLayer::new(BODY))
}

/// Where the instructor hands one in.
pub fn board_routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/classes/{id}/seats/{seat}/runs/{attempt}/hand-in",
            post(hand_in),
        )
        .layer(RequestBodyLimitLayer::new(BODY))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    from: usize,
    lines: Vec<String>,
}

/// Lines of a run. Those that are here already are not taken twice; how many there are
/// then is the answer, so that a program that was away knows from where to go on.
async fn lines(
    State(app): State<Arc<App>>,
    Extension(port): Extension<Port>,
    Path(id): Path<String>,
    seated: Seated,
    Asked(asked): Asked<Lines>,
) -> Answer {
    may_be_known(&seated)?;
    let id = an_id(&id)?;
    if asked.lines.iter().any(|line| !is_line(line)) {
        let detail = format!(
            "a line has `run` and `label`, ends where it ends, and has at most {LINE} bytes"
        );
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad-line", detail));
    }
    let plain = seated.seat.plain || port == Port::Room;
    let n = match app.store.attempt(&id).await? {
        Some(row) if row.seat != seated.seat.id => return Err(Problem::not_found()),
        Some(row) if row.hash.is_some() => return Err(handed_in().into()),
        Some(row) => {
            let run = app.runs.of(&app, &seated, &row).await?;
            let mut run = run.lock().await;
            go_on(&app, &seated, &id, &mut run, asked, plain).await?
        }
        None if asked.from > 0 || asked.lines.is_empty() => 0,
        None => begin(&app, &seated, &id, asked, plain).await?,
    };
    let answer = json!({ "n": n, "class": seated.class.state });
    Ok(as_json(StatusCode::OK, &answer))
}

/// Only what a program has anyway leaves this computer.
fn may_be_known(seated: &Seated) -> Answer<()> {
    if seated.class.mode == "sealed" {
        let detail = "this class is sealed: its runs stay here";
        return Err(Problem::new(StatusCode::FORBIDDEN, "sealed", detail));
    }
    if seated.class.state == "lobby" {
        return Err(not_begun());
    }
    Ok(())
}

fn an_id(text: &str) -> Answer<String> {
    let id = uuid::Uuid::try_parse(text).map_err(|_| Problem::not_found())?;
    Ok(id.to_string())
}

/// What a line of a journal consists of. What is kept here is read again as strictly as
/// what is handed in, so nothing else is taken.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    #[serde(rename = "run")]
    _run: IgnoredAny,
    #[serde(default, rename = "label")]
    _label: IgnoredAny,
}

fn is_line(text: &str) -> bool {
    text.len() <= LINE
        && text.find('\n') == Some(text.len().saturating_sub(1))
        && serde_json::from_str::<Parts>(text).is_ok()
}

async fn go_on(
    app: &App,
    seated: &Seated,
    id: &str,
    run: &mut Run,
    asked: Lines,
    plain: bool,
) -> Answer<usize> {
    let here = usize::try_from(run.n_lines).unwrap_or(usize::MAX);
    if asked.from > here || asked.lines.is_empty() {
        return Ok(here);
    }
    let n_known = (here - asked.from).min(asked.lines.len());
    if n_known > 0 {
        let known = app.store.lines(id).await?;
        let known = known.iter().skip(asked.from);
        if known
            .zip(&asked.lines)
            .any(|(a, b)| run_part(a) != run_part(b))
        {
            let detail = "another course of this run was sent before; hand it in when it is over";
            return Err(Problem::new(StatusCode::CONFLICT, "other-run", detail));
        }
    }
    let new = asked.lines[n_known..].to_vec();
    if new.is_empty() {
        return Ok(here);
    }
    take(app, seated, id, run, new, None, plain).await?;
    Ok(usize::try_from(run.n_lines).unwrap_or(usize::MAX))
}

async fn begin(app: &App, seated: &Seated, id: &str, asked: Lines, plain: bool) -> Answer<usize> {
    let foreign =
        |why: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not-this-assignment", why);
    let header = &asked.lines[0];
    let transcript = Transcript::read(header).map_err(|error| foreign(error.to_string()))?;
    let assignment = &seated.live.assignment;
    let expected = expected(&transcript, assignment, &seated.seat.id).map_err(foreign)?;
    let bound = Binding::of(&transcript.label);
    if bound.attempt.as_deref() != Some(id) {
        return Err(foreign("it says it is another attempt".into()));
    }
    if transcript.header.seed != expected.seed {
        return Err(foreign("it was begun with another seed".into()));
    }
    let session = replay(
        &transcript,
        expected.scenario,
        Arc::clone(&assignment.rules),
    )
    .map_err(|error| foreign(error.to_string()))?;
    let (journal, ours) = Journal::begin(&session, Value::Null);
    if run_part(header) != run_part(&ours) {
        return Err(foreign("it was begun with another content".into()));
    }
    let begins = Begins {
        class: seated.class.id.clone(),
        seat: seated.seat.id.clone(),
        scenario: transcript.header.scenario.clone(),
        number: i64::from(bound.attempt_no),
        seed: transcript.header.seed.to_string(),
    };
    let mut run = Run::at(session, journal, 0, 0, now());
    take(app, seated, id, &mut run, asked.lines, Some(begins), plain).await?;
    let n = run.n_lines;
    app.runs.put(id, run);
    Ok(usize::try_from(n).unwrap_or(usize::MAX))
}

/// Takes lines that are not here yet; each has to follow from those before. Nothing of
/// them is taken if one does not.
async fn take(
    app: &App,
    seated: &Seated,
    id: &str,
    run: &mut Run,
    lines: Vec<String>,
    begins: Option<Begins>,
    plain: bool,
) -> Answer<()> {
    let n_bytes = run.n_bytes + lines.iter().map(String::len).sum::<usize>();
    if n_bytes > SENT {
        let detail = format!("at most {SENT} bytes of a run are taken before it is over");
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            detail,
        ));
    }
    let (mut session, mut journal) = (run.session.clone(), run.journal.clone());
    // The header was looked at where the run begins.
    for line in &lines[usize::from(begins.is_some())..] {
        follow(&mut session, &mut journal, line)?;
    }
    let (before, n_new) = (run.n_lines, lines.len() as i64);
    let news = begins.is_some() || before / 8 != (before + n_new) / 8;
    let write = Write::Sent(Box::new(Sent {
        attempt: id.to_owned(),
        begins,
        from: before,
        lines,
        plain,
        now: now(),
    }));
    if let Err(error) = app.store.write(write).await {
        // Another process may have taken it further; it is read again.
        app.runs.drop(id);
        return Err(error.into());
    }
    run.session = session;
    run.journal = journal;
    run.n_lines += n_new;
    run.n_bytes = n_bytes;
    if news {
        // Enough for a board, as with browsers.
        seated.live.tell();
    }
    Ok(())
}

/// One line more, if it is what this server would have written itself.
fn follow(session: &mut Session, journal: &mut Journal, line: &str) -> Answer<()> {
    let n = session.turns().len() + 1;
    let illegal = |why: String| {
        let detail = format!("input {n}: {why}");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "illegal-turn", detail)
    };
    let run = run_part(line).ok_or_else(|| illegal("it is no line of a run".into()))?;
    if run.get("end").is_some() {
        return Err(illegal("the end comes with the whole run".into()));
    }
    if run["do"] == "read" {
        let mark: MarkLine =
            serde_json::from_value(run.clone()).map_err(|error| illegal(error.to_string()))?;
        let marked = session.mark(mark.step);
        marked.map_err(|error| illegal(error.to_string()))?;
    } else {
        let input: InputLine =
            serde_json::from_value(run.clone()).map_err(|error| illegal(error.to_string()))?;
        let action = input.action();
        let action = action.ok_or_else(|| illegal("that is no action".into()))?;
        let stance = Stance {
            voice: input.voice,
            face: input.face,
        };
        let applied = session.apply(&action, stance);
        applied.map_err(|error| illegal(error.to_string()))?;
    }
    let ours = journal.input(session, Value::Null);
    if ours.as_deref().and_then(run_part) != Some(run) {
        return Err(illegal(
            "it does not follow from what was sent before".into(),
        ));
    }
    Ok(())
}

/// What a line says of the run, without its label.
fn run_part(line: &str) -> Option<Value> {
    let mut line: Value = serde_json::from_str(line).ok()?;
    let run = line.get_mut("run").map(Value::take);
    run.filter(|run| !run.is_null())
}

/// A run of this seat as it is kept here, whole or as far as it has come: for another
/// computer on which its player goes on.
async fn whole(State(app): State<Arc<App>>, Path(id): Path<String>, seated: Seated) -> Answer {
    may_be_known(&seated)?;
    let id = an_id(&id)?;
    let row = app.store.attempt(&id).await?;
    let row = row.filter(|row| row.seat == seated.seat.id);
    let row = row.ok_or_else(Problem::not_found)?;
    let text = match row.hash {
        Some(_) => app.store.transcript(&id).await?,
        None => Some(app.store.lines(&id).await?.concat()),
    };
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    Ok((kind, text.ok_or_else(Problem::not_found)?).into_response())
}

/// What had been sent of a run that is handed in now, and how the two agree. It is shown
/// to the instructor, and punishes nobody.
pub fn compare(sent: &[SentLine], body: &[u8]) -> Agreement {
    let text = String::from_utf8_lossy(body);
    let mut whole = text.lines();
    let mut agreement = Agreement {
        n_lines: sent.len() as i64,
        ..Agreement::default()
    };
    let mut n_inputs = 0;
    for line in sent {
        let run = run_part(&line.line).unwrap_or_default();
        n_inputs += i64::from(run["n"].is_u64());
        let same = whole.next().and_then(run_part) == Some(run);
        if !same {
            agreement.differs_at = Some(n_inputs.max(1));
            return agreement;
        }
    }
    // All but its end.
    agreement.timed = whole.count() <= 1 && in_time(sent);
    agreement
}

/// Whether lines came as far apart as their labels say.
fn in_time(sent: &[SentLine]) -> bool {
    let mut from: Option<(i64, i64)> = None;
    sent.iter().all(|line| {
        let read: Value = serde_json::from_str(&line.line).unwrap_or_default();
        let label = &read["label"];
        // The header was written when the run began.
        let here = (line.came_at, label["ms"].as_i64().unwrap_or(0));
        // A program that takes a run up again counts anew; how long it rested is known here.
        let from = match from {
            Some(from) if label["resumed_at"].is_null() => from,
            _ => *from.insert(here),
        };
        // What stands in a label may be any number.
        let apart = here.1.checked_sub(from.1);
        let apart = apart.and_then(|said| (here.0 - from.0).checked_sub(said));
        line.came_at > 0 && apart.is_some_and(|apart| apart.unsigned_abs() <= SLACK)
    })
}

/// What the instructor's tables say of an attempt that was played in a program.
pub fn notes(row: &AttemptRow) -> Vec<String> {
    if row.cut {
        return vec![
            "played on their own computer, and handed in by the instructor as far as it had come"
                .to_owned(),
        ];
    }
    let times = match row.agreement.timed {
        true => "its times agree with when it was sent",
        false => "times are not verified",
    };
    let mut notes = vec![format!("played on their own computer; {times}")];
    notes.extend(row.agreement.differs_at.map(|n| match n {
        0 => "another run of this attempt had been begun before".to_owned(),
        n => format!("what was sent while it was played differs from this from input {n} on"),
    }));
    notes
}

/// Hands in what there is of a run whose player does not come back.
async fn hand_in(
    State(app): State<Arc<App>>,
    OnSeat { class, seat }: OnSeat,
    Path((_, _, attempt)): Path<(String, String, String)>,
) -> Page {
    let row = app.store.attempt(&attempt).await?;
    let row = row
        .filter(|row| row.seat == seat.id)
        .ok_or_else(Problem::not_found)?;
    if row.hash.is_some() {
        return Err(handed_in().into());
    }
    // The page may be old, and its player may have come back meanwhile, in a browser. The
    // write that ends the run looks again.
    if !row.is_open_elsewhere() {
        return Err(goes_on_here().into());
    }
    let live = app.live(&class)?;
    let seated = Seated {
        seat,
        class: class.clone(),
        live,
    };
    runs::end_one(&app, &seated, &row, runs::Cut::Board).await?;
    back(&app, &class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_no_clock_says_agree_with_nothing() {
        let line = |came_at, ms: i64| SentLine {
            line: format!("{{\"run\":{{}},\"label\":{{\"ms\":{ms}}}}}\n"),
            came_at,
        };
        assert!(in_time(&[line(1_000, 0), line(3_000, 2_500)]));
        assert!(!in_time(&[line(1_000, 0), line(9_000, 500)]));
        assert!(!in_time(&[line(1_000, i64::MAX), line(2_000, i64::MIN)]));
        assert!(!in_time(&[line(1_000, 0), line(2_000, i64::MIN)]));
    }
}
