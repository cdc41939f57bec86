//! What an attempt was, turn by turn, for its own player.

use askama::Template;
use engine::report::Report;

use super::super::store::ObjectionRow;
use super::super::wrong::sentence;
use crate::classroom::disagreements::decides;
use crate::classroom::tables::tenths;

/// A run, revealed.
#[derive(Template)]
#[template(path = "classroom/server/templates/debrief.html")]
pub struct Debrief {
    /// Title of the scenario.
    pub title: String,
    /// The last scene.
    pub scene: String,
    /// Satisfaction, conduct and total.
    pub scores: [String; 3],
    /// Whether it passes the provisional line.
    pub passed: bool,
    /// What no score can balance.
    pub gates: Vec<(String, String)>,
    /// The hidden meter as points of a line in a box of 1000 by 200.
    pub line: String,
    /// The replies on it: x, y and number.
    pub marks: Vec<(String, String, usize)>,
    /// What was said, turn by turn.
    pub turns: Vec<TurnRow>,
    /// That it is scored by another doctrine than usual, in words.
    pub scored_by: Option<String>,
    /// What does not count, in sentences.
    pub not_counted: Vec<String>,
    /// Id of the attempt, where its own player reads it and may disagree.
    pub own: Option<String>,
    /// What one run is worth.
    pub caution: &'static str,
}

/// One turn of a debrief.
pub struct TurnRow {
    /// Its number, from 1.
    pub n: usize,
    /// Whether something was decided here.
    pub decides: bool,
    /// Why its player disagrees, if they do.
    pub disagrees: String,
    /// What was said, or done.
    pub said: String,
    /// Voice, face and when.
    pub how: String,
    /// The meter after it.
    pub meter: String,
    /// What it changed.
    pub change: String,
    /// Whether it helped, harmed or neither.
    pub sign: &'static str,
    /// Why.
    pub why: String,
    /// A better line.
    pub better: String,
}

impl Debrief {
    /// The page of a report.
    pub fn of(report: &Report) -> Self {
        let n = report.curve.len().max(1);
        let x = |turn: usize| format!("{:.1}", turn as f32 * 1000.0 / n as f32);
        let y = |value: i16| format!("{:.1}", 200.0 - f32::from(value) / 5.0);
        let mut line = format!("0,{}", y(report.start));
        let mut marks = Vec::new();
        let mut turns = Vec::new();
        for row in &report.curve {
            line.push_str(&format!(" {},{}", x(row.turn), y(row.satisfaction)));
            if row.said.is_some() {
                marks.push((x(row.turn), y(row.satisfaction), row.turn));
            }
            turns.push(turn_row(row));
        }
        Debrief {
            title: report.title.clone(),
            scene: report
                .ending
                .as_ref()
                .map_or("You left before the end.".into(), |e| e.scene.clone()),
            scores: [
                tenths(report.satisfaction.into()),
                tenths(report.conduct),
                tenths(report.total),
            ],
            passed: report.passed,
            gates: report
                .gates
                .iter()
                .map(|gate| (gate.name.to_owned(), gate.why.to_owned()))
                .collect(),
            line,
            marks,
            turns,
            scored_by: report.doctrine.scored_by(),
            not_counted: report.not_counted.iter().map(sentence).collect(),
            own: None,
            caution: report.caution,
        }
    }

    /// The same for whoever played it: they may disagree.
    #[must_use]
    pub fn of_their_own(mut self, attempt: &str, objections: &[ObjectionRow]) -> Self {
        self.own = Some(attempt.to_owned());
        for turn in &mut self.turns {
            let mut here = objections.iter();
            let here = here.find(|o| usize::try_from(o.turn) == Ok(turn.n));
            turn.disagrees = here.map_or(String::new(), |o| o.why.clone());
        }
        self
    }
}

fn turn_row(row: &engine::report::Row) -> TurnRow {
    use crate::classroom::judge::action_word;
    let said = match (&row.said, action_word(&row.action)) {
        (Some(said), _) => said.clone(),
        (None, "listen") => "You listened.".into(),
        (None, "encourage") => "You listened, and nodded.".into(),
        (None, "cut-in") => "You cut in.".into(),
        (None, _) => "You said nothing.".into(),
    };
    let why: Vec<&str> = row.terms.iter().take(2).map(|term| term.title).collect();
    let better = row.better.as_ref().map_or(String::new(), |better| {
        let stance = engine::names::stance(better.stance);
        match &better.say {
            Some(_) if better.same_words => format!("The same words, {stance}."),
            Some(say) => format!("“{say}” ({stance})"),
            None => match action_word(&better.action) {
                "encourage" => format!("Nod at the end ({stance})."),
                "listen" => format!("Listen ({stance})."),
                _ => format!("Cut in ({stance})."),
            },
        }
    });
    TurnRow {
        n: row.turn,
        decides: decides(&row.action),
        disagrees: String::new(),
        said,
        how: format!("{}; {}", engine::names::stance(row.stance), row.timing),
        meter: tenths(row.satisfaction.into()),
        change: match row.change {
            0 => "±0".into(),
            up @ 1.. => format!("+{}", tenths(up.into())),
            down => tenths(down.into()).replace('-', "−"),
        },
        sign: match row.change {
            10.. => "up",
            ..=-10 => "down",
            _ => "level",
        },
        why: why.join(", ").to_lowercase(),
        better,
    }
}
