//! The content cache of JSON Lines: finds the content of a line by its signature, the numbers of its segments.

use hashbrown::HashMap;

use super::super::content_cache::PairNumbers;

/// The number of bits of a segment's number in a signature.
const SEGMENT_BITS: u32 = 16;

/// Extends the signature of a line by the segment `number`. A signature holds the numbers of the segments with content,
/// the last one lowest. A segment of keys alone has the number 0 and changes nothing.
#[inline]
pub const fn extend(signature: u128, number: u16) -> u128 {
    if number == 0 { signature } else { signature << SEGMENT_BITS | number as u128 }
}

/// Same as [`extend`]; `None` if a ninth segment would push the first one out.
pub fn extend_checked(signature: u128, number: u16) -> Option<u128> {
    (number == 0 || signature >> (7 * SEGMENT_BITS) == 0).then_some(extend(signature, number))
}

/// The number of first segments that have their own row in the table of pairs.
const FIRSTS: usize = 16;
/// Marks a first segment that has no row.
const NO_ROW: u8 = u8::MAX;

/// Contents of lines, by signature.
///
/// Most lines have two segments with content, and few distinct first segments: such lines are looked up in a dense
/// table.
#[derive(Debug, Default)]
pub struct LineContents {
    /// The row of each first segment, by its number. A line with one segment uses the row of number 0.
    rows: Vec<u8>,
    /// The number of rows in use.
    taken: u8,
    /// Contents by the row of the first segment and the number of the last segment.
    pairs: PairNumbers<FIRSTS>,
    /// Contents by any other signature.
    others: HashMap<u128, u32>,
}

impl LineContents {
    /// The content of lines with this signature.
    #[inline]
    #[must_use]
    pub fn get(&self, signature: u128) -> Option<u32> {
        let (first, last) = split_last(signature);
        let row = usize::try_from(first).ok().and_then(|first| self.rows.get(first));
        match row.filter(|row| **row != NO_ROW) {
            Some(row) => self.pairs.get((u32::from(*row), last)),
            None => self.others.get(&signature).copied(),
        }
    }

    /// Adds the content of lines with this signature.
    pub fn insert(&mut self, signature: u128, content: u32) {
        let (first, last) = split_last(signature);
        match self.row_of(first) {
            Some(row) => self.pairs.insert((u32::from(row), last), content),
            None => {
                self.others.insert(signature, content);
            }
        }
    }

    /// The row of a first segment. Takes a new row if one is free.
    fn row_of(&mut self, first: u128) -> Option<u8> {
        let first = usize::from(u16::try_from(first).ok()?);
        if self.rows.len() <= first {
            self.rows.resize(first + 1, NO_ROW);
        }
        let row = &mut self.rows[first];
        if *row == NO_ROW && usize::from(self.taken) < FIRSTS {
            *row = self.taken;
            self.taken += 1;
        }
        (*row != NO_ROW).then_some(*row)
    }
}

/// The numbers of the segments before the last, and of the last.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a segment's number has sixteen bits")]
const fn split_last(signature: u128) -> (u128, u32) {
    (signature >> SEGMENT_BITS, signature as u16 as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_segments_together_decide() {
        // More first segments than rows; lines with one, no and three segments.
        let most = u128::from(u16::MAX);
        let firsts = (0..40).chain([most, most + 1]);
        let pairs: Vec<u128> = firsts.flat_map(|first| [first << 16 | 1, first << 16 | most]).collect();
        let longer = [0, 1 << 32 | 2 << 16 | 3, 1 << 48 | 2 << 16 | 3, 1 << 112 | 2 << 16 | 3, u128::MAX];
        let all: Vec<(u128, u32)> = pairs.into_iter().chain(longer).zip(0..).collect();
        let mut contents = LineContents::default();
        for (signature, content) in &all {
            assert_eq!(contents.get(*signature), None, "{signature:#x}");
            contents.insert(*signature, *content);
        }
        assert!(contents.rows.len() <= usize::from(u16::MAX) + 1);
        for (signature, content) in all {
            assert_eq!(contents.get(signature), Some(content), "{signature:#x}");
        }
    }
}
