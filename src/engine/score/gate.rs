//! The critical gate: conduct that no score can balance. It is kept apart and
//! never averaged; with any of it the result is "not yet".

use serde::Serialize;

use crate::act::Act;
use crate::session::{Session, Turn};
use crate::state::{Flags, Floor, State};
use crate::step::{Input, Move, World};

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

/// A gate that closed, and the turn that closed it, from 1. `out` says of each turn
/// whether it does not count.
pub(crate) fn closed(session: &Session, out: &[bool]) -> Vec<(Gate, usize)> {
    let counts = |n: usize| !out.get(n).is_some_and(|out| *out);
    let first = |raises: &dyn Fn(&Turn) -> bool| {
        let mut turns = session.turns().iter().enumerate();
        turns
            .find(|(n, turn)| counts(*n) && raises(turn))
            .map(|(n, _)| n)
    };
    let world = session.world();
    // What was raised stays up, so a turn is asked what it does where it is down.
    let raised = |flag: Flags| {
        first(&|turn| {
            turn.after.flags.has(flag) && {
                let mut state = turn.before;
                state.flags.lower(flag);
                world.step(&mut state, turn.input, &mut ());
                state.flags.has(flag)
            }
        })
    };
    let abandoned = first(&|turn| {
        turn.after.did.has(Act::Abandon) && {
            let mut state = turn.before;
            state.did = state.did.without(Act::Abandon);
            world.step(&mut state, turn.input, &mut ());
            state.did.has(Act::Abandon)
        }
    });
    let mut gates: Vec<(Gate, usize)> = [
        (Gate::RedLine, raised(Flags::RED_LINE)),
        (Gate::Shouted, raised(Flags::SHOUTED)),
        (Gate::Unauthorised, raised(Flags::ULTRA_VIRES)),
        (Gate::MishandledThreat, mishandled_threat(session, &counts)),
        (Gate::Abandoned, abandoned),
    ]
    .into_iter()
    .filter_map(|(gate, turn)| Some((gate, turn? + 1)))
    .collect();
    gates.sort_by_key(|(_, turn)| *turn);
    gates
}

/// The turn that brought the threat, if the run ended with it unanswered: a line drawn
/// before it answers nothing. A customer who walks out before a second reply gave no
/// chance to answer, and nor did the game if no reply since counts.
fn mishandled_threat(session: &Session, counts: &dyn Fn(usize) -> bool) -> Option<usize> {
    let end = session.state();
    if end.floor != Floor::Ended || !end.flags.has(Flags::THREATENED) {
        return None;
    }
    let turns = session.turns();
    let threat = turns
        .iter()
        .position(|turn| turn.after.flags.has(Flags::THREATENED))?;
    let since = turns.iter().enumerate().skip(threat + 1);
    let world = session.world();
    if since
        .clone()
        .any(|(_, turn)| draws_a_line(world, &turn.before, turn.input))
    {
        return None;
    }
    let replies = since.filter(|(_, turn)| matches!(turn.input.action, Move::Say(_)));
    let n_replies_since = replies.clone().count();
    if n_replies_since > 0 && !replies.clone().any(|(n, _)| counts(n)) {
        return None;
    }
    let walked_out = end.flags.has(Flags::WALKED_OUT);
    (!(walked_out && n_replies_since <= 1)).then_some(threat)
}

/// What draws a line: what answers a threat.
const ANSWERS: [Act; 3] = [Act::Boundary, Act::AskToLeave, Act::CallPolice];

/// Whether this very input draws a line, whatever was drawn before it.
pub fn draws_a_line(world: World, before: &State, input: Input) -> bool {
    let mut state = *before;
    for act in ANSWERS {
        state.did = state.did.without(act);
    }
    world.step(&mut state, input, &mut ());
    ANSWERS.into_iter().any(|act| state.did.has(act))
}
