//! What a reader must know of the bytes of a source.

use super::super::{Warning, WarningId, warning};
use crate::ingest::FileCounts;
use crate::ingest::source::SourceNote;
use crate::time::UnclearTimes;
use crate::unit::group;

/// Local times of a file that the clocks of its zone show twice or never.
pub fn unclear_times(file: &FileCounts) -> Option<Warning> {
    let UnclearTimes { twice, never } = file.unclear_times;
    let times = |n: u64| if n == 1 { "1 local time".to_owned() } else { format!("{} local times", group(n)) };
    let twice_said = format!("{} of the hour that the clocks repeat, read as the first", times(twice));
    let never_said = format!("{} of the hour that the clocks skip, moved past it", times(never));
    let said = match (twice, never) {
        (0, 0) => return None,
        (_, 0) => twice_said,
        (0, _) => never_said,
        _ => format!("{twice_said}; {never_said}"),
    };
    let text = format!(
        "{}: {said}: durations there may be wrong by the change; look whether the zone is right, or export the times with \
         their offset",
        file.name
    );
    Some(warning(WarningId::UnclearTimes, text, Some(twice + never)))
}

/// A note as a warning.
#[must_use]
pub fn source_note(file: &str, note: &SourceNote) -> Warning {
    match note {
        SourceNote::TrailingBytes { bytes, are_zeros } => {
            let (what, were) = if *bytes == 1 { ("byte", "was") } else { ("bytes", "were") };
            let zeros = match (are_zeros, bytes) {
                (true, 1) => ", which is zero,",
                (true, _) => ", all of them zeros,",
                (false, _) => "",
            };
            let text = format!(
                "{file}: {} {what} behind the compressed data{zeros} {were} left out: if rows are missing, fetch or copy the \
                 file again",
                group(*bytes)
            );
            warning(WarningId::TrailingBytes, text, Some(*bytes))
        }
        SourceNote::Misnamed { name, content } => {
            let text =
                format!("{file}: the name says {name}, but the content is {content}: it was read by its content");
            warning(WarningId::MisnamedFile, text, None)
        }
    }
}
