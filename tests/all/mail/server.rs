//! A mail server on loopback, scripted by a test: accepts mail, refuses it, answers "later", disconnects, or stays
//! silent.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// When the server disconnects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    Never,
    /// Before its greeting.
    Greeting,
    /// Accepts the connection, but never answers.
    Mute,
    /// After a thousand bytes of the message.
    Message,
    /// After the end of the message, without an answer.
    End,
    /// Keeps listening after the end of the message, but never answers.
    Silence,
}

/// The behaviour of the server.
#[derive(Debug, Clone)]
pub struct Script {
    pub break_at: Break,
    /// Answers to RCPT by address, in sequence; the last one repeats. Others are accepted.
    pub recipients: BTreeMap<&'static str, Vec<&'static str>>,
    /// Answers to the end of a message, in sequence; the last one repeats.
    pub end: Vec<&'static str>,
    /// The accepted user and password; `None` if no login is required.
    pub login: Option<(&'static str, &'static str)>,
    /// The name of the certificate, if it offers STARTTLS.
    pub starttls: Option<&'static str>,
    /// Whether it speaks TLS from the first byte.
    pub is_implicit: bool,
    /// Text sent in the clear right after its answer to STARTTLS, as an attacker could do.
    pub injected: &'static str,
    /// The lines added to its answer to EHLO.
    pub features: Vec<&'static str>,
    /// The answer to send instead of the normal one to a command; `END` is the end of a message.
    pub instead: Option<(&'static str, String)>,
    /// Text sent unasked after its answer to a command; after a 421 it closes the connection.
    pub behind: Option<(&'static str, &'static str)>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            break_at: Break::Never,
            recipients: BTreeMap::new(),
            end: vec!["250 taken"],
            login: None,
            starttls: None,
            is_implicit: false,
            injected: "",
            features: Vec::new(),
            instead: None,
            behind: None,
        }
    }
}

/// An accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, with doubled dots undone.
    pub bytes: Vec<u8>,
    pub is_encrypted: bool,
}

#[derive(Debug, Default)]
struct Seen {
    taken: Vec<Taken>,
    connections: usize,
    lines: Vec<String>,
    turns: BTreeMap<String, usize>,
}

/// The running server; it stops with the test.
#[derive(Debug)]
pub struct Server {
    pub place: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    pub fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let of_thread = Arc::clone(&seen);
        let serve = move || {
            for stream in listener.incoming() {
                of_thread.lock().unwrap().connections += 1;
                let (script, seen) = (script.clone(), Arc::clone(&of_thread));
                // A client that disconnects ends only its own connection.
                let session = Session { script, seen, is_encrypted: false };
                thread::Builder::new().spawn(move || session.serve(stream.unwrap())).unwrap();
            }
        };
        thread::Builder::new().spawn(serve).unwrap();
        Self { place, seen }
    }

    pub fn port(&self) -> u16 {
        self.place.port()
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.seen.lock().unwrap().taken.clone()
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// All lines from clients, without messages.
    pub fn lines(&self) -> Vec<String> {
        self.seen.lock().unwrap().lines.clone()
    }
}

pub fn certificate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/mail/certificates").join(name)
}

fn tls(name: &str) -> ServerConnection {
    let chain: Vec<CertificateDer> =
        CertificateDer::pem_file_iter(certificate(&format!("{name}.pem"))).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(certificate(&format!("{name}.key"))).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(chain, key).unwrap();
    ServerConnection::new(Arc::new(config)).unwrap()
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

struct Session {
    script: Script,
    seen: Arc<Mutex<Seen>>,
    is_encrypted: bool,
}

impl Session {
    fn serve(mut self, stream: TcpStream) -> Option<()> {
        if self.script.break_at == Break::Greeting {
            return None;
        }
        if self.script.break_at == Break::Mute {
            thread::sleep(Duration::from_secs(30));
            return None;
        }
        if self.script.is_implicit {
            self.is_encrypted = true;
            let name = self.script.starttls.unwrap_or("server");
            return self.talk(Box::new(StreamOwned::new(tls(name), stream)), true);
        }
        let upgrade = stream.try_clone().unwrap();
        self.talk(Box::new(stream), true)?;
        // The client has requested STARTTLS.
        self.is_encrypted = true;
        let name = self.script.starttls?;
        self.talk(Box::new(StreamOwned::new(tls(name), upgrade)), false)
    }

    /// Talks until the client disconnects; returns `Some` if the connection is to be encrypted.
    fn talk(&self, stream: Box<dyn Stream>, greets: bool) -> Option<()> {
        let mut stream = BufReader::new(stream);
        if greets {
            self.answer(&mut stream, "GREETING", "220 test")?;
        }
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let line = line(&mut stream)?;
            self.seen.lock().unwrap().lines.push(line.clone());
            let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            match word.as_str() {
                "EHLO" => self.answer(&mut stream, &word, &self.hello())?,
                "STARTTLS" => {
                    say(&mut stream, &format!("220 go on{}", self.script.injected))?;
                    return Some(());
                }
                "AUTH" => self.log_in(&mut stream, &line)?,
                "MAIL" => {
                    from = address(&line);
                    to.clear();
                    self.answer(&mut stream, &word, "250 ok")?;
                }
                "RCPT" => {
                    let reply = self.recipient(&address(&line));
                    if reply.starts_with('2') {
                        to.push(address(&line));
                    }
                    self.answer(&mut stream, &word, &reply)?;
                }
                "DATA" => {
                    self.answer(&mut stream, &word, "354 go on")?;
                    if self.script.instead.as_ref().is_some_and(|(of, _)| *of == "DATA") {
                        continue;
                    }
                    let bytes = self.message(&mut stream)?;
                    let reply = self.turn("end", &self.script.end);
                    if reply.starts_with('2') {
                        let taken =
                            Taken { from: from.clone(), to: to.clone(), bytes, is_encrypted: self.is_encrypted };
                        self.seen.lock().unwrap().taken.push(taken);
                    }
                    match self.script.break_at {
                        Break::End => return None,
                        Break::Silence => thread::sleep(Duration::from_secs(30)),
                        Break::Never | Break::Greeting | Break::Mute | Break::Message => {}
                    }
                    self.answer(&mut stream, "END", &reply)?;
                }
                "QUIT" => return None,
                _ => say(&mut stream, "500 what?")?,
            }
        }
    }

    fn hello(&self) -> String {
        let mut lines = vec!["test"];
        lines.extend(self.script.starttls.filter(|_| !self.is_encrypted).map(|_| "STARTTLS"));
        lines.extend(self.script.login.map(|_| "AUTH LOGIN PLAIN"));
        lines.extend(&self.script.features);
        let last = lines.len() - 1;
        let line = |(at, line): (usize, &&str)| format!("250{}{line}", if at == last { ' ' } else { '-' });
        lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\r\n")
    }

    fn log_in(&self, stream: &mut BufReader<Box<dyn Stream>>, line: &str) -> Option<()> {
        use base64::Engine as _;
        let (user, password) = self.script.login.unwrap();
        let expected = base64::engine::general_purpose::STANDARD.encode(format!("\0{user}\0{password}"));
        let is_right = line == format!("AUTH PLAIN {expected}");
        self.answer(stream, "AUTH", if is_right { "235 welcome" } else { "535 5.7.8 wrong password" })
    }

    /// Answers a command, unless the script has an answer.
    fn answer(&self, stream: &mut BufReader<Box<dyn Stream>>, word: &str, reply: &str) -> Option<()> {
        let instead = self.script.instead.as_ref().filter(|(of, _)| *of == word);
        let reply = instead.map_or(reply, |(_, other)| other);
        let Some((_, behind)) = self.script.behind.filter(|(of, _)| *of == word) else { return say(stream, reply) };
        say(stream, &format!("{reply}\r\n{behind}"))?;
        (!behind.starts_with("421")).then_some(())
    }

    fn recipient(&self, address: &str) -> String {
        match self.script.recipients.get(address) {
            Some(replies) => self.turn(address, replies),
            None => "250 ok".to_owned(),
        }
    }

    /// The next answer of a sequence; the last one repeats.
    fn turn(&self, of: &str, replies: &[&str]) -> String {
        let mut seen = self.seen.lock().unwrap();
        let turn = seen.turns.entry(of.to_owned()).or_default();
        *turn += 1;
        replies[(*turn - 1).min(replies.len() - 1)].to_owned()
    }

    fn message(&self, stream: &mut BufReader<Box<dyn Stream>>) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        loop {
            let mut line = Vec::new();
            if stream.read_until(b'\n', &mut line).ok()? == 0 {
                return None;
            }
            if line == b".\r\n" {
                return Some(bytes);
            }
            assert!(line.ends_with(b"\r\n") && !line[..line.len() - 2].contains(&b'\r'), "a line end alone");
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            if self.script.break_at == Break::Message && bytes.len() > 1000 {
                return None;
            }
        }
    }
}

fn say(stream: &mut BufReader<Box<dyn Stream>>, text: &str) -> Option<()> {
    let stream = stream.get_mut();
    stream.write_all(format!("{text}\r\n").as_bytes()).ok()?;
    stream.flush().ok()
}

fn line(stream: &mut BufReader<Box<dyn Stream>>) -> Option<String> {
    let mut line = String::new();
    let size = stream.read_line(&mut line).ok()?;
    (size > 0).then(|| line.trim_end().to_owned())
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
