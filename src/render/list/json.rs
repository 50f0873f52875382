//! A list as JSON (`schemas/list-1.schema.json`): laid out as `report.json`, one object per row; the rows come last.

use serde_json::{Map, Value as Json, json};

use crate::render::json::write;
use crate::report::filters::nested;
use crate::report::list::{EventRef, List, ListValue, SCHEMA, Subject};
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
    let mut window = serde_json::to_value(&list.window)?;
    if let Some(window) = window.as_object_mut() {
        // A list is not compared with another window.
        window.shift_remove("previous");
    }
    let renamed = (!list.renamed.is_empty()).then(|| serde_json::to_value(&list.renamed)).transpose()?;
    let members = [
        ("schema", json!(SCHEMA)),
        ("generator", serde_json::to_value(&list.generator)?),
        ("metric", json!(metric)),
        ("table", json!(list.subject.table().name())),
        ("clock", json!(list.subject.clock().name())),
        ("window", window),
        ("as_of", json!(list.as_of)),
        ("limits", serde_json::to_value(list.limits)?),
        ("filters", nested::json(&list.filters)),
        ("renamed", json!(renamed)),
        ("sessions", serde_json::to_value(list.sessions)?),
        ("opening_hours", serde_json::to_value(&list.opening_hours)?),
        ("input", serde_json::to_value(&list.input)?),
        ("figure", serde_json::to_value(&list.figure)?),
        ("order", json!(list.order)),
        ("row_count", json!(list.row_count)),
        ("warnings", serde_json::to_value(&list.warnings)?),
    ];
    let mut out = "{\n".to_owned();
    // Left out if nothing was renamed, or without opening hours.
    let is_left_out = |name: &str, value: &Json| value.is_null() && ["renamed", "opening_hours"].contains(&name);
    for (name, value) in members.into_iter().filter(|(name, value)| !is_left_out(name, value)) {
        out.push_str(&format!("  \"{name}\": "));
        write(&value, 2, &mut out);
        out.push_str(",\n");
    }
    out.push_str("  \"rows\": ");
    rows(list, &mut out)?;
    out.push_str("\n}\n");
    Ok(out.into_bytes())
}

/// Rows one by one: there may be many, and each is converted to text immediately.
fn rows(list: &List, out: &mut String) -> anyhow::Result<()> {
    for (at, row) in list.rows.iter().enumerate() {
        let names = list.columns.iter().map(|column| column.name.clone());
        let cells = names.zip(row).map(|(name, value)| Ok((name, cell(value, list)?)));
        out.push_str(if at == 0 { "[\n    " } else { ",\n    " });
        write(&Json::Object(cells.collect::<anyhow::Result<Map<_, _>>>()?), 4, out);
    }
    out.push_str(if list.rows.is_empty() { "[]" } else { "\n  ]" });
    Ok(())
}

fn cell(value: &ListValue, list: &List) -> anyhow::Result<Json> {
    Ok(match value {
        ListValue::None => Json::Null,
        ListValue::Text(value) | ListValue::Instant(value) => json!(value),
        ListValue::Texts(values) => json!(values),
        ListValue::Number(value) => json!(value),
        ListValue::Seconds(value) => plain(*value)?,
        ListValue::Flag(value) => json!(value),
        ListValue::Events(events) => {
            let event = |event: &EventRef| json!({ "what": event.what, "file": list.file(*event), "line": event.line });
            events.iter().map(event).collect()
        }
    })
}

/// Whole seconds are written without a fraction, as in a report.
fn plain(seconds: f64) -> anyhow::Result<Json> {
    Ok(plain_number(&seconds, serde_json::value::Serializer)?)
}
