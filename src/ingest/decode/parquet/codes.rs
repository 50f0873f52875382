//! A column of texts as codes: each row has a small number, and each text is stored once for its number. A file's
//! dictionary numbers its texts already, so a text is interpreted once a part instead of once a row.

use hashbrown::HashTable;

use crate::bytes::{hash_of, same};
use crate::ingest::decode::cells::ByteRange;

/// After this many distinct texts, each further row gets a new code, because the column has too few repetitions.
const MOST_DISTINCT: usize = 1 << 13;

/// The code for no value.
pub const NO_VALUE: u32 = 0;

/// The values of a column, row by row. Two codes may have the same text.
#[derive(Debug, Default)]
pub struct Coded {
    /// The code of each row.
    codes: Vec<u32>,
    /// The byte range of the text of each code. An empty text means no value; the first one belongs to [`NO_VALUE`].
    spans: Vec<ByteRange>,
    bytes: Vec<u8>,
    /// Codes by text, if equal texts must have the same code.
    known: Option<HashTable<u32>>,
}

impl Coded {
    /// An empty column with capacity for `rows`. `is_shared` means that its texts repeat, in any encoding, and each
    /// distinct text must have one code.
    #[must_use]
    pub fn with_capacity(rows: usize, is_shared: bool) -> Self {
        Self::default().emptied(rows, is_shared)
    }

    /// Same as [`Self::with_capacity`], but reuses the memory of this column.
    #[must_use]
    pub fn emptied(mut self, rows: usize, is_shared: bool) -> Self {
        self.codes.clear();
        self.codes.reserve(rows);
        self.spans.clear();
        self.spans.push(ByteRange::default());
        self.bytes.clear();
        self.known = is_shared.then(HashTable::new);
        self
    }

    /// The code of each row.
    #[must_use]
    #[inline]
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The largest code plus 1.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.spans.len()
    }

    /// The text of a code; empty if the code means no value.
    #[must_use]
    #[inline]
    pub fn text(&self, code: u32) -> &[u8] {
        bytes_at(&self.bytes, self.spans[code as usize])
    }

    /// The text of a row; empty if it has no value.
    #[must_use]
    #[inline]
    pub fn at(&self, row: usize) -> &[u8] {
        self.text(self.codes[row])
    }

    /// The number of distinct codes that rows have.
    #[must_use]
    pub fn used(&self) -> usize {
        let mut is_used = vec![false; self.end()];
        self.codes.iter().for_each(|code| is_used[*code as usize] = true);
        is_used.iter().filter(|is_used| **is_used).count()
    }

    /// Whether all texts are UTF-8.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        // Checking all texts together is far faster than one by one; the lengths between them are small numbers.
        self.bytes.is_ascii()
            || self.spans.iter().all(|span| simdutf8::basic::from_utf8(bytes_at(&self.bytes, *span)).is_ok())
    }

    /// Adds a row.
    pub fn push(&mut self, value: Option<&[u8]>) -> anyhow::Result<()> {
        let code = match value {
            Some(text) => self.code_of(text)?,
            None => NO_VALUE,
        };
        self.codes.push(code);
        Ok(())
    }

    /// The codes of rows, for appending.
    pub fn codes_mut(&mut self) -> &mut Vec<u32> {
        &mut self.codes
    }

    /// Adds the texts of a dictionary: `bytes` holds `count` texts, each after its length. Their codes start with
    /// [`Self::end`].
    pub fn add_dictionary(&mut self, bytes: &[u8], count: usize) -> anyhow::Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        // At most as many as the bytes can hold.
        self.spans.reserve(count.min(bytes.len() / LENGTH));
        let mut texts = PlainTexts::new(bytes);
        for _ in 0..count {
            let ByteRange { start: at, len } = texts.next_span()?;
            self.spans.push(ByteRange { start: short(start + at as usize)?, len });
        }
        // The end of the last text must also fit into 32 bits.
        short(self.bytes.len()).map(|_| ())
    }

    /// The code of a text. Adds the text if it is new.
    pub fn code_of(&mut self, text: &[u8]) -> anyhow::Result<u32> {
        if text.is_empty() {
            return Ok(NO_VALUE);
        }
        let Self { spans, bytes, known, .. } = self;
        let code = short(spans.len())?;
        let hash = match known {
            Some(known) => {
                let hash = hash_of(text);
                let is_it = |code: &u32| same(bytes_at(bytes, spans[*code as usize]), text);
                if let Some(code) = known.find(hash, is_it) {
                    return Ok(*code);
                }
                Some(hash)
            }
            None => None,
        };
        let span = ByteRange { start: short(bytes.len())?, len: short(text.len())? };
        bytes.extend_from_slice(text);
        short(bytes.len())?;
        spans.push(span);
        if let (Some(known), Some(hash)) = (known, hash)
            && known.len() < MOST_DISTINCT
        {
            known.insert_unique(hash, code, |code| hash_of(bytes_at(bytes, spans[*code as usize])));
        }
        Ok(code)
    }
}

fn bytes_at(bytes: &[u8], span: ByteRange) -> &[u8] {
    &bytes[span.start as usize..span.start as usize + span.len as usize]
}

fn short(number: usize) -> anyhow::Result<u32> {
    u32::try_from(number).map_err(|_| anyhow::anyhow!("the texts of a part are more than 4 GiB"))
}

/// The number of bytes of the length before a text.
const LENGTH: usize = size_of::<u32>();

/// Consecutive texts, each after its length: the encoding PLAIN.
pub struct PlainTexts<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> PlainTexts<'a> {
    /// The texts of those bytes.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub fn next_text(&mut self) -> anyhow::Result<&'a [u8]> {
        let span = self.next_span()?;
        Ok(bytes_at(self.bytes, span))
    }

    #[inline]
    fn next_span(&mut self) -> anyhow::Result<ByteRange> {
        let cut = || anyhow::anyhow!("a text is longer than its page");
        let length = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk()).ok_or_else(cut)?;
        let len = u32::from_le_bytes(*length);
        let start = self.at + LENGTH;
        let end = start + len as usize;
        if end > self.bytes.len() {
            return Err(cut());
        }
        self.at = end;
        Ok(ByteRange { start: short(start)?, len })
    }
}
