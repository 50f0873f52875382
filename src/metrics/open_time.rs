//! Metrics in open time: the instants between which durations lie, and the columns that hold them (opening-hours.md).

use polars::prelude::*;

use super::Metric;
use super::aggregate::Aggregate;
use super::measure::{Measure, Thresholds};

impl Metric {
    /// The aggregates that [`Measure::read`] needs, named after the metric.
    #[must_use]
    pub fn aggregates(&self, thresholds: &Thresholds) -> Vec<Aggregate> {
        self.measure.aggregates(self.id, thresholds, self.is_in_open_time(thresholds))
    }

    /// Each row's share of the number, as columns: `VALUE`, `IS_IN_NUMERATOR`, `CONTRIBUTION`.
    #[must_use]
    pub fn parts(&self, thresholds: &Thresholds) -> Vec<Expr> {
        self.measure.parts(self.id, thresholds, self.is_in_open_time(thresholds))
    }

    /// Whether its durations are open time.
    #[must_use]
    pub const fn is_in_open_time(&self, thresholds: &Thresholds) -> bool {
        self.open_time && thresholds.opening.is_some()
    }

    /// The columns of the instants between which its durations lie: from one to the other, or a number of milliseconds
    /// before one.
    #[must_use]
    pub fn interval(&self) -> Option<SpanColumns> {
        let milliseconds = match self.measure {
            Measure::Duration { milliseconds, .. } | Measure::Within { milliseconds, .. } => milliseconds(),
            Measure::Count { .. }
            | Measure::Distinct { .. }
            | Measure::Rate { .. }
            | Measure::Score { .. }
            | Measure::Ratio { .. }
            | Measure::Mean { .. }
            | Measure::Time { .. } => return None,
        };
        match milliseconds {
            Expr::BinaryExpr { left, op: Operator::Minus, right } => {
                Some(SpanColumns { from: (*right).clone(), to: (*left).clone() })
            }
            milliseconds => {
                let to = col(self.clock.column()?);
                Some(SpanColumns { from: to.clone() - milliseconds, to })
            }
        }
    }
}

/// A span of time of a row.
#[derive(Debug, Clone)]
pub struct SpanColumns {
    /// Its start.
    pub from: Expr,
    /// Its end.
    pub to: Expr,
}
