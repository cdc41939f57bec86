//! The playable form of a scenario: flat arrays, small numbers, private to the
//! engine's hot path. It has one constructor, `compile`.

use std::ops::Range;
use std::sync::Arc;

use crate::act::{Act, ActSet};
use crate::house::House;

use super::hash::ContentHash;
use super::written::{
    Authority, Beat, Customer, Failure, Gauge, Key, Knows, Outcome, Place, SegmentKind, Start,
    Written,
};

/// Most segments of a beat; the ones to be said are kept as bits.
pub const MAX_SEGMENTS: usize = 16;
/// Most replies of a beat.
pub const MAX_REPLIES: usize = 8;
/// Most facts of a scenario.
pub const MAX_FACTS: usize = 32;
/// Most names in a deal.
pub const MAX_DEALS: usize = 8;
/// Most beats that conditions may ask about with `Been`.
pub const MAX_LANDMARKS: usize = 64;
/// Most acts of one reply.
pub const MAX_ACTS: usize = 4;

/// Indexes into one flat array.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slice {
    pub(crate) start: u32,
    pub(crate) len: u16,
}

impl Slice {
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// One test of a condition list. A list is read front to back; `AnyOf(n)` takes
/// the n tests after it as alternatives, `Not` turns the one test after it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Test {
    Deal { name: u8, value: u8 },
    Knows(u32),
    Did(Act),
    Been(u8),
    AtLeast(Gauge, i16),
    Below(Gauge, i16),
    Told,
    Talker,
    Direct,
    Not,
    AnyOf(u8),
}

/// Where a branch leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Beat(u16),
    Ending(u16),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct BranchArm {
    pub(crate) tests: Slice,
    pub(crate) to: Target,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct BeatRow {
    pub(crate) segments: Slice,
    pub(crate) replies: Slice,
    pub(crate) grants: u16,
    pub(crate) landmark: Option<u8>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct SegmentRow {
    pub(crate) kind: SegmentKind,
    pub(crate) fact: u32,
    pub(crate) tests: Slice,
    pub(crate) variants: Slice,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplyRow {
    pub(crate) acts: [Act; MAX_ACTS],
    pub(crate) n_acts: u8,
    pub(crate) set: ActSet,
    pub(crate) plain_acts: [Act; MAX_ACTS],
    pub(crate) n_plain: u8,
    pub(crate) plain_set: ActSet,
    pub(crate) needs: u32,
    pub(crate) asks: u32,
    pub(crate) tests: Slice,
    pub(crate) suits: Slice,
    pub(crate) gives: u16,
    pub(crate) promise: u8,
    pub(crate) arms: Slice,
}

/// A scenario ready to be played. Cheap to clone: the parts are shared.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub(crate) written: Arc<Written>,
    pub(crate) content: ContentHash,
    pub(crate) mechanics: ContentHash,
    pub(crate) beats: Vec<BeatRow>,
    pub(crate) segments: Vec<SegmentRow>,
    pub(crate) variants: Vec<Slice>,
    pub(crate) replies: Vec<ReplyRow>,
    pub(crate) tests: Vec<Test>,
    pub(crate) arms: Vec<BranchArm>,
    pub(crate) opening: u16,
    pub(crate) walk_out: u16,
    /// For each beat whether a reading of the customer is asked for.
    pub(crate) reads: Vec<bool>,
    pub(crate) beat_keys: Vec<String>,
    pub(crate) reply_keys: Vec<String>,
    pub(crate) ending_keys: Vec<String>,
    pub(crate) fact_keys: Vec<String>,
    pub(crate) deals: Vec<(String, Vec<String>)>,
    pub(crate) endings: Vec<(Outcome, bool)>,
    pub(crate) promises: Vec<(u16, String)>,
    pub(crate) n_story: u8,
    pub(crate) kind: Kind,
    pub(crate) house: Option<Arc<House>>,
}

/// What the hot path asks of the written form, close at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) failure: Failure,
    pub(crate) knows: Knows,
    pub(crate) loss: u16,
}

impl Scenario {
    /// The same as a scenario of this house; no hash covers it.
    #[must_use]
    pub(crate) fn of_house(mut self, house: Option<&Arc<House>>) -> Self {
        self.house = house.cloned();
        self
    }

    /// The house whose own rules it is played under, if there is one.
    pub fn house(&self) -> Option<&House> {
        self.house.as_deref()
    }

    /// The scenario's id.
    pub fn id(&self) -> &str {
        &self.written.id.text
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.written.title
    }

    /// What the trainee reads before.
    pub fn brief(&self) -> &str {
        &self.written.brief
    }

    /// Where it takes place.
    pub fn place(&self) -> Place {
        self.written.place
    }

    /// Who the customer is.
    pub fn customer(&self) -> &Customer {
        &self.written.customer
    }

    /// How they come in.
    pub fn start(&self) -> &Start {
        &self.written.start
    }

    /// What the role may give away.
    pub fn authority(&self) -> &Authority {
        &self.written.authority
    }

    /// What kind of failure it is about.
    pub fn failure(&self) -> Failure {
        self.written.failure
    }

    /// The written form it was made from.
    pub fn written(&self) -> &Written {
        &self.written
    }

    /// What its author wrote of a beat, by the beat's number.
    pub(crate) fn beat(&self, number: u16) -> Option<&Beat> {
        let key = self.beat_keys.get(usize::from(number))?;
        self.written.beats.get(&Key::new(key))
    }

    /// Hash of everything in the scenario.
    pub fn content(&self) -> ContentHash {
        self.content
    }

    /// Hash of everything but the texts.
    pub fn mechanics(&self) -> ContentHash {
        self.mechanics
    }

    /// Keys of the beats, in the order of their numbers.
    pub fn beat_keys(&self) -> &[String] {
        &self.beat_keys
    }

    /// Keys of the endings, in the order of their numbers.
    pub fn ending_keys(&self) -> &[String] {
        &self.ending_keys
    }

    /// Keys of the facts, in the order of their bits.
    pub fn fact_keys(&self) -> &[String] {
        &self.fact_keys
    }

    /// What is drawn for each run: names, each with its values, in the order written.
    pub fn deals(&self) -> &[(String, Vec<String>)] {
        &self.deals
    }

    /// Parts of the customer's story.
    pub fn n_story(&self) -> u8 {
        self.n_story
    }

    /// Number of replies in all beats.
    pub fn n_replies(&self) -> usize {
        self.replies.len()
    }
}
