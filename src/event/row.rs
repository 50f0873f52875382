//! One event, compactly: its own values, and the number of its content, which many events share.

use std::num::NonZeroU32;

use super::{Actor, Detail, Kind, NONE, Sessions, TEXTS, Text};

/// The content of an event, without its instant and ids. A log has few distinct ones beside its rows, so each is kept
/// once and rows carry its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Content {
    /// The kind of event.
    pub kind: Kind,
    /// Who acted; only on `message` and `closed`.
    pub actor: Option<Actor>,
    /// The rest, by its kind.
    pub detail: Detail,
    /// Only on `agent_status`.
    pub capacity: Option<u32>,
    /// By [`Text`]: a number into its dictionary, or [`NONE`].
    pub text: [u32; TEXTS],
}

impl Content {
    /// The number of a text, or `None` where there is no value.
    #[must_use]
    pub fn text(&self, text: Text) -> Option<u32> {
        some(self.text[text as usize])
    }

    /// The number of the agent: without an id the name serves as one.
    #[must_use]
    pub fn agent(&self) -> Option<u32> {
        self.text(Text::AgentId).or(self.text(Text::AgentName))
    }
}

/// One event. Numbers are [`NONE`] where there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The instant, UTC milliseconds.
    pub ts: i64,
    /// Line of the row's first byte, from 1, counted from the part of the file that it was read with.
    pub line: u32,
    /// Number of its content.
    pub content: u32,
    /// Number of the conversation id.
    pub conversation: u32,
    /// Number of the customer id.
    pub customer: u32,
}

impl Event {
    /// Number of the id of its conversation, or [`NONE`].
    #[must_use]
    pub const fn session(&self, sessions: Sessions) -> u32 {
        match sessions {
            Sessions::Id => self.conversation,
            Sessions::Inactivity | Sessions::InactivityAcrossChannels => self.customer,
        }
    }
}

/// The tags and attributes of an event, by number; [`NONE`] where it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels {
    /// Of its tags: as the row writes them while a log is read, then of the set that they are.
    pub tags: u32,
    /// Of the values of its attributes.
    pub attributes: u32,
}

impl Labels {
    /// No tags, no attributes.
    pub const NONE: Self = Self { tags: NONE, attributes: NONE };
}

/// Where an event is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The rank of its part, in input order.
    pub rank: u32,
    /// Its line in the part, from 1.
    pub line: NonZeroU32,
}

impl Origin {
    /// The row at a line of the part of that rank.
    #[must_use]
    pub fn new(rank: u32, line: u32) -> Option<Self> {
        NonZeroU32::new(line).map(|line| Self { rank, line })
    }
}

/// One event as the fold takes it.
#[derive(Debug, Clone, Copy)]
pub struct FoldEvent<'a> {
    /// The instant, UTC milliseconds.
    pub ts: i64,
    /// Number of the customer.
    pub customer: Option<u32>,
    /// Number of the contact.
    pub contact: Option<u32>,
    /// Number of the protocol.
    pub protocol: Option<u32>,
    /// Its tags and attributes.
    pub labels: Labels,
    /// Its content.
    pub content: &'a Content,
    /// Where it is; none where nobody asks.
    pub origin: Option<Origin>,
}

impl FoldEvent<'_> {
    /// The number of a text, or `None` where the row has no value.
    #[must_use]
    pub fn text(&self, text: Text) -> Option<u32> {
        self.content.text(text)
    }

    /// See [`Content::agent`].
    #[must_use]
    pub fn agent(&self) -> Option<u32> {
        self.content.agent()
    }
}

/// A number, if it is one.
#[must_use]
pub const fn some(number: u32) -> Option<u32> {
    if number == NONE { None } else { Some(number) }
}
