//! Groups the events of a shard for the fold: by conversation id, or (by inactivity) by customer.

use hashbrown::HashSet;

use super::table::in_table_order;
use super::{Log, PartPosition, PositionedEvent};
use crate::dictionary::{SHARDS, in_shard};
use crate::event::{Content, Event, FoldEvent, Labels, NONE, Origin, some};
use crate::ingest::decode::shards::{Extra, Slice};

/// An event with the values that the fold needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Grouped {
    ts: i64,
    /// The content's number; combined with [`HAS_EVENT_ID`] if the row has an event id.
    content: u32,
    /// The key in which events of a group may differ: by id, the customer; by inactivity, the conversation id of the
    /// row.
    other_key: u32,
    contact: u32,
    protocol: u32,
}

/// Marks the content of an event that has an event id: no log has so many distinct contents.
const HAS_EVENT_ID: u32 = 1 << 31;

/// The most events of one instant that are compared pair by pair.
const FEW: usize = 16;

/// The events that are folded together, in the order of their instants.
#[derive(Debug, Clone, Copy)]
pub struct Group<'a> {
    session: u32,
    is_customer: bool,
    events: &'a [Grouped],
    /// The origin of each event; empty if origins are not needed.
    origins: &'a [Option<Origin>],
    /// The tags and attributes of each event; empty if the log has none.
    labels: &'a [Labels],
    contents: &'a [Content],
}

impl<'a> Group<'a> {
    /// The number of the id that its conversations have.
    #[must_use]
    pub const fn session(&self) -> u32 {
        self.session
    }

    /// The events as input of the state machine.
    #[must_use]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = FoldEvent<'a>> {
        let Self { events, origins, labels, contents, .. } = *self;
        events.iter().enumerate().map(|(at, event)| FoldEvent {
            ts: event.ts,
            customer: some(if self.is_customer { self.session } else { event.other_key }),
            contact: some(event.contact),
            protocol: some(event.protocol),
            content: &contents[(event.content & !HAS_EVENT_ID) as usize],
            labels: labels.get(at).copied().unwrap_or(Labels::NONE),
            origin: origins.get(at).copied().flatten(),
        })
    }
}

/// Memory for the events of one shard, reused for each shard.
#[derive(Debug, Default)]
pub struct Groups {
    shard: usize,
    /// Whether groups are by customer instead of by conversation id.
    are_customers: bool,
    /// The number of events that are equal in everything to an earlier one.
    repeated: u64,
    grouped: Vec<Grouped>,
    /// The end of each group.
    ends: Vec<u32>,
    has_origins: bool,
    /// The origin of each event; empty if origins are not needed.
    origins: Vec<Option<Origin>>,
    /// The tags and attributes of each event; empty if the log has none.
    labels: Vec<Labels>,
}

impl Groups {
    /// Empty memory; if `has_origins`, the origins of events are kept.
    #[must_use]
    pub fn new(has_origins: bool) -> Self {
        Self { has_origins, ..Self::default() }
    }

    /// See [`Log::conversations`].
    fn load(
        &mut self,
        log: &Log,
        shard: usize,
        horizon: i64,
        mut see: impl FnMut(&PositionedEvent),
    ) -> anyhow::Result<()> {
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
        self.labels.clear();
        if slices.iter().any(|(_, slice)| !slice.labels().is_empty()) {
            self.labels.resize(self.grouped.len(), Labels::NONE);
        }
        let mut put = |rank: u32, renumber: &[u32], event: Event, extra: Extra| {
            if is_seen(rank, &event) {
                let content = renumber[event.content as usize];
                let labels = log.tag_sets.resolved(extra.labels);
                see(&PositionedEvent { ts: event.ts, content, labels, rank, line: event.line });
                // Until a group is full, `ends` has its next free index.
                let next = &mut self.ends[group(&event)];
                self.grouped[*next as usize] = Grouped {
                    ts: event.ts,
                    content: if extra.ids.event_id == NONE { content } else { content | HAS_EVENT_ID },
                    other_key: if self.are_customers { event.conversation } else { event.customer },
                    contact: extra.ids.contact,
                    protocol: extra.ids.protocol,
                };
                if let Some(known) = self.labels.get_mut(*next as usize) {
                    *known = labels;
                }
                if let Some(origin) = self.origins.get_mut(*next as usize) {
                    *origin = Origin::new(rank, event.line);
                }
                *next += 1;
            }
        };
        let renumber = |part: PartPosition| &*log.renumber[part.reader];
        if log.table.is_some() {
            for (rank, event, extra) in in_table_order(log, &slices) {
                put(rank, renumber(log.parts[rank as usize]), event, extra);
            }
            self.sort();
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
        self.sort();
        Ok(())
    }

    fn sort(&mut self) {
        let mut from = 0;
        for end in &self.ends[..self.ends.len() - 1] {
            let group = from..*end as usize;
            from = group.end;
            let events = &mut self.grouped[group.clone()];
            let origins = self.origins.get_mut(group.clone()).unwrap_or_default();
            let labels = self.labels.get_mut(group).unwrap_or_default();
            if !events.is_sorted_by_key(|event| event.ts) {
                if origins.is_empty() && labels.is_empty() {
                    events.sort_by_key(|event| event.ts);
                } else {
                    sort_with(events, origins, labels);
                }
            }
            self.repeated += repeated(events, labels);
        }
    }

    /// The number of events of all shards so far that are equal to an earlier one: the same in every canonical column,
    /// and without an event id.
    #[must_use]
    pub const fn repeated(&self) -> u64 {
        self.repeated
    }

    /// The groups, each in the order of instants.
    fn iter<'g>(&'g self, contents: &'g [Content]) -> impl Iterator<Item = Group<'g>> {
        let mut from = 0;
        (0..).zip(&self.ends[..self.ends.len().saturating_sub(1)]).filter_map(move |(number, end)| {
            let group = from..*end as usize;
            from = group.end;
            let events = &self.grouped[group.clone()];
            let origins = self.origins.get(group.clone()).unwrap_or_default();
            let labels = self.labels.get(group).unwrap_or_default();
            let (session, is_customer) = (in_shard(number, self.shard), self.are_customers);
            (!events.is_empty()).then_some(Group { session, is_customer, events, origins, labels, contents })
        })
    }
}

impl Log {
    /// Takes the events of a shard up to the horizon out of the log and returns them by conversation (by inactivity: by
    /// customer), in the order of their instants; events of one instant are in input order. Passes each event to `see`
    /// first, in input order. `memory` is reused for each shard.
    ///
    /// # Errors
    ///
    /// If a temporary file cannot be read.
    pub fn conversations<'g>(
        &'g self,
        shard: usize,
        horizon: i64,
        memory: &'g mut Groups,
        see: impl FnMut(&PositionedEvent),
    ) -> anyhow::Result<impl Iterator<Item = Group<'g>>> {
        memory.load(self, shard, horizon, see)?;
        Ok(memory.iter(&self.contents))
    }
}

/// The events of a part that is newest first, from its end; the events of one record keep their order.
fn newest_last(log: &Log, rank: u32, slice: &Slice) -> Vec<(Event, Extra)> {
    let records = &log.records[rank as usize];
    let is_one =
        |a: &(Event, Extra), b: &(Event, Extra)| !records.is_empty() && records.of(a.0.line) == records.of(b.0.line);
    let events: Vec<_> = (0..slice.len()).map(|at| slice.get(at)).collect();
    events.chunk_by(is_one).rev().flatten().copied().collect()
}

/// The number of events of a group, in the order of instants, that are equal to an earlier one. Of their labels, only
/// tags are compared, not attributes.
fn repeated(events: &[Grouped], labels: &[Labels]) -> u64 {
    let mut found = 0;
    let mut from = 0;
    // Most events have a distinct instant.
    while let Some(at) = (from + 1..events.len()).find(|at| events[*at].ts == events[*at - 1].ts) {
        let ts = events[at].ts;
        let end = at + events[at..].iter().take_while(|event| event.ts == ts).count();
        found += repeated_at_once(&events[at - 1..end], labels.get(at - 1..end).unwrap_or_default());
        from = end;
    }
    found
}

/// The same for events of one instant.
fn repeated_at_once(events: &[Grouped], labels: &[Labels]) -> u64 {
    let compared = |at: usize| (events[at], labels.get(at).map_or(NONE, |labels| labels.tags));
    let has_no_id = |at: &usize| events[*at].content & HAS_EVENT_ID == 0;
    let all = (0..events.len()).filter(has_no_id);
    if events.len() <= FEW {
        let is_repeated = |at: &usize| (0..*at).any(|before| compared(before) == compared(*at));
        return all.filter(is_repeated).count() as u64;
    }
    let mut seen = HashSet::with_capacity(events.len());
    all.filter(|at| !seen.insert(compared(*at))).count() as u64
}

/// Sorts events by their instants, together with their origins and labels.
fn sort_with(events: &mut [Grouped], origins: &mut [Option<Origin>], labels: &mut [Labels]) {
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|at| events[*at].ts);
    put_in_order(events, &order);
    put_in_order(origins, &order);
    put_in_order(labels, &order);
}

/// Reorders values, if there are any.
fn put_in_order<T: Copy>(values: &mut [T], order: &[usize]) {
    if !values.is_empty() {
        let sorted: Vec<T> = order.iter().map(|at| values[*at]).collect();
        values.copy_from_slice(&sorted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_events_are_counted_wherever_they_are() {
        let event = |ts: i64, content: u32| Grouped { ts, content, ..Grouped::default() };
        let two = [event(1, 7), event(1, 8), event(1, 7), event(1, 8), event(2, 7), event(3, 7), event(3, 7)];
        let repeated_without = |events: &[Grouped]| repeated(events, &[]);
        assert_eq!(repeated_without(&two), 3);
        let with_ids = two.map(|event| Grouped { content: event.content | HAS_EVENT_ID, ..event });
        let none = [&with_ids[..], &two[..2], &two[..1], &[]];
        assert_eq!(none.map(repeated_without), [0; 4]);
        let contact = Grouped { contact: 5, ..two[0] };
        assert_eq!(repeated_without(&[two[0], contact]), 0);
        assert_eq!(repeated_without(&[two[0], two[0], contact, contact]), 2);
        // Many events of one instant: each of ten contents ten times.
        let many: Vec<Grouped> = (0..100).map(|n| event(9, n % 10)).collect();
        assert_eq!(repeated_without(&many), 90);
        // Events differ by tags, but not by attributes.
        let labels = |tags: u32, attributes: u32| Labels { tags, attributes };
        assert_eq!(repeated(&[two[0]; 3], &[labels(1, 1), labels(2, 1), labels(1, 2)]), 1);
        let by_tags: Vec<Labels> = (0..100).map(|n| labels(n / 50, n)).collect();
        assert_eq!(repeated(&many, &by_tags), 80);
    }

    #[test]
    fn ids_and_labels_are_sorted_with_their_event() {
        let mut events = [3, 1, 2, 1].map(|ts| Grouped { ts, ..Grouped::default() });
        for (at, event) in (0..).zip(&mut events) {
            event.content = at;
        }
        let mut origins = [1, 2, 3, 4].map(|line| Origin::new(0, line));
        let mut labels = [10, 11, 12, 13].map(|tags| Labels { tags, attributes: NONE });
        sort_with(&mut events, &mut origins, &mut labels);
        assert_eq!(events.map(|event| event.content), [1, 3, 2, 0]);
        assert_eq!(origins, [2, 4, 3, 1].map(|line| Origin::new(0, line)));
        assert_eq!(labels.map(|labels| labels.tags), [11, 13, 12, 10]);
        sort_with(&mut events, &mut [], &mut []);
        assert_eq!(events.map(|event| event.content), [1, 3, 2, 0]);
    }

    #[test]
    fn a_report_does_not_depend_on_the_position_of_events() {
        // Sixteen bytes, and the keys that few logs have. One more word would be noticeable in a log of ten million
        // events.
        assert_eq!(size_of::<Grouped>(), 24);
    }
}
