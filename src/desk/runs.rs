//! The runs that were kept: what there is, what was left in the middle, and how
//! one of those goes on. A file that cannot be believed is explained and never
//! touched.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use engine::report::Report;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::session::{Action, Session};
use engine::transcript::{BadTranscript, Divergence, EndReason, MAX_BYTES, Transcript, replay};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::plain::plain;
use super::run_file::{RunFile, lock, runs_folder};

/// A kept run as its file tells it: claimed, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The file.
    pub path: PathBuf,
    /// When it was last written.
    pub written: SystemTime,
    /// What is in it, or what is wrong with it.
    pub what: Result<Claims, String>,
}

/// What a run says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Id of its scenario.
    pub scenario: String,
    /// Its seed.
    pub seed: Seed,
    /// When it began, if it says so.
    pub begun: Option<SystemTime>,
    /// Inputs so far.
    pub n_inputs: usize,
    /// Replies so far.
    pub n_replies: usize,
    /// Where it stands.
    pub stands: Stands,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// The conversation came to an ending.
    Over,
    /// The trainee left it for good.
    Left,
    /// It was broken off and can go on.
    Open,
    /// It is being played now, in this window or another.
    Played,
}

/// A run that goes on where it was broken off.
pub struct Resumed {
    /// The session as it stood.
    pub session: Session,
    /// Its file, to be written on.
    pub file: RunFile,
    /// What the trainee should know, if the words have changed since.
    pub note: Option<String>,
}

/// Finds a scenario by its id.
pub type Find<'a> = &'a dyn Fn(&str) -> Option<Arc<Scenario>>;

/// Most files of the folder that are read; the newest are.
pub const MOST: usize = 300;

/// The runs of this process's folder, the newest first, at most [`MOST`]; and how
/// many files there are. Files without an input in them are left out.
pub fn kept() -> (Vec<Kept>, usize) {
    let paths = newest();
    let n_files = paths.len();
    let runs = paths.into_iter().take(MOST).filter_map(|(written, path)| {
        let what = read(&path);
        let blank = matches!(&what, Ok(claims) if claims.n_inputs == 0);
        let empty = fs::metadata(&path).is_ok_and(|meta| meta.len() == 0);
        (!blank && !empty).then_some(Kept {
            path,
            written,
            what,
        })
    });
    (runs.collect(), n_files)
}

/// The run that was broken off last and can go on, if there is one among the
/// newest. Looks only at the ends of files before it reads one.
pub fn last_open(find: Find) -> Option<Kept> {
    /// A run that was not missed for so many others is not missed.
    const LOOKED_AT: usize = 40;
    let open = newest().into_iter().take(LOOKED_AT).filter(|(_, path)| {
        // What cannot be read is told where all runs are listed.
        !has_end(path).unwrap_or(true)
    });
    for (written, path) in open {
        let what = read(&path);
        let is_open = matches!(&what, Ok(claims)
            if claims.stands == Stands::Open && claims.n_inputs > 0);
        if is_open && session_of(&path, find).is_ok() {
            return Some(Kept {
                path,
                written,
                what,
            });
        }
    }
    None
}

/// The transcripts of the folder, the one written last first.
fn newest() -> Vec<(SystemTime, PathBuf)> {
    let entries = runs_folder(None).and_then(|folder| fs::read_dir(folder).ok());
    let mut paths: Vec<_> = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let path = entry.path();
            let meta = entry.metadata().ok()?;
            let is_run = meta.is_file() && path.extension().is_some_and(|ext| ext == "sfa");
            is_run.then(|| (meta.modified().unwrap_or(UNIX_EPOCH), path))
        })
        .collect();
    paths.sort_by(|a, b| b.cmp(a));
    paths
}

/// Whether the last whole line of a file is that of an end.
fn has_end(path: &Path) -> std::io::Result<bool> {
    const TAIL: i64 = 1024;
    let mut file = File::open(path)?;
    let length = file.seek(SeekFrom::End(0))?;
    let back = i64::try_from(length).unwrap_or(TAIL).min(TAIL);
    file.seek(SeekFrom::End(-back))?;
    let mut tail = Vec::new();
    file.take(TAIL as u64).read_to_end(&mut tail)?;
    let last = whole_lines(&tail).trim_ascii_end();
    let line = last
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    Ok(line.windows(6).any(|part| part == b"\"end\":"))
}

/// What was written in whole lines: a torn last one is no line.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte == b'\n');
    &bytes[..end.map_or(0, |end| end + 1)]
}

/// What a file says, or what is wrong with it, with the line.
fn read(path: &Path) -> Result<Claims, String> {
    let mut file = File::open(path).map_err(|error| format!("it cannot be read: {error}"))?;
    let is_played = matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock));
    let (transcript, _) = parse(&mut file).map_err(|bad| match bad {
        NotGoingOn::Broken(where_and_what) => where_and_what,
        other => other.to_string(),
    })?;
    let header = &transcript.header;
    let begun = transcript.label["started_at"]
        .as_u64()
        .map(|ms| UNIX_EPOCH + std::time::Duration::from_millis(ms));
    let said =
        |line: &&engine::transcript::InputLine| matches!(line.action(), Some(Action::Say(_)));
    Ok(Claims {
        scenario: header.scenario.clone(),
        seed: header.seed,
        begun,
        n_inputs: transcript.inputs.len(),
        n_replies: transcript.inputs.iter().filter(said).count(),
        stands: match &transcript.end {
            Some(end) if end.end == EndReason::Outcome => Stands::Over,
            Some(_) => Stands::Left,
            None if is_played => Stands::Played,
            None => Stands::Open,
        },
    })
}

/// The transcript of an open file, and how many bytes of it are whole lines.
fn parse(file: &mut File) -> Result<(Transcript, u64), NotGoingOn> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))
        .map_err(NotGoingOn::unreadable)?;
    file.take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(NotGoingOn::unreadable)?;
    if bytes.len() > MAX_BYTES {
        let bad = BadTranscript::TooLarge(bytes.len());
        return Err(NotGoingOn::Broken(bad.to_string()));
    }
    let whole = whole_lines(&bytes);
    if whole.is_empty() {
        return Err(NotGoingOn::Broken(
            "line 1 was cut short; nothing was played yet".to_owned(),
        ));
    }
    let text = std::str::from_utf8(whole).map_err(|error| {
        let line = 1 + whole[..error.valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        NotGoingOn::Broken(format!("line {line}: it is not text"))
    })?;
    let transcript = Transcript::read(text).map_err(|bad| NotGoingOn::Broken(bad.to_string()))?;
    Ok((transcript, whole.len() as u64))
}

/// Why a run does not go on. The file stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGoingOn {
    /// It is being played elsewhere.
    #[error("it is being played in another window")]
    Played,
    /// There is nothing to go on with.
    #[error("the conversation has come to its end; `satisfactometer replay` shows it")]
    Over,
    /// The scenario is not here.
    #[error("its scenario, {0}, is not here; name its folder with --scenarios")]
    Unknown(String),
    /// The scenario or the rules are others now.
    #[error("{0} Nothing is lost: the file stays as it is.")]
    Changed(String),
    /// The file cannot be opened or read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// The file is no transcript, or does not agree with its digests.
    #[error("the file is broken: {0}")]
    Broken(String),
}

impl NotGoingOn {
    fn unreadable(error: std::io::Error) -> Self {
        NotGoingOn::Unreadable(error.to_string())
    }
}

/// Opens a run that was broken off and takes it up where it stood.
///
/// # Errors
/// When it cannot go on; then nothing was written.
pub fn resume(path: &Path, find: Find) -> Result<Resumed, NotGoingOn> {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .map_err(NotGoingOn::unreadable)?;
    if !lock(&file) {
        return Err(NotGoingOn::Played);
    }
    let (transcript, whole) = parse(&mut file)?;
    let Some(journal) = transcript.journal() else {
        return Err(NotGoingOn::Over);
    };
    let (session, note) = believe(&transcript, find)?;
    let ms = transcript.last_label["ms"].as_u64().unwrap_or(0);
    let file = RunFile::go_on(file, path, whole, journal, ms, &session)
        .map_err(|error| NotGoingOn::Broken(format!("{error:#}")))?;
    Ok(Resumed {
        session,
        file,
        note,
    })
}

/// Plays a kept run again to where it stands, for its debrief.
///
/// # Errors
/// When its scenario is not here, something changed since, or it is broken.
pub fn session_of(path: &Path, find: Find) -> Result<Session, NotGoingOn> {
    let mut file = File::open(path).map_err(NotGoingOn::unreadable)?;
    let (transcript, _) = parse(&mut file)?;
    believe(&transcript, find).map(|(session, _)| session)
}

/// Gives up a run that was broken off: it is closed as left.
///
/// # Errors
/// When it cannot be opened as [`resume`] does.
#[cfg(feature = "game")]
pub fn give_up(path: &Path, find: Find) -> Result<(), NotGoingOn> {
    let mut resumed = resume(path, find)?;
    resumed.file.end(&resumed.session, EndReason::Abandoned);
    Ok(())
}

fn believe(transcript: &Transcript, find: Find) -> Result<(Session, Option<String>), NotGoingOn> {
    let header = &transcript.header;
    let scenario =
        find(&header.scenario).ok_or_else(|| NotGoingOn::Unknown(header.scenario.clone()))?;
    let title = scenario.title().to_owned();
    let reworded = header.content != scenario.content().to_string();
    let rules = Rules::of_version(&header.rules).unwrap_or_else(Rules::current);
    let session = replay(transcript, scenario, rules).map_err(|why| match why {
        Divergence::Mechanics { .. } => NotGoingOn::Changed(format!(
            "“{title}” has been changed since this was played, so it would no longer be the same conversation."
        )),
        Divergence::Rules { claimed, found } => NotGoingOn::Changed(format!(
            "It was played by rules {claimed}, and this release has {found}."
        )),
        other => NotGoingOn::Broken(other.to_string()),
    })?;
    let note = reworded.then(|| {
        format!("Some words of “{title}” have been changed since. What you said still counts.")
    });
    Ok((session, note))
}

impl Stands {
    /// In words, with the number of replies so far.
    pub fn words(self, n_replies: usize) -> String {
        let replies = match n_replies {
            1 => "1 reply".to_owned(),
            n => format!("{n} replies"),
        };
        match self {
            Stands::Over => format!("came to its end, {replies}"),
            Stands::Left => format!("left before the end, {replies}"),
            Stands::Open => format!("broken off after {replies}; it can go on"),
            Stands::Played => format!("being played now, {replies} so far"),
        }
    }
}

/// Prints the kept runs, the newest first, with the scores of those that came to
/// their end: the `n` newest, or all of them.
///
/// # Errors
/// When they cannot be printed.
pub fn list(n: Option<usize>, find: Find) -> anyhow::Result<()> {
    let mut out = anstream::stdout();
    let (runs, n_files) = kept();
    if runs.is_empty() {
        writeln!(out, "No run is kept yet.")?;
    }
    let shown = n.unwrap_or(runs.len()).min(runs.len());
    for run in &runs[..shown] {
        match &run.what {
            Ok(claims) => {
                let scenario = find(&claims.scenario);
                let title = scenario.as_ref().map_or(&*claims.scenario, |s| s.title());
                let when = date(claims.begun.unwrap_or(run.written));
                writeln!(out, "{when}  {}", plain(title))?;
                write!(out, "    {}", claims.stands.words(claims.n_replies))?;
                if claims.stands == Stands::Over {
                    match session_of(&run.path, find) {
                        Ok(session) => {
                            let report = Report::of(&session);
                            let points = |tenths: i32| (tenths + 5) / 10;
                            write!(
                                out,
                                "; satisfaction {}, conduct {}",
                                points(report.satisfaction.into()),
                                points(report.conduct)
                            )?;
                        }
                        Err(why) => write!(out, "; {}", plain(&why.to_string()))?,
                    }
                }
                writeln!(out)?;
            }
            Err(why) => {
                let why = plain(why);
                writeln!(out, "{}  broken: {why}", date(run.written))?;
            }
        }
        writeln!(out, "    {}", run.path.display())?;
    }
    if shown < runs.len() {
        let older = runs.len() - shown;
        writeln!(
            out,
            "Older ones: {older}. `satisfactometer runs --all` shows them."
        )?;
    } else if n_files > MOST {
        writeln!(out, "Only the newest {MOST} files are looked at.")?;
    }
    Ok(())
}

/// When something was, as one says it: "5 minutes ago", "yesterday", a date.
pub fn ago(time: SystemTime, now: SystemTime) -> String {
    let seconds = now.duration_since(time).map_or(0, |since| since.as_secs());
    match seconds {
        ..90 => "just now".to_owned(),
        90..5_400 => format!("{} minutes ago", (seconds + 30) / 60),
        5_400..79_200 => format!("{} hours ago", (seconds + 1_800) / 3_600),
        _ => date(time),
    }
}

/// A day and a time where the machine is: "Friday 27 November 2026, 13:40".
pub fn date(time: SystemTime) -> String {
    Timestamp::try_from(time).map_or_else(
        |_| "some time ago".to_owned(),
        |at| {
            at.to_zoned(TimeZone::system())
                .strftime("%A %-d %B %Y, %H:%M")
                .to_string()
        },
    )
}

/// The file that `--resume` means: the one named, or else the last one broken off.
///
/// # Errors
/// When none was named and there is none.
pub fn named_or_last(named: Option<PathBuf>, find: Find) -> anyhow::Result<PathBuf> {
    match named {
        Some(path) => Ok(path),
        None => last_open(find)
            .map(|kept| kept.path)
            .context("no conversation was broken off; `satisfactometer play` begins one"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_torn_line_is_no_line() {
        assert_eq!(whole_lines(b"one\ntwo\nthr"), b"one\ntwo\n");
        assert_eq!(whole_lines(b"one\n"), b"one\n");
        assert_eq!(whole_lines(b"on"), b"");
        assert_eq!(whole_lines(b"one\n\0\0\0"), b"one\n");
    }

    #[test]
    fn times_are_told_as_one_says_them() {
        let then = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let after = |seconds| ago(then, then + Duration::from_secs(seconds));
        assert_eq!(after(20), "just now");
        assert_eq!(after(300), "5 minutes ago");
        assert_eq!(after(7_200), "2 hours ago");
        assert!(
            after(200_000).contains("November 2023, "),
            "{}",
            after(200_000)
        );
        assert_eq!(ago(then + Duration::from_secs(9), then), "just now");
    }
}
