//! The columns of the nine fact tables: one list for each table, with name, meaning and value.

use super::fact_columns::{FactColumn, FactRow, OfConversation};
use super::rows::{AgentMessage, AgentState, Close, Conversation, Rating, Reopening, Request, Stint, Visit};
use super::schema::{ColumnSpec, FactTable, Type};
use crate::event::{Actor, Resolution, Status};

/// The columns that each table takes from the row's conversation, except `agent_states`, whose rows have none.
const FROM_CONVERSATION: [ColumnSpec; 4] = [
    ColumnSpec {
        name: "conversation_id",
        holds: Type::Text,
        doc: "the conversation: the log's own id, or customer/channel/n",
    },
    ColumnSpec { name: "channel", holds: Type::Text, doc: "the conversation's first channel" },
    ColumnSpec { name: "app", holds: Type::Text, doc: "the conversation's latest app" },
    ColumnSpec {
        name: "support_type",
        holds: Type::Text,
        doc: "the log's first label, else automated, assisted, agent or none",
    },
];

impl FactRow for Conversation {
    const TABLE: FactTable = FactTable::Conversations;
    const COLUMNS: &'static [FactColumn<Self>] = &[
        FactColumn::key("customer", "the latest customer id", |t| &t.customers, |r| r.customer),
        FactColumn::text("department", "the latest department", |t| &t.places, |r| r.place.department),
        FactColumn::text("queue", "the latest queue", |t| &t.places, |r| r.place.queue),
        FactColumn::text(
            "agent",
            "the holder, else the agent of the last close, else the last agent who wrote",
            |t| &t.agents,
            |r| r.agent,
        ),
        FactColumn::text("contact", "the latest contact", |t| &t.contacts, |r| r.contact),
        FactColumn::text("protocol", "the latest ticket number", |t| &t.protocols, |r| r.protocol),
        FactColumn::tags("tags", "the distinct tags of its events in byte order, with semicolons between", |r| &r.tags),
        FactColumn::instant("started_at", "first event", |r| Some(r.started_at)),
        FactColumn::instant("last_event_at", "last event up to the horizon", |r| Some(r.last_event_at)),
        FactColumn::instant("last_message_at", "last message of any actor", |r| r.last_message_at),
        FactColumn::term("last_message_by", "its actor", |r| r.last_message_by.map(Actor::name)),
        FactColumn::instant("welcome_at", "first bot message with no agent message before it", |r| r.welcome_at),
        FactColumn::instant("first_customer_message_at", "first customer message", |r| r.first_customer_message_at),
        FactColumn::instant("engaged_at", "first customer or agent message, after the welcome if there is one", |r| {
            r.engaged_at
        }),
        FactColumn::flag("was_engaged_by_customer", "the message of engaged_at is the customer's", |r| {
            r.was_engaged_by_customer
        }),
        FactColumn::flag("did_customer_write_after_welcome", "has a welcome and a customer message after it", |r| {
            r.did_customer_write_after_welcome
        }),
        FactColumn::instant("first_agent_message_at", "first agent message", |r| r.first_agent_message_at),
        FactColumn::flag(
            "did_customer_write_first",
            "the first customer message comes before any agent message",
            |r| r.did_customer_write_first,
        ),
        FactColumn::instant("first_closed_at", "first close", |r| r.first_closed_at),
        FactColumn::term("first_closed_by", "its actor", |r| r.first_closed_by.map(Actor::name)),
        FactColumn::instant("closed_at", "the close in force; none while open or after the customer left", |r| {
            r.closed_at
        }),
        FactColumn::term("closed_by", "its actor", |r| r.closed_by.map(Actor::name)),
        FactColumn::instant("bot_ended_at", "when the bot's part ended", |r| r.bot_ended_at),
        FactColumn::term("phase", "none, bot, waiting, human or closed, at the horizon", |r| Some(r.phase.name())),
        FactColumn::flag("is_unanswered", "in phase none, a customer waits and no bot ever wrote", |r| r.is_unanswered),
        FactColumn::term("status", "status at the horizon, while the conversation is open", |r| {
            r.status.map(Status::name)
        }),
        FactColumn::instant("status_since", "since when it is so", |r| r.status_since),
        FactColumn::instant("due_since", "since when a customer waits for a person's answer", |r| r.due_since),
        FactColumn::count("customer_messages", "messages by the customer", |r| Some(r.messages.customer)),
        FactColumn::count("bot_messages", "messages by the bot", |r| Some(r.messages.bot)),
        FactColumn::count("agent_messages", "messages by agents", |r| Some(r.messages.agent)),
        FactColumn::count("system_messages", "messages by the platform", |r| Some(r.messages.system)),
        FactColumn::count("close_count", "closes", |r| Some(r.close_count)),
        FactColumn::count("reopen_count", "reopenings", |r| Some(r.reopen_count)),
        FactColumn::count("handover_count", "stints that ended as transferred", |r| Some(r.handover_count)),
        // Set after all conversations are known: see `facts`.
        FactColumn::flag(
            "is_returned",
            "the customer started another conversation with an agent soon after the first close",
            |_| false,
        ),
        FactColumn::count("score", "the rating of survey nps, 0 to 10", |r| r.score.map(u32::from)),
        FactColumn::count(
            "satisfaction",
            "1 to 5: the rating of survey csat, else of thumbs (up is 5, down is 1)",
            |r| r.satisfaction.map(u32::from),
        ),
        FactColumn::count("request_count", "requests for a person", |r| Some(r.request_count)),
        FactColumn::count("visit_count", "visits", |r| Some(r.visit_count)),
        FactColumn::count("stint_count", "stints", |r| Some(r.stint_count)),
        FactColumn::flag("is_waiting_after_handover", "handed over, and nobody has taken it up", |r| {
            r.is_waiting_after_handover
        }),
        FactColumn::count("ended_before_pickup_count", "handovers that nobody took up before the end", |r| {
            Some(r.ended_before_pickup_count)
        }),
    ];
}

impl OfConversation for Conversation {
    fn conversation(&self, at: usize) -> u32 {
        u32::try_from(at).expect("more than 2^32 conversations")
    }
}

impl FactRow for Request {
    const TABLE: FactTable = FactTable::Requests;
    const COLUMNS: &'static [FactColumn<Self>] = &[
        FactColumn::instant("requested_at", "when a person was asked for", |r| Some(r.requested_at)),
        FactColumn::instant("decided_at", "when that was decided; none if undecided", |r| r.decided_at),
        FactColumn::term("outcome", "succeeded, cancelled, disabled, incomplete or pending", |r| {
            Some(r.outcome.name())
        }),
        FactColumn::text("department", "the department at that instant", |t| &t.places, |r| r.place.department),
        FactColumn::text("queue", "the queue at that instant", |t| &t.places, |r| r.place.queue),
    ];
}

impl OfConversation for Request {
    fn conversation(&self, _: usize) -> u32 {
        self.conversation
    }
}

impl FactRow for Visit {
    const TABLE: FactTable = FactTable::Visits;
    const COLUMNS: &'static [FactColumn<Self>] = &[
        FactColumn::count("visit", "which of the conversation's visits, from 1", |r| Some(r.nth)),
        FactColumn::text("department", "the department at entry", |t| &t.places, |r| r.place.department),
        FactColumn::text("queue", "the queue at entry, or named later", |t| &t.places, |r| r.place.queue),
        FactColumn::text("agent", "the first agent assigned in it", |t| &t.agents, |r| r.agent.flatten()),
        FactColumn::instant("entered_at", "when the customer entered; none if an agent was assigned at once", |r| {
            r.entered_at
        }),
        FactColumn::instant("assigned_at", "first assignment before any reply", |r| r.assigned_at),
        FactColumn::instant("first_reply_at", "first agent message in it", |r| r.first_reply_at),
        FactColumn::instant("ended_at", "end", |r| r.ended_at),
        FactColumn::term("end", "closed, transferred_out, requeued, left or open", |r| Some(r.end.name())),
        FactColumn::flag("is_abandoned", "no agent message, and left or closed by another than an agent", |r| {
            r.is_abandoned
        }),
        FactColumn::instant(
            "opened_at",
            "when it opened: the entry, else the assignment or agent message that opened it",
            |r| Some(r.opened_at),
        ),
        FactColumn::flag("is_by_transfer", "a `transferred` event opened it", |r| r.is_by_transfer),
    ];
}

impl OfConversation for Visit {
    fn conversation(&self, _: usize) -> u32 {
        self.conversation
    }
}

impl FactRow for Stint {
    const TABLE: FactTable = FactTable::Stints;
    const COLUMNS: &'static [FactColumn<Self>] = &[
        FactColumn::count("visit", "the visit that it began in, from 1", |r| Some(r.visit + 1)),
        FactColumn::text("agent", "id of the agent", |t| &t.agents, |r| r.agent),
        FactColumn::text("department", "the department at its begin", |t| &t.places, |r| r.place.department),
        FactColumn::text("queue", "the queue at its begin", |t| &t.places, |r| r.place.queue),
        FactColumn::instant("assigned_at", "the assignment; none if the agent just wrote", |r| r.assigned_at),
        FactColumn::instant("began_at", "begin", |r| Some(r.began_at)),
        FactColumn::instant("first_message_at", "the agent's first message in it", |r| r.first_message_at),
        FactColumn::instant("ended_at", "end", |r| r.ended_at),
        FactColumn::term("end", "closed, transferred, released, left or open", |r| Some(r.end.name())),
        FactColumn::flag("was_received_by_transfer", "the agent took over from another", |r| {
            r.was_received_by_transfer
        }),
        FactColumn::flag("is_no_show", "assigned, and no message within 24 hours", |r| r.is_no_show),
    ];
}

impl OfConversation for Stint {
    fn conversation(&self, _: usize) -> u32 {
        self.conversation
    }
}

impl FactRow for AgentMessage {
    const TABLE: FactTable = FactTable::AgentMessages;
    const COLUMNS: &'static [FactColumn<Self>] = &[
        FactColumn::text("agent", "id of the agent", |t| &t.agents, |r| r.agent),
        FactColumn::text("department", "the department at that instant", |t| &t.places, |r| r.place.department),
        FactColumn::text("queue", "the queue at that instant", |t| &t.places, |r| r.place.queue),
        FactColumn::instant("ts", "when it was written", |r| Some(r.ts)),
        FactColumn::number("response_ms", "milliseconds that a customer had waited; none if it answers nothing", |r| {
            r.response_ms
        }),
        FactColumn::number(
            "first_response_ms",
            "milliseconds since the customer's first message; only the first agent message where the customer wrote first",
            |r| r.first_response_ms,
        ),
    ];
}

impl OfConversation for AgentMessage {
    fn conversation(&self, _: usize) -> u32 {
        self.conversation
    }
}

impl FactRow for Close {
    const TABLE: FactTable = FactTable::Closes;
    const COLUMNS: &'static [FactColumn<Self>] = &[
        FactColumn::instant("ts", "when it was closed", |r| Some(r.ts)),
        FactColumn::term("actor", "who closed", |r| Some(r.actor.name())),
        FactColumn::text("agent", "id of the agent", |t| &t.agents, |r| r.agent),
        FactColumn::text("department", "the department at that instant", |t| &t.places, |r| r.place.department),
        FactColumn::text("queue", "the queue at that instant", |t| &t.places, |r| r.place.queue),
        FactColumn::term("resolution", "resolved or unresolved, if the source has it", |r| {
            r.resolution.map(Resolution::name)
        }),
        FactColumn::term("last_word_by", "customer or agent: whose message was the last before it", |r| {
            r.last_word_by.map(Actor::name)
        }),
        FactColumn::flag("is_first", "the conversation's first close", |r| r.is_first),
    ];
}

impl OfConversation for Close {
    fn conversation(&self, _: usize) -> u32 {
        self.conversation
    }
}

impl FactRow for Reopening {
    const TABLE: FactTable = FactTable::Reopenings;
    const COLUMNS: &'static [FactColumn<Self>] =
        &[FactColumn::instant("ts", "when it was opened again", |r| Some(r.ts))];
}

impl OfConversation for Reopening {
    fn conversation(&self, _: usize) -> u32 {
        self.conversation
    }
}

impl FactRow for Rating {
    const TABLE: FactTable = FactTable::Ratings;
    const COLUMNS: &'static [FactColumn<Self>] = &[
        FactColumn::instant("ts", "when it was given", |r| Some(r.ts)),
        FactColumn::term("survey", "nps, csat or thumbs", |r| Some(r.survey.name())),
        FactColumn::count("score", "nps 0 to 10, csat 1 to 5, thumbs 0 or 1", |r| Some(u32::from(r.score))),
        FactColumn::text("agent", "the last agent who wrote", |t| &t.agents, |r| r.agent),
        FactColumn::text("department", "the department at that instant", |t| &t.places, |r| r.place.department),
        FactColumn::text("queue", "the queue at that instant", |t| &t.places, |r| r.place.queue),
    ];
}

impl OfConversation for Rating {
    fn conversation(&self, _: usize) -> u32 {
        self.conversation
    }
}

impl FactRow for AgentState {
    const TABLE: FactTable = FactTable::AgentStates;
    const COLUMNS: &'static [FactColumn<Self>] = &[
        FactColumn::text("agent", "id of the agent", |t| &t.agents, |r| Some(r.agent)),
        FactColumn::term("status", "online, paused or offline", |r| Some(r.status.name())),
        FactColumn::instant("since", "begin", |r| Some(r.since)),
        FactColumn::instant("until", "end; none if it holds at the horizon", |r| r.until),
        FactColumn::number("capacity", "how many conversations at once, the latest given", |r| {
            r.capacity.map(i64::from)
        }),
    ];
}

/// The columns of a table without their values: `first`, then those of the list.
const fn specs<R: FactRow, const N: usize>(first: &[ColumnSpec]) -> [ColumnSpec; N] {
    let mut specs = [FROM_CONVERSATION[0]; N];
    let mut at = 0;
    while at < N {
        specs[at] = if at < first.len() { first[at] } else { R::COLUMNS[at - first.len()].spec() };
        at += 1;
    }
    specs
}

/// The number of columns of a table that includes those of the conversation.
const fn width<R: FactRow>() -> usize {
    FROM_CONVERSATION.len() + R::COLUMNS.len()
}

static CONVERSATIONS: [ColumnSpec; width::<Conversation>()] = specs::<Conversation, _>(&FROM_CONVERSATION);
static REQUESTS: [ColumnSpec; width::<Request>()] = specs::<Request, _>(&FROM_CONVERSATION);
static VISITS: [ColumnSpec; width::<Visit>()] = specs::<Visit, _>(&FROM_CONVERSATION);
static STINTS: [ColumnSpec; width::<Stint>()] = specs::<Stint, _>(&FROM_CONVERSATION);
static AGENT_MESSAGES: [ColumnSpec; width::<AgentMessage>()] = specs::<AgentMessage, _>(&FROM_CONVERSATION);
static CLOSES: [ColumnSpec; width::<Close>()] = specs::<Close, _>(&FROM_CONVERSATION);
static REOPENINGS: [ColumnSpec; width::<Reopening>()] = specs::<Reopening, _>(&FROM_CONVERSATION);
static RATINGS: [ColumnSpec; width::<Rating>()] = specs::<Rating, _>(&FROM_CONVERSATION);
static AGENT_STATES: [ColumnSpec; AgentState::COLUMNS.len()] = specs::<AgentState, _>(&[]);

impl FactTable {
    /// Its columns, in order.
    #[must_use]
    pub fn columns(self) -> &'static [ColumnSpec] {
        match self {
            Self::Conversations => &CONVERSATIONS,
            Self::Requests => &REQUESTS,
            Self::Visits => &VISITS,
            Self::Stints => &STINTS,
            Self::AgentMessages => &AGENT_MESSAGES,
            Self::Closes => &CLOSES,
            Self::Reopenings => &REOPENINGS,
            Self::Ratings => &RATINGS,
            Self::AgentStates => &AGENT_STATES,
        }
    }
}
