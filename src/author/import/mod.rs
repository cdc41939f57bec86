//! `satisfactometer import`: what was written for Twine or H5P becomes a scenario
//! that checks. Reads files of strangers within bounds, and writes one new file.

mod h5p;
mod html;
mod lenient;
mod pen;
mod story;
mod twine;
mod words;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use engine::diagnostic::Severity;
use engine::load::load;
use engine::rules::Rules;

use super::new::{is_key, write_new};
use super::render::visible;
use crate::desk::library::read_bounded;
use story::Story;

/// What is asked for.
pub struct Options {
    /// The file to bring along.
    pub file: PathBuf,
    /// The id of the scenario; made from the name of the file if it is left out.
    pub id: Option<String>,
    /// The folder it goes into.
    pub folder: PathBuf,
}

/// Writes the scenario; returns the exit code: 0 all of it was carried, 1 not all.
///
/// # Errors
/// When the file cannot be read or understood, or nothing can be written.
pub fn run(options: &Options) -> anyhow::Result<u8> {
    let stem = options.file.file_stem().unwrap_or_default();
    let id = match &options.id {
        Some(id) => id.clone(),
        None => words::slug(&stem.to_string_lossy()).unwrap_or_else(|| "imported".to_owned()),
    };
    if !is_key(&id) {
        bail!(
            "`{id}` cannot be the name of a scenario: 1 to 32 small letters a to z, digits and hyphens"
        );
    }
    if id == "house" {
        bail!("`house.ron` is for the house's own rules; give the scenario another name: --id");
    }
    let written = read(&options.file)?.written(&id)?;
    let file = format!("{id}.ron");
    let loaded = load(&file, written.text.as_bytes(), &Rules::current());
    let findings = &loaded.findings;
    if let Some(error) = findings.list.iter().find(|f| f.severity == Severity::Error) {
        let at = loaded.source.position(error.span.start);
        bail!(
            "what came of it does not check, so it is not written: line {}: {}",
            at.line,
            error.message
        );
    }
    let path = options.folder.join(&file);
    write_new(&path, written.text.as_bytes())?;

    let shown = path.display();
    let (n_beats, n_replies, n_endings) = written.counts;
    let counted_replies = if n_replies == 1 {
        "1 reply".to_owned()
    } else {
        format!("{n_replies} replies")
    };
    let mut out = anstream::stdout();
    writeln!(
        out,
        "{shown} is written, and plays as it stands: {}, {}, {}.",
        counted(n_beats, "beat"),
        counted_replies,
        counted(n_endings, "ending"),
    )?;
    writeln!(
        out,
        "Its acts are guesses. Look for FILL IN: there somebody must say what a line does."
    )?;
    if !written.lost.is_empty() {
        writeln!(
            out,
            "\nNot carried (it stands at the top of the file, too):"
        )?;
    }
    for lost in &written.lost {
        writeln!(out, "- {}", visible(lost))?;
    }
    writeln!(out, "\nNext:")?;
    let n_warnings = findings.list.len() + findings.more;
    let warns = match n_warnings {
        0 => "nothing to complain about".to_owned(),
        n => format!("{} to look at", counted(n, "thing")),
    };
    writeln!(out, "  satisfactometer check {shown}   ({warns})")?;
    let folder = options.folder.display();
    writeln!(
        out,
        "  satisfactometer play --text {id} --scenarios {folder}"
    )?;
    writeln!(out, "  satisfactometer acts")?;
    Ok(u8::from(!written.lost.is_empty()))
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Reads a story, of whichever kind it is.
fn read(path: &Path) -> anyhow::Result<Story> {
    let shown = path.display();
    let meta = std::fs::metadata(path).with_context(|| format!("cannot read {shown}"))?;
    if !meta.is_file() {
        bail!("{shown} is not a regular file");
    }
    let mut head = Vec::new();
    let file = std::fs::File::open(path).with_context(|| format!("cannot open {shown}"))?;
    (&file)
        .take(8)
        .read_to_end(&mut head)
        .with_context(|| format!("cannot read {shown}"))?;
    if h5p::is_archive(&head) {
        return h5p::archive(file, meta.len())
            .with_context(|| format!("cannot bring {shown} along"));
    }
    let bytes = read_bounded(path)?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let text = std::str::from_utf8(bytes).with_context(|| format!("{shown} is no UTF-8 text"))?;
    story_of(text).with_context(|| format!("cannot bring {shown} along"))
}

/// Reads a story that is text.
fn story_of(text: &str) -> anyhow::Result<Story> {
    if let Some(story) = twine::published(text) {
        return Ok(story);
    }
    if twine::is_twee(text) {
        return Ok(twine::twee(text));
    }
    if text.trim_start().starts_with('{') {
        return h5p::content_json(text.as_bytes());
    }
    bail!(
        "it is none of: Twine's Twee 3 source, with passages that begin with `::`; a page published by Twine 2; an H5P Branching Scenario (`.h5p`)"
    )
}

#[cfg(test)]
mod tests;
