//! From the tree to values, collecting every problem with its place: the parts
//! that know nothing of scenarios. A value that cannot be read is `None`, and
//! its neighbours are read all the same.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Display;

use crate::act::Act;
use crate::diagnostic::{Diagnostic, Severity, Span};

use super::findings::{Findings, SHOWN, quoted};
use super::source::Source;
use super::tree::{Entry, Kind, Name, Node};

/// Reads values out of a tree and keeps what is wrong with them.
pub(super) struct Decoder<'s> {
    pub(super) found: Findings,
    pub(super) source: &'s Source,
    /// Takes what is only counted.
    spare: Diagnostic,
    /// Beats whose inside could not be read; nothing is to be concluded from it.
    pub(super) lost: BTreeSet<String>,
    /// Keys that were found quoted as they should be, but in parentheses.
    pub(super) quoted_rightly: Vec<Span>,
}

/// The fields of a struct, taken out one by one.
pub(super) struct Fields<'n> {
    what: &'static str,
    span: Span,
    fields: Vec<(&'n str, Span, &'n Node<'n>)>,
    known: &'static [&'static str],
}

impl<'s> Decoder<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        let spare = super::findings::error("spare", Span::default(), "");
        Decoder {
            found: Findings::default(),
            source,
            spare,
            lost: BTreeSet::new(),
            quoted_rightly: vec![],
        }
    }

    pub(super) fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
    ) -> &mut Diagnostic {
        self.push(code, Severity::Error, span, message)
    }

    pub(super) fn warning(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
    ) -> &mut Diagnostic {
        self.push(code, Severity::Warning, span, message)
    }

    fn push(
        &mut self,
        code: &'static str,
        severity: Severity,
        span: Span,
        message: String,
    ) -> &mut Diagnostic {
        // A sentence stays one line, whatever stands in the keys it names.
        let message = message.replace(['\n', '\r', '\t'], " ");
        let finding = Diagnostic {
            code,
            severity,
            span,
            message,
            hints: vec![],
            mended: None,
            related: vec![],
        };
        if self.found.is_full() {
            self.found.more += 1;
            if severity == Severity::Warning || self.found.has_errors() {
                self.found.more_errors += usize::from(severity == Severity::Error);
                self.spare = finding;
                return &mut self.spare;
            }
            // However many warnings came before it, an error is never only counted.
            self.found.list.pop();
        }
        self.found.list.push(finding);
        let last = self.found.list.len() - 1;
        &mut self.found.list[last]
    }

    /// The source line around a place, with the place replaced: a mended line.
    /// None once findings are only counted, so that a file full of mistakes is
    /// read as fast as a sound one.
    pub(super) fn mended(&self, span: Span, replacement: &str) -> Option<String> {
        if self.found.is_full() {
            return None;
        }
        self.source.mended(&[(span, replacement)])
    }

    /// The known name that is nearest to a misspelt one, if any is near. None once
    /// there are more findings than are shown, for the time it would take.
    pub(super) fn nearest<'k>(
        &self,
        name: &str,
        known: impl Iterator<Item = &'k str>,
    ) -> Option<&'k str> {
        if self.found.list.len() >= 2 * SHOWN {
            return None;
        }
        let lower = name.to_lowercase();
        let n_chars = lower.chars().count();
        known
            .filter_map(|candidate| {
                let length = candidate.chars().count();
                let most = 1 + length / 4;
                // Names of very different lengths are far apart; saying so is quick.
                let near = length.abs_diff(n_chars) <= most;
                let distance =
                    near.then(|| strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()));
                distance
                    .filter(|distance| *distance <= most)
                    .map(|distance| (distance, candidate))
            })
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, candidate)| candidate)
    }

    /// Opens a struct, `(key: value, ...)`.
    pub(super) fn fields<'n>(
        &mut self,
        node: &'n Node<'n>,
        what: &'static str,
        known: &'static [&'static str],
    ) -> Option<Fields<'n>> {
        if let Kind::Struct {
            name: Some(name), ..
        } = &node.kind
        {
            let mended = self.mended(name.span, "");
            let message = format!(
                "the name `{}` stands before the parentheses of {what}, where it means nothing",
                quoted(&name.text)
            );
            let finding = self.error("named-fields", name.span, message);
            finding
                .hints
                .push("delete it; what is meant by it belongs into a field".into());
            finding.mended = mended;
        }
        let Kind::Struct { fields, .. } = &node.kind else {
            let empty = matches!(&node.kind, Kind::Tuple { name: None, items } if items.is_empty());
            if empty {
                return Some(Fields {
                    what,
                    span: node.span,
                    fields: vec![],
                    known,
                });
            }
            self.wrong(
                node,
                &format!("{what} in parentheses, `(field: value, ...)`"),
            );
            return None;
        };
        let mut taken = Vec::new();
        for field in fields {
            let name = &*field.key.text;
            if known.contains(&name) {
                taken.push((name, field.key.span, &field.value));
            } else {
                let near = self.nearest(name, known.iter().copied());
                // It is read as the one that was meant, so that this one is not missing.
                let is_there = |near: &str| fields.iter().any(|f| &*f.key.text == near);
                if let Some(near) = near.filter(|near| !is_there(near)) {
                    taken.push((near, field.key.span, &field.value));
                }
                let all = known.join(", ");
                let mended = near.and_then(|near| self.mended(field.key.span, near));
                let finding = self.error(
                    "unknown-field",
                    field.key.span,
                    format!("{what} has no field `{name}`"),
                );
                match near {
                    Some(near) => finding.hints.push(format!("did you mean `{near}`?")),
                    None => finding.hints.push(format!("it may have: {all}")),
                }
                finding.mended = mended;
            }
        }
        Some(Fields {
            what,
            span: node.span,
            fields: taken,
            known,
        })
    }

    /// Says that something else was expected here.
    pub(super) fn wrong(&mut self, node: &Node, expected: &str) -> &mut Diagnostic {
        self.error(
            "wrong-kind",
            node.span,
            format!("expected {expected}, found {}", node.describe()),
        )
    }

    /// A text in double quotes, at most `most` characters.
    pub(super) fn text(&mut self, node: &Node, what: impl Display, most: usize) -> Option<String> {
        match &node.kind {
            Kind::Text(text) => {
                let n_chars = text.chars().count();
                if n_chars > most {
                    let message =
                        format!("{what} has {n_chars} characters, at most {most} are possible");
                    self.error("too-long", node.span, message);
                }
                if text.trim().is_empty() {
                    self.error("empty-text", node.span, format!("{what} is empty"));
                }
                Some(text.to_string())
            }
            Kind::Broken => None,
            Kind::Word(word) => {
                let mended = self.mended(node.span, &format!("\"{word}\""));
                let message = format!(
                    "`{}` stands without quotes, {what} is a text in double quotes",
                    quoted(word)
                );
                self.error("unquoted", node.span, message).mended = mended;
                Some((*word).to_owned())
            }
            _ => {
                self.wrong(node, &format!("{what}, a text in double quotes"));
                None
            }
        }
    }

    /// A whole number within bounds.
    pub(super) fn number(
        &mut self,
        node: &Node,
        what: impl Display,
        low: i64,
        high: i64,
    ) -> Option<i64> {
        match node.kind {
            Kind::Integer(n) if (low..=high).contains(&n) => Some(n),
            Kind::Integer(n) => {
                // As written: the tree holds numbers that are too large at the largest it can.
                let n_digits = self.source.slice(node.span).chars().count();
                let shown = if n_digits <= 20 {
                    quoted(self.source.slice(node.span))
                } else {
                    n.to_string()
                };
                let message =
                    format!("{what} is {shown}, it must be a whole number from {low} to {high}");
                self.error("out-of-range", node.span, message);
                None
            }
            Kind::Broken => None,
            _ => {
                let digits = match &node.kind {
                    Kind::Text(text) => text.trim().parse::<u32>().ok(),
                    _ => None,
                };
                let mended = digits.and_then(|n| self.mended(node.span, &n.to_string()));
                let expected = format!("{what}, a whole number from {low} to {high}");
                let finding = self.wrong(node, &expected);
                if digits.is_some() {
                    finding.hints.push("numbers stand without quotes".into());
                }
                finding.mended = mended;
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        match node.kind {
            Kind::Bool(value) => Some(value),
            Kind::Broken => None,
            _ => {
                self.wrong(node, &format!("{what}, `true` or `false`"));
                None
            }
        }
    }

    /// One word of a closed list, without quotes.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node,
        what: &str,
        known: &[(&'static str, T)],
    ) -> Option<T> {
        match &node.kind {
            Kind::Word(name) => self.known(
                &Name {
                    text: Cow::Borrowed(name),
                    span: node.span,
                },
                what,
                known,
            ),
            Kind::Text(name) => {
                let value = self.known(
                    &Name {
                        text: Cow::Borrowed(name),
                        span: node.span,
                    },
                    what,
                    known,
                )?;
                let mended = self.mended(node.span, name);
                let message =
                    format!("the {what} `{name}` stands in quotes, expected `{name}` without");
                self.error("quoted-word", node.span, message).mended = mended;
                Some(value)
            }
            Kind::Broken => None,
            _ => {
                let hint = format!("one of: {}", listed(known));
                self.wrong(node, what).hints.push(hint);
                None
            }
        }
    }

    /// An act by its name.
    pub(super) fn act(&mut self, node: &Node) -> Option<Act> {
        self.word(node, "act", Act::NAMED)
    }

    /// What a name of a closed list stands for.
    pub(super) fn known<T: Copy>(
        &mut self,
        name: &Name,
        what: &str,
        known: &[(&'static str, T)],
    ) -> Option<T> {
        if let Some((_, value)) = known.iter().find(|(known, _)| *known == &*name.text) {
            return Some(*value);
        }
        let near = self.nearest(&name.text, known.iter().map(|(name, _)| *name));
        let mended = near.and_then(|near| self.mended(name.span, near));
        let shown = quoted(&name.text);
        let finding = self.error(
            "unknown-word",
            name.span,
            format!("there is no {what} called `{shown}`"),
        );
        finding.hints.push(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if what == "act" => {
                "`satisfactometer acts` lists every act with its meaning".to_owned()
            }
            None => format!("one of: {}", listed(known)),
        });
        finding.mended = mended;
        None
    }

    /// A list, `[...]`, of at most `most` entries.
    pub(super) fn list<'n>(
        &mut self,
        node: &'n Node<'n>,
        what: &str,
        most: usize,
    ) -> Option<&'n [Node<'n>]> {
        match &node.kind {
            Kind::List(items) => {
                if items.len() > most {
                    let message = format!(
                        "{what} has {} entries, at most {most} are possible",
                        items.len()
                    );
                    self.error("too-many", node.span, message);
                }
                Some(items)
            }
            Kind::Broken => None,
            Kind::Tuple { name: None, items } => {
                self.parentheses_for_brackets(node.span, what);
                Some(items)
            }
            _ => {
                let inner = self.source.slice(node.span).to_owned();
                let mended = self.mended(node.span, &format!("[{inner}]"));
                let finding = self.wrong(node, &format!("{what} in square brackets, `[...]`"));
                finding.code = "single-for-list";
                finding.hints.push(
                    "a list has square brackets around it, also when only one thing is in it"
                        .into(),
                );
                finding.mended = mended;
                // Read the single value as a list of one, so that its own problems show too.
                Some(std::slice::from_ref(node))
            }
        }
    }

    /// Says that a list stands in parentheses; it is read all the same.
    fn parentheses_for_brackets(&mut self, span: Span, what: &str) {
        let [open, close] = [span.start, span.end.saturating_sub(1)].map(|start| Span {
            start,
            end: start + 1,
        });
        let one_line = self.source.line_at(open.start) == self.source.line_at(close.start);
        let edits = [(open, "["), (close, "]")];
        let mended = if self.found.is_full() {
            None
        } else {
            self.source
                .mended(if one_line { &edits } else { &edits[..1] })
        };
        let message = format!("{what} stands in parentheses, expected square brackets `[…]`");
        let finding = self.error("parentheses-for-brackets", open, message);
        if !one_line {
            finding.related.push((close, "this `)` becomes `]`".into()));
        }
        finding.mended = mended;
    }

    /// A map, `{ "key": value }`; a struct in its place is read as one.
    pub(super) fn map<'n>(
        &mut self,
        node: &'n Node<'n>,
        what: &str,
        most: usize,
    ) -> Option<Vec<(String, Span, &'n Node<'n>)>> {
        let entries = match &node.kind {
            Kind::Map(entries) => entries,
            Kind::Broken => return None,
            Kind::Struct { name: None, fields } => {
                self.parentheses_for_braces(node.span, what, fields);
                fields
            }
            Kind::Tuple { name: None, items } if items.is_empty() => {
                self.parentheses_for_braces(node.span, what, &[]);
                return Some(vec![]);
            }
            _ => {
                let finding = self.wrong(node, &format!("{what} in braces, `{{ \"key\": ... }}`"));
                finding
                    .hints
                    .push("keys of your own go in braces and in double quotes".into());
                return None;
            }
        };
        if entries.len() > most {
            let message = format!(
                "{what} has {} entries, at most {most} are possible",
                entries.len()
            );
            self.error("too-many", node.span, message);
        }
        let mut keyed = Vec::new();
        for entry in entries {
            self.key_fits(&entry.key);
            keyed.push((entry.key.text.to_string(), entry.key.span, &entry.value));
        }
        Some(keyed)
    }

    /// Says that a map stands in parentheses; it is read all the same.
    fn parentheses_for_braces(&mut self, span: Span, what: &str, entries: &[Entry]) {
        let open = Span {
            start: span.start,
            end: span.start + 1,
        };
        let close = Span {
            start: span.end.saturating_sub(1),
            end: span.end,
        };
        let line = self.source.line_at(open.start);
        let quoted_keys: Vec<_> = entries
            .iter()
            .filter(|entry| !self.source.slice(entry.key.span).starts_with('"'))
            .map(|entry| (entry.key.span, format!("\"{}\"", entry.key.text)))
            .collect();
        let mut edits = vec![(open, "{")];
        edits.extend(quoted_keys.iter().map(|(span, key)| (*span, key.as_str())));
        edits.push((close, "}"));
        edits.retain(|(span, _)| self.source.line_at(span.start) == line);
        let mended = if self.found.is_full() {
            None
        } else {
            self.source.mended(&edits)
        };
        let several_lines = self.source.line_at(close.start) != line;
        self.quoted_rightly
            .extend(entries.iter().map(|entry| entry.key.span));
        let finding = self.error(
            "parentheses-for-braces",
            open,
            format!("{what} stands in parentheses, expected braces `{{…}}`"),
        );
        finding
            .hints
            .push("keys of your own go in braces and in double quotes: { \"key\": value }".into());
        if several_lines {
            finding
                .hints
                .push("the closing parenthesis becomes a brace too".into());
            finding.related.push((close, "`}` belongs here".into()));
        }
        finding.mended = mended;
    }

    /// A key, `[a-z0-9-]{1,32}` in double quotes.
    pub(super) fn key_text(&mut self, node: &Node) -> Option<String> {
        let name = match &node.kind {
            Kind::Text(text) => Name {
                text: Cow::Borrowed(text),
                span: node.span,
            },
            Kind::Word(word) => {
                let mended = self.mended(node.span, &format!("\"{word}\""));
                let message = format!("`{word}` is a key of your own and needs double quotes");
                self.error("unquoted", node.span, message).mended = mended;
                return Some((*word).to_owned());
            }
            Kind::Broken => return None,
            _ => {
                self.wrong(node, "a key in double quotes");
                return None;
            }
        };
        self.key_fits(&name);
        Some(name.text.into_owned())
    }

    fn key_fits(&mut self, name: &Name) {
        let text = &name.text;
        if !is_key(text) {
            let shown = quoted(text);
            let message = match (text.is_empty(), text.len() > 32 && text.is_ascii()) {
                (true, _) => "the key is empty, it needs at least one letter".to_owned(),
                (_, true) => format!(
                    "the key \"{shown}\" has {} characters, at most 32 are possible",
                    text.len()
                ),
                _ => format!("the key \"{shown}\" may only have small letters a-z, digits and `-`"),
            };
            let is_path = text.contains(['/', '\\', ':', '#']);
            let better = if is_path { None } else { better_key(text) };
            let mended = better.and_then(|better| self.mended(name.span, &format!("\"{better}\"")));
            let finding = self.error("bad-key", name.span, message);
            finding.mended = mended;
            if is_path {
                finding.hints.push(
                    "things are named by a key of the library, never by a file or an address"
                        .into(),
                );
            }
        }
    }
}

impl<'n> Fields<'n> {
    /// Where the struct stands.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// Where the name of a field stands.
    pub(super) fn name_span(&self, name: &str) -> Span {
        let found = self.fields.iter().find(|(field, ..)| *field == name);
        found.map_or(self.span, |(_, span, _)| *span)
    }

    /// A field that may be missing.
    pub(super) fn optional(&self, name: &str) -> Option<&'n Node<'n>> {
        debug_assert!(
            self.known.contains(&name),
            "`{name}` is not in the list of {}",
            self.what
        );
        self.fields
            .iter()
            .find(|(field, ..)| *field == name)
            .map(|(.., node)| *node)
    }

    /// A field that must be there.
    pub(super) fn required(&self, decoder: &mut Decoder, name: &str) -> Option<&'n Node<'n>> {
        let found = self.optional(name);
        if found.is_none() {
            let at = Span {
                start: self.span.start,
                end: self.span.start + 1,
            };
            let finding = decoder.error(
                "missing-field",
                at,
                format!("{} needs a field `{name}`", self.what),
            );
            finding
                .hints
                .push(format!("add `{name}: ...,` inside these brackets"));
        }
        found
    }
}

/// Whether a text has the form of a key.
pub(super) fn is_key(text: &str) -> bool {
    let may = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=32).contains(&text.len()) && text.bytes().all(may)
}

/// A key made of what somebody wrote in the place of one, if enough of it remains.
fn better_key(text: &str) -> Option<String> {
    let mut better = String::new();
    for c in text.to_lowercase().chars() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            better.push(c);
        } else if !better.is_empty() && !better.ends_with('-') {
            better.push('-');
        }
    }
    better.truncate(32);
    let better = better.trim_end_matches('-');
    (!better.is_empty()).then(|| better.to_owned())
}

fn listed<T>(known: &[(&'static str, T)]) -> String {
    known
        .iter()
        .map(|(name, _)| *name)
        .collect::<Vec<_>>()
        .join(", ")
}
