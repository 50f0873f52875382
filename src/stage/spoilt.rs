//! Turns counted ids that may have the same meaning into a note of the findings about them.

use polars::prelude::DataFrame;

use super::fact_rows::note_of;
use super::ids::IdGroup;
use super::merge::merged;
use super::note::Note;
use super::plan::Plan;
use crate::failure::Failure;
use crate::ingest::spoilt_parts::IdGroups;

/// The note of counted ids. All rows of ids that may have the same meaning must be present, in any order.
///
/// # Errors
///
/// If a row is not a counted id.
pub fn spoilt(plan: &Plan, rows: &DataFrame) -> anyhow::Result<DataFrame> {
    let wrong =
        || Failure::Input.because("a row between stages is not a counted id: stages read only rows written by stages");
    let file_of = plan.file_of_sources();
    let (values, _) = merged(rows)?;
    let mut groups = IdGroups::default();
    for (dictionary, group, value, count) in values.iter() {
        let (source, column, customer): IdGroup = serde_json::from_str(group).map_err(|_| wrong())?;
        let file = file_of.get(source as usize).ok_or_else(wrong)?;
        let (Some(id), Ok(rows)) = (&value.text, u64::try_from(count)) else { return Err(wrong()) };
        groups.add(dictionary, id, (*file, &column), customer.as_deref(), rows);
    }
    note_of(&Note::Spoilt(groups.finish()), &plan.columns.values)
}
