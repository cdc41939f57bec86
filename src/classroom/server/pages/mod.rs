//! The pages as data: what each template is given. Escaping is the templates'; every
//! text here may come from a stranger.

pub mod debrief;
pub mod moves;
pub mod outcome;
pub mod vote;

use askama::Template;
use engine::doctrine::Doctrine;

use super::app::Doors;
use super::clock::ALLOWANCES;
use super::times::{ClassTime, PersonTime};

/// A few words and a way on.
#[derive(Template)]
#[template(path = "classroom/server/templates/message.html")]
pub struct Message<'a> {
    /// The heading.
    pub title: &'a str,
    /// The words.
    pub text: &'a str,
    /// Where to go from here: address and words.
    pub way: Option<(&'a str, &'a str)>,
}

/// All classes, and a form for a new one.
#[derive(Template)]
#[template(path = "classroom/server/templates/classes.html")]
pub struct Classes {
    /// Id, title, state and when it was made.
    pub classes: Vec<(String, String, &'static str, String)>,
    /// Id and title of the scenarios.
    pub scenarios: Vec<(String, String)>,
    /// The doctrines to choose from.
    pub doctrines: Vec<&'static Doctrine>,
    /// Where the room finds this server.
    pub doors: Doors,
}

/// The board of a class.
#[derive(Template)]
#[template(path = "classroom/server/templates/board.html")]
pub struct Board {
    /// Id of the class.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The part that changes.
    pub live: BoardLive,
    /// The projector view.
    pub projector: String,
    /// Whether there are pages for browsers.
    pub browsers: bool,
}

/// The part of the board that changes.
#[derive(Template)]
#[template(path = "classroom/server/templates/board_live.html")]
pub struct BoardLive {
    /// Id of the class.
    pub id: String,
    /// `lobby`, `running`, `paused` or `closed`.
    pub state: String,
    /// The state in words.
    pub state_words: &'static str,
    /// Whether people may join.
    pub joining: bool,
    /// Whether the wall shows the names that people typed.
    pub shows_names: bool,
    /// The join code, in two halves.
    pub code: String,
    /// Where the room finds this server.
    pub doors: Doors,
    /// Its revision.
    pub revision: i64,
    /// What is played, in words.
    pub plan: String,
    /// Everyone's time, if there is a limit.
    pub time: Option<ClassTime>,
    /// The people.
    pub people: Vec<Person>,
    /// People in the class.
    pub n_in: usize,
    /// Encounters that were handed in, and how many there are to be.
    pub done: (usize, usize),
    /// How often somebody disagrees with the game.
    pub n_objections: usize,
    /// Where the wall shows the debrief, once the class is over.
    pub debrief: String,
}

impl BoardLive {
    /// What a person may be allowed, in hundredths and in words.
    fn allowances(&self) -> [(i64, &'static str); 4] {
        ALLOWANCES.map(|percent| {
            let words = match percent {
                0 => "no limit",
                150 => "half as much again",
                200 => "twice as much",
                _ => "like everyone",
            };
            (percent, words)
        })
    }
}

/// Whether a class is really to be deleted.
#[derive(Template)]
#[template(path = "classroom/server/templates/delete.html")]
pub struct Delete {
    /// Id of the class.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: String,
    /// Its revision.
    pub revision: i64,
    /// People in it.
    pub n_people: usize,
    /// Runs that were handed in.
    pub n_done: usize,
}

/// A person on the board.
pub struct Person {
    /// Id of the seat.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// What the room reads, if it is something else.
    pub nickname: String,
    /// Whether they were removed.
    pub removed: bool,
    /// Whether they were erased.
    pub erased: bool,
    /// When they were last heard of, in words.
    pub heard: String,
    /// Whether that was a moment ago.
    pub here: bool,
    /// When their seat last went to another device; empty if it never did.
    pub moved: String,
    /// Encounters handed in.
    pub n_done: usize,
    /// Encounters to be played.
    pub n_tasks: usize,
    /// What they are playing now.
    pub playing: String,
    /// Their time.
    pub time: PersonTime,
}

/// What everyone in the room sees.
#[derive(Template)]
#[template(path = "classroom/server/templates/projector.html")]
pub struct Projector {
    /// Its token.
    pub token: String,
    /// Title of the class.
    pub title: String,
    /// The part that changes, a page's part already.
    pub live: String,
}

/// The part of the projector view that changes.
#[derive(Template)]
#[template(path = "classroom/server/templates/projector_live.html")]
pub struct ProjectorLive {
    /// Whether the class is over.
    pub closed: bool,
    /// The view's token.
    pub token: String,
    /// The state in words.
    pub state_words: &'static str,
    /// Whether people may join.
    pub joining: bool,
    /// The join code, in two halves.
    pub code: String,
    /// Where to join.
    pub doors: Doors,
    /// The address for browsers as a picture for phones; empty if there is none.
    pub qr: String,
    /// That it is scored by another doctrine than usual, in words.
    pub scored_by: Option<String>,
    /// Everyone's time in words; empty where there is no limit.
    pub time: String,
    /// What the room reads of people, with encounters done and whether they are here.
    pub people: Vec<(String, usize, bool)>,
    /// Encounters that were handed in, and how many there are to be.
    pub done: (usize, usize),
}

/// Cards with a way in for everyone on a roster, to be printed and cut.
#[derive(Template)]
#[template(path = "classroom/server/templates/cards.html")]
pub struct Cards {
    /// Id of the class.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The cards.
    pub cards: Vec<Card>,
    /// Names that got no seat, and why.
    pub refused: Vec<(String, String)>,
}

/// A card with a way into a seat.
pub struct Card {
    /// Whose it is.
    pub name: String,
    /// What the room calls them.
    pub nickname: String,
    /// The way in.
    pub link: String,
    /// The same as a picture.
    pub qr: String,
}

/// The page where people join.
#[derive(Template)]
#[template(path = "classroom/server/templates/join.html")]
pub struct Join {
    /// The code, if the address said it.
    pub code: String,
}

/// The page where people play.
#[derive(Template)]
#[template(path = "classroom/server/templates/play.html")]
pub struct Play;

/// A code as it is read out: two halves.
pub fn halves(code: &str) -> String {
    let (first, last) = code.split_at(code.len() / 2);
    format!("{first} {last}")
}

/// An address as a picture for phones, an SVG without anything that acts.
pub fn qr(address: &str) -> String {
    use fast_qr::convert::svg::SvgBuilder;
    fast_qr::QRBuilder::new(address)
        .build()
        .map_or(String::new(), |qr| SvgBuilder::default().to_str(&qr))
}

/// The state of a class in words.
pub fn state_words(state: &str) -> &'static str {
    match state {
        "lobby" => "waiting to begin",
        "running" => "running",
        "paused" => "paused",
        _ => "over",
    }
}
