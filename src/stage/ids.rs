//! Counts the ids in events that must be compared with those of all sources.

use polars::prelude::*;

use super::columns::{KEY, NAME, TEXT};
use super::events::EventFrame;
use super::merge::{frame, set};
use super::plan::Plan;
use crate::fold::values::{CountedValue, Values};
use crate::ingest::spoilt_parts::{IdSearch, SeenId, meant};

/// The group of a counted id, as a list in JSON: the number of its source, the column, and the customer if that
/// matters.
pub(super) type IdGroup<'t> = (u32, std::borrow::Cow<'t, str>, Option<std::borrow::Cow<'t, str>>);

/// Counted ids of events.
#[derive(Debug)]
pub struct CountedIds<'p> {
    search: &'p IdSearch,
    values: Values,
}

impl<'p> CountedIds<'p> {
    /// No ids yet.
    ///
    /// # Errors
    ///
    /// If the plan lacks the results of the scan.
    pub fn new(plan: &'p Plan) -> anyhow::Result<Self> {
        Ok(Self { search: &plan.scanned()?.ids, values: Values::default() })
    }

    /// Adds the ids of a frame of events.
    ///
    /// # Errors
    ///
    /// If a row is not an event.
    pub fn add(&mut self, frame: &DataFrame) -> anyhow::Result<()> {
        let columns = EventFrame::of(frame)?;
        for at in 0..columns.height() {
            let row = columns.row(at)?;
            let values = &mut self.values;
            let mut fault = None;
            self.search.each(&row, |SeenId { dictionary, column, id, customer }| {
                let group: IdGroup = (row.source, column.name().into(), customer.map(Into::into));
                match serde_json::to_string(&group) {
                    Ok(group) => values.add(dictionary, &group, CountedValue::text(id), 1),
                    Err(error) => fault = Some(error),
                }
            });
            fault.map_or(Ok(()), Err)?;
        }
        Ok(())
    }

    /// The rows of counted values. Ids that may have the same meaning have the same key.
    ///
    /// # Errors
    ///
    /// If polars rejects them, which is a bug.
    pub fn finish(self) -> anyhow::Result<DataFrame> {
        let mut rows = frame(&self.values)?;
        let (names, texts) = (rows.column(NAME)?.str()?, rows.column(TEXT)?.str()?);
        let key = |(name, id): (Option<&str>, Option<&str>)| {
            let id = meant(id.unwrap_or_default());
            Some(set([name.unwrap_or_default().as_bytes(), &id]).to_string())
        };
        let keys: StringChunked = names.iter().zip(texts.iter()).map(key).collect();
        rows.with_column(keys.with_name(KEY.into()).into_column())?;
        Ok(rows)
    }
}
