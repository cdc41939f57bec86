//! A person who is erased: down to the bytes of every file the server has written, in
//! copies beside the store, in a backup that is put back, and in what it said.

mod server;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::json;
use sqlx::{AnyConnection, Connection, Row};

use server::{Server, folder, program};

/// Whether any file of a folder, or of a folder in it, holds these bytes.
fn on_disk(folder: &Path, text: &str) -> bool {
    let needle = text.as_bytes();
    fs::read_dir(folder).expect("a folder").any(|file| {
        let path = file.expect("an entry").path();
        if path.is_dir() {
            return on_disk(&path, text);
        }
        let bytes = fs::read(path).expect("a file");
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

/// Runs the program, which has to succeed; returns what it said.
fn program(args: &[&str], home: &Path) -> String {
    let (code, said) = program::run(args, home);
    assert_eq!(code, Some(0), "{said}");
    said
}

#[test]
fn a_person_is_erased_from_disk_and_copies_and_what_was_played_stays() {
    let home = folder("erased");
    let copy = folder("erased-copy");
    let name = "Xanthippe Quirkwood";
    let words = "perpendicular nonsense";
    let mut server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (token, seat) = server.join(name);
    let (other, _) = server.join("Ben");
    server.state(&cookie, &class, "running");
    let view = server.play(&token, 1);
    server.play(&other, 1);
    let (id, turn) = (view["id"].as_str().expect("an id"), &view["decision"]);
    let path = format!("/api/v1/attempts/{id}/disagreements");
    let body = json!({ "turn": turn, "why": words });
    assert_eq!(server.json("POST", &path, &token, &body).status, 200);
    drop(server);
    for file in ["class.db", "class.db-wal"] {
        _ = fs::copy(home.join(file), copy.join(file));
    }
    assert!(on_disk(&home, name) && on_disk(&home, words));

    server = Server::start(&home, &[]);
    let cookie = server.enter();
    let erase = format!("/classes/{class}/seats/{seat}/erase");
    assert_eq!(server.form(&cookie, &erase, "").status, 303);
    assert_eq!(server.form(&cookie, &erase, "").status, 404);
    let link = format!("/classes/{class}/seats/{seat}/link");
    assert_eq!(
        server.form(&cookie, &link, "").status,
        404,
        "no way back in"
    );
    assert_eq!(server.ask("GET", "/api/v1/me", &token, None).status, 401);
    assert!(!on_disk(&home, name) && !on_disk(&home, words));
    assert!(!on_disk(&home, "xanthippe"), "nor how the name looks");

    // What was played stays, under a number; the chain of receipts holds.
    server.state(&cookie, &class, "closed");
    let see = |server: &Server, cookie: &str, path: &str| {
        let path = format!("/classes/{class}{path}");
        server.see(cookie, &path).body
    };
    let number = format!("seat {}", &seat[..8]);
    let csv = see(&server, &cookie, "/export/attempts.csv");
    assert!(csv.contains(&number) && csv.contains("erased"), "{csv}");
    assert_eq!(csv.lines().count(), 3);
    assert!(see(&server, &cookie, "").contains(&number));
    let receipts = see(&server, &cookie, "/export/receipts.json");
    assert!(program::receipts_hold(&receipts, &copy));

    // An older copy is put back: they are erased again before anybody sees it.
    drop(server);
    _ = fs::remove_file(home.join("class.db-wal"));
    _ = fs::remove_file(home.join("class.db-shm"));
    for file in ["class.db", "class.db-wal"] {
        _ = fs::copy(copy.join(file), home.join(file));
    }
    assert!(on_disk(&home, name), "the copy is from before");
    server = Server::start(&home, &[]);
    let cookie = server.enter();
    assert!(!on_disk(&home, name) && !on_disk(&home, words));
    let board = see(&server, &cookie, "");
    assert!(board.contains(&number) && !board.contains("Xanthippe"));
    assert_eq!(server.ask("GET", "/api/v1/me", &token, None).status, 401);
}

#[test]
fn nothing_is_left_of_somebody_in_any_file_of_a_busy_class() {
    let home = folder("erased-busy");
    let logs = folder("erased-busy-logs");
    let backup = logs.join("monday.backup");
    let backup = backup.to_str().expect("text");
    let log = |name: &str| Stdio::from(fs::File::create(logs.join(name)).expect("a log"));
    // Her name, what she was called before, and the bones that look-alikes share with it.
    let traces = [
        "Xanthippe",
        "Quirkwood",
        "quirkwood",
        "Wilhelmina",
        "wilhelmina",
        "perpendicular",
    ];
    let server = Server::logged(&home, &["late-part", "--attempts", "3"], log("first.log"));
    let cookie = server.enter();
    let class = server.class(&cookie);
    let post = |server: &Server, cookie: &str, path: &str, body: &str| {
        let path = format!("/classes/{class}/{path}");
        server.form(cookie, &path, body).status
    };
    // Pages fill, split and are written again around her row.
    let names: Vec<String> = (0..120)
        .map(|n| format!("Somebody+Else+Number+{n:03}"))
        .collect();
    let (before, after) = names.split_at(60);
    assert_eq!(
        post(
            &server,
            &cookie,
            "roster",
            &format!("names={}", before.join("%0A"))
        ),
        200
    );
    let (token, seat) = server.join("Wilhelmina");
    assert_eq!(
        post(
            &server,
            &cookie,
            "roster",
            &format!("names={}", after.join("%0A"))
        ),
        200
    );
    let page = server.see(&cookie, &format!("/classes/{class}")).body;
    let others: Vec<String> = page
        .split("id=\"d-")
        .skip(1)
        .filter_map(|row| row.split('"').next())
        .filter(|id| id.len() == 32)
        .map(str::to_owned)
        .collect();
    assert_eq!(others.len(), 121);
    let rename = |seat: &str, name: &str| {
        let body = format!("name={name}");
        assert_eq!(
            post(&server, &cookie, &format!("seats/{seat}/rename"), &body),
            303
        );
    };
    for (n, other) in others
        .iter()
        .filter(|other| **other != seat)
        .enumerate()
        .take(60)
    {
        rename(other, &format!("Called+{n:03}+Otherwise+By+Now"));
        if n % 6 == 0 {
            rename(&seat, &format!("Xanthippe+Quirkwood+{n}"));
            rename(&seat, "Q");
            rename(&seat, "Xanthippe+Quirkwood");
        }
    }
    assert_eq!(server.state(&cookie, &class, "running").status, 303);
    let view = server.play(&token, 1);
    let path = format!(
        "/api/v1/attempts/{}/disagreements",
        view["id"].as_str().expect("an id")
    );
    for words in [
        "perpendicular",
        "perpendicular nonsense, for a long while, and then some",
    ] {
        let body = json!({ "turn": view["decision"], "why": words });
        assert_eq!(server.json("POST", &path, &token, &body).status, 200);
    }
    let half = server.ask("POST", "/api/v1/runs", &token, None).value();
    server.step(&token, &half, 0);
    program(&["backup", backup], &home);
    let code = server.code.clone();
    drop(server);

    // Put back once, so that an older copy lies beside the store.
    program(&["restore", backup], &home);
    let mut server = Server::logged(&home, &[], log("second.log"));
    let cookie = server.enter();
    let class_page = format!("/classes/{class}");
    for page in [
        "",
        "/results",
        "/export/attempts.csv",
        "/export/disagreements.csv",
        "/export/xapi.json",
    ] {
        server.see(&cookie, &format!("{class_page}{page}"));
    }
    let copies = || {
        let names = fs::read_dir(&home).expect("a folder").map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.to_string_lossy().into_owned()
        });
        names
            .filter(|name| name.starts_with("class.before-") && name.ends_with(".db"))
            .count()
    };
    assert_eq!(copies(), 1);
    for trace in ["Xanthippe", "Quirkwood", "perpendicular"] {
        assert!(on_disk(&home, trace), "{trace} would be found");
    }
    let receipts = server
        .see(&cookie, &format!("{class_page}/export/receipts.json"))
        .body;

    // One click, while others hold pages open and the class goes on.
    let erase = format!("seats/{seat}/erase");
    let begun = Instant::now();
    assert_eq!(post(&server, &cookie, &erase, ""), 303);
    println!("erased in {:?}", begun.elapsed());
    for trace in traces {
        assert!(!on_disk(&home, trace), "{trace} is in the folder");
    }
    assert_eq!(copies(), 1, "the copy is there, without her");
    // What others are called is there, so the search would have found it.
    assert!(on_disk(&home, "Otherwise By Now"));
    let after = server
        .see(&cookie, &format!("{class_page}/export/receipts.json"))
        .body;
    assert_eq!(after, receipts);
    let kept = logs.join("receipts.json");
    fs::write(&kept, after).expect("a file");
    let checked = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .arg("receipts")
        .arg(&kept)
        .output();
    let checked = checked.expect("the program runs").status;
    assert!(checked.success());
    server.code = code;
    let zoe = server.join_late(&cookie, &class, "Zoe");
    server.play(&zoe, 2);
    drop(server);
    for trace in traces {
        assert!(!on_disk(&home, trace), "{trace} is back");
    }

    // The backup from before is put back: she is erased before anything can read it.
    let said = program(&["restore", backup], &home);
    assert!(
        said.contains("One was erased since it was made, and erased again"),
        "{said}"
    );
    for trace in traces {
        assert!(!on_disk(&home, trace), "{trace} came with the backup");
    }
    let server = Server::logged(&home, &[], log("third.log"));
    assert_eq!(server.ask("GET", "/api/v1/me", &token, None).status, 401);
    let cookie = server.enter();
    let fresh = logs.join("tuesday.backup");
    program(&["backup", fresh.to_str().expect("text")], &home);
    assert!(
        server
            .see(&cookie, &class_page)
            .body
            .contains(&format!("seat {}", &seat[..8]))
    );
    drop(server);
    // What the server said, and what is backed up from now on.
    fs::remove_file(backup).expect("the old backup");
    for trace in traces {
        assert!(
            !on_disk(&logs, trace),
            "{trace} is in a log, an export or a new backup"
        );
        assert!(!on_disk(&home, trace), "{trace} is in the folder");
    }
}

async fn store(home: &Path) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}", home.join("class.db").display());
    AnyConnection::connect(&url).await.expect("a store")
}

/// Whether the file's head says that somebody left traces in it.
async fn has_traces(home: &Path) -> bool {
    let mut store = store(home).await;
    let row = sqlx::query("PRAGMA user_version").fetch_one(&mut store);
    row.await.expect("a row").get::<i64, _>(0) != 0
}

#[test]
fn what_a_server_was_killed_at_the_next_one_brings_to_its_end() {
    let home = folder("erased-killed");
    let backup = folder("erased-killed-file").join("before.backup");
    let backup = backup.to_str().expect("text");
    let list = || fs::read_to_string(home.join("erased.list")).unwrap_or_default();
    let name = "Xanthippe Quirkwood";
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (_, seat) = server.join(name);
    let (_, ben) = server.join("Ben Quirkwood");
    program(&["backup", backup], &home);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");

    // Somebody reads while a person is erased, so their traces cannot be wiped out yet.
    let mut reader = runtime.block_on(store(&home));
    runtime.block_on(async {
        for words in ["BEGIN", "SELECT count(*) FROM seat"] {
            let done = sqlx::query(words).fetch_all(&mut reader).await;
            done.expect("it can be read");
        }
    });
    let erase = format!("/classes/{class}/seats/{seat}/erase");
    assert_eq!(server.form(&cookie, &erase, "").status, 303);
    drop(server);
    drop(reader);
    assert!(runtime.block_on(has_traces(&home)));
    let server = Server::start(&home, &[]);
    assert!(!runtime.block_on(has_traces(&home)));
    assert!(!on_disk(&home, name));
    drop(server);

    // Ben was erased by half, and an older copy has not heard of him at all.
    fs::copy(backup, home.join("class.before-1.db")).expect("a copy");
    fs::write(home.join("erased.list"), list() + &ben[..8]).expect("a list that is torn");
    runtime.block_on(async {
        let mut store = store(&home).await;
        let words = "UPDATE seat SET removed = 1, erased_at = 1 WHERE id = $1";
        let done = sqlx::query(words).bind(&ben).execute(&mut store).await;
        done.expect("it is half erased");
    });
    assert!(on_disk(&home, "Ben Quirkwood"));
    let server = Server::start(&home, &[]);
    assert!(list().lines().any(|line| line == ben), "{}", list());
    assert!(!on_disk(&home, "Ben Quirkwood") && !on_disk(&home, name));
    drop(server);
}
