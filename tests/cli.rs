//! The program as people run it: what it prints, where it writes, and its exit
//! codes: 0 all is well, 1 something was found, 2 it could not be done.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{base, path};
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    common::folder("cli", name)
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs the program in a folder that is its whole world.
fn run_in(home: &Path, args: &[&str], input: &str) -> Ran {
    let done = common::typed(home, args, input);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
    Ran {
        code: done.status.code(),
        out: text(done.stdout),
        err: text(done.stderr),
    }
}

fn run(home: &Path, args: &[&str]) -> Ran {
    run_in(home, args, "")
}

fn runs_of(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return vec![];
    };
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect()
}

/// Listens when they speak and says the first line when it is one's turn.
fn keys(n: usize) -> String {
    "\n1\n".repeat(n)
}

#[test]
fn help_and_mistakes_of_the_command_line() {
    let home = folder("help");
    let help = run(&home, &["--help"]);
    assert_eq!(help.code, Some(0));
    for word in [
        "play",
        "list",
        "check",
        "replay",
        "acts",
        "Examples:",
        "Exit codes: 0 all is well",
    ] {
        assert!(
            help.out.contains(word),
            "{word} is not in the help:\n{}",
            help.out
        );
    }
    assert_eq!(run(&home, &["--version"]).code, Some(0));
    for args in [
        &["dance"][..],
        &["check"],
        &["replay"],
        &["play", "--text", "--seed", "nope"],
        &["list", "--what"],
    ] {
        let ran = run(&home, args);
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(
            ran.err.contains("error:") && ran.out.is_empty(),
            "{args:?}: {}",
            ran.err
        );
    }
    let ran = run(&home, &["play", "--text", "no-such"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("no scenario is called `no-such`") && ran.err.contains("late-part"),
        "{}",
        ran.err
    );
}

#[test]
fn the_built_in_scenarios_are_listed_anywhere() {
    let ran = run(&folder("list"), &["list"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    for id in ["third-visit", "late-part", "write-it-higher"] {
        assert!(
            ran.out.lines().any(|line| line.starts_with(id)),
            "{}",
            ran.out
        );
    }
}

#[test]
fn acts_are_listed_and_explained() {
    let home = folder("acts");
    let all = run(&home, &["acts"]);
    assert_eq!(all.code, Some(0));
    for act in engine::act::Act::ALL {
        let line = all
            .out
            .lines()
            .find(|line| line.split_whitespace().next() == Some(act.name()));
        assert!(
            line.is_some_and(|line| line.contains(act.meaning())),
            "{} is not explained",
            act.name()
        );
        let one = run(&home, &["acts", act.name()]);
        assert_eq!(one.code, Some(0));
        assert!(
            one.out.starts_with(&format!("{} (", act.name()))
                && one.out.replace('\n', " ").contains(act.meaning())
                && one.out.matches("\n  \"").count() == 2
                && one.out.contains("\nBut \"")
                && one.out.contains("\nIt is taken for "),
            "{}",
            one.out
        );
    }
    let place = |word: &str| {
        all.out
            .find(&format!("\n{word}"))
            .unwrap_or_else(|| panic!("no group {word}"))
    };
    assert!(
        place("Listening") < place("Solving")
            && place("Solving") < place("Errors")
            && place("Errors") < place("Red lines")
    );
    let one = run(&home, &["acts", "reiterate"]).out;
    assert!(
        one.contains("calms them")
            && one.contains("feel heard a great deal")
            && one.contains("Face:"),
        "{one}"
    );
    assert!(run(&home, &["acts", "Insult"]).out.contains("red line"));
    let wrong = run(&home, &["acts", "Reiterat"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.err.contains("did you mean `Reiterate`?"),
        "{}",
        wrong.err
    );
}

#[test]
fn check_says_what_it_found_and_how_it_went() {
    let home = folder("check");
    let shipped = path("scenarios");
    let good = run(&home, &["check", shipped.to_str().expect("a plain path")]);
    assert_eq!(good.code, Some(0), "{}", good.out);
    assert!(
        good.out.contains("nothing to complain about"),
        "{}",
        good.out
    );

    fs::write(
        home.join("base.ron"),
        base().replace("temper: High", "tempr: High"),
    )
    .expect("a broken file");
    fs::write(
        home.join("fine.ron"),
        base().replace("\"base\"", "\"fine\""),
    )
    .expect("a sound file");
    fs::write(home.join("empty.ron"), "").expect("an empty file");
    let bad = run(&home, &["check", "base.ron"]);
    assert_eq!(bad.code, Some(1));
    assert_eq!(
        bad.out.lines().next(),
        Some("base.ron:14:9: error: the customer has no field `tempr`")
    );
    assert!(
        bad.out.contains("help: did you mean `temper`?"),
        "{}",
        bad.out
    );
    assert!(!bad.out.contains('\u{1B}'), "no colour in a pipe");
    let empty = run(&home, &["check", "empty.ron"]);
    assert_eq!(empty.code, Some(1));
    assert!(
        empty
            .out
            .starts_with("empty.ron:1:1: error: the file is empty"),
        "{}",
        empty.out
    );
    let all = run(&home, &["check", "."]);
    assert_eq!(all.code, Some(1));
    assert!(
        all.out.contains("3 files checked: 2 errors, 0 warnings"),
        "{}",
        all.out
    );
    let look = base().replace("look: \"bookkeeper\"", "look: \"nobody-knows\"");
    fs::write(home.join("base.ron"), look).expect("a strange look");
    assert!(
        run(&home, &["check", "base.ron"])
            .out
            .contains("warning: nobody in the gallery looks like")
    );

    let missing = run(&home, &["check", "no/such.ron"]);
    assert_eq!(missing.code, Some(2));
    assert!(
        missing.err.contains("cannot read no/such.ron"),
        "{}",
        missing.err
    );
    let both = run(&home, &["check", "no/such.ron", "empty.ron"]);
    assert_eq!(both.code, Some(2));
    assert!(
        both.out.contains("empty.ron:1:1: error:"),
        "the other file is still checked: {}",
        both.out
    );
    fs::create_dir(home.join("hollow")).expect("an empty folder");
    assert_eq!(run(&home, &["check", "hollow"]).code, Some(2));
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_refused_and_nothing_hangs() {
    let home = folder("special");
    std::os::unix::fs::symlink("loop.ron", home.join("loop.ron")).expect("a link to itself");
    fs::create_dir(home.join("folder.ron")).expect("a folder that is called like a file");
    for path in ["/dev/zero", "/dev/stdin", "loop.ron"] {
        assert_eq!(run(&home, &["check", path]).code, Some(2), "{path}");
        assert_eq!(run(&home, &["replay", path]).code, Some(2), "{path}");
    }
    fs::write(home.join("base.ron"), base()).expect("a sound file");
    let ran = run(&home, &["check", "."]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.out
            .contains("1 file checked, nothing to complain about"),
        "{}{}",
        ran.out,
        ran.err
    );
    let huge = fs::File::create(home.join("huge.ron")).expect("a file");
    huge.set_len(1 << 30).expect("a gibibyte of nothing");
    let ran = run(&home, &["check", "huge.ron"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("larger than 8 MiB"), "{}", ran.err);
    drop(huge);
    fs::remove_file(home.join("huge.ron")).expect("it is gone again");
}

#[test]
fn findings_as_json() {
    let home = folder("json");
    let broken = base()
        .replace("temper: High", "tempr: High")
        .replace("acts: [Fix]", "acts: Fix");
    fs::write(home.join("base.ron"), broken).expect("a broken file");
    let ran = run(&home, &["check", "base.ron", "--format", "json"]);
    assert_eq!(ran.code, Some(1));
    let found: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!(
        (&found["files"], &found["errors"], &found["warnings"]),
        (&1.into(), &2.into(), &0.into())
    );
    let first = &found["findings"][0];
    assert_eq!(
        (&first["file"], &first["line"], &first["column"]),
        (&"base.ron".into(), &14.into(), &9.into())
    );
    assert_eq!(
        (&first["code"], &first["severity"]),
        (&"unknown-field".into(), &"error".into())
    );
    assert_eq!(
        found["findings"][1]["mended"],
        "                    acts: [Fix],"
    );
}

#[test]
fn a_whole_play_is_kept_and_replays() {
    let home = folder("play");
    let ran = run_in(
        &home,
        &[
            "play",
            "late-part",
            "--text",
            "--seed",
            "7Q2FM9KD",
            "--runs",
            "kept",
        ],
        &keys(300),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.out.contains("Seed 7Q2FM9KD") && ran.out.contains("Before you see it"),
        "{}",
        ran.out
    );
    assert!(
        !ran.out.to_lowercase().contains("heat:"),
        "the meter stays hidden"
    );
    let runs = runs_of(&home.join("kept"));
    let [file] = runs.as_slice() else {
        panic!("one play, one file: {runs:?}")
    };
    let file = file.to_str().expect("a plain path");
    assert!(
        ran.out.contains("Kept as kept/late-part-7Q2FM9KD-"),
        "{}",
        ran.out
    );
    assert!(!home.join("data").exists(), "nothing is written elsewhere");

    let replayed = run(&home, &["replay", file]);
    assert_eq!(replayed.code, Some(0), "{}", replayed.err);
    assert!(
        replayed
            .out
            .contains("Transcript verified: every turn agrees"),
        "{}",
        replayed.out
    );
    let report = replayed
        .out
        .lines()
        .find(|line| line.contains("atisf"))
        .expect("it prints the report");
    assert!(
        ran.out.contains(report),
        "the same report as after the play: {report}"
    );
    let as_json: Value =
        serde_json::from_str(&run(&home, &["replay", file, "--format", "json"]).out)
            .expect("it is JSON");
    assert_eq!(as_json["verdict"], "verified");

    let text = fs::read_to_string(file).expect("the transcript is text");
    let lines: Vec<&str> = text.lines().collect();
    let forged = |name: &str, text: String| {
        fs::write(home.join(name), text).expect("a forged transcript");
        run(&home, &["replay", name])
    };
    let other = if lines[3].contains("\"voice\":\"even\"") {
        lines[3].replace("\"even\"", "\"soft\"")
    } else {
        lines[3].replace("\"digest\":\"", "\"digest\":\"0")
    };
    let ran = forged("tampered.sfa", text.replace(lines[3], &other));
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(
        ran.err.contains("refused:") && ran.err.contains("turn 3"),
        "{}",
        ran.err
    );
    let ran = forged(
        "unreadable.sfa",
        text.replace(
            lines[3],
            &lines[3].replace("\"voice\":\"even\"", "\"voice\":\"loud\""),
        ),
    );
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(
        ran.err.contains("refused:") && ran.err.contains("turn 3"),
        "{}",
        ran.err
    );
    let refused = run(&home, &["replay", "tampered.sfa", "--format", "json"]);
    let refused_json: Value = serde_json::from_str(&refused.out).expect("it is JSON");
    assert_eq!(
        (refused.code, &refused_json["verdict"]),
        (Some(1), &"refused".into())
    );
    let ran = forged("torn.sfa", lines[..5].join("\n"));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.out.contains("the last line was cut short and left out"),
        "{}",
        ran.out
    );
    for (name, garbage) in [
        ("empty.sfa", String::new()),
        ("garbage.sfa", "hello".into()),
        ("json.sfa", "{}\n".into()),
        ("base.sfa", base()),
    ] {
        assert_eq!(forged(name, garbage).code, Some(2), "{name}");
    }
    fs::write(home.join("bytes.sfa"), [0xFF, 0xFE, 0]).expect("no text at all");
    assert_eq!(run(&home, &["replay", "bytes.sfa"]).code, Some(2));
    let newer = forged(
        "newer.sfa",
        text.replacen("\"schema\":1", "\"schema\":2", 1),
    );
    assert_eq!(newer.code, Some(2));
    assert!(
        newer.err.contains("made with transcript schema 2"),
        "{}",
        newer.err
    );
    let unknown = forged(
        "unknown.sfa",
        text.replacen(
            "\"scenario\":\"late-part\"",
            "\"scenario\":\"elsewhere\"",
            1,
        ),
    );
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("--scenarios"), "{}", unknown.err);
}

#[test]
fn the_same_seed_and_keys_give_the_same_play() {
    let home = folder("same");
    let play = |runs: &str| {
        let ran = run_in(
            &home,
            &[
                "play",
                "third-visit",
                "--text",
                "--seed",
                "00000007",
                "--runs",
                runs,
            ],
            &keys(300),
        );
        let file = runs_of(&home.join(runs)).pop().expect("a run");
        let lines = fs::read_to_string(file).expect("the transcript is text");
        let run = |line: &str| {
            serde_json::from_str::<Value>(line).expect("lines are JSON")["run"].clone()
        };
        let kept = ran.out.find("\nKept as").expect("it is kept");
        (
            ran.out[..kept].to_owned(),
            lines.lines().map(run).collect::<Vec<_>>(),
        )
    };
    assert_eq!(play("a"), play("b"));
}

#[test]
fn one_may_leave_at_any_time_and_nothing_is_lost() {
    let home = folder("leave");
    let ran = run_in(
        &home,
        &["play", "--text"],
        "nine\n99\n1\n\nvs fc\nx\n1 2 3\n?\nh\nn\nq\n",
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.out.contains("A number from 1 to 3, please.") && ran.out.contains("[soft, concerned]"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("You left before the end.") && ran.out.contains("Kept as"),
        "{}",
        ran.out
    );
    let kept = runs_of(&home.join("data/satisfactometer/runs"));
    let [file] = kept.as_slice() else {
        panic!(
            "without --runs it is kept with one's own data: {kept:?}\n{}",
            ran.out
        )
    };
    let replayed = run(&home, &["replay", file.to_str().expect("a plain path")]);
    assert_eq!(replayed.code, Some(0), "{}", replayed.err);
    // The input ends, as when a terminal is closed: one may come back.
    let ran = run_in(&home, &["play", "late-part", "--text", "--runs", "r"], "\n");
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.out.contains("Broken off.") && ran.out.contains("--resume r/late-part-"),
        "{}",
        ran.out
    );
    assert_eq!(
        run_in(&home, &["play", "--text"], "").code,
        Some(2),
        "no scenario was picked"
    );
}

#[test]
fn a_disk_that_fails_does_not_stop_the_play() {
    let home = folder("disk");
    fs::write(home.join("a-file"), "").expect("a file in the way");
    for runs in ["a-file", "a-file/below", "/proc/nowhere"] {
        let ran = run_in(
            &home,
            &["play", "late-part", "--text", "--runs", runs],
            &keys(300),
        );
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(
            ran.out.contains("the run is not being saved"),
            "{}",
            ran.out
        );
        assert!(
            ran.out.contains("Before you see it") && !ran.out.contains("Kept as"),
            "{}",
            ran.out
        );
        let ran = run_in(
            &home,
            &["play", "late-part", "--text", "--runs", runs],
            "q\n",
        );
        assert!(
            ran.out.contains("You left before the end.") && !ran.out.contains("Kept as"),
            "{}",
            ran.out
        );
    }
}

#[test]
fn a_folder_of_scenarios_adds_to_the_library() {
    let home = folder("library");
    let mine = home.join("mine");
    fs::create_dir(&mine).expect("a folder");
    fs::write(mine.join("base.ron"), base()).expect("a sound file");
    fs::write(mine.join("broken.ron"), "(format: 1,").expect("a broken file");
    let own = base()
        .replace("\"base\"", "\"late-part\"")
        .replace("The hinge again", "Mine instead");
    fs::write(mine.join("late-part.ron"), own).expect("a file that replaces a built-in one");
    fs::write(mine.join("base.de.ron"), "no scenario").expect("a translation");
    let ran = run(&home, &["list", "--scenarios", "mine"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.out.contains("The hinge again") && ran.out.contains("third-visit"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("not playable: mine/broken.ron: "),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("Mine instead") && ran.out.matches("late-part ").count() == 1,
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("base.de.ron"), "{}", ran.out);
    let ran = run_in(
        &home,
        &[
            "--scenarios",
            "mine",
            "play",
            "base",
            "--text",
            "--runs",
            "r",
        ],
        &keys(300),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let file = runs_of(&home.join("r")).pop().expect("a run");
    let file = file.to_str().expect("a plain path");
    assert_eq!(
        run(&home, &["replay", file, "--scenarios", "mine"]).code,
        Some(0)
    );
    assert_eq!(
        run(&home, &["replay", file]).code,
        Some(2),
        "without its folder the scenario is not known"
    );
    assert_eq!(
        run(&home, &["list", "--scenarios", "no-such"]).code,
        Some(2)
    );
    // One's own folder is always looked at.
    let data = home.join("data/satisfactometer/scenarios");
    fs::create_dir_all(&data).expect("one's own folder");
    fs::write(data.join("base.ron"), base()).expect("a sound file");
    assert!(run(&home, &["list"]).out.contains("The hinge again"));
}

#[test]
fn nobody_has_to_read_to_the_end() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .arg("acts")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let done = child.wait_with_output().expect("it ends");
    assert_eq!(
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stderr).as_ref()
        ),
        (Some(0), "")
    );
}

#[test]
fn a_new_scenario_plays_and_is_never_written_over() {
    let home = folder("new");
    let made = run(&home, &["new", "my-first"]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    let file = home.join("my-first.ron");
    let text = fs::read_to_string(&file).expect("it is written");
    assert!(text.contains("id: \"my-first\"") && !text.contains("NEW-ID"));
    let checked = run(&home, &["check", "my-first.ron"]);
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    let played = run_in(
        &home,
        &["play", "--text", "my-first", "--scenarios", "."],
        &keys(40),
    );
    assert_eq!(played.code, Some(0), "{}", played.err);
    let again = run(&home, &["new", "my-first"]);
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("there already"), "{}", again.err);
    assert_eq!(fs::read_to_string(&file).expect("it is there"), text);
    for id in ["Mine", "../up", "", "house", "a b"] {
        assert_eq!(run(&home, &["new", id]).code, Some(2), "{id}");
    }
    assert_eq!(
        fs::read_dir(&home).expect("a folder").count(),
        2,
        "the file and the runs"
    );
}

#[test]
fn what_keeps_ones_own_scenario_from_being_played_is_said() {
    let home = folder("own");
    assert_eq!(run(&home, &["new", "mine"]).code, Some(0));
    for id in ["mine", "mine.ron"] {
        let unnamed = run(&home, &["play", "--text", id]);
        assert_eq!(unnamed.code, Some(2));
        let hint = "the file is played by `mine --scenarios .`";
        assert!(unnamed.err.contains(hint), "{}", unnamed.err);
    }
    let file = home.join("mine.ron");
    let text = fs::read_to_string(&file).expect("it is there");
    fs::write(&file, text.replace("acts: [Promise]", "acts: [Promse]")).expect("it is written");
    let faulty = run(&home, &["play", "--text", "mine", "--scenarios", "."]);
    assert_eq!(faulty.code, Some(2));
    assert!(
        faulty
            .err
            .contains("mine.ron cannot be played; `satisfactometer check"),
        "{}",
        faulty.err
    );
    let missing = run(&home, &["check", "nowhere.ron"]);
    assert_eq!((missing.code, missing.out.as_str()), (Some(2), ""));
    let sorry = run(&home, &["acts", "sorry"]);
    assert!(
        sorry.err.contains("Apologise, ApologiseFor"),
        "{}",
        sorry.err
    );
}

#[test]
fn the_guide_the_reference_and_the_graph_are_there() {
    let home = folder("guide");
    let guide = run(&home, &["guide"]);
    assert!(guide.out.contains("Your first scenario"), "{}", guide.err);
    let step = run(&home, &["guide", "--step", "3"]);
    fs::write(home.join("wet-keyboard.ron"), &step.out).expect("it can be written");
    assert_eq!(run(&home, &["check", "wet-keyboard.ron"]).code, Some(0));
    assert_eq!(run(&home, &["guide", "--step", "8"]).code, Some(2));
    assert_eq!(run(&home, &["guide", "--step", "0"]).code, Some(2));
    let page = ["reference", "--format", "html", "--out", "reference.html"];
    assert_eq!(run(&home, &page).code, Some(0));
    assert_eq!(run(&home, &page).code, Some(2), "it is not written over");
    for form in ["svg", "dot", "mermaid"] {
        let drawn = run(&home, &["graph", "wet-keyboard.ron", "--format", form]);
        assert_eq!(drawn.code, Some(0), "{}", drawn.err);
        assert!(drawn.out.contains("remedy"), "{form}");
    }
    let painted = run(&home, &["graph", "wet-keyboard.ron", "--out", "it.png"]);
    assert_eq!(painted.code, Some(2));
    assert!(painted.err.contains("name it it.svg"), "{}", painted.err);
    let over = run(
        &home,
        &["graph", "wet-keyboard.ron", "--out", "wet-keyboard.ron"],
    );
    assert_eq!(over.code, Some(2), "a scenario is not drawn over");
    assert_eq!(run(&home, &["graph", "nothing.ron"]).code, Some(2));
}

#[test]
fn a_house_is_checked_and_stands_in_the_report() {
    let home = folder("house");
    let shelf = home.join("shelf");
    fs::create_dir_all(&shelf).expect("a folder");
    fs::write(shelf.join("base.ron"), base()).expect("it can be written");
    let house = "(format: 1, name: \"Hale and Daughter\", clauses: [(id: \"a\", title: \"Look first\", sentence: \"We look.\", place: \"page 2\", follows: [LetsSee])])";
    fs::write(shelf.join("house.ron"), house).expect("it can be written");
    let checked = run(&home, &["check", "shelf"]);
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    assert!(checked.out.starts_with("2 files"), "{}", checked.out);
    let played = run_in(
        &home,
        &["play", "--text", "base", "--scenarios", "shelf"],
        &keys(40),
    );
    assert!(
        played.out.contains("Hale and Daughter: our own rules"),
        "{}",
        played.out
    );
    let run_file = runs_of(&home.join("data/satisfactometer/runs")).remove(0);
    let run_file = run_file.to_str().expect("a name");
    let args = [
        "replay",
        run_file,
        "--html",
        "out.html",
        "--scenarios",
        "shelf",
    ];
    let replayed = run(&home, &args);
    assert_eq!(replayed.code, Some(0), "{}", replayed.err);
    let page = fs::read_to_string(home.join("out.html")).expect("a page");
    for part in [
        "Hale and Daughter: our own rules",
        "Look first. We look.",
        "page 2",
    ] {
        assert!(page.contains(part), "{part}");
    }
    fs::write(shelf.join("house.ron"), house.replace("LetsSee", "LetSee"))
        .expect("it can be written");
    let checked = run(&home, &["check", "shelf"]);
    assert_eq!(checked.code, Some(1));
    assert!(checked.out.contains("house.ron:1:") && checked.out.contains("did you mean `LetsSee`"));
    let listed = run(&home, &["list", "--scenarios", "shelf"]);
    assert!(
        listed.out.contains("base") && listed.out.contains("not playable"),
        "{}",
        listed.out
    );
}

/// The window is this system's own; the sentence names the variable of X11.
#[cfg(all(feature = "game", target_os = "linux"))]
#[test]
fn without_a_display_the_game_says_so() {
    let home = folder("no-display");
    let open = |display: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_satisfactometer"));
        command
            .current_dir(&home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env_remove("DISPLAY")
            .stdin(Stdio::null());
        if let Some(display) = display {
            command.env("DISPLAY", display);
        }
        command.output().expect("the program runs")
    };
    for (display, told) in [
        (None, "DISPLAY is not set"),
        (Some(":59999"), "`:59999`, and nothing answers there"),
    ] {
        let ended = open(display);
        let err = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{err}");
        assert!(err.contains(told), "{err}");
        assert!(err.contains("play --text"), "{err}");
        assert!(!err.contains("panicked"), "{err}");
    }
}

#[test]
fn a_strangers_transcript_commands_no_terminal() {
    let home = folder("stranger");
    let runs = home.join("runs");
    fs::create_dir_all(&runs).expect("a folder");
    let file = runs.join("stranger.sfa");
    let header = r#"{"label":{},"run":{"format":"satisfactometer-attempt","schema":1,"scenario":"\u001b]0;x\u0007","content":"x","mechanics":"x","rules":"1","seed":"7Q2FM9KD","context":{},"digest":"x"}}"#;
    let input = r#"{"label":{},"run":{"n":1,"at":"x","do":"listen","voice":"even","face":"warm","offered":"x","digest":"x"}}"#;
    fs::write(&file, format!("{header}\n{input}\n")).expect("a file");
    let shown = "\\u{1b}]0;x\\u{7}";
    let replayed = run(&home, &["replay", file.to_str().expect("text")]);
    assert_eq!(replayed.code, Some(2));
    assert!(replayed.err.contains(shown), "{}", replayed.err);
    let listed = run(&home, &["runs", "--runs", runs.to_str().expect("text")]);
    assert!(listed.out.contains(shown), "{}", listed.out);
    let broken = input.replace("\"n\"", "\"\\u001b[2J\"");
    fs::write(&file, format!("{header}\n{broken}\n")).expect("a file");
    let replayed = run(&home, &["replay", file.to_str().expect("text")]);
    assert_eq!(replayed.code, Some(1));
    assert!(replayed.err.contains("\\u{1b}[2J"), "{}", replayed.err);
}

#[test]
fn the_receipts_of_years_are_checked() {
    let home = folder("years");
    let file = home.join("receipts.json");
    let years = format!(
        "{{\"public_keys\":[],\"receipts\":[],\"pad\":\"{}\"}}",
        "x".repeat(9 << 20)
    );
    fs::write(&file, years).expect("a file");
    let checked = run(&home, &["receipts", file.to_str().expect("text")]);
    assert_eq!(checked.code, Some(0), "{}{}", checked.out, checked.err);
}
