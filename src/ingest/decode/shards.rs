//! Events by shard. The events of one conversation (by inactivity: of one customer) are in one shard, so that shards
//! can be folded in parallel and moved to disk one by one (decisions.md, read-1 and read-2).

use crate::dictionary::SHARDS;
use crate::event::{Event, Key, Labels, NONE};

/// The ids of an event that few logs have, in addition to [`Event`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RareIds {
    /// Number of the event id.
    pub event_id: u32,
    /// Number of the contact.
    pub contact: u32,
    /// Number of the protocol.
    pub protocol: u32,
}

impl RareIds {
    /// No values.
    pub const NONE: Self = Self { event_id: NONE, contact: NONE, protocol: NONE };
}

/// The keys of an event that few logs have, in addition to [`Event`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extra {
    /// Its other ids.
    pub ids: RareIds,
    /// Its tags and attributes.
    pub labels: Labels,
}

impl Extra {
    /// No values.
    pub const NONE: Self = Self { ids: RareIds::NONE, labels: Labels::NONE };

    /// The extra keys of the event at an index; each list is as long as the events, or empty.
    #[inline]
    fn of_index(index: usize, ids: &[RareIds], labels: &[Labels]) -> Self {
        Self {
            ids: ids.get(index).copied().unwrap_or(RareIds::NONE),
            labels: labels.get(index).copied().unwrap_or(Labels::NONE),
        }
    }

    /// The number of a key, in the event itself or in these.
    #[must_use]
    pub const fn key(&self, event: &Event, key: Key) -> u32 {
        match key {
            Key::ConversationId => event.conversation,
            Key::CustomerId => event.customer,
            Key::EventId => self.ids.event_id,
            Key::Contact => self.ids.contact,
            Key::Protocol => self.ids.protocol,
            Key::Tags => self.labels.tags,
            Key::Attributes => self.labels.attributes,
        }
    }
}

/// Events of one part in one shard, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    events: PackedEvents,
    /// As many as events; empty if no event of the part has one.
    ids: Box<[RareIds]>,
    /// As many as events; empty if no event of the part has one.
    labels: Box<[Labels]>,
}

impl Slice {
    /// A slice of these events. Ids and labels are each as many as events, or empty.
    #[must_use]
    pub fn new(events: &[Event], ids: Vec<RareIds>, labels: Vec<Labels>) -> Self {
        let kept = match EventScale::of(events) {
            Some(scale) => {
                PackedEvents::Near { scale, events: events.iter().map(|event| Near::of(event, scale)).collect() }
            }
            None => PackedEvents::Any(events.into()),
        };
        Self { events: kept, ids: ids.into(), labels: labels.into() }
    }

    /// The number of events.
    #[must_use]
    pub const fn len(&self) -> usize {
        match &self.events {
            PackedEvents::Near { events, .. } => events.len(),
            PackedEvents::Any(events) => events.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Size in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let events = match &self.events {
            PackedEvents::Near { events, .. } => size_of_val(&**events),
            PackedEvents::Any(events) => size_of_val(&**events),
        };
        events + size_of_val(&*self.ids) + size_of_val(&*self.labels)
    }

    /// The event at an index, with its extra keys.
    #[must_use]
    #[inline]
    pub fn get(&self, at: usize) -> (Event, Extra) {
        (self.event(at), self.extra(at))
    }

    #[inline]
    fn extra(&self, at: usize) -> Extra {
        Extra::of_index(at, &self.ids, &self.labels)
    }

    /// The events.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Event> {
        (0..self.len()).map(|at| self.event(at))
    }

    /// Passes each event with its extra keys to the callback, in the order of the file.
    #[inline]
    pub fn each(&self, mut see: impl FnMut(Event, Extra)) {
        match &self.events {
            // The usual slice: its form is checked once.
            PackedEvents::Near { scale, events } if self.ids.is_empty() && self.labels.is_empty() => {
                events.iter().for_each(|event| see(event.event(*scale), Extra::NONE));
            }
            PackedEvents::Near { scale, events } => {
                events.iter().enumerate().for_each(|(at, event)| see(event.event(*scale), self.extra(at)));
            }
            PackedEvents::Any(events) => events.iter().enumerate().for_each(|(at, event)| see(*event, self.extra(at))),
        }
    }

    /// Other ids: as many as events, or empty.
    #[must_use]
    pub const fn ids(&self) -> &[RareIds] {
        &self.ids
    }

    /// Labels: as many as events, or empty.
    #[must_use]
    pub const fn labels(&self) -> &[Labels] {
        &self.labels
    }

    #[inline]
    fn event(&self, at: usize) -> Event {
        match &self.events {
            PackedEvents::Near { scale, events } => events[at].event(*scale),
            PackedEvents::Any(events) => events[at],
        }
    }
}

/// Events in as few bytes as possible: they take most of a log's memory.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PackedEvents {
    /// A part that covers a few weeks and has few lines and contents, as nearly all do.
    Near { scale: EventScale, events: Box<[Near]> },
    /// Any other part.
    Any(Box<[Event]>),
}

impl Default for PackedEvents {
    fn default() -> Self {
        Self::Any(Box::default())
    }
}

/// The offsets by which the events of a part are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EventScale {
    first_ts: i64,
    /// The number of bits for a line.
    line_bits: u32,
}

impl EventScale {
    /// `None` if the events are too far apart.
    fn of(events: &[Event]) -> Option<Self> {
        let (mut first_ts, mut last_ts) = (i64::MAX, i64::MIN);
        let (mut lines, mut contents) = (0, 0);
        for event in events {
            (first_ts, last_ts) = (first_ts.min(event.ts), last_ts.max(event.ts));
            // Line 0, which means no line, counts as the largest.
            lines |= event.line.wrapping_sub(1);
            contents |= event.content;
        }
        let bits = |number: u32| u32::BITS - number.leading_zeros();
        let is_near = first_ts <= last_ts && u32::try_from(last_ts.abs_diff(first_ts)).is_ok();
        let fits = bits(lines) < u32::BITS && bits(lines) + bits(contents) <= u32::BITS;
        (is_near && fits).then_some(Self { first_ts, line_bits: bits(lines) })
    }
}

/// An event in 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Near {
    /// Milliseconds after the first event.
    ts: u32,
    /// The line, counted from 0, in the lowest bits; the content in the others.
    line_and_content: u32,
    conversation: u32,
    customer: u32,
}

impl Near {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the scale is of these events")]
    const fn of(event: &Event, scale: EventScale) -> Self {
        let Event { ts, line, content, conversation, customer } = *event;
        let line_and_content = (content as u64) << scale.line_bits | (line - 1) as u64;
        Self {
            ts: ts.wrapping_sub(scale.first_ts) as u32,
            line_and_content: line_and_content as u32,
            conversation,
            customer,
        }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a content is what was shifted up")]
    fn event(self, scale: EventScale) -> Event {
        let Self { ts, line_and_content, conversation, customer } = self;
        Event {
            ts: scale.first_ts + i64::from(ts),
            line: (line_and_content & ((1 << scale.line_bits) - 1)) + 1,
            content: (u64::from(line_and_content) >> scale.line_bits) as u32,
            conversation,
            customer,
        }
    }
}

/// The shard of an event. An event without a conversation id is in the shard of its customer.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "there are fewer shards than 256")]
#[inline]
pub const fn shard_of_event(event: &Event, by_customer: bool) -> u8 {
    let key = if by_customer || event.conversation == NONE { event.customer } else { event.conversation };
    if key == NONE { 0 } else { (key as usize % SHARDS) as u8 }
}

/// The events of a part before they are cut into slices.
#[derive(Debug, Default)]
pub struct PartEvents {
    pub events: Vec<Event>,
    /// As many as events, or empty.
    pub ids: Vec<RareIds>,
    /// As many as events, or empty.
    pub labels: Vec<Labels>,
    /// The shard of each event.
    pub shards: Vec<u8>,
}

impl PartEvents {
    /// Drops the events but keeps the memory.
    pub fn clear(&mut self) {
        self.events.clear();
        self.ids.clear();
        self.labels.clear();
        self.shards.clear();
    }

    /// Whether any event has extra keys.
    #[must_use]
    #[inline]
    pub const fn has_extras(&self) -> bool {
        !self.ids.is_empty() || !self.labels.is_empty()
    }

    /// Drops the events without a mark.
    pub fn retain(&mut self, marks: &[bool]) {
        fn retain<T>(all: &mut Vec<T>, marks: &[bool]) {
            let mut marks = marks.iter();
            all.retain(|_| marks.next().is_none_or(|mark| *mark));
        }
        retain(&mut self.events, marks);
        retain(&mut self.ids, marks);
        retain(&mut self.labels, marks);
    }

    /// Sets the other ids of the last event.
    pub fn push_ids(&mut self, ids: RareIds) {
        // Earlier rows have no ids.
        self.ids.resize(self.events.len() - 1, RareIds::NONE);
        self.ids.push(ids);
    }

    /// Sets the labels of the last event.
    #[inline]
    pub fn push_labels(&mut self, labels: Labels) {
        self.labels.resize(self.events.len() - 1, Labels::NONE);
        self.labels.push(labels);
    }

    /// The extra keys of an event.
    #[must_use]
    pub fn extra(&self, at: usize) -> Extra {
        Extra::of_index(at, &self.ids, &self.labels)
    }

    /// One slice for each shard, in the order of shards.
    #[must_use]
    pub fn slices(&self) -> Vec<Slice> {
        let events: Vec<PackedEvents> = if let Some(scale) = EventScale::of(&self.events) {
            let near = self.by_shard(&self.events, |event| Near::of(event, scale));
            near.into_iter().map(|events| PackedEvents::Near { scale, events: events.into() }).collect()
        } else {
            let any = self.by_shard(&self.events, |event| *event);
            any.into_iter().map(|events| PackedEvents::Any(events.into())).collect()
        };
        let ids = self.by_shard(&self.ids, |ids| *ids);
        let labels = self.by_shard(&self.labels, |labels| *labels);
        let slice = |((events, ids), labels): ((PackedEvents, Vec<RareIds>), Vec<Labels>)| Slice {
            events,
            ids: ids.into(),
            labels: labels.into(),
        };
        events.into_iter().zip(ids).zip(labels).map(slice).collect()
    }

    /// The rows of each shard, converted by `part_of`; empty lists if there are no rows.
    fn by_shard<R, K>(&self, rows: &[R], part_of: impl Fn(&R) -> K) -> [Vec<K>; SHARDS] {
        let mut counts = [0; SHARDS];
        for (shard, _) in self.shards.iter().zip(rows) {
            counts[usize::from(*shard)] += 1;
        }
        let mut kept = counts.map(Vec::with_capacity);
        for (row, shard) in rows.iter().zip(&self.shards) {
            kept[usize::from(*shard)].push(part_of(row));
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: Event = Event { ts: -5_000_000_000, line: 1, content: 32_767, conversation: NONE, customer: 7 };

    #[test]
    fn most_events_take_sixteen_bytes_and_all_come_back() {
        // Seventeen bits for lines and fifteen for contents: together a full word.
        let last_ts = EVENT.ts + i64::from(u32::MAX);
        let near = [EVENT, Event { ts: last_ts, line: 1 << 17, content: 0, ..EVENT }];
        let farther = [
            [near[0], Event { ts: last_ts + 1, ..near[1] }],
            [near[1], Event { ts: i64::MIN, ..near[0] }],
            [near[0], Event { line: (1 << 17) + 1, ..near[1] }],
            [near[0], Event { line: 0, ..near[1] }],
            [near[0], Event { line: u32::MAX, content: 0, ..near[1] }],
            [near[1], Event { content: 32_768, ..near[0] }],
        ];
        let lines_alone = [0, 1].map(|at| Event { content: 0, line: [1, 1 << 31][at], ..near[at] });
        for (events, is_near) in
            [(&near, true), (&lines_alone, true)].into_iter().chain(farther.iter().map(|f| (f, false)))
        {
            let slice = Slice::new(events, Vec::new(), Vec::new());
            assert_eq!(slice.iter().collect::<Vec<_>>(), events);
            assert_eq!((slice.len(), slice.get(1)), (2, (events[1], Extra::NONE)));
            let ids = [3, 4].map(|event_id| RareIds { event_id, ..RareIds::NONE });
            let labels = [5, 6].map(|tags| Labels { tags, attributes: 7 });
            for (has_ids, has_labels) in [(false, false), (true, false), (false, true), (true, true)] {
                let some_ids = if has_ids { ids.to_vec() } else { Vec::new() };
                let some_labels = if has_labels { labels.to_vec() } else { Vec::new() };
                let slice = Slice::new(events, some_ids, some_labels);
                let mut shown = Vec::new();
                slice.each(|event, extra| shown.push((event, extra)));
                let extra = |at: usize| Extra {
                    ids: if has_ids { ids[at] } else { RareIds::NONE },
                    labels: if has_labels { labels[at] } else { Labels::NONE },
                };
                assert_eq!(shown, [0, 1].map(|at| (events[at], extra(at))));
                assert_eq!(shown, [0, 1].map(|at| slice.get(at)));
            }
            assert_eq!(slice.bytes(), if is_near { 32 } else { 48 }, "{events:?}");
        }
        assert!(Slice::new(&[], Vec::new(), Vec::new()).is_empty());
    }

    #[test]
    fn slices_hold_the_rows_of_their_shards_in_order() {
        for ts_step in [1, 1 << 31] {
            let event = |n: u32| Event { ts: i64::from(n) * ts_step, line: n + 1, ..EVENT };
            let ids = |n: u32| RareIds { event_id: n, ..RareIds::NONE };
            let labels = |n: u32| Labels { tags: n + 10, ..Labels::NONE };
            let extra = |n: u32| Extra { ids: ids(n), labels: labels(n) };
            let rows = PartEvents {
                events: (0..6).map(event).collect(),
                ids: (0..6).map(ids).collect(),
                labels: (0..6).map(labels).collect(),
                shards: vec![3, 63, 3, 0, 63, 3],
            };
            let slices = rows.slices();
            assert_eq!(slices.len(), SHARDS);
            for (shard, expected) in [(0, vec![3]), (1, vec![]), (3, vec![0, 2, 5]), (63, vec![1, 4])] {
                let found: Vec<_> = (0..slices[shard].len()).map(|at| slices[shard].get(at)).collect();
                assert_eq!(found, expected.iter().map(|n| (event(*n), extra(*n))).collect::<Vec<_>>(), "{shard}");
            }
        }
    }
}
