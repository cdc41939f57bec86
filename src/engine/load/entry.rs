//! Fields of structs and entries of maps: keys, colons, and keys that stand twice.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::{error, quoted};
use super::parse::{Body, Parser};
use super::text::text_of;
use super::token::{Lexeme, Token, is_name};
use super::tree::{Entry, Kind, Name, Node};
use crate::diagnostic::Span;

impl<'s> Parser<'_, 's> {
    /// `field: value`.
    pub(super) fn field(&mut self, body: Body) -> Option<Entry<'s>> {
        let at = self.at;
        let token = self.tokens[at];
        let next = self.tokens.get(at + 1).copied();
        let colon = next.is_some_and(|t| matches!(t.lexeme, Lexeme::Colon | Lexeme::Equals));
        if token.is_key() && colon {
            let text = match token.lexeme {
                Lexeme::Word | Lexeme::Loose => self.slice(at).into(),
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
                text: self.slice(at).into(),
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
    pub(super) fn quoted_field(&mut self, token: Token, name: &str, body: Body) {
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
                .filter(|_| is_name(name)),
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
    pub(super) fn entry(&mut self, body: Body) -> Option<Entry<'s>> {
        let at = self.at;
        let token = self.tokens[at];
        let next = self.tokens.get(at + 1).copied();
        let colon = next.is_some_and(|t| matches!(t.lexeme, Lexeme::Colon | Lexeme::Equals));
        if token.is_key() && colon {
            let bare = matches!(token.lexeme, Lexeme::Word | Lexeme::Loose);
            let text = if bare {
                self.slice(at).into()
            } else {
                text_of(self.source, token, self.findings)
            };
            let is_rule_name =
                token.lexeme == Lexeme::Word && text.starts_with(|c: char| c.is_ascii_uppercase());
            let is_reserved = matches!(&*text, "Some" | "None" | "NaN");
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
    pub(super) fn entry_value(&mut self, key: Name<'s>, body: Body) -> Entry<'s> {
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

    /// Reports keys that stand twice and keeps the first of each.
    pub(super) fn refuse_duplicates(&mut self, entries: &mut Vec<Entry>, body: Body) {
        let mut keys = BTreeSet::new();
        if entries.iter().all(|entry| keys.insert(&*entry.key.text)) {
            return;
        }
        let mut first: BTreeMap<String, Span> = BTreeMap::new();
        let what = if body == Body::Entries {
            "key"
        } else {
            "field"
        };
        let findings = &mut *self.findings;
        let source = self.source;
        entries.retain(|entry| {
            let Some(&span) = first.get(&*entry.key.text) else {
                first.insert(entry.key.text.to_string(), entry.key.span);
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
            if what == "key" {
                let other = format!("\"{}-2\"", entry.key.text);
                finding = finding.mend(source.mended(&[(entry.key.span, &other)]));
            }
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
