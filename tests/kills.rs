//! A server, or its database, that is killed again and again under people who play and
//! hand in: what was acknowledged is there, once. `SATISFACTOMETER_KILLS=1000` kills as
//! often as that.

mod server;

use std::time::Instant;

use server::kills::{OPTIONS, check, kill, under_fire};
use server::postgres::Postgres;
use server::robot::{Cut, Robot, Room};
use server::{Server, folder};

/// Kills if nothing else is said; enough to be killed at everything a server does.
const KILLS: usize = 15;
/// Stops of a database if nothing else is said: each takes a second or two to recover.
const STOPS: usize = 5;
/// People who play meanwhile.
const PEOPLE: usize = 12;

/// How often to kill.
fn n_wanted(otherwise: usize) -> usize {
    let kills = std::env::var("SATISFACTOMETER_KILLS");
    kills.ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn what_was_acknowledged_is_there_once() {
    println!("{}", kill(n_wanted(KILLS), PEOPLE));
}

#[test]
fn the_same_of_a_database_that_is_stopped_at_once() {
    let Some(postgres) = Postgres::start("kills") else {
        return;
    };
    let url = postgres.database("classes");
    let home = folder("kills-postgres");
    let database = ["--database", url.as_str()];
    let server = Server::start(&home, &[&OPTIONS[..], &database].concat());
    let cookie = server.enter();
    let class = server.class(&cookie);
    let tokens: Vec<String> = (0..PEOPLE).map(|_| server.join("").0).collect();
    server.state(&cookie, &class, "running");
    let room = Room::at(&server.room);
    let begun = Instant::now();
    let mut n = 0;
    let acked = under_fire(n_wanted(STOPS), 1_500, &room, &tokens, || {
        n += 1;
        postgres.stop_at_once();
        postgres.start_again();
        server.room.clone()
    });
    // The server that lived through it, and one that starts on what is left.
    drop(server);
    let server = Server::start(&home, &database);
    check(&server, &tokens, &acked, &home, &database);
    println!(
        "{n} stops of a PostgreSQL in {:.0} s under {PEOPLE} people: {} turns, {} receipts, none \
         lost, none twice",
        begun.elapsed().as_secs_f64(),
        room.n_turns(),
        room.n_receipts()
    );
}

#[test]
fn a_turn_that_was_heard_is_done_whoever_hangs_up() {
    let server = Server::start(&folder("hang-up"), &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (token, _) = server.join("Ana");
    server.state(&cookie, &class, "running");
    let room = Room::at(&server.room);
    let mut robot = Robot::new(&room, &token, 3, 0..1);
    let mut view = robot.begin().expect("a run");
    let mut n = 0;
    while view["floor"] != "ended" {
        n += 1;
        let cut = [Cut::Answering, Cut::Answering, Cut::Asking][n % 3];
        view = robot.cut(&view, cut).expect("a turn");
    }
    assert!(n > 10 && view["receipt"].is_string(), "{view}");
}
