//! A trainee's side of an assignment: which encounter is next, where its run is
//! kept, and going on where a run was cut short. Asks nothing and shows nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
#[cfg(any(feature = "game", test))]
use std::time::SystemTime;

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
/// Copy of the assignment beside the runs, to go on without the file that was given.
const COPY: &str = "homework.assignment";

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
            None => folder_in(&base()?, &assignment),
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

    /// Keeps a copy of the assignment beside the runs, so that one can go on without the
    /// file that was given.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_copy(&self) -> anyhow::Result<()> {
        let path = copy_in(&self.folder);
        match path.exists() {
            true => Ok(()),
            false => write_whole(&path, &self.assignment.text()),
        }
    }

    /// Opens the homework that was begun in a folder of this folder, what was opened last
    /// first. What cannot be opened is left out.
    #[cfg(any(feature = "game", test))]
    pub fn begun(base: &Path) -> Vec<Homework> {
        let Ok(entries) = fs::read_dir(base) else {
            return Vec::new();
        };
        let mut begun: Vec<(SystemTime, Homework)> = entries
            .filter_map(|entry| {
                let folder = entry.ok()?.path();
                is_begun(&folder).then_some(())?;
                let assignment = Assignment::read(&copy_in(&folder)).ok()?;
                let since = fs::metadata(folder.join(MARK_FILE)).ok()?.modified().ok()?;
                Some((since, Homework::open(assignment, Some(&folder), None).ok()?))
            })
            .collect();
        begun.sort_by_key(|(since, _)| std::cmp::Reverse(*since));
        begun.into_iter().map(|(_, homework)| homework).collect()
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

/// The copy of the assignment in a folder of homework.
pub fn copy_in(folder: &Path) -> PathBuf {
    folder.join(COPY)
}

/// The folder below `base` for the runs of an assignment: a name that people know it by,
/// and enough of its id to keep two of that name apart.
pub fn folder_in(base: &Path, assignment: &Assignment) -> PathBuf {
    let id: String = assignment.written.id.chars().take(8).collect();
    base.join(format!("{}-{id}", assignment.file_name()))
}

/// The folder below which homework is kept, each in a folder of its own.
///
/// # Errors
/// When this system names none.
pub fn base() -> anyhow::Result<PathBuf> {
    user_folder("homework")
        .context("this system names no folder for the user's data; name one with --runs")
}

/// Whether somebody has said in this folder what they are called.
#[cfg(any(feature = "game", test))]
pub fn is_begun(folder: &Path) -> bool {
    fs::read_to_string(folder.join(MARK_FILE)).is_ok_and(|kept| !kept.trim().is_empty())
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

#[cfg(test)]
mod tests {
    use engine::doctrine::Doctrine;

    use super::*;
    use crate::classroom::assignment::{SeedRule, Terms};
    use crate::desk::library::Library;

    fn assignment(title: &str) -> Assignment {
        let library = Library::open(None).expect("it opens");
        let terms = Terms {
            title: title.into(),
            seeds: SeedRule::Same,
            seed: None,
            attempts: 1,
            due_at: None,
            doctrine: Doctrine::balanced(),
        };
        Assignment::make(&library, &["late-part".to_owned()], terms).expect("it is made")
    }

    #[test]
    fn what_was_begun_goes_on_without_the_file_that_was_given() {
        let name = format!("satisfactometer-begun-{}", std::process::id());
        let base = std::env::temp_dir().join(name);
        _ = fs::remove_dir_all(&base);
        assert!(Homework::begun(&base).is_empty(), "there is no such folder");
        for (title, mark) in [("Week 3", "Ana"), ("Week 3", "Ben"), ("../é", "Cy")] {
            let assignment = assignment(title);
            let folder = folder_in(&base, &assignment);
            assert_eq!(folder.parent(), Some(base.as_path()));
            assert!(!is_begun(&folder));
            let homework = Homework::open(assignment, Some(&folder), Some(mark));
            homework.and_then(|it| it.keep_copy()).expect("it is kept");
            assert!(is_begun(&folder));
        }
        let mut marks: Vec<String> = Homework::begun(&base)
            .into_iter()
            .map(|homework| homework.mark)
            .collect();
        marks.sort();
        assert_eq!(marks, ["Ana", "Ben", "Cy"], "two of one title stay apart");
        // What was changed is left out, and the others stay.
        let changed = fs::read_dir(&base).expect("a folder").next();
        let changed = changed.expect("one of them").expect("an entry").path();
        fs::write(copy_in(&changed), "{}").expect("it is written");
        assert_eq!(Homework::begun(&base).len(), 2);
        fs::remove_dir_all(&base).expect("it is ours");
    }
}
