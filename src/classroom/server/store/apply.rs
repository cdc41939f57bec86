//! The things that can be written, each inside the writer's transaction.

use sqlx::{AnyConnection, Row};

use super::super::receipt::{Facts, Key};
use super::StoreError;
use super::people;
use super::vote::{self, Ballot, NewStage};
use super::wrong::{self, NewObjection, NewScore, NewVoid};
use crate::classroom::marks;

/// Most people of a class.
pub const MAX_SEATS: usize = 250;

/// One thing to be written.
pub enum Write {
    /// A new class.
    Class {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
        /// Its join code.
        code: String,
        /// What opens its projector view.
        projector: String,
        /// `open` or `sealed`.
        mode: &'static str,
        /// Its assignment, as text.
        assignment: String,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// A class goes from one state to another, if it is still at `revision`.
    State {
        /// The class.
        class: String,
        /// What its revision has to be.
        revision: i64,
        /// The new state.
        state: &'static str,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// People may join, or no longer.
    Joining {
        /// The class.
        class: String,
        /// Whether they may.
        open: bool,
    },
    /// A new join code.
    Code {
        /// The class.
        class: String,
        /// The code.
        code: String,
    },
    /// Somebody joins.
    Join {
        /// The class.
        class: String,
        /// Id of the new seat.
        seat: String,
        /// Hash of its token.
        token_hash: String,
        /// What they typed, not yet checked; `None` draws a nickname.
        name: Option<String>,
        /// Chance for the nickname.
        chance: u64,
        /// Let in by the instructor, whether or not people may join.
        invited: bool,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// A seat's token is replaced: this is the same person again.
    Token {
        /// The seat.
        seat: String,
        /// Hash of the new token.
        token_hash: String,
    },
    /// A person gets another name.
    Rename {
        /// The seat.
        seat: String,
        /// What the instructor typed.
        name: String,
    },
    /// A person is removed from the class, or comes back.
    Removed {
        /// The seat.
        seat: String,
        /// Whether they are out.
        removed: bool,
    },
    /// A person is erased.
    Erase {
        /// The seat.
        seat: String,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// A run begins in a browser.
    Begin {
        /// The attempt, without what comes at its end.
        attempt: String,
        /// The class.
        class: String,
        /// The seat.
        seat: String,
        /// Id of the scenario.
        scenario: String,
        /// Number of the attempt.
        number: i64,
        /// Its seed.
        seed: String,
        /// The header line.
        line: String,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// The same, of the seat that is the whole class; the class votes on it.
    Vote {
        /// The attempt.
        attempt: String,
        /// The class.
        class: String,
        /// The class's own seat.
        seat: String,
        /// Id of the scenario.
        scenario: String,
        /// Number of the attempt.
        number: i64,
        /// Its seed.
        seed: String,
        /// The header line.
        line: String,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// A vote goes on to another stage.
    Stage(NewStage),
    /// Somebody votes, or changes their vote.
    Ballot(Ballot),
    /// The class votes no more.
    VoteEnd {
        /// The class.
        class: String,
    },
    /// A line of a run in a browser.
    Turn {
        /// The attempt.
        attempt: String,
        /// The number of the line; the header is 0.
        n: i64,
        /// The line.
        line: String,
    },
    /// An attempt with its verdict.
    HandIn(Box<HandIn>),
    /// Something does not count any more.
    Void(NewVoid),
    /// It counts again.
    Lift {
        /// The class.
        class: String,
        /// Its number.
        no: i64,
        /// Now, Unix milliseconds.
        now: i64,
    },
    /// An attempt's new score.
    Score(NewScore),
    /// Somebody disagrees, or no longer.
    Object(NewObjection),
    /// What belongs to something else.
    Reject {
        /// A new id.
        id: String,
        /// The class.
        class: String,
        /// The seat.
        seat: String,
        /// The attempt it claimed to be.
        attempt: String,
        /// Hash of its bytes.
        hash: String,
        /// Its bytes.
        transcript: String,
        /// Why.
        why: String,
        /// Now, Unix milliseconds.
        now: i64,
    },
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
    /// Now, Unix milliseconds.
    pub now: i64,
}

/// What was done.
#[derive(Debug)]
pub enum Done {
    /// It is written.
    Written,
    /// Somebody has a seat and is called this.
    Joined(String),
    /// The attempt is kept, and this is its receipt.
    Receipt {
        /// The receipt.
        text: String,
        /// Whether the attempt was kept before.
        replayed: bool,
    },
}

pub(super) async fn apply(
    conn: &mut AnyConnection,
    write: &Write,
    key: &Key,
) -> Result<Done, StoreError> {
    match write {
        Write::Class {
            id,
            title,
            code,
            projector,
            mode,
            assignment,
            now,
        } => {
            sqlx::query(
                "INSERT INTO class (id, title, code, projector, state, joining, mode, assignment,
                 created_at, revision) VALUES ($1, $2, $3, $4, 'lobby', 1, $5, $6, $7, 1)",
            )
            .bind(id.as_str())
            .bind(title.as_str())
            .bind(code.as_str())
            .bind(projector.as_str())
            .bind(*mode)
            .bind(assignment.as_str())
            .bind(*now)
            .execute(&mut *conn)
            .await?;
        }
        Write::State {
            class,
            revision,
            state,
            now,
        } => return set_state(conn, class, *revision, state, *now).await,
        Write::Joining { class, open } => {
            sqlx::query("UPDATE class SET joining = $2, revision = revision + 1 WHERE id = $1")
                .bind(class.as_str())
                .bind(i64::from(*open))
                .execute(&mut *conn)
                .await?;
        }
        Write::Code { class, code } => {
            sqlx::query("UPDATE class SET code = $2, revision = revision + 1 WHERE id = $1")
                .bind(class.as_str())
                .bind(code.as_str())
                .execute(&mut *conn)
                .await?;
        }
        Write::Join {
            class,
            seat,
            token_hash,
            name,
            chance,
            invited,
            now,
        } => {
            if !invited {
                may_join(conn, class).await?;
            }
            let name = name.as_deref();
            return join(conn, class, seat, token_hash, name, *chance, *now).await;
        }
        Write::Token { seat, token_hash } => {
            let done = sqlx::query(
                "UPDATE seat SET token_hash = $2, removed = 0
                 WHERE id = $1 AND erased_at IS NULL",
            )
            .bind(seat.as_str())
            .bind(token_hash.as_str())
            .execute(&mut *conn)
            .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::Missing);
            }
        }
        Write::Rename { seat, name } => return rename(conn, seat, name).await,
        Write::Removed { seat, removed } => {
            sqlx::query("UPDATE seat SET removed = $2 WHERE id = $1 AND erased_at IS NULL")
                .bind(seat.as_str())
                .bind(i64::from(*removed))
                .execute(&mut *conn)
                .await?;
        }
        Write::Erase { seat, now } => people::erase(conn, seat, *now).await?,
        Write::Begin {
            attempt,
            class,
            seat,
            scenario,
            number,
            seed,
            line,
            now,
        } => {
            let of = [attempt, class, seat, scenario, seed, line];
            begin(conn, of, *number, *now).await?;
        }
        Write::Vote {
            attempt,
            class,
            seat,
            scenario,
            number,
            seed,
            line,
            now,
        } => {
            vote::seat(conn, class, seat, *now).await?;
            let of = [attempt, class, seat, scenario, seed, line];
            begin(conn, of, *number, *now).await?;
            vote::close(conn, class).await?;
            vote::open(conn, class, attempt).await?;
        }
        Write::Stage(new) => vote::set_stage(conn, new).await?,
        Write::Ballot(ballot) => vote::cast(conn, ballot).await?,
        Write::VoteEnd { class } => vote::close(conn, class).await?,
        Write::Turn { attempt, n, line } => turn(conn, attempt, *n, line).await?,
        Write::Void(new) => wrong::void(conn, new).await?,
        Write::Lift { class, no, now } => wrong::lift(conn, class, *no, *now).await?,
        Write::Score(new) => wrong::score(conn, new).await?,
        Write::Object(new) => wrong::object(conn, new).await?,
        Write::HandIn(hand_in) => return keep(conn, hand_in, key).await,
        Write::Reject {
            id,
            class,
            seat,
            attempt,
            hash,
            transcript,
            why,
            now,
        } => {
            reject(
                conn,
                [id, class, seat, attempt, hash, transcript, why],
                *now,
            )
            .await?
        }
    }
    Ok(Done::Written)
}

/// Begins an attempt: id, class, seat, scenario, seed and header line of it.
async fn begin(
    conn: &mut AnyConnection,
    [attempt, class, seat, scenario, seed, line]: [&String; 6],
    number: i64,
    now: i64,
) -> Result<(), StoreError> {
    let there =
        sqlx::query("SELECT id FROM attempt WHERE seat_id = $1 AND scenario = $2 AND number = $3")
            .bind(seat.as_str())
            .bind(scenario.as_str())
            .bind(number)
            .fetch_optional(&mut *conn)
            .await?;
    if there.is_some() {
        return Err(StoreError::Conflict(
            "attempt-begun",
            "this attempt was begun already".into(),
        ));
    }
    sqlx::query(
        "INSERT INTO attempt (id, class_id, seat_id, scenario, number, seed, source,
         begun_at, late) VALUES ($1, $2, $3, $4, $5, $6, 'browser', $7, 0)",
    )
    .bind(attempt.as_str())
    .bind(class.as_str())
    .bind(seat.as_str())
    .bind(scenario.as_str())
    .bind(number)
    .bind(seed.as_str())
    .bind(now)
    .execute(&mut *conn)
    .await?;
    turn(conn, attempt, 0, line).await?;
    Ok(())
}

async fn set_state(
    conn: &mut AnyConnection,
    class: &str,
    revision: i64,
    state: &str,
    now: i64,
) -> Result<Done, StoreError> {
    let row = sqlx::query("SELECT state, revision FROM class WHERE id = $1")
        .bind(class)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(StoreError::Missing)?;
    let (old, at): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
    if at != revision {
        return Err(StoreError::Conflict(
            "changed-meanwhile",
            format!("somebody else changed the class meanwhile; it is {old} now"),
        ));
    }
    let possible = matches!(
        (old.as_str(), state),
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
    sqlx::query(
        "UPDATE class SET state = $2, closed_at = $3, revision = revision + 1,
         joining = CASE WHEN state = 'lobby' OR $2 = 'closed' THEN $4 ELSE joining END
         WHERE id = $1",
    )
    .bind(class)
    .bind(state)
    .bind(closed_at)
    .bind(joining)
    .execute(&mut *conn)
    .await?;
    if state == "closed" {
        vote::close(conn, class).await?;
    }
    Ok(Done::Written)
}

async fn may_join(conn: &mut AnyConnection, class: &str) -> Result<(), StoreError> {
    let open = sqlx::query("SELECT joining FROM class WHERE id = $1")
        .bind(class)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(StoreError::Missing)?;
    if open.try_get::<i64, _>(0)? == 0 {
        return Err(StoreError::Conflict(
            "lobby-closed",
            "nobody can join this class now; ask your instructor".into(),
        ));
    }
    Ok(())
}

async fn join(
    conn: &mut AnyConnection,
    class: &str,
    seat: &str,
    token_hash: &str,
    name: Option<&str>,
    chance: u64,
    now: i64,
) -> Result<Done, StoreError> {
    let taken = likenesses(conn, class, "").await?;
    if taken.len() >= MAX_SEATS {
        return Err(StoreError::Conflict(
            "class-full",
            format!("this class has its {MAX_SEATS} people"),
        ));
    }
    let name = match name {
        Some(name) => named(name, &taken)?,
        None => (0..1_000)
            .map(|n| marks::nickname(chance.wrapping_add(n)))
            .find(|name| !taken.contains(&marks::likeness(name)))
            .unwrap_or_else(|| format!("Person {}", taken.len() + 1)),
    };
    sqlx::query(
        "INSERT INTO seat (id, class_id, token_hash, removed, joined_at)
         VALUES ($1, $2, $3, 0, $4)",
    )
    .bind(seat)
    .bind(class)
    .bind(token_hash)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO seat_name (seat_id, class_id, name, likeness) VALUES ($1, $2, $3, $4)",
    )
    .bind(seat)
    .bind(class)
    .bind(name.as_str())
    .bind(marks::likeness(&name))
    .execute(&mut *conn)
    .await?;
    Ok(Done::Joined(name))
}

fn named(name: &str, taken: &[String]) -> Result<String, StoreError> {
    marks::check_free(name, taken).map_err(|bad| StoreError::Conflict("bad-name", bad.to_string()))
}

/// How everyone in a class but one looks to a hasty reader.
async fn likenesses(
    conn: &mut AnyConnection,
    class: &str,
    but: &str,
) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("SELECT likeness FROM seat_name WHERE class_id = $1 AND seat_id <> $2")
        .bind(class)
        .bind(but)
        .fetch_all(&mut *conn)
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(row.try_get(0)?);
    }
    Ok(all)
}

async fn rename(conn: &mut AnyConnection, seat: &str, name: &str) -> Result<Done, StoreError> {
    let row = sqlx::query("SELECT class_id FROM seat WHERE id = $1")
        .bind(seat)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(StoreError::Missing)?;
    let class: String = row.try_get(0)?;
    let taken = likenesses(conn, &class, seat).await?;
    let name = named(name, &taken)?;
    let done = sqlx::query("UPDATE seat_name SET name = $2, likeness = $3 WHERE seat_id = $1")
        .bind(seat)
        .bind(name.as_str())
        .bind(marks::likeness(&name))
        .execute(&mut *conn)
        .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Missing);
    }
    Ok(Done::Joined(name))
}

async fn turn(
    conn: &mut AnyConnection,
    attempt: &str,
    n: i64,
    line: &str,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO turn (attempt_id, n, line) VALUES ($1, $2, $3)")
        .bind(attempt)
        .bind(n)
        .bind(line)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

async fn reject(
    conn: &mut AnyConnection,
    columns: [&String; 7],
    now: i64,
) -> Result<(), StoreError> {
    let mut query = sqlx::query(
        "INSERT INTO rejected (id, class_id, seat_id, attempt_id, hash, transcript, why,
         received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    );
    for column in columns {
        query = query.bind(column.as_str());
    }
    query.bind(now).execute(&mut *conn).await?;
    Ok(())
}

/// Keeps an attempt once, whatever the timing: the same bytes get the same receipt.
async fn keep(conn: &mut AnyConnection, hand_in: &HandIn, key: &Key) -> Result<Done, StoreError> {
    let there = sqlx::query(
        "SELECT id, hash, receipt FROM attempt
         WHERE id = $1 OR (seat_id = $2 AND scenario = $3 AND number = $4)",
    )
    .bind(hand_in.attempt.as_str())
    .bind(hand_in.seat.as_str())
    .bind(hand_in.scenario.as_str())
    .bind(hand_in.number)
    .fetch_optional(&mut *conn)
    .await?;
    let mut begun = false;
    if let Some(row) = there {
        let (id, hash): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        match hash {
            Some(hash) if id == hand_in.attempt && hash == hand_in.hash => {
                return Ok(Done::Receipt {
                    text: row.try_get(2)?,
                    replayed: true,
                });
            }
            None if id == hand_in.attempt && hand_in.source == "browser" => begun = true,
            Some(hash) if id == hand_in.attempt => {
                return Err(StoreError::Conflict(
                    "attempt-differs",
                    format!("this attempt is here with other bytes, of hash {hash}"),
                ));
            }
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
    let class = sqlx::query("SELECT state, closed_at FROM class WHERE id = $1")
        .bind(hand_in.class.as_str())
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(StoreError::Missing)?;
    let state: String = class.try_get(0)?;
    let late = i64::from(state == "closed");
    // Taking the number locks the end of the chain, for this and every other process.
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
             begun_at, late) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
        )
        .bind(hand_in.attempt.as_str())
        .bind(hand_in.class.as_str())
        .bind(hand_in.seat.as_str())
        .bind(hand_in.scenario.as_str())
        .bind(hand_in.number)
        .bind(hand_in.seed.as_str())
        .bind(hand_in.source)
        .bind(hand_in.now)
        .execute(&mut *conn)
        .await?;
    }
    let score = |n: usize| hand_in.scores.map(|scores| scores[n]);
    sqlx::query(
        "UPDATE attempt SET received_at = $2, hash = $3, transcript = $4, verdict = $5, why = $6,
         late = $7, satisfaction = $8, conduct = $9, total = $10, passed = $11, receipt_no = $12,
         receipt = $13 WHERE id = $1",
    )
    .bind(hand_in.attempt.as_str())
    .bind(hand_in.now)
    .bind(hand_in.hash.as_str())
    .bind(hand_in.transcript.as_str())
    .bind(hand_in.verdict)
    .bind(hand_in.why.as_str())
    .bind(late)
    .bind(score(0))
    .bind(score(1))
    .bind(score(2))
    .bind(score(3))
    .bind(no)
    .bind(receipt.text.as_str())
    .execute(&mut *conn)
    .await?;
    if let Some(scores) = hand_in.scores {
        let first = NewScore {
            attempt: hand_in.attempt.clone(),
            rules: hand_in.rules.clone(),
            voids: String::new(),
            scores,
            now: hand_in.now,
        };
        wrong::score(conn, &first).await?;
    }
    Ok(Done::Receipt {
        text: receipt.text,
        replayed: false,
    })
}
