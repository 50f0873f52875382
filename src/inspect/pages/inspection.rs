//! The description of a file as plain values, from which the terminal page and `inspect.json` are made.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::inspect::reading::bytes::How;
use crate::language::{Argument, Message};

/// The whole result of `inspect`.
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
    /// For text files.
    pub encoding: Option<EncodingFound>,
    /// For CSV files and sheets.
    pub dialect: Option<DialectFound>,
    /// For workbooks.
    pub sheets: Vec<SheetFound>,
    /// The number of rows, including unreadable ones.
    pub rows: u64,
    /// The columns, or paths, in the order of the file.
    pub columns: Vec<ColumnFound>,
    /// Whether there are more keys than were examined.
    pub has_more_columns: bool,
    /// `canonical`, the name of a profile that fits, or `None`.
    pub profile: Option<String>,
    /// How its columns could become events; `None` for a canonical log.
    pub mapping: Option<MappingFound>,
    /// The faults of its rows.
    pub quality: Quality,
    /// The latest instant of an event that the reader found, in milliseconds since 1970; local times count as UTC. Only
    /// the commands need it.
    #[serde(skip)]
    pub latest: Option<i64>,
    /// Points to review.
    pub notes: Vec<Message>,
    /// The inputs still needed for a report; empty if the commands make one.
    pub missing: Vec<Message>,
    /// The commands to run, each as a list of words; the last one makes the report.
    pub commands: Vec<Vec<String>>,
}

/// How the bytes of the file become characters, and how that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EncodingFound {
    /// The usual name, as in `windows-1252`.
    pub name: String,
    /// How it was found.
    pub how: How,
}

/// The layout of CSV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DialectFound {
    /// The delimiter of fields.
    pub delimiter: char,
    /// The line of the header; `None` if the first record is a row.
    pub header_line: Option<u32>,
    /// The number of lines above it that are not part of the table.
    pub lines_above: u32,
    /// `lf` or `crlf`.
    pub line_ends: &'static str,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetFound {
    /// As the workbook shows it on the tab.
    pub name: String,
    /// Whether it is hidden in Excel.
    pub is_hidden: bool,
    /// Whether it is the sheet that was examined.
    pub is_read: bool,
}

/// One column or path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnFound {
    /// Its name, or `#3` if it has none; a path in JSON.
    pub name: String,
    /// The kind of its values.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The number of rows with a value, or of elements of lists.
    pub filled: u64,
    /// The share of rows with a value; for a path within lists, the share of elements.
    pub fill_rate: f64,
    /// The number of distinct values.
    pub distinct: u64,
    /// Whether `distinct` is an estimate, because there are too many values to count exactly.
    pub is_more_distinct: bool,
    /// A few values, masked; none if they may be message text.
    pub examples: Vec<String>,
    /// Whether its values are not shown.
    pub is_hidden: bool,
    /// Its canonical column, in a log.
    pub canonical: Option<&'static str>,
    /// For lists: the smallest and largest number of elements.
    pub elements: Option<[usize; 2]>,
    /// For instants, dates and times of day.
    pub time: Option<TimeFound>,
}

/// The notation and range of instants.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimeFound {
    /// `rfc3339`, `epoch_s`, a pattern, …
    pub format: String,
    /// Another format that fits as well, because day and month could be swapped.
    pub other_format: Option<String>,
    /// Whether they have an offset.
    pub zone: Zoned,
    /// The earliest.
    pub first: String,
    /// The latest.
    pub last: String,
    /// The number of values earlier than the one before.
    pub falls: u64,
    /// The longest time without a value, if at least an hour.
    pub silence: Option<SilenceFound>,
}

/// Whether instants have an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Zoned {
    /// All have one.
    Offset,
    /// None has one: they are in local time.
    Local,
}

/// A time without an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SilenceFound {
    /// The last instant before it.
    pub from: String,
    /// The first instant after it.
    pub to: String,
    /// Its length.
    pub seconds: i64,
}

/// A mapping that could fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MappingFound {
    /// `tickets`, `events` or `messages`; `None` if unknown.
    pub shape: Option<&'static str>,
    /// The list within a record whose elements are rows.
    pub each: Option<String>,
    /// Sources of canonical columns.
    pub columns: Vec<CandidateFound>,
    /// The events that a row yields.
    pub events: Vec<EventFound>,
    /// The rule for several versions of a row, of which only the latest is read.
    pub latest: Option<LatestFound>,
    /// Instants, durations, scores and ids that are not used.
    pub unused: Vec<UnusedFound>,
    /// Columns that could be attributes.
    pub attributes: Vec<AttributeFound>,
}

/// A column by which a report could be broken down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttributeFound {
    /// Its name in the profile.
    pub name: String,
    pub column: String,
    /// The number of its distinct values.
    pub values: u64,
}

/// The rule that selects one of several versions of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LatestFound {
    /// The column with the same value in all versions.
    pub key: String,
    /// The column whose value rises from version to version.
    pub by: String,
}

/// A column that is not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnusedFound {
    /// The name in the file.
    pub column: String,
    /// `instant`, `duration`, `score` or `id`.
    pub what: &'static str,
    /// Why the column is not used.
    pub reason: Message,
}

/// A source of a canonical column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CandidateFound {
    /// The canonical column.
    pub column: &'static str,
    /// The column or path of its value.
    pub source: String,
    /// The reason for the choice.
    pub reason: Message,
    /// `high`, `medium` or `low`.
    pub confidence: &'static str,
    /// The meaning of the values.
    pub map: BTreeMap<String, &'static str>,
}

/// An event that a row yields.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventFound {
    /// Kinds of the log format, one of which each event has.
    pub kinds: Vec<&'static str>,
    /// The column that determines the kind; `None` if the kind is always the same.
    pub said_by: Option<String>,
    /// The values of that column with their kinds.
    pub map: BTreeMap<String, &'static str>,
    /// The columns of the instant, and of durations added to it.
    pub ts: Vec<String>,
    /// Its format.
    pub format: String,
    /// Whether it is in local time of an unknown zone, which `--input-tz` sets.
    pub is_local: bool,
    /// The actor, if no column has it.
    pub actor: Option<&'static str>,
    /// The column with the actor of this event alone.
    pub actor_from: Option<String>,
}

/// The faults of rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// The order of the rows' instants.
    pub order: Option<RowOrder>,
    /// The number of rows earlier than the one before.
    pub out_of_order: u64,
    /// The number of rows equal to an earlier one in all columns.
    pub repeated_rows: u64,
    /// For a log, or by the profile: the number of rows that became events.
    pub accepted: Option<u64>,
    /// The number of repeats by event id.
    pub duplicates: Option<u64>,
    /// The number of rejected rows, by reason.
    pub rejects: Option<BTreeMap<&'static str, u64>>,
    /// Other findings, by line.
    pub problems: Vec<Problem>,
}

impl Quality {
    /// Removes line numbers, which mean nothing for several files.
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

/// Rows with the same fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The fault.
    pub what: Argument,
    /// The number of rows.
    pub count: u64,
    /// The lines of the first rows.
    pub lines: Vec<u64>,
}

impl FileFound {
    /// The number of rows that a report reads: events, repeats and rejects.
    #[must_use]
    pub fn rows_read(&self) -> u64 {
        self.quality.accepted.unwrap_or(0) + self.quality.duplicates.unwrap_or(0) + self.rejected()
    }

    /// The number of rows that a report would reject, as far as known.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        match &self.quality.rejects {
            Some(rejects) => rejects.values().sum(),
            None => 0,
        }
    }
}
