//! `check --expect`: whether a scenario does what its author expects of it, found
//! out by playing and searching. The customers are always the same ones, so that
//! what holds today holds tomorrow on any machine.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use engine::analysis::{Aim, Budget, Line};
use engine::playtest::{Character, Tally, inputs_of, seed_of};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::scenario::written::{BotName, Expectation, Fate, Key};
use engine::score::{Par, Score};
use engine::state::{Face, Floor, Stance, State, Voice};
use engine::step::{Input, Move, World, draw};
use rayon::prelude::*;

use super::playtest::characters_of;
use super::playtest::sample::played;

/// Customers an expectation is put to.
const CUSTOMERS: u64 = 12;
/// Customers with whom a line of replies is tried: it is quick, and a deal hides it from most.
const LINE_CUSTOMERS: u64 = 96;
/// Runs by chance of each of the twelve customers.
const CHANCE_RUNS: u64 = 25;
/// Runs of each character that look for an ending the best lines do not come to.
const RUNS: u64 = 2_000;
/// How somebody listens who says a line.
const LISTENING: Stance = Stance {
    voice: Voice::Even,
    face: Face::Concerned,
};

/// What became of an expectation.
pub struct Verdict {
    /// Whether it holds.
    pub holds: bool,
    /// What was found, as a sentence without its full stop.
    pub found: String,
    /// A run that shows it, if there is one.
    pub shown_by: Option<(Seed, Vec<Input>)>,
}

/// Puts expectations of one scenario to the test; plays and searches once for all of them.
pub struct Trial<'s> {
    scenario: &'s Arc<Scenario>,
    rules: Arc<Rules>,
    characters: Vec<Character>,
    pars: OnceLock<Vec<Par>>,
    best: OnceLock<Vec<Best>>,
    endings: OnceLock<Tally>,
}

/// The best line with one customer.
struct Best {
    seed: Seed,
    line: Line,
    last: State,
    /// The replies on its way: beat and number.
    said: Vec<(u16, u8)>,
    /// The beats on its way.
    beats: Vec<u16>,
}

/// One run of somebody.
struct Run {
    seed: Seed,
    inputs: Vec<Input>,
    passed: bool,
    ending: u16,
}

impl<'s> Trial<'s> {
    /// Of a scenario; nothing is played yet.
    pub fn new(scenario: &'s Arc<Scenario>) -> Self {
        Trial {
            scenario,
            rules: Rules::current(),
            characters: characters_of(scenario),
            pars: OnceLock::new(),
            best: OnceLock::new(),
            endings: OnceLock::new(),
        }
    }

    /// Finds out about one expectation.
    pub fn judge(&self, expectation: &Expectation) -> Verdict {
        match expectation {
            Expectation::Bot(name, fate) => self.bot(name, fate),
            Expectation::Reachable(ending) => self.reachable(ending),
            Expectation::Line(replies, ending) => self.line(replies, ending),
            Expectation::BestLineUses(act) => {
                let does = |best: &Best| best.last.did.has(*act);
                self.best_line(&format!("does {}", act.name()), "", &|_| true, &does)
            }
            Expectation::BestLineVisits(beat) => {
                let at = self.beat(beat);
                let comes = |best: &Best| at.is_some_and(|at| best.beats.contains(&at));
                let what = format!("comes to \"{}\"", beat.text);
                self.best_line(&what, "", &|_| true, &comes)
            }
            Expectation::BestLineSays(beat, reply) => {
                let at = self.beat(beat);
                let written = self.scenario.written().beats.get(beat);
                let n = written.and_then(|beat| beat.replies.keys().position(|key| key == reply));
                let comes = |best: &Best| at.is_some_and(|at| best.beats.contains(&at));
                let says = |best: &Best| {
                    let mut said = best.said.iter();
                    said.any(|(beat, said)| Some(*beat) == at && Some(usize::from(*said)) == n)
                };
                self.best_line(
                    &format!("says \"{}\"", reply.text),
                    &format!(" with whom it comes to \"{}\"", beat.text),
                    &comes,
                    &says,
                )
            }
            Expectation::ChanceBelow(percent) => self.chance(*percent),
        }
    }

    fn bot(&self, name: &BotName, fate: &Fate) -> Verdict {
        let name = match name {
            BotName::Known(name) => name,
            BotName::Own(key) => key.text.as_str(),
        };
        let Some(who) = self.characters.iter().find(|who| who.name == name) else {
            return Verdict {
                holds: false,
                found: format!("nobody is called {name}"),
                shown_by: None,
            };
        };
        let runs: Vec<Run> = (0..CUSTOMERS)
            .into_par_iter()
            .map(|customer| self.run(customer, customer, who))
            .collect();
        let n_passed = runs.iter().filter(|run| run.passed).count();
        let keys = self.scenario.ending_keys();
        let as_expected = |run: &Run| match fate {
            Fate::Passes => run.passed,
            Fate::Fails => !run.passed,
            Fate::Ends(ending) => keys.get(usize::from(run.ending)) == Some(&ending.text),
        };
        let n = runs.iter().filter(|run| as_expected(run)).count() as u64;
        let found = match fate {
            Fate::Ends(_) => {
                let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
                for run in &runs {
                    let key = keys.get(usize::from(run.ending)).map_or("", String::as_str);
                    *ends.entry(key).or_default() += 1;
                }
                let ends: Vec<_> = ends
                    .into_iter()
                    .map(|(key, n)| format!("\"{key}\" with {n}"))
                    .collect();
                format!(
                    "{name} comes to {} of {CUSTOMERS} customers",
                    ends.join(", ")
                )
            }
            _ => format!("{name} passes with {n_passed} of {CUSTOMERS} customers"),
        };
        // A single customer may be an exception. Where it holds, one is shown who fares so.
        let holds = n + 1 >= CUSTOMERS;
        let shown = runs.into_iter().find(|run| as_expected(run) == holds);
        Verdict {
            holds,
            found,
            shown_by: shown.map(|run| (run.seed, run.inputs)),
        }
    }

    fn reachable(&self, ending: &Key) -> Verdict {
        let keys = self.scenario.ending_keys();
        let at = keys.iter().position(|key| *key == ending.text);
        let bests = self.best();
        let n = bests
            .iter()
            .filter(|best| Some(usize::from(best.line.ending)) == at)
            .count();
        if let Some(best) = bests
            .iter()
            .find(|best| Some(usize::from(best.line.ending)) == at)
        {
            return Verdict {
                holds: true,
                found: format!(
                    "the best line reaches \"{}\" with {n} of {CUSTOMERS} customers",
                    ending.text
                ),
                shown_by: Some((best.seed, best.line.inputs.clone())),
            };
        }
        let played = self.endings();
        let n_runs = self.characters.len() as u64 * RUNS;
        let n = at.map_or(0, |at| played.endings[at]);
        let shown_by = at.and_then(|at| played.shown_by[at]).map(|run| {
            // `endings` numbers the runs of all characters in one row.
            let who = &self.characters[(run / RUNS) as usize];
            self.with_customer(run, |world, seed| (seed, inputs_of(world, seed, run, who)))
        });
        Verdict {
            holds: n > 0,
            found: match n {
                0 => format!(
                    "nobody reached \"{}\", neither the best line with any of {CUSTOMERS} customers nor {n_runs} runs in character",
                    ending.text
                ),
                n => format!(
                    "{n} of {n_runs} runs in character reach \"{}\"",
                    ending.text
                ),
            },
            shown_by,
        }
    }

    fn line(&self, replies: &[Key], ending: &Key) -> Verdict {
        let keys = self.scenario.ending_keys();
        let walks: Vec<(Seed, Vec<Input>, Result<u16, String>)> = (0..LINE_CUSTOMERS)
            .into_par_iter()
            .map(|customer| {
                self.with_customer(customer, |world, seed| {
                    let (inputs, end) = walk(self.scenario, world, seed, replies);
                    (seed, inputs, end)
                })
            })
            .collect();
        let comes = |end: &Result<u16, String>| {
            let end = end.as_ref().ok();
            end.and_then(|end| keys.get(usize::from(*end))) == Some(&ending.text)
        };
        let n = walks.iter().filter(|(_, _, end)| comes(end)).count();
        // Where nobody comes there, whoever came furthest shows why.
        let shown = walks
            .iter()
            .enumerate()
            .max_by_key(|(at, (_, inputs, end))| {
                let said = inputs
                    .iter()
                    .filter(|input| matches!(input.action, Move::Say(_)));
                (comes(end), said.count(), std::cmp::Reverse(*at))
            });
        let found = match shown {
            _ if n > 0 => format!(
                "the line comes to \"{}\" with {n} of {LINE_CUSTOMERS} customers",
                ending.text
            ),
            Some((_, (_, _, Ok(end)))) => {
                let end = keys.get(usize::from(*end)).map_or("", String::as_str);
                format!(
                    "with none of {LINE_CUSTOMERS} customers the line comes to \"{}\"; it ends with \"{end}\"",
                    ending.text
                )
            }
            Some((_, (_, _, Err(stuck)))) => format!(
                "with none of {LINE_CUSTOMERS} customers the line comes to \"{}\"; {stuck}",
                ending.text
            ),
            None => String::new(),
        };
        Verdict {
            holds: n > 0,
            found,
            shown_by: shown.map(|(_, (seed, inputs, _))| (*seed, inputs.clone())),
        }
    }

    /// Whether the best line does something with more than half of the customers
    /// it is asked of.
    fn best_line(
        &self,
        what: &str,
        of_whom: &str,
        asked: &dyn Fn(&Best) -> bool,
        does: &dyn Fn(&Best) -> bool,
    ) -> Verdict {
        let bests: Vec<&Best> = self.best().iter().filter(|best| asked(best)).collect();
        let n = bests.iter().filter(|best| does(best)).count();
        let holds = 2 * n > bests.len();
        let shown = bests.iter().find(|best| does(best) == holds);
        let found = match bests.len() {
            0 => format!("there is none of {CUSTOMERS} customers{of_whom}"),
            of => format!("the best line found {what} with {n} of {of} customers{of_whom}"),
        };
        Verdict {
            holds,
            found,
            shown_by: shown.map(|best| (best.seed, best.line.inputs.clone())),
        }
    }

    fn chance(&self, percent: u8) -> Verdict {
        let Some(random) = self.characters.first() else {
            return Verdict {
                holds: false,
                found: "nobody plays by chance".to_owned(),
                shown_by: None,
            };
        };
        let n_runs = CUSTOMERS * CHANCE_RUNS;
        let passed: Vec<Run> = (0..n_runs)
            .into_par_iter()
            .map(|n| self.run(n % CUSTOMERS, n, random))
            .filter(|run| run.passed)
            .collect();
        let n = passed.len() as u64;
        let shown = passed.into_iter().next();
        Verdict {
            holds: n * 100 < u64::from(percent) * n_runs,
            found: format!(
                "{n} of {n_runs} runs by chance pass, {}.{} %",
                n * 100 / n_runs,
                n * 1000 / n_runs % 10
            ),
            shown_by: shown.map(|run| (run.seed, run.inputs)),
        }
    }

    /// A run of somebody with one of the twelve customers; `dice` numbers what they throw.
    fn run(&self, customer: u64, dice: u64, who: &Character) -> Run {
        let par = &self.pars()[customer as usize];
        self.with_customer(customer, |world, seed| {
            let inputs = inputs_of(world, seed, dice, who);
            let session = played(self.scenario, &self.rules, seed, &inputs);
            Run {
                seed,
                passed: Score::of(&session, par).passed(self.rules.pass),
                inputs,
                ending: session.state().ending,
            }
        })
    }

    /// Par of every customer, which scores are measured by.
    fn pars(&self) -> &[Par] {
        self.pars.get_or_init(|| {
            (0..CUSTOMERS)
                .into_par_iter()
                .map(|customer| self.with_customer(customer, Par::of))
                .collect()
        })
    }

    /// The best line of every customer, searched for once.
    fn best(&self) -> &[Best] {
        self.best.get_or_init(|| {
            let one = |customer| {
                self.with_customer(customer, |world, seed| {
                    let line = Line::of(world, seed, Budget::THOROUGH, Aim::Best);
                    let mut last = world.begin(seed);
                    let (mut said, mut beats) = (Vec::new(), vec![last.beat]);
                    for &input in &line.inputs {
                        if let Move::Say(n) = input.action {
                            said.push((last.beat, n));
                        }
                        world.step(&mut last, input, &mut ());
                        beats.push(last.beat);
                    }
                    Best {
                        seed,
                        line,
                        last,
                        said,
                        beats,
                    }
                })
            };
            (0..CUSTOMERS).into_par_iter().map(one).collect()
        })
    }

    /// Runs in character, played once. Those of each character are numbered after
    /// those of the one before.
    fn endings(&self) -> &Tally {
        self.endings.get_or_init(|| {
            let none = || Tally::new(self.scenario);
            let play = |(n, who): (usize, &Character)| {
                let mut tally = none();
                let first = n as u64 * RUNS;
                for run in first..first + RUNS {
                    tally.play(self.scenario, &self.rules, Seed::new(0), run, who);
                }
                tally
            };
            let sum = |mut sum: Tally, more: Tally| {
                sum.add(&more);
                sum
            };
            let all = self.characters.par_iter().enumerate();
            all.map(play).reduce(none, sum)
        })
    }

    fn beat(&self, beat: &Key) -> Option<u16> {
        let keys = self.scenario.beat_keys();
        let at = keys.iter().position(|key| *key == beat.text)?;
        u16::try_from(at).ok()
    }

    fn with_customer<T>(&self, run: u64, look: impl FnOnce(World, Seed) -> T) -> T {
        let seed = seed_of(Seed::new(0), run);
        let setup = draw(self.scenario, &self.rules, seed);
        look(World::new(self.scenario, &self.rules, &setup), seed)
    }
}

/// Says these replies in this order, listening to the end before each: the ending
/// it comes to, or why it comes to none.
fn walk(
    scenario: &Scenario,
    world: World,
    seed: Seed,
    replies: &[Key],
) -> (Vec<Input>, Result<u16, String>) {
    let mut state = world.begin(seed);
    let mut inputs = Vec::new();
    for said in replies {
        listen(world, &mut state, &mut inputs);
        let beat = &scenario.beat_keys()[usize::from(state.beat)];
        let here = scenario.written().beats.values().nth(state.beat.into());
        let n = here
            .and_then(|beat| beat.replies.keys().position(|key| key == said))
            .and_then(|n| u8::try_from(n).ok());
        let action = n.map(Move::Say).filter(|say| world.legal(&state, *say));
        let Some(action) = action else {
            let why = match state.floor {
                Floor::Ended => format!("it is over before \"{}\" can be said", said.text),
                _ => format!("in \"{beat}\" there is no \"{}\" to say", said.text),
            };
            return (inputs, Err(why));
        };
        let after = Stance::ALL.map(|stance| {
            let input = Input { action, stance };
            let mut after = state;
            world.step(&mut after, input, &mut ());
            (world.satisfaction(&after), input, after)
        });
        // Of several as good, the first.
        let best = after.iter().rev().max_by_key(|(now, ..)| *now);
        if let Some((_, input, after)) = best {
            inputs.push(*input);
            state = *after;
        }
    }
    listen(world, &mut state, &mut inputs);
    let end = match state.floor {
        Floor::Ended => Ok(state.ending),
        _ => {
            let beat = &scenario.beat_keys()[usize::from(state.beat)];
            Err(format!(
                "after its last reply the talk goes on in \"{beat}\""
            ))
        }
    };
    (inputs, end)
}

fn listen(world: World, state: &mut State, inputs: &mut Vec<Input>) {
    while state.floor == Floor::Customer {
        let input = Input {
            action: Move::Encourage,
            stance: LISTENING,
        };
        if !world.step(state, input, &mut ()) {
            return;
        }
        inputs.push(input);
    }
}
