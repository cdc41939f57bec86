//! Tokens with paired brackets to a tree. After a problem it goes on at the next
//! comma or bracket, so that one pass finds them all. Depth is bounded before.

use std::collections::BTreeMap;

use super::bracket::Balanced;
use super::findings::{Findings, error, quoted};
use super::source::Source;
use super::text::{char_of, text_of};
use super::token::{Bracket, Lexeme, Token};
use super::tree::{Entry, Kind, Name, Node};
use crate::diagnostic::{Diagnostic, Span};

/// Most values, fields or entries in one pair of brackets.
pub const MAX_ELEMENTS: usize = 5_000;

pub(super) struct Parser<'a> {
    source: &'a Source,
    tokens: &'a [Token],
    partner: &'a [u32],
    /// Names that are fields of the format.
    fields: &'a [&'a str],
    at: usize,
    findings: &'a mut Findings,
}

/// What the elements of a pair of brackets are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
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
struct Elements {
    values: Vec<Node>,
    entries: Vec<Entry>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(
        source: &'a Source,
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
    pub(super) fn root(mut self) -> Option<Node> {
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

    fn lexeme(&self, at: usize) -> Option<Lexeme> {
        self.tokens.get(at).map(|t| t.lexeme)
    }

    fn slice(&self, at: usize) -> &'a str {
        self.tokens
            .get(at)
            .map_or("", |t| self.source.slice(t.span()))
    }

    fn shown(&self, at: usize) -> String {
        format!("`{}`", quoted(self.slice(at)))
    }

    fn span_of(&self, from: usize, to: usize) -> Span {
        let end = self.tokens.get(to).or(self.tokens.last());
        Span {
            start: self.tokens.get(from).map_or(0, |t| t.start as usize),
            end: end.map_or(0, |t| t.end as usize),
        }
    }

    fn broken(&self, at: usize) -> Node {
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

    fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// One value. Takes at least one token unless none can begin a value here.
    fn value(&mut self, body: Body) -> Node {
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
            Lexeme::Open(Bracket::Square) => {
                let elements = self.elements(at, Body::List);
                Kind::List(elements.values)
            }
            Lexeme::Open(Bracket::Round) => return self.round(at, None),
            Lexeme::Open(Bracket::Curly) => return self.curly(at),
            Lexeme::Loose | Lexeme::Junk => return self.unknown(),
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
    fn word(&mut self) -> Node {
        let at = self.at;
        let token = self.tokens[at];
        let word = self.slice(at);
        self.at += 1;
        let name = Name {
            text: word.to_owned(),
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
            _ if opens => return self.round(self.at, Some(name)),
            _ if next == Some(Lexeme::Open(Bracket::Curly)) && self.touches(at) => {
                let open = self.at;
                return self.braced_fields(open, Some(name));
            }
            _ => Kind::Word(word.to_owned()),
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

    fn some(&mut self, name: Name, opens: bool) -> Node {
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

    fn round(&mut self, open: usize, name: Option<Name>) -> Node {
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
    fn after(&self, at: usize) -> usize {
        match self.tokens[at].lexeme {
            Lexeme::Open(_) => self.partner[at] as usize + 1,
            _ => at + 1,
        }
    }

    /// A map; or fields that stand in braces where parentheses belong.
    fn curly(&mut self, open: usize) -> Node {
        let (n_fields, n_keys) = self.count_bare_keys(open);
        if n_fields > 0 && 2 * n_fields >= n_keys {
            return self.braced_fields(open, None);
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

    fn braced_fields(&mut self, open: usize, name: Option<Name>) -> Node {
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
    fn elements(&mut self, open: usize, body: Body) -> Elements {
        let close = self.partner[open] as usize;
        let mut elements = Elements::default();
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

    /// `field: value`.
    fn field(&mut self, body: Body) -> Option<Entry> {
        let at = self.at;
        let token = self.tokens[at];
        let next = self.tokens.get(at + 1).copied();
        let colon = next.is_some_and(|t| matches!(t.lexeme, Lexeme::Colon | Lexeme::Equals));
        if token.is_key() && colon {
            let text = match token.lexeme {
                Lexeme::Word | Lexeme::Loose => self.slice(at).to_owned(),
                _ => text_of(self.source, token, self.findings),
            };
            if token.lexeme != Lexeme::Word {
                self.quoted_field(token, &text, body);
            }
            return Some(self.entry_value(
                Name {
                    text,
                    span: token.span(),
                },
                body,
            ));
        }
        let forgot_colon = token.lexeme == Lexeme::Word
            && next.is_some_and(|t| {
                matches!(t.lexeme, Lexeme::Text | Lexeme::Integer | Lexeme::Open(_)) && !t.made
            })
            && !(self.slice(at).starts_with(|c: char| c.is_ascii_uppercase()));
        if forgot_colon {
            let place = Span {
                start: token.end as usize,
                end: token.end as usize,
            };
            let name = Name {
                text: self.slice(at).to_owned(),
                span: token.span(),
            };
            let message = format!("a colon is missing after `{}`", name.text);
            self.report(
                error("missing-colon", place, message).mend(self.source.mended(&[(place, ":")])),
            );
            self.at += 1;
            let value = self.value(body);
            return Some(Entry { key: name, value });
        }
        if token.begins_value() {
            let value = self.value(body);
            let mut finding = error(
                "missing-field-name",
                value.span,
                format!("{} stands without the name of its field", value.describe()),
            );
            if matches!(value.kind, Kind::Text(_))
                && at > 0
                && self.lexeme(at - 1) == Some(Lexeme::Comma)
            {
                finding =
                    finding.hint("several texts for one field belong in brackets: [\"…\", \"…\"]");
            }
            if value.kind != Kind::Broken {
                self.report(
                    finding.hint("every value in these parentheses is written as name: value"),
                );
            }
        }
        None
    }

    /// One finding for all quoted fields of a pair of brackets: at the first.
    fn quoted_field(&mut self, token: Token, name: &str, body: Body) {
        if token.lexeme == Lexeme::Loose {
            let message = format!(
                "`{}` is no name of a field",
                quoted(self.source.slice(token.span()))
            );
            self.report(
                error("bad-field-name", token.span(), message)
                    .hint("names of fields have letters and underscores only"),
            );
            return;
        }
        let Body::Fields(open) = body else {
            return;
        };
        let is_quoted = |at: usize| {
            matches!(self.lexeme(at), Some(Lexeme::Text))
                && matches!(self.lexeme(at + 1), Some(Lexeme::Colon | Lexeme::Equals))
        };
        let mut at = open + 1;
        let (mut n_others, mut is_first) = (0, true);
        while at < self.partner[open] as usize {
            if is_quoted(at) {
                is_first &= self.tokens[at].start >= token.start;
                n_others += 1;
                if !is_first {
                    return;
                }
            }
            at = self.after(at);
        }
        let mut finding = error(
            "quoted-field",
            token.span(),
            format!(
                "the name of a field stands in quotes, expected `{}` without",
                quoted(name)
            ),
        )
        .mend(
            self.source
                .mended(&[(token.span(), name)])
                .filter(|_| super::token::is_name(name)),
        );
        if n_others > 1 {
            finding = finding.hint(&format!(
                "{} fields of these parentheses are quoted",
                n_others
            ));
        }
        self.report(finding.hint("inside ( ) names stand bare; inside { } keys are quoted"));
    }

    /// `"key": value` of a map.
    fn entry(&mut self, body: Body) -> Option<Entry> {
        let at = self.at;
        let token = self.tokens[at];
        let next = self.tokens.get(at + 1).copied();
        let colon = next.is_some_and(|t| matches!(t.lexeme, Lexeme::Colon | Lexeme::Equals));
        if token.is_key() && colon {
            let bare = matches!(token.lexeme, Lexeme::Word | Lexeme::Loose);
            let text = if bare {
                self.slice(at).to_owned()
            } else {
                text_of(self.source, token, self.findings)
            };
            let is_rule_name =
                token.lexeme == Lexeme::Word && text.starts_with(|c: char| c.is_ascii_uppercase());
            let is_reserved = matches!(text.as_str(), "Some" | "None" | "NaN");
            if bare && (!is_rule_name || is_reserved) {
                let edit = format!("\"{text}\"");
                let finding = error(
                    "unquoted-key",
                    token.span(),
                    format!("the key `{}` stands without quotes", quoted(&text)),
                )
                .mend(self.source.mended(&[(token.span(), &edit)]));
                self.report(finding);
            }
            return Some(self.entry_value(
                Name {
                    text,
                    span: token.span(),
                },
                body,
            ));
        }
        let forgot_colon = token.lexeme == Lexeme::Text
            && next.is_some_and(|t| {
                matches!(t.lexeme, Lexeme::Open(_) | Lexeme::Text | Lexeme::Integer) && !t.made
            })
            && self.source.line_at(token.start as usize)
                == self.source.line_at(next.map_or(0, |t| t.start) as usize);
        if forgot_colon {
            let place = Span {
                start: token.end as usize,
                end: token.end as usize,
            };
            let text = text_of(self.source, token, self.findings);
            let message = format!("a colon is missing after the key \"{}\"", quoted(&text));
            self.report(
                error("missing-colon", place, message).mend(self.source.mended(&[(place, ":")])),
            );
            self.at += 1;
            let value = self.value(body);
            return Some(Entry {
                key: Name {
                    text,
                    span: token.span(),
                },
                value,
            });
        }
        if token.begins_value() {
            let value = self.value(body);
            if value.kind != Kind::Broken {
                let message = format!(
                    "{} stands where `\"key\": value` is expected",
                    value.describe()
                );
                self.report(
                    error("missing-key", value.span, message)
                        .hint("braces hold keys and values; a list is written [a, b]"),
                );
            }
        }
        None
    }

    /// The colon and the value after a key.
    fn entry_value(&mut self, key: Name, body: Body) -> Entry {
        let colon = self.tokens[self.at + 1];
        if colon.lexeme == Lexeme::Equals {
            let spaced = self.source.slice(Span {
                start: key.span.end,
                end: colon.start as usize,
            });
            let edit = Span {
                start: key.span.end,
                end: colon.end as usize,
            };
            let edit = if spaced.contains(['\n', '\r']) {
                colon.span()
            } else {
                edit
            };
            let finding = error(
                "equals-for-colon",
                colon.span(),
                format!(
                    "`{}` stands after `{}`, expected `:`",
                    self.source.slice(colon.span()),
                    quoted(&key.text)
                ),
            )
            .mend(self.source.mended(&[(edit, ":")]));
            self.report(finding);
        }
        self.at += 2;
        if self.tokens.get(self.at).is_some_and(|t| t.begins_value()) {
            let value = self.value(body);
            return Entry { key, value };
        }
        let place = Span {
            start: colon.end as usize,
            end: colon.end as usize,
        };
        self.report(error(
            "missing-value",
            place,
            format!("a value is missing after `{}:`", quoted(&key.text)),
        ));
        Entry {
            key,
            value: Node {
                span: place,
                kind: Kind::Broken,
            },
        }
    }

    /// Whether words of a text stand here that has no quotes.
    fn is_loose_text(&self, body: Body) -> bool {
        let Some(token) = self.tokens.get(self.at) else {
            return false;
        };
        let Some(next) = self.tokens.get(self.at + 1) else {
            return false;
        };
        let same_line =
            self.source.line_at(token.start as usize) == self.source.line_at(next.start as usize);
        let is_word =
            |t: &Token| matches!(t.lexeme, Lexeme::Word | Lexeme::Loose | Lexeme::Integer);
        let runs_on = same_line
            && !self.is_key_at(self.at + 1, body)
            && (is_word(next) || next.lexeme == Lexeme::Junk);
        // Two names of the rules in a list lack a comma, not quotes.
        let begins_capital =
            |at: usize| self.slice(at).starts_with(|c: char| c.is_ascii_uppercase());
        let are_names =
            body == Body::List && begins_capital(self.at) && begins_capital(self.at + 1);
        match token.lexeme {
            Lexeme::Word => runs_on && !are_names,
            Lexeme::Integer => runs_on && matches!(next.lexeme, Lexeme::Word | Lexeme::Loose),
            Lexeme::Loose => {
                !self
                    .slice(self.at)
                    .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
                    || runs_on
            }
            _ => false,
        }
    }

    fn is_key_at(&self, at: usize, body: Body) -> bool {
        let keyed = matches!(body, Body::Fields(_) | Body::Entries);
        let colon = matches!(self.lexeme(at + 1), Some(Lexeme::Colon | Lexeme::Equals));
        keyed && colon && self.tokens[at].is_key()
    }

    /// A text without quotes: to the next field, to a bracket that it did not open,
    /// or to the end of the line.
    fn loose_text(&mut self, body: Body) -> Node {
        let first = self.at;
        let line = self.source.line_at(self.tokens[first].start as usize);
        let mut at = first;
        let mut last = first;
        while let Some(token) = self.tokens.get(at) {
            if self.source.line_at(token.start as usize) != line
                || token.made
                || matches!(token.lexeme, Lexeme::Close(_))
            {
                break;
            }
            if token.lexeme == Lexeme::Comma {
                let next = self.tokens.get(at + 1);
                let ends_line = next.is_none_or(|t| self.source.line_at(t.start as usize) != line);
                if ends_line || body == Body::List || self.is_key_at(at + 1, body) {
                    break;
                }
            }
            last = self.after(at) - 1;
            at = last + 1;
        }
        self.at = last + 1;
        let span = self.span_of(first, last);
        let words = self.source.slice(span).to_owned();
        let edit = format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\""));
        let finding = error(
            "unquoted-text",
            span,
            format!("the text `{}` stands without quotes", quoted(&words)),
        )
        .mend(self.source.mended(&[(span, &edit)]));
        self.report(finding);
        Node {
            span,
            kind: Kind::Text(words),
        }
    }

    /// Something that is neither a value nor the beginning of one.
    fn unknown(&mut self) -> Node {
        let at = self.at;
        let span = self.tokens[at].span();
        self.at += 1;
        let text = self.slice(at);
        let is_number = self.lexeme(at) == Some(Lexeme::Loose);
        let finding = if is_number {
            error(
                "bad-number",
                span,
                format!("`{}` is not a whole number", quoted(text)),
            )
            .hint("numbers are written in plain digits, for example 20")
        } else if text.starts_with('/') {
            error("unexpected", span, "a single `/` begins nothing")
                .hint("comments begin with `//`")
        } else {
            let first = text.chars().next().map_or(0, u32::from);
            error(
                "unexpected",
                span,
                format!(
                    "`{}` (U+{first:04X}) means nothing here, expected a value",
                    quoted(text)
                ),
            )
        };
        self.report(finding);
        Node {
            span,
            kind: Kind::Broken,
        }
    }

    /// Reports keys that stand twice and keeps the first of each.
    fn refuse_duplicates(&mut self, entries: &mut Vec<Entry>, body: Body) {
        let mut first: BTreeMap<String, Span> = BTreeMap::new();
        let what = if body == Body::Entries {
            "key"
        } else {
            "field"
        };
        let findings = &mut *self.findings;
        let source = self.source;
        entries.retain(|entry| {
            let Some(&span) = first.get(&entry.key.text) else {
                first.insert(entry.key.text.clone(), entry.key.span);
                return true;
            };
            let line = source.position(span.start).line;
            let key = quoted(&entry.key.text);
            let mut finding = error(
                "duplicate-key",
                entry.key.span,
                format!("the {what} `{key}` stands here again, first in line {line}"),
            )
            .also(span, "it stands here first");
            finding = finding.hint(if what == "key" {
                "was it copied and pasted? give this one another key, or delete one of the two"
            } else {
                "delete one of the two"
            });
            findings.push(finding);
            false
        });
    }
}

/// A whole number with underscores; the nearest that fits if it is too large.
fn integer(text: &str) -> i64 {
    let negative = !text.starts_with(|c: char| c == '+' || c.is_ascii_digit());
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let parsed = format!("{}{digits}", if negative { "-" } else { "" }).parse();
    parsed.unwrap_or(if negative { i64::MIN } else { i64::MAX })
}
