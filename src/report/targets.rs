//! Targets: bounds for numbers of a report, and the numbers that miss them.

use serde::{Deserialize, Serialize};

use super::{Cell, MetricValue, Report, Statistic};
use crate::metrics::Metric;
use crate::value::{number, plain_number};

/// The side of the limit on which a value meets the target; the limit itself always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetSide {
    /// At most the limit.
    AtMost,
    /// At least the limit.
    AtLeast,
}

/// A target as `--target` gives it.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The metric that has to meet it.
    pub metric: &'static Metric,
    /// The statistic, for a duration.
    pub statistic: Option<Statistic>,
    /// The side that meets the target.
    pub bound: TargetSide,
    /// The limit in the metric's unit: seconds, shares 0 to 1.
    pub limit: f64,
}

/// A target and its result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The metric's id.
    pub metric: String,
    /// `value`, or the statistic of a duration.
    pub statistic: String,
    /// The side that meets the target.
    pub bound: TargetSide,
    /// The limit in the metric's unit.
    #[serde(serialize_with = "plain_number")]
    pub limit: f64,
    /// The value in the window.
    #[serde(serialize_with = "number")]
    pub value: Option<f64>,
    /// Whether it meets the target; `None` if there is no data or the value is hidden.
    pub met: Option<bool>,
    /// Whether the value is hidden.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// The rows of tables that miss it, in their order.
    pub missed: Vec<Miss>,
}

/// A row of a table that misses a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Miss {
    /// The name of the table in the report.
    pub table: String,
    /// The row's key.
    pub key: Vec<String>,
    /// The number that misses the target, in the unit of the metric.
    #[serde(serialize_with = "plain_number")]
    pub value: f64,
}

/// The name of a scalar's number; durations have names of statistics.
pub(crate) const VALUE: &str = "value";

impl Target {
    /// The name of the target's number.
    #[must_use]
    pub(crate) fn statistic_name(&self) -> &'static str {
        self.statistic.map_or(VALUE, Statistic::name)
    }

    fn of_cell(&self, cell: &Cell) -> Option<f64> {
        match cell {
            Cell::Hidden => None,
            Cell::Scalar { value, .. } => *value,
            Cell::Duration(statistics) => self.statistic.and_then(|statistic| statistic.of(statistics)),
        }
    }

    fn of_metric(&self, value: &MetricValue) -> Option<f64> {
        match value {
            MetricValue::Scalar(scalar) => scalar.value,
            MetricValue::Duration(duration) => self.statistic.and_then(|statistic| statistic.of(&duration.statistics)),
            MetricValue::Hidden(_) => None,
        }
    }

    /// Compares the target with the report's metric and every row of its tables.
    #[must_use]
    pub fn judge(&self, report: &Report) -> Judged {
        let id = self.metric.id;
        let value = report.metrics.get(id).and_then(|value| self.of_metric(value));
        let mut judged = Judged {
            metric: id.to_owned(),
            statistic: self.statistic_name().to_owned(),
            bound: self.bound,
            limit: self.limit,
            value,
            met: value.map(|value| self.bound.is_met_by(value, self.limit)),
            hidden: report.metrics.get(id).is_some_and(|value| matches!(value, MetricValue::Hidden(_))),
            missed: Vec::new(),
        };
        for (name, table) in report.tables.iter() {
            for row in &table.rows {
                let value = row.cells.get(id).and_then(|cell| self.of_cell(cell));
                if let Some(value) = value.filter(|value| !self.bound.is_met_by(*value, self.limit)) {
                    judged.missed.push(Miss { table: name.to_owned(), key: row.key.parts().to_vec(), value });
                }
            }
        }
        judged
    }
}

impl TargetSide {
    /// Whether a value meets the target.
    #[must_use]
    pub fn is_met_by(self, value: f64, limit: f64) -> bool {
        match self {
            Self::AtMost => value <= limit,
            Self::AtLeast => value >= limit,
        }
    }

    /// `≤` or `≥`.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::AtMost => "≤",
            Self::AtLeast => "≥",
        }
    }

    /// As in `--target`: `<=` or `>=`.
    #[must_use]
    pub const fn operator(self) -> &'static str {
        match self {
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
        }
    }
}

impl Judged {
    /// Whether the target is for that number.
    #[must_use]
    pub fn is_of(&self, metric: &str, statistic: Option<Statistic>) -> bool {
        self.metric == metric && self.statistic == statistic.map_or(VALUE, Statistic::name)
    }

    /// Whether that value misses the target; no data misses no target.
    #[must_use]
    pub(crate) fn is_missed_by(&self, value: Option<f64>) -> bool {
        value.is_some_and(|value| !self.bound.is_met_by(value, self.limit))
    }
}

impl Report {
    /// Whether a value of that metric and statistic misses a target.
    #[must_use]
    pub fn misses(&self, metric: &str, statistic: Option<Statistic>, value: Option<f64>) -> bool {
        self.targets.iter().any(|target| target.is_of(metric, statistic) && target.is_missed_by(value))
    }

    /// The statistics of a duration to show: the usual ones and those with a target.
    #[must_use]
    pub(crate) fn with_targeted(&self, usual: &[Statistic], metric: &str) -> Vec<Statistic> {
        let is_targeted = |statistic| self.targets.iter().any(|target| target.is_of(metric, Some(statistic)));
        let others = Statistic::ALL.into_iter().filter(|statistic| *statistic != Statistic::LEADING);
        let all = std::iter::once(Statistic::LEADING).chain(others);
        all.filter(|statistic| usual.contains(statistic) || is_targeted(*statistic)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_right_on_both_sides() {
        for bound in [TargetSide::AtMost, TargetSide::AtLeast] {
            assert!(bound.is_met_by(120.0, 120.0));
        }
        assert!(TargetSide::AtMost.is_met_by(119.0, 120.0) && !TargetSide::AtMost.is_met_by(120.001, 120.0));
        assert!(TargetSide::AtLeast.is_met_by(0.81, 0.8) && !TargetSide::AtLeast.is_met_by(0.79, 0.8));
    }
}
