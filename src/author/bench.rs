//! What an author sees beside a talk: what is wrong with the file, where the
//! gauges stand, why, and what each reply on offer would do now. Words and numbers
//! only; the window shows them.

use std::path::Path;
use std::sync::Arc;

use engine::diagnostic::{Diagnostic, Severity};
use engine::load::Loaded;
use engine::names;
use engine::report::term_notes;
use engine::scenario::Scenario;
use engine::session::Session;
use engine::state::Stance;
use engine::workbench::{Foreseen, Leads};

use super::check::load_checked;
use crate::desk::debrief::numbers::change;
use crate::desk::debrief::study::{GaugeLine, Reason, gauge_lines, reasons};

/// Of each reply so many reasons are told.
const N_REASONS: usize = 2;

/// A file as it is now.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The scenario, if the file can be played.
    pub scenario: Option<Arc<Scenario>>,
    /// What is wrong with it, in the order of the places.
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub more: usize,
}

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line and column, from 1; none when the file cannot be read at all.
    pub at: Option<(usize, usize)>,
    /// Whether it keeps the file from being played.
    pub is_error: bool,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    pub hints: Vec<String>,
}

impl Problem {
    /// "line 12, column 7, error"; "warning" for what plays all the same.
    pub fn place(&self) -> String {
        let kind = if self.is_error { "error" } else { "warning" };
        match self.at {
            Some((line, column)) => format!("Line {line}, column {column}, {kind}"),
            None => "The file".to_owned(),
        }
    }
}

impl Draft {
    /// Reads and checks a file. One that cannot be read is told as a problem.
    pub fn read(path: &Path) -> Draft {
        match load_checked(path) {
            Ok(loaded) => Draft::of(loaded),
            Err(error) => Draft {
                problems: vec![Problem {
                    at: None,
                    is_error: true,
                    message: format!("{error:#}"),
                    hints: Vec::new(),
                }],
                ..Draft::default()
            },
        }
    }

    fn of(loaded: Loaded) -> Draft {
        // Marks of a terminal; these are read as prose.
        let prose = |text: &str| text.replace('`', "");
        let problem = |finding: &Diagnostic| {
            let place = loaded.source.position(finding.span.start);
            let mended = finding.mended.as_ref();
            let mended = mended.map(|line| format!("It should read: {}", line.trim()));
            Problem {
                at: Some((place.line, place.column)),
                is_error: finding.severity == Severity::Error,
                message: prose(&finding.message),
                hints: finding
                    .hints
                    .iter()
                    .map(|hint| prose(hint))
                    .chain(mended)
                    .collect(),
            }
        };
        Draft {
            problems: loaded.findings.list.iter().map(problem).collect(),
            more: loaded.findings.more,
            scenario: loaded.scenario.map(Arc::new),
        }
    }

    /// Whether the file can be played.
    pub fn plays(&self) -> bool {
        self.scenario.is_some()
    }
}

/// The hidden side of a talk.
#[derive(Clone, Debug, PartialEq)]
pub struct Insight {
    /// The satisfactometer, tenths.
    pub meter: i16,
    /// Where they are: beat, phase, what is still untold.
    pub place: String,
    /// The gauges, with what the last input changed.
    pub gauges: Vec<GaugeLine>,
    /// What the last input did, the weightiest first.
    pub why: Vec<Reason>,
    /// What each reply on offer would do, in the order shown.
    pub replies: Vec<ReplyLine>,
    /// What was drawn and what the trainee knows by now.
    pub knows: Vec<String>,
}

/// What a reply would do now.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplyLine {
    /// Its key.
    pub key: String,
    /// What it would do to the satisfactometer, tenths.
    pub change: i16,
    /// The same with where the talk would go: "+4.2, then `slip`".
    pub effect: String,
    /// Why, the weightiest first.
    pub why: Vec<Reason>,
}

impl Insight {
    /// Looks behind the face, with the stance that is held.
    pub fn of(session: &Session, stance: Stance) -> Insight {
        let state = session.state();
        let last = session.turns().last();
        let before = last.map_or(session.first().gauges, |turn| turn.before.gauges);
        let untold = match state.story {
            0 => "story told".to_owned(),
            n => format!("{n} of the story untold"),
        };
        let deal = session.deal().into_iter();
        let deal = deal.map(|(name, value)| format!("{name}: {value}"));
        let heard = session.spot().facts.into_iter();
        Insight {
            meter: session.world().satisfaction(state),
            place: format!(
                "{} · {} · {untold}",
                session.beat_key(),
                names::phase(session.phase())
            ),
            gauges: gauge_lines(before, state.gauges),
            why: last.map_or_else(Vec::new, |turn| reasons(&term_notes(&turn.terms))),
            replies: session.foresee(stance).iter().map(reply_line).collect(),
            knows: deal
                .chain(heard.map(|fact| format!("heard: {fact}")))
                .collect(),
        }
    }
}

fn reply_line(seen: &Foreseen) -> ReplyLine {
    let moved = seen.after - seen.before;
    let to = match &seen.leads {
        Leads::Beat(key) => format!("then {key}"),
        Leads::Ending(key) => format!("ends: {key}"),
    };
    let mut why = reasons(&term_notes(&seen.terms));
    why.truncate(N_REASONS);
    ReplyLine {
        key: seen.reply.clone(),
        change: moved,
        effect: format!("{}, {to}", change(moved.into())),
        why,
    }
}

#[cfg(test)]
mod tests {
    use engine::rng::Seed;
    use engine::rules::Rules;
    use engine::session::Action;

    use super::*;

    fn draft(text: &str) -> Draft {
        Draft::of(engine::load::load(
            "draft.ron",
            text.as_bytes(),
            &Rules::current(),
        ))
    }

    #[test]
    fn a_broken_file_says_where_and_a_sound_one_plays() {
        let sound = crate::author::new::scenario("draft");
        let good = draft(&sound);
        assert!(
            good.plays() && good.problems.is_empty(),
            "{:?}",
            good.problems
        );
        let broken = draft(&sound.replacen("acts:", "akts:", 1));
        assert!(!broken.plays());
        let first = &broken.problems[0];
        assert!(first.is_error && first.at.is_some());
        assert!(first.place().starts_with("Line "), "{}", first.place());
        assert!(
            !first.hints.is_empty(),
            "there is something to do: {first:?}"
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_a_problem_and_no_panic() {
        let gone = Draft::read(Path::new("no/such/file.ron"));
        assert!(!gone.plays());
        assert_eq!(gone.problems.len(), 1);
        assert_eq!(gone.problems[0].place(), "The file");
    }

    #[test]
    fn what_is_foreseen_is_what_happens() {
        let draft = draft(&crate::author::new::scenario("draft"));
        let scenario = draft.scenario.expect("it plays");
        let mut session = Session::begin(scenario, Rules::current(), Seed::new(3));
        while session.foresee(Stance::default()).is_empty() {
            session
                .apply(&Action::Listen, Stance::default())
                .expect("they speak");
        }
        let insight = Insight::of(&session, Stance::default());
        let choices = session.choices();
        assert_eq!(insight.replies.len() + 1, choices.len(), "all but silence");
        for line in &insight.replies {
            let mut said = session.clone();
            let action = Action::Say(line.key.clone());
            said.apply(&action, Stance::default()).expect("on offer");
            let after = Insight::of(&said, Stance::default());
            assert_eq!(after.meter - insight.meter, line.change, "{}", line.key);
            let next = said.ending().unwrap_or(said.beat_key());
            assert!(line.effect.ends_with(next), "{} and {next}", line.effect);
        }
    }
}
