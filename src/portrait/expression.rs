//! Named expressions for galleries: percepts as a session shows them, each the
//! clearest of its kind. What a customer really shows comes from the engine.

use engine::percept::{Gaze, Micro, Percept, Posture};

/// One expression to look at.
#[derive(Debug)]
pub(crate) struct Expression {
    /// A word for it, in lower case.
    pub(crate) name: &'static str,
    /// What there is to see and hear.
    pub(crate) percept: Percept,
}

/// The expressions of a contact sheet, in its order.
pub(crate) static SHEET: [Expression; 6] = [
    expression("calm", (16, 60), Gaze::AtYou, Posture::Open, (40, 46)),
    expression("wary", (46, 30), Gaze::Away, Posture::Folded, (46, 52)),
    expression("upset", (60, 15), Gaze::Down, Posture::Open, (34, 40)),
    expression("furious", (95, 3), Gaze::AtYou, Posture::Looming, (93, 84)),
    expression("relieved", (8, 90), Gaze::AtYou, Posture::Leaning, (38, 44)),
    expression("masking", (60, 64), Gaze::AtYou, Posture::Folded, (86, 72)),
];

/// Further expressions that a conversation shows on the way between those.
pub(crate) static BETWEEN: [Expression; 4] = [
    expression("impatient", (62, 34), Gaze::Past, Posture::Open, (62, 74)),
    expression("icy", (80, 6), Gaze::AtYou, Posture::Folded, (38, 44)),
    expression(
        "cold, content",
        (45, 26),
        Gaze::AtYou,
        Posture::Leaning,
        (36, 46),
    ),
    expression("leaving", (78, 12), Gaze::Past, Posture::Turned, (66, 60)),
];

/// Every micro-moment with a word for it.
pub(crate) const MOMENTS: [(&str, Micro); 8] = [
    ("flinch", Micro::Flinch),
    ("breath let go", Micro::BreathOut),
    ("look away", Micro::LookAway),
    ("jaw sets", Micro::JawSet),
    ("scoff", Micro::Scoff),
    ("swallow", Micro::Swallow),
    ("small smile", Micro::SmallSmile),
    ("nod", Micro::Nod),
];

const fn expression(
    name: &'static str,
    (tension, warmth): (u8, u8),
    gaze: Gaze,
    posture: Posture,
    (loudness, pace): (u8, u8),
) -> Expression {
    Expression {
        name,
        percept: Percept {
            tension,
            warmth,
            gaze,
            posture,
            loudness,
            pace,
            micro: None,
        },
    }
}

impl Expression {
    /// How far the mouth stands open on a still picture: who shouts is shown shouting.
    pub(crate) fn mouth(&self) -> f32 {
        if self.percept.loudness > 88 { 0.7 } else { 0.0 }
    }
}

/// All of them: those of the sheet first.
pub(crate) fn all() -> impl Iterator<Item = &'static Expression> {
    SHEET.iter().chain(&BETWEEN)
}
