//! The analysis: on small scenarios the search equals brute force, it is the
//! same every time, it stops when asked, and its verdicts hang together.

mod common;

use std::collections::HashSet;
use std::sync::Arc;

use common::{all_scenarios, scenario};
use engine::act::Act;
use engine::analysis::{Aim, Analysis, AnalysisNote, Bound, Budget, Class, Line, Lost, Value};
use engine::bots::{Bot, play, play_session};
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::{MAX_REPLIES, Scenario};
use engine::score::par::clean;
use engine::session::{Action, Session};
use engine::state::{Floor, Stance, State};
use engine::step::{Input, Move, World, draw};
use proptest::prelude::*;

/// Rules that end every run after so many inputs, so that brute force ends too.
fn rules_with_cap(n_inputs: u16) -> Rules {
    let text = include_str!("../assets/rules/1.ron");
    let capped = text.replace("turn_cap: 200", &format!("turn_cap: {n_inputs}"));
    assert_ne!(text, capped);
    Rules::read(&capped).expect("rules with a cap are rules")
}

fn value(world: World, state: &State) -> Value {
    Value {
        clean: clean(state),
        right: world.ends_rightly(state),
        survey: world.survey(state),
    }
}

/// Every input with every stance to every end, nothing left out. Only states
/// that are the same in every field are looked at once.
fn brute_force(world: World, first: &State) -> (Value, i16) {
    let mut best: Option<Value> = None;
    let mut worst = i16::MAX;
    let mut level = vec![*first];
    while !level.is_empty() {
        let mut next = HashSet::new();
        for state in level {
            let mut moves = [Move::Pause; MAX_REPLIES + 1];
            let n_moves = world.moves(&state, &mut moves);
            for &action in &moves[..n_moves] {
                for stance in Stance::ALL {
                    let mut after = state;
                    assert!(world.step(&mut after, Input { action, stance }, &mut ()));
                    if after.floor == Floor::Ended {
                        let value = value(world, &after);
                        best = best.max(Some(value));
                        worst = worst.min(value.survey);
                    } else {
                        next.insert(after);
                    }
                }
            }
        }
        level = next.into_iter().collect();
    }
    (best.expect("every run ends"), worst)
}

/// A small scenario of two beats, written out by chance.
fn small(acts: &[Act], heat: i16, gate: i16, right: bool, says: u8) -> Arc<Scenario> {
    let reply = |key: &str, act: Act, then: &str| {
        format!(
            "\"{key}\": (say: \"Words of {key}.\", acts: [{}], because: \"it is a test\", then: {then}),",
            act.name()
        )
    };
    let said = ["", "(tell: \"So.\")", "(tell: \"So.\"), (ask: \"Well?\")"][says as usize];
    let text = format!(
        r#"(format: 1, id: "small", title: "Small", place: Counter, brief: "Small.",
        customer: (name: "Ana Bright", look: "student", trade: "photography"),
        start: (heat: {heat}, heard: 200, fixed: 100, trust: 400, ease: 400, story: 1),
        opening: "a", walk_out: "gone",
        beats: {{
            "a": (says: [(tell: "It broke.")], replies: {{ {} {} }}),
            "b": (says: [{said}], replies: {{ {} {} }}),
        }},
        endings: {{
            "kept": (scene: "Kept.", outcome: Kept, right: {right}),
            "gone": (scene: "Gone.", outcome: Story, right: false),
        }})"#,
        reply("one", acts[0], "\"b\""),
        reply(
            "two",
            acts[1],
            "[(to: \"kept\", if: [Below(Heat, 300)]), (to: \"b\")]"
        ),
        reply(
            "three",
            acts[2],
            &format!("[(to: \"kept\", if: [Below(Heat, {gate})]), (to: \"gone\")]")
        ),
        reply("four", acts[3], "\"kept\""),
    );
    scenario("small.ron", &text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_small_scenarios_the_search_equals_brute_force(
        acts in prop::collection::vec(prop::sample::select(Act::ALL), 4),
        heat in 100i16..1000,
        gate in 100i16..900,
        right: bool,
        says in 0u8..3,
        seed: u64,
    ) {
        let scenario = small(&acts, heat, gate, right, says);
        let rules = rules_with_cap(5);
        let seed = Seed::new(seed);
        let setup = draw(&scenario, &rules, seed);
        let world = World::new(&scenario, &rules, &setup);
        let (best, worst) = brute_force(world, &world.begin(seed));
        let all = Budget { exact_steps: 3_000_000, width: 8, polish: 0, departures: 0 };
        let line = Line::of(world, seed, all, Aim::Best);
        prop_assert_eq!(line.bound, Bound::Exact);
        prop_assert_eq!(line.value, best);
        let lowest = Line::of(world, seed, all, Aim::Worst);
        prop_assert_eq!((lowest.bound, lowest.value.survey), (Bound::Exact, worst));
        // The bounded search says so, and never claims more than there is.
        let few = Budget { exact_steps: 0, width: 8, polish: 2, departures: 40 };
        let searched = Line::of(world, seed, few, Aim::Best);
        prop_assert_eq!(searched.bound, Bound::Searched);
        prop_assert!(searched.value <= best);
        prop_assert_eq!(replayed(world, seed, &searched.inputs), searched.value);
    }
}

/// What a line really comes to.
fn replayed(world: World, seed: Seed, inputs: &[Input]) -> Value {
    let mut state = world.begin(seed);
    for &input in inputs {
        assert!(world.step(&mut state, input, &mut ()), "the line is legal");
    }
    assert_eq!(state.floor, Floor::Ended, "the line reaches an ending");
    value(world, &state)
}

/// Without a cap in sight the merging leaves the number of inputs out; the
/// result is still that of brute force over everything that can matter.
#[test]
fn the_last_reply_of_a_shipped_scenario_is_exact() {
    let rules = Rules::current();
    for scenario in all_scenarios() {
        let mut n_exact = 0;
        for seed in 0..4 {
            let session = play_session(&scenario, &rules, Seed::new(seed), Bot::Expert, 0);
            let analysis = analysed(&session, Budget::DEBRIEF);
            let last = analysis.verdicts.last().expect("there was a reply");
            n_exact += usize::from(last.bound == Bound::Exact);
        }
        assert!(n_exact > 0, "{}: nothing was exact", scenario.id());
    }
}

fn analysed(session: &Session, budget: Budget) -> Analysis {
    let moves: Vec<Input> = session.turns().iter().map(|turn| turn.input).collect();
    Analysis::of(
        session.world(),
        session.first(),
        &moves,
        budget,
        &mut || true,
    )
    .expect("nobody stopped it")
}

#[test]
fn verdicts_hang_together() {
    let rules = Rules::current();
    for scenario in all_scenarios() {
        for (seed, bot) in [(1, Bot::Expert), (2, Bot::Poor), (3, Bot::Random)] {
            let session = play_session(&scenario, &rules, Seed::new(seed), bot, 7);
            let analysis = analysed(&session, Budget::QUICK);
            assert_eq!(
                analysis,
                analysed(&session, Budget::QUICK),
                "the same again"
            );
            let n_replies = usize::from(session.state().n_replies);
            assert_eq!(analysis.verdicts.len(), n_replies);
            assert_eq!(analysis.end, value(session.world(), session.state()));
            let mut before = analysis.best.value;
            let mut from = 1;
            for verdict in &analysis.verdicts {
                let best = verdict.best_value;
                // What was crossed before is held against nobody twice.
                assert_eq!(
                    (best.right, best.survey),
                    (before.right, before.survey),
                    "one's value is the next one's best"
                );
                assert!(best.clean || !before.clean, "nothing stains afterwards");
                assert!(verdict.value <= best, "nothing gets better than the best");
                assert_eq!(verdict.from, from);
                assert!(verdict.listening_cost <= verdict.cost);
                if verdict.class == Class::Best {
                    assert!(verdict.cost <= rules.analysis.best);
                }
                before = verdict.value;
                from = verdict.turn + 1;
            }
            assert_eq!(
                replayed(session.world(), session.seed(), &analysis.best.inputs),
                analysis.best.value
            );
            let note = AnalysisNote::with(&session, &analysis);
            assert!(note.verdicts.iter().all(|v| !v.reply.is_empty()));
        }
    }
}

#[test]
fn a_red_line_is_the_point_of_no_return_and_a_blunder() {
    let acts = [Act::Reiterate, Act::Insult, Act::Own, Act::Fix];
    let scenario = small(&acts, 700, 500, true, 1);
    let mut session = Session::begin(scenario, Rules::current(), Seed::new(5));
    let even = Stance::default();
    for action in [Action::Listen, Action::Say("two".into())] {
        session.apply(&action, even).expect("it is possible");
    }
    let analysis = analysed(&session, Budget::DEBRIEF);
    let lost = analysis.no_return.expect("there is no way back");
    assert_eq!(
        (lost.turn, lost.lost, lost.bound),
        (2, Lost::Gate, Bound::Exact)
    );
    assert_eq!(analysis.verdicts[0].class, Class::Blunder);
    assert_eq!(analysis.turning_point, Some(2));
    assert!(analysis.end.survey > 0, "the run can still be played on");
}

#[test]
fn one_red_line_is_no_leave_to_cross_another() {
    let acts = [Act::Reiterate, Act::Insult, Act::BreachLicence, Act::Own];
    let scenario = small(&acts, 700, 900, true, 0);
    for reply in ["three", "four"] {
        let mut session = Session::begin(Arc::clone(&scenario), Rules::current(), Seed::new(5));
        let even = Stance::default();
        for action in [Action::Listen, Action::Say("two".into())] {
            session.apply(&action, even).expect("it is possible");
        }
        session
            .apply(&Action::Say(reply.into()), even)
            .expect("it is possible");
        let analysis = analysed(&session, Budget::DEBRIEF);
        let last = &analysis.verdicts[1];
        // The copied licence pleases far more, and is called best by nobody.
        let best = last.best.last().map(|input| input.action);
        assert_eq!(best, Some(Move::Say(0)), "{reply}");
        assert_eq!(
            last.class == Class::Blunder,
            reply == "three",
            "{reply}: {last:?}"
        );
        assert!(!analysis.end.clean, "the run stays what it was");
        assert_eq!(analysis.no_return.map(|lost| lost.turn), Some(2));
    }
}

#[test]
fn it_stops_when_it_is_told_to() {
    let scenario = &all_scenarios()[0];
    let session = play_session(scenario, &Rules::current(), Seed::new(1), Bot::Adequate, 1);
    let moves: Vec<Input> = session.turns().iter().map(|turn| turn.input).collect();
    let mut asked = 0;
    let mut few = || {
        asked += 1;
        asked < 50
    };
    let stopped = Analysis::of(
        session.world(),
        session.first(),
        &moves,
        Budget::DEBRIEF,
        &mut few,
    );
    assert_eq!(stopped, None);
    assert_eq!(asked, 50, "it is asked no more once it is told");
}

/// The bench does this with a million plays; here are as many as a test may take.
#[test]
fn no_play_by_chance_or_bot_beats_the_best_line() {
    let rules = Rules::current();
    for scenario in all_scenarios() {
        for seed in (0..3).map(Seed::new) {
            let setup = draw(&scenario, &rules, seed);
            let world = World::new(&scenario, &rules, &setup);
            let best = Line::of(world, seed, Budget::DEBRIEF, Aim::Best).value;
            let bots = [Bot::Random, Bot::Expert, Bot::Adequate, Bot::Random];
            for run in 0..600 {
                let (inputs, state, _) = play(&scenario, &rules, seed, bots[run as usize % 4], run);
                let found = value(world, &state);
                assert!(
                    found <= best,
                    "{} {seed}: {inputs:?} comes to {found:?}, the best line to {best:?}",
                    scenario.id()
                );
            }
        }
    }
}

/// A beam once followed up nothing that led where the expert went.
#[test]
fn no_known_trainee_beats_the_best_line() {
    let rules = Rules::current();
    for scenario in all_scenarios() {
        for k in 0..20 {
            let seed = Seed::new(k * 15_485_863 + 3);
            let setup = draw(&scenario, &rules, seed);
            let world = World::new(&scenario, &rules, &setup);
            let best = Line::of(world, seed, Budget::DEBRIEF, Aim::Best);
            assert_eq!(replayed(world, seed, &best.inputs), best.value);
            for bot in [Bot::Expert, Bot::Adequate, Bot::Poor] {
                let (_, state, _) = play(&scenario, &rules, seed, bot, k);
                let found = value(world, &state);
                let id = scenario.id();
                assert!(
                    found <= best.value,
                    "{id}, {seed}: {bot:?} beats it: {found:?}"
                );
            }
        }
    }
}
