//! Memory over a long sitting: one talk after the other, each to its debrief and back
//! to the list.

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::display::Display;
use super::running::Running;
use super::{Outcome, SCREEN};

/// How long it is played, unless the command line says otherwise.
pub const MINUTES: usize = 30;
/// Talks in a script: more than there is time for.
const TALKS: usize = 400;
/// Between two looks at the memory.
const LOOK: Duration = Duration::from_millis(500);
const MINUTE: Duration = Duration::from_secs(60);
/// Minutes that are looked at together: on a busy machine a talk takes longer than one,
/// and what it holds at its least is held in some part of it.
const SPAN: usize = 3;

/// Plays for so many minutes, and prints what it holds at its least in each: what
/// passes, like a debrief's pictures, comes and goes within a talk.
pub fn measure(program: &Path, home: &Path, minutes: usize) -> Outcome<()> {
    let script = home.join("play.ron");
    fs::write(&script, talks())?;
    let display = Display::open(SCREEN, home)?;
    let runs = home.join("runs");
    let mut tour = Running::tour(program, &script, Some(&runs), &display, home)?;
    tour.first_picture(&display)?
        .ok_or("nothing to play in: the window stayed blank")?;
    let mut leasts: Vec<f64> = Vec::new();
    println!("minute  least memory (PSS), MB   runs kept");
    for minute in 1..=minutes {
        let begun = Instant::now();
        let mut least = f64::INFINITY;
        while begun.elapsed() < MINUTE {
            if let Some(status) = tour.process.try_wait()? {
                return Err(format!("the tour ended with {status} in minute {minute}").into());
            }
            least = least.min(tour.memory()?);
            sleep(LOOK);
        }
        let n_runs = fs::read_dir(&runs).map_or(0, Iterator::count);
        println!("{minute:>6}  {least:>22.0}   {n_runs:>9}");
        leasts.push(least);
    }
    let least = |of: &[f64]| of.iter().copied().fold(f64::INFINITY, f64::min);
    // In the first minute the first talk has not come to its debrief.
    if let Some(played) = leasts.get(1..).filter(|played| played.len() >= 2 * SPAN) {
        let (start, end) = (&played[..SPAN], &played[played.len() - SPAN..]);
        println!(
            "the last {SPAN} minutes to minutes 2 to {}: x{:.3} (the bar: 1.05)",
            SPAN + 1,
            least(end) / least(start)
        );
    }
    Ok(())
}

/// The script of a tour that plays all three customers by turns.
fn talks() -> String {
    let mut script = String::from(
        "(seed: \"0000000G\", steps: [WaitFor(Screen(\"title\")), Press(\"Enter\"),\n",
    );
    for talk in 0..TALKS {
        let which = talk % 3 + 1;
        script += &format!(
            r#"WaitFor(Screen("scenarios")),
            Frames(10), Press("{which}"), WaitFor(Screen("briefing")), Press("Enter"),
            WaitFor(Floor(Customer)), PlayOn, WaitFor(Label("How it ended")), Press("Enter"),
            WaitFor(Screen("debrief")), WaitFor(Label("Before you see it")), Press("s"),
            WaitFor(Label("What they felt")), Press("Right"), Frames(20), Press("Right"),
            Frames(20), Press("s"), WaitFor(Label("How it counts")), Frames(30), Press("Escape"),
            "#
        );
    }
    script + "])"
}
