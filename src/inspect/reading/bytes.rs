//! Finds the encoding of a text, and how certain it is.

use std::io::{BufRead, Result};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use serde::Serialize;

use crate::ingest::encoding::Encoding;

/// How an encoding was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By the user.
    Declared,
    /// By a byte-order mark.
    Mark,
    /// By zeros, which are half of the bytes.
    Zeros,
    /// All bytes are valid in it.
    Valid,
    /// By the frequency of its letters: likely, not certain.
    Guessed,
}

/// An encoding and how it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundEncoding {
    /// How bytes become characters.
    pub encoding: Encoding,
    /// How it was found.
    pub how: How,
}

/// The number of bytes passed to the detector, which is slow: this many suffice.
const SHOWN: usize = 4 << 20;

/// Examines all bytes: an accented name may be anywhere.
///
/// # Errors
///
/// If they cannot be read.
pub fn encoding_of(reader: &mut dyn BufRead, declared: Option<Encoding>) -> Result<FoundEncoding> {
    if let Some((encoding, is_mark)) = Encoding::evident(reader.fill_buf()?) {
        return Ok(FoundEncoding { encoding, how: if is_mark { How::Mark } else { How::Zeros } });
    }
    if let Some(encoding) = declared {
        return Ok(FoundEncoding { encoding, how: How::Declared });
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut letters, mut broken, mut shown) = (0_u64, 0_u64, 0);
    let mut rest: Vec<u8> = Vec::new();
    loop {
        let bytes = reader.fill_buf()?;
        let length = bytes.len();
        let is_last = length == 0;
        rest.extend_from_slice(bytes);
        reader.consume(length);
        let whole = if is_last { rest.len() } else { whole_characters(&rest) };
        for chunk in rest[..whole].utf8_chunks() {
            letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
            broken += u64::from(!chunk.invalid().is_empty());
        }
        if shown < SHOWN {
            detector.feed(&rest[..whole], false);
            shown += whole;
        }
        rest.drain(..whole);
        if is_last {
            break;
        }
    }
    // A few invalid bytes among many valid ones are broken bytes, not another encoding.
    if broken == 0 || letters > broken * 4 {
        return Ok(FoundEncoding { encoding: Encoding::UTF_8, how: How::Valid });
    }
    detector.feed(b"", true);
    Ok(FoundEncoding { encoding: Encoding::of(detector.guess(None, Utf8Detection::Deny)), how: How::Guessed })
}

/// The length without an incomplete character at the end.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    let start = bytes[tail..].iter().rposition(|byte| *byte >= 0xc0).map(|at| tail + at);
    match start {
        Some(start) if std::str::from_utf8(&bytes[start..]).is_err_and(|error| error.error_len().is_none()) => start,
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn found(bytes: &[u8], size: usize) -> (String, How) {
        let found = encoding_of(&mut BufReader::with_capacity(size, bytes), None).expect("read");
        (found.encoding.name(), found.how)
    }

    #[test]
    fn encodings() {
        let text = "Protocolo;Data de criação;Atendente\n1;02/03/2026;João\n2;02/03/2026;Conceição\n";
        let latin1: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("latin")).collect();
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for size in [5, 64, 4096] {
            assert_eq!(found(text.as_bytes(), size), ("utf-8".to_owned(), How::Valid), "{size}");
            assert_eq!(found(&latin1, size), ("windows-1252".to_owned(), How::Guessed), "{size}");
        }
        assert_eq!(found(&utf16, 4096), ("utf-16le".to_owned(), How::Zeros));
        assert_eq!(found(b"\xef\xbb\xbfts", 4096), ("utf-8".to_owned(), How::Mark));
        assert_eq!(found(b"", 4096), ("utf-8".to_owned(), How::Valid));
        // One invalid byte among many letters.
        let broken = [text.as_bytes(), text.as_bytes(), b"\xe9\n"].concat();
        assert_eq!(found(&broken, 7), ("utf-8".to_owned(), How::Valid));
    }
}
