//! The program as people run it beside a server: once, to its end.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

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
    let mut child = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .args(["join", server])
        .args(args)
        .arg("--folder")
        .arg(folder)
        .env_remove("HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut input = child.stdin.take().expect("an input");
    // It stops reading when it has to do with something else.
    _ = input.write_all(keys.as_bytes());
    child
}

/// Plays all of an assignment on a seat, without a server; the transcripts by attempt: id
/// and text.
pub fn play(assignment: &str, home: &Path, seat: &str) -> Vec<(String, String)> {
    let (file, runs) = (home.join("class.assignment"), home.join("runs"));
    fs::write(&file, assignment).expect("a file");
    let mut child = Command::new(env!("CARGO_BIN_EXE_satisfactometer"))
        .args(["play", "--as", seat, "--runs"])
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
