//! The servers whose words somebody has compared, in a file of the user's own. A
//! server that shows another key later is refused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::keep;
use crate::classroom::pin::Pin;
use crate::desk::library::read_bounded;

/// The file's name.
const FILE: &str = "known-servers.json";

/// The servers that are trusted.
pub struct Known {
    path: PathBuf,
    servers: BTreeMap<String, Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    pin: String,
    words: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: u32,
    servers: BTreeMap<String, Entry>,
}

impl Known {
    /// Those that are kept in a folder.
    ///
    /// # Errors
    /// When the file cannot be read. It is not taken for empty then: somebody would
    /// be asked to trust anew.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let servers = if path.exists() {
            let written: Written =
                serde_json::from_slice(&read_bounded(&path)?).with_context(|| {
                    format!(
                        "{} was changed; it holds the servers you trust. Move it away to be \
                         asked for their words again",
                        path.display()
                    )
                })?;
            written.servers
        } else {
            BTreeMap::new()
        };
        Ok(Known { path, servers })
    }

    /// The key and the words of a server, if they were compared.
    pub fn of(&self, address: &Address) -> Option<(Pin, &str)> {
        let entry = self.servers.get(&address.to_string())?;
        Some((Pin::read(&entry.pin)?, &entry.words))
    }

    /// Trusts a server from now on.
    ///
    /// # Errors
    /// When that cannot be written down.
    pub fn trust(&mut self, address: &Address, pin: Pin, words: &str) -> anyhow::Result<()> {
        let entry = Entry {
            pin: pin.to_string(),
            words: words.to_owned(),
        };
        self.servers.insert(address.to_string(), entry);
        let written = Written {
            format: 1,
            servers: std::mem::take(&mut self.servers),
        };
        let text = serde_json::to_string_pretty(&written)?;
        self.servers = written.servers;
        keep(&self.path, text.as_bytes())
    }
}
