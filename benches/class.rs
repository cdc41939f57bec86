//! A class as large as one gets: what people wait for, what the server holds. Run with
//! `cargo bench --no-default-features --features author,classroom --bench class`, which
//! takes a minute and a half; behind `--`, `load 1800` steps for half an hour, `results
//! 2000` asks for the results and exports of so many runs, `mutated 100000` hands in so
//! many transcripts that were tampered with, and `kills 1000` kills the server so often
//! under thirty people. It prints figures; the last two also fail.

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
        "results" => results(n.unwrap_or(2_000)),
        "mutated" => print!("{}", server::tampered::hand_in(n.unwrap_or(100_000))),
        "kills" => println!("{}", server::kills::kill(n.unwrap_or(1_000), KILLED)),
        other => {
            eprintln!(
                "no such figure: {other}; there are load SECONDS, results N, mutated N and kills N"
            );
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

fn memory(server: &Server) -> String {
    let held = server.memory();
    held.map_or("unknown".into(), |mib| format!("{mib} MiB"))
}

fn load(how_long: Duration) {
    let home = folder("bench-load");
    let options = ["late-part", "third-visit", "write-it-higher", "--open"];
    let options = [&options[..], &["--attempts", "20"]].concat();
    let server = Server::start(&home, &options);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let room = Room::at(&server.room);
    let memory = || memory(&server);
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
    download(&server, &cookie, &class);
    println!("memory at the end: {}", memory());
}

/// Downloads a class, file by file.
fn download(server: &Server, cookie: &str, class: &str) {
    for file in [
        "attempts.csv",
        "turns.csv",
        "decisions.csv",
        "results.json",
        "xapi.json",
    ] {
        let begun = Instant::now();
        let answer = server.see(cookie, &format!("/classes/{class}/export/{file}"));
        println!(
            "{file}: {} in {:.1} s, {} KiB; memory {}",
            answer.status,
            begun.elapsed().as_secs_f64(),
            answer.body.len() / 1024,
            memory(server)
        );
    }
}

/// Runs that one person hands in.
const EACH: usize = 20;
/// People who play on meanwhile.
const MEANWHILE: usize = 10;

/// Results and exports of so many runs, as they are after they came and after a restart,
/// while some people play on.
fn results(n_runs: usize) {
    let home = folder("bench-results");
    let mut server = Server::start(&home, &["late-part", "--open", "--attempts", "20"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let room = Room::at(&server.room);
    let n_people = n_runs.div_ceil(EACH);
    let joined = (0..n_people + MEANWHILE).map(|_| Robot::join(&room, &server.code, ""));
    let seats: Vec<(String, String)> = joined
        .map(|seat| seat.unwrap_or_else(|no| panic!("{}", no.body)))
        .collect();
    server.state(&cookie, &class, "running");
    let path = "/api/v1/assignment";
    let content = Content::read(&server.ask("GET", path, &seats[0].0, None).body);
    room.answers();
    let begun = Instant::now();
    let bots = [Bot::Adequate, Bot::Poor, Bot::Random, Bot::AlwaysSorry];
    for n in 0..n_runs {
        let (token, seat) = &seats[n / EACH];
        let number = (n % EACH) as u32 + 1;
        let run = content.play(seat, number, bots[n % bots.len()], n as u64);
        let path = format!("/api/v1/attempts/{}", run.id);
        let answer = room.once("hand-in", token, &("PUT", &path, run.text.as_bytes()));
        assert_eq!(answer.map_or(0, |answer| answer.status), 201);
    }
    println!(
        "{n_runs} runs of {n_people} people are handed in one by one in {:.0} s; memory {}",
        begun.elapsed().as_secs_f64(),
        memory(&server)
    );
    answers(&room);
    page(&server, &cookie, &class, "as they came");
    server.kill_and_start(&home);
    let cookie = server.enter();
    println!("started again: memory {}", memory(&server));
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for (n, (token, _)) in seats[n_people..].iter().enumerate() {
            let (room, over) = (&room, &over);
            scope.spawn(move || {
                let mut robot = Robot::new(room, token, n, 200..400);
                let mut view = robot.begin();
                while !over.load(Ordering::Relaxed) {
                    view = match view {
                        Ok(view) if view["floor"] == "ended" => robot.begin(),
                        Ok(view) => robot.turn(&view),
                        Err(_) => return,
                    };
                }
            });
        }
        let tell = |what: &str| {
            println!("  meanwhile, {what}:");
            answers(&room);
        };
        std::thread::sleep(Duration::from_secs(10));
        tell("nobody asking for anything");
        page(&server, &cookie, &class, "after a restart");
        tell("the runs being read");
        page(&server, &cookie, &class, "the second time");
        download(&server, &cookie, &class);
        tell("the files being made");
        let results = format!("/classes/{class}/results");
        let shown = server.see(&cookie, &results).body;
        let what = shown.split("value=\"decision/").nth(1).expect("a decision");
        let what = what.split('"').next().expect("its end");
        let begun = Instant::now();
        let body = format!("what=decision/{what}&why=a+mistake");
        let answer = server.form(&cookie, &format!("/classes/{class}/voids"), &body);
        println!(
            "a decision is taken out: {} after {:.1} s",
            answer.status,
            begun.elapsed().as_secs_f64()
        );
        page(&server, &cookie, &class, "without it");
        tell("every score being made anew");
        over.store(true, Ordering::Relaxed);
    });
    println!("memory at the end: {}", memory(&server));
}

/// Asks for the results page until it is there.
fn page(server: &Server, cookie: &str, class: &str, which: &str) {
    let begun = Instant::now();
    let path = format!("/classes/{class}/results");
    let (mut first, mut asked) = (None, 0);
    let page = loop {
        let page = server.see(cookie, &path);
        asked += 1;
        first.get_or_insert_with(|| begun.elapsed());
        assert_eq!(page.status, 200, "{}", page.body);
        if !page.body.contains("runs are read") {
            break page;
        }
        std::thread::sleep(Duration::from_secs(2));
    };
    println!(
        "results {which}: an answer after {:.1} s, the whole page ({} KiB) after {:.1} s, asked \
         {asked} times; memory {}",
        first.map_or(0.0, |first: Duration| first.as_secs_f64()),
        page.body.len() / 1024,
        begun.elapsed().as_secs_f64(),
        memory(server)
    );
}
