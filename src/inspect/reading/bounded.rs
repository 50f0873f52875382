//! Bounds on what is read of a file: a small file may unpack to a large one, and a line may have no end.

use std::io::{BufRead, Read, Result};
use std::sync::{Arc, OnceLock};

/// Bytes of a text that are looked at.
const MOST_BYTES: u64 = 1 << 30;
/// Bytes of a line that is looked at.
const LONGEST_LINE: u64 = 4 << 20;

/// Why not all of a file was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// It has more bytes.
    Bytes,
    /// It has more rows.
    Rows,
    /// A line is too long.
    Line,
}

impl Cut {
    /// In words, for people.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Bytes => "only the first GiB is looked at: what is said is true of that",
            Self::Rows => "only the first five million rows are looked at: what is said is true of those",
            Self::Line => "a line is longer than 4 MiB: it, and what is behind it, is not looked at",
        }
    }
}

/// Where a reader says that it ended before its source did.
#[derive(Debug, Clone, Default)]
pub struct CutShort(Arc<OnceLock<Cut>>);

impl CutShort {
    /// Why, if it did.
    #[must_use]
    pub fn why(&self) -> Option<Cut> {
        self.0.get().copied()
    }

    /// Says why, the first time.
    pub fn note(&self, why: Cut) {
        // What was said first stays.
        let _ = self.0.set(why);
    }
}

/// A reader that ends where its source has more than can be looked at.
pub struct Bounded<R> {
    inner: R,
    left: u64,
    left_of_line: u64,
    longest: u64,
    cut: CutShort,
}

impl<R: BufRead> Bounded<R> {
    /// With the usual bounds.
    pub fn new(inner: R, cut: &CutShort) -> Self {
        Self::within(inner, cut, MOST_BYTES, LONGEST_LINE)
    }

    fn within(inner: R, cut: &CutShort, most: u64, longest: u64) -> Self {
        Self { inner, left: most, left_of_line: longest, longest, cut: cut.clone() }
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
        let small = |left: u64| usize::try_from(left).unwrap_or(usize::MAX);
        let allowed = bytes.len().min(small(self.left));
        // Of a chunk the line that began before it is looked at; the next one begins with its full length.
        let of_line = memchr::memchr(b'\n', &bytes[..allowed]).map_or(allowed, |at| at + 1);
        let allowed = if of_line > small(self.left_of_line) { small(self.left_of_line) } else { allowed };
        if allowed == 0 && !bytes.is_empty() {
            self.cut.note(if self.left == 0 { Cut::Bytes } else { Cut::Line });
        }
        Ok(&bytes[..allowed])
    }

    fn consume(&mut self, amount: usize) {
        // What was filled is still there: nothing is read here, so that nothing can fail.
        let bytes = self.inner.fill_buf().unwrap_or_default();
        let used = &bytes[..amount.min(bytes.len())];
        self.left_of_line = match memchr::memrchr(b'\n', used) {
            Some(at) => self.longest.saturating_sub((used.len() - at - 1) as u64),
            None => self.left_of_line.saturating_sub(used.len() as u64),
        };
        self.left = self.left.saturating_sub(amount as u64);
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn read(text: &str, most: u64, longest: u64) -> (String, Option<Cut>) {
        let cut = CutShort::default();
        let mut read = String::new();
        let reader = BufReader::with_capacity(4, text.as_bytes());
        Bounded::within(reader, &cut, most, longest).read_to_string(&mut read).expect("in memory");
        (read, cut.why())
    }

    #[test]
    fn what_is_too_long_ends() {
        assert_eq!(read("ab\ncd\nef", 100, 100), ("ab\ncd\nef".to_owned(), None));
        assert_eq!(read("ab\ncd\nef", 4, 100), ("ab\nc".to_owned(), Some(Cut::Bytes)));
        assert_eq!(read("ab\ncdefghijk\nl", 100, 5), ("ab\ncdefg".to_owned(), Some(Cut::Line)));
        assert_eq!(read("abcd\nabcd\n", 100, 5), ("abcd\nabcd\n".to_owned(), None));
        assert_eq!(read("", 0, 0), (String::new(), None));
    }
}
