//! Runs that are stepped by the server, in memory and in the store. Each input is
//! committed before its consequence is sent, so a dead line or server costs nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use engine::rng::Seed;
use engine::scenario::Scenario;
use engine::session::{Action, Session};
use engine::state::{Floor, Stance};
use engine::transcript::{EndReason, Journal, Transcript, replay};
use serde_json::{Value, json};

use super::api::{Way, keep};
use super::app::{App, Seated, locked, now};
use super::problem::{Answer, Problem};
use super::scores::Basis;
use super::store::{AttemptRow, NewLine, Write};

/// A run that is being played.
pub struct Run {
    /// The session, at its last input that is committed.
    pub session: Session,
    /// Its journal, as far as that.
    pub journal: Journal,
    /// Lines that are committed.
    pub n_lines: i64,
    /// Bytes of them.
    pub n_bytes: usize,
    begun_at: i64,
    /// Its last line is there, and it only remains to be handed in.
    has_end: bool,
}

impl Run {
    /// A run of which so much is committed.
    pub fn at(
        session: Session,
        journal: Journal,
        n_lines: i64,
        n_bytes: usize,
        begun_at: i64,
    ) -> Self {
        Run {
            session,
            journal,
            n_lines,
            n_bytes,
            begun_at,
            has_end: false,
        }
    }

    /// Whether nothing can follow but the hand-in.
    pub fn is_over(&self) -> bool {
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
        let run = Run::at(session, journal, 1, line.len(), now);
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
                n_bytes: lines.iter().map(String::len).sum(),
                begun_at: row.begun_at,
                has_end: transcript.end.is_some(),
            },
        ))
    }

    /// Takes in a run whose beginning is committed.
    pub fn take(&self, fresh: Fresh) -> Arc<tokio::sync::Mutex<Run>> {
        self.put(&fresh.id, fresh.run)
    }

    /// Takes in a run as far as it is committed.
    pub fn put(&self, id: &str, run: Run) -> Arc<tokio::sync::Mutex<Run>> {
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

    /// Lets go of a run; it is read again when somebody needs it.
    pub fn drop(&self, id: &str) {
        locked(&self.0).remove(id);
    }
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
    let n = run.session.turns().len() + 1;
    commit(app, id, run, |session| {
        session.apply(action, stance).map_err(|_| illegal(n))?;
        Ok(())
    })
    .await?;
    if run.session.floor() == Floor::Ended {
        return Ok(Some(finish(app, seated, id, run, Cut::No).await?));
    }
    Ok(None)
}

/// Notes a reading of the customer and commits it.
///
/// # Errors
/// As of [`apply`].
pub async fn mark(app: &App, id: &str, run: &mut Run, step: u8) -> Answer<()> {
    let n = run.session.turns().len();
    commit(app, id, run, |session| {
        session.mark(step).map_err(|_| illegal(n))?;
        Ok(())
    })
    .await
}

/// Changes a run by one line, and commits that.
async fn commit(
    app: &App,
    id: &str,
    run: &mut Run,
    change: impl FnOnce(&mut Session) -> Answer<()>,
) -> Answer<()> {
    // On a copy: what is not committed has not happened.
    let mut session = run.session.clone();
    let mut journal = run.journal.clone();
    change(&mut session)?;
    let now = now();
    let ms = (now - run.begun_at).max(0) / 10 * 10;
    let line = journal.input(&session, json!({ "ms": ms }));
    let line = line.ok_or_else(|| Problem::ours(&"an input without a line"))?;
    let n_bytes = run.n_bytes + line.len();
    let write = Write::Turn(NewLine {
        attempt: id.to_owned(),
        n: run.n_lines,
        line,
        elsewhere: false,
        now,
    });
    if let Err(error) = app.store.write(write).await {
        // Another process may have taken it further; it is read again.
        app.runs.drop(id);
        return Err(error.into());
    }
    run.session = session;
    run.journal = journal;
    run.n_lines += 1;
    run.n_bytes = n_bytes;
    Ok(())
}

/// That is not on offer now.
pub fn illegal(n: usize) -> Problem {
    let detail = format!("input {n} is not on offer now");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "illegal-turn", detail)
}

/// Who ended a run that did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Nobody: it did.
    No,
    /// The instructor, with the class.
    Instructor,
    /// The instructor, on the board: a program played it and does not come back.
    Board,
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
///
/// # Errors
/// When it cannot be committed, or too many wait to be judged.
pub async fn finish(
    app: &App,
    seated: &Seated,
    id: &str,
    run: &mut Run,
    cut: Cut,
) -> Answer<String> {
    let way = match cut {
        Cut::Board => Way::Cut,
        Cut::No | Cut::Instructor | Cut::Time => Way::Stepped,
    };
    let mut lines = app.store.lines(id).await?;
    if !lines.last().is_some_and(|line| is_end(line)) {
        let over = run.session.floor() == Floor::Ended;
        let (reason, label) = match cut {
            _ if over => (EndReason::Outcome, json!({})),
            Cut::Time => (EndReason::Abandoned, json!({ "cut": CUT_BY_TIME })),
            Cut::No | Cut::Instructor | Cut::Board => (EndReason::Abandoned, json!({})),
        };
        // On a copy: the journal runs on over its last line, which may not be committed.
        let mut journal = run.journal.clone();
        let end = journal.end(&run.session, reason, label);
        let write = Write::Turn(NewLine {
            attempt: id.to_owned(),
            n: run.n_lines,
            line: end.clone(),
            elsewhere: cut == Cut::Board,
            now: now(),
        });
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
    let (receipt, _) = keep(app, seated, id, &body, judged, way).await?;
    // Whoever lost the last answer has it read again.
    app.runs.drop(id);
    Ok(receipt)
}

/// Whether a line is that of an end. What a program has put into a label is none.
fn is_end(line: &str) -> bool {
    let line = serde_json::from_str::<Value>(line).unwrap_or_default();
    line["run"].get("end").is_some()
}

/// Hands in, as they are, the runs that are still being played when a class ends.
///
/// # Errors
/// When the store cannot be used.
pub async fn end_all(app: &App, class: &super::store::ClassRow) -> Answer<()> {
    let live = app.live(class)?;
    let open = app.store.attempts(&class.id).await?;
    for row in open.into_iter().filter(|row| row.is_open_here()) {
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

/// Hands in a run as it is, unless somebody else has done so meanwhile.
///
/// # Errors
/// When the store cannot be used.
pub async fn end_one(app: &App, seated: &Seated, row: &AttemptRow, cut: Cut) -> Answer<()> {
    let run = app.runs.of(app, seated, row).await?;
    let mut run = run.lock().await;
    let now = app.store.attempt(&row.id).await?;
    if now.is_none_or(|row| row.hash.is_some()) {
        app.runs.drop(&row.id);
        return Ok(());
    }
    finish(app, seated, &row.id, &mut run, cut).await?;
    Ok(())
}
