//! The program as people run it beside a server: once, to its end.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Runs it on a folder of classes; returns the exit code and what it said.
pub fn run(args: &[&str], home: &Path) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .args(args)
        .arg("--folder")
        .arg(home)
        .output()
        .expect("the program runs");
    told(done)
}

/// Whether exported receipts hold, in a file that is left in this folder.
pub fn receipts_hold(receipts: &str, folder: &Path) -> bool {
    let file = folder.join("receipts.json");
    fs::write(&file, receipts).expect("a file");
    let checked = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .arg("receipts")
        .arg(&file)
        .output()
        .expect("the program runs");
    checked.status.code() == Some(0)
}

/// Joins a class with these keys; it ends when all is handed in.
pub fn join(folder: &Path, server: &str, args: &[&str], keys: &str) -> Child {
    let mut child = started(folder, server, args);
    let mut input = child.stdin.take().expect("an input");
    // It stops reading when it has to do with something else.
    _ = input.write_all(keys.as_bytes());
    child
}

fn started(folder: &Path, server: &str, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .args(["join", server])
        .args(args)
        .arg("--folder")
        .arg(folder)
        .env_remove("HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs")
}

/// Plays all of an assignment on a seat, without a server; the transcripts by attempt: id
/// and text.
pub fn play(assignment: &str, home: &Path, seat: &str) -> Vec<(String, String)> {
    let (file, runs) = (home.join("class.assignment"), home.join("runs"));
    fs::write(&file, assignment).expect("a file");
    let mut child = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .args(["play", "--text", "--as", seat, "--runs"])
        .arg(&runs)
        .arg("--assignment")
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    let keys = format!("\n{}", "\n1\n".repeat(600));
    let mut input = child.stdin.take().expect("an input");
    // It stops reading when everything is played.
    _ = input.write_all(keys.as_bytes());
    drop(input);
    child.wait().expect("it ends");
    let files = fs::read_dir(runs).expect("a folder");
    let files = files.map(|entry| entry.expect("an entry").path());
    let mut all: Vec<(String, String, String)> = files
        .filter(|path| path.extension().is_some_and(|ext| ext == "sfa"))
        .map(|path| fs::read_to_string(path).expect("text"))
        .map(|text| {
            let after = |key: &str, n: usize| {
                let rest = text.split(&format!("\"{key}\":")).nth(1).expect("a label");
                rest.trim_start_matches('"')[..n].to_owned()
            };
            (after("attempt_no", 1), after("attempt", 36), text.clone())
        })
        .collect();
    all.sort();
    all.into_iter().map(|(_, id, text)| (id, text)).collect()
}

/// The exit code and what was said.
pub fn told(done: Output) -> (Option<i32>, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (done.status.code(), text(done.stdout) + &text(done.stderr))
}

/// How long a program may take for anything that it is waited for; a busy machine may take
/// a while, and a program that hangs is to fail its test.
const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody at a terminal, who reads before they type.
pub struct Player {
    child: Child,
    input: Option<ChildStdin>,
    said: Arc<Mutex<String>>,
    ears: Vec<JoinHandle<()>>,
}

impl Drop for Player {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

impl Player {
    /// Joins a class.
    pub fn join(folder: &Path, server: &str, args: &[&str]) -> Player {
        Player::of(started(folder, server, args))
    }

    /// Somebody at a program that was started with its ends open.
    pub fn of(mut child: Child) -> Player {
        let said = Arc::<Mutex<String>>::default();
        let hears = |mut from: Box<dyn Read + Send>| {
            let said = Arc::clone(&said);
            std::thread::spawn(move || {
                let mut some = [0; 4096];
                while let Ok(n @ 1..) = from.read(&mut some) {
                    let text = String::from_utf8_lossy(&some[..n]);
                    said.lock().expect("unbroken").push_str(&text);
                }
            })
        };
        let out = child.stdout.take().expect("an output");
        let errors = child.stderr.take().expect("an output for errors");
        let ears = vec![hears(Box::new(out)), hears(Box::new(errors))];
        Player {
            input: child.stdin.take(),
            child,
            said,
            ears,
        }
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Types something.
    pub fn types(&mut self, keys: &str) {
        let input = self.input.as_mut().expect("it is open");
        // It stops reading when it has to do with something else.
        _ = input.write_all(keys.as_bytes());
        _ = input.flush();
    }

    /// What was said so far.
    pub fn said(&self) -> String {
        self.said.lock().expect("unbroken").clone()
    }

    /// Waits until something was said.
    #[track_caller]
    pub fn hears(&self, words: &str) {
        self.hears_times(words, 1);
    }

    /// The same for something that is said again and again.
    #[track_caller]
    pub fn hears_times(&self, words: &str, n: usize) {
        let begun = Instant::now();
        while self.said().matches(words).count() < n {
            assert!(begun.elapsed() < PATIENCE, "no {words}: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Listens and says the first line, until something holds.
    #[track_caller]
    pub fn plays_until(&mut self, mut holds: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !holds() {
            assert!(begun.elapsed() < PATIENCE, "never: {}", self.said());
            self.types("\n1\n");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The computer is lost, at whatever it was doing.
    pub fn crashes(mut self) {
        self.child.kill().expect("SIGKILL");
    }

    /// Types no more; returns the exit code and what was said.
    #[track_caller]
    pub fn ends(mut self) -> (Option<i32>, String) {
        self.input = None;
        let begun = Instant::now();
        let code = loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                break status.code();
            }
            assert!(begun.elapsed() < PATIENCE, "it hangs: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        };
        for ear in std::mem::take(&mut self.ears) {
            ear.join().expect("no panic");
        }
        (code, self.said())
    }
}
