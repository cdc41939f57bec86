//! Backing up and restoring what a server keeps, in a file or in a PostgreSQL: all
//! classes, and the key it signs with, as one SQLite file that is checked before it
//! replaces anything.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sqlx::{AnyConnection, Connection, Row};

use super::app::now;
use super::put_back::{self, Finished, PREPARED, remove};
use super::receipt::Key;
use super::store::copy::{self, Side};
use super::store::{LOCK, MIGRATIONS, people, sqlite_url};
use crate::desk::library::user_folder;

/// Writes a backup of what a server keeps, while it serves or not; returns the exit code.
/// `database` is the PostgreSQL, if it keeps its classes in one.
///
/// # Errors
/// When there is nothing to back up, or the file is there or cannot be written.
pub fn back_up(
    file: &Path,
    folder: Option<PathBuf>,
    database: Option<&str>,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    let folder = own(folder)?;
    let store = folder.join("class.db");
    if database.is_none() {
        put_back::is_whole(&folder)?;
        if !store.is_file() {
            bail!("there are no classes in {}", folder.display());
        }
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
        match database {
            Some(url) => from_postgresql(url, &part).await?,
            None => from_file(&store, &part).await?,
        }
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

/// One moment of a file, whatever is written meanwhile.
async fn from_file(store: &Path, part: &Path) -> anyhow::Result<()> {
    let mut conn = AnyConnection::connect(&sqlite_url(store)).await?;
    for pragma in ["PRAGMA busy_timeout = 5000", "PRAGMA query_only = OFF"] {
        sqlx::query(pragma).execute(&mut conn).await?;
    }
    sqlx::query("VACUUM INTO $1")
        .bind(part.to_string_lossy().into_owned())
        .execute(&mut conn)
        .await?;
    conn.close().await?;
    Ok(())
}

/// One moment of a PostgreSQL, whatever is written meanwhile.
async fn from_postgresql(url: &str, part: &Path) -> anyhow::Result<()> {
    let mut from = postgresql(url).await?;
    let mut to = AnyConnection::connect(&sqlite_url(part)).await?;
    MIGRATIONS.run(&mut to).await?;
    copy::is_current(&mut from).await?;
    let moment = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
    sqlx::query(moment).execute(&mut from).await?;
    sqlx::query("BEGIN").execute(&mut to).await?;
    copy::copy(&mut from, &mut to, Side::To).await?;
    sqlx::query("COMMIT").execute(&mut to).await?;
    to.close().await?;
    from.close().await?;
    Ok(())
}

async fn postgresql(url: &str) -> anyhow::Result<AnyConnection> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        bail!("the address of a database begins with postgres://");
    }
    let conn = AnyConnection::connect(url).await;
    conn.context("the database cannot be reached")
}

/// Puts a sound backup into a PostgreSQL that holds no classes: all of it, or nothing. The
/// key is in its place before that is so: a database that is empty still can be restored
/// again, and one that is not would be served with another key.
async fn into_postgresql(
    url: &str,
    fresh: &Path,
    key: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut to = postgresql(url).await?;
    let mut from = AnyConnection::connect(&sqlite_url(fresh)).await?;
    let tables = MIGRATIONS.run(&mut to).await;
    tables.context("the database's tables are another release's")?;
    sqlx::query("BEGIN").execute(&mut to).await?;
    let turn = "SELECT 1 FROM pg_advisory_xact_lock($1)";
    sqlx::query(turn).bind(LOCK).execute(&mut to).await?;
    let n: i64 = sqlx::query("SELECT count(*) FROM class")
        .fetch_one(&mut to)
        .await?
        .try_get(0)?;
    if n > 0 {
        bail!("the database holds classes already; name one that is empty");
    }
    copy::copy(&mut from, &mut to, Side::From).await?;
    key()?;
    sqlx::query("COMMIT").execute(&mut to).await?;
    to.close().await?;
    from.close().await?;
    Ok(())
}

/// Puts a backup in a folder, beside what was there, or in an empty PostgreSQL; returns
/// the exit code.
///
/// # Errors
/// When the file is no sound backup, the folder is in use or cannot be written, or the
/// database is not empty.
pub fn restore(
    file: &Path,
    folder: Option<PathBuf>,
    database: Option<&str>,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    let folder = own(folder)?;
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let _lock = super::lock(&folder)?;
    let shown = file.display();
    // An earlier one may have been killed.
    if let Some(earlier @ Finished::Done(_)) = put_back::finish(&folder)? {
        writeln!(out, "First, {}.", earlier.words())?;
    }
    let fresh = folder.join(PREPARED);
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
            // Before anything can read it: who was erased since it was made.
            let n_again = people::again(&mut conn, &people::list(&folder), now()).await?;
            if n_again > 0 {
                sqlx::query("VACUUM").execute(&mut conn).await?;
            }
            conn.close().await?;
            fs::File::open(&fresh)?.sync_all()?;
            if let Some(url) = database {
                into_postgresql(url, &fresh, || put_back::put_key(&folder, &key)).await?;
            }
            anyhow::Ok((found, made_at, key, n_again))
        })
    });
    let kept = sound.and_then(|sound| {
        match database {
            Some(_) => remove(&fresh),
            None => put_back::commit(&folder, &sound.2)?,
        }
        Ok(sound)
    });
    let ((n_classes, n_runs), made_at, _, n_again) = match kept {
        Ok(kept) => kept,
        Err(error) => {
            remove(&fresh);
            let what = if database.is_some() {
                "the database is as it was"
            } else {
                "nothing is changed"
            };
            return Err(error.context(format!("{shown} was not restored, and {what}")));
        }
    };
    let aside = match put_back::finish(&folder)? {
        Some(Finished::Done(aside)) => aside,
        _ => None,
    };
    let public = Key::open(&folder.join("signing.key"))?.public();
    let when = crate::classroom::assignment::moment(made_at);
    writeln!(
        out,
        "Put back {} in {}, as of {when}; receipts are signed with key {public}.",
        counted(n_classes, n_runs),
        match database {
            Some(_) => "the database".to_owned(),
            None => folder.display().to_string(),
        }
    )?;
    if n_again > 0 {
        let them = if n_again == 1 { "One was" } else { "Some were" };
        writeln!(out, "{them} erased since it was made, and erased again.")?;
    }
    if let Some(aside) = aside {
        writeln!(out, "What was there before is beside it, as {aside}.")?;
    }
    Ok(0)
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
        "SELECT id, hash, transcript, source FROM attempt WHERE hash IS NOT NULL
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
        // What a program sent while it was played came before what it handed in, and may be
        // a part of it or another course.
        let stepped = run.try_get::<String, _>(3)? == "browser" && !lines.is_empty();
        if !same(&transcript) || (stepped && !same(&lines.concat())) {
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
