//! Section 4: the state machine of one conversation, one function for each row of the table.
//!
//! A twin of src/fold/machine.rs by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use super::event::{Actor, Event, Kind, Status};
use super::facts::{
    AgentMessage, Close, Common, Conversation, Oddity, Outcome, Phase, Rating, Reopening, Request, Stint, StintEnd,
    Visit, VisitEnd, Warning,
};
use super::options::{HOUR, Options};

/// An agent who was assigned must write within this (strictly more is a no-show).
const NO_SHOW_AFTER: i64 = 24 * HOUR;

/// The rows that one conversation gives to the fact tables.
pub struct Folded {
    pub conversation: Conversation,
    pub requests: Vec<Request>,
    pub visits: Vec<Visit>,
    pub stints: Vec<Stint>,
    pub agent_messages: Vec<AgentMessage>,
    pub closes: Vec<Close>,
    pub reopenings: Vec<Reopening>,
    pub ratings: Vec<Rating>,
    pub warnings: Vec<Warning>,
}

/// The latest values of the columns that an event without a value inherits.
#[derive(Default)]
struct Latest {
    plan: Option<String>,
    region: Option<String>,
    customer: Option<String>,
    department: Option<String>,
    queue: Option<String>,
    app: Option<String>,
    contact: Option<String>,
    protocol: Option<String>,
}

/// One conversation, as far as its events have been seen.
pub struct Machine {
    conversation_id: String,
    channel: Option<String>,
    support_label: Option<String>,
    latest: Latest,
    inactivity: i64,
    inactive_after: i64,

    phase: Phase,
    due_since: Option<i64>,
    started_at: i64,
    last_event_at: i64,
    /// The last event that ends a silence (section 3); before there is one, the first event.
    silent_since: i64,

    last_message_at: Option<i64>,
    last_message_by: Option<Actor>,
    /// Whose message was the last, of customer and agents.
    last_word_by: Option<Actor>,
    first_customer_message_at: Option<i64>,
    first_agent_message_at: Option<i64>,
    /// Who was first, of customer and agents.
    first_word_by: Option<Actor>,
    /// The last agent who wrote; the outer option: has one written at all.
    last_writer: Option<Option<String>>,
    welcome_at: Option<i64>,
    engaged_at: Option<i64>,
    engaged_by: Option<Actor>,
    customer_wrote_after_welcome: bool,
    message_counts: [u64; 4],

    /// The first, before the first close, of what ends the bot's part.
    bot_was_ended_at: Option<i64>,
    /// The last customer or bot message before the first close.
    last_bot_part_message_at: Option<i64>,

    requests: Vec<Request>,
    undecided_request: Option<usize>,
    visits: Vec<Visit>,
    open_visit: Option<usize>,
    stints: Vec<Stint>,
    open_stint: Option<usize>,
    agent_messages: Vec<AgentMessage>,
    closes: Vec<Close>,
    reopenings: Vec<Reopening>,
    ratings: Vec<Rating>,
    warnings: Vec<Warning>,
    tags: std::collections::BTreeSet<String>,

    /// The event at hand: its instant, and whether it is a `transferred`.
    now: (i64, bool),

    /// The mark "received by transfer": a stint has ended as `transferred` since the last began.
    is_marked: bool,
    ended_before_pickup: u64,
    /// In phase `closed`: after a `closed` (true) or after a `customer_left` (false).
    is_closed_by_close: bool,

    explicit_status: Option<Status>,
    status: Option<Status>,
    status_since: i64,
}

impl Machine {
    /// A conversation that begins with an event at `ts`. By inactivity its channel is that of its key.
    pub fn new(conversation_id: String, channel: Option<String>, ts: i64, options: &Options) -> Machine {
        Machine {
            conversation_id,
            channel,
            support_label: None,
            latest: Latest::default(),
            inactivity: options.inactivity,
            inactive_after: options.inactive_after,
            phase: Phase::None,
            due_since: None,
            started_at: ts,
            last_event_at: ts,
            silent_since: ts,
            last_message_at: None,
            last_message_by: None,
            last_word_by: None,
            first_customer_message_at: None,
            first_agent_message_at: None,
            first_word_by: None,
            last_writer: None,
            welcome_at: None,
            engaged_at: None,
            engaged_by: None,
            customer_wrote_after_welcome: false,
            message_counts: [0; 4],
            bot_was_ended_at: None,
            last_bot_part_message_at: None,
            requests: Vec::new(),
            undecided_request: None,
            visits: Vec::new(),
            open_visit: None,
            stints: Vec::new(),
            open_stint: None,
            agent_messages: Vec::new(),
            closes: Vec::new(),
            reopenings: Vec::new(),
            ratings: Vec::new(),
            warnings: Vec::new(),
            tags: Default::default(),
            now: (ts, false),
            is_marked: false,
            ended_before_pickup: 0,
            is_closed_by_close: false,
            explicit_status: None,
            status: None,
            status_since: ts,
        }
    }

    pub fn id(&self) -> &str {
        &self.conversation_id
    }

    pub fn is_closed(&self) -> bool {
        self.phase == Phase::Closed
    }

    pub fn silent_since(&self) -> i64 {
        self.silent_since
    }

    /// "A person is in charge" (section 3): phase `waiting` or `human`, or unanswered.
    pub fn is_person_in_charge(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Human) || self.is_unanswered()
    }

    /// Phase `none` with a `due_since` and no bot message.
    fn is_unanswered(&self) -> bool {
        self.phase == Phase::None && self.due_since.is_some() && self.bot_messages() == 0
    }

    /// A split while a person is in charge ends the earlier conversation as a `customer_left` at that instant.
    /// (No event of the log: the last-event instant and the silence stay.)
    pub fn split(&mut self, ts: i64) {
        self.pass_limit(ts);
        self.customer_left(ts);
        self.note_end_of_bot(ts);
        self.note_status(ts);
    }

    /// One event, in order.
    pub fn handle(&mut self, event: &Event) {
        let ts = event.ts;
        let was_closed = self.phase == Phase::Closed;
        self.now = (ts, event.kind == Kind::Transferred);
        self.pass_limit(ts);
        self.inherit(event);
        if was_closed && reopens(event) {
            self.reopening(ts);
        }
        match event.kind {
            Kind::Started | Kind::AgentStatus => {}
            Kind::Message => self.message(event),
            Kind::TransferRequested => self.transfer_requested(ts),
            Kind::TransferSucceeded => self.transfer_succeeded(ts),
            Kind::TransferCancelled => self.transfer_cancelled(ts),
            Kind::TransferDisabled => self.transfer_failed(ts, Outcome::Disabled),
            Kind::TransferIncomplete => self.transfer_failed(ts, Outcome::Incomplete),
            Kind::Queued => self.queued(ts),
            Kind::Assigned => self.assigned(event.agent(), ts, Assignment::Given),
            Kind::Transferred => self.transferred(event),
            Kind::Closed => self.closed(event),
            Kind::Reopened if was_closed => {}
            Kind::Reopened => self.warn(Oddity::ReopenedWhileOpen, ts),
            Kind::CustomerLeft => self.customer_left(ts),
            Kind::Rated => self.rated(event),
            Kind::StatusChanged => self.explicit_status = event.status,
        }
        if ends_bot_part(event) {
            self.note_end_of_bot(ts);
        }
        self.last_event_at = ts;
        if !keeps_silence(event) {
            self.silent_since = ts;
        }
        self.note_status(ts);
    }

    /// An event without a value has the conversation's latest one. The channel and the support type are the first
    /// value. A row that names a queue while the open visit has none names that visit's too.
    fn inherit(&mut self, event: &Event) {
        let latest = &mut self.latest;
        let columns = [
            (&mut latest.customer, &event.customer_id),
            (&mut latest.department, &event.department),
            (&mut latest.queue, &event.queue),
            (&mut latest.app, &event.app),
            (&mut latest.contact, &event.contact),
            (&mut latest.protocol, &event.protocol),
            (&mut latest.plan, &event.plan),
            (&mut latest.region, &event.region),
        ];
        for (value, given) in columns {
            if given.is_some() {
                value.clone_from(given);
            }
        }
        self.tags.extend(tags_of(event));
        if self.channel.is_none() {
            self.channel.clone_from(&event.channel);
        }
        if self.support_label.is_none() {
            self.support_label.clone_from(&event.support_type);
        }
        if let Some(visit) = self.open_visit
            && self.visits[visit].queue.is_none()
        {
            self.visits[visit].queue.clone_from(&event.queue);
        }
    }

    // The rows of the table.

    /// First a reopening: phase = `waiting` if an agent ever held it, else `none`; `due_since` = null.
    fn reopening(&mut self, ts: i64) {
        self.reopenings.push(Reopening { common: Common::default(), ts });
        let was_ever_held = !self.stints.is_empty();
        self.set_phase(if was_ever_held { Phase::Waiting } else { Phase::None });
        self.due_since = None;
    }

    fn message(&mut self, event: &Event) {
        match event.actor {
            Some(Actor::Customer) => self.customer_message(event.ts),
            Some(Actor::Bot) => self.bot_message(event.ts),
            Some(Actor::Agent) => self.agent_message(event),
            Some(Actor::System) | None => {}
        }
        if let Some(actor) = event.actor {
            self.message_counts[actor as usize] += 1;
            self.last_message_at = Some(event.ts);
            self.last_message_by = Some(actor);
        }
    }

    /// `message` by customer: `due_since` = ts if it is null and phase is not `bot`.
    fn customer_message(&mut self, ts: i64) {
        if self.phase != Phase::Bot {
            self.due_since.get_or_insert(ts);
        }
        self.first_customer_message_at.get_or_insert(ts);
        self.customer_wrote_after_welcome |= self.welcome_at.is_some();
        self.note_bot_part_message(ts);
        self.note_word(Actor::Customer, ts);
    }

    /// `message` by bot: in `none`: phase = `bot`; then, in `bot`: `due_since` = null. The first with no agent message
    /// before it is the welcome.
    fn bot_message(&mut self, ts: i64) {
        if self.phase == Phase::None {
            self.set_phase(Phase::Bot);
        }
        if self.phase == Phase::Bot {
            self.due_since = None;
        }
        if self.welcome_at.is_none() && self.first_agent_message_at.is_none() {
            self.welcome_at = Some(ts);
            // What the customer wrote before it does not engage.
            self.engaged_at = None;
            self.engaged_by = None;
        }
        self.note_bot_part_message(ts);
    }

    /// `message` by agent: a response if `due_since` is set; an implied assignment if not closed and the author is not
    /// the holder. A message with neither id nor name is the holder's.
    fn agent_message(&mut self, event: &Event) {
        let ts = event.ts;
        let author = event.agent().or_else(|| self.holder().flatten());
        let response_ms = self.due_since.map(|due| ts - due);
        self.due_since = None;
        if self.phase != Phase::Closed {
            self.assigned(author.clone(), ts, Assignment::Implied);
        }
        if let Some(stint) = self.open_stint {
            self.stints[stint].first_message_at.get_or_insert(ts);
        }
        if let Some(visit) = self.open_visit {
            self.visits[visit].first_reply_at.get_or_insert(ts);
        }
        self.agent_messages.push(AgentMessage {
            common: Common::default(),
            agent: author.clone(),
            queue: self.latest.queue.clone(),
            department: self.latest.department.clone(),
            ts,
            response_ms,
        });
        self.first_agent_message_at.get_or_insert(ts);
        self.last_writer = Some(author);
        self.note_word(Actor::Agent, ts);
    }

    /// `transfer_requested`: a request opens; one still undecided becomes `incomplete`, decided now.
    fn transfer_requested(&mut self, ts: i64) {
        self.decide(Outcome::Incomplete, ts);
        self.open_request(ts);
    }

    /// `transfer_succeeded`: decides the undecided request; if there is none and phase is not `waiting` or `human`, a
    /// request of this instant is implied. Then as `queued`.
    fn transfer_succeeded(&mut self, ts: i64) {
        let is_with_people = matches!(self.phase, Phase::Waiting | Phase::Human);
        if self.undecided_request.is_none() && !is_with_people {
            self.open_request(ts);
        }
        self.decide(Outcome::Succeeded, ts);
        self.queued(ts);
    }

    /// `transfer_cancelled`: in phase `waiting` it also ends the visit as `left`, back to the bot.
    fn transfer_cancelled(&mut self, ts: i64) {
        if self.phase != Phase::Waiting {
            self.transfer_failed(ts, Outcome::Cancelled);
            return;
        }
        self.decide(Outcome::Cancelled, ts);
        self.end_visit(VisitEnd::Left, None, ts);
        self.lapse_mark();
        self.due_since = None;
        self.set_phase(Phase::None);
    }

    /// `transfer_cancelled`, `_disabled`, `_incomplete`: decides the undecided request. Without one: in `none` and
    /// `bot` one of this instant and outcome is implied; else a warning.
    fn transfer_failed(&mut self, ts: i64, outcome: Outcome) {
        if self.undecided_request.is_none() {
            if !matches!(self.phase, Phase::None | Phase::Bot) {
                self.warn(Oddity::OutcomeWithoutRequest, ts);
                return;
            }
            self.open_request(ts);
        }
        self.decide(outcome, ts);
    }

    /// `queued`: an undecided request succeeds. If no visit is open, or this one is for another queue: the open one
    /// ends as `requeued`, a new one opens. phase = `waiting`; the stint ends as `released`. `due_since` = ts if null.
    fn queued(&mut self, ts: i64) {
        self.decide(Outcome::Succeeded, ts);
        let stays = self.open_visit.is_some_and(|visit| self.visits[visit].queue == self.latest.queue);
        if !stays {
            self.end_visit(VisitEnd::Requeued, None, ts);
            self.open_visit(Some(ts));
        }
        self.end_stint(StintEnd::Released, ts);
        self.set_phase(Phase::Waiting);
        self.due_since.get_or_insert(ts);
    }

    /// `assigned`. An implied one (an agent's message) sets no `due_since` and no `assigned_at`.
    fn assigned(&mut self, agent: Option<String>, ts: i64, assignment: Assignment) {
        if self.holder() == Some(agent.clone()) {
            return;
        }
        let is_given = assignment == Assignment::Given;
        self.decide(Outcome::Succeeded, ts);
        let has_customer_written = self.first_customer_message_at.is_some();
        if is_given && matches!(self.phase, Phase::None | Phase::Bot) && has_customer_written {
            self.due_since.get_or_insert(ts);
        }
        self.end_stint(StintEnd::Transferred, ts);
        if self.open_visit.is_none() {
            self.open_visit(None);
        }
        self.begin_stint(agent.clone(), ts, is_given);
        if let Some(visit) = self.open_visit {
            let visit = &mut self.visits[visit];
            if !visit.has_agent {
                visit.has_agent = true;
                visit.agent = agent;
            }
            if is_given && visit.assigned_at.is_none() && visit.first_reply_at.is_none() {
                visit.assigned_at = Some(ts);
            }
        }
        self.set_phase(Phase::Human);
    }

    /// `transferred`.
    fn transferred(&mut self, event: &Event) {
        let ts = event.ts;
        let to_place = event.to_queue.is_some() || event.to_department.is_some();
        let is_elsewhere = to_place && self.is_another_queue(event);
        let is_nowhere = match &event.to_agent_id {
            Some(agent) => self.holder() == Some(Some(agent.clone())) && !is_elsewhere,
            None => self.holder().is_none() && !is_elsewhere,
        };
        if is_nowhere {
            self.warn(Oddity::TransferredNowhere, ts);
            return;
        }
        self.decide(Outcome::Succeeded, ts);
        self.end_stint(StintEnd::Transferred, ts);
        self.go_to(event);
        if to_place && (event.to_agent_id.is_none() || is_elsewhere) {
            self.end_visit(VisitEnd::TransferredOut, None, ts);
            self.open_visit(if event.to_agent_id.is_some() { None } else { Some(ts) });
        }
        match &event.to_agent_id {
            Some(agent) => self.assigned(Some(agent.clone()), ts, Assignment::Given),
            None => {
                self.set_phase(Phase::Waiting);
                self.due_since.get_or_insert(ts);
            }
        }
    }

    /// Is the place where a `transferred` goes another queue than the open visit's own (or is no visit open)?
    /// `to_department` alone: another department is another queue; the same department is the latest queue.
    fn is_another_queue(&self, event: &Event) -> bool {
        let Some(visit) = self.open_visit else { return true };
        let own = &self.visits[visit].queue;
        if event.to_queue.is_some() {
            event.to_queue != *own
        } else {
            event.to_department != self.latest.department || self.latest.queue != *own
        }
    }

    /// `transferred` sets queue and department to where it went; `to_department` alone, another than the latest, leaves
    /// the queue without a value.
    fn go_to(&mut self, event: &Event) {
        if event.to_queue.is_some() {
            self.latest.queue.clone_from(&event.to_queue);
        } else if event.to_department.is_some() && event.to_department != self.latest.department {
            self.latest.queue = None;
        }
        if event.to_department.is_some() {
            self.latest.department.clone_from(&event.to_department);
        }
    }

    /// `closed`: after a `closed` a warning, else a close. After a `customer_left` a close is recorded too.
    fn closed(&mut self, event: &Event) {
        let ts = event.ts;
        if self.phase == Phase::Closed && self.is_closed_by_close {
            self.warn(Oddity::ClosedAlready, ts);
            return;
        }
        let agent = match event.actor {
            Some(Actor::Agent) => event.agent().or_else(|| self.last_holder()),
            _ => event.agent(),
        };
        self.closes.push(Close {
            common: Common::default(),
            ts,
            actor: event.actor,
            agent,
            queue: self.latest.queue.clone(),
            department: self.latest.department.clone(),
            resolution: event.resolution,
            last_word_by: self.last_word_by,
            is_first: self.closes.is_empty(),
        });
        self.decide(Outcome::Incomplete, ts);
        self.end_visit(VisitEnd::Closed, event.actor, ts);
        self.end_stint(StintEnd::Closed, ts);
        self.lapse_mark();
        self.due_since = None;
        self.set_phase(Phase::Closed);
        self.is_closed_by_close = true;
    }

    /// `customer_left`: no close. In phase `closed`: nothing.
    fn customer_left(&mut self, ts: i64) {
        if self.phase == Phase::Closed {
            return;
        }
        self.decide(Outcome::Incomplete, ts);
        self.end_visit(VisitEnd::Left, None, ts);
        self.end_stint(StintEnd::Left, ts);
        self.lapse_mark();
        self.due_since = None;
        self.set_phase(Phase::Closed);
        self.is_closed_by_close = false;
    }

    /// `rated`: credited to the last agent who wrote and the current queue and department; a later one of its survey
    /// replaces it.
    fn rated(&mut self, event: &Event) {
        let Some(score) = event.score else { return };
        let rating = Rating {
            common: Common::default(),
            ts: event.ts,
            survey: event.survey.clone().unwrap_or_else(|| "nps".to_string()),
            score,
            agent: self.last_writer.clone().flatten(),
            queue: self.latest.queue.clone(),
            department: self.latest.department.clone(),
        };
        match self.ratings.iter_mut().find(|known| known.survey == rating.survey) {
            Some(known) => *known = rating,
            None => self.ratings.push(rating),
        }
    }

    /// The score of a survey.
    fn score(&self, survey: &str) -> Option<i64> {
        self.ratings.iter().find(|rating| rating.survey == survey).map(|rating| rating.score)
    }

    // The parts of which the rows are made.

    /// A phase that changes forgets the explicit status.
    fn set_phase(&mut self, phase: Phase) {
        if phase != self.phase {
            self.phase = phase;
            self.explicit_status = None;
        }
    }

    /// The agent of the open stint; the outer option: is one open.
    fn holder(&self) -> Option<Option<String>> {
        self.open_stint.map(|stint| self.stints[stint].agent.clone())
    }

    /// The holder, or who held it last.
    fn last_holder(&self) -> Option<String> {
        self.stints.last().and_then(|stint| stint.agent.clone())
    }

    fn open_request(&mut self, ts: i64) {
        self.undecided_request = Some(self.requests.len());
        self.requests.push(Request {
            common: Common::default(),
            requested_at: ts,
            decided_at: None,
            outcome: Outcome::Pending,
            department: self.latest.department.clone(),
            queue: self.latest.queue.clone(),
        });
    }

    /// Decides the undecided request, if there is one.
    fn decide(&mut self, outcome: Outcome, ts: i64) {
        if let Some(request) = self.undecided_request.take() {
            self.requests[request].decided_at = Some(ts);
            self.requests[request].outcome = outcome;
        }
    }

    fn open_visit(&mut self, entered_at: Option<i64>) {
        self.open_visit = Some(self.visits.len());
        self.visits.push(Visit {
            common: Common::default(),
            queue: self.latest.queue.clone(),
            department: self.latest.department.clone(),
            agent: None,
            entered_at,
            assigned_at: None,
            first_reply_at: None,
            ended_at: None,
            end: VisitEnd::Open,
            is_abandoned: false,
            opened_at: self.now.0,
            is_by_transfer: self.now.1,
            has_agent: false,
        });
    }

    /// Ends the open visit, if there is one. Abandoned: no agent message in it and ended as `left`, or as `closed` by
    /// customer, bot or system.
    fn end_visit(&mut self, end: VisitEnd, closed_by: Option<Actor>, ts: i64) {
        let Some(visit) = self.open_visit.take() else { return };
        let visit = &mut self.visits[visit];
        visit.end = end;
        visit.ended_at = Some(ts);
        let is_given_up = end == VisitEnd::Left || (end == VisitEnd::Closed && closed_by != Some(Actor::Agent));
        visit.is_abandoned = is_given_up && visit.first_reply_at.is_none();
    }

    /// A stint begins, received by transfer if one has ended as `transferred` since the last began.
    fn begin_stint(&mut self, agent: Option<String>, ts: i64, is_given: bool) {
        self.open_stint = Some(self.stints.len());
        self.stints.push(Stint {
            common: Common::default(),
            agent,
            queue: self.latest.queue.clone(),
            department: self.latest.department.clone(),
            assigned_at: is_given.then_some(ts),
            began_at: ts,
            first_message_at: None,
            ended_at: None,
            end: StintEnd::Open,
            was_received_by_transfer: self.is_marked,
            is_no_show: false,
        });
        self.is_marked = false;
    }

    /// Ends the open stint, if there is one.
    fn end_stint(&mut self, end: StintEnd, ts: i64) {
        let Some(stint) = self.open_stint.take() else { return };
        self.stints[stint].end = end;
        self.stints[stint].ended_at = Some(ts);
        if end == StintEnd::Transferred {
            self.is_marked = true;
        }
    }

    /// The mark lapses when the conversation is closed, left or cancelled before a stint begins.
    fn lapse_mark(&mut self) {
        if self.is_marked {
            self.is_marked = false;
            self.ended_before_pickup += 1;
        }
    }

    fn warn(&mut self, oddity: Oddity, ts: i64) {
        self.warnings.push(Warning { oddity, conversation_id: self.conversation_id.clone(), ts });
    }

    // What the conversation's own row says.

    fn bot_messages(&self) -> u64 {
        self.message_counts[Actor::Bot as usize]
    }

    /// A word of the customer or an agent: who was first, who was last, what engaged.
    fn note_word(&mut self, actor: Actor, ts: i64) {
        self.first_word_by.get_or_insert(actor);
        self.last_word_by = Some(actor);
        if self.engaged_at.is_none() {
            self.engaged_at = Some(ts);
            self.engaged_by = Some(actor);
        }
    }

    fn note_bot_part_message(&mut self, ts: i64) {
        if self.closes.is_empty() {
            self.last_bot_part_message_at = Some(ts);
        }
    }

    fn note_end_of_bot(&mut self, ts: i64) {
        if self.closes.is_empty() {
            self.bot_was_ended_at.get_or_insert(ts);
        }
    }

    // Section 9: the status and since when.

    /// The status at an instant.
    fn status_at(&self, at: i64) -> Option<Status> {
        if self.phase == Phase::Closed {
            return None;
        }
        if self.explicit_status.is_some() {
            return self.explicit_status;
        }
        match self.phase {
            Phase::Waiting => Some(Status::InQueue),
            Phase::Human if self.inactive_from() <= at => Some(Status::Inactive),
            Phase::Human if self.last_message_by == Some(Actor::Customer) => Some(Status::InProgress),
            Phase::Human => Some(Status::Pending),
            _ if self.is_unanswered() => Some(Status::InQueue),
            _ => Some(Status::Automated),
        }
    }

    /// When "no message for `--inactive-after`" begins to hold; without any message it counts from the first event.
    fn inactive_from(&self) -> i64 {
        self.last_message_at.unwrap_or(self.started_at) + self.inactive_after
    }

    /// Before an event, and at the horizon: the limit may have passed since the last event.
    fn pass_limit(&mut self, ts: i64) {
        let limit = self.inactive_from();
        if self.last_event_at <= limit && limit <= ts {
            self.note_status(limit);
        }
    }

    fn note_status(&mut self, ts: i64) {
        let status = self.status_at(ts);
        if status != self.status {
            self.status = status;
            self.status_since = ts;
        }
    }

    /// The rows, as of the horizon.
    pub fn finish(mut self, horizon: i64) -> Folded {
        self.pass_limit(horizon);
        self.settle_request(horizon);
        self.settle_no_shows(horizon);
        let conversation = self.conversation();
        let common = &conversation.common;
        self.requests.iter_mut().for_each(|row| row.common = common.clone());
        self.visits.iter_mut().for_each(|row| row.common = common.clone());
        self.stints.iter_mut().for_each(|row| row.common = common.clone());
        self.agent_messages.iter_mut().for_each(|row| row.common = common.clone());
        self.closes.iter_mut().for_each(|row| row.common = common.clone());
        self.reopenings.iter_mut().for_each(|row| row.common = common.clone());
        self.ratings.iter_mut().for_each(|row| row.common = common.clone());
        Folded {
            conversation,
            requests: self.requests,
            visits: self.visits,
            stints: self.stints,
            agent_messages: self.agent_messages,
            closes: self.closes,
            reopenings: self.reopenings,
            ratings: self.ratings,
            warnings: self.warnings,
        }
    }

    /// Undecided at the horizon: `incomplete` if the conversation has been silent for the inactivity limit, else
    /// `pending`.
    fn settle_request(&mut self, horizon: i64) {
        if let Some(request) = self.undecided_request
            && horizon - self.silent_since >= self.inactivity
        {
            self.requests[request].outcome = Outcome::Incomplete;
        }
    }

    /// No-show: assigned, and no message of that agent in it within 24 h (strictly more), as known at its end or the
    /// horizon.
    fn settle_no_shows(&mut self, horizon: i64) {
        for stint in &mut self.stints {
            let known_until = stint.first_message_at.or(stint.ended_at).unwrap_or(horizon);
            stint.is_no_show = stint.assigned_at.is_some_and(|assigned| known_until - assigned > NO_SHOW_AFTER);
        }
    }

    /// `support_type`: the log's first value; else by who wrote.
    fn support_type(&self) -> String {
        let has_bot = self.bot_messages() > 0;
        let has_agent = !self.agent_messages.is_empty();
        let derived = match (has_bot, has_agent) {
            (true, false) => "automated",
            (true, true) => "assisted",
            (false, true) => "agent",
            (false, false) => "none",
        };
        self.support_label.clone().unwrap_or_else(|| derived.to_string())
    }

    /// The holder, else the agent of the last close if it names one, else the last agent who wrote.
    fn agent(&self) -> Option<String> {
        let of_last_close = self.closes.last().and_then(|close| close.agent.clone());
        match self.holder() {
            Some(agent) => agent,
            None => of_last_close.or_else(|| self.last_writer.clone().flatten()),
        }
    }

    fn conversation(&self) -> Conversation {
        let latest = &self.latest;
        let last_close = self.closes.last();
        let is_closed = self.phase == Phase::Closed && self.is_closed_by_close;
        let now_closed_by = last_close.filter(|_| is_closed);
        Conversation {
            common: Common {
                conversation_id: self.conversation_id.clone(),
                channel: self.channel.clone(),
                app: latest.app.clone(),
                support_type: self.support_type(),
            },
            customer: latest.customer.clone(),
            department: latest.department.clone(),
            queue: latest.queue.clone(),
            agent: self.agent(),
            contact: latest.contact.clone(),
            protocol: latest.protocol.clone(),
            tags: Some(self.tags.iter().cloned().collect::<Vec<_>>().join(";")).filter(|tags| !tags.is_empty()),
            plan: latest.plan.clone(),
            region: latest.region.clone(),
            started_at: self.started_at,
            last_event_at: self.last_event_at,
            last_message_at: self.last_message_at,
            last_message_by: self.last_message_by,
            welcome_at: self.welcome_at,
            first_customer_message_at: self.first_customer_message_at,
            engaged_at: self.engaged_at,
            was_engaged_by_customer: self.engaged_by == Some(Actor::Customer),
            first_agent_message_at: self.first_agent_message_at,
            did_customer_write_first: self.first_word_by == Some(Actor::Customer),
            first_closed_at: self.closes.first().map(|close| close.ts),
            first_closed_by: self.closes.first().and_then(|close| close.actor),
            closed_at: now_closed_by.map(|close| close.ts),
            closed_by: now_closed_by.and_then(|close| close.actor),
            bot_ended_at: self.bot_was_ended_at.or(self.last_bot_part_message_at),
            phase: self.phase,
            is_unanswered: self.is_unanswered(),
            status: self.status,
            status_since: self.status.map(|_| self.status_since),
            due_since: self.due_since,
            customer_messages: self.message_counts[Actor::Customer as usize],
            bot_messages: self.message_counts[Actor::Bot as usize],
            agent_messages: self.message_counts[Actor::Agent as usize],
            system_messages: self.message_counts[Actor::System as usize],
            close_count: self.closes.len() as u64,
            reopen_count: self.reopenings.len() as u64,
            handover_count: self.stints.iter().filter(|stint| stint.end == StintEnd::Transferred).count() as u64,
            // Known only beside the other conversations: see sessions.rs.
            is_returned: false,
            score: self.score("nps"),
            satisfaction: self.score("csat").or_else(|| self.score("thumbs").map(|up| if up == 1 { 5 } else { 1 })),
            did_customer_write_after_welcome: self.customer_wrote_after_welcome,
            holder: self.holder(),
            silent_since: self.silent_since,
            is_waiting_after_handover: self.is_marked,
            ended_before_pickup: self.ended_before_pickup,
        }
    }
}

/// Was the agent assigned by an event, or is it implied by the agent's message?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Assignment {
    Given,
    Implied,
}

/// The kinds that reopen a closed conversation.
fn reopens(event: &Event) -> bool {
    let kinds = [
        Kind::TransferRequested,
        Kind::TransferSucceeded,
        Kind::Queued,
        Kind::Assigned,
        Kind::Transferred,
        Kind::Reopened,
    ];
    event.is_message_by(Actor::Customer) || kinds.contains(&event.kind)
}

/// Silent (section 3): no event but `status_changed`, `rated` and messages by system.
fn keeps_silence(event: &Event) -> bool {
    matches!(event.kind, Kind::StatusChanged | Kind::Rated) || event.is_message_by(Actor::System)
}

/// `bot_ended_at`: of transfer succeeded, `queued`, `assigned`, `transferred`, agent message, `customer_left`.
fn ends_bot_part(event: &Event) -> bool {
    let kinds = [Kind::TransferSucceeded, Kind::Queued, Kind::Assigned, Kind::Transferred, Kind::CustomerLeft];
    event.is_message_by(Actor::Agent) || kinds.contains(&event.kind)
}

/// The tags of an event: white space around one is not part of it, an empty one is none.
pub fn tags_of(event: &Event) -> Vec<String> {
    let text = event.tags.clone().unwrap_or_default();
    let is_blank = |c: char| c == ' ' || ('\t'..='\r').contains(&c);
    text.split(';').map(|tag| tag.trim_matches(is_blank).to_string()).filter(|tag| !tag.is_empty()).collect()
}
