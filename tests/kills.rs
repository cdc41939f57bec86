//! A server, or its database, that is killed again and again under people who play and
//! hand in: what was acknowledged is there, once. `SATISFACTOMETER_KILLS=1000` kills as
//! often as that.

mod server;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use server::postgres::Postgres;
use server::{Server, asked, folder};

/// Kills if nothing else is said; enough to be killed at everything a server does.
const KILLS: usize = 15;
/// Stops of a database if nothing else is said: each takes a second or two to recover.
const STOPS: usize = 5;
/// How long somebody is waited for to come to the end of a run.
const PATIENCE: Duration = Duration::from_secs(60);
/// People who play meanwhile.
const PEOPLE: usize = 12;

/// One person, who asks again until there is an answer.
struct Person<'a> {
    room: &'a Mutex<String>,
    over: &'a AtomicBool,
    token: String,
    /// How long they think, so that there is something to play to the last kill.
    think: Duration,
    /// Receipts of everybody so far.
    n_acked: &'a AtomicUsize,
}

impl Person<'_> {
    /// `None` when it is over.
    fn ask(&self, path: &str, body: &Value) -> Option<Value> {
        while !self.over.load(Ordering::Relaxed) {
            let room = self.room.lock().expect("unbroken").clone();
            let body = body.to_string();
            let host = room.trim_start_matches("http://");
            let request = format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
                 Content-Type: application/json\r\nAuthorization: Bearer {}\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                self.token,
                body.len()
            );
            match asked(&room, request.as_bytes()) {
                // A body that was cut off is no answer either.
                Ok(answer) if matches!(answer.status, 200 | 409) => {
                    if let Ok(value) = serde_json::from_str(&answer.body) {
                        return Some(value);
                    }
                }
                Ok(answer) if !matches!(answer.status, 0 | 429 | 503) => {
                    panic!("{}: {}", answer.status, answer.body)
                }
                _ => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        None
    }

    /// Plays until everything is played or it is over; returns the receipts by attempt.
    fn play(&self, n: usize) -> BTreeMap<String, String> {
        let mut receipts = BTreeMap::new();
        let mut dice = n;
        while let Some(mut view) = self.ask("/api/v1/runs", &Value::Null) {
            if view["kind"] == "all-played" {
                break;
            }
            while view["floor"] != "ended" {
                dice = (dice * 31 + 7) % 1009;
                std::thread::sleep(self.think);
                let choices = view["choices"].as_array().map_or(0, Vec::len);
                let mut input = json!({ "n": view["n"].as_u64().map(|n| n + 1),
                    "voice": "even", "face": "neutral", "do": "listen" });
                if view["floor"] == "trainee" {
                    input["do"] = "say".into();
                    input["choice"] = (dice % choices.max(1)).into();
                }
                let id = view["id"].as_str().unwrap_or_default();
                let Some(next) = self.ask(&format!("/api/v1/runs/{id}/turns"), &input) else {
                    return receipts;
                };
                assert!(next["kind"].is_null(), "no turn is lost or doubled: {next}");
                view = next;
            }
            let text = |key: &str| view[key].as_str().map(str::to_owned);
            if let (Some(id), Some(receipt)) = (text("id"), text("receipt")) {
                self.n_acked.fetch_add(1, Ordering::Relaxed);
                let known = receipts.insert(id, receipt.clone());
                assert!(known.is_none_or(|known| known == receipt), "one receipt");
            }
        }
        receipts
    }
}

/// How often to kill.
fn n_wanted(otherwise: usize) -> usize {
    let kills = std::env::var("SATISFACTOMETER_KILLS");
    kills.ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// Receipts by attempt, for each of the people.
type Acknowledged = Vec<BTreeMap<String, String>>;

/// People who play and hand in while something is killed again and again. `strike` kills
/// it at whatever it is doing, and returns when it is there again, with the room; it is
/// let live for `live` milliseconds and up to as long again.
fn under_fire(
    kills: usize,
    live: u64,
    room: String,
    tokens: &[String],
    mut strike: impl FnMut() -> String,
) -> Acknowledged {
    let (room, over) = (Mutex::new(room), AtomicBool::new(false));
    let (n_done, n_receipts) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let begun = Instant::now();
    let mut n_kills = 0;
    let acked: Acknowledged = std::thread::scope(|scope| {
        let playing: Vec<_> = tokens
            .iter()
            .enumerate()
            .map(|(n, token)| {
                let person = Person {
                    room: &room,
                    over: &over,
                    token: token.clone(),
                    think: Duration::from_micros(kills as u64 * 250),
                    n_acked: &n_receipts,
                };
                let n_done = &n_done;
                scope.spawn(move || {
                    let receipts = person.play(n);
                    n_done.fetch_add(1, Ordering::Relaxed);
                    receipts
                })
            })
            .collect();
        let mut dice = 17_u64;
        while n_kills < kills && n_done.load(Ordering::Relaxed) < PEOPLE {
            n_kills += 1;
            dice = (dice * 75 + 74) % 65_537;
            std::thread::sleep(Duration::from_millis(live + dice % live));
            let there = strike();
            *room.lock().expect("unbroken") = there;
        }
        // A slow machine gets no run to its end between two kills.
        let last = Instant::now();
        while n_receipts.load(Ordering::Relaxed) == 0 && last.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        over.store(true, Ordering::Relaxed);
        let all = playing.into_iter().map(|one| one.join().expect("no panic"));
        all.collect()
    });
    let n_acked: usize = acked.iter().map(BTreeMap::len).sum();
    println!(
        "{n_kills} kills in {:.0} s under {PEOPLE} people: {n_acked} runs were acknowledged",
        begun.elapsed().as_secs_f64()
    );
    assert!(n_acked > 0, "somebody handed in");
    acked
}

/// Everything that was acknowledged is there, under the same receipt, once; the chain
/// holds, and a backup finds every byte.
fn check(server: &Server, tokens: &[String], acked: &Acknowledged, home: &Path, more: &[&str]) {
    for (token, receipts) in tokens.iter().zip(acked) {
        let me = server.ask("GET", "/api/v1/me", token, None).value();
        let tasks = me["tasks"].as_array().expect("a list");
        for (id, receipt) in receipts {
            let mine: Vec<_> = tasks
                .iter()
                .filter(|task| task["id"] == id.as_str())
                .collect();
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

const IDS: [&str; 5] = [
    "late-part",
    "third-visit",
    "write-it-higher",
    "--attempts",
    "20",
];

#[test]
fn what_was_acknowledged_is_there_once() {
    let home = folder("kills");
    let mut server = Server::start(&home, &IDS);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let tokens: Vec<String> = (0..PEOPLE).map(|_| server.join("").0).collect();
    server.state(&cookie, &class, "running");
    let acked = under_fire(n_wanted(KILLS), 250, server.room.clone(), &tokens, || {
        server
            .child
            .kill()
            .expect("SIGKILL, at whatever it is doing");
        server.child.wait().expect("it is dead");
        server = Server::start(&home, &[]);
        server.room.clone()
    });
    check(&server, &tokens, &acked, &home, &[]);
}

#[test]
fn the_same_of_a_database_that_is_stopped_at_once() {
    let Some(postgres) = Postgres::start("kills") else {
        return;
    };
    let url = postgres.database("classes");
    let home = folder("kills-postgres");
    let database = ["--database", url.as_str()];
    let server = Server::start(&home, &[&IDS[..], &database].concat());
    let cookie = server.enter();
    let class = server.class(&cookie);
    let tokens: Vec<String> = (0..PEOPLE).map(|_| server.join("").0).collect();
    server.state(&cookie, &class, "running");
    let acked = under_fire(n_wanted(STOPS), 1_500, server.room.clone(), &tokens, || {
        postgres.stop_at_once();
        postgres.start_again();
        server.room.clone()
    });
    // The server that lived through it, and one that starts on what is left.
    drop(server);
    let server = Server::start(&home, &database);
    check(&server, &tokens, &acked, &home, &database);
}
