//! Whatever comes in: nothing panics, nothing takes long, and what comes out is a
//! scenario that `check` has no error in.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::story::{Link, Passage};
use super::*;

/// What came of it, if anything did: it must load.
fn checked(story: anyhow::Result<Story>) -> Option<String> {
    let written = story.ok()?.written("imported").ok()?;
    let loaded = load("imported.ron", written.text.as_bytes(), &Rules::current());
    let errors: Vec<_> = loaded
        .findings
        .list
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{}", written.text);
    assert!(loaded.scenario.is_some());
    Some(written.text)
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("a file of the archive");
        zip.write_all(bytes).expect("it is written");
    }
    zip.finish().expect("an archive").into_inner()
}

const ABOUT: &[u8] = include_bytes!("../../../tests/data/import/printer.h5p.json");
const CONTENT: &[u8] = include_bytes!("../../../tests/data/import/printer.content.json");
const TWEE: &str = include_str!("../../../tests/data/import/cracked-screen.twee");
const PAGE: &str = include_str!("../../../tests/data/import/round-and-round.html");

fn archive(bytes: &[u8]) -> anyhow::Result<Story> {
    h5p::archive(Cursor::new(bytes), bytes.len() as u64)
}

/// Pieces that mean something to one of the readers, and some that mean harm.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "\n:: ",
        "::Start\n",
        ":: A [tag]\n",
        ":: StoryData\n{\"start\": \"A\", \"format\": \"Harlowe\"}\n",
        ":: StoryData\n{\"format\": \"SugarCube\"}\n",
        ":: StoryData\n{\"format\": \"Chapbook\"}\n",
        "[[A]]",
        "[[go->A]]",
        "[[A<-go]]",
        "[[go|Start][$x to 1]]",
        "[[",
        "]]",
        "<<link \"go\" \"A\">>",
        "<<if $x>>",
        "<<",
        ">>",
        "(link-goto: \"go\", \"A\")",
        "(if: ",
        "(set: $a to '",
        ")",
        "{embed: 'x'}",
        "\n--\n",
        "<tw-storydata name='x' startnode='1' format='Harlowe'>",
        "<tw-passagedata pid='1' name='A'>",
        "<tw-passagedata pid='2' name='Start'>",
        "</tw-passagedata>",
        "</tw-storydata>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<b",
        "&amp;",
        "&#0;",
        "&#x202E;",
        "&bogus;",
        "\u{202E}",
        "\u{0}",
        "\u{1B}[2J",
        "\u{FEFF}",
        "\u{2028}",
        "\\",
        "\"",
        "*",
        "{",
        "}",
        "$a",
        "$5",
        "//",
        "''",
        "a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        " sorry, I promise? ",
        "The supplier said they were late. ",
        "\r\n",
        "\n\n",
        " ",
    ];
    prop_oneof![
        8 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,30}",
        1 => "[a-z .?!]{0,60}",
        1 => (0..900_usize).prop_map(|n| "long".repeat(n)),
    ]
}

fn link(n: usize) -> impl Strategy<Value = Link> {
    let to = proptest::option::weighted(0.95, (0..n + 1).prop_map(|n| format!("p{n}")));
    (piece(), to, proptest::option::of(piece())).prop_map(|(say, to, feedback)| Link {
        say,
        to,
        feedback,
    })
}

fn story() -> impl Strategy<Value = Story> {
    (1..50_usize)
        .prop_flat_map(|n| {
            let next = proptest::option::of((0..n).prop_map(|n| format!("p{n}")));
            let passage = (piece(), vec(piece(), 0..20), vec(link(n), 0..11), next);
            (piece(), vec(passage, n), 0..n)
        })
        .prop_map(|(title, passages, start)| {
            let mut story = Story::new(title);
            story.start = Some(format!("p{start}"));
            for (n, (name, text, links, next)) in passages.into_iter().enumerate() {
                story.add(Passage {
                    id: format!("p{n}"),
                    name,
                    text: text.concat(),
                    links,
                    next,
                });
            }
            story
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_story_becomes_a_scenario_that_loads(story in story()) {
        checked(Ok(story));
    }

    #[test]
    fn every_text_is_read_or_refused(pieces in vec(piece(), 0..60)) {
        checked(story_of(&pieces.concat()));
    }

    #[test]
    fn a_broken_page_is_read_or_refused(at in 0..PAGE.len(), length in 0..40_usize, put in piece()) {
        let (mut at, mut end) = (at, (at + length).min(PAGE.len()));
        while !PAGE.is_char_boundary(at) { at -= 1; }
        while !PAGE.is_char_boundary(end) { end += 1; }
        checked(story_of(&format!("{}{put}{}", &PAGE[..at], &PAGE[end..])));
    }

    #[test]
    fn a_broken_source_is_read_or_refused(at in 0..TWEE.len(), length in 0..40_usize, put in piece()) {
        let (mut at, mut end) = (at, (at + length).min(TWEE.len()));
        while !TWEE.is_char_boundary(at) { at -= 1; }
        while !TWEE.is_char_boundary(end) { end += 1; }
        checked(story_of(&format!("{}{put}{}", &TWEE[..at], &TWEE[end..])));
    }

    #[test]
    fn a_broken_content_is_read_or_refused(at in 0..CONTENT.len(), length in 0..40_usize, put in vec(any::<u8>(), 0..4)) {
        let end = (at + length).min(CONTENT.len());
        let content = [&CONTENT[..at], &put, &CONTENT[end..]].concat();
        checked(h5p::content_json(&content));
    }

    #[test]
    fn a_broken_archive_is_read_or_refused(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in any::<prop::sample::Index>(), whole in any::<bool>()) {
        let mut bytes = zipped(&[("h5p.json", ABOUT), ("content/content.json", CONTENT)]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        checked(archive(&bytes));
    }
}

#[test]
fn values_of_other_kinds_are_passed_over() {
    let as_text = std::str::from_utf8(CONTENT).expect("it is text");
    for (what, other) in [
        ("\"nextContentId\": 2", "\"nextContentId\": \"2\""),
        ("\"nextContentId\": 2", "\"nextContentId\": null"),
        ("\"nextContentId\": 2", "\"nextContentId\": 1e300"),
        (
            "\"nextContentId\": 2",
            "\"nextContentId\": -9223372036854775808",
        ),
        (
            "\"text\": \"We are closed on Mondays.\"",
            "\"text\": [[[{}]]]",
        ),
        ("\"endScreenScore\": 10", "\"endScreenScore\": {\"a\": 1}"),
        ("\"title\": \"The clip\"", "\"title\": false"),
        ("\"feedback\": {\"subtitle\": \"\"}", "\"feedback\": null"),
        ("\"feedback\": {\"subtitle\": \"\"}", "\"feedback\": []"),
        (
            "\"metadata\": {\"title\": \"The clip\"}",
            "\"metadata\": [], \"contentTitle\": \"x\"",
        ),
        ("{\"path\": \"images/no.png\"}", "{}"),
    ] {
        assert!(as_text.contains(what), "{what}");
        let story = h5p::content_json(as_text.replace(what, other).as_bytes());
        assert!(checked(story).is_some(), "{other}");
    }
}

#[test]
fn a_book_is_cut_off_once() {
    let book: String = (0..1_020)
        .map(|n| format!(":: P{n}\nOn and on.\n[[Go on|P{}]]\n", n + 1))
        .collect();
    let lost = twine::twee(&book).lost;
    let cut = lost.iter().filter(|what| what.starts_with("everything"));
    assert_eq!(cut.collect::<Vec<_>>(), ["everything after 1000 passages"]);
}

#[test]
fn links_of_every_form_are_choices() {
    for (format, body, links) in [
        ("Harlowe", "[[A]]", "A>A"),
        ("Harlowe", "[[go on->A]]", "go on>A"),
        ("Harlowe", "[[a->b->A]]", "a->b>A"),
        ("Harlowe", "[[A<-go on]]", "go on>A"),
        ("Harlowe", "(link-goto: \"go on\", \"A\")", "go on>A"),
        ("Harlowe", "(link-goto: 'A')", "A>A"),
        ("Harlowe", "(if: $x is \")\")[[[go on->A]]]", "go on>A"),
        ("Harlowe", "<<link \"no\" \"A\">>", ""),
        ("Harlowe", "(go-to: \"A\")", "=A"),
        ("SugarCube", "[[go on|A]]", "go on>A"),
        ("SugarCube", "[[go on|A][$x to 1]]", "go on>A"),
        ("SugarCube", "<<link \"go on\" \"A\">><</link>>", "go on>A"),
        ("SugarCube", "<<button [[go on|A]]>><</button>>", "go on>A"),
        ("SugarCube", "<<goto \"A\">>", "=A"),
        ("SugarCube", "(link-goto: \"no\", \"A\")", ""),
        ("Chapbook", "x: 1\n--\n[[go on->A]] {x}", "go on>A"),
        (
            "Snowman",
            "<% if (1 > 0) { %>[[go on->A]]<% } %>",
            "go on>A",
        ),
        ("", "''[[//go on//->A]]'' [[go on->A]]", "go on>A"),
    ] {
        let data = format!(":: StoryData\n{{\"format\": \"{format}\"}}\n");
        let story = twine::twee(&format!("{data}:: Start\n{body}\n:: A\nThe end."));
        let start = &story.passages[0];
        let mut found: Vec<String> = start
            .links
            .iter()
            .map(|link| format!("{}>{}", link.say, link.to.as_deref().unwrap_or("")))
            .collect();
        found.extend(start.next.iter().map(|next| format!("={next}")));
        assert_eq!(found.join(" "), links, "{format}: {body}");
        assert!(!start.text.contains(['[', ']', '%', '|']), "{}", start.text);
    }
}

#[test]
fn what_stays_behind_is_said() {
    let story = |start: &str| twine::twee(&format!("{start}\n[[go->A]]\n:: A\nThe end."));
    let open = story(":: Start\nI am <so angry. You never called.");
    assert_eq!(
        open.lost,
        ["what stands behind a tag that is never closed in \"Start\""]
    );
    let shown = story(":: Start\nLook: <img src='a.png'>.");
    assert_eq!(shown.lost, ["`<img>` in \"Start\""]);

    // Harlowe's names for parts of a text look like tags, and are none.
    let named = story(
        ":: StoryData\n{\"format\": \"Harlowe\"}\n:: Start\n[You never call.]<mood| It is late. |tone>[Again.]",
    );
    let words: Vec<&str> = named.passages[0].text.split_whitespace().collect();
    assert_eq!(words.join(" "), "You never call. It is late. Again.");
    assert!(named.lost[0].contains("names of parts"), "{:?}", named.lost);

    let elsewhere = story(":: StoryData\n{\"start\": \"Home\"}\n:: Start\nHello.");
    let written = elsewhere.written("imported").expect("it begins somewhere");
    assert!(
        written.lost[0].starts_with("its beginning at \"Home\""),
        "{:?}",
        written.lost
    );

    let content = br#"{"branchingScenario": {"content": [{
        "type": {"library": "H5P.BranchingQuestion 1.0", "params": {"branchingQuestion": {
            "question": "Well? <img src='x'>",
            "alternatives": [{"text": "No <b but", "nextContentId": -1}]}}}}]}}"#;
    let lost = h5p::content_json(content).expect("it is one").lost;
    assert_eq!(
        lost,
        [
            "`<img>` in \"part-1\"",
            "what stands behind a tag that is never closed in \"part-1\""
        ]
    );
}

#[test]
fn a_way_out_gets_a_key_of_its_own() {
    let round = ":: Start\nSo?\n[[Leave it->B]]\n[[Leave it there->B]]\n:: B\nHm.\n[[Back->Start]]";
    assert!(checked(Ok(twine::twee(round))).is_some());
}

/// Texts made to hang: in time, whatever comes of them.
#[test]
fn texts_made_to_hang_do_not() {
    const LENGTH: usize = 1 << 20;
    let heads = ["", ":: Start\n", "<tw-storydata><tw-passagedata name='a'>"];
    for head in heads {
        for piece in [
            "[[",
            "[[a",
            "[[a->b]]",
            "[[a]]\n",
            "<<",
            "<<a",
            "<<a>>",
            "(if:",
            "(if: '",
            "(",
            "$a",
            "{",
            "/%",
            "/*",
            "<!--",
            "<%",
            "<b",
            "<a b='",
            "&",
            "&lt;",
            "&#",
            "::",
            ":: a\n",
            "\n:: \u{301}",
            "\u{301}",
            "''",
            "//",
            "a ",
            "?",
            "\\",
            "<script>",
            "<tw-passagedata>",
            "<tw-storydata>",
            "[img[",
            "\"",
            "x",
        ] {
            let text = format!("{head}{}", piece.repeat(LENGTH / piece.len()));
            let start = Instant::now();
            checked(story_of(&text));
            let took = start.elapsed();
            assert!(took < Duration::from_secs(10), "{head}{piece}: {took:?}");
        }
    }
}

#[test]
fn json_made_to_fill_the_memory_does_not() {
    let begin = r#"{"branchingScenario": {"content": ["#;
    for (content, words) in [
        ("[".repeat(1_000_000), "EOF"),
        (
            format!("{begin}{}", "{},".repeat(1_000_000)),
            "more than 1000",
        ),
        (
            format!(
                "{begin}{{\"type\": {{\"params\": {{\"branchingQuestion\": {{\"alternatives\": [{}",
                "{},".repeat(1_000_000)
            ),
            "more than 100",
        ),
        ("{\"a\": 1}".to_owned(), "no Branching Scenario"),
        (format!("{begin}]}}}}"), "nothing in it"),
        ("{} trailing".to_owned(), "trailing"),
        (String::new(), "EOF"),
    ] {
        let start = Instant::now();
        let why = h5p::content_json(content.as_bytes()).expect_err("it is refused");
        assert!(format!("{why:#}").contains(words), "{words}: {why:#}");
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

/// Archives that lie about themselves are refused whole, and the file is named.
#[test]
fn archives_that_lie_are_refused() {
    let good = [("h5p.json", ABOUT), ("content/content.json", CONTENT)];
    assert!(checked(archive(&zipped(&good))).is_some());
    let with = |name: &str| zipped(&[good[0], good[1], (name, b"x")]);
    // What the writer would not write is put in afterwards.
    let renamed = |from: &str, to: &str| {
        let mut bytes = with(from);
        assert_eq!(from.len(), to.len());
        let places: Vec<_> = (0..bytes.len() - from.len())
            .filter(|at| &bytes[*at..*at + from.len()] == from.as_bytes())
            .collect();
        assert_eq!(places.len(), 2, "in its place and in the directory");
        for at in places {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
        bytes
    };
    let central = |bytes: &[u8], n: usize| {
        let places = (0..bytes.len() - 4).filter(|at| &bytes[*at..*at + 4] == b"PK\x01\x02");
        places.clone().nth(n).expect("an entry of the directory")
    };
    let patched = |offset: usize, value: &[u8]| {
        let mut bytes = zipped(&good);
        let at = central(&bytes, 1) + offset;
        bytes[at..at + value.len()].copy_from_slice(value);
        bytes
    };
    let mut link = zip::ZipWriter::new(Cursor::new(Vec::new()));
    link.add_symlink("content/x", "/etc/passwd", SimpleFileOptions::default())
        .expect("a link");
    let link = link.finish().expect("an archive").into_inner();
    let mut many = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..10_001 {
        many.start_file(format!("{n}"), SimpleFileOptions::default())
            .expect("a file");
    }
    let many = many.finish().expect("an archive").into_inner();
    // Blanks are JSON, and pack a thousand to one.
    let bomb = [b" ".repeat(40 << 20).as_slice(), CONTENT].concat();
    let quiz = br#"{"mainLibrary": "H5P.QuestionSet", "title": "x"}"#;
    for (what, bytes, words) in [
        (
            "a file above it",
            renamed("aaaaaaaa.txt", "../../up.txt"),
            "../../up.txt",
        ),
        (
            "a file of the root",
            renamed("aetc/passwd", "/etc/passwd"),
            "/etc/passwd",
        ),
        (
            "a file of another system",
            renamed("a-x.txt", "a\\x.txt"),
            "outside",
        ),
        (
            "a file of a drive",
            renamed("C-x.txt", "C:x.txt"),
            "outside",
        ),
        ("a twin", renamed("h5p.jsox", "h5p.json"), "one name"),
        ("a twin in capitals", with("H5P.json"), "twice"),
        ("a link", link, "link to elsewhere"),
        ("too many files", many, "10001 files"),
        ("an encrypted file", patched(8, &[1, 0]), "encrypted"),
        (
            "a bomb",
            zipped(&[good[0], ("content/content.json", &bomb)]),
            "refused",
        ),
        ("a short length", patched(24, &[1, 0, 0, 0]), "content.json"),
        (
            "a packing nobody knows",
            patched(10, &[99, 0]),
            "content.json",
        ),
        (
            "another kind",
            zipped(&[("h5p.json", quiz), good[1]]),
            "H5P.QuestionSet",
        ),
        ("no content", zipped(&good[..1]), "content/content.json"),
        ("nothing", zipped(&[]), "h5p.json"),
        ("a piece", zipped(&good)[..200].to_vec(), "sound archive"),
        (
            "a word",
            b"PK\x03\x04 and nothing else".to_vec(),
            "sound archive",
        ),
    ] {
        match archive(&bytes) {
            Ok(_) => panic!("{what} is read"),
            Err(why) => assert!(format!("{why:#}").contains(words), "{what}: {why:#}"),
        }
    }
}

#[test]
fn what_is_shown_inside_of_another_passage_is_said_to_be_missing_there() {
    for (format, command) in [
        ("SugarCube", "<<include \"Rules\">>"),
        ("Harlowe", "(display: \"Rules\")"),
    ] {
        let source = format!(
            ":: StoryData\n{{\"format\": \"{format}\"}}\n\n:: Start\nWell? {command}\n\n\
            [[No->B]]\n\n:: Rules\nNo cash.\n\n:: B\nGone.\n"
        );
        let written = checked(Ok(twine::twee(&source))).expect("a scenario");
        let said = "in \"Start\": the words of \"Rules\", which were shown there too";
        assert!(written.contains(said), "{written}");
    }
}

#[test]
fn names_of_hooks_and_quotes_around_speech_are_not_said() {
    let text = "|customer>[\"You said four. It is half past five.\"]\n\n[He taps.]<hand|\n\n\
        A | is a stroke, 3 < 4 | 5.\n\n[[No->B]](link-undo: \"Back\")";
    let source =
        format!(":: StoryData\n{{\"format\": \"Harlowe\"}}\n\n:: Start\n{text}\n\n:: B\nGone.\n");
    let written = checked(Ok(twine::twee(&source))).expect("a scenario");
    for said in [
        "tell: \"You said four.",
        "It is half past five.\"",
        "He taps.",
        "A | is a stroke, 3 < 4 | 5.",
    ] {
        assert!(written.contains(said), "{said}\n{written}");
    }
    for gone in ["customer>", "hand|", "\\\"", "tell: \"Back"] {
        assert!(!written.contains(gone), "{gone}\n{written}");
    }
}
