//! Texts and their quotes: where a text ends, and where it was meant to end if its
//! quotes are wrong. Every search is bounded, so that no file takes long.

use super::findings::{error, quoted};
use super::token::{Lexeme, Lexer, Token, line_length};
use crate::diagnostic::Span;

/// How far evidence is looked for, bytes.
const LOOK: usize = 4_096;

/// How far it is looked what follows a quote, bytes.
const NEAR: usize = 80;

/// Most quotes of a line that are weighed.
const MOST_QUOTES: usize = 64;

/// After so many doubtful texts in a file there is no more guessing.
const MOST_DOUBTS: usize = 500;

/// Quotes that text programs make of straight ones.
const CURLY: [char; 11] = ['“', '”', '„', '‟', '«', '»', '‘', '’', '‚', '`', '″'];

impl Lexer<'_> {
    /// A text in straight double quotes.
    pub(super) fn text_token(&mut self) -> Token {
        let open = self.at;
        if self.tolerant && self.ends_only(open) {
            return self.take(1, Lexeme::LoneQuote);
        }
        let quote = if self.tolerant && self.doubts < MOST_DOUBTS {
            let line_end = self.line_end(open);
            match self.quote_in(open + 1, line_end) {
                Some(quote) if self.may_follow_text(quote + 1) => Some(quote),
                Some(quote) => return self.doubtful_text(open, quote, line_end),
                None => {
                    let limit = self.floor(line_end + 4 * LOOK);
                    let quote = self.quote_in(line_end, limit);
                    let closes = |q: &usize| self.may_follow_text(q + 1) && !self.looks_opening(*q);
                    match quote.filter(closes) {
                        Some(quote) => Some(quote),
                        None => return self.unclosed_text(open, line_end),
                    }
                }
            }
        } else {
            self.quote_in(open + 1, self.text.len())
        };
        match quote {
            Some(quote) => self.take(quote + 1 - open, Lexeme::Text),
            None => {
                let token = self.unclosed_text(open, self.line_end(open));
                self.give_up();
                token
            }
        }
    }

    /// Whether this quote can only end a text.
    fn ends_only(&self, quote: usize) -> bool {
        let before = self.text[..quote].chars().next_back();
        let touches =
            before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '?' | '!' | '…' | '*'));
        let rest = self.rest_of_line(quote + 1).trim_start();
        touches && (rest.starts_with(':') || self.must_follow_text(quote, quote + 1))
    }

    /// Takes back the words before a quote that ends them, and makes them one text.
    pub(super) fn unopened_text(&mut self, tokens: &mut Vec<Token>, quote: Token) -> Token {
        let is_text = |t: &Token| {
            matches!(
                t.lexeme,
                Lexeme::Text | Lexeme::RawText(_) | Lexeme::Mended { .. }
            )
        };
        let line = self
            .source
            .line_span(self.source.line_at(quote.start as usize));
        let mut start = quote.start;
        while let Some(last) = tokens.last() {
            let before = tokens.len().checked_sub(2).and_then(|i| tokens.get(i));
            let parts = matches!(
                last.lexeme,
                Lexeme::Colon | Lexeme::Equals | Lexeme::Open(_) | Lexeme::Close(_)
            ) || (last.lexeme == Lexeme::Comma
                && before.is_none_or(|t| is_text(t) || matches!(t.lexeme, Lexeme::Close(_))));
            if parts || is_text(last) || (last.start as usize) < line.start {
                break;
            }
            start = last.start;
            tokens.pop();
        }
        let place = Span {
            start: start as usize,
            end: start as usize,
        };
        let span = Span {
            start: start as usize,
            end: quote.end as usize,
        };
        let finding = error(
            "unopened-text",
            span,
            "this text ends with a quote but begins with none, expected `\"` before it",
        )
        .mend(self.source.mended(&[(place, "\"")]));
        self.findings.push(finding);
        Token {
            lexeme: Lexeme::Mended { head: 0, tail: 1 },
            start,
            ..quote
        }
    }

    /// A text `r"..."` or `r#"..."#`.
    pub(super) fn raw_text(&mut self, n_hashes: u8) -> Token {
        let open = self.at;
        let head = 2 + usize::from(n_hashes);
        let ending = format!("\"{}", "#".repeat(n_hashes.into()));
        let inside = &self.text[open + head..];
        if let Some(end) = inside.find(&ending) {
            return self.take(head + end + ending.len(), Lexeme::RawText(n_hashes));
        }
        let span = self.span_from(open, head);
        let message =
            format!("the text that begins here is never closed, expected `{ending}` at its end");
        self.findings.push(error("unclosed-text", span, message));
        let head = u8::try_from(head).unwrap_or(u8::MAX);
        let token = self.take(head.into(), Lexeme::Mended { head, tail: 0 });
        self.give_up();
        token
    }

    /// `'c'`, or a text in single quotes.
    pub(super) fn single_quoted(&mut self) -> Token {
        let open = self.at;
        // Behind a single character stands no word: `'I'm sorry'` begins a text.
        let is_alone = |length: &usize| {
            let behind = self.text[open + length..].chars().next();
            !behind.is_some_and(char::is_alphanumeric)
        };
        if let Some(length) = char_length(&self.text[open..]).filter(is_alone) {
            return self.take(length, Lexeme::Char);
        }
        let line_end = self.line_end(open);
        let mut ends = self.text[open + 1..line_end]
            .match_indices('\'')
            .take(MOST_QUOTES)
            .map(|(i, _)| open + 1 + i);
        let must = ends
            .clone()
            .find(|&end| self.must_follow_text(open, end + 1));
        let close = must.or_else(|| ends.find(|&end| self.may_follow_text(end + 1)));
        let end = close.unwrap_or_else(|| self.end_of_words(open + 1, line_end));
        let tail = usize::from(close.is_some());
        let words = self.text[open + 1..end]
            .replace('\\', "")
            .replace('"', "\\\"");
        let whole = self.span_from(open, end + tail - open);
        let finding = error(
            "single-quotes",
            whole,
            "a text stands in single quotes, expected double quotes",
        )
        .mend(self.source.mended(&[(whole, &format!("\"{words}\""))]));
        self.findings.push(finding);
        self.mended(open, 1, end, tail)
    }

    /// A text in quotes that a text program has made.
    pub(super) fn curly_text(&mut self) -> Token {
        let open = self.at;
        let head = self.text[open..].chars().next().map_or(1, char::len_utf8);
        let line_end = self.line_end(open);
        let quote = |c: char| c == '"' || CURLY.contains(&c);
        let inside = &self.text[open + head..line_end];
        let mut ends = inside
            .match_indices(quote)
            // A quote behind a backslash was meant to stand in the text.
            .filter(|&(i, _)| !inside[..i].ends_with('\\'))
            .take(MOST_QUOTES);
        let after = |i: usize, q: &str| open + head + i + q.len();
        let must = ends
            .clone()
            .find(|&(i, q)| self.must_follow_text(open, after(i, q)));
        let close = must.or_else(|| ends.find(|&(i, q)| self.may_follow_text(after(i, q))));
        let (end, tail) = match close {
            Some((i, q)) => (open + head + i, q.len()),
            None => (self.end_of_words(open + head, line_end), 0),
        };
        let straight = self.text[open + head..end]
            .replace("\\\"", "\"")
            .replace('"', "\\\"");
        let whole = self.span_from(open, end + tail - open);
        let mark = &self.text[open..open + head];
        let finding = error(
            "curly-quotes",
            self.span_from(open, head),
            format!("a text begins with `{mark}`, expected the straight quote `\"`"),
        )
        .hint("curly quotes may stand inside a text, not around it")
        .mend(self.source.mended(&[(whole, &format!("\"{straight}\""))]));
        self.findings.push(finding);
        self.mended(open, head, end, tail)
    }

    /// The first quote of the line is followed by what cannot follow a text.
    fn doubtful_text(&mut self, open: usize, quote: usize, line_end: usize) -> Token {
        if let Some(end) = self.lost_quote(open, quote, line_end) {
            return self.report_unclosed(open, end);
        }
        if let Some((end, tail)) = self.curly_close(open, quote) {
            return self.report_half_curly(open, end, tail);
        }
        self.doubts += 1;
        let mut at = quote;
        let mut inner = vec![quote];
        while inner.len() < MOST_QUOTES
            && let Some(next) = self.quote_in(at + 1, line_end)
        {
            if self.must_follow_text(open, next + 1) {
                return self.report_inner(open, next, &inner);
            }
            inner.push(next);
            at = next;
        }
        // No reading is better than the plain one: what follows is reported instead.
        self.take(quote + 1 - open, Lexeme::Text)
    }

    fn report_inner(&mut self, open: usize, close: usize, inner: &[usize]) -> Token {
        let edits: Vec<(Span, &str)> = inner
            .iter()
            .map(|&q| (self.span_from(q, 1), "\\\""))
            .collect();
        let last = inner.last().copied().unwrap_or(open);
        let span = Span {
            start: inner[0],
            end: last + 1,
        };
        let hint = if inner.len() > 1 {
            let words = quoted(&self.text[inner[0] + 1..last]);
            format!("inside a text write `\\\"` for a quote, or curly quotes: “{words}”")
        } else {
            "inside a text write `\\\"` for a quote".to_owned()
        };
        let finding = error(
            "inner-quotes",
            span,
            "a quote inside the text ends it too early",
        )
        .hint(&hint)
        .mend(self.source.mended(&edits))
        .also(self.span_from(open, 1), "the text begins here");
        self.findings.push(finding);
        self.mended(open, 1, close, 1)
    }

    fn unclosed_text(&mut self, open: usize, line_end: usize) -> Token {
        self.doubts += 1;
        if let Some((end, tail)) = self.curly_close(open, line_end) {
            return self.report_half_curly(open, end, tail);
        }
        let end = self.next_field(open + 1, line_end);
        let end = end.unwrap_or_else(|| self.end_of_words(open + 1, line_end));
        self.report_unclosed(open, end)
    }

    fn report_half_curly(&mut self, open: usize, end: usize, tail: usize) -> Token {
        let span = self.span_from(end, tail);
        let mark = &self.text[end..end + tail];
        let finding = error(
            "curly-quotes",
            span,
            format!("a text ends with `{mark}`, expected the straight quote `\"`"),
        )
        .hint("curly quotes may stand inside a text, not around it")
        .mend(self.source.mended(&[(span, "\"")]));
        self.findings.push(finding);
        self.mended(open, 1, end, tail)
    }

    fn report_unclosed(&mut self, open: usize, end: usize) -> Token {
        let place = Span { start: end, end };
        let finding = error(
            "unclosed-text",
            self.span_from(open, 1),
            "the text that begins here is never closed, expected `\"` at its end",
        )
        .mend(self.source.mended(&[(place, "\"")]));
        self.findings.push(finding);
        self.mended(open, 1, end, 0)
    }

    fn mended(&mut self, open: usize, head: usize, end: usize, tail: usize) -> Token {
        // Quote marks have one to three bytes.
        let lexeme = Lexeme::Mended {
            head: head as u8,
            tail: tail as u8,
        };
        self.take(end + tail - open, lexeme)
    }

    /// The end of the line of this byte, not further than evidence is looked for.
    fn line_end(&self, from: usize) -> usize {
        // From the table of lines: scanning would read a very long line once for every text in it.
        let line = self.source.line_span(self.source.line_at(from));
        line.end.max(from).min(self.floor(from + LOOK))
    }

    /// The nearest place at or before this one where a character begins.
    fn floor(&self, at: usize) -> usize {
        self.text.floor_char_boundary(at)
    }

    /// The first quote in a range that no backslash stands before.
    fn quote_in(&self, from: usize, to: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while at < to {
            match bytes[at] {
                b'"' => return Some(at),
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        None
    }

    fn rest_of_line(&self, from: usize) -> &str {
        let from = from.min(self.text.len());
        let near = &self.text[from..self.floor(from + NEAR)];
        &near[..line_length(near)]
    }

    /// Whether what stands here can follow a text, a comma left out included.
    fn may_follow_text(&self, at: usize) -> bool {
        let line = self.rest_of_line(at);
        let rest = line.trim_start();
        let gap = rest.len() < line.len();
        ends_here(rest)
            || rest.starts_with([',', ':', ')', ']', '}', ';', '='])
            || (gap && rest.starts_with(['"', '(']))
            || (gap && field_length(rest).is_some())
    }

    /// Whether what stands here follows a text and hardly anything else.
    fn must_follow_text(&self, open: usize, at: usize) -> bool {
        let rest = self.rest_of_line(at).trim_start();
        if ends_here(rest) {
            return true;
        }
        let before = self.text[..open].trim_end_matches([' ', '\t']);
        let after = rest.trim_start_matches([')', ']', '}', ' ', '\t']);
        match rest.chars().next() {
            Some(',') => begins_item(rest[1..].trim_start()),
            Some(':') => before.ends_with(['{', ',', '\n', '\r']),
            Some(')' | ']' | '}') => ends_here(after) || after.starts_with([',', ';', '"']),
            _ => false,
        }
    }

    /// Whether this quote stands where a text begins.
    fn looks_opening(&self, quote: usize) -> bool {
        self.text[..quote]
            .trim_end_matches([' ', '\t'])
            .ends_with([':', ',', '(', '[', '{', '='])
    }

    /// Where a closing quote was forgotten between `open` and `quote`, if the latter
    /// opens another text.
    fn lost_quote(&self, open: usize, quote: usize, line_end: usize) -> Option<usize> {
        if !self.looks_opening(quote) {
            return None;
        }
        if let Some(end) = self.next_field(open + 1, quote) {
            return Some(end);
        }
        let mut n_quotes = 1;
        let mut at = open;
        while let Some(next) = self.quote_in(at + 1, line_end) {
            n_quotes += 1;
            at = next;
        }
        let before = self.text[open + 1..quote].trim_end();
        let comma = before.strip_suffix(',')?;
        (n_quotes % 2 == 1).then_some(open + 1 + comma.len())
    }

    /// The comma before the next `name:` in a range.
    fn next_field(&self, from: usize, to: usize) -> Option<usize> {
        let range = &self.text[from..to];
        let mut commas = range.match_indices(',').map(|(i, _)| i);
        let comma = commas.find(|i| field_length(range[i + 1..].trim_start()).is_some())?;
        // What was closed between the text and the comma stays closed.
        let words = &range[..comma];
        Some(from + unbracketed(words).len())
    }

    /// Where a text ends that has no closing quote: before the commas and brackets
    /// that end the line.
    fn end_of_words(&self, from: usize, line_end: usize) -> usize {
        let line = &self.text[from..line_end];
        let words = line.split(" //").next().unwrap_or(line).trim_end();
        from + unbracketed(words.trim_end_matches([',', ';'])).len()
    }

    /// A curly quote in a range that ends a text which a straight one began.
    fn curly_close(&self, open: usize, to: usize) -> Option<(usize, usize)> {
        let range = &self.text[open + 1..to];
        let mut marks = range.match_indices(['”', '“', '″']).take(MOST_QUOTES);
        let (i, mark) =
            marks.find(|(i, mark)| self.must_follow_text(open, open + 1 + i + mark.len()))?;
        Some((open + 1 + i, mark.len()))
    }
}

/// Nothing but a comment is left of the line.
fn ends_here(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with("//") || rest.starts_with("/*")
}

/// The length of a field's name, if a name and a colon stand here.
fn field_length(rest: &str) -> Option<usize> {
    let n_name = rest
        .bytes()
        .take_while(|&b| b == b'_' || b.is_ascii_alphanumeric())
        .count();
    let after = rest[n_name..].trim_start();
    (n_name > 0 && after.starts_with([':', '='])).then_some(n_name)
}

/// Whether what stands after a comma begins the next value, field or entry.
fn begins_item(rest: &str) -> bool {
    let n_name = rest
        .bytes()
        .take_while(|&b| b == b'_' || b.is_ascii_alphanumeric())
        .count();
    let after = rest[n_name..].trim_start();
    ends_here(rest)
        || rest.starts_with(CURLY)
        || rest.starts_with(['"', '\'', '(', '[', '{', ')', ']', '}'])
        || field_length(rest).is_some()
        || (rest.starts_with(|c: char| c.is_ascii_uppercase())
            && after.starts_with(['(', ',', ')', ']', '}']))
}

/// Words without the closing brackets at their end that they did not open.
fn unbracketed(words: &str) -> &str {
    const PAIRS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    let mut words = words.trim_end();
    let mut n_extra = PAIRS.map(|(open, close)| {
        words
            .matches(close)
            .count()
            .saturating_sub(words.matches(open).count())
    });
    while let Some(last) = words.chars().next_back()
        && let Some(pair) = PAIRS.iter().position(|&(_, close)| close == last)
        && n_extra[pair] > 0
    {
        n_extra[pair] -= 1;
        words = words[..words.len() - 1].trim_end();
    }
    words
}

/// Bytes of the character literal that begins here, if one does.
fn char_length(rest: &str) -> Option<usize> {
    let mut characters = rest.char_indices().skip(1);
    let (_, first) = characters.next()?;
    if matches!(first, '\'' | '\n' | '\r') {
        return None;
    }
    if first == '\\' {
        // The longest escape is `\u{10FFFF}`; the quote after `\` is part of one.
        let mut ends = characters.skip(1).take(12);
        let (end, _) = ends.find(|&(_, c)| c == '\'')?;
        return Some(end + 1);
    }
    characters
        .next()
        .filter(|&(_, c)| c == '\'')
        .map(|(at, _)| at + 1)
}
