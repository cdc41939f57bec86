//! Cuts the text into tokens. Reports what is wrong with single tokens and goes on;
//! does not know which token may follow which. Quotes are in `quote.rs`.

use super::findings::{Findings, error, quoted};
use super::source::{Source, forbidden};
use crate::diagnostic::Span;

/// Most tokens of a file; more are not read.
pub(super) const MAX_TOKENS: usize = 2_000_000;

/// A kind of bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    Round,
    Square,
    Curly,
}

impl Bracket {
    pub(super) fn open(self) -> &'static str {
        match self {
            Bracket::Round => "(",
            Bracket::Square => "[",
            Bracket::Curly => "{",
        }
    }

    pub(super) fn close(self) -> &'static str {
        match self {
            Bracket::Round => ")",
            Bracket::Square => "]",
            Bracket::Curly => "}",
        }
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lexeme {
    Open(Bracket),
    Close(Bracket),
    Comma,
    Semicolon,
    Colon,
    /// `=` and its relatives where a colon belongs.
    Equals,
    /// A name: ASCII letters, digits and underscores, not beginning with a digit.
    Word,
    /// Letters and digits that are neither a name nor a number.
    Loose,
    /// A text in straight double quotes, with escapes.
    Text,
    /// A text `r"..."`, with this many `#`.
    RawText(u8),
    /// A text whose quotes were wrong, which is reported already: what it holds
    /// lies this many bytes from its ends, without escapes.
    Mended {
        head: u8,
        tail: u8,
    },
    /// A quote that ends a text which none began; only until the tokens are listed.
    LoneQuote,
    /// A character in single quotes.
    Char,
    Integer,
    /// A whole number with a dash for its minus, reported already.
    DashedInteger,
    Float,
    /// Anything else, one run of it.
    Junk,
}

/// A token and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) lexeme: Lexeme,
    pub(super) start: u32,
    pub(super) end: u32,
    /// It is not in the source: a bracket that belongs there.
    pub(super) made: bool,
}

impl Token {
    pub(super) fn span(self) -> Span {
        Span {
            start: self.start as usize,
            end: self.end as usize,
        }
    }

    /// Whether a value can begin with it.
    pub(super) fn begins_value(self) -> bool {
        !matches!(
            self.lexeme,
            Lexeme::Close(_) | Lexeme::Comma | Lexeme::Semicolon | Lexeme::Colon | Lexeme::Equals
        )
    }

    /// Whether it can name a field or an entry.
    pub(super) fn is_key(self) -> bool {
        matches!(
            self.lexeme,
            Lexeme::Word
                | Lexeme::Loose
                | Lexeme::Text
                | Lexeme::RawText(_)
                | Lexeme::Mended { .. }
        )
    }
}

/// The text being cut.
pub(super) struct Lexer<'s> {
    pub(super) source: &'s Source,
    pub(super) text: &'s str,
    pub(super) at: usize,
    /// Whether lines and what follows a quote are taken as evidence of where a text
    /// was meant to end. Otherwise the next quote ends it, as the format has it.
    pub(super) tolerant: bool,
    pub(super) findings: Findings,
    /// Whether the rest of the file was lost to an unclosed comment.
    pub(super) cut: bool,
    /// How many texts needed guessing so far.
    pub(super) doubts: usize,
    begun: bool,
}

impl<'s> Lexer<'s> {
    pub(super) fn new(source: &'s Source, tolerant: bool) -> Self {
        Lexer {
            source,
            text: source.text(),
            at: 0,
            tolerant,
            findings: Findings::default(),
            cut: false,
            doubts: 0,
            begun: false,
        }
    }

    /// All tokens of the file, in order; at most [`MAX_TOKENS`].
    pub(super) fn all(&mut self) -> Vec<Token> {
        // A token has about nine bytes, its blanks counted.
        let mut tokens: Vec<Token> = Vec::with_capacity(self.text.len() / 8);
        while let Some(token) = self.next() {
            if self.findings.is_full() {
                self.give_up();
            }
            if tokens.len() == MAX_TOKENS {
                let message = "the file has more than two million words and brackets";
                self.findings.push(error("too-many", token.span(), message));
                self.give_up();
                break;
            }
            if token.lexeme == Lexeme::LoneQuote {
                let merged = self.unopened_text(&mut tokens, token);
                tokens.push(merged);
                continue;
            }
            match tokens.last_mut() {
                Some(last)
                    if last.lexeme == Lexeme::Junk
                        && token.lexeme == Lexeme::Junk
                        && last.end == token.start =>
                {
                    last.end = token.end;
                }
                _ => tokens.push(token),
            }
        }
        tokens
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Option<Token> {
        self.skip_blank();
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        self.begun = true;
        let token = match first {
            '(' => self.take(1, Lexeme::Open(Bracket::Round)),
            ')' => self.take(1, Lexeme::Close(Bracket::Round)),
            '[' => self.take(1, Lexeme::Open(Bracket::Square)),
            ']' => self.take(1, Lexeme::Close(Bracket::Square)),
            '{' => self.take(1, Lexeme::Open(Bracket::Curly)),
            '}' => self.take(1, Lexeme::Close(Bracket::Curly)),
            ',' => self.take(1, Lexeme::Comma),
            ';' => self.take(1, Lexeme::Semicolon),
            ':' if rest.starts_with(":=") => self.take(2, Lexeme::Equals),
            ':' => self.take(1, Lexeme::Colon),
            '=' if rest.starts_with("=>") || rest.starts_with("==") => self.take(2, Lexeme::Equals),
            '=' => self.take(1, Lexeme::Equals),
            '"' => self.text_token(),
            '\'' => self.single_quoted(),
            'r' if raw_hashes(rest).is_some() => self.raw_text(raw_hashes(rest).unwrap_or(0)),
            '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚' | '`' | '″' => {
                self.curly_text()
            }
            '0'..='9' | '+' | '-' | '.' => self.number(),
            '–' | '—' | '−' | '‐' | '‑' => self.dashed_number(),
            c if c == '_' || c.is_alphanumeric() => self.word(),
            c => self.take(c.len_utf8(), Lexeme::Junk),
        };
        Some(token)
    }

    /// Reads no further: what comes after cannot be told.
    pub(super) fn give_up(&mut self) {
        self.cut = true;
        self.at = self.text.len();
    }

    pub(super) fn take(&mut self, n_bytes: usize, lexeme: Lexeme) -> Token {
        let start = self.at;
        self.at += n_bytes;
        // A source has at most MAX_BYTES, so its places fit.
        Token {
            lexeme,
            start: start as u32,
            end: self.at as u32,
            made: false,
        }
    }

    pub(super) fn span_from(&self, start: usize, n_bytes: usize) -> Span {
        Span {
            start,
            end: (start + n_bytes).min(self.text.len()),
        }
    }

    /// Skips blanks, comments, and what stands between tokens but should not.
    fn skip_blank(&mut self) {
        loop {
            let bytes = self.text.as_bytes()[self.at..].iter();
            self.at += bytes
                .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
                .count();
            let rest = &self.text[self.at..];
            let Some(first) = rest.chars().next() else {
                return;
            };
            match first {
                '!'..='~' if !matches!(first, '/' | '#') => return,
                c if forbidden(c).is_some() => self.at += c.len_utf8(),
                c if is_invisible(c) => self.invisible(c),
                '/' if rest.starts_with("//") => self.at += line_length(rest),
                '/' if rest.starts_with("/*") => self.block_comment(),
                '#' => self.hash(),
                _ => return,
            }
        }
    }

    fn invisible(&mut self, character: char) {
        let rest = &self.text[self.at..];
        let n_bytes = rest.len() - rest.trim_start_matches(is_invisible).len();
        let span = self.span_from(self.at, n_bytes);
        let code = u32::from(character);
        let finding = error(
            "invisible-character",
            span,
            format!("an invisible character (U+{code:04X}) stands where only plain spaces may"),
        )
        .hint("delete it and type a space; such characters come with text pasted from elsewhere")
        .mend(self.source.mended(&[(span, " ")]));
        self.findings.push(finding);
        self.at += n_bytes;
    }

    fn block_comment(&mut self) {
        let bytes = self.text.as_bytes();
        let mut depth = 0_usize;
        let mut at = self.at;
        while at < bytes.len() {
            match &bytes[at..] {
                [b'/', b'*', ..] => {
                    depth += 1;
                    at += 2;
                }
                [b'*', b'/', ..] => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        self.at = at;
                        return;
                    }
                }
                _ => at += 1,
            }
        }
        let span = self.span_from(self.at, 2);
        let finding = error("unclosed-comment", span, "the comment that begins here is never closed")
            .hint("close it with `*/`, or begin each of its lines with `//`; comments may contain comments");
        self.findings.push(finding);
        self.give_up();
    }

    /// An attribute `#![...]`, or a comment as other languages write it.
    fn hash(&mut self) {
        let rest = &self.text[self.at..];
        let n_line = line_length(rest);
        let line = &rest[..n_line];
        if !line.starts_with("#!") {
            let span = self.span_from(self.at, 1);
            let finding = error(
                "hash-comment",
                span,
                "`#` begins no comment here, expected `//`",
            )
            .mend(self.source.mended(&[(span, "//")]));
            self.findings.push(finding);
            self.at += n_line;
            return;
        }
        let n_bytes = line.find(']').map_or(n_line, |end| end + 1);
        let inside = line[..n_bytes]
            .strip_prefix("#![")
            .and_then(|r| r.strip_suffix(']'));
        let span = self.span_from(self.at, n_bytes);
        self.at += n_bytes;
        let inside = inside.unwrap_or("").trim();
        if is_editor_attribute(inside) && !self.begun {
            return;
        }
        let finding = if inside.starts_with("enable") {
            let mended = self.source.mended(&[(span, "")]);
            error("extension", span, "extensions of the format are not allowed, all scenarios are written in one dialect")
                .hint("delete this line; what it enables is on already or not needed")
                .mend(mended.filter(|line| !line.trim().is_empty()))
        } else if is_editor_attribute(inside) {
            error(
                "misplaced-attribute",
                span,
                "a line `#![…]` may only stand at the beginning of the file",
            )
        } else {
            error(
                "unknown-attribute",
                span,
                "this line `#![…]` is not known, expected `#![schema = \"…\"]` or none",
            )
            .hint("delete it")
        };
        self.findings.push(finding);
    }

    /// A number, or digits that only begin like one.
    fn number(&mut self) -> Token {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let sign = usize::from(matches!(bytes[0], b'+' | b'-'));
        let n_word = sign + word_length(&rest[sign..]);
        let shape = number_shape(&bytes[sign..n_word]);
        match shape {
            Some(lexeme) => self.take(n_word, lexeme),
            None if n_word > sign => self.take(n_word, Lexeme::Loose),
            None => self.take(1, Lexeme::Junk),
        }
    }

    /// A dash that text programs put in the place of a minus.
    fn dashed_number(&mut self) -> Token {
        let rest = &self.text[self.at..];
        let n_dash = rest.chars().next().map_or(1, char::len_utf8);
        let n_word = word_length(&rest[n_dash..]);
        let digits = &rest.as_bytes()[n_dash..n_dash + n_word];
        if number_shape(digits) != Some(Lexeme::Integer) {
            return self.take(n_dash, Lexeme::Junk);
        }
        let span = self.span_from(self.at, n_dash);
        let dash = quoted(&rest[..n_dash]);
        let finding = error(
            "dash-for-minus",
            span,
            format!("`{dash}` is a dash, expected the minus sign `-`"),
        )
        .mend(self.source.mended(&[(span, "-")]));
        self.findings.push(finding);
        self.take(n_dash + n_word, Lexeme::DashedInteger)
    }

    /// A name, or a word that is none.
    fn word(&mut self) -> Token {
        let n_word = word_length(&self.text[self.at..]);
        let lexeme = if is_name(&self.text[self.at..self.at + n_word]) {
            Lexeme::Word
        } else {
            Lexeme::Loose
        };
        self.take(n_word.max(1), lexeme)
    }
}

/// Whether this is a name: ASCII letters, digits, underscores.
pub(super) fn is_name(word: &str) -> bool {
    word.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
        && word.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

/// Bytes to the end of the line.
pub(super) fn line_length(rest: &str) -> usize {
    rest.bytes()
        .position(|b| b == b'\n' || b == b'\r')
        .unwrap_or(rest.len())
}

/// Bytes of the word that begins here: letters, digits and underscores, with
/// hyphens, points, signs and apostrophes inside it; points also at its beginning.
fn word_length(rest: &str) -> usize {
    let is_plain = |byte: &u8| *byte == b'_' || byte.is_ascii_alphanumeric();
    let n_plain = rest.bytes().take_while(is_plain).count();
    // What stands behind decides only if it may belong to the word.
    let ends = rest.as_bytes().get(n_plain);
    if ends.is_none_or(|byte| byte.is_ascii() && !matches!(byte, b'-' | b'+' | b'.' | b'\'')) {
        return n_plain;
    }
    let is_letter = |c: char| c == '_' || c.is_alphanumeric();
    let mut length = 0;
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|&(_, c)| c);
        let previous = rest[..at].chars().next_back();
        let joins = match character {
            // `1.`, `.5`, `1e+5` and `1..5` each are one word, `end.` is two.
            '.' => {
                next.is_some_and(is_letter)
                    || previous.is_some_and(|c| c.is_ascii_digit() || c == '.')
                    || (at == 0 && next.is_some_and(|c| c == '.'))
            }
            '-' | '+' | '\'' | '’' => at > 0 && next.is_some_and(is_letter),
            c => is_letter(c),
        };
        if !joins {
            break;
        }
        length = at + character.len_utf8();
    }
    length
}

/// Whether these bytes, sign left out, are a whole number or another one.
fn number_shape(bytes: &[u8]) -> Option<Lexeme> {
    let n_digits = |bytes: &[u8]| bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if bytes.first()?.is_ascii_digit() && bytes.iter().all(|&b| b == b'_' || b.is_ascii_digit()) {
        return Some(Lexeme::Integer);
    }
    let n_whole = n_digits(bytes);
    let mut rest = &bytes[n_whole..];
    let mut n_fraction = 0;
    if let [b'.', after @ ..] = rest {
        n_fraction = n_digits(after);
        rest = &after[n_fraction..];
    }
    if n_whole + n_fraction == 0 {
        return None;
    }
    if let [b'e' | b'E', after @ ..] = rest {
        let unsigned = after
            .strip_prefix(b"-")
            .or(after.strip_prefix(b"+"))
            .unwrap_or(after);
        let n_exponent = n_digits(unsigned);
        if n_exponent == 0 {
            return None;
        }
        rest = &unsigned[n_exponent..];
    }
    rest.is_empty().then_some(Lexeme::Float)
}

/// How many `#` the raw text has that begins here, if one does.
fn raw_hashes(rest: &str) -> Option<u8> {
    let after = rest.strip_prefix('r')?;
    let n_hashes = after.bytes().take_while(|&b| b == b'#').count();
    let begins = after.as_bytes().get(n_hashes) == Some(&b'"');
    u8::try_from(n_hashes).ok().filter(|_| begins)
}

/// `schema = "..."` or `type = "..."`, which help editors and mean nothing here.
fn is_editor_attribute(inside: &str) -> bool {
    let value = inside
        .strip_prefix("schema")
        .or(inside.strip_prefix("type"));
    let value = value.and_then(|v| v.trim_start().strip_prefix('='));
    value.is_some_and(|v| {
        let text = v.trim().strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        text.is_some_and(|t| !t.contains(['"', '\\']))
    })
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{A0}' | '\u{AD}' | '\u{61C}' | '\u{1680}' | '\u{180E}' | '\u{2000}'..='\u{200F}'
            | '\u{202F}' | '\u{205F}' | '\u{2060}'..='\u{2064}' | '\u{3000}'
    )
}
