//! Reads files and returns conversations: every row is accepted, a duplicate or a reject, and the counts add up.
//!
//! This module has its own floors, and this file is its interface. Readers decode parts of the sources in parallel and
//! turn their rows into events. The log puts events into input order, so that the speed of threads does not affect the
//! result, and returns them by conversation ([`Log::conversations`]).

// floor 0: files to bytes
pub mod source;
// floor 1: bytes to events
mod decode;
// floor 2: events to conversations
mod log;
// floor 3: many readers at once
mod readers;

pub(crate) use self::decode::parts::{LONGEST_ROW, MOST_COLUMNS, count_lines};
pub(crate) use self::decode::{csv, timestamp};
pub use self::decode::{profile, reject};
pub(crate) use self::log::event_rows::EventRow;
pub(crate) use self::log::rebuilt::{LogOfRows, Rebuilt};
pub(crate) use self::log::resolve::LogRules;
pub use self::log::{FileCounts, Log, SpoiltForm, SpoiltIds, spoilt_parts};
pub(crate) use self::log::{Group, Groups, InstantOrder, NO_TABLE, OrderTexts, PositionedEvent, SourceLines, in_words};
pub use self::readers::{Options, Progress, growing, read, read_apart};
pub(crate) use self::source::{arguments, encoding, guarded, xlsx};
