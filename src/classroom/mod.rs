//! A class that everyone can trust: homework as files, and a server for a room.
//! Thin around the engine: every score here comes from playing a transcript
//! again with the instructor's own content, never from a client's number.

pub mod assignment;
pub mod claimed;
pub mod client;
pub mod decisions;
pub mod disagreements;
pub mod gist;
pub mod homework;
pub mod inert;
pub mod judge;
pub mod marks;
pub mod pin;
pub mod results;
pub mod server;
pub mod tables;
pub mod talk;
pub mod xapi;

use std::io::{BufRead, Write};
use std::path::Path;

use assignment::Assignment;
use homework::{Homework, Task};

use crate::desk::run_file::RunFile;
use crate::desk::text_play::{self, Setting};

/// Plays the encounters of an assignment in a terminal, as many as the trainee
/// likes; returns the exit code.
///
/// # Errors
/// When the assignment cannot be read, a run cannot be kept, or the terminal fails.
pub fn play_homework(
    file: &Path,
    mark: Option<&str>,
    runs: Option<&Path>,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    let homework = Homework::open(Assignment::read(file)?, runs, mark)?;
    homework.keep_copy()?;
    let assignment = &homework.assignment;
    let written = &assignment.written;
    writeln!(out, "{}", inert::line(&written.title))?;
    if let Some(due) = written.due_at {
        writeln!(out, "Due {}.", assignment::moment(due))?;
    }
    writeln!(
        out,
        "You are {} here, and the transcripts hold no other name.",
        homework.mark
    )?;
    play_tasks(&homework, input, out, &mut Alone)?;
    let n_open = homework
        .next()?
        .map_or(0, |task| assignment.n_tasks() + 1 - task.n);
    let files = homework.files()?;
    if n_open == 0 {
        writeln!(out, "\nAll encounters are played.")?;
    } else {
        writeln!(out, "\n{n_open} of {} are left.", assignment.n_tasks())?;
    }
    if !files.is_empty() {
        writeln!(
            out,
            "Send your instructor the .sfa files of this folder:\n  {}",
            homework.folder.display()
        )?;
    }
    Ok(0)
}

/// What is done around each encounter that is played.
trait Around<W> {
    /// Where it is played.
    const SETTING: Setting;

    /// Whether it is played, by more than what is kept here.
    fn is_played(&self, task: &Task) -> bool;

    /// Before it begins or goes on.
    fn before(&mut self, file: &mut RunFile);

    /// After it, and whether it came to its end.
    fn after(&mut self, task: &Task, ended: bool, out: &mut W) -> anyhow::Result<()>;
}

/// Homework, of which nobody is told before it is sent.
struct Alone;

impl<W> Around<W> for Alone {
    const SETTING: Setting = Setting::Homework;

    fn is_played(&self, _: &Task) -> bool {
        false
    }

    fn before(&mut self, _: &mut RunFile) {}

    fn after(&mut self, _: &Task, _: bool, _: &mut W) -> anyhow::Result<()> {
        Ok(())
    }
}

/// Plays what is left of an assignment, one encounter after another, until the
/// trainee stops.
fn play_tasks<W: Write, A: Around<W>>(
    homework: &Homework,
    input: &mut impl BufRead,
    out: &mut W,
    around: &mut A,
) -> anyhow::Result<()> {
    let assignment = &homework.assignment;
    let written = &assignment.written;
    loop {
        let mut tasks = homework.tasks()?.into_iter();
        let next = tasks.find(|task| task.ended.is_none() && !around.is_played(task));
        let Some(task) = next else { break };
        let (n, of) = (task.n, assignment.n_tasks());
        let title = inert::line(task.scenario.title());
        let attempt = match written.attempts {
            1 => String::new(),
            of => format!(", attempt {} of {of}", task.attempt),
        };
        let goes_on = if task.cut_short.is_some() {
            "; it was cut short, and goes on where it was"
        } else {
            ""
        };
        writeln!(out, "\nEncounter {n} of {of}: {title}{attempt}{goes_on}.")?;
        write!(out, "Enter to begin, q to stop here > ")?;
        out.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 || line.trim() == "q" {
            writeln!(out)?;
            break;
        }
        let (session, mut kept) = homework.begin(&task, "turns")?;
        around.before(&mut kept);
        let ended = text_play::go_on(session, kept, A::SETTING, assignment.doctrine, input, out)?;
        around.after(&task, ended, out)?;
        if !ended {
            // It is put aside, and nothing comes before it.
            break;
        }
    }
    Ok(())
}
