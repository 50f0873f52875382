//! The report's tables as grids: every dimension, every metric, and the total out of the facts.

use super::flow::Flow;
use super::table::{self, Cells, Column, Grid};
use super::words;
use crate::report::{Cell, Entries, MetricValue, Report, Statistic, Statistics, Table};
use crate::unit::{NO_DATA, Unit};

/// What a table shows of a duration; all of it is in the machine outputs.
const SHOWN: [Statistic; 3] = [Statistic::Mean, Statistic::P50, Statistic::P90];

const DOES_NOT_ADD_UP: &str =
    "A conversation or a customer can be in several rows here: the rows do not add up to the total.";

/// Draws every table of the report.
pub fn draw(flow: &mut Flow, report: &Report) {
    for (i, (name, table)) in report.tables.iter().enumerate() {
        if i == 0 {
            flow.section("Tables");
        }
        table::draw(flow, &grid(name, table, &report.metrics));
    }
}

/// A metric of a table, with the columns that it takes.
struct Shown<'r> {
    id: &'r str,
    unit: Unit,
    duration: bool,
}

impl Shown<'_> {
    fn columns(&self) -> Vec<Column> {
        let label = words::metric(self.id).into_owned();
        if !self.duration {
            return vec![Column { group: None, head: label }];
        }
        SHOWN.map(|statistic| Column { group: Some(label.clone()), head: statistic.name().to_owned() }).to_vec()
    }

    fn numbers(&self, scalar: Option<f64>, statistics: Option<&Statistics>) -> Vec<String> {
        if !self.duration {
            return vec![self.unit.format(scalar)];
        }
        SHOWN.map(|statistic| self.unit.format(statistics.and_then(|of| statistic.of(of)))).to_vec()
    }
}

fn grid(name: &str, table: &Table, metrics: &Entries<MetricValue>) -> Grid {
    let shown: Vec<Shown> = table.metrics.iter().map(|id| shown(id, table, metrics)).collect();
    let rows = table.rows.iter().map(|row| {
        let labels = table.dimensions.iter().zip(&row.label).map(|(dimension, label)| match dimension.as_str() {
            "day" => words::day(label).into_owned(),
            _ => label.clone(),
        });
        let numbers = shown.iter().flat_map(|metric| match row.cells.get(metric.id) {
            Some(Cell::Scalar { value, .. }) => metric.numbers(*value, None),
            Some(Cell::Duration(statistics)) => metric.numbers(statistics.mean, Some(statistics)),
            None => metric.numbers(None, None),
        });
        Cells { labels: labels.collect(), numbers: numbers.collect() }
    });
    Grid {
        title: words::name(name),
        note: if table.adds_up { String::new() } else { DOES_NOT_ADD_UP.to_owned() },
        labels: table.dimensions.iter().map(|dimension| words::name(dimension)).collect(),
        numbers: shown.iter().flat_map(Shown::columns).collect(),
        rows: rows.collect(),
        total: total(table, &shown, metrics),
        empty: words::NO_ROWS,
    }
}

fn shown<'r>(id: &'r str, table: &Table, metrics: &Entries<MetricValue>) -> Shown<'r> {
    let in_rows = table.rows.iter().any(|row| matches!(row.cells.get(id), Some(Cell::Duration(_))));
    let in_all = matches!(metrics.get(id), Some(MetricValue::Duration(_)));
    Shown { id, unit: words::unit(id), duration: in_rows || in_all }
}

/// The metrics of the whole report: from the facts, since rates, percentiles and distinct counts do not add up.
fn total(table: &Table, shown: &[Shown], metrics: &Entries<MetricValue>) -> Option<Cells> {
    if table.rows.is_empty() || shown.iter().all(|metric| metrics.get(metric.id).is_none()) {
        return None;
    }
    let numbers = shown.iter().flat_map(|metric| match metrics.get(metric.id) {
        Some(MetricValue::Scalar(scalar)) => metric.numbers(scalar.value, None),
        Some(MetricValue::Duration(duration)) => metric.numbers(None, Some(&duration.statistics)),
        None => metric.numbers(None, None).into_iter().map(|_| NO_DATA.to_owned()).collect(),
    });
    let mut labels = vec!["Total".to_owned()];
    labels.resize(table.dimensions.len().max(1), String::new());
    Some(Cells { labels, numbers: numbers.collect() })
}
