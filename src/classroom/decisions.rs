//! What a class did at each decision: how many chose what, how hard it was, how
//! well it told apart those who did well, and the most common wrong turn.

use std::collections::BTreeMap;

use serde::Serialize;

use super::gist::Counted;

/// One decision of the class: a beat of a scenario where somebody had the floor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// Id of the scenario.
    pub scenario: String,
    /// Key of the beat.
    pub beat: String,
    /// People who stood here.
    pub n: usize,
    /// Share of them, 0 to 1, whose words had no better ones on offer by the report's
    /// one-step comparison.
    pub facility: f64,
    /// Correlation of having the best words with the total score; `None` with fewer
    /// than five people or if nothing varies.
    pub discrimination: Option<f64>,
    /// People of whom it is known how long it took them.
    #[serde(rename = "timed")]
    pub n_timed: usize,
    /// Half of those took no longer than this, in seconds by the server's clock. No score
    /// reads it.
    #[serde(rename = "median_seconds_by_server")]
    pub median: Option<f64>,
    /// What was chosen, the most frequent first.
    pub chosen: Vec<Chosen>,
    /// The most frequent choice that had better words beside it.
    pub wrong_turn: Option<Chosen>,
    /// What the customer had said last, to the first of them.
    #[serde(skip)]
    pub heard: String,
}

impl Decision {
    /// How far the class was of different minds: the chance that two of them, drawn
    /// blindly, chose differently.
    pub fn split(&self) -> f64 {
        let n = self.n as f64;
        let same = self
            .chosen
            .iter()
            .map(|choice| (choice.n as f64 / n).powi(2));
        1.0 - same.sum::<f64>()
    }
}

/// One thing that was chosen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chosen {
    /// Key of the reply; empty for silence.
    pub reply: String,
    /// The words, as the first of them said it.
    pub words: String,
    /// By how many.
    pub n: usize,
    /// Whether better words were on offer for most of them.
    pub better: bool,
    /// What it changed, on average, in tenths of the satisfactometer.
    #[serde(skip)]
    pub change: f64,
}

/// What one run did at one decision.
struct Stand<'a> {
    reply: &'a str,
    words: &'a str,
    best: bool,
    total: f64,
    change: f64,
    heard: &'a str,
    seconds: Option<i32>,
}

/// A run with its scenario and the tenths of a second that each turn took, as far as they
/// are known.
pub type Played<'a> = (&'a str, &'a Counted, &'a [Option<i32>]);

/// The decisions of these runs, by scenario, each run counted once at each beat (its
/// first visit), in the order of scenario and of how many stood there.
pub fn decisions<'a>(runs: impl Iterator<Item = Played<'a>>) -> Vec<Decision> {
    let mut at: BTreeMap<(&str, &str), Vec<Stand>> = BTreeMap::new();
    for (scenario, run, seconds) in runs {
        let mut seen: Vec<&str> = Vec::new();
        for choice in &run.choices {
            let beat: &str = &choice.beat;
            if seen.contains(&beat) {
                continue;
            }
            seen.push(beat);
            at.entry((scenario, beat)).or_default().push(Stand {
                reply: choice.reply.as_deref().unwrap_or_default(),
                words: choice.said.as_deref().unwrap_or("(said nothing)"),
                best: choice.best,
                total: f64::from(run.total),
                change: f64::from(choice.change),
                heard: &choice.heard,
                seconds: seconds.get(choice.turn - 1).copied().flatten(),
            });
        }
    }
    let mut all: Vec<Decision> = at
        .into_iter()
        .map(|((scenario, beat), stands)| decision(scenario, beat, &stands))
        .collect();
    all.sort_by(|a, b| a.scenario.cmp(&b.scenario).then(b.n.cmp(&a.n)));
    all
}

fn decision(scenario: &str, beat: &str, stands: &[Stand]) -> Decision {
    let n = stands.len();
    let n_best = stands.iter().filter(|stand| stand.best).count();
    let mut by_reply: BTreeMap<&str, Vec<&Stand>> = BTreeMap::new();
    for stand in stands {
        by_reply.entry(stand.reply).or_default().push(stand);
    }
    let mut chosen: Vec<Chosen> = by_reply
        .into_iter()
        .map(|(reply, stands)| {
            let n_better = stands.iter().filter(|stand| !stand.best).count();
            let change: f64 = stands.iter().map(|stand| stand.change).sum();
            Chosen {
                reply: reply.to_owned(),
                words: stands[0].words.to_owned(),
                n: stands.len(),
                better: n_better * 2 > stands.len(),
                change: change / stands.len() as f64,
            }
        })
        .collect();
    chosen.sort_by(|a, b| b.n.cmp(&a.n).then(a.reply.cmp(&b.reply)));
    let mut seconds: Vec<i32> = stands.iter().filter_map(|stand| stand.seconds).collect();
    Decision {
        n_timed: seconds.len(),
        median: median(&mut seconds),
        scenario: scenario.to_owned(),
        beat: beat.to_owned(),
        n,
        facility: n_best as f64 / n.max(1) as f64,
        discrimination: correlation(stands),
        wrong_turn: chosen.iter().find(|choice| choice.better).cloned(),
        chosen,
        heard: stands.first().map_or("", |stand| stand.heard).to_owned(),
    }
}

/// The median of tenths, as a whole.
fn median(tenths: &mut [i32]) -> Option<f64> {
    tenths.sort_unstable();
    let (low, high) = (tenths.len().checked_sub(1)? / 2, tenths.len() / 2);
    Some((f64::from(tenths[low]) + f64::from(tenths[high])) / 20.0)
}

/// The point-biserial correlation of the best words with the total.
fn correlation(stands: &[Stand]) -> Option<f64> {
    let n = stands.len() as f64;
    if stands.len() < 5 {
        return None;
    }
    let mean = stands.iter().map(|stand| stand.total).sum::<f64>() / n;
    let spread = (stands
        .iter()
        .map(|stand| (stand.total - mean).powi(2))
        .sum::<f64>()
        / n)
        .sqrt();
    let share = stands.iter().filter(|stand| stand.best).count() as f64 / n;
    if spread == 0.0 || share == 0.0 || share == 1.0 {
        return None;
    }
    let of = |best: bool| {
        let group: Vec<f64> = stands
            .iter()
            .filter(|stand| stand.best == best)
            .map(|stand| stand.total)
            .collect();
        group.iter().sum::<f64>() / group.len() as f64
    };
    Some((of(true) - of(false)) / spread * (share * (1.0 - share)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(of: &[(&'static str, bool, f64)]) -> Vec<Stand<'static>> {
        of.iter()
            .map(|&(reply, best, total)| Stand {
                reply,
                words: reply,
                best,
                total,
                change: 0.0,
                heard: "",
                seconds: None,
            })
            .collect()
    }

    #[test]
    fn a_decision_that_tells_people_apart() {
        let of = stands(&[
            ("own", true, 800.0),
            ("own", true, 700.0),
            ("blame", false, 300.0),
            ("blame", false, 200.0),
            ("blame", false, 250.0),
            ("", false, 500.0),
        ]);
        let decision = decision("s", "b", &of);
        assert!((decision.facility - 2.0 / 6.0).abs() < 1e-9);
        let r = decision.discrimination.expect("six people");
        assert!((r - 0.904).abs() < 0.001, "{r}");
        let wrong = decision.wrong_turn.as_ref().expect("there is one");
        assert_eq!((wrong.reply.as_str(), wrong.n), ("blame", 3));
        assert_eq!(decision.chosen[0].reply, "blame");
        let same = (3.0f64.powi(2) + 2.0f64.powi(2) + 1.0) / 36.0;
        assert!((decision.split() - (1.0 - same)).abs() < 1e-9);
    }

    #[test]
    fn half_of_those_whose_time_is_known_took_no_longer() {
        let mut of = stands(&[("own", true, 800.0); 5]);
        assert_eq!(decision("s", "b", &of).median, None);
        let known = [Some(300), None, Some(41), Some(52), None];
        for (stand, seconds) in of.iter_mut().zip(known) {
            stand.seconds = seconds;
        }
        let odd = decision("s", "b", &of);
        assert_eq!((odd.n_timed, odd.median), (3, Some(5.2)));
        of[1].seconds = Some(58);
        let even = decision("s", "b", &of);
        assert_eq!((even.n_timed, even.median), (4, Some(5.5)));
        let json = serde_json::to_value(&even).expect("JSON");
        assert_eq!(json["median_seconds_by_server"], 5.5);
        assert_eq!(json["timed"], 4);
    }

    #[test]
    fn nothing_is_said_about_too_few_or_the_unanimous() {
        let few = stands(&[("a", true, 1.0), ("b", false, 0.0)]);
        assert_eq!(correlation(&few), None);
        let same = stands(&[("a", true, 1.0); 6]);
        assert_eq!(correlation(&same), None);
        let decision = decision("s", "b", &same);
        assert_eq!(decision.wrong_turn, None);
        assert!(decision.split().abs() < 1e-9);
    }
}
