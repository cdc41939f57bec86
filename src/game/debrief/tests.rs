//! What the debrief says of a known run: kept in a file beside the tests, so
//! that a change of words or numbers shows. `UPDATE_EXPECT=1` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use bevy::prelude::*;
use engine::doctrine::Doctrine;
use engine::load::load;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::score::Finding;
use engine::session::{Action, Session};
use engine::state::{Face, Floor, Stance, Voice};

use super::guess::{Guess, Turned, compare, end, turning};
use super::{Counts, Tried, come_back};
use crate::desk::debrief::curve::{Curve, Mark};
use crate::desk::debrief::ledger::{groups, tally};
use crate::desk::debrief::study::{Study, small_ones};
use crate::desk::what_if::{Forks, Origin};
use crate::game::run::{Belongs, Run};

/// A conversation of a few beats that changes only with this folder.
const SCENARIO: &str = include_str!("tests/till.ron");

/// Plays it to its end: listens, cuts in at the third segment, and says the
/// replies with these keys as they come up.
fn session(replies: &[&str]) -> Session {
    let rules = Rules::current();
    let loaded = load("till.ron", SCENARIO.as_bytes(), &rules);
    let found: Vec<_> = loaded
        .findings
        .list
        .iter()
        .map(|d| d.message.clone())
        .collect();
    let scenario = loaded
        .scenario
        .unwrap_or_else(|| panic!("the fixture can be played: {found:?}"));
    let mut session = Session::begin(scenario.into(), rules, Seed::new(7));
    while session.floor() != Floor::Ended {
        let n = session.turns().len();
        let choices = session.choices();
        let wanted = |action: &Action| match action {
            Action::Say(key) => replies.contains(&key.as_str()),
            Action::CutIn => n == 2,
            Action::Encourage => n == 1,
            Action::Listen => n != 1 && n != 2,
            Action::Pause => false,
        };
        let choice = choices
            .iter()
            .find(|choice| wanted(&choice.action))
            .unwrap_or(&choices[0]);
        let stance = match n % 3 {
            0 => Stance {
                voice: Voice::Even,
                face: Face::Concerned,
            },
            1 => Stance {
                voice: Voice::Soft,
                face: Face::Neutral,
            },
            _ => Stance {
                voice: Voice::Even,
                face: Face::Warm,
            },
        };
        session
            .apply(&choice.action, stance)
            .expect("it was on offer");
    }
    session
}

/// A run that came to its end.
pub(super) fn a_session() -> Session {
    session(&["supplier", "say-back", "loaner", "four"])
}

/// A run of a class is one still, and what is played again is scored as it was.
#[test]
fn back_from_a_what_if_the_run_counts_as_it_did() {
    let run = session(&["supplier", "say-back", "loaner", "four"]);
    let doctrine = Doctrine::find("brisk").expect("it is there");
    let origin = Origin {
        parent: None,
        at: 2,
    };
    let counts = Counts {
        belongs: Belongs::Class,
        doctrine,
    };
    let mut tried = Tried(Forks::of(run.clone()), counts);
    let other = session(&["supplier"]);
    let mut world = World::new();
    come_back(&other, origin, &mut tried, &mut world.commands());
    world.flush();
    let back = world.resource::<Run>();
    assert!(back.belongs == Belongs::Class && back.what_if.is_none());
    assert_eq!(back.doctrine, doctrine);
    let turns = |run: &Run| run.session().expect("it is played here").turns().len();
    assert_eq!(turns(back), run.turns().len());
    let again = back.again().expect("it is played here");
    assert!(
        again.belongs.back().is_none(),
        "a class's run is played once"
    );
    assert_eq!((turns(&again), again.doctrine), (0, doctrine));
    assert_eq!(tried.0.list().len(), 1);
}

fn study() -> Study {
    Study::by(
        &session(&["supplier", "say-back", "loaner", "four"]),
        Doctrine::balanced(),
    )
}

#[test]
fn a_reading_is_told_at_its_step_and_nowhere_else() {
    let rules = Rules::current();
    let scenario = crate::game::sample::asking(&rules).expect("the sample compiles");
    let mut session = Session::begin(scenario, rules, Seed::new(7));
    while session.floor() != Floor::Ended {
        if session.asks_reading() && session.marks().is_empty() {
            session.mark(6).expect("it is asked for");
        }
        let choice = session.choices().swap_remove(0);
        session
            .apply(&choice.action, Stance::default())
            .expect("it was on offer");
    }
    let study = Study::by(&session, Doctrine::balanced());
    let at = session.marks()[0].after;
    assert!(at > 0, "they spoke first");
    for (n, step) in study.steps.iter().enumerate() {
        assert_eq!(step.marked.is_some(), n == at, "step {n}");
    }
    let meter = crate::desk::debrief::numbers::points(study.steps[at].meter.into());
    let told = format!("You read them as content, 79. The meter stood at {meter}: too hopeful.");
    assert!(study.aloud(at).ends_with(&told), "{}", study.aloud(at));
}

fn told(study: &Study) -> String {
    let mut text = String::new();
    for (n, step) in study.steps.iter().enumerate() {
        // Writing to a string cannot fail.
        let mut line = |line: String| _ = writeln!(text, "{line}");
        line(format!("# {}", study.aloud(n)));
        step.heard
            .iter()
            .for_each(|words| line(format!("they: {words}")));
        line(format!(
            "you: {} [{}] {}",
            step.deed,
            step.how.as_deref().unwrap_or("-"),
            step.when
        ));
        step.answer
            .iter()
            .for_each(|words| line(format!("answer: {words}")));
        let gauges: Vec<String> = step
            .gauges
            .iter()
            .map(|g| format!("{} {:+}={}", g.name, g.change, g.after))
            .collect();
        line(format!("gauges: {}", gauges.join(", ")));
        for why in &step.why {
            line(format!("why: {} ({}): {}", why.title, why.sizes, why.why));
        }
        small_ones(step.n_small).into_iter().for_each(&mut line);
        for clause in &step.clauses {
            line(format!(
                "{:?}: {}. {} ({})",
                clause.finding, clause.title, clause.sentence, clause.source
            ));
        }
        if let Some(better) = &step.better {
            line(format!(
                "better: {} [{}] {}",
                better.deed, better.how, better.effect
            ));
        }
        step.remarks
            .iter()
            .for_each(|words| line(format!("remark: {words}")));
    }
    text
}

fn check(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/game/debrief/tests")
        .join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, actual).expect("the expectation can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("the expectation is there");
    for (n, (expected, actual)) in expected.lines().zip(actual.lines()).enumerate() {
        assert_eq!(expected, actual, "{name}:{}", n + 1);
    }
    assert_eq!(
        expected.lines().count(),
        actual.lines().count(),
        "{name}: number of lines"
    );
}

#[test]
fn every_step_is_told() {
    check("steps.txt", &told(&study()));
}

#[test]
fn marks_lie_on_the_curve_and_replies_are_numbered() {
    let study = study();
    let curve = Curve::of(&study.report);
    let dots = curve.dots(&study.report);
    assert_eq!(dots.len(), study.steps.len());
    let mut n_replies = 0;
    for (dot, step) in dots.iter().zip(&study.steps) {
        assert!(
            (0.0..=1.0).contains(&dot.x) && (0.0..=1.0).contains(&dot.y),
            "{dot:?}"
        );
        assert!(
            (curve.height(dot.x) - (1.0 - dot.y)).abs() < 1e-4,
            "{dot:?}"
        );
        n_replies += usize::from(step.spoken);
        let mark = if step.spoken {
            Mark::Reply(n_replies)
        } else {
            Mark::Silent
        };
        assert_eq!(
            (dot.mark, step.reply),
            (mark, step.spoken.then_some(n_replies))
        );
    }
    assert!(n_replies >= 3, "the fixture has replies");
}

#[test]
fn gauges_add_up_from_step_to_step() {
    let study = study();
    for pair in study.steps.windows(2) {
        for (before, after) in pair[0].gauges.iter().zip(&pair[1].gauges) {
            assert_eq!(before.after + after.change, after.after, "{}", after.name);
        }
    }
}

#[test]
fn a_guess_is_compared_with_what_was() {
    let mut report = study().report;
    let n_replies = report.curve.iter().filter(|row| row.said.is_some()).count();
    let Turned::At(n) = turning(&report) else {
        panic!("the fixture turns")
    };
    let meter = (end(&report) + 5) / 10;
    let told = |level: i16, turned, report: &_| {
        let verdict = compare(
            Guess {
                level: level.clamp(0, 100) as u8,
                turned,
            },
            report,
        );
        format!("{} {}", verdict.level, verdict.turn)
    };
    let right = told(meter, Some(Turned::At(n)), &report);
    assert!(
        right.contains("You read them well.") && right.contains("as you said"),
        "{right}"
    );
    let other = if n == 1 { n_replies } else { 1 };
    let wrong = told(meter + 20, Some(Turned::At(other)), &report);
    assert!(
        wrong.contains("20 too hopeful") && wrong.contains("not at your"),
        "{wrong}"
    );
    assert!(told(meter, Some(Turned::Never), &report).contains("It did turn"));
    assert!(!told(meter, None, &report).contains("you said."));
    // A run in which nothing moved.
    report.curve.iter_mut().for_each(|row| row.change = 0);
    assert_eq!(turning(&report), Turned::Never);
    assert!(told(meter, Some(Turned::Never), &report).contains("never really turned, as you said"));
}

#[test]
fn every_clause_stands_in_one_group() {
    let report = study().report;
    let groups = groups(&report);
    let n: usize = groups
        .iter()
        .map(|group| group.lines.len() + group.untested.len())
        .sum();
    assert_eq!(n, report.clauses.len());
    let untested = report
        .clauses
        .iter()
        .filter(|clause| clause.finding == Finding::NotTested)
        .count();
    assert!(
        tally(&groups).contains(&format!("{untested} not tested")),
        "{}",
        tally(&groups)
    );
    let came_up = groups
        .iter()
        .take_while(|group| !group.lines.is_empty())
        .count();
    assert!(
        groups[came_up..].iter().all(|group| group.lines.is_empty()),
        "what came up stands first"
    );
}
