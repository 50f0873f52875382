//! Records that stand on lines: JSON Lines, and CSV, whose quoted fields may go on over lines.

use std::io::{BufRead, Result};

use super::{Dialect, no_log};

/// Finds records line by line.
pub struct Lines {
    reader: Box<dyn BufRead + Send>,
    /// Lines before the byte at hand.
    line: u32,
}

impl Lines {
    /// Lines of a reader.
    #[must_use]
    pub fn new(reader: Box<dyn BufRead + Send>) -> Self {
        Self { reader, line: 0 }
    }

    /// Passes over lines.
    ///
    /// # Errors
    ///
    /// Where the source cannot be read.
    pub fn skip(&mut self, count: u32) -> Result<()> {
        let mut line = Vec::new();
        for _ in 0..count {
            line.clear();
            self.read(&mut line)?;
        }
        Ok(())
    }

    /// The reader and how many lines it has passed over.
    #[must_use]
    pub fn into_reader(self) -> (Box<dyn BufRead + Send>, u32) {
        (self.reader, self.line)
    }

    /// Appends the next record that is not blank, without the end of its line; the line of its first byte, from 1. None
    /// after the last.
    ///
    /// # Errors
    ///
    /// Where the source cannot be read, or a record is far too long to be one.
    pub fn next(&mut self, dialect: Option<&Dialect>, out: &mut Vec<u8>) -> Result<Option<u32>> {
        loop {
            let (start, line) = (out.len(), self.line + 1);
            if !self.read(out)? {
                return Ok(None);
            }
            if out[start..].trim_ascii().is_empty() && dialect.is_none_or(|dialect| dialect.delimiter != b'\t') {
                out.truncate(start);
                continue;
            }
            let (mut quotes, mut seen) = (Quotes::default(), start);
            while let Some(dialect) = dialect {
                quotes.pass(&out[seen..], dialect);
                seen = out.len();
                if !quotes.is_open || quotes.is_pending {
                    break;
                }
                if out.len() - start > super::LONGEST_RECORD {
                    return Err(no_log(&format!("line {line}: a record is longer than 1 GiB: does a quote not end?")));
                }
                if !self.read(out)? {
                    break;
                }
            }
            while matches!(out.last(), Some(b'\n' | b'\r')) && out.len() > start {
                out.pop();
            }
            if out.len() > start {
                return Ok(Some(line));
            }
        }
    }

    /// Appends a line with its end; false where there is none.
    fn read(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let start = out.len();
        loop {
            let bytes = self.reader.fill_buf()?;
            let end = memchr::memchr(b'\n', bytes);
            let count = end.map_or(bytes.len(), |end| end + 1);
            out.extend_from_slice(&bytes[..count]);
            self.reader.consume(count);
            if out.len() - start > super::LONGEST_RECORD {
                return Err(no_log(&format!("line {}: a line is longer than 1 GiB: this is no log", self.line + 1)));
            }
            if end.is_some() || count == 0 {
                self.line += u32::from(end.is_some());
                return Ok(out.len() > start);
            }
        }
    }
}

/// Whether a quoted field is open behind the bytes so far.
#[derive(Default)]
struct Quotes {
    is_open: bool,
    /// A quote inside a quoted field, which the next byte makes one of two, or the closing one.
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

/// The fields of a record as they are meant; none where a quoted field does not end, or one is not UTF-8.
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

/// Shows each field, and whether it is a quoted one that does not end.
fn split(record: &[u8], dialect: &Dialect, mut see: impl FnMut(Vec<u8>, bool)) {
    let mut at = 0;
    loop {
        let mut field = Vec::new();
        let is_quoted = dialect.quote.is_some() && record.get(at).copied() == dialect.quote;
        let mut is_open = is_quoted;
        at += usize::from(is_quoted);
        while let Some(&byte) = record.get(at) {
            if is_open && Some(byte) == dialect.quote {
                // Two quotes are one.
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

    fn records(text: &str, dialect: &Dialect) -> Vec<(u32, Option<Vec<String>>)> {
        let reader = std::io::BufReader::with_capacity(5, std::io::Cursor::new(text.as_bytes().to_vec()));
        let (mut lines, mut found) = (Lines::new(Box::new(reader)), Vec::new());
        loop {
            let mut record = Vec::new();
            match lines.next(Some(dialect), &mut record).unwrap() {
                Some(line) => found.push((line, fields(&record, dialect))),
                None => return found,
            }
        }
    }

    #[test]
    fn records_are_those_of_the_crate() {
        for text in [
            "a,b\r\nc,\"d\ne\"\n\n\"f\"\"g\",h\"i\n",
            "\"x\"y,z\n,\n\"\"\n",
            "a,\"\r\n\"\"\r\n\",b\r\n\r\nc,d,",
            "a\"b\nc\"d\n",
        ] {
            let mut reader = crate::ingest::decode::csv::record_reader(text.as_bytes(), b',');
            let expected: Vec<Vec<String>> =
                reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            let found: Vec<Vec<String>> = records(text, &CSV).into_iter().map(|(_, fields)| fields.unwrap()).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn lines_and_open_quotes() {
        let found = records("a\n\n\"b\n\nc\"\nd\n\"e\nf", &CSV);
        let lines: Vec<(u32, bool)> = found.iter().map(|(line, fields)| (*line, fields.is_some())).collect();
        assert_eq!(lines, [(1, true), (3, true), (6, true), (7, false)]);
        let plain = Dialect { quote: None, ..CSV };
        assert_eq!(records("\"a,b\n", &plain)[0].1.as_deref(), Some(&["\"a".to_owned(), "b".to_owned()][..]));
    }

    #[test]
    fn a_row_of_empty_fields_between_tabs_is_a_row() {
        let tabs = Dialect { delimiter: b'\t', ..CSV };
        assert_eq!(records("a\tb\n\t\n\n", &tabs).len(), 2);
    }
}
