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
        /// A tag of the conversation; a row stands under each.
        Tag => "tag",
        /// The local day of the metric's clock.
        Day => "day",
        /// The local weekday of the metric's clock.
        Weekday => "weekday",
        /// The local hour of the metric's clock.
        Hour => "hour",
        /// The ISO week of the metric's clock.
        Week => "week",
        /// The local month of the metric's clock.
        Month => "month",
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
            Self::Tag => Some("tags"),
            Self::Day | Self::Weekday | Self::Hour | Self::Week | Self::Month => None,
        }
    }

    /// Whether a conversation has just one value of it, so that distinct conversations add up over it.
    #[must_use]
    pub const fn is_of_conversation(self) -> bool {
        match self {
            Self::Channel | Self::SupportType | Self::App => true,
            Self::Department
            | Self::Queue
            | Self::Agent
            | Self::Tag
            | Self::Day
            | Self::Weekday
            | Self::Hour
            | Self::Week
            | Self::Month => false,
        }
    }

    /// Whether a row has one value of it at most; a conversation can have several tags.
    #[must_use]
    pub const fn is_single(self) -> bool {
        !matches!(self, Self::Tag)
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
            Self::Tag => "Tag",
            Self::Week => "Week",
            Self::Month => "Month",
        }
    }
}

/// A week as ISO 8601 names it, in its own year: `2026-W10`.
#[must_use]
pub fn week_name(date: chrono::NaiveDate) -> String {
    let week = chrono::Datelike::iso_week(&date);
    format!("{:04}-W{:02}", week.year(), week.week())
}

/// A month: `2026-03`.
#[must_use]
pub fn month_name(date: chrono::NaiveDate) -> String {
    format!("{:04}-{:02}", chrono::Datelike::year(&date), chrono::Datelike::month(&date))
}
