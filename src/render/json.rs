//! `report.json` and its likes: a value as it is, with two spaces of indent, where what holds no further list or object stands
//! on one line: a metric, a file, a row of a heatmap. One number changed is one line changed.

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

/// A line is not made longer than this, but for a text or a list of numbers: a heatmap's row.
const LINE: usize = 160;

/// The JSON text of a report or the like, ended by a line end.
///
/// # Errors
/// None with the values that `report` makes: serde's signature.
pub fn render<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    Ok(text(&serde_json::to_value(value)?).into_bytes())
}

/// Any value in that form, ended by a line end.
#[must_use]
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out.push('\n');
    out
}

/// Writes a value that begins `indent` columns from the left.
pub(super) fn write(value: &Value, indent: usize, out: &mut String) {
    let (brackets, members): ([char; 2], Vec<(Option<&String>, &Value)>) = match value {
        Value::Array(items) => (['[', ']'], items.iter().map(|item| (None, item)).collect()),
        Value::Object(members) => (['{', '}'], members.iter().map(|(key, value)| (Some(key), value)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string());
            return;
        }
    };
    if members.iter().all(|(_, member)| !member.is_array() && !member.is_object()) {
        let line = one_line(brackets, &members);
        let is_numbers = value.is_array() && members.iter().all(|(_, member)| member.is_number());
        if is_numbers || indent + line.chars().count() <= LINE {
            out.push_str(&line);
            return;
        }
    }
    out.push(brackets[0]);
    for (index, (key, member)) in members.into_iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(indent + 2));
        out.push_str(&name(key));
        write(member, indent + 2, out);
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(brackets[1]);
}

/// `{"a": 1, "b": null}`: members that hold no others.
fn one_line([open, close]: [char; 2], members: &[(Option<&String>, &Value)]) -> String {
    let members: Vec<String> = members.iter().map(|(key, value)| format!("{}{value}", name(*key))).collect();
    format!("{open}{}{close}", members.join(", "))
}

/// What stands before a member of an object: its key.
fn name(key: Option<&String>) -> String {
    key.map_or_else(String::new, |key| format!("{}: ", Value::from(key.as_str())))
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
    fn the_samples_are_as_the_schema_says() {
        let schema = schema();
        // But for the one that has ids which no metric has.
        for (name, report) in sample::all().into_iter().filter(|(name, _)| *name != "names") {
            let value = value(&report);
            let errors: Vec<String> =
                schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{name}: {errors:#?}");
        }
    }

    /// Objects whose keys are data. Of them only the shape of a key can be wrong.
    fn is_open(path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        matches!(
            parts.as_slice(),
            ["metrics" | "tables" | "heatmaps" | "filters"] | ["input", "rejections"] | ["tables", _, "rows", _]
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
