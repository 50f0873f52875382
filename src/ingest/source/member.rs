//! A member of a ZIP archive: it is read as far as the archive says that it goes, and its checksum is held against what was
//! read.

use std::fs::File;
use std::io::{BufReader, Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::path::PathBuf;

use flate2::Crc;

use super::observed::Observed;

/// A member of an archive, and where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The archive.
    pub archive: PathBuf,
    /// The name in the archive, with folders.
    pub name: String,
    /// Where its bytes begin in the archive.
    pub start: u64,
    /// Bytes in the archive.
    pub packed: u64,
    /// Bytes unpacked, as the archive says.
    pub size: u64,
    /// Its CRC-32, as the archive says.
    pub checksum: u32,
    /// It is packed, and not stored as it is.
    pub is_deflated: bool,
}

impl Member {
    /// The name for people: that of the archive, and in it.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.archive.join(&self.name)
    }

    /// Its bytes, unpacked.
    ///
    /// # Errors
    ///
    /// Where the archive cannot be opened.
    pub fn open(&self, observed: &Observed) -> Result<Box<dyn Read + Send>> {
        let mut file = File::open(&self.archive)?;
        file.seek(SeekFrom::Start(self.start))?;
        let packed = observed.counted(file.take(self.packed));
        let inner: Box<dyn Read + Send> = if self.is_deflated {
            Box::new(flate2::bufread::DeflateDecoder::new(BufReader::with_capacity(1 << 18, packed)))
        } else {
            Box::new(packed)
        };
        Ok(Box::new(Checked { inner, left: self.size, checksum: self.checksum, so_far: Crc::new() }))
    }
}

/// Bytes that are as many as was said, and have the checksum that was said.
struct Checked {
    inner: Box<dyn Read + Send>,
    left: u64,
    checksum: u32,
    so_far: Crc,
}

impl Read for Checked {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(out)?;
        let wrong = |what: &str| Error::new(ErrorKind::InvalidData, what);
        if count as u64 > self.left {
            return Err(wrong("a member of the archive is longer than the archive says"));
        }
        self.left -= count as u64;
        self.so_far.update(&out[..count]);
        if count == 0 && !out.is_empty() {
            if self.left > 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if self.so_far.sum() != self.checksum {
                return Err(wrong("a member of the archive does not have its checksum"));
            }
        }
        Ok(count)
    }
}
