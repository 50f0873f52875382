//! A source's bytes as UTF-8, whatever they are written in.

use std::io::{BufRead, Read, Result};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

const CHUNK: usize = 1 << 16;

/// The reader as UTF-8 without a byte-order mark. A mark beats `encoding`. Bytes that are no UTF-8 stay as they are, so
/// that their rows are rejected; in other encodings they become `\u{FFFD}`.
///
/// # Errors
///
/// Where the source cannot be read.
pub fn utf8(mut reader: Box<dyn BufRead + Send>, encoding: &'static Encoding) -> Result<Box<dyn BufRead + Send>> {
    let start = reader.fill_buf()?;
    let (encoding, mark) = Encoding::for_bom(start).unwrap_or((encoding, 0));
    reader.consume(mark);
    if encoding == UTF_8 {
        return Ok(reader);
    }
    let decoder = encoding.new_decoder_without_bom_handling();
    Ok(Box::new(Decoded { reader, decoder, text: vec![0; CHUNK], at: 0, end: 0, is_done: false }))
}

struct Decoded {
    reader: Box<dyn BufRead + Send>,
    decoder: Decoder,
    /// Decoded text, of which the part from `at` to `end` is still to be read.
    text: Vec<u8>,
    at: usize,
    end: usize,
    is_done: bool,
}

impl BufRead for Decoded {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        while self.at == self.end && !self.is_done {
            let bytes = self.reader.fill_buf()?;
            let is_last = bytes.is_empty();
            let (result, read, written, _) = self.decoder.decode_to_utf8(bytes, &mut self.text, is_last);
            self.reader.consume(read);
            (self.at, self.end) = (0, written);
            self.is_done = is_last && result == CoderResult::InputEmpty;
        }
        Ok(&self.text[self.at..self.end])
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.end);
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let text = self.fill_buf()?;
        let count = text.len().min(buffer.len());
        buffer[..count].copy_from_slice(&text[..count]);
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Vec<u8> {
        let mut text = Vec::new();
        // A reader that gives a byte or two at once cuts characters.
        let reader = std::io::BufReader::with_capacity(3, std::io::Cursor::new(bytes.to_vec()));
        utf8(Box::new(reader), encoding).unwrap().read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn encodings_and_marks() {
        let utf16: Vec<u8> = "é€😀\n".repeat(9_000).encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&utf16, encoding_rs::UTF_16LE), "é€😀\n".repeat(9_000).as_bytes());
        let marked = [&[0xFF, 0xFE][..], &utf16[..4]].concat();
        assert_eq!(decoded(&marked, UTF_8), "é€".as_bytes());
        assert_eq!(decoded(b"caf\xE9 \x80", encoding_rs::WINDOWS_1252), "café €".as_bytes());
        assert_eq!(decoded("\u{feff}é".as_bytes(), encoding_rs::WINDOWS_1252), "é".as_bytes());
        assert_eq!(decoded(b"caf\xE9", UTF_8), b"caf\xE9");
        assert_eq!(decoded(b"", encoding_rs::UTF_16LE), b"");
    }
}
