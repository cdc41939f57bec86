//! When the game is wrong: what does not count in a class, every score an attempt
//! ever had, and what trainees disagree with.

use sqlx::{AnyConnection, Row};

use super::{Store, StoreError};

/// Something that is to be taken out of the count of a class.
pub struct NewVoid {
    /// The class.
    pub class: String,
    /// `clause` or `decision`.
    pub kind: &'static str,
    /// Id of the scenario of a decision; empty for a clause.
    pub scenario: String,
    /// Key of the clause or of the beat.
    pub name: String,
    /// Why.
    pub why: String,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// Something that does not count, or did not for a while.
#[derive(Clone, Debug)]
pub struct VoidRow {
    /// Its number within the class, from 1.
    pub no: i64,
    /// `clause` or `decision`.
    pub kind: String,
    /// Id of the scenario of a decision; empty for a clause.
    pub scenario: String,
    /// Key of the clause or of the beat.
    pub name: String,
    /// Why.
    pub why: String,
    /// When it was taken out, Unix milliseconds.
    pub made_at: i64,
    /// When it was put back.
    pub lifted_at: Option<i64>,
}

/// A score to be kept, if it is not the attempt's last one already.
pub struct NewScore {
    /// The attempt.
    pub attempt: String,
    /// Version of the rules.
    pub rules: String,
    /// Numbers of what did not count, in order, with commas.
    pub voids: String,
    /// Satisfaction, conduct, total and whether it passes.
    pub scores: [i64; 4],
    /// Number of the score that was the attempt's last when this one was made; 0 for none.
    pub after: i64,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// A score an attempt has or had.
#[derive(Clone, Debug)]
pub struct ScoreRow {
    /// The attempt.
    pub attempt: String,
    /// Its number, from 1: the one it was handed in with.
    pub n: i64,
    /// When it was made, Unix milliseconds.
    pub made_at: i64,
    /// Version of the rules; empty for scores of an older release.
    pub rules: String,
    /// Numbers of what did not count, in order, with commas.
    pub voids: String,
    /// Satisfaction, conduct, total and whether it passes.
    pub scores: [i64; 4],
}

/// What somebody disagrees with; without words, what they take back.
pub struct NewObjection {
    /// The attempt.
    pub attempt: String,
    /// The decision, by its turn from 1.
    pub turn: i64,
    /// Key of its beat.
    pub beat: String,
    /// Why.
    pub why: String,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// What somebody disagrees with.
#[derive(Clone, Debug)]
pub struct ObjectionRow {
    /// The attempt.
    pub attempt: String,
    /// The seat.
    pub seat: String,
    /// Id of the scenario.
    pub scenario: String,
    /// The decision, by its turn from 1.
    pub turn: i64,
    /// Key of its beat.
    pub beat: String,
    /// Why.
    pub why: String,
    /// When it was said, Unix milliseconds.
    pub made_at: i64,
}

pub(super) async fn void(conn: &mut AnyConnection, new: &NewVoid) -> Result<(), StoreError> {
    let there = sqlx::query(
        "SELECT no FROM void WHERE class_id = $1 AND kind = $2 AND scenario = $3 AND name = $4
         AND lifted_at IS NULL",
    )
    .bind(new.class.as_str())
    .bind(new.kind)
    .bind(new.scenario.as_str())
    .bind(new.name.as_str())
    .fetch_optional(&mut *conn)
    .await?;
    if there.is_some() {
        return Err(StoreError::Conflict(
            "void-already",
            "that does not count already".into(),
        ));
    }
    let last = sqlx::query("SELECT COALESCE(MAX(no), 0) FROM void WHERE class_id = $1")
        .bind(new.class.as_str())
        .fetch_one(&mut *conn)
        .await?;
    sqlx::query(
        "INSERT INTO void (class_id, no, kind, scenario, name, why, made_at)
         VALUES ($1, $7, $2, $3, $4, $5, $6)",
    )
    .bind(new.class.as_str())
    .bind(new.kind)
    .bind(new.scenario.as_str())
    .bind(new.name.as_str())
    .bind(new.why.as_str())
    .bind(new.now)
    .bind(last.try_get::<i64, _>(0)? + 1)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

pub(super) async fn lift(
    conn: &mut AnyConnection,
    class: &str,
    no: i64,
    now: i64,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "UPDATE void SET lifted_at = $3 WHERE class_id = $1 AND no = $2 AND lifted_at IS NULL",
    )
    .bind(class)
    .bind(no)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Missing);
    }
    Ok(())
}

/// Adds a score to those of an attempt, if it was made without what does not count now,
/// and from what is still its last score. Somebody may have taken something out or scored
/// it by other rules meanwhile, on another server too.
pub(super) async fn score_again(
    conn: &mut AnyConnection,
    new: &NewScore,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT no FROM void WHERE lifted_at IS NULL
         AND class_id = (SELECT class_id FROM attempt WHERE id = $1) ORDER BY no",
    )
    .bind(new.attempt.as_str())
    .fetch_all(&mut *conn)
    .await?;
    let mut now = Vec::with_capacity(rows.len());
    for row in &rows {
        now.push(row.try_get::<i64, _>(0)?.to_string());
    }
    if now.join(",") != new.voids {
        return Err(StoreError::Conflict(
            OTHER_VOIDS,
            "what counts has changed meanwhile; scores are made anew by whoever changed it".into(),
        ));
    }
    let last = last(conn, &new.attempt).await?;
    if last.n != new.after && !last.is(new) {
        return Err(StoreError::Conflict(
            OTHER_SCORE,
            "it was scored meanwhile; what is made from the score before would hide that".into(),
        ));
    }
    add(conn, new, &last).await
}

/// The word for a score that was made without other things than those that do not count.
pub const OTHER_VOIDS: &str = "other-voids";
/// The word for a score that was made from one that is not the last any more.
pub const OTHER_SCORE: &str = "other-score";

/// Adds a score; the old ones stay. Asked twice, it is added once.
pub(super) async fn score(conn: &mut AnyConnection, new: &NewScore) -> Result<(), StoreError> {
    let last = last(conn, &new.attempt).await?;
    add(conn, new, &last).await
}

/// The last score of an attempt.
#[derive(Default)]
struct Last {
    /// Its number; 0 if there is none.
    n: i64,
    voids: String,
    rules: String,
    scores: [i64; 4],
}

impl Last {
    /// Whether a new one would be the same.
    fn is(&self, new: &NewScore) -> bool {
        self.n > 0
            && self.voids == new.voids
            && self.rules == new.rules
            && self.scores == new.scores
    }
}

async fn last(conn: &mut AnyConnection, attempt: &str) -> Result<Last, StoreError> {
    let row = sqlx::query(
        "SELECT n, voids, rules, satisfaction, conduct, total, passed FROM score
         WHERE attempt_id = $1 ORDER BY n DESC LIMIT 1",
    )
    .bind(attempt)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Ok(Last::default());
    };
    let mut scores = [0; 4];
    for (at, number) in (3..).zip(&mut scores) {
        *number = row.try_get(at)?;
    }
    Ok(Last {
        n: row.try_get(0)?,
        voids: row.try_get(1)?,
        rules: row.try_get(2)?,
        scores,
    })
}

async fn add(conn: &mut AnyConnection, new: &NewScore, last: &Last) -> Result<(), StoreError> {
    if last.is(new) {
        return Ok(());
    }
    let mut query = sqlx::query(
        "INSERT INTO score (attempt_id, n, made_at, rules, voids, satisfaction, conduct, total,
         passed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(new.attempt.as_str())
    .bind(last.n + 1)
    .bind(new.now)
    .bind(new.rules.as_str())
    .bind(new.voids.as_str());
    for number in new.scores {
        query = query.bind(number);
    }
    query.execute(&mut *conn).await?;
    Ok(())
}

pub(super) async fn object(conn: &mut AnyConnection, new: &NewObjection) -> Result<(), StoreError> {
    if new.why.is_empty() {
        sqlx::query("DELETE FROM objection WHERE attempt_id = $1 AND turn = $2")
            .bind(new.attempt.as_str())
            .bind(new.turn)
            .execute(&mut *conn)
            .await?;
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO objection (attempt_id, turn, beat, why, made_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (attempt_id, turn) DO UPDATE SET why = $4, made_at = $5",
    )
    .bind(new.attempt.as_str())
    .bind(new.turn)
    .bind(new.beat.as_str())
    .bind(new.why.as_str())
    .bind(new.now)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

impl Store {
    /// Everything that does not count in a class, or did not for a while, in order.
    ///
    /// # Errors
    /// When the store cannot be read; so for all that follow.
    pub async fn voids(&self, class: &str) -> Result<Vec<VoidRow>, StoreError> {
        let head = "SELECT no, kind, scenario, name, why, made_at, lifted_at FROM void";
        let tail = "WHERE class_id = $1 ORDER BY no";
        let rows = self.many(head, tail, class).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            all.push(VoidRow {
                no: row.try_get(0)?,
                kind: row.try_get(1)?,
                scenario: row.try_get(2)?,
                name: row.try_get(3)?,
                why: row.try_get(4)?,
                made_at: row.try_get(5)?,
                lifted_at: row.try_get(6)?,
            });
        }
        Ok(all)
    }

    /// Every score of the attempts of a class, attempt by attempt, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn scores(&self, class: &str) -> Result<Vec<ScoreRow>, StoreError> {
        let head = "SELECT score.attempt_id, score.n, score.made_at, score.rules, score.voids, \
                    score.satisfaction, score.conduct, score.total, score.passed FROM score \
                    JOIN attempt ON attempt.id = score.attempt_id";
        let tail = "WHERE attempt.class_id = $1 ORDER BY score.attempt_id, score.n";
        let rows = self.many(head, tail, class).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            all.push(ScoreRow {
                attempt: row.try_get(0)?,
                n: row.try_get(1)?,
                made_at: row.try_get(2)?,
                rules: row.try_get(3)?,
                voids: row.try_get(4)?,
                scores: [
                    row.try_get(5)?,
                    row.try_get(6)?,
                    row.try_get(7)?,
                    row.try_get(8)?,
                ],
            });
        }
        Ok(all)
    }

    /// What the people of a class disagree with, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn objections(&self, class: &str) -> Result<Vec<ObjectionRow>, StoreError> {
        let tail = "WHERE attempt.class_id = $1 ORDER BY made_at DESC, attempt_id, turn";
        self.objection_rows(tail, class).await
    }

    /// What one attempt's player disagrees with.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn objections_of(&self, attempt: &str) -> Result<Vec<ObjectionRow>, StoreError> {
        let tail = "WHERE attempt_id = $1 ORDER BY turn";
        self.objection_rows(tail, attempt).await
    }

    async fn objection_rows(
        &self,
        tail: &str,
        bound: &str,
    ) -> Result<Vec<ObjectionRow>, StoreError> {
        let head = "SELECT attempt_id, attempt.seat_id, attempt.scenario, turn, beat, \
                    objection.why, made_at FROM objection \
                    JOIN attempt ON attempt.id = objection.attempt_id";
        let rows = self.many(head, tail, bound).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            all.push(ObjectionRow {
                attempt: row.try_get(0)?,
                seat: row.try_get(1)?,
                scenario: row.try_get(2)?,
                turn: row.try_get(3)?,
                beat: row.try_get(4)?,
                why: row.try_get(5)?,
                made_at: row.try_get(6)?,
            });
        }
        Ok(all)
    }
}
