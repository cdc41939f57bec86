//! Stores of older releases, brought up to date in a file and in a PostgreSQL: what they
//! hold means the same afterwards.

mod server;

use std::fs;
use std::path::Path;

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};

use server::folder;
use server::postgres::Postgres;

/// The steps, in order: number and text.
fn steps() -> Vec<(u32, String)> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src/classroom/server/store/migrations");
    let files = fs::read_dir(folder).expect("there are steps");
    let mut steps: Vec<(u32, String)> = files
        .map(|file| file.expect("an entry").path())
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let number = name[..4].parse().expect("a number of four digits");
            (number, fs::read_to_string(path).expect("text"))
        })
        .collect();
    steps.sort();
    let numbers: Vec<u32> = steps.iter().map(|step| step.0).collect();
    let all: Vec<u32> = (1..=numbers.len() as u32).collect();
    assert_eq!(numbers, all, "no number is left out or taken twice");
    steps
}

/// A class of an older release: one who typed a name, two of a roster, one of whom has
/// come, and a run that was handed in before scores had rows of their own.
const BEFORE: [&str; 6] = [
    "INSERT INTO class (id, title, code, projector, state, joining, mode, assignment, created_at,
     revision) VALUES ('c', 'Old', 'AAAAAA', 'P', 'running', 1, 'sealed', '{}', 5, 1)",
    "INSERT INTO seat (id, class_id, token_hash, removed, joined_at) VALUES
     ('s1', 'c', 'h1', 0, 10), ('s2', 'c', 'h2', 0, 10), ('s3', 'c', 'h3', 0, 10)",
    "INSERT INTO seat_name (seat_id, class_id, name, likeness) VALUES
     ('s1', 'c', 'Zoe', 'zoe'), ('s2', 'c', 'Ana Bright', 'anabright'), ('s3', 'c', 'Ben', 'ben')",
    "INSERT INTO attempt (id, class_id, seat_id, scenario, number, seed, source, begun_at,
     received_at, hash, transcript, verdict, satisfaction, conduct, total, passed, receipt_no,
     receipt) VALUES ('a', 'c', 's1', 'late-part', 1, 'S', 'browser', 11, 12, 'h', 't',
     'verified', 500, 600, 550, 1, 1, '{}')",
    "INSERT INTO attempt (id, class_id, seat_id, scenario, number, seed, source, begun_at)
     VALUES ('b', 'c', 's2', 'late-part', 1, 'S', 'browser', 11)",
    "UPDATE chain SET receipt_no = 1, hash = 'x'",
];

/// What only releases with a time for everyone knew: who of a roster has come.
const COME: [&str; 2] = [
    "UPDATE seat SET came_at = NULL WHERE id = 's3'",
    "UPDATE seat SET came_at = 99 WHERE id = 's2'",
];

/// A seat code that waits to be used while the release changes.
const CODE: &str = "INSERT INTO seat_code (seat_id, code_hash, good_until) VALUES ('s1', 'k', 9)";

async fn brought_up_to_date(url: &str) {
    let mut conn = AnyConnection::connect(url).await.expect("a store");
    for (number, step) in steps() {
        if number == 2 {
            for order in BEFORE {
                sqlx::query(order).execute(&mut conn).await.expect("SQL");
            }
        }
        if number == 6 {
            for order in COME {
                sqlx::query(order).execute(&mut conn).await.expect("SQL");
            }
        }
        if number == 13 {
            sqlx::query(CODE).execute(&mut conn).await.expect("SQL");
        }
        let done = sqlx::raw_sql(AssertSqlSafe(step)).execute(&mut conn).await;
        done.unwrap_or_else(|error| panic!("step {number}: {error}"));
    }
    let nicknames: Vec<String> = sqlx::query("SELECT nickname FROM seat_name ORDER BY seat_id")
        .fetch_all(&mut conn)
        .await
        .expect("rows")
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(nicknames[0], "", "who typed a name is called by it");
    assert!(nicknames[1..].iter().all(|name| name.starts_with("Guest ")));
    assert_ne!(nicknames[1], nicknames[2]);
    // A class that was there goes on showing what it showed.
    let row = sqlx::query(
        "SELECT shows_names, (SELECT count(*) FROM seat_name WHERE typed = 1) FROM class",
    )
    .fetch_one(&mut conn)
    .await
    .expect("a row");
    assert_eq!((row.get::<i64, _>(0), row.get::<i64, _>(1)), (1, 1));
    let row = sqlx::query("SELECT attempt_id, n, conduct, total, passed FROM score")
        .fetch_one(&mut conn)
        .await
        .expect("the one that was handed in");
    let (attempt, n, conduct): (String, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((attempt.as_str(), n, conduct), ("a", 1, 600));
    let row = sqlx::query("SELECT code_hash, used_by FROM seat_code")
        .fetch_one(&mut conn)
        .await
        .expect("the code");
    let (code, used_by): (String, String) = (row.get(0), row.get(1));
    assert_eq!(
        (code.as_str(), used_by.as_str()),
        ("k", ""),
        "nobody used it"
    );
    // What came before two ports was in a browser, and nothing of it is encrypted.
    let row = sqlx::query("SELECT count(*) FROM seat WHERE plain = 1 AND allowance = 100")
        .fetch_one(&mut conn)
        .await
        .expect("a row");
    assert_eq!(row.get::<i64, _>(0), 3);
    conn.close().await.expect("it closes");
}

#[test]
fn an_older_store_means_the_same_afterwards() {
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let file = folder("migrations").join("class.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    runtime.block_on(brought_up_to_date(&url));
    if let Some(postgres) = Postgres::start("migrations") {
        let url = postgres.database("classes");
        runtime.block_on(brought_up_to_date(&url));
    }
}
