//! Paths, headers, streams, and the wall.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::Class;
use super::server::{Server, folder, send};

#[test]
fn h18_paths() {
    let class = Class::open("h18", &["late-part"]);
    for base in [&class.server.room, &class.server.board] {
        for (method, path, statuses) in [
            ("TRACE", "/", &[405, 403][..]),
            ("PATCH", "/", &[405, 403]),
            ("GET", "/static/../../../etc/passwd", &[404, 400]),
            ("GET", "/static/%2e%2e%2f%2e%2e%2fetc/passwd", &[404]),
            ("GET", "/static/..%5c..%5cwin.ini", &[404]),
            ("GET", "//etc/passwd", &[404]),
            ("GET", "/classes/%00", &[404, 403]),
            ("GET", "http://evil.example/", &[421]),
            ("GET", "/\0", &[400]),
            ("GET", "/a b", &[400]),
        ] {
            let answer = send(base, method, path, &[("Cookie", &class.cookie)], b"");
            assert!(
                statuses.contains(&answer.status),
                "{method} {path:?}: {}",
                answer.status
            );
            assert!(!answer.body.contains("root:"), "{path}");
        }
        let long = format!("/{}", "x".repeat(16 * 1024));
        let answer = send(base, "GET", &long, &[], b"");
        assert!(matches!(answer.status, 414 | 431), "{}", answer.status);
    }
}

#[test]
fn h19_headers_in_names() {
    let home = folder("h19");
    let server = Server::start(&home, &["late-part", "--title", "A\"; filename=\"x.exe"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let body = "title=A%0D%0AX-Evil%3A+1&scenario=late-part&attempts=1&seeds=same&mode=sealed";
    assert_eq!(server.form(&cookie, "/classes", body).status, 422);
    server.join("B\"; x=\"y");
    for file in [
        "attempts.csv",
        "scores.csv",
        "results.json",
        "disagreements.json",
    ] {
        let answer = server.see(&cookie, &format!("/classes/{class}/export/{file}"));
        assert_eq!(answer.status, 200);
        let named = format!("attachment; filename=\"class-{}-{file}\"", &class[..8]);
        assert_eq!(answer.header("content-disposition"), named);
        assert!(answer.header("x-evil").is_empty());
    }
}

#[test]
fn h20_streams_from_elsewhere() {
    let class = Class::open("h20", &["late-part"]);
    let host = class.server.room.trim_start_matches("http://").to_owned();
    let wall = class.wall();
    for last in ["18446744073709551615", "-1", "another class", "0"] {
        let mut stream = TcpStream::connect(&host).expect("it listens");
        let asked =
            format!("GET {wall}/events HTTP/1.1\r\nHost: {host}\r\nLast-Event-ID: {last}\r\n\r\n");
        stream.write_all(asked.as_bytes()).expect("it is open");
        let timeout = Some(Duration::from_secs(10));
        stream.set_read_timeout(timeout).expect("a time-out");
        let (mut got, mut some) = (String::new(), [0; 512]);
        while !got.contains("data: ") {
            let n = stream.read(&mut some).expect("it is told at once");
            assert!(n > 0, "{last}: {got}");
            got += &String::from_utf8_lossy(&some[..n]);
        }
        let event = got.split("data: ").nth(1).expect("an event").lines().next();
        assert!(
            event.expect("a line").parse::<u64>().is_ok(),
            "a number and no more: {got}"
        );
    }
}

#[test]
fn h25_the_wall() {
    let class = Class::open("h25", &["late-part"]);
    let wall = class.wall();
    let key = wall.trim_start_matches("/projector/");
    assert!(key.len() == 20, "a hundred bits are not guessed");
    let see = |wall: &str, end: &str| {
        let path = format!("{wall}{end}");
        class.server.ask("GET", &path, "", None).status
    };
    for end in ["", "/live", "/debrief"] {
        let guess = format!(
            "{}{}",
            &wall[..wall.len() - 1],
            if wall.ends_with('0') { '1' } else { '0' }
        );
        assert_eq!(see(&guess, end), 404, "{end}");
    }
    assert_eq!(see(&wall, ""), 200);
    // It is for reading alone, and opens nothing else.
    for (method, path) in [("POST", wall.clone()), ("DELETE", format!("{wall}/live"))] {
        assert_eq!(class.server.ask(method, &path, "", Some(b"")).status, 405);
    }
    assert_eq!(
        class.server.ask("GET", "/api/v1/me", &wall, None).status,
        401
    );
    // Passed on to somebody it was not for, it is changed, and the old one is nothing.
    assert_eq!(class.post("wall", "").status, 303);
    let new = class.wall();
    assert_ne!(new, wall);
    assert_eq!((see(&wall, "/live"), see(&new, "/live")), (404, 200));
}
