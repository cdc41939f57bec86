//! A run that was interrupted goes on where it was: killed at chance moments, torn
//! anywhere, opened twice. At most the unconfirmed choice is lost, the end is that
//! of an uninterrupted run, and what cannot go on is explained and left as it is.

mod common;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use common::{Chance, base, path, started};
use serde_json::Value;

const SEED: &str = "7Q2FM9KD";

fn folder(name: &str) -> PathBuf {
    common::folder("resume", name)
}

/// Feeds all of `input`, and gives the exit code and everything that was printed.
fn run(home: &Path, args: &[&str], input: &str) -> (Option<i32>, String) {
    let done = common::typed(home, args, input);
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    (
        done.status.code(),
        text + &String::from_utf8_lossy(&done.stderr),
    )
}

/// Begins a run of `late-part`.
const BEGIN: &[&str] = &[
    "play",
    "late-part",
    "--text",
    "--seed",
    SEED,
    "--runs",
    "kept",
];

fn only_run(home: &Path) -> PathBuf {
    let mut files: Vec<_> = fs::read_dir(home.join("kept"))
        .expect("runs are kept")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    assert_eq!(files.len(), 1, "one run, one file: {files:?}");
    files.remove(0)
}

/// The `run` parts of the whole lines of a file.
fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).expect("it can be read");
    text.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .map(|line| serde_json::from_str::<Value>(line).expect("lines are JSON")["run"].clone())
        .collect()
}

/// An input, or a reading.
fn is_input(line: &Value) -> bool {
    line.get("do").is_some()
}

fn n_inputs(file: &Path) -> usize {
    lines(file).iter().filter(|line| is_input(line)).count()
}

/// Keys for a whole run: they listen while the customer speaks, say the first
/// reply when they do not, and mark a 7 where a reading is asked for; what is not
/// possible is no input. The stance changes, so that a wrong one would show in the
/// digests.
fn all_keys() -> String {
    let stances = ["vs fc", "ve fn", "vr fw", "ve fc"];
    (0..400)
        .map(|n| format!("{0} l\n7\n{0} 1\n", stances[n % 4]))
        .collect()
}

#[test]
fn killed_at_any_moment_it_goes_on_and_ends_the_same() {
    // Uninterrupted: the same keys in one go.
    let whole = folder("whole");
    let (code, told) = run(&whole, BEGIN, &all_keys());
    assert_eq!(code, Some(0), "{told}");
    let expected = lines(&only_run(&whole));
    let inputs: Vec<_> = expected.iter().filter(|line| is_input(line)).collect();
    assert!(inputs.len() > 15, "a real conversation");
    assert!(inputs.iter().any(|line| line["do"] == "read"));

    let mut chance = Chance::new(20_261_127);
    for round in 0..6 {
        let home = folder(&format!("killed-{round}"));
        let mut n_kills = 0;
        let mut child = started(&home, BEGIN);
        loop {
            // The trainee does what the run holds at this place, input by input.
            let file = wait_for_file(&home);
            let done = n_inputs(&file);
            let until = (done + 1 + chance.below(9)).min(inputs.len());
            for line in &inputs[done..until] {
                type_input(&mut child, line);
            }
            if until == inputs.len() && n_kills >= 2 {
                break;
            }
            // Somewhere on the way, mostly in the middle of one.
            let goal = done + chance.below(until - done + 1);
            for _ in 0..2_000 {
                if n_inputs(&file) >= goal {
                    break;
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_micros(chance.below(2_000) as u64));
            child.kill().expect("it can be killed");
            let mut out = child.stdout.take().expect("it has an output");
            let mut shown = Vec::new();
            out.read_to_end(&mut shown).expect("it can be read");
            // It may have been killed in the middle of a letter.
            let shown = String::from_utf8_lossy(&shown).into_owned();
            child.wait().expect("it is gone");
            n_kills += 1;
            let confirmed = n_inputs(&file);
            // Every prompt but the first of the process shows a consequence.
            let consequences = prompts(&shown).saturating_sub(1);
            assert!(
                confirmed >= done + consequences,
                "round {round}: shown {consequences} after {done}, kept {confirmed}"
            );
            assert!(confirmed <= until);
            let tail = fs::read(&file).expect("it can be read");
            if chance.below(2) == 0 && confirmed > 0 {
                // As a power cut leaves it: a piece of a line that came after.
                let piece = &tail[tail.len().saturating_sub(1 + chance.below(60))..];
                let piece: Vec<u8> = piece.iter().copied().filter(|b| *b != b'\n').collect();
                let torn = [&tail[..], &piece[..]].concat();
                fs::write(&file, torn).expect("it can be torn");
            }
            let name = file.to_str().expect("a plain path").to_owned();
            child = started(
                &home,
                &["play", "--text", "--resume", &name, "--runs", "kept"],
            );
        }
        drop(child.stdin.take());
        let done = child.wait_with_output().expect("it ends");
        let told = String::from_utf8_lossy(&done.stdout).into_owned();
        assert_eq!(done.status.code(), Some(0), "round {round}: {told}");
        let file = only_run(&home);
        assert_eq!(
            lines(&file),
            expected,
            "round {round}, {n_kills} kills: the run is another one"
        );
        let name = file.to_str().expect("a plain path");
        let (code, told) = run(&home, &["replay", name], "");
        assert_eq!(code, Some(0), "{told}");
        assert!(told.contains("Transcript verified: every turn agrees"));
    }
}

/// How often it asked what to do, which ends every showing.
fn prompts(shown: &str) -> usize {
    shown.matches("c cut in > ").count() + shown.matches("p pause > ").count()
}

fn wait_for_file(home: &Path) -> PathBuf {
    for _ in 0..2_000 {
        if let Ok(entries) = fs::read_dir(home.join("kept"))
            && let Some(Ok(entry)) = entries.into_iter().next()
            && fs::read(entry.path()).is_ok_and(|bytes| bytes.contains(&b'\n'))
        {
            return entry.path();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("no run was kept in ten seconds");
}

/// Types what a line of the journal holds, stance and deed in one line. Replies
/// are numbered as they are shown, so the first one is known to be meant: the
/// whole run was played with it.
fn type_input(child: &mut Child, line: &Value) {
    let input = child.stdin.as_mut().expect("it has an input");
    if let Some(step) = line["step"].as_u64() {
        // It may have been killed by then.
        let _ = input.write_all(format!("{step}\n").as_bytes());
        return;
    }
    let voice = match line["voice"].as_str() {
        Some("soft") => "vs",
        Some("raised") => "vr",
        _ => "ve",
    };
    let face = match line["face"].as_str() {
        Some("warm") => "fw",
        Some("concerned") => "fc",
        _ => "fn",
    };
    let deed = match line["do"].as_str() {
        Some("listen") => "l",
        Some("encourage") => "n",
        Some("cut-in") => "c",
        Some("pause") => "p",
        _ => "1",
    };
    let _ = input.write_all(format!("{voice} {face} {deed}\n").as_bytes());
}

/// A run that was broken off after a few inputs.
fn broken_off(home: &Path) -> PathBuf {
    let (code, told) = run(home, BEGIN, "l\nl\nl\nl\n1\nl\nl\n");
    assert_eq!(code, Some(0), "{told}");
    let file = only_run(home);
    assert!(n_inputs(&file) >= 5, "{told}");
    assert!(lines(&file).iter().all(|line| line.get("end").is_none()));
    file
}

#[test]
fn it_is_offered_shown_and_given_up() {
    let home = folder("offered");
    let kept = ["--runs", "kept"];
    let none = run(
        &home,
        &[&["play", "--text", "--resume"], &kept[..]].concat(),
        "",
    );
    assert_eq!(none.0, Some(2));
    assert!(
        none.1.contains("no conversation was broken off"),
        "{}",
        none.1
    );

    let file = broken_off(&home);
    let before = n_inputs(&file);
    // From the list of scenarios.
    let (code, told) = run(&home, &[&["play", "--text"], &kept[..]].concat(), "0\n");
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains(
            "0  Go on with: The part that did not come (left just now, replies so far: 1)"
        ) && told.contains("(You go on from here.)")
            && told.contains("You: "),
        "{told}"
    );
    // By itself, the last one; and one may leave it for good.
    let (code, told) = run(
        &home,
        &[&["play", "--text", "--resume"], &kept[..]].concat(),
        "n\n1\nq\n",
    );
    assert_eq!(code, Some(0), "{told}");
    assert!(n_inputs(&file) > before);
    let (code, told) = run(&home, &[&["runs"], &kept[..]].concat(), "");
    assert_eq!(code, Some(0));
    assert!(told.contains("left before the end"), "{told}");
    let again = run(
        &home,
        &[&["play", "--text", "--resume"], &kept[..]].concat(),
        "",
    );
    assert_eq!(again.0, Some(2), "what was left for good is not offered");
    let name = file.to_str().expect("a plain path");
    let over = run(&home, &["play", "--text", "--resume", name], "");
    assert_eq!(over.0, Some(2));
    assert!(over.1.contains("has come to its end"), "{}", over.1);
}

#[test]
fn a_reading_counts_only_as_the_replay_has_it() {
    let home = folder("read");
    let (code, told) = run(&home, BEGIN, &all_keys());
    assert_eq!(code, Some(0), "{told}");
    let file = only_run(&home);
    let readings = ["readings", "--runs", "kept"];
    let (code, told) = run(&home, &readings, "");
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("Gareth Tolley") && told.contains("too hopeful"),
        "{told}"
    );
    let text = fs::read_to_string(&file).expect("it is text");
    let changed = text.replacen("\"step\":7", "\"step\":3", 1);
    assert_ne!(text, changed);
    fs::write(&file, changed).expect("it can be changed");
    let (code, told) = run(&home, &readings, "");
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("has a reading yet") && told.contains("1 more with readings left out"),
        "{told}"
    );
}

#[test]
fn two_copies_do_not_write_into_one_run() {
    let home = folder("twice");
    let file = broken_off(&home);
    let name = file.to_str().expect("a plain path");
    let resume = ["play", "--text", "--resume", name, "--runs", "kept"];
    let mut first = started(&home, &resume);
    let mut told = [0; 1];
    let out = first.stdout.as_mut().expect("it has an output");
    out.read_exact(&mut told)
        .expect("it is there, with the file");
    let before = fs::read(&file).expect("it can be read");
    let (code, said) = run(&home, &resume, "1\n1\n1\n");
    assert_eq!(code, Some(2));
    assert!(
        said.contains("it is being played in another window"),
        "{said}"
    );
    let (_, listed) = run(&home, &["runs", "--runs", "kept"], "");
    assert!(listed.contains("being played now"), "{listed}");
    assert_eq!(fs::read(&file).expect("it can be read"), before);
    first.kill().expect("it can be killed");
    first.wait().expect("it is gone");
    assert_eq!(
        run(&home, &resume, "n\n").0,
        Some(0),
        "then it is free again"
    );
}

#[test]
fn torn_anywhere_it_goes_on_or_says_where_it_is_broken() {
    let home = folder("torn");
    let file = broken_off(&home);
    let whole = fs::read(&file).expect("it can be read");
    let header = whole.iter().position(|b| *b == b'\n').expect("a line") + 1;
    let name = file.to_str().expect("a plain path").to_owned();
    let resume = ["play", "--text", "--resume", &name];
    let mut chance = Chance::new(7);
    for n in 0..24 {
        // Every length near a line's end, and some by chance.
        let length = match n {
            0..4 => whole.len() - n,
            4..8 => header + n - 4,
            _ => header + chance.below(whole.len() - header),
        };
        fs::write(&file, &whole[..length]).expect("it can be torn");
        let confirmed = whole[..length].iter().filter(|b| **b == b'\n').count() - 1;
        let (code, told) = run(&home, &resume, "");
        assert_eq!(code, Some(0), "{length} bytes: {told}");
        assert_eq!(n_inputs(&file), confirmed, "{length} bytes");
        let kept = fs::read(&file).expect("it can be read");
        assert!(
            whole.starts_with(&kept) && kept.ends_with(b"\n"),
            "{length} bytes"
        );
    }
    for length in [0, 1, header / 2, header - 1] {
        fs::write(&file, &whole[..length]).expect("it can be torn");
        let (code, told) = run(&home, &resume, "");
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("line 1 was cut short"), "{told}");
    }
    // Changed, not torn: it is refused where it was changed, and stays as it is.
    let text = String::from_utf8(whole).expect("it is text");
    let changed = text.replacen("\"do\":\"listen\"", "\"do\":\"encourage\"", 1);
    assert_ne!(text, changed);
    fs::write(&file, &changed).expect("it can be changed");
    let (code, told) = run(&home, &resume, "l\n");
    assert_eq!(code, Some(2));
    assert!(told.contains("the file is broken: turn 1"), "{told}");
    assert_eq!(fs::read_to_string(&file).expect("it can be read"), changed);
    let (_, listed) = run(&home, &["runs", "--runs", "kept"], "");
    assert!(
        listed.contains("broken off after"),
        "a claim until it is played: {listed}"
    );
    fs::write(&file, text.replacen("\"voice\"", "\"vioce\"", 1)).expect("it can be changed");
    let (_, listed) = run(&home, &["runs", "--runs", "kept"], "");
    assert!(
        listed.contains("broken: ") && listed.contains("turn 1"),
        "{listed}"
    );
}

#[test]
fn a_scenario_that_was_changed_is_explained_and_nothing_is_lost() {
    let home = folder("changed");
    let mine = home.join("mine");
    fs::create_dir(&mine).expect("a folder");
    let scenario = fs::read_to_string(path("scenarios/late-part.ron")).expect("it is there");
    let put = |text: &str| fs::write(mine.join("late-part.ron"), text).expect("it can be written");
    put(&scenario);
    let with = |args: &[&str]| [&["--scenarios", "mine"], args].concat().join(" ");
    let args = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let go = |text: String, input: &str| {
        let list = args(&text);
        let list: Vec<_> = list.iter().map(String::as_str).collect();
        run(&home, &list, input)
    };
    let (code, told) = go(with(BEGIN), "l\nl\nl\nl\n1\n");
    assert_eq!(code, Some(0), "{told}");
    let file = only_run(&home);
    let resume = with(&["play", "--text", "--resume", "--runs", "kept"]);

    // Other words: it goes on, and says so.
    put(&scenario.replacen("It isn't here, no.", "No, it isn't here.", 1));
    let (code, told) = go(resume.clone(), "");
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("Some words of"), "{told}");

    // Another way to react: it would no longer be the same conversation.
    put(&scenario.replacen("pride: High", "pride: Low", 1));
    let before = fs::read(&file).expect("it can be read");
    let name = file.to_str().expect("a plain path").to_owned();
    let named = with(&["play", "--text", "--resume", &name]);
    let (code, told) = go(named.clone(), "l\n");
    assert_eq!(code, Some(2));
    assert!(
        told.contains("has been changed since") && told.contains("Nothing is lost"),
        "{told}"
    );
    assert_eq!(go(resume, "").0, Some(2), "it is not offered");
    assert_eq!(fs::read(&file).expect("it can be read"), before);
    put(&scenario);
    assert_eq!(
        go(named, "l\n").0,
        Some(0),
        "with its own scenario it goes on"
    );

    // A scenario that is gone.
    let own = base();
    fs::write(mine.join("base.ron"), &own).expect("it can be written");
    let begin = with(&["play", "base", "--text", "--runs", "other"]);
    assert_eq!(go(begin, "l\nl\n").0, Some(0));
    let (code, told) = run(
        &home,
        &["play", "--text", "--resume", "--runs", "other"],
        "",
    );
    assert_eq!(code, Some(2), "{told}");
    let (_, listed) = run(&home, &["runs", "--runs", "other"], "");
    assert!(
        listed.contains("base") && listed.contains("broken off"),
        "{listed}"
    );
}
