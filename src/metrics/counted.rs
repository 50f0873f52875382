//! Computes metrics from counted values: adding the counts of parts of the facts gives the numbers for all facts.
//!
//! Each aggregate of a metric has a name. A count is added directly; durations and distinct values are counted value by
//! value.

use polars::prelude::*;

use super::Metric;
use super::measure::{Measure, count_cell, mean_cell, rate_cell, ratio_cell, score_cell, whole_of};
use crate::fold::values::{CountedValue, Counts, Values};
use crate::unit::{mean_seconds, seconds};
use crate::value::{Cell, Statistics};

impl Metric {
    /// The names of its aggregates.
    #[must_use]
    pub(crate) fn counted_names(&self) -> Vec<String> {
        let id = self.id.to_owned();
        match self.measure {
            Measure::Count { .. } | Measure::Distinct { .. } | Measure::Duration { .. } => vec![id],
            Measure::Rate { .. }
            | Measure::Within { .. }
            | Measure::Score { .. }
            | Measure::Ratio { .. }
            | Measure::Mean { .. } => {
                let whole = whole_of(&id);
                vec![id, whole]
            }
            Measure::Time { .. } => Vec::new(),
        }
    }

    /// The metric's number, given the counts for each of [`Metric::counted_names`].
    #[must_use]
    pub(crate) fn of_counts<'v>(&self, counts: impl Fn(&str) -> Option<&'v Counts>) -> Cell {
        let sum = |name: &str| counts(name).map_or(0, |counts| counts.values().sum());
        let different = |name: &str| counts(name).map_or(0, |counts| i64::try_from(counts.len()).unwrap_or(i64::MAX));
        let (id, whole) = (self.id, whole_of(self.id));
        match self.measure {
            Measure::Count { .. } => count_cell(sum(id)),
            Measure::Distinct { .. } => count_cell(different(id)),
            Measure::Rate { .. } | Measure::Within { .. } => rate_cell(sum(id), sum(&whole)),
            Measure::Score { .. } => score_cell(sum(id), sum(&whole)),
            Measure::Ratio { .. } => ratio_cell(sum(id), different(&whole)),
            Measure::Mean { .. } => mean_cell(sum(id), sum(&whole)),
            Measure::Duration { .. } => Cell::Duration(counts(id).map_or_else(Statistics::default, statistics)),
            Measure::Time { .. } => self.measure.over_no_rows(),
        }
    }
}

/// Adds the values in a frame of counted aggregates with one row for each group. `name` is that of an aggregate.
///
/// # Errors
///
/// If an aggregate is missing or of another type, which is a bug.
pub fn add(
    metric: &Metric,
    frame: &DataFrame,
    groups: &[String],
    name: impl Fn(&str) -> String,
    values: &mut Values,
) -> PolarsResult<()> {
    for aggregate in metric.counted_names() {
        let (column, name) = (frame.column(&aggregate)?, name(&aggregate));
        if *column.dtype() == DataType::Int64 {
            for (group, count) in groups.iter().zip(column.i64()?.iter()) {
                values.add(&name, group, CountedValue::default(), count.unwrap_or(0));
            }
        } else {
            let lists = column.list()?;
            for (at, group) in groups.iter().enumerate() {
                if let Some(series) = lists.get_as_series(at) {
                    add_each(&series, &name, group, values)?;
                }
            }
        }
    }
    Ok(())
}

fn add_each(series: &Series, name: &str, group: &str, values: &mut Values) -> PolarsResult<()> {
    if *series.dtype() == DataType::String {
        for text in series.str()?.iter() {
            values.add(name, group, CountedValue { text: text.map(str::to_owned), number: None }, 1);
        }
    } else {
        for number in series.i64()?.iter() {
            values.add(name, group, CountedValue { text: None, number }, 1);
        }
    }
    Ok(())
}

/// Mean and percentiles in seconds of counted milliseconds, equal to those of
/// [`measure::statistics`](super::measure::statistics) for a list.
fn statistics(counts: &Counts) -> Statistics {
    let milliseconds = |value: &CountedValue| value.number.unwrap_or_default();
    let n: i64 = counts.values().sum();
    if n <= 0 {
        return Statistics::default();
    }
    let sum: i64 = counts.iter().map(|(value, count)| milliseconds(value) * count).sum();
    // Counts are sorted by their values, which are all numbers.
    let at_percent = |percent: i64| {
        let rank = (i128::from(percent) * i128::from(n) + 99) / 100;
        let mut seen = 0_i128;
        let found = counts.iter().find(|(_, count)| {
            seen += i128::from(**count);
            seen >= rank
        });
        found.map(|(value, _)| seconds(milliseconds(value)))
    };
    let n = n.unsigned_abs();
    Statistics {
        mean: Some(mean_seconds(sum, n)),
        p50: at_percent(50),
        p90: at_percent(90),
        p95: at_percent(95),
        max: at_percent(100),
        n,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::fold::values::ALL_ROWS;
    use crate::metrics::measure::Thresholds;
    use crate::metrics::{all, measure};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(17), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn statistics_are_those_of_the_list(milliseconds in proptest::collection::vec(-5_i64..40_000, 0..250)) {
            let mut values = Values::default();
            for ms in &milliseconds {
                values.add("ms", ALL_ROWS, CountedValue::number(*ms), 1);
            }
            let counted = values.of_all_rows("ms").map_or_else(Statistics::default, statistics);
            prop_assert_eq!(counted, measure::statistics(milliseconds));
        }
    }

    #[test]
    fn without_values_there_are_no_statistics() {
        assert_eq!(statistics(&Counts::new()), Statistics::default());
    }

    #[test]
    fn names_are_those_of_the_aggregates() {
        for metric in all() {
            let aggregates = metric.aggregates(&Thresholds::default()).into_iter();
            let names: Vec<String> = aggregates.map(|aggregate| aggregate.name).collect();
            assert_eq!(names, metric.counted_names(), "{}", metric.id);
        }
    }
}
