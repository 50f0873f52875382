//! Compressed bytes: gzip and zstd, recognised by their content.
//!
//! A file may hold several consecutive compressed members, with or without zeros between them. Other bytes after the
//! last member are ignored, with a note of their number: tapes pad files with zeros, and some programs append
//! signatures. A member that is truncated, broken or after other bytes is an error, because rows would be missing.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result};

use super::content::is_readable;
use super::observed::{Observed, SourceNote};
use crate::failure::ExplainedError;

/// The compression of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
}

impl Compression {
    /// The name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// The extension of file names.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }

    /// The compression of data that begins with these bytes.
    #[must_use]
    pub fn of(start: &[u8]) -> Option<Self> {
        if start.starts_with(&GZIP) {
            Some(Self::Gzip)
        } else if start.starts_with(&ZSTD) || is_skippable(start) {
            Some(Self::Zstd)
        } else {
            None
        }
    }
}

/// Magic number and method of gzip; no other method was ever used.
const GZIP: [u8; 3] = [0x1F, 0x8B, 8];
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// A zstd frame without data: files of parallel compressors begin with one.
fn is_skippable(start: &[u8]) -> bool {
    start.len() >= 4 && start[0] & 0xF0 == 0x50 && start[1..4] == [0x2A, 0x4D, 0x18]
}

/// The number of compression layers that are decompressed: servers compress files that are already compressed.
const MOST_LAYERS: usize = 2;

/// The bytes, decompressed if they are compressed, and the compression of the outermost layer. `by_name` is the
/// compression that the name indicates. If the content differs, it is read by its content, with a note.
///
/// # Errors
///
/// If the first bytes cannot be read, or a file of that name cannot begin with them.
pub fn decompressed(
    raw: Box<dyn BufRead + Send>,
    by_name: Option<Compression>,
    observed: &Observed,
) -> Result<(Box<dyn BufRead + Send>, Option<Compression>)> {
    let mut reader = Ahead::new(raw);
    let mut outermost = None;
    for layer in 0..MOST_LAYERS {
        let start = reader.peek(4)?;
        let found = Compression::of(start);
        if let Some(named) = by_name.filter(|named| layer == 0 && found != Some(*named)) {
            check_name(&mut reader, named, found, observed)?;
        }
        let Some(compression) = found else { break };
        outermost = outermost.or(found);
        let members = Members { state: MemberState::Between(reader, 0), compression, observed: observed.clone() };
        reader = Ahead::new(Box::new(BufReader::with_capacity(1 << 18, members)));
    }
    Ok((Box::new(reader), outermost))
}

/// Notes that the name indicates another compression than the content; an error if the content is not readable at all.
fn check_name(reader: &mut Ahead, named: Compression, found: Option<Compression>, observed: &Observed) -> Result<()> {
    let start = reader.fill_buf()?;
    // A truncated magic number, or an empty file, results from an interrupted copy.
    if found.is_none() && (start.len() < 4 && (GZIP.starts_with(start) || ZSTD.starts_with(start))) {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    if found.is_none() && !is_readable(start) {
        return Err(Error::new(
            ErrorKind::InvalidData,
            format!("its first bytes are neither {} nor text", named.name()),
        ));
    }
    observed.note(SourceNote::Misnamed {
        name: named.ending().to_owned(),
        content: found.map_or("not compressed", Compression::name).to_owned(),
    });
    Ok(())
}

/// Consecutive compressed members.
struct Members {
    state: MemberState,
    compression: Compression,
    observed: Observed,
}

enum MemberState {
    /// After a member and this number of zeros.
    Between(Ahead, u64),
    Gzip(Box<flate2::bufread::GzDecoder<Ahead>>),
    Zstd(zstd::Decoder<'static, Ahead>),
    Done,
}

impl Read for Members {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        loop {
            let count = match &mut self.state {
                MemberState::Between(..) => 0,
                MemberState::Gzip(member) => member.read(out)?,
                MemberState::Zstd(member) => member.read(out)?,
                MemberState::Done => return Ok(0),
            };
            if count > 0 || out.is_empty() {
                return Ok(count);
            }
            self.state = match std::mem::replace(&mut self.state, MemberState::Done) {
                MemberState::Between(reader, zeros) => self.member(reader, zeros)?,
                MemberState::Gzip(member) => self.member(member.into_inner(), 0)?,
                MemberState::Zstd(member) => self.member(member.finish(), 0)?,
                MemberState::Done => MemberState::Done,
            };
        }
    }
}

impl Members {
    /// The member that begins here or after zeros, or the end.
    fn member(&self, mut reader: Ahead, zeros: u64) -> Result<MemberState> {
        let start = reader.peek(4)?;
        if start.first() == Some(&0) {
            let more = skip_zeros(&mut reader)?;
            return Ok(MemberState::Between(reader, zeros + more));
        }
        let is_cut = !start.is_empty() && start.len() < 4;
        match (self.compression, Compression::of(start)) {
            (Compression::Gzip, Some(Compression::Gzip)) => {
                Ok(MemberState::Gzip(Box::new(flate2::bufread::GzDecoder::new(reader))))
            }
            (Compression::Zstd, Some(Compression::Zstd)) => {
                Ok(MemberState::Zstd(zstd::Decoder::with_buffer(reader)?.single_frame()))
            }
            // The start of one more member, which is truncated.
            (Compression::Gzip, None) if is_cut && GZIP.starts_with(start) => Err(ErrorKind::UnexpectedEof.into()),
            (Compression::Zstd, None) if is_cut && ZSTD.starts_with(start) => Err(ErrorKind::UnexpectedEof.into()),
            (Compression::Gzip, None | Some(Compression::Zstd))
            | (Compression::Zstd, None | Some(Compression::Gzip)) => self.leave_out(reader, zeros),
        }
    }

    /// Notes the bytes that are ignored, after this number of zeros.
    fn leave_out(&self, mut reader: Ahead, zeros: u64) -> Result<MemberState> {
        let mut others = 0;
        // A member may begin at the end of one buffer and continue in the next.
        let mut seen: Vec<u8> = Vec::new();
        loop {
            let ahead = reader.fill_buf()?;
            let count = ahead.len();
            if count == 0 {
                break;
            }
            seen.extend_from_slice(ahead);
            if self.has_member(&seen) {
                let name = self.compression.name();
                return Err(ExplainedError::error(&format!(
                    "has bytes that are not compressed between its {name} data: unpack its parts one by one, or fetch it again"
                )));
            }
            seen.drain(..seen.len().saturating_sub(MAGIC - 1));
            others += count as u64;
            reader.consume(count);
        }
        let bytes = zeros + others;
        if bytes > 0 {
            self.observed.note(SourceNote::TrailingBytes { bytes, are_zeros: others == 0 });
        }
        Ok(MemberState::Done)
    }

    /// Whether a member of the same kind begins somewhere. Three bytes alone occur by chance, so the flags of gzip are
    /// checked.
    fn has_member(&self, bytes: &[u8]) -> bool {
        match self.compression {
            Compression::Gzip => {
                let flags = |at: usize| bytes.get(at + GZIP.len());
                memchr::memmem::find_iter(bytes, &GZIP).any(|at| flags(at).is_some_and(|flags| *flags < 0x20))
            }
            Compression::Zstd => memchr::memmem::find(bytes, &ZSTD).is_some(),
        }
    }
}

/// The number of bytes that identify the start of a member.
const MAGIC: usize = 4;

/// Skips zeros, and returns their number.
fn skip_zeros(reader: &mut Ahead) -> Result<u64> {
    let mut zeros = 0;
    loop {
        let ahead = reader.fill_buf()?;
        let count = ahead.iter().position(|byte| *byte != 0).unwrap_or(ahead.len());
        if count == 0 {
            return Ok(zeros);
        }
        zeros += count as u64;
        reader.consume(count);
    }
}

/// A reader that can look ahead at the next bytes, even across the end of its buffer.
pub struct Ahead {
    inner: Box<dyn BufRead + Send>,
    /// Bytes taken from `inner` to look ahead, and the number of them that were consumed.
    head: Vec<u8>,
    at: usize,
}

impl Ahead {
    /// Starts at the first byte of a reader.
    pub fn new(inner: Box<dyn BufRead + Send>) -> Self {
        Self { inner, head: Vec::new(), at: 0 }
    }

    /// At least `count` of the next bytes; fewer only at the end.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    pub fn peek(&mut self, count: usize) -> Result<&[u8]> {
        if self.at == self.head.len() {
            self.head.clear();
            self.at = 0;
            if self.inner.fill_buf()?.len() >= count {
                return self.inner.fill_buf();
            }
        }
        while self.head.len() - self.at < count {
            let bytes = self.inner.fill_buf()?;
            if bytes.is_empty() {
                break;
            }
            let taken = bytes.len().min(count - (self.head.len() - self.at));
            self.head.extend_from_slice(&bytes[..taken]);
            self.inner.consume(taken);
        }
        Ok(&self.head[self.at..])
    }
}

impl Read for Ahead {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        if self.at == self.head.len() {
            return self.inner.read(out);
        }
        let count = out.len().min(self.head.len() - self.at);
        out[..count].copy_from_slice(&self.head[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

impl BufRead for Ahead {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.at < self.head.len() { Ok(&self.head[self.at..]) } else { self.inner.fill_buf() }
    }

    fn consume(&mut self, count: usize) {
        if self.at < self.head.len() {
            self.at += count;
        } else {
            self.inner.consume(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn zstd(text: &str) -> Vec<u8> {
        zstd::encode_all(text.as_bytes(), 1).expect("in memory")
    }

    /// The bytes, read with a buffer of that size, or the kind of the error; and the notes.
    fn read(
        bytes: &[u8],
        named: Option<Compression>,
        size: usize,
    ) -> (std::result::Result<String, ErrorKind>, Vec<SourceNote>) {
        let observed = Observed::default();
        let raw = Box::new(BufReader::with_capacity(size, Cursor::new(bytes.to_vec())));
        let read = decompressed(raw, named, &observed).and_then(|(mut reader, _)| {
            let mut text = String::new();
            reader.read_to_string(&mut text).map(|_| text)
        });
        (read.map_err(|error| error.kind()), observed.notes())
    }

    #[test]
    fn members_end_before_other_bytes() {
        let trailing = |bytes, are_zeros| SourceNote::TrailingBytes { bytes, are_zeros };
        for (named, pack) in [(Compression::Gzip, gzip as fn(&str) -> Vec<u8>), (Compression::Zstd, zstd)] {
            for size in [1, 2, 3, 7, 4096] {
                let texts = |parts: &[&[u8]]| read(&parts.concat(), Some(named), size);
                let (one, two) = (pack("ts,event\n"), pack("1,started\n"));
                let both = Ok("ts,event\n1,started\n".to_owned());
                assert_eq!(texts(&[&one, &two]), (both.clone(), vec![]));
                assert_eq!(texts(&[&one, &two, &[0; 512]]), (both.clone(), vec![trailing(512, true)]));
                assert_eq!(texts(&[&one, &two, b"signature"]), (both.clone(), vec![trailing(9, false)]));
                assert_eq!(texts(&[&one, &two, b"\0"]), (both.clone(), vec![trailing(1, true)]));
                // Zeros between members are padding; rows after other bytes would be lost.
                assert_eq!(texts(&[&one, &[0; 512], &two]), (both.clone(), vec![]));
                assert_eq!(texts(&[&one, &[0], &two, &[0; 3]]), (both.clone(), vec![trailing(3, true)]));
                assert_eq!(texts(&[&one, &two, &[0; 9], b"sig\0"]), (both.clone(), vec![trailing(13, false)]));
                assert_eq!(texts(&[&one, b"\n", &two]).0, Err(ErrorKind::InvalidData), "{size}");
                assert_eq!(texts(&[&one, &[0; 5], b"others", &two]).0, Err(ErrorKind::InvalidData), "{size}");
                assert_eq!(texts(&[&one, &[0; 9], &two[..2]]).0, Err(ErrorKind::UnexpectedEof), "{size}");
                // Truncated in the middle of a member, or in the first bytes of the next one.
                assert_eq!(texts(&[&one, &two[..two.len() - 3]]).0, Err(ErrorKind::UnexpectedEof));
                assert_eq!(texts(&[&one, &two[..2]]).0, Err(ErrorKind::UnexpectedEof), "{size}");
                assert_eq!(texts(&[]).0, Err(ErrorKind::UnexpectedEof));
            }
        }
        // Another method than the only one in use: these bytes are not gzip.
        let foreign = [gzip("a"), b"\x1f\x8b\x63 and more".to_vec()].concat();
        assert_eq!(read(&foreign, None, 4096), (Ok("a".to_owned()), vec![trailing(12, false)]));
    }

    #[test]
    fn content_takes_precedence_over_the_name() {
        let misnamed = |name: &str, content: &str| {
            vec![SourceNote::Misnamed { name: name.to_owned(), content: content.to_owned() }]
        };
        let text = "ts,event\n";
        let ok = Ok(text.to_owned());
        assert_eq!(
            read(text.as_bytes(), Some(Compression::Gzip), 4096),
            (ok.clone(), misnamed(".gz", "not compressed"))
        );
        assert_eq!(read(&gzip(text), Some(Compression::Zstd), 4096), (ok.clone(), misnamed(".zst", "gzip")));
        assert_eq!(read(&zstd(text), None, 4096), (ok.clone(), vec![]));
        let twice = {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&zstd(text)).expect("in memory");
            encoder.finish().expect("in memory")
        };
        assert_eq!(read(&twice, Some(Compression::Gzip), 4096), (ok, vec![]));
        assert_eq!(read(b"\x00\x01\x02\x03\x04", Some(Compression::Gzip), 4096).0, Err(ErrorKind::InvalidData));
    }
}
