//! What a trainee disagrees with, on its way to the server: kept beside the seat before
//! anything else is done with it, sent when the line is there, and known again on another
//! computer. Sending never waits for anybody, and nothing that was typed is thrown away.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::keep;
use super::link::{Link, Trouble};
use super::seat::Seat;
use crate::classroom::disagreements::{LONGEST, reason};
use crate::classroom::inert::line;
use crate::classroom::judge::MAX_INPUTS;
use crate::desk::library::read_bounded;

/// File that keeps them.
const FILE: &str = "disagreements.json";
/// The version of its form.
const FORMAT: u32 = 1;

/// A decision, and why somebody disagrees about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Id of the attempt.
    pub attempt: String,
    /// The decision, by its turn from 1.
    pub turn: usize,
    /// Why; empty where it is taken back, until the server knows.
    pub why: String,
    /// Where it is.
    pub stands: Stands,
}

/// Where something is that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stands {
    /// Kept here, to be sent.
    Waiting,
    /// With the instructor.
    There,
    /// The server will never take it, and why.
    Refused(String),
}

impl Said {
    /// Where it is, in a sentence.
    pub fn words(&self) -> String {
        match (&self.stands, self.why.is_empty()) {
            (Stands::Waiting, false) => {
                "Kept on this computer; it goes to your instructor when the line is there.".into()
            }
            (Stands::Waiting, true) => {
                "Taken back; your instructor hears of it when the line is there.".into()
            }
            (Stands::There, _) => "Your instructor has it. It changes no score by itself.".into(),
            (Stands::Refused(why), _) => {
                let why = why.trim_end_matches('.');
                format!("Not taken: {why}. It stays on this computer.")
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: u32,
    said: Vec<Said>,
}

/// What the holder of a seat disagrees with.
pub struct Disagreements {
    path: PathBuf,
    /// All of it, or why it cannot be read.
    said: Result<Vec<Said>, String>,
}

impl Disagreements {
    /// Those that a seat's folder keeps.
    pub fn of(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let said = match path.exists() {
            true => read(&path),
            false => Ok(Vec::new()),
        };
        Disagreements { path, said }
    }

    /// What is said about a decision.
    pub fn about(&self, attempt: &str, turn: usize) -> Option<&Said> {
        let mut all = self.said.iter().flatten();
        all.find(|said| said.attempt == attempt && said.turn == turn)
    }

    /// What is said about the decisions of an attempt, in their order.
    pub fn about_all(&self, attempt: &str) -> Vec<Said> {
        let all = self.said.iter().flatten();
        let mut of: Vec<Said> = all.filter(|s| s.attempt == attempt).cloned().collect();
        of.sort_by_key(|said| said.turn);
        of
    }

    /// Keeps what was typed about a decision, to be sent; nothing takes back what was said.
    /// It is on disk when this returns.
    ///
    /// # Errors
    /// Why it cannot be kept, in words; then what was said before still stands.
    pub fn say(&mut self, attempt: &str, turn: usize, typed: &str) -> Result<(), String> {
        let why = reason(typed)?;
        let before = self.about(attempt, turn);
        match before {
            None if why.is_empty() => return Ok(()),
            Some(said) if said.why == why && !matches!(said.stands, Stands::Refused(_)) => {
                return Ok(());
            }
            _ => {}
        }
        let never_was = matches!(
            before,
            Some(Said {
                stands: Stands::Refused(_),
                ..
            })
        );
        let mut said = self.others(attempt, turn)?;
        if !(why.is_empty() && never_was) {
            said.push(Said {
                attempt: attempt.to_owned(),
                turn,
                why,
                stands: Stands::Waiting,
            });
        }
        self.write(&said)?;
        self.said = Ok(said);
        Ok(())
    }

    /// What is to be sent.
    pub fn waiting(&self) -> Vec<Said> {
        let all = self.said.iter().flatten();
        all.filter(|said| said.stands == Stands::Waiting)
            .cloned()
            .collect()
    }

    /// What became of something that was sent, unless it was changed meanwhile.
    pub fn settle(&mut self, sent: &Said, stands: Stands) {
        if self.about(&sent.attempt, sent.turn) != Some(sent) {
            return;
        }
        let Ok(mut said) = self.others(&sent.attempt, sent.turn) else {
            return;
        };
        if !sent.why.is_empty() {
            said.push(Said {
                stands,
                ..sent.clone()
            });
        }
        // What cannot be written is sent once more another day, and changes nothing then.
        _ = self.write(&said);
        self.said = Ok(said);
    }

    /// What the server has of an attempt; what waits here is newer. Whether there was
    /// anything new in it.
    fn learn(&mut self, attempt: &str, there: Vec<(usize, String)>) -> bool {
        let Ok(known) = &self.said else {
            return false;
        };
        let is_ours =
            |said: &Said| said.attempt != attempt || !matches!(said.stands, Stands::There);
        let mut said: Vec<Said> = known.iter().filter(|said| is_ours(said)).cloned().collect();
        for (turn, why) in there {
            if !said.iter().any(|s| s.attempt == attempt && s.turn == turn) {
                said.push(Said {
                    attempt: attempt.to_owned(),
                    turn,
                    why,
                    stands: Stands::There,
                });
            }
        }
        let same = said.len() == known.len() && said.iter().all(|said| known.contains(said));
        if same {
            return false;
        }
        _ = self.write(&said);
        self.said = Ok(said);
        true
    }

    fn others(&self, attempt: &str, turn: usize) -> Result<Vec<Said>, String> {
        let mut said = self.said.clone()?;
        said.retain(|said| said.attempt != attempt || said.turn != turn);
        Ok(said)
    }

    fn write(&self, said: &[Said]) -> Result<(), String> {
        let written = Written {
            format: FORMAT,
            said: said.to_vec(),
        };
        let text = serde_json::to_string_pretty(&written).map_err(|error| error.to_string())?;
        keep(&self.path, text.as_bytes()).map_err(|error| format!("{error:#}"))
    }
}

fn read(path: &Path) -> Result<Vec<Said>, String> {
    let shown = path.display();
    let bytes = read_bounded(path).map_err(|error| format!("{error:#}"))?;
    let written: Result<Written, _> = serde_json::from_slice(&bytes);
    match written {
        Ok(written) if written.format == FORMAT => Ok(written.said),
        Ok(written) => Err(format!(
            "{shown} is of format {}, and this program reads {FORMAT}; move it away to say \
             something new",
            written.format
        )),
        Err(error) => Err(format!(
            "{shown} was changed ({error}); move it away to say something new"
        )),
    }
}

/// Brings one to the server; where it stands then. Not now is no trouble: it waits.
///
/// # Errors
/// When nothing answers, or not that server.
pub fn send(link: &Link, seat: &Seat, said: &Said) -> Result<Stands, Trouble> {
    let path = path_of(&said.attempt);
    let asked = json!({ "turn": said.turn, "why": said.why }).to_string();
    let (status, body) = link.send("POST", &path, &seat.token, asked.as_bytes())?;
    Ok(match status {
        200 => Stands::There,
        // Busy, or a seat that the instructor may give back.
        401 | 408..=410 | 429 | 500.. => Stands::Waiting,
        404 => Stands::Refused("the class's computer does not have this conversation".to_owned()),
        _ => {
            let answer: Value = serde_json::from_str(&body).unwrap_or_default();
            let why = answer["detail"].as_str().unwrap_or("it was refused");
            Stands::Refused(line(why).chars().take(LONGEST).collect())
        }
    })
}

/// Asks what the server has of an attempt; what it says is believed within bounds. Whether
/// there was anything new in it.
///
/// # Errors
/// When nothing answers, or not that server.
pub fn recall(
    link: &Link,
    seat: &Seat,
    attempt: &str,
    into: &std::sync::Mutex<Disagreements>,
) -> Result<bool, Trouble> {
    let (status, body) = link.send("GET", &path_of(attempt), &seat.token, b"")?;
    if status != 200 {
        // An older server, or an attempt that it does not have: what is here stands.
        return Ok(false);
    }
    let said: Value = serde_json::from_str(&body).unwrap_or_default();
    let Some(said) = said["disagreements"].as_array() else {
        return Ok(false);
    };
    let there = said.iter().take(MAX_INPUTS).filter_map(|one| {
        let turn = usize::try_from(one["turn"].as_u64()?).ok()?;
        let why: String = line(one["why"].as_str()?).chars().take(LONGEST).collect();
        (!why.is_empty()).then_some((turn, why))
    });
    let there = there.collect();
    let mut into = into
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(into.learn(attempt, there))
}

fn path_of(attempt: &str) -> String {
    format!("/api/v1/attempts/{attempt}/disagreements")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let name = format!("satisfactometer-disagree-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    fn stands(all: &Disagreements, turn: usize) -> Option<(&str, &Stands)> {
        let said = all.about("a", turn)?;
        Some((said.why.as_str(), &said.stands))
    }

    #[test]
    fn what_was_said_is_on_disk_and_the_last_words_count() {
        let folder = folder("kept");
        let mut all = Disagreements::of(&folder);
        assert_eq!(all.say("a", 3, "  "), Ok(()), "nothing was said");
        assert!(!folder.join(FILE).exists());
        assert_eq!(all.say("a", 3, " nobody\n talks  so "), Ok(()));
        let mut all = Disagreements::of(&folder);
        assert_eq!(stands(&all, 3), Some(("nobody talks so", &Stands::Waiting)));
        let sent = all.waiting().remove(0);
        // Changed while it was on its way: the new words still wait.
        assert_eq!(all.say("a", 3, "nobody does"), Ok(()));
        all.settle(&sent, Stands::There);
        assert_eq!(stands(&all, 3), Some(("nobody does", &Stands::Waiting)));
        let sent = all.waiting().remove(0);
        all.settle(&sent, Stands::There);
        assert_eq!(all.waiting(), []);
        assert_eq!(all.say("a", 3, "nobody does"), Ok(()), "the same again");
        assert_eq!(all.waiting(), []);
        // Taken back, which the server has to hear as well.
        assert_eq!(all.say("a", 3, ""), Ok(()));
        let sent = all.waiting().remove(0);
        assert_eq!(sent.why, "");
        all.settle(&sent, Stands::There);
        assert_eq!(stands(&all, 3), None);
        assert_eq!(stands(&Disagreements::of(&folder), 3), None);
        _ = fs::remove_dir_all(&folder);
    }

    #[test]
    fn what_cannot_be_kept_is_refused_and_changes_nothing() {
        let folder = folder("refused");
        let mut all = Disagreements::of(&folder);
        assert_eq!(all.say("a", 1, "as it was"), Ok(()));
        for bad in ["x".repeat(LONGEST + 1), "a\u{202E}b".to_owned()] {
            assert!(all.say("a", 1, &bad).is_err(), "{bad}");
        }
        assert_eq!(stands(&all, 1), Some(("as it was", &Stands::Waiting)));
        let sent = all.waiting().remove(0);
        all.settle(&sent, Stands::Refused("no such turn".into()));
        let words = all.about("a", 1).expect("it is there").words();
        assert_eq!(words, "Not taken: no such turn. It stays on this computer.");
        assert_eq!(all.say("a", 1, "as it was"), Ok(()), "tried again");
        assert_eq!(all.waiting().len(), 1);
        all.settle(&sent, Stands::Refused("no such turn".into()));
        assert_eq!(all.say("a", 1, ""), Ok(()), "the server never had it");
        assert_eq!(all.waiting(), []);

        fs::write(folder.join(FILE), "{").expect("a file");
        let mut all = Disagreements::of(&folder);
        let why = all.say("a", 1, "more").err().unwrap_or_default();
        assert!(
            why.contains("was changed") && why.contains("move it away"),
            "{why}"
        );
        let kept = fs::read_to_string(folder.join(FILE)).expect("a file");
        assert_eq!(kept, "{", "it is left as it is");
        _ = fs::remove_dir_all(&folder);
    }

    #[test]
    fn what_the_server_has_is_known_again_and_what_waits_is_newer() {
        let folder = folder("learnt");
        let mut all = Disagreements::of(&folder);
        assert_eq!(all.say("a", 2, "of today"), Ok(()));
        let there = || vec![(2, "of old".to_owned()), (5, "from elsewhere".to_owned())];
        assert!(all.learn("a", there()));
        assert_eq!(stands(&all, 2), Some(("of today", &Stands::Waiting)));
        assert_eq!(stands(&all, 5), Some(("from elsewhere", &Stands::There)));
        assert!(!all.learn("a", there()), "nothing new");
        assert!(all.learn("a", vec![]), "taken back elsewhere");
        assert_eq!(stands(&all, 5), None);
        assert_eq!(all.about_all("a").len(), 1);
        _ = fs::remove_dir_all(&folder);
    }
}
