//! Play in a browser: it gets words, numbers of choices and a face, never content, keys
//! or a gauge.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use engine::report::Report;
use engine::session::{Event, Session};
use engine::state::{Face, Floor, Voice};
use serde::Deserialize;
use serde_json::json;

use super::api::{Asked, as_json};
use super::app::{App, Seated};
use super::guard::Port;
use super::pages::debrief::Debrief;
use super::problem::{Answer, Problem};
use super::receipt::code_of;
use super::runs::illegal;
use super::scores::Basis;
use super::steps::{Held, hold, take_up};
use super::{times, wrong};
use crate::classroom::talk::{Does, FORM, What};
use crate::portrait::action::ActionUnits;
use crate::portrait::{figure, look, phone, scene, svg, words};

/// Begins the next encounter of a seat, or goes on with the one that was begun.
pub async fn begin(
    State(app): State<Arc<App>>,
    Extension(port): Extension<Port>,
    seated: Seated,
) -> Answer {
    let held = take_up(&app, &seated, port).await?;
    Ok(view(&seated, &held))
}

/// What somebody does, as it is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    n: usize,
    #[serde(rename = "do")]
    action: Kind,
    #[serde(default)]
    choice: Option<usize>,
    voice: Voice,
    face: Face,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Listen,
    Encourage,
    CutIn,
    Pause,
    Say,
}

impl Input {
    fn does(&self) -> Option<Does> {
        let what = match self.action {
            Kind::Listen => What::Listen,
            Kind::Encourage => What::Encourage,
            Kind::CutIn => What::CutIn,
            Kind::Pause => What::Pause,
            Kind::Say => What::Say(self.choice?),
        };
        Some(Does {
            form: FORM,
            n: self.n,
            what,
            voice: self.voice,
            face: self.face,
        })
    }
}

/// One input of a run.
pub async fn turn(
    State(app): State<Arc<App>>,
    Extension(port): Extension<Port>,
    Path(id): Path<String>,
    seated: Seated,
    Asked(input): Asked<Input>,
) -> Answer {
    let does = input.does().ok_or_else(|| illegal(input.n))?;
    let mut held = hold(&app, &seated, &id).await?;
    held.step(&app, &seated, port, &does).await?;
    Ok(view(&seated, &held))
}

/// Everything a page shows: what was said, what is on offer, what shows of them.
fn view(seated: &Seated, held: &Held) -> axum::response::Response {
    let session = &held.run.session;
    let scenario = session.scenario();
    let call = scenario.place().is_call();
    let percept = session.percept();
    let choices: Vec<String> = match session.floor() {
        Floor::Trainee => session
            .choices()
            .into_iter()
            .filter_map(|c| c.text)
            .collect(),
        Floor::Customer | Floor::Ended => Vec::new(),
    };
    let floor = match session.floor() {
        Floor::Customer => "customer",
        Floor::Trainee => "trainee",
        Floor::Ended => "ended",
    };
    let stance = session.turns().last().map(|turn| turn.input.stance);
    as_json(
        StatusCode::OK,
        &json!({
            "id": held.id,
            "n": session.turns().len(),
            "title": scenario.title(),
            "brief": scenario.brief(),
            "who": first_name(session),
            "phone": call,
            "lines": lines(session),
            "floor": floor,
            "choices": choices,
            "seen": words::describe(&percept, call),
            "picture": picture(session),
            "voice": stance.map_or(Voice::Even, |stance| stance.voice),
            "face": stance.map_or(Face::Neutral, |stance| stance.face),
            "class": seated.class.state,
            "time": times::told(seated),
            "decision": wrong::at_hand(session),
            "receipt": held.receipt.as_deref().map(code_of),
        }),
    )
}

/// What an attempt was, turn by turn: for its own player, once the class is over,
/// because everyone may have met the same customer.
pub async fn debrief(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    seated: Seated,
) -> Answer {
    let report = revealed(&app, &seated, &id).await?;
    let objections = app.store.objections_of(&id).await?;
    let page = Debrief::of(&report)
        .of_their_own(&id, &objections)
        .render()
        .map_err(|error| Problem::ours(&error))?;
    Ok(Html(page).into_response())
}

/// The report of an attempt for its own player, by what counts now.
///
/// # Errors
/// When it is not theirs, or the class is not over.
pub async fn revealed(app: &App, seated: &Seated, id: &str) -> Answer<Report> {
    let row = app.store.attempt(id).await?;
    row.filter(|row| row.seat == seated.seat.id)
        .ok_or_else(Problem::not_found)?;
    if seated.class.state != "closed" {
        let detail = "the debrief opens when your instructor ends the class";
        return Err(Problem::new(StatusCode::CONFLICT, "not-yet", detail));
    }
    let text = app.store.transcript(id).await?;
    let text = text.ok_or_else(Problem::not_found)?;
    let voids = app.store.voids(&seated.class.id).await?;
    let scores = app.store.scores(&seated.class.id).await?;
    let basis = Basis::of(id, &voids, &scores);
    let judged = app
        .judge(&seated.live, &seated.seat.id, text.into_bytes(), basis)
        .await?;
    let played = judged.played.ok_or_else(Problem::not_found)?;
    Ok(played.report)
}

/// What the customer is called in short.
pub fn first_name(session: &Session) -> &str {
    let name = &session.scenario().customer().name;
    name.split(' ').next().unwrap_or("Customer")
}

/// What was said and done, as a page shows it: who, and the words.
pub fn lines(session: &Session) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let opening = session.opening().iter();
    add(&mut lines, opening);
    for turn in session.turns() {
        if let Some(said) = &turn.said {
            lines.push(("you", said.clone()));
        }
        add(&mut lines, turn.events.iter());
    }
    lines
}

fn add<'a>(lines: &mut Vec<(&'static str, String)>, events: impl Iterator<Item = &'a Event>) {
    for event in events {
        let line = match event {
            Event::Speaks { text, .. } | Event::Reacts { text, .. } => {
                ("them", text.replace('*', ""))
            }
            Event::BrokenOff => ("note", "You cut in.".to_owned()),
            Event::Silence { n: 1 } => ("note", "A moment's silence.".to_owned()),
            Event::Silence { .. } => ("note", "Nobody speaks.".to_owned()),
            Event::Promised { what } => ("note", format!("Noted: {what}")),
            Event::Ended { scene, .. } => ("scene", scene.clone()),
            Event::Learned { .. } | Event::Floor => continue,
        };
        lines.push(line);
    }
}

/// The customer as they show themselves now; on the phone, the phone.
pub fn picture(session: &Session) -> String {
    let scenario = session.scenario();
    let call = scenario.place().is_call();
    let percept = session.percept();
    let title = words::describe(&percept, call);
    if call {
        return svg::document(&title, svg::FIGURE, &phone::phone_scene());
    }
    let look = look::or_somebody(&scenario.customer().look.text);
    let units = ActionUnits::from_percept(&percept, look);
    let mut shapes = scene::counter_backdrop(scene::Day::of(session.seed().bits()));
    shapes.extend(figure::draw(look, &units));
    shapes.extend(scene::counter_front());
    svg::document(&title, svg::FIGURE, &shapes)
}
