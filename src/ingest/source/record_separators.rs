//! JSON text sequences (RFC 7464): each text is preceded by a record separator, which is not JSON.

use std::io::{BufRead, BufReader, Read, Result};

const SEPARATOR: u8 = 0x1E;

/// The text with a blank for each separator at the start of a line, if it begins with a separator; any other text
/// unchanged. A separator elsewhere remains, so that broken text stays invalid.
///
/// # Errors
///
/// If the first bytes cannot be read.
pub fn without_separators(mut reader: Box<dyn BufRead + Send>) -> Result<Box<dyn BufRead + Send>> {
    if reader.fill_buf()?.first() != Some(&SEPARATOR) {
        return Ok(reader);
    }
    Ok(Box::new(BufReader::with_capacity(1 << 18, Blanks { reader, is_at_begin: true })))
}

struct Blanks {
    reader: Box<dyn BufRead + Send>,
    /// Whether the next byte is the first of a line, or follows a separator.
    is_at_begin: bool,
}

impl Read for Blanks {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let bytes = self.reader.fill_buf()?;
        let length = bytes.len().min(out.len());
        for (byte, out) in bytes[..length].iter().zip(out.iter_mut()) {
            let is_separator = self.is_at_begin && *byte == SEPARATOR;
            *out = if is_separator { b' ' } else { *byte };
            self.is_at_begin = is_separator || matches!(byte, b'\n' | b'\r');
        }
        self.reader.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn separators_before_a_line_are_blanks() {
        let read = |text: &str, size: usize| {
            let reader = Box::new(BufReader::with_capacity(size, Cursor::new(text.as_bytes().to_vec())));
            let mut out = String::new();
            without_separators(reader).expect("in memory").read_to_string(&mut out).expect("in memory");
            out
        };
        for size in [1, 3, 64] {
            assert_eq!(read("\x1e{\"a\":1}\n\x1e\x1e{\"a\":2}\r\n\x1e{}", size), " {\"a\":1}\n  {\"a\":2}\r\n {}");
            assert_eq!(read("\x1e{\"a\":\"b\x1ec\"}\n", size), " {\"a\":\"b\x1ec\"}\n");
            assert_eq!(read("{\"a\":1}\n\x1e{}\n", size), "{\"a\":1}\n\x1e{}\n");
            assert_eq!(read("", size), "");
        }
    }
}
