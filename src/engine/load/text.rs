//! What a text token says: escapes resolved, line ends made one, and what no text
//! may hold reported.

use std::borrow::Cow;

use super::findings::{Findings, error, quoted};
use super::source::{Source, forbidden};
use super::token::{Lexeme, Token};
use crate::diagnostic::Span;

/// Longest text, characters.
pub const MAX_TEXT: usize = 2_000;

/// Most combining marks on one letter.
pub const MAX_MARKS: usize = 8;

/// The text of a text token; empty for other tokens.
pub(super) fn text_of<'s>(
    source: &'s Source,
    token: Token,
    findings: &mut Findings,
) -> Cow<'s, str> {
    let (head, tail, escaped) = match token.lexeme {
        Lexeme::Text => (1, 1, true),
        Lexeme::RawText(n) => (2 + usize::from(n), 1 + usize::from(n), false),
        Lexeme::Mended { head, tail } => (head.into(), tail.into(), false),
        _ => return Cow::default(),
    };
    let span = token.span();
    let start = span.start + head;
    let inside = source.slice(Span {
        start,
        end: span.end.saturating_sub(tail),
    });
    // Most texts say what stands there.
    let plain = !inside
        .bytes()
        .any(|byte| byte == b'\r' || (byte == b'\\' && escaped));
    let text = if plain {
        Cow::Borrowed(inside)
    } else {
        let mut reader = Reader {
            inside,
            start,
            at: 0,
            findings,
        };
        Cow::Owned(reader.read(escaped))
    };
    limits(&text, span, findings);
    text
}

/// The character of a character token.
pub(super) fn char_of(source: &Source, token: Token, findings: &mut Findings) -> char {
    let span = token.span();
    let start = span.start + 1;
    let inside = source.slice(Span {
        start,
        end: span.end - 1,
    });
    let n_before = findings.list.len();
    let mut reader = Reader {
        inside,
        start,
        at: 0,
        findings,
    };
    let text = reader.read(true);
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => character,
        _ => {
            if findings.list.len() == n_before {
                findings.push(error(
                    "bad-escape",
                    span,
                    "single quotes hold exactly one character",
                ));
            }
            char::REPLACEMENT_CHARACTER
        }
    }
}

fn limits(text: &str, span: Span, findings: &mut Findings) {
    if text.is_ascii() && text.len() <= MAX_TEXT {
        return;
    }
    let n_characters = text.chars().count();
    if n_characters > MAX_TEXT {
        let message =
            format!("this text has {n_characters} characters, at most {MAX_TEXT} are allowed");
        findings.push(
            error("text-too-long", span, message).hint("people talk in short pieces: divide it"),
        );
    }
    let mut n_marks = 0;
    for character in text.chars() {
        n_marks = if is_mark(character) { n_marks + 1 } else { 0 };
        if n_marks > MAX_MARKS {
            let message = format!("a letter of this text carries more than {MAX_MARKS} accents");
            findings.push(error("stacked-marks", span, message));
            return;
        }
    }
}

/// Whether a character sits on the letter before it, as an accent does.
pub fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}'
    )
}

struct Reader<'a, 'f> {
    inside: &'a str,
    /// Where `inside` begins in the source.
    start: usize,
    at: usize,
    findings: &'f mut Findings,
}

impl Reader<'_, '_> {
    fn read(&mut self, escaped: bool) -> String {
        let mut text = String::new();
        while let Some(character) = self.inside[self.at..].chars().next() {
            match character {
                '\r' => {
                    let is_pair = self.inside[self.at..].starts_with("\r\n");
                    self.at += if is_pair { 2 } else { 1 };
                    text.push('\n');
                }
                '\\' if escaped => self.escape(&mut text),
                _ => {
                    self.at += character.len_utf8();
                    text.push(character);
                }
            }
        }
        text
    }

    fn escape(&mut self, text: &mut String) {
        let rest = &self.inside[self.at + 1..];
        let Some(kind) = rest.chars().next() else {
            self.bad(1, "a backslash stands before nothing");
            return;
        };
        let simple = match kind {
            '\'' | '"' | '\\' => Some(kind),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            '0' => Some('\0'),
            _ => None,
        };
        if let Some(character) = simple {
            self.escaped(text, character, 2);
            return;
        }
        match kind {
            '\n' | '\r' => {
                let blank = rest.trim_start_matches([' ', '\t', '\n', '\r']);
                self.at += 1 + rest.len() - blank.len();
            }
            'x' => match hex(rest.get(1..3)).filter(|&code| code < 0x80) {
                Some(code) => self.code(text, code, 4),
                None => self.bad(2, "`\\x` expects two digits from 00 to 7F after it"),
            },
            'u' => {
                let digits = rest[1..].strip_prefix('{').and_then(|braced| {
                    let n_digits = braced.bytes().take(7).position(|b| b == b'}')?;
                    braced.get(..n_digits)
                });
                match hex(digits) {
                    Some(code) => self.code(text, code, 4 + digits.map_or(0, str::len)),
                    None => self.bad(
                        2,
                        "`\\u` expects one to six digits in braces after it, for example `\\u{E9}`",
                    ),
                }
            }
            other => {
                let shown = quoted(&other.to_string());
                let message = format!(
                    "`\\{shown}` means nothing, expected one of \\\" \\\\ \\n \\t \\u{{…}}"
                );
                self.bad(1 + other.len_utf8(), &message);
            }
        }
    }

    fn code(&mut self, text: &mut String, code: u32, n_bytes: usize) {
        match char::from_u32(code) {
            Some(character) => self.escaped(text, character, n_bytes),
            None => self.bad(n_bytes, &format!("U+{code:04X} is not a character")),
        }
    }

    fn escaped(&mut self, text: &mut String, character: char, n_bytes: usize) {
        if let Some(name) =
            forbidden(character).or((character == '\r').then_some("a carriage return"))
        {
            let message = format!(
                "{name} (U+{:04X}) must not stand in a text",
                u32::from(character)
            );
            self.report("forbidden-character", n_bytes, &message);
        } else {
            text.push(character);
        }
        self.at += n_bytes;
    }

    fn bad(&mut self, n_bytes: usize, message: &str) {
        self.report("bad-escape", n_bytes, message);
        self.at += n_bytes;
    }

    fn report(&mut self, code: &'static str, n_bytes: usize, message: &str) {
        let start = self.start + self.at;
        let end = start + n_bytes.min(self.inside.len() - self.at);
        self.findings
            .push(error(code, Span { start, end }, message));
    }
}

fn hex(digits: Option<&str>) -> Option<u32> {
    let digits = digits.filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}
