//! The change that matters most.

use chrono::DateTime;

use super::{FEW, Sentence, SummaryFigure, is_many, read_alike, volume_metric};
use crate::metrics::{self, Better, Judgement, Metric, Theme};
use crate::report::{MetricValue, Report};
use crate::unit::Unit;

/// Changes with less weight are not news: a twentieth of a count or a duration, 2.5 points of a rate.
const LIGHTEST: f64 = 0.05;

/// The weight of a change of a rate: 10 points weigh as much as a fifth of a duration.
const WEIGHT_OF_A_RATE: f64 = 2.0;
/// The weight of a change of a score: 10 points of NPS weigh as much as a tenth of a duration.
const WEIGHT_OF_A_SCORE: f64 = 0.01;

/// The change with the most weight among the metrics with a better side.
pub fn largest(report: &Report) -> Option<Sentence> {
    let growth = volume_metric(report).and_then(|metric| growth(report, metric)).unwrap_or(0.0);
    let mut heaviest: Option<(f64, Sentence)> = None;
    for metric in report.metrics.iter().filter_map(|(id, _)| metrics::find(id)) {
        let Some((weight, sentence)) = changed(report, metric, growth) else { continue };
        if weight >= LIGHTEST && heaviest.as_ref().is_none_or(|(other, _)| weight > *other) {
            heaviest = Some((weight, sentence));
        }
    }
    heaviest.map(|(_, sentence)| sentence)
}

/// The weight of a metric's change, and the sentence about it.
fn changed(report: &Report, metric: &'static Metric, growth: f64) -> Option<(f64, Sentence)> {
    if metric.better == Better::Neither || is_undecided(report, metric) {
        return None;
    }
    let number = report.metrics.get(metric.id)?;
    let leading = number.leading();
    let (value, before, change) = (leading.value?, leading.before?, leading.change?);
    let is_enough = match number {
        // A count is its own number of rows.
        MetricValue::Scalar(scalar) if scalar.unit == Unit::Count => is_many(value.max(before)),
        // The report does not contain the number of rows behind the earlier share; it is at most the whole number of
        // rows.
        MetricValue::Scalar(scalar) => scalar.n >= FEW && all_before(report).is_none_or(is_many),
        MetricValue::Duration(duration) => {
            duration.previous.as_ref().is_some_and(|before| before.n.min(duration.statistics.n) >= FEW)
        }
        MetricValue::Hidden(_) => false,
    };
    if !is_enough || read_alike(metric.unit(), value, before) {
        return None;
    }
    let judgement = metric.better.judge(change);
    if judgement == Judgement::Neutral {
        return None;
    }
    let weight = match metric.unit() {
        Unit::Rate => change.abs() * WEIGHT_OF_A_RATE,
        Unit::Score => change.abs() * WEIGHT_OF_A_SCORE,
        Unit::Seconds => ratio(value, before).abs(),
        // A count that grew or shrank with the volume is not news in itself.
        Unit::Count => (ratio(value, before) - growth).abs() * f64::from(agree(ratio(value, before), growth)),
    };
    let now = SummaryFigure { metric: metric.id, statistic: leading.statistic, value };
    Some((weight, Sentence::Changed { now, before, change, judgement }))
}

/// Whether the log ends so soon after the window that its last customers may still return: until then their chats count
/// as resolved, so every window would look better than the one before.
fn is_undecided(report: &Report, metric: &Metric) -> bool {
    let instant = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|at| at.timestamp());
    let (Some(end), Some(horizon)) = (instant(&report.window.to), instant(&report.as_of)) else { return false };
    #[expect(clippy::cast_precision_loss, reason = "seconds of a few days")]
    let since = (horizon - end) as f64;
    metric.theme == Theme::FirstContact && since < report.limits.return_window
}

/// The volume in the window before.
fn all_before(report: &Report) -> Option<f64> {
    match report.metrics.get(volume_metric(report)?.id)? {
        MetricValue::Scalar(scalar) => scalar.previous,
        MetricValue::Duration(_) | MetricValue::Hidden(_) => None,
    }
}

/// Whether a count moved further than the volume, in the count's own direction.
fn agree(own: f64, growth: f64) -> bool {
    (own - growth).signum() == own.signum()
}

/// The growth of a count as a logarithm: doubling weighs as much as halving.
fn growth(report: &Report, metric: &Metric) -> Option<f64> {
    match report.metrics.get(metric.id)? {
        MetricValue::Scalar(scalar) => Some(ratio(scalar.value?, scalar.previous?)),
        MetricValue::Duration(_) | MetricValue::Hidden(_) => None,
    }
}

/// One is added to both sides, so that a fall to 0 has a weight too.
fn ratio(now: f64, before: f64) -> f64 {
    ((now + 1.0) / (before + 1.0)).ln()
}
