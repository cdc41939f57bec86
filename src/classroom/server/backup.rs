//! Backing up and restoring what a server keeps in a file: all classes, and the key it
//! signs with, as one SQLite file that is checked before it replaces anything.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sqlx::{AnyConnection, Connection, Row};

use super::app::now;
use super::receipt::Key;
use super::store::{MIGRATIONS, sqlite_url};
use crate::desk::library::user_folder;

/// Writes a backup of a server's folder, while it serves or not; returns the exit code.
///
/// # Errors
/// When there is nothing to back up, or the file is there or cannot be written.
pub fn back_up(file: &Path, folder: Option<PathBuf>, out: &mut impl Write) -> anyhow::Result<u8> {
    let folder = own(folder)?;
    let store = folder.join("class.db");
    if !store.is_file() {
        bail!("there are no classes in {}", folder.display());
    }
    let key_file = folder.join("signing.key");
    let key = fs::read_to_string(&key_file)
        .with_context(|| format!("cannot read {}", key_file.display()))?;
    let shown = file.display();
    if file.exists() {
        bail!("{shown} is there already; a backup replaces nothing");
    }
    // It holds names and the key, so it is its owner's from its first byte.
    let part = beside(file, "part");
    _ = fs::remove_file(&part);
    private(&part).with_context(|| format!("cannot make {}", part.display()))?;
    let written = block_on(async {
        let mut conn = AnyConnection::connect(&sqlite_url(&store)).await?;
        for pragma in ["PRAGMA busy_timeout = 5000", "PRAGMA query_only = OFF"] {
            sqlx::query(pragma).execute(&mut conn).await?;
        }
        let to = part.to_string_lossy().into_owned();
        // One moment of the store, whatever is written meanwhile.
        sqlx::query("VACUUM INTO $1")
            .bind(to)
            .execute(&mut conn)
            .await?;
        conn.close().await?;
        let mut copy = AnyConnection::connect(&sqlite_url(&part)).await?;
        sqlx::query("CREATE TABLE backup (made_at BIGINT NOT NULL, signing_key TEXT NOT NULL)")
            .execute(&mut copy)
            .await?;
        sqlx::query("INSERT INTO backup (made_at, signing_key) VALUES ($1, $2)")
            .bind(now())
            .bind(key.trim())
            .execute(&mut copy)
            .await?;
        let n = check(&mut copy).await?;
        copy.close().await?;
        fs::File::open(&part)?.sync_all()?;
        fs::rename(&part, file)?;
        anyhow::Ok(n)
    });
    if written.is_err() {
        _ = fs::remove_file(&part);
    }
    let (n_classes, n_runs) = written.with_context(|| format!("cannot write {shown}"))?;
    writeln!(
        out,
        "Kept {} in {shown}, checked. It holds names and the signing key: keep it like the folder \
         itself.",
        counted(n_classes, n_runs)
    )?;
    Ok(0)
}

/// Puts a backup in a folder, beside what was there; returns the exit code.
///
/// # Errors
/// When the file is no sound backup, or the folder is in use or cannot be written.
pub fn restore(file: &Path, folder: Option<PathBuf>, out: &mut impl Write) -> anyhow::Result<u8> {
    let folder = own(folder)?;
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let _lock = super::lock(&folder)?;
    let shown = file.display();
    let fresh = folder.join("class.db.restoring");
    _ = fs::remove_file(&fresh);
    private(&fresh).with_context(|| format!("cannot make {}", fresh.display()))?;
    let copied = fs::copy(file, &fresh).with_context(|| format!("cannot read {shown}"));
    let sound = copied.and_then(|_| {
        block_on(async {
            let mut conn = AnyConnection::connect(&sqlite_url(&fresh)).await?;
            let found = check(&mut conn).await?;
            let row = sqlx::query("SELECT made_at, signing_key FROM backup")
                .fetch_one(&mut conn)
                .await
                .context("it has no signing key: it is no backup")?;
            let (made_at, key): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
            MIGRATIONS
                .run(&mut conn)
                .await
                .context("it was made by another release")?;
            for order in ["PRAGMA secure_delete = ON", "DROP TABLE backup"] {
                sqlx::query(order).execute(&mut conn).await?;
            }
            conn.close().await?;
            fs::File::open(&fresh)?.sync_all()?;
            anyhow::Ok((found, made_at, key))
        })
    });
    let ((n_classes, n_runs), made_at, key) = match sound {
        Ok(sound) => sound,
        Err(error) => {
            for end in ["", "-wal", "-shm"] {
                _ = fs::remove_file(folder.join(format!("class.db.restoring{end}")));
            }
            return Err(error.context(format!("{shown} was not restored, and nothing is changed")));
        }
    };
    let aside = put_aside(&folder, &key)?;
    fs::rename(&fresh, folder.join("class.db"))?;
    if cfg!(unix) {
        fs::File::open(&folder)?.sync_all()?;
    }
    let public = Key::open(&folder.join("signing.key"))?.public();
    let when = crate::classroom::assignment::moment(made_at);
    writeln!(
        out,
        "Put back {} in {}, as of {when}; receipts are signed with key {public}.",
        counted(n_classes, n_runs),
        folder.display()
    )?;
    if let Some(aside) = aside {
        writeln!(out, "What was there before is beside it, as {aside}.")?;
    }
    Ok(0)
}

/// Moves the old store and another key aside, and writes the backup's key.
fn put_aside(folder: &Path, key: &str) -> anyhow::Result<Option<String>> {
    let aside = format!("before-{}", now());
    let mut moved = None;
    for end in ["", "-wal", "-shm"] {
        let old = folder.join(format!("class.db{end}"));
        if old.exists() {
            let new = format!("class.{aside}.db");
            fs::rename(&old, folder.join(format!("{new}{end}")))?;
            moved = Some(new);
        }
    }
    let path = folder.join("signing.key");
    match fs::read_to_string(&path) {
        Ok(old) if old.trim() == key => return Ok(moved),
        Ok(_) => fs::rename(&path, folder.join(format!("signing.{aside}.key")))?,
        Err(_) => {}
    }
    let mut file = private(&path)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    Ok(moved)
}

/// Whether a store is sound, down to the bytes of every run that was handed in;
/// returns how many classes and runs it has.
async fn check(conn: &mut AnyConnection) -> anyhow::Result<(usize, usize)> {
    let said: String = sqlx::query("PRAGMA integrity_check")
        .fetch_one(&mut *conn)
        .await
        .context("it is no SQLite file")?
        .try_get(0)?;
    if said != "ok" {
        bail!("it is damaged: {said}");
    }
    let classes: i64 = sqlx::query("SELECT count(*) FROM class WHERE code NOT LIKE 'deleted-%'")
        .fetch_one(&mut *conn)
        .await
        .context("it holds no classes")?
        .try_get(0)?;
    // A class that was deleted has its receipts left, and no runs. Older classes have
    // no column that says so.
    let runs = sqlx::query(
        "SELECT id, hash, transcript FROM attempt WHERE hash IS NOT NULL
         AND class_id NOT IN (SELECT id FROM class WHERE code LIKE 'deleted-%')",
    )
    .fetch_all(&mut *conn)
    .await?;
    for run in &runs {
        let (id, hash): (String, String) = (run.try_get(0)?, run.try_get(1)?);
        let transcript: Option<String> = run.try_get(2)?;
        let transcript = transcript.unwrap_or_default();
        let rows = sqlx::query("SELECT line FROM turn WHERE attempt_id = $1 ORDER BY n")
            .bind(id.as_str())
            .fetch_all(&mut *conn)
            .await?;
        let lines: Vec<String> = rows
            .iter()
            .map(|row| row.try_get(0))
            .collect::<Result<_, _>>()?;
        let same = |text: &str| blake3::hash(text.as_bytes()).to_hex().as_str() == hash;
        if !same(&transcript) || !(lines.is_empty() || same(&lines.concat())) {
            bail!("the run {id} is not what was handed in");
        }
    }
    Ok((usize::try_from(classes).unwrap_or(0), runs.len()))
}

/// How much there is, in words.
fn counted(n_classes: usize, n_runs: usize) -> String {
    let many = |n: usize, one: &str, more: &str| format!("{n} {}", if n == 1 { one } else { more });
    format!(
        "{} with {}",
        many(n_classes, "class", "classes"),
        many(n_runs, "run handed in", "runs handed in")
    )
}

fn own(folder: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    match folder {
        Some(folder) => Ok(folder),
        None => user_folder("class")
            .context("this system names no folder for the user's data; name one with --folder"),
    }
}

/// A file's path with another ending.
fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(end);
    file.with_file_name(name)
}

/// A new, empty file that its owner alone can read.
fn private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn block_on<T>(task: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start")?;
    runtime.block_on(task)
}
