//! What is too dear to do a million times and is done on a sample: scoring in
//! full, the best and the worst line of a customer, and the worth of every reply
//! where the best line, the expert and somebody who slips now and then come by.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::analysis::{Aim, Analysis, Budget, Class, Line, Value};
use engine::bots::{Bot, play};
use engine::guidance::{Catalogue, Principle};
use engine::length::Length;
use engine::playtest::{Character, inputs_of, seed_of};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::{MAX_REPLIES, Scenario};
use engine::score::{Finding, Par, Score, draws_a_line};
use engine::session::Session;
use engine::state::{Flags, Stance, State};
use engine::step::{Input, Move, World, draw};
use rayon::prelude::*;

/// Customers of the sample.
pub const CUSTOMERS: u64 = 24;
/// Those whose run by chance is analysed for its point of no return.
const ANALYSED: u64 = 8;
/// The sample's runs are numbered from here on, beyond those that are counted.
const FIRST: u64 = 1 << 40;

/// What the sample showed.
#[derive(Default)]
pub struct Sample {
    /// For each character what came of its runs that were scored in full.
    pub scored: Vec<Scored>,
    /// For each customer its seed, best line and worst line.
    pub lines: Vec<(Seed, Line, Line)>,
    /// By beat and reply: how it did where it was on offer.
    pub worth: BTreeMap<(u16, u8), Worth>,
    /// For each principle that ever came up: runs in which something could be earned
    /// for it, and its best score.
    pub principles: BTreeMap<Principle, (u64, i32)>,
    /// Runs by chance that were analysed, and the replies after which those among
    /// them that lost the right ending for good had lost it, sorted.
    pub n_analysed: u64,
    /// See above.
    pub no_return: Vec<usize>,
    /// Customers for whom a clean and right ending was found.
    pub n_winnable: u64,
}

/// Runs of one character that were scored in full.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scored {
    /// How many.
    pub n: u64,
    /// Those that passed.
    pub passed: u64,
    /// What they ask of a person, in all.
    pub length: Length,
}

impl Scored {
    /// Minutes that one of them takes a person.
    pub fn minutes(&self) -> f64 {
        self.length.seconds() as f64 / 60.0 / self.n.max(1) as f64
    }

    fn plus(self, more: Scored) -> Scored {
        Scored {
            n: self.n + more.n,
            passed: self.passed + more.passed,
            length: self.length + more.length,
        }
    }
}

/// How one reply did in the positions of the sample.
#[derive(Clone, Default)]
pub struct Worth {
    /// Positions in which it was on offer.
    pub n: u64,
    /// Those in which the debrief would call it best.
    pub n_best: u64,
    /// Those in which it would call nothing else so, and a choice was to be made:
    /// not after a threat.
    pub n_alone: u64,
    /// By each other reply: the positions in which that one was better by more than
    /// the debrief passes over.
    pub beaten_by: BTreeMap<u8, u64>,
    /// A position in which it was best, or else any: where a run shows it.
    pub shown: Option<(Seed, Vec<Input>)>,
}

impl Sample {
    /// Plays, scores and searches.
    pub fn take(
        scenario: &Arc<Scenario>,
        rules: &Arc<Rules>,
        base: Seed,
        characters: &[Character],
    ) -> Sample {
        let parts: Vec<Sample> = (0..CUSTOMERS)
            .into_par_iter()
            .map(|k| customer(scenario, rules, base, FIRST + k, characters))
            .collect();
        let mut sample = Sample {
            scored: vec![Scored::default(); characters.len()],
            ..Sample::default()
        };
        // In the order of the customers, whoever was done first.
        for part in parts {
            for (sum, more) in sample.scored.iter_mut().zip(part.scored) {
                *sum = sum.plus(more);
            }
            sample.lines.extend(part.lines);
            sample.n_winnable += part.n_winnable;
            sample.n_analysed += part.n_analysed;
            sample.no_return.extend(part.no_return);
            for (at, worth) in part.worth {
                let sum = sample.worth.entry(at).or_default();
                if sum.shown.is_none() || (sum.n_best == 0 && worth.n_best > 0) {
                    sum.shown = worth.shown;
                }
                for (other, n) in worth.beaten_by {
                    *sum.beaten_by.entry(other).or_default() += n;
                }
                sum.n += worth.n;
                sum.n_best += worth.n_best;
                sum.n_alone += worth.n_alone;
            }
            for (principle, (n, best)) in part.principles {
                let sum = sample.principles.entry(principle).or_insert((0, i32::MIN));
                *sum = (sum.0 + n, sum.1.max(best));
            }
        }
        sample.no_return.sort_unstable();
        sample
    }
}

fn customer(
    scenario: &Arc<Scenario>,
    rules: &Arc<Rules>,
    base: Seed,
    run: u64,
    characters: &[Character],
) -> Sample {
    let seed = seed_of(base, run);
    let setup = draw(scenario, rules, seed);
    let world = World::new(scenario, rules, &setup);
    let par = Par::of(world, seed);
    let mut sample = Sample::default();
    let best = Line::of(world, seed, Budget::THOROUGH, Aim::Best);
    let worst = Line::of(world, seed, Budget::DEBRIEF, Aim::Worst);
    sample.n_winnable = u64::from(best.value.clean && best.value.right);
    for who in characters {
        let inputs = inputs_of(world, seed, run, who);
        let session = played(scenario, rules, seed, &inputs);
        let score = Score::of(&session, &par);
        sample.scored.push(Scored {
            n: 1,
            passed: u64::from(score.passed(rules.pass)),
            length: Length::of(&session),
        });
        note_principles(&mut sample, &score);
    }
    let score = Score::of(&played(scenario, rules, seed, &best.inputs), &par);
    note_principles(&mut sample, &score);
    let expert = characters.iter().find(|who| who.name == "Expert");
    let mut walks = vec![best.inputs.clone()];
    walks.extend(expert.map(|who| inputs_of(world, seed, run, who)));
    // Whoever slips comes to where things are put right, which the others never see.
    walks.push(play(scenario, rules, seed, Bot::Adequate, run).0);
    for walk in walks {
        weigh(world, rules, seed, &walk, &mut sample.worth);
    }
    if let Some(who) = characters.first().filter(|_| run < FIRST + ANALYSED) {
        let inputs = inputs_of(world, seed, run, who);
        let first = world.begin(seed);
        let analysis = Analysis::of(world, &first, &inputs, Budget::QUICK, &mut || true);
        sample.n_analysed = 1;
        if let Some((analysis, lost)) = analysis.and_then(|a| a.no_return.map(|lost| (a, lost))) {
            let reply = analysis.verdicts.iter().position(|v| v.turn == lost.turn);
            sample.no_return.extend(reply.map(|n| n + 1));
        }
    }
    sample.lines.push((seed, best, worst));
    sample
}

/// Plays inputs, as far as they are possible.
pub fn played(
    scenario: &Arc<Scenario>,
    rules: &Arc<Rules>,
    seed: Seed,
    inputs: &[Input],
) -> Session {
    let mut session = Session::begin(Arc::clone(scenario), Arc::clone(rules), seed);
    for input in inputs {
        let action = session.world().action(session.state(), input.action);
        if session.apply(&action, input.stance).is_err() {
            break;
        }
    }
    session
}

fn note_principles(sample: &mut Sample, score: &Score) {
    for &(principle, points) in &score.principles {
        if let Some(points) = points.filter(|_| could_be_earned(score, principle)) {
            let sum = sample.principles.entry(principle).or_insert((0, i32::MIN));
            *sum = (sum.0 + 1, sum.1.max(points));
        }
    }
}

/// Whether a run offered anything for a principle. One that was only gone against,
/// where nothing could be earned, promised nobody a point.
fn could_be_earned(score: &Score, principle: Principle) -> bool {
    let clauses = Catalogue::current().clauses.iter().zip(&score.clauses);
    let mut of_it = clauses
        .enumerate()
        .filter(|(_, (clause, _))| clause.principle == Some(principle));
    of_it.any(|(n, (_, clause))| match clause.finding {
        Finding::NotTested => false,
        Finding::Broken => {
            let here = score.credits.iter().filter(|credit| credit.clause == n);
            here.clone().any(|credit| credit.credit >= 0)
        }
        Finding::Followed | Finding::Partly | Finding::Missed => true,
    })
}

/// At every reply of a walk: what each reply on offer could still reach, with
/// the stance that suits it best now.
fn weigh(
    world: World,
    rules: &Rules,
    seed: Seed,
    walk: &[Input],
    worth: &mut BTreeMap<(u16, u8), Worth>,
) {
    // As good as another is what the debrief takes for as good.
    let beside = |best: Value, value: Value| {
        value >= best || rules.analysis.class(best, value) == Class::Best
    };
    let mut state = world.begin(seed);
    let mut answered = false;
    for (at, &input) in walk.iter().enumerate() {
        if matches!(input.action, Move::Say(_)) {
            let mut moves = [Move::Pause; MAX_REPLIES + 1];
            let n_moves = world.moves(&state, &mut moves);
            let values: Vec<(u8, Input, Value)> = moves[..n_moves]
                .iter()
                .filter_map(|action| match action {
                    Move::Say(n) => {
                        let (input, value) = best_saying(world, &state, *action);
                        Some((*n, input, value))
                    }
                    _ => None,
                })
                .collect();
            let best = values.iter().map(|(_, _, value)| *value).max();
            let is_best = |value: Value| best.is_none_or(|best| beside(best, value));
            let n_best = values.iter().filter(|row| is_best(row.2)).count();
            for &(n, input, value) in &values {
                let row = worth.entry((state.beat, n)).or_default();
                let is_best = is_best(value);
                if row.shown.is_none() || (is_best && row.n_best == 0) {
                    let mut inputs = walk[..at].to_vec();
                    inputs.push(input);
                    row.shown = Some((seed, inputs));
                }
                for (other, ..) in values.iter().filter(|(.., other)| !beside(*other, value)) {
                    *row.beaten_by.entry(*other).or_default() += 1;
                }
                row.n += 1;
                row.n_best += u64::from(is_best);
                // While a threat is unanswered one step is right whoever it is, and none
                // should compete. What is alone on offer has nothing to compete with.
                let threatened = state.flags.has(Flags::THREATENED) && !answered;
                let alone = n_best == 1 && values.len() > 1 && !threatened;
                row.n_alone += u64::from(is_best && alone);
            }
        }
        // A line that was drawn before the threat answers nothing.
        answered |= state.flags.has(Flags::THREATENED) && draws_a_line(world, &state, input);
        world.step(&mut state, input, &mut ());
    }
}

/// The stance a reply does most with at once, and what can be reached after it.
fn best_saying(world: World, state: &State, action: Move) -> (Input, Value) {
    let mut stances: Vec<(i16, Input, State)> = Stance::ALL
        .iter()
        .map(|&stance| {
            let input = Input { action, stance };
            let mut after = *state;
            world.step(&mut after, input, &mut ());
            (world.satisfaction(&after), input, after)
        })
        .collect();
    stances.sort_by_key(|(now, ..)| -now);
    let mut best: Option<(Input, Value)> = None;
    for (_, input, after) in &stances[..2] {
        let value = Line::from(world, after, Budget::QUICK, Aim::Best).value;
        if best.is_none_or(|(_, highest)| value > highest) {
            best = Some((*input, value));
        }
    }
    best.unwrap_or((
        stances[0].1,
        Line::from(world, &stances[0].2, Budget::QUICK, Aim::Best).value,
    ))
}
