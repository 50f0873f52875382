//! `--max-record`: the maximum length of a row.

use std::str::FromStr;

use bytesize::ByteSize;

/// The smallest limit: an ordinary row fits in it.
const LEAST: u64 = 1 << 10;
/// The largest limit: each thread holds this much in memory.
const MOST: u64 = 1 << 30;

/// The value of `--max-record`, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxRecord(u64);

impl FromStr for MaxRecord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let size: ByteSize = text.parse().map_err(|error| format!("{error}; expected a size such as 16MiB or 64MB"))?;
        if (LEAST..=MOST).contains(&size.as_u64()) {
            return Ok(Self(size.as_u64()));
        }
        Err(format!("expected a size from {} to {}", ByteSize(LEAST), ByteSize(MOST)))
    }
}

impl MaxRecord {
    /// The limit as a length.
    #[must_use]
    pub fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!("32MiB".parse().map(MaxRecord::bytes), Ok(32 << 20));
        for text in ["100", "2GiB", "big"] {
            assert!(text.parse::<MaxRecord>().unwrap_err().contains("expected a size"), "{text}");
        }
    }
}
