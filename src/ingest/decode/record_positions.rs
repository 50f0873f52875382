//! The lines of events that were made from records.

/// The positions of events in their source, if their lines do not give them: with a profile, one record gives several
/// events, and the lines of events are their numbers in the part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordPositions {
    /// For each record with events: the number of its first event, and the line of the record in the source.
    positions: Vec<(u32, u32)>,
}

impl RecordPositions {
    /// Adds a record: its first event, and its line in the source.
    pub fn begin(&mut self, first: u32, line: u32) {
        self.positions.push((first, line));
    }

    /// Whether the lines of events are lines of the source.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The index of the record of an event.
    #[must_use]
    pub fn of(&self, event: u32) -> usize {
        self.positions.partition_point(|(first, _)| *first <= event).saturating_sub(1)
    }

    /// The line of an event's record in the source.
    #[must_use]
    fn line(&self, event: u32) -> Option<u32> {
        self.positions.get(self.of(event)).map(|(_, line)| *line)
    }

    /// The line in the source of an event, given its line in the part: that of its record if known, else the line plus
    /// the lines before the part.
    #[must_use]
    pub fn line_in_source(&self, line: u32, lines_before: u32) -> u32 {
        self.line(line).unwrap_or(lines_before + line)
    }

    /// The event at the mirrored position in its record: as far from the end as this event is from the start.
    #[must_use]
    pub fn mirrored(&self, event: u32) -> u32 {
        let at = self.of(event);
        match (self.positions.get(at), self.positions.get(at + 1)) {
            (Some((first, _)), Some((next, _))) => first + (next - 1 - event),
            // The last record: its end does not matter, because nothing follows.
            (Some((first, _)), None) => u32::MAX / 2 - (event - first),
            (None, _) => event,
        }
    }
}
