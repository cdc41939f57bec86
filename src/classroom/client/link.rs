//! The line to a server: HTTP over TLS, to the one key that was compared and to no
//! other. What a certificate says of names and dates is not asked.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct};
use rustls::{PeerIncompatible, SignatureScheme, StreamOwned};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, TcpConnector, Transport,
    TransportAdapter,
};

use super::address::Address;
use crate::classroom::pin::Pin;

/// The whole of a request and its answer.
const REQUEST: Duration = Duration::from_secs(15);
/// How long a server that is not there is waited for.
const CONNECT: Duration = Duration::from_secs(5);
/// The name in the handshake: the certificate's, the same for every server.
const NAME: &str = "satisfactometer.invalid";

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The server has another key than the one that was compared.
    #[error(
        "the server at {0} has another key than the one you trusted: somebody else may be \
         answering in its place, and nothing was sent. If your instructor has set up a new \
         server, compare the four words on the wall and join again with --trust-again"
    )]
    OtherKey(Address),
    /// Nothing answers, or not in time, or what answers is no server of a class.
    #[error("{1:#}")]
    Silent(Address, anyhow::Error),
    /// Something else answers at a port that somebody typed.
    #[error(
        "what answers at {0} is not the game port of a class; it may be the one for browsers. \
         The wall shows both"
    )]
    Strange(Address),
}

/// A line to one server.
pub struct Link {
    /// The server.
    pub address: Address,
    /// Its key.
    pub pin: Pin,
    agent: ureq::Agent,
    verifier: Arc<Verifier>,
}

impl Link {
    /// A line to the server that has this key. Nothing is sent yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(address: Address, pin: Pin) -> anyhow::Result<Self> {
        let (verifier, tls) = tls(Some(pin))?;
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(REQUEST))
            .timeout_connect(Some(CONNECT))
            .http_status_as_error(false)
            .https_only(true)
            .proxy(None)
            // The token goes to this server and to no other.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // The server closes what rests for five seconds.
            .max_idle_age(Duration::from_secs(3))
            .build();
        let connector = TcpConnector::default();
        let connector = Connector::<()>::chain(connector, Wrap(tls));
        let agent = ureq::Agent::with_parts(config, connector, DefaultResolver::default());
        Ok(Link {
            address,
            pin,
            agent,
            verifier,
        })
    }

    /// Asks, and returns status and body.
    ///
    /// # Errors
    /// When there is no answer of that server.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: &[u8],
    ) -> Result<(u16, String), Trouble> {
        let answer = self.ask(method, path, token, body);
        answer.map_err(|error| {
            if self.verifier.met_another() {
                return Trouble::OtherKey(self.address.clone());
            }
            let error = anyhow!(error).context(format!("cannot reach {}", self.address));
            Trouble::Silent(self.address.clone(), error)
        })
    }

    fn ask(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: &[u8],
    ) -> Result<(u16, String), ureq::Error> {
        let url = format!("https://{}{path}", self.address);
        let bearer = format!("Bearer {token}");
        let kind = "application/json";
        let mut response = match method {
            "GET" => {
                let asked = self.agent.get(&url);
                asked.header("Authorization", &bearer).call()?
            }
            "PUT" => {
                let asked = self.agent.put(&url).header("Authorization", &bearer);
                asked.header("Content-Type", kind).send(body)?
            }
            _ if token.is_empty() => {
                let asked = self.agent.post(&url);
                asked.header("Content-Type", kind).send(body)?
            }
            _ => {
                let asked = self.agent.post(&url).header("Authorization", &bearer);
                asked.header("Content-Type", kind).send(body)?
            }
        };
        let status = response.status().as_u16();
        Ok((status, response.body_mut().read_to_string()?))
    }
}

/// The key of the server at an address. It has proved that the key is its own, and
/// was sent nothing.
///
/// # Errors
/// When nothing answers, or not as a class's server does.
pub fn meet(address: &Address) -> anyhow::Result<Pin> {
    let (verifier, tls) = tls(None)?;
    let mut last = None;
    let sockets = (address.host.as_str(), address.port).to_socket_addrs();
    for socket in sockets.map_err(|error| unreached(address, error))? {
        match TcpStream::connect_timeout(&socket, CONNECT) {
            Ok(mut stream) => {
                stream.set_read_timeout(Some(CONNECT))?;
                stream.set_write_timeout(Some(CONNECT))?;
                let mut conn = ClientConnection::new(tls, name()?)?;
                let shaken = conn.complete_io(&mut stream);
                shaken.map_err(|error| strange(address, error))?;
                conn.send_close_notify();
                // It is met; whether the goodbye arrives is all the same.
                _ = conn.complete_io(&mut stream);
                let seen = verifier.seen();
                return seen.ok_or_else(|| anyhow!("{address} showed no key"));
            }
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) => Err(unreached(address, error).into()),
        None => bail!("{} has no address", address.host),
    }
}

/// Why a handshake failed, for people.
fn strange(address: &Address, error: io::Error) -> Trouble {
    match error.kind() {
        io::ErrorKind::InvalidData => Trouble::Strange(address.clone()),
        _ => unreached(address, error),
    }
}

fn unreached(address: &Address, error: io::Error) -> Trouble {
    let error = anyhow!(error).context(format!("cannot reach {address}"));
    Trouble::Silent(address.clone(), error)
}

fn name() -> anyhow::Result<ServerName<'static>> {
    ServerName::try_from(NAME).context("a name that is none")
}

fn tls(expected: Option<Pin>) -> anyhow::Result<(Arc<Verifier>, Arc<ClientConfig>)> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let verifier = Arc::new(Verifier {
        expected,
        seen: Mutex::default(),
        known: provider.signature_verification_algorithms,
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .context("cannot set up TLS")?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&verifier) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    Ok((verifier, Arc::new(config)))
}

/// Trusts one key, or any while a server is met for the first time. That the server
/// holds the key is checked either way.
#[derive(Debug)]
struct Verifier {
    expected: Option<Pin>,
    seen: Mutex<Option<Pin>>,
    known: WebPkiSupportedAlgorithms,
}

impl Verifier {
    fn seen(&self) -> Option<Pin> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn met_another(&self) -> bool {
        matches!((self.expected, self.seen()), (Some(ours), Some(seen)) if ours != seen)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let parsed = ParsedCertificate::try_from(end_entity)?;
        let pin = Pin::of(&parsed.subject_public_key_info());
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(pin);
        if self.expected.is_some_and(|expected| expected != pin) {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.known.supported_schemes()
    }
}

/// Wraps a connection in our TLS.
struct Wrap(Arc<ClientConfig>);

impl fmt::Debug for Wrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wrap")
    }
}

impl<In: Transport> Connector<In> for Wrap {
    type Out = Wrapped;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Wrapped>, ureq::Error> {
        let Some(transport) = chained else {
            return Ok(None);
        };
        let name = name().map_err(|error| ureq::Error::Other(error.into()))?;
        let mut conn = ClientConnection::new(Arc::clone(&self.0), name)?;
        let mut sock = TransportAdapter::new(transport.boxed(), details.current_time.clone());
        sock.set_timeout(details.timeout);
        conn.complete_io(&mut sock)?;
        let config = details.config;
        Ok(Some(Wrapped {
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            stream: StreamOwned::new(conn, sock),
        }))
    }
}

/// A connection within TLS.
struct Wrapped {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl fmt::Debug for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wrapped")
    }
}

impl Transport for Wrapped {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let output = &self.buffers.output()[..amount];
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let n = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(n);
        Ok(n > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}
