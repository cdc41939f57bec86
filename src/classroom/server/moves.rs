//! "This is Ana again": a way into her seat from another device, as a link for a browser
//! or as a code for the game. The device that had the seat before has it no longer.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use tower_http::limit::RequestBodyLimitLayer;

use super::api::BODY;
use super::app::{App, now};
use super::board::{OnSeat, Page, page};
use super::pages::moves::{SeatCode, SeatLink};
use super::pages::{halves, qr};
use super::problem::{Answer, Problem};
use super::secret;
use super::store::{Back, Done, NewCode, SeatRow, StoreError, Write};
use crate::classroom::assignment::moment;

/// How long a seat's code works: time to say it and to type it.
const GOOD: i64 = 10 * 60_000;

/// Where the instructor gives a seat back.
pub fn board_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/classes/{id}/seats/{seat}/link", post(link))
        .route("/classes/{id}/seats/{seat}/code", post(code))
        .layer(RequestBodyLimitLayer::new(BODY))
}

/// A new token for the seat, to be opened in a browser.
async fn link(State(app): State<Arc<App>>, OnSeat { class, seat }: OnSeat) -> Page {
    let browsers = app.doors.for_browsers()?;
    let token = secret::token().map_err(|error| Problem::ours(&error))?;
    let write = Write::Token {
        seat: seat.id,
        token_hash: secret::hash(&token),
        now: now(),
    };
    app.store.write(write).await?;
    app.live(&class)?.tell();
    let link = format!("{browsers}/play#{token}");
    page(&SeatLink {
        id: class.id,
        name: seat.name,
        qr: qr(&link),
        link,
    })
}

/// A code for the seat, to be typed where a class's code is typed.
async fn code(State(app): State<Arc<App>>, OnSeat { class, seat }: OnSeat) -> Page {
    let code = secret::code(secret::SEAT_CODE).map_err(|error| Problem::ours(&error))?;
    let now = now();
    let write = Write::SeatCode(NewCode {
        seat: seat.id,
        code_hash: secret::hash(&code),
        good_until: now + GOOD,
        now,
    });
    app.store.write(write).await?;
    app.live(&class)?.tell();
    page(&SeatCode {
        id: class.id,
        name: seat.name,
        code: halves(&code),
        minutes: GOOD / 60_000,
        doors: app.doors.clone(),
    })
}

/// The hour at which a seat moved, for the board; empty if it never did.
pub fn at(moved_at: i64) -> String {
    let shown = moment(moved_at);
    let hour = shown.split(' ').next_back().filter(|_| moved_at > 0);
    hour.unwrap_or_default().to_owned()
}

/// What the instructor's tables say about it.
pub fn note(seat: &SeatRow) -> Option<String> {
    let at = moment(seat.moved_at);
    match seat.n_moves {
        0 => None,
        1 => Some(format!("the seat went to another device at {at}")),
        n => Some(format!(
            "the seat went to another device {n} times, last at {at}"
        )),
    }
}

/// Gives the seat that a code belongs to to whoever came with it.
///
/// # Errors
/// When there is no such code, or no longer.
pub async fn back(app: &App, code: &str, token: &str, plain: bool) -> Answer<SeatRow> {
    let none = || {
        let detail = "no seat has this code, or no longer: it works once, and for some minutes; \
                      ask your instructor for another one";
        Problem::new(StatusCode::NOT_FOUND, "no-seat-code", detail)
    };
    let done = app
        .store
        .write(Write::Back(Back {
            code_hash: secret::hash(code),
            token_hash: secret::hash(token),
            plain,
            now: now(),
        }))
        .await;
    match done {
        Ok(Done::Back(seat)) => app.store.seat(&seat).await?.ok_or_else(none),
        Ok(_) | Err(StoreError::Missing) => Err(none()),
        Err(error) => Err(error.into()),
    }
}
