//! The state of an encounter: small integers in one block that is copied, never
//! shared, with its written and versioned encoding for digests.

use serde::{Deserialize, Serialize};

use crate::act::ActSet;
use crate::rules::N_FAMILIES;
use crate::scenario::written::Gauge;

/// Number of gauges.
pub const N_GAUGES: usize = 5;

/// The voice a trainee speaks with.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Voice {
    /// Softly.
    Soft,
    /// Evenly.
    #[default]
    Even,
    /// Raised.
    Raised,
}

/// The face a trainee shows; on the phone the smile or the care in the voice.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Face {
    /// Warm: a smile.
    Warm,
    /// Neutral.
    #[default]
    Neutral,
    /// Concerned.
    Concerned,
}

/// Voice and face together.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Stance {
    /// The voice.
    pub voice: Voice,
    /// The face.
    pub face: Face,
}

impl Stance {
    /// All nine.
    pub const ALL: [Stance; 9] = {
        let voices = [Voice::Soft, Voice::Even, Voice::Raised];
        let faces = [Face::Warm, Face::Neutral, Face::Concerned];
        let mut all = [Stance {
            voice: Voice::Soft,
            face: Face::Warm,
        }; 9];
        let mut i = 0;
        while i < 9 {
            all[i] = Stance {
                voice: voices[i / 3],
                face: faces[i % 3],
            };
            i += 1;
        }
        all
    };
}

/// Who has the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Floor {
    /// The customer is speaking a segment.
    Customer,
    /// The trainee may reply.
    Trainee,
    /// The conversation is over.
    Ended,
}

/// Where the customer is in getting over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Phase {
    /// The story is untold and they are hot.
    Venting,
    /// They can take in a remedy.
    Receptive,
    /// A remedy is found.
    Closing,
    /// They threatened: only limits are right.
    Threatening,
}

/// What the persona is like this time; drawn once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// Factor on heat from errors, thousandths.
    pub temper: i16,
    /// Factor on talk, thousandths; from 1100 they are talkers.
    pub talk: i16,
    /// Divisor of progress, thousandths.
    pub suspicion: i16,
    /// Factor on money, thousandths.
    pub money: i16,
    /// Factor on what hurts ease, thousandths.
    pub pride: i16,
    /// How much louder or softer than others they speak at the same heat, -10 to 10.
    pub volume: i16,
    /// How much more or less their body shows than that of others, -10 to 10.
    pub bearing: i16,
    /// Whether plain speaking works.
    pub direct: bool,
}

/// What was drawn for a run before its first input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// The persona.
    pub traits: Traits,
    /// The deal: for each name the number of its value.
    pub deal: [u8; crate::scenario::MAX_DEALS],
    /// Parts of the story.
    pub story: u8,
    /// What the order in which replies are shown is drawn from.
    pub order: u32,
}

/// The whole moving state of an encounter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// Inputs applied so far.
    pub turn: u16,
    /// Number of the beat.
    pub beat: u16,
    /// The segment being spoken, while the customer has the floor.
    pub segment: u8,
    /// The segments of this beat that are said, one bit each.
    pub active: u16,
    /// Who has the floor.
    pub floor: Floor,
    /// Heat, heard, fixed, trust, ease: 0 to 1000.
    pub gauges: [i16; N_GAUGES],
    /// Parts of the story still untold.
    pub story: u8,
    /// Facts the trainee heard, one bit each.
    pub facts: u32,
    /// Acts done so far.
    pub did: ActSet,
    /// Landmark beats passed, one bit each.
    pub been: u64,
    /// Situation flags.
    pub flags: Flags,
    /// Uses of each family of acts.
    pub worn: [u8; N_FAMILIES],
    /// Promises given, one bit each.
    pub promises: u32,
    /// The stance of the last input.
    pub stance: Stance,
    /// The face of the last reply.
    pub reply_face: Face,
    /// Replies in a row with one face.
    pub face_run: u8,
    /// Pauses in a row.
    pub pauses: u8,
    /// Nods in a row.
    pub nods: u8,
    /// What may be given away now, whole units.
    pub limit: u16,
    /// Nominal seconds passed.
    pub clock: u16,
    /// Replies given.
    pub n_replies: u8,
    /// Replies in a row at the brink of walking out.
    pub brink: u8,
    /// Sum of the satisfactometer over the replies, tenths.
    pub sum: u32,
    /// Lowest satisfactometer after a reply, tenths.
    pub worst: u16,
    /// Number of the ending, once ended.
    pub ending: u16,
}

/// Situation flags, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(pub(crate) u16);

macro_rules! flags {
    ($($(#[$doc:meta])+ $name:ident = $bit:literal,)+) => {
        impl Flags {
            $($(#[$doc])+ pub const $name: Flags = Flags(1 << $bit);)+
        }
    };
}

flags! {
    /// A question was heard and not answered yet.
    ASKED = 0,
    /// The trainee broke in on a repetition.
    BROKE_IN = 1,
    /// The customer provoked.
    PROVOKED = 2,
    /// The customer threatened.
    THREATENED = 3,
    /// They provoked or threatened again after a limit was set.
    CROSSED = 4,
    /// The trainee was dismissive once: later errors weigh more.
    DISMISSED = 5,
    /// The trainee gave more than they may.
    ULTRA_VIRES = 6,
    /// The trainee raised the voice at the person.
    SHOUTED = 7,
    /// A red-line act was done.
    RED_LINE = 8,
    /// The customer walked out.
    WALKED_OUT = 9,
    /// A pause gave the question weight.
    WEIGHED = 10,
    /// The trainee cut in while the story was being told.
    CUT_IN = 11,
}

impl Flags {
    /// What no score can balance among that which is said.
    pub(crate) const STAINS: [Flags; 3] = [Flags::RED_LINE, Flags::ULTRA_VIRES, Flags::SHOUTED];

    /// Whether all of `flags` are up.
    pub fn has(self, flags: Flags) -> bool {
        self.0 & flags.0 == flags.0
    }

    pub(crate) fn raise(&mut self, flags: Flags) {
        self.0 |= flags.0;
    }

    pub(crate) fn lower(&mut self, flags: Flags) {
        self.0 &= !flags.0;
    }
}

impl State {
    /// A gauge, 0 to 1000.
    pub fn gauge(&self, gauge: Gauge) -> i16 {
        self.gauges[gauge as usize]
    }

    /// The encoding that digests cover, version 1: every field in the order of
    /// the struct, integers little-endian. A new field goes to the end under a
    /// new rules model number.
    pub fn encode(&self) -> [u8; STATE_BYTES] {
        let mut out = [0; STATE_BYTES];
        let mut at = 0;
        let mut put = |bytes: &[u8]| {
            out[at..at + bytes.len()].copy_from_slice(bytes);
            at += bytes.len();
        };
        put(&self.turn.to_le_bytes());
        put(&self.beat.to_le_bytes());
        put(&[self.segment]);
        put(&self.active.to_le_bytes());
        put(&[self.floor as u8]);
        self.gauges
            .iter()
            .for_each(|gauge| put(&gauge.to_le_bytes()));
        put(&[self.story]);
        put(&self.facts.to_le_bytes());
        put(&self.did.bits().to_le_bytes());
        put(&self.been.to_le_bytes());
        put(&self.flags.0.to_le_bytes());
        put(&self.worn);
        put(&self.promises.to_le_bytes());
        put(&[
            self.stance.voice as u8,
            self.stance.face as u8,
            self.reply_face as u8,
            self.face_run,
            self.pauses,
            self.nods,
        ]);
        put(&self.limit.to_le_bytes());
        put(&self.clock.to_le_bytes());
        put(&[self.n_replies, self.brink]);
        put(&self.sum.to_le_bytes());
        put(&self.worst.to_le_bytes());
        put(&self.ending.to_le_bytes());
        out
    }

    /// The first eight bytes of BLAKE3 over the encoding, as 16 hexadecimal digits.
    pub fn digest(&self) -> Digest {
        let hash = blake3::hash(&self.encode());
        let mut first = [0; 8];
        first.copy_from_slice(&hash.as_bytes()[..8]);
        Digest(u64::from_be_bytes(first))
    }
}

/// Length of a state's encoding in bytes.
pub const STATE_BYTES: usize = 89;

/// The digest of a state.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub u64);

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}
