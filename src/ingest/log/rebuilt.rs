//! A log made of rows that were read elsewhere, in any order.

use hashbrown::HashMap;

use super::event_rows::EventRow;
use super::resolve::{LogRules, put_in_order};
use super::{FileCounts, Log, ReaderRead};
use crate::bytes::hash_of;
use crate::dictionary::{Dictionary, Frozen, Sharded, in_shard, shard_of};
use crate::event::{Content, Event, FactSet, KEYS, Key, Kind, Labels, NONE, Sessions, TEXT_DOMAINS, Text};
use crate::failure::Failure;
use crate::ingest::decode::parquet::order::OrderText;
use crate::ingest::decode::part_read::{PartCounts, PartRead};
use crate::ingest::decode::record_positions::RecordPositions;
use crate::ingest::decode::shards::{Extra, PartEvents, RareIds, shard_of_event};
use crate::ingest::source::{InputFormat, PartIndex, SourceFacts};

/// A row as numbers.
#[derive(Debug, Clone, Copy)]
struct NumberedRow {
    source: u32,
    position: u32,
    line: u32,
    event: Event,
    extra: Extra,
}

/// Makes a log of rows that were read elsewhere. A row takes about 60 bytes; each distinct id is stored once.
#[derive(Debug)]
pub struct LogOfRows {
    sessions: Sessions,
    texts: [Dictionary; TEXT_DOMAINS],
    keys: [Sharded; KEYS],
    contents: Vec<Content>,
    known: HashMap<Content, u32>,
    rows: Vec<NumberedRow>,
    /// For a table: the values of rows in the column that the table is ordered by, by position from 1.
    orders: Option<Vec<OrderText>>,
}

/// A log of rows that were read elsewhere, and the source of each of its files.
#[derive(Debug)]
pub struct Rebuilt {
    /// The log. Its files are the sources of the rows; nothing else is known about them.
    pub log: Log,
    /// The number of the source of each file of the log.
    pub sources: Vec<u32>,
    /// The number of rows.
    pub rows: u64,
    orders: Option<Vec<OrderText>>,
    /// For a table: the extra keys of agents' statuses, by position.
    extras: HashMap<u32, Extra>,
}

impl Rebuilt {
    /// Whether a row was dropped as a repeat.
    #[must_use]
    pub fn is_dropped(&self, row: &EventRow) -> bool {
        // Each source has one part.
        let rank = self.sources.partition_point(|source| *source < row.source);
        !self.log.dropped.is_empty()
            && self.log.dropped.contains(&(u32::try_from(rank).unwrap_or(u32::MAX), row.position))
    }

    /// Whether a row counts: it is not a repeat, and it has a conversation id or is an agent's status.
    #[must_use]
    pub fn is_accepted(&self, row: &EventRow) -> bool {
        let is_somewhere = row.kind == Kind::AgentStatus || row.session(self.log.sessions).is_some();
        is_somewhere && !self.is_dropped(row)
    }

    /// Passes each row that counts and has an agent's name to the callback, in no particular order.
    ///
    /// # Errors
    ///
    /// None in practice: nothing is in temporary files.
    pub fn each_named(&self, mut see: impl FnMut(&EventRow)) -> anyhow::Result<()> {
        let log = &self.log;
        let mut show = |rank: u32, event: &Event, extra: &Extra| {
            if log.contents[event.content as usize].text(Text::AgentName).is_some() {
                let source = self.sources[log.parts[rank as usize].file];
                let order = self.orders.as_ref().and_then(|orders| orders[event.line as usize - 1].as_deref());
                see(&EventRow { source, order, ..log.event_row(rank, event.line, event, extra) });
            }
        };
        for (rank, event) in &log.statuses {
            show(*rank, event, self.extras.get(&event.line).unwrap_or(&Extra::NONE));
        }
        log.store.each(|rank, slice| {
            let renumber = &log.renumber[log.parts[rank as usize].reader];
            slice.each(|event, extra| {
                if log.is_accepted(rank, &event) {
                    // Only a table needs more than the name and the position.
                    let extra = if self.orders.is_some() { extra } else { Extra::NONE };
                    show(rank, &Event { content: renumber[event.content as usize], ..event }, &extra);
                }
            });
        })
    }
}

impl LogOfRows {
    /// A log without rows. `sessions` is the rule by which all events of the run are grouped into conversations. For a
    /// table, positions are numbers that distinguish rows.
    #[must_use]
    pub fn new(sessions: Sessions, is_table: bool) -> Self {
        Self {
            sessions,
            texts: <[Dictionary; TEXT_DOMAINS]>::default(),
            keys: <[Sharded; KEYS]>::default(),
            contents: Vec::new(),
            known: HashMap::new(),
            rows: Vec::new(),
            orders: is_table.then(Vec::new),
        }
    }

    /// Adds a row. Returns its position: its own, or the one assigned here to a row of a table.
    pub fn add(&mut self, row: &EventRow) -> u32 {
        let texts = &mut self.texts;
        let text =
            Text::ALL.map(|text| row.text(text).map_or(NONE, |value| texts[text.domain() as usize].number(value)));
        let EventRow { source, line, kind, actor, detail, capacity, .. } = *row;
        let content = Content { kind, actor, detail, capacity, text };
        let content = *self.known.entry(content).or_insert_with(|| {
            self.contents.push(content);
            u32::try_from(self.contents.len() - 1).expect("more than 2^32 different rows")
        });
        let [conversation, customer, event_id, contact, protocol, tags, attributes] = Key::ALL.map(|key| {
            row.key(key).map_or(NONE, |value| {
                let hash = hash_of(value.as_bytes());
                let shard = shard_of(hash);
                in_shard(self.keys[key as usize].lock(shard).number_hashed(hash, value.as_bytes()), shard)
            })
        });
        let position = match &mut self.orders {
            None => row.position,
            Some(orders) => {
                orders.push(row.order.map(Into::into));
                u32::try_from(orders.len()).expect("a part of a table has fewer rows than 2^32")
            }
        };
        let event = Event { ts: row.ts, line: position, content, conversation, customer };
        let ids = RareIds { event_id, contact, protocol };
        let extra = Extra { ids, labels: Labels { tags, attributes } };
        self.rows.push(NumberedRow { source, position, line, event, extra });
        position
    }

    /// The log of all rows, without repeats and rows without a conversation.
    ///
    /// # Errors
    ///
    /// If a row was added twice.
    pub fn finish(mut self, rules: LogRules) -> anyhow::Result<Rebuilt> {
        self.rows.sort_unstable_by_key(|row| (row.source, row.position));
        if let Some(pair) =
            self.rows.windows(2).find(|two| (two[0].source, two[0].position) == (two[1].source, two[1].position))
        {
            let NumberedRow { source, position, .. } = pair[0];
            return Err(Failure::Input.because(format!(
                "the event at position {position} of source {source} came twice: the engine has doubled rows"
            )));
        }
        let is_status = |row: &NumberedRow| self.contents[row.event.content as usize].kind == Kind::AgentStatus;
        let of_table = self.rows.iter().filter(|row| self.orders.is_some() && is_status(row));
        let extras = of_table.map(|row| (row.position, row.extra)).collect();
        let (mut sources, mut parts) = (Vec::new(), Vec::new());
        for rows in self.rows.chunk_by(|a, b| a.source == b.source) {
            let mut part = SourceRows::default();
            for row in rows {
                part.add(row, is_status(row), self.sessions);
            }
            parts.push((PartIndex { file: sources.len(), part: 0 }, part.finish()));
            sources.push(rows[0].source);
        }
        let rows = std::mem::take(&mut self.rows).len() as u64;
        let counts = sources.iter().map(|source| no_source(*source)).collect();
        let reader = ReaderRead { parts, spill: None, texts: self.texts, contents: self.contents };
        let keys: [Frozen; KEYS] = self.keys.map(Sharded::freeze);
        let rules = LogRules { sessions: Some(self.sessions), ..rules };
        let mut gathered = put_in_order(vec![reader], counts, &[], keys, rules);
        if let Some(orders) = &self.orders {
            gathered.put_in_table_order(|_, _, position| orders[position as usize - 1].as_deref())?;
        }
        let log = gathered.settle(rules.drop_repeats)?;
        Ok(Rebuilt { log, sources, rows, orders: self.orders, extras })
    }
}

/// The rows of one source, before they are in a log.
#[derive(Debug, Default)]
struct SourceRows {
    rows: PartEvents,
    statuses: Vec<(Event, Extra)>,
    records: RecordPositions,
    counts: PartCounts,
}

impl SourceRows {
    fn add(&mut self, row: &NumberedRow, is_status: bool, sessions: Sessions) {
        let NumberedRow { position, line, event, extra, .. } = *row;
        self.records.begin(position, line);
        let counts = &mut self.counts;
        counts.rows += 1;
        counts.latest = counts.latest.max(Some(event.ts));
        counts.with_conversation += u64::from(event.conversation != NONE);
        counts.with_event_id += u64::from(extra.ids.event_id != NONE);
        if is_status {
            self.statuses.push((event, extra));
            return;
        }
        counts.without_conversation += u64::from(event.conversation == NONE);
        counts.without_customer += u64::from(event.customer == NONE);
        let rows = &mut self.rows;
        rows.shards.push(shard_of_event(&event, sessions.is_by_silence()));
        rows.events.push(event);
        if extra.ids != RareIds::NONE || !rows.ids.is_empty() {
            rows.push_ids(extra.ids);
        }
        if extra.labels != Labels::NONE || !rows.labels.is_empty() {
            rows.push_labels(extra.labels);
        }
    }

    fn finish(self) -> PartRead {
        let Self { rows, statuses, records, counts } = self;
        // The rows are in the order in which their source was read.
        let counts = PartCounts { never_rises: false, known: FactSet::NONE, ..counts };
        PartRead { slices: rows.slices(), statuses, rejects: Vec::new(), counts, records, local_times: None }
    }
}

/// A source of which only the number is known.
fn no_source(source: u32) -> FileCounts {
    FileCounts::unread(source.to_string(), &SourceFacts::from(InputFormat::Jsonl), None)
}
