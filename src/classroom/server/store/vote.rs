//! Votes of a whole class: the stage of a run, and who chose what in which round.

use sqlx::{AnyConnection, Row};

use super::{Store, StoreError};

/// How a class votes on the next words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The customer speaks, or nothing is asked yet.
    Scene,
    /// Everyone votes for themselves.
    First,
    /// The class talks about it; nobody knows the tally.
    Talk,
    /// Everyone votes again.
    Second,
    /// Both rounds are shown.
    Tally,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Stage; 5] = [
        Stage::Scene,
        Stage::First,
        Stage::Talk,
        Stage::Second,
        Stage::Tally,
    ];

    /// Its word, in the store and for programs.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Scene => "scene",
            Stage::First => "first",
            Stage::Talk => "talk",
            Stage::Second => "second",
            Stage::Tally => "tally",
        }
    }

    /// The stage of a word.
    pub fn of(word: &str) -> Option<Self> {
        Stage::ALL.into_iter().find(|stage| stage.word() == word)
    }

    /// The round that is open, if one is.
    pub fn round(self) -> Option<i64> {
        match self {
            Stage::First => Some(1),
            Stage::Second => Some(2),
            Stage::Scene | Stage::Talk | Stage::Tally => None,
        }
    }
}

/// A run that a class votes on.
#[derive(Clone, Debug)]
pub struct VoteRow {
    /// The attempt.
    pub attempt: String,
    /// Inputs the run had when the stage was set.
    pub n: i64,
    /// The stage.
    pub stage: Stage,
    /// The reply whose other future is shown, if one is.
    pub other: Option<usize>,
    /// Grows with every change.
    pub revision: i64,
}

/// A stage to be set, if the vote is still at a revision.
pub struct NewStage {
    /// The attempt.
    pub attempt: String,
    /// What its revision has to be.
    pub revision: i64,
    /// Inputs the run has.
    pub n: i64,
    /// The stage.
    pub stage: Stage,
    /// The reply whose other future is to be shown.
    pub other: Option<usize>,
}

/// One person's vote.
pub struct Ballot {
    /// The attempt.
    pub attempt: String,
    /// Inputs the run has.
    pub n: i64,
    /// 1 or 2.
    pub round: i64,
    /// The seat.
    pub seat: String,
    /// Number of the choice, from 0.
    pub choice: i64,
}

pub(super) async fn seat(
    conn: &mut AnyConnection,
    class: &str,
    seat: &str,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO seat (id, class_id, token_hash, removed, joined_at, whole)
         VALUES ($1, $2, $3, 0, $4, 1) ON CONFLICT (id) DO NOTHING",
    )
    .bind(seat)
    .bind(class)
    // No hash of a token looks like this.
    .bind(format!("none-{seat}"))
    .bind(now)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

pub(super) async fn open(
    conn: &mut AnyConnection,
    class: &str,
    attempt: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO vote (attempt_id, class_id, n, stage, other, open, revision)
         VALUES ($1, $2, 0, 'scene', -1, 1, 1)",
    )
    .bind(attempt)
    .bind(class)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

pub(super) async fn set_stage(conn: &mut AnyConnection, new: &NewStage) -> Result<(), StoreError> {
    let done = sqlx::query(
        "UPDATE vote SET n = $3, stage = $4, other = $5, revision = revision + 1
         WHERE attempt_id = $1 AND revision = $2 AND open = 1",
    )
    .bind(new.attempt.as_str())
    .bind(new.revision)
    .bind(new.n)
    .bind(new.stage.word())
    .bind(number(new.other))
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Conflict(
            "changed-meanwhile",
            "somebody else has moved the vote on meanwhile".into(),
        ));
    }
    Ok(())
}

pub(super) async fn close(conn: &mut AnyConnection, class: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE vote SET open = 0, revision = revision + 1 WHERE class_id = $1")
        .bind(class)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Votes can be changed until the round is closed, and not a moment longer.
pub(super) async fn cast(conn: &mut AnyConnection, ballot: &Ballot) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT n, stage FROM vote WHERE attempt_id = $1 AND open = 1")
        .bind(ballot.attempt.as_str())
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(StoreError::Missing)?;
    let (n, stage): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
    let round = Stage::of(&stage).and_then(Stage::round);
    if n != ballot.n || round != Some(ballot.round) {
        return Err(StoreError::Conflict(
            "round-closed",
            "this round is closed; look up, there is something new".into(),
        ));
    }
    sqlx::query(
        "INSERT INTO ballot (attempt_id, n, round, seat_id, choice) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (attempt_id, n, round, seat_id) DO UPDATE SET choice = $5",
    )
    .bind(ballot.attempt.as_str())
    .bind(ballot.n)
    .bind(ballot.round)
    .bind(ballot.seat.as_str())
    .bind(ballot.choice)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

fn number(choice: Option<usize>) -> i64 {
    choice.and_then(|n| i64::try_from(n).ok()).unwrap_or(-1)
}

impl Store {
    /// The vote that is open in a class.
    ///
    /// # Errors
    /// When the store cannot be read; so for all that follow.
    pub async fn vote(&self, class: &str) -> Result<Option<VoteRow>, StoreError> {
        let head = "SELECT attempt_id, n, stage, other, revision FROM vote";
        let row = self
            .one(head, "WHERE class_id = $1 AND open = 1", class)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        Ok(Some(VoteRow {
            attempt: row.try_get(0)?,
            n: row.try_get(1)?,
            stage: Stage::of(row.try_get::<String, _>(2)?.as_str()).unwrap_or(Stage::Scene),
            other: usize::try_from(row.try_get::<i64, _>(3)?).ok(),
            revision: row.try_get(4)?,
        }))
    }

    /// The ballots of a run before its input `n` + 1: seat, round, choice.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn ballots(
        &self,
        attempt: &str,
        n: i64,
    ) -> Result<Vec<(String, i64, usize)>, StoreError> {
        let head = "SELECT ballot.seat_id, round, choice, n FROM ballot \
                    JOIN seat ON seat.id = ballot.seat_id";
        let tail = "WHERE attempt_id = $1 AND seat.removed = 0";
        let rows = self.many(head, tail, attempt).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            if row.try_get::<i64, _>(3)? == n {
                let choice = usize::try_from(row.try_get::<i64, _>(2)?).unwrap_or(0);
                all.push((row.try_get(0)?, row.try_get(1)?, choice));
            }
        }
        Ok(all)
    }
}
