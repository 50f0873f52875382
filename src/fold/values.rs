//! Counted values of facts: aggregates of parts of the facts, if the facts are too many for one machine.
//!
//! A name identifies the values, and a group their rows. Counts of the same value are added, in any order and for any
//! number of parts, so computing a part again changes nothing. Percentiles and distinct values are derived from all
//! values at the end.

use std::collections::BTreeMap;

use polars::prelude::{PolarsResult, polars_err};

/// A value: a text, a number, or neither.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CountedValue {
    /// `None` if the value is a number, or missing.
    pub text: Option<String>,
    /// `None` if the value is a text, or missing.
    pub number: Option<i64>,
}

impl CountedValue {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), number: None }
    }

    /// A number.
    #[must_use]
    pub const fn number(number: i64) -> Self {
        Self { text: None, number: Some(number) }
    }
}

/// The number of occurrences of each value.
pub type Counts = BTreeMap<CountedValue, i64>;

/// Counts by group. A group is a list in JSON; `[]` means all rows.
pub type ByGroup = BTreeMap<String, Counts>;

/// The group of all rows.
pub const ALL_ROWS: &str = "[]";

/// Counted values, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values {
    by_name: BTreeMap<String, ByGroup>,
}

impl Values {
    /// Adds to the count of a value. Counts that become 0 are removed, so that the same facts always have the same
    /// values.
    pub fn add(&mut self, name: &str, group: &str, value: CountedValue, count: i64) {
        if count == 0 {
            return;
        }
        // Names and groups repeat, so they are copied only once.
        if !self.by_name.contains_key(name) {
            self.by_name.insert(name.to_owned(), ByGroup::new());
        }
        let Some(groups) = self.by_name.get_mut(name) else { return };
        if !groups.contains_key(group) {
            groups.insert(group.to_owned(), Counts::new());
        }
        let Some(counts) = groups.get_mut(group) else { return };
        match counts.entry(value) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(count);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                *entry.get_mut() += count;
                if *entry.get() == 0 {
                    entry.remove();
                }
            }
        }
    }

    /// The groups of a name; `None` if no row had a value.
    #[must_use]
    pub fn groups(&self, name: &str) -> Option<&ByGroup> {
        self.by_name.get(name)
    }

    /// The counts of a name over all rows.
    #[must_use]
    pub fn of_all_rows(&self, name: &str) -> Option<&Counts> {
        self.by_name.get(name)?.get(ALL_ROWS)
    }

    /// The sum of the counts of a name over all rows.
    #[must_use]
    pub fn sum(&self, name: &str) -> i64 {
        self.of_all_rows(name).map_or(0, |counts| counts.values().sum())
    }

    /// The texts of a name over all rows.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.of_all_rows(name).into_iter().flatten().filter_map(|(value, _)| value.text.as_deref())
    }

    /// Each value with its name, group and count, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &CountedValue, i64)> {
        self.by_name.iter().flat_map(|(name, groups)| {
            groups.iter().flat_map(move |(group, counts)| {
                counts.iter().map(move |(value, count)| (name.as_str(), group.as_str(), value, *count))
            })
        })
    }

    /// The number of distinct values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_name.values().flat_map(BTreeMap::values).map(BTreeMap::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The parts of a group.
    ///
    /// # Errors
    ///
    /// If it is not a list in JSON, because of a bug or because another program wrote the values.
    pub fn parts<T: serde::de::DeserializeOwned>(group: &str) -> PolarsResult<Vec<T>> {
        serde_json::from_str(group)
            .map_err(|error| polars_err!(ComputeError: "`{group}` is not a group of values: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_and_zero_is_left_out() {
        let mut values = Values::default();
        values.add("wait", ALL_ROWS, CountedValue::number(3), 2);
        values.add("wait", ALL_ROWS, CountedValue::number(3), 5);
        values.add("wait", ALL_ROWS, CountedValue::default(), 1);
        values.add("balance", "[\"a\"]", CountedValue::default(), 4);
        values.add("balance", "[\"a\"]", CountedValue::default(), -4);
        assert_eq!((values.sum("wait"), values.sum("balance"), values.len()), (8, 0, 2));
        let rows: Vec<_> = values.iter().collect();
        assert_eq!(rows[0], ("wait", ALL_ROWS, &CountedValue::default(), 1));
        assert_eq!(rows[1], ("wait", ALL_ROWS, &CountedValue::number(3), 7));
    }
}
