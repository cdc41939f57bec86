//! The analysis in words and keys, for the report, the debrief and programs.
//! It decides nothing: every number is the analysis's own.

use serde::Serialize;

use crate::names;
use crate::session::{Action, Session};
use crate::state::{Face, Floor, Stance, State};
use crate::step::{Input, Move, World};

use super::{Analysis, Bound, Budget, Class, NoReturn, Value};

/// What every analysis says about its own numbers.
pub const VALUE_WORDS: &str = "A reply is valued by the after-call survey that the best line found after it still \
     reaches; lines that cross no critical line come first, then those that end rightly. It looks at \
     satisfaction alone, never at the conduct score.";

/// An analysed run. Surveys and costs in tenths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnalysisNote {
    /// What the numbers mean.
    pub about: &'static str,
    /// What the best line found from the beginning reaches.
    pub best: Value,
    /// Key of the ending it reaches.
    pub best_ending: String,
    /// What the run came to, or can still come to.
    pub end: Value,
    /// One verdict for each reply, in order.
    pub verdicts: Vec<VerdictNote>,
    /// The turn of the reply that cost most, if one cost more than a good one may.
    pub turning_point: Option<usize>,
    /// The point of no return.
    pub no_return: Option<NoReturn>,
}

/// One reply, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerdictNote {
    /// The turn of the reply, from 1.
    pub turn: usize,
    /// The first turn that belongs to it, from 1: where the listening began.
    pub from: usize,
    /// Key of the reply.
    pub reply: String,
    /// What it was.
    pub class: Class,
    /// What it cost, with the listening before it.
    pub cost: i16,
    /// The part of that which was lost before it was spoken.
    pub listening_cost: i16,
    /// What the best line after it still reaches.
    pub value: Value,
    /// What the best line before it reached.
    pub best_value: Value,
    /// Whether both are proven, or the best that was found.
    pub bound: Bound,
    /// What would have been best; `None` where this was it.
    pub best: Option<BestNote>,
}

/// The best that could have been done in a reply's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BestNote {
    /// What to do at last: a reply, by its key, or to say nothing.
    pub action: Action,
    /// The words of the reply.
    pub say: Option<String>,
    /// The voice and face for it.
    pub stance: Stance,
    /// How to come to it, as half a sentence: "hear them out with two nods, concerned".
    pub timing: String,
    /// Whether the words are those that were said.
    pub same_words: bool,
    /// Whether the stance is the one that was held.
    pub same_stance: bool,
    /// Whether the listening before it is what was done.
    pub same_timing: bool,
}

impl AnalysisNote {
    /// Analyses a session and puts it into words; `None` when `keep_going` said no.
    pub fn of(
        session: &Session,
        budget: Budget,
        keep_going: &mut dyn FnMut() -> bool,
    ) -> Option<AnalysisNote> {
        let moves: Vec<Input> = session.turns().iter().map(|turn| turn.input).collect();
        let analysis = Analysis::of(session.world(), session.first(), &moves, budget, keep_going)?;
        Some(AnalysisNote::with(session, &analysis))
    }

    /// The same with the analysis of this session at hand.
    pub fn with(session: &Session, analysis: &Analysis) -> AnalysisNote {
        let scenario = session.scenario();
        let world = session.world();
        let verdicts = analysis.verdicts.iter().map(|verdict| {
            let turns = &session.turns()[verdict.from - 1..verdict.turn];
            let made: Vec<Input> = turns.iter().map(|turn| turn.input).collect();
            let reply = match turns.last().map(|turn| &turn.action) {
                Some(Action::Say(key)) => key.clone(),
                _ => String::new(),
            };
            let best = (verdict.class != Class::Best)
                .then(|| best(world, &turns[0].before, &verdict.best, &made))
                .flatten();
            VerdictNote {
                turn: verdict.turn,
                from: verdict.from,
                reply,
                class: verdict.class,
                cost: verdict.cost,
                listening_cost: verdict.listening_cost,
                value: verdict.value,
                best_value: verdict.best_value,
                bound: verdict.bound,
                best,
            }
        });
        AnalysisNote {
            about: VALUE_WORDS,
            best: analysis.best.value,
            best_ending: scenario
                .ending_keys()
                .get(analysis.best.ending as usize)
                .cloned()
                .unwrap_or_default(),
            end: analysis.end,
            verdicts: verdicts.collect(),
            turning_point: analysis.turning_point,
            no_return: analysis.no_return,
        }
    }
}

/// The inputs of a best line in words; `None` when they are what was done.
fn best(world: World, before: &State, line: &[Input], made: &[Input]) -> Option<BestNote> {
    let (last, listening) = line.split_last()?;
    let (made_last, made_listening) = made.split_last()?;
    if line == made {
        return None;
    }
    let mut state = *before;
    for &input in listening {
        world.step(&mut state, input, &mut ());
    }
    let say = match last.action {
        Move::Say(n) => world.words(&state, n).map(str::to_owned),
        _ => None,
    };
    Some(BestNote {
        action: world.action(&state, last.action),
        say,
        stance: last.stance,
        timing: timing(world, before, listening),
        same_words: last.action == made_last.action,
        same_stance: last.stance == made_last.stance,
        same_timing: listening == made_listening,
    })
}

/// What is done before the reply, as half a sentence; empty if there was nothing to do.
fn timing(world: World, before: &State, listening: &[Input]) -> String {
    let mut parts = Vec::new();
    let heard: Vec<&Input> = listening
        .iter()
        .filter(|input| matches!(input.action, Move::Listen | Move::Encourage))
        .collect();
    if before.floor == Floor::Customer {
        let n_nods = heard
            .iter()
            .filter(|input| input.action == Move::Encourage)
            .count();
        let mut state = *before;
        let mut cut = None;
        for input in listening {
            if input.action == Move::CutIn {
                cut = Some(names::segment(world.segment(&state).kind));
            }
            world.step(&mut state, *input, &mut ());
        }
        let nods = match n_nods {
            0 => "",
            1 => " with a nod",
            _ => " with nods",
        };
        let face = most_held(&heard).map_or("", |face| match face {
            Face::Warm => ", warm",
            Face::Neutral => ", neutral",
            Face::Concerned => ", concerned",
        });
        parts.push(match (cut, heard.len()) {
            (Some(what), 0) => format!("cut in at once, {what}"),
            (Some(what), _) => format!("listen{nods}{face}, then cut in {what}"),
            (None, _) => format!("hear them out{nods}{face}"),
        });
    }
    if listening.iter().any(|input| input.action == Move::Pause) {
        parts.push("take a moment".to_owned());
    }
    parts.join(", then ")
}

fn most_held(heard: &[&Input]) -> Option<Face> {
    let n_with = |face: Face| {
        heard
            .iter()
            .filter(|input| input.stance.face == face)
            .count()
    };
    [Face::Concerned, Face::Neutral, Face::Warm]
        .into_iter()
        .max_by_key(|face| n_with(*face))
        .filter(|_| !heard.is_empty())
}
