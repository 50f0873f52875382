//! First and last events of each kind in a conversation, whatever its phase: instants, counts, engagement, the bot's
//! end.

use super::origins::{Instant, Stamp};
use super::rows::{Conversation, Id, LabelNumbers, MessageCounts, Phase, Placement, SupportType};
use crate::event::{Actor, FoldEvent, Kind, Origin, Text, some};

/// The milestones of one conversation.
#[derive(Debug, Default)]
pub struct Milestones {
    started: Option<Stamp>,
    last_event: Option<Stamp>,
    /// The last event other than `status_changed`, ratings and messages of the system.
    last_active_at: Option<i64>,
    channel: Option<u32>,
    support_label: Option<u32>,
    customer: Option<u32>,
    app: Option<u32>,
    contact: Option<u32>,
    protocol: Option<u32>,
    /// The distinct sets of tags in its events.
    tags: LabelNumbers,
    /// The distinct values of attributes in its events, in the order of the last event with each.
    attributes: LabelNumbers,
    pub(super) messages: MessageCounts,
    pub(super) last_message: Option<(Stamp, Actor)>,
    /// The author of the last message by the customer or an agent.
    pub(super) last_word_by: Option<Actor>,
    /// The author of the last agent message, who may have no name.
    pub(super) last_writer: Option<Option<u32>>,
    first_customer_message: Option<Stamp>,
    first_agent_message: Option<Stamp>,
    did_customer_write_first: bool,
    welcome: Option<Stamp>,
    /// The first message by the customer or an agent, overall and after the welcome.
    first_human_message: Option<(Stamp, Actor)>,
    human_message_after_welcome: Option<(Stamp, Actor)>,
    did_customer_write_after_welcome: bool,
    bot_ended: Option<Stamp>,
    /// The last message by the customer or the bot before the first close.
    last_bot_talk: Option<Stamp>,
    pub(super) first_closed: Option<(Stamp, Actor)>,
    /// The current close.
    pub(super) closed: Option<(Stamp, Actor)>,
}

impl Milestones {
    /// Notes the next event.
    pub fn see(&mut self, row: &FoldEvent) {
        let now = Stamp::of(row);
        self.started.get_or_insert(now);
        self.last_event = Some(now);
        self.channel = self.channel.or(row.text(Text::Channel));
        self.support_label = self.support_label.or(row.text(Text::SupportType));
        self.customer = row.customer.or(self.customer);
        self.app = row.text(Text::App).or(self.app);
        self.contact = row.contact.or(self.contact);
        self.protocol = row.protocol.or(self.protocol);
        if let Some(tags) = some(row.labels.tags)
            && !self.tags.contains(&tags)
        {
            self.tags.push(tags);
        }
        if let Some(values) = some(row.labels.attributes)
            && self.attributes.last() != Some(&values)
        {
            self.attributes.retain(|known| *known != values);
            self.attributes.push(values);
        }
        let message_by = row.content.actor.filter(|_| row.content.kind == Kind::Message);
        if !matches!(row.content.kind, Kind::StatusChanged | Kind::Rated) && message_by != Some(Actor::System) {
            self.last_active_at = Some(now.at);
        }
        if let Some(actor) = message_by {
            self.see_message(now, actor);
        }
        let ends_bot = matches!(
            row.content.kind,
            Kind::TransferSucceeded | Kind::Queued | Kind::Assigned | Kind::Transferred | Kind::CustomerLeft
        ) || message_by == Some(Actor::Agent);
        if ends_bot {
            self.see_end_of_bot(now);
        }
        if self.first_closed.is_none() && matches!(message_by, Some(Actor::Customer | Actor::Bot)) {
            self.last_bot_talk = Some(now);
        }
    }

    /// Notes that a person or a queue takes over, or that the customer leaves. Before the first close, that ends the
    /// bot's part.
    pub fn see_end_of_bot(&mut self, now: Stamp) {
        if self.first_closed.is_none() {
            self.bot_ended.get_or_insert(now);
        }
    }

    fn see_message(&mut self, now: Stamp, actor: Actor) {
        self.last_message = Some((now, actor));
        match actor {
            Actor::Customer => {
                self.messages.customer += 1;
                self.first_customer_message.get_or_insert(now);
                self.did_customer_write_first |= self.messages.agent == 0;
                self.did_customer_write_after_welcome |= self.welcome.is_some();
            }
            Actor::Bot => {
                self.messages.bot += 1;
                if self.messages.agent == 0 {
                    self.welcome.get_or_insert(now);
                }
            }
            Actor::Agent => {
                self.messages.agent += 1;
                self.first_agent_message.get_or_insert(now);
            }
            Actor::System => self.messages.system += 1,
        }
        if matches!(actor, Actor::Customer | Actor::Agent) {
            self.last_word_by = Some(actor);
            self.first_human_message.get_or_insert((now, actor));
            if self.welcome.is_some() {
                self.human_message_after_welcome.get_or_insert((now, actor));
            }
        }
    }

    /// The customer's first message, if the last noted message is the first by an agent and the customer wrote before.
    #[must_use]
    pub fn asked_before_first_answer(&self) -> Option<Stamp> {
        self.first_customer_message.filter(|_| self.messages.agent == 1 && self.did_customer_write_first)
    }

    /// The instant of the first event; 0 if there is none.
    #[must_use]
    pub fn started_at(&self) -> i64 {
        self.started.map_or(0, |started| started.at)
    }

    /// The instant of the last event; 0 if there is none.
    #[must_use]
    pub fn last_event_at(&self) -> i64 {
        self.last_event.map_or(0, |last| last.at)
    }

    /// The event that made the conversation engaged, and its author.
    fn engaging(&self) -> Option<(Stamp, Actor)> {
        if self.welcome.is_some() { self.human_message_after_welcome } else { self.first_human_message }
    }

    /// The events that made the conversation's instants, except `due_since`.
    pub fn origins(&self) -> impl Iterator<Item = (Instant, Origin)> {
        let by = |stamp: Option<(Stamp, Actor)>| stamp.map(|(stamp, _)| stamp);
        let stamps = [
            (Instant::StartedAt, self.started),
            (Instant::WelcomeAt, self.welcome),
            (Instant::FirstCustomerMessageAt, self.first_customer_message),
            (Instant::EngagedAt, by(self.engaging())),
            (Instant::BotEndedAt, self.bot_ended.or(self.last_bot_talk)),
            (Instant::FirstAgentMessageAt, self.first_agent_message),
            (Instant::FirstClosedAt, by(self.first_closed)),
            (Instant::ClosedAt, by(self.closed)),
            (Instant::LastMessageAt, by(self.last_message)),
            (Instant::LastEventAt, self.last_event),
        ];
        stamps.into_iter().filter_map(|(instant, stamp)| Some((instant, stamp?.origin?)))
    }

    /// The time since the last activity at `ts`, in milliseconds.
    #[must_use]
    pub fn silence_ms(&self, ts: i64) -> i64 {
        ts - self.last_active_at()
    }

    /// The instant from which inactivity is counted.
    #[must_use]
    pub fn last_active_at(&self) -> i64 {
        self.last_active_at.unwrap_or_else(|| self.started_at())
    }

    fn support_type(&self) -> SupportType {
        match (self.messages.bot > 0, self.messages.agent > 0) {
            (true, false) => SupportType::Automated,
            (true, true) => SupportType::Assisted,
            (false, true) => SupportType::Agent,
            (false, false) => SupportType::None,
        }
    }

    /// The conversation's row, without the values that only the state machine knows.
    #[must_use]
    pub fn conversation(&self, id: Id, place: Placement) -> Conversation {
        let channel = match id {
            Id::Given(_) | Id::SplitAcrossChannels { .. } => self.channel,
            Id::Split { channel, .. } => channel,
        };
        let engaging = self.engaging();
        let at = |stamp: Option<Stamp>| stamp.map(|stamp| stamp.at);
        let at_by = |stamp: Option<(Stamp, Actor)>| stamp.map(|(stamp, _)| stamp.at);
        Conversation {
            id,
            channel,
            app: self.app,
            support_type: self.support_label.ok_or_else(|| self.support_type()),
            customer: self.customer,
            place,
            agent: None,
            contact: self.contact,
            protocol: self.protocol,
            tags: self.tags.clone(),
            attributes: self.attributes.clone(),
            started_at: self.started_at(),
            last_event_at: self.last_event_at(),
            last_message_at: at_by(self.last_message),
            last_message_by: self.last_message.map(|(_, by)| by),
            welcome_at: at(self.welcome),
            first_customer_message_at: at(self.first_customer_message),
            engaged_at: at_by(engaging),
            was_engaged_by_customer: engaging.is_some_and(|(_, by)| by == Actor::Customer),
            did_customer_write_after_welcome: self.did_customer_write_after_welcome,
            first_agent_message_at: at(self.first_agent_message),
            did_customer_write_first: self.did_customer_write_first,
            first_closed_at: at_by(self.first_closed),
            first_closed_by: self.first_closed.map(|(_, by)| by),
            closed_at: at_by(self.closed),
            closed_by: self.closed.map(|(_, by)| by),
            bot_ended_at: at(self.bot_ended.or(self.last_bot_talk)),
            phase: Phase::None,
            is_unanswered: false,
            status: None,
            status_since: None,
            due_since: None,
            messages: self.messages,
            close_count: 0,
            reopen_count: 0,
            handover_count: 0,
            score: None,
            satisfaction: None,
            request_count: 0,
            visit_count: 0,
            stint_count: 0,
            is_waiting_after_handover: false,
            ended_before_pickup_count: 0,
        }
    }
}
