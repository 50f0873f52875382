//! Files in, events out: every row is accepted, a duplicate or a reject, and the counts add up.
//!
//! One thread reads and cuts sources into parts, workers turn parts into batches, and the caller's thread puts the
//! batches together in the order of the files, so that no thread's speed reaches the result.

pub mod csv;
pub mod jsonl;
pub mod parts;
pub mod reject;
pub mod resolve;
pub mod row;
pub mod source;
pub mod timestamp;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};
use serde::{Deserialize, Serialize};

use self::parts::{Batch, Part, Parts, read_part};
use self::reject::Reject;
use self::source::{InputFormat, Source};
use crate::dictionary::Dictionary;
use crate::event::{Events, Sessions, Words};
use crate::failure::input_error;
use crate::time::Zone;

/// What the reader is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// The zone of date-times without an offset.
    pub input_zone: Zone,
    /// The format of all sources, where it is not to be told from name or content.
    pub format: Option<InputFormat>,
    /// How events become conversations; by default, by id where any row carries one.
    pub sessions: Option<Sessions>,
    /// Threads that read rows.
    pub threads: usize,
    /// Bytes of a part: tests make it small.
    pub part_bytes: usize,
}

impl Options {
    /// Defaults: times in UTC, two to eight threads, parts of 4 MiB.
    #[must_use]
    pub fn new() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
        Self { input_zone: Zone::UTC, format: None, sessions: None, threads, part_bytes: 4 << 20 }
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

/// A log in memory: accepted events in input order.
#[derive(Debug)]
pub struct Log {
    /// The events; their texts are numbers into `words`.
    pub events: Events,
    /// The dictionaries, by [`Words`].
    pub words: Vec<Dictionary>,
    /// The first event of each source, in `events`.
    pub file_starts: Vec<usize>,
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
}

/// Reads all sources.
///
/// # Errors
///
/// Where a source cannot be opened, read or decompressed; bad rows are no errors.
pub fn read(sources: &[Source], options: &Options, progress: &Progress) -> anyhow::Result<Log> {
    let mut merged = Merged::new();
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let (send_part, parts) = bounded::<(u64, usize, InputFormat, Part)>(options.threads * 2);
        let (send_batch, batches) = bounded(options.threads * 2);
        let reader = scope.spawn(move || cut_all(sources, options, progress, &send_part));
        for _ in 0..options.threads {
            let (parts, send_batch) = (parts.clone(), send_batch.clone());
            scope.spawn(move || read_parts(&parts, &send_batch, options.input_zone, progress));
        }
        drop((parts, send_batch));
        // Batches come as the workers finish them, and wait here for their turn.
        let mut waiting = BTreeMap::new();
        let mut turn = 0_u64;
        for (number, file, format, part) in batches {
            waiting.insert(number, (file, format, part));
            while let Some((file, format, (lines_before, batch))) = waiting.remove(&turn) {
                merged.add(file, format, lines_before, &batch);
                turn += 1;
            }
        }
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    Ok(resolve::resolve(merged, sources, options.sessions))
}

/// Sends the parts of all sources, numbered in order.
fn cut_all(
    sources: &[Source],
    options: &Options,
    progress: &Progress,
    send: &Sender<(u64, usize, InputFormat, Part)>,
) -> anyhow::Result<()> {
    let mut number = 0;
    for (file, source) in sources.iter().enumerate() {
        let (reader, format) = source.open(options.format, &progress.bytes)?;
        let mut parts = Parts::new(reader, format, options.part_bytes);
        while let Some(part) = parts.next_part().map_err(|error| input_error(&source.place(), &error))? {
            if send.send((number, file, format, part)).is_err() {
                // Only where a worker panicked; its panic is the error.
                return Ok(());
            }
            number += 1;
        }
    }
    Ok(())
}

type NumberedBatch = (u64, usize, InputFormat, (u32, Batch));

fn read_parts(
    parts: &Receiver<(u64, usize, InputFormat, Part)>,
    send: &Sender<NumberedBatch>,
    input_zone: Zone,
    progress: &Progress,
) {
    for (number, file, format, part) in parts {
        let batch = read_part(&part, input_zone);
        progress.rows.fetch_add(batch.rows, Ordering::Relaxed);
        if send.send((number, file, format, (part.lines_before, batch))).is_err() {
            return;
        }
    }
}

/// Readable rows of all sources, before conversations and duplicates are looked at.
#[derive(Debug)]
pub struct Merged {
    events: Events,
    words: Vec<Dictionary>,
    /// By source: the first event, the rows read and the format.
    files: BTreeMap<usize, (usize, u64, InputFormat)>,
    rejects: Vec<Reject>,
    /// Lines of the current source so far.
    lines: u32,
}

impl Merged {
    fn new() -> Self {
        let words = Words::ALL.iter().map(|_| Dictionary::default()).collect();
        Self { events: Events::default(), words, files: BTreeMap::new(), rejects: Vec::new(), lines: 0 }
    }

    fn add(&mut self, file: usize, format: InputFormat, lines_before: u32, batch: &Batch) {
        let is_new = !self.files.contains_key(&file);
        if is_new {
            self.lines = 0;
        }
        let entry = self.files.entry(file).or_insert((self.events.len(), 0, format));
        entry.1 += batch.rows;
        self.lines += lines_before;
        let renumber: Vec<Vec<u32>> = self
            .words
            .iter_mut()
            .zip(&batch.words)
            .map(|(words, part)| part.iter().map(|text| words.number(text)).collect())
            .collect();
        self.events.append(&batch.events, &renumber, self.lines);
        let lines = self.lines;
        self.rejects.extend(batch.rejects.iter().map(|(line, fault)| Reject {
            file,
            line: line + lines,
            fault: fault.clone(),
        }));
        self.lines += batch.lines;
    }
}
