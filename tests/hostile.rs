//! Files that no author writes on purpose, and a few that somebody does: never a
//! panic, never long, always a reason; and what still loads can be played.

mod common;

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use common::{base, play_by_chance, shipped};
use engine::diagnostic::Severity;
use engine::load::{Loaded, load};
use engine::rules::Rules;
use proptest::prelude::*;

/// What takes this long is not slow on a busy machine but worse than linear: the
/// benches tell how fast it is.
const HANG: Duration = Duration::from_secs(20);

/// Loads, holds the promises that hold for every file, and plays what loads.
fn loaded(name: &str, bytes: &[u8]) -> Loaded {
    let begun = Instant::now();
    let mut loaded = load(name, bytes, &Rules::current());
    let took = begun.elapsed();
    assert!(took < HANG, "{name} of {} bytes took {took:?}", bytes.len());
    let findings = &loaded.findings;
    assert!(findings.list.len() <= 50);
    assert_eq!(
        findings.has_errors(),
        loaded.scenario.is_none(),
        "{:?}",
        findings.list
    );
    let mut last = 0;
    for finding in &findings.list {
        let text = loaded.source.text();
        assert!(
            finding.span.start <= finding.span.end && finding.span.end <= text.len(),
            "{finding:?}"
        );
        assert!(
            text.is_char_boundary(finding.span.start) && finding.span.start >= last,
            "{finding:?}"
        );
        last = finding.span.start;
        assert!(
            !finding.message.is_empty() && !finding.message.contains('\n'),
            "{finding:?}"
        );
        assert_ne!(
            finding.code, "unplayable",
            "the checker has a rule and a place for everything: {finding:?}"
        );
    }
    if let Some(scenario) = loaded.scenario.take() {
        let scenario = Arc::new(scenario);
        (0..3).for_each(|seed| drop(play_by_chance(&scenario, seed, |_| {})));
    }
    loaded
}

fn first_code(bytes: &[u8]) -> (usize, usize, &'static str) {
    let loaded = loaded("base.ron", bytes);
    let first = loaded
        .findings
        .list
        .first()
        .expect("there is something to find");
    let at = loaded.source.position(first.span.start);
    (at.line, at.column, first.code)
}

#[test]
fn files_without_a_scenario() {
    for nothing in [
        "",
        " ",
        "\n\r\n\t ",
        "// a comment",
        "/* a comment */\n",
        "\u{FEFF}",
        "\u{FEFF} \n",
    ] {
        assert_eq!(
            first_code(nothing.as_bytes()),
            (1, 1, "empty-file"),
            "{nothing:?}"
        );
    }
    for nothing in [
        "()",
        "[]",
        "{}",
        "0",
        "\"\"",
        "None",
        "(format: 1)",
        "Scenario()",
        "null",
        "<html>",
        "{\"format\": 1}",
    ] {
        first_code(nothing.as_bytes());
    }
}

#[test]
fn bytes_that_are_not_utf_8() {
    let text = base();
    assert!(
        loaded("base.ron", format!("\u{FEFF}{text}").as_bytes())
            .findings
            .is_empty()
    );
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
    for utf_16 in [
        little.clone(),
        big.clone(),
        [b"\xFF\xFE", little.as_slice()].concat(),
        [b"\xFE\xFF", big.as_slice()].concat(),
    ] {
        assert_eq!(first_code(&utf_16), (1, 1, "utf-16"));
    }
    let at = text.find("The hinge again").expect("it has a title");
    let broken = [&text.as_bytes()[..at], b"caf\xE9 ", &text.as_bytes()[at..]].concat();
    let loaded = loaded("base.ron", &broken);
    let first = &loaded.findings.list[0];
    assert_eq!(
        (loaded.source.position(first.span.start).line, first.code),
        (6, "not-utf-8")
    );
    assert!(
        first.message.contains(&format!("byte {}", at + 3)),
        "{}",
        first.message
    );
    first_code(&[0xFF; 1000]);
    first_code(&[0; 1000]);
    first_code(b"\xC3");
}

#[test]
fn a_lone_carriage_return_ends_a_line_too() {
    for end in ["\r", "\r\n", "\n"] {
        let text = base()
            .replace("temper: High", "tempr: High")
            .replace('\n', end);
        assert_eq!(
            first_code(text.as_bytes()),
            (14, 9, "unknown-field"),
            "{end:?}"
        );
    }
}

#[test]
fn a_mebibyte_of_anything_is_read_without_a_hang() {
    let repeated = |piece: &str| piece.repeat((1 << 20) / piece.len());
    for piece in [
        "[",
        "(",
        "{",
        "\"",
        "(),",
        "[(),",
        "a",
        "/*",
        "1",
        "\\",
        "a:",
        "é",
        "\u{301}",
        "\"a\",",
        "(a:(",
        "(format:1,",
    ] {
        assert!(
            !loaded(piece, repeated(piece).as_bytes())
                .findings
                .is_empty()
        );
    }
    let (head, rest) = base()
        .split_once("        \"standing\": (")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("it stands there");
    let inside = |piece: &dyn Fn(usize) -> String, n: usize| {
        let many: String = (0..n).map(piece).collect();
        format!("{head}{many}        \"standing\": ({rest}")
    };
    let chain = |i: usize| {
        format!(
            "\"c{i:04}\": (replies: {{\"a\": (say: \"Well.\", acts: [Own], then: \"c{:04}\")}}),\n",
            i + 1
        )
    };
    let astray = |i: usize| {
        let branches: String = (0..7)
            .map(|n| format!("(to: \"nowhere-{i}-{n}\", if: [Told]),"))
            .collect();
        format!(
            "\"a{i:04}\": (replies: {{\"a\": (say: \"Well.\", acts: [Own], then: [{branches} (to: \"kept\")])}}),\n"
        )
    };
    let misspelt = |i: usize| {
        format!(
            "\"m{i:04}\": (sayz: [], replys: {{}}, grant: 1, then: \"kept\", zzz: [Owm, Own]),\n"
        )
    };
    let wrong = |i: usize| format!("\"w{i:04}\": 7,\n");
    let loose = |i: usize| {
        format!(
            "\"l{i:04}\": (replies: {{\"a\": (say: \"Well.\", acts: [Own], if: [Knows(\"x{i}\"), Been(\"y{i}\"), Deal(\"z\", \"z\")], then: \"kept\")}}),\n"
        )
    };
    type Piece<'p> = &'p dyn Fn(usize) -> String;
    let cases: [(&str, Piece, usize); 5] = [
        ("chain", &chain, 4_900),
        ("astray", &astray, 2_500),
        ("misspelt", &misspelt, 4_900),
        ("wrong", &wrong, 4_900),
        ("loose", &loose, 4_900),
    ];
    for (what, piece, n) in cases {
        let text = inside(piece, n);
        assert!(
            !loaded("base.ron", text.as_bytes()).findings.is_empty(),
            "{what}"
        );
    }
    // A chain that does end is a scenario like any other, only a long one.
    let text = inside(&chain, 4_900)
        .replace("then: \"c4900\"", "then: \"kept\"")
        .replace("then: \"remedy\"", "then: \"c0000\"");
    assert!(!loaded("base.ron", text.as_bytes()).findings.has_errors());
    assert_eq!(first_code(inside(&chain, 5_100).as_bytes()).2, "too-many");
    let line = base().replace("The hinge again", &"a".repeat(100_000));
    assert_eq!(first_code(line.as_bytes()).0, 6);
}

#[test]
fn a_file_that_was_cut_off_is_reported_wherever_it_was_cut() {
    for (name, text) in shipped() {
        for n in 0..400 {
            let cut = text.len() * n / 400;
            let loaded = loaded(&name, &text.as_bytes()[..cut]);
            assert!(loaded.findings.has_errors(), "{name} cut at {cut}");
        }
    }
    let text = base();
    for cut in (0..text.trim_end().len()).step_by(3) {
        assert!(
            loaded("base.ron", &text.as_bytes()[..cut])
                .findings
                .has_errors(),
            "cut at {cut}"
        );
    }
}

#[test]
fn a_newer_format_is_said_before_anything_else() {
    for text in [
        "(format: 2)",
        "(format: 7, beats: [[[",
        "(format: 99999999999999999999, \"",
        "(scene: {}, format: 3, id: \"x\")",
    ] {
        let loaded = loaded("base.ron", text.as_bytes());
        let codes: Vec<_> = loaded
            .findings
            .list
            .iter()
            .map(|f| (f.code, f.severity))
            .collect();
        assert_eq!(codes, [("newer-format", Severity::Error)], "{text}");
    }
}

static TEXTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut texts = shipped();
    texts.push(("base.ron".to_owned(), base()));
    texts
});

/// Words of the format and of the scenarios, so that much of what comes out is nearly right.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec![
            "(", ")", "[", "]", "{", "}", "\"", "'", ",", ":", "=", "\\", "/", "*", "\n", " ", "-1", "0", "1001", "NaN", "1e9",
            "99999999999", "Low", "High", "Own", "Insult", "Told", "\"kept\"", "\"arrival\"", "then: ", "acts: []", "[]", "{}",
            "()", "None", "true", "if: [Told]", "Not(Told)", "Any([])", "r#\"", "\u{202E}", "\u{1B}", "\0", "\u{FEFF}", "“", "é", "{name}",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_changed_at_random_is_reported_or_plays(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, 0..12_usize, piece()), 1..4),
    ) {
        let (name, text) = which.get(&TEXTS);
        let mut characters: Vec<char> = text.chars().collect();
        for (index, kind, n, piece) in edits {
            let at = index.index(characters.len());
            let end = (at + n).min(characters.len());
            match kind {
                0 => drop(characters.splice(at..at, piece.chars())),
                1 => drop(characters.drain(at..end)),
                2 => drop(characters.splice(at..end, piece.chars())),
                // Copied from somewhere else, as authors do.
                _ => {
                    let copied: Vec<char> = characters.iter().skip(end).take(n * 20).copied().collect();
                    drop(characters.splice(at..at, copied));
                }
            }
        }
        let text: String = characters.into_iter().collect();
        loaded(name, text.as_bytes());
    }
}
