//! How long each turn took by what a trainee's own computer wrote beside it. Nothing covers
//! that and nobody has looked: it is a claim, shown beside what a server saw.

use std::sync::Arc;

use serde::Deserialize;

/// Tenths of a second by turn, from the first; nothing where none are claimed, or none
/// that can be.
pub type Claimed = Arc<[Option<i32>]>;

/// As much of a line as tells what it is, and the milliseconds of play it claims.
#[derive(Deserialize)]
struct Line {
    run: Run,
    #[serde(default)]
    label: Option<Label>,
}

#[derive(Deserialize)]
struct Run {
    n: Option<usize>,
    end: Option<serde_json::Value>,
    after: Option<usize>,
}

#[derive(Deserialize)]
struct Label {
    ms: Option<i64>,
}

/// What a transcript claims of each turn: from the input before it, or the beginning, to
/// its own.
pub fn claimed(text: &str) -> Claimed {
    let mut all = Vec::new();
    let mut from = Some(0);
    // The header claims a time of day and no time of play.
    for line in text.lines().skip(1) {
        let Ok(line) = serde_json::from_str::<Line>(line) else {
            break;
        };
        // What somebody thinks of the customer is no turn.
        if line.run.after.is_some() || line.run.end.is_some() || line.run.n.is_none() {
            continue;
        }
        let at = line.label.and_then(|label| label.ms).filter(|ms| *ms >= 0);
        let ms = from.zip(at).map(|(from, at): (i64, i64)| at - from);
        let ms = ms.filter(|ms| *ms >= 0);
        all.push(ms.and_then(|ms| i32::try_from(ms.saturating_add(50) / 100).ok()));
        from = at;
    }
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Vec<Option<i32>> {
        let mut text = "{\"run\":{},\"label\":{\"started_at\":5}}\n".to_owned();
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        claimed(&text).to_vec()
    }

    #[test]
    fn a_turn_is_claimed_to_take_from_the_one_before_it() {
        let lines = [
            r#"{"run":{"n":1},"label":{"ms":1230}}"#,
            r#"{"run":{"after":1,"do":"read"},"label":{"ms":9000}}"#,
            r#"{"run":{"n":2},"label":{"ms":9460,"resumed_at":7}}"#,
            r#"{"run":{"n":3},"label":{"ms":9460}}"#,
            r#"{"run":{"n":3,"end":"outcome"},"label":{"ms":99999}}"#,
        ];
        assert_eq!(of(&lines), [Some(12), Some(82), Some(0)]);
        assert_eq!(of(&[]), []);
        assert_eq!(claimed("no transcript").len(), 0);
    }

    #[test]
    fn what_cannot_be_is_left_out() {
        let lines = [
            r#"{"run":{"n":1}}"#,
            r#"{"run":{"n":2},"label":{"ms":5000}}"#,
            r#"{"run":{"n":3},"label":{"ms":4000}}"#,
            r#"{"run":{"n":4},"label":{"ms":4100}}"#,
            r#"{"run":{"n":5},"label":{"ms":9223372036854775807}}"#,
            r#"{"run":{"n":6},"label":{"ms":-4}}"#,
            r#"{"run":{"n":7},"label":{}}"#,
            r#"{"run":{"n":8},"label":{"ms":"soon"}}"#,
            r#"{"run":{"n":9},"label":{"ms":1}}"#,
        ];
        let before = [None, None, None, Some(1), None, None, None];
        assert_eq!(of(&lines), before, "what is no number ends it");
    }
}
