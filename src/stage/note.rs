//! The notes that stages report in addition to their rows: one JSON object each, in the column `note`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kept::{KeptDay, KeptManifest};
use crate::event::Column;
use crate::event::aliases::{Aliases, UnusedAlias};
use crate::fold::sums::Sums;
use crate::ingest::reject::{Fault, Reason, Reject};
use crate::ingest::spoilt_parts::{IdSuspects, SpoiltPart};
use crate::ingest::{EventRow, FileCounts, InstantOrder};

/// A report of a stage beside its rows, in JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Note {
    /// The facts of one source.
    Source {
        /// Its number.
        source: u32,
        /// The part of a table, if the engine has split it into parts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<u32>,
        /// For a piece of a file: the direction of its instants, and its number of lines.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        piece: Option<(InstantOrder, u32)>,
        /// Its counts; repeats and rejects are not counted yet.
        counts: FileCounts,
    },
    /// The facts about sources that were read together.
    Unit {
        /// Its number.
        unit: u32,
        /// The part of a table.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<u32>,
        /// The number of events that were read.
        events: u64,
        /// The number of readable rows with a conversation id.
        with_conversation: u64,
        /// The number of readable rows with an event id.
        with_event_id: u64,
        /// Aliases whose old names occurred in rows.
        renamed: Aliases,
        /// Aliases whose old names occurred in none of these rows.
        unused_aliases: Vec<UnusedAlias>,
        /// Attributes for which no row has a value.
        absent_attributes: Vec<String>,
        /// Its suspicious ids; empty if no other unit has any ids.
        #[serde(default)]
        suspects: IdSuspects,
    },
    /// Findings about ids that may have the same meaning.
    Spoilt(SpoiltPart),
    /// A row that is unreadable or does not count.
    Reject(NotedReject),
    /// Events from which repeats were dropped.
    Unique {
        /// The number of events received.
        events: u64,
        /// The latest instant of an event that counts.
        latest: Option<i64>,
        /// Whether one of them has a queue.
        has_queue: bool,
        /// The number of dropped repeats of each source.
        duplicates: Vec<(u32, u64)>,
    },
    /// Conversations that were folded together.
    Folded {
        /// The number of events received.
        events: u64,
        /// The number of fact rows made.
        rows: u64,
        /// The number of dropped repeats of each source.
        duplicates: Vec<(u32, u64)>,
        /// The sums over the conversations.
        sums: Sums,
        /// Spans that begin and end with an event and have no gap of more than an hour.
        active: Vec<(i64, i64)>,
        /// The last use of each name of each agent.
        names: Vec<NamedAgent>,
        /// Events that made no sense at their position: the count of each oddity, by name.
        oddities: BTreeMap<String, u64>,
        /// For each attribute, the number of events in which its value is a list or an object.
        odd_values: BTreeMap<String, u64>,
    },
    /// Fact rows whose values were counted together.
    Counted {
        /// The number of fact rows received.
        rows: u64,
        /// The sum of the counts.
        count: i64,
    },
    /// Fact rows that are ready to be kept.
    Kept {
        /// Their days.
        days: Vec<KeptDay>,
    },
    /// The values that all kept facts share; it is the last of their rows.
    Manifest(Box<KeptManifest>),
}

impl Note {
    /// The days of rows that are ready to be kept.
    #[must_use]
    pub fn kept_days(&self) -> Option<&[KeptDay]> {
        if let Self::Kept { days } = self { Some(days) } else { None }
    }

    /// The findings about ids that may have the same meaning.
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

/// The last use of an agent's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NamedAgent {
    /// The agent's id.
    pub agent: String,
    /// The position of the last use.
    #[serde(flatten)]
    pub position: LogPosition,
    /// The name that the row gave.
    pub name: String,
}

/// A position in the log, comparable between processes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LogPosition {
    /// The instant, the source and the position in it; for a table, only the instant.
    at: (i64, u32, u32),
    /// For a table: the key that orders rows of the same instant.
    #[serde(default, rename = "place", skip_serializing_if = "Option::is_none")]
    table_key: Option<String>,
}

impl LogPosition {
    /// The position of a row that has one.
    #[must_use]
    pub const fn at(row: &EventRow) -> Self {
        Self { at: (row.ts, row.source, row.position), table_key: None }
    }

    /// Whether it is after an instant.
    #[must_use]
    pub(crate) const fn is_after(&self, ts: i64) -> bool {
        self.at.0 > ts
    }

    /// The position of a row of a table.
    #[must_use]
    pub(crate) fn in_table(row: &EventRow) -> Self {
        Self { at: (row.ts, 0, 0), table_key: Some(row.table_key()) }
    }
}

/// A reject in a form to be passed between processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotedReject {
    /// The number of its source.
    pub source: u32,
    /// The line of the row's first byte, counted from 1.
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
    /// A note of a reject of that source.
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

    /// The reject; `None` if the reason or the column is unknown.
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
