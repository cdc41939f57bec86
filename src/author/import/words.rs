//! Texts of others made fit for a scenario: cut into breaths, made into keys, put in
//! quotes. Nothing of them is hidden or markup afterwards.

use engine::load::source::forbidden;
use engine::load::{MAX_MARKS, is_mark};
use engine::scenario::MAX_SEGMENTS;

/// Longest segment and longest reply, characters.
pub const MAX_LINE: usize = 400;
/// Words of a segment that are spoken in one breath.
const BREATH: usize = 25;
/// Words of the shortest sentence that is a segment of its own.
const SHORTEST: usize = 4;

/// A text cut into pieces that are spoken in one breath, as many as a beat has
/// room for, and how many words were left over.
pub fn segments(text: &str) -> (Vec<String>, usize) {
    let pieces = pieces(text);
    if pieces.len() <= MAX_SEGMENTS {
        return (pieces, 0);
    }
    // Too many breaths: longer ones.
    let mut long: Vec<String> = Vec::new();
    for piece in pieces {
        match long.last_mut() {
            Some(last) if last.chars().count() + 1 + piece.chars().count() <= MAX_LINE => {
                last.push(' ');
                last.push_str(&piece);
            }
            _ => long.push(piece),
        }
    }
    let left = long.split_off(MAX_SEGMENTS.min(long.len()));
    let n_left = left.iter().map(|piece| piece.split_whitespace().count());
    (long, n_left.sum())
}

/// Sentences, short ones together with the next, and parts of those that are too
/// long for one breath.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for paragraph in text.split("\n\n") {
        let paragraph = spoken(paragraph);
        let mut piece = String::new();
        let mut n_words = 0;
        let mut put = |piece: &mut String, n_words: &mut usize| {
            let piece = std::mem::take(piece);
            *n_words = 0;
            pieces.extend((!is_blank(&piece)).then_some(piece));
        };
        for word in paragraph.split_whitespace() {
            // What is so long is no word; it is only kept from being too long.
            let mut rest = word;
            while let Some((at, _)) = rest.char_indices().nth(MAX_LINE) {
                put(&mut piece, &mut n_words);
                let (head, tail) = rest.split_at(at);
                put(&mut head.to_owned(), &mut n_words);
                rest = tail;
            }
            if n_words == BREATH || piece.chars().count() + 1 + rest.chars().count() > MAX_LINE {
                put(&mut piece, &mut n_words);
            }
            if n_words > 0 {
                piece.push(' ');
            }
            piece.push_str(rest);
            n_words += 1;
            let ends = unquoted(rest).ends_with(['.', '!', '?', '\u{2026}']);
            if ends && n_words >= SHORTEST {
                put(&mut piece, &mut n_words);
            }
        }
        put(&mut piece, &mut n_words);
    }
    pieces
}

/// What is said in a paragraph that is all speech: without the quotes around it. All
/// that stands in `says` is spoken.
fn spoken(paragraph: &str) -> &str {
    let trimmed = paragraph.trim();
    for (open, close) in [('"', '"'), ('\u{201C}', '\u{201D}')] {
        let inside = trimmed
            .strip_prefix(open)
            .and_then(|t| t.strip_suffix(close));
        if let Some(inside) = inside.filter(|inside| !inside.contains([open, close])) {
            return inside;
        }
    }
    paragraph
}

/// Without the quotes and brackets that close behind it.
pub fn unquoted(text: &str) -> &str {
    text.trim_end_matches(['"', '\'', '\u{201D}', '\u{2019}', ')'])
}

/// A key made of the first words of a name: small letters, digits and hyphens, with
/// room for a number behind it.
pub fn slug(name: &str) -> Option<String> {
    const LONGEST: usize = 26;
    let mut key = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => key.push(c),
            '\'' | '\u{2019}' => {}
            _ if !key.ends_with('-') && !key.is_empty() => key.push('-'),
            _ => {}
        }
        if key.len() > LONGEST {
            // Half a word is none.
            let whole = key.rfind('-').filter(|at| *at > 0);
            key.truncate(whole.unwrap_or(LONGEST));
            break;
        }
    }
    let key = key.trim_end_matches('-');
    (!key.is_empty()).then(|| key.to_owned())
}

/// With single blanks and no line breaks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether there is nothing in it to read.
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

/// The beginning of a text, to know it by.
pub fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Lines of at most so many characters.
pub fn wrapped(text: &str) -> Vec<String> {
    textwrap::wrap(text, 100)
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}

/// What a text of a scenario may hold: nothing hidden, no markup, no heap of accents.
pub fn clean(text: &str) -> String {
    let mut n_marks = 0;
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| {
            n_marks = if is_mark(*c) { n_marks + 1 } else { 0 };
            forbidden(*c).is_none() && n_marks <= MAX_MARKS && *c != '*'
        })
        .map(|c| match c {
            '{' => '(',
            '}' => ')',
            c => c,
        })
        .collect()
}

/// A text in quotes.
pub fn quoted(text: &str) -> String {
    let text = clean(text);
    let text = if is_blank(&text) { "..." } else { &text };
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
