//! The search over engine states: exact where every continuation fits the
//! budget, otherwise the promising ones. Same position, same budget, same line.

use crate::rng::Seed;
use crate::scenario::written::Gauge;
use crate::scenario::{MAX_REPLIES, Target};
use crate::score::moment::stances_of;
use crate::score::par::{clean, likeness};
use crate::state::{Flags, Floor, Stance, State};
use crate::step::{Input, Move, World};

mod better;

use super::table::Table;
use super::{Bound, Budget, LAST_REPLY, Value};

/// What a search looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// The line that par would prefer.
    Best,
    /// The lowest survey.
    Worst,
}

/// A line to an ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The inputs.
    pub inputs: Vec<Input>,
    /// What it comes to.
    pub value: Value,
    /// Number of the ending.
    pub ending: u16,
    /// Whether it is proven that there is no better one.
    pub bound: Bound,
}

/// The best line from a position that is found within the budget; `None` when
/// `keep_going` said no.
pub(super) fn best_line(
    world: World,
    first: &State,
    budget: Budget,
    aim: Aim,
    keep_going: &mut dyn FnMut() -> bool,
) -> Option<Line> {
    if first.floor == Floor::Ended {
        return Some(Line {
            inputs: Vec::new(),
            value: Value::of(world, first),
            ending: first.ending,
            bound: Bound::Exact,
        });
    }
    let n_steps = if every_reply_ends(world, first) {
        budget.exact_steps.saturating_mul(LAST_REPLY)
    } else {
        budget.exact_steps
    };
    let mut search = Search::new(world, first, aim);
    if search.exhaust(n_steps, keep_going)? {
        return Some(search.line(Bound::Exact));
    }
    let mut search = Search::new(world, first, aim);
    search.beam(budget.width, keep_going)?;
    let mut line = search.polished(search.line(Bound::Searched), budget.polish, keep_going)?;
    if aim == Aim::Best {
        // A reader of the customer now and then finds a way through a valley
        // that no beam follows up.
        let read = search.polished(search.read(), budget.polish, keep_going)?;
        if search.beats(read.value, line.value) {
            line = read;
        }
    }
    search.depart(&mut line, budget.departures, keep_going)?;
    Some(line)
}

fn every_reply_ends(world: World, state: &State) -> bool {
    world.scenario.replies[world.beat(state).replies.range()]
        .iter()
        .flat_map(|reply| &world.scenario.arms[reply.arms.range()])
        .all(|arm| matches!(arm.to, Target::Ending(_)))
}

impl Line {
    /// The best or worst line from the beginning of a run that is found within the budget.
    pub fn of(world: World, seed: Seed, budget: Budget, aim: Aim) -> Line {
        Line::from(world, &world.begin(seed), budget, aim)
    }

    /// The same from any state.
    pub fn from(world: World, first: &State, budget: Budget, aim: Aim) -> Line {
        best_line(world, first, budget, aim, &mut || true).unwrap_or_else(|| {
            // Nobody stopped it, so this is never reached; an empty line is still true.
            Line {
                inputs: Vec::new(),
                value: Value::of(world, first),
                ending: first.ending,
                bound: Bound::Searched,
            }
        })
    }
}

/// A state that was reached, and how.
#[derive(Clone, Copy)]
struct Node {
    state: State,
    parent: u32,
    input: Input,
}

/// Stances of one reply that are followed up.
const STANCES: usize = 2;
/// States that are followed up while the customer speaks.
const LISTENING: usize = 2;
/// Ways of having come to the floor from which replies are tried.
const FLOORS: usize = 4;
/// From so many inputs before the cap on, the turn is a part of what makes states equal.
const NEAR_CAP: u16 = 32;

struct Search<'a> {
    world: World<'a>,
    aim: Aim,
    nodes: Vec<Node>,
    best: Option<(Value, u32)>,
}

impl<'a> Search<'a> {
    fn new(world: World<'a>, first: &State, aim: Aim) -> Self {
        let root = Node {
            state: *first,
            parent: u32::MAX,
            input: Input {
                action: Move::Pause,
                stance: Stance::default(),
            },
        };
        Search {
            world,
            aim,
            nodes: vec![root],
            best: None,
        }
    }

    /// Whether `value` is what is looked for more than `other`.
    fn beats(&self, value: Value, other: Value) -> bool {
        match self.aim {
            Aim::Best => value > other,
            Aim::Worst => value.survey < other.survey,
        }
    }

    fn keep(&mut self, node: Node) -> u32 {
        self.nodes.push(node);
        self.nodes.len() as u32 - 1
    }

    /// Takes note of an ended line.
    fn ended(&mut self, node: Node) {
        let value = Value::of(self.world, &node.state);
        if self.best.is_none_or(|(best, _)| self.beats(value, best)) {
            let n = self.keep(node);
            self.best = Some((value, n));
        }
    }

    fn after(&self, parent: u32, action: Move, stance: Stance) -> Node {
        let mut state = self.nodes[parent as usize].state;
        let input = Input { action, stance };
        self.world.step(&mut state, input, &mut ());
        Node {
            state,
            parent,
            input,
        }
    }

    fn line(&self, bound: Bound) -> Line {
        let (value, mut at) = self
            .best
            .unwrap_or((Value::of(self.world, &self.nodes[0].state), 0));
        let ending = self.nodes[at as usize].state.ending;
        let mut inputs = Vec::new();
        while self.nodes[at as usize].parent != u32::MAX {
            inputs.push(self.nodes[at as usize].input);
            at = self.nodes[at as usize].parent;
        }
        inputs.reverse();
        Line {
            inputs,
            value,
            ending,
            bound,
        }
    }

    /// Looks at every continuation, merging equal states; `false` when that takes
    /// more than `n_steps`, or the cap on inputs leaves a doubt.
    fn exhaust(&mut self, n_steps: u32, keep_going: &mut dyn FnMut() -> bool) -> Option<bool> {
        let cap = self.world.rules.turn_cap;
        let count_turns = self.nodes[0].state.turn.saturating_add(NEAR_CAP) > cap;
        // Two arrays: what a node is, and what makes it equal to another one.
        let mut keys = vec![key(&self.nodes[0].state, count_turns)];
        let mut numbers = vec![0];
        let mut table = Table::new();
        table.enter(&keys[0].clone(), 0, |n| &keys[n as usize]);
        let mut n_taken = 0;
        let mut next = 0;
        while next < numbers.len() {
            if !keep_going() {
                return None;
            }
            let parent = numbers[next];
            next += 1;
            let mut moves = [Move::Pause; MAX_REPLIES + 1];
            let n_moves = self
                .world
                .moves(&self.nodes[parent as usize].state, &mut moves);
            for &action in &moves[..n_moves] {
                for &stance in stances_of(action) {
                    n_taken += 1;
                    if n_taken > n_steps {
                        return Some(false);
                    }
                    let node = self.after(parent, action, stance);
                    if node.state.floor == Floor::Ended {
                        self.ended(node);
                        continue;
                    }
                    let key = key(&node.state, count_turns);
                    if table.enter(&key, keys.len() as u32, |n| &keys[n as usize]) {
                        keys.push(key);
                        let n = self.keep(node);
                        numbers.push(n);
                    }
                }
            }
        }
        Some(count_turns || !self.cap_could_matter(&numbers))
    }

    /// Whether idling until the cap on inputs ends the run might beat the best
    /// line: every state that could be standing then is among the `numbers`.
    fn cap_could_matter(&self, numbers: &[u32]) -> bool {
        let Some((best, _)) = self.best else {
            return true;
        };
        let right = self.world.scenario.endings[self.world.scenario.walk_out as usize].1;
        numbers.iter().any(|&n| {
            let state = &self.nodes[n as usize].state;
            let cut = Value {
                right,
                ..Value::of(self.world, state)
            };
            self.beats(cut, best)
        })
    }

    /// Follows the promising states, reply by reply.
    fn beam(&mut self, width: usize, keep_going: &mut dyn FnMut() -> bool) -> Option<()> {
        let mut level = vec![0];
        let mut fresh: Vec<(i32, Node)> = Vec::new();
        while !level.is_empty() {
            fresh.clear();
            for &parent in &level {
                if !keep_going() {
                    return None;
                }
                for floor in self.floors(parent) {
                    self.replies(floor, &mut fresh);
                }
            }
            level = self.choose(&fresh, width);
        }
        Some(())
    }

    /// The states in which the trainee has the floor: after the promising ways
    /// of listening, cutting in, and a pause where it may gain something.
    fn floors(&mut self, parent: u32) -> Vec<u32> {
        let mut floors: Vec<(i32, u32)> = Vec::new();
        let mut listening = vec![parent];
        while !listening.is_empty() {
            let mut heard: Vec<(i32, Node)> = Vec::new();
            for &n in &listening {
                if self.nodes[n as usize].state.floor == Floor::Trainee {
                    floors.push((self.promise(&self.nodes[n as usize].state), n));
                    continue;
                }
                let cut = self.after(n, Move::CutIn, Stance::default());
                if cut.state.floor == Floor::Ended {
                    self.ended(cut);
                } else {
                    let cut_n = self.keep(cut);
                    floors.push((self.promise(&cut.state), cut_n));
                }
                for action in [Move::Listen, Move::Encourage] {
                    for &stance in stances_of(action) {
                        let node = self.after(n, action, stance);
                        if node.state.floor == Floor::Ended {
                            self.ended(node);
                        } else {
                            heard.push((self.promise(&node.state), node));
                        }
                    }
                }
            }
            heard.sort_by_key(|(promise, _)| -promise);
            heard.dedup_by_key(|(promise, node)| (*promise, node.state.gauges));
            heard.truncate(LISTENING);
            listening = heard.into_iter().map(|(_, node)| self.keep(node)).collect();
        }
        // The last ones have heard everything: they come first whatever they promise.
        floors.reverse();
        let n_sure = 1.min(floors.len());
        floors[n_sure..].sort_by_key(|(promise, _)| -promise);
        floors.truncate(FLOORS);
        let mut numbers: Vec<u32> = floors.into_iter().map(|(_, n)| n).collect();
        for n in numbers.clone() {
            let state = &self.nodes[n as usize].state;
            if state.pauses == 0 && state.flags.has(Flags::ASKED) {
                let paused = self.after(n, Move::Pause, Stance::default());
                if paused.state.floor == Floor::Ended {
                    self.ended(paused);
                } else {
                    numbers.push(self.keep(paused));
                }
            }
        }
        numbers
    }

    /// Every reply from a floor, each with its promising stances.
    fn replies(&mut self, floor: u32, fresh: &mut Vec<(i32, Node)>) {
        let mut moves = [Move::Pause; MAX_REPLIES + 1];
        let state = self.nodes[floor as usize].state;
        let n_moves = self.world.moves(&state, &mut moves);
        // A beat without a reply now: all that can be done is to say nothing.
        let only_pause = n_moves == 1;
        for &action in &moves[..n_moves] {
            if action == Move::Pause && !only_pause {
                continue;
            }
            let mut kept: [Option<(i32, Node)>; STANCES] = [None; STANCES];
            for &stance in stances_of(action) {
                let node = self.after(floor, action, stance);
                if node.state.floor == Floor::Ended {
                    self.ended(node);
                } else {
                    insert(&mut kept, self.promise(&node.state), node);
                }
            }
            fresh.extend(kept.iter().flatten());
        }
    }

    /// The states that are followed up: of those alike the most promising, and
    /// not too many of one beat.
    fn choose(&mut self, fresh: &[(i32, Node)], width: usize) -> Vec<u32> {
        let mut marks: Vec<(u64, i32, u32)> = fresh
            .iter()
            .zip(0..)
            .map(|((promise, node), n)| (likeness(&node.state), *promise, n))
            .collect();
        marks.sort_unstable_by_key(|&(alike, promise, n)| (alike, -promise, n));
        marks.dedup_by_key(|mark| mark.0);
        marks.sort_unstable_by_key(|&(_, promise, n)| (-promise, n));
        let per_beat = (width / 3).max(2);
        let mut n_at_beat = vec![0; self.world.scenario.beats.len()];
        marks.retain(|&(_, _, n)| {
            let at = &mut n_at_beat[fresh[n as usize].1.state.beat as usize];
            *at += 1;
            *at <= per_beat
        });
        marks.truncate(width);
        marks
            .into_iter()
            .map(|(_, _, n)| self.keep(fresh[n as usize].1))
            .collect()
    }

    /// How far a state may still go: where it stands, what it has gathered, and
    /// what untold story and missing trust will cost.
    fn promise(&self, state: &State) -> i32 {
        let untold = i32::from(state.story) * 30;
        let trust = i32::from(state.gauge(Gauge::Trust)) / 10;
        let stained = if clean(state) { 0 } else { 2000 };
        let now = i32::from(self.world.satisfaction(state));
        let so_far = i32::from(self.world.survey(state));
        match self.aim {
            Aim::Best => now + so_far + trust - untold - stained,
            Aim::Worst => -(now + so_far + trust - untold),
        }
    }
}

/// Keeps the most promising, in order; of equals the earlier one.
fn insert(kept: &mut [Option<(i32, Node)>], promise: i32, node: Node) {
    let mut carried = Some((promise, node));
    for place in kept {
        let Some((promise, _)) = carried else { return };
        if place.is_none_or(|(held, _)| promise > held) {
            std::mem::swap(place, &mut carried);
        }
    }
}

/// What makes two states equal to all that can still happen: the stance of the
/// last input, the nominal clock and counts past their last threshold decide
/// nothing any more, and the number of inputs only near the cap.
fn key(state: &State, count_turns: bool) -> State {
    State {
        turn: if count_turns { state.turn } else { 0 },
        stance: Stance::default(),
        clock: 0,
        pauses: state.pauses.min(3),
        nods: state.nods.min(2),
        ..*state
    }
}
