//! Lines over one connection, plain or encrypted, with a time limit for each answer.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustls::{ClientConnection, StreamOwned};

/// Maximum bytes of one answer: no server needs more.
const LONGEST_REPLY: usize = 64 * 1024;
/// Maximum bytes per write.
const CHUNK: usize = 16 * 1024;
/// Answers are read in pieces of this size.
const PIECE: usize = 4096;

enum Stream {
    Plain(TcpStream),
    Encrypted(Box<StreamOwned<ClientConnection, TcpStream>>),
}

/// A connection to a server.
pub struct Wire {
    stream: Stream,
    /// The bytes of a line that is not complete yet.
    unread: Vec<u8>,
    timeout: Duration,
}

/// An answer of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its three digits.
    pub code: u16,
    /// The text of its lines.
    pub lines: Vec<String>,
}

impl Reply {
    /// Whether the first digit is this one.
    #[must_use]
    pub const fn is(&self, digit: u16) -> bool {
        self.code / 100 == digit
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.lines.join(" "))
    }
}

impl Wire {
    /// Connects to the first address that answers.
    ///
    /// # Errors
    ///
    /// The error of the last address.
    pub fn connect(addresses: &[SocketAddr], timeout: Duration) -> io::Result<Self> {
        let mut last = io::Error::from(ErrorKind::AddrNotAvailable);
        for address in addresses {
            match TcpStream::connect_timeout(address, timeout) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return Ok(Self { stream: Stream::Plain(stream), unread: Vec::new(), timeout });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Encrypts the connection. Bytes received before are an error: they could be mistaken for encrypted ones.
    ///
    /// # Errors
    ///
    /// If the server does not support it, or its certificate is not trusted.
    pub fn encrypt(&mut self, connection: ClientConnection) -> io::Result<()> {
        if !self.unread.is_empty() {
            return Err(io::Error::new(ErrorKind::InvalidData, "the server speaks before the connection is encrypted"));
        }
        let Stream::Plain(socket) = &self.stream else { return Ok(()) };
        let mut stream = StreamOwned::new(connection, socket.try_clone()?);
        let until = Instant::now() + self.timeout;
        while stream.conn.is_handshaking() {
            set_timeout(&stream.sock, until)?;
            stream.conn.complete_io(&mut stream.sock)?;
        }
        self.stream = Stream::Encrypted(Box::new(stream));
        Ok(())
    }

    /// Sends a line and reads the answer.
    ///
    /// # Errors
    ///
    /// If the connection is lost, or there is no answer in time.
    pub fn command(&mut self, line: &str) -> io::Result<Reply> {
        self.write(format!("{line}\r\n").as_bytes())?;
        self.reply()
    }

    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// If the connection is lost, there is no answer in time, or it is malformed.
    pub fn reply(&mut self) -> io::Result<Reply> {
        let until = Instant::now() + self.timeout;
        let mut lines = Vec::new();
        let mut size = 0;
        loop {
            let line = self.line(until)?;
            size += line.len();
            let odd = || io::Error::new(ErrorKind::InvalidData, "the answer is not that of a mail server");
            if size > LONGEST_REPLY {
                return Err(too_long());
            }
            let code: u16 = line.get(..3).and_then(|code| code.parse().ok()).ok_or_else(odd)?;
            if !(200..600).contains(&code) {
                return Err(odd());
            }
            lines.push(line.get(4..).unwrap_or_default().trim().to_owned());
            match line.as_bytes().get(3) {
                Some(b'-') => {}
                Some(b' ') | None => return Ok(Reply { code, lines }),
                Some(_) => return Err(odd()),
            }
        }
    }

    fn line(&mut self, until: Instant) -> io::Result<String> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(line.trim_ascii_end()).into_owned());
            }
            if self.unread.len() > LONGEST_REPLY {
                return Err(too_long());
            }
            set_timeout(self.socket(), until)?;
            if self.read_piece()? == 0 {
                return Err(io::Error::from(ErrorKind::UnexpectedEof));
            }
        }
    }

    /// Reads available bytes, as far as they fit; returns their number.
    fn read_piece(&mut self) -> io::Result<usize> {
        let mut piece = [0; PIECE];
        let size = match &mut self.stream {
            Stream::Plain(stream) => stream.read(&mut piece),
            Stream::Encrypted(stream) => stream.read(&mut piece),
        }?;
        self.unread.extend_from_slice(&piece[..size]);
        Ok(size)
    }

    fn socket(&self) -> &TcpStream {
        match &self.stream {
            Stream::Plain(stream) => stream,
            Stream::Encrypted(stream) => &stream.sock,
        }
    }

    /// Whether the server has sent more than the answers that were read.
    #[must_use]
    pub const fn has_unread(&self) -> bool {
        !self.unread.is_empty()
    }

    /// Writes bytes, with a time limit for each piece.
    ///
    /// # Errors
    ///
    /// If the connection is lost, or the server accepts no more bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for chunk in bytes.chunks(CHUNK) {
            match &mut self.stream {
                Stream::Plain(stream) => {
                    stream.set_write_timeout(Some(self.timeout))?;
                    stream.write_all(chunk)?;
                }
                Stream::Encrypted(stream) => {
                    stream.sock.set_write_timeout(Some(self.timeout))?;
                    stream.write_all(chunk)?;
                    stream.flush()?;
                }
            }
        }
        Ok(())
    }

    /// Whether the server has closed the connection, or has sent something unasked.
    #[must_use]
    pub fn is_disturbed(&mut self) -> bool {
        if self.has_unread() || self.socket().set_nonblocking(true).is_err() {
            return true;
        }
        // Messages of TLS itself, such as tickets, are skipped.
        let is_quiet = self.read_piece().is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
        self.socket().set_nonblocking(false).is_err() || !is_quiet
    }

    /// Ends the connection.
    pub fn close(&mut self) {
        let _ = self.socket().shutdown(Shutdown::Both);
    }
}

fn too_long() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("an answer of more than {LONGEST_REPLY} bytes"))
}

/// Sets the deadline of a read; fails if it is over.
fn set_timeout(socket: &TcpStream, until: Instant) -> io::Result<()> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::Error::from(ErrorKind::TimedOut));
    }
    socket.set_read_timeout(Some(left))?;
    socket.set_write_timeout(Some(left))
}
