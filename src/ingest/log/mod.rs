//! Events to conversations: the events of all parts by shard, what their numbers mean, and what was left out.

mod course;
mod event_columns;
pub mod event_rows;
mod groups;
mod id_digits;
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

pub use self::course::Course;
pub use self::groups::{Group, Groups};
pub use self::order_texts::{NO_TABLE, OrderTexts};
pub use self::rounded_ids::{SpoiltForm, SpoiltIds, in_words};
pub use self::source_lines::SourceLines;
use self::spill::Spill;
use self::store::Store;
use self::table::TablePlaces;
pub use self::tag_sets::TagSets;
use crate::dictionary::{Dictionary, Frozen, SHARDS};
use crate::event::aliases::Aliases;
use crate::event::attributes::Names;
use crate::event::{Content, Event, KEYS, Key, Labels, NONE, Origin, Sessions, WORDS, Words};
use crate::ingest::decode::part_read::PartRead;
use crate::ingest::decode::profile::CANONICAL;
use crate::ingest::decode::record_places::RecordPlaces;
use crate::ingest::decode::reject::Reject;
use crate::ingest::decode::shards::Extra;
use crate::ingest::source::{InputFormat, PartIndex, SourceNote};
use crate::time::UnclearTimes;

/// Counts of one source. Always `rows_read` = `accepted` + `duplicates` + `rejected`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCounts {
    /// Its name without folders.
    pub name: String,
    /// Its format.
    pub format: InputFormat,
    /// The name of the profile that it was read with.
    #[serde(default = "canonical")]
    pub profile: String,
    /// Facts that the profile does not give, by name.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// The same in sentences.
    #[serde(default)]
    pub cannot: Vec<String>,
    /// Records that gave no event; they are no rows.
    #[serde(default)]
    pub skipped: u64,
    /// Records of which another is the latest version; they are no rows.
    #[serde(default)]
    pub superseded: u64,
    /// Paths that every export of the profile has in some record, and that none of its records has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<String>,
    /// In words, which version of a record counts, where the profile has such a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Rows or records of a source with a profile, whatever became of them; none of a log, whose rows are its events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_rows: Option<u64>,
    /// Events, and rows that could not be read.
    pub rows_read: u64,
    /// Rows that became events.
    pub accepted: u64,
    /// Repeats that were dropped.
    pub duplicates: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// It was written newest first, and read from its end.
    pub is_newest_first: bool,
    /// The columns, in words, that had local times without an offset, where nobody chose the zone that they were read
    /// in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_times: Option<String>,
    /// Local times that clock changes made unclear.
    #[serde(default, skip_serializing_if = "UnclearTimes::is_empty")]
    pub unclear_times: UnclearTimes,
    /// Ids that have lost digits, column by column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spoilt: Vec<SpoiltIds>,
    /// The notes about its bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<SourceNote>,
}

impl FileCounts {
    /// The rows of the source, as a spreadsheet counts them.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.source_rows.unwrap_or(self.rows_read)
    }

    /// Forgets what was found by comparing ids, where they are compared with those of more sources.
    pub fn forget_compared_ids(&mut self) {
        self.spoilt.retain(|ids| ids.form == SpoiltForm::NumberCell);
    }

    /// Adds what was found by comparing ids. What is in a number cell is rounded there, and told by its cells.
    pub fn add_compared_ids(&mut self, ids: SpoiltIds) {
        if ids.form != SpoiltForm::Zeros || !self.has_number_cells() {
            self.spoilt.push(ids);
        }
    }

    /// Whether ids are in number cells that a spreadsheet rounds.
    #[must_use]
    pub fn has_number_cells(&self) -> bool {
        self.spoilt.iter().any(|ids| ids.form == SpoiltForm::NumberCell)
    }
}

fn canonical() -> String {
    CANONICAL.to_owned()
}

/// A part in input order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartPlace {
    /// Which source.
    pub file: usize,
    /// Lines of the source before it.
    pub lines_before: u32,
    /// Its rows are in the order of the file, or the other way round.
    pub is_newest_first: bool,
    /// Which reader's numbers its contents have.
    pub reader: usize,
}

/// A log: its events by shard, and what their numbers mean.
#[derive(Debug)]
pub struct Log {
    /// The events, in parts.
    store: Store,
    /// How many groups of events each shard has: see [`Log::conversations`].
    group_counts: [usize; SHARDS],
    /// The parts, in input order.
    parts: Vec<PartPlace>,
    /// By part: its records, where their lines are not those of the events.
    records: Vec<RecordPlaces>,
    /// Of a table: the place of each row in its order, instead of the order of parts and lines.
    table: Option<TablePlaces>,
    /// Agents' statuses with the ranks of their parts, in input order; their contents' numbers are the log's.
    statuses: Vec<(u32, Event)>,
    /// The instants of agents' statuses that are equal to another one before them in everything, and have no event id.
    repeated_statuses: Vec<i64>,
    /// By reader: the log's number of each of its contents.
    renumber: Vec<Vec<u32>>,
    /// The dictionaries of contents' texts, by [`Words`].
    words: [Dictionary; WORDS],
    /// The attributes that were asked for: their values are in the dictionary of [`Key::Attributes`].
    pub attributes: Names,
    /// The sets of tags.
    pub tag_sets: TagSets,
    /// Names that stand for others, as far as rows had them.
    pub renamed: Aliases,
    /// Names that stand for others and that no row had.
    pub unused_aliases: Aliases,
    /// The dictionaries of keys, by [`Key`].
    keys: [Frozen; KEYS],
    /// Rows that repeat another, by part and line in it: they are no events.
    dropped: HashSet<(u32, u32)>,
    /// The contents of events, by number.
    pub contents: Vec<Content>,
    /// The latest instant of an event.
    pub latest: Option<i64>,
    /// Counts of each source.
    pub files: Vec<FileCounts>,
    /// Rejected rows, by source and line.
    pub rejects: Vec<Reject>,
    /// How events become conversations.
    pub sessions: Sessions,
    /// No accepted row has a queue: the department is the queue.
    pub is_department_queue: bool,
}

/// An event of the log, with its place in the input.
#[derive(Debug, Clone, Copy)]
pub struct PlacedEvent {
    /// The instant, UTC milliseconds.
    pub ts: i64,
    /// Number of its content.
    pub content: u32,
    /// Its tags, as a set, and attributes; none of an agent's status.
    pub labels: Labels,
    /// Rank of its part in input order.
    rank: u32,
    /// Its line in the part.
    line: u32,
}

impl PlacedEvent {
    /// The row that it is.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        Origin::new(self.rank, self.line)
    }
}

impl Log {
    /// The dictionary of that kind.
    #[must_use]
    pub fn words(&self, words: Words) -> &Dictionary {
        &self.words[words as usize]
    }

    /// The line in its source of an event, or of a reject, with that line in the part of that rank.
    fn line_of(&self, rank: u32, line: u32) -> u32 {
        let at = rank as usize;
        self.records[at].line_in_source(line, self.parts[at].lines_before)
    }

    /// A line's place in the order in which its part is read. Events of one record stay as they came.
    fn order(&self, rank: u32, line: u32) -> u32 {
        let at = rank as usize;
        match (self.parts[at].is_newest_first, self.records[at].is_empty()) {
            (false, _) => line,
            (true, true) => !line,
            (true, false) => !self.records[at].mirrored(line),
        }
    }

    /// The place of a row in input order: by part and line, or in the order of a table.
    fn place(&self, rank: u32, line: u32) -> (u32, u32) {
        match &self.table {
            None => (rank, self.order(rank, line)),
            Some(places) => (0, places[rank as usize][line as usize]),
        }
    }

    /// The dictionary of a key.
    #[must_use]
    pub fn key(&self, key: Key) -> &Frozen {
        &self.keys[key as usize]
    }

    /// How many of the agents' statuses up to an instant are equal to another one before them in everything.
    #[must_use]
    pub fn repeated_statuses(&self, until: i64) -> usize {
        self.repeated_statuses.iter().filter(|ts| **ts <= until).count()
    }

    /// Agents' statuses up to an instant, in input order.
    pub fn statuses(&self, until: i64) -> impl Iterator<Item = PlacedEvent> {
        let placed = |(rank, event): &(u32, Event)| PlacedEvent {
            ts: event.ts,
            content: event.content,
            labels: Labels::NONE,
            rank: *rank,
            line: event.line,
        };
        self.statuses.iter().map(placed).filter(move |event| event.ts <= until)
    }

    /// The place of an event in input order.
    #[must_use]
    pub fn input_order(&self, event: &PlacedEvent) -> (u32, u32) {
        self.place(event.rank, event.line)
    }

    /// Forgets the texts of conversation and customer ids, for their memory; their numbers stay.
    pub fn forget_ids(&mut self) {
        for key in [Key::ConversationId, Key::CustomerId] {
            self.keys[key as usize] = Frozen::default();
        }
    }

    /// The most events of one shard that are in temporary files: so many are read back at once.
    #[must_use]
    pub fn most_spilled(&self) -> usize {
        self.store.most_spilled()
    }

    /// Whether a row of a conversation was accepted: it names one, and repeats no other.
    #[inline]
    fn is_accepted(&self, rank: u32, event: &Event) -> bool {
        event.session(self.sessions) != NONE && !self.dropped.contains(&(rank, event.line))
    }

    /// Shows each event of a conversation with its extra keys, in no order; those after the horizon too.
    ///
    /// # Errors
    ///
    /// Where a temporary file cannot be read.
    pub fn each_event(&self, mut see: impl FnMut(&Event, &Extra)) -> anyhow::Result<()> {
        self.store.each(|rank, slice| {
            slice.each(|event, extra| {
                if self.is_accepted(rank, &event) {
                    see(&event, &extra);
                }
            });
        })
    }

    /// The last event at or before an instant.
    ///
    /// # Errors
    ///
    /// Where a temporary file cannot be read.
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

    /// The key of conversations.
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
    /// Its parts; the slices of some are in `spill`.
    pub parts: Vec<(PartIndex, PartRead)>,
    /// The slices that did not fit into memory.
    pub spill: Option<Spill>,
    /// The dictionaries of its contents' texts.
    pub words: [Dictionary; WORDS],
    /// The contents of rows, by its own numbers.
    pub contents: Vec<Content>,
}

impl ReaderRead {
    /// A copy of what is in memory.
    #[must_use]
    pub fn copy(&self) -> Self {
        let (parts, words, contents) = (self.parts.clone(), self.words.clone(), self.contents.clone());
        Self { parts, spill: None, words, contents }
    }
}
