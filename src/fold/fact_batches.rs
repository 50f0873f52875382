//! Fact rows in batches, of which some are in a temporary file: a report reads them column by column.

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use polars::prelude::*;

use super::column_file::{ColumnFile, StoredColumn};
use super::frames::ORDER;
use super::schema::FactTable;

/// The frames of a batch of conversations, in the order of [`FactTable::ALL`].
#[derive(Debug)]
pub enum FactBatch {
    /// Frames in memory.
    Here(Vec<DataFrame>),
    /// Tables in the file.
    Stored(Vec<StoredTable>),
}

/// The rows of a table in the file.
#[derive(Debug)]
pub struct StoredTable {
    rows: usize,
    columns: Vec<(PlSmallStr, ColumnSource)>,
}

#[derive(Debug)]
enum ColumnSource {
    File(StoredColumn),
    Here(Column),
}

impl FactBatch {
    /// Writes the frames of a batch into the file.
    ///
    /// # Errors
    ///
    /// If it cannot be written, for example because the disk is full.
    pub fn store(frames: &[DataFrame], file: &ColumnFile) -> anyhow::Result<Self> {
        let table = |frame: &DataFrame| {
            let stored = file.store(frame.columns())?;
            let columns = frame.columns().iter().zip(stored);
            let columns = columns.map(|(column, stored)| (column.name().clone(), ColumnSource::File(stored))).collect();
            Ok(StoredTable { rows: frame.height(), columns })
        };
        Ok(Self::Stored(frames.iter().map(table).collect::<anyhow::Result<_>>()?))
    }

    /// The frames; `None` if they are in the file.
    #[must_use]
    pub fn into_frames(self) -> Option<Vec<DataFrame>> {
        match self {
            Self::Here(frames) => Some(frames),
            Self::Stored(_) => None,
        }
    }

    /// The number of rows of a table.
    #[must_use]
    pub fn rows(&self, table: FactTable) -> usize {
        match self {
            Self::Here(frames) => frames[table as usize].height(),
            Self::Stored(tables) => tables[table as usize].rows,
        }
    }

    /// Replaces the values of a column, if the table has it.
    ///
    /// # Errors
    ///
    /// If the number of values differs from that of rows, which is a bug.
    pub fn replace(&mut self, table: FactTable, name: &str, values: impl FnOnce() -> Column) -> PolarsResult<()> {
        match self {
            Self::Here(frames) => {
                let frame = &mut frames[table as usize];
                if frame.column(name).is_ok() {
                    frame.replace(name, values())?;
                }
            }
            Self::Stored(tables) => {
                let columns = &mut tables[table as usize].columns;
                if let Some((_, source)) = columns.iter_mut().find(|(known, _)| known == name) {
                    *source = ColumnSource::Here(values());
                }
            }
        }
        Ok(())
    }

    fn column(&self, table: FactTable, name: &str, file: &ColumnFile) -> PolarsResult<Column> {
        match self {
            Self::Here(frames) => frames[table as usize].column(name).cloned(),
            Self::Stored(tables) => {
                let columns = &tables[table as usize].columns;
                match columns.iter().find(|(known, _)| known == name) {
                    Some((_, ColumnSource::File(stored))) => file.read(name, stored),
                    Some((_, ColumnSource::Here(column))) => Ok(column.clone()),
                    None => polars_bail!(ColumnNotFound: "{name} of {}", table.name()),
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Here(frames) => frames.iter().map(bytes_of).sum(),
            Self::Stored(_) => 0,
        }
    }

    /// The memory that its rows take when all of them are read, in bytes, about.
    fn bytes_read(&self) -> usize {
        let of_column = |(_, source): &(PlSmallStr, ColumnSource)| match source {
            ColumnSource::File(stored) => stored.bytes(),
            ColumnSource::Here(_) => 0,
        };
        match self {
            Self::Here(_) => self.bytes(),
            Self::Stored(tables) => tables.iter().flat_map(|table| &table.columns).map(of_column).sum(),
        }
    }
}

/// How much memory a frame's own values take, about. Texts may be parts of a buffer that all batches share, of which each would
/// count the whole.
#[must_use]
pub fn bytes_of(frame: &DataFrame) -> usize {
    let of_column = |column: &Column| match column.str() {
        Ok(texts) => texts.downcast_iter().map(|texts| texts.len() * size_of::<u128>() + texts.total_bytes_len()).sum(),
        Err(_) => column.as_materialized_series().estimated_size(),
    };
    frame.columns().iter().map(of_column).sum()
}

/// All batches of a run, or some of them.
#[derive(Debug, Clone)]
pub struct FactBatches {
    /// The file in which some of them are.
    file: Arc<ColumnFile>,
    batches: Arc<[FactBatch]>,
    /// Those of `batches` that belong to it.
    range: Range<usize>,
    /// The memory that rows may take when they are read together, in bytes.
    memory_bytes: usize,
    /// The columns of each table.
    schemas: Vec<SchemaRef>,
    /// What is done to columns when they are read.
    changes: Vec<ColumnChange>,
}

/// The new values of a column, as many and of the same type.
pub type ChangeValues = dyn Fn(&Column) -> PolarsResult<Column> + Send + Sync;

/// A change of the values of a column in every table that has it.
#[derive(Clone)]
pub struct ColumnChange {
    /// The name of the column.
    pub name: &'static str,
    /// Makes the new values of the old ones.
    pub change: Arc<ChangeValues>,
}

impl std::fmt::Debug for ColumnChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ColumnChange").field("name", &self.name).finish_non_exhaustive()
    }
}

impl FactBatches {
    /// Batches whose tables have the columns of the frames `like`. [`Self::groups`] take at most `memory_bytes` each.
    #[must_use]
    pub fn new(file: Arc<ColumnFile>, batches: Vec<FactBatch>, like: &[DataFrame], memory_bytes: usize) -> Self {
        // The order of conversations is not a column of a table. Who needs an order sorts.
        let schema = |frame: &DataFrame| {
            let mut schema = frame.schema().as_ref().clone();
            schema.shift_remove(ORDER);
            Arc::new(schema)
        };
        let schemas = like.iter().map(schema).collect();
        let range = 0..batches.len();
        Self { file, batches: batches.into(), range, memory_bytes, schemas, changes: Vec::new() }
    }

    /// The batches in groups, in their order: each has at least one.
    pub fn groups(&self) -> impl Iterator<Item = Self> + '_ {
        let mut begin = self.range.start;
        std::iter::from_fn(move || {
            let rest = self.batches[begin..self.range.end].iter();
            let sums = rest.scan(0_usize, |sum, batch| {
                *sum = sum.saturating_add(batch.bytes_read());
                Some(*sum)
            });
            let fitting = sums.take_while(|bytes| *bytes <= self.memory_bytes).count();
            let range = begin..self.range.end.min(begin + fitting.max(1));
            begin = range.end;
            (!range.is_empty()).then(|| Self { range, ..self.clone() })
        })
    }

    /// The names of a table's columns, in order.
    pub fn names(&self, table: FactTable) -> impl Iterator<Item = &PlSmallStr> {
        self.schemas[table as usize].iter_names()
    }

    /// Changes the values of a column in every batch that is read from now on.
    pub fn change(&mut self, change: ColumnChange) {
        self.changes.push(change);
    }

    /// Whether a table has a column.
    #[must_use]
    pub fn has(&self, table: FactTable, name: &str) -> bool {
        self.schemas[table as usize].contains(name)
    }

    fn column(&self, batch: &FactBatch, table: FactTable, name: &str) -> PolarsResult<Column> {
        let column = batch.column(table, name, &self.file)?;
        let mut changes = self.changes.iter().filter(|change| change.name == name);
        changes.try_fold(column, |column, change| (change.change)(&column))
    }

    /// The approximate size in memory of batches that are not in the file, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.batches[self.range.clone()].iter().map(FactBatch::bytes).sum()
    }

    /// Columns of a table: all of its rows, or those with an instant in a half-open span. The number of the conversation
    /// (`ORDER`) can also be read.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or the table lacks a column.
    pub fn read(&self, table: FactTable, names: &[PlSmallStr], between: Option<&Between>) -> PolarsResult<DataFrame> {
        let schema = &self.schemas[table as usize];
        let empty = names.iter().map(|name| {
            let kind = if *name == ORDER { Some(&DataType::Int64) } else { schema.get(name) };
            let kind = kind.ok_or_else(|| polars_err!(ColumnNotFound: "{name} of {}", table.name()))?;
            Ok(Series::new_empty(name.clone(), kind))
        });
        let mut columns = empty.collect::<PolarsResult<Vec<Series>>>()?;
        let mut rows = 0;
        for batch in &self.batches[self.range.clone()] {
            let mask = between.map(|between| between.mask(&self.column(batch, table, &between.column)?));
            let mask = mask.transpose()?;
            let kept = mask.as_ref().map_or_else(|| batch.rows(table), |mask| mask.sum().unwrap_or(0) as usize);
            if kept == 0 {
                continue;
            }
            rows += kept;
            let is_cut = kept < batch.rows(table);
            for column in &mut columns {
                let read = self.column(batch, table, column.name())?.take_materialized_series();
                match mask.as_ref().filter(|_| is_cut) {
                    Some(mask) => column.append(&read.filter(mask)?)?,
                    None => column.append(&read)?,
                };
            }
        }
        DataFrame::new(rows, columns.into_iter().map(Series::into_column).collect())
    }

    /// A table for polars queries: only the columns that a query needs are read.
    ///
    /// # Errors
    ///
    /// If polars rejects it, which is a bug.
    pub fn scan(self: &Arc<Self>, table: FactTable, between: Option<Between>) -> PolarsResult<LazyFrame> {
        let schema = Some(Arc::clone(&self.schemas[table as usize]));
        let scan = TableScan { batches: Arc::clone(self), table, between };
        LazyFrame::anonymous_scan(Arc::new(scan), ScanArgsAnonymous { schema, name: "facts", ..Default::default() })
    }
}

/// A half-open span for an instant.
#[derive(Debug, Clone)]
pub struct Between {
    /// The column with the instant.
    pub column: PlSmallStr,
    /// The start, UTC milliseconds.
    pub from: i64,
    /// The end (exclusive), UTC milliseconds.
    pub to: i64,
}

impl Between {
    fn mask(&self, instants: &Column) -> PolarsResult<BooleanChunked> {
        let is_within = |instant: i64| instant >= self.from && instant < self.to;
        Ok(instants.i64()?.iter().map(|instant| instant.is_some_and(is_within)).collect())
    }

    /// The same as an expression.
    pub fn expression(&self) -> Expr {
        let instant = || col(self.column.clone());
        instant().gt_eq(lit(self.from)).and(instant().lt(lit(self.to)))
    }
}

/// The source through which polars reads a table.
struct TableScan {
    batches: Arc<FactBatches>,
    table: FactTable,
    between: Option<Between>,
}

impl AnonymousScan for TableScan {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn scan(&self, scan: AnonymousScanArgs) -> PolarsResult<DataFrame> {
        let all = || self.batches.schemas[self.table as usize].iter_names().cloned().collect();
        let names = scan.with_columns.unwrap_or_else(all);
        let rows = self.batches.read(self.table, &names, self.between.as_ref())?;
        Ok(scan.n_rows.map_or_else(|| rows.clone(), |count| rows.head(Some(count))))
    }

    fn allows_projection_pushdown(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two batches that have the first table only; one of them is in the file.
    fn batches() -> Arc<FactBatches> {
        let rows = |first: i64| {
            df!("id" => [first, first + 1], "at" => [Some(first * 10), None], "n" => [Some(1_u32), Some(2)]).unwrap()
        };
        let file = Arc::new(ColumnFile::default());
        let stored = FactBatch::store(&[rows(3)], &file).unwrap();
        Arc::new(FactBatches::new(file, vec![FactBatch::Here(vec![rows(1)]), stored], &[rows(1)], 0))
    }

    fn ids(rows: LazyFrame) -> Vec<Option<i64>> {
        rows.select([col("id")]).collect().unwrap().column("id").unwrap().i64().unwrap().iter().collect()
    }

    #[test]
    fn rows_are_those_of_all_batches() {
        let scan = |between| batches().scan(FactTable::Conversations, between).unwrap();
        assert_eq!(ids(scan(None)), [1, 2, 3, 4].map(Some));
        assert_eq!(ids(scan(None).filter(col("n").eq(lit(2_u32)))), [2, 4].map(Some));
        let between = |from, to| Some(Between { column: "at".into(), from, to });
        assert_eq!(ids(scan(between(10, 31))), [1, 3].map(Some));
        assert_eq!(ids(scan(between(10, 30))), [1].map(Some));
        assert_eq!(ids(scan(between(11, 30))), []);
    }

    #[test]
    fn a_span_has_its_first_instant_and_not_its_end() {
        let between = Between { column: "at".into(), from: 10, to: 30 };
        let rows = df!("id" => [1_i64, 2, 3, 4, 5], "at" => [Some(9_i64), Some(10), None, Some(29), Some(30)]).unwrap();
        let within = between.mask(rows.column("at").unwrap()).unwrap();
        assert_eq!(within.iter().collect::<Vec<_>>(), [false, true, false, true, false].map(Some));
        assert_eq!(ids(rows.lazy().filter(between.expression())), [2, 4].map(Some));
    }

    #[test]
    fn aggregates_need_no_column() {
        let counts = batches().scan(FactTable::Conversations, None).unwrap().select([len().alias("n")]).collect();
        assert_eq!(counts.unwrap().column("n").unwrap().u32().unwrap().get(0), Some(4));
        let sums = batches().scan(FactTable::Conversations, None).unwrap().group_by([col("n")]).agg([col("id").sum()]);
        let sums = sums.collect().unwrap().sort(["n"], SortMultipleOptions::new()).unwrap();
        assert_eq!(sums.column("id").unwrap().i64().unwrap().iter().collect::<Vec<_>>(), [4, 6].map(Some));
    }

    #[test]
    fn a_column_is_replaced_wherever_it_is() {
        let mut batches = Arc::into_inner(batches()).unwrap();
        for batch in Arc::get_mut(&mut batches.batches).unwrap() {
            batch.replace(FactTable::Conversations, "n", || Column::new("n".into(), [7_u32, 8])).unwrap();
            batch.replace(FactTable::Conversations, "none", || Column::new("none".into(), [7_u32, 8])).unwrap();
        }
        let read = batches.read(FactTable::Conversations, &["n".into()], None).unwrap();
        let numbers: Vec<Option<u32>> = read.column("n").unwrap().u32().unwrap().iter().collect();
        assert_eq!(numbers, [7, 8, 7, 8].map(Some));
    }

    #[test]
    fn groups_fit_into_their_memory() {
        let whole = Arc::into_inner(batches()).unwrap();
        let sizes = |memory_bytes: usize| -> Vec<Vec<Option<i64>>> {
            let batches = FactBatches { memory_bytes, ..whole.clone() };
            let groups = batches.groups().map(Arc::new);
            groups.map(|group| ids(group.scan(FactTable::Conversations, None).unwrap())).collect()
        };
        assert_eq!(sizes(0), [[1, 2].map(Some), [3, 4].map(Some)]);
        assert_eq!(sizes(usize::MAX), [[1, 2, 3, 4].map(Some)]);
    }

    #[test]
    fn a_change_is_seen_in_all_batches() {
        let mut batches = Arc::into_inner(batches()).unwrap();
        let doubled = |column: &Column| Ok((column.u32()? * 2).into_column());
        batches.change(ColumnChange { name: "n", change: Arc::new(doubled) });
        let read = batches.read(FactTable::Conversations, &["n".into(), "id".into()], None).unwrap();
        let numbers: Vec<Option<u32>> = read.column("n").unwrap().u32().unwrap().iter().collect();
        assert_eq!(numbers, [2, 4, 2, 4].map(Some));
        assert!(batches.has(FactTable::Conversations, "n") && !batches.has(FactTable::Conversations, "m"));
    }

    #[test]
    fn bytes_are_those_of_the_values() {
        let long = "x".repeat(100);
        let frame = df!("id" => [1_i64, 2], "text" => [long.as_str(), ""]).unwrap();
        // Two numbers, two views of texts, and the text.
        assert_eq!(bytes_of(&frame), 2 * 8 + 2 * 16 + 100);
        assert_eq!(bytes_of(&frame.slice(1, 1)), 8 + 16);
    }
}
