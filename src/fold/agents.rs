//! Facts that belong to no single conversation: agents' states and names, and returning customers.

use hashbrown::{HashMap, HashSet};

use super::rows::{AgentState, Conversation};
use crate::event::{Content, Detail, NONE, Text};
use crate::ingest::{Log, PositionedEvent};

/// Agents' statuses over time; consecutive equal statuses are one state.
#[must_use]
pub fn states(log: &Log, horizon: i64) -> Vec<AgentState> {
    let mut rows: Vec<PositionedEvent> = log.statuses(horizon).collect();
    rows.sort_by_key(|event| event.ts);
    let mut by_agent: HashMap<u32, usize> = HashMap::new();
    let mut states: Vec<Vec<AgentState>> = Vec::new();
    for event in rows {
        let (ts, content, origin) = (event.ts, &log.contents[event.content as usize], event.origin());
        if let (Some(agent), Detail::AgentStatus(status)) = (content.agent(), content.detail) {
            let index = *by_agent.entry(agent).or_insert(states.len());
            if index == states.len() {
                states.push(Vec::new());
            }
            let known = states[index].last_mut();
            let capacity = content.capacity.or(known.as_ref().and_then(|state| state.capacity));
            match known {
                Some(state) if state.status == status => state.capacity = capacity,
                known => {
                    if let Some(state) = known {
                        state.until = Some(ts);
                        state.until_origin = origin;
                    }
                    let (until, until_origin) = (None, None);
                    let state =
                        AgentState { agent, status, since: ts, until, capacity, since_origin: origin, until_origin };
                    states[index].push(state);
                }
            }
        }
    }
    states.into_iter().flatten().collect()
}

/// The position of a content's last event: its instant, then its input order.
pub type LastPosition = Option<(i64, (u32, u32))>;

/// Notes the last event of each content that decides an agent's name.
#[derive(Debug, Clone)]
pub struct NameWatch {
    /// For each content, whether its last event must be noted. Kept apart, because it is checked for each event.
    is_watched: Vec<bool>,
    /// Whether any content is watched: usually each agent has one name.
    is_any: bool,
    /// For each content, the position of its last event.
    latest: Vec<LastPosition>,
}

impl NameWatch {
    /// Watches contents that name an agent who has other names, too; all others decide nothing.
    ///
    /// If later events are not read (`is_cut`), they may have further names: then all contents that name an agent are
    /// watched.
    #[must_use]
    pub fn new(log: &Log, is_cut: bool) -> Self {
        let mut names: HashMap<u32, u32> = HashMap::new();
        let mut is_renamed: HashSet<u32> = HashSet::new();
        for (agent, name) in log.contents.iter().filter_map(named) {
            if *names.entry(agent).or_insert(name) != name {
                is_renamed.insert(agent);
            }
        }
        let is_cut = is_cut || !log.rejects.is_empty();
        let watches = |content| named(content).is_some_and(|(agent, _)| is_cut || is_renamed.contains(&agent));
        let is_watched: Vec<bool> = log.contents.iter().map(watches).collect();
        let is_any = is_watched.contains(&true);
        Self { is_watched, is_any, latest: vec![None; log.contents.len()] }
    }

    /// Notes an event.
    #[inline]
    pub fn see(&mut self, log: &Log, event: &PositionedEvent) {
        let content = event.content as usize;
        if self.is_any && self.is_watched[content] {
            let latest = &mut self.latest[content];
            *latest = (*latest).max(Some((event.ts, log.input_order(event))));
        }
    }

    /// Adds the notes of another one.
    pub fn merge(&mut self, other: &Self) {
        for (latest, other) in self.latest.iter_mut().zip(&other.latest) {
            *latest = (*latest).max(*other);
        }
    }

    /// The display name of each agent, which is the last one in the log, by the number of the agent.
    #[must_use]
    pub fn names(&self, log: &Log) -> HashMap<u32, u32> {
        let mut names: HashMap<u32, (LastPosition, u32)> = HashMap::new();
        for ((content, is_watched), latest) in log.contents.iter().zip(&self.is_watched).zip(&self.latest) {
            if let Some((agent, name)) = named(content)
                && (latest.is_some() || !is_watched)
            {
                let known = names.entry(agent).or_insert((*latest, name));
                if known.0 <= *latest {
                    *known = (*latest, name);
                }
            }
        }
        names.into_iter().map(|(agent, (_, name))| (agent, name)).collect()
    }
}

/// The agent and the agent's name in a content.
fn named(content: &Content) -> Option<(u32, u32)> {
    let name = content.text(Text::AgentName)?;
    Some((content.text(Text::AgentId).unwrap_or(name), name))
}

/// Means no instant: real instants are later.
const NEVER: i64 = i64::MIN;

/// The contacts from which it follows whether a customer returned. Those of all conversations of a log are in memory at
/// the same time, so each takes as few bytes as possible: 24.
#[derive(Debug, Clone, Copy)]
pub struct Contact {
    started_at: i64,
    /// [`NEVER`] if it was not closed.
    first_closed_at: i64,
    /// [`NONE`] if there is no customer.
    customer: u32,
    has_agent: bool,
    /// Whether the rows of the conversation are kept.
    pub is_kept: bool,
}

impl Contact {
    /// The contact of a conversation.
    #[must_use]
    pub fn of(conversation: &Conversation, is_kept: bool) -> Self {
        let Conversation { customer, started_at, first_closed_at, messages, .. } = conversation;
        Self { is_kept, ..Self::new(*customer, *started_at, *first_closed_at, messages.agent > 0) }
    }

    /// The contact of a conversation whose facts were made elsewhere.
    #[must_use]
    pub fn new(customer: Option<u32>, started_at: i64, first_closed_at: Option<i64>, has_agent: bool) -> Self {
        let (customer, first_closed_at) = (customer.unwrap_or(NONE), first_closed_at.unwrap_or(NEVER));
        Self { started_at, first_closed_at, customer, has_agent, is_kept: true }
    }
}

/// For each contact, whether the customer started another conversation with an agent between the first close and
/// `return_window_ms` later.
#[must_use]
pub fn returns<'c>(contacts: impl Iterator<Item = &'c Contact> + Clone, return_window_ms: i64) -> Vec<bool> {
    let with_agent =
        (0_u32..).zip(contacts.clone()).filter(|(_, contact)| contact.has_agent && contact.customer != NONE);
    let mut starts: Vec<(u32, i64, u32)> =
        with_agent.map(|(at, contact)| (contact.customer, contact.started_at, at)).collect();
    starts.sort_unstable();
    let is_returned = |(at, contact): (u32, &Contact)| {
        let (customer, closed) = (contact.customer, contact.first_closed_at);
        if customer == NONE || closed == NEVER {
            return false;
        }
        let from = starts.partition_point(|(other, start, _)| (*other, *start) < (customer, closed));
        let until = closed.saturating_add(return_window_ms);
        let soon = starts[from..].iter().take_while(|(other, start, _)| *other == customer && *start <= until);
        soon.into_iter().any(|(_, _, other)| *other != at)
    };
    (0..).zip(contacts).map(is_returned).collect()
}
