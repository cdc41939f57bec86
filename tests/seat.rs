//! A seat that survives a lost laptop: the code that brings it to another one, and what
//! the one before is told.

mod server;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{AnyConnection, Connection};

use server::program::Player;
use server::{Answer, Server, folder, send, swallowed};

/// Runs `join` with these keys; returns the exit code and what it said.
fn join(mine: &Path, server: &Server, args: &[&str], keys: &str) -> (Option<i32>, String) {
    let words = ["--words", server.words.as_str()];
    let args = [args, &words].concat();
    let mut player = Player::join(mine, &server.game, &args);
    player.types(keys);
    player.ends()
}

fn comes_with(server: &Server, code: &str) -> Answer {
    let asked = json!({ "code": code, "name": null });
    server.json("POST", "/api/v1/seats", "", &asked)
}

/// The same with a nonce of the device's own.
fn comes_again(server: &Server, code: &str, nonce: &str) -> Answer {
    let asked = json!({ "code": code, "name": null, "nonce": nonce });
    server.json("POST", "/api/v1/seats", "", &asked)
}

/// The board of a class.
struct Board {
    board: String,
    cookie: String,
    class: String,
}

impl Board {
    fn of(server: &Server) -> Self {
        let cookie = server.enter();
        let class = server.class(&cookie);
        Board {
            board: server.board.clone(),
            cookie,
            class,
        }
    }

    fn post(&self, path: &str, body: &str) -> Answer {
        let path = format!("/classes/{}/{path}", self.class);
        let headers = [
            ("Cookie", self.cookie.as_str()),
            ("Origin", self.board.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        send(&self.board, "POST", &path, &headers, body.as_bytes())
    }

    fn see(&self, path: &str) -> String {
        let path = format!("/classes/{}{path}", self.class);
        send(&self.board, "GET", &path, &[("Cookie", &self.cookie)], b"").body
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
fn whoever_did_not_hear_the_answer_is_answered_again_and_nobody_else() {
    let home = folder("seat-lost-answer");
    let mut server = Server::start(&home, &["late-part"]);
    let board = Board::of(&server);
    let (ana, seat) = server.join("Ana");
    let (one, two) = ("1".repeat(64), "2".repeat(64));
    assert_eq!(server.ask("GET", "/api/v1/me", &ana, None).status, 200);

    // Twice at once, and once more: one seat, one token, one move.
    let code = board.code(&seat);
    let answers = std::thread::scope(|scope| {
        let asked = [0, 1].map(|_| scope.spawn(|| comes_again(&server, &code, &one)));
        asked.map(|asked| asked.join().expect("an answer"))
    });
    let first = answers[0].value();
    for answer in answers.iter().chain([&comes_again(&server, &code, &one)]) {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.value()["token"], first["token"]);
        assert_eq!(answer.value()["seat"], seat.as_str());
    }
    let new = first["token"].as_str().expect("a token").to_owned();
    assert_ne!(new, one);
    assert_eq!(server.ask("GET", "/api/v1/me", &new, None).status, 200);
    assert_eq!(
        server.ask("GET", "/api/v1/me", &ana, None).kind(),
        "seat-moved"
    );
    let moved = |server: &Server, cookie: &str| {
        server.state(cookie, &board.class, "closed");
        let path = format!("/classes/{}/live", board.class);
        server.see(cookie, &path).body
    };

    // Nobody else, however they ask.
    assert_eq!(comes_again(&server, &code, &two).kind(), "no-seat-code");
    assert_eq!(comes_with(&server, &code).kind(), "no-seat-code");
    for odd in ["", "1", &"G".repeat(64), &"1".repeat(65)] {
        let answer = comes_again(&server, &code, odd);
        assert_eq!((answer.status, answer.kind().as_str()), (422, "bad-nonce"));
    }
    assert_eq!(server.ask("GET", "/api/v1/me", &new, None).status, 200);

    // The server died before it could answer: it is kept, and only as hashes.
    server.kill_and_start(&home);
    let answer = comes_again(&server, &code, &one);
    assert_eq!(answer.value()["token"], new.as_str(), "{}", answer.body);
    for file in fs::read_dir(&home).expect("a folder") {
        let bytes = fs::read(file.expect("an entry").path()).expect("a file");
        for secret in [&one, &new, &code.replace(' ', "")] {
            let secret = secret.as_bytes();
            assert!(!bytes.windows(secret.len()).any(|part| part == secret));
        }
    }

    // When its minutes are over, so is that; the seat stays where it is.
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(late(&home.join("class.db")));
    assert_eq!(comes_again(&server, &code, &one).kind(), "no-seat-code");
    assert_eq!(server.ask("GET", "/api/v1/me", &new, None).status, 200);

    // A newer code is a new one, also for the device that used the last.
    let board = Board::of(&server);
    let code = board.code(&seat);
    assert_eq!(comes_again(&server, &code, &two).status, 200);
    assert_eq!(
        server.ask("GET", "/api/v1/me", &new, None).kind(),
        "seat-moved"
    );
    // By a link it has gone on from there: what was typed before does not bring it back.
    let link = board.post(&format!("seats/{seat}/link"), "");
    let token = link.body.split("/play#").nth(1).expect("a link")[..64].to_owned();
    assert_eq!(server.ask("GET", "/api/v1/me", &token, None).status, 200);
    assert_eq!(comes_again(&server, &code, &two).kind(), "no-seat-code");
    assert_eq!(server.ask("GET", "/api/v1/me", &token, None).status, 200);
    // Nor whoever was removed.
    let code = board.code(&seat);
    assert_eq!(comes_again(&server, &code, &one).status, 200);
    board.post(&format!("seats/{seat}/removed"), "removed=yes");
    assert_eq!(comes_again(&server, &code, &one).kind(), "no-seat-code");
    let page = moved(&server, &board.cookie);
    assert!(page.contains("on another device since"), "{page}");
    let csv = board.see("/export/attempts.csv");
    assert!(!csv.contains("moved"), "nothing was played: {csv}");
}

#[test]
fn a_program_that_did_not_hear_the_answer_asks_again() {
    let home = folder("seat-swallowed");
    let (data, mine) = (home.join("server"), home.join("mine"));
    fs::create_dir_all(&data).expect("a folder");
    let server = Server::start(&data, &["late-part", "--open"]);
    let board = Board::of(&server);
    let (ana, seat) = server.join("Ana");
    assert_eq!(server.ask("GET", "/api/v1/me", &ana, None).status, 200);
    server.state(&board.cookie, &board.class, "running");
    let code = board.code(&seat);

    let way = swallowed::way_to(&server.game);
    let args = [code.as_str(), "--words", &server.words];
    let (exit, out) = Player::join(&mine, &way, &args).ends();
    assert_eq!(exit, Some(2), "{out}");
    assert!(out.contains("may be tried again on this computer"), "{out}");
    assert!(!mine.join("seat.json").exists());
    assert_eq!(
        server.ask("GET", "/api/v1/me", &ana, None).kind(),
        "seat-moved"
    );

    // By a way that holds, with the same code.
    let (exit, out) = join(&mine, &server, &[&code], "q\n");
    assert_eq!(exit, Some(0), "{out}");
    assert!(out.contains("you are Ana."), "{out}");
    let (exit, out) = join(&home.join("other"), &server, &[&code], "");
    assert_eq!(exit, Some(2), "{out}");
    assert!(out.contains("it works once"), "{out}");
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
    let three = home.join("three");
    let (exit, out) = join(&three, &server, &[&code], "");
    assert_eq!(exit, Some(2), "{out}");
    assert!(out.contains("it works once"), "{out}");

    // As if the answer had been lost: what it was asked with is here, and no seat. That
    // computer is answered again, and no other.
    let secret = |folder: &Path| folder.join("seat-codes.secret");
    fs::remove_file(two.join("seat.json")).expect("the seat");
    let (exit, out) = join(&two, &server, &[&code], "q\n");
    assert_eq!(exit, Some(0), "{out}");
    assert!(out.contains("you are Ana."), "{out}");
    fs::remove_file(two.join("seat.json")).expect("the seat");
    fs::rename(secret(&three), secret(&two)).expect("the secret of another");
    let (exit, out) = join(&two, &server, &[&code], "");
    assert_eq!(exit, Some(2), "{out}");
    assert!(out.contains("it works once"), "{out}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let meta = fs::metadata(secret(&two)).expect("a file");
        assert_eq!(meta.permissions().mode() & 0o077, 0, "it is its owner's");
    }
}

/// The runs in a folder by name, with their lines.
fn runs(folder: &Path) -> Vec<(String, String)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut runs: Vec<(String, String)> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "sfa"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            (name.into_owned(), fs::read_to_string(&path).expect("text"))
        })
        .collect();
    runs.sort_by_key(|(_, text)| text.contains("\"attempt_no\":2"));
    runs
}

/// The same receipt beside the same run, in both folders.
fn receipts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let receipts = paths.filter(|path| path.extension().is_some_and(|ext| ext == "receipt"));
    let mut receipts: Vec<String> = receipts
        .map(|path| fs::read_to_string(path).expect("text"))
        .collect();
    receipts.sort();
    receipts
}

#[test]
fn a_lost_computer_costs_no_more_than_the_line_on_its_way() {
    let home = folder("seat-lost");
    let [data, one, two, three] = ["server", "one", "two", "three"].map(|name| home.join(name));
    fs::create_dir_all(&data).expect("a folder");
    let mut server = Server::start(&data, &["late-part", "--open", "--attempts", "2"]);
    let mut board = Board::of(&server);
    board.post("joining", "open=yes");
    let words = server.words.clone();
    let args = [server.code.as_str(), "--as", "Ana", "--words", &words];
    let mut first = Player::join(&one, &server.game, &args);
    first.hears("The class has not begun");
    server.state(&board.cookie, &board.class, "running");

    // One run is over, and a few inputs of the next; the instructor sees them come.
    first.plays_until(|| {
        let runs = runs(&one);
        runs.len() == 2 && runs[1].1.lines().count() > 5
    });
    let board_says = |board: &Board, lines: &str| {
        let says = format!("· input {}", lines.lines().count() - 1);
        let begun = Instant::now();
        while !board.see("").contains(&says) {
            assert!(begun.elapsed() < Duration::from_secs(60), "no {says}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let page = loop {
        std::thread::sleep(Duration::from_millis(300));
        let before = runs(&one)[1].1.clone();
        board_says(&board, &before);
        if runs(&one)[1].1 == before {
            break board.see("");
        }
    };
    let said = first.said();
    assert!(said.contains("Handed in, receipt "), "{said}");
    // All may have met the same customer: nothing is told of it before the class is over.
    for told in ["Before you see it", "Conduct", "guessed"] {
        assert!(!said.contains(told), "{told}: {said}");
    }
    first.crashes();
    let lost = runs(&one);

    // Another computer, and a code that was read out: the same run, at the same input.
    let seat = page.split("/seats/").nth(1).expect("a row")[..32].to_owned();
    let code = board.code(&seat);
    let mut second = Player::join(&two, &server.game, &[&code, "--words", &words]);
    second.hears("Encounter 2 of 2");
    let said = second.said();
    assert!(
        said.contains("it was cut short, and goes on where it was"),
        "{said}"
    );
    assert!(
        said.contains("the device that had it before has lost it"),
        "{said}"
    );
    assert_eq!(runs(&two), lost);
    assert_eq!(receipts(&two), receipts(&one));

    // It plays on without the server, which is there again before it is asked to be.
    let stands = lost[1].1.lines().count();
    second.plays_until(|| runs(&two)[1].1.lines().count() > stands);
    server.child.kill().expect("SIGKILL");
    server.child.wait().expect("it is dead");
    second.plays_until(|| runs(&two)[1].1.contains("\"end\":"));
    second.hears("Kept on this computer");
    server.kill_and_start(&data);
    board = Board::of(&server);
    let (exit, out) = second.ends();
    assert_eq!(exit, Some(0), "{out}");
    assert!(
        out.contains("debriefs open when your instructor ends the class"),
        "{out}"
    );
    assert_eq!(receipts(&two).len(), 2);

    // The one that was lost is found again, and is told; nothing of it is thrown away.
    let (exit, out) = join(&one, &server, &[], "q\n");
    assert_eq!(exit, Some(2), "{out}");
    assert!(out.contains("moved to another device"), "{out}");
    assert_eq!(runs(&one), lost);
    // It gets the seat back, and with it what was played elsewhere meanwhile.
    let code = board.code(&seat);
    let (exit, out) = join(&one, &server, &[&code], "");
    assert_eq!(exit, Some(0), "{out}");
    assert_eq!((runs(&one), receipts(&one)), (runs(&two), receipts(&two)));

    // One person, two runs that hold, and the debriefs when the class is over.
    let page = board.see("");
    assert!(page.contains("2 of 2") && page.contains("1 in"), "{page}");
    server.state(&board.cookie, &board.class, "closed");
    let csv = board.see("/export/attempts.csv");
    assert_eq!(csv.matches(",verified,").count(), 2, "{csv}");
    assert!(!csv.contains("differs"), "{csv}");
    let (exit, out) = join(&one, &server, &[], "");
    assert_eq!(exit, Some(0), "{out}");
    assert!(
        out.contains("The class is over.") && out.contains("Conduct"),
        "{out}"
    );
    let (exit, out) = join(&three, &server, &[&code], "");
    assert_eq!(exit, Some(2), "{out}");
}
