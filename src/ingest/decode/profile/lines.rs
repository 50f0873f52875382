//! Reads the lines above the records of a source with a profile, and the fields of a CSV record.

use std::io::{BufRead, Result};

use super::{Dialect, no_log};
use crate::ingest::decode::parts::count_lines;

/// Reads the lines above the records: skipped lines, and the header.
pub struct HeadLines {
    reader: Box<dyn BufRead + Send>,
    /// The number of lines and bytes before the current byte.
    line: u32,
    bytes: u64,
    /// The longest header allowed, in bytes.
    longest: usize,
}

impl HeadLines {
    /// Lines of a reader.
    #[must_use]
    pub fn new(reader: Box<dyn BufRead + Send>, longest: usize) -> Self {
        Self { reader, line: 0, bytes: 0, longest }
    }

    /// Skips lines.
    ///
    /// # Errors
    ///
    /// If the source cannot be read, or a line is longer than a record may be.
    pub fn skip(&mut self, count: u32) -> Result<()> {
        let mut line = Vec::new();
        for _ in 0..count {
            line.clear();
            self.read(&mut line)?;
        }
        Ok(())
    }

    /// The bytes in the reader's buffer.
    ///
    /// # Errors
    ///
    /// If the source cannot be read.
    pub fn start(&mut self) -> Result<&[u8]> {
        self.reader.fill_buf()
    }

    /// The reader, and the number of lines and bytes that were read from it.
    #[must_use]
    pub fn into_reader(self) -> (Box<dyn BufRead + Send>, u32, u64) {
        (self.reader, self.line, self.bytes)
    }

    /// Appends the first record that is not blank, without its line end. Returns false if there is none.
    ///
    /// # Errors
    ///
    /// If the source cannot be read, or the record is longer than allowed.
    pub fn header(&mut self, dialect: &Dialect, out: &mut Vec<u8>) -> Result<bool> {
        loop {
            self.pass_empty_lines()?;
            let start = out.len();
            if !self.read(out)? {
                return Ok(false);
            }
            if out[start..].trim_ascii().is_empty() && dialect.delimiter != b'\t' {
                out.truncate(start);
                continue;
            }
            let (mut quotes, mut seen) = (Quotes::default(), start);
            loop {
                quotes.pass(&out[seen..], dialect);
                seen = out.len();
                if !quotes.is_open || quotes.is_pending || !self.read(out)? {
                    break;
                }
            }
            while matches!(out.last(), Some(b'\n' | b'\r')) && out.len() > start {
                out.pop();
            }
            if out.len() > start {
                return Ok(true);
            }
        }
    }

    /// Skips line ends without storing them: a small file may decompress to a gigabyte of them.
    fn pass_empty_lines(&mut self) -> Result<()> {
        loop {
            let bytes = self.reader.fill_buf()?;
            let ends = line_ends(bytes);
            if ends == 0 {
                return Ok(());
            }
            self.line = self.line.saturating_add(count_lines(&bytes[..ends]));
            self.bytes += ends as u64;
            self.reader.consume(ends);
        }
    }

    /// Appends a line with its line end. Returns false if there is none.
    fn read(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let start = out.len();
        loop {
            let bytes = self.reader.fill_buf()?;
            let end = memchr::memchr(b'\n', bytes);
            let count = end.map_or(bytes.len(), |end| end + 1);
            out.extend_from_slice(&bytes[..count]);
            self.reader.consume(count);
            self.bytes += count as u64;
            if out.len() > self.longest {
                let line = self.line + 1;
                return Err(no_log(&format!(
                    "line {line}: the header is longer than --max-record: does a quote in it not end?"
                )));
            }
            if end.is_some() || count == 0 {
                self.line += u32::from(end.is_some());
                return Ok(out.len() > start);
            }
        }
    }
}

/// The number of bytes at the start that are line ends.
pub(super) fn line_ends(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count()
}

/// Whether a quoted field is open after the bytes so far.
#[derive(Default)]
struct Quotes {
    is_open: bool,
    /// A quote inside a quoted field: the next byte shows whether it is doubled or closes the field.
    is_pending: bool,
    is_inside: bool,
}

impl Quotes {
    fn pass(&mut self, bytes: &[u8], dialect: &Dialect) {
        let Some(quote) = dialect.quote else { return };
        for &byte in bytes {
            if self.is_open {
                if byte == quote {
                    self.is_pending = !self.is_pending;
                    continue;
                }
                if !std::mem::take(&mut self.is_pending) {
                    continue;
                }
                self.is_open = false;
                self.is_inside = true;
            }
            self.is_open = byte == quote && !self.is_inside;
            self.is_inside = byte != dialect.delimiter;
        }
    }
}

/// The unquoted fields of a record; `None` if a quoted field does not end, or a field is not UTF-8.
#[must_use]
pub fn fields(record: &[u8], dialect: &Dialect) -> Option<Vec<String>> {
    let (mut fields, mut is_whole) = (Vec::new(), true);
    split(record, dialect, |field, is_open| {
        is_whole &= !is_open;
        match String::from_utf8(field) {
            Ok(field) => fields.push(field),
            Err(_) => is_whole = false,
        }
    });
    is_whole.then_some(fields)
}

/// Passes each field to the callback, and whether it is a quoted field that does not end.
fn split(record: &[u8], dialect: &Dialect, mut see: impl FnMut(Vec<u8>, bool)) {
    let mut at = 0;
    loop {
        let mut field = Vec::new();
        let is_quoted = dialect.quote.is_some() && record.get(at).copied() == dialect.quote;
        let mut is_open = is_quoted;
        at += usize::from(is_quoted);
        while let Some(&byte) = record.get(at) {
            if is_open && Some(byte) == dialect.quote {
                // A doubled quote is one quote.
                if record.get(at + 1).copied() == dialect.quote {
                    field.push(byte);
                    at += 1;
                } else {
                    is_open = false;
                }
            } else if !is_open && byte == dialect.delimiter {
                break;
            } else {
                field.push(byte);
            }
            at += 1;
        }
        let is_last = at >= record.len();
        see(field, is_open);
        if is_last {
            return;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Dialect = Dialect { delimiter: b',', quote: Some(b'"'), header: None };

    fn header(text: &str, dialect: &Dialect) -> (Option<Vec<String>>, u32, u64) {
        let reader = std::io::BufReader::with_capacity(5, std::io::Cursor::new(text.as_bytes().to_vec()));
        let (mut lines, mut record) = (HeadLines::new(Box::new(reader), 100), Vec::new());
        let found = lines.header(dialect, &mut record).unwrap();
        let (_, line, bytes) = lines.into_reader();
        (fields(&record, dialect).filter(|_| found), line, bytes)
    }

    #[test]
    fn a_header_may_follow_blank_lines_and_span_lines() {
        let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(header("\n \na,\"b\n\"\"c\"\r\nd", &CSV), (names(&["a", "b\n\"c"]), 4, 14));
        let plain = Dialect { quote: None, ..CSV };
        assert_eq!(header("\"a,b\nc", &plain).0, names(&["\"a", "b"]));
        assert_eq!(header("\n\n", &CSV), (None, 2, 2));
        assert_eq!(header("\ta\n", &Dialect { delimiter: b'\t', ..CSV }).0, names(&["", "a"]));
    }

    #[test]
    fn fields_are_those_of_the_crate() {
        for text in ["a,b", "c,\"d\ne\"", "\"f\"\"g\",h\"i", "\"x\"y,z", ",", "\"\"", "a,\"\r\n\"\"\r\n\",b", "c,d,"] {
            let mut reader = crate::ingest::decode::csv::record_reader(text.as_bytes(), b',');
            let expected: Vec<Vec<String>> =
                reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            assert_eq!([fields(text.as_bytes(), &CSV).unwrap()], *expected, "{text:?}");
        }
        assert_eq!(fields(b"a,\"b", &CSV), None);
    }
}
