//! The events of a shard by what they are folded with: a conversation id, or (by inactivity) a customer.

use hashbrown::HashSet;

use super::repeats::PlainContents;
use super::table::in_table_order;
use super::{Log, PartPlace, PlacedEvent};
use crate::dictionary::{SHARDS, in_shard};
use crate::event::{Content, Event, FoldEvent, NONE, Origin, some};
use crate::ingest::decode::shards::{Extra, Slice};

/// An event with what the fold needs of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Grouped {
    ts: i64,
    /// The content's number; with [`HAS_EVENT_ID`] where the row has an event id.
    content: u32,
    /// The key in which a group's events may differ: by id the customer, by inactivity the conversation that the row names.
    other_key: u32,
    contact: u32,
    protocol: u32,
}

/// Marks the content of an event that has an id of its own: no log has so many different contents.
const HAS_EVENT_ID: u32 = 1 << 31;

/// Up to so many events of one instant are compared pair by pair.
const FEW: usize = 16;

/// The events that are folded together, in the order of their instants.
#[derive(Debug, Clone, Copy)]
pub struct Group<'a> {
    session: u32,
    is_customer: bool,
    events: &'a [Grouped],
    /// Where each event is; none where nobody asks.
    origins: &'a [Option<Origin>],
    contents: &'a [Content],
}

impl<'a> Group<'a> {
    /// Number of the id that its conversations are told by.
    #[must_use]
    pub const fn session(&self) -> u32 {
        self.session
    }

    /// The events as the state machine takes them.
    #[must_use]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = FoldEvent<'a>> {
        let Self { events, origins, contents, .. } = *self;
        events.iter().enumerate().map(|(at, event)| FoldEvent {
            ts: event.ts,
            customer: some(if self.is_customer { self.session } else { event.other_key }),
            contact: some(event.contact),
            protocol: some(event.protocol),
            content: &contents[(event.content & !HAS_EVENT_ID) as usize],
            origin: origins.get(at).copied().flatten(),
        })
    }
}

/// Memory for the events of one shard after the other.
#[derive(Debug, Default)]
pub struct Groups {
    shard: usize,
    /// Groups are of customers, not of conversation ids.
    are_customers: bool,
    /// How many events are equal to another one before them in everything.
    repeated: u64,
    grouped: Vec<Grouped>,
    /// Where each group ends.
    ends: Vec<u32>,
    has_origins: bool,
    /// Where each event is; none where nobody asks.
    origins: Vec<Option<Origin>>,
}

impl Groups {
    /// No events yet; of those to come it is kept where they are, if `has_origins`.
    #[must_use]
    pub fn new(has_origins: bool) -> Self {
        Self { has_origins, ..Self::default() }
    }

    /// See [`Log::conversations`].
    fn load(&mut self, log: &Log, shard: usize, horizon: i64, mut see: impl FnMut(&PlacedEvent)) -> anyhow::Result<()> {
        let slices = log.store.take(shard)?;
        let groups = log.group_counts[shard];
        let is_seen = |rank: u32, event: &Event| event.ts <= horizon && log.is_accepted(rank, event);
        let group = |event: &Event| event.session(log.sessions) as usize / SHARDS;
        self.shard = shard;
        self.are_customers = log.sessions.is_by_silence();
        self.ends.clear();
        self.ends.resize(groups + 1, 0);
        for (rank, slice) in &slices {
            slice.each(|event, _| {
                if is_seen(*rank, &event) {
                    self.ends[group(&event) + 1] += 1;
                }
            });
        }
        for at in 0..groups {
            self.ends[at + 1] += self.ends[at];
        }
        self.grouped.clear();
        self.grouped.resize(self.ends[groups] as usize, Grouped::default());
        self.origins.clear();
        if self.has_origins {
            self.origins.resize(self.grouped.len(), None);
        }
        let mut put = |rank: u32, renumber: &[u32], event: Event, extra: Extra| {
            if is_seen(rank, &event) {
                let content = renumber[event.content as usize];
                see(&PlacedEvent { ts: event.ts, content, rank, line: event.line });
                // `ends` are the begins until a group is full.
                let next = &mut self.ends[group(&event)];
                self.grouped[*next as usize] = Grouped {
                    ts: event.ts,
                    content: if extra.event_id == NONE { content } else { content | HAS_EVENT_ID },
                    other_key: if self.are_customers { event.conversation } else { event.customer },
                    contact: extra.contact,
                    protocol: extra.protocol,
                };
                if let Some(origin) = self.origins.get_mut(*next as usize) {
                    *origin = Origin::new(rank, event.line);
                }
                *next += 1;
            }
        };
        let renumber = |part: PartPlace| &*log.renumber[part.reader];
        if log.table.is_some() {
            for (rank, event, extra) in in_table_order(log, &slices) {
                put(rank, renumber(log.parts[rank as usize]), event, extra);
            }
            self.sort(&log.plain);
            return Ok(());
        }
        for (rank, slice) in slices {
            let part = log.parts[rank as usize];
            let renumber = renumber(part);
            if part.is_newest_first {
                for (event, extra) in newest_last(log, rank, &slice) {
                    put(rank, renumber, event, extra);
                }
            } else {
                slice.each(|event, extra| put(rank, renumber, event, extra));
            }
        }
        self.sort(&log.plain);
        Ok(())
    }

    fn sort(&mut self, plain: &PlainContents) {
        let mut from = 0;
        for end in &self.ends[..self.ends.len() - 1] {
            let group = from..*end as usize;
            from = group.end;
            let events = &mut self.grouped[group.clone()];
            if !events.is_sorted_by_key(|event| event.ts) {
                match self.origins.get_mut(group.clone()) {
                    Some(origins) => sort_with(events, origins),
                    None => events.sort_by_key(|event| event.ts),
                }
            }
            self.repeated += if plain.leaves_out() {
                repeated(&compared(&self.grouped[group], plain))
            } else {
                repeated(&self.grouped[group])
            };
        }
    }

    /// How many events of all shards so far are equal to another one before them: the same in every canonical column, without
    /// an event id.
    #[must_use]
    pub const fn repeated(&self) -> u64 {
        self.repeated
    }

    /// The groups, each in the order of its instants.
    fn iter<'g>(&'g self, contents: &'g [Content]) -> impl Iterator<Item = Group<'g>> {
        let mut from = 0;
        (0..).zip(&self.ends[..self.ends.len().saturating_sub(1)]).filter_map(move |(place, end)| {
            let group = from..*end as usize;
            from = group.end;
            let events = &self.grouped[group.clone()];
            let origins = self.origins.get(group).unwrap_or_default();
            let (session, is_customer) = (in_shard(place, self.shard), self.are_customers);
            (!events.is_empty()).then_some(Group { session, is_customer, events, origins, contents })
        })
    }
}

impl Log {
    /// Takes the events of a shard out of the log, up to the horizon, and gives them by conversation (by inactivity: by
    /// customer), in the order of their instants, those of one instant in input order. Each event is shown to `see` before,
    /// in input order. `memory` is used again for shard after shard.
    ///
    /// # Errors
    ///
    /// Where a temporary file cannot be read.
    pub fn conversations<'g>(
        &'g self,
        shard: usize,
        horizon: i64,
        memory: &'g mut Groups,
        see: impl FnMut(&PlacedEvent),
    ) -> anyhow::Result<impl Iterator<Item = Group<'g>>> {
        memory.load(self, shard, horizon, see)?;
        Ok(memory.iter(&self.contents))
    }
}

/// The events of a part that is newest first from its end, but those of one record as they came.
fn newest_last(log: &Log, rank: u32, slice: &Slice) -> Vec<(Event, Extra)> {
    let records = &log.records[rank as usize];
    let is_one =
        |a: &(Event, Extra), b: &(Event, Extra)| !records.is_empty() && records.of(a.0.line) == records.of(b.0.line);
    let events: Vec<_> = (0..slice.len()).map(|at| slice.get(at)).collect();
    events.chunk_by(is_one).rev().flatten().copied().collect()
}

/// Events as they are compared: attributes are no part of a comparison.
fn compared(events: &[Grouped], plain: &PlainContents) -> Vec<Grouped> {
    let compared = |event: &Grouped| {
        let content = plain.number(event.content & !HAS_EVENT_ID) | event.content & HAS_EVENT_ID;
        Grouped { content, ..*event }
    };
    events.iter().map(compared).collect()
}

/// How many events of a group, in the order of their instants, are equal to one before them.
fn repeated(events: &[Grouped]) -> u64 {
    let mut found = 0;
    let mut from = 0;
    // Most events have an instant of their own.
    while let Some(at) = (from + 1..events.len()).find(|at| events[*at].ts == events[*at - 1].ts) {
        let ts = events[at].ts;
        let end = at + events[at..].iter().take_while(|event| event.ts == ts).count();
        found += repeated_at_once(&events[at - 1..end]);
        from = end;
    }
    found
}

/// The same of events of one instant.
fn repeated_at_once(events: &[Grouped]) -> u64 {
    let has_no_id = |event: &&Grouped| event.content & HAS_EVENT_ID == 0;
    if events.len() <= FEW {
        let is_repeated = |(at, event): &(usize, &Grouped)| has_no_id(event) && events[..*at].contains(event);
        return events.iter().enumerate().filter(is_repeated).count() as u64;
    }
    let mut seen = HashSet::with_capacity(events.len());
    events.iter().filter(has_no_id).filter(|event| !seen.insert(**event)).count() as u64
}

/// Puts events in the order of their instants, and with them where they are.
fn sort_with(events: &mut [Grouped], origins: &mut [Option<Origin>]) {
    let mut both: Vec<_> = events.iter().copied().zip(origins.iter().copied()).collect();
    both.sort_by_key(|(event, _)| event.ts);
    for ((event, origin), sorted) in events.iter_mut().zip(origins).zip(both) {
        (*event, *origin) = sorted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_events_are_counted_whatever_stands_between_them() {
        let event = |ts: i64, content: u32| Grouped { ts, content, ..Grouped::default() };
        let two = [event(1, 7), event(1, 8), event(1, 7), event(1, 8), event(2, 7), event(3, 7), event(3, 7)];
        assert_eq!(repeated(&two), 3);
        let with_ids = two.map(|event| Grouped { content: event.content | HAS_EVENT_ID, ..event });
        assert_eq!((repeated(&with_ids), repeated(&two[..2]), repeated(&two[..1]), repeated(&[])), (0, 0, 0, 0));
        let contact = Grouped { contact: 5, ..two[0] };
        assert_eq!((repeated(&[two[0], contact]), repeated(&[two[0], two[0], contact, contact])), (0, 2));
        // Many at once: all of ten contents, ten times.
        let many: Vec<Grouped> = (0..100).map(|n| event(9, n % 10)).collect();
        assert_eq!(repeated(&many), 90);
    }

    #[test]
    fn where_an_event_stands_costs_a_report_nothing() {
        // Sixteen bytes and the keys that few logs have: a log of ten million events would feel a word more.
        assert_eq!(size_of::<Grouped>(), 24);
    }
}
