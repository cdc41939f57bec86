//! What changes a class itself.

use sqlx::{AnyConnection, Row};

use super::super::clock::{ClassClock, LONGEST, SeatClock};
use super::{StoreError, vote};

/// A class to be made.
pub struct NewClass {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its join code.
    pub code: String,
    /// What opens its projector view.
    pub projector: String,
    /// `open` or `sealed`.
    pub mode: &'static str,
    /// Whether the room reads the names that people type.
    pub shows_names: bool,
    /// Its assignment, as text.
    pub assignment: String,
    /// Everyone's time, milliseconds; 0 for no limit.
    pub limit: i64,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// A class's time is changed, if it is still at `revision`.
pub struct NewTime {
    /// The class.
    pub class: String,
    /// What its revision has to be.
    pub revision: i64,
    /// How it is changed.
    pub change: Change,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// How a class's time is changed; in milliseconds.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// So much is added.
    Add(i64),
    /// It is over in so long.
    In(i64),
    /// There is no limit any more.
    None,
}

/// What has to be known of a class to change it.
pub(super) struct Held {
    pub(super) state: String,
    pub(super) revision: i64,
    pub(super) joining: bool,
    pub(super) clock: ClassClock,
}

/// A class as it is now; nothing changes it before the writer's transaction ends.
pub(super) async fn held(conn: &mut AnyConnection, class: &str) -> Result<Held, StoreError> {
    let row = sqlx::query(
        "SELECT state, revision, joining, limit_ms, spent_ms, ticked_at FROM class
         WHERE id = $1 AND deleted_at IS NULL",
    )
    .bind(class)
    .fetch_optional(&mut *conn)
    .await?
    .ok_or(StoreError::Missing)?;
    let state: String = row.try_get(0)?;
    Ok(Held {
        clock: super::rows::clock(&row, 3, &state)?,
        state,
        revision: row.try_get(1)?,
        joining: row.try_get::<i64, _>(2)? != 0,
    })
}

/// The same, if it is still at a revision.
async fn held_at(conn: &mut AnyConnection, class: &str, revision: i64) -> Result<Held, StoreError> {
    let held = held(conn, class).await?;
    if held.revision != revision {
        let state = super::super::pages::state_words(&held.state);
        return Err(StoreError::Conflict(
            "changed-meanwhile",
            format!("somebody else changed the class meanwhile; it is {state} now"),
        ));
    }
    Ok(held)
}

pub(super) async fn make(conn: &mut AnyConnection, new: &NewClass) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO class (id, title, code, projector, state, joining, mode, assignment,
         created_at, revision, limit_ms, shows_names)
         VALUES ($1, $2, $3, $4, 'lobby', 1, $5, $6, $7, 1, $8, $9)",
    )
    .bind(new.id.as_str())
    .bind(new.title.as_str())
    .bind(new.code.as_str())
    .bind(new.projector.as_str())
    .bind(new.mode)
    .bind(new.assignment.as_str())
    .bind(new.now)
    .bind(new.limit)
    .bind(i64::from(new.shows_names))
    .execute(&mut *conn)
    .await?;
    Ok(())
}

pub(super) async fn set_state(
    conn: &mut AnyConnection,
    class: &str,
    revision: i64,
    state: &str,
    now: i64,
) -> Result<(), StoreError> {
    let held = held_at(conn, class, revision).await?;
    let old = held.state.as_str();
    let possible = matches!(
        (old, state),
        ("lobby", "running" | "closed")
            | ("running", "paused" | "closed")
            | ("paused", "running" | "closed")
            | ("closed", "running")
    );
    if !possible {
        return Err(StoreError::Conflict(
            "not-possible",
            format!("a class that is {old} cannot become {state}"),
        ));
    }
    // People who come late are let in by the instructor, by opening the door again.
    let joining = i64::from(false);
    let closed_at = (state == "closed").then_some(now);
    let began_at = (state == "running").then_some(now);
    sqlx::query(
        "UPDATE class SET state = $2, closed_at = $3, revision = revision + 1,
         joining = CASE WHEN state = 'lobby' OR $2 = 'closed' THEN $4 ELSE joining END,
         began_at = COALESCE(began_at, $5), spent_ms = $6, ticked_at = $7
         WHERE id = $1",
    )
    .bind(class)
    .bind(state)
    .bind(closed_at)
    .bind(joining)
    .bind(began_at)
    .bind(held.clock.elapsed(now))
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if state == "closed" {
        vote::close(conn, class).await?;
    }
    Ok(())
}

pub(super) async fn set_time(conn: &mut AnyConnection, new: &NewTime) -> Result<(), StoreError> {
    let held = held_at(conn, &new.class, new.revision).await?;
    let not_possible = |detail: &str| Err(StoreError::Conflict("not-possible", detail.into()));
    if held.state == "closed" {
        return not_possible("the class is over; open it again first");
    }
    let elapsed = held.clock.elapsed(new.now);
    let limit = match new.change {
        Change::Add(_) if held.clock.limit == 0 => {
            return not_possible("the class has no limit that more could be added to");
        }
        // Where time is up already, what is added is added to now.
        Change::Add(ms) => held.clock.limit.max(elapsed) + ms,
        Change::In(ms) => elapsed + ms,
        Change::None => 0,
    };
    if limit > 2 * LONGEST {
        return not_possible("that is too much time for one class");
    }
    sqlx::query(
        "UPDATE class SET limit_ms = $2, spent_ms = $3, ticked_at = $4, revision = revision + 1
         WHERE id = $1",
    )
    .bind(new.class.as_str())
    .bind(limit)
    .bind(elapsed)
    .bind(new.now)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

pub(super) async fn tick(
    conn: &mut AnyConnection,
    heard: &[(String, Vec<String>)],
    now: i64,
) -> Result<(), StoreError> {
    for (class, seats) in heard {
        let held = match held(conn, class).await {
            Ok(held) if held.clock.ticks() => held,
            // It was paused, or deleted, a moment ago.
            Ok(_) | Err(StoreError::Missing) => continue,
            Err(error) => return Err(error),
        };
        let elapsed = held.clock.elapsed(now);
        sqlx::query("UPDATE class SET spent_ms = $2, ticked_at = $3 WHERE id = $1")
            .bind(class.as_str())
            .bind(elapsed)
            .bind(now)
            .execute(&mut *conn)
            .await?;
        for seat in seats {
            let row = sqlx::query(
                "SELECT away_ms, heard_ms FROM seat WHERE id = $1 AND came_at IS NOT NULL",
            )
            .bind(seat.as_str())
            .fetch_optional(&mut *conn)
            .await?;
            let Some(row) = row else { continue };
            let clock = SeatClock {
                away: row.try_get(0)?,
                heard: row.try_get(1)?,
                came: Some(0),
                ..SeatClock::default()
            };
            let clock = clock.heard_at(elapsed);
            sqlx::query("UPDATE seat SET away_ms = $2, heard_ms = $3 WHERE id = $1")
                .bind(seat.as_str())
                .bind(clock.away)
                .bind(clock.heard)
                .execute(&mut *conn)
                .await?;
        }
    }
    Ok(())
}

pub(super) async fn set_joining(
    conn: &mut AnyConnection,
    class: &str,
    open: bool,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE class SET joining = $2, revision = revision + 1 WHERE id = $1")
        .bind(class)
        .bind(i64::from(open))
        .execute(&mut *conn)
        .await?;
    Ok(())
}

pub(super) async fn set_code(
    conn: &mut AnyConnection,
    class: &str,
    code: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE class SET code = $2, revision = revision + 1 WHERE id = $1")
        .bind(class)
        .bind(code)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

pub(super) async fn set_wall(
    conn: &mut AnyConnection,
    class: &str,
    projector: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE class SET projector = $2, revision = revision + 1 WHERE id = $1")
        .bind(class)
        .bind(projector)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

pub(super) async fn delete(
    conn: &mut AnyConnection,
    class: &str,
    revision: i64,
    now: i64,
) -> Result<(), StoreError> {
    held_at(conn, class, revision).await?;
    wipe(conn, class, now).await
}

/// What is left of a class: who held which seat of it, by hash alone, and the receipts.
pub(super) async fn wipe(
    conn: &mut AnyConnection,
    class: &str,
    now: i64,
) -> Result<(), StoreError> {
    for words in [
        "DELETE FROM ballot WHERE attempt_id IN (SELECT id FROM attempt WHERE class_id = $1)",
        "DELETE FROM vote WHERE class_id = $1",
        "DELETE FROM objection WHERE attempt_id IN (SELECT id FROM attempt WHERE class_id = $1)",
        "DELETE FROM score WHERE attempt_id IN (SELECT id FROM attempt WHERE class_id = $1)",
        "DELETE FROM turn WHERE attempt_id IN (SELECT id FROM attempt WHERE class_id = $1)",
        "DELETE FROM void WHERE class_id = $1",
        "DELETE FROM rejected WHERE class_id = $1",
        "DELETE FROM seat_code WHERE seat_id IN (SELECT id FROM seat WHERE class_id = $1)",
        "DELETE FROM seat_move WHERE seat_id IN (SELECT id FROM seat WHERE class_id = $1)",
        "DELETE FROM seat_name WHERE class_id = $1",
        "DELETE FROM attempt WHERE class_id = $1 AND receipt IS NULL",
        "UPDATE attempt SET transcript = NULL, why = NULL, satisfaction = NULL, conduct = NULL,
         total = NULL, passed = NULL WHERE class_id = $1",
    ] {
        sqlx::query(words).bind(class).execute(&mut *conn).await?;
    }
    sqlx::query(
        "UPDATE class SET state = 'closed', joining = 0, title = '', assignment = '',
         code = $2, projector = $2, deleted_at = COALESCE(deleted_at, $3),
         revision = revision + 1 WHERE id = $1",
    )
    .bind(class)
    // No code and no token looks like this.
    .bind(format!("deleted-{class}"))
    .bind(now)
    .execute(&mut *conn)
    .await?;
    Ok(())
}
