//! The report as plain values, read by every renderer, and the structure of `report.json`.
//!
//! Numbers are unformatted (seconds, rates 0 to 1). Absent is `None` everywhere: zero is a number.

mod agent_time;
pub mod build;
mod by_key;
mod cells;
pub mod clock;
pub mod count_values;
pub mod counted;
mod coverage;
mod day_span;
pub mod demand;
mod entries;
pub mod filters;
mod heatmap;
mod heatmap_build;
pub mod identities;
mod input;
pub mod key;
mod limits;
pub mod list;
mod measure_window;
mod metric_json;
mod metric_value;
mod min_cell;
pub mod needs;
mod of_conversation;
mod open_time;
pub mod opening_hours;
pub mod query;
mod row_values;
pub mod snapshot;
pub mod staffing;
mod staffing_build;
mod statistic;
pub mod story;
pub mod summary;
mod table_build;
mod table_json;
pub mod targets;
pub mod template;
pub mod trend;
pub mod unknown_names;
mod values_build;
pub mod warm_up;
mod warning;
mod warning_id;
pub mod warnings;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::cells::MetricCells;
pub use self::day_span::DaySpan;
pub use self::entries::Entries;
pub use self::heatmap::{Heatmap, TimeHeatmap, WeekGrid};
pub use self::input::{Input, InputFile};
pub use self::key::RowKey;
pub use self::limits::LimitSeconds;
pub use self::metric_value::{DurationValue, HiddenParts, HiddenValue, Leading, MetricValue, ScalarValue};
pub use self::statistic::{Change, Statistic};
pub use self::targets::Judged;
pub use self::warning::Warning;
pub use self::warning_id::WarningId;
pub use crate::event::Sessions;
use crate::event::aliases::Aliases;
use crate::metrics::dimensions::Dimension;
use crate::metrics::{self, Metric};
use crate::time::parse_date;
use crate::unit::Unit;
pub use crate::value::{Cell, Shown, Statistics};

/// The schema in the first field of `report.json`.
pub const SCHEMA: &str = "dialogram/report/1";

/// A finished report of one window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The program that wrote it.
    pub generator: Generator,
    /// Templates, in the order given.
    pub templates: Vec<String>,
    /// The report's title for people: the templates' titles.
    pub title: String,
    /// The key figures of the templates, at most six.
    #[serde(default)]
    pub key_figures: Vec<String>,
    /// The window of the numbers, in local days.
    pub window: ReportWindow,
    /// The horizon: later events are ignored. RFC 3339, UTC.
    pub as_of: String,
    /// The durations that define the numbers.
    pub limits: LimitSeconds,
    /// The numbers hidden because few rows are behind them; only with `--min-cell`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_cell: Option<MinCell>,
    /// Filters in force: flag name to the values given.
    #[serde(with = "filters::nested")]
    pub filters: BTreeMap<String, Vec<String>>,
    /// The requested attributes, in the order given; left out if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// Renamed and merged names of the log: new names by old ones, for queues, departments, agents and channels. Only
    /// those that occur in rows.
    #[serde(default, skip_serializing_if = "Aliases::is_empty")]
    pub renamed: Aliases,
    /// The rule for conversations.
    pub sessions: Sessions,
    /// The opening hours for measuring durations; left out without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_hours: Option<opening_hours::ReportOpeningHours>,
    /// The sources of the run, and the counts of their rows.
    pub input: Input,
    /// The windows of the trend, oldest first; left out without a trend.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trend: Vec<InstantRange>,
    /// Every metric of the templates, in their order.
    pub metrics: Entries<MetricValue>,
    /// Tables by name (`by_channel`, …), in the templates' order.
    pub tables: Entries<Table>,
    /// Heatmaps by metric.
    pub heatmaps: Entries<WeekGrid>,
    /// Agents needed by weekday and hour; only if a template has staffing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staffing: Option<Box<staffing::Staffing>>,
    /// The identities that were checked.
    pub checks: Vec<Check>,
    /// The requested targets and their results.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Judged>,
    /// Findings that are not fatal.
    pub warnings: Vec<Warning>,
    /// The sections of its pages, in order. Programs do not need them.
    #[serde(skip)]
    pub sections: template::sections::Sections,
}

/// The numbers that `--min-cell` hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinCell {
    /// A number with fewer rows behind it is hidden, except zeros.
    pub least: u64,
    /// How many numbers are hidden: small ones, and others that would reveal them.
    pub hidden: u64,
}

/// Name and version of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generator {
    /// `dialogram`.
    pub name: String,
    /// The version of the program.
    pub version: String,
}

impl Generator {
    /// This program.
    #[must_use]
    pub fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// A half-open span of whole local days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportWindow {
    /// First instant, RFC 3339 with the zone's offset.
    pub from: String,
    /// First instant after it.
    pub to: String,
    /// IANA name of the zone.
    pub timezone: String,
    /// Version of the zone database.
    pub timezone_data: String,
    /// Number of local days.
    pub days: u32,
    /// The window to compare with. `None` with `--compare none`, and if the log does not reach it, unless the window is
    /// a period: then there are no previous values, and a warning says why.
    pub previous: Option<InstantRange>,
    /// `--period`, as requested.
    #[serde(default)]
    pub period: Option<String>,
    /// Whether some of its days are still to come: the requested days contain today, or end after the horizon's day.
    #[serde(default)]
    pub unfinished: bool,
}

/// From the first instant to the first instant after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstantRange {
    /// First instant, RFC 3339 with the zone's offset.
    pub from: String,
    /// First instant after it.
    pub to: String,
}

impl InstantRange {
    /// The first local date, as `2026-03-02`.
    #[must_use]
    pub fn first_day(&self) -> String {
        first_day(&self.from, &self.to)
    }
}

/// The first local date of the days between two instants. Days without length are a date that the zone skipped: it
/// begins where the next date does.
#[must_use]
pub fn first_day(from: &str, to: &str) -> String {
    let day = from.get(..10).unwrap_or(from);
    let skipped = || parse_date(day).ok()?.pred_opt();
    match skipped().filter(|_| from == to) {
        Some(skipped) => skipped.to_string(),
        None => day.to_owned(),
    }
}

impl Report {
    /// The window to compare with; `None` if there are no previous values.
    #[must_use]
    pub fn compared_with(&self) -> Option<&InstantRange> {
        let is_out_of_reach = self.warnings.iter().any(|warning| warning.id == WarningId::NoPreviousWindow.name());
        self.window.previous.as_ref().filter(|_| !is_out_of_reach)
    }

    /// The unit of a metric; a count if unknown.
    #[must_use]
    pub fn unit(&self, metric: &str) -> Unit {
        self.known_unit(metric).unwrap_or_else(|| metrics::unit(metric))
    }

    /// The unit of a metric: the report's own, else the list's, else that of its cells. `None` if unknown.
    #[must_use]
    pub(crate) fn known_unit(&self, metric: &str) -> Option<Unit> {
        let own = self.metrics.get(metric).map(MetricValue::unit);
        let listed = || metrics::find(metric).map(Metric::unit);
        let is_duration = |row: &TableRow| matches!(row.cells.get(metric), Some(Cell::Duration(_)));
        let of_cells =
            || self.tables.iter().any(|(_, table)| table.rows.iter().any(is_duration)).then_some(Unit::Seconds);
        own.or_else(listed).or_else(of_cells)
    }

    /// The heatmaps of counts, by metric.
    pub(crate) fn count_heatmaps(&self) -> impl Iterator<Item = (&str, &Heatmap)> {
        self.heatmaps.iter().filter_map(|(id, grid)| match grid {
            WeekGrid::Counts(heatmap) => Some((id, heatmap)),
            WeekGrid::Time(_) => None,
        })
    }

    /// The heatmaps of time, by metric.
    pub(crate) fn time_heatmaps(&self) -> impl Iterator<Item = (&str, &TimeHeatmap)> {
        self.heatmaps.iter().filter_map(|(id, grid)| match grid {
            WeekGrid::Counts(_) => None,
            WeekGrid::Time(heatmap) => Some((id, heatmap)),
        })
    }

    /// The heatmaps of counts, mutable.
    #[cfg(test)]
    pub(crate) fn count_heatmaps_mut(&mut self) -> impl Iterator<Item = &mut Heatmap> {
        self.heatmaps.0.iter_mut().filter_map(|(_, grid)| match grid {
            WeekGrid::Counts(heatmap) => Some(heatmap),
            WeekGrid::Time(_) => None,
        })
    }
}

/// Metrics by the values of a dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The dimensions of the key (`channel`, `day`, …): one, or two for a crossing.
    pub dimensions: Vec<String>,
    /// The metrics of each row; the first one sorts the rows.
    pub metrics: Vec<String>,
    /// False if a conversation can be in several rows, so that they do not sum to the total.
    pub adds_up: bool,
    /// The rows, largest first; days in date order.
    pub rows: Vec<TableRow>,
    /// For a table by day: the rows of the window before, in date order. Empty without one.
    pub previous: Vec<TableRow>,
}

impl Table {
    /// Whether its rows are days, which are in date order and never cut.
    #[must_use]
    pub(crate) fn is_by_day(&self) -> bool {
        self.dimensions == [Dimension::Day.name()]
    }

    /// Whether no value is null in the keys of its JSON: in tables by tags, attributes and crossings.
    fn has_null_keys(&self) -> bool {
        match &self.dimensions[..] {
            [dimension] => Dimension::of_table(dimension).has_null_keys(),
            _ => true,
        }
    }
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// The values of the dimensions; `(none)` for no value.
    pub key: RowKey,
    /// The key for a reader: an agent's name for an id.
    pub label: Vec<String>,
    /// For a week or month: how many of its days are in the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<usize>,
    /// The metrics, by id.
    #[serde(flatten)]
    pub cells: MetricCells,
}

/// An identity: two numbers that must be equal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Its name.
    pub id: String,
    /// One side; with `--min-cell` hidden, except counts of read rows.
    pub left: Shown<f64>,
    /// The other side.
    pub right: Shown<f64>,
    /// Whether they are equal.
    pub holds: bool,
}
