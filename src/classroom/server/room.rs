//! Pages for phones and browsers of the room: to join, to play, and the projector
//! view. They hold no secret; what a page may do it does with its seat's token.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::app::App;
use super::pages::vote::VotePage;
use super::pages::{Join, Play, Projector, ProjectorLive, halves, qr, state_words};
use super::problem::{Answer, Problem};
use super::secret;
use super::store::ClassRow;
use super::times::ClassTime;
use super::{live, vote};

/// The routes for the room.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/",
            get(async || {
                page(&Join {
                    code: String::new(),
                })
            }),
        )
        .route("/j/{code}", get(join))
        .route("/play", get(async || page(&Play)))
        .route("/vote", get(async || page(&VotePage)))
        .merge(wall_routes())
}

/// What is shown on a wall. The board's port has it too, for a server without pages
/// for the room.
pub fn wall_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/projector/{token}", get(projector))
        .route("/projector/{token}/live", get(projector_live))
        .route("/projector/{token}/events", get(events))
}

/// Files that never change while the server runs; for every router.
pub fn statics() -> Router<Arc<App>> {
    let css = "text/css; charset=utf-8";
    let js = "text/javascript; charset=utf-8";
    let file = |kind: &'static str, text: &'static str| {
        get(async move || {
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "no-cache"),
            ];
            (headers, text)
        })
    };
    Router::new()
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route(
            "/static/class.css",
            file(css, include_str!("static/class.css")),
        )
        .route("/static/live.js", file(js, include_str!("static/live.js")))
        .route("/static/join.js", file(js, include_str!("static/join.js")))
        .route(
            "/static/review.js",
            file(js, include_str!("static/review.js")),
        )
        .route("/static/vote.js", file(js, include_str!("static/vote.js")))
        .route("/static/play.js", file(js, include_str!("static/play.js")))
}

fn page(template: &impl Template) -> Answer {
    let body = template.render().map_err(|error| Problem::ours(&error))?;
    Ok(Html(body).into_response())
}

async fn join(Path(code): Path<String>) -> Answer<Response> {
    let code = secret::folded(&code);
    page(&Join {
        code: if code.len() == secret::CLASS_CODE && code.is_ascii() {
            halves(&code)
        } else {
            String::new()
        },
    })
}

/// The class whose projector view has this token.
///
/// # Errors
/// When there is none.
pub async fn shown(app: &App, token: &str) -> Answer<ClassRow> {
    let class = app.store.class_by_projector(token).await?;
    class.ok_or_else(Problem::not_found)
}

async fn projector(State(app): State<Arc<App>>, Path(token): Path<String>) -> Answer {
    let class = shown(&app, &token).await?;
    page(&Projector {
        title: class.title.clone(),
        live: wall(&app, &class).await?,
        token,
    })
}

async fn projector_live(State(app): State<Arc<App>>, Path(token): Path<String>) -> Answer {
    let class = shown(&app, &token).await?;
    Ok(Html(wall(&app, &class).await?).into_response())
}

async fn events(State(app): State<Arc<App>>, Path(token): Path<String>) -> Answer {
    let class = shown(&app, &token).await?;
    live::stream(&*app.live(&class)?)
}

/// What is on the wall now: a customer, if the class votes, or how far everyone is.
async fn wall(app: &App, class: &ClassRow) -> Answer<String> {
    let part = match vote::on_the_wall(app, class).await? {
        Some(vote) => vote.render(),
        None => projector_part(app, class).await?.render(),
    };
    part.map_err(|error| Problem::ours(&error))
}

async fn projector_part(app: &App, class: &ClassRow) -> Answer<ProjectorLive> {
    let live = app.live(class)?;
    let seats = app.store.seats(&class.id).await?;
    let attempts = app.store.attempts(&class.id).await?;
    let n_tasks = live.assignment.n_tasks();
    let people: Vec<(String, usize, bool)> = seats
        .into_iter()
        .filter(|seat| !seat.removed)
        .map(|seat| {
            let own = attempts.iter().filter(|attempt| attempt.seat == seat.id);
            let n_done = own.filter(|attempt| attempt.hash.is_some()).count();
            let here = live.is_here(&seat);
            (seat.on_the_wall(class).to_owned(), n_done, here)
        })
        .collect();
    let n_done: usize = people.iter().map(|person| person.1).sum();
    let n_all = people.len() * n_tasks;
    let browsers = app.doors.browsers.as_ref();
    let link = browsers.map(|browsers| format!("{browsers}/j/{}", class.code));
    Ok(ProjectorLive {
        closed: class.state == "closed",
        token: class.projector.clone(),
        state_words: state_words(&class.state),
        scored_by: live.assignment.doctrine.scored_by(),
        time: ClassTime::on_the_wall(class),
        joining: class.joining,
        code: halves(&class.code),
        doors: app.doors.clone(),
        qr: link.map_or(String::new(), |link| qr(&link)),
        people,
        done: (n_done, n_all),
    })
}
