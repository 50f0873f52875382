//! The result of a part: its events, its rejects, and the facts of the part as a whole.

use super::record_places::RecordPlaces;
use super::reject::Fault;
use super::shards::{Extra, Slice};
use crate::event::{Event, FactSet};
use crate::time::UnclearTimes;

/// The result of a part.
#[derive(Debug, Clone)]
pub struct PartRead {
    /// Events by shard.
    pub slices: Vec<Slice>,
    /// Agents' statuses, in the order of the file.
    pub statuses: Vec<(Event, Extra)>,
    /// Line within the part, from 1, and what is wrong.
    pub rejects: Vec<(u32, Fault)>,
    /// The facts of the part as a whole.
    pub counts: PartCounts,
    /// Which events are of which record, where lines do not show it.
    pub records: RecordPlaces,
    /// The first value that had local times without an offset, in words; none where all instants have their offset.
    pub local_times: Option<String>,
}

/// The facts of a part as a whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct PartCounts {
    /// Rows read: of a profile events, and records that could not be read.
    pub rows: u64,
    /// Records of a profile, whatever became of them.
    pub records: u64,
    /// Records that gave no row.
    pub skipped: u64,
    /// Records of which another is the latest version: they gave no row.
    pub superseded: u64,
    /// By bits, which of the paths that the profile expects some record has.
    pub expected: u64,
    /// Lines.
    pub lines: u32,
    /// Lines of the source before this part that no part holds.
    pub lines_before: u32,
    /// Readable rows that carry a conversation id.
    pub with_conversation: u64,
    /// Readable rows, but for agents' statuses, without a conversation id.
    pub without_conversation: u64,
    /// Readable rows, but for agents' statuses, without a customer id.
    pub without_customer: u64,
    /// Of a profile: readable rows in which an agent acts.
    pub of_agents: u64,
    /// The part of `of_agents` that names no agent.
    pub without_agent: u64,
    /// Readable rows that carry an event id.
    pub with_event_id: u64,
    /// The instants of the first and the last readable row in the order of the file.
    pub ends: Option<(i64, i64)>,
    /// The latest instant of a readable row.
    pub latest: Option<i64>,
    /// No instant is later than the one before.
    pub never_rises: bool,
    /// Local times that clock changes made unclear.
    pub unclear: UnclearTimes,
    /// Facts of the profile that the columns of the file lack.
    pub missing_facts: FactSet,
    /// The facts of readable rows, for a profile whose records may add some to those of its rules.
    pub known: FactSet,
}
