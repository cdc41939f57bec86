//! The class's debrief, for the wall: every curve over the others, and the choices at
//! which people went different ways, the most split first. It names nobody, and says
//! nothing of fewer than five.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use serde::Deserialize;

use super::app::{App, locked};
use super::gists::{Books, Outcome};
use super::outcome::of_people;
use super::pages::outcome::{Far, Review, ReviewChoice, ReviewChosen};
use super::problem::{Answer, Problem};
use super::room::shown;
use super::store::ClassRow;
use super::wrong;
use crate::classroom::decisions::{Decision, decisions};
use crate::classroom::gist::Counted;
use crate::classroom::tables::{Attempt, tenths};

/// Fewest people that anything is said about: in less, one can be found.
const FEWEST: usize = 5;
/// Moments at which the middle of all curves is taken.
const MOMENTS: usize = 40;

/// What the wall shows of one scenario.
pub struct Told {
    title: String,
    n_people: usize,
    lines: Vec<String>,
    middle: String,
    endings: Vec<(String, usize)>,
    choices: Vec<ReviewChoice>,
    n_left_out: usize,
}

/// Where the wall shows it.
pub fn room_routes() -> Router<Arc<App>> {
    Router::new().route("/projector/{token}/debrief", get(review))
}

#[derive(Deserialize)]
struct At {
    #[serde(default)]
    scenario: usize,
    #[serde(default)]
    at: usize,
}

async fn review(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    Query(asked): Query<At>,
) -> Answer {
    let class = shown(&app, &token).await?;
    if class.state != "closed" {
        let detail = "the debrief opens when the class has ended: until then somebody is \
                      still talking to the same customer";
        return Err(Problem::new(StatusCode::CONFLICT, "not-yet", detail));
    }
    let scored_by = app.live(&class)?.assignment.doctrine.scored_by();
    let told = match told(&app, &class).await? {
        Ok(told) => told,
        Err((n, of)) => {
            let page = Far {
                kind: "projector",
                title: class.title,
                n,
                of,
                back: (format!("/projector/{token}"), "To the class"),
            };
            let body = page.render().map_err(|error| Problem::ours(&error))?;
            return Ok(Html(body).into_response());
        }
    };
    let scenarios = told.iter().map(|told| told.title.clone()).collect();
    let page = match told.get(asked.scenario) {
        None => Review::empty(token, class.title, scenarios),
        Some(told) => {
            let choice = asked.at.checked_sub(1).and_then(|n| told.choices.get(n));
            Review {
                token,
                class: class.title,
                scored_by,
                scenarios,
                scenario: asked.scenario,
                at: choice.map_or(0, |_| asked.at),
                n_choices: told.choices.len(),
                n_people: told.n_people,
                lines: told.lines.clone(),
                middle: told.middle.clone(),
                endings: told.endings.clone(),
                n_left_out: told.n_left_out,
                choice: choice.cloned(),
            }
        }
    };
    let body = page.render().map_err(|error| Problem::ours(&error))?;
    Ok(Html(body).into_response())
}

/// The debrief of a class, or how many of its runs are read by now. It is worked out when
/// something has changed: the wall's computer may ask as often as it likes.
async fn told(app: &Arc<App>, class: &ClassRow) -> Answer<Result<Arc<Vec<Told>>, (usize, usize)>> {
    let live = app.live(class)?;
    let news = *live.news.borrow();
    if let Some((at, told)) = &*locked(&live.told)
        && *at == news
    {
        return Ok(Ok(Arc::clone(told)));
    }
    let books = Books::open(app, class).await?;
    let attempts = match app.outcome(&books).await? {
        Outcome::All(attempts) => attempts,
        Outcome::Some(n, of) => return Ok(Err((n, of))),
    };
    let decisions = decisions(of_people(&attempts));
    let why =
        |decision: &Decision| wrong::why_out(&books.voids, &decision.scenario, &decision.beat);
    let told = live.assignment.scenarios.iter().map(|scenario| {
        let mine = decisions.iter().filter(|d| d.scenario == scenario.id());
        // Somebody may have been there more than once: people count, and not runs.
        let (many, few): (Vec<_>, Vec<_>) = mine.partition(|d| n_people(&attempts, d) >= FEWEST);
        let mut choices: Vec<&Decision> = many;
        choices.sort_by(|a, b| b.split().total_cmp(&a.split()).then(b.n.cmp(&a.n)));
        let choices = choices.into_iter().map(|d| choice(d, why(d))).collect();
        one(
            &attempts,
            scenario.id(),
            scenario.title(),
            choices,
            few.len(),
        )
    });
    let told = Arc::new(told.collect::<Vec<_>>());
    *locked(&live.told) = Some((news, Arc::clone(&told)));
    Ok(Ok(told))
}

/// How many people stood at a decision.
fn n_people(attempts: &[Attempt], decision: &Decision) -> usize {
    let here = attempts.iter().filter(|attempt| {
        let here = |run: &Counted| run.choices.iter().any(|c| *c.beat == *decision.beat);
        !attempt.whole
            && attempt.scenario == decision.scenario
            && attempt.counted().is_some_and(here)
    });
    let people: BTreeSet<&str> = here.map(|attempt| attempt.mark.as_str()).collect();
    people.len()
}

fn one(
    attempts: &[Attempt],
    id: &str,
    title: &str,
    choices: Vec<ReviewChoice>,
    n_left_out: usize,
) -> Told {
    let here = attempts.iter().filter(|a| !a.whole && a.scenario == id);
    let people: BTreeSet<&str> = here
        .clone()
        .filter(|attempt| attempt.counted().is_some())
        .map(|attempt| attempt.mark.as_str())
        .collect();
    let runs: Vec<&Counted> = here.filter_map(Attempt::counted).collect();
    let mut told = Told {
        title: title.to_owned(),
        n_people: people.len(),
        lines: Vec::new(),
        middle: String::new(),
        endings: Vec::new(),
        choices: Vec::new(),
        n_left_out,
    };
    if people.len() < FEWEST {
        return told;
    }
    told.choices = choices;
    let curves: Vec<&[i16]> = runs.iter().map(|run| &*run.curve).collect();
    told.lines = curves.iter().map(|curve| points(curve)).collect();
    told.middle = points(&middle(&curves));
    for run in runs {
        let words = run.ending.as_ref();
        let words = words.map_or("left before the end", |(_, words)| words);
        match told.endings.iter_mut().find(|(known, _)| known == words) {
            Some((_, n)) => *n += 1,
            None => told.endings.push((words.to_owned(), 1)),
        }
    }
    told.endings
        .sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    told
}

/// A curve as a line in a box of 1000 by 400, from the first to the last moment: talks
/// are of different lengths, and are laid over each other by how far they had come.
fn points(curve: &[i16]) -> String {
    let last = curve.len().saturating_sub(1).max(1);
    let points = curve.iter().enumerate().map(|(n, value)| {
        let x = n as f64 * 1000.0 / last as f64;
        format!("{x:.1},{:.1}", 400.0 - f64::from(*value) * 0.4)
    });
    points.collect::<Vec<_>>().join(" ")
}

/// The median of the curves at every moment.
fn middle(curves: &[&[i16]]) -> Vec<i16> {
    (0..=MOMENTS)
        .filter_map(|moment| {
            let mut here: Vec<i16> = curves
                .iter()
                .filter_map(|curve| {
                    let last = curve.len().checked_sub(1)?;
                    curve.get((last * moment + MOMENTS / 2) / MOMENTS).copied()
                })
                .collect();
            here.sort_unstable();
            let half = here.len() / 2;
            match here.len() {
                0 => None,
                n if n % 2 == 1 => Some(here[half]),
                _ => Some(((i32::from(here[half - 1]) + i32::from(here[half])) / 2) as i16),
            }
        })
        .collect()
}

fn choice(decision: &Decision, void: String) -> ReviewChoice {
    let chosen = decision.chosen.iter().map(|chosen| {
        let change = chosen.change.round() as i32;
        ReviewChosen {
            words: chosen.words.clone(),
            n: chosen.n,
            percent: chosen.n * 100 / decision.n.max(1),
            change: match change {
                0 => "±0".into(),
                up @ 1.. => format!("+{}", tenths(up)),
                down => tenths(down).replace('-', "−"),
            },
            sign: match change {
                10.. => "up",
                ..=-10 => "down",
                _ => "level",
            },
            better: chosen.better,
        }
    });
    ReviewChoice {
        heard: decision.heard.clone(),
        n: decision.n,
        chosen: chosen.collect(),
        void,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_the_median_whatever_the_lengths() {
        let curves: [&[i16]; 3] = [&[0, 100], &[0, 50, 200], &[0, 10, 20, 30, 1000]];
        let middle = middle(&curves);
        assert_eq!(middle.len(), MOMENTS + 1);
        assert_eq!((middle[0], middle[MOMENTS]), (0, 200));
        let even = super::middle(&[&[100], &[200]]);
        assert_eq!(even[7], 150);
        assert!(super::middle(&[]).is_empty());
    }

    #[test]
    fn a_curve_fills_its_box() {
        assert_eq!(points(&[0, 500, 1000]), "0.0,400.0 500.0,200.0 1000.0,0.0");
        assert_eq!(points(&[250]), "0.0,300.0");
        assert_eq!(points(&[]), "");
    }
}
