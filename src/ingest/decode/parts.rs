//! Text as parts of a few megabytes that begin and end between rows.

use std::io::{BufRead, Error, ErrorKind, Read, Result};

use memchr::{memchr_iter, memrchr};

use super::csv::{CsvLayout, any_delimiter, header_below, record_ends};
use crate::ingest::source::TextFormat;

/// How the rows of a part are written.
#[derive(Debug, Clone)]
pub enum Layout {
    /// One JSON object a line.
    Jsonl,
    /// Records without a header.
    Csv(CsvLayout),
}

/// The bytes of a part, in memory that is used again for the next one.
#[derive(Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
}

impl Buffer {
    /// The bytes of the part.
    #[must_use]
    pub fn part(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// Begins with `start`, with room for `size` bytes.
    fn restart(&mut self, start: &[u8], size: usize) {
        self.filled = 0;
        self.reserve(start.len().max(size));
        self.bytes[..start.len()].copy_from_slice(start);
        self.filled = start.len();
    }

    fn reserve(&mut self, size: usize) {
        if self.bytes.len() < size {
            // New memory is zero without being written to: it takes no more than what is read.
            let mut bytes = vec![0; size];
            bytes[..self.filled].copy_from_slice(&self.bytes[..self.filled]);
            self.bytes = bytes;
        }
    }

    /// Reads until there are `size` bytes; false where the source ends before.
    fn fill(&mut self, reader: &mut impl Read, size: usize) -> Result<bool> {
        self.reserve(size);
        while self.filled < size {
            match reader.read(&mut self.bytes[self.filled..size]) {
                Ok(0) => return Ok(false),
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Drops bytes at the front.
    fn skip(&mut self, count: usize) {
        self.bytes.copy_within(count..self.filled, 0);
        self.filled -= count;
    }
}

/// What is known of a part beside its bytes.
#[derive(Debug, Clone)]
pub struct Cut {
    /// How its rows are to be read.
    pub layout: Layout,
    /// Lines of the source before this part that no part holds: the header's.
    pub lines_before: u32,
    /// The source ends inside a quoted field, in this part's last record.
    pub ends_quoted: bool,
}

/// Cuts text into parts.
pub struct TextParts {
    reader: Box<dyn BufRead + Send>,
    layout: Option<Layout>,
    format: TextFormat,
    /// Bytes read that belong to the next part.
    rest: Vec<u8>,
    size: usize,
    /// Of the next part.
    next_size: usize,
    is_done: bool,
}

/// Bytes of the first part. Each is twice as long as the one before, up to the size asked for: so all readers begin soon,
/// and a small log has parts for each.
const FIRST_SIZE: usize = 1 << 18;

/// No row is longer than this: a file without line ends is no log, and would fill the memory.
const LONGEST_ROW: usize = 1 << 30;

impl TextParts {
    /// Parts of about `size` bytes, the first ones shorter.
    #[must_use]
    pub fn new(reader: Box<dyn BufRead + Send>, format: TextFormat, size: usize) -> Self {
        let size = size.max(1);
        Self { reader, layout: None, format, rest: Vec::new(), size, next_size: size.min(FIRST_SIZE), is_done: false }
    }

    /// The next part into `buffer`; `None` after the last.
    ///
    /// # Errors
    ///
    /// Where the source cannot be read or decompressed, or a row is longer than a gibibyte.
    pub fn next_part(&mut self, buffer: &mut Buffer) -> Result<Option<Cut>> {
        if self.is_done {
            return Ok(None);
        }
        buffer.restart(&self.rest, self.size);
        self.rest.clear();
        let mut wanted = self.next_size;
        self.next_size = self.size.min(2 * wanted);
        let mut lines_before = 0;
        loop {
            self.is_done = !buffer.fill(&mut self.reader, wanted)?;
            if self.layout.is_none() {
                let Some(Header { start, end }) = self.header(buffer.part()) else {
                    wanted = longer(wanted)?;
                    continue;
                };
                let layout = self.layout_of(&buffer.part()[start..end]);
                if let Layout::Csv(layout) = &layout
                    && !layout.is_of_log()
                    && !buffer.part()[end..].trim_ascii().is_empty()
                {
                    return Err(no_log(&buffer.part()[start..end]));
                }
                self.layout = Some(layout);
                lines_before = count_lines(&buffer.part()[..end]);
                buffer.skip(end);
            }
            let layout = self.layout.clone().unwrap_or(Layout::Jsonl);
            let (end, is_quoted) = match &layout {
                Layout::Jsonl => (memrchr(b'\n', buffer.part()).map(|newline| newline + 1), false),
                Layout::Csv(layout) => {
                    let ends = record_ends(buffer.part(), &[layout.delimiter]);
                    (ends.last, ends.is_quoted)
                }
            };
            if self.is_done {
                return Ok(Some(Cut { layout, lines_before, ends_quoted: is_quoted }));
            }
            if let Some(end) = end {
                self.rest.extend_from_slice(&buffer.part()[end..]);
                buffer.filled = end;
                return Ok(Some(Cut { layout, lines_before, ends_quoted: false }));
            }
            wanted = longer(wanted)?;
        }
    }

    /// Where the header is, behind the byte-order mark and, in CSV, lines above it; `None` if more must be read to say.
    fn header(&self, bytes: &[u8]) -> Option<Header> {
        if bytes.len() < BYTE_ORDER_MARK.len() && !self.is_done {
            return None;
        }
        let mark = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        match self.format {
            TextFormat::Jsonl => Some(Header { start: mark, end: mark }),
            TextFormat::Csv => {
                let blank = bytes[mark..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                let start = mark + blank;
                let first = record_ends(&bytes[start..], any_delimiter()).first.map(|end| start + end);
                let end = first.or_else(|| self.is_done.then_some(bytes.len()))?;
                if CsvLayout::of_header(&bytes[start..end]).is_of_log() {
                    return Some(Header { start, end });
                }
                if bytes.len() < ABOVE && !self.is_done {
                    return None;
                }
                let below = header_below(&bytes[start..bytes.len().min(start + ABOVE)]);
                Some(below.map_or(Header { start, end }, |(from, to)| Header { start: start + from, end: start + to }))
            }
        }
    }

    fn layout_of(&self, header: &[u8]) -> Layout {
        match self.format {
            TextFormat::Jsonl => Layout::Jsonl,
            TextFormat::Csv => Layout::Csv(CsvLayout::of_header(header)),
        }
    }
}

/// Where a header's bytes are.
struct Header {
    start: usize,
    end: usize,
}

/// Bytes in which a header below other lines is looked for.
const ABOVE: usize = 1 << 16;

/// Characters of a header that an error shows.
const SHOWN: usize = 120;

fn no_log(header: &[u8]) -> Error {
    let header = String::from_utf8_lossy(header.trim_ascii());
    let shown: String = header.chars().take(SHOWN).collect();
    let more = if shown.len() < header.len() { "…" } else { "" };
    let what = format!("the header names neither `ts` nor `event`, found `{shown}{more}`");
    Error::new(ErrorKind::Unsupported, what)
}

fn longer(wanted: usize) -> Result<usize> {
    if wanted >= LONGEST_ROW {
        return Err(Error::new(
            ErrorKind::FileTooLarge,
            "a row is longer than 1 GiB: this is no log with a row a line; export it as CSV or JSON Lines",
        ));
    }
    Ok(wanted * 2)
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How many lines end in the bytes.
#[must_use]
pub fn count_lines(bytes: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::input_error;

    #[test]
    fn a_row_without_end_is_told_by_its_file() {
        assert_eq!(longer(LONGEST_ROW / 2).unwrap(), LONGEST_ROW);
        let message = input_error("dump.bin", &longer(LONGEST_ROW).unwrap_err()).to_string();
        assert!(message.starts_with("dump.bin: a row is longer than 1 GiB"), "{message}");
    }

    #[test]
    fn parts_are_all_of_the_text_and_grow() {
        let text = "{}\n".repeat(1 << 20);
        for (size, lengths) in [
            (1 << 16, vec![1 << 16; 48]),
            (1 << 20, vec![1 << 18, 1 << 19, 1 << 20, 1 << 20]),
            (1 << 24, vec![1 << 18, 1 << 19, 1 << 20, 1 << 21]),
        ] {
            let mut parts = TextParts::new(Box::new(std::io::Cursor::new(text.clone())), TextFormat::Jsonl, size);
            let (mut buffer, mut read) = (Buffer::default(), String::new());
            for length in lengths {
                assert!(parts.next_part(&mut buffer).unwrap().is_some());
                assert!(buffer.part().len().abs_diff(length) < 3 || parts.is_done, "{size}: {}", buffer.part().len());
                read.push_str(std::str::from_utf8(buffer.part()).unwrap());
            }
            while parts.next_part(&mut buffer).unwrap().is_some() {
                read.push_str(std::str::from_utf8(buffer.part()).unwrap());
            }
            assert_eq!(read, text, "{size}");
        }
    }
}
