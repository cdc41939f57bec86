//! What trainees disagree with, as a file that goes from a class to the author of its
//! scenarios: decisions and reasons, and nobody's name. What people typed stands in it
//! as they typed it; whoever shows it makes it inert.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use engine::session::{Action, Session};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::inert::is_command;
use crate::desk::library::read_bounded;

/// Characters of a reason at most.
pub const LONGEST: usize = 300;
/// What the file's `format` says.
pub const FORMAT: &str = "satisfactometer-disagreements";
/// The version of its form.
pub const SCHEMA: u64 = 1;

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// [`FORMAT`].
    pub format: String,
    /// [`SCHEMA`].
    pub schema: u64,
    /// What people disagree with.
    pub disagreements: Vec<Disagreement>,
}

/// One decision that somebody disagrees with the game about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disagreement {
    /// Id of the scenario.
    pub scenario: String,
    /// Its content hash, as it was played.
    pub content: String,
    /// Id of the attempt, so that a file that is given twice counts once.
    pub attempt: String,
    /// The decision, by its turn from 1.
    pub turn: i64,
    /// Key of its beat.
    pub beat: String,
    /// Key of the reply that was given; nothing for silence, and before there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// Its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Why they disagree.
    pub because: String,
    /// When they said so, Unix milliseconds.
    pub at: i64,
}

/// Whether something is decided by it, which somebody may disagree about.
pub fn decides(action: &Action) -> bool {
    matches!(action, Action::Say(_) | Action::Pause)
}

/// Where something was decided in a run, by its turns from 1.
pub fn decisions(session: &Session) -> Vec<usize> {
    let turns = session.turns().iter().zip(1..);
    turns
        .filter_map(|(turn, n)| decides(&turn.action).then_some(n))
        .collect()
}

/// A reason as it is kept: one line with single spaces; empty if nothing was typed.
///
/// # Errors
/// Why it cannot be kept, in words.
pub fn reason(typed: &str) -> Result<String, String> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let why = words.join(" ");
    if why.chars().any(is_command) {
        return Err("it holds characters that cannot be seen".to_owned());
    }
    if why.chars().count() > LONGEST {
        return Err(format!("a reason has at most {LONGEST} characters"));
    }
    Ok(why)
}

/// The file of some disagreements.
pub fn text(disagreements: Vec<Disagreement>) -> String {
    let written = Written {
        format: FORMAT.into(),
        schema: SCHEMA,
        disagreements,
    };
    let mut text = serde_json::to_string_pretty(&written).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a file, or every file of the kind in a folder. Of two that speak of the same
/// decision of the same attempt the later one stands.
///
/// # Errors
/// When it cannot be read or is no such file, or a folder has none.
pub fn read(path: &Path) -> anyhow::Result<Vec<Disagreement>> {
    let mut all = BTreeMap::new();
    let mut add = |file: Written| {
        for one in file.disagreements {
            let key = (one.attempt.clone(), one.turn);
            let known = all.get(&key);
            if known.is_none_or(|known: &Disagreement| known.at <= one.at) {
                all.insert(key, one);
            }
        }
    };
    if path.is_dir() {
        let mut n_files = 0;
        let shown = path.display();
        let entries = fs::read_dir(path).with_context(|| format!("cannot read {shown}"))?;
        for entry in entries {
            let path = entry
                .with_context(|| format!("cannot read {shown}"))?
                .path();
            if path.extension().is_none_or(|ext| ext != "json") {
                continue;
            }
            // Other exports of the class may lie beside it.
            if let Some(file) = parse(&path)? {
                add(file);
                n_files += 1;
            }
        }
        if n_files == 0 {
            bail!("{shown} has no file of disagreements; a class's results offer one");
        }
    } else {
        let file = parse(path)?;
        add(file.with_context(|| {
            format!(
                "{} holds no disagreements: its `format` does not say \"{FORMAT}\"",
                path.display()
            )
        })?);
    }
    Ok(all.into_values().collect())
}

/// A file of the kind; nothing if it is JSON of another.
fn parse(path: &Path) -> anyhow::Result<Option<Written>> {
    let shown = path.display();
    let bytes = read_bounded(path)?;
    let value: Value =
        serde_json::from_slice(&bytes).with_context(|| format!("{shown} is not JSON"))?;
    if value["format"] != FORMAT {
        return Ok(None);
    }
    if let Some(schema) = value["schema"].as_u64()
        && schema > SCHEMA
    {
        bail!("{shown} was made with schema {schema}; this release reads up to {SCHEMA}");
    }
    let written = serde_json::from_slice(&bytes);
    Ok(Some(written.with_context(|| {
        format!("{shown} is not as an export of disagreements is")
    })?))
}
