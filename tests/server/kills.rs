//! A server that is killed again and again under people who play and hand in: what was
//! acknowledged is there, once.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::robot::{Robot, Room};
use super::{Server, folder};

/// Kills a server so often under so many people, and looks for all they were promised;
/// says how it went.
pub fn kill(n_kills: usize, n_people: usize) -> String {
    let home = folder(&format!("kills-{n_kills}"));
    let ids = ["late-part", "third-visit", "write-it-higher"];
    let options = [&ids[..], &["--attempts", "20"]].concat();
    let mut server = Server::start(&home, &options);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let room = Room::at(&server.room);
    let code = server.code.clone();
    let joined = (0..n_people).map(|_| Robot::join(&room, &code, ""));
    let tokens: Vec<String> = joined
        .map(|seat| seat.unwrap_or_else(|no| panic!("{}", no.body)).0)
        .collect();
    server.state(&cookie, &class, "running");
    let (n_done, begun) = (AtomicUsize::new(0), Instant::now());
    let mut n = 0;
    // They think long enough for something to be played to the last kill.
    let think = n_kills as u64 / 4;
    let acked: Vec<BTreeMap<String, String>> = std::thread::scope(|scope| {
        let playing: Vec<_> = tokens
            .iter()
            .enumerate()
            .map(|(n, token)| {
                let mut robot = Robot::new(&room, token, n, think..think + think / 4 + 1);
                let n_done = &n_done;
                scope.spawn(move || {
                    let (receipts, _) = robot.play();
                    n_done.fetch_add(1, Ordering::Relaxed);
                    receipts
                })
            })
            .collect();
        let mut dice = 17_u64;
        while n < n_kills && n_done.load(Ordering::Relaxed) < n_people {
            n += 1;
            dice = (dice * 75 + 74) % 65_537;
            std::thread::sleep(Duration::from_millis(150 + dice % 500));
            server.child.kill().expect("SIGKILL, at whatever it does");
            server.child.wait().expect("it is dead");
            server = Server::start(&home, &[]);
            room.moved(&server.room);
        }
        room.end();
        let all = playing.into_iter().map(|one| one.join().expect("no panic"));
        all.collect()
    });
    let n_acked: usize = acked.iter().map(BTreeMap::len).sum();
    assert!(n_acked > 0, "somebody handed in");

    // Everything that was acknowledged, under the same receipt, once.
    for (token, receipts) in tokens.iter().zip(&acked) {
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
    let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
    sound(&["receipts", &text(&export)]);
    // A backup checks the store, down to the bytes of every run.
    let file = text(&folder(&format!("kills-{n_kills}-backup")).join("all.backup"));
    sound(&["backup", &file, "--folder", &text(&home)]);
    format!(
        "{n} kills in {:.0} s under {n_people} people: {} turns, {n_acked} receipts, none lost, none twice",
        begun.elapsed().as_secs_f64(),
        room.n_turns()
    )
}
