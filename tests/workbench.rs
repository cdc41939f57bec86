//! The author's bench: a talk taken over into a changed scenario is the same talk,
//! one begun in its midst is where it was wanted, and nothing is ever half taken.

mod common;

use std::sync::Arc;

use common::{all_scenarios, base, play_by_chance, scenario};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::session::{Action, Session};
use engine::state::{Floor, Stance};
use engine::workbench::{NoSuch, Spot};

/// Listens until the trainee has the floor.
fn to_the_floor(session: &mut Session) {
    while session.floor() == Floor::Customer {
        session
            .apply(&Action::Listen, Stance::default())
            .expect("they speak");
    }
}

#[test]
fn nothing_changes_in_an_unchanged_scenario() {
    for scenario in all_scenarios() {
        for seed in 0..10 {
            play_by_chance(&scenario, seed, |session| {
                let same = session
                    .carried(Arc::clone(&scenario))
                    .expect("everything is there");
                assert_eq!(same.state().digest(), session.state().digest());
                assert_eq!(same.first().digest(), session.first().digest());
                assert_eq!(same.percept(), session.percept());
                assert_eq!(same.opening(), session.opening());
                assert_eq!(same.choices(), session.choices());
                assert_eq!(same.marks(), session.marks());
                assert_eq!(same.turns().len(), session.turns().len());
                for (a, b) in same.turns().iter().zip(session.turns()) {
                    assert_eq!((a.digest, a.percept), (b.digest, b.percept));
                    assert_eq!((&a.said, &a.events), (&b.said, &b.events));
                }
            });
        }
    }
}

#[test]
fn words_that_were_changed_are_changed_and_the_state_is_not() {
    let text = base();
    let old = scenario("base.ron", &text);
    let mut session = Session::begin(Arc::clone(&old), Rules::current(), Seed::new(4));
    to_the_floor(&mut session);
    let choice = session.choices().into_iter().find(|c| c.text.is_some());
    let (action, words) = choice
        .and_then(|c| Some((c.action, c.text?)))
        .expect("there is a reply");
    session.apply(&action, Stance::default()).expect("on offer");
    // A beat before all others moves every number; the words of the reply change.
    let escaped = words.replace('"', "\\\"");
    assert!(text.contains(&escaped), "{words}");
    let changed = text
        .replacen(&escaped, "Well then.", 1)
        .replacen(
            "beats: {",
            "beats: {\n\"aa-first\": (replies: { \"x\": (say: \"So.\", acts: [ShortAnswer], then: \"aa-last\") }),\n\"aa-last\": (replies: { \"y\": (say: \"So.\", acts: [ShortAnswer], then: \"arrival\") }),",
            1,
        );
    let loaded = engine::load::load("base.ron", changed.as_bytes(), &Rules::current());
    let new = Arc::new(loaded.scenario.unwrap_or_else(|| {
        panic!("{:#?}", loaded.findings.list);
    }));
    let carried = session
        .carried(Arc::clone(&new))
        .expect("the beat is there");
    assert_eq!(carried.beat_key(), session.beat_key());
    assert_eq!(carried.ending(), session.ending());
    assert_eq!(carried.state().gauges, session.state().gauges);
    assert_eq!(carried.spot(), session.spot());
    assert_eq!(carried.turns().len(), session.turns().len());
    let said: Vec<_> = carried
        .turns()
        .iter()
        .filter_map(|t| t.said.clone())
        .collect();
    assert_eq!(said, ["Well then."]);
    // And on from there it is an ordinary talk.
    let mut on = carried;
    while let Some(choice) = on.choices().into_iter().next() {
        on.apply(&choice.action, Stance::default())
            .expect("on offer");
        assert!(on.turns().len() < common::ENDLESS);
    }
    assert!(on.ending().is_some());
}

#[test]
fn what_is_gone_is_named_and_what_led_there_is_dropped() {
    let text = base();
    let session = Session::begin(scenario("base.ron", &text), Rules::current(), Seed::new(4));
    let opening = session.beat_key().to_owned();
    let renamed = text.replace(&format!("\"{opening}\""), "\"another\"");
    let new = scenario("base.ron", &renamed);
    assert_eq!(
        session.carried(Arc::clone(&new)).err(),
        Some(NoSuch::Beat(opening.clone()))
    );
    // Beyond the beat that is gone, the talk goes on without what came before.
    let mut session = session;
    loop {
        to_the_floor(&mut session);
        if session.beat_key() != opening || session.ending().is_some() {
            break;
        }
        let choice = session.choices().swap_remove(0);
        session
            .apply(&choice.action, Stance::default())
            .expect("on offer");
    }
    assert!(session.ending().is_none(), "the base has a second beat");
    let carried = session.carried(new).expect("this beat is there");
    assert_eq!(carried.beat_key(), session.beat_key());
    assert_eq!(carried.state().gauges, session.state().gauges);
    assert!(carried.turns().len() < session.turns().len());
}

#[test]
fn one_can_begin_anywhere_with_anything() {
    for scenario in all_scenarios() {
        for (n, beat) in scenario.beat_keys().iter().enumerate() {
            let deals = scenario.deals().iter();
            let spot = Spot {
                beat: beat.clone(),
                gauges: [100 * (n as i16 % 11), 300, 50, 900, 0],
                story: 1,
                facts: scenario.fact_keys().to_vec(),
                deal: deals
                    .map(|(name, values)| (name.clone(), values[n % values.len()].clone()))
                    .collect(),
            };
            let mut session =
                Session::placed(Arc::clone(&scenario), Rules::current(), Seed::new(9), &spot)
                    .expect("everything is there");
            assert_eq!(session.spot(), spot, "{beat}");
            assert_eq!(session.turns().len(), 0);
            while let Some(choice) = session.choices().into_iter().next() {
                session
                    .apply(&choice.action, Stance::default())
                    .expect("on offer");
                assert!(session.turns().len() < common::ENDLESS);
            }
        }
        let spot = Spot {
            beat: "no-such".into(),
            ..Session::begin(Arc::clone(&scenario), Rules::current(), Seed::new(9)).spot()
        };
        let placed = Session::placed(scenario, Rules::current(), Seed::new(9), &spot);
        assert_eq!(placed.err(), Some(NoSuch::Beat("no-such".into())));
    }
}
