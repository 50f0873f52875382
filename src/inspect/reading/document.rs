//! A single JSON document that is the whole file: finds the records in it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::by_id::{DEEPEST, has_instant, is_record, may_be_id, reaches_person};
use crate::ingest::profile::sample::{self, VALUES};

/// The keys that lead to the records of a document with this start; `None` if there is one object per line.
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
    let keys = if is_record(document) { None } else { by_key(document, 0).or_else(|| list_in(document, 0)) };
    match keys {
        Some(keys) => Some(keys),
        None => (!is_whole_line).then(Vec::new),
    }
}

/// The keys to an object whose values are the records, by id.
fn by_key(value: &Value, depth: usize) -> Option<Vec<String>> {
    let members = value.as_object().filter(|_| depth < DEEPEST)?;
    if are_records_by_id(members) {
        return Some(vec![VALUES.to_owned()]);
    }
    members.iter().find_map(|(key, value)| {
        let mut keys = vec![key.clone()];
        keys.extend(by_key(value, depth + 1)?);
        Some(keys)
    })
}

/// Whether members are records, or lists of records, by id: each key may be an id, and each value has an instant. The
/// last member may be incomplete.
fn are_records_by_id(members: &Map<String, Value>) -> bool {
    let mut values: Vec<&Value> = members.values().collect();
    // An incomplete value may be missing, or lack its instants.
    if values.len() > 2 {
        values.pop();
    }
    let is_list = |value: &&Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_object));
    let is_alike = values.iter().all(|value| value.is_object()) || values.iter().all(is_list);
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    let is_of_instants = |value: &&Value| is_empty(value) || has_instant(value, 0);
    let has_one = values.iter().any(|value| !is_empty(value));
    (values.len() > 1 || members.keys().all(|key| reaches_person(key)))
        && is_alike
        && has_one
        && members.keys().all(|key| may_be_id(key))
        && values.iter().all(is_of_instants)
}

/// Whether the first objects of lists have mostly the same keys: `{"open": […], "closed": […]}`.
fn are_alike<'v>(lists: impl Iterator<Item = &'v Value>) -> bool {
    let keys = |list: &'v Value| -> BTreeSet<&'v String> {
        let first = list.as_array().and_then(|items| items.iter().find_map(Value::as_object));
        first.into_iter().flat_map(Map::keys).collect()
    };
    let all: Vec<BTreeSet<&String>> = lists.map(keys).collect();
    all.windows(2).all(|pair| {
        let (both, either) = (pair[0].intersection(&pair[1]).count(), pair[0].union(&pair[1]).count());
        // At least four of five keys are shared.
        both > 1 && both * 5 >= either * 4
    })
}

/// The keys to the longest list of objects, or to all lists of an object if they are alike.
fn list_in(value: &Value, depth: usize) -> Option<Vec<String>> {
    let length = |value: &Value| value.as_array().filter(|items| items.iter().any(Value::is_object)).map(Vec::len);
    let members = value.as_object().filter(|members| depth < DEEPEST && !sample::is_by_id(members))?;
    let lists: Vec<(usize, &String)> = members.iter().filter_map(|(key, value)| Some((length(value)?, key))).collect();
    if lists.len() > 1 && are_alike(lists.iter().map(|(_, key)| &members[*key])) {
        return Some(vec![VALUES.to_owned()]);
    }
    if let Some((_, key)) = lists.into_iter().max_by_key(|(length, _)| *length) {
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
    fn keys_that_lead_to_records() {
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
        let at_noon = "{\"at\":\"2026-03-02T12:00:00Z\"}";
        assert_eq!(keys(&format!("{{\"c1\":{at_noon},\"c2\":{at_noon}}}")), at("*"));
        assert_eq!(keys(&format!("{{\"talks\":{{\"c1\":[{at_noon}],\"c2\":[]}},\"n\":2}}")), at("talks.*"));
        let exported = "\"exported_at\":\"2026-03-09T12:00:00Z\"";
        assert_eq!(keys(&format!("{{{exported},\"chats\":[{at_noon}]}}")), at("chats"));
        assert_eq!(keys(&format!("{{\"talks\":{{\"c1\":[{at_noon}],\"c2\":[{at_noon}]}},\"n\":2}}")), at("talks.*"));
        let at_one = "{\"at\":\"2026-03-02T13:00:00Z\",\"id\":1}";
        assert_eq!(keys(&format!("{{\"n\":2,\"open\":[{at_one}],\"closed\":[{at_one},{at_one}]}}")), at("*"));
        assert_eq!(
            keys(&format!("{{\"users\":[{{\"id\":1,\"name\":\"x\"}}],\"talks\":[{at_one},{at_one}]}}")),
            at("talks")
        );
        // Keys that name people are data, also if there is only one.
        assert_eq!(keys(&format!("{{\"talks\":{{\"+55 11 98765-4321\":[{at_noon}]}}}}")), at("talks.*"));
        assert_eq!(keys(&format!("{{\"Ana Silva\":{at_noon},\"bo@shop.example\":{at_noon}}}")), at("*"));
        // A key without a digit may be the name of a column.
        assert_eq!(keys(&format!("{{\"reply\":{at_noon},\n\"close\":{at_noon}}}")), at(""));
        assert_eq!(keys(""), None);
    }
}
