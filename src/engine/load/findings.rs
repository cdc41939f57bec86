//! The list of findings of one file: how one is made, how the list is ordered and
//! cut. Does not print anything.

use crate::diagnostic::{Diagnostic, Severity, Span};

/// Most findings that are shown of one file.
pub const SHOWN: usize = 50;

/// Most findings that are kept while reading; the others are only counted.
const KEPT: usize = 500;

/// The findings of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The findings; after [`Findings::finish`] in order of place, at most [`SHOWN`].
    pub list: Vec<Diagnostic>,
    /// How many there are beyond those in the list.
    pub more: usize,
    /// How many of those are errors.
    pub more_errors: usize,
}

impl Findings {
    /// Adds a finding. However many warnings came before it, the first error is kept.
    pub fn push(&mut self, finding: Diagnostic) {
        if self.is_full() {
            self.more += 1;
            if finding.severity == Severity::Warning {
                return;
            }
            if self.has_errors() {
                self.more_errors += 1;
                return;
            }
            self.list.pop();
        }
        self.list.push(finding);
    }

    /// Adds several.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Diagnostic>) {
        for finding in findings {
            self.push(finding);
        }
    }

    /// Counts what another list only counted.
    pub fn count_more_of(&mut self, other: &Findings) {
        self.more += other.more;
        self.more_errors += other.more_errors;
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether further findings would only be counted.
    pub fn is_full(&self) -> bool {
        self.list.len() >= KEPT
    }

    /// Whether anything found keeps the file from being used.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|f| f.severity == Severity::Error)
    }

    /// Drops duplicates, keeps the first [`SHOWN`] (errors before warnings) and
    /// puts them in the order of their places.
    #[must_use]
    pub fn finish(mut self) -> Self {
        self.list
            .sort_by(|a, b| (a.span, a.severity, a.code).cmp(&(b.span, b.severity, b.code)));
        self.list
            .dedup_by(|b, a| a.span == b.span && a.code == b.code && a.message == b.message);
        if self.list.len() > SHOWN {
            self.more += self.list.len() - SHOWN;
            self.list.sort_by_key(|f| f.severity);
            let left_out = self.list[SHOWN..].iter();
            let errors = left_out.filter(|f| f.severity == Severity::Error);
            self.more_errors += errors.count();
            self.list.truncate(SHOWN);
            self.list.sort_by_key(|f| f.span);
        }
        self
    }
}

/// A new error.
pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        span,
        message: message.into(),
        hints: Vec::new(),
        mended: None,
        related: Vec::new(),
    }
}

/// A new warning.
pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..error(code, span, message)
    }
}

impl Diagnostic {
    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hints.push(hint.to_owned());
        self
    }

    /// Says how the line should read, if that is known.
    #[must_use]
    pub fn mend(mut self, line: Option<String>) -> Self {
        self.mended = line;
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn also(mut self, span: Span, words: &str) -> Self {
        self.related.push((span, words.to_owned()));
        self
    }
}

/// A piece of the source made fit for a sentence: one line, at most forty
/// characters, nothing invisible.
pub fn quoted(piece: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown = String::new();
    for (n, character) in piece.chars().enumerate() {
        if n == LONGEST {
            shown.push('…');
            break;
        }
        match character {
            '\n' | '\r' | '\t' => shown.push(' '),
            c if super::source::forbidden(c).is_some() => shown.push('\u{FFFD}'),
            c => shown.push(c),
        }
    }
    shown
}
