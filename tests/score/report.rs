//! The report, as data and as text.

use engine::act::Act;
use engine::analysis::{AnalysisNote, Budget};
use engine::report::Report;
use engine::rng::{Dice, Seed};
use engine::score::Gate;
use engine::session::Action;

use crate::playing::{GOOD, played, random_play};
use crate::report_text;
use crate::stories::{beat, begin, reply, scenario, story, written};

#[test]
fn a_replay_gives_the_identical_report() {
    let scenario = scenario(story());
    let mut session = begin(&scenario, 9);
    random_play(&mut session, &mut Dice::for_play(Seed::new(9), 1));
    let mut replayed = begin(&scenario, 9);
    for turn in session.turns() {
        replayed
            .apply(&turn.action, turn.input.stance)
            .expect("possible");
    }
    let (first, second) = (Report::of(&session), Report::of(&replayed));
    assert_eq!(first, second);
    let json = |report: &Report| serde_json::to_string(report).expect("serialisable");
    assert_eq!(json(&first), json(&second));
}

#[test]
fn the_report_tells_the_run() {
    let scenario = scenario(story());
    let session = played(&scenario, 4, &GOOD);
    let report = Report::of(&session);
    assert_eq!(report.curve.len(), session.turns().len());
    assert_eq!(report.clauses.len(), 131);
    assert_eq!(report.promises.len(), 1);
    assert!(report.passed);
    assert_eq!(report.ending.as_ref().map(|e| e.key.as_str()), Some("kept"));
    for row in &report.curve {
        if let Some(better) = &row.better {
            assert!(better.action != row.action || better.stance != row.stance);
        }
    }
    let poor = Report::of(&played(&scenario, 4, &["assume", "blame", "one", "curt"]));
    assert!(poor.curve.iter().any(|row| row.better.is_some()));
    assert!(!poor.disagreements.is_empty() && !poor.evidence.is_empty());
    let most = poor.curve.iter().map(|row| row.change.abs()).max();
    assert_eq!(poor.turning_point.map(|point| point.change.abs()), most);
}

#[test]
fn no_better_move_crosses_a_line_because_one_was_crossed_before() {
    let after = vec![
        ("licence", reply(&[Act::BreachLicence], "neutral")),
        ("plain", reply(&[Act::ShortAnswer], "neutral")),
        ("curt", reply(&[Act::Rush], "neutral")),
    ];
    let twice = scenario(written(
        "twice",
        400,
        vec![
            (
                "a",
                beat(
                    Vec::new(),
                    vec![("paper", reply(&[Act::FalsifyPaper], "b"))],
                ),
            ),
            ("b", beat(Vec::new(), after)),
        ],
    ));
    // The copied licence pleases most, and is advised to nobody: neither to whoever was
    // curt nor to whoever copied it.
    for said in ["curt", "licence"] {
        let report = Report::of(&played(&twice, 1, &["paper", said]));
        assert_eq!(report.gates[0].gate, Gate::RedLine);
        let last = report.curve.last().expect("a reply");
        let better = last.better.as_ref().expect("something is better");
        assert_eq!(better.action, Action::Say("plain".to_owned()), "{said}");
    }
}

#[test]
fn the_turning_point_is_a_reply() {
    let story = scenario(story());
    for seed in 0..40 {
        let mut session = begin(&story, seed);
        random_play(&mut session, &mut Dice::for_play(Seed::new(seed), 3));
        let report = Report::of(&session);
        let Some(point) = report.turning_point else {
            assert_eq!(report.turning_reply(), None);
            continue;
        };
        let row = &report.curve[point.turn - 1];
        assert!(row.said.is_some(), "seed {seed}: {row:?}");
        let replies = report.curve[..point.turn].iter();
        let n = replies.filter(|row| row.said.is_some()).count();
        assert_eq!(report.turning_reply(), Some(n), "seed {seed}");
    }
}

#[test]
fn the_text_fits_the_page_and_names_what_matters() {
    let scenario = scenario(story());
    let session = played(&scenario, 4, &["assume", "blame", "paper", "curt"]);
    let analysis = AnalysisNote::of(&session, Budget::QUICK, &mut || true);
    let text = report_text::report_text(&Report::of(&session), analysis.as_ref());
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "too wide: {line}");
    }
    for needed in [
        "A red line was crossed",
        "not yet",
        "not certification",
        "turning point",
        "blunder",
        "Point of no return",
    ] {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(needed), "{needed}\n{text}");
    }
}
