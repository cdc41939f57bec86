//! A store that cannot be written, and connections that only wait.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{AnyConnection, Connection};

use super::Class;
use super::server::{Answer, Server, folder};

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
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let url = format!("sqlite://{}", home.join("class.db").display());
    let mut other = runtime
        .block_on(AnyConnection::connect(&url))
        .expect("a store");
    let mut order = |order: &'static str| {
        let done = runtime.block_on(sqlx::query(order).execute(&mut other));
        done.expect("it is SQL");
    };
    order("BEGIN IMMEDIATE");
    refused(&turn(1));
    let seen = class.server.ask("GET", "/api/v1/me", &class.ben, None);
    assert_eq!(seen.status, 200, "what is there can be read");
    order("ROLLBACK");
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
    // Streams of news are for the wall and the board, and there are only so many.
    let wall = class.wall();
    let mut streams = Vec::new();
    let told = loop {
        let mut stream = TcpStream::connect(&host).expect("it listens");
        let asked = format!("GET /projector/{wall}/events HTTP/1.1\r\nHost: {host}\r\n\r\n");
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
