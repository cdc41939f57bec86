//! The tables of a class or of homework: a row per attempt, a row per turn, as CSV
//! with inert text and typed numbers, and the same as JSON.

use std::sync::Arc;

use engine::report::Report;
use serde_json::{Value, json};

use super::claimed::Claimed;
use super::decisions::Decision;
use super::gist::{Counted, Gist};
use super::inert::cell;
use super::judge::{Played, action_word, said_key};

/// One attempt as the tables show it.
pub struct Attempt {
    /// What the person is called.
    pub mark: String,
    /// The class as a whole played it, by vote; it counts for nobody.
    pub whole: bool,
    /// Id of the scenario, as far as it is known.
    pub scenario: String,
    /// Number of the attempt, from 1; 0 if it says none.
    pub number: u32,
    /// Id of the attempt.
    pub id: String,
    /// What was found when it was judged.
    pub gist: Arc<Gist>,
    /// What else is to be known: late, same play as another.
    pub notes: Vec<String>,
    /// Where it was played, in words; empty where that is not known.
    pub played_in: &'static str,
    /// When it was begun, by the trainee's clock, Unix milliseconds.
    pub started_at: Option<i64>,
    /// The file or receipt it comes from.
    pub source: String,
    /// How long each turn took by the server's clock, in tenths of a second; nothing where
    /// that is not known.
    pub seconds: Arc<[Option<i32>]>,
    /// The same by what the trainee's own computer claims; nobody has looked.
    pub claimed: Claimed,
}

impl Attempt {
    /// What comes of it, if it counts.
    pub fn counted(&self) -> Option<&Counted> {
        self.gist.counted.as_ref()
    }
}

/// Columns of the table of attempts.
pub const ATTEMPT_COLUMNS: [&str; 22] = [
    "mark",
    "scenario",
    "attempt",
    "verdict",
    "why",
    "notes",
    "ending",
    "satisfaction",
    "conduct",
    "outcome",
    "total",
    "passed",
    "critical",
    "turns",
    "seed",
    "content",
    "rules",
    "started_at",
    "attempt_id",
    "source",
    "played",
    "doctrine",
];

/// Columns of the table of turns.
pub const TURN_COLUMNS: [&str; 21] = [
    "mark",
    "scenario",
    "attempt",
    "attempt_id",
    "turn",
    "beat",
    "action",
    "reply",
    "said",
    "voice",
    "face",
    "timing",
    "phase",
    "satisfactometer",
    "change",
    "why",
    "better_reply",
    "better_words",
    "digest",
    "seconds_by_server",
    "seconds_claimed",
];

/// The row of an attempt.
pub fn attempt_row(attempt: &Attempt) -> [String; ATTEMPT_COLUMNS.len()] {
    let counted = attempt.counted();
    let of = |value: fn(&Counted) -> String| counted.map_or(String::new(), value);
    [
        cell(&attempt.mark),
        cell(&attempt.scenario),
        attempt.number.to_string(),
        attempt.gist.verdict.word().into(),
        cell(attempt.gist.verdict.why()),
        cell(&attempt.notes.join("; ")),
        of(|run| {
            run.ending
                .as_ref()
                .map_or(String::new(), |(key, _)| cell(key))
        }),
        of(|run| tenths(run.satisfaction.into())),
        of(|run| tenths(run.conduct)),
        of(|run| tenths(run.outcome)),
        of(|run| tenths(run.total)),
        of(|run| u8::from(run.passed).to_string()),
        of(|run| cell(&run.gates.join("; "))),
        of(|run| run.n_inputs().to_string()),
        cell(&attempt.gist.seed),
        of(|run| run.content.to_string()),
        of(|run| run.rules.to_string()),
        attempt.started_at.map_or(String::new(), timestamp),
        cell(&attempt.id),
        cell(&attempt.source),
        attempt.played_in.into(),
        of(|run| run.doctrine.to_string()),
    ]
}

/// A row per attempt.
///
/// # Errors
/// When memory cannot be written, which does not happen.
pub fn attempts_csv(attempts: &[Attempt]) -> Result<Vec<u8>, csv::Error> {
    let mut table = writer();
    table.write_record(ATTEMPT_COLUMNS)?;
    for attempt in attempts {
        table.write_record(attempt_row(attempt))?;
    }
    finish(table)
}

/// A row per turn of an attempt.
///
/// # Errors
/// When memory cannot be written, which does not happen.
pub fn turn_rows(
    table: &mut csv::Writer<Vec<u8>>,
    attempt: &Attempt,
    played: &Played,
) -> Result<(), csv::Error> {
    let beats = played.session.scenario().beat_keys();
    for (turn, row) in played.session.turns().iter().zip(&played.report.curve) {
        let better = row.better.as_ref().filter(|better| !better.same_words);
        let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let stance = json!({"voice": row.stance.voice, "face": row.stance.face});
        table.write_record([
            cell(&attempt.mark),
            cell(&attempt.scenario),
            attempt.number.to_string(),
            cell(&attempt.id),
            row.turn.to_string(),
            cell(&beats[turn.before.beat as usize]),
            action_word(&row.action).into(),
            cell(said_key(&row.action).unwrap_or_default()),
            cell(row.said.as_deref().unwrap_or_default()),
            words(&stance["voice"]),
            words(&stance["face"]),
            cell(row.timing),
            cell(row.phase),
            tenths(row.satisfaction.into()),
            tenths(row.change.into()),
            row.terms
                .first()
                .map_or(String::new(), |term| cell(term.title)),
            better.map_or(String::new(), |better| {
                cell(said_key(&better.action).unwrap_or(action_word(&better.action)))
            }),
            better.map_or(String::new(), |better| {
                cell(better.say.as_deref().unwrap_or_default())
            }),
            turn.digest.to_string(),
            of_turn(&attempt.seconds, row.turn),
            of_turn(&attempt.claimed, row.turn),
        ])?;
    }
    Ok(())
}

/// The time of a turn, from 1, if there is one.
fn of_turn(times: &[Option<i32>], turn: usize) -> String {
    let at = turn.checked_sub(1).and_then(|at| times.get(at));
    at.copied().flatten().map_or(String::new(), tenths)
}

/// A row per thing that was chosen at a decision.
///
/// # Errors
/// When memory cannot be written, which does not happen.
pub fn decisions_csv(decisions: &[Decision]) -> Result<Vec<u8>, csv::Error> {
    let mut table = writer();
    table.write_record([
        "scenario",
        "beat",
        "people",
        "facility",
        "discrimination",
        "reply",
        "words",
        "chosen_by",
        "better_was_on_offer",
        "timed",
        "median_seconds_by_server",
    ])?;
    for decision in decisions {
        for chosen in &decision.chosen {
            let r = decision.discrimination;
            table.write_record([
                cell(&decision.scenario),
                cell(&decision.beat),
                decision.n.to_string(),
                format!("{:.3}", decision.facility),
                r.map_or(String::new(), |r| format!("{r:.3}")),
                cell(&chosen.reply),
                cell(&chosen.words),
                chosen.n.to_string(),
                u8::from(chosen.better).to_string(),
                decision.n_timed.to_string(),
                decision.median.map_or(String::new(), |s| format!("{s:.1}")),
            ])?;
        }
    }
    finish(table)
}

/// Everything of an attempt, the report included.
pub fn attempt_json(attempt: &Attempt, report: Option<&Report>) -> Value {
    let seconds = |times: &[Option<i32>]| -> Vec<Option<f64>> {
        let times = times.iter();
        times.map(|n| n.map(|n| f64::from(n) / 10.0)).collect()
    };
    json!({
        "mark": attempt.mark,
        "whole_class": attempt.whole,
        "scenario": attempt.scenario,
        "attempt": attempt.number,
        "attempt_id": attempt.id,
        "seed": attempt.gist.seed,
        "verdict": attempt.gist.verdict.word(),
        "why": attempt.gist.verdict.why(),
        "notes": attempt.notes,
        "started_at": attempt.started_at,
        "source": attempt.source,
        "played": attempt.played_in,
        "seconds_by_server": seconds(&attempt.seconds),
        "seconds_claimed": seconds(&attempt.claimed),
        "report": report,
    })
}

/// Tenths of a point as a number with one decimal.
pub fn tenths(value: i32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}.{}", value.abs() / 10, value.abs() % 10)
}

/// A moment as RFC 3339 in UTC.
pub fn timestamp(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or(String::new(), |time| time.to_string())
}

/// A table in memory, as every export is written.
pub fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new())
}

/// Its bytes.
///
/// # Errors
/// When memory cannot be written, which does not happen.
pub fn finish(table: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, csv::Error> {
    table
        .into_inner()
        .map_err(|error| error.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::tenths;

    #[test]
    fn tenths_are_numbers() {
        let shown: Vec<_> = [0, 5, 635, -7, -125].map(tenths).into();
        assert_eq!(shown, ["0.0", "0.5", "63.5", "-0.7", "-12.5"]);
    }
}
