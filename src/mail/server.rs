//! The mail server, as configured in `[smtp]`.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::secret::PasswordSource;

/// The encryption of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// `STARTTLS` on a plain connection; nothing is sent without it.
    Starttls,
    /// TLS from the first byte.
    Implicit,
    /// No encryption; only for servers on this machine unless `insecure` is set.
    None,
}

/// The port for TLS from the first byte.
const IMPLICIT_PORT: u16 = 465;

impl Tls {
    /// The mode of a name in the config, given the port if one is written.
    #[must_use]
    pub fn parse(name: &str, port: Option<u16>) -> Option<Self> {
        match name {
            "required" if port == Some(IMPLICIT_PORT) => Some(Self::Implicit),
            "required" | "starttls" => Some(Self::Starttls),
            "implicit" => Some(Self::Implicit),
            "none" => Some(Self::None),
            _ => None,
        }
    }

    /// The default port.
    #[must_use]
    pub(crate) const fn usual_port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Implicit => IMPLICIT_PORT,
            Self::None => 25,
        }
    }
}

/// The server and the settings of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name, which its certificate must have, or its address.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The encryption of the connection.
    pub tls: Tls,
    /// The user name; `None` if the server requires no login.
    pub user: Option<String>,
    /// The source of the password.
    pub password: Option<PasswordSource>,
    /// The authorities of its certificate, instead of those of the system: a PEM file.
    pub ca_file: Option<PathBuf>,
    /// The name in the program's greeting.
    pub hello: String,
    /// The maximum time for one answer.
    pub timeout: Duration,
    /// How long an unreachable or busy server is retried.
    pub retry_for: Duration,
}

impl Server {
    /// `mail.example.com:587`.
    #[must_use]
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// Whether a host is this machine, by its address or its name.
#[must_use]
pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The name for the greeting: this machine's name if servers accept it, else its loopback address.
#[must_use]
pub(crate) fn usual_hello() -> String {
    let name = sysinfo::System::host_name().unwrap_or_default();
    let is_fit = name.contains('.') && is_host_name(&name);
    if is_fit { name } else { "[127.0.0.1]".to_owned() }
}

/// Whether a text can be the name of a host.
#[must_use]
pub(crate) fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (1..=63).contains(&label.len()) && label.chars().all(is_letter) && !label.starts_with('-')
    };
    name.len() <= 253 && name.trim_end_matches('.').split('.').all(is_label)
}
