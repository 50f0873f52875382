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
