//! The rules: what acts, stances and timing are worth, as data with a version.
//! The files stand in `assets/rules/` and are embedded; nothing here simulates.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::analysis::Thresholds;
use crate::scenario::written::{Amount, Level, Manner};

/// Number of acts in the vocabulary.
pub const N_ACTS: usize = Act::ALL.len();

macro_rules! term_kinds {
    ($(#[doc = $doc:literal] $name:ident,)+) => {
        /// Why a gauge moved: the name of one term of a change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum TermKind {
            $(#[doc = $doc] $name,)+
        }

        impl TermKind {
            /// Every kind of term.
            pub const ALL: &[TermKind] = &[$(TermKind::$name,)+];

            /// The name authors write.
            pub fn name(self) -> &'static str {
                match self { $(TermKind::$name => stringify!($name),)+ }
            }
        }
    };
}

term_kinds! {
    /// Time passed.
    Cooled,
    /// They were listened to.
    Listened,
    /// A nod at the right moment.
    Nodded,
    /// Said back what they told.
    SaidBack,
    /// Their feeling was understood.
    Understood,
    /// A sorry.
    Sorry,
    /// Somebody took it on.
    Owned,
    /// They were asked, not told.
    Asked,
    /// The way ahead became clear.
    Planned,
    /// Something real was offered or done.
    Offered,
    /// A word was given.
    Promised,
    /// They were treated as an equal.
    Respected,
    /// The truth, kindly.
    Honest,
    /// Courtesy.
    Courtesy,
    /// A limit, calmly set.
    LimitSet,
    /// A pause that gave the question weight.
    Weighed,
    /// Right, but before its moment.
    TooEarly,
    /// Right, but after its moment.
    TooLate,
    /// Louder than they were, or as loud as their shouting.
    ShoutedAt,
    /// Whispered at somebody who shouts.
    Patronised,
    /// The voice did not fit what was said.
    VoiceOff,
    /// The face did not fit the moment.
    FaceOff,
    /// A smile at white-hot anger.
    Mocked,
    /// The same face for too long.
    SameFace,
    /// Said before; it wears out.
    Repeated,
    /// Said before the story was heard.
    NotHeardOut,
    /// Too angry to take it in.
    Bounced,
    /// Not believed.
    Doubted,
    /// It does not meet this case.
    BesideThePoint,
    /// Several things at once.
    Crowded,
    /// More than one reply can move.
    Capped,
    /// Cut off while telling.
    CutOff,
    /// Broke in on a repetition and did not say it back.
    BrokeIn,
    /// Not taken seriously.
    Dismissed,
    /// Blamed.
    Blamed,
    /// Passed on to somebody else.
    PassedOn,
    /// Hurried.
    Rushed,
    /// The cause was assumed.
    Assumed,
    /// Told no.
    Refused,
    /// Paid back in kind.
    Attacked,
    /// Talked down to, or over their head.
    TalkedDown,
    /// Told what they wanted to hear.
    Misled,
    /// A discount before being heard feels like a bribe.
    Bribed,
    /// Asked again what they had told.
    Retold,
    /// Their question was left standing, or nobody spoke.
    Ignored,
    /// Left to go round in circles.
    Circling,
    /// A nod at what should not be nodded at.
    Condoned,
    /// The trainee lost their own standing.
    Grovelled,
}

/// The face that suits an act, by the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaceClass {
    /// Concern while they are hot, warmth once they have cooled.
    #[default]
    Grievance,
    /// Neutral while the remedy is open, warm once it is found.
    Business,
    /// Warm, unless they are white-hot.
    Close,
    /// Neutral, always.
    Limit,
}

/// The voice that suits an act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum VoiceClass {
    /// One step below theirs.
    #[default]
    Below,
    /// Even, always: limits, method, instructions.
    Even,
}

/// The moment an act belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// Any moment.
    #[default]
    Any,
    /// While the grievance is open: venting, or not yet said before.
    Grievance,
    /// From the moment half the story is told.
    HalfTold,
    /// Once the story is told and heat has fallen below the threshold.
    Opportune,
    /// Once a remedy is found.
    Closing,
    /// When they are cool enough to laugh.
    Light,
    /// At the very beginning.
    Opening,
    /// After a provocation or a threat.
    Provoked,
    /// After a threat, or when a limit was set and crossed again.
    Threatened,
    /// After they were asked to leave.
    AskedToLeave,
}

/// What kind of help an act is: decides gating and repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActKind {
    /// Listening and relating: not gated by heat, scaled by the story told.
    Relate,
    /// Asking.
    Ask,
    /// Taking it on.
    Own,
    /// Solving: bounces off above the heat threshold.
    Solve,
    /// Closing.
    Close,
    /// Standing with the person: ease and trust.
    Regard,
    /// Telling a truth.
    Truth,
    /// Limits and safety.
    Limit,
    /// An error: never discounted.
    Error,
    /// A red line: no meter can excuse it.
    RedLine,
}

/// Acts that wear out together when repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
#[expect(
    missing_docs,
    reason = "the names say it: the group of acts that shares a repetition count"
)]
pub enum Family {
    Sorry,
    SayBack,
    Empathy,
    Own,
    Question,
    Turn,
    Plan,
    Method,
    Offer,
    Remedy,
    Promise,
    Courtesy,
    Reassure,
    Level,
    Truth,
    Limit,
}

/// Number of repetition families.
pub const N_FAMILIES: usize = 16;

/// What one act is worth, in thousandths of a gauge, in the right moment and stance.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActRule {
    /// The name its effect goes by.
    pub term: TermKind,
    /// What kind of help it is.
    pub kind: ActKind,
    /// Change of heat.
    #[serde(default)]
    pub heat: i16,
    /// Change of heard.
    #[serde(default)]
    pub heard: i16,
    /// Change of fixed.
    #[serde(default)]
    pub fixed: i16,
    /// Change of trust.
    #[serde(default)]
    pub trust: i16,
    /// Change of ease.
    #[serde(default)]
    pub ease: i16,
    /// The face that suits it.
    #[serde(default)]
    pub face: FaceClass,
    /// The voice that suits it.
    #[serde(default)]
    pub voice: VoiceClass,
    /// The moment it belongs to.
    #[serde(default)]
    pub window: Window,
    /// What it shares its wear with.
    #[serde(default)]
    pub family: Option<Family>,
}

/// What hearing a segment is worth.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listening {
    /// Heard gained by listening to a part of the story with a fitting face.
    pub tell: i16,
    /// The same with a blank face: silent, and not being heard.
    pub tell_blank: i16,
    /// Heard gained by a nod.
    pub nod: i16,
    /// Change of heat by a nod.
    pub nod_heat: i16,
    /// Share of the nod's worth, in thousandths, from the third nod in a row.
    pub nod_worn: i16,
    /// Heat added by cutting in while the story is untold.
    pub cut_heat: i16,
    /// Heard lost by it.
    pub cut_heard: i16,
    /// Heat added by hearing a repetition out.
    pub circle_heat: i16,
    /// Heard lost by it.
    pub circle_heard: i16,
    /// Heard lost by leaving a question standing.
    pub ignored_heard: i16,
    /// Trust lost by nodding at a provocation or a threat.
    pub condoned_trust: i16,
    /// Heat added by breaking in on a provocation.
    pub provoked_heat: i16,
    /// Heat added by a smile while they tell, above the mockery threshold.
    pub smile_heat: i16,
    /// Trust gained by a pause before answering a question; heard gains the same.
    pub weighed: i16,
    /// Heard lost by the second pause in a row.
    pub silence_heard: i16,
    /// Heat added by the third pause in a row.
    pub ignored_heat: i16,
}

/// How stance weighs, in thousandths of what the words are worth.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StanceRule {
    /// Above this heat the customer is loud.
    pub loud_above: i16,
    /// Above this heat they are at ordinary loudness; below, soft.
    pub even_above: i16,
    /// Share left when as loud as they are, at ordinary loudness, or even to a soft one.
    pub level: i16,
    /// Share left when louder, or matching a shout.
    pub louder: i16,
    /// Heat added by it.
    pub louder_heat: i16,
    /// Heard lost by it.
    pub louder_heard: i16,
    /// Share left when whispering at a shouter.
    pub whisper: i16,
    /// Heard lost by it.
    pub whisper_heard: i16,
    /// Share left when an even voice was due and it was soft.
    pub soft_for_even: i16,
    /// Share left with the second-best face.
    pub face_second: i16,
    /// Share left with the third-best face.
    pub face_third: i16,
    /// Above this heat a smile is mockery.
    pub mock_above: i16,
    /// Share left when mocking.
    pub mock: i16,
    /// Heat added by mockery.
    pub mock_heat: i16,
    /// Heard lost by it.
    pub mock_heard: i16,
    /// Heat added by a limit that is whispered, and by one that is smiled.
    pub mild_limit_heat: i16,
    /// Replies in a row with one face before it counts less.
    pub face_run: u8,
    /// Share left from then on.
    pub face_worn: i16,
}

/// A value for each level.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct ByLevel<T> {
    /// For the low level.
    pub low: T,
    /// For the middle one.
    pub mid: T,
    /// For the high one.
    pub high: T,
}

impl<T: Copy> ByLevel<T> {
    /// The value for a level.
    pub fn of(&self, level: Level) -> T {
        match level {
            Level::Low => self.low,
            Level::Mid => self.mid,
            Level::High => self.high,
        }
    }
}

/// A version of the rules.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The model's number: the code that interprets these values.
    pub model: u16,
    /// The data's number: this file.
    pub data: u16,
    /// Whether values may still change under this number.
    pub draft: bool,
    /// Nominal duration of an input in seconds: listen, encourage, cut in, pause, say.
    pub seconds: [u16; 5],
    /// Weights of fixed, heard and coolness in the satisfactometer, in thousandths.
    pub weights: [i16; 3],
    /// The same when the failure was one of process.
    pub weights_process: [i16; 3],
    /// Weights of mean, end and worst in the survey, in thousandths.
    pub survey: [i16; 3],
    /// Range of each level for the starting gauges.
    pub levels: ByLevel<(i16, i16)>,
    /// What the trait draws multiply by, in thousandths: quantiles of a log-normal, low to high.
    pub trait_quantiles: Vec<i16>,
    /// Which quantiles a level draws from: first and last index.
    pub trait_levels: ByLevel<(u8, u8)>,
    /// Half-life of heat in seconds when heard.
    pub half_life: u16,
    /// How much slower it cools while the story is untold and unheard: factor less one.
    pub rumination: u16,
    /// Heat towards which it cools.
    pub rest_heat: i16,
    /// Share of a solution taken in, in thousandths, by heat in steps of 10.
    pub gate: Vec<i16>,
    /// 2^(-n/64) in thousandths, n from 0 to 64.
    pub decay: Vec<i16>,
    /// Worth of money by its share of the loss, in steps of 10 %, in thousandths.
    pub money: Vec<i16>,
    /// Heat above which the customer vents while the story is untold.
    pub venting_above: i16,
    /// Heat above which solutions bounce: the middle of the gate.
    pub threshold: i16,
    /// Fixed from which the talk is closing.
    pub closing_from: i16,
    /// Share of relating acts that is worth something before any of the story is told.
    pub untold_share: i16,
    /// Share left of an act outside its window.
    pub outside: i16,
    /// Heat added by a solution offered too early.
    pub early_heat: i16,
    /// Heard lost by it.
    pub early_heard: i16,
    /// Share of relating acts by use: first, second, third and later.
    pub wear_relate: [i16; 3],
    /// The same for other acts.
    pub wear_other: [i16; 3],
    /// The same for limits.
    pub wear_limit: [i16; 3],
    /// Share of the n-th act of one reply.
    pub crowd: [i16; 4],
    /// How much stronger bad is than good, in thousandths.
    pub bad: i16,
    /// Trust at which progress is believed in full.
    pub trust_full: i16,
    /// Share of progress that is believed without any trust, in thousandths.
    pub trust_floor: i16,
    /// Share of a remedy that is beside the point.
    pub beside: i16,
    /// Heard lost by it.
    pub beside_heard: i16,
    /// Most that a reply may raise the satisfactometer, in tenths.
    pub most_up: i16,
    /// Most that it may lower it, in tenths.
    pub most_down: i16,
    /// Satisfactometer (tenths) at or below which the customer is about to go.
    pub walk_below: i16,
    /// Heat at or above which they are about to go.
    pub walk_heat: i16,
    /// Replies before the first may make them go.
    pub walk_grace: u8,
    /// Replies after which they have had enough in any case.
    pub patience: u8,
    /// Inputs after which a run ends in any case.
    pub turn_cap: u16,
    /// Total score from which a run passes, in thousandths. Provisional: no judges set it yet.
    pub pass: i16,
    /// What the analysis calls a mistake; changes no score.
    pub analysis: Thresholds,
    /// Listening.
    pub listening: Listening,
    /// Stance.
    pub stance: StanceRule,
    /// The acts.
    pub acts: BTreeMap<Act, ActRule>,
    /// The acts again, by number.
    #[serde(skip)]
    pub(crate) by_act: Vec<ActRule>,
}

/// The short reactions of customers, by manner and by term.
pub type Reactions = BTreeMap<Manner, BTreeMap<TermKind, Vec<String>>>;

/// A rules file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadRules {
    /// It is not RON of the right shape.
    #[error("rules: {0}")]
    Syntax(#[from] ron::error::SpannedError),
    /// An act of the vocabulary has no row.
    #[error("rules: the act {0:?} has no row")]
    NoAct(Act),
    /// A table has the wrong number of entries.
    #[error("rules: the table `{0}` has {1} entries, expected {2}")]
    Table(&'static str, usize, usize),
    /// A value is none that the model can reckon with.
    #[error("rules: `{0}` is {1}, it must be a whole number from {2} to {3}")]
    Value(String, i64, i64, i64),
    /// The last of a range lies before its first.
    #[error("rules: the range `{0}` ends before it begins")]
    Range(&'static str),
}

impl Rules {
    /// Reads a rules file.
    ///
    /// # Errors
    /// When it is not of the right shape, or a row or an entry is missing.
    pub fn read(text: &str) -> Result<Self, BadRules> {
        let mut rules: Rules = ron::from_str(text)?;
        for &act in Act::ALL {
            let rule = rules.acts.get(&act).ok_or(BadRules::NoAct(act))?;
            rules.by_act.push(*rule);
        }
        let tables = [
            ("gate", rules.gate.len(), 101),
            ("decay", rules.decay.len(), 65),
            ("money", rules.money.len(), 31),
            ("trait_quantiles", rules.trait_quantiles.len(), 16),
        ];
        let table = tables
            .into_iter()
            .find(|(_, found, expected)| found != expected);
        if let Some((name, found, expected)) = table {
            return Err(BadRules::Table(name, found, expected));
        }
        rules.check_values()?;
        Ok(rules)
    }

    /// That every value is one that the model can reckon with: no division by nothing, no
    /// place beyond a table, no sum beyond what a gauge's type holds.
    fn check_values(&self) -> Result<(), BadRules> {
        let ranges = [
            ("levels", self.levels.low),
            ("levels", self.levels.mid),
            ("levels", self.levels.high),
        ];
        let traits = [
            self.trait_levels.low,
            self.trait_levels.mid,
            self.trait_levels.high,
        ];
        if let Some((name, _)) = ranges.iter().find(|(_, (low, high))| low > high) {
            return Err(BadRules::Range(name));
        }
        if traits.iter().any(|(first, last)| first > last) {
            return Err(BadRules::Range("trait_levels"));
        }
        // Walked as values: a field that is added is checked as well.
        let values = serde_json::to_value(self).unwrap_or_default();
        within(&values, "")
    }

    /// Every version of the rules that this release can play by, the newest last. A
    /// version that was released stays, so that what was played by it can be again.
    pub fn all() -> &'static [Arc<Rules>] {
        static ALL: LazyLock<Vec<Arc<Rules>>> = LazyLock::new(|| {
            let texts = [include_str!("../../assets/rules/1.ron")];
            texts
                .iter()
                .map(|text| Arc::new(Rules::read(text).expect("the embedded rules are tested")))
                .collect()
        });
        &ALL
    }

    /// The rules this release scores new runs with.
    pub fn current() -> Arc<Rules> {
        Arc::clone(Self::all().last().expect("there are rules"))
    }

    /// The rules of a version, if this release has them.
    pub fn of_version(version: &str) -> Option<Arc<Rules>> {
        let mut all = Self::all().iter();
        all.find(|rules| rules.version() == version).cloned()
    }

    /// What an act is worth.
    pub fn act(&self, act: Act) -> &ActRule {
        &self.by_act[act as usize]
    }

    /// The version, as transcripts write it: model and data number.
    pub fn version(&self) -> String {
        format!(
            "{}.{}{}",
            self.model,
            self.data,
            if self.draft { "-draft" } else { "" }
        )
    }

    /// The middle of an amount, 0 to 1000.
    pub fn middle(&self, amount: Amount) -> i16 {
        match amount {
            Amount::Number(n) => n,
            Amount::Named(level) => {
                let (low, high) = self.levels.of(level);
                low.midpoint(high)
            }
        }
    }
}

/// That every number of a part of the rules lies in its bounds.
fn within(value: &serde_json::Value, path: &str) -> Result<(), BadRules> {
    let inside = |key: &str| match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    };
    match value {
        serde_json::Value::Object(fields) => fields
            .iter()
            .try_for_each(|(key, value)| within(value, &inside(key))),
        serde_json::Value::Array(items) => items.iter().try_for_each(|item| within(item, path)),
        serde_json::Value::Number(number) => {
            let n = number.as_i64().unwrap_or(i64::MAX);
            let (low, high) = bounds(path);
            if (low..=high).contains(&n) {
                Ok(())
            } else {
                Err(BadRules::Value(path.to_owned(), n, low, high))
            }
        }
        _ => Ok(()),
    }
}

/// The least and the most of the values at a place of the rules.
fn bounds(path: &str) -> (i64, i64) {
    match path.split('.').next().unwrap_or_default() {
        "model" | "data" => (0, i64::from(u16::MAX)),
        // What something is divided by.
        "half_life" | "trust_full" => (1, 2_000),
        "trait_quantiles" => (100, 10_000),
        "trait_levels" => (0, 15),
        "levels" | "weights" | "weights_process" | "survey" | "gate" | "decay" => (0, 1_000),
        "rumination" => (0, 100),
        "turn_cap" => (1, 1_000),
        "patience" => (1, 250),
        "acts" => (-1_000, 1_000),
        _ => (-2_000, 2_000),
    }
}

/// The built-in reactions.
pub fn reactions() -> &'static Reactions {
    static REACTIONS: LazyLock<Reactions> = LazyLock::new(|| {
        ron::from_str(include_str!("../../assets/rules/reactions.ron"))
            .expect("the embedded reactions are tested")
    });
    &REACTIONS
}
