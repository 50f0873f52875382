//! One conversation's state machine: events in order become facts. The only place that knows what events do.
//!
//! Each arm of [`Machine::apply`] is a row of the table in semantics.md 4; read them side by side.

use super::fact_rows::{Begins, FactRows};
use super::milestones::Milestones;
use super::moments::Moment;
use super::origins::{Instant, Stamp};
use super::rows::{
    AgentMessage, Close, Id, Oddity, Outcome, Phase, Place, Rating, Reopening, Request, Stint, StintEnd, Visit,
    VisitEnd,
};
use super::schema::Table;
use super::state::State;
use super::status::{Situation, StatusClock};
use crate::event::{Actor, Detail, Kind, Row, Status, Survey, Text};

/// An agent who was given a conversation and wrote nothing for longer than this did not show up.
const NO_SHOW_MS: i64 = 24 * 3_600_000;

/// What the fold is told; durations in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Silence that ends a conversation with the bot.
    pub inactivity_ms: i64,
    /// Silence that ends a conversation while a person is in charge.
    pub human_inactivity_ms: i64,
    /// Silence after which an attended conversation is inactive.
    pub inactive_after_ms: i64,
    /// A customer who comes back within this time was not helped for good.
    pub return_window_ms: i64,
    /// Later events are unseen.
    pub horizon: i64,
    /// The log has no queues: departments are queues.
    pub is_department_queue: bool,
}

/// The state of one conversation, and its facts so far.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the table asks by itself")]
pub struct Machine<'a> {
    settings: &'a Settings,
    id: Id,
    pub(super) phase: Phase,
    pub(super) due_since: Option<Stamp>,
    pub(super) place: Place,
    pub(super) milestones: Milestones,
    pub(super) clock: StatusClock,
    /// The event at hand.
    now: Stamp,
    /// Closed by `customer_left`, and not by a close since.
    is_left: bool,
    /// A stint has ended as transferred since the last began.
    is_handed_over: bool,
    ended_before_pickup: u32,
    /// The visit or stint that is open is the last of its table.
    is_visit_open: bool,
    is_stint_open: bool,
    /// The rows of all conversations; this one's begin at `from`.
    facts: &'a mut FactRows,
    from: Begins,
}

impl<'a> Machine<'a> {
    /// A conversation before its first event.
    #[must_use]
    pub fn new(settings: &'a Settings, id: Id, facts: &'a mut FactRows) -> Self {
        Self {
            settings,
            id,
            phase: Phase::None,
            due_since: None,
            place: Place::default(),
            milestones: Milestones::default(),
            clock: StatusClock::new(settings.inactive_after_ms),
            now: Stamp { at: 0, origin: None },
            is_left: false,
            is_handed_over: false,
            ended_before_pickup: 0,
            is_visit_open: false,
            is_stint_open: false,
            from: facts.begins(),
            facts,
        }
    }

    /// Takes the next event.
    pub fn apply(&mut self, row: &Row) {
        let ts = row.ts;
        self.observe(ts);
        self.now = Stamp::of(row);
        self.clock.pass_limits(ts);
        self.milestones.see(row);
        self.update_place(row);
        if self.phase == Phase::Closed && reopens(row) {
            self.reopen(ts);
        } else if row.content.kind == Kind::Reopened {
            self.note(Oddity::ReopenedOpen);
        }
        match row.content.kind {
            Kind::Started | Kind::Reopened => {}
            Kind::Message => match row.content.actor {
                Some(Actor::Customer) => {
                    if self.phase != Phase::Bot {
                        self.due_since.get_or_insert(self.now);
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
                Some(Actor::Agent) => self.agent_message(ts, row.agent()),
                Some(Actor::System) | None => {}
            },
            Kind::TransferRequested => {
                self.decide(Outcome::Incomplete, ts);
                self.open_request(ts, Outcome::Pending);
            }
            Kind::TransferSucceeded => {
                if !self.decide(Outcome::Succeeded, ts) && !matches!(self.phase, Phase::Waiting | Phase::Human) {
                    self.open_request(ts, Outcome::Succeeded);
                }
                self.queued(ts);
            }
            Kind::TransferCancelled => self.outcome(Outcome::Cancelled, ts),
            Kind::TransferDisabled => self.outcome(Outcome::Disabled, ts),
            Kind::TransferIncomplete => self.outcome(Outcome::Incomplete, ts),
            Kind::Queued => self.queued(ts),
            Kind::Assigned => self.assign(ts, row.agent(), Assignment::Explicit),
            Kind::Transferred => self.transferred(row),
            Kind::Closed => self.closed(row),
            Kind::CustomerLeft => self.customer_left(ts),
            Kind::Rated => {
                if let Detail::Score(survey, score) = row.content.detail {
                    if survey == Survey::Nps {
                        self.facts.sums.see_score(score);
                    }
                    self.rated(ts, survey, score);
                }
            }
            Kind::StatusChanged => {
                if let Detail::Status(status) = row.content.detail {
                    self.clock.say(status);
                }
            }
            Kind::AgentStatus => {}
        }
        self.clock.settle(ts, self.situation());
    }

    /// Ends the conversation as if the customer had left: silence while a person is in charge. The event at `ts` is the
    /// next conversation's, so this one's last event stays what it was.
    pub fn end_as_left(&mut self, ts: i64) {
        self.observe(ts);
        self.now = Stamp { at: ts, origin: None };
        self.clock.pass_limits(ts);
        self.milestones.see_end_of_bot(self.now);
        self.customer_left(ts);
        self.clock.settle(ts, self.situation());
    }

    /// The state between two events, for those who look on.
    pub(super) fn state(&self) -> State {
        let FactRows { requests, visits, stints, agent_messages, closes, reopenings, oddities, .. } = &*self.facts;
        let (requests, visits) = (&requests[self.from.requests..], &visits[self.from.visits..]);
        let (stints, messages) = (&stints[self.from.stints..], &agent_messages[self.from.agent_messages..]);
        let (visit, stint, message) = (visits.last(), stints.last(), messages.last());
        State {
            phase: self.phase,
            place: self.place,
            holder: stint.filter(|_| self.is_stint_open).map(|stint| stint.agent),
            due_since: self.due_since.map(|due| due.at),
            status: self.clock.status().map(|(status, _)| status),
            visit: visit.filter(|_| self.is_visit_open).map(|visit| visit.place.queue),
            requests: requests.len(),
            visits: visits.len(),
            stints: stints.len(),
            closes: closes.len() - self.from.closes,
            reopenings: reopenings.len() - self.from.reopenings,
            outcome: requests.last().map(|request| request.outcome),
            visit_end: visit.map(|visit| visit.end),
            is_abandoned: visit.is_some_and(|visit| visit.is_abandoned),
            stint_end: stint.map(|stint| stint.end),
            agent_messages: messages.len(),
            response_ms: message.and_then(|message| message.response_ms),
            first_response_ms: message.and_then(|message| message.first_response_ms),
            oddities: *oddities,
        }
    }

    /// Shows the state that holds from the last event up to `until` to those who ask about instants in between.
    #[inline]
    fn observe(&mut self, until: i64) {
        if self.facts.moments.is_some() {
            self.observe_open(until);
        }
    }

    fn observe_open(&mut self, until: i64) {
        // Before the first event, and while closed.
        let Some((status, _)) = self.clock.status() else { return };
        let from = self.milestones.last_event_at();
        let until = match self.phase {
            Phase::None | Phase::Bot if !self.is_unanswered() => {
                until.min(self.milestones.last_active_at().saturating_add(self.settings.inactivity_ms))
            }
            Phase::None | Phase::Bot | Phase::Waiting | Phase::Human | Phase::Closed => until,
        };
        if !self.facts.moments.as_ref().is_some_and(|moments| moments.asks(from, until)) {
            return;
        }
        let conversation = self.milestones.conversation(self.id, self.place);
        let moment = Moment {
            from: 0,
            until: 0,
            phase: self.phase,
            is_unanswered: self.is_unanswered(),
            status,
            channel: conversation.channel,
            app: conversation.app,
            support_type: conversation.support_type,
            place: self.place,
            agent: self.stint().and_then(|stint| stint.agent),
            contact: conversation.contact,
            protocol: conversation.protocol,
            tags: conversation.tags,
            attributes: conversation.attributes,
            due_since: self.due_since.map(|due| due.at),
            entered_at: self.visit().and_then(|visit| visit.entered_at),
        };
        let changes_at = self.clock.inactive_at().map_or(until, |at| at.min(until));
        if let Some(moments) = &mut self.facts.moments {
            moments.add(from, changes_at, moment.clone());
            moments.add(changes_at, until, Moment { status: Status::Inactive, ..moment });
        }
    }

    /// Whether a customer's message or a start at `ts` begins the next conversation instead (by inactivity).
    #[must_use]
    pub fn is_over_at(&self, ts: i64) -> bool {
        let limit =
            if self.is_person_in_charge() { self.settings.human_inactivity_ms } else { self.settings.inactivity_ms };
        self.phase == Phase::Closed || self.milestones.silence_ms(ts) >= limit
    }

    /// In phase `waiting` or `human`, or unanswered.
    #[must_use]
    pub fn is_person_in_charge(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Human) || self.is_unanswered()
    }

    fn is_unanswered(&self) -> bool {
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

    /// An event without a value has the latest one. A queue that is named names the open visit's, if that has none.
    fn update_place(&mut self, row: &Row) {
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
        let named = self.place.queue.filter(|_| names_queue);
        if let Some(visit) = self.visit()
            && visit.place.queue.is_none()
        {
            visit.place.queue = named;
        }
    }

    fn set_phase(&mut self, phase: Phase) {
        if self.phase != phase {
            self.phase = phase;
            self.clock.forget_said();
        }
    }

    fn reopen(&mut self, ts: i64) {
        self.facts.reopenings.push(Reopening { conversation: self.from.conversation, ts });
        self.mark(Table::Reopenings, Instant::Ts);
        self.is_left = false;
        self.milestones.closed = None;
        self.due_since = None;
        self.set_phase(if self.stints().is_empty() { Phase::None } else { Phase::Waiting });
    }

    fn agent_message(&mut self, ts: i64, author: Option<u32>) {
        let holder = self.stint().map(|stint| stint.agent);
        let author = author.or(holder.flatten());
        let due = self.due_since.take();
        let first_asked = self.milestones.asked_before_first_answer();
        if self.phase != Phase::Closed && holder != Some(author) {
            self.assign(ts, author, Assignment::Implied);
        }
        self.milestones.last_writer = Some(author);
        self.facts.agent_messages.push(AgentMessage {
            conversation: self.from.conversation,
            agent: author,
            place: self.place,
            ts,
            response_ms: due.map(|due| ts - due.at),
            first_response_ms: first_asked.map(|asked| ts - asked.at),
        });
        if let Some(origin) = first_asked.and_then(|asked| asked.origin) {
            self.facts.mark(Table::AgentMessages, Instant::FirstCustomerMessageAt, origin);
        }
        if let Some(origin) = due.and_then(|due| due.origin) {
            self.facts.mark(Table::AgentMessages, Instant::DueSince, origin);
        }
        self.mark(Table::AgentMessages, Instant::Ts);
        if let Some(visit) = self.visit()
            && visit.first_reply_at.is_none()
        {
            visit.first_reply_at = Some(ts);
            self.mark(Table::Visits, Instant::FirstReplyAt);
        }
        if let Some(stint) = self.stint()
            && stint.first_message_at.is_none()
        {
            stint.first_message_at = Some(ts);
            self.mark(Table::Stints, Instant::FirstMessageAt);
        }
    }

    /// Decides the undecided request, if there is one.
    fn decide(&mut self, outcome: Outcome, ts: i64) -> bool {
        match self.facts.requests[self.from.requests..].last_mut() {
            Some(request) if request.outcome == Outcome::Pending => {
                request.outcome = outcome;
                request.decided_at = Some(ts);
                self.mark(Table::Requests, Instant::DecidedAt);
                true
            }
            Some(_) | None => false,
        }
    }

    fn open_request(&mut self, ts: i64, outcome: Outcome) {
        let decided_at = (outcome != Outcome::Pending).then_some(ts);
        self.facts.requests.push(Request {
            conversation: self.from.conversation,
            requested_at: ts,
            decided_at,
            outcome,
            place: self.place,
        });
        self.mark(Table::Requests, Instant::RequestedAt);
        if decided_at.is_some() {
            self.mark(Table::Requests, Instant::DecidedAt);
        }
    }

    /// `transfer_cancelled`, `_disabled`, `_incomplete`.
    fn outcome(&mut self, outcome: Outcome, ts: i64) {
        let was_decided = self.decide(outcome, ts);
        if outcome == Outcome::Cancelled && self.phase == Phase::Waiting {
            self.end_visit(VisitEnd::Left, ts, None);
            self.lapse_handover();
            self.due_since = None;
            self.set_phase(Phase::None);
        } else if !was_decided {
            match self.phase {
                Phase::None | Phase::Bot => self.open_request(ts, outcome),
                Phase::Waiting | Phase::Human | Phase::Closed => self.note(Oddity::OutcomeWithoutRequest),
            }
        }
    }

    fn queued(&mut self, ts: i64) {
        self.decide(Outcome::Succeeded, ts);
        let here = self.place.queue;
        match self.visit().map(|visit| visit.place.queue) {
            None => self.open_visit(Some(ts), Opener::Other),
            Some(queue) if queue != here => {
                self.end_visit(VisitEnd::Requeued, ts, None);
                self.open_visit(Some(ts), Opener::Other);
            }
            Some(_) => {}
        }
        self.end_stint(StintEnd::Released, ts);
        self.set_phase(Phase::Waiting);
        self.due_since.get_or_insert(self.now);
    }

    fn assign(&mut self, ts: i64, agent: Option<u32>, assignment: Assignment) {
        if self.stint().is_some_and(|stint| stint.agent == agent) {
            return;
        }
        self.decide(Outcome::Succeeded, ts);
        let assigned_at = match assignment {
            Assignment::Explicit | Assignment::Transferred => {
                if matches!(self.phase, Phase::None | Phase::Bot) && self.milestones.messages.customer > 0 {
                    self.due_since.get_or_insert(self.now);
                }
                Some(ts)
            }
            Assignment::Implied => None,
        };
        self.end_stint(StintEnd::Transferred, ts);
        if !self.is_visit_open {
            let opener = match assignment {
                Assignment::Transferred => Opener::Transfer,
                Assignment::Explicit | Assignment::Implied => Opener::Other,
            };
            self.open_visit(None, opener);
        }
        self.begin_stint(ts, agent, assigned_at);
        if let Some(visit) = self.visit() {
            visit.agent.get_or_insert(agent);
            if visit.assigned_at.is_none() && visit.first_reply_at.is_none() && assigned_at.is_some() {
                visit.assigned_at = assigned_at;
                self.mark(Table::Visits, Instant::AssignedAt);
            }
        }
        self.set_phase(Phase::Human);
    }

    fn transferred(&mut self, row: &Row) {
        let ts = row.ts;
        let to_agent = row.text(Text::ToAgentId);
        let destination = self.destination(row);
        let holder = self.stint().map(|stint| stint.agent);
        let is_own_queue = match (destination, self.visit()) {
            (None, _) => true,
            (Some(to), Some(visit)) => to == Destination::Queue(visit.place.queue),
            (Some(_), None) => false,
        };
        let goes_nowhere = match to_agent {
            Some(agent) => holder == Some(Some(agent)) && is_own_queue,
            None => holder.is_none() && self.is_visit_open && is_own_queue,
        };
        if goes_nowhere {
            self.note(Oddity::TransferredNowhere);
            return;
        }
        self.decide(Outcome::Succeeded, ts);
        self.end_stint(StintEnd::Transferred, ts);
        if let Some(destination) = destination {
            if let Some(department) = row.text(Text::ToDepartment) {
                self.place.department = Some(department);
            }
            self.place.queue = match destination {
                Destination::Queue(queue) => queue,
                Destination::Unnamed => None,
            };
            if to_agent.is_none() || !is_own_queue {
                self.end_visit(VisitEnd::TransferredOut, ts, None);
                self.open_visit(to_agent.is_none().then_some(ts), Opener::Transfer);
            }
        }
        if to_agent.is_some() {
            self.assign(ts, to_agent, Assignment::Transferred);
        } else {
            self.set_phase(Phase::Waiting);
            self.due_since.get_or_insert(self.now);
        }
    }

    /// Where a `transferred` goes, if it names a queue or a department.
    fn destination(&self, row: &Row) -> Option<Destination> {
        let to_department = row.text(Text::ToDepartment);
        let to_queue = match row.text(Text::ToQueue) {
            None if self.settings.is_department_queue => to_department,
            queue => queue,
        };
        match (to_queue, to_department) {
            (Some(queue), _) => Some(Destination::Queue(Some(queue))),
            (None, Some(department)) if self.place.department == Some(department) => {
                Some(Destination::Queue(self.place.queue))
            }
            (None, Some(_)) => Some(Destination::Unnamed),
            (None, None) => None,
        }
    }

    fn closed(&mut self, row: &Row) {
        let ts = row.ts;
        if self.phase == Phase::Closed && !self.is_left {
            self.note(Oddity::ClosedAlready);
            return;
        }
        let actor = row.content.actor.unwrap_or(Actor::System);
        let last_holder = self.stints().last().and_then(|stint| stint.agent);
        let agent = row.agent().or_else(|| last_holder.filter(|_| actor == Actor::Agent));
        let resolution = match row.content.detail {
            Detail::Resolution(resolution) => Some(resolution),
            Detail::None | Detail::Score(..) | Detail::AgentStatus(_) | Detail::Status(_) => None,
        };
        let last_word_by = self.milestones.last_word_by;
        let is_first = self.closes().is_empty();
        self.facts.closes.push(Close {
            conversation: self.from.conversation,
            ts,
            actor,
            agent,
            place: self.place,
            resolution,
            last_word_by,
            is_first,
        });
        self.mark(Table::Closes, Instant::Ts);
        self.milestones.closed = Some((self.now, actor));
        self.milestones.first_closed.get_or_insert((self.now, actor));
        self.end(ts, VisitEnd::Closed, StintEnd::Closed, Some(actor));
        self.is_left = false;
    }

    fn customer_left(&mut self, ts: i64) {
        if self.phase != Phase::Closed {
            self.end(ts, VisitEnd::Left, StintEnd::Left, None);
            self.is_left = true;
        }
    }

    fn end(&mut self, ts: i64, visit: VisitEnd, stint: StintEnd, closed_by: Option<Actor>) {
        self.decide(Outcome::Incomplete, ts);
        self.end_visit(visit, ts, closed_by);
        self.end_stint(stint, ts);
        self.lapse_handover();
        self.due_since = None;
        self.set_phase(Phase::Closed);
    }

    /// A handover that nobody took up before the end.
    fn lapse_handover(&mut self) {
        self.ended_before_pickup += u32::from(std::mem::take(&mut self.is_handed_over));
    }

    fn stints(&self) -> &[Stint] {
        &self.facts.stints[self.from.stints..]
    }

    fn ratings(&self) -> &[Rating] {
        &self.facts.ratings[self.from.ratings..]
    }

    /// A rating; a later one of a survey takes the place of the one before.
    fn rated(&mut self, ts: i64, survey: Survey, score: u8) {
        let rating = Rating {
            conversation: self.from.conversation,
            ts,
            survey,
            score,
            agent: self.milestones.last_writer.flatten(),
            place: self.place,
        };
        let known = self.ratings().iter().position(|known| known.survey == survey);
        let at = known.map_or(self.facts.ratings.len(), |known| self.from.ratings + known);
        if known.is_some() {
            self.facts.ratings[at] = rating;
            self.facts.marks.forget(Table::Ratings, at);
        } else {
            self.facts.ratings.push(rating);
        }
        if let Some(origin) = self.now.origin {
            self.facts.marks.add(Table::Ratings, at, Instant::Ts, origin);
        }
    }

    fn closes(&self) -> &[Close] {
        &self.facts.closes[self.from.closes..]
    }

    fn visit(&mut self) -> Option<&mut Visit> {
        self.facts.visits.last_mut().filter(|_| self.is_visit_open)
    }

    fn stint(&mut self) -> Option<&mut Stint> {
        self.facts.stints.last_mut().filter(|_| self.is_stint_open)
    }

    fn visits_count(&self) -> u32 {
        u32::try_from(self.facts.visits.len() - self.from.visits).expect("more than 2^32 visits")
    }

    fn open_visit(&mut self, entered_at: Option<i64>, opener: Opener) {
        self.is_visit_open = true;
        let nth = self.visits_count() + 1;
        self.facts.visits.push(Visit {
            conversation: self.from.conversation,
            nth,
            place: self.place,
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
        self.mark(Table::Visits, Instant::OpenedAt);
        if entered_at.is_some() {
            self.mark(Table::Visits, Instant::EnteredAt);
        }
    }

    fn end_visit(&mut self, end: VisitEnd, ts: i64, closed_by: Option<Actor>) {
        let closed_by_agent = closed_by == Some(Actor::Agent);
        if let Some(visit) = self.visit() {
            visit.end = end;
            visit.ended_at = Some(ts);
            visit.is_abandoned = visit.first_reply_at.is_none()
                && match end {
                    VisitEnd::Left => true,
                    VisitEnd::Closed => !closed_by_agent,
                    VisitEnd::TransferredOut | VisitEnd::Requeued | VisitEnd::Open => false,
                };
            self.mark(Table::Visits, Instant::EndedAt);
        }
        self.is_visit_open = false;
    }

    fn begin_stint(&mut self, ts: i64, agent: Option<u32>, assigned_at: Option<i64>) {
        self.is_stint_open = true;
        let visit = self.visits_count() - 1;
        self.facts.stints.push(Stint {
            conversation: self.from.conversation,
            agent,
            place: self.place,
            assigned_at,
            began_at: ts,
            first_message_at: None,
            ended_at: None,
            end: StintEnd::Open,
            was_received_by_transfer: std::mem::take(&mut self.is_handed_over),
            is_no_show: false,
            visit,
        });
        self.mark(Table::Stints, Instant::BeganAt);
        if assigned_at.is_some() {
            self.mark(Table::Stints, Instant::AssignedAt);
        }
    }

    fn end_stint(&mut self, end: StintEnd, ts: i64) {
        if let Some(stint) = self.stint() {
            stint.end = end;
            stint.ended_at = Some(ts);
            self.is_handed_over |= end == StintEnd::Transferred;
            self.mark(Table::Stints, Instant::EndedAt);
        }
        self.is_stint_open = false;
    }

    /// The event at hand made an instant of a table's last row.
    fn mark(&mut self, table: Table, instant: Instant) {
        if let Some(origin) = self.now.origin {
            self.facts.mark(table, instant, origin);
        }
    }

    fn note(&mut self, oddity: Oddity) {
        self.facts.oddities[oddity as usize] += 1;
    }

    /// Completes the facts as they are at the horizon, and gives the rows back.
    #[expect(clippy::must_use_candidate, reason = "only the conversation after it needs the rows")]
    pub fn finish(mut self) -> &'a mut FactRows {
        let horizon = self.settings.horizon;
        self.observe(i64::MAX);
        self.clock.pass_limits(horizon);
        let is_silent = self.milestones.silence_ms(horizon) >= self.settings.inactivity_ms;
        if let Some(request) = self.facts.requests[self.from.requests..].last_mut()
            && request.outcome == Outcome::Pending
            && is_silent
        {
            request.outcome = Outcome::Incomplete;
        }
        for stint in &mut self.facts.stints[self.from.stints..] {
            let known_at = stint.first_message_at.or(stint.ended_at).unwrap_or(horizon);
            stint.is_no_show = stint.assigned_at.is_some_and(|assigned| known_at - assigned > NO_SHOW_MS);
        }
        let is_open = match self.phase {
            Phase::Closed => false,
            Phase::None | Phase::Bot => self.is_unanswered() || !is_silent,
            Phase::Waiting | Phase::Human => true,
        };
        let status = self.clock.status().filter(|_| is_open);
        let holder = self.stint().map(|stint| stint.agent);
        let closer = self.closes().last().and_then(|close| close.agent);
        let agent = holder.unwrap_or_else(|| closer.or(self.milestones.last_writer.flatten()));
        let counts = self.facts.counts_since(&self.from);
        let mut conversation = self.milestones.conversation(self.id, self.place);
        conversation.agent = agent;
        conversation.phase = self.phase;
        conversation.is_unanswered = self.is_unanswered();
        conversation.status = status.map(|(status, _)| status);
        conversation.status_since = status.map(|(_, since)| since);
        conversation.due_since = self.due_since.map(|due| due.at);
        conversation.close_count = counts.closes;
        conversation.reopen_count = counts.reopenings;
        let handovers = self.stints().iter().filter(|stint| stint.end == StintEnd::Transferred);
        conversation.handover_count = u32::try_from(handovers.count()).unwrap_or(u32::MAX);
        let rated = |survey: Survey| self.ratings().iter().find(|rating| rating.survey == survey).map(|r| r.score);
        let thumbs = || rated(Survey::Thumbs).map(|score| if score == 1 { 5 } else { 1 });
        (conversation.score, conversation.satisfaction) = (rated(Survey::Nps), rated(Survey::Csat).or_else(thumbs));
        conversation.request_count = counts.requests;
        conversation.visit_count = counts.visits;
        conversation.stint_count = counts.stints;
        conversation.is_waiting_after_handover = self.is_handed_over;
        conversation.ended_before_pickup_count = self.ended_before_pickup;
        self.facts.conversations.push(conversation);
        if self.facts.keep.origins {
            let due = self.due_since.and_then(|due| Some((Instant::DueSince, due.origin?)));
            for (instant, origin) in self.milestones.origins().chain(due) {
                self.facts.mark(Table::Conversations, instant, origin);
            }
        }
        self.facts.settle(&self.from);
        self.facts
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Assignment {
    /// An `assigned` event says so.
    Explicit,
    /// A `transferred` event says so.
    Transferred,
    /// An agent wrote who does not hold the conversation.
    Implied,
}

/// What opens a visit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opener {
    /// A `transferred` event.
    Transfer,
    /// Any other event.
    Other,
}

/// Where a transfer goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    /// A queue, or the latest department's, which may have no name.
    Queue(Option<u32>),
    /// Another department, whose queue no row has named yet.
    Unnamed,
}

/// Whether an event opens a closed conversation again.
fn reopens(row: &Row) -> bool {
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
