//! The rows of one conversation while it is folded. Each setter notes the event that made an instant, so that the rules
//! in `machine` need not do it.

use super::fact_rows::{FactRows, RowBegins};
use super::origins::{Instant, Stamp};
use super::rows::{
    AgentMessage, Close, Outcome, Placement, Rating, Reopening, Request, Stint, StintEnd, Visit, VisitEnd,
};
use super::schema::FactTable;
use crate::event::{Actor, Resolution, Survey};

/// The kind of event that opens a visit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Opener {
    /// A `transferred` event.
    Transfer,
    /// Any other event.
    Other,
}

/// Whether the customer's wait in a queue counts from the start of a visit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitBegin {
    /// Yes: the customer enters the queue.
    Queue,
    /// No: an agent takes the conversation immediately.
    Agent,
}

/// The rows of a conversation, and the current event.
#[derive(Debug)]
pub(super) struct Ledger<'a> {
    /// The rows of all conversations; those of this one begin at `from`.
    pub(super) facts: &'a mut FactRows,
    pub(super) from: RowBegins,
    /// The instant and origin of the current event.
    pub(super) now: Stamp,
    /// Whether a visit is open; an open visit or stint is the last row of its table.
    is_visit_open: bool,
    is_stint_open: bool,
}

impl<'a> Ledger<'a> {
    /// A ledger for a conversation without rows.
    pub(super) fn new(facts: &'a mut FactRows) -> Self {
        let from = facts.begins();
        Self { facts, from, now: Stamp { at: 0, origin: None }, is_visit_open: false, is_stint_open: false }
    }

    pub(super) fn requests(&self) -> &[Request] {
        &self.facts.requests[self.from.requests..]
    }

    pub(super) fn visits(&self) -> &[Visit] {
        &self.facts.visits[self.from.visits..]
    }

    pub(super) fn stints(&self) -> &[Stint] {
        &self.facts.stints[self.from.stints..]
    }

    pub(super) fn closes(&self) -> &[Close] {
        &self.facts.closes[self.from.closes..]
    }

    pub(super) fn ratings(&self) -> &[Rating] {
        &self.facts.ratings[self.from.ratings..]
    }

    /// The open visit.
    pub(super) fn visit(&self) -> Option<&Visit> {
        self.facts.visits.last().filter(|_| self.is_visit_open)
    }

    /// The open stint.
    pub(super) fn stint(&self) -> Option<&Stint> {
        self.facts.stints.last().filter(|_| self.is_stint_open)
    }

    fn visit_mut(&mut self) -> Option<&mut Visit> {
        self.facts.visits.last_mut().filter(|_| self.is_visit_open)
    }

    fn stint_mut(&mut self) -> Option<&mut Stint> {
        self.facts.stints.last_mut().filter(|_| self.is_stint_open)
    }

    /// Reopens the conversation.
    pub(super) fn reopen(&mut self) {
        self.facts.reopenings.push(Reopening { conversation: self.from.conversation, ts: self.now.at });
        self.mark(FactTable::Reopenings, Instant::Ts);
    }

    /// Adds an agent's message. `due` is the instant from which an answer was due; `first_message` is the customer's first
    /// message, if this is the first answer to it.
    pub(super) fn agent_message(
        &mut self,
        agent: Option<u32>,
        place: Placement,
        due: Option<Stamp>,
        first_message: Option<Stamp>,
    ) {
        let ts = self.now.at;
        self.facts.agent_messages.push(AgentMessage {
            conversation: self.from.conversation,
            agent,
            place,
            ts,
            response_ms: due.map(|due| ts - due.at),
            first_response_ms: first_message.map(|first_message| ts - first_message.at),
        });
        if let Some(origin) = first_message.and_then(|first_message| first_message.origin) {
            self.facts.mark(FactTable::AgentMessages, Instant::FirstCustomerMessageAt, origin);
        }
        if let Some(origin) = due.and_then(|due| due.origin) {
            self.facts.mark(FactTable::AgentMessages, Instant::DueSince, origin);
        }
        self.mark(FactTable::AgentMessages, Instant::Ts);
        if let Some(visit) = self.visit_mut()
            && visit.first_reply_at.is_none()
        {
            visit.first_reply_at = Some(ts);
            self.mark(FactTable::Visits, Instant::FirstReplyAt);
        }
        if let Some(stint) = self.stint_mut()
            && stint.first_message_at.is_none()
        {
            stint.first_message_at = Some(ts);
            self.mark(FactTable::Stints, Instant::FirstMessageAt);
        }
    }

    pub(super) fn open_request(&mut self, outcome: Outcome, place: Placement) {
        let ts = self.now.at;
        let decided_at = (outcome != Outcome::Pending).then_some(ts);
        self.facts.requests.push(Request {
            conversation: self.from.conversation,
            requested_at: ts,
            decided_at,
            outcome,
            place,
        });
        self.mark(FactTable::Requests, Instant::RequestedAt);
        if decided_at.is_some() {
            self.mark(FactTable::Requests, Instant::DecidedAt);
        }
    }

    /// Decides the undecided request. Returns whether there is one.
    pub(super) fn decide(&mut self, outcome: Outcome) -> bool {
        match self.facts.requests[self.from.requests..].last_mut() {
            Some(request) if request.outcome == Outcome::Pending => {
                request.outcome = outcome;
                request.decided_at = Some(self.now.at);
                self.mark(FactTable::Requests, Instant::DecidedAt);
                true
            }
            Some(_) | None => false,
        }
    }

    pub(super) fn open_visit(&mut self, place: Placement, entry: WaitBegin, opener: Opener) {
        self.is_visit_open = true;
        let entered_at = (entry == WaitBegin::Queue).then_some(self.now.at);
        let nth = self.visits_count() + 1;
        self.facts.visits.push(Visit {
            conversation: self.from.conversation,
            nth,
            place,
            agent: None,
            entered_at,
            assigned_at: None,
            first_reply_at: None,
            ended_at: None,
            end: VisitEnd::Open,
            is_abandoned: false,
            opened_at: self.now.at,
            is_by_transfer: opener == Opener::Transfer,
        });
        self.mark(FactTable::Visits, Instant::OpenedAt);
        if entered_at.is_some() {
            self.mark(FactTable::Visits, Instant::EnteredAt);
        }
    }

    fn visits_count(&self) -> u32 {
        u32::try_from(self.visits().len()).expect("more than 2^32 visits")
    }

    /// Sets the queue of the open visit, if it has none.
    pub(super) fn name_queue(&mut self, queue: Option<u32>) {
        if let Some(visit) = self.visit_mut()
            && visit.place.queue.is_none()
        {
            visit.place.queue = queue;
        }
    }

    pub(super) fn end_visit(&mut self, end: VisitEnd, closed_by: Option<Actor>) {
        let ts = self.now.at;
        if let Some(visit) = self.visit_mut() {
            visit.end = end;
            visit.ended_at = Some(ts);
            visit.is_abandoned = visit.first_reply_at.is_none()
                && match end {
                    VisitEnd::Left => true,
                    VisitEnd::Closed => closed_by != Some(Actor::Agent),
                    VisitEnd::TransferredOut | VisitEnd::Requeued | VisitEnd::Open => false,
                };
            self.mark(FactTable::Visits, Instant::EndedAt);
        }
        self.is_visit_open = false;
    }

    /// Begins a stint in the open visit. `is_assigned` means that the log has the assignment; otherwise the agent just
    /// wrote.
    pub(super) fn begin_stint(
        &mut self,
        agent: Option<u32>,
        place: Placement,
        is_assigned: bool,
        was_received_by_transfer: bool,
    ) {
        self.is_stint_open = true;
        let assigned_at = is_assigned.then_some(self.now.at);
        let visit = self.visits_count() - 1;
        self.facts.stints.push(Stint {
            conversation: self.from.conversation,
            agent,
            place,
            assigned_at,
            began_at: self.now.at,
            first_message_at: None,
            ended_at: None,
            end: StintEnd::Open,
            was_received_by_transfer,
            is_no_show: false,
            visit,
        });
        self.mark(FactTable::Stints, Instant::BeganAt);
        if is_assigned {
            self.mark(FactTable::Stints, Instant::AssignedAt);
        }
        if let Some(visit) = self.visit_mut() {
            visit.agent.get_or_insert(agent);
            if is_assigned && visit.assigned_at.is_none() && visit.first_reply_at.is_none() {
                visit.assigned_at = assigned_at;
                self.mark(FactTable::Visits, Instant::AssignedAt);
            }
        }
    }

    /// Ends the open stint. Returns whether there is one.
    pub(super) fn end_stint(&mut self, end: StintEnd) -> bool {
        let ts = self.now.at;
        let was_open = self.is_stint_open;
        if let Some(stint) = self.stint_mut() {
            stint.end = end;
            stint.ended_at = Some(ts);
            self.mark(FactTable::Stints, Instant::EndedAt);
        }
        self.is_stint_open = false;
        was_open
    }

    pub(super) fn close(
        &mut self,
        actor: Actor,
        agent: Option<u32>,
        place: Placement,
        resolution: Option<Resolution>,
        last_word_by: Option<Actor>,
    ) {
        let is_first = self.closes().is_empty();
        self.facts.closes.push(Close {
            conversation: self.from.conversation,
            ts: self.now.at,
            actor,
            agent,
            place,
            resolution,
            last_word_by,
            is_first,
        });
        self.mark(FactTable::Closes, Instant::Ts);
    }

    /// Adds a rating. A later rating of the same survey replaces the earlier one.
    pub(super) fn rate(&mut self, survey: Survey, score: u8, agent: Option<u32>, place: Placement) {
        let rating = Rating { conversation: self.from.conversation, ts: self.now.at, survey, score, agent, place };
        let known = self.ratings().iter().position(|known| known.survey == survey);
        let at = known.map_or(self.facts.ratings.len(), |known| self.from.ratings + known);
        if known.is_some() {
            self.facts.ratings[at] = rating;
            self.facts.marks.forget(FactTable::Ratings, at);
        } else {
            self.facts.ratings.push(rating);
        }
        if let Some(origin) = self.now.origin {
            self.facts.marks.add(FactTable::Ratings, at, Instant::Ts, origin);
        }
    }

    /// Notes that the current event made an instant of a table's last row.
    fn mark(&mut self, table: FactTable, instant: Instant) {
        if let Some(origin) = self.now.origin {
            self.facts.mark(table, instant, origin);
        }
    }
}
