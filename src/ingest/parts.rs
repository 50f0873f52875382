//! A source as parts of a few megabytes that begin and end between rows, and one part's rows as events.

use std::io::{BufRead, Read};

use memchr::{memchr_iter, memrchr};

use super::csv::{CsvLayout, any_delimiter, record_ends, record_reader};
use super::jsonl::{LineReader, Values};
use super::reject::{Fault, Reason};
use super::row::{DICTIONARIES, Fields, RowReader};
use super::source::InputFormat;
use crate::dictionary::Dictionary;
use crate::event::Events;
use crate::time::Zone;

/// How the rows of a part are written.
#[derive(Debug, Clone)]
pub enum Layout {
    /// One JSON object a line.
    Jsonl,
    /// Records without a header.
    Csv(CsvLayout),
}

/// Whole rows of a source, one after another.
#[derive(Debug)]
pub struct Part {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How they are to be read.
    pub layout: Layout,
    /// Lines of the source before this part that no part holds: the header's.
    pub lines_before: u32,
    /// The source ends inside a quoted field, in this part's last record.
    pub ends_quoted: bool,
}

/// Cuts a source into parts.
pub struct Parts {
    reader: Box<dyn BufRead + Send>,
    layout: Option<Layout>,
    format: InputFormat,
    /// Bytes read that belong to the next part.
    rest: Vec<u8>,
    size: usize,
    is_done: bool,
}

impl Parts {
    /// Parts of about `size` bytes.
    #[must_use]
    pub fn new(reader: Box<dyn BufRead + Send>, format: InputFormat, size: usize) -> Self {
        Self { reader, layout: None, format, rest: Vec::new(), size, is_done: false }
    }

    /// The next part, `None` after the last.
    ///
    /// # Errors
    ///
    /// Where the source cannot be read or decompressed.
    pub fn next_part(&mut self) -> std::io::Result<Option<Part>> {
        if self.is_done {
            return Ok(None);
        }
        let mut bytes = std::mem::take(&mut self.rest);
        let mut wanted = self.size;
        loop {
            let missing = wanted.saturating_sub(bytes.len()) as u64;
            let count = (&mut self.reader).take(missing).read_to_end(&mut bytes)? as u64;
            self.is_done = count < missing;
            let mut lines_before = 0;
            if self.layout.is_none() {
                let Some(header) = self.header_end(&bytes) else {
                    wanted *= 2;
                    continue;
                };
                self.layout = Some(self.layout_of(&bytes[..header]));
                lines_before = count_lines(&bytes[..header]);
                bytes.drain(..header);
            }
            let layout = self.layout.clone().unwrap_or(Layout::Jsonl);
            let (end, is_quoted) = match &layout {
                Layout::Jsonl => (memrchr(b'\n', &bytes).map(|newline| newline + 1), false),
                Layout::Csv(layout) => {
                    let ends = record_ends(&bytes, &[layout.delimiter]);
                    (ends.last, ends.is_quoted)
                }
            };
            if self.is_done {
                return Ok(Some(Part { bytes, layout, lines_before, ends_quoted: is_quoted }));
            }
            if let Some(end) = end {
                self.rest = bytes.split_off(end);
                return Ok(Some(Part { bytes, layout, lines_before, ends_quoted: false }));
            }
            // A row longer than a part: read on, and count the header's lines once.
            if lines_before > 0 {
                self.rest = bytes;
                return Ok(Some(Part { bytes: Vec::new(), layout, lines_before, ends_quoted: false }));
            }
            wanted *= 2;
        }
    }

    /// Where the byte-order mark and, in CSV, the header end; `None` if more must be read to say.
    fn header_end(&self, bytes: &[u8]) -> Option<usize> {
        let mark = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        match self.format {
            InputFormat::Jsonl => Some(mark),
            InputFormat::Csv => {
                let blank = bytes[mark..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                let start = mark + blank;
                let end = record_ends(&bytes[start..], any_delimiter()).first.map(|end| start + end);
                end.or_else(|| self.is_done.then_some(bytes.len()))
            }
        }
    }

    fn layout_of(&self, header: &[u8]) -> Layout {
        match self.format {
            InputFormat::Jsonl => Layout::Jsonl,
            InputFormat::Csv => {
                Layout::Csv(CsvLayout::of_header(header.strip_prefix(BYTE_ORDER_MARK).unwrap_or(header)))
            }
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

fn count_lines(bytes: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

/// The rows of one part: events with texts numbered within the part, and rejects.
#[derive(Debug)]
pub struct Batch {
    /// Accepted so far; lines are counted from the part's first.
    pub events: Events,
    /// The dictionaries of the events' texts.
    pub words: [Dictionary; DICTIONARIES],
    /// Line within the part, from 1, and what is wrong.
    pub rejects: Vec<(u32, Fault)>,
    /// Rows read.
    pub rows: u64,
    /// Lines of the part.
    pub lines: u32,
}

/// Reads the rows of a part.
#[must_use]
pub fn read_part(part: &Part, input_zone: Zone) -> Batch {
    let mut rows =
        Reading { reader: RowReader::new(input_zone), events: Events::default(), rejects: Vec::new(), rows: 0 };
    match &part.layout {
        Layout::Jsonl => read_lines(&part.bytes, &mut rows),
        Layout::Csv(layout) => read_records(part, layout, &mut rows),
    }
    let Reading { reader, events, rejects, rows } = rows;
    Batch { events, words: reader.into_words(), rejects, rows, lines: count_lines(&part.bytes) }
}

struct Reading {
    reader: RowReader,
    events: Events,
    rejects: Vec<(u32, Fault)>,
    rows: u64,
}

impl Reading {
    fn add(&mut self, line: u32, fields: Result<Fields, Fault>) {
        self.rows += 1;
        match fields.and_then(|fields| self.reader.read(&fields)) {
            Ok(row) => self.events.push(&row, line),
            Err(fault) => self.rejects.push((line, fault)),
        }
    }
}

fn not_utf8() -> Fault {
    Fault::row(Reason::BadEncoding, "the row is not UTF-8")
}

fn read_lines(bytes: &[u8], rows: &mut Reading) {
    let mut lines = LineReader::default();
    let mut start = 0;
    let ends = memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    for (line, end) in (1..).zip(ends) {
        let text = bytes[start..end].trim_ascii();
        start = end + 1;
        if text.is_empty() {
            continue;
        }
        match std::str::from_utf8(text) {
            Ok(text) => {
                let mut values = Values::default();
                let read = lines.read(text, &mut values);
                rows.add(line, read.map(|()| std::array::from_fn(|column| values[column].as_deref())));
            }
            Err(_) => rows.add(line, Err(not_utf8())),
        }
    }
}

fn read_records(part: &Part, layout: &CsvLayout, rows: &mut Reading) {
    // The reader drops a byte-order mark that it begins with. Inside a file that is text, wherever a part begins: behind
    // an empty line it stays.
    let is_marked = part.bytes.starts_with(BYTE_ORDER_MARK);
    let marked = if is_marked { [b"\n", &part.bytes[..]].concat() } else { Vec::new() };
    let bytes = if is_marked { &marked[..] } else { &part.bytes[..] };
    let mut reader = record_reader(bytes, layout.delimiter);
    let mut record = csv::ByteRecord::new();
    // Reading from memory has no errors, and records of any length are taken.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let (start, lines) = record.position().map_or((0, 1), |place| (place.byte(), place.line()));
        // The reader's place is before the empty lines that it passed over.
        let start = usize::try_from(start).unwrap_or(bytes.len());
        let empty = bytes[start..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .filter(|byte| **byte == b'\n')
            .count();
        let line = u32::try_from(lines + empty as u64 - u64::from(is_marked)).unwrap_or(u32::MAX);
        let is_cut = part.ends_quoted && reader.position().byte() >= bytes.len() as u64;
        rows.add(line, fields_of(&record, layout, is_cut));
    }
}

fn fields_of<'a>(record: &'a csv::ByteRecord, layout: &CsvLayout, is_cut: bool) -> Result<Fields<'a>, Fault> {
    let text = std::str::from_utf8(record.as_slice()).map_err(|_| not_utf8())?;
    if is_cut {
        return Err(Fault::row(Reason::Malformed, "a quoted field does not end"));
    }
    if let Some(column) = layout.doubled {
        let detail = Some(format!("the header has `{}` twice", column.name()).into());
        return Err(Fault { detail, ..Fault::column(Reason::Malformed, column, None) });
    }
    if record.len() != layout.columns.len() {
        let detail = format!("{} fields where the header has {}", record.len(), layout.columns.len());
        return Err(Fault::row(Reason::Malformed, &detail));
    }
    let mut fields: Fields = Default::default();
    for (field, column) in layout.columns.iter().enumerate() {
        if let (Some(column), Some(range)) = (column, record.range(field)) {
            // A field's bounds are those of a delimiter, so they never split a character.
            fields[*column as usize] = text.get(range).filter(|text| !text.is_empty());
        }
    }
    Ok(fields)
}
