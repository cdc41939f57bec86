//! What changes an attempt: it begins, grows by a line, and is kept.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::super::receipt::{Facts, Key};
use super::StoreError;
use super::apply::Done;
use super::class;
use super::sent::{self, Agreement};
use super::wrong::{self, NewScore};

/// An attempt that begins, without what comes at its end.
pub struct Begun {
    /// Its id.
    pub attempt: String,
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
    /// The header line.
    pub line: String,
    /// It goes over a line that is not encrypted.
    pub plain: bool,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// Whether an attempt came late, as the store has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// It did not.
    No = 0,
    /// The class was closed.
    Closed = 1,
    /// Its player's time was up.
    Overtime = 2,
}

impl Late {
    /// By the number in the store.
    pub fn of(number: i64) -> Self {
        match number {
            1 => Late::Closed,
            2 => Late::Overtime,
            _ => Late::No,
        }
    }
}

/// An attempt to be kept.
pub struct HandIn {
    /// Its id.
    pub attempt: String,
    /// The class.
    pub class: String,
    /// The seat.
    pub seat: String,
    /// Id of the scenario.
    pub scenario: String,
    /// Content hash of the scenario.
    pub content: String,
    /// Version of the rules here.
    pub rules: String,
    /// Number of the attempt.
    pub number: i64,
    /// Its seed.
    pub seed: String,
    /// `browser` or `file`.
    pub source: &'static str,
    /// Hash of the bytes.
    pub hash: String,
    /// The bytes.
    pub transcript: String,
    /// The verdict in a word.
    pub verdict: &'static str,
    /// Why.
    pub why: String,
    /// Satisfaction, conduct, total and whether it passes, if it counts.
    pub scores: Option<[i64; 4]>,
    /// Whether its player's time was up before it came.
    pub overtime: bool,
    /// Whether it came over a line that is not encrypted.
    pub plain: bool,
    /// How it agrees with what had been sent of it.
    pub agreement: Agreement,
    /// Whether the instructor hands it in, as far as it has come.
    pub cut: bool,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// What belongs to something else, and is kept aside.
pub struct Aside {
    /// A new id.
    pub id: String,
    /// The class.
    pub class: String,
    /// The seat.
    pub seat: String,
    /// The attempt it claimed to be.
    pub attempt: String,
    /// Hash of its bytes.
    pub hash: String,
    /// Its bytes.
    pub transcript: String,
    /// Why.
    pub why: String,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// The word for an attempt that somebody has begun already.
pub const BEGUN: &str = "attempt-begun";

/// Begins an attempt, once; but not in a class that was closed since it was looked at,
/// because nobody would end it.
pub(super) async fn begin(conn: &mut AnyConnection, begun: &Begun) -> Result<(), StoreError> {
    let held = class::held(conn, &begun.class).await?;
    if held.state == "closed" {
        return Err(StoreError::Conflict("closed", "the class is over".into()));
    }
    let done = sqlx::query(
        "INSERT INTO attempt (id, class_id, seat_id, scenario, number, seed, source,
         begun_at, late, plain) VALUES ($1, $2, $3, $4, $5, $6, 'browser', $7, 0, $8)
         ON CONFLICT (seat_id, scenario, number) DO NOTHING",
    )
    .bind(begun.attempt.as_str())
    .bind(begun.class.as_str())
    .bind(begun.seat.as_str())
    .bind(begun.scenario.as_str())
    .bind(begun.number)
    .bind(begun.seed.as_str())
    .bind(begun.now)
    .bind(i64::from(begun.plain))
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Conflict(
            BEGUN,
            "this attempt was begun already".into(),
        ));
    }
    turn(conn, &begun.attempt, 0, &begun.line, begun.now).await
}

/// Some of an attempt goes over a line that is not encrypted.
pub(super) async fn set_plain(conn: &mut AnyConnection, attempt: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE attempt SET plain = 1 WHERE id = $1")
        .bind(attempt)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// A line of a run that this server steps or ends.
pub struct NewLine {
    /// The attempt.
    pub attempt: String,
    /// The number of the line; the header is 0.
    pub n: i64,
    /// The line.
    pub line: String,
    /// Only if a program still plays the run.
    pub elsewhere: bool,
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// Adds a line to a run that is still being played. What it ends for a player who does
/// not come back is only a run that a program plays: a browser may have gone on with it.
pub(super) async fn line(conn: &mut AnyConnection, new: &NewLine) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT hash, source FROM attempt WHERE id = $1")
        .bind(new.attempt.as_str())
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(StoreError::Missing)?;
    if row.try_get::<Option<String>, _>(0)?.is_some() {
        return Err(sent::handed_in());
    }
    if new.elsewhere && row.try_get::<String, _>(1)? != "file" {
        return Err(sent::goes_on_here());
    }
    turn(conn, &new.attempt, new.n, &new.line, new.now).await
}

/// Adds a line, if no other process has added one with this number.
pub(super) async fn turn(
    conn: &mut AnyConnection,
    attempt: &str,
    n: i64,
    line: &str,
    now: i64,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "INSERT INTO turn (attempt_id, n, line, came_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (attempt_id, n) DO NOTHING",
    )
    .bind(attempt)
    .bind(n)
    .bind(line)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Conflict(
            "other-turn",
            "the run has gone on meanwhile".into(),
        ));
    }
    Ok(())
}

/// Most transcripts of one seat that are kept aside: enough for every mistake, and too
/// few to fill a disk with.
const ASIDE: i64 = 40;

/// Keeps something aside; whether it did.
pub(super) async fn reject(conn: &mut AnyConnection, aside: &Aside) -> Result<bool, StoreError> {
    let others = sqlx::query("SELECT count(*) FROM rejected WHERE seat_id = $1 AND id <> $2")
        .bind(aside.seat.as_str())
        .bind(aside.id.as_str())
        .fetch_one(&mut *conn)
        .await?;
    if others.try_get::<i64, _>(0)? >= ASIDE {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO rejected (id, class_id, seat_id, attempt_id, hash, transcript, why,
         received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(aside.id.as_str())
    .bind(aside.class.as_str())
    .bind(aside.seat.as_str())
    .bind(aside.attempt.as_str())
    .bind(aside.hash.as_str())
    .bind(aside.transcript.as_str())
    .bind(aside.why.as_str())
    .bind(aside.now)
    .execute(&mut *conn)
    .await?;
    Ok(true)
}

/// What is here already where something is handed in.
struct There {
    id: String,
    hash: Option<String>,
    receipt: Option<String>,
    /// A program plays it.
    sent: bool,
    /// The instructor handed it in.
    cut: bool,
    /// It is of the same seat, scenario, number and seed.
    same: bool,
}

const THERE: &str =
    "SELECT id, hash, receipt, source, cut, seat_id, scenario, number, seed FROM attempt";

impl There {
    /// The attempt with this id, whatever it was begun as.
    async fn with_id(
        conn: &mut AnyConnection,
        hand_in: &HandIn,
    ) -> Result<Option<Self>, StoreError> {
        let words = format!("{THERE} WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(words))
            .bind(hand_in.attempt.as_str())
            .fetch_optional(&mut *conn)
            .await?;
        row.map(|row| There::of(&row, hand_in)).transpose()
    }

    /// The attempt of the same seat with the same number at the same scenario.
    async fn in_its_place(
        conn: &mut AnyConnection,
        hand_in: &HandIn,
    ) -> Result<Option<Self>, StoreError> {
        let words = format!("{THERE} WHERE seat_id = $1 AND scenario = $2 AND number = $3");
        let row = sqlx::query(sqlx::AssertSqlSafe(words))
            .bind(hand_in.seat.as_str())
            .bind(hand_in.scenario.as_str())
            .bind(hand_in.number)
            .fetch_optional(&mut *conn)
            .await?;
        row.map(|row| There::of(&row, hand_in)).transpose()
    }

    fn of(row: &AnyRow, hand_in: &HandIn) -> Result<Self, StoreError> {
        let same = row.try_get::<String, _>(5)? == hand_in.seat
            && row.try_get::<String, _>(6)? == hand_in.scenario
            && row.try_get::<i64, _>(7)? == hand_in.number
            && row.try_get::<String, _>(8)? == hand_in.seed;
        Ok(There {
            id: row.try_get(0)?,
            hash: row.try_get(1)?,
            receipt: row.try_get(2)?,
            sent: row.try_get::<String, _>(3)? == "file",
            cut: row.try_get::<i64, _>(4)? != 0,
            same,
        })
    }
}

fn cut_short() -> StoreError {
    StoreError::Conflict(
        "attempt-cut",
        "your instructor has handed in this run as far as it had come".into(),
    )
}

/// Keeps an attempt once, whatever the timing: the same bytes get the same receipt.
pub(super) async fn keep(
    conn: &mut AnyConnection,
    hand_in: &HandIn,
    key: &Key,
) -> Result<Done, StoreError> {
    let mut begun = false;
    let mut agreement = hand_in.agreement;
    let differs = |why: String| Err(StoreError::Conflict("attempt-differs", why));
    if let Some(own) = There::with_id(conn, hand_in).await? {
        match own.hash {
            Some(hash) if hash == hand_in.hash => {
                return Ok(Done::Receipt {
                    text: own.receipt.ok_or(StoreError::Missing)?,
                    replayed: true,
                });
            }
            Some(_) if own.cut => return Err(cut_short()),
            Some(hash) => {
                return differs(format!(
                    "this attempt is here with other bytes, of hash {hash}"
                ));
            }
            // An id is the sender's own choice, so it alone does not say what was begun.
            None if !own.same => {
                return differs("under this id another encounter was begun here".into());
            }
            // A run that a program played to its end while it was away from the network is
            // worth more than what a browser has of it so far. One that was left is not.
            None if own.sent
                || hand_in.source == "browser"
                || hand_in.cut
                || hand_in.verdict == "verified" =>
            {
                begun = true;
            }
            None => {
                return Err(StoreError::Conflict(
                    "attempt-taken",
                    "this run goes on in a browser, and this did not come to its end".into(),
                ));
            }
        }
    } else if let Some(other) = There::in_its_place(conn, hand_in).await? {
        match other.hash {
            // What is handed in counts, and not what was only begun.
            None if other.sent => {
                sent::forget(conn, &other.id).await?;
                agreement.differs_at = Some(0);
            }
            Some(_) if other.cut => return Err(cut_short()),
            _ => {
                return Err(StoreError::Conflict(
                    "attempt-taken",
                    format!(
                        "attempt {} at `{}` is here already, as another one",
                        hand_in.number, hand_in.scenario
                    ),
                ));
            }
        }
    }
    let class = sqlx::query("SELECT state FROM class WHERE id = $1 AND deleted_at IS NULL")
        .bind(hand_in.class.as_str())
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(StoreError::Missing)?;
    // A run that is stepped here is ended with the class; only what is sent can be late.
    let sent = hand_in.source == "file" && !hand_in.cut;
    let late = match class.try_get::<String, _>(0)?.as_str() {
        "closed" if sent => Late::Closed,
        _ if hand_in.overtime => Late::Overtime,
        _ => Late::No,
    };
    let end = sqlx::query(
        "UPDATE chain SET receipt_no = receipt_no + 1 WHERE one = 1 RETURNING receipt_no, hash",
    )
    .fetch_one(&mut *conn)
    .await?;
    let (no, prev): (i64, String) = (end.try_get(0)?, end.try_get(1)?);
    let receipt = key.sign(
        no,
        &prev,
        &Facts {
            attempt: &hand_in.attempt,
            transcript: &hand_in.hash,
            seat: &hand_in.seat,
            class: &hand_in.class,
            content: &hand_in.content,
            rules: &hand_in.rules,
            verdict: hand_in.verdict,
            received_at: hand_in.now,
        },
    );
    sqlx::query("UPDATE chain SET hash = $1 WHERE one = 1")
        .bind(receipt.hash.as_str())
        .execute(&mut *conn)
        .await?;
    if !begun {
        sqlx::query(
            "INSERT INTO attempt (id, class_id, seat_id, scenario, number, seed, source,
             begun_at, late, plain) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)",
        )
        .bind(hand_in.attempt.as_str())
        .bind(hand_in.class.as_str())
        .bind(hand_in.seat.as_str())
        .bind(hand_in.scenario.as_str())
        .bind(hand_in.number)
        .bind(hand_in.seed.as_str())
        .bind(hand_in.source)
        .bind(hand_in.now)
        .bind(i64::from(hand_in.plain))
        .execute(&mut *conn)
        .await?;
    }
    let score = |n: usize| hand_in.scores.map(|scores| scores[n]);
    sqlx::query(
        "UPDATE attempt SET received_at = $2, hash = $3, transcript = $4, verdict = $5, why = $6,
         late = $7, satisfaction = $8, conduct = $9, total = $10, passed = $11, receipt_no = $12,
         receipt = $13, sent = $14, differs_at = $15, timed = $16, cut = $17, source = $19,
         plain = CASE WHEN $18 = 1 THEN 1 ELSE plain END WHERE id = $1",
    )
    .bind(hand_in.attempt.as_str())
    .bind(hand_in.now)
    .bind(hand_in.hash.as_str())
    .bind(hand_in.transcript.as_str())
    .bind(hand_in.verdict)
    .bind(hand_in.why.as_str())
    .bind(late as i64)
    .bind(score(0))
    .bind(score(1))
    .bind(score(2))
    .bind(score(3))
    .bind(no)
    .bind(receipt.text.as_str())
    .bind(agreement.n_lines)
    .bind(agreement.differs_at)
    .bind(i64::from(agreement.timed))
    .bind(i64::from(hand_in.cut))
    .bind(i64::from(hand_in.plain))
    .bind(hand_in.source)
    .execute(&mut *conn)
    .await?;
    if let Some(scores) = hand_in.scores {
        let first = NewScore {
            attempt: hand_in.attempt.clone(),
            rules: hand_in.rules.clone(),
            voids: String::new(),
            scores,
            after: 0,
            now: hand_in.now,
        };
        wrong::score(conn, &first).await?;
    }
    Ok(Done::Receipt {
        text: receipt.text,
        replayed: false,
    })
}
