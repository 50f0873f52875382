//! The report as plain values: what every renderer reads, and the shape of `report.json`.
//!
//! Numbers are raw (seconds, rates 0 to 1). Absent is `None` all the way: zero is a number.

pub mod agent_time;
pub mod build;
pub mod by_key;
pub mod cells;
pub mod clock;
pub mod count_values;
pub mod counted;
pub mod coverage;
pub mod demand;
pub mod filters;
pub mod heatmap;
pub mod heatmap_build;
pub mod identities;
pub mod key;
pub mod limits;
pub mod list;
pub mod measure_window;
mod metric_json;
pub mod min_cell;
pub mod needs;
pub mod open_time;
pub mod opening_hours;
pub mod snapshot;
pub mod staffing;
pub mod staffing_build;
pub mod story;
pub mod summary;
pub mod targets;
pub mod template;
pub mod trend;
pub mod warm_up;
pub mod warning_id;
pub mod warnings;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use self::cells::MetricCells;
pub use self::heatmap::{Heatmap, TimeHeatmap, WeekGrid};
pub use self::key::RowKey;
pub use self::limits::Limits;
pub use self::targets::Judged;
pub use self::warning_id::WarningId;
pub use crate::event::Sessions;
use crate::event::aliases::Aliases;
use crate::language::{Language, Message};
use crate::metrics::dimensions::Dimension;
use crate::metrics::{self, Metric};
use crate::unit::Unit;
pub use crate::value::{Cell, Shown, Statistics};
use crate::value::{number, present, trend as trend_numbers};

/// The schema that `report.json` names in its first field.
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
    /// The metrics that answer first, at most six, as the templates name them.
    #[serde(default)]
    pub key_figures: Vec<String>,
    /// The window of local days that the numbers are of.
    pub window: ReportWindow,
    /// The horizon: later events are unseen. RFC 3339, UTC.
    pub as_of: String,
    /// The durations that the numbers go by.
    pub limits: Limits,
    /// The numbers hidden because few rows are behind them; only with `--min-cell`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_cell: Option<MinCell>,
    /// Filters in force: flag name to the values given.
    #[serde(with = "filters::nested")]
    pub filters: BTreeMap<String, Vec<String>>,
    /// The attributes that the run asks for, in the order given; only with some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// Names of the log that stand for others: new names by old ones, of queues, departments, agents and channels. Only
    /// those that a row had.
    #[serde(default, skip_serializing_if = "Aliases::is_empty")]
    pub renamed: Aliases,
    /// How events became conversations.
    pub sessions: Sessions,
    /// The opening hours that durations are measured in; only with some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_hours: Option<opening_hours::OpeningHours>,
    /// The input.
    pub input: Input,
    /// The windows of the trend, oldest first; only with one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trend: Vec<InstantRange>,
    /// Every metric of the templates, in their order.
    pub metrics: Entries<MetricValue>,
    /// Tables by name (`by_channel`, …), in the templates' order.
    pub tables: Entries<Table>,
    /// Heatmaps by the metric that they are of.
    pub heatmaps: Entries<WeekGrid>,
    /// Agents needed by weekday and hour; only with a template that asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staffing: Option<Box<staffing::Staffing>>,
    /// The identities that were checked.
    pub checks: Vec<Check>,
    /// Targets that were asked for, and what became of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Judged>,
    /// Findings that are not fatal.
    pub warnings: Vec<Warning>,
    /// The sections of its pages, in order. Programs need none of it.
    #[serde(skip)]
    pub sections: template::sections::Sections,
}

/// The numbers that `--min-cell` hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinCell {
    /// A number with fewer rows behind it is hidden, unless there are none.
    pub least: u64,
    /// How many numbers are hidden: these, and others that would give them away.
    pub hidden: u64,
}

/// Name and version of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generator {
    /// `dialogram`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Generator {
    /// This program.
    #[must_use]
    pub fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

impl Report {
    /// The window that the values are compared with; none where there are no previous values.
    #[must_use]
    pub fn compared_with(&self) -> Option<&InstantRange> {
        let is_out_of_reach = self.warnings.iter().any(|warning| warning.id == WarningId::NoPreviousWindow.name());
        self.window.previous.as_ref().filter(|_| !is_out_of_reach)
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
    /// The window that changes are measured against; none with `--compare none`, and none where the log does not reach it,
    /// unless the window is a period: then there are no previous values, and a warning says why.
    pub previous: Option<InstantRange>,
    /// `--period`, as it was asked for.
    #[serde(default)]
    pub period: Option<String>,
    /// Whether days of it are still to come: it contains today by what was asked for, or ends after the horizon's day.
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

/// The first local date of the days between two instants. Days without length are a date that the zone skipped: they begin
/// where the next date does.
#[must_use]
pub fn first_day(from: &str, to: &str) -> String {
    let day = from.get(..10).unwrap_or(from);
    let skipped = || day.parse::<chrono::NaiveDate>().ok()?.pred_opt();
    match skipped().filter(|_| from == to) {
        Some(skipped) => skipped.to_string(),
        None => day.to_owned(),
    }
}

/// The input, per file and in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// One entry a file, in input order.
    pub files: Vec<InputFile>,
    /// Rows of all files, where one was read through a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_rows: Option<u64>,
    /// Events of all files, and rows that could not be read.
    pub rows_read: u64,
    /// Rows that became events.
    pub accepted: u64,
    /// Rows dropped because an accepted row before has the same `event_id` and the same values.
    pub duplicates: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Rejected rows by reason.
    pub rejections: BTreeMap<String, u64>,
    /// First event up to the horizon, RFC 3339 UTC.
    pub first_event: Option<String>,
    /// Last event up to the horizon, RFC 3339 UTC.
    pub last_event: Option<String>,
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its name without folders, so that the report does not depend on where the log lies.
    pub name: String,
    /// `csv` or `jsonl`.
    pub format: String,
    /// The mapping that was applied.
    pub profile: String,
    /// Rows or records of a file that was read through a profile; in a log each row is an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_rows: Option<u64>,
    /// Events, and rows that could not be read: accepted + duplicates + rejected.
    pub rows_read: u64,
    /// Rows that became events.
    pub accepted: u64,
    /// Repeats that were dropped.
    pub duplicates: u64,
    /// Rows that could not be read.
    pub rejected: u64,
}

impl Input {
    /// The rows of all files, as a spreadsheet counts them.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.source_rows.unwrap_or(self.rows_read)
    }

    /// The events, where they are not as many as the rows.
    #[must_use]
    pub fn events_apart(&self) -> Option<u64> {
        Some(self.rows_read).filter(|_| self.files.iter().any(|file| file.rows() != file.rows_read))
    }
}

impl InputFile {
    /// The rows of the file, as a spreadsheet counts them.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.source_rows.unwrap_or(self.rows_read)
    }
}

/// A metric's value in the window, in the previous one, and the change.
#[derive(Debug, Clone, PartialEq)]
pub enum MetricValue {
    /// A count, a rate or a score.
    Scalar(ScalarValue),
    /// A duration: its statistics, in seconds.
    Duration(DurationValue),
    /// The number of the window is hidden; those of other windows need not be.
    Hidden(HiddenValue),
}

/// A metric whose number of the window is hidden: what there is beside that number, which is absent here.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a report has a few dozen of them")]
#[expect(missing_docs, reason = "the variants of `MetricValue`")]
pub enum HiddenValue {
    Scalar(ScalarValue),
    Duration(DurationValue),
}

/// The parts of a metric that are hidden beside the number of the window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HiddenParts {
    /// The number of the previous window.
    pub previous: bool,
    /// The change.
    pub change: bool,
    /// Places of windows of the trend.
    pub trend: Vec<usize>,
}

impl HiddenParts {
    /// Whether nothing is hidden.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A count, a rate or a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScalarValue {
    /// Its unit.
    pub unit: Unit,
    /// The value; none where there is no data.
    #[serde(serialize_with = "number")]
    pub value: Option<f64>,
    /// Rows behind it: of a rate its denominator, of NPS the ratings, of replies per agent the replies.
    pub n: u64,
    /// The value of the previous window.
    #[serde(serialize_with = "number")]
    pub previous: Option<f64>,
    /// The change against it: relative for counts and replies per agent, the difference for rates and NPS.
    #[serde(serialize_with = "number")]
    pub change: Option<f64>,
    /// The revision of the metric's definition. Reports that do not say it are older than any second one.
    #[serde(default = "first_revision")]
    pub revision: u32,
    /// Whether it is measured in open time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_time: bool,
    /// With a trend: the value of each window, oldest first, none where the log begins later; none for the horizon.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "trend_numbers")]
    #[serde(deserialize_with = "present")]
    pub trend: Option<Option<Vec<Option<f64>>>>,
    /// With a trend: the place in it of the best window, if one is better than all others.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub best: Option<Option<usize>>,
    /// With a trend: the place in it of the worst window, if one is worse than all others.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub worst: Option<Option<usize>>,
    /// The parts of it that are hidden.
    #[serde(skip)]
    pub hidden: HiddenParts,
}

/// A duration in the window, in the previous one, and the relative change of each statistic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DurationValue {
    /// Always seconds.
    pub unit: Unit,
    /// The statistics of the window.
    #[serde(flatten)]
    pub statistics: Statistics,
    /// The values of the previous window; none where there is no previous window.
    pub previous: Option<Statistics>,
    /// The change of each statistic; none where there is no previous window.
    pub change: Option<Change>,
    /// The revision of the metric's definition. Reports that do not say it are older than any second one.
    #[serde(default = "first_revision")]
    pub revision: u32,
    /// Whether it is measured in open time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_time: bool,
    /// With a trend: the statistics of each window, oldest first, none where the log begins later.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub trend: Option<Option<Vec<Option<Statistics>>>>,
    /// With a trend: the place in it of the window with the best mean, if one is better than all others.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub best: Option<Option<usize>>,
    /// With a trend: the place in it of the window with the worst mean, if one is worse than all others.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub worst: Option<Option<usize>>,
    /// The parts of it that are hidden.
    #[serde(skip)]
    pub hidden: HiddenParts,
}

const fn first_revision() -> u32 {
    1
}

impl Report {
    /// The unit of a metric; a count where nothing says it.
    #[must_use]
    pub fn unit(&self, metric: &str) -> Unit {
        self.known_unit(metric).unwrap_or(Unit::Count)
    }

    /// The unit of a metric: the report's own, else the list's, else that of its cells. None where nothing says it.
    #[must_use]
    pub fn known_unit(&self, metric: &str) -> Option<Unit> {
        let own = self.metrics.get(metric).map(MetricValue::unit);
        let listed = || metrics::find(metric).map(Metric::unit);
        let is_duration = |row: &TableRow| matches!(row.cells.get(metric), Some(Cell::Duration(_)));
        let of_cells =
            || self.tables.iter().any(|(_, table)| table.rows.iter().any(is_duration)).then_some(Unit::Seconds);
        own.or_else(listed).or_else(of_cells)
    }

    /// The heatmaps of counts, by metric.
    pub fn count_heatmaps(&self) -> impl Iterator<Item = (&str, &Heatmap)> {
        self.heatmaps.iter().filter_map(|(id, grid)| match grid {
            WeekGrid::Counts(heatmap) => Some((id, heatmap)),
            WeekGrid::Time(_) => None,
        })
    }

    /// The heatmaps of time, by metric.
    pub fn time_heatmaps(&self) -> impl Iterator<Item = (&str, &TimeHeatmap)> {
        self.heatmaps.iter().filter_map(|(id, grid)| match grid {
            WeekGrid::Counts(_) => None,
            WeekGrid::Time(heatmap) => Some((id, heatmap)),
        })
    }

    /// The heatmaps of counts, to be changed.
    #[cfg(test)]
    pub fn count_heatmaps_mut(&mut self) -> impl Iterator<Item = &mut Heatmap> {
        self.heatmaps.0.iter_mut().filter_map(|(_, grid)| match grid {
            WeekGrid::Counts(heatmap) => Some(heatmap),
            WeekGrid::Time(_) => None,
        })
    }
}

/// The number that a metric leads with, beside the one of the window before: of a duration, those of a statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leading {
    /// Its unit.
    pub unit: Unit,
    /// The statistic of a duration; none of other metrics.
    pub statistic: Option<Statistic>,
    /// In the window.
    pub value: Option<f64>,
    /// In the window before.
    pub before: Option<f64>,
    /// From that one to this.
    pub change: Option<f64>,
    /// How many rows are behind it.
    pub n: u64,
    /// Whether the number of the window is hidden: then it is absent here.
    pub is_hidden: bool,
}

impl HiddenValue {
    /// The numbers beside the hidden one.
    #[must_use]
    pub fn of(&self) -> MetricValue {
        match self {
            Self::Scalar(scalar) => MetricValue::Scalar(scalar.clone()),
            Self::Duration(duration) => MetricValue::Duration(duration.clone()),
        }
    }
}

impl MetricValue {
    /// The number that it leads with.
    #[must_use]
    pub fn leading(&self) -> Leading {
        match self {
            Self::Scalar(scalar) => Leading {
                unit: scalar.unit,
                statistic: None,
                value: scalar.value,
                before: scalar.previous,
                change: scalar.change,
                n: scalar.n,
                is_hidden: false,
            },
            Self::Hidden(hidden) => Leading { is_hidden: true, ..hidden.of().leading() },
            Self::Duration(duration) => Leading {
                unit: duration.unit,
                statistic: Some(Statistic::LEADING),
                value: Statistic::LEADING.of(&duration.statistics),
                before: duration.previous.as_ref().and_then(|before| Statistic::LEADING.of(before)),
                change: duration.change.as_ref().and_then(|change| Statistic::LEADING.of_change(change)),
                n: duration.statistics.n,
                is_hidden: false,
            },
        }
    }

    /// The same with the number of the window hidden.
    #[must_use]
    pub fn hide(self) -> Self {
        Self::Hidden(match self {
            Self::Scalar(scalar) => HiddenValue::Scalar(ScalarValue { value: None, n: 0, change: None, ..scalar }),
            Self::Duration(duration) => {
                HiddenValue::Duration(DurationValue { statistics: Statistics::default(), change: None, ..duration })
            }
            Self::Hidden(hidden) => hidden,
        })
    }

    /// Its hidden parts beside the number of the window.
    #[must_use]
    pub const fn hidden(&self) -> &HiddenParts {
        match self {
            Self::Scalar(scalar) | Self::Hidden(HiddenValue::Scalar(scalar)) => &scalar.hidden,
            Self::Duration(duration) | Self::Hidden(HiddenValue::Duration(duration)) => &duration.hidden,
        }
    }

    /// Whether it has statistics, hidden or not.
    #[must_use]
    pub const fn is_duration(&self) -> bool {
        matches!(self, Self::Duration(_) | Self::Hidden(HiddenValue::Duration(_)))
    }

    /// Its unit.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        match self {
            Self::Scalar(scalar) | Self::Hidden(HiddenValue::Scalar(scalar)) => scalar.unit,
            Self::Duration(duration) | Self::Hidden(HiddenValue::Duration(duration)) => duration.unit,
        }
    }

    /// The revision of the metric's definition.
    #[must_use]
    pub const fn revision(&self) -> u32 {
        match self {
            Self::Scalar(scalar) | Self::Hidden(HiddenValue::Scalar(scalar)) => scalar.revision,
            Self::Duration(duration) | Self::Hidden(HiddenValue::Duration(duration)) => duration.revision,
        }
    }

    /// Whether it is measured in open time.
    #[must_use]
    pub const fn open_time(&self) -> bool {
        match self {
            Self::Scalar(scalar) | Self::Hidden(HiddenValue::Scalar(scalar)) => scalar.open_time,
            Self::Duration(duration) | Self::Hidden(HiddenValue::Duration(duration)) => duration.open_time,
        }
    }
}

/// A number or a statistic of it; hidden where the number is.
impl Cell {
    /// The value of a scalar, or a statistic of a duration; none where there is no data.
    #[must_use]
    pub fn number(&self, statistic: Option<Statistic>) -> Option<Shown<f64>> {
        match (self, statistic) {
            (Self::Hidden, _) => Some(Shown::Hidden),
            (Self::Scalar { value, .. }, None) => value.map(Shown::Known),
            (Self::Duration(statistics), Some(statistic)) => statistic.of(statistics).map(Shown::Known),
            (Self::Scalar { .. }, Some(_)) | (Self::Duration(_), None) => None,
        }
    }
}

impl MetricValue {
    /// The value of a scalar in the window, or a statistic of a duration; none where there is no data.
    #[must_use]
    pub fn number(&self, statistic: Option<Statistic>) -> Option<Shown<f64>> {
        match (self, statistic) {
            (Self::Hidden(_), _) => Some(Shown::Hidden),
            (Self::Scalar(scalar), None) => scalar.value.map(Shown::Known),
            (Self::Duration(duration), Some(statistic)) => statistic.of(&duration.statistics).map(Shown::Known),
            (Self::Scalar(_), Some(_)) | (Self::Duration(_), None) => None,
        }
    }
}

/// The relative change of each statistic.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of `Statistics`")]
pub struct Change {
    #[serde(serialize_with = "number")]
    pub mean: Option<f64>,
    #[serde(serialize_with = "number")]
    pub p50: Option<f64>,
    #[serde(serialize_with = "number")]
    pub p90: Option<f64>,
    #[serde(serialize_with = "number")]
    pub p95: Option<f64>,
    #[serde(serialize_with = "number")]
    pub max: Option<f64>,
    #[serde(serialize_with = "number")]
    pub n: Option<f64>,
}

/// One statistic of a duration, with the name that the outputs give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Arithmetic mean.
    Mean,
    /// Median.
    P50,
    /// 90th percentile.
    P90,
    /// 95th percentile.
    P95,
    /// Maximum.
    Max,
}

impl Statistic {
    /// All, in the order of every output.
    pub const ALL: [Self; 5] = [Self::Mean, Self::P50, Self::P90, Self::P95, Self::Max];

    /// The one that a duration leads with and is judged by: a single long case moves the mean, but not the median.
    pub const LEADING: Self = Self::P50;

    /// The name in JSON and CSV.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::Max => "max",
        }
    }

    /// This statistic of `of`, in seconds.
    #[must_use]
    pub fn of(self, of: &Statistics) -> Option<f64> {
        match self {
            Self::Mean => of.mean,
            Self::P50 => of.p50,
            Self::P90 => of.p90,
            Self::P95 => of.p95,
            Self::Max => of.max,
        }
    }

    /// The change of this statistic.
    #[must_use]
    pub fn of_change(self, of: &Change) -> Option<f64> {
        match self {
            Self::Mean => of.mean,
            Self::P50 => of.p50,
            Self::P90 => of.p90,
            Self::P95 => of.p95,
            Self::Max => of.max,
        }
    }
}

/// Metrics by the values of a dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Table {
    /// The dimensions of the key (`channel`, `day`, …): one, or two that are crossed.
    pub dimensions: Vec<String>,
    /// The metrics of each row; the first one orders the rows.
    pub metrics: Vec<String>,
    /// False where a conversation can be in several rows, so that they do not sum to the total.
    pub adds_up: bool,
    /// The rows, largest first; days in date order.
    pub rows: Vec<TableRow>,
    /// Of a table by day: the rows of the window before, in date order. Empty where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<TableRow>,
}

impl Table {
    /// Whether no value is null in the keys of its JSON: of tags, attributes and crossings.
    fn has_null_keys(&self) -> bool {
        match &self.dimensions[..] {
            [dimension] => Dimension::of_table(dimension).has_null_keys(),
            _ => true,
        }
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = Self::deserialize(deserializer)?;
        // A row alone does not know whose key it has.
        if !table.has_null_keys() {
            for row in table.rows.iter_mut().chain(&mut table.previous) {
                row.key = std::mem::take(&mut row.key).without_nulls();
            }
        }
        Ok(table)
    }
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// The values of the dimensions; `(none)` for no value.
    pub key: RowKey,
    /// The same for a reader: an agent's name for an id.
    pub label: Vec<String>,
    /// Of a week or month: how many days of it the window has.
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
    /// One side; hidden with `--min-cell`, but for rows that were read.
    pub left: Shown<f64>,
    /// The other side.
    pub right: Shown<f64>,
    /// Whether they are equal.
    pub holds: bool,
}

/// A finding that is not fatal.
#[derive(Debug, Clone, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Its name, stable over releases.
    pub id: String,
    /// One sentence for a reader, in English.
    pub text: String,
    /// How often, where that is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The content of the sentence, for the other languages; a report that was read from JSON has the English text alone.
    #[serde(skip)]
    pub(super) message: Option<Message>,
}

impl Warning {
    /// A finding, with what its sentence says.
    #[must_use]
    pub fn new(id: WarningId, message: Message, count: Option<u64>) -> Self {
        let text = message.in_language(Language::English);
        Self { id: id.name().to_owned(), text, count, message: Some(message) }
    }

    /// A finding of which there is only the English sentence.
    #[must_use]
    pub fn in_english(id: String, text: String, count: Option<u64>) -> Self {
        Self { id, text, count, message: None }
    }

    /// The sentence in a language.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        match &self.message {
            Some(message) if language != Language::English => message.in_language(language),
            Some(_) | None => self.text.clone(),
        }
    }
}

impl PartialEq for Warning {
    /// By what JSON has of them.
    fn eq(&self, other: &Self) -> bool {
        (&self.id, &self.text, self.count) == (&other.id, &other.text, other.count)
    }
}

fn warning(id: WarningId, message: Message, count: Option<u64>) -> Warning {
    Warning::new(id, message, count)
}

/// Named values in the order they were given: a JSON object that keeps its order.
#[derive(Debug, Clone, PartialEq)]
pub struct Entries<T>(pub Vec<(String, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Entries<T> {
    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl<T: Serialize> Serialize for Entries<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for InOrder<T> {
            type Value = Entries<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder(std::marker::PhantomData))
    }
}
