//! An event in compact form: its own values, and the number of its content, which many events share.

use std::num::NonZeroU32;

use super::{Actor, Detail, Kind, NONE, Sessions, TEXTS, Text};

/// The content of an event, without its instant and ids. A log has few distinct contents compared to its rows, so each
/// is stored once, and rows have its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Content {
    /// The kind of event.
    pub kind: Kind,
    /// The actor; only on `message` and `closed`.
    pub actor: Option<Actor>,
    /// Other values, which depend on the kind.
    pub detail: Detail,
    /// Only on `agent_status`.
    pub capacity: Option<u32>,
    /// For each [`Text`], a number in its dictionary, or [`NONE`].
    pub text: [u32; TEXTS],
}

impl Content {
    /// The number of a text, or `None` if there is no value.
    #[must_use]
    pub fn text(&self, text: Text) -> Option<u32> {
        some(self.text[text as usize])
    }

    /// The number of the agent; if there is no id, the name serves as the id.
    #[must_use]
    pub fn agent(&self) -> Option<u32> {
        self.text(Text::AgentId).or(self.text(Text::AgentName))
    }
}

/// An event. Numbers are [`NONE`] if there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The instant, UTC milliseconds.
    pub ts: i64,
    /// The line of the row's first byte, counted from 1 in its part of the file.
    pub line: u32,
    /// The number of its content.
    pub content: u32,
    /// The number of the conversation id.
    pub conversation: u32,
    /// The number of the customer id.
    pub customer: u32,
}

impl Event {
    /// The number of the id of its conversation, or [`NONE`].
    #[must_use]
    pub const fn session(&self, sessions: Sessions) -> u32 {
        match sessions {
            Sessions::Id => self.conversation,
            Sessions::Inactivity | Sessions::InactivityAcrossChannels => self.customer,
        }
    }
}

/// The tags and attributes of an event, by number; [`NONE`] if it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels {
    /// The number of its tags: while a log is read, as written in the row; later, that of the set.
    pub tags: u32,
    /// The number of the values of its attributes.
    pub attributes: u32,
}

impl Labels {
    /// No tags, no attributes.
    pub const NONE: Self = Self { tags: NONE, attributes: NONE };
}

/// The position of an event in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The rank of its part, in input order.
    pub rank: u32,
    /// Its line in the part, counted from 1.
    pub line: NonZeroU32,
}

impl Origin {
    /// The row on a line of the part with that rank.
    #[must_use]
    pub fn new(rank: u32, line: u32) -> Option<Self> {
        NonZeroU32::new(line).map(|line| Self { rank, line })
    }
}

/// An event as input of the fold.
#[derive(Debug, Clone, Copy)]
pub struct FoldEvent<'a> {
    /// The instant, UTC milliseconds.
    pub ts: i64,
    /// The number of the customer.
    pub customer: Option<u32>,
    /// The number of the contact.
    pub contact: Option<u32>,
    /// The number of the ticket.
    pub protocol: Option<u32>,
    /// Its tags and attributes.
    pub labels: Labels,
    /// Everything in the event except its instant, ids and labels.
    pub content: &'a Content,
    /// Its position; `None` if positions are not needed.
    pub origin: Option<Origin>,
}

impl FoldEvent<'_> {
    /// The number of a text, or `None` if the row has no value.
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

/// The number, or `None` if it is [`NONE`].
#[must_use]
pub const fn some(number: u32) -> Option<u32> {
    if number == NONE { None } else { Some(number) }
}
