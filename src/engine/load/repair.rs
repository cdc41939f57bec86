//! Where brackets do not pair up: which one is missing, wrong or too many, told by
//! indentation and by the other brackets of the line.

use super::bracket::{MAX_DEPTH, MOST_PROBLEMS};
use super::findings::error;
use super::source::Source;
use super::token::{Bracket, Lexeme, Token};
use crate::diagnostic::{Diagnostic, Span};

/// How far along a line a guess is tried out, tokens.
const LOOK: usize = 200;

#[derive(Clone, Copy)]
struct Opened {
    bracket: Bracket,
    token: Token,
    line: usize,
    indent: usize,
}

/// What a bracket is taken for that closes something else.
#[derive(Clone, Copy)]
enum Reading {
    /// The ones inside were left open: this many.
    OthersMissing(usize),
    /// The wrong kind was typed.
    WrongKind,
    /// It is one too many.
    Stray,
}

pub(super) struct Repair<'a> {
    source: &'a Source,
    tokens: &'a [Token],
    by_indent: bool,
    pub(super) out: Vec<Token>,
    stack: Vec<Opened>,
    pub(super) findings: Vec<Diagnostic>,
    pub(super) too_deep: Option<Token>,
    pub(super) gave_up: bool,
}

impl<'a> Repair<'a> {
    /// Goes through all tokens. `by_indent`: the indentation is trusted; `cut`: the
    /// end of the file could not be read.
    pub(super) fn run(source: &'a Source, tokens: &'a [Token], by_indent: bool, cut: bool) -> Self {
        let mut repair = Repair {
            source,
            tokens,
            by_indent,
            out: Vec::with_capacity(tokens.len() + 8),
            stack: Vec::new(),
            findings: Vec::new(),
            too_deep: None,
            gave_up: false,
        };
        repair.root();
        let mut end_line = 0;
        for (at, token) in tokens.iter().enumerate() {
            let line = source.line_at(token.start as usize);
            let leading = line > end_line;
            end_line = source.line_at((token.end as usize).saturating_sub(1));
            repair.step(at, line, leading);
            if repair.too_deep.is_some() || repair.findings.len() > MOST_PROBLEMS {
                repair.gave_up = true;
                return repair;
            }
        }
        repair.end(cut);
        repair
    }

    /// How badly this repair fits.
    pub(super) fn cost(&self) -> usize {
        self.findings.len() + if self.gave_up { MOST_PROBLEMS } else { 0 }
    }

    /// A file whose first bracket was forgotten begins with a field.
    fn root(&mut self) {
        if let [key, colon, ..] = self.tokens
            && key.is_key()
            && matches!(colon.lexeme, Lexeme::Colon | Lexeme::Equals)
        {
            let at = Span {
                start: key.start as usize,
                end: key.start as usize,
            };
            self.findings.push(
                error(
                    "missing-opening",
                    key.span(),
                    "the file begins with a field, expected `(` before it",
                )
                .hint("a scenario is one pair of parentheses around all its fields")
                .mend(self.source.mended(&[(at, "(")])),
            );
            self.open_made(Bracket::Round, *key, 1, 0);
        }
    }

    fn step(&mut self, at: usize, line: usize, leading: bool) {
        let token = self.tokens[at];
        let indent = if leading { self.source.indent(line) } else { 0 };
        if let Lexeme::Close(bracket) = token.lexeme {
            self.close(at, bracket, line, leading.then_some(indent));
            return;
        }
        if self.by_indent && leading {
            while let [_, .., top] = self.stack[..]
                && top.line < line
                && indent <= top.indent
            {
                self.missing(at);
            }
        }
        if self.list_left_open(at) {
            let listed_before = self.stack.last().is_some_and(|list| list.line < line);
            if listed_before && self.closes_more(at, line) {
                self.report_opening(at, Bracket::Round);
                self.open_made(Bracket::Round, token, line, self.source.indent(line));
            } else {
                self.missing(at);
            }
        }
        if let Some(bracket) = self.opening_forgotten(at, line) {
            self.report_opening(at, bracket);
            self.open_made(bracket, token, line, self.source.indent(line));
        }
        let token = self.braces_meant(at);
        self.out.push(token);
        if let Lexeme::Open(bracket) = token.lexeme {
            let indent = self.source.indent(line);
            self.stack.push(Opened {
                bracket,
                token,
                line,
                indent,
            });
            if self.stack.len() > MAX_DEPTH {
                self.too_deep = Some(token);
            }
        }
    }

    /// This token; `{` where it is a `[` that is followed by `"key":`.
    fn braces_meant(&mut self, at: usize) -> Token {
        let token = self.tokens[at];
        if token.lexeme != Lexeme::Open(Bracket::Square)
            || self.asked_for_by(token.start) != Some(Bracket::Curly)
        {
            return token;
        }
        let message = "keys stand in square brackets `[…]`, expected braces `{…}`";
        self.findings.push(
            error("brackets-for-braces", token.span(), message)
                .hint("square brackets hold a list: [a, b]")
                .mend(self.source.mended(&[(token.span(), "{")])),
        );
        Token {
            lexeme: Lexeme::Open(Bracket::Curly),
            ..token
        }
    }

    /// A field in a list that has values already.
    fn list_left_open(&self, at: usize) -> bool {
        let colon = matches!(
            self.tokens.get(at + 1).map(|t| t.lexeme),
            Some(Lexeme::Colon | Lexeme::Equals)
        );
        let in_list = matches!(
            self.stack[..],
            [
                ..,
                Opened {
                    bracket: Bracket::Square,
                    ..
                }
            ]
        );
        let is_first = at > 0 && matches!(self.tokens[at - 1].lexeme, Lexeme::Open(_));
        self.stack.len() > 1 && in_list && self.tokens[at].is_key() && colon && !is_first
    }

    /// Whether the rest of the line closes a bracket that it did not open.
    fn closes_more(&self, at: usize, line: usize) -> bool {
        let line_end = self.source.line_span(line).end;
        let mut depth = 0_usize;
        for token in self.tokens[at..].iter().take(LOOK) {
            match token.lexeme {
                _ if token.start as usize >= line_end => break,
                Lexeme::Open(_) => depth += 1,
                Lexeme::Close(_) if depth == 0 => return true,
                Lexeme::Close(_) => depth -= 1,
                _ => {}
            }
        }
        false
    }

    fn is_colon(&self, at: usize) -> bool {
        matches!(
            self.tokens.get(at).map(|t| t.lexeme),
            Some(Lexeme::Colon | Lexeme::Equals)
        )
    }

    /// The bracket that is missing before `field:` if a key or `[` stands right before
    /// it, on this line or on an earlier one that is indented less.
    fn opening_forgotten(&self, at: usize, line: usize) -> Option<Bracket> {
        if at < 2 || self.out.last().is_none_or(|t| t.made) {
            return None;
        }
        let (key, colon, token) = (self.tokens[at - 2], self.tokens[at - 1], self.tokens[at]);
        let begins_field = token.is_key() && self.is_colon(at + 1);
        let is_word = token.lexeme == Lexeme::Word;
        if colon.lexeme == Lexeme::Open(Bracket::Square) {
            return (begins_field && is_word).then_some(Bracket::Round);
        }
        if !self.is_colon(at - 1) || !key.is_key() {
            return None;
        }
        let key_line = self.source.line_at(key.start as usize);
        let below = key_line < line && self.source.indent(key_line) < self.source.indent(line);
        match token.lexeme {
            _ if begins_field && is_word && (key_line == line || below) => Some(Bracket::Round),
            _ if begins_field && below => Some(Bracket::Curly),
            Lexeme::Open(Bracket::Round) if below && self.is_followed_alike(at) => {
                Some(Bracket::Square)
            }
            _ => None,
        }
    }

    /// Whether these parentheses are followed by a comma and others.
    fn is_followed_alike(&self, at: usize) -> bool {
        let mut depth = 0_usize;
        for (i, token) in self.tokens.iter().enumerate().skip(at).take(LOOK) {
            match token.lexeme {
                Lexeme::Open(_) => depth += 1,
                Lexeme::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                let next = |n: usize| self.tokens.get(i + n).map(|t| t.lexeme);
                return next(1) == Some(Lexeme::Comma)
                    && matches!(
                        next(2),
                        Some(Lexeme::Open(Bracket::Round) | Lexeme::Close(Bracket::Square))
                    );
            }
        }
        false
    }

    fn report_opening(&mut self, at: usize, bracket: Bracket) {
        let (before, token) = (self.tokens[at - 1], self.tokens[at]);
        let open = bracket.open();
        let lines = [before, token].map(|t| self.source.line_at(t.start as usize));
        let here = lines[0] == lines[1] || !self.is_colon(at - 1);
        // Below its key, the bracket belongs to the line of the key.
        let (place, insert) = if here {
            (token.start as usize, open.to_owned())
        } else {
            (before.end as usize, format!(" {open}"))
        };
        let place = Span {
            start: place,
            end: place,
        };
        let span = if here { token.span() } else { before.span() };
        let finding = error(
            "missing-opening",
            span,
            format!("`{open}` is missing here, what comes next stands in brackets"),
        )
        .mend(self.source.mended(&[(place, &insert)]));
        self.findings.push(finding);
    }

    fn open_made(&mut self, bracket: Bracket, before: Token, line: usize, indent: usize) {
        let token = Token {
            lexeme: Lexeme::Open(bracket),
            start: before.start,
            end: before.start,
            made: true,
        };
        self.out.push(token);
        self.stack.push(Opened {
            bracket,
            token,
            line,
            indent,
        });
    }

    fn close(&mut self, at: usize, bracket: Bracket, line: usize, leading_indent: Option<usize>) {
        let token = self.tokens[at];
        let Some(top) = self.stack.last().copied() else {
            self.stray(at, bracket);
            return;
        };
        if self.by_indent
            && let Some(indent) = leading_indent
            && top.line < line
            && indent < top.indent
        {
            let fits = |o: &Opened| o.bracket == bracket && o.indent == indent;
            if let Some(n) = self.stack.iter().rev().position(fits) {
                for _ in 0..n {
                    self.missing(at);
                }
                self.pop_with(token);
                return;
            }
        }
        if top.bracket == bracket {
            let is_last = self.tokens[at + 1..]
                .iter()
                .all(|t| matches!(t.lexeme, Lexeme::Comma | Lexeme::Semicolon));
            let ends_alike = self.tokens.last().is_some_and(|t| t.lexeme == token.lexeme);
            if self.stack.len() == 1 && !is_last && ends_alike {
                self.stray(at, bracket);
            } else {
                self.pop_with(token);
            }
            return;
        }
        match self.best_reading(at, bracket, line, leading_indent) {
            Reading::OthersMissing(n) => {
                for _ in 0..n {
                    self.missing(at);
                }
                self.pop_with(token);
            }
            Reading::WrongKind if self.suits_better(top, bracket) => {
                let (open, close) = (bracket.open(), bracket.close());
                let message = format!(
                    "`{}` is opened here and closed by `{close}`, expected `{open}`",
                    top.bracket.open()
                );
                self.findings.push(
                    error("wrong-bracket", top.token.span(), message)
                        .mend(self.source.mended(&[(top.token.span(), open)]))
                        .also(token.span(), &format!("`{close}` stands here")),
                );
                let is_it = |t: &&mut Token| t.start == top.token.start && !t.made;
                if let Some(opened) = self.out.iter_mut().rev().find(is_it) {
                    opened.lexeme = Lexeme::Open(bracket);
                }
                self.pop_with(token);
            }
            Reading::WrongKind => {
                let (open, close) = (top.bracket.open(), top.bracket.close());
                let message = format!(
                    "`{}` closes what `{open}` opened, expected `{close}`",
                    bracket.close()
                );
                self.findings.push(
                    error("wrong-bracket", token.span(), message)
                        .mend(self.source.mended(&[(token.span(), close)]))
                        .also(top.token.span(), &format!("`{open}` stands here")),
                );
                self.pop_with(Token {
                    lexeme: Lexeme::Close(top.bracket),
                    ..token
                });
            }
            Reading::Stray => self.stray(at, bracket),
        }
    }

    /// Whether what stands in a pair of brackets would rather be in those of another kind.
    fn suits_better(&self, opened: Opened, other: Bracket) -> bool {
        !opened.token.made && self.asked_for_by(opened.token.start) == Some(other)
    }

    /// The kind of brackets that what begins with the bracket at `start` belongs in:
    /// `"key":` in braces, `field:` in parentheses, several values in square brackets.
    fn asked_for_by(&self, start: u32) -> Option<Bracket> {
        let at = self.tokens.partition_point(|t| t.start < start);
        let (first, second) = (self.tokens.get(at + 1)?, self.tokens.get(at + 2)?);
        let colon = matches!(second.lexeme, Lexeme::Colon | Lexeme::Equals);
        match first.lexeme {
            Lexeme::Text if colon => Some(Bracket::Curly),
            Lexeme::Word if colon => Some(Bracket::Round),
            Lexeme::Open(_) => Some(Bracket::Square),
            Lexeme::Text | Lexeme::Word if second.lexeme == Lexeme::Comma => Some(Bracket::Square),
            _ => None,
        }
    }

    fn pop_with(&mut self, token: Token) {
        self.stack.pop();
        self.out.push(token);
    }

    /// `field: A, B],`: opens the list behind the colon.
    fn list_unopened(&mut self, at: usize) -> bool {
        let token = self.tokens[at];
        let line = self
            .source
            .line_span(self.source.line_at(token.start as usize));
        let is_colon = |t: &Token| matches!(t.lexeme, Lexeme::Colon | Lexeme::Equals);
        let is_bracket = |t: &Token| matches!(t.lexeme, Lexeme::Open(_) | Lexeme::Close(_));
        let Some(i) = self.out.iter().rposition(|t| is_colon(t) || is_bracket(t)) else {
            return false;
        };
        let colon = self.out[i];
        if is_bracket(&colon) || (colon.start as usize) < line.start {
            return false;
        }
        let Some(first) = self.out.get(i + 1).copied() else {
            return false;
        };
        let place = Span {
            start: first.start as usize,
            end: first.start as usize,
        };
        let finding = error(
            "missing-opening",
            first.span(),
            "a list begins here without its bracket, `[` is missing",
        )
        .mend(self.source.mended(&[(place, "[")]))
        .also(token.span(), "the list ends here");
        self.findings.push(finding);
        let opened = Token {
            lexeme: Lexeme::Open(Bracket::Square),
            end: first.start,
            made: true,
            ..first
        };
        self.out.insert(i + 1, opened);
        self.out.push(token);
        true
    }

    fn stray(&mut self, at: usize, bracket: Bracket) {
        if bracket == Bracket::Square && self.list_unopened(at) {
            return;
        }
        let token = self.tokens[at];
        let message = format!(
            "`{}` closes nothing: there is one too many",
            bracket.close()
        );
        let finding = error("stray-bracket", token.span(), message).mend(
            self.source
                .mended(&[(token.span(), "")])
                .filter(|line| !line.trim().is_empty()),
        );
        self.findings.push(finding);
    }

    /// Reports the innermost open bracket and closes it before this token.
    fn missing(&mut self, at: usize) {
        let Some(top) = self.stack.pop() else {
            return;
        };
        self.close_made(top.bracket);
        if top.token.made {
            return;
        }
        let open_line = self.source.line_at(top.token.start as usize);
        let previous = self.tokens[..at].last().map_or(top.token, |t| *t);
        let is_comma = previous.lexeme == Lexeme::Comma;
        let next_closes = self.tokens.get(at).is_none_or(|t| !t.begins_value());
        let close = top.bracket.close();
        let place = if is_comma {
            previous.start
        } else {
            previous.end
        } as usize;
        let line = self.source.line_at(place);
        // A bracket that ends its line is closed on a line of its own.
        let is_block = line > open_line && self.ends_line(top.token);
        let message = format!("`{}` is opened here and never closed", top.bracket.open());
        let mut finding = error("unclosed-bracket", top.token.span(), message);
        if is_block {
            let margin = self.source.slice(self.source.line_span(open_line));
            let margin = &margin[..margin.len() - margin.trim_start().len()];
            let comma = if at == self.tokens.len() { "" } else { "," };
            let place = Span {
                start: previous.end as usize,
                end: previous.end as usize,
            };
            finding = finding
                .also(
                    place,
                    &format!("after this line a line with `{close}` is missing"),
                )
                .mend(Some(format!("{margin}{close}{comma}")));
        } else {
            let place = Span {
                start: place,
                end: place,
            };
            let comma = if is_comma || next_closes { "" } else { "," };
            finding = finding
                .also(place, &format!("`{close}` belongs here"))
                .mend(self.source.mended(&[(place, &format!("{close}{comma}"))]));
        }
        self.findings.push(finding);
    }

    fn close_made(&mut self, bracket: Bracket) {
        let end = self.out.last().map_or(0, |t| t.end);
        let token = Token {
            lexeme: Lexeme::Close(bracket),
            start: end,
            end,
            made: true,
        };
        self.out.push(token);
    }

    /// Whether nothing but blanks and comments follows on the line.
    fn ends_line(&self, token: Token) -> bool {
        let line = self
            .source
            .line_span(self.source.line_at(token.start as usize));
        let rest = self
            .source
            .slice(Span {
                start: token.end as usize,
                end: line.end,
            })
            .trim_start();
        rest.is_empty() || rest.starts_with("//") || rest.starts_with("/*")
    }

    /// At the end of the file: one open bracket is a slip, several mean that the end is lost.
    fn end(&mut self, cut: bool) {
        let left: Vec<Opened> = self
            .stack
            .iter()
            .copied()
            .filter(|o| !o.token.made)
            .collect();
        let &[.., innermost] = &left[..] else {
            while let Some(top) = self.stack.pop() {
                self.close_made(top.bracket);
            }
            return;
        };
        if left.len() == 1 && !cut {
            while !self.stack.is_empty() {
                self.missing(self.tokens.len());
            }
            return;
        }
        while let Some(top) = self.stack.pop() {
            self.close_made(top.bracket);
        }
        if cut {
            return;
        }
        let open = innermost.bracket.open();
        let message = format!(
            "`{open}` is opened here and never closed: the file ends with {} brackets open",
            left.len()
        );
        let mut finding = error("unclosed-bracket", innermost.token.span(), message)
            .hint("the end of the file may be lost; otherwise look for the closing brackets of each of these places");
        for opened in left.iter().rev().skip(1).take(5) {
            finding = finding.also(
                opened.token.span(),
                &format!("`{}` is open too", opened.bracket.open()),
            );
        }
        self.findings.push(finding);
    }

    fn best_reading(
        &self,
        at: usize,
        bracket: Bracket,
        line: usize,
        leading_indent: Option<usize>,
    ) -> Reading {
        let depth = self.stack.iter().rev().position(|o| o.bracket == bracket);
        let top_indent = self.stack.last().map(|o| o.indent);
        if self.by_indent && leading_indent.is_some() && leading_indent == top_indent {
            return Reading::WrongKind;
        }
        let mut best = (
            self.line_cost(at, Reading::Stray, line, leading_indent),
            Reading::Stray,
        );
        let others = depth.map(Reading::OthersMissing);
        for reading in [Some(Reading::WrongKind), others].into_iter().flatten() {
            let cost = self.line_cost(at, reading, line, leading_indent);
            let preferred = matches!(reading, Reading::OthersMissing(_)) && cost == best.0;
            if cost < best.0 || preferred {
                best = (cost, reading);
            }
        }
        best.1
    }

    /// How much else is wrong with the rest of the line under this reading.
    fn line_cost(
        &self,
        at: usize,
        reading: Reading,
        line: usize,
        leading_indent: Option<usize>,
    ) -> usize {
        let mut open: Vec<(Bracket, bool)> = self
            .stack
            .iter()
            .map(|o| (o.bracket, o.line == line))
            .collect();
        // Closing what an earlier line opened is odd unless the line begins with it.
        let far = |opened: Option<(Bracket, bool)>| {
            usize::from(leading_indent.is_none() && matches!(opened, Some((_, false))))
        };
        let mut cost = match reading {
            Reading::Stray => 1,
            Reading::WrongKind => 1 + far(open.pop()),
            Reading::OthersMissing(n) => {
                let mut cost = n;
                for _ in 0..=n {
                    cost += far(open.pop());
                }
                cost
            }
        };
        let line_end = self.source.line_span(line).end;
        let rest = self.tokens[at + 1..]
            .iter()
            .take(LOOK)
            .take_while(|t| (t.start as usize) < line_end);
        let mut ends_open = false;
        for token in rest {
            ends_open = false;
            match token.lexeme {
                Lexeme::Open(bracket) => {
                    open.push((bracket, true));
                    ends_open = true;
                }
                Lexeme::Close(bracket) => match open.last() {
                    Some(&(kind, here)) if kind == bracket => {
                        cost += usize::from(!here);
                        open.pop();
                    }
                    _ => cost += 2,
                },
                _ => {}
            }
        }
        let n_left = open.iter().filter(|(_, here)| *here).count();
        cost + n_left.saturating_sub(usize::from(ends_open))
    }
}
