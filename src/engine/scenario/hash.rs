//! The two hashes of a scenario: over its canonical form, with and without texts.
//! Canonical form: the written form as JSON, defaults left out, written by
//! `canonical`.

use std::fmt;

use crate::canonical::canonical_without;

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
/// moves the simulation, which a change of wording keeps. Keys of an author's own
/// are no fields, so a beat called `title` counts in both.
pub(super) fn hashes(written: &Written) -> (ContentHash, ContentHash) {
    let hash = |left_out: &[&str]| {
        let text = canonical_without(written, left_out);
        ContentHash(*blake3::hash(text.as_bytes()).as_bytes())
    };
    (hash(&[]), hash(TEXTS))
}
