//! CSV text 64 bytes at a time: where fields end, as bit masks.
//!
//! A bit of a mask is a byte of the block, the lowest the first. What a quote does hangs on all quotes before it, so
//! bytewise reading is slow; but where every quote stands where a quote may stand, the bytes between the first and the
//! second, the third and the fourth … are the quoted ones, and that a few shifts say for a block at once. Only blocks
//! with a stray quote are walked through.

/// How many bytes a block has: as many as a mask has bits.
const BLOCK: usize = 64;

/// How many blocks are compared at once: their bytes stay in the nearest cache.
const BLOCKS: usize = 8;

/// How many bytes those are.
const CHUNK: usize = BLOCK * BLOCKS;

/// Where fields end in one block.
#[derive(Debug, Clone, Copy, Default)]
pub struct Block {
    /// Where its first byte stands in the text.
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
    /// The chunk at hand.
    chunk: Chunk,
    /// The next block.
    start: usize,
    state: State,
}

impl<'b> Blocks<'b> {
    /// The blocks of a text.
    pub const fn new(text: &'b [u8], delimiter: u8) -> Self {
        let chunk = Chunk { quotes: [0; CHUNK], separators: [0; CHUNK] };
        Self { text, delimiter, chunk, start: 0, state: State { is_quoted: false, may_open: true, has_closed: false } }
    }

    /// The blocks so far end inside a quoted field.
    pub const fn is_quoted(&self) -> bool {
        self.state.is_quoted
    }

    /// The next block, `None` after the last.
    #[inline]
    pub fn next(&mut self) -> Option<Block> {
        let start = self.start;
        if start >= self.text.len() {
            return None;
        }
        let at = start % CHUNK;
        if at == 0 {
            self.read_chunk();
        }
        self.start += BLOCK;
        let separators = mask(&self.chunk.separators, at);
        let (quoted, is_odd) = self.state.pass(mask(&self.chunk.quotes, at), separators);
        Some(Block { start, separators: separators & !quoted, is_odd })
    }

    #[inline(never)]
    fn read_chunk(&mut self) {
        let rest = &self.text[self.start..];
        if let Some(bytes) = rest.first_chunk() {
            self.chunk.fill(bytes, self.delimiter);
        } else {
            // Zeros are text: they neither separate nor open nor close.
            let mut bytes = [0; CHUNK];
            bytes[..rest.len()].copy_from_slice(rest);
            self.chunk.fill(&bytes, self.delimiter);
        }
    }
}

/// What a block must know of the bytes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    is_quoted: bool,
    /// A quote here opens a quoted field: a field begins, or a quote has just closed, and two in a row are one in the
    /// text. The two need not be told apart: all other bytes do the same after either.
    may_open: bool,
    /// A quote has just closed, or is a stray one.
    has_closed: bool,
}

impl State {
    /// Passes over a block and says which of its bytes are quoted, the opening quotes among them, and if it is odd.
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

    /// As [`Self::pass`], byte by byte: right wherever quotes stand.
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

/// Which bytes of a chunk are what, quoted or not: a byte that is has the bit of its row, one that is not is zero.
///
/// A block is eight rows of eight bytes, so that its rows can be laid on each other. Masks cannot be had directly: the
/// instruction for them is not to be called without `unsafe`.
#[derive(Debug)]
struct Chunk {
    quotes: [u8; CHUNK],
    /// Delimiters, newlines and carriage returns.
    separators: [u8; CHUNK],
}

/// The bit of each byte's row.
static ROWS: [u8; CHUNK] = {
    let mut rows = [0; CHUNK];
    let mut at = 0;
    while at < CHUNK {
        rows[at] = 1 << (at / 8 % 8);
        at += 1;
    }
    rows
};

impl Chunk {
    /// One loop over bytes without a branch: the compiler makes vector instructions of it.
    fn fill(&mut self, bytes: &[u8; CHUNK], delimiter: u8) {
        for at in 0..CHUNK {
            let byte = bytes[at];
            let ends_line = ones(byte == b'\n') | ones(byte == b'\r');
            self.quotes[at] = ROWS[at] & ones(byte == b'"');
            self.separators[at] = ROWS[at] & (ends_line | ones(byte == delimiter));
        }
    }
}

#[inline]
const fn ones(is: bool) -> u8 {
    0u8.wrapping_sub(is as u8)
}

/// The mask of the block at `at`. Its rows on each other are an 8 × 8 square of bits whose rows are the block's columns:
/// mirrored at its diagonal it is the mask.
#[inline]
fn mask(chunk: &[u8; CHUNK], at: usize) -> u64 {
    let (rows, _) = chunk[at..at + BLOCK].as_chunks();
    let square = rows.iter().fold(0, |all, row| all | u64::from_le_bytes(*row));
    let square = swap(square, 7, 0x00aa_00aa_00aa_00aa);
    let square = swap(square, 14, 0x0000_cccc_0000_cccc);
    swap(square, 28, 0x0000_0000_f0f0_f0f0)
}

/// Swaps the bits of a mask with those that stand `distance` above them.
#[inline]
const fn swap(square: u64, distance: u32, mask: u64) -> u64 {
    let difference = (square ^ square >> distance) & mask;
    square ^ difference ^ difference << distance
}
