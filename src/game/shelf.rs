//! The kept runs as the window knows them: what lies in the folder, and the scores
//! of what came to its end, worked out on a thread of their own. Nothing here is
//! taken from a file unproved: every score is that of a replay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use bevy::prelude::*;
use engine::report::Report;
use engine::session::Session;

use super::encounter::keep::{KeepsRuns, Record};
use super::library::{Best, Library};
use super::pace::Pace;
use super::run::Run;
use super::screen::Screen;
use super::settings::Settings;
use crate::desk::runs::{self, Kept, NotGoingOn, Stands};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Shelf>()
        .init_resource::<Notice>()
        .add_systems(OnEnter(Screen::Encounter), stop)
        .add_systems(
            Update,
            collect.run_if(in_state(Screen::Scenarios).or_else(in_state(Screen::Runs))),
        );
}

/// Most runs that are listed and scored; older ones stay in their folder.
pub const LISTED: usize = 60;

/// How often the scores that are being worked out are asked for.
const ASK_AGAIN: Duration = Duration::from_millis(150);

/// The runs, and what is known of them.
#[derive(Resource, Default)]
pub struct Shelf {
    /// The newest runs, at most [`LISTED`].
    pub runs: Vec<Kept>,
    /// Files in the folder beside those.
    pub n_older: usize,
    scores: BTreeMap<PathBuf, (SystemTime, Scored)>,
    work: Option<Work>,
}

/// What came of scoring a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scored {
    /// Its scores.
    Best(Best),
    /// Why there are none.
    Refused(String),
}

/// What the trainee is told where the runs are listed.
#[derive(Resource, Default)]
pub struct Notice(pub Option<String>);

struct Work {
    results: Mutex<Receiver<Result_>>,
    stop: Arc<AtomicBool>,
}

/// A run to be scored: its file, when it was written, and the run.
type Order = (PathBuf, SystemTime, Session);
type Result_ = (PathBuf, SystemTime, Scored);

impl Shelf {
    /// Looks what is there now, and begins to score what has no scores yet.
    pub fn refresh(&mut self, library: &Library, settings: &Settings) {
        let (mut runs, n_files) = runs::kept();
        runs.truncate(LISTED);
        self.n_older = n_files.saturating_sub(LISTED);
        self.runs = runs;
        let find = |id: &str| library.find(id, settings.bleep);
        let mut orders: Vec<Order> = Vec::new();
        for run in &self.runs {
            let over = matches!(&run.what, Ok(claims) if claims.stands == Stands::Over);
            if !over || self.scored(run).is_some() {
                continue;
            }
            match runs::session_of(&run.path, &find) {
                Ok(session) => orders.push((run.path.clone(), run.written, session)),
                Err(why) => {
                    let refused = Scored::Refused(why.to_string());
                    self.scores.insert(run.path.clone(), (run.written, refused));
                }
            }
        }
        self.stop();
        if !orders.is_empty() {
            self.work = Work::begin(orders);
        }
    }

    /// What is known of the scores of a run.
    pub fn scored(&self, run: &Kept) -> Option<&Scored> {
        let (written, scored) = self.scores.get(&run.path)?;
        (*written == run.written).then_some(scored)
    }

    fn stop(&mut self) {
        if let Some(work) = self.work.take() {
            work.stop.store(true, Ordering::Relaxed);
        }
    }
}

impl Work {
    /// Without a thread for it there are no scores, and nothing else is missing.
    fn begin(orders: Vec<Order>) -> Option<Work> {
        let (send, results) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let thread = thread::Builder::new().name("scores".into());
        thread
            .spawn(move || score(orders, &send, &told))
            .inspect_err(|error| warn!("kept runs are not scored: {error}"))
            .ok()?;
        Some(Work {
            results: Mutex::new(results),
            stop,
        })
    }
}

fn score(orders: Vec<Order>, send: &Sender<Result_>, stop: &AtomicBool) {
    for (path, written, session) in orders {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let best = Best::of(&Report::of(&session));
        if send.send((path, written, Scored::Best(best))).is_err() {
            return;
        }
    }
}

fn collect(mut shelf: ResMut<Shelf>, mut library: ResMut<Library>, mut pace: ResMut<Pace>) {
    if shelf.work.is_none() {
        return;
    }
    loop {
        let Some(work) = &shelf.work else { return };
        let next = work
            .results
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .try_recv();
        match next {
            Ok((path, written, scored)) => {
                if let Scored::Best(best) = scored
                    && let Some(id) = scenario_of(&shelf.runs, &path)
                {
                    library.note(&id, best);
                }
                shelf.scores.insert(path, (written, scored));
            }
            Err(TryRecvError::Empty) => {
                pace.wake_in(ASK_AGAIN);
                return;
            }
            Err(TryRecvError::Disconnected) => shelf.work = None,
        }
    }
}

fn scenario_of(runs: &[Kept], path: &Path) -> Option<String> {
    let run = runs.iter().find(|run| run.path == path)?;
    Some(run.what.as_ref().ok()?.scenario.clone())
}

fn stop(mut shelf: ResMut<Shelf>) {
    shelf.stop();
}

/// The run that was broken off last and can go on, if runs are kept here.
pub fn last_open(
    keeps: Option<Res<KeepsRuns>>,
    library: &Library,
    settings: &Settings,
) -> Option<Kept> {
    keeps?;
    runs::last_open(&|id| library.find(id, settings.bleep))
}

/// Goes on with a run: the conversation, or the list of runs that says why not.
pub fn go_on(world: &mut World, path: &Path) {
    let settings = world.resource::<Settings>().clone();
    let taken = world.resource_scope(|world, mut library: Mut<Library>| {
        let mut record = world.resource_mut::<Record>();
        record.take_up(path, &mut library, &settings)
    });
    match taken {
        Ok(run) => {
            world.insert_resource(run);
            world.commands().set_state_if_neq(Screen::Encounter);
        }
        Err(why) => tell(world, &why),
    }
}

/// Shows the debrief of a run, or why there is none.
pub fn look_at(world: &mut World, path: &Path) {
    let bleep = world.resource::<Settings>().bleep;
    let library = world.resource::<Library>();
    match runs::session_of(path, &|id| library.find(id, bleep)) {
        Ok(session) => {
            let mut library = world.resource_mut::<Library>();
            library.choose(session.scenario().id());
            world.resource_mut::<Record>().look_at(path.to_owned());
            world.insert_resource(Run::at(session, None));
            world.commands().set_state_if_neq(Screen::Debrief);
        }
        Err(why) => tell(world, &why),
    }
}

/// Closes a run that was broken off, for good.
pub fn give_up(world: &mut World, path: &Path) {
    let bleep = world.resource::<Settings>().bleep;
    let library = world.resource::<Library>();
    match runs::give_up(path, &|id| library.find(id, bleep)) {
        Ok(()) => world.commands().set_state(Screen::Runs),
        Err(why) => tell(world, &why),
    }
}

fn tell(world: &mut World, why: &NotGoingOn) {
    world.resource_mut::<Notice>().0 = Some(format!("That run cannot be opened: {why}"));
    world.commands().set_state(Screen::Runs);
}
