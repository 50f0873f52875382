//! The bytes of a document between rendering and writing. A report of a million agents has more bytes than a run may
//! hold, so beyond a limit they go to a file without a name, which disappears with the run, however it ends.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Seek as _, Write};

use crate::failure::Failure;

/// Larger documents go to a file.
const MEMORY_BYTES: usize = 16 << 20;

/// A document in its format.
#[derive(Debug)]
pub struct Rendered {
    held: RenderedBytes,
    /// The characters that no font has, if the document uses fonts; the page shows their code points.
    pub missing: BTreeSet<char>,
}

/// The storage of a document's bytes.
#[derive(Debug)]
enum RenderedBytes {
    Memory(Vec<u8>),
    File(File),
}

impl From<Vec<u8>> for Rendered {
    fn from(bytes: Vec<u8>) -> Self {
        Self { held: RenderedBytes::Memory(bytes), missing: BTreeSet::new() }
    }
}

/// Documents that can be written.
pub trait Bytes {
    /// Writes all bytes.
    ///
    /// # Errors
    ///
    /// Errors of `out`, and of reading the file if the bytes are in one.
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()>;
}

impl Bytes for Vec<u8> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self)
    }
}

impl Bytes for &[u8] {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self)
    }
}

impl Bytes for Rendered {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        match &self.held {
            RenderedBytes::Memory(bytes) => out.write_all(bytes),
            RenderedBytes::File(file) => {
                let mut file = file;
                file.rewind()?;
                io::copy(&mut file, out).map(drop)
            }
        }
    }
}

impl Rendered {
    /// A document with the characters that no font has.
    #[must_use]
    pub fn with_missing(bytes: Vec<u8>, missing: BTreeSet<char>) -> Self {
        Self { missing, ..bytes.into() }
    }

    /// The bytes written by `write`.
    ///
    /// # Errors
    ///
    /// Errors of `write`, and of the temporary file if the bytes exceed the memory limit.
    pub fn of(write: impl FnOnce(&mut Spool) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        let mut spool = Spool { held: Vec::new(), most: MEMORY_BYTES, file: None, error: None };
        let written = write(&mut spool);
        match spool.error.take() {
            Some(error) => Err(no_room(&error)),
            None => written.and_then(|()| spool.finish().map_err(|error| no_room(&error))),
        }
    }

    /// All bytes, in memory.
    ///
    /// # Errors
    ///
    /// If the file with the bytes cannot be read.
    pub fn into_bytes(self) -> io::Result<Vec<u8>> {
        match self.held {
            RenderedBytes::Memory(bytes) => Ok(bytes),
            RenderedBytes::File(_) => {
                let mut bytes = Vec::new();
                self.write_to(&mut bytes)?;
                Ok(bytes)
            }
        }
    }
}

fn no_room(error: &io::Error) -> anyhow::Error {
    let folder = std::env::temp_dir();
    let why = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        _ => error.to_string(),
    };
    Failure::Input.because(format!(
        "{}: no temporary file for a document that does not fit into memory: {why}; make room there, or name another folder in TMPDIR",
        crate::harmless::shown_path(&folder)
    ))
}

/// A writer to memory and, beyond a limit, to a file.
#[derive(Debug)]
pub struct Spool {
    held: Vec<u8>,
    most: usize,
    file: Option<BufWriter<File>>,
    /// The first error of the file: a library may replace it with an error of its own.
    error: Option<io::Error>,
}

impl Spool {
    fn finish(self) -> io::Result<Rendered> {
        match self.file {
            None => Ok(self.held.into()),
            Some(file) => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                Ok(Rendered { held: RenderedBytes::File(file), missing: BTreeSet::new() })
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            if self.held.len() + bytes.len() <= self.most {
                self.held.extend_from_slice(bytes);
                return Ok(());
            }
            let mut file = BufWriter::with_capacity(1 << 16, tempfile::tempfile()?);
            file.write_all(&std::mem::take(&mut self.held))?;
            self.file = Some(file);
        }
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes))
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.take(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                let kind = error.kind();
                self.error.get_or_insert(error);
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spooled(most: usize, parts: &[&[u8]]) -> Rendered {
        let mut spool = Spool { held: Vec::new(), most, file: None, error: None };
        for part in parts {
            spool.write_all(part).expect("written");
        }
        spool.finish().expect("finished")
    }

    #[test]
    fn the_bytes_are_the_same_in_memory_and_in_a_file() {
        let parts: [&[u8]; 3] = [b"one", b" and two", b" and three"];
        for most in [0, 5, 11, 21, 100] {
            let rendered = spooled(most, &parts);
            assert_eq!(matches!(rendered.held, RenderedBytes::Memory(_)), most >= 21, "{most}");
            // The bytes can be written more than once.
            for _ in 0..2 {
                let mut out = Vec::new();
                rendered.write_to(&mut out).expect("written");
                assert_eq!(out, b"one and two and three");
            }
            assert_eq!(rendered.into_bytes().expect("read"), b"one and two and three");
        }
    }
}
