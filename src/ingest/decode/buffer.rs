//! A buffer for the bytes of a source, reused from part to part.

use std::io::{ErrorKind, Read, Result};

/// The bytes of a part. The memory is reused for the next part.
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

    /// Takes the bytes of the part out.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.truncate(std::mem::take(&mut self.filled));
        bytes
    }

    /// Starts a new part with the bytes `start` and reserves room for `size` bytes.
    pub fn restart(&mut self, start: &[u8], size: usize) {
        self.filled = 0;
        self.reserve(start.len().max(size));
        self.bytes[..start.len()].copy_from_slice(start);
        self.filled = start.len();
    }

    fn reserve(&mut self, size: usize) {
        if self.bytes.len() < size {
            // Zeroed memory is not touched until it is written: only what is read takes space.
            let mut bytes = vec![0; size];
            bytes[..self.filled].copy_from_slice(&self.bytes[..self.filled]);
            self.bytes = bytes;
        }
    }

    /// Reads until the buffer has `size` bytes. Returns false if the source ends before.
    ///
    /// # Errors
    ///
    /// If the source cannot be read.
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

    /// Drops bytes from the front.
    pub fn skip(&mut self, count: usize) {
        self.bytes.copy_within(count..self.filled, 0);
        self.filled -= count;
    }

    /// Moves the bytes from `end` on to `rest`.
    pub fn split_off(&mut self, end: usize, rest: &mut Vec<u8>) {
        rest.extend_from_slice(&self.bytes[end..self.filled]);
        self.filled = end;
    }
}
