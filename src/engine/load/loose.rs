//! Text without quotes, and what is no value at all.

use super::findings::{error, quoted};
use super::parse::{Body, Parser};
use super::token::{Lexeme, Token};
use super::tree::{Kind, Node};

impl<'s> Parser<'_, 's> {
    /// Whether words of a text stand here that has no quotes.
    pub(super) fn is_loose_text(&self, body: Body) -> bool {
        let Some(token) = self.tokens.get(self.at) else {
            return false;
        };
        let Some(next) = self.tokens.get(self.at + 1) else {
            return false;
        };
        if !matches!(token.lexeme, Lexeme::Word | Lexeme::Integer | Lexeme::Loose) {
            return false;
        }
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
        let quotes_inside = same_line
            && matches!(body, Body::Fields(_))
            && !begins_capital(self.at)
            && next.lexeme == Lexeme::Text
            && !self.is_key_at(self.at + 1, body);
        match token.lexeme {
            Lexeme::Word => (runs_on && !are_names) || quotes_inside,
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

    pub(super) fn is_key_at(&self, at: usize, body: Body) -> bool {
        let keyed = matches!(body, Body::Fields(_) | Body::Entries);
        let colon = matches!(self.lexeme(at + 1), Some(Lexeme::Colon | Lexeme::Equals));
        keyed && colon && self.tokens[at].is_key()
    }

    /// A text without quotes: to the next field, to a bracket that it did not open,
    /// or to the end of the line.
    pub(super) fn loose_text(&mut self, body: Body) -> Node<'s> {
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
        let words = self.source.slice(span);
        let edit = format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\""));
        let finding = error(
            "unquoted-text",
            span,
            format!("the text `{}` stands without quotes", quoted(words)),
        )
        .mend(self.source.mended(&[(span, &edit)]));
        self.report(finding);
        Node {
            span,
            kind: Kind::Text(words.into()),
        }
    }

    /// Something that is neither a value nor the beginning of one.
    pub(super) fn unknown(&mut self) -> Node<'s> {
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
            if let (Some('£' | '$' | '€' | '¥'), Some(Lexeme::Integer)) =
                (text.chars().next(), self.lexeme(self.at))
            {
                let finding = error(
                    "currency",
                    span,
                    format!("`{}` stands before a number", quoted(text)),
                )
                .hint("amounts are whole numbers alone; `currency` in `house.ron` names what they are in")
                .mend(self.source.mended(&[(span, "")]));
                self.report(finding);
                return self.value(Body::Values);
            }
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
}
