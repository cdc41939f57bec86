//! A finding about a text: code, severity, place, message, hints. Data only;
//! colouring and printing belong to the command line.

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The scenario cannot be played.
    Error,
    /// It can be played, but something is likely wrong.
    Warning,
}

/// A half-open range of byte offsets in the source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable short name of the rule, kebab-case, for example `unknown-field`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub span: Span,
    /// One plain sentence in lower case without a full stop: what was found and what was expected.
    pub message: String,
    /// What to do about it, one sentence each.
    pub hints: Vec<String>,
    /// The source line as it should read, if it can be mended mechanically.
    pub mended: Option<String>,
    /// Other places that belong to the finding, with a few words each.
    pub related: Vec<(Span, String)>,
}
