//! Transcripts: kept ones replay byte by byte, so that format, hashes, digests and
//! rules hold; and a transcript that was tampered with is refused where it was.

mod common;

use std::fs;
use std::sync::Arc;

use common::{Chance, all_scenarios, path, play_by_chance};
use engine::bots::{Bot, play};
use engine::canonical::canonical_json;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::session::{Action, Session};
use engine::state::Floor;
use engine::step::Move;
use engine::transcript::{
    BadTranscript, Divergence, EndReason, Journal, MAX_BYTES, Transcript, replay,
};
use serde_json::{Value, json};

/// The journal of a session, as it would have been written while playing.
fn journal(session: &Session) -> String {
    let begun = Session::begin(
        Arc::clone(session.scenario()),
        Arc::clone(session.rules()),
        session.seed(),
    );
    let (mut journal, mut text) = Journal::begin(&begun, json!({}));
    while let Some(line) = journal.input(session, json!({})) {
        text.push_str(&line);
    }
    let reason = if session.floor() == Floor::Ended {
        EndReason::Outcome
    } else {
        EndReason::Abandoned
    };
    text + &journal.end(session, reason, json!({}))
}

/// A bot's run, as a session.
fn played(scenario: &Arc<Scenario>, bot: Bot, seed: Seed) -> Session {
    let (inputs, ..) = play(scenario, &Rules::current(), seed, bot, 0);
    let mut session = Session::begin(Arc::clone(scenario), Rules::current(), seed);
    for input in inputs {
        if session.asks_reading() {
            let step = session.turns().len() % 7 + 1;
            session.mark(step as u8).expect("it is asked for");
        }
        let action = match input.action {
            Move::Listen => Action::Listen,
            Move::Encourage => Action::Encourage,
            Move::CutIn => Action::CutIn,
            Move::Pause => Action::Pause,
            Move::Say(n) => {
                let beat = scenario
                    .written()
                    .beats
                    .values()
                    .nth(session.state().beat as usize);
                let key = beat
                    .and_then(|beat| beat.replies.keys().nth(n as usize))
                    .expect("bots say what is there");
                Action::Say(key.text.clone())
            }
        };
        session
            .apply(&action, input.stance)
            .expect("bots do what is possible");
    }
    assert_eq!(session.floor(), Floor::Ended);
    session
}

/// Reads and replays.
fn verdict(text: &str, scenario: &Arc<Scenario>) -> Result<Session, String> {
    let transcript = Transcript::read(text).map_err(|bad| bad.to_string())?;
    replay(&transcript, Arc::clone(scenario), Rules::current())
        .map_err(|divergence| divergence.to_string())
}

#[test]
fn kept_transcripts_replay_byte_by_byte() {
    let mut wrong = Vec::new();
    for scenario in all_scenarios() {
        for (name, seed, bot) in [("expert", 11, Bot::Expert), ("random", 12, Bot::Random)] {
            let kept = path("tests/data/transcripts").join(format!("{}-{name}.sfa", scenario.id()));
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                let text = journal(&played(&scenario, bot, Seed::new(seed)));
                fs::write(&kept, text).expect("the transcript can be written");
            }
            let text = fs::read_to_string(&kept).expect("the transcript is there");
            match verdict(&text, &scenario) {
                Ok(session) if journal(&session) == text => assert!(session.ending().is_some()),
                Ok(_) => wrong.push(format!("{}: written otherwise now", kept.display())),
                Err(why) => wrong.push(format!("{}: {why}", kept.display())),
            }
        }
    }
    let hint =
        "a change of rules or scenario needs its new version; UPDATE_EXPECT=1 then plays anew";
    assert!(wrong.is_empty(), "{hint}:\n{}", wrong.join("\n"));
}

#[test]
fn what_is_played_by_chance_replays_too() {
    for scenario in all_scenarios() {
        for seed in 0..50 {
            let session = play_by_chance(&scenario, seed, |_| {});
            let text = journal(&session);
            assert!(text.len() < MAX_BYTES);
            let again = verdict(&text, &scenario).expect("it was just played");
            assert_eq!(again.state(), session.state());
            assert_eq!(journal(&again), text);
        }
    }
}

/// A run to tamper with, and its lines.
fn sample() -> (Arc<Scenario>, Vec<String>) {
    let scenario = all_scenarios().pop().expect("there are scenarios");
    let session = played(&scenario, Bot::Expert, Seed::new(4));
    assert!(session.turns().len() > 5);
    let lines = journal(&session).lines().map(str::to_owned).collect();
    (scenario, lines)
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Other values for a field: another of the same kind, none, and one of another kind.
fn others(value: &Value) -> Vec<Value> {
    let mut others = vec![Value::Null, json!([]), json!(-1), json!("")];
    match value {
        Value::String(text) => {
            let mut flipped: Vec<char> = text.chars().collect();
            let last = flipped.last_mut().expect("no field is empty");
            *last = if *last == '0' { '1' } else { '0' };
            others.push(flipped.into_iter().collect::<String>().into());
            others.push(format!("{text}x").into());
            let words = [
                "listen",
                "encourage",
                "cut-in",
                "pause",
                "say",
                "soft",
                "even",
                "raised",
                "warm",
                "neutral",
                "concerned",
                "outcome",
                "abandoned",
            ];
            others.extend(words.map(Value::from));
        }
        Value::Number(n) => {
            let n = n.as_i64().expect("whole numbers only");
            others.extend([n - 1, n + 1, n + 256, i64::MAX].map(Value::from));
            others.push(json!(1.5));
        }
        Value::Object(_) => others.push(json!({ "heat": 0 })),
        _ => {}
    }
    others.retain(|other| other != value);
    others
}

#[test]
fn a_changed_value_is_refused_at_its_turn() {
    let (scenario, lines) = sample();
    assert!(verdict(&joined(&lines), &scenario).is_ok());
    let last = lines.len() - 1;
    let mut n_tampered = 0;
    for (i, line) in lines.iter().enumerate() {
        let parsed: Value = serde_json::from_str(line).expect("lines are JSON");
        let fields = parsed["run"].as_object().expect("a line has a run");
        for (name, value) in fields {
            let mut variants = others(value).into_iter().map(Some).collect::<Vec<_>>();
            variants.push(None);
            for other in variants {
                let mut changed = parsed.clone();
                let run = changed["run"].as_object_mut().expect("a line has a run");
                match &other {
                    Some(other) => drop(run.insert(name.clone(), other.clone())),
                    None => drop(run.remove(name)),
                }
                // Some other voice or face may lead to the very same state only by being the same.
                let mut tampered = lines.clone();
                tampered[i] = changed.to_string();
                let what = format!("line {} `{name}` {value} -> {other:?}", i + 1);
                let why = verdict(&joined(&tampered), &scenario)
                    .err()
                    .unwrap_or_else(|| panic!("believed: {what}"));
                n_tampered += 1;
                if i > 0 && i < last {
                    assert!(why.contains(&format!("turn {i}")), "{what}: {why}");
                    // An unfinished transcript has no running hash, and is refused all the same.
                    let why = verdict(&joined(&tampered[..last]), &scenario).expect_err(&what);
                    assert!(why.contains(&format!("turn {i}")), "{what}: {why}");
                }
            }
        }
        let mut more = parsed.clone();
        more["run"]["bonus"] = json!(9999);
        let mut tampered = lines.clone();
        tampered[i] = more.to_string();
        assert!(
            verdict(&joined(&tampered), &scenario).is_err(),
            "an unknown field in line {}",
            i + 1
        );
    }
    assert!(n_tampered > 500);
}

#[test]
fn moved_dropped_and_doubled_lines_are_refused_where_they_are() {
    let (scenario, lines) = sample();
    let last = lines.len() - 1;
    for i in 1..last {
        let mut dropped = lines.clone();
        dropped.remove(i);
        let mut doubled = lines.clone();
        doubled.insert(i, lines[i].clone());
        let mut cases = vec![(dropped, i), (doubled, i + 1)];
        if i + 1 < last {
            let mut swapped = lines.clone();
            swapped.swap(i, i + 1);
            cases.push((swapped, i));
        }
        for (tampered, turn) in cases {
            let why = verdict(&joined(&tampered), &scenario).expect_err("it was tampered with");
            // What is missing at the end is missed at the end.
            let at_end = why.starts_with("the end") && i + 1 == last;
            assert!(
                at_end || why.contains(&format!("turn {turn},")),
                "line {}: {why}",
                i + 1
            );
        }
    }
    let mut headless = lines.clone();
    headless.remove(0);
    assert!(matches!(
        Transcript::read(&joined(&headless)),
        Err(BadTranscript::Line { line: 1, .. })
    ));
    let mut after = lines.clone();
    after.push(lines[1].clone());
    assert!(
        matches!(Transcript::read(&joined(&after)), Err(BadTranscript::Line { line, .. }) if line == lines.len() + 1)
    );
    let mut twice = lines.clone();
    twice.push(lines[last].clone());
    assert!(Transcript::read(&joined(&twice)).is_err());
    // The end of one run on the inputs of another.
    let other = journal(&played(&scenario, Bot::Random, Seed::new(4)));
    let mut grafted = lines[..last].to_vec();
    grafted.push(other.lines().last().expect("it has an end").to_owned());
    assert!(
        verdict(&joined(&grafted), &scenario)
            .expect_err("another's end")
            .starts_with("the end")
    );
}

#[test]
fn a_run_that_was_cut_short_counts_as_unfinished() {
    let (scenario, lines) = sample();
    let text = joined(&lines);
    let after_header = lines[0].len() + 1;
    for cut in (after_header..text.len())
        .step_by(7)
        .chain([text.len() - 1])
    {
        let transcript =
            Transcript::read(&text[..cut]).expect("what was written before the cut is whole");
        assert_eq!(transcript.torn, !text[..cut].ends_with('\n'));
        assert!(transcript.end.is_none());
        let n_whole = text[..cut].matches('\n').count() - 1;
        assert_eq!(transcript.inputs.len(), n_whole);
        let session =
            replay(&transcript, Arc::clone(&scenario), Rules::current()).expect("so far it agrees");
        assert_eq!(session.turns().len(), n_whole);
    }
    assert!(
        Transcript::read(&text[..after_header / 2]).is_err(),
        "without its header it is nothing"
    );
}

#[test]
fn labels_may_say_anything() {
    let (scenario, lines) = sample();
    for label in [
        json!({ "ms": -5, "seat": "\u{202E}" }),
        json!(null),
        json!([1, 2]),
        json!("late"),
    ] {
        let relabelled: Vec<String> = lines
            .iter()
            .map(|line| {
                let mut line: Value = serde_json::from_str(line).expect("lines are JSON");
                line["label"] = label.clone();
                line.to_string()
            })
            .collect();
        assert!(verdict(&joined(&relabelled), &scenario).is_ok());
    }
}

#[test]
fn other_versions_are_named_as_what_they_are() {
    let (scenario, lines) = sample();
    let with = |name: &str, value: Value| {
        let mut header: Value = serde_json::from_str(&lines[0]).expect("the header is JSON");
        header["run"][name] = value;
        format!("{header}\n{}", joined(&lines[1..]))
    };
    let read = |text: &str| Transcript::read(text).expect("it reads");
    let replayed =
        |text: &str| replay(&read(text), Arc::clone(&scenario), Rules::current()).map(drop);
    assert!(matches!(
        Transcript::read(&with("schema", json!(2))),
        Err(BadTranscript::Newer(2))
    ));
    let newer = "{\"run\":{\"schema\":9,\"format\":\"new\"},\"sealed\":true}\n\u{1}not even JSON\n";
    assert!(
        matches!(Transcript::read(newer), Err(BadTranscript::Newer(9))),
        "the schema is read before anything else"
    );
    assert!(matches!(
        replayed(&with("mechanics", json!("0".repeat(64)))),
        Err(Divergence::Mechanics { .. })
    ));
    assert!(matches!(
        replayed(&with("rules", json!("9.9"))),
        Err(Divergence::Rules { .. })
    ));
    assert!(matches!(
        replayed(&with("scenario", json!("late-part"))),
        Err(Divergence::Scenario { .. })
    ));
    assert!(matches!(
        replayed(&with("context", json!({ "trust": 900 }))),
        Err(Divergence::Context)
    ));
    assert!(matches!(
        replayed(&with("seed", json!("00000005"))),
        Err(Divergence::Start { .. } | Divergence::Turn { .. })
    ));
    assert!(matches!(
        Transcript::read(&with("format", json!("something"))),
        Err(BadTranscript::Line { line: 1, .. })
    ));
    let other = &all_scenarios()[0];
    let elsewhere = replay(&read(&joined(&lines)), Arc::clone(other), Rules::current());
    assert!(matches!(elsewhere, Err(Divergence::Scenario { .. })));
    assert!(matches!(Transcript::read(""), Err(BadTranscript::Empty)));
    assert!(matches!(
        Transcript::read(&"x".repeat(257 * 1024)),
        Err(BadTranscript::TooLarge(_))
    ));
    assert!(matches!(
        Transcript::read("hello\n"),
        Err(BadTranscript::Line { line: 1, .. })
    ));
}

#[test]
fn damage_at_random_is_refused_or_changes_nothing() {
    let (scenario, lines) = sample();
    let text = joined(&lines);
    let whole = verdict(&text, &scenario).expect("it was just played");
    let mut chance = Chance::new(99);
    let mut n_refused = 0;
    for _ in 0..3_000 {
        let mut bytes = text.clone().into_bytes();
        for _ in 0..=chance.below(3) {
            let at = chance.below(bytes.len());
            match chance.below(3) {
                0 => bytes[at] = b"0123456789abcdef\"{}:,\n \\"[chance.below(24)],
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b'0' + chance.below(10) as u8),
            }
        }
        match verdict(&String::from_utf8_lossy(&bytes), &scenario) {
            Err(why) => {
                assert!(!why.is_empty());
                n_refused += 1;
            }
            // Only a cut tail or a label may go unnoticed, never another course.
            Ok(session) => {
                let n = session.turns().len();
                assert!(n <= whole.turns().len());
                let same =
                    |(a, b): (&engine::session::Turn, &engine::session::Turn)| a.digest == b.digest;
                assert!(session.turns().iter().zip(whole.turns()).all(same));
            }
        }
    }
    assert!(n_refused > 2_800, "{n_refused}");
}

#[test]
fn canonical_json_is_json_and_sorted() {
    let value = json!({
        "b": ["say \"so\"", "back\\slash", "line\nline", "bell\u{7}", "é \u{7f} \u{2028} 🙂"],
        "a": { "key \"quoted\"": -7, "plain": true, "none": null },
    });
    let text = canonical_json(&value);
    assert_eq!(
        text,
        "{\"a\":{\"key \\\"quoted\\\"\":-7,\"none\":null,\"plain\":true},\
         \"b\":[\"say \\\"so\\\"\",\"back\\\\slash\",\"line\\nline\",\"bell\\u0007\",\
         \"é \u{7f} \u{2028} 🙂\"]}"
    );
    assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
}
