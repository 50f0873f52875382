//! Represents texts as numbers: each distinct text is stored once. The number of a text depends on the threads, so no
//! result may depend on it (decisions.md, read-11).

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;

use crate::bytes::{hash_of, same};

/// The number of shards in a dictionary of many texts: a power of two, much larger than the number of writing threads.
pub(crate) const SHARDS: usize = 64;

/// The shard of a hash. The dictionary inside uses the other half of the hash.
#[must_use]
pub(crate) const fn shard_of(hash: u64) -> usize {
    (hash >> 32) as usize % SHARDS
}

/// Texts by number.
#[derive(Debug, Default, Clone)]
struct TextStore {
    bytes: Vec<u8>,
    /// The end of each text in `bytes`.
    ends: Vec<u32>,
}

impl TextStore {
    const fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, number: u32) -> &str {
        // Only valid UTF-8 is ever added.
        std::str::from_utf8(self.bytes_of(number)).unwrap_or_default()
    }

    fn bytes_of(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.bytes[start as usize..self.ends[number] as usize]
    }

    fn push(&mut self, text: &[u8]) -> u32 {
        let number = to_number(self.ends.len());
        self.bytes.extend_from_slice(text);
        self.ends.push(u32::try_from(self.bytes.len()).expect("more than 4 GiB of distinct texts"));
        number
    }
}

/// Distinct texts, numbered from 0 by first appearance.
#[derive(Default, Clone)]
pub struct Dictionary {
    texts: TextStore,
    /// Numbers with the hashes of their texts, so that texts are compared only if they are most likely equal.
    numbers: HashTable<(u32, u32)>,
}

/// The stored part of a hash, by which the table is organised.
#[expect(clippy::cast_possible_truncation, reason = "the lowest bits are kept")]
const fn stored_hash(hash: u64) -> u32 {
    hash as u32
}

/// The hash by which a table is organised: its slots come from the lowest bits, its tags from the highest.
const fn spread(kept: u32) -> u64 {
    kept as u64 | (kept as u64) << 32
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Dictionary {
    /// The number of distinct texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are no texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text of a number that this dictionary returned.
    #[must_use]
    pub fn get(&self, number: u32) -> &str {
        self.texts.get(number)
    }

    /// All texts, in the order of their numbers.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|number| self.get(to_number(number)))
    }

    /// The number of a text, if it is in the dictionary.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<u32> {
        self.find_hashed(stored_hash(hash_of(text.as_bytes())), text.as_bytes())
    }

    fn find_hashed(&self, kept: u32, text: &[u8]) -> Option<u32> {
        let is_it = |(number, hash): &(u32, u32)| *hash == kept && same(self.texts.bytes_of(*number), text);
        self.numbers.find(spread(kept), is_it).map(|(number, _)| *number)
    }

    /// The number of a text. Adds the text if it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        self.number_hashed(hash_of(text.as_bytes()), text.as_bytes())
    }

    /// A number whose text has that hash and is most likely the text itself: only one slot is checked.
    #[must_use]
    pub(crate) fn likely(&self, hash: u64) -> Option<u32> {
        let kept = stored_hash(hash);
        self.numbers.find(spread(kept), |(_, hash)| *hash == kept).map(|(number, _)| *number)
    }

    /// Whether a number belongs to that text.
    #[must_use]
    pub fn is(&self, number: u32, text: &[u8]) -> bool {
        same(self.texts.bytes_of(number), text)
    }

    /// The number of a text, which must be UTF-8 and whose [`hash_of`] is given. Adds the text if it is new.
    pub(crate) fn number_hashed(&mut self, hash: u64, text: &[u8]) -> u32 {
        let hash = stored_hash(hash);
        if let Some(number) = self.find_hashed(hash, text) {
            return number;
        }
        let number = self.texts.push(text);
        self.numbers.insert_unique(spread(hash), (number, hash), |(_, hash)| spread(*hash));
        number
    }
}

fn to_number(at: usize) -> u32 {
    u32::try_from(at).expect("more than 2^32 distinct texts")
}

/// A dictionary of many texts that several threads fill at once. A number contains its shard: number in the shard ×
/// `SHARDS` + shard.
#[derive(Debug)]
pub(crate) struct Sharded {
    shards: Vec<Mutex<Dictionary>>,
}

impl Default for Sharded {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Sharded {
    /// Locks a shard for the calling thread; [`in_shard`] converts its numbers to those of this dictionary.
    pub fn lock(&self, shard: usize) -> MutexGuard<'_, Dictionary> {
        self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The dictionary as it is now, for reading without locks.
    #[must_use]
    pub(crate) fn frozen(&self) -> Frozen {
        Frozen { shards: (0..SHARDS).map(|shard| self.lock(shard).texts.clone()).collect() }
    }

    /// Ends the adding of texts, so that the dictionary can be read without locks.
    #[must_use]
    pub(crate) fn freeze(self) -> Frozen {
        let open = |shard: Mutex<Dictionary>| shard.into_inner().unwrap_or_else(PoisonError::into_inner).texts;
        Frozen { shards: self.shards.into_iter().map(open).collect() }
    }
}

/// Converts a number of a shard to one of the [`Sharded`] dictionary.
#[must_use]
pub(crate) fn in_shard(number: u32, shard: usize) -> u32 {
    to_number(number as usize * SHARDS + shard)
}

/// A complete `Sharded` dictionary, in which texts are no longer searched for.
#[derive(Debug, Default)]
pub struct Frozen {
    shards: Vec<TextStore>,
}

impl Frozen {
    /// The text of a number.
    #[must_use]
    pub fn get(&self, number: u32) -> &str {
        let number = number as usize;
        self.shards[number % SHARDS].get(to_number(number / SHARDS))
    }

    /// The text of each number below [`Self::end`]; `None` for a number that was never assigned.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.end()).map(|number| {
            let shard = &self.shards[number % SHARDS];
            (number / SHARDS < shard.len()).then(|| shard.get(to_number(number / SHARDS)))
        })
    }

    /// Passes each number and the bytes of its text to the callback.
    pub fn each<'t>(&'t self, mut see: impl FnMut(u32, &'t [u8])) {
        for (shard, texts) in self.shards.iter().enumerate() {
            let mut start = 0;
            for (number, end) in (0..).zip(&texts.ends) {
                see(in_shard(number, shard), &texts.bytes[start..*end as usize]);
                start = *end as usize;
            }
        }
    }

    /// The number of texts in a shard.
    #[must_use]
    pub(crate) fn len_of(&self, shard: usize) -> usize {
        self.shards.get(shard).map_or(0, TextStore::len)
    }

    /// The largest number plus 1.
    #[must_use]
    pub fn end(&self) -> usize {
        self.shards.iter().map(TextStore::len).max().unwrap_or(0) * SHARDS
    }

    /// Whether there are no texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shards.iter().all(|shard| shard.len() == 0)
    }
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

    #[test]
    fn shards_know_their_texts() {
        let sharded = Sharded::default();
        let numbers: Vec<u32> = (0..1_000_u32)
            .map(|n| {
                let (text, hash) = (n.to_string(), hash_of(n.to_string().as_bytes()));
                let shard = shard_of(hash);
                in_shard(sharded.lock(shard).number_hashed(hash, text.as_bytes()), shard)
            })
            .collect();
        let frozen = sharded.freeze();
        for (n, number) in numbers.iter().enumerate() {
            assert_eq!(frozen.get(*number), n.to_string());
            assert!((*number as usize) < frozen.end());
        }
        assert_eq!((0..SHARDS).map(|shard| frozen.len_of(shard)).sum::<usize>(), 1_000);
    }
}
