//! The most of it at one server: names, bodies, hosts, origins, paths, and codes that are
//! guessed.

use std::time::Duration;

use serde_json::json;

use super::server::{Server, folder, raw, send};

#[test]
fn what_is_hostile_is_refused() {
    let home = folder("hostile");
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (token, _) = server.join("Ana");
    let bearer = format!("Bearer {token}");

    // Names.
    for (name, kind) in [
        ("\u{200D}\u{200D}", "bad-name"),
        ("a\u{202E}b", "bad-name"),
        ("a\u{1b}[31m", "bad-name"),
        (&"x".repeat(10_240), "bad-name"),
        ("АNА", "bad-name"), // Cyrillic А
    ] {
        let asked = json!({ "code": server.code, "name": name });
        let answer = server.json("POST", "/api/v1/seats", "", &asked);
        assert_eq!(
            (answer.status, answer.kind().as_str()),
            (422, kind),
            "{name:?}"
        );
    }
    for name in ["<script>alert(1)</script>", "👩‍👩‍👧", "=cmd|x"] {
        server.join(name);
    }
    let page = server.see(&cookie, &format!("/classes/{class}"));
    assert!(!page.body.contains("<script>alert"), "shown inert");
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );

    // With `no-referrer` browsers hide even from us where a form comes from.
    assert_eq!(page.header("referrer-policy"), "same-origin");

    // Bodies and types.
    let seats = "/api/v1/seats";
    let good = json!({ "code": server.code }).to_string();
    let post =
        |headers: &[(&str, &str)], body: &[u8]| send(&server.room, "POST", seats, headers, body);
    let as_json = ("Content-Type", "application/json");
    assert_eq!(
        post(&[("Content-Type", "text/plain")], good.as_bytes()).status,
        415
    );
    assert_eq!(post(&[], good.as_bytes()).status, 415);
    assert_eq!(
        post(&[as_json, ("Content-Encoding", "gzip")], good.as_bytes()).status,
        415
    );
    let deep = "[".repeat(10_000);
    for bad in [
        "",
        "{",
        "{\"code\":1}",
        "{\"code\":\"x\",\"code\":\"y\"}",
        &format!("{good}x"),
        "\u{FEFF}{}",
        &deep,
    ] {
        assert_eq!(
            post(&[as_json], bad.as_bytes()).status,
            400,
            "{}",
            &bad[..bad.len().min(40)]
        );
    }
    assert_eq!(post(&[as_json], &vec![b' '; 70_000]).status, 413);
    let large = vec![b'x'; 300_000];
    let path = "/api/v1/attempts/00000000-0000-4000-8000-000000000000";
    let auth = ("Authorization", bearer.as_str());
    assert_eq!(send(&server.room, "PUT", path, &[auth], &large).status, 413);

    // Hosts, origins and roles.
    assert_eq!(
        send(&server.board, "GET", "/", &[("Host", "evil.example")], b"").status,
        421
    );
    assert_eq!(
        send(&server.room, "GET", "/", &[("Host", "evil.example")], b"").status,
        421
    );
    let origin = ("Origin", "http://evil.example");
    assert_eq!(post(&[as_json, origin], good.as_bytes()).status, 403);
    let state = format!("/classes/{class}/state");
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let body = b"state=running&revision=1";
    for headers in [
        vec![form, ("Cookie", &cookie)],
        vec![form, ("Cookie", &cookie), origin],
        vec![form, ("Origin", &server.board)],
        vec![form, auth, ("Origin", &server.board)],
        vec![form, ("Cookie", "board=0000"), ("Origin", &server.board)],
    ] {
        let answer = send(&server.board, "POST", &state, &headers, body);
        assert_eq!(answer.status, 403, "{headers:?}");
    }
    let page = server.see(&cookie, &format!("/classes/{class}")).body;
    assert!(page.contains("waiting to begin"), "nothing was changed");
    assert_eq!(
        send(
            &server.room,
            "GET",
            &format!("/classes/{class}"),
            &[auth],
            b""
        )
        .status,
        404
    );

    // Two instructors at once: the second is told.
    assert_eq!(
        server
            .form(&cookie, &state, "state=running&revision=1")
            .status,
        303
    );
    let second = server.form(&cookie, &state, "state=closed&revision=1");
    assert_eq!(second.status, 409);
    assert!(
        second.body.contains("somebody else changed the class"),
        "{}",
        second.body
    );
    let closed = server.json("POST", seats, "", &json!({ "code": server.code }));
    assert_eq!(
        (closed.status, closed.kind().as_str()),
        (409, "lobby-closed")
    );

    // Paths.
    for (method, path, status) in [
        ("TRACE", "/", 405),
        ("PUT", "/", 405),
        ("DELETE", seats, 405),
        ("GET", "/static/%2e%2e%2fCargo.toml", 404),
        ("GET", "//", 404),
        ("GET", "/projector/guess", 404),
        ("GET", "/projector/guess/events", 404),
    ] {
        assert_eq!(
            send(&server.room, method, path, &[], b"").status,
            status,
            "{method} {path}"
        );
    }
    // Six bytes, and no six letters.
    for code in ["%C3%A4%C3%A4%C3%A4", "a%E2%82%ACbc", "%00%00%00%00%00%00"] {
        let answer = send(&server.room, "GET", &format!("/j/{code}"), &[], b"");
        assert_eq!(answer.status, 200, "{code}");
    }
    let long = format!("/{}", "x".repeat(4_000));
    assert_eq!(send(&server.room, "GET", &long, &[], b"").status, 414);
    let endless = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n",
        "x".repeat(40_000)
    );
    assert_eq!(raw(&server.room, endless.as_bytes()).status, 431);

    // Guessing codes comes to its end, and a slow head is not waited for.
    let guesses =
        (0..80).map(|n| server.json("POST", seats, "", &json!({ "code": format!("{n:06}") })));
    let statuses: Vec<u16> = guesses.map(|answer| answer.status).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    let begun = std::time::Instant::now();
    let slow = raw(&server.room, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    assert!(
        begun.elapsed() < Duration::from_secs(30),
        "{:?} {}",
        begun.elapsed(),
        slow.status
    );
    assert_eq!(
        server.ask("GET", "/api/v1/me", &token, None).status,
        200,
        "the class goes on"
    );
}
