//! The nine fact tables. They are public: `fold` writes them as Parquet, and every metric reads them. Their columns are
//! in `tables`.
//!
//! In memory, instants are whole milliseconds (`i64`); in Parquet, they are timestamps in microseconds, UTC.

use crate::event::named_values;

/// The version of the tables' columns. It changes when a column is renamed, removed or gets another meaning.
pub const SCHEMA: &str = "dialogram/facts/1";

named_values! {
    /// The tables that `fold` writes.
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
        /// Ends of conversations, each with its actor.
        Closes => "closes",
        /// Begins of conversations that had been closed.
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
    /// UTF-8, such as an id or a term.
    Text,
    /// Milliseconds since 1970, UTC.
    Instant,
    /// A whole number.
    Number,
    /// True or false.
    Flag,
}

/// A column of a fact table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The name in the table.
    pub name: &'static str,
    /// How its values are stored.
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
