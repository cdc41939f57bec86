//! The author's bench: a scenario file plays beside the text editor. Every save is
//! checked and taken over into the talk at the same beat with the same state; what
//! is broken is listed, and the last version that plays goes on. Nothing played
//! here is kept or counts.

mod drafts;
mod jump;
mod panel;

use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::winit::{EventLoopProxyWrapper, WinitUserEvent};
use engine::scenario::Scenario;
use engine::session::Session;

use super::library::{Library, OnBench};
use super::reload;
use super::run::Run;
use super::screen::{Overlay, Screen};
use crate::author::bench::Draft;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((drafts::plugin, panel::plugin, jump::plugin))
        .add_systems(PreUpdate, take_up)
        .add_systems(OnEnter(Screen::Title), close)
        .add_systems(OnEnter(Screen::Scenarios), close)
        .add_systems(OnEnter(Screen::Drafts), close);
}

/// What was read last and when it was seen to have changed, until a frame takes it.
type Tray = Arc<Mutex<Option<(Draft, Instant)>>>;

/// The file at work. While there is one, runs are only tried out.
#[derive(Resource)]
pub struct Bench {
    file: PathBuf,
    draft: Draft,
    tray: Tray,
    /// A version that plays and is not taken over yet.
    fresh: Option<Arc<Scenario>>,
    /// What became of the last save, if that needs to be said.
    note: Option<String>,
    /// How often the talk was taken over, and how long it took the last time.
    saves: u32,
    took: Option<Duration>,
    /// Whether the panel is to be seen.
    shown: bool,
}

impl Bench {
    /// The name of the file.
    fn name(&self) -> String {
        let name = self.file.file_name().unwrap_or(self.file.as_os_str());
        name.to_string_lossy().into_owned()
    }

    /// How the file is, in a sentence.
    fn state(&self) -> String {
        let n = self.draft.problems.len() + self.draft.more;
        let problems = match n {
            1 => "one problem".to_owned(),
            n => format!("{n} problems"),
        };
        match (self.draft.plays(), n) {
            (true, 0) if self.saves == 0 => "Plays. Save the file, and it goes on here.".to_owned(),
            (true, 0) => "Plays, as last saved.".to_owned(),
            (true, _) => format!("Plays, with {problems}."),
            (false, _) => format!("Does not play: {problems}. What played last goes on."),
        }
    }
}

/// Opens a file on the bench and begins to play it, or waits until it plays.
pub fn open(world: &mut World, file: &Path) {
    let draft = Draft::read(file);
    let tray = Tray::default();
    if let Err(error) = follow(world, file, &tray) {
        warn!(
            "changes of {} will not be noticed: {error:#}",
            file.display()
        );
    }
    let mut bench = Bench {
        file: file.to_owned(),
        fresh: draft.scenario.clone(),
        draft,
        tray,
        note: None,
        saves: 0,
        took: None,
        shown: true,
    };
    let fresh = bench.fresh.take();
    world.remove_resource::<Run>();
    world.insert_resource(bench);
    world.insert_resource(panel::beside_it());
    let screen = match fresh {
        Some(scenario) => {
            let mut library = world.resource_mut::<Library>();
            library.put(scenario);
            let run = library.begin(false);
            if let Some(run) = run {
                world.insert_resource(run);
            }
            Screen::Encounter
        }
        None => Screen::Bench,
    };
    world.resource_mut::<NextState<Screen>>().set(screen);
}

/// Reads the file anew whenever it changes, for as long as the bench is open.
fn follow(world: &World, file: &Path, tray: &Tray) -> anyhow::Result<()> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let proxy = world
        .get_resource::<EventLoopProxyWrapper>()
        .map(|proxy| (**proxy).clone());
    let file = file.to_owned();
    let tray: Weak<_> = Arc::downgrade(tray);
    reload::watch(&[folder], move |changes: Receiver<reload::Change>| {
        while let Some(since) = reload::changed(&changes) {
            let draft = Draft::read(&file);
            let Some(tray) = tray.upgrade() else {
                return;
            };
            *tray.lock().unwrap_or_else(PoisonError::into_inner) = Some((draft, since));
            let awake = proxy
                .as_ref()
                .is_none_or(|proxy| proxy.send_event(WinitUserEvent::WakeUp).is_ok());
            if !awake {
                return;
            }
        }
    })
}

fn take_up(
    bench: Option<ResMut<Bench>>,
    run: Option<Res<Run>>,
    library: ResMut<Library>,
    screen: Res<State<Screen>>,
    overlay: Res<State<Overlay>>,
    mut commands: Commands,
) {
    let Some(mut bench) = bench else {
        return;
    };
    let fresh = bench
        .tray
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some((draft, since)) = fresh {
        let same = draft.scenario.is_some()
            && draft.scenario.as_ref().map(|s| s.content()) == played(run.as_deref());
        if !same {
            bench.fresh = draft.scenario.clone();
        }
        bench.draft = draft;
        bench.note = None;
        bench.took = Some(since.elapsed());
    }
    // A dialog lies over the talk, or a what-if leaves it: when that is over.
    let busy =
        *overlay.get() != Overlay::None || run.as_ref().is_some_and(|run| run.what_if.is_some());
    if bench.fresh.is_none() || busy {
        return;
    }
    if let Some(scenario) = bench.fresh.take() {
        bench.saves += 1;
        go_on(&mut bench, scenario, run, library, **screen, &mut commands);
    }
}

fn played(run: Option<&Run>) -> Option<engine::scenario::ContentHash> {
    Some(run?.session()?.scenario().content())
}

/// Takes the talk over into the new version.
fn go_on(
    bench: &mut Bench,
    scenario: Arc<Scenario>,
    run: Option<Res<Run>>,
    mut library: ResMut<Library>,
    screen: Screen,
    commands: &mut Commands,
) {
    library.put(scenario.clone());
    let played = run.as_deref().and_then(|run| Some((run, run.session()?)));
    let fresh = match played {
        Some((run, played)) if matches!(screen, Screen::Encounter) => {
            let session = played.carried(scenario).unwrap_or_else(|gone| {
                bench.note = Some(format!("Begun anew: {gone} any more."));
                Session::begin(
                    library.scenarios[library.chosen].clone(),
                    library.rules.clone(),
                    played.seed(),
                )
            });
            Some(Run::at(session, None).holding(run.stance))
        }
        None if matches!(screen, Screen::Bench) => library.begin(false),
        // The debrief shows the talk as it was played.
        _ => None,
    };
    if let Some(run) = fresh {
        commands.insert_resource(run);
        commands.set_state(Screen::Encounter);
    }
}

/// Off the bench: runs count again.
fn close(mut commands: Commands) {
    commands.remove_resource::<Bench>();
    commands.remove_resource::<OnBench>();
}
