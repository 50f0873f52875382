//! Sums over all conversations up to the horizon: both sides of the identities of semantics.md 10 (decisions.md,
//! read-9).

use serde::{Deserialize, Serialize};

use super::rows::{AgentMessage, Close, Conversation, Phase, Request, Stint, StintEnd, Visit};

/// A conversation with complete facts, and its rows.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "named by table")]
pub struct Ended<'a> {
    pub conversation: &'a Conversation,
    pub requests: &'a [Request],
    pub visits: &'a [Visit],
    pub stints: &'a [Stint],
    pub agent_messages: &'a [AgentMessage],
    pub closes: &'a [Close],
}

/// Sums over conversations: counts, or milliseconds if the name ends in `_ms`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// How many conversations the log has.
    pub conversations: i64,
    /// How many times conversations were closed.
    pub closes: i64,
    /// Stints that ended as transferred.
    pub handovers_out: i64,
    /// Stints received by transfer.
    pub handovers_in: i64,
    /// Conversations that were handed over and not picked up.
    pub waiting_after_handover: i64,
    /// Handovers that were not picked up before the end.
    pub ended_before_pickup: i64,
    /// Conversations in phase `waiting`, and unanswered ones.
    pub waiting: i64,
    /// Conversations in phase `human`.
    pub attended: i64,
    /// Conversations in phase `closed`.
    pub closed: i64,
    /// Conversations with the bot, or in phase `none` and not unanswered.
    pub with_nobody: i64,
    /// The sum of queue wait and agent wait, in milliseconds, over visits whose assignment and first reply belong to
    /// the same stint.
    pub wait_parts_ms: i64,
    /// The sum of total wait over the same visits, in milliseconds.
    pub total_wait_ms: i64,
    /// Durations below zero.
    pub negative_durations: i64,
    /// Rows without an event id that are equal to an earlier one in every canonical column.
    #[serde(default)]
    pub repeated_rows: i64,
    /// By inactivity: customers with rows before the first one that has a channel.
    #[serde(default)]
    pub customers_with_late_channel: i64,
    /// Conversations in which only the customer wrote, and which no person or queue was to take up.
    #[serde(default)]
    pub only_customer_wrote: i64,
    /// The highest score of an answer on the scale from 0 to 10, including answers that were replaced by later ones.
    #[serde(default)]
    pub highest_score: Option<u8>,
}

impl Sums {
    /// Notes an answer on the scale from 0 to 10.
    pub fn see_score(&mut self, score: u8) {
        self.highest_score = self.highest_score.max(Some(score));
    }

    /// Adds a conversation.
    pub fn add(&mut self, ended: &Ended) {
        let conversation = ended.conversation;
        self.conversations += 1;
        self.closes += signed(ended.closes.len());
        for stint in ended.stints {
            self.handovers_out += i64::from(stint.end == StintEnd::Transferred);
            self.handovers_in += i64::from(stint.was_received_by_transfer);
            self.add_waits(stint, &ended.visits[stint.visit as usize]);
        }
        self.waiting_after_handover += i64::from(conversation.is_waiting_after_handover);
        self.ended_before_pickup += i64::from(conversation.ended_before_pickup_count);
        match (conversation.phase, conversation.is_unanswered) {
            (Phase::Waiting, _) | (Phase::None, true) => self.waiting += 1,
            (Phase::Human, _) => self.attended += 1,
            (Phase::Closed, _) => self.closed += 1,
            (Phase::Bot, _) | (Phase::None, false) => self.with_nobody += 1,
        }
        self.only_customer_wrote += i64::from(did_only_customer_write(ended));
        self.negative_durations += negative_durations(ended);
    }

    fn add_waits(&mut self, stint: &Stint, visit: &Visit) {
        if let (Some(assigned), Some(first_message), Some(entered)) =
            (stint.assigned_at, stint.first_message_at, visit.entered_at)
            && (visit.assigned_at, visit.first_reply_at) == (Some(assigned), Some(first_message))
        {
            self.wait_parts_ms += (assigned - entered) + (first_message - assigned);
            self.total_wait_ms += first_message - entered;
        }
    }

    /// Adds other conversations' sums.
    pub fn merge(&mut self, other: &Self) {
        let Self {
            conversations,
            closes,
            handovers_out,
            handovers_in,
            waiting_after_handover,
            ended_before_pickup,
            waiting,
            attended,
            closed,
            with_nobody,
            wait_parts_ms,
            total_wait_ms,
            negative_durations,
            repeated_rows,
            customers_with_late_channel,
            only_customer_wrote,
            highest_score,
        } = other;
        self.conversations += conversations;
        self.closes += closes;
        self.handovers_out += handovers_out;
        self.handovers_in += handovers_in;
        self.waiting_after_handover += waiting_after_handover;
        self.ended_before_pickup += ended_before_pickup;
        self.waiting += waiting;
        self.attended += attended;
        self.closed += closed;
        self.with_nobody += with_nobody;
        self.wait_parts_ms += wait_parts_ms;
        self.total_wait_ms += total_wait_ms;
        self.negative_durations += negative_durations;
        self.repeated_rows += repeated_rows;
        self.customers_with_late_channel += customers_with_late_channel;
        self.only_customer_wrote += only_customer_wrote;
        self.highest_score = self.highest_score.max(*highest_score);
    }
}

fn did_only_customer_write(ended: &Ended) -> bool {
    let messages = ended.conversation.messages;
    let is_alone = messages.customer > 0 && messages.bot == 0 && messages.agent == 0;
    is_alone && ended.visits.is_empty() && ended.stints.is_empty()
}

fn signed(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn negative_durations(ended: &Ended) -> i64 {
    let is_negative =
        |earlier: Option<i64>, later: Option<i64>| matches!((earlier, later), (Some(a), Some(b)) if b < a);
    let c = ended.conversation;
    let first_response =
        c.did_customer_write_first && is_negative(c.first_customer_message_at, c.first_agent_message_at);
    let of_conversation = [Some(c.last_event_at), c.bot_ended_at, c.closed_at]
        .into_iter()
        .filter(|later| is_negative(Some(c.started_at), *later));
    let requests = ended.requests.iter().filter(|r| is_negative(Some(r.requested_at), r.decided_at));
    let visits = ended.visits.iter().flat_map(|v| {
        [v.assigned_at, v.first_reply_at, v.ended_at].into_iter().filter(|later| is_negative(v.entered_at, *later))
    });
    let stints = ended.stints.iter().flat_map(|s| {
        [(s.assigned_at, s.first_message_at), (Some(s.began_at), s.ended_at)]
            .into_iter()
            .filter(|(earlier, later)| is_negative(*earlier, *later))
    });
    let replies = ended.agent_messages.iter().filter(|m| m.response_ms.is_some_and(|ms| ms < 0));
    let all = of_conversation.count() + requests.count() + visits.count() + stints.count() + replies.count();
    signed(all) + i64::from(first_response)
}

#[cfg(test)]
mod tests {
    use super::super::milestones::Milestones;
    use super::super::rows::{Id, MessageCounts, Outcome, Placement, VisitEnd};
    use super::*;

    #[test]
    fn sums_of_parts_are_added_and_the_highest_score_is_kept() {
        // Each number is different: 1, 2, 3 …
        let mut number = 0;
        let mut next = || {
            number += 1;
            number
        };
        let sums = Sums {
            conversations: next(),
            closes: next(),
            handovers_out: next(),
            handovers_in: next(),
            waiting_after_handover: next(),
            ended_before_pickup: next(),
            waiting: next(),
            attended: next(),
            closed: next(),
            with_nobody: next(),
            wait_parts_ms: next(),
            total_wait_ms: next(),
            negative_durations: next(),
            repeated_rows: next(),
            customers_with_late_channel: next(),
            only_customer_wrote: next(),
            highest_score: Some(7),
        };
        let mut merged = Sums::default();
        merged.merge(&sums);
        assert_eq!(merged, sums);
        merged.merge(&sums);
        let numbers = |sums: &Sums| serde_json::to_value(sums).unwrap();
        let (merged, sums) = (numbers(&merged), numbers(&sums));
        for (name, value) in sums.as_object().unwrap().iter().filter(|(name, _)| *name != "highest_score") {
            assert_eq!(merged[name].as_i64(), value.as_i64().map(|value| 2 * value), "{name}");
        }
        assert_eq!(merged["highest_score"], 7);
    }

    #[test]
    fn conversations_in_which_only_the_customer_wrote_are_counted() {
        let count = |customer, bot, agent| {
            let messages = MessageCounts { customer, bot, agent, system: 1 };
            let of_nobody = Milestones::default().conversation(Id::Given(0), Placement::default());
            let conversation = Conversation { messages, ..of_nobody };
            let mut sums = Sums::default();
            sums.add(&Ended {
                conversation: &conversation,
                requests: &[],
                visits: &[],
                stints: &[],
                agent_messages: &[],
                closes: &[],
            });
            sums.only_customer_wrote
        };
        assert_eq!([count(2, 0, 0), count(0, 0, 0), count(2, 1, 0), count(2, 0, 1)], [1, 0, 0, 0]);
    }

    #[test]
    fn the_highest_of_all_scores_is_kept() {
        let mut sums = Sums::default();
        for score in [3, 9, 4] {
            sums.see_score(score);
        }
        assert_eq!(sums.highest_score, Some(9));
        sums.merge(&Sums { highest_score: Some(5), ..Sums::default() });
        assert_eq!(sums.highest_score, Some(9));
    }

    /// The events of a conversation are sorted, so no log makes such rows: the identity detects errors in the fold.
    #[test]
    fn durations_below_zero_are_counted_in_every_table() {
        let place = Placement::default();
        // The last event and the bot's end precede the start, and the first answer precedes the message that it
        // answers.
        let conversation = Conversation {
            started_at: 10,
            last_event_at: 5,
            bot_ended_at: Some(9),
            closed_at: Some(20),
            did_customer_write_first: true,
            first_customer_message_at: Some(10),
            first_agent_message_at: Some(9),
            ..Milestones::default().conversation(Id::Given(0), place)
        };
        let request =
            |decided_at| Request { conversation: 0, requested_at: 10, decided_at, outcome: Outcome::Succeeded, place };
        let visit = Visit {
            conversation: 0,
            nth: 1,
            place,
            agent: None,
            entered_at: Some(10),
            assigned_at: Some(9),
            first_reply_at: Some(11),
            ended_at: Some(8),
            end: VisitEnd::Closed,
            is_abandoned: false,
            opened_at: 10,
            is_by_transfer: false,
        };
        let stint = Stint {
            conversation: 0,
            agent: None,
            place,
            assigned_at: Some(10),
            began_at: 10,
            first_message_at: Some(9),
            ended_at: Some(10),
            end: StintEnd::Closed,
            was_received_by_transfer: false,
            is_no_show: false,
            visit: 0,
        };
        let message = |response_ms| AgentMessage {
            conversation: 0,
            agent: None,
            place,
            ts: 10,
            response_ms,
            first_response_ms: None,
        };
        let mut sums = Sums::default();
        sums.add(&Ended {
            conversation: &conversation,
            requests: &[request(Some(9)), request(Some(10)), request(None)],
            visits: &[visit],
            stints: &[stint],
            agent_messages: &[message(Some(-1)), message(Some(0)), message(None)],
            closes: &[],
        });
        // The conversation has 2 + 1, the request 1, the visit 2, the stint 1, the message 1.
        assert_eq!(sums.negative_durations, 8);
    }
}
