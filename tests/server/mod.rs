//! A class's server as a process for tests, with people as HTTP clients and the board
//! as a browser would use it. Requests are written by hand, so nothing is tidied up.
#![allow(dead_code, reason = "every test file uses its own part of this")]

pub mod alone;
pub mod kills;
pub mod postgres;
pub mod program;
pub mod robot;
pub mod swallowed;
pub mod tampered;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// Has the system pick all three ports.
pub const ANY_PORTS: [&str; 6] = ["--port", "0", "--game-port", "0", "--board-port", "0"];

pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("class")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// A server of its own for one test.
pub struct Server {
    pub child: Child,
    pub board: String,
    pub enter: String,
    pub room: String,
    /// Where programs find it, and what it says to them.
    pub game: String,
    pub words: String,
    pub code: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

impl Server {
    pub fn start(folder: &Path, args: &[&str]) -> Server {
        Server::logged(folder, args, Stdio::inherit())
    }

    /// The same with what it has to complain about elsewhere.
    pub fn logged(folder: &Path, args: &[&str], log: Stdio) -> Server {
        let program = Command::new(env!("CARGO_BIN_EXE_satisfactometer"));
        Server::by(program, folder, args, log)
    }

    /// The same by a command of one's own that runs the program.
    pub fn by(mut program: Command, folder: &Path, args: &[&str], log: Stdio) -> Server {
        let mut child = program
            .arg("host")
            .args(args)
            .args(["--address", "127.0.0.1"])
            .args(any_port("--board-port", args))
            .args(any_port("--game-port", args))
            .args(if args.contains(&"--no-browsers") {
                &[][..]
            } else {
                any_port("--port", args)
            })
            .arg("--folder")
            .arg(folder)
            .env_remove("HOME")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program runs");
        let out = BufReader::new(child.stdout.take().expect("it prints"));
        let (mut board, mut room, mut code) = (String::new(), String::new(), String::new());
        let (mut game, mut words) = (String::new(), String::new());
        for line in out.lines() {
            let line = line.expect("it prints text");
            let text = line.trim();
            if text.contains("/enter/") {
                board = text.to_owned();
            } else if text.starts_with("http://") {
                room = text.to_owned();
            } else if let Some(found) = text.strip_prefix("Join code: ") {
                code = found.to_owned();
            } else if let Some(found) = text.strip_prefix("Game, encrypted: ") {
                game = found.to_owned();
            } else if let Some(found) = text.strip_prefix("It says these words: ") {
                words = found.to_owned();
            } else if text.contains("Ctrl+C") {
                break;
            }
        }
        let (at, enter) = board.split_once("/enter/").expect("there is a board");
        Server {
            child,
            board: at.to_owned(),
            enter: enter.to_owned(),
            room,
            game,
            words,
            code,
        }
    }

    /// Kills it, at whatever it is doing, and starts it again where people look for it.
    pub fn kill_and_start(&mut self, folder: &Path) {
        let port = |address: &str| address.rsplit(':').next().map(str::to_owned);
        let ports = [&self.board, &self.room, &self.game].map(|at| port(at).expect("a port"));
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("it is dead");
        let [board, room, game] = ports.each_ref().map(String::as_str);
        let code = std::mem::take(&mut self.code);
        let args = ["--board-port", board, "--port", room, "--game-port", game];
        *self = Server::start(folder, &args);
        self.code = code;
    }

    /// Memory that it holds at this moment, in MiB; nothing where a system tells otherwise.
    pub fn memory(&self) -> Option<u64> {
        let status = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(status).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib / 1024)
    }

    /// Asks the room's port.
    pub fn ask(&self, method: &str, path: &str, token: &str, body: Option<&[u8]>) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("Content-Type", "application/json")];
        if !token.is_empty() {
            headers.push(("Authorization", &bearer));
        }
        send(&self.room, method, path, &headers, body.unwrap_or_default())
    }

    pub fn json(&self, method: &str, path: &str, token: &str, body: &Value) -> Answer {
        self.ask(method, path, token, Some(body.to_string().as_bytes()))
    }

    /// The same as the page asks, which waits as long as it is told when it was too fast.
    pub fn patiently(&self, path: &str, token: &str, body: &Value) -> Answer {
        loop {
            let answer = self.json("POST", path, token, body);
            if answer.status != 429 {
                return answer;
            }
            let seconds = answer.header("retry-after").parse().expect("how long");
            std::thread::sleep(Duration::from_secs(seconds));
        }
    }

    pub fn join(&self, name: &str) -> (String, String) {
        let asked = json!({ "code": self.code, "name": name });
        let answer = self.json("POST", "/api/v1/seats", "", &asked);
        assert_eq!(answer.status, 201, "{}", answer.body);
        let said = answer.value();
        let text = |key: &str| said[key].as_str().expect("a text").to_owned();
        (text("token"), text("seat"))
    }

    /// Who comes late may join.
    pub fn let_in(&self, cookie: &str, class: &str) {
        let path = format!("/classes/{class}/joining");
        assert_eq!(self.form(cookie, &path, "open=yes").status, 303);
    }

    /// Lets somebody in who comes late; returns their token.
    pub fn join_late(&self, cookie: &str, class: &str, name: &str) -> String {
        self.let_in(cookie, class);
        self.join(name).0
    }

    /// What somebody is called, and what the wall calls them.
    pub fn names(&self, token: &str) -> [String; 2] {
        let me = self.ask("GET", "/api/v1/me", token, None).value();
        ["name", "wall"].map(|key| me[key].as_str().expect("a text").to_owned())
    }

    /// The path of a class's projector view, as its board gives it.
    pub fn wall(&self, cookie: &str, class: &str) -> String {
        let board = self.see(cookie, &format!("/classes/{class}")).body;
        let link = board.split("/projector/").nth(1).expect("a link");
        format!("/projector/{}", link.split('"').next().expect("its end"))
    }

    /// Opens the board; returns its cookie.
    pub fn enter(&self) -> String {
        let answer = send(
            &self.board,
            "GET",
            &format!("/enter/{}", self.enter),
            &[],
            b"",
        );
        assert_eq!(answer.status, 303, "{}", answer.body);
        let cookie = answer.header("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
        cookie.split(';').next().expect("a pair").to_owned()
    }

    pub fn see(&self, cookie: &str, path: &str) -> Answer {
        send(&self.board, "GET", path, &[("Cookie", cookie)], b"")
    }

    pub fn form(&self, cookie: &str, path: &str, body: &str) -> Answer {
        let headers = [
            ("Cookie", cookie),
            ("Origin", self.board.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        send(&self.board, "POST", path, &headers, body.as_bytes())
    }

    pub fn class(&self, cookie: &str) -> String {
        let page = self.see(cookie, "/").body;
        let id = page.split("/classes/").nth(1).expect("there is a class");
        id[..36].to_owned()
    }

    pub fn state(&self, cookie: &str, class: &str, state: &str) -> Answer {
        let page = self.see(cookie, &format!("/classes/{class}")).body;
        let revision = page.split("name=\"revision\" value=\"").nth(1);
        let revision = revision.and_then(|rest| rest.split('"').next());
        let body = format!("state={state}&revision={}", revision.expect("it has one"));
        self.form(cookie, &format!("/classes/{class}/state"), &body)
    }

    /// Plays a whole encounter in a browser's way, by lines `pick` of those on offer.
    pub fn play(&self, token: &str, pick: usize) -> Value {
        let begun = self.patiently("/api/v1/runs", token, &Value::Null);
        assert_eq!(begun.status, 200, "{}", begun.body);
        let mut view = begun.value();
        while view["floor"] != "ended" {
            view = self.step(token, &view, pick);
        }
        view
    }

    pub fn step(&self, token: &str, view: &Value, pick: usize) -> Value {
        let mut input = json!({ "n": view["n"].as_u64().expect("a number") + 1,
            "voice": "even", "face": "concerned" });
        let choices = view["choices"].as_array().expect("a list").len();
        if view["floor"] == "customer" {
            input["do"] = "listen".into();
        } else {
            input["do"] = "say".into();
            input["choice"] = (pick % choices).into();
        }
        let path = format!("/api/v1/runs/{}/turns", view["id"].as_str().expect("an id"));
        let answer = self.patiently(&path, token, &input);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.value()
    }
}

/// Any port, where none is asked for.
fn any_port(which: &'static str, args: &[&str]) -> &'static [&'static str] {
    let asked = args.contains(&which);
    match which {
        _ if asked => &[],
        "--port" => &["--port", "0"],
        "--game-port" => &["--game-port", "0"],
        _ => &["--board-port", "0"],
    }
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{}", self.body))
    }

    pub fn header(&self, name: &str) -> String {
        let lines = self.head.lines();
        let mut found = lines.filter_map(|line| line.split_once(": "));
        found
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map_or(String::new(), |(_, value)| value.to_owned())
    }

    pub fn kind(&self) -> String {
        self.value()["kind"].as_str().unwrap_or_default().to_owned()
    }
}

/// A request written by hand, so that nothing is tidied up on the way.
pub fn send(base: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let host = base.trim_start_matches("http://");
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head.push_str(&format!("Host: {host}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !headers.iter().any(|(name, _)| *name == "Content-Length") {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend(body);
    raw(base, &bytes)
}

pub fn raw(base: &str, bytes: &[u8]) -> Answer {
    asked(base, bytes).expect("it listens")
}

/// The same of a server that may be dead: nothing, or an answer of status 0, then.
pub fn asked(base: &str, bytes: &[u8]) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(base.trim_start_matches("http://"))?;
    let timeout = Some(Duration::from_secs(20));
    stream.set_read_timeout(timeout).expect("a time-out");
    // A server that has refused need not read on.
    _ = stream.write_all(bytes);
    let mut got = Vec::new();
    _ = stream.read_to_end(&mut got);
    let end = got.windows(4).position(|four| four == b"\r\n\r\n");
    let body = end.map_or(Vec::new(), |end| got.split_off(end + 4));
    let head = String::from_utf8_lossy(&got).trim_end().to_owned();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let mut answer = Answer {
        status: status.unwrap_or(0),
        head,
        body: String::new(),
    };
    let body = match answer.header("transfer-encoding").as_str() {
        "chunked" => whole(&body).unwrap_or_else(|| panic!("it broke off: {}", answer.head)),
        _ => body,
    };
    answer.body = String::from_utf8_lossy(&body).into_owned();
    Ok(answer)
}

/// A body that came in chunks, if its last one is there.
fn whole(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..line]).ok()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        rest = &rest[line + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}
