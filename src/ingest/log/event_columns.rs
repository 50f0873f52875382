//! The value of an event in each column, and the order of a table's rows by these values.

use super::event_rows::EventRow;
use crate::event::{Actor, Column, Detail, Key, Text};

impl<'t> EventRow<'t> {
    /// The value in a column of texts; `None` for a column of numbers.
    #[must_use]
    pub fn column_text(&self, column: Column) -> Option<&'t str> {
        match column {
            Column::Event => Some(self.kind.name()),
            Column::Actor => self.actor.map(Actor::name),
            Column::EventId => self.key(Key::EventId),
            Column::ConversationId => self.key(Key::ConversationId),
            Column::CustomerId => self.key(Key::CustomerId),
            Column::Contact => self.key(Key::Contact),
            Column::Protocol => self.key(Key::Protocol),
            Column::Tags => self.key(Key::Tags),
            Column::Attributes => self.key(Key::Attributes),
            Column::AgentId => self.text(Text::AgentId),
            Column::AgentName => self.text(Text::AgentName),
            Column::Channel => self.text(Text::Channel),
            Column::Department => self.text(Text::Department),
            Column::Queue => self.text(Text::Queue),
            Column::ToAgentId => self.text(Text::ToAgentId),
            Column::ToQueue => self.text(Text::ToQueue),
            Column::ToDepartment => self.text(Text::ToDepartment),
            Column::App => self.text(Text::App),
            Column::SupportType => self.text(Text::SupportType),
            Column::Resolution => match self.detail {
                Detail::Resolution(resolution) => Some(resolution.name()),
                Detail::None | Detail::Score(..) | Detail::AgentStatus(_) | Detail::Status(_) => None,
            },
            Column::Survey => match self.detail {
                Detail::Score(survey, _) => Some(survey.name()),
                Detail::None | Detail::Resolution(_) | Detail::AgentStatus(_) | Detail::Status(_) => None,
            },
            Column::Status => match self.detail {
                Detail::AgentStatus(status) => Some(status.name()),
                Detail::Status(status) => Some(status.name()),
                Detail::None | Detail::Resolution(_) | Detail::Score(..) => None,
            },
            Column::Ts | Column::Score | Column::Capacity => None,
        }
    }

    /// The value in a column of numbers; `None` for a column of texts.
    #[must_use]
    pub fn column_number(&self, column: Column) -> Option<i64> {
        match column {
            Column::Ts => Some(self.ts),
            Column::Capacity => self.capacity.map(i64::from),
            Column::Score => match self.detail {
                Detail::Score(_, score) => Some(score.into()),
                Detail::None | Detail::Resolution(_) | Detail::AgentStatus(_) | Detail::Status(_) => None,
            },
            Column::Event
            | Column::EventId
            | Column::ConversationId
            | Column::CustomerId
            | Column::Actor
            | Column::AgentId
            | Column::AgentName
            | Column::Channel
            | Column::Department
            | Column::Queue
            | Column::ToAgentId
            | Column::ToQueue
            | Column::ToDepartment
            | Column::App
            | Column::SupportType
            | Column::Contact
            | Column::Protocol
            | Column::Resolution
            | Column::Survey
            | Column::Status
            | Column::Tags
            | Column::Attributes => None,
        }
    }

    /// The sort key of the row among the rows of a table at the same instant: the column that the table is ordered by,
    /// then all others. No value sorts before every value.
    #[must_use]
    pub fn table_key(&self) -> String {
        let mut key = String::new();
        let mut add = |value: Option<&str>| {
            if let Some(value) = value {
                key.push('\u{1}');
                key.push_str(value);
            }
            key.push('\0');
        };
        add(self.order);
        for column in Column::WITH_INTERNAL.into_iter().filter(|column| *column != Column::Ts) {
            match self.column_number(column) {
                Some(number) => add(Some(&number.to_string())),
                None => add(self.column_text(column)),
            }
        }
        key
    }
}
