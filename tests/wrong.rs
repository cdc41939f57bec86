//! When the game is wrong: what an instructor takes out of the count, what becomes of
//! the scores, where it is said, and how a trainee disagrees.

mod server;

use serde_json::{Value, json};

use server::{Answer, Server, folder, program};

fn export(server: &Server, cookie: &str, class: &str, file: &str) -> String {
    let path = format!("/classes/{class}/export/{file}");
    let answer = server.see(cookie, &path);
    assert_eq!(answer.status, 200, "{file}");
    answer.body
}

/// The rows of a table, each as its cells; no cell of these has a comma in quotes
/// before the columns that are asked for.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

fn void(server: &Server, cookie: &str, class: &str, what: &str, why: &str) -> Answer {
    let body = format!("what={what}&why={why}");
    server.form(cookie, &format!("/classes/{class}/voids"), &body)
}

#[test]
fn what_does_not_count_is_said_everywhere_and_the_old_score_is_kept() {
    let home = folder("void");
    let mut server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let people = ["Ana", "Ben"].map(|name| server.join(name).0);
    server.state(&cookie, &class, "running");
    let ana = server.play(&people[0], 3);
    server.play(&people[1], 1);
    let id = ana["id"].as_str().expect("an id").to_owned();
    let first = rows(&export(&server, &cookie, &class, "scores.csv"));
    assert_eq!(first.len(), 2, "one score each");
    let results = || {
        let path = format!("/classes/{class}/results");
        server.see(&cookie, &path).body
    };
    let page = results();
    let beat = page.split("value=\"decision/").nth(1).expect("a decision");
    let beat = beat.split('"').next().expect("its end").to_owned();
    let clause = page.split("value=\"clause/").nth(1).expect("a clause");
    let clause = clause.split('"').next().expect("its end").to_owned();

    // What cannot be taken out, and without a reason nothing can.
    let decision = format!("decision/{beat}");
    let code = |what: &str, why: &str| void(&server, &cookie, &class, what, why).status;
    assert_eq!(code(&decision, "+"), 422);
    assert_eq!(code(&decision, "%E2%80%AE"), 422);
    assert_eq!(code(&decision, &"x".repeat(301)), 422);
    for unknown in ["decision/late-part/none", "clause/none", "clause", "x/y/z"] {
        assert_eq!(code(unknown, "because"), 404, "{unknown}");
    }
    assert_eq!(code(&decision, "=the+line+was+%3Cwrong%3E."), 303);
    assert_eq!(code(&decision, "again"), 409);
    assert_eq!(code(&format!("clause/{clause}"), "not+our+house"), 303);

    // Two new rows each, the old one as it was, and the last one counts.
    let now = rows(&export(&server, &cookie, &class, "scores.csv"));
    assert_eq!(now.len(), 6);
    for old in &first {
        let of: Vec<_> = now.iter().filter(|row| row[3] == old[3]).collect();
        assert_eq!(of.len(), 3);
        assert_eq!(of[0][..4], old[..4]);
        assert_eq!(
            of[0][6..],
            old[6..],
            "when, rules and numbers are as they were"
        );
        let counts: Vec<&str> = of.iter().map(|row| row[5].as_str()).collect();
        assert_eq!(counts, ["0", "0", "1"]);
        assert!(of[2][12].contains("not our house") && !of[1][12].contains("not our house"));
        assert_eq!(of[0][8], of[2][8], "satisfaction is the customer's");
    }
    assert!(
        first.iter().any(|old| {
            let last = now.iter().rfind(|row| row[3] == old[3]).expect("a row");
            last[9] != old[9]
        }),
        "somebody's conduct has changed"
    );

    // It is said on the page, inert, in the tables and in the report.
    let page = results();
    assert!(page.contains("=the line was &#60;wrong&#62;."), "{page}");
    assert!(!page.contains("<wrong>"));
    let attempts = export(&server, &cookie, &class, "attempts.csv");
    assert!(attempts.contains("does not count: =the line was <wrong>"));
    assert!(attempts.contains("as it was handed in, conduct was "));
    for row in rows(&attempts) {
        let last = now.iter().rfind(|score| score[3] == row[18]).expect("one");
        assert_eq!([&row[8], &row[10]], [&last[9], &last[10]], "one truth");
    }
    let all = export(&server, &cookie, &class, "results.json");
    let all: Value = serde_json::from_str(&all).expect("JSON");
    assert_eq!(all["voids"].as_array().map(Vec::len), Some(2));
    assert_eq!(all["scores"].as_array().map(Vec::len), Some(6));
    let noted = &all["attempts"][0]["report"]["not_counted"];
    assert!(noted.to_string().contains("wrong"), "{noted}");

    // A killed server, a run handed in later, and the debrief: the same.
    let third = server.join_late(&cookie, &class, "Cleo");
    server.play(&third, 2);
    drop(server);
    server = Server::start(&home, &[]);
    let cookie = server.enter();
    let scores = rows(&export(&server, &cookie, &class, "scores.csv"));
    let cleo: Vec<_> = scores.iter().filter(|row| row[0] == "Cleo").collect();
    assert_eq!(cleo.len(), 2, "as it was handed in, and as it counts");
    server.state(&cookie, &class, "closed");
    let path = format!("/api/v1/attempts/{id}/debrief");
    let debrief = server.ask("GET", &path, &people[0], None).body;
    assert!(debrief.contains("does not count"), "{debrief}");

    // Put back, it counts again; nothing is forgotten.
    for no in [1, 2] {
        let path = format!("/classes/{class}/voids/{no}/lift");
        assert_eq!(server.form(&cookie, &path, "").status, 303);
        assert_eq!(server.form(&cookie, &path, "").status, 404, "once");
    }
    let end = rows(&export(&server, &cookie, &class, "scores.csv"));
    for old in &first {
        let last = end.iter().rfind(|row| row[3] == old[3]).expect("a row");
        assert_eq!(last[8..12], old[8..12]);
        assert_eq!(last[4], "5");
    }
    let page = server
        .see(&cookie, &format!("/classes/{class}/results"))
        .body;
    assert!(page.contains("counts again since"));
}

#[test]
fn a_trainee_disagrees_because() {
    let home = folder("disagree");
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Ana");
    let (ben, _) = server.join("Ben");
    server.state(&cookie, &class, "running");
    let mut view = server.ask("POST", "/api/v1/runs", &ana, None).value();
    let id = view["id"].as_str().expect("an id").to_owned();
    let say = |token: &str, turn: u64, why: &str| {
        let path = format!("/api/v1/attempts/{id}/disagreements");
        let body = json!({ "turn": turn, "why": why });
        let answer = server.json("POST", &path, token, &body);
        (answer.status, answer.body)
    };
    assert_eq!(view["decision"], 0, "nothing to disagree with yet");
    assert_eq!(say(&ana, 1, "too early").0, 422);
    while view["floor"] == "customer" {
        view = server.step(&ana, &view, 0);
    }
    // At the choices, about them; then about what was chosen.
    let at_hand = view["decision"].as_u64().expect("a turn");
    assert_eq!(at_hand, view["n"].as_u64().expect("a number") + 1);
    assert_eq!(say(&ana, at_hand, "nobody talks like that").0, 200);
    view = server.step(&ana, &view, 0);
    assert_eq!(view["decision"], at_hand);
    assert_eq!(say(&ana, at_hand, " =it was\n <b>the only</b> one ").0, 200);
    assert_eq!(say(&ana, at_hand + 1, "what is to come").0, 422);
    assert_eq!(say(&ana, at_hand - 1, "I only listened").0, 422);
    assert_eq!(say(&ben, at_hand, "not mine").0, 404);
    assert_eq!(say("", at_hand, "nobody").0, 401);
    assert_eq!(say(&ana, at_hand, &"x".repeat(301)).0, 422);
    assert_eq!(say(&ana, at_hand, "a\u{202E}b").0, 422);

    let page = server.see(&cookie, &format!("/classes/{class}")).body;
    assert!(page.contains("Somebody disagrees"), "it is on the board");
    let results = format!("/classes/{class}/results");
    let page = server.see(&cookie, &results).body;
    assert!(page.contains("=it was &#60;b&#62;the only&#60;/b&#62; one"));
    assert!(
        !page.contains("nobody talks like that"),
        "the last words count"
    );
    server.state(&cookie, &class, "closed");
    let page = server.see(&cookie, &results).body;
    assert!(page.contains("who said <q>"), "{page}");
    let csv = export(&server, &cookie, &class, "disagreements.csv");
    let csv = rows(&csv);
    assert_eq!((csv.len(), csv[0][0].as_str()), (1, "Ana"));
    assert_eq!(csv[0][6], "'=it was <b>the only</b> one", "inert");

    // A program that has the seat now is told the same, and nobody else is.
    let path = format!("/api/v1/attempts/{id}/disagreements");
    let told = server.ask("GET", &path, &ana, None);
    assert_eq!(told.status, 200);
    let expected = json!({ "disagreements": [
        { "turn": at_hand, "why": "=it was <b>the only</b> one" }
    ]});
    assert_eq!(told.value(), expected);
    assert_eq!(server.ask("GET", &path, &ben, None).status, 404);
    assert_eq!(server.ask("GET", &path, "", None).status, 401);

    // In the debrief it stands, and it can be taken back there.
    let path = format!("/api/v1/attempts/{id}/debrief");
    let debrief = server.ask("GET", &path, &ana, None).body;
    assert!(debrief.contains("=it was &#60;b&#62;"), "{debrief}");
    assert_eq!(say(&ana, at_hand, "").0, 200);
    let page = server.see(&cookie, &format!("/classes/{class}")).body;
    assert!(!page.contains("Somebody disagrees"), "{page}");
}

#[test]
fn a_trainee_disagrees_in_a_terminal() {
    let home = folder("disagree-terminal");
    let (data, mine) = (home.join("server"), home.join("mine"));
    std::fs::create_dir_all(&data).expect("a folder");
    let server = Server::start(&data, &["late-part", "--open"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    server.state(&cookie, &class, "running");
    server.let_in(&cookie, &class);
    let args = [&server.code, "--as", "Ana", "--words", &server.words];
    let run = |args: &[&str], keys: &str| {
        let child = program::join(&mine, &server.game, args, keys);
        let (exit, out) = program::told(child.wait_with_output().expect("it ends"));
        assert_eq!(exit, Some(0), "{out}");
        out
    };
    let out = run(&args, &"\n1\n".repeat(80));
    assert!(out.contains("Handed in, receipt "), "{out}");
    assert!(!out.contains("I disagree"), "not before the class is over");
    server.state(&cookie, &class, "closed");
    let out = run(&[], "0 nobody\n");
    let known = out.split("You decided something at turns ").nth(1);
    let turn = known.expect("they are named").split([',', '.']).next();
    let turn = turn.expect("a turn");
    let out = run(&[], &format!("{turn} nobody talks so\n\n"));
    let sent = format!("Turn {turn}: Your instructor has it. It changes no score by itself.");
    assert!(out.contains(&sent), "{out}");
    let page = server.see(&cookie, &format!("/classes/{class}")).body;
    assert!(page.contains("Somebody disagrees"), "{page}");
    let csv = export(&server, &cookie, &class, "disagreements.csv");
    let csv = rows(&csv);
    assert_eq!(csv.len(), 1);
    assert_eq!(
        [&csv[0][0], &csv[0][3], &csv[0][6]],
        ["Ana", turn, "nobody talks so"]
    );
}
