//! Durations in the forms that exports use.
//!
//! A text that contains its own units is read by those, whatever the unit of the profile:
//!
//! | text | meaning |
//! | --- | --- |
//! | `1h 02m 03s`, `45s`, `2 min`, `1 hora 5 minutos`, `3 Std.` | numbers with units, the largest first |
//! | `PT45S`, `P1DT2H` | ISO 8601, without years and months |
//! | `1:02:03`, `100:00:00.5` | hours, minutes, seconds |
//! | `12:34 hrs` | hours and minutes |
//! | `1 day, 0:00:10`, `2 days 03:04:05`, `1.02:03:04` | days before such a clock |
//! | `(0:00:45)` | a clock in parentheses; a number in parentheses may be negative, and is not read |
//!
//! A bare number is in the unit of the profile. Two numbers with a colon, such as `1:02`, are minutes or hours: they
//! are read only under [`DurationUnit::MinuteSecond`] and [`DurationUnit::HourMinute`]. A comma is a decimal comma,
//! except in `1,234`, where it may separate thousands: such a number is read only if the profile states its decimal
//! sign.

use super::value::ValueRule;
use crate::ingest::decode::timestamp::Decimal;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The unit of a bare number, and of a clock of two numbers, in a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationUnit {
    Milliseconds,
    Seconds,
    Minutes,
    Hours,
    /// Days, the unit in which spreadsheets save durations.
    Days,
    /// `1:02:03`; a bare number is in seconds.
    HourMinuteSecond,
    /// `1:02` is an hour and two minutes; bare numbers are not read.
    HourMinute,
    /// `1:02` is a minute and two seconds; bare numbers are not read.
    MinuteSecond,
    /// The text contains its units; bare numbers are not read.
    Text,
}

/// The names of units in profiles.
pub const UNITS: [(&str, DurationUnit); 9] = [
    ("ms", DurationUnit::Milliseconds),
    ("s", DurationUnit::Seconds),
    ("min", DurationUnit::Minutes),
    ("h", DurationUnit::Hours),
    ("d", DurationUnit::Days),
    ("h:m:s", DurationUnit::HourMinuteSecond),
    ("h:m", DurationUnit::HourMinute),
    ("m:s", DurationUnit::MinuteSecond),
    ("text", DurationUnit::Text),
];

/// The sign before a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalSign {
    /// `1.5`; `1,234` is more than a thousand.
    Dot,
    /// `1,5`; `1.234` is more than a thousand.
    Comma,
}

/// The names of decimal signs in profiles.
pub const DECIMAL_SIGNS: [(&str, DecimalSign); 2] = [(".", DecimalSign::Dot), (",", DecimalSign::Comma)];

/// A duration in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duration {
    /// The text.
    pub value: ValueRule,
    /// The unit of a bare number.
    pub unit: DurationUnit,
    /// The sign before fractions, if the profile states it.
    pub decimal: Option<DecimalSign>,
}

impl DurationUnit {
    /// The name in profiles.
    #[must_use]
    pub fn name(self) -> &'static str {
        UNITS.iter().find(|(_, unit)| *unit == self).map_or("", |(name, _)| name)
    }

    /// The duration of a text in whole milliseconds, truncated; `None` if the text is not a duration, or is ambiguous.
    #[must_use]
    pub fn read(self, text: &str, decimal: Option<DecimalSign>) -> Option<i64> {
        let text = clock_inside(text.trim());
        let (is_negative, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let ms = self
            .number(unsigned, decimal)
            .or_else(|| self.with_colons(unsigned))
            .or_else(|| hours_and_minutes(unsigned))
            .or_else(|| iso(unsigned))
            .or_else(|| worded(unsigned, decimal))?;
        Some(if is_negative { -ms } else { ms })
    }

    /// A bare number.
    fn number(self, text: &str, decimal: Option<DecimalSign>) -> Option<i64> {
        let factor = match self {
            Self::Milliseconds => 1,
            Self::Seconds | Self::HourMinuteSecond => SECOND,
            Self::Minutes => MINUTE,
            Self::Hours => HOUR,
            Self::Days => DAY,
            // Zero is zero in every unit.
            Self::HourMinute | Self::MinuteSecond | Self::Text => {
                return times(text, 1, decimal).filter(|ms| *ms == 0);
            }
        };
        times(text, factor, decimal)
    }

    /// Reads hours, minutes and seconds with colons between them, and days before them.
    fn with_colons(self, text: &str) -> Option<i64> {
        let (days, clock) = days_before(text)?;
        let parts: Vec<&str> = clock.split(':').collect();
        let factors = match (parts.len(), self) {
            (3, _) => &[HOUR, MINUTE, SECOND][..],
            (2, Self::HourMinute) => &[HOUR, MINUTE],
            (2, Self::MinuteSecond) => &[MINUTE, SECOND],
            _ => return None,
        };
        let mut ms = days.checked_mul(DAY)?;
        for (at, (part, factor)) in parts.iter().zip(factors).enumerate() {
            let is_last = at + 1 == parts.len();
            // Only seconds may have a fraction.
            if !(part.bytes().all(|byte| byte.is_ascii_digit()) || is_last && *factor == SECOND) {
                return None;
            }
            let part = times(part, *factor, Some(comma_or_dot(part)))?;
            let is_small = at == 0 || part < factor.checked_mul(60)?;
            ms = ms.checked_add(part).filter(|_| is_small && part >= 0)?;
        }
        Some(ms)
    }
}

/// The clock in a text that is one in parentheses; other texts as they are.
fn clock_inside(text: &str) -> &str {
    let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let is_clock = |inside: &&str| inside.contains(':') && inside.bytes().all(|byte| b"0123456789:.".contains(&byte));
    inside.filter(is_clock).unwrap_or(text)
}

/// Whether a text may mean minutes or hours.
#[must_use]
pub fn is_minutes_or_hours(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    clock_inside(text.trim())
        .trim_start_matches('-')
        .split_once(':')
        .is_some_and(|(first, second)| is_number(first) && is_number(second))
}

/// Splits a text into the days before a clock and the clock: `1 day, 0:00:10`, `2 days 03:04:05`, `1d 02:03:04` or
/// `1.02:03:04`.
fn days_before(text: &str) -> Option<(i64, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(count);
    if let Some(clock) = rest.strip_prefix('.')
        && clock.find(':') == Some(2)
    {
        return Some((number.parse().ok()?, clock));
    }
    let words = rest.trim_start();
    let end = words.find(|letter: char| !letter.is_alphabetic()).unwrap_or(words.len());
    match words.split_at(end) {
        ("", _) => Some((0, text)),
        (word, clock) => {
            let clock = clock.trim_start_matches(['.', ',']).trim_start();
            (factor_of(word)? == DAY && clock.contains(':')).then_some(())?;
            Some((number.parse().ok()?, clock))
        }
    }
}

/// `P1DT2H3M4.5S`: weeks, days, hours, minutes and seconds, in this order.
fn iso(text: &str) -> Option<i64> {
    let (date, time) = match text.strip_prefix(['P', 'p'])? {
        all if all.contains(['T', 't']) => all.split_once(['T', 't'])?,
        all => (all, ""),
    };
    if date.is_empty() && time.is_empty() || time.is_empty() && text.ends_with(['T', 't']) {
        return None;
    }
    let mut ms = 0_i64;
    for (mut rest, units) in
        [(date, &[('W', 7 * DAY), ('D', DAY)][..]), (time, &[('H', HOUR), ('M', MINUTE), ('S', SECOND)])]
    {
        let mut units = units.iter();
        while !rest.is_empty() {
            let end = rest.find(|letter: char| letter.is_ascii_alphabetic())?;
            let letter = rest[end..].chars().next()?.to_ascii_uppercase();
            let (_, factor) = units.find(|(known, _)| *known == letter)?;
            ms = ms.checked_add(times(&rest[..end], *factor, Some(comma_or_dot(&rest[..end])))?)?;
            rest = &rest[end + 1..];
        }
    }
    Some(ms)
}

/// `12:34 hrs`: a clock of two numbers whose unit is that of the first.
fn hours_and_minutes(text: &str) -> Option<i64> {
    let (clock, word) = text.split_once(' ')?;
    let is_of_hours = clock.matches(':').count() == 1 && factor_of(word.trim().trim_end_matches('.')) == Some(HOUR);
    is_of_hours.then(|| DurationUnit::HourMinute.with_colons(clock)).flatten()
}

/// Numbers with units, the largest first: `1h 02m 03s`, `1 hora e 5 minutos`.
fn worded(text: &str, decimal: Option<DecimalSign>) -> Option<i64> {
    let mut ms = 0_i64;
    let mut smallest = i64::MAX;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | ',')))?;
        let (number, after) = rest.split_at(end);
        let after = after.trim_start();
        let end = after.find(|letter: char| !letter.is_alphabetic()).unwrap_or(after.len());
        let (word, after) = after.split_at(end);
        let factor = factor_of(word).filter(|factor| *factor < smallest)?;
        ms = ms.checked_add(times(number, factor, decimal)?)?;
        smallest = factor;
        rest = after.strip_prefix('.').unwrap_or(after).trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        for and in ["and ", "e ", "y ", "et ", "und "] {
            rest = rest.strip_prefix(and).unwrap_or(rest);
        }
    }
    (smallest < i64::MAX).then_some(ms)
}

/// The milliseconds of one unit; its name may be English, Portuguese, Spanish, French, German or Italian.
fn factor_of(word: &str) -> Option<i64> {
    Some(match word.to_lowercase().as_str() {
        "ms" | "msec" | "millisecond" | "milliseconds" => 1,
        "s" | "sec" | "secs" | "second" | "seconds" | "seg" | "segs" | "segundo" | "segundos" | "seconde"
        | "secondes" | "sek" | "sekunde" | "sekunden" | "secondo" | "secondi" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" | "minuto" | "minutos" | "mn" | "minuten" | "minuti" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" | "hora" | "horas" | "heure" | "heures" | "std" | "stunde"
        | "stunden" | "ora" | "ore" => HOUR,
        "d" | "day" | "days" | "dia" | "dias" | "día" | "días" | "j" | "jour" | "jours" | "tag" | "tage" | "tagen"
        | "giorno" | "giorni" => DAY,
        "w" | "week" | "weeks" | "semana" | "semanas" | "semaine" | "semaines" | "woche" | "wochen" | "settimana"
        | "settimane" => 7 * DAY,
        _ => return None,
    })
}

/// The decimal sign of a number without thousands: the sign that it contains.
fn comma_or_dot(text: &str) -> DecimalSign {
    if text.contains(',') { DecimalSign::Comma } else { DecimalSign::Dot }
}

/// A number multiplied by a number of milliseconds.
fn times(text: &str, factor: i64, decimal: Option<DecimalSign>) -> Option<i64> {
    // The sign of a duration precedes the whole of it.
    let text = text.trim_end();
    text.starts_with(|letter: char| letter.is_ascii_digit()).then_some(())?;
    let number = plain_number(text, decimal)?;
    // First in fractions of a millisecond, so that a fraction of an hour is truncated only at the millisecond.
    let parts = Decimal::parse(&number)?.scaled(9)?;
    i64::try_from(parts.checked_mul(i128::from(factor))? / 1_000_000_000).ok()
}

/// The number with a dot as its decimal sign and without thousands separators; `None` if it is ambiguous.
fn plain_number(text: &str, decimal: Option<DecimalSign>) -> Option<String> {
    let (sign, thousands) = match (decimal, text.rfind(','), text.rfind('.')) {
        (_, None, None) | (None, None, Some(_)) => return Some(text.to_owned()),
        (Some(DecimalSign::Dot), ..) => ('.', ','),
        (Some(DecimalSign::Comma), ..) => (',', '.'),
        // If there are two signs, the last is the decimal sign.
        (None, Some(comma), Some(dot)) if comma > dot => (',', '.'),
        (None, Some(_), Some(_)) => ('.', ','),
        (None, Some(comma), None) => {
            let (whole, fraction) = (&text[..comma], &text[comma + 1..]);
            // `1,234` may be more than a thousand; `0,234` and `12,5` cannot.
            if fraction.len() == 3 && !whole.starts_with('0') || text.matches(',').count() > 1 {
                return None;
            }
            (',', '.')
        }
    };
    let (whole, fraction) = text.split_once(sign).unwrap_or((text, "0"));
    let mut groups = whole.split(thousands);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let are_groups = rest.is_empty()
        || (1..=3).contains(&first.len()) && !first.starts_with('0') && rest.iter().all(|group| group.len() == 3);
    are_groups.then(|| format!("{first}{}.{fraction}", rest.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_exports() {
        for (unit, text, expected) in [
            (DurationUnit::HourMinuteSecond, "0:02:23", Some(143_000)),
            (DurationUnit::HourMinuteSecond, "100:00:00", Some(360_000_000)),
            (DurationUnit::HourMinuteSecond, "0:02:23.5", Some(143_500)),
            (DurationUnit::HourMinuteSecond, "0:02:23,5", Some(143_500)),
            (DurationUnit::HourMinuteSecond, "0:02:23.123456", Some(143_123)),
            (DurationUnit::HourMinuteSecond, "7", Some(7_000)),
            (DurationUnit::HourMinuteSecond, "-0:00:05", Some(-5_000)),
            (DurationUnit::HourMinuteSecond, "1:2:3:4", None),
            (DurationUnit::HourMinuteSecond, "0:61:00", None),
            (DurationUnit::HourMinuteSecond, "1:-2:00", None),
            (DurationUnit::HourMinuteSecond, "", None),
            (DurationUnit::Seconds, "42.0015", Some(42_001)),
            (DurationUnit::Seconds, "-3", Some(-3_000)),
            (DurationUnit::Minutes, "1.5", Some(90_000)),
            (DurationUnit::Minutes, "30,25", Some(1_815_000)),
            (DurationUnit::Hours, "0.25", Some(900_000)),
            (DurationUnit::Days, "1.09375", Some(94_500_000)),
            (DurationUnit::Milliseconds, "12", Some(12)),
            (DurationUnit::Seconds, "9e99", None),
            (DurationUnit::Seconds, "soon", None),
        ] {
            assert_eq!(unit.read(text, None), expected, "{unit:?} {text}");
        }
    }

    #[test]
    fn two_numbers_with_a_colon_are_read_by_a_stated_unit_only() {
        for (_, unit) in UNITS {
            let expected = match unit {
                DurationUnit::HourMinute => Some(62 * MINUTE),
                DurationUnit::MinuteSecond => Some(62 * SECOND),
                DurationUnit::Milliseconds
                | DurationUnit::Seconds
                | DurationUnit::Minutes
                | DurationUnit::Hours
                | DurationUnit::Days
                | DurationUnit::HourMinuteSecond
                | DurationUnit::Text => None,
            };
            assert_eq!(unit.read("1:02", None), expected, "{unit:?}");
            assert_eq!(unit.read("1:02:03", None), Some(3_723_000), "{unit:?}");
        }
        assert_eq!(DurationUnit::MinuteSecond.read("75:30.5", None), Some(4_530_500));
        assert_eq!(DurationUnit::HourMinute.read("26:15", None), Some(94_500_000));
        assert_eq!(DurationUnit::HourMinute.read("26:15.5", None), None);
        assert!(is_minutes_or_hours("1:02") && !is_minutes_or_hours("1:02:03") && !is_minutes_or_hours("62"));
    }

    #[test]
    fn texts_with_units_are_read_in_every_notation() {
        for (text, expected) in [
            ("45s", Some(45_000)),
            ("1h 02m 03s", Some(3_723_000)),
            ("1h02m", Some(3_720_000)),
            ("2 min", Some(120_000)),
            ("1 hora e 5 minutos", Some(3_900_000)),
            ("2 días", Some(172_800_000)),
            ("3 Std. 20 Min.", Some(12_000_000)),
            ("1,5 h", Some(5_400_000)),
            ("PT45S", Some(45_000)),
            ("PT1H2.5S", Some(3_602_500)),
            ("P1DT2H", Some(93_600_000)),
            ("P1W", Some(604_800_000)),
            ("1 day, 0:00:10", Some(86_410_000)),
            ("2 days 03:04:05", Some(183_845_000)),
            ("2 days 03:04:05.000250", Some(183_845_000)),
            ("1.02:03:04", Some(93_784_000)),
            ("-1h", Some(-3_600_000)),
            ("0", Some(0)),
            ("7", None),
            ("3m 1h", None),
            ("1h 2h", None),
            ("P1M", None),
            ("PT", None),
            ("P", None),
            ("h", None),
            ("1 day", Some(86_400_000)),
            ("2 months", None),
            ("1:02", None),
        ] {
            assert_eq!(DurationUnit::Text.read(text, None), expected, "{text}");
            if expected.is_some_and(|ms| ms != 0) {
                assert_eq!(DurationUnit::Seconds.read(text, None), expected, "{text}");
            }
        }
    }

    #[test]
    fn an_ambiguous_number_is_refused() {
        let read = |text: &str, decimal: Option<DecimalSign>| DurationUnit::Milliseconds.read(text, decimal);
        for (text, stated_none, comma, dot) in [
            ("12,5", Some(12), Some(12), None),
            ("1,234", None, Some(1), Some(1_234)),
            ("0,234", Some(0), Some(0), None),
            ("1.234", Some(1), Some(1_234), Some(1)),
            ("1.234,5", Some(1_234), Some(1_234), None),
            ("1,234.5", Some(1_234), None, Some(1_234)),
            ("1,234,567", None, None, Some(1_234_567)),
            ("12,34.5", None, None, None),
            (",5", None, None, None),
        ] {
            assert_eq!(read(text, None), stated_none, "{text}");
            assert_eq!(read(text, Some(DecimalSign::Comma)), comma, "{text} with a decimal comma");
            assert_eq!(read(text, Some(DecimalSign::Dot)), dot, "{text} with a decimal dot");
        }
    }
}
