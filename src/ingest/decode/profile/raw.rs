//! The raw records of a text: where each begins, and its form. Reading by a profile and inspecting a file without a
//! profile use the same records.

use std::borrow::Cow;
use std::io::{BufRead, Result};
use std::sync::Arc;

use serde_json::Value;

use super::documents::Documents;
use super::line_form::RecordBegins;
use super::lines::{HeadLines, fields};
use super::spans::{RecordForm, RecordSpan, spans};
use super::{Dialect, Format, no_log};
use crate::ingest::decode::buffer::Buffer;
use crate::ingest::decode::csv::{IsRow, RowRules, Separators};
use crate::ingest::decode::parts::MOST_COLUMNS;
use crate::ingest::decode::pieces::Pieces;
use crate::ingest::decode::reject::{Fault, Reason};
use crate::ingest::source::Reopen;

/// The size of a batch and of a record.
pub struct Sizes {
    /// The size of a batch, in bytes.
    pub batch: usize,
    /// The longest record allowed, in bytes.
    pub longest: usize,
}

/// A batch of raw records.
#[derive(Debug, Default)]
pub struct RawBatch {
    /// Their bytes.
    pub bytes: Vec<u8>,
    /// The byte range of each record.
    pub spans: Vec<RecordSpan>,
    /// The values before the records in their documents.
    pub documents: Vec<Arc<Value>>,
}

enum RecordCutter {
    /// Records between line ends, and the number of lines before the next piece.
    Lines(Pieces, u32),
    Documents(Documents, usize),
    /// Lines of text, of which some begin a record; the number is as for `Lines`.
    Text(Pieces, u32, RecordBegins),
}

/// Cuts a text into records.
pub struct Raw {
    kind: RecordCutter,
    format: Format,
    is_done: bool,
}

/// The names of the columns of a table, and the text after them.
pub struct Headed {
    lines: HeadLines,
    /// The header as written; empty if the profile gives the names.
    record: Vec<u8>,
    dialect: Dialect,
    /// The names; `None` in an empty file.
    pub names: Option<Vec<String>>,
}

impl Raw {
    /// One JSON object per line.
    #[must_use]
    pub fn lines(lines: HeadLines, sizes: &Sizes) -> Self {
        let (reader, line, _) = lines.into_reader();
        Self::of(RecordCutter::Lines(Pieces::lines(reader, sizes.batch, sizes.longest), line), Format::Jsonl)
    }

    /// The records of JSON documents. Keeps the values of the `wanted` keys of each document that precede its records.
    #[must_use]
    pub fn documents(lines: HeadLines, keys: Vec<String>, wanted: Vec<String>, sizes: &Sizes) -> Self {
        let (reader, line, _) = lines.into_reader();
        let documents = Documents::new(reader, keys.clone(), wanted, line, sizes.longest);
        Self::of(RecordCutter::Documents(documents, sizes.batch), Format::Json(keys))
    }

    /// Lines of text that begin records.
    #[must_use]
    pub fn text(lines: HeadLines, format: Format, sizes: &Sizes) -> Self {
        let (reader, line, _) = lines.into_reader();
        let pieces = Pieces::lines(reader, sizes.batch, sizes.longest);
        Self::of(RecordCutter::Text(pieces, line, RecordBegins::default()), format)
    }

    /// The rows of a table below its header. `is_row` checks whether fields, as many as the header has, are those of a
    /// row.
    #[must_use]
    pub fn table(headed: Headed, is_ragged: bool, is_row: Arc<IsRow>, sizes: &Sizes, reopen: Option<Reopen>) -> Self {
        let Headed { lines, record, dialect, names } = headed;
        let (reader, line, passed) = lines.into_reader();
        let pieces = match (dialect.quote, names) {
            (Some(quote), Some(names)) => {
                let marks = Separators { delimiter: dialect.delimiter, quote };
                let rules = RowRules { marks, width: names.len(), is_ragged, longest: sizes.longest, is_row };
                Pieces::records(reader, sizes.batch, rules, &record, reopen).starting_after(passed, Vec::new())
            }
            (None, _) | (_, None) => Pieces::lines(reader, sizes.batch, sizes.longest),
        };
        Self::of(RecordCutter::Lines(pieces, line), Format::Csv(dialect))
    }

    const fn of(kind: RecordCutter, format: Format) -> Self {
        Self { kind, format, is_done: false }
    }

    /// The next batch; `None` after the last.
    ///
    /// # Errors
    ///
    /// If the source cannot be read, or is not a document with the records.
    pub fn next_batch(&mut self) -> Result<Option<RawBatch>> {
        let mut batch = RawBatch::default();
        while !self.is_done && batch.spans.is_empty() {
            match &mut self.kind {
                RecordCutter::Lines(pieces, lines) | RecordCutter::Text(pieces, lines, _) => {
                    let mut buffer = Buffer::default();
                    let Some(piece) = pieces.next(&mut buffer)? else {
                        self.is_done = true;
                        break;
                    };
                    batch.bytes = buffer.take();
                    batch.spans = spans(&batch.bytes, &piece, &self.format, lines);
                }
                RecordCutter::Documents(reader, size) => self.is_done = read_documents(reader, *size, &mut batch)?,
            }
            if let (RecordCutter::Text(_, _, begins), Format::Text(forms)) = (&mut self.kind, &self.format) {
                let RawBatch { bytes, spans, .. } = &mut batch;
                spans.retain(|span| {
                    span.form != RecordForm::Usual || begins.is_record(&bytes[span.start..span.end], forms)
                });
            }
        }
        Ok((!batch.spans.is_empty()).then_some(batch))
    }
}

/// Reads documents until there are about `size` bytes of records. Returns true at the end of the source.
fn read_documents(reader: &mut Documents, size: usize, batch: &mut RawBatch) -> Result<bool> {
    let RawBatch { bytes, spans, documents } = batch;
    while bytes.len() < size.max(1) {
        let start = bytes.len();
        let Some((line, form)) = reader.next(bytes)? else { return Ok(true) };
        if reader.keeps_documents() && documents.last().is_none_or(|last| !Arc::ptr_eq(last, reader.document())) {
            documents.push(Arc::clone(reader.document()));
        }
        spans.push(RecordSpan { start, end: bytes.len(), line, form, document: documents.len().checked_sub(1) });
    }
    Ok(false)
}

impl Headed {
    /// Reads the header of a table: the first record, unless the dialect gives the names.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is not text, or has too many columns.
    pub fn read(mut lines: HeadLines, dialect: &Dialect) -> Result<Self> {
        let mut record = Vec::new();
        let names = if let Some(header) = &dialect.header {
            Some(header.clone())
        } else if lines.header(dialect, &mut record)? {
            let names = fields(&record, dialect)
                .ok_or_else(|| no_log("the header is not UTF-8, or a quote in it does not end"))?;
            Some(names.into_iter().map(|name| name.trim().to_owned()).collect())
        } else {
            None
        };
        if let Some(columns) = names.as_ref().map(Vec::len).filter(|columns| *columns > MOST_COLUMNS) {
            let what = format!("the header has {columns} columns, more than {MOST_COLUMNS}: export fewer columns");
            return Err(no_log(&what));
        }
        Ok(Self { lines, record, dialect: dialect.clone(), names })
    }
}

/// The fields of a row of a table.
///
/// # Errors
///
/// The fault, if it is not a row: malformed, or not UTF-8.
pub fn fields_of(bytes: &[u8], form: RecordForm, dialect: &Dialect) -> std::result::Result<Vec<String>, Fault> {
    let broken = |detail: &'static str| match std::str::from_utf8(bytes) {
        Ok(_) => Fault::row(Reason::Malformed, detail),
        Err(_) => not_utf8(),
    };
    let dialect = match form {
        RecordForm::Malformed(detail) => return Err(broken(detail)),
        RecordForm::Plain => Cow::Owned(Dialect { quote: None, header: None, ..*dialect }),
        RecordForm::Usual => Cow::Borrowed(dialect),
    };
    fields(bytes, &dialect).ok_or_else(|| broken("a quoted field does not end"))
}

/// The fault of a record that is not UTF-8.
#[must_use]
pub fn not_utf8() -> Fault {
    Fault::row(Reason::BadEncoding, "the record is not UTF-8: name its encoding in the profile's [input]")
}

/// Reads the records of a text in order.
pub struct RawRecords {
    raw: Raw,
    batch: RawBatch,
    at: usize,
}

impl RawRecords {
    /// A reader of the records of a text.
    #[must_use]
    pub fn new(raw: Raw) -> Self {
        Self { raw, batch: RawBatch::default(), at: 0 }
    }

    /// The next record and its span; `None` after the last.
    ///
    /// # Errors
    ///
    /// See [`Raw::next_batch`].
    pub fn next_record(&mut self) -> Result<Option<(RecordSpan, &[u8])>> {
        if self.at == self.batch.spans.len() {
            let Some(batch) = self.raw.next_batch()? else { return Ok(None) };
            (self.batch, self.at) = (batch, 0);
        }
        let span = self.batch.spans[self.at];
        self.at += 1;
        Ok(Some((span, &self.batch.bytes[span.start..span.end])))
    }
}

/// The lines of a text that begins with its first record or its header.
#[must_use]
pub fn lines_of(reader: Box<dyn BufRead + Send>, sizes: &Sizes) -> HeadLines {
    HeadLines::new(reader, sizes.longest)
}
