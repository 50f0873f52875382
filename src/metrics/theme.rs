//! The themes of metrics. Wide tables and pages of key figures are sorted by theme.

use crate::event::named_values;

named_values! {
    /// A theme. Their order is the one in which readers have questions.
    Theme {
        /// The number of conversations and customers.
        Conversations => "conversations",
        /// Requests for a person and their outcomes.
        Transfers => "transfer requests",
        /// Open and finished work.
        Load => "load",
        /// Waiting times of customers.
        Waits => "waits",
        /// Times to answer and to finish conversations.
        Times => "handling",
        /// Results.
        Service => "service",
        /// The time of agents.
        Agents => "agents' time",
        /// Resolution at first contact.
        FirstContact => "first contact",
    }
}
