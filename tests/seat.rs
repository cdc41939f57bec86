//! A seat that survives a lost laptop: the code that brings it to another one, and what
//! the one before is told.

mod server;

use std::fs;
use std::path::Path;

use serde_json::json;
use sqlx::{AnyConnection, Connection};

use server::{Answer, Server, folder, program};

/// Runs `join` with these keys; returns the exit code and what it said.
fn join(mine: &Path, server: &Server, args: &[&str], keys: &str) -> (Option<i32>, String) {
    let words = ["--words", server.words.as_str()];
    let args = [args, &words].concat();
    let child = program::join(mine, &server.game, &args, keys);
    program::told(child.wait_with_output().expect("it ends"))
}

fn comes_with(server: &Server, code: &str) -> Answer {
    let asked = json!({ "code": code, "name": null });
    server.json("POST", "/api/v1/seats", "", &asked)
}

/// A board with its class and a seat of it.
struct Board<'a> {
    server: &'a Server,
    cookie: String,
    class: String,
}

impl<'a> Board<'a> {
    fn of(server: &'a Server) -> Self {
        let cookie = server.enter();
        let class = server.class(&cookie);
        Board {
            server,
            cookie,
            class,
        }
    }

    fn post(&self, path: &str, body: &str) -> Answer {
        let path = format!("/classes/{}/{path}", self.class);
        self.server.form(&self.cookie, &path, body)
    }

    fn see(&self, path: &str) -> String {
        let path = format!("/classes/{}{path}", self.class);
        self.server.see(&self.cookie, &path).body
    }

    /// A code for a seat, as it is read out.
    fn code(&self, seat: &str) -> String {
        let page = self.post(&format!("seats/{seat}/code"), "");
        assert_eq!(page.status, 200, "{}", page.body);
        let code = page.body.split("aria-label=\"Seat code\">").nth(1);
        let code = code.and_then(|rest| rest.split('<').next());
        code.expect("a code").to_owned()
    }
}

#[test]
fn a_seat_code_works_once_and_for_some_minutes() {
    let home = folder("seat-code");
    let server = Server::start(&home, &["late-part"]);
    let board = Board::of(&server);
    let (ana, seat) = server.join("Ana");
    let (_, other) = server.join("Ben");
    server.state(&board.cookie, &board.class, "running");
    let before = server.ask("POST", "/api/v1/runs", &ana, None).value();
    let before = server.step(&ana, &before, 0);

    // Eight characters, of which the store has the hash; making one changes nothing.
    let code = board.code(&seat);
    assert_eq!(code.replace(' ', "").len(), 8, "{code}");
    let bare = code.replace(' ', "");
    for file in fs::read_dir(&home).expect("a folder") {
        let bytes = fs::read(file.expect("an entry").path()).expect("a file");
        assert!(!bytes.windows(8).any(|part| part == bare.as_bytes()));
    }
    assert_eq!(server.ask("GET", "/api/v1/me", &ana, None).status, 200);

    // As somebody types it who hears it; nobody may join by now, and it works all the same.
    let typed = format!(
        "{}-{}",
        bare[..4].to_lowercase(),
        bare[4..].replace('0', "o")
    );
    let answer = comes_with(&server, &typed);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let said = answer.value();
    assert_eq!(
        (&said["seat"], &said["name"]),
        (&json!(seat), &json!("Ana"))
    );
    let new = said["token"].as_str().expect("a token").to_owned();
    let view = server.ask("POST", "/api/v1/runs", &new, None).value();
    assert_eq!((&view["id"], &view["n"]), (&before["id"], &before["n"]));

    // Whoever had it is told where it is; whoever never had one is told nothing of that.
    let old = server.ask("GET", "/api/v1/me", &ana, None);
    assert_eq!((old.status, old.kind().as_str()), (401, "seat-moved"));
    assert!(old.body.contains("moved to another device"), "{}", old.body);
    let none = server.ask("GET", "/api/v1/me", &"0".repeat(64), None);
    assert_eq!((none.status, none.kind().as_str()), (401, "no-seat"));

    // Once; a newer one takes the place of an older one; an old one is worth nothing.
    let again = comes_with(&server, &code);
    assert_eq!((again.status, again.kind().as_str()), (404, "no-seat-code"));
    let (first, second) = (board.code(&seat), board.code(&seat));
    assert_eq!(comes_with(&server, &first).status, 404);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(late(&home.join("class.db")));
    assert_eq!(comes_with(&server, &second).status, 404);

    // Who is removed has no way back by a code from before, and is let in by a new one.
    let code = board.code(&seat);
    board.post(&format!("seats/{seat}/removed"), "removed=yes");
    assert_eq!(comes_with(&server, &code).status, 404);
    assert_eq!(server.ask("GET", "/api/v1/me", &new, None).status, 401);
    let code = board.code(&seat);
    assert_eq!(comes_with(&server, &code).status, 200);
    board.post(&format!("seats/{other}/erase"), "");
    assert_eq!(board.post(&format!("seats/{other}/code"), "").status, 404);

    // The instructor sees that it moved, and how often.
    let page = board.see("");
    assert_eq!(page.matches("on another device since").count(), 1, "{page}");
    server.state(&board.cookie, &board.class, "closed");
    let csv = board.see("/export/attempts.csv");
    assert!(
        csv.contains("the seat went to another device 2 times"),
        "{csv}"
    );

    // Guessing is as slow as guessing the code of a class.
    let too_many = (0..100).any(|n| comes_with(&server, &format!("GUESS{n:03}")).status == 429);
    assert!(too_many);
}

/// Lets the time of every code run out.
async fn late(file: &Path) {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}", file.display());
    let mut conn = AnyConnection::connect(&url).await.expect("a store");
    let done = sqlx::query("UPDATE seat_code SET good_until = 1")
        .execute(&mut conn)
        .await
        .expect("SQL");
    assert_eq!(done.rows_affected(), 1);
    conn.close().await.expect("it closes");
}

#[test]
fn a_seat_comes_to_another_computer_by_what_is_typed_there() {
    let home = folder("seat-terminal");
    let (data, one, two) = (home.join("server"), home.join("one"), home.join("two"));
    fs::create_dir_all(&data).expect("a folder");
    let server = Server::start(&data, &["late-part", "--open"]);
    let board = Board::of(&server);
    server.state(&board.cookie, &board.class, "running");
    board.post("joining", "open=yes");
    let class_code = server.code.clone();
    let (exit, out) = join(&one, &server, &[&class_code, "--as", "Ana"], "q\n");
    assert_eq!(exit, Some(0), "{out}");
    board.post("joining", "open=no");
    let page = board.see("");
    let seat = page.split("/seats/").nth(1).expect("a row")[..32].to_owned();
    let code = board.code(&seat);
    let (exit, out) = join(&two, &server, &[&code], "q\n");
    assert_eq!(exit, Some(0), "{out}");
    assert!(out.contains("you are Ana."), "{out}");
    assert!(
        out.contains("the device that had it before has lost it"),
        "{out}"
    );
    // The same line again, as from the shell's memory; and without a code.
    for args in [&[code.as_str()][..], &[]] {
        let (exit, out) = join(&two, &server, args, "q\n");
        assert_eq!(exit, Some(0), "{out}");
        assert!(out.contains("you are Ana."), "{out}");
    }
    let (exit, out) = join(&home.join("three"), &server, &[&code], "");
    assert_eq!(exit, Some(2), "{out}");
    assert!(out.contains("it works once"), "{out}");
}
