//! Bodies that lie about themselves, and what is not JSON.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use super::Class;
use super::server::raw;

#[test]
fn h05_bodies() {
    let class = Class::open("h05", &["late-part"]);
    let room = &class.server.room;
    let host = room.trim_start_matches("http://");
    let head = format!(
        "POST /api/v1/seats HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    );
    let answer = |rest: &str| raw(room, format!("{head}{rest}").as_bytes());
    // Declared too large: refused before anything is read.
    let begun = Instant::now();
    assert_eq!(answer("Content-Length: 1000000000000\r\n\r\n").status, 413);
    assert!(begun.elapsed() < Duration::from_secs(5));
    // Two lengths, two ways of telling one, none that is a number.
    for lying in [
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Content-Length: x\r\n\r\nhello",
        "Content-Length: -5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\nnot a chunk\r\n",
    ] {
        assert_eq!(answer(lying).status, 400, "{lying}");
    }
    // Fewer bytes than were declared: what is there is not taken for the whole.
    let mut stream = TcpStream::connect(host).expect("it listens");
    let short = format!(
        "{head}Content-Length: 500\r\n\r\n{{\"code\":\"{}\"}}",
        class.server.code
    );
    stream.write_all(short.as_bytes()).expect("it is open");
    stream.shutdown(Shutdown::Write).expect("it is open");
    let mut told = String::new();
    _ = stream.read_to_string(&mut told);
    assert!(!told.starts_with("HTTP/1.1 2"), "{told}");
    // A body in pieces that never ends is cut off, and the connection with it.
    let mut stream = TcpStream::connect(host).expect("it listens");
    let begin = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
    stream.write_all(begin.as_bytes()).expect("it is open");
    let piece = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    let mut n_sent = 0;
    while n_sent < 4_000 && stream.write_all(piece.as_bytes()).is_ok() {
        n_sent += 1;
    }
    assert!(n_sent < 4_000, "sixteen mebibytes are not taken in");
    // Packed ones are not unpacked.
    for packing in ["gzip", "br", "identity"] {
        let packed = format!("Content-Encoding: {packing}\r\nContent-Length: 2\r\n\r\n{{}}");
        assert_eq!(answer(&packed).status, 415, "{packing}");
    }
}

#[test]
fn h06_json() {
    let class = Class::open("h06", &["late-part"]);
    let view = class
        .server
        .ask("POST", "/api/v1/runs", &class.ana, None)
        .value();
    let path = format!("/api/v1/runs/{}/turns", view["id"].as_str().expect("an id"));
    let good = "{\"n\":1,\"do\":\"listen\",\"voice\":\"even\",\"face\":\"warm\"";
    for bad in [
        "{\"n\":1e400,\"do\":\"listen\",\"voice\":\"even\",\"face\":\"warm\"}".to_owned(),
        "{\"n\":-1,\"do\":\"listen\",\"voice\":\"even\",\"face\":\"warm\"}".to_owned(),
        "{\"n\":1,\"do\":\"win\",\"voice\":\"even\",\"face\":\"warm\"}".to_owned(),
        format!("{good},\"score\":100}}"),
        format!("{good},\"n\":2}}"),
        format!(
            "{good},\"choice\":{}1{}}}",
            "[".repeat(10_000),
            "]".repeat(10_000)
        ),
        format!("{good},\"choice\":\"\u{0}\"}}"),
        format!("{good}}} and more"),
    ] {
        let answer = class
            .server
            .ask("POST", &path, &class.ana, Some(bad.as_bytes()));
        let shown = &bad[..bad.len().min(80)];
        assert_eq!(
            (answer.status, answer.kind().as_str()),
            (400, "bad-json"),
            "{shown}"
        );
        let detail = answer.value()["detail"].to_string();
        assert!(detail.contains("line 1 column"), "{shown}: {detail}");
    }
    let same = class
        .server
        .ask("POST", "/api/v1/runs", &class.ana, None)
        .value();
    assert_eq!(same["n"], 0, "nothing was done");
}
