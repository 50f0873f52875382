//! The state machine of one conversation: ordered events become facts. No other code knows the effects of events.
//!
//! Each arm of [`Machine::apply`] is a row of the table in semantics.md 4; compare them side by side.

use super::fact_rows::FactRows;
use super::ledger::{Ledger, Opener, WaitBegin};
use super::limits::Limits;
use super::milestones::Milestones;
use super::moments::MomentRow;
use super::origins::Stamp;
use super::rows::{Id, Oddity, Outcome, Phase, Placement, StintEnd, VisitEnd};
use super::status::{Situation, StatusTracker};
use crate::event::{Actor, Detail, FoldEvent, Kind, Status, Survey, Text};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoldSettings {
    /// Durations.
    pub limits: Limits,
    /// The last instant that counts; later events are ignored.
    pub horizon: i64,
    /// Whether the log has no queues, so that departments are queues.
    pub is_department_queue: bool,
}

/// The state of one conversation, and its facts so far.
#[derive(Debug)]
pub struct Machine<'a> {
    pub(super) settings: &'a FoldSettings,
    pub(super) id: Id,
    pub(super) phase: Phase,
    pub(super) due_since: Option<Stamp>,
    pub(super) place: Placement,
    pub(super) milestones: Milestones,
    pub(super) status: StatusTracker,
    /// Whether it was closed by `customer_left` and not by a close since.
    is_left: bool,
    /// Whether a stint has ended as transferred since the last one began.
    pub(super) is_handed_over: bool,
    pub(super) ended_before_pickup: u32,
    pub(super) ledger: Ledger<'a>,
}

impl<'a> Machine<'a> {
    /// A conversation before its first event.
    #[must_use]
    pub fn new(settings: &'a FoldSettings, id: Id, facts: &'a mut FactRows) -> Self {
        Self {
            settings,
            id,
            phase: Phase::None,
            due_since: None,
            place: Placement::default(),
            milestones: Milestones::default(),
            status: StatusTracker::new(settings.limits.inactive_after_ms),
            is_left: false,
            is_handed_over: false,
            ended_before_pickup: 0,
            ledger: Ledger::new(facts),
        }
    }

    /// Applies the next event.
    pub fn apply(&mut self, row: &FoldEvent) {
        let ts = row.ts;
        self.observe(ts);
        self.ledger.now = Stamp::of(row);
        self.status.pass_limits(ts);
        self.milestones.see(row);
        self.update_place(row);
        if self.phase == Phase::Closed && reopens(row) {
            self.reopen();
        } else if row.content.kind == Kind::Reopened {
            self.note(Oddity::ReopenedOpen);
        }
        match row.content.kind {
            Kind::Started | Kind::Reopened => {}
            Kind::Message => match row.content.actor {
                Some(Actor::Customer) => {
                    if self.phase != Phase::Bot {
                        self.due_since.get_or_insert(self.ledger.now);
                    }
                }
                Some(Actor::Bot) => {
                    if self.phase == Phase::None {
                        self.set_phase(Phase::Bot);
                    }
                    if self.phase == Phase::Bot {
                        self.due_since = None;
                    }
                }
                Some(Actor::Agent) => self.agent_message(row.agent()),
                Some(Actor::System) | None => {}
            },
            Kind::TransferRequested => {
                self.ledger.decide(Outcome::Incomplete);
                self.ledger.open_request(Outcome::Pending, self.place);
            }
            Kind::TransferSucceeded => {
                if !self.ledger.decide(Outcome::Succeeded) && !matches!(self.phase, Phase::Waiting | Phase::Human) {
                    self.ledger.open_request(Outcome::Succeeded, self.place);
                }
                self.queued();
            }
            Kind::TransferCancelled => self.outcome(Outcome::Cancelled),
            Kind::TransferDisabled => self.outcome(Outcome::Disabled),
            Kind::TransferIncomplete => self.outcome(Outcome::Incomplete),
            Kind::Queued => self.queued(),
            Kind::Assigned => self.assign(row.agent(), Assignment::Explicit),
            Kind::Transferred => self.transferred(row),
            Kind::Closed => self.closed(row),
            Kind::CustomerLeft => self.customer_left(),
            Kind::Rated => {
                if let Detail::Score(survey, score) = row.content.detail {
                    if survey == Survey::Nps {
                        self.ledger.facts.sums.see_score(score);
                    }
                    self.ledger.rate(survey, score, self.milestones.last_writer.flatten(), self.place);
                }
            }
            Kind::StatusChanged => {
                if let Detail::Status(status) = row.content.detail {
                    self.status.set_reported(status);
                }
            }
            Kind::AgentStatus => {}
        }
        self.status.settle(ts, self.situation());
    }

    /// Ends the conversation as if the customer had left, after inactivity while a person is in charge. The event at
    /// `ts` belongs to the next conversation, so the last event of this one does not change.
    pub fn end_as_left(&mut self, ts: i64) {
        self.observe(ts);
        self.ledger.now = Stamp { at: ts, origin: None };
        self.status.pass_limits(ts);
        self.milestones.see_end_of_bot(self.ledger.now);
        self.customer_left();
        self.status.settle(ts, self.situation());
    }

    /// Records the state from the last event up to `until`, for snapshots at instants in between.
    #[inline]
    pub(super) fn observe(&mut self, until: i64) {
        if self.ledger.facts.moments.is_some() {
            self.observe_open(until);
        }
    }

    fn observe_open(&mut self, until: i64) {
        // There is no status before the first event and while closed.
        let Some((status, _)) = self.status.status() else { return };
        let from = self.milestones.last_event_at();
        let until = match self.phase {
            Phase::None | Phase::Bot if !self.is_unanswered() => {
                until.min(self.milestones.last_active_at().saturating_add(self.settings.limits.inactivity_ms))
            }
            Phase::None | Phase::Bot | Phase::Waiting | Phase::Human | Phase::Closed => until,
        };
        if !self.ledger.facts.moments.as_ref().is_some_and(|moments| moments.asks(from, until)) {
            return;
        }
        let conversation = self.milestones.conversation(self.id, self.place);
        let moment = MomentRow {
            from: 0,
            until: 0,
            phase: self.phase,
            is_unanswered: self.is_unanswered(),
            status,
            channel: conversation.channel,
            app: conversation.app,
            support_type: conversation.support_type,
            place: self.place,
            agent: self.ledger.stint().and_then(|stint| stint.agent),
            contact: conversation.contact,
            protocol: conversation.protocol,
            tags: conversation.tags,
            attributes: conversation.attributes,
            due_since: self.due_since.map(|due| due.at),
            entered_at: self.ledger.visit().and_then(|visit| visit.entered_at),
        };
        let changes_at = self.status.inactive_at().map_or(until, |at| at.min(until));
        if let Some(moments) = &mut self.ledger.facts.moments {
            moments.add(from, changes_at, moment.clone());
            moments.add(changes_at, until, MomentRow { status: Status::Inactive, ..moment });
        }
    }

    /// Whether a customer's message or a start at `ts` begins a new conversation (by inactivity).
    #[must_use]
    pub fn is_over_at(&self, ts: i64) -> bool {
        let limit = if self.is_person_in_charge() {
            self.settings.limits.human_inactivity_ms
        } else {
            self.settings.limits.inactivity_ms
        };
        self.phase == Phase::Closed || self.milestones.silence_ms(ts) >= limit
    }

    /// Whether it is in phase `waiting` or `human`, or unanswered.
    #[must_use]
    pub fn is_person_in_charge(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Human) || self.is_unanswered()
    }

    pub(super) fn is_unanswered(&self) -> bool {
        self.phase == Phase::None && self.due_since.is_some() && self.milestones.messages.bot == 0
    }

    fn situation(&self) -> Situation {
        Situation {
            phase: self.phase,
            is_unanswered: self.is_unanswered(),
            last_message_at: self
                .milestones
                .last_message
                .map_or(self.milestones.started_at(), |(message, _)| message.at),
            last_message_by: self.milestones.last_message.map(|(_, by)| by),
        }
    }

    /// An event without a department or queue has the latest one. A queue in an event becomes that of the open visit,
    /// if it has none.
    fn update_place(&mut self, row: &FoldEvent) {
        if let Some(department) = row.text(Text::Department) {
            self.place.department = Some(department);
            if self.settings.is_department_queue {
                self.place.queue = Some(department);
            }
        }
        if let Some(queue) = row.text(Text::Queue) {
            self.place.queue = Some(queue);
        }
        let names_queue = row.text(Text::Queue).is_some()
            || self.settings.is_department_queue && row.text(Text::Department).is_some();
        if names_queue {
            self.ledger.name_queue(self.place.queue);
        }
    }

    fn set_phase(&mut self, phase: Phase) {
        if self.phase != phase {
            self.phase = phase;
            self.status.forget_reported();
        }
    }

    fn reopen(&mut self) {
        self.ledger.reopen();
        self.is_left = false;
        self.milestones.closed = None;
        self.due_since = None;
        self.set_phase(if self.ledger.stints().is_empty() { Phase::None } else { Phase::Waiting });
    }

    fn agent_message(&mut self, author: Option<u32>) {
        let holder = self.holder();
        let author = author.or(holder.flatten());
        let due = self.due_since.take();
        let first_asked = self.milestones.asked_before_first_answer();
        if self.phase != Phase::Closed && holder != Some(author) {
            self.assign(author, Assignment::Implied);
        }
        self.milestones.last_writer = Some(author);
        self.ledger.agent_message(author, self.place, due, first_asked);
    }

    /// The agent of the open stint, who may have no name.
    pub(super) fn holder(&self) -> Option<Option<u32>> {
        self.ledger.stint().map(|stint| stint.agent)
    }

    /// Handles `transfer_cancelled`, `_disabled` and `_incomplete`.
    fn outcome(&mut self, outcome: Outcome) {
        let was_decided = self.ledger.decide(outcome);
        if outcome == Outcome::Cancelled && self.phase == Phase::Waiting {
            self.ledger.end_visit(VisitEnd::Left, None);
            self.lapse_handover();
            self.due_since = None;
            self.set_phase(Phase::None);
        } else if !was_decided {
            match self.phase {
                Phase::None | Phase::Bot => self.ledger.open_request(outcome, self.place),
                Phase::Waiting | Phase::Human | Phase::Closed => self.note(Oddity::OutcomeWithoutRequest),
            }
        }
    }

    fn queued(&mut self) {
        self.ledger.decide(Outcome::Succeeded);
        match self.ledger.visit().map(|visit| visit.place.queue) {
            None => self.ledger.open_visit(self.place, WaitBegin::Queue, Opener::Other),
            Some(queue) if queue != self.place.queue => {
                self.ledger.end_visit(VisitEnd::Requeued, None);
                self.ledger.open_visit(self.place, WaitBegin::Queue, Opener::Other);
            }
            Some(_) => {}
        }
        self.end_stint(StintEnd::Released);
        self.set_phase(Phase::Waiting);
        self.due_since.get_or_insert(self.ledger.now);
    }

    fn assign(&mut self, agent: Option<u32>, assignment: Assignment) {
        if self.holder() == Some(agent) {
            return;
        }
        self.ledger.decide(Outcome::Succeeded);
        let is_assigned = match assignment {
            Assignment::Explicit | Assignment::Transferred => {
                if matches!(self.phase, Phase::None | Phase::Bot) && self.milestones.messages.customer > 0 {
                    self.due_since.get_or_insert(self.ledger.now);
                }
                true
            }
            Assignment::Implied => false,
        };
        self.end_stint(StintEnd::Transferred);
        if self.ledger.visit().is_none() {
            let opener = match assignment {
                Assignment::Transferred => Opener::Transfer,
                Assignment::Explicit | Assignment::Implied => Opener::Other,
            };
            self.ledger.open_visit(self.place, WaitBegin::Agent, opener);
        }
        self.ledger.begin_stint(agent, self.place, is_assigned, std::mem::take(&mut self.is_handed_over));
        self.set_phase(Phase::Human);
    }

    fn transferred(&mut self, row: &FoldEvent) {
        let to_agent = row.text(Text::ToAgentId);
        let destination = self.destination(row);
        let holder = self.holder();
        let is_own_queue = match (destination, self.ledger.visit()) {
            (None, _) => true,
            (Some(to), Some(visit)) => to == TransferDestination::Queue(visit.place.queue),
            (Some(_), None) => false,
        };
        let goes_nowhere = match to_agent {
            Some(agent) => holder == Some(Some(agent)) && is_own_queue,
            None => holder.is_none() && self.ledger.visit().is_some() && is_own_queue,
        };
        if goes_nowhere {
            self.note(Oddity::TransferredNowhere);
            return;
        }
        self.ledger.decide(Outcome::Succeeded);
        self.end_stint(StintEnd::Transferred);
        if let Some(destination) = destination {
            if let Some(department) = row.text(Text::ToDepartment) {
                self.place.department = Some(department);
            }
            self.place.queue = match destination {
                TransferDestination::Queue(queue) => queue,
                TransferDestination::Unnamed => None,
            };
            if to_agent.is_none() || !is_own_queue {
                self.ledger.end_visit(VisitEnd::TransferredOut, None);
                let entry = if to_agent.is_none() { WaitBegin::Queue } else { WaitBegin::Agent };
                self.ledger.open_visit(self.place, entry, Opener::Transfer);
            }
        }
        if to_agent.is_some() {
            self.assign(to_agent, Assignment::Transferred);
        } else {
            self.set_phase(Phase::Waiting);
            self.due_since.get_or_insert(self.ledger.now);
        }
    }

    /// The destination of a `transferred` event, if it has a queue or a department.
    fn destination(&self, row: &FoldEvent) -> Option<TransferDestination> {
        let to_department = row.text(Text::ToDepartment);
        let to_queue = match row.text(Text::ToQueue) {
            None if self.settings.is_department_queue => to_department,
            queue => queue,
        };
        match (to_queue, to_department) {
            (Some(queue), _) => Some(TransferDestination::Queue(Some(queue))),
            (None, Some(department)) if self.place.department == Some(department) => {
                Some(TransferDestination::Queue(self.place.queue))
            }
            (None, Some(_)) => Some(TransferDestination::Unnamed),
            (None, None) => None,
        }
    }

    fn closed(&mut self, row: &FoldEvent) {
        if self.phase == Phase::Closed && !self.is_left {
            self.note(Oddity::ClosedAlready);
            return;
        }
        let actor = row.content.actor.unwrap_or(Actor::System);
        let last_holder = self.ledger.stints().last().and_then(|stint| stint.agent);
        let agent = row.agent().or_else(|| last_holder.filter(|_| actor == Actor::Agent));
        let resolution = match row.content.detail {
            Detail::Resolution(resolution) => Some(resolution),
            Detail::None | Detail::Score(..) | Detail::AgentStatus(_) | Detail::Status(_) => None,
        };
        self.ledger.close(actor, agent, self.place, resolution, self.milestones.last_word_by);
        self.milestones.closed = Some((self.ledger.now, actor));
        self.milestones.first_closed.get_or_insert((self.ledger.now, actor));
        self.end(VisitEnd::Closed, StintEnd::Closed, Some(actor));
        self.is_left = false;
    }

    fn customer_left(&mut self) {
        if self.phase != Phase::Closed {
            self.end(VisitEnd::Left, StintEnd::Left, None);
            self.is_left = true;
        }
    }

    fn end(&mut self, visit: VisitEnd, stint: StintEnd, closed_by: Option<Actor>) {
        self.ledger.decide(Outcome::Incomplete);
        self.ledger.end_visit(visit, closed_by);
        self.end_stint(stint);
        self.lapse_handover();
        self.due_since = None;
        self.set_phase(Phase::Closed);
    }

    /// Ends a handover that was not picked up before the end.
    fn lapse_handover(&mut self) {
        self.ended_before_pickup += u32::from(std::mem::take(&mut self.is_handed_over));
    }

    /// Ends the open stint. If it is handed on, the next stint picks up the handover.
    fn end_stint(&mut self, end: StintEnd) {
        self.is_handed_over |= self.ledger.end_stint(end) && end == StintEnd::Transferred;
    }

    fn note(&mut self, oddity: Oddity) {
        self.ledger.facts.oddities[oddity as usize] += 1;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Assignment {
    /// By an `assigned` event.
    Explicit,
    /// By a `transferred` event.
    Transferred,
    /// By the message of an agent who does not hold the conversation.
    Implied,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TransferDestination {
    /// A queue, or that of the latest department, which may have no name.
    Queue(Option<u32>),
    /// Another department; no row has its queue yet.
    Unnamed,
}

/// Whether an event reopens a closed conversation.
fn reopens(row: &FoldEvent) -> bool {
    match row.content.kind {
        Kind::Message => row.content.actor == Some(Actor::Customer),
        Kind::TransferRequested
        | Kind::TransferSucceeded
        | Kind::Queued
        | Kind::Assigned
        | Kind::Transferred
        | Kind::Reopened => true,
        Kind::Started
        | Kind::TransferCancelled
        | Kind::TransferDisabled
        | Kind::TransferIncomplete
        | Kind::Closed
        | Kind::CustomerLeft
        | Kind::Rated
        | Kind::StatusChanged
        | Kind::AgentStatus => false,
    }
}
