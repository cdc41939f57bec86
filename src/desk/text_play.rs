//! A whole encounter in a terminal: the same engine, the same percepts, no
//! window. Reads lines, so it can be driven by a pipe as well as by a person.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context, bail};
use engine::analysis::{AnalysisNote, Budget};
use engine::doctrine::Doctrine;
use engine::report::Report;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::scenario::written::Place;
use engine::session::Session;
use engine::state::Stance;
#[cfg(feature = "author")]
use engine::state::{Face, Voice};
#[cfg(feature = "author")]
use engine::step::{Input, Move, World};
use engine::transcript::EndReason;

use super::library::{Entry, Library, about_minutes};
use super::report_text::report_text;
use super::run_file::RunFile;
use super::runs::{Kept, Resumed, ago};
use super::shown::{Deed, Shown};
use super::text_talk::{Left, Plays, head, talk, wrapped};

/// Plays one encounter on `input` and `out`.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn play(
    scenario: &Arc<Scenario>,
    seed: Seed,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let session = Session::begin(Arc::clone(scenario), Rules::current(), seed);
    let file = RunFile::begin(&session, None, "turns");
    go_on(
        session,
        file,
        Setting::Alone,
        Doctrine::balanced(),
        input,
        out,
    )?;
    Ok(())
}

/// Where an encounter is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// By oneself: the debrief follows at once.
    Alone,
    /// As homework, which is played once: the debrief follows at once, and a run is only
    /// put aside.
    #[cfg(feature = "classroom")]
    Homework,
    /// In a class, where all may have met the same customer: the debrief waits for the
    /// others, and a run is only put aside.
    #[cfg(feature = "classroom")]
    InClass,
}

/// Goes on with an encounter that was broken off.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn resume(
    resumed: Resumed,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    if let Some(note) = &resumed.note {
        wrapped(out, "", note)?;
    }
    go_on(
        resumed.session,
        resumed.file,
        Setting::Alone,
        Doctrine::balanced(),
        input,
        out,
    )?;
    Ok(())
}

/// Plays a session to its end, from its beginning or from where it was cut short, and
/// shows its report by a doctrine.
/// Returns whether it came to its end.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn go_on(
    session: Session,
    file: RunFile,
    setting: Setting,
    doctrine: &'static Doctrine,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let shown = Shown::of(&session);
    head(&shown, out)?;
    if let Some(scored_by) = doctrine.scored_by() {
        writeln!(out)?;
        wrapped(out, "", &scored_by)?;
    }
    writeln!(
        out,
        "\nSeed {}. Press ? and Enter for help.\n",
        session.seed()
    )?;
    if let Some(trouble) = file.trouble() {
        wrapped(out, "", trouble)?;
    }
    let mut here = Here {
        is_told: file.trouble().is_some(),
        session,
        file,
        setting,
    };
    match talk(shown, &mut here, input, out)? {
        Left::Ended => {
            here.secure(input, out)?;
            match setting {
                #[cfg(feature = "classroom")]
                Setting::InClass => {}
                _ => debrief(&here.session, doctrine, input, out)?,
            }
            kept(&here.file, out)?;
            Ok(true)
        }
        Left::ForGood => {
            here.file.end(&here.session, EndReason::Abandoned);
            writeln!(out, "\nYou left before the end.")?;
            here.secure(input, out)?;
            kept(&here.file, out)?;
            Ok(false)
        }
        Left::BrokenOff => {
            writeln!(out, "\nBroken off.")?;
            here.file.save_again();
            if let Some(trouble) = here.file.trouble() {
                wrapped(out, "", trouble)?;
                writeln!(out, "What was saved before that goes on another time.")?;
                return Ok(false);
            }
            match (setting, here.file.path()) {
                #[cfg(feature = "classroom")]
                (Setting::InClass, _) => {
                    writeln!(out, "It goes on from here when you join again.")?;
                }
                #[cfg(feature = "classroom")]
                (Setting::Homework, _) => {
                    writeln!(
                        out,
                        "It goes on from here when you open the homework again."
                    )?;
                }
                (Setting::Alone, Some(path)) => {
                    let path = path.display();
                    writeln!(
                        out,
                        "To go on from here: satisfactometer play --text --resume {path}"
                    )?;
                }
                (Setting::Alone, None) => {}
            }
            Ok(false)
        }
    }
}

/// A session in this program, and its file.
struct Here {
    session: Session,
    file: RunFile,
    setting: Setting,
    /// It was said that it is not being saved.
    is_told: bool,
}

impl Here {
    /// Keeps the newest input, and says at once where that fails, or goes again.
    fn keep(&mut self, mut out: &mut dyn Write) -> anyhow::Result<()> {
        self.file.input(&self.session);
        match (self.file.trouble(), self.is_told) {
            (Some(trouble), false) => {
                writeln!(out)?;
                wrapped(&mut out, "", trouble)?;
                wrapped(&mut out, "", HELD)?;
                self.is_told = true;
            }
            (None, true) => {
                wrapped(&mut out, "", SAVED)?;
                self.is_told = false;
            }
            (Some(_), true) | (None, false) => {}
        }
        Ok(())
    }

    /// A run that is over and not saved would be gone with this program. In a class it is
    /// handed in as it is.
    fn secure(&mut self, input: &mut impl BufRead, out: &mut impl Write) -> anyhow::Result<()> {
        #[cfg(feature = "classroom")]
        if self.setting == Setting::InClass {
            return Ok(());
        }
        while self.file.may_be_saved() {
            writeln!(out)?;
            wrapped(out, "", self.file.trouble().unwrap_or_default())?;
            write!(
                out,
                "Make room there and press Enter to try again, or type q to go on without > "
            )?;
            out.flush()?;
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 || line.trim() == "q" {
                writeln!(out)?;
                break;
            }
            self.file.save_again();
            if self.file.trouble().is_none() {
                wrapped(out, "", SAVED)?;
            }
        }
        Ok(())
    }
}

/// What becomes of a run that cannot be saved.
const HELD: &str = "You can play on: it is held in memory, and saved as soon as that is \
                    possible. Until then leave this open.";

/// What is said when it can be saved after all.
const SAVED: &str = "The run is saved again, all of it.";

impl Plays for Here {
    fn leaves(&self) -> Left {
        match self.setting {
            Setting::Alone => Left::ForGood,
            #[cfg(feature = "classroom")]
            Setting::Homework | Setting::InClass => Left::BrokenOff,
        }
    }

    fn does(
        &mut self,
        deed: Deed,
        stance: Stance,
        out: &mut dyn Write,
    ) -> anyhow::Result<Option<Shown>> {
        // Choices were just offered, so a refusal here would be ours, not the trainee's.
        let refused = "the engine refused what it had offered";
        let action = deed.action(&self.session).context(refused)?;
        self.session.apply(&action, stance).context(refused)?;
        self.keep(out)?;
        Ok(Some(Shown::of(&self.session)))
    }

    fn mark(&mut self, step: u8, out: &mut dyn Write) -> anyhow::Result<Option<Shown>> {
        self.session.mark(step)?;
        self.keep(out)?;
        Ok(Some(Shown::of(&self.session)))
    }
}

/// Says where the run is kept, or why it is not.
fn kept(file: &RunFile, out: &mut impl Write) -> anyhow::Result<()> {
    match (file.path(), file.trouble()) {
        (Some(path), _) => writeln!(out, "\nKept as {}", path.display())?,
        (None, Some(trouble)) => wrapped(out, "", trouble)?,
        (None, None) => {}
    }
    Ok(())
}

/// What was picked.
pub enum Picked<'a> {
    /// A scenario, to begin.
    Scenario(&'a Entry),
    /// The file of a run that goes on.
    Open(PathBuf),
}

/// Lists the scenarios and asks for one; what was broken off is offered first.
///
/// # Errors
/// When the terminal cannot be read or written, or the input ends.
pub fn pick<'a>(
    library: &'a Library,
    open: Option<Kept>,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<Picked<'a>> {
    let rules = Rules::current();
    writeln!(out, "Who comes in?\n")?;
    if let Some((kept, claims)) = open
        .as_ref()
        .and_then(|kept| Some((kept, kept.what.as_ref().ok()?)))
    {
        let entry = library.find(&claims.scenario).ok();
        let title = entry.map_or(&*claims.scenario, |entry| entry.scenario.title());
        writeln!(
            out,
            "  0  Go on with: {title} (left {}, replies so far: {})\n",
            ago(kept.written, SystemTime::now()),
            claims.n_replies
        )?;
    }
    for (i, entry) in library.entries.iter().enumerate() {
        let scenario = &entry.scenario;
        writeln!(
            out,
            "  {}  {} ({}, {})",
            i + 1,
            scenario.title(),
            scenario.customer().name,
            about_minutes(scenario, &rules)
        )?;
    }
    loop {
        write!(out, "\nnumber > ")?;
        out.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            bail!("no scenario was picked");
        }
        if let (Some(kept), "0") = (&open, line.trim()) {
            return Ok(Picked::Open(kept.path.clone()));
        }
        match line
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|n| library.entries.get(n.wrapping_sub(1)))
        {
            Some(entry) => return Ok(Picked::Scenario(entry)),
            None => writeln!(out, "A number from 1 to {}, please.", library.entries.len())?,
        }
    }
}

/// The keys that play these inputs from the beginning of a run, with `;` for
/// the end of each line.
#[cfg(feature = "author")]
pub fn keys_of(world: World, seed: Seed, inputs: &[Input]) -> String {
    let mut state = world.begin(seed);
    let mut held = Stance {
        voice: Voice::Even,
        face: Face::Neutral,
    };
    let mut keys = String::new();
    let mut asked = false;
    for &input in inputs {
        // A reading that is asked for is gone past with Enter, once before each reply.
        if world.asks_reading(&state) && !asked {
            asked = true;
            keys.push(';');
        }
        asked &= !matches!(input.action, Move::Say(_));
        let mut words = Vec::new();
        if held.voice != input.stance.voice {
            words.push(match input.stance.voice {
                Voice::Soft => "vs",
                Voice::Even => "ve",
                Voice::Raised => "vr",
            });
        }
        if held.face != input.stance.face {
            words.push(match input.stance.face {
                Face::Warm => "fw",
                Face::Neutral => "fn",
                Face::Concerned => "fc",
            });
        }
        held = input.stance;
        let number = match input.action {
            Move::Say(n) => {
                let shown = world.shown(&state);
                let place = shown.iter().position(|reply| *reply == n);
                place.map_or(0, |place| place + 1).to_string()
            }
            _ => String::new(),
        };
        match input.action {
            // Alone, a stance is only held: the Enter that listens is a line of its own.
            Move::Listen if words.is_empty() => {}
            Move::Listen => words.push(";"),
            Move::Encourage => words.push("n"),
            Move::CutIn => words.push("c"),
            Move::Pause => words.push("p"),
            Move::Say(_) => words.push(&number),
        }
        keys.push_str(&words.join(" ").replace(" ;", ";"));
        keys.push(';');
        world.step(&mut state, input, &mut ());
    }
    keys
}

/// First the trainee's own guess, then the report.
fn debrief(
    session: &Session,
    doctrine: &'static Doctrine,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let place = if session.scenario().place() == Place::Counter {
        "at the door"
    } else {
        "as they hang up"
    };
    write!(
        out,
        "\nBefore you see it: how satisfied are they {place}, 0 to 100? > "
    )?;
    out.flush()?;
    let mut line = String::new();
    input.read_line(&mut line)?;
    let guess: Option<u8> = line.trim().parse().ok().filter(|guess| *guess <= 100);
    write!(
        out,
        "And after which of your replies did it turn? (a number, or Enter) > "
    )?;
    out.flush()?;
    line.clear();
    input.read_line(&mut line)?;
    let turn: Option<usize> = line.trim().parse().ok();
    let report = Report::by_doctrine(session, doctrine);
    writeln!(out, "\n")?;
    if let Some(guess) = guess {
        let was = session.world().satisfaction(session.state()) / 10;
        writeln!(
            out,
            "You guessed {guess}; at the end the satisfactometer stood at {was}."
        )?;
    }
    if let (Some(guess), Some(turned)) = (turn, report.turning_reply()) {
        writeln!(
            out,
            "You felt it turn at reply {guess}; it moved most at reply {turned}."
        )?;
    }
    tell_report(session, &report, out)
}

/// The debrief of a run that is looked at later.
///
/// # Errors
/// When the terminal cannot be written.
#[cfg(feature = "classroom")]
pub fn reveal(
    session: &Session,
    doctrine: &'static Doctrine,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    tell_report(session, &Report::by_doctrine(session, doctrine), out)
}

fn tell_report(session: &Session, report: &Report, out: &mut impl Write) -> anyhow::Result<()> {
    let analysis = AnalysisNote::of(session, Budget::DEBRIEF, &mut || true);
    writeln!(out, "\n{}", report_text(report, analysis.as_ref()))?;
    Ok(())
}

#[cfg(all(test, feature = "game", feature = "classroom"))]
mod tests {
    use super::*;
    use crate::desk::library::built_in_text;

    #[test]
    fn q_does_what_its_help_says_alone_and_in_a_class() {
        let name = format!("satisfactometer-q-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        for (setting, says, ends) in [
            (Setting::Alone, "q leave for good", true),
            (Setting::Homework, "q put it aside", false),
            (Setting::InClass, "q put it aside", false),
        ] {
            let rules = Rules::current();
            let text = built_in_text("late-part").expect("it is there");
            let loaded = engine::load::load("late-part.ron", text.as_bytes(), &rules);
            let scenario = Arc::new(loaded.scenario.expect("it can be played"));
            let session = Session::begin(scenario, rules, Seed::new(7));
            let file = RunFile::begin(&session, Some(&folder), "turns");
            let path = file.path().expect("it is kept").to_owned();
            let (mut keys, mut out) = (&b"?\n\nq\n"[..], Vec::new());
            let doctrine = Doctrine::balanced();
            let ended = go_on(session, file, setting, doctrine, &mut keys, &mut out);
            assert!(!ended.expect("it plays"), "{setting:?}");
            let out = String::from_utf8(out).expect("text");
            assert!(out.contains(says), "{setting:?}: {out}");
            assert_eq!(out.contains("You left before the end."), ends, "{out}");
            let kept = std::fs::read_to_string(path).expect("a file");
            assert_eq!(kept.contains("\"abandoned\""), ends, "{kept}");
        }
        std::fs::remove_dir_all(&folder).expect("it goes");
    }
}
