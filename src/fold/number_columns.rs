//! Columns of numbers in as little memory as possible: a report of millions of conversations has dozens of columns.

use polars::prelude::*;

/// A column of instants or durations.
pub(super) fn numbers(name: &str, values: impl Iterator<Item = Option<i64>>) -> Column {
    or_nulls(name, values.collect::<Int64Chunked>())
}

/// A column of small numbers, or of numbers that are only compared and counted.
pub(super) fn small_numbers(name: &str, values: impl Iterator<Item = Option<u32>>) -> Column {
    or_nulls(name, values.collect::<UInt32Chunked>())
}

/// A column of numbers. Columns with only nulls share the zeros that polars allocates once, and take no memory.
fn or_nulls<T: PolarsNumericType>(name: &str, values: ChunkedArray<T>) -> Column {
    let name: PlSmallStr = name.into();
    if values.null_count() == values.len() {
        return Series::full_null(name, values.len(), &T::get_static_dtype()).into_column();
    }
    values.with_name(name).into_column()
}
