//! The time of a class as it is served: the task that lets it pass and ends the runs of
//! those whose time is up, what the instructor changes, and what a person is told.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tower_http::limit::RequestBodyLimitLayer;

use super::api::{BODY, as_json};
use super::app::{App, Seated, now};
use super::board::{OnBoard, OnSeat, Page, back};
use super::clock::{ALLOWANCES, TICK, exact, typed, words};
use super::problem::{Answer, Problem};
use super::runs;
use super::store::{Change, ClassRow, NewTime, SeatRow, Write};
use crate::classroom::assignment::moment;
use crate::classroom::talk::Time;

/// Where a person asks how the class stands; cheap enough to be asked every few seconds.
pub fn room_routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/time", get(time))
}

/// Where the instructor changes it.
pub fn board_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/classes/{id}/time", post(change))
        .route("/classes/{id}/seats/{seat}/time", post(allow))
        .layer(RequestBodyLimitLayer::new(BODY))
}

/// Lets time pass until the server stops.
pub async fn pass(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut from = Instant::now();
    loop {
        let tick = Duration::from_millis(TICK.unsigned_abs());
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(tick) => {}
        }
        let at = Instant::now();
        // A store that cannot be used is told of where somebody asks for something.
        _ = once(&app, from).await;
        from = at;
    }
}

async fn once(app: &App, from: Instant) -> Answer<()> {
    let classes = app.store.ticking().await?;
    if classes.is_empty() {
        return Ok(());
    }
    let mut heard: Vec<(String, Vec<String>)> = Vec::with_capacity(classes.len());
    for class in &classes {
        // One that another release left running must not keep the others.
        let Ok(live) = app.live(class) else { continue };
        let seats = live.presence.since(from).into_iter();
        heard.push((class.id.clone(), seats.map(|(id, _)| id).collect()));
    }
    let mine: Vec<String> = heard.iter().map(|(class, _)| class.clone()).collect();
    let now = app.store.clock().await?;
    app.store.write(Write::Tick { heard, now }).await?;
    for class in &mine {
        end_those_whose_time_is_up(app, class).await?;
    }
    Ok(())
}

async fn end_those_whose_time_is_up(app: &App, class: &str) -> Answer<()> {
    let Some(class) = app.store.class(class).await? else {
        return Ok(());
    };
    let over = |seat: &SeatRow| seat.clock.left(&class.clock, now()) == Some(0);
    let mut seats = app.store.seats(&class.id).await?;
    seats.retain(over);
    if seats.is_empty() {
        return Ok(());
    }
    let live = app.live(&class)?;
    let begun = app.store.attempts(&class.id).await?;
    for row in begun.iter().filter(|row| row.is_open_here()) {
        let Some(seat) = seats.iter().find(|seat| seat.id == row.seat) else {
            continue;
        };
        let seated = Seated {
            seat: seat.clone(),
            class: class.clone(),
            live: Arc::clone(&live),
        };
        // One run that cannot be ended must not keep the others.
        if let Err(problem) = runs::end_one(app, &seated, row, runs::Cut::Time).await {
            anstream::eprintln!("server: a run was not ended: {}", problem.detail());
        }
        live.tell();
    }
    Ok(())
}

/// Whether somebody's time is up.
pub fn is_up(seated: &Seated) -> bool {
    seated.seat.clock.left(&seated.class.clock, now()) == Some(0)
}

/// Their time is up: nothing of theirs goes on.
pub fn up() -> Problem {
    let detail = "your time is up; what you played is handed in";
    Problem::new(StatusCode::CONFLICT, "time-is-up", detail)
}

/// What a person is told of their own time; nobody is told what others are allowed.
pub fn told(seated: &Seated) -> Option<Time> {
    let left_ms = seated.seat.clock.left(&seated.class.clock, now())?;
    Some(Time {
        left_ms,
        words: words(left_ms),
        runs: seated.class.clock.running,
    })
}

async fn time(seated: Seated) -> Answer {
    let answer = json!({ "state": seated.class.state, "time": told(&seated) });
    Ok(as_json(StatusCode::OK, &answer))
}

#[derive(Deserialize)]
struct NewLimit {
    revision: i64,
    #[serde(rename = "do")]
    change: String,
    #[serde(default)]
    minutes: String,
}

async fn change(
    State(app): State<Arc<App>>,
    OnBoard(class): OnBoard,
    Form(new): Form<NewLimit>,
) -> Page {
    let ms = || {
        typed(&new.minutes)
            .map_err(|why| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-time", why))
    };
    let change = match new.change.as_str() {
        "add" => Change::Add(ms()?),
        "in" => Change::In(ms()?),
        "none" => Change::None,
        _ => return Err(Problem::not_found().into()),
    };
    app.store
        .write(Write::Time(NewTime {
            class: class.id.clone(),
            revision: new.revision,
            change,
            now: now(),
        }))
        .await?;
    back(&app, &class)
}

#[derive(Deserialize)]
struct NewAllowance {
    #[serde(default)]
    allowance: Option<i64>,
    #[serde(default)]
    whole: Option<String>,
}

async fn allow(
    State(app): State<Arc<App>>,
    OnSeat { class, seat }: OnSeat,
    Form(new): Form<NewAllowance>,
) -> Page {
    let seat = seat.id;
    let write = match (new.allowance, new.whole.as_deref()) {
        (Some(percent), _) if ALLOWANCES.contains(&percent) => Write::Allowance { seat, percent },
        (None, Some("yes")) => Write::WholeTime { seat },
        _ => return Err(Problem::not_found().into()),
    };
    app.store.write(write).await?;
    back(&app, &class)
}

/// The time of a class as the board shows it.
pub struct ClassTime {
    /// What is left, in minutes and seconds.
    pub left: String,
    /// What there is in all.
    pub limit: String,
    /// Whether it is up.
    pub up: bool,
}

impl ClassTime {
    /// Everyone's time; `None` where there is no limit.
    pub fn of(class: &ClassRow) -> Option<Self> {
        let clock = &class.clock;
        let left = clock.limit - clock.elapsed(now());
        (clock.limit > 0).then(|| ClassTime {
            left: exact(left),
            limit: exact(clock.limit),
            up: left <= 0,
        })
    }

    /// Everyone's time in words, for the wall; nothing where there is no limit.
    pub fn on_the_wall(class: &ClassRow) -> String {
        let clock = &class.clock;
        let counts = clock.limit > 0 && class.state != "closed";
        let left = clock.limit - clock.elapsed(now());
        if counts { words(left) } else { String::new() }
    }
}

/// The time of a person as the board shows it, for the instructor alone.
pub struct PersonTime {
    /// What is left; empty where there is no limit.
    pub left: String,
    /// What they are allowed, in hundredths.
    pub allowance: i64,
    /// When they came, if they came late.
    pub late: String,
    /// What they missed and could be given; empty where there is nothing.
    pub missed: String,
}

impl PersonTime {
    /// A person's time.
    pub fn of(seat: &SeatRow, class: &ClassRow) -> Self {
        let clock = &seat.clock;
        let left = clock.left(&class.clock, now());
        let missed = clock.came.unwrap_or(0);
        let gives = class.clock.limit > 0 && missed > 0 && clock.granted < missed;
        PersonTime {
            left: left.map_or(String::new(), exact),
            allowance: clock.allowance,
            late: late(seat, class).map_or(String::new(), |at| {
                // The day is today's or stands in the results.
                moment(at)
                    .split(' ')
                    .next_back()
                    .unwrap_or_default()
                    .to_owned()
            }),
            missed: if gives { exact(missed) } else { String::new() },
        }
    }
}

/// When somebody came who came after the class had begun.
fn late(seat: &SeatRow, class: &ClassRow) -> Option<i64> {
    seat.came_at
        .filter(|at| class.began_at.is_some_and(|began| *at > began))
}

/// What the instructor's tables say about the time a person had.
pub fn notes(seat: &SeatRow, class: &ClassRow) -> Vec<String> {
    let mut notes = Vec::new();
    if let (Some(at), Some(began)) = (late(seat, class), class.began_at) {
        let minutes = (at - began) / 60_000;
        notes.push(format!(
            "joined at {}, {minutes} min after the beginning",
            moment(at)
        ));
    }
    match seat.clock.allowance {
        100 => {}
        0 => notes.push("no time limit".into()),
        percent => notes.push(format!("{percent} % of the time")),
    }
    if seat.clock.granted > 0 {
        let granted = exact(seat.clock.granted);
        notes.push(format!("given {granted} min for coming late"));
    }
    if seat.clock.away > 0 {
        let away = exact(seat.clock.away);
        notes.push(format!("given back {away} min for a broken line"));
    }
    notes
}
