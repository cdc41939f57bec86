//! All rows of a store, from one database into an empty one: between a file and a
//! PostgreSQL, whose tables are the same.

use anyhow::{Context, bail};
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::MIGRATIONS;

/// A table, as the file's own catalogue has it.
struct Table {
    name: String,
    /// Name, and whether it holds text; all others hold numbers.
    columns: Vec<(String, bool)>,
}

/// Which side of a copy is the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is read.
    From,
    /// What is written.
    To,
}

/// Whether a database has the tables of this release, and not those of another.
///
/// # Errors
/// When it has not; says what to do.
pub async fn is_current(conn: &mut AnyConnection) -> anyhow::Result<()> {
    let newest = MIGRATIONS.iter().map(|step| step.version).max();
    let here: i64 = sqlx::query("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(&mut *conn)
        .await
        .context("it holds no classes")?
        .try_get(0)?;
    if Some(here) != newest {
        bail!("its tables are another release's; start a server of this release on it once");
    }
    Ok(())
}

/// Copies every row. Both have this release's tables; `to` has no classes yet.
///
/// # Errors
/// When either cannot be used.
pub async fn copy(
    from: &mut AnyConnection,
    to: &mut AnyConnection,
    file: Side,
) -> anyhow::Result<()> {
    let tables = tables(if file == Side::From {
        &mut *from
    } else {
        &mut *to
    })
    .await?;
    // What the tables were made with.
    sqlx::query("DELETE FROM chain").execute(&mut *to).await?;
    for table in &tables {
        let names: Vec<&str> = table
            .columns
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let names = names.join(", ");
        let places: Vec<String> = (1..=table.columns.len()).map(|n| format!("${n}")).collect();
        // Names come from the catalogue of our own tables; values are always bound.
        let read = AssertSqlSafe(format!("SELECT {names} FROM {}", table.name));
        let write = format!(
            "INSERT INTO {} ({names}) VALUES ({})",
            table.name,
            places.join(", ")
        );
        for row in sqlx::query(read).fetch_all(&mut *from).await? {
            let mut insert = sqlx::query(AssertSqlSafe(write.clone()));
            for (n, (_, is_text)) in table.columns.iter().enumerate() {
                insert = if *is_text {
                    insert.bind(row.try_get::<Option<String>, _>(n)?)
                } else {
                    insert.bind(row.try_get::<Option<i64>, _>(n)?)
                };
            }
            let written = insert.execute(&mut *to).await;
            written.with_context(|| format!("cannot copy the table {}", table.name))?;
        }
    }
    Ok(())
}

/// The tables of a file in the order they were made, so that a row that others name comes
/// before them.
async fn tables(conn: &mut AnyConnection) -> anyhow::Result<Vec<Table>> {
    let names = sqlx::query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'
         AND name NOT IN ('_sqlx_migrations', 'backup') ORDER BY rowid",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut tables = Vec::with_capacity(names.len());
    for name in names {
        let name: String = name.try_get(0)?;
        let rows = sqlx::query("SELECT name, type FROM pragma_table_info($1)")
            .bind(name.as_str())
            .fetch_all(&mut *conn)
            .await?;
        let mut columns = Vec::with_capacity(rows.len());
        for row in rows {
            columns.push((row.try_get(0)?, row.try_get::<String, _>(1)? == "TEXT"));
        }
        tables.push(Table { name, columns });
    }
    Ok(tables)
}
