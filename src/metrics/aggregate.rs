//! The numbers that metrics consist of: a value of each row, and how the values of rows are combined.
//!
//! Totals are queries of polars. Tables combine the same values for many groups of rows; these are computed once for all
//! tables, see `report::row_values`.

use polars::prelude::*;
use polars_arrow::bitmap::Bitmap;

use super::distinct::{count_distinct, distinct};

/// A number that a measure needs.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// Its name, which begins with the metric's id.
    pub name: String,
    /// The values of rows and how they are combined.
    pub values: Combined<Expr>,
}

/// How the values of rows are combined; `V` is a column of values or of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combined<V> {
    /// The sum of flags or of integers, none of which is null.
    Sum(V),
    /// The distinct values of the rows with this flag; "no value" counts as one.
    Distinct {
        /// One for each row, in the order of the rows.
        values: V,
        /// The flags.
        rows: V,
    },
    /// All values of the rows with this flag: integers, none of which is null.
    All {
        /// One for each row, in the order of the rows.
        values: V,
        /// The flags.
        rows: V,
    },
}

impl<V> Combined<V> {
    /// The same with references to the columns.
    pub const fn as_ref(&self) -> Combined<&V> {
        match self {
            Self::Sum(values) => Combined::Sum(values),
            Self::Distinct { values, rows } => Combined::Distinct { values, rows },
            Self::All { values, rows } => Combined::All { values, rows },
        }
    }

    /// The same for other columns.
    ///
    /// # Errors
    ///
    /// Those of `to`.
    pub(crate) fn try_map<W, E>(self, mut to: impl FnMut(V) -> Result<W, E>) -> Result<Combined<W>, E> {
        Ok(match self {
            Self::Sum(values) => Combined::Sum(to(values)?),
            Self::Distinct { values, rows } => Combined::Distinct { values: to(values)?, rows: to(rows)? },
            Self::All { values, rows } => Combined::All { values: to(values)?, rows: to(rows)? },
        })
    }

    /// The same for other columns.
    pub fn map<W>(self, mut to: impl FnMut(V) -> W) -> Combined<W> {
        match self {
            Self::Sum(values) => Combined::Sum(to(values)),
            Self::Distinct { values, rows } => Combined::Distinct { values: to(values), rows: to(rows) },
            Self::All { values, rows } => Combined::All { values: to(values), rows: to(rows) },
        }
    }
}

/// What distinct values become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DistinctForm {
    /// Their number.
    Number,
    /// A list, so that those of several parts of the facts can be united.
    List,
}

impl Aggregate {
    /// A number named `name`.
    pub const fn new(name: String, values: Combined<Expr>) -> Self {
        Self { name, values }
    }

    /// The number for all rows, as a query.
    pub(crate) fn of_all_rows(self, form: DistinctForm) -> Expr {
        let combined = match self.values {
            // By default, sums of flags have the smallest index type.
            Combined::Sum(values) => values.sum().cast(DataType::Int64),
            Combined::Distinct { values, rows } => match form {
                DistinctForm::Number => distinct(values.filter(rows)),
                DistinctForm::List => values.filter(rows).unique().implode(false),
            },
            Combined::All { values, rows } => values.filter(rows).implode(false),
        };
        combined.alias(self.name)
    }
}

impl Combined<&Column> {
    /// The number for each group, given the indexes of its rows; of the types of [`Aggregate::of_all_rows`].
    ///
    /// # Errors
    ///
    /// If columns are of another type, which is a bug.
    pub(crate) fn of_groups<'g>(
        self,
        name: &str,
        groups: impl Iterator<Item = &'g [IdxSize]>,
        form: DistinctForm,
    ) -> PolarsResult<Column> {
        match self {
            Self::Sum(values) => sums(name, values, groups),
            Self::Distinct { values, rows } => {
                let flags = Flags::of(rows)?;
                let values = values.as_materialized_series();
                let of_groups = groups.map(|group| values.take(&flags.rows_of(group)));
                match form {
                    DistinctForm::Number => {
                        let counts = of_groups.map(|own| count_distinct(&own?));
                        let counts = counts.map(|count| Ok(i64::try_from(count?).unwrap_or(i64::MAX)));
                        Ok(Column::new(name.into(), counts.collect::<PolarsResult<Vec<i64>>>()?))
                    }
                    DistinctForm::List => {
                        let lists = of_groups.map(|own| own?.unique()).collect::<PolarsResult<Vec<Series>>>()?;
                        Ok(lists_of(name, values.dtype(), lists))
                    }
                }
            }
            Self::All { values, rows } => {
                let (values, flags) = (values.i64()?.rechunk(), Flags::of(rows)?);
                let values = values.downcast_as_array().values();
                let of_group = |group: &[IdxSize]| -> Int64Chunked {
                    let kept = group.iter().filter(|row| flags.has(**row)).map(|row| values[*row as usize]);
                    Int64Chunked::from_vec(PlSmallStr::EMPTY, kept.collect())
                };
                Ok(lists_of(name, &DataType::Int64, groups.map(|group| of_group(group).into_series()).collect()))
            }
        }
    }
}

/// A column of lists; without lists it has the right type, too.
fn lists_of(name: &str, kind: &DataType, lists: Vec<Series>) -> Column {
    let column = if lists.is_empty() {
        Series::new_empty(name.into(), &DataType::List(Box::new(kind.clone())))
    } else {
        Series::new(name.into(), lists)
    };
    column.into_column()
}

fn sums<'g>(name: &str, values: &Column, groups: impl Iterator<Item = &'g [IdxSize]>) -> PolarsResult<Column> {
    let sums: Vec<i64> = if *values.dtype() == DataType::Boolean {
        let flags = Flags::of(values)?;
        groups.map(|group| group.iter().map(|row| i64::from(flags.has(*row))).sum()).collect()
    } else {
        let values = values.i64()?.rechunk();
        let values = values.downcast_as_array().values();
        groups.map(|group| group.iter().map(|row| values[*row as usize]).sum()).collect()
    };
    Ok(Column::new(name.into(), sums))
}

/// A flag of each row; null counts as not set.
struct Flags {
    flags: Bitmap,
}

impl Flags {
    fn of(column: &Column) -> PolarsResult<Self> {
        let flags = column.bool()?.rechunk();
        let flags = flags.downcast_as_array();
        Ok(Self { flags: flags.validity().map_or_else(|| flags.values().clone(), |known| flags.values() & known) })
    }

    fn has(&self, row: IdxSize) -> bool {
        self.flags.get_bit(row as usize)
    }

    /// The rows of a group with the flag.
    fn rows_of(&self, group: &[IdxSize]) -> IdxCa {
        let kept = group.iter().copied().filter(|row| self.has(*row));
        IdxCa::from_vec(PlSmallStr::EMPTY, kept.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups of rows give the numbers that a query of these rows alone gives.
    #[test]
    fn groups_of_rows_give_the_numbers_of_queries() {
        let frame = df!(
            "n" => [Some(5_i64), None, Some(-2), Some(5)],
            "name" => [Some("a"), None, None, Some("a")],
            "is_counted" => [true, true, false, true]
        )
        .unwrap();
        let groups: [&[IdxSize]; 4] = [&[0, 1, 2, 3], &[3, 0], &[2], &[]];
        let known = || col("n").is_not_null().and(col("is_counted"));
        let all = [
            Combined::Sum(col("is_counted")),
            Combined::Sum(col("n").fill_null(lit(0_i64))),
            Combined::Distinct { values: col("name"), rows: col("is_counted") },
            Combined::All { values: col("n"), rows: known() },
        ];
        let text = |column: &Column, row: usize| {
            // The order of distinct values is free.
            let value = column.get(row).unwrap();
            let AnyValue::List(list) = value else { return value.to_string() };
            let mut values: Vec<String> = list.iter().map(|value| value.to_string()).collect();
            values.sort();
            values.join(", ")
        };
        for values in all {
            for form in [DistinctForm::Number, DistinctForm::List] {
                let columns = values.clone().try_map(|values| {
                    let frame = frame.clone().lazy().select([values.alias("v")]).collect()?;
                    frame.column("v").cloned()
                });
                let columns: Combined<Column> = columns.unwrap();
                let found = columns.as_ref().of_groups("v", groups.into_iter(), form).unwrap();
                for (at, rows) in groups.into_iter().enumerate() {
                    let rows = IdxCa::from_vec("row".into(), rows.to_vec());
                    let query = Aggregate::new("v".to_owned(), values.clone()).of_all_rows(form);
                    let alone = frame.take(&rows).unwrap().lazy().select([query]).collect().unwrap();
                    let alone = alone.column("v").unwrap();
                    assert_eq!((text(&found, at), found.dtype()), (text(alone, 0), alone.dtype()), "{values:?}");
                }
            }
        }
    }
}
