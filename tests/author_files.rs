//! Files that are large, odd or named wrongly, at the commands for authors: each is
//! told for what it is, and none is written over.

mod common;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::{base, satisfactometer};

/// A folder of its own for one test, with this text as `NAME.ron`.
fn home(test: &str, name: &str, text: &str) -> PathBuf {
    let home = common::folder("author-files", test);
    fs::write(home.join(format!("{name}.ron")), text).expect("a file");
    home
}

/// The exit code, and all that was said.
fn run(home: &Path, args: &[&str]) -> (Option<i32>, String) {
    let done = satisfactometer(home, args);
    let said = [done.stdout, done.stderr].concat();
    (
        done.status.code(),
        String::from_utf8(said).expect("it prints text"),
    )
}

/// A chain of beats, each with the same two replies, and so many endings.
fn chain(id: &str, n_beats: usize, n_endings: usize, say: &str) -> String {
    let mut beats = String::new();
    for n in 0..n_beats {
        let next = match n + 1 {
            next if next < n_beats => format!("b{next}"),
            _ => "e00".to_owned(),
        };
        let end = n % n_endings;
        writeln!(
            beats,
            r#""b{n}": (says: [(tell: "Hm.")], replies: {{
                "on": (say: "{say}", acts: [Reiterate], then: "{next}"),
                "off": (say: "{say}", acts: [Rush], then: "e{end:02}"),
            }}),"#
        )
        .expect("a string takes all");
    }
    let endings: String = (0..n_endings)
        .map(|n| format!("\"e{n:02}\": (scene: \"Scene {n}.\", outcome: Kept),"))
        .collect();
    format!(
        r#"(format: 1, id: "{id}", title: "Long", place: Counter, brief: "Long.",
        customer: (name: "Ana Bright", look: "student", trade: "photography"),
        start: (story: 1), opening: "b0", walk_out: "e00",
        beats: {{ {beats} }}, endings: {{ {endings} }})"#
    )
}

#[test]
fn more_warnings_than_are_shown_are_warnings() {
    let file = chain("many", 30, 1, "I'm so sorry about that.");
    let (code, said) = run(&home("many", "many", &file), &["check", "many.ron"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("1 file checked: 60 warnings; it plays all the same"),
        "{said}"
    );
    // And more errors than are shown are errors.
    let broken = file.replace("acts: [Rush]", "acts: [Rushh]");
    let (_, said) = run(
        &home("worse", "worse", &broken.replace("\"many\"", "\"worse\"")),
        &["check", "worse.ron"],
    );
    assert!(said.contains("1 file checked: 30 errors, "), "{said}");
    let broken = broken.replace("acts: [Reiterate]", "acts: [Reiterat]");
    let (_, said) = run(
        &home("worst", "worst", &broken.replace("\"many\"", "\"worst\"")),
        &["check", "worst.ron"],
    );
    assert!(
        said.contains("1 file checked: 60 errors, 0 warnings"),
        "{said}"
    );
}

#[test]
fn a_playtest_of_no_runs_is_refused() {
    let home = home("no-runs", "base", &base());
    let (code, said) = run(&home, &["playtest", "base.ron", "--runs", "0"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("--runs") && !said.contains("dead-beat"),
        "{said}"
    );
}

#[test]
fn the_houses_own_rules_are_told_from_a_scenario() {
    let house = r#"(format: 1, name: "Hale", clauses: [
        (id: "a", title: "T", sentence: "S.", place: "P", breaks: [Assume])])"#;
    let home = home("house", "house", house);
    for args in [
        &["playtest", "house.ron"][..],
        &["graph", "house.ron"],
        &["print", "house.ron"],
    ] {
        let (code, said) = run(&home, args);
        assert_eq!(code, Some(2), "{args:?}: {said}");
        assert!(
            said.contains("the house's own rules and is no scenario"),
            "{args:?}: {said}"
        );
    }
    let (code, said) = run(&home, &["check", "house.ron"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn no_report_is_written_over_a_scenario_or_a_run() {
    let home = home("over", "base", &base());
    let args = ["playtest", "base.ron", "--runs", "10", "--html", "base.ron"];
    let (code, said) = run(&home, &args);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("a scenario's name"), "{said}");
    assert_eq!(fs::read_to_string(home.join("base.ron")).ok(), Some(base()));

    let played = common::typed(
        &home,
        &["play", "--text", "late-part", "--runs", "runs"],
        "q\n",
    );
    assert!(played.status.success());
    let mut files = fs::read_dir(home.join("runs")).expect("a folder");
    let file = files.next().expect("a run").expect("a file").path();
    let before = fs::read(&file).expect("it can be read");
    let name = file.to_str().expect("a name");
    let (code, said) = run(&home, &["replay", name, "--html", name]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("give the report another"), "{said}");
    assert_eq!(fs::read(&file).ok(), Some(before));
}

#[test]
fn a_thousand_beats_are_printed_in_time_and_not_drawn() {
    let home = home(
        "long",
        "long",
        &chain("long", 1_000, 31, "Well, about that thing now."),
    );
    let begun = Instant::now();
    let (code, said) = run(&home, &["print", "long.ron", "--out", "long.html"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{begun:?}");
    let page = fs::read_to_string(home.join("long.html")).expect("it is there");
    for place in [
        "→ <b>scene 1000</b>",
        "→ <b>ending Z</b>",
        "→ <b>ending AE</b>",
    ] {
        assert!(page.contains(place), "{place}");
    }
    let (code, said) = run(&home, &["graph", "long.ron"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("1031 beats and endings") && said.contains("--format dot"),
        "{said}"
    );
    let (code, said) = run(&home, &["graph", "long.ron", "--format", "dot"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("b999"));
}

#[test]
fn a_title_of_two_lines_breaks_no_line_elsewhere() {
    let text = base().replacen("The hinge again", "The hinge\\nagain", 1);
    let home = home("two-lines", "base", &text);
    let (code, said) = run(&home, &["graph", "base.ron", "--format", "mermaid"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("%% The hinge again: share of"), "{said}");
    let (_, said) = run(&home, &["list", "--scenarios", "."]);
    assert!(said.contains(" The hinge again ("), "{said}");
}

#[test]
fn what_no_picture_may_hold_is_refused() {
    let text = base().replacen("The hinge again", "The \\u{FFFE}hinge again", 1);
    let (code, said) = run(&home("no-character", "base", &text), &["check", "base.ron"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("a code that is no character (U+FFFE)"),
        "{said}"
    );
}

#[test]
fn a_name_before_fields_is_told_and_the_mended_line_plays() {
    let named = base().replacen("    customer: (", "    customer: Regular(", 1);
    let (code, said) = run(&home("named", "base", &named), &["check", "base.ron"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("the name `Regular` stands before") && said.contains("\n    customer: (\n"),
        "{said}"
    );
}

#[test]
fn a_misspelt_field_is_one_mistake() {
    let text = base().replacen("say: \"One week, and it", "saay: \"One week, and it", 1);
    let (code, said) = run(&home("misspelt", "base", &text), &["check", "base.ron"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("did you mean `say`?"), "{said}");
    assert!(
        said.contains("1 file checked: 1 error, 0 warnings"),
        "{said}"
    );
}

#[test]
fn a_text_in_single_quotes_may_begin_with_i_am() {
    let (quoted, single) = ("\"Do you take me for a fool?\"", "'I'm no fool, am I?'");
    let text = base().replacen(quoted, single, 1);
    assert_ne!(text, base());
    let (code, said) = run(&home("quotes", "base", &text), &["check", "base.ron"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("a text stands in single quotes"), "{said}");
    assert!(
        said.contains("(provoke: \"I'm no fool, am I?\", if:"),
        "{said}"
    );
}

#[test]
fn a_curly_quote_before_a_text_with_quotes_in_it_is_mended_whole() {
    let (straight, curly) = (
        "\"Do you take me for a fool?\"",
        "“He says \\\"Right\\\", and you stand there?\"",
    );
    let text = base().replacen(straight, curly, 1);
    let (code, said) = run(&home("curly", "base", &text), &["check", "base.ron"]);
    assert_eq!(code, Some(1), "{said}");
    let mended = "\"He says \\\"Right\\\", and you stand there?\"";
    assert!(said.contains(mended), "{said}");
    assert!(said.contains("1 error, "), "{said}");
    let mended = base().replacen(straight, mended, 1);
    let (code, said) = run(&home("curly", "base", &mended), &["check", "base.ron"]);
    assert_eq!(code, Some(0), "{said}");
}
