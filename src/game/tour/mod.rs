//! The tour: drives the real window from a script and takes pictures. Time goes
//! by frames, so the same script gives the same pictures; a step that does not
//! happen ends the program with its name.

mod hands;
mod runner;
mod script;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;
use engine::rng::Seed;

use super::pace::{FRAME, Pace};
#[cfg(feature = "classroom")]
use crate::classroom::assignment::{Assignment, SeedRule, Terms};
#[cfg(feature = "classroom")]
use crate::desk::library::Library;
use crate::desk::library::built_in_text;
use script::Script;

/// When the assignment of a tour is due: the evening of the fourth of December 2026, UTC.
#[cfg(feature = "classroom")]
const DUE: i64 = 1_796_414_400_000;

/// A script, and where its pictures go.
pub struct Tour {
    script: Script,
    out: PathBuf,
    keeps_runs: bool,
    failure: Failure,
}

/// Why a tour failed, once it has: outlives the window.
#[derive(Clone, Default)]
pub struct Failure(Arc<Mutex<Option<String>>>);

impl Failure {
    fn set(&self, why: String) {
        if let Ok(mut held) = self.0.lock() {
            *held = Some(why);
        }
    }

    /// What to tell, if the tour failed.
    pub fn get(&self) -> Option<String> {
        self.0.lock().ok()?.clone()
    }
}

impl Tour {
    /// Reads a script and makes the folder for its pictures. Runs are kept only
    /// where the command line named a folder for them.
    ///
    /// # Errors
    /// When the script cannot be read, or says something unknown; then with
    /// the place. When the folder cannot be made.
    pub fn read(script_path: &Path, out: &Path, keeps_runs: bool) -> anyhow::Result<Tour> {
        let text = std::fs::read_to_string(script_path)
            .with_context(|| format!("cannot read the tour {}", script_path.display()))?;
        let script = Script::parse(&text)
            .map_err(|error| anyhow::anyhow!("{}:{error}", script_path.display()))?;
        std::fs::create_dir_all(out)
            .with_context(|| format!("cannot make the folder {}", out.display()))?;
        if let Some(id) = &script.bench {
            let text = built_in_text(id).with_context(|| {
                format!(
                    "{}: no scenario inside is called {id}",
                    script_path.display()
                )
            })?;
            let file = bench_file(out, id);
            std::fs::write(&file, text)
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(Tour {
            script,
            out: out.to_owned(),
            keeps_runs,
            failure: Failure::default(),
        })
    }

    /// The seed of the first run.
    pub fn seed(&self) -> Seed {
        self.script.seed
    }

    /// The file on the author's bench, if the script has one.
    #[cfg(feature = "author")]
    pub(super) fn bench(&self) -> Option<PathBuf> {
        self.script
            .bench
            .as_ref()
            .map(|id| bench_file(&self.out, id))
    }

    /// The folder for the classes it opens and joins.
    #[cfg(feature = "classroom")]
    pub(super) fn class_folder(&self) -> PathBuf {
        self.out.join("class")
    }

    /// The assignment that lies there as a file, if the script has one.
    ///
    /// # Errors
    /// When the library has no such scenario.
    #[cfg(feature = "classroom")]
    pub(super) fn assignment(&self, library: &Library) -> anyhow::Result<Option<Assignment>> {
        if self.script.assignment.is_empty() {
            return Ok(None);
        }
        let terms = Terms {
            title: "Week 3".to_owned(),
            seeds: SeedRule::Same,
            seed: Some(self.script.seed),
            attempts: 1,
            due_at: Some(DUE),
            doctrine: engine::doctrine::Doctrine::balanced(),
        };
        Assignment::make(library, &self.script.assignment, terms).map(Some)
    }

    /// Whether its runs are kept.
    pub(super) fn keeps_runs(&self) -> bool {
        self.keeps_runs
    }

    /// Where to look for the reason afterwards.
    pub(super) fn failure(&self) -> Failure {
        self.failure.clone()
    }

    /// Puts the hands of the script into the window.
    pub(super) fn attach(self, app: &mut App) {
        app.world_mut().resource_mut::<Pace>().unbounded = true;
        app.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME))
            .insert_resource(runner::Runner::new(self.script, self.out, self.failure))
            .add_systems(First, runner::drive.after(bevy::time::TimeSystems));
    }
}

/// The file that a script has on the author's bench.
fn bench_file(out: &Path, id: &str) -> PathBuf {
    out.join(format!("{id}.ron"))
}

/// Lets the clock run or stand: it stands while a picture is written, because
/// that takes a number of frames that nobody knows.
fn set_clock(world: &mut World, runs: bool) {
    let step = if runs { FRAME } else { Duration::ZERO };
    world.insert_resource(TimeUpdateStrategy::ManualDuration(step));
}
