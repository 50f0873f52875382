//! The nine fact tables. They are public: `fold` writes them as Parquet, and every metric reads them. Their columns are
//! in `tables`.
//!
//! In memory, instants are whole milliseconds (`i64`); in Parquet, they are timestamps in microseconds, UTC.

use crate::event::named_values;

/// The version of the tables' columns. It changes when a column is renamed, removed or gets another meaning.
pub const SCHEMA: &str = "dialogram/facts/1";

named_values! {
    /// A fact table.
    FactTable {
        /// One row per conversation.
        Conversations => "conversations",
        /// Requests for a person.
        Requests => "requests",
        /// Stays in a queue.
        Visits => "visits",
        /// Agents' holds on conversations.
        Stints => "stints",
        /// Messages by agents.
        AgentMessages => "agent_messages",
        /// Closes.
        Closes => "closes",
        /// Reopenings.
        Reopenings => "reopenings",
        /// Ratings, one per conversation and survey.
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
    /// Its type.
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
