//! The playtest as text for the terminal and as JSON for programs.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets::NOTHING};
use engine::guidance::Catalogue;
use serde_json::{Value, json};

use super::Playtest;
use super::disagreements::Disagreed;
use super::findings::Finding;
use super::sample::Scored;

/// How to read the table, for somebody who never learnt statistics.
const LEGEND: &str = "\
Each row is a trainee with one habit; Random does anything that is possible.
survey   how satisfied the customer is afterwards, of 100: on average, then the
         lowest there was, what one in ten stays below, the one in the middle,
         what one in ten comes above, and the highest
right    runs that end as they should; clean: without crossing a red line
passed   of the runs that were scored in full, those that pass
replies  in a talk, on average
minutes  that a person takes for a run scored in full who lets the customer speak
         and reads every reply, reckoned from the words";

/// What the findings count.
pub const POSITIONS: &str = "\
A position is one moment with one customer, where everything that could be said was
tried out: on the way of the best line, of an expert, and of somebody who slips.";

/// Tenths as a number with one decimal.
pub fn tenths(value: i16) -> String {
    format!("{}.{}", value / 10, (value % 10).abs())
}

fn share(n: u64, of: u64) -> String {
    format!("{:.1} %", 100.0 * n as f64 / of.max(1) as f64)
}

/// The report for people.
pub fn as_text(playtest: &Playtest) -> String {
    let mut out = String::new();
    let total = playtest.total();
    let title = format!(
        "{} ({})",
        playtest.scenario.title(),
        playtest.path.display()
    );
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{title}\n{}", "=".repeat(title.chars().count()));
    let _ = writeln!(
        out,
        "{} runs from seed {}; {} customers searched and scored in full\n",
        playtest.runs,
        playtest.base,
        playtest.sample.lines.len()
    );
    let mut table = Table::new();
    table.load_style(NOTHING).set_header([
        "", "runs", "survey", "lowest", "10 %", "middle", "90 %", "highest", "right", "clean",
        "passed", "replies", "minutes",
    ]);
    for ((who, tally), scored) in rows(playtest) {
        let n_runs = tally.n.max(1);
        table.add_row([
            who.name.clone(),
            tally.n.to_string(),
            tenths(tally.mean()),
            tally
                .lowest
                .map_or_else(String::new, |(survey, _)| tenths(survey)),
            tenths(tally.quantile(100)),
            tenths(tally.quantile(500)),
            tenths(tally.quantile(900)),
            tally
                .highest
                .map_or_else(String::new, |(survey, _)| tenths(survey)),
            share(tally.right, tally.n),
            share(tally.clean, tally.n),
            format!("{}/{}", scored.passed, scored.n),
            format!("{:.1}", tally.replies as f64 / n_runs as f64),
            format!("{:.1}", scored.minutes()),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let _ = writeln!(out, "{table}");
    let _ = writeln!(out, "\n{LEGEND}\n");
    let _ = writeln!(out, "Endings, of all runs");
    for (key, n) in playtest.scenario.ending_keys().iter().zip(&total.endings) {
        let _ = writeln!(out, "  {key:<20} {:>8}", share(*n, total.n));
    }
    if let Some((seed, best)) = playtest.best() {
        let _ = writeln!(
            out,
            "\nBest line found: {}\n  {}",
            tenths(best.value.survey),
            playtest.command(seed, &best.inputs)
        );
    }
    if let Some((seed, worst)) = playtest.worst() {
        let _ = writeln!(
            out,
            "Worst line found: {}\n  {}",
            tenths(worst.value.survey),
            playtest.command(seed, &worst.inputs)
        );
    }
    let _ = writeln!(out, "\n{}", no_return_words(playtest));
    let untested: Vec<&str> = Catalogue::current()
        .principles
        .iter()
        .filter(|row| !playtest.sample.principles.contains_key(&row.id))
        .map(|row| row.title.as_str())
        .collect();
    if !untested.is_empty() {
        let _ = writeln!(out, "Never put to the test here: {}.", untested.join(", "));
    }
    let _ = writeln!(out);
    if playtest.findings.iter().any(Finding::speaks_of_positions) {
        let _ = writeln!(out, "{POSITIONS}\n");
    }
    for finding in &playtest.findings {
        let _ = writeln!(
            out,
            "{}:{}:{}: {} [{}]\n    why: {}\n    mend: {}",
            playtest.path.display(),
            finding.line,
            finding.column,
            finding.what,
            finding.code,
            finding.why,
            finding.mend
        );
        if let Some(command) = &finding.shown_by {
            let _ = writeln!(out, "    see: {command}");
        }
    }
    let _ = writeln!(
        out,
        "{}\n",
        match playtest.findings.len() {
            0 => "nothing to complain about".to_owned(),
            1 => "1 thing to look at".to_owned(),
            n => format!("{n} things to look at"),
        }
    );
    if let Some(disagreed) = &playtest.disagreed {
        out.push_str(&disagreed_text(
            disagreed,
            &playtest.path.display().to_string(),
        ));
    }
    out
}

/// What trainees disagree with, under a heading of its own.
fn disagreed_text(disagreed: &Disagreed, file: &str) -> String {
    let mut out = String::from("What trainees disagree with\n");
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", disagreed.summary());
    for one in disagreed.shown(file) {
        let _ = writeln!(out, "{}: {}", one.place, one.what);
        for why in &one.because {
            let _ = writeln!(out, "    because: {why}");
        }
        if one.n_more > 0 {
            let _ = writeln!(
                out,
                "    and {} more; --format json has them all",
                one.n_more
            );
        }
        for found in &one.found {
            let _ = writeln!(out, "    the playtest: {found}");
        }
        if one.found.is_empty() {
            let _ = writeln!(out, "    the playtest found nothing here");
        }
    }
    out.push('\n');
    out
}

/// Where random play lost the good ending, in a sentence.
pub fn no_return_words(playtest: &Playtest) -> String {
    let lost = &playtest.sample.no_return;
    match lost.len() {
        0 => "Point of no return: chance never put the right endings out of reach for good."
            .to_owned(),
        n => format!(
            "Point of no return: of {} runs by chance, searched step by step, {n} put the right endings out of reach for good; half of these with reply {} or earlier.",
            playtest.sample.n_analysed,
            lost[n / 2]
        ),
    }
}

type Row<'p> = (
    (&'p engine::playtest::Character, &'p engine::playtest::Tally),
    &'p Scored,
);

fn rows(playtest: &Playtest) -> impl Iterator<Item = Row<'_>> {
    playtest
        .characters
        .iter()
        .zip(&playtest.tallies)
        .zip(&playtest.sample.scored)
}

/// The report for programs.
pub fn as_json(playtest: &Playtest) -> Value {
    let total = playtest.total();
    let characters: Vec<Value> = rows(playtest)
        .map(|((who, tally), scored)| {
            json!({
                "name": who.name,
                "runs": tally.n,
                "mean": tally.mean(),
                "lowest": tally.lowest.map(|(survey, _)| survey),
                "highest": tally.highest.map(|(survey, _)| survey),
                "spread": tally.spread.to_vec(),
                "right": tally.right,
                "clean": tally.clean,
                "replies": tally.replies,
                "scored": scored.n,
                "passed": scored.passed,
                "seconds": scored.length.seconds(),
                "words_heard": scored.length.heard,
                "words_read": scored.length.read,
            })
        })
        .collect();
    let endings: serde_json::Map<String, Value> = playtest
        .scenario
        .ending_keys()
        .iter()
        .zip(&total.endings)
        .map(|(key, n)| (key.clone(), json!(n)))
        .collect();
    let line = |found: Option<(engine::rng::Seed, &engine::analysis::Line)>| {
        found.map(|(seed, line)| {
            json!({
                "survey": line.value.survey,
                "bound": line.bound,
                "command": playtest.command(seed, &line.inputs),
            })
        })
    };
    let mut report = json!({
        "file": playtest.path.display().to_string(),
        "scenario": playtest.scenario.id(),
        "content": playtest.scenario.content().to_string(),
        "runs": playtest.runs,
        "seed": playtest.base.to_string(),
        "characters": characters,
        "endings": endings,
        "best": line(playtest.best()),
        "worst": line(playtest.worst()),
        "no_return": playtest.sample.no_return,
        "findings": playtest.findings,
    });
    if let Some(disagreed) = &playtest.disagreed {
        report["disagreements"] = disagreed.as_json();
    }
    report
}
