//! Cuts text into pieces that begin and end between records, whatever size is requested.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Result, Seek};

use memchr::{memchr, memrchr};

use super::buffer::Buffer;
use super::csv::{NextRecord, RowRules, SettledRecords, settle};
use crate::ingest::source::Reopen;

/// How stray quotes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strays {
    /// The piece has no stray quotes.
    None,
    /// The file quotes fields, so their row is malformed.
    Malformed,
    /// The file quotes no field, so they are ordinary characters.
    Characters,
}

/// The facts about a piece besides its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// How stray quotes are read.
    pub strays: Strays,
    /// Lines that are rejected individually: they begin a quoted field that continues over rows.
    pub alone: Vec<(usize, usize)>,
    /// Whether the text ends inside a quoted field of this piece's last record.
    pub ends_quoted: bool,
    /// The piece is a record that is too long; its bytes were skipped. The value is its number of lines.
    pub too_long: Option<u32>,
    /// If set, a record may be too long: the limit, in bytes.
    pub longest: Option<usize>,
}

/// Whether a file quotes fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoting {
    /// No field so far is wholly enclosed in quotes.
    Unknown,
    /// A field is.
    Quotes,
    /// No field of the file is.
    Plain,
}

/// Cuts text into pieces.
pub struct Pieces {
    reader: Box<dyn BufRead + Send>,
    /// The form of rows; `None` if each line is a record.
    rules: Option<RowRules>,
    longest: usize,
    quoting: Quoting,
    /// Opens the text again to look for a quoted field. If `None`, the text ahead is kept in a temporary file.
    reopen: Option<Reopen>,
    /// Whether only quoted fields are searched for.
    is_survey: bool,
    /// Bytes of the text before the next piece.
    passed: u64,
    /// Bytes read that belong to the next piece.
    rest: Vec<u8>,
    size: usize,
    /// The size of the next piece, in bytes.
    next_size: usize,
    is_done: bool,
}

/// The size of the first piece, in bytes. Each piece is twice as long as the one before, up to the requested size: so
/// all readers start early, and even a small log has a piece for each.
const FIRST_SIZE: usize = 1 << 18;

/// The number of bytes read at a time of a record that is skipped: more than are needed to recognise the start of a
/// row.
const REFILL: usize = 1 << 18;

impl Pieces {
    /// Pieces of about `size` bytes, the first ones shorter, of lines up to `longest` bytes.
    #[must_use]
    pub fn lines(reader: Box<dyn BufRead + Send>, size: usize, longest: usize) -> Self {
        let size = size.max(1);
        Self {
            reader,
            rules: None,
            longest,
            quoting: Quoting::Unknown,
            reopen: None,
            is_survey: false,
            passed: 0,
            rest: Vec::new(),
            size,
            next_size: size.min(FIRST_SIZE),
            is_done: false,
        }
    }

    /// The same for CSV records after a header.
    #[must_use]
    pub fn records(
        reader: Box<dyn BufRead + Send>,
        size: usize,
        rules: RowRules,
        header: &[u8],
        reopen: Option<Reopen>,
    ) -> Self {
        let quoting = if settle(header, true, &rules).encloses { Quoting::Quotes } else { Quoting::Unknown };
        let pieces = Self::lines(reader, size, rules.longest);
        Self { rules: Some(rules), quoting, reopen, ..pieces }
    }

    /// Starts after `passed` bytes of the text, of which the bytes `read` were read already.
    #[must_use]
    pub fn starting_after(self, passed: u64, read: Vec<u8>) -> Self {
        Self { passed, rest: read, ..self }
    }

    /// Reads the next piece into `buffer`; `None` after the last.
    ///
    /// # Errors
    ///
    /// If the source cannot be read or decompressed.
    pub fn next(&mut self, buffer: &mut Buffer) -> Result<Option<Piece>> {
        if self.is_done {
            return Ok(None);
        }
        buffer.restart(&self.rest, self.size);
        self.rest.clear();
        let mut wanted = self.next_size.max(buffer.part().len());
        self.next_size = self.size.min(2 * self.next_size);
        loop {
            let is_last = !buffer.fill(&mut self.reader, wanted)?;
            let settled = match &self.rules {
                Some(rules) => settle(buffer.part(), is_last, rules),
                None => whole_lines(buffer.part(), is_last, self.longest),
            };
            if settled.encloses {
                self.quoting = Quoting::Quotes;
            }
            match settled.next {
                NextRecord::Long if settled.end == 0 => return self.pass_over(buffer).map(Some),
                NextRecord::More if settled.end == 0 => wanted = 2 * wanted.max(buffer.part().len()),
                NextRecord::Long | NextRecord::More | NextRecord::End => {
                    let strays = if settled.has_strays { self.strays(buffer)? } else { Strays::None };
                    buffer.split_off(settled.end, &mut self.rest);
                    self.passed += settled.end as u64;
                    self.is_done = is_last && self.rest.is_empty();
                    let longest = Some(self.longest).filter(|longest| settled.end > *longest);
                    let SettledRecords { alone, ends_quoted, .. } = settled;
                    return Ok(Some(Piece { strays, alone, ends_quoted, too_long: None, longest }));
                }
            }
        }
    }

    /// How stray quotes are read, which depends on the file as a whole.
    fn strays(&mut self, buffer: &Buffer) -> Result<Strays> {
        if self.quoting == Quoting::Unknown && !self.is_survey {
            self.quoting = self.look_ahead(buffer)?;
        }
        Ok(match self.quoting {
            Quoting::Unknown => Strays::None,
            Quoting::Quotes => Strays::Malformed,
            Quoting::Plain => Strays::Characters,
        })
    }

    /// Looks for a quoted field, starting with the bytes of the buffer.
    fn look_ahead(&mut self, buffer: &Buffer) -> Result<Quoting> {
        let mut kept = None;
        let reader: Box<dyn BufRead + Send> = if let Some(reopen) = &self.reopen {
            reopen(self.passed)?
        } else {
            let mut file = tempfile::tempfile()?;
            std::io::copy(&mut self.reader, &mut file)?;
            file.rewind()?;
            kept = Some(file.try_clone()?);
            Box::new(Cursor::new(buffer.part().to_vec()).chain(BufReader::new(file)))
        };
        let lines = Self::lines(reader, self.size, self.longest);
        let mut survey = Self { rules: self.rules.clone(), is_survey: true, ..lines };
        let mut ahead = Buffer::default();
        while survey.quoting == Quoting::Unknown && survey.next(&mut ahead)?.is_some() {}
        if let Some(file) = kept {
            self.reader = rewound(file)?;
        }
        Ok(if survey.quoting == Quoting::Unknown { Quoting::Plain } else { survey.quoting })
    }

    /// Skips a record that is too long: to its end, or to the first line on which a row begins.
    fn pass_over(&mut self, buffer: &mut Buffer) -> Result<Piece> {
        let (mut at, mut lines, mut from) = (InRecord::Begin, 0, 0);
        loop {
            let ahead = &buffer.part()[from..];
            let newline = memchr(b'\n', ahead);
            let length = newline.map_or(ahead.len(), |newline| newline + 1);
            if let Some(rules) = &self.rules {
                at = at.pass(&ahead[..length], rules);
            }
            lines += u32::from(newline.is_some());
            self.passed += length as u64;
            from += length;
            let is_over = newline.is_some() && (at != InRecord::Quoted || self.is_at_row(buffer, &mut from)?);
            if !is_over && from == buffer.part().len() {
                buffer.skip(std::mem::take(&mut from));
                self.is_done = !buffer.fill(&mut self.reader, REFILL)? && buffer.part().is_empty();
            }
            if is_over || self.is_done {
                buffer.split_off(from, &mut self.rest);
                buffer.skip(from);
                let alone = Vec::new();
                return Ok(Piece {
                    strays: Strays::None,
                    alone,
                    ends_quoted: false,
                    too_long: Some(lines),
                    longest: None,
                });
            }
        }
    }

    /// Whether a row begins at a position of the buffer. Fills the buffer as far as needed.
    fn is_at_row(&mut self, buffer: &mut Buffer, from: &mut usize) -> Result<bool> {
        let Some(rules) = &self.rules else { return Ok(true) };
        let mut is_last = false;
        loop {
            if let Some(is_row) = rules.row_begins(buffer.part(), *from, is_last) {
                return Ok(is_row);
            }
            buffer.skip(std::mem::take(from));
            is_last = !buffer.fill(&mut self.reader, REFILL)?;
        }
    }
}

fn rewound(mut file: File) -> Result<Box<dyn BufRead + Send>> {
    file.rewind()?;
    Ok(Box::new(BufReader::with_capacity(1 << 18, file)))
}

/// Complete lines: only a newline ends one.
fn whole_lines(bytes: &[u8], is_last: bool, longest: usize) -> SettledRecords {
    let end = if is_last { bytes.len() } else { memrchr(b'\n', bytes).map_or(0, |newline| newline + 1) };
    let next = match (is_last, bytes.len() - end > longest) {
        (true, _) => NextRecord::End,
        (false, true) => NextRecord::Long,
        (false, false) => NextRecord::More,
    };
    SettledRecords { end, alone: Vec::new(), has_strays: false, encloses: false, ends_quoted: false, next }
}

/// The position within a record at which the bytes so far end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InRecord {
    /// At the start of a field.
    Begin,
    /// In an unquoted field, or after the closing quote of a quoted one.
    Text,
    /// In a quoted field.
    Quoted,
    /// After a quote in a quoted field: the next byte shows whether it is doubled or closes the field.
    Quote,
    /// After a carriage return that ended the record: the rest of the line is skipped with it.
    Over,
}

impl InRecord {
    /// The position after further bytes.
    fn pass(self, bytes: &[u8], rules: &RowRules) -> Self {
        bytes.iter().fold(self, |at, &byte| match at {
            Self::Over => Self::Over,
            Self::Quoted if byte == rules.marks.quote => Self::Quote,
            Self::Begin | Self::Quote if byte == rules.marks.quote => Self::Quoted,
            Self::Quoted => Self::Quoted,
            Self::Begin | Self::Text | Self::Quote if byte == b'\r' => Self::Over,
            Self::Begin | Self::Text | Self::Quote if rules.marks.separates(byte) => Self::Begin,
            Self::Begin | Self::Text | Self::Quote => Self::Text,
        })
    }
}
