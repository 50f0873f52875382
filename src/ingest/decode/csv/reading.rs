//! Reads one CSV record from its first byte, when more bytes may follow: its end, its number of fields, and any stray
//! quotes.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr3};

/// The bytes that separate and enclose fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Separators {
    /// The byte between fields.
    pub delimiter: u8,
    /// The byte around quoted fields.
    pub quote: u8,
}

impl Separators {
    /// Whether a byte ends a field.
    #[must_use]
    pub const fn separates(self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n' || byte == b'\r'
    }
}

/// How far a record was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordExtent {
    /// To the end of the record.
    Whole,
    /// The text ends inside a quoted field.
    Open,
    /// The bytes end before the record does, but the text continues.
    Cut,
    /// The record is longer than a record may be.
    Long,
    /// The record is not a row, and it continues past a place at which the caller knows that a row begins.
    Broken,
}

/// A misplaced quote in a file that quotes fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stray {
    /// A quote inside a field that is not quoted.
    Inside,
    /// Text after the quote that closes a field.
    After,
}

impl Stray {
    /// The fault, in words for people.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Inside => "a quote inside an unquoted field",
            Self::After => "text after the closing quote of a field",
        }
    }
}

/// The result of reading a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordReading {
    /// How far the record was read.
    pub extent: RecordExtent,
    /// The index after its line end: a newline, a carriage return, or both.
    pub end: usize,
    /// The number of its fields.
    pub fields: usize,
    /// The first misplaced quote.
    pub stray: Option<Stray>,
    /// Whether a quoted field of the record holds a newline.
    pub has_newline: bool,
}

/// Limits that stop reading early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadStop {
    /// The longest record allowed, in bytes.
    pub longest: usize,
    /// The number of fields of a row.
    pub width: usize,
    /// The index of a byte at which a row is known to begin.
    pub row_at: usize,
}

impl ReadStop {
    /// No limit.
    pub const NEVER: Self = Self { longest: usize::MAX, width: usize::MAX, row_at: usize::MAX };
}

/// Reads the record that begins at `start`. `is_last` means that the text ends with the bytes.
#[must_use]
pub fn read_record(bytes: &[u8], start: usize, is_last: bool, marks: Separators, stop: ReadStop) -> RecordReading {
    let mut reading =
        RecordReading { extent: RecordExtent::Whole, end: bytes.len(), fields: 1, stray: None, has_newline: false };
    let mut at = start;
    let cut = |reading: RecordReading| {
        let extent = if bytes.len() - start > stop.longest { RecordExtent::Long } else { RecordExtent::Cut };
        RecordReading { extent, end: bytes.len(), ..reading }
    };
    loop {
        let mut behind_quote = false;
        if bytes.get(at) == Some(&marks.quote) {
            let Ok(close) = closing_quote(bytes, at + 1, is_last, marks.quote) else {
                reading.has_newline |= memchr(b'\n', &bytes[at..]).is_some();
                let reading = cut(reading);
                let is_open = is_last && reading.extent == RecordExtent::Cut;
                return if is_open { RecordReading { extent: RecordExtent::Open, ..reading } } else { reading };
            };
            reading.has_newline |= memchr(b'\n', &bytes[at..close]).is_some();
            behind_quote = true;
            at = close + 1;
        }
        let end = memchr3(marks.delimiter, b'\n', b'\r', &bytes[at..]).map(|length| at + length);
        let rest = &bytes[at..end.unwrap_or(bytes.len())];
        if reading.stray.is_none() {
            reading.stray = match (behind_quote, memchr(marks.quote, rest).is_some()) {
                (true, _) if !rest.is_empty() => Some(Stray::After),
                (false, true) => Some(Stray::Inside),
                (true | false, _) => None,
            };
        }
        let is_broken = reading.stray.is_some() || reading.fields > stop.width;
        match end {
            Some(end) if is_broken && end > stop.row_at => {
                return RecordReading { extent: RecordExtent::Broken, end, ..reading };
            }
            Some(end) if bytes[end] == marks.delimiter => {
                reading.fields += 1;
                at = end + 1;
            }
            Some(end) if end - start > stop.longest => return RecordReading { extent: RecordExtent::Long, ..reading },
            Some(end) => {
                let is_both = bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n');
                // It is not known yet whether a newline follows the last byte.
                if bytes[end] == b'\r' && end + 1 == bytes.len() && !is_last {
                    return cut(reading);
                }
                return RecordReading { end: end + 1 + usize::from(is_both), ..reading };
            }
            None if is_last && bytes.len() - start <= stop.longest => return reading,
            None => return cut(reading),
        }
    }
}

/// No quote in the bytes closes the field, or only the byte after them shows whether the last quote does.
pub(super) struct NoClose;

/// The index of the quote that closes a field. A doubled quote is a quote in the text.
fn closing_quote(bytes: &[u8], from: usize, is_last: bool, quote: u8) -> Result<usize, NoClose> {
    let mut at = from;
    loop {
        let found = at + bytes.get(at..).and_then(|rest| memchr(quote, rest)).ok_or(NoClose)?;
        match bytes.get(found + 1) {
            None if !is_last => return Err(NoClose),
            Some(next) if *next == quote => at = found + 2,
            None | Some(_) => return Ok(found),
        }
    }
}

/// The unquoted fields of a record without its line end, in a file that quotes fields.
#[must_use]
pub fn quoted_fields(record: &[u8], marks: Separators) -> Vec<Cow<'_, [u8]>> {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let end_of =
            |from: usize| memchr(marks.delimiter, &record[from..]).map_or(record.len(), |length| from + length);
        let end = if record.get(at) == Some(&marks.quote) {
            match closing_quote(record, at + 1, true, marks.quote) {
                Ok(close) => end_of(close + 1),
                Err(NoClose) => record.len(),
            }
        } else {
            end_of(at)
        };
        fields.push(unquoted(&record[at..end], marks.quote));
        if end == record.len() {
            return fields;
        }
        at = end + 1;
    }
}

/// The text of a field, without the quotes around it and with doubled quotes as one.
fn unquoted(field: &[u8], quote: u8) -> Cow<'_, [u8]> {
    let Some(inside) = field.strip_prefix(&[quote]) else { return Cow::Borrowed(field) };
    if memchr(quote, inside) == inside.len().checked_sub(1) {
        return Cow::Borrowed(&inside[..inside.len() - 1]);
    }
    let (mut text, mut from) = (Vec::with_capacity(inside.len()), 0);
    while let Some(length) = memchr(quote, &inside[from..]) {
        text.extend_from_slice(&inside[from..from + length]);
        from += length + 1;
        if inside.get(from) != Some(&quote) {
            break;
        }
        text.push(quote);
        from += 1;
    }
    text.extend_from_slice(&inside[from..]);
    Cow::Owned(text)
}

/// The byte ranges of the fields of a line in a file without quoting: a quote is an ordinary character.
pub fn plain_fields(line: &[u8], delimiter: u8) -> impl Iterator<Item = (usize, usize)> {
    let ends = memchr_iter(delimiter, line).chain(std::iter::once(line.len()));
    let mut start = 0;
    ends.map(move |end| (std::mem::replace(&mut start, end + 1), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: Separators = Separators { delimiter: b',', quote: b'"' };

    fn read(text: &str) -> RecordReading {
        read_record(text.as_bytes(), 0, true, MARKS, ReadStop::NEVER)
    }

    #[test]
    fn stray_quotes_are_distinguished() {
        assert_eq!(read("a,5\" tube,c\nd").stray, Some(Stray::Inside));
        assert_eq!(read("a,\"b\"c,d").stray, Some(Stray::After));
        assert_eq!(read("a,\"b \"\"c\"\"\",\"\"\n").stray, None);
        assert_eq!(
            read("a,\"b\n\"c,\"d\"\ne"),
            RecordReading {
                extent: RecordExtent::Whole,
                end: 12,
                fields: 3,
                stray: Some(Stray::After),
                has_newline: true
            }
        );
    }

    #[test]
    fn bytes_that_end_too_early_ask_for_more() {
        let text = b"a,\"b\"\"\n\",c\r\nd";
        for end in 0..text.len() {
            let reading = read_record(&text[..end], 0, false, MARKS, ReadStop::NEVER);
            assert_eq!(reading.extent, if end < 12 { RecordExtent::Cut } else { RecordExtent::Whole }, "{end}");
        }
        assert_eq!(read_record(text, 0, false, MARKS, ReadStop::NEVER).end, 12);
        assert_eq!(read("a,\"b\nc").extent, RecordExtent::Open);
        let stop = |longest| ReadStop { longest, ..ReadStop::NEVER };
        assert_eq!(read_record(text, 0, false, MARKS, stop(9)).extent, RecordExtent::Long);
        assert_eq!(read_record(text, 0, false, MARKS, stop(10)).extent, RecordExtent::Whole);
    }

    #[test]
    fn fields_are_read_as_intended() {
        let fields = |text: &'static str| -> Vec<String> {
            let fields = quoted_fields(text.as_bytes(), MARKS);
            fields.iter().map(|field| String::from_utf8(field.to_vec()).unwrap()).collect()
        };
        assert_eq!(fields("a,\"b,\"\"c\"\"\",,\"\""), ["a", "b,\"c\"", "", ""]);
        assert_eq!(fields("\"a\"b,c\"d,\"e"), ["ab", "c\"d", "e"]);
        let plain: Vec<&str> = plain_fields(b"\"a,b\",", b',').map(|(from, to)| &"\"a,b\","[from..to]).collect();
        assert_eq!(plain, ["\"a", "b\"", ""]);
    }
}
