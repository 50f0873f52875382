//! The key of a row: the values of its table's dimensions.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::metrics::dimensions::NO_VALUE;

/// The values of a row's dimensions as texts. What is no value is `(none)`; in the JSON of tags and crossings it is null,
/// so that it can be told from a tag of that name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey {
    parts: Vec<String>,
    /// By part: it is null in JSON.
    nulls: Vec<bool>,
}

impl RowKey {
    /// A key whose parts that are `None` are null in JSON.
    #[must_use]
    pub fn with_nulls(parts: Vec<Option<String>>) -> Self {
        let nulls = parts.iter().map(Option::is_none).collect();
        Self { parts: parts.into_iter().map(|part| part.unwrap_or_else(|| NO_VALUE.to_owned())).collect(), nulls }
    }

    /// The parts, in the order of the dimensions.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Whether a part is null in JSON: no value, and not a value that is called `(none)`.
    #[must_use]
    pub fn is_null(&self, part: usize) -> bool {
        self.nulls.get(part).copied().unwrap_or_default()
    }
}

/// The parts of a key as one text: one part as it is, several with `|` between them, and a `\` before each `|` or `\` within.
#[must_use]
pub fn joined(parts: &[String]) -> String {
    if let [part] = parts {
        return part.clone();
    }
    let escaped = parts.iter().map(|part| part.replace('\\', "\\\\").replace('|', "\\|"));
    escaped.collect::<Vec<_>>().join(" | ")
}

/// The parts of a key that [`joined`] has written, where there are `count` of them.
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
    fn from(parts: Vec<String>) -> Self {
        let nulls = vec![false; parts.len()];
        Self { parts, nulls }
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
        serializer.collect_seq(self.parts.iter().zip(&self.nulls).map(|(part, is_null)| (!is_null).then_some(part)))
    }
}

impl<'de> Deserialize<'de> for RowKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::with_nulls(Vec::deserialize(deserializer)?))
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
}
