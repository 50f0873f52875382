//! A list as JSON (`schemas/list-1.schema.json`): laid out as `report.json` is, a row an object.

use serde_json::{Map, Value as Json, json};

use crate::render::json::text;
use crate::report::list::{EventRef, List, SCHEMA, Subject, Value};
use crate::value::plain_number;

/// The JSON text of a list, ended by a line end.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn render(list: &List) -> anyhow::Result<Vec<u8>> {
    let metric = match list.subject {
        Subject::Metric(metric) => Some(metric.id),
        Subject::Table(_) => None,
    };
    let row = |row: &Vec<Value>| {
        let names = list.columns.iter().map(|column| column.name.clone());
        Ok(Json::Object(
            names.zip(row).map(|(name, value)| Ok((name, cell(value, list)?))).collect::<anyhow::Result<_>>()?,
        ))
    };
    let mut window = serde_json::to_value(&list.window)?;
    if let Some(window) = window.as_object_mut() {
        // A list is compared with nothing.
        window.shift_remove("previous");
    }
    let members = [
        ("schema", json!(SCHEMA)),
        ("generator", serde_json::to_value(&list.generator)?),
        ("metric", json!(metric)),
        ("table", json!(list.subject.table().name())),
        ("clock", json!(list.subject.clock().name())),
        ("window", window),
        ("as_of", json!(list.as_of)),
        ("limits", serde_json::to_value(list.limits)?),
        ("filters", json!(list.filters)),
        ("sessions", serde_json::to_value(list.sessions)?),
        ("input", serde_json::to_value(&list.input)?),
        ("figure", serde_json::to_value(&list.figure)?),
        ("order", json!(list.order)),
        ("row_count", json!(list.row_count)),
        ("rows", Json::Array(list.rows.iter().map(row).collect::<anyhow::Result<_>>()?)),
        ("warnings", serde_json::to_value(&list.warnings)?),
    ];
    let members: Map<String, Json> = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(text(&Json::Object(members)))
}

fn cell(value: &Value, list: &List) -> anyhow::Result<Json> {
    Ok(match value {
        Value::None => Json::Null,
        Value::Text(value) | Value::Instant(value) => json!(value),
        Value::Texts(values) => json!(values),
        Value::Number(value) => json!(value),
        Value::Seconds(value) => plain(*value)?,
        Value::Flag(value) => json!(value),
        Value::Events(events) => {
            let event = |event: &EventRef| json!({ "what": event.what, "file": list.file(*event), "line": event.line });
            events.iter().map(event).collect()
        }
    })
}

/// Whole seconds without a fraction, as in a report.
fn plain(seconds: f64) -> anyhow::Result<Json> {
    Ok(plain_number(&seconds, serde_json::value::Serializer)?)
}
