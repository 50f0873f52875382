//! Fact rows to counted values: all rows of some customers.

use polars::prelude::DataFrame;

use super::columns::{NOTE, StageColumn, of_values};
use super::fact_rows::tables;
use super::merge::frame;
use super::note::Note;
use super::plan::Plan;
use super::returns::mark_returns;
use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;
use crate::report::count_values::count_values;

/// The values of the fact rows of a frame, with a note of how many there are. All rows of each customer, and of each
/// conversation without one, must be in the frame; in which order does not matter.
///
/// # Errors
///
/// Where a row is of no table or conversation, or the plan is not that far.
pub fn partial(plan: &Plan, rows: &DataFrame) -> anyhow::Result<Vec<DataFrame>> {
    let mut frames = tables(rows, plan)?;
    mark_returns(&mut frames[FactTable::Conversations as usize], plan.folding.limits.return_window_ms)?;
    let facts = Facts::new(frames, plan.run()?.clone());
    let values = count_values(&facts, plan.asked()?)?;
    let count = values.iter().map(|(.., count)| count).sum();
    let note = Note::Counted { rows: rows.height() as u64, count };
    Ok(vec![frame(&values)?, row_of(&note)?])
}

/// A row of a note.
fn row_of(note: &Note) -> anyhow::Result<DataFrame> {
    let json = serde_json::to_string(note)?;
    let column = |column: &StageColumn| match column.name.as_str() {
        NOTE => polars::prelude::Column::new(NOTE.into(), [json.as_str()]),
        name => polars::prelude::Column::full_null(name.into(), 1, &column.data_type()),
    };
    Ok(DataFrame::new(1, of_values().iter().map(column).collect())?)
}
