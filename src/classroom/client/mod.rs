//! A trainee's program in a class: meets the server and compares its words,
//! takes a seat, plays, and hands in. What is played is sent as it goes; what could not be
//! handed in waits in the folder beside its run and is tried again, for as long as it
//! takes. Here is how a terminal comes in.

pub mod address;
pub mod disagree;
pub mod door;
pub mod keys;
pub mod known;
pub mod line;
pub mod link;
mod nonce;
mod objecting;
#[cfg(test)]
mod opened;
pub mod outbox;
mod restore;
mod sealed;
pub mod seat;
mod sending;
#[cfg_attr(
    not(feature = "game"),
    allow(dead_code, reason = "the window alone plays on while a thread asks")
)]
pub mod stepped;
mod terminal;

use std::fs;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use self::address::Address;
use self::keys::Keys;
use self::known::Known;
use self::link::Link;
use self::seat::Seat;
use self::terminal::Terminal;
use super::inert::line;
use super::pin::{Pin, same_words};
use crate::desk::library::user_folder;
use crate::desk::whole_file::part_of;

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
pub fn run(options: Options, keys: &mut Keys, out: &mut impl Write) -> anyhow::Result<u8> {
    let address = Address::read(&options.address)?;
    let base = match &options.folder {
        Some(folder) => folder.clone(),
        None => joined()?,
    };
    fs::create_dir_all(&base)
        .with_context(|| format!("cannot make the folder {}", base.display()))?;
    let pin = trusted(&options, &address, &base, keys, out)?;
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
    Terminal::open(seat, folder)?.play(keys, out)
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

/// Writes a file whole or not at all: a power cut leaves the old one or none.
fn keep(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let shown = path.display();
    let beside = part_of(path);
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
