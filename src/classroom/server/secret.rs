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

/// The token of whoever comes with a seat code and a nonce of their own: the same each
/// time, so that an answer that was lost can be given again although no token is kept.
/// Whoever does not know the nonce, which is a token as well, finds no other way to it.
pub fn token_by(code: &str, nonce: &str) -> String {
    let of = format!("{code}\n{nonce}");
    let token = blake3::derive_key(
        "satisfactometer seat token by code and nonce 1",
        of.as_bytes(),
    );
    super::receipt::hex(&token)
}

/// Whether a text has the form of a token.
pub fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
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
        assert!(tokens.iter().all(|token| is_token(token)));
        assert!(!is_token("0") && !is_token(&"G".repeat(64)) && !is_token(&"é".repeat(32)));
        let by = |code, nonce: &str| token_by(code, nonce);
        let one = by("7Q2FM9KD", &"0".repeat(64));
        assert!(is_token(&one) && one == by("7Q2FM9KD", &"0".repeat(64)));
        assert_ne!(one, by("7Q2FM9KD", &"1".repeat(64)));
        assert_ne!(one, by("7Q2FM9KE", &"0".repeat(64)));
        let code = code(6).expect("random numbers");
        assert_eq!(folded(&code.to_lowercase()), code);
        assert_eq!(folded("7q2-f iO"), "7Q2F10");
        assert!(same("abc", "abc") && !same("abc", "abd") && !same("abc", "ab"));
    }
}
