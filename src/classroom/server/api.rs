//! What trainees' programs and pages ask: a seat, what there is to play, a run
//! stepped by the server, and the hand-in of a transcript. Roles come from the token.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Extension, FromRequest, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower_http::limit::RequestBodyLimitLayer;

use super::app::{App, Live, Seated, now};
use super::guard::Port;
use super::problem::{Answer, Problem};
use super::receipt::code_of;
use super::scores::{self, Basis};
use super::store::{
    Agreement, Aside, AttemptRow, ClassRow, Done, HandIn, NewSeat, SeatRow, StoreError, Write,
};
use super::taken::Taken;
use super::{moves, secret, sent, staged, times};
use crate::classroom::homework::Binding;
use crate::classroom::judge::{Judged, Verdict};
use crate::desk::library::fresh_bits;

/// Bytes of an ordinary request.
pub const BODY: usize = 64 * 1024;
/// Bytes of a transcript, with a little more so that the judge can say it is too large.
const TRANSCRIPT: usize = engine::transcript::MAX_BYTES + 1;

/// The routes under `/api/v1`.
pub fn routes() -> Router<Arc<App>> {
    let transcripts = Router::new()
        .route("/api/v1/attempts/{id}", put(hand_in))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(TRANSCRIPT));
    Router::new()
        .route("/api/v1/seats", post(join))
        .route("/api/v1/me", get(me))
        .route("/api/v1/assignment", get(assignment))
        .route("/api/v1/runs", post(staged::begin))
        .route("/api/v1/runs/{id}/turns", post(staged::turn))
        .route("/api/v1/attempts/{id}/debrief", get(staged::debrief))
        .layer(RequestBodyLimitLayer::new(BODY))
        .merge(transcripts)
}

/// What a request asks for, in JSON. Looked at when it is clear whose it is: it comes
/// last among what a route takes.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let Json(body) = Json::from_request(request, state).await?;
        let asked = read_json(&body);
        Ok(Asked(asked.map_err(IntoResponse::into_response)?))
    }
}

/// The same as it came.
pub struct Json(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let told = says_json(request.headers());
        told.map_err(IntoResponse::into_response)?;
        let body = Bytes::from_request(request, state).await;
        Ok(Json(body.map_err(IntoResponse::into_response)?))
    }
}

/// The JSON of a body.
///
/// # Errors
/// When it is not what is expected.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Answer<T> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "bad-json", error.to_string()))
}

/// The type must be said, so that no form of a foreign page can pass for JSON.
fn says_json(headers: &HeaderMap) -> Answer<()> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.split(';').next().map(str::trim) == Some("application/json"));
    if is_json {
        return Ok(());
    }
    let detail = "send it as application/json";
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Err(Problem::new(status, "not-json", detail))
}

/// A value as JSON.
pub fn as_json(status: StatusCode, value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, value.to_string()).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Joining {
    code: String,
    #[serde(default)]
    name: Option<String>,
    /// A random token of the program's own, with which it may ask again for a seat that a
    /// seat code brought it, where the answer was lost. Only such a code needs one.
    #[serde(default)]
    nonce: Option<String>,
}

async fn join(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(port): Extension<Port>,
    Asked(asked): Asked<Joining>,
) -> Answer {
    if app.limits.joins.check_key(&peer.ip()).is_err() {
        return Err(Problem::too_many());
    }
    let code = secret::folded(&asked.code);
    if let Some(nonce) = &asked.nonce
        && !secret::is_token(nonce)
    {
        let detail = "a nonce has 64 hexadecimal digits, small letters";
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad-nonce",
            detail,
        ));
    }
    let nonce = asked.nonce.filter(|_| secret::is_seat_code(&code));
    let token = match nonce {
        Some(nonce) => secret::token_by(&code, &nonce),
        None => secret::token().map_err(|error| Problem::ours(&error))?,
    };
    let plain = port == Port::Room;
    if secret::is_seat_code(&code) {
        let seat = moves::back(&app, &code, &token, plain).await?;
        return is_back(&app, seat, &token).await;
    }
    let class = app.store.class_by_code(&code).await?.ok_or_else(|| {
        let detail = "no class has this code; look at the projector again";
        Problem::new(StatusCode::NOT_FOUND, "no-class", detail)
    })?;
    let live = app.live(&class)?;
    // Without dashes, it is short enough for a transcript's mark.
    let seat = uuid::Uuid::new_v4().simple().to_string();
    let name = asked.name.filter(|name| !name.trim().is_empty());
    app.store
        .write(Write::Join(NewSeat {
            class: class.id.clone(),
            seat: seat.clone(),
            token_hash: secret::hash(&token),
            name,
            chance: fresh_bits(),
            plain,
            invited: false,
            now: now(),
        }))
        .await?;
    let seat = app.store.seat(&seat).await?;
    let seat = seat.ok_or_else(Problem::unknown_seat)?;
    live.presence.hear(&seat.id);
    live.tell();
    let answer = way_in(&app, &class, &live, &seat, &token);
    Ok(as_json(StatusCode::CREATED, &answer))
}

/// Whoever had the seat is there again, on another device.
async fn is_back(app: &App, seat: SeatRow, token: &str) -> Answer {
    let class = app.store.class(&seat.class).await?;
    let class = class.ok_or_else(Problem::unknown_seat)?;
    let live = app.live(&class)?;
    live.tell();
    let mut answer = way_in(app, &class, &live, &seat, token);
    answer["back"] = true.into();
    // What the class is joined by, so that a program keeps the seat where it would have.
    answer["code"] = class.code.into();
    Ok(as_json(StatusCode::OK, &answer))
}

/// What a program needs to keep a seat.
fn way_in(app: &App, class: &ClassRow, live: &Live, seat: &SeatRow, token: &str) -> Value {
    json!({
        "token": token,
        "seat": seat.id,
        "name": seat.name,
        "wall": seat.on_the_wall(class),
        "class": brief(class, live),
        "browsers": app.doors.browsers,
        "receipts": app.public_key,
    })
}

fn brief(class: &ClassRow, live: &Live) -> Value {
    json!({
        "id": told_id(class),
        "title": class.title,
        "state": class.state,
        "mode": class.mode,
        "scored_by": live.assignment.doctrine.scored_by(),
    })
}

/// The id of a class as its people are told it. Every seed follows from the real one by a
/// rule that anybody can read, and whoever has the game has its scenarios: of a sealed
/// class they get another, which does not lead back.
fn told_id(class: &ClassRow) -> String {
    if class.mode != "sealed" {
        return class.id.clone();
    }
    let id = uuid::Uuid::try_parse(&class.id).unwrap_or_default();
    uuid::Uuid::new_v5(&id, b"what its people are told").to_string()
}

async fn me(State(app): State<Arc<App>>, seated: Seated) -> Answer {
    let attempts = app.store.attempts_of(&seated.seat.id).await?;
    Ok(as_json(
        StatusCode::OK,
        &json!({
            "name": seated.seat.name,
            "wall": seated.seat.on_the_wall(&seated.class),
            "seat": seated.seat.id,
            "class": brief(&seated.class, &seated.live),
            "tasks": tasks(&seated, &attempts),
            "time": times::told(&seated),
            "vote": app.store.vote(&seated.class.id).await?.is_some(),
        }),
    ))
}

/// What this seat is to play, and how far it is.
fn tasks(seated: &Seated, attempts: &[AttemptRow]) -> Vec<Value> {
    let assignment = &seated.live.assignment;
    // What is read before an encounter is told when it is next.
    let mut begun = seated.class.state != "lobby";
    let mut tasks = Vec::with_capacity(assignment.n_tasks());
    for number in 1..=i64::from(assignment.written.attempts) {
        for scenario in &assignment.scenarios {
            let row = attempts
                .iter()
                .find(|row| row.scenario == scenario.id() && row.number == number);
            let state = match row {
                None => "open",
                Some(row) if row.hash.is_some() => "handed-in",
                Some(_) => "begun",
            };
            let is_next = begun && state != "handed-in";
            begun &= !is_next;
            tasks.push(json!({
                "scenario": scenario.id(),
                "title": scenario.title(),
                "brief": is_next.then(|| scenario.brief()),
                "attempt": number,
                "state": state,
                "id": row.map(|row| &row.id),
                "receipt": row.and_then(|row| row.receipt.as_deref()).map(code_of),
                "played": row.map(AttemptRow::played_in),
            }));
        }
    }
    tasks
}

/// The whole of what is to be played, for programs that play by themselves.
async fn assignment(seated: Seated) -> Answer {
    if seated.class.mode == "sealed" {
        let detail = "this class is sealed: it is played here, turn by turn";
        return Err(Problem::new(StatusCode::FORBIDDEN, "sealed", detail));
    }
    if seated.class.state == "lobby" {
        return Err(not_begun());
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((kind, seated.class.assignment).into_response())
}

/// The class waits for its instructor.
pub fn not_begun() -> Problem {
    let detail = "the class has not begun yet; your instructor starts it";
    Problem::new(StatusCode::CONFLICT, "not-begun", detail)
}

async fn hand_in(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Extension(port): Extension<Port>,
    seated: Seated,
    body: Bytes,
) -> Answer {
    let id = uuid::Uuid::try_parse(&id)
        .map_err(|_| Problem::not_found())?
        .to_string();
    let hash = blake3::hash(&body).to_hex().to_string();
    let mut agreement = Agreement::default();
    if let Some(known) = app.store.attempt(&id).await? {
        // Whose it is nobody else may learn.
        if known.seat != seated.seat.id {
            return Err(Problem::not_found());
        }
        if let (Some(kept), Some(receipt)) = (&known.hash, &known.receipt)
            && secret::same(kept, &hash)
        {
            return Ok(receipt_answer(receipt, true));
        }
        if known.hash.is_none() {
            agreement = sent::compare(&app.store.sent_lines(&id).await?, &body);
        }
    }
    let judged = app
        .judge(
            &seated.live,
            &seated.seat.id,
            body.to_vec(),
            Basis::default(),
        )
        .await?;
    let plain = seated.seat.plain || port == Port::Room;
    let way = Way::Whole { plain, agreement };
    let (text, replayed) = keep(&app, &seated, &id, &body, judged, way).await?;
    app.runs.drop(&id);
    seated.live.tell();
    Ok(receipt_answer(&text, replayed))
}

fn receipt_answer(receipt: &str, replayed: bool) -> Response {
    let status = if replayed {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (status, kind, receipt.to_owned()).into_response();
    if replayed {
        let yes = HeaderValue::from_static("true");
        response.headers_mut().insert("idempotent-replayed", yes);
    }
    response
}

/// How an attempt came.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// This server stepped it.
    Stepped,
    /// As a transcript of a program.
    Whole {
        /// Over a line that is not encrypted, or with a token that was.
        plain: bool,
        /// How it agrees with what had been sent of it.
        agreement: Agreement,
    },
    /// As a program had sent it until its player came no more.
    Cut,
}

/// Keeps an attempt with what it was judged to be. What is a transcript is never
/// thrown away: what belongs to something else is kept aside.
///
/// # Errors
/// When it is no transcript, belongs to something else, or cannot be kept.
pub async fn keep(
    app: &App,
    seated: &Seated,
    id: &str,
    body: &[u8],
    judged: Judged,
    way: Way,
) -> Answer<(String, bool)> {
    let hash = blake3::hash(body).to_hex().to_string();
    let text = String::from_utf8_lossy(body).into_owned();
    let mut read = app.gist(&judged, &text, Taken::default());
    let Judged {
        verdict,
        transcript,
        ..
    } = judged;
    if let Verdict::NoTranscript(why) = &verdict {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "no-transcript",
            why.clone(),
        ));
    }
    // Whoever has a transcript of a sealed class did not play it here.
    if seated.class.mode == "sealed" && matches!(way, Way::Whole { .. }) {
        let why = "this class is sealed: what counts is played here, turn by turn";
        let kept = aside(app, seated, id, hash, text, why).await?;
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "sealed",
            format!("{why}; {}", kept_or_not(kept)),
        ));
    }
    let bound = transcript.as_ref().map(|t| Binding::of(&t.label));
    let claimed = bound.as_ref().and_then(|bound| bound.attempt.as_deref());
    let foreign = match &verdict {
        Verdict::Foreign(why) => Some(why.clone()),
        // A newer release's form cannot be read here, but it is this seat's.
        _ if transcript.is_none() => None,
        _ if claimed != Some(id) => Some("it says it is another attempt".to_owned()),
        _ => None,
    };
    if let Some(why) = foreign {
        let kept = aside(app, seated, id, hash, text, &why).await?;
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not-this-assignment",
            format!("{why}; {}", kept_or_not(kept)),
        ));
    }
    if let Verdict::Changed(why) = &verdict {
        let kept = aside(app, seated, id, hash, text, why).await?;
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "illegal-turn",
            format!("{why}; {}", kept_or_not(kept)),
        ));
    }
    let Some(transcript) = transcript else {
        let why = verdict.why().to_owned();
        if !aside(app, seated, id, hash, text, &why).await? {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "too-many-aside",
                format!("{why}; {}", kept_or_not(false)),
            ));
        }
        return Err(Problem::new(StatusCode::ACCEPTED, "stored-unscored", why));
    };
    let scores = read.gist.counted.as_ref().map(scores::numbers_of);
    let (plain, agreement) = match way {
        Way::Whole { plain, agreement } => (plain, agreement),
        Way::Stepped | Way::Cut => (false, Agreement::default()),
    };
    read.taken = app.taken(id, agreement).await?;
    let done = app
        .store
        .write(Write::HandIn(Box::new(HandIn {
            attempt: id.to_owned(),
            class: seated.class.id.clone(),
            seat: seated.seat.id.clone(),
            scenario: transcript.header.scenario.clone(),
            content: transcript.header.content.clone(),
            rules: transcript.header.rules.clone(),
            number: i64::from(bound.map_or(0, |bound| bound.attempt_no)),
            seed: transcript.header.seed.to_string(),
            source: if way == Way::Stepped {
                "browser"
            } else {
                "file"
            },
            hash: hash.clone(),
            transcript: text.clone(),
            verdict: verdict.word(),
            why: verdict.why().to_owned(),
            scores,
            overtime: matches!(way, Way::Whole { .. }) && times::is_up(seated),
            plain,
            agreement,
            cut: way == Way::Cut,
            now: now(),
        })))
        .await;
    let done = match done {
        Err(StoreError::Conflict(
            kind @ ("attempt-cut" | "attempt-differs" | "attempt-taken"),
            why,
        )) => {
            let kept = aside(app, seated, id, hash, text, &why).await?;
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                kind,
                format!("{why}; {}", kept_or_not(kept)),
            ));
        }
        done => done?,
    };
    match done {
        Done::Receipt { text, replayed } => {
            app.keep_gist(&seated.live, id, &hash, read);
            // The attempt is kept whatever becomes of this; the next start makes up for it.
            if let Err(problem) = scores::bring_one_up_to_date(app, &seated.class, id).await {
                anstream::eprintln!("server: scores are not up to date: {}", problem.detail());
            }
            Ok((text, replayed))
        }
        _ => Err(Problem::ours(&"an attempt without a receipt")),
    }
}

/// What becomes of a transcript that does not count.
fn kept_or_not(kept: bool) -> &'static str {
    if kept {
        "it is kept for your instructor to look at"
    } else {
        "many of yours are kept aside here already, so this one is not: keep the file"
    }
}

/// Keeps it aside; whether there was room.
async fn aside(
    app: &App,
    seated: &Seated,
    attempt: &str,
    hash: String,
    transcript: String,
    why: &str,
) -> Answer<bool> {
    let done = app
        .store
        .write(Write::Reject(Aside {
            // The same bytes for the same reason are one row, however often they come.
            id: format!("{attempt}-{}", &hash[..16]),
            class: seated.class.id.clone(),
            seat: seated.seat.id.clone(),
            attempt: attempt.to_owned(),
            hash,
            transcript,
            why: why.to_owned(),
            now: now(),
        }))
        .await?;
    Ok(matches!(done, Done::Aside { kept: true }))
}
