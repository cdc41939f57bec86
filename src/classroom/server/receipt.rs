//! Receipts: the server's signed word that it has an attempt, each naming the one
//! before it, so that a row that was deleted or edited shows.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, anyhow};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use engine::canonical::canonical_json;
use engine::rng::Seed;
use serde_json::{Value, json};

use crate::classroom::inert;
use crate::desk::library::read_within;

/// Bytes of an export at most: some hundred thousand receipts.
const LARGEST: u64 = 256 << 20;

/// The key a server signs with.
pub struct Key {
    signing: SigningKey,
    id: String,
}

/// What a receipt says. It holds no score: the first to finish could tell the others.
pub struct Facts<'a> {
    /// Id of the attempt.
    pub attempt: &'a str,
    /// BLAKE3 of the transcript's bytes.
    pub transcript: &'a str,
    /// The seat.
    pub seat: &'a str,
    /// The class.
    pub class: &'a str,
    /// Content hash of the scenario.
    pub content: &'a str,
    /// Version of the rules.
    pub rules: &'a str,
    /// The verdict in a word.
    pub verdict: &'a str,
    /// Server time, Unix milliseconds.
    pub received_at: i64,
}

/// A receipt as it is kept and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The whole of it, canonical JSON with its signature.
    pub text: String,
    /// Hash of what was signed; the next receipt names it.
    pub hash: String,
}

/// Writes a signing key to a file that is not there, for its owner alone, whole or not at
/// all: half of one would keep the server from starting.
///
/// # Errors
/// When it cannot be written.
pub fn keep(path: &Path, text: &str) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    let write = || {
        _ = fs::remove_file(&part);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        match path.parent() {
            // Elsewhere a folder cannot be synced, and need not be.
            Some(folder) if cfg!(unix) => fs::File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    };
    let written: std::io::Result<()> = write();
    if written.is_err() {
        _ = fs::remove_file(&part);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

impl Key {
    /// The key in a file, made if there is none; readable by its owner alone.
    ///
    /// # Errors
    /// When the file cannot be read or made, or is no key.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        match fs::read_to_string(path) {
            Ok(text) => {
                let secret = unhex(text.trim());
                let secret: Option<[u8; 32]> = secret.and_then(|bytes| bytes.try_into().ok());
                let secret = secret.ok_or_else(|| {
                    anyhow!(
                        "{shown} is no signing key; put back the one you have, or `restore` a \
                         backup: with a new one programs would ask for the four words again"
                    )
                })?;
                Ok(Self::of(secret))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let secret: [u8; 32] = super::secret::random()?;
                keep(path, &hex(&secret))?;
                Ok(Self::of(secret))
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {shown}")),
        }
    }

    fn of(secret: [u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(&secret);
        let id = id_of(&signing.verifying_key());
        Key { signing, id }
    }

    /// What receipts call it.
    pub fn id(&self) -> String {
        self.id.clone()
    }

    /// The public half, in hexadecimal digits, for those who verify.
    pub fn public(&self) -> String {
        hex(self.signing.verifying_key().as_bytes())
    }

    /// A secret of its own for something else that has to last as long as this key.
    pub fn derived(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, self.signing.as_bytes())
    }

    /// Signs a receipt that follows the one whose hash is `prev`.
    pub fn sign(&self, no: i64, prev: &str, facts: &Facts) -> Receipt {
        let body = json!({
            "receipt_no": no,
            "attempt_id": facts.attempt,
            "transcript_hash": facts.transcript,
            "seat_id": facts.seat,
            "session_id": facts.class,
            "content": facts.content,
            "rules_version": facts.rules,
            "verdict": facts.verdict,
            "received_at": facts.received_at,
            "prev_receipt_hash": prev,
            "key_id": self.id,
        });
        let signed = canonical_json(&body);
        let signature = self.signing.sign(signed.as_bytes());
        let hash = blake3::hash(signed.as_bytes());
        let text = canonical_json(&json!({
            "receipt": body,
            "code": code(&hash),
            "signature": hex(&signature.to_bytes()),
        }));
        Receipt {
            text,
            hash: hash.to_hex().to_string(),
        }
    }
}

/// What receipts call a key.
fn id_of(key: &VerifyingKey) -> String {
    blake3::hash(key.as_bytes()).to_hex().as_str()[..16].to_owned()
}

/// The eight characters a person can read out: 7Q2F-M9KD.
fn code(hash: &blake3::Hash) -> String {
    let mut bits = [0; 8];
    bits[..5].copy_from_slice(&hash.as_bytes()[..5]);
    let text = Seed::new(u64::from_le_bytes(bits)).to_string();
    format!("{}-{}", &text[..4], &text[4..])
}

/// The readable code of a receipt's text.
pub fn code_of(receipt: &str) -> String {
    serde_json::from_str::<Value>(receipt)
        .ok()
        .and_then(|value| value["code"].as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Checks receipts against the public keys they may be signed with: every signature, and
/// that each receipt names the one before it. Returns how many there are.
///
/// # Errors
/// At the first that does not hold.
pub fn verify<'a>(
    receipts: impl IntoIterator<Item = &'a str>,
    public: &[&str],
) -> anyhow::Result<usize> {
    let mut keys = BTreeMap::new();
    for public in public {
        let key: Option<[u8; 32]> = unhex(public).and_then(|bytes| bytes.try_into().ok());
        let key = key.and_then(|key| VerifyingKey::from_bytes(&key).ok());
        let key = key.ok_or_else(|| anyhow!("`{public}` is no public key"))?;
        keys.insert(id_of(&key), key);
    }
    let mut before: Option<(i64, String)> = None;
    let mut n = 0;
    for text in receipts {
        let value: Value = serde_json::from_str(text).context("it is no receipt")?;
        let body = &value["receipt"];
        let no = body["receipt_no"]
            .as_i64()
            .context("a receipt has no number")?;
        let signature = value["signature"].as_str().and_then(unhex);
        let signature: Option<[u8; 64]> = signature.and_then(|bytes| bytes.try_into().ok());
        let signature = signature.ok_or_else(|| anyhow!("receipt {no} has no signature"))?;
        let key = body["key_id"].as_str().and_then(|id| keys.get(id));
        let key = key.ok_or_else(|| anyhow!("receipt {no} was signed with another key"))?;
        let signed = canonical_json(body);
        key.verify_strict(signed.as_bytes(), &Signature::from_bytes(&signature))
            .with_context(|| format!("receipt {no} was not signed by this server"))?;
        if let Some((last, hash)) = &before
            && (no.checked_sub(1) != Some(*last) || body["prev_receipt_hash"] != hash.as_str())
        {
            return Err(anyhow!("receipt {no} does not follow receipt {last}"));
        }
        before = Some((no, blake3::hash(signed.as_bytes()).to_hex().to_string()));
        n += 1;
    }
    Ok(n)
}

/// Checks an export of receipts and says what holds; returns the exit code: 0 the
/// whole chain holds, 1 it does not. Without keys those inside the file are taken.
///
/// # Errors
/// When the file cannot be read or is no export.
pub fn run(path: &Path, keys: &[String]) -> anyhow::Result<u8> {
    let bytes = read_within(path, LARGEST)?;
    let export: Value = serde_json::from_slice(&bytes)
        .with_context(|| format!("{} is no export of receipts", path.display()))?;
    let receipts = export["receipts"].as_array();
    let receipts = receipts.with_context(|| format!("{} has no receipts", path.display()))?;
    let texts: Vec<String> = receipts.iter().map(Value::to_string).collect();
    // Exports of an older release name one key.
    let inside = match export["public_keys"].as_array() {
        Some(keys) => keys.iter().filter_map(Value::as_str).collect(),
        None => vec![export["public_key"].as_str().unwrap_or_default()],
    };
    let public: Vec<&str> = match keys {
        [] => inside,
        given => given.iter().map(String::as_str).collect(),
    };
    match verify(texts.iter().map(String::as_str), &public) {
        Ok(n) => {
            writeln!(
                anstream::stdout(),
                "{n} receipts hold, each after the one before it."
            )?;
            if keys.is_empty() {
                let (key, it) = match public.len() {
                    1 => ("key", "it with the server's own"),
                    _ => ("keys", "them with the servers' own"),
                };
                let all: Vec<String> = public.iter().map(|key| inert::line(key)).collect();
                writeln!(
                    anstream::stdout(),
                    "By the {key} inside the file, {}; compare {it}.",
                    all.join(" and ")
                )?;
            }
            Ok(0)
        }
        Err(why) => {
            anstream::eprintln!("not verified: {}", inert::line(&format!("{why:#}")));
            Ok(1)
        }
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let even = text.len().is_multiple_of(2) && text.is_ascii();
    even.then(|| {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
            .collect()
    })?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(attempt: &str) -> Facts<'_> {
        Facts {
            attempt,
            transcript: "t",
            seat: "s",
            class: "c",
            content: "x",
            rules: "1.1",
            verdict: "verified",
            received_at: 5,
        }
    }

    #[test]
    fn a_chain_holds_and_every_change_of_it_shows() {
        let key = Key::of([7; 32]);
        let mut chain: Vec<Receipt> = Vec::new();
        for (no, attempt) in (1..).zip(["a", "b", "c", "d"]) {
            let prev = chain.last().map_or("", |receipt| &receipt.hash);
            chain.push(key.sign(no, prev, &facts(attempt)));
        }
        let texts: Vec<&str> = chain.iter().map(|receipt| receipt.text.as_str()).collect();
        let public = key.public();
        assert_eq!(verify(texts.iter().copied(), &[&public]).ok(), Some(4));
        let says = |texts: &[&str]| {
            let result = verify(texts.iter().copied(), &[&public]);
            result.err().map(|error| error.to_string())
        };
        let missing = says(&[texts[0], texts[2]]);
        assert_eq!(
            missing.as_deref(),
            Some("receipt 3 does not follow receipt 1")
        );
        let edited = texts[1].replace("verified", "unscored");
        let edited = says(&[texts[0], &edited]);
        assert_eq!(
            edited.as_deref(),
            Some("receipt 2 was not signed by this server")
        );
        let other = Key::of([8; 32]).public();
        let foreign = verify([texts[0]], &[&other]).map_err(|error| error.to_string());
        assert_eq!(
            foreign.err().as_deref(),
            Some("receipt 1 was signed with another key")
        );
        assert!(verify([texts[0]], &["x"]).is_err() && verify([texts[0]], &[]).is_err());
        // Two servers, two keys, one chain.
        let last = chain.last().map_or("", |receipt| &receipt.hash);
        let theirs = Key::of([8; 32]).sign(5, last, &facts("e"));
        let both = texts.iter().copied().chain([theirs.text.as_str()]);
        assert_eq!(verify(both, &[&public, &other]).ok(), Some(5));
        assert!(says(&["{}"]).is_some() && says(&["x"]).is_some());
        let code = code_of(texts[0]);
        assert_eq!((code.len(), &code[4..5]), (9, "-"));
    }
}
