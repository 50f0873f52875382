//! The assumptions of `inspect` for questions that no column answers. Numbers depend on them, so each report made with
//! the profile warns about them.

use crate::language::{Argument, Message};

/// An assumption: the unknown fact, and what is assumed, as in `who closed: each close is taken to be an agent's`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption(Argument);

impl Assumption {
    /// The text on the page of `inspect`.
    #[must_use]
    pub fn note(&self) -> Message {
        Message::new("assumption.note").with("assumption", self.0.clone())
    }

    /// The text in the `cannot` list of a profile. Reports have it in JSON, so it is English.
    #[must_use]
    pub fn cannot(&self) -> String {
        self.0.to_string()
    }
}

/// Assumptions that name columns or values of the file.
impl From<Message> for Assumption {
    fn from(message: Message) -> Self {
        Self(message.into())
    }
}

/// Assumptions with the same text for every file. Reports have them in all languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownFact {
    /// Who closed.
    Closer,
    /// When the customer wrote first.
    FirstMessage,
    /// When an agent took up a conversation.
    TakenUp,
    /// When an agent answered first.
    FirstAnswer,
    /// When an agent replied, for cases that may be open.
    Reply,
    /// How long customers waited who were not answered.
    WaitOfThoseWhoLeft,
    /// Which calls agents made.
    Outbound,
    /// Which rows were not answered.
    Unanswered,
}

impl UnknownFact {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Closer,
        Self::FirstMessage,
        Self::TakenUp,
        Self::FirstAnswer,
        Self::Reply,
        Self::WaitOfThoseWhoLeft,
        Self::Outbound,
        Self::Unanswered,
    ];
}

impl From<UnknownFact> for Assumption {
    fn from(fact: UnknownFact) -> Self {
        let key = match fact {
            UnknownFact::Closer => "who closed: each close is taken to be an agent's",
            UnknownFact::FirstMessage => {
                "when the customer first wrote: the opening is taken for it, and the first response is counted from there"
            }
            UnknownFact::TakenUp => "when an agent took a conversation up: agents' time begins with the first reply",
            UnknownFact::FirstAnswer => {
                "when an agent first answered: what a customer or the system closed counts as abandoned"
            }
            UnknownFact::Reply => {
                "when an agent replied: what is not closed counts as open, and as waiting for a reply"
            }
            UnknownFact::WaitOfThoseWhoLeft => {
                "how long those waited whom nobody answered: they are taken to leave when they come"
            }
            UnknownFact::Outbound => "which calls are outgoing: all are read as incoming",
            UnknownFact::Unanswered => "which rows nobody answered: none of those customers is taken to have left",
        };
        Self(Argument::Term(format!("cannot.{key}"), key.to_owned()))
    }
}
