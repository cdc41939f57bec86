//! Classes in the window: joining one and playing in it, and opening one for others.
//! The network is asked on threads of its own, which wake the window when there is
//! something to show; no frame waits for it.

mod assigned;
mod compare;
pub mod disagree;
pub mod elsewhere;
mod homework;
mod join;
mod open;
mod revealed;
mod sealed;
mod seat;
mod tasks;
mod teach;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use accesskit::{Live, Role};
use anyhow::Context;
use bevy::a11y::AccessibilityNode;
use bevy::prelude::*;
use bevy::window::{FileDragAndDrop, PrimaryWindow};
use bevy::winit::{EventLoopProxyWrapper, WinitUserEvent};

use crate::classroom::assignment::Assignment;
use crate::classroom::{client, homework as classroom_homework};
use crate::desk;

use crate::game::run::Run;
use crate::game::theme::text::Weight;
use crate::game::theme::tokens::{self, size};
use crate::game::theme::{layout, text};

pub use homework::Opening;
pub use open::{at_board, open_address, open_code};
pub use seat::Seated;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins((
        join::plugin,
        compare::plugin,
        disagree::plugin,
        homework::plugin,
        assigned::plugin,
        seat::plugin,
        sealed::plugin,
        revealed::plugin,
        teach::plugin,
        open::plugin,
    ));
}

/// The file of a tour's assignment.
const ASSIGNMENT: &str = "week-3.assignment";

/// Where classes are kept, and by which ports they are reached.
#[derive(Resource, Clone, Debug)]
pub struct Places {
    /// Seats that were taken, with their runs.
    joined: Result<PathBuf, String>,
    /// Homework that was begun.
    homework: Result<PathBuf, String>,
    /// Where an assignment that was given may lie.
    given: Vec<PathBuf>,
    /// Classes that were opened; the user's own folder if there is none.
    hosted: Option<PathBuf>,
    /// Whether a tour is on its way: then nobody else shall join.
    alone: bool,
}

impl Places {
    /// The user's own.
    pub fn own() -> Self {
        Places {
            joined: client::joined().map_err(|error| format!("{error:#}")),
            homework: classroom_homework::base().map_err(|error| format!("{error:#}")),
            given: given(),
            hosted: None,
            alone: false,
        }
    }

    /// Those of a tour, in a folder of its own that is made empty; there lies this
    /// assignment, if any.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn of_tour(folder: PathBuf, assignment: Option<&Assignment>) -> anyhow::Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty the folder {}", folder.display()))?;
        }
        let given = folder.join("given");
        if let Some(assignment) = assignment {
            std::fs::create_dir_all(&given)?;
            let file = given.join(ASSIGNMENT);
            std::fs::write(&file, assignment.text())
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(Places {
            joined: Ok(folder.join("joined")),
            homework: Ok(folder.join("homework")),
            given: vec![given],
            hosted: Some(folder.join("hosted")),
            alone: true,
        })
    }
}

/// Drops the assignment of a tour on the window.
///
/// # Errors
/// When it has none, or no window.
pub fn drop_assignment(world: &mut World) -> anyhow::Result<()> {
    let given = world.resource::<Places>().given.first();
    let file = given.map(|folder| folder.join(ASSIGNMENT));
    let file = file.filter(|file| file.exists());
    let path_buf = file.context("the script names no scenarios for an assignment")?;
    let mut windows = world.query_filtered::<Entity, With<PrimaryWindow>>();
    let window = windows.single(world).context("there is no window")?;
    world.write_message(FileDragAndDrop::DroppedFile { window, path_buf });
    Ok(())
}

/// Where files end up that somebody was given.
fn given() -> Vec<PathBuf> {
    let Some(dirs) = directories::UserDirs::new() else {
        return Vec::new();
    };
    let folders = [dirs.download_dir(), dirs.desktop_dir(), dirs.document_dir()];
    folders.into_iter().flatten().map(Path::to_owned).collect()
}

/// Why a run that is played on a class's computer does not go on, if so: a sentence.
pub fn why_over(run: &Run) -> Option<String> {
    Some(sentence(&run.line()?.over()?))
}

/// The scenarios that a class can be opened with.
#[derive(Resource, Clone)]
pub struct Scenarios(pub desk::library::Library);

/// Wakes the window from another thread.
#[derive(Clone)]
struct Wake(Option<bevy::winit::EventLoopProxy<WinitUserEvent>>);

impl Wake {
    fn of(proxy: Option<&EventLoopProxyWrapper>) -> Self {
        Wake(proxy.map(|proxy| (**proxy).clone()))
    }

    fn wake(&self) {
        if let Some(proxy) = &self.0 {
            // A window that is closed wants no more news.
            _ = proxy.send_event(WinitUserEvent::WakeUp);
        }
    }
}

/// Something that is done on a thread of its own, once.
struct Task<T>(Mutex<Receiver<Result<T, String>>>);

impl<T: Send + 'static> Task<T> {
    /// Begins it. What cannot be begun has failed.
    fn begin(wake: Wake, work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Self {
        let (send, result) = channel();
        let told = send.clone();
        let thread = thread::Builder::new().name("class".into());
        let begun = thread.spawn(move || {
            _ = send.send(work().map_err(|error| format!("{error:#}")));
            wake.wake();
        });
        if let Err(error) = begun {
            _ = told.send(Err(format!("this system gives no thread: {error}")));
        }
        Task(Mutex::new(result))
    }

    /// What came of it, once.
    fn result(&self) -> Option<Result<T, String>> {
        let result = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match result.try_recv() {
            Ok(result) => Some(result),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err("it was broken off".to_owned())),
        }
    }
}

/// Says what went wrong, where it is seen first and spoken at once.
fn trouble(content: &mut ChildSpawnerCommands, why: &str) {
    let words = sentence(why);
    let mut told = accesskit::Node::new(Role::Alert);
    told.set_live(Live::Assertive);
    told.set_label(words.clone());
    content
        .spawn((layout::panel(), layout::Measure(tokens::MEASURE)))
        .with_children(|panel| {
            panel.spawn((
                AccessibilityNode::from(told),
                text::plain(words, size::BODY, Weight::Bold, tokens::INK),
            ));
        });
}

/// Why a server is spoken to no more, as it is told in the window: the terminal's way to
/// trust it anew is a word of its command, and here it is done at this place.
fn in_window(why: &str, place: &str) -> String {
    why.replace(" and join again with --trust-again", place)
}

/// A sentence as it begins one: with a capital, and a stop at its end.
fn sentence(text: &str) -> String {
    let text = text.trim().replace('`', "");
    let mut rest = text.chars();
    let first: String = rest
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) || text.is_empty() {
        ""
    } else {
        "."
    };
    format!("{first}{}{stop}", rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_become_sentences() {
        assert_eq!(sentence("cannot reach `x`"), "Cannot reach x.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn a_task_tells_once_what_came_of_it() {
        let task = Task::begin(Wake(None), || Ok(7));
        let result = loop {
            if let Some(result) = task.result() {
                break result;
            }
            thread::yield_now();
        };
        assert_eq!(result, Ok(7));
        let failed = Task::<()>::begin(Wake(None), || anyhow::bail!("no"));
        let result = loop {
            if let Some(result) = failed.result() {
                break result;
            }
            thread::yield_now();
        };
        assert_eq!(result, Err("no".to_owned()));
    }
}
