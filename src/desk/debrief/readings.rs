//! How the trainee read the customer, in the few words that a debrief has room
//! for; the report's text has the whole sentences.

use engine::mark::Calibration;
use engine::report::MarkNote;

use super::numbers::points;
use crate::desk::report_text::{LEANS, verdict};

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

#[cfg(test)]
mod tests {
    use engine::mark::Compared;
    use engine::report::Readings;

    use super::*;
    use crate::desk::report_text::{calibration_words, summary};

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
        let one = calibration_words(&found(&[(642, 500)]));
        assert_eq!(
            one,
            "One mark, within one step: 14.2 too hopeful. The middle would have been off by 0.0."
        );
        let words = calibration_words(&found(&[(214, 300), (642, 505)]));
        assert!(
            words.contains("leaning neither way; off by 11.1 on average"),
            "{words}"
        );
        assert!(
            words.ends_with("the meter moved once; you saw which way."),
            "{words}"
        );
    }
}
