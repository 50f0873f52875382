//! Rows of tables and hours of heatmaps that differ most from the others.

use super::{Exception, FEW, Sentence, SummaryFigure, read_alike};
use crate::metrics::dimensions::NO_VALUE;
use crate::metrics::{self, Better, Metric};
use crate::report::targets::Judged;
use crate::report::{Cell, Report, Shown, Statistic, Table, TableRow};
use crate::unit::Unit;

/// The tables that are searched for a worst row; the first one with such a row is used.
const TABLES: [&str; 3] = ["by_queue", "by_department", "by_day"];

/// The tables whose rows are named if they miss a target; a day or an agent is too small for that.
const TABLES_OF_TARGETS: [&str; 2] = ["by_queue", "by_department"];

/// The row that is worse than all others, by the first key figure for which rows are comparable.
pub fn worst(report: &Report) -> Option<Sentence> {
    TABLES.iter().find_map(|name| worst_of(report, report.tables.get(name)?))
}

fn worst_of(report: &Report, table: &Table) -> Option<Sentence> {
    let key_figures = report.key_figures.iter().filter(|id| table.metrics.contains(id));
    let metrics = key_figures.filter_map(|id| metrics::find(id)).filter(|metric| is_comparable(metric));
    let is_hidden = |metric: &Metric| table.rows.iter().any(|row| row.cells.get(metric.id) == Some(&Cell::Hidden));
    metrics.into_iter().filter(|metric| !is_hidden(metric)).find_map(|metric| {
        let rows = table.rows.iter().filter(|row| row.key.iter().all(|part| part != NO_VALUE));
        let mut rows: Vec<(&TableRow, SummaryFigure)> =
            rows.filter_map(|row| Some((row, figure(metric, row.cells.get(metric.id)?)?))).collect();
        let badness =
            |figure: &SummaryFigure| if metric.better == Better::Lower { figure.value } else { -figure.value };
        rows.sort_by(|(_, a), (_, b)| badness(b).total_cmp(&badness(a)));
        let (row, worst) = rows.first()?;
        let (_, next) = rows.get(1)?;
        let total = figure_of_report(report, metric)?;
        let is_worse = |other: &SummaryFigure| {
            badness(worst) > badness(other) && !read_alike(metric.unit(), worst.value, other.value)
        };
        let stands_out = is_worse(next) && is_worse(&total) && is_apart(metric.unit(), worst.value, total.value);
        stands_out.then(|| Sentence::Worst {
            dimension: table.dimensions.join(" "),
            label: row.label.join(" "),
            row: *worst,
            total: total.value,
        })
    })
}

/// The least distance of a worst row from the whole: a share of a duration, and points of a rate.
const LEAST_OF_A_DURATION: f64 = 0.05;
const LEAST_OF_A_RATE: f64 = 0.025;

/// Whether a row is so far from the whole that naming it helps.
fn is_apart(unit: Unit, row: f64, total: f64) -> bool {
    let distance = (row - total).abs();
    match unit {
        Unit::Rate => distance >= LEAST_OF_A_RATE,
        Unit::Seconds => distance >= total.abs() * LEAST_OF_A_DURATION,
        Unit::Count | Unit::Score => false,
    }
}

/// Rows of queues, or else of departments, that miss a target which the whole report meets. Rows with few cases are left
/// out.
pub fn exceptions(report: &Report) -> Vec<Exception> {
    let of_table = |name: &&str| {
        let table = report.tables.get(name)?;
        let of_target = |(at, target): (usize, &Judged)| {
            let missed = target.missed.iter().filter(|miss| miss.table == **name);
            let rows = missed.filter_map(|miss| {
                let row = table.rows.iter().find(|row| row.key.parts() == miss.key)?;
                let is_named = row.key.iter().all(|part| part != NO_VALUE);
                let cases = row.cells.get(&target.metric).map_or(0, cases);
                (is_named && cases >= FEW).then(|| Exception {
                    target: at,
                    dimension: table.dimensions.join(" "),
                    label: row.label.join(" "),
                    value: miss.value,
                })
            });
            rows.collect::<Vec<_>>()
        };
        let exceptions: Vec<Exception> = report
            .targets
            .iter()
            .enumerate()
            .filter(|(_, target)| target.met == Some(true))
            .flat_map(of_target)
            .collect();
        (!exceptions.is_empty()).then_some(exceptions)
    };
    TABLES_OF_TARGETS.iter().find_map(of_table).unwrap_or_default()
}

/// The number of rows behind a cell; a count is its own.
fn cases(cell: &Cell) -> u64 {
    match cell {
        Cell::Hidden => 0,
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
        Cell::Scalar { value, n } => n.or(value.map(|value| value as u64)).unwrap_or(0),
        Cell::Duration(statistics) => statistics.n,
    }
}

/// Whether rows can be compared by a metric: rates and durations with a better side. Counts depend on the size of a
/// row.
fn is_comparable(metric: &Metric) -> bool {
    metric.better != Better::Neither && matches!(metric.unit(), Unit::Rate | Unit::Seconds)
}

/// The number for comparing a row; `None` with too few rows behind it.
fn figure(metric: &'static Metric, cell: &Cell) -> Option<SummaryFigure> {
    let (statistic, value, n) = match cell {
        Cell::Hidden => return None,
        Cell::Scalar { value, n } => (None, (*value)?, n.unwrap_or(0)),
        Cell::Duration(statistics) => (Some(Statistic::LEADING), Statistic::LEADING.of(statistics)?, statistics.n),
    };
    (n >= FEW).then_some(SummaryFigure { metric: metric.id, statistic, value })
}

fn figure_of_report(report: &Report, metric: &'static Metric) -> Option<SummaryFigure> {
    let leading = report.metrics.get(metric.id)?.leading();
    Some(SummaryFigure { metric: metric.id, statistic: leading.statistic, value: leading.value? })
}

/// With fewer than this, an hour is the busiest by chance.
const LEAST_AN_HOUR: f64 = 5.0;

/// The hour of the week with the highest rate, in the first heatmap that has one.
pub fn busiest_hour(report: &Report) -> Option<Sentence> {
    report.count_heatmaps().find_map(|(id, heatmap)| {
        let metric = metrics::find(id)?.id;
        if heatmap.counts.iter().flatten().any(|count| *count == Shown::Hidden) {
            return None;
        }
        let mut hours: Vec<(f64, usize, usize)> = Vec::new();
        for (weekday, (counts, observed)) in heatmap.counts.iter().zip(&heatmap.hours_observed).enumerate() {
            for (hour, (count, hours_observed)) in counts.iter().zip(observed).enumerate() {
                if let (Shown::Known(count), true) = (count, *hours_observed > 0.0) {
                    #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
                    hours.push((*count as f64 / hours_observed, weekday, hour));
                }
            }
        }
        let total: u64 = heatmap.known().sum();
        hours.sort_by(|(a, ..), (b, ..)| b.total_cmp(a));
        let &(per_hour, weekday, hour) = hours.first()?;
        let stands_out = hours.get(1).is_none_or(|(next, ..)| per_hour > *next);
        (total >= FEW && per_hour >= LEAST_AN_HOUR && stands_out).then_some(Sentence::Busiest {
            metric,
            weekday,
            hour,
            per_hour,
        })
    })
}
