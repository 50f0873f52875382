//! The lines of events in their sources. An event itself has its line in the part.

use super::Log;
use crate::event::Origin;
use crate::ingest::decode::record_positions::RecordPositions;

/// The parts of a log, as far as they are needed to find the lines of their events.
#[derive(Debug, Default)]
pub struct SourceLines {
    /// For each part, by rank: the source, the number of lines before the part, and its records if they determine the
    /// lines.
    parts: Vec<(usize, u32, RecordPositions)>,
}

impl SourceLines {
    /// The number of an event's source, and the line in it.
    #[must_use]
    pub fn of(&self, origin: Origin) -> (usize, u32) {
        let (file, lines_before, records) = &self.parts[origin.rank as usize];
        (*file, records.line_in_source(origin.line.get(), *lines_before))
    }
}

impl Log {
    /// The lines of all events. For an export, this copies the record table of each part.
    #[must_use]
    pub fn source_lines(&self) -> SourceLines {
        let parts = self.parts.iter().zip(&self.records);
        SourceLines { parts: parts.map(|(part, records)| (part.file, part.lines_before, records.clone())).collect() }
    }
}

#[cfg(test)]
impl Log {
    /// For each row with a conversation: its line in the source, its instant, and its conversation.
    #[must_use]
    pub fn rows(&self) -> Vec<(u32, i64, String)> {
        let mut rows = Vec::new();
        let add = |rank: u32, event: &crate::event::Event| {
            let conversation = self.key(crate::event::Key::ConversationId).get(event.conversation).to_owned();
            (self.line_of(rank, event.line), event.ts, conversation)
        };
        let each = self.store.each(|rank, slice| {
            rows.extend(
                slice.iter().filter(|event| event.conversation != crate::event::NONE).map(|event| add(rank, &event)),
            );
        });
        each.expect("everything is in memory");
        rows
    }
}
