//! What reading the customer is worth: how far the best line that never looks
//! stays behind the best play of each seed. For the checks of scenarios.

use crate::percept::Micro;
use crate::rng::Seed;
use crate::rules::Rules;
use crate::scenario::written::SegmentKind;
use crate::scenario::{MAX_REPLIES, MAX_SEGMENTS, Scenario};
use crate::score::par::{Par, ParLine, clean};
use crate::session::Session;
use crate::state::{Face, Flags, Floor, Setup, Stance, State};
use crate::step::{Input, Move, World, draw};

/// What never looking costs, in tenths of the survey: means over the seeds.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Mean of the best play of each seed.
    pub best: i32,
    /// Lowest best play of a seed.
    pub lowest_best: i32,
    /// Mean of the lowest random play of each seed.
    pub worst: i32,
    /// Mean of random play.
    pub random: i32,
    /// Mean of the best fixed line found.
    pub fixed: i32,
    /// Mean of the best play with each of the nine stances held throughout.
    pub stances: Vec<(Stance, i32)>,
    /// Mean of the best play that always hears everything out.
    pub always_listens: i32,
    /// Mean of the best play that always cuts in.
    pub never_listens: i32,
}

/// How long an open show of anger lasts, in seconds: in annotated calls customers
/// stay as likely to show it for about twenty seconds, and less so afterwards.
const SHOWN_FOR: u16 = 20;

/// Which of the customer's turns a listener would mark as displeased, from the
/// trainee's first reply on: what they say is hostile or the complaint over again,
/// or a reply has just hit them. Read from percepts and words, not from gauges: a
/// grievance lasts all call, a show of it does not. The last turn is their answer
/// to the last reply, and walking out is one.
pub fn displeasure(session: &Session) -> Vec<bool> {
    let mut shown = Vec::new();
    let mut hit: Option<u16> = None;
    let world = session.world();
    for turn in session.turns() {
        let before = &turn.before;
        if before.floor == Floor::Customer && before.n_replies > 0 {
            let kind = world.segment(before).kind;
            let complains = matches!(
                kind,
                SegmentKind::Provoke | SegmentKind::Threat | SegmentKind::Repeat
            );
            shown.push(complains || hit.is_some_and(|at| before.clock < at + SHOWN_FOR));
        }
        if turn.percept.micro.is_some_and(Micro::is_displeased) {
            hit = Some(turn.after.clock);
        } else if matches!(turn.input.action, Move::Say(_)) {
            hit = None;
        }
    }
    if session.state().n_replies > 0 {
        shown.push(hit.is_some() || session.state().flags.has(Flags::WALKED_OUT));
    }
    shown
}

/// A line that is the same whoever comes: for each beat one reply, one stance,
/// one listening face, a nod or none, and one moment to cut in or none.
#[derive(Clone, Debug, PartialEq)]
struct FixedLine(Vec<FixedBeat>);

#[derive(Clone, Copy, Debug, PartialEq)]
struct FixedBeat {
    reply: u8,
    stance: Stance,
    face: Face,
    nod: bool,
    /// Segments heard before cutting in; past the last one means never.
    hears: u8,
}

/// Measures a scenario over seeds.
pub fn read(scenario: &Scenario, rules: &Rules, seeds: &[Seed]) -> Reading {
    let cases: Vec<(Seed, Setup)> = seeds
        .iter()
        .map(|&seed| (seed, draw(scenario, rules, seed)))
        .collect();
    let n_cases = (cases.len() as i32).max(1);
    let pars: Vec<Par> = cases
        .iter()
        .map(|(seed, setup)| Par::of(World::new(scenario, rules, setup), *seed))
        .collect();
    let under = |allow: &dyn Fn(&Input) -> bool| {
        let best = |seed: Seed, setup: &Setup| {
            Par::best_under(World::new(scenario, rules, setup), seed, allow)
        };
        cases
            .iter()
            .map(|(seed, setup)| i32::from(best(*seed, setup).survey))
            .sum::<i32>()
            / n_cases
    };
    let of = |value: &dyn Fn(&Par) -> i16| {
        pars.iter().map(|par| i32::from(value(par))).sum::<i32>() / n_cases
    };
    Reading {
        best: of(&|par| par.best.survey),
        lowest_best: pars
            .iter()
            .map(|par| i32::from(par.best.survey))
            .min()
            .unwrap_or(0),
        worst: of(&|par| par.worst),
        random: of(&|par| par.random),
        fixed: best_fixed(scenario, rules, &cases, &pars),
        stances: Stance::ALL
            .iter()
            .map(|&held| (held, under(&|input| holds(input, held))))
            .collect(),
        always_listens: under(&|input| input.action != Move::CutIn),
        never_listens: under(&|input| !matches!(input.action, Move::Listen | Move::Encourage)),
    }
}

/// Whether an input keeps to a stance: the voice counts where one speaks, the
/// face wherever one is seen.
fn holds(input: &Input, held: Stance) -> bool {
    match input.action {
        Move::Say(_) => input.stance == held,
        Move::Listen | Move::Encourage => input.stance.face == held.face,
        Move::CutIn | Move::Pause => true,
    }
}

/// Coordinate ascent from what the best plays do most often, beat by beat.
fn best_fixed(scenario: &Scenario, rules: &Rules, cases: &[(Seed, Setup)], pars: &[Par]) -> i32 {
    let mut line = majority(scenario, rules, cases, pars);
    let worth = |line: &FixedLine| {
        let sum: i32 = cases
            .iter()
            .map(|(seed, setup)| follow(&World::new(scenario, rules, setup), *seed, line))
            .sum();
        sum / (cases.len() as i32).max(1)
    };
    let mut best = worth(&line);
    loop {
        let before = best;
        for beat in 0..line.0.len() {
            for option in options(&line.0[beat]) {
                let held = std::mem::replace(&mut line.0[beat], option);
                let now = worth(&line);
                if now > best {
                    best = now;
                } else {
                    line.0[beat] = held;
                }
            }
        }
        if best == before {
            return best;
        }
    }
}

/// Everything a beat of a fixed line could do instead, one thing at a time.
fn options(now: &FixedBeat) -> Vec<FixedBeat> {
    let mut options = Vec::new();
    for reply in 0..MAX_REPLIES as u8 {
        for stance in Stance::ALL {
            options.push(FixedBeat {
                reply,
                stance,
                ..*now
            });
        }
    }
    for face in [Face::Warm, Face::Neutral, Face::Concerned] {
        for nod in [false, true] {
            options.push(FixedBeat { face, nod, ..*now });
        }
    }
    options.extend((0..=MAX_SEGMENTS as u8).map(|hears| FixedBeat { hears, ..*now }));
    options
}

fn majority(
    scenario: &Scenario,
    rules: &Rules,
    cases: &[(Seed, Setup)],
    pars: &[Par],
) -> FixedLine {
    let n_beats = scenario.beat_keys().len();
    let plain = FixedBeat {
        reply: 0,
        stance: Stance::default(),
        face: Face::Concerned,
        nod: true,
        hears: MAX_SEGMENTS as u8,
    };
    let mut said = vec![vec![0u32; MAX_REPLIES * 9]; n_beats];
    for ((seed, setup), par) in cases.iter().zip(pars) {
        each_step(
            &World::new(scenario, rules, setup),
            *seed,
            &par.best,
            &mut |state, input| {
                if let Move::Say(n) = input.action {
                    let stance = Stance::ALL
                        .iter()
                        .position(|s| *s == input.stance)
                        .unwrap_or(0);
                    said[state.beat as usize][n as usize * 9 + stance] += 1;
                }
            },
        );
    }
    let most = |counts: &Vec<u32>| (0..counts.len()).max_by_key(|&i| counts[i]).unwrap_or(0);
    let beats = said.iter().map(most).map(|i| FixedBeat {
        reply: (i / 9) as u8,
        stance: Stance::ALL[i % 9],
        ..plain
    });
    FixedLine(beats.collect())
}

fn each_step(world: &World, seed: Seed, line: &ParLine, look: &mut impl FnMut(&State, &Input)) {
    let mut state = world.begin(seed);
    for input in &line.inputs {
        look(&state, input);
        world.step(&mut state, *input, &mut ());
    }
}

/// The survey at the end of a fixed line, 0 if it crosses a red one; where its reply is not on offer, the first that is.
fn follow(world: &World, seed: Seed, line: &FixedLine) -> i32 {
    let mut state = world.begin(seed);
    let (mut beat, mut n_replies, mut heard) = (state.beat, 0, 0);
    while state.floor != Floor::Ended {
        if (state.beat, state.n_replies) != (beat, n_replies) {
            (beat, n_replies, heard) = (state.beat, state.n_replies, 0);
        }
        let fixed = line.0[state.beat as usize];
        let input = if state.floor == Floor::Customer {
            let action = match (heard < fixed.hears, fixed.nod) {
                (false, _) => Move::CutIn,
                (true, true) => Move::Encourage,
                (true, false) => Move::Listen,
            };
            heard += 1;
            Input {
                action,
                stance: Stance {
                    face: fixed.face,
                    ..Stance::default()
                },
            }
        } else {
            let mut moves = [Move::Pause; MAX_REPLIES + 1];
            world.moves(&state, &mut moves);
            let wanted = Move::Say(fixed.reply);
            let action = if world.legal(&state, wanted) {
                wanted
            } else {
                moves[0]
            };
            Input {
                action,
                stance: fixed.stance,
            }
        };
        world.step(&mut state, input, &mut ());
    }
    // A line over a red one is no line at all, as in par.
    if clean(&state) {
        i32::from(world.survey(&state))
    } else {
        0
    }
}
