//! A reader of customers for the readability figures: multinomial logistic
//! regression that sees percepts alone, learns on some seeds and is tried on
//! others. Shared by a bench that prints and a test that holds the bars.

use std::sync::Arc;

use engine::bots::{Bot, play_session};
use engine::percept::{Gaze, Micro, Percept, Posture};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::written::Mask;
use engine::scenario::{Scenario, compile};
use engine::session::Session;

/// Bands of the meter, each a fifth of it.
pub const BANDS: usize = 5;
/// A change below this has no direction, tenths.
pub const STIRS: i16 = 20;

/// The ways of playing that are read.
pub const PLAYS: [(&str, Bot); 3] = [
    ("expert", Bot::Expert),
    ("random", Bot::Random),
    ("poor", Bot::Poor),
];

/// The personas.
pub const MASKS: [(&str, Mask); 3] = [
    ("open", Mask::Open),
    ("smiles", Mask::Smiles),
    ("cold", Mask::Cold),
];

/// What is read off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The band the hidden meter is in.
    Band,
    /// Whether the last input moved it down or up.
    Direction,
}

/// How much of the conversation a reader looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// At the customer as they are now.
    Glance,
    /// At them now, a moment ago, and as they came in.
    Watches,
}

/// One moment of a run: what there is to see, and what is true.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: Percept,
    pub before: Percept,
    pub first: Percept,
    pub meter: i16,
    pub change: i16,
}

impl Moment {
    /// The class of the answer, if the question can be asked here.
    fn answer(&self, asked: Asked) -> Option<usize> {
        match asked {
            Asked::Band => Some((self.meter.clamp(0, 999) as usize * BANDS) / 1000),
            Asked::Direction if self.change.abs() < STIRS => None,
            Asked::Direction => Some(usize::from(self.change > 0)),
        }
    }

    fn features(&self, looks: Looks) -> Vec<f64> {
        let mut all = vec![1.0];
        shows(&self.now, &mut all);
        if looks == Looks::Watches {
            shows(&self.before, &mut all);
            shows(&self.first, &mut all);
        }
        all
    }
}

/// A percept as numbers about 0, each about as large as the others.
fn shows(percept: &Percept, out: &mut Vec<f64>) {
    let levels = [
        percept.tension,
        percept.warmth,
        percept.loudness,
        percept.pace,
    ]
    .map(|level| (f64::from(level) - 50.0) / 25.0);
    out.extend(levels);
    out.extend(levels.map(|level| level * level - 1.0));
    let is = |holds: bool| if holds { 1.0 } else { 0.0 };
    for gaze in [Gaze::Away, Gaze::Down, Gaze::Past] {
        out.push(is(percept.gaze == gaze));
    }
    for posture in [
        Posture::Leaning,
        Posture::Folded,
        Posture::Turned,
        Posture::Looming,
    ] {
        out.push(is(percept.posture == posture));
    }
    for micro in [
        Micro::Flinch,
        Micro::BreathOut,
        Micro::LookAway,
        Micro::JawSet,
        Micro::Scoff,
        Micro::Swallow,
        Micro::SmallSmile,
        Micro::Nod,
    ] {
        out.push(is(percept.micro == Some(micro)));
    }
}

/// The same scenario with a customer who masks otherwise.
pub fn masked(scenario: &Scenario, mask: Mask, rules: &Rules) -> Arc<Scenario> {
    let mut written = scenario.written().clone();
    written.customer.mask = mask;
    Arc::new(compile(written, rules).expect("a sound scenario stays sound"))
}

/// The moments of one run by a bot.
pub fn moments(scenario: &Arc<Scenario>, rules: &Arc<Rules>, seed: Seed, bot: Bot) -> Vec<Moment> {
    let first = Session::begin(Arc::clone(scenario), Arc::clone(rules), seed).percept();
    let session = play_session(scenario, rules, seed, bot, 1);
    let world = session.world();
    let mut before = first;
    let mut all = Vec::new();
    for turn in session.turns() {
        let meter = world.satisfaction(&turn.after);
        all.push(Moment {
            now: turn.percept,
            before,
            first,
            meter,
            change: meter - world.satisfaction(&turn.before),
        });
        before = turn.percept;
    }
    all
}

/// A reader who has learned.
pub struct Reader {
    asked: Asked,
    looks: Looks,
    /// For each class a weight for each feature.
    weights: Vec<Vec<f64>>,
}

impl Reader {
    /// Learns from moments, every class weighing as much as the others.
    pub fn learn(asked: Asked, looks: Looks, from: &[Moment], rounds: usize) -> Reader {
        let n_classes = match asked {
            Asked::Band => BANDS,
            Asked::Direction => 2,
        };
        let rows: Vec<(Vec<f64>, usize)> = from
            .iter()
            .filter_map(|m| Some((m.features(looks), m.answer(asked)?)))
            .collect();
        let mut counts = vec![0.0_f64; n_classes];
        rows.iter().for_each(|(_, class)| counts[*class] += 1.0);
        let n_seen = counts.iter().filter(|n| **n > 0.0).count() as f64;
        let n_features = rows.first().map_or(0, |(x, _)| x.len());
        let mut reader = Reader {
            asked,
            looks,
            weights: vec![vec![0.0; n_features]; n_classes],
        };
        // Gradient descent with momentum and a little shrinkage.
        let mut moves = reader.weights.clone();
        for _ in 0..rounds {
            let mut slope = vec![vec![0.0; n_features]; n_classes];
            for (x, class) in &rows {
                let weight = 1.0 / (n_seen * counts[*class]);
                for (k, p) in reader.beliefs(x).into_iter().enumerate() {
                    let error = (p - if k == *class { 1.0 } else { 0.0 }) * weight;
                    for (s, x) in slope[k].iter_mut().zip(x) {
                        *s += error * x;
                    }
                }
            }
            for ((w, m), s) in reader.weights.iter_mut().zip(&mut moves).zip(&slope) {
                for ((w, m), s) in w.iter_mut().zip(m.iter_mut()).zip(s) {
                    *m = 0.9 * *m - 0.25 * (s + 1e-5 * *w);
                    *w += *m;
                }
            }
        }
        reader
    }

    fn beliefs(&self, x: &[f64]) -> Vec<f64> {
        let raw: Vec<f64> = self
            .weights
            .iter()
            .map(|w| w.iter().zip(x).map(|(w, x)| w * x).sum())
            .collect();
        let top = raw.iter().copied().fold(f64::MIN, f64::max);
        let all: Vec<f64> = raw.iter().map(|v| (v - top).exp()).collect();
        let sum: f64 = all.iter().sum();
        all.into_iter().map(|v| v / sum).collect()
    }

    /// How well it does on other moments.
    pub fn try_on(&self, moments: &[Moment]) -> Hits {
        let mut hits = vec![(0.0, 0.0); self.weights.len()];
        for moment in moments {
            let Some(class) = moment.answer(self.asked) else {
                continue;
            };
            let beliefs = self.beliefs(&moment.features(self.looks));
            let said = (0..beliefs.len())
                .max_by(|a, b| beliefs[*a].total_cmp(&beliefs[*b]))
                .unwrap_or(0);
            hits[class].1 += 1.0;
            if said == class {
                hits[class].0 += 1.0;
            }
        }
        // Classes that hardly occur say nothing.
        let n: f64 = hits.iter().map(|(_, n)| n).sum();
        let met: Vec<(f64, f64)> = hits.into_iter().filter(|(_, of)| *of >= 0.01 * n).collect();
        let n_met = met.len().max(1) as f64;
        Hits {
            n: n as usize,
            rate: met.iter().map(|(right, of)| right / of).sum::<f64>() / n_met,
            chance: 1.0 / n_met,
        }
    }
}

/// How often a reader was right, every class weighing the same, and how often
/// somebody is who does not look.
#[derive(Clone, Copy, Debug)]
pub struct Hits {
    pub n: usize,
    pub rate: f64,
    pub chance: f64,
}

impl Hits {
    /// The share of the way from chance to certainty.
    pub fn skill(&self) -> f64 {
        (self.rate - self.chance) / (1.0 - self.chance).max(1e-9)
    }
}

/// The moments of each way of playing, of the seeds to learn on and of those to be tried on.
pub struct Seen {
    pub learn: Vec<Moment>,
    pub tried: Vec<Vec<Moment>>,
}

/// Plays all scenarios with one mask over seeds; every third seed is held out.
pub fn see(scenarios: &[Arc<Scenario>], mask: Mask, rules: &Arc<Rules>, n_seeds: u64) -> Seen {
    let mut seen = Seen {
        learn: Vec::new(),
        tried: vec![Vec::new(); PLAYS.len()],
    };
    for scenario in scenarios {
        let scenario = masked(scenario, mask, rules);
        for (n, (_, bot)) in PLAYS.iter().enumerate() {
            for i in 0..n_seeds {
                let seed = Seed::new(i * 7_919 + 101);
                let all = moments(&scenario, rules, seed, *bot);
                if i % 3 == 2 {
                    seen.tried[n].extend(all);
                } else {
                    seen.learn.extend(all);
                }
            }
        }
    }
    seen
}
