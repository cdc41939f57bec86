//! What a server and a trainee's program say to each other while a sealed class is
//! played: a form with a number, the same for both sides.

use engine::state::{Face, Stance, Voice};
use serde::{Deserialize, Serialize};

use crate::desk::shown::{Deed, Shown};

/// The form spoken here. A program and a server of other forms say so, and part.
pub const FORM: u32 = 1;

/// What a program asks for first: the run that its seat is in, or the next one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct TakeUp {
    /// The form.
    pub form: u32,
}

/// What a trainee does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Does {
    /// The form.
    pub form: u32,
    /// The number of this input, from 1; of a reading, that of the input before it.
    pub n: usize,
    /// What they do.
    #[serde(rename = "do")]
    pub what: What,
    /// The voice held.
    pub voice: Voice,
    /// The face held.
    pub face: Face,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Listens.
    Listen,
    /// Listens and nods.
    Encourage,
    /// Cuts in.
    CutIn,
    /// Says nothing.
    Pause,
    /// Says this one of the replies in sight, from 0.
    Say(usize),
    /// Marks how the customer feels, 1 to 7.
    Mark(u8),
}

impl Does {
    /// The stance held.
    pub fn stance(&self) -> Stance {
        Stance {
            voice: self.voice,
            face: self.face,
        }
    }
}

impl From<Deed> for What {
    fn from(deed: Deed) -> Self {
        match deed {
            Deed::Listen => What::Listen,
            Deed::Encourage => What::Encourage,
            Deed::CutIn => What::CutIn,
            Deed::Pause => What::Pause,
            Deed::Say(n) => What::Say(n),
        }
    }
}

/// What the server answers: the whole of the talk as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The form.
    pub form: u32,
    /// Id of the attempt.
    pub id: String,
    /// The talk.
    pub talk: Shown,
    /// What is left of the trainee's time, if it is limited.
    pub time: Option<Time>,
    /// The receipt's code, once the run is handed in.
    pub receipt: Option<String>,
}

/// What is left of somebody's time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Time {
    /// Milliseconds.
    pub left_ms: i64,
    /// In words that change once a minute.
    pub words: String,
    /// Whether it passes now.
    pub runs: bool,
}

/// What a run was, once the class is over: for its own player.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revealed {
    /// The form.
    pub form: u32,
    /// Title of the scenario.
    pub title: String,
    /// The last scene.
    pub scene: String,
    /// Satisfaction, conduct and both together, as they are printed.
    pub scores: [String; 3],
    /// Whether it passes the provisional line.
    pub passed: bool,
    /// What no score can balance: what, and why.
    pub gates: Vec<(String, String)>,
    /// What does not count, in sentences.
    pub not_counted: Vec<String>,
    /// The hidden meter before the first input and after each, tenths.
    pub meters: Vec<i16>,
    /// What was done, and what came of it.
    pub turns: Vec<RevealedTurn>,
    /// That it is scored by another doctrine than usual, in words.
    pub scored_by: Option<String>,
    /// What one run is worth.
    pub caution: String,
}

/// One turn of a run that is revealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealedTurn {
    /// Whether something was decided here, which its player may disagree about.
    #[serde(default)]
    pub decides: bool,
    /// What was said, or done.
    pub said: String,
    /// Voice, face and when.
    pub how: String,
    /// The meter after it, as it is printed.
    pub meter: String,
    /// What it changed, as it is printed.
    pub change: String,
    /// Why; empty where there is nothing to say.
    pub why: String,
    /// A better line; empty where there was none.
    pub better: String,
}
