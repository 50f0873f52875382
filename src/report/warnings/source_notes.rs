//! Warnings about the bytes of a source.

use super::super::{Warning, WarningId};
use crate::ingest::FileCounts;
use crate::ingest::source::SourceNote;
use crate::language::{Argument, Message};
use crate::time::UnclearTimes;

/// Local times of a file that occur twice or never in its zone.
pub fn unclear_times(file: &FileCounts) -> Option<Warning> {
    let UnclearTimes { twice, never } = file.unclear_times;
    let twice_said = Message::counted("warning.times_twice", twice);
    let never_said = Message::counted("warning.times_never", never);
    let statements = match (twice, never) {
        (0, 0) => return None,
        (_, 0) => vec![twice_said],
        (0, _) => vec![never_said],
        _ => vec![twice_said, never_said],
    };
    let text =
        Message::new("warning.unclear_times").with("file", &file.name).with("times", Argument::statements(statements));
    Some(Warning::new(WarningId::UnclearTimes, text, Some(twice + never)))
}

/// A note as a warning.
#[must_use]
pub fn source_note(file: &str, note: &SourceNote) -> Warning {
    match note {
        SourceNote::TrailingBytes { bytes, are_zeros } => {
            let key = if *are_zeros { "warning.trailing_zeros" } else { "warning.trailing_bytes" };
            let text = Message::counted(key, *bytes).with("file", file);
            Warning::new(WarningId::TrailingBytes, text, Some(*bytes))
        }
        SourceNote::Misnamed { name, content } => {
            let text =
                Message::new("warning.misnamed_file").with("file", file).with("name", name).with("content", content);
            Warning::new(WarningId::MisnamedFile, text, None)
        }
        SourceNote::OtherSheets { read, others } => {
            let names: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
            let text = Message::new("warning.other_sheets")
                .with("file", file)
                .with("read", read)
                .with("others", Argument::list(names));
            Warning::new(WarningId::OtherSheets, text, None)
        }
    }
}
