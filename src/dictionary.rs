//! Texts as numbers: each distinct text is stored once, in the order of its first appearance.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Distinct texts, numbered from 0 by first appearance.
#[derive(Default, Clone)]
pub struct Dictionary {
    bytes: String,
    /// Where each text ends in `bytes`.
    ends: Vec<u64>,
    numbers: HashTable<u32>,
    /// Random per process; only lookups see it, never an order.
    hasher: DefaultHashBuilder,
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Dictionary {
    /// How many distinct texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a number that this dictionary gave.
    #[must_use]
    pub fn get(&self, number: u32) -> &str {
        text_at(&self.bytes, &self.ends, number)
    }

    /// All texts, by number.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len()).map(|number| text_at(&self.bytes, &self.ends, to_number(number)))
    }

    /// The number of a text that is there.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        self.numbers.find(hash, |number| self.get(*number) == text).copied()
    }

    /// The number of a text, a new one where it is the first time.
    pub fn number(&mut self, text: &str) -> u32 {
        let Self { bytes, ends, numbers, hasher } = self;
        let hash = hasher.hash_one(text);
        if let Some(number) = numbers.find(hash, |number| text_at(bytes, ends, *number) == text) {
            return *number;
        }
        let number = to_number(ends.len());
        bytes.push_str(text);
        ends.push(bytes.len() as u64);
        numbers.insert_unique(hash, number, |number| hasher.hash_one(text_at(bytes, ends, *number)));
        number
    }
}

fn text_at<'a>(bytes: &'a str, ends: &[u64], number: u32) -> &'a str {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] };
    #[expect(clippy::cast_possible_truncation, reason = "offsets into a text in memory")]
    let (start, end) = (start as usize, ends[number] as usize);
    &bytes[start..end]
}

fn to_number(at: usize) -> u32 {
    u32::try_from(at).expect("more than 2^32 distinct texts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_first_appearance() {
        let mut dictionary = Dictionary::default();
        assert_eq!([dictionary.number("b"), dictionary.number(""), dictionary.number("b")], [0, 1, 0]);
        assert_eq!(dictionary.iter().collect::<Vec<_>>(), ["b", ""]);
        assert_eq!((dictionary.find("b"), dictionary.find("c")), (Some(0), None));
    }

    #[test]
    fn many_texts_survive_growth() {
        let mut dictionary = Dictionary::default();
        for n in 0..10_000 {
            assert_eq!(dictionary.number(&n.to_string()), n);
        }
        assert_eq!(dictionary.get(4_711), "4711");
        assert_eq!(dictionary.find("9999"), Some(9_999));
    }
}
