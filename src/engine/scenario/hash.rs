//! The two hashes of a scenario: over its canonical form, with and without texts.
//! Canonical form: the written form as JSON, defaults left out, written by
//! `canonical_json`.

use std::fmt;

use serde_json::Value;

use crate::canonical::canonical_json;

use super::written::Written;

/// A BLAKE3 hash of 256 bits, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash([u8; 32]);

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Field names whose values are only for people to read.
const TEXTS: &[&str] = &[
    "title",
    "brief",
    "name",
    "trade",
    "say",
    "text",
    "scene",
    "what",
    "due",
    "reactions",
];

/// The hash of everything that is played or shown, and the hash of everything that
/// moves the simulation, which a change of wording keeps.
pub(super) fn hashes(written: &Written) -> (ContentHash, ContentHash) {
    let mut value = canonical(written);
    let content = hash(&value);
    strip_texts(&mut value);
    (content, hash(&value))
}

fn canonical(written: &Written) -> Value {
    // A written form has string keys and integers only, so this cannot fail.
    serde_json::to_value(written).unwrap_or(Value::Null)
}

fn hash(value: &Value) -> ContentHash {
    ContentHash(*blake3::hash(canonical_json(value).as_bytes()).as_bytes())
}

/// Removes texts. Deal names, beat keys and the like sit one level deeper, under
/// `deal`, `beats`, `replies` or `endings`, so a beat called `title` is kept.
fn strip_texts(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !TEXTS.contains(&key.as_str()));
            for (key, field) in fields.iter_mut() {
                match (key.as_str(), field) {
                    ("beats" | "replies" | "endings", Value::Object(entries)) => {
                        entries.values_mut().for_each(strip_texts);
                    }
                    ("deal", _) => {}
                    (_, field) => strip_texts(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strip_texts),
        _ => {}
    }
}
