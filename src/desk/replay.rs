//! Reads a transcript from disk, finds its scenario, plays it again, and gives
//! the session for the report. The engine decides whether it is believed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use engine::analysis::{AnalysisNote, Budget};
use engine::doctrine::Doctrine;
use engine::rules::Rules;
use engine::session::Session;
use engine::transcript::{BadTranscript, Transcript, replay};

use super::debrief::html;
use super::debrief::study::Study;
use super::library::{Library, read_bounded};
use super::plain::plain;
use super::report_text::report_text;
use super::what_if;
use super::whole_file::write_whole;

/// What came of replaying a transcript.
pub enum Verdict {
    /// Every digest agrees.
    Verified(Box<Session>),
    /// It diverges; the transcript is refused.
    Refused(String),
}

/// Replays the transcript in a file.
///
/// # Errors
/// When the file cannot be read, is no transcript, or its scenario is unknown here.
pub fn replay_file(
    path: &Path,
    library: &Library,
) -> anyhow::Result<(Option<Transcript>, Verdict)> {
    let bytes = read_bounded(path)?;
    let text =
        std::str::from_utf8(&bytes).with_context(|| format!("{} is not text", path.display()))?;
    if what_if::is_one(text) {
        bail!(
            "{} holds what was tried out after a run; that is no run and has no score",
            path.display()
        );
    }
    let transcript = match Transcript::read(text) {
        Ok(transcript) => transcript,
        // Its header is that of a transcript, so it was one before somebody changed it.
        Err(bad @ BadTranscript::Line { line: 2.., .. }) => {
            return Ok((None, Verdict::Refused(bad.to_string())));
        }
        Err(bad @ (BadTranscript::Line { .. } | BadTranscript::Empty)) => {
            return Err(bad)
                .with_context(|| format!("{} is no transcript, a .sfa file", path.display()));
        }
        Err(bad) => return Err(bad).with_context(|| path.display().to_string()),
    };
    let header = &transcript.header;
    let Ok(entry) = library.find(&header.scenario) else {
        bail!(
            "{} was played with the scenario `{}`, which is not here; name its folder with --scenarios",
            path.display(),
            header.scenario
        );
    };
    let rules = Rules::of_version(&header.rules).unwrap_or_else(Rules::current);
    let verdict = match replay(&transcript, Arc::clone(&entry.scenario), rules) {
        Ok(session) => Verdict::Verified(Box::new(session)),
        Err(divergence) => Verdict::Refused(divergence.to_string()),
    };
    Ok((Some(transcript), verdict))
}

/// How a report is given.
pub enum Form {
    /// As text, for people.
    Text,
    /// As JSON, for programs.
    Json,
    /// As an HTML file at this place.
    Html(PathBuf),
}

/// Replays a file and gives its report, by a doctrine; returns the exit code: 0 verified,
/// 1 refused.
///
/// # Errors
/// When it could not be replayed at all, or its report not be written.
pub fn run(
    path: &Path,
    library: &Library,
    form: &Form,
    doctrine: &'static Doctrine,
) -> anyhow::Result<u8> {
    if let Form::Html(file) = form
        && file
            .extension()
            .is_some_and(|ext| ext == "sfa" || ext == what_if::EXTENSION)
    {
        bail!(
            "{} is the name of a run or of what was tried out after one; give the report another",
            file.display()
        );
    }
    let (transcript, verdict) = replay_file(path, library)?;
    let mut out = anstream::stdout();
    let session = match verdict {
        Verdict::Verified(session) => session,
        Verdict::Refused(why) => {
            if let Form::Json = form {
                let refused = serde_json::json!({ "verdict": "refused", "why": why });
                writeln!(out, "{refused:#}")?;
            } else {
                anstream::eprintln!("refused: {}: {}", path.display(), plain(&why));
            }
            return Ok(1);
        }
    };
    let study = Study::by(&session, doctrine);
    match form {
        Form::Json => {
            let report = serde_json::to_value(&study.report)?;
            let analysis = serde_json::to_value(analysis(&session))?;
            let verified = serde_json::json!({
                "verdict": "verified", "report": report, "analysis": analysis
            });
            writeln!(out, "{verified:#}")?;
        }
        Form::Text => {
            writeln!(
                out,
                "{}",
                report_text(&study.report, analysis(&session).as_ref())
            )?;
            writeln!(out, "Transcript {}.", state(transcript.as_ref()))?;
        }
        Form::Html(file) => {
            write_whole(file, &html::page(&study, analysis(&session).as_ref())?)?;
            writeln!(out, "Transcript {}.", state(transcript.as_ref()))?;
            writeln!(out, "The report is in {}", file.display())?;
        }
    }
    Ok(0)
}

fn analysis(session: &Session) -> Option<AnalysisNote> {
    AnalysisNote::of(session, Budget::DEBRIEF, &mut || true)
}

/// What is known of a transcript that is believed.
fn state(transcript: Option<&Transcript>) -> &'static str {
    let ended = transcript.and_then(|transcript| transcript.end.as_ref());
    let torn = transcript.is_some_and(|transcript| transcript.torn);
    match (ended, torn) {
        (Some(_), _) => "verified: every turn agrees with its digest",
        (None, false) => "verified so far: the run was not finished",
        (None, true) => "verified so far: the last line was cut short and left out",
    }
}
