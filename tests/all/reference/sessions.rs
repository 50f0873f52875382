//! Sections 2 and 3: order, repeats, and which conversation an event belongs to.
//!
//! A twin of src/fold/sessions.rs by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use std::collections::BTreeMap;

use super::event::{Actor, Event, Kind};
use super::facts::{AgentState, Facts};
use super::machine::{Folded, Machine};
use super::options::{Options, Sessions};

/// From the rows of one file, as they are in it, to the facts as of the horizon.
pub fn fold(rows: &[Event], options: &Options) -> Facts {
    let rows = input_order(rows);
    let sessions = options.sessions.unwrap_or_else(|| default_sessions(&rows));
    let mut log = accept(&rows, sessions);
    let accepted = log.events.len();
    fall_back_to_departments(&mut log.events);
    log.events.sort_by_key(|event| event.ts);
    let last = log.events.last().map_or(0, |event| event.ts);
    let horizon = options.as_of.unwrap_or(last);
    let seen: Vec<Event> = log.events.into_iter().filter(|event| event.ts <= horizon).collect();
    let machines = match sessions {
        Sessions::Id => by_id(&seen, options),
        Sessions::Inactivity => by_inactivity(&seen, options, false),
        Sessions::InactivityAcrossChannels => by_inactivity(&seen, options, true),
    };
    let mut facts = Facts {
        conversations: Vec::new(),
        requests: Vec::new(),
        visits: Vec::new(),
        stints: Vec::new(),
        agent_messages: Vec::new(),
        closes: Vec::new(),
        reopenings: Vec::new(),
        ratings: Vec::new(),
        agent_states: agent_states(&seen),
        agent_names: agent_names(&seen),
        warnings: Vec::new(),
        sessions,
        horizon,
        instants: seen.iter().map(|event| event.ts).collect(),
        rows_read: rows.len(),
        accepted,
        duplicates: log.duplicates,
        rejected: log.rejected,
    };
    for machine in machines {
        add(&mut facts, machine.finish(horizon));
    }
    mark_returned(&mut facts, options.return_window);
    facts
}

fn add(facts: &mut Facts, folded: Folded) {
    facts.conversations.push(folded.conversation);
    facts.requests.extend(folded.requests);
    facts.visits.extend(folded.visits);
    facts.stints.extend(folded.stints);
    facts.agent_messages.extend(folded.agent_messages);
    facts.closes.extend(folded.closes);
    facts.reopenings.extend(folded.reopenings);
    facts.ratings.extend(folded.ratings);
    facts.warnings.extend(folded.warnings);
}

/// A file whose instants fall at least once and never rise (newest first) is read from its end.
fn input_order(rows: &[Event]) -> Vec<Event> {
    let mut rows: Vec<Event> = rows.iter().map(Event::as_read).collect();
    let falls = rows.windows(2).any(|pair| pair[1].ts < pair[0].ts);
    let rises = rows.windows(2).any(|pair| pair[1].ts > pair[0].ts);
    if falls && !rises {
        rows.reverse();
    }
    rows
}

/// By id is the default where any row carries an id.
fn default_sessions(rows: &[Event]) -> Sessions {
    let has_ids = rows.iter().any(|row| row.conversation_id.is_some());
    if has_ids { Sessions::Id } else { Sessions::Inactivity }
}

struct Log {
    events: Vec<Event>,
    duplicates: usize,
    rejected: usize,
}

/// Rows that belong to no conversation are rejected; repeats of an `event_id` are dropped, or rejected if they differ.
fn accept(rows: &[Event], sessions: Sessions) -> Log {
    let mut log = Log { events: Vec::new(), duplicates: 0, rejected: 0 };
    for row in rows {
        let key = match sessions {
            Sessions::Id => &row.conversation_id,
            Sessions::Inactivity | Sessions::InactivityAcrossChannels => &row.customer_id,
        };
        let earlier = log.events.iter().find(|event| row.event_id.is_some() && event.event_id == row.event_id);
        if key.is_none() && row.kind != Kind::AgentStatus {
            log.rejected += 1;
        } else if let Some(earlier) = earlier {
            // Attributes are not part of the comparison, nor are other columns of the log's own.
            let compared = |event: &Event| Event { plan: None, region: None, ..event.clone() };
            if compared(earlier) == compared(row) {
                log.duplicates += 1;
            } else {
                log.rejected += 1;
            }
        } else {
            log.events.push(row.clone());
        }
    }
    log
}

/// Where no accepted row of the run has a `queue` or `to_queue`, the department is the queue.
fn fall_back_to_departments(events: &mut [Event]) {
    if events.iter().any(|event| event.queue.is_some() || event.to_queue.is_some()) {
        return;
    }
    for event in events {
        event.queue.clone_from(&event.department);
        event.to_queue.clone_from(&event.to_department);
    }
}

/// `--sessions id`: one conversation per `conversation_id`.
fn by_id(events: &[Event], options: &Options) -> Vec<Machine> {
    let mut machines: Vec<Machine> = Vec::new();
    for event in events.iter().filter(|event| event.kind != Kind::AgentStatus) {
        let Some(id) = &event.conversation_id else { continue };
        if !machines.iter().any(|machine| machine.id() == id) {
            machines.push(Machine::new(id.clone(), None, event.ts, options));
        }
        if let Some(machine) = machines.iter_mut().find(|machine| machine.id() == id) {
            machine.handle(event);
        }
    }
    machines
}

/// A customer on a channel.
type Key = (String, Option<String>);

/// `--sessions inactivity`: per customer and channel; `inactivity-across-channels`: per customer, whose conversations then
/// have the first channel that one of their rows names.
fn by_inactivity(events: &[Event], options: &Options, is_across_channels: bool) -> Vec<Machine> {
    let mut machines: Vec<Machine> = Vec::new();
    let mut current: BTreeMap<Key, usize> = BTreeMap::new();
    let mut counts: BTreeMap<Key, usize> = BTreeMap::new();
    let mut latest_channels: BTreeMap<String, Option<String>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind != Kind::AgentStatus) {
        let Some(customer) = event.customer_id.clone() else {
            continue;
        };
        // A row without a channel joins the customer's latest conversation.
        let latest_channel = latest_channels.get(&customer).cloned().flatten();
        let channel = event.channel.clone().or(latest_channel).filter(|_| !is_across_channels);
        let key = (customer.clone(), channel.clone());
        let is_new = match current.get(&key) {
            None => true,
            Some(&machine) => splits(&mut machines[machine], event, options),
        };
        if is_new {
            let count = counts.entry(key.clone()).or_insert(0);
            *count += 1;
            let id = conversation_id(&customer, &channel, *count);
            current.insert(key.clone(), machines.len());
            machines.push(Machine::new(id, channel.clone(), event.ts, options));
        }
        machines[current[&key]].handle(event);
        latest_channels.insert(customer, channel);
    }
    machines
}

/// A customer message or a `started` begins a new conversation when the current one is closed or has been silent for
/// the limit; a split while a person is in charge ends the earlier one as a `customer_left` at that instant.
fn splits(current: &mut Machine, event: &Event, options: &Options) -> bool {
    if event.kind != Kind::Started && !event.is_message_by(Actor::Customer) {
        return false;
    }
    if current.is_closed() {
        return true;
    }
    let is_person_in_charge = current.is_person_in_charge();
    let limit = if is_person_in_charge { options.human_inactivity } else { options.inactivity };
    if event.ts - current.silent_since() < limit {
        return false;
    }
    if is_person_in_charge {
        current.split(event.ts);
    }
    true
}

/// `customer_id/channel/n`, `/` in a part written `%2F`.
fn conversation_id(customer: &str, channel: &Option<String>, count: usize) -> String {
    let part = |text: &str| text.replace('/', "%2F");
    format!("{}/{}/{count}", part(customer), part(channel.as_deref().unwrap_or("")))
}

/// The name is for display, the last one seen wins.
fn agent_names(events: &[Event]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for event in events {
        if let (Some(agent), Some(name)) = (event.agent(), event.agent_name.clone()) {
            names.insert(agent, name);
        }
    }
    names
}

/// Table 9: consecutive equal statuses merge; the capacity is the latest given.
fn agent_states(events: &[Event]) -> Vec<AgentState> {
    let mut states: Vec<AgentState> = Vec::new();
    for event in events.iter().filter(|event| event.kind == Kind::AgentStatus) {
        let (Some(agent), Some(status)) = (event.agent(), event.status) else {
            continue;
        };
        let last = states.iter_mut().rfind(|state| state.agent == agent);
        let capacity = event.capacity.or(last.as_ref().and_then(|state| state.capacity));
        match last {
            Some(state) if state.status == status => state.capacity = capacity,
            last => {
                if let Some(state) = last {
                    state.until = Some(event.ts);
                }
                states.push(AgentState { agent, status, since: event.ts, until: None, capacity });
            }
        }
    }
    states
}

/// 6.4: returned, if another conversation of that customer with an agent message started from the first close until
/// the return window after it, both included.
fn mark_returned(facts: &mut Facts, return_window: i64) {
    let others = facts.conversations.clone();
    for (place, conversation) in facts.conversations.iter_mut().enumerate() {
        let (Some(customer), Some(close)) = (&conversation.customer, conversation.first_closed_at) else {
            continue;
        };
        conversation.is_returned = others.iter().enumerate().any(|(other_place, other)| {
            other_place != place
                && other.customer.as_ref() == Some(customer)
                && other.agent_messages > 0
                && (close..=close + return_window).contains(&other.started_at)
        });
    }
}
