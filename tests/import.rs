//! Bringing stories along: what comes of one of each kind, as it is written, and
//! what is said of files that are none. Hostile ones are tried where they are read.
#![cfg(feature = "author")]

mod common;

use std::fs;
use std::io::Write;
use std::path::Path;

use common::{folder, path, satisfactometer};
use engine::load::load;
use engine::rules::Rules;

/// Exit code, what it prints, and what it complains of.
fn run(home: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let done = satisfactometer(home, args);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
    (done.status.code(), text(done.stdout), text(done.stderr))
}

/// A file of the test data; an archive is put together from its parts.
fn original(home: &Path, name: &str) {
    let data = path("tests/data/import");
    let Some(stem) = name.strip_suffix(".h5p") else {
        fs::copy(data.join(name), home.join(name)).expect("it can be copied");
        return;
    };
    let file = fs::File::create(home.join(name)).expect("a file");
    let mut zip = zip::ZipWriter::new(file);
    for (inside, part) in [
        ("h5p.json", "h5p.json"),
        ("content/content.json", "content.json"),
    ] {
        let bytes = fs::read(data.join(format!("{stem}.{part}"))).expect("a part of it");
        zip.start_file(inside, zip::write::SimpleFileOptions::default())
            .expect("a file of it");
        zip.write_all(&bytes).expect("it is written");
    }
    zip.finish().expect("an archive");
}

#[test]
fn one_of_each_kind_becomes_the_scenario_beside_it() {
    for name in ["cracked-screen.twee", "round-and-round.html", "printer.h5p"] {
        let home = folder("import", name);
        original(&home, name);
        let (code, said, complaint) = run(&home, &["import", name]);
        assert_eq!(code, Some(1), "not all of it is carried: {complaint}");
        assert!(said.contains("plays as it stands"), "{said}");
        let (stem, _) = name.split_once('.').expect("it has an extension");
        let file = format!("{stem}.ron");
        let text = fs::read_to_string(home.join(&file)).expect("it is written");
        let expected = path("tests/data/import").join(&file);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expected, &text).expect("it can be written");
        }
        let expected = fs::read_to_string(&expected).expect("what is expected");
        assert_eq!(text, expected, "{file}");
        let loaded = load(&file, text.as_bytes(), &Rules::current());
        assert!(loaded.scenario.is_some());
        // What is not carried is said, and stands in the file.
        let lost: Vec<_> = said.lines().filter_map(|l| l.strip_prefix("- ")).collect();
        assert!(!lost.is_empty());
        for lost in lost {
            assert!(text.contains(&format!("//   {lost}")), "{lost}");
        }
        let keys = "\n1\n".repeat(60).replace('\n', ";");
        let play = [
            "--scenarios",
            ".",
            "play",
            stem,
            "--text",
            "--seed",
            "7Q2FM9KD",
            "--keys",
            &keys,
        ];
        let (code, played, complaint) = run(&home, &play);
        assert_eq!(code, Some(0), "{complaint}");
        assert!(played.contains("Satisfaction"), "{played}");
    }
}

#[test]
fn the_words_of_the_original_are_there() {
    let home = folder("import", "words");
    original(&home, "printer.h5p");
    run(&home, &["import", "printer.h5p"]);
    let text = fs::read_to_string(home.join("printer.ron")).expect("it is written");
    for words in [
        "title: \"The printer that shouts\"",
        "A Monday at the shop. A woman carries a printer in.",
        "What are you going to do?",
        "say: \"Have you tried turning it off and on again?\"",
        "// feedback: Too early: she has hardly begun.",
        "scene: \"She leaves. The beeping goes down the street with her.\"",
        "scene: \"That was it. The printer is quiet.\"",
        "FILL IN the acts",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    original(&home, "round-and-round.html");
    run(&home, &["import", "round-and-round.html"]);
    let text = fs::read_to_string(home.join("round-and-round.ron")).expect("it is written");
    for words in [
        "title: \"Round & round\"",
        "opening: \"desk\"",
        "say: \"Thank you for waiting.\", acts: [ShortAnswer], then: \"desk\"",
        "(note: it is the green one.)",
        "folded in four",
        "// ADDED: from here no end was to be reached",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(
        !text.contains("pid='9'"),
        "the engine behind it is not read"
    );
}

#[test]
fn all_is_carried_where_there_is_nothing_to_lose() {
    let home = folder("import", "whole");
    let story = ":: Start\nWhere is my part?\n\n[[It is late, and nobody rang you.->End]]\n[[Which part would that be?->End]]\n\n:: End\nHe nods.\n";
    fs::write(home.join("Late part!.twee"), story).expect("it can be written");
    let (code, said, _) = run(&home, &["import", "Late part!.twee"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("./late-part.ron is written"), "{said}");
    let (code, said, _) = run(&home, &["check", "late-part.ron"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn nothing_is_written_over_and_mistakes_are_said() {
    let home = folder("import", "mistakes");
    original(&home, "cracked-screen.twee");
    let (code, ..) = run(&home, &["import", "cracked-screen.twee", "--id", "mine"]);
    assert_eq!(code, Some(1));
    let before = fs::read(home.join("mine.ron")).expect("it is written");
    let (code, _, why) = run(&home, &["import", "cracked-screen.twee", "--id", "mine"]);
    assert_eq!(code, Some(2));
    assert!(why.contains("is there already"), "{why}");
    assert_eq!(fs::read(home.join("mine.ron")).expect("it stays"), before);

    fs::write(home.join("empty.html"), "").expect("an empty file");
    fs::write(home.join("note.txt"), "Buy milk.").expect("a note");
    fs::write(home.join("latin.twee"), b":: Caf\xE9\n[[a]]").expect("another encoding");
    fs::write(home.join("end.twee"), ":: Start\nNothing to choose.\n").expect("an end");
    fs::write(home.join("broken.h5p"), b"PK\x03\x04 broken").expect("a broken archive");
    let huge = fs::File::create(home.join("huge.twee")).expect("a file");
    huge.set_len(1 << 30).expect("a gibibyte of nothing");
    drop(huge);
    for (file, id, words) in [
        ("empty.html", "x", "it is none of"),
        ("note.txt", "x", "Twee 3"),
        ("latin.twee", "x", "no UTF-8 text"),
        ("end.twee", "x", "nothing to choose"),
        ("broken.h5p", "x", "no sound archive"),
        ("huge.twee", "x", "larger than 8 MiB"),
        ("nowhere.twee", "x", "cannot read nowhere.twee"),
        (".", "x", "not a regular file"),
        ("/dev/zero", "x", "not a regular file"),
        ("cracked-screen.twee", "../up", "cannot be the name"),
        ("cracked-screen.twee", "Mine", "cannot be the name"),
        ("cracked-screen.twee", "house", "house's own rules"),
    ] {
        let (code, said, why) = run(&home, &["import", file, "--id", id]);
        assert_eq!(code, Some(2), "{file}: {said}");
        assert!(why.contains(words), "{file}: {why}");
        assert!(!home.join("x.ron").exists(), "{file}");
    }
    fs::remove_file(home.join("huge.twee")).expect("it is gone again");
}
