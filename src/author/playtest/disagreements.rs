//! What trainees disagreed with in class, beside what the playtest found at the same
//! place. Decisions are matched by their keys; a file that has changed since is said so.

use engine::load::Loaded;
use engine::scenario::Scenario;
use serde_json::{Value, json};

use super::Finding;
use crate::classroom::disagreements::Disagreement;
use crate::classroom::inert;

/// Reasons that the text and the page show of one decision; programs get all.
const SHOWN: usize = 10;

/// What trainees disagree with in one scenario, the decision with the most first.
pub struct Disagreed {
    /// Disagreements in all.
    pub n: usize,
    /// Of those, played with another version of the file.
    pub n_other: usize,
    /// The decisions.
    pub decisions: Vec<Decision>,
}

/// One decision, and what was said at it.
pub struct Decision {
    beat: String,
    reply: Option<String>,
    said: Option<String>,
    /// Line and column, if it is still in the file.
    at: Option<(usize, usize)>,
    n: usize,
    n_other: usize,
    /// The reasons, as they were typed.
    because: Vec<String>,
    /// What the playtest found here: code and sentence.
    found: Vec<(&'static str, String)>,
}

/// A decision, for people, with nothing in it that could do anything.
pub struct Shown {
    /// Where it stands in the file.
    pub place: String,
    /// Who disagrees with what.
    pub what: String,
    /// Why, each in a line.
    pub because: Vec<String>,
    /// Reasons that are left out.
    pub n_more: usize,
    /// What the playtest says of it.
    pub found: Vec<String>,
}

/// Gathers what belongs to a scenario; `None` if nothing does.
pub fn of(
    all: &[Disagreement],
    scenario: &Scenario,
    loaded: &Loaded,
    findings: &[Finding],
) -> Option<Disagreed> {
    let content = scenario.content().to_string();
    let mine = all.iter().filter(|one| one.scenario == scenario.id());
    let mut decisions: Vec<Decision> = Vec::new();
    for one in mine {
        let known = decisions.iter().position(|known| {
            known.beat == one.beat && known.reply == one.reply && known.said == one.said
        });
        let n = known.unwrap_or_else(|| {
            decisions.push(Decision {
                beat: one.beat.clone(),
                reply: one.reply.clone(),
                said: one.said.clone(),
                at: place(scenario, loaded, &one.beat, one.reply.as_deref()),
                n: 0,
                n_other: 0,
                because: Vec::new(),
                found: found(findings, &one.beat, one.reply.as_deref()),
            });
            decisions.len() - 1
        });
        let decision = &mut decisions[n];
        decision.n += 1;
        decision.n_other += usize::from(one.content != content);
        decision.because.push(one.because.clone());
    }
    // What is not in the file any more comes last among equals.
    decisions.sort_by_key(|one| (std::cmp::Reverse(one.n), one.at.unwrap_or((usize::MAX, 0))));
    (!decisions.is_empty()).then(|| Disagreed {
        n: decisions.iter().map(|one| one.n).sum(),
        n_other: decisions.iter().map(|one| one.n_other).sum(),
        decisions,
    })
}

/// Where a decision stands: at its reply, or at its beat where nothing was said.
fn place(
    scenario: &Scenario,
    loaded: &Loaded,
    beat: &str,
    reply: Option<&str>,
) -> Option<(usize, usize)> {
    let mut beats = scenario.written().beats.iter();
    let (key, beat) = beats.find(|(key, _)| key.text == beat)?;
    let span = match reply {
        None => key.span,
        Some(reply) => {
            beat.replies
                .iter()
                .find(|(key, _)| key.text == reply)?
                .0
                .span
        }
    };
    let at = loaded.source.position(span.start);
    Some((at.line, at.column))
}

/// What was found at a decision: at this reply, or at its beat as a whole.
fn found(findings: &[Finding], beat: &str, reply: Option<&str>) -> Vec<(&'static str, String)> {
    let here = findings.iter().filter(|finding| {
        let of_reply = finding.reply.as_deref();
        finding.beat.as_deref() == Some(beat) && (of_reply.is_none() || of_reply == reply)
    });
    here.map(|finding| (finding.code, finding.what.clone()))
        .collect()
}

impl Disagreed {
    /// What the heading says of all.
    pub fn summary(&self) -> String {
        let many = match self.n {
            1 => "1 disagreement".to_owned(),
            n => format!("{n} disagreements"),
        };
        match self.n_other {
            0 => format!("{many}, all of them with this version of the file."),
            1 => format!(
                "{many}, 1 of them with another version of the file, which has changed since."
            ),
            n => format!(
                "{many}, {n} of them with another version of the file, which has changed since."
            ),
        }
    }

    /// The decisions, for people; `file` is what the scenario is called.
    pub fn shown(&self, file: &str) -> Vec<Shown> {
        self.decisions.iter().map(|one| one.shown(file)).collect()
    }

    /// The same for programs.
    pub fn as_json(&self) -> Value {
        let decisions: Vec<Value> = self
            .decisions
            .iter()
            .map(|one| {
                json!({
                    "beat": one.beat,
                    "reply": one.reply,
                    "said": one.said,
                    "line": one.at.map(|at| at.0),
                    "column": one.at.map(|at| at.1),
                    "n": one.n,
                    "other_version": one.n_other,
                    "because": one.because,
                    "findings": one.found.iter().map(|found| found.0).collect::<Vec<_>>(),
                })
            })
            .collect();
        json!({ "n": self.n, "other_version": self.n_other, "decisions": decisions })
    }
}

impl Decision {
    fn shown(&self, file: &str) -> Shown {
        let beat = inert::line(&self.beat);
        let who = if self.n == 1 {
            "1 disagrees"
        } else {
            &format!("{} disagree", self.n)
        };
        let what = match (&self.reply, &self.said) {
            (Some(reply), Some(said)) => format!(
                "\"{}\" in \"{beat}\" (“{}”)",
                inert::line(reply),
                inert::line(said)
            ),
            (Some(reply), None) => format!("\"{}\" in \"{beat}\"", inert::line(reply)),
            (None, _) => format!("\"{beat}\", where nothing was said"),
        };
        let gone = match self.at {
            None => "; it is not in the file any more",
            Some(_) => "",
        };
        let other = match self.n_other {
            0 => String::new(),
            n if n == self.n => "; in another version of the file".into(),
            n => format!("; {n} of them in another version of the file"),
        };
        let found = self
            .found
            .iter()
            .map(|(code, what)| format!("{what} [{code}]"));
        Shown {
            place: match self.at {
                Some((line, column)) => format!("{file}:{line}:{column}"),
                None => file.to_owned(),
            },
            what: format!("{who} at {what}{gone}{other}"),
            because: self
                .because
                .iter()
                .take(SHOWN)
                .map(|why| inert::line(why))
                .collect(),
            n_more: self.because.len().saturating_sub(SHOWN),
            found: found.collect(),
        }
    }
}

/// How many disagreements are about scenarios that were not playtested, in a sentence.
pub fn left_over(all: &[Disagreement], ids: &[&str]) -> Option<String> {
    let mut other: Vec<&str> = all
        .iter()
        .map(|one| one.scenario.as_str())
        .filter(|id| !ids.contains(id))
        .collect();
    let n = other.len();
    other.sort_unstable();
    other.dedup();
    let other: Vec<String> = other.into_iter().map(inert::line).collect();
    (n > 0).then(|| {
        let are = if n == 1 {
            "1 disagreement is"
        } else {
            &format!("{n} disagreements are")
        };
        format!("{are} about other scenarios: {}", other.join(", "))
    })
}
