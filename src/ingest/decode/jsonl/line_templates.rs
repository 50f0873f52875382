//! Learns line templates: the segments of a line between its varying values.
//!
//! Ids, instants, tags, attributes, texts and values of unknown columns vary from row to row. The segments between them
//! hold keys, and values that occur in a few hundred combinations in a log. Most segments have the same bytes as one of
//! an earlier line, and then the same meaning.
//!
//! The templates form a graph: a state is the position in a line after a varying value, and each segment leads to the
//! next state.

use hashbrown::HashMap;

use super::super::row::CONTENT_COLUMNS;
use super::key_order::{Literal, WINDOW};
use super::line_contents::{LineContents, extend_checked};
use super::scan::{self, Needle};
use crate::bytes::hash_of;
use crate::event::Column;

/// The state at the start of a line.
pub const LINE_START: u16 = 0;

/// The most segments with content, and the most bytes of them.
const MAX_SEGMENTS: u16 = 1 << 14;
const MAX_BYTES: usize = 1 << 22;
/// The most states, and the most branches of each.
const MAX_STATES: u16 = 256;
const MAX_BRANCHES: usize = 8;
/// The most lines that are learned from.
const MAX_LINES: u32 = 1 << 16;
/// The number of lines for which learning pauses after lines turned out to have too little in common.
const PAUSE: u32 = 100_000;

/// A value that varies from row to row.
#[derive(Debug, Clone, Copy)]
pub struct VaryingValue {
    /// Start of its key, after the comma.
    pub key: usize,
    /// Start of the value.
    pub start: usize,
    /// End of the value.
    pub end: usize,
    /// The owner of the value.
    pub whose: Whose,
    /// The columns of the line up to this value, one bit each.
    pub seen: u32,
}

/// The owner of a varying value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The value of a column; `None` if the key is not canonical.
    Column(Option<Column>),
    /// The value of an attribute, by its index.
    Attribute(u16),
}

/// The varying values of a line.
#[derive(Debug, Default)]
pub struct VaryingValues {
    /// The values in the order of the line.
    pub values: Vec<VaryingValue>,
    /// All columns of the line, one bit each.
    pub seen: u32,
}

/// The successor of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextSegment {
    /// The next line.
    Line,
    /// A value, then the segments of that state.
    Value(Whose, u16),
}

/// A segment that was found.
#[derive(Debug, Clone, Copy)]
pub struct FoundSegment {
    /// Length in bytes.
    pub len: usize,
    /// Its number, counted from 1; 0 if it holds keys alone.
    pub number: u16,
    /// Its successor.
    pub next: NextSegment,
}

/// Learned line templates.
#[derive(Debug, Default)]
pub struct LineTemplates {
    states: Vec<Successors>,
    /// The numbers of states, by the columns of the line so far and the key before the value.
    state_numbers: HashMap<(u32, Vec<u8>), u16>,
    contents: LineContents,
    /// The bytes of all segments with content.
    bytes: Vec<u8>,
    /// The number of segments with content.
    segments: u16,
    /// The number of lines learned from.
    lines: u32,
    /// The number of lines for which learning is still paused.
    pause: u32,
}

/// The segments that may follow a varying value.
#[derive(Debug, Default)]
struct Successors {
    /// Segments of keys alone.
    literals: Vec<(Literal, FoundSegment)>,
    /// Segments with content, grouped by their end.
    groups: Vec<SegmentGroup>,
}

/// Segments that end with the same key, or with the line, and have the same successor.
///
/// Length and successor belong to the group, not to the segment found, so that the processor can read on while it waits
/// for the segment's memory.
#[derive(Debug)]
struct SegmentGroup {
    /// The end of all segments of the group: the key, or the [end of the line](LINE_END).
    end: Needle,
    next: NextSegment,
    /// The lengths of the shortest and the longest segment, in bytes.
    shortest: usize,
    longest: usize,
    segments: SegmentTable,
}

const LINE_END: &[u8] = b"\n";

/// A segment with content.
#[derive(Debug, Clone, Copy)]
struct Segment {
    hash: u64,
    /// The index of its first byte.
    start: u32,
    len: u16,
    /// Counted from 1; 0 marks a free slot.
    number: u16,
}

/// A hash table of segments, at most half full because it is used more than once a row.
#[derive(Debug)]
struct SegmentTable {
    /// The slots; their number is a power of two.
    slots: Vec<Segment>,
    len: usize,
}

impl Default for SegmentTable {
    fn default() -> Self {
        Self { slots: vec![Segment::NONE; 2], len: 0 }
    }
}

impl Segment {
    const NONE: Self = Self { hash: 0, start: 0, len: 0, number: 0 };
}

impl SegmentTable {
    /// The segments with this hash, and possibly others.
    #[inline]
    fn candidates(&self, hash: u64) -> impl Iterator<Item = &Segment> {
        let mut at = hash;
        std::iter::from_fn(move || {
            let slot = &self.slots[self.slot(at)];
            at = at.wrapping_add(1);
            (slot.number > 0).then_some(slot)
        })
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are wanted")]
    const fn slot(&self, at: u64) -> usize {
        at as usize & (self.slots.len() - 1)
    }

    fn insert(&mut self, segment: Segment) {
        if self.slots.len() < 2 * (self.len + 1) {
            let grown = vec![Segment::NONE; 2 * self.slots.len()];
            let slots = std::mem::replace(&mut self.slots, grown);
            self.len = 0;
            slots.into_iter().filter(|slot| slot.number > 0).for_each(|slot| self.insert(slot));
        }
        let mut at = segment.hash;
        while self.slots[self.slot(at)].number > 0 {
            at = at.wrapping_add(1);
        }
        let slot = self.slot(at);
        self.slots[slot] = segment;
        self.len += 1;
    }
}

impl SegmentGroup {
    fn new(ending: &Ending) -> Self {
        let end = Needle::new(ending.key.unwrap_or(LINE_END));
        Self { end, next: ending.next, shortest: usize::MAX, longest: 0, segments: SegmentTable::default() }
    }

    /// The length of the segment at `at` with this end; `None` if no known segment has this length.
    #[inline]
    fn length(&self, part: &[u8], at: usize) -> Option<usize> {
        let end = self.end.text().len();
        let found = self.end.find(part, at + self.shortest - end, at + self.longest - end)?;
        Some(found + end - at)
    }

    fn ends_as(&self, ending: &Ending) -> bool {
        self.end.text() == ending.key.unwrap_or(LINE_END) && self.next == ending.next
    }
}

impl LineTemplates {
    /// The learned segment at `at`.
    #[inline]
    pub fn get(&self, state: u16, part: &[u8], at: usize) -> Option<FoundSegment> {
        let state = self.states.get(usize::from(state))?;
        if let Some(window) = scan::window(part, at) {
            for (literal, found) in &state.literals {
                if literal.begins(window) {
                    return Some(*found);
                }
            }
        }
        state.groups.iter().find_map(|group| {
            let len = group.length(part, at)?;
            let bytes = &part[at..at + len];
            let hash = hash_of(bytes);
            let mut candidates = group.segments.candidates(hash);
            let segment = candidates.find(|segment| segment.hash == hash && self.bytes_of(segment) == bytes)?;
            Some(FoundSegment { len, number: segment.number, next: group.next })
        })
    }

    #[inline]
    fn bytes_of(&self, segment: &Segment) -> &[u8] {
        &self.bytes[segment.start as usize..][..usize::from(segment.len)]
    }

    /// The content of lines with this signature.
    #[inline]
    pub fn content(&self, signature: u128) -> Option<u32> {
        self.contents.get(signature)
    }

    /// Learns the segments of the line `part[start..end]`, its newline included, between its varying values.
    pub fn learn(&mut self, part: &[u8], start: usize, end: usize, varying: &VaryingValues, content: u32) {
        // At the end of the part, a whole window cannot be read.
        if self.pause > 0 || part.len() < end + WINDOW {
            self.pause = self.pause.saturating_sub(1);
        } else if self.learn_line(part, start, end, varying, content).is_none() {
            *self = Self { pause: PAUSE, ..Self::default() };
        }
    }

    /// Learns a line; `None` if there is no room.
    fn learn_line(
        &mut self,
        part: &[u8],
        start: usize,
        end: usize,
        varying: &VaryingValues,
        content: u32,
    ) -> Option<()> {
        let (mut at, mut seen, mut signature) = (start, 0, 0);
        let mut state = self.state(0, &[])?;
        for value in &varying.values {
            let key = &part[value.key..value.start];
            let next = self.state(value.seen, key)?;
            let ending = Ending {
                key: Some(key),
                has_content: value.seen & !seen & CONTENT_COLUMNS != 0,
                next: NextSegment::Value(value.whose, next),
            };
            signature = extend_checked(signature, self.segment(state, &part[at..], value.start - at, &ending)?)?;
            (at, seen, state) = (value.end, value.seen, next);
        }
        let ending =
            Ending { key: None, has_content: varying.seen & !seen & CONTENT_COLUMNS != 0, next: NextSegment::Line };
        signature = extend_checked(signature, self.segment(state, &part[at..], end - at, &ending)?)?;
        self.contents.insert(signature, content);
        // By now, this many lines would have been recalled if they had anything in common.
        self.lines += 1;
        (self.lines <= MAX_LINES).then_some(())
    }

    /// The number of a state. Adds the state if it is new.
    fn state(&mut self, seen: u32, key: &[u8]) -> Option<u16> {
        let new = u16::try_from(self.states.len()).ok().filter(|new| *new < MAX_STATES)?;
        let number = *self.state_numbers.entry((seen, key.to_vec())).or_insert(new);
        if number == new {
            self.states.push(Successors::default());
        }
        Some(number)
    }

    /// The number of the segment that is the first `len` bytes; 0 if they hold keys alone.
    fn segment(&mut self, state: u16, rest: &[u8], len: usize, ending: &Ending) -> Option<u16> {
        if let Some(found) = self.get(state, rest, 0)
            && found.len == len
        {
            return (found.next == ending.next).then_some(found.number);
        }
        let bytes = &rest[..len];
        let literal = Literal::new(bytes).filter(|_| !ending.has_content);
        let state = &mut self.states[usize::from(state)];
        if let Some(literal) = literal {
            state.literals.push((literal, FoundSegment { len, number: 0, next: ending.next }));
            return (state.literals.len() <= MAX_BRANCHES).then_some(0);
        }
        self.segments = self.segments.checked_add(1).filter(|number| *number <= MAX_SEGMENTS)?;
        let known = state.groups.iter().position(|group| group.ends_as(ending));
        let group = known.unwrap_or(state.groups.len());
        if known.is_none() {
            state.groups.push(SegmentGroup::new(ending));
        }
        let group = &mut state.groups[group];
        group.shortest = group.shortest.min(len);
        group.longest = group.longest.max(len);
        let start = u32::try_from(self.bytes.len()).ok()?;
        let segment = Segment { hash: hash_of(bytes), start, len: u16::try_from(len).ok()?, number: self.segments };
        group.segments.insert(segment);
        self.bytes.extend_from_slice(bytes);
        (state.groups.len() <= MAX_BRANCHES && self.bytes.len() <= MAX_BYTES).then_some(self.segments)
    }
}

/// The end of a segment.
struct Ending<'k> {
    /// The key before the next value; `None` at the end of the line.
    key: Option<&'k [u8]>,
    /// Whether the segment holds more than keys.
    has_content: bool,
    next: NextSegment,
}
