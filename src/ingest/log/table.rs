//! A log that is a table: its rows have no position, and are ordered by their values.

use super::Log;
use super::event_rows::{EventRow, Unnumbered};
use super::resolve::Gathered;
use crate::event::Event;
use crate::ingest::decode::shards::{Extra, Slice};

/// The positions of a table's rows, counted from 0, by part and line.
pub type TablePositions = Vec<Vec<u32>>;

impl Gathered {
    /// Sorts the rows of a table: by instant, by the value that `order` returns for a line of a part, then by all
    /// columns. Their earlier position no longer matters.
    ///
    /// # Errors
    ///
    /// If a temporary file cannot be read.
    pub(super) fn put_in_table_order<'o>(
        &mut self,
        order: impl Fn(&Log, u32, u32) -> Option<&'o str>,
    ) -> anyhow::Result<()> {
        let mut rows = self.unnumbered()?;
        rows.sort_unstable_by_key(|row| (row.event.ts, row.order));
        for tied in rows.chunk_by_mut(|a, b| a.event.ts == b.event.ts).filter(|tied| tied.len() > 1) {
            tied.sort_by_cached_key(|Unnumbered { order: (rank, _), event, extra }| {
                let order = order(&self.log, *rank, event.line);
                EventRow { order, ..self.row(*rank, 0, event, extra) }.table_key()
            });
        }
        let mut positions: TablePositions = vec![Vec::new(); self.log.parts.len()];
        for (index, row) in (0..).zip(&rows) {
            let (part, line) = (&mut positions[row.order.0 as usize], row.event.line as usize);
            if part.len() <= line {
                part.resize(line + 1, u32::MAX);
            }
            part[line] = index;
        }
        self.log.table = Some(positions);
        let log = &self.log;
        self.statuses.sort_by_key(|(rank, event, _)| log.position(*rank, event.line));
        Ok(())
    }
}

/// The events of a table's slices, in the table's order.
pub(super) fn in_table_order(log: &Log, slices: &[(u32, Slice)]) -> Vec<(u32, Event, Extra)> {
    let mut events = Vec::with_capacity(slices.iter().map(|(_, slice)| slice.len()).sum());
    for (rank, slice) in slices {
        slice.each(|event, extra| events.push((*rank, event, extra)));
    }
    events.sort_unstable_by_key(|(rank, event, _)| log.position(*rank, event.line));
    events
}
