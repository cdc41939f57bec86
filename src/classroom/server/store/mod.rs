//! What a server remembers: SQLite in a file, or PostgreSQL by address. One task
//! writes, in groups; a job is answered only after the commit that holds it.

mod apply;
mod attempt;
mod class;
pub mod copy;
mod moves;
pub mod people;
mod rows;
mod seat;
mod sent;
mod servers;
mod vote;
mod wrong;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Row};
use tokio::sync::{mpsc, oneshot};

pub use apply::{Done, Write};
pub use attempt::{Aside, BEGUN, Begun, HandIn, Late, NewLine};
pub use class::{Change, NewClass, NewTime};
pub use moves::{Back, NewCode};
pub use rows::{AttemptRow, ClassRow, SeatRow};
pub use seat::NewSeat;
pub use sent::{Agreement, Begins, Sent, SentLine, goes_on_here, handed_in};
pub use vote::{Ballot, NewStage, Stage, VoteRow};
pub use wrong::{
    NewObjection, NewScore, NewVoid, OTHER_SCORE, OTHER_VOIDS, ObjectionRow, ScoreRow, VoidRow,
};

use super::receipt::Key;
use crate::classroom::inert;

/// How its tables came to be, step by step.
pub static MIGRATIONS: sqlx::migrate::Migrator =
    sqlx::migrate!("src/classroom/server/store/migrations");

/// Jobs that share one commit at most.
const GROUP: usize = 64;
/// Jobs that may wait; beyond, the server says it is busy.
const WAITING: usize = 1_024;
/// How long a commit waits for another process's.
const BUSY: Duration = Duration::from_secs(5);

/// Why a job was not done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It does not fit what is there: a word for programs and a sentence for people.
    #[error("{1}")]
    Conflict(&'static str, String),
    /// What it names is not there.
    #[error("there is no such thing")]
    Missing,
    /// The store cannot be reached, is full or cannot be written.
    #[error("the class's store cannot be used: {0}")]
    Unavailable(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        StoreError::Unavailable(error.to_string())
    }
}

/// Connections that read at once: on a machine that is busy with other things each read
/// waits for its turn, and with a few of them two hundred people wait for each other.
const READERS: u32 = 16;

/// Names the lock of the writers on a PostgreSQL.
pub const LOCK: i64 = 0x5A71_5FAC;

struct Job {
    write: Write,
    answer: oneshot::Sender<Result<Done, StoreError>>,
}

/// The store of a server. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    read: AnyPool,
    jobs: mpsc::Sender<Job>,
    /// The list of who was erased.
    erased: Arc<PathBuf>,
    /// Whether other processes may serve the same classes.
    shared: bool,
    /// What this process is called in the store.
    server: Arc<str>,
}

impl Store {
    /// Opens a store, brings its tables up to date, and starts its writer.
    /// `url` is that of a PostgreSQL; without it the file `class.db` in `folder` is used.
    /// Without a key nothing can be handed in.
    ///
    /// # Errors
    /// When it cannot be opened, or was made by a newer release.
    pub async fn open(folder: &Path, url: Option<&str>, key: Option<Key>) -> anyhow::Result<Self> {
        sqlx::any::install_default_drivers();
        let url = match url {
            Some(url) => url.to_owned(),
            None => sqlite_url(&folder.join("class.db")),
        };
        let sqlite = url.starts_with("sqlite:");
        if sqlite {
            let file = folder.join("class.db");
            own(&file).with_context(|| format!("cannot make {}", file.display()))?;
        }
        let options = AnyConnectOptions::from_str(&url)
            .context("that is no address of a database")?
            .disable_statement_logging();
        let mut conn = connect(&options, sqlite)
            .await
            .context("cannot open the class's store")?;
        if sqlite {
            let state: (String,) = sqlx::query_as("PRAGMA quick_check")
                .fetch_one(&mut conn)
                .await?;
            if state.0 != "ok" {
                anyhow::bail!(
                    "{} is damaged ({}); move it away, or put a copy back in its place",
                    folder.join("class.db").display(),
                    state.0
                );
            }
        }
        MIGRATIONS
            .run(&mut conn)
            .await
            .with_context(|| match sqlite {
                true => format!(
                    "cannot bring {} up to date",
                    folder.join("class.db").display()
                ),
                false => "cannot bring the class's store up to date".to_owned(),
            })?;
        let erased = Arc::new(people::list(folder));
        people::complete(&mut conn, &erased)
            .await
            .context("cannot write down who was erased")?;
        let n_again = people::again(&mut conn, &erased, super::app::now())
            .await
            .context("cannot erase again who was erased")?;
        let mut traces = false;
        if sqlite {
            // What an older process could not empty is emptied now.
            let anew = n_again > 0 || has_traces(&mut conn).await?;
            traces = !leave_no_trace(&mut conn, anew).await && anew;
            if let Err(error) = people::from_copies(&erased, super::app::now()).await {
                anstream::eprintln!("server: {}", inert::line(&format!("{error:#}")));
            }
        }
        servers::enter(&mut conn, key.as_ref(), super::app::now()).await?;
        let server: Arc<str> = uuid::Uuid::new_v4().to_string().into();
        let read = AnyPoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(BUSY)
            .after_connect(move |conn, _| Box::pin(prepare(conn, sqlite)))
            .connect_with(options.clone())
            .await?;
        let (jobs, waiting) = mpsc::channel(WAITING);
        let writer = Writer {
            conn: Some(conn),
            options,
            sqlite,
            // One server alone tells its pages by itself.
            tells: (!sqlite || key.is_none()).then(|| Arc::clone(&server)),
            traces,
            key,
        };
        tokio::spawn(writer.run(waiting));
        Ok(Store {
            read,
            jobs,
            erased,
            shared: !sqlite,
            server,
        })
    }

    /// Whether other processes may serve the same classes.
    pub fn shared(&self) -> bool {
        self.shared
    }

    /// Does one thing and answers when it is committed.
    ///
    /// # Errors
    /// When it does not fit what is there, or the store cannot be written.
    pub async fn write(&self, write: Write) -> Result<Done, StoreError> {
        let (answer, answered) = oneshot::channel();
        let busy = || StoreError::Unavailable("too much is waiting to be written".into());
        self.jobs
            .try_send(Job { write, answer })
            .map_err(|_| busy())?;
        let gone = || StoreError::Unavailable("its writer has stopped".into());
        answered.await.map_err(|_| gone())?
    }
}

/// Makes the file of a store, if there is none: it holds names, so it is its owner's
/// alone. SQLite's own files beside it follow it.
fn own(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// The address of an SQLite file, whatever its path holds.
pub fn sqlite_url(path: &Path) -> String {
    let mut url = String::from("sqlite://");
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            url.push(byte as char);
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url.push_str("?mode=rwc");
    url
}

async fn connect(options: &AnyConnectOptions, sqlite: bool) -> Result<AnyConnection, sqlx::Error> {
    let mut conn = AnyConnection::connect_with(options).await?;
    prepare(&mut conn, sqlite).await?;
    Ok(conn)
}

/// Durable across a power cut: the journal is synced at every commit.
async fn prepare(conn: &mut AnyConnection, sqlite: bool) -> Result<(), sqlx::Error> {
    if sqlite {
        // The time to wait comes first, because changing the journal may have to wait.
        for pragma in [
            "PRAGMA busy_timeout = 5000",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            "PRAGMA trusted_schema = OFF",
            "PRAGMA secure_delete = ON",
            // A system keeps what was read of a file; sixteen readers need not keep it too.
            "PRAGMA cache_size = -256",
            // What is sorted and rewritten on the way leaves nothing on a disk either.
            "PRAGMA temp_store = MEMORY",
        ] {
            sqlx::query(pragma).execute(&mut *conn).await?;
        }
    }
    Ok(())
}

/// Whether somebody was erased, and what they left between rows may still be there: a
/// number of the file's head that SQLite keeps for its users, changed with the rows.
async fn has_traces(conn: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("PRAGMA user_version").fetch_one(conn).await?;
    Ok(row.try_get::<i64, _>(0)? != 0)
}

/// What was deleted is zeroed in the file; if it was a person, the file is also written
/// anew without what it may have left between its rows. Then it is gone from the journal
/// too. Returns whether it is: a reader may have been in the way.
async fn leave_no_trace(conn: &mut AnyConnection, anew: bool) -> bool {
    if anew && sqlx::query("VACUUM").execute(&mut *conn).await.is_err() {
        return false;
    }
    let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(&mut *conn)
        .await;
    // The first column says whether somebody was in the way.
    let emptied = emptied.is_ok_and(|row| row.try_get::<i64, _>(0).is_ok_and(|busy| busy == 0));
    let clean = "PRAGMA user_version = 0";
    emptied && (!anew || sqlx::query(clean).execute(&mut *conn).await.is_ok())
}

struct Writer {
    conn: Option<AnyConnection>,
    options: AnyConnectOptions,
    sqlite: bool,
    key: Option<Key>,
    /// The name under which others are told of changes, if there may be others.
    tells: Option<Arc<str>>,
    /// Somebody was erased, and their traces are not gone yet.
    traces: bool,
}

impl Writer {
    async fn run(mut self, mut waiting: mpsc::Receiver<Job>) {
        while let Some(first) = waiting.recv().await {
            let mut group = vec![first];
            while group.len() < GROUP
                && let Ok(job) = waiting.try_recv()
            {
                group.push(job);
            }
            let (writes, answers): (Vec<_>, Vec<_>) =
                group.into_iter().map(|job| (job.write, job.answer)).unzip();
            match self.group(&writes).await {
                Ok(outcomes) => {
                    for (answer, outcome) in answers.into_iter().zip(outcomes) {
                        // Whoever asked may have gone; what is committed stays.
                        _ = answer.send(outcome);
                    }
                }
                Err(error) => {
                    // The connection may be broken; the next group opens another.
                    self.conn = None;
                    for answer in answers {
                        _ = answer.send(Err(StoreError::Unavailable(error.to_string())));
                    }
                }
            }
        }
    }

    /// One transaction; each job has a savepoint of its own, so one that does not fit
    /// leaves no trace and the others stand.
    async fn group(
        &mut self,
        writes: &[Write],
    ) -> Result<Vec<Result<Done, StoreError>>, sqlx::Error> {
        if self.conn.is_none() {
            self.conn = Some(connect(&self.options, self.sqlite).await?);
        }
        let Some(conn) = &mut self.conn else {
            return Err(sqlx::Error::PoolClosed);
        };
        let begin = if self.sqlite {
            "BEGIN IMMEDIATE"
        } else {
            "BEGIN"
        };
        sqlx::query(begin).execute(&mut *conn).await?;
        if !self.sqlite {
            // One writer at a time, as SQLite has by itself: what a job reads stays as it
            // is until it has written, whatever other processes serve the same classes.
            let turn = "SELECT 1 FROM pg_advisory_xact_lock($1)";
            sqlx::query(turn).bind(LOCK).execute(&mut *conn).await?;
        }
        let mut outcomes = Vec::with_capacity(writes.len());
        for write in writes {
            sqlx::query("SAVEPOINT job").execute(&mut *conn).await?;
            let outcome = apply::apply(conn, write, self.key.as_ref()).await;
            if outcome.is_err() {
                sqlx::query("ROLLBACK TO SAVEPOINT job")
                    .execute(&mut *conn)
                    .await?;
            }
            sqlx::query("RELEASE SAVEPOINT job")
                .execute(&mut *conn)
                .await?;
            outcomes.push(outcome);
        }
        if let Some(server) = &self.tells
            && writes.iter().any(servers::is_news)
        {
            servers::count(conn, server, super::app::now()).await?;
        }
        let gone = |w: &Write| matches!(w, Write::Erase { .. } | Write::Delete { .. });
        let traces = self.sqlite && writes.iter().any(gone);
        if traces {
            sqlx::query("PRAGMA user_version = 1")
                .execute(&mut *conn)
                .await?;
        }
        sqlx::query("COMMIT").execute(&mut *conn).await?;
        self.traces |= traces;
        if self.traces {
            // If it cannot be done now, the next group tries again.
            self.traces = !leave_no_trace(conn, true).await;
        }
        Ok(outcomes)
    }
}
