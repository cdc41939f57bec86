//! A server that is killed under people who play. `SATISFACTOMETER_KILLS=1000` kills as
//! often as that; `cargo bench --bench class -- kills` does so under more people.

mod server;

use server::robot::{Cut, Robot, Room};
use server::{Server, folder};

/// Kills if nothing else is said; enough to be killed at everything a server does.
const KILLS: usize = 15;
/// People who play meanwhile.
const PEOPLE: usize = 12;

#[test]
fn what_was_acknowledged_is_there_once() {
    let kills = std::env::var("SATISFACTOMETER_KILLS");
    let kills = kills.ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS);
    println!("{}", server::kills::kill(kills, PEOPLE));
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
