//! The first records of a source, taken from its first bytes, so a record may be cut off anywhere.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// If records are the values of an object, the name of the member that holds a record's key.
pub const KEY: &str = "@key";
/// If records are the values of an object, the last of the keys that lead to them.
pub const VALUES: &str = "*";
/// The number of records examined.
const RECORDS: usize = 20;
/// The depth to which values are examined.
const DEPTH: usize = 64;

/// The first documents of JSON text; one that is cut off ends there. Empty if the text is not JSON.
#[must_use]
pub fn documents(text: &str) -> Vec<Value> {
    let mut reader = SampleReader { rest: text };
    let mut found = Vec::new();
    while found.len() < RECORDS {
        reader.skip(&[',']);
        match reader.value(0) {
            Some(value) if value.is_object() || value.is_array() => found.push(value),
            Some(_) | None => break,
        }
    }
    found
}

/// Whether members are records by id: all are objects with the same keys. Then the keys of the members are data, not
/// names of columns.
#[must_use]
pub fn is_by_id(members: &Map<String, Value>) -> bool {
    let keys = |value: &Value| Some(value.as_object()?.keys().cloned().collect::<BTreeSet<String>>());
    let mut all = members.values().map(keys);
    match all.next().flatten() {
        Some(first) if !first.is_empty() => members.len() > 1 && all.all(|keys| keys.as_ref() == Some(&first)),
        Some(_) | None => false,
    }
}

/// The records in documents, at the keys that lead to them.
#[must_use]
pub fn records<'v>(documents: &'v [Value], keys: &[String]) -> Vec<&'v Value> {
    let (keys, is_by_key) = match keys.split_last() {
        Some((last, keys)) if last == VALUES => (keys, true),
        Some(_) | None => (keys, false),
    };
    let inside = |document| keys.iter().try_fold(document, |value: &Value, key| value.get(key));
    let elements = |value: &'v Value| match value {
        Value::Array(records) => records.iter().collect(),
        other => vec![other],
    };
    let all = documents.iter().filter_map(inside).flat_map(|value| match value {
        Value::Object(members) if is_by_key => members.values().flat_map(elements).collect(),
        other => elements(other),
    });
    all.filter(|value| value.is_object()).take(RECORDS).collect()
}

struct SampleReader<'t> {
    rest: &'t str,
}

impl SampleReader<'_> {
    fn skip(&mut self, also: &[char]) {
        self.rest = self.rest.trim_start_matches(|letter: char| letter.is_whitespace() || also.contains(&letter));
    }

    /// Reads a value, or the part of it that is there.
    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip(&[]);
        if depth > DEPTH {
            return None;
        }
        match self.rest.chars().next()? {
            '{' => {
                self.rest = &self.rest[1..];
                let mut object = Map::new();
                loop {
                    self.skip(&[',']);
                    if let Some(rest) = self.rest.strip_prefix('}') {
                        self.rest = rest;
                        break;
                    }
                    let Some(key) = self.text() else { break };
                    self.skip(&[':']);
                    let value = self.value(depth + 1);
                    let is_cut = value.is_none();
                    object.insert(key, value.unwrap_or(Value::Null));
                    if is_cut {
                        break;
                    }
                }
                Some(Value::Object(object))
            }
            '[' => {
                self.rest = &self.rest[1..];
                let mut array = Vec::new();
                loop {
                    self.skip(&[',']);
                    if let Some(rest) = self.rest.strip_prefix(']') {
                        self.rest = rest;
                        break;
                    }
                    let Some(value) = self.value(depth + 1) else { break };
                    array.push(value);
                }
                Some(Value::Array(array))
            }
            '"' => self.text().map(Value::String),
            _ => {
                let end = self.rest.find([',', ']', '}', '\n', ' ', '\t', '\r']).unwrap_or(self.rest.len());
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                serde_json::from_str(word).ok()
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        let inside = self.rest.strip_prefix('"')?;
        let mut is_escaped = false;
        let end = inside.char_indices().find(|(_, letter)| {
            let is_end = *letter == '"' && !is_escaped;
            is_escaped = *letter == '\\' && !is_escaped;
            is_end
        });
        let (at, _) = end?;
        let text = &self.rest[..at + 2];
        self.rest = &inside[at + 1..];
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_sample_ends_at_the_cut() {
        let whole = r#"{"a": [1, {"b": "x\"}"}], "c": null, "d": {"e": true}}"#;
        assert_eq!(documents(whole), [serde_json::from_str::<Value>(whole).unwrap()]);
        for end in 0..whole.len() {
            let cut = documents(&whole[..end]);
            assert_eq!(cut.len(), usize::from(end > 0), "{end}");
        }
        assert_eq!(documents(&whole[..26]), [serde_json::json!({"a": [1, {"b": "x\"}"}]})]);
        assert_eq!(documents("{}\n{\"a\":1}, [2]").len(), 3);
        assert_eq!(documents("ts,event\n"), Vec::<Value>::new());
        assert_eq!(documents(&"[".repeat(100_000)).len(), 1);
    }

    #[test]
    fn records_are_where_the_keys_lead() {
        let documents = documents(r#"{"n": 2, "list": [{"a": 1}, 5, {"a": 2}], "x": 1}"#);
        assert_eq!(records(&documents, &["list".to_owned()]).len(), 2);
        assert_eq!(records(&documents, &[]).len(), 1);
        assert_eq!(records(&documents, &["none".to_owned()]).len(), 0);
    }
}
