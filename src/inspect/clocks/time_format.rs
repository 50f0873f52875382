//! How a text says an instant: the forms that exports have, told from the shape of the text.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use crate::ingest::timestamp;
use crate::inspect::clocks::time_shape::patterns;
use crate::time::Zone;

/// How the texts of a column say instants, dates or durations.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TimeFormat {
    /// RFC 3339 with an offset or `Z`.
    Rfc3339,
    /// The same without an offset.
    Naive,
    /// Seconds since 1970.
    EpochS,
    /// Milliseconds since 1970.
    EpochMs,
    /// Microseconds since 1970.
    EpochUs,
    /// Days since the end of 1899, with the time of day as a fraction: how Excel counts.
    ExcelSerial,
    /// A pattern with date and time of day.
    Pattern(String),
    /// A pattern with a date alone.
    Date(String),
    /// `H:MM:SS`: a time of day, or a duration.
    Clock,
}

/// What a text says by one format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// UTC where there is an offset, else of the local clock, in milliseconds.
    pub ms: i64,
    /// The text says its offset.
    pub has_offset: bool,
}

/// Instants outside the years 2000 to 2099 are not what a bare number means.
const FIRST_EPOCH: i64 = 946_684_800;
const LAST_EPOCH: i64 = 4_102_444_800;
/// The days of these years as Excel counts them, and 1970 among them.
const SERIALS: std::ops::Range<f64> = 36_526.0..73_051.0;
const SERIAL_1970: f64 = 25_569.0;
const DAY_MS: f64 = 86_400_000.0;

impl TimeFormat {
    /// The name for people and programs; patterns as profiles have them.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Rfc3339 => "rfc3339".to_owned(),
            Self::Naive => "rfc3339 without offset".to_owned(),
            Self::EpochS => "epoch_s".to_owned(),
            Self::EpochMs => "epoch_ms".to_owned(),
            Self::EpochUs => "epoch_us".to_owned(),
            Self::ExcelSerial => "excel serial".to_owned(),
            Self::Pattern(pattern) | Self::Date(pattern) => pattern.clone(),
            Self::Clock => "h:m:s".to_owned(),
        }
    }

    /// What a profile writes; none where a profile has no word for it.
    #[must_use]
    pub fn of_profile(&self) -> Option<String> {
        match self {
            Self::Rfc3339 => Some("rfc3339".to_owned()),
            Self::Naive => Some("log".to_owned()),
            Self::EpochS | Self::EpochMs | Self::EpochUs | Self::Pattern(_) | Self::Date(_) => Some(self.name()),
            Self::ExcelSerial | Self::Clock => None,
        }
    }

    /// Whether a text of this format is an instant to the second or finer, or nearly.
    #[must_use]
    pub const fn is_instant(&self) -> bool {
        match self {
            Self::Rfc3339
            | Self::Naive
            | Self::EpochS
            | Self::EpochMs
            | Self::EpochUs
            | Self::ExcelSerial
            | Self::Pattern(_) => true,
            Self::Date(_) | Self::Clock => false,
        }
    }

    /// What the text says by this format.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Reading> {
        let local = |ms| Reading { ms, has_offset: false };
        let utc = |ms| Reading { ms, has_offset: true };
        match self {
            Self::Rfc3339 => iso(text).filter(|reading| reading.has_offset),
            Self::Naive => iso(text).filter(|reading| !reading.has_offset),
            Self::EpochS => epoch(text, 1).map(utc),
            Self::EpochMs => epoch(text, 1_000).map(utc),
            Self::EpochUs => epoch(text, 1_000_000).map(utc),
            Self::ExcelSerial => serial(text).map(local),
            Self::Pattern(pattern) if pattern.contains("%z") => {
                let text = text.strip_suffix(" UTC").map_or_else(|| text.to_owned(), |text| format!("{text} +0000"));
                let read = DateTime::parse_from_str(&text, &of_chrono(pattern)).ok()?;
                Some(utc(read.timestamp_millis()))
            }
            Self::Pattern(pattern) => {
                let read = NaiveDateTime::parse_from_str(text, &of_chrono(pattern)).ok()?;
                Some(local(read.and_utc().timestamp_millis()))
            }
            Self::Date(pattern) => {
                let is_whole = pattern != "%y%m%d" || (text.len() == 6 && is_number(text));
                let read = NaiveDate::parse_from_str(text, pattern).ok().filter(|_| is_whole)?;
                Some(local(read.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis()))
            }
            Self::Clock => clock(text).map(local),
        }
    }
}

/// A fraction of a second is `.%f` in profiles, `%.f` in chrono.
fn of_chrono(pattern: &str) -> String {
    pattern.replace(".%f", "%.f")
}

/// The formats by which a text says an instant, date or duration: two where day and month cannot be told apart.
#[must_use]
pub fn formats_of(text: &str) -> Vec<TimeFormat> {
    if !(3..=40).contains(&text.len()) || !text.is_ascii() || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let simple = [
        TimeFormat::Rfc3339,
        TimeFormat::Naive,
        TimeFormat::EpochS,
        TimeFormat::EpochMs,
        TimeFormat::EpochUs,
        TimeFormat::ExcelSerial,
        TimeFormat::Clock,
    ];
    if let Some(format) = simple.into_iter().find(|format| format.read(text).is_some()) {
        return vec![format];
    }
    let mut formats = patterns(text);
    formats.retain(|format| format.read(text).is_some());
    formats
}

fn iso(text: &str) -> Option<Reading> {
    let has_offset = text.ends_with(['Z', 'z']) || text.get(19..).is_some_and(|rest| rest.contains(['+', '-']));
    let ms = text.as_bytes().get(4).filter(|byte| **byte == b'-').and_then(|_| timestamp::parse(text, Zone::UTC))?;
    Some(Reading { ms, has_offset })
}

#[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
fn epoch(text: &str, per_second: i64) -> Option<i64> {
    let whole: i64 = text.split('.').next()?.parse().ok().filter(|_| is_number(text))?;
    if !(FIRST_EPOCH * per_second..LAST_EPOCH * per_second).contains(&whole) {
        return None;
    }
    if per_second == 1 { Some((text.parse::<f64>().ok()? * 1000.0) as i64) } else { Some(whole / (per_second / 1000)) }
}

/// A day alone is a number like any other: only one with a time of day is told.
#[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
fn serial(text: &str) -> Option<i64> {
    let days: f64 = text.parse().ok().filter(|_| is_number(text) && text.contains('.'))?;
    SERIALS.contains(&days).then(|| ((days - SERIAL_1970) * DAY_MS).round() as i64)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || hours.len() > 4 || minutes.len() != 2 || seconds.len() != 2 {
        return None;
    }
    let number = |part: &str| part.parse::<i64>().ok().filter(|_| digits(part));
    let (hours, minutes, seconds) = (number(hours)?, number(minutes)?, number(seconds)?);
    (minutes < 60 && seconds < 60).then_some((hours * 3600 + minutes * 60 + seconds) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        formats_of(text).iter().map(TimeFormat::name).collect()
    }

    #[test]
    fn formats_by_shape() {
        for (text, expected) in [
            ("2026-03-02T10:00:00Z", &["rfc3339"][..]),
            ("2026-03-02 10:00:00+02:00", &["rfc3339"]),
            ("2026-03-02 10:00:00.5", &["rfc3339 without offset"]),
            ("1772445600", &["epoch_s"]),
            ("1772445600.25", &["epoch_s"]),
            ("1772445600000", &["epoch_ms"]),
            ("1772445600000000", &["epoch_us"]),
            ("46083.375", &["excel serial"]),
            ("0:05:12", &["h:m:s"]),
            ("125:00:01", &["h:m:s"]),
            ("13/02/2026 09:00", &["%d/%m/%Y %H:%M"]),
            ("02/13/2026 9:00", &["%m/%d/%Y %H:%M"]),
            ("02/03/2026 09:00:01", &["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"]),
            ("2.3.26", &["%d.%m.%y", "%m.%d.%y"]),
            ("2026-03-02", &["%Y-%m-%d"]),
            ("2026/3/2 9:05", &["%Y/%m/%d %H:%M"]),
            ("2026-03-02 09:05", &["%Y-%m-%d %H:%M"]),
            ("2026-03-02T10:00:00+0200", &["%Y-%m-%dT%H:%M:%S%z"]),
            ("2026-03-02 10:00:00 UTC", &["%Y-%m-%d %H:%M:%S %z"]),
            ("02-Mar-2026 09:05:01 PM", &["%d-%b-%Y %I:%M:%S %p"]),
            ("Mar 2, 2026 9:05 PM", &["%b %d, %Y %I:%M %p"]),
            ("13/02/2026, 09:00:00.250", &["%d/%m/%Y, %H:%M:%S.%f"]),
            ("20260302", &["%Y%m%d"]),
            ("20260302100501", &["%Y%m%d%H%M%S"]),
            ("Wed Mar 04 21:43:09 +0000 2026", &["%a %b %d %H:%M:%S %z %Y"]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
        for text in ["", "12", "1.5", "46083", "hello", "31/02/2026", "12:00", "2026-13-01", "c1", "10/11/12/13", "1-2"]
        {
            assert!(names(text).is_empty(), "{text}: {:?}", names(text));
        }
    }

    #[test]
    fn readings() {
        let read = |text: &str| formats_of(text)[0].read(text).map(|reading| reading.ms);
        let at = Some(1_772_445_600_000);
        for text in [
            "2026-03-02T10:00:00Z",
            "2026-03-02T10:00:00",
            "1772445600",
            "1772445600000",
            "1772445600000000",
            "2026-03-02 10:00:00 UTC",
            "2026-03-02T12:00:00+0200",
            "02-Mar-2026 10:00:00 AM",
            "46083.4166666667",
        ] {
            assert_eq!(read(text), at, "{text}");
        }
        assert_eq!(read("1:00:01"), Some(3_601_000));
    }
}
