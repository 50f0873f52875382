//! The order of the list of open conversations.

use std::cmp::Ordering;

use super::Listed;

/// The order of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Sort {
    /// Longest in its status first.
    #[default]
    TimeInStatus,
    /// Longest wait first; those that do not wait last.
    Wait,
    /// Longest without the reply that is due first; those without one last.
    ReplyDue,
    /// Oldest first.
    Duration,
    /// Latest message first.
    Updated,
    /// Most handovers first.
    Handovers,
    /// By name; without one last.
    Channel,
    /// By id of the holder; without one last.
    Agent,
    /// By name; without one last.
    Queue,
    /// By name; without one last.
    Department,
}

impl Sort {
    /// The order of two conversations; equal ones are sorted by id.
    #[must_use]
    pub fn order(self, a: &Listed, b: &Listed) -> Ordering {
        let order = match self {
            Self::TimeInStatus => b.time_in_status_seconds.total_cmp(&a.time_in_status_seconds),
            Self::Wait => longest(a.wait_seconds, b.wait_seconds),
            Self::ReplyDue => longest(a.reply_due_seconds, b.reply_due_seconds),
            Self::Duration => b.duration_seconds.total_cmp(&a.duration_seconds),
            Self::Updated => shortest(a.since_message_seconds, b.since_message_seconds),
            Self::Handovers => b.handovers.cmp(&a.handovers),
            Self::Channel => by_name(a.channel.as_ref(), b.channel.as_ref()),
            Self::Agent => by_name(a.agent.as_ref(), b.agent.as_ref()),
            Self::Queue => by_name(a.queue.as_ref(), b.queue.as_ref()),
            Self::Department => by_name(a.department.as_ref(), b.department.as_ref()),
        };
        order.then_with(|| a.conversation_id.cmp(&b.conversation_id))
    }
}

fn longest(a: Option<f64>, b: Option<f64>) -> Ordering {
    let value = |seconds: Option<f64>| seconds.unwrap_or(f64::NEG_INFINITY);
    value(b).total_cmp(&value(a))
}

fn shortest(a: Option<f64>, b: Option<f64>) -> Ordering {
    let value = |seconds: Option<f64>| seconds.unwrap_or(f64::INFINITY);
    value(a).total_cmp(&value(b))
}

fn by_name(a: Option<&String>, b: Option<&String>) -> Ordering {
    (a.is_none(), a).cmp(&(b.is_none(), b))
}
