//! Writes a file whole or not at all: whoever reads it never finds a half.

use std::fs;
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
    fs::write(&part, text).with_context(|| format!("cannot write {shown}"))?;
    fs::rename(&part, path).with_context(|| format!("cannot write {shown}"))
}
