//! Documents and lines of JSON, and changes to them.

use chrono::DateTime;
use serde_json::{Map, Value, json};

use super::change::Change;
use super::random::Random;

/// Keys that a valid export may lack, because no customer answered a survey, no bot took part, or the platform has no
/// private notes: their absence is not suspicious.
const OF_SOME_EXPORTS: [&str; 4] = ["submitted_values", "csat_survey_response", "rating", "IsPrivate"];

/// The documents of a file.
pub struct Documents {
    all: Vec<Value>,
}

impl Documents {
    /// Parses JSON or JSON Lines; `None` for anything else.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let all: Vec<Value> = serde_json::Deserializer::from_slice(bytes).into_iter().collect::<Result<_, _>>().ok()?;
        (!all.is_empty()).then_some(Self { all })
    }

    /// One document per line; a single document over several lines.
    pub fn text(&self) -> Vec<u8> {
        match &self.all[..] {
            [one] => serde_json::to_vec_pretty(one).unwrap(),
            all => all.iter().flat_map(|value| format!("{value}\n").into_bytes()).collect(),
        }
    }

    /// All keys at any depth, sorted.
    fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        self.all.iter().for_each(|value| each_key(value, &mut |key| keys.push(key.to_owned())));
        keys.sort();
        keys.dedup();
        keys
    }

    /// The list of records: the documents, or the longest list of objects at the top of the only one.
    fn records(&mut self) -> &mut Vec<Value> {
        if self.all.len() > 1 {
            return &mut self.all;
        }
        if self.all[0].is_array() {
            return self.all[0].as_array_mut().unwrap();
        }
        let is_list = self.all[0].as_object().is_some_and(|object| object.values().any(Value::is_array));
        if !is_list {
            return &mut self.all;
        }
        let lists = self.all[0].as_object_mut().unwrap().values_mut().filter_map(Value::as_array_mut);
        lists.max_by_key(|list| list.len()).unwrap()
    }

    /// The text without each key in turn, and with each key renamed.
    pub fn each_key_changed(&self) -> Vec<(Change, Vec<u8>)> {
        let mut changed = Vec::new();
        for key in self.keys().into_iter().filter(|key| !OF_SOME_EXPORTS.contains(&key.as_str())) {
            let after = format!("{key}X");
            let mut renamed = Self { all: self.all.clone() };
            renamed.all.iter_mut().for_each(|value| rename(value, &key, &after));
            let mut dropped = Self { all: self.all.clone() };
            dropped.all.iter_mut().for_each(|value| remove(value, &key));
            changed.push((Change::Renamed(key.clone(), after), renamed.text()));
            changed.push((Change::Dropped(key), dropped.text()));
        }
        changed
    }

    /// A random change; `None` if it does not fit.
    pub fn change(&mut self, random: &mut Random) -> Option<Change> {
        let keys = self.keys();
        if keys.is_empty() {
            return None;
        }
        let key = random.one(&keys).clone();
        if OF_SOME_EXPORTS.contains(&key.as_str()) {
            return None;
        }
        match random.below(8) {
            0 | 1 => {
                let after = format!("{key}X");
                self.all.iter_mut().for_each(|value| rename(value, &key, &after));
                Some(Change::Renamed(key, after))
            }
            2 | 3 => {
                self.all.iter_mut().for_each(|value| remove(value, &key));
                Some(Change::Dropped(key))
            }
            4 => {
                random.shuffle(self.records());
                Some(Change::RowsShuffled)
            }
            5 => {
                let records = self.records();
                if records.is_empty() {
                    return None;
                }
                let count = 1 + random.index(records.len());
                let again = records[..count].to_vec();
                records.extend(again);
                Some(Change::RowsTwice(count))
            }
            _ => {
                let (name, is_ms) = *random.one(&[("seconds", false), ("milliseconds", true)]);
                let mut count = 0;
                self.all.iter_mut().for_each(|value| epochs(value, is_ms, &mut count));
                (count > 0).then_some(Change::Clock("all".to_owned(), name))
            }
        }
    }
}

/// Each key at any depth, but for the keys of a map of records, which are their ids: without its key, a record is gone.
fn each_key(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            let has_digit = |key: &String| key.bytes().any(|byte| byte.is_ascii_digit());
            let is_number = |key: &String| key.bytes().all(|byte| byte.is_ascii_digit());
            let are_ids = members.keys().all(is_number) || (members.len() > 1 && members.keys().all(has_digit));
            for (key, member) in members {
                if !are_ids {
                    see(key);
                }
                each_key(member, see);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_key(item, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn rename(value: &mut Value, before: &str, after: &str) {
    match value {
        Value::Object(members) => {
            *members = std::mem::take(members)
                .into_iter()
                .map(|(key, mut member)| {
                    rename(&mut member, before, after);
                    (if key == before { after.to_owned() } else { key }, member)
                })
                .collect::<Map<_, _>>();
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, before, after)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn remove(value: &mut Value, key: &str) {
    match value {
        Value::Object(members) => {
            members.remove(key);
            members.values_mut().for_each(|member| remove(member, key));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| remove(item, key)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// RFC 3339 instants as numbers, except those with fractions of a second.
fn epochs(value: &mut Value, is_ms: bool, count: &mut u64) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| epochs(member, is_ms, count)),
        Value::Array(items) => items.iter_mut().for_each(|item| epochs(item, is_ms, count)),
        Value::String(text) => {
            if let Ok(at) = DateTime::parse_from_rfc3339(text) {
                *value = if is_ms { json!(at.timestamp_millis()) } else { json!(at.timestamp()) };
                *count += 1;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
