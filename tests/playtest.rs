//! The playtest: its figures do not depend on order or threads, and the command
//! it prints plays the run that it names.

mod common;

use std::fs;
use std::path::PathBuf;

use common::{base, folder, run_printed, satisfactometer, scenario};
use engine::playtest::{Character, Tally, player_of};
use engine::rng::Seed;
use engine::rules::Rules;
use serde_json::Value;

#[test]
fn tallies_do_not_depend_on_the_order_of_the_runs() {
    let scenario = scenario("base.ron", &base());
    let rules = Rules::current();
    let characters = Character::roster();
    let play = |tally: &mut Tally, run: u64| {
        let who = &characters[player_of(run, characters.len())];
        tally.play(&scenario, &rules, Seed::new(7), run, who);
    };
    let mut forwards = Tally::new(&scenario);
    (0..600).for_each(|run| play(&mut forwards, run));
    let mut parts = [0; 7].map(|_| Tally::new(&scenario));
    (0..600)
        .rev()
        .for_each(|run| play(&mut parts[run as usize % 7], run));
    let mut sum = Tally::new(&scenario);
    parts.iter().rev().for_each(|part| sum.add(part));
    assert_eq!(sum, forwards);
    assert_eq!(forwards.n, 600);
    assert_eq!(forwards.endings.iter().sum::<u64>(), 600);
    assert_eq!(forwards.spread.iter().sum::<u64>(), 600);
    let ends = [forwards.lowest, forwards.highest].map(|end| end.map(|(survey, _)| survey));
    let shares = [0, 100, 500, 900, 999].map(|share| forwards.quantile(share));
    assert!(shares.is_sorted() && ends[0] <= Some(shares[0]) && Some(shares[4]) <= ends[1]);
}

#[cfg(feature = "author")]
fn home(name: &str) -> PathBuf {
    let home = folder("playtest", name);
    // It asks for a reading too, which a printed command has to go past.
    let base = base().replacen("\"standing\": (", "\"standing\": (read: true,", 1);
    assert!(base.contains("read: true"));
    fs::write(home.join("base.ron"), base).expect("a scenario for the test");
    home
}

#[cfg(feature = "author")]
#[test]
fn threads_change_nothing_and_the_printed_command_plays_the_line() {
    let home = home("threads");
    let args = |jobs| {
        [
            "playtest",
            "base.ron",
            "--runs",
            "5000",
            "--format",
            "json",
            "--jobs",
            jobs,
            "--bot",
            "Mine=Own,Fix",
        ]
    };
    let one = satisfactometer(&home, &args("1")).stdout;
    let three = satisfactometer(&home, &args("3")).stdout;
    assert_eq!(one, three);
    let report: Value = serde_json::from_slice(&one).expect("it prints JSON");
    let report = &report[0];
    let characters = report["characters"].as_array().expect("characters");
    let n_runs: u64 = characters.iter().filter_map(|c| c["runs"].as_u64()).sum();
    assert_eq!(n_runs, 5000);
    assert!(characters.iter().any(|c| c["name"] == "Mine"));

    let mut commands = vec![&report["best"], &report["worst"]];
    commands.retain(|line| line["command"].is_string());
    assert_eq!(commands.len(), 2);
    for line in commands {
        let command = line["command"].as_str().expect("a command");
        let played = run_printed(&home, command);
        let text = String::from_utf8(played.stdout).expect("it prints text");
        let survey = line["survey"].as_i64().expect("a survey");
        let words = format!(
            "Satisfaction {:>5}",
            format!("{}.{}", survey / 10, survey % 10)
        );
        assert!(text.contains(&words), "{command}\nlacks {words}:\n{text}");
    }
}

/// A reply that says and does what another one does, and worse.
#[cfg(feature = "author")]
#[test]
fn a_reply_that_another_one_always_beats_is_named_with_it() {
    let home = home("dominated");
    let twin = r#""no-screw": (say: "A new screw, or none at all. We shall see, later.", acts: [ShortAnswer], then: "shrug"),
                "credit": ("#;
    let text = base().replace("\"credit\": (", twin);
    fs::write(home.join("base.ron"), text).expect("it can be written");
    let args = ["playtest", "base.ron", "--runs", "500", "--format", "json"];
    let report = satisfactometer(&home, &args).stdout;
    let report: Value = serde_json::from_slice(&report).expect("it prints JSON");
    let findings = report[0]["findings"].as_array().expect("findings");
    let found = findings.iter().find(|found| {
        let what = found["what"].as_str().unwrap_or_default();
        found["code"] == "dominated" && what.starts_with("\"no-screw\" in \"remedy\"")
    });
    let found = found.unwrap_or_else(|| panic!("it is not found: {findings:#?}"));
    assert!(found["shown_by"].is_string());
    let what = found["what"].as_str().expect("a sentence");
    assert!(
        ["new-screw", "by-noon"]
            .iter()
            .any(|better| what.contains(better)),
        "{what}"
    );
}

/// What a playtest of this text finds: code and sentence of each finding.
#[cfg(feature = "author")]
fn findings(name: &str, text: &str) -> Vec<(String, String)> {
    let home = home(name);
    fs::write(home.join("base.ron"), text).expect("it can be written");
    let args = ["playtest", "base.ron", "--runs", "200", "--format", "json"];
    let report: Value = serde_json::from_slice(&satisfactometer(&home, &args).stdout)
        .unwrap_or_else(|why| panic!("{name}: no JSON: {why}"));
    let found = report[0]["findings"].as_array().expect("findings");
    let word = |found: &Value, field: &str| found[field].as_str().unwrap_or_default().to_owned();
    found
        .iter()
        .map(|found| (word(found, "code"), word(found, "what")))
        .collect()
}

/// The base scenario with other replies in its last beat.
#[cfg(feature = "author")]
fn with_remedies(says: &str, replies: &str) -> String {
    let text = base();
    let before = text.find("\"remedy\": (").expect("it is there");
    let after = text.find("    endings: {").expect("it is there");
    format!(
        "{}\"remedy\": (says: [{says}], replies: {{ {replies} }}),\n    }},\n{}",
        &text[..before],
        &text[after..]
    )
}

#[cfg(feature = "author")]
const MEND: &str =
    r#""mend": (say: "A new screw and glue, while you wait for it.", acts: [Fix], then: "kept"),"#;
#[cfg(feature = "author")]
const REFUSE: &str = r#""never": (say: "There is nothing that can be done about it.", acts: [RefuseFlat], then: "shrug"),"#;

#[cfg(feature = "author")]
#[test]
fn always_best_is_what_needs_no_look_at_the_customer() {
    let asks = r#"(ask: "And what will you do about it?")"#;
    let glue = r#""glue": (say: "Some glue and a new screw, while you wait.", acts: [Fix], then: "kept"),"#;
    let wish = r#""wish": (say: "What would have to happen now for you?", acts: [AskSatisfy], if: [Not(Did(AskSatisfy))], then: "remedy"),"#;
    for (name, says, replies, expected) in [
        // The one good reply there is.
        ("one", asks, [MEND, REFUSE].concat(), vec!["mend"]),
        // Two that do the same: nothing hangs on the choice.
        ("two", asks, [MEND, glue, REFUSE].concat(), vec![]),
        // After a threat nothing is to be weighed.
        (
            "threat",
            r#"(threat: "I will break that door down.")"#,
            [MEND, REFUSE].concat(),
            vec![],
        ),
        // A question after which the same choice is still to be made takes nothing away.
        ("wish", asks, [MEND, glue, REFUSE, wish].concat(), vec![]),
    ] {
        let found = findings(&format!("always-{name}"), &with_remedies(says, &replies));
        let always: Vec<_> = found
            .iter()
            .filter(|(code, what)| code == "always-best" && what.contains("in \"remedy\""))
            .filter_map(|(_, what)| what.split('"').nth(1))
            .collect();
        assert_eq!(always, expected, "{name}: {found:#?}");
    }
}

/// A line that was drawn before a threat answers nothing, so nothing is to be weighed
/// after it all the same.
#[cfg(feature = "author")]
#[test]
fn after_a_threat_nothing_is_always_best_whatever_was_drawn_before_it() {
    let threat = r#"(threat: "I will break that door down.")"#;
    let text = with_remedies(threat, &[MEND, REFUSE].concat());
    let (before, remedy) = text.split_once("\"remedy\": (").expect("it is there");
    let drawn = before.replace("acts: [", "acts: [Boundary, ");
    let found = findings("always-drawn", &format!("{drawn}\"remedy\": ({remedy}"));
    let always =
        |(code, what): &&(String, String)| code == "always-best" && what.contains("in \"remedy\"");
    assert_eq!(found.iter().find(always), None, "{found:#?}");
}

/// A principle that can only be gone against was promised to nobody.
#[cfg(feature = "author")]
#[test]
fn a_principle_is_unearned_only_where_it_could_be_earned() {
    let provoked = base().replace(
        r#"(provoke: "Do you take me for a fool?", if: [Did(Assume)])"#,
        r#"(provoke: "Do you take me for a fool?")"#,
    );
    let boundary = provoked
        .find("                \"manners\": (")
        .expect("it is there");
    let next = provoked
        .find("                \"no\": (")
        .expect("it is there");
    let beg = "                \"beg\": (say: \"I beg you, I do, only do not be cross with me.\", acts: [Grovel], then: \"remedy\"),\n";
    let only_broken = format!("{}{beg}{}", &provoked[..boundary], &provoked[next..]);
    let found = findings("only-broken", &only_broken);
    let unearned = found
        .iter()
        .find(|(code, what)| code == "unearned-principle" && what.contains("Limits"));
    assert_eq!(unearned, None, "{found:#?}");
}

#[cfg(feature = "author")]
#[test]
fn the_page_holds_everything_and_a_wrong_bot_is_told() {
    let home = home("page");
    let done = satisfactometer(
        &home,
        &[
            "playtest",
            "base.ron",
            "--runs",
            "500",
            "--html",
            "page.html",
        ],
    );
    assert!(matches!(done.status.code(), Some(0 | 1)));
    let page = fs::read_to_string(home.join("page.html")).expect("a page");
    assert!(page.matches("<svg").count() >= 3, "charts");
    for needed in ["The hinge again", "Doormat", "Point of no return"] {
        assert!(page.contains(needed), "{needed}");
    }
    for outside in ["src=", "<link", "<script"] {
        assert!(
            !page.contains(outside),
            "the page needs nothing beside it: {outside}"
        );
    }
    let wrong = satisfactometer(&home, &["playtest", "base.ron", "--bot", "Mine=Hug"]);
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.contains("`Hug`"), "{said}");
    // Whoever is called like one of the roster would be taken for it.
    for name in ["parrot=Own", " =Own"] {
        let taken = satisfactometer(&home, &["playtest", "base.ron", "--bot", name]);
        assert_eq!(taken.status.code(), Some(2), "{name}");
        let said = String::from_utf8_lossy(&taken.stderr).into_owned();
        assert!(said.contains("a name of its own"), "{said}");
    }
}

#[cfg(feature = "author")]
#[test]
fn what_teaches_to_write_has_nothing_to_complain_about() {
    let home = folder("playtest", "taught");
    assert!(satisfactometer(&home, &["new", "fresh"]).status.success());
    let last = satisfactometer(&home, &["guide", "--step", "7"]).stdout;
    fs::write(home.join("wet-keyboard.ron"), last).expect("the last step of the guide");
    for file in ["fresh.ron", "wet-keyboard.ron"] {
        let played = satisfactometer(&home, &["playtest", file, "--runs", "5000"]);
        let text = String::from_utf8(played.stdout).expect("it prints text");
        assert!(text.contains("\nnothing to complain about\n"), "{text}");
        let held = satisfactometer(&home, &["check", "--expect", file]);
        assert!(held.status.success(), "{file}");
    }
}
