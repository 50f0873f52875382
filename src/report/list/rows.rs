//! The rows of a list as plain values. No frame leaves this module.

use std::collections::BTreeMap;

use polars::prelude::{Column as FrameColumn, DataFrame, DataType, PolarsResult};

use super::people::{People, people};
use super::subject::VISIT_BEGAN;
use super::{ColumnContent, EventRef, ListColumn, ListValue, Subject};
use crate::fold::facts::Facts;
use crate::fold::origins;
use crate::fold::schema::{ColumnSpec, FactTable, Type};
use crate::metrics::measure::{CONTRIBUTION, IS_IN_NUMERATOR, VALUE};
use crate::time::Zone;
use crate::unit::seconds;

/// The column with the number of rows that share a distinct value.
pub(super) const ROW_COUNT: &str = "row_count";

/// Personal data in addition to the customer's id: shown only in lists of conversations, where people are looked up.
const OF_PEOPLE: [&str; 2] = ["contact", "protocol"];

/// Columns and rows of a sorted and cut frame.
///
/// # Errors
///
/// If the frame lacks a column: a bug.
pub(super) fn rows(
    frame: &DataFrame,
    subject: Subject,
    facts: &Facts,
    zone: Zone,
) -> PolarsResult<(Vec<ListColumn>, Vec<Vec<ListValue>>)> {
    let mut made = ColumnsMade { frame, facts, zone, columns: Vec::new(), values: Vec::new() };
    let table = subject.table();
    let own = |name: &&str| table.columns().iter().any(|spec| spec.name == *name);
    let begin = ["conversation_id", VALUE, IS_IN_NUMERATOR, CONTRIBUTION, ROW_COUNT];
    for name in begin {
        made.frame_column(name)?;
    }
    if !own(&VISIT_BEGAN) {
        made.frame_column(VISIT_BEGAN)?;
    }
    let is_of_people = matches!(subject, Subject::Table(_));
    for spec in table.columns().iter().filter(|spec| is_of_people || !OF_PEOPLE.contains(&spec.name)) {
        made.frame_column(spec.name)?;
        if spec.name == "agent" {
            made.agent_names()?;
        }
    }
    if subject == Subject::Table(FactTable::Conversations) {
        made.people()?;
    }
    let more: Vec<String> = frame.get_column_names().iter().map(ToString::to_string).collect();
    for name in more.iter().filter(|name| !own(&name.as_str()) && *name != origins::EVENTS) {
        made.frame_column(name)?;
    }
    made.events()?;
    Ok(made.finish())
}

/// The columns in every list of a table's rows.
#[must_use]
pub fn shown_columns(table: FactTable) -> Vec<String> {
    let names = table.columns().iter().map(|spec| spec.name).filter(|name| !OF_PEOPLE.contains(name));
    names.map(shown_name).collect()
}

/// Columns made so far.
struct ColumnsMade<'a> {
    frame: &'a DataFrame,
    facts: &'a Facts,
    zone: Zone,
    columns: Vec<ListColumn>,
    values: Vec<Vec<ListValue>>,
}

impl ColumnsMade<'_> {
    fn add(&mut self, name: &str, content: ColumnContent, values: Vec<ListValue>) {
        self.columns.push(ListColumn { name: name.to_owned(), content });
        self.values.push(values);
    }

    /// Adds a column of the frame, if the frame has it and it was not added before.
    fn frame_column(&mut self, name: &str) -> PolarsResult<()> {
        let Ok(column) = self.frame.column(name) else { return Ok(()) };
        let (shown, content) = (shown_name(name), column_content(name, column));
        if self.columns.iter().all(|known| known.name != shown) {
            let values = values(column, content, self.zone)?;
            self.add(&shown, content, values);
        }
        Ok(())
    }

    /// Adds the names for the column `agent`; nothing if the log has no names.
    fn agent_names(&mut self) -> PolarsResult<()> {
        let agents = self.frame.column("agent")?.str()?;
        let name = |agent: Option<&str>| agent.and_then(|agent| self.facts.run.agent_names.get(agent)).cloned();
        let names = agents.iter().map(|agent| name(agent).map_or(ListValue::None, ListValue::Text)).collect();
        self.add("agent_name", ColumnContent::Text, names);
        Ok(())
    }

    fn people(&mut self) -> PolarsResult<()> {
        let ids = self.frame.column("conversation_id")?.str()?;
        let closed_at = self.frame.column("closed_at")?.i64()?;
        let closed: BTreeMap<&str, Option<i64>> =
            ids.iter().zip(closed_at.iter()).filter_map(|(id, closed)| Some((id?, closed))).collect();
        let mut people = people(self.facts, &closed)?;
        let rows: Vec<People> = ids.iter().map(|id| id.and_then(|id| people.remove(id)).unwrap_or_default()).collect();
        let names = &self.facts.run.agent_names;
        let text = |text: &Option<String>| text.clone().map_or(ListValue::None, ListValue::Text);
        let name = |id: &String| names.get(id).unwrap_or(id).clone();
        let resolutions = rows.iter().map(|row| text(&row.resolution)).collect();
        let closers = rows.iter().map(|row| text(&row.closed_by_agent)).collect();
        let agent_names = rows.iter().map(|row| ListValue::Texts(row.agents.iter().map(name).collect())).collect();
        let agents = rows.into_iter().map(|row| ListValue::Texts(row.agents)).collect();
        self.add("closed_by_agent", ColumnContent::Text, closers);
        self.add("resolution", ColumnContent::Text, resolutions);
        self.add("agents", ColumnContent::Texts, agents);
        self.add("agent_names", ColumnContent::Texts, agent_names);
        Ok(())
    }

    /// Adds the events behind each row, if they were kept.
    fn events(&mut self) -> PolarsResult<()> {
        if let Some(rows) = origins::events(self.frame)? {
            let event = |event: origins::OriginLine| EventRef {
                what: event.instant.name(),
                file: event.file,
                line: event.line,
            };
            let values =
                rows.into_iter().map(|events| ListValue::Events(events.into_iter().map(event).collect())).collect();
            self.add("events", ColumnContent::Events, values);
        }
        Ok(())
    }

    fn finish(self) -> (Vec<ListColumn>, Vec<Vec<ListValue>>) {
        let mut columns: Vec<_> = self.values.into_iter().map(Vec::into_iter).collect();
        let rows = (0..self.frame.height()).map(|_| columns.iter_mut().filter_map(Iterator::next).collect());
        (self.columns, rows.collect())
    }
}

/// The name of a frame's column in a list: milliseconds become seconds.
pub(super) fn shown_name(name: &str) -> String {
    name.strip_suffix("_ms").map_or_else(|| name.to_owned(), |of| format!("{of}_seconds"))
}

fn column_content(name: &str, column: &FrameColumn) -> ColumnContent {
    let is_instant = |spec: &ColumnSpec| spec.name == name && spec.holds == Type::Instant;
    match column.dtype() {
        DataType::Boolean => ColumnContent::Flag,
        DataType::String => ColumnContent::Text,
        _ if name.ends_with("_ms") => ColumnContent::Seconds,
        _ if FactTable::ALL.iter().flat_map(|table| table.columns()).any(is_instant) => ColumnContent::Instant,
        _ => ColumnContent::Number,
    }
}

fn values(column: &FrameColumn, content: ColumnContent, zone: Zone) -> PolarsResult<Vec<ListValue>> {
    let text = |text: &str| ListValue::Text(text.to_owned());
    let seconds = |ms: i64| ListValue::Seconds(seconds(ms));
    Ok(match content {
        ColumnContent::Text => column.str()?.iter().map(|value| value.map_or(ListValue::None, text)).collect(),
        ColumnContent::Flag => {
            column.bool()?.iter().map(|value| value.map_or(ListValue::None, ListValue::Flag)).collect()
        }
        ColumnContent::Instant => {
            let instant = |ms: i64| ListValue::Instant(zone.format_rfc3339(ms));
            column.i64()?.iter().map(|value| value.map_or(ListValue::None, instant)).collect()
        }
        ColumnContent::Number => {
            column.i64()?.iter().map(|value| value.map_or(ListValue::None, ListValue::Number)).collect()
        }
        ColumnContent::Seconds => column.i64()?.iter().map(|value| value.map_or(ListValue::None, seconds)).collect(),
        // Frames have no such columns.
        ColumnContent::Texts | ColumnContent::Events => vec![ListValue::None; column.len()],
    })
}
