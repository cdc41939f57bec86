//! A store that cannot be written, and connections that only wait.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
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
fn h15_a_class_that_is_closed_while_nothing_can_be_ended() {
    let home = folder("h15-close");
    let class = Class::of(Server::start(&home, &["late-part"]));
    let begun = class.server.ask("POST", "/api/v1/runs", &class.ana, None);
    class.server.step(&class.ana, &begun.value(), 0);
    // The class can be closed, and the last line of a run cannot be written.
    let mut other = Other::of(&home);
    other.order(
        "CREATE TRIGGER no_end BEFORE INSERT ON turn WHEN NEW.line LIKE '%\"end\":%'
         BEGIN SELECT RAISE(FAIL, 'no room'); END",
    );
    let closed = class.server.state(&class.cookie, &class.id, "closed");
    assert_eq!(closed.status, 303, "{}", closed.body);
    let task = || {
        let me = class.server.ask("GET", "/api/v1/me", &class.ana, None);
        me.value()["tasks"][0].clone()
    };
    assert_eq!(task()["state"], "begun", "it is not ended yet");
    other.order("DROP TRIGGER no_end");
    let begun = Instant::now();
    while task()["state"] != "handed-in" {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", task());
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(task()["receipt"].is_string(), "{}", task());
    let results = format!("/classes/{}/results", class.id);
    let page = class.server.see(&class.cookie, &results).body;
    assert!(page.contains("unfinished"), "{page}");
}

/// A connection from an address that nobody else here has.
fn from_elsewhere(host: &str) -> TcpStream {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        let address: SocketAddr = "127.0.0.2:0".parse().expect("an address");
        socket.bind(address).expect("it is this computer's");
        let stream = socket.connect(host.parse().expect("an address")).await;
        stream.expect("it listens").into_std().expect("a socket")
    });
    stream.set_nonblocking(false).expect("it can be waited on");
    let timeout = Some(Duration::from_secs(20));
    stream.set_read_timeout(timeout).expect("a time-out");
    stream
}

/// Asks for the same again and again and takes nothing of what is answered, or a part now
/// and then; returns how long that goes on, or nothing where it still does after a while.
fn asks_and_does_not_read(at: &str, takes: Option<Duration>) -> Option<Duration> {
    let host = at.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("it listens");
    stream.set_nonblocking(true).expect("a socket");
    let asked = format!("GET /static/class.css HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let many = asked.repeat(200);
    let begun = Instant::now();
    let (mut last, mut sent) = (begun, 0);
    let mut taken = vec![0; 1 << 20];
    while begun.elapsed() < Duration::from_secs(30) {
        match stream.write(&many.as_bytes()[sent..]) {
            Ok(n) => sent = (sent + n) % many.len(),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(_) => return Some(begun.elapsed()),
        }
        if takes.is_some_and(|takes| last.elapsed() > takes) {
            last = Instant::now();
            let mut n_left = 2 * taken.len();
            while n_left > 0 {
                match stream.read(&mut taken) {
                    Ok(0) => return Some(begun.elapsed()),
                    Ok(n) => n_left = n_left.saturating_sub(n),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(_) => return Some(begun.elapsed()),
                }
            }
        }
    }
    None
}

#[test]
fn h16_whoever_never_reads_what_they_asked_for() {
    let class = Class::open("h16-unread", &["late-part"]);
    let [room, board] = [&class.server.room, &class.server.board].map(String::as_str);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| asks_and_does_not_read(room, Some(Duration::from_secs(5))));
        for never in [room, board].map(|at| scope.spawn(|| asks_and_does_not_read(at, None))) {
            let held = never.join().expect("it asks");
            let held = held.expect("it is sent away");
            assert!(held > Duration::from_secs(15), "{held:?}");
        }
        assert_eq!(slow.join().expect("it asks"), None, "slow is not never");
    });
    let me = class.server.ask("GET", "/api/v1/me", &class.ana, None);
    assert_eq!(me.status, 200);
}

#[test]
fn h16_connections_that_only_wait() {
    let class = Class::open("h16", &["late-part"]);
    let host = class.server.room.trim_start_matches("http://").to_owned();
    // More than one address has places, so the last of them wait.
    let slow: Vec<TcpStream> = (0..520)
        .filter_map(|_| {
            let mut stream = TcpStream::connect(&host).ok()?;
            stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0").ok()?;
            Some(stream)
        })
        .collect();
    assert!(slow.len() > 500, "{} are open", slow.len());
    // Who is elsewhere need not wait for them.
    let begun = Instant::now();
    let mut elsewhere = from_elsewhere(&host);
    let asked = format!("GET /play HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    elsewhere.write_all(asked.as_bytes()).expect("it is open");
    let mut page = String::new();
    elsewhere.read_to_string(&mut page).expect("an answer");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    let waited = begun.elapsed();
    assert!(waited < Duration::from_secs(3), "{waited:?}");
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
