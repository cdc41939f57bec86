//! Makes the brackets of a file pair up, so that the parser always meets a balanced
//! text. Indentation and the other brackets of a line are the evidence for which
//! bracket is missing, wrong or too many.

use super::findings::{Findings, error};
use super::source::Source;
use super::token::{Bracket, Lexeme, Token};
use crate::diagnostic::{Diagnostic, Span};

/// Deepest nesting.
pub const MAX_DEPTH: usize = 32;

/// After so many problems the brackets cannot be made sense of.
const MOST_PROBLEMS: usize = 60;

/// How far along a line a guess is tried out, tokens.
const LOOK: usize = 200;

/// Tokens whose brackets all pair up.
pub(super) struct Balanced {
    pub(super) tokens: Vec<Token>,
    /// For every opening bracket the index of its closing one; 0 for other tokens.
    pub(super) partner: Vec<u32>,
}

/// Pairs the brackets. None if there is no sense in reading on.
pub(super) fn balance(
    source: &Source,
    tokens: Vec<Token>,
    cut: bool,
    tolerant: bool,
    findings: &mut Findings,
) -> Option<Balanced> {
    match first_fault(&tokens) {
        None => return Some(paired(tokens)),
        Some(Fault::TooDeep(at)) if !tolerant => {
            findings.push(too_deep(source, tokens[at]));
            return None;
        }
        Some(fault) if !tolerant => {
            let (Fault::TooDeep(at) | Fault::Unpaired(at)) = fault;
            let span = tokens.get(at).map_or(Span::default(), |t| t.span());
            findings.push(error(
                "unclosed-bracket",
                span,
                "the brackets do not pair up",
            ));
            return None;
        }
        Some(_) => {}
    }
    let repaired = [true, false].map(|by_indent| Repair::run(source, &tokens, by_indent, cut));
    let deep = match first_fault(&tokens) {
        Some(Fault::TooDeep(at)) => Some(tokens[at]),
        _ => None,
    };
    let n_tolerable = if deep.is_some() { 20 } else { MOST_PROBLEMS };
    let [by_indent, by_line] = repaired;
    let best = if by_indent.cost() <= by_line.cost() {
        by_indent
    } else {
        by_line
    };
    match (deep, best.too_deep) {
        (Some(token), _) if best.cost() > n_tolerable => findings.push(too_deep(source, token)),
        (_, Some(token)) => findings.push(too_deep(source, token)),
        _ => {
            findings.extend(best.findings);
            return (!best.gave_up).then(|| paired(best.out));
        }
    }
    None
}

enum Fault {
    TooDeep(usize),
    Unpaired(usize),
}

fn first_fault(tokens: &[Token]) -> Option<Fault> {
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.lexeme {
            Lexeme::Open(bracket) => {
                open.push(bracket);
                if open.len() > MAX_DEPTH {
                    return Some(Fault::TooDeep(at));
                }
            }
            Lexeme::Close(bracket) if open.pop() != Some(bracket) => {
                return Some(Fault::Unpaired(at));
            }
            _ => {}
        }
    }
    (!open.is_empty()).then_some(Fault::Unpaired(tokens.len()))
}

fn too_deep(source: &Source, token: Token) -> Diagnostic {
    let place = source.position(token.start as usize);
    let message = format!(
        "brackets are nested deeper than {MAX_DEPTH} at {}:{}",
        place.line, place.column
    );
    error("too-deep", token.span(), message).hint("a scenario needs about ten levels")
}

fn paired(tokens: Vec<Token>) -> Balanced {
    let mut partner = vec![0; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.lexeme {
            Lexeme::Open(_) => open.push(at),
            Lexeme::Close(_) => {
                if let Some(opened) = open.pop() {
                    // There are at most MAX_TOKENS and their repairs.
                    partner[opened] = at as u32;
                }
            }
            _ => {}
        }
    }
    Balanced { tokens, partner }
}

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

struct Repair<'a> {
    source: &'a Source,
    tokens: &'a [Token],
    by_indent: bool,
    out: Vec<Token>,
    stack: Vec<Opened>,
    findings: Vec<Diagnostic>,
    too_deep: Option<Token>,
    gave_up: bool,
}

impl<'a> Repair<'a> {
    fn run(source: &'a Source, tokens: &'a [Token], by_indent: bool, cut: bool) -> Self {
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
    fn cost(&self) -> usize {
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
            self.open_made(*key, 1, 0);
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
            self.missing(at);
        }
        if self.opening_forgotten(at, line) {
            let place = Span {
                start: token.start as usize,
                end: token.start as usize,
            };
            self.findings.push(
                error(
                    "missing-opening",
                    token.span(),
                    "a second field follows at once, expected `(` before it",
                )
                .mend(self.source.mended(&[(place, "(")])),
            );
            self.open_made(token, line, self.source.indent(line));
        }
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

    /// `key: field: value` on one line.
    fn opening_forgotten(&self, at: usize, line: usize) -> bool {
        let is_colon = |token: &Token| matches!(token.lexeme, Lexeme::Colon | Lexeme::Equals);
        at >= 2
            && self.tokens[at].lexeme == Lexeme::Word
            && self.tokens.get(at + 1).is_some_and(is_colon)
            && is_colon(&self.tokens[at - 1])
            && self.tokens[at - 2].is_key()
            && self.source.line_at(self.tokens[at - 2].start as usize) == line
            && self.out.last().is_some_and(|last| !last.made)
    }

    fn open_made(&mut self, before: Token, line: usize, indent: usize) {
        let token = Token {
            lexeme: Lexeme::Open(Bracket::Round),
            start: before.start,
            end: before.start,
            made: true,
        };
        self.out.push(token);
        self.stack.push(Opened {
            bracket: Bracket::Round,
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

    fn pop_with(&mut self, token: Token) {
        self.stack.pop();
        self.out.push(token);
    }

    fn stray(&mut self, at: usize, bracket: Bracket) {
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
