//! Adds to rows their open time, and whether they began while their calendar was open.

use std::sync::Arc;

use polars::prelude::*;

use super::Cell;
use crate::fold::text_numbers::{TextColumn, TextNumbers};
use crate::metrics::hours::IS_OUT_OF_HOURS;
use crate::metrics::measure::{Thresholds, open_time_column};
use crate::metrics::{Joined, Metric};
use crate::opening_hours::{OpenSet, Opening};

/// Rows with the durations of these metrics in open time, if they are measured so.
pub fn with_open_times<'m>(
    rows: LazyFrame,
    metrics: impl Iterator<Item = &'m Metric>,
    thresholds: &Thresholds,
    texts: Option<&Arc<TextNumbers>>,
) -> LazyFrame {
    let Some(opening) = &thresholds.opening else { return rows };
    let columns: Vec<Expr> =
        metrics.filter(|metric| metric.open_time).filter_map(|metric| open_time(metric, opening, texts)).collect();
    if columns.is_empty() { rows } else { rows.with_columns(columns) }
}

/// The rows without these columns, which are shown under other names.
pub fn without_open_times<'m>(
    rows: LazyFrame,
    metrics: impl Iterator<Item = &'m Metric>,
    thresholds: &Thresholds,
) -> LazyFrame {
    let columns: Vec<String> = metrics
        .filter(|metric| metric.is_in_open_time(thresholds) && metric.interval().is_some())
        .map(|metric| open_time_column(metric.id))
        .collect();
    if columns.is_empty() { rows } else { rows.drop(by_name(columns, true, false)) }
}

fn open_time(metric: &Metric, opening: &Arc<Opening>, texts: Option<&Arc<TextNumbers>>) -> Option<Expr> {
    let interval = metric.interval()?;
    let open_ms = |set: &OpenSet, [from, to]: [i64; 2]| set.open_ms(from, to);
    let measured = by_calendar(&[interval.from, interval.to], opening, texts, DataType::Int64, open_ms);
    Some(measured.alias(open_time_column(metric.id)))
}

/// Whether conversations started outside of their calendar; null without opening hours.
pub fn is_out_of_hours(thresholds: &Thresholds, texts: Option<&Arc<TextNumbers>>) -> Expr {
    let is_out = match &thresholds.opening {
        None => lit(NULL).cast(DataType::Boolean),
        Some(opening) => {
            let is_out = |set: &OpenSet, [started]: [i64; 1]| i64::from(!set.contains(started));
            by_calendar(&[col("started_at")], opening, texts, DataType::Int64, is_out).eq(lit(1))
        }
    };
    is_out.alias(IS_OUT_OF_HOURS)
}

/// A function of a row's instants by the calendar of its queue or department; null if an instant is missing.
fn by_calendar<const N: usize>(
    instants: &[Expr; N],
    opening: &Arc<Opening>,
    texts: Option<&Arc<TextNumbers>>,
    value_type: DataType,
    time_of: impl Fn(&OpenSet, [i64; N]) -> i64 + Send + Sync + 'static,
) -> Expr {
    let (opening, texts) = (Arc::clone(opening), texts.cloned());
    let mut inputs = instants.to_vec();
    if opening.is_by_place() {
        inputs.extend([col("queue"), col("department")]);
    }
    let function = move |columns: &mut [Column]| -> PolarsResult<Column> {
        let instants: Vec<&Int64Chunked> =
            columns[..N].iter().map(|column| column.i64()).collect::<PolarsResult<_>>()?;
        let mut instants: Vec<_> = instants.into_iter().map(ChunkedArray::iter).collect();
        let mut next = || -> Option<Option<[i64; N]>> {
            let mut row = [0; N];
            let mut is_whole = true;
            for (at, values) in instants.iter_mut().enumerate() {
                match values.next()? {
                    Some(value) => row[at] = value,
                    None => is_whole = false,
                }
            }
            Some(is_whole.then_some(row))
        };
        let values: Int64Chunked = match columns.get(N..).filter(|places| places.len() == 2) {
            Some(names) => {
                let texts_of = |column| TextColumn::of(column, texts.as_deref());
                let (queues, departments) = (texts_of(&names[0])?, texts_of(&names[1])?);
                let places = queues.iter().zip(departments.iter());
                places
                    .map(|(queue, department)| next()?.map(|row| time_of(opening.of(queue, department), row)))
                    .collect()
            }
            None => std::iter::from_fn(next).map(|row| row.map(|row| time_of(opening.default(), row))).collect(),
        };
        Ok(values.with_name(columns[0].name().clone()).into_column())
    };
    let first = inputs.remove(0);
    first.map_many(function, &inputs, move |_, fields| Ok(Field::new(fields[0].name().clone(), value_type.clone())))
}

/// Whether a metric is known with these opening hours, or without any.
#[must_use]
pub fn knows(metric: &Metric, thresholds: &Thresholds) -> bool {
    metric.joined != Some(Joined::OpeningHours) || thresholds.opening.is_some()
}

/// Blanks the cells of metrics that need opening hours, if there are none.
pub fn blank(metrics: &[&'static Metric], cells: &mut [Cell], thresholds: &Thresholds) {
    for (_, cell) in metrics.iter().zip(cells).filter(|(metric, _)| !knows(metric, thresholds)) {
        *cell = Cell::Scalar { value: None, n: Some(0) };
    }
}
