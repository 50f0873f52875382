//! The possible meanings of a word in a name, and sets of meanings.

/// The meaning of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    Opened,
    Closed,
    Resolved,
    Reopened,
    First,
    Last,
    Reply,
    Wrote,
    Joined,
    Answered,
    Assigned,
    Transferred,
    Queue,
    Waited,
    Talked,
    Duration,
    Office,
    Due,
    Updated,
    Seen,
    Abandoned,
    Agent,
    Customer,
    User,
    Bot,
    Author,
    Inbound,
    Outbound,
    Private,
    Public,
    Conversation,
    Message,
    Id,
    Protocol,
    Name,
    Reach,
    Team,
    Channel,
    App,
    Score,
    Count,
    Status,
    Activity,
    Kind,
    Outcome,
    Version,
    Text,
    Date,
    Time,
}

impl Meaning {
    /// All meanings, in the order of the table of words.
    pub const ALL: [Self; 49] = [
        Self::Opened,
        Self::Closed,
        Self::Resolved,
        Self::Reopened,
        Self::First,
        Self::Last,
        Self::Reply,
        Self::Wrote,
        Self::Joined,
        Self::Answered,
        Self::Assigned,
        Self::Transferred,
        Self::Queue,
        Self::Waited,
        Self::Talked,
        Self::Duration,
        Self::Office,
        Self::Due,
        Self::Updated,
        Self::Seen,
        Self::Abandoned,
        Self::Agent,
        Self::Customer,
        Self::User,
        Self::Bot,
        Self::Author,
        Self::Inbound,
        Self::Outbound,
        Self::Private,
        Self::Public,
        Self::Conversation,
        Self::Message,
        Self::Id,
        Self::Protocol,
        Self::Name,
        Self::Reach,
        Self::Team,
        Self::Channel,
        Self::App,
        Self::Score,
        Self::Count,
        Self::Status,
        Self::Activity,
        Self::Kind,
        Self::Outcome,
        Self::Version,
        Self::Text,
        Self::Date,
        Self::Time,
    ];

    /// Its heading in the table of words.
    #[must_use]
    pub fn heading(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// A set of meanings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Meanings(u64);

impl Meanings {
    /// Adds a meaning.
    pub const fn add(&mut self, meaning: Meaning) {
        self.0 |= 1 << meaning as u64;
    }

    /// The union with another set.
    #[must_use]
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether the set contains a meaning.
    #[must_use]
    pub const fn has(self, meaning: Meaning) -> bool {
        self.0 & (1 << meaning as u64) != 0
    }

    /// Whether the set contains one of these.
    #[must_use]
    pub fn has_one(self, meanings: &[Meaning]) -> bool {
        meanings.iter().any(|meaning| self.has(*meaning))
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
