//! The game port: encrypted, and known by its words. Who has other words, another key or
//! no patience gets nothing.

mod server;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use server::program::Player;
use server::{Server, folder, send};

/// Runs `join` with these keys; returns the exit code and what it said.
fn join(mine: &Path, address: &str, args: &[&str], keys: &str) -> (Option<i32>, String) {
    let mut player = Player::join(mine, address, args);
    player.types(keys);
    player.ends()
}

fn people(server: &Server, cookie: &str) -> String {
    let class = server.class(cookie);
    server.see(cookie, &format!("/classes/{class}/live")).body
}

#[test]
fn the_right_words_open_and_wrong_ones_send_nothing() {
    let home = folder("words");
    let (data, mine) = (home.join("server"), home.join("mine"));
    fs::create_dir_all(&data).expect("a folder");
    let server = Server::start(&data, &["late-part", "--open"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    assert_eq!(server.words.split(' ').count(), 4, "{}", server.words);
    let code = server.code.clone();
    let code = code.as_str();

    // Words that are not the server's, and somebody who says that they are not.
    let wrong = ["--words", "acorn acorn acorn acorn"];
    let args = [&[code, "--as", "Ana"], &wrong[..]].concat();
    for (args, keys) in [(&args[..], ""), (&[code, "--as", "Ana"], "n\n")] {
        let (exit, out) = join(&mine, &server.game, args, keys);
        assert_eq!(exit, Some(2), "{out}");
        assert!(out.contains("Nothing was sent"), "{out}");
        assert!(out.contains(&server.words), "{out}");
        assert!(!mine.join("known-servers.json").exists());
    }
    assert!(people(&server, &cookie).contains("Nobody is in yet"));

    // The board and the wall say what is to be compared.
    for page in [
        people(&server, &cookie),
        server.see(&cookie, "/").body,
        wall(&server, &cookie),
    ] {
        assert!(page.contains(&server.words), "{page}");
        assert!(page.contains(&server.game), "{page}");
    }

    // Right ones, as somebody types them; after that nobody is asked again.
    server.state(&cookie, &class, "running");
    server.let_in(&cookie, &class);
    let typed = server.words.to_uppercase().replace(' ', "-");
    let args = [code, "--as", "Ana", "--words", &typed];
    let (exit, out) = join(&mine, &server.game, &args, "q\n");
    assert_eq!(exit, Some(0), "{out}");
    assert!(out.contains("you are Ana."), "{out}");
    let (exit, out) = join(&mine, &server.game, &[], &"\n1\n".repeat(80));
    assert_eq!(exit, Some(0), "{out}");
    assert!(out.contains("Handed in, receipt "), "{out}");
    assert!(!out.contains("four words"), "{out}");

    // The same key after a restart, and the answer is where it was.
    let port = server.game.rsplit(':').next().expect("a port").to_owned();
    let (words, game) = (server.words.clone(), server.game.clone());
    drop(server);
    let server = Server::start(&data, &["--game-port", &port]);
    assert_eq!((&server.words, &server.game), (&words, &game));
    let (exit, out) = join(&mine, &server.game, &[], "q\n");
    assert_eq!(exit, Some(0), "{out}");

    // An instructor can tell whose line was open.
    let cookie = server.enter();
    let (ben, _) = joined_in_a_browser(&server, code);
    server.play(&ben, 1);
    let csv = server.see(&cookie, &format!("/classes/{class}/export/attempts.csv"));
    let line = |name: &str| {
        let mut lines = csv.body.lines().filter(|line| line.starts_with(name));
        lines.next().unwrap_or_default().trim_end().to_owned()
    };
    assert!(line("Ana,").contains(",in the game,"), "{}", csv.body);
    assert!(line("Ben,").contains(",in a browser,"), "{}", csv.body);
    let page = server.see(&cookie, &format!("/classes/{class}/results"));
    assert!(page.body.contains("<td>in the game</td>"), "{}", page.body);
    assert!(page.body.contains("<td>in a browser</td>"));
    let me = server.ask("GET", "/api/v1/me", &ben, None).value();
    assert_eq!(me["tasks"][0]["played"], "in a browser");
}

fn joined_in_a_browser(server: &Server, code: &str) -> (String, String) {
    let asked = json!({ "code": code, "name": "Ben" });
    let answer = server.json("POST", "/api/v1/seats", "", &asked);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let said = answer.value();
    let text = |key: &str| said[key].as_str().expect("a text").to_owned();
    (text("token"), text("seat"))
}

fn wall(server: &Server, cookie: &str) -> String {
    let class = server.class(cookie);
    let link = server.wall(cookie, &class);
    let base = if server.room.is_empty() {
        &server.board
    } else {
        &server.room
    };
    send(base, "GET", &link, &[], b"").body
}

#[test]
fn a_server_with_another_key_is_refused_until_its_words_are_compared() {
    let home = folder("other-key");
    let mine = home.join("mine");
    let [first, second] = ["first", "second"].map(|name| home.join(name));
    for data in [&first, &second] {
        fs::create_dir_all(data).expect("a folder");
    }
    let server = Server::start(&first, &["late-part", "--open"]);
    let (words, game) = (server.words.clone(), server.game.clone());
    let port = game.rsplit(':').next().expect("a port").to_owned();
    let cookie = server.enter();
    let class = server.class(&cookie);
    server.state(&cookie, &class, "running");
    server.let_in(&cookie, &class);
    let (exit, out) = join(
        &mine,
        &game,
        &[&server.code, "--words", &words, "--as", "Ana"],
        "q\n",
    );
    assert_eq!(exit, Some(0), "{out}");
    drop(server);

    // Somebody else answers at the same address; the seat's token is not shown to them.
    let other = Server::start(&second, &["late-part", "--open", "--game-port", &port]);
    assert_ne!(other.words, words);
    assert_eq!(other.game, game);
    let (exit, out) = join(&mine, &game, &[], &"\n1\n".repeat(80));
    assert_eq!(exit, Some(2), "{out}");
    assert!(
        out.contains("another key than the one you trusted"),
        "{out}"
    );
    let new = home.join("new");
    fs::create_dir_all(&new).expect("a folder");
    fs::copy(
        mine.join("known-servers.json"),
        new.join("known-servers.json"),
    )
    .expect("a copy");
    let (exit, out) = join(&new, &game, &[&other.code, "--as", "Ana"], "");
    assert_eq!(exit, Some(2), "{out}");
    assert!(out.contains("nothing was sent"), "{out}");
    let args = [&other.code, "--as", "Ana", "--words", &other.words];
    let (exit, out) = join(&new, &game, &args, "");
    assert_eq!(exit, Some(2), "{out}");
    assert!(out.contains("--trust-again"), "{out}");
    let cookie = other.enter();
    assert!(people(&other, &cookie).contains("Nobody is in yet"));

    // It is the instructor's new one after all.
    let class = other.class(&cookie);
    other.state(&cookie, &class, "running");
    other.form(&cookie, &format!("/classes/{class}/joining"), "open=yes");
    let args = [&args[..], &["--trust-again"]].concat();
    let (exit, out) = join(&new, &game, &args, "q\n");
    assert_eq!(exit, Some(0), "{out}");
    // A seat that the first one gave stays the first one's.
    let again = ["--trust-again", "--words", &other.words];
    let (exit, out) = join(&mine, &game, &again, "q\n");
    assert_eq!(exit, Some(2), "{out}");
    assert!(out.contains("trusted before"), "{out}");
}

#[test]
fn the_game_port_is_for_programs_alone() {
    let home = folder("game-port");
    let (data, mine) = (home.join("server"), home.join("mine"));
    fs::create_dir_all(&data).expect("a folder");
    let server = Server::start(&data, &["late-part", "--open", "--no-browsers"]);
    let cookie = server.enter();
    assert_eq!(server.room, "", "no pages for the room");

    // Plain HTTP gets a closed door, and so does noise.
    for bytes in [
        &b"GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"[..],
        &[0x16, 0x03, 0x01, 0xff, 0xff],
        &[0; 4_096],
        b"\n",
    ] {
        let begun = Instant::now();
        let got = told(&server.game, bytes);
        assert!(!got.starts_with(b"HTTP"), "{got:?}");
        assert!(got.len() < 64, "{got:?}");
        assert!(begun.elapsed() < Duration::from_secs(15), "it is cut off");
    }
    // Many who say nothing: each is cut off, and those who speak are heard meanwhile.
    let silent: Vec<TcpStream> = (0..100)
        .map(|_| TcpStream::connect(&server.game).expect("it listens"))
        .collect();
    let class = server.class(&cookie);
    server.state(&cookie, &class, "running");
    server.let_in(&cookie, &class);
    let args = [&server.code, "--as", "Ana", "--words", &server.words];
    let (exit, out) = join(&mine, &server.game, &args, &"\n1\n".repeat(80));
    assert_eq!(exit, Some(0), "{out}");
    assert!(out.contains("Handed in, receipt "), "{out}");
    for mut stream in silent {
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a time-out");
        let mut got = Vec::new();
        assert!(
            stream.read_to_end(&mut got).is_ok(),
            "a silent line is closed"
        );
    }

    // The wall hangs on the board's computer, and the board offers no links for browsers.
    let wall = wall(&server, &cookie);
    assert!(
        wall.contains(&server.words) && !wall.contains("http://"),
        "{wall}"
    );
    let board = server.see(&cookie, &format!("/classes/{class}")).body;
    assert!(!board.contains("Link to this seat") && !board.contains("Make seat cards"));
    let seat = board.split("/seats/").nth(1).expect("a seat")[..32].to_owned();
    let link = server.form(&cookie, &format!("/classes/{class}/seats/{seat}/link"), "");
    assert_eq!(link.status, 409, "{}", link.body);

    // The address of browsers, and one where something else answers, are told apart.
    let (exit, out) = join(&mine, "http://10.0.0.5:7072", &["AAAAAA"], "");
    assert_eq!(exit, Some(2));
    assert!(out.contains("for browsers"), "{out}");
    let board = server.board.trim_start_matches("http://");
    let (exit, out) = join(&mine, board, &["AAAAAA"], "");
    assert_eq!(exit, Some(2));
    assert!(out.contains("not the game port"), "{out}");
}

/// What the game port says to bytes, until it closes.
fn told(address: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let timeout = Some(Duration::from_secs(20));
    stream.set_read_timeout(timeout).expect("a time-out");
    _ = stream.write_all(bytes);
    let mut got = Vec::new();
    _ = stream.read_to_end(&mut got);
    got
}
