//! The time of a class: a limit, more of it, a pause, people who are allowed more or came
//! late. It ends runs and feeds no score.

mod server;

use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::{AnyConnection, Connection};

use server::{Answer, Server, folder};

fn revision(server: &Server, cookie: &str, class: &str) -> String {
    let page = server.see(cookie, &format!("/classes/{class}")).body;
    let rest = page.split("name=\"revision\" value=\"").nth(1);
    let revision = rest.and_then(|rest| rest.split('"').next());
    revision.expect("it has one").to_owned()
}

fn change(server: &Server, cookie: &str, class: &str, what: &str) -> Answer {
    let at = revision(server, cookie, class);
    let path = format!("/classes/{class}/time");
    server.form(cookie, &path, &format!("{what}&revision={at}"))
}

/// What is left of somebody's time, in milliseconds.
fn left(server: &Server, token: &str) -> Option<i64> {
    let told = server.ask("GET", "/api/v1/time", token, None).value();
    told["time"]["left_ms"].as_i64()
}

/// Waits until something holds; a busy machine may take a while.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn task(server: &Server, token: &str) -> Value {
    let me = server.ask("GET", "/api/v1/me", token, None).value();
    me["tasks"][0].clone()
}

#[test]
fn time_is_short_is_given_stands_still_and_ends_runs() {
    let home = folder("times");
    let server = Server::start(&home, &["late-part", "--limit", "10:00"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Ana");
    let (ben, ben_seat) = server.join("Ben");
    let (cara, cara_seat) = server.join("Cara");
    let allow = |seat: &str, what: &str| {
        let path = format!("/classes/{class}/seats/{seat}/time");
        server.form(&cookie, &path, what).status
    };
    assert_eq!(allow(&ben_seat, "allowance=200"), 303);
    assert_eq!(allow(&cara_seat, "allowance=0"), 303);
    assert_eq!(allow(&ben_seat, "allowance=900"), 404);
    assert_eq!(left(&server, &ana), Some(600_000), "it has not begun");
    server.state(&cookie, &class, "running");
    let begun = server.ask("POST", "/api/v1/runs", &ana, None).value();
    assert_eq!(begun["time"]["words"], "9 minutes left");
    assert!(left(&server, &ben) > Some(1_100_000));
    assert_eq!(left(&server, &cara), None);
    // Nobody learns what others are allowed, nor on the wall.
    let page = server.see(&cookie, &format!("/classes/{class}")).body;
    let wall = server.wall(&cookie, &class);
    let wall = || server::send(&server.room, "GET", &wall, &[], b"").body;
    assert!(wall().contains("9 minutes left") && !wall().contains("× 2"));
    assert!(page.contains("× 2") && page.contains("no limit"));

    // A pause: time stands still, for the server too.
    server.state(&cookie, &class, "paused");
    let stands = left(&server, &ana);
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(left(&server, &ana), stands);
    server.state(&cookie, &class, "running");

    // Two instructors add at once: the second is told.
    let at = revision(&server, &cookie, &class);
    let path = format!("/classes/{class}/time");
    let add = format!("do=add&minutes=5&revision={at}");
    assert_eq!(server.form(&cookie, &path, &add).status, 303);
    let second = server.form(&cookie, &path, &add);
    assert_eq!(second.status, 409);
    assert!(second.body.contains("it is running now"), "{}", second.body);
    assert!(left(&server, &ana) > Some(870_000));
    assert!(left(&server, &ben) > Some(1_740_000));
    for wrong in ["do=add&minutes=x", "do=in&minutes=0", "do=in&minutes=-5"] {
        assert_eq!(
            change(&server, &cookie, &class, wrong).status,
            422,
            "{wrong}"
        );
    }
    assert_eq!(change(&server, &cookie, &class, "do=none").status, 303);
    assert_eq!(left(&server, &ana), None);
    assert_eq!(
        change(&server, &cookie, &class, "do=add&minutes=1").status,
        409
    );
    assert_eq!(
        change(&server, &cookie, &class, "do=in&minutes=0:05").status,
        303
    );

    // Somebody who comes late has what is left, and may be given what they missed.
    let late = server.join_late(&cookie, &class, "Dan");
    assert!(left(&server, &late) < Some(6_000));
    until("Ana's time is up", || left(&server, &ana) == Some(0));
    until("her run is handed in", || {
        task(&server, &ana)["state"] == "handed-in"
    });
    assert!(task(&server, &ana)["receipt"].is_string());
    let again = server.ask("POST", "/api/v1/runs", &ana, None);
    assert_eq!((again.status, again.kind().as_str()), (409, "time-is-up"));
    let page = server.see(&cookie, &format!("/classes/{class}")).body;
    assert!(
        page.contains("Time is up") && page.contains("· joined "),
        "{page}"
    );
    // Those who are allowed more, or all, go on, and are scored like everyone.
    assert!(server.play(&cara, 1)["receipt"].is_string());
    let late_seat = page.rsplit("/seats/").next().expect("a seat")[..32].to_owned();
    // What was missed is given back, once.
    let offers = || {
        let page = server.see(&cookie, &format!("/classes/{class}")).body;
        page.matches("Give back the").count()
    };
    assert_eq!(offers(), 1);
    assert_eq!(allow(&late_seat, "whole=yes"), 303);
    assert_eq!(offers(), 0);
    // Time is up, and five more minutes are five minutes from now.
    assert_eq!(
        change(&server, &cookie, &class, "do=add&minutes=5").status,
        303
    );
    assert!(left(&server, &ana) > Some(290_000));

    server.state(&cookie, &class, "closed");
    assert_eq!(
        change(&server, &cookie, &class, "do=in&minutes=1").status,
        409
    );
    let csv = format!("/classes/{class}/export/attempts.csv");
    let csv = server.see(&cookie, &csv).body;
    let line = |name: &str| {
        let mut lines = csv.lines();
        let line = lines.find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("{name}: {csv}")).to_owned()
    };
    assert!(line("Ana").contains("their time was up") && line("Ana").contains("unfinished"));
    assert!(line("Cara").contains("no time limit") && line("Cara").contains("verified"));
}

#[test]
fn a_dead_server_costs_no_time() {
    let home = folder("times-dead");
    let server = Server::start(&home, &["late-part", "--limit", "10"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Ana");
    server.state(&cookie, &class, "running");
    until("time passes", || left(&server, &ana) < Some(597_000));
    let before = left(&server, &ana).expect("a limit");
    drop(server);
    std::thread::sleep(Duration::from_secs(9));
    let server = Server::start(&home, &[]);
    let after = left(&server, &ana).expect("a limit");
    // What passes at most without a word of the server, twice: before it died and after.
    assert!(before - after <= 12_000 - 4_000, "{before} to {after}");
}

#[test]
fn a_limit_is_a_time() {
    for (limit, code) in [("0", 2), ("x", 2), ("1:75", 2)] {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
            .args(["host", "late-part", "--limit", limit])
            .output()
            .expect("the program runs");
        assert_eq!(done.status.code(), Some(code), "{limit}");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(said.contains("a time is"), "{said}");
    }
}

#[test]
fn a_class_that_another_release_left_running_stops_nobodys_clock() {
    let home = folder("times-other-release");
    let server = Server::start(&home, &["late-part", "--limit", "10:00"]);
    let cookie = server.enter();
    let old = server.class(&cookie);
    server.state(&cookie, &old, "running");
    drop(server);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}", home.join("class.db").display());
        let mut conn = AnyConnection::connect(&url).await.expect("a store");
        let rules = "UPDATE class SET assignment = replace(assignment, '\"rules\": \"',
                     '\"rules\": \"9')";
        sqlx::query(rules).execute(&mut conn).await.expect("it is");
    });

    let server = Server::start(&home, &["late-part", "--limit", "0:03"]);
    let cookie = server.enter();
    let page = server.see(&cookie, "/").body;
    let classes = page.split("/classes/").skip(1).map(|rest| &rest[..36]);
    let class = { classes }
        .find(|id| *id != old)
        .expect("a class")
        .to_owned();
    let (ana, _) = server.join("Ana");
    server.state(&cookie, &class, "running");
    server.ask("POST", "/api/v1/runs", &ana, None);
    until("Ana's time is up", || {
        task(&server, &ana)["state"] == "handed-in"
    });
}
