//! What nobody may guess: tokens and codes, from the system's generator, and their
//! hashes, which is all that is kept.

use anyhow::anyhow;
use subtle::ConstantTimeEq;

/// Characters of a code that joins a class.
pub const CLASS_CODE: usize = 6;
/// Characters of a code that brings a seat back. By their number the two are told apart,
/// because both are typed into the same line.
pub const SEAT_CODE: usize = 8;

/// Crockford's alphabet without letters that are mistaken for digits.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Random bytes of the system.
///
/// # Errors
/// When the system gives none.
pub fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    let provider = rustls::crypto::ring::default_provider();
    provider
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| anyhow!("the system gives no random numbers"))?;
    Ok(bytes)
}

/// A token of 256 bits, as 64 hexadecimal digits.
///
/// # Errors
/// When the system gives no random numbers.
pub fn token() -> anyhow::Result<String> {
    Ok(super::receipt::hex(&random::<32>()?))
}

/// A code of `n` characters to be read from a wall and typed; five bits each.
///
/// # Errors
/// When the system gives no random numbers.
pub fn code(n: usize) -> anyhow::Result<String> {
    let bytes = random::<32>()?;
    let letters = bytes.iter().take(n);
    Ok(letters
        .map(|byte| LETTERS[usize::from(byte & 31)] as char)
        .collect())
}

/// A code as people type it: small letters, spaces, dashes, O for 0, I and L for 1.
pub fn folded(code: &str) -> String {
    code.chars()
        .filter(|c| !matches!(c, ' ' | '-'))
        .take(32)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect()
}

/// Whether a folded code is one that brings a seat back.
pub fn is_seat_code(folded: &str) -> bool {
    folded.len() == SEAT_CODE
}

/// What is kept of a token.
pub fn hash(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}

/// Whether two hashes are the same, in a time that does not tell where they differ.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_codes_are_forgiving() {
        let tokens: std::collections::BTreeSet<_> =
            (0..100).map(|_| token().expect("random numbers")).collect();
        assert_eq!(tokens.len(), 100);
        assert!(tokens.iter().all(|token| token.len() == 64));
        let code = code(6).expect("random numbers");
        assert_eq!(folded(&code.to_lowercase()), code);
        assert_eq!(folded("7q2-f iO"), "7Q2F10");
        assert!(same("abc", "abc") && !same("abc", "abd") && !same("abc", "ab"));
    }
}
