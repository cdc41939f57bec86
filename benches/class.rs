//! A class as large as one gets: what people wait for, what the server holds. Run with
//! `cargo bench --no-default-features --features author,classroom --bench class`, which
//! takes a minute and a half; behind `--`, `load 1800` steps for half an hour, `mutated
//! 100000` hands in so many transcripts that were tampered with, and `kills 1000` kills
//! the server so often under thirty people. It prints figures; the last two also fail.

#[path = "../tests/server/mod.rs"]
mod server;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use engine::bots::Bot;
use server::alone::Content;
use server::robot::{Robot, Room};
use server::{Server, folder};

/// People who step, one turn in three seconds each.
const STEPPING: usize = 200;
/// How long a turn takes them, milliseconds.
const PACE: u64 = 3_000;
/// Transcripts that are handed in within a second, and the people who do; a class holds
/// no more of them.
const HAND_INS: usize = 60;
const ALONE: usize = 50;
/// People under whom the server is killed.
const KILLED: usize = 30;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut words = args.iter().filter(|arg| !arg.starts_with("--"));
    let what = words.next().map_or("load", String::as_str);
    let n = words.next().and_then(|n| n.parse::<usize>().ok());
    println!(
        "{} profile, {} cores",
        if cfg!(debug_assertions) {
            "development"
        } else {
            "release"
        },
        std::thread::available_parallelism().map_or(0, usize::from)
    );
    match what {
        "load" => load(Duration::from_secs(n.unwrap_or(60) as u64)),
        "mutated" => print!("{}", server::tampered::hand_in(n.unwrap_or(100_000))),
        "kills" => println!("{}", server::kills::kill(n.unwrap_or(1_000), KILLED)),
        other => {
            eprintln!("no such figure: {other}; there are load SECONDS, mutated N and kills N");
            std::process::exit(2);
        }
    }
}

/// Whole percents of a list that is in order.
fn share(sorted: &[Duration], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted
        .get(at)
        .map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
}

fn tell(what: &str, mut took: Vec<Duration>) {
    took.sort();
    println!(
        "  {what}: {} in all; half within {:.0} ms, 99 of 100 within {:.0} ms, the slowest {:.0} ms",
        took.len(),
        share(&took, 50),
        share(&took, 99),
        share(&took, 100),
    );
}

/// Tells what was answered since it was last asked.
fn answers(room: &Room) {
    let mut kinds: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let mut refused: BTreeMap<(&str, u16), usize> = BTreeMap::new();
    for (kind, took, status) in room.answers() {
        if status >= 300 {
            *refused.entry((kind, status)).or_default() += 1;
        }
        kinds.entry(kind).or_default().push(took);
    }
    for (kind, took) in kinds {
        tell(kind, took);
    }
    for ((kind, status), n) in refused {
        println!("  {kind}: {n} answered {status}");
    }
}

fn load(how_long: Duration) {
    let home = folder("bench-load");
    let options = ["late-part", "third-visit", "write-it-higher", "--open"];
    let options = [&options[..], &["--attempts", "20"]].concat();
    let server = Server::start(&home, &options);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let room = Room::at(&server.room);
    let memory = || {
        server
            .memory()
            .map_or("unknown".into(), |mib| format!("{mib} MiB"))
    };
    println!("memory with nobody in: {}", memory());
    let begun = Instant::now();
    let seats: Vec<(String, String)> = (0..STEPPING + ALONE)
        .map(|_| Robot::join(&room, &server.code, ""))
        .map(|seat| seat.unwrap_or_else(|no| panic!("{}", no.body)))
        .collect();
    println!(
        "{} people join from one address in {:.0} s; 429 means that they come faster than it lets them",
        seats.len(),
        begun.elapsed().as_secs_f64()
    );
    answers(&room);
    server.state(&cookie, &class, "running");
    let live = format!("/classes/{class}/live");
    let (stepping, alone) = seats.split_at(STEPPING);
    let assignment = server
        .ask("GET", "/api/v1/assignment", &alone[0].0, None)
        .body;
    let content = Content::read(&assignment);
    let runs: Vec<_> = (0..HAND_INS)
        .map(|n| {
            let (token, seat) = &alone[n % ALONE];
            let number = (n / ALONE) as u32 + 1;
            (token, content.play(seat, number, Bot::Adequate, n as u64))
        })
        .collect();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for (n, (token, _)) in stepping.iter().enumerate() {
            let (room, over) = (&room, &over);
            scope.spawn(move || {
                // Not all at once.
                std::thread::sleep(Duration::from_millis(PACE * n as u64 / STEPPING as u64));
                let mut robot = Robot::new(room, token, n, 0..1);
                let mut view = robot.begin();
                while !over.load(Ordering::Relaxed) {
                    let turn = Instant::now();
                    view = match view {
                        Ok(view) if view["floor"] == "ended" => robot.begin(),
                        Ok(view) => robot.turn(&view),
                        Err(_) => return,
                    };
                    let left = Duration::from_millis(PACE).saturating_sub(turn.elapsed());
                    std::thread::sleep(left);
                }
            });
        }
        let board = |boards: &mut Vec<Duration>| {
            let asked = Instant::now();
            let page = server.see(&cookie, &live);
            assert_eq!(page.status, 200, "{}", page.body);
            boards.push(asked.elapsed());
            page.body
        };
        let begun = Instant::now();
        let (mut boards, mut rounds, mut most) = (Vec::new(), 0, 0);
        while begun.elapsed() < how_long {
            std::thread::sleep(Duration::from_secs(1));
            board(&mut boards);
            most = most.max(server.memory().unwrap_or(0));
            let sixth = begun.elapsed().as_secs_f64() / how_long.as_secs_f64() * 6.0;
            if sixth >= f64::from(rounds) {
                rounds += 1;
                println!(
                    "memory after {:.0} s: {}",
                    begun.elapsed().as_secs_f64(),
                    memory()
                );
            }
        }
        println!(
            "{STEPPING} people step for {:.0} s, {} turns; most memory {most} MiB",
            begun.elapsed().as_secs_f64(),
            room.n_turns()
        );
        answers(&room);
        tell("board, once a second", boards);

        // Sixty within one second, while the others step on.
        let n_done = |page: &str| -> Option<usize> {
            let before = page.split(" encounters handed in").next()?;
            before.rsplit("· ").next()?.split(' ').next()?.parse().ok()
        };
        let before = n_done(&board(&mut Vec::new())).unwrap_or(0);
        let begun = Instant::now();
        let handing: Vec<_> = runs
            .iter()
            .enumerate()
            .map(|(n, (token, run))| {
                let room = &room;
                scope.spawn(move || {
                    let at = Duration::from_millis(1_000 * n as u64 / HAND_INS as u64);
                    std::thread::sleep(at.saturating_sub(begun.elapsed()));
                    let path = format!("/api/v1/attempts/{}", run.id);
                    let answer = room.once("hand-in", token, &("PUT", &path, run.text.as_bytes()));
                    answer.map_or(0, |answer| answer.status)
                })
            })
            .collect();
        let statuses = handing
            .into_iter()
            .map(|one| one.join().expect("an answer"));
        let n_taken = statuses.filter(|status| *status == 201).count();
        let took = begun.elapsed();
        let told = Instant::now();
        while n_done(&board(&mut Vec::new())).unwrap_or(0) < before + n_taken {
            assert!(
                told.elapsed() < Duration::from_secs(60),
                "the board shows them"
            );
        }
        println!(
            "{HAND_INS} hand in within a second: {n_taken} taken, all answered after {:.1} s, \
             and all on the board {:.0} ms later; memory {}",
            took.as_secs_f64(),
            told.elapsed().as_secs_f64() * 1_000.0,
            memory()
        );
        answers(&room);
        over.store(true, Ordering::Relaxed);
    });
    let begun = Instant::now();
    server.state(&cookie, &class, "closed");
    println!(
        "ending the class, with every run in it: {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    for file in ["attempts.csv", "turns.csv", "xapi.json"] {
        let begun = Instant::now();
        let answer = server.see(&cookie, &format!("/classes/{class}/export/{file}"));
        println!(
            "{file}: {} in {:.1} s, {} KiB",
            answer.status,
            begun.elapsed().as_secs_f64(),
            answer.body.len() / 1024
        );
    }
    println!("memory at the end: {}", memory());
}
