//! Handing in: each finished run lies in the seat's folder, and stays there. A receipt
//! beside it says that the server has it; until there is one it is tried again.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use serde_json::Value;

use super::keep;
use super::link::{Link, Trouble};
use super::seat::Seat;
use crate::classroom::homework::{Binding, Homework};
use crate::classroom::server::receipt::{code_of, verify};
use crate::desk::library::read_bounded;

/// What became of a run that was to be handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The server has it, and this is the receipt's code.
    HandedIn(String),
    /// The server will never take it, and why.
    Refused(String),
    /// It is kept, to be tried again.
    Kept,
}

/// The finished runs that are neither handed in nor refused.
///
/// # Errors
/// When the folder cannot be read.
pub fn waiting(homework: &Homework) -> anyhow::Result<Vec<PathBuf>> {
    let mut finished = homework.finished()?;
    finished.retain(|path| !receipt(path).exists() && !refusal(path).exists());
    Ok(finished)
}

/// The receipt's code of a run that was handed in.
pub fn handed_in(run: &Path) -> Option<String> {
    let bytes = read_bounded(&receipt(run)).ok()?;
    Some(code_of(&String::from_utf8_lossy(&bytes))).filter(|code| !code.is_empty())
}

/// Why the server would not take a run, if it would not.
pub fn refused(run: &Path) -> Option<String> {
    let bytes = read_bounded(&refusal(run)).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn receipt(run: &Path) -> PathBuf {
    run.with_extension("receipt")
}

fn refusal(run: &Path) -> PathBuf {
    run.with_extension("refused")
}

/// Tries once to hand in a run. What it came to is on disk when this returns.
///
/// # Errors
/// When the server is not the one that was trusted, or the disk fails. That nothing
/// answers is no error: the run is kept.
pub fn hand_in(link: &Link, seat: &Seat, run: &Path) -> anyhow::Result<Sent> {
    let bytes = read_bounded(run)?;
    match ask(link, seat, &bytes) {
        Ok(Ok(text)) => {
            keep(&receipt(run), text.as_bytes())?;
            Ok(Sent::HandedIn(code_of(&text)))
        }
        Ok(Err(why)) => {
            keep(&refusal(run), why.as_bytes())?;
            Ok(Sent::Refused(why))
        }
        Err(error) if matches!(error.downcast_ref(), Some(Trouble::OtherKey(_))) => Err(error),
        Err(_) => Ok(Sent::Kept),
    }
}

/// The same with a run that no disk has: neither it nor what it came to is kept.
///
/// # Errors
/// When the server is not the one that was trusted.
pub fn hand_in_from_memory(link: &Link, seat: &Seat, text: &str) -> anyhow::Result<Sent> {
    match ask(link, seat, text.as_bytes()) {
        Ok(Ok(receipt)) => Ok(Sent::HandedIn(code_of(&receipt))),
        Ok(Err(why)) => Ok(Sent::Refused(why)),
        Err(error) if matches!(error.downcast_ref(), Some(Trouble::OtherKey(_))) => Err(error),
        Err(_) => Ok(Sent::Kept),
    }
}

/// The receipt, or why the server will never take it.
fn ask(link: &Link, seat: &Seat, bytes: &[u8]) -> anyhow::Result<Result<String, String>> {
    let text = String::from_utf8_lossy(bytes);
    let header = text.lines().next();
    let header = header.and_then(|line| serde_json::from_str::<Value>(line).ok());
    let id = Binding::of(&header.unwrap_or_default()["label"]).attempt;
    let id = id.ok_or_else(|| anyhow!("a run without an id"))?;
    let path = format!("/api/v1/attempts/{id}");
    let (status, body) = link.send("PUT", &path, &seat.token, bytes)?;
    let said: Value = serde_json::from_str(&body)?;
    match status {
        200 | 201 => {
            let hash = blake3::hash(bytes).to_hex().to_string();
            let receipt = &said["receipt"];
            // A receipt for something else, or of somebody else, would be no receipt.
            if receipt["attempt_id"] != id.as_str() || receipt["transcript_hash"] != hash.as_str() {
                bail!("the receipt is for something else");
            }
            verify([body.as_str()], &[&seat.receipts])?;
            Ok(Ok(body))
        }
        // Busy, or a seat that the instructor may give back.
        401 | 408 | 409 | 429 | 500.. => bail!("not now"),
        _ => {
            let why = said["detail"].as_str().unwrap_or("the server refused it");
            Ok(Err(why.to_owned()))
        }
    }
}
