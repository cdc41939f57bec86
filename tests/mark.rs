//! Reading the customer: asked for where the author chose, recorded under digests,
//! and without any effect on the customer or the score.

mod common;

use std::sync::Arc;

use common::{all_scenarios, base, scenario, shipped};
use engine::bots::{Bot, play_session};
use engine::mark::{NoMark, STEPS};
use engine::report::Report;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::session::{Action, Session};
use engine::state::{Floor, Stance};
use engine::transcript::{EndReason, Journal, Transcript, replay};
use serde_json::{Value, json};

/// The base scenario, asking at its first beat.
fn asking() -> Arc<Scenario> {
    let text = base().replacen(
        "            says: [",
        "            read: true,\n            says: [",
        1,
    );
    scenario("base.ron", &text)
}

fn begin(scenario: &Arc<Scenario>, seed: u64) -> Session {
    Session::begin(Arc::clone(scenario), Rules::current(), Seed::new(seed))
}

/// Listens until the trainee has the floor.
fn to_the_floor(session: &mut Session) {
    while session.floor() == Floor::Customer {
        assert!(!session.asks_reading(), "never while they speak");
        assert!(matches!(session.mark(3), Err(NoMark::NotAsked(_))));
        session
            .apply(&Action::Listen, Stance::default())
            .expect("they speak");
    }
}

/// Plays on as `actions` did, marking `step` wherever it is asked for.
fn again(scenario: &Arc<Scenario>, played: &Session, step: Option<u8>) -> Session {
    let mut session = begin(scenario, 0);
    assert_eq!(played.seed(), session.seed());
    for turn in played.turns() {
        if let Some(step) = step.filter(|_| session.asks_reading()) {
            session.mark(step).expect("it is asked for");
        }
        session
            .apply(&turn.action, turn.input.stance)
            .expect("it was played");
    }
    session
}

fn journal(session: &Session, scenario: &Arc<Scenario>) -> String {
    let (mut journal, mut text) = Journal::begin(&begin(scenario, 0), json!({}));
    while let Some(line) = journal.input(session, json!({})) {
        text.push_str(&line);
    }
    text + &journal.end(session, EndReason::Outcome, json!({}))
}

#[test]
fn a_reading_is_asked_for_once_at_the_floor_of_its_beat() {
    let mut session = begin(&asking(), 1);
    to_the_floor(&mut session);
    assert!(session.asks_reading());
    let before = *session.state();
    for off in [0, STEPS + 1, 255] {
        assert_eq!(session.mark(off), Err(NoMark::OffScale(off)));
    }
    let mark = session.mark(2).expect("it is asked for");
    assert_eq!((mark.step, mark.after), (2, session.turns().len()));
    assert_eq!(*session.state(), before, "no time goes by");
    assert!(!session.asks_reading());
    assert!(matches!(session.mark(2), Err(NoMark::NotAsked(_))));
    session
        .apply(&Action::Pause, Stance::default())
        .expect("they have the floor");
    if session.floor() == Floor::Trainee {
        assert!(!session.asks_reading(), "a pause does not ask again");
    }
    assert_eq!(session.marks().len(), 1);
}

#[test]
fn beats_that_do_not_ask_take_no_mark() {
    let mut session = begin(&scenario("base.ron", &base()), 1);
    to_the_floor(&mut session);
    assert!(!session.asks_reading());
    assert!(matches!(session.mark(4), Err(NoMark::NotAsked(_))));
    assert!(session.marks().is_empty());
}

#[test]
fn marks_move_nothing_but_what_the_report_says_of_them() {
    for scenario in all_scenarios() {
        let rules = Rules::current();
        let played = play_session(&scenario, &rules, Seed::new(0), Bot::Expert, 1);
        let (with, without) = (
            again(&scenario, &played, Some(6)),
            again(&scenario, &played, None),
        );
        assert_eq!(with.state().digest(), without.state().digest());
        let (mut marked, plain) = (Report::of(&with), Report::of(&without));
        let readings = std::mem::replace(&mut marked.readings, plain.readings.clone());
        assert_eq!(marked, plain, "{}", scenario.id());
        assert_eq!(readings.n_asked, plain.readings.n_asked);
        assert_eq!(readings.marks.len(), readings.n_asked);
        for mark in &readings.marks {
            let was = match mark.after {
                0 => marked.start,
                n => marked.curve[n - 1].satisfaction,
            };
            assert_eq!((mark.was, mark.error), (was, mark.marked - was));
        }
    }
}

#[test]
fn every_shipped_scenario_asks_once_or_twice_on_the_way() {
    for (name, text) in shipped() {
        let scenario = scenario(&name, &text);
        let rules = Rules::current();
        let asked: Vec<usize> = (0..40)
            .map(|n| {
                let session = play_session(&scenario, &rules, Seed::new(n), Bot::Adequate, 1);
                Report::of(&session).readings.n_asked
            })
            .collect();
        let n_met = asked.iter().filter(|n| **n > 0).count();
        assert!(n_met >= 36, "{name}: {asked:?}");
        assert!(asked.iter().all(|n| *n <= 2), "{name}: {asked:?}");
    }
}

#[test]
fn a_marked_run_is_kept_and_replayed() {
    let scenario = asking();
    let played = play_session(&scenario, &Rules::current(), Seed::new(0), Bot::Expert, 1);
    let session = again(&scenario, &played, Some(5));
    assert!(!session.marks().is_empty());
    let text = journal(&session, &scenario);
    let read = |text: &str| Transcript::read(text).map_err(|bad| bad.to_string());
    let verdict = |text: &str| {
        replay(&read(text)?, Arc::clone(&scenario), Rules::current()).map_err(|why| why.to_string())
    };
    let replayed = verdict(&text).expect("it was just played");
    assert_eq!(replayed.marks(), session.marks());
    assert_eq!(journal(&replayed, &scenario), text);

    let lines: Vec<&str> = text.lines().collect();
    let is_mark = |line: &&&str| line.contains("\"do\":\"read\"");
    let at = lines
        .iter()
        .position(|line| is_mark(&line))
        .expect("a mark");
    let with = |changed: Option<Value>, from: usize, to: usize| {
        let mut all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let line = all.remove(from);
        if let Some(changed) = changed {
            all.insert(to, changed.to_string());
        } else if to != from {
            all.insert(to, line);
        }
        all.iter()
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    let parsed: Value = serde_json::from_str(lines[at]).expect("JSON");
    for (field, other) in [
        ("step", json!(6)),
        ("step", json!(0)),
        ("step", json!(300)),
        ("after", json!(0)),
        ("at", json!("nowhere")),
        ("digest", json!("0123456789abcdef")),
        ("do", json!("think")),
        ("more", json!(1)),
    ] {
        let mut changed = parsed.clone();
        changed["run"][field] = other.clone();
        let tampered = with(Some(changed), at, at);
        let why = verdict(&tampered).expect_err(field);
        assert!(why.contains("turn "), "{field} {other}: {why}");
        // Without an end, and so without a running hash, it is refused all the same.
        let cut: String = tampered
            .lines()
            .take(at + 1)
            .map(|l| format!("{l}\n"))
            .collect();
        assert!(verdict(&cut).is_err(), "{field} {other}");
    }
    for (from, to) in [(at, at), (at, at + 1), (at, at - 1)] {
        assert!(verdict(&with(None, from, to)).is_err(), "moved or dropped");
    }
    let twice = text.replacen(lines[at], &format!("{0}\n{0}", lines[at]), 1);
    assert!(verdict(&twice).expect_err("twice").contains("no reading"));
}
