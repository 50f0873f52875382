//! How a CSV file is laid out, told from its first records: the delimiter, where the header stands, what is above it.

use crate::ingest::csv::{any_delimiter, header_below, record_ends, record_reader};
use crate::inspect::clocks::time_format::formats_of;

/// The layout of a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Between fields.
    pub delimiter: u8,
    /// Bytes above the header.
    pub start: usize,
    /// Lines above the header, or above the first record where there is no header.
    pub lines_above: u32,
    /// The names of the columns; none where the first record is a row.
    pub header: Option<Vec<String>>,
    /// How many columns.
    pub columns: usize,
    /// Lines end in carriage return and line feed.
    pub is_crlf: bool,
}

/// Records that are looked at.
const LOOKED_AT: usize = 200;

/// The layout that the first bytes of a text show; they end with a record, or the file.
#[must_use]
pub fn dialect_of(start: &[u8]) -> Dialect {
    let mark = if start.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let bytes = &start[mark..];
    let is_crlf = memchr::memchr(b'\n', bytes).is_some_and(|at| at > 0 && bytes[at - 1] == b'\r');
    let canonical = header_below(bytes).map(|(from, _)| from);
    let (mut best, mut best_rank) = (None, None);
    for delimiter in any_delimiter() {
        let records = records(bytes, *delimiter);
        let usual = usual_width(&records);
        let agree = records.iter().filter(|record| record.fields.len() == usual).count();
        // More columns are better only where records agree on them.
        let rank = (usual > 1, agree * 100 / records.len().max(1) / 10, usual);
        if best_rank.is_none_or(|best| rank > best) {
            (best, best_rank) = (Some((*delimiter, records, usual)), Some(rank));
        }
    }
    let (delimiter, records, usual) = best.unwrap_or((b',', Vec::new(), 0));
    let header = records.iter().position(|record| match canonical {
        Some(from) => record.start >= from,
        None => is_row_of_table(record, usual),
    });
    let first = header.and_then(|at| records.get(at));
    let names = first.filter(|record| is_header(&record.fields));
    let from = first.map_or(0, |record| record.start);
    Dialect {
        delimiter,
        start: mark + from,
        lines_above: crate::ingest::count_lines(&bytes[..from]),
        header: names.map(|record| record.fields.clone()),
        columns: first.map_or(0, |record| record.fields.len()),
        is_crlf,
    }
}

/// A record and where it begins.
struct Record {
    start: usize,
    fields: Vec<String>,
}

fn records(bytes: &[u8], delimiter: u8) -> Vec<Record> {
    let mut records = Vec::new();
    let mut start = 0;
    while start < bytes.len() && records.len() < LOOKED_AT {
        let end = record_ends(&bytes[start..], &[delimiter]).first.map_or(bytes.len(), |end| start + end);
        let mut record = csv::ByteRecord::new();
        // Bytes in memory cannot fail to be read.
        let is_one = record_reader(&bytes[start..end], delimiter).read_byte_record(&mut record).unwrap_or(false);
        if is_one {
            let fields = record.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect();
            records.push(Record { start, fields });
        }
        start = end;
    }
    records
}

/// How many fields most records have; of equals the more.
fn usual_width(records: &[Record]) -> usize {
    let count = |width: usize| records.iter().filter(|record| record.fields.len() == width).count();
    records.iter().map(|record| record.fields.len()).max_by_key(|width| (count(*width), *width)).unwrap_or(0)
}

/// A title in a sheet has the columns of the table, but only one value.
fn is_row_of_table(record: &Record, usual: usize) -> bool {
    let filled = record.fields.iter().filter(|field| !field.is_empty()).count();
    record.fields.len() == usual && (usual < 3 || filled * 2 >= usual)
}

/// Names are words; a row has a number or an instant somewhere.
fn is_header(fields: &[String]) -> bool {
    let is_data = |field: &String| {
        let number = field.replace([',', ' '], "");
        !field.is_empty() && (number.parse::<f64>().is_ok() || !formats_of(field).is_empty())
    };
    !fields.iter().any(is_data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_and_headers() {
        for (text, delimiter, lines_above, header) in [
            ("a;b;c\n1;2,5;3\n2;3,5;x\n", b';', 0, Some(3)),
            ("a\tb\n1\t2\n", b'\t', 0, Some(2)),
            ("a|b|c\n1|2|3\n", b'|', 0, Some(3)),
            ("\u{feff}a,b\n1,2\n", b',', 0, Some(2)),
            ("Export of tickets\nCreated 2 March 2026, by Ana\n\na,b,c\n1,2,3\n4,5,6\n7,8,9\n", b',', 3, Some(3)),
            ("Title,,\na,b,c\n1,2,3\n", b',', 1, Some(3)),
            ("17;990201;8:09:22\n18;990201;8:10:00\n", b';', 0, None),
            ("1,\"x\ny\",3\n", b',', 0, None),
            ("one\ntwo\n", b',', 0, Some(1)),
        ] {
            let found = dialect_of(text.as_bytes());
            let said = (found.delimiter, found.lines_above, found.header.map(|names| names.len()));
            assert_eq!(said, (delimiter, lines_above, header), "{text:?}");
        }
        assert_eq!(dialect_of(b"").columns, 0);
        assert!(dialect_of(b"a,b\r\n1,2\r\n").is_crlf);
    }
}
