//! The run on disk: each input is written and synced before its consequence is
//! shown, so an interrupted run loses at most the unconfirmed choice. A disk
//! that fails stops the saving, never the play.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use engine::session::Session;
use engine::transcript::{EndReason, Journal};
use serde_json::{Value, json};

use super::library::{fresh_bits, user_folder};

/// The folder that the command line named for this process's runs.
static NAMED: OnceLock<PathBuf> = OnceLock::new();

/// Names the folder for all runs of this process that name none themselves. To be
/// called once, before anything is played; a later call changes nothing.
#[cfg(feature = "game")]
pub fn keep_in(folder: PathBuf) {
    _ = NAMED.set(folder);
}

/// Where runs are kept: in `folder` or, without one, in the folder named for this
/// process or else the user's, if the system has such a place.
pub fn runs_folder(folder: Option<&Path>) -> Option<PathBuf> {
    folder
        .or(NAMED.get().map(PathBuf::as_path))
        .map(Path::to_owned)
        .or_else(|| user_folder("runs"))
}

/// A run being kept.
pub struct RunFile {
    journal: Journal,
    path: PathBuf,
    file: Option<File>,
    trouble: Option<String>,
    begun: SystemTime,
    ended: bool,
}

impl RunFile {
    /// Begins the file of a session without inputs, in `folder` or, without
    /// one, in the folder named for this process or else the user's. Never fails: what went wrong is in
    /// [`RunFile::trouble`].
    pub fn begin(session: &Session, folder: Option<&Path>, tempo: &str) -> Self {
        Self::begin_labelled(session, folder, tempo, Value::Null)
    }

    /// The same, with more fields in the header's label: what the run belongs to.
    pub fn begin_labelled(
        session: &Session,
        folder: Option<&Path>,
        tempo: &str,
        more: Value,
    ) -> Self {
        let begun = SystemTime::now();
        let ms = millis(begun);
        let mut label = json!({
            "attempt": attempt_id(),
            "started_at": ms,
            "engine": env!("CARGO_PKG_VERSION"),
            "tempo": tempo,
        });
        if let (Value::Object(label), Value::Object(more)) = (&mut label, more) {
            label.extend(more);
        }
        let (journal, line) = Journal::begin(session, label);
        let folder = runs_folder(folder);
        let name = format!("{}-{}-{ms}.sfa", session.scenario().id(), session.seed());
        let mut run = RunFile {
            journal,
            path: PathBuf::from(name),
            file: None,
            trouble: None,
            begun,
            ended: false,
        };
        match folder {
            Some(folder) => {
                run.path = folder.join(&run.path);
                match create(&folder, &run.path) {
                    Ok(file) => run.file = Some(file),
                    Err(error) => run.stop(&error),
                }
            }
            None => {
                run.trouble = Some(
                    "this system names no folder for the user's data; the run is not saved".into(),
                )
            }
        }
        run.write(&line);
        run
    }

    /// Goes on with a run that was cut short, whose transcript was replayed into
    /// `session`. A last line that was torn is taken off the file first.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    #[cfg(feature = "classroom")]
    pub fn resume(path: &Path, session: &Session) -> anyhow::Result<Self> {
        let shown = path.display();
        let bytes = fs::read(path).with_context(|| format!("cannot read {shown}"))?;
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |n| n + 1);
        let file = OpenOptions::new().append(true).open(path);
        let file = file.with_context(|| format!("cannot write {shown}"))?;
        file.set_len(whole as u64)
            .with_context(|| format!("cannot write {shown}"))?;
        // Digests cover no label, so the lines that are there need not be read again.
        let (mut journal, _) = Journal::begin(session, Value::Null);
        while journal.input(session, Value::Null).is_some() {}
        let mut run = RunFile {
            journal,
            path: path.to_owned(),
            file: Some(file),
            trouble: None,
            begun: SystemTime::now(),
            ended: false,
        };
        if session.ending().is_some() {
            run.end(session, EndReason::Outcome);
        }
        Ok(run)
    }

    /// Where the run is kept, as long as it is.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|_| self.path.as_path())
    }

    /// What keeps the run from being saved, in a sentence for the trainee.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Keeps the session's newest input; the end too if it came.
    pub fn input(&mut self, session: &Session) {
        let label = json!({ "ms": self.elapsed() });
        if let Some(line) = self.journal.input(session, label) {
            self.write(&line);
        }
        if session.ending().is_some() {
            self.end(session, EndReason::Outcome);
        }
    }

    /// Closes the journal; a second call does nothing.
    pub fn end(&mut self, session: &Session, reason: EndReason) {
        if !std::mem::replace(&mut self.ended, true) {
            let line = self
                .journal
                .end(session, reason, json!({ "ms": self.elapsed() }));
            self.write(&line);
        }
    }

    fn elapsed(&self) -> u64 {
        self.begun
            .elapsed()
            .map_or(0, |elapsed| elapsed.as_millis() as u64 / 10 * 10)
    }

    fn write(&mut self, line: &str) {
        let Some(file) = &mut self.file else { return };
        let written = file
            .write_all(line.as_bytes())
            .and_then(|()| file.sync_data());
        if let Err(error) = written.with_context(|| format!("cannot write {}", self.path.display()))
        {
            self.stop(&error);
        }
    }

    fn stop(&mut self, error: &anyhow::Error) {
        self.file = None;
        self.trouble = Some(format!("the run is not being saved: {error:#}"));
    }
}

fn create(folder: &Path, path: &Path) -> anyhow::Result<File> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.with_context(|| format!("cannot make the file {}", path.display()))
}

fn millis(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}

/// A random UUID, version 4.
fn attempt_id() -> String {
    let bits = (u128::from(fresh_bits()) << 64) | u128::from(fresh_bits());
    let bits = bits & !(0xF << 76) | (4 << 76);
    let bits = bits & !(0x3 << 62) | (2 << 62);
    let hex = format!("{bits:032x}");
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}
