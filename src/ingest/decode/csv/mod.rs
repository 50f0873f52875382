//! CSV: reads the columns of the header, finds where records end so that a file can be cut into parts, and reads the
//! records of a part.
//!
//! A quote opens a quoted field only as the first byte of a field. Records are defined by the `csv` crate, which reads
//! the header.

mod blocks;
mod ends;
mod reading;
mod records;
mod settle;

use std::borrow::Cow;
use std::sync::Arc;

pub use self::ends::record_ends;
pub use self::reading::{ReadStop, RecordExtent, Separators, plain_fields, read_record};
pub use self::records::{Record, RecordReader};
pub use self::settle::{IsRow, NextRecord, RowRules, SettledRecords, settle, without_end};
use crate::event::{Column, Kind};
use crate::ingest::decode::timestamp;
use crate::time::Zone;

/// The layout of the rows of one CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvLayout {
    /// Comma, semicolon, tab or bar.
    pub delimiter: u8,
    /// The canonical column of each field.
    pub columns: Arc<[Option<Column>]>,
    /// The fields that are attributes, in the order of attributes.
    pub attributes: Arc<[AttributeField]>,
    /// A canonical column that appears twice in the header: it makes every row malformed.
    pub doubled: Option<Column>,
}

/// A field of records that is an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributeField {
    /// The index of the attribute in the names given.
    pub attribute: usize,
    /// The index of the field among those that are attributes.
    pub index: usize,
}

/// The delimiters that are recognised. The first wins if the header has no canonical column.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

impl CsvLayout {
    /// The layout of a header line: its delimiter is the one that yields most canonical columns.
    #[must_use]
    pub fn of_header(header: &[u8]) -> Self {
        let layouts = DELIMITERS.map(|delimiter| Self::with_delimiter(header, delimiter));
        let known = |layout: &Self| layout.columns.iter().flatten().count();
        let most = layouts.iter().map(known).max().unwrap_or(0);
        let best = layouts.iter().find(|layout| known(layout) == most);
        best.unwrap_or(&layouts[0]).clone()
    }

    /// The same layout, with the fields of these names as attributes.
    #[must_use]
    pub fn with_attributes(mut self, header: &[u8], names: &[&'static str]) -> Self {
        if names.is_empty() {
            return self;
        }
        let found: Vec<Option<usize>> = header_fields(header, self.delimiter)
            .iter()
            .map(|name| names.iter().position(|attribute| attribute.as_bytes() == name))
            .collect();
        let column = |(column, found): (&Option<Column>, &Option<usize>)| column.or(found.map(|_| Column::Attributes));
        let is_own = |(column, found): (&Option<Column>, &Option<usize>)| found.filter(|_| column.is_none());
        let own = self.columns.iter().zip(&found).filter_map(is_own).enumerate();
        let mut attributes: Vec<_> = own.map(|(index, attribute)| AttributeField { attribute, index }).collect();
        attributes.sort_unstable();
        self.attributes = attributes.into();
        self.columns = self.columns.iter().zip(&found).map(column).collect();
        self
    }

    /// Whether the header is that of a log: it has a column for the instant or for the event.
    #[must_use]
    pub fn is_of_log(&self) -> bool {
        self.names(Column::Ts) || self.names(Column::Event)
    }

    fn names(&self, column: Column) -> bool {
        self.columns.contains(&Some(column))
    }

    /// The rules of a row: it has as many fields as the header, an instant and a kind of event.
    #[must_use]
    pub fn rules(&self, longest: usize, input_zone: Zone) -> RowRules {
        let index = |column| self.columns.iter().position(|found| *found == Some(column));
        let (ts, event) = (index(Column::Ts), index(Column::Event));
        let is_row = move |fields: &[Cow<'_, [u8]>]| {
            let text = |at: Option<usize>| at.and_then(|at| std::str::from_utf8(fields.get(at)?).ok());
            text(ts).is_some_and(|ts| timestamp::parse(ts, input_zone).is_some())
                && text(event).is_some_and(|event| Kind::parse(event).is_some())
        };
        let marks = Separators { delimiter: self.delimiter, quote: b'"' };
        RowRules { marks, width: self.columns.len(), is_ragged: false, longest, is_row: Arc::new(is_row) }
    }

    fn with_delimiter(header: &[u8], delimiter: u8) -> Self {
        let columns: Vec<_> = header_fields(header, delimiter)
            .iter()
            .map(|name| std::str::from_utf8(name).ok().and_then(Column::parse))
            .collect();
        let doubled =
            columns.iter().enumerate().find_map(|(at, column)| column.filter(|_| columns[..at].contains(column)));
        Self { delimiter, columns: columns.into(), attributes: Arc::default(), doubled }
    }
}

fn header_fields(header: &[u8], delimiter: u8) -> csv::ByteRecord {
    let mut record = csv::ByteRecord::new();
    // Reading from memory cannot fail; an empty header has no columns.
    let _ = record_reader(header, delimiter).read_byte_record(&mut record);
    record
}

/// The most records above the header, such as a title or the date of the export.
const MOST_ABOVE: usize = 32;

/// The byte range of a log's header among the first records of a text: the first record that has columns for the
/// instant and the event. `None` if there is none.
#[must_use]
pub fn header_below(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut start = 0;
    for _ in 0..=MOST_ABOVE {
        let end = start + record_ends(&bytes[start..], any_delimiter()).first?;
        let layout = CsvLayout::of_header(&bytes[start..end]);
        if layout.names(Column::Ts) && layout.names(Column::Event) {
            return Some((start, end));
        }
        start = end;
    }
    None
}

/// A reader of records in memory, without a header and with any number of fields.
#[must_use]
pub fn record_reader(bytes: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes)
}

/// All delimiters, for a header whose delimiter is not yet known.
#[must_use]
pub fn any_delimiter() -> &'static [u8] {
    &DELIMITERS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::ends::Ends;
    use super::*;

    #[test]
    fn dialect_is_the_one_with_most_known_columns() {
        let layout = CsvLayout::of_header(b"ts;event;note,ts;actor\r\n");
        assert_eq!((layout.delimiter, layout.columns.len(), layout.doubled), (b';', 4, None));
        assert_eq!(CsvLayout::of_header(b"ts\tevent").delimiter, b'\t');
        assert_eq!(CsvLayout::of_header(b"a,b").delimiter, b',');
        assert_eq!(CsvLayout::of_header(b"ts,event,\"ts\"").doubled, Some(Column::Ts));
    }

    #[test]
    fn ends_of_records() {
        let ends = |text: &str| record_ends(text.as_bytes(), b",");
        assert_eq!(ends("a,b\nc"), Ends { first: Some(4), last: Some(4), is_quoted: false });
        assert_eq!(ends("a,\"x\ny\"\nc\nd"), Ends { first: Some(8), last: Some(10), is_quoted: false });
        assert_eq!(ends("a,\"x\"\"\n\"\"y\"\nc"), Ends { first: Some(12), last: Some(12), is_quoted: false });
        assert_eq!(ends("5\" tube,b\nc"), Ends { first: Some(10), last: Some(10), is_quoted: false });
        assert_eq!(ends("a\nb,\"open\nstill"), Ends { first: Some(2), last: Some(2), is_quoted: true });
    }

    proptest! {
        // Every run has the same cases.
        #![proptest_config(ProptestConfig { cases: 2_000, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

        /// If the text is cut at the last end, the two parts give the records of the whole.
        #[test]
        fn parts_give_the_same_records(text in "[ab,\"\n\r]{0,40}", cut in any::<prop::sample::Index>()) {
            let records = |text: &str| {
                let mut reader = record_reader(text.as_bytes(), b',');
                reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect::<Vec<_>>()).collect::<Vec<_>>()
            };
            let head = &text[..cut.index(text.len() + 1)];
            if let Some(end) = record_ends(head.as_bytes(), b",").last {
                let mut parts = records(&text[..end]);
                parts.extend(records(&text[end..]));
                prop_assert_eq!(parts, records(&text));
            }
        }
    }
}
