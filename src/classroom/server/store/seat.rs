//! What changes a person's seat.

use sqlx::{AnyConnection, Row};

use super::StoreError;
use super::apply::Done;
use super::class::{self, Held};
use super::moves;
use crate::classroom::marks;

/// Most people of a class.
pub const MAX_SEATS: usize = 250;

/// Somebody who joins.
pub struct NewSeat {
    /// The class.
    pub class: String,
    /// Id of the new seat.
    pub seat: String,
    /// Hash of its token.
    pub token_hash: String,
    /// What they typed, not yet checked; `None` draws a nickname.
    pub name: Option<String>,
    /// Chance for the nickname.
    pub chance: u64,
    /// Its token goes over a line that is not encrypted.
    pub plain: bool,
    /// Let in by the instructor, whether or not people may join; they come later.
    pub invited: bool,
    /// Now, Unix milliseconds.
    pub now: i64,
}

pub(super) async fn join(conn: &mut AnyConnection, new: &NewSeat) -> Result<Done, StoreError> {
    let held = class::held(conn, &new.class).await?;
    if !new.invited {
        may_join(&held)?;
    }
    let mut taken = likenesses(conn, &new.class, "").await?;
    if n_seats(conn, &new.class).await? >= MAX_SEATS {
        return Err(StoreError::Conflict(
            "class-full",
            format!("this class has its {MAX_SEATS} people"),
        ));
    }
    let name = match new.name.as_deref() {
        Some(name) => named(name, &taken)?,
        None => free_nickname(new.chance, &taken),
    };
    // A name that was drawn is a nickname already.
    let nickname = if new.name.is_some() {
        taken.push(marks::likeness(&name));
        free_nickname(chance_of(&new.seat), &taken)
    } else {
        String::new()
    };
    let elapsed = held.clock.elapsed(new.now);
    sqlx::query(
        "INSERT INTO seat (id, class_id, token_hash, removed, joined_at, came_at, came_ms,
         heard_ms, plain) VALUES ($1, $2, $3, 0, $4, $5, $6, $6, $7)",
    )
    .bind(new.seat.as_str())
    .bind(new.class.as_str())
    .bind(new.token_hash.as_str())
    .bind(new.now)
    .bind((!new.invited).then_some(new.now))
    .bind(elapsed)
    .bind(i64::from(new.plain))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO seat_name (seat_id, class_id, name, likeness, nickname, typed)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(new.seat.as_str())
    .bind(new.class.as_str())
    .bind(name.as_str())
    .bind(marks::likeness(&name))
    .bind(nickname)
    .bind(i64::from(new.name.is_some() && !new.invited))
    .execute(&mut *conn)
    .await?;
    Ok(Done::Written)
}

/// Says what the room reads of a class's people. Those whom an older release gave no
/// nickname get one when it is needed.
pub(super) async fn show_names(
    conn: &mut AnyConnection,
    class: &str,
    shown: bool,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE class SET shows_names = $2, revision = revision + 1 WHERE id = $1")
        .bind(class)
        .bind(i64::from(shown))
        .execute(&mut *conn)
        .await?;
    if shown {
        return Ok(());
    }
    let without = sqlx::query(
        "SELECT seat_id FROM seat_name WHERE class_id = $1 AND typed = 1 AND nickname = ''",
    )
    .bind(class)
    .fetch_all(&mut *conn)
    .await?;
    for row in without {
        let seat: String = row.try_get(0)?;
        let taken = likenesses(conn, class, "").await?;
        sqlx::query("UPDATE seat_name SET nickname = $2 WHERE seat_id = $1")
            .bind(seat.as_str())
            .bind(free_nickname(chance_of(&seat), &taken))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// A nickname that looks like nobody's, from some number on.
fn free_nickname(from: u64, taken: &[String]) -> String {
    (0..1_000)
        .map(|n| marks::nickname(from.wrapping_add(n)))
        .find(|name| !taken.contains(&marks::likeness(name)))
        .unwrap_or_else(|| format!("Person {}", taken.len() + 1))
}

/// A number that follows from a seat.
fn chance_of(seat: &str) -> u64 {
    let mut bits = [0; 8];
    bits.copy_from_slice(&blake3::hash(seat.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(bits)
}

fn may_join(held: &Held) -> Result<(), StoreError> {
    if !held.joining {
        return Err(StoreError::Conflict(
            "lobby-closed",
            "nobody can join this class now; ask your instructor".into(),
        ));
    }
    Ok(())
}

pub(super) async fn set_removed(
    conn: &mut AnyConnection,
    seat: &str,
    removed: bool,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE seat SET removed = $2 WHERE id = $1 AND erased_at IS NULL")
        .bind(seat)
        .bind(i64::from(removed))
        .execute(&mut *conn)
        .await?;
    // A code that was given before is no way round that.
    moves::drop_code(conn, seat).await
}

pub(super) async fn come(conn: &mut AnyConnection, seat: &str, now: i64) -> Result<(), StoreError> {
    let class = class_of(conn, seat).await?;
    let elapsed = class::held(conn, &class).await?.clock.elapsed(now);
    sqlx::query(
        "UPDATE seat SET came_at = $2, came_ms = $3, heard_ms = $3
         WHERE id = $1 AND came_at IS NULL",
    )
    .bind(seat)
    .bind(now)
    .bind(elapsed)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

pub(super) async fn set_allowance(
    conn: &mut AnyConnection,
    seat: &str,
    percent: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE seat SET allowance = $2 WHERE id = $1 AND erased_at IS NULL")
        .bind(seat)
        .bind(percent)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// What had passed before they came is given to them, once.
pub(super) async fn whole_time(conn: &mut AnyConnection, seat: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE seat SET granted_ms = came_ms WHERE id = $1 AND came_at IS NOT NULL")
        .bind(seat)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

async fn class_of(conn: &mut AnyConnection, seat: &str) -> Result<String, StoreError> {
    let row = sqlx::query("SELECT class_id FROM seat WHERE id = $1")
        .bind(seat)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(StoreError::Missing)?;
    Ok(row.try_get(0)?)
}

fn named(name: &str, taken: &[String]) -> Result<String, StoreError> {
    marks::check_free(name, taken).map_err(|bad| StoreError::Conflict("bad-name", bad.to_string()))
}

/// How many people a class has. Whoever was removed takes nobody's place.
async fn n_seats(conn: &mut AnyConnection, class: &str) -> Result<usize, StoreError> {
    let words = "SELECT count(*) FROM seat_name JOIN seat ON seat.id = seat_name.seat_id
                 WHERE seat_name.class_id = $1 AND seat.removed = 0";
    let row = sqlx::query(words).bind(class).fetch_one(&mut *conn).await?;
    Ok(usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or(usize::MAX))
}

/// How everyone in a class but one looks to a hasty reader, by name and by nickname.
async fn likenesses(
    conn: &mut AnyConnection,
    class: &str,
    but: &str,
) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT likeness, nickname FROM seat_name WHERE class_id = $1 AND seat_id <> $2",
    )
    .bind(class)
    .bind(but)
    .fetch_all(&mut *conn)
    .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(row.try_get(0)?);
        let nickname: String = row.try_get(1)?;
        if !nickname.is_empty() {
            all.push(marks::likeness(&nickname));
        }
    }
    Ok(all)
}

/// Calls somebody something else. The room goes on reading a nickname of them: a name that
/// the instructor gives is none that they typed.
pub(super) async fn rename(
    conn: &mut AnyConnection,
    seat: &str,
    name: &str,
) -> Result<Done, StoreError> {
    let class = class_of(conn, seat).await?;
    let mut taken = likenesses(conn, &class, seat).await?;
    let name = named(name, &taken)?;
    let before = sqlx::query("SELECT name, nickname, typed FROM seat_name WHERE seat_id = $1")
        .bind(seat)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(StoreError::Missing)?;
    let (old, mut nickname): (String, String) = (before.try_get(0)?, before.try_get(1)?);
    let typed = before.try_get::<i64, _>(2)? != 0;
    if name == old {
        return Ok(Done::Written);
    }
    if nickname.is_empty() && typed {
        taken.extend([&old, &name].map(|name| marks::likeness(name)));
        nickname = free_nickname(chance_of(seat), &taken);
    } else if nickname.is_empty() {
        // A name that was drawn was their nickname until now.
        nickname = old;
    }
    sqlx::query(
        "UPDATE seat_name SET name = $2, likeness = $3, nickname = $4, typed = 0
         WHERE seat_id = $1",
    )
    .bind(seat)
    .bind(name.as_str())
    .bind(marks::likeness(&name))
    .bind(nickname)
    .execute(&mut *conn)
    .await?;
    Ok(Done::Written)
}
