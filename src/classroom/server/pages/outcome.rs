//! What became of a class: the instructor's results, and the debrief for the wall.

use askama::Template;
use engine::doctrine::Doctrine;

use crate::classroom::decisions::Decision;

/// Who did how well, and where the class went wrong.
#[derive(Template)]
#[template(path = "classroom/server/templates/results.html")]
pub struct Results {
    /// Id of the class.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The doctrine it is scored by.
    pub doctrine: &'static Doctrine,
    /// Whose customers people meet, if the instructor picked a seed.
    pub picked: Option<String>,
    /// A row per attempt.
    pub rows: Vec<ResultRow>,
    /// The decisions.
    pub decisions: Vec<DecisionRow>,
    /// Where people took longest to decide: scenario, beat and how long.
    pub slowest: Vec<(String, String, String)>,
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
    /// Scores are being made anew at this moment.
    pub scoring: bool,
}

/// How far it is with something that takes longer than somebody waits at a page. It asks
/// again by itself.
#[derive(Template)]
#[template(path = "classroom/server/templates/far.html")]
pub struct Far {
    /// `page` for the board, `projector` for the wall.
    pub kind: &'static str,
    /// Title of the class.
    pub title: String,
    /// Runs that are read.
    pub n: usize,
    /// Runs there are.
    pub of: usize,
    /// Another page, with words for it.
    pub back: (String, &'static str),
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
    /// How long they took, by the median; empty where it is not known of anybody.
    pub took: String,
    /// Words, share in hundredths, how many, and whether better ones were on offer.
    pub chosen: Vec<(String, usize, usize, bool)>,
    /// Why it does not count, if it does not.
    pub void: String,
}

/// A time as people read it.
pub fn seconds(seconds: f64) -> String {
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round();
    match whole < 120.0 {
        true => format!("{whole:.0} s"),
        false => format!("{:.0} min", whole / 60.0),
    }
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
            took: decision.median.map_or(String::new(), seconds),
            chosen: chosen.collect(),
            void: String::new(),
        }
    }
}

/// The class's debrief, for the wall.
#[derive(Template)]
#[template(path = "classroom/server/templates/review.html")]
pub struct Review {
    /// The projector view's token.
    pub token: String,
    /// Title of the class.
    pub class: String,
    /// That it is scored by another doctrine than usual, in words.
    pub scored_by: Option<String>,
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
            scored_by: None,
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
