//! Lines that end in a lone carriage return, as written by old spreadsheets on the Mac.

use std::io::{BufRead, BufReader, Read, Result};

/// The text with line feeds, if its first bytes have carriage returns and no line feed; any other text unchanged.
///
/// # Errors
///
/// If the first bytes cannot be read.
pub fn with_line_feeds(mut reader: Box<dyn BufRead + Send>) -> Result<Box<dyn BufRead + Send>> {
    if !are_returns(reader.fill_buf()?) {
        return Ok(reader);
    }
    Ok(Box::new(BufReader::with_capacity(1 << 18, LineFeeds { reader, is_behind_return: false })))
}

/// Whether lines end in lone carriage returns.
#[must_use]
pub fn are_returns(start: &[u8]) -> bool {
    // A line feed may follow a carriage return that is the last byte.
    let inner = start.strip_suffix(b"\r").unwrap_or(start);
    memchr::memchr(b'\r', inner).is_some() && memchr::memchr(b'\n', start).is_none()
}

struct LineFeeds {
    reader: Box<dyn BufRead + Send>,
    /// The last byte was a carriage return, which was returned as a line feed: a following line feed belongs to it.
    is_behind_return: bool,
}

impl Read for LineFeeds {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        loop {
            let bytes = self.reader.fill_buf()?;
            let length = bytes.len().min(out.len());
            let mut count = 0;
            for byte in &bytes[..length] {
                let is_second = *byte == b'\n' && self.is_behind_return;
                self.is_behind_return = *byte == b'\r';
                if !is_second {
                    out[count] = if *byte == b'\r' { b'\n' } else { *byte };
                    count += 1;
                }
            }
            self.reader.consume(length);
            if count > 0 || length == 0 {
                return Ok(count);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn returns_are_line_ends_where_there_are_no_others() {
        let read = |text: &str, size: usize| {
            let reader = Box::new(BufReader::with_capacity(size, Cursor::new(text.as_bytes().to_vec())));
            let mut out = String::new();
            with_line_feeds(reader).expect("in memory").read_to_string(&mut out).expect("in memory");
            out
        };
        for size in [3, 5, 64] {
            assert_eq!(read("a\rb\r\rc\r", size), "a\nb\n\nc\n", "{size}");
            assert_eq!(read("a\rb\rc\r\nd\ne", size), if size == 64 { "a\rb\rc\r\nd\ne" } else { "a\nb\nc\nd\ne" });
        }
        assert_eq!(read("a,\"x\ry\"\nb", 64), "a,\"x\ry\"\nb");
        assert_eq!(read("abc\r", 64), "abc\r");
        assert_eq!(read("ts\r\n", 3), "ts\r\n");
        assert_eq!(read("", 64), "");
    }
}
