//! Checks whether a version, or an instant of update, rises with each row of the same id: only then are the rows of an
//! id successive states of one record.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::bytes::hash_of;
use crate::inspect::columns::column::Column;
use crate::inspect::words::Meaning as M;

/// The most columns of ids, and of versions, that are tracked.
const MOST_FOLLOWED: usize = 4;
/// The most ids that are remembered, over all columns.
const MOST_IDS: usize = 1 << 20;

/// How a column changes in the rows of the same id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rise {
    /// The number of rows with a higher value than the row before with the same id.
    pub rises: u64,
    /// The number with a lower value.
    pub falls: u64,
    /// The number with the same value.
    pub ties: u64,
}

impl Rise {
    /// Whether the rows of each id are strictly sorted in one direction.
    #[must_use]
    pub const fn is_steady(self) -> bool {
        self.ties == 0 && (self.rises == 0 || self.falls == 0)
    }
}

/// All columns of ids combined with all columns of versions.
#[derive(Debug, Default)]
pub struct VersionPairs {
    pairs: Vec<IdVersionPair>,
}

#[derive(Debug)]
struct IdVersionPair {
    id: String,
    by: String,
    last: HashMap<u64, String>,
    found: Rise,
}

impl VersionPairs {
    /// Tracks the columns whose names suggest it.
    #[must_use]
    pub fn of(columns: &[&Column]) -> Self {
        let named = |meanings: &'static [M]| {
            let named = columns.iter().filter(|column| column.words.has_one(meanings));
            named.map(|column| column.name.clone()).take(MOST_FOLLOWED).collect::<Vec<_>>()
        };
        let ids = named(&[M::Id, M::Conversation, M::Protocol]);
        let bys = named(&[M::Version, M::Updated]);
        let pair = |(id, by): (&String, &String)| IdVersionPair {
            id: id.clone(),
            by: by.clone(),
            last: HashMap::new(),
            found: Rise::default(),
        };
        let all = ids.iter().flat_map(|id| bys.iter().map(move |by| (id, by)));
        Self { pairs: all.filter(|(id, by)| id != by).map(pair).collect() }
    }

    /// Adds a row; `value` returns the value of a column.
    pub fn see<'v>(&mut self, value: impl Fn(&str) -> Option<&'v str>) {
        let most = MOST_IDS / self.pairs.len().max(1);
        for pair in &mut self.pairs {
            let (Some(id), Some(by)) = (value(&pair.id), value(&pair.by)) else { continue };
            let (id, by) = (id.trim(), by.trim());
            if id.is_empty() || by.is_empty() {
                continue;
            }
            let id = hash_of(id.as_bytes());
            if let Some(last) = pair.last.get_mut(&id) {
                match compared(last, by) {
                    Ordering::Less => pair.found.rises += 1,
                    Ordering::Greater => pair.found.falls += 1,
                    Ordering::Equal => pair.found.ties += 1,
                }
                by.clone_into(last);
            } else if pair.last.len() < most {
                pair.last.insert(id, by.to_owned());
            }
        }
    }

    /// How a column changes with an id; `None` if it was not tracked.
    #[must_use]
    pub fn rise(&self, id: &str, by: &str) -> Option<Rise> {
        self.pairs.iter().find(|pair| pair.id == id && pair.by == by).map(|pair| pair.found)
    }
}

/// Compares numbers as numbers, and other values as texts.
fn compared(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_rise_for_each_id() {
        let columns = ["ticket id", "version"].map(|name| Column::new(name.to_owned()));
        for (rows, is_steady) in [
            (&[("a", "1"), ("b", "1"), ("a", "2"), ("a", "10")][..], true),
            (&[("a", "3"), ("a", "2"), ("b", "2"), ("b", "1")], true),
            (&[("a", "2"), ("b", "2"), ("a", "2")], false),
            (&[("a", "1"), ("a", "2"), ("b", "2"), ("b", "1")], false),
        ] {
            let mut versions = VersionPairs::of(&columns.iter().collect::<Vec<_>>());
            for (id, version) in rows {
                versions.see(|name| Some(if name == "version" { *version } else { *id }));
            }
            assert_eq!(versions.rise("ticket id", "version").unwrap_or_default().is_steady(), is_steady, "{rows:?}");
        }
    }
}
