//! Keeps rows of a file, without long texts, to relate columns to each other. Of a large file, it keeps every second,
//! fourth, … row, so that rows from the whole file are kept.

use std::collections::HashMap;

use serde_json::Value;

use super::by_id::records_by_id;
use crate::ingest::profile::sample::{KEY, VALUES};
use crate::inspect::columns::column::LONGEST_KEPT;
use crate::inspect::words::is_none;

/// The most rows that are kept.
const MOST_ROWS: usize = 512;
/// The most elements of a list that are kept.
const MOST_ELEMENTS: usize = 64;
/// The depth to which objects and lists are kept.
const DEEPEST: usize = 12;
/// Replaces a text that is too long to keep.
const LONG: &str = "…";

#[derive(Debug)]
enum KeptRow {
    /// The fields of a table's row.
    Fields(Vec<String>),
    /// A record of JSON.
    Record(Value),
}

/// The kept rows of a file.
#[derive(Debug)]
pub struct KeptRows {
    rows: Vec<KeptRow>,
    /// One row in this many is kept.
    every: u64,
    /// The number of rows so far.
    seen: u64,
}

impl Default for KeptRows {
    fn default() -> Self {
        Self { rows: Vec::new(), every: 1, seen: 0 }
    }
}

impl KeptRows {
    /// Adds a row of a table.
    pub fn see_row(&mut self, row: &[String]) {
        if self.is_due() {
            self.keep(KeptRow::Fields(row.iter().map(|field| short(field)).collect()));
        }
    }

    /// Adds a record.
    pub fn see_record(&mut self, record: &Value) {
        if self.is_due() {
            self.keep(KeptRow::Record(pruned(record, 0)));
        }
    }

    const fn is_due(&mut self) -> bool {
        let is_due = self.seen.is_multiple_of(self.every);
        self.seen += 1;
        is_due
    }

    fn keep(&mut self, row: KeptRow) {
        if self.rows.len() >= MOST_ROWS {
            let mut at = 0;
            self.rows.retain(|_| {
                at += 1;
                at % 2 == 1
            });
            self.every *= 2;
        }
        self.rows.push(row);
    }

    /// The values of these columns in each row, or in each element of the list `each`, together with the values of its
    /// record. `position` returns the index of a column's field in a row.
    #[must_use]
    pub fn together(
        &self,
        columns: &[&str],
        each: Option<&str>,
        position: impl Fn(&str) -> Option<usize>,
    ) -> Vec<Vec<Option<String>>> {
        let mut found = Vec::new();
        for row in &self.rows {
            match row {
                KeptRow::Fields(fields) => {
                    let value = |name: &&str| with_value(fields.get(position(name)?)?);
                    found.push(columns.iter().map(value).collect());
                }
                KeptRow::Record(record) => {
                    for texts in elements_of(record, each) {
                        found.push(columns.iter().map(|name| with_value(texts.get(*name)?)).collect());
                    }
                }
            }
        }
        found
    }
}

fn with_value(text: &str) -> Option<String> {
    (!text.is_empty() && !is_none(text)).then(|| text.to_owned())
}

fn short(text: &str) -> String {
    let text = text.trim();
    if text.chars().nth(LONGEST_KEPT).is_some() { LONG.to_owned() } else { text.to_owned() }
}

/// A value without long texts and without the ends of long lists.
fn pruned(value: &Value, depth: usize) -> Value {
    match value {
        Value::String(text) => Value::String(short(text)),
        Value::Array(_) | Value::Object(_) if depth >= DEEPEST => Value::Null,
        Value::Array(items) => items.iter().take(MOST_ELEMENTS).map(|item| pruned(item, depth + 1)).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, member)| (key.clone(), pruned(member, depth + 1))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

type Texts = HashMap<String, String>;

/// The texts of a record by path; or of each element of a list in it, together with those around the element.
fn elements_of(record: &Value, each: Option<&str>) -> Vec<Texts> {
    let mut own = Texts::new();
    texts(&mut own, "", record);
    let Some(each) = each else { return vec![own] };
    let mut found = Vec::new();
    elements(&mut found, &own, "", record, each);
    found
}

fn elements(found: &mut Vec<Texts>, around: &Texts, path: &str, value: &Value, each: &str) {
    if let Some(records) = value.as_object().and_then(records_by_id) {
        let list = list_by_id(path);
        if each.starts_with(&list) {
            for (key, record) in records {
                let mut all = around.clone();
                all.insert(inside(&list, KEY), key.clone());
                texts(&mut all, &list, record);
                if list == each {
                    found.push(all);
                } else {
                    elements(found, &all, &list, record, each);
                }
            }
        }
        return;
    }
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let path = inside(path, key);
                if each.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with(['.', '['])) {
                    elements(found, around, &path, member, each);
                }
            }
        }
        Value::Array(items) => {
            let path = format!("{path}[]");
            for item in items {
                let mut all = around.clone();
                texts(&mut all, &path, item);
                if path == each {
                    found.push(all);
                } else {
                    elements(found, &all, &path, item, each);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Adds the texts at the paths of a value, except those in its lists and in its records by id.
fn texts(found: &mut Texts, path: &str, value: &Value) {
    match value {
        Value::Object(members) if records_by_id(members).is_some() => {
            if let Some(Value::String(key)) = members.get(KEY) {
                found.insert(KEY.to_owned(), key.clone());
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                texts(found, &inside(path, key), member);
            }
        }
        Value::String(text) => {
            found.insert(path.to_owned(), text.clone());
        }
        Value::Bool(_) | Value::Number(_) => {
            found.insert(path.to_owned(), value.to_string());
        }
        Value::Null | Value::Array(_) => {}
    }
}

/// The path of the list of an object's members, if they are records by id; in a profile it ends with `.*`.
#[must_use]
pub fn list_by_id(path: &str) -> String {
    format!("{}[]", inside(path, VALUES))
}

/// The path of a member, in the form used as the name of a column.
#[must_use]
pub fn inside(path: &str, key: &str) -> String {
    let key = if key.contains('.') { format!("\"{key}\"") } else { key.to_owned() };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_include_their_record() {
        let mut kept = KeptRows::default();
        let record = json!({
            "id": 7, "contact": { "id": "p1" }, "a.b": "x",
            "threads": [{ "t": 1, "messages": [{ "who": "Ana" }, { "who": null }] }, { "t": 2, "messages": [{ "who": "-" }] }]
        });
        kept.see_record(&record);
        let found = |columns: &[&str], each: Option<&str>| kept.together(columns, each, |_| None);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(found(&["id", "contact.id", "\"a.b\""], None), [[some("7"), some("p1"), some("x")]]);
        assert_eq!(
            found(&["threads[].messages[].who", "threads[].t", "contact.id"], Some("threads[].messages[]")),
            [[some("Ana"), some("1"), some("p1")], [None, some("1"), some("p1")], [None, some("2"), some("p1")]]
        );
    }

    #[test]
    fn records_by_id_are_elements() {
        let mut kept = KeptRows::default();
        let at = |who: &str| json!({ "who": who, "at": 1_772_442_000_000_i64 });
        kept.see_record(&json!({ "@key": "r1", "room": "a", "messages": { "-m1": at("x"), "-m2": at("y") } }));
        let found = kept.together(&["@key", "messages.*[].@key", "messages.*[].who"], Some("messages.*[]"), |_| None);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(found, [[some("r1"), some("-m1"), some("x")], [some("r1"), some("-m2"), some("y")]]);
    }

    #[test]
    fn rows_are_kept_from_all_of_a_large_file() {
        let mut kept = KeptRows::default();
        for number in 0..5_000 {
            kept.see_row(&[number.to_string(), "a".repeat(50)]);
        }
        let position = |name: &str| ["n", "text"].iter().position(|known| *known == name);
        let found = kept.together(&["n", "text", "other"], None, position);
        assert!((MOST_ROWS / 2..=MOST_ROWS).contains(&found.len()), "{}", found.len());
        let numbers: Vec<u64> = found.iter().filter_map(|row| row[0].as_ref()?.parse().ok()).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] - pair[0] == kept.every), "{numbers:?}");
        assert!(numbers[0] == 0 && numbers.last().is_some_and(|last| *last > 4_900));
        assert_eq!((found[0][1].as_deref(), &found[0][2]), (Some(LONG), &None));
    }
}
