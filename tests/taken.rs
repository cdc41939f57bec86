//! How long each turn took by the server's clock: of a run that is stepped there, of one
//! that a program sends as it is played, and of those of which nobody can know.

mod server;

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use engine::bots::Bot;
use serde_json::{Value, json};

use server::alone::{Content, Run};
use server::{Server, folder};

struct Class {
    server: Server,
    cookie: String,
    id: String,
}

impl Class {
    /// A class that has begun, with these people in it.
    fn begun(home: &Path, args: &[&str], people: &[&str]) -> (Self, Vec<(String, String)>) {
        let server = Server::start(home, args);
        let cookie = server.enter();
        let id = server.class(&cookie);
        let people = people.iter().map(|name| server.join(name)).collect();
        server.state(&cookie, &id, "running");
        (Class { server, cookie, id }, people)
    }

    fn see(&self, path: &str) -> String {
        let path = format!("/classes/{}/{path}", self.id);
        self.server.see(&self.cookie, &path).body
    }

    /// The times of an attempt by turn.
    fn seconds(&self, attempt: &str) -> Vec<Option<f64>> {
        self.times(attempt, "seconds_by_server")
    }

    /// The same by what whoever played it claims.
    fn claimed(&self, attempt: &str) -> Vec<Option<f64>> {
        self.times(attempt, "seconds_claimed")
    }

    /// Times by turn, as the table of turns and the whole of it say.
    fn times(&self, attempt: &str, column: &str) -> Vec<Option<f64>> {
        let csv = self.see("export/turns.csv");
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let head = reader.headers().expect("a head").clone();
        let at = |name: &str| head.iter().position(|column| column == name).expect(name);
        let (id, time) = (at("attempt_id"), at(column));
        let rows = reader.records().map(|row| row.expect("a row"));
        let all: Vec<Option<f64>> = rows
            .filter(|row| &row[id] == attempt)
            .map(|row| (!row[time].is_empty()).then(|| row[time].parse().expect("a number")))
            .collect();
        let json: Value = serde_json::from_str(&self.see("export/results.json")).expect("JSON");
        let attempts = json["attempts"].as_array().expect("a list");
        let of = attempts.iter().find(|row| row["attempt_id"] == attempt);
        let told = of.expect("the attempt")[column].as_array();
        let told: Vec<Option<f64>> = told.expect("a list").iter().map(Value::as_f64).collect();
        // What follows the last turn that is known is left out there.
        assert_eq!(told, all[..told.len()]);
        assert!(all[told.len()..].iter().all(Option::is_none));
        all
    }
}

#[test]
fn a_run_that_is_stepped_here_says_who_took_long_and_no_score_hears_of_it() {
    let home = folder("taken");
    let (class, people) = Class::begun(&home, &["late-part"], &["Ana", "Ben", "Cleo"]);
    let pause = Duration::from_millis(1_300);
    let mut slow = 0;
    let mut ids = Vec::new();
    for (token, _) in &people {
        let mut view = class
            .server
            .ask("POST", "/api/v1/runs", token, None)
            .value();
        ids.push(view["id"].as_str().expect("an id").to_owned());
        let mut rested = false;
        while view["floor"] != "ended" {
            if view["floor"] == "trainee" && !rested {
                sleep(pause);
                rested = true;
                slow = view["n"].as_u64().expect("a number") as usize;
            }
            // Lines of the same millisecond count as come together, and nobody plays so fast.
            sleep(Duration::from_millis(3));
            view = class.server.step(token, &view, 1);
        }
    }
    let begun = Instant::now();
    for id in &ids {
        let seconds = class.seconds(id);
        assert!(seconds.len() > 5);
        for (n, seconds) in seconds.iter().enumerate() {
            let seconds = seconds.expect("each line came by itself");
            assert_eq!(n == slow, seconds >= 1.3, "turn {}: {seconds}", n + 1);
            assert!(seconds < 60.0);
        }
        let claimed = class.claimed(id);
        assert!(
            claimed.iter().all(Option::is_none),
            "nobody claims anything"
        );
    }
    assert!(begun.elapsed() < Duration::from_secs(60));

    // Where they were slow stands first, by the words of the page.
    let page = class.see("results");
    let longest = page.split("They took longest to decide at ").nth(1);
    let longest = longest
        .and_then(|rest| rest.split("</p>").next())
        .expect("it is said");
    assert!(
        longest.starts_with("late-part <span class=\"quiet\">/ "),
        "{longest}"
    );
    let first: f64 = longest
        .split(['(', ')'])
        .nth(1)
        .and_then(|time| time.strip_suffix(" s"))
        .expect("a time")
        .parse()
        .expect("a number");
    assert!((1.3..60.0).contains(&first), "{longest}");
    assert!(page.contains("· decided in "), "{page}");
    let csv = class.see("export/decisions.csv");
    assert!(
        csv.lines()
            .next()
            .expect("a head")
            .ends_with(",timed,median_seconds_by_server")
    );
    assert!(
        csv.lines()
            .any(|row| row.contains(&format!(",3,{first:.1}"))),
        "{csv}"
    );

    // The same choices, and the same scores, whoever was slow and whoever was not.
    let (token, _) = {
        class.server.let_in(&class.cookie, &class.id);
        class.server.join("Dana")
    };
    class.server.play(&token, 1);
    let csv = class.see("export/attempts.csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let of = ["satisfaction", "conduct", "outcome", "total"];
    let at = of.map(|name| head.iter().position(|column| column == name).expect(name));
    let rows = reader.records().map(|row| row.expect("a row"));
    let scores: Vec<[String; 4]> = rows.map(|row| at.map(|n| row[n].to_owned())).collect();
    assert_eq!(scores.len(), 4);
    assert!(scores.iter().all(|row| *row == scores[0]), "{scores:?}");
}

/// The lines of a run, but for its end.
fn lines(run: &Run) -> Vec<&str> {
    let mut lines: Vec<&str> = run.text.split_inclusive('\n').collect();
    lines.pop();
    lines
}

#[test]
fn what_a_program_sends_is_timed_as_it_comes_and_what_comes_at_once_is_not() {
    let home = folder("taken-sent");
    let (class, people) = Class::begun(&home, &["late-part", "--open"], &["Ana", "Ben"]);
    let (ana, seat) = &people[0];
    let content = class.server.ask("GET", "/api/v1/assignment", ana, None);
    let content = Content::read(&content.body);
    let run = content.play(seat, 1, Bot::Expert, 1);
    let all = lines(&run);
    let send = |from: usize, some: &[&str]| {
        let path = format!("/api/v1/attempts/{}/lines", run.id);
        let asked = json!({ "from": from, "lines": some });
        let answer = class.server.json("POST", &path, ana, &asked);
        assert_eq!(answer.status, 200, "{}", answer.body);
        sleep(Duration::from_millis(20));
    };
    send(0, &all[..1]);
    send(1, &all[1..2]);
    sleep(Duration::from_millis(700));
    send(2, &all[2..3]);
    // The network was away, and is back; the rest never came before the hand-in.
    send(3, &all[3..6]);
    send(6, &all[6..7]);
    send(7, &all[7..8]);
    let path = format!("/api/v1/attempts/{}", run.id);
    let answer = class
        .server
        .ask("PUT", &path, ana, Some(run.text.as_bytes()));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let seconds = class.seconds(&run.id);
    assert_eq!(seconds.len(), run.session.turns().len());
    let known: Vec<bool> = seconds.iter().map(Option::is_some).collect();
    assert_eq!(known[..7], [true, true, false, false, false, false, true]);
    assert!(known[7..].iter().all(|known| !known), "{seconds:?}");
    // Its own labels say nine tenths of a second a turn, which stands beside that.
    let claims = |run: &Run| {
        let claimed = class.claimed(&run.id);
        assert_eq!(claimed.len(), run.session.turns().len());
        assert_eq!(claimed[0], Some(0.0));
        assert!(claimed[1..].iter().all(|s| *s == Some(0.9)), "{claimed:?}");
    };
    claims(&run);
    assert!(
        (0.7..60.0).contains(&seconds[1].expect("it is known")),
        "{seconds:?}"
    );

    // Somebody who played without the network.
    let (ben, seat) = &people[1];
    let run = content.play(seat, 1, Bot::Expert, 2);
    let path = format!("/api/v1/attempts/{}", run.id);
    let answer = class
        .server
        .ask("PUT", &path, ben, Some(run.text.as_bytes()));
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(class.seconds(&run.id).iter().all(Option::is_none));
    claims(&run);
    // Two are too few to say where people are slow.
    assert!(!class.see("results").contains("They took longest"));

    // Whoever is erased takes it along, also from what was read of it before.
    let (_, seat) = &people[0];
    let path = format!("/classes/{}/seats/{seat}/erase", class.id);
    assert_eq!(class.server.form(&class.cookie, &path, "").status, 303);
    assert!(!class.see("results").contains("decided in"));
    let json: Value = serde_json::from_str(&class.see("export/results.json")).expect("JSON");
    for attempt in json["attempts"].as_array().expect("a list") {
        let seconds = attempt["seconds_by_server"].as_array().expect("a list");
        assert!(seconds.is_empty(), "{seconds:?}");
    }
}
