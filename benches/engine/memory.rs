//! What a scenario takes of memory: a process of its own that loads it, plays it
//! and says how large it was at most. Linux alone says so.

use std::path::Path;
use std::process::Command;

use engine::load::load;
use engine::rules::Rules;

use crate::state_only;

/// Lets a process of its own load and play the story, and prints what it took.
pub fn print(n_beats: usize, text: &str, bar: u32) {
    let file = std::env::temp_dir().join(format!("satisfactometer-story-{n_beats}.ron"));
    let written = std::fs::write(&file, text);
    let child =
        std::env::current_exe().and_then(|own| Command::new(own).arg("memory").arg(&file).output());
    let said = match (written, child) {
        (Ok(()), Ok(output)) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        (Err(error), _) | (_, Err(error)) => format!("not measured: {error}"),
    };
    // It lies among temporary files; one that stays behind does no harm.
    let _ = std::fs::remove_file(&file);
    println!(
        "{n_beats} beats loaded and played, the whole process at most: {said} (bar: {bar} MB)"
    );
}

/// What the process of its own does.
pub fn of(file: &str, rules: &Rules) {
    let scenario = std::fs::read(Path::new(file))
        .ok()
        .and_then(|bytes| load("story.ron", &bytes, rules).scenario);
    match scenario {
        Some(scenario) => drop(state_only(&scenario, rules, 1_000)),
        None => return println!("not measured: the story does not load"),
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    match kilobytes {
        Some(kilobytes) => println!("{:.1} MB", kilobytes / 1024.0),
        None => println!("not measured: this system does not say"),
    }
}
