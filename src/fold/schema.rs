//! The nine fact tables: public, written as Parquet by `fold`, read by every metric. Their columns are in `tables`.
//!
//! In memory instants are whole milliseconds (`i64`); in Parquet they are timestamps in microseconds, UTC.

use crate::event::words;

/// Version of the tables' columns; it changes when a column is renamed, removed or means something else.
pub const SCHEMA: &str = "dialogram/facts/1";

words! {
    /// A fact table.
    FactTable {
        /// One row a conversation.
        Conversations => "conversations",
        /// Requests for a person.
        Requests => "requests",
        /// Stays in a queue.
        Visits => "visits",
        /// Agents' holds of a conversation.
        Stints => "stints",
        /// Messages by agents.
        AgentMessages => "agent_messages",
        /// Closes.
        Closes => "closes",
        /// Reopenings.
        Reopenings => "reopenings",
        /// Ratings, one a conversation and survey.
        Ratings => "ratings",
        /// Agents' statuses over time.
        AgentStates => "agent_states",
    }
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// An instant.
    Instant,
    /// A whole number.
    Number,
    /// True or false.
    Flag,
}

/// A column of a fact table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Its name.
    pub name: &'static str,
    /// Its content.
    pub holds: Type,
    /// Its meaning.
    pub doc: &'static str,
}

impl FactTable {
    /// Whether it has that column.
    #[must_use]
    pub fn has(self, column: &str) -> bool {
        self.columns().iter().any(|spec| spec.name == column)
    }
}
