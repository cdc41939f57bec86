//! The catalogue: whole, with sources that exist and predicates that can hold and fail.

use std::collections::{BTreeMap, BTreeSet};

use engine::guidance::{Catalogue, Tested};
use engine::rng::{Dice, Seed};
use engine::scenario::written::*;
use engine::score::Score;

use crate::playing::{no_par, random_play};
use crate::stories::{begin, sampler, scenario};

#[test]
fn the_catalogue_is_whole() {
    let catalogue = Catalogue::current();
    assert_eq!(catalogue.clauses.len(), 131);
    let numbers: Vec<u16> = catalogue.clauses.iter().map(|c| c.n).collect();
    assert_eq!(numbers, (1..=131).collect::<Vec<u16>>());
    let ids: BTreeSet<&str> = catalogue.clauses.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids.len(), 131, "ids are unique");
    for id in ids {
        assert!(
            id.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
            "{id}"
        );
    }
    let sentences: BTreeSet<&str> = catalogue
        .clauses
        .iter()
        .map(|c| c.sentence.as_str())
        .collect();
    assert_eq!(sentences.len(), 131, "no sentence stands twice");
}

#[test]
fn every_source_lies_within_its_document() {
    let n_lines = BTreeMap::from([
        ("000", 48),
        ("001", 26),
        ("002", 25),
        ("003", 19),
        ("004", 72),
    ]);
    let catalogue = Catalogue::current();
    assert_eq!(catalogue.documents.len(), n_lines.len());
    for document in &catalogue.documents {
        assert_eq!(document.lines, n_lines[document.id.as_str()]);
    }
    for clause in &catalogue.clauses {
        let (document, first, last) = (&clause.source.0, clause.source.1, clause.source.2);
        assert!(1 <= first && first <= last, "{}", clause.id);
        assert!(last <= n_lines[document.as_str()], "{}", clause.id);
    }
}

#[test]
fn every_principle_has_clauses_that_an_encounter_tests() {
    let catalogue = Catalogue::current();
    assert_eq!(catalogue.principles.len(), 13, "twelve and the limits");
    for row in &catalogue.principles {
        let n_tested = catalogue
            .clauses
            .iter()
            .filter(|c| c.principle == Some(row.id) && c.tested == Tested::Encounter)
            .count();
        assert!(n_tested >= 2, "{:?} has {n_tested}", row.id);
    }
    for note in &catalogue.evidence {
        assert!(
            note.clauses.iter().all(|n| (1..=131).contains(n)),
            "{}",
            note.about
        );
    }
}

#[test]
fn every_predicate_can_hold_and_can_fail() {
    let catalogue = Catalogue::current();
    let mut followed = BTreeSet::new();
    let mut ignored = BTreeSet::new();
    let mut broken = BTreeSet::new();
    for place in [Place::Counter, Place::Phone] {
        for (knows, direct, heat) in [
            (Knows::Novice, Direct::Yes, 520),
            (Knows::Novice, Direct::No, 200),
            (Knows::User, Direct::No, 200),
            (Knows::Expert, Direct::Yes, 300),
        ] {
            let scenario = scenario(sampler(place, knows, direct, heat));
            for seed in 0..150 {
                let mut session = begin(&scenario, seed);
                random_play(&mut session, &mut Dice::for_play(Seed::new(seed), 7));
                for credit in Score::of(&session, &no_par()).credits {
                    match credit.credit {
                        ..0 => broken.insert(credit.clause),
                        0 => ignored.insert(credit.clause),
                        _ => followed.insert(credit.clause),
                    };
                }
            }
        }
    }
    let mut dead = Vec::new();
    for (n, clause) in catalogue.clauses.iter().enumerate() {
        if clause.tested != Tested::Encounter {
            assert!(
                !followed.contains(&n) && !broken.contains(&n),
                "{}",
                clause.id
            );
            continue;
        }
        if !followed.contains(&n) {
            dead.push(format!("{} is never followed", clause.id));
        }
        if clause.breaks.is_some() && !broken.contains(&n) {
            dead.push(format!("{} is never broken", clause.id));
        }
        if clause.breaks.is_none() && !ignored.contains(&n) {
            dead.push(format!("{} is never missed", clause.id));
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}
