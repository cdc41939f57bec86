//! Runs of an open class as they are sent while they are played: what is taken, what is
//! handed back and to whom, and what becomes of those that are never handed in.

mod server;

use engine::bots::Bot;
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection, Row};

use server::alone::{Content, Run};
use server::{Answer, Server, folder, program};

/// A class that has begun, and its board.
struct Class {
    server: Server,
    cookie: String,
    id: String,
}

impl Class {
    fn begun(home: &std::path::Path, args: &[&str], people: &[&str]) -> (Self, Vec<Person>) {
        let server = Server::start(home, args);
        let cookie = server.enter();
        let id = server.class(&cookie);
        let people = people.iter().map(|name| {
            let (token, seat) = server.join(name);
            Person { token, seat }
        });
        let people = people.collect();
        server.state(&cookie, &id, "running");
        (Class { server, cookie, id }, people)
    }

    fn content(&self, person: &Person) -> Content {
        let answer = self
            .server
            .ask("GET", "/api/v1/assignment", &person.token, None);
        Content::read(&answer.body)
    }

    fn see(&self, path: &str) -> String {
        let path = format!("/classes/{}{path}", self.id);
        self.server.see(&self.cookie, &path).body
    }

    fn post(&self, path: &str) -> Answer {
        let path = format!("/classes/{}/{path}", self.id);
        self.server.form(&self.cookie, &path, "")
    }

    fn send(&self, token: &str, id: &str, from: usize, lines: &[&str]) -> Answer {
        let asked = json!({ "from": from, "lines": lines });
        let path = format!("/api/v1/attempts/{id}/lines");
        self.server.json("POST", &path, token, &asked)
    }

    /// Sends lines that are taken; returns how many there are.
    fn sent(&self, person: &Person, id: &str, from: usize, lines: &[&str]) -> u64 {
        let answer = self.send(&person.token, id, from, lines);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.value()["n"].as_u64().expect("a number")
    }

    fn hand_in(&self, person: &Person, id: &str, text: &str) -> Answer {
        let path = format!("/api/v1/attempts/{id}");
        self.server
            .ask("PUT", &path, &person.token, Some(text.as_bytes()))
    }

    fn fetch(&self, token: &str, id: &str) -> Answer {
        self.server
            .ask("GET", &format!("/api/v1/attempts/{id}"), token, None)
    }

    /// The row of an attempt in the table of attempts.
    fn row(&self, id: &str) -> String {
        let csv = self.see("/export/attempts.csv");
        let row = csv.lines().find(|row| row.contains(id));
        row.unwrap_or_else(|| panic!("{csv}")).to_owned()
    }
}

struct Person {
    token: String,
    seat: String,
}

/// The lines of a run, but for its end.
fn lines(run: &Run) -> Vec<&str> {
    let mut lines: Vec<&str> = run.text.split_inclusive('\n').collect();
    lines.pop();
    lines
}

/// The first line of a run.
fn header(run: &Run) -> &str {
    run.text.split_inclusive('\n').next().expect("a header")
}

/// It does not count as what it says it is, and is not lost either.
#[track_caller]
fn kept_aside(answer: &Answer, kind: &str) {
    let (status, said) = (answer.status, &answer.body);
    assert_eq!((status, answer.kind().as_str()), (422, kind), "{said}");
    assert!(said.contains("kept for your instructor"), "{said}");
}

/// The same run as if it had been played in no time.
fn at_once(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        if !line["label"]["ms"].is_null() {
            line["label"]["ms"] = 0.into();
        }
        format!("{line}\n")
    });
    lines.collect()
}

#[test]
fn each_line_is_taken_once_and_only_where_it_follows() {
    let home = folder("sent");
    let args = ["late-part", "--open", "--attempts", "4"];
    let (mut class, people) = Class::begun(&home, &args, &["Ana", "Ben"]);
    let [ana, ben] = &people[..] else {
        panic!("two people");
    };
    let content = class.content(ana);
    let run = content.play(&ana.seat, 1, Bot::Expert, 1);
    let lines = lines(&run);
    assert!(lines.len() > 12, "{}", run.text);

    // From the beginning, doubled, overlapping, and from where it is not yet.
    assert_eq!(class.sent(ana, &run.id, 3, &lines[3..5]), 0);
    assert_eq!(class.sent(ana, &run.id, 0, &lines[..4]), 4);
    assert_eq!(class.sent(ana, &run.id, 0, &lines[..4]), 4);
    assert_eq!(class.sent(ana, &run.id, 2, &lines[2..6]), 6);
    assert_eq!(class.sent(ana, &run.id, 9, &lines[9..11]), 6);
    assert_eq!(class.sent(ana, &run.id, 6, &[]), 6);
    assert!(class.see("").contains("· input 5"), "{}", class.see(""));

    // Nothing that does not follow; and nothing of a batch that holds such a thing.
    let other = content.play(&ana.seat, 1, Bot::Random, 2);
    let changed = lines[7].replace("\"digest\":\"", "\"digest\":\"0");
    for wrong in [changed.as_str(), lines[8]] {
        let answer = class.send(&ana.token, &run.id, 6, &[lines[6], wrong]);
        assert_eq!(
            (answer.status, answer.kind().as_str()),
            (422, "illegal-turn")
        );
    }
    let end = run.text.lines().next_back().expect("an end").to_owned() + "\n";
    assert_eq!(class.send(&ana.token, &run.id, 6, &[&end]).status, 422);
    let course: Vec<&str> = other.text.split_inclusive('\n').collect();
    let answer = class.send(&ana.token, &run.id, 1, &course[1..5]);
    assert_eq!((answer.status, answer.kind().as_str()), (409, "other-run"));
    let long = format!("{}\n", "x".repeat(5_000));
    // What could not be read again is no line, and whatever it is breaks nothing.
    let more = lines[6].replacen('{', "{\"x\":1,", 1);
    let twice = lines[6].replacen('{', "{\"run\":{},", 1);
    let wrong = [long.as_str(), "two\nlines\n", "none", "{}\n", "nonsense\n"];
    for wrong in [&wrong[..], &["[]\n", "1\n", "\"x\"\n", &more, &twice]].concat() {
        let answer = class.send(&ana.token, &run.id, 6, &[wrong]);
        assert_eq!((answer.status, answer.kind().as_str()), (400, "bad-line"));
    }
    for broken in ["1\n", "[]\n[]\n"] {
        let answer = class.hand_in(ana, &run.id, broken);
        assert!((400..500).contains(&answer.status), "{}", answer.body);
    }
    let many: Vec<&str> = std::iter::repeat_n(lines[6], 1_000).collect();
    assert_eq!(class.send(&ana.token, &run.id, 6, &many).status, 413);
    assert_eq!(class.sent(ana, &run.id, 6, &[]), 6);

    // Nobody's but one's own, and only of this class and this attempt.
    assert_eq!(class.send(&ben.token, &run.id, 6, &lines[6..7]).status, 404);
    assert_eq!(class.fetch(&ben.token, &run.id).status, 404);
    assert_eq!(class.fetch(&"0".repeat(64), &run.id).status, 401);
    let foreign = content.play(&ana.seat, 2, Bot::Expert, 1);
    let answer = class.send(&ben.token, &foreign.id, 0, &[header(&foreign)]);
    assert_eq!(
        (answer.status, answer.kind().as_str()),
        (422, "not-this-assignment")
    );
    let seed = header(&foreign).replace(&foreign.session.seed().to_string(), "7Q2FM9KD");
    assert_eq!(class.send(&ana.token, &foreign.id, 0, &[&seed]).status, 422);
    let taken = content.play(&ana.seat, 1, Bot::Expert, 1);
    let answer = class.send(&ana.token, &taken.id, 0, &[header(&taken)]);
    assert_eq!(
        (answer.status, answer.kind().as_str()),
        (422, "attempt-taken")
    );

    // The server dies; what it said it has, it has, and hands back to the seat alone.
    class.server.kill_and_start(&home);
    class.cookie = class.server.enter();
    assert_eq!(class.fetch(&ana.token, &run.id).body, lines[..6].concat());
    assert_eq!(class.sent(ana, &run.id, 6, &lines[6..]), lines.len() as u64);
    let me = class
        .server
        .ask("GET", "/api/v1/me", &ana.token, None)
        .value();
    assert_eq!(
        (&me["tasks"][0]["id"], &me["tasks"][0]["state"]),
        (&json!(run.id), &json!("begun"))
    );

    // The whole counts, whatever had been sent; nothing is added to it after that.
    assert_eq!(class.hand_in(ana, &run.id, &run.text).status, 201);
    assert_eq!(
        class.send(&ana.token, &run.id, 0, &lines).kind(),
        "handed-in"
    );
    assert_eq!(class.fetch(&ana.token, &run.id).body, run.text);
    assert_eq!(class.hand_in(ana, &run.id, &run.text).status, 200);
    let row = class.row(&run.id);
    assert!(
        row.contains("times are not verified") && row.contains("in a program, not encrypted"),
        "{row}"
    );

    // Played as fast as it came, its times agree; of another course it is said from where.
    let quick = content.play(&ana.seat, 2, Bot::Expert, 3);
    let text = at_once(&quick.text);
    let mut quick_lines: Vec<&str> = text.split_inclusive('\n').collect();
    quick_lines.pop();
    class.sent(ana, &quick.id, 0, &quick_lines);
    assert_eq!(class.hand_in(ana, &quick.id, &text).status, 201);
    assert!(
        class.row(&quick.id).contains("its times agree"),
        "{}",
        class.row(&quick.id)
    );
    let (one, two) = (
        content.play(&ana.seat, 3, Bot::Expert, 4),
        content.play(&ana.seat, 3, Bot::Random, 5),
    );
    let same = one
        .text
        .lines()
        .zip(two.text.lines())
        .skip(1)
        .take_while(|(a, b)| a == b)
        .count();
    class.sent(
        ana,
        &one.id,
        0,
        &one.text
            .split_inclusive('\n')
            .take(same + 3)
            .collect::<Vec<_>>(),
    );
    let text = two.text.replace(&two.id, &one.id);
    assert_eq!(class.hand_in(ana, &one.id, &text).status, 201);
    let row = class.row(&one.id);
    assert!(row.contains("verified"), "{row}");
    let says = format!("differs from this from input {}", same + 1);
    assert!(row.contains(&says), "{says}: {row}");
    let (first, second) = (
        content.play(&ana.seat, 4, Bot::Expert, 6),
        content.play(&ana.seat, 4, Bot::Expert, 7),
    );
    class.sent(
        ana,
        &first.id,
        0,
        &first.text.split_inclusive('\n').take(4).collect::<Vec<_>>(),
    );
    assert_eq!(class.hand_in(ana, &second.id, &second.text).status, 201);
    assert!(
        class
            .row(&second.id)
            .contains("another run of this attempt had been begun")
    );
    assert_eq!(class.fetch(&ana.token, &first.id).status, 404);
    let receipts = class.see("/export/receipts.json");
    assert!(program::receipts_hold(&receipts, &home));
}

#[test]
fn an_id_does_not_make_one_encounter_another() {
    let home = folder("sent-id");
    let args = ["late-part", "third-visit", "--open", "--attempts", "2"];
    let (class, people) = Class::begun(&home, &args, &["Ana"]);
    let ana = &people[0];
    let content = class.content(ana);
    let begun = content.play(&ana.seat, 1, Bot::Expert, 1);
    class.sent(ana, &begun.id, 0, &lines(&begun)[..4]);
    for (index, number) in [(0, 2), (1, 1)] {
        // Genuine, but for the id that its player gave it.
        let other = content.play_at(index, &ana.seat, number, Bot::Expert, 1);
        let text = other.text.replace(&other.id, &begun.id);
        let answer = class.hand_in(ana, &begun.id, &text);
        kept_aside(&answer, "attempt-differs");
        // Under its own it counts, as what it is.
        let answer = class.hand_in(ana, &other.id, &other.text);
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    assert_eq!(class.hand_in(ana, &begun.id, &begun.text).status, 201);
    let csv = class.see("/export/attempts.csv");
    for one in ["Ana,late-part,1,", "Ana,late-part,2,", "Ana,third-visit,1,"] {
        assert_eq!(csv.matches(one).count(), 1, "{one}: {csv}");
    }
    let results = class.see("/results");
    assert!(
        results.contains("2 transcripts belong to something else"),
        "{results}"
    );
    // They are kept for the instructor to look at.
    assert!(results.contains("/export/aside.json"), "{results}");
    let aside: Value = serde_json::from_str(&class.see("/export/aside.json")).expect("JSON");
    let aside = aside.as_array().expect("a list");
    assert_eq!(aside.len(), 2);
    for kept in aside {
        let text = kept["transcript"].as_str().expect("a text");
        assert!(text.starts_with("{\"label\"") && text.contains(&begun.id));
        assert_eq!(
            (&kept["mark"], &kept["attempt_id"]),
            (&json!("Ana"), &json!(begun.id))
        );
        assert!(
            kept["why"]
                .as_str()
                .is_some_and(|why| why.contains("another encounter"))
        );
    }
}

#[test]
fn a_run_that_was_ended_without_the_network_outlives_a_browser() {
    let home = folder("sent-outlives");
    let (class, people) = Class::begun(&home, &["late-part", "--open"], &["Ana"]);
    let ana = &people[0];
    let run = class.content(ana).play(&ana.seat, 1, Bot::Expert, 1);
    let sent = lines(&run);
    class.sent(ana, &run.id, 0, &sent[..5]);
    let another_device = || {
        let link = class.post(&format!("seats/{}/link", ana.seat)).body;
        link.split("/play#").nth(1).expect("a link")[..64].to_owned()
    };
    let browser = another_device();
    let view = class
        .server
        .ask("POST", "/api/v1/runs", &browser, None)
        .value();
    assert_eq!(view["id"], json!(run.id));
    let view = class.server.step(&browser, &view, 1);

    // The laptop has the seat back. A part of the run is no reason to end the browser's.
    let laptop = Person {
        token: another_device(),
        seat: ana.seat.clone(),
    };
    let answer = class.hand_in(&laptop, &run.id, &sent[..5].concat());
    kept_aside(&answer, "attempt-taken");
    let view = class.server.step(&laptop.token, &view, 1);

    // The whole of it is, and it is said that something else had been played.
    let answer = class.hand_in(&laptop, &run.id, &run.text);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let row = class.row(&run.id);
    assert!(
        row.contains(",verified,")
            && row.contains("played on their own computer")
            && row.contains("differs from this from input "),
        "{row}"
    );
    let turns = format!("/api/v1/runs/{}/turns", run.id);
    let next = json!({ "n": view["n"].as_u64().expect("a number") + 1, "do": "listen",
        "voice": "even", "face": "warm" });
    let answer = class.server.json("POST", &turns, &laptop.token, &next);
    assert_eq!(answer.status, 404, "{}", answer.body);

    // What comes after it is kept aside, so that its player need not send it for ever.
    let other = run
        .text
        .replacen("\"tempo\":\"turns\"", "\"tempo\":\"flow\"", 1);
    let answer = class.hand_in(&laptop, &run.id, &other);
    assert_eq!(
        (answer.status, answer.kind().as_str()),
        (422, "attempt-differs")
    );
    assert!(
        answer.body.contains("kept for your instructor"),
        "{}",
        answer.body
    );
    let results = class.see("/results");
    assert!(
        results.contains("2 transcripts belong to something else"),
        "{results}"
    );
}

#[test]
fn a_run_that_never_comes_back_is_handed_in_or_goes() {
    let home = folder("sent-cut");
    let (class, people) = Class::begun(
        &home,
        &["late-part", "--open"],
        &["Ana", "Ben", "Zoe", "Kim"],
    );
    let [ana, ben, zoe, kim] = &people[..] else {
        panic!("four people");
    };
    let content = class.content(ana);
    let half = |person: &Person| {
        let run = content.play(&person.seat, 1, Bot::Expert, 1);
        let lines = lines(&run);
        class.sent(person, &run.id, 0, &lines[..9]);
        run
    };
    let runs = [half(ana), half(ben), half(zoe), half(kim)];

    // Somebody goes on in a browser, at the same input.
    let link = class.post(&format!("seats/{}/link", kim.seat)).body;
    let token = &link.split("/play#").nth(1).expect("a link")[..64];
    let view = class
        .server
        .ask("POST", "/api/v1/runs", token, None)
        .value();
    assert_eq!((&view["id"], &view["n"]), (&json!(runs[3].id), &json!(8)));
    // A board that was loaded before that would still hand in what there is.
    let stale = format!("seats/{}/runs/{}/hand-in", kim.seat, runs[3].id);
    let answer = class.post(&stale);
    assert_eq!(answer.status, 409, "{}", answer.body);
    let view = class.server.step(token, &view, 0);
    assert_eq!(view["n"], 9);
    assert_eq!(
        class
            .send(&kim.token, &runs[3].id, 9, &lines(&runs[3])[9..])
            .kind(),
        "seat-moved"
    );

    // The end of the class ends what is stepped here, and leaves what a program plays.
    class.server.state(&class.cookie, &class.id, "closed");
    let board = class.see("");
    assert_eq!(board.matches("Hand in what there is").count(), 3, "{board}");
    let csv = class.see("/export/attempts.csv");
    assert_eq!(csv.lines().count(), 2, "{csv}");

    // Ana is late, with all of it. For Ben what there is is handed in, and what he has
    // himself is kept aside. Zoe is forgotten.
    assert_eq!(class.hand_in(ana, &runs[0].id, &runs[0].text).status, 201);
    let path =
        |person: &Person, run: &Run| format!("seats/{}/runs/{}/hand-in", person.seat, run.id);
    assert_eq!(class.post(&path(ana, &runs[0])).status, 409);
    assert_eq!(class.post(&path(ana, &runs[1])).status, 404);
    assert_eq!(class.post(&path(ben, &runs[1])).status, 303);
    let row = class.row(&runs[1].id);
    assert!(
        row.contains(",unfinished,")
            && row.contains("handed in by the instructor as far as it had come"),
        "{row}"
    );
    assert!(!row.contains("late:"), "{row}");
    assert!(
        class
            .row(&runs[0].id)
            .contains("late: handed in after the class was closed")
    );
    let answer = class.hand_in(ben, &runs[1].id, &runs[1].text);
    assert_eq!(
        (answer.status, answer.kind().as_str()),
        (422, "attempt-cut")
    );
    assert!(
        answer.body.contains("kept for your instructor"),
        "{}",
        answer.body
    );
    assert!(
        class
            .see("/results")
            .contains("1 transcripts belong to something else")
    );

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let file = home.join("class.db");
    assert_eq!(runtime.block_on(n_lines(&file, &zoe.seat)), 9);
    assert_eq!(class.post(&format!("seats/{}/erase", zoe.seat)).status, 303);
    assert_eq!(runtime.block_on(n_lines(&file, &zoe.seat)), 0);
    let receipts = class.see("/export/receipts.json");
    assert!(program::receipts_hold(&receipts, &home));
}

/// Lines of a seat's runs in the store.
async fn n_lines(file: &std::path::Path, seat: &str) -> i64 {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}", file.display());
    let mut conn = AnyConnection::connect(&url).await.expect("a store");
    let row = sqlx::query(
        "SELECT count(*) FROM turn WHERE attempt_id IN (SELECT id FROM attempt WHERE seat_id = $1)",
    )
    .bind(seat.to_owned())
    .fetch_one(&mut conn)
    .await
    .expect("SQL");
    let n = row.get(0);
    conn.close().await.expect("it closes");
    n
}

/// One text from a store.
async fn text(file: &std::path::Path, words: &'static str, id: &str) -> String {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}", file.display());
    let mut conn = AnyConnection::connect(&url).await.expect("a store");
    let row = sqlx::query(words).bind(id.to_owned());
    let row = row.fetch_one(&mut conn).await.expect("SQL");
    let text = row.get(0);
    conn.close().await.expect("it closes");
    text
}

/// What the class in a store plays.
async fn assignment(file: &std::path::Path) -> String {
    text(file, "SELECT assignment FROM class WHERE id <> $1", "").await
}

/// The bytes of an attempt in a store.
async fn transcript(file: &std::path::Path, id: &str) -> String {
    text(file, "SELECT transcript FROM attempt WHERE id = $1", id).await
}

#[test]
fn a_sealed_class_takes_nothing_and_hands_nothing_back() {
    let home = folder("sent-sealed");
    let (class, people) = Class::begun(&home, &["late-part"], &["Ana"]);
    let ana = &people[0];
    // Somebody has what is sealed all the same.
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let content = Content::read(&runtime.block_on(assignment(&home.join("class.db"))));
    let run = content.play(&ana.seat, 1, Bot::Expert, 1);
    let answer = class.send(&ana.token, &run.id, 0, &lines(&run)[..3]);
    assert_eq!((answer.status, answer.kind().as_str()), (403, "sealed"));
    let answer = class.hand_in(ana, &run.id, &run.text);
    assert_eq!((answer.status, answer.kind().as_str()), (403, "sealed"));
    let begun = class
        .server
        .ask("POST", "/api/v1/runs", &ana.token, None)
        .value();
    let id = begun["id"].as_str().expect("an id");
    assert_eq!(class.fetch(&ana.token, id).kind(), "sealed");

    // Played alone and whole it is genuine, and counts for nothing; nor in place of the
    // run that is played here.
    let relabelled = run.text.replace(&run.id, id);
    for (id, text) in [(run.id.as_str(), &run.text), (id, &relabelled)] {
        let answer = class.hand_in(ana, id, text);
        assert_eq!((answer.status, answer.kind().as_str()), (403, "sealed"));
        assert!(
            answer.body.contains("kept for your instructor"),
            "{}",
            answer.body
        );
    }
    assert_eq!(class.see("/export/attempts.csv").lines().count(), 1);
    let view = class.server.play(&ana.token, 1);
    assert!(
        class
            .see("/results")
            .contains("2 transcripts belong to something else")
    );
    assert_eq!(
        (view["id"].as_str(), view["receipt"].is_string()),
        (Some(id), true)
    );
    // Of that one, a copy is no other run.
    let played = runtime.block_on(transcript(&home.join("class.db"), id));
    assert_eq!(class.hand_in(ana, id, &played).status, 200);
}

#[test]
fn a_backup_holds_what_was_sent_and_what_was_handed_in() {
    let home = folder("sent-backup");
    let files = folder("sent-backup-files");
    let (class, people) =
        Class::begun(&home, &["late-part", "--open", "--attempts", "3"], &["Ana"]);
    let ana = &people[0];
    let content = class.content(ana);
    // As every program does it; as one whose end the instructor handed in; and one that
    // is still being played.
    let [whole, cut, open] = [1, 2, 3].map(|n| content.play(&ana.seat, n, Bot::Expert, n.into()));
    class.sent(ana, &whole.id, 0, &lines(&whole));
    assert_eq!(class.hand_in(ana, &whole.id, &whole.text).status, 201);
    class.sent(ana, &cut.id, 0, &lines(&cut)[..5]);
    let answer = class.post(&format!("seats/{}/runs/{}/hand-in", ana.seat, cut.id));
    assert_eq!(answer.status, 303, "{}", answer.body);
    class.sent(ana, &open.id, 0, &lines(&open)[..4]);

    let file = files.join("friday.backup");
    let file = file.to_str().expect("text");
    let (code, said) = program::run(&["backup", file], &home);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("2 runs handed in"), "{said}");
    let elsewhere = folder("sent-backup-new");
    let (code, said) = program::run(&["restore", file], &elsewhere);
    assert_eq!(code, Some(0), "{said}");
    drop(class.server);
    let server = Server::start(&elsewhere, &[]);
    for (id, text) in [
        (&whole.id, whole.text.clone()),
        (&open.id, lines(&open)[..4].concat()),
    ] {
        let path = format!("/api/v1/attempts/{id}");
        assert_eq!(server.ask("GET", &path, &ana.token, None).body, text);
    }
}

#[test]
fn what_a_label_says_ends_no_run() {
    let home = folder("sent-label");
    let (class, people) = Class::begun(&home, &["late-part", "--open"], &["Ana"]);
    let ana = &people[0];
    let run = class.content(ana).play(&ana.seat, 1, Bot::Expert, 1);
    let sent = lines(&run);
    let mut last: Value = serde_json::from_str(sent[4]).expect("JSON");
    last["label"]["end"] = "outcome".into();
    let last = format!("{last}\n");
    class.sent(ana, &run.id, 0, &sent[..4]);
    class.sent(ana, &run.id, 4, &[&last]);
    let answer = class.post(&format!("seats/{}/runs/{}/hand-in", ana.seat, run.id));
    assert_eq!(answer.status, 303, "{}", answer.body);
    let kept = class.fetch(&ana.token, &run.id).body;
    let end = kept.lines().next_back().expect("a line");
    let end: Value = serde_json::from_str(end).expect("JSON");
    assert_eq!(end["run"]["end"], "abandoned", "{kept}");
}
