//! A server's address as people type it from a wall.

use std::fmt;

use anyhow::bail;

/// The port for programs, unless an address names another.
pub const GAME_PORT: u16 = 7073;

/// Where a class's server listens for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A number or a name, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Address {
    /// Reads what was typed.
    ///
    /// # Errors
    /// When it is no address, or that of the pages for browsers.
    pub fn read(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            bail!("the address is missing; it stands on the wall, like 10.0.0.5");
        }
        if text.starts_with("http:") || text.starts_with("https:") {
            bail!(
                "`{text}` is for browsers; the wall shows the one for the game as well, \
                 like 10.0.0.5:{GAME_PORT}"
            );
        }
        let text = text.trim_end_matches('/');
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => match rest.split_once(']') {
                Some((host, "")) => (host, None),
                Some((host, port)) => (host, port.strip_prefix(':')),
                None => ("", None),
            },
            None if text.matches(':').count() > 1 => (text, None),
            None => match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-');
        let port = port.map_or(Some(GAME_PORT), |port| port.parse().ok());
        match port {
            Some(port) if port > 0 && !host.is_empty() && host.chars().all(plain) => Ok(Address {
                host: host.to_owned(),
                port,
            }),
            _ => bail!("`{text}` is no address; it looks like 10.0.0.5 or 10.0.0.5:{GAME_PORT}"),
        }
    }

    /// As a file's name.
    pub fn as_name(&self) -> String {
        let host = self.host.chars();
        let host = host.map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
        format!("{}-{}", host.collect::<String>(), self.port)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn addresses_as_people_type_them() {
        for (text, shown) in [
            ("10.0.0.5", "10.0.0.5:7073"),
            (" 10.0.0.5:9000/ ", "10.0.0.5:9000"),
            ("lab-pc.local", "lab-pc.local:7073"),
            ("[fe80::1]:9000", "[fe80::1]:9000"),
            ("fe80::1", "[fe80::1]:7073"),
        ] {
            let found = Address::read(text).expect("an address");
            assert_eq!(found.to_string(), shown);
            assert_eq!(Address::read(shown).ok(), Some(found), "it reads its own");
        }
        for wrong in [
            "",
            ":7073",
            "10.0.0.5:",
            "10.0.0.5:0",
            "10.0.0.5:99999",
            "a b",
            "user@host",
            "host/j/7Q2FM9",
            "[::1",
        ] {
            assert!(Address::read(wrong).is_err(), "{wrong}");
        }
        let browsers = Address::read("http://10.0.0.5:7072").expect_err("for browsers");
        assert!(browsers.to_string().contains("for browsers"), "{browsers}");
    }
}
