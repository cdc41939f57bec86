//! Play that is stepped by the server: which run of a seat it is, and one input after
//! the other, each done once however often it is asked for. What is shown of a run is
//! for `staged` and `talks`.

use axum::http::StatusCode;
use tokio::sync::OwnedMutexGuard;

use super::app::{App, Seated};
use super::guard::Port;
use super::problem::{Answer, Problem};
use super::runs::{Cut, Fresh, Run, apply, end_one, finish, illegal};
use super::store::{BEGUN, Begun, Write};
use super::{api, runs, times};
use crate::classroom::talk::{Does, What};
use crate::desk::shown::Deed;

#[cfg(test)]
mod tests;

/// A run at its last input, held so that nobody else steps it meanwhile.
pub struct Held {
    /// Its id.
    pub id: String,
    /// The run.
    pub run: OwnedMutexGuard<Run>,
    /// Its receipt, once it is handed in.
    pub receipt: Option<String>,
    /// Some of it has crossed a line that is not encrypted.
    plain: bool,
}

/// Begins the next encounter of a seat, or goes on with the one that was begun.
///
/// # Errors
/// When there is nothing to play, or not now, or the store cannot be used.
pub async fn take_up(app: &App, seated: &Seated, port: Port) -> Answer<Held> {
    match next(app, seated, port).await {
        // Two asked at once: the other one has begun it.
        Err(problem) if problem.kind() == BEGUN => next(app, seated, port).await,
        done => done,
    }
}

async fn next(app: &App, seated: &Seated, port: Port) -> Answer<Held> {
    may_play(seated)?;
    let attempts = app.store.attempts_of(&seated.seat.id).await?;
    if times::is_up(seated) {
        for row in attempts.iter().filter(|row| row.is_open_here()) {
            end_one(app, seated, row, Cut::Time).await?;
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
                    let plain = seated.seat.plain || port == Port::Room;
                    if row.is_open_elsewhere() {
                        let attempt = row.id.clone();
                        let write = Write::TakeOver { attempt, plain };
                        app.store.write(write).await?;
                    }
                    let run = app.runs.of(app, seated, row).await?;
                    let mut run = run.lock_owned().await;
                    // The server died between the last input and the hand-in.
                    let receipt = if run.is_over() {
                        Some(finish(app, seated, &row.id, &mut run, Cut::No).await?)
                    } else {
                        None
                    };
                    return Ok(Held {
                        id: row.id.clone(),
                        run,
                        receipt,
                        plain: row.plain,
                    });
                }
                None => {
                    let seed = assignment.seed(index, number, &seated.seat.id);
                    let fresh = Fresh::of(seated, scenario, number, seed);
                    let id = fresh.id.clone();
                    let plain = seated.seat.plain || port == Port::Room;
                    app.store
                        .write(Write::Begin(Begun {
                            attempt: id.clone(),
                            class: seated.class.id.clone(),
                            seat: seated.seat.id.clone(),
                            scenario: scenario.id().to_owned(),
                            number: i64::from(number),
                            seed: seed.to_string(),
                            line: fresh.line.clone(),
                            plain,
                            now: fresh.now,
                        }))
                        .await?;
                    let run = app.runs.take(fresh);
                    seated.live.tell();
                    return Ok(Held {
                        id,
                        run: run.lock_owned().await,
                        receipt: None,
                        plain,
                    });
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
        "lobby" => Err(api::not_begun()),
        "paused" => problem(
            "paused",
            "your instructor has paused the class; nothing is lost",
        ),
        _ => problem("closed", "the class is over"),
    }
}

/// A run of this seat that is stepped here, by its id. What was handed in already comes
/// with its receipt: the answer to the last input was lost on the way.
///
/// # Errors
/// When there is none, or it may not be played now, or the store cannot be used.
pub async fn hold(app: &App, seated: &Seated, id: &str) -> Answer<Held> {
    let row = app.store.attempt(id).await?;
    let row = row
        .filter(|row| row.seat == seated.seat.id && row.source == "browser")
        .ok_or_else(Problem::not_found)?;
    let handed_in = row.receipt.as_ref().filter(|_| row.hash.is_some());
    if handed_in.is_none() {
        may_play(seated)?;
        if times::is_up(seated) {
            end_one(app, seated, &row, Cut::Time).await?;
            return Err(times::up());
        }
    }
    let run = app.runs.of(app, seated, &row).await?;
    let mut run = run.lock_owned().await;
    let receipt = match handed_in {
        Some(receipt) => Some(receipt.clone()),
        // The last input was committed, and what comes after it was not.
        None if run.is_over() => Some(finish(app, seated, id, &mut run, Cut::No).await?),
        None => None,
    };
    let (id, plain) = (row.id, row.plain);
    Ok(Held {
        id,
        run,
        receipt,
        plain,
    })
}

impl Held {
    /// Applies an input or notes a reading. Asked twice, it is done once.
    ///
    /// # Errors
    /// When it is not the one that comes next, is not possible now, or cannot be
    /// committed.
    pub async fn step(
        &mut self,
        app: &App,
        seated: &Seated,
        port: Port,
        does: &Does,
    ) -> Answer<()> {
        let n_done = self.run.session.turns().len();
        if self.receipt.is_some() {
            return Ok(());
        }
        let deed = match does.what {
            What::Mark(step) => return self.mark(app, port, does.n, step).await,
            What::Listen => Deed::Listen,
            What::Encourage => Deed::Encourage,
            What::CutIn => Deed::CutIn,
            What::Pause => Deed::Pause,
            What::Say(n) => Deed::Say(n),
        };
        if does.n == n_done && n_done > 0 {
            return Ok(());
        }
        if does.n != n_done + 1 {
            return Err(other_turn(n_done + 1));
        }
        let action = deed.action(&self.run.session);
        let action = action.ok_or_else(|| illegal(does.n))?;
        self.came_by(app, port).await?;
        let stance = does.stance();
        self.receipt = apply(app, seated, &self.id, &mut self.run, &action, stance).await?;
        if self.run.session.turns().len() % 8 == 1 || self.receipt.is_some() {
            // Enough for a board; a class of two hundred would keep it redrawing.
            seated.live.tell();
        }
        Ok(())
    }

    async fn mark(&mut self, app: &App, port: Port, n: usize, step: u8) -> Answer<()> {
        let session = &self.run.session;
        let n_done = session.turns().len();
        if session.marks().last().is_some_and(|mark| mark.after == n) {
            return Ok(());
        }
        if n != n_done {
            return Err(other_turn(n_done + 1));
        }
        self.came_by(app, port).await?;
        runs::mark(app, &self.id, &mut self.run, step).await
    }

    /// Notes that something of the run crosses a line that is not encrypted.
    async fn came_by(&mut self, app: &App, port: Port) -> Answer<()> {
        if port == Port::Room && !self.plain {
            let attempt = self.id.clone();
            app.store.write(Write::Plain { attempt }).await?;
            self.plain = true;
        }
        Ok(())
    }
}

fn other_turn(n: usize) -> Problem {
    let detail = format!("the run is at input {n}");
    Problem::new(StatusCode::CONFLICT, "other-turn", detail)
}
