//! Turns fact rows into counted values: all rows of some customers.

use polars::prelude::DataFrame;

use super::fact_rows::{note_of, tables};
use super::merge::frame;
use super::note::Note;
use super::plan::Plan;
use super::returns::mark_returns;
use crate::fold::facts::Facts;
use crate::fold::folder::add_attributes;
use crate::fold::schema::FactTable;
use crate::report::count_values::count_values;

/// The values of the fact rows of a frame, with a note of their number. The frame must have all rows of each customer,
/// and of each conversation without a customer, in any order.
///
/// # Errors
///
/// If a row belongs to no table or conversation, or the plan lacks the results of earlier stages.
pub fn partial(plan: &Plan, rows: &DataFrame) -> anyhow::Result<Vec<DataFrame>> {
    let run = plan.run()?.clone();
    let mut frames = tables(rows, &plan.reading.attributes)?;
    let conversations = &mut frames[FactTable::Conversations as usize];
    if plan.kept.is_some() {
        // Returning customers were marked when the rows of all days were available.
        add_attributes(conversations, &run)?;
    } else {
        mark_returns(conversations, run.limits.return_window_ms)?;
    }
    let facts = Facts::new(frames, run);
    let values = count_values(&facts, plan.demand()?)?;
    let count = values.iter().map(|(.., count)| count).sum();
    let note = Note::Counted { rows: rows.height() as u64, count };
    Ok(vec![frame(&values)?, note_of(&note, &plan.columns.values)?])
}
