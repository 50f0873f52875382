//! One message over one connection, and its outcome for each recipient.

use std::fmt;
use std::io::{self, ErrorKind};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::resolve::addresses;
use super::secret::Secret;
use super::server::{Server, Tls};
use super::trust::Trust;
use super::wire::{Reply, Wire};
use crate::harmless::shown;

/// Maximum characters of a server's answer in a message.
const QUOTED: usize = 300;
/// The answer of a server that closes the connection, to any command.
const CLOSES: u16 = 421;

/// The outcome of a message for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RecipientOutcome {
    /// The server accepted it.
    Sent,
    /// The server refused it, and would do so again.
    Refused(String),
    /// Not accepted now; a retry may succeed.
    Later(String),
    /// The connection was lost after the end of the message; the server may have accepted it.
    Unknown(String),
}

/// The reason why nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SendFault {
    /// A retry may succeed.
    Later(String),
    /// A retry would fail too.
    Final(String),
}

impl fmt::Display for SendFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Later(text) | Self::Final(text) => f.write_str(text),
        }
    }
}

/// A message for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Envelope<'a> {
    /// The address for failure notices.
    pub from: &'a str,
    /// The recipients' addresses.
    pub to: &'a [String],
    /// Headers and body.
    pub bytes: &'a [u8],
}

/// The parts of a connection to a server that do not change from one connection to the next.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    server: Server,
    trust: Option<Trust>,
    secret: Option<Secret>,
}

impl Access {
    /// Reads the password and the authorities.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read.
    pub fn open(server: &Server) -> anyhow::Result<Self> {
        let trust = match server.tls {
            Tls::Starttls | Tls::Implicit => Some(Trust::of(server.ca_file.as_deref())?),
            Tls::None => None,
        };
        let secret = server.password.as_ref().map(super::secret::PasswordSource::read).transpose()?;
        Ok(Self { server: server.clone(), trust, secret })
    }

    /// The same, with retries for at most this time.
    #[must_use]
    pub fn within(&self, time: std::time::Duration) -> Self {
        let server = Server { retry_for: self.server.retry_for.min(time), ..self.server.clone() };
        Self { server, ..self.clone() }
    }

    /// Where the connection leads.
    #[must_use]
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// Sends a message once. `on_end` is called before the dot that ends the message: after the dot the server may have
    /// accepted it. The dot is sent only if `on_end` returns true.
    ///
    /// # Errors
    ///
    /// If the server accepts no message from this program at all.
    pub fn send(
        &self,
        envelope: &Envelope,
        on_end: &mut dyn FnMut(&[String]) -> bool,
    ) -> Result<Vec<RecipientOutcome>, SendFault> {
        let mut dialogue = self.connect()?;
        let outcome = dialogue.transfer(envelope, on_end);
        dialogue.bye();
        outcome
    }

    fn connect(&self) -> Result<Dialogue<'_>, SendFault> {
        let server = &self.server;
        let address = server.address();
        let found =
            addresses(&server.host, server.port).map_err(|error| SendFault::Later(format!("[smtp] host: {error}")))?;
        let wire = Wire::connect(&found, server.timeout)
            .map_err(|error| SendFault::Later(format!("{address} cannot be reached: {}", in_words(&error))))?;
        let mut dialogue = Dialogue { wire, server, address, features: Vec::new() };
        if server.tls == Tls::Implicit {
            dialogue.encrypt(self.trust.as_ref())?;
        }
        let greeting = dialogue.wire.reply().map_err(|error| dialogue.without_greeting(&error))?;
        dialogue.expect(2, greeting, "does not greet")?;
        dialogue.hello()?;
        if server.tls == Tls::Starttls {
            if !dialogue.has("STARTTLS") {
                return Err(SendFault::Final(format!(
                    "{} offers no encryption (STARTTLS), so nothing was sent: ask for its port with TLS, and write tls = \"implicit\" for port 465",
                    dialogue.address
                )));
            }
            let reply = dialogue.command("STARTTLS")?;
            dialogue.expect(2, reply, "refuses STARTTLS")?;
            dialogue.encrypt(self.trust.as_ref())?;
            dialogue.hello()?;
        }
        if let (Some(user), Some(secret)) = (&server.user, &self.secret) {
            dialogue.log_in(user, secret)?;
        }
        Ok(dialogue)
    }
}

struct Dialogue<'a> {
    wire: Wire,
    server: &'a Server,
    address: String,
    /// The extensions that the server announces.
    features: Vec<String>,
}

impl Dialogue<'_> {
    fn lost(&self, when: &str, error: &io::Error) -> SendFault {
        match error.kind() {
            // The same answer would follow again.
            ErrorKind::InvalidData => {
                SendFault::Final(format!("{} does not speak as a mail server does, {when}: {error}", self.address))
            }
            _ => SendFault::Later(format!("{} broke off {when}: {}", self.address, in_words(error))),
        }
    }

    /// The error of a connection without a greeting: a server that expects TLS at once sends none.
    fn without_greeting(&self, error: &io::Error) -> SendFault {
        match self.lost("before its greeting", error) {
            SendFault::Later(text) if is_late(error) && self.server.tls == Tls::Starttls => SendFault::Later(format!(
                "{text} (does it expect TLS from the first byte? then write tls = \"implicit\")"
            )),
            fault => fault,
        }
    }

    fn command(&mut self, line: &str) -> Result<Reply, SendFault> {
        let word = line.split([' ', ':']).next().unwrap_or_default();
        self.exchange(line, &format!("at {word}"))
    }

    /// Sends a line and reads the answer. Anything that the server said before is not an answer to it.
    fn exchange(&mut self, line: &str, when: &str) -> Result<Reply, SendFault> {
        let is_early = self.wire.has_unread();
        let reply = if is_early { self.wire.reply() } else { self.wire.command(line) };
        let reply = reply.map_err(|error| self.lost(when, &error))?;
        if reply.code == CLOSES {
            return Err(SendFault::Later(format!(
                "{} closes the connection {when}: {}",
                self.address,
                reply_text(&reply)
            )));
        }
        if is_early {
            return Err(SendFault::Later(format!(
                "{} speaks out of turn {when}: {}",
                self.address,
                reply_text(&reply)
            )));
        }
        Ok(reply)
    }

    /// Checks that an answer begins with a digit.
    fn expect(&self, digit: u16, reply: Reply, what: &str) -> Result<Reply, SendFault> {
        if reply.is(digit) {
            return Ok(reply);
        }
        let text = format!("{} {what}: {}", self.address, reply_text(&reply));
        Err(if reply.is(4) { SendFault::Later(text) } else { SendFault::Final(text) })
    }

    fn encrypt(&mut self, trust: Option<&Trust>) -> Result<(), SendFault> {
        let Some(trust) = trust else { return Ok(()) };
        let connection = trust.connection(&self.server.host).map_err(SendFault::Final)?;
        self.wire.encrypt(connection).map_err(|error| match error.kind() {
            // An error of TLS itself would occur again.
            ErrorKind::InvalidData => SendFault::Final(format!(
                "{} cannot be trusted, so nothing was sent: {error}; {}",
                self.address,
                cure(&error)
            )),
            _ => self.lost("at the start of TLS", &error),
        })
    }

    fn hello(&mut self) -> Result<(), SendFault> {
        let reply = self.command(&format!("EHLO {}", self.server.hello))?;
        let reply = self.expect(2, reply, "refuses EHLO")?;
        self.features = reply.lines.iter().skip(1).map(|line| line.to_uppercase()).collect();
        Ok(())
    }

    fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|line| line.split_whitespace().next() == Some(feature))
    }

    fn log_in(&mut self, user: &str, secret: &Secret) -> Result<(), SendFault> {
        let offered = self.features.iter().find(|line| line.starts_with("AUTH "));
        let can = |method: &str| offered.is_some_and(|line| line.split_whitespace().skip(1).any(|one| one == method));
        let encoded = |text: &str| BASE64.encode(text);
        let reply = if can("PLAIN") {
            self.command(&format!("AUTH PLAIN {}", encoded(&format!("\0{user}\0{}", secret.reveal()))))?
        } else if can("LOGIN") {
            let reply = self.command("AUTH LOGIN")?;
            self.expect(3, reply, "refuses AUTH LOGIN")?;
            let reply = self.exchange(&encoded(user), "at AUTH")?;
            self.expect(3, reply, &format!("does not take the user {}", shown(user)))?;
            self.exchange(&encoded(secret.reveal()), "at AUTH")?
        } else {
            return Err(SendFault::Final(format!(
                "{} offers neither AUTH PLAIN nor AUTH LOGIN: remove user under [smtp] if it needs no password",
                self.address
            )));
        };
        self.expect(2, reply, &format!("does not take the password of {}", shown(user))).map(drop)
    }

    fn transfer(
        &mut self,
        envelope: &Envelope,
        on_end: &mut dyn FnMut(&[String]) -> bool,
    ) -> Result<Vec<RecipientOutcome>, SendFault> {
        let size = envelope.bytes.len();
        self.check_size(size)?;
        let size = if self.has("SIZE") { format!(" SIZE={size}") } else { String::new() };
        let reply = self.command(&format!("MAIL FROM:<{}>{size}", envelope.from))?;
        self.expect(2, reply, &format!("refuses the sender {}", envelope.from))?;
        let mut outcomes = Vec::with_capacity(envelope.to.len());
        for to in envelope.to {
            let reply = self.command(&format!("RCPT TO:<{to}>"))?;
            outcomes.push(match reply.code / 100 {
                2 => RecipientOutcome::Sent,
                4 => RecipientOutcome::Later(reply_text(&reply)),
                _ => RecipientOutcome::Refused(reply_text(&reply)),
            });
        }
        let taken: Vec<String> = envelope
            .to
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| **outcome == RecipientOutcome::Sent)
            .map(|(to, _)| to.clone())
            .collect();
        if taken.is_empty() {
            return Ok(outcomes);
        }
        let reply = self.command("DATA")?;
        let rest = match reply.code {
            354 => self.data(envelope.bytes, &taken, on_end)?,
            400..500 => RecipientOutcome::Later(reply_text(&reply)),
            500..600 => RecipientOutcome::Refused(reply_text(&reply)),
            // Without the message nothing is sent, whatever the answer.
            _ => {
                let text = format!("{} answers DATA with {}", self.address, reply_text(&reply));
                return Err(SendFault::Final(text));
            }
        };
        for outcome in outcomes.iter_mut().filter(|outcome| **outcome == RecipientOutcome::Sent) {
            *outcome = rest.clone();
        }
        Ok(outcomes)
    }

    /// Checks the size before the transfer, as the server would after it.
    fn check_size(&self, size: usize) -> Result<(), SendFault> {
        let limit = self.features.iter().find_map(|line| line.strip_prefix("SIZE ")?.trim().parse::<usize>().ok());
        match limit {
            Some(limit) if limit > 0 && size > limit => Err(SendFault::Final(format!(
                "{} takes messages of at most {limit} bytes, and this one has {size}: attach less",
                self.address
            ))),
            Some(_) | None => Ok(()),
        }
    }

    fn data(
        &mut self,
        bytes: &[u8],
        taken: &[String],
        on_end: &mut dyn FnMut(&[String]) -> bool,
    ) -> Result<RecipientOutcome, SendFault> {
        self.wire.write(&dotted(bytes)).map_err(|error| self.lost("during the message", &error))?;
        // Without the dot a server accepts nothing, so a message known to be lost here was not sent.
        if self.wire.is_disturbed() {
            return Err(SendFault::Later(format!("{} broke off during the message", self.address)));
        }
        if !on_end(taken) {
            return Err(SendFault::Final("the message was not ended".to_owned()));
        }
        let reply = self.wire.write(b".\r\n").and_then(|()| self.wire.reply());
        Ok(match reply {
            Ok(reply) => by_code(&reply),
            Err(error) => RecipientOutcome::Unknown(format!(
                "{} broke off after the end of the message: {}",
                self.address,
                in_words(&error)
            )),
        })
    }

    /// Says goodbye; the server's answer changes nothing.
    fn bye(&mut self) {
        let _ = self.wire.write(b"QUIT\r\n");
        self.wire.close();
    }
}

fn by_code(reply: &Reply) -> RecipientOutcome {
    match reply.code / 100 {
        2 => RecipientOutcome::Sent,
        4 => RecipientOutcome::Later(reply_text(reply)),
        5 => RecipientOutcome::Refused(reply_text(reply)),
        _ => RecipientOutcome::Unknown(format!("an answer out of turn: {}", reply_text(reply))),
    }
}

/// A message between `DATA` and its dot: lines end in CR LF, and a dot at the beginning of a line is doubled.
fn dotted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 50 + 2);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        // A lone carriage return is not a line end, and servers treat it differently.
        let text: Vec<u8> = line.iter().copied().filter(|byte| !b"\r\n".contains(byte)).collect();
        if text.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend(text);
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// An answer for people: on one line, without control characters.
fn reply_text(reply: &Reply) -> String {
    shown(&reply.to_string()).chars().take(QUOTED).collect()
}

/// Parts of error messages about TLS, each with its remedy.
const CURES: [(&str, &str); 4] = [
    // Tools make such certificates by default.
    (
        "CaUsedAsEndEntity",
        "its certificate is one of an authority, and a server needs one of its own: make it with \
         basicConstraints=critical,CA:FALSE",
    ),
    ("not valid for name", "write host as its certificate names it"),
    ("expired", "its certificate must be renewed, or the clock of this machine is wrong"),
    ("corrupt message", "it expects no TLS from the first byte here: for port 587 write tls = \"starttls\""),
];

/// Advice for TLS that fails.
fn cure(error: &io::Error) -> &'static str {
    let error = error.to_string();
    let found = CURES.into_iter().find(|(part, _)| error.contains(part));
    found.map_or("name the authority of its certificate with ca-file under [smtp]", |(_, cure)| cure)
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Errors of connections as texts.
fn in_words(error: &io::Error) -> String {
    match error.kind() {
        _ if is_late(error) => "no answer in time".to_owned(),
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::BrokenPipe
        | ErrorKind::ConnectionAborted => "the connection was closed".to_owned(),
        ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_end_before_its_end() {
        let cases = [
            ("a\r\n.\r\nb", "a\r\n..\r\nb\r\n"),
            ("a\n.\nb\n", "a\r\n..\r\nb\r\n"),
            ("a\r.\r\nb\r\n", "a.\r\nb\r\n"),
            (".", "..\r\n"),
            ("..x\r\n", "...x\r\n"),
            ("a\n\r.\r\n", "a\r\n..\r\n"),
        ];
        for (text, expected) in &cases {
            assert_eq!(String::from_utf8(dotted(text.as_bytes())).as_deref(), Ok(*expected), "{text:?}");
        }
    }

    #[test]
    fn answers_are_quoted_short_and_harmless() {
        let reply = Reply { code: 550, lines: vec!["no\u{1b}[2J such ".to_owned(), "x".repeat(1000)] };
        let text = reply_text(&reply);
        assert!(text.starts_with("550 no\\u{1b}[2J such ") && text.chars().count() == QUOTED, "{text}");
    }
}
