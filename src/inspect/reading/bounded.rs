//! Limits for examining a file: a small file may decompress to a large one. The length of a record is limited by the
//! reader.

use std::io::{BufRead, Read, Result};
use std::sync::{Arc, OnceLock};

use crate::language::Message;

/// The number of bytes of a text that are examined.
const MOST_BYTES: u64 = 1 << 30;

/// The reason why a file was not examined completely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutReason {
    /// It has more bytes.
    Bytes,
    /// It has more rows.
    Rows,
    /// It has more values.
    Cells,
}

impl CutReason {
    /// For people.
    #[must_use]
    pub const fn describe(self) -> Message {
        Message::new(match self {
            Self::Bytes => "proposal.cut_bytes",
            Self::Rows => "proposal.cut_rows",
            Self::Cells => "proposal.cut_cells",
        })
    }
}

/// Lets a reader report that it ended before its source did.
#[derive(Debug, Clone, Default)]
pub struct CutShort(Arc<OnceLock<CutReason>>);

impl CutShort {
    /// The reason, if it did.
    #[must_use]
    pub fn why(&self) -> Option<CutReason> {
        self.0.get().copied()
    }

    /// Sets the reason, unless there is one.
    pub fn note(&self, why: CutReason) {
        // The first reason is kept.
        let _ = self.0.set(why);
    }
}

/// A reader that ends at the limit if its source has more bytes.
pub struct Bounded<R> {
    inner: R,
    left: u64,
    cut: CutShort,
}

impl<R: BufRead> Bounded<R> {
    /// A reader with the usual limit.
    pub fn new(inner: R, cut: &CutShort) -> Self {
        Self::within(inner, cut, MOST_BYTES)
    }

    fn within(inner: R, cut: &CutShort, most: u64) -> Self {
        Self { inner, left: most, cut: cut.clone() }
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let bytes = self.fill_buf()?;
        let length = bytes.len().min(buffer.len());
        buffer[..length].copy_from_slice(&bytes[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        let bytes = self.inner.fill_buf()?;
        let allowed = bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if allowed == 0 && !bytes.is_empty() {
            self.cut.note(CutReason::Bytes);
        }
        Ok(&bytes[..allowed])
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount as u64);
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn read(text: &str, most: u64) -> (String, Option<CutReason>) {
        let cut = CutShort::default();
        let mut read = String::new();
        let reader = BufReader::with_capacity(4, text.as_bytes());
        Bounded::within(reader, &cut, most).read_to_string(&mut read).expect("in memory");
        (read, cut.why())
    }

    #[test]
    fn long_rows_are_cut() {
        assert_eq!(read("ab\ncd\nef", 100), ("ab\ncd\nef".to_owned(), None));
        assert_eq!(read("ab\ncd\nef", 4), ("ab\nc".to_owned(), Some(CutReason::Bytes)));
        assert_eq!(read("ab", 2), ("ab".to_owned(), None));
        assert_eq!(read("", 0), (String::new(), None));
    }
}
