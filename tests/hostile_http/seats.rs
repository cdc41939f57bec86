//! Tokens, what is somebody else's, full classes, and names.

use serde_json::json;

use super::Class;
use super::server::{Server, folder, send};

#[test]
fn h01_tokens() {
    let class = Class::open("h01", &["late-part"]);
    let other = Class::open("h01-other", &["late-part"]);
    let with = |header: &str| {
        let headers = [("Authorization", header)];
        let answer = send(&class.server.room, "GET", "/api/v1/me", &headers, b"");
        (answer.status, answer.body)
    };
    let none = class.server.ask("GET", "/api/v1/me", "", None);
    assert_eq!(none.status, 401);
    let mut garbled = class.ana.clone();
    garbled.replace_range(..1, if garbled.starts_with('0') { "1" } else { "0" });
    for header in [
        "Bearer ".to_owned(),
        "Bearer x".to_owned(),
        format!("Bearer {garbled}"),
        format!("Bearer {}", class.ana.to_uppercase() + "0"),
        format!("Basic {}", class.ana),
        format!("Bearer {}", other.ana),
        format!("Bearer {}", "\u{e9}".repeat(32)),
    ] {
        assert_eq!(with(&header), (401, none.body.clone()), "no hint: {header}");
    }
    assert_eq!(with(&format!("Bearer {}", class.ana)).0, 200);
}

#[test]
fn h02_what_is_somebody_elses() {
    let class = Class::open("h02", &["late-part"]);
    let view = class
        .server
        .ask("POST", "/api/v1/runs", &class.ana, None)
        .value();
    let hers = view["id"].as_str().expect("an id");
    let nobodys = "00000000-0000-4000-8000-000000000000";
    let turn = json!({ "n": 1, "do": "listen", "voice": "even", "face": "warm" }).to_string();
    let why = json!({ "turn": 1, "why": "no" }).to_string();
    for (method, path, body) in [
        ("POST", "/api/v1/runs/{id}/turns", turn.as_str()),
        ("GET", "/api/v1/attempts/{id}/debrief", ""),
        ("POST", "/api/v1/attempts/{id}/disagreements", &why),
        ("GET", "/api/v1/attempts/{id}/disagreements", ""),
    ] {
        let ask = |id: &str| {
            let path = path.replace("{id}", id);
            let answer = class
                .server
                .ask(method, &path, &class.ben, Some(body.as_bytes()));
            (answer.status, answer.body)
        };
        assert_eq!(
            ask(hers),
            ask(nobodys),
            "hers and nobody's look alike: {path}"
        );
        assert_eq!(ask(hers).0, 404, "{path}");
    }
    // A token of the room opens nothing of the board, and its cookie nothing of the room.
    let bearer = format!("Bearer {}", class.ana);
    for path in [
        "",
        "/results",
        "/export/attempts.csv",
        "/export/receipts.json",
        "/live",
        "/delete",
    ] {
        let path = format!("/classes/{}{path}", class.id);
        let headers = [("Authorization", bearer.as_str())];
        let at_board = send(&class.server.board, "GET", &path, &headers, b"");
        assert_eq!(at_board.status, 403, "{path}");
        let at_room = send(
            &class.server.room,
            "GET",
            &path,
            &[("Cookie", &class.cookie)],
            b"",
        );
        assert_eq!(at_room.status, 404, "{path}");
    }
}

#[test]
fn h03_a_full_class() {
    let home = folder("h03");
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let names: Vec<String> = (0..250).map(|n| format!("Person+Number+{n:03}")).collect();
    for names in names.chunks(125) {
        let body = format!("names={}", names.join("%0A"));
        let page = server.form(&cookie, &format!("/classes/{class}/roster"), &body);
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("has no seat"));
    }
    let asked = json!({ "code": server.code, "name": "One more" });
    let answer = server.json("POST", "/api/v1/seats", "", &asked);
    assert_eq!((answer.status, answer.kind().as_str()), (409, "class-full"));
    // Whoever guesses codes is told to wait, and how long.
    let wrong = json!({ "code": "000000" });
    let told = (0..100)
        .map(|_| server.json("POST", "/api/v1/seats", "", &wrong))
        .find(|answer| answer.status == 429)
        .expect("it comes to an end");
    assert!(told.header("retry-after").parse::<u32>().is_ok());
}

#[test]
fn h04_names() {
    let home = folder("h04");
    let server = Server::start(&home, &["late-part"]);
    let (_, _) = server.join("Ana");
    for (name, why) in [
        ("---", "nothing to read"),
        ("\u{200D}", "invisible"),
        ("a\u{1b}]0;x\u{7}b", "invisible"),
        ("a\r\nSet-Cookie: x", "invisible"),
        (&format!("a{}", "\u{301}".repeat(30)), "accents"),
        (&"x".repeat(33), "longer than"),
        ("ANA", "`ANA 2` is free"),
    ] {
        let asked = json!({ "code": server.code, "name": name });
        let answer = server.json("POST", "/api/v1/seats", "", &asked);
        assert_eq!(answer.status, 422, "{name:?}");
        let detail = answer.value()["detail"].to_string();
        assert!(detail.contains(why), "{name:?}: {detail}");
    }
    for name in ["דנה", "山田 太郎", "👩‍👩‍👧", "O'Neil & Sons <b>"] {
        let (token, _) = server.join(name);
        let me = server.ask("GET", "/api/v1/me", &token, None).value();
        assert_eq!(me["name"], name, "kept as it was typed");
    }
}
