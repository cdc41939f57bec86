//! The validation report: known groups, bots, what reading the customer is
//! worth, and the release table beside the published figures. Run with
//! `cargo bench --no-default-features --features author,classroom --bench validation`;
//! a number after `--` sets how many seeds. Release profile; no tuning happens here.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::act::Act;
use engine::bots::{Bot, play_session};
use engine::length::Length;
use engine::load::load;
use engine::reading::{Reading, displeasure, read};
use engine::rng::Seed;
use engine::rules::{ActKind, Rules};
use engine::scenario::Scenario;
use engine::scenario::written::Gauge;
use engine::score::Score;
use engine::score::par::Par;
use engine::session::Session;
use engine::state::{Floor, State};
use engine::step::{Move, World};

const BOTS: &[Bot] = &[
    Bot::Expert,
    Bot::Adequate,
    Bot::Poor,
    Bot::Random,
    Bot::AlwaysSorry,
    Bot::AlwaysLongest,
    Bot::AlwaysFirst,
    Bot::AlwaysSilent,
    Bot::LeaveAtOnce,
    Bot::SupervisorAtOnce,
];

fn main() {
    let n_seeds = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .next()
        .unwrap_or(200);
    let rules = Rules::current();
    println!("rules {}, {n_seeds} seeds a scenario", rules.version());
    let mut runs: BTreeMap<(&str, String), Vec<(Session, Score)>> = BTreeMap::new();
    for (name, text) in [
        ("third-visit", include_str!("../scenarios/third-visit.ron")),
        ("late-part", include_str!("../scenarios/late-part.ron")),
        (
            "write-it-higher",
            include_str!("../scenarios/write-it-higher.ron"),
        ),
    ] {
        let Some(scenario) = load(&format!("{name}.ron"), text.as_bytes(), &rules).scenario else {
            eprintln!("{name} does not load");
            std::process::exit(2);
        };
        let scenario = Arc::new(scenario);
        let seeds: Vec<Seed> = (0..n_seeds)
            .map(|i: u64| Seed::new(i * 7_919 + 13))
            .collect();
        println!("\n== {name}");
        known_groups(name, &scenario, &rules, &seeds, &mut runs);
        print_reading(&read(&scenario, &rules, &seeds));
        println!(
            "  two expert plays share {} % of the customer's lines",
            shared(&runs[&(name, "Expert".into())])
        );
    }
    release_table(&runs, &rules);
}

fn known_groups(
    name: &'static str,
    scenario: &Arc<Scenario>,
    rules: &Arc<Rules>,
    seeds: &[Seed],
    runs: &mut BTreeMap<(&'static str, String), Vec<(Session, Score)>>,
) {
    println!(
        "  {:18} {:>6} {:>8} {:>8} {:>6} {:>7} {:>8} {:>7}  endings",
        "bot", "total", "conduct", "survey", "end", "passed", "replies", "minutes"
    );
    let pars: Vec<Par> = seeds
        .iter()
        .map(|&seed| {
            Par::of(
                Session::begin(Arc::clone(scenario), Arc::clone(rules), seed).world(),
                seed,
            )
        })
        .collect();
    let mut by_seed: Vec<[i32; 3]> = vec![[0; 3]; seeds.len()];
    for &bot in BOTS {
        let mut played = Vec::new();
        for (i, (&seed, par)) in seeds.iter().zip(&pars).enumerate() {
            let session = play_session(scenario, rules, seed, bot, 1);
            let score = Score::of(&session, par);
            if let Some(group) = [Bot::Expert, Bot::Adequate, Bot::Poor]
                .iter()
                .position(|b| *b == bot)
            {
                by_seed[i][group] = score.total;
            }
            played.push((session, score));
        }
        let mean = |value: &dyn Fn(&(Session, Score)) -> f64| {
            played.iter().map(value).sum::<f64>() / played.len() as f64
        };
        let mut endings: BTreeMap<&str, usize> = BTreeMap::new();
        for (session, _) in &played {
            *endings.entry(session.ending().unwrap_or("-")).or_default() += 1;
        }
        println!(
            "  {:18} {:6.1} {:8.1} {:8.1} {:6.1} {:6.1}% {:8.1} {:7.1}  {endings:?}",
            format!("{bot:?}"),
            mean(&|(_, score)| f64::from(score.total) / 10.0),
            mean(&|(_, score)| f64::from(score.guidance) / 10.0),
            mean(&|(_, score)| f64::from(score.survey) / 10.0),
            mean(&|(session, _)| end(session) / 10.0),
            mean(&|(_, score)| if score.passed(rules.pass) { 100.0 } else { 0.0 }),
            mean(&|(session, _)| f64::from(session.state().n_replies)),
            mean(&|(session, _)| Length::of(session).seconds() as f64 / 60.0),
        );
        runs.insert((name, format!("{bot:?}")), played);
    }
    let ordered = by_seed.iter().filter(|[a, b, c]| a > b && b > c).count();
    println!(
        "  expert > adequate > poor on {:.1} % of seeds",
        100.0 * ordered as f64 / seeds.len() as f64
    );
}

fn end(session: &Session) -> f64 {
    f64::from(session.world().satisfaction(session.state()))
}

fn print_reading(reading: &Reading) {
    let less = |value: i32| f64::from(reading.best - value) / 10.0;
    println!(
        "  best play {:.1} (lowest of a seed {:.1}), random {:.1}, lowest random {:.1}",
        f64::from(reading.best) / 10.0,
        f64::from(reading.lowest_best) / 10.0,
        f64::from(reading.random) / 10.0,
        f64::from(reading.worst) / 10.0
    );
    println!(
        "  points below best play: fixed line {:.1} (bar 8), always listens {:.1} (5), never listens {:.1} (5)",
        less(reading.fixed),
        less(reading.always_listens),
        less(reading.never_listens)
    );
    let stances: Vec<_> = reading
        .stances
        .iter()
        .map(|(s, v)| format!("{:?}/{:?} {:.1}", s.voice, s.face, less(*v)))
        .collect();
    println!("  one stance held (bar 8): {}", stances.join(", "));
}

/// Mean share of the customer's lines that two plays have in common, percent.
fn shared(runs: &[(Session, Score)]) -> usize {
    use engine::session::Event;
    let lines = |session: &Session| -> Vec<String> {
        let events = session
            .opening()
            .iter()
            .chain(session.turns().iter().flat_map(|turn| &turn.events));
        events
            .filter_map(|event| match event {
                Event::Speaks { text, .. } => Some(text.clone()),
                _ => None,
            })
            .collect()
    };
    let mut shares = Vec::new();
    for pair in runs.chunks(2).take(60) {
        if let [(a, _), (b, _)] = pair {
            let (a, b) = (lines(a), lines(b));
            let common = a.iter().filter(|line| b.contains(line)).count();
            shares.push(100 * common / a.len().max(1));
        }
    }
    shares.iter().sum::<usize>() / shares.len().max(1)
}

type Runs = BTreeMap<(&'static str, String), Vec<(Session, Score)>>;

/// The release table: nothing here is tuned.
fn release_table(runs: &Runs, rules: &Rules) {
    let of = |bot: &str| -> Vec<&Session> {
        runs.iter()
            .filter(|((_, b), _)| b == bot)
            .flat_map(|(_, all)| all.iter().map(|(s, _)| s))
            .collect()
    };
    let (expert, adequate, poor) = (of("Expert"), of("Adequate"), of("Poor"));
    println!("\n== release table: here beside published\n");
    println!("T4 share of customer turns that show displeasure, and calls that end so");
    for (what, sessions, published) in [
        ("expert (salvaged)", &expert, ".19 / .04"),
        ("adequate (customer gave in)", &adequate, ".30 / .07"),
        ("poor (no agreement)", &poor, ".48 / .72"),
    ] {
        let shown: Vec<Vec<bool>> = sessions.iter().map(|s| displeasure(s)).collect();
        println!(
            "  {what:30} {:.2} / {:.2}   published {published} (each +-.12)",
            mean(shown.iter().map(|turns| share_of(turns.iter().copied()))),
            share_of(shown.iter().map(|turns| turns.last() == Some(&true))),
        );
    }
    let everybody: Vec<Vec<bool>> = [&expert, &adequate, &poor]
        .iter()
        .flat_map(|sessions| sessions.iter().map(|s| displeasure(s)))
        .collect();
    let after = |shown: bool| {
        let pairs = everybody.iter().flat_map(|turns| turns.windows(2));
        share_of(pairs.filter(|pair| pair[0] == shown).map(|pair| pair[1]))
    };
    println!(
        "  again after a turn that showed it {:.2}, after one that did not {:.2}   published .48, .19",
        after(true),
        after(false)
    );
    println!("\nT6 intensity on a scale of 1 to 5, first to last");
    let intensity = |state: &State| 1.0 + 4.0 * f64::from(state.gauge(Gauge::Heat)) / 1000.0;
    let drop = |sessions: &[&Session]| {
        let n = sessions.len() as f64;
        let first = sessions.iter().map(|s| intensity(s.first())).sum::<f64>() / n;
        let last = sessions.iter().map(|s| intensity(s.state())).sum::<f64>() / n;
        (first, last)
    };
    for (what, sessions, published) in [
        ("expert", &expert, "4.05 -> 2.06 (success)"),
        ("poor", &poor, "4.03 -> 3.82 (failed)"),
    ] {
        let (first, last) = drop(sessions);
        println!("  {what:30} {first:.2} -> {last:.2}   published {published}");
    }
    println!(
        "\nT6 share of solving acts by fifth of the expert's replies; published .04 .21 .33 .37 .23"
    );
    println!("  {}", quintiles(&expert, rules));
    println!(
        "\nT3 signs: mean change of the satisfactometer (points) at replies of all bots together"
    );
    signs(runs, rules);
    println!(
        "\nT3 apology paradox: published, what is observed after a \"sorry\" is worse, since sorries follow failures"
    );
    paradox(runs);
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    sum / f64::max(n, 1.0)
}

fn share_of(values: impl Iterator<Item = bool>) -> f64 {
    mean(values.map(|value| if value { 1.0 } else { 0.0 }))
}

fn quintiles(sessions: &[&Session], rules: &Rules) -> String {
    let mut solving = [0.0; 5];
    let mut all = [0.0; 5];
    for session in sessions {
        let replies: Vec<_> = session
            .turns()
            .iter()
            .filter(|turn| matches!(turn.input.action, Move::Say(_)))
            .collect();
        for (i, turn) in replies.iter().enumerate() {
            let fifth = i * 5 / replies.len();
            for act in acts_of(turn) {
                all[fifth] += 1.0;
                if rules.act(act).kind == ActKind::Solve {
                    solving[fifth] += 1.0;
                }
            }
        }
    }
    let shares: Vec<_> = (0..5)
        .map(|i| format!("{:.2}", solving[i] / f64::max(all[i], 1.0)))
        .collect();
    shares.join(" ")
}

/// The acts of a turn, as its terms name them.
fn acts_of(turn: &engine::session::Turn) -> Vec<Act> {
    let mut acts: Vec<Act> = turn.terms.iter().filter_map(|term| term.act).collect();
    acts.dedup();
    acts.sort_unstable();
    acts.dedup();
    acts
}

/// Every turn in which the trainee had the floor.
fn each_of_theirs(runs: &Runs, look: &mut impl FnMut(&World, &engine::session::Turn)) {
    for (session, _) in runs.values().flatten() {
        let world = session.world();
        let turns = session.turns().iter();
        for turn in turns.filter(|turn| turn.before.floor == Floor::Trainee) {
            look(&world, turn);
        }
    }
}

/// The published signs come from a regression that knows the state before: what
/// follows a turn is compared with what follows others that began as well. So the
/// change is also given beside the mean of all turns of the trainee that began in
/// the same fifth of the satisfactometer. Replies that err as well are left out, or
/// it would be the error that is measured.
fn signs(runs: &Runs, rules: &Rules) {
    let change = |world: &World, turn: &engine::session::Turn| {
        let [before, after] = [&turn.before, &turn.after].map(|s| world.satisfaction(s));
        let fifth = usize::from(before.clamp(0, 999) as u16 / 200);
        (fifth, f64::from(after - before) / 10.0)
    };
    let mut usual = [(0.0, 0.0); 5];
    each_of_theirs(runs, &mut |world, turn| {
        let (fifth, change) = change(world, turn);
        usual[fifth] = (usual[fifth].0 + change, usual[fifth].1 + 1.0);
    });
    let mut sums: BTreeMap<&str, (f64, f64, f64)> = BTreeMap::new();
    each_of_theirs(runs, &mut |world, turn| {
        let (fifth, change) = change(world, turn);
        let beside = change - usual[fifth].0 / usual[fifth].1;
        let mut add = |what| {
            let entry = sums.entry(what).or_default();
            *entry = (entry.0 + change, entry.1 + beside, entry.2 + 1.0);
        };
        if turn.input.action == Move::Pause && turn.after.pauses >= 2 {
            add("no reply           (published: worse)");
        }
        let acts = acts_of(turn);
        let does = |set: &[Act]| {
            acts.iter().any(|act| set.contains(act))
                && acts.iter().all(|act| {
                    set.contains(act)
                        || !matches!(rules.act(*act).kind, ActKind::Error | ActKind::RedLine)
                })
        };
        if does(&[Act::RefuseFlat]) {
            add("flat refusal       (worse)");
        }
        if does(&[Act::NameFeeling, Act::Validate]) {
            add("empathy            (better)");
        }
        if does(&[Act::NextStep, Act::LetsSee]) {
            add("let me check       (better)");
        }
        if does(&[Act::Fix]) {
            add("action taken       (better)");
        }
    });
    for (what, (sum, beside, n)) in sums {
        println!(
            "  {what:40} {:+6.1}, beside other turns {:+6.1}, over {n} turns",
            sum / n,
            beside / n
        );
    }
}

fn paradox(runs: &Runs) {
    let mut cells = [Vec::new(), Vec::new()];
    let poor = runs.iter().filter(|((_, bot), _)| bot == "Poor");
    for (session, _) in poor.flat_map(|(_, all)| all) {
        let world = session.world();
        let replies = session.turns().iter();
        for turn in replies.filter(|turn| matches!(turn.input.action, Move::Say(_))) {
            let sorry = acts_of(turn)
                .iter()
                .any(|a| matches!(a, Act::Apologise | Act::ApologiseFor));
            cells[usize::from(sorry)].push(f64::from(world.satisfaction(&turn.after)) / 10.0);
        }
    }
    let [others, sorries] = cells.map(|cell| (mean(cell.iter().copied()), cell.len()));
    println!(
        "  the poor trainee: after a sorry {:.1} (n {}), after other replies {:.1} (n {})",
        sorries.0, sorries.1, others.0, others.1
    );
}
