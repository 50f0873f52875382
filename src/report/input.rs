//! The input of a report: its files, and how many of their rows became events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The input, per file and in total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// One entry per file, in input order.
    pub files: Vec<InputFile>,
    /// Rows of all files, if any was read through a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_rows: Option<u64>,
    /// Events of all files, plus rejected rows.
    pub rows_read: u64,
    /// Rows that became events.
    pub accepted: u64,
    /// Rows dropped because an earlier accepted row has the same `event_id` and the same values.
    pub duplicates: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Rejected rows by reason.
    pub rejections: BTreeMap<String, u64>,
    /// First event up to the horizon, RFC 3339 UTC.
    pub first_event: Option<String>,
    /// Last event up to the horizon, RFC 3339 UTC.
    pub last_event: Option<String>,
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its name without folders, so that the report does not depend on the location of the log.
    pub name: String,
    /// `csv` or `jsonl`.
    pub format: String,
    /// The mapping that was applied.
    pub profile: String,
    /// Rows or records of a file that was read through a profile; in a log each row is an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_rows: Option<u64>,
    /// Events, and rows that could not be read: accepted + duplicates + rejected.
    pub rows_read: u64,
    /// Rows that became events.
    pub accepted: u64,
    /// Repeats that were dropped.
    pub duplicates: u64,
    /// Rows that could not be read.
    pub rejected: u64,
}

impl Input {
    /// The rows of all files, as a spreadsheet counts them.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.source_rows.unwrap_or(self.rows_read)
    }

    /// The number of events, if it differs from the number of rows.
    #[must_use]
    pub fn events_apart(&self) -> Option<u64> {
        Some(self.rows_read).filter(|_| self.files.iter().any(|file| file.rows() != file.rows_read))
    }
}

impl InputFile {
    /// The rows of the file, as a spreadsheet counts them.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.source_rows.unwrap_or(self.rows_read)
    }
}
