//! Blocks of a folder of facts: conversations with consecutive starts, one row group for each table, and the time span
//! that they cover. A report of a week reads only the blocks that overlap it.

use std::collections::BTreeMap;
use std::ops::Range;

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::rows::Phase;
use super::schema::FactTable;

/// The number of conversations in a block: one week of three years is then a few of many blocks.
pub const CONVERSATIONS: usize = 1 << 14;

/// Conversations that are written together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactBlock {
    /// The start of the first conversation, UTC milliseconds.
    pub from: i64,
    /// The last instant of any of the conversations, UTC milliseconds.
    pub until: i64,
    /// Whether at the horizon one of them waits for a person or is with one: every report counts such conversations.
    pub is_open: bool,
    /// The number of their rows in each table; tables without rows are left out.
    pub rows: BTreeMap<String, usize>,
}

impl FactBlock {
    /// Whether a report of these half-open spans needs the block; no spans mean all time.
    #[must_use]
    pub fn reaches(&self, spans: &[(i64, i64)]) -> bool {
        let reaches = |(from, to): &(i64, i64)| self.from < *to && self.until >= *from;
        spans.is_empty() || self.is_open || spans.iter().any(reaches)
    }

    /// Adds conversations of the same day that were written elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.from = self.from.min(other.from);
        self.until = self.until.max(other.until);
        self.is_open |= other.is_open;
        for (table, rows) in &other.rows {
            *self.rows.entry(table.clone()).or_insert(0) += rows;
        }
    }

    fn rows_of(&self, table: FactTable) -> usize {
        self.rows.get(table.name()).copied().unwrap_or(0)
    }
}

/// Whether the rows of a table belong to conversations and are in their order.
#[must_use]
pub fn is_in_blocks(table: FactTable) -> bool {
    table != FactTable::AgentStates
}

/// The ranges of a table's rows that a report of these spans needs, as start and length; adjacent ranges are joined.
#[must_use]
pub fn ranges(blocks: &[FactBlock], table: FactTable, spans: &[(i64, i64)]) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let mut begin = 0;
    for block in blocks {
        let rows = block.rows_of(table);
        if rows > 0 && block.reaches(spans) {
            match ranges.last_mut() {
                Some((first, length)) if *first + *length == begin => *length += rows,
                Some(_) | None => ranges.push((begin, rows)),
            }
        }
        begin += rows;
    }
    ranges
}

/// The lengths of a table's row groups.
#[must_use]
pub fn lengths(blocks: &[FactBlock], table: FactTable) -> Vec<usize> {
    blocks.iter().map(|block| block.rows_of(table)).filter(|rows| *rows > 0).collect()
}

/// The blocks of `size` conversations each, of tables in the order of [`FactTable::ALL`]; `None` if their rows are not
/// in the order of conversations.
///
/// # Errors
///
/// If a table lacks a column, which is a bug.
pub fn blocks(frames: &[&DataFrame], size: usize) -> PolarsResult<Option<Vec<FactBlock>>> {
    let height = frames[FactTable::Conversations as usize].height();
    let ranges = (0..height).step_by(size).map(|first| first..(first + size).min(height)).collect();
    blocks_of(frames, ranges)
}

/// The blocks of these ranges of conversations, which are consecutive and cover all conversations.
///
/// # Errors
///
/// Errors of [`blocks`].
pub fn blocks_of(frames: &[&DataFrame], ranges: Vec<Range<usize>>) -> PolarsResult<Option<Vec<FactBlock>>> {
    let conversations = frames[FactTable::Conversations as usize];
    let ids = conversations.column("conversation_id")?.str()?;
    let instants = |name: &str| conversations.column(name)?.i64();
    let (starts, lasts) = (instants("started_at")?, instants("last_event_at")?);
    let phases = conversations.column("phase")?.str()?;
    let unanswered = conversations.column("is_unanswered")?.bool()?;
    let is_open = |at: usize| {
        let is_with_a_person = [Phase::Waiting, Phase::Human].iter().any(|phase| phases.get(at) == Some(phase.name()));
        is_with_a_person || unanswered.get(at) == Some(true)
    };
    let (mut blocks, mut ranks) = (Vec::with_capacity(ranges.len()), PlHashMap::new());
    for rows in ranges {
        ranks.extend(rows.clone().filter_map(|at| Some((ids.get(at)?, blocks.len()))));
        let instants = rows.clone().filter_map(|at| starts.get(at));
        blocks.push(FactBlock {
            from: instants.min().unwrap_or(i64::MIN),
            until: rows.clone().map(|at| lasts.get(at).unwrap_or(i64::MAX)).max().unwrap_or(i64::MAX),
            is_open: rows.clone().any(is_open),
            rows: BTreeMap::from([(FactTable::Conversations.name().to_owned(), rows.len())]),
        });
    }
    for table in FactTable::ALL.iter().filter(|table| is_in_blocks(**table) && **table != FactTable::Conversations) {
        let frame = frames[*table as usize];
        // Inactivity can end a stint after the last event.
        let ends = if *table == FactTable::Stints { Some(frame.column("ended_at")?.i64()?) } else { None };
        let mut last = 0;
        for (at, id) in frame.column("conversation_id")?.str()?.iter().enumerate() {
            let Some(block) = id.and_then(|id| ranks.get(id)).copied().filter(|block| *block >= last) else {
                return Ok(None);
            };
            last = block;
            *blocks[block].rows.entry(table.name().to_owned()).or_insert(0) += 1;
            if let Some(end) = ends.and_then(|ends| ends.get(at)) {
                blocks[block].until = blocks[block].until.max(end);
            }
        }
    }
    Ok(Some(blocks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_blocks_that_reach_a_span() {
        let block = |from, until, is_open, rows| FactBlock {
            from,
            until,
            is_open,
            rows: BTreeMap::from([("stints".to_owned(), rows)]),
        };
        let blocks = [block(0, 10, false, 3), block(10, 25, false, 0), block(20, 30, false, 4), block(30, 90, true, 2)];
        let ranges_of = |spans: &[(i64, i64)]| ranges(&blocks, FactTable::Stints, spans);
        assert_eq!(ranges_of(&[]), [(0, 9)]);
        assert_eq!(ranges_of(&[(11, 20)]), [(7, 2)]);
        assert_eq!(ranges_of(&[(10, 11)]), [(0, 3), (7, 2)]);
        assert_eq!(ranges_of(&[(26, 30)]), [(3, 6)]);
        assert_eq!(ranges(&blocks, FactTable::Visits, &[]), []);
        assert_eq!(lengths(&blocks, FactTable::Stints), [3, 4, 2]);
    }
}
