//! Play in a trainee's program, over the encrypted port alone: it gets what there is to
//! perceive as words and integers, and draws and speaks by itself.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;
use tower_http::limit::RequestBodyLimitLayer;

use super::api::{Asked, BODY, Json, as_json, read_json};
use super::app::{App, Seated};
use super::guard::Port;
use super::pages::debrief::Debrief;
use super::problem::{Answer, Problem};
use super::receipt::code_of;
use super::staged::revealed;
use super::steps::{Held, hold, take_up};
use super::times;
use crate::classroom::talk::{Does, FORM, Revealed, RevealedTurn, TakeUp, Told};
use crate::desk::shown::Shown;

/// Where a program plays.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/talks", post(begin))
        .route("/api/v1/talks/{id}", post(go_on))
        .route("/api/v1/talks/{id}/debrief", get(debrief))
        .layer(RequestBodyLimitLayer::new(BODY))
}

/// Begins the next encounter of a seat, or goes on with the one that was begun.
async fn begin(
    State(app): State<Arc<App>>,
    Extension(port): Extension<Port>,
    seated: Seated,
    Asked(asked): Asked<TakeUp>,
) -> Answer {
    speaks(asked.form)?;
    let held = take_up(&app, &seated, port).await?;
    Ok(told(&seated, &held))
}

/// One input of a run, or a reading.
async fn go_on(
    State(app): State<Arc<App>>,
    Extension(port): Extension<Port>,
    Path(id): Path<String>,
    seated: Seated,
    Json(body): Json,
) -> Answer {
    let asked: TakeUp = read_json(&body)?;
    speaks(asked.form)?;
    let does: Does = read_json(&body)?;
    let mut held = hold(&app, &seated, &id).await?;
    held.step(&app, &seated, port, &does).await?;
    Ok(told(&seated, &held))
}

fn speaks(form: u32) -> Answer<()> {
    if form == FORM {
        return Ok(());
    }
    let detail = format!(
        "this class's computer speaks form {FORM}, and your program form {form}: they are of \
         different releases; a browser on the same seat plays all the same"
    );
    Err(Problem::new(StatusCode::CONFLICT, "other-form", detail))
}

/// Nothing else is in it than what [`Shown`] holds.
fn told(seated: &Seated, held: &Held) -> Response {
    let told = Told {
        form: FORM,
        id: held.id.clone(),
        talk: Shown::of(&held.run.session),
        time: times::told(seated),
        receipt: held.receipt.as_deref().map(code_of),
    };
    as_json(StatusCode::OK, &json!(told))
}

/// What a run was, for its own player, once the class is over: the same as a page says.
async fn debrief(State(app): State<Arc<App>>, Path(id): Path<String>, seated: Seated) -> Answer {
    let report = revealed(&app, &seated, &id).await?;
    let after = report.curve.iter().map(|row| row.satisfaction);
    let meters = std::iter::once(report.start).chain(after).collect();
    let page = Debrief::of(&report);
    let turns = page.turns.into_iter().map(|turn| RevealedTurn {
        decides: turn.decides,
        said: turn.said,
        how: turn.how,
        meter: turn.meter,
        change: turn.change,
        why: turn.why,
        better: turn.better,
    });
    let revealed = Revealed {
        form: FORM,
        title: page.title,
        scene: page.scene,
        scores: page.scores,
        passed: page.passed,
        gates: page.gates,
        not_counted: page.not_counted,
        meters,
        turns: turns.collect(),
        scored_by: page.scored_by,
        caution: page.caution.to_owned(),
    };
    Ok(as_json(StatusCode::OK, &json!(revealed)))
}
