//! The notes of stages beside their rows: one JSON object each, in the column `note`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kept::{KeptDay, KeptManifest};
use crate::event::Column;
use crate::event::aliases::{Aliases, UnusedAlias};
use crate::fold::sums::Sums;
use crate::ingest::reject::{Fault, Reason, Reject};
use crate::ingest::spoilt_parts::{IdSuspects, SpoiltPart};
use crate::ingest::{Course, EventRow, FileCounts};

/// A note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Note {
    /// The facts of one source.
    Source {
        /// Its number.
        source: u32,
        /// Which part of a table it is, as far as the engine has parts of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<u32>,
        /// Of a piece of a file: which way the instants of its rows go, and how many lines it has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        piece: Option<(Course, u32)>,
        /// Its counts; repeats and rejects are not counted yet.
        counts: FileCounts,
    },
    /// The facts of sources that were read together.
    Unit {
        /// Its number.
        unit: u32,
        /// Which part of a table it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<u32>,
        /// Events that were read.
        events: u64,
        /// Readable rows that carry a conversation id.
        with_conversation: u64,
        /// Readable rows that carry an event id.
        with_event_id: u64,
        /// Names that stand for others, as far as rows had them.
        renamed: Aliases,
        /// Names that stand for others and that none of these rows had.
        unused_aliases: Vec<UnusedAlias>,
        /// Attributes that no row has a value of.
        absent_attributes: Vec<String>,
        /// What may be spoilt among its ids; nothing where no other unit has any.
        #[serde(default)]
        suspects: IdSuspects,
    },
    /// Ids that may mean the same.
    Spoilt(SpoiltPart),
    /// A row that cannot be read, or does not count.
    Reject(NotedReject),
    /// Events of which repeats were dropped.
    Unique {
        /// Events that came.
        events: u64,
        /// The latest instant of an event that counts.
        latest: Option<i64>,
        /// One of them names a queue.
        has_queue: bool,
        /// By source: dropped repeats.
        duplicates: Vec<(u32, u64)>,
    },
    /// Conversations that were folded together.
    Folded {
        /// Events that came.
        events: u64,
        /// Fact rows that were made.
        rows: u64,
        /// By source: dropped repeats.
        duplicates: Vec<(u32, u64)>,
        /// The sums over the conversations.
        sums: Sums,
        /// Stretches with an event at either end and no gap of more than an hour inside.
        active: Vec<(i64, i64)>,
        /// When each agent had a name last.
        names: Vec<NamedAgent>,
        /// Events that made no sense where they were, by name.
        oddities: BTreeMap<String, u64>,
        /// By attribute, how many events have a list or an object as its value.
        odd_values: BTreeMap<String, u64>,
    },
    /// Fact rows whose values were counted together.
    Counted {
        /// Fact rows that came.
        rows: u64,
        /// The sum of the counts.
        count: i64,
    },
    /// Fact rows that are ready to be kept.
    Kept {
        /// Their days.
        days: Vec<KeptDay>,
    },
    /// Values that are the same for all kept facts; the last of their rows.
    Manifest(Box<KeptManifest>),
}

impl Note {
    /// The days of rows that are ready to be kept.
    #[must_use]
    pub fn kept(&self) -> Option<&[KeptDay]> {
        if let Self::Kept { days } = self { Some(days) } else { None }
    }

    /// What is known of ids that may mean the same.
    #[must_use]
    pub const fn spoilt(&self) -> Option<&SpoiltPart> {
        if let Self::Spoilt(part) = self { Some(part) } else { None }
    }

    /// The manifest of kept facts.
    #[must_use]
    pub fn manifest(&self) -> Option<&KeptManifest> {
        if let Self::Manifest(manifest) = self { Some(manifest) } else { None }
    }
}

/// When an agent had a name last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NamedAgent {
    /// The agent.
    pub agent: String,
    /// When.
    #[serde(flatten)]
    pub seen: Seen,
    /// The name.
    pub name: String,
}

/// When something was seen, so that what two processes saw last can be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Seen {
    /// The instant, the source and the position in it; of a table the instant alone.
    at: (i64, u32, u32),
    /// Of a table: what puts rows of one instant in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

impl Seen {
    /// In a row that has a position.
    #[must_use]
    pub const fn at(row: &EventRow) -> Self {
        Self { at: (row.ts, row.source, row.position), place: None }
    }

    /// Whether it was after an instant.
    #[must_use]
    pub const fn is_after(&self, ts: i64) -> bool {
        self.at.0 > ts
    }

    /// In a row of a table.
    #[must_use]
    pub fn in_table(row: &EventRow) -> Self {
        Self { at: (row.ts, 0, 0), place: Some(row.table_key()) }
    }
}

/// A reject on its way between processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotedReject {
    /// The number of its source.
    pub source: u32,
    /// The line of the row's first byte, from 1.
    pub line: u32,
    reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    character: Option<u32>,
}

impl NotedReject {
    /// Of a reject of that source.
    #[must_use]
    pub fn of(reject: &Reject, source: u32) -> Self {
        let Fault { reason, column, value, detail, character } = &reject.fault;
        Self {
            source,
            line: reject.line,
            reason: reason.name().to_owned(),
            column: column.map(|column| column.name().to_owned()),
            value: value.as_deref().map(str::to_owned),
            detail: detail.as_deref().map(str::to_owned),
            character: *character,
        }
    }

    /// The reject; none where the reason or the column is unknown.
    #[must_use]
    pub fn reject(&self) -> Option<Reject> {
        let known = |name: &str| Column::WITH_INTERNAL.into_iter().find(|column| column.name() == name);
        let column = match &self.column {
            None => None,
            Some(name) => Some(known(name)?),
        };
        let text = |text: &Option<String>| text.as_deref().map(Into::into);
        let fault = Fault {
            reason: Reason::parse(&self.reason)?,
            column,
            value: text(&self.value),
            detail: text(&self.detail),
            character: self.character,
        };
        Some(Reject { file: self.source as usize, line: self.line, fault })
    }
}
