//! Play in a browser, stepped by the server: it gets words, numbers of choices and a
//! face, never content, keys or a gauge. Each input is committed before its
//! consequence is sent, so a dead line or server costs nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse};
use engine::rng::Seed;
use engine::scenario::Scenario;
use engine::session::{Action, Session};
use engine::state::{Face, Floor, Stance, Voice};
use engine::transcript::{EndReason, Journal, Transcript, replay};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Way, as_json, keep, not_begun, read_json};
use super::app::{App, Seated, locked, now};
use super::guard::Port;
use super::pages::debrief::Debrief;
use super::problem::{Answer, Problem};
use super::receipt::code_of;
use super::scores::Basis;
use super::store::{AttemptRow, Begun, Write};
use super::{staged, times, wrong};
use crate::portrait::words;

/// A run that is being played.
pub struct Run {
    /// The session, at its last input that is committed.
    pub session: Session,
    journal: Journal,
    n_lines: i64,
    begun_at: i64,
    /// Its last line is there, and it only remains to be handed in.
    has_end: bool,
}

impl Run {
    /// Whether nothing can follow but the hand-in.
    fn is_over(&self) -> bool {
        self.has_end || self.session.floor() == Floor::Ended
    }
}

/// An attempt that is about to begin.
pub struct Fresh {
    /// Its id.
    pub id: String,
    /// Its header line.
    pub line: String,
    /// When it begins, Unix milliseconds.
    pub now: i64,
    run: Run,
}

impl Fresh {
    /// A seat's attempt at a scenario.
    pub fn of(seated: &Seated, scenario: &Arc<Scenario>, number: u32, seed: Seed) -> Self {
        let rules = Arc::clone(&seated.live.assignment.rules);
        let session = Session::begin(Arc::clone(scenario), rules, seed);
        let id = uuid::Uuid::new_v4().to_string();
        let now = now();
        let label = json!({
            "assignment": seated.class.id,
            "attempt": id,
            "attempt_no": number,
            "mark": seated.seat.id,
            "started_at": now,
            "engine": env!("CARGO_PKG_VERSION"),
            "tempo": "turns",
        });
        let (journal, line) = Journal::begin(&session, label);
        let run = Run {
            session,
            journal,
            n_lines: 1,
            begun_at: now,
            has_end: false,
        };
        Fresh { id, line, now, run }
    }
}

/// The runs that are being played, by attempt. What is lost here is in the store.
#[derive(Default)]
pub struct Runs(Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<Run>>>>);

/// Most runs that are kept in memory.
const IN_MEMORY: usize = 1_000;

impl Runs {
    /// The run of an attempt that was begun, from memory or from its lines.
    ///
    /// # Errors
    /// When its lines cannot be read or do not follow from each other.
    pub async fn of(
        &self,
        app: &App,
        seated: &Seated,
        row: &AttemptRow,
    ) -> Answer<Arc<tokio::sync::Mutex<Run>>> {
        let known = locked(&self.0).get(&row.id).cloned();
        if let Some(run) = known {
            if !app.store.shared() {
                return Ok(run);
            }
            // Another process may have taken it further.
            let n_lines = app.store.n_lines(&row.id).await?;
            if run.lock().await.n_lines >= n_lines {
                return Ok(run);
            }
            self.drop(&row.id);
        }
        let lines = app.store.lines(&row.id).await?;
        let scenarios = &seated.live.assignment.scenarios;
        let scenario = scenarios.iter().find(|s| s.id() == row.scenario);
        let scenario = scenario.ok_or_else(Problem::not_found)?;
        let transcript =
            Transcript::read(&lines.concat()).map_err(|error| Problem::ours(&error))?;
        let rules = Arc::clone(&seated.live.assignment.rules);
        let session = replay(&transcript, Arc::clone(scenario), rules)
            .map_err(|error| Problem::ours(&error))?;
        let (mut journal, _) = Journal::begin(&session, Value::Null);
        while journal.input(&session, Value::Null).is_some() {}
        Ok(self.put(
            &row.id,
            Run {
                session,
                journal,
                n_lines: lines.len() as i64,
                begun_at: row.begun_at,
                has_end: transcript.end.is_some(),
            },
        ))
    }

    /// Takes in a run whose beginning is committed.
    pub fn take(&self, fresh: Fresh) -> Arc<tokio::sync::Mutex<Run>> {
        self.put(&fresh.id, fresh.run)
    }

    fn put(&self, id: &str, run: Run) -> Arc<tokio::sync::Mutex<Run>> {
        let mut runs = locked(&self.0);
        if runs.len() >= IN_MEMORY {
            // Runs nobody is stepping at this moment can be read again.
            runs.retain(|_, run| Arc::strong_count(run) > 1);
        }
        // Of two that were read at once the first stands.
        let run = runs
            .entry(id.to_owned())
            .or_insert_with(|| Arc::new(tokio::sync::Mutex::new(run)));
        Arc::clone(run)
    }

    fn drop(&self, id: &str) {
        locked(&self.0).remove(id);
    }
}

/// Begins the next encounter of a seat, or goes on with the one that was begun.
pub async fn begin(
    State(app): State<Arc<App>>,
    Extension(port): Extension<Port>,
    headers: HeaderMap,
) -> Answer {
    let seated = app.seated(&headers).await?;
    may_play(&seated)?;
    let attempts = app.store.attempts_of(&seated.seat.id).await?;
    if times::is_up(&seated) {
        for row in attempts.iter().filter(|row| row.hash.is_none()) {
            end_one(&app, &seated, row, Cut::Time).await?;
        }
        return Err(times::up());
    }
    let assignment = &seated.live.assignment;
    for number in 1..=assignment.written.attempts {
        for (index, scenario) in assignment.scenarios.iter().enumerate() {
            let row = attempts
                .iter()
                .find(|row| row.scenario == scenario.id() && row.number == i64::from(number));
            match row {
                Some(row) if row.hash.is_some() => {}
                Some(row) => {
                    let run = app.runs.of(&app, &seated, row).await?;
                    let mut run = run.lock().await;
                    // The server died between the last input and the hand-in.
                    let receipt = if run.is_over() {
                        Some(finish(&app, &seated, &row.id, &mut run, Cut::No).await?)
                    } else {
                        None
                    };
                    return Ok(view(&seated, &row.id, &run, receipt.as_deref()));
                }
                None => {
                    let seed = assignment.seed(index, number, &seated.seat.id);
                    let fresh = Fresh::of(&seated, scenario, number, seed);
                    let id = fresh.id.clone();
                    app.store
                        .write(Write::Begin(Begun {
                            attempt: id.clone(),
                            class: seated.class.id.clone(),
                            seat: seated.seat.id.clone(),
                            scenario: scenario.id().to_owned(),
                            number: i64::from(number),
                            seed: seed.to_string(),
                            line: fresh.line.clone(),
                            plain: seated.seat.plain || port == Port::Room,
                            now: fresh.now,
                        }))
                        .await?;
                    let run = app.runs.take(fresh);
                    seated.live.tell();
                    let run = run.lock().await;
                    return Ok(view(&seated, &id, &run, None));
                }
            }
        }
    }
    let detail = "everything is played; thank you";
    Err(Problem::new(StatusCode::CONFLICT, "all-played", detail))
}

fn may_play(seated: &Seated) -> Answer<()> {
    let problem = |kind, detail| Err(Problem::new(StatusCode::CONFLICT, kind, detail));
    match seated.class.state.as_str() {
        "running" => Ok(()),
        "lobby" => Err(not_begun()),
        "paused" => problem(
            "paused",
            "your instructor has paused the class; nothing is lost",
        ),
        _ => problem("closed", "the class is over"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    n: usize,
    #[serde(rename = "do")]
    action: Kind,
    #[serde(default)]
    choice: Option<usize>,
    voice: Voice,
    face: Face,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Listen,
    Encourage,
    CutIn,
    Pause,
    Say,
}

/// One input of a run. Asked twice, it is done once.
pub async fn turn(
    State(app): State<Arc<App>>,
    Extension(port): Extension<Port>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let seated = app.seated(&headers).await?;
    let input: Input = read_json(&headers, &body)?;
    let row = app.store.attempt(&id).await?;
    let row = row
        .filter(|row| row.seat == seated.seat.id && row.source == "browser")
        .ok_or_else(Problem::not_found)?;
    if let (Some(_), Some(receipt)) = (&row.hash, &row.receipt) {
        // The answer to the last input was lost on the way.
        let run = app.runs.of(&app, &seated, &row).await?;
        let run = run.lock().await;
        return Ok(view(&seated, &id, &run, Some(receipt)));
    }
    may_play(&seated)?;
    if times::is_up(&seated) {
        end_one(&app, &seated, &row, Cut::Time).await?;
        return Err(times::up());
    }
    let run = app.runs.of(&app, &seated, &row).await?;
    let mut run = run.lock().await;
    let n_done = run.session.turns().len();
    if run.is_over() {
        // The last input was committed, and what comes after it was not.
        let receipt = finish(&app, &seated, &id, &mut run, Cut::No).await?;
        return Ok(view(&seated, &id, &run, Some(&receipt)));
    }
    if input.n == n_done && n_done > 0 {
        return Ok(view(&seated, &id, &run, None));
    }
    if input.n != n_done + 1 {
        let detail = format!("the run is at input {}", n_done + 1);
        return Err(Problem::new(StatusCode::CONFLICT, "other-turn", detail));
    }
    let action = action(&run.session, &input);
    let action = action.ok_or_else(|| illegal(input.n))?;
    let stance = Stance {
        voice: input.voice,
        face: input.face,
    };
    if port == Port::Room && !row.plain {
        let attempt = id.clone();
        app.store.write(Write::Plain { attempt }).await?;
    }
    let receipt = apply(&app, &seated, &id, &mut run, &action, stance).await?;
    if run.session.turns().len() % 8 == 1 || receipt.is_some() {
        // Enough for a board; a class of two hundred would keep it redrawing.
        seated.live.tell();
    }
    Ok(view(&seated, &id, &run, receipt.as_deref()))
}

/// Applies one input and commits it; hands in when it was the last. Returns the
/// receipt then.
///
/// # Errors
/// When it is not possible now, or cannot be committed; the run is unchanged then.
pub async fn apply(
    app: &App,
    seated: &Seated,
    id: &str,
    run: &mut Run,
    action: &Action,
    stance: Stance,
) -> Answer<Option<String>> {
    // On a copy: what is not committed has not happened.
    let mut session = run.session.clone();
    let mut journal = run.journal.clone();
    let n = session.turns().len() + 1;
    session.apply(action, stance).map_err(|_| illegal(n))?;
    let ms = (now() - run.begun_at).max(0) / 10 * 10;
    let line = journal.input(&session, json!({ "ms": ms }));
    let line = line.ok_or_else(|| Problem::ours(&"an input without a line"))?;
    let write = Write::Turn {
        attempt: id.to_owned(),
        n: run.n_lines,
        line,
    };
    if let Err(error) = app.store.write(write).await {
        // Another process may have taken it further; it is read again.
        app.runs.drop(id);
        return Err(error.into());
    }
    run.session = session;
    run.journal = journal;
    run.n_lines += 1;
    if run.session.floor() == Floor::Ended {
        return Ok(Some(finish(app, seated, id, run, Cut::No).await?));
    }
    Ok(None)
}

fn illegal(n: usize) -> Problem {
    let detail = format!("input {n} is not on offer now");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "illegal-turn", detail)
}

fn action(session: &Session, input: &Input) -> Option<Action> {
    Some(match input.action {
        Kind::Listen => Action::Listen,
        Kind::Encourage => Action::Encourage,
        Kind::CutIn => Action::CutIn,
        Kind::Pause => Action::Pause,
        Kind::Say => {
            let said = session.choices().into_iter().filter(|c| c.text.is_some());
            said.map(|choice| choice.action).nth(input.choice?)?
        }
    })
}

/// Who ended a run that did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Nobody: it did.
    No,
    /// The instructor, with the class.
    Instructor,
    /// Their time was up.
    Time,
}

/// What the last line of a run says where time cut it off.
const CUT_BY_TIME: &str = "time";

/// Whether a run of ours was ended because its player's time was up.
pub fn was_cut_by_time(transcript: &str) -> bool {
    let end = transcript.lines().next_back();
    let end = end.and_then(|line| serde_json::from_str::<Value>(line).ok());
    end.is_some_and(|end| end["label"]["cut"] == CUT_BY_TIME)
}

/// Ends a run, judges it like any other transcript, and hands it in.
async fn finish(app: &App, seated: &Seated, id: &str, run: &mut Run, cut: Cut) -> Answer<String> {
    let mut lines = app.store.lines(id).await?;
    if !lines.last().is_some_and(|line| line.contains("\"end\":")) {
        let over = run.session.floor() == Floor::Ended;
        let (reason, label) = match cut {
            _ if over => (EndReason::Outcome, json!({})),
            Cut::Time => (EndReason::Abandoned, json!({ "cut": CUT_BY_TIME })),
            Cut::No | Cut::Instructor => (EndReason::Abandoned, json!({})),
        };
        // On a copy: the journal runs on over its last line, which may not be committed.
        let mut journal = run.journal.clone();
        let end = journal.end(&run.session, reason, label);
        let write = Write::Turn {
            attempt: id.to_owned(),
            n: run.n_lines,
            line: end.clone(),
        };
        if let Err(error) = app.store.write(write).await {
            // It may be committed all the same; it is read again.
            app.runs.drop(id);
            return Err(error.into());
        }
        run.journal = journal;
        run.n_lines += 1;
        run.has_end = true;
        lines.push(end);
    }
    let body = lines.concat().into_bytes();
    let judged = app
        .judge(
            &seated.live,
            &seated.seat.id,
            body.clone(),
            Basis::default(),
        )
        .await?;
    let (receipt, _) = keep(app, seated, id, &body, judged, Way::Stepped).await?;
    // Whoever lost the last answer has it read again.
    app.runs.drop(id);
    Ok(receipt)
}

/// Hands in, as they are, the runs that are still being played when a class ends.
///
/// # Errors
/// When the store cannot be used.
pub async fn end_all(app: &App, class: &super::store::ClassRow) -> Answer<()> {
    let live = app.live(class)?;
    let open = app.store.attempts(&class.id).await?;
    for row in open.into_iter().filter(|row| row.hash.is_none()) {
        let Some(seat) = app.store.seat(&row.seat).await? else {
            continue;
        };
        let seated = Seated {
            seat,
            class: class.clone(),
            live: Arc::clone(&live),
        };
        // One run that cannot be ended must not keep the others.
        if let Err(problem) = end_one(app, &seated, &row, Cut::Instructor).await {
            anstream::eprintln!("server: a run was not ended: {}", problem.detail());
        }
    }
    live.tell();
    Ok(())
}

/// Hands in a run as it is.
///
/// # Errors
/// When the store cannot be used.
pub async fn end_one(app: &App, seated: &Seated, row: &AttemptRow, cut: Cut) -> Answer<()> {
    let run = app.runs.of(app, seated, row).await?;
    let mut run = run.lock().await;
    finish(app, seated, &row.id, &mut run, cut).await?;
    Ok(())
}

/// Everything a page shows: what was said, what is on offer, what shows of them.
fn view(seated: &Seated, id: &str, run: &Run, receipt: Option<&str>) -> axum::response::Response {
    let session = &run.session;
    let scenario = session.scenario();
    let call = scenario.place().is_call();
    let percept = session.percept();
    let choices: Vec<String> = match session.floor() {
        Floor::Trainee => session
            .choices()
            .into_iter()
            .filter_map(|c| c.text)
            .collect(),
        Floor::Customer | Floor::Ended => Vec::new(),
    };
    let floor = match session.floor() {
        Floor::Customer => "customer",
        Floor::Trainee => "trainee",
        Floor::Ended => "ended",
    };
    let stance = session.turns().last().map(|turn| turn.input.stance);
    as_json(
        StatusCode::OK,
        &json!({
            "id": id,
            "n": session.turns().len(),
            "title": scenario.title(),
            "brief": scenario.brief(),
            "who": staged::first_name(session),
            "phone": call,
            "lines": staged::lines(session),
            "floor": floor,
            "choices": choices,
            "seen": words::describe(&percept, call),
            "picture": staged::picture(session),
            "voice": stance.map_or(Voice::Even, |stance| stance.voice),
            "face": stance.map_or(Face::Neutral, |stance| stance.face),
            "class": seated.class.state,
            "time": times::told(seated),
            "decision": wrong::at_hand(session),
            "receipt": receipt.map(code_of),
        }),
    )
}

/// What an attempt was, turn by turn: for its own player, once the class is over,
/// because everyone may have met the same customer.
pub async fn debrief(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let seated = app.seated(&headers).await?;
    let row = app.store.attempt(&id).await?;
    row.filter(|row| row.seat == seated.seat.id)
        .ok_or_else(Problem::not_found)?;
    if seated.class.state != "closed" {
        let detail = "the debrief opens when your instructor ends the class";
        return Err(Problem::new(StatusCode::CONFLICT, "not-yet", detail));
    }
    let text = app.store.transcript(&id).await?;
    let text = text.ok_or_else(Problem::not_found)?;
    let voids = app.store.voids(&seated.class.id).await?;
    let scores = app.store.scores(&seated.class.id).await?;
    let basis = Basis::of(&id, &voids, &scores);
    let judged = app
        .judge(&seated.live, &seated.seat.id, text.into_bytes(), basis)
        .await?;
    let played = judged.played.ok_or_else(Problem::not_found)?;
    let objections = app.store.objections_of(&id).await?;
    let page = Debrief::of(&played.report)
        .of_their_own(&id, &objections)
        .render()
        .map_err(|error| Problem::ours(&error))?;
    Ok(Html(page).into_response())
}
