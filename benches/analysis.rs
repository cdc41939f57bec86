//! What the analysis takes and what it finds: time for a run of twenty replies,
//! the best line found next to par's and to very many random and bot plays, and
//! how replies of known trainees are classed. Run with
//! `cargo bench --no-default-features --features author,classroom --bench analysis`;
//! a number after `--` sets how many plays try to beat the best line. One core,
//! release profile; it prints figures and never fails.

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::analysis::{Aim, Analysis, Bound, Budget, Class, Line, Value};
use engine::bots::{Bot, play, play_session};
use engine::load::load;
use engine::playtest::{Character, Tally, player_of};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::score::par::{Par, clean};
use engine::session::Session;
use engine::state::{Floor, Stance};
use engine::step::{Input, Move, World, draw};

const SCENARIOS: [(&str, &str); 3] = [
    ("third-visit", include_str!("../scenarios/third-visit.ron")),
    ("late-part", include_str!("../scenarios/late-part.ron")),
    (
        "write-it-higher",
        include_str!("../scenarios/write-it-higher.ron"),
    ),
];
const SEEDS: u64 = 12;
const PLAYS: u64 = 1_000_000;
/// Runs whose time is taken.
const COUNTED: u64 = 100_000;
/// Customers between whom the plays are shared out.
const CHALLENGED: u64 = 20;

fn main() {
    let n_plays = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .next()
        .unwrap_or(PLAYS);
    let rules = Rules::current();
    for (name, text) in SCENARIOS {
        let Some(scenario) = load(&format!("{name}.ron"), text.as_bytes(), &rules).scenario else {
            eprintln!("{name} does not load");
            std::process::exit(2);
        };
        let scenario = Arc::new(scenario);
        println!("== {name}");
        playtested(&scenario, &rules);
        longest(&scenario, &rules);
        for bot in [Bot::Expert, Bot::Adequate, Bot::Poor, Bot::Random] {
            classes(&scenario, &rules, bot);
        }
        beside_par(&scenario, &rules);
        for budget in [("debrief", Budget::DEBRIEF), ("thorough", Budget::THOROUGH)] {
            challenged(&scenario, &rules, budget, n_plays / SCENARIOS.len() as u64);
        }
        println!();
    }
}

/// Runs a second with every sum of the playtest, on one thread and on two.
fn playtested(scenario: &Scenario, rules: &Rules) {
    let characters = Character::roster();
    let some = |runs: std::ops::Range<u64>| {
        let mut tallies: Vec<Tally> = characters.iter().map(|_| Tally::new(scenario)).collect();
        for run in runs {
            let who = player_of(run, characters.len());
            tallies[who].play(scenario, rules, Seed::new(0), run, &characters[who]);
        }
    };
    let start = Instant::now();
    some(0..COUNTED);
    let one = start.elapsed();
    let start = Instant::now();
    std::thread::scope(|threads| {
        threads.spawn(|| some(0..COUNTED));
        some(COUNTED..2 * COUNTED);
    });
    let two = start.elapsed();
    let a_million = |time: Duration, n: u64| time.as_secs_f64() * 1e6 / n as f64;
    println!(
        "playtest: a million runs in {:.1} s on one thread, {:.1} s on two (bar: 10)",
        a_million(one, COUNTED),
        a_million(two, 2 * COUNTED)
    );
}

/// Listens to everything and says whatever leads to no ending, so that the run
/// gets as long as twenty replies or the scenario allow.
fn long_run(scenario: &Arc<Scenario>, rules: &Arc<Rules>, seed: Seed) -> Session {
    let mut longest: Option<Session> = None;
    for run in 0..400 {
        let session = play_session(scenario, rules, seed, Bot::Random, run);
        let n = |session: &Session| session.state().n_replies;
        if longest.as_ref().is_none_or(|other| n(&session) > n(other)) {
            longest = Some(session);
        }
    }
    longest.expect("there were runs")
}

fn longest(scenario: &Arc<Scenario>, rules: &Arc<Rules>) {
    let mut times = Vec::new();
    let (mut n_replies, mut n_inputs) = (0, 0);
    for seed in 0..SEEDS {
        let session = long_run(scenario, rules, Seed::new(seed * 7_919 + 13));
        n_replies = n_replies.max(session.state().n_replies);
        n_inputs = n_inputs.max(session.turns().len());
        times.push(timed(&session).1);
    }
    times.sort();
    println!(
        "the longest of 400 random runs, up to {n_replies} replies and {n_inputs} inputs: \
         median {:.0} ms, slowest {:.0} ms (bar: 200)",
        ms(times[times.len() / 2]),
        ms(times[times.len() - 1]),
    );
}

fn timed(session: &Session) -> (Analysis, Duration) {
    let moves: Vec<Input> = session.turns().iter().map(|turn| turn.input).collect();
    let start = Instant::now();
    let analysis = Analysis::of(
        session.world(),
        session.first(),
        &moves,
        Budget::DEBRIEF,
        &mut || true,
    );
    (analysis.expect("nobody stopped it"), start.elapsed())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn classes(scenario: &Arc<Scenario>, rules: &Arc<Rules>, bot: Bot) {
    let mut counts = [0; 5];
    let (mut n_exact, mut cost, mut time) = (0, 0, Duration::ZERO);
    for seed in 0..SEEDS {
        let session = play_session(scenario, rules, Seed::new(seed * 7_919 + 13), bot, seed);
        let (analysis, took) = timed(&session);
        time += took;
        for verdict in &analysis.verdicts {
            counts[verdict.class as usize] += 1;
            n_exact += usize::from(verdict.bound == Bound::Exact);
            cost += i64::from(verdict.cost);
        }
    }
    let n: usize = counts.iter().sum();
    let shares: Vec<String> = Class::ALL
        .iter()
        .zip(counts)
        .map(|(class, k)| format!("{} {:.0} %", class.name(), 100.0 * k as f64 / n as f64))
        .collect();
    println!(
        "{:9} {}; mean cost {:.1}; exact {:.0} %; {:.0} ms a run",
        format!("{bot:?}"),
        shares.join(", "),
        cost as f64 / n as f64 / 10.0,
        100.0 * n_exact as f64 / n as f64,
        ms(time) / SEEDS as f64,
    );
}

fn beside_par(scenario: &Arc<Scenario>, rules: &Arc<Rules>) {
    let mut rows: Vec<(&str, Budget, i64, i64, i64, Duration)> = [
        ("quick", Budget::QUICK),
        ("debrief", Budget::DEBRIEF),
        ("thorough", Budget::THOROUGH),
    ]
    .map(|(name, budget)| (name, budget, 0, 0, 0, Duration::ZERO))
    .into();
    let (mut par_sum, mut par_time) = (0, Duration::ZERO);
    for seed in 0..SEEDS {
        let seed = Seed::new(seed * 104_729 + 7);
        let setup = draw(scenario, rules, seed);
        let world = World::new(scenario, rules, &setup);
        let start = Instant::now();
        let par = Par::of(world, seed);
        par_time += start.elapsed();
        par_sum += i64::from(par.best.survey);
        for (_, budget, sum, best_wins, worst, time) in &mut rows {
            let start = Instant::now();
            let line = Line::of(world, seed, *budget, Aim::Best);
            *time += start.elapsed();
            *sum += i64::from(line.value.survey);
            *best_wins += i64::from(line.value.survey >= par.best.survey);
            *worst += i64::from(Line::of(world, seed, *budget, Aim::Worst).value.survey);
        }
    }
    let n = SEEDS as f64;
    println!(
        "best line: par {:.1} ({:.0} ms)",
        par_sum as f64 / n / 10.0,
        ms(par_time) / n
    );
    for (name, _, sum, wins, worst, time) in rows {
        println!(
            "  {name:9} {:.1} ({:.1} ms), at least par's on {wins} of {SEEDS} seeds; worst line {:.1}",
            sum as f64 / n / 10.0,
            ms(time) / n,
            worst as f64 / n / 10.0,
        );
    }
}

/// Plays that try to beat the best line: random ones and bots, and beside them
/// random departures from the best line itself, which come closest.
fn challenged(
    scenario: &Arc<Scenario>,
    rules: &Arc<Rules>,
    (name, budget): (&str, Budget),
    n_plays: u64,
) {
    let bots = [Bot::Random, Bot::Expert, Bot::Random, Bot::Adequate];
    let mut tallies = [("random and bot plays", 0u64, 0u64, i32::MAX); 2];
    tallies[1].0 = "departures from it";
    for k in 0..CHALLENGED {
        let seed = Seed::new(k * 15_485_863 + 3);
        let setup = draw(scenario, rules, seed);
        let world = World::new(scenario, rules, &setup);
        let best = Line::of(world, seed, budget, Aim::Best);
        for run in 0..n_plays / CHALLENGED {
            let plays = [
                play(scenario, rules, seed, bots[run as usize % 4], run).1,
                departure(world, seed, &best.inputs, run),
            ];
            for ((_, n, n_beaten, closest), state) in tallies.iter_mut().zip(plays) {
                let found = Value {
                    clean: clean(&state),
                    right: world.ends_rightly(&state),
                    survey: world.survey(&state),
                };
                *n += 1;
                *n_beaten += u64::from(found > best.value);
                if (found.clean, found.right) == (best.value.clean, best.value.right) {
                    let behind = i32::from(best.value.survey) - i32::from(found.survey);
                    *closest = behind.min(*closest);
                }
            }
        }
    }
    for (what, n, n_beaten, closest) in tallies {
        println!(
            "the {name} best lines of {CHALLENGED} customers against {n} {what}: {n_beaten} beat \
             them, the closest stayed {:.1} behind",
            f64::from(closest) / 10.0
        );
    }
}

/// The best line with one to three inputs changed by chance, then what is best
/// among what is still possible: the line's own input, or any.
fn departure(world: World, seed: Seed, line: &[Input], run: u64) -> engine::state::State {
    let mut dice = engine::rng::Dice::for_play(seed, run);
    let mut state = world.begin(seed);
    let changes: Vec<usize> = (0..1 + dice.below(3))
        .map(|_| dice.below(line.len().max(1) as u32) as usize)
        .collect();
    let mut n = 0;
    while state.floor != Floor::Ended {
        let planned = line.get(n).copied();
        let keep =
            planned.filter(|input| !changes.contains(&n) && world.legal(&state, input.action));
        let input = keep.unwrap_or_else(|| {
            let mut moves = [Move::Pause; engine::scenario::MAX_REPLIES + 1];
            let n_moves = world.moves(&state, &mut moves) as u32;
            Input {
                action: moves[dice.below(n_moves) as usize],
                stance: Stance::ALL[dice.below(9) as usize],
            }
        });
        world.step(&mut state, input, &mut ());
        n += 1;
    }
    state
}
