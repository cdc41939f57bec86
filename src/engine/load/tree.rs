//! The tree of a file: values with their places, names unresolved. Knows nothing
//! of scenarios; that is the second step's.

use crate::diagnostic::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// From its first to its last character, brackets and quotes included.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A place whose value could not be read; a finding says why.
    Broken,
    /// A bare name, for example `Low`.
    Word(String),
    /// A text, escapes resolved, lines ended by `\n` alone.
    Text(String),
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
    Some(Box<Node>),
    /// `[a, b]`.
    List(Vec<Node>),
    /// `{ "key": value }`; no key twice.
    Map(Vec<Entry>),
    /// `(field: value)` or `Name(field: value)`; no field twice.
    Struct {
        /// The name before the parenthesis.
        name: Option<Name>,
        /// The fields in the order of the file.
        fields: Vec<Entry>,
    },
    /// `(a, b)`, `Name(a, b)`, `()` or `Name()`.
    Tuple {
        /// The name before the parenthesis.
        name: Option<Name>,
        /// The values in order.
        items: Vec<Node>,
    },
}

/// A name or key and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name, for a quoted key without quotes and with escapes resolved.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A field of a struct or an entry of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The field's name or the key. A bare key of a map begins with a capital.
    pub key: Name,
    /// Its value.
    pub value: Node,
}

impl Node {
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
