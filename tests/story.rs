//! A class that everyone can trust, from the lobby to somebody who is forgotten: thirty
//! people as programs, a late one on a phone, the board and the wall, in a real browser.

mod chromium;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use engine::bots::Bot;
use serde_json::{Value, json};

use chromium::{Browser, Page};
use server::alone::Content;
use server::robot::{Cut, Robot, Room, note, number};
use server::{Server, folder};

const PEOPLE: usize = 30;
/// Every fifth plays alone, with the class's content, and hands in transcripts.
const ALONE: usize = 5;
const LATE: &str = "Xanthippe Quirkwood";
/// How long the class is paused, seconds; `SATISFACTOMETER_PAUSE=20` pauses longer.
const PAUSE: u64 = 1;

/// What somebody is called: nothing that stands on a page for another reason.
fn name(n: usize) -> String {
    let first = ["Quirin", "Xaver", "Zdenka", "Ottilie", "Wenzel"];
    let more = ["Jolanda", "Fridolin", "Kunigunde", "Leopoldine", "Ignatius"];
    let last = ["Ampersand", "Quillfeather", "Zwiebelturm"];
    let first = first.iter().chain(&more).nth(n % 10).expect("a name");
    format!("{first} {}", last[n / 10])
}

/// Lets nobody ask any more when it goes.
struct Ends<'a>(&'a Room);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Says how far the story is, and how long it took.
struct Story(Instant);

impl Story {
    fn tells(&mut self, what: &str) -> Duration {
        let took = self.0.elapsed();
        eprintln!("{:6.1} s  {what}", took.as_secs_f64());
        self.0 = Instant::now();
        took
    }
}

/// What a robot has to show at the end.
struct Played {
    token: String,
    receipts: BTreeMap<String, String>,
    why: String,
}

/// Plays turn by turn; the first two lose their line on the way.
fn steps(
    room: &Room,
    n: usize,
    token: &str,
    seat: &str,
    cuts: &mpsc::Sender<usize>,
) -> Option<Played> {
    let mut robot = Robot::new(room, token, n, 150..600);
    let mut receipts = BTreeMap::new();
    let why = loop {
        let mut view = match robot.begin() {
            Ok(view) => view,
            Err(why) => break why,
        };
        let ended = loop {
            if view["floor"] == "ended" {
                break None;
            }
            let cut = [Cut::Asking, Cut::Answering].into_iter().nth(n);
            let next = match cut.filter(|_| number(&view) == 6) {
                Some(cut) => {
                    let next = robot.cut(&view, cut);
                    let me = room.once("me", token, &("GET", "/api/v1/me", b""));
                    assert_eq!(
                        me.expect("an answer").value()["seat"],
                        seat,
                        "the same seat"
                    );
                    cuts.send(n).expect("it is waited for");
                    next
                }
                None => robot.turn(&view),
            };
            match next {
                Ok(next) => view = next,
                Err(why) => break Some(why),
            }
        };
        if let Some(why) = ended {
            break why;
        }
        note(&mut receipts, &view);
    };
    Some(Played {
        token: token.to_owned(),
        receipts,
        why,
    })
}

/// Fetches the content, plays it alone, and hands in after `wait`.
fn alone(
    room: &Room,
    n: usize,
    token: &str,
    seat: &str,
    late: &mpsc::Receiver<()>,
) -> Option<Played> {
    let answer = loop {
        let answer = room.once("assignment", token, &("GET", "/api/v1/assignment", b""));
        match answer {
            Some(answer) if answer.status == 200 => break answer,
            _ if room.is_over() => return None,
            _ => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    let bots = [
        Bot::Expert,
        Bot::Adequate,
        Bot::Poor,
        Bot::AlwaysSorry,
        Bot::Random,
    ];
    let run = Content::read(&answer.body).play(seat, 1, bots[n / ALONE % bots.len()], n as u64);
    // The last of them has no line before the class is over.
    if n + 1 == PEOPLE {
        late.recv().ok()?;
    } else {
        std::thread::sleep(Duration::from_millis(n as u64 * 250));
    }
    let path = format!("/api/v1/attempts/{}", run.id);
    let receipt = loop {
        match room.once("hand-in", token, &("PUT", &path, run.text.as_bytes())) {
            Some(answer) if matches!(answer.status, 200 | 201) => break answer,
            Some(answer) => assert_eq!(answer.status, 503, "{}", answer.body),
            None if room.is_over() => return None,
            None => {}
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let mut receipts = BTreeMap::new();
    let me = room
        .once("me", token, &("GET", "/api/v1/me", b""))
        .expect("an answer");
    let task = &me.value()["tasks"][0];
    assert_eq!(task["id"], run.id.as_str(), "{}", receipt.body);
    note(&mut receipts, task);
    Some(Played {
        token: token.to_owned(),
        receipts,
        why: "closed".to_owned(),
    })
}

/// Takes the first thing there is to do.
fn tap(phone: &Page) {
    phone.press("#choices button");
}

#[test]
fn a_class_that_everyone_can_trust() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let home = folder("story");
    let options = ["late-part", "--open", "--title", "The story"];
    let mut server = Server::start(&home, &options);
    let mut story = Story(Instant::now());
    let room = Room::at(&server.room);
    let board = browser.page("story-board", [1280, 800]);
    board.enter(&server);
    board.to_the_class();
    let class_page = text(&board.eval("location.href"));
    let wall = browser.page("story-wall", [1280, 720]);
    wall.open(&board.wall());
    wall.sees(".bigcode");
    story.tells("the lobby is open");

    // Thirty people join; who mistypes is told what is wrong.
    let no = Robot::join(&room, "WRONG0", &name(0)).expect_err("no such code");
    assert_eq!((no.status, no.kind().as_str()), (404, "no-class"));
    let seats: Vec<(String, String)> = std::thread::scope(|scope| {
        let code = &server.code;
        let joining = |n| {
            let room = &room;
            scope.spawn(move || Robot::join(room, code, &name(n)))
        };
        let joining: Vec<_> = (0..PEOPLE).map(joining).collect();
        let joined = joining
            .into_iter()
            .map(|one| one.join().expect("an answer"));
        joined
            .map(|one| one.unwrap_or_else(|no| panic!("{}", no.body)))
            .collect()
    });
    let no = Robot::join(&room, &server.code, &name(7).to_uppercase()).expect_err("a name twice");
    assert_eq!((no.status, no.kind().as_str()), (422, "bad-name"));
    board.reads("30 in");
    wall.until("document.querySelectorAll('.names li').length === 30");
    wall.picture("story-lobby");
    let lobby = wall.html();
    for part in (0..PEOPLE).flat_map(|n| name(n).split(' ').map(str::to_owned).collect::<Vec<_>>())
    {
        assert!(!lobby.contains(&part), "{part} is on the wall");
    }
    let low = "[...document.querySelectorAll('.names li')].at(-1).getBoundingClientRect().bottom <= innerHeight";
    assert_eq!(wall.eval(low), true, "a wall is not scrolled");
    let took = story.tells("thirty have joined, and stand on the wall");
    assert!(took < Duration::from_secs(60), "{took:?}");
    board.press("button|Close the door");
    board.sees("button|Let people join");
    let no = Robot::join(&room, &server.code, "Nobody Inparticular").expect_err("it is locked");
    assert_eq!(no.kind(), "lobby-closed");
    wall.misses(".bigcode");

    let (cut, cuts) = mpsc::channel();
    let phone = browser.phone("story-phone");
    let played: Vec<Played> = std::thread::scope(|scope| {
        // A story that breaks off ends them all.
        let _ends = Ends(&room);
        let (line, late) = mpsc::channel();
        let mut late = Some(late);
        let mut playing = Vec::new();
        for (n, (token, seat)) in seats.iter().enumerate() {
            let (room, cut) = (&room, cut.clone());
            if n % ALONE == ALONE - 1 {
                // Only the last one waits; a channel that nobody speaks into serves the others.
                let waits = late.take_if(|_| n + 1 == PEOPLE);
                let waits = waits.unwrap_or_else(|| mpsc::channel().1);
                playing.push(scope.spawn(move || alone(room, n, token, seat, &waits)));
            } else {
                playing.push(scope.spawn(move || steps(room, n, token, seat, &cut)));
            }
        }
        board.go("button|Begin");
        wall.sees(".bigstate|The class is running");
        until(|| room.n_turns() > 60);
        story.tells("it has begun, and sixty turns are played");

        // A pause: nothing moves until it is over.
        board.go("button|Pause");
        wall.sees(".bigstate|The class is paused");
        std::thread::sleep(Duration::from_millis(500));
        let stands = room.n_turns();
        let pause = std::env::var("SATISFACTOMETER_PAUSE");
        let pause = pause.ok().and_then(|n| n.parse().ok()).unwrap_or(PAUSE);
        std::thread::sleep(Duration::from_secs(pause));
        assert_eq!(room.n_turns(), stands, "nobody moves in a pause");
        board.go("button|Go on");
        until(|| room.n_turns() > stands);
        story.tells("paused, and on");

        // Somebody comes late, with a phone.
        board.press("button|Let people join");
        board.sees("button|Close the door");
        phone.open(&server.room);
        phone.fill("#code", &server.code);
        phone.fill("#name", LATE);
        phone.go("button|Join");
        phone.press("button|Begin:");
        phone.sees("#choices button|Listen");
        board.press("button|Close the door");
        board.sees(&format!("th|{LATE}"));
        board.reads("· joined ");
        story.tells("one came late");

        // Three lines break in the middle of a turn: two programs', and the phone's.
        let lost: BTreeSet<usize> = (0..2)
            .map(|_| {
                cuts.recv_timeout(Duration::from_secs(60))
                    .expect("a cut line")
            })
            .collect();
        assert_eq!(lost, BTreeSet::from([0, 1]));
        let seat = phone.eval("localStorage.getItem('seat')");
        let before = phone.eval("document.getElementById('talk').innerText");
        phone.offline(true);
        tap(&phone);
        phone.reads("No line to the server");
        phone.picture("story-no-line");
        assert_eq!(
            phone.eval("document.getElementById('talk').innerText"),
            before
        );
        phone.offline(false);
        phone.until("!document.getElementById('line').textContent");
        phone.until(&format!(
            "document.getElementById('talk').innerText !== {before}"
        ));
        assert_eq!(phone.eval("localStorage.getItem('seat')"), seat);
        story.tells("three lines broke, and hold again: the same seats, the same turns");

        // The server dies under all of them, and comes back.
        let stands = room.n_turns();
        let begun = Instant::now();
        server.kill_and_start(&home);
        let me = server.ask("GET", "/api/v1/me", &seats[0].0, None);
        let took = begun.elapsed();
        assert_eq!(me.status, 200, "{}", me.body);
        assert!(took < Duration::from_secs(5), "back after {took:?}");
        until(|| room.n_turns() > stands + 20);
        for _ in 0..3 {
            tap(&phone);
        }
        board.enter(&server);
        board.open(&class_page);
        board.reads("31 in");
        wall.until("!document.getElementById('line').textContent");
        story.tells(&format!("killed, and back after {} ms", took.as_millis()));

        until(|| room.n_turns() > 500 || begun.elapsed() > Duration::from_secs(40));
        board.press("#d-end > summary");
        board.go("button|End the class");
        board.sees(".state-closed");
        story.tells("the class is over");
        line.send(()).expect("somebody waits");
        let all = playing.into_iter();
        all.filter_map(|one| one.join().expect("no panic"))
            .collect()
    });
    assert!(
        played
            .iter()
            .all(|one| one.why == "closed" || one.why == "all-played")
    );

    // One receipt for everyone, the same wherever it is told; none that was told is lost.
    board.reads("31 in · 31 of 31 encounters handed in");
    phone.sees(".debrief svg.curve");
    let mut receipts = BTreeSet::new();
    for one in &played {
        let me = server.ask("GET", "/api/v1/me", &one.token, None).value();
        let task = &me["tasks"][0];
        receipts.insert(text(&task["receipt"]));
        let known = one.receipts.get(task["id"].as_str().expect("an id"));
        assert!(known.is_none_or(|known| *known == task["receipt"]));
    }
    let on_phone = phone.eval("find('#tasks li').textContent.split('receipt ')[1]");
    receipts.insert(text(&on_phone));
    assert_eq!(receipts.len(), PEOPLE + 1);
    story.tells("31 receipts");

    // What is revealed to all names nobody, on any page of it.
    wall.go("a|What happened");
    let n_frames = wall.through_the_debrief(|n| {
        let frame = wall.html();
        for who in (0..PEOPLE).map(name).chain([LATE.to_owned()]) {
            let parts = who.split(' ').chain([who.as_str()]);
            for part in parts {
                assert!(!frame.contains(part), "{part} is on the wall: {frame}");
            }
        }
        assert!(seats.iter().all(|(_, seat)| !frame.contains(&seat[..8])));
        assert!(receipts.iter().all(|receipt| !frame.contains(receipt)));
        if n < 2 {
            wall.picture(&format!("story-debrief-{n}"));
        }
    });
    assert!(n_frames > 4, "{n_frames}");
    story.tells(&format!(
        "{n_frames} pages of debrief on the wall, nobody named"
    ));

    // Exports and board say the same.
    board.go("a|Results");
    board.picture("story-results");
    let class = class_page.rsplit('/').next().expect("an id").to_owned();
    let export = |board: &Page, file: &str| {
        let path = json!(format!("/classes/{class}/export/{file}"));
        text(&board.eval(&format!("fetch({path}).then((answer) => answer.text())")))
    };
    let shown = shown(&board);
    assert_eq!(shown.len(), PEOPLE + 1);
    let attempts = table(&export(&board, "attempts.csv"));
    let turns = table(&export(&board, "turns.csv"));
    let told: Value = serde_json::from_str(&export(&board, "xapi.json")).expect("JSON");
    let told = told.as_array().expect("a list");
    for row in &attempts {
        agrees(row, &shown, &turns, told);
    }
    let kinds = |verdict: &str| {
        attempts
            .iter()
            .filter(|row| row["verdict"] == verdict)
            .count()
    };
    let late = attempts
        .iter()
        .filter(|row| row["notes"].contains("late: handed in after"));
    assert_eq!((attempts.len(), late.count()), (PEOPLE + 1, 1));
    let kinds = format!(
        "{} verified, {} unfinished",
        kinds("verified"),
        kinds("unfinished")
    );
    story.tells(&format!("board, CSV and xAPI agree: {kinds}"));

    // One person is forgotten.
    board.go("a|Board");
    assert!(on_disk(&home, LATE));
    let begun = Instant::now();
    let row = "document.evaluate(\"//tr[.//bdi='Xanthippe Quirkwood']//details\", document, null, 9).singleNodeValue.id";
    let id = text(&board.eval(row));
    let erase = id.replacen("d-", "e-", 1);
    board.press(&format!("[id='{id}'] > summary"));
    board.press(&format!("[id='{erase}'] > summary"));
    board.go(&format!("button|Erase {LATE}"));
    board.misses(&format!("th|{LATE}"));
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    for piece in [LATE, "Xanthippe", "Quirkwood", "xanthippe", "quirkwood"] {
        assert!(!on_disk(&home, piece), "{piece} is on the disk");
    }
    for file in ["attempts.csv", "turns.csv", "results.json", "xapi.json"] {
        assert!(!export(&board, file).contains("Quirkwood"), "{file}");
    }
    phone.sees("h1|No seat");
    let receipts = export(&board, "receipts.json");
    assert!(server::program::receipts_hold(&receipts, &home));
    story.tells("one is forgotten, on the disk as well; the receipts hold");

    // The line was broken and a server killed: browsers write that down, and nothing else.
    // A board may ask the new server for news before it has been opened there anew.
    let servers = [server.board.as_str(), server.room.as_str()];
    board.is_sound(&servers, &["net::ERR_", "status of 403"]);
    for page in [&wall, &phone] {
        page.is_sound(&servers, &["net::ERR_", "status of 401"]);
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}

/// Waits until something holds; a busy machine may take a while.
#[track_caller]
fn until(mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(90), "never");
        std::thread::sleep(Duration::from_millis(50));
    }
}

type Row = BTreeMap<String, String>;

/// A table of the results page, by its headings.
fn shown(board: &Page) -> Vec<Row> {
    let rows = board.eval(
        "(() => { const table = document.querySelector('table'); \
         const heads = [...table.querySelectorAll('thead th')].map((e) => e.textContent); \
         return [...table.querySelectorAll('tbody tr')].map((row) => \
           Object.fromEntries([...row.children].map((cell, n) => [heads[n], cell.textContent]))); })()",
    );
    serde_json::from_value(rows).expect("texts")
}

fn table(csv: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows = reader.deserialize().map(|row| row.expect("a row"));
    rows.collect()
}

/// Holds that an attempt is the same on the board and in every export.
fn agrees(row: &Row, shown: &[Row], turns: &[Row], told: &[Value]) {
    let same = shown.iter().find(|shown| shown["Receipt"] == row["source"]);
    let same = same.unwrap_or_else(|| panic!("not on the board: {row:?}"));
    for (head, column) in [
        ("Who", "mark"),
        ("Scenario", "scenario"),
        ("Attempt", "attempt"),
        ("Verdict", "verdict"),
        ("Satisfaction", "satisfaction"),
        ("Conduct", "conduct"),
        ("Total", "total"),
    ] {
        assert_eq!(same[head], row[column], "{row:?}");
    }
    assert_eq!(same["Line"] == "above", row["passed"] == "1");
    let id = &row["attempt_id"];
    let mine: Vec<&Row> = turns
        .iter()
        .filter(|turn| turn["attempt_id"] == *id)
        .collect();
    assert_eq!(mine.len().to_string(), row["turns"]);
    let answers = mine
        .iter()
        .filter(|turn| matches!(turn["action"].as_str(), "say" | "pause"));
    let told: Vec<&Value> = told
        .iter()
        .filter(|statement| statement["context"]["registration"] == id.as_str())
        .collect();
    let with = |verb: &str| -> Vec<&Value> {
        let of = told.iter().filter(|s| s["verb"]["display"]["en"] == verb);
        of.copied().collect()
    };
    let answered = with("answered");
    for (turn, statement) in answers.clone().zip(&answered) {
        let response = match turn["action"].as_str() {
            "say" => turn["reply"].as_str(),
            _ => "_silence",
        };
        assert_eq!(statement["result"]["response"], response, "{turn:?}");
    }
    assert_eq!(answers.count(), answered.len());
    let ends = [with("completed"), with("terminated")].concat();
    assert_eq!((with("initialized").len(), ends.len()), (1, 1), "{row:?}");
    let raw = ends[0]["result"]["score"]["raw"].as_f64().expect("a score");
    assert_eq!(format!("{raw:.1}"), row["total"]);
}

/// Whether any file of a folder, however deep, holds these bytes.
fn on_disk(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).expect("a folder").any(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            return on_disk(&path, text);
        }
        let bytes = fs::read(path).expect("a file");
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    })
}
