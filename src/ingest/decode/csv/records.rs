//! Reads the records of a part, their canonical values as byte ranges.
//!
//! The `csv` crate defines a record. This reader is several times faster because it does one thing only: it copies only
//! values with doubled quotes, and skips message text 64 bytes at a time.

use memchr::{memchr, memchr_iter};

use super::CsvLayout;
use super::blocks::{Blocks, FieldBlock};
use crate::event::Column;
use crate::ingest::decode::cells::Cells;

/// A record of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// The line of its first byte in the part, counted from 1.
    pub line: u32,
    /// The number of its fields, canonical or not.
    pub fields: usize,
    /// The index of its first byte in the part.
    pub start: usize,
    /// The index after its last byte, without the line end.
    pub end: usize,
    /// Whether the part ends inside its last field, which is quoted.
    pub is_cut: bool,
}

/// Reads the records of a part in order.
#[derive(Debug)]
pub struct RecordReader<'p> {
    part: &'p [u8],
    delimiter: u8,
    columns: &'p [Option<Column>],
    blocks: Blocks<'p>,
    /// The current block. Its separators are those not yet read.
    block: FieldBlock,
    /// The start of the next record, or of an empty line before it.
    start: usize,
    /// The number of newlines before the next record.
    lines: u32,
    /// The current value with doubled quotes, unescaped.
    text: Vec<u8>,
}

impl<'p> RecordReader<'p> {
    /// A reader of a part that begins with a record. A byte-order mark counts as text here: that of the file is in no
    /// part.
    #[must_use]
    pub fn new(part: &'p [u8], layout: &'p CsvLayout) -> Self {
        Self {
            part,
            delimiter: layout.delimiter,
            columns: &layout.columns,
            blocks: Blocks::new(part, layout.delimiter),
            block: FieldBlock::default(),
            start: 0,
            lines: 0,
            text: Vec::new(),
        }
    }

    /// The number of line ends read so far.
    #[must_use]
    pub const fn lines(&self) -> u32 {
        self.lines
    }

    /// Reads the next record and puts its canonical values into `cells`. `None` after the last.
    pub fn next(&mut self, cells: &mut Cells) -> Option<Record> {
        cells.clear();
        let Self { part, delimiter, columns, mut block, .. } = *self;
        let mut is_odd = block.is_odd;
        let mut record = Record { line: self.lines + 1, fields: 0, start: self.start, end: 0, is_cut: false };
        let mut start = self.start;
        loop {
            while block.separators == 0 {
                let Some(next) = self.blocks.next() else {
                    self.block = block;
                    return self.last(cells, record, start);
                };
                is_odd |= next.is_odd;
                block = next;
            }
            let end = block.start + block.separators.trailing_zeros() as usize;
            block.separators &= block.separators - 1;
            let is_quoted = part[start] == b'"';
            if is_quoted && is_odd {
                self.set_odd(cells, record.fields, start, end);
            } else if let Some(&Some(column)) = columns.get(record.fields) {
                let quote = usize::from(is_quoted);
                cells.set(column, start + quote, end - quote);
            }
            record.fields += 1;
            start = end + 1;
            if part[end] == delimiter {
                continue;
            }
            self.lines += u32::from(part[end] == b'\n');
            if record.start < end {
                self.block = block;
                self.start = start;
                return Some(Record { end, ..record });
            }
            // An empty line, or the newline after a carriage return.
            record = Record { line: self.lines + 1, fields: 0, start, ..record };
        }
    }

    /// Reads the record that ends with the part, possibly inside quotes.
    #[cold]
    fn last(&mut self, cells: &mut Cells, record: Record, start: usize) -> Option<Record> {
        let end = self.part.len();
        self.start = end;
        self.set_odd(cells, record.fields, start, end);
        let is_cut = self.blocks.is_quoted();
        (record.start < end).then_some(Record { fields: record.fields + 1, end, is_cut, ..record })
    }

    /// Sets the value of a field of any form if its column is canonical, and counts the field's lines.
    #[inline(never)]
    fn set_odd(&mut self, cells: &mut Cells, field: usize, start: usize, end: usize) {
        let is_quoted = self.part.get(start) == Some(&b'"');
        if is_quoted {
            self.lines += short(memchr_iter(b'\n', &self.part[start..end]).count());
        }
        if let Some(&Some(column)) = self.columns.get(field) {
            if is_quoted {
                self.set_quoted(cells, column, start + 1, end);
            } else {
                cells.set(column, start, end);
            }
        }
    }

    /// Sets the value of a quoted field; `start` is after its opening quote.
    fn set_quoted(&mut self, cells: &mut Cells, column: Column, start: usize, end: usize) {
        let text = &self.part[start..end];
        match memchr(b'"', text) {
            // The part ends inside the field.
            None => cells.set(column, start, end),
            Some(quote) if quote + 1 == text.len() => cells.set(column, start, end - 1),
            Some(_) => {
                self.text.clear();
                unquote(text, &mut self.text);
                cells.set_unescaped(column, self.part.len(), &self.text);
            }
        }
    }
}

/// Appends the text of a quoted field from after its opening quote: a doubled quote becomes one quote, and text after
/// the closing quote is appended unchanged.
fn unquote(mut text: &[u8], out: &mut Vec<u8>) {
    while let Some(quote) = memchr(b'"', text) {
        let (before, behind) = (&text[..quote], &text[quote + 1..]);
        out.extend_from_slice(before);
        let Some(rest) = behind.strip_prefix(b"\"") else {
            out.extend_from_slice(behind);
            return;
        };
        out.push(b'"');
        text = rest;
    }
    out.extend_from_slice(text);
}

/// Cannot overflow: the cutter makes parts far shorter than 4 GiB.
#[expect(clippy::cast_possible_truncation, reason = "see above")]
const fn short(count: usize) -> u32 {
    count as u32
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::super::record_reader;
    use super::*;

    /// All fields have a canonical column, so that every field is checked.
    const COLUMNS: [Column; 4] = [Column::Ts, Column::Event, Column::Queue, Column::Channel];

    /// A record: its line, number of fields, the values of the first fields, and whether it is cut.
    type Expected = (u32, usize, Vec<Vec<u8>>, bool);

    fn layout() -> CsvLayout {
        CsvLayout { delimiter: b',', columns: COLUMNS.map(Some).into(), attributes: Arc::default(), doubled: None }
    }

    fn records(part: &[u8]) -> Vec<Expected> {
        let layout = layout();
        let mut reader = RecordReader::new(part, &layout);
        let mut cells = Cells::default();
        let mut read = Vec::new();
        while let Some(Record { line, fields, start, end, is_cut }) = reader.next(&mut cells) {
            assert_eq!(line, newlines(&part[..start]) + 1);
            assert!(start < end && !matches!(part[start], b'\n' | b'\r'));
            assert!(start == 0 || matches!(part[start - 1], b'\n' | b'\r'));
            assert!(end == part.len() || matches!(part[end], b'\n' | b'\r'));
            let values = COLUMNS.iter().map(|column| cells.get(part, *column).unwrap_or_default().to_vec());
            read.push((line, fields, values.collect(), is_cut));
        }
        assert_eq!(reader.next(&mut cells), None);
        assert_eq!(reader.lines(), newlines(part));
        read
    }

    /// The same, read by the `csv` crate. An empty line comes first because the crate would drop a byte-order mark at
    /// the start.
    fn records_of_crate(part: &[u8]) -> Vec<Expected> {
        let bytes = [b"\n", part].concat();
        let mut reader = record_reader(&bytes, b',');
        let mut record = csv::ByteRecord::new();
        let mut read = Vec::new();
        while reader.read_byte_record(&mut record).unwrap() {
            // The crate's position is before the empty lines that it skipped.
            let mut start = offset(record.position().unwrap());
            start += bytes[start..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            let end = offset(reader.position());
            let values = (0..COLUMNS.len()).map(|field| record.get(field).unwrap_or_default().to_vec());
            let is_cut = end == bytes.len() && is_quoted(&bytes[start..]);
            read.push((newlines(&bytes[..start]), record.len(), values.collect(), is_cut));
        }
        read
    }

    fn offset(position: &csv::Position) -> usize {
        usize::try_from(position.byte()).unwrap()
    }

    fn newlines(bytes: &[u8]) -> u32 {
        short(memchr_iter(b'\n', bytes).count())
    }

    /// Whether the last field of a record is quoted and not closed: then one more newline is text and does not end the
    /// record.
    fn is_quoted(record: &[u8]) -> bool {
        let fields = |end: &[u8]| {
            let bytes = [b"\n", record, end].concat();
            record_reader(&bytes, b',').byte_records().next().unwrap().unwrap().as_slice().to_vec()
        };
        fields(b"\n") != fields(b"")
    }

    fn assert_same(text: &str) {
        assert_eq!(records(text.as_bytes()), records_of_crate(text.as_bytes()), "{text:?}");
    }

    fn values(text: &str) -> Vec<Vec<String>> {
        let text_of = |value: &Vec<u8>| String::from_utf8(value.clone()).unwrap();
        records(text.as_bytes()).iter().map(|(.., values, _)| values.iter().map(text_of).collect()).collect()
    }

    #[test]
    fn quotes() {
        assert_eq!(values("a,\"b,c\",d\"e,\n"), [["a", "b,c", "d\"e", ""]]);
        assert_eq!(values("\"say \"\"ah\"\"\",\"\"\"\",\"\",\"x\"y\"z"), [["say \"ah\"", "\"", "", "xy\"z"]]);
        assert_eq!(values("\"a\nb\",\"open, \"\"still\n"), [["a\nb", "open, \"still\n", "", ""]]);
    }

    #[test]
    fn lines_of_records() {
        let lines = |text: &str| records(text.as_bytes()).iter().map(|record| record.0).collect::<Vec<_>>();
        assert_eq!(lines("a\nb\n"), [1, 2]);
        assert_eq!(lines("\n\r\n\na,b\r\n\r\n\"x\n\ny\"\r\nc"), [4, 6, 9]);
        assert_eq!(lines("a\rb\n\rc"), [1, 1, 2]);
        assert_eq!(lines("\n\r\n"), Vec::<u32>::new());
    }

    #[test]
    fn a_record_may_end_with_the_part() {
        let cut = |text: &str| records(text.as_bytes()).iter().map(|record| record.3).collect::<Vec<_>>();
        assert_eq!(cut("a\n\"b"), [false, true]);
        assert_eq!(cut("a\n\"b\""), [false, false]);
        assert_eq!(cut("a\n\"b\"\"\n"), [false, true]);
        assert_eq!(cut("a,\""), [true]);
        assert_eq!(cut("a,"), [false]);
    }

    /// Each special byte at each position of a block, and across the bounds of blocks.
    #[test]
    fn block_bounds_make_no_difference() {
        for before in 0..140 {
            for within in [0, 1, 15, 16, 31, 32, 62, 63, 64, 65, 130, 600] {
                let (before, within) = ("b".repeat(before), "w".repeat(within));
                for field in ["\"W\"", "\"W,\nW\"", "\"\"\"W\"\"W\"\"\"", "W\"W\"\"", "\"W\"W\"W", "\r\nW\n\r", "\"W"] {
                    let field = field.replace('W', &within);
                    assert_same(&format!("{before},{field},c\r\n\"d\",{field}"));
                    assert_same(&format!("{before}\n{field}"));
                }
            }
        }
    }

    #[test]
    fn a_column_that_is_not_canonical_is_skipped() {
        let layout = CsvLayout { columns: [None, Some(Column::Event)].into(), ..layout() };
        let part = b"\"a\n\",b,c\n,\"d\"\n";
        let mut reader = RecordReader::new(part, &layout);
        let mut cells = Cells::default();
        let first = Record { line: 1, fields: 3, start: 0, end: 8, is_cut: false };
        assert_eq!((reader.next(&mut cells), cells.get(part, Column::Event)), (Some(first), Some(&b"b"[..])));
        let second = Record { line: 3, fields: 2, start: 9, end: 13, is_cut: false };
        assert_eq!((reader.next(&mut cells), cells.get(part, Column::Event)), (Some(second), Some(&b"d"[..])));
        assert_eq!(cells.get(part, Column::Ts), None);
    }

    proptest! {
        // Every run has the same cases.
        #![proptest_config(ProptestConfig { cases: 4_000, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

        /// Records equal those of the `csv` crate.
        #[test]
        fn records_are_those_of_the_crate(text in "[a,\"\n\ré\u{feff}]{0,40}") {
            assert_same(&text);
        }

        /// The same for records longer than a block, with quotes in allowed and in other places.
        #[test]
        fn long_records_are_those_of_the_crate(
            pieces in prop::collection::vec("a{0,40}|\"[a,\n]{0,30}\"|,|,|\n|\r\n|\"|\"\"|é", 0..80)
        ) {
            assert_same(&pieces.concat());
        }
    }
}
