//! The tree of a file: values with their places, names unresolved; it borrows the
//! words of the source. Knows nothing of scenarios; that is the second step's.

use std::borrow::Cow;

use crate::diagnostic::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node<'s> {
    /// From its first to its last character, brackets and quotes included.
    pub span: Span,
    /// What it is.
    pub kind: Kind<'s>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind<'s> {
    /// A place whose value could not be read; a finding says why.
    Broken,
    /// A bare name, for example `Low`.
    Word(&'s str),
    /// A text, escapes resolved, lines ended by `\n` alone.
    Text(Cow<'s, str>),
    /// A whole number; what does not fit is held at the nearest that does.
    Integer(i64),
    /// A number with a point or an exponent, `inf` or `NaN`. The span has its text.
    Float,
    /// `true` or `false`.
    Bool(bool),
    /// A single character in single quotes.
    Char(char),
    /// `None`.
    None,
    /// `Some(value)`.
    Some(Box<Node<'s>>),
    /// `[a, b]`.
    List(Vec<Node<'s>>),
    /// `{ "key": value }`; no key twice.
    Map(Vec<Entry<'s>>),
    /// `(field: value)` or `Name(field: value)`; no field twice.
    Struct {
        /// The name before the parenthesis.
        name: Option<Box<Name<'s>>>,
        /// The fields in the order of the file.
        fields: Vec<Entry<'s>>,
    },
    /// `(a, b)`, `Name(a, b)`, `()` or `Name()`.
    Tuple {
        /// The name before the parenthesis.
        name: Option<Box<Name<'s>>>,
        /// The values in order.
        items: Vec<Node<'s>>,
    },
}

/// A name or key and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'s> {
    /// The name, for a quoted key without quotes and with escapes resolved.
    pub text: Cow<'s, str>,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A field of a struct or an entry of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'s> {
    /// The field's name or the key. A bare key of a map begins with a capital.
    pub key: Name<'s>,
    /// Its value.
    pub value: Node<'s>,
}

impl Node<'_> {
    /// What it is, in words for a sentence: `a text`, `the name \`Low\``.
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Broken => "something unreadable".to_owned(),
            Kind::Word(word) => format!("the name `{word}`"),
            Kind::Text(_) => "a text".to_owned(),
            Kind::Integer(_) => "a whole number".to_owned(),
            Kind::Float => "a number that is not whole".to_owned(),
            Kind::Bool(value) => format!("`{value}`"),
            Kind::Char(_) => "a single character".to_owned(),
            Kind::None => "`None`".to_owned(),
            Kind::Some(_) => "`Some(…)`".to_owned(),
            Kind::List(_) => "a list `[…]`".to_owned(),
            Kind::Map(_) => "a map `{…}`".to_owned(),
            Kind::Struct { name: None, .. } => "fields in parentheses `(…)`".to_owned(),
            Kind::Tuple { name: None, .. } => "values in parentheses `(…)`".to_owned(),
            Kind::Struct {
                name: Some(name), ..
            }
            | Kind::Tuple {
                name: Some(name), ..
            } => {
                format!("`{}(…)`", name.text)
            }
        }
    }
}
