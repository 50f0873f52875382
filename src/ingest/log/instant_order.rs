//! The direction of the instants of rows: a file that is newest first is read from its end.

use serde::{Deserialize, Serialize};

use crate::ingest::decode::part_read::PartCounts;

/// The direction of the instants of consecutive rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstantOrder {
    /// The instants of the first and the last readable row.
    ends: Option<(i64, i64)>,
    /// Whether no instant is later than the one before it.
    never_rises: bool,
}

impl InstantOrder {
    /// The order of no rows.
    pub const NONE: Self = Self { ends: None, never_rises: true };

    /// The order of a part.
    #[must_use]
    pub const fn of(part: &PartCounts) -> Self {
        Self { ends: part.ends, never_rises: part.never_rises }
    }

    /// The order of these rows followed by others.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        let never_rises = self.never_rises && next.never_rises;
        match (self.ends, next.ends) {
            (Some((first, before)), Some((after, last))) => {
                Self { ends: Some((first, last)), never_rises: never_rises && before >= after }
            }
            (ends, None) | (None, ends) => Self { ends, never_rises },
        }
    }

    /// Whether instants fall at least once and never rise.
    #[must_use]
    pub fn is_newest_first(self) -> bool {
        self.never_rises && self.ends.is_some_and(|(first, last)| first > last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_newest_first_only_if_all_are() {
        let rows = |first: i64, last: i64| InstantOrder { ends: Some((first, last)), never_rises: first >= last };
        let order = |stretches: &[InstantOrder]| {
            stretches.iter().fold(InstantOrder::NONE, |sum, next| sum.then(*next)).is_newest_first()
        };
        assert!(order(&[rows(9, 7), rows(7, 7), InstantOrder::NONE, rows(6, 1)]));
        assert!(order(&[rows(9, 9), rows(8, 8)]), "it falls between the two");
        assert!(!order(&[rows(9, 7), rows(8, 1)]), "it rises between the two");
        assert!(!order(&[rows(9, 7), rows(3, 5)]));
        assert!(!order(&[rows(5, 5), rows(5, 5)]) && !order(&[]), "it never falls");
    }
}
