//! The tables of conversations in the order of conversations, if their rows are in a file (decisions.md, read-20): the rows
//! of each batch are written again, to where their blocks are, and then the blocks are read one by one.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::Context;
use polars::prelude::*;

use super::blocks::{FactBlock, blocks_of, is_in_blocks};
use super::column_file::ColumnFile;
use super::fact_batches::FactBatches;
use super::frames::ORDER;
use super::number_columns::small_numbers;
use super::schema::FactTable;
use super::stored_rows::StoredRows;

/// The tables of conversations, in blocks.
#[derive(Debug)]
pub struct OrderedTables {
    file: ColumnFile,
    /// By table and block the rows in the file, which are in order by themselves.
    rows: Vec<Vec<Vec<StoredRows>>>,
    /// The columns of each table, and the rank of the row's conversation.
    names: Vec<Vec<PlSmallStr>>,
    empty: Vec<DataFrame>,
    blocks: Vec<FactBlock>,
}

impl OrderedTables {
    /// The tables of batches in blocks of `size` conversations; `ranks` has the rank of each conversation by its number.
    ///
    /// # Errors
    ///
    /// If one of the files cannot be read or written, for example because the disk is full.
    pub fn of(batches: &FactBatches, ranks: &[u32], size: usize) -> anyhow::Result<Self> {
        let tables: Vec<FactTable> = FactTable::ALL.iter().copied().filter(|table| is_in_blocks(*table)).collect();
        let names: Vec<Vec<PlSmallStr>> =
            tables.iter().map(|table| batches.names(*table).cloned().chain([ORDER.into()]).collect()).collect();
        let count = ranks.len().div_ceil(size);
        let file = ColumnFile::default();
        let mut rows = vec![vec![Vec::new(); count]; tables.len()];
        let mut blocks: BTreeMap<usize, FactBlock> = BTreeMap::new();
        let mut empty: Option<PolarsResult<Vec<DataFrame>>> = None;
        for group in batches.groups() {
            let sorted = tables.iter().zip(&names).map(|(table, names)| sorted(&group, *table, names, ranks));
            let frames = sorted.collect::<PolarsResult<Vec<DataFrame>>>()?;
            let conversations = ranges(&frames[FactTable::Conversations as usize], size)?;
            let own: Vec<Range<usize>> = conversations.iter().map(|(_, rows)| rows.clone()).collect();
            let own = blocks_of(&frames.iter().collect::<Vec<_>>(), own)?.context("rows in their order")?;
            for ((block, _), own) in conversations.iter().zip(own) {
                blocks.entry(*block).and_modify(|block| block.add(&own)).or_insert(own);
            }
            for (rows, frame) in rows.iter_mut().zip(&frames) {
                let ranges = ranges(frame, size)?;
                let pieces = ranges.iter().map(|(_, rows)| piece(frame, rows));
                for ((block, _), stored) in ranges.iter().zip(file.store_rows(pieces)?) {
                    rows[*block].push(stored);
                }
            }
            empty.get_or_insert_with(|| {
                frames.iter().map(|frame| frame.drop(ORDER).map(|frame| frame.clear())).collect()
            });
        }
        let empty = empty.unwrap_or_else(|| Ok(Vec::new()))?;
        Ok(Self { file, rows, names, empty, blocks: blocks.into_values().collect() })
    }

    /// The blocks, in order.
    #[must_use]
    pub fn blocks(&self) -> &[FactBlock] {
        &self.blocks
    }

    /// A table without its rows.
    #[must_use]
    pub fn empty(&self, table: FactTable) -> &DataFrame {
        &self.empty[table as usize]
    }

    /// The rows of a table in one block, in order.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn read(&self, table: FactTable, block: usize) -> PolarsResult<DataFrame> {
        let mut all: Option<DataFrame> = None;
        for stored in &self.rows[table as usize][block] {
            let rows = self.file.read_rows(*stored, &self.names[table as usize])?;
            match &mut all {
                Some(all) => {
                    all.vstack_mut_owned(rows)?;
                }
                None => all = Some(rows),
            }
        }
        match all {
            Some(all) => by_rank(&all)?.drop(ORDER),
            None => Ok(self.empty(table).clone()),
        }
    }
}

/// The rows of a table in the order of their conversations, with the ranks of these.
fn sorted(batches: &FactBatches, table: FactTable, names: &[PlSmallStr], ranks: &[u32]) -> PolarsResult<DataFrame> {
    let mut rows = batches.read(table, names, None)?;
    let numbers = rows.column(ORDER)?.i64()?;
    let rank = |number: i64| usize::try_from(number).ok().and_then(|number| ranks.get(number)).copied();
    let ranks = small_numbers(ORDER, numbers.iter().map(|number| number.and_then(rank)));
    rows.replace(ORDER, ranks)?;
    by_rank(&rows)
}

/// Sorts rows by the ranks of their conversations; the rows of one conversation keep their order.
fn by_rank(rows: &DataFrame) -> PolarsResult<DataFrame> {
    let ranks = rows.column(ORDER)?.u32()?;
    let mut order: Vec<(u32, IdxSize)> = ranks.iter().map(Option::unwrap_or_default).zip(0..).collect();
    order.sort_unstable();
    let order: IdxCa = order.into_iter().map(|(_, index)| Some(index)).collect();
    rows.take(&order)
}

/// The blocks of sorted rows, each with its rows.
fn ranges(rows: &DataFrame, size: usize) -> PolarsResult<Vec<(usize, Range<usize>)>> {
    let mut ranges: Vec<(usize, Range<usize>)> = Vec::new();
    for (at, rank) in rows.column(ORDER)?.u32()?.iter().enumerate() {
        let block = rank.map_or(0, |rank| rank as usize / size);
        match ranges.last_mut() {
            Some((last, rows)) if *last == block => rows.end = at + 1,
            Some(_) | None => ranges.push((block, at..at + 1)),
        }
    }
    Ok(ranges)
}

fn piece(frame: &DataFrame, rows: &Range<usize>) -> DataFrame {
    frame.slice(i64::try_from(rows.start).unwrap_or(i64::MAX), rows.len())
}
