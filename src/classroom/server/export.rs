//! What can be downloaded of a class. A file is sent as it is made, an attempt after the
//! other, so that its size costs neither memory nor anybody's patience; one that breaks
//! off arrives broken, and never as if it were whole.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use hyper::body::{Body as HttpBody, Bytes, Frame};
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;

use super::app::{App, called};
use super::board::{OnBoard, Page};
use super::gists::Books;
use super::outcome::of_people;
use super::problem::Problem;
use super::{scores, wrong};
use crate::classroom::decisions::decisions;
use crate::classroom::judge::Verdict;
use crate::classroom::{tables, xapi};

/// Pieces that are made ahead of whoever reads them.
const AHEAD: usize = 4;

/// Where the instructor downloads.
pub fn board_routes() -> Router<Arc<App>> {
    Router::new().route("/classes/{id}/export/{file}", get(export))
}

/// A file that there is.
#[derive(Clone, Copy)]
enum File {
    Attempts,
    Turns,
    Decisions,
    Scores,
    Objections,
    ForAuthors,
    Results,
    Statements,
    Receipts,
    Aside,
}

const CSV: &str = "text/csv; charset=utf-8; header=present";
const JSON: &str = "application/json";

impl File {
    fn of(name: &str) -> Option<(Self, &'static str)> {
        Some(match name {
            "attempts.csv" => (File::Attempts, CSV),
            "turns.csv" => (File::Turns, CSV),
            "decisions.csv" => (File::Decisions, CSV),
            "scores.csv" => (File::Scores, CSV),
            "disagreements.csv" => (File::Objections, CSV),
            "disagreements.json" => (File::ForAuthors, JSON),
            "results.json" => (File::Results, JSON),
            "xapi.json" => (File::Statements, JSON),
            "receipts.json" => (File::Receipts, JSON),
            "aside.json" => (File::Aside, JSON),
            _ => return None,
        })
    }
}

async fn export(
    State(app): State<Arc<App>>,
    OnBoard(class): OnBoard,
    Path((_, name)): Path<(String, String)>,
) -> Page {
    let (file, kind) = File::of(&name).ok_or_else(Problem::not_found)?;
    let books = Books::open(&app, &class).await?;
    // The file's name is ours alone, so nothing that was typed gets into the header.
    let shown = format!("class-{}-{name}", &class.id[..8.min(class.id.len())]);
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{shown}\""),
        ),
    ];
    let (pieces, sent) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let out = Out(pieces);
        if let Err(End::Broken(problem)) = write(&app, &books, file, &out).await {
            anstream::eprintln!("server: {shown} breaks off: {}", problem.detail());
            _ = out.0.send(Err(Broken)).await;
        }
    });
    Ok((headers, Body::new(Sent(sent))).into_response())
}

/// A file that cannot be made to its end. The cause stands in the console.
#[derive(Debug, thiserror::Error)]
#[error("the file broke off")]
struct Broken;

/// The pieces of a file as they come.
struct Sent(mpsc::Receiver<Result<Bytes, Broken>>);

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0
            .poll_recv(cx)
            .map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// Why a file is not written on.
enum End {
    /// Nobody reads it any more.
    Gone,
    /// It cannot be made.
    Broken(Problem),
}

impl<E: Into<Problem>> From<E> for End {
    fn from(error: E) -> Self {
        End::Broken(error.into())
    }
}

/// Where a file is written to.
struct Out(mpsc::Sender<Result<Bytes, Broken>>);

impl Out {
    /// Sends a piece, when whoever reads has room for it.
    async fn send(&self, piece: impl Into<Bytes>) -> Result<(), End> {
        let piece = piece.into();
        if piece.is_empty() {
            return Ok(());
        }
        self.0.send(Ok(piece)).await.map_err(|_| End::Gone)
    }

    /// Sends the rows of a table.
    async fn rows<const N: usize>(
        &self,
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Result<(), End> {
        let mut table = tables::writer();
        for row in rows {
            table.write_record(row).map_err(ours)?;
        }
        self.send(tables::finish(table).map_err(ours)?).await
    }

    /// Sends the head of a table.
    async fn head<const N: usize>(&self, head: [&str; N]) -> Result<(), End> {
        self.rows([head.map(str::to_owned)]).await
    }
}

fn ours(error: impl std::fmt::Display) -> Problem {
    Problem::ours(&error)
}

async fn write(app: &App, books: &Books, file: File, out: &Out) -> Result<(), End> {
    match file {
        File::Attempts => {
            out.head(tables::ATTEMPT_COLUMNS).await?;
            for row in &books.rows {
                let read = app.read(&books.live, row, books.basis(row)).await?;
                let attempt = books.attempt(row, read);
                out.rows([tables::attempt_row(&attempt)]).await?;
            }
            Ok(())
        }
        File::Scores => {
            out.head(scores::SCORE_COLUMNS).await?;
            for row in &books.rows {
                out.rows(scores::rows(books, row)).await?;
            }
            Ok(())
        }
        File::Decisions => {
            let attempts = app.attempts(books).await?;
            let decisions = decisions(of_people(&attempts));
            out.send(tables::decisions_csv(&decisions).map_err(ours)?)
                .await
        }
        File::Objections => {
            let attempts = app.attempts(books).await?;
            out.send(wrong::objections_csv(app, books, &attempts).await?)
                .await
        }
        File::ForAuthors => {
            let attempts = app.attempts(books).await?;
            out.send(wrong::objections_file(app, books, &attempts).await?)
                .await
        }
        File::Turns => turns(app, books, out).await,
        File::Results => results(app, books, out).await,
        File::Statements => statements(app, books, out).await,
        File::Receipts => receipts(app, out).await,
        File::Aside => aside(app, books, out).await,
    }
}

async fn turns(app: &App, books: &Books, out: &Out) -> Result<(), End> {
    out.head(tables::TURN_COLUMNS).await?;
    for row in &books.rows {
        let Some((text, judged)) = app.again(&books.live, row, books.basis(row)).await? else {
            continue;
        };
        let taken = app.taken(&row.id, row.agreement).await?;
        let attempt = books.attempt(row, app.gist(&judged, &text, taken));
        if let Some(played) = &judged.played {
            let mut table = tables::writer();
            tables::turn_rows(&mut table, &attempt, played).map_err(ours)?;
            out.send(tables::finish(table).map_err(ours)?).await?;
        }
    }
    Ok(())
}

/// A list in JSON, an element a line.
struct List<'a> {
    out: &'a Out,
    n: usize,
}

impl List<'_> {
    async fn add(&mut self, element: &impl Serialize) -> Result<(), End> {
        let comma = if self.n > 0 { ",\n" } else { "" };
        let text = serde_json::to_string(element).map_err(ours)?;
        self.n += 1;
        self.out.send(format!("{comma}{text}")).await
    }
}

async fn results(app: &App, books: &Books, out: &Out) -> Result<(), End> {
    let class = &books.class;
    let assignment = &books.live.assignment;
    let mut head = json!({ "class": class.id, "title": class.title,
        "doctrine": assignment.doctrine.key(), "voids": wrong::voids_json(&books.voids), "scores": wrong::scores_json(books) });
    if let Some(seed) = assignment.written.seed {
        head["seed"] = seed.to_string().into();
    }
    let head = head.to_string();
    // The attempts are the last of its fields.
    let open = head.strip_suffix('}').unwrap_or(&head);
    out.send(format!("{open},\n\"attempts\":[\n")).await?;
    let mut list = List { out, n: 0 };
    for row in &books.rows {
        let again = app.again(&books.live, row, books.basis(row)).await?;
        let (attempt, played) = match again {
            Some((text, judged)) => {
                let taken = app.taken(&row.id, row.agreement).await?;
                let attempt = books.attempt(row, app.gist(&judged, &text, taken));
                (attempt, judged.played)
            }
            None => {
                let read = app.read(&books.live, row, books.basis(row)).await?;
                (books.attempt(row, read), None)
            }
        };
        let report = played.as_ref().map(|played| &played.report);
        list.add(&tables::attempt_json(&attempt, report)).await?;
    }
    out.send("\n]}\n").await
}

/// A class as xAPI statements. The class's own run is nobody's, and left out.
async fn statements(app: &App, books: &Books, out: &Out) -> Result<(), End> {
    let server = blake3::hash(app.public_key.as_bytes()).to_hex();
    let whole = super::app::class_seat(&books.class.id);
    out.send("[\n").await?;
    let mut list = List { out, n: 0 };
    for row in books.rows.iter().filter(|row| row.seat != whole) {
        let again = app.again(&books.live, row, books.basis(row)).await?;
        let Some((text, judged)) = again else {
            continue;
        };
        let Some(played) = &judged.played else {
            continue;
        };
        let scores = books.scores_of(row).iter().map(|score| xapi::Scored {
            n: score.n,
            made_at: score.made_at,
            voids: score.voids.clone(),
            scores: score.scores,
        });
        let scores: Vec<xapi::Scored> = scores.collect();
        let told = xapi::statements(&xapi::Attempt {
            id: &row.id,
            seat: &row.seat,
            class: &books.class.id,
            server: &server[..16],
            number: u32::try_from(row.number).unwrap_or(0),
            begun_at: row.begun_at,
            ended: judged.verdict == Verdict::Verified,
            transcript: &text,
            played,
            scores: &scores,
        });
        for statement in &told {
            list.add(statement).await?;
        }
    }
    out.send("\n]\n").await
}

/// What was handed in and counts for nothing, with why, as it came.
async fn aside(app: &App, books: &Books, out: &Out) -> Result<(), End> {
    out.send("[\n").await?;
    let mut list = List { out, n: 0 };
    for row in app.store.asides(&books.class.id).await? {
        let text = app.store.aside(&row.id).await?;
        list.add(&json!({
            "mark": called(&row.seat, &books.class.id, &books.seats),
            "attempt_id": row.attempt,
            "why": row.why,
            "received_at": tables::timestamp(row.received_at),
            "transcript": text,
        }))
        .await?;
    }
    out.send("\n]\n").await
}

/// Receipts are as they were signed: nothing is played again for them.
async fn receipts(app: &App, out: &Out) -> Result<(), End> {
    let receipts = app.store.receipts().await?;
    let receipts: Vec<serde_json::Value> = receipts
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect();
    let json = json!({ "public_key": app.public_key,
        "public_keys": app.store.signers().await?, "receipts": receipts });
    out.send(format!("{json:#}\n")).await
}
