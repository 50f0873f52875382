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
// floor 3: many readers at once
mod readers;

pub use self::decode::{csv, parts, profile, reject, timestamp};
pub use self::log::{FileCounts, Log};
pub use self::readers::{Options, Progress, growing, read};
pub use self::source::{arguments, encoding, guarded, xlsx};
