//! What the analysis says of each reply, in sentences for the window and the
//! report file: what it was, what it cost, what would have been best.

use engine::analysis::{AnalysisNote, BestNote, Bound, Class, Lost, VerdictNote};
use engine::names;
use engine::session::Action;

use super::numbers::{self, capital};

/// A reply, judged, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The turn of the reply, from 1.
    pub turn: usize,
    /// "Best", "Good", "Inaccuracy", "Mistake" or "Blunder".
    pub name: String,
    /// The mark chess players write behind a move.
    pub mark: &'static str,
    /// What it cost and what was still possible, and how sure that is.
    pub price: String,
    /// What would have been best; `None` where this was it.
    pub best: Option<String>,
}

/// Every reply, in order.
pub fn judged(note: &AnalysisNote) -> Vec<Judged> {
    note.verdicts
        .iter()
        .map(|verdict| Judged {
            turn: verdict.turn,
            name: capital(verdict.class.name()),
            mark: verdict.class.mark(),
            price: price(verdict),
            best: verdict.best.as_ref().map(best_words),
        })
        .collect()
}

/// The run as a whole: the count of each kind, the dearest reply, the point of no
/// return, and what these numbers are.
pub fn summary(note: &AnalysisNote) -> Vec<String> {
    let counts = Class::ALL.iter().filter_map(|class| {
        let n = note.verdicts.iter().filter(|v| v.class == *class).count();
        (n > 0).then(|| counted(n, *class))
    });
    let mut lines = vec![format!(
        "Of {} replies: {}. The best line found reaches {} of 100, this run {}.",
        note.verdicts.len(),
        counts.collect::<Vec<_>>().join(", "),
        tenths(note.best.survey),
        tenths(note.end.survey),
    )];
    if let Some(turn) = note.turning_point {
        lines.push(format!(
            "The turning point: step {turn}, the dearest reply."
        ));
    }
    if let Some(point) = note.no_return {
        let lost = match point.lost {
            Lost::Gate => "the run could no longer pass",
            Lost::GoodEnding => "no right ending could be reached any more",
        };
        let sure = match point.bound {
            Bound::Exact => "",
            Bound::Searched => ", as far as the search sees",
        };
        lines.push(format!(
            "The point of no return: after step {} {lost}{sure}.",
            point.turn
        ));
    }
    lines.push(note.about.to_owned());
    lines
}

/// "3 mistakes", "one blunder", "4 good".
fn counted(n: usize, class: Class) -> String {
    let plural = match class {
        Class::Best | Class::Good => class.name(),
        Class::Inaccuracy => "inaccuracies",
        Class::Mistake => "mistakes",
        Class::Blunder => "blunders",
    };
    numbers::counted(n, class.name(), plural)
}

fn price(verdict: &VerdictNote) -> String {
    let left = format!("{} was still possible", tenths(verdict.value.survey));
    let sure = match verdict.bound {
        Bound::Exact => "exact: every way on was looked at",
        Bound::Searched => "searched: a better line might exist",
    };
    let early = match verdict.listening_cost {
        lost if lost > 0 && lost < verdict.cost => {
            format!(", {} of it before a word was said", tenths(lost))
        }
        lost if lost > 0 => ", all of it before a word was said".to_owned(),
        _ => String::new(),
    };
    match verdict.cost {
        0 => format!("It cost nothing; {left} ({sure})."),
        cost => format!(
            "It cost {} points of satisfaction{early}; {left} ({sure}).",
            tenths(cost)
        ),
    }
}

fn best_words(best: &BestNote) -> String {
    let stance = names::stance(best.stance);
    let what = match &best.action {
        _ if best.same_words && best.same_stance => "the same".to_owned(),
        _ if best.same_words => format!("the same words, {stance}"),
        Action::Say(key) => {
            let words = best.say.as_deref().unwrap_or(key).replace('*', "");
            format!("“{words}”, {stance}")
        }
        _ => "to say nothing".to_owned(),
    };
    match best.timing.as_str() {
        timing if !best.same_timing && !timing.is_empty() => {
            format!("Best: {timing}; then {what}.")
        }
        _ => format!("Best: {what}."),
    }
}

/// A number of tenths with one decimal: `62` is "6.2".
fn tenths(n: i16) -> String {
    let sign = if n < 0 { "−" } else { "" };
    let n = n.unsigned_abs();
    format!("{sign}{}.{}", n / 10, n % 10)
}

#[cfg(test)]
mod tests {
    use engine::analysis::Budget;
    use engine::load::load;
    use engine::rng::Seed;
    use engine::rules::Rules;
    use engine::session::Session;
    use engine::state::{Floor, Stance};

    use super::*;
    use crate::desk::library::BUILT_IN;

    #[test]
    fn every_reply_is_judged_and_says_how_sure_that_is() {
        let (name, text) = BUILT_IN[0];
        let rules = Rules::current();
        let scenario = load(name, text.as_bytes(), &rules).scenario;
        let scenario = scenario.expect("it is sound").into();
        let mut session = Session::begin(scenario, rules, Seed::new(16));
        while session.floor() != Floor::Ended {
            let choice = session.choices().swap_remove(0);
            session
                .apply(&choice.action, Stance::default())
                .expect("it is legal");
        }
        let note = AnalysisNote::of(&session, Budget::QUICK, &mut || true).expect("not stopped");
        let judged = judged(&note);
        let spoken = session.turns().iter().filter(|turn| turn.said.is_some());
        assert_eq!(judged.len(), spoken.count());
        for line in &judged {
            let sure = line.price.contains("(exact:") || line.price.contains("(searched:");
            assert!(sure && line.price.contains("still possible"), "{line:?}");
            assert_eq!(line.best.is_none(), line.name == "Best", "{line:?}");
        }
        let told = summary(&note).join(" ");
        assert!(
            told.starts_with(&format!("Of {} replies: ", judged.len())),
            "{told}"
        );
        assert!(told.contains(note.about), "{told}");
        assert!(AnalysisNote::of(&session, Budget::QUICK, &mut || false).is_none());
    }

    #[test]
    fn kinds_are_counted_in_words() {
        let told = [
            counted(1, Class::Blunder),
            counted(2, Class::Inaccuracy),
            counted(4, Class::Good),
        ];
        assert_eq!(told.join(", "), "one blunder, 2 inaccuracies, 4 good");
    }
}
