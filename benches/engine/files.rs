//! What files cost: loading a scenario beside parsing its RON, saving and
//! restoring a run in the middle, and checking handed-in transcripts.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use engine::bots::{Bot, play_session};
use engine::load::load;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::session::Session;
use engine::state::Floor;
use engine::transcript::{EndReason, Journal, Transcript, replay};
use serde_json::json;

use crate::median;

/// Pairs of measurements, taken in turn so that a busy machine slows both.
const PAIRS: usize = 41;
/// Transcripts checked for the rate.
const HAND_INS: u64 = 200;

fn millis(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e3
}

/// Loading beside what RON alone takes to parse the same text; milliseconds of both.
pub fn loading(name: &str, text: &str, rules: &Rules) -> [f64; 2] {
    let n_pairs = if text.len() > 1 << 20 {
        PAIRS / 4
    } else {
        PAIRS
    };
    let (mut ours, mut parse, mut ratio) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n_pairs {
        let load = millis(|| {
            black_box(load(name, text.as_bytes(), rules).scenario);
        });
        let alone = millis(|| {
            black_box(ron::from_str::<ron::Value>(text).is_ok());
        });
        ours.push(load);
        parse.push(alone);
        ratio.push(load / alone);
    }
    let [ours, parse] = [ours, parse].map(median);
    println!(
        "load, checked and ready: {ours:.2} ms for {} KB; RON alone {parse:.2} ms; {:.1} times, the median of {n_pairs} pairs (bar: 3)",
        text.len() / 1024,
        median(ratio)
    );
    [ours, parse]
}

/// The journal of a session's first inputs, as it was written while playing.
fn journal(session: &Session, n_inputs: usize) -> String {
    let begun = Session::begin(
        Arc::clone(session.scenario()),
        Arc::clone(session.rules()),
        session.seed(),
    );
    let (mut journal, mut text) = Journal::begin(&begun, json!({}));
    for _ in 0..n_inputs {
        text.extend(journal.input(session, json!({})));
    }
    if session.floor() == Floor::Ended && n_inputs == session.turns().len() {
        text += &journal.end(session, EndReason::Outcome, json!({}));
    }
    text
}

fn restored(text: &str, scenario: &Arc<Scenario>, rules: &Arc<Rules>) -> bool {
    Transcript::read(text)
        .is_ok_and(|read| replay(&read, Arc::clone(scenario), Arc::clone(rules)).is_ok())
}

/// A run saved in the middle and taken up again, and whole runs checked.
pub fn transcripts(scenario: &Scenario, rules: &Arc<Rules>, flat_runs: f64) {
    let scenario = Arc::new(scenario.clone());
    let runs: Vec<Session> = (0..HAND_INS)
        .map(|seed| play_session(&scenario, rules, Seed::new(seed), Bot::Expert, 1))
        .collect();
    let half = runs[0].turns().len() / 2;
    let saved = journal(&runs[0], half);
    let save = median(
        (0..PAIRS)
            .map(|_| {
                millis(|| {
                    black_box(journal(&runs[0], half));
                })
            })
            .collect(),
    );
    let restore = median(
        (0..PAIRS)
            .map(|_| {
                millis(|| {
                    black_box(restored(&saved, &scenario, rules));
                })
            })
            .collect(),
    );
    println!(
        "a run of {half} inputs: {} bytes as a journal, {} as a state (bar: 512); written in {:.0} us, read and taken up again in {:.0} us (bar: 10 for both)",
        saved.len(),
        runs[0].state().encode().len(),
        save * 1e3,
        restore * 1e3
    );
    let texts: Vec<String> = runs
        .iter()
        .map(|run| journal(run, run.turns().len()))
        .collect();
    let mut n_good = 0;
    let one = millis(|| {
        n_good = texts
            .iter()
            .filter(|text| restored(text, &scenario, rules))
            .count()
    });
    let two = millis(|| {
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    black_box(
                        texts
                            .iter()
                            .filter(|text| restored(text, &scenario, rules))
                            .count(),
                    )
                });
            }
        });
    });
    let checked = 1e3 * texts.len() as f64 / one;
    println!(
        "transcripts read and replayed, every turn checked: {checked:.0} a second ({n_good} of {HAND_INS} good), one for {:.0} runs of the flat arrays (bar: 15); two workers do {:.2} times as many",
        flat_runs / checked,
        2.0 * one / two
    );
}
