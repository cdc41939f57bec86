//! The playtest as one HTML page that needs nothing beside it: the figures, the
//! findings, and charts as SVG with their numbers in tables.

use askama::Template;
use kuva::backend::svg::SvgBackend;
use kuva::plot::BarPlot;
use kuva::render::layout::Layout;
use kuva::render::plots::Plot;
use kuva::render::render::render_multiple;

use super::Playtest;
use super::text::{no_return_words, tenths};

#[derive(Template)]
#[template(path = "playtest.html")]
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
    rows: Vec<[String; 6]>,
    ending_rows: Vec<[String; 2]>,
    best: String,
    worst: String,
    no_return: String,
    findings: Vec<super::Finding>,
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
    let line = |found: Option<(engine::rng::Seed, &engine::analysis::Line)>| {
        found.map_or_else(String::new, |(seed, line)| {
            format!(
                "{}: {}",
                tenths(line.value.survey),
                playtest.command(seed, &line.inputs)
            )
        })
    };
    Part {
        title: playtest.scenario.title().to_owned(),
        file: playtest.path.display().to_string(),
        runs: playtest.runs,
        seed: playtest.base.to_string(),
        ending_rows: endings
            .iter()
            .map(|(key, share)| [key.clone(), format!("{share:.1} %")])
            .collect(),
        spread: bars(spread, "satisfaction", "% of runs"),
        endings: bars(endings, "", "% of runs"),
        characters: bars(characters, "", "mean satisfaction"),
        rows: people()
            .zip(&playtest.sample.passed)
            .map(|((who, tally), (n, passed))| {
                [
                    who.name.clone(),
                    who.about.clone(),
                    tally.n.to_string(),
                    tenths(tally.mean()),
                    format!("{:.1} %", percent(tally.right, tally.n)),
                    format!("{passed} of {n}"),
                ]
            })
            .collect(),
        best: line(playtest.best()),
        worst: line(playtest.worst()),
        no_return: no_return_words(playtest),
        findings: playtest.findings.clone(),
    }
}

fn bars(rows: Vec<(String, f64)>, x: &str, y: &str) -> String {
    let plots = vec![Plot::Bar(
        BarPlot::new().with_bars(rows).with_color("#2a6f77"),
    )];
    let layout = Layout::auto_from_plots(&plots)
        .with_x_label(x)
        .with_y_label(y);
    SvgBackend.render_scene(&render_multiple(plots, layout))
}
