//! How metrics are computed: aggregates for polars, and the numbers derived from them. No other code divides.

use std::sync::Arc;

use polars::prelude::*;

use super::aggregate::{Aggregate, Combined, DistinctForm};
use super::dimensions::Dimension;
use crate::opening_hours::Opening;
use crate::unit::{ChangeKind, Unit, mean_seconds, seconds};
use crate::value::{Cell, Statistics};

/// A condition on the rows of a fact table.
pub(crate) type RowFilter = fn() -> Expr;

/// All rows. This is not a literal, because a literal is one value, whatever the number of rows.
pub(crate) fn every_row() -> Expr {
    col("conversation_id").is_not_null()
}

/// How the rows of a window become a number.
#[derive(Debug, Clone, Copy)]
pub enum Measure {
    /// The number of rows.
    Count {
        /// The rows that count.
        rows: RowFilter,
    },
    /// The number of distinct values of a column; rows without a value are not counted.
    Distinct {
        /// The rows that count.
        rows: RowFilter,
        /// The name of the fact column whose values count.
        column: &'static str,
    },
    /// A share of rows; no data if the whole is empty.
    Rate {
        /// The numerator.
        part: RowFilter,
        /// The denominator.
        whole: RowFilter,
    },
    /// The share of rows whose duration is at most [`Thresholds::service_level_ms`].
    Within {
        /// The duration in milliseconds; a row without a duration is not within the limit.
        milliseconds: fn() -> Expr,
        /// The denominator.
        whole: RowFilter,
    },
    /// 100 × (one number of rows − another) / the whole; no data if the whole is empty.
    Score {
        /// The rows that raise it.
        plus: RowFilter,
        /// The rows that lower it.
        minus: RowFilter,
        /// The denominator.
        whole: RowFilter,
    },
    /// The number of rows divided by the number of distinct values of a column, where "no value" counts as one; no data
    /// if there are no rows.
    Ratio {
        /// The rows that count.
        rows: RowFilter,
        /// The column.
        per: &'static str,
    },
    /// The mean of a column of integers; no data if there are no rows.
    Mean {
        /// The rows that count.
        rows: RowFilter,
        /// The name of the fact column whose values count.
        column: &'static str,
    },
    /// Statistics of a duration of each row.
    Duration {
        /// The rows that have one.
        rows: RowFilter,
        /// The duration in milliseconds.
        milliseconds: fn() -> Expr,
    },
    /// Sums of agents' time: spans limited to the window, not a query of a table.
    Time {
        /// The kind of time.
        times: Times,
    },
}

/// A sum of agents' time, or a ratio of two sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Time in status `online`.
    Online,
    /// Time in status `paused`.
    Paused,
    /// The total length of stints.
    Handling,
    /// Time with at least one stint.
    Attended,
    /// Handling time divided by attended time.
    Concurrency,
    /// Time both online and attended, divided by time online.
    Occupancy,
}

impl Times {
    /// Whether it can be broken down by a dimension: statuses belong to agents, stints also to conversations.
    #[must_use]
    pub const fn has(self, dimension: Dimension) -> bool {
        match self {
            Self::Handling => true,
            Self::Online | Self::Paused | Self::Attended | Self::Concurrency | Self::Occupancy => {
                matches!(dimension, Dimension::Agent) || dimension.column().is_none()
            }
        }
    }
}

/// The settings of measures.
#[derive(Debug, Clone)]
pub struct Thresholds {
    /// The longest wait for a first reply within the service level.
    pub service_level_ms: i64,
    /// The opening hours, if durations of metrics with [`Metric::open_time`](super::Metric) are open time.
    pub opening: Option<Arc<Opening>>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { service_level_ms: 60_000, opening: None }
    }
}

impl Thresholds {
    /// The same, with the opening hours converted for a run's time.
    #[must_use]
    pub fn over(&self, first_ms: i64, last_ms: i64) -> Self {
        let opening = self.opening.as_ref().map(|opening| Arc::new(opening.over(first_ms, last_ms)));
        Self { opening, ..self.clone() }
    }
}

/// The name of the column with a metric's durations in open time.
#[must_use]
pub(crate) fn open_time_column(id: &str) -> String {
    format!("{id}:open_ms")
}

impl Measure {
    /// The kind of agents' time that it sums; `None` for measures that query a table.
    #[must_use]
    pub const fn times(&self) -> Option<Times> {
        match self {
            Self::Time { times } => Some(*times),
            Self::Count { .. }
            | Self::Distinct { .. }
            | Self::Rate { .. }
            | Self::Within { .. }
            | Self::Score { .. }
            | Self::Ratio { .. }
            | Self::Mean { .. }
            | Self::Duration { .. } => None,
        }
    }

    /// The unit of its values.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        match self {
            Self::Count { .. } | Self::Distinct { .. } => Unit::Count,
            Self::Rate { .. } | Self::Within { .. } => Unit::Rate,
            Self::Score { .. } | Self::Ratio { .. } | Self::Mean { .. } => Unit::Score,
            Self::Duration { .. } => Unit::Seconds,
            Self::Time { times: Times::Concurrency } => Unit::Score,
            Self::Time { times: Times::Occupancy } => Unit::Rate,
            Self::Time { times: Times::Online | Times::Paused | Times::Handling | Times::Attended } => Unit::Seconds,
        }
    }

    /// How its values change.
    #[must_use]
    pub const fn change(&self) -> ChangeKind {
        match self {
            Self::Count { .. } | Self::Distinct { .. } | Self::Ratio { .. } | Self::Duration { .. } => {
                ChangeKind::Relative
            }
            Self::Rate { .. } | Self::Within { .. } | Self::Score { .. } | Self::Mean { .. } => ChangeKind::Difference,
            Self::Time { times } => match times {
                Times::Occupancy => ChangeKind::Difference,
                Times::Online | Times::Paused | Times::Handling | Times::Attended | Times::Concurrency => {
                    ChangeKind::Relative
                }
            },
        }
    }

    /// The aggregates that [`Self::read`] needs.
    pub(super) fn aggregates(&self, id: &str, thresholds: &Thresholds, is_in_open_time: bool) -> Vec<Aggregate> {
        let number = |values| Aggregate::new(id.to_owned(), values);
        let whole = |values| Aggregate::new(whole_of(id), values);
        let population = self.population();
        match self {
            Self::Count { .. } => vec![number(Combined::Sum(population))],
            Self::Distinct { column, .. } => {
                vec![number(Combined::Distinct { values: col(*column), rows: population })]
            }
            Self::Rate { part, .. } => vec![number(Combined::Sum(hits(*part))), whole(Combined::Sum(population))],
            Self::Within { milliseconds, whole: rows } => {
                let within = is_within(measured(id, *milliseconds, is_in_open_time), *rows, thresholds);
                vec![number(Combined::Sum(within)), whole(Combined::Sum(population))]
            }
            Self::Score { plus, minus, .. } => {
                vec![number(Combined::Sum(balance(*plus, *minus))), whole(Combined::Sum(population))]
            }
            Self::Ratio { per, .. } => {
                let per = Combined::Distinct { values: col(*per), rows: population.clone() };
                vec![number(Combined::Sum(population)), whole(per)]
            }
            Self::Mean { column, .. } => {
                let scores = when(population.clone()).then(col(*column).cast(DataType::Int64)).otherwise(lit(0_i64));
                vec![number(Combined::Sum(scores)), whole(Combined::Sum(population))]
            }
            Self::Duration { milliseconds, .. } => {
                let values = measured(id, *milliseconds, is_in_open_time);
                vec![number(Combined::All { values, rows: population })]
            }
            Self::Time { .. } => Vec::new(),
        }
    }

    /// The columns that it uses.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        let name = |part: &Expr| if let Expr::Column(name) = part { Some(name.to_string()) } else { None };
        let aggregates = self.aggregates("", &Thresholds::default(), false).into_iter();
        let aggregates: Vec<Expr> = aggregates.map(|aggregate| aggregate.of_all_rows(DistinctForm::Number)).collect();
        aggregates.iter().flat_map(|aggregate| aggregate.into_iter().filter_map(name)).collect()
    }

    /// The rows on which the number is based: as many as its `n`, except for distinct values, which several rows can
    /// share.
    pub(crate) fn population(&self) -> Expr {
        match self {
            Self::Count { rows } | Self::Ratio { rows, .. } => hits(*rows),
            Self::Distinct { rows, column } | Self::Mean { rows, column } => {
                hits(*rows).and(col(*column).is_not_null())
            }
            Self::Rate { whole, .. } | Self::Within { whole, .. } | Self::Score { whole, .. } => hits(*whole),
            Self::Duration { rows, milliseconds } => hits(*rows).and(milliseconds().is_not_null()),
            Self::Time { .. } => lit(true),
        }
    }

    /// The rows in the numerator of a share; `None` for other measures and for shares within a time.
    #[must_use]
    pub fn part(&self) -> Option<Expr> {
        match self {
            Self::Rate { part, .. } => Some(hits(*part)),
            Self::Count { .. }
            | Self::Distinct { .. }
            | Self::Within { .. }
            | Self::Score { .. }
            | Self::Ratio { .. }
            | Self::Mean { .. }
            | Self::Duration { .. }
            | Self::Time { .. } => None,
        }
    }

    pub(super) fn parts(&self, id: &str, thresholds: &Thresholds, is_in_open_time: bool) -> Vec<Expr> {
        match self {
            Self::Count { .. } | Self::Distinct { .. } | Self::Ratio { .. } | Self::Mean { .. } | Self::Time { .. } => {
                Vec::new()
            }
            Self::Rate { part, .. } => vec![hits(*part).alias(IS_IN_NUMERATOR)],
            Self::Within { milliseconds, whole } => {
                let milliseconds = measured(id, *milliseconds, is_in_open_time);
                let within = is_within(milliseconds.clone(), *whole, thresholds);
                vec![milliseconds.alias(VALUE), within.alias(IS_IN_NUMERATOR)]
            }
            Self::Score { plus, minus, .. } => vec![balance(*plus, *minus).alias(CONTRIBUTION)],
            Self::Duration { milliseconds, .. } => vec![measured(id, *milliseconds, is_in_open_time).alias(VALUE)],
        }
    }

    /// The number that follows from a row of aggregates.
    ///
    /// # Errors
    ///
    /// If the frame has no such aggregates, which is a bug.
    pub fn read(&self, id: &str, frame: &DataFrame, row: usize) -> PolarsResult<Cell> {
        let number = |name: &str| -> PolarsResult<i64> { Ok(frame.column(name)?.i64()?.get(row).unwrap_or(0)) };
        match self {
            Self::Count { .. } | Self::Distinct { .. } => Ok(count_cell(number(id)?)),
            Self::Rate { .. } | Self::Within { .. } => Ok(rate_cell(number(id)?, number(&whole_of(id))?)),
            Self::Score { .. } => Ok(score_cell(number(id)?, number(&whole_of(id))?)),
            Self::Ratio { .. } => Ok(ratio_cell(number(id)?, number(&whole_of(id))?)),
            Self::Mean { .. } => Ok(mean_cell(number(id)?, number(&whole_of(id))?)),
            Self::Duration { .. } => {
                let milliseconds = match frame.column(id)?.list()?.get_as_series(row) {
                    Some(series) => series.i64()?.into_no_null_iter().collect(),
                    None => Vec::new(),
                };
                Ok(Cell::Duration(statistics(milliseconds)))
            }
            Self::Time { .. } => Ok(self.over_no_rows()),
        }
    }

    /// The number for no rows.
    #[must_use]
    pub fn over_no_rows(&self) -> Cell {
        match self {
            Self::Count { .. } | Self::Distinct { .. } => count_cell(0),
            Self::Rate { .. } | Self::Within { .. } => rate_cell(0, 0),
            Self::Score { .. } => score_cell(0, 0),
            Self::Ratio { .. } => ratio_cell(0, 0),
            Self::Mean { .. } => mean_cell(0, 0),
            Self::Duration { .. } => Cell::Duration(Statistics::default()),
            Self::Time { times: Times::Concurrency | Times::Occupancy } => Cell::Scalar { value: None, n: Some(0) },
            Self::Time { .. } => count_cell(0),
        }
    }
}

/// The column, for a row that counts for a duration or a share within a time: the row's duration in milliseconds.
pub(crate) const VALUE: &str = "value_ms";
/// The column, for a row that counts for a share: whether it is in the numerator.
pub(crate) const IS_IN_NUMERATOR: &str = "is_in_numerator";
/// The column, for a row that counts for a score: 1 if it raises the score, −1 if it lowers it, else 0.
pub(crate) const CONTRIBUTION: &str = "contribution";

/// The rows for which a condition is true; a null counts as false.
fn hits(rows: RowFilter) -> Expr {
    rows().fill_null(false)
}

/// 1 for a row of the first, −1 for one of the second.
fn balance(plus: RowFilter, minus: RowFilter) -> Expr {
    let one = |rows: RowFilter| hits(rows).cast(DataType::Int64);
    one(plus) - one(minus)
}

/// The duration of a row: unchanged, or its open time, which is in a separate column.
fn measured(id: &str, milliseconds: fn() -> Expr, is_in_open_time: bool) -> Expr {
    if is_in_open_time { col(open_time_column(id)) } else { milliseconds() }
}

fn is_within(milliseconds: Expr, whole: RowFilter, thresholds: &Thresholds) -> Expr {
    milliseconds.lt_eq(lit(thresholds.service_level_ms)).and(whole()).fill_null(false)
}

pub(super) fn whole_of(id: &str) -> String {
    format!("{id}:whole")
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows and sums of milliseconds are far below 2^53")]
pub(super) const fn float(number: i64) -> f64 {
    number as f64
}

pub(super) fn count_cell(count: i64) -> Cell {
    Cell::Scalar { value: Some(float(count)), n: Some(count.unsigned_abs()) }
}

fn divided(number: i64, by: i64) -> Option<f64> {
    (by != 0).then(|| float(number) / float(by))
}

pub(super) fn rate_cell(part: i64, whole: i64) -> Cell {
    Cell::Scalar { value: divided(part, whole), n: Some(whole.unsigned_abs()) }
}

pub(super) fn score_cell(balance: i64, whole: i64) -> Cell {
    Cell::Scalar { value: divided(100 * balance, whole), n: Some(whole.unsigned_abs()) }
}

pub(super) fn ratio_cell(rows: i64, values: i64) -> Cell {
    Cell::Scalar { value: divided(rows, values), n: Some(rows.unsigned_abs()) }
}

pub(super) fn mean_cell(sum: i64, rows: i64) -> Cell {
    Cell::Scalar { value: divided(sum, rows), n: Some(rows.unsigned_abs()) }
}

/// Mean and percentiles in seconds. Percentiles are exact, by nearest rank: the value at rank ⌈p·n⌉ of the sorted
/// values.
#[must_use]
pub fn statistics(mut milliseconds: Vec<i64>) -> Statistics {
    let n = milliseconds.len();
    if n == 0 {
        return Statistics::default();
    }
    let sum: i64 = milliseconds.iter().sum();
    let seconds = |ms: i64| Some(seconds(ms));
    let mut at_percent = |percent: usize| {
        let rank = (percent * n).div_ceil(100);
        seconds(*milliseconds.select_nth_unstable(rank - 1).1)
    };
    let (p50, p90, p95, max) = (at_percent(50), at_percent(90), at_percent(95), at_percent(100));
    let n = n as u64;
    Statistics { mean: Some(mean_seconds(sum, n)), p50, p90, p95, max, n }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_rank() {
        let of_values = |values: &[i64]| statistics(values.to_vec());
        assert_eq!(of_values(&[]), Statistics::default());
        let one = of_values(&[1_500]);
        assert_eq!((one.mean, one.p50, one.p95, one.max, one.n), (Some(1.5), Some(1.5), Some(1.5), Some(1.5), 1));
        let ten = of_values(&[10_000, 9_000, 8_000, 7_000, 6_000, 5_000, 4_000, 3_000, 2_000, 1_000]);
        assert_eq!((ten.mean, ten.p50, ten.p90, ten.p95), (Some(5.5), Some(5.0), Some(9.0), Some(10.0)));
    }

    #[test]
    fn a_share_of_zero_rows_is_no_data() {
        assert_eq!(rate_cell(0, 0), Cell::Scalar { value: None, n: Some(0) });
        assert_eq!(rate_cell(1, 4), Cell::Scalar { value: Some(0.25), n: Some(4) });
        assert_eq!(score_cell(0, 0), Cell::Scalar { value: None, n: Some(0) });
        assert_eq!(score_cell(-1, 4), Cell::Scalar { value: Some(-25.0), n: Some(4) });
        assert_eq!(ratio_cell(0, 0), Cell::Scalar { value: None, n: Some(0) });
        assert_eq!(ratio_cell(7, 2), Cell::Scalar { value: Some(3.5), n: Some(7) });
    }
}
