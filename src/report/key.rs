//! The key of a row: the values of its table's dimensions.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::metrics::dimensions::{NO_VALUE, key_text, value_of_key};

/// The values of a row's dimensions, written as by `key_text`: `(none)` for no value. In the JSON of tags, attributes
/// and crossings no value is null, and values are as in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey {
    parts: Vec<String>,
    /// Whether JSON has null for no value, and otherwise the value itself.
    has_nulls: bool,
}

impl RowKey {
    /// A key whose parts that are `None` are null in JSON.
    #[must_use]
    pub(crate) fn with_nulls(parts: &[Option<String>]) -> Self {
        let parts = parts.iter().map(|part| key_text(part.as_deref()).into_owned()).collect();
        Self { parts, has_nulls: true }
    }

    /// The key for a table whose JSON has no nulls, converted from a key that was parsed as if it had.
    #[must_use]
    pub(super) fn without_nulls(self) -> Self {
        let texts = self.parts.iter().map(|part| value_of_key(part).unwrap_or(NO_VALUE).to_owned());
        texts.collect::<Vec<_>>().into()
    }

    /// The parts, in the order of the dimensions.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        &self.parts
    }
}

/// The parts of a key as one text: a single part is unchanged; several are separated by `|`, with a `\` before each `|`
/// or `\` inside.
#[must_use]
pub fn joined(parts: &[String]) -> String {
    if let [part] = parts {
        return part.clone();
    }
    let escaped = parts.iter().map(|part| part.replace('\\', "\\\\").replace('|', "\\|"));
    escaped.collect::<Vec<_>>().join(" | ")
}

/// The parts of a key written by [`joined`], if there are `count` of them.
#[must_use]
pub fn parts(text: &str, count: usize) -> Vec<String> {
    if count == 1 {
        return vec![text.to_owned()];
    }
    let mut parts = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => parts.last_mut().expect("never empty").extend(letters.next()),
            '|' => parts.push(String::new()),
            letter => parts.last_mut().expect("never empty").push(letter),
        }
    }
    // The blanks around a separator.
    let last = parts.len() - 1;
    let without_blank = |(at, part): (usize, String)| {
        let part = if at > 0 { part.strip_prefix(' ').unwrap_or(&part).to_owned() } else { part };
        if at < last { part.strip_suffix(' ').unwrap_or(&part).to_owned() } else { part }
    };
    parts.into_iter().enumerate().map(without_blank).collect()
}

impl From<Vec<String>> for RowKey {
    /// A key whose parts in JSON are as written by `key_text`.
    fn from(parts: Vec<String>) -> Self {
        Self { parts, has_nulls: false }
    }
}

impl Deref for RowKey {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.parts
    }
}

impl Serialize for RowKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let part = |part| if self.has_nulls { value_of_key(part) } else { Some(part) };
        serializer.collect_seq(self.parts.iter().map(|text| part(text.as_str())))
    }
}

impl<'de> Deserialize<'de> for RowKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::with_nulls(&Vec::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joined_key_has_its_parts_again() {
        for key in [&["web", "Sales"][..], &["a|b", "c\\d"], &["", " x "], &["(none)", "|"], &["one | two"]] {
            let key: Vec<String> = key.iter().map(|part| (*part).to_owned()).collect();
            assert_eq!(parts(&joined(&key), key.len()), key);
        }
    }

    #[test]
    fn no_value_is_null_and_its_text_is_a_value() {
        let json = |key: &RowKey| serde_json::to_string(key).expect("JSON");
        let key = RowKey::with_nulls(&[None, Some(NO_VALUE.to_owned())]);
        assert_eq!(
            (key.parts(), json(&key).as_str()),
            (&["(none)".to_owned(), r"\(none)".to_owned()][..], r#"[null,"(none)"]"#)
        );
        assert_eq!(serde_json::from_str::<RowKey>(&json(&key)).expect("a key"), key);
        for part in ["(none)", r"\(none)", "web"] {
            let key = RowKey::from(vec![part.to_owned()]);
            assert_eq!(serde_json::from_str::<RowKey>(&json(&key)).expect("a key").without_nulls(), key);
        }
    }
}
