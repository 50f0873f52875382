//! Numbers the keys of rows. The rows of a conversation are close together in a log, so a key is first searched for
//! among the keys that this reader met recently. Only the others are looked up in the dictionary shared by all readers.

use super::cells::ByteRange;
use crate::bytes::{hash_of, same};
use crate::dictionary::{SHARDS, Sharded, in_shard, shard_of};
use crate::event::NONE;

/// The number of slots that remember a key.
const SLOTS: usize = 1 << 12;
/// The size of remembered texts, in bytes, from which on they are dropped between two parts.
const MANY_TEXTS: usize = 1 << 18;

/// A key that was met.
#[derive(Debug, Clone, Copy)]
struct KeySlot {
    hash: u64,
    /// The byte range of its text.
    text: ByteRange,
    /// Its number, or [`NONE`] until the keys of the current part are numbered.
    number: u32,
    /// A row of the current part that has it.
    row: u32,
}

impl KeySlot {
    const NOTHING: Self = Self { hash: 0, text: ByteRange { start: 0, len: 0 }, number: NONE, row: 0 };
}

/// The values of one key in a part, and those met recently.
#[derive(Debug, Default)]
pub struct KeyColumn {
    /// The latest key for each value of the lowest bits of the hash.
    slots: Vec<KeySlot>,
    /// Other bits of each slot's hash. These few bytes stay in the cache, and most new keys are recognised by them.
    tags: Vec<u16>,
    /// The texts of keys: copied from the part, so that frequently compared ones stay in the cache.
    texts: Vec<u8>,
    /// Values of the part that are not numbered yet.
    new: Vec<KeySlot>,
    sorted: Vec<KeySlot>,
    likely: Vec<Option<u32>>,
    /// Rows that repeat the unnumbered value of another row: the row, and that other row.
    repeats: Vec<(u32, u32)>,
}

impl KeyColumn {
    /// Forgets the rows of the preceding part.
    pub fn clear(&mut self) {
        self.new.clear();
        self.repeats.clear();
        if self.texts.len() > MANY_TEXTS {
            self.texts.clear();
            self.slots.fill(KeySlot::NOTHING);
            self.tags.fill(0);
        }
    }

    /// Adds a row's value, which must not be empty. Returns its number, or [`NONE`] until [`Self::number`] assigns one.
    #[inline]
    pub fn add(&mut self, row: u32, value: &[u8]) -> u32 {
        let hash = hash_of(value);
        let (slot, tag) = slot_and_tag(hash);
        // A slot without a key has an empty text.
        if let (Some(known), Some(slot)) = (self.tags.get(slot), self.slots.get(slot))
            && *known == tag
            && slot.hash == hash
            && same(text_at(&self.texts, slot.text), value)
        {
            if slot.number == NONE {
                self.repeats.push((row, slot.row));
            }
            return slot.number;
        }
        self.add_new(row, value, hash);
        NONE
    }

    /// Adds a row's value that is not in its slot.
    #[inline(never)]
    fn add_new(&mut self, row: u32, value: &[u8], hash: u64) {
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, KeySlot::NOTHING);
            self.tags.resize(SLOTS, 0);
        }
        #[expect(clippy::cast_possible_truncation, reason = "texts and parts are far shorter than 4 GiB")]
        let text = ByteRange { start: self.texts.len() as u32, len: value.len() as u32 };
        self.texts.extend_from_slice(value);
        let met = KeySlot { hash, text, number: NONE, row };
        let (slot, tag) = slot_and_tag(hash);
        (self.tags[slot], self.slots[slot]) = (tag, met);
        self.new.push(met);
    }

    /// Numbers the values that have no number yet, locking each shard of the dictionary once. `set` receives a row and
    /// its number; `get` returns a number that was set.
    pub fn number<N>(
        &mut self,
        dictionary: &Sharded,
        numbers: &mut [N],
        set: impl Fn(&mut N, u32),
        get: impl Fn(&N) -> u32,
    ) {
        self.sort_by_shard();
        for of_shard in self.sorted.chunk_by(|a, b| shard_of(a.hash) == shard_of(b.hash)) {
            let shard = shard_of(of_shard[0].hash);
            let mut dictionary = dictionary.lock(shard);
            // The dictionary is larger than the caches: in separate loops, the waits for memory overlap.
            self.likely.clear();
            self.likely.extend(of_shard.iter().map(|met| dictionary.likely(met.hash)));
            for (likely, met) in self.likely.iter_mut().zip(of_shard) {
                *likely = likely.filter(|number| dictionary.is(*number, text_at(&self.texts, met.text)));
            }
            for (KeySlot { hash, text, row, .. }, likely) in of_shard.iter().zip(&self.likely) {
                let number = likely.unwrap_or_else(|| dictionary.number_hashed(*hash, text_at(&self.texts, *text)));
                let number = in_shard(number, shard);
                set(&mut numbers[*row as usize], number);
                let slot = &mut self.slots[slot_and_tag(*hash).0];
                if slot.text == *text {
                    slot.number = number;
                }
            }
        }
        for (row, first) in &self.repeats {
            let number = get(&numbers[*first as usize]);
            set(&mut numbers[*row as usize], number);
        }
    }

    fn sort_by_shard(&mut self) {
        let mut next = [0_usize; SHARDS + 1];
        for met in &self.new {
            next[shard_of(met.hash) + 1] += 1;
        }
        for shard in 0..SHARDS {
            next[shard + 1] += next[shard];
        }
        self.sorted.clear();
        self.sorted.resize(self.new.len(), KeySlot::NOTHING);
        for met in &self.new {
            let slot = &mut next[shard_of(met.hash)];
            self.sorted[*slot] = *met;
            *slot += 1;
        }
    }
}

/// The slot for a hash, and its tag there.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "some of the bits are asked for")]
const fn slot_and_tag(hash: u64) -> (usize, u16) {
    (hash as usize % SLOTS, (hash >> 48) as u16)
}

fn text_at(texts: &[u8], text: ByteRange) -> &[u8] {
    &texts[text.start as usize..(text.start + text.len) as usize]
}
