//! A log that is a table: its rows have no position, and stand in the order of what they say.

use std::fs::File;

use super::Log;
use super::event_rows::{EventRow, Unnumbered};
use super::resolve::Gathered;
use crate::event::Event;
use crate::event::table_order::TableOrder;
use crate::failure::{Failure, input_error};
use crate::ingest::decode::parquet::order::{OrderText, order_texts};
use crate::ingest::decode::shards::{Extra, Slice};
use crate::ingest::source::Source;

/// By part and line in it: the places of a table's rows, from 0.
pub type TablePlaces = Vec<Vec<u32>>;

/// By source, what each row has in the column that a table is ordered by; none where no column is named.
#[derive(Debug)]
pub struct OrderTexts(Option<Vec<Vec<OrderText>>>);

impl OrderTexts {
    /// Reads the column of the sources.
    ///
    /// # Errors
    ///
    /// Where a source is no Parquet file, or has no such column.
    pub fn read(sources: &[Source], order: &TableOrder) -> anyhow::Result<Self> {
        let Some(column) = order.column() else { return Ok(Self(None)) };
        let texts = sources.iter().map(|source| {
            let Source::File(path) = source else {
                return Err(Failure::Usage.because(format!("--order-by: {}: {NO_TABLE}", source.place())));
            };
            let place = source.place();
            let file = File::open(path).map_err(|error| input_error(&place, &error))?;
            order_texts(file, &place, column)
        });
        Ok(Self(Some(texts.collect::<anyhow::Result<_>>()?)))
    }

    /// That of the row on a line of a source, from 1.
    #[must_use]
    pub fn of(&self, source: usize, line: u32) -> Option<&str> {
        let texts = self.0.as_ref()?.get(source)?;
        texts.get((line as usize).checked_sub(1)?)?.as_deref()
    }
}

/// Why a source cannot be read as a table.
pub const NO_TABLE: &str = "only Parquet files are read as a table: the rows of a text stand in an order of their own";

impl Gathered {
    /// Puts the rows in the order of a table: by instant, by the value that `order` gives for a line of a part, by all
    /// columns. Where they stood makes no difference any more.
    ///
    /// # Errors
    ///
    /// Where a temporary file cannot be read.
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
        let mut places: TablePlaces = vec![Vec::new(); self.log.parts.len()];
        for (place, row) in (0..).zip(&rows) {
            let (part, line) = (&mut places[row.order.0 as usize], row.event.line as usize);
            if part.len() <= line {
                part.resize(line + 1, u32::MAX);
            }
            part[line] = place;
        }
        self.log.table = Some(places);
        let log = &self.log;
        self.statuses.sort_by_key(|(rank, event, _)| log.place(*rank, event.line));
        Ok(())
    }
}

/// The events of a table's slices, in its order.
pub(super) fn in_table_order(log: &Log, slices: &[(u32, Slice)]) -> Vec<(u32, Event, Extra)> {
    let mut events = Vec::with_capacity(slices.iter().map(|(_, slice)| slice.len()).sum());
    for (rank, slice) in slices {
        slice.each(|event, extra| events.push((*rank, event, extra)));
    }
    events.sort_unstable_by_key(|(rank, event, _)| log.place(*rank, event.line));
    events
}
