//! The report's tables as grids: every dimension, every metric, and the total out of the facts.

use super::flow::Flow;
use super::table::{self, Cells, Column, Grid};
use super::words;
use crate::metrics::Theme;
use crate::render::{targets, themes};
use crate::report::{Cell, MetricValue, Report, Statistic, Table};
use crate::unit::Unit;

/// What a table shows of a duration beside the statistics that have a target; all of it is in the machine outputs.
const SHOWN: [Statistic; 2] = [Statistic::Mean, Statistic::P50];

const DOES_NOT_ADD_UP: &str =
    "A conversation or a customer can be in several rows here: the rows do not add up to the total.";

/// Draws every table of the report.
pub fn draw(flow: &mut Flow, report: &Report) {
    for (i, (name, table)) in report.tables.iter().enumerate() {
        if i == 0 {
            flow.section("Tables");
        }
        table::draw(flow, &grid(name, table, report));
    }
}

/// A metric of a table, with the columns that it takes: one, or one a statistic of a duration.
struct Shown<'r> {
    id: &'r str,
    unit: Unit,
    theme: Option<Theme>,
    statistics: Option<Vec<Statistic>>,
}

impl<'r> Shown<'r> {
    fn of(id: &'r str, table: &Table, report: &Report) -> Self {
        let in_rows = table.rows.iter().any(|row| matches!(row.cells.get(id), Some(Cell::Duration(_))));
        let in_all = matches!(report.metrics.get(id), Some(MetricValue::Duration(_)));
        let statistics = (in_rows || in_all).then(|| report.with_targeted(&SHOWN, id));
        Self { id, unit: words::unit(id), theme: themes::theme(id), statistics }
    }

    fn columns(&self) -> Vec<Column> {
        let label = words::metric(self.id).into_owned();
        let Some(statistics) = &self.statistics else {
            return vec![Column { theme: self.theme, group: None, head: label }];
        };
        let column = |statistic: &Statistic| Column {
            theme: self.theme,
            group: Some(label.clone()),
            head: statistic.name().to_owned(),
        };
        statistics.iter().map(column).collect()
    }

    /// The statistics of its columns; none stands for the one number of a scalar.
    fn parts(&self) -> Vec<Option<Statistic>> {
        match &self.statistics {
            None => vec![None],
            Some(statistics) => statistics.iter().copied().map(Some).collect(),
        }
    }

    fn of_cell(&self, cell: Option<&Cell>) -> Vec<Option<f64>> {
        let value = |statistic: Option<Statistic>| match (cell?, statistic) {
            (Cell::Scalar { value, .. }, None) => *value,
            (Cell::Duration(statistics), Some(statistic)) => statistic.of(statistics),
            (Cell::Scalar { .. }, Some(_)) | (Cell::Duration(_), None) => None,
        };
        self.parts().into_iter().map(value).collect()
    }

    fn of_metric(&self, metric: Option<&MetricValue>) -> Vec<Option<f64>> {
        let value = |statistic: Option<Statistic>| match (metric?, statistic) {
            (MetricValue::Scalar(scalar), None) => scalar.value,
            (MetricValue::Duration(duration), Some(statistic)) => statistic.of(&duration.statistics),
            (MetricValue::Scalar(_), Some(_)) | (MetricValue::Duration(_), None) => None,
        };
        self.parts().into_iter().map(value).collect()
    }
}

fn grid(name: &str, table: &Table, report: &Report) -> Grid {
    let shown: Vec<Shown> = table.metrics.iter().map(|id| Shown::of(id, table, report)).collect();
    let shown = themes::together(shown, |metric| metric.theme);
    let rows = table.rows.iter().map(|row| {
        let labels = table.dimensions.iter().zip(&row.label).map(|(dimension, label)| match dimension.as_str() {
            "day" => words::day(label).into_owned(),
            _ => label.clone(),
        });
        let values = |metric: &Shown| metric.of_cell(row.cells.get(metric.id));
        cells(report, labels.collect(), &shown, values)
    });
    Grid {
        title: words::name(name),
        note: if table.adds_up { String::new() } else { DOES_NOT_ADD_UP.to_owned() },
        labels: table.dimensions.iter().map(|dimension| words::name(dimension)).collect(),
        numbers: shown.iter().flat_map(Shown::columns).collect(),
        rows: rows.collect(),
        total: total(table, &shown, report),
        empty: words::NO_ROWS,
    }
}

/// A row: its numbers in words, those that miss a target marked.
fn cells(report: &Report, labels: Vec<String>, shown: &[Shown], values: impl Fn(&Shown) -> Vec<Option<f64>>) -> Cells {
    let mut cells = Cells { labels, ..Cells::default() };
    for metric in shown {
        for (statistic, value) in metric.parts().into_iter().zip(values(metric)) {
            if report.misses(metric.id, statistic, value) {
                cells.marked.push(cells.numbers.len());
            }
            cells.numbers.push(targets::marked(report, metric.id, statistic, value, &metric.unit.format(value)));
        }
    }
    cells
}

/// The metrics of the whole report: from the facts, since rates, percentiles and distinct counts do not add up.
fn total(table: &Table, shown: &[Shown], report: &Report) -> Option<Cells> {
    if table.rows.is_empty() || shown.iter().all(|metric| report.metrics.get(metric.id).is_none()) {
        return None;
    }
    let mut labels = vec!["Total".to_owned()];
    labels.resize(table.dimensions.len().max(1), String::new());
    Some(cells(report, labels, shown, |metric| metric.of_metric(report.metrics.get(metric.id))))
}
