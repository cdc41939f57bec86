//! Sessions: the same inputs give the same states, what is impossible changes
//! nothing, terms add up, plays end, and hashes cover what they should.

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use common::{all_scenarios, base, play_by_chance, scenario};
use engine::act::Act;
use engine::length::{HEARD, Length, READ};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::written::Condition;
use engine::session::{Action, Event, Session, Turn};
use engine::state::{Face, Flags, Floor, N_GAUGES, Stance, State, Voice};

/// Random plays of each scenario; the bench plays 10,000.
const PLAYS: u64 = 300;

fn inputs(session: &Session) -> Vec<(Action, Stance)> {
    session
        .turns()
        .iter()
        .map(|turn| (turn.action.clone(), turn.input.stance))
        .collect()
}

#[test]
fn the_same_seed_and_inputs_give_the_same_states() {
    for scenario in all_scenarios() {
        for seed in 0..20 {
            let first = play_by_chance(&scenario, seed, |_| {});
            let mut second =
                Session::begin(Arc::clone(&scenario), Rules::current(), Seed::new(seed));
            assert_eq!(first.opening(), second.opening());
            for (action, stance) in inputs(&first) {
                second
                    .apply(&action, stance)
                    .expect("it was possible the first time");
            }
            assert_eq!(first.ending(), second.ending());
            for (a, b) in first.turns().iter().zip(second.turns()) {
                assert_eq!(
                    (a.digest, a.percept, &a.said),
                    (b.digest, b.percept, &b.said)
                );
                assert_eq!((&a.events, a.terms.len()), (&b.events, b.terms.len()));
            }
        }
    }
}

#[test]
fn seeds_and_stances_make_a_difference() {
    for scenario in all_scenarios() {
        let first = |seed| {
            *Session::begin(Arc::clone(&scenario), Rules::current(), Seed::new(seed)).first()
        };
        let starts: BTreeSet<_> = (0..50).map(|seed| first(seed).digest().0).collect();
        assert!(starts.len() > 10, "{}: seeds hardly matter", scenario.id());
        let after: BTreeSet<_> = Stance::ALL
            .iter()
            .map(|stance| {
                let mut session =
                    Session::begin(Arc::clone(&scenario), Rules::current(), Seed::new(1));
                session
                    .apply(&Action::Listen, *stance)
                    .expect("they speak first");
                session.state().digest().0
            })
            .collect();
        assert_eq!(
            after.len(),
            9,
            "{}: every stance leaves its trace",
            scenario.id()
        );
    }
}

#[test]
fn what_is_impossible_is_an_error_and_changes_nothing() {
    let said = |key: &str| Action::Say(key.to_owned());
    for scenario in all_scenarios() {
        let keys: BTreeSet<&str> = scenario
            .written()
            .beats
            .values()
            .flat_map(|beat| beat.replies.keys())
            .map(|key| key.text.as_str())
            .collect();
        let every: Vec<Action> = [
            Action::Listen,
            Action::Encourage,
            Action::CutIn,
            Action::Pause,
        ]
        .into_iter()
        .chain(keys.iter().map(|key| said(key)))
        .chain([said(""), said("no-such-key"), said("SAY\u{202E}")])
        .collect();
        for seed in 0..5 {
            let (mut n_refused, mut floors) = (0, BTreeSet::new());
            play_by_chance(&scenario, seed, |session| {
                let offered: Vec<Action> = session
                    .choices()
                    .into_iter()
                    .map(|choice| choice.action)
                    .collect();
                floors.insert(session.floor() as u8);
                for action in &every {
                    let mut tried = session.clone();
                    let result = tried.apply(action, Stance::default());
                    assert_eq!(
                        result.is_ok(),
                        offered.contains(action),
                        "{action:?} at `{}`",
                        session.beat_key()
                    );
                    let Err(illegal) = result else { continue };
                    n_refused += 1;
                    assert_eq!(&illegal.action, action);
                    assert_eq!(illegal.turn, session.turns().len() + 1);
                    assert_eq!(tried.state(), session.state());
                    assert_eq!(tried.percept(), session.percept());
                    assert_eq!(tried.turns().len(), session.turns().len());
                    assert_eq!(tried.choices(), session.choices());
                }
            });
            assert!(n_refused > 20 && floors.contains(&(Floor::Ended as u8)));
        }
    }
}

#[test]
fn terms_add_up_gauges_stay_in_bounds_and_every_play_ends() {
    for scenario in all_scenarios() {
        let mut endings = BTreeSet::new();
        let mut stances = BTreeSet::new();
        for seed in 0..PLAYS {
            let session = play_by_chance(&scenario, seed, |_| {});
            endings.extend(session.ending().map(str::to_owned));
            let mut before = *session.first();
            for turn in session.turns() {
                assert_eq!(turn.before, before, "turns follow each other");
                before = turn.after;
                stances.insert(turn.input.stance);
                let mut sum = turn.before.gauges.map(i32::from);
                for term in &turn.terms {
                    (0..N_GAUGES).for_each(|gauge| sum[gauge] += i32::from(term.delta[gauge]));
                }
                assert_eq!(
                    sum,
                    turn.after.gauges.map(i32::from),
                    "{} seed {seed} input {}: {:?} {:?}",
                    scenario.id(),
                    turn.after.turn,
                    turn.action,
                    turn.terms
                );
                assert!(
                    turn.after
                        .gauges
                        .iter()
                        .all(|gauge| (0..=1000).contains(gauge)),
                    "{:?}",
                    turn.after
                );
                assert_eq!(turn.after.turn, turn.before.turn + 1);
            }
        }
        assert_eq!(stances.len(), 9);
        assert!(
            endings.len() >= 2,
            "{}: chance comes to {endings:?} alone",
            scenario.id()
        );
    }
}

#[test]
fn every_field_of_the_state_is_in_its_digest() {
    let all = all_scenarios();
    let first = *Session::begin(Arc::clone(&all[0]), Rules::current(), Seed::new(7)).first();
    // Named one by one, so that a new field does not compile until it stands here.
    let State {
        turn,
        beat,
        segment,
        active,
        floor,
        gauges,
        story,
        facts,
        did,
        been,
        flags,
        worn,
        promises,
        stance,
        reply_face,
        face_run,
        pauses,
        nods,
        limit,
        clock,
        n_replies,
        brink,
        sum,
        worst,
        ending,
    } = first;
    let mut changed = vec![
        State {
            turn: turn ^ 0x100,
            ..first
        },
        State {
            turn: turn ^ 1,
            ..first
        },
        State {
            beat: beat ^ 0x100,
            ..first
        },
        State {
            beat: beat ^ 1,
            ..first
        },
        State {
            segment: segment ^ 1,
            ..first
        },
        State {
            active: active ^ 0x8000,
            ..first
        },
        State {
            active: active ^ 1,
            ..first
        },
        State {
            floor: if floor == Floor::Ended {
                Floor::Trainee
            } else {
                Floor::Ended
            },
            ..first
        },
        State {
            story: story ^ 1,
            ..first
        },
        State {
            facts: facts ^ 1,
            ..first
        },
        State {
            facts: facts ^ (1 << 31),
            ..first
        },
        State {
            did: did.with(Act::ALL[0]),
            ..first
        },
        State {
            did: did.with(*Act::ALL.last().expect("there are acts")),
            ..first
        },
        State {
            been: been ^ 1,
            ..first
        },
        State {
            been: been ^ (1 << 63),
            ..first
        },
        State {
            flags: if flags == Flags::ASKED {
                Flags::default()
            } else {
                Flags::ASKED
            },
            ..first
        },
        State {
            flags: Flags::CUT_IN,
            ..first
        },
        State {
            promises: promises ^ 1,
            ..first
        },
        State {
            promises: promises ^ (1 << 31),
            ..first
        },
        State {
            stance: Stance {
                voice: other_voice(stance.voice),
                ..stance
            },
            ..first
        },
        State {
            stance: Stance {
                face: other_face(stance.face),
                ..stance
            },
            ..first
        },
        State {
            reply_face: other_face(reply_face),
            ..first
        },
        State {
            face_run: face_run ^ 1,
            ..first
        },
        State {
            pauses: pauses ^ 1,
            ..first
        },
        State {
            nods: nods ^ 1,
            ..first
        },
        State {
            limit: limit ^ 0x100,
            ..first
        },
        State {
            limit: limit ^ 1,
            ..first
        },
        State {
            clock: clock ^ 0x100,
            ..first
        },
        State {
            clock: clock ^ 1,
            ..first
        },
        State {
            n_replies: n_replies ^ 1,
            ..first
        },
        State {
            brink: brink ^ 1,
            ..first
        },
        State {
            sum: sum ^ 1,
            ..first
        },
        State {
            sum: sum ^ (1 << 24),
            ..first
        },
        State {
            worst: worst ^ 0x100,
            ..first
        },
        State {
            worst: worst ^ 1,
            ..first
        },
        State {
            ending: ending ^ 0x100,
            ..first
        },
        State {
            ending: ending ^ 1,
            ..first
        },
    ];
    for n in 0..gauges.len() {
        let mut other = first;
        other.gauges[n] ^= 1;
        changed.push(other);
    }
    for n in 0..worn.len() {
        let mut other = first;
        other.worn[n] ^= 1;
        changed.push(other);
    }
    let mut seen = BTreeSet::from([first.digest().0]);
    let mut encoded = BTreeSet::from([first.encode()]);
    for state in changed {
        assert!(
            encoded.insert(state.encode()),
            "two states share an encoding: {state:?}"
        );
        assert!(
            seen.insert(state.digest().0),
            "two states share a digest: {state:?}"
        );
    }
}

fn other_voice(voice: Voice) -> Voice {
    if voice == Voice::Soft {
        Voice::Raised
    } else {
        Voice::Soft
    }
}

fn other_face(face: Face) -> Face {
    if face == Face::Warm {
        Face::Concerned
    } else {
        Face::Warm
    }
}

/// Whether a condition asks what the trainee heard.
fn asks_what_was_heard(condition: &Condition) -> bool {
    match condition {
        Condition::Knows(_) => true,
        Condition::Not(inner) => asks_what_was_heard(inner),
        Condition::Any(all) => all.iter().any(asks_what_was_heard),
        _ => false,
    }
}

#[test]
fn what_was_not_heard_shows_in_the_words_and_never_in_the_number_of_replies() {
    for scenario in all_scenarios() {
        let session = Session::begin(Arc::clone(&scenario), Rules::current(), Seed::new(3));
        let mut n_worded = 0;
        for (n, (key, beat)) in scenario.written().beats.iter().enumerate() {
            let knows = beat
                .replies
                .values()
                .any(|reply| reply.conditions.iter().any(asks_what_was_heard));
            let state = State {
                beat: n as u16,
                floor: Floor::Trainee,
                facts: 0,
                ..*session.first()
            };
            let listened = State {
                facts: u32::MAX,
                ..state
            };
            let (unheard, heard) = (
                session.world().shown(&state),
                session.world().shown(&listened),
            );
            if !knows {
                assert_eq!(
                    unheard,
                    heard,
                    "{}: `{}` offers other replies to a listener",
                    scenario.id(),
                    key.text
                );
            }
            for &reply in &unheard {
                let (plain, informed) = (
                    session.world().words(&state, reply),
                    session.world().words(&listened, reply),
                );
                assert!(plain.is_some_and(|words| !words.is_empty()));
                n_worded += usize::from(plain != informed);
            }
        }
        assert!(
            n_worded > 0,
            "{}: nothing in it rewards a listener",
            scenario.id()
        );
    }
}

#[test]
fn the_length_of_a_talk_counts_what_was_heard_and_what_was_on_offer() {
    let words = |text: &str| text.split_whitespace().count() as u64;
    for scenario in all_scenarios() {
        for seed in 0..5 {
            // What is on offer before each input; a talk begins with the customer.
            let mut offered = vec![0];
            let end = play_by_chance(&scenario, seed, |session| {
                let texts = session.choices().into_iter().filter_map(|it| it.text);
                offered.push(texts.map(|text| words(&text)).sum::<u64>());
            });
            let said = |turn: &&Turn| matches!(turn.action, Action::Say(_));
            let events = || {
                let after = end.turns().iter().flat_map(|turn| &turn.events);
                end.opening().iter().chain(after)
            };
            let heard = events().filter_map(|event| match event {
                Event::Speaks { text, .. } | Event::Reacts { text, .. } => Some(words(text)),
                _ => None,
            });
            let scene = events().filter_map(|event| match event {
                Event::Ended { scene, .. } => Some(words(scene)),
                _ => None,
            });
            let turns = end.turns().iter().zip(&offered);
            let on_offer = turns.filter_map(|(turn, words)| said(&turn).then_some(words));
            let n_said = end.turns().iter().filter(said).count();
            let counted = Length {
                heard: heard.sum(),
                read: on_offer.sum::<u64>() + scene.sum::<u64>(),
                replies: n_said as u64,
                others: (end.turns().len() - n_said) as u64,
            };
            assert_eq!(Length::of(&end), counted, "{}, seed {seed}", scenario.id());
            assert!(counted.heard > 0 && counted.others > 0);
        }
    }
    let by_hand = Length {
        heard: 2 * HEARD,
        read: 3 * READ,
        replies: 4,
        others: 10,
    };
    assert_eq!(
        by_hand.seconds(),
        120 + 180 + 22 + 4,
        "two minutes, three, and the rest"
    );
}

#[test]
fn the_hashes_cover_meaning_and_neither_layout_nor_comments() {
    let text = base();
    let hashes = |text: &str| {
        let scenario = scenario("base.ron", text);
        (scenario.content(), scenario.mechanics())
    };
    let (content, mechanics) = hashes(&text);
    let swap = |from: &str, to: &str| {
        assert_eq!(
            text.matches(from).count(),
            1,
            "`{from}` stands once in the base scenario"
        );
        text.replacen(from, to, 1)
    };
    let title = "    title: \"The hinge again\",\n";
    let moved = swap(title, "").replace(
        "    place: Counter,\n",
        &format!("    place: Counter,\n{title}"),
    );
    let layouts = [
        format!("/* a note */\n{text}// and another\n"),
        text.replace('\n', "\r\n"),
        text.replace("    ", "\t"),
        format!("\u{FEFF}{text}"),
        moved,
        swap("right: false", "right: /* as unless said */ false"),
        swap(
            "        suspicion: Low,",
            "        suspicion: Low, money: Mid,",
        ),
        swap("fixed: 50,", "fixed: 5_0,"),
        // A note from author to author, which nobody is shown.
        swap("it mostly is that", "it often is that"),
    ];
    for layout in layouts {
        assert_eq!(hashes(&layout), (content, mechanics), "{layout}");
    }
    let wordings = [
        ("One week. *One* week,", "A week. *One* week,"),
        ("title: \"The hinge again\"", "title: \"The hinge\""),
        ("Ines Moreau", "Inez Moreau"),
        ("mend the hinge", "glue the hinge"),
        ("She nods and says", "She says"),
        ("Yes. *Thank* you.", "Yes."),
        ("say: \"One week, and then", "say: \"A week, and then"),
    ];
    for (from, to) in wordings {
        let (other, same) = hashes(&swap(from, to));
        assert_ne!(other, content, "`{to}` is content");
        assert_eq!(same, mechanics, "`{to}` moves nothing");
    }
    let changes = [
        ("acts: [LetsSee, NextStep]", "acts: [LetsSee]"),
        ("acts: [LetsSee, NextStep]", "acts: [NextStep, LetsSee]"),
        ("temper: High", "temper: Mid"),
        ("fixed: 50", "fixed: 51"),
        ("[\"screw\", \"drop\"]", "[\"drop\", \"screw\"]"),
        ("gives: 20", "gives: 10"),
        ("grants: 40", "grants: 41"),
        ("(provoke:", "(tell:"),
        ("story: 3", "story: 2"),
        ("failure: Outcome", "failure: Process"),
        ("right: false", "right: true"),
        ("AtLeast(Trust, Mid)", "AtLeast(Trust, Low)"),
        ("outcome: Neutral", "outcome: Story"),
        ("\"credit\": (", "\"discount\": ("),
        ("\"no\": (", "\"zzz\": ("),
    ];
    let mut seen = BTreeSet::from([mechanics]);
    for (from, to) in changes {
        let (other, moved) = hashes(&swap(from, to));
        assert_ne!(other, content, "`{to}` is content");
        assert!(seen.insert(moved), "`{to}` moves something of its own");
    }
    let renamed = hashes(&text.replace("\"shrug\"", "\"shrugs\""));
    assert!(
        renamed.0 != content && seen.insert(renamed.1),
        "a renamed key is another scenario"
    );
    let renamed = hashes(&text.replace("\"click\"", "\"noise\""));
    assert!(
        renamed.0 != content && seen.insert(renamed.1),
        "a renamed fact is another scenario"
    );
}
