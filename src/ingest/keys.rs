//! Keys of a part's rows as numbers. The rows of a conversation stand near each other in a log, so a key is first searched
//! for among those that the part has had: only the others are looked up in the dictionary that all readers share.

use super::cells::Span;
use crate::dictionary::{SHARDS, Sharded, hash_of, in_shard, shard_of};

/// Places that remember a key of the part.
const PLACES: usize = 1 << 12;

/// A value of a key, and the first row that has it.
#[derive(Debug, Clone, Copy, Default)]
struct First {
    hash: u64,
    row: u32,
    /// Where it is among the texts.
    text: Span,
}

/// The values of one key in a part, and memory to number them.
#[derive(Debug)]
pub struct KeyColumn {
    /// The values that were new where they stood.
    firsts: Vec<First>,
    /// Their texts: apart from the part, so that those that are looked at again and again stay near.
    texts: Vec<u8>,
    sorted: Vec<First>,
    /// Rows that have the value of the row beside them.
    again: Vec<(u32, u32)>,
    /// By the lowest bits of the hash: the latest value.
    places: Vec<First>,
}

impl Default for KeyColumn {
    fn default() -> Self {
        let places = vec![First::default(); PLACES];
        Self { firsts: Vec::new(), texts: Vec::new(), sorted: Vec::new(), again: Vec::new(), places }
    }
}

impl KeyColumn {
    /// Forgets the part before.
    pub fn clear(&mut self) {
        if !self.is_empty() {
            self.firsts.clear();
            self.texts.clear();
            self.again.clear();
            self.places.fill(First::default());
        }
    }

    /// Whether no row has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.firsts.is_empty()
    }

    /// Adds a row's value, which is not empty.
    #[inline]
    pub fn add(&mut self, row: u32, value: &[u8]) {
        let hash = hash_of(value);
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are asked for")]
        let place = &mut self.places[hash as usize % PLACES];
        // A place without a value has an empty text.
        if place.hash == hash && text_at(&self.texts, place.text) == value {
            self.again.push((row, place.row));
            return;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a part is far shorter than 4 GiB")]
        let text = Span { start: self.texts.len() as u32, len: value.len() as u32 };
        self.texts.extend_from_slice(value);
        *place = First { hash, row, text };
        self.firsts.push(*place);
    }

    /// Numbers all values, each shard of the dictionary locked once: `set` is told the row and its number, and `get` gives
    /// a number that was set.
    pub fn number<N>(
        &mut self,
        words: &Sharded,
        numbers: &mut [N],
        set: impl Fn(&mut N, u32),
        get: impl Fn(&N) -> u32,
    ) {
        self.sort_by_shard();
        for of_shard in self.sorted.chunk_by(|a, b| shard_of(a.hash) == shard_of(b.hash)) {
            let shard = shard_of(of_shard[0].hash);
            let mut words = words.lock(shard);
            for First { hash, row, text } in of_shard {
                let number = words.number_hashed(*hash, text_at(&self.texts, *text));
                set(&mut numbers[*row as usize], in_shard(number, shard));
            }
        }
        for (row, first) in &self.again {
            let number = get(&numbers[*first as usize]);
            set(&mut numbers[*row as usize], number);
        }
    }

    fn sort_by_shard(&mut self) {
        let mut next = [0_usize; SHARDS + 1];
        for first in &self.firsts {
            next[shard_of(first.hash) + 1] += 1;
        }
        for shard in 0..SHARDS {
            next[shard + 1] += next[shard];
        }
        self.sorted.clear();
        self.sorted.resize(self.firsts.len(), First::default());
        for first in &self.firsts {
            let place = &mut next[shard_of(first.hash)];
            self.sorted[*place] = *first;
            *place += 1;
        }
    }
}

fn text_at(texts: &[u8], text: Span) -> &[u8] {
    &texts[text.start as usize..(text.start + text.len) as usize]
}
