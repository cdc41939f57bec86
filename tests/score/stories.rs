//! The stories that the score is tested on.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::act::Act;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::written::*;
use engine::scenario::{Scenario, compile};
use engine::session::Session;

pub fn key(text: &str) -> Key {
    Key::new(text)
}

pub fn segment(kind: SegmentKind, fact: Option<&str>) -> Segment {
    Segment {
        kind,
        fact: fact.map(key),
        text: format!("{kind:?}"),
        variants: Vec::new(),
        conditions: Vec::new(),
        span: Default::default(),
    }
}

pub fn says(kinds: &[SegmentKind]) -> Vec<Segment> {
    kinds.iter().map(|&kind| segment(kind, None)).collect()
}

pub fn reply(acts: &[Act], to: &str) -> Reply {
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

pub fn beat(says: Vec<Segment>, replies: Vec<(&str, Reply)>) -> Beat {
    Beat {
        says,
        replies: replies.into_iter().map(|(k, r)| (key(k), r)).collect(),
        grants: 0,
        read: false,
        span: Default::default(),
    }
}

pub fn ending(outcome: Outcome, right: bool) -> Ending {
    Ending {
        scene: format!("{outcome:?}."),
        outcome,
        right,
        span: Default::default(),
    }
}

pub fn written(id: &str, heat: i16, beats: Vec<(&str, Beat)>) -> Written {
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
pub fn story() -> Written {
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
pub fn threat() -> Written {
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
pub fn sampler(place: Place, knows: Knows, direct: Direct, heat: i16) -> Written {
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

pub fn scenario(written: Written) -> Arc<Scenario> {
    Arc::new(compile(written, &Rules::current()).expect("the test scenario is sound"))
}

pub fn begin(scenario: &Arc<Scenario>, seed: u64) -> Session {
    Session::begin(Arc::clone(scenario), Rules::current(), Seed::new(seed))
}
