//! The playtest as one HTML page that needs nothing beside it: the figures, the
//! findings, and charts as SVG with their numbers in tables.

use askama::Template;
use kuva::backend::svg::SvgBackend;
use kuva::plot::BarPlot;
use kuva::render::layout::Layout;
use kuva::render::plots::Plot;
use kuva::render::render::render_multiple;
use kuva::render::theme::Theme;

use super::text::{POSITIONS, no_return_words, tenths};
use super::{Finding, Playtest, disagreements};

#[derive(Template)]
#[template(path = "author/playtest/page.html")]
struct Page {
    scenarios: Vec<Part>,
}

struct Part {
    title: String,
    file: String,
    runs: u64,
    seed: String,
    spread: String,
    endings: String,
    characters: String,
    rows: Vec<[String; 7]>,
    spread_rows: Vec<[String; 2]>,
    ending_rows: Vec<[String; 2]>,
    /// Survey and command of the best and the worst line.
    lines: Vec<(String, String)>,
    no_return: String,
    /// What a position is, if the findings count them.
    positions: Option<&'static str>,
    findings: Vec<Shown>,
    /// What is said of all disagreements, and the decisions.
    disagreed: Option<(String, Vec<disagreements::Shown>)>,
}

/// A finding, its words cut at what stands between backticks.
struct Shown {
    place: String,
    code: &'static str,
    what: Vec<(bool, String)>,
    why: Vec<(bool, String)>,
    mend: Vec<(bool, String)>,
    shown_by: Option<String>,
}

/// The page of some playtests.
///
/// # Errors
/// When the page cannot be put together.
pub fn page(playtests: &[Playtest]) -> anyhow::Result<String> {
    let scenarios = playtests.iter().map(part).collect();
    Ok(Page { scenarios }.render()?)
}

fn part(playtest: &Playtest) -> Part {
    let total = playtest.total();
    let percent = |n: u64, of: u64| 100.0 * n as f64 / of.max(1) as f64;
    let spread: Vec<(String, f64)> = total
        .spread
        .chunks(5)
        .enumerate()
        .map(|(n, runs)| ((n * 10).to_string(), percent(runs.iter().sum(), total.n)))
        .collect();
    let endings: Vec<(String, f64)> = playtest
        .scenario
        .ending_keys()
        .iter()
        .zip(&total.endings)
        .map(|(key, n)| (key.clone(), percent(*n, total.n)))
        .collect();
    let people = || playtest.characters.iter().zip(&playtest.tallies);
    let characters = people()
        .map(|(who, tally)| (who.name.clone(), f64::from(tally.mean()) / 10.0))
        .collect();
    let lines = [playtest.best(), playtest.worst()].into_iter().flatten();
    let name = playtest.path.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    Part {
        title: playtest.scenario.title().to_owned(),
        file: playtest.path.display().to_string(),
        runs: playtest.runs,
        seed: playtest.base.to_string(),
        ending_rows: endings
            .iter()
            .map(|(key, share)| [key.clone(), format!("{share:.1} %")])
            .collect(),
        spread_rows: spread
            .iter()
            .map(|(from, share)| [from.clone(), format!("{share:.1}")])
            .collect(),
        spread: columns(spread, "satisfaction", "% of the runs"),
        endings: rows(endings, "% of the runs"),
        characters: rows(characters, "mean satisfaction"),
        rows: people()
            .zip(&playtest.sample.scored)
            .map(|((who, tally), scored)| {
                [
                    who.name.clone(),
                    who.about.clone(),
                    tally.n.to_string(),
                    tenths(tally.mean()),
                    format!("{:.1} %", percent(tally.right, tally.n)),
                    format!("{} of {}", scored.passed, scored.n),
                    format!("{:.1}", scored.minutes()),
                ]
            })
            .collect(),
        lines: lines
            .map(|(seed, line)| {
                let command = playtest.command(seed, &line.inputs);
                (tenths(line.value.survey), command)
            })
            .collect(),
        no_return: no_return_words(playtest),
        positions: playtest
            .findings
            .iter()
            .any(Finding::speaks_of_positions)
            .then_some(POSITIONS),
        findings: playtest
            .findings
            .iter()
            .map(|finding| shown(&name, finding))
            .collect(),
        disagreed: playtest
            .disagreed
            .as_ref()
            .map(|disagreed| (disagreed.summary(), disagreed.shown(&name))),
    }
}

fn shown(file: &str, finding: &Finding) -> Shown {
    let pieces = |words: &str| {
        let pieces = words.split('`').enumerate();
        pieces
            .map(|(n, piece)| (n % 2 == 1, piece.to_owned()))
            .collect()
    };
    Shown {
        place: format!("{file}:{}:{}", finding.line, finding.column),
        code: finding.code,
        // Some end with a full stop of their own.
        what: pieces(finding.what.trim_end_matches('.')),
        why: pieces(finding.why),
        mend: pieces(finding.mend),
        shown_by: finding.shown_by.clone(),
    }
}

/// Width of a chart, in its own units; the page scales it.
const WIDTH: f64 = 900.0;
/// Height of a column chart, and of a row with the room around it.
const HEIGHT: f64 = 300.0;
const ROW: f64 = 30.0;
const AROUND: f64 = 70.0;

/// Columns from left to right, in the order of a scale.
fn columns(bars: Vec<(String, f64)>, x: &str, y: &str) -> String {
    let plots = vec![Plot::Bar(
        BarPlot::new().with_bars(bars).with_color("#14666A"),
    )];
    let layout = Layout::auto_from_plots(&plots)
        .with_x_label(x)
        .with_y_label(y)
        .with_width(WIDTH)
        .with_height(HEIGHT);
    drawn(plots, layout)
}

/// Rows from top to bottom, each with its name before it.
fn rows(mut bars: Vec<(String, f64)>, x: &str) -> String {
    let n_rows = bars.len() as f64;
    // The first one is drawn at the bottom.
    bars.reverse();
    let plots = vec![Plot::Bar(
        BarPlot::new()
            .with_bars(bars)
            .with_color("#14666A")
            .with_horizontal(true),
    )];
    let layout = Layout::auto_from_plots(&plots)
        .with_x_label(x)
        .with_width(WIDTH)
        .with_height(n_rows * ROW + AROUND);
    drawn(plots, layout)
}

/// The picture, which grows and shrinks with the page.
fn drawn(plots: Vec<Plot>, layout: Layout) -> String {
    let svg = SvgBackend.render_scene(&render_multiple(plots, layout.with_theme(theme())));
    let Some((head, rest)) = svg.split_once('>') else {
        return svg;
    };
    let side = |name: &str| {
        let (_, value) = head.split_once(&format!(" {name}=\""))?;
        value.split('"').next()
    };
    match (side("width"), side("height"), side("viewBox")) {
        (Some(width), Some(height), None) => {
            format!("{head} viewBox=\"0 0 {width} {height}\">{rest}")
        }
        _ => svg,
    }
}

/// The colours of the page.
fn theme() -> Theme {
    Theme {
        background: "#FFFAF1".into(),
        axis_color: "#585A6B".into(),
        grid_color: "#D8C8AF".into(),
        tick_color: "#585A6B".into(),
        text_color: "#22263A".into(),
        font_family: Some("Noto Sans, Segoe UI, Helvetica Neue, Arial, sans-serif".into()),
        ..Theme::light()
    }
}
