//! How the trainee read the customer, in words: each mark beside the meter, and
//! what they come to together. Not scored, and nothing here says it is.

use engine::mark::{CLOSE, Calibration};
use engine::report::{MarkNote, Readings};

use super::numbers::points;

/// A bias up to this leans neither way, tenths.
const LEANS: i16 = 30;

/// What a mark's error means.
pub fn verdict(error: i16) -> &'static str {
    match error {
        _ if error.abs() <= CLOSE => "close",
        1.. => "too hopeful",
        _ => "too gloomy",
    }
}

/// A mark beside the meter, in two sentences.
pub fn mark_words(mark: &MarkNote) -> String {
    format!(
        "You read them as {}, {}. The meter stood at {}: {}.",
        mark.words,
        points(mark.marked.into()),
        points(mark.was.into()),
        verdict(mark.error)
    )
}

/// What the readings of a run came to, in sentences; none if nobody asked.
pub fn summary(readings: &Readings) -> Option<String> {
    match &readings.calibration {
        Some(found) => Some(calibration_words(found)),
        None if readings.n_asked == 0 => None,
        None => Some(format!(
            "You were asked {} how they feel, and marked nothing.",
            times(readings.n_asked)
        )),
    }
}

/// The same in half a sentence: how the marks lean, and how many were close.
pub fn lean(found: &Calibration) -> String {
    let way = match found.bias {
        n if n.abs() <= LEANS => "leaning neither way".to_owned(),
        1.. => format!("too hopeful by {}", points(found.bias.into())),
        _ => format!("too gloomy by {}", points((-found.bias).into())),
    };
    let close = match (found.n, found.n_close) {
        (1, 1) => "within one step".to_owned(),
        (1, _) => "more than a step off".to_owned(),
        (n, close) => format!("{close} of {n} within one step"),
    };
    format!("{way}, {close}")
}

/// What marks are worth, in sentences.
pub fn calibration_words(found: &Calibration) -> String {
    let marks = match found.n {
        1 => "One mark".to_owned(),
        n => format!("{n} marks"),
    };
    let lean = match found.bias {
        n if n.abs() <= LEANS => "leaning neither way".to_owned(),
        1.. => format!("too hopeful by {} on average", tenths(found.bias)),
        _ => format!("too gloomy by {} on average", tenths(-found.bias)),
    };
    let mut words = format!(
        "{marks}, {} within one step; {lean}; off by {} on average, where always marking the middle is off by {}.",
        found.n_close,
        tenths(found.miss),
        tenths(found.unseeing),
    );
    if found.n_moves > 0 {
        let moved = times(found.n_moves);
        words += &format!(
            " Between two marks the meter moved {moved}; you saw which way {}.",
            match found.n_followed {
                n if n == found.n_moves => "each time".to_owned(),
                0 => "not once".to_owned(),
                n => times(n),
            }
        );
    }
    words
}

/// With one decimal, as the report has it.
fn tenths(tenths: i16) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn times(n: usize) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

#[cfg(test)]
mod tests {
    use engine::mark::Compared;

    use super::*;

    fn found(pairs: &[(i16, i16)]) -> Calibration {
        let marks: Vec<_> = pairs
            .iter()
            .map(|&(marked, was)| Compared { marked, was })
            .collect();
        Calibration::of([&marks[..]]).expect("there are marks")
    }

    #[test]
    fn a_lean_is_told_by_its_side_and_size() {
        assert_eq!(
            lean(&found(&[(642, 500)])),
            "too hopeful by 14, within one step"
        );
        assert_eq!(
            lean(&found(&[(214, 520)])),
            "too gloomy by 31, more than a step off"
        );
        assert_eq!(
            lean(&found(&[(642, 500), (357, 490)])),
            "leaning neither way, 2 of 2 within one step"
        );
    }

    #[test]
    fn nothing_is_said_where_nobody_asked() {
        let mut readings = Readings {
            n_asked: 0,
            marks: Vec::new(),
            calibration: None,
        };
        assert_eq!(summary(&readings), None);
        readings.n_asked = 2;
        let told = summary(&readings).expect("they asked");
        assert_eq!(
            told,
            "You were asked twice how they feel, and marked nothing."
        );
        let words = calibration_words(&found(&[(214, 300), (642, 505)]));
        assert!(
            words.contains("leaning neither way; off by 11.1 on average"),
            "{words}"
        );
        assert!(
            words.ends_with("the meter moved once; you saw which way each time."),
            "{words}"
        );
    }
}
