//! What servers of the same classes tell each other: that something changed, who was
//! heard of, and by which keys receipts are signed.

use sqlx::{AnyConnection, Row};

use super::super::app::now;
use super::super::receipt::Key;
use super::{Store, StoreError, Write};

/// How far ahead of ours another server's clock is believed to be, milliseconds.
const AHEAD: i64 = 60_000;
/// How long the count of a server that is gone is kept, milliseconds.
const FORGET: i64 = 24 * 60 * 60_000;

/// Takes down the key of a server, and forgets servers that are long gone.
pub(super) async fn enter(
    conn: &mut AnyConnection,
    key: Option<&Key>,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM news WHERE at < $1")
        .bind(now - FORGET)
        .execute(&mut *conn)
        .await?;
    let Some(key) = key else {
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO signer (key_id, public_key, first_at) VALUES ($1, $2, $3)
         ON CONFLICT (key_id) DO NOTHING",
    )
    .bind(key.id())
    .bind(key.public())
    .bind(now)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Whether a write is something that open pages of other servers want to know of.
pub(super) fn is_news(write: &Write) -> bool {
    match write {
        Write::Tick { .. } | Write::Heard { .. } => false,
        // As often as the server that plays it tells its own pages.
        Write::Turn(new) => new.n % 8 == 1,
        Write::Sent(sent) => {
            let n_lines = i64::try_from(sent.lines.len()).unwrap_or(i64::MAX);
            sent.begins.is_some() || sent.from / 8 != sent.from.saturating_add(n_lines) / 8
        }
        _ => true,
    }
}

/// Counts one more change of a server.
pub(super) async fn count(
    conn: &mut AnyConnection,
    server: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO news (server, n, at) VALUES ($1, 1, $2)
         ON CONFLICT (server) DO UPDATE SET n = news.n + 1, at = $2",
    )
    .bind(server)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

pub(super) async fn heard(
    conn: &mut AnyConnection,
    seats: &[(String, i64)],
) -> Result<(), StoreError> {
    for (seat, at) in seats {
        // One that lies far ahead was noted before a clock was set back.
        let newer = "UPDATE seat SET heard_at = $2
                     WHERE id = $1 AND (heard_at < $2 OR heard_at > $3)";
        sqlx::query(newer)
            .bind(seat.as_str())
            .bind(*at)
            .bind(*at + AHEAD)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

impl Store {
    /// The time by which classes' time passes, Unix milliseconds. Where several servers
    /// share a store it is the store's: by clocks that differ, each would find that more
    /// had passed since the other one looked.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn clock(&self) -> Result<i64, StoreError> {
        if !self.shared() {
            return Ok(now());
        }
        let head = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        let row = self.one(head, "WHERE $1 = ''", "").await?;
        Ok(row.map_or_else(|| Ok(now()), |row| row.try_get(0))?)
    }

    /// How much others have changed; only that it differs means something.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn news_of_others(&self) -> Result<i64, StoreError> {
        let head = "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM news";
        let row = self.one(head, "WHERE server <> $1", &self.server).await?;
        Ok(row.map_or(Ok(0), |row| row.try_get(0))?)
    }

    /// The public keys that receipts here are signed with, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn signers(&self) -> Result<Vec<String>, StoreError> {
        let tail = "WHERE key_id <> $1 ORDER BY first_at, key_id";
        let rows = self.many("SELECT public_key FROM signer", tail, "").await?;
        let keys = rows.iter().map(|row| row.try_get(0));
        Ok(keys.collect::<Result<_, _>>()?)
    }
}
