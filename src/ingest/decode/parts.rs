//! Cuts text into parts of a few megabytes that begin and end between rows.

use std::io::{BufRead, Error, ErrorKind, Result};

use memchr::memchr_iter;

use super::buffer::Buffer;
use super::csv::{CsvLayout, any_delimiter, header_below, record_ends};
use super::pieces::{Piece, Pieces};
use crate::event::attributes::Names;
use crate::ingest::source::{Reopen, TextFormat};
use crate::shown::may_be_shown;
use crate::time::Zone;

/// The form in which the rows of a part are written.
#[derive(Debug, Clone)]
pub enum RowLayout {
    /// One JSON object per line.
    Jsonl,
    /// Records without a header.
    Csv(CsvLayout),
}

/// The facts about a part besides its bytes.
#[derive(Debug, Clone)]
pub struct PartCut {
    /// The layout of its rows.
    pub layout: RowLayout,
    /// Lines of the source before this part that belong to no part: those of the header.
    pub lines_before: u32,
    /// How its bytes were cut.
    pub piece: Piece,
}

/// How to read text.
pub struct TextOptions {
    /// The size of a part, in bytes.
    pub size: usize,
    /// The longest row allowed, in bytes.
    pub longest: usize,
    /// The zone of date-times without an offset.
    pub input_zone: Zone,
    /// Columns that are attributes.
    pub attributes: Names,
    /// Opens the text again.
    pub reopen: Option<Reopen>,
}

/// Cuts text into parts.
pub struct TextParts {
    layout: RowLayout,
    pieces: Pieces,
    /// Lines before the next part that belong to no part.
    lines_before: u32,
}

impl TextParts {
    /// Opens a text whose parts have about `size` bytes; the first ones are shorter. Reads the header.
    ///
    /// # Errors
    ///
    /// If the source cannot be read or decompressed, or its header is not that of a log.
    pub fn open(mut reader: Box<dyn BufRead + Send>, format: TextFormat, options: TextOptions) -> Result<Self> {
        let TextOptions { size, longest, input_zone, attributes, reopen } = options;
        let (mut buffer, mut wanted) = (Buffer::default(), size.clamp(1, FIRST_READ));
        loop {
            let is_last = !buffer.fill(&mut reader, wanted)?;
            let Some(Header { start, end }) = header(buffer.part(), format, is_last) else {
                if wanted > longest.max(FIRST_READ) {
                    return Err(long_header(longest));
                }
                wanted *= 2;
                continue;
            };
            let (header, behind) = (&buffer.part()[start..end], &buffer.part()[end..]);
            let layout = match format {
                TextFormat::Jsonl => RowLayout::Jsonl,
                TextFormat::Csv => RowLayout::Csv(CsvLayout::of_header(header).with_attributes(header, &attributes)),
            };
            let pieces = match &layout {
                RowLayout::Jsonl => Pieces::lines(reader, size, longest),
                RowLayout::Csv(layout) => {
                    let is_empty = is_last && behind.trim_ascii().is_empty();
                    if !layout.is_of_log() && !is_empty {
                        return Err(no_log(header));
                    }
                    if layout.columns.len() > MOST_COLUMNS {
                        return Err(wide_header(layout.columns.len()));
                    }
                    Pieces::records(reader, size, layout.rules(longest, input_zone), header, reopen)
                }
            };
            let lines_before = count_lines(&buffer.part()[..end]);
            return Ok(Self { layout, pieces: pieces.starting_after(end as u64, behind.to_vec()), lines_before });
        }
    }

    /// Reads the next part into `buffer`; `None` after the last.
    ///
    /// # Errors
    ///
    /// If the source cannot be read or decompressed.
    pub fn next_part(&mut self, buffer: &mut Buffer) -> Result<Option<PartCut>> {
        let piece = self.pieces.next(buffer)?;
        let (layout, lines_before) = (self.layout.clone(), std::mem::take(&mut self.lines_before));
        Ok(piece.map(|piece| PartCut { layout, lines_before, piece }))
    }
}

/// The byte range of the header, after the byte-order mark and, in CSV, the lines above it; `None` if more bytes are
/// needed to find it.
fn header(bytes: &[u8], format: TextFormat, is_last: bool) -> Option<Header> {
    if bytes.len() < BYTE_ORDER_MARK.len() && !is_last {
        return None;
    }
    let mark = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    match format {
        TextFormat::Jsonl => Some(Header { start: mark, end: mark }),
        TextFormat::Csv => {
            let blank = bytes[mark..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let start = mark + blank;
            let first = record_ends(&bytes[start..], any_delimiter()).first.map(|end| start + end);
            let end = first.or_else(|| is_last.then_some(bytes.len()))?;
            if CsvLayout::of_header(&bytes[start..end]).is_of_log() {
                return Some(Header { start, end });
            }
            if bytes.len() < ABOVE && !is_last {
                return None;
            }
            let below = header_below(&bytes[start..bytes.len().min(start + ABOVE)]);
            Some(below.map_or(Header { start, end }, |(from, to)| Header { start: start + from, end: start + to }))
        }
    }
}

/// The byte range of a header.
struct Header {
    start: usize,
    end: usize,
}

/// The number of bytes first read to find a header.
const FIRST_READ: usize = 1 << 18;

/// The longest row allowed, in bytes, unless `--max-record` sets another length.
pub const LONGEST_ROW: usize = 16 << 20;

/// The most columns of a header.
pub const MOST_COLUMNS: usize = 10_000;

/// The number of bytes in which a header below other lines is searched for.
const ABOVE: usize = 1 << 16;

/// The number of characters of a header shown in an error.
const SHOWN: usize = 120;

fn no_log(header: &[u8]) -> Error {
    let header = String::from_utf8_lossy(header.trim_ascii());
    let shown: String = header.chars().take(SHOWN).collect();
    let more = if shown.len() < header.len() { "…" } else { "" };
    // A data row in place of the header may hold names and telephone numbers of people.
    let names = header.split([',', ';', '\t', '|']).map(|name| name.trim_matches(['"', ' ']));
    let found = if !header.is_empty() && may_be_shown(names) {
        format!("`{shown}{more}`")
    } else {
        "a row that does not look like names of columns".to_owned()
    };
    let what = format!("the header names neither `ts` nor `event`, found {found}");
    Error::new(ErrorKind::Unsupported, what)
}

fn long_header(longest: usize) -> Error {
    let what = format!("no header in the first {longest} bytes: export it as CSV with a header, or as JSON Lines");
    Error::new(ErrorKind::FileTooLarge, what)
}

fn wide_header(columns: usize) -> Error {
    let what = format!("the header has {columns} columns, more than {MOST_COLUMNS}: export fewer columns");
    Error::new(ErrorKind::FileTooLarge, what)
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The number of line ends in the bytes.
#[must_use]
pub fn count_lines(bytes: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_all_of_the_text_and_grow() {
        let text = "{}\n".repeat(1 << 20);
        for (size, lengths) in [
            (1 << 16, vec![1 << 16; 48]),
            (1 << 20, vec![1 << 18, 1 << 19, 1 << 20, 1 << 20]),
            (1 << 24, vec![1 << 18, 1 << 19, 1 << 20, 1 << 21]),
        ] {
            let options = TextOptions {
                size,
                longest: 1 << 24,
                input_zone: Zone::UTC,
                attributes: Names::default(),
                reopen: None,
            };
            let reader = Box::new(std::io::Cursor::new(text.clone()));
            let mut parts = TextParts::open(reader, TextFormat::Jsonl, options).unwrap();
            let (mut buffer, mut read) = (Buffer::default(), String::new());
            for length in lengths {
                assert!(parts.next_part(&mut buffer).unwrap().is_some());
                assert!(
                    buffer.part().len().abs_diff(length) < 3 || read.len() + buffer.part().len() == text.len(),
                    "{size}: {}",
                    buffer.part().len()
                );
                read.push_str(std::str::from_utf8(buffer.part()).unwrap());
            }
            while parts.next_part(&mut buffer).unwrap().is_some() {
                read.push_str(std::str::from_utf8(buffer.part()).unwrap());
            }
            assert_eq!(read, text, "{size}");
        }
    }
}
