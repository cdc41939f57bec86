//! The critical gate: conduct that no score can balance. It is kept apart and
//! never averaged; with any of it the result is "not yet".

use serde::Serialize;

use crate::act::Act;
use crate::session::Session;
use crate::state::{Flags, Floor, State};
use crate::step::Move;

/// What closes the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// An act that is illegal, unethical, unsafe or retaliating.
    RedLine,
    /// The voice was raised at the person.
    Shouted,
    /// More was given away than the role may give.
    Unauthorised,
    /// A threat was met with neither a limit, nor a request to leave, nor a call for help.
    MishandledThreat,
    /// The customer was left without a hand-off.
    Abandoned,
}

impl Gate {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Gate::RedLine => "A red line was crossed",
            Gate::Shouted => "Shouting at the customer",
            Gate::Unauthorised => "Giving what was not yours to give",
            Gate::MishandledThreat => "A threat left standing",
            Gate::Abandoned => "Leaving without a hand-off",
        }
    }

    /// Why it cannot be made up for.
    pub fn why(self) -> &'static str {
        match self {
            Gate::RedLine => {
                "No satisfaction pays for what is unlawful, unsafe or an insult to a person."
            }
            Gate::Shouted => "A voice raised at a person ends the conversation for them.",
            Gate::Unauthorised => "Somebody else will have to break this word for you.",
            Gate::MishandledThreat => {
                "After a threat your own safety and that of others comes first: set the limit, ask them to leave, call for help."
            }
            Gate::Abandoned => "Whoever cannot go on hands over; nobody is left standing.",
        }
    }
}

/// A gate that closed, and the turn that closed it, from 1.
pub(crate) fn closed(session: &Session) -> Vec<(Gate, usize)> {
    let turns = session.turns();
    let raised = |flag: Flags| turns.iter().position(|turn| turn.after.flags.has(flag));
    let mut gates: Vec<(Gate, usize)> = [
        (Gate::RedLine, raised(Flags::RED_LINE)),
        (Gate::Shouted, raised(Flags::SHOUTED)),
        (Gate::Unauthorised, raised(Flags::ULTRA_VIRES)),
        (Gate::MishandledThreat, mishandled_threat(session)),
        (
            Gate::Abandoned,
            turns
                .iter()
                .position(|turn| turn.after.did.has(Act::Abandon)),
        ),
    ]
    .into_iter()
    .filter_map(|(gate, turn)| Some((gate, turn? + 1)))
    .collect();
    gates.sort_by_key(|(_, turn)| *turn);
    gates
}

/// The turn that brought the threat, if the run ended with it unanswered. A
/// customer who walks out before a second reply gave no chance to answer.
fn mishandled_threat(session: &Session) -> Option<usize> {
    let end = session.state();
    if end.floor != Floor::Ended || !end.flags.has(Flags::THREATENED) || answered(end) {
        return None;
    }
    let turns = session.turns();
    let threat = turns
        .iter()
        .position(|turn| turn.after.flags.has(Flags::THREATENED))?;
    let n_replies_since = turns[threat + 1..]
        .iter()
        .filter(|turn| matches!(turn.input.action, Move::Say(_)))
        .count();
    let walked_out = end.flags.has(Flags::WALKED_OUT);
    (!(walked_out && n_replies_since <= 1)).then_some(threat)
}

fn answered(state: &State) -> bool {
    [Act::Boundary, Act::AskToLeave, Act::CallPolice]
        .into_iter()
        .any(|act| state.did.has(act))
}
