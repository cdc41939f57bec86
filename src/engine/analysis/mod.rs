//! Analysis like a chess engine's: what each reply of a run was worth, what it
//! cost, and what would have been best. It informs the debrief and the author;
//! no score ever reads it. The value of a moment is the after-call survey that
//! the best line found from there still reaches, clean lines before unclean,
//! rightly ended before wrongly, as par prefers them.

mod note;
mod search;
mod table;

use serde::{Deserialize, Serialize};

use crate::score::par::clean;
use crate::state::{Flags, State};
use crate::step::{Input, Move, World};

pub use note::{AnalysisNote, BestNote, VALUE_WORDS, VerdictNote};
pub use search::{Aim, Line};

/// How much effort one position is worth. A budget, never a clock: the same
/// budget gives the same analysis on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Steps of the simulation that the exact search of one position may take
    /// before it gives way to the bounded one; where every reply ends the talk,
    /// [`LAST_REPLY`] times as many. It also bounds its memory: a step keeps at
    /// most one state.
    pub exact_steps: u32,
    /// States that the bounded search follows up after each reply.
    pub width: usize,
    /// Times that the line found is gone through for a single input that would
    /// have been better.
    pub polish: u8,
    /// Lines that are tried which depart from it in up to three places.
    pub departures: u32,
}

/// How much more effort a last reply is worth: there exactness is within reach.
pub const LAST_REPLY: u32 = 16;

impl Budget {
    /// For the debrief: a run of twenty replies within a fifth of a second.
    pub const DEBRIEF: Budget = Budget {
        exact_steps: 1_500,
        width: 14,
        polish: 0,
        departures: 0,
    };
    /// For a single position that somebody waits for.
    pub const THOROUGH: Budget = Budget {
        exact_steps: 20_000,
        width: 160,
        polish: 12,
        departures: 2_000,
    };
    /// For many positions, as in a playtest.
    pub const QUICK: Budget = Budget {
        exact_steps: 200,
        width: 6,
        polish: 0,
        departures: 0,
    };
}

/// What a line comes to. Ordered as par prefers: clean first, then rightly
/// ended, then the survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Value {
    /// Whether no critical line was crossed by what was said.
    pub clean: bool,
    /// Whether it ends rightly.
    pub right: bool,
    /// The after-call survey, in tenths.
    pub survey: i16,
}

impl Value {
    /// The value of a state as if the run ended here.
    fn of(world: World, state: &State) -> Value {
        Value {
            clean: clean(state),
            right: world.ends_rightly(state),
            survey: world.survey(state),
        }
    }
}

/// Whether a value is proven or only the best that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// The best line found; a better one might exist.
    Searched,
    /// Every continuation was looked at.
    Exact,
}

/// What a reply was, next to the best one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// As good as the best line found.
    Best,
    /// Nearly.
    Good,
    /// It cost a little.
    Inaccuracy,
    /// It cost a lot.
    Mistake,
    /// It cost more than one reply makes good, or the good ending.
    Blunder,
}

impl Class {
    /// Every class, the best first.
    pub const ALL: [Class; 5] = [
        Class::Best,
        Class::Good,
        Class::Inaccuracy,
        Class::Mistake,
        Class::Blunder,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Class::Best => "best",
            Class::Good => "good",
            Class::Inaccuracy => "inaccuracy",
            Class::Mistake => "mistake",
            Class::Blunder => "blunder",
        }
    }

    /// The mark chess players write behind a move.
    pub fn mark(self) -> &'static str {
        match self {
            Class::Best => "!",
            Class::Good => "",
            Class::Inaccuracy => "?!",
            Class::Mistake => "?",
            Class::Blunder => "??",
        }
    }
}

/// What the analysis calls a reply, by its cost in tenths of the survey. Part
/// of the rules as data; no score depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Up to this cost a reply counts as the best.
    pub best: i16,
    /// Up to this, as good.
    pub good: i16,
    /// Up to this, as an inaccuracy.
    pub inaccuracy: i16,
    /// Up to this, as a mistake; beyond, as a blunder.
    pub mistake: i16,
}

impl Thresholds {
    /// What a value is called beside the best there was.
    pub fn class(&self, best: Value, value: Value) -> Class {
        // A good ending or a clean sheet thrown away is no matter of points.
        if (best.clean, best.right) > (value.clean, value.right) {
            return Class::Blunder;
        }
        match best.survey - value.survey {
            cost if cost <= self.best => Class::Best,
            cost if cost <= self.good => Class::Good,
            cost if cost <= self.inaccuracy => Class::Inaccuracy,
            cost if cost <= self.mistake => Class::Mistake,
            _ => Class::Blunder,
        }
    }
}

/// One reply, judged. What was done since the reply before it, listening and
/// cutting in, counts with it: the timing of a reply is part of it. Values are
/// clean if nothing that is said from there on crosses a line: what was crossed
/// before is no leave to cross another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The turn of the reply, from 1.
    pub turn: usize,
    /// The first turn that belongs to it, from 1: where the listening began.
    pub from: usize,
    /// What the best line after it still reaches.
    pub value: Value,
    /// What the best line from `from` on reached.
    pub best_value: Value,
    /// The part of the cost that was lost before the reply was spoken, by
    /// listening, cutting in or pausing, in tenths of the survey.
    pub listening_cost: i16,
    /// What was lost in all, in tenths of the survey; never negative.
    pub cost: i16,
    /// The best line from `from` on: its inputs up to and with its reply.
    pub best: Vec<Input>,
    /// What that makes of it.
    pub class: Class,
    /// Whether both values are proven.
    pub bound: Bound,
}

/// What can no longer be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lost {
    /// The gate closed: the run cannot pass any more. Always exact.
    Gate,
    /// No right ending was found from there on.
    GoodEnding,
}

/// The point of no return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NoReturn {
    /// The turn of the reply after which it is lost, from 1.
    pub turn: usize,
    /// What is lost.
    pub lost: Lost,
    /// Whether that is proven.
    pub bound: Bound,
}

/// A run, analysed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// One verdict for each reply, in order.
    pub verdicts: Vec<Verdict>,
    /// The best line found from the beginning.
    pub best: Line,
    /// What the run came to; for a run that has not ended, what it can still come to.
    pub end: Value,
    /// The turn of the reply that cost most, if one cost more than a good one may.
    pub turning_point: Option<usize>,
    /// The turn after which the pass, or the good ending, can no longer be reached.
    pub no_return: Option<NoReturn>,
}

/// A moment of the run from which the search looks ahead, as if no line had been
/// crossed before.
struct Position {
    /// Inputs made before it.
    at: usize,
    /// The state there, without what was crossed before.
    state: State,
    line: Line,
}

/// A state as if no line had been crossed before it.
fn unstained(state: &State) -> State {
    let mut state = *state;
    for flag in Flags::STAINS {
        state.flags.lower(flag);
    }
    state
}

impl Analysis {
    /// Analyses the run that `moves` makes from `first`. Asks `keep_going`
    /// between steps of the search; `None` when that said no, or a move is not legal.
    pub fn of(
        world: World,
        first: &State,
        moves: &[Input],
        budget: Budget,
        keep_going: &mut dyn FnMut() -> bool,
    ) -> Option<Analysis> {
        let mut states = vec![*first];
        for &input in moves {
            let mut state = *states.last()?;
            if !world.step(&mut state, input, &mut ()) {
                return None;
            }
            states.push(state);
        }
        let is_reply = |at: &usize| matches!(moves[*at].action, Move::Say(_));
        let replies: Vec<usize> = (0..moves.len()).filter(is_reply).collect();
        let mut positions = Vec::new();
        let mut look = |at: usize| -> Option<()> {
            let state = unstained(&states[at]);
            let line = search::best_line(world, &state, budget, Aim::Best, keep_going)?;
            positions.push(Position { at, state, line });
            Some(())
        };
        let mut from = 0;
        for &at in &replies {
            look(from)?;
            if at > from {
                look(at)?;
            }
            from = at + 1;
        }
        look(from)?;
        if from < moves.len() {
            look(moves.len())?;
        }
        agree(world, &mut positions, moves);
        let mut analysis = judged(world, &positions, &replies, moves);
        // What the run came to is told of all of it.
        analysis.end.clean &= states.last().is_none_or(clean);
        Some(analysis)
    }
}

/// Makes the positions of a run agree: a line that begins as the run went on is
/// a line of the later position too, and the run up to a later position with
/// its line is a line of the earlier one.
fn agree(world: World, positions: &mut [Position], moves: &[Input]) {
    for n in 1..positions.len() {
        let (earlier, later) = positions.split_at_mut(n);
        let (earlier, later) = (&earlier[n - 1], &mut later[0]);
        let made = &moves[earlier.at..later.at];
        let Some(rest) = earlier.line.inputs.strip_prefix(made) else {
            continue;
        };
        let value = value_of(world, &later.state, rest);
        if value > later.line.value {
            later.line = Line {
                inputs: rest.to_vec(),
                value,
                ending: earlier.line.ending,
                bound: earlier.line.bound,
            };
        }
    }
    for n in (1..positions.len()).rev() {
        let (earlier, later) = positions.split_at_mut(n);
        let (earlier, later) = (&mut earlier[n - 1], &later[0]);
        let made = &moves[earlier.at..later.at];
        let inputs = [made, &later.line.inputs].concat();
        let value = value_of(world, &earlier.state, &inputs);
        if value > earlier.line.value {
            earlier.line.inputs = inputs;
            earlier.line.value = value;
            earlier.line.ending = later.line.ending;
        }
    }
}

/// What inputs come to from a state.
fn value_of(world: World, state: &State, inputs: &[Input]) -> Value {
    let mut state = *state;
    for &input in inputs {
        world.step(&mut state, input, &mut ());
    }
    Value::of(world, &state)
}

fn judged(world: World, positions: &[Position], replies: &[usize], moves: &[Input]) -> Analysis {
    let position_at = |at: usize| {
        let found = positions.iter().find(|position| position.at == at);
        found.unwrap_or(&positions[0])
    };
    let line_at = |at: usize| &position_at(at).line;
    let thresholds = &world.rules.analysis;
    let mut verdicts: Vec<Verdict> = Vec::new();
    let mut no_return = None;
    let mut from = 0;
    for &at in replies {
        let (before, floor, after) = (line_at(from), line_at(at), line_at(at + 1));
        // What is crossed here is none of the next position's, but it is this reply's.
        let mut reached = position_at(from).state;
        for &input in &moves[from..=at] {
            world.step(&mut reached, input, &mut ());
        }
        let value = Value {
            clean: after.value.clean && clean(&reached),
            ..after.value
        };
        let cost = |a: Value, b: Value| (a.survey - b.survey).max(0);
        let bound = before.bound.min(after.bound);
        let n_best = before
            .inputs
            .iter()
            .position(|input| matches!(input.action, Move::Say(_)))
            .map_or(before.inputs.len(), |n| n + 1);
        let lost = match (before.value, value) {
            (b, a) if b.clean && !a.clean => Some((Lost::Gate, Bound::Exact)),
            (b, a) if b.right && b.clean && !a.right => Some((Lost::GoodEnding, after.bound)),
            _ => None,
        };
        if let (None, Some((lost, bound))) = (no_return, lost) {
            no_return = Some(NoReturn {
                turn: at + 1,
                lost,
                bound,
            });
        }
        let total = cost(before.value, after.value);
        verdicts.push(Verdict {
            turn: at + 1,
            from: from + 1,
            value,
            best_value: before.value,
            listening_cost: cost(before.value, floor.value).min(total),
            cost: total,
            best: before.inputs[..n_best].to_vec(),
            class: thresholds.class(before.value, value),
            bound,
        });
        from = at + 1;
    }
    let dear = |v: &&Verdict| v.class > Class::Good;
    // Of equals the earlier one; a lost ending before any number of points.
    let turning = verdicts.iter().rev().filter(dear).max_by_key(|v| {
        let flags = |value: Value| (value.clean, value.right);
        (flags(v.best_value) > flags(v.value), v.cost)
    });
    Analysis {
        turning_point: turning.map(|verdict| verdict.turn),
        best: line_at(0).clone(),
        end: line_at(moves.len()).value,
        verdicts,
        no_return,
    }
}
