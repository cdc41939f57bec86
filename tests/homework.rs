//! Homework as instructor and trainee use it: an assignment is written, played in
//! the terminal, sent back in folders, and verified; what is not honest is named.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    common::folder("homework", name)
}

fn run(home: &Path, args: &[&str], input: &str) -> (Option<i32>, String, String) {
    let done = common::typed(home, args, input);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
    (done.status.code(), text(done.stdout), text(done.stderr))
}

fn transcripts(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "sfa"))
        .collect();
    paths.sort();
    paths
}

/// Begins the encounter, listens when they speak, says line `n` otherwise, and
/// guesses nothing at the end. After the beginning the line comes first, so that
/// whoever goes on from the middle meets a question about the customer with the
/// same key as whoever came to it by listening.
fn keys(n: usize) -> String {
    format!("\n{}", format!("{n}\n\n").repeat(60))
}

fn assign(home: &Path, more: &[&str]) {
    let mut args = vec![
        "assign",
        "late-part",
        "--title",
        "Week 3",
        "--out",
        "w.assignment",
    ];
    args.extend(more);
    let (code, out, err) = run(home, &args, "");
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("Week 3") && out.contains("late-part"), "{out}");
}

fn play(home: &Path, who: &str, line: usize) -> PathBuf {
    let input = keys(line);
    let args = [
        "play",
        "--text",
        "--assignment",
        "w.assignment",
        "--as",
        who,
        "--runs",
        who,
    ];
    let (code, out, err) = run(home, &args, &input);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains(&format!("You are {who} here")), "{out}");
    home.join(who)
}

fn results(home: &Path) -> (Option<i32>, Value) {
    let args = [
        "results",
        "back",
        "--assignment",
        "w.assignment",
        "--out",
        "tables",
        "--format",
        "json",
    ];
    let (code, out, err) = run(home, &args, "");
    let json = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    (code, json)
}

fn verdict_of<'a>(json: &'a Value, file: &str) -> (&'a str, &'a str) {
    let attempts = json["attempts"].as_array().expect("a list");
    let found = attempts.iter().find(|attempt| attempt["source"] == file);
    let found = found.unwrap_or_else(|| panic!("{file} is not listed in {attempts:#?}"));
    (
        found["verdict"].as_str().expect("a word"),
        found["why"].as_str().expect("a text"),
    )
}

#[test]
fn a_scenario_of_a_house_is_assigned_with_the_houses_rules() {
    let home = folder("house");
    // A scenario that states no authority: its house lends it some.
    let base = common::base();
    let own = base.find("    authority: (").expect("it states one");
    let end = own + base[own..].find('\n').expect("a line") + 1;
    let text = [&base[..own], &base[end..]].concat();
    let house = r#"(format: 1, name: "Hale", authority: (credit: 35, loss: 70), clauses: [
        (id: "no-guess", title: "No guesses", sentence: "We never guess.", place: "p. 3", breaks: [Assume])])"#;
    let shop = home.join("shop");
    fs::create_dir_all(&shop).expect("a folder");
    fs::write(shop.join("base.ron"), text).expect("a file");
    fs::write(shop.join("house.ron"), house).expect("a file");
    let args = [
        "assign",
        "base",
        "--scenarios",
        "shop",
        "--out",
        "w.assignment",
    ];
    let (code, _, err) = run(&home, &args, "");
    assert_eq!(code, Some(0), "{err}");
    // Nothing is written over, and that is said.
    let (code, _, err) = run(&home, &args, "");
    assert_eq!(code, Some(2));
    assert!(err.contains("is there already"), "{err}");

    // It is played and verified where there is no house.
    fs::remove_dir_all(&shop).expect("it goes");
    let folder = play(&home, "Ana", 2);
    let file = transcripts(&folder).remove(0);
    fs::create_dir_all(home.join("back")).expect("a folder");
    fs::copy(file, home.join("back/run.sfa")).expect("a copy");
    let (code, json) = results(&home);
    assert_eq!(code, Some(0), "{json:#}");
    assert_eq!(verdict_of(&json, "run.sfa").0, "verified");
}

#[test]
fn a_class_of_files_is_assigned_played_and_verified() {
    let home = folder("whole");
    assign(&home, &["--due", "2099-12-04"]);
    let back = home.join("back");
    for (who, line) in [("Ana", 1), ("Ben", 2), ("Cleo", 3)] {
        let folder = play(&home, who, line);
        let files = transcripts(&folder);
        assert_eq!(files.len(), 1);
        fs::create_dir_all(back.join(who)).expect("a folder");
        fs::copy(&files[0], back.join(who).join("run.sfa")).expect("a copy");
    }
    let (code, json) = results(&home);
    assert_eq!(code, Some(0), "{json:#}");
    assert_eq!(json["attempts"].as_array().expect("a list").len(), 3);
    let seeds: std::collections::BTreeSet<_> = (0..3)
        .map(|n| json["attempts"][n]["seed"].as_str().expect("a seed"))
        .collect();
    assert_eq!(seeds.len(), 1, "everyone meets the same customer");
    assert!(!json["decisions"].as_array().expect("a list").is_empty());

    let table = fs::read_to_string(home.join("tables/attempts.csv")).expect("it is written");
    let rows: Vec<_> = table.lines().collect();
    assert_eq!(rows.len(), 4, "{table}");
    assert!(rows[1].starts_with("Ana,late-part,1,verified,"), "{table}");
    let turns = fs::read_to_string(home.join("tables/turns.csv")).expect("it is written");
    let n_turns: usize = (0..3)
        .map(|n| {
            json["attempts"][n]["report"]["curve"]
                .as_array()
                .expect("a list")
                .len()
        })
        .sum();
    let mut reader = csv_rows(&turns);
    let head = reader.next().expect("a head");
    assert_eq!(head[0], "mark");
    let [by_server, by_claim] = ["seconds_by_server", "seconds_claimed"].map(|name| {
        let at = head.iter().position(|column| column == name);
        at.expect("there is such a column")
    });
    let rows: Vec<Vec<String>> = reader.collect();
    assert_eq!(rows.len(), n_turns, "a row per turn");
    for row in &rows {
        assert_eq!(row[by_server], "", "nobody took the time");
        let claimed: f64 = row[by_claim].parse().expect("their own computer did");
        assert!((0.0..60.0).contains(&claimed), "{claimed}");
    }
    let told = json["attempts"][0]["seconds_claimed"].as_array();
    let first = rows[0][by_claim].parse::<f64>().ok();
    assert_eq!(told.expect("a list")[0].as_f64(), first);

    let (code, out, _) = run(
        &home,
        &["results", "back", "--assignment", "w.assignment"],
        "",
    );
    assert_eq!(code, Some(0));
    assert!(out.contains("3 attempts by 3 people counted"), "{out}");
}

fn csv_rows(text: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    // Quoted cells may hold commas; no cell of ours holds a line break.
    text.lines().map(|line| {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().expect("there is one").push(c),
            }
        }
        cells
    })
}

#[test]
fn what_is_not_honest_is_listed_with_its_reason() {
    let home = folder("verdicts");
    assign(&home, &["--attempts", "2"]);
    let mine = transcripts(&play(&home, "Ana", 1));
    assert_eq!(mine.len(), 2);
    let texts = mine
        .iter()
        .map(|path| fs::read_to_string(path).expect("it is text"));
    let text = texts
        .into_iter()
        .find(|text| text.contains("\"attempt_no\":1"))
        .expect("there is a first attempt");
    let back = home.join("back");
    fs::create_dir_all(&back).expect("a folder");
    let put = |name: &str, text: &str| fs::write(back.join(name), text).expect("a file");
    put("a-good.sfa", &text);
    put("b-copy.sfa", &text);
    put("a-begun.sfa", &text[..text.len() / 2]);
    put(
        "tampered.sfa",
        &text.replacen("\"voice\":\"even\"", "\"voice\":\"soft\"", 1),
    );
    put(
        "cut.sfa",
        &text[..text.len() / 2].replace("\"attempt_no\":1", "\"attempt_no\":2"),
    );
    put("other-person.sfa", &text.replacen("\"Ana\"", "\"Ben\"", 1));
    put(
        "extra.sfa",
        &text.replacen("\"attempt_no\":1", "\"attempt_no\":3", 1),
    );
    put(
        "seed.sfa",
        &text.replacen("\"attempt_no\":1", "\"attempt_no\":2", 1),
    );
    let id = text.split("\"assignment\":\"").nth(1).expect("it is bound");
    put("foreign.sfa", &text.replacen(&id[..8], "00000000", 1));
    put("no-one.sfa", &text.replacen("\"Ana\"", "\"\u{202E}\"", 1));
    put("letter.sfa", "Dear teacher, my dog ate it.\n");
    put(
        "newer.sfa",
        &text.replacen("\"schema\":1", "\"schema\":9", 1),
    );
    put("huge.sfa", &text.repeat(60));
    put("ignored.txt", "not looked at");
    fs::create_dir_all(back.join("folder.sfa")).expect("a folder with a misleading name");

    let (code, json) = results(&home);
    assert_eq!(code, Some(1), "something was found");
    for (file, verdict, why) in [
        ("a-good.sfa", "verified", ""),
        ("a-begun.sfa", "duplicate", "a-good.sfa"),
        (
            "b-copy.sfa",
            "duplicate",
            "the same attempt is in a-good.sfa",
        ),
        ("tampered.sfa", "changed", "turn 1"),
        ("cut.sfa", "foreign", "seed"),
        ("other-person.sfa", "duplicate", "a-good.sfa"),
        ("extra.sfa", "foreign", "attempt 3"),
        ("seed.sfa", "foreign", "seed"),
        ("foreign.sfa", "foreign", "another assignment"),
        ("no-one.sfa", "foreign", "who played it"),
        ("letter.sfa", "no-transcript", "line 1"),
        ("newer.sfa", "unscored", "schema 9"),
        ("huge.sfa", "no-transcript", "larger than"),
    ] {
        let (found, reason) = verdict_of(&json, file);
        assert_eq!(found, verdict, "{file}: {reason}");
        assert!(reason.contains(why), "{file}: {reason}");
    }
    assert!(!json.to_string().contains("ignored.txt"));
    let counted = json["attempts"].as_array().expect("a list");
    let scored = counted.iter().filter(|a| !a["report"].is_null()).count();
    assert_eq!(scored, 1, "only what counts is scored");
    // The same again to the eye: nothing that was typed gives the terminal an order.
    let (_, out, _) = run(
        &home,
        &["results", "back", "--assignment", "w.assignment"],
        "",
    );
    assert!(
        !out.contains('\u{202E}') && out.contains("Not counted:"),
        "{out}"
    );
}

#[test]
fn the_same_play_by_another_person_is_remarked() {
    let home = folder("same-play");
    assign(&home, &[]);
    let mine = transcripts(&play(&home, "Ana", 1));
    let text = fs::read_to_string(&mine[0]).expect("it is text");
    let attempt = text.split("\"attempt\":\"").nth(1).expect("an id")[..8].to_owned();
    let theirs = text
        .replacen("\"Ana\"", "\"Ben\"", 1)
        .replacen(&attempt, "12345678", 1);
    let back = home.join("back");
    fs::create_dir_all(&back).expect("a folder");
    fs::write(back.join("a.sfa"), &text).expect("a file");
    fs::write(back.join("b.sfa"), theirs).expect("a file");
    let (_, json) = results(&home);
    assert_eq!(verdict_of(&json, "b.sfa").0, "verified");
    let notes = json["attempts"][1]["notes"].to_string();
    assert!(notes.contains("plays exactly as a.sfa does"), "{notes}");
    // Cyrillic А.
    let alike = text
        .replacen("\"Ana\"", "\"\u{410}na\"", 1)
        .replacen(&attempt, "87654321", 1);
    fs::write(back.join("c.sfa"), alike).expect("a file");
    let (_, json) = results(&home);
    assert!(json.to_string().contains("the name looks like `Ana`"));
}

#[test]
fn a_run_that_was_cut_short_goes_on_where_it_was() {
    let home = folder("resume");
    assign(&home, &["--seeds", "own"]);
    let whole = transcripts(&play(&home, "Ana", 1));
    let text = fs::read_to_string(&whole[0]).expect("it is text");
    let runs = |text: &str| -> Vec<Value> {
        text.lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["run"].take())
            .collect()
    };
    let reading = text
        .find("\"do\":\"read\"")
        .expect("a reading is asked for");
    // As after a power cut: in the middle, in a reading, before the last line is whole.
    for cut in [text.len() / 2, reading, text.len() - 3] {
        fs::write(&whole[0], &text[..cut]).expect("it can be cut");
        let args = [
            "play",
            "--text",
            "--assignment",
            "w.assignment",
            "--runs",
            "Ana",
        ];
        let (code, out, err) = run(&home, &args, &keys(1));
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains("it was cut short, and goes on"), "{out}");
        assert!(out.contains("(You go on from here.)"), "{out}");
        assert!(out.contains("All encounters are played."), "{out}");
        let again = fs::read_to_string(&whole[0]).expect("it is text");
        let (first, second) = (runs(&text), runs(&again));
        assert_eq!(first, second, "as if nothing had happened: {out}");
    }
}

#[test]
fn what_is_put_aside_goes_on_in_the_folder_of_its_own() {
    let home = folder("aside");
    assign(&home, &[]);
    let play = |keys: &str, more: &[&str]| {
        let args = ["play", "--text", "--assignment", "w.assignment"];
        let (code, out, err) = run(&home, &[&args, more].concat(), keys);
        assert_eq!(code, Some(0), "{err}");
        out
    };
    let out = play("\n\n\nq\n", &["--as", "Ana"]);
    assert!(
        out.contains("It goes on from here when you open the homework again."),
        "{out}"
    );
    let out = play(&keys(1), &[]);
    assert!(
        out.contains("You are Ana here") && out.contains("it was cut short, and goes on"),
        "{out}"
    );
    assert!(out.contains("All encounters are played."), "{out}");
    let folder = out.lines().last().expect("a line").trim();
    let (_, name) = folder.rsplit_once('/').expect("a folder");
    assert!(name.starts_with("week-3-") && name.len() == 15, "{name}");
    assert_eq!(transcripts(Path::new(folder)).len(), 1);
    // Beside them lies what is needed to go on where the file that was given is lost.
    let copy = format!("{folder}/homework.assignment");
    let given = home.join("w.assignment");
    assert_eq!(fs::read(copy).ok(), fs::read(given).ok());
}

#[test]
fn mistakes_are_told_before_anything_is_played() {
    let home = folder("mistakes");
    assign(&home, &[]);
    fs::write(home.join("broken.assignment"), "{}").expect("a file");
    for (args, says) in [
        (&["assign", "no-such"][..], "no scenario is called"),
        (&["assign", "late-part", "late-part"], "named twice"),
        (&["assign", "late-part", "--attempts", "0"], "attempts"),
        (&["assign", "late-part", "--due", "soon"], "2026-12-04"),
        (
            &["assign", "late-part", "--out", "w.assignment"],
            "is there already",
        ),
        (
            &["play", "--text", "--assignment", "broken.assignment"],
            "no assignment",
        ),
        (
            &[
                "play",
                "--text",
                "--assignment",
                "w.assignment",
                "--as",
                "\u{200B}",
            ],
            "invisible",
        ),
        (
            &["results", "nowhere", "--assignment", "w.assignment"],
            "cannot read",
        ),
        (&["results", "."], "--assignment"),
        (
            &["play", "--assignment", "w.assignment", "--resume"],
            "cannot be used with",
        ),
    ] {
        let (code, out, err) = run(&home, args, "");
        assert_eq!(code, Some(2), "{args:?}: {out}");
        assert!(err.contains(says), "{args:?}: {err}");
    }
    play(&home, "Ana", 1);
    let args = [
        "play",
        "--text",
        "--assignment",
        "w.assignment",
        "--as",
        "Ben",
        "--runs",
        "Ana",
    ];
    let (code, _, err) = run(&home, &args, "");
    assert_eq!(code, Some(2));
    assert!(err.contains("belong to Ana"), "{err}");
    // The disk was full when their name was to be written down.
    fs::write(home.join("Ana/played-as.txt"), "").expect("a file");
    play(&home, "Ana", 1);
}
