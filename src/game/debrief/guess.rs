//! The trainee's own judgement, made before anything is shown, and what there is
//! to say about it afterwards. No window.

use engine::report::Report;

use crate::desk::debrief::numbers::{ordinal, points};

/// What the trainee believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess {
    /// How satisfied the customer was at the end, 0 to 100.
    pub level: u8,
    /// Where it turned, if they said so.
    pub turned: Option<Turned>,
}

/// Where a conversation turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// At the reply with this number, from 1.
    At(usize),
    /// Nowhere.
    Never,
}

impl Default for Guess {
    fn default() -> Self {
        Guess {
            level: 50,
            turned: None,
        }
    }
}

/// What there is to say about a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// About the level, one or two short sentences.
    pub level: String,
    /// About the turn.
    pub turn: String,
}

/// A guess this close to the meter is right, points.
const CLOSE: i32 = 5;
/// A reply that moved the meter less than this turned nothing, tenths.
const STIR: i16 = 40;

/// Where the conversation did turn: the reply that moved the meter most.
pub fn turning(report: &Report) -> Turned {
    let turn = report.turning_reply().filter(|&n| {
        let mut replies = report.curve.iter().filter(|row| row.said.is_some());
        replies
            .nth(n - 1)
            .is_some_and(|row| row.change.abs() >= STIR)
    });
    turn.map_or(Turned::Never, Turned::At)
}

/// The meter at the end of the run, tenths.
pub fn end(report: &Report) -> i16 {
    report
        .curve
        .last()
        .map_or(report.start, |row| row.satisfaction)
}

/// Compares a guess with what was.
pub fn compare(guess: Guess, report: &Report) -> Verdict {
    let meter = points(i32::from(end(report)));
    let off = i32::from(guess.level) - (i32::from(end(report)) + 5) / 10;
    let level = match off {
        _ if off.abs() <= CLOSE => {
            format!(
                "You said {}, and the meter ended at {meter}. You read them well.",
                guess.level
            )
        }
        1.. => format!(
            "You said {}. The meter ended at {meter}: you were {off} too hopeful.",
            guess.level
        ),
        _ => format!(
            "You said {}. The meter ended at {meter}: you were {} too gloomy.",
            guess.level, -off
        ),
    };
    let turn = match (guess.turned, turning(report)) {
        (None, Turned::At(n)) => format!("It turned at your {} reply.", ordinal(n)),
        (None, Turned::Never) => "It never really turned.".to_owned(),
        (Some(said), was) if said == was => match was {
            Turned::At(n) => format!("It turned at your {} reply, as you said.", ordinal(n)),
            Turned::Never => "It never really turned, as you said.".to_owned(),
        },
        (Some(Turned::At(said)), Turned::At(n)) => {
            format!(
                "It turned at your {} reply, not at your {}.",
                ordinal(n),
                ordinal(said)
            )
        }
        (Some(Turned::At(_)), Turned::Never) => {
            "No reply moved them much: it never really turned.".to_owned()
        }
        (Some(Turned::Never), Turned::At(n)) => {
            format!("It did turn: at your {} reply.", ordinal(n))
        }
        (Some(Turned::Never), Turned::Never) => "It never really turned.".to_owned(),
    };
    Verdict { level, turn }
}
