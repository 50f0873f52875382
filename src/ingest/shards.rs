//! Events by shard: those of one conversation (by inactivity: of one customer) are in one shard, so that shards can be
//! folded side by side, and put away to disk one by one.

use crate::dictionary::SHARDS;
use crate::event::{Event, NONE};

/// The keys of an event that few logs have, beside [`Event`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extra {
    /// Number of the event id.
    pub event_id: u32,
    /// Number of the contact.
    pub contact: u32,
    /// Number of the protocol.
    pub protocol: u32,
}

impl Extra {
    /// No values.
    pub const NONE: Self = Self { event_id: NONE, contact: NONE, protocol: NONE };
}

/// Events of one part in one shard, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    /// The events.
    pub events: Box<[Event]>,
    /// As many as events, or none where no event of the part has one.
    pub extras: Box<[Extra]>,
}

impl Slice {
    /// Bytes in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.events) + size_of_val(&*self.extras)
    }

    /// The event at a place, with its extra keys.
    #[must_use]
    pub fn get(&self, at: usize) -> (&Event, Extra) {
        (&self.events[at], self.extras.get(at).copied().unwrap_or(Extra::NONE))
    }
}

/// The events of a part before they are cut into slices.
#[derive(Debug, Default)]
pub struct Rows {
    /// The events.
    pub events: Vec<Event>,
    /// As many as events, or none.
    pub extras: Vec<Extra>,
    /// The shard of each event.
    pub shards: Vec<u8>,
}

impl Rows {
    /// Forgets the events, and keeps the memory.
    pub fn clear(&mut self) {
        self.events.clear();
        self.extras.clear();
        self.shards.clear();
    }

    /// One slice a shard, in the order of shards.
    #[must_use]
    pub fn slices(&self) -> Vec<Slice> {
        let mut counts = [0; SHARDS];
        for shard in &self.shards {
            counts[usize::from(*shard)] += 1;
        }
        let mut events = counts.map(Vec::with_capacity);
        for (event, shard) in self.events.iter().zip(&self.shards) {
            events[usize::from(*shard)].push(*event);
        }
        let mut extras: [Vec<Extra>; SHARDS] = std::array::from_fn(|_| Vec::new());
        if !self.extras.is_empty() {
            extras = counts.map(Vec::with_capacity);
            for (extra, shard) in self.extras.iter().zip(&self.shards) {
                extras[usize::from(*shard)].push(*extra);
            }
        }
        events
            .into_iter()
            .zip(extras)
            .map(|(events, extras)| Slice { events: events.into(), extras: extras.into() })
            .collect()
    }
}
