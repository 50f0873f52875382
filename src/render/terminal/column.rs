//! The columns of a table: numbers formatted, headings as wide as they need to be.

use crate::report::{Cell, MetricValue, Report, Row, Statistic, Table};
use crate::unit::{NO_DATA, Unit};

use super::{names, text};

/// Before each column.
pub(super) const GAP: usize = 2;
/// Of a duration, what stands in a table; its other statistics are in JSON and CSV.
const STATISTICS: [Statistic; 2] = [Statistic::Mean, Statistic::P90];
/// A longer word in a heading is broken, for it would cost other columns their place.
const WIDEST_WORD: usize = 20;

/// One column of numbers, formatted.
pub(super) struct Column {
    pub(super) heading: String,
    pub(super) cells: Vec<String>,
    pub(super) total: String,
}

/// How headings stand above their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Headings {
    Whole,
    /// One word below the other, as far as the column needs it.
    Wrapped,
}

/// The columns that `columns` take beside a label.
pub(super) fn taken(columns: &[Column], headings: Headings) -> usize {
    columns.iter().map(|column| GAP + column.width(headings)).sum()
}

impl Column {
    /// Its width: numbers are never cut, and seldom a word of its heading.
    pub(super) fn width(&self, headings: Headings) -> usize {
        let numbers = self.cells.iter().chain([&self.total]).map(|number| text::width(number)).max().unwrap_or(0);
        let heading = match headings {
            Headings::Whole => text::width(&self.heading),
            Headings::Wrapped => self.heading.split(' ').map(text::width).max().unwrap_or(0).min(WIDEST_WORD),
        };
        numbers.max(heading)
    }
}

/// The columns of one metric: one for a scalar, one a statistic for a duration.
pub(super) fn columns(report: &Report, table: &Table, rows: &[Row], id: &str) -> Vec<Column> {
    let name = names::metric(id);
    let unit = names::unit(report, table, id);
    let scalar = Column {
        heading: name.clone(),
        cells: rows.iter().map(|row| scalar(row.cells.get(id), unit)).collect(),
        total: total(report.metrics.get(id), None),
    };
    let durations = STATISTICS.into_iter().map(|statistic| Column {
        heading: format!("{name} {}", statistic.name()),
        cells: rows.iter().map(|row| duration(row.cells.get(id), statistic)).collect(),
        total: total(report.metrics.get(id), Some(statistic)),
    });
    match unit {
        Unit::Seconds => durations.collect(),
        Unit::Count | Unit::Rate | Unit::Score => vec![scalar],
    }
}

fn scalar(cell: Option<&Cell>, unit: Unit) -> String {
    match cell {
        Some(Cell::Scalar { value, .. }) => unit.format(*value),
        Some(Cell::Duration(_)) | None => NO_DATA.to_owned(),
    }
}

fn duration(cell: Option<&Cell>, statistic: Statistic) -> String {
    match cell {
        Some(Cell::Duration(statistics)) => Unit::Seconds.format(statistic.of(statistics)),
        Some(Cell::Scalar { .. }) | None => NO_DATA.to_owned(),
    }
}

fn total(metric: Option<&MetricValue>, statistic: Option<Statistic>) -> String {
    match (metric, statistic) {
        (Some(MetricValue::Scalar(scalar)), None) => scalar.unit.format(scalar.value),
        (Some(MetricValue::Duration(duration)), Some(statistic)) => {
            Unit::Seconds.format(statistic.of(&duration.statistics))
        }
        (Some(MetricValue::Scalar(_)), Some(_)) | (Some(MetricValue::Duration(_)), None) | (None, _) => {
            NO_DATA.to_owned()
        }
    }
}

/// The counts that bars can show; none where the metric is no count.
pub(super) fn counts(report: &Report, table: &Table, rows: &[Row], id: &str) -> Option<Vec<f64>> {
    let unit = names::unit(report, table, id);
    let value = |row: &Row| match row.cells.get(id) {
        Some(Cell::Scalar { value, .. }) => value.unwrap_or(0.0),
        Some(Cell::Duration(_)) | None => 0.0,
    };
    (unit == Unit::Count && rows.len() > 1).then(|| rows.iter().map(value).collect())
}
