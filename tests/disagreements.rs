//! What trainees disagree with, on its way from a class to the author: without names,
//! beside what the playtest found at the same place, and with nothing in it that acts.
#![cfg(all(feature = "author", feature = "classroom"))]

mod common;
mod server;

use std::fs;

use common::{base, satisfactometer};
use serde_json::{Value, json};
use server::{Server, folder};

/// A reply that another one always beats, so that the playtest has something to say.
const TWIN: &str = r#""no-screw": (say: "A new screw, or none at all. We shall see, later.", acts: [ShortAnswer], then: "shrug"),
                "credit": ("#;

#[test]
fn what_was_said_in_class_stands_beside_what_the_playtest_found() {
    let home = folder("to-the-author");
    let scenarios = folder("to-the-author-scenarios");
    let text = base().replace("\"credit\": (", TWIN);
    fs::write(scenarios.join("base.ron"), &text).expect("a scenario");
    let dir = scenarios.to_str().expect("text");
    let server = Server::start(&home, &["base", "--scenarios", dir]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Ana Quirkwood");
    server.state(&cookie, &class, "running");
    let mut view = server.ask("POST", "/api/v1/runs", &ana, None).value();
    while view["floor"] == "customer" {
        view = server.step(&ana, &view, 0);
    }
    view = server.step(&ana, &view, 0);
    let mut said = view["lines"].as_array().expect("lines").iter();
    let said = said.rfind(|line| line[0] == "you").expect("she spoke")[1].clone();
    let path = format!(
        "/api/v1/attempts/{}/disagreements",
        view["id"].as_str().expect("an id")
    );
    let body =
        json!({ "turn": view["decision"], "why": "<i>It</i> was [31m the only decent line" });
    assert_eq!(server.json("POST", &path, &ana, &body).status, 200);
    assert_eq!(server.state(&cookie, &class, "closed").status, 303);
    let export = format!("/classes/{class}/export/disagreements.json");
    let file = server.see(&cookie, &export).body;
    assert!(!file.contains("Quirkwood"), "no name: {file}");
    let first: Value = serde_json::from_str(&file).expect("JSON");
    let first = &first["disagreements"][0];
    assert_eq!(
        (&first["scenario"], &first["said"]),
        (&"base".into(), &said)
    );

    // The class's file twice, one written by hand, and exports of another kind.
    let files = folder("to-the-author-files");
    let write = |name: &str, text: &str| fs::write(files.join(name), text).expect("a file");
    write("monday.json", &file);
    write("monday-again.json", &file);
    write("results.json", "{\"class\": 1}");
    write("notes.txt", "no JSON");
    let one = |attempt: usize, content: &Value, beat: &str, reply: Option<&str>, why: &str| {
        let mut one = json!({ "scenario": "base", "content": content,
            "attempt": format!("a{attempt}"), "turn": 9, "beat": beat, "because": why, "at": 5 });
        if let Some(reply) = reply {
            one["reply"] = reply.into();
            one["said"] = format!("said at {reply}").into();
        }
        one
    };
    let (same, other) = (&first["content"], &Value::from("0000"));
    let mut elsewhere = one(8, same, "x", None, "not this one");
    elsewhere["scenario"] = "other\u{1b}[31m".into();
    let by_hand = json!({ "format": "satisfactometer-disagreements", "schema": 1,
        "disagreements": [
            one(1, same, "remedy", Some("no-screw"), "why not"),
            one(2, same, "remedy", Some("no-screw"), "\u{1b}[31mred\u{202E}"),
            one(3, other, "remedy", Some("no-screw"), "<script>alert(1)</script>"),
            one(4, same, "remedy", None, "I wanted to wait"),
            one(5, other, "gone-by-now", Some("old"), "that was unfair"),
            elsewhere,
        ] });
    write("by-hand.json", &by_hand.to_string());

    let path = scenarios.join("base.ron");
    let (path, files) = (path.to_str().expect("text"), files.to_str().expect("text"));
    let args = |more: &[&'static str]| {
        let mut args = vec!["playtest", path, "--runs", "500", "--disagreements", files];
        args.extend(more);
        let done = satisfactometer(&scenarios, &args);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&done.stdout), text(&done.stderr))
    };
    let (text, told) = args(&["--html", "page.html"]);
    let (_, part) = text
        .split_once("What trainees disagree with\n")
        .expect("a heading of its own");
    assert!(
        part.starts_with("6 disagreements, 2 of them with another version of the file"),
        "{part}"
    );
    let lines: Vec<&str> = part.lines().collect();
    assert!(
        lines[1].ends_with(
            "3 disagree at \"no-screw\" in \"remedy\" (“said at no-screw”); 1 of them in another version of the file"
        ),
        "the one with the most comes first: {part}"
    );
    let line = 1 + fs::read_to_string(path)
        .expect("text")
        .lines()
        .position(|line| line.contains("\"no-screw\": ("))
        .expect("it stands there");
    assert!(lines[1].contains(&format!("base.ron:{line}:")), "{part}");
    assert!(
        part.contains("because: <U+001B>[31mred<U+202E>\n"),
        "{part}"
    );
    assert!(!part.contains('\u{1b}') && !part.contains('\u{202E}'));
    assert!(
        part.contains("the playtest: \"no-screw\" in \"remedy\" is dominated"),
        "{part}"
    );
    assert!(part.contains("1 disagrees at \"remedy\", where nothing was said"));
    assert!(part.contains("it is not in the file any more; in another version of the file"));
    assert!(
        part.contains(&format!("(“{}”)", said.as_str().expect("text"))),
        "{part}"
    );
    assert!(
        told.contains("1 disagreement is about other scenarios: other<U+001B>[31m"),
        "{told}"
    );

    let page = fs::read_to_string(scenarios.join("page.html")).expect("a page");
    assert!(page.contains("<h2>What trainees disagree with</h2>"));
    assert!(page.contains("&#60;script&#62;") && !page.contains("<script>"));

    let (json, _) = args(&["--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let part = &json[0]["disagreements"];
    assert_eq!((&part["n"], &part["other_version"]), (&6.into(), &2.into()));
    let decision = &part["decisions"][0];
    assert_eq!(decision["because"].as_array().map(Vec::len), Some(3));
    let codes = decision["findings"].as_array().expect("a list");
    assert!(codes.contains(&"dominated".into()), "{decision}");

    // Without them nothing is said; what is no such file is told.
    let plain = satisfactometer(&scenarios, &["playtest", path, "--runs", "500"]);
    assert!(!String::from_utf8_lossy(&plain.stdout).contains("trainees disagree"));
    for (file, why) in [
        ("results.json", "holds no disagreements"),
        ("notes.txt", "is not JSON"),
        ("none.json", "cannot read"),
    ] {
        let file = format!("{files}/{file}");
        let args = ["playtest", path, "--disagreements", &file];
        let done = satisfactometer(&scenarios, &args);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
    let args = ["playtest", path, "--disagreements", dir];
    let done = satisfactometer(&scenarios, &args);
    assert_eq!(done.status.code(), Some(2), "a folder without any");
}
