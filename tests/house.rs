//! The house's own rules: read with every problem at its place, shown and scored
//! under their own heading, and without any hand in the other scores.

mod common;

use std::sync::Arc;

use common::base;
use engine::house::House;
use engine::load::house::load_house;
use engine::load::{load, load_in};
use engine::report::Report;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::score::Finding;
use engine::session::{Action, Session};
use engine::state::{Floor, Stance};

const HOUSE: &str = r#"(
    format: 1,
    name: "Hale and Daughter",
    currency: "EUR",
    authority: (credit: 35, loss: 70),
    clauses: [
        (id: "look", title: "Look first", sentence: "We open it before we say anything.", place: "page 2", follows: [LetsSee]),
        (id: "guess", title: "No guesses", sentence: "We never guess.", place: "page 3", breaks: [Assume]),
        (id: "word", title: "Keep to your word", sentence: "We name a time.", place: "page 4", follows: [Promise], breaks: [RefuseFlat]),
        (id: "police", title: "The police", sentence: "We call them.", place: "page 9", follows: [CallPolice]),
    ],
)"#;

fn house(text: &str) -> Arc<House> {
    let loaded = load_house(text.as_bytes());
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings.list);
    Arc::new(loaded.house.expect("it can be used"))
}

/// A run of the base scenario under the house's rules: the replies said, in order.
fn run(replies: &[&str]) -> Report {
    run_in(HOUSE, replies)
}

fn run_in(house_text: &str, replies: &[&str]) -> Report {
    let house = house(house_text);
    let loaded = load_in(
        Some(&house),
        "base.ron",
        base().as_bytes(),
        &Rules::current(),
    );
    let scenario = Arc::new(loaded.scenario.expect("it plays"));
    let mut session = Session::begin(scenario, Rules::current(), Seed::new(7));
    for reply in replies {
        while session.floor() == Floor::Customer {
            session
                .apply(&Action::Listen, Stance::default())
                .expect("one may listen");
        }
        let said = Action::Say((*reply).to_owned());
        session
            .apply(&said, Stance::default())
            .expect("it is on offer");
    }
    Report::of(&session)
}

#[test]
fn clauses_are_followed_missed_broken_or_not_tested() {
    let report = run(&["dropped", "see-now", "credit"]);
    let house = report.house.as_ref().expect("it is one of a house");
    let found: Vec<_> = house
        .clauses
        .iter()
        .map(|c| (c.id.as_str(), c.finding))
        .collect();
    assert_eq!(
        found,
        [
            ("look", Finding::Followed),
            ("guess", Finding::Broken),
            ("word", Finding::Missed),
            ("police", Finding::NotTested),
        ]
    );
    assert_eq!(house.score, Some(333), "one of the three that came up");
    let json = serde_json::to_value(&report).expect("it can be written");
    assert_eq!(json["house"]["name"], "Hale and Daughter");
    assert_eq!(json["house"]["clauses"][1]["finding"], "broken");

    let report = run(&["how-came", "no"]);
    let house = report.house.expect("it is one of a house");
    let found: Vec<_> = house.clauses.iter().map(|c| c.finding).collect();
    let kept = [
        Finding::Missed,
        Finding::Followed,
        Finding::Broken,
        Finding::NotTested,
    ];
    assert_eq!(found, kept, "what tempted and was left alone is kept");
}

#[test]
fn to_be_asked_again_is_an_act_that_no_author_tags() {
    let twice = HOUSE.replace("breaks: [Assume]", "breaks: [ReAsk]");
    // They told about the click, and are asked how it began.
    let report = run_in(&twice, &["how-came"]).house.expect("it has one");
    assert_eq!(report.clauses[1].finding, Finding::Broken, "{report:?}");
    let report = run_in(&twice, &["dropped"]).house.expect("it has one");
    assert_eq!(report.clauses[1].finding, Finding::Followed, "{report:?}");
}

#[test]
fn no_other_score_knows_of_it() {
    let with = run(&["dropped", "see-now", "credit"]);
    let scenario = Arc::new(
        load("base.ron", base().as_bytes(), &Rules::current())
            .scenario
            .expect("it plays"),
    );
    let house = house(HOUSE);
    let loaded = load_in(
        Some(&house),
        "base.ron",
        base().as_bytes(),
        &Rules::current(),
    );
    assert_eq!(
        loaded.scenario.expect("it plays").content(),
        scenario.content()
    );
    assert!(with.clauses.len() > 100 && with.house.is_some());
}

#[test]
fn its_authority_counts_where_none_is_stated() {
    let text = base().replacen("    authority: (credit: 20, loss: 60),\n", "", 1);
    let house = house(HOUSE);
    let rules = Rules::current();
    let under = load_in(Some(&house), "base.ron", text.as_bytes(), &rules)
        .scenario
        .expect("it plays");
    assert_eq!((under.authority().credit, under.authority().loss), (35, 70));
    let stated = load_in(Some(&house), "base.ron", base().as_bytes(), &rules)
        .scenario
        .expect("it plays");
    assert_eq!(stated.authority().credit, 20);
    let alone = load("base.ron", text.as_bytes(), &rules)
        .scenario
        .expect("it plays");
    assert_ne!(
        alone.mechanics(),
        under.mechanics(),
        "a replay must have the same authority"
    );
}

#[test]
fn every_problem_is_told_with_its_place() {
    let cases = [
        ("currency: \"EUR\"", "curency: \"EUR\"", 4, "unknown-field"),
        ("format: 1", "format: 2", 2, "newer-format"),
        ("credit: 35", "credit: -5", 5, "out-of-range"),
        ("follows: [LetsSee]", "follows: [LetSee]", 7, "unknown-word"),
        (", follows: [LetsSee]", "", 7, "idle-clause"),
        (
            "breaks: [RefuseFlat]",
            "breaks: [Promise]",
            9,
            "two-meanings",
        ),
        ("id: \"police\"", "id: \"look\"", 10, "duplicate-key"),
        ("title: \"Look first\", ", "", 7, "missing-field"),
        ("\"page 2\"", "\" \"", 7, "empty-text"),
        ("id: \"guess\"", "id: \"No guess\"", 8, "bad-key"),
    ];
    for (from, to, line, code) in cases {
        assert_eq!(HOUSE.matches(from).count(), 1, "{from}");
        let loaded = load_house(HOUSE.replacen(from, to, 1).as_bytes());
        let at = |start| loaded.source.line_at(start);
        let found: Vec<_> = loaded
            .findings
            .list
            .iter()
            .map(|f| (at(f.span.start), f.code))
            .collect();
        assert_eq!(found, [(line, code)], "{:?}", loaded.findings.list);
        assert!(loaded.house.is_none());
    }
    for bytes in [
        &b""[..],
        b"(",
        b"\xFF\xFE(",
        b"[[[[[",
        b"(format: 1, name: \"x\", clauses: 3)",
    ] {
        assert!(load_house(bytes).house.is_none());
    }
}
