//! Bytes of a source in memory that is used again for the next ones.

use std::io::{ErrorKind, Read, Result};

/// The bytes of a part, in memory that is used again for the next one.
#[derive(Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
}

impl Buffer {
    /// The bytes of the part.
    #[must_use]
    pub fn part(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// The same, taken out.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.truncate(std::mem::take(&mut self.filled));
        bytes
    }

    /// Begins with `start`, with room for `size` bytes.
    pub fn restart(&mut self, start: &[u8], size: usize) {
        self.filled = 0;
        self.reserve(start.len().max(size));
        self.bytes[..start.len()].copy_from_slice(start);
        self.filled = start.len();
    }

    fn reserve(&mut self, size: usize) {
        if self.bytes.len() < size {
            // New memory is zero without being written to: it takes no more than what is read.
            let mut bytes = vec![0; size];
            bytes[..self.filled].copy_from_slice(&self.bytes[..self.filled]);
            self.bytes = bytes;
        }
    }

    /// Reads until there are `size` bytes; false where the source ends before.
    ///
    /// # Errors
    ///
    /// Where the source cannot be read.
    pub fn fill(&mut self, reader: &mut impl Read, size: usize) -> Result<bool> {
        self.reserve(size);
        while self.filled < size {
            match reader.read(&mut self.bytes[self.filled..size]) {
                Ok(0) => return Ok(false),
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Drops bytes at the front.
    pub fn skip(&mut self, count: usize) {
        self.bytes.copy_within(count..self.filled, 0);
        self.filled -= count;
    }

    /// Takes the bytes from `end` on away, into `rest`.
    pub fn split_off(&mut self, end: usize, rest: &mut Vec<u8>) {
        rest.extend_from_slice(&self.bytes[end..self.filled]);
        self.filled = end;
    }
}
