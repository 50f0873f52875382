//! Lines of events that were made of records.

/// Where the events of a part are in its source, where that does not follow from their lines: of a profile, one record gives
/// several events, and the lines of events are their numbers in the part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordPlaces {
    /// Of each record with events: the number of its first, and the line of the record in the source.
    places: Vec<(u32, u32)>,
}

impl RecordPlaces {
    /// A record on that line of the source begins with that event.
    pub fn begin(&mut self, first: u32, line: u32) {
        self.places.push((first, line));
    }

    /// Whether the events themselves have their lines.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Which record an event is of.
    #[must_use]
    pub fn of(&self, event: u32) -> usize {
        self.places.partition_point(|(first, _)| *first <= event).saturating_sub(1)
    }

    /// The line of an event's record in the source.
    #[must_use]
    fn line(&self, event: u32) -> Option<u32> {
        self.places.get(self.of(event)).map(|(_, line)| *line)
    }

    /// The line in the source of an event with that line in its part: its record's, or so many lines after the part's begin.
    #[must_use]
    pub fn line_in_source(&self, line: u32, lines_before: u32) -> u32 {
        self.line(line).unwrap_or(lines_before + line)
    }

    /// The event that is as far from the end of its record as this one from its begin.
    #[must_use]
    pub fn mirrored(&self, event: u32) -> u32 {
        let at = self.of(event);
        match (self.places.get(at), self.places.get(at + 1)) {
            (Some((first, _)), Some((next, _))) => first + (next - 1 - event),
            // The last record: what is behind it does not matter, as nothing is.
            (Some((first, _)), None) => u32::MAX / 2 - (event - first),
            (None, _) => event,
        }
    }
}
