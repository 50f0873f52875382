//! The change that matters most.

use chrono::DateTime;

use super::{FEW, Sentence, SummaryFigure, is_many, read_alike, volume_metric};
use crate::metrics::{self, Better, Judgement, Metric, Theme};
use crate::report::{MetricValue, Report};
use crate::unit::Unit;

/// Changes with less weight are not news: a twentieth of a count or a duration, 2.5 points of a rate.
const LIGHTEST: f64 = 0.05;
/// Changes of fewer cases are not news: they move by chance.
const LEAST_CASES: f64 = 5.0;

/// Ten points of a rate near 50 % weigh as much as a fifth of a duration; near 0 and 100 % they weigh more, because a
/// rate that goes from 5 to 10 % has doubled.
const WEIGHT_OF_ODDS: f64 = 0.5;
/// The smallest change of a rate that is news.
const LIGHTEST_OF_A_RATE: f64 = 0.025;
/// The weight of a change of a score: 10 points of NPS weigh as much as a tenth of a duration.
const WEIGHT_OF_A_SCORE: f64 = 0.01;
/// A key figure of the template weighs more than the other numbers of the report.
const WEIGHT_OF_A_KEY_FIGURE: f64 = 2.0;

/// The change with the most weight among the metrics with a better side.
pub fn largest(report: &Report) -> Option<Sentence> {
    heaviest(report).into_iter().next()
}

/// The heaviest change to the other side: what worsened in a week whose largest change is an improvement.
pub fn to_the_other_side(report: &Report) -> Option<Sentence> {
    heaviest(report).into_iter().nth(1)
}

/// The heaviest change to each side, the heavier one first.
fn heaviest(report: &Report) -> Vec<Sentence> {
    let growth = volume_metric(report).and_then(|metric| growth(report, metric)).unwrap_or(0.0);
    let mut sides: Vec<(f64, Judgement, Sentence)> = Vec::new();
    for metric in report.metrics.iter().filter_map(|(id, _)| metrics::find(id)) {
        let Some((weight, judgement, sentence)) = changed(report, metric, growth) else { continue };
        match sides.iter_mut().find(|(_, side, _)| *side == judgement) {
            Some(side) if weight > side.0 => *side = (weight, judgement, sentence),
            Some(_) => {}
            None => sides.push((weight, judgement, sentence)),
        }
    }
    sides.sort_by(|(a, ..), (b, ..)| b.total_cmp(a));
    sides.into_iter().map(|(_, _, sentence)| sentence).collect()
}

/// The weight of a metric's change, its judgement, and the sentence about it.
fn changed(report: &Report, metric: &'static Metric, growth: f64) -> Option<(f64, Judgement, Sentence)> {
    if metric.better == Better::Neither || is_undecided(report, metric) {
        return None;
    }
    let number = report.metrics.get(metric.id)?;
    let leading = number.leading();
    let (value, before, change) = (leading.value?, leading.before?, leading.change?);
    if read_alike(metric.unit(), value, before) {
        return None;
    }
    let judgement = metric.better.judge(change);
    if judgement == Judgement::Neutral {
        return None;
    }
    let weight = weight(report, number, [value, before], growth)?;
    let is_key = report.key_figures.iter().any(|id| id == metric.id);
    let weight = if is_key { weight * WEIGHT_OF_A_KEY_FIGURE } else { weight };
    let now = SummaryFigure { metric: metric.id, statistic: leading.statistic, value };
    Some((weight, judgement, Sentence::Changed { now, before, change, judgement }))
}

/// The weight of a change; `None` if it is too light, or there are too few rows.
fn weight(report: &Report, number: &MetricValue, [now, before]: [f64; 2], growth: f64) -> Option<f64> {
    let by = (now - before).abs();
    match number {
        MetricValue::Scalar(scalar) => {
            // The report does not contain the number of rows behind the earlier share; it is at most the whole number of
            // rows.
            let is_enough = || scalar.n >= FEW && all_before(report).is_none_or(is_many);
            #[expect(clippy::cast_precision_loss, reason = "a number of rows")]
            let n = scalar.n as f64;
            match scalar.unit {
                Unit::Rate if is_enough() && by >= LIGHTEST_OF_A_RATE && by * n >= LEAST_CASES => {
                    Some((odds(now, n) - odds(before, n)).abs() * WEIGHT_OF_ODDS)
                }
                Unit::Score if is_enough() => heavy(by * WEIGHT_OF_A_SCORE),
                Unit::Seconds if is_enough() => heavy(ratio(now, before).abs()),
                // A count is its own number of rows. One that grew or shrank with the volume is not news in itself.
                Unit::Count if is_many(now.max(before)) && by >= LEAST_CASES => {
                    let own = ratio(now, before);
                    heavy((own - growth).abs() * f64::from(agree(own, growth)))
                }
                Unit::Rate | Unit::Score | Unit::Seconds | Unit::Count => None,
            }
        }
        MetricValue::Duration(duration) => {
            let is_enough = duration.previous.as_ref().is_some_and(|before| before.n.min(duration.statistics.n) >= FEW);
            is_enough.then(|| ratio(now, before).abs()).and_then(heavy)
        }
        MetricValue::Hidden(_) => None,
    }
}

fn heavy(weight: f64) -> Option<f64> {
    (weight >= LIGHTEST).then_some(weight)
}

/// The odds of a share of `n` cases as a logarithm. One case is added to both sides, so that 0 and 100 % have odds too.
fn odds(share: f64, n: f64) -> f64 {
    ((share * n + 1.0) / ((1.0 - share) * n + 1.0)).ln()
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
