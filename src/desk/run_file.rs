//! The run on disk: each input is written and synced before its consequence is
//! shown, so an interrupted run loses at most the unconfirmed choice. A disk
//! that fails stops the saving, never the play: the run is held in memory then, and
//! what is missing is written as soon as it can be. While a run is being played its
//! file is locked, so that a second window cannot write into it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use engine::session::Session;
use engine::transcript::{EndReason, Journal};
use serde_json::{Value, json};

use super::library::{fresh_bits, user_folder};

/// The folder that the command line named for this process's runs.
static NAMED: OnceLock<PathBuf> = OnceLock::new();

/// Names the folder for all runs of this process that name none themselves. To be
/// called once, before anything is played; a later call changes nothing.
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
    /// Locked as long as it is open; closed when the run has come to its end.
    file: Option<File>,
    /// Where to make it and by which name, as long as it could not be made.
    to_make: Option<(PathBuf, String, u64)>,
    /// All lines so far.
    text: String,
    /// Bytes of them that are on disk.
    n_safe: usize,
    is_kept: bool,
    trouble: Option<String>,
    begun: SystemTime,
    resumed: Option<u64>,
    ended: bool,
    /// Whoever is told of each line.
    told: Option<Told>,
}

/// Told of each line of a run, once it is on disk or could not be brought there.
type Told = Box<dyn FnMut(&str) + Send + Sync>;

impl RunFile {
    /// Begins the file of a session without inputs, in `folder` or, without one,
    /// in that of this process. Never fails: what went wrong is in
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
        let mut run = RunFile {
            journal,
            path: PathBuf::new(),
            file: None,
            to_make: None,
            text: String::new(),
            n_safe: 0,
            is_kept: false,
            trouble: None,
            begun,
            resumed: None,
            ended: false,
            told: None,
        };
        match folder {
            Some(folder) => {
                let stem = format!("{}-{}", session.scenario().id(), session.seed());
                run.to_make = Some((folder, stem, ms));
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
    /// When the file cannot be read or written, or is being played.
    #[cfg(feature = "classroom")]
    pub fn resume(path: &Path, session: &Session) -> anyhow::Result<Self> {
        let shown = path.display();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .with_context(|| format!("cannot write {shown}"))?;
        if !lock(&file) {
            bail!("{shown} is being played in another window");
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .with_context(|| format!("cannot read {shown}"))?;
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |n| n + 1);
        // Digests cover no label, so the lines that are there need not be read again.
        let (mut journal, _) = Journal::begin(session, Value::Null);
        while journal.input(session, Value::Null).is_some() {}
        Self::go_on(file, path, whole as u64, journal, 0, session)
    }

    /// Goes on with a file that is open and locked, after `ms` of play that were
    /// replayed to `session`. Its lines end at byte `whole`: what was torn off
    /// behind that is cut.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn go_on(
        mut file: File,
        path: &Path,
        whole: u64,
        journal: Journal,
        ms: u64,
        session: &Session,
    ) -> anyhow::Result<Self> {
        let mut text = String::new();
        file.seek(SeekFrom::Start(0))
            .and_then(|_| (&mut file).take(whole).read_to_string(&mut text))
            .with_context(|| format!("cannot read {}", path.display()))?;
        file.set_len(whole)
            .and_then(|()| file.seek(SeekFrom::Start(whole)))
            .with_context(|| format!("cannot write {}", path.display()))?;
        let now = SystemTime::now();
        // No talk is longer than a day; labels are what nothing covers.
        let played = Duration::from_millis(ms.min(86_400_000));
        let mut run = RunFile {
            journal,
            path: path.to_owned(),
            file: Some(file),
            to_make: None,
            n_safe: text.len(),
            text,
            is_kept: true,
            trouble: None,
            // The time between is not played.
            begun: now.checked_sub(played).unwrap_or(now),
            resumed: Some(millis(now)),
            ended: false,
            told: None,
        };
        if session.ending().is_some() {
            // It was cut off between the last input and the end.
            run.end(session, EndReason::Outcome);
        }
        Ok(run)
    }

    /// Tells somebody of every line but the last: of those that are there at once, and of
    /// each that comes when it is on disk, or would be if the disk did not fail. Of the
    /// last one they are told where it did: nobody else has it then.
    #[cfg(feature = "classroom")]
    pub fn follow(&mut self, mut told: impl FnMut(&str) + Send + Sync + 'static) {
        if !self.ended {
            self.text.split_inclusive('\n').for_each(&mut told);
            self.told = Some(Box::new(told));
        }
    }

    /// Where the run is kept, if it is.
    pub fn path(&self) -> Option<&Path> {
        self.is_kept.then_some(self.path.as_path())
    }

    /// What keeps the run from being saved, in a sentence for the trainee.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Tries again to save what is not saved, if there is anywhere to.
    pub fn save_again(&mut self) {
        self.save();
        if self.ended && self.trouble.is_none() {
            self.file = None;
        }
    }

    /// Whether it may be worth trying to save it again.
    pub fn may_be_saved(&self) -> bool {
        self.trouble.is_some() && (self.file.is_some() || self.to_make.is_some())
    }

    /// Keeps the session's newest input; the end too if it came.
    pub fn input(&mut self, session: &Session) {
        let label = self.label();
        if let Some(line) = self.journal.input(session, label) {
            self.write(&line);
            if let Some(told) = &mut self.told {
                told(&line);
            }
        }
        if session.ending().is_some() {
            self.end(session, EndReason::Outcome);
        }
    }

    /// Closes the journal and gives the file free, unless it could not be written; a
    /// second call does nothing.
    pub fn end(&mut self, session: &Session, reason: EndReason) {
        if !std::mem::replace(&mut self.ended, true) {
            let label = self.label();
            let line = self.journal.end(session, reason, label);
            self.write(&line);
            if self.trouble.is_none() {
                self.file = None;
            } else if let Some(told) = &mut self.told {
                told(&line);
            }
            self.told = None;
        }
    }

    /// Milliseconds of play, in steps that nobody can be told apart by; and when
    /// it was taken up again, on the first line after that.
    fn label(&mut self) -> Value {
        let ms = self
            .begun
            .elapsed()
            .map_or(0, |elapsed| elapsed.as_millis() as u64 / 10 * 10);
        match self.resumed.take() {
            Some(at) => json!({ "ms": ms, "resumed_at": at }),
            None => json!({ "ms": ms }),
        }
    }

    fn write(&mut self, line: &str) {
        self.text.push_str(line);
        self.save();
    }

    /// Brings to disk what is not there yet. What fails is tried again with the next line.
    fn save(&mut self) {
        if self.file.is_none() && self.to_make.is_none() {
            return;
        }
        match self.try_to_save() {
            Ok(()) => {
                self.is_kept = true;
                self.trouble = None;
            }
            Err(error) => {
                self.is_kept = false;
                self.trouble = Some(format!("the run is not being saved: {error:#}"));
            }
        }
    }

    fn try_to_save(&mut self) -> anyhow::Result<()> {
        if let Some((folder, stem, ms)) = &self.to_make {
            let (file, path) = create(folder, stem, *ms)?;
            (self.file, self.path, self.to_make) = (Some(file), path, None);
        }
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let (safe, rest) = (self.n_safe as u64, &self.text.as_bytes()[self.n_safe..]);
        let mut write = || {
            if self.trouble.is_some() {
                // A half of what failed may be there.
                file.set_len(safe)?;
                file.seek(SeekFrom::Start(safe))?;
            }
            file.write_all(rest)?;
            file.sync_data()
        };
        write().with_context(|| format!("cannot write {}", self.path.display()))?;
        self.n_safe = self.text.len();
        Ok(())
    }
}

/// Makes a file that was not there before; two copies that begin the same run in
/// the same moment get one each.
fn create(folder: &Path, stem: &str, ms: u64) -> anyhow::Result<(File, PathBuf)> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut n = ms;
    loop {
        let path = folder.join(format!("{stem}-{n}.sfa"));
        match OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
        {
            Ok(file) => {
                // The name is as lasting as what comes under it; where folders
                // cannot be synced, the system does it in its own time.
                _ = File::open(folder).and_then(|folder| folder.sync_all());
                lock(&file);
                return Ok((file, path));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && n < ms + 100 => n += 1,
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("cannot make the file {}", path.display()));
            }
        }
    }
}

/// Locks a file for the run that is played in it; false if another window holds
/// it. Where files cannot be locked, nobody does.
pub(super) fn lock(file: &File) -> bool {
    /// Whoever lists the runs holds a file for a moment.
    const TRIES: u32 = 5;
    let held = |_| {
        let held = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        if held {
            std::thread::sleep(Duration::from_millis(5));
        }
        held
    };
    !(0..TRIES).all(held)
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
