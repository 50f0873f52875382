//! The content cache: the numbers of contents by the bytes of the rows that have them. Equal bytes are equal contents.
//!
//! The bytes are taken in two halves. A log has tens of one and hundreds of the other, but thousands of both together,
//! which would not stay in the nearest caches.

use hashbrown::{HashMap, HashTable};

use crate::bytes::hash_of;

/// So many first halves have a place of their own beside each second one.
const EVENTS: usize = 64;

/// The numbers of a row's halves, not known together.
pub type Halves = (u32, u32);

/// Numbers of contents by the bytes of rows.
#[derive(Debug, Default)]
pub struct ContentCache {
    halves: [NumberedBytes; 2],
    pairs: PairNumbers<EVENTS>,
}

impl ContentCache {
    /// The number of a row's content, by its halves.
    ///
    /// # Errors
    ///
    /// The numbers of the halves where their content was not [inserted](Self::insert).
    #[inline]
    pub fn get(&mut self, [first, second]: [&[u8]; 2]) -> Result<u32, Halves> {
        let halves = (self.number(0, first), self.number(1, second));
        self.content(halves).ok_or(halves)
    }

    /// The number of the bytes of a half.
    #[inline]
    pub fn number(&mut self, half: usize, bytes: &[u8]) -> u32 {
        self.halves[half].number(bytes)
    }

    /// The number of the content of two halves, where it was [inserted](Self::insert).
    #[inline]
    #[must_use]
    pub fn content(&self, halves: Halves) -> Option<u32> {
        self.pairs.get(halves)
    }

    /// Adds the content of two halves together.
    pub fn insert(&mut self, halves: Halves, number: u32) {
        self.pairs.insert(halves, number);
    }
}

/// Distinct bytes, numbered from 0 by first appearance.
#[derive(Debug, Default)]
struct NumberedBytes {
    /// All of them, one after another.
    bytes: Vec<u8>,
    /// By hash: where they are, and their number.
    places: HashTable<(u64, u32, u32)>,
}

impl NumberedBytes {
    #[inline]
    fn number(&mut self, row: &[u8]) -> u32 {
        let Self { bytes, places } = self;
        let hash = hash_of(row);
        if let Some((_, _, number)) = places.find(hash, |(start, len, _)| bytes_at(bytes, *start, *len) == row) {
            return *number;
        }
        let number = u32::try_from(places.len()).expect("more than 2^32 different rows");
        let place = (bytes.len() as u64, u32::try_from(row.len()).expect("parts are shorter than 4 GiB"), number);
        bytes.extend_from_slice(row);
        places.insert_unique(hash, place, |(start, len, _)| hash_of(bytes_at(bytes, *start, *len)));
        number
    }
}

#[expect(clippy::cast_possible_truncation, reason = "offsets into bytes in memory")]
fn bytes_at(bytes: &[u8], start: u64, len: u32) -> &[u8] {
    &bytes[start as usize..start as usize + len as usize]
}

/// Rows of pairs that are kept dense: no more seconds than these.
const MOST_ROWS: usize = 1 << 14;

/// A number for each of some pairs of numbers. Those with a first below `ROW` are together for each second, so that the
/// nearest caches have what is asked for again and again.
#[derive(Debug)]
pub struct PairNumbers<const ROW: usize> {
    /// By the second and the first, where both are small: the number, from 1.
    dense: Vec<[u32; ROW]>,
    others: HashMap<(u32, u32), u32>,
}

impl<const ROW: usize> Default for PairNumbers<ROW> {
    fn default() -> Self {
        Self { dense: Vec::new(), others: HashMap::new() }
    }
}

impl<const ROW: usize> PairNumbers<ROW> {
    /// The number of a pair.
    #[inline]
    #[must_use]
    pub fn get(&self, (first, second): (u32, u32)) -> Option<u32> {
        match self.dense.get(second as usize).and_then(|row| row.get(first as usize)) {
            Some(number) => number.checked_sub(1),
            None => self.others.get(&(first, second)).copied(),
        }
    }

    /// Numbers a pair; no number is the largest.
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
