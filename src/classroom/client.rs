//! A trainee's program in an open class, without a window: takes a seat, plays in the
//! terminal, and hands in. What could not be handed in waits in the folder beside its
//! run and is tried again, for as long as it takes.

use std::fs;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::assignment::Assignment;
use super::homework::{Binding, Homework};
use super::inert::line;
use super::server::receipt::code_of;
use crate::desk::library::{read_bounded, user_folder};

/// The longest rest between two tries, seconds.
const LONGEST_REST: u64 = 60;

/// What the command line says.
pub struct Options {
    /// The server: `10.0.0.5:7072`, with or without `http://` and the code behind it.
    pub address: String,
    /// The join code, unless the address holds it or the seat is taken already.
    pub code: Option<String>,
    /// What to be called.
    pub name: Option<String>,
    /// Where seat and runs are kept.
    pub folder: Option<PathBuf>,
}

/// A seat as it is remembered.
#[derive(Serialize, Deserialize)]
struct Seat {
    server: String,
    token: String,
    seat: String,
    name: String,
    class: String,
}

/// Joins, plays and hands in; returns the exit code: 0 all that was played is handed
/// in, 1 something was refused.
///
/// # Errors
/// When there is no seat to be had, or nothing can be kept.
pub fn run(options: Options, input: &mut impl BufRead, out: &mut impl Write) -> anyhow::Result<u8> {
    let (server, in_address) = address(&options.address)?;
    let code = options.code.or(in_address);
    let folder = match options.folder {
        Some(folder) => folder,
        None => {
            let name: String = server
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
                .collect();
            let code = code.as_deref().unwrap_or_default();
            user_folder("joined")
                .context("this system names no folder for the user's data; name one with --folder")?
                .join(format!(
                    "{name}-{}",
                    code.to_ascii_uppercase().replace(' ', "")
                ))
        }
    };
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let http = Http::new(server);
    let seat = seat(&http, &folder, code, options.name)?;
    writeln!(out, "{}: you are {}.", line(&seat.class), line(&seat.name))?;
    let Some(assignment) = assignment(&http, &seat, &folder, out)? else {
        return Ok(0);
    };
    let homework = Homework::open(assignment, Some(&folder), Some(&seat.seat))?;
    // What an earlier day left over goes first.
    let mut outbox = Outbox {
        http,
        seat,
        refused: 0,
    };
    outbox.empty(&homework, out)?;
    super::play_tasks(&homework, input, out, |out| {
        outbox.empty(&homework, out).map(|_| ())
    })?;
    let mut rest = 1;
    while outbox.empty(&homework, out)? > 0 {
        writeln!(
            out,
            "Kept on this computer; the server does not answer. Trying again in {rest} s. You may\n\
             stop with Ctrl+C: the same command goes on later, or give the files to your instructor:\n  {}",
            homework.folder.display()
        )?;
        out.flush()?;
        std::thread::sleep(Duration::from_secs(rest));
        rest = (rest * 2).min(LONGEST_REST);
    }
    Ok(u8::from(outbox.refused > 0))
}

/// The server of an address, and the code if it holds one.
fn address(text: &str) -> anyhow::Result<(String, Option<String>)> {
    let text = text.trim();
    if text.starts_with("https:") {
        bail!("a class's server is reached by http; leave the s out");
    }
    let rest = text.strip_prefix("http://").unwrap_or(text);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '[' | ']');
    if host.is_empty() || !host.chars().all(plain) {
        bail!("`{text}` is no address; it looks like 10.0.0.5:7072");
    }
    let code = path.strip_prefix("j/").map(str::to_owned);
    Ok((format!("http://{host}"), code))
}

fn seat(
    http: &Http,
    folder: &Path,
    code: Option<String>,
    name: Option<String>,
) -> anyhow::Result<Seat> {
    let path = folder.join("seat.json");
    if path.exists() {
        let seat: Seat = serde_json::from_slice(&read_bounded(&path)?)
            .with_context(|| format!("{} was changed", path.display()))?;
        return Ok(seat);
    }
    let code = code.context("to join, say the class's code as well; it stands on the projector")?;
    let asked = json!({ "code": code, "name": name });
    let (status, body) = http
        .send("POST", "/api/v1/seats", "", asked.to_string().as_bytes())
        .with_context(|| format!("cannot reach {}", http.server))?;
    let said: Value = serde_json::from_str(&body).context("that is no class's server")?;
    if status != 201 {
        bail!("{}", line(said["detail"].as_str().unwrap_or("it refused")));
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let seat = (|| {
        Some(Seat {
            server: http.server.clone(),
            token: text(&said["token"])?,
            seat: text(&said["seat"])?,
            name: text(&said["name"])?,
            class: text(&said["class"]["title"])?,
        })
    })();
    let seat = seat.context("that is no class's server")?;
    // The token opens the seat, so nobody else needs to read it.
    keep(&path, serde_json::to_string_pretty(&seat)?.as_bytes())?;
    Ok(seat)
}

/// Waits for the class to begin and fetches what is to be played; `None` when it is
/// to be played in a browser.
fn assignment(
    http: &Http,
    seat: &Seat,
    folder: &Path,
    out: &mut impl Write,
) -> anyhow::Result<Option<Assignment>> {
    let path = folder.join("class.assignment");
    if path.exists() {
        return Assignment::read(&path).map(Some);
    }
    let mut told = "";
    loop {
        let answer = http.send("GET", "/api/v1/assignment", &seat.token, b"");
        let (words, rest) = match answer {
            Ok((200, body)) => {
                let assignment = Assignment::parse(body.as_bytes())?;
                keep(&path, body.as_bytes())?;
                return Ok(Some(assignment));
            }
            Ok((status, body)) => {
                let said: Value = serde_json::from_str(&body).unwrap_or_default();
                match said["kind"].as_str().unwrap_or_default() {
                    "not-begun" => ("The class has not begun; waiting.", 2),
                    "sealed" => {
                        writeln!(
                            out,
                            "This class is played in a browser. Your seat is at\n  {}/play#{}",
                            seat.server, seat.token
                        )?;
                        return Ok(None);
                    }
                    _ if status == 429 || status >= 500 => ("The server is busy; waiting.", 5),
                    _ => bail!("{}", line(said["detail"].as_str().unwrap_or("it refused"))),
                }
            }
            Err(_) => ("The server does not answer; trying again.", 3),
        };
        if told != words {
            writeln!(out, "{words}")?;
            out.flush()?;
            told = words;
        }
        std::thread::sleep(Duration::from_secs(rest));
    }
}

struct Outbox {
    http: Http,
    seat: Seat,
    refused: usize,
}

impl Outbox {
    /// Tries to hand in every finished run once; returns how many are left.
    fn empty(&mut self, homework: &Homework, out: &mut impl Write) -> anyhow::Result<usize> {
        let mut n_left = 0;
        for path in homework.finished()? {
            let (kept, refused) = (
                path.with_extension("receipt"),
                path.with_extension("refused"),
            );
            if kept.exists() || refused.exists() {
                continue;
            }
            let bytes = read_bounded(&path)?;
            match self.hand_in(&bytes) {
                Ok(Ok(receipt)) => {
                    keep(&kept, receipt.as_bytes())?;
                    writeln!(out, "Handed in, receipt {}.", line(&code_of(&receipt)))?;
                }
                Ok(Err(why)) => {
                    keep(&refused, why.as_bytes())?;
                    self.refused += 1;
                    writeln!(
                        out,
                        "Not taken: {}. It stays here: {}",
                        line(&why),
                        path.display()
                    )?;
                }
                Err(_) => n_left += 1,
            }
        }
        Ok(n_left)
    }

    /// The receipt, or why the server will never take it.
    fn hand_in(&self, bytes: &[u8]) -> anyhow::Result<Result<String, String>> {
        let text = String::from_utf8_lossy(bytes);
        let label = text
            .lines()
            .next()
            .and_then(|line| serde_json::from_str::<Value>(line).ok())
            .unwrap_or_default();
        let id = Binding::of(&label["label"]).attempt;
        let id = id.ok_or_else(|| anyhow!("a run without an id"))?;
        let path = format!("/api/v1/attempts/{id}");
        let (status, body) = self.http.send("PUT", &path, &self.seat.token, bytes)?;
        let said: Value = serde_json::from_str(&body)?;
        match status {
            200 | 201 => {
                let hash = blake3::hash(bytes).to_hex().to_string();
                let receipt = &said["receipt"];
                // A receipt for something else would be no receipt.
                if receipt["attempt_id"] != id.as_str()
                    || receipt["transcript_hash"] != hash.as_str()
                {
                    bail!("the receipt is for something else");
                }
                Ok(Ok(body))
            }
            // Busy, or a seat that the instructor may give back.
            401 | 408 | 409 | 429 | 500.. => bail!("not now"),
            _ => {
                let why = said["detail"].as_str().unwrap_or("the server refused it");
                Ok(Err(why.to_owned()))
            }
        }
    }
}

struct Http {
    agent: ureq::Agent,
    server: String,
}

impl Http {
    fn new(server: String) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(15)))
            .http_status_as_error(false)
            // The token goes to this server and to no other.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build()
            .new_agent();
        Http { agent, server }
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: &[u8],
    ) -> anyhow::Result<(u16, String)> {
        let url = format!("{}{path}", self.server);
        let bearer = format!("Bearer {token}");
        let kind = "application/json";
        let mut response = match method {
            "GET" => self
                .agent
                .get(&url)
                .header("Authorization", &bearer)
                .call()?,
            "PUT" => self
                .agent
                .put(&url)
                .header("Authorization", &bearer)
                .header("Content-Type", kind)
                .send(body)?,
            _ => self
                .agent
                .post(&url)
                .header("Content-Type", kind)
                .send(body)?,
        };
        let status = response.status().as_u16();
        Ok((status, response.body_mut().read_to_string()?))
    }
}

/// Writes a file whole or not at all: a power cut leaves the old one or none.
fn keep(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let shown = path.display();
    let beside = path.with_extension("part");
    let write = || -> std::io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        match path.parent() {
            // Elsewhere a folder cannot be synced, and need not be.
            Some(folder) if cfg!(unix) => fs::File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    };
    write().with_context(|| format!("cannot write {shown}"))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_as_people_type_them() {
        for (text, server, code) in [
            ("10.0.0.5:7072", "http://10.0.0.5:7072", None),
            ("http://10.0.0.5:7072/", "http://10.0.0.5:7072", None),
            (
                "http://[::1]:7072/j/7Q2FM9",
                "http://[::1]:7072",
                Some("7Q2FM9"),
            ),
        ] {
            let found = address(text).expect("an address");
            assert_eq!(found, (server.to_owned(), code.map(str::to_owned)));
        }
        for wrong in ["", "https://10.0.0.5", "a b", "http://user@host"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
