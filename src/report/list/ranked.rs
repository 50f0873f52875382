//! The rows of a list in their order, found in turns (decisions.md, read-19): only those that may be shown are kept.

use std::collections::HashMap;

use polars::prelude::*;

use super::rows::ROW_COUNT;
use super::sort::{self, SortColumn};
use super::{ListQuery, Subject};
use crate::metrics::measure::Measure;

/// Rows in memory, beyond those that are shown: sorting takes less time if there are many at once.
const WAITING: usize = 1 << 11;

/// The columns on which it depends which values of a counted column are shown.
pub(super) struct DecidingNames {
    /// The counted column.
    pub counted: &'static str,
    pub by_name: Vec<String>,
}

/// The same for a list that is cut and has one row for each value; no other list needs more rows than it shows.
///
/// # Errors
///
/// If no column to sort by has that name.
pub(super) fn names_that_decide(query: &ListQuery) -> anyhow::Result<Option<DecidingNames>> {
    let RankedRows { subject, sort, distinct, most, .. } = RankedRows::of(query)?;
    let Some(counted) = distinct.filter(|_| most < usize::MAX) else { return Ok(None) };
    let sort = sort.iter().map(SortColumn::name).filter(|name| *name != ROW_COUNT);
    let mut by_name: Vec<String> =
        [subject.order(), id_of(subject), counted].into_iter().chain(sort).map(str::to_owned).collect();
    by_name.sort_unstable();
    by_name.dedup();
    Ok(Some(DecidingNames { counted, by_name }))
}

/// The column by which rows of one instant are sorted.
fn id_of(subject: Subject) -> &'static str {
    if subject.table().has("conversation_id") { "conversation_id" } else { "agent" }
}

/// The rows found so far.
#[derive(Debug)]
pub(super) struct RankedRows {
    subject: Subject,
    sort: Option<SortColumn>,
    /// The number of rows to show.
    most: usize,
    /// The counted column, if rows that share its value are one row.
    distinct: Option<&'static str>,
    /// The number of all rows.
    count: usize,
    kept: Option<DataFrame>,
    /// Whether `kept` is as it will be shown.
    is_settled: bool,
}

impl RankedRows {
    /// No rows.
    ///
    /// # Errors
    ///
    /// If no column to sort by has that name.
    pub fn of(query: &ListQuery) -> anyhow::Result<Self> {
        let subject = query.subject;
        let distinct =
            if let Measure::Distinct { column, .. } = subject.metric().measure { Some(column) } else { None };
        let sort = query.sort.as_ref().map(|name| sort::column(subject, name)).transpose()?;
        let most = query.limit.unwrap_or(usize::MAX);
        Ok(Self { subject, sort, most, distinct, count: 0, kept: None, is_settled: true })
    }

    /// Adds rows in any order; those of one conversation must be in their order, and come together.
    ///
    /// # Errors
    ///
    /// If a column is missing: a bug.
    pub fn add(&mut self, rows: DataFrame) -> PolarsResult<()> {
        self.count += rows.height();
        match &mut self.kept {
            None => self.kept = Some(rows),
            Some(kept) => {
                kept.vstack_mut_owned(rows)?;
            }
        }
        self.is_settled = false;
        let is_long = self.kept.as_ref().is_some_and(|kept| kept.height() / 2 > self.most.saturating_add(WAITING));
        // Whether a value occurs again is known at the end.
        if is_long && self.distinct.is_none() { self.settle() } else { Ok(()) }
    }

    /// The number of rows, and those to show in their order.
    ///
    /// # Errors
    ///
    /// If a column is missing: a bug.
    pub fn finish(mut self) -> PolarsResult<(u64, DataFrame)> {
        self.settle()?;
        Ok((self.count as u64, self.kept.unwrap_or_default()))
    }

    /// Sorts rows, and drops those that are not shown.
    fn settle(&mut self) -> PolarsResult<()> {
        if self.is_settled {
            return Ok(());
        }
        let Some(kept) = self.kept.take() else { return Ok(()) };
        let options = SortMultipleOptions::new().with_maintain_order(true);
        let mut rows = kept.sort([self.subject.order(), id_of(self.subject)], options)?;
        if let Some(column) = self.distinct {
            rows = firsts(&rows, column)?;
            self.count = rows.height();
        }
        if let Some(column) = &self.sort {
            rows = sort::largest_first(&rows, column)?;
        }
        if rows.height() > self.most {
            rows = rows.head(Some(self.most));
        }
        self.kept = Some(rows);
        self.is_settled = true;
        Ok(())
    }
}

/// Of rows that share a value of the column only the first, with their number.
fn firsts(rows: &DataFrame, column: &str) -> PolarsResult<DataFrame> {
    let mut indices: HashMap<Option<&str>, usize> = HashMap::new();
    let mut firsts: Vec<(IdxSize, i64)> = Vec::new();
    for (row, value) in (0..).zip(rows.column(column)?.str()?.iter()) {
        let index = *indices.entry(value).or_insert(firsts.len());
        if index == firsts.len() {
            firsts.push((row, 0));
        }
        firsts[index].1 += 1;
    }
    let order: IdxCa = firsts.iter().map(|(row, _)| Some(*row)).collect();
    let counts: Int64Chunked = firsts.iter().map(|(_, count)| Some(*count)).collect();
    let mut rows = rows.take(&order)?;
    rows.with_column(counts.with_name(ROW_COUNT.into()).into_column())?;
    Ok(rows)
}
