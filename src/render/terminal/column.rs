//! The columns of a table: numbers formatted, headings as wide as they need to be.

use crate::language::Language;
use crate::metrics::Theme;
use crate::render::hidden::known;
use crate::render::{targets, themes, words};
use crate::report::{Cell, Report, Shown, Statistic, TableRow};
use crate::unit::Unit;

use super::line::Ink;
use super::text;

/// Before each column.
pub(super) const GAP: usize = 2;
/// Of a duration, what is in a table; its other statistics are in JSON and CSV.
const STATISTICS: [Statistic; 2] = [Statistic::P50, Statistic::Mean];
/// A longer word in a heading is broken, for it would cost other columns their place.
const WIDEST_WORD: usize = 20;

/// One column of numbers, formatted.
pub(super) struct NumberColumn {
    /// The metric, whose columns are together.
    pub(super) id: String,
    pub(super) theme: Option<Theme>,
    pub(super) heading: String,
    pub(super) cells: Vec<ColumnNumber>,
    pub(super) total: ColumnNumber,
}

/// A number as it is in a column.
#[derive(Default)]
pub(super) struct ColumnNumber {
    pub(super) text: String,
    /// Whether it misses its target: then the text has the mark.
    pub(super) is_missed: bool,
}

impl ColumnNumber {
    /// The ink, unless it misses its target.
    pub(super) fn ink(&self, usual: Ink) -> Ink {
        if self.is_missed { Ink::Warning } else { usual }
    }
}

/// How headings are above their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Headings {
    Whole,
    /// One word below the other, as far as the column needs it.
    Wrapped,
}

/// The columns that `columns` take beside a label.
pub(super) fn taken(columns: &[NumberColumn], headings: Headings) -> usize {
    columns.iter().map(|column| GAP + column.width(headings)).sum()
}

impl NumberColumn {
    /// Its width: numbers are never cut, and seldom a word of its heading.
    pub(super) fn width(&self, headings: Headings) -> usize {
        let numbers = self.cells.iter().chain([&self.total]).map(|number| text::width(&number.text)).max().unwrap_or(0);
        let heading = match headings {
            Headings::Whole => text::width(&self.heading),
            Headings::Wrapped => self.heading.split(' ').map(text::width).max().unwrap_or(0).min(WIDEST_WORD),
        };
        numbers.max(heading)
    }
}

/// The columns of one metric: one for a scalar, one a statistic for a duration.
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

/// Whether a metric has statistics: its total says so, else its rows.
fn is_duration(report: &Report, rows: &[TableRow], id: &str) -> bool {
    match report.metrics.get(id) {
        Some(value) => value.is_duration(),
        None => rows.iter().any(|row| matches!(row.cells.get(id), Some(Cell::Duration(_)))),
    }
}

/// The counts that bars can show; `None` if the metric is no count.
pub(super) fn counts(report: &Report, rows: &[TableRow], id: &str) -> Option<Vec<f64>> {
    let unit = report.unit(id);
    let value = |row: &TableRow| known(row.cells.get(id).and_then(|cell| cell.number(None))).unwrap_or(0.0);
    (unit == Unit::Count && rows.len() > 1).then(|| rows.iter().map(value).collect())
}
