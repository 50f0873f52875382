//! The sets of tags of a log, and the set for each writing. Order, repeats and blanks make no difference.

use crate::dictionary::{Dictionary, Frozen};
use crate::event::{Labels, NONE, some, tags};

/// Sets of tags, and the numbers of their writings in rows.
#[derive(Debug, Default)]
pub struct TagSets {
    sets: Dictionary,
    /// The number of the set for each writing; [`NONE`] if it has no tag.
    by_writing: Vec<u32>,
}

impl TagSets {
    /// The sets of all writings.
    #[must_use]
    pub fn of(writings: &Frozen) -> Self {
        let mut sets = Dictionary::default();
        let mut by_writing = vec![NONE; writings.end()];
        writings.each(|writing, text| {
            let text = std::str::from_utf8(text).unwrap_or_default();
            by_writing[writing as usize] = tags::set_of(text).map_or(NONE, |set| sets.number(&set));
        });
        Self { sets, by_writing }
    }

    /// The sets, encoded by [`tags`].
    #[must_use]
    pub const fn sets(&self) -> &Dictionary {
        &self.sets
    }

    /// The number of the set of a writing; [`NONE`] if it has no tag.
    #[must_use]
    #[inline]
    pub fn set_of(&self, writing: u32) -> u32 {
        if writing == NONE { NONE } else { self.by_writing[writing as usize] }
    }

    /// The set of a writing, as a text.
    #[must_use]
    pub fn text_of(&self, writing: u32) -> Option<&str> {
        some(self.set_of(writing)).map(|set| self.sets.get(set))
    }

    /// Labels in which the number of the tags' set replaces that of their writing.
    #[must_use]
    #[inline]
    pub fn resolved(&self, labels: Labels) -> Labels {
        Labels { tags: self.set_of(labels.tags), ..labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::hash_of;
    use crate::dictionary::{Sharded, in_shard, shard_of};

    #[test]
    fn writings_of_one_set_have_its_number() {
        let numbered = Sharded::default();
        let number = |text: &str| {
            let hash = hash_of(text.as_bytes());
            let shard = shard_of(hash);
            in_shard(numbered.lock(shard).number_hashed(hash, text.as_bytes()), shard)
        };
        let [first, again, other, blank] = ["vip;refund", " refund ;vip;vip", "vip", " ; "].map(number);
        let sets = TagSets::of(&numbered.frozen());
        assert_eq!(sets.set_of(first), sets.set_of(again));
        assert_eq!(
            [first, again, other, blank].map(|writing| sets.text_of(writing)),
            [Some("refund;vip"), Some("refund;vip"), Some("vip"), None]
        );
        assert_eq!((sets.sets().len(), sets.set_of(NONE)), (2, NONE));
        let labels = Labels { tags: again, attributes: 7 };
        assert_eq!(sets.resolved(labels), Labels { tags: sets.set_of(first), attributes: 7 });
    }
}
