//! A trainee's program in an open class: meets the server and compares its words,
//! takes a seat, plays, and hands in. What could not be handed in waits in the folder
//! beside its run and is tried again, for as long as it takes. Here is the terminal's
//! way through it.

pub mod address;
pub mod door;
pub mod known;
pub mod link;
pub mod outbox;
pub mod seat;

use std::fs;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};

use self::address::Address;
use self::known::Known;
use self::link::{Link, Trouble};
use self::outbox::Sent;
use self::seat::{Seat, Work};
use super::assignment::Assignment;
use super::homework::Homework;
use super::inert::line;
use super::pin::{Pin, same_words};
use crate::desk::library::user_folder;

/// The longest rest between two tries, seconds.
const LONGEST_REST: u64 = 60;

/// What the command line says.
pub struct Options {
    /// The server: `10.0.0.5`, with a port if it is not the usual one.
    pub address: String,
    /// The join code, unless a seat is taken already.
    pub code: Option<String>,
    /// What to be called.
    pub name: Option<String>,
    /// The four words on the wall, so that nobody is asked for them.
    pub words: Option<String>,
    /// Whether to compare the words of a server anew that was known with another key.
    pub trust_again: bool,
    /// Where seat and runs are kept.
    pub folder: Option<PathBuf>,
}

/// Joins, plays and hands in; returns the exit code: 0 all that was played is handed
/// in, 1 something was refused.
///
/// # Errors
/// When the server is not the one on the wall, there is no seat to be had, or nothing
/// can be kept.
pub fn run(options: Options, input: &mut impl BufRead, out: &mut impl Write) -> anyhow::Result<u8> {
    let address = Address::read(&options.address)?;
    let base = match &options.folder {
        Some(folder) => folder.clone(),
        None => joined()?,
    };
    fs::create_dir_all(&base)
        .with_context(|| format!("cannot make the folder {}", base.display()))?;
    let pin = trusted(&options, &address, &base, input, out)?;
    let link = Link::new(address.clone(), pin)?;
    let (seat, folder) = match options.code.as_deref() {
        Some(code) => {
            let asked = door::Asked {
                address: &address,
                code,
                name: options.name.as_deref(),
            };
            door::enter(&link, &base, options.folder.as_deref(), asked)?
        }
        None => {
            let kept = match &options.folder {
                Some(folder) => vec![folder.clone()],
                None => seat::folders(&base, Some(&address)),
            };
            let kept = kept.into_iter().find_map(|folder| {
                let seat = Seat::of(&folder).transpose()?;
                Some(seat.map(|seat| (seat, folder)))
            });
            let (seat, folder) =
                kept.context("to join, say the class's code as well; it stands on the wall")??;
            (door::of_this_server(seat, &link, &folder)?, folder)
        }
    };
    writeln!(out, "{}: you are {}.", line(&seat.class), line(&seat.name))?;
    if let Some(wall) = seat.on_the_wall() {
        writeln!(out, "{wall}")?;
    }
    if seat.code.is_some() {
        writeln!(out, "{}", seat::CAME_BACK)?;
    }
    let Some(assignment) = assignment(&link, &seat, &folder, out)? else {
        return Ok(0);
    };
    let homework = Homework::open(assignment, Some(&folder), Some(&seat.seat))?;
    let mut n_refused = 0;
    // What an earlier day left over goes first.
    empty(&link, &seat, &homework, &mut n_refused, out)?;
    super::play_tasks(&homework, input, out, |out| {
        empty(&link, &seat, &homework, &mut n_refused, out).map(|_| ())
    })?;
    let mut rest = 1;
    while empty(&link, &seat, &homework, &mut n_refused, out)? > 0 {
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
    Ok(u8::from(n_refused > 0))
}

/// The user's own folder of the classes they have joined.
///
/// # Errors
/// When the system names none.
pub fn joined() -> anyhow::Result<PathBuf> {
    user_folder("joined")
        .context("this system names no folder for the user's data; name one with --folder")
}

/// The key of the server: the one that was compared before, or one whose words are
/// compared now.
fn trusted(
    options: &Options,
    address: &Address,
    base: &Path,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> anyhow::Result<Pin> {
    let mut known = Known::open(base)?;
    if !options.trust_again
        && let Some((pin, words)) = known.of(address)
    {
        match &options.words {
            Some(typed) if !same_words(typed, words) => bail!(
                "the server at {address} that you trust says \"{words}\", and not \"{}\"; if your \
                 instructor has set up a new server, add --trust-again",
                line(typed)
            ),
            _ => return Ok(pin),
        }
    }
    let pin = link::meet(address)?;
    let words = pin.words()?;
    let same = match &options.words {
        Some(typed) => same_words(typed, &words),
        None => asked(&words, input, out)?,
    };
    if !same {
        bail!(
            "the server at {address} says \"{words}\". If these are not the four words on the \
             wall, somebody else answers in its place: tell your instructor. Nothing was sent"
        );
    }
    known.trust(address, pin, &words)?;
    Ok(pin)
}

fn asked(words: &str, input: &mut impl BufRead, out: &mut impl Write) -> anyhow::Result<bool> {
    writeln!(out, "The server says:\n\n  {words}\n")?;
    write!(out, "Are these the four words on the wall? y or n > ")?;
    out.flush()?;
    let mut answer = String::new();
    input.read_line(&mut answer)?;
    writeln!(out)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Waits for the class to begin and fetches what is to be played; `None` when it is
/// to be played in a browser.
fn assignment(
    link: &Link,
    seat: &Seat,
    folder: &Path,
    out: &mut impl Write,
) -> anyhow::Result<Option<Assignment>> {
    let mut told = "";
    loop {
        let (words, rest) = match seat.assignment(link, folder) {
            Ok(Work::Ready(assignment)) => return Ok(Some(*assignment)),
            Ok(Work::Sealed) => {
                match seat.in_a_browser() {
                    Some(page) => writeln!(
                        out,
                        "This class is sealed: it is played in a browser. Your seat is at\n  {}",
                        line(&page)
                    )?,
                    None => writeln!(
                        out,
                        "This class is sealed, and its server has no pages for browsers: there \
                         is no way to play in it. Tell your instructor."
                    )?,
                }
                return Ok(None);
            }
            Ok(Work::NotBegun) => ("The class has not begun; waiting.", 2),
            Ok(Work::Busy) => ("The server is busy; waiting.", 5),
            Err(error) if matches!(error.downcast_ref(), Some(Trouble::Silent(..))) => {
                ("The server does not answer; trying again.", 3)
            }
            Err(error) => return Err(error),
        };
        if told != words {
            writeln!(out, "{words}")?;
            out.flush()?;
            told = words;
        }
        std::thread::sleep(Duration::from_secs(rest));
    }
}

/// Tries to hand in every finished run once; returns how many are left.
fn empty(
    link: &Link,
    seat: &Seat,
    homework: &Homework,
    n_refused: &mut usize,
    out: &mut impl Write,
) -> anyhow::Result<usize> {
    let mut n_left = 0;
    for path in outbox::waiting(homework)? {
        match outbox::hand_in(link, seat, &path)? {
            Sent::HandedIn(code) => writeln!(out, "Handed in, receipt {}.", line(&code))?,
            Sent::Refused(why) => {
                *n_refused += 1;
                let why = line(&why);
                writeln!(out, "Not taken: {why}. It stays here: {}", path.display())?;
            }
            Sent::Kept => n_left += 1,
        }
    }
    Ok(n_left)
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
