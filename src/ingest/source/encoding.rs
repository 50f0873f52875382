//! Transcodes text that is not UTF-8 while it is read.
//!
//! UTF-16 is recognised by its byte-order mark, or because about half of its bytes are zeros. Single-byte encodings
//! cannot be recognised: such a file is read only as `--encoding` specifies, because a guess could silently change
//! names and ids (decisions.md, export-1).

use std::fmt;
use std::io::{BufRead, Read, Result};
use std::str::FromStr;

use encoding_rs::{DecoderResult, UTF_8, UTF_16BE, UTF_16LE};

use crate::nearest;

/// A character encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

/// The encodings that exports use; a mistyped name is compared with these.
const NAMES: [&str; 14] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1252",
    "latin1",
    "iso-8859-1",
    "iso-8859-15",
    "windows-1250",
    "windows-1251",
    "windows-1254",
    "macintosh",
    "shift_jis",
    "gb18030",
    "big5",
];

impl Encoding {
    /// The default encoding.
    pub const UTF_8: Self = Self(UTF_8);

    /// The encoding of a detector.
    #[must_use]
    pub const fn of(encoding: &'static encoding_rs::Encoding) -> Self {
        Self(encoding)
    }

    /// The corresponding value of the library.
    #[must_use]
    pub const fn standard(self) -> &'static encoding_rs::Encoding {
        self.0
    }

    /// Its standard name.
    #[must_use]
    pub fn name(self) -> String {
        self.0.name().to_lowercase()
    }

    /// The encoding that the first bytes of a text show, and whether it is shown by a byte-order mark.
    #[must_use]
    pub fn evident(start: &[u8]) -> Option<(Self, bool)> {
        if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(start) {
            return Some((Self(encoding), true));
        }
        let pairs = start[..start.len().min(SAMPLE)].chunks_exact(2);
        let (mut count, mut low, mut high) = (0, 0, 0);
        for pair in pairs {
            count += 1;
            low += usize::from(pair[0] == 0);
            high += usize::from(pair[1] == 0);
        }
        // Emoji have occasional zeros where letters have none.
        let is_side = |zeros: usize, others: usize| count >= 2 && zeros * 2 > count && others * 8 < count;
        if is_side(high, low) {
            Some((Self(UTF_16LE), false))
        } else {
            is_side(low, high).then_some((Self(UTF_16BE), false))
        }
    }
}

/// The number of bytes examined for zeros.
const SAMPLE: usize = 1024;

impl FromStr for Encoding {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        // `utf-16` is little-endian, as in the web's standard, unless a byte-order mark differs. Other programs write
        // `latin-1` and `utf16`.
        let plain = name.to_lowercase().replace(['-', '_'], "").replace("utf16", "utf-16");
        let labels = [name, &plain];
        let found = labels.iter().find_map(|label| encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()));
        found.map(Self).ok_or_else(|| {
            let hint = nearest::hint(name, NAMES);
            format!("no encoding `{name}`{hint}; expected a name such as utf-8, windows-1252, iso-8859-15 or utf-16le")
        })
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// The text as UTF-8. Its byte-order mark or zeros take precedence over `declared`. UTF-8 is passed on unchanged,
/// including its mark.
///
/// # Errors
///
/// If the first bytes cannot be read.
pub fn as_utf8(mut reader: Box<dyn BufRead + Send>, declared: Option<Encoding>) -> Result<Box<dyn BufRead + Send>> {
    let evident = Encoding::evident(reader.fill_buf()?).map(|(encoding, _)| encoding);
    let encoding = evident.or(declared).unwrap_or(Encoding::UTF_8);
    if encoding == Encoding::UTF_8 {
        return Ok(reader);
    }
    Ok(Box::new(std::io::BufReader::with_capacity(BUFFER, Transcoder::new(reader, encoding))))
}

/// The text without the byte-order mark of UTF-8.
///
/// # Errors
///
/// If the first bytes cannot be read.
pub fn without_mark(mut reader: Box<dyn BufRead + Send>) -> Result<Box<dyn BufRead + Send>> {
    if reader.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
        reader.consume(3);
    }
    Ok(reader)
}

const BUFFER: usize = 1 << 18;

/// A byte that never occurs in UTF-8. It replaces bytes that are invalid in the source's encoding, so that their row is
/// rejected.
const NO_CHARACTER: u8 = 0xff;

struct Transcoder<R> {
    reader: R,
    decoder: encoding_rs::Decoder,
    /// Decoded text that has not been requested yet.
    ready: Vec<u8>,
    at: usize,
    is_done: bool,
}

impl<R: BufRead> Transcoder<R> {
    fn new(reader: R, encoding: Encoding) -> Self {
        let decoder = encoding.0.new_decoder_with_bom_removal();
        Self { reader, decoder, ready: Vec::new(), at: 0, is_done: false }
    }

    /// Decodes the bytes in the reader's buffer.
    fn refill(&mut self) -> Result<()> {
        let source = self.reader.fill_buf()?;
        let is_last = source.is_empty();
        self.ready.resize(BUFFER.max(64), 0);
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(source, &mut self.ready, is_last);
        self.ready.truncate(written);
        self.at = 0;
        match result {
            DecoderResult::Malformed(..) => self.ready.push(NO_CHARACTER),
            DecoderResult::InputEmpty => self.is_done = is_last,
            DecoderResult::OutputFull => {}
        }
        self.reader.consume(read);
        Ok(())
    }
}

impl<R: BufRead> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        while self.at == self.ready.len() {
            if self.is_done {
                return Ok(0);
            }
            self.refill()?;
        }
        let count = out.len().min(self.ready.len() - self.at);
        out[..count].copy_from_slice(&self.ready[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    fn utf8(bytes: &[u8], declared: Option<&str>) -> Vec<u8> {
        // Read three bytes at a time, so that characters are split.
        let reader = Box::new(BufReader::with_capacity(3, Cursor::new(bytes.to_vec())));
        let mut out = Vec::new();
        let declared = declared.map(|name| name.parse().expect("an encoding"));
        as_utf8(reader, declared).expect("opened").read_to_end(&mut out).expect("read");
        out
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn utf16_is_known_by_its_mark_or_its_zeros() {
        let text = "ts,agent\r\n1,Zoë 😀\r\n";
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(utf8(&utf16(&format!("\u{feff}{text}"), unit), None), text.as_bytes());
            assert_eq!(Encoding::evident(&utf16(text, unit)).map(|found| found.1), Some(false));
        }
        assert_eq!(Encoding::evident(b"ts,agent"), None);
        assert_eq!(Encoding::evident(b""), None);
        assert_eq!(Encoding::evident(b"\0\0\0\0"), None);
        // A byte-order mark takes precedence over the flag.
        assert_eq!(utf8(&utf16("\u{feff}é", u16::to_be_bytes), Some("latin1")), "é".as_bytes());
    }

    #[test]
    fn one_byte_encodings_are_read_as_given() {
        let text = b"Jos\xe9 \x80";
        assert_eq!(utf8(text, Some("windows-1252")), "José €".as_bytes());
        assert_eq!(utf8(text, Some("latin1")), "José €".as_bytes());
        assert_eq!(utf8(text, None), text);
        assert_eq!(utf8("José".as_bytes(), Some("utf-8")), "José".as_bytes());
    }

    #[test]
    fn invalid_characters_are_not_utf8() {
        let mut cut = utf16("\u{feff}a\nb\n", u16::to_le_bytes);
        cut.truncate(cut.len() - 1);
        assert_eq!(utf8(&cut, None), b"a\nb\xff");
        let lone = [b"\xff\xfe".as_slice(), &0xd800_u16.to_le_bytes(), &utf16("x", u16::to_le_bytes)].concat();
        assert_eq!(utf8(&lone, None), b"\xffx");
    }

    #[test]
    fn names() {
        let name = |text: &str| text.parse::<Encoding>().map(Encoding::name);
        assert_eq!(name("Latin1"), Ok("windows-1252".to_owned()));
        assert_eq!(name("latin-1"), Ok("windows-1252".to_owned()));
        assert_eq!(
            ["UTF-16", "utf16", "utf_16_le"].map(name),
            [const { "utf-16le" }; 3].map(|name| Ok(name.to_owned()))
        );
        assert!(name("windws-1252").expect_err("none").contains("did you mean `windows-1252`?"));
        assert!(name("klingon").expect_err("none").contains("such as utf-8"));
    }
}
