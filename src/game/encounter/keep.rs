//! The run on disk while it is played: begun with the conversation, written
//! before a consequence is shown, closed as abandoned when the trainee leaves.

use bevy::prelude::*;
use engine::session::Session;
use engine::transcript::EndReason;

use crate::desk::run_file::RunFile;
use crate::game::library::{OnBench, Run};
use crate::game::screen::Screen;
use crate::game::settings::{Remembered, Settings, Tempo};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Record>()
        .add_systems(OnEnter(Screen::Encounter), begin)
        .add_systems(OnExit(Screen::Encounter), leave);
}

/// The file of the run being played or played last. There is none in a tour,
/// which leaves nothing on the machine.
#[derive(Resource, Default)]
pub struct Record(Option<RunFile>);

impl Record {
    /// The file, with where it is and what keeps it from being written.
    pub fn file(&self) -> Option<&RunFile> {
        self.0.as_ref()
    }

    /// What keeps the run from being written, to tell the trainee.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.0.as_ref()?.trouble()
    }

    pub(super) fn input(&mut self, session: &Session) {
        if let Some(file) = &mut self.0 {
            file.input(session);
        }
    }
}

fn begin(
    run: Option<Res<Run>>,
    settings: Res<Settings>,
    remembered: Option<Res<Remembered>>,
    bench: Option<Res<OnBench>>,
    mut record: ResMut<Record>,
) {
    // What is only tried out leaves the file of the run alone.
    if run.as_ref().is_some_and(|run| run.what_if.is_some()) {
        return;
    }
    record.0 = None;
    let (Some(run), Some(_), None) = (run, remembered, bench) else {
        return;
    };
    let tempo = match settings.tempo {
        Tempo::Flow => "flow",
        Tempo::Turns => "turns",
    };
    record.0 = Some(RunFile::begin(&run.session, None, tempo));
}

/// Closing an ended run again does nothing. When a run is started over, the
/// session is already the fresh one; an abandoned end says nothing of it.
fn leave(run: Option<Res<Run>>, mut record: ResMut<Record>) {
    let run = run.filter(|run| run.what_if.is_none());
    if let (Some(run), Some(file)) = (run, &mut record.0) {
        file.end(&run.session, EndReason::Abandoned);
    }
}
