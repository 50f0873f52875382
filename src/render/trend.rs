//! The trend of a report for people: one level a window, of a duration its mean.

use crate::report::{MetricValue, Report, ScalarValue, Span};
use crate::unit::Unit;

/// A metric over the windows of the trend.
#[derive(Debug, Clone, PartialEq)]
pub struct Series<'r> {
    /// The metric's id.
    pub id: &'r str,
    /// What its levels count in.
    pub unit: Unit,
    /// A level for each window, oldest first; none where there is no data.
    pub levels: Vec<Option<f64>>,
    /// The place of the best window, if there is one.
    pub best: Option<usize>,
    /// The place of the worst window, if there is one.
    pub worst: Option<usize>,
    /// Whether a level is the mean of a duration.
    pub is_mean: bool,
}

/// The metrics that have a trend with any data in it, in the report's order.
#[must_use]
pub fn series(report: &Report) -> Vec<Series<'_>> {
    let all = report.metrics.iter().filter_map(|(id, value)| match value {
        MetricValue::Scalar(ScalarValue { unit, trend, best, worst, .. }) => {
            let levels = trend.clone().flatten()?;
            Some(Series { id, unit: *unit, levels, best: best.flatten(), worst: worst.flatten(), is_mean: false })
        }
        MetricValue::Duration(duration) => {
            let trend = duration.trend.as_ref()?.as_ref()?;
            let levels = trend.iter().map(|statistics| statistics.as_ref()?.mean).collect();
            let (best, worst) = (duration.best.flatten(), duration.worst.flatten());
            Some(Series { id, unit: duration.unit, levels, best, worst, is_mean: true })
        }
    });
    all.filter(|series| series.levels.iter().any(Option::is_some)).collect()
}

/// What a window of a trend is called: its first day.
#[must_use]
pub fn name(window: &Span) -> &str {
    window.from.get(..10).unwrap_or(&window.from)
}

/// The lowest and highest of levels, with 0 between them: what a mark's height is measured against.
#[must_use]
pub fn range(levels: &[Option<f64>]) -> (f64, f64) {
    levels.iter().flatten().fold((0.0, 0.0), |(low, high), level| (level.min(low), level.max(high)))
}
