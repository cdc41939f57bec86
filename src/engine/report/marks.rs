//! The trainee's readings of the customer, each beside what the meter showed.

use crate::mark::{Calibration, words};
use crate::session::Session;
use crate::state::{Floor, State};
use crate::step::Move;

use super::{MarkNote, Readings};

/// The readings of a run.
pub(super) fn readings(session: &Session) -> Readings {
    let compared = session.readings();
    let beat_after = |n: usize| match session.turns().get(n) {
        Some(turn) => turn.before.beat,
        None => session.state().beat,
    };
    let notes = session.marks().iter().zip(&compared);
    Readings {
        n_asked: n_asked(session),
        marks: notes
            .map(|(mark, seen)| MarkNote {
                after: mark.after,
                beat: session.scenario().beat_keys()[beat_after(mark.after) as usize].clone(),
                step: mark.step,
                words: words(mark.step),
                marked: seen.marked,
                was: seen.was,
                error: seen.error(),
            })
            .collect(),
        calibration: Calibration::of([&compared[..]]),
    }
}

/// How often the talk came to the floor of a beat that asks.
fn n_asked(session: &Session) -> usize {
    let asks = |state: &State| {
        state.floor == Floor::Trainee && session.scenario().reads[state.beat as usize]
    };
    // Whether it was asked already since the talk came to the beat.
    let mut asked = asks(session.first());
    let mut n_asked = usize::from(asked);
    for turn in session.turns() {
        if matches!(turn.input.action, Move::Say(_)) {
            asked = false;
        }
        if asks(&turn.after) && !asked {
            asked = true;
            n_asked += 1;
        }
    }
    n_asked
}
