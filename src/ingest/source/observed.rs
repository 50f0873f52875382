//! Observations of a source while it is read: the number of bytes read from disk, and notes for the user.

use std::io::{Read, Result};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// An observation about the bytes of a source that the user must know. The source was read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum SourceNote {
    /// Bytes after its compressed data were ignored.
    TrailingBytes {
        /// The number of bytes.
        bytes: u64,
        /// Whether all of them are zeros, with which tapes and block devices pad a file.
        are_zeros: bool,
    },
    /// Its name and its content indicate different formats. It was read by its content.
    Misnamed {
        /// The format that the name indicates: an extension.
        name: String,
        /// The format of the content, in words.
        content: String,
    },
    /// Other sheets of the workbook have tables, too, and the user did not choose a sheet.
    OtherSheets {
        /// The sheet that was read.
        read: String,
        /// Names of the sheets that were not read.
        others: Vec<String>,
    },
}

/// Counts and notes that all readers of a source share.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// Bytes read from disk.
    pub bytes: Arc<AtomicU64>,
    notes: Arc<Mutex<Vec<SourceNote>>>,
}

impl Observed {
    /// An observation that adds to these bytes and has no notes yet.
    #[must_use]
    pub fn counting(bytes: &Arc<AtomicU64>) -> Self {
        Self { bytes: Arc::clone(bytes), notes: Arc::default() }
    }

    /// Adds a note, unless it exists.
    pub fn note(&self, note: SourceNote) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// The notes so far, in the order in which they were added.
    #[must_use]
    pub fn notes(&self) -> Vec<SourceNote> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts the bytes that a reader returns.
    pub fn counted<R: Read>(&self, inner: R) -> CountingReader<R> {
        CountingReader { inner, bytes: Arc::clone(&self.bytes) }
    }
}

/// A reader that counts the bytes that it returns.
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
