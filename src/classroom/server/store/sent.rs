//! Runs that are played in a program and sent as they go: their lines lie where those
//! of a run in a browser lie, each with the moment at which it came.

use sqlx::{AnyConnection, Row};

use super::{Store, StoreError};

/// Lines of a run, from one number on.
pub struct Sent {
    /// The attempt.
    pub attempt: String,
    /// What it is, if these are its first lines.
    pub begins: Option<Begins>,
    /// The number of the first line; the header is 0.
    pub from: i64,
    /// The lines.
    pub lines: Vec<String>,
    /// They went over a line that is not encrypted.
    pub plain: bool,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// What an attempt is that begins.
pub struct Begins {
    /// The class.
    pub class: String,
    /// The seat.
    pub seat: String,
    /// Id of the scenario.
    pub scenario: String,
    /// Number of the attempt.
    pub number: i64,
    /// Its seed.
    pub seed: String,
}

/// A line with the moment at which it came, Unix milliseconds; 0 if that was not noted.
pub struct SentLine {
    /// The line.
    pub line: String,
    /// When it came.
    pub came_at: i64,
}

/// How an attempt agrees with what had been sent of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Lines that had come.
    pub n_lines: i64,
    /// The input from which they differ; 0 where another run had been sent.
    pub differs_at: Option<i64>,
    /// Its times agree with when the lines came.
    pub timed: bool,
}

pub(super) async fn add(conn: &mut AnyConnection, sent: &Sent) -> Result<(), StoreError> {
    if let Some(begins) = &sent.begins {
        begin(conn, sent, begins).await?;
    }
    // Whoever goes on with it in a program has taken it over from a browser.
    let open = sqlx::query(
        "UPDATE attempt SET source = 'file', plain = CASE WHEN $2 = 1 THEN 1 ELSE plain END
         WHERE id = $1 AND hash IS NULL",
    )
    .bind(sent.attempt.as_str())
    .bind(i64::from(sent.plain))
    .execute(&mut *conn)
    .await?;
    if open.rows_affected() == 0 {
        return Err(handed_in());
    }
    for (n, line) in (sent.from..).zip(&sent.lines) {
        let done = sqlx::query(
            "INSERT INTO turn (attempt_id, n, line, came_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (attempt_id, n) DO NOTHING",
        )
        .bind(sent.attempt.as_str())
        .bind(n)
        .bind(line.as_str())
        .bind(sent.now)
        .execute(&mut *conn)
        .await?;
        if done.rows_affected() == 0 {
            return Err(gone_on());
        }
    }
    Ok(())
}

/// Somebody else has taken the run further.
fn gone_on() -> StoreError {
    StoreError::Conflict("other-turn", "the run has gone on meanwhile".into())
}

/// The attempt is here whole.
pub fn handed_in() -> StoreError {
    StoreError::Conflict("handed-in", "this run is handed in already".into())
}

/// A browser has taken the run over.
pub fn goes_on_here() -> StoreError {
    StoreError::Conflict(
        "goes-on-here",
        "this run goes on in a browser; look at the board again".into(),
    )
}

async fn begin(conn: &mut AnyConnection, sent: &Sent, begins: &Begins) -> Result<(), StoreError> {
    let done = sqlx::query(
        "INSERT INTO attempt (id, class_id, seat_id, scenario, number, seed, source,
         begun_at, late, plain) VALUES ($1, $2, $3, $4, $5, $6, 'file', $7, 0, $8)
         ON CONFLICT (seat_id, scenario, number) DO NOTHING",
    )
    .bind(sent.attempt.as_str())
    .bind(begins.class.as_str())
    .bind(begins.seat.as_str())
    .bind(begins.scenario.as_str())
    .bind(begins.number)
    .bind(begins.seed.as_str())
    .bind(sent.now)
    .bind(i64::from(sent.plain))
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        let same = sqlx::query("SELECT id FROM attempt WHERE id = $1")
            .bind(sent.attempt.as_str())
            .fetch_optional(&mut *conn)
            .await?;
        if same.is_some() {
            return Err(gone_on());
        }
        return Err(StoreError::Conflict(
            "attempt-taken",
            "another run of this attempt was begun before".into(),
        ));
    }
    Ok(())
}

/// A browser takes over a run that was begun in a program.
pub(super) async fn take_over(
    conn: &mut AnyConnection,
    attempt: &str,
    plain: bool,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "UPDATE attempt SET source = 'browser', plain = CASE WHEN $2 = 1 THEN 1 ELSE plain END
         WHERE id = $1 AND hash IS NULL",
    )
    .bind(attempt)
    .bind(i64::from(plain))
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Err(handed_in());
    }
    Ok(())
}

/// Forgets a run that was sent in part: another one takes its place.
pub(super) async fn forget(conn: &mut AnyConnection, attempt: &str) -> Result<(), StoreError> {
    for words in [
        "DELETE FROM objection WHERE attempt_id = $1",
        "DELETE FROM turn WHERE attempt_id = $1",
        "DELETE FROM attempt WHERE id = $1 AND hash IS NULL",
    ] {
        sqlx::query(words).bind(attempt).execute(&mut *conn).await?;
    }
    Ok(())
}

impl Store {
    /// The lines of a run, with when they came.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sent_lines(&self, attempt: &str) -> Result<Vec<SentLine>, StoreError> {
        let tail = "WHERE attempt_id = $1 ORDER BY n";
        let rows = self
            .many("SELECT line, came_at FROM turn", tail, attempt)
            .await?;
        let line = |row: &sqlx::any::AnyRow| {
            Ok::<_, sqlx::Error>(SentLine {
                line: row.try_get(0)?,
                came_at: row.try_get(1)?,
            })
        };
        Ok(rows.iter().map(line).collect::<Result<_, _>>()?)
    }

    /// How many inputs and readings there are of each run of a class that is still being
    /// played.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn n_played(&self, class: &str) -> Result<Vec<(String, i64)>, StoreError> {
        let head = "SELECT attempt.id, count(*) - 1 FROM attempt \
                    JOIN turn ON turn.attempt_id = attempt.id";
        let tail = "WHERE attempt.class_id = $1 AND attempt.hash IS NULL GROUP BY attempt.id";
        let rows = self.many(head, tail, class).await?;
        let pair =
            |row: &sqlx::any::AnyRow| Ok::<_, sqlx::Error>((row.try_get(0)?, row.try_get(1)?));
        Ok(rows.iter().map(pair).collect::<Result<_, _>>()?)
    }
}
