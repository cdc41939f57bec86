//! Classes in a PostgreSQL: the same as in a file, served by several servers at once, and
//! backed up and put back from one kind of store to the other.

mod server;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;

use server::postgres::Postgres;
use server::program::Player;
use server::{Server, folder, program};

/// A plain balancer: every connection goes to the next server that answers.
fn balance(servers: Arc<Mutex<Vec<String>>>) -> String {
    Balancer::of(servers).address
}

/// The same, which can be asked what it did.
struct Balancer {
    address: String,
    /// Which server each connection went to.
    went: Arc<Mutex<Vec<String>>>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Balancer {
    fn of(servers: Arc<Mutex<Vec<String>>>) -> Balancer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let (went, open) = (Arc::default(), Arc::default());
        let balancer = Balancer {
            address,
            went: Arc::clone(&went),
            open: Arc::clone(&open),
        };
        std::thread::spawn(move || forward(&listener, &servers, &went, &open));
        balancer
    }

    /// Cuts every connection, so that the next request goes to the next server.
    fn cut(&self) {
        for stream in self.open.lock().expect("unbroken").drain(..) {
            _ = stream.shutdown(std::net::Shutdown::Both);
        }
    }

    /// How many connections went to a server.
    fn n_to(&self, server: &str) -> usize {
        let went = self.went.lock().expect("unbroken");
        went.iter().filter(|to| *to == server).count()
    }
}

fn forward(
    listener: &TcpListener,
    servers: &Mutex<Vec<String>>,
    went: &Mutex<Vec<String>>,
    open: &Mutex<Vec<TcpStream>>,
) {
    for (n, client) in listener.incoming().enumerate() {
        let Ok(client) = client else { continue };
        let all = servers.lock().expect("unbroken").clone();
        let to = &all[n % all.len()];
        let Ok(server) = TcpStream::connect(to.trim_start_matches("http://")) else {
            continue;
        };
        went.lock().expect("unbroken").push(to.clone());
        open.lock()
            .expect("unbroken")
            .push(client.try_clone().expect("it is open"));
        let (mut from, mut to) = (client.try_clone().expect("it is open"), server);
        let (mut back, mut out) = (to.try_clone().expect("it is open"), client);
        std::thread::spawn(move || {
            _ = std::io::copy(&mut from, &mut to);
        });
        std::thread::spawn(move || {
            _ = std::io::copy(&mut back, &mut out);
            _ = out.shutdown(std::net::Shutdown::Both);
        });
    }
}

/// Opens a stream of news and reads past the first, which always comes.
fn listen(server: &Server, wall: &str) -> TcpStream {
    let host = server.room.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("it listens");
    let asked = format!("GET {wall}/events HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(asked.as_bytes()).expect("it is open");
    let timeout = Some(Duration::from_secs(20));
    stream.set_read_timeout(timeout).expect("a time-out");
    wait_for(&mut stream);
    stream
}

/// Waits for the next piece of news.
fn wait_for(stream: &mut TcpStream) {
    let (mut got, mut some) = (Vec::new(), [0; 512]);
    let begun = Instant::now();
    while !String::from_utf8_lossy(&got).contains("data: ") {
        assert!(begun.elapsed() < Duration::from_secs(20), "no news");
        let n = stream.read(&mut some).expect("there is news in time");
        assert!(n > 0, "the stream ended");
        got.extend_from_slice(&some[..n]);
    }
}

/// Whether there is a receipt in a folder.
fn handed_in(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).expect("a folder");
    entries.any(|entry| {
        let path = entry.expect("an entry").path();
        path.extension().is_some_and(|ext| ext == "receipt")
    })
}

/// Whether an export of receipts holds.
fn holds(server: &Server, cookie: &str, class: &str, home: &Path) -> bool {
    let path = format!("/classes/{class}/export/receipts.json");
    program::receipts_hold(&server.see(cookie, &path).body, home)
}

#[test]
fn the_same_in_a_postgresql() {
    let Some(postgres) = Postgres::start("the-same") else {
        return;
    };
    let url = postgres.database("classes");
    let home = folder("postgres");
    let database = ["--database", url.as_str()];
    let server = Server::start(
        &home,
        &[&["late-part", "--title", "P"], &database[..]].concat(),
    );
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (token, seat) = server.join("Ana");
    server.state(&cookie, &class, "running");
    let begun = server.ask("POST", "/api/v1/runs", &token, None).value();
    let view = server.step(&token, &begun, 0);
    drop(server);
    let server = Server::start(&home, &database);
    let same = server.ask("POST", "/api/v1/runs", &token, None).value();
    assert_eq!((&same["n"], &same["lines"]), (&view["n"], &view["lines"]));
    let ended = server.play(&token, 2);
    let cookie = server.enter();

    // A vote that is begun and left, something that does not count, somebody who
    // disagrees and is erased: the same tables, the same answers.
    let post = |path: &str, body: &str| {
        let path = format!("/classes/{class}/{path}");
        server.form(&cookie, &path, body).status
    };
    assert_eq!(post("vote", "do=begin&scenario=late-part"), 303);
    for (revision, step) in (1..=3).zip(["listen"; 3]) {
        assert_eq!(post("vote", &format!("do={step}&revision={revision}")), 303);
    }
    assert_eq!(post("vote", "do=listen&revision=1"), 409);
    assert_eq!(post("vote", "do=close"), 303);
    let id = ended["id"].as_str().expect("an id");
    let path = format!("/api/v1/attempts/{id}/disagreements");
    let body = json!({ "turn": ended["decision"], "why": "not so" });
    assert_eq!(server.json("POST", &path, &token, &body).status, 200);
    for no in 1..=2 {
        assert_eq!(post("voids", "what=clause/let-them-vent&why=ours"), 303);
        assert_eq!(post(&format!("voids/{no}/lift"), ""), 303);
    }
    let path = format!("/classes/{class}/export/scores.csv");
    let scores = server.see(&cookie, &path).body;
    assert_eq!(scores.matches(id).count(), 5, "{scores}");
    assert_eq!(post(&format!("seats/{seat}/erase"), ""), 303);
    assert_eq!(server.ask("GET", "/api/v1/me", &token, None).status, 401);
    server.state(&cookie, &class, "closed");
    let page = server
        .see(&cookie, &format!("/classes/{class}/results"))
        .body;
    assert!(
        page.contains(ended["receipt"].as_str().expect("a receipt")),
        "{page}"
    );
}

#[test]
fn two_servers_and_a_balancer_are_one_class() {
    let Some(postgres) = Postgres::start("two-servers") else {
        return;
    };
    let url = postgres.database("classes");
    let homes = ["two-servers-a", "two-servers-b"].map(folder);
    let database = ["--database", url.as_str()];
    let with = [&["late-part", "--attempts", "2"], &database[..]].concat();
    let mut a = Server::start(&homes[0], &with);
    let mut b = Server::start(&homes[1], &database);
    let (at_a, at_b) = (a.enter(), b.enter());
    let class = a.class(&at_a);
    assert_eq!(b.class(&at_b), class, "either board has the class");
    let board = format!("/classes/{class}");
    let wall = b.wall(&at_b, &class);
    b.code = a.code.clone();
    let (room_a, room_b) = (a.room.clone(), b.room.clone());
    let all = Arc::new(Mutex::new(vec![room_a.clone(), room_b.clone()]));
    let balancer = balance(Arc::clone(&all));

    // Joined at one, on the board of the other: at once, and shown to be here.
    let mut news = listen(&b, &wall);
    let ana = a.join("Ana").0;
    wait_for(&mut news);
    let begun = Instant::now();
    while !b
        .see(&at_b, &board)
        .body
        .contains("<span class=\"dot here\"")
    {
        assert!(begun.elapsed() < Duration::from_secs(20), "she is here");
        std::thread::sleep(Duration::from_millis(100));
    }
    let taken = b.json(
        "POST",
        "/api/v1/seats",
        "",
        &json!({ "code": b.code, "name": "ana" }),
    );
    assert_eq!(taken.status, 422, "one class, one Ana");
    a.room = balancer.clone();
    let people: Vec<String> = (0..6).map(|n| a.join(&format!("Person {n}")).0).collect();
    assert_eq!(b.see(&at_b, &board).body.matches("<tr").count(), 1 + 7);

    // Two instructors at two boards: one of them is told.
    let page = b.see(&at_b, &board).body;
    let revision = page
        .split("name=\"revision\" value=\"")
        .nth(1)
        .expect("one");
    let revision = revision.split('"').next().expect("its end");
    let begin = format!("state=running&revision={revision}");
    let state = format!("{board}/state");
    let answers = std::thread::scope(|scope| {
        let other = scope.spawn(|| b.form(&at_b, &state, &begin).status);
        let one = a.form(&at_a, &state, &begin).status;
        [one, other.join().expect("an answer")]
    });
    assert!(
        answers == [303, 409] || answers == [409, 303],
        "{answers:?}"
    );

    // The same input to both at once is done once.
    a.room = room_a.clone();
    b.room = room_b.clone();
    let begun = a.ask("POST", "/api/v1/runs", &ana, None).value();
    let view = b.step(&ana, &begun, 0);
    let input = json!({ "n": view["n"].as_u64().expect("a number") + 1, "do": "listen",
        "voice": "even", "face": "warm" });
    let path = format!("/api/v1/runs/{}/turns", view["id"].as_str().expect("an id"));
    if view["floor"] == "customer" {
        let views: Vec<serde_json::Value> = std::thread::scope(|scope| {
            let asked: Vec<_> = [&a, &b, &a, &b, &a, &b]
                .map(|server| scope.spawn(|| server.json("POST", &path, &ana, &input)))
                .into_iter()
                .collect();
            let answers = asked.into_iter().map(|one| one.join().expect("an answer"));
            answers
                .filter(|answer| answer.status == 200)
                .map(|answer| answer.value())
                .collect()
        });
        assert!(!views.is_empty());
        assert!(views.iter().all(|view| view["lines"] == views[0]["lines"]));
    }
    // Paused at one, paused at the other.
    assert_eq!(b.state(&at_b, &class, "paused").status, 303);
    assert_eq!(a.json("POST", &path, &ana, &input).kind(), "paused");
    assert_eq!(a.state(&at_a, &class, "running").status, 303);

    // Everybody plays through the balancer, every step at the other server.
    a.room = balancer.clone();
    std::thread::scope(|scope| {
        for (n, token) in people.iter().enumerate() {
            let a = &a;
            scope.spawn(move || assert!(a.play(token, n)["receipt"].is_string()));
        }
    });
    wait_for(&mut news);
    let page = b.see(&at_b, &board).body;
    assert_eq!(page.matches("1 of 2</td>").count(), 6, "{page}");

    // A seat code that was used at one, by somebody who did not hear the answer.
    a.room = room_a.clone();
    let me = a.ask("GET", "/api/v1/me", &people[5], None).value();
    let seat = me["seat"].as_str().expect("a seat");
    let page = a
        .form(&at_a, &format!("{board}/seats/{seat}/code"), "")
        .body;
    let code = page.split("aria-label=\"Seat code\">").nth(1);
    let code = code
        .and_then(|rest| rest.split('<').next())
        .expect("a code");
    let asked = json!({ "code": code, "nonce": "5".repeat(64) });
    let told = [&a, &b, &a].map(|server| server.json("POST", "/api/v1/seats", "", &asked));
    for answer in &told {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.value()["token"], told[0].value()["token"]);
    }
    let other = json!({ "code": code, "nonce": "6".repeat(64) });
    assert_eq!(
        b.json("POST", "/api/v1/seats", "", &other).kind(),
        "no-seat-code"
    );
    a.room = balancer.clone();

    // One dies; the other goes on at the same turn.
    let half = a.ask("POST", "/api/v1/runs", &people[0], None).value();
    let half = a.step(&people[0], &half, 1);
    drop(a);
    all.lock().expect("unbroken").retain(|room| *room == room_b);
    b.room = balancer;
    let same = b.ask("POST", "/api/v1/runs", &people[0], None).value();
    assert_eq!((&same["n"], &same["lines"]), (&half["n"], &half["lines"]));
    assert!(b.play(&people[0], 2)["receipt"].is_string());
    assert_eq!(b.state(&at_b, &class, "closed").status, 303);
    // Receipts of both servers are one chain, by two keys.
    assert!(holds(&b, &at_b, &class, &homes[1]));
    let export = b
        .see(&at_b, &format!("{board}/export/receipts.json"))
        .value();
    assert_eq!(export["public_keys"].as_array().map(Vec::len), Some(2));
    assert_eq!(export["receipts"].as_array().map(Vec::len), Some(8));
}

#[test]
fn a_backup_goes_from_one_kind_of_store_to_the_other() {
    let Some(postgres) = Postgres::start("backup") else {
        return;
    };
    let url = postgres.database("classes");
    let home = folder("backup-postgres");
    let files = folder("backup-postgres-files");
    let file = files.join("friday.backup");
    let file = file.to_str().expect("text");
    let database = ["--database", url.as_str()];
    let server = Server::start(&home, &[&["late-part"], &database[..]].concat());
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Ana");
    let (ben, _) = server.join("Ben");
    let (cleo, seat) = server.join("Quibblewick");
    server.state(&cookie, &class, "running");
    let receipt = server.play(&ana, 1)["receipt"].clone();
    server.play(&cleo, 1);
    let begun = server.ask("POST", "/api/v1/runs", &ben, None).value();
    let view = server.step(&ben, &begun, 0);
    let post = |path: &str, body: &str| {
        let path = format!("/classes/{class}/{path}");
        server.form(&cookie, &path, body).status
    };
    assert_eq!(post("voids", "what=clause/let-them-vent&why=ours"), 303);
    assert_eq!(post(&format!("seats/{seat}/erase"), ""), 303);

    // While it is open, and in the middle of a run.
    let (code, said) = program::run(&["backup", file, "--database", &url], &home);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 class with 2 runs handed in"), "{said}");
    let export = |server: &Server, cookie: &str| {
        let path = format!("/classes/{class}/export/");
        let of = |file: &str| server.see(cookie, &format!("{path}{file}")).body;
        (of("receipts.json"), of("scores.csv"), of("attempts.csv"))
    };
    let before = export(&server, &cookie);
    let check = |server: &Server, home: &Path| {
        let me = server.ask("GET", "/api/v1/me", &ana, None).value();
        let task = &me["tasks"][0];
        assert_eq!((&me["name"], &task["receipt"]), (&"Ana".into(), &receipt));
        let again = server.ask("POST", "/api/v1/runs", &ben, None).value();
        assert_eq!((&again["n"], &again["lines"]), (&view["n"], &view["lines"]));
        let cookie = server.enter();
        assert_eq!(export(server, &cookie), before);
        let page = server.see(&cookie, &format!("/classes/{class}")).body;
        assert!(!page.contains("Quibblewick"));
        server.play(&ben, 2);
        assert!(holds(server, &cookie, &class, home));
    };
    let bytes = std::fs::read(file).expect("a file");
    assert!(!bytes.windows(11).any(|some| some == b"Quibblewick"));

    // Not over classes that are there, and not from or to what is no database.
    for (args, why) in [
        (
            ["restore", file, "--database", &url],
            "holds classes already",
        ),
        (
            ["restore", file, "--database", "mysql://x/y"],
            "begins with postgres://",
        ),
        (
            ["restore", file, "--database", "postgres://127.0.0.1:1/x"],
            "cannot be reached",
        ),
        (
            ["backup", "other", "--database", "postgres://127.0.0.1:1/x"],
            "cannot be reached",
        ),
    ] {
        let elsewhere = folder("backup-postgres-refused");
        let home = if args[0] == "backup" {
            &home
        } else {
            &elsewhere
        };
        let (code, said) = program::run(&args, home);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(why), "{said}");
        let left = std::fs::read_dir(&elsewhere).expect("a folder");
        let left: Vec<_> = left
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        assert!(left.iter().all(|name| name == "in-use.lock"), "{left:?}");
    }
    drop(server);

    // Into a file, and from a file into another database.
    let elsewhere = folder("backup-postgres-new");
    let (code, said) = program::run(&["restore", file], &elsewhere);
    assert_eq!(code, Some(0), "{said}");
    let server = Server::start(&elsewhere, &[]);
    check(&server, &elsewhere);
    drop(server);
    let other = postgres.database("others");
    let third = folder("backup-postgres-third");
    let (code, said) = program::run(&["restore", file, "--database", &other], &third);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("in the database"), "{said}");
    assert!(!third.join("class.db").exists());
    let server = Server::start(&third, &["--database", &other]);
    check(&server, &third);
    drop(server);
    let from_file = files.join("from-file.backup");
    let from_file = from_file.to_str().expect("text");
    let (code, said) = program::run(&["backup", from_file], &elsewhere);
    assert_eq!(code, Some(0), "{said}");
    let last = postgres.database("last");
    let fourth = folder("backup-postgres-fourth");
    let (code, said) = program::run(&["restore", from_file, "--database", &last], &fourth);
    assert_eq!(code, Some(0), "{said}");
    let server = Server::start(&fourth, &["--database", &last]);
    let me = server.ask("GET", "/api/v1/me", &ben, None).value();
    assert_eq!(me["tasks"][0]["state"], "handed-in");

    // Scored again, in a database as in a file.
    drop(server);
    let (code, said) = program::run(&["rescore", "--all", "--database", &last], &fourth);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("3 as before"), "{said}");
}

#[test]
fn a_program_plays_across_servers_that_share_one_key() {
    let Some(postgres) = Postgres::start("one-key") else {
        return;
    };
    let url = postgres.database("classes");
    let home = folder("postgres-one-key");
    let [one, two, mine] = ["one", "two", "mine"].map(|name| home.join(name));
    let database = ["--database", url.as_str()];
    std::fs::create_dir_all(&one).expect("a folder");
    std::fs::create_dir_all(&two).expect("a folder");
    let first = Server::start(&one, &[&["late-part", "--open"], &database[..]].concat());
    std::fs::copy(one.join("signing.key"), two.join("signing.key")).expect("the key");
    let second = Server::start(&two, &database);
    assert_eq!(first.words, second.words, "it is one key that is compared");
    let games = vec![first.game.clone(), second.game.clone()];
    let games = Arc::new(Mutex::new(games));
    let balancer = Balancer::of(Arc::clone(&games));
    let address = balancer.address.trim_start_matches("http://");

    let cookie = first.enter();
    let class = first.class(&cookie);
    let args = [first.code.as_str(), "--as", "Ana", "--words", &first.words];
    let mut ana = Player::join(&mine, address, &args);
    ana.hears("The class has not begun");
    first.state(&cookie, &class, "running");
    ana.hears("Encounter 1 of 1");

    // Turn by turn, each over a new connection; both boards see all of it.
    let other = second.enter();
    let boards = [(&first, cookie.clone()), (&second, other.clone())];
    let path = format!("/classes/{class}/live");
    let n_inputs = |(server, cookie): &(&Server, String)| {
        let page = server.see(cookie, &path).body;
        let n = page.split("· input ").nth(1).unwrap_or_default().to_owned();
        let n: String = n.chars().take_while(char::is_ascii_digit).collect();
        n.parse::<usize>().unwrap_or(0)
    };
    ana.types("\n");
    for _ in 0..4 {
        let stand = boards.each_ref().map(n_inputs);
        ana.types("\n1\n");
        let begun = Instant::now();
        loop {
            let now = boards.each_ref().map(n_inputs);
            if now[0] > stand[0] && now[1] > stand[1] {
                break;
            }
            let said = ana.said();
            assert!(begun.elapsed() < Duration::from_secs(60), "{now:?}: {said}");
        }
        balancer.cut();
    }
    let servers = games.lock().expect("unbroken").clone();
    for server in &servers {
        assert!(balancer.n_to(server) > 1, "{server} was asked");
    }

    // One of them dies, and what is left is played and handed in at the other.
    drop(boards);
    games.lock().expect("unbroken").remove(0);
    drop(first);
    balancer.cut();
    let cookie = other;
    let folder = mine.clone();
    ana.plays_until(|| handed_in(&folder));
    let (exit, out) = ana.ends();
    assert_eq!(exit, Some(0), "{out}");
    assert!(out.contains("Handed in, receipt "), "{out}");
    let path = format!("/classes/{class}/export/attempts.csv");
    let csv = second.see(&cookie, &path).body;
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(
        csv.contains("Ana,late-part,1,verified") && !csv.contains("differs"),
        "{csv}"
    );
    assert!(holds(&second, &cookie, &class, &home));
}

#[test]
fn time_passes_once_however_the_clocks_of_servers_differ() {
    let faketime = Path::new("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
    let Some(postgres) = Postgres::start("clocks").filter(|_| faketime.exists()) else {
        println!("skipped: it needs PostgreSQL and libfaketime");
        return;
    };
    let url = postgres.database("classes");
    let (one, two) = (folder("clocks-one"), folder("clocks-two"));
    let database = ["--database", url.as_str()];
    let args = [&["late-part", "--limit", "10:00"], &database[..]].concat();
    let server = Server::start(&one, &args);
    let mut ahead = Command::new(env!("CARGO_BIN_EXE_satisfactometer"));
    ahead.env("LD_PRELOAD", faketime).env("FAKETIME", "+60s");
    let _ahead = Server::by(ahead, &two, &database, Stdio::inherit());
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Ana");
    server.state(&cookie, &class, "running");
    let left = || {
        let told = server.ask("GET", "/api/v1/time", &ana, None).value();
        told["time"]["left_ms"].as_i64().expect("there is a limit")
    };
    let (begun, before) = (Instant::now(), left());
    for _ in 0..16 {
        std::thread::sleep(Duration::from_secs(1));
        left();
    }
    let passed = before - left();
    let really = begun.elapsed().as_millis() as i64;
    // What passes at most from one tick to the next may be counted once too often.
    assert!((really - passed).abs() < 8_000, "{passed} of {really}");
}
