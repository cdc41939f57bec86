//! Turns a second of the engine, beside a flat-array program that does the same
//! arithmetic; what loading, saving and checking cost. Run with
//! `cargo bench --no-default-features --features author,classroom --bench engine`.
//! One core, release profile; a turn is one input applied, listening included.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use engine::Term;
use engine::load::load;
use engine::rng::{Dice, Seed};
use engine::rules::Rules;
use engine::scenario::{MAX_REPLIES, Scenario};
use engine::session::Session;
use engine::state::{Floor, Stance};
use engine::step::{Input, Move, World, draw};

mod files;
mod flat;
mod memory;
mod story;

const ROUNDS: usize = 9;
/// Random runs a round; a number after `--` sets another.
const RUNS: u64 = 60_000;
/// Beats of the stories that growth is measured on.
const SIZES: [usize; 3] = [40, 400, 4000];

fn main() {
    let rules = Rules::current();
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [what, file] = args.as_slice()
        && what == "memory"
    {
        return memory::of(file, &rules);
    }
    let n_runs = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(RUNS);
    let text = include_str!("../../scenarios/third-visit.ron");
    let scenario = loaded("third-visit.ron", text, &rules);
    let stories = SIZES.map(|n_beats| story::text(scenario.written(), n_beats));
    let small = loaded("story.ron", &stories[0], &rules);
    let large = loaded("story.ron", &stories[2], &rules);
    for (what, scenario) in [
        ("third-visit", &scenario),
        ("the small story", &small),
        ("the large one", &large),
    ] {
        println!(
            "{what}: {} beats, {} replies",
            scenario.beat_keys().len(),
            scenario.n_replies()
        );
    }
    let flat_runs = turns(&scenario, [&small, &large], &rules, n_runs);
    for story in [&small, &large] {
        sessions(story, &rules);
    }
    files::transcripts(&scenario, &rules, flat_runs);
    files::loading("third-visit.ron", text, &rules);
    let millis = stories
        .each_ref()
        .map(|text| files::loading("story.ron", text, &rules));
    println!(
        "load of {} beats takes {:.1} times as long as of {} (bar: 12), RON alone {:.1} times",
        SIZES[2],
        millis[2][0] / millis[1][0],
        SIZES[1],
        millis[2][1] / millis[1][1]
    );
    for (n_beats, text, bar) in [(SIZES[0], &stories[0], 5), (SIZES[2], &stories[2], 62)] {
        memory::print(n_beats, text, bar);
    }
    every_play_ends(&rules);
}

fn loaded(name: &str, text: &str, rules: &Rules) -> Scenario {
    let loaded = load(name, text.as_bytes(), rules);
    let n_findings = loaded.findings.list.len() + loaded.findings.more;
    if n_findings > 0 {
        let codes: std::collections::BTreeSet<_> = loaded
            .findings
            .list
            .iter()
            .map(|finding| finding.code)
            .collect();
        println!("{name}: {n_findings} findings, which loading pays for: {codes:?}");
    }
    loaded.scenario.unwrap_or_else(|| {
        eprintln!("{name} does not load: {:?}", loaded.findings.list);
        std::process::exit(2);
    })
}

/// Turns a second, with state alone and with all that is recorded, beside the flat
/// arrays; and how they fare in a small and in a large story. Returns how many runs
/// the flat arrays play a second.
fn turns(scenario: &Scenario, stories: [&Scenario; 2], rules: &Rules, n_runs: u64) -> f64 {
    let mut rates: [Vec<f64>; 6] = Default::default();
    let (mut times, mut growth, mut flat_runs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let flat = rate(|| flat::play(rules, n_runs));
        flat_runs.push(n_runs as f64 / start.elapsed().as_secs_f64());
        let ours = rate(|| state_only(scenario, rules, n_runs));
        let [small, large] = stories.map(|story| rate(|| state_only(story, rules, n_runs)));
        let round = [
            ours,
            flat,
            rate(|| recorded(scenario, rules, n_runs / 10)),
            small,
            large,
            rate(|| two_workers(scenario, rules, n_runs)),
        ];
        for (all, one) in rates.iter_mut().zip(round) {
            all.push(one);
        }
        // Compared within a round: a busy machine slows both.
        times.push(flat / ours);
        growth.push(small / large);
    }
    let names = [
        "state only",
        "flat arrays, the same arithmetic",
        "with terms and digest recorded",
        "state only, the small story",
        "state only, the large story",
        "state only, two workers together",
    ];
    for (what, rate) in names.into_iter().zip(rates.map(median)) {
        println!(
            "{what:44} {:8.2} M turns/s   {:7.1} ns a turn",
            rate / 1e6,
            1e9 / rate
        );
    }
    println!(
        "\nours takes {:.2} times as long as the flat arrays (bar: 4), the median of {ROUNDS} rounds",
        median(times)
    );
    println!(
        "a turn of the large story takes {:.2} times as long as one of the small (bar: 2)",
        median(growth)
    );
    median(flat_runs)
}

/// Turns a second of a piece of work that says how many turns it took.
fn rate(work: impl FnOnce() -> u64) -> f64 {
    let start = Instant::now();
    let n_turns = work();
    n_turns as f64 / start.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn state_only(scenario: &Scenario, rules: &Rules, n_runs: u64) -> u64 {
    let mut n_turns = 0;
    let mut dice = Dice::for_play(Seed::new(1), 1);
    for run in 0..n_runs {
        let seed = Seed::new(run & 63);
        let setup = draw(scenario, rules, seed);
        let world = World::new(scenario, rules, &setup);
        let mut state = world.begin(seed);
        let mut moves = [Move::Pause; MAX_REPLIES + 1];
        while state.floor != Floor::Ended {
            let n_moves = world.moves(&state, &mut moves);
            let action = moves[dice.below(n_moves as u32) as usize];
            let stance = Stance::ALL[dice.below(9) as usize];
            world.step(&mut state, Input { action, stance }, &mut ());
            n_turns += 1;
        }
        black_box(world.survey(&state));
    }
    n_turns
}

fn recorded(scenario: &Scenario, rules: &Rules, n_runs: u64) -> u64 {
    let mut n_turns = 0;
    let mut dice = Dice::for_play(Seed::new(1), 1);
    let mut terms: Vec<Term> = Vec::with_capacity(64);
    for run in 0..n_runs {
        let seed = Seed::new(run & 63);
        let setup = draw(scenario, rules, seed);
        let world = World::new(scenario, rules, &setup);
        let mut state = world.begin(seed);
        let mut moves = [Move::Pause; MAX_REPLIES + 1];
        while state.floor != Floor::Ended {
            let n_moves = world.moves(&state, &mut moves);
            let action = moves[dice.below(n_moves as u32) as usize];
            let stance = Stance::ALL[dice.below(9) as usize];
            terms.clear();
            world.step(&mut state, Input { action, stance }, &mut terms);
            black_box((&terms, state.digest()));
            n_turns += 1;
        }
    }
    n_turns
}

/// Two workers who share nothing, as turns a second of both.
fn two_workers(scenario: &Scenario, rules: &Rules, n_runs: u64) -> u64 {
    std::thread::scope(|scope| {
        let workers = [(); 2].map(|()| scope.spawn(|| state_only(scenario, rules, n_runs)));
        let turns = workers.map(|worker| worker.join().unwrap_or(0));
        turns.iter().sum()
    })
}

/// The public way, with words, events and percepts.
fn sessions(scenario: &Scenario, rules: &Arc<Rules>) {
    let scenario = Arc::new(scenario.clone());
    let mut dice = Dice::for_play(Seed::new(2), 2);
    let mut micros = Vec::new();
    for run in 0..2_000 {
        let mut session = Session::begin(Arc::clone(&scenario), Arc::clone(rules), Seed::new(run));
        while session.floor() != Floor::Ended {
            let start = Instant::now();
            let choices = session.choices();
            let choice = &choices[dice.below(choices.len() as u32) as usize];
            let stance = Stance::ALL[dice.below(9) as usize];
            if session.apply(&choice.action, stance).is_err() {
                break;
            }
            micros.push(start.elapsed().as_secs_f64() * 1e6);
        }
    }
    micros.sort_by(f64::total_cmp);
    let mean = micros.iter().sum::<f64>() / micros.len() as f64;
    println!(
        "a session's turn with choices, words and percept, {} beats: {mean:.2} microseconds, 99.9 % within {:.0} (bar: 100)",
        scenario.beat_keys().len(),
        micros[micros.len() * 999 / 1000]
    );
}

/// Ten thousand random plays of each shipped scenario come to an ending.
fn every_play_ends(rules: &Rules) {
    for (name, text) in [
        (
            "third-visit.ron",
            include_str!("../../scenarios/third-visit.ron"),
        ),
        (
            "late-part.ron",
            include_str!("../../scenarios/late-part.ron"),
        ),
        (
            "write-it-higher.ron",
            include_str!("../../scenarios/write-it-higher.ron"),
        ),
    ] {
        let start = Instant::now();
        let loaded = load(name, text.as_bytes(), rules);
        let load_ms = start.elapsed().as_secs_f64() * 1e3;
        match loaded.scenario {
            Some(scenario) => {
                let n_turns = state_only(&scenario, rules, 10_000);
                println!(
                    "{name}: loaded in {load_ms:.2} ms; 10000 random plays ended, {n_turns} turns"
                );
            }
            None => println!("{name}: does not load"),
        }
    }
}
