//! Mutations that break files: bits, bytes, ranges, lines, numbers, tokens of the formats, and parts of two files
//! combined.

use crate::mutated::random::Random;

/// Maximum length of a mutated input.
const LONGEST: usize = 256 << 10;
/// Maximum mutations of one input.
const MOST_CHANGES: u64 = 5;

/// Bytes with a meaning in some format.
const BYTES: &[u8] = b"\0\xff\xfe\xef\x80\xc3\"',;|\t\n\r{}[]:\\/ -+=#.%$@TZe01279";

/// Tokens with a meaning to some reader.
const TOKENS: [&str; 48] = [
    "\"\"",
    "\"\n",
    "\r\n",
    "\r",
    "\n\n",
    ",,,,",
    "null",
    "true",
    "NaN",
    "-0",
    "1e309",
    "1e-400",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "253402300799999",
    "-62135596800001",
    "0.1e400",
    "\\u0000",
    "\\ud800",
    "\\udfff\\ud800",
    "\\\"",
    "\\x",
    "{\"a\":",
    "[[[[[[[[",
    "]]]]",
    "{}",
    "[]",
    "2026-02-29T24:60:61Z",
    "0000-00-00",
    "9999-12-31T23:59:60.999999999+23:59",
    "+14:00",
    "-99:99",
    "\u{feff}",
    "\u{202e}",
    "\u{2028}",
    "\u{0}",
    "ação",
    "𝟙",
    "message",
    "assigned",
    "closed",
    "transfer_requested",
    "conversation_id",
    "[[rules]]",
    "[time]",
    "when = ",
    "%Y-%m-%dT%H:%M:%S%z",
];

/// `base` with some mutations; `other` provides parts.
pub fn mutated(base: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for _ in 0..=random.below(MOST_CHANGES) {
        change(&mut bytes, other, random);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let place = random.index(bytes.len() + 1);
    match random.below(11) {
        0 if place < bytes.len() => bytes[place] ^= 1 << random.below(8),
        1 if place < bytes.len() => bytes[place] = *random.one(BYTES),
        2 => insert(bytes, place, random.one(&TOKENS).as_bytes()),
        3 => drop(bytes.drain(place..end(bytes, place, 64, random))),
        4 => {
            let range = bytes[place..end(bytes, place, 256, random)].to_vec();
            let times = 1 + random.index(4);
            insert(bytes, place, &range.repeat(times));
        }
        5 if !other.is_empty() => {
            bytes.truncate(place);
            bytes.extend_from_slice(&other[random.index(other.len())..]);
        }
        6 => number(bytes, place, random),
        7 => bytes.truncate(place),
        8 => swap_lines(bytes, random),
        9 => {
            let count = 1 + random.index(8);
            let new: Vec<u8> = (0..count).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
            insert(bytes, place, &new);
        }
        _ if !other.is_empty() => {
            let from = random.index(other.len());
            insert(bytes, place, &other[from..end(other, from, 128, random)]);
        }
        _ => {}
    }
}

fn insert(bytes: &mut Vec<u8>, place: usize, new: &[u8]) {
    drop(bytes.splice(place..place, new.iter().copied()));
}

/// The end of a range that begins at `place` and has at most `most` bytes.
fn end(bytes: &[u8], place: usize, most: usize, random: &mut Random) -> usize {
    bytes.len().min(place + 1 + random.index(most))
}

/// Replaces the first number after a position with an extreme one.
fn number(bytes: &mut Vec<u8>, place: usize, random: &mut Random) {
    let Some(begin) = bytes[place..].iter().position(u8::is_ascii_digit).map(|at| place + at) else { return };
    let length = bytes[begin..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let numbers = ["0", "-1", "99", "2147483648", "9223372036854775808", "00000000000000000001", "1e19", "4294967295"];
    drop(bytes.splice(begin..begin + length, random.one(&numbers).bytes()));
}

fn swap_lines(bytes: &mut Vec<u8>, random: &mut Random) {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let (a, b) = (random.index(lines.len()), random.index(lines.len()));
    lines.swap(a, b);
    *bytes = lines.join(&b'\n');
}
