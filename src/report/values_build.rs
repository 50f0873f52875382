//! The metrics of a report: value, value before, change, and trend.

use super::query::ReportQuery;
use super::trend::Trend;
use super::{Cell, Change, DurationValue, Entries, HiddenParts, MetricValue, ScalarValue, Statistics};
use crate::metrics::Metric;
use crate::metrics::measure::Thresholds;

/// The metrics with their values in the window, in the window before, and in the trend.
pub(super) fn values(
    metrics: &[&'static Metric],
    now: &[Cell],
    before: Option<&[Cell]>,
    query: &ReportQuery,
    trend: &Trend,
    thresholds: &Thresholds,
) -> Entries<MetricValue> {
    let value = |(at, metric): (usize, &&'static Metric)| {
        // A metric at the horizon has no value before: the horizon is always in the window.
        let before = before.filter(|_| !metric.clock.is_horizon()).map(|cells| &cells[at]);
        let mut value = metric_value(metric, &now[at], before, metric.is_in_open_time(thresholds));
        if !query.trend.is_empty() {
            trend.add(at, metric, &mut value);
        }
        (metric.id.to_owned(), value)
    };
    Entries(metrics.iter().enumerate().map(value).collect())
}

fn metric_value(metric: &Metric, now: &Cell, before: Option<&Cell>, open_time: bool) -> MetricValue {
    let revision = metric.revision;
    let change = metric.change();
    let is_hidden = |cell: &Cell| *cell == Cell::Hidden;
    let previous = before.is_some_and(is_hidden);
    let hidden = HiddenParts { previous, change: previous || (before.is_some() && is_hidden(now)), trend: Vec::new() };
    let value = if metric.is_duration() {
        let statistics = duration(now).unwrap_or_default();
        let previous = before.and_then(duration);
        let change = previous.map(|before| change_of(&statistics, &before, |now, before| change.between(now, before)));
        let alone = DurationValue::alone(statistics);
        MetricValue::Duration(DurationValue { previous, change, revision, open_time, hidden, ..alone })
    } else {
        let (value, n) = match now {
            Cell::Scalar { value, n } => (*value, n.unwrap_or(0)),
            Cell::Duration(_) | Cell::Hidden => (None, 0),
        };
        let previous = before.and_then(scalar);
        let change = change.between(value, previous);
        let alone = ScalarValue::alone(metric.unit(), value, n);
        MetricValue::Scalar(ScalarValue { previous, change, revision, open_time, hidden, ..alone })
    };
    if is_hidden(now) { value.hide() } else { value }
}

fn scalar(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Scalar { value, .. } => *value,
        Cell::Duration(_) | Cell::Hidden => None,
    }
}

fn duration(cell: &Cell) -> Option<Statistics> {
    match cell {
        Cell::Scalar { .. } | Cell::Hidden => None,
        Cell::Duration(statistics) => Some(*statistics),
    }
}

fn change_of(
    now: &Statistics,
    before: &Statistics,
    between: impl Fn(Option<f64>, Option<f64>) -> Option<f64>,
) -> Change {
    #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
    let count = |n: u64| Some(n as f64);
    Change {
        mean: between(now.mean, before.mean),
        p50: between(now.p50, before.p50),
        p90: between(now.p90, before.p90),
        p95: between(now.p95, before.p95),
        max: between(now.max, before.max),
        n: between(count(now.n), count(before.n)),
    }
}
