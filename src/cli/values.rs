//! A folder of counted values as the log of a report.

use std::path::Path;

use super::flags::LogFlags;
use super::request::ReportRequest;
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::harmless::shown_path;
use crate::report::demand::Demand;
use crate::stage::values_folder::{is_folder_of_values, read};

/// The folder of values among the logs, if any.
///
/// # Errors
///
/// If it is read together with other logs, or with flags that have no effect on it.
pub fn folder_of(flags: &LogFlags) -> anyhow::Result<Option<&Path>> {
    let Some(path) = flags.logs.iter().find(|path| is_folder_of_values(path)) else { return Ok(None) };
    let location = shown_path(path);
    if flags.logs.len() > 1 {
        return Err(Failure::Usage
            .because(format!("{location} is a folder of values: it cannot be read together with other logs")));
    }
    if let Some(flag) = flags.fold_flags().next() {
        return Err(Failure::Usage.because(format!(
            "{flag} has no effect on {location}, a folder of values: give it to the report that counts them"
        )));
    }
    refuse_pseudonyms(flags)?;
    Ok(Some(path))
}

/// Refuses pseudonyms: values are counted under the original names.
///
/// # Errors
///
/// If `--pseudonymize` is given.
pub fn refuse_pseudonyms(flags: &LogFlags) -> anyhow::Result<()> {
    if flags.pseudonymize.is_empty() {
        return Ok(());
    }
    Err(Failure::Usage.because("--pseudonymize has no effect on counted values: omit it, or use --collect facts"))
}

/// The values of a folder, which must have been counted for this report.
///
/// # Errors
///
/// If they were counted for another report.
pub fn open(folder: &Path, request: &ReportRequest) -> anyhow::Result<Facts> {
    let (facts, counted) = read(folder)?;
    let Some(last_event) = facts.run.last_event() else { return Ok(facts) };
    let demand = Demand::of(&request.query(request.window(Some(last_event))?)?);
    if let Some(other) = counted.differs_from(&demand) {
        return Err(Failure::Usage.because(format!(
            "{} was counted for a report of other {other}: give the same flags, or count the values again",
            shown_path(folder)
        )));
    }
    Ok(facts)
}
