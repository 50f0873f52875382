//! What is first and last in a conversation, whatever its phase: instants, counts, engagement, the bot's end.

use super::rows::{Conversation, Id, MessageCounts, Phase, Place, SupportType};
use crate::event::{Actor, Kind, Row, Text};

/// Firsts and lasts of one conversation.
#[derive(Debug, Default)]
pub struct Milestones {
    has_begun: bool,
    pub(super) started_at: i64,
    pub(super) last_event_at: i64,
    /// The last event that is no `status_changed`, rating or system's message.
    last_active_at: Option<i64>,
    channel: Option<u32>,
    support_label: Option<u32>,
    customer: Option<u32>,
    app: Option<u32>,
    contact: Option<u32>,
    protocol: Option<u32>,
    pub(super) messages: MessageCounts,
    pub(super) last_message: Option<(i64, Actor)>,
    /// Customer or agent: whose message was the last.
    pub(super) last_word_by: Option<Actor>,
    /// Author of the last agent message, who may be without a name.
    pub(super) last_writer: Option<Option<u32>>,
    first_customer_message_at: Option<i64>,
    first_agent_message_at: Option<i64>,
    did_customer_write_first: bool,
    welcome_at: Option<i64>,
    /// The first customer or agent message: of all, and after the welcome.
    first_human_message: Option<(i64, Actor)>,
    human_message_after_welcome: Option<(i64, Actor)>,
    did_customer_write_after_welcome: bool,
    bot_ended_at: Option<i64>,
    /// The last customer or bot message before the first close.
    last_bot_talk_at: Option<i64>,
    pub(super) first_closed: Option<(i64, Actor)>,
    /// The close in force.
    pub(super) closed: Option<(i64, Actor)>,
}

impl Milestones {
    /// Takes note of the next event.
    pub fn see(&mut self, row: &Row) {
        let ts = row.ts;
        if !std::mem::replace(&mut self.has_begun, true) {
            self.started_at = ts;
        }
        self.last_event_at = ts;
        self.channel = self.channel.or(row.text(Text::Channel));
        self.support_label = self.support_label.or(row.text(Text::SupportType));
        self.customer = row.customer.or(self.customer);
        self.app = row.text(Text::App).or(self.app);
        self.contact = row.contact.or(self.contact);
        self.protocol = row.protocol.or(self.protocol);
        let message_by = row.content.actor.filter(|_| row.content.kind == Kind::Message);
        if !matches!(row.content.kind, Kind::StatusChanged | Kind::Rated) && message_by != Some(Actor::System) {
            self.last_active_at = Some(ts);
        }
        if let Some(actor) = message_by {
            self.see_message(ts, actor);
        }
        let ends_bot = matches!(
            row.content.kind,
            Kind::TransferSucceeded | Kind::Queued | Kind::Assigned | Kind::Transferred | Kind::CustomerLeft
        ) || message_by == Some(Actor::Agent);
        if ends_bot {
            self.see_end_of_bot(ts);
        }
        if self.first_closed.is_none() && matches!(message_by, Some(Actor::Customer | Actor::Bot)) {
            self.last_bot_talk_at = Some(ts);
        }
    }

    /// A person or a queue takes over, or the customer leaves: before the first close, that ends the bot's part.
    pub fn see_end_of_bot(&mut self, ts: i64) {
        if self.first_closed.is_none() {
            self.bot_ended_at.get_or_insert(ts);
        }
    }

    fn see_message(&mut self, ts: i64, actor: Actor) {
        self.last_message = Some((ts, actor));
        match actor {
            Actor::Customer => {
                self.messages.customer += 1;
                self.first_customer_message_at.get_or_insert(ts);
                self.did_customer_write_first |= self.messages.agent == 0;
                self.did_customer_write_after_welcome |= self.welcome_at.is_some();
            }
            Actor::Bot => {
                self.messages.bot += 1;
                if self.messages.agent == 0 {
                    self.welcome_at.get_or_insert(ts);
                }
            }
            Actor::Agent => {
                self.messages.agent += 1;
                self.first_agent_message_at.get_or_insert(ts);
            }
            Actor::System => self.messages.system += 1,
        }
        if matches!(actor, Actor::Customer | Actor::Agent) {
            self.last_word_by = Some(actor);
            self.first_human_message.get_or_insert((ts, actor));
            if self.welcome_at.is_some() {
                self.human_message_after_welcome.get_or_insert((ts, actor));
            }
        }
    }

    /// How long nothing has happened that counts, in milliseconds.
    #[must_use]
    pub fn silence_ms(&self, ts: i64) -> i64 {
        ts - self.last_active_at()
    }

    /// The instant that silence is counted from.
    #[must_use]
    pub fn last_active_at(&self) -> i64 {
        self.last_active_at.unwrap_or(self.started_at)
    }

    fn support_type(&self) -> SupportType {
        match (self.messages.bot > 0, self.messages.agent > 0) {
            (true, false) => SupportType::Automated,
            (true, true) => SupportType::Assisted,
            (false, true) => SupportType::Agent,
            (false, false) => SupportType::None,
        }
    }

    /// The conversation's row, but for what the state machine knows.
    #[must_use]
    pub fn conversation(&self, id: Id, place: Place) -> Conversation {
        let channel = match id {
            Id::Given(_) => self.channel,
            Id::Split { channel, .. } => channel,
        };
        let engaging =
            if self.welcome_at.is_some() { self.human_message_after_welcome } else { self.first_human_message };
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
            started_at: self.started_at,
            last_event_at: self.last_event_at,
            last_message_at: self.last_message.map(|(at, _)| at),
            last_message_by: self.last_message.map(|(_, by)| by),
            welcome_at: self.welcome_at,
            first_customer_message_at: self.first_customer_message_at,
            engaged_at: engaging.map(|(at, _)| at),
            was_engaged_by_customer: engaging.is_some_and(|(_, by)| by == Actor::Customer),
            did_customer_write_after_welcome: self.did_customer_write_after_welcome,
            first_agent_message_at: self.first_agent_message_at,
            did_customer_write_first: self.did_customer_write_first,
            first_closed_at: self.first_closed.map(|(at, _)| at),
            first_closed_by: self.first_closed.map(|(_, by)| by),
            closed_at: self.closed.map(|(at, _)| at),
            closed_by: self.closed.map(|(_, by)| by),
            bot_ended_at: self.bot_ended_at.or(self.last_bot_talk_at),
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
            request_count: 0,
            visit_count: 0,
            stint_count: 0,
            is_waiting_after_handover: false,
            ended_before_pickup_count: 0,
        }
    }
}
