//! Reads a transcript from disk, finds its scenario, plays it again, and gives
//! the session for the report. The engine decides whether it is believed.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use engine::report::Report;
use engine::rules::Rules;
use engine::session::Session;
use engine::transcript::{Divergence, Transcript, replay};

use super::library::{Library, read_bounded};
use super::report_text::report_text;

/// What came of replaying a transcript.
pub enum Verdict {
    /// Every digest agrees.
    Verified(Box<Session>),
    /// It diverges; the transcript is refused.
    Refused(Divergence),
}

/// Replays the transcript in a file.
///
/// # Errors
/// When the file cannot be read, is no transcript, or its scenario is unknown here.
pub fn replay_file(path: &Path, library: &Library) -> anyhow::Result<(Transcript, Verdict)> {
    let bytes = read_bounded(path)?;
    let text =
        std::str::from_utf8(&bytes).with_context(|| format!("{} is not text", path.display()))?;
    let transcript = Transcript::read(text).with_context(|| path.display().to_string())?;
    let header = &transcript.header;
    let Ok(entry) = library.find(&header.scenario) else {
        bail!(
            "{} was played with the scenario `{}`, which is not here; name its folder with --scenarios",
            path.display(),
            header.scenario
        );
    };
    let verdict = match replay(&transcript, Arc::clone(&entry.scenario), Rules::current()) {
        Ok(session) => Verdict::Verified(Box::new(session)),
        Err(divergence) => Verdict::Refused(divergence),
    };
    Ok((transcript, verdict))
}

/// Replays a file and prints its report; returns the exit code: 0 verified,
/// 1 refused.
///
/// # Errors
/// When it could not be replayed at all.
pub fn run(path: &Path, library: &Library, as_json: bool) -> anyhow::Result<u8> {
    let (transcript, verdict) = replay_file(path, library)?;
    match verdict {
        Verdict::Verified(session) => {
            let report = Report::of(&session);
            if as_json {
                let report = serde_json::to_value(&report)?;
                let verified = serde_json::json!({ "verdict": "verified", "report": report });
                anstream::println!("{verified:#}");
            } else {
                anstream::println!("{}", report_text(&report));
                let state = match (&transcript.end, transcript.torn) {
                    (Some(_), _) => "verified: every turn agrees with its digest",
                    (None, false) => "verified so far: the run was not finished",
                    (None, true) => "verified so far: the last line was cut short and left out",
                };
                anstream::println!("Transcript {state}.");
            }
            Ok(0)
        }
        Verdict::Refused(divergence) => {
            if as_json {
                let refused =
                    serde_json::json!({ "verdict": "refused", "why": divergence.to_string() });
                anstream::println!("{refused:#}");
            } else {
                anstream::eprintln!("refused: {}: {divergence}", path.display());
            }
            Ok(1)
        }
    }
}
