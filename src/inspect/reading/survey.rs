//! One pass over all rows of a file: each value is seen by its column, and what is wrong with a row is noted by its line.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::{BufRead, Chain, Cursor, Read};

use serde_json::Value;

use crate::bytes::hash_of;
use crate::inspect::columns::column::Column;
use crate::inspect::columns::times::DayOrder;
use crate::inspect::reading::bounded::{Cut, CutShort};
use crate::inspect::reading::description::Description;
use crate::inspect::reading::dialect::Dialect;
use crate::inspect::reading::versions::Versions;
use crate::inspect::words::plain;

/// Keys of JSON that are followed: an object whose keys are data has no end of them.
const MOST_COLUMNS: usize = 512;
/// Objects and lists in each other that are followed.
const DEEPEST: usize = 12;
/// Rows that are looked at.
pub const MOST_ROWS_READ: u64 = 5_000_000;
/// Rows that are remembered to find equal ones.
const MOST_ROWS: usize = 4 << 20;
/// Lines at the end that may be sums.
const MOST_TOTALS: usize = 8;
/// Words that a line of sums begins with.
const TOTALS: [&str; 21] = [
    "total",
    "totals",
    "totais",
    "totales",
    "totaux",
    "gesamt",
    "summe",
    "grand total",
    "subtotal",
    "sum",
    "soma",
    "suma",
    "somme",
    "average",
    "avg",
    "media",
    "mittelwert",
    "durchschnitt",
    "moyenne",
    "promedio",
    "count",
];
/// A table of more columns has no row with one value alone at its end.
const MOST_OF_NOTE: usize = 4;
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
    /// Lines of sums at the end: they are no rows.
    pub totals: Vec<Total>,
    /// Some of these have fewer fields than the header.
    pub has_short_totals: bool,
    /// Lines below the table: one field, and no row behind them.
    pub below: Lines,
    /// A line under the header that is no row.
    pub description: Option<Description>,
    /// How versions go along with ids.
    pub versions: Versions,
    /// Rows that are equal to one before, in all columns.
    pub repeated: u64,
    /// There are more keys than were followed.
    pub has_more_columns: bool,
    seen: HashSet<u64>,
}

/// A line of sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Where it stands.
    pub line: u64,
    /// The column that says that it is one.
    pub column: String,
    /// What stands there.
    pub label: String,
}

impl Survey {
    /// The column of that name, if it was met.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.index.get(name).map(|at| &self.columns[*at])
    }

    fn add_column(&mut self, name: String) -> usize {
        self.push(Column::new(name))
    }

    fn push(&mut self, column: Column) -> usize {
        let at = self.columns.len();
        self.index.insert(column.name.clone(), at);
        self.columns.push(column);
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
    pub fn read_csv(
        &mut self,
        reader: impl Read,
        dialect: &Dialect,
        names: &[String],
        cut: &CutShort,
    ) -> std::io::Result<()> {
        for name in names {
            self.add_column(name.clone());
        }
        self.versions = Versions::of(&self.columns.iter().collect::<Vec<_>>());
        let mut rows = Records::new(reader, dialect);
        let header = dialect.header.as_ref();
        if header.is_some() {
            rows.next()?;
        }
        // The last rows may be sums, so that a row is seen when enough others follow.
        let mut held: VecDeque<(u64, csv::ByteRecord)> = VecDeque::new();
        let mut tail = Tail::default();
        let (mut is_first, mut is_second) = (header.is_some(), false);
        while let Some(line) = rows.next()? {
            if self.rows == MOST_ROWS_READ {
                cut.note(Cut::Rows);
                break;
            }
            let mut spare = csv::ByteRecord::new();
            if held.len() == MOST_TOTALS
                && let Some((_, record)) = held.pop_front()
            {
                self.see_record(&record);
                spare = record;
            }
            let record = &rows.record;
            self.rows += 1;
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
                tail.add(line, record, names, &mut self.other_width);
                continue;
            }
            tail.is_followed(&mut self.other_width);
            if std::mem::take(&mut is_second)
                && let Some((first_line, first)) = held.front()
                && let Some(description) = Description::of(*first_line, first, record, names)
            {
                self.description = Some(description);
                self.rows -= 1;
                held.pop_front();
            }
            is_second |= is_first;
            is_first = false;
            spare.clone_from(record);
            held.push_back((line, spare));
        }
        let is_all = self.end(tail);
        while is_all && let Some(total) = held.back().and_then(|(line, record)| total_of(*line, record, names)) {
            self.totals.insert(0, total);
            held.pop_back();
        }
        for (_, record) in &held {
            self.see_record(record);
        }
        Ok(())
    }

    /// Takes the lines of another width behind the last row. Whether all of them are sums, so that rows before may be, too.
    fn end(&mut self, tail: Tail) -> bool {
        let mut lines = tail.lines;
        let first = lines.iter().rposition(|(_, said)| matches!(said, Said::Nothing)).map_or(0, |at| at + 1);
        let sums = lines.split_off(first);
        let is_all = lines.is_empty();
        for (line, _) in lines {
            self.other_width.add(line);
        }
        for (line, said) in sums {
            match said {
                Said::Total(total) => {
                    self.has_short_totals = true;
                    self.totals.push(total);
                }
                Said::Below => self.below.add(line),
                Said::Nothing => {}
            }
        }
        is_all
    }

    /// What the lines of sums are told by, in the column of the first.
    #[must_use]
    pub fn total_labels(&self) -> Vec<String> {
        let column = self.totals.first().map(|total| total.column.clone()).unwrap_or_default();
        let mut labels: Vec<String> =
            self.totals.iter().filter(|total| total.column == column).map(|total| total.label.clone()).collect();
        labels.dedup();
        labels
    }

    /// Completes what only the whole file says: how many rows could have a value; and lets columns whose values do not tell which number is the day be read as the rest of the file says.
    pub fn settle(&mut self) {
        let records = self.rows - self.not_json.count - self.bad_encoding.count.min(self.rows - self.not_json.count);
        let elements: HashMap<String, u64> = self
            .columns
            .iter()
            .filter(|column| column.name.ends_with("[]"))
            .map(|column| (column.name.clone(), column.elements))
            .collect();
        for column in self.columns.iter_mut().filter(|column| column.is_path) {
            let list = column.name.rfind("[].").map(|at| &column.name[..at + 2]);
            column.whole = list.map_or(records, |list| elements.get(list).copied().unwrap_or_default());
        }
        let told: Vec<bool> = self
            .columns
            .iter()
            .filter_map(|column| match column.instants.day_order() {
                (Some(is_day_first), DayOrder::Told) if column.time().is_some() => Some(is_day_first),
                _ => None,
            })
            .collect();
        let are_foreign = self.columns.iter().map(|column| column.words.foreign).sum::<i32>() > 0;
        let has_dots = |column: &Column| {
            let mut times = column.instants.notations().into_iter();
            times.any(|times| {
                times.notation.pattern().is_some_and(|text| text.contains("%d.%m") || text.contains("%m.%d"))
            })
        };
        for column in &mut self.columns {
            if column.instants.day_order().1 != DayOrder::Open {
                continue;
            }
            match told.first() {
                Some(first) if told.iter().all(|other| other == first) => {
                    column.instants.settle(*first, "as in another column of the file");
                }
                _ if has_dots(column) => column.instants.settle(true, "where dots stand between, the day comes first"),
                _ if are_foreign => column.instants.settle(true, "in the language of its columns the day comes first"),
                _ => {}
            }
        }
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
        let index = &self.index;
        self.versions.see(|name| std::str::from_utf8(record.get(*index.get(name)?)?).ok());
    }

    /// Reads one JSON object a line.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn read_jsonl(&mut self, reader: &mut dyn BufRead, cut: &CutShort) -> std::io::Result<()> {
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
            if self.rows == MOST_ROWS_READ {
                cut.note(Cut::Rows);
                break;
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
                self.see_versions(&record);
            }
            Ok(_) | Err(_) => self.not_json.add(line),
        }
    }

    /// Keys of a record itself; the first record says which there are.
    fn see_versions(&mut self, record: &Value) {
        if self.rows == 1 {
            let own: Vec<&Column> = self.columns.iter().filter(|column| !column.name.contains(['.', '['])).collect();
            self.versions = Versions::of(&own);
        }
        let texts: HashMap<&str, String> = record
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, value)| value.is_string() || value.is_number())
            .map(|(key, value)| (key.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect();
        self.versions.see(|name| texts.get(name).map(String::as_str));
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
            None if self.columns.len() < MOST_COLUMNS => self.push(Column::of_path(path.to_owned())),
            None => {
                self.has_more_columns = true;
                return None;
            }
        };
        self.columns.get_mut(at)
    }
}

/// What a line says that has another number of fields than the header.
#[derive(Debug)]
enum Said {
    Total(Total),
    /// One field: a line below the table, if no row follows.
    Below,
    Nothing,
}

/// Lines of another width since the last row.
#[derive(Debug, Default)]
struct Tail {
    lines: Vec<(u64, Said)>,
}

impl Tail {
    fn add(&mut self, line: u64, record: &csv::ByteRecord, names: &[String], others: &mut Lines) {
        // So many are no end of a table.
        if self.lines.len() == MOST_TOTALS {
            self.is_followed(others);
        }
        let is_short = record.len() < names.len();
        let total = total_of(line, record, names).filter(|_| is_short).map(Said::Total);
        let below = || (is_short && record.len() == 1 && names.len() > 2).then_some(Said::Below);
        self.lines.push((line, total.or_else(below).unwrap_or(Said::Nothing)));
    }

    /// A row follows: the lines were rows that are broken.
    fn is_followed(&mut self, others: &mut Lines) {
        for (line, _) in self.lines.drain(..) {
            others.add(line);
        }
    }
}

/// A line of sums says so in its first value, and has no more values than a row.
fn total_of(line: u64, record: &csv::ByteRecord, names: &[String]) -> Option<Total> {
    let mut fields = record.iter().enumerate().map(|(at, field)| (at, field.trim_ascii()));
    let (at, field) = fields.find(|(_, field)| !field.is_empty())?;
    let label = String::from_utf8_lossy(field).into_owned();
    let first = plain(&label);
    let is_total =
        TOTALS.iter().any(|word| first == *word || first.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')));
    // `Page 2`, `Exported by Ana`: one text and nothing else, where each row has more.
    let is_alone = names.len() > MOST_OF_NOTE
        && fields.all(|(_, field)| field.is_empty())
        && !label.is_empty()
        && label.parse::<f64>().is_err();
    (is_total || is_alone).then(|| Total { line, column: names.get(at).cloned().unwrap_or_default(), label })
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
