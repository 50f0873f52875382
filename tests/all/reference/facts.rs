//! Section 4: the nine fact tables.
//!
//! A twin of src/fold/rows.rs by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use std::collections::BTreeMap;

use serde::Serialize;

use super::event::{Actor, Resolution, Status};
use super::options::Sessions;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    None,
    Bot,
    Waiting,
    Human,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Succeeded,
    Cancelled,
    Disabled,
    Incomplete,
    Pending,
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitEnd {
    Open,
    Closed,
    TransferredOut,
    Requeued,
    Left,
}

/// How a stint ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StintEnd {
    Open,
    Closed,
    Transferred,
    Released,
    Left,
}

/// The columns that all tables but `agent_states` have: the conversation's id, channel, app and support type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Common {
    pub conversation_id: String,
    pub channel: Option<String>,
    pub app: Option<String>,
    pub support_type: String,
}

/// Table 1. Instants are UTC in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conversation {
    #[serde(flatten)]
    pub common: Common,
    pub customer: Option<String>,
    pub department: Option<String>,
    pub queue: Option<String>,
    /// The holder, else the agent of the last close if it names one, else the last agent who wrote.
    pub agent: Option<String>,
    pub contact: Option<String>,
    pub protocol: Option<String>,
    /// The distinct tags in byte order, with semicolons between.
    pub tags: Option<String>,
    /// The latest values of the attributes.
    #[serde(skip)]
    pub plan: Option<String>,
    #[serde(skip)]
    pub region: Option<String>,
    pub started_at: i64,
    pub last_event_at: i64,
    pub last_message_at: Option<i64>,
    pub last_message_by: Option<Actor>,
    pub welcome_at: Option<i64>,
    pub first_customer_message_at: Option<i64>,
    pub engaged_at: Option<i64>,
    /// The message that engaged was the customer's.
    pub was_engaged_by_customer: bool,
    pub first_agent_message_at: Option<i64>,
    /// Of the messages by customer and agents, the first is the customer's.
    pub did_customer_write_first: bool,
    pub first_closed_at: Option<i64>,
    pub first_closed_by: Option<Actor>,
    pub closed_at: Option<i64>,
    pub closed_by: Option<Actor>,
    pub bot_ended_at: Option<i64>,
    pub phase: Phase,
    pub is_unanswered: bool,
    pub status: Option<Status>,
    pub status_since: Option<i64>,
    pub due_since: Option<i64>,
    pub customer_messages: u64,
    pub bot_messages: u64,
    pub agent_messages: u64,
    pub system_messages: u64,
    pub close_count: u64,
    pub reopen_count: u64,
    pub handover_count: u64,
    pub is_returned: bool,
    pub score: Option<i64>,
    /// Of survey csat, else of thumbs: up 5, down 1.
    pub satisfaction: Option<i64>,
    /// Not in the page's list, but `engaged_customers` (6.1) asks for it.
    pub did_customer_write_after_welcome: bool,
    /// The agent of the open stint; the outer option: is there one (its agent may be nobody known).
    pub holder: Option<Option<String>>,
    /// Since when it is silent (section 3).
    pub silent_since: i64,
    /// A stint has ended as `transferred` and none has begun since, nor has the conversation ended.
    pub is_waiting_after_handover: bool,
    pub ended_before_pickup: u64,
}

/// Table 2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    #[serde(flatten)]
    pub common: Common,
    pub requested_at: i64,
    pub decided_at: Option<i64>,
    pub outcome: Outcome,
    pub department: Option<String>,
    pub queue: Option<String>,
}

/// Table 3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Visit {
    #[serde(flatten)]
    pub common: Common,
    pub queue: Option<String>,
    pub department: Option<String>,
    pub agent: Option<String>,
    pub entered_at: Option<i64>,
    pub assigned_at: Option<i64>,
    pub first_reply_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub end: VisitEnd,
    pub is_abandoned: bool,
    pub opened_at: i64,
    /// A `transferred` event opened it.
    pub is_by_transfer: bool,
    /// Somebody was assigned in it (the agent may be nobody known).
    #[serde(skip)]
    pub has_agent: bool,
}

/// Table 4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stint {
    #[serde(flatten)]
    pub common: Common,
    pub agent: Option<String>,
    pub queue: Option<String>,
    pub department: Option<String>,
    pub assigned_at: Option<i64>,
    pub began_at: i64,
    pub first_message_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub end: StintEnd,
    pub was_received_by_transfer: bool,
    pub is_no_show: bool,
}

/// Table 5.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgentMessage {
    #[serde(flatten)]
    pub common: Common,
    pub agent: Option<String>,
    pub queue: Option<String>,
    pub department: Option<String>,
    pub ts: i64,
    pub response_ms: Option<i64>,
}

/// Table 6.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Close {
    #[serde(flatten)]
    pub common: Common,
    pub ts: i64,
    pub actor: Option<Actor>,
    pub agent: Option<String>,
    pub queue: Option<String>,
    pub department: Option<String>,
    pub resolution: Option<Resolution>,
    pub last_word_by: Option<Actor>,
    pub is_first: bool,
}

/// Table 7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reopening {
    #[serde(flatten)]
    pub common: Common,
    pub ts: i64,
}

/// Table 8, one a conversation and survey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rating {
    #[serde(flatten)]
    pub common: Common,
    pub ts: i64,
    pub survey: String,
    pub score: i64,
    pub agent: Option<String>,
    pub queue: Option<String>,
    pub department: Option<String>,
}

/// Table 9.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgentState {
    pub agent: String,
    pub status: Status,
    pub since: i64,
    pub until: Option<i64>,
    pub capacity: Option<i64>,
}

/// Something odd in the log that changes nothing (section 4, "a warning").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    ClosedAlready,
    ReopenedWhileOpen,
    OutcomeWithoutRequest,
    TransferredNowhere,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub oddity: Oddity,
    pub conversation_id: String,
    pub ts: i64,
}

/// All that a log says, as of the horizon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub conversations: Vec<Conversation>,
    pub requests: Vec<Request>,
    pub visits: Vec<Visit>,
    pub stints: Vec<Stint>,
    pub agent_messages: Vec<AgentMessage>,
    pub closes: Vec<Close>,
    pub reopenings: Vec<Reopening>,
    pub ratings: Vec<Rating>,
    pub agent_states: Vec<AgentState>,
    /// The display name of an agent: the last one seen.
    pub agent_names: BTreeMap<String, String>,
    pub warnings: Vec<Warning>,
    pub sessions: Sessions,
    pub horizon: i64,
    /// The instants of the accepted events up to the horizon, in order.
    pub instants: Vec<i64>,
    pub rows_read: usize,
    pub accepted: usize,
    pub duplicates: usize,
    pub rejected: usize,
}

impl Facts {
    /// The conversation of a row.
    pub fn conversation(&self, id: &str) -> &Conversation {
        let found = self.conversations.iter().find(|conversation| conversation.common.conversation_id == id);
        found.expect("every row belongs to a conversation")
    }

    /// The name of an agent in the log.
    pub fn agent_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.agent_names.get(id).map_or(id, String::as_str)
    }

    pub fn count_warnings(&self, oddity: Oddity) -> usize {
        self.warnings.iter().filter(|warning| warning.oddity == oddity).count()
    }
}
