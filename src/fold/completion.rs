//! Completes the facts of a conversation as of the horizon, after its last event.

use super::fact_rows::FactRows;
use super::ledger::Ledger;
use super::machine::Machine;
use super::origins::Instant;
use super::rows::{Outcome, Phase, StintEnd};
use super::schema::FactTable;
use crate::event::Survey;
use crate::time::HOUR_MS;

/// An agent who was given a conversation and did not write for longer than this did not show up.
const NO_SHOW_MS: i64 = 24 * HOUR_MS;

impl<'a> Machine<'a> {
    /// Completes the facts as of the horizon, and returns the rows.
    pub fn finish(mut self) -> &'a mut FactRows {
        let horizon = self.settings.horizon;
        self.observe(i64::MAX);
        self.status.pass_limits(horizon);
        let is_silent = self.milestones.silence_ms(horizon) >= self.settings.limits.inactivity_ms;
        if let Some(request) = self.ledger.facts.requests[self.ledger.from.requests..].last_mut()
            && request.outcome == Outcome::Pending
            && is_silent
        {
            request.outcome = Outcome::Incomplete;
        }
        for stint in &mut self.ledger.facts.stints[self.ledger.from.stints..] {
            let known_at = stint.first_message_at.or(stint.ended_at).unwrap_or(horizon);
            stint.is_no_show = stint.assigned_at.is_some_and(|assigned| known_at - assigned > NO_SHOW_MS);
        }
        let is_open = match self.phase {
            Phase::Closed => false,
            Phase::None | Phase::Bot => self.is_unanswered() || !is_silent,
            Phase::Waiting | Phase::Human => true,
        };
        let status = self.status.status().filter(|_| is_open);
        let holder = self.holder();
        let closer = self.ledger.closes().last().and_then(|close| close.agent);
        let agent = holder.unwrap_or_else(|| closer.or(self.milestones.last_writer.flatten()));
        let counts = self.ledger.facts.counts_since(&self.ledger.from);
        let mut conversation = self.milestones.conversation(self.id, self.place);
        conversation.agent = agent;
        conversation.phase = self.phase;
        conversation.is_unanswered = self.is_unanswered();
        conversation.status = status.map(|(status, _)| status);
        conversation.status_since = status.map(|(_, since)| since);
        conversation.due_since = self.due_since.map(|due| due.at);
        conversation.close_count = counts.closes;
        conversation.reopen_count = counts.reopenings;
        let handovers = self.ledger.stints().iter().filter(|stint| stint.end == StintEnd::Transferred);
        conversation.handover_count = u32::try_from(handovers.count()).unwrap_or(u32::MAX);
        let rated =
            |survey: Survey| self.ledger.ratings().iter().find(|rating| rating.survey == survey).map(|r| r.score);
        let thumbs = || rated(Survey::Thumbs).map(|score| if score == 1 { 5 } else { 1 });
        (conversation.score, conversation.satisfaction) = (rated(Survey::Nps), rated(Survey::Csat).or_else(thumbs));
        conversation.request_count = counts.requests;
        conversation.visit_count = counts.visits;
        conversation.stint_count = counts.stints;
        conversation.is_waiting_after_handover = self.is_handed_over;
        conversation.ended_before_pickup_count = self.ended_before_pickup;
        self.ledger.facts.conversations.push(conversation);
        if self.ledger.facts.projection.origins {
            let due = self.due_since.and_then(|due| Some((Instant::DueSince, due.origin?)));
            for (instant, origin) in self.milestones.origins().chain(due) {
                self.ledger.facts.mark(FactTable::Conversations, instant, origin);
            }
        }
        let Ledger { facts, from, .. } = self.ledger;
        facts.settle(&from);
        facts
    }
}
