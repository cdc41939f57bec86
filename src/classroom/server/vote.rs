//! One customer for the whole class: they stand on the wall, everyone votes on the
//! next words from a phone, twice with talk between, and the instructor says them.
//! The run is an attempt of a seat that is the class; nobody's own results hold it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use engine::session::{Action, Session};
use engine::state::{Face, Floor, Stance, Voice};
use serde::Deserialize;
use serde_json::json;
use tower_http::limit::RequestBodyLimitLayer;

use super::api::{Asked, BODY, as_json};
use super::app::{App, Seated, class_seat, class_seed};
use super::board::{OnBoard, Page, page};
use super::clock::SeatClock;
use super::pages::debrief::Debrief;
use super::pages::halves;
use super::pages::vote::{Offer, Other, VoteBoard, VoteSteer, VoteWall};
use super::problem::{Answer, Problem};
use super::receipt::code_of;
use super::runs::{self, Fresh, Run};
use super::scores::Basis;
use super::staged;
use super::store::{AttemptRow, Ballot, Begun, ClassRow, NewStage, SeatRow, Stage, VoteRow, Write};
use crate::portrait::words;

/// Lines of the talk that are on the wall, and how many beside the replies: nobody
/// scrolls a wall.
const LINES: [usize; 2] = [4, 2];
/// What a person may do instead of a reply; offered after them.
const SILENCE: &str = "Say nothing";

/// Where people vote.
pub fn room_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/vote", get(see).post(cast))
        .layer(RequestBodyLimitLayer::new(BODY))
}

/// Where the instructor steps the run.
pub fn board_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/classes/{id}/vote", get(steer).post(step))
        .route("/classes/{id}/vote/live", get(mirror))
        .layer(RequestBodyLimitLayer::new(BODY))
}

/// A vote that is open, with its run.
struct Open {
    seated: Seated,
    row: VoteRow,
    attempt: AttemptRow,
    run: Arc<tokio::sync::Mutex<Run>>,
}

/// The class on its own seat.
fn seated(app: &App, class: &ClassRow) -> Answer<Seated> {
    Ok(Seated {
        seat: SeatRow {
            id: class_seat(&class.id),
            class: class.id.clone(),
            removed: false,
            name: String::new(),
            nickname: String::new(),
            typed: false,
            whole: true,
            erased: false,
            came_at: None,
            n_moves: 0,
            moved_at: 0,
            heard_at: 0,
            // The class as a whole has all the time it takes.
            clock: SeatClock::default(),
            plain: true,
        },
        class: class.clone(),
        live: app.live(class)?,
    })
}

async fn open(app: &App, class: &ClassRow) -> Answer<Option<Open>> {
    let Some(row) = app.store.vote(&class.id).await? else {
        return Ok(None);
    };
    let seated = seated(app, class)?;
    let attempt = app.store.attempt(&row.attempt).await?;
    let attempt = attempt.ok_or_else(Problem::not_found)?;
    let run = app.runs.of(app, &seated, &attempt).await?;
    Ok(Some(Open {
        seated,
        row,
        attempt,
        run,
    }))
}

/// The stage the vote is at: one that was set before an older input is over.
fn stage(row: &VoteRow, session: &Session) -> Stage {
    if session.floor() == Floor::Trainee && row.n == n_inputs(session) {
        row.stage
    } else {
        Stage::Scene
    }
}

fn n_inputs(session: &Session) -> i64 {
    session.turns().len() as i64
}

/// What may be said now: words and actions, silence last.
fn offers(session: &Session) -> Vec<(String, Action)> {
    if session.floor() != Floor::Trainee {
        return Vec::new();
    }
    let spoken = session.choices().into_iter();
    let spoken = spoken.filter_map(|choice| choice.text.map(|text| (text, choice.action)));
    spoken
        .chain([(SILENCE.to_owned(), Action::Pause)])
        .collect()
}

/// The session as it was before its last input.
fn before(session: &Session) -> Option<Session> {
    let (last, rest) = session.turns().split_last()?;
    if !matches!(last.action, Action::Say(_) | Action::Pause) {
        return None;
    }
    let rules = Arc::clone(session.rules());
    let mut back = Session::begin(Arc::clone(session.scenario()), rules, session.seed());
    for turn in rest {
        back.apply(&turn.action, turn.input.stance).ok()?;
    }
    Some(back)
}

/// The future that another reply would have had, in the same voice and face.
fn other(session: &Session, choice: usize) -> Option<Other> {
    let mut back = before(session)?;
    let n_said = staged::lines(&back).len();
    let stance = session.turns().last()?.input.stance;
    let (words, action) = offers(&back).into_iter().nth(choice)?;
    back.apply(&action, stance).ok()?;
    let lines = staged::lines(&back).into_iter().skip(n_said);
    let call = back.scenario().place().is_call();
    Some(Other {
        words,
        lines: lines.filter(|(who, _)| *who != "you").collect(),
        picture: staged::picture(&back),
        seen: words::describe(&back.percept(), call),
    })
}

/// What was not said at the last choice, by number.
fn others(session: &Session) -> Vec<(usize, String)> {
    let said = session.turns().last().map(|turn| turn.action.clone());
    let back = before(session);
    let all = back.iter().flat_map(offers).enumerate();
    all.filter(|(_, (_, action))| Some(action) != said.as_ref())
        .map(|(n, (words, _))| (n, words))
        .collect()
}

/// People who are here.
async fn n_here(app: &App, seated: &Seated) -> Answer<usize> {
    let seats = app.store.seats(&seated.class.id).await?;
    let here = seats.iter().filter(|seat| seated.live.is_here(seat));
    Ok(here.count())
}

/// What everyone in the room sees while the class votes.
///
/// # Errors
/// When the store or the run cannot be read.
pub async fn on_the_wall(app: &App, class: &ClassRow) -> Answer<Option<VoteWall>> {
    match open(app, class).await? {
        Some(open) => Ok(Some(wall(app, &open).await?)),
        None => Ok(None),
    }
}

async fn wall(app: &App, open: &Open) -> Answer<VoteWall> {
    let session = open.run.lock().await.session.clone();
    let stage = stage(&open.row, &session);
    let n = n_inputs(&session);
    let ballots = app.store.ballots(&open.row.attempt, n).await?;
    let call = session.scenario().place().is_call();
    let offered = if stage == Stage::Scene {
        Vec::new()
    } else {
        offers(&session)
    };
    let mut lines = staged::lines(&session);
    let shown = LINES[usize::from(!offered.is_empty())];
    lines.drain(..lines.len().saturating_sub(shown));
    let future = open.row.other.filter(|_| open.row.n == n);
    let other = future.and_then(|choice| other(&session, choice));
    // The future that did not come is looked at before what was hidden is shown.
    let debrief = if session.floor() == Floor::Ended && other.is_none() {
        debrief(app, open).await?
    } else {
        None
    };
    let voted = match stage.round() {
        None => None,
        Some(round) => {
            let n = ballots.iter().filter(|ballot| ballot.1 == round).count();
            Some((n, n_here(app, &open.seated).await?.max(n)))
        }
    };
    let ask = match (session.floor(), stage) {
        (Floor::Ended | Floor::Customer, _) => String::new(),
        (Floor::Trainee, Stage::Scene) => "What would you say?".into(),
        (Floor::Trainee, Stage::First) => "Vote, each for yourself.".into(),
        (Floor::Trainee, Stage::Talk) => "Talk to your neighbour: which one, and why?".into(),
        (Floor::Trainee, Stage::Second) => "Vote again, with what you heard.".into(),
        (Floor::Trainee, Stage::Tally) => "This is how you voted.".into(),
    };
    let class = &open.seated.class;
    let address = app.doors.typed();
    Ok(VoteWall {
        join: (class.joining && !address.is_empty()).then(|| (address, halves(&class.code))),
        title: session.scenario().title().to_owned(),
        who: staged::first_name(&session).to_owned(),
        picture: staged::picture(&session),
        seen: words::describe(&session.percept(), call),
        lines,
        ask,
        offers: counted(&offered, &ballots),
        tally: stage == Stage::Tally,
        rounds: if ballots.iter().any(|b| b.1 == 2) {
            2
        } else {
            1
        },
        voted,
        other,
        debrief,
    })
}

/// The replies with their votes.
fn counted(offers: &[(String, Action)], ballots: &[(String, i64, usize)]) -> Vec<Offer> {
    let votes = |round: i64, choice: usize| {
        let of = ballots.iter().filter(|b| b.1 == round && b.2 == choice);
        of.count()
    };
    let total = |round: i64| ballots.iter().filter(|b| b.1 == round).count();
    let totals = [total(1), total(2)];
    let last = if totals[1] > 0 { 2 } else { 1 };
    let most = (0..offers.len()).map(|n| votes(last, n)).max().unwrap_or(0);
    let letters = 'A'..='Z';
    letters
        .zip(offers)
        .enumerate()
        .map(|(n, (letter, (words, _)))| {
            let votes = [votes(1, n), votes(2, n)];
            Offer {
                letter,
                words: words.clone(),
                share: [0, 1].map(|round| votes[round] * 100 / totals[round].max(1)),
                most: most > 0 && votes[last as usize - 1] == most,
                votes,
            }
        })
        .collect()
}

async fn debrief(app: &App, open: &Open) -> Answer<Option<Debrief>> {
    let lines = app.store.lines(&open.attempt.id).await?;
    let body = lines.concat().into_bytes();
    let seated = &open.seated;
    let voids = app.store.voids(&seated.class.id).await?;
    let seat = &seated.seat.id;
    let basis = Basis {
        voids,
        ..Basis::default()
    };
    let judged = app.judge(&seated.live, seat, body, basis).await?;
    Ok(judged.played.map(|played| Debrief::of(&played.report)))
}

/// What a phone shows: the choices while they are asked, and one's own vote.
async fn see(State(app): State<Arc<App>>, person: Seated) -> Answer {
    let Some(open) = open(&app, &person.class).await? else {
        return Ok(as_json(StatusCode::OK, &json!({ "open": false })));
    };
    let session = open.run.lock().await.session.clone();
    let stage = stage(&open.row, &session);
    let n = n_inputs(&session);
    let ballots = app.store.ballots(&open.row.attempt, n).await?;
    let round = stage.round();
    let mine = |round: i64| {
        let own = ballots
            .iter()
            .find(|ballot| ballot.0 == person.seat.id && ballot.1 == round);
        own.map(|ballot| ballot.2)
    };
    let choices: Vec<String> = match stage {
        Stage::Scene => Vec::new(),
        _ => offers(&session).into_iter().map(|(text, _)| text).collect(),
    };
    let said = staged::lines(&session).pop();
    Ok(as_json(
        StatusCode::OK,
        &json!({
            "open": true,
            "id": open.row.attempt,
            "n": n,
            "title": session.scenario().title(),
            "who": staged::first_name(&session),
            "last": said.map_or(String::new(), |(_, text)| text),
            "over": session.floor() == Floor::Ended,
            "stage": stage.word(),
            "round": round,
            "choices": choices,
            "mine": round.map_or_else(|| mine(2).or(mine(1)), mine),
        }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cast {
    id: String,
    n: i64,
    round: i64,
    choice: usize,
}

/// One person's vote. Sent twice it counts once; changed, the last one counts.
async fn cast(State(app): State<Arc<App>>, person: Seated, Asked(cast): Asked<Cast>) -> Answer {
    let open = open(&app, &person.class).await?;
    let open = open.filter(|open| open.row.attempt == cast.id);
    let open = open.ok_or_else(Problem::not_found)?;
    let n_offers = offers(&open.run.lock().await.session).len();
    if cast.choice >= n_offers {
        let detail = "that is not on offer now";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Problem::new(status, "illegal-vote", detail));
    }
    app.store
        .write(Write::Ballot(Ballot {
            attempt: cast.id,
            n: cast.n,
            round: cast.round,
            seat: person.seat.id,
            choice: cast.choice as i64,
        }))
        .await?;
    person.live.tell();
    Ok(as_json(StatusCode::OK, &json!({ "mine": cast.choice })))
}

/// What is on the wall, for the instructor's page; 205 when there is nothing, so that
/// a page that still shows a vote is loaded anew.
async fn mirror(State(app): State<Arc<App>>, OnBoard(class): OnBoard) -> Page {
    match on_the_wall(&app, &class).await? {
        Some(wall) => page(&wall),
        None => Ok(StatusCode::RESET_CONTENT.into_response()),
    }
}

/// The instructor's page.
async fn steer(State(app): State<Arc<App>>, OnBoard(class): OnBoard) -> Page {
    let live = app.live(&class)?;
    let run = match open(&app, &class).await? {
        None => None,
        Some(open) => {
            let wall = wall(&app, &open).await?;
            let session = open.run.lock().await.session.clone();
            let floor = match session.floor() {
                Floor::Customer => "customer",
                Floor::Trainee => "trainee",
                Floor::Ended => "ended",
            };
            let receipt = open
                .attempt
                .receipt
                .as_deref()
                .map_or(String::new(), code_of);
            Some(VoteSteer {
                revision: open.row.revision,
                floor,
                stage: stage(&open.row, &session).word(),
                others: others(&session),
                wall,
                receipt,
            })
        }
    };
    let scenarios = live.assignment.scenarios.iter();
    page(&VoteBoard {
        id: class.id.clone(),
        title: class.title.clone(),
        scenarios: scenarios
            .map(|s| (s.id().to_owned(), s.title().to_owned()))
            .collect(),
        closed: class.state == "closed",
        projector: app.doors.wall(&class),
        run,
    })
}

#[derive(Deserialize)]
struct Step {
    #[serde(rename = "do")]
    what: String,
    #[serde(default)]
    revision: i64,
    #[serde(default)]
    scenario: String,
    #[serde(default)]
    choice: usize,
    #[serde(default)]
    voice: Voice,
    #[serde(default)]
    face: Face,
}

/// One thing the instructor does.
async fn step(
    State(app): State<Arc<App>>,
    OnBoard(class): OnBoard,
    Form(asked): Form<Step>,
) -> Page {
    match asked.what.as_str() {
        "begin" => begin(&app, &class, &asked.scenario).await?,
        "close" => close(&app, &class).await?,
        _ => {
            let open = open(&app, &class).await?.ok_or_else(Problem::not_found)?;
            move_on(&app, &open, &asked).await?;
        }
    }
    app.live(&class)?.tell();
    Ok(Redirect::to(&format!("/classes/{}/vote", class.id)).into_response())
}

async fn begin(app: &App, class: &ClassRow, scenario: &str) -> Answer<()> {
    if class.state == "closed" {
        let detail = "the class is over; open it again first";
        return Err(Problem::new(StatusCode::CONFLICT, "closed", detail));
    }
    close(app, class).await?;
    let seated = seated(app, class)?;
    let assignment = &seated.live.assignment;
    let index = assignment.scenarios.iter().position(|s| s.id() == scenario);
    let index = index.ok_or_else(Problem::not_found)?;
    let played = app.store.attempts_of(&seated.seat.id).await?;
    let n_played = played.iter().filter(|row| row.scenario == scenario).count();
    let number = u32::try_from(n_played + 1).unwrap_or(u32::MAX);
    let seed = class_seed(assignment, index, number);
    let fresh = Fresh::of(&seated, &assignment.scenarios[index], number, seed);
    app.store
        .write(Write::Vote(Begun {
            attempt: fresh.id.clone(),
            class: class.id.clone(),
            seat: seated.seat.id.clone(),
            scenario: scenario.to_owned(),
            number: i64::from(number),
            seed: seed.to_string(),
            line: fresh.line.clone(),
            plain: true,
            now: fresh.now,
        }))
        .await?;
    app.runs.take(fresh);
    Ok(())
}

/// Ends what is open: a run that is not over is handed in as it is.
async fn close(app: &App, class: &ClassRow) -> Answer<()> {
    if let Some(open) = open(app, class).await? {
        let Open {
            seated,
            attempt,
            run,
            ..
        } = open;
        // The run is locked again where it is ended.
        drop(run);
        if attempt.hash.is_none() {
            runs::end_one(app, &seated, &attempt, runs::Cut::Instructor).await?;
        }
        let class = class.id.clone();
        app.store.write(Write::VoteEnd { class }).await?;
    }
    Ok(())
}

async fn move_on(app: &App, open: &Open, asked: &Step) -> Answer<()> {
    let mut run = open.run.lock().await;
    let stage = stage(&open.row, &run.session);
    let trainee = run.session.floor() == Floor::Trainee;
    let not_now = || {
        let detail = "that is not possible now; somebody has moved the vote on meanwhile";
        Problem::new(StatusCode::CONFLICT, "changed-meanwhile", detail)
    };
    if asked.revision != open.row.revision {
        return Err(not_now());
    }
    let even = Stance {
        voice: Voice::Even,
        face: Face::Neutral,
    };
    let (action, stance) = match (asked.what.as_str(), stage) {
        ("listen", _) if !trainee => (Action::Listen, even),
        ("encourage", _) if !trainee => (Action::Encourage, even),
        ("cut-in", _) if !trainee => (Action::CutIn, even),
        ("say", Stage::Tally) => {
            let offers = offers(&run.session);
            let said = offers.into_iter().nth(asked.choice);
            let stance = Stance {
                voice: asked.voice,
                face: asked.face,
            };
            (said.ok_or_else(not_now)?.1, stance)
        }
        ("what-if", Stage::Scene) => {
            other(&run.session, asked.choice).ok_or_else(not_now)?;
            let n = n_inputs(&run.session);
            return set(app, open, n, Stage::Scene, Some(asked.choice)).await;
        }
        ("back", Stage::Scene) => {
            return set(app, open, n_inputs(&run.session), Stage::Scene, None).await;
        }
        (word, at) => {
            let new = Stage::of(word).filter(|_| trainee).ok_or_else(not_now)?;
            let possible = matches!(
                (at, new),
                (Stage::Scene, Stage::First)
                    | (Stage::First, Stage::Talk | Stage::Tally)
                    | (Stage::Talk, Stage::Second)
                    | (Stage::Second, Stage::Tally)
            );
            if !possible {
                return Err(not_now());
            }
            return set(app, open, n_inputs(&run.session), new, None).await;
        }
    };
    // The stage first: of two who press at once only one gets past it.
    let n = n_inputs(&run.session);
    set(app, open, n, stage, None).await?;
    runs::apply(
        app,
        &open.seated,
        &open.attempt.id,
        &mut run,
        &action,
        stance,
    )
    .await?;
    Ok(())
}

async fn set(app: &App, open: &Open, n: i64, stage: Stage, other: Option<usize>) -> Answer<()> {
    app.store
        .write(Write::Stage(NewStage {
            attempt: open.row.attempt.clone(),
            revision: open.row.revision,
            n,
            stage,
            other,
        }))
        .await?;
    Ok(())
}
