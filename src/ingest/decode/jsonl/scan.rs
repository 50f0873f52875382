//! Searches for the end of the plain part of a string, many bytes at a time.

use std::num::NonZero;

use wide::u8x16;

use crate::bytes::same;

/// The number of bytes searched at a time. Many values of a log are shorter.
const STEP: usize = 16;

/// The next `N` bytes; `None` if there are fewer.
#[inline]
pub fn window<const N: usize>(bytes: &[u8], at: usize) -> Option<&[u8; N]> {
    bytes.get(at..)?.first_chunk()
}

/// The end of the plain part of a string that begins at `from`: a quote, a backslash, a control character or the end of
/// the bytes.
#[inline]
pub fn plain_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(window) = window(bytes, at) {
        // A branch, so that the processor reads the next bytes before it knows the result for these.
        if let Some(end) = NonZero::new(ends(window)) {
            return at + end.trailing_zeros() as usize;
        }
        at += STEP;
    }
    at + bytes.get(at..).map_or(0, plain_tail)
}

/// A bit for each byte that ends a plain part.
#[inline]
fn ends(window: &[u8; STEP]) -> u32 {
    let [quote, backslash, last_control] = [b'"', b'\\', 0x1f].map(u8x16::splat);
    let bytes = u8x16::new(*window);
    let is_control = bytes.max(last_control).simd_eq(last_control);
    (bytes.simd_eq(quote) | bytes.simd_eq(backslash) | is_control).to_bitmask()
}

/// A text to search for.
#[derive(Debug)]
pub struct Needle {
    text: Box<[u8]>,
    /// Its first and its last byte.
    ends: [u8x16; 2],
}

impl Needle {
    /// A needle for a text, which must not be empty.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        Self { text: text.into(), ends: [text[0], text[text.len() - 1]].map(u8x16::splat) }
    }

    #[must_use]
    #[inline]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The first position of the text from `from` on, at most `last`. A match within the last few bytes is not found.
    #[inline]
    pub fn find(&self, bytes: &[u8], from: usize, last: usize) -> Option<usize> {
        let behind = self.text.len() - 1;
        let mut at = from;
        while at <= last {
            let windows = [window(bytes, at)?, window(bytes, at + behind)?].map(|window| u8x16::new(*window));
            let mut matches = (windows[0].simd_eq(self.ends[0]) & windows[1].simd_eq(self.ends[1])).to_bitmask();
            while let Some(bits) = NonZero::new(matches) {
                let here = at + bits.trailing_zeros() as usize;
                if same(&bytes[here..=here + behind], &self.text) {
                    return (here <= last).then_some(here);
                }
                matches &= matches - 1;
            }
            at += STEP;
        }
        None
    }
}

/// The number of plain bytes at the start of the last few bytes of the part.
#[cold]
fn plain_tail(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_at_their_first_position() {
        let bytes = [b"abcabc,\"text\":\"a:\"t:e\"text\":".as_slice(), &[b'x'; 60]].concat();
        let naive = |text: &[u8], from: usize, last: usize| (from..=last).find(|at| bytes[*at..].starts_with(text));
        for text in [
            &b"a"[..],
            b"ab",
            b"\"text\":",
            b"\"t:",
            b"x",
            b"xxxxxxxxxxxxxxxxxx",
            b"c,\"text\":\"a:\"t:e\"text\"",
            b"-",
        ] {
            for from in 0..40 {
                for last in 0..45 {
                    assert_eq!(
                        Needle::new(text).find(&bytes, from, last),
                        naive(text, from, last),
                        "{text:?} {from} {last}"
                    );
                }
            }
        }
        assert_eq!(Needle::new(b"o").find(b"short", 0, 4), None);
    }

    #[test]
    fn every_byte_at_every_position() {
        for byte in 0..=0xff_u8 {
            for position in 0..40 {
                let mut bytes = [b'a'; 40];
                bytes[position] = byte;
                // A second end after the first one must not be seen.
                bytes[39] = if position == 39 { byte } else { b'"' };
                let end = if matches!(byte, b'"' | b'\\' | 0..0x20) { position } else { 39 };
                let end = if position == 39 && end == 39 && !matches!(byte, b'"' | b'\\' | 0..0x20) { 40 } else { end };
                assert_eq!(plain_end(&bytes, 0), end, "{byte:#x} at {position}");
            }
        }
        assert_eq!(plain_end(b"abc", 3), 3);
    }
}
