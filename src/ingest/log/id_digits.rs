//! Detects ids that a program has rounded, by their digits: an exponent, or zeros in place of the last digits.

use serde::{Deserialize, Serialize};

/// The number of digits that a spreadsheet keeps, and the number that a 64-bit float keeps when written as text.
const KEPT: [usize; 2] = [15, 17];

/// The most digits of a number that is examined.
const LONGEST: usize = 25;

/// Signs of rounding in the digits of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdDigits {
    /// The id has an exponent.
    Exponent,
    /// An integer with more digits than a spreadsheet keeps.
    Long {
        /// The number of digits.
        length: usize,
        /// For each entry of [`KEPT`]: whether all digits from there on are 0.
        zeros: [bool; 2],
    },
}

impl IdDigits {
    /// The signs of an id; `None` if it has none.
    #[inline]
    #[must_use]
    pub fn of(text: &[u8]) -> Option<Self> {
        if let [_, .., last] = text
            && last.is_ascii_digit()
            && text[0].is_ascii_digit()
        {
            return Self::of_number(text);
        }
        None
    }

    fn of_number(text: &[u8]) -> Option<Self> {
        if has_exponent(text) {
            return Some(Self::Exponent);
        }
        let length = text.len();
        if length <= KEPT[0] || length > LONGEST || !text.iter().all(u8::is_ascii_digit) || begins_with_time(text) {
            return None;
        }
        let is_zeros = |kept: usize| {
            text.get(kept..).is_some_and(|rest| !rest.is_empty() && rest.iter().all(|digit| *digit == b'0'))
        };
        Some(Self::Long { length, zeros: KEPT.map(is_zeros) })
    }

    /// For each entry of [`KEPT`]: whether the id ends in zeros from there on.
    #[must_use]
    pub const fn zeros(self) -> [bool; 2] {
        match self {
            Self::Exponent => [false; 2],
            Self::Long { zeros, .. } => zeros,
        }
    }
}

/// Counts distinct long numbers, to decide whether trailing zeros are due to chance. The counts of parts that share no
/// id can be added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LongIds {
    /// Counts by length; the first length is one digit more than a spreadsheet keeps.
    lengths: [u64; LONGEST - KEPT[0]],
    /// For each entry of [`KEPT`]: the count of numbers that end in zeros from there on.
    zeros: [u64; 2],
}

impl LongIds {
    /// Counts an id.
    pub fn see(&mut self, digits: IdDigits) {
        if let IdDigits::Long { length, zeros } = digits {
            self.lengths[length - KEPT[0] - 1] += 1;
            for (count, is_zeros) in self.zeros.iter_mut().zip(zeros) {
                *count += u64::from(is_zeros);
            }
        }
    }

    /// Adds the counts of a part that shares no id with the parts before.
    pub fn add(&mut self, other: &Self) {
        self.lengths.iter_mut().zip(other.lengths).for_each(|(sum, more)| *sum += more);
        self.zeros.iter_mut().zip(other.zeros).for_each(|(sum, more)| *sum += more);
    }

    /// For each entry of [`KEPT`]: the evidence that more numbers end in zeros from there on than by chance; 0 if
    /// chance explains all.
    #[must_use]
    pub fn evidence(&self) -> [f64; 2] {
        std::array::from_fn(|at| {
            // One number in ten has a zero in any given position.
            let chances = (KEPT[0] + 1..=LONGEST).zip(self.lengths).filter(|(length, _)| *length > KEPT[at]);
            let expected = chances.map(|(length, count)| as_float(count) * chance(length - KEPT[at])).sum();
            evidence(as_float(self.zeros[at]), expected)
        })
    }

    /// Whether there are too many trailing zeros to be due to chance.
    #[must_use]
    pub fn are_zeros_likely(&self) -> bool {
        self.evidence().iter().any(|evidence| *evidence >= ENOUGH)
    }
}

/// The share of numbers whose last `digits` digits are all 0 by chance.
fn chance(digits: usize) -> f64 {
    0.1_f64.powi(i32::try_from(digits).unwrap_or(i32::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "a count of ids")]
const fn as_float(count: u64) -> f64 {
    count as f64
}

/// Whether an id ends in zeros that are unlikely to be due to chance.
#[must_use]
pub fn ends_in_unlikely_zeros(zeros: [bool; 2], evidence: [f64; 2]) -> bool {
    zeros.into_iter().zip(evidence).any(|(is_zeros, evidence)| is_zeros && evidence > 0.0)
}

/// The evidence that suffices to assume rounding, as a natural logarithm: odds of about 250 to 1.
const ENOUGH: f64 = 5.5;

/// The evidence that numbers end in zeros more often than by chance.
fn evidence(found: f64, expected: f64) -> f64 {
    if found <= 2.0 * expected { 0.0 } else { found * (found / expected).ln() - (found - expected) }
}

/// `1.71234E+17`, the notation of spreadsheets for long numbers; `1,71234E+17` if the decimal sign is a comma.
fn has_exponent(text: &[u8]) -> bool {
    let Some(sign) = memchr::memchr(b'+', text) else { return false };
    let (mantissa, exponent) = (&text[..sign], &text[sign + 1..]);
    let Some((b'e' | b'E', mantissa)) = mantissa.split_last() else { return false };
    let is_mantissa = match mantissa {
        [first] => first.is_ascii_digit(),
        [first, b'.' | b',', rest @ ..] => first.is_ascii_digit() && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    is_mantissa && (1..=3).contains(&exponent.len()) && exponent.iter().all(u8::is_ascii_digit)
}

/// `20260302093000…`: an id that begins with a local time often ends in zeros.
fn begins_with_time(text: &[u8]) -> bool {
    let two = |at: usize| text.get(at..at + 2).map_or(100, |two| (two[0] - b'0') * 10 + (two[1] - b'0'));
    (19..=20).contains(&two(0))
        && (1..=12).contains(&two(4))
        && (1..=31).contains(&two(6))
        && two(8) < 24
        && two(10) < 60
        && two(12) < 60
}
