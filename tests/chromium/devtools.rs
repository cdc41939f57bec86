//! A headless Chromium as a process, and the wire to it: commands and events of its
//! DevTools protocol, as JSON over a pair of pipes. Knows nothing of pages.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// No answer for so long is none: the machine may be busy with other things.
const SILENCE: Duration = Duration::from_secs(90);

/// Quiet, alone, with a profile of its own, and as fast in the background as in front.
const FLAGS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
];

/// A browser that runs.
pub struct Devtools {
    child: Child,
    profile: PathBuf,
    wire: RefCell<Wire>,
}

struct Wire {
    input: ChildStdin,
    said: Receiver<Value>,
    n: u64,
    seen: BTreeMap<String, Seen>,
}

/// What was noted of a page.
#[derive(Default)]
pub struct Seen {
    /// What it was loaded by; another one is another page.
    pub loader: String,
    /// What went wrong: exceptions, complaints of the console, violations of the policy.
    pub faults: Vec<String>,
    /// Addresses it asked for.
    pub asked: Vec<String>,
}

impl Drop for Devtools {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
        // What was its own may still be written by processes that are ending.
        for _ in 0..20 {
            if std::fs::remove_dir_all(&self.profile).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Devtools {
    /// Starts a program that is a Chromium.
    pub fn start(program: &str) -> std::io::Result<Devtools> {
        static N: AtomicUsize = AtomicUsize::new(0);
        let n = N.fetch_add(1, Ordering::Relaxed);
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("browser-profiles")
            .join(format!("{}-{n}", std::process::id()));
        std::fs::create_dir_all(&profile)?;
        // It reads commands from its third and writes to its fourth file; the shell puts
        // our pipes there.
        let mut child = Command::new("sh")
            .args([
                "-c",
                "exec \"$0\" \"$@\" 3<&0 4>&1 >/dev/null </dev/null",
                program,
            ])
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg("about:blank")
            .env("HOME", &profile)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (input, out) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(out)) = (input, out) else {
            unreachable!("both are pipes");
        };
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for message in BufReader::new(out).split(0).map_while(Result::ok) {
                if let Ok(message) = serde_json::from_slice(&message)
                    && tell.send(message).is_err()
                {
                    break;
                }
            }
        });
        let wire = RefCell::new(Wire {
            input,
            said,
            n: 0,
            seen: BTreeMap::new(),
        });
        Ok(Devtools {
            child,
            profile,
            wire,
        })
    }

    /// One command, and what it says; `session` is the page's, or empty.
    pub fn call(&self, session: &str, method: &str, params: Value) -> Result<Value, String> {
        let wire = &mut *self.wire.borrow_mut();
        wire.n += 1;
        let n = wire.n;
        let mut message = json!({ "id": n, "method": method, "params": params });
        if !session.is_empty() {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        wire.input.write_all(&bytes).map_err(|e| e.to_string())?;
        loop {
            let mut said = wire
                .said
                .recv_timeout(SILENCE)
                .map_err(|e| format!("{method}: the browser is silent: {e}"))?;
            if said["id"] == n {
                return match &said["error"]["message"] {
                    Value::Null => Ok(said["result"].take()),
                    error => Err(format!("{method}: {error}")),
                };
            }
            wire.note(&said);
        }
    }

    /// What was noted of a page so far.
    pub fn seen<T>(&self, session: &str, look: impl FnOnce(&mut Seen) -> T) -> T {
        let wire = &mut *self.wire.borrow_mut();
        look(wire.seen.entry(session.to_owned()).or_default())
    }
}

impl Wire {
    fn note(&mut self, event: &Value) {
        let session = event["sessionId"].as_str().unwrap_or_default();
        let seen = self.seen.entry(session.to_owned()).or_default();
        let told = &event["params"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match event["method"].as_str().unwrap_or_default() {
            "Page.frameNavigated" if told["frame"]["parentId"].is_null() => {
                seen.loader = text(&told["frame"]["loaderId"]);
            }
            "Network.requestWillBeSent" => seen.asked.push(text(&told["request"]["url"])),
            "Runtime.exceptionThrown" => {
                let details = &told["exceptionDetails"];
                let what = text(&details["exception"]["description"]);
                seen.faults.push(format!("{} {what}", details["text"]));
            }
            "Runtime.consoleAPICalled" if told["type"] != "log" => {
                seen.faults.push(format!("console: {}", told["args"]));
            }
            "Log.entryAdded" if told["entry"]["level"] != "verbose" => {
                let entry = &told["entry"];
                let (what, at) = (text(&entry["text"]), text(&entry["url"]));
                seen.faults.push(format!("log: {what} {at}"));
            }
            "Page.javascriptDialogOpening" => seen.faults.push("a dialog".to_owned()),
            "Inspector.targetCrashed" => seen.faults.push("the page crashed".to_owned()),
            _ => {}
        }
    }
}
