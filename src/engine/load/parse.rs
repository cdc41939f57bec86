//! Tokens with paired brackets to a tree. After a problem it goes on at the next
//! comma or bracket, so that one pass finds them all. Depth is bounded before.

use super::bracket::Balanced;
use super::findings::{Findings, error, quoted};
use super::source::Source;
use super::text::{char_of, text_of};
use super::token::{Bracket, Lexeme, Token};
use super::tree::{Entry, Kind, Name, Node};
use crate::diagnostic::{Diagnostic, Span};

/// Most values, fields or entries in one pair of brackets.
pub const MAX_ELEMENTS: usize = 5_000;

pub(super) struct Parser<'a, 's> {
    pub(super) source: &'s Source,
    pub(super) tokens: &'a [Token],
    pub(super) partner: &'a [u32],
    /// Names that are fields of the format.
    fields: &'a [&'a str],
    pub(super) at: usize,
    pub(super) findings: &'a mut Findings,
}

/// What the elements of a pair of brackets are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// Values of a list.
    List,
    /// Values in parentheses.
    Values,
    /// `field: value`, in the parentheses or braces that begin at this token.
    Fields(usize),
    /// `"key": value`.
    Entries,
}

#[derive(Default)]
struct Elements<'s> {
    values: Vec<Node<'s>>,
    entries: Vec<Entry<'s>>,
}

impl<'a, 's> Parser<'a, 's> {
    pub(super) fn new(
        source: &'s Source,
        balanced: &'a Balanced,
        fields: &'a [&'a str],
        findings: &'a mut Findings,
    ) -> Self {
        Parser {
            source,
            tokens: &balanced.tokens,
            partner: &balanced.partner,
            fields,
            at: 0,
            findings,
        }
    }

    /// The one value of the file.
    pub(super) fn root(mut self) -> Option<Node<'s>> {
        self.tokens.first()?;
        let curly_root = self.lexeme(0) == Some(Lexeme::Open(Bracket::Curly));
        let root = if curly_root {
            self.braced_fields(0, None)
        } else {
            self.value(Body::Values)
        };
        if let Some(&token) = self.tokens.get(self.at) {
            let message = format!(
                "{} stands after the end, expected nothing more",
                self.shown(self.at)
            );
            let mut finding = error("trailing", token.span(), message);
            if !matches!(root.kind, Kind::Struct { .. }) {
                finding = finding.hint("a file is one pair of parentheses around everything");
            }
            self.findings.push(finding);
        }
        Some(root)
    }

    pub(super) fn lexeme(&self, at: usize) -> Option<Lexeme> {
        self.tokens.get(at).map(|t| t.lexeme)
    }

    pub(super) fn slice(&self, at: usize) -> &'s str {
        self.tokens
            .get(at)
            .map_or("", |t| self.source.slice(t.span()))
    }

    fn shown(&self, at: usize) -> String {
        format!("`{}`", quoted(self.slice(at)))
    }

    pub(super) fn span_of(&self, from: usize, to: usize) -> Span {
        let end = self.tokens.get(to).or(self.tokens.last());
        Span {
            start: self.tokens.get(from).map_or(0, |t| t.start as usize),
            end: end.map_or(0, |t| t.end as usize),
        }
    }

    fn broken(&self, at: usize) -> Node<'s> {
        let place = self
            .tokens
            .get(at)
            .or(self.tokens.last())
            .map_or(Span::default(), |t| t.span());
        Node {
            span: place,
            kind: Kind::Broken,
        }
    }

    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// One value. Takes at least one token unless none can begin a value here.
    pub(super) fn value(&mut self, body: Body) -> Node<'s> {
        let at = self.at;
        let Some(&token) = self.tokens.get(at) else {
            return self.broken(at);
        };
        if self.is_loose_text(body) {
            return self.loose_text(body);
        }
        let kind = match token.lexeme {
            Lexeme::Text | Lexeme::RawText(_) | Lexeme::Mended { .. } => {
                self.at += 1;
                Kind::Text(text_of(self.source, token, self.findings))
            }
            Lexeme::Char => {
                self.at += 1;
                Kind::Char(char_of(self.source, token, self.findings))
            }
            Lexeme::Integer | Lexeme::DashedInteger => {
                self.at += 1;
                Kind::Integer(integer(self.slice(at)))
            }
            Lexeme::Float => {
                self.at += 1;
                Kind::Float
            }
            Lexeme::Word => return self.word(),
            Lexeme::Open(Bracket::Square) if self.holds_quoted_keys(at) => {
                self.report_brackets(at, Bracket::Curly);
                Kind::Map(self.elements(at, Body::Entries).entries)
            }
            Lexeme::Open(Bracket::Square) => {
                let elements = self.elements(at, Body::List);
                Kind::List(elements.values)
            }
            Lexeme::Open(Bracket::Round) => return self.round(at, None),
            Lexeme::Open(Bracket::Curly) => return self.curly(at),
            Lexeme::Loose | Lexeme::Junk | Lexeme::LoneQuote => return self.unknown(),
            Lexeme::Close(_)
            | Lexeme::Comma
            | Lexeme::Semicolon
            | Lexeme::Colon
            | Lexeme::Equals => {
                return self.broken(at);
            }
        };
        Node {
            span: self.span_of(at, self.at - 1),
            kind,
        }
    }

    /// A name, alone or before brackets.
    fn word(&mut self) -> Node<'s> {
        let at = self.at;
        let token = self.tokens[at];
        let word = self.slice(at);
        self.at += 1;
        let name = Name {
            text: word.into(),
            span: token.span(),
        };
        let next = self.lexeme(self.at);
        let made = self.tokens.get(self.at).is_some_and(|t| t.made);
        let opens = next == Some(Lexeme::Open(Bracket::Round)) && !made;
        let kind = match word {
            "true" | "false" => Kind::Bool(word == "true"),
            "None" => Kind::None,
            "inf" | "NaN" => Kind::Float,
            "Some" => return self.some(name, opens),
            _ if opens => return self.round(self.at, Some(Box::new(name))),
            _ if next == Some(Lexeme::Open(Bracket::Curly)) && self.touches(at) => {
                let open = self.at;
                return self.braced_fields(open, Some(Box::new(name)));
            }
            _ => Kind::Word(word),
        };
        if opens && self.touches(at) {
            let message = format!("`{word}` takes nothing in parentheses");
            self.report(error("unexpected", self.tokens[self.at].span(), message));
            self.at = self.partner[self.at] as usize + 1;
        } else if word.starts_with("inff") || word.starts_with("NaNf") {
            self.report(error(
                "bad-number",
                token.span(),
                format!("`{word}` is not a whole number"),
            ));
        }
        Node {
            span: token.span(),
            kind,
        }
    }

    /// Whether the next token follows this one at once.
    fn touches(&self, at: usize) -> bool {
        self.tokens
            .get(at + 1)
            .is_some_and(|next| next.start == self.tokens[at].end)
    }

    fn some(&mut self, name: Name<'s>, opens: bool) -> Node<'s> {
        if !opens {
            self.report(error(
                "missing-value",
                name.span,
                "`Some` expects a value in parentheses after it",
            ));
            return Node {
                span: name.span,
                kind: Kind::Broken,
            };
        }
        let open = self.at;
        let mut elements = self.elements(open, Body::Values);
        let span = Span {
            start: name.span.start,
            end: self.span_of(open, self.at - 1).end,
        };
        let n_values = elements.values.len();
        match elements.values.pop() {
            Some(value) if n_values == 1 => Node {
                span,
                kind: Kind::Some(Box::new(value)),
            },
            _ => {
                self.report(error("unexpected", span, "`Some` holds exactly one value"));
                Node {
                    span,
                    kind: Kind::Broken,
                }
            }
        }
    }

    fn round(&mut self, open: usize, name: Option<Box<Name<'s>>>) -> Node<'s> {
        let start = name
            .as_ref()
            .map_or(self.tokens[open].start as usize, |n| n.span.start);
        let kind = if self.holds_fields(open) {
            let fields = self.elements(open, Body::Fields(open)).entries;
            Kind::Struct { name, fields }
        } else {
            let items = self.elements(open, Body::Values).values;
            Kind::Tuple { name, items }
        };
        Node {
            span: Span {
                start,
                end: self.span_of(open, self.at - 1).end,
            },
            kind,
        }
    }

    /// Whether some element of these brackets begins with a key and a colon.
    fn holds_fields(&self, open: usize) -> bool {
        let close = self.partner[open] as usize;
        let mut at = open + 1;
        let mut begins = true;
        while at < close {
            let token = self.tokens[at];
            let colon = matches!(self.lexeme(at + 1), Some(Lexeme::Colon | Lexeme::Equals));
            if begins && token.is_key() && colon {
                return true;
            }
            begins = matches!(token.lexeme, Lexeme::Comma | Lexeme::Semicolon);
            at = self.after(at);
        }
        false
    }

    /// The token after this one, or after the brackets that it opens.
    pub(super) fn after(&self, at: usize) -> usize {
        match self.tokens[at].lexeme {
            Lexeme::Open(_) => self.partner[at] as usize + 1,
            _ => at + 1,
        }
    }

    /// A map; or fields that stand in braces where parentheses belong.
    fn curly(&mut self, open: usize) -> Node<'s> {
        let (n_fields, n_keys) = self.count_bare_keys(open);
        if n_fields > 0 && 2 * n_fields >= n_keys {
            return self.braced_fields(open, None);
        }
        if n_keys == 0 && self.holds_values(open) {
            self.report_brackets(open, Bracket::Square);
            let values = self.elements(open, Body::List).values;
            return Node {
                span: self.span_of(open, self.at - 1),
                kind: Kind::List(values),
            };
        }
        let entries = self.elements(open, Body::Entries).entries;
        Node {
            span: self.span_of(open, self.at - 1),
            kind: Kind::Map(entries),
        }
    }

    /// How many keys are bare names of fields, and how many keys there are.
    fn count_bare_keys(&self, open: usize) -> (usize, usize) {
        let close = self.partner[open] as usize;
        let (mut n_fields, mut n_keys) = (0, 0);
        let mut at = open + 1;
        while at < close {
            let colon = matches!(self.lexeme(at + 1), Some(Lexeme::Colon | Lexeme::Equals));
            if self.tokens[at].is_key() && colon {
                n_keys += 1;
                let is_word = self.tokens[at].lexeme == Lexeme::Word;
                n_fields += usize::from(is_word && self.fields.contains(&self.slice(at)));
            }
            at = self.after(at);
        }
        (n_fields, n_keys)
    }

    /// Whether these brackets begin with `"key":`, so that braces belong here.
    fn holds_quoted_keys(&self, open: usize) -> bool {
        let colon = matches!(self.lexeme(open + 2), Some(Lexeme::Colon | Lexeme::Equals));
        self.lexeme(open + 1) == Some(Lexeme::Text) && colon
    }

    /// Whether these braces begin with a value and no key, so that `[…]` belongs here.
    fn holds_values(&self, open: usize) -> bool {
        match self.lexeme(open + 1) {
            Some(Lexeme::Open(_)) => true,
            Some(Lexeme::Text) => self.lexeme(open + 2) == Some(Lexeme::Comma),
            Some(Lexeme::Word) => {
                let next = self.lexeme(open + 2);
                matches!(next, Some(Lexeme::Comma | Lexeme::Close(_)))
            }
            _ => false,
        }
    }

    /// Says that brackets of another kind belong here; they are read as such.
    fn report_brackets(&mut self, open: usize, wanted: Bracket) {
        let close = self.partner[open] as usize;
        let (first, last) = (self.tokens[open], self.tokens[close]);
        let (first_span, last_span) = (first.span(), last.span());
        let same_line =
            self.source.line_at(first_span.start) == self.source.line_at(last_span.start);
        let both = [(first_span, wanted.open()), (last_span, wanted.close())];
        let several = !same_line && !last.made;
        let edits = if several || last.made {
            &both[..1]
        } else {
            &both
        };
        let (code, message, hint) = match wanted {
            Bracket::Square => (
                "braces-for-brackets",
                "a list stands in braces `{…}`, expected square brackets `[…]`",
                "braces hold keys and what belongs to them: { \"key\": value }",
            ),
            _ => (
                "brackets-for-braces",
                "keys stand in square brackets `[…]`, expected braces `{…}`",
                "square brackets hold a list: [a, b]",
            ),
        };
        let mut finding = error(code, first_span, message)
            .hint(hint)
            .mend(self.source.mended(edits));
        if several {
            let words = format!("this `{}` becomes `{}`", self.slice(close), wanted.close());
            finding = finding.also(last_span, &words);
        }
        self.report(finding);
    }

    fn braced_fields(&mut self, open: usize, name: Option<Box<Name<'s>>>) -> Node<'s> {
        let close = self.partner[open] as usize;
        let (first, last) = (self.tokens[open].span(), self.tokens[close].span());
        let same_line = self.source.line_at(first.start) == self.source.line_at(last.start);
        let both = [(first, "("), (last, ")")];
        let mended = self
            .source
            .mended(if same_line { &both } else { &both[..1] });
        let mut finding = error(
            "braces-for-parentheses",
            first,
            "fields stand in braces `{…}`, expected parentheses `(…)`",
        )
        .hint("braces are for maps, whose keys are quoted: { \"key\": value }")
        .mend(mended);
        if !same_line {
            finding = finding.also(last, "this `}` becomes `)`");
        }
        self.report(finding);
        let start = name.as_ref().map_or(first.start, |n| n.span.start);
        let fields = self.elements(open, Body::Fields(open)).entries;
        Node {
            span: Span {
                start,
                end: last.end,
            },
            kind: Kind::Struct { name, fields },
        }
    }

    /// What stands between these brackets. Ends after the closing one.
    fn elements(&mut self, open: usize, body: Body) -> Elements<'s> {
        let close = self.partner[open] as usize;
        let mut elements = Elements::default();
        if matches!(body, Body::List | Body::Values) {
            // Most lists hold one thing or two.
            elements.values.reserve_exact(2);
        }
        let mut n_elements = 0;
        self.at = open + 1;
        while self.at < close && !self.findings.is_full() {
            let begin = self.at;
            if matches!(self.tokens[begin].lexeme, Lexeme::Comma | Lexeme::Semicolon) {
                let finding = error(
                    "stray-comma",
                    self.tokens[begin].span(),
                    format!("{} has nothing before it", self.shown(begin)),
                );
                let mended = self.source.mended(&[(self.tokens[begin].span(), "")]);
                self.report(finding.mend(mended.filter(|line| !line.trim().is_empty())));
                self.at += 1;
                continue;
            }
            n_elements += 1;
            if n_elements > MAX_ELEMENTS {
                let message = format!("more than {MAX_ELEMENTS} elements stand in these brackets");
                self.report(error("too-many", self.tokens[open].span(), message));
                break;
            }
            match body {
                Body::List | Body::Values => elements.values.push(self.value(body)),
                Body::Fields(_) => elements.entries.extend(self.field(body)),
                Body::Entries => elements.entries.extend(self.entry(body)),
            }
            self.separator(begin, close, body);
        }
        self.at = close + 1;
        self.refuse_duplicates(&mut elements.entries, body);
        elements
    }

    /// What stands after an element: a comma, or what is said instead.
    fn separator(&mut self, begin: usize, close: usize, body: Body) {
        if self.at >= close {
            return;
        }
        let token = self.tokens[self.at];
        let previous = self.tokens[self.at - 1];
        let place = Span {
            start: previous.end as usize,
            end: previous.end as usize,
        };
        match token.lexeme {
            Lexeme::Comma => self.at += 1,
            Lexeme::Semicolon => {
                let finding = error(
                    "semicolon",
                    token.span(),
                    "`;` separates nothing here, expected a comma",
                );
                self.report(finding.mend(self.source.mended(&[(token.span(), ",")])));
                self.at += 1;
            }
            _ if previous.made && self.at > begin => {}
            _ if self.at > begin && self.begins_element(body) => {
                let what = match body {
                    Body::List | Body::Values => "value",
                    Body::Fields(_) => "field",
                    Body::Entries => "entry",
                };
                let message = format!(
                    "a comma is missing after this {what}, before {}",
                    self.shown(self.at)
                );
                self.report(
                    error("missing-comma", place, message)
                        .mend(self.source.mended(&[(place, ",")])),
                );
            }
            _ => {
                let close_with = match self.tokens[close].lexeme {
                    Lexeme::Close(bracket) => bracket.close(),
                    _ => "",
                };
                let message = format!(
                    "{} cannot stand here, expected a comma or `{close_with}`",
                    self.shown(self.at)
                );
                let mut finding = error("unexpected", token.span(), message);
                if matches!(previous.lexeme, Lexeme::Text) {
                    finding = finding.hint("if it belongs to the text before it, write `\\\"` for the quotes inside that text");
                }
                self.report(finding);
                self.skip(close);
            }
        }
    }

    /// Whether an element of these brackets can begin here.
    fn begins_element(&self, body: Body) -> bool {
        let token = self.tokens[self.at];
        match body {
            Body::List | Body::Values => token.begins_value() && token.lexeme != Lexeme::Junk,
            Body::Fields(_) | Body::Entries => self.is_key_at(self.at, body),
        }
    }

    /// Goes on after the next comma.
    fn skip(&mut self, close: usize) {
        while self.at < close {
            let is_comma = self.tokens[self.at].lexeme == Lexeme::Comma;
            self.at = self.after(self.at);
            if is_comma {
                return;
            }
        }
    }
}

/// A whole number with underscores; the nearest that fits if it is too large.
fn integer(text: &str) -> i64 {
    let negative = !text.starts_with(|c: char| c == '+' || c.is_ascii_digit());
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let parsed = format!("{}{digits}", if negative { "-" } else { "" }).parse();
    parsed.unwrap_or(if negative { i64::MIN } else { i64::MAX })
}
