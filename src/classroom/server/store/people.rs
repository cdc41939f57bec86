//! Erasing a person, or a whole class. Their name, their way in and their own words go;
//! what was played stays under a number. A list beside the store outlives it, so that a
//! copy that is put back erases them again.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sqlx::{AnyConnection, Connection, Row};

use super::apply::Write;
use super::{Store, StoreError};

/// The list of seats that were erased, by number, a line each; a class has a word before.
const LIST: &str = "erased.list";
/// What stands before the id of a class.
const CLASS: &str = "class ";

pub(super) async fn erase(
    conn: &mut AnyConnection,
    seat: &str,
    now: i64,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "UPDATE seat SET removed = 1, token_hash = $2, erased_at = COALESCE(erased_at, $3)
         WHERE id = $1 AND whole = 0",
    )
    .bind(seat)
    // No hash of a token looks like this.
    .bind(format!("erased-{seat}"))
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Missing);
    }
    for words in [
        "DELETE FROM seat_name WHERE seat_id = $1",
        "DELETE FROM seat_code WHERE seat_id = $1",
        "DELETE FROM seat_move WHERE seat_id = $1",
        "DELETE FROM objection WHERE attempt_id IN (SELECT id FROM attempt WHERE seat_id = $1)",
        // A run that was sent in part and never handed in is nothing that was played yet.
        "DELETE FROM turn WHERE attempt_id IN
         (SELECT id FROM attempt WHERE seat_id = $1 AND source = 'file')",
        "DELETE FROM attempt WHERE seat_id = $1 AND source = 'file' AND hash IS NULL",
        // It belongs to something else, so what it says is not known.
        "DELETE FROM rejected WHERE seat_id = $1",
    ] {
        sqlx::query(words).bind(seat).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Where the list of a store lies.
pub fn list(folder: &Path) -> PathBuf {
    folder.join(LIST)
}

/// Erases again who stands in the list and was not erased here: the store is an older
/// copy. Returns how many.
///
/// # Errors
/// When the list cannot be read, or the store not be written.
pub async fn again(conn: &mut AnyConnection, list: &Path, now: i64) -> anyhow::Result<usize> {
    let mut n_again = 0;
    let Some(text) = read(list)? else {
        return Ok(0);
    };
    for seat in text.lines() {
        if let Some(class) = seat.strip_prefix(CLASS) {
            let there = sqlx::query("SELECT id FROM class WHERE id = $1 AND deleted_at IS NULL")
                .bind(class)
                .fetch_optional(&mut *conn)
                .await?;
            if there.is_some() {
                order(conn, "BEGIN").await?;
                super::class::wipe(conn, class, now).await?;
                order(conn, "COMMIT").await?;
                n_again += 1;
            }
            continue;
        }
        // A name that is still there was left by a process that died on the way.
        let words = "SELECT id FROM seat WHERE id = $1 AND (erased_at IS NULL
                     OR EXISTS (SELECT 1 FROM seat_name WHERE seat_name.seat_id = seat.id))";
        let named = sqlx::query(words)
            .bind(seat)
            .fetch_optional(&mut *conn)
            .await?;
        if let Some(row) = named {
            let id: String = row.try_get(0)?;
            // All of it or nothing: whoever is half erased would pass for somebody who is.
            order(conn, "BEGIN").await?;
            erase(conn, &id, now).await?;
            order(conn, "COMMIT").await?;
            n_again += 1;
        }
    }
    Ok(n_again)
}

async fn order(conn: &mut AnyConnection, words: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(words).execute(conn).await.map(|_| ())
}

/// The list, if there is one.
fn read(list: &Path) -> std::io::Result<Option<String>> {
    match fs::read_to_string(list) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Adds to the list what is erased in a store and does not stand there: a server died
/// between the two, or another one of the same store did it.
///
/// # Errors
/// When the store cannot be read, or the list not be written.
pub async fn complete(conn: &mut AnyConnection, list: &Path) -> anyhow::Result<()> {
    let rows = sqlx::query(
        "SELECT '', id FROM seat WHERE erased_at IS NOT NULL
         UNION ALL SELECT 'class ', id FROM class WHERE deleted_at IS NOT NULL",
    )
    .fetch_all(&mut *conn)
    .await?;
    let text = read(list)?.unwrap_or_default();
    let known: BTreeSet<&str> = text.lines().collect();
    for row in rows {
        let line = row.try_get::<String, _>(0)? + &row.try_get::<String, _>(1)?;
        if !known.contains(line.as_str()) {
            remember(list, &line)?;
        }
    }
    Ok(())
}

/// Erases who stands in the list from the copies that lie beside a store, where `restore`
/// has put aside what was there before.
///
/// # Errors
/// When a copy cannot be changed; says which.
pub async fn from_copies(list: &Path, now: i64) -> anyhow::Result<()> {
    if read(list)?.is_none() {
        return Ok(());
    }
    let folder = list.parent().unwrap_or(Path::new("."));
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !(name.starts_with("class.before-") && name.ends_with(".db")) {
            continue;
        }
        let cleaned = from_copy(&path, list, now).await;
        cleaned.with_context(|| {
            format!("gone here, but not from the older copy {name} beside it; delete that file")
        })?;
    }
    Ok(())
}

async fn from_copy(copy: &Path, list: &Path, now: i64) -> anyhow::Result<()> {
    let mut conn = AnyConnection::connect(&super::sqlite_url(copy)).await?;
    super::prepare(&mut conn, true).await?;
    // It may be an older release's.
    super::MIGRATIONS.run(&mut conn).await?;
    let n_again = again(&mut conn, list, now).await?;
    let clean = super::leave_no_trace(&mut conn, n_again > 0).await;
    conn.close().await?;
    anyhow::ensure!(clean, "it is in use");
    Ok(())
}

/// Adds to the list, and waits for the disk.
fn remember(list: &Path, line: &str) -> std::io::Result<()> {
    // A line that a full disk has cut short must not swallow this one.
    let torn = read(list)?.is_some_and(|text| !text.is_empty() && !text.ends_with('\n'));
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(list)?;
    let before = if torn { "\n" } else { "" };
    file.write_all(format!("{before}{line}\n").as_bytes())?;
    file.sync_all()
}

impl Store {
    /// Erases a person. The list comes first: a server that dies in between makes up
    /// for it when it starts.
    ///
    /// # Errors
    /// When the list or the store cannot be written.
    pub async fn erase(&self, seat: &str, now: i64) -> Result<(), StoreError> {
        self.remember(seat.to_owned()).await?;
        self.write(Write::Erase {
            seat: seat.to_owned(),
            now,
        })
        .await?;
        self.clean_copies(now).await
    }

    async fn clean_copies(&self, now: i64) -> Result<(), StoreError> {
        let list = std::sync::Arc::clone(&self.erased);
        let handle = tokio::runtime::Handle::current();
        let task = move || handle.block_on(from_copies(&list, now));
        let cleaned = tokio::task::spawn_blocking(task).await;
        let cleaned = cleaned.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        // The one who asked has to know, because only they can do something about it.
        cleaned.map_err(|error| StoreError::Conflict("copy-kept", format!("{error:#}")))
    }

    /// Deletes a class for good, if it is still at a revision. The list comes after: a
    /// class that somebody has changed meanwhile stays.
    ///
    /// # Errors
    /// When it was changed, or the list or the store cannot be written.
    pub async fn delete(&self, class: &str, revision: i64, now: i64) -> Result<(), StoreError> {
        self.write(Write::Delete {
            class: class.to_owned(),
            revision,
            now,
        })
        .await?;
        self.remember(format!("{CLASS}{class}")).await?;
        self.clean_copies(now).await
    }

    async fn remember(&self, line: String) -> Result<(), StoreError> {
        let list = std::sync::Arc::clone(&self.erased);
        let written = tokio::task::spawn_blocking(move || remember(&list, &line)).await;
        let failed = |error: String| StoreError::Unavailable(error);
        written
            .map_err(|error| failed(error.to_string()))?
            .map_err(|error| failed(error.to_string()))
    }
}
