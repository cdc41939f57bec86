//! The instructor's board: bound to this computer, opened once by the console's link.
//! Every page comes whole from the server and works without scripts; a script only
//! keeps it fresh.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::extract::{Form, FromRequestParts, Path, RawPathParams, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use engine::doctrine::{Doctrine, Doctrines};
use engine::rng::Seed;
use serde::Deserialize;
use tower_http::limit::RequestBodyLimitLayer;

use super::api::BODY;
use super::app::{App, locked, now};
use super::clock::typed;
use super::gists::patiently;
use super::pages::{Board, BoardLive, Classes, Message, Person, halves, state_words};
use super::presence::HERE;
use super::problem::Problem;
use super::store::{AttemptRow, ClassRow, NewClass, SeatRow, Write};
use super::times::{ClassTime, PersonTime};
use super::{live, moves, runs, secret};
use crate::classroom::assignment::{Assignment, SeedRule, Terms, moment, picked};
use crate::classroom::inert::is_command;
use crate::desk::doctrines::doctrine;

/// The browser's token for the board. Not for other sites, not for scripts.
const COOKIE: &str = "board";
/// Browsers that may have the board open.
const SESSIONS: usize = 8;

/// A page, or a problem told as a page.
pub type Page<T = Response> = Result<T, Trouble>;

/// A problem as a person reads it.
pub struct Trouble(Problem);

impl<E: Into<Problem>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Trouble(error.into())
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let words = self.0.detail().to_owned();
        let title = match self.0.kind() {
            "not-found" => "Not here",
            "no-session" => "This board is closed",
            _ => "That did not work",
        };
        let page = Message {
            title,
            text: &words,
            way: (self.0.kind() != "no-session").then_some(("/", "To all classes")),
        };
        let body = page.render().unwrap_or(words.clone());
        let status = self.0.into_response().status();
        (status, Html(body)).into_response()
    }
}

/// The routes of the board.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(classes))
        .route("/enter/{token}", get(enter))
        .route("/classes", post(create))
        .route("/classes/{id}", get(board))
        .route("/classes/{id}/live", get(board_live))
        .route("/classes/{id}/events", get(events))
        .route("/classes/{id}/state", post(state))
        .route("/classes/{id}/joining", post(joining))
        .route("/classes/{id}/code", post(code))
        .route("/classes/{id}/wall", post(wall))
        .route("/classes/{id}/names", post(names))
        .route("/classes/{id}/seats/{seat}/rename", post(rename))
        .route("/classes/{id}/seats/{seat}/removed", post(removed))
        .layer(RequestBodyLimitLayer::new(BODY))
}

/// A page of a template.
///
/// # Errors
/// When it cannot be written.
pub fn page(template: &impl Template) -> Page {
    let body = template.render().map_err(|error| Problem::ours(&error))?;
    Ok(Html(body).into_response())
}

/// The console's link: good once, then only the browser that used it may come in.
async fn enter(State(app): State<Arc<App>>, Path(token): Path<String>) -> Page {
    let hash = secret::hash(&token);
    {
        let mut door = locked(&app.door);
        let good = door
            .link
            .as_ref()
            .is_some_and(|link| secret::same(link, &hash));
        if !good {
            let detail = "this link was used already, or is not of this server; start the \
                          server again for a new one";
            return Err(Problem::new(StatusCode::FORBIDDEN, "no-session", detail).into());
        }
        door.link = None;
    }
    let session = secret::token().map_err(|error| Problem::ours(&error))?;
    {
        let mut door = locked(&app.door);
        if door.sessions.len() >= SESSIONS {
            door.sessions.remove(0);
        }
        door.sessions.push(secret::hash(&session));
    }
    let cookie = format!("{COOKIE}={session}; HttpOnly; SameSite=Strict; Path=/");
    let mut response = Redirect::to("/").into_response();
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Problem::ours(&error))?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Whoever asks is the browser that used the link.
///
/// # Errors
/// When it is not.
fn admitted(app: &App, headers: &HeaderMap) -> Page<()> {
    let sent = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, token)| secret::hash(token));
    let known = sent.is_some_and(|hash| {
        let door = locked(&app.door);
        door.sessions
            .iter()
            .any(|session| secret::same(session, &hash))
    });
    if known {
        return Ok(());
    }
    let detail = "open the link that the server printed in its console, in this browser";
    Err(Problem::new(StatusCode::FORBIDDEN, "no-session", detail).into())
}

/// A class, for the browser that has the board: what every route of a class begins with.
pub struct OnBoard(pub ClassRow);

impl FromRequestParts<Arc<App>> for OnBoard {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Page<Self> {
        admitted(app, &parts.headers)?;
        let class = app.store.class(&named(parts, "id").await?).await?;
        let class = class.filter(|class| !class.deleted);
        Ok(OnBoard(class.ok_or_else(Problem::not_found)?))
    }
}

/// A person's seat of a class and of no other, for the browser that has the board.
/// Whoever was erased has none.
pub struct OnSeat {
    /// The class.
    pub class: ClassRow,
    /// The seat.
    pub seat: SeatRow,
}

impl FromRequestParts<Arc<App>> for OnSeat {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Page<Self> {
        let OnBoard(class) = OnBoard::from_request_parts(parts, app).await?;
        let seat = app.store.seat(&named(parts, "seat").await?).await?;
        let seat = seat.filter(|seat| seat.class == class.id && !seat.whole && !seat.erased);
        let seat = seat.ok_or_else(Problem::not_found)?;
        Ok(OnSeat { class, seat })
    }
}

/// A part of a route's path, by its name.
async fn named(parts: &mut Parts, name: &str) -> Page<String> {
    let path = RawPathParams::from_request_parts(parts, &()).await;
    let path = path.map_err(|_| Problem::not_found())?;
    let mut found = path.iter().filter(|(key, _)| *key == name);
    let (_, value) = found.next().ok_or_else(Problem::not_found)?;
    Ok(value.to_owned())
}

async fn classes(State(app): State<Arc<App>>, headers: HeaderMap) -> Page {
    admitted(&app, &headers)?;
    let rows = app.store.classes().await?;
    let entries = app.library.entries.iter().map(|entry| &entry.scenario);
    page(&Classes {
        classes: rows
            .into_iter()
            .map(|row| {
                (
                    row.id,
                    row.title,
                    state_words(&row.state),
                    moment(row.created_at),
                )
            })
            .collect(),
        scenarios: entries
            .map(|scenario| (scenario.id().to_owned(), scenario.title().to_owned()))
            .collect(),
        doctrines: Doctrines::current().choices().collect(),
        doors: app.doors.clone(),
    })
}

/// What an instructor decides about a class.
pub struct Plan {
    /// Its title.
    pub title: String,
    /// Its scenarios, by id.
    pub scenarios: Vec<String>,
    /// Attempts at each.
    pub attempts: u32,
    /// How seeds are found.
    pub seeds: SeedRule,
    /// The seed of everyone's first attempts, if one is picked.
    pub seed: Option<Seed>,
    /// Whether the content stays here.
    pub sealed: bool,
    /// Whether the wall shows the names that people type, and not nicknames.
    pub shows_names: bool,
    /// Everyone's time, milliseconds; 0 for no limit.
    pub limit: i64,
    /// The doctrine it is scored by.
    pub doctrine: &'static Doctrine,
}

impl Plan {
    /// What a class is unless its instructor decides otherwise: sealed, with one attempt
    /// and nicknames on the wall, and everyone meets the same new customer.
    pub fn usual(title: impl Into<String>, scenarios: Vec<String>) -> Plan {
        Plan {
            title: title.into(),
            scenarios,
            attempts: 1,
            seeds: SeedRule::Same,
            seed: None,
            sealed: true,
            shows_names: false,
            limit: 0,
            doctrine: Doctrine::balanced(),
        }
    }
}

/// Makes a class; returns its id.
///
/// # Errors
/// When the plan cannot be carried out.
pub async fn make(app: &App, plan: Plan) -> Result<String, Problem> {
    let bad = |detail: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-plan", detail);
    let title = plan.title.trim();
    if title.is_empty() || title.chars().count() > 80 || title.chars().any(is_command) {
        return Err(bad("a class needs a title of 1 to 80 characters".into()));
    }
    let terms = Terms {
        title: title.to_owned(),
        seeds: plan.seeds,
        seed: plan.seed,
        attempts: plan.attempts,
        due_at: None,
        doctrine: plan.doctrine,
    };
    let assignment = Assignment::make(&app.library, &plan.scenarios, terms)
        .map_err(|error| bad(format!("{error:#}")))?;
    let ours = |error: anyhow::Error| Problem::ours(&error);
    let id = assignment.written.id.clone();
    app.store
        .write(Write::Class(NewClass {
            id: id.clone(),
            title: title.to_owned(),
            code: secret::code(secret::CLASS_CODE).map_err(ours)?,
            projector: secret::code(20).map_err(ours)?,
            mode: if plan.sealed { "sealed" } else { "open" },
            shows_names: plan.shows_names,
            assignment: assignment.text(),
            limit: plan.limit,
            now: now(),
        }))
        .await?;
    Ok(id)
}

async fn create(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Page {
    admitted(&app, &headers)?;
    let mut plan = Plan::usual("", Vec::new());
    for (name, value) in fields {
        match name.as_str() {
            "title" => plan.title = value,
            "scenario" => plan.scenarios.push(value),
            "attempts" => plan.attempts = value.trim().parse().unwrap_or(0),
            "seeds" if value == "own" => plan.seeds = SeedRule::Own,
            "seed" => {
                plan.seed = picked(&value).map_err(|why| {
                    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-plan", why)
                })?;
            }
            "limit" if !value.trim().is_empty() => {
                plan.limit = typed(&value).map_err(|why| {
                    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-time", why)
                })?;
            }
            "mode" => plan.sealed = value != "open",
            "doctrine" => {
                plan.doctrine = doctrine(&value).map_err(|why| {
                    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-plan", why)
                })?;
            }
            "names" => plan.shows_names = value == "typed",
            _ => {}
        }
    }
    let id = make(&app, plan).await?;
    Ok(Redirect::to(&format!("/classes/{id}")).into_response())
}

async fn board(State(app): State<Arc<App>>, OnBoard(class): OnBoard) -> Page {
    page(&Board {
        id: class.id.clone(),
        title: class.title.clone(),
        live: board_part(&app, &class).await?,
        projector: app.doors.wall(&class),
        browsers: app.doors.browsers.is_some(),
    })
}

async fn board_live(State(app): State<Arc<App>>, OnBoard(class): OnBoard) -> Page {
    page(&board_part(&app, &class).await?)
}

async fn events(State(app): State<Arc<App>>, OnBoard(class): OnBoard) -> Page {
    Ok(live::stream(&*app.live(&class)?)?)
}

async fn board_part(app: &App, class: &ClassRow) -> Page<BoardLive> {
    let live = app.live(class)?;
    let seats = app.store.seats(&class.id).await?;
    let attempts = app.store.attempts(&class.id).await?;
    let played = app.store.n_played(&class.id).await?;
    let assignment = &live.assignment;
    let n_tasks = assignment.n_tasks();
    let titles = assignment.scenarios.iter().map(|scenario| scenario.title());
    let attempts_each = match assignment.written.attempts {
        1 => String::new(),
        n => format!(", {n} attempts at each"),
    };
    let customers = assignment.customers();
    let mode = if class.mode == "sealed" {
        "sealed: nothing but words and faces leaves this computer"
    } else {
        "open: the scenarios go to the trainees' computers, where they can be read"
    };
    let wall = if class.shows_names {
        "the wall shows the names that people type"
    } else {
        "the wall shows nicknames"
    };
    let plan = format!(
        "{}{attempts_each}; {customers}; scored by “{}”; {mode}; {wall}.",
        titles.collect::<Vec<_>>().join(", "),
        assignment.doctrine.title
    );
    let people: Vec<Person> = seats
        .into_iter()
        .map(|seat| {
            let heard = live.heard_of(&seat);
            person(seat, class, &attempts, assignment, heard, &played)
        })
        .collect();
    let n_in = people.iter().filter(|person| !person.removed).count();
    let n_done = people
        .iter()
        .filter(|person| !person.removed)
        .map(|person| person.n_done)
        .sum();
    Ok(BoardLive {
        id: class.id.clone(),
        state: class.state.clone(),
        state_words: state_words(&class.state),
        joining: class.joining,
        shows_names: class.shows_names,
        code: halves(&class.code),
        doors: app.doors.clone(),
        revision: class.revision,
        plan,
        time: ClassTime::of(class),
        people,
        n_in,
        done: (n_done, n_in * n_tasks),
        debrief: format!("{}/debrief", app.doors.wall(class)),
        n_objections: app.store.objections(&class.id).await?.len(),
    })
}

fn person(
    seat: SeatRow,
    class: &ClassRow,
    attempts: &[AttemptRow],
    assignment: &Assignment,
    heard: Option<Duration>,
    played: &[(String, i64)],
) -> Person {
    let n_tasks = assignment.n_tasks();
    let own = attempts.iter().filter(|attempt| attempt.seat == seat.id);
    let n_done = own.clone().filter(|attempt| attempt.hash.is_some()).count();
    let playing = own.clone().find(|attempt| attempt.hash.is_none());
    let unfinished = playing.filter(|attempt| attempt.is_open_elsewhere());
    let unfinished = unfinished.map(|attempt| attempt.id.clone());
    let playing = playing.and_then(|attempt| {
        let mut of = assignment.scenarios.iter();
        let title = of.find(|s| s.id() == attempt.scenario)?.title();
        let n = played.iter().find(|(id, _)| *id == attempt.id);
        Some(match n {
            Some((_, n)) if *n > 0 => format!("{title} · input {n}"),
            _ => title.to_owned(),
        })
    });
    let here = heard.is_some_and(|ago| ago < HERE) && !seat.removed && !seat.erased;
    let heard = match heard.map(|ago| ago.as_secs()) {
        _ if seat.erased => "erased".to_owned(),
        _ if seat.removed => "removed".to_owned(),
        _ if seat.came_at.is_none() => "has not come yet".to_owned(),
        Some(_) if here => "here".to_owned(),
        Some(ago) if ago < 60 => "a moment ago".to_owned(),
        Some(ago) => format!("{} min ago", ago / 60),
        None => "not since the server started".to_owned(),
    };
    let shown = seat.on_the_wall(class);
    let nickname = if shown == seat.name { "" } else { shown };
    Person {
        nickname: nickname.to_owned(),
        time: PersonTime::of(&seat, class),
        name: if seat.erased {
            format!("seat {}", &seat.id[..8.min(seat.id.len())])
        } else {
            seat.name
        },
        id: seat.id,
        removed: seat.removed,
        erased: seat.erased,
        heard,
        here,
        moved: moves::at(seat.moved_at),
        n_done,
        n_tasks,
        playing: playing.unwrap_or_default(),
        unfinished: unfinished.unwrap_or_default(),
    }
}

#[derive(Deserialize)]
struct NewState {
    state: String,
    revision: i64,
}

async fn state(
    State(app): State<Arc<App>>,
    OnBoard(class): OnBoard,
    Form(new): Form<NewState>,
) -> Page {
    let state = ["running", "paused", "closed"]
        .into_iter()
        .find(|state| *state == new.state)
        .ok_or_else(Problem::not_found)?;
    app.store
        .write(Write::State {
            class: class.id.clone(),
            revision: new.revision,
            state,
            now: now(),
        })
        .await?;
    if state == "closed" {
        let (app, class) = (Arc::clone(&app), class.clone());
        patiently(async move { runs::end_all(&app, &class).await }).await?;
    }
    back(&app, &class)
}

/// Tells everyone, and goes back to the board.
///
/// # Errors
/// When the class is not for this release.
pub fn back(app: &App, class: &ClassRow) -> Page {
    app.live(class)?.tell();
    Ok(Redirect::to(&format!("/classes/{}", class.id)).into_response())
}

#[derive(Deserialize)]
struct NewJoining {
    open: String,
}

async fn joining(
    State(app): State<Arc<App>>,
    OnBoard(class): OnBoard,
    Form(new): Form<NewJoining>,
) -> Page {
    let open = new.open == "yes";
    let write = Write::Joining {
        class: class.id.clone(),
        open,
    };
    app.store.write(write).await?;
    back(&app, &class)
}

async fn code(State(app): State<Arc<App>>, OnBoard(class): OnBoard) -> Page {
    let code = secret::code(secret::CLASS_CODE).map_err(|error| Problem::ours(&error))?;
    let write = Write::Code {
        class: class.id.clone(),
        code,
    };
    app.store.write(write).await?;
    back(&app, &class)
}

/// Another address for the projector view: whoever has the old one sees nothing more.
async fn wall(State(app): State<Arc<App>>, OnBoard(class): OnBoard) -> Page {
    let projector = secret::code(20).map_err(|error| Problem::ours(&error))?;
    let write = Write::Wall {
        class: class.id.clone(),
        projector,
    };
    app.store.write(write).await?;
    back(&app, &class)
}

#[derive(Deserialize)]
struct NewNames {
    shown: String,
}

/// What the wall shows of people.
async fn names(
    State(app): State<Arc<App>>,
    OnBoard(class): OnBoard,
    Form(new): Form<NewNames>,
) -> Page {
    let shown = new.shown == "yes";
    let write = Write::Names {
        class: class.id.clone(),
        shown,
    };
    app.store.write(write).await?;
    back(&app, &class)
}

#[derive(Deserialize)]
struct NewName {
    name: String,
}

async fn rename(
    State(app): State<Arc<App>>,
    OnSeat { class, seat }: OnSeat,
    Form(new): Form<NewName>,
) -> Page {
    let write = Write::Rename {
        seat: seat.id,
        name: new.name,
    };
    app.store.write(write).await?;
    back(&app, &class)
}

#[derive(Deserialize)]
struct NewRemoved {
    removed: String,
}

async fn removed(
    State(app): State<Arc<App>>,
    OnSeat { class, seat }: OnSeat,
    Form(new): Form<NewRemoved>,
) -> Page {
    let write = Write::Removed {
        seat: seat.id,
        removed: new.removed == "yes",
    };
    app.store.write(write).await?;
    back(&app, &class)
}
