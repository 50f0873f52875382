//! Learns the order of keys: exporters write the same keys in the same order in every row.

use wide::u8x16;

use crate::event::Column;

/// The number of bytes compared; longer literals are not learned.
pub const WINDOW: usize = 32;
/// The start of a row, as a position in the order.
pub const ROW_START: u8 = 0;

/// The most keys that are learned. Rows with more keys have no order to learn.
const MAX_KEYS: usize = 128;
/// The number of keys that may be missing between two keys of a row: many exporters omit null values.
const TRIES: usize = 8;
/// The number of keys for which learning pauses after rows turned out to have no order.
const PAUSE: u32 = 10_000;

/// A few bytes, prepared for comparison as vectors.
#[derive(Debug, Clone, Copy)]
pub struct Literal {
    /// The bytes, padded with zeros.
    text: [u8x16; 2],
    /// Ones at the positions of the bytes.
    mask: [u8x16; 2],
    len: u8,
}

/// A key as written in rows: all bytes between a comma and the next value, including the colon and blanks.
#[derive(Debug, Clone, Copy)]
struct KeyBytes {
    literal: Literal,
    column: Option<Column>,
    bit: u32,
    /// The position of the next key.
    next: u8,
}

/// A key that was found.
#[derive(Debug, Clone, Copy)]
pub struct FoundKey {
    /// Its position in the order.
    pub position: u8,
    /// Length in bytes.
    pub len: usize,
    /// The column with that name.
    pub column: Option<Column>,
    /// The column's [bit](Column::bit).
    pub bit: u32,
}

/// Learned keys in a ring, in the order of rows; [`ROW_START`] closes it.
#[derive(Debug)]
pub struct KeyOrder {
    keys: Box<[KeyBytes; MAX_KEYS]>,
    len: usize,
    /// The number of keys for which learning is still paused.
    pause: u32,
}

impl Default for KeyOrder {
    fn default() -> Self {
        // UTF-8 text never contains the byte 0xFF, so the start of a row is never found.
        let never = [u8x16::splat(0xff); 2];
        let literal = Literal { text: never, mask: never, len: 0 };
        let start = KeyBytes { literal, column: None, bit: 0, next: ROW_START };
        Self { keys: Box::new([start; MAX_KEYS]), len: 1, pause: 0 }
    }
}

impl Literal {
    /// A literal of these bytes; `None` if they are more than [`WINDOW`].
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let (mut text, mut mask) = ([0; WINDOW], [0; WINDOW]);
        text.get_mut(..bytes.len())?.copy_from_slice(bytes);
        mask[..bytes.len()].fill(0xff);
        let [text, mask] = [text, mask].map(|bytes| halves(&bytes));
        Some(Self { text, mask, len: u8::try_from(bytes.len()).ok()? })
    }

    /// Whether the window begins with this literal.
    #[inline]
    pub fn begins(&self, window: &[u8; WINDOW]) -> bool {
        let [first, second] = halves(window);
        let is_same = (first & self.mask[0]).simd_eq(self.text[0]) & (second & self.mask[1]).simd_eq(self.text[1]);
        is_same.all()
    }

    /// Length in bytes.
    #[inline]
    pub const fn len(&self) -> usize {
        self.len as usize
    }
}

/// A window as vectors.
#[inline]
fn halves(window: &[u8; WINDOW]) -> [u8x16; 2] {
    let (mut first, mut second) = ([0; WINDOW / 2], [0; WINDOW / 2]);
    first.copy_from_slice(&window[..WINDOW / 2]);
    second.copy_from_slice(&window[WINDOW / 2..]);
    [u8x16::new(first), u8x16::new(second)]
}

impl KeyBytes {
    const fn found(&self, position: u8) -> FoundKey {
        FoundKey { position, len: self.literal.len(), column: self.column, bit: self.bit }
    }
}

impl KeyOrder {
    /// The learned key at the start of the window; `last` is the position of the preceding key.
    #[inline]
    pub fn find(&self, window: &[u8; WINDOW], last: u8) -> Option<FoundKey> {
        let position = self.at(last).next;
        let next = self.at(position);
        if next.literal.begins(window) { Some(next.found(position)) } else { self.find_after(window, position) }
    }

    #[inline(never)]
    fn find_after(&self, window: &[u8; WINDOW], mut position: u8) -> Option<FoundKey> {
        // While learning is paused, no key is known.
        for _ in 0..TRIES.min(self.len - 1) {
            position = self.at(position).next;
            let next = self.at(position);
            if next.literal.begins(window) {
                return Some(next.found(position));
            }
        }
        None
    }

    /// Learns a key that was not found, as the successor of `last`. Returns its position, or the position to continue
    /// from.
    pub fn learn(&mut self, bytes: &[u8], column: Option<Column>, last: u8) -> u8 {
        if self.pause > 0 {
            self.pause -= 1;
            return ROW_START;
        }
        if self.len == MAX_KEYS {
            self.forget();
            return ROW_START;
        }
        let Some(literal) = Literal::new(bytes) else {
            return last;
        };
        self.keys[self.len] =
            KeyBytes { literal, column, bit: column.map_or(0, Column::bit), next: self.at(last).next };
        #[expect(clippy::cast_possible_truncation, reason = "there are at most MAX_KEYS")]
        let position = self.len as u8;
        self.keys[usize::from(last)].next = position;
        self.len += 1;
        position
    }

    /// Rows have no order: forgets all keys and pauses.
    const fn forget(&mut self) {
        self.keys[ROW_START as usize].next = ROW_START;
        self.len = 1;
        self.pause = PAUSE;
    }

    #[inline]
    const fn at(&self, position: u8) -> &KeyBytes {
        &self.keys[position as usize % MAX_KEYS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str) -> [u8; WINDOW] {
        let mut window = [b'\n'; WINDOW];
        window[..text.len()].copy_from_slice(text.as_bytes());
        window
    }

    #[test]
    fn a_learned_key_is_found_after_missing_ones() {
        let mut order = KeyOrder::default();
        assert!(order.find(&window("\"ts\":1"), ROW_START).is_none());
        let ts = order.learn(b"\"ts\":", Some(Column::Ts), ROW_START);
        let long = order.learn(b"\"a key of eighteen\": ", None, ts);
        let queue = order.learn(b"\"queue\":", Some(Column::Queue), long);
        assert_eq!(order.find(&window("\"ts\":1"), ROW_START).unwrap().column, Some(Column::Ts));
        assert_eq!(order.find(&window("\"queue\":1"), ROW_START).unwrap().position, queue);
        assert_eq!(order.find(&window("\"ts\":1"), queue).unwrap().position, ts);
        assert_eq!(order.find(&window("\"a key of eighteen\": 1"), ts).unwrap().len, 21);
        assert!(order.find(&window("\"a key of eightees\": 1"), ts).is_none());
        assert!(order.find(&window("\"a key of eighteen\":1"), ts).is_none());
    }

    #[test]
    fn learning_pauses_where_rows_have_no_order() {
        let mut order = KeyOrder::default();
        let mut last = ROW_START;
        for key in 0..MAX_KEYS {
            last = order.learn(format!("\"{key}\":").as_bytes(), None, last);
        }
        assert_eq!((last, order.len, order.pause), (ROW_START, 1, PAUSE));
        for _ in 0..PAUSE {
            assert_eq!(order.learn(b"\"ts\":", Some(Column::Ts), ROW_START), ROW_START);
        }
        assert!(order.find(&window("\"ts\":1"), ROW_START).is_none());
        assert_eq!(order.learn(b"\"ts\":", Some(Column::Ts), ROW_START), 1);
        assert!(order.find(&window("\"ts\":1"), ROW_START).is_some());
    }
}
