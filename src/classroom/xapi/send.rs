//! Brings an export of statements to a learning record store. What has arrived is
//! written down beside the file, so it can stop anywhere and be started again; a
//! statement that was sent twice is there once, because its id is the same.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use crate::classroom::inert::line;

/// Where a password may stand; a command line is seen by everyone on a computer.
pub const PASSWORD: &str = "SATISFACTOMETER_LRS_PASSWORD";
/// Statements that are sent together.
const BATCH: usize = 25;
/// Tries at one batch before it is left for another day.
const TRIES: u32 = 5;
/// Bytes of an export at most.
const LARGEST: u64 = 512 * 1024 * 1024;
/// Where systems keep the certificates they trust.
const BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What the command line says.
pub struct Options {
    /// The export, `xapi.json`.
    pub file: PathBuf,
    /// The store, up to and without `/statements`.
    pub to: String,
    /// The user there.
    pub user: Option<String>,
    /// Certificates to trust, instead of the system's.
    pub ca: Option<PathBuf>,
}

/// Sends what has not arrived yet; returns the exit code: 0 all is there, 1 something
/// was refused.
///
/// # Errors
/// When the file cannot be read, the address is none, or the store cannot be reached:
/// the same command goes on then.
pub fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<u8> {
    let statements = read(&options.file)?;
    let store = Store::open(options)?;
    let mut done = Done::open(&options.file, &store.url)?;
    let open: Vec<&(String, Value)> = statements
        .iter()
        .filter(|(id, _)| !done.ids.contains(id))
        .collect();
    let n_before = statements.len() - open.len();
    writeln!(
        out,
        "{} statements, {n_before} of them there already.",
        statements.len()
    )?;
    let mut refused = 0;
    let mut n_sent = 0;
    for batch in open.chunks(BATCH) {
        let bodies: Vec<&Value> = batch.iter().map(|(_, statement)| statement).collect();
        let body = serde_json::to_vec(&bodies)?;
        match store.try_hard("POST", &store.url, &body)? {
            200..=299 => {
                done.add(batch.iter().map(|(id, _)| id.as_str()))?;
                n_sent += batch.len();
            }
            // One of them is in the way of the others: each alone.
            _ => {
                for (id, statement) in batch.iter().copied() {
                    match store.put(id, statement)? {
                        Ok(()) => {
                            done.add([id.as_str()])?;
                            n_sent += 1;
                        }
                        Err(why) => {
                            refused += 1;
                            writeln!(out, "refused: {id}: {why}")?;
                        }
                    }
                }
            }
        }
        writeln!(out, "{} of {}", n_before + n_sent, statements.len())?;
        out.flush()?;
    }
    if refused > 0 {
        writeln!(out, "{refused} were refused; the others are there.")?;
        return Ok(1);
    }
    writeln!(out, "All are there.")?;
    Ok(0)
}

/// The statements of an export, with their ids.
fn read(file: &Path) -> anyhow::Result<Vec<(String, Value)>> {
    let shown = file.display();
    let cannot = || format!("cannot read {shown}");
    let meta = fs::metadata(file).with_context(cannot)?;
    if !meta.is_file() || meta.len() > LARGEST {
        bail!("{shown} is no export of a class");
    }
    let text = fs::read(file).with_context(cannot)?;
    let all: Vec<Value> = serde_json::from_slice(&text)
        .with_context(|| format!("{shown} is no list of statements"))?;
    let mut statements = Vec::with_capacity(all.len());
    for (n, statement) in (1..).zip(all) {
        let id = statement["id"].as_str();
        let id = id.and_then(|id| uuid::Uuid::try_parse(id).ok());
        let Some(id) = id else {
            bail!("{shown}: statement {n} has no id, so it could be doubled; nothing was sent");
        };
        statements.push((id.to_string(), statement));
    }
    Ok(statements)
}

/// What has arrived in one store, in a file beside the export.
struct Done {
    file: fs::File,
    ids: BTreeSet<String>,
}

impl Done {
    fn open(export: &Path, url: &str) -> anyhow::Result<Self> {
        let mut name = export.file_name().unwrap_or_default().to_owned();
        let hash = blake3::hash(url.as_bytes()).to_hex();
        name.push(format!(".{}.sent", &hash[..8]));
        let path = export.with_file_name(name);
        let shown = path.display().to_string();
        let cannot = || format!("cannot write {shown}, where it is noted what has arrived");
        let before = fs::read_to_string(&path).unwrap_or_default();
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(cannot)?;
        if !before.is_empty() && !before.ends_with('\n') {
            // A line that was cut short names nothing.
            writeln!(file).with_context(cannot)?;
        }
        Ok(Done {
            file,
            ids: before.lines().map(str::to_owned).collect(),
        })
    }

    fn add<'a>(&mut self, ids: impl IntoIterator<Item = &'a str>) -> anyhow::Result<()> {
        let mut lines = String::new();
        for id in ids {
            lines.push_str(id);
            lines.push('\n');
        }
        self.file.write_all(lines.as_bytes())?;
        self.file.sync_all()?;
        Ok(())
    }
}

struct Store {
    agent: ureq::Agent,
    url: String,
    pass: Option<String>,
}

impl Store {
    fn open(options: &Options) -> anyhow::Result<Self> {
        let url = address(&options.to)?;
        let pass = match &options.user {
            None => None,
            Some(user) => {
                let password = std::env::var(PASSWORD).with_context(|| {
                    format!("put the password of {user} into the environment as {PASSWORD}")
                })?;
                Some(format!(
                    "Basic {}",
                    base64(format!("{user}:{password}").as_bytes())
                ))
            }
        };
        let mut config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false)
            // The password goes to this store and to no other.
            .max_redirects(0)
            .max_redirects_will_error(false);
        if url.starts_with("https:") {
            // Somebody else may have chosen one already; either will do.
            _ = rustls::crypto::ring::default_provider().install_default();
            let roots = roots(options.ca.as_deref())?;
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        Ok(Store {
            agent: config.build().new_agent(),
            url,
            pass,
        })
    }

    /// One request, again while the store is busy or out of reach.
    fn try_hard(&self, method: &str, url: &str, body: &[u8]) -> anyhow::Result<u16> {
        let mut rest = Duration::from_millis(500);
        for attempt in 1..=TRIES {
            let why = match self.once(method, url, body) {
                Ok(status @ (429 | 500..)) => format!("it answers {status}"),
                Ok(401 | 403) => bail!(
                    "the store does not let us in; name a user with --user, and the password \
                     as {PASSWORD}"
                ),
                Ok(status @ 300..=399) => bail!(
                    "the store sends us somewhere else ({status}); name that address yourself \
                     if you trust it"
                ),
                Ok(404 | 405) => bail!("there is no store at {url}"),
                Ok(status) => return Ok(status),
                Err(error) => error.to_string(),
            };
            if attempt == TRIES {
                bail!(
                    "the store cannot be reached ({}); start this again to go on where it is",
                    line(&why)
                );
            }
            std::thread::sleep(rest);
            rest *= 2;
        }
        bail!("the store was not asked")
    }

    fn once(&self, method: &str, url: &str, body: &[u8]) -> anyhow::Result<u16> {
        let request = match method {
            "PUT" => self.agent.put(url),
            _ => self.agent.post(url),
        };
        let mut request = request
            .header("Content-Type", "application/json")
            .header("X-Experience-API-Version", "1.0.3");
        if let Some(pass) = &self.pass {
            request = request.header("Authorization", pass);
        }
        Ok(request.send(body)?.status().as_u16())
    }

    /// One statement alone. There already is as good as new: ids are not used twice.
    fn put(&self, id: &str, statement: &Value) -> anyhow::Result<Result<(), String>> {
        let url = format!("{}?statementId={id}", self.url);
        let body = serde_json::to_vec(statement)?;
        Ok(match self.try_hard("PUT", &url, &body)? {
            200..=299 | 409 => Ok(()),
            status => Err(format!("the store answers {status}")),
        })
    }
}

/// The address of statements of a store. A password goes over a network only encrypted.
fn address(to: &str) -> anyhow::Result<String> {
    let to = to.trim().trim_end_matches('/');
    let to = to.strip_suffix("/statements").unwrap_or(to);
    let uri: ureq::http::Uri = to.parse().context("that is no address")?;
    let host = uri.host().unwrap_or_default();
    let here = ["127.0.0.1", "localhost", "[::1]"].contains(&host);
    let user = uri.authority().is_some_and(|a| a.as_str().contains('@'));
    match uri.scheme_str() {
        _ if host.is_empty() || user || uri.query().is_some() => {
            bail!("name the store as https://host/path, without user and question mark")
        }
        Some("https") => {}
        Some("http") if here => {}
        Some("http") => bail!("{host} is another computer: use https"),
        _ => bail!("name the store as https://host/path"),
    }
    Ok(format!("{to}/statements"))
}

/// The certificates that are trusted.
fn roots(ca: Option<&Path>) -> anyhow::Result<RootCerts> {
    let own = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let named = ca.map(Path::to_owned).or(own);
    let found = named.or_else(|| BUNDLES.iter().map(PathBuf::from).find(|p| p.exists()));
    let file = found.context("this system's certificates were not found; name a file with --ca")?;
    let pem = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let certs: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(cert)) => Some(cert),
            _ => None,
        })
        .collect();
    if certs.is_empty() {
        bail!("{} holds no certificate", file.display());
    }
    Ok(RootCerts::new_with_certs(&certs))
}

/// As RFC 4648 writes bytes.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |n: usize| u32::from(three.get(n).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for n in 0..4 {
            if n > three.len() {
                text.push('=');
            } else {
                text.push(DIGITS[(bits >> (18 - 6 * n) & 63) as usize] as char);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_may_have_a_password() {
        for (text, expected) in [
            (
                "https://lrs.example/xapi",
                "https://lrs.example/xapi/statements",
            ),
            (
                "https://lrs.example/xAPI/statements/",
                "https://lrs.example/xAPI/statements",
            ),
            (
                "http://127.0.0.1:8100/xAPI",
                "http://127.0.0.1:8100/xAPI/statements",
            ),
            ("http://[::1]:8100", "http://[::1]:8100/statements"),
        ] {
            assert_eq!(address(text).expect("an address"), expected);
        }
        for wrong in [
            "",
            "lrs.example",
            "http://lrs.example/xapi",
            "http://127.0.0.1.evil.example/xapi",
            "https://user:pass@lrs.example",
            "https://lrs.example/x?y=1",
            "ftp://lrs.example",
        ] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn base64_as_the_rfc_has_it() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }
}
