//! Columns of numbers, as small as they may be: a report of millions of conversations has dozens.

use polars::prelude::*;

/// Instants and durations.
pub(super) fn numbers(name: &str, values: impl Iterator<Item = Option<i64>>) -> Column {
    or_nulls(name, values.collect::<Int64Chunked>())
}

/// Small numbers, and those that are only compared and counted.
pub(super) fn small_numbers(name: &str, values: impl Iterator<Item = Option<u32>>) -> Column {
    or_nulls(name, values.collect::<UInt32Chunked>())
}

/// A column of numbers. Nulls alone share the zeroes that polars makes once: no memory of their own is touched.
fn or_nulls<T: PolarsNumericType>(name: &str, values: ChunkedArray<T>) -> Column {
    let name: PlSmallStr = name.into();
    if values.null_count() == values.len() {
        return Series::full_null(name, values.len(), &T::get_static_dtype()).into_column();
    }
    values.with_name(name).into_column()
}
