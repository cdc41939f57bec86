//! The report: everything the debrief shows of a run, as plain data. The same
//! run gives the same report wherever it is made.

mod doctrine;
mod house;
mod marks;
mod turns;
mod voids;

use serde::Serialize;

use crate::act::Act;
use crate::customer::Term;
use crate::doctrine::Doctrine;
use crate::guidance::{Catalogue, Principle, Sign, Tested};
use crate::mark::Calibration;
use crate::names;
use crate::rules::TermKind;
use crate::scenario::written::{Gauge, Outcome};
use crate::score::{Finding, Gate, Par, Score, Standard, Voided};
use crate::session::{Action, Session};
use crate::state::{Flags, Floor, N_GAUGES, Stance};

pub use doctrine::SideNote;
pub use house::{HouseNote, HouseReport};
use turns::{row, source_note};

/// What every report says about its own weight.
pub const CAUTION: &str = "One run is feedback, not certification: it says what happened in this conversation, \
     not what kind of colleague somebody is. A verdict needs at least eight to twelve different ones.";

/// A scored and explained run. Satisfaction in tenths of a point (0 to 1000),
/// every other score in thousandths.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Id of the scenario.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// Hash of its content.
    pub content: String,
    /// The rules' version.
    pub rules: String,
    /// How clauses weigh where the documents disagree.
    pub doctrine: &'static Doctrine,
    /// The seed, as it is spoken.
    pub seed: String,
    /// How it ended; `None` while it has not.
    pub ending: Option<EndingNote>,
    /// The after-call survey, in tenths: the satisfaction score.
    pub satisfaction: i16,
    /// The guidance score.
    pub conduct: i32,
    /// The survey between random and best play.
    pub outcome: i32,
    /// Three quarters conduct, one quarter outcome.
    pub total: i32,
    /// What no score can balance.
    pub gates: Vec<GateNote>,
    /// The pass line.
    pub pass_line: i16,
    /// Whether the run passes. The line is provisional, and so is this.
    pub passed: bool,
    /// Random and best play of the same content, rules and seed.
    pub par: ParNote,
    /// The satisfactometer before the first input, in tenths.
    pub start: i16,
    /// One row per input.
    pub curve: Vec<Row>,
    /// The reply that moved the satisfactometer most.
    pub turning_point: Option<TurningPoint>,
    /// Where the trainee thought the meter stood, when they were asked.
    pub readings: Readings,
    /// The principles, in the order of the catalogue.
    pub principles: Vec<PrincipleNote>,
    /// The clauses, in the order of the catalogue.
    pub clauses: Vec<ClauseNote>,
    /// The house's own clauses, if the scenario is one of a house that has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub house: Option<HouseReport>,
    /// Where the documents disagree about clauses of this run.
    pub disagreements: Vec<Remark>,
    /// Where published evidence has a word on clauses of this run.
    pub evidence: Vec<Remark>,
    /// The word given, in order.
    pub promises: Vec<PromiseNote>,
    /// What of this run does not count, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_counted: Vec<NotCounted>,
    /// What one run is worth.
    pub caution: &'static str,
}

/// Something of a run that does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotCounted {
    /// What.
    pub what: Voided,
    /// What it is called: the clause's title, or the beat's key.
    pub title: String,
    /// Why, in the words of whoever took it out.
    pub why: String,
    /// The turns it would have counted at, from 1.
    pub turns: Vec<usize>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndingNote {
    /// Key of the ending.
    pub key: String,
    /// Its scene.
    pub scene: String,
    /// What became of the customer.
    pub outcome: Outcome,
    /// The same in words.
    pub outcome_words: &'static str,
    /// Whether it was the right way to end, however they feel.
    pub right: bool,
    /// Whether the customer walked out.
    pub walked_out: bool,
}

/// A closed gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct GateNote {
    /// Which.
    pub gate: Gate,
    /// The turn that closed it, from 1.
    pub turn: usize,
    /// Its name.
    pub name: &'static str,
    /// Why nothing makes up for it.
    pub why: &'static str,
}

/// The par of the run, surveys in tenths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParNote {
    /// Mean of random play.
    pub random: i16,
    /// Best play found. A bound from below: a deeper search might find better.
    pub best: i16,
    /// Number of inputs of the best line.
    pub n_inputs: usize,
    /// Key of the ending it reaches.
    pub ending: String,
}

/// One input of the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its number, from 1.
    pub turn: usize,
    /// What was done, by keys.
    pub action: Action,
    /// What was said, if anything.
    pub said: Option<String>,
    /// The voice and face it was done with.
    pub stance: Stance,
    /// When it was done, in words.
    pub timing: &'static str,
    /// Where the customer was before it.
    pub phase: &'static str,
    /// The satisfactometer after it, in tenths.
    pub satisfaction: i16,
    /// What it changed, in tenths.
    pub change: i16,
    /// The gauges after it: heat, heard, fixed, trust, ease; 0 to 1000.
    pub gauges: [i16; N_GAUGES],
    /// Why, the weightiest first.
    pub terms: Vec<TermNote>,
    /// What it meant to the guidance.
    pub credits: Vec<CreditNote>,
    /// A better move that was on offer, if there was one.
    pub better: Option<Better>,
}

/// The terms of a change, those of one name together, the weightiest first.
pub fn term_notes(terms: &[Term]) -> Vec<TermNote> {
    turns::terms(terms)
}

/// One named reason for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TermNote {
    /// Which.
    pub term: TermKind,
    /// The act it came from, if it came from one alone.
    pub act: Option<Act>,
    /// Its title.
    pub title: &'static str,
    /// One plain sentence.
    pub why: &'static str,
    /// Change of each gauge, in thousandths.
    pub delta: [i16; N_GAUGES],
}

/// What a turn meant to one clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CreditNote {
    /// Number of the clause.
    pub clause: u16,
    /// Its title.
    pub title: &'static str,
    /// Where it stands.
    pub source: SourceNote,
    /// Credit, -250 to 1000.
    pub credit: i32,
}

/// A place in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SourceNote {
    /// Id of the document.
    pub document: &'static str,
    /// Its title.
    pub title: &'static str,
    /// First line.
    pub first: u16,
    /// Last line.
    pub last: u16,
}

/// A better move: the one with the best immediate result, by looking one step
/// ahead and counting what the clauses give for it. Not proven best in the long run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Better {
    /// What to do, by keys.
    pub action: Action,
    /// What to say, if anything.
    pub say: Option<String>,
    /// How.
    pub stance: Stance,
    /// What it would have changed, in tenths of the satisfactometer.
    pub change: i16,
    /// Whether only the stance differs.
    pub same_words: bool,
    /// The clause it serves best, if any.
    pub serves: Option<CreditNote>,
}

/// The reply that moved the satisfactometer most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TurningPoint {
    /// The turn, from 1.
    pub turn: usize,
    /// The change, in tenths.
    pub change: i16,
}

/// How the trainee read the customer. Not scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Readings {
    /// How often they were asked.
    pub n_asked: usize,
    /// What they marked.
    pub marks: Vec<MarkNote>,
    /// How the marks stand to the truth; `None` without a mark.
    pub calibration: Option<Calibration>,
}

/// One mark beside the truth. Meters in tenths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarkNote {
    /// The turn it was made after, 0 for before the first.
    pub after: usize,
    /// Key of the beat it was asked at.
    pub beat: String,
    /// The step marked, from 1.
    pub step: u8,
    /// What the step means.
    pub words: &'static str,
    /// The middle of the step.
    pub marked: i16,
    /// What the satisfactometer showed.
    pub was: i16,
    /// Marked less true: above zero is too hopeful.
    pub error: i16,
}

/// The score of a principle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PrincipleNote {
    /// Which.
    pub principle: Principle,
    /// Its title.
    pub title: &'static str,
    /// Its weight in the conduct score.
    pub weight: u16,
    /// Its score; `None` if no clause of it was tested, or none that was counts.
    pub score: Option<i32>,
}

/// What the run meant to one clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClauseNote {
    /// Its number.
    pub n: u16,
    /// Its key.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// One sentence.
    pub sentence: &'static str,
    /// Where it stands.
    pub source: SourceNote,
    /// What it is counted under.
    pub principle: Option<Principle>,
    /// Do, do not, or judge.
    pub sign: Sign,
    /// Where it is put to the test.
    pub tested: Tested,
    /// How the run stands to it.
    pub finding: Finding,
    /// Share of the possible credit, -250 to 1000.
    pub share: i32,
    /// The turns that made it so, from 1.
    pub turns: Vec<usize>,
    /// What it weighs by the doctrine, per cent of what it weighs otherwise.
    pub weighs: u16,
    /// The sides it is on where the documents disagree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sides: Vec<SideNote>,
}

/// A note on clauses of this run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// What it is about.
    pub about: &'static str,
    /// The note.
    pub note: &'static str,
    /// What the doctrine leans to, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leans: Option<&'static str>,
    /// The clauses of this run it belongs to, by number.
    pub clauses: Vec<u16>,
}

/// A word given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PromiseNote {
    /// The turn it was given at, from 1.
    pub turn: usize,
    /// What, and by when.
    pub what: String,
}

impl Report {
    /// Scores and explains a run. Works out par, which is most of the effort;
    /// with par at hand use [`Report::with_par`].
    pub fn of(session: &Session) -> Report {
        Report::by_doctrine(session, Doctrine::balanced())
    }

    /// The same by a doctrine.
    pub fn by_doctrine(session: &Session, doctrine: &'static Doctrine) -> Report {
        let par = Par::of(session.world(), session.seed());
        let standard = Standard {
            doctrine,
            ..Standard::default()
        };
        Report::by(session, &par, standard)
    }

    /// The same with the par of this content, rules and seed at hand.
    pub fn with_par(session: &Session, par: &Par) -> Report {
        Report::by(session, par, Standard::default())
    }

    /// The same by another doctrine, or without what does not count, of which only what
    /// came up in the run is named.
    pub fn by(session: &Session, par: &Par, standard: Standard) -> Report {
        let score = Score::by(session, par, standard);
        let doctrine = standard.doctrine;
        let world = session.world();
        let scenario = session.scenario();
        let pass_line = session.rules().pass;
        let curve: Vec<Row> = session
            .turns()
            .iter()
            .zip(1..)
            .map(|(turn, n)| row(session, turn, n, &score.credits, doctrine))
            .collect();
        let ending_of = |number: u16| scenario.ending_keys.get(number as usize);
        Report {
            scenario: scenario.id().to_owned(),
            title: scenario.title().to_owned(),
            content: scenario.content().to_string(),
            rules: session.rules().version(),
            doctrine,
            seed: session.seed().to_string(),
            ending: ending(session),
            satisfaction: score.survey,
            conduct: score.guidance,
            outcome: score.outcome,
            total: score.total,
            gates: score
                .gates
                .iter()
                .map(|&(gate, turn)| gate_note(gate, turn))
                .collect(),
            pass_line,
            passed: score.passed(pass_line),
            par: ParNote {
                random: par.random,
                best: par.best.survey,
                n_inputs: par.best.inputs.len(),
                ending: ending_of(par.best.ending).cloned().unwrap_or_default(),
            },
            start: world.satisfaction(session.first()),
            turning_point: turning_point(&curve),
            curve,
            readings: marks::readings(session),
            principles: principles(&score),
            clauses: clauses(&score, doctrine),
            house: scenario
                .house()
                .map(|house| HouseReport::of(house, session)),
            disagreements: doctrine::disagreements(&score, doctrine),
            evidence: evidence(&score),
            promises: promises(session),
            not_counted: voids::not_counted(session, par, standard.voids),
            caution: CAUTION,
        }
    }
}

impl Report {
    /// Number of the reply, counted among the replies from 1, that moved the
    /// satisfactometer most; `None` if no reply moved it.
    pub fn turning_reply(&self) -> Option<usize> {
        let replies = self.curve.iter().filter(|row| row.said.is_some());
        let mut most = None;
        for (row, n) in replies.zip(1..) {
            let moved = row.change.abs();
            if most.is_none_or(|(most, _)| moved > most) && moved > 0 {
                most = Some((moved, n));
            }
        }
        most.map(|(_, n)| n)
    }
}

fn gate_note(gate: Gate, turn: usize) -> GateNote {
    GateNote {
        gate,
        turn,
        name: gate.name(),
        why: gate.why(),
    }
}

fn ending(session: &Session) -> Option<EndingNote> {
    let state = session.state();
    if state.floor != Floor::Ended {
        return None;
    }
    let number = state.ending as usize;
    let (key, written) = session.scenario().written().endings.iter().nth(number)?;
    Some(EndingNote {
        key: key.text.clone(),
        scene: written.scene.clone(),
        outcome: written.outcome,
        outcome_words: names::outcome(written.outcome),
        right: written.right,
        walked_out: state.flags.has(Flags::WALKED_OUT),
    })
}

fn turning_point(curve: &[Row]) -> Option<TurningPoint> {
    let mut most: Option<TurningPoint> = None;
    for row in curve.iter().filter(|row| row.said.is_some()) {
        if row.change.abs() > most.map_or(0, |point| point.change.abs()) {
            most = Some(TurningPoint {
                turn: row.turn,
                change: row.change,
            });
        }
    }
    most
}

fn principles(score: &Score) -> Vec<PrincipleNote> {
    Catalogue::current()
        .principles
        .iter()
        .zip(&score.principles)
        .map(|(row, (_, score))| PrincipleNote {
            principle: row.id,
            title: &row.title,
            weight: row.weight,
            score: *score,
        })
        .collect()
}

fn clauses(score: &Score, doctrine: &Doctrine) -> Vec<ClauseNote> {
    Catalogue::current()
        .clauses
        .iter()
        .zip(&score.clauses)
        .enumerate()
        .map(|(index, (clause, result))| ClauseNote {
            n: clause.n,
            id: &clause.id,
            title: &clause.title,
            sentence: &clause.sentence,
            source: source_note(clause),
            principle: clause.principle,
            sign: clause.sign,
            tested: clause.tested,
            finding: result.finding,
            share: result.share,
            turns: result.turns.clone(),
            weighs: doctrine.percent(index),
            sides: doctrine::sides(clause.n),
        })
        .collect()
}

/// Where published evidence has a word on something the trainee did.
fn evidence(score: &Score) -> Vec<Remark> {
    let notes = Catalogue::current().evidence.iter();
    notes
        .filter_map(|note| {
            Some(Remark {
                about: &note.about,
                note: &note.note,
                leans: None,
                clauses: touched(score, note.clauses.iter().copied(), 1)?,
            })
        })
        .collect()
}

/// Those of the clauses that came up, if at least so many did and the trainee did
/// something about one of them.
fn touched(score: &Score, clauses: impl Iterator<Item = u16>, fewest: usize) -> Option<Vec<u16>> {
    let finding = |n: u16| {
        let index = usize::from(n).saturating_sub(1);
        score.clauses.get(index).map(|clause| clause.finding)
    };
    let came_up = |n: &u16| finding(*n).is_some_and(|f| f != Finding::NotTested);
    let acted = |n: &u16| !matches!(finding(*n), Some(Finding::NotTested | Finding::Missed));
    let clauses: Vec<u16> = clauses.filter(came_up).collect();
    (clauses.len() >= fewest && clauses.iter().any(acted)).then_some(clauses)
}

fn promises(session: &Session) -> Vec<PromiseNote> {
    let mut notes = Vec::new();
    for (turn, n) in session.turns().iter().zip(1..) {
        let given = turn.after.promises & !turn.before.promises;
        for (bit, (_, what)) in session.scenario().promises.iter().enumerate() {
            if given & (1 << bit) != 0 {
                notes.push(PromiseNote {
                    turn: n,
                    what: what.clone(),
                });
            }
        }
    }
    notes
}

/// The gauges with their names, in the order of [`Row::gauges`].
pub const GAUGES: [Gauge; N_GAUGES] = [
    Gauge::Heat,
    Gauge::Heard,
    Gauge::Fixed,
    Gauge::Trust,
    Gauge::Ease,
];
