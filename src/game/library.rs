//! What there is to play and what is chosen. The window knows no files: scenarios are
//! handed in.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bevy::prelude::*;
use engine::report::Report;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::state::{Face, Stance, Voice};

use crate::desk::library::Library as Shelf;
use crate::desk::shown::{Heard, Shown};
use crate::game::run::Run;

/// The scenarios, the one chosen, and the seed of the next run.
#[derive(Resource, Debug)]
pub struct Library {
    /// The scenarios in the order of the list.
    pub scenarios: Vec<Arc<Scenario>>,
    /// A sentence for each file that cannot be played.
    pub refused: Vec<String>,
    /// The rules they are played by.
    pub rules: Arc<Rules>,
    /// Which one is chosen, an index of `scenarios`.
    pub chosen: usize,
    /// The seed of the next run.
    pub seed: Seed,
    /// The best results so far, by scenario id.
    pub best: BTreeMap<String, Best>,
    fixed_seeds: bool,
}

/// The best results in a scenario, 0 to 100 each, not necessarily of one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Best {
    /// The satisfaction score.
    pub satisfaction: u8,
    /// The conduct score.
    pub conduct: u8,
}

impl Best {
    /// The two scores of a run.
    pub fn of(report: &Report) -> Self {
        let score = |tenths: i32| ((tenths + 5) / 10).clamp(0, 100) as u8;
        Best {
            satisfaction: score(report.satisfaction.into()),
            conduct: score(report.conduct),
        }
    }
}

impl Library {
    /// A library with the first scenario chosen. With a seed, every new seed is
    /// the next number, so that tours repeat; without, they are drawn.
    pub fn new(shelf: &Shelf, rules: Arc<Rules>, seed: Option<Seed>) -> Self {
        let (scenarios, refused) = listed(shelf);
        Library {
            scenarios,
            refused,
            rules,
            chosen: 0,
            seed: seed.unwrap_or_else(drawn_seed),
            best: BTreeMap::new(),
            fixed_seeds: seed.is_some(),
        }
    }

    /// The chosen scenario, if there is any at all.
    pub fn scenario(&self) -> Option<&Arc<Scenario>> {
        self.scenarios.get(self.chosen)
    }

    /// Chooses a scenario by its id; says whether there is one.
    pub fn choose(&mut self, id: &str) -> bool {
        let at = self.scenarios.iter().position(|s| s.id() == id);
        self.chosen = at.unwrap_or(self.chosen);
        at.is_some()
    }

    /// Puts a scenario in the place of the one with its id, or at the end, and
    /// chooses it.
    pub fn put(&mut self, scenario: Arc<Scenario>) {
        if self.choose(scenario.id()) {
            self.scenarios[self.chosen] = scenario;
        } else {
            self.chosen = self.scenarios.len();
            self.scenarios.push(scenario);
        }
    }

    /// Lists what is there now. Says whether the chosen one is still among it; if
    /// not, the first is chosen.
    pub fn restock(&mut self, shelf: &Shelf) -> bool {
        let chosen = self.scenario().map(|scenario| scenario.id().to_owned());
        (self.scenarios, self.refused) = listed(shelf);
        self.chosen = 0;
        chosen.is_some_and(|id| self.choose(&id))
    }

    /// Takes another seed for the next run.
    pub fn renew_seed(&mut self) {
        self.seed = if self.fixed_seeds {
            Seed::new(self.seed.bits() + 1)
        } else {
            drawn_seed()
        };
    }

    /// Keeps a result if it is better than what was known.
    pub fn note(&mut self, id: &str, result: Best) {
        let best = self.best.entry(id.to_owned()).or_default();
        best.satisfaction = best.satisfaction.max(result.satisfaction);
        best.conduct = best.conduct.max(result.conduct);
    }

    /// Begins a run of the chosen scenario with the current seed.
    ///
    /// With `bleep`, foul words are masked in it; the run is the same.
    pub fn begin(&self, bleep: bool) -> Option<Run> {
        let told = told(self.scenario()?, bleep);
        Some(Run::begin(told, self.rules.clone(), self.seed))
    }

    /// The scenario with this id as it is told; `bleep` as in [`Library::begin`].
    pub fn find(&self, id: &str, bleep: bool) -> Option<Arc<Scenario>> {
        let scenario = self.scenarios.iter().find(|s| s.id() == id)?;
        Some(told(scenario, bleep))
    }
}

fn told(scenario: &Arc<Scenario>, bleep: bool) -> Arc<Scenario> {
    match bleep {
        true => Arc::new(scenario.bleeped()),
        false => scenario.clone(),
    }
}

fn listed(shelf: &Shelf) -> (Vec<Arc<Scenario>>, Vec<String>) {
    let scenarios = shelf.entries.iter().map(|entry| entry.scenario.clone());
    let refused = shelf.refused.iter().map(|refused| {
        let name = refused.path.file_name().unwrap_or(refused.path.as_os_str());
        // Marks of a terminal; the caption is prose.
        let why = refused.why.replace('`', "");
        format!("{} is not playable: {why}", name.display())
    });
    (scenarios.collect(), refused.collect())
}

/// Nobody may foresee a seed, and nothing hangs on more: the clock will do.
fn drawn_seed() -> Seed {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = now.map_or(0, |now| now.as_nanos() as u64);
    Seed::new(nanos.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20)
}

/// While this is there, runs are played on the author's bench: none is kept, and
/// none is a result.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct OnBench {
    /// The part of the window's width that the talk takes, 0 to 1.
    pub stage: f32,
}

/// Who a line of the history belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The customer.
    Customer,
    /// The trainee.
    You,
    /// Nobody: what happened, or the closing scene.
    Scene,
}

/// A line of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whose line it is.
    pub who: Who,
    /// The words, with `*stress*`.
    pub text: String,
    /// How it was said, for the trainee's lines.
    pub stance: Option<Stance>,
}

/// Everything that was said and seen so far, in order.
pub fn history(shown: &Shown) -> Vec<Line> {
    let line = |who, text: &str| Line {
        who,
        text: text.to_owned(),
        stance: None,
    };
    let add = |heard: &[Heard], lines: &mut Vec<Line>| {
        for heard in heard {
            match heard {
                Heard::Speaks(text) | Heard::Reacts(text) => {
                    lines.push(line(Who::Customer, text));
                }
                Heard::Silence(_) => lines.push(line(Who::Scene, "You said nothing.")),
                Heard::BrokenOff => lines.push(line(Who::Scene, "You cut in.")),
                Heard::Ended(scene) => lines.push(line(Who::Scene, scene)),
                Heard::Floor | Heard::Promised(_) => {}
            }
        }
    };
    let mut lines = Vec::new();
    add(&shown.opening, &mut lines);
    for exchange in &shown.exchanges {
        if let Some(said) = &exchange.said {
            lines.push(Line {
                stance: Some(exchange.stance),
                ..line(Who::You, said)
            });
        }
        add(&exchange.heard, &mut lines);
    }
    lines
}

/// The word for a voice.
pub fn voice_word(voice: Voice) -> &'static str {
    match voice {
        Voice::Soft => "soft",
        Voice::Even => "even",
        Voice::Raised => "raised",
    }
}

/// The word for a face.
pub fn face_word(face: Face) -> &'static str {
    match face {
        Face::Warm => "warm",
        Face::Neutral => "neutral",
        Face::Concerned => "concerned",
    }
}
