//! The rows behind a number: the population of a metric in a window, or the rows of a fact table, with the events of
//! the log behind them.
//!
//! No metric is defined here: window, filters, clock and population are those of the report.

mod build;
mod durations;
mod people;
mod ranked;
mod rows;
pub mod sort;
mod spans;
mod subject;

use std::collections::BTreeMap;

use serde::Serialize;

pub use self::build::{build, needs};
pub use self::rows::shown_columns;
pub use self::spans::SPAN_COLUMNS;
pub use self::subject::Subject;
use super::filters::Filters;
use super::opening_hours::ReportOpeningHours;
use super::{Generator, Input, LimitSeconds, ReportWindow, Sessions, Warning};
use crate::event::aliases::Aliases;
use crate::metrics::measure::Thresholds;
use crate::time::Window;
use crate::unit::Unit;
use crate::value::{Cell, Statistics, number};

/// The schema in the first field of a list.
pub const SCHEMA: &str = "dialogram/list/1";

/// The request for a list.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// The metric or table whose rows are listed.
    pub subject: Subject,
    /// The days whose rows are listed.
    pub window: Window,
    /// The rows that the list keeps.
    pub filters: Filters,
    /// The settings of measures.
    pub thresholds: Thresholds,
    /// The column to sort by, largest first; `value` is the row's contribution to the metric. By default the clock,
    /// earliest first.
    pub sort: Option<String>,
    /// Maximum number of listed rows.
    pub limit: Option<usize>,
}

/// The rows of a list, and the number that counts them.
struct FoundRows {
    figure: Option<ListFigure>,
    order: String,
    row_count: u64,
    columns: Vec<ListColumn>,
    rows: Vec<Vec<ListValue>>,
    warnings: Vec<Warning>,
}

/// A finished list.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The program that wrote it.
    pub generator: Generator,
    /// The subject of the list.
    pub subject: Subject,
    /// The window of the rows, in local days.
    pub window: ReportWindow,
    /// The horizon: later events are ignored. RFC 3339, UTC.
    pub as_of: String,
    /// The durations that define the rows.
    pub limits: LimitSeconds,
    /// Filters in force: flag name to the values given.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Renamed and merged names of the log that occur in rows.
    pub renamed: Aliases,
    /// The rule for conversations.
    pub sessions: Sessions,
    /// The opening hours for measuring durations; `None` without any.
    pub opening_hours: Option<ReportOpeningHours>,
    /// The sources of the run, and the counts of their rows.
    pub input: Input,
    /// Distinct names of the input's files: of several with one name, `log.jsonl#2` is the second.
    pub files: Vec<String>,
    /// The metric's number, as in the report; none for a table.
    pub figure: Option<ListFigure>,
    /// The column by which rows are sorted: clocks ascending, other columns descending.
    pub order: String,
    /// The number of rows, including those that `--limit` cuts off.
    pub row_count: u64,
    /// The columns of each row.
    pub columns: Vec<ListColumn>,
    /// Their values, in the order of the columns.
    pub rows: Vec<Vec<ListValue>>,
    /// Findings that are not fatal.
    pub warnings: Vec<Warning>,
}

/// The number that counts the rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ListFigure {
    /// A count, a rate or a score.
    Scalar {
        /// How the number is written.
        unit: Unit,
        /// The value; `None` if there is no data.
        #[serde(serialize_with = "number")]
        value: Option<f64>,
        /// Number of rows behind it; for distinct values, the number of values.
        n: u64,
    },
    /// Of a metric that is a duration.
    Duration {
        /// Always seconds.
        unit: Unit,
        /// Mean, percentiles and maximum of the rows, in seconds.
        #[serde(flatten)]
        statistics: Statistics,
    },
}

impl ListFigure {
    fn of(unit: Unit, cell: &Cell) -> Self {
        match cell {
            // Lists are refused if numbers are to be hidden.
            Cell::Hidden => Self::Scalar { unit, value: None, n: 0 },
            Cell::Scalar { value, n } => Self::Scalar { unit, value: *value, n: n.unwrap_or(0) },
            Cell::Duration(statistics) => Self::Duration { unit, statistics: *statistics },
        }
    }

    /// The number of rows behind it.
    #[must_use]
    pub const fn n(&self) -> u64 {
        match self {
            Self::Scalar { n, .. } => *n,
            Self::Duration { statistics, .. } => statistics.n,
        }
    }
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListColumn {
    /// Its name in every output.
    pub name: String,
    /// The kind of its values.
    pub content: ColumnContent,
}

/// The content of a list's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnContent {
    /// One text, such as an id or a name.
    Text,
    /// Several texts, such as the agents of a conversation.
    Texts,
    /// RFC 3339, with the offset of the zone.
    Instant,
    /// A whole number.
    Number,
    /// A duration in seconds.
    Seconds,
    /// True or false.
    Flag,
    /// Events of the log.
    Events,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum ListValue {
    /// No value.
    None,
    /// One text, such as an id or a name.
    Text(String),
    /// Several texts, such as the agents of a conversation.
    Texts(Vec<String>),
    /// An instant, RFC 3339 with the zone's offset.
    Instant(String),
    /// A whole number.
    Number(i64),
    /// A duration in seconds.
    Seconds(f64),
    /// True or false.
    Flag(bool),
    /// The events behind the row.
    Events(Vec<EventRef>),
}

impl ListValue {
    /// The text, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Instant(text) => Some(text),
            Self::None | Self::Texts(_) | Self::Number(_) | Self::Seconds(_) | Self::Flag(_) | Self::Events(_) => None,
        }
    }
}

/// An event of the log behind a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRef {
    /// The column of the row whose instant the event set; for an answer `due_since`, the instant since which it was
    /// due.
    pub what: &'static str,
    /// Index of the input's file.
    pub file: usize,
    /// Its line, from 1; in Parquet its row.
    pub line: u64,
}

impl List {
    /// The name of an event's source, without folders.
    #[must_use]
    pub fn file(&self, event: EventRef) -> &str {
        self.files.get(event.file).map_or("", String::as_str)
    }

    /// The index of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}
