//! A class whose instructor says which customer it is: another class, homework and `play`
//! bring the same one, and nobody but the instructor is told who it will be.

mod common;
mod server;

use std::fs;
use std::sync::Arc;

use engine::rng::Seed;
use engine::rules::Rules;
use engine::session::{Action, Session};
use engine::state::{Face, Floor, Stance, Voice};
use serde_json::Value;

use server::{Server, folder};

const SEED: &str = "7Q2FM9KD";

/// The digests of somebody's attempt, turn by turn.
fn digests(server: &Server, cookie: &str, class: &str, attempt: &str) -> Vec<String> {
    let csv = server.see(cookie, &format!("/classes/{class}/export/turns.csv"));
    let mut rows = csv::Reader::from_reader(csv.body.as_bytes());
    let head = rows.headers().expect("a head").clone();
    let at = |name: &str| head.iter().position(|column| column == name);
    let (number, digest) = (at("attempt").expect("it"), at("digest").expect("it"));
    let rows = rows.records().map(|row| row.expect("a row"));
    rows.filter(|row| &row[number] == attempt)
        .map(|row| row[digest].to_owned())
        .collect()
}

/// The seeds of a class's attempts, the first of them first.
fn seeds(server: &Server, cookie: &str, class: &str) -> Vec<String> {
    let json = server.see(cookie, &format!("/classes/{class}/export/results.json"));
    let json = json.value();
    assert_eq!(json["seed"], SEED);
    let attempts = json["attempts"].as_array().expect("attempts");
    let mut seeds: Vec<(u64, String)> = attempts
        .iter()
        .map(|attempt| {
            assert_eq!(attempt["verdict"], "verified", "{}", attempt["why"]);
            let number = attempt["attempt"].as_u64().expect("a number");
            (number, attempt["seed"].as_str().expect("a seed").to_owned())
        })
        .collect();
    seeds.sort();
    seeds.into_iter().map(|(_, seed)| seed).collect()
}

#[test]
fn two_classes_and_a_play_meet_the_same_customer() {
    let home = folder("picked");
    let args = ["late-part", "--attempts", "2", "--seed", "7q2f-m9kd"];
    let server = Server::start(&home, &args);
    let cookie = server.enter();
    let first = server.class(&cookie);
    let (ana, _) = server.join("Ana");
    server.state(&cookie, &first, "running");
    let begun = server.ask("POST", "/api/v1/runs", &ana, None).value();
    for _ in 0..2 {
        server.play(&ana, 1);
    }
    // Another class, later and made on the board.
    let form = format!("title=After&scenario=late-part&attempts=2&seeds=same&seed=+{SEED}+");
    let made = server.form(&cookie, "/classes", &form);
    assert_eq!(made.status, 303, "{}", made.body);
    let second = made.header("location");
    let second = second.rsplit('/').next().expect("an id").to_owned();
    assert_ne!(first, second);
    let board = server.see(&cookie, &format!("/classes/{second}")).body;
    let says = format!(
        "everyone meets the same customers, of seed {SEED} at first, and at further attempts \
         what follows from it;"
    );
    assert!(board.contains(&says), "{board}");
    let code = board.split("Join code</span><strong>").nth(1);
    let code: String = code.expect("a code").chars().take(7).collect();
    let asked = serde_json::json!({ "code": code, "name": "Ben" });
    let ben = server.json("POST", "/api/v1/seats", "", &asked).value();
    let ben = ben["token"].as_str().expect("a token").to_owned();
    server.state(&cookie, &second, "running");
    for _ in 0..2 {
        server.play(&ben, 1);
    }
    let of_both = [&first, &second].map(|class| seeds(&server, &cookie, class));
    assert_eq!(of_both[0].len(), 2);
    assert_eq!(of_both[0][0], SEED);
    assert_ne!(of_both[0][1], SEED);
    assert_eq!(of_both[0], of_both[1]);
    for attempt in ["1", "2"] {
        let first = digests(&server, &cookie, &first, attempt);
        assert!(first.len() > 5, "{first:?}");
        assert_eq!(first, digests(&server, &cookie, &second, attempt));
    }
    let results = server.see(&cookie, &format!("/classes/{first}/results"));
    assert!(
        results
            .body
            .contains(&format!("Customers: seed {SEED} at first"))
    );

    // The engine by itself, with that seed and the same choices.
    let (name, text) = ("late-part.ron", common::shipped());
    let text = text.iter().find(|(file, _)| file == name).expect("it");
    let scenario = common::scenario(name, &text.1);
    let seed: Seed = SEED.parse().expect("a seed");
    let mut session = Session::begin(Arc::clone(&scenario), Rules::current(), seed);
    while session.floor() != Floor::Ended {
        let said: Vec<_> = session
            .choices()
            .into_iter()
            .filter(|c| c.text.is_some())
            .collect();
        let action = match session.floor() {
            Floor::Customer => Action::Listen,
            _ => said[1 % said.len()].action.clone(),
        };
        let stance = Stance {
            voice: Voice::Even,
            face: Face::Concerned,
        };
        session.apply(&action, stance).expect("it is legal");
    }
    let alone: Vec<String> = session
        .turns()
        .iter()
        .map(|turn| turn.digest.to_string())
        .collect();
    assert_eq!(alone, digests(&server, &cookie, &first, "1"));

    // And `play` in a terminal.
    let args = [
        "play",
        "late-part",
        "--text",
        "--seed",
        SEED,
        "--runs",
        "runs",
    ];
    let played = common::typed(&home, &args, "\n");
    let told = String::from_utf8(played.stdout).expect("text");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let opening = begun["lines"][0][1].as_str().expect("a line");
    assert!(words(&told).contains(&words(opening)), "{opening}: {told}");
}

#[test]
fn nobody_in_a_sealed_class_is_told_its_seed() {
    let home = folder("picked-sealed");
    let server = Server::start(&home, &["third-visit", "--seed", SEED]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Ana");
    server.state(&cookie, &class, "running");
    let mut told = String::new();
    let mut view = server.ask("POST", "/api/v1/runs", &ana, None).value();
    let id = view["id"].as_str().expect("an id").to_owned();
    while view["floor"] != "ended" {
        told.push_str(&view.to_string());
        view = server.step(&ana, &view, 0);
    }
    told.push_str(&view.to_string());
    server.state(&cookie, &class, "closed");
    let wall = server.wall(&cookie, &class);
    for path in [
        "/api/v1/me",
        &format!("/api/v1/attempts/{id}/debrief"),
        "/",
        "/play",
    ] {
        told.push_str(&server.ask("GET", path, &ana, None).body);
    }
    told.push_str(&server.ask("GET", &wall, "", None).body);
    told.push_str(&server.ask("GET", &format!("{wall}/debrief"), "", None).body);
    assert!(told.contains("<polyline"), "the debrief is among it");
    let bits = SEED.parse::<Seed>().expect("a seed").bits().to_string();
    assert!(!told.contains(SEED) && !told.contains(&bits));
    let refused = server.ask("GET", "/api/v1/assignment", &ana, None);
    assert_eq!(refused.kind(), "sealed");
    // The instructor is.
    let board = server.see(&cookie, &format!("/classes/{class}")).body;
    assert!(board.contains(&format!("of seed {SEED};")), "{board}");
}

#[test]
fn a_seed_that_is_none_or_brings_nobody_of_ones_own_is_refused() {
    let home = folder("picked-refused");
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    for (fields, says) in [
        ("seeds=same&seed=nope", "a seed has eight characters"),
        (
            "seeds=own&seed=7Q2FM9KD",
            "cannot be combined with customers of their own",
        ),
    ] {
        let form = format!("title=T&scenario=late-part&attempts=1&{fields}");
        let answer = server.form(&cookie, "/classes", &form);
        assert_eq!(answer.status, 422, "{fields}: {}", answer.body);
        assert!(answer.body.contains(says), "{fields}: {}", answer.body);
    }
    // An empty line is no seed at all.
    let made = server.form(
        &cookie,
        "/classes",
        "title=T&scenario=late-part&attempts=1&seed=",
    );
    assert_eq!(made.status, 303, "{}", made.body);
    for command in ["assign", "host"] {
        let args = [command, "late-part", "--seeds", "own", "--seed", SEED];
        let more = match command {
            "host" => [&["--folder", "other"][..], &server::ANY_PORTS].concat(),
            _ => vec!["--out", "own.assignment"],
        };
        let done = common::typed(&home, &[&args[..], &more].concat(), "");
        let why = String::from_utf8(done.stderr).expect("text");
        assert_eq!(done.status.code(), Some(2), "{command}: {why}");
        let says = "seed 7Q2FM9KD brings everyone the same customers";
        assert!(
            why.contains(says) && why.contains("leave out one"),
            "{command}: {why}"
        );
    }
    assert!(!home.join("own.assignment").exists());
}

#[test]
fn homework_says_its_seed_to_whoever_writes_it_and_reads_the_results() {
    let home = folder("picked-homework");
    let args = [
        "assign",
        "late-part",
        "--seed",
        "7q2fm9kd",
        "--out",
        "w.assignment",
    ];
    let done = common::typed(&home, &args, "");
    let out = String::from_utf8(done.stdout).expect("text");
    assert!(
        out.contains("everyone meets the same customers, of seed 7Q2FM9KD\n"),
        "{out}"
    );
    let written = fs::read_to_string(home.join("w.assignment")).expect("a file");
    let written: Value = serde_json::from_str(&written).expect("JSON");
    assert_eq!(written["seed"], SEED);
    let args = [
        "play",
        "--text",
        "--assignment",
        "w.assignment",
        "--as",
        "Ana",
        "--runs",
        "back",
    ];
    let keys = format!("\n{}", "1\n\n".repeat(60));
    let done = common::typed(&home, &args, &keys);
    assert_eq!(done.status.code(), Some(0));
    for format in ["json", "text"] {
        let args = [
            "results",
            "back",
            "--assignment",
            "w.assignment",
            "--format",
            format,
        ];
        let done = common::typed(&home, &args, "");
        let out = String::from_utf8(done.stdout).expect("text");
        match format {
            "json" => {
                let json: Value = serde_json::from_str(&out).expect("JSON");
                assert_eq!(json["seed"], SEED);
                assert_eq!(json["attempts"][0]["seed"], SEED);
                assert_eq!(json["attempts"][0]["verdict"], "verified");
            }
            _ => assert!(out.contains("Customers: seed 7Q2FM9KD."), "{out}"),
        }
    }
}
