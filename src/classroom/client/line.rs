//! The line of a seat to its server, on a thread of its own: asks whether the class has
//! begun and whether it is over, sends what is played as it goes, hands in what was played
//! to its end, and goes on trying for as long as somebody has the line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::disagree::{self, Disagreements, Said, Stands};
use super::link::{Link, Trouble};
use super::outbox::{self, Sent};
use super::seat::{ClassState, Seat, Stand, Standing, Work};
use super::sending::{Sending, is_last};
use crate::classroom::homework::Homework;
use crate::desk::library::read_bounded;
use crate::desk::run_file::RunFile;

/// Between two questions whether the class has begun.
const LOBBY: Duration = Duration::from_secs(2);
/// Between two questions whether it is over.
const CALM: Duration = Duration::from_secs(10);
/// How long a server that fell silent is asked as often as one that has not begun: it
/// may be started again at any moment.
const SOON: Duration = Duration::from_secs(300);
/// The rest after that.
const PATIENT: Duration = Duration::from_secs(10);
/// The rest where nothing is left to do.
const LONGEST: Duration = Duration::from_secs(60);

/// How the line is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Not known yet.
    #[default]
    Asking,
    /// The server answers.
    Fine,
    /// It does not, now.
    Silent,
    /// There is no more to be had on this seat, and why.
    Gone(String),
}

/// What there is to play.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plays {
    /// Nothing yet.
    #[default]
    NotYet,
    /// It is kept in the seat's folder.
    Ready,
    /// What the class's computer steps, turn by turn: the class is sealed.
    Sealed,
}

/// What the line has found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// How the line is.
    pub state: State,
    /// What there is to play.
    pub plays: Plays,
    /// How the class is, as its server says.
    pub stand: Stand,
    /// Grows whenever a run was handed in or refused.
    pub n_sent: usize,
    /// Finished runs that the server does not have yet.
    pub n_waiting: usize,
    /// Finished runs that could not be saved here, with what became of each.
    pub unsaved: Vec<Sent>,
    /// Something of a run that is being played is not with the server yet.
    pub behind: bool,
    /// Grows whenever something becomes known of what one disagrees with.
    pub n_disagreed: usize,
}

impl Told {
    /// Whether the class is over.
    pub fn over(&self) -> bool {
        self.stand.state == ClassState::Closed
    }
}

enum Errand {
    /// Something was played to its end: look now. Told with the number of the question.
    Look(usize),
    /// A line of the run that is being played is on disk, or could not be brought there.
    Line(String),
    /// Somebody looks at this attempt: what did they disagree with?
    Recall(String),
}

/// A line, as long as this is kept.
pub struct Line {
    told: Arc<Mutex<Told>>,
    n_asked: AtomicUsize,
    n_answered: Arc<AtomicUsize>,
    errands: Mutex<Sender<Errand>>,
    disagreements: Arc<Mutex<Disagreements>>,
}

impl Line {
    /// A line for a seat; `wake` is called when there is something new to be told.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn begin(
        seat: Seat,
        folder: PathBuf,
        wake: impl Fn() + Send + 'static,
    ) -> anyhow::Result<Self> {
        let told = Arc::new(Mutex::new(Told::default()));
        let n_answered = Arc::new(AtomicUsize::new(0));
        let (errands, waiting) = channel();
        let disagreements = Arc::new(Mutex::new(Disagreements::of(&folder)));
        let keeper = Keeper {
            seat,
            folder,
            disagreements: Arc::clone(&disagreements),
            recalls: BTreeSet::new(),
            told: Arc::clone(&told),
            asked: 0,
            n_answered: Arc::clone(&n_answered),
            wake: Box::new(wake),
            homework: None,
            unsaved: Vec::new(),
            sendings: BTreeMap::new(),
            played: None,
        };
        thread::Builder::new()
            .name("class line".into())
            .spawn(move || keeper.keep(&waiting))?;
        Ok(Line {
            told,
            n_asked: AtomicUsize::new(0),
            n_answered,
            errands: Mutex::new(errands),
            disagreements,
        })
    }

    /// What it has found out.
    pub fn told(&self) -> Told {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Something was played to its end, or somebody wants to know. Returns the number of
    /// the question.
    pub fn look(&self) -> usize {
        let n = self.n_asked.fetch_add(1, Ordering::AcqRel) + 1;
        self.send(Errand::Look(n));
        n
    }

    /// Whether everything was asked, and done, since somebody wanted to know.
    pub fn has_looked(&self, question: usize) -> bool {
        self.n_answered.load(Ordering::Acquire) >= question
    }

    /// Sends a run as it is played, from its beginning, and hands it in if it cannot be
    /// saved here.
    pub fn follow(&self, file: &mut RunFile) {
        let errands = self.errands.lock().unwrap_or_else(PoisonError::into_inner);
        let errands = errands.clone();
        // The thread ends only with the line; who plays never waits for it.
        file.follow(move |line| _ = errands.send(Errand::Line(line.to_owned())));
    }

    /// Says why one disagrees about a decision, or takes it back with nothing. It is kept
    /// when this returns, and sent as soon as may be.
    ///
    /// # Errors
    /// Why it cannot be kept, in words.
    pub fn disagree(&self, attempt: &str, turn: usize, typed: &str) -> Result<(), String> {
        locked(&self.disagreements).say(attempt, turn, typed)?;
        self.look();
        Ok(())
    }

    /// What one says about a decision, and where it is.
    pub fn about(&self, attempt: &str, turn: usize) -> Option<Said> {
        locked(&self.disagreements).about(attempt, turn).cloned()
    }

    /// What one says about the decisions of an attempt, in their order.
    pub fn about_all(&self, attempt: &str) -> Vec<Said> {
        locked(&self.disagreements).about_all(attempt)
    }

    /// Somebody looks at an attempt: the server is asked what they disagreed with.
    pub fn recall(&self, attempt: &str) -> usize {
        self.send(Errand::Recall(attempt.to_owned()));
        self.look()
    }

    fn send(&self, errand: Errand) {
        let errands = self.errands.lock().unwrap_or_else(PoisonError::into_inner);
        // The thread ends only with the line.
        _ = errands.send(errand);
    }
}

fn locked(all: &Mutex<Disagreements>) -> MutexGuard<'_, Disagreements> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Keeper {
    seat: Seat,
    folder: PathBuf,
    disagreements: Arc<Mutex<Disagreements>>,
    /// Attempts of which the server is to be asked what one disagreed with.
    recalls: BTreeSet<String>,
    told: Arc<Mutex<Told>>,
    /// The question that the next round answers.
    asked: usize,
    n_answered: Arc<AtomicUsize>,
    wake: Box<dyn Fn() + Send>,
    homework: Option<Homework>,
    /// Runs that are over and on no disk, with what became of them.
    unsaved: Vec<(String, Sent)>,
    /// Runs that are not over, by attempt.
    sendings: BTreeMap<String, Sending>,
    /// The one that is being played.
    played: Option<String>,
}

impl Keeper {
    fn keep(mut self, errands: &Receiver<Errand>) {
        let link = match self.seat.link() {
            Ok(link) => link,
            Err(error) => {
                let told = Told {
                    state: State::Gone(format!("{error:#}")),
                    ..Told::default()
                };
                return self.publish(told);
            }
        };
        let mut silent: Option<Instant> = None;
        loop {
            let told = self.round(&link);
            let rest = match (&told.state, told.plays) {
                (State::Silent | State::Asking, _) => {
                    let since = silent.get_or_insert_with(Instant::now);
                    match since.elapsed() < SOON {
                        true => LOBBY,
                        false => PATIENT,
                    }
                }
                (State::Gone(_), _) => LONGEST,
                (State::Fine, Plays::NotYet) => LOBBY,
                (State::Fine, Plays::Sealed) if told.stand.state == ClassState::Lobby => LOBBY,
                (State::Fine, _) if told.over() => LONGEST,
                (State::Fine, _) => CALM,
            };
            if told.state == State::Fine {
                silent = None;
            }
            self.publish(told);
            self.n_answered.store(self.asked, Ordering::Release);
            if !self.rest(&link, rest, errands) {
                return;
            }
        }
    }

    /// Waits, and sends what is played meanwhile; false when nobody has the line any more.
    fn rest(&mut self, link: &Link, rest: Duration, errands: &Receiver<Errand>) -> bool {
        let until = Instant::now() + rest;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let mut next = match errands.recv_timeout(left) {
                Ok(errand) => Some(errand),
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            };
            let mut look = false;
            while let Some(errand) = next {
                match errand {
                    Errand::Look(question) => {
                        self.asked = question;
                        look = true;
                    }
                    Errand::Line(line) => self.note(&line),
                    Errand::Recall(attempt) => _ = self.recalls.insert(attempt),
                }
                next = errands.try_recv().ok();
            }
            // What does not go now goes with the next round.
            if look || self.send(link).is_err() {
                return true;
            }
        }
    }

    /// Takes down a line of the run that is being played.
    fn note(&mut self, line: &str) {
        if is_last(line) {
            // It is told only where the disk did not take it.
            let played = self.played.take();
            if let Some(sending) = played.and_then(|id| self.sendings.remove(&id)) {
                self.unsaved.push((sending.whole(line), Sent::Kept));
            }
            return;
        }
        if let Some(begun) = Sending::of(line) {
            let id = begun.attempt.clone();
            match self.sendings.get_mut(&id) {
                // It was taken up again, and is told from its first line.
                Some(known) => known.again(line),
                None => _ = self.sendings.insert(id.clone(), begun),
            }
            self.played = Some(id);
        } else if let Some(played) = self
            .played
            .as_ref()
            .and_then(|id| self.sendings.get_mut(id))
        {
            played.add(line);
        }
    }

    /// Sends what the server does not have of the runs that are not over.
    fn send(&mut self, link: &Link) -> Result<(), Trouble> {
        for sending in self.sendings.values_mut() {
            sending.send(link, &self.seat)?;
        }
        Ok(())
    }

    /// Runs that were broken off here and that nobody plays now are sent as well.
    fn take_up(&mut self) -> anyhow::Result<()> {
        let Some(homework) = &self.homework else {
            return Ok(());
        };
        for path in homework
            .tasks()?
            .into_iter()
            .filter_map(|task| task.cut_short)
        {
            // One that is being played may be read by nobody else; it is told line by line.
            let text = read_bounded(&path).ok();
            let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
            let text = text.unwrap_or_default();
            let mut lines = text
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            let Some(mut sending) = lines.next().and_then(Sending::of) else {
                continue;
            };
            if !self.sendings.contains_key(&sending.attempt) {
                lines.for_each(|line| sending.add(line));
                self.sendings.insert(sending.attempt.clone(), sending);
            }
        }
        Ok(())
    }

    /// Everything there is to ask, once.
    fn round(&mut self, link: &Link) -> Told {
        let mut told = {
            let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            told.clone()
        };
        told.state = match self.ask(link, &mut told) {
            Ok(state) => state,
            Err(error) => match error.downcast_ref() {
                Some(Trouble::Silent(..)) => State::Silent,
                _ => State::Gone(format!("{error:#}")),
            },
        };
        let waiting = self.homework.as_ref().map(outbox::waiting);
        told.n_waiting = waiting.and_then(Result::ok).map_or(0, |runs| runs.len());
        told.unsaved = self.unsaved.iter().map(|(_, sent)| sent.clone()).collect();
        let unsaved = told.unsaved.iter().filter(|sent| **sent == Sent::Kept);
        told.n_waiting += unsaved.count();
        told.behind = self.sendings.values().any(Sending::waits);
        told
    }

    fn ask(&mut self, link: &Link, told: &mut Told) -> anyhow::Result<State> {
        if self.homework.is_none() {
            match self.seat.assignment(link, &self.folder)? {
                Work::Ready(assignment) => {
                    let (folder, mark) = (Some(self.folder.as_path()), &self.seat.seat);
                    self.homework = Some(Homework::open(*assignment, folder, Some(mark))?);
                    told.plays = Plays::Ready;
                    // There is something to show before anything else is asked.
                    self.publish(told.clone());
                    self.take_up()?;
                }
                Work::NotBegun => told.plays = Plays::NotYet,
                Work::Sealed => told.plays = Plays::Sealed,
                Work::Busy => return Ok(State::Silent),
            }
        }
        let waiting = self.homework.as_ref().map(outbox::waiting).transpose()?;
        for run in waiting.into_iter().flatten() {
            // From here on the whole of it counts.
            self.over(&run);
            match outbox::hand_in(link, &self.seat, &run)? {
                Sent::HandedIn(_) | Sent::Refused(_) => told.n_sent += 1,
                Sent::Kept => {}
            }
        }
        for (run, sent) in &mut self.unsaved {
            if *sent == Sent::Kept {
                *sent = outbox::hand_in_from_memory(link, &self.seat, run)?;
                told.n_sent += usize::from(*sent != Sent::Kept);
            }
        }
        self.send(link)?;
        told.n_disagreed += self.disagree(link)?;
        match self.seat.class(link) {
            Ok(Standing::In(stand)) => {
                if self.seat.is_called(&stand) {
                    // What cannot be written is told again another day.
                    _ = self.seat.keep_names(&self.folder);
                }
                told.stand = stand;
            }
            Ok(Standing::Out(why)) => return Ok(State::Gone(why)),
            Err(error) if matches!(error.downcast_ref(), Some(Trouble::OtherKey(_))) => {
                return Err(error);
            }
            Err(_) => return Ok(State::Silent),
        }
        Ok(State::Fine)
    }

    /// Brings what is to be sent of disagreements, and learns what there was of them. How
    /// much became known.
    fn disagree(&mut self, link: &Link) -> Result<usize, Trouble> {
        let mut n_known = 0;
        let waiting = locked(&self.disagreements).waiting();
        for said in waiting {
            let stands = disagree::send(link, &self.seat, &said)?;
            let is_refused = matches!(stands, Stands::Refused(_));
            if stands == Stands::Waiting || (is_refused && self.owes_runs()) {
                // A run that is not handed in yet is not known there.
                continue;
            }
            locked(&self.disagreements).settle(&said, stands);
            n_known += 1;
        }
        while let Some(attempt) = self.recalls.first() {
            let new = disagree::recall(link, &self.seat, attempt, &self.disagreements)?;
            n_known += usize::from(new);
            self.recalls.pop_first();
        }
        Ok(n_known)
    }

    /// Whether there are finished runs that the server does not have.
    fn owes_runs(&self) -> bool {
        let waiting = self.homework.as_ref().map(outbox::waiting);
        waiting.is_some_and(|runs| runs.is_ok_and(|runs| !runs.is_empty()))
    }

    fn publish(&self, told: Told) {
        let differs = {
            let mut held = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            let differs = *held != told;
            *held = told;
            differs
        };
        if differs {
            (self.wake)();
        }
    }

    /// A run is over, and nothing of it is sent in part any more.
    fn over(&mut self, run: &Path) {
        let bytes = read_bounded(run).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let header = text.split_inclusive('\n').next();
        if let Some(ended) = header.and_then(Sending::of) {
            self.sendings.remove(&ended.attempt);
        }
    }
}

#[cfg(test)]
mod tests;
