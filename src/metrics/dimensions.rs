//! What metrics are split by, and filtered by (semantics.md 7).

use crate::event::words;
pub use crate::time::WEEKDAYS;

/// The key of rows without a value.
pub const NO_VALUE: &str = "(none)";

words! {
    /// A dimension.
    Dimension {
        /// The conversation's channel.
        Channel => "channel",
        /// Who took part.
        SupportType => "support_type",
        /// The department.
        Department => "department",
        /// The queue.
        Queue => "queue",
        /// The agent.
        Agent => "agent",
        /// The app.
        App => "app",
        /// The local day of the metric's clock.
        Day => "day",
        /// The local weekday of the metric's clock.
        Weekday => "weekday",
        /// The local hour of the metric's clock.
        Hour => "hour",
    }
}

impl Dimension {
    /// The fact tables' column that holds it; none where it follows from the clock.
    #[must_use]
    pub const fn column(self) -> Option<&'static str> {
        match self {
            Self::Channel | Self::SupportType | Self::Department | Self::Queue | Self::Agent | Self::App => {
                Some(self.name())
            }
            Self::Day | Self::Weekday | Self::Hour => None,
        }
    }

    /// Whether a conversation has just one value of it, so that distinct conversations add up over it.
    #[must_use]
    pub const fn is_of_conversation(self) -> bool {
        match self {
            Self::Channel | Self::SupportType | Self::App => true,
            Self::Department | Self::Queue | Self::Agent | Self::Day | Self::Weekday | Self::Hour => false,
        }
    }

    /// The dimension for people, and in the plural.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Channel => "Channel",
            Self::SupportType => "Support type",
            Self::Department => "Department",
            Self::Queue => "Queue",
            Self::Agent => "Agent",
            Self::App => "App",
            Self::Day => "Day",
            Self::Weekday => "Weekday",
            Self::Hour => "Hour",
        }
    }
}
