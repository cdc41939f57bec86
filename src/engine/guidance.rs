//! The guidance: five documents, their clauses in our own words, and the tests
//! that find a clause in a run, as data. Nothing here scores.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::act::{Act, ActSet};
use crate::scenario::written::{Gauge, SegmentKind};
use crate::state::{Face, Flags, Phase, Voice};

/// The twelve principles that clauses are counted under, and the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all(serialize = "kebab-case"))]
#[expect(
    missing_docs,
    reason = "the names say it; the catalogue has their titles"
)]
pub enum Principle {
    Listen,
    CalmVoice,
    SayBack,
    Clarify,
    Empathy,
    OwnIt,
    Attention,
    NextStep,
    Choices,
    HonestWord,
    FollowUp,
    Respect,
    Limits,
}

/// What a clause asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "kebab-case"))]
pub enum Sign {
    /// Something to do.
    Do,
    /// Something not to do.
    Dont,
    /// A judgement of the case. Scored like a `Do` where it has a test.
    Judge,
}

/// How the turns of a run add up to one credit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Count {
    /// The best turn counts: once is enough. For a `Dont`, one breach is one too many.
    #[default]
    Once,
    /// The mean over all turns where it was on offer.
    Each,
}

/// Where a clause is put to the test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "kebab-case"))]
pub enum Tested {
    /// In an encounter, by its tests.
    #[default]
    Encounter,
    /// In the week: days, call-backs, follow-ups, reputation.
    Week,
    /// In an encounter that has what it takes to test it; none has yet.
    Later,
    /// In a class, by talking about it.
    Class,
    /// Nowhere: something to know.
    Reading,
}

/// A place in a document: its id, first and last line, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Source(pub String, pub u16, pub u16);

/// One of the five documents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// "000" to "004".
    pub id: String,
    /// The title to show.
    pub title: String,
    /// What kind of text it is.
    pub what: String,
    /// Number of its lines.
    pub lines: u16,
}

/// A principle's title and weight.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrincipleRow {
    /// Which.
    pub id: Principle,
    /// The title to show.
    pub title: String,
    /// Weight in the conduct score, thousandths.
    pub weight: u16,
}

/// One clause of the guidance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its number, 1 to 131.
    pub n: u16,
    /// Its key, kebab-case.
    pub id: String,
    /// A few words.
    pub title: String,
    /// One sentence, in our own words.
    pub sentence: String,
    /// Where it stands.
    pub source: Source,
    /// What it is counted under; shown but not counted if none.
    pub principle: Option<Principle>,
    /// Do, do not, or judge.
    pub sign: Sign,
    /// Weight within its principle, thousandths.
    #[serde(default = "whole")]
    pub weight: u16,
    /// How its turns add up.
    #[serde(default)]
    pub count: Count,
    /// Where it is put to the test.
    #[serde(default)]
    pub tested: Tested,
    /// The state in which it is on offer; always, if absent.
    pub when: Option<Test>,
    /// What follows it; for a `Dont` what keeps it, any reply if absent.
    pub act: Option<Test>,
    /// How it should be done, each test an equal part; voice and face that suit, if absent.
    pub delivery: Option<Vec<Test>>,
    /// When it should be done, each test an equal part.
    #[serde(default)]
    pub timing: Vec<Test>,
    /// What goes against it.
    pub breaks: Option<Test>,
}

fn whole() -> u16 {
    1000
}

/// A note on clauses: published evidence has a word on them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What it is about.
    pub about: String,
    /// The clauses it belongs to, by number.
    pub clauses: Vec<u16>,
    /// The note.
    pub note: String,
}

/// A situation flag, as the catalogue names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "documented at the constants of `Flags`")]
pub enum FlagName {
    Asked,
    Provoked,
    Threatened,
    Crossed,
    Dismissed,
}

impl FlagName {
    pub(crate) fn flag(self) -> Flags {
        match self {
            FlagName::Asked => Flags::ASKED,
            FlagName::Provoked => Flags::PROVOKED,
            FlagName::Threatened => Flags::THREATENED,
            FlagName::Crossed => Flags::CROSSED,
            FlagName::Dismissed => Flags::DISMISSED,
        }
    }
}

/// The kind of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[repr(u8)]
#[expect(missing_docs, reason = "documented at `step::Move`")]
pub enum InputKind {
    Listen,
    Encourage,
    CutIn,
    Pause,
    Say,
}

/// A test on a turn: the state before it, and the input.
#[derive(Clone, Debug, Deserialize)]
pub enum Test {
    /// All hold.
    All(Vec<Test>),
    /// At least one holds.
    Any(Vec<Test>),
    /// It does not hold.
    Not(Box<Test>),

    // The state before the input.
    /// The customer is in one of these phases.
    Phase(Vec<Phase>),
    /// The customer is speaking a segment of one of these kinds.
    Speaking(Vec<SegmentKind>),
    /// The flag is up.
    Flag(FlagName),
    /// Heat is at this amount or above.
    HeatAtLeast(i16),
    /// Heat is below this amount.
    HeatBelow(i16),
    /// The gauge is at this amount or above.
    AtLeast(Gauge, i16),
    /// At most this many parts of the story are untold.
    StoryAtMost(u8),
    /// One of these acts was done in an earlier turn.
    Before(Vec<Act>),
    /// No reply was given yet.
    FirstReply,
    /// The last input was a pause.
    Paused,
    /// Both only hear each other.
    OnPhone,
    /// The customer uses what they were shown, and no more.
    Novice,
    /// The customer knows the trade.
    Expert,
    /// Plain speaking works with this customer.
    Direct,

    // The input.
    /// It is of one of these kinds.
    Input(Vec<InputKind>),
    /// The reply does one of these acts.
    Does(Vec<Act>),
    /// The moment is right for one of the acts that the clause's `act` names.
    Timely,
    /// The voice is one of these.
    Voice(Vec<Voice>),
    /// The face is one of these.
    Face(Vec<Face>),
    /// The voice is the one that suits the reply.
    VoiceSuits,
    /// The face is the one that suits the reply, or the segment being heard.
    FaceSuits,
    /// The reply rests on a fact that only a listener has.
    UsesFact,
    /// The reply asks for what was told already.
    ReAsks,
    /// The reply gives more than the trainee may.
    OverAuthority,
    /// The reply gives a word that goes into the ledger.
    GivesWord,
    /// The reply meets this case.
    MeetsCase,
    /// The reply relates or reassures in a way it was done twice before; by one of the
    /// acts that the clause's `act` names, if it names any.
    WornOut,
    /// The reply shows the face that the last three showed.
    SameFace,
    /// The input leads to one of these phases.
    Leads(Vec<Phase>),
    /// The input ends the conversation, and the customer stays or goes in peace.
    EndsWell,
}

impl Test {
    /// Whether it looks at nothing but the state before the input.
    pub fn is_of_state(&self) -> bool {
        match self {
            Test::All(tests) | Test::Any(tests) => tests.iter().all(Test::is_of_state),
            Test::Not(test) => test.is_of_state(),
            Test::Phase(_)
            | Test::Speaking(_)
            | Test::Flag(_)
            | Test::HeatAtLeast(_)
            | Test::HeatBelow(_)
            | Test::AtLeast(..)
            | Test::StoryAtMost(_)
            | Test::Before(_)
            | Test::FirstReply
            | Test::Paused
            | Test::OnPhone
            | Test::Novice
            | Test::Expert
            | Test::Direct => true,
            _ => false,
        }
    }

    /// The acts it names with `Does`, at any depth.
    pub fn acts(&self) -> ActSet {
        match self {
            Test::All(tests) | Test::Any(tests) => tests
                .iter()
                .fold(ActSet::EMPTY, |acts, test| acts.union(test.acts())),
            Test::Not(test) => test.acts(),
            Test::Does(acts) => acts.iter().copied().collect(),
            _ => ActSet::EMPTY,
        }
    }
}

/// The whole catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Share of its weight that a `Dont` has, in thousandths: to do nothing wrong
    /// is less than to do what is right.
    pub dont: u16,
    /// The documents.
    pub documents: Vec<Document>,
    /// The principles, in the order of the report.
    pub principles: Vec<PrincipleRow>,
    /// The clauses, in the order of their numbers.
    pub clauses: Vec<Clause>,
    /// Where published evidence has a word on them.
    pub evidence: Vec<Note>,
}

/// A catalogue that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadGuidance {
    /// It is not RON of the right shape.
    #[error("guidance: {0}")]
    Syntax(#[from] ron::error::SpannedError),
    /// The context of a clause looks at the input.
    #[error("guidance: `when` of `{0}` may look at the state alone")]
    Context(String),
    /// A clause that is tested in an encounter has nothing to test, or the other way round.
    #[error("guidance: `{0}` needs either a test or a place where it is tested")]
    Untestable(String),
}

impl Catalogue {
    /// Reads a catalogue.
    ///
    /// # Errors
    /// When it is not of the right shape, or the tests of a clause make no sense.
    pub fn read(text: &str) -> Result<Self, BadGuidance> {
        let catalogue: Catalogue = ron::from_str(text)?;
        for clause in &catalogue.clauses {
            if clause.when.as_ref().is_some_and(|w| !w.is_of_state()) {
                return Err(BadGuidance::Context(clause.id.clone()));
            }
            let testable = match clause.sign {
                Sign::Dont => clause.breaks.is_some(),
                Sign::Do | Sign::Judge => clause.act.is_some(),
            };
            if testable != (clause.tested == Tested::Encounter) {
                return Err(BadGuidance::Untestable(clause.id.clone()));
            }
        }
        Ok(catalogue)
    }

    /// The built-in catalogue.
    pub fn current() -> &'static Catalogue {
        static CURRENT: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue::read(include_str!("../../assets/guidance.ron"))
                .expect("the embedded guidance is tested")
        });
        &CURRENT
    }

    /// The weight of a clause within its principle, thousandths.
    pub fn weight(&self, clause: &Clause) -> i32 {
        let share = match clause.sign {
            Sign::Dont => i32::from(self.dont),
            Sign::Do | Sign::Judge => 1000,
        };
        i32::from(clause.weight) * share / 1000
    }

    /// The document with this id.
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }
}
