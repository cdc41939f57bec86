//! The report of a run as one HTML file to read, print or send: the curve, the
//! talk step by step, the clauses with their sources. Nothing in it is loaded
//! from anywhere, and whatever a scenario says is text, never markup.

use askama::Template;
use engine::analysis::AnalysisNote;
use engine::report::{HouseNote, HouseReport, Report};
use engine::score::Finding;

use super::curve::{Curve, Mark};
use super::ledger::{FINDINGS, Group, groups, tally};
use super::numbers::{capital, change, ordinal, points};
use super::readings::mark_words;
use super::study::{ClauseLine, Step, Study};
use super::verdicts::{self, Judged};
use crate::desk::report_text::summary;

/// Width of the chart's plot, units of the picture.
const WIDTH: f32 = 880.0;
/// Height of the chart's plot, units of the picture.
const HEIGHT: f32 = 300.0;

/// The page; with the analysis if there is one.
///
/// # Errors
/// When it cannot be put together, which would be a fault of the template.
pub fn page(study: &Study, analysis: Option<&AnalysisNote>) -> anyhow::Result<String> {
    Ok(Page::of(study, analysis).render()?)
}

#[derive(Template)]
#[template(path = "desk/debrief/report.html")]
struct Page<'a> {
    report: &'a Report,
    customer: &'a str,
    satisfaction: String,
    conduct: String,
    random: String,
    best: String,
    together: String,
    ending: Option<String>,
    scene: Vec<Piece>,
    chart: Chart,
    steps: Vec<StepRow<'a>>,
    tally: String,
    groups: Vec<GroupRow>,
    house: Option<HouseTable<'a>>,
    remarks: Vec<String>,
    judged: Vec<JudgedRow>,
    summary: Vec<String>,
    readings: Vec<String>,
}

/// A piece of what somebody says.
struct Piece {
    words: String,
    stress: bool,
}

/// The curve, in units of the picture.
struct Chart {
    line: String,
    area: String,
    dots: Vec<DotRow>,
    scale: Vec<Rule>,
    /// What the picture shows, in a sentence.
    told: String,
    turn: Option<Flag>,
}

struct DotRow {
    x: f32,
    y: f32,
    /// The number of the reply; none for listening and silence.
    reply: Option<usize>,
    fell: bool,
}

struct Rule {
    y: f32,
    points: u32,
}

struct Flag {
    x: f32,
    y: f32,
    /// The words stand left of it.
    left: bool,
}

struct StepRow<'a> {
    n: usize,
    step: &'a Step,
    whose: String,
    heard: Vec<Piece>,
    answer: Vec<Piece>,
    when: String,
    change: String,
    meter: String,
    clauses: Vec<LineRow<'a>>,
}

struct LineRow<'a> {
    finding: String,
    kind: &'static str,
    line: &'a ClauseLine,
}

struct GroupRow {
    title: String,
    score: Option<String>,
    tally: String,
    lines: Vec<(String, &'static str, ClauseLine)>,
    untested: usize,
}

impl<'a> Page<'a> {
    fn of(study: &'a Study, analysis: Option<&AnalysisNote>) -> Self {
        let report = &study.report;
        let all = groups(report);
        let scene = report.ending.as_ref().map(|ending| pieces(&ending.scene));
        Page {
            report,
            customer: &study.customer,
            satisfaction: points(report.satisfaction.into()),
            conduct: points(report.conduct),
            random: points(report.par.random.into()),
            best: points(report.par.best.into()),
            together: super::study::together(report),
            ending: report.ending.as_ref().map(super::study::ending_words),
            scene: scene.unwrap_or_default(),
            chart: chart(report),
            steps: study.steps.iter().enumerate().map(step_row).collect(),
            tally: tally(&all),
            groups: all.into_iter().map(group_row).collect(),
            house: report.house.as_ref().map(house_table),
            remarks: super::study::all_remarks(report),
            judged: analysis.map(|note| judged(study, note)).unwrap_or_default(),
            summary: analysis.map(verdicts::summary).unwrap_or_default(),
            readings: readings(report),
        }
    }
}

/// Each mark with its step, and what they come to.
fn readings(report: &Report) -> Vec<String> {
    let marks = report.readings.marks.iter();
    let lines = marks.map(|mark| format!("Step {}: {}", mark.after, mark_words(mark)));
    lines.chain(summary(&report.readings)).collect()
}

/// A reply, what it was next to the best one, and its words.
struct JudgedRow {
    reply: usize,
    said: String,
    judged: Judged,
}

fn judged(study: &Study, note: &AnalysisNote) -> Vec<JudgedRow> {
    verdicts::judged(note)
        .into_iter()
        .map(|judged| {
            let step = study.steps.get(judged.turn);
            JudgedRow {
                reply: step.and_then(|step| step.reply).unwrap_or_default(),
                said: step.map(|step| step.deed.clone()).unwrap_or_default(),
                judged,
            }
        })
        .collect()
}

/// Cuts `*stress*` out of what somebody says.
fn pieces(words: &str) -> Vec<Piece> {
    words
        .split('*')
        .enumerate()
        .filter(|(_, words)| !words.is_empty())
        .map(|(n, words)| Piece {
            words: words.to_owned(),
            stress: n % 2 == 1,
        })
        .collect()
}

fn chart(report: &Report) -> Chart {
    let curve = Curve::of(report);
    let place = |(x, y): (f32, f32)| format!("{:.1} {:.1}", x * WIDTH, (1.0 - y) * HEIGHT);
    let mut line = format!("M{}", place((0.0, curve.height(0.0))));
    for piece in curve.pieces() {
        line.push_str(&format!(" C{}", piece.map(place).join(" ")));
    }
    let dots: Vec<DotRow> = curve
        .dots(report)
        .into_iter()
        .map(|dot| DotRow {
            x: dot.x * WIDTH,
            y: dot.y * HEIGHT,
            reply: match dot.mark {
                Mark::Reply(n) => Some(n),
                Mark::Silent => None,
            },
            fell: dot.change < 0,
        })
        .collect();
    let turned = report.turning_reply();
    let turn = dots
        .iter()
        .find(|dot| turned.is_some() && dot.reply == turned)
        .map(|dot| Flag {
            x: dot.x,
            y: dot.y,
            left: dot.x > WIDTH * 0.6,
        });
    let end = report
        .curve
        .last()
        .map_or(report.start, |row| row.satisfaction);
    let mut told = format!(
        "The satisfactometer over the talk: it began at {} and ended at {}.",
        points(report.start.into()),
        points(end.into())
    );
    if let Some(n) = turned {
        told.push_str(&format!(" It moved most at the {} reply.", ordinal(n)));
    }
    Chart {
        area: format!("{line} L{WIDTH} {HEIGHT} L0 {HEIGHT} Z"),
        line,
        dots,
        scale: (0..=4)
            .map(|n| Rule {
                y: HEIGHT - HEIGHT * n as f32 / 4.0,
                points: n * 25,
            })
            .collect(),
        told,
        turn,
    }
}

fn step_row((n, step): (usize, &Step)) -> StepRow<'_> {
    StepRow {
        n,
        step,
        whose: match (step.reply, &step.how) {
            (Some(reply), Some(how)) => format!("Your {} reply, {how}", ordinal(reply)),
            (None, Some(how)) => format!("You, {how}"),
            _ => String::new(),
        },
        heard: step.heard.as_deref().map(pieces).unwrap_or_default(),
        answer: step.answer.as_deref().map(pieces).unwrap_or_default(),
        when: capital(&step.when),
        change: change(step.change.into()),
        meter: points(step.meter.into()),
        clauses: step.clauses.iter().map(line_row).collect(),
    }
}

fn line_row(line: &ClauseLine) -> LineRow<'_> {
    LineRow {
        finding: finding_words(line.finding),
        kind: kind(line.finding),
        line,
    }
}

fn finding_words(finding: Finding) -> String {
    let word = FINDINGS.iter().find(|(known, _)| *known == finding);
    capital(word.map_or("not tested", |(_, word)| word))
}

/// The class that a finding is drawn by.
fn kind(finding: Finding) -> &'static str {
    match finding {
        Finding::Broken => "broken",
        Finding::Missed => "missed",
        Finding::Partly => "partly",
        Finding::Followed | Finding::NotTested => "followed",
    }
}

fn group_row(group: Group) -> GroupRow {
    GroupRow {
        title: group.title.to_owned(),
        tally: group.tally(),
        score: group.score,
        untested: group.untested.len(),
        lines: group
            .lines
            .into_iter()
            .map(|line| (finding_words(line.finding), kind(line.finding), line))
            .collect(),
    }
}

/// The house's own clauses, which move no other score.
struct HouseTable<'a> {
    name: &'a str,
    score: Option<String>,
    rows: Vec<HouseRow<'a>>,
}

struct HouseRow<'a> {
    finding: String,
    kind: &'static str,
    note: &'a HouseNote,
    steps: String,
}

fn house_table(house: &HouseReport) -> HouseTable<'_> {
    let steps = |note: &HouseNote| {
        let steps: Vec<String> = note.turns.iter().map(ToString::to_string).collect();
        match steps.as_slice() {
            [] => String::new(),
            [one] => format!(" · step {one}"),
            many => format!(" · steps {}", many.join(", ")),
        }
    };
    HouseTable {
        name: &house.name,
        score: house.score.map(points),
        rows: house
            .clauses
            .iter()
            .map(|note| HouseRow {
                finding: finding_words(note.finding),
                kind: match note.finding {
                    Finding::NotTested => "soft",
                    finding => kind(finding),
                },
                note,
                steps: steps(note),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use engine::analysis::Budget;
    use engine::doctrine::Doctrine;
    use engine::load::load;
    use engine::rng::Seed;
    use engine::rules::Rules;
    use engine::session::Session;
    use engine::state::{Floor, Stance};

    use super::*;
    use crate::desk::library::BUILT_IN;

    /// The page of a talk in which the first choice is always taken.
    fn told(seed: u64, change: impl Fn(&str) -> String) -> String {
        let (name, text) = BUILT_IN[0];
        let rules = Rules::current();
        let loaded = load(name, change(text).as_bytes(), &rules);
        let scenario = loaded.scenario.expect("it can be played").into();
        let mut session = Session::begin(scenario, rules, Seed::new(seed));
        while session.floor() != Floor::Ended {
            if session.asks_reading() {
                session.mark(6).expect("it is asked for");
            }
            let choice = session.choices().swap_remove(0);
            let stance = Stance::default();
            session.apply(&choice.action, stance).expect("it is legal");
        }
        let analysis = AnalysisNote::of(&session, Budget::QUICK, &mut || true);
        page(
            &Study::by(&session, Doctrine::balanced()),
            analysis.as_ref(),
        )
        .expect("it can be put together")
    }

    #[test]
    fn the_page_loads_nothing_and_holds_every_part() {
        // A talk in which a reading is asked for.
        let page = told(9, str::to_owned);
        for foreign in [
            "http://", "https://", "<script", " src=", "@import", "url(", "<link",
        ] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        let parts = [
            "Third visit, same fault",
            "One run is feedback",
            "What they felt",
            "<svg",
            "How you read them",
            "You read them as content, 79. The meter stood at ",
            "Step by step",
            "Reply by reply",
            "principle by principle",
            "--seed 00000009",
        ];
        for part in parts {
            assert!(page.contains(part), "{part}");
        }
        assert!(page.contains("<em>Three.</em>"), "stress is shown");
    }

    #[test]
    fn what_a_scenario_says_is_text_and_never_markup() {
        let page = told(16, |text| {
            text.replacen(
                "Third visit, same fault",
                "</title><script>alert(1)</script>",
                1,
            )
            .replacen("I know the bell", "<img onerror=x> & I know the bell", 1)
            .replacen("Adaeze Okafor", "A<b>daeze", 1)
        });
        for markup in ["<script", "<img", "<b>daeze", "</title><"] {
            assert!(!page.contains(markup), "{markup}");
        }
        assert!(
            page.contains("&#60;img") || page.contains("&lt;img"),
            "it is there as text"
        );
    }
}
