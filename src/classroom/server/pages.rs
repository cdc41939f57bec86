//! The pages as data: what each template is given. Escaping is the templates'; every
//! text here may come from a stranger.

use askama::Template;
use engine::report::Report;
use engine::session::Action;

use super::app::Doors;
use super::clock::ALLOWANCES;
use super::store::ObjectionRow;
use super::times::{ClassTime, PersonTime};
use super::wrong::sentence;
use crate::classroom::decisions::Decision;
use crate::classroom::tables::tenths;

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
    /// What the room reads instead, for somebody from a roster.
    pub nickname: String,
    /// Whether they were removed.
    pub removed: bool,
    /// Whether they were erased.
    pub erased: bool,
    /// When they were last heard of, in words.
    pub heard: String,
    /// Whether that was a moment ago.
    pub here: bool,
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
    /// Everyone's time in words; empty where there is no limit.
    pub time: String,
    /// Nicknames and names as people gave them, with encounters done and whether they are
    /// here.
    pub people: Vec<(String, usize, bool)>,
    /// Encounters that were handed in, and how many there are to be.
    pub done: (usize, usize),
}

/// The class's debrief, for the wall.
#[derive(Template)]
#[template(path = "classroom/server/templates/review.html")]
pub struct Review {
    /// The projector view's token.
    pub token: String,
    /// Title of the class.
    pub class: String,
    /// Titles of its scenarios.
    pub scenarios: Vec<String>,
    /// The one that is shown.
    pub scenario: usize,
    /// What is shown of it: 0 for the curves, then its choices.
    pub at: usize,
    /// How many choices there are.
    pub n_choices: usize,
    /// How many people played it.
    pub n_people: usize,
    /// Every curve, in a box of 1000 by 400; none of too few.
    pub lines: Vec<String>,
    /// The middle of them all.
    pub middle: String,
    /// How it ended, and how often.
    pub endings: Vec<(String, usize)>,
    /// Choices at which too few stood.
    pub n_left_out: usize,
    /// The choice that is shown.
    pub choice: Option<ReviewChoice>,
}

impl Review {
    /// A debrief of nothing.
    pub fn empty(token: String, class: String, scenarios: Vec<String>) -> Self {
        Review {
            token,
            class,
            scenarios,
            scenario: 0,
            at: 0,
            n_choices: 0,
            n_people: 0,
            lines: Vec::new(),
            middle: String::new(),
            endings: Vec::new(),
            n_left_out: 0,
            choice: None,
        }
    }
}

/// One choice of a class's debrief.
#[derive(Clone)]
pub struct ReviewChoice {
    /// What the customer had said.
    pub heard: String,
    /// How many stood here.
    pub n: usize,
    /// What they did.
    pub chosen: Vec<ReviewChosen>,
    /// Why it does not count, if it does not.
    pub void: String,
}

/// What some of them did.
#[derive(Clone)]
pub struct ReviewChosen {
    /// The words.
    pub words: String,
    /// How many.
    pub n: usize,
    /// The same in hundredths.
    pub percent: usize,
    /// What it changed, on average.
    pub change: String,
    /// Whether it helped, harmed or neither.
    pub sign: &'static str,
    /// Whether better words were on offer for most of them.
    pub better: bool,
}

/// The page where people vote.
#[derive(Template)]
#[template(path = "classroom/server/templates/vote.html")]
pub struct VotePage;

/// One customer for the whole class, on the wall.
#[derive(Template)]
#[template(path = "classroom/server/templates/vote_wall.html")]
pub struct VoteWall {
    /// Address and code for people who come late, while they may come.
    pub join: Option<(String, String)>,
    /// Title of the scenario.
    pub title: String,
    /// What the customer is called.
    pub who: String,
    /// The customer.
    pub picture: String,
    /// What shows of them, in words.
    pub seen: String,
    /// The last that was said: who, and the words.
    pub lines: Vec<(&'static str, String)>,
    /// What is asked of the class.
    pub ask: String,
    /// The replies, while they are on offer.
    pub offers: Vec<Offer>,
    /// Whether the tallies are shown.
    pub tally: bool,
    /// Rounds that were voted in.
    pub rounds: usize,
    /// People who have voted in this round, and who are here.
    pub voted: Option<(usize, usize)>,
    /// What would have come of another reply.
    pub other: Option<Other>,
    /// The run, revealed, when it is over.
    pub debrief: Option<Debrief>,
}

/// One reply that is voted on.
pub struct Offer {
    /// A, B, C …
    pub letter: char,
    /// The words.
    pub words: String,
    /// Votes in the first and the second round.
    pub votes: [usize; 2],
    /// The same in hundredths.
    pub share: [usize; 2],
    /// The most votes in the last round.
    pub most: bool,
}

/// A future that did not come.
pub struct Other {
    /// What was said instead.
    pub words: String,
    /// What came of it: who, and the words.
    pub lines: Vec<(&'static str, String)>,
    /// The customer then.
    pub picture: String,
    /// What shows of them then.
    pub seen: String,
}

/// Where the instructor steps a class through one customer.
#[derive(Template)]
#[template(path = "classroom/server/templates/vote_board.html")]
pub struct VoteBoard {
    /// Id of the class.
    pub id: String,
    /// Title of the class.
    pub title: String,
    /// Id and title of the scenarios it may play.
    pub scenarios: Vec<(String, String)>,
    /// Whether the class is over.
    pub closed: bool,
    /// The projector view.
    pub projector: String,
    /// The run, if one is played.
    pub run: Option<VoteSteer>,
}

/// The run an instructor steps.
pub struct VoteSteer {
    /// Revision of the vote.
    pub revision: i64,
    /// `customer`, `trainee` or `ended`.
    pub floor: &'static str,
    /// The stage's word.
    pub stage: &'static str,
    /// What is on the wall.
    pub wall: VoteWall,
    /// The replies that were not said last time.
    pub others: Vec<(usize, String)>,
    /// The receipt, when it is over.
    pub receipt: String,
}

/// Who did how well, and where the class went wrong.
#[derive(Template)]
#[template(path = "classroom/server/templates/results.html")]
pub struct Results {
    /// Id of the class.
    pub id: String,
    /// Its title.
    pub title: String,
    /// A row per attempt.
    pub rows: Vec<ResultRow>,
    /// The decisions.
    pub decisions: Vec<DecisionRow>,
    /// What does not count, or did not for a while.
    pub voids: Vec<VoidLine>,
    /// What people disagree with.
    pub objections: Vec<Objection>,
    /// The clauses that came up: key, and words with how many went against them.
    pub clauses: Vec<(String, String)>,
    /// Transcripts kept aside.
    pub n_rejected: usize,
    /// Attempts that count by other rules than those of today.
    pub n_older: usize,
}

/// Something that does not count, or did not for a while.
pub struct VoidLine {
    /// Its number.
    pub no: i64,
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
    /// When it was taken out.
    pub made_at: String,
    /// When it was put back; empty while it does not count.
    pub lifted_at: String,
}

/// What somebody disagrees with.
pub struct Objection {
    /// What they are called.
    pub name: String,
    /// Id of the scenario.
    pub scenario: String,
    /// Key of the beat.
    pub beat: String,
    /// The turn.
    pub turn: i64,
    /// What they said there, if they did by now.
    pub said: String,
    /// Why they disagree.
    pub why: String,
    /// When they said so.
    pub made_at: String,
}

/// One attempt.
pub struct ResultRow {
    /// What the person is called.
    pub mark: String,
    /// Id of the scenario.
    pub scenario: String,
    /// Number of the attempt.
    pub number: u32,
    /// The verdict.
    pub verdict: &'static str,
    /// Satisfaction, conduct and total.
    pub scores: [String; 3],
    /// Whether it passes.
    pub passed: bool,
    /// Where it was played.
    pub played: &'static str,
    /// What else is to be known.
    pub notes: String,
    /// The receipt's code.
    pub receipt: String,
}

/// One decision.
pub struct DecisionRow {
    /// The scenario.
    pub scenario: String,
    /// The beat.
    pub beat: String,
    /// People who stood there.
    pub n: usize,
    /// How many found the best words, in words.
    pub facility: String,
    /// How well it tells people apart.
    pub discrimination: String,
    /// Words, share in hundredths, how many, and whether better ones were on offer.
    pub chosen: Vec<(String, usize, usize, bool)>,
    /// Why it does not count, if it does not.
    pub void: String,
}

impl DecisionRow {
    /// A decision as the page shows it.
    pub fn of(decision: &Decision) -> Self {
        let chosen = decision.chosen.iter().map(|choice| {
            let percent = choice.n * 100 / decision.n.max(1);
            (choice.words.clone(), percent, choice.n, choice.better)
        });
        DecisionRow {
            scenario: decision.scenario.clone(),
            beat: decision.beat.clone(),
            n: decision.n,
            facility: format!("{:.0} %", decision.facility * 100.0),
            discrimination: decision
                .discrimination
                .map_or("–".to_owned(), |r| format!("{r:+.2}")),
            chosen: chosen.collect(),
            void: String::new(),
        }
    }
}

/// Where a person's own browser, or a new one, gets its seat back.
#[derive(Template)]
#[template(path = "classroom/server/templates/seat_link.html")]
pub struct SeatLink {
    /// Id of the class.
    pub id: String,
    /// What the person is called.
    pub name: String,
    /// The address with the new token behind `#`, which no server or log sees.
    pub link: String,
    /// The same as a picture.
    pub qr: String,
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

/// A run, revealed.
#[derive(Template)]
#[template(path = "classroom/server/templates/debrief.html")]
pub struct Debrief {
    /// Title of the scenario.
    pub title: String,
    /// The last scene.
    pub scene: String,
    /// Satisfaction, conduct and total.
    pub scores: [String; 3],
    /// Whether it passes the provisional line.
    pub passed: bool,
    /// What no score can balance.
    pub gates: Vec<(String, String)>,
    /// The hidden meter as points of a line in a box of 1000 by 200.
    pub line: String,
    /// The replies on it: x, y and number.
    pub marks: Vec<(String, String, usize)>,
    /// What was said, turn by turn.
    pub turns: Vec<TurnRow>,
    /// What does not count, in sentences.
    pub not_counted: Vec<String>,
    /// Id of the attempt, where its own player reads it and may disagree.
    pub own: Option<String>,
    /// What one run is worth.
    pub caution: &'static str,
}

/// One turn of a debrief.
pub struct TurnRow {
    /// Its number, from 1.
    pub n: usize,
    /// Whether something was decided here.
    pub decides: bool,
    /// Why its player disagrees, if they do.
    pub disagrees: String,
    /// What was said, or done.
    pub said: String,
    /// Voice, face and when.
    pub how: String,
    /// The meter after it.
    pub meter: String,
    /// What it changed.
    pub change: String,
    /// Whether it helped, harmed or neither.
    pub sign: &'static str,
    /// Why.
    pub why: String,
    /// A better line.
    pub better: String,
}

impl Debrief {
    /// The page of a report.
    pub fn of(report: &Report) -> Self {
        let n = report.curve.len().max(1);
        let x = |turn: usize| format!("{:.1}", turn as f32 * 1000.0 / n as f32);
        let y = |value: i16| format!("{:.1}", 200.0 - f32::from(value) / 5.0);
        let mut line = format!("0,{}", y(report.start));
        let mut marks = Vec::new();
        let mut turns = Vec::new();
        for row in &report.curve {
            line.push_str(&format!(" {},{}", x(row.turn), y(row.satisfaction)));
            if row.said.is_some() {
                marks.push((x(row.turn), y(row.satisfaction), row.turn));
            }
            turns.push(turn_row(row));
        }
        Debrief {
            title: report.title.clone(),
            scene: report
                .ending
                .as_ref()
                .map_or("You left before the end.".into(), |e| e.scene.clone()),
            scores: [
                tenths(report.satisfaction.into()),
                tenths(report.conduct),
                tenths(report.total),
            ],
            passed: report.passed,
            gates: report
                .gates
                .iter()
                .map(|gate| (gate.name.to_owned(), gate.why.to_owned()))
                .collect(),
            line,
            marks,
            turns,
            not_counted: report.not_counted.iter().map(sentence).collect(),
            own: None,
            caution: report.caution,
        }
    }

    /// The same for whoever played it: they may disagree.
    #[must_use]
    pub fn of_their_own(mut self, attempt: &str, objections: &[ObjectionRow]) -> Self {
        self.own = Some(attempt.to_owned());
        for turn in &mut self.turns {
            let mut here = objections.iter();
            let here = here.find(|o| usize::try_from(o.turn) == Ok(turn.n));
            turn.disagrees = here.map_or(String::new(), |o| o.why.clone());
        }
        self
    }
}

fn turn_row(row: &engine::report::Row) -> TurnRow {
    use crate::classroom::judge::action_word;
    let said = match (&row.said, action_word(&row.action)) {
        (Some(said), _) => said.clone(),
        (None, "listen") => "You listened.".into(),
        (None, "encourage") => "You listened, and nodded.".into(),
        (None, "cut-in") => "You cut in.".into(),
        (None, _) => "You said nothing.".into(),
    };
    let why: Vec<&str> = row.terms.iter().take(2).map(|term| term.title).collect();
    let better = row.better.as_ref().map_or(String::new(), |better| {
        let stance = engine::names::stance(better.stance);
        match &better.say {
            Some(_) if better.same_words => format!("The same words, {stance}."),
            Some(say) => format!("“{say}” ({stance})"),
            None => match action_word(&better.action) {
                "encourage" => format!("Nod at the end ({stance})."),
                "listen" => format!("Listen ({stance})."),
                _ => format!("Cut in ({stance})."),
            },
        }
    });
    TurnRow {
        n: row.turn,
        decides: matches!(row.action, Action::Say(_) | Action::Pause),
        disagrees: String::new(),
        said,
        how: format!("{}; {}", engine::names::stance(row.stance), row.timing),
        meter: tenths(row.satisfaction.into()),
        change: match row.change {
            0 => "±0".into(),
            up @ 1.. => format!("+{}", tenths(up.into())),
            down => tenths(down.into()).replace('-', "−"),
        },
        sign: match row.change {
            10.. => "up",
            ..=-10 => "down",
            _ => "level",
        },
        why: why.join(", ").to_lowercase(),
        better,
    }
}

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
