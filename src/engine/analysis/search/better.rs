//! Lines that a beam does not find: another start, and what is better than a
//! line found, one input at a time and several at once.

use crate::bots::{Bot, Memory, choose};
use crate::rng::{Dice, Seed};
use crate::scenario::MAX_REPLIES;
use crate::score::moment::stances_of;
use crate::state::{Floor, State};
use crate::step::{Input, Move};

use super::super::{Bound, Value};
use super::{Line, Search};

impl Search<'_> {
    /// The line of a trainee who reads the customer and knows the guidance.
    pub(super) fn read(&self) -> Line {
        let mut state = self.nodes[0].state;
        let mut inputs = Vec::new();
        self.read_on(&mut state, &mut inputs);
        Line {
            value: Value::of(self.world, &state),
            ending: state.ending,
            bound: Bound::Searched,
            inputs,
        }
    }

    /// Plays on to an ending as that trainee would.
    fn read_on(&self, state: &mut State, inputs: &mut Vec<Input>) {
        let world = self.world;
        let mut memory = Memory::new(world.scenario, world.rules);
        // This trainee casts no dice; the choice of a bot asks for some all the same.
        let mut dice = Dice::for_play(Seed::new(0), 0);
        while state.floor != Floor::Ended {
            let input = choose(&world, state, Bot::Expert, &mut memory, &mut dice);
            if !world.step(state, input, &mut ()) {
                break;
            }
            inputs.push(input);
        }
    }

    /// The line after up to `n_times` of [`Search::polish`].
    pub(super) fn polished(
        &self,
        mut line: Line,
        n_times: u8,
        keep_going: &mut dyn FnMut() -> bool,
    ) -> Option<Line> {
        for _ in 0..n_times {
            if !self.polish(&mut line, keep_going)? {
                break;
            }
        }
        Some(line)
    }

    /// Tries lines that depart from this one in up to three places at once,
    /// which no single input betters, and climbs to each that is better. What
    /// the old line cannot answer any more is played as [`Search::read`] would.
    pub(super) fn depart(
        &self,
        line: &mut Line,
        n_tries: u32,
        keep_going: &mut dyn FnMut() -> bool,
    ) -> Option<()> {
        let world = self.world;
        let mut inputs = Vec::new();
        for n in 0..n_tries {
            if !keep_going() {
                return None;
            }
            let mut dice = Dice::for_play(Seed::new(0), u64::from(n));
            let n_inputs = line.inputs.len() as u32;
            let first = dice.below(n_inputs);
            let places = [first, first + dice.below(8), dice.below(n_inputs)];
            let n_places = 1 + dice.below(3) as usize;
            let mut state = self.nodes[0].state;
            inputs.clear();
            for (at, &planned) in (0..).zip(&line.inputs) {
                let input = if places[..n_places].contains(&at) {
                    let mut moves = [Move::Pause; MAX_REPLIES + 1];
                    let n_moves = world.moves(&state, &mut moves) as u32;
                    let action = moves[dice.below(n_moves) as usize];
                    let stances = stances_of(action);
                    Input {
                        action,
                        stance: stances[dice.below(stances.len() as u32) as usize],
                    }
                } else {
                    planned
                };
                if !world.step(&mut state, input, &mut ()) {
                    break;
                }
                inputs.push(input);
            }
            self.read_on(&mut state, &mut inputs);
            let value = Value::of(world, &state);
            if state.floor == Floor::Ended && self.beats(value, line.value) {
                line.inputs.clone_from(&inputs);
                line.value = value;
                line.ending = state.ending;
            }
        }
        Some(())
    }

    /// Looks for a single input of the line that is better done otherwise with
    /// the rest of the line as it is; `false` if there is none.
    fn polish(&self, line: &mut Line, keep_going: &mut dyn FnMut() -> bool) -> Option<bool> {
        let world = self.world;
        let mut better = false;
        let mut before = self.nodes[0].state;
        let mut n = 0;
        while n < line.inputs.len() {
            if !keep_going() {
                return None;
            }
            let mut moves = [Move::Pause; MAX_REPLIES + 1];
            let n_moves = world.moves(&before, &mut moves);
            for &action in &moves[..n_moves] {
                for &stance in stances_of(action) {
                    let input = Input { action, stance };
                    let mut end = before;
                    world.step(&mut end, input, &mut ());
                    let rest = &line.inputs[n + 1..];
                    let n_legal = rest
                        .iter()
                        .take_while(|input| world.step(&mut end, **input, &mut ()))
                        .count();
                    let value = Value::of(world, &end);
                    if end.floor == Floor::Ended && self.beats(value, line.value) {
                        line.inputs.truncate(n + 1 + n_legal);
                        line.inputs[n] = input;
                        line.value = value;
                        line.ending = end.ending;
                        better = true;
                    }
                }
            }
            world.step(&mut before, line.inputs[n], &mut ());
            n += 1;
        }
        Some(better)
    }
}
