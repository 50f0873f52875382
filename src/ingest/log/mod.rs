//! Builds the log from events: holds the events of all parts by shard, the meaning of their numbers, and what was left
//! out.

mod event_columns;
pub mod event_rows;
mod groups;
mod id_digits;
mod instant_order;
mod missing_facts;
mod order_texts;
pub mod rebuilt;
mod repeats;
pub mod resolve;
mod rounded_ids;
mod source_lines;
mod spellings;
pub mod spill;
pub mod spoilt_parts;
mod store;
mod table;
mod tag_sets;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

pub use self::groups::{Group, Groups};
pub use self::instant_order::InstantOrder;
pub use self::order_texts::{NO_TABLE, OrderTexts};
pub use self::rounded_ids::{SpoiltForm, SpoiltIds, in_words};
pub use self::source_lines::SourceLines;
use self::spill::Spill;
use self::store::Store;
use self::table::TablePositions;
pub use self::tag_sets::TagSets;
use crate::dictionary::{Dictionary, Frozen, SHARDS};
use crate::event::aliases::Aliases;
use crate::event::attributes::Names;
use crate::event::{Content, Event, KEYS, Key, Labels, NONE, Origin, Sessions, TEXT_DOMAINS, TextDomain};
use crate::ingest::decode::part_read::PartRead;
use crate::ingest::decode::profile::CANONICAL;
use crate::ingest::decode::record_positions::RecordPositions;
use crate::ingest::decode::reject::Reject;
use crate::ingest::decode::shards::Extra;
use crate::ingest::source::{InputFormat, PartIndex, SourceNote};
use crate::time::UnclearTimes;

/// Counts of one source. Always `rows_read` = `accepted` + `duplicates` + `rejected`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCounts {
    /// Its name without folders.
    pub name: String,
    /// How the source is written.
    pub format: InputFormat,
    /// The name of its profile.
    #[serde(default = "canonical")]
    pub profile: String,
    /// The names of facts that the profile does not provide.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// The same in sentences.
    #[serde(default)]
    pub cannot: Vec<String>,
    /// Records that yielded no event; they do not count as rows.
    #[serde(default)]
    pub skipped: u64,
    /// Records superseded by a later version; they do not count as rows.
    #[serde(default)]
    pub superseded: u64,
    /// Paths that every export of the profile has in some record, but that are in none of this source's records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<String>,
    /// Paths that only some exports of the profile have and none of this source's records has, although some record has a
    /// similar key in their place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resembled: Vec<String>,
    /// The version of a record that counts, in words, if the profile has such a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Rows or records of a source with a profile, whatever their result; `None` for a canonical log, whose rows are
    /// its events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_rows: Option<u64>,
    /// Events, and unreadable rows.
    pub rows_read: u64,
    /// Rows that became events.
    pub accepted: u64,
    /// Repeats that were dropped.
    pub duplicates: u64,
    /// Unreadable rows.
    pub rejected: u64,
    /// Whether it was written newest first, and therefore read from its end.
    pub is_newest_first: bool,
    /// The columns, in words, with local times without an offset, if the user did not choose the zone in which they
    /// were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_times: Option<String>,
    /// Local times that are ambiguous or skipped because of clock changes.
    #[serde(default, skip_serializing_if = "UnclearTimes::is_empty")]
    pub unclear_times: UnclearTimes,
    /// Ids that have lost digits, by column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spoilt: Vec<SpoiltIds>,
    /// The notes about its bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<SourceNote>,
}

impl FileCounts {
    /// The number of rows of the source in a spreadsheet.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.source_rows.unwrap_or(self.rows_read)
    }

    /// Removes the results of comparing ids, before they are compared with those of more sources.
    pub fn forget_compared_ids(&mut self) {
        self.spoilt.retain(|ids| ids.form == SpoiltForm::NumberCell);
    }

    /// Adds the results of comparing ids. Ids in number cells are rounded there, and are reported from the cells.
    pub fn add_compared_ids(&mut self, ids: SpoiltIds) {
        if ids.form != SpoiltForm::Zeros || !self.has_number_cells() {
            self.spoilt.push(ids);
        }
    }

    /// Whether some ids are in number cells, which a spreadsheet rounds.
    #[must_use]
    pub fn has_number_cells(&self) -> bool {
        self.spoilt.iter().any(|ids| ids.form == SpoiltForm::NumberCell)
    }
}

fn canonical() -> String {
    CANONICAL.to_owned()
}

/// The position of a part in input order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartPosition {
    /// The index of its source.
    pub file: usize,
    /// Lines of the source before it.
    pub lines_before: u32,
    /// Whether its rows are in reverse order of the file.
    pub is_newest_first: bool,
    /// The index of the reader that numbered its contents.
    pub reader: usize,
}

/// A log: its events by shard, and the meaning of their numbers.
#[derive(Debug)]
pub struct Log {
    /// The events, in parts.
    store: Store,
    /// The number of groups of events in each shard: see [`Log::conversations`].
    group_counts: [usize; SHARDS],
    /// The parts, in input order.
    parts: Vec<PartPosition>,
    /// For each part: its records, if their lines are not those of the events.
    records: Vec<RecordPositions>,
    /// For a table: the position of each row in the table's order, which replaces the order of parts and lines.
    table: Option<TablePositions>,
    /// Agents' statuses with the ranks of their parts, in input order. Their contents have the log's numbers.
    statuses: Vec<(u32, Event)>,
    /// The instants of agents' statuses that have no event id and are equal in everything to an earlier one.
    repeated_statuses: Vec<i64>,
    /// For each reader: the log's numbers of its contents.
    renumber: Vec<Vec<u32>>,
    /// The dictionaries of contents' texts, by [`TextDomain`].
    texts: [Dictionary; TEXT_DOMAINS],
    /// The requested attributes; their values are in the dictionary of [`Key::Attributes`].
    pub attributes: Names,
    /// Which tags the number of a text of tags means.
    pub tag_sets: TagSets,
    /// Aliases whose old names occurred in rows.
    pub renamed: Aliases,
    /// Aliases whose old names occurred in no row.
    pub unused_aliases: Aliases,
    /// The dictionaries of keys, by [`Key`].
    keys: [Frozen; KEYS],
    /// Repeats, by part and line in it: they are not events.
    dropped: HashSet<(u32, u32)>,
    /// The contents of events, by number.
    pub contents: Vec<Content>,
    /// The latest instant of an event.
    pub latest: Option<i64>,
    /// Counts of each source.
    pub files: Vec<FileCounts>,
    /// Rejected rows, by source and line.
    pub rejects: Vec<Reject>,
    /// How events are grouped into conversations.
    pub sessions: Sessions,
    /// Whether no accepted row has a queue, so that the department serves as the queue.
    pub is_department_queue: bool,
}

/// An event of the log, with its position in the input.
#[derive(Debug, Clone, Copy)]
pub struct PositionedEvent {
    /// The instant, UTC milliseconds.
    pub ts: i64,
    /// The number of its content.
    pub content: u32,
    /// Its tags, as a set, and its attributes; none for an agent's status.
    pub labels: Labels,
    /// The rank of its part in input order.
    rank: u32,
    /// Its line in the part.
    line: u32,
}

impl PositionedEvent {
    /// The row of the event.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        Origin::new(self.rank, self.line)
    }
}

impl Log {
    /// The dictionary of that kind.
    #[must_use]
    pub fn dictionary(&self, domain: TextDomain) -> &Dictionary {
        &self.texts[domain as usize]
    }

    /// The line in the source of an event or reject, given its line in the part of that rank.
    fn line_of(&self, rank: u32, line: u32) -> u32 {
        let at = rank as usize;
        self.records[at].line_in_source(line, self.parts[at].lines_before)
    }

    /// The position of a line in the order in which its part is read. Events of one record keep their order.
    fn order(&self, rank: u32, line: u32) -> u32 {
        let at = rank as usize;
        match (self.parts[at].is_newest_first, self.records[at].is_empty()) {
            (false, _) => line,
            (true, true) => !line,
            (true, false) => !self.records[at].mirrored(line),
        }
    }

    /// The position of a row in input order: by part and line, or in the order of a table.
    fn position(&self, rank: u32, line: u32) -> (u32, u32) {
        match &self.table {
            None => (rank, self.order(rank, line)),
            Some(positions) => (0, positions[rank as usize][line as usize]),
        }
    }

    /// The dictionary of a key.
    #[must_use]
    pub fn key(&self, key: Key) -> &Frozen {
        &self.keys[key as usize]
    }

    /// The number of agents' statuses up to an instant that are equal in everything to an earlier one.
    #[must_use]
    pub fn repeated_statuses(&self, until: i64) -> usize {
        self.repeated_statuses.iter().filter(|ts| **ts <= until).count()
    }

    /// Agents' statuses up to an instant, in input order.
    pub fn statuses(&self, until: i64) -> impl Iterator<Item = PositionedEvent> {
        let placed = |(rank, event): &(u32, Event)| PositionedEvent {
            ts: event.ts,
            content: event.content,
            labels: Labels::NONE,
            rank: *rank,
            line: event.line,
        };
        self.statuses.iter().map(placed).filter(move |event| event.ts <= until)
    }

    /// The position of an event in input order.
    #[must_use]
    pub fn input_order(&self, event: &PositionedEvent) -> (u32, u32) {
        self.position(event.rank, event.line)
    }

    /// Drops the texts of a key to free memory; their numbers remain.
    pub fn forget(&mut self, key: Key) {
        self.keys[key as usize] = Frozen::default();
    }

    /// The largest number of events of one shard in temporary files: all of them are read back together.
    #[must_use]
    pub fn most_spilled(&self) -> usize {
        self.store.most_spilled()
    }

    /// Whether a row of a conversation was accepted: it has a conversation id, and repeats no other row.
    #[inline]
    fn is_accepted(&self, rank: u32, event: &Event) -> bool {
        event.session(self.sessions) != NONE && !self.dropped.contains(&(rank, event.line))
    }

    /// Passes each event of a conversation with its extra keys to the callback, in no particular order, including
    /// events after the horizon.
    ///
    /// # Errors
    ///
    /// If a temporary file cannot be read.
    pub fn each_event(&self, mut see: impl FnMut(&Event, &Extra)) -> anyhow::Result<()> {
        self.store.each(|rank, slice| {
            slice.each(|event, extra| {
                if self.is_accepted(rank, &event) {
                    see(&event, &extra);
                }
            });
        })
    }

    /// The instant of the last event at or before `until`.
    ///
    /// # Errors
    ///
    /// If a temporary file cannot be read.
    pub fn last_event_until(&self, until: Option<i64>) -> anyhow::Result<Option<i64>> {
        let Some(until) = until.filter(|until| self.latest.is_some_and(|latest| latest > *until)) else {
            return Ok(self.latest);
        };
        let of_statuses = self.statuses.iter().map(|(_, event)| event.ts).filter(|ts| *ts <= until).max();
        let mut last = of_statuses;
        self.store.each(|rank, slice| {
            let is_seen = |event: &Event| event.ts <= until && self.is_accepted(rank, event);
            last = last.max(slice.iter().filter(is_seen).map(|event| event.ts).max());
        })?;
        Ok(last)
    }

    /// The key that identifies conversations.
    const fn session_key(&self) -> Key {
        match self.sessions {
            Sessions::Id => Key::ConversationId,
            Sessions::Inactivity | Sessions::InactivityAcrossChannels => Key::CustomerId,
        }
    }
}

/// The result of one reader.
#[derive(Debug)]
pub struct ReaderRead {
    /// Its parts; the slices of some parts are in `spill`.
    pub parts: Vec<(PartIndex, PartRead)>,
    /// The slices that did not fit into memory.
    pub spill: Option<Spill>,
    /// The dictionaries of its contents' texts.
    pub texts: [Dictionary; TEXT_DOMAINS],
    /// The contents of rows, by the reader's own numbers.
    pub contents: Vec<Content>,
}

impl ReaderRead {
    /// A copy of the data in memory.
    #[must_use]
    pub fn copy(&self) -> Self {
        let (parts, texts, contents) = (self.parts.clone(), self.texts.clone(), self.contents.clone());
        Self { parts, spill: None, texts, contents }
    }
}
