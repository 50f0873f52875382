//! Texts that contain JSON, in a cell of a table or in a JSON record. Their content is examined like everything else.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::kept_rows::inside;

/// The depth of objects and lists to which such texts are searched for.
const DEEPEST: usize = 12;
/// If a column holds JSON, at most one text in this many may be something else.
const TEXTS_PER_OTHER: u64 = 20;

/// The number of JSON texts in each column, by the name or path of the column.
#[derive(Debug, Default)]
pub struct Packed(BTreeMap<String, u64>);

impl Packed {
    /// The list or object in a text; `None` for any other text.
    #[must_use]
    pub fn value(text: &str) -> Option<Value> {
        let text = text.trim();
        let inner = text.strip_prefix('[').or_else(|| text.strip_prefix('{'))?.trim_start();
        let may_be = inner.starts_with(['{', '"', ']', '}', '[']);
        may_be.then(|| serde_json::from_str(text).ok()).flatten()
    }

    /// A row of a table as an object in which JSON texts are replaced by their content; `None` if no field is one.
    pub fn row<'n>(&mut self, names: impl Iterator<Item = &'n String>, row: &[String]) -> Option<Map<String, Value>> {
        if !row.iter().any(|field| field.starts_with(['[', '{'])) {
            return None;
        }
        let mut has_one = false;
        let members = names.zip(row).map(|(name, field)| {
            let value = Self::value(field).inspect(|_| {
                has_one = true;
                *self.0.entry(name.clone()).or_default() += 1;
            });
            (name.clone(), value.unwrap_or_else(|| Value::String(field.trim().to_owned())))
        });
        let members = members.collect();
        has_one.then_some(members)
    }

    /// Replaces JSON texts of a record by their content.
    pub fn unpack(&mut self, record: &mut Value) {
        self.unpack_at("", record, 0);
    }

    fn unpack_at(&mut self, path: &str, value: &mut Value, depth: usize) {
        match value {
            Value::Object(members) if depth < DEEPEST => {
                for (key, member) in members {
                    self.unpack_at(&inside(path, key), member, depth + 1);
                }
            }
            Value::Array(items) if depth < DEEPEST => {
                let path = format!("{path}[]");
                for item in items.iter_mut().filter(|item| item.is_object() || item.is_array()) {
                    self.unpack_at(&path, item, depth + 1);
                }
            }
            Value::String(text) => {
                if let Some(held) = Self::value(text) {
                    *self.0.entry(path.to_owned()).or_default() += 1;
                    *value = held;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }

    /// The columns with JSON texts, and whether nearly all of their texts are JSON. `others` returns a column's number
    /// of other values.
    #[must_use]
    pub fn columns(&self, others: impl Fn(&str) -> u64) -> Vec<(String, bool)> {
        let is_all = |(name, held): (&String, &u64)| (name.clone(), others(name) * TEXTS_PER_OTHER <= *held);
        self.0.iter().map(is_all).collect()
    }

    /// Whether a column is inside the JSON texts of another one.
    #[must_use]
    pub fn is_of(column: &str, packed: &str) -> bool {
        column.strip_prefix(packed).is_some_and(|rest| rest.starts_with(['.', '[']))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_that_hold_json() {
        for (text, holds) in [
            ("[{\"a\":1}]", true),
            (" {\"a\": 1} ", true),
            ("[\"vip\", \"new\"]", true),
            ("[]", true),
            ("{}", true),
            ("[see the order]", false),
            ("{name}", false),
            ("[{\"a\":1}", false),
            ("12", false),
            ("", false),
        ] {
            assert_eq!(Packed::value(text).is_some(), holds, "{text}");
        }
    }

    #[test]
    fn records_are_unpacked() {
        let mut packed = Packed::default();
        let mut record = json!({"a": "{\"b\":[1]}", "list": [{"c": "[]"}, {"c": "x"}], "d": "[no"});
        packed.unpack(&mut record);
        assert_eq!(record, json!({"a": {"b": [1]}, "list": [{"c": []}, {"c": "x"}], "d": "[no"}));
        let columns = packed.columns(|name| u64::from(name == "list[].c"));
        assert_eq!(columns, [("a".to_owned(), true), ("list[].c".to_owned(), false)]);
        let names = ["n".to_owned(), "t".to_owned()];
        let row = |fields: [&str; 2]| Packed::default().row(names.iter(), &fields.map(str::to_owned));
        assert_eq!(row(["1", "[x"]), None);
        assert_eq!(row(["1", "[2]"]).map(Value::Object), None);
        assert_eq!(row(["1", "[{}]"]).map(Value::Object), Some(json!({"n": "1", "t": [{}]})));
    }
}
