//! What all routes share: the store, the classes that are open, and how much of
//! anything is allowed at once.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use engine::rng::Seed;
use engine::transcript::Transcript;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{Semaphore, watch};

use super::gists::Gists;
use super::presence::{HERE, Presence};
use super::problem::{Answer, Problem};
use super::review::Told;
use super::scores::Basis;
use super::store::{ClassRow, SeatRow, Store, Write};
use super::{runs, secret};
use crate::classroom::assignment::{Assignment, seed_of};
use crate::classroom::gist::Texts;
use crate::classroom::homework::Binding;
use crate::classroom::judge::{Expected, Judged, Pars, judge};
use crate::desk::library::Library;

/// Transcripts that may wait to be played again.
const JUDGING: usize = 300;

/// What all routes share.
pub struct App {
    /// The store.
    pub store: Store,
    /// Scenarios a class can be made of.
    pub library: Library,
    /// Where the room finds this server.
    pub doors: Doors,
    /// Names besides addresses that this server may be called by.
    pub names: Vec<String>,
    /// The public half of the signing key.
    pub public_key: String,
    /// Who may open the board.
    pub door: Mutex<Door>,
    /// How much of anything.
    pub limits: Limits,
    /// Runs that are played in browsers.
    pub runs: runs::Runs,
    /// What the gists of runs have in common.
    pub texts: Texts,
    classes: Mutex<BTreeMap<String, Arc<Live>>>,
    pars: Arc<Pars>,
    judging: Semaphore,
    waiting: Semaphore,
}

/// Where the room finds a server, and how it knows it.
#[derive(Clone, Default)]
pub struct Doors {
    /// For phones and browsers: `http://10.0.0.5:7072`, unless it has no pages for them.
    pub browsers: Option<String>,
    /// For programs: `10.0.0.5`, with the port if it is not the usual one.
    pub game: String,
    /// The four words that programs and people compare.
    pub words: String,
}

impl Doors {
    /// The address for browsers without `http://`; empty if there is none.
    pub fn typed(&self) -> String {
        let browsers = self.browsers.as_deref().unwrap_or_default();
        browsers.trim_start_matches("http://").to_owned()
    }

    /// The projector view of a class. Without pages for the room the board's own port
    /// has it, on the computer that the projector hangs on.
    pub fn wall(&self, class: &ClassRow) -> String {
        let browsers = self.browsers.as_deref().unwrap_or_default();
        format!("{browsers}/projector/{}", class.projector)
    }

    /// The address for browsers.
    ///
    /// # Errors
    /// When there is none.
    pub fn for_browsers(&self) -> Answer<&str> {
        self.browsers.as_deref().ok_or_else(|| {
            let detail = "this server was started without pages for browsers, and a seat's link \
                          opens in one";
            Problem::new(StatusCode::CONFLICT, "no-browsers", detail)
        })
    }
}

/// Who may open the board: whoever has the link of the console, once, and then the
/// browser that used it.
#[derive(Default)]
pub struct Door {
    /// Hash of the link's token, until it is used.
    pub link: Option<String>,
    /// Hashes of the browsers' tokens.
    pub sessions: Vec<String>,
}

/// How much of anything is allowed.
pub struct Limits {
    /// Joining and guessing codes, by address: a whole school may stand behind one.
    pub joins: DefaultKeyedRateLimiter<IpAddr>,
    /// Everything else, by seat.
    pub seats: DefaultKeyedRateLimiter<String>,
}

impl Default for Limits {
    fn default() -> Self {
        let many = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Limits {
            joins: RateLimiter::keyed(Quota::per_second(many(5)).allow_burst(many(60))),
            seats: RateLimiter::keyed(Quota::per_second(many(20)).allow_burst(many(100))),
        }
    }
}

/// A class as it is open in memory.
pub struct Live {
    /// Its assignment.
    pub assignment: Assignment,
    /// Counts what changed.
    pub news: watch::Sender<u64>,
    /// Who is here.
    pub presence: Presence,
    /// What comes of its runs.
    pub gists: Gists,
    /// Its scores are being made anew.
    pub scoring: AtomicBool,
    /// Its debrief for the wall, and the news it was worked out at.
    pub told: Mutex<Option<(u64, Arc<Vec<Told>>)>>,
}

impl Live {
    /// How long ago somebody was heard of, by this server or another.
    pub fn heard_of(&self, seat: &SeatRow) -> Option<Duration> {
        self.presence.ago(&seat.id, seat.heard_at)
    }

    /// Whether somebody is here.
    pub fn is_here(&self, seat: &SeatRow) -> bool {
        self.heard_of(seat).is_some_and(|ago| ago < HERE)
    }

    /// Tells open pages that something changed.
    pub fn tell(&self) {
        self.news.send_modify(|n| *n += 1);
    }
}

/// A seat with its class: what every route of a trainee begins with.
pub struct Seated {
    /// The seat.
    pub seat: SeatRow,
    /// The class.
    pub class: ClassRow,
    /// The class in memory.
    pub live: Arc<Live>,
}

impl FromRequestParts<Arc<App>> for Seated {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Answer<Self> {
        app.seated(&parts.headers).await
    }
}

impl App {
    /// An app on a store.
    pub fn new(store: Store, library: Library, doors: Doors, public_key: String) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        App {
            store,
            library,
            doors,
            names: Vec::new(),
            public_key,
            door: Mutex::default(),
            limits: Limits::default(),
            runs: runs::Runs::default(),
            texts: Texts::default(),
            classes: Mutex::default(),
            pars: Arc::default(),
            judging: Semaphore::new(cores.saturating_sub(1).max(1)),
            waiting: Semaphore::new(JUDGING),
        }
    }

    /// A class as it is open in memory; opened if it is not.
    ///
    /// # Errors
    /// When its assignment is not for this release.
    pub fn live(&self, class: &ClassRow) -> Answer<Arc<Live>> {
        if let Some(live) = locked(&self.classes).get(&class.id) {
            return Ok(Arc::clone(live));
        }
        let assignment = Assignment::parse(class.assignment.as_bytes()).map_err(|error| {
            Problem::new(StatusCode::GONE, "other-release", format!("{error:#}"))
        })?;
        let live = Arc::new(Live {
            assignment,
            news: watch::Sender::new(1),
            presence: Presence::default(),
            gists: Gists::default(),
            scoring: AtomicBool::new(false),
            told: Mutex::default(),
        });
        let mut classes = locked(&self.classes);
        Ok(Arc::clone(classes.entry(class.id.clone()).or_insert(live)))
    }

    /// The classes that are open in memory, by their ids.
    pub fn lives(&self) -> Vec<(String, Arc<Live>)> {
        let classes = locked(&self.classes);
        let all = classes
            .iter()
            .map(|(id, live)| (id.clone(), Arc::clone(live)));
        all.collect()
    }

    /// Tells the pages of every class that something changed.
    pub fn tell_all(&self) {
        locked(&self.classes).values().for_each(|live| live.tell());
    }

    /// The seats that were heard of here since a moment, with when.
    pub fn heard_since(&self, from: Instant) -> Vec<(String, Instant)> {
        let classes = locked(&self.classes);
        let lives = classes.values().map(|live| live.presence.since(from));
        lives.flatten().collect()
    }

    /// Closes every stream, so that the server can stop.
    pub fn close(&self) {
        locked(&self.classes).clear();
    }

    /// The seat whose token the request bears.
    ///
    /// # Errors
    /// When it bears none that is known, or asks too often.
    async fn seated(&self, headers: &HeaderMap) -> Answer<Seated> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .filter(|token| token.len() == 64)
            .ok_or_else(Problem::unknown_seat)?;
        // Tokens have 256 bits and only their hashes are looked up, so the time a search
        // takes tells nothing that helps.
        let hash = secret::hash(token);
        let Some(seat) = self.store.seat_by_token(&hash).await? else {
            return Err(if self.store.has_moved(&hash).await? {
                Problem::moved()
            } else {
                Problem::unknown_seat()
            });
        };
        if seat.removed {
            return Err(Problem::unknown_seat());
        }
        if self.limits.seats.check_key(&seat.id).is_err() {
            return Err(Problem::too_many());
        }
        let class = self.store.class(&seat.class).await?;
        let class = class.ok_or_else(Problem::unknown_seat)?;
        if class.deleted {
            return Err(Problem::deleted());
        }
        let live = self.live(&class)?;
        live.presence.hear(&seat.id);
        let mut seat = seat;
        if seat.came_at.is_none() && !seat.whole {
            let id = seat.id.clone();
            self.store
                .write(Write::Come {
                    seat: id,
                    now: now(),
                })
                .await?;
            seat = (self.store.seat(&seat.id).await?).ok_or_else(Problem::unknown_seat)?;
        }
        Ok(Seated { seat, class, live })
    }

    /// Plays transcripts again beside the tasks that answer, a few at a time, and scores
    /// them on a basis.
    ///
    /// # Errors
    /// When too many wait.
    pub async fn judge(
        &self,
        live: &Arc<Live>,
        seat: &str,
        bytes: Vec<u8>,
        basis: Basis,
    ) -> Answer<Judged> {
        let busy = || {
            let detail = "too many transcripts are waiting; yours is not taken yet";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry(2)
        };
        let _waiting = self.waiting.try_acquire().map_err(|_| busy())?;
        self.judge_in_turn(live, seat, bytes, basis).await
    }

    /// The same for what can wait for its turn, however many do.
    ///
    /// # Errors
    /// When playing it again fails.
    pub async fn judge_in_turn(
        &self,
        live: &Arc<Live>,
        seat: &str,
        bytes: Vec<u8>,
        basis: Basis,
    ) -> Answer<Judged> {
        let turn = self.judging.acquire().await;
        let _turn = turn.map_err(|error| Problem::ours(&error))?;
        let (live, pars, seat) = (Arc::clone(live), Arc::clone(&self.pars), seat.to_owned());
        tokio::task::spawn_blocking(move || {
            let judged = judge(&bytes, &pars, |transcript| {
                expected(transcript, &live.assignment, &seat)
            });
            basis.apply(judged, &pars)
        })
        .await
        .map_err(|error| Problem::ours(&error))
    }
}

/// What a transcript of a seat must have been played with.
///
/// # Errors
/// When it belongs to something else, with why.
pub fn expected(
    transcript: &Transcript,
    assignment: &Assignment,
    seat: &str,
) -> Result<Expected, String> {
    let bound = Binding::of(&transcript.label);
    if bound.mark.as_deref() != Some(seat) {
        return Err("it was played on another seat".into());
    }
    if seat == class_seat(&assignment.written.id) {
        let scenarios = &assignment.scenarios;
        let of = scenarios
            .iter()
            .position(|s| s.id() == transcript.header.scenario);
        let index = of.ok_or("its scenario is not in the class")?;
        return Ok(Expected {
            scenario: Arc::clone(&scenarios[index]),
            seed: class_seed(assignment, index, bound.attempt_no),
            rules: Arc::clone(&assignment.rules),
            doctrine: assignment.doctrine,
        });
    }
    crate::classroom::results::expected(transcript, assignment)
}

/// What whoever holds a seat is called, for the instructor.
pub fn called(seat: &str, class: &str, seats: &[SeatRow]) -> String {
    if seat == class_seat(class) {
        return "The whole class".to_owned();
    }
    let row = seats.iter().find(|row| row.id == seat);
    let name = row.map(|row| row.name.clone());
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| format!("seat {}", &seat[..8.min(seat.len())]))
}

/// The seat of a class as a whole. It follows from the class, so there is one.
pub fn class_seat(class: &str) -> String {
    let class = uuid::Uuid::try_parse(class).unwrap_or_default();
    uuid::Uuid::new_v5(&class, b"the whole class")
        .simple()
        .to_string()
}

/// The seed of a run of the whole class: never the customer whom people meet alone.
pub fn class_seed(assignment: &Assignment, scenario: usize, number: u32) -> Seed {
    let written = &assignment.written;
    let content = written.scenarios.get(scenario);
    let content = content.map_or("", |content| &content.content);
    seed_of(&written.id, content, number, &class_seat(&written.id))
}

/// A lock that survives a panic of whoever held it.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|broken| broken.into_inner())
}

/// The time of this server, Unix milliseconds.
pub fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}
