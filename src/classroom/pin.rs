//! Which server this is: the hash of its public key, and the four words in which
//! people compare it. Certificates have names and dates; nobody here trusts those.

use std::fmt;

use anyhow::anyhow;
use argon2::{Algorithm, Argon2, Params, Version};

/// Short words that are told apart by ear, one a line.
const WORDS: &str = include_str!("../../assets/words.txt");

/// Memory of one try, KiB. Whoever wants a key of their own with the same four words
/// has to make four thousand million tries.
const MEMORY: u32 = 64 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// What the words are made for, so that they are no other hash of the same key.
const PURPOSE: &[u8] = b"satisfactometer server words 1";

/// The hash of a server's public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin([u8; 32]);

impl Pin {
    /// Of a public key as certificates hold it (SubjectPublicKeyInfo, DER).
    pub fn of(public_key: &[u8]) -> Self {
        Pin(*blake3::hash(public_key).as_bytes())
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn read(text: &str) -> Option<Self> {
        let hash = blake3::Hash::from_hex(text.trim()).ok()?;
        Some(Pin(*hash.as_bytes()))
    }

    /// Its four words. Takes a noticeable part of a second, on purpose.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub fn words(&self) -> anyhow::Result<String> {
        let no = |error: argon2::Error| anyhow!("cannot work out the server's words: {error}");
        let mut bits = [0; 4];
        let params = Params::new(MEMORY, PASSES, 1, Some(bits.len())).map_err(no)?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(&self.0, PURPOSE, &mut bits)
            .map_err(no)?;
        let all: Vec<&str> = WORDS.lines().collect();
        let words = bits.iter().filter_map(|byte| all.get(usize::from(*byte)));
        Ok(words.copied().collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", blake3::Hash::from_bytes(self.0).to_hex())
    }
}

/// Whether somebody typed these words: capitals, commas, dashes and spaces are no
/// difference.
pub fn same_words(typed: &str, words: &str) -> bool {
    let folded = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    folded(typed) == folded(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_256_and_told_apart() {
        let words: Vec<&str> = WORDS.lines().collect();
        assert_eq!(words.len(), 256);
        for (n, word) in words.iter().enumerate() {
            let plain = word.chars().all(|c| c.is_ascii_lowercase());
            assert!(plain && (4..=9).contains(&word.len()), "{word}");
            for other in &words[..n] {
                let apart = strsim::levenshtein(word, other);
                assert!(apart > 1, "{word} and {other}");
                assert_ne!(word[..4.min(word.len())], other[..4.min(other.len())]);
            }
        }
    }

    #[test]
    fn a_key_has_its_words_and_another_has_others() {
        let pin = Pin::of(b"a key");
        let words = pin.words().expect("there is memory");
        // What people wrote down must hold in every release.
        assert_eq!(words, "coral feather curtain engine");
        assert_eq!(Pin::read(&pin.to_string()), Some(pin));
        assert_eq!(Pin::read("abc"), None);
        let other = Pin::of(b"another key").words().expect("there is memory");
        assert_ne!(words, other);
        let typed = words.to_uppercase().replace(' ', ", ");
        assert!(same_words(&typed, &words) && same_words(&words.replace(' ', "-"), &words));
        assert!(!same_words("", &words) && !same_words(&other, &words));
    }
}
