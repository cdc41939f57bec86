//! People of a class as programs, at their own pace: they ask until there is an answer
//! and go on where they were, and they hold that no turn is lost or done twice.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Answer, asked};

/// What the people of a class share.
#[derive(Default)]
pub struct Room {
    /// Where the server is now.
    at: Mutex<String>,
    /// Nobody asks any more.
    over: AtomicBool,
    /// Turns that were done.
    n_turns: AtomicUsize,
    /// Receipts that were told.
    n_receipts: AtomicUsize,
    /// Every request that was answered: what it was, how long it took, its status.
    answers: Mutex<Vec<(&'static str, Duration, u16)>>,
}

impl Room {
    pub fn at(address: &str) -> Room {
        Room {
            at: Mutex::new(address.to_owned()),
            ..Room::default()
        }
    }

    pub fn moved(&self, address: &str) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = address.to_owned();
    }

    pub fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    pub fn n_turns(&self) -> usize {
        self.n_turns.load(Ordering::Relaxed)
    }

    pub fn n_receipts(&self) -> usize {
        self.n_receipts.load(Ordering::Relaxed)
    }

    /// Takes the answers there were since it was last asked.
    pub fn answers(&self) -> Vec<(&'static str, Duration, u16)> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut answers)
    }

    fn address(&self) -> String {
        let at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        at.clone()
    }

    /// One request and its answer, if there is a whole one.
    pub fn once(&self, what: &'static str, token: &str, request: &Request) -> Option<Answer> {
        let begun = Instant::now();
        let answer = asked(&self.address(), &self.bytes(token, request)).ok()?;
        // A body that was cut off is no answer either.
        if answer.status == 0 || serde_json::from_str::<Value>(&answer.body).is_err() {
            return None;
        }
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.push((what, begun.elapsed(), answer.status));
        Some(answer)
    }

    fn bytes(&self, token: &str, (method, path, body): &Request) -> Vec<u8> {
        let at = self.address();
        let host = at.trim_start_matches("http://");
        let bearer = match token {
            "" => String::new(),
            token => format!("Authorization: Bearer {token}\r\n"),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{bearer}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [request.as_bytes(), body].concat()
    }
}

/// Method, path and body.
pub type Request<'a> = (&'a str, &'a str, &'a [u8]);

/// How a line breaks in the middle of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before the server has heard all of it.
    Asking,
    /// Before its answer is there.
    Answering,
}

/// One person.
pub struct Robot<'a> {
    pub room: &'a Room,
    pub token: String,
    /// How long they think before they do something, milliseconds.
    pub think: Range<u64>,
    dice: u64,
}

impl<'a> Robot<'a> {
    pub fn new(room: &'a Room, token: &str, n: usize, think: Range<u64>) -> Robot<'a> {
        Robot {
            room,
            token: token.to_owned(),
            think,
            dice: n as u64 * 2 + 1,
        }
    }

    /// Joins; asks again while too many come at once. The answer is told if it is a no.
    pub fn join(room: &Room, code: &str, name: &str) -> Result<(String, String), Answer> {
        let body = json!({ "code": code, "name": name }).to_string();
        let answer = loop {
            match room.once("join", "", &("POST", "/api/v1/seats", body.as_bytes())) {
                Some(answer) if answer.status != 429 => break answer,
                _ => std::thread::sleep(Duration::from_millis(200)),
            }
        };
        if answer.status != 201 {
            return Err(answer);
        }
        let said = answer.value();
        let text = |key: &str| said[key].as_str().expect("a text").to_owned();
        Ok((text("token"), text("seat")))
    }

    fn roll(&mut self, n: u64) -> u64 {
        self.dice = (self.dice * 75 + 74) % 65_537;
        self.dice % n.max(1)
    }

    /// Asks until there is an answer that decides something; `over` when nobody may ask
    /// any more.
    fn ask(&self, what: &'static str, path: &str, body: &Value) -> Result<Value, String> {
        let body = body.to_string();
        while !self.room.is_over() {
            let answer = self
                .room
                .once(what, &self.token, &("POST", path, body.as_bytes()));
            let wait = match answer {
                Some(answer) if answer.status == 200 => return Ok(answer.value()),
                Some(answer) if answer.status == 409 => match answer.kind().as_str() {
                    "paused" | "not-begun" => 100,
                    kind @ ("closed" | "all-played" | "time-is-up") => {
                        return Err(kind.to_owned());
                    }
                    kind => panic!("{kind}: {}", answer.body),
                },
                Some(answer) if !matches!(answer.status, 429 | 503) => {
                    panic!("{}: {}", answer.status, answer.body)
                }
                _ => 20,
            };
            std::thread::sleep(Duration::from_millis(wait));
        }
        Err("over".to_owned())
    }

    /// The run they are in, or the next one; a word if there is none.
    pub fn begin(&self) -> Result<Value, String> {
        self.ask("begin", "/api/v1/runs", &Value::Null)
    }

    /// What they do next, and where it is sent.
    fn choice(&mut self, view: &Value) -> (String, Value) {
        let voice = ["soft", "even", "even", "raised"][self.roll(4) as usize];
        let face = ["warm", "neutral", "concerned"][self.roll(3) as usize];
        let mut input = json!({ "n": number(view) + 1, "voice": voice, "face": face });
        if view["floor"] == "trainee" {
            let n_choices = view["choices"].as_array().map_or(0, Vec::len) as u64;
            let choice = self.roll(n_choices * 3 + 1);
            if choice == n_choices * 3 {
                input["do"] = "pause".into();
            } else {
                input["do"] = "say".into();
                input["choice"] = (choice % n_choices).into();
            }
        } else {
            let does = ["listen", "listen", "listen", "encourage", "cut-in"];
            input["do"] = does[self.roll(5) as usize].into();
        }
        let id = view["id"].as_str().unwrap_or_default();
        (format!("/api/v1/runs/{id}/turns"), input)
    }

    /// One turn after a thought; a word where the class or their time ends it.
    pub fn turn(&mut self, view: &Value) -> Result<Value, String> {
        let think = self.think.start + self.roll(self.think.end - self.think.start);
        std::thread::sleep(Duration::from_millis(think));
        let (path, input) = self.choice(view);
        let next = self.ask("turn", &path, &input)?;
        if next["receipt"].is_string() && next["floor"] != "ended" {
            return Err("closed".to_owned());
        }
        follows(view, &next, number(view) + 1);
        self.room.n_turns.fetch_add(1, Ordering::Relaxed);
        Ok(next)
    }

    /// The line breaks in the middle of a turn. They come back to the same run and the
    /// same turn, or the one after it if it was heard whole; asked again it is not done again.
    pub fn cut(&mut self, view: &Value, cut: Cut) -> Result<Value, String> {
        let (path, input) = self.choice(view);
        let body = input.to_string();
        let bytes = self
            .room
            .bytes(&self.token, &("POST", &path, body.as_bytes()));
        if let Ok(mut line) = TcpStream::connect(self.room.address().trim_start_matches("http://"))
        {
            let heard = match cut {
                Cut::Asking => &bytes[..bytes.len() - 7],
                Cut::Answering => &bytes[..],
            };
            _ = line.write_all(heard);
            _ = line.shutdown(Shutdown::Both);
        }
        std::thread::sleep(Duration::from_millis(300));
        let heard = u64::from(cut == Cut::Answering);
        match self.begin() {
            Ok(same) => {
                let n = number(&same);
                let may = number(view)..=number(view) + heard;
                assert!(may.contains(&n), "{cut:?}: {n}");
                follows(view, &same, n);
            }
            // It was the last turn of all.
            Err(why) if why == "all-played" && heard == 1 => {}
            Err(why) => return Err(why),
        }
        let next = self.ask("turn", &path, &input)?;
        follows(view, &next, number(view) + 1);
        self.room.n_turns.fetch_add(1, Ordering::Relaxed);
        Ok(next)
    }

    /// Plays all there is to play; returns the receipts by attempt, and why it stopped.
    pub fn play(&mut self) -> (BTreeMap<String, String>, String) {
        let mut receipts = BTreeMap::new();
        loop {
            let mut view = match self.begin() {
                Ok(view) => view,
                Err(why) => return (receipts, why),
            };
            while view["floor"] != "ended" {
                view = match self.turn(&view) {
                    Ok(view) => view,
                    Err(why) => return (receipts, why),
                };
            }
            self.room.n_receipts.fetch_add(1, Ordering::Relaxed);
            note(&mut receipts, &view);
        }
    }
}

/// Keeps the receipt of a run; there is never another for the same one.
pub fn note(receipts: &mut BTreeMap<String, String>, view: &Value) {
    let text = |key: &str| view[key].as_str().map(str::to_owned);
    if let (Some(id), Some(receipt)) = (text("id"), text("receipt")) {
        let known = receipts.insert(id, receipt.clone());
        assert!(known.is_none_or(|known| known == receipt), "one receipt");
    }
}

pub fn number(view: &Value) -> u64 {
    view["n"].as_u64().unwrap_or_else(|| panic!("{view}"))
}

/// The same run, at input `n`, with everything that was said before.
fn follows(before: &Value, after: &Value, n: u64) {
    assert_eq!(before["id"], after["id"], "the same run");
    assert_eq!(number(after), n, "no turn is lost or doubled");
    let lines = |view: &Value| view["lines"].as_array().cloned().unwrap_or_default();
    assert!(
        lines(after).starts_with(&lines(before)),
        "{before}\n{after}"
    );
}
