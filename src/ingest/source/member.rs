//! A member of a ZIP archive: it is read up to the size that the archive states, and its checksum is compared.

use std::fs::File;
use std::io::{BufReader, Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::path::PathBuf;

use flate2::Crc;

use super::observed::Observed;

/// A member of an archive, and the position of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The path of the archive.
    pub archive: PathBuf,
    /// Its name in the archive, with folders.
    pub name: String,
    /// The position of its bytes in the archive.
    pub start: u64,
    /// Its size in the archive, in bytes.
    pub packed: u64,
    /// Its unpacked size in bytes, as the archive states.
    pub size: u64,
    /// Its CRC-32, as the archive states.
    pub checksum: u32,
    /// Whether it is compressed; if not, it is stored unchanged.
    pub is_deflated: bool,
}

impl Member {
    /// Its name for people: the path of the archive, with the name in the archive.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.archive.join(&self.name)
    }

    /// Its bytes, unpacked.
    ///
    /// # Errors
    ///
    /// If the archive cannot be opened.
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

/// Bytes that must have the stated number and checksum.
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
            return Err(wrong("a member of the archive is longer than the archive declares"));
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
