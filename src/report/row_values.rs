//! The values of a window's rows for metrics that read the same rows, computed once, and combined for the groups of any
//! table.

use std::hash::Hash;

use hashbrown::HashMap;
use polars::prelude::*;

use crate::fold::text_numbers::TextNumbers;
use crate::metrics::Metric;
use crate::metrics::aggregate::{Aggregate, Combined, DistinctForm};
use crate::metrics::measure::Thresholds;

/// The values of some rows.
#[derive(Debug)]
pub struct MetricRows {
    rows: DataFrame,
    /// By the id of the metric: the names of its aggregates, with the names of the columns.
    aggregates: Vec<(&'static str, Vec<NamedColumns>)>,
}

/// The name of an aggregate, and the columns of its values.
type NamedColumns = (String, Combined<String>);

impl MetricRows {
    /// Reads rows: the columns `key_columns`, and the values for metrics.
    ///
    /// # Errors
    ///
    /// If polars refuses the query: a bug.
    pub fn read<'m>(
        rows: LazyFrame,
        key_columns: &[&str],
        metrics: impl Iterator<Item = &'m &'static Metric>,
        thresholds: &Thresholds,
        texts: Option<&TextNumbers>,
    ) -> PolarsResult<Self> {
        // Many metrics have the same conditions.
        let mut values: Vec<Expr> = Vec::new();
        let mut column = |value: Expr| {
            let at = values.iter().position(|known| *known == value).unwrap_or_else(|| {
                values.push(value);
                values.len() - 1
            });
            column_name(at)
        };
        let mut named = |aggregate: Aggregate| (aggregate.name, aggregate.values.map(&mut column));
        let aggregates = metrics
            .map(|metric| (metric.id, metric.aggregates(thresholds).into_iter().map(&mut named).collect()))
            .collect();
        let of_texts = |value: Expr| texts.map_or_else(|| value.clone(), |texts| texts.expression(value.clone()));
        let values = values.into_iter().enumerate().map(|(at, value)| of_texts(value).alias(column_name(at)));
        let mut rows =
            rows.select(key_columns.iter().map(|name| col(*name)).chain(values).collect::<Vec<_>>()).collect()?;
        // Values are taken row by row, which needs a search if they are in several chunks.
        rows.rechunk_mut();
        Ok(Self { rows, aggregates })
    }

    /// Columns of the kept rows.
    ///
    /// # Errors
    ///
    /// If one was not: a bug.
    pub fn columns(&self, names: &[&str]) -> PolarsResult<DataFrame> {
        self.rows.select(names.iter().copied())
    }

    /// The aggregates of metrics: one row for each group.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn combined(
        &self,
        metrics: impl Iterator<Item = &'static Metric>,
        groups: &RowGroups,
        distinct: DistinctForm,
    ) -> PolarsResult<DataFrame> {
        let mut columns = Vec::new();
        for metric in metrics {
            let own = self.aggregates.iter().filter(|(id, _)| *id == metric.id).flat_map(|(_, own)| own);
            for (name, values) in own {
                let values = values.as_ref().try_map(|column| self.rows.column(column))?;
                columns.push(values.of_groups(name, groups.each(), distinct)?);
            }
        }
        DataFrame::new(groups.len(), columns)
    }
}

/// No fact table has a column with such a name.
fn column_name(at: usize) -> String {
    format!(":value{at}")
}

/// Rows by their keys.
#[derive(Debug)]
pub struct RowGroups {
    /// Indexes of rows, group by group.
    rows: Vec<IdxSize>,
    /// For each group, the end of its rows.
    ends: Vec<usize>,
    /// For each group, an index in the key columns with its key.
    pub first: IdxCa,
}

impl RowGroups {
    /// The rows with the same values of some columns. The row of each index in the columns is in `rows`.
    ///
    /// # Errors
    ///
    /// If a column has neither texts nor small numbers: a bug.
    pub fn of(rows: &Column, keys: &[Column]) -> PolarsResult<Self> {
        let rows = rows.idx()?.rechunk();
        let rows = rows.downcast_as_array().values();
        let mut group_of = vec![0; rows.len()];
        for (at, key) in keys.iter().enumerate() {
            let numbers = numbers_of(key)?;
            group_of = if at == 0 { numbers } else { numbered(group_of.into_iter().zip(numbers)) };
        }
        let mut first: Vec<IdxSize> = Vec::new();
        let mut sizes: Vec<usize> = Vec::new();
        for (index, group) in (0..).zip(&group_of) {
            // Groups are numbered in the order of their first row.
            if *group as usize == sizes.len() {
                first.push(index);
                sizes.push(0);
            }
            sizes[*group as usize] += 1;
        }
        let mut next: Vec<usize> = Vec::with_capacity(sizes.len());
        let mut sum = 0;
        for size in sizes {
            next.push(sum);
            sum += size;
        }
        let mut sorted = vec![0; rows.len()];
        for (row, group) in rows.iter().zip(group_of) {
            let at = &mut next[group as usize];
            sorted[*at] = *row;
            *at += 1;
        }
        Ok(Self { rows: sorted, ends: next, first: IdxCa::from_vec(PlSmallStr::EMPTY, first) })
    }

    /// The number of groups.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The rows of each group.
    pub fn each(&self) -> impl Iterator<Item = &[IdxSize]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, end)| &self.rows[begin..*end])
    }
}

/// A number for each distinct value of a column.
fn numbers_of(column: &Column) -> PolarsResult<Vec<u32>> {
    match column.dtype() {
        DataType::UInt32 => Ok(numbered(column.u32()?.iter())),
        DataType::Int32 => Ok(numbered(column.i32()?.iter())),
        _ => Ok(numbered(column.str()?.iter())),
    }
}

/// A number for each distinct value, in the order of their first appearance.
fn numbered<V: Eq + Hash + Copy>(values: impl Iterator<Item = V>) -> Vec<u32> {
    let mut known: HashMap<V, u32> = HashMap::new();
    let mut last: Option<(V, u32)> = None;
    let number = |value: V| {
        if let Some((before, number)) = last
            && before == value
        {
            return number;
        }
        let next = u32::try_from(known.len()).expect("fewer values than rows");
        let number = *known.entry(value).or_insert(next);
        last = Some((value, number));
        number
    };
    values.map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_grouped_by_all_keys() {
        let rows = Column::new("row".into(), [0 as IdxSize, 1, 1, 2, 3]);
        let texts = Column::new("text".into(), [Some("a"), Some("a"), None, None, Some("a")]);
        let numbers = Column::new("number".into(), [7_i32, 8, 7, 7, 7]);
        let rows_of = |keys: &[Column]| {
            let groups = RowGroups::of(&rows, keys).unwrap();
            let found: Vec<Vec<IdxSize>> = groups.each().map(<[IdxSize]>::to_vec).collect();
            (found, groups.first.into_no_null_iter().collect::<Vec<_>>())
        };
        assert_eq!(rows_of(std::slice::from_ref(&texts)), (vec![vec![0, 1, 3], vec![1, 2]], vec![0, 2]));
        assert_eq!(rows_of(&[texts, numbers]), (vec![vec![0, 3], vec![1], vec![1, 2]], vec![0, 1, 2]));
        let none = Column::new_empty("number".into(), &DataType::Int32);
        let groups = RowGroups::of(&Column::new_empty("row".into(), &IDX_DTYPE), &[none]).unwrap();
        assert_eq!((groups.len(), groups.each().count()), (0, 0));
    }
}
