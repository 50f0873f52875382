//! The state of a conversation between two of its events.

use super::rows::{Oddities, Outcome, Phase, Placement, StintEnd, VisitEnd};
use crate::event::Status;

/// A conversation's state between two events. Texts are numbers into the log's dictionaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the machine")]
pub struct State {
    pub phase: Phase,
    pub place: Placement,
    /// The agent of the open stint, who may be without a name; none where none is open.
    pub holder: Option<Option<u32>>,
    /// Since when a person's answer is due.
    pub due_since: Option<i64>,
    pub status: Option<Status>,
    /// The queue of the open visit.
    pub visit: Option<Option<u32>>,
    /// How many there are of this conversation.
    pub requests: usize,
    pub visits: usize,
    pub stints: usize,
    pub closes: usize,
    pub reopenings: usize,
    /// Of the last of each.
    pub outcome: Option<Outcome>,
    pub visit_end: Option<VisitEnd>,
    pub is_abandoned: bool,
    pub stint_end: Option<StintEnd>,
    /// Of the last message of an agent: the wait that it answered, and the first one.
    pub agent_messages: usize,
    pub response_ms: Option<i64>,
    pub first_response_ms: Option<i64>,
    pub oddities: Oddities,
}
