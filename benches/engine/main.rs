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
use engine::scenario::written::Written;
use engine::scenario::{MAX_REPLIES, Scenario, compile};
use engine::session::Session;
use engine::state::{Floor, Stance};
use engine::step::{Input, Move, World, draw};

mod files;
mod flat;

const ROUNDS: usize = 9;
/// Random runs a round; a number after `--` sets another.
const RUNS: u64 = 60_000;

fn main() {
    let n_runs = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .next()
        .unwrap_or(RUNS);
    let rules = Rules::current();
    let text = include_str!("../../scenarios/third-visit.ron");
    let loaded = load("third-visit.ron", text.as_bytes(), &rules);
    let Some(scenario) = loaded.scenario else {
        eprintln!("the shipped scenario does not load");
        std::process::exit(2);
    };
    let large = hundredfold(scenario.written(), &rules);
    println!(
        "scenario third-visit: {} beats, {} replies",
        scenario.beat_keys().len(),
        scenario.n_replies()
    );
    println!(
        "a hundred times larger: {} beats, {} replies\n",
        large.beat_keys().len(),
        large.n_replies()
    );
    let mut ours = Vec::new();
    let mut bound = Vec::new();
    let mut full = Vec::new();
    let mut big = Vec::new();
    let (mut times, mut growth) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(rate(|| state_only(&scenario, &rules, n_runs)));
        bound.push(rate(|| flat::play(&rules, n_runs)));
        times.push(bound[bound.len() - 1] / ours[ours.len() - 1]);
        full.push(rate(|| recorded(&scenario, &rules, n_runs / 10)));
        big.push(rate(|| state_only(&large, &rules, n_runs)));
        growth.push(ours[ours.len() - 1] / big[big.len() - 1]);
    }
    // Compared within a round: a busy machine slows both.
    let (times, growth) = (median(times), median(growth));
    let [ours, bound, full, big] = [ours, bound, full, big].map(median);
    let row = |what: &str, rate: f64| {
        println!(
            "{what:44} {:8.2} M turns/s   {:7.1} ns a turn",
            rate / 1e6,
            1e9 / rate
        )
    };
    row("state only", ours);
    row("flat arrays, the same arithmetic", bound);
    row("with terms and digest recorded", full);
    row("state only, a hundred times larger", big);
    println!(
        "\nours takes {times:.2} times as long as the flat arrays (bar: 4), the median of {ROUNDS} rounds"
    );
    println!("a hundredfold story takes {growth:.2} times as long a turn (bar: 2)");
    files::loading(text, &rules);
    files::transcripts(&scenario, &rules);
    sessions(&scenario, &rules);
    every_play_ends(&rules);
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

/// The public way, with words, events and percepts.
fn sessions(scenario: &Scenario, rules: &Arc<Rules>) {
    let scenario = Arc::new(scenario.clone());
    let mut dice = Dice::for_play(Seed::new(2), 2);
    let start = Instant::now();
    let mut n_turns = 0;
    for run in 0..2_000 {
        let mut session = Session::begin(Arc::clone(&scenario), Arc::clone(rules), Seed::new(run));
        while session.floor() != Floor::Ended {
            let choices = session.choices();
            let choice = &choices[dice.below(choices.len() as u32) as usize];
            let stance = Stance::ALL[dice.below(9) as usize];
            if session.apply(&choice.action, stance).is_err() {
                break;
            }
            n_turns += 1;
        }
    }
    let micros = start.elapsed().as_secs_f64() * 1e6 / f64::from(n_turns);
    println!("a session's turn with choices, words and percept: {micros:.2} microseconds");
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

/// The scenario a hundred times over, each copy leading to the next.
fn hundredfold(written: &Written, rules: &Rules) -> Scenario {
    use engine::scenario::written::Key;
    let mut large = written.clone();
    large.beats.clear();
    for copy in 0..100 {
        let named = |key: &Key| Key::new(&format!("{}-{copy}", key.text));
        for (key, beat) in &written.beats {
            let mut beat = beat.clone();
            for (n, reply) in beat.replies.values_mut().enumerate() {
                for branch in &mut reply.then {
                    if written.beats.contains_key(&branch.to) {
                        // Every other reply crosses into another copy, so that the walk uses all of it.
                        let to = if n % 2 == 0 { copy } else { (copy + 37) % 100 };
                        branch.to = Key::new(&format!("{}-{to}", branch.to.text));
                    }
                    branch.conditions.iter_mut().for_each(rename);
                }
                reply.conditions.iter_mut().for_each(rename);
                reply.suits.iter_mut().for_each(rename);
                reply.promise = None;
            }
            for segment in &mut beat.says {
                segment.conditions.iter_mut().for_each(rename);
                segment
                    .variants
                    .iter_mut()
                    .flat_map(|v| &mut v.conditions)
                    .for_each(rename);
            }
            large.beats.insert(named(key), beat);
        }
    }
    large.opening = Key::new(&format!("{}-0", written.opening.text));
    match compile(large, rules) {
        Ok(scenario) => scenario,
        Err(error) => {
            eprintln!("the hundredfold scenario does not compile: {error}");
            std::process::exit(2);
        }
    }
}

/// `Been` takes at most 64 beats; in the copies it asks for an act instead, which costs the same.
fn rename(condition: &mut engine::scenario::written::Condition) {
    use engine::act::Act;
    use engine::scenario::written::Condition;
    match condition {
        Condition::Been(_) => *condition = Condition::Did(Act::Own),
        Condition::Not(inner) => rename(inner),
        Condition::Any(all) => all.iter_mut().for_each(rename),
        _ => {}
    }
}
