//! The rows of the nine fact tables (semantics.md 4), as made by the state machine.
//!
//! Instants are UTC milliseconds. Texts are numbers in the log's dictionaries; `None` means no value.

use smallvec::SmallVec;

use super::origins::Instant;
use crate::event::{Actor, AgentStatus, Origin, Resolution, Status, Survey, named_values};

/// Numbers of a conversation's labels: most conversations have few, which need no memory of their own.
pub type LabelNumbers = SmallVec<[u32; 4]>;

named_values! {
    /// The phase of a conversation.
    Phase {
        /// Not taken up by anybody.
        None => "none",
        /// With the bot.
        Bot => "bot",
        /// Waiting in a queue.
        Waiting => "waiting",
        /// With an agent.
        Human => "human",
        /// Ended.
        Closed => "closed",
    }
}

named_values! {
    /// The outcome of a request for a person.
    Outcome {
        /// Reached the inbox.
        Succeeded => "succeeded",
        /// Withdrawn by the customer.
        Cancelled => "cancelled",
        /// No agent was available.
        Disabled => "disabled",
        /// Not finished.
        Incomplete => "incomplete",
        /// Undecided at the horizon.
        Pending => "pending",
    }
}

named_values! {
    /// How a visit ended.
    VisitEnd {
        /// By the end of the conversation.
        Closed => "closed",
        /// By a transfer to another queue.
        TransferredOut => "transferred_out",
        /// By moving to another queue.
        Requeued => "requeued",
        /// Because the customer left.
        Left => "left",
        /// Not ended yet.
        Open => "open",
    }
}

named_values! {
    /// How a stint ended.
    StintEnd {
        /// By the end of the conversation.
        Closed => "closed",
        /// By a handover to another agent or queue.
        Transferred => "transferred",
        /// By a return to the queue.
        Released => "released",
        /// Because the customer left.
        Left => "left",
        /// Not ended yet.
        Open => "open",
    }
}

named_values! {
    /// The kinds of participants, if the log has no label of its own.
    SupportType {
        /// A bot but no agent.
        Automated => "automated",
        /// A bot and an agent.
        Assisted => "assisted",
        /// An agent but no bot.
        Agent => "agent",
        /// Neither.
        None => "none",
    }
}

named_values! {
    /// Events that make no sense at their position; they are counted, and reported as warnings.
    Oddity {
        /// `reopened` of a conversation that is not closed.
        ReopenedOpen => "reopened_open",
        /// The outcome of a request that was never made or is already decided.
        OutcomeWithoutRequest => "outcome_without_request",
        /// `closed` of a conversation that is closed.
        ClosedAlready => "closed_already",
        /// A transfer to the place where the conversation already is.
        TransferredNowhere => "transferred_nowhere",
    }
}

/// The id of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Id {
    /// The log's own id: a number in its dictionary of conversations.
    Given(u32),
    /// The nth conversation of a customer, split by inactivity across channels.
    SplitAcrossChannels {
        /// The number of the customer.
        customer: u32,
        /// Counted from 1.
        nth: u32,
    },
    /// The nth conversation of a customer in a channel, split by inactivity.
    Split {
        /// The number of the customer.
        customer: u32,
        /// The number of the channel.
        channel: Option<u32>,
        /// Counted from 1.
        nth: u32,
    },
}

/// The department and queue of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placement {
    /// Number of the department.
    pub department: Option<u32>,
    /// Number of the queue.
    pub queue: Option<u32>,
}

/// The number of messages by each kind of author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "named by actor")]
pub struct MessageCounts {
    pub customer: u32,
    pub bot: u32,
    pub agent: u32,
    pub system: u32,
}

/// One row of `conversations`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are documented with the schema of the table")]
#[expect(clippy::struct_excessive_bools, reason = "columns of a table")]
pub struct Conversation {
    pub id: Id,
    pub channel: Option<u32>,
    pub app: Option<u32>,
    /// The log's label, or else the derived kind.
    pub support_type: Result<u32, SupportType>,
    pub customer: Option<u32>,
    pub place: Placement,
    pub agent: Option<u32>,
    pub contact: Option<u32>,
    pub protocol: Option<u32>,
    /// Numbers of sets of tags.
    pub tags: LabelNumbers,
    /// Numbers of values of attributes, the latest last.
    pub attributes: LabelNumbers,
    pub started_at: i64,
    pub last_event_at: i64,
    pub last_message_at: Option<i64>,
    pub last_message_by: Option<Actor>,
    pub welcome_at: Option<i64>,
    pub first_customer_message_at: Option<i64>,
    pub engaged_at: Option<i64>,
    pub was_engaged_by_customer: bool,
    pub did_customer_write_after_welcome: bool,
    pub first_agent_message_at: Option<i64>,
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
    pub messages: MessageCounts,
    pub close_count: u32,
    pub reopen_count: u32,
    pub handover_count: u32,
    pub score: Option<u8>,
    pub satisfaction: Option<u8>,
    pub request_count: u32,
    pub visit_count: u32,
    pub stint_count: u32,
    pub is_waiting_after_handover: bool,
    pub ended_before_pickup_count: u32,
}

/// One row of `requests`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the columns are documented with the schema of the table")]
pub struct Request {
    pub conversation: u32,
    pub requested_at: i64,
    pub decided_at: Option<i64>,
    pub outcome: Outcome,
    pub place: Placement,
}

/// One row of `visits`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the columns are documented with the schema of the table")]
pub struct Visit {
    pub conversation: u32,
    /// Its number among the visits of the conversation, counted from 1.
    pub nth: u32,
    pub place: Placement,
    /// The first agent assigned in it: the outer `None` means nobody yet; an agent may have no name.
    pub agent: Option<Option<u32>>,
    pub entered_at: Option<i64>,
    pub assigned_at: Option<i64>,
    pub first_reply_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub end: VisitEnd,
    pub is_abandoned: bool,
    pub opened_at: i64,
    pub is_by_transfer: bool,
}

/// One row of `stints`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the columns are documented with the schema of the table")]
pub struct Stint {
    pub conversation: u32,
    pub agent: Option<u32>,
    pub place: Placement,
    pub assigned_at: Option<i64>,
    pub began_at: i64,
    pub first_message_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub end: StintEnd,
    pub was_received_by_transfer: bool,
    pub is_no_show: bool,
    /// The index, among the conversation's visits, of the visit in which it began.
    pub visit: u32,
}

/// One row of `agent_messages`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the columns are documented with the schema of the table")]
pub struct AgentMessage {
    pub conversation: u32,
    pub agent: Option<u32>,
    pub place: Placement,
    pub ts: i64,
    pub response_ms: Option<i64>,
    pub first_response_ms: Option<i64>,
}

/// One row of `closes`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the columns are documented with the schema of the table")]
pub struct Close {
    pub conversation: u32,
    pub ts: i64,
    pub actor: Actor,
    pub agent: Option<u32>,
    pub place: Placement,
    pub resolution: Option<Resolution>,
    pub last_word_by: Option<Actor>,
    pub is_first: bool,
}

/// One row of `reopenings`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the columns are documented with the schema of the table")]
pub struct Reopening {
    pub conversation: u32,
    pub ts: i64,
}

/// One row of `ratings`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the columns are documented with the schema of the table")]
pub struct Rating {
    pub conversation: u32,
    pub ts: i64,
    pub survey: Survey,
    pub score: u8,
    pub agent: Option<u32>,
    pub place: Placement,
}

/// One row of `agent_states`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the columns are documented with the schema of the table")]
pub struct AgentState {
    pub agent: u32,
    pub status: AgentStatus,
    pub since: i64,
    pub until: Option<i64>,
    pub capacity: Option<u32>,
    /// The event that made `since`.
    pub since_origin: Option<Origin>,
    /// The event that made `until`.
    pub until_origin: Option<Origin>,
}

impl AgentState {
    /// The events that made its instants.
    #[must_use]
    pub fn origins(&self) -> Vec<(Instant, Origin)> {
        let origins = [(Instant::Since, self.since_origin), (Instant::Until, self.until_origin)];
        origins.into_iter().filter_map(|(instant, origin)| Some((instant, origin?))).collect()
    }
}

/// The number of occurrences of each [`Oddity`].
pub type Oddities = [u64; Oddity::ALL.len()];
