//! What the server has of a seat's runs, brought to the computer its holder sits at now:
//! those that are handed in, and the one that was broken off, which goes on from there.
//! Each is played again before it is believed, like any file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use engine::transcript::{Transcript, replay};
use serde_json::Value;

use super::keep;
use super::link::Link;
use super::seat::Seat;
use crate::classroom::assignment::Assignment;
use crate::classroom::homework::Binding;
use crate::desk::library::read_bounded;

/// Brings a seat's runs into its folder.
///
/// # Errors
/// When the server does not answer in its way, or they cannot be kept.
pub fn fetch(
    link: &Link,
    seat: &Seat,
    folder: &Path,
    assignment: &Assignment,
) -> anyhow::Result<()> {
    let (status, body) = link.send("GET", "/api/v1/me", &seat.token, b"")?;
    if status != 200 {
        bail!("the server is busy");
    }
    let me: Value = serde_json::from_str(&body).context("that is no class's server")?;
    let tasks = me["tasks"].as_array().into_iter().flatten();
    for id in tasks.filter_map(|task| task["id"].as_str()) {
        let (status, text) =
            link.send("GET", &format!("/api/v1/attempts/{id}"), &seat.token, b"")?;
        match status {
            200 => take(seat, folder, assignment, id, &text)?,
            // It was deleted meanwhile, or this server hands back nothing.
            403 | 404 => {}
            _ => bail!("the server is busy"),
        }
    }
    Ok(())
}

/// Keeps a run, unless what is here already goes further.
fn take(
    seat: &Seat,
    folder: &Path,
    assignment: &Assignment,
    id: &str,
    text: &str,
) -> anyhow::Result<()> {
    let Some(name) = believed(seat, assignment, id, text) else {
        // It is kept there, and can be handed in there; here it would only be in the way.
        return Ok(());
    };
    for (path, here) in of_the_same(folder, id)? {
        if here.starts_with(text) {
            return Ok(());
        }
        if text.starts_with(&here) {
            return keep(&path, text.as_bytes());
        }
        // Two courses of one run: the one that the server has is gone on with, and the
        // other one is not thrown away.
        fs::rename(&path, path.with_extension("aside"))
            .with_context(|| format!("cannot put aside {}", path.display()))?;
    }
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    keep(&folder.join(name), text.as_bytes())
}

/// What the file of a run is called, if it is this seat's and can be played again.
fn believed(seat: &Seat, assignment: &Assignment, id: &str, text: &str) -> Option<String> {
    let transcript = Transcript::read(text).ok()?;
    let bound = Binding::of(&transcript.label);
    let mine = bound.attempt.as_deref() == Some(id)
        && bound.mark.as_deref() == Some(&seat.seat)
        && bound.assignment.as_deref() == Some(&assignment.written.id);
    let header = &transcript.header;
    let scenario = assignment
        .scenarios
        .iter()
        .find(|scenario| mine && scenario.id() == header.scenario)?;
    replay(
        &transcript,
        Arc::clone(scenario),
        Arc::clone(&assignment.rules),
    )
    .ok()?;
    let begun = bound.started_at.unwrap_or(0).max(0);
    Some(format!("{}-{}-{begun}.sfa", scenario.id(), header.seed))
}

/// The files of an attempt in a folder, with what they hold.
fn of_the_same(folder: &Path, id: &str) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let files = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "sfa"))
        .filter_map(|path| {
            let text = String::from_utf8(read_bounded(&path).ok()?).ok()?;
            let label = Transcript::read(&text).ok()?.label;
            (Binding::of(&label).attempt.as_deref() == Some(id)).then_some((path, text))
        });
    Ok(files.collect())
}
