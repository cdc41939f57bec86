//! A store that cannot be written, and connections that only wait.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{AnyConnection, Connection};

use super::Class;
use super::server::{Answer, Server, folder};

/// Another process that has a class's store open.
struct Other {
    runtime: tokio::runtime::Runtime,
    conn: AnyConnection,
}

impl Other {
    fn of(home: &Path) -> Other {
        sqlx::any::install_default_drivers();
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let url = format!("sqlite://{}", home.join("class.db").display());
        let conn = runtime.block_on(AnyConnection::connect(&url));
        Other {
            conn: conn.expect("a store"),
            runtime,
        }
    }

    fn order(&mut self, order: &'static str) {
        let done = sqlx::query(order).execute(&mut self.conn);
        self.runtime.block_on(done).expect("it is SQL");
    }
}

#[test]
fn h15_a_store_that_cannot_be_written() {
    let home = folder("h15");
    let program = env!("CARGO_BIN_EXE_satisfactometer");
    let mut command = Command::new("sh");
    // Too large a file is an error then, as a full disk is, and not the end.
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", program]);
    let class = Class::of(Server::by(command, &home, &["late-part"], Stdio::null()));
    let view = class
        .server
        .ask("POST", "/api/v1/runs", &class.ana, None)
        .value();
    let path = format!("/api/v1/runs/{}/turns", view["id"].as_str().expect("an id"));
    let turn = |n: u64| {
        let body = json!({ "n": n, "do": "listen", "voice": "even", "face": "warm" });
        class.server.json("POST", &path, &class.ana, &body)
    };
    let refused = |answer: &Answer| {
        assert!(
            matches!(answer.status, 503 | 507),
            "{} {}",
            answer.status,
            answer.body
        );
        assert_eq!(answer.kind(), "store");
        assert!(answer.header("retry-after").parse::<u32>().is_ok());
        assert!(answer.body.contains("nothing was acknowledged"));
    };
    // Somebody else holds it.
    let mut other = Other::of(&home);
    other.order("BEGIN IMMEDIATE");
    refused(&turn(1));
    let seen = class.server.ask("GET", "/api/v1/me", &class.ben, None);
    assert_eq!(seen.status, 200, "what is there can be read");
    other.order("ROLLBACK");
    assert_eq!(turn(1).value()["n"], 1);
    // No file may grow.
    let pid = class.server.child.id().to_string();
    let limit = |bytes: &str| {
        let limit = format!("--fsize={bytes}:unlimited");
        let done = Command::new("prlimit")
            .args(["--pid", &pid, &limit])
            .status();
        assert!(done.expect("it is a part of every Debian").success());
    };
    limit("4096");
    refused(&turn(2));
    refused(&class.server.ask("POST", "/api/v1/runs", &class.ben, None));
    limit("unlimited");
    let mut view = turn(2).value();
    assert_eq!(view["n"], 2, "it goes on as if nothing had been");
    while view["floor"] != "ended" {
        view = class.server.step(&class.ana, &view, 1);
    }
    assert!(view["receipt"].is_string());
}

#[test]
fn h15_an_end_that_could_not_be_written_at_first() {
    let home = folder("h15-end");
    let class = Class::of(Server::start(&home, &["late-part", "--limit", "0:08"]));
    let begun = class
        .server
        .ask("POST", "/api/v1/runs", &class.ana, None)
        .value();
    class.server.step(&class.ana, &begun, 0);
    let left = || {
        let told = class.server.ask("GET", "/api/v1/time", &class.ana, None);
        told.value()["time"]["left_ms"].as_i64().expect("a limit")
    };
    while left() > 2_000 {
        std::thread::sleep(Duration::from_millis(100));
    }
    // Time runs out while nothing can be written, and her run is to be ended then.
    let mut other = Other::of(&home);
    other.order("BEGIN IMMEDIATE");
    let begun = Instant::now();
    let refused = loop {
        let answer = class.server.ask("POST", "/api/v1/runs", &class.ana, None);
        if answer.status != 200 {
            break answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "time is not up");
        std::thread::sleep(Duration::from_millis(100));
    };
    // Two writes that each wait for their turn may be more than a request is given.
    assert!(matches!(refused.status, 503 | 408), "{}", refused.body);
    // Long enough that what still waits to be written is given up as well.
    std::thread::sleep(Duration::from_secs(7));
    other.order("ROLLBACK");
    let begun = Instant::now();
    let task = loop {
        class.server.ask("POST", "/api/v1/runs", &class.ana, None);
        let me = class.server.ask("GET", "/api/v1/me", &class.ana, None);
        let task = me.value()["tasks"][0].clone();
        if task["state"] == "handed-in" {
            break task;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{task}");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(task["receipt"].is_string(), "{task}");
    let results = format!("/classes/{}/results", class.id);
    let page = class.server.see(&class.cookie, &results).body;
    assert!(page.contains("unfinished"), "{page}");
    assert!(!page.contains("something else"), "it is the run it was");
}

#[test]
fn h16_connections_that_only_wait() {
    let class = Class::open("h16", &["late-part"]);
    let host = class.server.room.trim_start_matches("http://").to_owned();
    // More than there are places.
    let slow: Vec<TcpStream> = (0..520)
        .filter_map(|_| {
            let mut stream = TcpStream::connect(&host).ok()?;
            stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0").ok()?;
            Some(stream)
        })
        .collect();
    assert!(slow.len() > 500, "{} are open", slow.len());
    let begun = Instant::now();
    let me = class.server.ask("GET", "/api/v1/me", &class.ana, None);
    assert_eq!(me.status, 200);
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "{:?}",
        begun.elapsed()
    );
    // Each of them is sent away.
    for mut stream in slow {
        let timeout = Some(Duration::from_secs(20));
        stream.set_read_timeout(timeout).expect("a time-out");
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).expect("it is closed");
    }
    // Nor may a body drip in for ever.
    let mut stream = TcpStream::connect(&host).expect("it listens");
    let head = format!(
        "POST /api/v1/seats HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: 60000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("it is open");
    let begun = Instant::now();
    // A byte that reaches a closed connection is answered so, and the next one fails.
    while stream.write_all(b" ").is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it drips on");
        std::thread::sleep(Duration::from_millis(250));
    }
    // Streams of news are for the wall and the board, and there are only so many.
    let wall = class.wall();
    let mut streams = Vec::new();
    let told = loop {
        let mut stream = TcpStream::connect(&host).expect("it listens");
        let asked = format!("GET {wall}/events HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(asked.as_bytes()).expect("it is open");
        let timeout = Some(Duration::from_secs(20));
        stream.set_read_timeout(timeout).expect("a time-out");
        let mut head = [0; 15];
        stream.read_exact(&mut head).expect("an answer");
        let head = String::from_utf8_lossy(&head).into_owned();
        if !head.starts_with("HTTP/1.1 200") {
            break head;
        }
        streams.push(stream);
        assert!(streams.len() < 500, "there is no end to them");
    };
    assert!(told.starts_with("HTTP/1.1 429"), "{told}");
    assert_eq!(
        class
            .server
            .ask("GET", "/api/v1/me", &class.ana, None)
            .status,
        200
    );
}
