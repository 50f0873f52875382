//! The numbers of two reports, side by side.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::table::{HEATMAP, STAFFING, TOTAL, TREND};
use crate::metrics::dimensions::{Dimension, WEEKDAYS, month_name, week_name};
use crate::metrics::{self, Metric};
use crate::report::key::joined;
use crate::report::staffing::StaffingNumber;
use crate::report::targets::VALUE;
use crate::report::{Cell, DurationValue, HiddenValue, MetricValue, Report, Shown, Statistic, Table, first_day};
use crate::time::date_of;
use crate::unit::Unit;

/// A number of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricPart {
    /// The value of a count, rate or score.
    Value,
    /// A statistic of a duration.
    Statistic(Statistic),
    /// The number of rows.
    N,
}

impl MetricPart {
    /// The name in rules and outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => VALUE,
            Self::Statistic(statistic) => statistic.name(),
            Self::N => "n",
        }
    }

    /// The unit of this number of a metric.
    #[must_use]
    pub fn unit(self, unit: Unit) -> Unit {
        match self {
            Self::Value | Self::Statistic(_) => unit,
            Self::N => Unit::Count,
        }
    }
}

/// The position of a number in a report.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CellPath {
    /// A metric of the whole report.
    Total,
    /// A row of a table.
    Row {
        /// The table's name.
        table: String,
        /// The row's key.
        key: Vec<String>,
    },
    /// A cell of a heatmap.
    Hour {
        /// From Monday, 0.
        weekday: usize,
        /// Local hour.
        hour: usize,
    },
    /// The staffing plan.
    Staffing {
        /// The weekday, from Monday = 0, and the local hour; `None` for a number of all cells.
        cell: Option<(usize, usize)>,
    },
    /// A window of the trend.
    Trend {
        /// The window's first instant, RFC 3339.
        from: String,
        /// Its end, exclusive.
        to: String,
    },
}

impl CellPath {
    /// The table's name, as in `report.csv`.
    #[must_use]
    pub fn table(&self) -> &str {
        match self {
            Self::Total => TOTAL,
            Self::Row { table, .. } => table,
            Self::Hour { .. } => HEATMAP,
            Self::Staffing { .. } => STAFFING,
            Self::Trend { .. } => TREND,
        }
    }

    /// The key in that table, as in `report.csv`; empty for the total.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Total | Self::Staffing { cell: None } => String::new(),
            Self::Row { key, .. } => joined(key),
            Self::Hour { weekday, hour } | Self::Staffing { cell: Some((weekday, hour)) } => {
                format!("{} {hour:02}", WEEKDAYS[weekday % 7])
            }
            Self::Trend { from, to } => first_day(from, to),
        }
    }
}

impl fmt::Display for CellPath {
    /// `total`, `by_queue Pedidos`, `heatmap mon 09`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Total | Self::Staffing { cell: None } => f.write_str(self.table()),
            // A table without rows.
            Self::Row { key, .. } if key.is_empty() => f.write_str(self.table()),
            Self::Row { .. } | Self::Hour { .. } | Self::Staffing { .. } | Self::Trend { .. } => {
                write!(f, "{} {}", self.table(), self.key())
            }
        }
    }
}

/// A number of one report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairSide {
    /// `None` for no data.
    pub value: Option<f64>,
    /// Rows behind it, if known.
    pub n: Option<u64>,
    /// Whether the report hides the number, which is then `None`.
    pub is_hidden: bool,
}

impl PairSide {
    const HIDDEN: Self = Self { value: None, n: None, is_hidden: true };

    /// A number that is not hidden.
    #[must_use]
    pub const fn shown(value: Option<f64>, n: Option<u64>) -> Self {
        Self { value, n, is_hidden: false }
    }
}

/// A number of two reports; `None` on a side that does not have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The metric's id.
    pub metric: String,
    /// The part of the metric.
    pub part: MetricPart,
    /// The unit of the number.
    pub unit: Unit,
    /// Its position.
    pub path: CellPath,
    /// In the earlier report.
    pub old: Option<PairSide>,
    /// In the later one.
    pub new: Option<PairSide>,
    /// Whether only one report can have it: the row of a day, week or month outside of the other window, or a window
    /// outside of the other trend. It is not compared.
    pub is_of_one_window: bool,
    /// Whether it is the report's own window in its trend: the totals have the same number.
    pub is_in_totals: bool,
}

impl Pair {
    /// The two values, `None` for no data.
    #[must_use]
    pub fn values(&self) -> (Option<f64>, Option<f64>) {
        let value = |side: Option<PairSide>| side.and_then(|side| side.value);
        (value(self.old), value(self.new))
    }

    /// Whether the two values exist and are hidden.
    #[must_use]
    pub fn hidden(&self) -> (bool, bool) {
        let is_hidden = |side: Option<PairSide>| side.is_some_and(|side| side.is_hidden);
        (is_hidden(self.old), is_hidden(self.new))
    }

    /// Whether the numbers are not the same.
    #[must_use]
    pub fn differs(&self) -> bool {
        let is_other = self.old.is_some() != self.new.is_some() || self.values().0 != self.values().1;
        is_other && !self.is_of_one_window && !self.is_in_totals
    }
}

/// A metric, a position, and the number's name there.
type NumberName = (String, CellPath, &'static str);

/// All numbers of both reports, in the order of the later one; then those that only the earlier one has.
#[must_use]
pub fn pairs(old: &Report, new: &Report) -> Vec<Pair> {
    let before = numbers(old);
    let known: HashMap<&NumberName, PairSide> = before.iter().map(|(name, _, side)| (name, *side)).collect();
    let after = numbers(new);
    let seen: HashSet<&NumberName> = after.iter().map(|(name, ..)| name).collect();
    let (old_calendar, new_calendar) = (WindowDays::of(old), WindowDays::of(new));
    let missing = |report: &Report, calendar: &WindowDays, name: &NumberName, part: MetricPart| {
        if calendar.is_beyond(report, name) { (None, true) } else { (absent_row(report, name, part), false) }
    };
    let have_one_window = old.window.from == new.window.from && old.window.to == new.window.to;
    let is_in_totals = |pair: &Pair| match &pair.path {
        CellPath::Trend { from, to } => have_one_window && new.window.from == *from && new.window.to == *to,
        CellPath::Total | CellPath::Row { .. } | CellPath::Hour { .. } | CellPath::Staffing { .. } => false,
    };
    let mut pairs: Vec<Pair> = after
        .iter()
        .map(|(name, part, side)| {
            let (other, is_of_one_window) = match known.get(name) {
                Some(other) => (Some(*other), false),
                None => missing(old, &old_calendar, name, *part),
            };
            Pair { is_of_one_window, ..pair(name, *part, new, (other, Some(*side))) }
        })
        .collect();
    let only_before = before.iter().filter(|(name, ..)| !seen.contains(name));
    pairs.extend(only_before.map(|(name, part, side)| {
        let (other, is_of_one_window) = missing(new, &new_calendar, name, *part);
        Pair { is_of_one_window, ..pair(name, *part, old, (Some(*side), other)) }
    }));
    for pair in &mut pairs {
        pair.is_in_totals = is_in_totals(pair);
    }
    pairs
}

/// The days of a window, with their weeks and months, as keys of rows.
struct WindowDays(HashSet<String>);

impl WindowDays {
    fn of(report: &Report) -> Self {
        let (first, end) = (date_of(&report.window.from), date_of(&report.window.to));
        let days =
            first.into_iter().flat_map(|day| day.iter_days()).take_while(|day| end.is_some_and(|end| *day < end));
        Self(days.flat_map(|day| [day.to_string(), week_name(day), month_name(day)]).collect())
    }

    /// Whether a row is of a day, week or month outside of the window, or of another window of the trend.
    fn is_beyond(&self, report: &Report, (_, path, _): &NumberName) -> bool {
        if let CellPath::Trend { .. } = path {
            // If the report has a trend, its windows differ.
            return !report.trend.is_empty();
        }
        let CellPath::Row { table, key } = path else { return false };
        let Some(table) = report.tables.get(table) else { return false };
        let is_calendar =
            |name: &str| [Dimension::Day, Dimension::Week, Dimension::Month].iter().any(|one| one.name() == name);
        table.dimensions.iter().zip(key).any(|(dimension, key)| is_calendar(dimension) && !self.0.contains(key))
    }
}

fn pair(
    name: &NumberName,
    part: MetricPart,
    report: &Report,
    (old, new): (Option<PairSide>, Option<PairSide>),
) -> Pair {
    let (metric, path, _) = name;
    let unit = match path {
        CellPath::Staffing { .. } => StaffingNumber::parse(metric).map_or(Unit::Score, StaffingNumber::unit),
        CellPath::Total | CellPath::Row { .. } | CellPath::Hour { .. } | CellPath::Trend { .. } => report.unit(metric),
    };
    Pair {
        metric: metric.clone(),
        part,
        unit: part.unit(unit),
        path: path.clone(),
        old,
        new,
        is_of_one_window: false,
        is_in_totals: false,
    }
}

/// The numbers of a row that a table leaves out, if the report has the table with that metric: counts are 0, others
/// have no data.
fn absent_row(report: &Report, (metric, path, _): &NumberName, part: MetricPart) -> Option<PairSide> {
    let CellPath::Row { table, .. } = path else { return None };
    report.tables.get(table).filter(|table: &&Table| table.metrics.contains(metric))?;
    let is_count = part.unit(report.unit(metric)) == Unit::Count;
    Some(PairSide::shown(is_count.then_some(0.0), Some(0)))
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
const fn real(count: u64) -> f64 {
    count as f64
}

/// A count of rows, which is its own number of rows.
fn count_side(n: u64) -> PairSide {
    PairSide::shown(Some(real(n)), Some(n))
}

/// The number of a cell whose number of rows is unknown.
fn cell_side(number: Shown<f64>) -> PairSide {
    number.known().map_or(PairSide::HIDDEN, |number| PairSide::shown(Some(number), None))
}

/// The number of rows of a count, which is its value.
fn count_of(unit: Unit, value: Option<f64>) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    value.filter(|_| unit == Unit::Count).map(|n| n as u64)
}

/// The numbers of a hidden metric.
fn hidden_parts(is_duration: bool, unit: Unit) -> impl Iterator<Item = MetricPart> {
    let of_duration = Statistic::ALL.map(MetricPart::Statistic).into_iter().filter(move |_| is_duration);
    let of_scalar = Some(MetricPart::Value).filter(|_| !is_duration);
    of_scalar.into_iter().chain(of_duration).chain(Some(MetricPart::N).filter(|_| is_duration || unit != Unit::Count))
}

/// Every number of a report.
fn numbers(report: &Report) -> Vec<(NumberName, MetricPart, PairSide)> {
    let mut all = Numbers::default();
    all.add_totals(report);
    all.add_trend(report);
    all.add_tables(report);
    all.add_grids(report);
    all.0
}

/// Numbers of a report, part by part.
#[derive(Default)]
struct Numbers(Vec<(NumberName, MetricPart, PairSide)>);

impl Numbers {
    fn add(&mut self, metric: &str, path: &CellPath, part: MetricPart, side: PairSide) {
        self.0.push(((metric.to_owned(), path.clone(), part.name()), part, side));
    }

    fn add_totals(&mut self, report: &Report) {
        for (id, value) in report.metrics.iter() {
            match value {
                MetricValue::Scalar(scalar) => {
                    self.add(id, &CellPath::Total, MetricPart::Value, PairSide::shown(scalar.value, Some(scalar.n)));
                    if scalar.unit != Unit::Count {
                        self.add(id, &CellPath::Total, MetricPart::N, count_side(scalar.n));
                    }
                }
                MetricValue::Duration(DurationValue { statistics, .. }) => {
                    for statistic in Statistic::ALL {
                        let side = PairSide::shown(statistic.of(statistics), Some(statistics.n));
                        self.add(id, &CellPath::Total, MetricPart::Statistic(statistic), side);
                    }
                    self.add(id, &CellPath::Total, MetricPart::N, count_side(statistics.n));
                }
                MetricValue::Hidden(hidden) => hidden_parts(value.is_duration(), hidden.of().unit())
                    .for_each(|part| self.add(id, &CellPath::Total, part, PairSide::HIDDEN)),
            }
        }
    }

    fn add_trend(&mut self, report: &Report) {
        for (at, window) in report.trend.iter().enumerate() {
            let path = CellPath::Trend { from: window.from.clone(), to: window.to.clone() };
            for (id, value) in report.metrics.iter() {
                let is_hidden = value.hidden().trend.contains(&at);
                match value {
                    MetricValue::Scalar(scalar) | MetricValue::Hidden(HiddenValue::Scalar(scalar)) => {
                        let Some(level) = scalar.trend.iter().flatten().find_map(|levels| levels.get(at)) else {
                            continue;
                        };
                        let side = PairSide { is_hidden, ..PairSide::shown(*level, count_of(scalar.unit, *level)) };
                        self.add(id, &path, MetricPart::Value, side);
                    }
                    MetricValue::Duration(duration) | MetricValue::Hidden(HiddenValue::Duration(duration)) => {
                        let Some(level) = duration.trend.iter().flatten().find_map(|levels| levels.get(at)) else {
                            continue;
                        };
                        let n = level.map(|level| level.n);
                        for statistic in Statistic::ALL {
                            let value = level.and_then(|level| statistic.of(&level));
                            let side = PairSide { is_hidden, ..PairSide::shown(value, n) };
                            self.add(id, &path, MetricPart::Statistic(statistic), side);
                        }
                        self.add(id, &path, MetricPart::N, PairSide { is_hidden, ..PairSide::shown(n.map(real), n) });
                    }
                }
            }
        }
    }

    fn add_tables(&mut self, report: &Report) {
        for (name, table) in report.tables.iter() {
            for row in &table.rows {
                let path = CellPath::Row { table: name.to_owned(), key: row.key.parts().to_vec() };
                for (id, cell) in row.cells.iter() {
                    match cell {
                        Cell::Scalar { value, .. } => {
                            // A report read from JSON lacks the n of cells, so it is ignored on both sides, except for
                            // counts.
                            let side = PairSide::shown(*value, count_of(report.unit(id), *value));
                            self.add(id, &path, MetricPart::Value, side);
                        }
                        Cell::Duration(statistics) => {
                            for statistic in Statistic::ALL {
                                let part = MetricPart::Statistic(statistic);
                                self.add(
                                    id,
                                    &path,
                                    part,
                                    PairSide::shown(statistic.of(statistics), Some(statistics.n)),
                                );
                            }
                            self.add(id, &path, MetricPart::N, count_side(statistics.n));
                        }
                        Cell::Hidden => {
                            let is_duration = metrics::find(id).is_some_and(Metric::is_duration);
                            // The n of a scalar is not a number of a row.
                            hidden_parts(is_duration, Unit::Count)
                                .for_each(|part| self.add(id, &path, part, PairSide::HIDDEN));
                        }
                    }
                }
            }
        }
    }

    /// Staffing and heatmaps.
    fn add_grids(&mut self, report: &Report) {
        if let Some(staffing) = &report.staffing {
            let n = staffing.handling.n;
            let path = CellPath::Staffing { cell: None };
            let n = n.known();
            let handling = StaffingNumber::Handling.name();
            let mean = staffing.handling.mean;
            let is_hidden = mean.is_some_and(|mean| mean.is_hidden());
            let side = PairSide { is_hidden, ..PairSide::shown(mean.and_then(Shown::known), n) };
            self.add(handling, &path, MetricPart::Value, side);
            let is_hidden = staffing.handling.n.is_hidden();
            self.add(handling, &path, MetricPart::N, PairSide { is_hidden, ..PairSide::shown(n.map(real), n) });
            for (number, grid) in staffing.cells.grids() {
                for (weekday, hours) in grid.iter().enumerate() {
                    for (hour, value) in hours.iter().enumerate() {
                        let side = value.map_or(PairSide::shown(None, None), cell_side);
                        let path = CellPath::Staffing { cell: Some((weekday, hour)) };
                        self.add(number.name(), &path, MetricPart::Value, side);
                    }
                }
            }
        }
        for (id, heatmap) in report.time_heatmaps() {
            for (weekday, seconds) in heatmap.seconds.iter().enumerate() {
                for (hour, seconds) in seconds.iter().enumerate() {
                    self.add(id, &CellPath::Hour { weekday, hour }, MetricPart::Value, cell_side(*seconds));
                }
            }
        }
        for (id, heatmap) in report.count_heatmaps() {
            for (weekday, counts) in heatmap.counts.iter().enumerate() {
                for (hour, count) in counts.iter().enumerate() {
                    let side = count.known().map_or(PairSide::HIDDEN, count_side);
                    self.add(id, &CellPath::Hour { weekday, hour }, MetricPart::Value, side);
                }
            }
        }
    }
}
