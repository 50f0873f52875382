//! Hashes and compares short texts, several bytes at a time and inlined, because this is done for every row.
//!
//! The hash multiplies to 128 bits and combines both halves, like wyhash and foldhash. It is the same in every run.

/// An odd number in which half of the bits are set, from the golden ratio.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

#[inline]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    #[expect(clippy::cast_possible_truncation, reason = "both halves are taken")]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high
}

/// The bytes of a text shorter than eight bytes as one word. Together with the length, it is unique.
#[inline]
fn short_word(text: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
    } else if let [first, .., last] = text {
        u64::from(*first) | u64::from(text[text.len() / 2]) << 8 | u64::from(*last) << 16
    } else {
        text.first().copied().map_or(0, u64::from)
    }
}

/// The hash of a text.
#[inline]
#[must_use]
pub(crate) fn hash_of(text: &[u8]) -> u64 {
    let mut hash = (text.len() as u64).wrapping_mul(MULTIPLIER) ^ 0x243F_6A88_85A3_08D3;
    hash = match text.last_chunk::<16>() {
        Some(last) => {
            for sixteen in text[..text.len() - 1].as_chunks::<16>().0 {
                hash = mix(hash, sixteen);
            }
            mix(hash, last)
        }
        None => match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
            (Some(first), Some(last)) => {
                fold(hash ^ u64::from_le_bytes(*first), MULTIPLIER ^ u64::from_le_bytes(*last))
            }
            _ => fold(hash ^ short_word(text), MULTIPLIER),
        },
    };
    fold(hash, MULTIPLIER)
}

/// Adds sixteen bytes to a hash.
#[inline]
fn mix(hash: u64, sixteen: &[u8; 16]) -> u64 {
    let word = u128::from_le_bytes(*sixteen);
    #[expect(clippy::cast_possible_truncation, reason = "both halves are taken")]
    let (low, high) = (word as u64, (word >> 64) as u64);
    fold(hash ^ low, MULTIPLIER ^ high)
}

/// Whether two texts are equal.
#[inline]
#[must_use]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if let (Some(end), Some(other)) = (a.last_chunk::<16>(), b.last_chunk::<16>()) {
        // The last bytes may overlap those before.
        let sixteens = a[..a.len() - 1].as_chunks::<16>().0.iter().zip(b[..b.len() - 1].as_chunks::<16>().0);
        return end == other && sixteens.into_iter().all(|(a, b)| a == b);
    }
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(end), Some(other)) => end == other && a.first_chunk::<8>() == b.first_chunk::<8>(),
        _ => short_word(a) == short_word(b),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    #[test]
    fn one_byte_changes_hash_and_equality() {
        for length in 0..70 {
            let text: Vec<u8> = (0..length).map(|at| at * 3 + 1).collect();
            assert!(same(&text, &text.clone()));
            for at in 0..text.len() {
                let mut other = text.clone();
                other[at] ^= 0x20;
                assert!(!same(&text, &other), "{length} {at}");
                assert_ne!(hash_of(&text), hash_of(&other), "{length} {at}");
            }
            let longer = [&text[..], &[0]].concat();
            assert!(!same(&text, &longer));
            assert_ne!(hash_of(&text), hash_of(&longer));
        }
    }

    #[test]
    fn hashes_of_like_texts_spread() {
        // By the bits from which slots, shards and tags are derived.
        let hashes: Vec<u64> = (0..65_536).map(|n| hash_of(format!("cus_{n:010}").as_bytes())).collect();
        for shift in [0, 32, 57] {
            let mut counts = [0_u32; 64];
            for hash in &hashes {
                counts[usize::try_from(hash >> shift).unwrap() % 64] += 1;
            }
            assert!(counts.iter().all(|count| (800..1_250).contains(count)), "{shift}: {counts:?}");
        }
        assert_eq!(hashes.iter().collect::<HashSet<_>>().len(), hashes.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn same_agrees_with_equality(a in "[ab\u{0}]{0,40}", b in "[ab\u{0}]{0,40}") {
            prop_assert_eq!(same(a.as_bytes(), b.as_bytes()), a == b);
            prop_assert!(a != b || hash_of(a.as_bytes()) == hash_of(b.as_bytes()));
        }
    }
}
