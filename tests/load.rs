//! The first step of loading, held to golden files and to ron itself: what is found
//! in broken files, what is accepted, and how long it takes.
#![allow(clippy::unwrap_used, reason = "a test that fails says where by itself")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use engine::diagnostic::Span;
use engine::load::findings::Findings;
use engine::load::source::{Intake, Source, forbidden};
use engine::load::tree::{Kind, Name, Node};
use engine::load::{peek_format, read_tree};
use proptest::prelude::*;
use ron::extensions::Extensions;

const FIELDS: &[&str] = &[
    "format", "id", "title", "place", "brief", "customer", "name", "look", "temper", "start",
    "heat", "deal", "opening", "beats", "says", "replies", "say", "acts", "then", "to", "if",
    "endings",
];

fn read(intake: &Intake) -> (Option<Node<'_>>, Findings) {
    let mut findings = Findings::default();
    findings.extend(intake.findings.iter().cloned());
    let mut root = None;
    if intake.readable {
        let (tree, found) = read_tree(&intake.source, FIELDS);
        root = tree;
        findings.extend(found.list);
        findings.more += found.more;
    }
    (root, findings.finish())
}

fn place(source: &Source, span: Span) -> String {
    let (from, to) = (source.position(span.start), source.position(span.end));
    format!("{}:{}-{}:{}", from.line, from.column, to.line, to.column)
}

/// The findings as text; for a sound file its tree.
fn report(bytes: &[u8]) -> String {
    let intake = Source::read(bytes);
    let source = &intake.source;
    let (root, findings) = read(&intake);
    let mut out = String::new();
    if let Some((format, _)) = peek_format(source).filter(|(format, _)| *format != 1) {
        writeln!(out, "format {format}").unwrap();
    }
    for finding in &findings.list {
        writeln!(
            out,
            "{} [{}] {}",
            place(source, finding.span),
            finding.code,
            finding.message
        )
        .unwrap();
        for (span, words) in &finding.related {
            writeln!(out, "  at {}: {words}", place(source, *span)).unwrap();
        }
        for hint in &finding.hints {
            writeln!(out, "  hint: {hint}").unwrap();
        }
        if let Some(mended) = &finding.mended {
            writeln!(out, "  mend: {mended}").unwrap();
        }
    }
    if findings.more > 0 {
        writeln!(out, "and {} more", findings.more).unwrap();
    }
    if findings.is_empty() {
        dump(
            source,
            &root.expect("a sound file has a tree"),
            0,
            "",
            &mut out,
        );
    }
    out
}

fn dump(source: &Source, node: &Node, depth: usize, key: &str, out: &mut String) {
    let (pad, at) = ("  ".repeat(depth), place(source, node.span));
    let named = |name: &Option<Box<Name>>| {
        name.as_ref()
            .map_or(String::new(), |n| format!(" {}", n.text))
    };
    let (what, below): (String, Vec<(String, &Node)>) = match &node.kind {
        Kind::List(items) => (
            "list".into(),
            items.iter().map(|i| (String::new(), i)).collect(),
        ),
        Kind::Tuple { name, items } => (
            format!("values{}", named(name)),
            items.iter().map(|i| (String::new(), i)).collect(),
        ),
        Kind::Map(entries) => (
            "map".into(),
            entries
                .iter()
                .map(|e| (format!("{:?}: ", e.key.text), &e.value))
                .collect(),
        ),
        Kind::Struct { name, fields } => (
            format!("fields{}", named(name)),
            fields
                .iter()
                .map(|e| (format!("{}: ", e.key.text), &e.value))
                .collect(),
        ),
        Kind::Some(inner) => ("some".into(), vec![(String::new(), &**inner)]),
        leaf => (format!("{leaf:?}"), Vec::new()),
    };
    writeln!(out, "{pad}{key}{what} {at}").unwrap();
    for (key, node) in below {
        dump(source, node, depth + 1, &key, out);
    }
}

#[test]
fn every_golden_file_is_reported_as_written_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ron");
    let mut cases: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    cases.retain(|path| path.extension().is_some_and(|e| e == "ron"));
    cases.sort();
    assert!(cases.len() > 40, "the cases are gone");
    let mut wrong = String::new();
    for case in cases {
        let found = report(&fs::read(&case).unwrap());
        let golden = case.with_extension("txt");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&golden, &found).unwrap();
        } else if fs::read_to_string(&golden).ok().as_deref() != Some(&found) {
            write!(wrong, "{}:\n{found}\n", case.display()).unwrap();
        }
    }
    assert!(
        wrong.is_empty(),
        "not as expected (UPDATE_EXPECT=1 rewrites):\n{wrong}"
    );
}

fn ron_options() -> ron::Options {
    ron::Options::default().with_default_extension(
        Extensions::IMPLICIT_SOME
            | Extensions::UNWRAP_NEWTYPES
            | Extensions::UNWRAP_VARIANT_NEWTYPES,
    )
}

fn ron_accepts(text: &str) -> Result<(), String> {
    // ron knows neither byte order marks nor lone carriage returns.
    let text = text
        .trim_start_matches('\u{FEFF}')
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    ron_options()
        .from_str::<ron::Value>(&text)
        .map(|_| ())
        .map_err(|e| e.to_string())
}

#[test]
fn hostile_files_take_no_time() {
    let repeats = [
        "[",
        "(",
        "{",
        "]",
        "[)",
        "(]",
        "\"",
        "\"a\"b",
        "a\"",
        "\\\"",
        "'",
        "'a",
        "“",
        "“a\n",
        ",",
        ";",
        ":",
        "a:",
        "a:b",
        "a b ",
        "a=",
        "#",
        "#\n",
        "#![",
        "/*",
        "r#\"",
        "–5,",
        "()",
        "[(),",
        "\"\\u{",
        "[\n",
        "(a:\n",
        "\"a\nb\",",
        "a",
        "1",
        "-",
        ".",
        "\u{A0}",
        "\u{202E}",
        "\u{202E}a",
        "\0",
        "(a: \"b,\n",
    ];
    for piece in repeats {
        for front in ["", "(a: ["] {
            let text = format!("{front}{}", piece.repeat((1 << 20) / piece.len()));
            let begun = Instant::now();
            let intake = Source::read(text.as_bytes());
            let (_, findings) = read(&intake);
            peek_format(&intake.source);
            let took = begun.elapsed();
            let is_sound = front.is_empty()
                && matches!(
                    piece,
                    "a" | "1"
                        | "#
"
                );
            assert!(
                is_sound || !findings.is_empty(),
                "nothing found in {front}{piece}..."
            );
            assert!(findings.list.len() <= 50);
            assert!(
                took < Duration::from_secs(20),
                "{front}{piece}... took {took:?}"
            );
        }
    }
}

/// Takes every one of these characters out of a sound file, one at a time. Gives how
/// many of the broken files there are, and how many are reported near the loss.
fn without_one_of(characters: &str) -> (usize, usize) {
    let sound =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ron/sample.ron"))
            .unwrap();
    let (mut n_broken, mut n_near) = (0, 0);
    for (at, character) in sound
        .char_indices()
        .filter(|(_, c)| characters.contains(*c))
    {
        let broken = format!("{}{}", &sound[..at], &sound[at + character.len_utf8()..]);
        let intake = Source::read(broken.as_bytes());
        let (_, findings) = read(&intake);
        let Some(first) = findings.list.first() else {
            continue;
        };
        let line = intake.source.line_at(at);
        let near = |span: Span| intake.source.line_at(span.start).abs_diff(line) <= 1;
        n_broken += 1;
        n_near +=
            usize::from(near(first.span) || first.related.iter().any(|(span, _)| near(*span)));
    }
    (n_broken, n_near)
}

#[test]
fn what_was_left_out_is_missed_where_it_was_left_out() {
    for (characters, percent) in [
        (")]}", 100),
        (",", 100),
        (":", 100),
        ("([{", 85),
        ("\"", 85),
    ] {
        let (n_broken, n_near) = without_one_of(characters);
        assert!(n_broken > 10, "{characters} is not in the sample");
        assert!(
            n_near * 100 >= n_broken * percent,
            "{characters}: {n_near} of {n_broken} near"
        );
    }
}

#[test]
fn every_forbidden_character_is_found() {
    for character in char::MIN..=char::MAX {
        let found = Source::read(format!("a{character}é").as_bytes()).findings;
        let found: Vec<_> = found.iter().map(|finding| finding.span).collect();
        let expected = forbidden(character).map(|_| Span {
            start: 1,
            end: 1 + character.len_utf8(),
        });
        assert_eq!(
            found,
            Vec::from_iter(expected),
            "U+{:04X}",
            u32::from(character)
        );
    }
}

#[test]
fn too_large_a_file_is_refused() {
    let intake = Source::read(&vec![b' '; (8 << 20) + 1]);
    let (root, findings) = read(&intake);
    assert!(root.is_none());
    assert_eq!(findings.list[0].code, "file-too-large");
}

#[test]
fn the_format_is_found_in_broken_files() {
    let peeked = |text: &str| peek_format(&Source::new(text)).map(|(format, _)| format);
    assert_eq!(peeked("(format: 2, x: [[[ \"unclosed"), Some(2));
    assert_eq!(
        peeked("(id: \"He said \"format: 3\"\", format = 7)"),
        Some(7)
    );
    assert_eq!(peeked("{ \"format\": 4 "), Some(4));
    assert_eq!(peeked("format: 1_0"), Some(10));
    assert_eq!(peeked("(beats: (a: (format: 9)))"), None);
    assert_eq!(peeked("// format: 9\n(id: \"format: 8\")"), None);
    assert_eq!(peeked(""), None);
}

/// Any value our format can write, as text, with blanks and comments strewn in.
fn value() -> impl Strategy<Value = String> {
    let blank = prop_oneof![
        Just(""),
        Just(" "),
        Just("\n    "),
        Just("/* , ( */"),
        Just("// \"\n"),
        Just("\t\r\n")
    ];
    let word = "[A-Z][a-z_]{0,6}".prop_filter("reserved", |w| {
        !matches!(w.as_str(), "Some" | "None" | "Na")
    });
    let field = "[a-z_][a-z0-9_]{0,6}".prop_filter("raw text", |w| w != "r" && w != "b");
    let text = prop_oneof![
        "[ -~äß“”’—\n]{0,12}".prop_map(|t| format!("{t:?}").replace("\\'", "'")),
        "[ -!$-~]{0,8}".prop_map(|t| format!("r#\"{t}\"#")),
        "[a-z ]{0,5}".prop_map(|t| format!("\"{t}\\\n   \\u{{e9}}\\x41\"")),
    ];
    let leaf = prop_oneof![
        text.clone(),
        word.clone(),
        any::<i32>().prop_map(|n| n.to_string()),
        "[+-]?[1-9][0-9_]{0,4}",
        "[0-9]{1,3}\\.[0-9]{0,3}(e[+-]?[0-9])?",
        Just("true".to_owned()),
        Just("None".to_owned()),
        Just("()".to_owned()),
        "'[a-zé]'",
    ];
    leaf.prop_recursive(5, 60, 5, move |inner| {
        let items = prop::collection::vec((blank.clone(), inner.clone(), blank.clone()), 0..5);
        let comma = prop_oneof![Just(""), Just(",")];
        let join = |items: Vec<(&str, String, &str)>, comma: &str| {
            let parts: Vec<String> = items.iter().map(|(a, v, b)| format!("{a}{v}{b}")).collect();
            if parts.is_empty() {
                String::new()
            } else {
                format!("{}{comma}", parts.join(","))
            }
        };
        let pairs = |key: BoxedStrategy<String>,
                     inner: BoxedStrategy<String>,
                     blank: BoxedStrategy<&'static str>| {
            prop::collection::btree_map(key, (blank.clone(), inner, blank), 1..5).prop_map(|map| {
                let parts: Vec<String> = map
                    .iter()
                    .map(|(k, (a, v, b))| format!("{k}{a}:{b}{v}"))
                    .collect();
                parts.join(",")
            })
        };
        let fields = pairs(
            field.clone().boxed(),
            inner.clone().boxed(),
            blank.clone().boxed(),
        );
        let entries = pairs(
            "\"[a-z-]{1,6}\"".boxed(),
            inner.clone().boxed(),
            blank.clone().boxed(),
        );
        prop_oneof![
            (items.clone(), comma.clone()).prop_map(move |(i, c)| format!("[{}]", join(i, c))),
            (items.clone(), comma.clone()).prop_map(move |(i, c)| format!("({})", join(i, c))),
            (word.clone(), blank.clone(), items, comma.clone())
                .prop_map(move |(w, b, i, c)| format!("{w}{b}({})", join(i, c))),
            (fields.clone(), comma.clone()).prop_map(|(f, c)| format!("({f}{c})")),
            (word.clone(), fields, comma.clone()).prop_map(|(w, f, c)| format!("{w}({f}{c})")),
            (entries, comma).prop_map(|(e, c)| format!("{{{e}{c}}}")),
            inner.prop_map(|v| format!("Some({v})")),
        ]
    })
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let sound =
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ron/sample.ron")).unwrap();
    let byte = prop_oneof![
        prop::sample::select(b"\"'()[]{},:;=#/*\\ \nr-.0a".to_vec()),
        any::<u8>(),
    ];
    let edit = (any::<prop::sample::Index>(), 0..4_u8, byte);
    prop::collection::vec(edit, 1..5).prop_map(move |edits| {
        let mut bytes = sound.clone();
        for (index, kind, byte) in edits {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(20)),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sound_texts_are_accepted_as_by_ron(inner in value()) {
        let text = format!("(root: {inner})");
        let intake = Source::read(text.as_bytes());
        let (_, findings) = read(&intake);
        prop_assert!(ron_accepts(&text).is_ok(), "ron: {:?}\n{text}", ron_accepts(&text));
        prop_assert!(findings.is_empty(), "{:?}\n{text}", findings.list);
    }

    #[test]
    fn mutations_never_panic_and_what_is_accepted_ron_accepts(bytes in mutated()) {
        let begun = Instant::now();
        let intake = Source::read(&bytes);
        let source = &intake.source;
        let (root, findings) = read(&intake);
        prop_assert!(begun.elapsed() < Duration::from_secs(20));
        for finding in &findings.list {
            prop_assert!(finding.span.start <= finding.span.end && finding.span.end <= source.text().len());
            prop_assert!(source.text().is_char_boundary(finding.span.start), "{finding:?}");
        }
        if findings.is_empty() {
            prop_assert!(root.is_some());
            prop_assert!(ron_accepts(source.text()).is_ok(), "ron: {:?}\n{}", ron_accepts(source.text()), source.text());
        }
    }

    #[test]
    fn texts_say_what_ron_says(inside in "[ -~é\n\t]{0,30}") {
        let text = format!("\"{inside}\"");
        let intake = Source::read(text.as_bytes());
        let (root, findings) = read(&intake);
        if findings.is_empty() {
            let said = ron_options().from_str::<String>(&text).map_err(|e| e.to_string());
            prop_assert_eq!(root.map(|r| r.kind), Some(Kind::Text(said.unwrap().into())));
        }
    }
}
