//! A run as it is sent while it is played: in order, each line once, many at a time when
//! the network was away. What is handed in counts; this is so that a lost computer costs
//! no more than the line that was on its way.

use engine::transcript::Transcript;
use serde_json::{Value, json};

use super::link::{Link, Trouble};
use super::seat::Seat;
use crate::classroom::homework::Binding;

/// Bytes of lines that are sent at once; written as text of JSON they may grow to twice
/// as much.
const BATCH: usize = 24 * 1024;

/// Whether a line is a run's last.
pub fn is_last(line: &str) -> bool {
    let line = serde_json::from_str::<Value>(line).unwrap_or_default();
    line["run"].get("end").is_some()
}

/// A run that is sent.
pub struct Sending {
    /// Id of its attempt.
    pub attempt: String,
    lines: Vec<String>,
    n_there: usize,
    /// The server will not have any of it before it is handed in.
    stopped: bool,
}

impl Sending {
    /// A run that begins with this line; nothing if it is none of a class.
    pub fn of(header: &str) -> Option<Self> {
        let label = Transcript::read(header).ok()?.label;
        Some(Sending {
            attempt: Binding::of(&label).attempt?,
            lines: vec![header.to_owned()],
            n_there: 0,
            stopped: false,
        })
    }

    /// One line more.
    pub fn add(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    /// The whole of it, with its last line.
    pub fn whole(&self, last: &str) -> String {
        self.lines.concat() + last
    }

    /// The same run from its first line again.
    pub fn again(&mut self, header: &str) {
        self.lines = vec![header.to_owned()];
    }

    /// Whether there is something to send.
    pub fn waits(&self) -> bool {
        !self.stopped && self.n_there < self.lines.len()
    }

    /// Sends what the server does not have.
    ///
    /// # Errors
    /// When it does not answer; what it has by then need not be sent again.
    pub fn send(&mut self, link: &Link, seat: &Seat) -> Result<(), Trouble> {
        let path = format!("/api/v1/attempts/{}/lines", self.attempt);
        // It may say that it has fewer than was thought, and no more often than this.
        let mut patience = 3;
        while self.waits() {
            let from = self.n_there;
            let mut n_bytes = 0;
            let batch: Vec<&String> = (self.lines[from..].iter())
                .take_while(|line| {
                    n_bytes += line.len();
                    n_bytes <= BATCH || n_bytes == line.len()
                })
                .collect();
            let asked = json!({ "from": from, "lines": batch }).to_string();
            let (status, body) = link.send("POST", &path, &seat.token, asked.as_bytes())?;
            match status {
                200 => {
                    let said: Value = serde_json::from_str(&body).unwrap_or_default();
                    let n = said["n"].as_u64().and_then(|n| usize::try_from(n).ok());
                    self.n_there = n.unwrap_or(0).min(self.lines.len());
                    if self.n_there <= from {
                        patience -= 1;
                    }
                    if patience == 0 {
                        self.stopped = true;
                    }
                }
                // Busy, or a seat that the instructor may give back.
                401 | 408 | 429 | 500.. => return Ok(()),
                // An earlier request was still on its way.
                409 if body.contains("\"other-turn\"") => return Ok(()),
                _ => self.stopped = true,
            }
        }
        Ok(())
    }
}
