//! What a reader must know of the bytes of a source.

use super::super::{Warning, WarningId, warning};
use crate::ingest::source::SourceNote;
use crate::unit::group;

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
