//! What a trainee could see and hear of the customer after an input: the border
//! between the simulation and everyone who looks at it. Never a gauge.

use serde::{Deserialize, Serialize};

/// Where the customer looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gaze {
    /// Straight at the trainee.
    #[default]
    AtYou,
    /// Off to one side: evading, or looking for somebody else.
    Away,
    /// At the counter or at their hands.
    Down,
    /// Past the trainee, at the clock or the door.
    Past,
}

/// How the customer holds themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Posture {
    /// Loose shoulders, hands at rest.
    #[default]
    Open,
    /// Bent towards the counter, taking part.
    Leaning,
    /// Arms folded.
    Folded,
    /// Half turned to the door.
    Turned,
    /// Hands on the counter, shoulders up, too close.
    Looming,
}

/// Something small and short that happened in the face or body at this input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Micro {
    /// A start, as when cut off or shouted at.
    Flinch,
    /// A breath let go: they feel heard.
    BreathOut,
    /// Eyes off at an excuse.
    LookAway,
    /// The jaw sets.
    JawSet,
    /// A short breath through the nose, disbelieving.
    Scoff,
    /// The throat works: shame or fear.
    Swallow,
    /// A corner of the mouth gives.
    SmallSmile,
    /// A small nod.
    Nod,
}

impl Micro {
    /// Whether somebody who watches would say that this did not go down well.
    pub fn is_displeased(self) -> bool {
        matches!(
            self,
            Micro::Flinch | Micro::LookAway | Micro::JawSet | Micro::Scoff | Micro::Swallow
        )
    }
}

/// Everything there is to see and hear, in integers, already masked by the persona.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Percept {
    /// Muscle tension, 0 slack to 100 rigid.
    pub tension: u8,
    /// Friendliness of the face, 0 cold to 100 beaming. May be a mask.
    pub warmth: u8,
    /// Where they look.
    pub gaze: Gaze,
    /// How they stand or sit.
    pub posture: Posture,
    /// Loudness of the voice, 0 murmur to 100 shout; 50 is ordinary talk.
    pub loudness: u8,
    /// Pace of the speech, 0 halting to 100 clipped and fast; 50 is ordinary talk.
    pub pace: u8,
    /// A micro-moment at this input, if there was one.
    pub micro: Option<Micro>,
}
