//! What stands between the values, learned: exporters write the same keys in the same order in every row.

use wide::u8x16;

use crate::event::Column;

/// The longest stretch that is learned; so many bytes are compared.
pub const LONGEST: usize = 32;
/// The row's beginning, as a place in the order.
pub const HOME: u8 = 0;

/// So many stretches are kept. Rows that have more have no order that could be learned.
const MOST: usize = 128;
/// How many keys in a row may have been left out before one that is there (many exporters leave out what is null).
const TRIES: usize = 8;
/// For how many keys nothing is learned after rows turned out to have no order.
const PAUSE: u32 = 10_000;

/// A few bytes that are searched for again and again.
#[derive(Debug, Clone, Copy)]
pub struct Literal {
    /// They, then zeroes.
    text: [u8x16; 2],
    /// Ones where they are.
    mask: [u8x16; 2],
    len: u8,
}

/// All that stands between a comma and the next value: a key, the colon, blanks.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    literal: Literal,
    column: Option<Column>,
    bit: u32,
    /// The stretch that comes after it.
    next: u8,
}

/// A stretch that was found.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// Its place in the order.
    pub place: u8,
    /// How many bytes it has.
    pub len: usize,
    /// The column that its key names.
    pub column: Option<Column>,
    /// That column's [bit](Column::bit).
    pub bit: u32,
}

/// Learned stretches in a ring, in the order in which they stand in rows, through [`HOME`].
#[derive(Debug)]
pub struct Order {
    stretches: Box<[Stretch; MOST]>,
    len: usize,
    /// For how many keys nothing is learned.
    pause: u32,
}

impl Default for Order {
    fn default() -> Self {
        // No UTF-8 text has a byte 0xFF: the row's beginning is never found.
        let never = [u8x16::splat(0xff); 2];
        let literal = Literal { text: never, mask: never, len: 0 };
        let home = Stretch { literal, column: None, bit: 0, next: HOME };
        Self { stretches: Box::new([home; MOST]), len: 1, pause: 0 }
    }
}

impl Literal {
    /// None where the bytes are too many.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let (mut text, mut mask) = ([0; LONGEST], [0; LONGEST]);
        text.get_mut(..bytes.len())?.copy_from_slice(bytes);
        mask[..bytes.len()].fill(0xff);
        let [text, mask] = [text, mask].map(|bytes| halves(&bytes));
        Some(Self { text, mask, len: u8::try_from(bytes.len()).ok()? })
    }

    /// Whether the window begins with it.
    #[inline]
    pub fn begins(&self, window: &[u8; LONGEST]) -> bool {
        let [first, second] = halves(window);
        let is_same = (first & self.mask[0]).simd_eq(self.text[0]) & (second & self.mask[1]).simd_eq(self.text[1]);
        is_same.all()
    }

    /// How many bytes it has.
    #[inline]
    pub const fn len(&self) -> usize {
        self.len as usize
    }
}

/// A window as vectors.
#[inline]
fn halves(window: &[u8; LONGEST]) -> [u8x16; 2] {
    let (mut first, mut second) = ([0; LONGEST / 2], [0; LONGEST / 2]);
    first.copy_from_slice(&window[..LONGEST / 2]);
    second.copy_from_slice(&window[LONGEST / 2..]);
    [u8x16::new(first), u8x16::new(second)]
}

impl Stretch {
    const fn found(&self, place: u8) -> Found {
        Found { place, len: self.literal.len(), column: self.column, bit: self.bit }
    }
}

impl Order {
    /// The learned stretch that the window begins with; `last` is the place of the one before.
    #[inline]
    pub fn find(&self, window: &[u8; LONGEST], last: u8) -> Option<Found> {
        let place = self.at(last).next;
        let next = self.at(place);
        if next.literal.begins(window) { Some(next.found(place)) } else { self.find_after(window, place) }
    }

    #[inline(never)]
    fn find_after(&self, window: &[u8; LONGEST], mut place: u8) -> Option<Found> {
        // In a pause nothing is known.
        for _ in 0..TRIES.min(self.len - 1) {
            place = self.at(place).next;
            let next = self.at(place);
            if next.literal.begins(window) {
                return Some(next.found(place));
            }
        }
        None
    }

    /// Learns a stretch that was not found, to come after `last`. Its place, or the one to go on from.
    pub fn learn(&mut self, bytes: &[u8], column: Option<Column>, last: u8) -> u8 {
        if self.pause > 0 {
            self.pause -= 1;
            return HOME;
        }
        if self.len == MOST {
            self.forget();
            return HOME;
        }
        let Some(literal) = Literal::new(bytes) else {
            return last;
        };
        self.stretches[self.len] =
            Stretch { literal, column, bit: column.map_or(0, Column::bit), next: self.at(last).next };
        #[expect(clippy::cast_possible_truncation, reason = "there are at most MOST")]
        let place = self.len as u8;
        self.stretches[usize::from(last)].next = place;
        self.len += 1;
        place
    }

    /// Rows have no order: begins anew, after a while.
    const fn forget(&mut self) {
        self.stretches[HOME as usize].next = HOME;
        self.len = 1;
        self.pause = PAUSE;
    }

    #[inline]
    const fn at(&self, place: u8) -> &Stretch {
        &self.stretches[place as usize % MOST]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str) -> [u8; LONGEST] {
        let mut window = [b'\n'; LONGEST];
        window[..text.len()].copy_from_slice(text.as_bytes());
        window
    }

    #[test]
    fn what_was_learned_is_found_also_behind_gaps() {
        let mut order = Order::default();
        assert!(order.find(&window("\"ts\":1"), HOME).is_none());
        let ts = order.learn(b"\"ts\":", Some(Column::Ts), HOME);
        let long = order.learn(b"\"a key of eighteen\": ", None, ts);
        let queue = order.learn(b"\"queue\":", Some(Column::Queue), long);
        assert_eq!(order.find(&window("\"ts\":1"), HOME).unwrap().column, Some(Column::Ts));
        assert_eq!(order.find(&window("\"queue\":1"), HOME).unwrap().place, queue);
        assert_eq!(order.find(&window("\"ts\":1"), queue).unwrap().place, ts);
        assert_eq!(order.find(&window("\"a key of eighteen\": 1"), ts).unwrap().len, 21);
        assert!(order.find(&window("\"a key of eightees\": 1"), ts).is_none());
        assert!(order.find(&window("\"a key of eighteen\":1"), ts).is_none());
    }

    #[test]
    fn rows_without_order_are_left_alone_for_a_while() {
        let mut order = Order::default();
        let mut last = HOME;
        for key in 0..MOST {
            last = order.learn(format!("\"{key}\":").as_bytes(), None, last);
        }
        assert_eq!((last, order.len, order.pause), (HOME, 1, PAUSE));
        for _ in 0..PAUSE {
            assert_eq!(order.learn(b"\"ts\":", Some(Column::Ts), HOME), HOME);
        }
        assert!(order.find(&window("\"ts\":1"), HOME).is_none());
        assert_eq!(order.learn(b"\"ts\":", Some(Column::Ts), HOME), 1);
        assert!(order.find(&window("\"ts\":1"), HOME).is_some());
    }
}
