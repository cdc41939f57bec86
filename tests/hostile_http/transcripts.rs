//! Transcripts that are not what was played, too late, or of a class that is gone.

use std::path::Path;

use serde_json::{Value, json};

use super::Class;
use super::server::{Server, folder, program};

/// The transcripts of a person's own program, by attempt: id and text.
fn played(class: &Class, home: &Path, seat: &str) -> Vec<(String, String)> {
    let path = "/api/v1/assignment";
    let assignment = class.server.ask("GET", path, &class.ana, None);
    assert_eq!(assignment.status, 200, "{}", assignment.body);
    program::play(&assignment.body, home, seat)
}

/// A transcript with every line changed.
fn lines(text: &str, mut change: impl FnMut(usize, &mut Value)) -> String {
    let lines = text.lines().enumerate().map(|(n, line)| {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        change(n, &mut line);
        line.to_string() + "\n"
    });
    lines.collect()
}

#[test]
fn h08_to_h13_transcripts() {
    let home = folder("h08");
    let server = Server::start(&home, &["late-part", "--open", "--attempts", "5"]);
    let seat = server.join("Zoe").1;
    let mut class = Class::of(server);
    class.ana = {
        let link = class.post(&format!("seats/{seat}/link"), "").body;
        link.split("/play#").nth(1).expect("a link")[..64].to_owned()
    };
    let all = played(&class, &home, &seat);
    assert_eq!(all.len(), 5, "five attempts");
    let put = |id: &str, text: &str| {
        let path = format!("/api/v1/attempts/{id}");
        class
            .server
            .ask("PUT", &path, &class.ana, Some(text.as_bytes()))
    };
    let (id, text) = &all[0];
    let n_lines = text.lines().count();
    let refused = |what: &str, text: &str, kind: &str, why: &str| {
        let answer = put(id, text);
        let got = (answer.status, answer.kind());
        assert_eq!(got, (422, kind.to_owned()), "{what}: {}", answer.body);
        assert!(answer.body.contains(why), "{what}: {}", answer.body);
        assert!(answer.body.contains("kept for your instructor"), "{what}");
    };
    // H8: nothing but what this seat was given.
    let header = |key: &str, value: &str| {
        lines(text, |n, line| {
            if n == 0 {
                line["run"][key] = value.into();
            }
        })
    };
    let foreign = "not-this-assignment";
    refused("seed", &header("seed", "00000000"), foreign, "seed");
    refused(
        "content",
        &header("content", &"0".repeat(64)),
        foreign,
        "another version",
    );
    refused("scenario", &header("scenario", "third-visit"), foreign, "");
    // Rules that this release does not have: kept, and the receipt says that it is unscored.
    let other_rules = lines(&all[4].1, |n, line| {
        if n == 0 {
            line["run"]["rules"] = "0.1".into();
        }
    });
    let kept = put(&all[4].0, &other_rules);
    assert_eq!(kept.status, 201, "{}", kept.body);
    assert_eq!(kept.value()["receipt"]["verdict"], "unscored");
    // H9: a turn is named.
    let without = |left_out: usize| {
        let kept = text.lines().enumerate().filter(|(n, _)| *n != left_out);
        kept.map(|(_, line)| format!("{line}\n"))
            .collect::<String>()
    };
    refused("left out", &without(3), "illegal-turn", "turn ");
    let twice = format!("{text}{}\n", text.lines().nth(1).expect("a turn"));
    refused("after the end", &twice, "illegal-turn", "after the end");
    let unknown = lines(text, |_, line| {
        if line["run"]["do"] == "say" {
            line["run"]["reply"] = "win-at-once".into();
        }
    });
    refused("not on offer", &unknown, "illegal-turn", "turn ");
    let turn: Value = serde_json::from_str(text.lines().nth(1).expect("a turn")).expect("JSON");
    let mut endless = format!("{}\n", text.lines().next().expect("a header"));
    for n in 1..=501 {
        let mut turn = turn.clone();
        turn["run"]["n"] = n.into();
        endless += &format!("{turn}\n");
    }
    refused(
        "501 turns",
        &endless,
        "illegal-turn",
        "no run has more than 500",
    );
    // H12: a score is nothing that a transcript says; beside it, it is nobody's.
    let claimed = lines(text, |n, line| {
        if n + 1 == n_lines {
            line["run"]["total"] = 9999.into();
        }
    });
    refused("claimed", &claimed, "illegal-turn", "total");
    let beside = lines(text, |_, line| line["label"]["total"] = 9999.into());
    assert_eq!(put(id, &beside).status, 201);
    // H10: times are labels, and move nothing.
    for ((id, text), ms) in
        all[1..4]
            .iter()
            .zip([json!(-5), json!(4_294_967_296_000_u64), json!(0)])
    {
        let timed = lines(text, |_, line| line["label"]["ms"] = ms.clone());
        let kept = put(id, &timed);
        assert_eq!(kept.status, 201, "{}", kept.body);
        assert_eq!(kept.value()["receipt"]["verdict"], "verified");
    }
    // H13: late is said by the server's own time, and decided by the instructor.
    assert_eq!(
        class
            .server
            .state(&class.cookie, &class.id, "closed")
            .status,
        303
    );
    let seat = class
        .server
        .ask("GET", "/api/v1/me", &class.ben, None)
        .value();
    let seat = seat["seat"].as_str().expect("a seat").to_owned();
    let later = folder("h13");
    let late = {
        let of_ben = Class {
            ana: class.ben.clone(),
            ..class
        };
        let all = played(&of_ben, &later, &seat);
        let (id, text) = &all[0];
        let path = format!("/api/v1/attempts/{id}");
        let kept = of_ben
            .server
            .ask("PUT", &path, &of_ben.ana, Some(text.as_bytes()));
        assert_eq!(kept.status, 201, "{}", kept.body);
        let path = format!("/classes/{}/export/attempts.csv", of_ben.id);
        of_ben.server.see(&of_ben.cookie, &path).body
    };
    assert_eq!(
        late.matches("late: handed in after the class was closed")
            .count(),
        1,
        "{late}"
    );
    assert_eq!(late.matches("Zoe,late-part,").count(), 5, "{late}");
    assert_eq!(late.matches("times are not verified").count(), 6, "{late}");
    assert!(!late.contains("9999") && !late.contains("999.9"), "{late}");
}

#[test]
fn h21_a_class_deleted_under_its_players() {
    let home = folder("h21");
    let server = Server::start(&home, &["late-part", "--open"]);
    let seat = server.join("Zoe");
    let mut class = Class::of(server);
    class.ana = seat.0;
    let (id, text) = played(&class, &home, &seat.1).remove(0);
    let view = class
        .server
        .ask("POST", "/api/v1/runs", &class.ben, None)
        .value();
    let page = class
        .server
        .see(&class.cookie, &format!("/classes/{}/delete", class.id))
        .body;
    let revision = page
        .split("name=\"revision\" value=\"")
        .nth(1)
        .expect("one");
    let revision = revision.split('"').next().expect("its end");
    assert_eq!(
        class.post("delete", &format!("revision={revision}")).status,
        303
    );
    let turn = json!({ "n": 1, "do": "listen", "voice": "even", "face": "warm" });
    let turns = format!("/api/v1/runs/{}/turns", view["id"].as_str().expect("an id"));
    let put = format!("/api/v1/attempts/{id}");
    for answer in [
        class.server.json("POST", &turns, &class.ben, &turn),
        class.server.ask("POST", "/api/v1/runs", &class.ana, None),
        class
            .server
            .ask("PUT", &put, &class.ana, Some(text.as_bytes())),
    ] {
        assert_eq!(
            (answer.status, answer.kind().as_str()),
            (410, "class-deleted")
        );
        assert!(answer.body.contains("your own computer"), "{}", answer.body);
    }
}
