//! Conduct: which clauses a run follows, misses and breaks.

use std::collections::BTreeSet;

use engine::act::Act;
use engine::guidance::{Catalogue, Count, Sign};
use engine::rules::Rules;
use engine::scenario::written::*;
use engine::score::{Finding, Score};
use engine::session::Action;
use engine::state::{Face, Floor, Stance, Voice};

use crate::playing::{GOOD, finding, hear_out, no_par, played, score};
use crate::stories::{begin, ending, key, scenario, story};

#[test]
fn good_play_passes_and_bad_play_does_not() {
    let scenario = scenario(story());
    for seed in 0..5 {
        let good = score(&played(&scenario, seed, &GOOD));
        let bad = score(&played(
            &scenario,
            seed,
            &["assume", "blame", "one", "curt"],
        ));
        assert!(good.passed(Rules::current().pass), "{good:?}");
        assert!(!bad.passed(Rules::current().pass), "{bad:?}");
        assert!(
            good.guidance > bad.guidance + 300,
            "{} {}",
            good.guidance,
            bad.guidance
        );
        assert!(good.outcome > bad.outcome);
    }
}

#[test]
fn a_clause_is_followed_by_its_act_and_by_nothing_else() {
    let cases = [
        ("say-it-back", "arrival", "back"),
        ("right-to-be-upset", "arrival", "back"),
        ("take-responsibility", "told", "own"),
        ("ask-what-satisfies", "told", "own"),
        ("offer-choices", "plan", "choice"),
        ("check-it-is-ok", "plan", "choice"),
        ("make-sure-it-is-settled", "close", "settled"),
        ("call-back", "close", "settled"),
    ];
    let whole = scenario(story());
    for (clause, beat, reply) in cases {
        let (found, share) = finding(&played(&whole, 3, &GOOD), clause);
        assert_ne!(found, Finding::Missed, "{clause}");
        assert!(share >= 600, "{clause}: {share}");
        let mut without = story();
        let row = without
            .beats
            .get_mut(&key(beat))
            .and_then(|b| b.replies.get_mut(&key(reply)))
            .expect("the reply is there");
        row.acts = vec![(Act::ShortAnswer, Noted::default())];
        let (found, share) = finding(&played(&scenario(without), 3, &GOOD), clause);
        assert!(
            matches!(found, Finding::Missed | Finding::NotTested),
            "{clause}"
        );
        assert_eq!(share, 0, "{clause}");
    }
}

#[test]
fn words_delivery_and_timing_count_apart() {
    let scenario = scenario(story());
    let with = |stance: Stance| {
        let mut session = begin(&scenario, 3);
        hear_out(&mut session);
        session
            .apply(&Action::Say("back".to_owned()), stance)
            .expect("possible");
        let index = Catalogue::current()
            .clauses
            .iter()
            .position(|c| c.id == "say-it-back");
        let credits = Score::of(&session, &no_par()).credits;
        credits
            .iter()
            .find(|c| Some(c.clause) == index)
            .expect("offered")
            .credit
    };
    let all: BTreeSet<i32> = Stance::ALL.into_iter().map(with).collect();
    // Timing is right: words and timing, with neither, one or both parts of the delivery.
    assert_eq!(all, BTreeSet::from([750, 875, 1000]));
    assert!(
        with(Stance {
            voice: Voice::Raised,
            face: Face::Neutral
        }) == 750
    );
}

#[test]
fn silence_is_never_free_marks() {
    let scenario = scenario(story());
    let mut session = begin(&scenario, 1);
    hear_out(&mut session);
    while session.floor() == Floor::Trainee {
        session
            .apply(&Action::Pause, Stance::default())
            .expect("possible");
    }
    let silent = score(&session);
    assert!(!silent.passed(Rules::current().pass));
    let catalogue = Catalogue::current();
    for (clause, found) in catalogue.clauses.iter().zip(&silent.clauses) {
        if clause.sign == Sign::Dont && clause.count == Count::Once {
            assert_ne!(found.finding, Finding::Followed, "{}", clause.id);
        }
    }
}

#[test]
fn leaving_early_does_not_clean_the_sheet() {
    let scenario = scenario(story());
    let whole = score(&played(&scenario, 2, &GOOD));
    let left = played(&scenario, 2, &["short"]);
    assert_eq!(finding(&left, "offer-choices").0, Finding::Missed);
    assert_eq!(finding(&left, "make-sure-it-is-settled").0, Finding::Missed);
    let left = score(&left);
    assert!(
        left.guidance + 300 < whole.guidance,
        "{} {}",
        left.guidance,
        whole.guidance
    );
    assert!(!left.passed(Rules::current().pass));
    // The same exit, right by the author's word, is not held against anybody.
    let mut right = story();
    right
        .endings
        .insert(key("neutral"), ending(Outcome::Neutral, true));
    let right = played(&crate::stories::scenario(right), 2, &["short"]);
    assert_eq!(finding(&right, "offer-choices").0, Finding::NotTested);
}

#[test]
fn what_was_not_on_offer_is_not_tested() {
    let scenario = scenario(story());
    let session = played(&scenario, 2, &GOOD);
    for clause in [
        "ask-them-to-leave",
        "sense-of-humour",
        "even-footing",
        "a-day-off",
    ] {
        assert_eq!(
            finding(&session, clause),
            (Finding::NotTested, 0),
            "{clause}"
        );
    }
}
