//! The gate: what closes it, and what does not.

use engine::act::Act;
use engine::scenario::written::*;
use engine::score::{Finding, Gate};
use engine::session::{Action, Session};
use engine::state::{Face, Stance, Voice};

use crate::playing::{GOOD, finding, hear_out, played, score};
use crate::stories::{beat, begin, key, reply, says, scenario, story, threat, written};

fn gates(session: &Session) -> Vec<Gate> {
    score(session)
        .gates
        .into_iter()
        .map(|(gate, _)| gate)
        .collect()
}

#[test]
fn the_gate_closes_for_each_of_its_reasons_and_for_nothing_else() {
    let story = scenario(story());
    let threat = scenario(threat());
    assert_eq!(gates(&played(&story, 1, &GOOD)), []);
    let red = played(&story, 1, &["back", "own", "paper", "settled"]);
    assert_eq!(gates(&red), [Gate::RedLine]);
    assert!(!score(&red).passed(0), "no score balances a red line");
    assert_eq!(
        gates(&played(&story, 1, &["back", "refund", "choice", "settled"])),
        [Gate::Unauthorised]
    );
    assert_eq!(gates(&played(&story, 1, &["go"])), [Gate::Abandoned]);
    let mut loud = begin(&story, 1);
    hear_out(&mut loud);
    let stance = Stance {
        voice: Voice::Raised,
        face: Face::Neutral,
    };
    loud.apply(&Action::Say("assume".to_owned()), stance)
        .expect("possible");
    assert_eq!(gates(&loud), [Gate::Shouted]);
    assert_eq!(gates(&played(&threat, 1, &["limit", "leave"])), []);
    assert_eq!(gates(&played(&threat, 1, &["crawl", "yes", "police"])), []);
    assert_eq!(
        gates(&played(&threat, 1, &["crawl", "yes", "done"])),
        [Gate::MishandledThreat]
    );
}

#[test]
fn a_line_drawn_before_a_threat_does_not_answer_it() {
    use SegmentKind::*;
    let mut earlier = threat();
    let arrival = earlier.beats.get_mut(&key("arrival")).expect("a beat");
    arrival.says = says(&[Tell, Provoke]);
    let earlier = scenario(earlier);
    // The limit is set at a provocation; the threat comes behind it.
    for (replies, expected) in [
        (["limit", "yes", "done"], &[Gate::MishandledThreat][..]),
        (["limit", "yes", "police"], &[]),
    ] {
        assert_eq!(gates(&played(&earlier, 1, &replies)), expected);
    }
    assert_eq!(gates(&played(&earlier, 1, &["limit", "leave"])), []);
}

#[test]
fn a_first_sorry_is_not_worn_out_by_what_else_the_reply_does() {
    let again = |acts: &[Act]| {
        written(
            "again",
            700,
            vec![
                (
                    "a",
                    beat(Vec::new(), vec![("one", reply(&[Act::NameFeeling], "b"))]),
                ),
                (
                    "b",
                    beat(Vec::new(), vec![("two", reply(&[Act::NameFeeling], "c"))]),
                ),
                (
                    "c",
                    beat(Vec::new(), vec![("three", reply(acts, "neutral"))]),
                ),
            ],
        )
    };
    let replies = ["one", "two", "three"];
    let first = played(
        &scenario(again(&[Act::NameFeeling, Act::Apologise])),
        1,
        &replies,
    );
    let (found, _) = finding(&first, "heartfelt-apology");
    assert_ne!(found, Finding::Broken);
    // The feeling is named a third time, and that is another clause.
    let (found, _) = finding(&first, "change-tactic");
    assert_ne!(found, Finding::Followed);
}
