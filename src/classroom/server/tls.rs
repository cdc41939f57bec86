//! The game port's side of TLS: a certificate that the server signs for itself, with a
//! key that follows from its signing key. So the four words stay the same whatever is
//! restarted, and come back with a backup.

use std::sync::Arc;

use anyhow::Context;
use rcgen::{CertificateParams, KeyPair, PublicKeyData};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use super::receipt::Key;
use crate::classroom::pin::Pin;

/// What the key is derived for.
const PURPOSE: &str = "satisfactometer 2026-11-28 key of the game port";
/// The name in the certificate. Reserved, and the same for every server: it says nothing.
const NAME: &str = "satisfactometer.invalid";
/// What stands before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410).
const ED25519: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// What accepts TLS with a server's key, and the key's pin.
///
/// # Errors
/// When the certificate cannot be made.
pub fn acceptor(key: &Key) -> anyhow::Result<(TlsAcceptor, Pin)> {
    let mut secret = ED25519.to_vec();
    secret.extend(key.derived(PURPOSE));
    let secret = PrivatePkcs8KeyDer::from(secret);
    let pair = KeyPair::try_from(&secret).context("cannot use the signing key for TLS")?;
    let pin = Pin::of(&pair.subject_public_key_info());
    let made = CertificateParams::new(vec![NAME.to_owned()]).and_then(|p| p.self_signed(&pair));
    let certificate = made.context("cannot make a certificate")?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .and_then(|config| {
            config
                .with_no_client_auth()
                .with_single_cert(vec![certificate.into()], PrivateKeyDer::Pkcs8(secret))
        })
        .context("cannot set up TLS")?;
    Ok((TlsAcceptor::from(Arc::new(config)), pin))
}
