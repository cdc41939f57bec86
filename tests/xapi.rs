//! A class as xAPI statements: what stands in them, what must not, and a record store
//! that fails in every way while they are brought there.

mod server;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use server::{Server, folder};

/// A class of two, with a score that was made anew and a run that was left; returns
/// the statements and the folder.
fn exported(name: &str) -> (Value, std::path::PathBuf) {
    let home = folder(name);
    let server = Server::start(&home, &["late-part"]);
    let cookie = server.enter();
    let class = server.class(&cookie);
    let (ana, _) = server.join("Quirin Ampersand");
    let (ben, _) = server.join("Xaver");
    server.state(&cookie, &class, "running");
    server.play(&ana, 1);
    let begun = server.ask("POST", "/api/v1/runs", &ben, None).value();
    server.step(&ben, &begun, 0);
    let vote = format!("/classes/{class}/vote");
    server.form(&cookie, &vote, "do=begin&scenario=late-part");
    let voids = format!("/classes/{class}/voids");
    server.form(&cookie, &voids, "what=clause/let-them-vent&why=zzyzx");
    server.state(&cookie, &class, "closed");
    let path = format!("/classes/{class}/export/xapi.json");
    let text = server.see(&cookie, &path).body;
    assert_eq!(text, server.see(&cookie, &path).body, "the same again");
    for secret in ["Quirin", "Xaver", "mbox", "zzyzx"] {
        assert!(!text.contains(secret), "{secret} is told");
    }
    fs::write(home.join("xapi.json"), &text).expect("a file");
    (serde_json::from_str(&text).expect("JSON"), home)
}

/// What the specification asks of a statement, as far as ours go.
fn check(statement: &Value) {
    let known = [
        "id",
        "actor",
        "verb",
        "object",
        "result",
        "context",
        "timestamp",
        "version",
    ];
    for key in statement.as_object().expect("an object").keys() {
        assert!(known.contains(&key.as_str()), "{key}");
    }
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let id = uuid::Uuid::try_parse(&text(&statement["id"])).expect("a UUID");
    assert_eq!(id.get_version_num(), 5);
    let actor = &statement["actor"];
    assert_eq!(actor["objectType"], "Agent");
    assert_eq!(
        actor.as_object().map(serde_json::Map::len),
        Some(2),
        "a seat, no name"
    );
    assert_eq!(text(&actor["account"]["name"]).len(), 32);
    let iri = |value: &str| assert!(value.starts_with("http"), "{value}");
    iri(&text(&actor["account"]["homePage"]));
    iri(&text(&statement["verb"]["id"]));
    iri(&text(&statement["object"]["id"]));
    let at: jiff::Timestamp = text(&statement["timestamp"]).parse().expect("RFC 3339");
    assert!(at <= jiff::Timestamp::now());
    let result = &statement["result"];
    for extensions in [&result["extensions"], &statement["context"]["extensions"]] {
        for key in extensions.as_object().iter().flat_map(|map| map.keys()) {
            iri(key);
        }
    }
    if let Some(score) = result["score"].as_object() {
        let number = |key: &str| score[key].as_f64().expect("a number");
        assert!((0.0..=1.0).contains(&number("scaled")));
        assert!((number("min")..=number("max")).contains(&number("raw")));
    }
    assert_eq!(
        text(&statement["context"]["registration"]).len(),
        36,
        "the attempt"
    );
}

#[test]
fn everything_that_was_chosen_is_told_of_nobody_by_name() {
    let (statements, _) = exported("xapi");
    let statements = statements.as_array().expect("a list");
    let mut ids = Vec::new();
    let mut verbs: BTreeMap<String, usize> = BTreeMap::new();
    let mut actors = Vec::new();
    for statement in statements {
        check(statement);
        ids.push(statement["id"].to_string());
        actors.push(statement["actor"].to_string());
        let verb = statement["verb"]["display"]["en"].as_str().expect("a word");
        *verbs.entry(verb.to_owned()).or_default() += 1;
    }
    let n_ids = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), n_ids, "every id once");
    actors.sort();
    actors.dedup();
    assert_eq!(actors.len(), 2, "the class's own run is nobody's");
    assert_eq!(verbs["initialized"], 2);
    assert_eq!((verbs["completed"], verbs["terminated"]), (1, 1));
    assert_eq!(verbs["scored"], 2, "a new score each, beside the old one");
    assert!(verbs["answered"] >= 3, "{verbs:?}");
    let answered = statements
        .iter()
        .find(|s| s["verb"]["display"]["en"] == "answered");
    let answered = answered.expect("one");
    let choice = &answered["object"]["definition"]["choices"][0]["id"];
    assert_eq!(&answered["result"]["response"], choice);
}

/// A record store that keeps statements by id, and may fail on the way.
struct Store {
    url: String,
    kept: Arc<Mutex<BTreeMap<String, Value>>>,
    asked: Arc<AtomicUsize>,
}

/// What a store does with its n-th request, from 0.
type Mood = fn(usize) -> &'static str;

impl Store {
    fn open(mood: Mood) -> Store {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/xAPI", listener.local_addr().expect("an address"));
        let (kept, asked) = (Arc::default(), Arc::default());
        let store = Store {
            url,
            kept: Arc::clone(&kept),
            asked: Arc::clone(&asked),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let n = asked.fetch_add(1, Ordering::SeqCst);
                _ = answer(stream.expect("a connection"), mood(n), &kept);
            }
        });
        store
    }
}

fn answer(
    mut stream: TcpStream,
    mood: &str,
    kept: &Mutex<BTreeMap<String, Value>>,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 65_536];
    let (head, body) = loop {
        let n = stream.read(&mut buffer)?;
        bytes.extend(&buffer[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.to_ascii_lowercase();
        let length = length.split("content-length: ").nth(1).unwrap_or("0");
        let length: usize = length.lines().next().unwrap_or("0").parse().unwrap_or(0);
        if body.len() >= length || n == 0 {
            break (head.to_owned(), body.to_owned());
        }
    };
    // As "us:secret" is written.
    let known = head.contains("Basic dXM6c2VjcmV0");
    let sent: Value = serde_json::from_str(&body).unwrap_or_default();
    let all = match sent {
        Value::Array(all) => all,
        one => vec![one],
    };
    let mut status = "204 No Content";
    if !known {
        status = "401 Unauthorized";
    } else if mood == "busy" {
        status = "503 Service Unavailable";
    } else if mood == "elsewhere" {
        status = "307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/";
    } else {
        let mut kept = kept.lock().expect("unbroken");
        let id = |statement: &Value| statement["id"].as_str().unwrap_or_default().to_owned();
        let differs = |s: &&Value| kept.get(&id(s)).is_some_and(|old| old != *s);
        let there = |s: &&Value| kept.contains_key(&id(s));
        let strict = mood == "strict" && all.iter().any(|s| there(&s));
        if strict || all.iter().any(|s| differs(&s)) {
            status = "409 Conflict";
        } else if mood == "picky" && (all.len() > 1 || body.contains("verbs/scored")) {
            status = "400 Bad Request";
        } else {
            kept.extend(all.into_iter().map(|s| (id(&s), s)));
        }
    }
    if mood == "silent" {
        // It has kept them, and nobody learns of it.
        return Ok(());
    }
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())
}

fn send(home: &Path, store: &Store, password: &str) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .arg("xapi")
        .arg(home.join("xapi.json"))
        .args(["--to", &store.url, "--user", "us"])
        .env("SATISFACTOMETER_LRS_PASSWORD", password)
        .output()
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (done.status.code(), text(done.stdout) + &text(done.stderr))
}

#[test]
fn a_store_that_fails_has_everything_once_in_the_end() {
    let (statements, home) = exported("xapi-sent");
    let n = statements.as_array().expect("a list").len();
    // The first answer is lost on the way, the second says it is busy.
    let store = Store::open(|n| match n {
        0 => "silent",
        1 => "busy",
        _ => "strict",
    });
    let (code, said) = send(&home, &store, "secret");
    assert_eq!(code, Some(0), "{said}");
    let kept = || store.kept.lock().expect("unbroken").clone();
    assert_eq!(kept().len(), n);
    for statement in statements.as_array().expect("a list") {
        let id = statement["id"].as_str().expect("an id");
        assert_eq!(kept().get(id), Some(statement));
    }
    // Twice more: nothing is asked, nothing is doubled.
    let asked = store.asked.load(Ordering::SeqCst);
    for _ in 0..2 {
        let (code, said) = send(&home, &store, "secret");
        assert_eq!(code, Some(0));
        assert!(said.contains("All are there"), "{said}");
    }
    assert_eq!(store.asked.load(Ordering::SeqCst), asked);
    assert_eq!(kept().len(), n);
}

#[test]
fn what_is_refused_is_said_and_the_password_goes_nowhere_else() {
    let (_, home) = exported("xapi-refused");
    let store = Store::open(|_| "well");
    let (code, said) = send(&home, &store, "wrong");
    assert_eq!(code, Some(2));
    assert!(said.contains("does not let us in"), "{said}");
    let away = Store::open(|_| "elsewhere");
    let (code, said) = send(&home, &away, "secret");
    assert_eq!(code, Some(2));
    assert!(said.contains("somewhere else (307)"), "{said}");
    assert_eq!(away.asked.load(Ordering::SeqCst), 1);

    // One kind of statement it does not like: the others arrive, and it is named.
    let picky = Store::open(|_| "picky");
    let (code, said) = send(&home, &picky, "secret");
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(said.matches("refused: ").count(), 2, "{said}");
    assert!(!picky.kept.lock().expect("unbroken").is_empty());

    // Statements that could be doubled are not sent at all.
    fs::write(home.join("xapi.json"), r#"[{"verb":{}}]"#).expect("a file");
    let (code, said) = send(&home, &store, "secret");
    assert_eq!(code, Some(2));
    assert!(said.contains("statement 1 has no id"), "{said}");
    assert!(store.kept.lock().expect("unbroken").is_empty());
}
