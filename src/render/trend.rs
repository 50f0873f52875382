//! The trend of a report for people: one level per window; for a duration its leading statistic.

use chrono::DateTime;

use super::repeats;
use crate::metrics::{self, Better};
use crate::report::trend::outlier;
use crate::report::{HiddenValue, InstantRange, MetricValue, Report, ScalarValue, Shown, Statistic, Statistics};
use crate::time::Zone;
use crate::unit::Unit;

/// A metric over the windows of the trend.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendSeries<'r> {
    /// The metric's id.
    pub id: &'r str,
    /// The unit of its levels.
    pub unit: Unit,
    /// One level per window, oldest first; `None` without data.
    pub levels: Vec<Option<f64>>,
    /// The indexes of hidden levels, which are `None` in `levels`.
    pub hidden: Vec<usize>,
    /// The index of the best window, if any.
    pub best: Option<usize>,
    /// The index of the worst window, if any.
    pub worst: Option<usize>,
    /// The statistic of the levels, for a duration.
    pub statistic: Option<Statistic>,
}

impl TrendSeries<'_> {
    /// The level at an index.
    #[must_use]
    pub fn shown(&self, at: usize) -> Option<Shown<f64>> {
        if self.hidden.contains(&at) { Some(Shown::Hidden) } else { self.levels.get(at).copied()?.map(Shown::Known) }
    }
}

/// The metrics with a trend that has any data, in the report's order; of metrics that repeat each other only one.
#[must_use]
pub fn series(report: &Report) -> Vec<TrendSeries<'_>> {
    let repeats = repeats::repeated(report);
    let metrics = report.metrics.iter().filter(|(id, _)| !repeats::is_repeat(&repeats, id));
    let all = metrics.filter_map(|(id, value)| series_of(report, id, value));
    all.filter(|series| series.levels.iter().any(Option::is_some)).collect()
}

/// The trend of one metric; `None` without one.
#[must_use]
pub fn series_of<'r>(report: &Report, id: &'r str, value: &MetricValue) -> Option<TrendSeries<'r>> {
    match value {
        MetricValue::Scalar(scalar) | MetricValue::Hidden(HiddenValue::Scalar(scalar)) => {
            let ScalarValue { unit, trend, best, worst, hidden, .. } = scalar;
            let levels = trend.clone().flatten()?;
            let (best, worst, hidden) = (best.flatten(), worst.flatten(), hidden.trend.clone());
            Some(TrendSeries { id, unit: *unit, levels, hidden, best, worst, statistic: None })
        }
        MetricValue::Duration(duration) | MetricValue::Hidden(HiddenValue::Duration(duration)) => {
            let trend = duration.trend.as_ref()?.as_ref()?;
            let level = |statistics: &Option<Statistics>| Statistic::LEADING.of(statistics.as_ref()?);
            let levels: Vec<Option<f64>> = trend.iter().map(level).collect();
            // The report's own best and worst windows are by the mean; these are by the displayed statistic.
            let windows = report.trend.iter().zip(&levels);
            let judged: Vec<Option<f64>> =
                windows.map(|(window, level)| level.filter(|_| is_finished(window, report))).collect();
            let (lowest, highest) = (outlier(&judged, |a, b| a < b), outlier(&judged, |a, b| a > b));
            let (best, worst) = match metrics::find(id)?.better {
                Better::Lower => (lowest, highest),
                Better::Higher => (highest, lowest),
                Better::Neither => (None, None),
            };
            let (hidden, statistic) = (duration.hidden.trend.clone(), Some(Statistic::LEADING));
            let (best, worst) = if hidden.is_empty() { (best, worst) } else { (None, None) };
            Some(TrendSeries { id, unit: duration.unit, levels, hidden, best, worst, statistic })
        }
    }
}

/// Whether a window ends on the day of the horizon or before; for the report's own window the report has the answer.
fn is_finished(window: &InstantRange, report: &Report) -> bool {
    let own = &report.window;
    if (&window.from, &window.to) == (&own.from, &own.to) {
        return !own.unfinished;
    }
    let instant = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.timestamp_millis());
    let days = Zone::named(&own.timezone).ok().zip(instant(&window.to)).zip(instant(&report.as_of));
    days.is_some_and(|((zone, end), horizon)| zone.day_of(end - 1) <= zone.day_of(horizon))
}

/// The first window of the trend with data for any metric, if earlier windows have none.
#[must_use]
pub fn begins(report: &Report) -> Option<&InstantRange> {
    let all = series(report);
    let first = all.iter().filter_map(|series| series.levels.iter().position(Option::is_some)).min()?;
    report.trend.get(first).filter(|_| first > 0)
}

/// The smallest and largest level, with 0 in the range: the scale for the heights of marks.
#[must_use]
pub fn range(levels: &[Option<f64>]) -> (f64, f64) {
    levels.iter().flatten().fold((0.0, 0.0), |(low, high), level| (level.min(low), level.max(high)))
}
