//! The tables of a report: every dimension, every metric, and the total from the facts.

use std::borrow::Cow;

use super::figures::marked;
use super::matrix::matrix;
use super::words;
use super::{Crossing, PageCell, PagePart, PageTable, Section, TableColumn};
use crate::language::Language;
use crate::metrics::Theme;
use crate::render::rows::with_days;
use crate::render::themes;
use crate::report::{self, MetricValue, Report, Statistic, TableRow};
use crate::unit::Unit;

/// Statistics of a duration in a table, besides those with a target.
const SHOWN: [Statistic; 3] = [Statistic::Mean, Statistic::P50, Statistic::P90];

/// All tables, each with at most `most_rows` rows; `None` without tables.
pub fn tables(language: Language, report: &Report, most_rows: usize) -> Option<Section> {
    let part = |own: &report::Table| {
        let rows = table(language, report, own, most_rows);
        if own.dimensions.len() < 2 {
            return PagePart::Table(rows);
        }
        PagePart::Crossing(Crossing { matrix: matrix(language, report, own), rows })
    };
    let parts: Vec<PagePart> = report.tables.iter().map(|(_, own)| part(own)).collect();
    (!parts.is_empty()).then(|| Section { title: words::text(language, "page.tables"), parts })
}

/// A metric of a table with its columns; `None` is the one number of a scalar.
struct MetricStatistics<'r> {
    id: &'r str,
    unit: Unit,
    theme: Option<Theme>,
    statistics: Vec<Option<Statistic>>,
}

impl<'r> MetricStatistics<'r> {
    fn of(report: &Report, table: &report::Table, id: &'r str) -> Self {
        let is_duration = |row: &TableRow| matches!(row.cells.get(id), Some(report::Cell::Duration(_)));
        let is_duration =
            table.rows.iter().any(is_duration) || report.metrics.get(id).is_some_and(MetricValue::is_duration);
        let statistics =
            if is_duration { report.with_targeted(&SHOWN, id).into_iter().map(Some).collect() } else { vec![None] };
        let unit = report.unit(id);
        Self { id, unit, theme: themes::theme(id), statistics }
    }

    fn columns(&self, language: Language) -> impl Iterator<Item = TableColumn> + '_ {
        let label = words::metric(language, self.id);
        self.statistics.iter().map(move |statistic| match statistic {
            None => TableColumn { group: None, head: label.clone(), is_number: true },
            Some(statistic) => TableColumn {
                group: Some(label.clone()),
                head: words::statistic(language, *statistic),
                is_number: true,
            },
        })
    }

    fn cells(
        &self,
        language: Language,
        report: &Report,
        value: impl Fn(Option<Statistic>) -> Option<report::Shown<f64>>,
    ) -> Vec<PageCell> {
        let cell =
            |statistic: &Option<Statistic>| marked(language, report, self.id, self.unit, *statistic, value(*statistic));
        self.statistics.iter().map(cell).collect()
    }
}

fn table(language: Language, report: &Report, table: &report::Table, most_rows: usize) -> PageTable {
    let is_by_day = table.is_by_day();
    let shown_rows = if is_by_day { table.rows.len() } else { table.rows.len().min(most_rows) };
    let shown: Vec<MetricStatistics> = table.metrics.iter().map(|id| MetricStatistics::of(report, table, id)).collect();
    let shown = themes::together(shown, |metric| metric.theme);
    let labels = table.dimensions.iter().map(|dimension| words::dimension(language, dimension));
    let labels = labels.map(|head| TableColumn { group: None, head, is_number: false });
    PageTable {
        title: words::table(language, &table.dimensions),
        note: note(language, table, table.rows.len() - shown_rows),
        columns: labels.chain(shown.iter().flat_map(|metric| metric.columns(language))).collect(),
        rows: table.rows.iter().take(shown_rows).map(|row| cells(language, report, table, row, &shown)).collect(),
        total: total(language, report, table, &shown),
        empty: words::text(language, "page.no_rows"),
        is_sortable: true,
    }
}

/// The notes below: rows that do not sum to the total, and the number of hidden rows.
fn note(language: Language, table: &report::Table, hidden: usize) -> String {
    let mut notes = Vec::new();
    if !table.adds_up {
        notes.push(words::text(language, "page.does_not_add_up"));
    }
    if hidden > 0 {
        let hidden = language.counted("count.smaller_rows", u64::try_from(hidden).unwrap_or(u64::MAX));
        notes.push(language.fill("page.more_rows", &[("rows", &hidden)]));
    }
    notes.join(" ")
}

fn cells(
    language: Language,
    report: &Report,
    table: &report::Table,
    row: &TableRow,
    shown: &[MetricStatistics],
) -> Vec<PageCell> {
    let labels = table.dimensions.iter().zip(&row.label).map(|(dimension, label)| {
        let label = with_days(language, &report.window, dimension, Cow::Borrowed(label));
        words::row_cell(language, dimension, &label)
    });
    let mut cells: Vec<PageCell> = labels.collect();
    for metric in shown {
        cells.extend(metric.cells(language, report, |statistic| row.cells.get(metric.id)?.number(statistic)));
    }
    cells
}

/// The metrics of the whole report, computed from the facts: rates, percentiles and distinct counts do not add up.
fn total(
    language: Language,
    report: &Report,
    table: &report::Table,
    shown: &[MetricStatistics],
) -> Option<Vec<PageCell>> {
    if table.rows.is_empty() || shown.iter().all(|metric| report.metrics.get(metric.id).is_none()) {
        return None;
    }
    let mut cells = vec![PageCell::text(words::text(language, "page.total"))];
    cells.resize(table.dimensions.len().max(1), PageCell::text(""));
    for metric in shown {
        cells.extend(metric.cells(language, report, |statistic| report.metrics.get(metric.id)?.number(statistic)));
    }
    Some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::terminal::sample;

    #[test]
    fn rows_that_are_not_shown_are_counted() {
        let report = sample::large();
        let first =
            |most: usize| match tables(Language::English, &report, most).map(|mut section| section.parts.remove(0)) {
                Some(PagePart::Table(table)) => (table.rows.len(), table.note),
                _ => (0, String::new()),
            };
        let all = report.tables.iter().next().map_or(0, |(_, table)| table.rows.len());
        let (rows, note) = first(all);
        assert_eq!((rows, note.contains("smaller rows")), (all, false));
        let (rows, note) = first(all - 10);
        assert_eq!(rows, all - 10);
        assert!(note.ends_with("Not shown here: 10 smaller rows (the CSV file has all)."), "{note}");
    }
}
