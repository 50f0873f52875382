//! A list as CSV: a header, then one line per row. Durations are in seconds, instants in RFC 3339.

use crate::harmless::in_csv;
use crate::render::csv::number;
use crate::report::list::{EventRef, List, ListValue};

/// Separates texts in one cell.
const BETWEEN: &str = "; ";

/// The CSV text of a list.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn render(list: &List) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    writer.write_record(list.columns.iter().map(|column| column.name.as_str()))?;
    for row in &list.rows {
        writer.write_record(row.iter().map(|value| cell(value, list)))?;
    }
    Ok(writer.into_inner()?)
}

fn cell(value: &ListValue, list: &List) -> String {
    match value {
        ListValue::None => String::new(),
        ListValue::Text(value) | ListValue::Instant(value) => in_csv(value).into_owned(),
        ListValue::Texts(values) => in_csv(&values.join(BETWEEN)).into_owned(),
        ListValue::Number(value) => value.to_string(),
        ListValue::Seconds(value) => number(Some(*value)),
        ListValue::Flag(value) => value.to_string(),
        ListValue::Events(events) => events.iter().map(|event| location(*event, list)).collect::<Vec<_>>().join(" "),
    }
}

/// `requested_at=log.jsonl:12`.
fn location(event: EventRef, list: &List) -> String {
    format!("{}={}:{}", event.what, list.file(event), event.line)
}
