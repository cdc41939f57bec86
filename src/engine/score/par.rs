//! Par: what random play and the best play found reach with this content, rules
//! and seed. One named procedure, beam search of fixed width; it belongs to the
//! rules' model number, so a better search may inform the analysis, never a score.

use crate::act::ActSet;
use crate::rng::{Seed, Stream};
use crate::scenario::MAX_REPLIES;
use crate::scenario::written::Gauge;
use crate::state::{Flags, Floor, Stance, State};
use crate::step::{Input, Move, World};

use super::moment::stances_of;

/// Random plays whose mean is the lower end of the scale.
pub const N_RANDOM: u32 = 64;
/// States kept at each depth of the search.
pub const WIDTH: usize = 128;
/// States kept at each depth that stand at one beat, so that no branch crowds out the rest.
const PER_BEAT: usize = 32;
/// Stances of one reply that are followed up.
const STANCES: usize = 3;

/// The outcome of the procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Par {
    /// Mean survey of random play, in tenths.
    pub random: i16,
    /// Lowest survey met in random play, in tenths.
    pub worst: i16,
    /// The best line found.
    pub best: ParLine,
}

/// A line from the first input to an ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParLine {
    /// The inputs.
    pub inputs: Vec<Input>,
    /// The survey at the end, in tenths.
    pub survey: i16,
    /// Number of the ending.
    pub ending: u16,
}

impl Par {
    /// Runs the procedure. About 60,000 steps of the simulation.
    pub fn of(world: World, seed: Seed) -> Par {
        let first = world.begin(seed);
        let (random, worst) = random_play(world, &first, seed);
        Par {
            random,
            worst,
            best: best_play(world, &first, &|_| true),
        }
    }

    /// The best line found by the same search among inputs that `allow` lets
    /// through: what a habit costs is par's best less this.
    pub fn best_under(world: World, seed: Seed, allow: &dyn Fn(&Input) -> bool) -> ParLine {
        best_play(world, &world.begin(seed), allow)
    }
}

fn random_play(world: World, first: &State, seed: Seed) -> (i16, i16) {
    let mut dice = seed.stream(Stream::Par);
    let mut sum = 0;
    let mut worst = 1000;
    for _ in 0..N_RANDOM {
        let mut state = *first;
        let mut moves = [Move::Pause; MAX_REPLIES + 1];
        while state.floor != Floor::Ended {
            let n_moves = world.moves(&state, &mut moves) as u32;
            let input = Input {
                action: moves[dice.below(n_moves) as usize],
                stance: Stance::ALL[dice.below(9) as usize],
            };
            world.step(&mut state, input, &mut ());
        }
        let survey = world.survey(&state);
        sum += i32::from(survey);
        worst = worst.min(survey);
    }
    ((sum / N_RANDOM as i32) as i16, worst)
}

/// A state reached by the search, and how.
#[derive(Clone, Copy)]
struct Node {
    state: State,
    parent: u32,
    input: Input,
}

/// A node that may be kept: its promise, its likeness, its number.
#[derive(Clone, Copy)]
struct Mark {
    promise: i32,
    likeness: u64,
    node: u32,
}

/// How good an ended line is: clean before unclean, rightly ended before
/// wrongly, then by the survey.
type Rank = (bool, bool, i16);

fn best_play(world: World, first: &State, allow: &dyn Fn(&Input) -> bool) -> ParLine {
    let root = Node {
        state: *first,
        parent: u32::MAX,
        input: Input {
            action: Move::Pause,
            stance: Stance::default(),
        },
    };
    let mut kept = vec![root];
    let mut level: Vec<u32> = vec![0];
    let mut best: Option<(Rank, u32)> = None;
    let mut fresh: Vec<Node> = Vec::new();
    while !level.is_empty() {
        fresh.clear();
        for &parent in &level {
            expand(
                world,
                &kept[parent as usize].state,
                parent,
                allow,
                &mut fresh,
            );
        }
        level.clear();
        for node in fresh.iter().filter(|n| n.state.floor == Floor::Ended) {
            let rank = rank(world, &node.state);
            if best.is_none_or(|(highest, _)| rank > highest) {
                best = Some((rank, kept.len() as u32));
                kept.push(*node);
            }
        }
        for node in choose(world, &fresh) {
            level.push(kept.len() as u32);
            kept.push(fresh[node as usize]);
        }
    }
    let Some((_, last)) = best else {
        // A run always ends; a scenario without any way on has an empty line.
        return ParLine {
            inputs: Vec::new(),
            survey: world.survey(first),
            ending: first.ending,
        };
    };
    let end = kept[last as usize].state;
    let mut inputs = Vec::new();
    let mut at = last;
    while kept[at as usize].parent != u32::MAX {
        inputs.push(kept[at as usize].input);
        at = kept[at as usize].parent;
    }
    inputs.reverse();
    ParLine {
        inputs,
        survey: world.survey(&end),
        ending: end.ending,
    }
}

/// Whether no critical line was crossed by what was said.
pub fn clean(state: &State) -> bool {
    !Flags::STAINS.into_iter().any(|flag| state.flags.has(flag))
}

fn rank(world: World, state: &State) -> Rank {
    let right = world.scenario.endings[state.ending as usize].1;
    (clean(state), right, world.survey(state))
}

/// Everything that can be done in a state, less what search cannot profit from.
fn expand(
    world: World,
    state: &State,
    parent: u32,
    allow: &dyn Fn(&Input) -> bool,
    fresh: &mut Vec<Node>,
) {
    let mut moves = [Move::Pause; MAX_REPLIES + 1];
    let n_moves = world.moves(state, &mut moves);
    for &action in &moves[..n_moves] {
        // A pause gains only before the answer to a question, and only once.
        if action == Move::Pause && (state.pauses > 0 || !state.flags.has(Flags::ASKED)) {
            continue;
        }
        let mut reached: [Option<(i32, Node)>; STANCES] = [None; STANCES];
        for &stance in stances_of(action) {
            let input = Input { action, stance };
            if !allow(&input) {
                continue;
            }
            let mut after = *state;
            world.step(&mut after, input, &mut ());
            let node = Node {
                state: after,
                parent,
                input,
            };
            insert(&mut reached, promise(world, &after), node);
        }
        fresh.extend(reached.iter().flatten().map(|(_, node)| *node));
    }
}

/// Keeps the most promising, in order; of equals the earlier one.
fn insert(reached: &mut [Option<(i32, Node)>; STANCES], promise: i32, node: Node) {
    let mut carried = Some((promise, node));
    for place in reached.iter_mut() {
        let Some((promise, _)) = carried else { return };
        if place.is_none_or(|(held, _)| promise > held) {
            std::mem::swap(place, &mut carried);
        }
    }
}

/// How far a state may still go: where it stands, what it has gathered, and
/// what untold story and missing trust will cost.
fn promise(world: World, state: &State) -> i32 {
    let untold = i32::from(state.story) * 30;
    let trust = i32::from(state.gauge(Gauge::Trust)) / 10;
    let clean = if clean(state) { 0 } else { -2000 };
    i32::from(world.satisfaction(state)) + i32::from(world.survey(state)) + trust - untold + clean
}

/// The states that are followed up: of those alike the most promising, and not
/// too many of one beat.
fn choose(world: World, fresh: &[Node]) -> Vec<u32> {
    let mut marks: Vec<Mark> = fresh
        .iter()
        .zip(0..)
        .filter(|(node, _)| node.state.floor != Floor::Ended)
        .map(|(node, n)| Mark {
            promise: promise(world, &node.state),
            likeness: likeness(&node.state),
            node: n,
        })
        .collect();
    marks.sort_unstable_by_key(|mark| (mark.likeness, -mark.promise, mark.node));
    marks.dedup_by_key(|mark| mark.likeness);
    marks.sort_unstable_by_key(|mark| (-mark.promise, mark.node));
    let mut n_at_beat = vec![0; world.scenario.beats.len()];
    marks.retain(|mark| {
        let n = &mut n_at_beat[fresh[mark.node as usize].state.beat as usize];
        *n += 1;
        *n <= PER_BEAT
    });
    marks.truncate(WIDTH);
    marks.iter().map(|mark| mark.node).collect()
}

/// A number that is the same for states so alike that following one is enough.
pub(crate) fn likeness(state: &State) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325u64;
    let mut mix = |value: u64| {
        hash = (hash ^ value).wrapping_mul(0x0000_0100_0000_01B3);
        hash ^= hash >> 29;
    };
    let ActBits(low, high) = act_bits(state.did);
    mix(u64::from(state.beat) << 32 | u64::from(state.segment) << 16 | u64::from(state.active));
    mix(state.floor as u64 | u64::from(state.story) << 8 | u64::from(state.n_replies) << 16);
    mix(u64::from(state.facts) << 32 | u64::from(state.promises));
    mix(low);
    mix(high);
    mix(state.been);
    mix(u64::from(state.flags.0) << 8 | state.reply_face as u64);
    mix(u64::from(state.face_run));
    for gauge in state.gauges {
        mix(gauge as u64 / 24);
    }
    hash
}

struct ActBits(u64, u64);

fn act_bits(acts: ActSet) -> ActBits {
    let bits = acts.bits();
    ActBits(bits as u64, (bits >> 64) as u64)
}
