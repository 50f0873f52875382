//! Puts fact rows of all tables into one frame, and makes the tables from such frames.

use std::collections::HashMap;

use polars::prelude::*;

use super::columns::{KEY, NOTE, POSITION, StageColumn, TABLE, attribute};
use super::note::Note;
use super::plan::Plan;
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::fold::schema::{ColumnSpec, FactTable, Type};

/// The result of folding some conversations.
#[derive(Debug)]
pub struct FactFrames {
    /// Fact rows, table by table.
    pub frames: Vec<DataFrame>,
    /// One row with the note.
    pub note: DataFrame,
}

/// A frame of one row with a note, with these columns.
///
/// # Errors
///
/// If polars rejects it, which is a bug.
pub fn note_of(note: &Note, columns: &[StageColumn]) -> anyhow::Result<DataFrame> {
    let json = serde_json::to_string(note)?;
    let column = |column: &StageColumn| match column.name.as_str() {
        NOTE => Column::new(NOTE.into(), [json.as_str()]),
        name => Column::full_null(name.into(), 1, &column.data_type()),
    };
    Ok(DataFrame::new(1, columns.iter().map(column).collect())?)
}

/// The rows of each table, with the columns of all.
///
/// # Errors
///
/// If polars rejects a frame, which is a bug.
pub fn wide(facts: &Facts, plan: &Plan) -> PolarsResult<Vec<DataFrame>> {
    // If facts are returned unchanged, their rows need not be grouped.
    let keys =
        plan.brings_facts_together().then(|| GroupKeys::of(facts.frame(FactTable::Conversations))).transpose()?;
    FactTable::ALL.iter().map(|table| wide_table(facts.frame(*table), *table, plan, keys.as_ref())).collect()
}

/// For each conversation, the key by which its rows are grouped: the customer, who may return, or else the
/// conversation.
struct GroupKeys(HashMap<String, String>);

impl GroupKeys {
    fn of(conversations: &DataFrame) -> PolarsResult<Self> {
        let ids = conversations.column("conversation_id")?.str()?;
        let customers = conversations.column("customer")?.str()?;
        let key = |(id, customer): (Option<&str>, Option<&str>)| {
            let id = id?;
            Some((id.to_owned(), customer.map_or_else(|| format!("c:{id}"), |customer| format!("u:{customer}"))))
        };
        Ok(Self(ids.iter().zip(customers.iter()).filter_map(key).collect()))
    }

    /// The keys of a table's rows.
    fn column(&self, frame: &DataFrame, table: FactTable) -> PolarsResult<Column> {
        let keys: StringChunked = if table == FactTable::AgentStates {
            let agents = frame.column("agent")?.str()?;
            agents.iter().map(|agent| Some(format!("a:{}", agent.unwrap_or_default()))).collect()
        } else {
            let ids = frame.column("conversation_id")?.str()?;
            ids.iter().map(|id| self.0.get(id?).map(String::as_str)).collect()
        };
        Ok(keys.with_name(KEY.into()).into_column())
    }
}

fn wide_table(frame: &DataFrame, table: FactTable, plan: &Plan, keys: Option<&GroupKeys>) -> PolarsResult<DataFrame> {
    let height = frame.height();
    let attributes: Vec<String> = (1..=plan.reading.attributes.len()).map(attribute).collect();
    let column = |column: &StageColumn| {
        if let (KEY, Some(keys)) = (column.name.as_str(), keys) {
            return keys.column(frame, table);
        }
        let name: PlSmallStr = column.name.as_str().into();
        let nth = attributes.iter().position(|attribute| *attribute == column.name);
        let named = |column: &str| Ok::<_, PolarsError>(frame.column(column)?.clone().with_name(name.clone()));
        match (column.name.as_str(), nth) {
            (TABLE, _) => Ok(Column::new_scalar(name, Scalar::from(PlSmallStr::from_static(table.name())), height)),
            (POSITION, _) => {
                let positions: Int64Chunked = (0..height).map(|at| i64::try_from(at).ok()).collect();
                Ok(positions.with_name(name).into_column())
            }
            (_, Some(nth)) if table == FactTable::Conversations => named(&plan.reading.attributes[nth]),
            (own, None) if table.has(own) => match column.holds {
                Type::Instant => (named(own)? * 1_000_i64).cast(&column.data_type()),
                Type::Text | Type::Number | Type::Flag => named(own),
            },
            (..) => Ok(Column::full_null(name, height, &column.data_type())),
        }
    };
    DataFrame::new(height, plan.columns.facts.iter().map(column).collect::<PolarsResult<_>>()?)
}

/// The tables of fact rows from all processes: conversations sorted by start and id, other tables by their
/// conversations, agents' states by agent and time.
///
/// # Errors
///
/// If a row belongs to no table or conversation, or a conversation occurs twice.
pub fn tables(rows: &DataFrame, attributes: &[String]) -> anyhow::Result<Vec<DataFrame>> {
    let names = rows.column(TABLE)?.str()?;
    let mut indices: Vec<Vec<usize>> = FactTable::ALL.iter().map(|_| Vec::new()).collect();
    for (at, name) in names.iter().enumerate() {
        let table = name.and_then(|name| FactTable::ALL.iter().find(|table| table.name() == name));
        match table {
            Some(table) => indices[*table as usize].push(at),
            None => {
                return Err(
                    Failure::Input.because(format!("a fact row is of the table {name:?}, which does not exist"))
                );
            }
        }
    }
    let positions = rows.column(POSITION)?.i64()?;
    let ids = rows.column("conversation_id")?.str()?;
    let starts = rows.column("started_at")?.datetime()?.physical();
    let mut conversations: Vec<(i64, &str, usize)> = Vec::new();
    for at in &indices[FactTable::Conversations as usize] {
        conversations.push((starts.get(*at).unwrap_or(i64::MIN), ids.get(*at).unwrap_or_default(), *at));
    }
    conversations.sort_unstable();
    let mut ranks: HashMap<&str, usize> = HashMap::with_capacity(conversations.len());
    for (rank, (_, id, _)) in conversations.iter().enumerate() {
        if ranks.insert(id, rank).is_some() {
            let message = "the engine has folded parts of it in two places, or rows came twice";
            return Err(Failure::Input.because(format!("the conversation `{id}` came twice: {message}")));
        }
    }
    let agents = rows.column("agent")?.str()?;
    let since = rows.column("since")?.datetime()?.physical();
    let ordered = FactTable::ALL.iter().zip(indices).map(|(table, mut indices)| {
        match table {
            FactTable::Conversations => indices = conversations.iter().map(|(.., at)| *at).collect(),
            FactTable::AgentStates => {
                indices.sort_by_key(|at| (agents.get(*at), since.get(*at), positions.get(*at)));
            }
            FactTable::Requests
            | FactTable::Visits
            | FactTable::Stints
            | FactTable::AgentMessages
            | FactTable::Closes
            | FactTable::Reopenings
            | FactTable::Ratings => {
                let rank = |at: &usize| ids.get(*at).and_then(|id| ranks.get(id)).copied();
                if let Some(lost) = indices.iter().find(|at| rank(at).is_none()) {
                    let (table, id) = (table.name(), ids.get(*lost));
                    return Err(
                        Failure::Input.because(format!("a row of {table} is of {id:?}, which is not a conversation"))
                    );
                }
                indices.sort_by_key(|at| (rank(at), positions.get(*at)));
            }
        }
        let indices: IdxCa = indices.into_iter().map(|at| IdxSize::try_from(at).ok()).collect();
        Ok(narrow(rows, *table, &indices, attributes)?)
    });
    ordered.collect()
}

/// The rows of a table with its own columns; instants in whole milliseconds.
fn narrow(rows: &DataFrame, table: FactTable, indices: &IdxCa, attributes: &[String]) -> PolarsResult<DataFrame> {
    let own = |spec: &ColumnSpec| {
        let column = rows.column(spec.name)?.take(indices)?;
        Ok(match spec.holds {
            // Whole milliseconds were written, so nothing is lost.
            Type::Instant => {
                column.cast(&DataType::Datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC)))?.cast(&DataType::Int64)?
            }
            Type::Text | Type::Number | Type::Flag => column,
        })
    };
    let of_attribute = |(nth, name): (usize, &String)| {
        Ok(rows.column(&attribute(nth))?.take(indices)?.with_name(name.as_str().into()))
    };
    let attributes = (1..).zip(attributes).filter(|_| table == FactTable::Conversations);
    let columns = table.columns().iter().map(own).chain(attributes.map(of_attribute));
    DataFrame::new(indices.len(), columns.collect::<PolarsResult<_>>()?)
}
