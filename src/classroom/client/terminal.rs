//! A class in a terminal: waits for it to begin, plays what there is, and says what the
//! server has. The line keeps asking on its own; a key makes it ask at once.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use engine::transcript::{Transcript, replay};

use super::keys::Keys;
use super::line::{Line, Plays, State};
use super::outbox::{self, Sent};
use super::seat::{Seat, kept_assignment};
use super::{objecting, sealed};
use crate::classroom::disagreements::decisions;
use crate::classroom::homework::{Binding, Homework, Task};
use crate::classroom::inert::line;
use crate::classroom::{Around, play_tasks};
use crate::desk::library::read_bounded;
use crate::desk::run_file::RunFile;
use crate::desk::text_play::{self, Setting};

/// Between two looks whether something is new.
const LOOK: Duration = Duration::from_millis(100);
/// How long a run that was just played is waited for before the next one.
const MOMENT: Duration = Duration::from_secs(5);

/// A seat's place at a terminal.
pub struct Terminal {
    seat: Seat,
    folder: PathBuf,
    line: Line,
    /// Runs of which it was said what became of them.
    told: BTreeSet<PathBuf>,
    /// Encounters that were played to their end here, whatever is on disk.
    played: BTreeSet<usize>,
    /// Runs that are on no disk of which that was said.
    n_unsaved_told: usize,
    n_refused: usize,
}

impl Terminal {
    /// Sits down.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn open(seat: Seat, folder: PathBuf) -> anyhow::Result<Self> {
        let line = Line::begin(seat.clone(), folder.clone(), || {})?;
        Ok(Terminal {
            seat,
            folder,
            line,
            told: BTreeSet::new(),
            played: BTreeSet::new(),
            n_unsaved_told: 0,
            n_refused: 0,
        })
    }

    /// Plays and hands in; returns the exit code.
    ///
    /// # Errors
    /// When there is no more to be had on this seat, or nothing can be kept.
    pub fn play(mut self, keys: &mut Keys, out: &mut impl Write) -> anyhow::Result<u8> {
        let Some(homework) = self.begin(out)? else {
            self.tell_names(out)?;
            return sealed::play(&self.seat, &self.line, self.seat.link()?, keys, out);
        };
        // What an earlier day left over goes first.
        self.settle();
        self.tell(&homework, out)?;
        if let State::Gone(why) = self.line.told().state {
            bail!("{why}");
        }
        play_tasks(&homework, keys, out, &mut InClass(&mut self, &homework))?;
        // A run that was broken off is sent as far as it is.
        self.settle();
        self.hand_in(&homework, keys, out)?;
        self.end(&homework, keys, out)?;
        Ok(u8::from(self.n_refused > 0))
    }

    /// Waits for something to play; nothing when the class is sealed, and its computer steps
    /// every run.
    fn begin(&mut self, out: &mut impl Write) -> anyhow::Result<Option<Homework>> {
        let mut said = "";
        loop {
            // What is kept here can be played whether or not the server answers.
            if let Some(assignment) = kept_assignment(&self.folder)? {
                let (folder, mark) = (Some(self.folder.as_path()), self.seat.seat.as_str());
                return Homework::open(assignment, folder, Some(mark)).map(Some);
            }
            let told = self.line.told();
            let words = match (told.state, told.plays) {
                (State::Gone(why), _) => bail!("{why}"),
                (State::Fine, Plays::Sealed) => return Ok(None),
                (State::Fine, Plays::NotYet) => "The class has not begun; waiting.",
                (State::Silent, _) => "The server does not answer; trying again.",
                (State::Asking, _) | (State::Fine, Plays::Ready) => said,
            };
            if said != words {
                writeln!(out, "{words}")?;
                out.flush()?;
                said = words;
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Has everything asked and sent from now on, if that does not take too long.
    fn settle(&self) {
        let (begun, question) = (Instant::now(), self.line.look());
        while !self.line.has_looked(question) && begun.elapsed() < MOMENT {
            std::thread::sleep(LOOK / 4);
        }
    }

    /// Says what its holder is called, here or on the wall, if that has changed.
    fn tell_names(&mut self, out: &mut impl Write) -> anyhow::Result<()> {
        let before = self.seat.name.clone();
        if !self.seat.is_called(&self.line.told().stand) {
            return Ok(());
        }
        if self.seat.name != before {
            writeln!(out, "You are called {} now.", line(&self.seat.name))?;
        }
        if let Some(wall) = self.seat.on_the_wall() {
            writeln!(out, "{wall}")?;
        }
        Ok(())
    }

    /// Says what has become of finished runs since it was said last.
    fn tell(&mut self, homework: &Homework, out: &mut impl Write) -> anyhow::Result<()> {
        self.tell_names(out)?;
        for path in homework.finished()? {
            if self.told.contains(&path) {
                continue;
            }
            if let Some(code) = outbox::handed_in(&path) {
                writeln!(out, "Handed in, receipt {}.", line(&code))?;
            } else if let Some(why) = outbox::refused(&path) {
                self.n_refused += 1;
                let why = line(&why);
                writeln!(out, "Not taken: {why}. It stays here: {}", path.display())?;
            } else {
                continue;
            }
            self.told.insert(path);
        }
        let unsaved = self.line.told().unsaved;
        for sent in unsaved.iter().skip(self.n_unsaved_told) {
            match sent {
                Sent::HandedIn(code) => writeln!(
                    out,
                    "Handed in, receipt {}. It could not be saved on this computer.",
                    line(code)
                )?,
                Sent::Refused(why) => {
                    self.n_refused += 1;
                    let why = line(why);
                    writeln!(out, "Not taken: {why}. It could not be saved here either.")?;
                }
                // They come in order, and this one is tried again.
                Sent::Kept => break,
            }
            self.n_unsaved_told += 1;
        }
        Ok(())
    }

    /// Waits until the server has all that was played.
    fn hand_in(
        &mut self,
        homework: &Homework,
        keys: &mut Keys,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        let (begun, mut said) = (Instant::now(), false);
        loop {
            self.tell(homework, out)?;
            let told = self.line.told();
            let n_unsaved = told.unsaved.iter().filter(|sent| **sent == Sent::Kept);
            let (n_waiting, n_unsaved) = (outbox::waiting(homework)?.len(), n_unsaved.count());
            if let State::Gone(why) = &told.state {
                let kept = match n_waiting {
                    0 => String::new(),
                    _ => format!(
                        "; what is not handed in is kept here, for your instructor: {}",
                        homework.folder.display()
                    ),
                };
                let lost = match n_unsaved {
                    0 => "",
                    _ => {
                        "; what could not be saved here is with the class's computer as far as it \
                         was sent, and your instructor can hand that in"
                    }
                };
                bail!("{why}{kept}{lost}");
            }
            if n_waiting + n_unsaved == 0 {
                return Ok(());
            }
            // A server that answers may still be too busy, or its disk full.
            let is_slow = told.state == State::Fine && begun.elapsed() > MOMENT;
            if (told.state == State::Silent || is_slow) && !said {
                let why = match is_slow {
                    true => "the class's computer cannot take it now",
                    false => "the server does not answer",
                };
                if n_unsaved > 0 {
                    writeln!(
                        out,
                        "Held in memory, because it could not be saved; {why}. Leave this open: it \
                         is asked\nevery few seconds, and at once if you press Enter."
                    )?;
                } else {
                    writeln!(
                        out,
                        "Kept on this computer; {why}. It is asked every few seconds, and at\nonce if \
                     you press Enter. You may stop with Ctrl+C: the same command goes on later, \
                     or give\nthe files to your instructor:\n  {}",
                        homework.folder.display()
                    )?;
                }
                out.flush()?;
                said = true;
            }
            if keys.pressed(LOOK) {
                self.line.look();
            }
        }
    }

    /// Whether an encounter is played, whatever is on disk. One that was handed in from
    /// memory is not played twice because its file is short.
    fn is_played(&self, task: &Task) -> bool {
        task.ended.is_some()
            || self.played.contains(&task.n)
            || self.line.told().stand.receipt_of(task.n).is_some()
    }

    /// What there is to be said at the end: the debriefs, once the class is over.
    fn end(
        &self,
        homework: &Homework,
        keys: &mut Keys,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        let tasks = homework.tasks()?;
        if self.line.told().behind {
            writeln!(
                out,
                "What you played last is kept on this computer; the server does not have all of \
                 it yet."
            )?;
        }
        if !tasks.iter().any(|task| self.is_played(task)) {
            return Ok(());
        }
        if !self.line.told().over() {
            writeln!(
                out,
                "\nThe debriefs open when your instructor ends the class: join again then, with \
                 the same command."
            )?;
            return Ok(());
        }
        writeln!(out, "\nThe class is over.")?;
        for task in &tasks {
            if task.ended.is_none() && self.is_played(task) {
                let title = line(task.scenario.title());
                writeln!(
                    out,
                    "\n{}. {title}: it is handed in; its debrief is not here, because the run is \
                     not on this computer.",
                    task.n
                )?;
            }
            if let Some(path) = &task.ended {
                let (attempt, decisions) = debrief(homework, task, path, out)?;
                objecting::ask(&self.line, &attempt, &decisions, keys, out)?;
            }
        }
        Ok(())
    }
}

/// What a run was, read again from its file. The attempt, and where something was decided
/// in it.
fn debrief(
    homework: &Homework,
    task: &Task,
    path: &Path,
    out: &mut impl Write,
) -> anyhow::Result<(String, Vec<usize>)> {
    let shown = || path.display().to_string();
    let text = String::from_utf8(read_bounded(path)?).with_context(shown)?;
    let transcript = Transcript::read(&text).with_context(shown)?;
    let rules = Arc::clone(&homework.assignment.rules);
    let session = replay(&transcript, Arc::clone(&task.scenario), rules).with_context(shown)?;
    writeln!(out, "\n{}. {}", task.n, line(task.scenario.title()))?;
    text_play::reveal(&session, homework.assignment.doctrine, out)?;
    let attempt = Binding::of(&transcript.label).attempt.unwrap_or_default();
    Ok((attempt, decisions(&session)))
}

/// What a class does around each of its encounters.
struct InClass<'a>(&'a mut Terminal, &'a Homework);

impl<W: Write> Around<W> for InClass<'_> {
    /// All may have met the same customer.
    const SETTING: Setting = Setting::InClass;

    fn is_played(&self, task: &Task) -> bool {
        self.0.is_played(task)
    }

    fn before(&mut self, file: &mut RunFile) {
        self.0.line.follow(file);
    }

    fn after(&mut self, task: &Task, ended: bool, out: &mut W) -> anyhow::Result<()> {
        if ended {
            self.0.played.insert(task.n);
        }
        self.0.settle();
        self.0.tell(self.1, out)
    }
}
