//! Counts that are the sum of others (semantics.md 10): outcomes of requests for a person, and of answered chats.

/// A count, and the counts of which it is the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partition {
    /// The outcomes of requests for a person.
    TransferRequests,
    /// Whether answered chats were resolved at first contact.
    AnsweredChats,
}

impl Partition {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::TransferRequests, Self::AnsweredChats];

    /// The identity, in words.
    #[must_use]
    pub const fn identity(self) -> &'static str {
        match self {
            Self::TransferRequests => "transfer outcomes = transfer requests",
            Self::AnsweredChats => "resolved + unresolved + still open = chats answered",
        }
    }

    /// The metric that is the sum.
    #[must_use]
    pub const fn whole(self) -> &'static str {
        match self {
            Self::TransferRequests => "transfer_requests",
            Self::AnsweredChats => "chats_answered",
        }
    }

    /// The metrics that sum to it. The last one is the undecided part.
    #[must_use]
    pub const fn parts(self) -> &'static [&'static str] {
        match self {
            Self::TransferRequests => &[
                "transfers_succeeded",
                "transfers_cancelled",
                "transfers_disabled",
                "transfers_incomplete",
                "transfers_pending",
            ],
            Self::AnsweredChats => &["resolved_first_contact", "unresolved_first_contact", "still_open"],
        }
    }

    /// The metric with the share of the first part among decided ones.
    #[must_use]
    pub const fn success(self) -> &'static str {
        match self {
            Self::TransferRequests => "transfer_success_rate",
            Self::AnsweredChats => "first_contact_resolution_rate",
        }
    }

    /// The dimension by which the parts are distinguished in a report.
    #[must_use]
    pub const fn dimension(self) -> &'static str {
        match self {
            Self::TransferRequests => "channel",
            Self::AnsweredChats => "department",
        }
    }
}
