//! The theme of a metric. Wide tables and pages of key figures are in the order of themes.

use crate::event::words;

words! {
    /// A theme. The order is the one in which a reader asks.
    Theme {
        /// How many conversations, with whom.
        Conversations => "conversations",
        /// Requests for a person and what became of them.
        Transfers => "transfer requests",
        /// Open and finished work.
        Load => "load",
        /// How long customers waited.
        Waits => "waits",
        /// How long answers and conversations took.
        Times => "handling",
        /// Results.
        Service => "service",
        /// The time of agents.
        Agents => "agents' time",
        /// Whether one contact was enough.
        FirstContact => "first contact",
    }
}
