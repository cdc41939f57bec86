//! The last step of a restore, in an order that can be broken off anywhere. What is put
//! back lies ready under a name of its own, and from then on it is what counts: whoever
//! opens the folder next finishes what is left to do.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use super::app::now;
use super::receipt;

/// The store.
const STORE: &str = "class.db";
/// What SQLite has beside it, and itself, last.
const ENDS: [&str; 4] = ["-wal", "-shm", "-journal", ""];
/// A store that is being prepared, and counts for nothing.
pub const PREPARED: &str = "class.db.restoring";

/// Where a restore that was broken off has come to.
pub enum Finished {
    /// It had changed nothing.
    Nothing,
    /// It is done now; what was there before is called so, if anything was.
    Done(Option<String>),
}

impl Finished {
    /// That in a sentence.
    pub fn words(&self) -> String {
        match self {
            Finished::Nothing => "a restore was broken off before it had changed anything; \
                                  restore the backup again, if you still want it"
                .to_owned(),
            Finished::Done(None) => "a restore that was broken off is finished now".to_owned(),
            Finished::Done(Some(aside)) => format!(
                "a restore that was broken off is finished now; what was there before is beside \
                 it, as {aside}"
            ),
        }
    }
}

/// Makes a store that is prepared count, with its key. After this it is put back, whoever
/// dies, and only remains to be finished.
///
/// # Errors
/// When it cannot be written; nothing is changed then.
pub fn commit(folder: &Path, key: &str) -> anyhow::Result<()> {
    let stamp = now();
    let kept = folder.join(format!("signing.restored-{stamp}.key"));
    receipt::keep(&kept, key)?;
    let ready = folder.join(format!("class.restored-{stamp}.db"));
    if let Err(error) = fs::rename(folder.join(PREPARED), &ready) {
        _ = fs::remove_file(&kept);
        return Err(error).with_context(|| format!("cannot make {}", ready.display()));
    }
    // From here on it counts, also where this could not be done.
    _ = sync(folder);
    Ok(())
}

/// Finishes what a restore has left to do, if one has. Only for whoever has the folder for
/// themselves. May itself be broken off anywhere.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn finish(folder: &Path) -> anyhow::Result<Option<Finished>> {
    let mut finished = None;
    for stamp in stamps(folder, "class.restored-", ".db")? {
        let move_to = |from: &str, to: &str| {
            fs::rename(folder.join(from), folder.join(to))
                .with_context(|| format!("cannot finish a restore: {from} cannot be moved to {to}"))
        };
        let there = |name: &str| folder.join(name).exists();
        let (key, kept) = ("signing.key", format!("signing.restored-{stamp}.key"));
        if there(&kept) {
            let before = format!("signing.before-{stamp}.key");
            if there(key) && !there(&before) && differ(&folder.join(key), &folder.join(&kept)) {
                move_to(key, &before)?;
            }
            move_to(&kept, key)?;
        }
        let before = format!("class.before-{stamp}.db");
        for end in ENDS {
            let old = format!("{STORE}{end}");
            if there(&old) {
                move_to(&old, &format!("{before}{end}"))?;
            }
        }
        sync(folder)?;
        move_to(&format!("class.restored-{stamp}.db"), STORE)?;
        sync(folder)?;
        finished = Some(Finished::Done(there(&before).then_some(before)));
    }
    // One that had not come so far: its copy holds names, and its key is a key.
    let prepared = folder.join(PREPARED);
    if prepared.exists() {
        remove(&prepared);
        finished = finished.or(Some(Finished::Nothing));
    }
    for stamp in stamps(folder, "signing.restored-", ".key")? {
        _ = fs::remove_file(folder.join(format!("signing.restored-{stamp}.key")));
    }
    Ok(finished)
}

/// Says what is there where a store should be and is not, so that nobody begins anew
/// beside it without knowing.
///
/// # Errors
/// When a store was there.
pub fn is_whole(folder: &Path) -> anyhow::Result<()> {
    let shown = folder.display();
    if let Some(stamp) = stamps(folder, "class.restored-", ".db")?.pop() {
        bail!(
            "a restore was broken off in {shown}: class.restored-{stamp}.db is not in its place \
             yet. `satisfactometer host` puts it there when it starts"
        );
    }
    if folder.join(STORE).exists() {
        return Ok(());
    }
    let copies = stamps(folder, "class.before-", ".db")?;
    if let Some(stamp) = copies.last() {
        bail!(
            "there is no class.db in {shown}, but there is class.before-{stamp}.db, which a \
             restore has put aside. Restore the backup again, or, to go on with what was there \
             before, give that file (and those whose names begin with its own) the name class.db \
             again. To begin anew, move it elsewhere"
        );
    }
    let journal = folder.join("class.db-wal");
    if fs::metadata(&journal).is_ok_and(|meta| meta.len() > 0) {
        bail!(
            "there is no class.db in {shown}, but there is class.db-wal, which holds what was \
             written to it last. Put class.db back beside it. To begin anew, move it elsewhere"
        );
    }
    Ok(())
}

/// Removes a store that is not to be, with what SQLite has beside it.
pub fn remove(store: &Path) {
    for end in ENDS {
        let mut name = store.file_name().unwrap_or_default().to_owned();
        name.push(end);
        _ = fs::remove_file(store.with_file_name(name));
    }
}

/// Puts a key in its place; another one that is there is moved aside.
///
/// # Errors
/// When it cannot be written.
pub fn put_key(folder: &Path, key: &str) -> anyhow::Result<()> {
    let path = folder.join("signing.key");
    match fs::read_to_string(&path) {
        Ok(old) if old.trim() == key => return Ok(()),
        Ok(_) => fs::rename(&path, folder.join(format!("signing.before-{}.key", now())))?,
        Err(_) => {}
    }
    receipt::keep(&path, key)
}

/// The moments in the names of a folder's files that begin and end so, the oldest first.
fn stamps(folder: &Path, begin: &str, end: &str) -> anyhow::Result<Vec<u64>> {
    let entries = fs::read_dir(folder);
    let entries = entries.with_context(|| format!("cannot read {}", folder.display()))?;
    let mut stamps: Vec<u64> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            let name = name.to_str()?;
            name.strip_prefix(begin)?.strip_suffix(end)?.parse().ok()
        })
        .collect();
    stamps.sort_unstable();
    Ok(stamps)
}

fn differ(one: &Path, other: &Path) -> bool {
    let read = |path| fs::read_to_string(path).map(|text| text.trim().to_owned());
    !matches!((read(one), read(other)), (Ok(one), Ok(other)) if one == other)
}

/// Names are as lasting as what they name; where folders cannot be synced, the system does
/// it in its own time.
fn sync(folder: &Path) -> anyhow::Result<()> {
    if cfg!(unix) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
