//! The dimensions that metrics are split and filtered by (semantics.md 7).

use std::borrow::Cow;

use crate::event::attributes::interned;
pub use crate::time::WEEKDAYS;

/// The key of rows without a value.
pub const NO_VALUE: &str = "(none)";

/// A value as keys and names of parts write it: [`NO_VALUE`] for none. A value that is this text itself has a `\` before it,
/// and one with such a `\` another, so that no two values are written alike (decisions.md, report-19).
#[must_use]
pub fn key_text(value: Option<&str>) -> Cow<'_, str> {
    match value {
        None => Cow::Borrowed(NO_VALUE),
        Some(text) if reads_as_no_value(text) => Cow::Owned(format!("\\{text}")),
        Some(text) => Cow::Borrowed(text),
    }
}

/// The value that [`key_text`] has written.
#[must_use]
pub fn value_of_key(key: &str) -> Option<&str> {
    match key.strip_prefix('\\') {
        Some(text) if reads_as_no_value(text) => Some(text),
        Some(_) | None => (key != NO_VALUE).then_some(key),
    }
}

/// Whether a text is [`NO_VALUE`], with any number of `\` before it.
fn reads_as_no_value(text: &str) -> bool {
    text.trim_start_matches('\\') == NO_VALUE
}

/// Declares the dimensions: an entry each, with its name in flags, reports and templates, its name for people, and where
/// its value is. What else is asked of a dimension follows from that.
macro_rules! dimensions {
    ($($(#[$doc:meta])* $variant:ident => $name:literal, $label:literal, $place:expr;)+) => {
        /// A dimension.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Dimension {
            $($(#[$doc])* $variant,)+
            /// An attribute that the run asks for: a column of the log's own.
            Attribute(&'static str),
        }

        impl Dimension {
            /// All that every log has, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in flags, templates and reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Attribute(name) => name,
                }
            }

            /// The dimension for people.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)+
                    Self::Attribute(name) => name,
                }
            }

            /// Where its value is.
            #[must_use]
            pub const fn place(self) -> ValueLevel {
                match self {
                    $(Self::$variant => $place,)+
                    Self::Attribute(_) => ValueLevel::Conversation,
                }
            }
        }
    };
}

/// Where a dimension's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueLevel {
    /// In the conversation: it has one value at most.
    Conversation,
    /// In each row that has the column, else in its conversation.
    Row,
    /// In the conversation, which has several: a row is under each.
    Several,
    /// In the metric's clock: the local time of its instant.
    Clock(TimeUnit),
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
    /// Who took part.
    SupportType => "support_type", "Support type", ValueLevel::Conversation;
    /// The department.
    Department => "department", "Department", ValueLevel::Row;
    /// The queue.
    Queue => "queue", "Queue", ValueLevel::Row;
    /// The agent.
    Agent => "agent", "Agent", ValueLevel::Row;
    /// The app.
    App => "app", "App", ValueLevel::Conversation;
    /// A tag of the conversation; a row is under each.
    Tag => "tag", "Tag", ValueLevel::Several;
    /// The local day of the metric's clock.
    Day => "day", "Day", ValueLevel::Clock(TimeUnit::Day);
    /// The local weekday of the metric's clock.
    Weekday => "weekday", "Weekday", ValueLevel::Clock(TimeUnit::Weekday);
    /// The local hour of the metric's clock.
    Hour => "hour", "Hour", ValueLevel::Clock(TimeUnit::Hour);
    /// The ISO week of the metric's clock.
    Week => "week", "Week", ValueLevel::Clock(TimeUnit::Week);
    /// The local month of the metric's clock.
    Month => "month", "Month", ValueLevel::Clock(TimeUnit::Month);
}

impl Dimension {
    /// The one of that name that every log has.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|dimension| dimension.name() == name)
    }

    /// The one of that name: of every log, or an attribute that the run asks for.
    #[must_use]
    pub fn named(name: &str, attributes: &[&'static str]) -> Option<Self> {
        Self::parse(name).or_else(|| attributes.iter().find(|own| **own == name).map(|own| Self::Attribute(own)))
    }

    /// The one that a table of a report names: what is not of every log is an attribute.
    #[must_use]
    pub fn of_table(name: &str) -> Self {
        Self::parse(name).unwrap_or_else(|| Self::Attribute(interned(name)))
    }

    /// The names of all: of every log, and the attributes that the run asks for.
    pub fn names(attributes: &[&'static str]) -> impl Iterator<Item = &'static str> + Clone {
        Self::ALL.iter().map(|dimension| dimension.name()).chain(attributes.to_vec())
    }

    /// The fact tables' column that holds it; none where it follows from the clock.
    #[must_use]
    pub const fn column(self) -> Option<&'static str> {
        match self.place() {
            ValueLevel::Conversation | ValueLevel::Row => Some(self.name()),
            ValueLevel::Several => Some("tags"),
            ValueLevel::Clock(_) => None,
        }
    }

    /// The unit of local time that it is, if it follows from the clock.
    #[must_use]
    pub const fn unit(self) -> Option<TimeUnit> {
        match self.place() {
            ValueLevel::Clock(unit) => Some(unit),
            ValueLevel::Conversation | ValueLevel::Row | ValueLevel::Several => None,
        }
    }

    /// Whether a conversation has just one value of it, so that distinct conversations add up over it.
    #[must_use]
    pub const fn is_of_conversation(self) -> bool {
        match self.place() {
            ValueLevel::Conversation => true,
            ValueLevel::Row | ValueLevel::Several | ValueLevel::Clock(_) => false,
        }
    }

    /// Whether a row has one value of it at most; a conversation can have several tags.
    #[must_use]
    pub const fn is_single(self) -> bool {
        match self.place() {
            ValueLevel::Several => false,
            ValueLevel::Conversation | ValueLevel::Row | ValueLevel::Clock(_) => true,
        }
    }

    /// Whether no value is null in the keys of its table, so that it differs from a value that is called `(none)`.
    /// Tables that were there before keep their word for it.
    #[must_use]
    pub const fn has_null_keys(self) -> bool {
        matches!(self, Self::Tag | Self::Attribute(_))
    }

    /// Whether there is a filter of it: all but those of the clock, whose filters are of hours and weekdays.
    #[must_use]
    pub const fn has_filter(self) -> bool {
        self.column().is_some()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_and_its_own_text_are_written_apart() {
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
