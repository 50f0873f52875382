//! Turns the fact rows of a batch of conversations into polars frames, with the columns of `tables` in their order.

use polars::prelude::*;

use super::columns::{NameSeries, gather, of_series, support_type};
use super::fact_columns::{FactRow, OfConversation};
use super::fact_rows::FactRows;
use super::number_columns::{numbers, small_numbers};
use super::origins::{self, Instant};
use super::projection::Projection;
use super::rows::{AgentState, Id};
use super::schema::FactTable;
use crate::event::Origin;

/// If ids are texts, a column of all frames with the number of the conversation, by which they are sorted.
pub const ORDER: &str = ":conversation";

/// Makes the frames of a batch of conversations: the first eight of [`FactTable::ALL`]. `first` is the number of the
/// first conversation in the batch.
///
/// # Errors
///
/// If polars rejects a frame, which is a bug.
pub fn frames(rows: &FactRows, texts: &NameSeries, first: i64) -> PolarsResult<Vec<DataFrame>> {
    let context = Of {
        rows,
        texts,
        projection: &rows.projection,
        first,
        ids: ids(rows, texts)?,
        support: support_types(rows, texts)?,
    };
    let mut conversations = columns(&context, &rows.conversations)?;
    for (index, name) in texts.attributes.names().iter().enumerate() {
        if rows.projection.has(FactTable::Conversations, name) {
            let values = rows.conversations.iter().map(|row| &row.attributes[..]);
            conversations.push(texts.attributes.column(name, index, values));
        }
    }
    Ok(vec![
        frame(&context, &rows.conversations, conversations)?,
        of_columns(&context, &rows.requests)?,
        of_columns(&context, &rows.visits)?,
        of_columns(&context, &rows.stints)?,
        of_columns(&context, &rows.agent_messages)?,
        of_columns(&context, &rows.closes)?,
        of_columns(&context, &rows.reopenings)?,
        of_columns(&context, &rows.ratings)?,
    ])
}

/// The columns that rows take from their conversation, and the columns to keep.
struct Of<'a> {
    rows: &'a FactRows,
    texts: &'a NameSeries,
    projection: &'a Projection,
    /// The number of the first conversation in the batch.
    first: i64,
    ids: Ids,
    support: Option<Series>,
}

/// The ids of a batch's conversations.
enum Ids {
    Numbers,
    /// Texts, one for each conversation.
    Texts(Series),
}

fn ids(rows: &FactRows, texts: &NameSeries) -> PolarsResult<Ids> {
    if rows.projection.has_numbered_ids {
        return Ok(Ids::Numbers);
    }
    let ids = rows.conversations.iter().map(|row| row.id);
    let given = |id| match id {
        Id::Given(number) => Some(number),
        Id::Split { .. } | Id::SplitAcrossChannels { .. } => None,
    };
    if rows.conversations.iter().all(|row| given(row.id).is_some()) {
        return Ok(Ids::Texts(gather(&texts.conversations, &ids.map(given).collect())?));
    }
    let built = ids.map(|id| texts.conversation_id(id)).collect::<PolarsResult<Vec<_>>>()?;
    Ok(Ids::Texts(StringChunked::from_iter_values(PlSmallStr::EMPTY, built.into_iter()).into_series()))
}

/// The support types of a batch's conversations, if a table keeps them.
fn support_types(rows: &FactRows, texts: &NameSeries) -> PolarsResult<Option<Series>> {
    if !FactTable::ALL.iter().any(|table| table.has("support_type") && rows.projection.has(*table, "support_type")) {
        return Ok(None);
    }
    let types = rows.conversations.iter().map(|row| row.support_type);
    Ok(Some(support_type("", texts, types)?.take_materialized_series()))
}

/// The frame of a table that has only the columns of its list.
fn of_columns<R: OfConversation>(context: &Of, rows: &[R]) -> PolarsResult<DataFrame> {
    frame(context, rows, columns(context, rows)?)
}

/// The frame of a table with its columns and, if requested, the events that made its rows.
fn frame<R: OfConversation>(context: &Of, rows: &[R], mut columns: Vec<Column>) -> PolarsResult<DataFrame> {
    if context.projection.origins {
        columns.push(context.rows.marks.column(R::TABLE, rows.len(), &context.texts.events));
    }
    DataFrame::new(rows.len(), columns)
}

/// The kept columns of a table; those from the conversation come first.
fn columns<R: OfConversation>(context: &Of, rows: &[R]) -> PolarsResult<Vec<Column>> {
    let mut columns = from_conversation(context, rows)?;
    for column in R::COLUMNS.iter().filter(|column| context.projection.has(R::TABLE, column.name())) {
        columns.push(column.values(rows, context.texts, context.projection.has_numbered_ids)?);
    }
    Ok(columns)
}

/// The kept columns that a table takes from the row's conversation.
fn from_conversation<R: OfConversation>(context: &Of, rows: &[R]) -> PolarsResult<Vec<Column>> {
    let conversation_index = || rows.iter().enumerate().map(|(at, row)| row.conversation(at));
    let number = |name| numbers(name, conversation_index().map(|index| Some(context.first + i64::from(index))));
    let conversation = || conversation_index().map(|index| &context.rows.conversations[index as usize]);
    let is_kept = |name| context.projection.has(R::TABLE, name);
    let mut columns = Vec::new();
    if let Ids::Texts(_) = context.ids {
        columns.push(number(ORDER));
    }
    if is_kept("conversation_id") {
        columns.push(match &context.ids {
            Ids::Numbers => {
                let id = |index| u32::try_from(context.first + i64::from(index)).expect("more than 2^32 conversations");
                small_numbers("conversation_id", conversation_index().map(|index| Some(id(index))))
            }
            Ids::Texts(ids) => of_series("conversation_id", ids, conversation_index().map(Some))?,
        });
    }
    if is_kept("channel") {
        columns.push(of_series("channel", &context.texts.channels, conversation().map(|row| row.channel))?);
    }
    if is_kept("app") {
        columns.push(of_series("app", &context.texts.apps, conversation().map(|row| row.app))?);
    }
    if is_kept("support_type") {
        columns.push(match &context.support {
            Some(support) => of_series("support_type", support, conversation_index().map(Some))?,
            None => Column::full_null("support_type".into(), rows.len(), &DataType::String),
        });
    }
    Ok(columns)
}

/// The frame of agents' states.
///
/// # Errors
///
/// If polars rejects it, which is a bug.
pub fn agent_states(rows: &[AgentState], texts: &NameSeries, projection: &Projection) -> PolarsResult<DataFrame> {
    let columns = AgentState::COLUMNS.iter().map(|column| column.values(rows, texts, false));
    let mut columns = columns.collect::<PolarsResult<Vec<_>>>()?;
    if projection.origins {
        let events: Vec<Vec<(Instant, Origin)>> = rows.iter().map(AgentState::origins).collect();
        columns.push(origins::column(events.iter().map(Vec::as_slice), &texts.events));
    }
    DataFrame::new(rows.len(), columns)
}
