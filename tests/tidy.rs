//! The walls of the house: who may use what. A wall that falls shows here.

use std::fs;
use std::path::{Path, PathBuf};

fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut todo = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = todo.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let text = fs::read_to_string(&path).expect("source files are text");
                files.push((path, text));
            }
        }
    }
    assert!(!files.is_empty(), "there are sources in {folder}");
    files
}

/// The first segment of every path that a `use` line names.
fn used_roots(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim_start)
        .filter_map(|line| {
            line.strip_prefix("pub use ")
                .or_else(|| line.strip_prefix("use "))
        })
        .map(|path| {
            path.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

#[test]
fn the_engine_uses_its_short_list_and_nothing_else() {
    let allowed = [
        "std",
        "core",
        "crate",
        "super",
        "self",
        "serde",
        "serde_json",
        "ron",
        "rand",
        "rand_pcg",
        "blake3",
        "strsim",
    ];
    // Written in two halves so that this file does not trip over itself.
    let banned = [
        "std::fs",
        "std::io",
        "std::net",
        "std::time",
        "std::thread",
        "std::env",
        "HashMap",
        "HashSet",
        "SystemTime",
        "f32",
        "f64",
        "println!",
        "eprintln!",
        "todo!",
        "unimplemented!",
    ];
    for (path, text) in rust_files("src/engine") {
        for root in used_roots(&text) {
            // A lower-case module of the same folder is fine; crates are what matters.
            let module = path.parent().is_some_and(|folder| {
                folder.join(format!("{root}.rs")).exists() || folder.join(&root).is_dir()
            });
            let enum_of_own = root.starts_with(char::is_uppercase);
            assert!(
                allowed.contains(&root.as_str()) || module || enum_of_own,
                "{}: the engine does not use `{root}`",
                path.display()
            );
        }
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        // It is handed whatever JSON there is, and only writes it down.
        let writes_numbers = path.ends_with("canonical.rs");
        for word in banned {
            if writes_numbers && ["f32", "f64"].contains(&word) {
                continue;
            }
            assert!(
                !has_word(&code, word),
                "{}: the engine does without `{word}`",
                path.display()
            );
        }
    }
}

fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !part(before) && !part(after)
    })
}

#[test]
fn only_the_game_knows_the_window() {
    for folder in ["src/portrait", "src/desk", "src/author", "src/classroom"] {
        for (path, text) in rust_files(folder) {
            let roots = used_roots(&text);
            assert!(
                !roots.iter().any(|root| root == "bevy"),
                "{}: Bevy belongs to the game",
                path.display()
            );
            assert!(
                !has_word(&text, "crate::game"),
                "{}: nothing calls the game",
                path.display()
            );
        }
    }
}

#[test]
fn gauges_stay_behind_the_percept() {
    // Window and terminal draw from percepts; the hidden state is for debrief and report
    // alone, and for the author's bench.
    let hidden = ["Gauge::", ".gauges", ".gauge(", "satisfaction(", ".first()"];
    let may = ["debrief", "report_text", "text_play", "game/bench"];
    for folder in ["src/game", "src/desk"] {
        for (path, text) in rust_files(folder) {
            let shown = path.to_string_lossy().replace('\\', "/");
            if may.iter().any(|name| shown.contains(name)) {
                continue;
            }
            for word in &hidden[..4] {
                assert!(
                    !text.contains(word),
                    "{shown}: `{word}` is hidden from the trainee"
                );
            }
        }
    }
}

#[test]
fn the_talk_on_screen_draws_from_what_there_is_to_perceive() {
    // Wherever a run is played, it is shown by the same code; the session is for the
    // run's file alone.
    let may = ["keep.rs", "step.rs", "asked.rs", "stage.rs"];
    for (path, text) in rust_files("src/game/encounter") {
        let shown = path.to_string_lossy();
        if may.iter().any(|name| shown.ends_with(name)) {
            continue;
        }
        for word in ["session", "Scenario"] {
            assert!(
                !has_word(&text, word),
                "{shown}: a talk is shown without `{word}`"
            );
        }
    }
}

#[test]
fn every_shipped_scenario_is_built_in() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/desk/library.rs");
    let library = fs::read_to_string(library).expect("the library is there");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for entry in fs::read_dir(folder).expect("there are scenarios") {
        let name = entry
            .expect("the folder can be read")
            .file_name()
            .to_string_lossy()
            .into_owned();
        assert!(
            library.contains(&format!("scenarios/{name}")),
            "{name} is not in `BUILT_IN`"
        );
    }
}

#[test]
fn files_open_with_what_they_are_for() {
    for folder in ["src", "tests", "benches"] {
        for (path, text) in rust_files(folder) {
            assert!(
                text.starts_with("//!"),
                "{} does not say what it is for",
                path.display()
            );
        }
    }
}

#[test]
fn the_scenario_of_the_readme_is_sound() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("there is a README");
    let sample = readme
        .split("```ron\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let sample = sample.expect("the README shows a scenario");
    let loaded = engine::load::load(
        "lost-photos.ron",
        sample.as_bytes(),
        &engine::rules::Rules::current(),
    );
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings.list);
    assert!(loaded.scenario.is_some());
}

#[test]
fn the_house_of_the_readme_is_sound() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("there is a README");
    let sample = readme
        .split("```ron\n")
        .nth(2)
        .and_then(|rest| rest.split("```").next());
    let loaded = engine::load::house::load_house(sample.expect("it shows a house").as_bytes());
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings.list);
    let house = loaded.house.expect("it can be used");
    assert_eq!(house.money(20), "£20");
}
