//! What a person is called in a class: checked against what cannot be seen and
//! what looks like somebody else. A mark is a label; it opens nothing.

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;
use unicode_segmentation::UnicodeSegmentation;

use super::inert::is_command;

/// Most characters of a mark, as a person counts them.
pub const MAX_GRAPHEMES: usize = 32;
/// Most bytes of a mark.
pub const MAX_BYTES: usize = 128;
/// Most accents on one letter.
const MAX_STACK: usize = 4;

/// Why a mark cannot be used, in a sentence for the one who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMark {
    /// Nothing that can be seen.
    #[error("there is nothing to read in it; a name or nickname has at least one letter or digit")]
    Empty,
    /// Too long.
    #[error("it is longer than {MAX_GRAPHEMES} characters")]
    TooLong,
    /// Holds what is no writing.
    #[error("it holds the invisible character U+{0:04X}; please type it again without")]
    Invisible(u32),
    /// More accents on a letter than any script has.
    #[error("it piles more than {MAX_STACK} accents on one letter")]
    Piled,
    /// Looks like the mark of somebody else.
    #[error("it looks like a name that is taken; `{0}` is free")]
    Taken(String),
}

/// The mark as it is kept: composed, with single spaces between words.
///
/// # Errors
/// When it cannot be read, seen or told apart from an order to the screen.
pub fn check(text: &str) -> Result<String, BadMark> {
    if text.len() > MAX_BYTES * 4 {
        return Err(BadMark::TooLong);
    }
    let composed: String = text.nfc().collect();
    let mark = composed.split(' ').filter(|word| !word.is_empty());
    let mark = mark.collect::<Vec<_>>().join(" ");
    let invisible = |c: &char| is_command(*c) || (is_hidden(*c) && !joins_pictures(&mark, *c));
    if let Some(c) = mark.chars().find(invisible) {
        return Err(BadMark::Invisible(c as u32));
    }
    let mut n_graphemes = 0;
    let mut to_read = false;
    for grapheme in mark.graphemes(true) {
        n_graphemes += 1;
        let n_marks = grapheme.nfd().filter(|c| is_combining(*c)).count();
        if n_marks > MAX_STACK {
            return Err(BadMark::Piled);
        }
        to_read |= grapheme
            .chars()
            .any(|c| c.is_alphanumeric() || c as u32 >= 0x2190);
    }
    if !to_read {
        return Err(BadMark::Empty);
    }
    if n_graphemes > MAX_GRAPHEMES || mark.len() > MAX_BYTES {
        return Err(BadMark::TooLong);
    }
    Ok(mark)
}

/// What two marks share if a reader may take one for the other.
pub fn likeness(mark: &str) -> String {
    let folded: String = mark.to_lowercase().nfkc().collect();
    let bones: String = skeleton(&folded).collect();
    bones.to_lowercase().split(' ').collect()
}

/// Checks a mark and that it is like none of `taken`, given as likenesses.
///
/// # Errors
/// When it is no mark, or looks like one that is taken.
pub fn check_free(text: &str, taken: &[String]) -> Result<String, BadMark> {
    let mark = check(text)?;
    if !taken.contains(&likeness(&mark)) {
        return Ok(mark);
    }
    // A class has at most a few hundred people, so one of these is free.
    let free = (2..=taken.len() + 2)
        .map(|n| format!("{mark} {n}"))
        .find(|mark| !taken.contains(&likeness(mark)));
    Err(BadMark::Taken(free.unwrap_or(mark)))
}

/// A nickname for those who give none: two plain words, by number.
pub fn nickname(n: u64) -> String {
    const FIRST: [&str; 24] = [
        "Amber", "Brisk", "Calm", "Clear", "Copper", "Early", "Fair", "Green", "Kind", "Level",
        "Light", "Lively", "Mellow", "Patient", "Quick", "Quiet", "Ready", "Silver", "Steady",
        "Sunny", "Tidy", "Warm", "Witty", "Young",
    ];
    const SECOND: [&str; 24] = [
        "Badger", "Beetle", "Bison", "Crane", "Dolphin", "Falcon", "Finch", "Gecko", "Hare",
        "Heron", "Lark", "Lynx", "Marten", "Newt", "Otter", "Owl", "Panda", "Plover", "Puffin",
        "Robin", "Seal", "Swift", "Tapir", "Wren",
    ];
    let first = FIRST[(n % 24) as usize];
    let second = SECOND[(n / 24 % 24) as usize];
    match n / 576 % 90 {
        0 => format!("{first} {second}"),
        more => format!("{first} {second} {}", more + 9),
    }
}

/// Characters without a shape of their own.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'
            ..='\u{180F}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{206A}'
            ..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFC}' | '\u{E0000}'..='\u{E0FFF}'
            | '\u{E000}'..='\u{F8FF}'
    ) || (c.is_whitespace() && c != ' ')
}

/// Joiners inside families of emoji, and the selector that colours a picture.
fn joins_pictures(mark: &str, c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{FE0F}')
        && mark.graphemes(true).all(|grapheme| {
            !grapheme.contains(c) || grapheme.chars().next().is_some_and(|c| c as u32 >= 0x2190)
        })
}

fn is_combining(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_what_they_look_like() {
        for (text, expected) in [
            ("Ana", Some("Ana")),
            ("  Ana   Ruiz ", Some("Ana Ruiz")),
            ("Zoe\u{308}", Some("Zoë")),
            ("山田 太郎", Some("山田 太郎")),
            ("דנה", Some("דנה")),
            ("👩‍👩‍👧", Some("👩‍👩‍👧")),
            ("Seat 14", Some("Seat 14")),
            ("<script>", Some("<script>")),
            ("=1+1", Some("=1+1")),
            ("", None),
            ("   ", None),
            ("\u{200D}\u{200D}", None),
            ("---", None),
            ("An\u{AD}a", None),
            ("A\u{200D}na", None),
            ("\u{202E}anA", None),
            ("A\u{1b}[31m", None),
            ("A\nB", None),
            ("A\u{3000}B", None),
            ("\u{3164}", None),
        ] {
            assert_eq!(check(text).ok().as_deref(), expected, "{text:?}");
        }
        assert_eq!(check(&"x".repeat(33)), Err(BadMark::TooLong));
        assert_eq!(check(&"x".repeat(10_240)), Err(BadMark::TooLong));
        let piled = format!("a{}", "\u{301}".repeat(20));
        assert_eq!(check(&piled), Err(BadMark::Piled));
    }

    #[test]
    fn look_alikes_are_told_apart_from_others() {
        for (a, b, alike) in [
            ("Ana", "ana", true),
            ("Ana", "Аna", true), // Cyrillic А
            ("paypal", "раураl", true),
            ("Ana B", "AnaB", true),
            ("Ａna", "Ana", true),
            ("Ana", "Anna", false),
            ("Ben", "Ren", false),
        ] {
            assert_eq!(likeness(a) == likeness(b), alike, "{a} and {b}");
        }
    }

    #[test]
    fn what_is_taken_gets_a_proposal() {
        let taken = vec![likeness("Ana"), likeness("Ana 2")];
        assert_eq!(
            check_free("ANA", &taken),
            Err(BadMark::Taken("ANA 3".into()))
        );
        assert_eq!(check_free("Ben", &taken), Ok("Ben".into()));
    }

    #[test]
    fn nicknames_are_marks_and_many() {
        let all: std::collections::BTreeSet<_> =
            (0..5_000).map(|n| likeness(&nickname(n))).collect();
        assert_eq!(all.len(), 5_000);
        assert!((0..600).all(|n| check(&nickname(n)).is_ok()));
    }
}
