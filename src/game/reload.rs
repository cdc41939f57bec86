//! Scenario files that change while the game is open: they are read and checked on
//! a thread of their own that sleeps until the system reports a change. A run being
//! played keeps what it began with.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::winit::{EventLoopProxy, EventLoopProxyWrapper, WinitUserEvent};
use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::library::Library;
use super::screen::{Overlay, Screen};
use crate::desk::library::{Library as Shelf, own_folder};

/// How long a folder must be quiet where it is not said that a file is complete:
/// editors write one in several steps.
const QUIET: Duration = Duration::from_millis(40);

/// What was read last, until a frame takes it up.
type Tray = Arc<Mutex<Option<Shelf>>>;

/// What the watching begins with, and where it leaves what it read.
#[derive(Resource)]
struct Reload {
    shelf: Shelf,
    extra: Option<PathBuf>,
    tray: Tray,
    /// The screen shows what is no longer so.
    stale: bool,
}

/// Keeps the library of the window as the files are: those of the user's folder and
/// of `extra`. A folder that does not exist yet is not watched.
pub(super) fn attach(app: &mut App, shelf: Shelf, extra: Option<PathBuf>) {
    let tray = Tray::default();
    app.insert_resource(Reload {
        shelf,
        extra,
        tray,
        stale: false,
    })
    .add_systems(Startup, start)
    .add_systems(PreUpdate, (take_up, show).chain());
}

fn start(reload: Res<Reload>, proxy: Option<Res<EventLoopProxyWrapper>>) {
    let Some(proxy) = proxy else { return };
    let folders: Vec<PathBuf> = own_folder()
        .into_iter()
        .chain(reload.extra.clone())
        .collect();
    if folders.is_empty() {
        return;
    }
    let reader = Reader {
        shelf: reload.shelf.clone(),
        extra: reload.extra.clone(),
        tray: reload.tray.clone(),
        proxy: (**proxy).clone(),
    };
    // Without it, files are read at the next start as ever.
    if let Err(error) = watch(&folders, move |changes| reader.keep(&changes)) {
        warn!("changed scenarios will not be noticed: {error:#}");
    }
}

struct Reader {
    shelf: Shelf,
    extra: Option<PathBuf>,
    tray: Tray,
    proxy: EventLoopProxy<WinitUserEvent>,
}

/// Watches folders for scenario files that change, and hands the news to `keep` on
/// a thread of its own.
///
/// # Errors
/// When the system cannot watch a folder, or gives no thread.
pub(super) fn watch(
    folders: &[PathBuf],
    keep: impl FnOnce(Receiver<Change>) + Send + 'static,
) -> anyhow::Result<()> {
    let (reports, changes) = channel();
    let mut watcher = notify::recommended_watcher(move |report: notify::Result<Event>| {
        if let Some(change) = report.ok().and_then(|event| Change::of(&event)) {
            // The thread lives as long as the window.
            _ = reports.send(change);
        }
    })?;
    for folder in folders {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    thread::Builder::new()
        .name("reload".into())
        .spawn(move || {
            let _watching = watcher;
            keep(changes);
        })?;
    Ok(())
}

/// What became of a scenario file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Something; more may follow.
    Begun,
    /// It was closed after writing, or has got its name: it can be read.
    Complete,
}

impl Change {
    /// What a report says of scenarios. Reading is none: we read ourselves.
    fn of(event: &Event) -> Option<Self> {
        let change = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => Change::Complete,
            EventKind::Access(_) => return None,
            _ => Change::Begun,
        };
        let scenario = |path: &PathBuf| Path::new(path).extension().is_some_and(|ext| ext == "ron");
        event.paths.iter().any(scenario).then_some(change)
    }
}

/// Sleeps until something changes, and until a file is complete or it is quiet
/// again; says when it changed first. Nothing once nobody watches any more.
pub(super) fn changed(changes: &Receiver<Change>) -> Option<Instant> {
    let mut change = Some(changes.recv().ok()?);
    let since = Instant::now();
    while change == Some(Change::Begun) {
        change = changes.recv_timeout(QUIET).ok();
    }
    // What has come by now is read along.
    while changes.try_recv().is_ok() {}
    Some(since)
}

impl Reader {
    /// Sleeps until something changes, reads everything again, wakes the window.
    fn keep(mut self, changes: &Receiver<Change>) {
        while changed(changes).is_some() {
            // A folder that is gone for a moment: what was read stands.
            let Ok(fresh) = Shelf::open(self.extra.as_deref()) else {
                continue;
            };
            self.shelf = fresh.or_earlier(&self.shelf);
            *self.tray.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.shelf.clone());
            if self.proxy.send_event(WinitUserEvent::WakeUp).is_err() {
                return;
            }
        }
    }
}

fn take_up(
    mut reload: ResMut<Reload>,
    mut library: ResMut<Library>,
    screen: Res<State<Screen>>,
    mut commands: Commands,
) {
    let fresh = reload
        .tray
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(shelf) = fresh {
        reload.stale = true;
        if !library.restock(&shelf) && *screen.get() == Screen::Briefing {
            commands.set_state(Screen::Scenarios);
        }
    }
}

/// Builds the screen anew that shows scenarios, once no dialog lies over it.
fn show(
    mut reload: ResMut<Reload>,
    screen: Res<State<Screen>>,
    overlay: Res<State<Overlay>>,
    next: Res<NextState<Screen>>,
    mut commands: Commands,
) {
    if !reload.stale || *overlay.get() != Overlay::None {
        return;
    }
    reload.stale = false;
    let leaving = !matches!(*next, NextState::Unchanged);
    if !leaving && matches!(screen.get(), Screen::Scenarios | Screen::Briefing) {
        commands.set_state(*screen.get());
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange};

    use super::*;

    #[test]
    fn reading_is_no_change_and_only_scenarios_count() {
        let change = |kind, path: &str| Change::of(&Event::new(kind).add_path(PathBuf::from(path)));
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let begun = Some(Change::Begun);
        assert_eq!(change(written, "a/late-part.ron"), begun);
        assert_eq!(change(EventKind::Create(CreateKind::File), "b.ron"), begun);
        assert_eq!(change(written, "a/.late-part.ron.swp"), None);
        let read = EventKind::Access(AccessKind::Open(AccessMode::Read));
        assert_eq!(change(read, "a/late-part.ron"), None);
        let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
        assert_eq!(change(closed, "b.ron"), Some(Change::Complete));
        let named = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        assert_eq!(change(named, "b.ron"), Some(Change::Complete));
        let gone = EventKind::Modify(ModifyKind::Name(RenameMode::From));
        assert_eq!(change(gone, "b.ron"), begun);
    }

    #[test]
    fn a_complete_file_is_read_without_waiting_for_quiet() {
        let (reports, changes) = channel();
        for change in [Change::Begun, Change::Complete, Change::Begun] {
            assert!(reports.send(change).is_ok());
        }
        assert!(changed(&changes).is_some());
        // What had come by then is read along; what comes later is news.
        assert!(changes.try_recv().is_err());
        drop(reports);
        assert!(changed(&changes).is_none());
    }
}
