//! Files in, events out: every row is accepted, a duplicate or a reject, and the counts add up.
//!
//! Readers take parts of the sources side by side, turn rows into events and put them into shards; what of it came first
//! is told by the place of the part, so that no thread's speed reaches the result.

// floor 0: bytes
pub mod source;
// floor 1: bytes to events
pub mod decode;
// floor 2: events to conversations
pub mod log;
// floor 3: the readers
mod feed;
pub mod growing;
mod options;
mod readers;

pub use self::decode::{csv, parts, profile, reject, timestamp};
pub use self::log::{FileCounts, Log};
pub use self::options::{Options, Progress};
pub use self::source::{arguments, encoding, guarded, xlsx};

use self::decode::part_reader::KeyWords;
use self::source::Source;
use crate::dictionary::Sharded;

/// Reads all sources.
///
/// # Errors
///
/// Where a source cannot be opened, read, decompressed or decoded; bad rows are no errors.
pub fn read(sources: &[Source], options: &Options, progress: &Progress) -> anyhow::Result<Log> {
    let keys = KeyWords::default();
    let (readers, formats) = readers::read_parts_of(sources, options, &keys, progress)?;
    log::resolve::resolve(readers, sources, &formats, keys.map(Sharded::freeze), options)
}
