//! The result of reading a part: its events, its rejects, and the facts of the part as a whole.

use super::record_positions::RecordPositions;
use super::reject::Fault;
use super::shards::{Extra, Slice};
use crate::event::{Event, FactSet};
use crate::time::UnclearTimes;

/// The result of reading a part.
#[derive(Debug, Clone)]
pub struct PartRead {
    /// Events by shard.
    pub slices: Vec<Slice>,
    /// Agents' statuses, in the order of the file.
    pub statuses: Vec<(Event, Extra)>,
    /// The line within the part, counted from 1, and the fault.
    pub rejects: Vec<(u32, Fault)>,
    /// The facts of the part as a whole.
    pub counts: PartCounts,
    /// The record of each event, if lines do not show it.
    pub records: RecordPositions,
    /// The first value with a local time without an offset, in words; `None` if all instants have an offset.
    pub local_times: Option<String>,
}

/// The facts of a part as a whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct PartCounts {
    /// Rows read. For a profile: events, and records that could not be read.
    pub rows: u64,
    /// All records of a profile, whatever their result.
    pub records: u64,
    /// Records that yielded no row.
    pub skipped: u64,
    /// Records that yielded no row because another record is their latest version.
    pub superseded: u64,
    /// One bit for each path that the profile expects: set if some record has it.
    pub expected: u64,
    pub lines: u32,
    /// Lines of the source before this part that no part holds.
    pub lines_before: u32,
    /// Readable rows with a conversation id.
    pub with_conversation: u64,
    /// Readable rows without a conversation id, except agents' statuses.
    pub without_conversation: u64,
    /// Readable rows without a customer id, except agents' statuses.
    pub without_customer: u64,
    /// Readable rows of a profile in which an agent acts.
    pub of_agents: u64,
    /// The rows of `of_agents` without the name of an agent.
    pub without_agent: u64,
    /// Readable rows with an event id.
    pub with_event_id: u64,
    /// The instants of the first and the last readable row, in the order of the file.
    pub ends: Option<(i64, i64)>,
    /// The latest instant of a readable row.
    pub latest: Option<i64>,
    /// Whether no instant is later than the one before.
    pub never_rises: bool,
    /// Local times that are ambiguous or skipped because of clock changes.
    pub unclear: UnclearTimes,
    /// Facts of the profile whose columns are missing in the file.
    pub missing_facts: FactSet,
    /// The facts of readable rows, for a profile whose records may add facts to those of its rules.
    pub known: FactSet,
}
