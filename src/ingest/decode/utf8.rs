//! Checks whether rows are UTF-8, some rows at a time just before they are read, while they are in the nearest caches.
//! Whole rows are checked, including columns that are not read (decisions.md, reject-1).

use memchr::memchr;
use simdutf8::basic::from_utf8;

/// The number of bytes checked together; a block extends to the end of its last line.
const BLOCK: usize = 1 << 15;

/// Checks the rows of a part, which must be requested in order.
#[derive(Debug)]
pub struct Utf8<'p> {
    part: &'p [u8],
    /// The bytes before this index were checked.
    checked: usize,
    /// The bytes before this index may not be UTF-8.
    garbled: usize,
}

impl<'p> Utf8<'p> {
    /// A checker of the rows of a part.
    #[must_use]
    pub const fn new(part: &'p [u8]) -> Self {
        Self { part, checked: 0, garbled: 0 }
    }

    /// Whether the line that begins at `start` is surely UTF-8.
    #[inline]
    pub fn is_line(&mut self, start: usize) -> bool {
        // A block ends with a line, so it contains all of this one.
        self.check(start + 1);
        start >= self.garbled
    }

    /// Whether these bytes are UTF-8.
    #[inline]
    pub fn is_row(&mut self, start: usize, end: usize) -> bool {
        self.check(end);
        start >= self.garbled || from_utf8(&self.part[start..end]).is_ok()
    }

    #[inline]
    fn check(&mut self, until: usize) {
        while self.checked < until {
            self.check_block();
        }
    }

    #[inline(never)]
    fn check_block(&mut self) {
        let rest = &self.part[self.checked..];
        let behind = rest.get(BLOCK..).and_then(|behind| memchr(b'\n', behind));
        // A line end is never inside a character, so blocks can be checked separately.
        let block = behind.map_or(rest, |newline| &rest[..=BLOCK + newline]);
        self.checked += block.len();
        if from_utf8(block).is_err() {
            self.garbled = self.checked;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_invalid_row_is_found_wherever_blocks_end() {
        let mut part = Vec::new();
        let mut rows = Vec::new();
        for n in 0..4_000_usize {
            let start = part.len();
            part.extend_from_slice("é".repeat(n % 50).as_bytes());
            let is_garbled = n % 1_700 == 3 || n == 3_999;
            if is_garbled {
                part.extend_from_slice(b"\xc3");
            }
            rows.push((start, part.len(), is_garbled));
            part.push(b'\n');
        }
        assert!(part.len() > 5 * BLOCK);
        let (mut by_row, mut by_line) = (Utf8::new(&part), Utf8::new(&part));
        let mut sure = 0;
        for (start, end, is_garbled) in rows {
            assert_eq!(by_row.is_row(start, end), !is_garbled, "{start}");
            let is_sure = by_line.is_line(start);
            assert!(!(is_sure && is_garbled), "{start}");
            sure += u32::from(is_sure);
        }
        assert!(sure > 0, "some blocks have no garbled row");
    }
}
