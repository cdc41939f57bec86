//! A class as it happens: the server as a process, people as HTTP clients, the board
//! as a browser would use it. What is hostile stands in `hostile_http`.

mod server;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use server::{Server, folder, send};

#[test]
fn a_class_from_the_lobby_to_the_debrief() {
    let home = folder("whole");
    let server = Server::start(&home, &["late-part", "--title", "Morning <shift>"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let again = send(
        &server.board,
        "GET",
        &format!("/enter/{}", server.enter),
        &[],
        b"",
    );
    assert_eq!(again.status, 403, "the console's link opens once");

    #[cfg(unix)]
    for file in ["class.db", "class.db-wal", "signing.key"] {
        use std::os::unix::fs::PermissionsExt;
        let meta = fs::metadata(home.join(file)).expect("it is there");
        assert_eq!(
            meta.permissions().mode() & 0o077,
            0,
            "{file} is its owner's"
        );
    }

    let (ana, _) = server.join("Ana");
    let (ben, _) = server.join("=1+1");
    let early = server.ask("POST", "/api/v1/runs", &ana, None);
    assert_eq!((early.status, early.kind().as_str()), (409, "not-begun"));
    assert_eq!(server.state(&cookie, &class, "running").status, 303);

    let view = server.play(&ana, 1);
    let receipt = view["receipt"].as_str().expect("a receipt").to_owned();
    assert_eq!(receipt.len(), 9, "{receipt}");
    // The last answer was lost: the same is told again, nothing is done twice.
    let path = format!("/api/v1/runs/{}/turns", view["id"].as_str().expect("an id"));
    let last = json!({ "n": view["n"], "do": "pause", "voice": "even", "face": "warm" });
    let told = server.json("POST", &path, &ana, &last).value();
    assert_eq!(told["receipt"], receipt.as_str());

    // Ben is in the middle of it when the class is paused, and when it ends.
    let begun = server.ask("POST", "/api/v1/runs", &ben, None).value();
    let mut view = server.step(&ben, &begun, 0);
    assert_eq!(server.state(&cookie, &class, "paused").status, 303);
    let body = json!({ "n": 2, "do": "listen", "voice": "even", "face": "warm" });
    let path = format!("/api/v1/runs/{}/turns", view["id"].as_str().expect("an id"));
    assert_eq!(server.json("POST", &path, &ben, &body).kind(), "paused");
    assert_eq!(server.state(&cookie, &class, "running").status, 303);
    view = server.step(&ben, &view, 0);
    let sealed = view.to_string();
    for secret in ["heat", "trust", "satisfaction", "gauges", "digest", "acts"] {
        assert!(
            !sealed.contains(&format!("\"{secret}\"")),
            "{secret} is told"
        );
    }
    let kept = server.ask("GET", "/api/v1/assignment", &ben, None);
    assert_eq!((kept.status, kept.kind().as_str()), (403, "sealed"));
    assert_eq!(server.state(&cookie, &class, "closed").status, 303);

    let me = server.ask("GET", "/api/v1/me", &ana, None).value();
    let id = me["tasks"][0]["id"].as_str().expect("an id").to_owned();
    let debrief = server.ask("GET", &format!("/api/v1/attempts/{id}/debrief"), &ana, None);
    assert!(debrief.body.contains("<polyline") && debrief.body.contains("Better:"));
    let foreign = server.ask("GET", &format!("/api/v1/attempts/{id}/debrief"), &ben, None);
    assert_eq!(foreign.status, 404);

    let page = server
        .see(&cookie, &format!("/classes/{class}/results"))
        .body;
    assert!(page.contains("Morning &#60;shift&#62;") && !page.contains("<shift>"));
    assert!(
        page.contains(&receipt) && page.contains("unfinished"),
        "{page}"
    );
    let csv = server.see(&cookie, &format!("/classes/{class}/export/attempts.csv"));
    assert!(csv.header("content-disposition").starts_with("attachment"));
    let csv = csv.body;
    assert!(
        csv.contains("\n'=1+1,late-part,1,unfinished") && csv.contains("Ana,late-part,1,verified")
    );
    assert!(
        !csv.contains("late:"),
        "what ended with the class is not late"
    );
    let export = server
        .see(&cookie, &format!("/classes/{class}/export/receipts.json"))
        .body;
    let file = home.join("receipts.json");
    fs::write(&file, &export).expect("a file");
    for (text, code) in [
        (export.clone(), 0),
        (export.replace("unfinished", "verified"), 1),
    ] {
        fs::write(&file, text).expect("a file");
        let checked = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
            .arg("receipts")
            .arg(&file)
            .output()
            .expect("the program runs");
        assert_eq!(checked.status.code(), Some(code));
    }
}

#[test]
fn a_dead_server_costs_nothing() {
    let home = folder("killed");
    let mut server = Server::start(&home, &["late-part", "--attempts", "3"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (token, _) = server.join("Ana");
    server.state(&cookie, &class, "running");
    let mut view = server.ask("POST", "/api/v1/runs", &token, None).value();
    let mut acked: Vec<String> = Vec::new();
    for round in 0..12 {
        for _ in 0..(round % 5) * 4 + 1 {
            view = server.step(&token, &view, round);
            if view["floor"] == "ended" {
                acked.push(view["receipt"].as_str().expect("a receipt").to_owned());
                let next = server.ask("POST", "/api/v1/runs", &token, None);
                if next.status != 200 {
                    break;
                }
                view = next.value();
            }
        }
        // SIGKILL, at whatever it is doing.
        drop(server);
        server = Server::start(&home, &[]);
        if view["floor"] == "ended" {
            break;
        }
        let same = server.ask("POST", "/api/v1/runs", &token, None).value();
        assert_eq!(same["n"], view["n"], "round {round}: the same turn");
        assert_eq!(same["lines"], view["lines"]);
        view = same;
    }
    assert!(!acked.is_empty(), "something was handed in");
    let me = server.ask("GET", "/api/v1/me", &token, None).value();
    let kept: Vec<_> = me["tasks"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|task| task["receipt"].as_str())
        .collect();
    assert_eq!(kept, acked, "every receipt, once");
}

#[test]
fn transcripts_are_handed_in_once_whatever_happens() {
    let home = folder("hand-in");
    let server = Server::start(&home, &["late-part", "--open", "--attempts", "2"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (token, seat) = server.join("Ana");
    let (other, _) = server.join("Ben");
    server.state(&cookie, &class, "running");
    let assignment = server.ask("GET", "/api/v1/assignment", &token, None);
    assert_eq!(assignment.status, 200);
    let (id, text) = server::program::play(&assignment.body, &home, &seat).remove(0);
    let path = format!("/api/v1/attempts/{id}");
    let put =
        |token: &str, path: &str, text: &str| server.ask("PUT", path, token, Some(text.as_bytes()));

    // What is not this attempt, first.
    let tampered = text.replacen("\"voice\":\"even\"", "\"voice\":\"soft\"", 1);
    for (token, path, text, status, kind) in [
        ("", path.as_str(), text.as_str(), 401, "no-seat"),
        (&"0".repeat(64), &path, &text, 401, "no-seat"),
        (&other, &path, &text, 422, "not-this-assignment"),
        (&token, &path, &tampered, 422, "illegal-turn"),
        (
            &token,
            &path,
            &text.replace("\"attempt_no\":1", "\"attempt_no\":2"),
            422,
            "not-this-assignment",
        ),
        (&token, &path, "{}", 400, "no-transcript"),
        (
            &token,
            "/api/v1/attempts/not-an-id",
            &text,
            404,
            "not-found",
        ),
        (
            &token,
            "/api/v1/attempts/00000000-0000-4000-8000-000000000000",
            &text,
            422,
            "not-this-assignment",
        ),
        (
            &token,
            &path,
            &text.replacen("\"schema\":1", "\"schema\":9", 1),
            202,
            "stored-unscored",
        ),
    ] {
        let answer = put(token, path, text);
        assert_eq!(
            (answer.status, answer.kind().as_str()),
            (status, kind),
            "{}",
            answer.body
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }

    // The same sixteen times at once: one row, one receipt.
    let receipts: Vec<(u16, String)> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    let a = put(&token, &path, &text);
                    (a.status, a.body)
                })
            })
            .collect();
        sent.into_iter()
            .map(|one| one.join().expect("an answer"))
            .collect()
    });
    assert_eq!(
        receipts.iter().filter(|(status, _)| *status == 201).count(),
        1,
        "{receipts:?}"
    );
    assert!(
        receipts
            .iter()
            .all(|(status, body)| matches!(status, 200 | 201) && *body == receipts[0].1)
    );
    let replayed = put(&token, &path, &text);
    assert_eq!(replayed.header("idempotent-replayed"), "true");
    // The same run under another label is other bytes.
    let relabelled = text.replacen("\"tempo\":\"turns\"", "\"tempo\":\"flow\"", 1);
    assert_eq!(put(&token, &path, &relabelled).kind(), "attempt-differs");
    assert_eq!(
        put(&other, &path, &text).status,
        404,
        "whose it is nobody learns"
    );
    server.state(&cookie, &class, "closed");
    assert_eq!(put(&token, &path, &text).status, 200);
    let page = server
        .see(&cookie, &format!("/classes/{class}/results"))
        .body;
    assert!(page.contains("transcripts belong to something else"));
}

#[test]
fn the_board_renames_removes_and_gives_a_seat_back() {
    let home = folder("board");
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (token, seat) = server.join("Ana");
    let (_, other) = server.join("");
    let at = |what: &str| format!("/classes/{class}/seats/{seat}/{what}");
    assert_eq!(server.form(&cookie, &at("rename"), "name=Anna").status, 303);
    assert_eq!(
        server.ask("GET", "/api/v1/me", &token, None).value()["name"],
        "Anna"
    );
    let path = format!("/classes/{class}/seats/{other}/rename");
    assert_eq!(server.form(&cookie, &path, "name=ANNA").status, 422);
    assert_eq!(
        server.form(&cookie, &at("removed"), "removed=yes").status,
        303
    );
    assert_eq!(server.ask("GET", "/api/v1/me", &token, None).status, 401);
    let page = server.form(&cookie, &at("link"), "").body;
    let again = page.split("/play#").nth(1).expect("a link")[..64].to_owned();
    let me = server.ask("GET", "/api/v1/me", &again, None).value();
    assert_eq!(me["name"], "Anna");
    assert_eq!(server.ask("GET", "/api/v1/me", &token, None).status, 401);
    let code = server.code.clone();
    assert_eq!(
        server
            .form(&cookie, &format!("/classes/{class}/code"), "")
            .status,
        303
    );
    let old = server.json("POST", "/api/v1/seats", "", &json!({ "code": code }));
    assert_eq!(old.kind(), "no-class");
    let link = server.wall(&cookie, &class);
    let shown = send(&server.room, "GET", &link, &[], b"");
    let wall = me["wall"].as_str().expect("a nickname");
    assert!(
        shown.body.contains(wall) && shown.body.contains("<svg"),
        "{}",
        shown.body
    );
    assert!(!shown.body.contains("Anna"), "{}", shown.body);
    assert_eq!(server.state(&cookie, &class, "closed").status, 303);
    let page = server.see(&cookie, &format!("/classes/{class}")).body;
    assert!(
        page.contains("over") && !page.contains("Join code"),
        "a code that opens nothing is not shown"
    );
    let busy = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .arg("host")
        .args(server::ANY_PORTS)
        .arg("--folder")
        .arg(&home)
        .output()
        .expect("the program runs");
    assert_eq!(busy.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&busy.stderr).contains("another server is using"));
}

fn said(child: Child) -> (Option<i32>, String) {
    server::program::told(child.wait_with_output().expect("it ends"))
}

#[test]
fn in_a_terminal_q_puts_a_run_aside() {
    let home = folder("put-aside");
    let (data, mine) = (home.join("server"), home.join("mine"));
    fs::create_dir_all(&data).expect("a folder");
    let server = Server::start(&data, &["late-part", "--open"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    server.state(&cookie, &class, "running");
    server.let_in(&cookie, &class);
    let args = [&server.code, "--as", "Ana", "--words", &server.words];
    let (code, out) = said(server::program::join(
        &mine,
        &server.game,
        &args,
        "\n?\n\nq\n",
    ));
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("q put it aside"), "{out}");
    assert!(out.contains("It goes on from here"), "{out}");
    assert_eq!(out.matches("Encounter 1 of 1").count(), 1, "{out}");
    let again = server::program::join(&mine, &server.game, &[], &"\n1\n".repeat(80));
    let (code, out) = said(again);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("it was cut short, and goes on"), "{out}");
    assert_eq!(out.matches("Handed in, receipt ").count(), 1, "{out}");
}

#[test]
fn a_program_plays_without_the_network_and_hands_in_when_it_is_back() {
    let home = folder("joined");
    let data = home.join("server");
    let mine = home.join("mine");
    fs::create_dir_all(&data).expect("a folder");
    let server = Server::start(&data, &["late-part", "--open", "--attempts", "2"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let words = ["--words", &server.words];
    let wrong = [&["WRONG0", "--as", "Ana"], &words[..]].concat();
    let (code, out) = said(server::program::join(&mine, &server.game, &wrong, ""));
    assert_eq!(code, Some(2));
    assert!(out.contains("no class has this code"), "{out}");
    server.state(&cookie, &class, "running");
    server.let_in(&cookie, &class);

    // A seat and what is to be played; nothing is played yet.
    let first = server::program::join(&mine, &server.game, &[&server.code, "--as", "Ana"], "q\n");
    let (code, out) = said(first);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("you are Ana."), "{out}");
    assert!(out.contains("On the wall you are "), "{out}");

    // Played while the server is dead; the code is not asked for again.
    let game = server.game.clone();
    let port = game.rsplit(':').next().expect("a port").to_owned();
    drop(server);
    let mut child = server::program::join(&mine, &game, &[], &"\n1\n".repeat(160));
    let mut printed = BufReader::new(child.stdout.take().expect("it prints")).lines();
    let kept = printed.any(|line| line.is_ok_and(|line| line.contains("Kept on this computer")));
    assert!(kept, "it says that nothing is lost");
    let server = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .args([
            "host",
            "--board-port",
            "0",
            "--address",
            "127.0.0.1",
            "--port",
            "0",
            "--game-port",
            &port,
        ])
        .arg("--folder")
        .arg(&data)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut server = server;
    let out: Vec<String> = printed.map_while(Result::ok).collect();
    let code = child.wait().expect("it ends").code();
    _ = server.kill();
    _ = server.wait();
    let n_receipts = out
        .iter()
        .filter(|line| line.contains("Handed in, receipt "));
    assert_eq!((code, n_receipts.count()), (Some(0), 2), "{out:#?}");
    let count = |ext: &str| {
        let files = fs::read_dir(&mine).expect("a folder");
        let files = files.map(|file| file.expect("an entry").path());
        files
            .filter(|path| path.extension().is_some_and(|e| e == ext))
            .count()
    };
    assert_eq!(
        (count("sfa"), count("receipt"), count("refused")),
        (2, 2, 0)
    );
}

#[test]
fn a_sealed_class_tells_nothing_that_its_seeds_follow_from() {
    for (mode, sealed) in [(&[][..], true), (&["--open"][..], false)] {
        let home = folder(if sealed { "told-sealed" } else { "told-open" });
        let server = Server::start(&home, &[&["late-part"], mode].concat());
        let cookie = server.enter();
        let class = server.class(&cookie);
        let asked = json!({ "code": server.code, "name": "Ana" });
        let joined = server.json("POST", "/api/v1/seats", "", &asked);
        let token = joined.value()["token"].as_str().expect("one").to_owned();
        server.state(&cookie, &class, "running");
        let begun = server.ask("POST", "/api/v1/runs", &token, None);
        let view = server.step(&token, &begun.value(), 0).to_string();
        let [me, time] = ["me", "time"].map(|what| {
            let path = format!("/api/v1/{what}");
            server.ask("GET", &path, &token, None).body
        });
        let told = [joined.body, begun.body, view, me, time].concat();
        // Whoever has the game has its scenarios, and the rule stands in ARCHITECTURE.md.
        assert_eq!(told.contains(&class), !sealed, "{told}");
        let simple = class.replace('-', "");
        assert!(!told.contains(&simple), "{told}");
    }
}
