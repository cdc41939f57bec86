//! Clauses and decisions that are taken out of the count.

use engine::guidance::Catalogue;
use engine::report::Report;
use engine::score::{Finding, Gate, Par, Score, Standard, Void, Voided};
use engine::session::{Action, Session};
use engine::state::{Face, Stance, Voice};

use crate::playing::{hear_out, no_par, played};
use crate::stories::{begin, scenario, story, threat};

fn without(voids: &[Void]) -> Standard<'_> {
    Standard {
        voids,
        ..Standard::default()
    }
}

fn void(what: Voided) -> [Void; 1] {
    let why = "it was wrong".to_owned();
    [Void { what, why }]
}

#[test]
fn a_clause_that_does_not_count_leaves_the_rest_as_it_was() {
    let scenario = scenario(story());
    let session = played(&scenario, 4, &["assume", "blame", "paper", "curt"]);
    let par = Par::of(session.world(), session.seed());
    let whole = Score::of(&session, &par);
    let mut changed = 0;
    for (index, clause) in Catalogue::current().clauses.iter().enumerate() {
        let voids = void(Voided::Clause(clause.id.clone()));
        let score = Score::by(&session, &par, without(&voids));
        assert_eq!(score.clauses[index].finding, Finding::NotTested);
        for (n, (now, before)) in score.clauses.iter().zip(&whole.clauses).enumerate() {
            assert!(n == index || now == before, "{} moved {n}", clause.id);
        }
        assert_eq!((score.survey, score.outcome), (whole.survey, whole.outcome));
        assert_eq!(score.gates, whole.gates, "no clause closes a gate");
        changed += usize::from(score.guidance != whole.guidance);
        let noted = Report::by(&session, &par, without(&voids)).not_counted;
        let came_up = whole.clauses[index].finding != Finding::NotTested;
        assert_eq!(noted.len(), usize::from(came_up), "{}", clause.id);
    }
    assert!(changed > 5, "{changed}");
}

#[test]
fn a_decision_that_does_not_count_takes_its_clauses_and_its_gate_along() {
    let scenario = scenario(story());
    let session = played(&scenario, 4, &["back", "own", "paper", "settled"]);
    let par = Par::of(session.world(), session.seed());
    let whole = Score::of(&session, &par);
    assert_eq!(whole.gates.len(), 1);
    for (beat, gates) in [("plan", 0), ("told", 1), ("no-such-beat", 1)] {
        let voids = void(Voided::Decision(beat.to_owned()));
        let score = Score::by(&session, &par, without(&voids));
        assert_eq!(score.gates.len(), gates, "{beat}");
        assert_eq!(score.survey, whole.survey, "how they took it stays");
        let report = Report::by(&session, &par, without(&voids));
        let turns: Vec<usize> = report
            .not_counted
            .iter()
            .flat_map(|note| note.turns.clone())
            .collect();
        let kept = whole.credits.iter().filter(|c| !turns.contains(&c.turn));
        assert!(score.credits.iter().eq(kept), "{beat}");
    }
    // What goes wrong again elsewhere closes the gate there.
    let mut loud = begin(&scenario, 1);
    for reply in ["assume", "blame"] {
        hear_out(&mut loud);
        let stance = Stance {
            voice: Voice::Raised,
            face: Face::Neutral,
        };
        loud.apply(&Action::Say(reply.to_owned()), stance)
            .expect("possible");
    }
    let gates = |beat: &str| {
        let voids = void(Voided::Decision(beat.to_owned()));
        Score::by(&loud, &no_par(), without(&voids)).gates
    };
    let (first, second) = (gates("none"), gates("arrival"));
    assert_eq!((first[0].0, second[0].0), (Gate::Shouted, Gate::Shouted));
    assert!(second[0].1 > first[0].1, "{first:?} {second:?}");
    let threat = scenario_of_threat_unanswered();
    let voids: Vec<Void> = (threat.scenario().beat_keys().iter())
        .flat_map(|beat| void(Voided::Decision(beat.clone())))
        .collect();
    assert_eq!(Score::of(&threat, &no_par()).gates.len(), 1);
    assert_eq!(Score::by(&threat, &no_par(), without(&voids)).gates, []);
}

fn scenario_of_threat_unanswered() -> Session {
    played(&scenario(threat()), 1, &["crawl", "yes", "done"])
}
