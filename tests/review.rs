//! The class's debrief on the wall: everyone is in it, nobody can be found in it.

mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use sqlx::{AnyConnection, Connection};

use server::{Answer, Server, folder, send};

/// A store that fails whenever a score is to be written.
fn takes_no_score(home: &Path) {
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let url = format!("sqlite://{}", home.join("class.db").display());
        let mut conn = AnyConnection::connect(&url).await.expect("a store");
        let order = "CREATE TRIGGER no_score BEFORE INSERT ON score
                     BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
        let done = sqlx::query(order).execute(&mut conn).await;
        done.expect("it is SQL");
        conn.close().await.expect("it closes");
    });
}

/// A class of some people who have all played, each in a way of their own.
fn class_of(server: &Server, names: &[&str]) -> (String, String, String) {
    let cookie = server.enter();
    let class = server.class(&cookie);
    let people: Vec<String> = names.iter().map(|name| server.join(name).0).collect();
    server.state(&cookie, &class, "running");
    for (n, token) in people.iter().enumerate() {
        play_once_more(server, token, n);
    }
    let wall = server.wall(&cookie, &class);
    (cookie, class, wall)
}

/// Plays once more, by a way of picking.
fn play_once_more(server: &Server, token: &str, n: usize) {
    let mut view = server.ask("POST", "/api/v1/runs", token, None).value();
    let mut pick = n;
    while view["floor"] != "ended" {
        pick = (pick * 7 + n + 1) % 11;
        view = server.step(token, &view, pick);
    }
}

fn debrief(server: &Server, wall: &str, query: &str) -> Answer {
    let path = format!("{wall}/debrief{query}");
    send(&server.room, "GET", &path, &[], b"")
}

/// How many chose what, as the page says.
fn counts(page: &str) -> Vec<usize> {
    let cells = page.split("class=\"count\">").skip(1);
    cells
        .map(|rest| {
            rest.split('<')
                .next()
                .unwrap_or("")
                .parse()
                .expect("a number")
        })
        .collect()
}

#[test]
fn everyone_is_in_it_and_nobody_can_be_found() {
    let home = folder("review");
    let names = ["Quirin", "Xaver", "Zdenka", "Ottilie", "Wenzel", "Jolanda"];
    let server = Server::start(&home, &["late-part", "third-visit"]);
    let (cookie, class, wall) = class_of(&server, &names);
    let early = debrief(&server, &wall, "");
    assert_eq!((early.status, early.kind().as_str()), (409, "not-yet"));
    // The class's own run is nobody's.
    let vote = format!("/classes/{class}/vote");
    server.form(&cookie, &vote, "do=begin&scenario=late-part");
    server.form(&cookie, &vote, "do=close");
    server.state(&cookie, &class, "closed");

    let first = debrief(&server, &wall, "");
    assert_eq!(first.status, 200);
    assert_eq!(first.body.matches("class=\"ghost\"").count(), names.len());
    assert_eq!(first.body.matches("class=\"meter\"").count(), 1);
    let ends = first.body.split("class=\"ends\"").nth(1).expect("endings");
    let ends = ends.split("<b>").skip(1);
    let n_ends = ends.map(|rest| rest.split('<').next().unwrap_or("").parse::<usize>());
    assert_eq!(n_ends.map(|n| n.expect("a number")).sum::<usize>(), 6);

    // Page by page: the most split first, never fewer than five, never a name.
    let mut pages = vec![first.body];
    while let Some(next) = pages[pages.len() - 1].split("rel=\"next\" href=\"").nth(1) {
        let path = next
            .split('"')
            .next()
            .expect("its end")
            .replace("&amp;", "&");
        pages.push(send(&server.room, "GET", &path, &[], b"").body);
        assert!(pages.len() < 60, "it comes to an end");
    }
    assert!(pages.len() > 4, "{}", pages.len());
    let split = |page: &String| {
        let counts = counts(page);
        let n: usize = counts.iter().sum();
        assert!((5..=6).contains(&n), "{counts:?}");
        let same: f64 = counts.iter().map(|c| (*c as f64 / n as f64).powi(2)).sum();
        1.0 - same
    };
    let splits: Vec<f64> = pages[1..].iter().map(split).collect();
    assert!(
        splits.windows(2).all(|two| two[0] >= two[1] - 1e-9),
        "{splits:?}"
    );
    for page in &pages {
        for name in names {
            assert!(!page.contains(name), "{name}");
        }
        assert!(!page.contains("seat "));
    }

    // What nobody has played, and pages there are not.
    let none = debrief(&server, &wall, "?scenario=1").body;
    assert!(none.contains("Nobody has played"), "{none}");
    for odd in ["?at=999", "?scenario=7", "?scenario=7&at=3"] {
        assert_eq!(debrief(&server, &wall, odd).status, 200, "{odd}");
    }
    assert_eq!(debrief(&server, &wall, "?at=x").status, 400);
    assert_eq!(debrief(&server, "/projector/guess", "").status, 404);

    // What does not count is said, also after the page was worked out once.
    let results = format!("/classes/{class}/results");
    let page = server.see(&cookie, &results).body;
    let what = page.split("value=\"decision/").nth(1).expect("a decision");
    let what = what.split('"').next().expect("its end");
    let body = format!("what=decision/{what}&why=a+slip+of+ours");
    let voids = format!("/classes/{class}/voids");
    assert_eq!(server.form(&cookie, &voids, &body).status, 303);
    let n_said = || {
        let said = (1..pages.len()).filter(|at| {
            let page = debrief(&server, &wall, &format!("?at={at}")).body;
            page.contains("a slip of ours")
        });
        said.count()
    };
    assert_eq!(n_said(), 1);

    // Put back while the store takes no score, it is not said any more all the same.
    takes_no_score(&home);
    assert_eq!(n_said(), 1);
    let lift = format!("/classes/{class}/voids/1/lift");
    assert_eq!(server.form(&cookie, &lift, "").status, 507);
    assert_eq!(n_said(), 0);
}

#[test]
fn of_four_people_nothing_is_shown() {
    let home = folder("review-few");
    let server = Server::start(&home, &["late-part"]);
    let (cookie, class, wall) = class_of(&server, &["A1", "B2", "C3", "D4"]);
    server.state(&cookie, &class, "closed");
    let page = debrief(&server, &wall, "?at=1").body;
    assert!(page.contains("Fewer than five people"), "{page}");
    assert!(!page.contains("<polyline") && counts(&page).is_empty());
    assert!(!page.contains("rel=\"next\""));
}

#[test]
fn one_person_who_plays_often_is_still_one() {
    let home = folder("review-often");
    let server = Server::start(&home, &["late-part", "--attempts", "6"]);
    let (cookie, class, wall) = class_of(&server, &["Ben", "Cara", "Dan", "Eve"]);
    server.let_in(&cookie, &class);
    let (ana, _) = server.join("Ana");
    for n in 0..6 {
        play_once_more(&server, &ana, n + 4);
        // Nobody plays that fast.
        std::thread::sleep(Duration::from_secs(2));
    }
    server.state(&cookie, &class, "closed");
    let turns = format!("/classes/{class}/export/turns.csv");
    let turns = server.see(&cookie, &turns).body;
    let mut at: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    for row in turns.lines().skip(1) {
        // Nothing before the words is quoted.
        let cells: Vec<&str> = row.split(',').take(7).collect();
        if matches!(cells[6], "say" | "pause") {
            let (people, runs) = at.entry(cells[5].to_owned()).or_default();
            people.insert(cells[0].to_owned());
            runs.insert(cells[3].to_owned());
        }
    }
    let n_by = |n: fn(&(BTreeSet<String>, BTreeSet<String>)) -> usize| {
        at.values().filter(|here| n(here) >= 5).count()
    };
    let (by_people, by_runs) = (n_by(|here| here.0.len()), n_by(|here| here.1.len()));
    assert!(
        by_people < by_runs,
        "there is something to be seen: {by_people}"
    );
    let page = debrief(&server, &wall, "?at=1").body;
    let says = format!("Choice 1 of {by_people},");
    assert!(page.contains(&says), "{says}, and not of {by_runs}: {page}");
}
