//! Reads the column that a table is ordered by, before the rows.

use std::fs::File;

use crate::event::table_order::TableOrder;
use crate::failure::{Failure, input_error};
use crate::ingest::decode::parquet::order::{OrderText, order_texts};
use crate::ingest::source::Source;

/// For each source, the value of each row in the column that a table is ordered by; `None` if no column is named.
#[derive(Debug)]
pub struct OrderTexts(Option<Vec<Vec<OrderText>>>);

impl OrderTexts {
    /// Reads the column from the sources.
    ///
    /// # Errors
    ///
    /// If a source is not a Parquet file or has no such column.
    pub fn read(sources: &[Source], order: &TableOrder) -> anyhow::Result<Self> {
        let Some(column) = order.column() else { return Ok(Self(None)) };
        let texts = sources.iter().map(|source| {
            let Source::File(path) = source else {
                return Err(Failure::Usage.because(format!("--order-by: {}: {NO_TABLE}", source.location())));
            };
            let location = source.location();
            let file = File::open(path).map_err(|error| input_error(&location, &error))?;
            order_texts(file, &location, column)
        });
        Ok(Self(Some(texts.collect::<anyhow::Result<_>>()?)))
    }

    /// The text of the row on a line of a source, counted from 1.
    #[must_use]
    pub fn of(&self, source: usize, line: u32) -> Option<&str> {
        let texts = self.0.as_ref()?.get(source)?;
        texts.get((line as usize).checked_sub(1)?)?.as_deref()
    }
}

/// The reason why a source cannot be read as a table.
pub const NO_TABLE: &str = "only Parquet files are read as a table: the rows of a text file have an order of their own";
