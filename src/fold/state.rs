//! The state of a conversation between two of its events.

use super::ledger::Ledger;
use super::machine::Machine;
use super::rows::{Oddities, Outcome, Phase, Placement, Rating, StintEnd, VisitEnd};
use crate::event::Status;

/// A conversation's state between two events. Texts are numbers in the log's dictionaries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    pub phase: Phase,
    pub place: Placement,
    /// The agent of the open stint, who may have no name; the outer `None` means that no stint is open.
    pub holder: Option<Option<u32>>,
    /// The instant from which a person's answer is due.
    pub due_since: Option<i64>,
    pub status: Option<Status>,
    /// The queue of the open visit.
    pub visit: Option<Option<u32>>,
    /// The number of rows of this conversation.
    pub requests: usize,
    pub visits: usize,
    pub stints: usize,
    pub closes: usize,
    pub reopenings: usize,
    /// The values of the last row of each table.
    pub outcome: Option<Outcome>,
    pub visit_end: Option<VisitEnd>,
    pub is_abandoned: bool,
    pub stint_end: Option<StintEnd>,
    /// The number of agent messages; then, for the last one, the wait that it answered, and the first wait.
    pub agent_messages: usize,
    pub response_ms: Option<i64>,
    pub first_response_ms: Option<i64>,
    pub oddities: Oddities,
    /// The number of ratings, and the latest one.
    pub ratings: usize,
    pub rating: Option<Rating>,
}

impl State {
    /// The current state of a machine.
    pub(super) fn of(machine: &Machine) -> Self {
        let Ledger { facts, from, .. } = &machine.ledger;
        let (requests, visits, stints) = (machine.ledger.requests(), machine.ledger.visits(), machine.ledger.stints());
        let messages = &facts.agent_messages[from.agent_messages..];
        let (visit, message) = (visits.last(), messages.last());
        Self {
            phase: machine.phase,
            place: machine.place,
            holder: machine.ledger.stint().map(|stint| stint.agent),
            due_since: machine.due_since.map(|due| due.at),
            status: machine.status.status().map(|(status, _)| status),
            visit: machine.ledger.visit().map(|visit| visit.place.queue),
            requests: requests.len(),
            visits: visits.len(),
            stints: stints.len(),
            closes: machine.ledger.closes().len(),
            reopenings: facts.reopenings.len() - from.reopenings,
            outcome: requests.last().map(|request| request.outcome),
            visit_end: visit.map(|visit| visit.end),
            is_abandoned: visit.is_some_and(|visit| visit.is_abandoned),
            stint_end: stints.last().map(|stint| stint.end),
            agent_messages: messages.len(),
            response_ms: message.and_then(|message| message.response_ms),
            first_response_ms: message.and_then(|message| message.first_response_ms),
            oddities: facts.oddities,
            ratings: machine.ledger.ratings().len(),
            rating: machine.ledger.ratings().iter().max_by_key(|rating| rating.ts).copied(),
        }
    }
}
