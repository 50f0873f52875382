//! Passages, learned: all that stands in a line between two values that are new in every row.
//!
//! New are ids, instants, texts and what no column knows. Between them stand keys and values that a log has in a few
//! hundred combinations, so their bytes are most often those of a line before, and say what they said there.

use hashbrown::HashMap;

use super::super::row::TOLD;
use super::contents::{Contents, with_room};
use super::scan::{self, Needle};
use super::stretch::{LONGEST, Literal};
use crate::bytes::hash_of;
use crate::event::Column;

/// The place where a line begins.
pub const HOME: u16 = 0;

/// So many passages are kept, and so many bytes of them.
const MOST: u16 = 1 << 14;
const MOST_BYTES: usize = 1 << 22;
/// So many places are kept, and so many ways on from each.
const MOST_PLACES: u16 = 256;
const MOST_WAYS: usize = 4;
/// From so many lines it is learned.
const MOST_LINES: u32 = 1 << 16;
/// For how many lines nothing is learned after lines turned out to have too little in common.
const PAUSE: u32 = 100_000;

/// A value that is new in every row.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// Where its key begins, behind the comma.
    pub key: usize,
    /// Where the value begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Its column.
    pub column: Option<Column>,
    /// The columns that the line has had so far, a bit each.
    pub seen: u32,
}

/// Where such values stand in a line.
#[derive(Debug, Default)]
pub struct Marks {
    /// They, in the order of the line.
    pub values: Vec<Mark>,
    /// All columns of the line, a bit each.
    pub seen: u32,
}

/// What comes after a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The next line.
    Line,
    /// A value of that column, then the passages of a place.
    Value(Option<Column>, u16),
}

/// A passage that was found.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// How many bytes it has.
    pub len: usize,
    /// Its number, from 1, where it says more than keys.
    pub told: u16,
    /// What comes after it.
    pub next: Next,
}

/// Learned passages.
#[derive(Debug, Default)]
pub struct Passages {
    places: Vec<Place>,
    /// The numbers of [`Place`]s, by the columns that the line has had and the key before the value.
    numbers: HashMap<(u32, Vec<u8>), u16>,
    /// What lines say.
    contents: Contents,
    /// The bytes of passages that are searched by their hash.
    bytes: Vec<u8>,
    /// How many of those there are.
    told: u16,
    /// From how many lines it was learned.
    lines: u32,
    /// For how many lines nothing is learned.
    pause: u32,
}

/// What may come behind a value.
#[derive(Debug, Default)]
struct Place {
    /// Passages that only are keys.
    literals: Vec<(Literal, Found)>,
    /// The others, by how they end.
    groups: Vec<Group>,
}

/// Passages that end with the same key, or the line, and are followed by the same.
///
/// How long one is and what comes next is told by the group, not by the passage that is found: so the processor reads on
/// while it waits for the memory in which that stands.
#[derive(Debug)]
struct Group {
    /// How all of them end: the key, or [the line's end](LINE_END).
    end: Needle,
    next: Next,
    /// The shortest and the longest of them, in bytes.
    shortest: usize,
    longest: usize,
    passages: Table,
}

const LINE_END: &[u8] = b"\n";

/// A passage that tells something.
#[derive(Debug, Clone, Copy)]
struct Passage {
    hash: u64,
    /// Where its bytes are.
    start: u32,
    len: u16,
    /// Its number, from 1.
    told: u16,
}

/// Passages by hash, at most half full: for each row it is asked more than once.
#[derive(Debug)]
struct Table {
    /// What tells nothing is no passage. As many as a power of two.
    slots: Vec<Passage>,
    len: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self { slots: vec![Passage::NONE; 2], len: 0 }
    }
}

impl Passage {
    const NONE: Self = Self { hash: 0, start: 0, len: 0, told: 0 };
}

impl Table {
    /// The passages of a hash, and maybe others.
    #[inline]
    fn candidates(&self, hash: u64) -> impl Iterator<Item = &Passage> {
        let mut at = hash;
        std::iter::from_fn(move || {
            let slot = &self.slots[self.place(at)];
            at = at.wrapping_add(1);
            (slot.told > 0).then_some(slot)
        })
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are asked for")]
    const fn place(&self, at: u64) -> usize {
        at as usize & (self.slots.len() - 1)
    }

    fn insert(&mut self, passage: Passage) {
        if self.slots.len() < 2 * (self.len + 1) {
            let grown = vec![Passage::NONE; 2 * self.slots.len()];
            let slots = std::mem::replace(&mut self.slots, grown);
            self.len = 0;
            slots.into_iter().filter(|slot| slot.told > 0).for_each(|slot| self.insert(slot));
        }
        let mut at = passage.hash;
        while self.slots[self.place(at)].told > 0 {
            at = at.wrapping_add(1);
        }
        let place = self.place(at);
        self.slots[place] = passage;
        self.len += 1;
    }
}

impl Group {
    fn new(way: &Way) -> Self {
        let end = Needle::new(way.key.unwrap_or(LINE_END));
        Self { end, next: way.next, shortest: usize::MAX, longest: 0, passages: Table::default() }
    }

    /// How many bytes a passage at `at` would have that ends this way, and is as long as those that are known.
    #[inline]
    fn length(&self, part: &[u8], at: usize) -> Option<usize> {
        let end = self.end.text().len();
        let found = self.end.find(part, at + self.shortest - end, at + self.longest - end)?;
        Some(found + end - at)
    }

    fn goes(&self, way: &Way) -> bool {
        self.end.text() == way.key.unwrap_or(LINE_END) && self.next == way.next
    }
}

impl Passages {
    /// The learned passage that stands at `at`.
    #[inline]
    pub fn get(&self, place: u16, part: &[u8], at: usize) -> Option<Found> {
        let place = self.places.get(usize::from(place))?;
        if let Some(window) = scan::window(part, at) {
            for (literal, found) in &place.literals {
                if literal.begins(window) {
                    return Some(*found);
                }
            }
        }
        place.groups.iter().find_map(|group| {
            let len = group.length(part, at)?;
            let bytes = &part[at..at + len];
            let hash = hash_of(bytes);
            let mut candidates = group.passages.candidates(hash);
            let passage = candidates.find(|passage| passage.hash == hash && self.bytes_of(passage) == bytes)?;
            Some(Found { len, told: passage.told, next: group.next })
        })
    }

    #[inline]
    fn bytes_of(&self, passage: &Passage) -> &[u8] {
        &self.bytes[passage.start as usize..][..usize::from(passage.len)]
    }

    /// What a line says whose passages told that.
    #[inline]
    pub fn content(&self, told: u64) -> Option<u32> {
        self.contents.get(told)
    }

    /// Learns the passages of the line `part[start..end]`, its newline included, between the values of `marks`.
    pub fn learn(&mut self, part: &[u8], start: usize, end: usize, marks: &Marks, content: u32) {
        // What stands at the part's end cannot be looked at as a whole.
        if self.pause > 0 || part.len() < end + LONGEST {
            self.pause = self.pause.saturating_sub(1);
        } else if self.learn_line(part, start, end, marks, content).is_none() {
            *self = Self { pause: PAUSE, ..Self::default() };
        }
    }

    /// None where there is no room.
    fn learn_line(&mut self, part: &[u8], start: usize, end: usize, marks: &Marks, content: u32) -> Option<()> {
        let (mut at, mut seen, mut told) = (start, 0, 0);
        let mut place = self.place(0, &[])?;
        for mark in &marks.values {
            let key = &part[mark.key..mark.start];
            let next = self.place(mark.seen, key)?;
            let way =
                Way { key: Some(key), tells: mark.seen & !seen & TOLD != 0, next: Next::Value(mark.column, next) };
            told = with_room(told, self.passage(place, &part[at..], mark.start - at, &way)?)?;
            (at, seen, place) = (mark.end, mark.seen, next);
        }
        let way = Way { key: None, tells: marks.seen & !seen & TOLD != 0, next: Next::Line };
        told = with_room(told, self.passage(place, &part[at..], end - at, &way)?)?;
        self.contents.insert(told, content);
        // Lines that are learned again and again are not recalled.
        self.lines += 1;
        (self.lines <= MOST_LINES).then_some(())
    }

    /// The number of a place, a new one where there is none.
    fn place(&mut self, seen: u32, key: &[u8]) -> Option<u16> {
        let new = u16::try_from(self.places.len()).ok().filter(|new| *new < MOST_PLACES)?;
        let number = *self.numbers.entry((seen, key.to_vec())).or_insert(new);
        if number == new {
            self.places.push(Place::default());
        }
        Some(number)
    }

    /// What the first `len` bytes tell: a number that no other passage has, 0 where they only are keys.
    fn passage(&mut self, place: u16, rest: &[u8], len: usize, way: &Way) -> Option<u16> {
        if let Some(found) = self.get(place, rest, 0)
            && found.len == len
        {
            return (found.next == way.next).then_some(found.told);
        }
        let bytes = &rest[..len];
        let literal = Literal::new(bytes).filter(|_| !way.tells);
        let place = &mut self.places[usize::from(place)];
        if let Some(literal) = literal {
            place.literals.push((literal, Found { len, told: 0, next: way.next }));
            return (place.literals.len() <= MOST_WAYS).then_some(0);
        }
        self.told = self.told.checked_add(1).filter(|told| *told <= MOST)?;
        let known = place.groups.iter().position(|group| group.goes(way));
        let group = known.unwrap_or(place.groups.len());
        if known.is_none() {
            place.groups.push(Group::new(way));
        }
        let group = &mut place.groups[group];
        group.shortest = group.shortest.min(len);
        group.longest = group.longest.max(len);
        let start = u32::try_from(self.bytes.len()).ok()?;
        let passage = Passage { hash: hash_of(bytes), start, len: u16::try_from(len).ok()?, told: self.told };
        group.passages.insert(passage);
        self.bytes.extend_from_slice(bytes);
        (place.groups.len() <= MOST_WAYS && self.bytes.len() <= MOST_BYTES).then_some(self.told)
    }
}

/// How a passage ends.
struct Way<'k> {
    /// The key before the value that comes next; none at the line's end.
    key: Option<&'k [u8]>,
    /// It tells more than keys.
    tells: bool,
    next: Next,
}
