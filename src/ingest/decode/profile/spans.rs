//! Finds the start, end and form of the records in a piece of text.

use memchr::memchr;

use super::Format;
use super::lines::line_ends;
use crate::ingest::decode::csv::{ReadStop, RecordExtent, Separators, read_record, without_end};
use crate::ingest::decode::parts::count_lines;
use crate::ingest::decode::pieces::{Piece, Strays};
use crate::ingest::decode::reject::{RUNS_ON, TOO_LONG};

/// The position of a record in its batch and in its source.
#[derive(Debug, Clone, Copy)]
pub struct RecordSpan {
    /// The index of its first byte in the batch.
    pub start: usize,
    /// The index after its last byte.
    pub end: usize,
    /// The line of its first byte in the source, counted from 1.
    pub line: u32,
    /// How it is read.
    pub form: RecordForm,
    /// The index of its document among those of the batch, if values of documents are kept.
    pub document: Option<usize>,
}

/// The form in which a record is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordForm {
    /// The usual form of the format.
    Usual,
    /// CSV in which quotes are ordinary characters.
    Plain,
    /// Not readable, for this reason.
    Malformed(&'static str),
}

/// The records of a piece. `lines` is the number of lines of the source before the piece, and is updated to that after
/// it.
#[must_use]
pub fn spans(bytes: &[u8], piece: &Piece, format: &Format, lines: &mut u32) -> Vec<RecordSpan> {
    if let Some(of_record) = piece.too_long {
        let line = *lines + 1;
        *lines += of_record;
        return vec![RecordSpan { start: 0, end: 0, line, form: RecordForm::Malformed(TOO_LONG), document: None }];
    }
    let (marks, keeps_blank) = match format {
        Format::Csv(dialect) => {
            let marks = dialect.quote.map(|quote| Separators { delimiter: dialect.delimiter, quote });
            (marks, dialect.delimiter == b'\t')
        }
        Format::Jsonl | Format::Json(_) | Format::Text(_) => (None, false),
    };
    let (mut spans, mut start) = (Vec::new(), 0);
    let mut alone = piece.alone.iter().peekable();
    while start < bytes.len() {
        let next_alone = alone.peek().map_or(bytes.len(), |(line, _)| *line);
        let empty = line_ends(&bytes[start..next_alone.max(start)]);
        if empty > 0 {
            *lines += count_lines(&bytes[start..start + empty]);
            start += empty;
            continue;
        }
        let end_of_line = || memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length + 1);
        let (end, form) = match marks {
            Some(_) if alone.next_if(|(line, _)| *line == start).is_some() => {
                (end_of_line(), RecordForm::Malformed(RUNS_ON))
            }
            Some(marks) => record(bytes, start, piece, marks),
            None => (end_of_line(), RecordForm::Usual),
        };
        let record = without_end(&bytes[start..end]);
        let is_long = piece.longest.is_some_and(|longest| record.len() > longest);
        let form = if is_long { RecordForm::Malformed(TOO_LONG) } else { form };
        if !record.is_empty() && (keeps_blank || !record.trim_ascii().is_empty()) {
            spans.push(RecordSpan { start, end: start + record.len(), line: *lines + 1, form, document: None });
        }
        *lines += count_lines(&bytes[start..end]);
        start = end;
    }
    spans
}

/// The end of a record, and its form.
fn record(bytes: &[u8], start: usize, piece: &Piece, marks: Separators) -> (usize, RecordForm) {
    let reading = read_record(bytes, start, true, marks, ReadStop::NEVER);
    let form = match reading.stray {
        None if reading.extent == RecordExtent::Open => RecordForm::Malformed("a quoted field does not end"),
        None => RecordForm::Usual,
        Some(_)
            if piece.strays == Strays::Characters && !reading.has_newline && reading.extent == RecordExtent::Whole =>
        {
            RecordForm::Plain
        }
        Some(stray) => RecordForm::Malformed(stray.detail()),
    };
    (reading.end, form)
}
