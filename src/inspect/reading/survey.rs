//! One pass over all rows of a file: each value is seen by its column, and what is wrong with a row is noted by its line.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, Chain, Cursor, Read};

use serde_json::Value;

use crate::bytes::hash_of;
use crate::inspect::columns::column::Column;
use crate::inspect::reading::dialect::Dialect;

/// Keys of JSON that are followed: an object whose keys are data has no end of them.
const MOST_COLUMNS: usize = 512;
/// Objects and lists in each other that are followed.
const DEEPEST: usize = 12;
/// Rows that are remembered to find equal ones.
const MOST_ROWS: usize = 4 << 20;
/// Lines that are named of each fault.
const MOST_LINES: usize = 5;

/// What is wrong with rows, by line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// How many.
    pub count: u64,
    /// The first ones.
    pub first: Vec<u64>,
}

impl Lines {
    fn add(&mut self, line: u64) {
        self.count += 1;
        if self.first.len() < MOST_LINES {
            self.first.push(line);
        }
    }
}

/// What all rows of a file gave.
#[derive(Debug, Default)]
pub struct Survey {
    /// Columns or paths, in the order in which they were met.
    pub columns: Vec<Column>,
    index: HashMap<String, usize>,
    /// Rows, those that cannot be read too.
    pub rows: u64,
    /// Not all of the text is in its encoding.
    pub bad_encoding: Lines,
    /// No JSON object.
    pub not_json: Lines,
    /// Fewer or more fields than the header: a delimiter lost or too many.
    pub other_width: Lines,
    /// The header again, as in files put together.
    pub header_again: Lines,
    /// A sum at the end.
    pub total: Option<u64>,
    /// Rows that are equal to one before, in all columns.
    pub repeated: u64,
    /// There are more keys than were followed.
    pub has_more_columns: bool,
    seen: HashSet<u64>,
}

/// Words that a line of sums begins with.
const TOTALS: [&str; 9] = ["total", "totals", "totais", "totales", "grand total", "sum", "soma", "suma", "somme"];

impl Survey {
    /// The column of that name, if it was met.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.index.get(name).map(|at| &self.columns[*at])
    }

    fn add_column(&mut self, name: String) -> usize {
        let at = self.columns.len();
        self.index.insert(name.clone(), at);
        self.columns.push(Column::new(name));
        at
    }

    /// The column of that name, a new one where there is none.
    pub fn named(&mut self, name: &str) -> &mut Column {
        let at = match self.index.get(name) {
            Some(at) => *at,
            None => self.add_column(name.to_owned()),
        };
        &mut self.columns[at]
    }

    fn see_whole(&mut self, hash: u64) {
        if self.seen.len() < MOST_ROWS {
            self.repeated += u64::from(!self.seen.insert(hash));
        } else {
            self.repeated += u64::from(self.seen.contains(&hash));
        }
    }

    /// Reads CSV whose columns are `names`, from the header or the first row on; `line` is that one's.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn read_csv(&mut self, reader: impl Read, dialect: &Dialect, names: &[String]) -> std::io::Result<()> {
        for name in names {
            self.add_column(name.clone());
        }
        let mut rows = Records::new(reader, dialect);
        let header = dialect.header.as_ref();
        if header.is_some() {
            rows.next()?;
        }
        // The last row may be one of sums, so that a row is seen when the next one is there.
        let mut held = csv::ByteRecord::new();
        while let Some(line) = rows.next()? {
            self.see_record(&held);
            held.clear();
            let record = &rows.record;
            self.rows += 1;
            self.total = is_total(record).then_some(line);
            let is_again = header.is_some_and(|names| {
                record.len() == names.len() && record.iter().zip(names).all(|(field, name)| field == name.as_bytes())
            });
            if std::str::from_utf8(record.as_slice()).is_err() {
                self.bad_encoding.add(line);
            }
            if is_again {
                self.header_again.add(line);
                continue;
            }
            if record.len() != names.len() {
                self.other_width.add(line);
                continue;
            }
            held.clone_from(record);
        }
        if self.total.is_none() {
            self.see_record(&held);
        }
        Ok(())
    }

    fn see_record(&mut self, record: &csv::ByteRecord) {
        if record.is_empty() {
            return;
        }
        // Fields are told apart by where they end, too: `ab,c` is not `a,bc`.
        let ends = record.iter().fold(0, |hash: u64, field| hash.wrapping_mul(31).wrapping_add(field.len() as u64));
        self.see_whole(hash_of(record.as_slice()) ^ ends);
        for (column, field) in self.columns.iter_mut().zip(record) {
            column.see(&String::from_utf8_lossy(field));
        }
    }

    /// Reads one JSON object a line.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn read_jsonl(&mut self, reader: &mut dyn BufRead) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        for line in 1.. {
            bytes.clear();
            if reader.read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            let text = if line == 1 { bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes) } else { &bytes };
            let text = text.trim_ascii();
            if text.is_empty() {
                continue;
            }
            self.see_json(text, line);
        }
        Ok(())
    }

    /// Sees a record of JSON text that begins in that line.
    pub fn see_json(&mut self, text: &[u8], line: u64) {
        self.rows += 1;
        if std::str::from_utf8(text).is_err() {
            self.bad_encoding.add(line);
            return;
        }
        match serde_json::from_slice::<Value>(text) {
            Ok(record @ Value::Object(_)) => {
                self.see_whole(hash_of(text));
                self.walk("", &record, 0);
            }
            Ok(_) | Err(_) => self.not_json.add(line),
        }
    }

    fn walk(&mut self, path: &str, value: &Value, depth: usize) {
        if depth > DEEPEST {
            self.has_more_columns = true;
            return;
        }
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    let key = if key.contains('.') { format!("\"{key}\"") } else { key.clone() };
                    let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                    if member.is_object()
                        && let Some(column) = self.at(&path)
                    {
                        column.see_object();
                    }
                    self.walk(&path, member, depth + 1);
                }
            }
            Value::Array(items) => {
                let path = format!("{path}[]");
                if let Some(column) = self.at(&path) {
                    column.see_list(items.len());
                }
                for item in items.iter().filter(|item| item.is_object() || item.is_array()) {
                    self.walk(&path, item, depth + 1);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                if let Some(column) = self.at(path) {
                    column.see_scalar(value);
                }
            }
        }
    }

    /// The column of a path, a new one where it was not met before and there are not too many.
    fn at(&mut self, path: &str) -> Option<&mut Column> {
        let at = match self.index.get(path) {
            Some(at) => *at,
            None if self.columns.len() < MOST_COLUMNS => self.add_column(path.to_owned()),
            None => {
                self.has_more_columns = true;
                return None;
            }
        };
        self.columns.get_mut(at)
    }
}

/// A row of sums says so in its first value.
fn is_total(record: &csv::ByteRecord) -> bool {
    let Some(first) = record.iter().map(<[u8]>::trim_ascii).find(|field| !field.is_empty()) else {
        return false;
    };
    let first = String::from_utf8_lossy(first).to_lowercase();
    TOTALS.contains(&first.trim_end_matches(':').trim()) || first.starts_with("total ") || first.starts_with("total:")
}

/// Records with the lines where they begin.
struct Records<R: Read> {
    reader: csv::Reader<Chain<R, Cursor<&'static [u8]>>>,
    record: csv::ByteRecord,
    lines_above: u64,
}

impl<R: Read> Records<R> {
    fn new(reader: R, dialect: &Dialect) -> Self {
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(dialect.delimiter);
        // A line end more changes no record, and every record then ends in one.
        let reader = builder.from_reader(reader.chain(Cursor::new(&b"\n"[..])));
        Self { reader, record: csv::ByteRecord::new(), lines_above: u64::from(dialect.lines_above) }
    }

    /// The next record: the line where it begins.
    fn next(&mut self) -> std::io::Result<Option<u64>> {
        if !self.reader.read_byte_record(&mut self.record)? {
            return Ok(None);
        }
        let within = memchr::memchr_iter(b'\n', self.record.as_slice()).count() as u64;
        let behind = self.reader.position().line();
        Ok(Some(self.lines_above + behind.saturating_sub(1 + within).max(1)))
    }
}
