//! `satisfactometer new`: a scenario that plays, with comments that teach the
//! format. Never writes over a file.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, bail};

/// The file that is written, with `NEW-ID` where the id belongs.
const TEMPLATE: &str = include_str!("../../assets/new.ron");

/// Writes `ID.ron` into the folder.
///
/// # Errors
/// When the id is no key, the file is there already or cannot be written.
pub fn run(id: &str, folder: &Path) -> anyhow::Result<u8> {
    if !is_key(id) {
        bail!(
            "`{id}` cannot be the name of a scenario: 1 to 32 small letters a to z, digits and hyphens"
        );
    }
    if id == "house" {
        bail!("`house.ron` is for the house's own rules; give the scenario another name");
    }
    let path = folder.join(format!("{id}.ron"));
    write_new(&path, scenario(id).as_bytes())?;
    let shown = path.display();
    let folder = folder.display();
    let mut out = anstream::stdout();
    writeln!(out, "{shown} is written, and plays as it stands:")?;
    writeln!(out, "  satisfactometer check {shown}")?;
    writeln!(
        out,
        "  satisfactometer play --text {id} --scenarios {folder}"
    )?;
    writeln!(
        out,
        "The notes in it say what everything is; `satisfactometer guide` goes step by step."
    )?;
    Ok(0)
}

/// The text of a new scenario.
pub fn scenario(id: &str) -> String {
    TEMPLATE.replace("NEW-ID", id)
}

/// Whether a text is a key of the format.
pub fn is_key(text: &str) -> bool {
    let may = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=32).contains(&text.len()) && text.chars().all(may)
}

/// Writes a file that must not be there yet.
///
/// # Errors
/// When it is, or cannot be written; a file half written is taken away again.
pub fn write_new(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let shown = path.display();
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = match file {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{shown} is there already, and nothing is written over it")
        }
        Err(error) => return Err(error).with_context(|| format!("cannot write {shown}")),
    };
    let done = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = done {
        drop(file);
        // What is left of it would only be in the way; if even that fails, it stays.
        let _ = std::fs::remove_file(path);
        return Err(error).with_context(|| format!("cannot write {shown}"));
    }
    Ok(())
}
