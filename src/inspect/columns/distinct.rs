//! Counts distinct values in bounded memory: exactly up to a bound, and beyond it as an estimate from a sample of
//! values.
//!
//! The sample consists of values, not of rows: whether a value is in it depends only on its hash, and then all of its
//! occurrences are counted. So, within about two percent, it shows how many values there are and, unlike a sketch that
//! only counts, which share of them repeats.

use std::collections::HashMap;

/// The number of values that are counted exactly.
pub const MOST_DISTINCT: usize = 10_000;

/// Distinct values of a column.
#[derive(Debug)]
pub struct Distinct {
    /// The number of occurrences of each value in the sample, by its hash.
    counts: HashMap<u64, u32>,
    /// Only values whose mixed hash begins with this many zero bits are in the sample.
    zeros: u32,
    /// The number of values that are counted exactly.
    most: usize,
}

impl Default for Distinct {
    fn default() -> Self {
        Self::up_to(MOST_DISTINCT)
    }
}

impl Distinct {
    /// Counts exactly up to `most` values.
    #[must_use]
    pub fn up_to(most: usize) -> Self {
        Self { counts: HashMap::new(), zeros: 0, most }
    }

    /// Adds a value, by its hash.
    pub fn see(&mut self, hash: u64) {
        let hash = mixed(hash);
        if hash.leading_zeros() < self.zeros {
            return;
        }
        let count = self.counts.entry(hash).or_default();
        *count = count.saturating_add(1);
        while self.counts.len() > self.most {
            self.zeros += 1;
            let zeros = self.zeros;
            self.counts.retain(|hash, _| hash.leading_zeros() >= zeros);
        }
    }

    /// The number of distinct values.
    #[must_use]
    pub fn count(&self) -> u64 {
        (self.counts.len() as u64) << self.zeros
    }

    /// Whether the number is an estimate.
    #[must_use]
    pub const fn is_estimate(&self) -> bool {
        self.zeros > 0
    }

    /// The ratio of distinct values to all values: 1 if all differ.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn share(&self) -> f64 {
        let occurrences: u64 = self.counts.values().map(|count| u64::from(*count)).sum();
        if occurrences == 0 { 0.0 } else { self.counts.len() as f64 / occurrences as f64 }
    }
}

/// Mixes the hash, so that every bit affects every other.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (hash ^ (hash >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::hash_of;

    fn of(values: impl Iterator<Item = u64>) -> Distinct {
        let mut distinct = Distinct::default();
        values.for_each(|value| distinct.see(hash_of(value.to_string().as_bytes())));
        distinct
    }

    #[test]
    fn few_values_are_counted() {
        let distinct = of((0..30_000).map(|value| value % 10_000));
        assert_eq!((distinct.count(), distinct.is_estimate()), (10_000, false));
        assert!((distinct.share() - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "a test's counts")]
    fn many_values_are_estimated_with_their_repeats() {
        for (rows, values) in [(22_263_u64, 15_068_u64), (200_000, 200_000), (300_000, 40_000)] {
            let distinct = of((0..rows).map(|row| row % values));
            assert!(distinct.is_estimate());
            let off = (distinct.count() as f64 / values as f64 - 1.0).abs();
            assert!(off < 0.04, "{values}: {}", distinct.count());
            let share = values as f64 / rows as f64;
            assert!((distinct.share() - share).abs() < 0.01, "{rows}: {}", distinct.share());
            // It is known exactly whether any value repeats.
            assert_eq!(distinct.share() > 0.999_999, rows == values);
        }
    }
}
