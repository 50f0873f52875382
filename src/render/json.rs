//! `report.json` and similar documents: JSON indented by two spaces. A list or object without further lists or objects
//! is on one line, such as a metric, a file or a row of a heatmap, so that one changed number changes one line.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::layout::CompactWriter;

/// Writes the JSON text of a report or similar document, with a line end. It is never in memory as a whole.
///
/// # Errors
///
/// Errors of `out`.
pub fn write_to<T: Serialize>(value: &T, out: &mut impl Write) -> Result<()> {
    let mut layout = CompactWriter::new(out, 0);
    serde_json::to_writer(&mut layout, value)?;
    Ok(layout.finish()?.write_all(b"\n")?)
}

/// The JSON text of a report or similar document, with a line end.
///
/// # Errors
///
/// None for the values that `report` makes; serde's signature requires it.
pub fn render<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    write_to(value, &mut out)?;
    Ok(out)
}

/// Any value in that form, with a line end.
#[must_use]
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out.push('\n');
    out
}

/// Writes a value that begins `indent` columns from the left.
pub(super) fn write(value: &Value, indent: usize, out: &mut String) {
    let laid_out = || -> io::Result<Vec<u8>> {
        let mut layout = CompactWriter::new(Vec::new(), indent);
        serde_json::to_writer(&mut layout, value)?;
        layout.finish()
    };
    // Writing to memory cannot fail, and JSON is UTF-8.
    out.push_str(&String::from_utf8(laid_out().unwrap_or_default()).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::render::terminal::sample;
    use crate::report::Report;

    const SCHEMA: &str = include_str!("../../schemas/report-1.schema.json");

    fn schema() -> jsonschema::Validator {
        let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        jsonschema::draft202012::meta::validate(&schema).expect("the schema is a schema");
        jsonschema::draft202012::new(&schema).expect("the schema compiles")
    }

    fn value(report: &Report) -> Value {
        serde_json::from_slice(&render(report).expect("rendered")).expect("JSON")
    }

    #[test]
    fn the_text_is_the_report() {
        for (name, report) in sample::all() {
            let bytes = render(&report).expect("rendered");
            let mut read: Report = serde_json::from_slice(&bytes).expect("read back");
            assert_eq!(render(&read).expect("rendered"), bytes, "{name}");
            // A table's cell has no n in JSON.
            read.tables.clone_from(&report.tables);
            assert_eq!(read, report, "{name}");
        }
    }

    #[test]
    fn a_heatmap_row_is_one_line_and_so_is_a_metric() {
        let text = String::from_utf8(render(&sample::all()[0].1).expect("rendered")).expect("text");
        assert!(text.ends_with("\n}\n"));
        let metric = text.lines().find(|line| line.contains("\"conversations\": {"));
        let expected = r#"    "conversations": {"unit": "count", "value": 540, "n": 540, "previous": 480, "change": 0.125, "revision": 1},"#;
        assert_eq!(metric, Some(expected));
        // Two heatmaps of 7 rows of counts and 7 rows of hours.
        assert_eq!(text.lines().filter(|line| line.matches(", ").count() == 23).count(), 28);
    }

    #[test]
    fn the_samples_fit_the_schema() {
        let schema = schema();
        // Without the sample whose ids belong to no metric.
        for (name, report) in sample::all().into_iter().filter(|(name, _)| *name != "names") {
            let value = value(&report);
            let errors: Vec<String> =
                schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{name}: {errors:#?}");
        }
    }

    /// Objects whose keys are data; only the form of such a key can be wrong.
    fn is_open(path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        matches!(
            parts.as_slice(),
            ["metrics" | "tables" | "heatmaps" | "filters"]
                | ["input", "rejections"]
                | ["tables", _, "rows", _]
                | ["tables", _, "n"]
        )
    }

    /// The path of every object in `value`.
    fn objects(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.push(path.to_owned());
                for (key, member) in members {
                    objects(member, &format!("{path}/{key}"), found);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    objects(item, &format!("{path}/{index}"), found);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn changed(report: &Value, path: &str, change: impl FnOnce(&mut Map<String, Value>)) -> Value {
        let mut report = report.clone();
        change(report.pointer_mut(path).and_then(Value::as_object_mut).expect("an object"));
        report
    }

    #[test]
    fn the_schema_takes_no_key_more_and_no_key_less() {
        let schema = schema();
        let mut report = value(&sample::all()[0].1);
        report["filters"] = json!({"channel": ["web"]});
        assert!(schema.is_valid(&report));
        let mut paths = Vec::new();
        objects(&report, "", &mut paths);
        assert!(paths.len() > 50);
        for path in paths {
            let more = changed(&report, &path, |object| {
                object.insert("Not a key!".to_owned(), json!(null));
            });
            assert!(!schema.is_valid(&more), "a key more at {path}");
            let keys: Vec<String> =
                report.pointer(&path).and_then(Value::as_object).expect("an object").keys().cloned().collect();
            for key in keys {
                let is_optional = (is_open(&path) && !matches!(key.as_str(), "key" | "label"))
                    || (path.starts_with("/warnings") && key == "count");
                let less = changed(&report, &path, |object| {
                    object.shift_remove(&key);
                });
                assert_eq!(schema.is_valid(&less), is_optional, "{key} less at {path}");
            }
        }
    }

    #[test]
    fn the_schema_knows_values() {
        let schema = schema();
        let report = value(&sample::all()[0].1);
        for (path, wrong) in [
            ("/schema", json!("dialogram/report/2")),
            ("/window/from", json!("2026-03-09")),
            ("/window/days", json!(0)),
            ("/as_of", json!("2026-03-15T23:41:07-03:00")),
            ("/sessions", json!("ID")),
            ("/metrics/conversations/unit", json!("minutes")),
            ("/metrics/conversations/value", json!("540")),
            ("/metrics/bot_time/p50", json!("54 s")),
            ("/tables/by_channel/rows/0/conversations", json!("280")),
            ("/tables/by_channel/dimensions", json!([""])),
            ("/heatmaps/transfer_requests/counts/0/0", json!(-1)),
            ("/heatmaps/transfer_requests/counts/0", json!([1])),
            ("/input/rejections", json!({"bad_day": 1})),
        ] {
            let mut report = report.clone();
            *report.pointer_mut(path).expect(path) = wrong;
            assert!(!schema.is_valid(&report), "{path}");
        }
    }
}
