//! Section 9: the operation at one instant, the horizon.
//!
//! A twin of src/report/snapshot by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;

use super::event::Status;
use super::facts::{Conversation, Facts, Phase, StintEnd};
use super::metrics::{attributes_of, is_wanted, key, tags_of};
use super::options::{Filters, Options};
use super::report::{fits_agent, fits_attributes, fits_contact, fits_protocol, fits_tag};
use super::window::{begin_of_day, day};

/// Durations are milliseconds, instants UTC milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub total: u64,
    pub automated: u64,
    pub waiting: u64,
    pub attended: u64,
    pub conversations: BTreeMap<String, OpenConversation>,
    pub agents: BTreeMap<String, Agent>,
    pub departments: BTreeMap<String, Place>,
    pub queues: BTreeMap<String, Place>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConversation {
    pub channel: Option<String>,
    pub status: Option<Status>,
    pub time_in_status: Option<i64>,
    pub customer: Option<String>,
    pub contact: Option<String>,
    pub protocol: Option<String>,
    /// The holder.
    pub agent: Option<String>,
    pub department: Option<String>,
    pub queue: Option<String>,
    pub created: i64,
    /// The last message, of any actor.
    pub updated: Option<i64>,
    pub duration: i64,
    pub handovers: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    pub name: String,
    pub status: Option<Status>,
    pub time_in_status: Option<i64>,
    pub attended: u64,
    pub capacity: Option<i64>,
    /// Made on the horizon's local day and the six before.
    pub handovers: u64,
    /// The departments of the agent's stints.
    pub departments: BTreeSet<String>,
}

/// A department or a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub attended: u64,
    pub waiting: u64,
    pub longest_wait: Option<i64>,
    /// Agents now online who have had a stint there (the page does not say what makes an agent belong to a queue).
    pub agents_online: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Automated,
    Waiting,
    Attended,
}

/// Open: phase not `closed`, but `none` and `bot` conversations (not unanswered) silent for the limit are over.
fn group(conversation: &Conversation, facts: &Facts, options: &Options) -> Option<Group> {
    match conversation.phase {
        Phase::Closed => None,
        Phase::Waiting => Some(Group::Waiting),
        Phase::Human => Some(Group::Attended),
        Phase::None | Phase::Bot if conversation.is_unanswered => Some(Group::Waiting),
        Phase::None | Phase::Bot => {
            let is_over = facts.horizon - conversation.silent_since >= options.inactivity;
            if is_over { None } else { Some(Group::Automated) }
        }
    }
}

impl Snapshot {
    pub fn new(facts: &Facts, options: &Options, filters: &Filters) -> Snapshot {
        let mut open: Vec<(&Conversation, Group)> = Vec::new();
        for conversation in facts.conversations.iter().filter(|conversation| fits(conversation, facts, filters)) {
            if let Some(group) = group(conversation, facts, options) {
                open.push((conversation, group));
            }
        }
        let count = |wanted: Group| open.iter().filter(|(_, group)| *group == wanted).count() as u64;
        let listed = |conversation: &Conversation| {
            (conversation.common.conversation_id.clone(), listed(conversation, facts.horizon))
        };
        Snapshot {
            total: open.len() as u64,
            automated: count(Group::Automated),
            waiting: count(Group::Waiting),
            attended: count(Group::Attended),
            conversations: open.iter().map(|(conversation, _)| listed(conversation)).collect(),
            agents: agents(facts, options, &open, filters),
            departments: kept(
                places(facts, &open, |conversation| key(&conversation.department), false),
                &filters.department,
            ),
            queues: kept(places(facts, &open, |conversation| key(&conversation.queue), true), &filters.queue),
        }
    }
}

/// A department or a queue is shown where the filter of its own keeps it.
fn kept(mut places: BTreeMap<String, Place>, wanted: &[String]) -> BTreeMap<String, Place> {
    places.retain(|key, _| is_wanted(wanted, key));
    places
}

/// The filters of a snapshot act on its conversations; the agent is the holder.
fn fits(conversation: &Conversation, facts: &Facts, filters: &Filters) -> bool {
    let columns = [
        (&filters.channel, key(&conversation.common.channel)),
        (&filters.department, key(&conversation.department)),
        (&filters.queue, key(&conversation.queue)),
        (&filters.app, key(&conversation.common.app)),
        (&filters.support_type, conversation.common.support_type.clone()),
    ];
    let status_fits = conversation.status.is_some_and(|status| filters.status.contains(&status));
    columns.iter().all(|(wanted, value)| is_wanted(wanted, value))
        && fits_agent(facts, filters, &[conversation.holder.clone().flatten()])
        && fits_contact(filters, &conversation.contact)
        && fits_protocol(filters, &conversation.protocol)
        && fits_tag(filters, &tags_of(conversation))
        && fits_attributes(filters, &attributes_of(conversation))
        && (filters.status.is_empty() || status_fits)
}

fn listed(conversation: &Conversation, horizon: i64) -> OpenConversation {
    OpenConversation {
        channel: conversation.common.channel.clone(),
        status: conversation.status,
        time_in_status: conversation.status_since.map(|since| horizon - since),
        customer: conversation.customer.clone(),
        contact: conversation.contact.clone(),
        protocol: conversation.protocol.clone(),
        agent: conversation.holder.clone().flatten(),
        department: conversation.department.clone(),
        queue: conversation.queue.clone(),
        created: conversation.started_at,
        updated: conversation.last_message_at,
        duration: horizon - conversation.started_at,
        handovers: conversation.handover_count,
    }
}

/// The agents with a status or a stint.
fn agents(
    facts: &Facts,
    options: &Options,
    open: &[(&Conversation, Group)],
    filters: &Filters,
) -> BTreeMap<String, Agent> {
    let of_states = facts.agent_states.iter().map(|state| state.agent.clone());
    let of_stints = facts.stints.iter().map(|stint| key(&stint.agent));
    let ids: BTreeSet<String> = of_states.chain(of_stints).collect();
    let wanted = ids.into_iter().filter(|id| fits_agent(facts, filters, &[Some(id.clone())]));
    wanted.map(|id| (id.clone(), agent(facts, options, open, &id))).collect()
}

fn agent(facts: &Facts, options: &Options, open: &[(&Conversation, Group)], id: &str) -> Agent {
    let state = facts.agent_states.iter().rfind(|state| state.agent == id);
    let first_day = day(options.zone, facts.horizon) - Days::new(6);
    let from = begin_of_day(options.zone, first_day);
    let stints = || facts.stints.iter().filter(|stint| key(&stint.agent) == id);
    let made = stints().filter(|stint| stint.end == StintEnd::Transferred);
    let holds = |conversation: &Conversation| conversation.holder.as_ref().is_some_and(|holder| key(holder) == id);
    Agent {
        name: facts.agent_names.get(id).map_or_else(|| id.to_string(), |name| key(&Some(name.clone()))),
        status: state.map(|state| state.status),
        time_in_status: state.map(|state| facts.horizon - state.since),
        attended: open.iter().filter(|(conversation, _)| holds(conversation)).count() as u64,
        capacity: state.and_then(|state| state.capacity),
        handovers: made.filter(|stint| stint.ended_at.is_some_and(|ended| ended >= from)).count() as u64,
        departments: stints().filter_map(|stint| stint.department.clone()).collect(),
    }
}

fn places(
    facts: &Facts,
    open: &[(&Conversation, Group)],
    key_of: fn(&Conversation) -> String,
    is_queue: bool,
) -> BTreeMap<String, Place> {
    let stint_keys = |stint: &super::facts::Stint| key(if is_queue { &stint.queue } else { &stint.department });
    let of_conversations = open.iter().map(|(conversation, _)| key_of(conversation));
    let ids: BTreeSet<String> = of_conversations.chain(facts.stints.iter().map(stint_keys)).collect();
    let mut places = BTreeMap::new();
    for id in ids {
        let here = || open.iter().filter(|(conversation, _)| key_of(conversation) == id);
        let waiting = || here().filter(|(_, group)| *group == Group::Waiting);
        let served_by = facts.stints.iter().filter(|stint| stint_keys(stint) == id).map(|stint| key(&stint.agent));
        let online = served_by.collect::<BTreeSet<String>>().into_iter().filter(|agent| is_online(facts, agent));
        let place = Place {
            attended: here().filter(|(_, group)| *group == Group::Attended).count() as u64,
            waiting: waiting().count() as u64,
            longest_wait: waiting().filter_map(|(conversation, _)| wait(facts, conversation)).max(),
            agents_online: online.count() as u64,
        };
        places.insert(id, place);
    }
    places
}

fn is_online(facts: &Facts, agent: &str) -> bool {
    let state = facts.agent_states.iter().rfind(|state| state.agent == agent);
    state.is_some_and(|state| state.status == Status::Online)
}

/// How long a conversation waits: since the visit's entry, else `due_since`.
fn wait(facts: &Facts, conversation: &Conversation) -> Option<i64> {
    let id = &conversation.common.conversation_id;
    let open_visit = facts.visits.iter().find(|visit| visit.common.conversation_id == *id && visit.ended_at.is_none());
    let since = open_visit.and_then(|visit| visit.entered_at).or(conversation.due_since)?;
    Some(facts.horizon - since)
}
