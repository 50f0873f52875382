//! The rows of a log one by one, as texts, and a log made of such rows: how events travel between processes.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::resolve::{Gathered, LogRules, put_in_order};
use super::{FileCounts, Log, ReaderRead};
use crate::bytes::hash_of;
use crate::dictionary::{Dictionary, Frozen, Sharded, in_shard, shard_of};
use crate::event::{Actor, Content, Detail, Event, FactSet, KEYS, Key, Kind, NONE, Sessions, TEXTS, Text, WORDS, some};
use crate::ingest::decode::part_reader::{PartCounts, PartRead};
use crate::ingest::decode::record_places::RecordPlaces;
use crate::ingest::decode::reject::Reject;
use crate::ingest::decode::shards::{Extra, PartEvents, shard_of_event};
use crate::ingest::source::{InputFormat, PartIndex, SourceFacts};

/// A row that could be read, as texts, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRow<'t> {
    /// Number of its source, in input order.
    pub source: u32,
    /// Its number among the events of the source, from 1, in the order in which the source is read: of a source that is
    /// newest first from its end.
    pub position: u32,
    /// The line of its source on which it is, or its record begins.
    pub line: u32,
    /// The instant, UTC milliseconds.
    pub ts: i64,
    /// The kind of event.
    pub kind: Kind,
    /// Who acted.
    pub actor: Option<Actor>,
    /// The rest, by its kind.
    pub detail: Detail,
    /// Only on `agent_status`.
    pub capacity: Option<u32>,
    /// By [`Text`].
    pub texts: [Option<&'t str>; TEXTS],
    /// By [`Key`].
    pub keys: [Option<&'t str>; KEYS],
}

impl<'t> EventRow<'t> {
    /// A text, or `None` where the row has no value.
    #[must_use]
    pub const fn text(&self, text: Text) -> Option<&'t str> {
        self.texts[text as usize]
    }

    /// A key, or `None` where the row has no value.
    #[must_use]
    pub const fn key(&self, key: Key) -> Option<&'t str> {
        self.keys[key as usize]
    }

    /// The id of the agent: without an id the name serves as one.
    #[must_use]
    pub fn agent(&self) -> Option<&'t str> {
        self.text(Text::AgentId).or(self.text(Text::AgentName))
    }

    /// The id that its conversation is told by.
    #[must_use]
    pub const fn session(&self, sessions: Sessions) -> Option<&'t str> {
        self.key(session_key(sessions))
    }
}

/// The key that conversations are told by.
const fn session_key(sessions: Sessions) -> Key {
    match sessions {
        Sessions::Id => Key::ConversationId,
        Sessions::Inactivity | Sessions::InactivityAcrossChannels => Key::CustomerId,
    }
}

/// An event before it is numbered, with its place in input order.
struct Unnumbered {
    /// The rank of its part, and its place in that.
    order: (u32, u32),
    event: Event,
    extra: Extra,
}

impl Gathered {
    /// The facts of each source.
    #[must_use]
    pub fn files(&self) -> &[FileCounts] {
        &self.log.files
    }

    /// The facts of each source, mutable.
    #[must_use]
    pub fn files_mut(&mut self) -> &mut [FileCounts] {
        &mut self.log.files
    }

    /// The log as far as it is put together.
    #[must_use]
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// Rows that could not be read.
    #[must_use]
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    /// How many readable rows carry a conversation id.
    #[must_use]
    pub const fn with_conversation(&self) -> u64 {
        self.totals.with_conversation
    }

    /// How many readable rows carry an event id.
    #[must_use]
    pub const fn with_event_id(&self) -> u64 {
        self.totals.with_event_id
    }

    /// Shows each row that could be read, agents' statuses too, in input order.
    ///
    /// # Errors
    ///
    /// Where a temporary file cannot be read; those of `see`.
    pub fn each_row(&self, mut see: impl FnMut(&EventRow) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let log = &self.log;
        let mut rows = Vec::new();
        for (rank, event, extra) in &self.statuses {
            rows.push(Unnumbered { order: (*rank, log.order(*rank, event.line)), event: *event, extra: *extra });
        }
        log.store.each(|rank, slice| {
            let renumber = &log.renumber[log.parts[rank as usize].reader];
            slice.each(|event, extra| {
                let content = renumber[event.content as usize];
                let order = (rank, log.order(rank, event.line));
                rows.push(Unnumbered { order, event: Event { content, ..event }, extra });
            });
        })?;
        rows.sort_unstable_by_key(|row| row.order);
        let (mut file, mut position) = (0, 0);
        for Unnumbered { order: (rank, _), event, extra } in &rows {
            let of = log.parts[*rank as usize].file;
            if of != file {
                (file, position) = (of, 0);
            }
            position += 1;
            see(&self.row(*rank, position, event, extra))?;
        }
        Ok(())
    }

    fn row(&self, rank: u32, position: u32, event: &Event, extra: &Extra) -> EventRow<'_> {
        let log = &self.log;
        let content = &log.contents[event.content as usize];
        let text = |text: Text| content.text(text).map(|number| log.words(text.words()).get(number));
        let key = |key: Key| some(extra.key(event, key)).map(|number| log.key(key).get(number));
        EventRow {
            source: u32::try_from(log.parts[rank as usize].file).expect("more than 2^32 sources"),
            position,
            line: log.line_of(rank, event.line),
            ts: event.ts,
            kind: content.kind,
            actor: content.actor,
            detail: content.detail,
            capacity: content.capacity,
            texts: Text::ALL.map(text),
            keys: Key::ALL.map(key),
        }
    }
}

/// The rows of one source on their way into a log.
#[derive(Debug, Default)]
struct SourceRows {
    rows: PartEvents,
    statuses: Vec<(Event, Extra)>,
    records: RecordPlaces,
    counts: PartCounts,
}

/// Makes a log of rows that were read elsewhere.
#[derive(Debug)]
pub struct LogOfRows {
    sessions: Sessions,
    words: [Dictionary; WORDS],
    keys: [Sharded; KEYS],
    contents: Vec<Content>,
    known: HashMap<Content, u32>,
    parts: BTreeMap<u32, SourceRows>,
}

/// A log of rows that were read elsewhere, and which source each of its files is.
#[derive(Debug)]
pub struct Rebuilt {
    /// The log. Its files are those that rows came from, with no more known of them than that.
    pub log: Log,
    /// By file of the log: the number of its source.
    pub sources: Vec<u32>,
}

impl Rebuilt {
    /// Whether a row repeats another and was dropped.
    #[must_use]
    pub fn is_dropped(&self, row: &EventRow) -> bool {
        // Each source has one part.
        let rank = self.sources.partition_point(|source| *source < row.source);
        !self.log.dropped.is_empty()
            && self.log.dropped.contains(&(u32::try_from(rank).unwrap_or(u32::MAX), row.position))
    }

    /// Whether a row counts: it repeats none, and names a conversation or is an agent's status.
    #[must_use]
    pub fn is_accepted(&self, row: &EventRow) -> bool {
        let is_somewhere = row.kind == Kind::AgentStatus || row.session(self.log.sessions).is_some();
        is_somewhere && !self.is_dropped(row)
    }
}

impl LogOfRows {
    /// No rows yet. `sessions` is how all events of the run become conversations.
    #[must_use]
    pub fn new(sessions: Sessions) -> Self {
        Self {
            sessions,
            words: <[Dictionary; WORDS]>::default(),
            keys: <[Sharded; KEYS]>::default(),
            contents: Vec::new(),
            known: HashMap::new(),
            parts: BTreeMap::new(),
        }
    }

    /// Adds a row. Those of one source come in the order of their positions.
    pub fn add(&mut self, row: &EventRow) {
        let words = &mut self.words;
        let text =
            Text::ALL.map(|text| row.text(text).map_or(NONE, |value| words[text.words() as usize].number(value)));
        let EventRow { kind, actor, detail, capacity, .. } = *row;
        let content = Content { kind, actor, detail, capacity, text };
        let content = *self.known.entry(content).or_insert_with(|| {
            self.contents.push(content);
            u32::try_from(self.contents.len() - 1).expect("more than 2^32 different rows")
        });
        let [conversation, customer, event_id, contact, protocol] = Key::ALL.map(|key| {
            row.key(key).map_or(NONE, |value| {
                let hash = hash_of(value.as_bytes());
                let shard = shard_of(hash);
                in_shard(self.keys[key as usize].lock(shard).number_hashed(hash, value.as_bytes()), shard)
            })
        });
        let event = Event { ts: row.ts, line: row.position, content, conversation, customer };
        let extra = Extra { event_id, contact, protocol };
        let part = self.parts.entry(row.source).or_default();
        part.records.begin(row.position, row.line);
        part.add(event, extra, kind, self.sessions);
    }

    /// The log of all rows: repeats and rows without a conversation are left out.
    ///
    /// # Errors
    ///
    /// None in practice: nothing is in temporary files.
    pub fn finish(self, rules: LogRules) -> anyhow::Result<Rebuilt> {
        let sources: Vec<u32> = self.parts.keys().copied().collect();
        let counts = sources.iter().map(|source| no_source(*source)).collect();
        let parts = self.parts.into_values().enumerate();
        let reader = ReaderRead {
            parts: parts.map(|(file, part)| (PartIndex { file, part: 0 }, part.finish())).collect(),
            spill: None,
            words: self.words,
            contents: self.contents,
        };
        let keys: [Frozen; KEYS] = self.keys.map(Sharded::freeze);
        let rules = LogRules { sessions: Some(self.sessions), ..rules };
        let log = put_in_order(vec![reader], counts, &[], keys, rules).settle(rules.drop_repeats)?;
        Ok(Rebuilt { log, sources })
    }
}

impl SourceRows {
    fn add(&mut self, event: Event, extra: Extra, kind: Kind, sessions: Sessions) {
        let counts = &mut self.counts;
        counts.rows += 1;
        counts.latest = counts.latest.max(Some(event.ts));
        counts.with_conversation += u64::from(event.conversation != NONE);
        counts.with_event_id += u64::from(extra.event_id != NONE);
        if kind == Kind::AgentStatus {
            self.statuses.push((event, extra));
            return;
        }
        counts.without_conversation += u64::from(event.conversation == NONE);
        counts.without_customer += u64::from(event.customer == NONE);
        let rows = &mut self.rows;
        if extra != Extra::NONE || !rows.extras.is_empty() {
            // Rows before the first that has one have none.
            rows.extras.resize(rows.events.len(), Extra::NONE);
            rows.extras.push(extra);
        }
        rows.shards.push(shard_of_event(&event, sessions.is_by_silence()));
        rows.events.push(event);
    }

    fn finish(self) -> PartRead {
        let Self { rows, statuses, records, counts } = self;
        // The rows come in the order in which their source was read.
        let counts = PartCounts { never_rises: false, told: FactSet::NONE, ..counts };
        PartRead { slices: rows.slices(), statuses, rejects: Vec::new(), counts, records, local_times: None }
    }
}

/// A source of which nothing is known but its number.
fn no_source(source: u32) -> FileCounts {
    FileCounts::unread(source.to_string(), &SourceFacts::from(InputFormat::Jsonl), None)
}
