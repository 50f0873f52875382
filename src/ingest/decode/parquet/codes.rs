//! A column of texts as codes: each row has a small number, and the texts are once by that number. A file's dictionary
//! numbers its texts already, so that what a text means is asked once a part and not once a row.

use hashbrown::HashTable;

use crate::bytes::{hash_of, same};
use crate::ingest::decode::cells::ByteRange;

/// From so many distinct texts on, the rest get a code for each row: the column is no dictionary.
const MOST_DISTINCT: usize = 1 << 13;

/// The code of rows without a value.
pub const NO_VALUE: u32 = 0;

/// The values of a column, row by row. Two codes may have the same text.
#[derive(Debug, Default)]
pub struct Coded {
    /// The code of each row.
    codes: Vec<u32>,
    /// By code: where its text is. Empty texts are no values, and the first one is [`NO_VALUE`]'s.
    spans: Vec<ByteRange>,
    bytes: Vec<u8>,
    /// Codes by text, where texts that come again are to have the same code.
    known: Option<HashTable<u32>>,
}

impl Coded {
    /// A column without rows, for so many. `is_shared` says that its texts come again and again in any encoding, and are
    /// to have one code each.
    #[must_use]
    pub fn with_capacity(rows: usize, is_shared: bool) -> Self {
        Self::default().emptied(rows, is_shared)
    }

    /// As [`Self::with_capacity`], in the memory of this one.
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

    /// One more than the largest code.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.spans.len()
    }

    /// The text of a code; empty where it is no value.
    #[must_use]
    #[inline]
    pub fn text(&self, code: u32) -> &[u8] {
        bytes_at(&self.bytes, self.spans[code as usize])
    }

    /// The text of a row; empty where it has no value.
    #[must_use]
    #[inline]
    pub fn at(&self, row: usize) -> &[u8] {
        self.text(self.codes[row])
    }

    /// How many codes some row has.
    #[must_use]
    pub fn used(&self) -> usize {
        let mut is_used = vec![false; self.end()];
        self.codes.iter().for_each(|code| is_used[*code as usize] = true);
        is_used.iter().filter(|is_used| **is_used).count()
    }

    /// Whether all texts are UTF-8.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        // Looked at together, which is far faster than text by text; the lengths between them are small numbers.
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

    /// Adds rows by their codes.
    pub fn codes_mut(&mut self) -> &mut Vec<u32> {
        &mut self.codes
    }

    /// Adds the texts of a dictionary: `bytes` has `count` of them, each behind its length. The first gets the code
    /// [`Self::end`], the others those that follow.
    pub fn add_dictionary(&mut self, bytes: &[u8], count: usize) -> anyhow::Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        // No more than the bytes can hold.
        self.spans.reserve(count.min(bytes.len() / LENGTH));
        let mut texts = PlainTexts::new(bytes);
        for _ in 0..count {
            let ByteRange { start: at, len } = texts.next_span()?;
            self.spans.push(ByteRange { start: short(start + at as usize)?, len });
        }
        // The last one ends in what 32 bits reach, too.
        short(self.bytes.len()).map(|_| ())
    }

    /// The code of a text.
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

/// Bytes of the length before a text.
const LENGTH: usize = size_of::<u32>();

/// Texts one after another, each behind its length: the encoding PLAIN.
pub struct PlainTexts<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> PlainTexts<'a> {
    /// The texts of those bytes.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next text.
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
