//! Writes a file whole or not at all: whoever reads it never finds a half.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::Context;

/// Writes `text` to `path`, in the place of what was there.
///
/// # Errors
/// When it cannot be written; then what was there stays.
pub fn write_whole(path: &Path, text: &str) -> anyhow::Result<()> {
    let shown = path.display();
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = File::create(&part).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        // Otherwise a power cut could leave the name without what is under it.
        file.sync_all()
    });
    let written = written.and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // On a full disk a half would be in the way of what is to be written next.
        _ = fs::remove_file(&part);
    }
    written.with_context(|| format!("cannot write {shown}"))
}
