//! The line of a seat to its server, on a thread of its own: asks whether the class has
//! begun and whether it is over, hands in what was played to its end, and goes on
//! trying for as long as the window is open.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Wake;
use crate::classroom::client::link::{Link, Trouble};
use crate::classroom::client::outbox::{self, Sent};
use crate::classroom::client::seat::{Seat, Standing, Work};
use crate::classroom::homework::Homework;

/// Between two questions whether the class has begun.
const LOBBY: Duration = Duration::from_secs(2);
/// Between two questions whether it is over.
const CALM: Duration = Duration::from_secs(10);
/// How long a server that fell silent is asked as often as one that has not begun: it
/// may be started again at any moment.
const SOON: Duration = Duration::from_secs(300);
/// The rest after that, and where nothing is left to do.
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
    /// Nothing in the window: the class is sealed.
    Sealed,
}

/// What the line has found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// How the line is.
    pub state: State,
    /// What there is to play.
    pub plays: Plays,
    /// Whether the class is over.
    pub over: bool,
    /// Grows whenever a run was handed in or refused.
    pub n_sent: usize,
    /// Finished runs that the server does not have yet.
    pub n_waiting: usize,
}

enum Errand {
    /// Something was played to its end: look now.
    Look,
    /// So many inputs into this scenario.
    Playing(String, usize),
}

/// A line, as long as this is kept.
pub struct Line {
    told: Arc<Mutex<Told>>,
    errands: Mutex<Sender<Errand>>,
}

impl Line {
    /// A line for a seat.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn begin(seat: Seat, folder: PathBuf, wake: Wake) -> anyhow::Result<Self> {
        let told = Arc::new(Mutex::new(Told::default()));
        let (errands, waiting) = channel();
        let keeper = Keeper {
            seat,
            folder,
            told: Arc::clone(&told),
            wake,
            homework: None,
        };
        thread::Builder::new()
            .name("class line".into())
            .spawn(move || keeper.keep(&waiting))?;
        Ok(Line {
            told,
            errands: Mutex::new(errands),
        })
    }

    /// What it has found out.
    pub fn told(&self) -> Told {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Something was played to its end, or somebody wants to know.
    pub fn look(&self) {
        self.send(Errand::Look);
    }

    /// So many inputs into this scenario.
    pub fn playing(&self, scenario: &str, n_inputs: usize) {
        self.send(Errand::Playing(scenario.to_owned(), n_inputs));
    }

    fn send(&self, errand: Errand) {
        let errands = self.errands.lock().unwrap_or_else(PoisonError::into_inner);
        // The thread ends only with the line.
        _ = errands.send(errand);
    }
}

struct Keeper {
    seat: Seat,
    folder: PathBuf,
    told: Arc<Mutex<Told>>,
    wake: Wake,
    homework: Option<Homework>,
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
                        false => LONGEST,
                    }
                }
                (State::Gone(_), _) => LONGEST,
                (State::Fine, Plays::NotYet) => LOBBY,
                (State::Fine, _) if told.over => LONGEST,
                (State::Fine, _) => CALM,
            };
            if told.state == State::Fine {
                silent = None;
            }
            self.publish(told);
            if !self.rest(&link, rest, errands) {
                return;
            }
        }
    }

    /// Waits; false when nobody has the line any more.
    fn rest(&self, link: &Link, rest: Duration, errands: &Receiver<Errand>) -> bool {
        let until = Instant::now() + rest;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let mut errand = match errands.recv_timeout(left) {
                Ok(errand) => errand,
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            };
            // Of several the last says it all, unless there is something to hand in.
            while let Ok(next) = errands.try_recv() {
                if !matches!(errand, Errand::Look) {
                    errand = next;
                }
            }
            match errand {
                Errand::Look => return true,
                Errand::Playing(scenario, n) => {
                    // The run is on disk; this is for the board alone.
                    _ = self.seat.tell(link, &scenario, n);
                }
            }
        }
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
                }
                Work::NotBegun => told.plays = Plays::NotYet,
                Work::Sealed => told.plays = Plays::Sealed,
                Work::Busy => return Ok(State::Silent),
            }
        }
        let waiting = self.homework.as_ref().map(outbox::waiting).transpose()?;
        for run in waiting.into_iter().flatten() {
            match outbox::hand_in(link, &self.seat, &run)? {
                Sent::HandedIn(_) | Sent::Refused(_) => told.n_sent += 1,
                Sent::Kept => {}
            }
        }
        match self.seat.class(link) {
            Ok(Standing::In { over }) => told.over = over,
            Ok(Standing::Out(why)) => return Ok(State::Gone(why)),
            Err(error) if matches!(error.downcast_ref(), Some(Trouble::OtherKey(_))) => {
                return Err(error);
            }
            Err(_) => return Ok(State::Silent),
        }
        Ok(State::Fine)
    }

    fn publish(&self, told: Told) {
        let differs = {
            let mut held = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            let differs = *held != told;
            *held = told;
            differs
        };
        if differs {
            self.wake.wake();
        }
    }
}

/// What becomes of the runs of a folder, in words: for a card.
pub fn of_a_run(run: &Path) -> String {
    if let Some(code) = outbox::handed_in(run) {
        return format!("Handed in, receipt {code}");
    }
    match outbox::refused(run) {
        Some(why) => format!("Not taken: {}. It stays on this computer", why.trim()),
        None => "Kept on this computer".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use engine::state::{Floor, Stance};

    use super::*;
    use crate::classroom::assignment::SeedRule;
    use crate::classroom::client::address::Address;
    use crate::classroom::client::link::meet;
    use crate::classroom::client::seat::kept_assignment;
    use crate::classroom::server::hosting::Hosting;
    use crate::classroom::server::{Options, Plan};
    use crate::desk::library::Library;

    fn host(folder: &Path, game_port: u16, class: bool) -> Hosting {
        let plan = || Plan {
            title: "Morning shift".into(),
            scenarios: vec!["late-part".into()],
            attempts: 2,
            seeds: SeedRule::Same,
            sealed: false,
            shows_names: false,
            limit: 0,
        };
        let options = Options {
            folder: Some(folder.to_owned()),
            database: None,
            port: None,
            game_port,
            board_port: 0,
            address: Some([127, 0, 0, 1].into()),
            class: class.then(plan),
        };
        let library = Library::open(None).expect("there are scenarios");
        Hosting::open(library, options, || {}).expect("it opens")
    }

    /// Waits until the line has found this out.
    fn until(line: &Line, what: impl Fn(&Told) -> bool) -> Told {
        let begun = Instant::now();
        loop {
            let told = line.told();
            if what(&told) {
                return told;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{told:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn play(homework: &Homework) -> PathBuf {
        let task = homework.next().expect("a folder").expect("a task");
        let (mut session, mut file) = homework.begin(&task, "turns").expect("it begins");
        while session.floor() != Floor::Ended {
            let action = session.choices().swap_remove(0).action;
            session.apply(&action, Stance::default()).expect("legal");
            file.input(&session);
        }
        file.path().expect("it is kept").to_owned()
    }

    #[test]
    fn a_server_that_dies_and_comes_back_costs_nothing() {
        let base =
            std::env::temp_dir().join(format!("satisfactometer-line-{}", std::process::id()));
        _ = fs::remove_dir_all(&base);
        let (data, folder) = (base.join("server"), base.join("seat"));
        let hosting = host(&data, 0, true);
        let (game, words) = hosting
            .doors()
            .map(|doors| (doors.game.clone(), doors.words.clone()))
            .expect("doors");
        let address = Address::read(&game).expect("an address");
        let pin = meet(&address).expect("it answers");
        assert_eq!(pin.words().expect("words"), words);
        let code = loop {
            if let Some(now) = hosting.now() {
                break now.code;
            }
            thread::sleep(Duration::from_millis(10));
        };
        let link = Link::new(address.clone(), pin).expect("a link");
        let (seat, _) = Seat::ask(&link, &code, Some("Ana")).expect("a seat");
        seat.keep_in(&folder).expect("it is kept");
        let line = Line::begin(seat, folder.clone(), Wake(None)).expect("a line");
        until(&line, |told| {
            told.state == State::Fine && told.plays == Plays::NotYet
        });
        hosting.begin();
        until(&line, |told| told.plays == Plays::Ready);
        let assignment = kept_assignment(&folder).expect("it is read");
        let homework = Homework::open(assignment.expect("it is kept"), Some(&folder), None);
        let homework = homework.expect("it opens");

        let first = play(&homework);
        assert_eq!(of_a_run(&first), "Kept on this computer");
        line.look();
        until(&line, |told| told.n_sent == 1 && told.n_waiting == 0);
        assert!(of_a_run(&first).starts_with("Handed in, receipt "));

        // Played while nobody answers.
        drop(hosting);
        let second = play(&homework);
        line.look();
        until(&line, |told| {
            told.state == State::Silent && told.n_waiting == 1
        });
        assert_eq!(of_a_run(&second), "Kept on this computer");
        let again = host(&data, address.port, false);
        assert_eq!(again.doors().map(|doors| doors.words.clone()), Some(words));
        line.look();
        until(&line, |told| {
            told.state == State::Fine && told.n_waiting == 0
        });
        assert!(of_a_run(&second).starts_with("Handed in, receipt "));

        // Somebody else at the same address is told nothing.
        drop(again);
        let other = host(&base.join("other"), address.port, true);
        line.look();
        let told = until(&line, |told| matches!(told.state, State::Gone(_)));
        assert!(
            matches!(&told.state, State::Gone(why) if why.contains("another key")),
            "{told:?}"
        );
        drop(other);
        _ = fs::remove_dir_all(&base);
    }
}
