//! A run that its server steps, seen from the trainee's program: on a thread of its own,
//! which asks until there is an answer. What was asked twice is done once there, so a
//! broken line or a dead server costs nothing but the wait.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use engine::scenario::MAX_REPLIES;
use engine::state::Floor;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::link::{Link, Trouble};
use crate::classroom::inert::{is_command, line};
use crate::classroom::judge::MAX_INPUTS;
use crate::classroom::talk::{Does, FORM, Revealed, Time, Told};
use crate::desk::library::fresh_bits;
use crate::desk::shown::{Heard, Shown};

/// While somebody thinks, the server hears this often that they are there.
const CALM: Duration = Duration::from_secs(5);
/// Between two questions of a class that rests.
const BREAK: Duration = Duration::from_secs(2);
/// The rests between two tries grow from this one,
const FIRST: Duration = Duration::from_millis(250);
/// to this one: the server may be started again at any moment.
const LONGEST: Duration = Duration::from_secs(5);
/// Bytes of an answer at most.
const MAX_BYTES: usize = 1 << 20;
/// Characters of a text at most; no scenario has longer ones.
const MAX_TEXT: usize = 4_000;
/// Characters of a sentence about itself at most.
const SENTENCE: usize = 300;
/// Things that come of one input at most: more than an engine ever tells.
const MAX_HEARD: usize = 64;

/// How the line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Nothing is asked, or not for long: since this moment.
    Fine(Option<Instant>),
    /// There is no answer; it is asked again and again.
    Silent,
    /// The class rests, and why. What was asked is done when it goes on.
    Rests(String),
    /// There is no more to be had of this run, and why.
    Over(String),
}

/// What has come of a run.
#[derive(Clone, Debug)]
pub struct News {
    /// Counts the answers.
    pub n: usize,
    /// The last answer.
    pub told: Option<Arc<Told>>,
    /// What is left of the trainee's time.
    pub time: Option<Time>,
    /// How the line is.
    pub line: Line,
}

/// A run that is stepped elsewhere, as long as this is kept.
#[derive(Debug)]
pub struct Stepped {
    news: Arc<Mutex<News>>,
    orders: Mutex<Sender<Does>>,
}

impl Stepped {
    /// Takes up the run that a seat is in, or the next one. `changed` is called from the
    /// thread whenever there is news.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn take_up(
        link: Link,
        token: &str,
        changed: impl Fn() + Send + 'static,
    ) -> anyhow::Result<Self> {
        let news = Arc::new(Mutex::new(News {
            n: 0,
            told: None,
            time: None,
            line: Line::Fine(Some(Instant::now())),
        }));
        let (orders, waiting) = channel();
        let keeper = Keeper {
            table: Table {
                link,
                token: token.to_owned(),
            },
            news: Arc::clone(&news),
            changed: Box::new(changed),
        };
        thread::Builder::new()
            .name("sealed run".into())
            .spawn(move || keeper.keep(&waiting))?;
        Ok(Stepped {
            news,
            orders: Mutex::new(orders),
        })
    }

    /// What has come.
    pub fn news(&self) -> News {
        let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        news.clone()
    }

    /// Has something done. Nothing else may be asked for before it is answered.
    pub fn order(&self, does: Does) {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        // A thread that has ended has said why.
        _ = orders.send(does);
    }
}

/// What a server answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The talk as it is.
    Told(Box<Told>),
    /// Nothing, or that it is busy: it is to be asked again.
    Nothing,
    /// Not now, and why.
    Rests(String),
    /// The talk is elsewhere than was thought: it is to be taken up again.
    Elsewhere,
    /// No more, and why.
    Over(String),
}

/// A seat and the line to where it plays.
pub struct Table {
    /// The line.
    pub link: Link,
    /// What opens the seat.
    pub token: String,
}

impl Table {
    /// The run that the seat is in, or the next one.
    pub fn take_up(&self) -> Answer {
        let asked = json!({ "form": FORM }).to_string();
        self.post("/api/v1/talks", asked.as_bytes())
    }

    /// The same where one was wrong about where it is. Wrong twice is no more.
    pub fn again(&self) -> Answer {
        match self.take_up() {
            Answer::Elsewhere => Answer::Over("the run is gone".to_owned()),
            other => other,
        }
    }

    /// Something that is done in a run.
    pub fn does(&self, id: &str, does: &Does) -> Answer {
        let path = format!("/api/v1/talks/{id}");
        self.post(&path, json!(does).to_string().as_bytes())
    }

    fn post(&self, path: &str, body: &[u8]) -> Answer {
        match self.link.send("POST", path, &self.token, body) {
            Ok((200, body)) => match read(&body) {
                Ok(told) => match &told.receipt {
                    // It was cut off where it was.
                    Some(code) if told.talk.floor != Floor::Ended => Answer::Over(format!(
                        "the class or your time is over; what you played is handed in, receipt \
                         {code}"
                    )),
                    _ => Answer::Told(Box::new(told)),
                },
                Err(why) => Answer::Over(format!(
                    "{CANNOT_READ}: {why}. Nothing is lost; a browser on the same seat plays all \
                     the same"
                )),
            },
            Ok((status, body)) => refusal(status, &body),
            Err(Trouble::Silent(..)) => Answer::Nothing,
            Err(other) => Answer::Over(other.to_string()),
        }
    }

    /// What a run was, once the class is over.
    ///
    /// # Errors
    /// When there is no answer, or not yet.
    pub fn debrief(&self, id: &str) -> anyhow::Result<Revealed> {
        let path = format!("/api/v1/talks/{id}/debrief");
        let (status, body) = match self.link.send("GET", &path, &self.token, b"") {
            Ok(answer) => answer,
            Err(Trouble::Silent(..)) => anyhow::bail!(
                "the class's computer does not answer now; nothing is lost, so ask again in a \
                 moment"
            ),
            Err(other) => return Err(other.into()),
        };
        if status == 200 {
            return read_revealed(&body).map_err(|why| anyhow::anyhow!("{CANNOT_READ}: {why}"));
        }
        let said: Value = serde_json::from_str(&body).unwrap_or_default();
        let why = said["detail"].as_str().unwrap_or("the server refused it");
        anyhow::bail!("{}", short(why))
    }

    /// How the class stands, and what is left of the time.
    fn look(&self) -> Result<Option<Time>, Answer> {
        match self.link.send("GET", "/api/v1/time", &self.token, b"") {
            Ok((200, body)) => {
                let said: Value = serde_json::from_str(&body).unwrap_or_default();
                let time = serde_json::from_value(said["time"].clone()).ok();
                let time = time.map(tidy_time);
                match (said["state"].as_str(), &time) {
                    (Some("running"), Some(Time { left_ms: ..=0, .. })) => Err(Answer::Over(
                        "your time is up; what you played is handed in".to_owned(),
                    )),
                    (Some("running"), _) => Ok(time),
                    (Some("closed"), _) => Err(Answer::Over(
                        "the class is over; what you played is handed in".to_owned(),
                    )),
                    _ => Err(Answer::Rests(PAUSED.to_owned())),
                }
            }
            Ok((status, body)) => Err(refusal(status, &body)),
            Err(Trouble::Silent(..)) => Err(Answer::Nothing),
            Err(other) => Err(Answer::Over(other.to_string())),
        }
    }
}

const CANNOT_READ: &str = "the class's computer said something that this program cannot read";
const PAUSED: &str = "your instructor has paused the class; nothing is lost";

/// A sentence of a server, as it may be shown.
fn short(text: &str) -> String {
    line(text).chars().take(SENTENCE).collect()
}

/// What an answer means that holds no talk.
fn refusal(status: u16, body: &str) -> Answer {
    let said: Value = serde_json::from_str(body).unwrap_or_default();
    let why = said["detail"].as_str().unwrap_or("the server refused it");
    let why = short(why);
    match (status, said["kind"].as_str().unwrap_or_default()) {
        (409, "paused" | "not-begun") => Answer::Rests(why),
        (409, "other-turn") | (404, _) | (422, "illegal-turn") => Answer::Elsewhere,
        (409, "closed" | "time-is-up" | "all-played" | "other-form") => Answer::Over(why),
        (408 | 409 | 429 | 500.., _) => Answer::Nothing,
        _ => Answer::Over(why),
    }
}

/// An answer of a server, believed in nothing.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(body: &str) -> Result<Told, String> {
    let mut told: Told = in_form(body)?;
    let id = uuid::Uuid::try_parse(&told.id).map_err(|_| "the run has no id".to_owned())?;
    told.id = id.to_string();
    told.time = told.time.map(tidy_time);
    if let Some(receipt) = &told.receipt {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if receipt.len() > 32 || !receipt.chars().all(plain) {
            return Err("its receipt is none".to_owned());
        }
    }
    tidy(&mut told.talk)?;
    Ok(told)
}

/// A run that is revealed, believed in nothing.
fn read_revealed(body: &str) -> Result<Revealed, String> {
    let mut revealed: Revealed = in_form(body)?;
    let n_turns = revealed.turns.len();
    if n_turns > MAX_INPUTS || revealed.meters.len() != n_turns + 1 {
        return Err("its curve and its turns do not fit".to_owned());
    }
    let n_notes = revealed.gates.len() + revealed.not_counted.len();
    if n_notes > MAX_INPUTS {
        return Err("it holds too much".to_owned());
    }
    for meter in &mut revealed.meters {
        *meter = (*meter).clamp(0, 1_000);
    }
    let mut texts = vec![
        &mut revealed.title,
        &mut revealed.scene,
        &mut revealed.caution,
    ];
    texts.extend(&mut revealed.scores);
    texts.extend(&mut revealed.scored_by);
    texts.extend(&mut revealed.not_counted);
    for (name, why) in &mut revealed.gates {
        texts.extend([name, why]);
    }
    for turn in &mut revealed.turns {
        texts.extend([&mut turn.said, &mut turn.how, &mut turn.meter]);
        texts.extend([&mut turn.change, &mut turn.why, &mut turn.better]);
    }
    texts.into_iter().try_for_each(tidy_text)?;
    Ok(revealed)
}

/// An answer in the form that is spoken here.
fn in_form<T: DeserializeOwned>(body: &str) -> Result<T, String> {
    if body.len() > MAX_BYTES {
        return Err("it is too long".to_owned());
    }
    let said: Value = serde_json::from_str(body).map_err(|_| "it is no JSON".to_owned())?;
    match said["form"].as_u64() {
        Some(form) if form == u64::from(FORM) => {}
        Some(form) => {
            return Err(format!(
                "it is of form {form}, and this program reads {FORM}"
            ));
        }
        None => return Err("it names no form".to_owned()),
    }
    serde_json::from_value(said).map_err(|error| short(&error.to_string()))
}

fn tidy(talk: &mut Shown) -> Result<(), String> {
    if talk.exchanges.len() > MAX_INPUTS {
        return Err("the talk is too long".to_owned());
    }
    let n_replies = talk.replies.len();
    if n_replies > MAX_REPLIES {
        return Err(format!("it offers {n_replies} replies"));
    }
    let says = talk.backwards().find_map(Heard::floor);
    if says != Some(talk.floor) || (talk.floor == Floor::Trainee) == talk.replies.is_empty() {
        return Err("it does not say who has the floor".to_owned());
    }
    let percept = &mut talk.percept;
    for value in [
        &mut percept.tension,
        &mut percept.warmth,
        &mut percept.loudness,
        &mut percept.pace,
    ] {
        *value = (*value).min(100);
    }
    let setting = &mut talk.setting;
    let mut texts = vec![
        &mut setting.title,
        &mut setting.brief,
        &mut setting.name,
        &mut setting.trade,
        &mut setting.look,
    ];
    texts.extend(&mut talk.replies);
    let mut heard = vec![&mut talk.opening];
    for exchange in &mut talk.exchanges {
        texts.extend(&mut exchange.said);
        heard.push(&mut exchange.heard);
    }
    for heard in heard {
        if heard.len() > MAX_HEARD {
            return Err("too much happens at once in it".to_owned());
        }
        texts.extend(heard.iter_mut().filter_map(Heard::words_mut));
    }
    texts.into_iter().try_for_each(tidy_text)
}

/// A text with nothing in it that could command whatever shows it.
fn tidy_text(text: &mut String) -> Result<(), String> {
    if text.chars().count() > MAX_TEXT {
        return Err("one of its texts is too long".to_owned());
    }
    if text.chars().any(is_command) {
        let tame = |c: char| if is_command(c) && c != '\n' { ' ' } else { c };
        *text = text.chars().map(tame).collect();
    }
    Ok(())
}

fn tidy_time(mut time: Time) -> Time {
    time.words = line(&time.words).chars().take(64).collect();
    time
}

struct Keeper {
    table: Table,
    news: Arc<Mutex<News>>,
    changed: Box<dyn Fn() + Send>,
}

/// Nobody wants to know any more, or there is no more to know.
struct Ended;

impl Keeper {
    fn keep(self, orders: &Receiver<Does>) {
        _ = self.serve(orders);
    }

    fn serve(&self, orders: &Receiver<Does>) -> Result<(), Ended> {
        let mut id = self.until_told(orders, |table| table.take_up())?;
        loop {
            match orders.recv_timeout(CALM) {
                Ok(does) => {
                    self.set_line(Line::Fine(Some(Instant::now())));
                    id = self.until_told(orders, |table| table.does(&id, &does))?;
                }
                Err(RecvTimeoutError::Timeout) => self.look()?,
                Err(RecvTimeoutError::Disconnected) => return Err(Ended),
            }
        }
    }

    /// Asks until the talk is told; returns the run's id.
    fn until_told(
        &self,
        orders: &Receiver<Does>,
        ask: impl Fn(&Table) -> Answer,
    ) -> Result<String, Ended> {
        let mut ask: Box<dyn Fn(&Table) -> Answer + '_> = Box::new(ask);
        let mut rest = FIRST;
        let mut n_tries = 0;
        loop {
            match ask(&self.table) {
                Answer::Told(told) => {
                    let id = told.id.clone();
                    self.publish(|news| {
                        news.n += 1;
                        news.time.clone_from(&told.time);
                        news.told = Some(Arc::new(*told));
                        news.line = Line::Fine(None);
                    });
                    return Ok(id);
                }
                Answer::Elsewhere => {
                    // Where it is says the server; the trainee sees it and chooses anew.
                    ask = Box::new(Table::again);
                }
                Answer::Over(why) => return self.over(why),
                Answer::Rests(why) => {
                    self.set_line(Line::Rests(why));
                    pause(orders, BREAK)?;
                }
                Answer::Nothing => {
                    n_tries += 1;
                    // A line that was closed at rest is no trouble yet.
                    if n_tries > 1 {
                        self.set_line(Line::Silent);
                    }
                    pause(orders, rest + jitter(rest))?;
                    rest = (rest * 2).min(LONGEST);
                }
            }
        }
    }

    /// Says that the trainee is there, and learns of a pause, more time or the end.
    fn look(&self) -> Result<(), Ended> {
        let ended = {
            let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
            let told = news.told.as_ref();
            told.is_some_and(|told| told.talk.floor == Floor::Ended)
        };
        if ended {
            return Ok(());
        }
        match self.table.look() {
            Ok(time) => self.publish(|news| {
                news.time = time;
                news.line = Line::Fine(None);
            }),
            Err(Answer::Over(why)) => return self.over(why),
            Err(Answer::Rests(why)) => self.set_line(Line::Rests(why)),
            Err(_) => self.set_line(Line::Silent),
        }
        Ok(())
    }

    fn over<T>(&self, why: String) -> Result<T, Ended> {
        self.set_line(Line::Over(why));
        Err(Ended)
    }

    fn set_line(&self, line: Line) {
        self.publish(|news| news.line = line);
    }

    fn publish(&self, change: impl FnOnce(&mut News)) {
        let differs = {
            let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
            let before = (news.n, news.line.clone(), news.time.clone());
            change(&mut news);
            before != (news.n, news.line.clone(), news.time.clone())
        };
        if differs {
            (self.changed)();
        }
    }
}

/// Rests; it is over when nobody has the run any more.
fn pause(orders: &Receiver<Does>, rest: Duration) -> Result<(), Ended> {
    let until = Instant::now() + rest;
    loop {
        match orders.recv_timeout(until.saturating_duration_since(Instant::now())) {
            // One thing is done at a time; a second one was struck by mistake.
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return Ok(()),
            Err(RecvTimeoutError::Disconnected) => return Err(Ended),
        }
    }
}

/// Up to a quarter of a rest, so that a class does not come back all at once.
fn jitter(rest: Duration) -> Duration {
    rest.mul_f32((fresh_bits() % 256) as f32 / 1024.0)
}

#[cfg(test)]
mod tests;
