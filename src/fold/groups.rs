//! The events of a shard by what they are folded with: a conversation id, or (by inactivity) a customer.

use crate::dictionary::SHARDS;
use crate::event::{Content, Row, some};
use crate::ingest::Log;
use crate::ingest::shards::Extra;

/// An event with what the fold needs of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Grouped {
    ts: i64,
    content: u32,
    customer: u32,
    contact: u32,
    protocol: u32,
    session: u32,
}

impl Grouped {
    /// Number of the id that its conversation is told by.
    #[must_use]
    pub const fn session(&self) -> u32 {
        self.session
    }

    /// The event as the state machine takes it.
    #[must_use]
    pub fn row<'a>(&self, contents: &'a [Content]) -> Row<'a> {
        Row {
            ts: self.ts,
            customer: some(self.customer),
            contact: some(self.contact),
            protocol: some(self.protocol),
            content: &contents[self.content as usize],
        }
    }
}

/// Memory for the events of one shard after the other.
#[derive(Debug, Default)]
pub struct Groups {
    events: Vec<Grouped>,
    grouped: Vec<Grouped>,
    ends: Vec<u32>,
}

impl Groups {
    /// Takes the events of a shard out of the log, up to the horizon, and shows each of them in input order to `see`, with
    /// the rank of its part.
    ///
    /// # Errors
    ///
    /// Where a temporary file cannot be read.
    pub fn load(
        &mut self,
        log: &Log,
        shard: usize,
        horizon: i64,
        mut see: impl FnMut(u32, u32, i64, u32),
    ) -> std::io::Result<()> {
        self.events.clear();
        let has_dropped = !log.dropped.is_empty();
        for (rank, slice) in log.store.take(shard)? {
            let part = log.parts[rank as usize];
            let renumber = &log.renumber[part.reader];
            let mut add = |at: usize| {
                let (event, extra) = slice.get(at);
                let session = event.session(log.sessions);
                if event.ts > horizon
                    || some(session).is_none()
                    || has_dropped && log.dropped.contains(&(rank, event.line))
                {
                    return;
                }
                let content = renumber[event.content as usize];
                see(rank, event.line, event.ts, content);
                let Extra { contact, protocol, .. } = extra;
                self.events.push(Grouped {
                    ts: event.ts,
                    content,
                    customer: event.customer,
                    contact,
                    protocol,
                    session,
                });
            };
            let rows = 0..slice.events.len();
            if part.is_newest_first { rows.rev().for_each(&mut add) } else { rows.for_each(&mut add) }
        }
        self.group(log.key(log.session_key()).len_of(shard));
        Ok(())
    }

    /// Puts the events of each of `groups` together, in the order of their instants, those of one instant as they came.
    fn group(&mut self, groups: usize) {
        let place = |event: &Grouped| event.session as usize / SHARDS;
        self.ends.clear();
        self.ends.resize(groups + 1, 0);
        for event in &self.events {
            self.ends[place(event) + 1] += 1;
        }
        for group in 0..groups {
            self.ends[group + 1] += self.ends[group];
        }
        self.grouped.clear();
        self.grouped.resize(self.events.len(), Grouped::default());
        // `ends` are the begins until a group is full.
        for event in &self.events {
            let next = &mut self.ends[place(event)];
            self.grouped[*next as usize] = *event;
            *next += 1;
        }
        let mut from = 0;
        for end in &self.ends[..groups] {
            let group = &mut self.grouped[from..*end as usize];
            from = *end as usize;
            if !group.is_sorted_by_key(|event| event.ts) {
                group.sort_by_key(|event| event.ts);
            }
        }
    }

    /// The groups, each in the order of its instants.
    pub fn iter(&self) -> impl Iterator<Item = &[Grouped]> {
        let mut from = 0;
        self.ends[..self.ends.len().saturating_sub(1)].iter().filter_map(move |end| {
            let group = &self.grouped[from..*end as usize];
            from = *end as usize;
            (!group.is_empty()).then_some(group)
        })
    }
}
