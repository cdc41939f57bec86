//! How long each turn took, by the clock of the server that took its lines and by no
//! other: from when the input before it came, or the run began, to when its own came.
//! Shown to the instructor; no score reads it.

use std::sync::Arc;

use serde::Deserialize;

use super::store::SentLine;

/// Tenths of a second by turn, from the first; nothing where it is not known.
pub type Taken = Arc<[Option<i32>]>;

/// As much of a line as tells what it is.
#[derive(Deserialize)]
struct Line {
    run: Run,
}

#[derive(Deserialize)]
struct Run {
    n: Option<usize>,
    end: Option<String>,
    after: Option<usize>,
}

/// The time of each turn of a run whose lines came so. From `differs_at` on another course
/// was handed in than the one whose lines these are.
///
/// Lines that came together came when the network was back, and not when they were played:
/// where they do, nothing is said of the turn nor of the one after.
pub fn taken(lines: &[SentLine], differs_at: Option<i64>) -> Taken {
    let most = differs_at.map_or(usize::MAX, |n| {
        usize::try_from(n).unwrap_or(0).saturating_sub(1)
    });
    let read = |line: &SentLine| {
        let Line { run } = serde_json::from_str(&line.line).ok()?;
        // The last line is written here, when the last input has come.
        run.end.is_none().then_some((run, line.came_at))
    };
    let lines: Vec<(Run, i64)> = lines.iter().map_while(read).collect();
    let mut all = Vec::new();
    let mut from: Option<i64> = None;
    for (at, (run, came_at)) in lines.iter().enumerate() {
        // What somebody thinks of the customer is no turn.
        if run.after.is_some() {
            continue;
        }
        let beside = |other: Option<&(Run, i64)>| other.is_some_and(|(_, at)| at == came_at);
        let before = at.checked_sub(1).and_then(|at| lines.get(at));
        let alone = *came_at > 0 && !beside(before) && !beside(lines.get(at + 1));
        let came = alone.then_some(*came_at);
        if let Some(n) = run.n {
            if n > most {
                break;
            }
            let ms = from.zip(came).map(|(from, came)| came - from);
            // A clock that was set back says nothing.
            let ms = ms.filter(|ms| *ms >= 0);
            all.push(ms.and_then(|ms| i32::try_from((ms + 50) / 100).ok()));
        }
        from = came;
    }
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header at 1000 and then these: what stands in `run`, and when it came.
    fn of(lines: &[(&str, i64)], differs_at: Option<i64>) -> Vec<Option<i32>> {
        let header = ("\"seed\":\"7Q2FM9KD\"", 1_000);
        let lines = [header].into_iter().chain(lines.iter().copied());
        let lines: Vec<SentLine> = lines
            .map(|(run, came_at)| SentLine {
                line: format!("{{\"run\":{{{run}}},\"label\":{{\"ms\":5}}}}\n"),
                came_at,
            })
            .collect();
        taken(&lines, differs_at).to_vec()
    }

    #[test]
    fn a_turn_takes_from_the_one_before_it_or_from_the_beginning() {
        let lines = [
            ("\"n\":1", 3_000),
            ("\"after\":1,\"do\":\"read\"", 9_000),
            ("\"n\":2", 15_340),
            ("\"n\":3", 15_380),
            ("\"n\":3,\"end\":\"outcome\"", 15_380),
        ];
        assert_eq!(of(&lines, None), [Some(20), Some(123), Some(0)]);
        // The other course that was handed in took other times, which nobody knows.
        assert_eq!(of(&lines, Some(3)), [Some(20), Some(123)]);
        assert_eq!(of(&lines, Some(1)), []);
        assert_eq!(of(&lines, Some(0)), []);
    }

    #[test]
    fn what_came_together_or_by_a_clock_that_was_set_is_not_known() {
        let lines = [
            ("\"n\":1", 3_000),
            ("\"n\":2", 60_000),
            ("\"n\":3", 60_000),
            ("\"n\":4", 61_000),
            ("\"n\":5", 62_000),
            ("\"n\":6", 9_000),
            ("\"n\":7", 10_000),
        ];
        let known = [Some(20), None, None, None, Some(10), None, Some(10)];
        assert_eq!(of(&lines, None), known);
        // With the header; and where an older release noted nothing.
        let lines = [("\"n\":1", 1_000), ("\"n\":2", 2_000), ("\"n\":3", 0)];
        assert_eq!(of(&lines, None), [None, None, None]);
    }
}
