//! The columns of rows passed between stages: plain types, which every engine has.

use polars::prelude::{DataType, TimeUnit, TimeZone};
use serde::{Deserialize, Serialize};

use crate::fold::schema::{FactTable, Type};

/// Version of the columns of events between stages.
pub(crate) const EVENTS_SCHEMA: &str = "dialogram/stage-events/2";

/// Version of the columns of fact rows between stages.
pub(crate) const FACTS_SCHEMA: &str = "dialogram/stage-facts/1";

/// Version of the columns of counted values between stages.
pub(crate) const VALUES_SCHEMA: &str = "dialogram/stage-values/1";

/// Version of the columns of facts that an engine keeps by day.
pub(crate) const KEPT_SCHEMA: &str = "dialogram/stage-kept/1";

/// A note in JSON; a row with a note has no other value except the key.
pub const NOTE: &str = "note";
/// The key by which the rows of the next stage are grouped.
pub const KEY: &str = "key";
/// The number of an event's source.
pub(crate) const SOURCE: &str = "source";
/// For an event, its position in its source; for a fact row, its position among the rows of its table made together.
pub(crate) const POSITION: &str = "position";
/// The line of an event in its source.
pub(crate) const LINE: &str = "line";
/// The value of an event in the column that the table is ordered by, as a text whose bytes sort like the values.
pub(crate) const ORDER: &str = "order";
/// The fact table of a row.
pub const TABLE: &str = "table";
/// The day under which an engine keeps a fact row.
pub const DAY: &str = "day";
/// The name that identifies values.
pub const NAME: &str = "name";
/// The group of a value, which identifies its rows: a list in JSON.
pub(crate) const GROUP: &str = "group";
/// A value that is a text.
pub(crate) const TEXT: &str = "text";
/// A value that is a number.
pub(crate) const NUMBER: &str = "number";
/// The number of occurrences of a value.
pub(crate) const COUNT: &str = "n";

/// A column between stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageColumn {
    /// The name in the Arrow schema.
    pub name: String,
    /// Its type in Arrow.
    pub arrow: String,
    /// Its type in Spark SQL.
    pub spark: String,
    /// Its type in fact tables.
    #[serde(skip, default = "text")]
    pub holds: Type,
}

const fn text() -> Type {
    Type::Text
}

impl StageColumn {
    fn new(name: impl Into<String>, holds: Type) -> Self {
        let (arrow, spark) = match holds {
            Type::Text => ("large_utf8", "STRING"),
            Type::Instant => ("timestamp[us, UTC]", "TIMESTAMP"),
            Type::Number => ("int64", "BIGINT"),
            Type::Flag => ("bool", "BOOLEAN"),
        };
        Self { name: name.into(), arrow: arrow.to_owned(), spark: spark.to_owned(), holds }
    }

    /// Its type in a frame.
    #[must_use]
    pub(crate) fn data_type(&self) -> DataType {
        match self.holds {
            Type::Text => DataType::String,
            Type::Instant => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
            Type::Number => DataType::Int64,
            Type::Flag => DataType::Boolean,
        }
    }
}

/// The columns of events. They have the meaning of the canonical columns of a log.
#[must_use]
pub(crate) fn of_events() -> Vec<StageColumn> {
    use crate::event::Column;
    let type_of = |column: Column| match column {
        Column::Ts => Type::Instant,
        Column::Score | Column::Capacity => Type::Number,
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
        | Column::Attributes => Type::Text,
    };
    let position = [(NOTE, Type::Text), (KEY, Type::Text), (SOURCE, Type::Number), (POSITION, Type::Number)];
    let position = position.into_iter().chain([(LINE, Type::Number), (ORDER, Type::Text)]);
    let canonical = Column::WITH_INTERNAL.into_iter().map(|column| (column.name(), type_of(column)));
    position.chain(canonical).map(|(name, holds)| StageColumn::new(name, holds)).collect()
}

/// The columns of fact rows: the distinct columns of all tables, then the attributes by their number from 1.
#[must_use]
pub fn of_facts(attributes: usize) -> Vec<StageColumn> {
    let position = [(NOTE, Type::Text), (KEY, Type::Text), (TABLE, Type::Text), (POSITION, Type::Number)];
    let mut columns: Vec<StageColumn> = position.map(|(name, holds)| StageColumn::new(name, holds)).into();
    for spec in FactTable::ALL.iter().flat_map(|table| table.columns()) {
        if !columns.iter().any(|column| column.name == spec.name) {
            columns.push(StageColumn::new(spec.name, spec.holds));
        }
    }
    columns.extend((1..=attributes).map(|nth| StageColumn::new(attribute(nth), Type::Text)));
    columns
}

/// The columns of facts kept by an engine: those of fact rows, and the day.
#[must_use]
pub(crate) fn of_kept(attributes: usize) -> Vec<StageColumn> {
    let mut columns = of_facts(attributes);
    columns.push(StageColumn::new(DAY, Type::Text));
    columns
}

/// The columns of counted values.
#[must_use]
pub(crate) fn of_values() -> Vec<StageColumn> {
    let texts = [NOTE, KEY, NAME, GROUP, TEXT].map(|name| StageColumn::new(name, Type::Text));
    texts.into_iter().chain([NUMBER, COUNT].map(|name| StageColumn::new(name, Type::Number))).collect()
}

/// The column of an attribute, by its number from 1, because its own name may be that of a fact.
#[must_use]
pub fn attribute(nth: usize) -> String {
    format!("attribute_{nth}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_type_in_all_tables() {
        let columns = of_facts(2);
        for spec in FactTable::ALL.iter().flat_map(|table| table.columns()) {
            let column = columns.iter().find(|column| column.name == spec.name).unwrap();
            assert_eq!(column.holds, spec.holds, "{}", spec.name);
        }
        assert!(columns[4..].iter().all(|column| ![NOTE, KEY, TABLE, POSITION].contains(&column.name.as_str())));
        assert_eq!(columns.last().map(|column| column.name.as_str()), Some("attribute_2"));
    }
}
