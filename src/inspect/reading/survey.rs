//! Reads all rows of a file once: adds each value to its column, and notes faults of rows by line.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::bytes::hash_of;
use crate::ingest::profile::raw::{Raw, RawRecords};
use crate::ingest::profile::sample::KEY;
use crate::ingest::profile::spans::{RecordForm, RecordSpan};
use crate::inspect::columns::column::Column;
use crate::inspect::columns::distinct::MOST_DISTINCT;
use crate::inspect::columns::times::DayOrder;
use crate::inspect::reading::bounded::{CutReason, CutShort};
use crate::inspect::reading::by_id::records_by_id;
use crate::inspect::reading::description::DescriptionLine;
use crate::inspect::reading::kept_rows::{KeptRows, inside, list_by_id};
use crate::inspect::reading::packed::Packed;
use crate::inspect::reading::versions::VersionPairs;

/// The most keys of JSON that are examined: an object whose keys are data may have any number.
const MOST_COLUMNS: usize = 512;
/// The depth to which objects and lists are examined.
const DEEPEST: usize = 12;
/// The number of rows that are examined.
const MOST_ROWS_READ: u64 = 5_000_000;
/// The number of values that are examined: this many take about a minute.
const MOST_CELLS: u64 = 100_000_000;
/// The number of distinct values that are counted exactly, over all columns.
const MOST_DISTINCT_OF_ALL: usize = 4 << 20;
/// The smallest such number for each column of a wide table.
const FEWEST_DISTINCT: usize = 256;
/// The number of rows that are remembered to find equal ones.
const MOST_ROWS: usize = 4 << 20;
/// The most lines listed for each fault.
const MOST_LINES: usize = 5;

/// The rows with a fault, by line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultLines {
    /// The number of rows.
    pub count: u64,
    /// The lines of the first ones.
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
    /// Its line number.
    pub line: u64,
    /// The column that identifies it.
    pub column: String,
    /// Its text in that column.
    pub label: String,
}

/// The result for all rows of a file.
#[derive(Debug, Default)]
pub struct Survey {
    /// Columns or paths, in the order of first appearance.
    pub columns: Vec<Column>,
    index: HashMap<String, usize>,
    /// The number of rows, including unreadable ones.
    pub rows: u64,
    /// Rows whose text is not entirely valid in the encoding.
    pub bad_encoding: FaultLines,
    /// Rows that are not JSON objects.
    pub not_json: FaultLines,
    /// Rows with a quote that does not close or is misplaced, or that are too long.
    pub malformed: FaultLines,
    /// Rows with fewer or more fields than the header: a delimiter is missing or superfluous.
    pub other_width: FaultLines,
    /// Rows that repeat the header, as in concatenated files.
    pub header_again: FaultLines,
    /// Lines of sums at the end, which are not rows.
    pub totals: Vec<Total>,
    /// Whether some of these have fewer fields than the header.
    pub has_short_totals: bool,
    /// Lines below the table: one field, and no row after them.
    pub below: FaultLines,
    /// Lines between rows with at most one value: headings of days or teams, and blank lines.
    pub headings: FaultLines,
    /// A line below the header that is not a row.
    pub description: Option<DescriptionLine>,
    /// How versions change in the rows of each id.
    pub versions: VersionPairs,
    /// The number of rows equal to an earlier one in all columns.
    pub repeated: u64,
    /// Whether there are more keys than were examined.
    pub has_more_columns: bool,
    /// The number of values examined.
    pub cells: u64,
    /// Columns of JSON texts, whose content is in separate columns.
    pub packed: Vec<String>,
    unpacked: Packed,
    seen: HashSet<u64>,
    kept_rows: KeptRows,
}

impl Survey {
    /// The column of that name, if there is one.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.index.get(name).map(|at| &self.columns[*at])
    }

    /// The values of these columns in each kept row; for JSON, in the elements of the list `each`.
    #[must_use]
    pub fn together(&self, columns: &[&str], each: Option<&str>) -> Vec<Vec<Option<String>>> {
        self.kept_rows.together(columns, each, |name| self.index.get(name).copied())
    }

    fn add_column(&mut self, name: String) -> usize {
        self.push(Column::new(name))
    }

    /// Drops all columns and faults of rows: the file is a text, not a table.
    pub fn forget_table(&mut self) {
        *self = Self { rows: self.rows, cells: self.cells, bad_encoding: self.bad_encoding.clone(), ..Self::default() };
    }

    /// Adds the columns of a table; if there are many, fewer distinct values are counted. Columns of an earlier file of
    /// the same shape exist already.
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

    /// Adds a row of a table.
    pub fn see_row(&mut self, row: &[String]) {
        if row.is_empty() {
            return;
        }
        self.cells += row.len() as u64;
        // The ends of fields count, too: `ab,c` differs from `a,bc`.
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

    /// Adds a row in which some fields were JSON texts.
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

    /// Separates columns of JSON texts from columns with only some JSON texts, which count as ordinary texts.
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

    /// The column of that name. Adds it if it is new.
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

    /// The texts that mark lines of sums, in the column of the first.
    #[must_use]
    pub fn total_labels(&self) -> Vec<String> {
        let column = self.totals.first().map(|total| total.column.clone()).unwrap_or_default();
        let mut labels: Vec<String> =
            self.totals.iter().filter(|total| total.column == column).map(|total| total.label.clone()).collect();
        labels.dedup();
        labels
    }

    /// Completes facts that depend on the whole file: the number of rows that could have a value; and the order of day
    /// and month in columns whose values do not show it.
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
        self.columns.iter_mut().for_each(Column::settle_words_for_none);
        let orders: Vec<bool> = self
            .columns
            .iter()
            .filter_map(|column| match column.instants.day_order() {
                (Some(is_day_first), DayOrder::ByValues) if column.time().is_some() => Some(is_day_first),
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
            match orders.first() {
                Some(first) if orders.iter().all(|other| other == first) => {
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

    /// Adds each JSON record. Records that the reader rejects are left out.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
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

    /// Whether the limits of examination are reached.
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

    /// Adds a record of JSON text that begins on that line.
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

    /// Uses the keys of a record itself; the first record determines which keys there are.
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
        if let Value::Object(members) = value
            && let Some(records) = records_by_id(members)
        {
            let list = list_by_id(path);
            if let Some(column) = self.at(&list) {
                column.see_list(records.len());
            }
            for (key, record) in records {
                if let Some(column) = self.at(&inside(&list, KEY)) {
                    column.see(key);
                }
                self.walk(&list, record, depth + 1);
            }
            if let Some(own) = members.get(KEY) {
                self.walk(KEY, own, depth + 1);
            }
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

    /// The column of a path. Adds it if it is new and there are not too many.
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
