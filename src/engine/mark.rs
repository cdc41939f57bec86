//! Where a trainee thinks the satisfactometer stands, marked at moments the author
//! chose. A mark takes no time and changes nothing: neither state, score nor par.

use serde::Serialize;

/// Steps of the scale, from 1, "ready to leave", to this one, "delighted".
pub const STEPS: u8 = 7;

/// What each step means, the lowest first.
pub const WORDS: [&str; STEPS as usize] = [
    "ready to leave",
    "very unhappy",
    "unhappy",
    "in between",
    "rather content",
    "content",
    "delighted",
];

/// A mark this close to the meter is right, tenths: one step of the scale.
pub const CLOSE: i16 = 1000 / STEPS as i16;

/// A move of the meter below this between two marks is none to be seen, tenths.
pub const STIRS: i16 = 50;

/// A mark on the scale, made in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Mark {
    /// Inputs before it.
    pub after: usize,
    /// Where the meter stands in the trainee's eyes, 1 to [`STEPS`].
    pub step: u8,
}

impl Mark {
    /// The middle of its step on the meter, in tenths.
    pub fn tenths(self) -> i16 {
        tenths(self.step)
    }
}

/// The middle of a step on the meter, in tenths; of the nearest one there is.
pub fn tenths(step: u8) -> i16 {
    let n = i16::from(step.clamp(1, STEPS));
    (2 * n - 1) * 500 / i16::from(STEPS)
}

/// What a step means.
pub fn words(step: u8) -> &'static str {
    WORDS[usize::from(step.clamp(1, STEPS)) - 1]
}

/// A mark that is not asked for, or none of the scale. The session is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoMark {
    /// The author asks for none now, or it has been made.
    #[error("no reading of the customer is asked for at beat `{0}`")]
    NotAsked(String),
    /// The scale has no such step.
    #[error("the scale goes from 1 to {STEPS}, and this is {0}")]
    OffScale(u8),
}

/// A mark beside what was, both in tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// What the trainee marked.
    pub marked: i16,
    /// What the meter showed.
    pub was: i16,
}

impl Compared {
    /// Marked less true: above zero is too hopeful.
    pub fn error(self) -> i16 {
        self.marked - self.was
    }
}

/// How somebody's marks stand to the truth. Means in tenths of the meter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Calibration {
    /// Marks.
    pub n: usize,
    /// Mean of marked less true: above zero too hopeful, below too gloomy.
    pub bias: i16,
    /// Mean distance between marked and true.
    pub miss: i16,
    /// Mean distance of somebody who always marks the middle step: what not
    /// looking at all would have cost.
    pub unseeing: i16,
    /// Marks within one step of the truth.
    pub n_close: usize,
    /// Times the meter moved between two marks of a run.
    pub n_moves: usize,
    /// Of these, how often the marks moved the same way.
    pub n_followed: usize,
}

impl Calibration {
    /// Of runs, each the marks of one conversation in order; `None` without a mark.
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a [Compared]>) -> Option<Self> {
        let mut sum = Calibration::default();
        let (mut bias, mut miss, mut unseeing) = (0i64, 0i64, 0i64);
        for marks in runs {
            for mark in marks {
                sum.n += 1;
                bias += i64::from(mark.error());
                miss += i64::from(mark.error().abs());
                unseeing += i64::from((tenths(STEPS / 2 + 1) - mark.was).abs());
                sum.n_close += usize::from(mark.error().abs() <= CLOSE);
            }
            for pair in marks.windows(2) {
                let moved = pair[1].was - pair[0].was;
                let marked = pair[1].marked - pair[0].marked;
                if moved.abs() >= STIRS {
                    sum.n_moves += 1;
                    sum.n_followed += usize::from(marked.signum() == moved.signum());
                }
            }
        }
        let n = sum.n as i64;
        (n > 0).then(|| Calibration {
            bias: (bias / n) as i16,
            miss: (miss / n) as i16,
            unseeing: (unseeing / n) as i16,
            ..sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(pairs: &[(i16, i16)]) -> Vec<Compared> {
        let compared = |&(marked, was)| Compared { marked, was };
        pairs.iter().map(compared).collect()
    }

    #[test]
    fn the_steps_lie_evenly_on_the_meter() {
        let all: Vec<i16> = (1..=STEPS).map(tenths).collect();
        assert_eq!(all, [71, 214, 357, 500, 642, 785, 928]);
        assert_eq!((tenths(0), tenths(9)), (71, 928));
    }

    #[test]
    fn bias_and_miss_are_two_things() {
        let even = marks(&[(600, 500), (400, 500)]);
        let found = Calibration::of([&even[..]]).expect("there are marks");
        assert_eq!((found.bias, found.miss, found.n_close), (0, 100, 2));
        let hopeful = marks(&[(700, 500), (500, 300)]);
        let found = Calibration::of([&hopeful[..]]).expect("there are marks");
        assert_eq!((found.bias, found.miss, found.n_close), (200, 200, 0));
        assert_eq!(found.unseeing, 100);
        assert_eq!(Calibration::of([&[][..]]), None);
    }

    #[test]
    fn a_move_counts_within_a_run_and_only_if_it_can_be_seen() {
        let up = marks(&[(200, 100), (300, 300), (300, 310), (200, 500)]);
        let found = Calibration::of([&up[..], &marks(&[(900, 900)])]).expect("there are marks");
        assert_eq!((found.n_moves, found.n_followed), (2, 1));
    }
}
