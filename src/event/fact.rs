//! The facts that a log can have. An export may lack some; then numbers that need them are null in a report, not 0.

use super::{Actor, Kind, Survey, named_values};

named_values! {
    /// A fact that a log may have.
    Fact {
        /// What customers wrote.
        CustomerMessage => "customer_message",
        /// What bots wrote.
        BotMessage => "bot_message",
        /// What agents wrote.
        AgentMessage => "agent_message",
        /// A customer asks for a person.
        TransferRequested => "transfer_requested",
        /// The request reached the inbox.
        TransferSucceeded => "transfer_succeeded",
        /// The request was withdrawn.
        TransferCancelled => "transfer_cancelled",
        /// Transfer was switched off.
        TransferDisabled => "transfer_disabled",
        /// The request was not finished.
        TransferIncomplete => "transfer_incomplete",
        /// Entering a queue.
        Queued => "queued",
        /// Assignments of a conversation to an agent.
        Assigned => "assigned",
        /// Transfers of a conversation.
        Transferred => "transferred",
        /// The end of a conversation.
        Closed => "closed",
        /// Ends by an agent.
        ClosedByAgent => "closed_by_agent",
        /// The customer left before the end.
        CustomerLeft => "customer_left",
        /// Ratings, of any survey.
        Rated => "rated",
        /// The id of the customer.
        CustomerId => "customer_id",
        /// The id of the agent who acts.
        AgentId => "agent_id",
        /// Whether the matter was resolved, as marked at the end.
        Resolution => "resolution",
        /// Ratings of a net promoter score.
        RatedNps => "rated_nps",
        /// Ratings of 1 to 5.
        RatedCsat => "rated_csat",
        /// Thumbs up and down.
        RatedThumbs => "rated_thumbs",
    }
}

/// Facts as bits, one bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FactSet(u32);

impl FactSet {
    /// The empty set.
    pub const NONE: Self = Self(0);
    /// The set of all facts.
    pub const ALL: Self = Self((1 << Fact::ALL.len()) - 1);

    /// The set with one more fact.
    #[must_use]
    pub const fn with(self, fact: Fact) -> Self {
        Self(self.0 | 1 << fact as u32)
    }

    /// The set without a fact.
    #[must_use]
    pub const fn without(self, fact: Fact) -> Self {
        Self(self.0 & !(1 << fact as u32))
    }

    /// The facts of this set that are not in another.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether it is in the set.
    #[must_use]
    pub const fn has(self, fact: Fact) -> bool {
        self.0 & (1 << fact as u32) != 0
    }

    /// The facts of both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The facts of either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The facts in events of a kind, given the possible actors and surveys.
    #[must_use]
    pub fn of_events(kind: Kind, may_be: impl Fn(Actor) -> bool, asks: impl Fn(Survey) -> bool) -> Self {
        let known: &[Option<Fact>] = match kind {
            Kind::Started | Kind::StatusChanged | Kind::AgentStatus | Kind::Reopened => &[],
            Kind::Message => &[
                may_be(Actor::Customer).then_some(Fact::CustomerMessage),
                may_be(Actor::Bot).then_some(Fact::BotMessage),
                may_be(Actor::Agent).then_some(Fact::AgentMessage),
            ],
            Kind::TransferRequested => &[Some(Fact::TransferRequested)],
            Kind::TransferSucceeded => &[Some(Fact::TransferSucceeded)],
            Kind::TransferCancelled => &[Some(Fact::TransferCancelled)],
            Kind::TransferDisabled => &[Some(Fact::TransferDisabled)],
            Kind::TransferIncomplete => &[Some(Fact::TransferIncomplete)],
            Kind::Queued => &[Some(Fact::Queued)],
            Kind::Assigned => &[Some(Fact::Assigned)],
            Kind::Transferred => &[Some(Fact::Transferred)],
            Kind::Closed => &[Some(Fact::Closed), may_be(Actor::Agent).then_some(Fact::ClosedByAgent)],
            Kind::CustomerLeft => &[Some(Fact::CustomerLeft)],
            Kind::Rated => &[
                Some(Fact::Rated),
                asks(Survey::Nps).then_some(Fact::RatedNps),
                asks(Survey::Csat).then_some(Fact::RatedCsat),
                asks(Survey::Thumbs).then_some(Fact::RatedThumbs),
            ],
        };
        known.iter().flatten().fold(Self::NONE, |facts, fact| facts.with(*fact))
    }

    /// The facts of the set, in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = Fact> {
        Fact::ALL.iter().copied().filter(move |fact| self.has(*fact))
    }

    /// Whether all needs are met; a need is met by any of its facts.
    #[must_use]
    pub fn meet(self, needs: &[&[Fact]]) -> bool {
        needs.iter().all(|any| any.iter().any(|fact| self.has(*fact)))
    }
}
