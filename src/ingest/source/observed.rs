//! Observations of a source while it is read: the bytes taken from the disk, and notes for the reader.

use std::io::{Read, Result};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// Something about the bytes of a source that a reader must know. It was read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum SourceNote {
    /// Bytes behind its compressed data were left out.
    TrailingBytes {
        /// How many.
        bytes: u64,
        /// All of them are zeros, as tapes and block devices pad a file.
        are_zeros: bool,
    },
    /// Its name says one thing, its content another. It was read by its content.
    Misnamed {
        /// The format by the name: an ending.
        name: String,
        /// The format of the content, in words.
        content: String,
    },
    /// Other sheets of the workbook have tables, too. Nobody said which sheet to read.
    OtherSheets {
        /// The sheet that was read.
        read: String,
        /// The others.
        others: Vec<String>,
    },
}

/// Counts and notes that all readers of a source share.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// Bytes taken from the disk.
    pub bytes: Arc<AtomicU64>,
    notes: Arc<Mutex<Vec<SourceNote>>>,
}

impl Observed {
    /// Adds to these bytes; no notes yet.
    #[must_use]
    pub fn counting(bytes: &Arc<AtomicU64>) -> Self {
        Self { bytes: Arc::clone(bytes), notes: Arc::default() }
    }

    /// Adds a note, once.
    pub fn note(&self, note: SourceNote) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// The notes so far, in the order in which they were made.
    #[must_use]
    pub fn notes(&self) -> Vec<SourceNote> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts what a reader hands out.
    pub fn counted<R: Read>(&self, inner: R) -> CountingReader<R> {
        CountingReader { inner, bytes: Arc::clone(&self.bytes) }
    }
}

/// A reader that counts what it hands out.
pub struct CountingReader<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
