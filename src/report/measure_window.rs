//! Metrics of a window, computed from the fact tables: in total, by dimension, by weekday and hour.
//!
//! Metrics that read the same rows share a query. No frame leaves this module, only plain numbers.

use polars::prelude::*;

use super::Cell;
use super::by_key::{ByKey, DimensionValue};
use super::clock::{self, ClockMap};
use super::counted;
use super::filters::Ready;
use super::of_conversation::ConversationColumn;
use super::open_time;
use crate::fold::fact_batches::Between;
use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;
use crate::fold::text_numbers::TextColumn;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::{Measure, Thresholds};
use crate::metrics::{Joined, Metric};
use crate::time::Window;

/// The query on the rows of a metric.
pub(super) type Aggregates = fn(&Metric, &Thresholds) -> Vec<Expr>;

/// Facts and filters, prepared for queries.
#[derive(Debug, Clone, Copy)]
pub struct FactSource<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// The filters.
    pub filters: &'a Ready,
    /// The settings of measures.
    pub thresholds: &'a Thresholds,
}

impl FactSource<'_> {
    /// The rows for metrics like this one.
    ///
    /// # Errors
    ///
    /// If polars refuses it: a bug.
    pub fn rows(self, like: &Metric, window: Window) -> PolarsResult<LazyFrame> {
        let rows = match like.clock.column() {
            Some(clock) => self.facts.rows_between(like.table, between(clock, window))?,
            None => self.facts.rows(like.table)?,
        };
        self.joined(self.filters.apply(rows, like), like)
    }

    /// The candidate rows of a table for metrics like this one. They may have columns in addition to the table's own.
    ///
    /// # Errors
    ///
    /// If polars refuses it: a bug.
    pub fn rows_of(self, mut rows: LazyFrame, like: &Metric, window: Window) -> PolarsResult<LazyFrame> {
        if let Some(clock) = like.clock.column() {
            rows = rows.filter(between(clock, window).expression());
        }
        self.joined(self.filters.apply(rows, like), like)
    }

    /// Rows joined with the columns of another table that the metric needs.
    fn joined(self, rows: LazyFrame, like: &Metric) -> PolarsResult<LazyFrame> {
        match like.joined {
            None => return Ok(rows),
            Some(Joined::OpeningHours) => {
                let texts = self.facts.texts.as_ref();
                return Ok(rows.with_column(open_time::is_out_of_hours(self.thresholds, texts)));
            }
            Some(Joined::FirstClose) => {}
        }
        let columns = Joined::FIRST_CLOSE.map(|(column, name)| col(column).alias(name));
        let closes = self.facts.rows(FactTable::Closes)?.filter(col("is_first"));
        let closes = closes.select([&[col("conversation_id")], &columns[..]].concat());
        Ok(rows.left_join(closes, col("conversation_id"), col("conversation_id")))
    }

    /// Each metric over all rows of the window.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn totals(self, metrics: &[&'static Metric], window: Window) -> PolarsResult<Vec<Cell>> {
        if let Some(values) = &self.facts.values {
            return Ok(counted::totals(values, metrics, window));
        }
        let mut cells: Vec<Cell> = metrics.iter().map(|metric| metric.measure.over_no_rows()).collect();
        self.each_total(metrics, window, Metric::aggregates, |at, frame| {
            cells[at] = metrics[at].measure.read(metrics[at].id, frame, 0)?;
            Ok(())
        })?;
        Ok(cells)
    }

    /// The aggregates of metrics over all rows of the window: for each group of metrics their indexes, and a frame with
    /// one row.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug; errors of `each`.
    pub(super) fn each_total(
        self,
        metrics: &[&'static Metric],
        window: Window,
        aggregates: Aggregates,
        mut each: impl FnMut(usize, &DataFrame) -> PolarsResult<()>,
    ) -> PolarsResult<()> {
        for group in groups(metrics) {
            let rows = self.with_open_times(self.rows(metrics[group[0]], window)?, metrics, &group);
            let frame = rows.select(self.aggregates(metrics, &group, aggregates)).collect()?;
            group.into_iter().try_for_each(|at| each(at, &frame))?;
        }
        Ok(())
    }

    /// Each metric by the values of dimensions; with two dimensions by pairs of values.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn by(self, dimensions: &[Dimension], metrics: &[&'static Metric], window: Window) -> PolarsResult<ByKey> {
        match &self.facts.values {
            Some(values) => counted::by(values, dimensions, metrics, window),
            None => self.by_key(metrics, window, self.split_by(dimensions, window)),
        }
    }

    /// How rows are split by dimensions.
    pub(super) fn split_by(
        self,
        dimensions: &[Dimension],
        window: Window,
    ) -> impl Fn(&Metric, LazyFrame) -> PolarsResult<(LazyFrame, Vec<Expr>)> {
        let by_clock: Vec<_> = dimensions.iter().map(|dimension| clock::dimension(*dimension, &window)).collect();
        let of_conversation: Vec<_> =
            dimensions.iter().map(|dimension| ConversationColumn::new(self.facts, *dimension)).collect();
        move |metric, mut rows| {
            let mut keys = Vec::new();
            for (at, dimension) in dimensions.iter().enumerate() {
                if let Some(map) = &by_clock[at] {
                    keys.push(map.of(clock_of(metric)?));
                } else {
                    rows = of_conversation[at].beside(rows, metric.table)?;
                    keys.push(col(dimension.name()));
                }
            }
            Ok((rows, keys))
        }
    }

    /// A count by local weekday and hour.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn heatmap(self, metric: &'static Metric, window: Window) -> PolarsResult<[[u64; 24]; 7]> {
        let by_cell = match &self.facts.values {
            Some(values) => counted::by_cell(values, metric, window)?,
            None => self.by_key(&[metric], window, Self::split_by_cell(window))?,
        };
        let mut counts = [[0; 24]; 7];
        for (key, cells) in by_cell {
            if let ([Some(DimensionValue::Number(cell))], [Cell::Scalar { n: Some(n), .. }]) = (&key[..], &cells[..])
                && let Ok(cell) = usize::try_from(*cell)
            {
                counts[cell / 24][cell % 24] = *n;
            }
        }
        Ok(counts)
    }

    /// How rows are split by local weekday and hour.
    pub(super) fn split_by_cell(window: Window) -> impl Fn(&Metric, LazyFrame) -> PolarsResult<(LazyFrame, Vec<Expr>)> {
        let cell: ClockMap = clock::heatmap_cell(window.zone());
        move |metric, rows| Ok((rows, vec![cell.of(clock_of(metric)?)]))
    }

    fn by_key(
        self,
        metrics: &[&'static Metric],
        window: Window,
        split: impl Fn(&Metric, LazyFrame) -> PolarsResult<(LazyFrame, Vec<Expr>)>,
    ) -> PolarsResult<ByKey> {
        let mut by_key = ByKey::new();
        self.each_group(metrics, window, split, Metric::aggregates, |group, frame, keys| {
            for (row, key) in keys.into_iter().enumerate() {
                let cells =
                    by_key.entry(key).or_insert_with(|| metrics.iter().map(|m| m.measure.over_no_rows()).collect());
                for at in group {
                    cells[*at] = metrics[*at].measure.read(metrics[*at].id, frame, row)?;
                }
            }
            Ok(())
        })?;
        Ok(by_key)
    }

    /// The aggregates of metrics that read the same rows, by key: the metrics' indexes, and a frame with one row per
    /// key.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug; errors of `each`.
    pub(super) fn each_group(
        self,
        metrics: &[&'static Metric],
        window: Window,
        split: impl Fn(&Metric, LazyFrame) -> PolarsResult<(LazyFrame, Vec<Expr>)>,
        aggregates: Aggregates,
        mut each: impl FnMut(&[usize], &DataFrame, Vec<Vec<Option<DimensionValue>>>) -> PolarsResult<()>,
    ) -> PolarsResult<()> {
        let name = |at: usize| format!(":key{at}");
        for group in groups(metrics) {
            let like = metrics[group[0]];
            let (rows, of_rows) = split(like, self.rows(like, window)?)?;
            let rows = self.with_open_times(rows, metrics, &group);
            let parts = of_rows.len();
            let named: Vec<Expr> = of_rows.into_iter().enumerate().map(|(at, key)| key.alias(name(at))).collect();
            let frame = rows.group_by(named).agg(self.aggregates(metrics, &group, aggregates)).collect()?;
            let columns =
                (0..parts).map(|at| keys(frame.column(&name(at))?, self.facts)).collect::<PolarsResult<Vec<_>>>()?;
            let key = |row: usize| columns.iter().map(|column| column[row].clone()).collect();
            each(&group, &frame, (0..frame.height()).map(key).collect())?;
        }
        Ok(())
    }

    fn aggregates(self, metrics: &[&'static Metric], group: &[usize], aggregates: Aggregates) -> Vec<Expr> {
        let of = |at: &usize| aggregates(metrics[*at], self.thresholds);
        let all = group.iter().flat_map(of);
        match &self.facts.texts {
            Some(texts) => all.map(|of_texts| texts.expression(of_texts)).collect(),
            None => all.collect(),
        }
    }

    fn with_open_times(self, rows: LazyFrame, metrics: &[&'static Metric], group: &[usize]) -> LazyFrame {
        let metrics = group.iter().map(|at| metrics[*at]);
        open_time::with_open_times(rows, metrics, self.thresholds, self.facts.texts.as_ref())
    }
}

/// A window as a span of a clock.
fn between(clock: &'static str, window: Window) -> Between {
    Between { column: clock.into(), from: window.begins(), to: window.ends() }
}

/// Templates are checked, so no metric at the horizon is split by a clock.
fn clock_of(metric: &Metric) -> PolarsResult<&'static str> {
    let none = || polars_err!(InvalidOperation: "{} has no day, weekday or hour", metric.id);
    metric.clock.column().ok_or_else(none)
}

/// Whether a metric measures agents' time, which is not a query of a table: see [`super::agent_time`].
pub(super) const fn is_time(metric: &Metric) -> bool {
    matches!(metric.measure, Measure::Time { .. })
}

/// Indexes of metrics that read the same rows, grouped.
fn groups(metrics: &[&'static Metric]) -> Vec<Vec<usize>> {
    let same = |a: &Metric, b: &Metric| (a.table, a.clock, a.agent, a.joined) == (b.table, b.clock, b.agent, b.joined);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, metric) in metrics.iter().enumerate().filter(|(_, metric)| !is_time(metric)) {
        match groups.iter_mut().find(|group| same(metrics[group[0]], metric)) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// The keys of a column.
pub(super) fn keys(column: &Column, facts: &Facts) -> PolarsResult<Vec<Option<DimensionValue>>> {
    if *column.dtype() == DataType::Int32 {
        return Ok(column.i32()?.iter().map(|key| key.map(DimensionValue::Number)).collect());
    }
    let texts = TextColumn::of(column, facts.texts.as_deref())?;
    Ok(texts.iter().map(|key| key.map(|text| DimensionValue::Text(text.to_owned()))).collect())
}
