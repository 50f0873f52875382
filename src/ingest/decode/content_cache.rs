//! The content cache: finds the number of a row's content by the bytes of the row. Equal bytes have equal contents.
//!
//! The bytes are split into two halves. A log has tens of distinct first halves and hundreds of distinct second halves,
//! but thousands of pairs, which would not fit into the nearest CPU caches.

use hashbrown::{HashMap, HashTable};

use crate::bytes::hash_of;

/// The number of first halves that have a dense slot for each second half.
const EVENTS: usize = 64;

/// The numbers of the two halves of a row whose content is not known yet.
pub type Halves = (u32, u32);

/// Numbers of contents, by the bytes of rows.
#[derive(Debug, Default)]
pub struct ContentCache {
    halves: [NumberedBytes; 2],
    pairs: PairNumbers<EVENTS>,
}

impl ContentCache {
    /// The number of a row's content, by the bytes of its halves.
    ///
    /// # Errors
    ///
    /// The numbers of the halves, if their content was not [inserted](Self::insert).
    #[inline]
    pub fn get(&mut self, [first, second]: [&[u8]; 2]) -> Result<u32, Halves> {
        let halves = (self.number(0, first), self.number(1, second));
        self.content(halves).ok_or(halves)
    }

    /// The number of the bytes of one half.
    #[inline]
    pub fn number(&mut self, half: usize, bytes: &[u8]) -> u32 {
        self.halves[half].number(bytes)
    }

    /// The number of the content of two halves; `None` if it was not [inserted](Self::insert).
    #[inline]
    #[must_use]
    pub fn content(&self, halves: Halves) -> Option<u32> {
        self.pairs.get(halves)
    }

    /// Adds the content of a pair of halves.
    pub fn insert(&mut self, halves: Halves, number: u32) {
        self.pairs.insert(halves, number);
    }
}

/// Distinct bytes, numbered from 0 by first appearance.
#[derive(Debug, Default)]
struct NumberedBytes {
    /// All distinct bytes, concatenated.
    bytes: Vec<u8>,
    /// By hash: the hash, the byte position, and the number.
    numbers: HashTable<(u64, u32, u32)>,
}

impl NumberedBytes {
    #[inline]
    fn number(&mut self, row: &[u8]) -> u32 {
        let Self { bytes, numbers } = self;
        let hash = hash_of(row);
        if let Some((_, _, number)) = numbers.find(hash, |(start, len, _)| bytes_at(bytes, *start, *len) == row) {
            return *number;
        }
        let number = u32::try_from(numbers.len()).expect("more than 2^32 different rows");
        let entry = (bytes.len() as u64, u32::try_from(row.len()).expect("parts are shorter than 4 GiB"), number);
        bytes.extend_from_slice(row);
        numbers.insert_unique(hash, entry, |(start, len, _)| hash_of(bytes_at(bytes, *start, *len)));
        number
    }
}

#[expect(clippy::cast_possible_truncation, reason = "offsets into bytes in memory")]
fn bytes_at(bytes: &[u8], start: u64, len: u32) -> &[u8] {
    &bytes[start as usize..start as usize + len as usize]
}

/// The largest number of dense rows. Larger second numbers are not stored densely.
const MOST_ROWS: usize = 1 << 14;

/// Maps pairs of numbers to numbers. Pairs whose first number is below `ROW` are stored in one dense row for each
/// second number, so that frequent lookups stay in the nearest caches.
#[derive(Debug)]
pub struct PairNumbers<const ROW: usize> {
    /// By the second number, then the first, if both are small: the value plus 1.
    dense: Vec<[u32; ROW]>,
    others: HashMap<(u32, u32), u32>,
}

impl<const ROW: usize> Default for PairNumbers<ROW> {
    fn default() -> Self {
        Self { dense: Vec::new(), others: HashMap::new() }
    }
}

impl<const ROW: usize> PairNumbers<ROW> {
    /// The number of a pair, if it was inserted.
    #[inline]
    #[must_use]
    pub fn get(&self, (first, second): (u32, u32)) -> Option<u32> {
        match self.dense.get(second as usize).and_then(|row| row.get(first as usize)) {
            Some(number) => number.checked_sub(1),
            None => self.others.get(&(first, second)).copied(),
        }
    }

    /// Sets the number of a pair; it must be less than the largest `u32`.
    pub fn insert(&mut self, (first, second): (u32, u32), number: u32) {
        if (first as usize) < ROW && (second as usize) < MOST_ROWS {
            let needed = second as usize + 1;
            if self.dense.len() < needed {
                self.dense.resize(needed, [0; ROW]);
            }
            self.dense[second as usize][first as usize] = number + 1;
        } else {
            self.others.insert((first, second), number);
        }
    }
}
