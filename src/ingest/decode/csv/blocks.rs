//! CSV text 64 bytes at a time: where fields end, as bit masks.
//!
//! A bit of a mask is a byte of the block, the lowest the first. What a quote does hangs on all quotes before it, so
//! bytewise reading is slow; but where every quote is where a quote may be, the bytes between the first and the
//! second, the third and the fourth … are the quoted ones, and a few shifts find them for a block at once. Only blocks
//! with a stray quote are walked through.

use wide::u8x16;

/// How many bytes a block has: as many as a mask has bits.
const BLOCK: usize = 64;

/// Where fields end in one block.
#[derive(Debug, Clone, Copy, Default)]
pub struct FieldBlock {
    /// Where its first byte is in the text.
    pub start: usize,
    /// Delimiters and the ends of lines, those that are quoted apart.
    pub separators: u64,
    /// A quoted field here may be more than a quote, text and a quote: it holds separators, quotes or what follows it.
    /// Without the mark it holds none.
    pub is_odd: bool,
}

/// The blocks of a text that begins with a record.
#[derive(Debug)]
pub struct Blocks<'b> {
    text: &'b [u8],
    delimiter: u8,
    /// The next block.
    start: usize,
    state: QuoteState,
}

impl<'b> Blocks<'b> {
    /// The blocks of a text.
    pub const fn new(text: &'b [u8], delimiter: u8) -> Self {
        Self { text, delimiter, start: 0, state: QuoteState { is_quoted: false, may_open: true, has_closed: false } }
    }

    /// The blocks so far end inside a quoted field.
    pub const fn is_quoted(&self) -> bool {
        self.state.is_quoted
    }

    /// The next block, `None` after the last.
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

/// The state that a block takes from the bytes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct QuoteState {
    is_quoted: bool,
    /// A quote here opens a quoted field: a field begins, or a quote has just closed, and two in a row are one in the
    /// text. The two need no distinction: all other bytes do the same after either.
    may_open: bool,
    /// A quote has just closed, or is a stray one.
    has_closed: bool,
}

impl QuoteState {
    /// Passes over a block and returns which of its bytes are quoted, the opening quotes among them, and if it is odd.
    #[inline]
    fn pass(&mut self, quotes: u64, separators: u64) -> (u64, bool) {
        let inside = odd(quotes) ^ if self.is_quoted { u64::MAX } else { 0 };
        let before = (separators | quotes) << 1 | u64::from(self.may_open);
        if quotes & inside & !before != 0 {
            return (self.walk(quotes, separators), true);
        }
        let closing = quotes & !inside;
        let behind = closing << 1 | u64::from(self.has_closed);
        self.is_quoted = is_last(inside);
        self.may_open = is_last((separators | quotes) & !inside);
        self.has_closed = is_last(closing);
        (inside, (separators & inside) | (behind & !separators) != 0)
    }

    /// As [`Self::pass`], byte by byte: right wherever quotes are.
    #[cold]
    fn walk(&mut self, quotes: u64, separators: u64) -> u64 {
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

/// The bits up to and with which an odd number of bits is set.
#[inline]
const fn odd(mut mask: u64) -> u64 {
    mask ^= mask << 1;
    mask ^= mask << 2;
    mask ^= mask << 4;
    mask ^= mask << 8;
    mask ^= mask << 16;
    mask ^ mask << 32
}

/// The block's last byte is in the mask.
#[inline]
const fn is_last(mask: u64) -> bool {
    mask >> (BLOCK - 1) != 0
}

/// Which bytes of a block are what, quoted or not.
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

    /// Of a text's end.
    #[cold]
    fn of_last(rest: &[u8], delimiter: u8) -> Self {
        // Zeros are text: they neither separate nor open nor close.
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        Self::of(&block, delimiter)
    }
}
