//! Readers that run in parallel; each takes parts until none is left.

#[cfg(test)]
mod csv_tests;
mod feed;
pub mod growing;
mod latest;
mod options;

use std::sync::atomic::{AtomicUsize, Ordering};

use self::feed::{Feed, Part};
pub use self::options::{Options, Progress};
use crate::dictionary::{Frozen, Sharded};
use crate::event::KEYS;
use crate::ingest::decode::buffer::Buffer;
use crate::ingest::decode::part_read::PartRead;
use crate::ingest::decode::part_reader::{KeyDictionaries, PartReader};
use crate::ingest::decode::shards::Slice;
use crate::ingest::log::resolve::{Gathered, LogRules, gather, resolve};
use crate::ingest::log::spill::Spill;
use crate::ingest::log::{Log, ReaderRead};
use crate::ingest::source::{PartIndex, Source, SourceFacts};
use crate::threads::on_threads;

/// Reads all sources.
///
/// # Errors
///
/// If a source cannot be opened, read, decompressed or decoded. Bad rows are not errors.
pub fn read(sources: &[Source], options: &Options, progress: &Progress) -> anyhow::Result<Log> {
    let keys = KeyDictionaries::default();
    let (readers, known) = read_parts_of(sources, options, &keys, progress)?;
    assembled(readers, sources, &known, keys.map(Sharded::freeze), options)
}

/// Reads all sources, but leaves open what depends on sources outside this run.
///
/// # Errors
///
/// Errors of [`read`].
pub fn read_apart(sources: &[Source], options: &Options, progress: &Progress) -> anyhow::Result<Gathered> {
    let keys = KeyDictionaries::default();
    let (readers, known) = read_parts_of(sources, options, &keys, progress)?;
    let mut gathered = gather(readers, sources, &known, keys.map(Sharded::freeze), rules(options))?;
    options.clear_local_times(gathered.files_mut());
    Ok(gathered)
}

/// The settings by which the log is assembled.
pub fn rules(options: &Options) -> LogRules<'_> {
    LogRules {
        profiles: &options.profiles,
        sessions: options.sessions(),
        drop_repeats: options.drop_repeats,
        attributes: &options.attributes,
        aliases: &options.aliases,
        table: options.table.as_ref(),
        is_piece: options.is_piece,
    }
}

/// The log assembled from the results of readers.
fn assembled(
    readers: Vec<ReaderRead>,
    sources: &[Source],
    known: &[SourceFacts],
    keys: [Frozen; KEYS],
    options: &Options,
) -> anyhow::Result<Log> {
    let mut log = resolve(readers, sources, known, keys, rules(options))?;
    options.clear_local_times(&mut log.files);
    Ok(log)
}

/// Reads the parts of all sources, and returns the facts of the sources.
fn read_parts_of(
    sources: &[Source],
    options: &Options,
    keys: &KeyDictionaries,
    progress: &Progress,
) -> anyhow::Result<(Vec<ReaderRead>, Vec<SourceFacts>)> {
    let versions = latest::find(sources, options)?;
    let feed = Feed::new(sources, options, progress, &versions);
    let held = AtomicUsize::new(0);
    let readers = on_threads(options.threads, || read_parts(&feed, options, keys, progress, &held));
    let readers = readers.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    Ok((readers, feed.finish()?))
}

/// Reads parts until none is left. `held` is the number of bytes of events that all readers hold in memory.
fn read_parts(
    feed: &Feed,
    options: &Options,
    keys: &KeyDictionaries,
    progress: &Progress,
    held: &AtomicUsize,
) -> anyhow::Result<ReaderRead> {
    let mut buffer = Buffer::default();
    let mut reader = PartReader::new(options.input_zone, options.sessions(), &options.attributes, keys);
    let mut parts: Vec<(PartIndex, PartRead)> = Vec::new();
    let (mut spill, mut own) = (None::<Spill>, 0);
    while let Some((index, part)) = feed.next(&mut buffer) {
        let read = match part {
            Part::Text(cut) => Ok(reader.read(buffer.part(), &cut)),
            Part::Records(batch) => reader.read_batch(&batch),
            Part::Parquet(range) => reader.read_range(&range),
        };
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                feed.fail(index, error);
                continue;
            }
        };
        progress.rows.fetch_add(read.counts.rows, Ordering::Relaxed);
        let bytes: usize = read.slices.iter().map(Slice::bytes).sum();
        parts.push((index, read));
        own += bytes;
        // Each reader moves its own events to disk, once they are worth a block.
        let is_too_much = held.fetch_add(bytes, Ordering::Relaxed) + bytes > options.memory_bytes;
        if is_too_much && own >= options.memory_bytes / (options.threads.max(1) * 2) {
            let slices = parts.iter_mut().map(|(index, part)| (*index, &mut part.slices));
            put_away(&mut spill, slices)?;
            held.fetch_sub(std::mem::take(&mut own), Ordering::Relaxed);
        }
    }
    Ok(ReaderRead { parts, spill, texts: reader.rows.texts, contents: reader.rows.contents })
}

fn put_away<'a>(
    spill: &mut Option<Spill>,
    slices: impl Iterator<Item = (PartIndex, &'a mut Vec<Slice>)>,
) -> anyhow::Result<()> {
    let spill = match spill {
        Some(spill) => spill,
        None => spill.insert(Spill::new()?),
    };
    spill.write(slices)
}
