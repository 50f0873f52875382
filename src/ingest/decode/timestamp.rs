//! The `ts` column: RFC 3339, a naive date-time, or epoch seconds or milliseconds (semantics.md 1).

use crate::time::{DAY_MS, UnclearTimeCounter, UnclearTimes, Zone};

/// Numbers from here on are milliseconds, not seconds.
const MILLISECONDS_FROM: i128 = 100_000_000_000;
/// Instants outside the years 1 to 9999 are treated as mistakes, such as microseconds.
const FIRST: i64 = -62_135_596_800_000;
const LAST: i64 = 253_402_300_799_999;

/// Means no instant: real instants are later.
pub const NO_INSTANT: i64 = i64::MIN;

/// The instant in UTC milliseconds; a date-time without an offset is read in `zone`.
#[must_use]
pub fn parse(text: &str, zone: Zone) -> Option<i64> {
    let ts = date_time(text.as_bytes(), zone).or_else(|| epoch(text))?;
    is_of_this_era(ts).then_some(ts)
}

/// Whether an instant is in the years 1 to 9999.
#[must_use]
pub fn is_of_this_era(ms: i64) -> bool {
    (FIRST..=LAST).contains(&ms)
}

/// The unit of an integer column with a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstantUnit {
    /// Units since 1970 in UTC; the value is the number of units in a millisecond.
    Utc(i64),
    /// The same in local time without an offset: it is read in the reader's zone.
    Naive(i64),
    /// Epoch seconds or milliseconds, as in texts.
    Epoch,
}

/// Reads instants. Rows of the same hour follow each other, so the last hour is remembered.
#[derive(Debug)]
pub struct InstantReader {
    zone: Zone,
    /// The start of a text, such as `2026-03-02T10:`, and its instant in UTC milliseconds.
    hour: Option<([u8; 14], i64)>,
    /// Whether a text was a local time, which is read in the zone.
    has_local: bool,
    /// Local times at clock changes of the zone.
    unclear: UnclearTimeCounter,
}

impl InstantReader {
    /// A reader that reads date-times without an offset in `zone`.
    #[must_use]
    pub fn new(zone: Zone) -> Self {
        Self { zone, hour: None, has_local: false, unclear: UnclearTimeCounter::default() }
    }

    /// See [`parse`].
    #[inline]
    pub fn read(&mut self, text: &[u8]) -> Option<i64> {
        if let (Some((hour, begins)), Some((start, rest))) = (&self.hour, text.split_first_chunk::<14>())
            && start == hour
            && let Some(ms) = utc_in_hour(rest)
        {
            return Some(begins + ms);
        }
        self.read_in_new_hour(text)
    }

    #[inline(never)]
    fn read_in_new_hour(&mut self, text: &[u8]) -> Option<i64> {
        let words = std::str::from_utf8(text).ok()?;
        let ts = parse(words, self.zone)?;
        if is_local(text) {
            self.has_local = true;
            self.unclear.note(self.zone, ts, || parse(words, Zone::UTC));
        }
        // Only for a text in UTC does the text alone determine the hour.
        if let Some((start, rest)) = text.split_first_chunk::<14>()
            && let Some(ms) = utc_in_hour(rest)
        {
            self.hour = Some((*start, ts - ms));
        }
        Some(ts)
    }
}

impl InstantReader {
    /// Whether a local time was read since the last call.
    pub fn take_has_local(&mut self) -> bool {
        std::mem::take(&mut self.has_local)
    }

    /// Local times, read since the last call, that clock changes of the zone made unclear.
    pub fn take_unclear(&mut self) -> UnclearTimes {
        std::mem::take(&mut self.unclear.counts)
    }

    /// Adds the instant of each number; [`NO_INSTANT`] for those outside the time range of logs.
    pub fn read_all(&mut self, ticks: &[i64], unit: InstantUnit, instants: &mut Vec<i64>) {
        fn add(ticks: &[i64], instants: &mut Vec<i64>, read: impl Fn(i64) -> Option<i64>) {
            instants.extend(ticks.iter().map(|ticks| read(*ticks).unwrap_or(NO_INSTANT)));
        }
        // With a constant divisor, the compiler avoids the division.
        match unit {
            InstantUnit::Utc(1) => add(ticks, instants, |ticks| self.read_ticks(ticks, InstantUnit::Utc(1))),
            InstantUnit::Utc(1_000) => add(ticks, instants, |ticks| self.read_ticks(ticks, InstantUnit::Utc(1_000))),
            InstantUnit::Utc(1_000_000) => {
                add(ticks, instants, |ticks| self.read_ticks(ticks, InstantUnit::Utc(1_000_000)));
            }
            InstantUnit::Naive(per_ms) => {
                for ticks in ticks {
                    let ms = self.read_ticks(*ticks, unit);
                    if let Some(ms) = ms {
                        self.unclear.note(self.zone, ms, || Some(ticks.div_euclid(per_ms)));
                    }
                    instants.push(ms.unwrap_or(NO_INSTANT));
                }
            }
            InstantUnit::Utc(_) | InstantUnit::Epoch => {
                add(ticks, instants, |ticks| self.read_ticks(ticks, unit));
            }
        }
    }

    /// The instant of a number, truncated to a millisecond, as for texts.
    #[must_use]
    #[inline]
    pub fn read_ticks(&self, ticks: i64, unit: InstantUnit) -> Option<i64> {
        let ms = match unit {
            InstantUnit::Utc(per_ms) => ticks.div_euclid(per_ms),
            InstantUnit::Naive(per_ms) => {
                let local = ticks.div_euclid(per_ms);
                if !(FIRST - DAY_MS..=LAST + DAY_MS).contains(&local) {
                    return None;
                }
                self.zone.utc_ms(local)
            }
            InstantUnit::Epoch if i128::from(ticks) >= MILLISECONDS_FROM => ticks,
            InstantUnit::Epoch => ticks.checked_mul(1000)?,
        };
        (FIRST..=LAST).contains(&ms).then_some(ms)
    }
}

/// Milliseconds of `02:03Z` or `02:03.004Z`, the usual ends of an instant; `None` for others.
#[inline]
fn utc_in_hour(rest: &[u8]) -> Option<i64> {
    match rest {
        [m1, m2, c, s1, s2, dot, a, b, last @ b'0'..=b'9', b'Z'] => {
            Some(hundredths([*m1, *m2, *c, *s1, *s2, *dot, *a, *b])? * 10 + i64::from(last - b'0'))
        }
        [m1, m2, c, s1, s2, b'Z'] => Some(hundredths([*m1, *m2, *c, *s1, *s2, b'.', b'0', b'0'])? * 10),
        _ => None,
    }
}

/// Hundredths of a second of `02:03.04`.
///
/// All bytes are processed at once: after subtracting the bytes of `00:00.00`, each digit is its value and separators
/// are 0.
#[inline]
fn hundredths(text: [u8; 8]) -> Option<i64> {
    const ROOM: u64 = u64::from_le_bytes(*b"vv\x7fvv\x7fvv");
    let values = u64::from_le_bytes(text) ^ u64::from_le_bytes(*b"00:00.00");
    // For a value above its maximum, this sum sets the highest bit of its byte.
    if (values | values.wrapping_add(ROOM)) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let [m1, m2, _, s1, s2, _, h1, h2] = values.to_le_bytes().map(i64::from);
    let (minute, second) = (m1 * 10 + m2, s1 * 10 + s2);
    (minute < 60 && second < 60).then_some((minute * 60 + second) * 100 + h1 * 10 + h2)
}

/// Reads `2026-03-02T10:00:00.123Z`, with or without an offset, and with `T`, `t` or a space between date and time.
pub(super) fn date_time(b: &[u8], zone: Zone) -> Option<i64> {
    if b.len() < 19
        || b[4] != b'-'
        || b[7] != b'-'
        || !matches!(b[10], b'T' | b't' | b' ')
        || b[13] != b':'
        || b[16] != b':'
    {
        return None;
    }
    let year = digits(&b[0..4])?;
    let (month, day) = (digits(&b[5..7])?, digits(&b[8..10])?);
    let (hour, minute, second) = (digits(&b[11..13])?, digits(&b[14..16])?, digits(&b[17..19])?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (ms, rest) = fraction(&b[19..])?;
    let local = days_from_civil(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
    match rest {
        [] => Some(zone.utc_ms(local)),
        b"Z" | b"z" => Some(local),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = (hours * 60 + minutes) * 60_000;
            Some(if *sign == b'+' { local - offset } else { local + offset })
        }
        _ => None,
    }
}

/// Whether a date-time that can be read has no offset.
#[must_use]
pub fn is_local(text: &[u8]) -> bool {
    let rest = text.get(19..);
    text.get(4) == Some(&b'-') && rest.is_some_and(|rest| rest.iter().all(|c| c.is_ascii_digit() || *c == b'.'))
}

/// Milliseconds of `.123456`, truncated, and the bytes after the digits.
fn fraction(b: &[u8]) -> Option<(i64, &[u8])> {
    let Some(after) = b.strip_prefix(b".") else {
        return Some((0, b));
    };
    let count = after.iter().take_while(|c| c.is_ascii_digit()).count();
    if count == 0 {
        return None;
    }
    let ms = (0..3).fold(0, |ms, at| ms * 10 + if at < count { i64::from(after[at] - b'0') } else { 0 });
    Some((ms, &after[count..]))
}

fn digits(b: &[u8]) -> Option<i64> {
    b.iter().try_fold(0, |n, c| c.is_ascii_digit().then(|| n * 10 + i64::from(c - b'0')))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar. Years begin in March, so that the leap day is the last
/// day.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// Epoch seconds, or milliseconds from 1e11 on, in exact decimal arithmetic, truncated to a millisecond.
fn epoch(text: &str) -> Option<i64> {
    let number = Decimal::parse(text)?;
    let whole = number.scaled(0)?;
    if whole >= MILLISECONDS_FROM { i64::try_from(whole).ok() } else { i64::try_from(number.scaled(3)?).ok() }
}

/// An exact decimal number: ± digits × 10^exponent.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    negative: bool,
    digits: u128,
    exponent: i32,
}

impl Decimal {
    /// Reads `-12.5e3`, with at most 36 significant digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, small_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        let significant = format!("{}{fraction}", whole.trim_start_matches('0'));
        let kept = significant.len().min(36);
        let dropped = i32::try_from(significant.len() - kept).ok()?;
        let digits = if kept == 0 { 0 } else { significant[..kept].parse().ok()? };
        Some(Self { negative, digits, exponent: exponent - i32::try_from(fraction.len()).ok()? + dropped })
    }

    /// This number × 10^places, truncated to an integer.
    #[must_use]
    pub fn scaled(self, power: i32) -> Option<i128> {
        let exponent = self.exponent + power;
        let power = 10_u128.checked_pow(exponent.unsigned_abs());
        let magnitude = match (self.digits, power) {
            (0, _) => 0,
            (digits, Some(power)) if exponent >= 0 => digits.checked_mul(power)?,
            (digits, Some(power)) => digits / power,
            (_, None) if exponent >= 0 => return None,
            (_, None) => 0,
        };
        let magnitude = i128::try_from(magnitude).ok()?;
        Some(if self.negative { -magnitude } else { magnitude })
    }

    /// The value, if it is an integer from 0 to `largest`.
    #[must_use]
    pub fn whole_up_to(self, largest: u32) -> Option<u32> {
        let whole = self.scaled(0)?;
        let is_whole = self.exponent >= 0
            || Some(self.digits)
                == u128::try_from(whole.abs()).ok()?.checked_mul(10_u128.checked_pow(self.exponent.unsigned_abs())?);
        let value = u32::try_from(whole).ok()?;
        (is_whole && value <= largest).then_some(value)
    }
}

fn small_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.strip_prefix('+').unwrap_or(text).parse::<i32>().ok().filter(|e| e.abs() < 400)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<i64> {
        parse(text, Zone::UTC)
    }

    #[test]
    fn spellings_of_one_instant() {
        for text in [
            "2026-03-02T10:00:00Z",
            "2026-03-02t10:00:00z",
            "2026-03-02 10:00:00Z",
            "2026-03-02T12:00:00+02:00",
            "2026-03-02T04:30:00-05:30",
            "2026-03-02T10:00:00.0009Z",
            "2026-03-02T10:00:00",
            "1772445600",
            "1772445600.0009",
            "1772445600000",
            "1772445600000.9",
            "1.7724456e9",
            "17724456e2",
        ] {
            assert_eq!(utc(text), Some(1_772_445_600_000), "{text}");
        }
        assert_eq!(utc("2026-03-02T10:00:00.1239Z"), Some(1_772_445_600_123));
        assert_eq!(utc("2026-03-02T10:00:00.1Z"), Some(1_772_445_600_100));
        assert_eq!(utc("99999999999.9999"), Some(99_999_999_999_999));
        assert_eq!(utc("100000000000"), Some(100_000_000_000));
        assert_eq!(utc("-1.5009"), Some(-1_500));
        assert_eq!(utc("0"), Some(0));
    }

    #[test]
    fn calendar() {
        assert_eq!(utc("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(utc("2000-02-29T00:00:00Z"), Some(951_782_400_000));
        assert_eq!(utc("1999-12-31T23:59:59.999Z"), Some(946_684_799_999));
        assert_eq!(utc("0001-01-01T00:00:00Z"), Some(FIRST));
        assert_eq!(utc("9999-12-31T23:59:59.999Z"), Some(LAST));
    }

    #[test]
    fn no_instants() {
        for text in [
            "",
            "yesterday",
            "2026-03-02",
            "2026-03-02T10:00Z",
            "2026-03-02T10:00:60Z",
            "2026-02-29T10:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T10:00:00+0200",
            "2026-03-02T10:00:00+24:00",
            "2026-03-02T10:00:00.Z",
            "1772445600000000",
            "1e300",
            "1e",
            ".5",
            "5.",
            "NaN",
            "+5",
            " 5",
            "--5",
            "2026-03-02T10:00:00 Z",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
    }

    #[test]
    fn instants_from_a_cached_hour_equal_those_read_alone() {
        let mut texts = vec!["2026-03-02T10:59:58.070Z".to_owned(), "2026-03-02T10:09:05Z".to_owned()];
        for usual in texts.clone() {
            for at in 0..usual.len() {
                for byte in 0..0x80_u8 {
                    let mut text = usual.clone().into_bytes();
                    text[at] = byte;
                    texts.push(String::from_utf8(text).unwrap());
                }
            }
        }
        let mut reader = InstantReader::new(Zone::UTC);
        for text in texts {
            assert!(reader.read(b"2026-03-02T10:00:00.000Z").is_some());
            assert_eq!(reader.read(text.as_bytes()), utc(&text), "{text:?}");
        }
    }

    #[test]
    fn local_times_are_noted() {
        let mut reader = InstantReader::new(Zone::UTC);
        for text in
            ["2026-03-02T10:00:00Z", "2026-03-02 10:00:00.5-03:00", "1772445600.123", "1772445600000000000", "-"]
        {
            reader.read(text.as_bytes());
            assert!(!reader.take_has_local(), "{text}");
        }
        for text in ["2026-03-02T10:00:00", "2026-03-02 10:00:00.123"] {
            reader.read(text.as_bytes());
            assert!(reader.take_has_local() && !reader.take_has_local(), "{text}");
        }
    }

    #[test]
    fn numbers_of_typed_columns() {
        let reader = InstantReader::new(Zone::UTC);
        let day = 1_772_445_600_123;
        assert_eq!(reader.read_ticks(day, InstantUnit::Utc(1)), Some(day));
        assert_eq!(reader.read_ticks(day * 1000 + 999, InstantUnit::Utc(1000)), Some(day));
        assert_eq!(reader.read_ticks(day * 1_000_000 + 999_999, InstantUnit::Naive(1_000_000)), Some(day));
        // Before 1970, as after it, the digits of the fraction are truncated.
        assert_eq!(reader.read_ticks(-1, InstantUnit::Utc(1000)), utc("1969-12-31T23:59:59.999999Z"));
        for (ticks, unit) in [
            (FIRST - 1, InstantUnit::Utc(1)),
            (LAST + 1, InstantUnit::Utc(1)),
            (i64::MAX, InstantUnit::Naive(1)),
            (i64::MIN, InstantUnit::Naive(1)),
            (i64::MIN, InstantUnit::Epoch),
            (i64::MAX, InstantUnit::Epoch),
        ] {
            assert_eq!(reader.read_ticks(ticks, unit), None, "{ticks}, {unit:?}");
        }
        for number in [0, -1, 1_772_445_600, 99_999_999_999, 100_000_000_000, day, -day] {
            assert_eq!(reader.read_ticks(number, InstantUnit::Epoch), utc(&number.to_string()), "{number}");
        }
    }

    #[test]
    fn whole_numbers() {
        let score = |text: &str| Decimal::parse(text).and_then(|n| n.whole_up_to(10));
        assert_eq!(
            ["9", "9.0", "1e1", "0", "-0", "10.000"].map(score),
            [Some(9), Some(9), Some(10), Some(0), Some(0), Some(10)]
        );
        assert_eq!(["9.5", "11", "-1", "", "x", "1e-1", "0.0000000001"].map(score), [None; 7]);
    }
}
