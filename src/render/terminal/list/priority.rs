//! The priority of a list's columns, if there is no room for all.

use crate::fold::schema::FactTable;
use crate::metrics::Clock;
use crate::report::list::List;

/// The indexes of the columns, by priority.
pub(super) fn by_priority(list: &List) -> Vec<usize> {
    let clock = match list.subject.clock() {
        Clock::Column(column) => column,
        Clock::Horizon => "started_at",
        Clock::Time => "from",
    };
    let clock = std::iter::once(clock);
    let first = ["value_seconds", "is_in_numerator", "contribution", "row_count", "conversation_id"];
    let then: &[&str] = match list.subject.table() {
        _ if list.subject.clock() == Clock::Time => &["to", "seconds", "agent", "conversation_id", "is_in_numerator"],
        FactTable::Conversations if list.figure.is_some() => &[
            "channel",
            "events",
            "agent",
            "phase",
            "due_since",
            "closed_at",
            "closed_by",
            "queue",
            "department",
            "customer",
            "score",
        ],
        FactTable::Conversations => &[
            "channel",
            "agents",
            "agent",
            "phase",
            "queue_wait_seconds",
            "closed_at",
            "events",
            "first_response_time_seconds",
            "total_wait_seconds",
            "score",
            "closed_by",
            "resolution",
            "customer",
            "contact",
            "protocol",
            "queue",
            "department",
            "conversation_time_seconds",
            "started_at",
        ],
        FactTable::Requests => &["outcome", "channel", "events", "decided_at", "queue", "department"],
        FactTable::Visits => &[
            "queue",
            "events",
            "end",
            "queue_wait_seconds",
            "total_wait_seconds",
            "agent",
            "is_abandoned",
            "channel",
            "assigned_at",
            "first_reply_at",
            "ended_at",
        ],
        FactTable::Stints => &[
            "agent",
            "events",
            "end",
            "agent_wait_seconds",
            "queue",
            "channel",
            "first_message_at",
            "ended_at",
            "was_received_by_transfer",
            "is_no_show",
        ],
        FactTable::AgentMessages => &["agent", "events", "response_seconds", "queue", "channel", "department"],
        FactTable::Closes => {
            &["actor", "agent", "events", "resolution", "queue", "channel", "last_word_by", "department"]
        }
        FactTable::Reopenings => &["channel", "events", "app", "support_type"],
        FactTable::Ratings => &["score", "agent", "events", "queue", "channel", "department"],
        FactTable::AgentStates => &["agent", "status", "until", "capacity", "events"],
    };
    let named = clock.chain(first).chain(then.iter().copied()).filter(|name| !is_redundant(list, name));
    let mut indices: Vec<usize> = Vec::new();
    for index in named.filter_map(|name| list.column(name)) {
        if !indices.contains(&index) {
            indices.push(index);
        }
    }
    indices
}

/// Whether a column repeats another: the list of agents has the agent already, and in a list of responses the value is
/// the response.
fn is_redundant(list: &List, name: &str) -> bool {
    match name {
        "agent" => list.column("agents").is_some(),
        "response_seconds" => list.column("value_seconds").is_some(),
        _ => false,
    }
}
