//! Known groups and reading the customer, on the shipped scenarios: the score
//! must tell expert, adequate and poor apart, no habit may pass, and whoever
//! does not look must lose points. The full number of seeds is in the
//! `validation` bench.

use std::path::Path;
use std::sync::Arc;

use engine::act::Act;
use engine::bots::{Bot, play_session};
use engine::length::Length;
use engine::load::load;
use engine::reading::{displeasure, read};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::scenario::written::Gauge;
use engine::score::Score;
use engine::score::par::Par;
use engine::session::Session;
use engine::state::State;
use engine::step::Move;

const N_SEEDS: u64 = 16;

fn shipped() -> Vec<(String, Arc<Scenario>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .expect("there are scenarios")
        .map(|entry| {
            entry
                .expect("the folder can be read")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let bytes = std::fs::read(folder.join(&name)).expect("the file can be read");
            let loaded = load(&name, &bytes, &Rules::current());
            assert!(
                loaded.findings.is_empty(),
                "{name}: {:?}",
                loaded.findings.list
            );
            (
                name,
                Arc::new(loaded.scenario.expect("a scenario without findings plays")),
            )
        })
        .collect()
}

fn seeds() -> impl Iterator<Item = Seed> {
    (0..N_SEEDS).map(|i| Seed::new(i * 104_729 + 17))
}

fn scores(scenario: &Arc<Scenario>, bot: Bot) -> Vec<Score> {
    let rules = Rules::current();
    seeds()
        .map(|seed| {
            let session = play_session(scenario, &rules, seed, bot, 1);
            let par = Par::of(
                Session::begin(Arc::clone(scenario), Arc::clone(&rules), seed).world(),
                seed,
            );
            Score::of(&session, &par)
        })
        .collect()
}

#[test]
fn a_talk_takes_a_person_five_to_eight_minutes() {
    for (name, scenario) in shipped() {
        let usual = Length::usual_minutes(&scenario, &Rules::current());
        println!("{name}: {usual} minutes");
        assert!((5..=8).contains(&usual), "{name}: usually {usual} minutes");
        for bot in [Bot::Expert, Bot::Adequate] {
            let length: Length = seeds()
                .map(|seed| {
                    let session = play_session(&scenario, &Rules::current(), seed, bot, 1);
                    Length::of(&session)
                })
                .sum();
            let seconds = length.seconds() / N_SEEDS;
            println!("{name}: {bot:?} {seconds} s, {length:?}");
            assert!(
                (300..=480).contains(&seconds),
                "{name}: {bot:?} takes {seconds} s on average"
            );
        }
    }
}

#[test]
fn expert_adequate_and_poor_come_in_that_order() {
    let pass = Rules::current().pass;
    let all = shipped();
    let mut experts = Vec::new();
    for (name, scenario) in &all {
        let [expert, adequate, poor] =
            [Bot::Expert, Bot::Adequate, Bot::Poor].map(|bot| scores(scenario, bot));
        for i in 0..expert.len() {
            let totals = [&expert, &adequate, &poor].map(|scores| scores[i].total);
            assert!(
                totals[0] > totals[1] && totals[1] > totals[2],
                "{name}, seed {i}: expert, adequate, poor score {totals:?}"
            );
        }
        let passed = expert.iter().filter(|score| score.passed(pass)).count();
        assert!(
            passed * 100 >= 95 * expert.len(),
            "{name}: the expert passes on {passed} of {}",
            expert.len()
        );
        let mean = |scores: &[Score]| {
            scores.iter().map(|score| score.total).sum::<i32>() / scores.len() as i32
        };
        println!(
            "{name}: expert {}, adequate {}, poor {}",
            mean(&expert),
            mean(&adequate),
            mean(&poor)
        );
        // The bar is 50 over 200 seeds; the mean of so few strays further.
        assert!(
            (mean(&adequate) - i32::from(pass)).abs() <= 70,
            "{name}: the adequate trainee scores {}, the pass line is {pass}",
            mean(&adequate)
        );
        experts.push(mean(&expert));
    }
    // Forms are equal: no scenario is much easier to do well in than another.
    let middle = experts.iter().sum::<i32>() / experts.len() as i32;
    assert!(
        experts.iter().all(|total| (total - middle).abs() <= 40),
        "experts score {experts:?} in the scenarios"
    );
}

#[test]
fn talks_go_as_published_ones_do() {
    let rules = Rules::current();
    let all = shipped();
    let runs = |bot: Bot| -> Vec<Session> {
        all.iter()
            .flat_map(|(_, scenario)| {
                seeds().map(|seed| play_session(scenario, &rules, seed, bot, 1))
            })
            .collect()
    };
    let drop = |runs: &[Session]| {
        let heat = |state: &State| f64::from(state.gauge(Gauge::Heat)) / 250.0;
        let sum: f64 = runs.iter().map(|s| heat(s.first()) - heat(s.state())).sum();
        sum / runs.len() as f64
    };
    let (expert, poor) = (runs(Bot::Expert), runs(Bot::Poor));
    // T6: intensity from 1 to 5 falls by two points in talks that succeed, and hardly in others.
    let (good, bad) = (drop(&expert), drop(&poor));
    println!("intensity falls by {good:.2} with the expert, by {bad:.2} with the poor trainee");
    assert!(good >= 1.5 && bad <= 0.4, "T6: {good:.2}, {bad:.2}");
    // T4: displeasure shows the oftener the worse the talk is led.
    let shown = [&expert, &runs(Bot::Adequate), &poor].map(|runs| {
        let turns: Vec<bool> = runs.iter().flat_map(displeasure).collect();
        100 * turns.iter().filter(|shown| **shown).count() / turns.len()
    });
    println!("turns that show displeasure, percent: {shown:?}");
    assert!(shown[0] < shown[1] && shown[1] < shown[2], "T4: {shown:?}");
    // T3: sorries follow failures, so what is observed after one is worse.
    let mut after: [Vec<i16>; 2] = [Vec::new(), Vec::new()];
    for session in &poor {
        let replies = session
            .turns()
            .iter()
            .filter(|turn| matches!(turn.input.action, Move::Say(_)));
        for turn in replies {
            let sorry = turn
                .terms
                .iter()
                .any(|term| matches!(term.act, Some(Act::Apologise | Act::ApologiseFor)));
            after[usize::from(sorry)].push(session.world().satisfaction(&turn.after));
        }
    }
    let [other, sorry] =
        after.map(|all| all.iter().map(|s| i32::from(*s)).sum::<i32>() / all.len() as i32);
    println!("after a sorry {sorry}, after other replies {other}");
    assert!(
        sorry < other,
        "T3: {sorry} after a sorry, {other} otherwise"
    );
}

#[test]
fn no_habit_passes() {
    let pass = Rules::current().pass;
    let habits = [
        Bot::Random,
        Bot::AlwaysSorry,
        Bot::AlwaysLongest,
        Bot::AlwaysFirst,
        Bot::AlwaysSilent,
        Bot::LeaveAtOnce,
        Bot::SupervisorAtOnce,
        Bot::Poor,
    ];
    for (name, scenario) in shipped() {
        for bot in habits {
            let scores = scores(&scenario, bot);
            let passed = scores.iter().filter(|score| score.passed(pass)).count();
            assert!(
                passed * 20 <= scores.len(),
                "{name}: {bot:?} passes on {passed} of {} seeds",
                scores.len()
            );
            let mean = scores.iter().map(|score| score.total).sum::<i32>() / scores.len() as i32;
            assert!(
                mean < i32::from(pass),
                "{name}: {bot:?} scores {mean} in the mean"
            );
        }
    }
}

#[test]
fn reading_the_customer_pays() {
    let rules = Rules::current();
    let seeds: Vec<Seed> = seeds().collect();
    for (name, scenario) in shipped() {
        let reading = read(&scenario, &rules, &seeds);
        println!("{name}: {reading:?}");
        // The bars are 80 and 50 over 200 seeds; with few seeds a line fits them better.
        assert!(
            reading.best - reading.fixed >= 65,
            "{name}: a fixed line reaches {}",
            reading.fixed
        );
        for (stance, best) in &reading.stances {
            assert!(
                reading.best - best >= 65,
                "{name}: {stance:?} all along reaches {best}"
            );
        }
        assert!(
            reading.best - reading.always_listens >= 50,
            "{name}: always listening reaches {}",
            reading.always_listens
        );
        assert!(
            reading.best - reading.never_listens >= 50,
            "{name}: never listening reaches {}",
            reading.never_listens
        );
        assert!(
            reading.lowest_best >= 650 && reading.best >= 700,
            "{name}: winnable, best {}",
            reading.best
        );
        assert!(
            reading.worst <= 250,
            "{name}: losable, worst {}",
            reading.worst
        );
    }
}

#[test]
fn weights_do_not_decide_the_order_of_runs() {
    // Every weight of a principle up or down by a quarter, many times over: the
    // order of runs must stay what it is (Kendall's tau at least .9).
    let weights: Vec<f64> = engine::guidance::Catalogue::current()
        .principles
        .iter()
        .map(|row| f64::from(row.weight))
        .collect();
    let bots = [
        Bot::Expert,
        Bot::Adequate,
        Bot::Poor,
        Bot::Random,
        Bot::AlwaysFirst,
        Bot::AlwaysLongest,
    ];
    for (name, scenario) in shipped() {
        let runs: Vec<Score> = bots
            .iter()
            .flat_map(|bot| scores(&scenario, *bot))
            .collect();
        let under = |weights: &[f64]| -> Vec<f64> {
            runs.iter().map(|run| guidance(run, weights)).collect()
        };
        let base = under(&weights);
        let mut dice = engine::rng::Dice::for_play(Seed::new(25), 1);
        for round in 0..20 {
            let moved: Vec<f64> = weights
                .iter()
                .map(|weight| weight * (0.75 + f64::from(dice.below(501)) / 1000.0))
                .collect();
            let tau = kendall(&base, &under(&moved));
            assert!(tau >= 0.9, "{name}, round {round}: tau {tau:.3}");
        }
        let unit = kendall(&base, &under(&vec![1.0; weights.len()]));
        println!("{name}: tau under unit weights {unit:.3}");
    }
}

fn guidance(run: &Score, weights: &[f64]) -> f64 {
    let tested = run
        .principles
        .iter()
        .zip(weights)
        .filter_map(|((_, score), weight)| Some((f64::from(score.as_ref().copied()?), weight)));
    let (sum, all) = tested.fold((0.0, 0.0), |(sum, all), (score, weight)| {
        (sum + score * weight, all + weight)
    });
    if all > 0.0 { sum / all } else { 0.0 }
}

/// Kendall's tau-a: concordant less discordant pairs over all pairs.
fn kendall(a: &[f64], b: &[f64]) -> f64 {
    let mut agreement = 0.0;
    let mut n_pairs = 0.0;
    for i in 0..a.len() {
        for j in 0..i {
            let product = (a[i] - a[j]) * (b[i] - b[j]);
            // Ties in both orders agree.
            agreement += if product > 0.0 || (a[i] == a[j] && b[i] == b[j]) {
                1.0
            } else {
                -1.0
            };
            n_pairs += 1.0;
        }
    }
    agreement / n_pairs
}
