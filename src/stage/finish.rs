//! Makes the facts of the run from fact rows and notes of all processes; or the values for a report from counted
//! values.

use polars::prelude::*;

use super::fact_rows::tables;
use super::merge::merged;
use super::note::Note;
use super::plan::Plan;
use super::returns::mark_returns;
use super::run::{check_kept, check_rows, run_of};
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::fold::folder::add_attributes;
use crate::fold::schema::FactTable;
use crate::fold::values::Values;

/// The facts of the run.
///
/// # Errors
///
/// If rows or notes are missing, or occur twice.
pub fn finish(plan: &Plan, notes: &[Note], rows: &DataFrame) -> anyhow::Result<Facts> {
    if let Some(days) = plan.kept_days()? {
        check_kept(days, rows.height() as u64)?;
        let run = plan.run()?.clone();
        let mut frames = tables(rows, &plan.reading.attributes)?;
        add_attributes(&mut frames[FactTable::Conversations as usize], &run)?;
        return Ok(Facts::new(frames, run));
    }
    let run = run_of(plan, notes)?;
    check_rows(notes, rows.height() as u64)?;
    let mut frames = tables(rows, &plan.reading.attributes)?;
    mark_returns(&mut frames[FactTable::Conversations as usize], plan.folding.limits.return_window_ms)?;
    Ok(Facts::new(frames, run))
}

/// The values of the run.
///
/// # Errors
///
/// If rows or notes are missing, or occur twice.
pub fn finish_values(plan: &Plan, notes: &[Note], rows: &DataFrame) -> anyhow::Result<Values> {
    let (mut of_rows, mut counted) = (0, 0);
    for note in notes {
        if let Note::Counted { rows, count } = note {
            of_rows += rows;
            counted += count;
        }
    }
    match plan.kept_days()? {
        Some(days) => check_kept(days, of_rows)?,
        None => check_rows(notes, of_rows)?,
    }
    let (values, found) = merged(rows)?;
    if found != counted {
        return Err(Failure::Input.because(format!(
            "values add up to {counted}, and those that came to {found}: the engine has lost or doubled rows"
        )));
    }
    Ok(values)
}
