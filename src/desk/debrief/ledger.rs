//! The clauses of a run by principle, counted: what the scores page unfolds. No
//! window.

use engine::guidance::Principle;
use engine::report::{ClauseNote, Report};
use engine::score::Finding;

use super::numbers::points;
use super::study::{ClauseLine, cite};

/// The clauses of a principle, or those that belong to none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its title.
    pub title: &'static str,
    /// Its score in whole points, if it was tested.
    pub score: Option<String>,
    /// The clauses that came up: broken, missed, partly, followed.
    pub lines: Vec<ClauseLine>,
    /// Titles of those that did not.
    pub untested: Vec<&'static str>,
}

/// The order in which findings are told, with their words.
pub const FINDINGS: [(Finding, &str); 4] = [
    (Finding::Broken, "broken"),
    (Finding::Missed, "missed"),
    (Finding::Partly, "partly followed"),
    (Finding::Followed, "followed"),
];

/// The principles that came up, in the order of the catalogue, then the rest.
pub fn groups(report: &Report) -> Vec<Group> {
    let of = |principle: Option<Principle>| {
        report
            .clauses
            .iter()
            .filter(move |clause| clause.principle == principle)
    };
    let mut groups: Vec<Group> = report
        .principles
        .iter()
        .map(|note| Group {
            score: note.score.map(points),
            ..group(note.title, of(Some(note.principle)))
        })
        .collect();
    groups.push(group("Counted under no principle", of(None)));
    groups.retain(|group| !group.lines.is_empty() || !group.untested.is_empty());
    // Those that came up first; within, the order of the catalogue stays.
    groups.sort_by_key(|group| group.lines.is_empty());
    groups
}

fn group<'a>(title: &'static str, clauses: impl Iterator<Item = &'a ClauseNote>) -> Group {
    let (tested, untested): (Vec<_>, Vec<_>) =
        clauses.partition(|clause| clause.finding != Finding::NotTested);
    let mut lines: Vec<ClauseLine> = tested.into_iter().map(line).collect();
    lines.sort_by_key(|line| {
        FINDINGS
            .iter()
            .position(|(finding, _)| *finding == line.finding)
    });
    Group {
        title,
        score: None,
        lines,
        untested: untested.into_iter().map(|clause| clause.title).collect(),
    }
}

fn line(clause: &ClauseNote) -> ClauseLine {
    let steps: Vec<String> = clause.turns.iter().map(ToString::to_string).collect();
    let at = match steps.len() {
        0 => String::new(),
        1 => format!(" · step {}", steps[0]),
        _ => format!(" · steps {}", steps.join(", ")),
    };
    ClauseLine {
        finding: clause.finding,
        title: clause.title,
        sentence: clause.sentence,
        source: format!("{}{at}", cite(&clause.source)),
        disputed: clause.disputed(),
    }
}

impl Group {
    /// "2 missed, 3 followed", or "not tested".
    pub fn tally(&self) -> String {
        let counted: Vec<String> = FINDINGS
            .iter()
            .filter_map(|(finding, word)| {
                let n = self.count(*finding);
                (n > 0).then(|| format!("{n} {word}"))
            })
            .collect();
        match counted.is_empty() {
            true => "not tested".to_owned(),
            false => counted.join(", "),
        }
    }

    /// How many of its clauses stand so.
    pub fn count(&self, finding: Finding) -> usize {
        match finding {
            Finding::NotTested => self.untested.len(),
            _ => self
                .lines
                .iter()
                .filter(|line| line.finding == finding)
                .count(),
        }
    }
}

/// "1 broken, 4 missed, 3 partly followed, 9 followed, 114 not tested."
pub fn tally(groups: &[Group]) -> String {
    let parts: Vec<String> = FINDINGS
        .iter()
        .chain(&[(Finding::NotTested, "not tested")])
        .map(|(finding, word)| {
            (
                groups
                    .iter()
                    .map(|group| group.count(*finding))
                    .sum::<usize>(),
                word,
            )
        })
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    format!("{}.", parts.join(", "))
}
