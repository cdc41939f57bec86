//! A class or homework that is scored by another doctrine than usual: how it is chosen,
//! where it is said, and that every score of it goes by it.

mod common;
mod server;

use std::fs;
use std::path::Path;

use engine::doctrine::Doctrine;
use engine::score::{ClauseScore, Finding, conduct};
use serde_json::Value;

use server::{Server, folder, program};

fn run(args: &[&str], home: &Path) -> (Option<i32>, String) {
    pressed(args, home, "")
}

/// Runs the program in a folder, with these keys.
fn pressed(args: &[&str], home: &Path, keys: &str) -> (Option<i32>, String) {
    program::told(common::typed(home, args, keys))
}

fn export(server: &Server, cookie: &str, class: &str, file: &str) -> String {
    let answer = server.see(cookie, &format!("/classes/{class}/export/{file}"));
    assert_eq!(answer.status, 200, "{file}");
    answer.body
}

fn results(server: &Server, cookie: &str, class: &str) -> Value {
    let text = export(server, cookie, class, "results.json");
    serde_json::from_str(&text).expect("it is JSON")
}

/// Conduct by a doctrine, of what a report says of the clauses.
fn conduct_of(report: &Value, doctrine: &str) -> i64 {
    let clauses = report["clauses"].as_array().expect("a list").iter();
    let clauses: Vec<ClauseScore> = clauses
        .map(|clause| ClauseScore {
            finding: match clause["finding"].as_str().expect("a word") {
                "not-tested" => Finding::NotTested,
                _ => Finding::Partly,
            },
            share: clause["share"].as_i64().expect("a number") as i32,
            turns: Vec::new(),
        })
        .collect();
    let doctrine = Doctrine::find(doctrine).expect("it is there");
    conduct(doctrine, &clauses).guidance.into()
}

#[test]
fn a_class_keeps_its_doctrine_whatever_becomes_of_its_scores() {
    let home = folder("scored-by");
    let args = ["late-part", "--doctrine", "plain-dealing"];
    let mut server = Server::start(&home, &args);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let said = "Scored by “Plain dealing”. ";
    let board = server.see(&cookie, &format!("/classes/{class}")).body;
    assert!(board.contains("scored by “Plain dealing”"), "{board}");
    let wall = server.wall(&cookie, &class);
    assert!(server.ask("GET", &wall, "", None).body.contains(said));

    let people = ["Ana", "Ben", "Cleo"].map(|name| server.join(name).0);
    let me = server.ask("GET", "/api/v1/me", &people[0], None).value();
    let words = me["class"]["scored_by"].as_str().expect("a text");
    assert!(words.starts_with(said), "{me}");
    server.state(&cookie, &class, "running");
    let runs: Vec<Value> = (0..3).map(|n| server.play(&people[n], n)).collect();

    let goes_by_it = |server: &Server, cookie: &str| {
        let all = results(server, cookie, &class);
        assert_eq!(all["doctrine"], "plain-dealing.1");
        let mut differs = false;
        for attempt in all["attempts"].as_array().expect("a list") {
            let report = &attempt["report"];
            assert_eq!(report["doctrine"]["id"], "plain-dealing");
            assert_eq!(report["conduct"], conduct_of(report, "plain-dealing"));
            differs |= report["conduct"] != conduct_of(report, "balanced");
            // The row that counts is the last one, and it says the same.
            let rows = all["scores"].as_array().expect("a list").iter();
            let mut own = rows.filter(|row| row["attempt_id"] == attempt["attempt_id"]);
            let last = own.next_back().expect("a score");
            assert_eq!(last["conduct"], report["conduct"]);
        }
        assert!(differs, "it matters to somebody");
        all
    };
    goes_by_it(&server, &cookie);
    let (code, said_again) = program::run(&["rescore", "--all"], &home);
    assert_eq!(code, Some(0), "{said_again}");
    assert!(said_again.contains("0 scores come out otherwise, 3 as before."));

    // A void, and a server that is started again.
    let path = format!("/classes/{class}/results");
    let page = server.see(&cookie, &path).body;
    assert!(page.contains(said), "{page}");
    let beat = page.split("value=\"decision/").nth(1).expect("a decision");
    let beat = beat.split('"').next().expect("its end");
    let body = format!("what=decision/{beat}&why=nobody+talks+like+that");
    let void = server.form(&cookie, &format!("/classes/{class}/voids"), &body);
    assert_eq!(void.status, 303);
    let all = goes_by_it(&server, &cookie);
    assert_eq!(all["scores"].as_array().map(Vec::len), Some(6));
    drop(server);
    server = Server::start(&home, &[]);
    let cookie = server.enter();
    goes_by_it(&server, &cookie);

    // It is in the tables, in the statements and in the debriefs.
    for (file, n) in [("attempts.csv", 3), ("scores.csv", 6)] {
        let text = export(&server, &cookie, &class, file);
        let mut table = csv::Reader::from_reader(text.as_bytes());
        let head = table.headers().expect("a head").clone();
        let at = head.iter().position(|name| name == "doctrine");
        let rows = table.records().map(|row| row.expect("a row"));
        let named = rows.filter(|row| &row[at.expect(file)] == "plain-dealing.1");
        assert_eq!(named.count(), n, "{file}");
    }
    let told = export(&server, &cookie, &class, "xapi.json");
    let told: Vec<Value> = serde_json::from_str(&told).expect("JSON");
    let name = "https://satisfactometer.invalid/x/doctrine";
    let scored = |one: &&Value| one["result"]["score"].is_object();
    assert_eq!(told.iter().filter(scored).count(), 6);
    for one in told.iter().filter(scored) {
        assert_eq!(one["result"]["extensions"][name], "plain-dealing.1");
    }
    server.state(&cookie, &class, "closed");
    let id = runs[0]["id"].as_str().expect("an id");
    let path = format!("/api/v1/attempts/{id}/debrief");
    let debrief = server.ask("GET", &path, &people[0], None).body;
    assert!(debrief.contains(said), "{debrief}");
}

#[test]
fn the_board_offers_the_doctrines_and_takes_no_other() {
    let home = folder("scored-by-board");
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let page = server.see(&cookie, "/").body;
    for id in ["balanced\" checked", "customer-first\"", "brisk\""] {
        let offered = format!("name=\"doctrine\" value=\"{id}");
        assert!(page.contains(&offered), "{offered}: {page}");
    }
    let usual = server.class(&cookie);
    let board = server.see(&cookie, &format!("/classes/{usual}")).body;
    assert!(board.contains("scored by “Balanced”"), "{board}");
    let (token, _) = server.join("Ana");
    let me = server.ask("GET", "/api/v1/me", &token, None).value();
    assert_eq!(
        me["class"]["scored_by"],
        Value::Null,
        "the usual is not said"
    );
    server.state(&cookie, &usual, "running");
    server.play(&token, 1);
    let told = export(&server, &cookie, &usual, "xapi.json");
    assert!(!told.contains("x/doctrine"), "statements are as they were");

    let form = |doctrine: &str| {
        let body = format!("title=Other&scenario=late-part&attempts=1&doctrine={doctrine}");
        server.form(&cookie, "/classes", &body)
    };
    let made = form("brisk");
    assert_eq!(made.status, 303, "{}", made.body);
    let board = server.see(&cookie, &made.header("location")).body;
    assert!(board.contains("scored by “Brisk”"), "{board}");
    let refused = form("slow");
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("no doctrine is called"),
        "{}",
        refused.body
    );
}

#[test]
fn homework_and_commands_take_a_doctrine_by_its_name() {
    let home = folder("scored-by-homework");
    let (code, said) = run(&["doctrines"], &home);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("balanced") && said.contains("customer-first"),
        "{said}"
    );
    let (_, said) = run(&["doctrines", "brisk"], &home);
    assert!(said.contains("“mend it fast”: 300 %"), "{said}");
    assert!(
        said.contains("“refuse what is wrong”: always in full"),
        "{said}"
    );
    let (_, json) = run(&["doctrines", "brisk", "--format", "json"], &home);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json[0]["tensions"][1]["sides"][1]["percent"], 300);

    let assign = |doctrine: &str| {
        let out = format!("{doctrine}.assignment");
        run(
            &["assign", "late-part", "--doctrine", doctrine, "--out", &out],
            &home,
        )
    };
    let (code, said) = assign("slow");
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("no doctrine is called `slow`; there are: balanced, "),
        "{said}"
    );
    let (code, said) = assign("brisk");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("scored by Brisk"), "{said}");
    let keys = format!("\n{}", "1\n\n".repeat(60));
    let play = [
        "play",
        "--text",
        "--assignment",
        "brisk.assignment",
        "--as",
        "Ana",
        "--runs",
        "runs",
    ];
    let (code, said) = pressed(&play, &home, &keys);
    assert_eq!(code, Some(0), "{said}");
    let n_said = said.matches("Scored by “Brisk”. ").count();
    assert_eq!(n_said, 2, "before it begins and in the report: {said}");
    let results = ["results", "runs", "--assignment", "brisk.assignment"];
    let (_, said) = run(&results, &home);
    assert!(said.contains("Scored by “Brisk”. "), "{said}");
    let (_, json) = run(&[&results[..], &["--format", "json"]].concat(), &home);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["doctrine"], "brisk.1");
    let report = &json["attempts"][0]["report"];
    assert_eq!(report["conduct"], conduct_of(report, "brisk"));

    // The same run by any other; a file of the usual kind names none.
    let runs = fs::read_dir(home.join("runs")).expect("a folder");
    let mut runs = runs.map(|file| file.expect("an entry").path());
    let file = runs.find(|path| path.extension().is_some_and(|ext| ext == "sfa"));
    let file = file.expect("a transcript");
    let file = file.to_str().expect("text");
    for doctrine in ["balanced", "sober", "sober.1"] {
        let args = ["replay", file, "--format", "json", "--doctrine", doctrine];
        let (code, json) = run(&args, &home);
        assert_eq!(code, Some(0), "{json}");
        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json["report"]["conduct"], conduct_of(report, doctrine));
        assert_eq!(json["report"]["outcome"], report["outcome"]);
    }
    let page = home.join("page.html");
    let page = page.to_str().expect("text");
    let (_, said) = run(
        &["replay", file, "--html", page, "--doctrine", "brisk"],
        &home,
    );
    let page = fs::read_to_string(page).unwrap_or_else(|_| panic!("{said}"));
    assert!(page.contains("Scored by “Brisk”. "));
    assert!(page.contains("The documents disagree: "));
}
