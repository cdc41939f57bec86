//! A seat in a class: taken once, kept in a folder beside the runs, and what there is
//! to play on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::address::Address;
use super::keep;
use super::link::{Link, Trouble};
use super::restore;
use crate::classroom::assignment::Assignment;
use crate::classroom::inert::line;
use crate::classroom::pin::Pin;
use crate::desk::library::read_bounded;

/// File that keeps a seat.
const FILE: &str = "seat.json";
/// File that keeps what is to be played.
const ASSIGNMENT: &str = "class.assignment";

/// What whoever came back with a seat code is told.
pub const CAME_BACK: &str =
    "Your seat came here with a seat code; the device that had it before has lost it.";

/// A seat as it is remembered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seat {
    /// The server's address.
    pub server: String,
    /// Its key: the token is shown to nobody else.
    pub pin: String,
    /// What opens the seat.
    pub token: String,
    /// Id of the seat.
    pub seat: String,
    /// What its holder is called.
    pub name: String,
    /// What the wall calls them, where it was told.
    #[serde(default)]
    pub wall: Option<String>,
    /// Title of the class.
    pub class: String,
    /// Where the class's pages for browsers are, if it has any.
    pub browsers: Option<String>,
    /// The key that receipts are signed with.
    pub receipts: String,
    /// The seat code that brought it here, if one did.
    #[serde(default)]
    pub code: Option<String>,
}

/// A server's no.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub struct Refused {
    /// Which no it is, a word for programs.
    pub kind: String,
    /// Why, in a sentence.
    pub detail: String,
}

/// How a seat was come by.
pub enum Way {
    /// It is a new one.
    New,
    /// It was somebody's already, and theirs it is.
    Back {
        /// The code of the class it is in.
        class_code: String,
    },
}

impl Seat {
    /// What the wall calls its holder, in a sentence, where it was told.
    pub fn on_the_wall(&self) -> Option<String> {
        let wall = self.wall.as_ref()?;
        Some(match *wall == self.name {
            true => "The wall shows that name.".to_owned(),
            false => format!("On the wall you are {}.", line(wall)),
        })
    }

    /// Takes over what its holder is called now, by the server and on the wall; whether
    /// that is new.
    pub fn is_called(&mut self, stand: &Stand) -> bool {
        let before = (self.name.clone(), self.wall.clone());
        if let Some(name) = &stand.name {
            self.name.clone_from(name);
        }
        if stand.wall.is_some() {
            self.wall.clone_from(&stand.wall);
        }
        before != (self.name.clone(), self.wall.clone())
    }

    /// Keeps what its holder is called in the folder that keeps it, unless it has come
    /// back there by another way meanwhile.
    ///
    /// # Errors
    /// When the file was changed, or cannot be written.
    pub fn keep_names(&self, folder: &Path) -> anyhow::Result<()> {
        match Seat::of(folder)? {
            Some(kept) if kept.token == self.token => {
                let text = serde_json::to_string_pretty(self)?;
                keep(&folder.join(FILE), text.as_bytes())
            }
            _ => Ok(()),
        }
    }

    /// The seat that a folder keeps, if it keeps one.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn of(folder: &Path) -> anyhow::Result<Option<Self>> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let seat = serde_json::from_slice(&read_bounded(&path)?);
        seat.with_context(|| format!("{} was changed", path.display()))
            .map(Some)
    }

    /// Asks for a seat with a class's code, or for one's own with a seat code and a nonce:
    /// asked again with the same, the server answers again.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub fn ask(
        link: &Link,
        code: &str,
        name: Option<&str>,
        nonce: Option<&str>,
    ) -> anyhow::Result<(Self, Way)> {
        let mut asked = json!({ "code": code, "name": name });
        if let Some(nonce) = nonce {
            asked["nonce"] = nonce.into();
        }
        let answer = link.send("POST", "/api/v1/seats", "", asked.to_string().as_bytes());
        let (status, body) = match answer {
            Err(why @ Trouble::Silent(..)) if nonce.is_some() => bail!(
                "{why}; the same code may be tried again on this computer, until its minutes \
                 are over"
            ),
            answer => answer?,
        };
        let said: Value = serde_json::from_str(&body).context("that is no class's server")?;
        if !matches!(status, 200 | 201) {
            let kind = said["kind"].as_str().unwrap_or_default().to_owned();
            let detail = line(said["detail"].as_str().unwrap_or("it refused"));
            return Err(Refused { kind, detail }.into());
        }
        let way = match said["back"] == true {
            true => Way::Back {
                class_code: said["code"].as_str().unwrap_or_default().to_owned(),
            },
            false => Way::New,
        };
        let seat = Seat::told(&said, link.address.to_string(), link.pin.to_string());
        let seat = seat.context("that is no class's server, or one of another release")?;
        Ok((seat, way))
    }

    /// The seat that a server says is taken. Its id becomes the name of a folder.
    fn told(said: &Value, server: String, pin: String) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let digits = |value: &Value, n: usize| {
            let is_hex = |text: &String| text.bytes().all(|byte| byte.is_ascii_hexdigit());
            text(value).filter(|text| text.len() == n && is_hex(text))
        };
        Some(Seat {
            server,
            pin,
            token: digits(&said["token"], 64)?,
            seat: digits(&said["seat"], 32)?,
            name: text(&said["name"])?,
            wall: text(&said["wall"]),
            class: text(&said["class"]["title"])?,
            browsers: text(&said["browsers"]),
            receipts: text(&said["receipts"])?,
            code: None,
        })
    }

    /// Keeps it in a folder, in place of what opened it before. What was to be played is
    /// asked for again, and with it what was played elsewhere.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_in(&self, folder: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        match fs::remove_file(folder.join(ASSIGNMENT)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        // The token opens the seat, so nobody else needs to read it.
        let text = serde_json::to_string_pretty(self)?;
        keep(&folder.join(FILE), text.as_bytes())
    }

    /// The line to the seat's own server.
    ///
    /// # Errors
    /// When its file was changed.
    pub fn link(&self) -> anyhow::Result<Link> {
        let pin = Pin::read(&self.pin).context("the seat's file was changed")?;
        Link::new(Address::read(&self.server)?, pin)
    }

    /// Asks how the class is and what there is to play, or why this seat is none.
    ///
    /// # Errors
    /// When the server does not answer, or not in its way.
    pub fn class(&self, link: &Link) -> anyhow::Result<Standing> {
        let (status, body) = link.send("GET", "/api/v1/me", &self.token, b"")?;
        let said: Value = serde_json::from_str(&body).context("that is no class's server")?;
        match status {
            200 => Ok(Standing::In(Stand::of(&said))),
            401 | 410 => {
                let why = said["detail"].as_str().unwrap_or("the seat is gone");
                Ok(Standing::Out(line(why)))
            }
            _ => bail!("the server is busy"),
        }
    }

    /// Asks what there is to play, unless the folder keeps it already.
    ///
    /// # Errors
    /// When the server does not answer or turns this seat away, or it cannot be kept.
    pub fn assignment(&self, link: &Link, folder: &Path) -> anyhow::Result<Work> {
        if let Some(assignment) = kept_assignment(folder)? {
            return Ok(Work::Ready(Box::new(assignment)));
        }
        let (status, body) = link.send("GET", "/api/v1/assignment", &self.token, b"")?;
        if status == 200 {
            let assignment = Assignment::parse(body.as_bytes())?;
            // Before there is anything to play, so that nothing is begun anew here that
            // was begun on another computer.
            restore::fetch(link, self, folder, &assignment)?;
            keep(&folder.join(ASSIGNMENT), body.as_bytes())?;
            return Ok(Work::Ready(Box::new(assignment)));
        }
        let said: Value = serde_json::from_str(&body).unwrap_or_default();
        match said["kind"].as_str().unwrap_or_default() {
            "not-begun" => Ok(Work::NotBegun),
            "sealed" => Ok(Work::Sealed),
            _ if status == 429 || status >= 500 => Ok(Work::Busy),
            _ => bail!("{}", line(said["detail"].as_str().unwrap_or("it refused"))),
        }
    }
}

/// How a seat stands with its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is a seat.
    In(Stand),
    /// It is none, and why.
    Out(String),
}

/// How a class is, for one seat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// What whoever has the seat is called, if it was told.
    pub name: Option<String>,
    /// What the wall calls them, if it was told.
    pub wall: Option<String>,
    /// How far the class is.
    pub state: ClassState,
    /// That it is scored by another doctrine than usual, in words.
    pub scored_by: Option<String>,
    /// What there is to play, in order.
    pub parts: Vec<Part>,
}

/// How far a class is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClassState {
    /// It has not begun, or is not known yet.
    #[default]
    Lobby,
    /// It runs.
    Running,
    /// It rests.
    Paused,
    /// It is over.
    Closed,
}

/// An encounter of a class, as its server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its title.
    pub title: String,
    /// What is read before it, where it is next.
    pub brief: Option<String>,
    /// Id of the attempt, once it is begun.
    pub id: Option<String>,
    /// The receipt's code, once it is handed in.
    pub receipt: Option<String>,
}

impl Stand {
    /// Encounters of a class at most; a server that says more is not believed.
    const MAX: usize = 256;
    /// Characters of a text of it at most.
    const TEXT: usize = 200;
    /// Characters of a brief at most; no scenario has a longer one.
    const BRIEF: usize = 4_000;

    /// The receipt's code of the encounter with this number, from 1, once the server has
    /// it. What is on disk here may be short of it: it was handed in from memory then.
    pub fn receipt_of(&self, n: usize) -> Option<&str> {
        let part = n.checked_sub(1).and_then(|at| self.parts.get(at));
        part.and_then(|part| part.receipt.as_deref())
    }

    /// Reads what a server says. What it leaves out is not there.
    fn of(said: &Value) -> Self {
        let bounded = |value: &Value, most: usize| {
            let text = value.as_str()?;
            Some(line(text).chars().take(most).collect::<String>())
        };
        let text = |value: &Value| bounded(value, Self::TEXT);
        let tasks = said["tasks"].as_array().map_or(&[][..], Vec::as_slice);
        let parts = tasks.iter().take(Self::MAX).map(|task| Part {
            title: text(&task["title"]).unwrap_or_default(),
            brief: bounded(&task["brief"], Self::BRIEF),
            id: text(&task["id"]).filter(|id| uuid::Uuid::try_parse(id).is_ok()),
            receipt: text(&task["receipt"]),
        });
        Stand {
            name: text(&said["name"]).filter(|name| !name.is_empty()),
            wall: text(&said["wall"]).filter(|wall| !wall.is_empty()),
            state: match said["class"]["state"].as_str() {
                Some("running") => ClassState::Running,
                Some("paused") => ClassState::Paused,
                Some("closed") => ClassState::Closed,
                _ => ClassState::Lobby,
            },
            scored_by: bounded(&said["class"]["scored_by"], Self::BRIEF),
            parts: parts.collect(),
        }
    }
}

/// What there is to play.
pub enum Work {
    /// This.
    Ready(Box<Assignment>),
    /// Nothing yet: the class has not begun.
    NotBegun,
    /// Nothing for a program: the server keeps the content to itself.
    Sealed,
    /// The server is too busy to say.
    Busy,
}

/// What a folder keeps of what is to be played.
///
/// # Errors
/// When the file cannot be read.
pub fn kept_assignment(folder: &Path) -> anyhow::Result<Option<Assignment>> {
    let path = folder.join(ASSIGNMENT);
    path.exists().then(|| Assignment::read(&path)).transpose()
}

/// The folders with a seat in a folder of folders, the newest first; of one server
/// alone, if it is named.
pub fn folders(base: &Path, server: Option<&Address>) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(base) else {
        return Vec::new();
    };
    let of = server.map(|address| format!("{}-", address.as_name()));
    let mut found: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            of.as_ref().is_none_or(|of| name.starts_with(of))
        })
        .filter_map(|path| {
            let meta = fs::metadata(path.join(FILE)).ok()?;
            Some((meta.modified().unwrap_or(SystemTime::UNIX_EPOCH), path))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_a_number_and_leads_nowhere() {
        let said = |seat: &str, token: &str| {
            json!({ "seat": seat, "token": token, "name": "Ana", "receipts": "",
                "class": { "title": "Morning shift" } })
        };
        let told = |seat: &str, token: &str| Seat::told(&said(seat, token), "".into(), "".into());
        let (seat, token) = ("0f".repeat(16), "a1".repeat(32));
        assert_eq!(
            told(&seat, &token).map(|told| told.seat),
            Some(seat.clone())
        );
        let umlauts = "ä".repeat(16);
        for wrong in ["", "../../../etc", "/tmp/x", &seat[1..], &umlauts] {
            assert!(told(wrong, &token).is_none(), "{wrong}");
        }
        assert!(told(&seat, "a\r\nX: 1").is_none());
    }

    #[test]
    fn what_a_server_says_of_a_class_is_believed_within_bounds() {
        let said = json!({
            "name": "Ana\u{202e}",
            "wall": 5,
            "class": { "state": "paused" },
            "tasks": [
                { "title": "One\u{202e}", "brief": "Read this.", "id": null, "receipt": null },
                { "title": "x".repeat(5_000), "id": "../me", "receipt": "7Q2F-M9KD" },
                "none",
            ],
        });
        let stand = Stand::of(&said);
        assert_eq!(stand.state, ClassState::Paused);
        let titles: Vec<_> = stand.parts.iter().map(|part| part.title.len()).collect();
        assert_eq!(titles, [11, Stand::TEXT, 0]);
        assert_eq!(stand.parts[0].brief.as_deref(), Some("Read this."));
        assert_eq!(stand.parts[1].id, None);
        let receipts: Vec<_> = (0..4).map(|n| stand.receipt_of(n)).collect();
        assert_eq!(receipts, [None, None, Some("7Q2F-M9KD"), None], "from 1");
        assert_eq!(stand.name.as_deref(), Some("Ana<U+202E>"));
        assert_eq!(stand.wall, None);
        let many = json!({ "tasks": vec![json!({}); 10_000] });
        assert_eq!(Stand::of(&many).parts.len(), Stand::MAX);
        for none in [json!(null), json!([]), json!({ "class": 5, "tasks": "x" })] {
            assert_eq!(Stand::of(&none), Stand::default());
        }
    }
}
