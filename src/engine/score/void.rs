//! What does not count: taken out of the sheet by whoever answers for a class,
//! because the game was wrong there. The run itself stays as it was played.

use serde::Serialize;

use crate::guidance::Catalogue;
use crate::scenario::Scenario;
use crate::session::Session;
use crate::state::State;
use crate::step::{Input, Move};

/// One thing that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Void {
    /// What it is.
    pub what: Voided,
    /// Why, in the words of whoever took it out.
    pub why: String,
}

/// What can be taken out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Voided {
    /// A clause, wherever it came up; by its key.
    Clause(String),
    /// What was said, or not said, at a beat; by its key.
    Decision(String),
}

/// The voids as a score asks for them: by number, for one scenario.
pub(super) struct Out {
    clauses: Vec<bool>,
    beats: Vec<bool>,
}

impl Out {
    pub(super) fn of(scenario: &Scenario, voids: &[Void]) -> Self {
        let clauses = &Catalogue::current().clauses;
        let has = |what: &Voided| voids.iter().any(|void| void.what == *what);
        Out {
            clauses: clauses
                .iter()
                .map(|clause| has(&Voided::Clause(clause.id.clone())))
                .collect(),
            beats: scenario
                .beat_keys()
                .iter()
                .map(|key| has(&Voided::Decision(key.clone())))
                .collect(),
        }
    }

    /// Whether a clause, by its index, is out.
    pub(super) fn clause(&self, index: usize) -> bool {
        self.clauses.get(index).is_some_and(|out| *out)
    }

    /// Whether what was done in this state is out. Listening is no decision.
    pub(super) fn input(&self, before: &State, input: Input) -> bool {
        let decided = matches!(input.action, Move::Say(_) | Move::Pause);
        let out = self.beats.get(before.beat as usize);
        decided && out.is_some_and(|out| *out)
    }

    /// Whether anything of this run is out at these turns.
    pub(super) fn turns(&self, session: &Session) -> Vec<bool> {
        let turns = session.turns().iter();
        turns
            .map(|turn| self.input(&turn.before, turn.input))
            .collect()
    }
}
