//! `check --expect`: whether a scenario does what its author expects of it, found
//! out by playing and searching. The customers are always the same ones, so that
//! what holds today holds tomorrow on any machine.

use std::sync::{Arc, OnceLock};

use engine::act::ActSet;
use engine::analysis::{Aim, Budget, Line};
use engine::playtest::{Character, Tally, inputs_of, seed_of};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::scenario::written::{BotName, Expectation, Fate};
use engine::score::Par;
use engine::step::{World, draw};
use rayon::prelude::*;

use super::playtest::characters_of;
use super::playtest::sample::scored;

/// Customers an expectation is put to.
pub const CUSTOMERS: u64 = 12;
/// Runs of each character that look for an ending the best lines do not come to.
const RUNS: u64 = 2_000;

/// Puts expectations of one scenario to the test; searches once for all of them.
pub struct Trial<'s> {
    scenario: &'s Arc<Scenario>,
    rules: Arc<Rules>,
    characters: Vec<Character>,
    best: OnceLock<Vec<Best>>,
    played: OnceLock<Vec<u64>>,
}

/// The best line with one customer.
struct Best {
    ending: usize,
    did: ActSet,
}

impl<'s> Trial<'s> {
    /// Of a scenario; nothing is played yet.
    pub fn new(scenario: &'s Arc<Scenario>) -> Self {
        Trial {
            scenario,
            rules: Rules::current(),
            characters: characters_of(scenario),
            best: OnceLock::new(),
            played: OnceLock::new(),
        }
    }

    /// `Err` says in a sentence why it does not hold.
    ///
    /// # Errors
    /// When it does not hold.
    pub fn holds(&self, expectation: &Expectation) -> Result<(), String> {
        match expectation {
            Expectation::Bot(name, fate) => self.bot(name, *fate),
            Expectation::Reachable(ending) => {
                let keys = self.scenario.ending_keys();
                let at = keys.iter().position(|key| *key == ending.text);
                let found = at.is_some_and(|at| {
                    self.best().iter().any(|best| best.ending == at) || self.played()[at] > 0
                });
                let fails = format!(
                    "nobody reached \"{}\", neither the best lines of {CUSTOMERS} customers nor {} runs in character",
                    ending.text,
                    self.characters.len() as u64 * RUNS
                );
                found.then_some(()).ok_or(fails)
            }
            Expectation::BestLineUses(act) => {
                let n_used = self.best().iter().filter(|best| best.did.has(*act)).count() as u64;
                let fails = format!(
                    "the best line found does {} with {n_used} of {CUSTOMERS} customers",
                    act.name()
                );
                (2 * n_used > CUSTOMERS).then_some(()).ok_or(fails)
            }
        }
    }

    fn bot(&self, name: &BotName, fate: Fate) -> Result<(), String> {
        let name = match name {
            BotName::Known(name) => name,
            BotName::Own(key) => key.text.as_str(),
        };
        let who = self.characters.iter().find(|who| who.name == name);
        let Some(who) = who else {
            return Err(format!("nobody is called {name}"));
        };
        let n_passed = (0..CUSTOMERS)
            .into_par_iter()
            .filter(|run| self.passes(*run, who))
            .count() as u64;
        // A single customer may be an exception either way.
        let holds = match fate {
            Fate::Passes => n_passed + 1 >= CUSTOMERS,
            Fate::Fails => n_passed <= 1,
        };
        let fails = format!("{name} passes with {n_passed} of {CUSTOMERS} customers");
        holds.then_some(()).ok_or(fails)
    }

    fn passes(&self, run: u64, who: &Character) -> bool {
        self.with_customer(run, |world, seed| {
            let inputs = inputs_of(world, seed, run, who);
            let par = Par::of(world, seed);
            scored(self.scenario, &self.rules, seed, &inputs, &par).passed(self.rules.pass)
        })
    }

    /// The best line of every customer, searched for once.
    fn best(&self) -> &[Best] {
        self.best.get_or_init(|| {
            let one = |run| {
                self.with_customer(run, |world, seed| {
                    let line = Line::of(world, seed, Budget::DEBRIEF, Aim::Best);
                    let mut state = world.begin(seed);
                    for input in line.inputs {
                        world.step(&mut state, input, &mut ());
                    }
                    Best {
                        ending: usize::from(line.ending),
                        did: state.did,
                    }
                })
            };
            (0..CUSTOMERS).into_par_iter().map(one).collect()
        })
    }

    /// Runs in character by ending, played once.
    fn played(&self) -> &[u64] {
        self.played.get_or_init(|| {
            let none = || Tally::new(self.scenario);
            let who_plays = |who: &Character| {
                let mut tally = none();
                (0..RUNS).for_each(|run| {
                    tally.play(self.scenario, &self.rules, Seed::new(0), run, who);
                });
                tally
            };
            let sum = |mut sum: Tally, more: Tally| {
                sum.add(&more);
                sum
            };
            self.characters
                .par_iter()
                .map(who_plays)
                .reduce(none, sum)
                .endings
        })
    }

    fn with_customer<T>(&self, run: u64, look: impl FnOnce(World, Seed) -> T) -> T {
        let seed = seed_of(Seed::new(0), run);
        let setup = draw(self.scenario, &self.rules, seed);
        look(World::new(self.scenario, &self.rules, &setup), seed)
    }
}
