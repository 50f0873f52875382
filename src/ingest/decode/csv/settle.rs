//! Finds the settled records of some bytes: their ends do not depend on the bytes that follow, so a text can be cut
//! there.
//!
//! A newline ends a record unless it is in a quoted field. A quoted field spans lines only if its record is a row:
//! closed, without a stray quote, as wide as the header. If it is not, and a row begins on one of its lines, its quote
//! was lost or is one too many: the first line alone is not a row, and reading continues with the second line. All this is
//! decided by the record's first byte and a bounded number of bytes after it, so it does not depend on where a text is
//! cut.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::reading::{ReadStop, RecordExtent, RecordReading, Separators, plain_fields, quoted_fields, read_record};

/// The number of bytes from the start of a line within which a row must end to be recognised inside a broken quoted
/// field.
const LOOK_AHEAD: usize = 1 << 16;

/// Checks whether fields are those of a row: they hold an instant and an event.
pub type IsRow = dyn Fn(&[Cow<'_, [u8]>]) -> bool + Send + Sync;

/// The form of a file's rows.
#[derive(Clone)]
pub struct RowRules {
    /// The bytes that separate and enclose fields.
    pub marks: Separators,
    /// The number of fields.
    pub width: usize,
    /// Whether a row may have fewer fields, because trailing ones are omitted.
    pub is_ragged: bool,
    /// The longest row allowed, in bytes.
    pub longest: usize,
    /// Checks whether fields, as many as the header has, are those of a row.
    pub is_row: Arc<IsRow>,
}

impl fmt::Debug for RowRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules").field("marks", &self.marks).field("width", &self.width).finish_non_exhaustive()
    }
}

/// The text after the settled records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextRecord {
    /// A record that needs more bytes to be settled, or nothing yet.
    More,
    /// A record that is longer than allowed.
    Long,
    /// The end of the text.
    End,
}

/// The settled records of some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledRecords {
    /// The index after the last of them.
    pub end: usize,
    /// Lines that are not rows: they begin a quoted field that continues over rows.
    pub alone: Vec<(usize, usize)>,
    /// Whether quotes may be misplaced.
    pub has_strays: bool,
    /// Whether a field is wholly enclosed in quotes, in a row as wide as the header.
    pub encloses: bool,
    /// Whether the text ends inside a quoted field of the last record.
    pub ends_quoted: bool,
    /// The text after them.
    pub next: NextRecord,
}

/// Settles the records of bytes that begin with a record. `is_last` means that the text ends with the bytes.
#[must_use]
pub fn settle(bytes: &[u8], is_last: bool, rules: &RowRules) -> SettledRecords {
    let settled = SettledRecords {
        end: 0,
        alone: Vec::new(),
        has_strays: false,
        encloses: false,
        ends_quoted: false,
        next: NextRecord::More,
    };
    Settling { bytes, is_last, rules, settled, at: 0, start: 0, row_at: 0, seen: 0 }.run()
}

struct Settling<'b> {
    bytes: &'b [u8],
    is_last: bool,
    rules: &'b RowRules,
    settled: SettledRecords,
    /// The bytes before this index are checked; no quoted field is open here.
    at: usize,
    /// The index after the last newline that ends a record.
    start: usize,
    /// The last known start of a row after a broken field. No row begins between that field and this index.
    row_at: usize,
    /// Records before this index were checked for enclosed fields.
    seen: usize,
}

/// Whether there is more to settle.
enum SettleStep {
    On,
    Stop,
}

impl Settling<'_> {
    fn run(mut self) -> SettledRecords {
        while let SettleStep::On = self.step() {}
        self.settled
    }

    /// Advances to the next quoted field, and past it.
    fn step(&mut self) -> SettleStep {
        let (bytes, marks) = (self.bytes, self.rules.marks);
        let (quote, has_strays) = opening_quote(bytes, self.at, marks);
        self.settled.has_strays |= has_strays;
        let plain = &bytes[self.at..quote.unwrap_or(bytes.len())];
        if let Some(newline) = memrchr(b'\n', plain) {
            self.start = self.at + newline + 1;
        }
        let Some(quote) = quote else { return self.rest() };
        // A field that ends on its line, as nearly all do.
        let mut from = quote + 1;
        loop {
            match bytes.get(from..).and_then(|rest| memchr2(marks.quote, b'\n', rest)).map(|length| from + length) {
                None if !self.is_last => return self.rest(),
                Some(found) if bytes[found] == marks.quote => match bytes.get(found + 1) {
                    None if !self.is_last => return self.rest(),
                    Some(next) if *next == marks.quote => from = found + 2,
                    behind => {
                        let is_closed = behind.is_none_or(|next| marks.separates(*next));
                        if is_closed && !self.settled.encloses {
                            self.see_enclosed(quote);
                        }
                        self.settled.has_strays |= !is_closed;
                        self.at = found + 1;
                        return SettleStep::On;
                    }
                },
                None | Some(_) => return self.over_lines(quote, from),
            }
        }
    }

    /// Notes that a field is enclosed. This shows how the file is written only if the row is as wide as the header: in
    /// a file without quoting, a stray quote or delimiter may enclose a word by chance.
    #[cold]
    fn see_enclosed(&mut self, quote: usize) {
        if quote < self.seen {
            return;
        }
        let begin = self.begin_of(quote);
        let stop = ReadStop { longest: self.rules.longest, ..ReadStop::NEVER };
        let reading = read_record(self.bytes, begin, self.is_last, self.rules.marks, stop);
        self.seen = reading.end;
        self.settled.encloses =
            reading.extent == RecordExtent::Whole && reading.stray.is_none() && self.rules.fits(reading.fields);
    }

    /// Handles the rest as one record, which may be incomplete.
    fn rest(&mut self) -> SettleStep {
        let mut start = self.start;
        if self.bytes.len() - start > self.rules.longest {
            start = self.begin_of(self.bytes.len());
        }
        self.settled.next = if self.bytes.len() - start > self.rules.longest {
            NextRecord::Long
        } else if self.is_last {
            NextRecord::End
        } else {
            NextRecord::More
        };
        self.settled.end = if self.settled.next == NextRecord::End { self.bytes.len() } else { start };
        SettleStep::Stop
    }

    /// Advances past a record whose quoted field, from `quote` on, holds a newline or does not end. It has no newline
    /// before `from`.
    fn over_lines(&mut self, quote: usize, from: usize) -> SettleStep {
        if let Some(end) = self.plain_row(quote, from) {
            self.settled.encloses = true;
            (self.at, self.start) = (end, end);
            return SettleStep::On;
        }
        let begin = self.begin_of(quote);
        let row_at = if self.is_row_known(begin) { self.row_at } else { usize::MAX };
        let stop = ReadStop { longest: self.rules.longest, width: self.rules.width, row_at };
        let reading = read_record(self.bytes, begin, self.is_last, self.rules.marks, stop);
        match reading.extent {
            RecordExtent::Cut => return self.rest_at(begin, NextRecord::More),
            RecordExtent::Whole if reading.stray.is_none() && self.rules.fits(reading.fields) => {
                self.settled.encloses = true;
                (self.at, self.start) = (reading.end, reading.end);
                return SettleStep::On;
            }
            RecordExtent::Whole | RecordExtent::Open | RecordExtent::Long | RecordExtent::Broken => {}
        }
        match self.find_row(begin, &reading) {
            None => self.rest_at(begin, NextRecord::More),
            Some(true) => {
                let end = memchr(b'\n', &self.bytes[begin..]).map_or(self.bytes.len(), |length| begin + length + 1);
                self.settled.alone.push((begin, end));
                (self.at, self.start) = (end, end);
                SettleStep::On
            }
            Some(false) if reading.extent == RecordExtent::Long => self.rest_at(begin, NextRecord::Long),
            Some(false) => {
                self.settled.has_strays = true;
                self.settled.ends_quoted = reading.extent == RecordExtent::Open;
                (self.at, self.start) = (reading.end, reading.end);
                SettleStep::On
            }
        }
    }

    fn rest_at(&mut self, begin: usize, next: NextRecord) -> SettleStep {
        (self.settled.end, self.settled.next) = (begin, next);
        SettleStep::Stop
    }

    /// The end of a usual row with a field over several lines: it has no other quotes and is as wide as the header.
    fn plain_row(&self, quote: usize, from: usize) -> Option<usize> {
        let (bytes, Separators { delimiter, quote: mark }) = (self.bytes, self.rules.marks);
        let before = &bytes[self.start..quote];
        let mut from = from;
        let close = loop {
            let found = from + memchr(mark, &bytes[from..])?;
            if bytes.get(found + 1)? != &mark {
                break found;
            }
            from = found + 2;
        };
        let length = memchr(b'\n', &bytes[close + 1..])?;
        let end = close + 1 + length;
        let behind = &bytes[close + 1..end];
        let behind = behind.strip_suffix(b"\r").unwrap_or(behind);
        let is_plain = memchr2(mark, b'\r', before).is_none()
            && memchr2(mark, b'\r', behind).is_none()
            && behind.first().is_none_or(|next| *next == delimiter);
        let delimiters = || memchr_iter(delimiter, before).count() + memchr_iter(delimiter, behind).count();
        let is_row = is_plain && end - self.start <= self.rules.longest && self.rules.fits(delimiters() + 1);
        is_row.then_some(end + 1)
    }

    /// The start of the record that contains a quote. A lone carriage return also ends a record.
    fn begin_of(&self, quote: usize) -> usize {
        let mut begin = self.start;
        if memchr(b'\r', &self.bytes[begin..quote]).is_none() {
            return begin;
        }
        while begin < quote {
            let reading = read_record(self.bytes, begin, self.is_last, self.rules.marks, ReadStop::NEVER);
            if reading.extent != RecordExtent::Whole || reading.end > quote {
                return begin;
            }
            begin = reading.end;
        }
        begin
    }

    /// Whether a row is known to begin after `begin`, within the search range.
    const fn is_row_known(&self, begin: usize) -> bool {
        begin < self.row_at && self.row_at <= begin.saturating_add(self.rules.longest)
    }

    /// Whether a row begins on one of the further lines of a record; `None` if more bytes are needed to decide.
    fn find_row(&mut self, begin: usize, reading: &RecordReading) -> Option<bool> {
        if self.is_row_known(begin) && self.row_at < reading.end {
            return Some(true);
        }
        let end = reading.end.min(begin.saturating_add(self.rules.longest)).min(self.bytes.len());
        for newline in memchr_iter(b'\n', &self.bytes[begin..end]) {
            let line = begin + newline + 1;
            if line < reading.end && self.rules.row_begins(self.bytes, line, self.is_last)? {
                self.row_at = line;
                return Some(true);
            }
        }
        Some(false)
    }
}

impl RowRules {
    /// Whether a row may have this number of fields.
    #[must_use]
    pub const fn fits(&self, fields: usize) -> bool {
        fields == self.width || (self.is_ragged && fields < self.width)
    }

    /// Whether a row begins with this line: either the record read from here is a row, or the line is one if its quotes
    /// are ordinary characters. `None` if more bytes are needed to decide.
    #[must_use]
    pub fn row_begins(&self, bytes: &[u8], line: usize, is_last: bool) -> Option<bool> {
        let ahead = &bytes[line..];
        let length = memchr(b'\n', &ahead[..ahead.len().min(LOOK_AHEAD)]);
        let text = match length {
            Some(length) => &ahead[..length],
            None if ahead.len() >= LOOK_AHEAD => return Some(false),
            None if !is_last => return None,
            None => ahead,
        };
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let of_line = || plain_fields(text, self.marks.delimiter).map(|(from, to)| self.bare(&text[from..to]));
        if self.fits(of_line().count()) && (self.is_row)(&of_line().map(Cow::Borrowed).collect::<Vec<_>>()) {
            return Some(true);
        }
        if memchr(self.marks.quote, text).is_none() {
            return Some(false);
        }
        let (ahead, is_whole) = (&ahead[..ahead.len().min(LOOK_AHEAD)], is_last && ahead.len() <= LOOK_AHEAD);
        let stop = ReadStop { longest: LOOK_AHEAD - 1, width: self.width, row_at: 0 };
        let reading = read_record(ahead, 0, is_whole, self.marks, stop);
        match reading.extent {
            RecordExtent::Cut if ahead.len() < LOOK_AHEAD => None,
            RecordExtent::Whole if reading.stray.is_none() && self.fits(reading.fields) => {
                let record = without_end(&ahead[..reading.end]);
                Some((self.is_row)(&quoted_fields(record, self.marks)))
            }
            RecordExtent::Whole
            | RecordExtent::Cut
            | RecordExtent::Open
            | RecordExtent::Long
            | RecordExtent::Broken => Some(false),
        }
    }

    /// A field without its enclosing quotes.
    fn bare<'f>(&self, field: &'f [u8]) -> &'f [u8] {
        let quote = &[self.marks.quote];
        let field = field.strip_prefix(quote).unwrap_or(field);
        field.strip_suffix(quote).unwrap_or(field)
    }
}

/// A record without its line end.
#[must_use]
pub fn without_end(record: &[u8]) -> &[u8] {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    record.strip_suffix(b"\r").unwrap_or(record)
}

/// The index of the next quote that is the first byte of a field, and whether unquoted fields before it contain quotes.
fn opening_quote(bytes: &[u8], from: usize, marks: Separators) -> (Option<usize>, bool) {
    let (mut at, mut has_strays) = (from, false);
    while let Some(length) = memchr(marks.quote, &bytes[at..]) {
        let quote = at + length;
        if quote.checked_sub(1).is_none_or(|before| marks.separates(bytes[before])) {
            return (Some(quote), has_strays);
        }
        has_strays = true;
        at = quote + 1;
    }
    (None, has_strays)
}
