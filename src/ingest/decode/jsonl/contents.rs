//! What lines say, by the passages that told it: their numbers, the last one lowest.

use hashbrown::HashMap;

use super::super::content_cache::Pairs;

/// What a line has told, with one passage more.
#[inline]
pub const fn and_told(told: u64, more: u16) -> u64 {
    if more == 0 { told } else { told << 16 | more as u64 }
}

/// As [`and_told`]; none where a fifth would push the first one out.
pub fn with_room(told: u64, more: u16) -> Option<u64> {
    (more == 0 || told >> 48 == 0).then_some(and_told(told, more))
}

/// So many passages have a place of their own beside each that may come behind them.
const FIRSTS: usize = 16;
/// The place of any other.
const NO_PLACE: u8 = u8::MAX;

/// What lines say, by the passages that told it.
///
/// Most lines are told by two, of which the first is one of a few.
#[derive(Debug, Default)]
pub struct Contents {
    /// The places of passages that come first, by their numbers; that of none is the first place.
    firsts: Vec<u8>,
    /// How many places are taken.
    taken: u8,
    /// By the place of the first passage, and the last.
    pairs: Pairs<FIRSTS>,
    others: HashMap<u64, u32>,
}

impl Contents {
    /// What a line says whose passages told that.
    #[inline]
    #[must_use]
    pub fn get(&self, told: u64) -> Option<u32> {
        let (first, last) = split_last(told);
        let place = usize::try_from(first).ok().and_then(|first| self.firsts.get(first));
        match place.filter(|place| **place != NO_PLACE) {
            Some(place) => self.pairs.get((u32::from(*place), last)),
            None => self.others.get(&told).copied(),
        }
    }

    /// Remembers it.
    pub fn insert(&mut self, told: u64, content: u32) {
        let (first, last) = split_last(told);
        match self.place_of(first) {
            Some(place) => self.pairs.insert((u32::from(place), last), content),
            None => {
                self.others.insert(told, content);
            }
        }
    }

    /// The place of a passage that comes first, a new one where there is room.
    fn place_of(&mut self, first: u64) -> Option<u8> {
        let first = usize::from(u16::try_from(first).ok()?);
        if self.firsts.len() <= first {
            self.firsts.resize(first + 1, NO_PLACE);
        }
        let place = &mut self.firsts[first];
        if *place == NO_PLACE && usize::from(self.taken) < FIRSTS {
            *place = self.taken;
            self.taken += 1;
        }
        (*place != NO_PLACE).then_some(*place)
    }
}

/// The passages before the last, and the last.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the number of a passage has sixteen bits")]
const fn split_last(told: u64) -> (u64, u32) {
    (told >> 16, told as u16 as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_told_by_all_passages_together() {
        // More firsts than there are places for, lines of one passage, of none, and of three.
        let most = u64::from(u16::MAX);
        let firsts = (0..40).chain([most, most + 1]);
        let tolds: Vec<u64> = firsts.flat_map(|first| [first << 16 | 1, first << 16 | most]).collect();
        let longer = [0, 1 << 32 | 2 << 16 | 3, 1 << 48 | 2 << 16 | 3, u64::MAX];
        let all: Vec<(u64, u32)> = tolds.into_iter().chain(longer).zip(0..).collect();
        let mut contents = Contents::default();
        for (told, content) in &all {
            assert_eq!(contents.get(*told), None, "{told:#x}");
            contents.insert(*told, *content);
        }
        assert!(contents.firsts.len() <= usize::from(u16::MAX) + 1);
        for (told, content) in all {
            assert_eq!(contents.get(told), Some(content), "{told:#x}");
        }
    }
}
