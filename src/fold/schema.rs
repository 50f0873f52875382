//! The columns of the nine fact tables: public, written as Parquet by `fold`, read by every metric.
//!
//! In memory instants are whole milliseconds (`i64`); in Parquet they are timestamps in microseconds, UTC.

use crate::event::words;

/// Version of the tables' columns; it changes when a column is renamed, removed or means something else.
pub const SCHEMA: &str = "dialogram/facts/1";

words! {
    /// A fact table.
    Table {
        /// One row a conversation.
        Conversations => "conversations",
        /// Requests for a person.
        Requests => "requests",
        /// Stays in a queue.
        Visits => "visits",
        /// Agents' holds of a conversation.
        Stints => "stints",
        /// Messages by agents.
        AgentMessages => "agent_messages",
        /// Closes.
        Closes => "closes",
        /// Reopenings.
        Reopenings => "reopenings",
        /// Ratings, one a conversation and survey.
        Ratings => "ratings",
        /// Agents' statuses over time.
        AgentStates => "agent_states",
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// An instant.
    Instant,
    /// A whole number.
    Number,
    /// True or false.
    Flag,
}

/// A column of a fact table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Type,
    /// What it means.
    pub doc: &'static str,
}

const fn text(name: &'static str, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, holds: Type::Text, doc }
}

const fn instant(name: &'static str, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, holds: Type::Instant, doc }
}

const fn count(name: &'static str, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, holds: Type::Number, doc }
}

const fn flag(name: &'static str, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, holds: Type::Flag, doc }
}

const ID: ColumnSpec = text("conversation_id", "the conversation: the log's own id, or customer/channel/n");
const CHANNEL: ColumnSpec = text("channel", "the conversation's first channel");
const APP: ColumnSpec = text("app", "the conversation's latest app");
const SUPPORT: ColumnSpec = text("support_type", "the log's first label, else automated, assisted, agent or none");
const AGENT: ColumnSpec = text("agent", "id of the agent");
const DEPARTMENT: ColumnSpec = text("department", "the department at that instant");
const QUEUE: ColumnSpec = text("queue", "the queue at that instant");

const CONVERSATIONS: &[ColumnSpec] = &[
    ID,
    CHANNEL,
    APP,
    SUPPORT,
    text("customer", "the latest customer id"),
    text("department", "the latest department"),
    text("queue", "the latest queue"),
    text("agent", "the holder, else the agent of the last close, else the last agent who wrote"),
    text("contact", "the latest contact"),
    text("protocol", "the latest ticket number"),
    text("tags", "the distinct tags of its events in byte order, with semicolons between"),
    instant("started_at", "first event"),
    instant("last_event_at", "last event up to the horizon"),
    instant("last_message_at", "last message of any actor"),
    text("last_message_by", "its actor"),
    instant("welcome_at", "first bot message with no agent message before it"),
    instant("first_customer_message_at", "first customer message"),
    instant("engaged_at", "first customer or agent message, after the welcome if there is one"),
    flag("was_engaged_by_customer", "the message of engaged_at is the customer's"),
    flag("did_customer_write_after_welcome", "has a welcome and a customer message after it"),
    instant("first_agent_message_at", "first agent message"),
    flag("did_customer_write_first", "the first customer message comes before any agent message"),
    instant("first_closed_at", "first close"),
    text("first_closed_by", "its actor"),
    instant("closed_at", "the close in force; none while open or after the customer left"),
    text("closed_by", "its actor"),
    instant("bot_ended_at", "when the bot's part ended"),
    text("phase", "none, bot, waiting, human or closed, at the horizon"),
    flag("is_unanswered", "in phase none, a customer waits and no bot ever wrote"),
    text("status", "status at the horizon, while the conversation is open"),
    instant("status_since", "since when it is so"),
    instant("due_since", "since when a customer waits for a person's answer"),
    count("customer_messages", "messages by the customer"),
    count("bot_messages", "messages by the bot"),
    count("agent_messages", "messages by agents"),
    count("system_messages", "messages by the platform"),
    count("close_count", "closes"),
    count("reopen_count", "reopenings"),
    count("handover_count", "stints that ended as transferred"),
    flag("is_returned", "the customer started another conversation with an agent soon after the first close"),
    count("score", "the rating of survey nps, 0 to 10"),
    count("satisfaction", "1 to 5: the rating of survey csat, else of thumbs (up is 5, down is 1)"),
    count("request_count", "requests for a person"),
    count("visit_count", "visits"),
    count("stint_count", "stints"),
    flag("is_waiting_after_handover", "handed over, and nobody has taken it up"),
    count("ended_before_pickup_count", "handovers that nobody took up before the end"),
];

const REQUESTS: &[ColumnSpec] = &[
    ID,
    CHANNEL,
    APP,
    SUPPORT,
    instant("requested_at", "when a person was asked for"),
    instant("decided_at", "when that was decided; none if undecided"),
    text("outcome", "succeeded, cancelled, disabled, incomplete or pending"),
    DEPARTMENT,
    QUEUE,
];

const VISITS: &[ColumnSpec] = &[
    ID,
    CHANNEL,
    APP,
    SUPPORT,
    count("visit", "which of the conversation's visits, from 1"),
    text("department", "the department at entry"),
    text("queue", "the queue at entry, or named later"),
    text("agent", "the first agent assigned in it"),
    instant("entered_at", "when the customer entered; none if an agent was assigned at once"),
    instant("assigned_at", "first assignment before any reply"),
    instant("first_reply_at", "first agent message in it"),
    instant("ended_at", "end"),
    text("end", "closed, transferred_out, requeued, left or open"),
    flag("is_abandoned", "no agent message, and left or closed by another than an agent"),
    instant("opened_at", "when it opened: the entry, else the assignment or agent message that opened it"),
    flag("is_by_transfer", "a `transferred` event opened it"),
];

const STINTS: &[ColumnSpec] = &[
    ID,
    CHANNEL,
    APP,
    SUPPORT,
    count("visit", "the visit that it began in, from 1"),
    AGENT,
    text("department", "the department at its begin"),
    text("queue", "the queue at its begin"),
    instant("assigned_at", "the assignment; none if the agent just wrote"),
    instant("began_at", "begin"),
    instant("first_message_at", "the agent's first message in it"),
    instant("ended_at", "end"),
    text("end", "closed, transferred, released, left or open"),
    flag("was_received_by_transfer", "the agent took over from another"),
    flag("is_no_show", "assigned, and no message within 24 hours"),
];

const AGENT_MESSAGES: &[ColumnSpec] = &[
    ID,
    CHANNEL,
    APP,
    SUPPORT,
    AGENT,
    DEPARTMENT,
    QUEUE,
    instant("ts", "when it was written"),
    count("response_ms", "milliseconds that a customer had waited; none if it answers nothing"),
    count(
        "first_response_ms",
        "milliseconds since the customer's first message; only the first agent message where the customer wrote first",
    ),
];

const CLOSES: &[ColumnSpec] = &[
    ID,
    CHANNEL,
    APP,
    SUPPORT,
    instant("ts", "when it was closed"),
    text("actor", "who closed"),
    AGENT,
    DEPARTMENT,
    QUEUE,
    text("resolution", "resolved or unresolved, where the source says so"),
    text("last_word_by", "customer or agent: whose message was the last before it"),
    flag("is_first", "the conversation's first close"),
];

const REOPENINGS: &[ColumnSpec] = &[ID, CHANNEL, APP, SUPPORT, instant("ts", "when it was opened again")];

const RATINGS: &[ColumnSpec] = &[
    ID,
    CHANNEL,
    APP,
    SUPPORT,
    instant("ts", "when it was given"),
    text("survey", "nps, csat or thumbs"),
    count("score", "nps 0 to 10, csat 1 to 5, thumbs 0 or 1"),
    text("agent", "the last agent who wrote"),
    DEPARTMENT,
    QUEUE,
];

const AGENT_STATES: &[ColumnSpec] = &[
    AGENT,
    text("status", "online, paused or offline"),
    instant("since", "begin"),
    instant("until", "end; none if it holds at the horizon"),
    count("capacity", "how many conversations at once, the latest given"),
];

impl Table {
    /// Its columns, in order.
    #[must_use]
    pub const fn columns(self) -> &'static [ColumnSpec] {
        match self {
            Self::Conversations => CONVERSATIONS,
            Self::Requests => REQUESTS,
            Self::Visits => VISITS,
            Self::Stints => STINTS,
            Self::AgentMessages => AGENT_MESSAGES,
            Self::Closes => CLOSES,
            Self::Reopenings => REOPENINGS,
            Self::Ratings => RATINGS,
            Self::AgentStates => AGENT_STATES,
        }
    }

    /// Whether it has that column.
    #[must_use]
    pub fn has(self, column: &str) -> bool {
        self.columns().iter().any(|spec| spec.name == column)
    }
}
