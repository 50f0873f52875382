//! The columns of a table: formatted numbers, and headings of the necessary width.

use crate::language::Language;
use crate::metrics::Theme;
use crate::render::hidden::known;
use crate::render::{targets, themes, words};
use crate::report::{Cell, Report, Shown, Statistic, TableRow};
use crate::unit::Unit;

use super::line::Ink;
use super::text;

/// Space before each column.
pub(super) const GAP: usize = 2;
/// The statistics of a duration in a table; JSON and CSV have the others.
const STATISTICS: [Statistic; 2] = [Statistic::P50, Statistic::Mean];
/// A longer word in a heading is broken; otherwise it would displace other columns.
const WIDEST_WORD: usize = 20;

/// One column of numbers, formatted.
pub(super) struct NumberColumn {
    /// The metric; columns of one metric are together.
    pub(super) id: String,
    pub(super) theme: Option<Theme>,
    pub(super) heading: String,
    pub(super) cells: Vec<ColumnNumber>,
    pub(super) total: ColumnNumber,
}

#[derive(Default)]
pub(super) struct ColumnNumber {
    pub(super) text: String,
    /// Whether it misses its target; then the text has the mark.
    pub(super) is_missed: bool,
}

impl ColumnNumber {
    /// The given ink, unless the number misses its target.
    pub(super) fn ink(&self, usual: Ink) -> Ink {
        if self.is_missed { Ink::Warning } else { usual }
    }
}

/// The layout of headings above their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Headings {
    Whole,
    /// One word below another, if the column is narrow.
    Wrapped,
}

/// The width of `columns` beside a label.
pub(super) fn taken(columns: &[NumberColumn], headings: Headings) -> usize {
    columns.iter().map(|column| GAP + column.width(headings)).sum()
}

impl NumberColumn {
    /// Its width: numbers are never cut, and words of the heading rarely.
    pub(super) fn width(&self, headings: Headings) -> usize {
        let numbers = self.cells.iter().chain([&self.total]).map(|number| text::width(&number.text)).max().unwrap_or(0);
        let heading = match headings {
            Headings::Whole => text::width(&self.heading),
            Headings::Wrapped => self.heading.split(' ').map(text::width).max().unwrap_or(0).min(WIDEST_WORD),
        };
        numbers.max(heading)
    }
}

/// The columns of a metric: one for a scalar, one per statistic for a duration.
pub(super) fn columns(report: &Report, language: Language, rows: &[TableRow], id: &str) -> Vec<NumberColumn> {
    let unit = report.unit(id);
    let number = |statistic: Option<Statistic>, value: Option<Shown<f64>>| ColumnNumber {
        text: targets::marked(report, id, statistic, known(value), &language.shown(unit, value)),
        is_missed: report.misses(id, statistic, known(value)),
    };
    let column = |statistic: Option<Statistic>| NumberColumn {
        id: id.to_owned(),
        theme: themes::theme(id),
        heading: statistic.map_or_else(
            || words::metric(language, id),
            |statistic| words::metric_with(language, id, statistic.name()),
        ),
        cells: rows
            .iter()
            .map(|row| number(statistic, row.cells.get(id).and_then(|cell| cell.number(statistic))))
            .collect(),
        total: number(statistic, report.metrics.get(id).and_then(|value| value.number(statistic))),
    };
    if is_duration(report, rows, id) {
        report.with_targeted(&STATISTICS, id).into_iter().map(|statistic| column(Some(statistic))).collect()
    } else {
        vec![column(None)]
    }
}

/// Whether a metric has statistics, judged by its total, else by its rows.
fn is_duration(report: &Report, rows: &[TableRow], id: &str) -> bool {
    match report.metrics.get(id) {
        Some(value) => value.is_duration(),
        None => rows.iter().any(|row| matches!(row.cells.get(id), Some(Cell::Duration(_)))),
    }
}

/// The counts for bars; `None` if the metric is not a count.
pub(super) fn counts(report: &Report, rows: &[TableRow], id: &str) -> Option<Vec<f64>> {
    let unit = report.unit(id);
    let value = |row: &TableRow| known(row.cells.get(id).and_then(|cell| cell.number(None))).unwrap_or(0.0);
    (unit == Unit::Count && rows.len() > 1).then(|| rows.iter().map(value).collect())
}
