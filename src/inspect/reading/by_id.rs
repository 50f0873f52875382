//! Objects whose members are records by id, as databases of chats nest them: `{"-Nx1": {…}, "-Nx2": {…}}`. Their keys
//! are data, not names of columns.

use serde_json::{Map, Value};

use crate::ingest::profile::sample::KEY;
use crate::inspect::time_notations::notation::{TimeNotation, notations_of};
use crate::inspect::words::{Meaning, Name};
use crate::shown::is_like_person;

/// The depth of objects to which records are searched for.
pub const DEEPEST: usize = 3;
/// The fewest characters of an id with letters: a name of a key is shorter, or has no digits.
const LONG_ID: usize = 16;
/// The fewest digits of such an id.
const DIGITS: usize = 3;

/// The fewest digits of a telephone number with the code of its country; a day has eight.
const PHONE_DIGITS: usize = 10;

/// Whether a key may be an id: the name of a key has no digit, does not begin with a dash, and is not a person's.
#[must_use]
pub fn may_be_id(key: &str) -> bool {
    key.starts_with('-') || key.contains(|c: char| c.is_ascii_digit()) || reaches_person(key) || is_like_person(key)
}

/// Whether a key is a mail address or a telephone number.
#[must_use]
pub fn reaches_person(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let is_number = key.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    key.contains('@') && key != KEY || is_number && digits >= PHONE_DIGITS
}

/// Whether a key can only be an id: a number, a long text with digits, or the key of a pushed record.
fn is_id(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    (key.len() > 1 && key.starts_with('-'))
        || digits == key.len()
        || (key.len() >= LONG_ID && digits >= DIGITS)
        || reaches_person(key)
}

/// The members of an object within a record, if they are records by id. The key of the record itself is not one.
#[must_use]
pub fn records_by_id(members: &Map<String, Value>) -> Option<Vec<(&String, &Value)>> {
    let records = || members.iter().filter(|(key, _)| *key != KEY);
    // Most objects are told apart by their first key.
    let are_records = records().all(|(key, value)| is_id(key) && value.is_object() && has_instant(value, 0));
    (are_records && records().next().is_some()).then(|| records().collect())
}

/// Whether an object is a record: it has an instant of its own, which is not that of the export.
#[must_use]
pub fn is_record(document: &Value) -> bool {
    let is_instant = |value: &Value| match value {
        Value::String(text) => notations_of(text).iter().any(TimeNotation::is_instant),
        Value::Number(number) => !notations_of(&number.to_string()).is_empty(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    };
    // The instant of the export may also be in a page of an API.
    let is_of_record = |key: &str| !Name::of(key).has(Meaning::Updated);
    document
        .as_object()
        .is_some_and(|members| members.iter().any(|(key, value)| is_of_record(key) && is_instant(value)))
}

/// Whether there is an instant anywhere in a value.
#[must_use]
pub fn has_instant(value: &Value, depth: usize) -> bool {
    match value {
        Value::Object(members) if depth < DEEPEST => {
            is_record(value) || members.values().any(|value| has_instant(value, depth + 1))
        }
        Value::Array(items) if depth < DEEPEST => items.iter().any(|value| has_instant(value, depth + 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_that_are_records() {
        let is_one = |value: Value| records_by_id(value.as_object().unwrap()).is_some();
        let at = json!({"at": "2026-03-02T12:00:00Z"});
        for key in [
            "-NaR1",
            "17",
            "507f1f77bcf86cd799439011",
            "0b8f2c1e-7a64-4e0e-9a55-6d1f3c1b2a10",
            "+55 11 98765-4321",
            "ana@shop.example",
        ] {
            assert!(is_one(json!({ key: at })), "{key}");
            assert!(is_one(json!({ "@key": "c1", key: at })), "{key}");
        }
        for key in ["step1", "reply", "24h", "-", "first_response_2_hours", "custom_attributes"] {
            assert!(!is_one(json!({ key: at, "17": at })), "{key}");
        }
        assert!(!is_one(json!({})) && !is_one(json!({ "1": 5 })) && !is_one(json!({ "1": {"total": 5} })));
    }
}
