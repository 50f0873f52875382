//! Texts that hold JSON: in a cell of a table, or in a record of JSON. What is in them is looked at like all else.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::kept_rows::inside;

/// Objects and lists in each other in which texts are looked for.
const DEEPEST: usize = 12;
/// Of so many texts one may be something else, for a column to hold JSON.
const TEXTS_PER_OTHER: u64 = 20;

/// How many texts of each column hold JSON, by the name or path of the column.
#[derive(Debug, Default)]
pub struct Packed(BTreeMap<String, u64>);

impl Packed {
    /// The list or object that a text holds; none where it is any other text.
    #[must_use]
    pub fn value(text: &str) -> Option<Value> {
        let text = text.trim();
        let inner = text.strip_prefix('[').or_else(|| text.strip_prefix('{'))?.trim_start();
        let may_be = inner.starts_with(['{', '"', ']', '}', '[']);
        may_be.then(|| serde_json::from_str(text).ok()).flatten()
    }

    /// A row of a table as an object in which the texts that hold JSON are what they hold; none where no field is one.
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

    /// Puts what the texts of a record hold in their place.
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

    /// The columns of which some texts hold JSON, each with whether nearly all do. `others` says how many other values one has.
    #[must_use]
    pub fn columns(&self, others: impl Fn(&str) -> u64) -> Vec<(String, bool)> {
        let is_all = |(name, held): (&String, &u64)| (name.clone(), others(name) * TEXTS_PER_OTHER <= *held);
        self.0.iter().map(is_all).collect()
    }

    /// Whether a column is of what a text of another holds.
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
