//! The catalogue, the conduct score, par and the report, on scenarios built by
//! hand: one small story, one with threats, and one that contains every act.

#[path = "../src/desk/report_text.rs"]
mod report_text;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::act::Act;
use engine::analysis::{AnalysisNote, Budget};
use engine::guidance::{Catalogue, Count, Sign, Tested};
use engine::report::Report;
use engine::rng::{Dice, Seed};
use engine::rules::Rules;
use engine::scenario::written::*;
use engine::scenario::{Scenario, compile};
use engine::score::{Finding, Gate, Par, ParLine, Score, Standard, Void, Voided};
use engine::session::{Action, Session};
use engine::state::{Face, Floor, Stance, Voice};

// ---------------------------------------------------------------- building

fn key(text: &str) -> Key {
    Key::new(text)
}

fn segment(kind: SegmentKind, fact: Option<&str>) -> Segment {
    Segment {
        kind,
        fact: fact.map(key),
        text: format!("{kind:?}"),
        variants: Vec::new(),
        conditions: Vec::new(),
        span: Default::default(),
    }
}

fn says(kinds: &[SegmentKind]) -> Vec<Segment> {
    kinds.iter().map(|&kind| segment(kind, None)).collect()
}

fn reply(acts: &[Act], to: &str) -> Reply {
    Reply {
        say: format!("{acts:?}"),
        acts: acts.iter().map(|&act| (act, Noted::default())).collect(),
        because: None,
        on_purpose: None,
        needs: Vec::new(),
        without: None,
        asks: Vec::new(),
        conditions: Vec::new(),
        suits: Vec::new(),
        gives: 0,
        promise: None,
        then: vec![Branch {
            to: key(to),
            conditions: Vec::new(),
        }],
        span: Default::default(),
    }
}

fn beat(says: Vec<Segment>, replies: Vec<(&str, Reply)>) -> Beat {
    Beat {
        says,
        replies: replies.into_iter().map(|(k, r)| (key(k), r)).collect(),
        grants: 0,
        read: false,
        span: Default::default(),
    }
}

fn ending(outcome: Outcome, right: bool) -> Ending {
    Ending {
        scene: format!("{outcome:?}."),
        outcome,
        right,
        span: Default::default(),
    }
}

fn written(id: &str, heat: i16, beats: Vec<(&str, Beat)>) -> Written {
    Written {
        format: 1,
        id: key(id),
        title: id.to_owned(),
        place: Place::Counter,
        brief: String::new(),
        failure: Failure::Outcome,
        customer: Customer {
            name: "Ada Okafor".to_owned(),
            look: key("bookkeeper"),
            manner: Manner::Plain,
            temper: Level::Mid,
            talk: Level::Mid,
            suspicion: Level::Mid,
            money: Level::Mid,
            pride: Level::Mid,
            knows: Knows::Novice,
            direct: Direct::Drawn,
            mask: Mask::Open,
            trade: "bookkeeping".to_owned(),
        },
        start: Start {
            heat: Some(Amount::Number(heat)),
            story: Some(3),
            ..Start::default()
        },
        deal: BTreeMap::new(),
        authority: Authority {
            credit: 20,
            loss: 80,
        },
        opening: key(beats[0].0),
        walk_out: key("walks"),
        beats: beats.into_iter().map(|(k, b)| (key(k), b)).collect(),
        endings: BTreeMap::from([
            (key("kept"), ending(Outcome::Kept, true)),
            (key("neutral"), ending(Outcome::Neutral, false)),
            (key("removed"), ending(Outcome::Removed, true)),
            (key("walks"), ending(Outcome::Story, false)),
        ]),
        reactions: BTreeMap::new(),
        bots: BTreeMap::new(),
        expect: Vec::new(),
    }
}

/// Four beats: arrival, told, plan, close.
fn story() -> Written {
    use SegmentKind::*;
    let mut arrival = says(&[Tell, Tell, Tell, Fact, Ask]);
    arrival[3].fact = Some(key("dock"));
    let mut dock = reply(&[Act::Own, Act::Reiterate], "plan");
    dock.needs = vec![key("dock")];
    dock.without = Some(Uninformed {
        say: "plain".to_owned(),
        acts: vec![Act::Own],
    });
    let mut refund = reply(&[Act::Compensate], "plan");
    refund.gives = 50;
    let mut settled = reply(&[Act::ConfirmResolved, Act::FollowUp], "kept");
    settled.promise = Some(Promise {
        what: "a call".to_owned(),
        due: "Thursday".to_owned(),
    });
    let mut again = reply(&[Act::Clarify], "plan");
    again.asks = vec![key("dock")];
    written(
        "story",
        700,
        vec![
            (
                "arrival",
                beat(
                    arrival,
                    vec![
                        ("back", reply(&[Act::Reiterate, Act::NameFeeling], "told")),
                        ("sorry", reply(&[Act::Apologise], "told")),
                        ("assume", reply(&[Act::Assume], "told")),
                        ("short", reply(&[Act::ShortAnswer], "neutral")),
                        ("go", reply(&[Act::Abandon], "walks")),
                    ],
                ),
            ),
            (
                "told",
                beat(
                    says(&[Tell, Repeat, Ask]),
                    vec![
                        ("own", reply(&[Act::Own, Act::AskSatisfy], "plan")),
                        ("blame", reply(&[Act::BlameOther], "plan")),
                        ("refund", refund),
                        ("dock", dock),
                        ("again", again),
                    ],
                ),
            ),
            (
                "plan",
                beat(
                    says(&[Ask]),
                    vec![
                        ("choice", reply(&[Act::OfferChoice, Act::CheckOk], "close")),
                        ("one", reply(&[Act::OfferOne], "close")),
                        ("paper", reply(&[Act::FalsifyPaper], "close")),
                        ("fix", reply(&[Act::Fix], "close")),
                    ],
                ),
            ),
            (
                "close",
                beat(
                    Vec::new(),
                    vec![
                        ("settled", settled),
                        ("bye", reply(&[Act::ValueBusiness], "neutral")),
                        ("curt", reply(&[Act::Rush], "neutral")),
                    ],
                ),
            ),
        ],
    )
}

/// A threat, and what can be done about it.
fn threat() -> Written {
    use SegmentKind::*;
    written(
        "threat",
        600,
        vec![
            (
                "arrival",
                beat(
                    says(&[Tell, Provoke, Threat]),
                    vec![
                        ("limit", reply(&[Act::Boundary], "second")),
                        ("crawl", reply(&[Act::Grovel], "second")),
                        ("chat", reply(&[Act::Explain], "second")),
                    ],
                ),
            ),
            (
                "second",
                beat(
                    says(&[Threat]),
                    vec![
                        ("leave", reply(&[Act::AskToLeave], "removed")),
                        ("yes", reply(&[Act::Flatter], "third")),
                    ],
                ),
            ),
            (
                "third",
                beat(
                    Vec::new(),
                    vec![
                        ("done", reply(&[Act::Explain], "neutral")),
                        ("police", reply(&[Act::CallPolice], "removed")),
                    ],
                ),
            ),
        ],
    )
}

/// Every act of the vocabulary, in a ring of beats with every kind of segment.
fn sampler(place: Place, knows: Knows, direct: Direct, heat: i16) -> Written {
    use SegmentKind::*;
    let pairs: Vec<Vec<Act>> = (0..Act::ALL.len())
        .map(|n| {
            let other = Act::ALL[(n * 7 + 11) % Act::ALL.len()];
            if n % 3 == 0 {
                vec![Act::ALL[n], other]
            } else {
                vec![Act::ALL[n]]
            }
        })
        .collect();
    let n_beats = pairs.len().div_ceil(5);
    let name = |n: usize| format!("b{:02}", n % n_beats);
    let mut beats = BTreeMap::new();
    for n in 0..n_beats {
        let mut said = match n % 4 {
            0 => says(&[Tell, Fact]),
            1 => says(&[Repeat, Ask]),
            2 => says(&[Tell, Ask]),
            _ => says(&[Provoke]),
        };
        if n == n_beats - 2 {
            said.push(segment(Threat, None));
        }
        said.iter_mut()
            .filter(|s| s.kind == Fact)
            .for_each(|s| s.fact = Some(key("fact")));
        let mut replies = Vec::new();
        // A stride through the vocabulary, so that every beat has good and bad.
        for (r, acts) in pairs.iter().skip(n).step_by(n_beats).enumerate() {
            let mut row = reply(acts, &name(n * 5 + 3 * r + 1));
            if acts.contains(&Act::Compensate) {
                row.gives = if r % 2 == 0 { 90 } else { 10 };
            }
            if acts.contains(&Act::Promise) {
                row.promise = Some(Promise {
                    what: "it".to_owned(),
                    due: "soon".to_owned(),
                });
            }
            if acts.contains(&Act::Clarify) || acts.contains(&Act::AskOpen) {
                row.asks = vec![key("fact")];
            }
            if acts.contains(&Act::Reiterate) || acts.contains(&Act::Own) {
                row.needs = vec![key("fact")];
            }
            replies.push((format!("r{r}"), row));
        }
        let mut gift = reply(&[Act::Compensate, Act::Refuse], &name(n + 1));
        gift.gives = 10;
        replies.push(("gift".to_owned(), gift));
        // What only counts together or again comes up more often.
        let more = [
            Act::AskToLeave,
            Act::CallPolice,
            Act::AdmitLimit,
            Act::Humour,
        ];
        let hides =
            |(_, row): &(String, Reply)| row.acts.iter().any(|(act, _)| *act == Act::HideTruth);
        let more = if replies.iter().any(hides) {
            Act::AdmitLimit
        } else if n % 2 == 0 {
            Act::Apologise
        } else {
            more[n / 2 % more.len()]
        };
        let extra = reply(&[more], &name(n + 2));
        replies.push(("more".to_owned(), extra));
        replies.push((
            "end".to_owned(),
            reply(
                &[Act::ValueBusiness],
                if n % 2 == 0 { "kept" } else { "neutral" },
            ),
        ));
        let rows = replies.into_iter().map(|(k, r)| (key(&k), r)).collect();
        beats.insert(
            key(&name(n)),
            Beat {
                says: said,
                replies: rows,
                grants: 0,
                read: false,
                span: Default::default(),
            },
        );
    }
    let mut made = written("sampler", heat, vec![("b00", beat(Vec::new(), Vec::new()))]);
    made.beats = beats;
    made.opening = key(if heat < 300 { "b00" } else { "b02" });
    made.place = place;
    made.customer.knows = knows;
    made.customer.direct = direct;
    made
}

fn scenario(written: Written) -> Arc<Scenario> {
    Arc::new(compile(written, &Rules::current()).expect("the test scenario is sound"))
}

fn begin(scenario: &Arc<Scenario>, seed: u64) -> Session {
    Session::begin(Arc::clone(scenario), Rules::current(), Seed::new(seed))
}

// ----------------------------------------------------------------- playing

/// Does it in the stance that pleases most.
fn act_well(session: &mut Session, action: &Action) {
    let best = Stance::ALL
        .into_iter()
        .max_by_key(|&stance| {
            let mut tried = session.clone();
            tried.apply(action, stance).expect("the action is possible");
            tried.world().satisfaction(tried.state())
        })
        .expect("there are nine stances");
    session.apply(action, best).expect("the action is possible");
}

fn hear_out(session: &mut Session) {
    while session.floor() == Floor::Customer {
        act_well(session, &Action::Encourage);
    }
}

fn say(session: &mut Session, reply: &str) {
    act_well(session, &Action::Say(reply.to_owned()));
}

/// Hears everything and gives these replies.
fn played(scenario: &Arc<Scenario>, seed: u64, replies: &[&str]) -> Session {
    let mut session = begin(scenario, seed);
    for reply in replies {
        hear_out(&mut session);
        say(&mut session, reply);
    }
    session
}

fn random_play(session: &mut Session, dice: &mut Dice) {
    while session.floor() != Floor::Ended {
        let choices = session.choices();
        let choice = &choices[dice.below(choices.len() as u32) as usize];
        let stance = Stance::ALL[dice.below(9) as usize];
        session
            .apply(&choice.action, stance)
            .expect("a choice on offer is possible");
    }
}

fn no_par() -> Par {
    let best = ParLine {
        inputs: Vec::new(),
        survey: 1000,
        ending: 0,
    };
    Par {
        random: 0,
        worst: 0,
        best,
    }
}

fn score(session: &Session) -> Score {
    Score::of(session, &Par::of(session.world(), session.seed()))
}

fn finding(session: &Session, clause: &str) -> (Finding, i32) {
    let index = Catalogue::current()
        .clauses
        .iter()
        .position(|c| c.id == clause)
        .expect("the clause is in the catalogue");
    let found = &score(session).clauses[index];
    (found.finding, found.share)
}

const GOOD: [&str; 4] = ["back", "own", "choice", "settled"];

// --------------------------------------------------------------- catalogue

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

// ------------------------------------------------------------------- score

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
    let right = played(&crate::scenario(right), 2, &["short"]);
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

// -------------------------------------------------------------------- gate

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

// ------------------------------------------------------------------- voids

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

// --------------------------------------------------------------------- par

#[test]
fn par_is_the_same_every_time_and_its_line_plays() {
    let scenario = scenario(story());
    for seed in [0, 1, 0x12_3456_789A] {
        let session = begin(&scenario, seed);
        let world = session.world();
        let par = Par::of(world, session.seed());
        assert_eq!(par, Par::of(world, session.seed()));
        let mut state = world.begin(session.seed());
        for &input in &par.best.inputs {
            assert!(world.step(&mut state, input, &mut ()));
        }
        assert_eq!(state.floor, Floor::Ended);
        assert_eq!(world.survey(&state), par.best.survey);
        assert_eq!(state.ending, par.best.ending);
        assert!(par.worst <= par.random && par.random < par.best.survey);
    }
}

#[test]
fn no_random_play_beats_par() {
    let scenario = scenario(story());
    for seed in 0..4 {
        let first = begin(&scenario, seed);
        let par = Par::of(first.world(), first.seed());
        for n in 0..300 {
            let mut session = first.clone();
            random_play(&mut session, &mut Dice::for_play(first.seed(), n));
            let survey = session.world().survey(session.state());
            let ending = session.ending();
            // Par is the best clean and rightly ended line: a falsified paper
            // or an early exit may please more and is no par.
            if score_flags_clean(&session) && ending == Some("kept") {
                assert!(survey <= par.best.survey, "play {n} of seed {seed}");
            }
        }
    }
}

fn score_flags_clean(session: &Session) -> bool {
    Score::of(session, &no_par()).gates.is_empty()
}

// ------------------------------------------------------------------ report

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
    let story = scenario(story());
    // A gift of what was not theirs to give; then the paper pleases most.
    let replies = ["back", "refund", "one", "curt"];
    for seed in 0..6 {
        let report = Report::of(&played(&story, seed, &replies));
        assert_eq!(report.gates[0].gate, Gate::Unauthorised);
        let crossed = Action::Say("paper".to_owned());
        let advised = |row: &engine::report::Row| row.better.as_ref().map(|b| b.action.clone());
        let all: Vec<_> = report.curve.iter().filter_map(advised).collect();
        assert!(!all.contains(&crossed), "seed {seed}: {all:?}");
    }
    // Nor does one leave them standing.
    let left = Report::of(&played(&story, 1, &["go"]));
    let last = left.curve.last().expect("a reply");
    let better = last.better.as_ref().expect("anything is better");
    assert_ne!(better.action, Action::Say("go".to_owned()));
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
