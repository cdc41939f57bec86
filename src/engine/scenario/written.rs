//! The written form of a scenario: format 1, field by field, with the place of
//! every key. Nothing here is checked for sense; `load::check` does that.
//! Serialising it gives the canonical form, with defaults left out.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::act::Act;
use crate::diagnostic::Span;
use crate::rules::TermKind;

/// A key, `[a-z0-9-]{1,32}`, and where it stands. Compared by its text alone.
#[derive(Clone, Default)]
pub struct Key {
    /// The key itself.
    pub text: String,
    /// Where it stands in the source.
    pub span: Span,
}

impl Key {
    /// A key of no particular place.
    pub fn new(text: &str) -> Self {
        Key {
            text: text.to_owned(),
            span: Span::default(),
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl Eq for Key {}
impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}
impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A whole scenario file.
#[derive(Clone, Debug, Serialize)]
pub struct Written {
    /// The version of this format; 1.
    pub format: u32,
    /// The scenario's key; equals the stem of the file name.
    pub id: Key,
    /// What the list of scenarios shows.
    pub title: String,
    /// Where it takes place.
    pub place: Place,
    /// What the trainee reads before it begins: two to four sentences.
    pub brief: String,
    /// What kind of failure brought the customer here.
    #[serde(skip_serializing_if = "is_default")]
    pub failure: Failure,
    /// Who the customer is.
    pub customer: Customer,
    /// How they come in.
    #[serde(skip_serializing_if = "is_default")]
    pub start: Start,
    /// What is true only this time: name to possible values, each as likely.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub deal: BTreeMap<Key, Vec<Key>>,
    /// What the role may give away.
    #[serde(skip_serializing_if = "is_default")]
    pub authority: Authority,
    /// The first beat.
    pub opening: Key,
    /// The ending when the customer has had enough and goes.
    pub walk_out: Key,
    /// The beats.
    pub beats: BTreeMap<Key, Beat>,
    /// The endings.
    pub endings: BTreeMap<Key, Ending>,
    /// The customer's own reactions, tried before those of their manner.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reactions: BTreeMap<TermKind, Vec<String>>,
    /// The author's own bots, which `playtest` lets play: acts in the order they are preferred.
    #[serde(skip)]
    pub bots: BTreeMap<Key, Vec<Act>>,
    /// What must hold of the scenario: `check --expect` plays to find out.
    #[serde(skip)]
    pub expect: Vec<(Expectation, Noted)>,
}

/// What an author expects of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// So a trainee of this character fares, with all of the twelve customers but one at most: `Bot(Parrot, Fails)`.
    Bot(BotName, Fate),
    /// Somebody reaches this ending, searching for it or playing in character: `Reachable("kept")`.
    Reachable(Key),
    /// Whoever listens to the end and says these replies in this order, each in the voice and with the face that does most at once, comes to this ending with some customer: `Line(["say-back", "try"], "kept")`.
    Line(Vec<Key>, Key),
    /// The best line does this act, with more than half of the customers: `BestLineUses(Supervisor)`.
    BestLineUses(Act),
    /// The best line comes to this beat, with more than half of the customers: `BestLineVisits("boss-yes")`.
    BestLineVisits(Key),
    /// The best line says this reply of this beat, with more than half of the customers with whom it comes there: `BestLineSays("told", "try")`.
    BestLineSays(Key, Key),
    /// Of a hundred runs by chance fewer than this many pass: `ChanceBelow(5)`.
    ChanceBelow(u8),
}

/// One of the roster by its bare name, or one of the scenario's `bots` by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BotName {
    /// One of the roster.
    Known(&'static str),
    /// One of the scenario's own.
    Own(Key),
}

/// How somebody fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They pass.
    Passes,
    /// They do not.
    Fails,
    /// They come to this ending.
    Ends(Key),
}

impl Written {
    /// The same, with this authority where none is stated.
    #[must_use]
    pub fn with_authority(mut self, authority: Option<Authority>) -> Self {
        if let Some(authority) = authority.filter(|_| self.authority == Authority::default()) {
            self.authority = authority;
        }
        self
    }
}

/// Where an encounter takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    /// Face to face at the counter.
    Counter,
    /// They call the shop: voices only.
    Phone,
    /// The shop calls them: voices only.
    FollowUp,
}

impl Place {
    /// Whether both only hear each other.
    pub fn is_call(self) -> bool {
        matches!(self, Place::Phone | Place::FollowUp)
    }
}

/// What went wrong, which decides how the gauges weigh in the satisfactometer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Failure {
    /// The result is bad: it does not work. Progress weighs most.
    #[default]
    Outcome,
    /// The way they were treated is bad: late, brushed off. Being heard weighs most.
    Process,
}

/// Who the customer is.
#[derive(Clone, Debug, Serialize)]
pub struct Customer {
    /// Full name.
    pub name: String,
    /// Which person is drawn: an id of the gallery.
    pub look: Key,
    /// The pool of short reactions they draw from.
    #[serde(skip_serializing_if = "is_default")]
    pub manner: Manner,
    /// How easily they flare up.
    #[serde(skip_serializing_if = "is_default")]
    pub temper: Level,
    /// How much they have to say.
    #[serde(skip_serializing_if = "is_default")]
    pub talk: Level,
    /// How slowly they believe in progress.
    #[serde(skip_serializing_if = "is_default")]
    pub suspicion: Level,
    /// How much money counts for them.
    #[serde(skip_serializing_if = "is_default")]
    pub money: Level,
    /// How easily they are shamed.
    #[serde(skip_serializing_if = "is_default")]
    pub pride: Level,
    /// How much they know about computers.
    #[serde(skip_serializing_if = "is_default")]
    pub knows: Knows,
    /// Whether plain speaking works with them.
    #[serde(skip_serializing_if = "is_default")]
    pub direct: Direct,
    /// Whether the face tells what they feel.
    #[serde(skip_serializing_if = "is_default")]
    pub mask: Mask,
    /// What they do for a living.
    pub trade: String,
}

/// A named range, of a gauge or of how a customer is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
pub enum Level {
    /// The low range; of a gauge 80 to 280, in a condition 180.
    Low,
    /// The middle range; of a gauge 380 to 560, in a condition 470.
    #[default]
    Mid,
    /// The high range; of a gauge 700 to 860, in a condition 780.
    High,
}

/// A gauge's amount: a named range, or a number from 0 to 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Amount {
    /// A named range: drawn from it at the start, its middle in a condition.
    Named(Level),
    /// The number itself, 0 to 1000.
    Number(i16),
}

/// The short reactions a customer draws from.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
pub enum Manner {
    /// Plain and everyday.
    #[default]
    Plain,
    /// Polite, complete sentences, colder as it gets worse.
    Formal,
    /// Friendly, chatty, hurt rather than angry.
    Warm,
    /// Few words, hard ones.
    Blunt,
}

/// How much a customer knows about computers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Knows {
    /// Uses what they were shown.
    #[default]
    Novice,
    /// Gets by.
    User,
    /// Knows the trade.
    Expert,
}

/// Whether plain speaking works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Direct {
    /// Drawn from the seed.
    #[default]
    Drawn,
    /// It works.
    Yes,
    /// They want to be led to it.
    No,
}

/// Whether the face tells what is felt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Mask {
    /// It does.
    #[default]
    Open,
    /// They smile while they boil; eyes and voice leak.
    Smiles,
    /// They look cold even when content; the voice leaks.
    Cold,
}

/// How the customer comes in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Start {
    /// Heat; High unless said.
    #[serde(skip_serializing_if = "is_default")]
    pub heat: Option<Amount>,
    /// Heard; Low unless said.
    #[serde(skip_serializing_if = "is_default")]
    pub heard: Option<Amount>,
    /// Fixed; 50 unless said.
    #[serde(skip_serializing_if = "is_default")]
    pub fixed: Option<Amount>,
    /// Trust; Mid unless said.
    #[serde(skip_serializing_if = "is_default")]
    pub trust: Option<Amount>,
    /// Ease; Mid unless said.
    #[serde(skip_serializing_if = "is_default")]
    pub ease: Option<Amount>,
    /// How many `tell` segments it takes until the story is out, 1 to 9; 4 unless said.
    #[serde(skip_serializing_if = "is_default")]
    pub story: Option<u8>,
}

/// What the role may give away, in whole units of the shop's currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Authority {
    /// Most that may be given without asking.
    #[serde(skip_serializing_if = "is_default")]
    pub credit: u16,
    /// What the failure cost the customer: gifts are measured against it.
    #[serde(skip_serializing_if = "is_default")]
    pub loss: u16,
}

/// A node of the conversation: what the customer says, and the replies on offer.
#[derive(Clone, Debug, Serialize)]
pub struct Beat {
    /// What the customer says, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub says: Vec<Segment>,
    /// The replies on offer.
    pub replies: BTreeMap<Key, Reply>,
    /// Reaching this beat raises the authority to this amount: the supervisor agreed.
    #[serde(skip_serializing_if = "is_default")]
    pub grants: u16,
    /// The trainee is asked here, once they have the floor and before they answer,
    /// where they think the satisfactometer stands. It moves nothing, but decides
    /// what a transcript may hold, so both hashes cover it.
    #[serde(skip_serializing_if = "is_default")]
    pub read: bool,
    /// Where the beat stands in the source.
    #[serde(skip)]
    pub span: Span,
}

/// What a segment is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
pub enum SegmentKind {
    /// A part of the story; hearing it drains the story.
    Tell,
    /// A question; leaving it unanswered reads as absent.
    Ask,
    /// Nothing new; breaking in with a reiteration is right.
    Repeat,
    /// A provocation.
    Provoke,
    /// A threat; it ends the duty to listen.
    Threat,
    /// What only a listener can use later.
    Fact,
}

/// A part of what the customer says.
#[derive(Clone, Debug, Serialize)]
pub struct Segment {
    /// What it is.
    pub kind: SegmentKind,
    /// The fact it tells, for [`SegmentKind::Fact`].
    #[serde(skip_serializing_if = "is_default")]
    pub fact: Option<Key>,
    /// The words; `*stress*` is the only markup.
    pub text: String,
    /// Other words for other moods; the first whose conditions hold is said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
    /// It is only said if all of these hold when the beat begins.
    #[serde(rename = "if", skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Where it stands in the source.
    #[serde(skip)]
    pub span: Span,
}

/// Other words for the same thing.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// All must hold.
    #[serde(rename = "if")]
    pub conditions: Vec<Condition>,
    /// The words.
    pub text: String,
}

/// A reply on offer.
#[derive(Clone, Debug, Serialize)]
pub struct Reply {
    /// The words.
    pub say: String,
    /// What it does.
    pub acts: Vec<(Act, Noted)>,
    /// For authors: the pressure that makes it tempting. Not part of any hash.
    #[serde(skip)]
    pub because: Option<String>,
    /// For authors: why words and tags differ here; silences the warnings about it.
    /// Not part of any hash.
    #[serde(skip)]
    pub on_purpose: Option<String>,
    /// Facts it rests on; unless all were heard, `without` stands in its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Key>,
    /// The uninformed version.
    #[serde(skip_serializing_if = "is_default")]
    pub without: Option<Uninformed>,
    /// Facts it asks for; if one was told already, it is a re-ask.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<Key>,
    /// It is only on offer if all of these hold.
    #[serde(rename = "if", skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// It meets the case only if all of these hold; otherwise what it offers or takes on
    /// is beside the point. Saying back, asking and the like always meet the case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suits: Vec<Condition>,
    /// Money or money's worth that it gives away, in whole units.
    #[serde(skip_serializing_if = "is_default")]
    pub gives: u16,
    /// The word it gives.
    #[serde(skip_serializing_if = "is_default")]
    pub promise: Option<Promise>,
    /// Where the conversation goes: the first branch whose conditions hold.
    pub then: Vec<Branch>,
    /// Where it stands in the source.
    #[serde(skip)]
    pub span: Span,
}

/// The place of a word, which no hash covers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Noted(pub Span);

impl Serialize for Noted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// A reply's version for somebody who was not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Uninformed {
    /// The words.
    pub say: String,
    /// What it does.
    pub acts: Vec<Act>,
}

/// A promise made in a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Promise {
    /// What will be done.
    pub what: String,
    /// By when, in words.
    pub due: String,
}

/// One way on.
#[derive(Clone, Debug, Serialize)]
pub struct Branch {
    /// A beat or an ending.
    pub to: Key,
    /// All must hold.
    #[serde(rename = "if", skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// A gauge of the customer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[repr(u8)]
pub enum Gauge {
    /// Anger.
    Heat,
    /// Feels listened to.
    Heard,
    /// Credible progress towards a remedy.
    Fixed,
    /// What the trainee's word is worth to them.
    Trust,
    /// No shame, no fear.
    Ease,
}

/// Something that must hold.
#[derive(Clone, Debug, Serialize)]
pub enum Condition {
    /// The deal's name has this value in this run.
    Deal(Key, Key),
    /// The trainee heard this fact.
    Knows(Key),
    /// The trainee did this act before.
    Did(Act),
    /// The conversation came through this beat.
    Been(Key),
    /// The gauge is at this amount or above.
    AtLeast(Gauge, Amount),
    /// The gauge is below this amount.
    Below(Gauge, Amount),
    /// The story is told.
    Told,
    /// The customer is a talker (the talkativeness drawn is high).
    Talker,
    /// Plain speaking works with this customer.
    Direct,
    /// The condition does not hold.
    Not(Box<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
}

/// How a conversation can end.
#[derive(Clone, Debug, Serialize)]
pub struct Ending {
    /// What one sees of its consequence: one small scene.
    pub scene: String,
    /// What became of the customer.
    pub outcome: Outcome,
    /// Whether it was the right way to end, however the customer feels.
    /// Unless said, true for `Kept` alone.
    pub right: bool,
    /// Where it stands in the source.
    #[serde(skip)]
    pub span: Span,
}

/// What became of the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Outcome {
    /// They stay a customer, and say so.
    Kept,
    /// They neither leave nor praise.
    Neutral,
    /// They leave with a bad story to tell.
    Story,
    /// They were asked to leave, or taken away.
    Removed,
}
