//! Files in, events out: every row is accepted, a duplicate or a reject, and the counts add up.
//!
//! Readers take parts of the sources side by side, turn rows into events and put them into shards; what of it came first
//! is told by the place of the part, so that no thread's speed reaches the result.

pub mod arguments;
pub mod cells;
pub mod csv;
pub mod encoding;
pub mod feed;
pub mod growing;
pub mod guarded;
pub mod jsonl;
pub mod keys;
pub mod parquet;
pub mod part_reader;
pub mod parts;
pub mod profile;
pub mod reject;
pub mod repeats;
pub mod resolve;
pub mod row;
pub mod said;
pub mod shards;
pub mod source;
pub mod spill;
pub mod store;
pub mod timestamp;
pub mod utf8;
pub mod xlsx;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use self::encoding::Encoding;
use self::feed::{Feed, Part, Place};
use self::part_reader::{KeyWords, PartRead, PartReader};
use self::parts::Buffer;
use self::profile::{CANONICAL, Profile};
use self::reject::Reject;
use self::shards::Slice;
use self::source::{InputFormat, Source};
use self::spill::Spill;
use self::store::Store;
use crate::dictionary::{Dictionary, Frozen, Sharded};
use crate::event::{Content, Event, KEYS, Key, NONE, Sessions, WORDS, Words};
use crate::time::Zone;

/// What the reader is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// The zone of date-times without an offset.
    pub input_zone: Zone,
    /// The format of all sources, where it is not to be told from name or content.
    pub format: Option<InputFormat>,
    /// The encoding of texts that do not tell it themselves; by default UTF-8.
    pub encoding: Option<Encoding>,
    /// The sheet of workbooks; by default the first.
    pub sheet: Option<String>,
    /// The profile of each source, in their order; none, or past the end, is canonical.
    pub profiles: Vec<Option<Arc<Profile>>>,
    /// How events become conversations; by default, by id where any row carries one.
    pub sessions: Option<Sessions>,
    /// Threads that read rows.
    pub threads: usize,
    /// Bytes of a part: tests make it small.
    pub part_bytes: usize,
    /// Bytes of events that are held in memory; past them, temporary files are.
    pub held_bytes: usize,
}

impl Options {
    /// Defaults: times in UTC, a thread a core up to eight, parts of 4 MiB.
    #[must_use]
    pub fn new() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
        Self {
            input_zone: Zone::UTC,
            format: None,
            encoding: None,
            sheet: None,
            profiles: Vec::new(),
            sessions: None,
            threads,
            part_bytes: 4 << 20,
            held_bytes: usize::MAX,
        }
    }

    /// How events become conversations, as far as it is known before a row is read: profiles may say it, too.
    #[must_use]
    pub fn sessions(&self) -> Option<Sessions> {
        let of = |profile: &Option<Arc<Profile>>| profile.as_ref().and_then(|profile| profile.sessions);
        let first = self.profiles.first().and_then(of);
        self.sessions.or(first.filter(|_| self.profiles.iter().all(|profile| of(profile) == first)))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

/// How far the reader is; another thread may look.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// Bytes taken from disk, compressed where they are.
    pub bytes: Arc<AtomicU64>,
    /// Rows read.
    pub rows: Arc<AtomicU64>,
}

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
    /// Facts that the profile does not tell, by name.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// The same in sentences.
    #[serde(default)]
    pub cannot: Vec<String>,
    /// Records that gave no event; they are no rows.
    #[serde(default)]
    pub skipped: u64,
    /// All rows.
    pub rows_read: u64,
    /// Rows that became events.
    pub accepted: u64,
    /// Repeats that were dropped.
    pub duplicates: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// It was written newest first, and read from its end.
    pub is_newest_first: bool,
}

fn canonical() -> String {
    CANONICAL.to_owned()
}

/// Where the events of a part stand in its source, where that is not told by their lines: of a profile, one record gives
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

    /// Whether lines are told by the events themselves.
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

    /// The event that stands as far from the end of its record as this one from its begin.
    fn mirrored(&self, event: u32) -> u32 {
        let at = self.of(event);
        match (self.places.get(at), self.places.get(at + 1)) {
            (Some((first, _)), Some((next, _))) => first + (next - 1 - event),
            // The last record: what is behind it does not matter, as nothing is.
            (Some((first, _)), None) => u32::MAX / 2 - (event - first),
            (None, _) => event,
        }
    }
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
    pub store: Store,
    /// The parts, in input order.
    pub parts: Vec<PartPlace>,
    /// By part: its records, where their lines are not those of the events.
    pub records: Vec<RecordPlaces>,
    /// Agents' statuses with the ranks of their parts, in input order; their contents' numbers are the log's.
    pub statuses: Vec<(u32, Event)>,
    /// What rows said, by number.
    pub contents: Vec<Content>,
    /// By reader: the log's number of each of its contents.
    pub renumber: Vec<Vec<u32>>,
    /// The dictionaries of contents' texts, by [`Words`].
    pub words: [Dictionary; WORDS],
    /// The dictionaries of keys, by [`Key`].
    pub keys: [Frozen; KEYS],
    /// Rows that repeat another, by part and line in it: they are no events.
    pub dropped: HashSet<(u32, u32)>,
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

impl Log {
    /// The dictionary of that kind.
    #[must_use]
    pub fn words(&self, words: Words) -> &Dictionary {
        &self.words[words as usize]
    }

    /// The line in its source of an event, or of a reject, with that line in the part of that rank.
    #[must_use]
    pub fn line_of(&self, rank: u32, line: u32) -> u32 {
        let at = rank as usize;
        self.records[at].line_in_source(line, self.parts[at].lines_before)
    }

    /// A line's place in the order in which its part is read. Events of one record stay as they came.
    #[must_use]
    pub fn order(&self, rank: u32, line: u32) -> u32 {
        let at = rank as usize;
        match (self.parts[at].is_newest_first, self.records[at].is_empty()) {
            (false, _) => line,
            (true, true) => !line,
            (true, false) => !self.records[at].mirrored(line),
        }
    }

    /// The dictionary of a key.
    #[must_use]
    pub fn key(&self, key: Key) -> &Frozen {
        &self.keys[key as usize]
    }

    /// Whether a row of a conversation was accepted: it names one, and repeats no other.
    #[must_use]
    #[inline]
    pub fn is_accepted(&self, rank: u32, event: &Event) -> bool {
        event.session(self.sessions) != NONE && !self.dropped.contains(&(rank, event.line))
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

    /// The key that conversations are told by.
    #[must_use]
    pub const fn session_key(&self) -> Key {
        match self.sessions {
            Sessions::Id => Key::ConversationId,
            Sessions::Inactivity => Key::CustomerId,
        }
    }
}

/// Reads all sources.
///
/// # Errors
///
/// Where a source cannot be opened, read, decompressed or decoded; bad rows are no errors.
pub fn read(sources: &[Source], options: &Options, progress: &Progress) -> anyhow::Result<Log> {
    let keys = KeyWords::default();
    let (readers, formats) = read_parts_of(sources, options, &keys, progress)?;
    resolve::resolve(readers, sources, &formats, keys.map(Sharded::freeze), options)
}

/// Reads the parts of all sources, and tells the sources' formats.
fn read_parts_of(
    sources: &[Source],
    options: &Options,
    keys: &KeyWords,
    progress: &Progress,
) -> anyhow::Result<(Vec<ReaderRead>, Vec<InputFormat>)> {
    let versions = profile::latest::find(sources, options)?;
    let feed = Feed::new(sources, options, progress, &versions);
    let held = AtomicUsize::new(0);
    let readers = std::thread::scope(|scope| {
        let read = || read_parts(&feed, options, keys, progress, &held);
        let readers: Vec<_> = (0..options.threads.max(1)).map(|_| scope.spawn(read)).collect();
        let join = |reader: std::thread::ScopedJoinHandle<anyhow::Result<ReaderRead>>| {
            reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        readers.into_iter().map(join).collect::<anyhow::Result<Vec<_>>>()
    })?;
    Ok((readers, feed.finish()?))
}

/// What one reader gives.
#[derive(Debug)]
pub struct ReaderRead {
    /// Its parts; the slices of some are in `spill`.
    pub parts: Vec<(Place, PartRead)>,
    /// What did not fit into memory.
    pub spill: Option<Spill>,
    /// The dictionaries of its contents' texts.
    pub words: [Dictionary; WORDS],
    /// What rows said, by its own numbers.
    pub contents: Vec<Content>,
}

impl ReaderRead {
    /// A copy of what is in memory.
    fn copy(&self) -> Self {
        let (parts, words, contents) = (self.parts.clone(), self.words.clone(), self.contents.clone());
        Self { parts, spill: None, words, contents }
    }
}

/// Reads parts until none is left. `held` is how many bytes of events all readers hold in memory.
fn read_parts(
    feed: &Feed,
    options: &Options,
    keys: &KeyWords,
    progress: &Progress,
    held: &AtomicUsize,
) -> anyhow::Result<ReaderRead> {
    let mut buffer = Buffer::default();
    let mut reader = PartReader::new(options.input_zone, options.sessions(), keys);
    let mut parts: Vec<(Place, PartRead)> = Vec::new();
    let (mut spill, mut own) = (None::<Spill>, 0);
    while let Some((place, part)) = feed.next(&mut buffer) {
        let read = match part {
            Part::Text(cut) => reader.read(buffer.part(), &cut),
            Part::Records(batch) => reader.read_batch(&batch),
            Part::Parquet(range) => match reader.read_range(&range) {
                Ok(read) => read,
                Err(error) => {
                    feed.fail(place, error);
                    continue;
                }
            },
        };
        progress.rows.fetch_add(read.counts.rows, Ordering::Relaxed);
        let bytes: usize = read.slices.iter().map(Slice::bytes).sum();
        parts.push((place, read));
        own += bytes;
        // A reader puts away what it holds itself, once that is worth a block.
        let is_too_much = held.fetch_add(bytes, Ordering::Relaxed) + bytes > options.held_bytes;
        if is_too_much && own >= options.held_bytes / (options.threads.max(1) * 2) {
            let slices = parts.iter_mut().map(|(place, part)| (*place, &mut part.slices));
            put_away(&mut spill, slices)?;
            held.fetch_sub(std::mem::take(&mut own), Ordering::Relaxed);
        }
    }
    Ok(ReaderRead { parts, spill, words: reader.rows.words, contents: reader.rows.contents })
}

fn put_away<'a>(
    spill: &mut Option<Spill>,
    slices: impl Iterator<Item = (Place, &'a mut Vec<Slice>)>,
) -> anyhow::Result<()> {
    let spill = match spill {
        Some(spill) => spill,
        None => spill.insert(Spill::new()?),
    };
    spill.write(slices)
}
