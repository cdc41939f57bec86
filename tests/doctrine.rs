//! Doctrines: that the shipped ones are sound, that the balanced one scores as if there
//! were none, that nothing but the weight of clauses in conduct hangs on them, and what
//! a report says of them.

use std::path::Path;
use std::sync::Arc;

use engine::bots::{Bot, play_session};
use engine::doctrine::{Doctrine, Doctrines, MOST, WHOLE, stands_outside};
use engine::guidance::{Catalogue, Tested};
use engine::load::load;
use engine::report::Report;
use engine::rng::Seed;
use engine::rules::Rules;
use engine::scenario::Scenario;
use engine::score::{ClauseScore, Finding, Par, Score, Standard, conduct};
use engine::session::Session;
use proptest::prelude::*;

#[path = "../src/desk/report_text.rs"]
#[allow(dead_code, reason = "the program uses the rest of it")]
mod report_text;

fn by(doctrine: &'static Doctrine) -> Standard<'static> {
    Standard {
        doctrine,
        ..Standard::default()
    }
}

/// A doctrine that weighs these sides, with the shipped tensions.
fn of_ours(weighs: &[(&str, u16)]) -> &'static Doctrine {
    let weighs: Vec<String> = weighs
        .iter()
        .map(|(side, percent)| format!("({side:?}, {percent})"))
        .collect();
    let ours = format!(
        "(id: \"ours\", version: 1, title: \"Ours\", sentence: \"Ours.\", weighs: [{}]),\n    ],\n)",
        weighs.join(", ")
    );
    let text = include_str!("../assets/doctrine.ron");
    let end = text.rfind("    ],\n)").expect("the end of the doctrines");
    let text = format!("{}{ours}", &text[..end]);
    let read = Doctrines::read(&text, Catalogue::current()).expect("it can be used");
    let ours = read.doctrines.last().expect("it is there").clone();
    Box::leak(Box::new(ours))
}

fn shipped() -> Vec<Arc<Scenario>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = std::fs::read_dir(&folder).expect("there are scenarios");
    let mut names: Vec<_> = files
        .map(|file| file.expect("an entry").file_name())
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.ends_with(".ron") && name != "house.ron")
        .collect();
    names.sort();
    let read = |name: &String| {
        let bytes = std::fs::read(folder.join(name)).expect("it can be read");
        Arc::new(load(name, &bytes, &Rules::current()).scenario.expect(name))
    };
    names.iter().map(read).collect()
}

fn played(scenario: &Arc<Scenario>, seed: u64, bot: Bot) -> (Session, Par) {
    let (rules, seed) = (Rules::current(), Seed::new(seed * 104_729 + 17));
    let session = play_session(scenario, &rules, seed, bot, 1);
    let par = Par::of(session.world(), seed);
    (session, par)
}

// ---------------------------------------------------------------- the data

#[test]
fn the_shipped_doctrines_are_sound() {
    let all = Doctrines::current();
    let catalogue = Catalogue::current();
    assert!(Doctrine::balanced().is_balanced());
    assert!(
        all.tensions.len() >= 11,
        "every disagreement of the guidance"
    );
    let choices: Vec<&Doctrine> = all.choices().collect();
    assert!(choices.len() >= 5 && choices[0].is_balanced());
    for doctrine in &all.doctrines {
        assert_eq!(Doctrine::find(&doctrine.key()), Some(doctrine));
        assert!(doctrine.sentence.ends_with('.') && doctrine.sentence.len() < 130);
        let key = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(doctrine.id.chars().all(key), "{}", doctrine.id);
        let mut n_weighed = 0;
        for (n, clause) in catalogue.clauses.iter().enumerate() {
            let percent = doctrine.percent(n);
            n_weighed += usize::from(percent != WHOLE && clause.tested == Tested::Encounter);
            let disputed = all.sides_of(clause.n).next().is_some();
            assert!(
                percent == WHOLE || disputed,
                "{} weighs {}, which nobody disputes",
                doctrine.id,
                clause.id
            );
            assert!(percent == WHOLE || !stands_outside(clause));
            assert!(percent <= MOST);
        }
        assert_eq!(n_weighed == 0, doctrine.is_balanced(), "{}", doctrine.id);
    }
    for choice in choices {
        assert_eq!(Doctrine::find(&choice.id), Some(choice), "the newest");
    }
    assert_eq!(Doctrine::find("brisk.99"), None);
    // Red lines, threats and what answers them are held by name, whatever the test thinks.
    for id in [
        "nothing-unlawful",
        "true-receipt",
        "no-copied-licence",
        "safety-first",
        "ask-them-to-leave",
        "some-cannot-be-pleased",
        "help-without-harm",
        "courteous-above-all",
        "do-not-pay-back",
    ] {
        let clause = catalogue.clauses.iter().find(|clause| clause.id == id);
        assert!(stands_outside(clause.expect(id)), "{id}");
    }
}

/// A class was scored by what stands here. If this fails, give the doctrine another
/// version and leave the old one where it is.
#[test]
fn a_version_weighs_what_it_always_weighed() {
    let weights = Doctrines::current().doctrines.iter().map(|doctrine| {
        let clauses = 0..Catalogue::current().clauses.len();
        let bytes: Vec<u8> = clauses
            .flat_map(|n| doctrine.percent(n).to_le_bytes())
            .collect();
        let hash = blake3::hash(&bytes).to_hex();
        (doctrine.key(), hash.as_str()[..12].to_owned())
    });
    let weights: Vec<(String, String)> = weights.collect();
    let known = [
        ("balanced.1", "b432deaf3b16"),
        ("customer-first.1", "45b773b5ae4f"),
        ("plain-dealing.1", "fc34d9691b50"),
        ("unhurried.1", "286cf9a04934"),
        ("brisk.1", "11a2da9b95f3"),
        ("sober.1", "6c6bdbc024ac"),
    ];
    let known = known.map(|(key, hash)| (key.to_owned(), hash.to_owned()));
    assert_eq!(weights, known);
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let text = include_str!("../assets/doctrine.ron");
    for (from, to, says) in [
        ("id: \"right\",", "id: \"right\"", "doctrine: "),
        (
            "id: \"balanced\"",
            "id: \"even\"",
            "the first one is `balanced`",
        ),
        (
            "            weighs: []",
            "            weighs: [(\"time\", 90)]",
            "the first one",
        ),
        ("id: \"pace\"", "id: \"right\"", "two of `right`"),
        ("id: \"fast\", says", "id: \"time\", says", "two of `time`"),
        ("id: \"sober\"", "id: \"brisk\"", "two of `brisk.1`"),
        ("clauses: [45]", "clauses: []", "`authority` is empty"),
        (
            "clauses: [45]",
            "clauses: [145]",
            "the side `authority` has clause 145",
        ),
        (
            "clauses: [45]",
            "clauses: [45, 80]",
            "clause 80 stands on `fast` and on `authority`",
        ),
        (
            "[(\"time\", 25)",
            "[(\"tim\", 50)",
            "`brisk.1` weighs `tim`, which is no side",
        ),
        (
            "[(\"time\", 25)",
            "[(\"refuse\", 50)",
            "which only holds red lines",
        ),
        ("[(\"time\", 25)", "[(\"time\", 301)", "at 301 per cent"),
        ("[(\"time\", 25)", "[(\"fast\", 50)", "two of `fast`"),
        ("title: \"Sober\"", "title: \"\"", "`sober.1` is empty"),
        (
            "question: \"Authority, or humility?\"",
            "question: \"\"",
            "`standing` is empty",
        ),
        ("says: \"be humble\"", "says: \"\"", "`humility` is empty"),
        ("title: \"Sober\"", "titel: \"Sober\"", "titel"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from} is not in it");
        let refused = Doctrines::read(&changed, Catalogue::current());
        let why = refused.err().map(|why| why.to_string());
        let why = why.unwrap_or_else(|| panic!("{from} to {to} is accepted"));
        assert!(why.contains(says), "{says}: {why}");
    }
}

// ---------------------------------------------------------------- conduct

/// Conduct as it was reckoned before there were doctrines.
fn of_old(clauses: &[ClauseScore]) -> i32 {
    let catalogue = Catalogue::current();
    let (mut sum, mut weights) = (0, 0);
    for row in &catalogue.principles {
        let (mut of_it, mut weight) = (0, 0);
        for (clause, score) in catalogue.clauses.iter().zip(clauses) {
            if clause.principle == Some(row.id) && score.finding != Finding::NotTested {
                of_it += score.share * catalogue.weight(clause);
                weight += catalogue.weight(clause);
            }
        }
        if weight > 0 {
            sum += (of_it / weight).clamp(0, 1000) * i32::from(row.weight);
            weights += i32::from(row.weight);
        }
    }
    if weights == 0 { 0 } else { sum / weights }
}

fn sheet(shares: &[Option<i32>]) -> Vec<ClauseScore> {
    shares
        .iter()
        .map(|share| ClauseScore {
            finding: match share {
                None => Finding::NotTested,
                Some(..0) => Finding::Broken,
                Some(0) => Finding::Missed,
                Some(1..900) => Finding::Partly,
                Some(_) => Finding::Followed,
            },
            share: share.unwrap_or(0),
            turns: Vec::new(),
        })
        .collect()
}

fn shares(lowest: i32) -> impl Strategy<Value = Vec<Option<i32>>> {
    let n = Catalogue::current().clauses.len();
    let share = prop_oneof![
        3 => Just(None),
        1 => Just(Some(lowest)),
        1 => Just(Some(0)),
        1 => Just(Some(1000)),
        2 => (lowest..=1000).prop_map(Some),
    ];
    prop::collection::vec(share, n)
}

/// All of them, and one with very uneven weights.
fn doctrines() -> Vec<&'static Doctrine> {
    let uneven = of_ours(&[
        ("theirs", 0),
        ("not-always", MOST),
        ("time", 0),
        ("fast", MOST),
        ("own", 1),
        ("vent", 0),
        ("smile", 37),
    ]);
    let all = Doctrines::current().doctrines.iter();
    all.chain([uneven]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn balanced_is_what_conduct_always_was(shares in shares(-250)) {
        let clauses = sheet(&shares);
        let conduct = conduct(Doctrine::balanced(), &clauses);
        prop_assert_eq!(conduct.guidance, of_old(&clauses));
    }

    #[test]
    fn doing_better_by_a_clause_never_lowers_conduct(
        shares in shares(-250), clause in 0..131_usize, more in 0..1250_i32,
    ) {
        let mut better: Vec<Option<i32>> = shares.clone();
        better[clause] = better[clause].map(|share| (share + more).min(1000));
        for doctrine in doctrines() {
            let [before, after] = [&shares, &better].map(|shares| conduct(doctrine, &sheet(shares)));
            prop_assert!(after.guidance >= before.guidance, "{}", doctrine.id);
        }
    }

    #[test]
    fn favouring_what_was_followed_never_lowers_conduct(
        shares in shares(0), n in 0..22_usize, low in 0..=MOST, more in 0..=MOST,
    ) {
        let tensions = &Doctrines::current().tensions;
        let (side, _) = tensions[n / 2].both()[n % 2];
        let clauses = &Catalogue::current().clauses;
        let mut shares = shares;
        let mut weighable = false;
        for (clause, share) in clauses.iter().zip(&mut shares) {
            if side.clauses.contains(&clause.n) {
                *share = Some(1000);
                weighable |= !stands_outside(clause);
            }
        }
        prop_assume!(weighable);
        let clauses = sheet(&shares);
        let high = (low + more).min(MOST);
        let [low, high] = [low, high].map(|percent| conduct(of_ours(&[(&side.id, percent)]), &clauses));
        // Principles are whole thousandths, so one may be lost in rounding.
        prop_assert!(high.guidance + 1 >= low.guidance, "{}: {low:?} {high:?}", side.id);
    }

    #[test]
    fn what_weighs_nothing_does_not_matter(shares in shares(-250), other in shares(-250)) {
        let nothing = of_ours(&[("vent", 0), ("fast", 0)]);
        let mut changed = shares.clone();
        for (n, share) in changed.iter_mut().enumerate() {
            if nothing.percent(n) == 0 && share.is_some() {
                *share = Some(other[n].unwrap_or(0));
            }
        }
        let [one, two] = [&shares, &changed].map(|shares| conduct(nothing, &sheet(shares)));
        // A principle of which nothing else was tested has no score, and weighs nothing.
        prop_assert_eq!(one, two);
    }
}

// ------------------------------------------------------------------- runs

#[test]
fn nothing_but_conduct_hangs_on_a_doctrine() {
    let bots = [Bot::Expert, Bot::Adequate, Bot::Poor, Bot::Random];
    let mut moved = vec![0; doctrines().len()];
    for (scenario, seed) in shipped().iter().zip(3..) {
        for bot in bots {
            let (session, par) = played(scenario, seed, bot);
            let whole = Report::with_par(&session, &par);
            let score = Score::of(&session, &par);
            for (doctrine, moved) in doctrines().into_iter().zip(&mut moved) {
                let other = Score::by(&session, &par, by(doctrine));
                assert_eq!(other.clauses, score.clauses);
                assert_eq!(other.credits, score.credits);
                assert_eq!((other.survey, other.outcome), (score.survey, score.outcome));
                assert_eq!(other.gates, score.gates);
                *moved = (other.guidance - score.guidance).abs().max(*moved);
                let report = Report::by(&session, &par, by(doctrine));
                assert_eq!(report.par, whole.par);
                assert_eq!(report.gates, whole.gates);
                assert_eq!(report.conduct, other.guidance);
                assert_eq!(
                    report.total,
                    (report.conduct * 75 + report.outcome * 25) / 100
                );
                for (row, as_before) in report.curve.iter().zip(&whole.curve) {
                    assert_eq!(row.credits, as_before.credits);
                    assert_eq!(row.gauges, as_before.gauges);
                }
                if doctrine.is_balanced() {
                    assert_eq!(report, whole);
                }
            }
        }
    }
    for (doctrine, moved) in doctrines().into_iter().zip(moved) {
        println!("{} moves conduct by up to {moved} thousandths", doctrine.id);
        // Where most of the guidance agrees a lean is a lean: seen, and not all there is.
        let felt = (10..150).contains(&moved);
        assert!(felt != doctrine.is_balanced(), "{}: {moved}", doctrine.id);
    }
}

#[test]
fn who_knows_the_trade_passes_by_every_doctrine_and_chance_by_none() {
    let pass = Rules::current().pass;
    for scenario in shipped() {
        let runs = |bot| [1, 2, 3, 4, 5].map(|seed| played(&scenario, seed, bot));
        let (experts, poor) = (runs(Bot::Expert), runs(Bot::Poor));
        for doctrine in Doctrines::current().choices() {
            let mean = |runs: &[(Session, Par)]| {
                let scores = runs
                    .iter()
                    .map(|(session, par)| Score::by(session, par, by(doctrine)).guidance);
                scores.sum::<i32>() / runs.len() as i32
            };
            println!(
                "{}, {}: conduct of experts {}, of poor trainees {}",
                scenario.id(),
                doctrine.id,
                mean(&experts),
                mean(&poor)
            );
            let n_passed = |runs: &[(Session, Par)]| {
                let scores = runs
                    .iter()
                    .map(|(session, par)| Score::by(session, par, by(doctrine)));
                scores.filter(|score| score.passed(pass)).count()
            };
            let (experts, poor) = (n_passed(&experts), n_passed(&poor));
            assert!(
                experts >= 4 && poor == 0,
                "{}, {}: {experts} experts and {poor} poor trainees of 5 pass",
                scenario.id(),
                doctrine.id
            );
        }
    }
}

// ----------------------------------------------------------------- reports

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_report_names_the_doctrine_and_what_is_disputed() {
    let scenario = shipped().swap_remove(0);
    let (session, par) = played(&scenario, 1, Bot::Adequate);
    let whole = Report::with_par(&session, &par);
    let text = report_text::report_text(&whole, None);
    assert!(!text.contains("Scored by"), "nothing is said of the usual");
    assert!(!text.contains("under this doctrine"));
    let disputed = "The documents disagree: “take your time” here, “mend it fast” elsewhere.";
    assert!(flat(&text).contains(disputed), "{text}");

    let ours = of_ours(&[("time", 0), ("fast", 150)]);
    let report = Report::by(&session, &par, by(ours));
    let text = report_text::report_text(&report, None);
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "too wide: {line}");
    }
    let flat = flat(&text);
    assert!(flat.contains("Scored by “Ours”. Ours."), "{text}");
    let at = flat.find(disputed).expect("it is there");
    let then = &flat[at + disputed.len()..];
    assert!(
        then.starts_with(" Not counted under this doctrine."),
        "{then}"
    );
    let leans = report
        .disagreements
        .iter()
        .filter_map(|remark| remark.leans);
    assert!(leans.eq(["mend it fast"]), "{:?}", report.disagreements);
    assert!(flat.contains("Ours leans to “mend it fast”."), "{text}");

    let json = serde_json::to_value(&report).expect("it is JSON");
    assert_eq!(json["doctrine"]["id"], "ours");
    let rush = &json["clauses"][72];
    assert_eq!((&rush["n"], &rush["weighs"]), (&73.into(), &0.into()));
    assert_eq!(rush["sides"][0]["against"], "mend it fast");
    assert_eq!(json["clauses"][2].get("sides"), None, "nobody disputes it");
}
