//! Folders of facts written by an earlier version: columns that were added later, and their values without them.

use std::collections::HashMap;

use polars::prelude::*;

use super::schema::{FactTable, Type};
use crate::event::Survey;

/// How to complete a table that lacks a column.
#[derive(Clone, Copy)]
enum Without {
    /// The column is derived from the other columns.
    Derived(fn(&[DataFrame]) -> PolarsResult<Column>),
    /// Every row has this text, or no value.
    Same(Option<&'static str>),
    /// The values are unknown, and so are metrics that use the column.
    Unknown,
}

/// The columns that were added after the first version of the tables.
const LATER: &[(FactTable, &str, Without)] = &[
    (FactTable::Visits, "opened_at", Without::Derived(opened_at)),
    (FactTable::Visits, "is_by_transfer", Without::Unknown),
    (FactTable::AgentMessages, "first_response_ms", Without::Derived(first_response_ms)),
    (FactTable::Conversations, "satisfaction", Without::Same(None)),
    (FactTable::Conversations, "tags", Without::Same(None)),
    (FactTable::Ratings, "survey", Without::Same(Some(Survey::Nps.name()))),
];

/// Whether a column can be missing in a folder of an earlier version.
#[must_use]
pub fn is_later(table: FactTable, column: &str) -> bool {
    LATER.iter().any(|(derive, name, _)| *derive == table && *name == column)
}

/// Adds missing columns to tables, and returns those whose values are unknown. Frames are in the order of
/// [`FactTable::ALL`].
///
/// # Errors
///
/// If a frame lacks a column of the first version, which is a bug.
pub fn complete(frames: &mut [DataFrame]) -> PolarsResult<Vec<(FactTable, &'static str)>> {
    let mut unknown = Vec::new();
    for (table, name, without) in LATER {
        let frame = &frames[*table as usize];
        if frame.column(name).is_ok() {
            continue;
        }
        let column = match without {
            Without::Derived(derive) => derive(frames)?.with_name((*name).into()),
            Without::Same(Some(text)) => {
                let texts = std::iter::repeat_n(Some(*text), frame.height()).collect::<StringChunked>();
                texts.with_name((*name).into()).into_column()
            }
            Without::Same(None) => Column::full_null((*name).into(), frame.height(), &kind(*table, name)),
            Without::Unknown => {
                unknown.push((*table, *name));
                Column::full_null((*name).into(), frame.height(), &kind(*table, name))
            }
        };
        let position = position(*table, name, frame);
        frames[*table as usize].insert_column(position, column)?;
    }
    Ok(unknown)
}

/// The position of a missing column: after the columns that precede it in the schema.
fn position(table: FactTable, name: &str, frame: &DataFrame) -> usize {
    let before = table.columns().iter().take_while(|spec| spec.name != name);
    before.filter(|spec| frame.column(spec.name).is_ok()).count()
}

fn kind(table: FactTable, name: &str) -> DataType {
    match table.columns().iter().find(|spec| spec.name == name).map(|spec| spec.holds) {
        Some(Type::Flag) => DataType::Boolean,
        Some(Type::Text) => DataType::String,
        Some(Type::Instant | Type::Number) | None => DataType::Int64,
    }
}

/// The entry of a visit into a queue, or else its first instant.
fn opened_at(frames: &[DataFrame]) -> PolarsResult<Column> {
    let visits = &frames[FactTable::Visits as usize];
    let columns = ["entered_at", "assigned_at", "first_reply_at", "ended_at"];
    let columns = columns.map(|name| visits.column(name)?.i64().cloned());
    let columns = columns.into_iter().collect::<PolarsResult<Vec<_>>>()?;
    let first = |row: usize| columns.iter().find_map(|column| column.get(row));
    Ok((0..visits.height()).map(first).collect::<Int64Chunked>().into_column())
}

/// For the first agent message of a conversation that the customer began: the time since the customer's first message.
fn first_response_ms(frames: &[DataFrame]) -> PolarsResult<Column> {
    let conversations = &frames[FactTable::Conversations as usize];
    let ids = conversations.column("conversation_id")?.str()?;
    let first_messages = conversations.column("first_customer_message_at")?.i64()?;
    let is_first = conversations.column("did_customer_write_first")?.bool()?;
    let rows = ids.iter().zip(first_messages.iter()).zip(is_first.iter());
    let mut open: HashMap<&str, i64> = rows
        .filter_map(|((id, first_messages), is_first)| Some((id?, first_messages.filter(|_| is_first == Some(true))?)))
        .collect();
    let messages = &frames[FactTable::AgentMessages as usize];
    let (ids, instants) = (messages.column("conversation_id")?.str()?, messages.column("ts")?.i64()?);
    let duration = |(id, ts): (Option<&str>, Option<i64>)| Some(ts? - open.remove(id?)?);
    Ok(ids.iter().zip(instants.iter()).map(duration).collect::<Int64Chunked>().into_column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_columns_that_were_added_later_may_be_missing() {
        assert!(is_later(FactTable::Conversations, "tags") && is_later(FactTable::Visits, "opened_at"));
        // A column of the first version, and one that another table got later.
        assert!(!is_later(FactTable::Conversations, "started_at"));
        assert!(!is_later(FactTable::Stints, "opened_at"));
    }
}
