//! One JSON document over the whole file: where in it the records are.

use serde_json::Value;

use crate::ingest::profile::sample;
use crate::inspect::clocks::notation::{TimeNotation, notations_of};

/// Objects in each other in which the records are looked for.
const DEEPEST: usize = 3;

/// The keys that lead to the records of a document that begins so; none where there is one object a line.
#[must_use]
pub fn keys_of(start: &[u8]) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start));
    let text = text.trim_start();
    let first_line = text.lines().next().unwrap_or_default();
    let is_whole_line = serde_json::from_str::<Value>(first_line).is_ok_and(|value| value.is_object());
    if text.starts_with('[') {
        return Some(Vec::new());
    }
    let documents = sample::documents(text);
    let [document] = &documents[..] else {
        return (!is_whole_line && !documents.is_empty()).then(Vec::new);
    };
    // A page of an API has a list and little else; a record has its own instants.
    let keys = if is_record(document) { None } else { list_in(document, 0) };
    match keys {
        Some(keys) => Some(keys),
        None => (!is_whole_line).then(Vec::new),
    }
}

fn is_record(document: &Value) -> bool {
    let is_instant = |value: &Value| match value {
        Value::String(text) => notations_of(text).iter().any(TimeNotation::is_instant),
        Value::Number(number) => !notations_of(&number.to_string()).is_empty(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    };
    document.as_object().is_some_and(|members| members.values().any(is_instant))
}

/// The keys to the longest list of objects.
fn list_in(value: &Value, depth: usize) -> Option<Vec<String>> {
    let length = |value: &Value| value.as_array().filter(|items| items.iter().any(Value::is_object)).map(Vec::len);
    let members = value.as_object().filter(|members| depth < DEEPEST && !sample::is_by_id(members))?;
    let here = members.iter().filter_map(|(key, value)| Some((length(value)?, key)));
    if let Some((_, key)) = here.max_by_key(|(length, _)| *length) {
        return Some(vec![key.clone()]);
    }
    members.iter().find_map(|(key, value)| {
        let mut keys = vec![key.clone()];
        keys.extend(list_in(value, depth + 1)?);
        Some(keys)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_records_are() {
        let keys = |text: &str| keys_of(text.as_bytes()).map(|keys| keys.join("."));
        let at = |keys: &str| Some(keys.to_owned());
        assert_eq!(keys("{\"a\":1}\n{\"a\":2}\n"), None);
        assert_eq!(keys("[{\"a\":1}]"), at(""));
        assert_eq!(keys("{\n \"a\": 1\n}\n"), at(""));
        assert_eq!(keys("{\"count\":2,\"chats\":[{\"id\":1},{\"id\":2}]}"), at("chats"));
        assert_eq!(keys("{\"data\":{\"sessions\":[{\"id\":1}]}}"), at("data.sessions"));
        assert_eq!(keys("{\"at\":\"2026-03-02T10:00:00Z\",\"messages\":[{\"id\":1}]}\n"), None);
        assert_eq!(keys("{\"chats\":[{\"id\":1},{\"id\":"), at("chats"));
        assert_eq!(keys("{\"Ana\":{\"messages\":[{\"id\":1}]},\n\"Bo\":{\"messages\":[]}}"), at(""));
        assert_eq!(keys(""), None);
    }
}
