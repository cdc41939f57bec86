//! Who is to come and who is to be forgotten: a roster with a card for everyone, and
//! erasing a person or a whole class.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use serde::Deserialize;
use tower_http::limit::RequestBodyLimitLayer;

use super::api::BODY;
use super::app::{App, now};
use super::board::{OnBoard, OnSeat, Page, back, page};
use super::pages::{Card, Cards, Delete, qr};
use super::problem::Problem;
use super::secret;
use super::store::{NewSeat, StoreError, Write};

/// Where the instructor does it.
pub fn board_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/classes/{id}/roster", post(roster))
        .route("/classes/{id}/seats/{seat}/erase", post(erase))
        .route("/classes/{id}/delete", get(whether).post(delete))
        .layer(RequestBodyLimitLayer::new(BODY))
}

#[derive(Deserialize)]
struct Names {
    names: String,
}

/// Seats for everyone on a list, with a card each. Names that cannot be are named.
async fn roster(
    State(app): State<Arc<App>>,
    OnBoard(class): OnBoard,
    Form(asked): Form<Names>,
) -> Page {
    if class.state == "closed" {
        let detail = "the class is over; open it again first";
        return Err(Problem::new(StatusCode::CONFLICT, "closed", detail).into());
    }
    let browsers = app.doors.for_browsers()?;
    let names = asked.names.lines().map(str::trim);
    let (mut cards, mut refused) = (Vec::new(), Vec::new());
    for name in names.filter(|name| !name.is_empty()) {
        let token = secret::token().map_err(|error| Problem::ours(&error))?;
        let seat = uuid::Uuid::new_v4().simple().to_string();
        let done = app
            .store
            .write(Write::Join(NewSeat {
                class: class.id.clone(),
                seat: seat.clone(),
                token_hash: secret::hash(&token),
                name: Some(name.to_owned()),
                chance: 0,
                plain: true,
                invited: true,
                now: now(),
            }))
            .await;
        match done {
            Ok(_) => {
                let link = format!("{browsers}/play#{token}");
                let seat = app.store.seat(&seat).await?;
                cards.push(Card {
                    name: name.to_owned(),
                    nickname: seat.map_or(String::new(), |seat| seat.nickname),
                    qr: qr(&link),
                    link,
                });
            }
            Err(StoreError::Conflict(_, why)) => refused.push((name.to_owned(), why)),
            Err(error) => return Err(error.into()),
        }
    }
    if cards.is_empty() && refused.is_empty() {
        let detail = "write the names down, one a line";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no-names", detail).into());
    }
    app.live(&class)?.tell();
    page(&Cards {
        id: class.id,
        title: class.title,
        cards,
        refused,
    })
}

async fn erase(State(app): State<Arc<App>>, OnSeat { class, seat }: OnSeat) -> Page {
    app.store.erase(&seat.id, now()).await?;
    back(&app, &class)
}

/// Deleting is asked for twice; this is the first time.
async fn whether(State(app): State<Arc<App>>, OnBoard(class): OnBoard) -> Page {
    let attempts = app.store.attempts(&class.id).await?;
    page(&Delete {
        n_people: app.store.seats(&class.id).await?.len(),
        n_done: attempts.iter().filter(|row| row.hash.is_some()).count(),
        id: class.id,
        title: class.title,
        state: class.state,
        revision: class.revision,
    })
}

#[derive(Deserialize)]
struct Revision {
    revision: i64,
}

async fn delete(
    State(app): State<Arc<App>>,
    OnBoard(class): OnBoard,
    Form(at): Form<Revision>,
) -> Page {
    let live = app.live(&class)?;
    app.store.delete(&class.id, at.revision, now()).await?;
    live.tell();
    Ok(Redirect::to("/").into_response())
}
