//! What authors expect of a scenario: read with every mistake named, put to the
//! test by playing, and answered with a run that shows it. The shipped scenarios
//! hold what their authors expect.

mod common;

use common::{base, shipped};
use engine::load::{Loaded, load};
use engine::rules::Rules;

/// The base scenario with these bots and expectations.
fn expecting(bots: &str, expect: &str) -> String {
    let text = base();
    let end = text.rfind(')').expect("it ends");
    format!(
        "{}    bots: {{ {bots} }},\n    expect: [\n        {expect},\n    ],\n)\n",
        &text[..end]
    )
}

fn loaded(bots: &str, expect: &str) -> Loaded {
    load(
        "base.ron",
        expecting(bots, expect).as_bytes(),
        &Rules::current(),
    )
}

#[test]
fn every_expectation_is_read_and_moves_no_hash() {
    let expect = r#"Bot(Parrot, Fails), Bot("mine", Passes), Bot(Expert, Ends("kept")),
        Reachable("kept"), Line(["how-came", "see-now", "new-screw"], "kept"),
        BestLineUses(Own), BestLineVisits("standing"), BestLineSays("remedy", "by-noon"),
        ChanceBelow(5)"#;
    let with = loaded(r#""mine": [Own, Fix]"#, expect);
    assert_eq!(with.findings.list, []);
    let with = with.scenario.expect("it plays");
    assert_eq!(with.written().expect.len(), 9);
    assert_eq!(with.written().bots.len(), 1);
    let without = load("base.ron", base().as_bytes(), &Rules::current());
    let without = without.scenario.expect("it plays");
    assert_eq!(with.content(), without.content());
    assert_eq!(with.mechanics(), without.mechanics());
}

#[test]
fn every_mistake_is_named_where_it_stands() {
    let mine = r#""mine": [Own]"#;
    for (bots, expect, code, words) in [
        (mine, "Bot(Parot, Fails)", "unknown-word", "Parrot"),
        (mine, r#"Bot("mein", Fails)"#, "missing-target", "mine"),
        (mine, "Bot(Parrot, Fail)", "unknown-word", "Fails"),
        (mine, "Bot(Parrot, 3)", "wrong-kind", "Ends"),
        (mine, "Bot(Parrot, Ends())", "wrong-count", "Ends"),
        (
            mine,
            r#"Bot(Parrot, Ends("kep"))"#,
            "missing-target",
            "kept",
        ),
        (mine, "Bot(Parrot)", "wrong-count", "2 values"),
        (
            mine,
            r#"Reachabel("kept")"#,
            "unknown-word",
            "did you mean `Reachable`",
        ),
        (
            mine,
            r#"Reachable("arrival")"#,
            "missing-target",
            "no ending",
        ),
        (mine, "7", "wrong-kind", "BestLineUses"),
        (mine, r#"Line([], "kept")"#, "too-few", "needs a reply"),
        (
            mine,
            r#"Line(["how-cam"], "kept")"#,
            "missing-target",
            "how-came",
        ),
        (
            mine,
            r#"Line(["how-came", "new-screw"], "kept")"#,
            "missing-target",
            "\"standing\"",
        ),
        (
            mine,
            r#"Line(["how-came", "see-now", "new-screw", "no"], "kept")"#,
            "missing-target",
            "over",
        ),
        (mine, "BestLineUses(Sorry)", "unknown-word", "act"),
        (
            mine,
            r#"BestLineVisits("standin")"#,
            "missing-target",
            "standing",
        ),
        (
            mine,
            r#"BestLineSays("standing", "new-screw")"#,
            "missing-target",
            "in the beat \"standing\"",
        ),
        (mine, "ChanceBelow(0)", "out-of-range", "1"),
        (mine, "ChanceBelow(101)", "out-of-range", "100"),
        (
            r#""mine": []"#,
            "ChanceBelow(5)",
            "too-few",
            "prefers nothing",
        ),
        (r#""mine": [Owm]"#, "ChanceBelow(5)", "unknown-word", "Own"),
        (r#""Mine": [Own]"#, "ChanceBelow(5)", "bad-key", "Mine"),
    ] {
        let loaded = loaded(bots, expect);
        let [found] = loaded.findings.list.as_slice() else {
            panic!(
                "{bots} {expect}: not one finding: {:#?}",
                loaded.findings.list
            );
        };
        let said = format!("{} {}", found.message, found.hints.join(" "));
        assert_eq!(found.code, code, "{expect}: {said}");
        assert!(said.contains(words), "{expect}: {said}");
        let line = loaded.source.position(found.span.start).line;
        let text = expecting(bots, expect);
        let at = text.lines().nth(line - 1).expect("the line is there");
        let meant = if at.contains("bots:") { bots } else { expect };
        assert!(at.contains(meant), "{expect}: reported at {at}");
    }
}

#[test]
fn every_shipped_scenario_expects_something() {
    for (name, text) in shipped() {
        let loaded = load(&name, text.as_bytes(), &Rules::current());
        let scenario = loaded.scenario.expect("it plays");
        assert!(scenario.written().expect.len() >= 10, "{name}");
        assert!(!scenario.written().bots.is_empty(), "{name}");
    }
}

#[cfg(feature = "author")]
mod played {
    use std::fs;
    use std::path::Path;

    use super::common::{folder, path, run_printed, satisfactometer};
    use super::*;
    use serde_json::Value;

    fn check(home: &Path, args: &[&str]) -> (Option<i32>, String) {
        let args = [&["check", "--expect"], args].concat();
        let done = satisfactometer(home, &args);
        let text = String::from_utf8(done.stdout).expect("it prints text");
        (done.status.code(), text)
    }

    #[test]
    fn the_shipped_scenarios_hold_what_is_expected_of_them() {
        let home = folder("expect", "shipped");
        let scenarios = path("scenarios");
        let (code, text) = check(&home, &[scenarios.to_str().expect("a plain path")]);
        assert_eq!(code, Some(0), "{text}");
        let n = text.matches(": holds: ").count();
        assert!(
            n >= 40 && text.ends_with(&format!("all {n} expectations hold\n")),
            "{text}"
        );
    }

    #[test]
    fn so_do_the_new_one_and_the_one_of_the_guide() {
        let home = folder("expect", "new");
        satisfactometer(&home, &["new", "my-first"]);
        let step = satisfactometer(&home, &["guide", "--step", "6"]);
        fs::write(home.join("wet-keyboard.ron"), step.stdout).expect("it can be written");
        let (code, text) = check(&home, &["my-first.ron", "wet-keyboard.ron"]);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.ends_with("all 10 expectations hold\n"), "{text}");
    }

    /// What does not hold is a warning with its place; the command plays a run that shows it.
    #[test]
    fn what_does_not_hold_is_shown_by_a_run() {
        let home = folder("expect", "unmet");
        let kept = "with a wreath for the counter";
        for (expect, found, shown) in [
            (
                "Bot(Shouter, Passes)",
                "Shouter passes with 0 of 12",
                "Result: not yet",
            ),
            (
                "Bot(Shouter, Ends(\"kept\"))",
                "\"walks\" with",
                "it will have to do",
            ),
            ("Bot(\"mine\", Ends(\"walks\"))", "mine comes to", kept),
            (
                "Line([\"dropped\", \"no\"], \"shrug\")",
                "it ends with \"walks\"",
                "You hear her on the phone outside",
            ),
            (
                "Line([\"dropped\", \"manners\"], \"kept\")",
                "goes on in \"remedy\"",
                "I ask for a calmer word",
            ),
            (
                "Line([\"dropped\", \"manners\", \"new-screw\"], \"walks\")",
                "ends with \"kept\"",
                kept,
            ),
            (
                "BestLineUses(Assume)",
                "does Assume with 0 of 12",
                "Result: passed",
            ),
            (
                "BestLineSays(\"remedy\", \"credit\")",
                "with whom it comes",
                "Result: passed",
            ),
            ("ChanceBelow(1)", "runs by chance pass", "Result: passed"),
        ] {
            let text = expecting("\"mine\": [Reiterate, NextStep, Fix, AskOpen]", expect);
            fs::write(home.join("base.ron"), &text).expect("it can be written");
            let (code, said) = check(&home, &["base.ron"]);
            assert_eq!(code, Some(1), "{expect}\n{said}");
            let line = 1 + text
                .lines()
                .position(|line| line.contains(expect))
                .expect("it stands there");
            let head = format!("base.ron:{line}:9: warning: this does not hold: ");
            assert!(said.starts_with(&head), "{expect}\n{said}");
            assert!(said.contains(found), "{expect}\n{said}");
            assert!(said.ends_with("0 of 1 expectations hold\n"), "{said}");
            let (_, command) = said
                .split_once("to see it: ")
                .unwrap_or_else(|| panic!("{expect} has no run: {said}"));
            let command = command.lines().next().expect("it is a line");
            let played = run_printed(&home, command);
            let played = String::from_utf8(played.stdout).expect("it prints text");
            let played: Vec<_> = played.split_whitespace().collect();
            assert!(
                played.join(" ").contains(shown),
                "{command}\nlacks {shown}: {}",
                played.join(" ")
            );
        }
    }

    #[test]
    fn programs_read_it_and_own_bots_play() {
        let home = folder("expect", "json");
        let text = expecting(
            "\"mine\": [Own, Fix]",
            "Reachable(\"kept\"),\n        BestLineUses(Insult)",
        );
        fs::write(home.join("base.ron"), text).expect("it can be written");
        let (code, json) = check(&home, &["base.ron", "--format", "json"]);
        assert_eq!(code, Some(1));
        let report: Value = serde_json::from_str(&json).expect("it prints JSON");
        let rows = report["expectations"].as_array().expect("a list");
        let holds: Vec<_> = rows.iter().map(|row| row["holds"].as_bool()).collect();
        assert_eq!(holds, [Some(true), Some(false)]);
        assert_eq!(rows[0]["expectation"], "Reachable(\"kept\")");
        assert!(rows.iter().all(|row| row["command"].is_string()), "{json}");
        assert_eq!(report["findings"][0]["code"], "unmet-expectation");

        let args = ["playtest", "base.ron", "--runs", "500", "--format", "json"];
        let report: Value = serde_json::from_slice(&satisfactometer(&home, &args).stdout)
            .expect("the playtest prints JSON");
        let players = report[0]["characters"].as_array().expect("characters");
        assert!(players.iter().any(|who| who["name"] == "mine"), "{report}");
        let silent = check(
            &home,
            &[path("tests/data/check/base.ron")
                .to_str()
                .expect("a plain path")],
        );
        assert!(silent.1.contains("nothing is expected yet"), "{}", silent.1);
        let broken = expecting("\"mine\": [Owm]", "Reachable(\"kept\")");
        fs::write(home.join("base.ron"), broken).expect("it can be written");
        let (code, said) = check(&home, &["base.ron"]);
        assert_eq!(code, Some(1));
        assert!(
            said.ends_with("a file with errors does not play\n"),
            "{said}"
        );
    }
}
