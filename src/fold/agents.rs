//! Facts that no single conversation has: agents' states and names, and customers who came back.

use hashbrown::HashMap;

use super::rows::{AgentState, Conversation};
use crate::event::{Detail, Kind, Text, Words};
use crate::ingest::Log;

/// Agents' statuses over time; equal ones in a row are one state.
#[must_use]
pub fn states(log: &Log, horizon: i64) -> Vec<AgentState> {
    let events = &log.events;
    let mut rows: Vec<usize> = (0..events.len())
        .filter(|row| events.kinds()[*row] == Kind::AgentStatus && events.ts()[*row] <= horizon)
        .collect();
    rows.sort_by_key(|row| events.ts()[*row]);
    let mut by_agent: HashMap<u32, usize> = HashMap::new();
    let mut states: Vec<Vec<AgentState>> = Vec::new();
    for row in rows.into_iter().map(|row| events.row(row)) {
        if let (Some(agent), Detail::AgentStatus(status)) = (row.agent(), row.detail) {
            let place = *by_agent.entry(agent).or_insert(states.len());
            if place == states.len() {
                states.push(Vec::new());
            }
            let known = states[place].last_mut();
            let capacity = row.capacity.or(known.as_ref().and_then(|state| state.capacity));
            match known {
                Some(state) if state.status == status => state.capacity = capacity,
                known => {
                    if let Some(state) = known {
                        state.until = Some(row.ts);
                    }
                    states[place].push(AgentState { agent, status, since: row.ts, until: None, capacity });
                }
            }
        }
    }
    states.into_iter().flatten().collect()
}

/// Each agent's name for display: the last one seen up to the horizon. By number of the agent.
#[must_use]
pub fn names(log: &Log, horizon: i64) -> Vec<Option<u32>> {
    let events = &log.events;
    let agents = log.words(Words::Agents).len();
    let mut latest: Vec<Option<(i64, u32)>> = vec![None; agents];
    if events.has(Text::AgentName) {
        for (row, ts) in events.ts().iter().enumerate().filter(|(_, ts)| **ts <= horizon) {
            if let Some(name) = events.text(Text::AgentName, row) {
                let agent = events.text(Text::AgentId, row).unwrap_or(name);
                let known = &mut latest[agent as usize];
                if known.is_none_or(|(at, _)| at <= *ts) {
                    *known = Some((*ts, name));
                }
            }
        }
    }
    latest.into_iter().map(|known| known.map(|(_, name)| name)).collect()
}

/// What tells whether a customer came back.
#[derive(Debug, Clone, Copy)]
pub struct Contact {
    customer: Option<u32>,
    started_at: i64,
    first_closed_at: Option<i64>,
    has_agent: bool,
}

impl Contact {
    /// Of a conversation.
    #[must_use]
    pub fn of(conversation: &Conversation) -> Self {
        Self {
            customer: conversation.customer,
            started_at: conversation.started_at,
            first_closed_at: conversation.first_closed_at,
            has_agent: conversation.messages.agent > 0,
        }
    }
}

/// Whether the customer started another conversation with an agent from the first close until `return_window_ms` after.
#[must_use]
pub fn returns(contacts: &[Contact], return_window_ms: i64) -> Vec<bool> {
    let with_agent = contacts.iter().enumerate().filter(|(_, contact)| contact.has_agent);
    let mut starts: Vec<(u32, i64, usize)> =
        with_agent.filter_map(|(at, contact)| Some((contact.customer?, contact.started_at, at))).collect();
    starts.sort_unstable();
    let is_returned = |(at, contact): (usize, &Contact)| {
        let (Some(customer), Some(closed)) = (contact.customer, contact.first_closed_at) else {
            return false;
        };
        let from = starts.partition_point(|(other, start, _)| (*other, *start) < (customer, closed));
        let until = closed.saturating_add(return_window_ms);
        let soon = starts[from..].iter().take_while(|(other, start, _)| *other == customer && *start <= until);
        soon.into_iter().any(|(_, _, other)| *other != at)
    };
    contacts.iter().enumerate().map(is_returned).collect()
}
