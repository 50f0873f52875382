//! The tables of a snapshot as CSV, unformatted: a header, then one row per item.

use anyhow::Context;
use serde_json::{Map, Value};

use crate::harmless::in_csv;
use crate::report::snapshot::Snapshot;

/// A table of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SnapshotTable {
    /// The open conversations.
    Conversations,
    /// The agents.
    Agents,
    /// The departments.
    Departments,
    /// The queues.
    Queues,
    /// How many conversations are open, by stage.
    Totals,
}

impl SnapshotTable {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::Conversations, Self::Agents, Self::Departments, Self::Queues, Self::Totals];

    /// The name in flags, files and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Agents => "agents",
            Self::Departments => "departments",
            Self::Queues => "queues",
            Self::Totals => "totals",
        }
    }

    /// Its columns: the keys of a row in JSON.
    pub(in crate::render) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Conversations => &[
                "conversation_id",
                "channel",
                "stage",
                "status",
                "time_in_status_seconds",
                "customer_id",
                "contact",
                "protocol",
                "agent",
                "agent_name",
                "department",
                "queue",
                "created_at",
                "updated_at",
                "since_message_seconds",
                "duration_seconds",
                "wait_seconds",
                "reply_due_seconds",
                "handovers",
            ],
            Self::Agents => &[
                "agent",
                "name",
                "status",
                "time_in_status_seconds",
                "attended",
                "capacity",
                "handovers",
                "departments",
            ],
            Self::Departments | Self::Queues => {
                &["key", "attended", "waiting", "longest_wait_seconds", "agents_online"]
            }
            Self::Totals => &["total", "automated", "waiting", "attended", "awaiting_reply"],
        }
    }
}

/// One table as CSV.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn render(snapshot: &Snapshot, table: SnapshotTable) -> anyhow::Result<Vec<u8>> {
    let rows = rows(snapshot, table)?;
    write(table.columns(), &rows).with_context(|| format!("the CSV of {} cannot be written", table.name()))
}

/// The rows of a table, by column.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub(super) fn rows(snapshot: &Snapshot, table: SnapshotTable) -> anyhow::Result<Vec<Map<String, Value>>> {
    let value = match table {
        SnapshotTable::Conversations => serde_json::to_value(&snapshot.conversations),
        SnapshotTable::Agents => serde_json::to_value(&snapshot.agents),
        SnapshotTable::Departments => serde_json::to_value(&snapshot.departments),
        SnapshotTable::Queues => serde_json::to_value(&snapshot.queues),
        SnapshotTable::Totals => serde_json::to_value([snapshot.totals]),
    }?;
    Ok(serde_json::from_value(value)?)
}

/// Rows under a header.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn write(columns: &[&str], rows: &[Map<String, Value>]) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(columns.iter().map(|column| row.get(*column).map_or_else(String::new, cell)))?;
    }
    Ok(writer.into_inner()?)
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(value) => in_csv(value).into_owned(),
        Value::Array(values) => in_csv(&values.iter().map(plain).collect::<Vec<_>>().join(", ")).into_owned(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_raw_and_no_formula() {
        let rows = serde_json::json!([{"a": "=1+1", "b": 2.5, "c": null, "d": ["x", "y"]}]);
        let rows: Vec<Map<String, Value>> = serde_json::from_value(rows).expect("rows");
        let bytes = write(&["a", "b", "c", "d", "e"], &rows).expect("written");
        assert_eq!(String::from_utf8(bytes).expect("text"), "a,b,c,d,e\n'=1+1,2.5,,\"x, y\",\n");
    }
}
