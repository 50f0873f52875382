//! A mapping is tried before it is proposed: what the reader rejects is no proposal.

use std::sync::Arc;

use super::log::{self, LogRead};
use crate::ingest::Options;
use crate::ingest::profile::Profile;
use crate::ingest::source::Source;

/// Of so many rows, the reader may reject one: past that the mapping, or the file, is not understood.
const ROWS_PER_REJECT: u64 = 20;

/// What came of a trial.
pub(in crate::inspect) struct Trial {
    /// What the reader said; none where it was not asked.
    pub read: Option<LogRead>,
    /// Why there is no report, in words; none where there is one.
    pub failed: Option<String>,
}

/// Reads a file by the text of a profile.
///
/// # Errors
///
/// Where the file cannot be read.
pub(in crate::inspect) fn of_profile(
    source: &Source,
    options: &Options,
    text: &str,
    rows: u64,
) -> anyhow::Result<Trial> {
    match Profile::parse("proposed", "the proposed profile", text) {
        Ok(profile) => of_log(source, options, Some(Arc::new(profile)), rows),
        // The columns fit no profile. That is said of the file; it is no mistake of the user's.
        Err(error) => {
            let mistake = error.to_string().lines().next().unwrap_or_default().to_owned();
            Ok(Trial { read: None, failed: Some(format!("the columns that were found make no profile ({mistake})")) })
        }
    }
}

/// Reads a file as it is, or by a profile.
///
/// # Errors
///
/// Where the file cannot be read.
pub(in crate::inspect) fn of_log(
    source: &Source,
    options: &Options,
    profile: Option<Arc<Profile>>,
    rows: u64,
) -> anyhow::Result<Trial> {
    let read = log::read(source, options, profile)?;
    let failed = read.as_ref().and_then(|read| fault(read, rows));
    Ok(Trial { read, failed })
}

/// Why a report of what the reader said would say nothing, or nothing right.
fn fault(read: &LogRead, rows: u64) -> Option<String> {
    let rejected: u64 = read.rejects.values().map(|(count, _)| count).sum();
    let events = read.counts.accepted + read.counts.duplicates + rejected;
    if events == 0 {
        return Some("the reader finds no event in any row".to_owned());
    }
    // A row that cannot be read is one row, however many events it would give.
    let is_too_many = rejected * ROWS_PER_REJECT > events || read.rejected_rows * ROWS_PER_REJECT > rows;
    if !is_too_many {
        return None;
    }
    let reason = |(reason, (count, lines)): (&&'static str, &(u64, Vec<u64>))| {
        let lines: Vec<String> = lines.iter().take(3).map(ToString::to_string).collect();
        format!("{count} {reason} (line {})", lines.join(", "))
    };
    let reasons: Vec<String> = read.rejects.iter().map(reason).collect();
    Some(format!("the reader rejects {} of {rows} rows: {}", read.rejected_rows, reasons.join("; ")))
}
