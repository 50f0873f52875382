//! Small values of a PDF.

use lopdf::{Dictionary, Object, StringFormat};

/// A dictionary with these entries.
pub fn dictionary<const N: usize>(entries: [(&str, Object); N]) -> Dictionary {
    entries.into_iter().collect()
}

/// A text for people, in any script.
pub fn text(text: &str) -> Object {
    if text.chars().all(|c| matches!(c, ' '..='~')) {
        return Object::string_literal(text);
    }
    Object::String(utf16(text), StringFormat::Hexadecimal)
}

/// A text in the encoding that a PDF accepts for letters beyond ASCII.
#[must_use]
pub fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
}

/// FNV-1a over 128 bits: identifies content; it is not cryptographic.
#[must_use]
pub fn fnv(bytes: &[u8]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(BASIS, |hash, &byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        // From the reference vectors of the algorithm's authors.
        assert_eq!(fnv(b""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(fnv(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }

    #[test]
    fn texts_are_utf_16() {
        assert_eq!(utf16("é"), [0xFE, 0xFF, 0x00, 0xE9]);
        assert_eq!(utf16("😀"), [0xFE, 0xFF, 0xD8, 0x3D, 0xDE, 0x00]);
    }
}
