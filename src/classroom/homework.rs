//! A trainee's side of an assignment: which encounter is next, where its run is
//! kept, and going on where a run was cut short. Asks nothing and shows nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::session::Session;
use engine::transcript::{Transcript, replay};
use serde_json::{Value, json};

use super::assignment::Assignment;
use super::marks;
use crate::desk::library::{fresh_bits, read_bounded, user_folder};
use crate::desk::run_file::RunFile;
use crate::desk::whole_file::write_whole;

/// File that keeps what the person is called in this assignment.
const MARK_FILE: &str = "played-as.txt";

/// One encounter of an assignment that is to be played.
pub struct Task {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// Its seed.
    pub seed: Seed,
    /// Number of the task within the assignment, from 1.
    pub n: usize,
    /// The run so far, if it was cut short.
    pub cut_short: Option<PathBuf>,
    /// The run, if it came to its end.
    pub ended: Option<PathBuf>,
}

/// A person's work on an assignment.
pub struct Homework {
    /// The assignment.
    pub assignment: Assignment,
    /// What the person is called; the transcripts hold this and no other name.
    pub mark: String,
    /// Where the runs are kept.
    pub folder: PathBuf,
}

impl Homework {
    /// Opens the folder of an assignment, the user's own unless `folder` names one.
    /// The first time `mark` says what the person is called, or a nickname is drawn.
    ///
    /// # Errors
    /// When the folder cannot be used, or belongs to somebody called otherwise.
    pub fn open(
        assignment: Assignment,
        folder: Option<&Path>,
        mark: Option<&str>,
    ) -> anyhow::Result<Self> {
        let folder = match folder {
            Some(folder) => folder.to_owned(),
            None => user_folder("homework")
                .context("this system names no folder for the user's data; name one with --runs")?
                .join(&assignment.written.id),
        };
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let named = mark.map(marks::check).transpose();
        let named = named.context("this cannot be what you are called")?;
        let path = folder.join(MARK_FILE);
        let kept = match fs::read_to_string(&path) {
            // A disk that was full may have kept the name of the file alone.
            Ok(kept) => Some(kept).filter(|kept| !kept.trim().is_empty()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let mark = match kept {
            Some(kept) => {
                let kept = marks::check(kept.trim())
                    .with_context(|| format!("{} was changed", path.display()))?;
                if let Some(named) = named
                    && named != kept
                {
                    bail!(
                        "the runs in {} belong to {kept}; name another folder with --runs",
                        folder.display()
                    );
                }
                kept
            }
            None => {
                let mark = named.unwrap_or_else(|| marks::nickname(fresh_bits()));
                write_whole(&path, &format!("{mark}\n"))?;
                mark
            }
        };
        Ok(Homework {
            assignment,
            mark,
            folder,
        })
    }

    /// The encounter to play now; `None` when all are played.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn next(&self) -> anyhow::Result<Option<Task>> {
        let tasks = self.tasks()?;
        Ok(tasks.into_iter().find(|task| task.ended.is_none()))
    }

    /// All encounters, in the order they are to be played, with how far each is.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn tasks(&self) -> anyhow::Result<Vec<Task>> {
        let kept = self.kept()?;
        let mut tasks = Vec::with_capacity(self.assignment.n_tasks());
        for attempt in 1..=self.assignment.written.attempts {
            for (index, scenario) in self.assignment.scenarios.iter().enumerate() {
                let mine = |kept: &&Kept| kept.scenario == scenario.id() && kept.attempt == attempt;
                let mut of = kept.iter().filter(mine);
                let ended = of.clone().find(|run| run.ended);
                tasks.push(Task {
                    scenario: Arc::clone(scenario),
                    attempt,
                    seed: self.assignment.seed(index, attempt, &self.mark),
                    n: tasks.len() + 1,
                    cut_short: match ended {
                        Some(_) => None,
                        None => of.next_back().map(|run| run.path.clone()),
                    },
                    ended: ended.map(|run| run.path.clone()),
                });
            }
        }
        Ok(tasks)
    }

    fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.assignment.rules)
    }

    /// Begins the run of a task, or goes on with the one that was cut short.
    ///
    /// # Errors
    /// When a run that was cut short cannot be gone on with.
    pub fn begin(&self, task: &Task, tempo: &str) -> anyhow::Result<(Session, RunFile)> {
        if let Some(path) = &task.cut_short {
            let bytes = read_bounded(path)?;
            let text = String::from_utf8_lossy(&bytes);
            let transcript = Transcript::read(&text).with_context(|| path.display().to_string())?;
            let session = replay(&transcript, Arc::clone(&task.scenario), self.rules())
                .with_context(|| format!("cannot go on with {}", path.display()))?;
            let file = RunFile::resume(path, &session)?;
            return Ok((session, file));
        }
        let session = Session::begin(Arc::clone(&task.scenario), self.rules(), task.seed);
        let label = json!({
            "assignment": self.assignment.written.id,
            "attempt_no": task.attempt,
            "mark": self.mark,
        });
        let file = RunFile::begin_labelled(&session, Some(&self.folder), tempo, label);
        if let Some(trouble) = file.trouble() {
            // Homework that is not kept is no homework.
            bail!("{trouble}");
        }
        Ok((session, file))
    }

    /// The files to hand in.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        Ok(self.kept()?.into_iter().map(|kept| kept.path).collect())
    }

    /// The runs that came to their end.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn finished(&self) -> anyhow::Result<Vec<PathBuf>> {
        let kept = self.kept()?.into_iter().filter(|kept| kept.ended);
        Ok(kept.map(|kept| kept.path).collect())
    }

    fn kept(&self) -> anyhow::Result<Vec<Kept>> {
        let entries = fs::read_dir(&self.folder)
            .with_context(|| format!("cannot read the folder {}", self.folder.display()))?;
        let mut kept: Vec<Kept> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ext| ext == "sfa"))
            .filter_map(|path| {
                let text = String::from_utf8(read_bounded(&path).ok()?).ok()?;
                let transcript = Transcript::read(&text).ok()?;
                let bound = Binding::of(&transcript.label);
                (bound.assignment.as_deref() == Some(&self.assignment.written.id)).then(|| Kept {
                    scenario: transcript.header.scenario.clone(),
                    attempt: bound.attempt_no,
                    ended: transcript.end.is_some(),
                    path,
                })
            })
            .collect();
        kept.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(kept)
    }
}

struct Kept {
    path: PathBuf,
    scenario: String,
    attempt: u32,
    ended: bool,
}

/// What a transcript's label says it belongs to: a claim, to be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binding {
    /// Id of the assignment.
    pub assignment: Option<String>,
    /// Number of the attempt, from 1; 0 if it says none.
    pub attempt_no: u32,
    /// What the person is called.
    pub mark: Option<String>,
    /// Id of the attempt.
    pub attempt: Option<String>,
    /// When it was begun, by the trainee's clock, Unix milliseconds.
    pub started_at: Option<i64>,
}

impl Binding {
    /// Reads a header's label. What is not as it should be counts as not said.
    pub fn of(label: &Value) -> Self {
        let text = |name: &str| label[name].as_str().map(str::to_owned);
        Binding {
            assignment: text("assignment"),
            attempt_no: label["attempt_no"]
                .as_u64()
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(0),
            mark: text("mark").and_then(|mark| marks::check(&mark).ok()),
            attempt: text("attempt").filter(|id| uuid::Uuid::try_parse(id).is_ok()),
            started_at: label["started_at"].as_i64(),
        }
    }
}
