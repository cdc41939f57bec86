//! People who play and hand in while something is killed under them: what was
//! acknowledged is there, once.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::robot::{Robot, Room};
use super::{Server, folder};

/// How long somebody is waited for to come to the end of a run.
const PATIENCE: Duration = Duration::from_secs(60);

/// A class with more to play than anybody comes to.
pub const OPTIONS: [&str; 5] = [
    "late-part",
    "third-visit",
    "write-it-higher",
    "--attempts",
    "20",
];

/// Receipts by attempt, for each of the people.
pub type Acknowledged = Vec<BTreeMap<String, String>>;

/// People who play and hand in while something is killed again and again. `strike` kills
/// it at whatever it is doing, and returns when it is there again, with the room; it is
/// let live for `live` milliseconds and up to as long again.
pub fn under_fire(
    kills: usize,
    live: u64,
    room: &Room,
    tokens: &[String],
    mut strike: impl FnMut() -> String,
) -> Acknowledged {
    let n_done = AtomicUsize::new(0);
    // They think long enough for something to be played to the last kill.
    let think = kills as u64 * live / 1_000;
    std::thread::scope(|scope| {
        let playing: Vec<_> = tokens
            .iter()
            .enumerate()
            .map(|(n, token)| {
                let mut robot = Robot::new(room, token, n, think..think + think / 4 + 1);
                let n_done = &n_done;
                scope.spawn(move || {
                    let (receipts, _) = robot.play();
                    n_done.fetch_add(1, Ordering::Relaxed);
                    receipts
                })
            })
            .collect();
        let mut dice = 17_u64;
        for _ in 0..kills {
            if n_done.load(Ordering::Relaxed) == tokens.len() {
                println!("everything is played before all the kills");
                break;
            }
            dice = (dice * 75 + 74) % 65_537;
            std::thread::sleep(Duration::from_millis(live + dice % live));
            room.moved(&strike());
        }
        // A slow machine gets no run to its end between two kills.
        let last = Instant::now();
        while room.n_receipts() == 0 && last.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        room.end();
        let all = playing.into_iter().map(|one| one.join().expect("no panic"));
        all.collect()
    })
}

/// Everything that was acknowledged is there, under the same receipt, once; the chain
/// holds, and a backup finds every byte.
pub fn check(server: &Server, tokens: &[String], acked: &Acknowledged, home: &Path, more: &[&str]) {
    let n_acked: usize = acked.iter().map(BTreeMap::len).sum();
    assert!(n_acked > 0, "somebody handed in");
    for (token, receipts) in tokens.iter().zip(acked) {
        let me = server.ask("GET", "/api/v1/me", token, None).value();
        let tasks = me["tasks"].as_array().expect("a list");
        for (id, receipt) in receipts {
            let mine = tasks.iter().filter(|task| task["id"] == id.as_str());
            let mine: Vec<_> = mine.collect();
            assert_eq!(mine.len(), 1, "{id}");
            assert_eq!(mine[0]["receipt"], receipt.as_str());
        }
    }
    let cookie = server.enter();
    let class = server.class(&cookie);
    let path = format!("/classes/{class}/export/receipts.json");
    let export = home.join("receipts.json");
    std::fs::write(&export, server.see(&cookie, &path).body).expect("a file");
    let sound = |args: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
            .args(args)
            .output()
            .expect("the program runs");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert_eq!(done.status.code(), Some(0), "{args:?}: {said}");
    };
    let text = |path: &Path| path.to_string_lossy().into_owned();
    sound(&["receipts", &text(&export)]);
    let file = text(&home.join("all.backup"));
    sound(&[&["backup", &file, "--folder", &text(home)], more].concat());
    let results = format!("/classes/{class}/results");
    let page = server.see(&cookie, &results).body;
    assert!(
        !page.contains("belong to something else"),
        "no run is taken for another"
    );
}

/// Kills a server so often under so many people, and looks for all they were promised;
/// says how it went.
pub fn kill(n_kills: usize, n_people: usize) -> String {
    let home = folder(&format!("kills-{n_kills}"));
    let mut server = Server::start(&home, &OPTIONS);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let room = Room::at(&server.room);
    let joined = (0..n_people).map(|_| Robot::join(&room, &server.code, ""));
    let tokens: Vec<String> = joined
        .map(|seat| seat.unwrap_or_else(|no| panic!("{}", no.body)).0)
        .collect();
    server.state(&cookie, &class, "running");
    let begun = Instant::now();
    let mut n = 0;
    let acked = under_fire(n_kills, 250, &room, &tokens, || {
        n += 1;
        server.child.kill().expect("SIGKILL, at whatever it does");
        server.child.wait().expect("it is dead");
        server = Server::start(&home, &[]);
        server.room.clone()
    });
    let took = begun.elapsed();
    check(&server, &tokens, &acked, &home, &[]);
    format!(
        "{n} kills in {:.0} s under {n_people} people: {} turns, {} receipts, none lost, none twice",
        took.as_secs_f64(),
        room.n_turns(),
        room.n_receipts()
    )
}
