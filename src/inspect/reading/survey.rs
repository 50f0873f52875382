//! One pass over all rows of a file: each value is seen by its column, and what is wrong with a row is noted by its line.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::bytes::hash_of;
use crate::ingest::profile::raw::{Raw, RawRecords};
use crate::ingest::profile::spans::{RecordForm, RecordSpan};
use crate::inspect::columns::column::Column;
use crate::inspect::columns::distinct::MOST_DISTINCT;
use crate::inspect::columns::times::DayOrder;
use crate::inspect::reading::bounded::{CutReason, CutShort};
use crate::inspect::reading::description::DescriptionLine;
use crate::inspect::reading::kept_rows::{KeptRows, inside};
use crate::inspect::reading::packed::Packed;
use crate::inspect::reading::versions::VersionPairs;

/// Keys of JSON that are followed: an object whose keys are data has no end of them.
const MOST_COLUMNS: usize = 512;
/// Objects and lists in each other that are followed.
const DEEPEST: usize = 12;
/// Rows that are looked at.
const MOST_ROWS_READ: u64 = 5_000_000;
/// Values that are looked at: so many take about a minute.
const MOST_CELLS: u64 = 100_000_000;
/// Distinct values that are counted one by one, of all columns together.
const MOST_DISTINCT_OF_ALL: usize = 4 << 20;
/// Of each column of a wide table, at least.
const FEWEST_DISTINCT: usize = 256;
/// Rows that are remembered to find equal ones.
const MOST_ROWS: usize = 4 << 20;
/// Lines that are named of each fault.
const MOST_LINES: usize = 5;

/// The faults of rows, by line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultLines {
    /// How many.
    pub count: u64,
    /// The first ones.
    pub first: Vec<u64>,
}

impl FaultLines {
    /// Adds a line.
    pub fn add(&mut self, line: u64) {
        self.count += 1;
        if self.first.len() < MOST_LINES {
            self.first.push(line);
        }
    }
}

/// A line of sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Where it is.
    pub line: u64,
    /// The column that says that it is one.
    pub column: String,
    /// The key or the heading.
    pub label: String,
}

/// The result over all rows of a file.
#[derive(Debug, Default)]
pub struct Survey {
    /// Columns or paths, in the order in which they were met.
    pub columns: Vec<Column>,
    index: HashMap<String, usize>,
    /// Rows, those that cannot be read too.
    pub rows: u64,
    /// Not all of the text is in its encoding.
    pub bad_encoding: FaultLines,
    /// No JSON object.
    pub not_json: FaultLines,
    /// A quote that does not close, or is where none should; or too long.
    pub malformed: FaultLines,
    /// Fewer or more fields than the header: a delimiter lost or too many.
    pub other_width: FaultLines,
    /// The header again, as in files put together.
    pub header_again: FaultLines,
    /// Lines of sums at the end: they are no rows.
    pub totals: Vec<Total>,
    /// Some of these have fewer fields than the header.
    pub has_short_totals: bool,
    /// Lines below the table: one field, and no row behind them.
    pub below: FaultLines,
    /// Lines between rows with one value or none: headings of days or teams, blank lines.
    pub headings: FaultLines,
    /// A line under the header that is no row.
    pub description: Option<DescriptionLine>,
    /// How versions go along with ids.
    pub versions: VersionPairs,
    /// Rows that are equal to one before, in all columns.
    pub repeated: u64,
    /// There are more keys than were followed.
    pub has_more_columns: bool,
    /// Values that were looked at.
    pub cells: u64,
    /// Columns whose texts are JSON: what they hold is in columns of its own.
    pub packed: Vec<String>,
    unpacked: Packed,
    seen: HashSet<u64>,
    kept_rows: KeptRows,
}

impl Survey {
    /// The column of that name, if it was met.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.index.get(name).map(|at| &self.columns[*at])
    }

    /// The values of these columns together, in the rows that are kept; of JSON in the elements of the list `each`.
    #[must_use]
    pub fn together(&self, columns: &[&str], each: Option<&str>) -> Vec<Vec<Option<String>>> {
        self.kept_rows.together(columns, each, |name| self.index.get(name).copied())
    }

    fn add_column(&mut self, name: String) -> usize {
        self.push(Column::new(name))
    }

    /// Forgets all columns, and what was wrong with their rows: the file is a text, and no table.
    pub fn forget_table(&mut self) {
        *self = Self { rows: self.rows, cells: self.cells, bad_encoding: self.bad_encoding.clone(), ..Self::default() };
    }

    /// Adds the columns of a table; of many columns fewer values are counted. Those of another file of the same shape are there
    /// already.
    pub fn add_columns(&mut self, names: &[String]) {
        if self.columns.iter().filter(|column| !column.is_path).map(|column| &column.name).eq(names) {
            return;
        }
        let most = (MOST_DISTINCT_OF_ALL / names.len().max(1)).clamp(FEWEST_DISTINCT, MOST_DISTINCT);
        for name in names {
            let at = self.add_column(name.clone());
            self.columns[at].count_distinct_up_to(most);
        }
        self.versions = VersionPairs::of(&self.columns.iter().collect::<Vec<_>>());
    }

    /// Sees a row of a table.
    pub fn see_row(&mut self, row: &[String]) {
        if row.is_empty() {
            return;
        }
        self.cells += row.len() as u64;
        // Fields are distinguished by where they end, too: `ab,c` is not `a,bc`.
        let hash = |hash: u64, field: &String| hash.rotate_left(5).wrapping_mul(31) ^ hash_of(field.as_bytes());
        self.see_whole(row.iter().fold(0, hash));
        let names = self.columns.iter().filter(|column| !column.is_path).map(|column| &column.name);
        if let Some(record) = self.unpacked.row(names, row) {
            self.see_unpacked(record);
        } else {
            self.kept_rows.see_row(row);
            for (column, field) in self.columns.iter_mut().zip(row) {
                column.see(field);
            }
        }
        let index = &self.index;
        self.versions.see(|name| row.get(*index.get(name)?).map(String::as_str));
    }

    /// Sees a row in which some fields were texts that hold JSON.
    fn see_unpacked(&mut self, record: serde_json::Map<String, Value>) {
        for (name, value) in &record {
            match value {
                Value::String(text) => self.named(name).see(text),
                Value::Array(items) => self.named(name).see_list(items.len()),
                Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) => self.named(name).see_object(),
            }
            if !value.is_string() {
                self.walk(name, value, 0);
            }
        }
        self.kept_rows.see_record(&Value::Object(record));
    }

    /// Tells columns whose texts are JSON from those of which some are, which are texts like all else.
    fn settle_packed(&mut self) {
        let others = |name: &str| self.column(name).map_or(0, |column| column.filled - column.held());
        for (name, is_packed) in self.unpacked.columns(others) {
            if is_packed {
                self.packed.push(name);
                continue;
            }
            self.columns.retain(|column| !column.is_path || !Packed::is_of(&column.name, &name));
            self.index = self.columns.iter().enumerate().map(|(at, column)| (column.name.clone(), at)).collect();
            if let Some(at) = self.index.get(&name) {
                self.columns[*at].forget_held();
            }
        }
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

    /// The mark of lines of sums, in the column of the first.
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
        self.settle_packed();
        let broken = self.not_json.count + self.malformed.count + self.bad_encoding.count;
        let records = self.rows.saturating_sub(broken);
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
                    column.instants.settle(*first, "proposal.order_as_other");
                }
                _ if has_dots(column) => {
                    column.instants.settle(true, "proposal.order_of_dots");
                }
                _ if are_foreign => column.instants.settle(true, "proposal.order_of_language"),
                _ => {}
            }
        }
    }

    /// Sees each record of JSON. Those that the reader rejects are none.
    ///
    /// # Errors
    ///
    /// Where they cannot be read.
    pub fn read_json(&mut self, raw: Raw, cut: &CutShort) -> std::io::Result<()> {
        let mut records = RawRecords::new(raw);
        while let Some((RecordSpan { line, form, .. }, text)) = records.next_record()? {
            if self.is_full(cut) {
                break;
            }
            match form {
                RecordForm::Usual => self.see_json(text.trim_ascii(), u64::from(line)),
                RecordForm::Plain | RecordForm::Malformed(_) => {
                    self.rows += 1;
                    self.malformed.add(u64::from(line));
                }
            }
        }
        Ok(())
    }

    /// Whether as much was looked at as can be.
    pub(super) fn is_full(&self, cut: &CutShort) -> bool {
        let why = if self.rows >= MOST_ROWS_READ {
            CutReason::Rows
        } else if self.cells >= MOST_CELLS {
            CutReason::Cells
        } else {
            return false;
        };
        cut.note(why);
        true
    }

    /// Sees a record of JSON text that begins in that line.
    fn see_json(&mut self, text: &[u8], line: u64) {
        self.rows += 1;
        if std::str::from_utf8(text).is_err() {
            self.bad_encoding.add(line);
            return;
        }
        match serde_json::from_slice::<Value>(text) {
            Ok(mut record @ Value::Object(_)) => {
                self.see_whole(hash_of(text));
                self.unpacked.unpack(&mut record);
                self.walk("", &record, 0);
                self.see_versions(&record);
                self.kept_rows.see_record(&record);
            }
            Ok(_) | Err(_) => self.not_json.add(line),
        }
    }

    /// Keys of a record itself; the first record says which there are.
    fn see_versions(&mut self, record: &Value) {
        if self.rows == 1 {
            let own: Vec<&Column> = self.columns.iter().filter(|column| !column.name.contains(['.', '['])).collect();
            self.versions = VersionPairs::of(&own);
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
                    let path = inside(path, key);
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
                self.cells += 1;
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
