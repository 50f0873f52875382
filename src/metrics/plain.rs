//! The meaning of metrics in the words of a page that a manager reads: short, without flags, ids and the terms of the
//! fact tables. The exact definition is a metric's own `doc`.

/// `{service_level}` and `{return_window}` stand for the report's own limits.
const PLAIN: &[(&str, &str)] = &[
    ("conversations", "Conversations that started in the period, those with only the bot included."),
    ("engaged_conversations", "Conversations in which the customer or an agent wrote after the bot's welcome."),
    ("engagement_rate", "Engaged conversations as a share of all conversations."),
    ("engaged_customers", "Different customers who wrote after the bot's welcome."),
    ("answered_conversations", "Conversations in which an agent wrote in the period, whenever they started."),
    ("closed_conversations", "Conversations that an agent closed in the period, whenever they started."),
    ("close_events", "Times an agent closed a conversation; one that was reopened can be closed again."),
    ("reopened_conversations", "Conversations that were opened again after a close."),
    ("transfers_received", "Requests for a person that reached a queue in the period, whenever they were made."),
    ("first_response_time", "From the customer's first message to an agent's first message, the bot's time included."),
    ("bot_time", "From the start of a conversation to the end of the bot's part in it."),
    ("containment_rate", "Share of the conversations with the bot in which nobody else was asked for or took part."),
    ("transfer_requests", "Requests for a person made in the period."),
    ("transfers_succeeded", "Requests that reached a queue."),
    ("transfers_cancelled", "Requests that the customer withdrew."),
    ("transfers_disabled", "Requests that were switched off because no agent could be reached."),
    ("transfers_incomplete", "Requests that the customer did not finish."),
    ("transfers_pending", "Requests that are not decided at the end of the report."),
    ("transfer_success_rate", "Requests that succeeded as a share of those that are decided."),
    ("open_conversations", "Conversations that wait for a person or are with one at the end of the report."),
    ("awaiting_reply", "Open conversations in which the customer waits for an answer at the end of the report."),
    (
        "response_time",
        "From when the customer began to wait for a person to the agent's answer; every answer counts, not only the first.",
    ),
    ("replies", "Messages that agents wrote in the period."),
    ("replies_per_agent", "Messages of agents divided by the agents who wrote them."),
    ("queue_wait", "From entering a queue to the first assignment of an agent."),
    ("agent_wait", "From an assignment to that agent's first message."),
    ("total_wait", "From entering a queue to an agent's first message."),
    ("agent_time", "From an agent's first message to the close."),
    ("conversation_time", "From the start of a conversation to its close, where an agent wrote."),
    ("handovers_in", "Times an agent took up a conversation that another one had handed on."),
    ("handovers_out", "Times an agent's conversation was handed on."),
    ("queue_transfers_in", "Times a customer came to the queue by a transfer."),
    ("queue_transfers_out", "Times a customer left the queue by a transfer to another one."),
    ("abandoned", "Times a customer stood in a queue and was gone before an agent wrote."),
    ("abandonment_rate", "Share of the stays in a queue that ended before an agent wrote."),
    ("time_to_abandon", "How long customers stood in a queue before they left it without an answer."),
    ("no_shows", "Assignments after which the agent wrote nothing for more than 24 hours."),
    (
        "service_level",
        "Stays in a queue that an agent answered within {service_level}, as a share of those answered or abandoned.",
    ),
    ("nps", "Net promoter score: the share of ratings of 9 and 10 less the share of ratings of 0 to 6, times 100."),
    ("chats_answered", "Conversations in which an agent wrote for the first time in the period."),
    (
        "resolved_first_contact",
        "Answered chats that were closed, never reopened, and are marked resolved or, without a mark, whose customer has not come back within {return_window}. The latest may still come back.",
    ),
    ("unresolved_first_contact", "Answered chats that have ended without being resolved at first contact."),
    ("still_open", "Answered chats that have not ended at the end of the report."),
    (
        "first_contact_resolution_rate",
        "Chats resolved at first contact as a share of the answered chats that have ended.",
    ),
    ("ratings", "Ratings that customers gave in the period; of each survey the last one of a conversation."),
    ("csat", "Ratings of 4 and 5 (of 1 to 5) and thumbs up, as a share of all ratings of 1 to 5 and thumbs."),
    ("csat_score", "The mean of the ratings of 1 to 5."),
    ("rated_share", "Share of the closed conversations in which an agent wrote that have a rating."),
    ("conversations_out_of_hours", "Conversations that started outside of the opening hours."),
    ("out_of_hours_rate", "Conversations that started outside of the opening hours, as a share of all."),
];

/// The plain definition of a metric; none where its own one is as plain.
#[must_use]
pub fn plain(id: &str) -> Option<&'static str> {
    PLAIN.iter().find(|(of, _)| *of == id).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics;

    #[test]
    fn plain_definitions_are_of_metrics_and_plain() {
        for (id, text) in PLAIN {
            assert!(metrics::find(id).is_some(), "{id}");
            for word in ["--", "horizon", "isit", "_at"] {
                assert!(!text.contains(word), "{id}: `{word}`");
            }
        }
        for metric in metrics::all() {
            let text = plain(metric.id).unwrap_or(metric.doc);
            assert!(!text.contains("--"), "{}: a page has no flags: {text}", metric.id);
        }
    }
}
