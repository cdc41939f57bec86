//! What comes of the runs of a class, worked out once for each and kept: by the hash of
//! the run and by all that its score is made on, so that nothing kept can be out of date,
//! whichever server changed something. What is missing is read in the background.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use engine::rules::Rules;

use super::app::{App, Live, called, class_seat, locked, now};
use super::problem::{Answer, Problem};
use super::scores::{self, Basis};
use super::store::{Agreement, AttemptRow, ClassRow, Late, ScoreRow, SeatRow, VoidRow};
use super::taken::{Taken, taken};
use super::{moves, sent, times};
use crate::classroom::claimed::{Claimed, claimed};
use crate::classroom::gist::Gist;
use crate::classroom::judge::{Judged, Verdict};
use crate::classroom::tables::Attempt;

/// How long somebody at a page waits; what takes longer goes on without them, and is told.
const PATIENCE: Duration = Duration::from_secs(4);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(50);
/// Runs of all classes whose gists are kept: some 30 MB.
const MOST: usize = 20_000;

/// Waits for something that is to be brought to its end, as long as somebody at a page
/// waits. It goes on after that: a large class may take longer than a request may.
///
/// # Errors
/// With what went wrong meanwhile.
pub async fn patiently(done: impl Future<Output = Answer<()>> + Send + 'static) -> Answer<()> {
    let task = tokio::spawn(async move {
        let done = done.await;
        if let Err(problem) = &done {
            anstream::eprintln!("server: {}", problem.detail());
        }
        done
    });
    match tokio::time::timeout(PATIENCE, task).await {
        Ok(done) => done.map_err(|error| Problem::ours(&error))?,
        Err(_) => Ok(()),
    }
}

/// The gists of a class.
#[derive(Default)]
pub struct Gists {
    held: Mutex<BTreeMap<String, Held>>,
    /// Somebody reads what is missing.
    reading: AtomicBool,
    /// When something was last asked for, Unix milliseconds.
    asked_at: AtomicI64,
}

struct Held {
    made_on: String,
    read: Read,
}

/// What was read of a run.
#[derive(Clone)]
pub struct Read {
    /// Its gist.
    pub gist: Arc<Gist>,
    /// Whether it was cut off because its player's time was up.
    pub cut_by_time: bool,
    /// How long each turn took, as far as it is known.
    pub taken: Taken,
    /// The same by what its player's own computer claims.
    pub claimed: Claimed,
}

impl Gists {
    fn get(&self, attempt: &str, made_on: &str) -> Option<Read> {
        let held = locked(&self.held);
        let found = held.get(attempt).filter(|held| held.made_on == made_on);
        found.map(|held| held.read.clone())
    }

    fn has(&self, attempt: &str, made_on: &str) -> bool {
        let held = locked(&self.held);
        held.get(attempt)
            .is_some_and(|held| held.made_on == made_on)
    }

    fn put(&self, attempt: &str, made_on: String, read: Read) {
        let held = Held { made_on, read };
        locked(&self.held).insert(attempt.to_owned(), held);
    }

    /// Forgets all of them.
    pub fn clear(&self) {
        locked(&self.held).clear();
    }
}

/// Nobody reads any more when it goes, however it goes.
struct Reading<'a>(&'a Gists);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.reading.store(false, Ordering::Release);
    }
}

/// What everything that comes of a run hangs on.
fn made_on(hash: &str, basis: &Basis) -> String {
    format!("{hash} by {}", basis.mark())
}

/// What a store says of a class that its results follow from.
pub struct Books {
    /// The class.
    pub class: ClassRow,
    /// The class in memory.
    pub live: Arc<Live>,
    /// What was handed in, in the order of the tables: by people, scenario and number.
    pub rows: Vec<AttemptRow>,
    /// What all that comes of each row hangs on.
    made_on: Vec<String>,
    /// The people.
    pub seats: Vec<SeatRow>,
    /// What does not count, or did not for a while.
    pub voids: Vec<VoidRow>,
    /// The scores of every attempt, in order.
    pub scores: BTreeMap<String, Vec<ScoreRow>>,
}

/// The runs of a class, or how many of them are read by now.
pub enum Outcome {
    /// All of them.
    All(Vec<Attempt>),
    /// So many, of so many.
    Some(usize, usize),
}

impl Books {
    /// What the store says now.
    ///
    /// # Errors
    /// When the store cannot be read, or the class is not for this release.
    pub async fn open(app: &App, class: &ClassRow) -> Answer<Arc<Self>> {
        let live = app.live(class)?;
        let mut rows = app.store.attempts(&class.id).await?;
        rows.retain(|row| row.hash.is_some());
        let seats = app.store.seats(&class.id).await?;
        let mut scores: BTreeMap<String, Vec<ScoreRow>> = BTreeMap::new();
        for score in app.store.scores(&class.id).await? {
            scores.entry(score.attempt.clone()).or_default().push(score);
        }
        rows.sort_by_cached_key(|row| {
            let mark = called(&row.seat, &class.id, &seats);
            (mark.to_lowercase(), row.scenario.clone(), row.number)
        });
        let mut books = Books {
            class: class.clone(),
            live,
            rows,
            made_on: Vec::new(),
            seats,
            voids: app.store.voids(&class.id).await?,
            scores,
        };
        let made_on = books.rows.iter().map(|row| {
            let hash = row.hash.as_deref().unwrap_or_default();
            made_on(hash, &books.basis(row))
        });
        books.made_on = made_on.collect();
        Ok(Arc::new(books))
    }

    /// The scores of an attempt, in order.
    pub fn scores_of(&self, row: &AttemptRow) -> &[ScoreRow] {
        self.scores.get(&row.id).map_or(&[], Vec::as_slice)
    }

    /// What an attempt counts on now.
    pub fn basis(&self, row: &AttemptRow) -> Basis {
        Basis::of(&row.id, &self.voids, self.scores_of(row))
    }

    /// How many of the runs are read.
    fn n_read(&self) -> usize {
        let rows = self.rows.iter().zip(&self.made_on);
        rows.filter(|(row, made_on)| self.live.gists.has(&row.id, made_on))
            .count()
    }

    /// A row of the tables, by what was read of it and what the store says of it.
    pub fn attempt(&self, row: &AttemptRow, read: Read) -> Attempt {
        let Read {
            gist,
            cut_by_time,
            mut taken,
            mut claimed,
        } = read;
        let seat = self.seats.iter().find(|seat| seat.id == row.seat);
        let whole = row.seat == class_seat(&self.class.id);
        let mut notes = Vec::new();
        if whole {
            notes.push("played by the whole class, by vote; it counts for nobody".to_owned());
        }
        if let Some(counted) = &gist.counted {
            notes.extend(scores::notes(&counted.not_counted, self.scores_of(row)));
        }
        match row.late {
            Late::No => {}
            Late::Closed => notes.push("late: handed in after the class was closed".to_owned()),
            Late::Overtime => notes.push("late: handed in after their time was up".to_owned()),
        }
        if row.source == "browser" && cut_by_time {
            notes.push("their time was up".to_owned());
        }
        if row.source == "file" {
            notes.extend(sent::notes(row));
        } else {
            // What stands beside its lines was written here.
            claimed = Claimed::default();
        }
        if let Some(seat) = seat {
            notes.extend(times::notes(seat, &self.class));
            notes.extend(moves::note(seat));
        }
        if seat.is_some_and(|seat| seat.erased) {
            notes.push("erased".to_owned());
            // What was sent of their runs is gone, and what was read of it goes with it.
            taken = Taken::default();
        } else if seat.is_some_and(|seat| seat.removed) {
            notes.push("removed from the class".to_owned());
        }
        let receipt = row.receipt.as_deref();
        Attempt {
            mark: called(&row.seat, &self.class.id, &self.seats),
            whole,
            scenario: row.scenario.clone(),
            number: u32::try_from(row.number).unwrap_or(0),
            id: row.id.clone(),
            gist,
            notes,
            played_in: if whole { "" } else { row.played_in() },
            started_at: Some(row.begun_at),
            source: receipt.map_or(String::new(), super::receipt::code_of),
            seconds: taken,
            claimed,
        }
    }

    /// Reads what is missing, one run after the other, unless somebody does already.
    fn read_on(self: &Arc<Self>, app: &Arc<App>) {
        if self.live.gists.reading.swap(true, Ordering::AcqRel) {
            return;
        }
        let (app, books) = (Arc::clone(app), Arc::clone(self));
        tokio::spawn(async move {
            let _reading = Reading(&books.live.gists);
            for row in &books.rows {
                if let Err(problem) = app.read(&books.live, row, books.basis(row)).await {
                    anstream::eprintln!("server: results wait: {}", problem.detail());
                    // Whoever waits asks again; the store may need a moment.
                    tokio::time::sleep(LOOK * 20).await;
                    return;
                }
            }
        });
    }
}

impl App {
    /// The runs of a class with all that comes of them. If that takes longer than
    /// somebody at a page waits, it goes on in the background, and how far it is is told.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn outcome(self: &Arc<Self>, books: &Arc<Books>) -> Answer<Outcome> {
        self.outcome_within(books, PATIENCE).await
    }

    async fn outcome_within(
        self: &Arc<Self>,
        books: &Arc<Books>,
        patience: Duration,
    ) -> Answer<Outcome> {
        let gists = &books.live.gists;
        gists.asked_at.store(now(), Ordering::Relaxed);
        let begun = Instant::now();
        loop {
            let n_read = books.n_read();
            if n_read == books.rows.len() {
                break;
            }
            books.read_on(self);
            if begun.elapsed() > patience {
                return Ok(Outcome::Some(n_read, books.rows.len()));
            }
            tokio::time::sleep(LOOK).await;
        }
        let attempts = self.attempts(books).await?;
        Ok(Outcome::All(attempts))
    }

    /// The same, however long it takes.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn attempts(&self, books: &Books) -> Answer<Vec<Attempt>> {
        let mut attempts = Vec::with_capacity(books.rows.len());
        for row in &books.rows {
            let read = self.read(&books.live, row, books.basis(row)).await?;
            attempts.push(books.attempt(row, read));
        }
        self.forget(&books.class.id, MOST);
        Ok(attempts)
    }

    /// What comes of an attempt on a basis: what is kept of it, or it is played again.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read(&self, live: &Arc<Live>, row: &AttemptRow, basis: Basis) -> Answer<Read> {
        let made_on = made_on(row.hash.as_deref().unwrap_or_default(), &basis);
        if let Some(read) = live.gists.get(&row.id, &made_on) {
            return Ok(read);
        }
        let read = match self.again(live, row, basis).await? {
            Some((text, judged)) => {
                let taken = self.taken(&row.id, row.agreement).await?;
                self.gist(&judged, &text, taken)
            }
            None => Read {
                gist: Arc::new(lost()),
                cut_by_time: false,
                taken: Taken::default(),
                claimed: Claimed::default(),
            },
        };
        live.gists.put(&row.id, made_on, read.clone());
        Ok(read)
    }

    /// An attempt that was handed in, played again on a basis, with its bytes; nothing if
    /// playing it again fails.
    ///
    /// # Errors
    /// When the store cannot be read, or has no bytes of it.
    pub async fn again(
        &self,
        live: &Arc<Live>,
        row: &AttemptRow,
        basis: Basis,
    ) -> Answer<Option<(String, Judged)>> {
        let text = self.store.transcript(&row.id).await?;
        let text = text.ok_or_else(Problem::not_found)?;
        let bytes = text.clone().into_bytes();
        let judged = self.judge_in_turn(live, &row.seat, bytes, basis).await;
        Ok(judged.ok().map(|judged| (text, judged)))
    }

    /// Keeps what came of a run that was just handed in, so that it need not be read.
    pub fn keep_gist(&self, live: &Live, attempt: &str, hash: &str, read: Read) {
        let rules = read.gist.counted.as_ref();
        let basis = Basis {
            rules: rules.and_then(|run| Rules::of_version(&run.rules)),
            ..Basis::default()
        };
        live.gists.asked_at.store(now(), Ordering::Relaxed);
        live.gists.put(attempt, made_on(hash, &basis), read);
        self.forget(&live.assignment.written.id, MOST);
    }

    /// What was read of a run, by its bytes and what they were judged to be.
    pub fn gist(&self, judged: &Judged, text: &str, taken: Taken) -> Read {
        Read {
            gist: Arc::new(Gist::of(judged, &self.texts)),
            cut_by_time: super::runs::was_cut_by_time(text),
            taken,
            claimed: claimed(text),
        }
    }

    /// How long each turn of a run took, by when its lines came; nothing of it changes any
    /// more once it is handed in.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn taken(&self, attempt: &str, agreement: Agreement) -> Answer<Taken> {
        let lines = self.store.sent_lines(attempt).await?;
        Ok(taken(&lines, agreement.differs_at))
    }

    /// Forgets the gists of other classes, those first that nobody asked for, if there
    /// are more than `most` all together.
    fn forget(&self, class: &str, most: usize) {
        let mut others = self.lives();
        let n_held = |live: &Live| locked(&live.gists.held).len();
        let mut n: usize = others.iter().map(|(_, live)| n_held(live)).sum();
        others.retain(|(id, _)| id != class);
        others.sort_by_key(|(_, live)| live.gists.asked_at.load(Ordering::Relaxed));
        for (_, live) in others {
            if n <= most {
                return;
            }
            n -= n_held(&live);
            live.gists.clear();
        }
    }
}

/// The gist of a run whose playing again failed.
fn lost() -> Gist {
    let why = "playing it again failed; this is our mistake, and the attempt is kept";
    Gist {
        verdict: Verdict::Unscored(why.into()),
        seed: String::new(),
        rules: "".into(),
        counted: None,
    }
}
