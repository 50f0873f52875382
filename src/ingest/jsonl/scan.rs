//! Search for the end of a string's plain part, by word arithmetic that compilers turn into vector instructions.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = ONES * 0x80;

/// How many bytes are searched at a time: many values of a log are shorter.
const STEP: usize = 16;

/// The next bytes, where there are that many.
#[inline]
pub fn window<const N: usize>(bytes: &[u8], at: usize) -> Option<&[u8; N]> {
    bytes.get(at..)?.first_chunk()
}

/// The eight bytes from `at` on as a word, the first one lowest.
#[inline]
pub fn word<const N: usize>(window: &[u8; N], at: usize) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&window[at..at + 8]);
    u64::from_le_bytes(eight)
}

/// Where the plain part of a string that begins at `from` ends: at a quote, a backslash, a control character or the end.
#[inline]
pub fn plain_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(window) = window(bytes, at) {
        let plain = plain_bytes(window);
        at += plain;
        if plain < STEP {
            return at;
        }
    }
    at + bytes.get(at..).map_or(0, plain_tail)
}

/// With how many plain bytes a window begins.
#[inline]
fn plain_bytes(window: &[u8; STEP]) -> usize {
    let [low, high] = [0, 8].map(|at| special(word(window, at)));
    // One test for both words: it is this shape that becomes vector instructions.
    if low | high == 0 {
        return STEP;
    }
    let (found, skip) = if low == 0 { (high, 8) } else { (low, 0) };
    skip + found.trailing_zeros() as usize / 8
}

/// The high bit of each byte that ends a plain part. Borrows reach only bytes above the first one: the lowest is exact.
#[inline]
const fn special(word: u64) -> u64 {
    // With its second bit turned, the quote (0x22) follows right on the control characters: one comparison for both.
    let turned = word ^ (ONES * 2);
    let backslash = word ^ (ONES * b'\\' as u64);
    (turned.wrapping_sub(ONES * 0x21) | backslash.wrapping_sub(ONES)) & !word & HIGH
}

/// How many plain bytes the part's last few begin with.
#[cold]
fn plain_tail(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=0xff_u8 {
            for place in 0..40 {
                let mut bytes = [b'a'; 40];
                bytes[place] = byte;
                // A second end behind the first one must not be seen.
                bytes[39] = if place == 39 { byte } else { b'"' };
                let end = if matches!(byte, b'"' | b'\\' | 0..0x20) { place } else { 39 };
                let end = if place == 39 && end == 39 && !matches!(byte, b'"' | b'\\' | 0..0x20) { 40 } else { end };
                assert_eq!(plain_end(&bytes, 0), end, "{byte:#x} at {place}");
            }
        }
        assert_eq!(plain_end(b"abc", 3), 3);
    }
}
