//! Old runs scored again: what a dry run says, what is added and never changed, where it
//! is shown, and that receipts are as they were; while the class is open.

mod server;

use std::fs;
use std::path::Path;

use sqlx::{AnyConnection, Connection};

use server::{Server, folder, program};

fn rescore(args: &[&str], home: &Path) -> (Option<i32>, String) {
    program::run(&[&["rescore"], args].concat(), home)
}

/// Does something in a store that no server would.
fn behind_its_back(home: &Path, orders: &[&'static str]) {
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let url = format!("sqlite://{}", home.join("class.db").display());
        let mut conn = AnyConnection::connect(&url).await.expect("a store");
        for order in orders {
            sqlx::query(*order)
                .execute(&mut conn)
                .await
                .expect("it is SQL");
        }
        conn.close().await.expect("it closes");
    });
}

fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn scores_of_other_rules_stand_beside_those_of_today() {
    let home = folder("rescore");
    let mut server = Server::start(&home, &["late-part", "--title", "Morning\u{A0}shift"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let people = ["Ana", "Ben"].map(|name| server.join(name).0);
    server.state(&cookie, &class, "running");
    server.play(&people[0], 3);
    server.play(&people[1], 1);
    let export = |server: &Server, cookie: &str, file: &str| {
        let path = format!("/classes/{class}/export/{file}");
        let answer = server.see(cookie, &path);
        assert_eq!(answer.status, 200, "{file}");
        answer.body
    };
    let receipts = export(&server, &cookie, "receipts.json");

    // Scored today already: nothing is to be done, whoever is named.
    let (code, said) = rescore(&["--all"], &home);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("0 scores come out otherwise, 2 as before."),
        "{said}"
    );
    let before = rows(&export(&server, &cookie, "scores.csv"));
    assert_eq!(before.len(), 2, "no row is added");
    for (args, why) in [
        (&["ffffffff-"][..], "there is no class whose id begins with"),
        (&["", "--rules", "x.ron"], "--dry-run"),
        (&[], "required"),
    ] {
        let (code, said) = rescore(args, &home);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
    let nowhere = folder("rescore-nowhere");
    assert_eq!(rescore(&["--all"], &nowhere).0, Some(2));

    // Rules that weigh a survey otherwise: told, and not written.
    let file = home.join("other.ron");
    let today = include_str!("../assets/rules/1.ron");
    let other = today.replacen("    data: 1,", "    data: 2,", 1).replacen(
        "survey: (450, 400, 150)",
        "survey: (0, 0, 1000)",
        1,
    );
    fs::write(&file, other).expect("a file");
    let file = file.to_str().expect("text").to_owned();
    let (code, said) = rescore(&[&class[..8], "--dry-run", "--rules", &file], &home);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("by rules 1.2-draft"), "{said}");
    assert!(said.contains("Ana, late-part 1: satisfaction "), "{said}");
    assert!(said.contains(" → "), "{said}");
    assert!(said.contains("rules 1.1-draft → 1.2-draft"), "{said}");
    assert!(said.contains("Nothing is written"), "{said}");
    assert_eq!(rows(&export(&server, &cookie, "scores.csv")), before);

    // As if a release of other rules had scored Ana's run.
    drop(server);
    behind_its_back(
        &home,
        &[
            "UPDATE score SET rules = '0.9', conduct = conduct - 57, total = total - 43
             WHERE attempt_id IN (SELECT attempt.id FROM attempt JOIN seat_name
             ON seat_name.seat_id = attempt.seat_id WHERE seat_name.name = 'Ana')",
        ],
    );
    server = Server::start(&home, &[]);
    let cookie = server.enter();
    let old = rows(&export(&server, &cookie, "scores.csv"));
    let (code, said) = rescore(&["--all", "--dry-run"], &home);
    assert_eq!(code, Some(1), "{said}");
    let mine = old.iter().find(|row| row[0] == "Ana").expect("a row");
    assert!(
        said.contains(&format!("conduct {} → ", mine[9])) && said.contains("rules 0.9 → 1.1-draft"),
        "{said}"
    );
    assert!(
        said.contains("1 score comes out otherwise, 1 as before."),
        "{said}"
    );
    assert_eq!(rows(&export(&server, &cookie, "scores.csv")), old);

    // Written while the class is open, once, beside what was there.
    assert_eq!(server.state(&cookie, &class, "closed").status, 303);
    let results = format!("/classes/{class}/results");
    let page = server.see(&cookie, &results).body;
    assert!(
        page.contains("One run counts by rules of another release"),
        "{page}"
    );
    let (code, said) = rescore(&["--all"], &home);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Written beside the old scores"), "{said}");
    let (code, said) = rescore(&["--all"], &home);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Nothing is to be written"), "{said}");
    let now = rows(&export(&server, &cookie, "scores.csv"));
    assert_eq!(now.len(), 3);
    let ana: Vec<_> = now.iter().filter(|row| row[0] == "Ana").collect();
    assert_eq!(ana[0][6..], mine[6..], "the old score is as it was");
    assert_eq!((ana[0][5].as_str(), ana[1][5].as_str()), ("0", "1"));
    let first = before.iter().find(|row| row[0] == "Ana").expect("a row");
    assert_eq!(ana[1][7..], first[7..], "as today's rules have it");

    // The board says so, with the score it was handed in with; nothing is left to do.
    let page = server.see(&cookie, &results).body;
    let was = format!("conduct was {} and the total", mine[9]);
    assert!(
        page.contains("scored again on") && page.contains(&was),
        "{page}"
    );
    assert!(
        page.contains("by rules 0.9") && !page.contains("Score again"),
        "{page}"
    );
    let attempts = export(&server, &cookie, "attempts.csv");
    assert_eq!(attempts.matches("scored again on").count(), 1, "{attempts}");
    let xapi = export(&server, &cookie, "xapi.json");
    assert_eq!(xapi.matches("verbs/scored\"").count(), 1);

    // Receipts are byte for byte what they were, and hold.
    assert_eq!(export(&server, &cookie, "receipts.json"), receipts);
    assert!(program::receipts_hold(&receipts, &home));

    // The same from the board.
    drop(server);
    behind_its_back(&home, &["UPDATE score SET rules = '0.9' WHERE n = 1"]);
    server = Server::start(&home, &[]);
    let cookie = server.enter();
    let page = server.see(&cookie, &results).body;
    assert!(page.contains("Score again by the rules of today"), "{page}");
    let path = format!("/classes/{class}/rescore");
    assert_eq!(server.form(&cookie, &path, "").status, 303);
    assert_eq!(server.form("", &path, "").status, 403);
    let end = rows(&export(&server, &cookie, "scores.csv"));
    assert_eq!(end.len(), 4, "Ben's counts by today's rules as well");
    assert_eq!(server.form(&cookie, &path, "").status, 303);
    assert_eq!(rows(&export(&server, &cookie, "scores.csv")), end, "once");
}
