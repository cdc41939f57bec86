//! How somebody reads customers over time: the marks of all runs kept in a folder,
//! each replayed and set beside the truth. A file that cannot be believed or whose
//! scenario is not here is left out and counted, never an error.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use engine::mark::{Calibration, Compared};
use engine::rules::Rules;
use engine::session::Session;
use engine::transcript::{MAX_BYTES, Transcript, replay};
use serde::Serialize;

use super::library::{Library, read_bounded};
use super::report_text::calibration_words;
use super::run_file::runs_folder;
use super::runs::Find;

/// The newest runs that are looked at: enough for years, soon read.
const MOST_RUNS: usize = 400;
/// The newest runs with marks that the lately of [`Readings`] is made of.
pub const LATELY: usize = 5;

/// How somebody reads customers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Readings {
    /// Over all runs; `None` without a mark.
    pub all: Option<Calibration>,
    /// Over the newest five runs with a mark, if there are older ones to compare with.
    pub lately: Option<Calibration>,
    /// By customer, in the order of their names.
    pub people: Vec<Person>,
    /// Each run with a mark, the oldest first.
    pub runs: Vec<Run>,
    /// Runs with marks that could not be replayed here.
    pub n_left_out: usize,
}

/// How somebody reads one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The customer's name.
    pub name: String,
    /// Over all runs with them.
    pub calibration: Calibration,
}

/// The marks of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The scenario's id.
    pub scenario: String,
    /// The customer's name.
    pub name: String,
    /// The marks beside the truth, in order.
    pub marks: Vec<Compared>,
}

impl Readings {
    /// Of the runs in `folder`, replayed with the scenarios that `find` knows. A
    /// folder that is not there holds no runs.
    pub fn of(folder: &Path, find: Find) -> Readings {
        let mut readings = Readings::default();
        for path in newest(folder).iter().rev() {
            match run(path, find) {
                Found::Marks(run) => readings.runs.push(run),
                Found::Unusable => readings.n_left_out += 1,
                Found::Nothing => {}
            }
        }
        readings.sum_up();
        readings
    }

    fn sum_up(&mut self) {
        let of = |runs: &[&Run]| Calibration::of(runs.iter().map(|run| &run.marks[..]));
        let all: Vec<&Run> = self.runs.iter().collect();
        self.all = of(&all);
        self.lately = (all.len() > LATELY)
            .then(|| of(&all[all.len() - LATELY..]))
            .flatten();
        let mut people: BTreeMap<&str, Vec<&Run>> = BTreeMap::new();
        for run in &self.runs {
            people.entry(&run.name).or_default().push(run);
        }
        self.people = people
            .into_iter()
            .filter_map(|(name, runs)| {
                Some(Person {
                    name: name.to_owned(),
                    calibration: of(&runs)?,
                })
            })
            .collect();
    }

    /// The whole in words, a line each; what stands before a colon is a heading.
    pub fn lines(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        if let Some(all) = &self.all {
            lines.push(("All your runs".to_owned(), calibration_words(all)));
        }
        if let Some(lately) = &self.lately {
            lines.push((format!("The last {LATELY} runs"), calibration_words(lately)));
        }
        for person in &self.people {
            lines.push((person.name.clone(), calibration_words(&person.calibration)));
        }
        lines
    }
}

/// The newest transcripts of a folder, the newest first.
fn newest(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "sfa"))
        .filter_map(|path| Some((fs::metadata(&path).ok()?.modified().ok()?, path)))
        .collect();
    files.sort_by(|a, b| b.cmp(a));
    files.truncate(MOST_RUNS);
    files.into_iter().map(|(_, path)| path).collect()
}

enum Found {
    Marks(Run),
    /// It has marks, but cannot be believed or played here.
    Unusable,
    /// No mark, or no transcript at all.
    Nothing,
}

fn run(path: &Path, find: Find) -> Found {
    let Some(text) = read_bounded(path)
        .ok()
        .filter(|bytes| bytes.len() <= MAX_BYTES)
        .and_then(|bytes| String::from_utf8(bytes).ok())
    else {
        return Found::Nothing;
    };
    let Ok(transcript) = Transcript::read(&text) else {
        return Found::Nothing;
    };
    if transcript.marks.is_empty() {
        return Found::Nothing;
    }
    let Some(scenario) = find(&transcript.header.scenario) else {
        return Found::Unusable;
    };
    let rules = Rules::of_version(&transcript.header.rules).unwrap_or_else(Rules::current);
    match replay(&transcript, scenario, rules) {
        Ok(session) => Found::Marks(marks_of(&session)),
        Err(_) => Found::Unusable,
    }
}

fn marks_of(session: &Session) -> Run {
    Run {
        scenario: session.scenario().id().to_owned(),
        name: session.scenario().customer().name.clone(),
        marks: session.readings(),
    }
}

/// Prints how the user reads customers.
///
/// # Errors
/// When it cannot be printed, or this system has no folder for runs.
pub fn print(folder: Option<&Path>, library: &Library, as_json: bool) -> anyhow::Result<()> {
    let folder = runs_folder(folder).ok_or_else(|| {
        anyhow::anyhow!("this system names no folder for the user's data; name one with --runs")
    })?;
    let readings = Readings::of(&folder, &|id| library.scenario(id));
    let mut out = anstream::stdout();
    if as_json {
        writeln!(out, "{:#}", serde_json::to_value(&readings)?)?;
        return Ok(());
    }
    let lines = readings.lines();
    if lines.is_empty() {
        writeln!(
            out,
            "No run in {} has a reading yet: mark how a customer feels when you are asked.",
            folder.display()
        )?;
    }
    for (head, words) in lines {
        writeln!(out, "{head}")?;
        for line in textwrap::wrap(
            &words,
            textwrap::Options::new(80)
                .initial_indent("  ")
                .subsequent_indent("  "),
        ) {
            writeln!(out, "{line}")?;
        }
    }
    if readings.n_left_out > 0 {
        writeln!(
            out,
            "\n{} more with readings left out: made with other scenarios or rules than those here.",
            readings.n_left_out
        )?;
    }
    Ok(())
}
