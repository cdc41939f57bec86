//! A seat goes from one device to another: by a link that is opened in a browser, or by
//! a code that is spoken. What opened it before opens it no longer.

use sqlx::{AnyConnection, Row};

use super::apply::Done;
use super::{Store, StoreError};

/// A code for a seat.
pub struct NewCode {
    /// The seat.
    pub seat: String,
    /// Hash of the code.
    pub code_hash: String,
    /// When it stops working, Unix milliseconds.
    pub good_until: i64,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// Somebody comes with such a code.
pub struct Back {
    /// Hash of the code.
    pub code_hash: String,
    /// Hash of the token that opens the seat from now on.
    pub token_hash: String,
    /// The token goes over a line that is not encrypted.
    pub plain: bool,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// A new token that goes to a browser as a link; whoever was removed is in again.
pub(super) async fn by_link(
    conn: &mut AnyConnection,
    seat: &str,
    token_hash: &str,
    now: i64,
) -> Result<(), StoreError> {
    to(conn, seat, token_hash, true, now).await?;
    take_in(conn, seat).await
}

/// Keeps a code for a seat in place of an earlier one; whoever was removed is in again.
pub(super) async fn set_code(conn: &mut AnyConnection, new: &NewCode) -> Result<(), StoreError> {
    forget_old(conn, new.now).await?;
    take_in(conn, &new.seat).await?;
    sqlx::query(
        "INSERT INTO seat_code (seat_id, code_hash, good_until) VALUES ($1, $2, $3)
         ON CONFLICT (seat_id) DO UPDATE SET code_hash = $2, good_until = $3, used_by = ''",
    )
    .bind(new.seat.as_str())
    .bind(new.code_hash.as_str())
    .bind(new.good_until)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// The seat goes to whoever has its code; the code is used up. Whoever used it and asks
/// again with the token that they have by it did not hear the answer, and has the seat.
pub(super) async fn by_code(conn: &mut AnyConnection, back: &Back) -> Result<Done, StoreError> {
    forget_old(conn, back.now).await?;
    let row = sqlx::query(
        "SELECT seat_code.seat_id, seat_code.used_by, seat.token_hash FROM seat_code
         JOIN seat ON seat.id = seat_code.seat_id WHERE seat_code.code_hash = $1",
    )
    .bind(back.code_hash.as_str())
    .fetch_optional(&mut *conn)
    .await?
    .ok_or(StoreError::Missing)?;
    let (seat, used_by): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    if used_by.is_empty() {
        sqlx::query("UPDATE seat_code SET used_by = $2 WHERE seat_id = $1")
            .bind(seat.as_str())
            .bind(back.token_hash.as_str())
            .execute(&mut *conn)
            .await?;
        to(conn, &seat, &back.token_hash, back.plain, back.now).await?;
        return Ok(Done::Back(seat));
    }
    // It may have gone on to another device since, by a link.
    let has_it = row.try_get::<String, _>(2)? == back.token_hash;
    if used_by != back.token_hash || !has_it {
        return Err(StoreError::Missing);
    }
    sqlx::query("UPDATE seat SET plain = CASE WHEN $2 = 1 THEN 1 ELSE plain END WHERE id = $1")
        .bind(seat.as_str())
        .bind(i64::from(back.plain))
        .execute(&mut *conn)
        .await?;
    Ok(Done::Back(seat))
}

/// A code that nobody used in time is nothing to keep.
async fn forget_old(conn: &mut AnyConnection, now: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM seat_code WHERE good_until < $1")
        .bind(now)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// A seat's code no longer works.
pub(super) async fn drop_code(conn: &mut AnyConnection, seat: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM seat_code WHERE seat_id = $1")
        .bind(seat)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

async fn take_in(conn: &mut AnyConnection, seat: &str) -> Result<(), StoreError> {
    let done = sqlx::query("UPDATE seat SET removed = 0 WHERE id = $1 AND erased_at IS NULL")
        .bind(seat)
        .execute(&mut *conn)
        .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Missing);
    }
    Ok(())
}

/// Another token opens the seat; the one before is remembered as one that did, unless
/// nobody ever came with it.
async fn to(
    conn: &mut AnyConnection,
    seat: &str,
    token_hash: &str,
    plain: bool,
    now: i64,
) -> Result<(), StoreError> {
    let before = sqlx::query(
        "SELECT token_hash, COALESCE(came_at, 0) FROM seat WHERE id = $1 AND erased_at IS NULL",
    )
    .bind(seat)
    .fetch_optional(&mut *conn)
    .await?
    .ok_or(StoreError::Missing)?;
    if before.try_get::<i64, _>(1)? > 0 {
        sqlx::query(
            "INSERT INTO seat_move (seat_id, n, moved_at, token_hash) VALUES ($1,
             (SELECT count(*) + 1 FROM seat_move WHERE seat_id = $1), $2, $3)",
        )
        .bind(seat)
        .bind(now)
        .bind(before.try_get::<String, _>(0)?)
        .execute(&mut *conn)
        .await?;
    }
    sqlx::query("UPDATE seat SET token_hash = $2, plain = $3 WHERE id = $1")
        .bind(seat)
        .bind(token_hash)
        .bind(i64::from(plain))
        .execute(&mut *conn)
        .await?;
    Ok(())
}

impl Store {
    /// Whether a token with this hash opened a seat that has moved since.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn has_moved(&self, token_hash: &str) -> Result<bool, StoreError> {
        let tail = "WHERE token_hash = $1";
        let row = self
            .one("SELECT n FROM seat_move", tail, token_hash)
            .await?;
        Ok(row.is_some())
    }
}
