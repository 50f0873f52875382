//! Finds the ends of fields in CSV text as bit masks, 64 bytes at a time.
//!
//! Each bit of a mask is a byte of the block; the lowest bit is the first byte. The effect of a quote depends on all
//! quotes before it, so reading byte by byte is slow. But if all quotes are where quotes are allowed, the quoted bytes
//! are those between the first and second quote, the third and fourth, and so on, and a few shifts find them for a
//! whole block. Only blocks with a stray quote are read byte by byte.

use wide::u8x16;

/// The number of bytes in a block: one for each bit of a mask.
const BLOCK: usize = 64;

/// The ends of fields in one block.
#[derive(Debug, Clone, Copy, Default)]
pub struct FieldBlock {
    /// The index of the block's first byte in the text.
    pub start: usize,
    /// Delimiters and line ends that are not quoted.
    pub separators: u64,
    /// Whether a quoted field in this block may hold separators or quotes, or has text after its closing quote. If
    /// false, each quoted field is just a quote, text and a quote.
    pub is_odd: bool,
}

/// The blocks of a text. The text begins with a record.
#[derive(Debug)]
pub struct Blocks<'b> {
    text: &'b [u8],
    delimiter: u8,
    /// The start of the next block.
    start: usize,
    state: QuoteState,
}

impl<'b> Blocks<'b> {
    /// The blocks of a text.
    pub const fn new(text: &'b [u8], delimiter: u8) -> Self {
        Self { text, delimiter, start: 0, state: QuoteState { is_quoted: false, may_open: true, has_closed: false } }
    }

    /// Whether the blocks so far end inside a quoted field.
    pub const fn is_quoted(&self) -> bool {
        self.state.is_quoted
    }

    /// The next block; `None` after the last.
    #[inline]
    pub fn next(&mut self) -> Option<FieldBlock> {
        let start = self.start;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let masks = match rest.first_chunk() {
            Some(bytes) => Masks::of(bytes, self.delimiter),
            None => Masks::of_last(rest, self.delimiter),
        };
        self.start += BLOCK;
        let (quoted, is_odd) = self.state.pass(masks.quotes, masks.separators);
        Some(FieldBlock { start, separators: masks.separators & !quoted, is_odd })
    }
}

/// The state carried from the preceding bytes into a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct QuoteState {
    is_quoted: bool,
    /// Whether a quote here opens a quoted field: a field begins, or a quote has just closed (a doubled quote is one
    /// quote in the text). The two cases need no distinction: all other bytes behave the same in both.
    may_open: bool,
    /// Whether the last quote closed a field or is a stray one.
    has_closed: bool,
}

impl QuoteState {
    /// Processes a block. Returns the mask of quoted bytes, opening quotes included, and whether the block is odd.
    #[inline]
    fn pass(&mut self, quotes: u64, separators: u64) -> (u64, bool) {
        let inside = odd(quotes) ^ if self.is_quoted { u64::MAX } else { 0 };
        let before = (separators | quotes) << 1 | u64::from(self.may_open);
        if quotes & inside & !before != 0 {
            return (self.pass_bytes(quotes, separators), true);
        }
        let closing = quotes & !inside;
        let behind = closing << 1 | u64::from(self.has_closed);
        self.is_quoted = is_last(inside);
        self.may_open = is_last((separators | quotes) & !inside);
        self.has_closed = is_last(closing);
        (inside, (separators & inside) | (behind & !separators) != 0)
    }

    /// Same as [`Self::pass`], but byte by byte: correct wherever the quotes are.
    #[cold]
    fn pass_bytes(&mut self, quotes: u64, separators: u64) -> u64 {
        let mut inside = 0;
        for bit in (0..BLOCK).map(|bit| 1 << bit) {
            if quotes & bit != 0 && (self.is_quoted || self.may_open) {
                self.is_quoted = !self.is_quoted;
                self.may_open = !self.is_quoted;
            } else {
                self.may_open = !self.is_quoted && separators & bit != 0;
            }
            inside |= if self.is_quoted { bit } else { 0 };
        }
        self.has_closed = is_last(quotes & !inside);
        inside
    }
}

/// The bits at which the number of set bits so far, this bit included, is odd.
#[inline]
const fn odd(mut mask: u64) -> u64 {
    mask ^= mask << 1;
    mask ^= mask << 2;
    mask ^= mask << 4;
    mask ^= mask << 8;
    mask ^= mask << 16;
    mask ^ mask << 32
}

/// Whether the mask contains the last byte of the block.
#[inline]
const fn is_last(mask: u64) -> bool {
    mask >> (BLOCK - 1) != 0
}

/// The kinds of bytes in a block, quoted or not.
struct Masks {
    quotes: u64,
    /// Delimiters, newlines and carriage returns.
    separators: u64,
}

impl Masks {
    #[inline]
    fn of(block: &[u8; BLOCK], delimiter: u8) -> Self {
        let [quote, newline, carriage_return, delimiter] = [b'"', b'\n', b'\r', delimiter].map(u8x16::splat);
        let mut masks = Self { quotes: 0, separators: 0 };
        for (at, bytes) in block.as_chunks::<16>().0.iter().enumerate() {
            let bytes = u8x16::new(*bytes);
            let separators = bytes.simd_eq(delimiter) | bytes.simd_eq(newline) | bytes.simd_eq(carriage_return);
            masks.quotes |= u64::from(bytes.simd_eq(quote).to_bitmask()) << (at * 16);
            masks.separators |= u64::from(separators.to_bitmask()) << (at * 16);
        }
        masks
    }

    /// The masks of the last, incomplete block of a text.
    #[cold]
    fn of_last(rest: &[u8], delimiter: u8) -> Self {
        // Zeros count as text: they neither separate fields nor open or close quotes.
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        Self::of(&block, delimiter)
    }
}
