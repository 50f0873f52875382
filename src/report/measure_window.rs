//! Metrics of a window, asked from the fact tables: in total, by a dimension, by weekday and hour.
//!
//! Metrics that read the same rows are asked for together. polars stops here: what goes up is plain numbers.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::Cell;
use super::clock::{self, ClockMap};
use super::filters::Ready;
use super::open_time;
use crate::event::tags;
use crate::fold::facts::Facts;
use crate::fold::schema::Table;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::{Measure, Thresholds};
use crate::metrics::{Joined, Metric};
use crate::time::Window;

/// Numbers by the keys of one or two dimensions (`None` is no value), in the order of the metrics asked for.
pub type ByKey = BTreeMap<Vec<Option<Key>>, Vec<Cell>>;

/// A value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A text.
    Text(String),
    /// A day's place in the window, a weekday from Monday, an hour, a heatmap's cell.
    Number(i32),
}

/// Facts and filters, ready to be asked.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// The filters.
    pub filters: &'a Ready,
    /// What measures go by beside the rows.
    pub thresholds: &'a Thresholds,
}

impl Source<'_> {
    /// The rows that metrics like this one are of.
    pub fn rows(self, like: &Metric, window: Window) -> LazyFrame {
        self.rows_of(self.facts.frame(like.table).clone().lazy(), like, window)
    }

    /// Those of a table's rows that metrics like this one are of. They may have columns beside the table's own.
    pub fn rows_of(self, mut rows: LazyFrame, like: &Metric, window: Window) -> LazyFrame {
        if let Some(clock) = like.clock.column() {
            rows = rows.filter(col(clock).gt_eq(lit(window.begins())).and(col(clock).lt(lit(window.ends()))));
        }
        self.joined(self.filters.apply(rows, like), like)
    }

    /// Rows with the other table's columns that the metric needs.
    fn joined(self, rows: LazyFrame, like: &Metric) -> LazyFrame {
        match like.joined {
            None => return rows,
            Some(Joined::OpeningHours) => return rows.with_column(open_time::is_out_of_hours(self.thresholds)),
            Some(Joined::FirstClose) => {}
        }
        let columns = Joined::FIRST_CLOSE.map(|(column, name)| col(column).alias(name));
        let closes = self.facts.frame(Table::Closes).clone().lazy().filter(col("is_first"));
        let closes = closes.select([&[col("conversation_id")], &columns[..]].concat());
        rows.left_join(closes, col("conversation_id"), col("conversation_id"))
    }

    /// Each metric over all rows of the window.
    ///
    /// # Errors
    ///
    /// Where polars refuses a query: a bug.
    pub fn totals(self, metrics: &[&'static Metric], window: Window) -> PolarsResult<Vec<Cell>> {
        let mut cells: Vec<Cell> = metrics.iter().map(|metric| metric.measure.of_nothing()).collect();
        for group in groups(metrics) {
            let rows = self.with_open_times(self.rows(metrics[group[0]], window), metrics, &group);
            let frame = rows.select(self.aggregates(metrics, &group)).collect()?;
            for at in group {
                cells[at] = metrics[at].measure.read(metrics[at].id, &frame, 0)?;
            }
        }
        Ok(cells)
    }

    /// Each metric by the values of dimensions: a row goes to the pair of its two values.
    ///
    /// # Errors
    ///
    /// Where polars refuses a query: a bug.
    pub fn by(self, dimensions: &[Dimension], metrics: &[&'static Metric], window: Window) -> PolarsResult<ByKey> {
        let by_clock: Vec<_> = dimensions.iter().map(|dimension| clock::dimension(*dimension, &window)).collect();
        self.by_key(metrics, window, |metric, mut rows| {
            let mut keys = Vec::new();
            for (dimension, by_clock) in dimensions.iter().zip(&by_clock) {
                if let Some(map) = by_clock {
                    keys.push(map.of(clock_of(metric)?));
                } else {
                    rows = self.with_column(rows, metric.table, *dimension)?;
                    keys.push(col(dimension.name()));
                }
            }
            Ok((rows, keys))
        })
    }

    /// A count by local weekday and hour.
    ///
    /// # Errors
    ///
    /// Where polars refuses a query: a bug.
    pub fn heatmap(self, metric: &'static Metric, window: Window) -> PolarsResult<[[u64; 24]; 7]> {
        let cell: ClockMap = clock::heatmap_cell(window.zone());
        let by_cell = self.by_key(&[metric], window, |metric, rows| Ok((rows, vec![cell.of(clock_of(metric)?)])))?;
        let mut counts = [[0; 24]; 7];
        for (key, cells) in by_cell {
            if let ([Some(Key::Number(cell))], [Cell::Scalar { n: Some(n), .. }]) = (&key[..], &cells[..])
                && let Ok(cell) = usize::try_from(*cell)
            {
                counts[cell / 24][cell % 24] = *n;
            }
        }
        Ok(counts)
    }

    fn by_key(
        self,
        metrics: &[&'static Metric],
        window: Window,
        split: impl Fn(&Metric, LazyFrame) -> PolarsResult<(LazyFrame, Vec<Expr>)>,
    ) -> PolarsResult<ByKey> {
        let name = |at: usize| format!(":key{at}");
        let mut by_key = ByKey::new();
        for group in groups(metrics) {
            let like = metrics[group[0]];
            let (rows, of_rows) = split(like, self.rows(like, window))?;
            let rows = self.with_open_times(rows, metrics, &group);
            let parts = of_rows.len();
            let named: Vec<Expr> = of_rows.into_iter().enumerate().map(|(at, key)| key.alias(name(at))).collect();
            let frame = rows.group_by(named).agg(self.aggregates(metrics, &group)).collect()?;
            let columns = (0..parts).map(|at| keys(frame.column(&name(at))?)).collect::<PolarsResult<Vec<_>>>()?;
            for row in 0..frame.height() {
                let key: Vec<Option<Key>> = columns.iter().map(|column| column[row].clone()).collect();
                let cells =
                    by_key.entry(key).or_insert_with(|| metrics.iter().map(|m| m.measure.of_nothing()).collect());
                for at in &group {
                    cells[*at] = metrics[*at].measure.read(metrics[*at].id, &frame, row)?;
                }
            }
        }
        Ok(by_key)
    }

    fn aggregates(self, metrics: &[&'static Metric], group: &[usize]) -> Vec<Expr> {
        let of = |at: &usize| metrics[*at].aggregates(self.thresholds);
        group.iter().flat_map(of).collect()
    }

    fn with_open_times(self, rows: LazyFrame, metrics: &[&'static Metric], group: &[usize]) -> LazyFrame {
        open_time::with_open_times(rows, group.iter().map(|at| metrics[*at]), self.thresholds)
    }

    /// Rows with a dimension's column: a table without it takes its conversation's.
    ///
    /// # Errors
    ///
    /// Where the facts lack a column: a bug.
    pub fn with_column(self, rows: LazyFrame, table: Table, dimension: Dimension) -> PolarsResult<LazyFrame> {
        let is_own = table == Table::Conversations && matches!(dimension, Dimension::Attribute(_));
        if is_own || table.has(dimension.name()) {
            return Ok(rows);
        }
        let conversations = self.facts.frame(Table::Conversations);
        let columns = if dimension.is_single() {
            conversations.clone().lazy().select([col("conversation_id"), col(dimension.name())])
        } else {
            by_tag(conversations)?.lazy()
        };
        Ok(rows.left_join(columns, col("conversation_id"), col("conversation_id")))
    }
}

/// A row for each tag of a conversation, and one for a conversation without.
fn by_tag(conversations: &DataFrame) -> PolarsResult<DataFrame> {
    let (mut places, mut names): (Vec<IdxSize>, Vec<Option<&str>>) = (Vec::new(), Vec::new());
    for (at, text) in (0..).zip(conversations.column("tags")?.str()?.iter()) {
        let before = places.len();
        for tag in text.into_iter().flat_map(|text| text.split(tags::BETWEEN)) {
            places.push(at);
            names.push(Some(tag));
        }
        if places.len() == before {
            places.push(at);
            names.push(None);
        }
    }
    let rows: IdxCa = places.into_iter().map(Some).collect();
    let ids = conversations.column("conversation_id")?.take(&rows)?;
    let names = names.into_iter().collect::<StringChunked>().with_name(Dimension::Tag.name().into());
    DataFrame::new(ids.len(), vec![ids, names.into_column()])
}

/// Templates are checked: nobody asks for the day of the horizon.
fn clock_of(metric: &Metric) -> PolarsResult<&'static str> {
    let none = || polars_err!(InvalidOperation: "{} has no day, weekday or hour", metric.id);
    metric.clock.column().ok_or_else(none)
}

/// Whether a metric is of agents' time, which is no query of a table: see [`super::agent_time`].
pub(super) const fn is_time(metric: &Metric) -> bool {
    matches!(metric.measure, Measure::Time { .. })
}

/// Places of metrics that read the same rows.
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
pub(super) fn keys(column: &Column) -> PolarsResult<Vec<Option<Key>>> {
    Ok(match column.dtype() {
        DataType::Int32 => column.i32()?.iter().map(|key| key.map(Key::Number)).collect(),
        _ => column.str()?.iter().map(|key| key.map(|text| Key::Text(text.to_owned()))).collect(),
    })
}
