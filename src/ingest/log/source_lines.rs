//! Lines of events in their sources: events carry their line in the part.

use super::Log;
use crate::event::Origin;
use crate::ingest::decode::record_places::RecordPlaces;

/// The parts of a log, as far as the lines of their events follow from them.
#[derive(Debug, Default)]
pub struct SourceLines {
    /// By rank of the part: the source, its lines before the part, and its records where those have the lines.
    parts: Vec<(usize, u32, RecordPlaces)>,
}

impl SourceLines {
    /// The source of an event, by number, and the line in it.
    #[must_use]
    pub fn of(&self, origin: Origin) -> (usize, u32) {
        let (file, lines_before, records) = &self.parts[origin.rank as usize];
        (*file, records.line_in_source(origin.line.get(), *lines_before))
    }
}

impl Log {
    /// The lines of all events; the parts of an export have a table of their records each, which is copied.
    #[must_use]
    pub fn source_lines(&self) -> SourceLines {
        let parts = self.parts.iter().zip(&self.records);
        SourceLines { parts: parts.map(|(part, records)| (part.file, part.lines_before, records.clone())).collect() }
    }
}

#[cfg(test)]
impl Log {
    /// Of each row that names a conversation: its line in its source, instant, and conversation.
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
