//! How well a customer can be read: a reader that sees percepts alone learns on
//! two thirds of the seeds and is tried on the rest, for open people and for
//! people who mask. Run with `cargo bench --no-default-features --features
//! author,classroom --bench readability`; a number after `--` sets how many seeds.

#[path = "../tests/common/reader.rs"]
mod reader;

use std::sync::Arc;

use engine::load::load;
use engine::rules::Rules;
use engine::scenario::Scenario;
use reader::{Asked, BANDS, Looks, MASKS, PLAYS, Reader, STIRS, see};

const SCENARIOS: [(&str, &str); 3] = [
    (
        "third-visit.ron",
        include_str!("../scenarios/third-visit.ron"),
    ),
    ("late-part.ron", include_str!("../scenarios/late-part.ron")),
    (
        "write-it-higher.ron",
        include_str!("../scenarios/write-it-higher.ron"),
    ),
];

/// Rounds of learning.
const ROUNDS: usize = 200;

fn main() {
    let n_seeds = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .next()
        .unwrap_or(90);
    let rules = Rules::current();
    let scenarios: Option<Vec<Arc<Scenario>>> = SCENARIOS
        .iter()
        .map(|(name, text)| load(name, text.as_bytes(), &rules).scenario.map(Arc::new))
        .collect();
    let Some(scenarios) = scenarios else {
        eprintln!("a shipped scenario does not load");
        std::process::exit(2);
    };
    println!(
        "rules {}, {n_seeds} seeds a scenario and way of playing, a third of them held out",
        rules.version()
    );
    println!(
        "share of right answers, every class weighing the same, and what chance gives:\n\
         band: which of {BANDS} equal bands the hidden meter is in\n\
         direction: whether an input that moved it by {} points or more moved it up or down\n\
         glance: the customer as they are now; watches: also a moment ago, and as they came in\n",
        f64::from(STIRS) / 10.0
    );
    println!(
        "{:8} {:10} {:8} {:>8} {:>7} {:>7} {:>7} {:>7}",
        "mask", "asked", "play", "moments", "chance", "glance", "watches", "skill"
    );
    let (mut lowest, mut highest) = (f64::MAX, f64::MIN);
    for (name, mask) in MASKS {
        let seen = see(&scenarios, mask, &rules, n_seeds);
        for (word, asked) in [("band", Asked::Band), ("direction", Asked::Direction)] {
            let readers = [Looks::Glance, Looks::Watches]
                .map(|looks| Reader::learn(asked, looks, &seen.learn, ROUNDS));
            for ((play, _), moments) in PLAYS.iter().zip(&seen.tried) {
                let [glance, watches] = readers.each_ref().map(|reader| reader.try_on(moments));
                for hits in [glance, watches] {
                    lowest = lowest.min(hits.skill());
                    highest = highest.max(hits.skill());
                }
                println!(
                    "{name:8} {word:10} {play:8} {:8} {:7.2} {:7.2} {:7.2} {:7.2}",
                    watches.n,
                    watches.chance,
                    glance.rate,
                    watches.rate,
                    watches.skill()
                );
            }
        }
    }
    println!(
        "\nskill is the share of the way from chance to certainty: lowest {lowest:.2}, highest {highest:.2}"
    );
}
