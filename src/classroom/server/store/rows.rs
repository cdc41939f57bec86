//! What can be read of a store, as plain rows.

use sqlx::any::AnyRow;
use sqlx::{Error, Row};

use super::super::clock::{ClassClock, SeatClock};
use super::attempt::Late;
use super::sent::Agreement;
use super::{Store, StoreError};

/// A class.
#[derive(Clone, Debug)]
pub struct ClassRow {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its join code.
    pub code: String,
    /// What opens its projector view.
    pub projector: String,
    /// `lobby`, `running`, `paused` or `closed`.
    pub state: String,
    /// Whether people may join.
    pub joining: bool,
    /// `open` or `sealed`.
    pub mode: String,
    /// Whether the room reads the names that people typed.
    pub shows_names: bool,
    /// Its assignment, as text.
    pub assignment: String,
    /// When it was made, Unix milliseconds.
    pub created_at: i64,
    /// Grows with every change of the class itself.
    pub revision: i64,
    /// When it first began, Unix milliseconds.
    pub began_at: Option<i64>,
    /// Its time.
    pub clock: ClassClock,
    /// Nothing is left of it but receipts.
    pub deleted: bool,
}

/// A person of a class.
#[derive(Clone, Debug)]
pub struct SeatRow {
    /// Id of the seat.
    pub id: String,
    /// The class.
    pub class: String,
    /// Whether the instructor removed them.
    pub removed: bool,
    /// What they are called; empty when erased.
    pub name: String,
    /// What the room calls them; empty where the name was drawn, and is one.
    pub nickname: String,
    /// They typed the name themselves.
    pub typed: bool,
    /// It is nobody's: the class as a whole.
    pub whole: bool,
    /// Whoever had it was erased.
    pub erased: bool,
    /// When somebody was first here on it, Unix milliseconds.
    pub came_at: Option<i64>,
    /// When another server last heard of them, Unix milliseconds; 0 if none told.
    pub heard_at: i64,
    /// How often the seat went to another device.
    pub n_moves: i64,
    /// When it last did, Unix milliseconds; 0 if it never did.
    pub moved_at: i64,
    /// Their time.
    pub clock: SeatClock,
    /// Its token went over a line that is not encrypted.
    pub plain: bool,
}

impl SeatRow {
    /// What the room may read of them: a name that they typed only where the class shows
    /// names, and never one from a roster or from the instructor.
    pub fn on_the_wall(&self, class: &ClassRow) -> &str {
        if self.nickname.is_empty() || (class.shows_names && self.typed) {
            &self.name
        } else {
            &self.nickname
        }
    }
}

/// A transcript that belongs to something else than it says, and is kept aside.
#[derive(Clone, Debug)]
pub struct AsideRow {
    /// Its id.
    pub id: String,
    /// The seat that handed it in.
    pub seat: String,
    /// The attempt it claims to be.
    pub attempt: String,
    /// Why it is kept aside.
    pub why: String,
    /// When it came, Unix milliseconds.
    pub received_at: i64,
}

/// An attempt.
#[derive(Clone, Debug)]
pub struct AttemptRow {
    /// Its id.
    pub id: String,
    /// The seat.
    pub seat: String,
    /// Id of the scenario.
    pub scenario: String,
    /// Its number, from 1.
    pub number: i64,
    /// `browser` or `file`.
    pub source: String,
    /// When it was begun or first seen, Unix milliseconds.
    pub begun_at: i64,
    /// Hash of its bytes, once handed in.
    pub hash: Option<String>,
    /// Whether it came late.
    pub late: Late,
    /// The receipt.
    pub receipt: Option<String>,
    /// Some of it went over a line that is not encrypted.
    pub plain: bool,
    /// What had been sent of it before it was handed in.
    pub agreement: Agreement,
    /// The instructor handed it in, as far as it had come.
    pub cut: bool,
}

impl AttemptRow {
    /// Whether a program plays it and has not handed it in.
    pub fn is_open_elsewhere(&self) -> bool {
        self.hash.is_none() && self.source == "file"
    }

    /// Whether it is stepped here and not over.
    pub fn is_open_here(&self) -> bool {
        self.hash.is_none() && self.source == "browser"
    }

    /// Where it was played, in words.
    pub fn played_in(&self) -> &'static str {
        match (self.source.as_str(), self.plain) {
            ("browser", true) => "in a browser",
            (_, false) => "in the game",
            (_, true) => "in a program, not encrypted",
        }
    }
}

const CLASS: &str = "SELECT id, title, code, projector, state, joining, mode, assignment, \
                     created_at, revision, began_at, limit_ms, spent_ms, ticked_at, \
                     COALESCE(deleted_at, 0), shows_names FROM class";

/// The time of a class that is in a state: three columns, from the one named.
pub(super) fn clock(row: &AnyRow, first: usize, state: &str) -> Result<ClassClock, Error> {
    Ok(ClassClock {
        running: state == "running",
        limit: row.try_get(first)?,
        spent: row.try_get(first + 1)?,
        ticked_at: row.try_get(first + 2)?,
    })
}

fn class(row: &AnyRow) -> Result<ClassRow, Error> {
    let state: String = row.try_get(4)?;
    Ok(ClassRow {
        id: row.try_get(0)?,
        title: row.try_get(1)?,
        code: row.try_get(2)?,
        projector: row.try_get(3)?,
        clock: clock(row, 11, &state)?,
        state,
        joining: row.try_get::<i64, _>(5)? != 0,
        mode: row.try_get(6)?,
        assignment: row.try_get(7)?,
        created_at: row.try_get(8)?,
        revision: row.try_get(9)?,
        began_at: row.try_get(10)?,
        deleted: row.try_get::<i64, _>(14)? != 0,
        shows_names: row.try_get::<i64, _>(15)? != 0,
    })
}

const SEAT: &str = "SELECT seat.id, seat.class_id, seat.removed, \
                    COALESCE(seat_name.name, ''), seat.whole, \
                    COALESCE(seat.erased_at, 0), seat.came_at, seat.came_ms, \
                    seat.allowance, seat.granted_ms, seat.away_ms, seat.heard_ms, \
                    seat.plain, \
                    COALESCE(seat_name.nickname, ''), seat.heard_at, \
                    (SELECT count(*) FROM seat_move WHERE seat_move.seat_id = seat.id), \
                    (SELECT COALESCE(MAX(moved_at), 0) FROM seat_move \
                     WHERE seat_move.seat_id = seat.id), \
                    COALESCE(seat_name.typed, 0) FROM seat \
                    LEFT JOIN seat_name ON seat_name.seat_id = seat.id";

fn seat(row: &AnyRow) -> Result<SeatRow, Error> {
    let came_at: Option<i64> = row.try_get(6)?;
    let came_ms: i64 = row.try_get(7)?;
    Ok(SeatRow {
        id: row.try_get(0)?,
        class: row.try_get(1)?,
        removed: row.try_get::<i64, _>(2)? != 0,
        name: row.try_get(3)?,
        nickname: row.try_get(13)?,
        typed: row.try_get::<i64, _>(17)? != 0,
        whole: row.try_get::<i64, _>(4)? != 0,
        erased: row.try_get::<i64, _>(5)? != 0,
        came_at,
        heard_at: row.try_get(14)?,
        n_moves: row.try_get(15)?,
        moved_at: row.try_get(16)?,
        clock: SeatClock {
            allowance: row.try_get(8)?,
            granted: row.try_get(9)?,
            away: row.try_get(10)?,
            heard: row.try_get(11)?,
            came: came_at.map(|_| came_ms),
        },
        plain: row.try_get::<i64, _>(12)? != 0,
    })
}

const ATTEMPT: &str = "SELECT id, seat_id, scenario, number, source, begun_at, hash, late, \
                       receipt, plain, sent, differs_at, timed, cut FROM attempt";

fn attempt(row: &AnyRow) -> Result<AttemptRow, Error> {
    Ok(AttemptRow {
        id: row.try_get(0)?,
        seat: row.try_get(1)?,
        scenario: row.try_get(2)?,
        number: row.try_get(3)?,
        source: row.try_get(4)?,
        begun_at: row.try_get(5)?,
        hash: row.try_get(6)?,
        late: Late::of(row.try_get(7)?),
        receipt: row.try_get(8)?,
        plain: row.try_get::<i64, _>(9)? != 0,
        agreement: Agreement {
            n_lines: row.try_get(10)?,
            differs_at: row.try_get(11)?,
            timed: row.try_get::<i64, _>(12)? != 0,
        },
        cut: row.try_get::<i64, _>(13)? != 0,
    })
}

/// Queries are constants joined by us; values are always bound.
fn sql(head: &str, tail: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("{head} {tail}"))
}

impl Store {
    pub(super) async fn one(
        &self,
        head: &str,
        tail: &str,
        bound: &str,
    ) -> Result<Option<AnyRow>, StoreError> {
        let query = sqlx::query(sql(head, tail)).bind(bound.to_owned());
        Ok(query.fetch_optional(&self.read).await?)
    }

    pub(super) async fn many(
        &self,
        head: &str,
        tail: &str,
        bound: &str,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let query = sqlx::query(sql(head, tail)).bind(bound.to_owned());
        Ok(query.fetch_all(&self.read).await?)
    }

    /// All classes, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read; so for all that follow.
    pub async fn classes(&self) -> Result<Vec<ClassRow>, StoreError> {
        let rows = self
            .many(
                CLASS,
                "WHERE id <> $1 AND deleted_at IS NULL ORDER BY created_at DESC",
                "",
            )
            .await?;
        Ok(rows.iter().map(class).collect::<Result<_, _>>()?)
    }

    /// The classes whose time is passing.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn ticking(&self) -> Result<Vec<ClassRow>, StoreError> {
        let tail = "WHERE id <> $1 AND state = 'running' AND limit_ms > 0 AND deleted_at IS NULL";
        let rows = self.many(CLASS, tail, "").await?;
        let mut rows: Vec<ClassRow> = rows.iter().map(class).collect::<Result<_, _>>()?;
        rows.retain(|row| row.clock.ticks());
        Ok(rows)
    }

    /// The classes that are over, but for runs that are stepped here and not ended.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn closed_with_open_runs(&self) -> Result<Vec<ClassRow>, StoreError> {
        let tail = "WHERE id <> $1 AND state = 'closed' AND deleted_at IS NULL AND EXISTS
                    (SELECT 1 FROM attempt WHERE attempt.class_id = class.id
                     AND attempt.hash IS NULL AND attempt.source = 'browser')";
        let rows = self.many(CLASS, tail, "").await?;
        Ok(rows.iter().map(class).collect::<Result<_, _>>()?)
    }

    /// The class with this id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn class(&self, id: &str) -> Result<Option<ClassRow>, StoreError> {
        let row = self.one(CLASS, "WHERE id = $1", id).await?;
        Ok(row.as_ref().map(class).transpose()?)
    }

    /// The class with this join code.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn class_by_code(&self, code: &str) -> Result<Option<ClassRow>, StoreError> {
        let row = self.one(CLASS, "WHERE code = $1", code).await?;
        Ok(row.as_ref().map(class).transpose()?)
    }

    /// The class with this projector view.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn class_by_projector(&self, token: &str) -> Result<Option<ClassRow>, StoreError> {
        let row = self.one(CLASS, "WHERE projector = $1", token).await?;
        Ok(row.as_ref().map(class).transpose()?)
    }

    /// The seat whose token has this hash.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn seat_by_token(&self, hash: &str) -> Result<Option<SeatRow>, StoreError> {
        let row = self.one(SEAT, "WHERE seat.token_hash = $1", hash).await?;
        Ok(row.as_ref().map(seat).transpose()?)
    }

    /// The seat with this id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn seat(&self, id: &str) -> Result<Option<SeatRow>, StoreError> {
        let row = self.one(SEAT, "WHERE seat.id = $1", id).await?;
        Ok(row.as_ref().map(seat).transpose()?)
    }

    /// The people of a class, in the order they came.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn seats(&self, class: &str) -> Result<Vec<SeatRow>, StoreError> {
        let tail = "WHERE seat.class_id = $1 AND seat.whole = 0 ORDER BY seat.joined_at, seat.id";
        let rows = self.many(SEAT, tail, class).await?;
        Ok(rows.iter().map(seat).collect::<Result<_, _>>()?)
    }

    /// The attempts of a class, in the order they were begun.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn attempts(&self, class: &str) -> Result<Vec<AttemptRow>, StoreError> {
        let tail = "WHERE class_id = $1 ORDER BY begun_at, id";
        let rows = self.many(ATTEMPT, tail, class).await?;
        Ok(rows.iter().map(attempt).collect::<Result<_, _>>()?)
    }

    /// The attempts of a person.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn attempts_of(&self, seat: &str) -> Result<Vec<AttemptRow>, StoreError> {
        let tail = "WHERE seat_id = $1 ORDER BY begun_at, id";
        let rows = self.many(ATTEMPT, tail, seat).await?;
        Ok(rows.iter().map(attempt).collect::<Result<_, _>>()?)
    }

    /// The attempt with this id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn attempt(&self, id: &str) -> Result<Option<AttemptRow>, StoreError> {
        let row = self.one(ATTEMPT, "WHERE id = $1", id).await?;
        Ok(row.as_ref().map(attempt).transpose()?)
    }

    /// The bytes of an attempt, once it is handed in.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn transcript(&self, attempt: &str) -> Result<Option<String>, StoreError> {
        let head = "SELECT transcript FROM attempt";
        let row = self.one(head, "WHERE id = $1", attempt).await?;
        Ok(row.map_or(Ok(None), |row| row.try_get(0))?)
    }

    /// How many lines a run in a browser has.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn n_lines(&self, attempt: &str) -> Result<i64, StoreError> {
        let tail = "WHERE attempt_id = $1";
        let row = self.one("SELECT count(*) FROM turn", tail, attempt).await?;
        Ok(row.map_or(Ok(0), |row| row.try_get(0))?)
    }

    /// The lines of a run in a browser, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn lines(&self, attempt: &str) -> Result<Vec<String>, StoreError> {
        let tail = "WHERE attempt_id = $1 ORDER BY n";
        let rows = self.many("SELECT line FROM turn", tail, attempt).await?;
        let lines = rows.iter().map(|row| row.try_get(0));
        Ok(lines.collect::<Result<_, _>>()?)
    }

    /// Every receipt, in the order of the chain.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn receipts(&self) -> Result<Vec<String>, StoreError> {
        let tail = "WHERE receipt <> $1 ORDER BY receipt_no";
        let rows = self.many("SELECT receipt FROM attempt", tail, "").await?;
        let texts = rows.iter().map(|row| row.try_get(0));
        Ok(texts.collect::<Result<_, _>>()?)
    }

    /// What is kept aside in a class, in the order it came.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn asides(&self, class: &str) -> Result<Vec<AsideRow>, StoreError> {
        let head = "SELECT id, seat_id, attempt_id, why, received_at FROM rejected";
        let tail = "WHERE class_id = $1 ORDER BY received_at, id";
        let rows = self.many(head, tail, class).await?;
        let aside = |row: &AnyRow| {
            Ok::<_, Error>(AsideRow {
                id: row.try_get(0)?,
                seat: row.try_get(1)?,
                attempt: row.try_get(2)?,
                why: row.try_get(3)?,
                received_at: row.try_get(4)?,
            })
        };
        Ok(rows.iter().map(aside).collect::<Result<_, _>>()?)
    }

    /// The bytes of something that is kept aside.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn aside(&self, id: &str) -> Result<Option<String>, StoreError> {
        let head = "SELECT transcript FROM rejected";
        let row = self.one(head, "WHERE id = $1", id).await?;
        Ok(row.map_or(Ok(None), |row| row.try_get(0))?)
    }

    /// How many transcripts of a class are kept aside.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn n_rejected(&self, class: &str) -> Result<usize, StoreError> {
        let tail = "WHERE class_id = $1";
        let row = self
            .one("SELECT count(*) FROM rejected", tail, class)
            .await?;
        let n: i64 = row.map_or(Ok(0), |row| row.try_get(0))?;
        Ok(usize::try_from(n).unwrap_or(0))
    }
}
