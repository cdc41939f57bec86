//! What tables and pages of a class need of a run that was judged, and no more. A run
//! that was played again holds everything that was said; of a class of thousands only
//! this is kept.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use engine::report::NotCounted;
use engine::score::Finding;
use engine::session::{Action, Event, Session};

use super::judge::{Judged, Played, Verdict, said_key};

/// Texts that are shared at most; they are a scenario's, so a class has some hundreds.
const MOST: usize = 20_000;

/// What is left of a judged run.
#[derive(Clone, Debug)]
pub struct Gist {
    /// The verdict.
    pub verdict: Verdict,
    /// The seed, as it is spoken; empty if it was no transcript.
    pub seed: String,
    /// Version of the rules it was played by; empty if it was no transcript.
    pub rules: Arc<str>,
    /// What comes of it, if it counts.
    pub counted: Option<Counted>,
}

/// What comes of a run that counts.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Content hash of its scenario.
    pub content: Arc<str>,
    /// Version of the rules it is scored by.
    pub rules: Arc<str>,
    /// The doctrine it is scored by, with its version.
    pub doctrine: Arc<str>,
    /// Satisfaction, in tenths.
    pub satisfaction: i16,
    /// Conduct, in thousandths.
    pub conduct: i32,
    /// Outcome, in thousandths.
    pub outcome: i32,
    /// Total, in thousandths.
    pub total: i32,
    /// Whether it passes.
    pub passed: bool,
    /// Names of what no score can balance.
    pub gates: Vec<&'static str>,
    /// How it ended: the key, and what became of the customer in words.
    pub ending: Option<(Arc<str>, &'static str)>,
    /// What of it does not count, and why.
    pub not_counted: Vec<NotCounted>,
    /// The satisfactometer before the first input and after each, in tenths.
    pub curve: Box<[i16]>,
    /// What was decided, in order.
    pub choices: Box<[Choice]>,
    /// The principles' clauses that were put to the test, by their numbers, and whether the
    /// run missed them or went against them.
    pub clauses: Box<[(u16, bool)]>,
}

/// One decision of a run.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its turn, from 1.
    pub turn: usize,
    /// Key of its beat.
    pub beat: Arc<str>,
    /// Key of the reply; nothing for silence.
    pub reply: Option<Arc<str>>,
    /// Its words.
    pub said: Option<Arc<str>>,
    /// Whether no better words were on offer, one step ahead.
    pub best: bool,
    /// What it changed, in tenths of the satisfactometer.
    pub change: i16,
    /// What the customer had said last.
    pub heard: Arc<str>,
}

/// Texts that many runs have in common, each held once.
#[derive(Default)]
pub struct Texts(Mutex<BTreeSet<Arc<str>>>);

impl Texts {
    fn of(&self, text: &str) -> Arc<str> {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = texts.get(text) {
            return Arc::clone(known);
        }
        // A server that runs for years must not grow; what is shared already stays so.
        if texts.len() >= MOST {
            texts.clear();
        }
        let text: Arc<str> = text.into();
        texts.insert(Arc::clone(&text));
        text
    }
}

impl Gist {
    /// The gist of a run.
    pub fn of(judged: &Judged, texts: &Texts) -> Self {
        let header = judged.transcript.as_ref().map(|t| &t.header);
        let counted = judged.played.as_deref();
        Gist {
            verdict: judged.verdict.clone(),
            seed: header.map_or(String::new(), |header| header.seed.to_string()),
            rules: texts.of(header.map_or("", |header| &header.rules)),
            counted: counted.map(|played| Counted::of(played, texts)),
        }
    }
}

impl Counted {
    /// The gist of a run that counts.
    pub fn of(played: &Played, texts: &Texts) -> Self {
        let Played { session, report } = played;
        let ending = report.ending.as_ref();
        let after = report.curve.iter().map(|row| row.satisfaction);
        let tested = report.clauses.iter().filter(|note| {
            let counts = note.finding != Finding::NotTested;
            counts && note.principle.is_some()
        });
        let clauses = tested.map(|note| {
            let against = matches!(note.finding, Finding::Missed | Finding::Broken);
            (note.n, against)
        });
        Counted {
            content: texts.of(&report.content),
            rules: texts.of(&report.rules),
            doctrine: texts.of(&report.doctrine.key()),
            satisfaction: report.satisfaction,
            conduct: report.conduct,
            outcome: report.outcome,
            total: report.total,
            passed: report.passed,
            gates: report.gates.iter().map(|gate| gate.name).collect(),
            ending: ending.map(|ending| (texts.of(&ending.key), ending.outcome_words)),
            not_counted: report.not_counted.clone(),
            curve: [report.start].into_iter().chain(after).collect(),
            choices: choices(played, texts, session),
            clauses: clauses.collect(),
        }
    }

    /// How many inputs it has.
    pub fn n_inputs(&self) -> usize {
        self.curve.len() - 1
    }

    /// What was decided at a turn.
    pub fn at(&self, turn: i64) -> Option<&Choice> {
        let mut at = self.choices.iter();
        at.find(|choice| usize::try_from(turn) == Ok(choice.turn))
    }
}

fn choices(played: &Played, texts: &Texts, session: &Session) -> Box<[Choice]> {
    let beats = session.scenario().beat_keys();
    let turns = session.turns().iter().zip(&played.report.curve);
    let decided = turns.enumerate().filter(|(_, (turn, _))| {
        let action = &turn.action;
        matches!(action, Action::Say(_) | Action::Pause)
    });
    let choices = decided.map(|(n, (turn, row))| Choice {
        turn: n + 1,
        beat: texts.of(&beats[usize::from(turn.before.beat)]),
        reply: said_key(&turn.action).map(|key| texts.of(key)),
        said: turn.said.as_deref().map(|said| texts.of(said)),
        best: row.better.as_ref().is_none_or(|better| better.same_words),
        change: row.change,
        heard: texts.of(&heard(session, n)),
    });
    choices.collect()
}

/// What the customer had said last before a turn.
fn heard(session: &Session, turn: usize) -> String {
    let before = session.turns()[..turn].iter().rev();
    let events = before.flat_map(|turn| turn.events.iter().rev());
    let mut said = events
        .chain(session.opening().iter().rev())
        .filter_map(|event| match event {
            Event::Speaks { text, .. } | Event::Reacts { text, .. } => Some(text.replace('*', "")),
            _ => None,
        });
    said.next().unwrap_or_default()
}
