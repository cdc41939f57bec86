//! The run on disk while it is played: begun with the conversation, written
//! before a consequence is shown, closed as abandoned when the trainee leaves for
//! good. One that was broken off is taken up again here.

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use engine::session::Session;
use engine::transcript::EndReason;

use crate::desk::run_file::RunFile;
use crate::desk::runs::{NotGoingOn, resume};
use crate::game::library::{Library, OnBench};
use crate::game::run::Run;
use crate::game::screen::Screen;
use crate::game::settings::{Settings, Tempo};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Record>()
        .add_systems(OnEnter(Screen::Encounter), begin)
        .add_systems(OnExit(Screen::Encounter), leave);
}

/// Runs are kept, and those that were are offered. Not so in most tours.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct KeepsRuns;

/// The file of the run being played, played last, or looked at.
#[derive(Resource, Default)]
pub struct Record {
    file: Option<RunFile>,
    /// The file is that of the run which begins now: it goes on.
    taken_up: bool,
    /// What the trainee should know of it.
    note: Option<String>,
    /// A kept run is looked at, and this is its file.
    shelf: Option<PathBuf>,
}

impl Record {
    /// The file of the run, while it is played.
    pub fn file(&self) -> Option<&RunFile> {
        self.file.as_ref()
    }

    /// Where the run is kept that is looked at again.
    pub fn shelf(&self) -> Option<&Path> {
        self.shelf.as_deref()
    }

    /// What keeps the run from being written or has changed since, to tell the
    /// trainee.
    pub(super) fn trouble(&self) -> Option<&str> {
        let trouble = self.file.as_ref().and_then(RunFile::trouble);
        trouble.or(self.note.as_deref())
    }

    pub(super) fn input(&mut self, session: &Session) {
        self.note = None;
        if let Some(file) = &mut self.file {
            file.input(session);
        }
    }

    /// The file of a run that begins now, or goes on. Enter [`Screen::Encounter`] with
    /// that run.
    #[cfg(feature = "classroom")]
    pub fn hold(&mut self, file: RunFile) {
        *self = Record {
            file: Some(file),
            taken_up: true,
            ..Record::default()
        };
    }

    /// Gives the file free as it is: the run goes on another time.
    pub fn put_aside(&mut self) {
        self.file = None;
    }

    /// A run that was played some time ago is looked at.
    pub fn look_at(&mut self, path: PathBuf) {
        *self = Record {
            shelf: Some(path),
            ..Record::default()
        };
    }

    /// Takes up a run that was broken off. Enter [`Screen::Encounter`] with what
    /// this returns.
    ///
    /// # Errors
    /// When it cannot go on; then nothing has changed.
    pub fn take_up(
        &mut self,
        path: &Path,
        library: &mut Library,
        settings: &Settings,
    ) -> Result<Run, NotGoingOn> {
        let find = |id: &str| library.find(id, settings.bleep);
        let resumed = resume(path, &find)?;
        *self = Record {
            file: Some(resumed.file),
            taken_up: true,
            note: resumed.note,
            shelf: None,
        };
        library.choose(resumed.session.scenario().id());
        library.seed = resumed.session.seed();
        Ok(Run::at(resumed.session, None))
    }
}

fn begin(
    run: Option<Res<Run>>,
    settings: Res<Settings>,
    keeps: Option<Res<KeepsRuns>>,
    bench: Option<Res<OnBench>>,
    mut record: ResMut<Record>,
) {
    if std::mem::take(&mut record.taken_up) {
        return;
    }
    // What is only tried out leaves the file of the run alone.
    if run.as_ref().is_some_and(|run| run.what_if.is_some()) {
        return;
    }
    *record = Record::default();
    let session = run.as_deref().and_then(Run::session);
    let (Some(session), Some(_), None) = (session, keeps, bench) else {
        return;
    };
    let tempo = match settings.tempo {
        Tempo::Flow => "flow",
        Tempo::Turns => "turns",
    };
    record.file = Some(RunFile::begin(session, None, tempo));
}

/// Closing an ended run again does nothing. When a run is started over, the
/// session is already the fresh one; an abandoned end says nothing of it.
fn leave(run: Option<Res<Run>>, mut record: ResMut<Record>) {
    let run = run.filter(|run| run.what_if.is_none());
    if run.as_ref().is_some_and(|run| run.belongs.back().is_some()) {
        // It goes on where it was, until it has come to its end.
        if let Some(file) = &mut record.file {
            file.save_again();
        }
        return record.put_aside();
    }
    let session = run.as_deref().and_then(Run::session);
    if let (Some(session), Some(file)) = (session, &mut record.file) {
        file.end(session, EndReason::Abandoned);
    }
}
