//! Metrics of a window, computed from the fact tables: in total, by dimension, by weekday and hour.
//!
//! Metrics that read the same rows share a query, and all tables share the rows' values. No frame leaves this module,
//! only plain numbers.

use polars::prelude::*;

use super::Cell;
use super::by_key::{ByKey, DimensionValue};
use super::clock::{self, ClockMap};
use super::counted;
use super::filters::Ready;
use super::of_conversation::ConversationColumn;
use super::open_time;
use super::query::merged;
use super::row_values::{MetricRows, RowGroups};
use super::template::TableTemplate;
use crate::fold::fact_batches::Between;
use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;
use crate::fold::text_numbers::TextColumn;
use crate::metrics::aggregate::DistinctForm;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::{Measure, Thresholds};
use crate::metrics::{Joined, Metric};
use crate::time::Window;

/// Metrics, and how their rows are split.
pub(super) struct KeyedTable<'t> {
    pub metrics: &'t [&'static Metric],
    pub split: TableSplit<'t>,
}

/// How rows are split: the parts of a key.
pub(super) struct TableSplit<'f> {
    parts: Vec<KeyPart<'f>>,
}

enum KeyPart<'f> {
    /// A function of the metric's clock.
    Clock(ClockMap),
    /// The value of a dimension.
    Column(Dimension, Box<ConversationColumn<'f>>),
}

impl<'f> TableSplit<'f> {
    /// By dimensions.
    pub fn by(dimensions: &[Dimension], window: Window, facts: &'f Facts) -> Self {
        let part = |dimension: &Dimension| match clock::dimension(*dimension, &window) {
            Some(map) => KeyPart::Clock(map),
            None => KeyPart::Column(*dimension, Box::new(ConversationColumn::new(facts, *dimension))),
        };
        Self { parts: dimensions.iter().map(part).collect() }
    }

    /// By local weekday and hour.
    pub fn by_cell(window: Window) -> Self {
        Self { parts: vec![KeyPart::Clock(clock::heatmap_cell(window.zone()))] }
    }

    /// The columns of a metric's table on which the keys depend.
    fn columns(&self, metric: &Metric) -> PolarsResult<Vec<&'static str>> {
        let column = |part: &KeyPart| match part {
            KeyPart::Clock(_) => clock_of(metric),
            KeyPart::Column(dimension, column) if column.is_own(metric.table) => Ok(dimension.name()),
            KeyPart::Column(..) => Ok(ID),
        };
        let mut columns = self.parts.iter().map(column).collect::<PolarsResult<Vec<_>>>()?;
        columns.sort_unstable();
        columns.dedup();
        Ok(columns)
    }

    /// The keys of rows: the row's index, and a column for each part. A row with several keys occurs several times.
    fn keys(&self, metric: &Metric, rows: &DataFrame) -> PolarsResult<(Column, Vec<Column>)> {
        let mut rows = rows.with_row_index(ROW.into(), None)?.lazy();
        let mut all = vec![col(ROW)];
        for (at, part) in self.parts.iter().enumerate() {
            let key = match part {
                KeyPart::Clock(map) => map.of(clock_of(metric)?),
                KeyPart::Column(dimension, column) => {
                    rows = column.beside(rows, metric.table)?;
                    col(dimension.name())
                }
            };
            all.push(key.alias(format!(":key{at}")));
        }
        let mut columns = rows.select(all).collect()?.into_columns().into_iter();
        let row = columns.next().ok_or_else(|| polars_err!(InvalidOperation: "rows without an index"))?;
        Ok((row, columns.collect()))
    }
}

/// The column by which rows take values of their conversation.
const ID: &str = "conversation_id";

/// The column of a row's index.
const ROW: &str = ":row";

/// Facts and filters, prepared for queries.
#[derive(Debug, Clone, Copy)]
pub struct FactSource<'a> {
    pub facts: &'a Facts,
    pub filters: &'a Ready,
    /// The settings of measures.
    pub thresholds: &'a Thresholds,
}

impl<'a> FactSource<'a> {
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
        self.each_total(metrics, window, DistinctForm::Number, |at, frame| {
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
        distinct: DistinctForm,
        mut each: impl FnMut(usize, &DataFrame) -> PolarsResult<()>,
    ) -> PolarsResult<()> {
        for group in groups(metrics) {
            let rows = self.with_open_times(self.rows(metrics[group[0]], window)?, metrics, &group);
            let frame = rows.select(self.aggregates(metrics, &group, distinct)).collect()?;
            group.into_iter().try_for_each(|at| each(at, &frame))?;
        }
        Ok(())
    }

    /// For each table, its metrics by the values of its dimensions; with two dimensions by pairs of values.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn tables(self, tables: &[TableTemplate], window: Window) -> PolarsResult<Vec<ByKey>> {
        if let Some(values) = &self.facts.values {
            let counted_table = |table: &TableTemplate| counted::by(values, &table.dimensions, &table.metrics, window);
            return tables.iter().map(counted_table).collect();
        }
        self.by_key(&self.keyed(tables, window), window)
    }

    /// Tables with the split of their rows.
    pub(super) fn keyed<'t>(self, tables: &'t [TableTemplate], window: Window) -> Vec<KeyedTable<'t>>
    where
        'a: 't,
    {
        let keyed = |TableTemplate { dimensions, metrics }: &'t TableTemplate| KeyedTable {
            metrics,
            split: TableSplit::by(dimensions, window, self.facts),
        };
        tables.iter().map(keyed).collect()
    }

    /// A count by local weekday and hour.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn heatmap(self, metric: &'static Metric, window: Window) -> PolarsResult<[[u64; 24]; 7]> {
        let by_cell = if let Some(values) = &self.facts.values {
            counted::by_cell(values, metric, window)?
        } else {
            let table = KeyedTable { metrics: &[metric], split: TableSplit::by_cell(window) };
            self.by_key(&[table], window)?.remove(0)
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

    fn by_key(self, tables: &[KeyedTable], window: Window) -> PolarsResult<Vec<ByKey>> {
        let mut all: Vec<ByKey> = tables.iter().map(|_| ByKey::new()).collect();
        self.each_group(tables, window, DistinctForm::Number, |table, group, frame, keys| {
            let metrics = tables[table].metrics;
            for (row, key) in keys.into_iter().enumerate() {
                let nothing = || metrics.iter().map(|metric| metric.measure.over_no_rows()).collect();
                let cells = all[table].entry(key).or_insert_with(nothing);
                for at in group {
                    cells[*at] = metrics[*at].measure.read(metrics[*at].id, frame, row)?;
                }
            }
            Ok(())
        })?;
        Ok(all)
    }

    /// The aggregates of tables, for metrics that read the same rows: the table's index, the metrics' indexes in it, a
    /// frame with one row per key, and the keys.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug; errors of `each`.
    pub(super) fn each_group(
        self,
        tables: &[KeyedTable],
        window: Window,
        distinct: DistinctForm,
        mut each: impl FnMut(usize, &[usize], &DataFrame, Vec<Vec<Option<DimensionValue>>>) -> PolarsResult<()>,
    ) -> PolarsResult<()> {
        let metrics = merged(tables.iter().map(|table| table.metrics));
        for group in groups(&metrics) {
            let like = metrics[group[0]];
            let is_in_group = |metric: &Metric| group.iter().any(|at| metrics[*at].id == metric.id);
            let of_table = |table: &KeyedTable| -> Vec<usize> {
                (0..table.metrics.len()).filter(|at| is_in_group(table.metrics[*at])).collect()
            };
            let nonempty = tables.iter().map(of_table).enumerate().filter(|(_, own)| !own.is_empty());
            let nonempty: Vec<(usize, Vec<usize>)> = nonempty.collect();
            let mut columns = Vec::new();
            for (table, _) in &nonempty {
                columns.extend(tables[*table].split.columns(like)?);
            }
            columns.sort_unstable();
            columns.dedup();
            let rows = self.with_open_times(self.rows(like, window)?, &metrics, &group);
            let of_group = group.iter().map(|at| &metrics[*at]);
            let values = MetricRows::read(rows, &columns, of_group, self.thresholds, self.facts.texts.as_deref())?;
            for (table, own) in nonempty {
                let KeyedTable { metrics, split } = &tables[table];
                let (row, columns) = split.keys(like, &values.columns(&split.columns(like)?)?)?;
                let groups = RowGroups::of(&row, &columns)?;
                let frame = values.combined(own.iter().map(|at| metrics[*at]), &groups, distinct)?;
                let of_groups = |column: &Column| keys(&column.take(&groups.first)?, self.facts);
                let columns = columns.iter().map(of_groups).collect::<PolarsResult<Vec<_>>>()?;
                let key = |group: usize| columns.iter().map(|column| column[group].clone()).collect();
                each(table, &own, &frame, (0..groups.len()).map(key).collect())?;
            }
        }
        Ok(())
    }

    fn aggregates(self, metrics: &[&'static Metric], group: &[usize], distinct: DistinctForm) -> Vec<Expr> {
        let aggregates = |at: &usize| metrics[*at].aggregates(self.thresholds).into_iter();
        let all = group.iter().flat_map(aggregates).map(|aggregate| aggregate.of_all_rows(distinct));
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
