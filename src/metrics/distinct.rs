//! Counts the distinct values of a column.
//!
//! polars sorts to do this. Here, ids are numbers with few gaps, so a bit for each number suffices.

use hashbrown::HashSet;
use polars::prelude::*;

/// The most bits for each value; above that, bits are not used.
const BITS_A_VALUE: u64 = 256;

/// The number of distinct values, as an aggregate; "no value" counts as one value.
pub fn distinct(values: Expr) -> Expr {
    let count = |column: Column| {
        let count = count_distinct(column.as_materialized_series())?;
        Ok(Column::new(column.name().clone(), [i64::try_from(count).unwrap_or(i64::MAX)]))
    };
    values.agg_with_fmt_str(count, |_, field| Ok(Field::new(field.name().clone(), DataType::Int64)), "distinct")
}

/// The number of distinct values of a column; "no value" counts as one value.
///
/// # Errors
///
/// If polars cannot compare the values, which is a bug.
pub fn count_distinct(values: &Series) -> PolarsResult<usize> {
    let present = match values.dtype() {
        DataType::Int64 => distinct_numbers(values.i64()?),
        DataType::UInt32 => distinct_ids(values.u32()?),
        DataType::String => values.str()?.iter().flatten().collect::<HashSet<&str>>().len(),
        _ => return values.n_unique(),
    };
    Ok(present + usize::from(values.has_nulls()))
}

fn distinct_ids(values: &UInt32Chunked) -> usize {
    let (Some(least), Some(most)) = (values.min(), values.max()) else {
        return 0;
    };
    count_in_span(values.iter().flatten().map(i64::from), values.len(), i64::from(least), i64::from(most))
}

fn distinct_numbers(values: &Int64Chunked) -> usize {
    let (Some(least), Some(most)) = (values.min(), values.max()) else {
        return 0;
    };
    count_in_span(values.iter().flatten(), values.len(), least, most)
}

/// The number of distinct values, of which `least` and `most` are the smallest and largest.
fn count_in_span(values: impl Iterator<Item = i64>, rows: usize, least: i64, most: i64) -> usize {
    let span = most.abs_diff(least);
    if span >= BITS_A_VALUE * rows as u64 {
        return values.collect::<HashSet<i64>>().len();
    }
    let mut seen = vec![0_u64; usize::try_from(span / 64).unwrap_or(usize::MAX) + 1];
    let mut distinct = 0;
    for value in values {
        let offset = value.abs_diff(least);
        let (word, bit) = (&mut seen[(offset / 64) as usize], 1 << (offset % 64));
        distinct += usize::from(*word & bit == 0);
        *word |= bit;
    }
    distinct
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn in_polars(values: &Series) -> usize {
        values.n_unique().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, rng_seed: RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn counts_equal_those_of_polars(
            near in proptest::collection::vec(proptest::option::of(-70_i64..70), 0..200),
            far in proptest::collection::vec(proptest::option::of(prop_oneof![Just(i64::MIN), Just(i64::MAX), any::<i64>()]), 0..9),
            ids in proptest::collection::vec(proptest::option::of(prop_oneof![0_u32..40, any::<u32>()]), 0..90),
            texts in proptest::collection::vec(proptest::option::of("[ab]{0,3}"), 0..60),
        ) {
            for numbers in [near, far] {
                let numbers = Series::new("n".into(), numbers);
                prop_assert_eq!(count_distinct(&numbers).unwrap(), in_polars(&numbers));
            }
            let ids = Series::new("i".into(), ids);
            prop_assert_eq!(count_distinct(&ids).unwrap(), in_polars(&ids));
            let texts = Series::new("t".into(), texts);
            prop_assert_eq!(count_distinct(&texts).unwrap(), in_polars(&texts));
        }
    }

    #[test]
    fn distinct_values_of_groups_and_of_all() {
        let frame = df!("group" => ["a", "b", "a", "a"], "n" => [Some(5_i64), None, Some(5), Some(7)]).unwrap();
        let all = frame.clone().lazy().select([distinct(col("n")).alias("all"), col("n").count().alias("rows")]);
        let all = all.collect().unwrap();
        assert_eq!((all.height(), all.column("all").unwrap().i64().unwrap().get(0)), (1, Some(3)));
        let none = frame.clone().lazy().filter(lit(false)).select([distinct(col("n"))]).collect().unwrap();
        assert_eq!(none.column("n").unwrap().i64().unwrap().get(0), Some(0));
        let by_group =
            frame.lazy().group_by_stable([col("group")]).agg([distinct(col("n").filter(col("n").lt(lit(9))))]);
        let by_group = by_group.collect().unwrap();
        let counts: Vec<_> = by_group.column("n").unwrap().i64().unwrap().iter().collect();
        assert_eq!(counts, [Some(2), Some(0)]);
    }
}
