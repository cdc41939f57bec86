//! What goes along with a seat code, so that this computer and no other is answered again
//! where the answer was lost. It follows from a secret of this computer's own, which is
//! never sent, and is the same however often the code is typed.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use super::keep;
use crate::classroom::pin::Pin;
use crate::classroom::server::secret;

/// The file that keeps the secret, in the folder of joined classes.
const FILE: &str = "seat-codes.secret";

/// The nonce for a code at the server with this key. The secret is made, and on disk,
/// before the code is first used.
///
/// # Errors
/// When the secret cannot be read or kept.
pub fn nonce(base: &Path, pin: Pin, code: &str) -> anyhow::Result<String> {
    let path = base.join(FILE);
    let own = match fs::read_to_string(&path) {
        Ok(text) if secret::is_token(text.trim()) => text.trim().to_owned(),
        Ok(_) => bail!("{} was changed; delete it", path.display()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let own = secret::token()?;
            fs::create_dir_all(base)
                .with_context(|| format!("cannot make the folder {}", base.display()))?;
            keep(&path, format!("{own}\n").as_bytes())?;
            own
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    let of = format!("{own}\n{pin}\n{code}");
    let nonce = blake3::derive_key("satisfactometer nonce of a seat code 1", of.as_bytes());
    Ok(blake3::Hash::from_bytes(nonce).to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_the_same_here_and_another_for_all_else() {
        let base =
            std::env::temp_dir().join(format!("satisfactometer-nonce-{}", std::process::id()));
        _ = fs::remove_dir_all(&base);
        let (one, two) = (base.join("one"), base.join("two"));
        let (here, there) = (Pin::of(b"here"), Pin::of(b"there"));
        let first = nonce(&one, here, "7Q2FM9KD").expect("it is made");
        assert!(secret::is_token(&first));
        assert_eq!(nonce(&one, here, "7Q2FM9KD").expect("it is read"), first);
        let others = [
            nonce(&one, here, "7Q2FM9KE"),
            nonce(&one, there, "7Q2FM9KD"),
            nonce(&two, here, "7Q2FM9KD"),
        ];
        for other in others {
            assert_ne!(other.expect("it is made"), first);
        }
        // It says nothing of the secret, which is its owner's alone.
        let kept = fs::read_to_string(one.join(FILE)).expect("a file");
        assert_ne!(kept.trim(), first);
        fs::write(one.join(FILE), "x").expect("a file");
        let why = nonce(&one, here, "7Q2FM9KD").expect_err("it was changed");
        assert!(why.to_string().contains("was changed; delete it"), "{why}");
        fs::remove_dir_all(&base).expect("it goes");
    }
}
