//! The way into a class: a seat is taken with the class's code, or one's own comes back
//! with a seat code, on whatever device. Either is kept in a folder of its own.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::address::Address;
use super::link::Link;
use super::nonce::nonce;
use super::seat::{Seat, Way, folders};
use crate::classroom::pin::Pin;
use crate::classroom::server::secret::{folded, is_seat_code};

/// What somebody types to come in.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The server.
    pub address: &'a Address,
    /// The class's code, or that of a seat.
    pub code: &'a str,
    /// What to be called; asked of nobody who comes back.
    pub name: Option<&'a str>,
}

/// The user's own folder of the class that has this code.
pub fn seat_folder(base: &Path, address: &Address, code: &str) -> PathBuf {
    let code = folded(code);
    let code = code.chars().filter(char::is_ascii_alphanumeric);
    base.join(format!(
        "{}-{}",
        address.as_name(),
        code.collect::<String>()
    ))
}

/// Takes a seat, or the one that was taken before; `named` is the folder to keep it in,
/// instead of one of its own in `base`.
///
/// # Errors
/// When the server cannot be reached or refuses, or the seat cannot be kept.
pub fn enter(
    link: &Link,
    base: &Path,
    named: Option<&Path>,
    asked: Asked,
) -> anyhow::Result<(Seat, PathBuf)> {
    let code = folded(asked.code);
    if is_seat_code(&code) {
        return come_back(link, base, named, asked.address, &code);
    }
    let folder = match named {
        Some(folder) => folder.to_owned(),
        None => seat_folder(base, asked.address, &code),
    };
    if let Some(seat) = Seat::of(&folder)? {
        return Ok((of_this_server(seat, link, &folder)?, folder));
    }
    let (seat, _) = Seat::ask(link, asked.code.trim(), asked.name, None)?;
    seat.keep_in(&folder)?;
    Ok((seat, folder))
}

/// A seat that is kept, unless it is of another server.
///
/// # Errors
/// When it is.
pub fn of_this_server(seat: Seat, link: &Link, folder: &Path) -> anyhow::Result<Seat> {
    if Pin::read(&seat.pin) != Some(link.pin) {
        bail!(
            "the seat in {} is with the server that was trusted before; move the folder away to \
             take another one",
            folder.display()
        );
    }
    Ok(seat)
}

fn come_back(
    link: &Link,
    base: &Path,
    named: Option<&Path>,
    address: &Address,
    code: &str,
) -> anyhow::Result<(Seat, PathBuf)> {
    let kept: Vec<(Seat, PathBuf)> = match named {
        Some(folder) => vec![folder.to_owned()],
        None => folders(base, Some(address)),
    }
    .into_iter()
    .filter_map(|folder| Some((Seat::of(&folder).ok()??, folder)))
    .collect();
    // The code is used up by now, but it is here that it was used.
    if let Some((seat, folder)) = kept
        .iter()
        .find(|(seat, _)| seat.code.as_deref() == Some(code))
    {
        return Ok((of_this_server(seat.clone(), link, folder)?, folder.clone()));
    }
    let nonce = nonce(base, link.pin, code)?;
    let (mut seat, way) = Seat::ask(link, code, None, Some(&nonce))?;
    seat.code = Some(code.to_owned());
    let Way::Back { class_code } = way else {
        bail!("that is no class's server, or one of another release");
    };
    let of_old = kept.iter().find(|(old, _)| old.seat == seat.seat);
    let folder = match (of_old, named) {
        // What was played here before is there.
        (Some((_, folder)), _) => folder.clone(),
        (None, Some(folder)) if kept.is_empty() => folder.to_owned(),
        // Somebody else's seat is kept where this one would be.
        (None, Some(folder)) => folder.join(&seat.seat),
        (None, None) => {
            let folder = seat_folder(base, address, &class_code);
            match Seat::of(&folder) {
                Ok(None) => folder,
                _ => folder.with_extension(&seat.seat[..8.min(seat.seat.len())]),
            }
        }
    };
    seat.keep_in(&folder)?;
    Ok((seat, folder))
}
