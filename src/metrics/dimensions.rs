//! The dimensions by which metrics are broken down and filtered (semantics.md 7).

use std::borrow::Cow;

use crate::event::attributes::interned;
pub use crate::time::WEEKDAYS;

/// The key for rows without a value.
pub(crate) const NO_VALUE: &str = "(none)";

/// The form of a value in keys and names of parts; [`NO_VALUE`] if there is none. A value equal to that text gets a `\`
/// before it, and one that already begins with such a `\` gets another, so that distinct values stay distinct
/// (decisions.md, report-19).
#[must_use]
pub(crate) fn key_text(value: Option<&str>) -> Cow<'_, str> {
    match value {
        None => Cow::Borrowed(NO_VALUE),
        Some(text) if reads_as_no_value(text) => Cow::Owned(format!("\\{text}")),
        Some(text) => Cow::Borrowed(text),
    }
}

/// The value that [`key_text`] encoded.
#[must_use]
pub(crate) fn value_of_key(key: &str) -> Option<&str> {
    match key.strip_prefix('\\') {
        Some(text) if reads_as_no_value(text) => Some(text),
        Some(_) | None => (key != NO_VALUE).then_some(key),
    }
}

/// Whether a text is [`NO_VALUE`], with any number of `\` before it.
fn reads_as_no_value(text: &str) -> bool {
    text.trim_start_matches('\\') == NO_VALUE
}

/// Declares the dimensions. Each entry has its name in flags, reports and templates, its name for people, and the level
/// of its value. Everything else about a dimension follows from these.
macro_rules! dimensions {
    ($($(#[$doc:meta])* $variant:ident => $name:literal, $label:literal, $level:expr;)+) => {
        /// A property whose values are the rows of a table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Dimension {
            $($(#[$doc])* $variant,)+
            /// An attribute requested for the run: a column of the log's own.
            Attribute(&'static str),
        }

        impl Dimension {
            /// All dimensions that every log has, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in flags, templates and reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Attribute(name) => name,
                }
            }

            /// The name for people.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)+
                    Self::Attribute(name) => name,
                }
            }

            /// The level at which its value is found.
            #[must_use]
            pub const fn level(self) -> ValueLevel {
                match self {
                    $(Self::$variant => $level,)+
                    Self::Attribute(_) => ValueLevel::Conversation,
                }
            }
        }
    };
}

/// The level at which a dimension's value is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueLevel {
    /// In the conversation, which has at most one value.
    Conversation,
    /// In each row of tables that have the column; otherwise in the conversation.
    Row,
    /// In the conversation, which may have several values: a row counts for each.
    Several,
    /// In the local time of the metric's clock.
    LocalTime(TimeUnit),
}

/// A unit of local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by the unit")]
pub enum TimeUnit {
    Day,
    Weekday,
    Hour,
    Week,
    Month,
}

dimensions! {
    /// The conversation's channel.
    Channel => "channel", "Channel", ValueLevel::Conversation;
    /// The kind of support: bot, agent, both or neither.
    SupportType => "support_type", "Support type", ValueLevel::Conversation;
    /// By the department of each row.
    Department => "department", "Department", ValueLevel::Row;
    /// By the queue of each row.
    Queue => "queue", "Queue", ValueLevel::Row;
    /// By the agent of each row.
    Agent => "agent", "Agent", ValueLevel::Row;
    /// By the latest app of each conversation.
    App => "app", "App", ValueLevel::Conversation;
    /// A tag of the conversation; a row counts for each of its tags.
    Tag => "tag", "Tag", ValueLevel::Several;
    /// The local day of the metric's clock.
    Day => "day", "Day", ValueLevel::LocalTime(TimeUnit::Day);
    /// The local weekday of the metric's clock.
    Weekday => "weekday", "Weekday", ValueLevel::LocalTime(TimeUnit::Weekday);
    /// The local hour of the metric's clock.
    Hour => "hour", "Hour", ValueLevel::LocalTime(TimeUnit::Hour);
    /// The ISO week of the metric's clock.
    Week => "week", "Week", ValueLevel::LocalTime(TimeUnit::Week);
    /// The local month of the metric's clock.
    Month => "month", "Month", ValueLevel::LocalTime(TimeUnit::Month);
}

impl Dimension {
    /// The dimension with that name, among those that every log has.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|dimension| dimension.name() == name)
    }

    /// The dimension with that name: one that every log has, or a requested attribute.
    #[must_use]
    pub fn named(name: &str, attributes: &[&'static str]) -> Option<Self> {
        Self::parse(name).or_else(|| attributes.iter().find(|own| **own == name).map(|own| Self::Attribute(own)))
    }

    /// The dimension of a report's table: a name that not every log has is an attribute.
    #[must_use]
    pub fn of_table(name: &str) -> Self {
        Self::parse(name).unwrap_or_else(|| Self::Attribute(interned(name)))
    }

    /// The names of all dimensions: those that every log has, and the requested attributes.
    pub fn names(attributes: &[&'static str]) -> impl Iterator<Item = &'static str> + Clone {
        Self::ALL.iter().map(|dimension| dimension.name()).chain(attributes.to_vec())
    }

    /// Its column in the fact tables; `None` if it follows from the clock.
    #[must_use]
    pub const fn column(self) -> Option<&'static str> {
        match self.level() {
            ValueLevel::Conversation | ValueLevel::Row => Some(self.name()),
            ValueLevel::Several => Some("tags"),
            ValueLevel::LocalTime(_) => None,
        }
    }

    /// Its unit of local time, if it follows from the clock.
    #[must_use]
    pub const fn unit(self) -> Option<TimeUnit> {
        match self.level() {
            ValueLevel::LocalTime(unit) => Some(unit),
            ValueLevel::Conversation | ValueLevel::Row | ValueLevel::Several => None,
        }
    }

    /// Whether a conversation has exactly one value, so that numbers of distinct conversations can be added over its
    /// values.
    #[must_use]
    pub const fn is_of_conversation(self) -> bool {
        match self.level() {
            ValueLevel::Conversation => true,
            ValueLevel::Row | ValueLevel::Several | ValueLevel::LocalTime(_) => false,
        }
    }

    /// Whether a row has at most one value; a conversation can have several tags.
    #[must_use]
    pub(crate) const fn is_single(self) -> bool {
        match self.level() {
            ValueLevel::Several => false,
            ValueLevel::Conversation | ValueLevel::Row | ValueLevel::LocalTime(_) => true,
        }
    }

    /// Whether "no value" is null in the keys of its table, so that it differs from a value named `(none)`. Older
    /// tables keep their word for it.
    #[must_use]
    pub(crate) const fn has_null_keys(self) -> bool {
        matches!(self, Self::Tag | Self::Attribute(_))
    }

    /// Whether it has a filter: all except those of the clock, for which the filters are by hour and weekday.
    #[must_use]
    pub(crate) const fn has_filter(self) -> bool {
        self.column().is_some()
    }
}

/// The name of a week by ISO 8601, with the year to which the week belongs: `2026-W10`.
#[must_use]
pub(crate) fn week_name(date: chrono::NaiveDate) -> String {
    let week = chrono::Datelike::iso_week(&date);
    format!("{:04}-W{:02}", week.year(), week.week())
}

/// The name of a month: `2026-03`.
#[must_use]
pub(crate) fn month_name(date: chrono::NaiveDate) -> String {
    format!("{:04}-{:02}", chrono::Datelike::year(&date), chrono::Datelike::month(&date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_and_its_text_have_different_keys() {
        for (value, key) in [
            (None, "(none)"),
            (Some("(none)"), r"\(none)"),
            (Some(r"\(none)"), r"\\(none)"),
            (Some(r"\"), r"\"),
            (Some(r"a\(none)"), r"a\(none)"),
            (Some(""), ""),
        ] {
            assert_eq!((key_text(value).as_ref(), value_of_key(key)), (key, value));
        }
    }
}
