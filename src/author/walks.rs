//! Where talks go: many plays by chance and by a careful trainee, counted by the
//! beats and endings they come to and the ways between. The same for any number
//! of threads, since every play has its own seed.

use std::collections::{BTreeMap, BTreeSet};

use engine::bots::{Bot, Memory, choose};
use engine::rng::{Dice, Seed};
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::state::{Flags, Floor};
use engine::step::{Move, World, draw};
use rayon::prelude::*;

/// A beat or an ending, by its place in the order of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// A beat.
    Beat(u16),
    /// An ending.
    Ending(u16),
}

/// A way a talk went: from a beat, by a reply or by walking out, to a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The beat it leaves.
    pub from: u16,
    /// Where it goes.
    pub to: Stop,
    /// Whether the customer walked out.
    pub walked_out: bool,
}

/// What a number of plays came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walks {
    /// How many plays there were.
    pub n_plays: u32,
    /// How many of them came to each stop.
    pub stops: BTreeMap<Stop, u32>,
    /// How many of them went each way.
    pub ways: BTreeMap<Way, u32>,
}

impl Walks {
    /// Plays by one kind of trainee, with seeds counted from 0.
    pub fn of(scenario: &Scenario, rules: &Rules, bot: Bot, n_plays: u32) -> Self {
        let plays: Vec<_> = (0..n_plays)
            .into_par_iter()
            .map(|n| walk(scenario, rules, bot, n))
            .collect();
        let mut walks = Walks {
            n_plays,
            ..Walks::default()
        };
        for (stops, ways) in plays {
            stops
                .into_iter()
                .for_each(|stop| *walks.stops.entry(stop).or_default() += 1);
            ways.into_iter()
                .for_each(|way| *walks.ways.entry(way).or_default() += 1);
        }
        walks
    }

    /// Share of the plays that came there, in hundredths.
    pub fn share_of(&self, stop: Stop) -> f64 {
        self.share(self.stops.get(&stop))
    }

    /// Share of the plays that went from a beat to a stop, by whatever reply.
    pub fn share_between(&self, way: Way) -> f64 {
        self.share(self.ways.get(&way))
    }

    fn share(&self, n: Option<&u32>) -> f64 {
        f64::from(n.copied().unwrap_or(0)) * 100.0 / f64::from(self.n_plays.max(1))
    }
}

/// One play: the stops it came to and the ways it took, each once.
fn walk(scenario: &Scenario, rules: &Rules, bot: Bot, n: u32) -> (BTreeSet<Stop>, BTreeSet<Way>) {
    let seed = Seed::new(u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let setup = draw(scenario, rules, seed);
    let world = World::new(scenario, rules, &setup);
    let mut state = world.begin(seed);
    let mut memory = Memory::new(scenario, rules);
    let mut dice = Dice::for_play(seed, u64::from(n));
    let mut stops = BTreeSet::from([Stop::Beat(state.beat)]);
    let mut ways = BTreeSet::new();
    while state.floor != Floor::Ended {
        let from = state.beat;
        let input = choose(&world, &state, bot, &mut memory, &mut dice);
        if !world.step(&mut state, input, &mut ()) {
            break;
        }
        let ended = state.floor == Floor::Ended;
        if !ended && !matches!(input.action, Move::Say(_)) {
            continue;
        }
        let to = if ended {
            Stop::Ending(state.ending)
        } else {
            Stop::Beat(state.beat)
        };
        let walked_out = ended && state.flags.has(Flags::WALKED_OUT);
        stops.insert(to);
        ways.insert(Way {
            from,
            to,
            walked_out,
        });
    }
    (stops, ways)
}
