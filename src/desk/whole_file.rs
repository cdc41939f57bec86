//! Writes a file whole or not at all: whoever reads it never finds a half.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;

/// Files this program has begun to write.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// Where a file is written before it takes the place of what was there. Two who write the
/// same at once, in this program or in two of them, each have a part of their own.
pub fn part_of(path: &Path) -> PathBuf {
    let nth = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{nth}.part", std::process::id()));
    path.with_file_name(name)
}

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
    let part = part_of(path);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_the_same_at_once_is_not_in_the_way_of_others() {
        let name = format!("satisfactometer-whole-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let path = folder.join("it.txt");
        std::thread::scope(|scope| {
            for n in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..50 {
                        write_whole(path, &n.to_string().repeat(1000)).expect("it is written");
                    }
                });
            }
        });
        let text = fs::read_to_string(&path).expect("one of them");
        assert_eq!(text.len(), 1000);
        let first = text.chars().next().expect("a digit");
        assert!(text.chars().all(|c| c == first), "all of one");
        assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 1);
        fs::remove_dir_all(&folder).expect("it is ours");
    }
}
