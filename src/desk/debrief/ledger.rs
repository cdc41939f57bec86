//! The clauses of a run by principle, counted: what the scores page unfolds. No
//! window.

use engine::guidance::Principle;
use engine::report::{ClauseNote, HouseReport, Report};
use engine::score::Finding;

use super::numbers::{capital, points};
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

/// The house's own clauses: "Missed: Look first · steps 3, 5", and what it says and where.
pub fn house_lines(house: &HouseReport) -> Vec<(String, String)> {
    let lines = house.clauses.iter().map(|clause| {
        let known = FINDINGS
            .iter()
            .find(|(finding, _)| *finding == clause.finding);
        let word = capital(known.map_or("not tested", |(_, word)| word));
        let steps: Vec<String> = clause.turns.iter().map(ToString::to_string).collect();
        let at = match steps.as_slice() {
            [] => String::new(),
            [one] => format!(" · step {one}"),
            many => format!(" · steps {}", many.join(", ")),
        };
        (
            format!("{word}: {}{at}", clause.title),
            format!("{} ({})", clause.sentence, clause.place),
        )
    });
    lines.collect()
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

#[cfg(test)]
mod tests {
    use engine::report::HouseNote;

    use super::*;

    #[test]
    fn the_houses_clauses_are_told_with_where_and_when() {
        let note = |finding, turns: &[usize]| HouseNote {
            id: "a".to_owned(),
            title: "Look first".to_owned(),
            sentence: "We look.".to_owned(),
            place: "page 2".to_owned(),
            finding,
            turns: turns.to_vec(),
        };
        let house = HouseReport {
            name: "Hale".to_owned(),
            currency: String::new(),
            score: None,
            clauses: vec![
                note(Finding::Followed, &[3]),
                note(Finding::Missed, &[3, 5]),
                note(Finding::NotTested, &[]),
            ],
        };
        let heads: Vec<String> = house_lines(&house).into_iter().map(|line| line.0).collect();
        assert_eq!(
            heads,
            [
                "Followed: Look first · step 3",
                "Missed: Look first · steps 3, 5",
                "Not tested: Look first"
            ]
        );
        assert_eq!(house_lines(&house)[0].1, "We look. (page 2)");
    }
}
