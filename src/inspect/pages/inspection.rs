//! The description of a file as plain values: the terminal page and `inspect.json` are made of these.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::inspect::reading::bytes::How;
use crate::language::{Argument, Message};

/// Everything that `inspect` says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// `dialogram/inspect/1`.
    pub schema: &'static str,
    /// One for each file, in the order given.
    pub files: Vec<FileFound>,
}

/// One inspected file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileFound {
    /// Its name without folders.
    pub name: String,
    /// `csv`, `jsonl`, `parquet`, `xlsx`.
    pub format: &'static str,
    /// `gzip`, `zstd`, or none.
    pub compression: Option<&'static str>,
    /// Of text files.
    pub encoding: Option<EncodingFound>,
    /// Of CSV files and sheets.
    pub dialect: Option<DialectFound>,
    /// Of workbooks.
    pub sheets: Vec<SheetFound>,
    /// Rows, those that cannot be read too.
    pub rows: u64,
    /// The columns, or paths, in the order of the file.
    pub columns: Vec<ColumnFound>,
    /// There are more keys than were followed.
    pub has_more_columns: bool,
    /// `canonical`, the name of a profile that fits, or none.
    pub profile: Option<String>,
    /// How its columns could become events; none of a file that is a log already.
    pub mapping: Option<MappingFound>,
    /// The faults of its rows.
    pub quality: Quality,
    /// Points to review.
    pub notes: Vec<Message>,
    /// The missing inputs of a report; empty where the commands make one.
    pub missing: Vec<Message>,
    /// The commands to run, each as its words; the last makes the report.
    pub commands: Vec<Vec<String>>,
}

/// An encoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EncodingFound {
    /// Its name.
    pub name: String,
    /// How it was found.
    pub how: How,
}

/// How CSV is laid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DialectFound {
    /// Between fields.
    pub delimiter: char,
    /// The header's line; none where the first record is a row.
    pub header_line: Option<u32>,
    /// Lines above it that are none of the table.
    pub lines_above: u32,
    /// `lf` or `crlf`.
    pub line_ends: &'static str,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetFound {
    /// Its name.
    pub name: String,
    /// Excel does not show it.
    pub is_hidden: bool,
    /// It is the one that was looked at.
    pub is_read: bool,
}

/// One column or path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnFound {
    /// Its name, `#3` where it has none of its own; a path in JSON.
    pub name: String,
    /// The form of its values.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Rows with a value, or elements of lists.
    pub filled: u64,
    /// Of the rows; of a path within lists, of the elements that have it.
    pub fill_rate: f64,
    /// Distinct values.
    pub distinct: u64,
    /// There are more than are counted one by one: `distinct` is an estimate.
    pub is_more_distinct: bool,
    /// A few values, masked; none of what may be message text.
    pub examples: Vec<String>,
    /// Its values are not shown.
    pub is_hidden: bool,
    /// The canonical column that it is, in a log.
    pub canonical: Option<&'static str>,
    /// Of lists: the fewest and most elements.
    pub elements: Option<[usize; 2]>,
    /// Of instants, dates and times of day.
    pub time: Option<TimeFound>,
}

/// How instants are written, and which they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimeFound {
    /// `rfc3339`, `epoch_s`, a pattern, …
    pub format: String,
    /// Another format that fits as well: day and month could be exchanged.
    pub other_format: Option<String>,
    /// Whether they say their offset.
    pub zone: Zoned,
    /// The earliest.
    pub first: String,
    /// The latest.
    pub last: String,
    /// Values that are earlier than the one before.
    pub falls: u64,
    /// The longest time without one, from an hour on.
    pub silence: Option<SilenceFound>,
}

/// Whether instants say their offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Zoned {
    /// All do.
    Offset,
    /// None does: they are of a local clock.
    Local,
}

/// A time without an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SilenceFound {
    /// The instant before.
    pub from: String,
    /// The instant after.
    pub to: String,
    /// How long.
    pub seconds: i64,
}

/// A mapping that could fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MappingFound {
    /// `tickets`, `events`, `messages`, or none that can be told.
    pub shape: Option<&'static str>,
    /// The list within a record whose elements are rows.
    pub each: Option<String>,
    /// Sources of canonical columns.
    pub columns: Vec<CandidateFound>,
    /// The events that a row gives.
    pub events: Vec<EventFound>,
    /// Of several versions of a row only the latest is read.
    pub latest: Option<LatestFound>,
    /// Instants, durations, scores and ids that nothing was made of.
    pub unused: Vec<UnusedFound>,
    /// Columns that could be attributes.
    pub attributes: Vec<AttributeFound>,
}

/// A column that a report could be told apart by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttributeFound {
    /// Its name in the profile.
    pub name: String,
    /// The column.
    pub column: String,
    /// Its distinct values.
    pub values: u64,
}

/// Which of several versions of a row is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LatestFound {
    /// The column that is the same in all versions.
    pub key: String,
    /// The column that rises.
    pub by: String,
}

/// A column that nothing was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnusedFound {
    /// The column.
    pub column: String,
    /// `instant`, `duration`, `score` or `id`.
    pub what: &'static str,
    /// Why.
    pub reason: Message,
}

/// A source of a canonical column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CandidateFound {
    /// The canonical column.
    pub column: &'static str,
    /// Where its value is.
    pub source: String,
    /// Why.
    pub reason: Message,
    /// `high`, `medium` or `low`.
    pub confidence: &'static str,
    /// The meaning of the values.
    pub map: BTreeMap<String, &'static str>,
}

/// An event that a row gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventFound {
    /// The kinds.
    pub kinds: Vec<&'static str>,
    /// The column that says which; none where it is always one.
    pub said_by: Option<String>,
    /// The values that it is told by.
    pub map: BTreeMap<String, &'static str>,
    /// The columns of the instant, and of what is added to it.
    pub ts: Vec<String>,
    /// Its format.
    pub format: String,
    /// On a local clock whose zone nothing tells: it is that of --input-tz.
    pub is_local: bool,
    /// Who acts, where no column says it.
    pub actor: Option<&'static str>,
    /// The column that says who acts in this event alone.
    pub actor_from: Option<String>,
}

/// The faults of rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// The order of the rows' instants.
    pub order: Option<RowOrder>,
    /// Rows that are earlier than the one before.
    pub out_of_order: u64,
    /// Rows that are equal to one before in all columns.
    pub repeated_rows: u64,
    /// Of a log, or by the profile: rows that became events.
    pub accepted: Option<u64>,
    /// The same: repeats by event id.
    pub duplicates: Option<u64>,
    /// The same: rejected rows by reason.
    pub rejects: Option<BTreeMap<&'static str, u64>>,
    /// Other findings, by line.
    pub problems: Vec<Problem>,
}

impl Quality {
    /// Forgets which lines are highlighted: in several files they mean nothing.
    pub(in crate::inspect) fn forget_lines(&mut self) {
        self.problems.iter_mut().for_each(|problem| problem.lines.clear());
    }
}

/// The order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOrder {
    /// No row is earlier than the one before.
    OldestFirst,
    /// No row is later than the one before.
    NewestFirst,
    /// Neither.
    Mixed,
}

/// Rows that have the same fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The fault.
    pub what: Argument,
    /// How many rows.
    pub count: u64,
    /// The lines of the first ones.
    pub lines: Vec<u64>,
}

impl FileFound {
    /// The rows that a report reads: events, repeats and rejects.
    #[must_use]
    pub fn rows_read(&self) -> u64 {
        self.quality.accepted.unwrap_or(0) + self.quality.duplicates.unwrap_or(0) + self.rejected()
    }

    /// The rows that a report would reject, as far as they are known.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        match &self.quality.rejects {
            Some(rejects) => rejects.values().sum(),
            None => 0,
        }
    }
}
