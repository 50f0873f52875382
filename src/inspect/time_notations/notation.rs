//! The notation of an instant, a date or a time of day in a text. It is found by the shape of the text, among the
//! notations that profiles have.
//!
//! A text is read by the reader of profiles, so a notation that is found here is one that a report can read.

use super::shape::{TextShape, shape_of};
use crate::ingest::profile::instant::InstantFormat;
use crate::ingest::profile::pattern::{InstantNames, Offset, Pattern};
use crate::ingest::timestamp;
use crate::time::Zone;

/// The notation of the texts in a column of instants, dates or times of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeNotation {
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
    /// Nanoseconds since 1970.
    EpochNs,
    /// Milliseconds since 1970 as `/Date(1772445600000)/`.
    JsonDate,
    /// Days of a spreadsheet, with the time of day as a fraction.
    ExcelDays,
    /// A pattern with date and time of day.
    Pattern(Pattern),
    /// A date alone.
    Date(String),
    /// A time of day alone, or a duration.
    TimeOfDay(String),
}

/// The content of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextReading {
    /// Milliseconds since 1970: in UTC if the text has an offset, else in local time.
    pub ms: i64,
    /// Whether the text has an offset.
    pub has_offset: bool,
    /// A zone name in the text that has several meanings, such as `EST`.
    pub open_zone: Option<String>,
}

/// A bare number is taken for an instant only in the years 2000 to 2099.
const FIRST_EPOCH: i64 = 946_684_800;
const LAST_EPOCH: i64 = 4_102_444_800;
/// The days of these years in spreadsheets.
const SERIALS: std::ops::Range<f64> = 36_526.0..73_051.0;
/// The shortest and longest text that is taken for an instant, in characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=64;

/// `09.30`, which is a number unless a name shows that it is a time of day.
pub const DOTTED: &str = "%H.%M";
/// `101500`, which is a number unless a name shows that it is a time of day.
pub const COMPACT: &str = "%H%M%S";
/// `260302`, which is a number unless a name shows that it is a date.
pub const COMPACT_DATE: &str = "%y%m%d";

impl TimeNotation {
    /// The name for people and programs; for a pattern, the pattern as in profiles.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Rfc3339 => "rfc3339".to_owned(),
            Self::Naive => "rfc3339 without offset".to_owned(),
            Self::EpochS => "epoch_s".to_owned(),
            Self::EpochMs => "epoch_ms".to_owned(),
            Self::EpochUs => "epoch_us".to_owned(),
            Self::EpochNs => "epoch_ns".to_owned(),
            Self::JsonDate => "json_date".to_owned(),
            Self::ExcelDays => "excel_days".to_owned(),
            Self::Pattern(pattern) => pattern.text.clone(),
            Self::Date(pattern) => pattern.clone(),
            Self::TimeOfDay(_) => "h:m:s".to_owned(),
        }
    }

    /// The notation in a profile; for a date or a time of day, its part of a pattern.
    #[must_use]
    pub fn of_profile(&self) -> String {
        match self {
            Self::Naive => "rfc3339".to_owned(),
            Self::TimeOfDay(pattern) => pattern.clone(),
            Self::Rfc3339
            | Self::EpochS
            | Self::EpochMs
            | Self::EpochUs
            | Self::EpochNs
            | Self::JsonDate
            | Self::ExcelDays
            | Self::Pattern(_)
            | Self::Date(_) => self.name(),
        }
    }

    /// Whether a text of this notation has both a date and a time of day.
    #[must_use]
    pub const fn is_instant(&self) -> bool {
        !matches!(self, Self::Date(_) | Self::TimeOfDay(_))
    }

    /// Whether it is a bare number, which may count anything.
    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::EpochS | Self::EpochMs | Self::EpochUs | Self::EpochNs | Self::ExcelDays)
    }

    /// The pattern, if the notation has one.
    #[must_use]
    pub fn pattern(&self) -> Option<&str> {
        match self {
            Self::Pattern(pattern) => Some(&pattern.text),
            Self::Date(text) => Some(text),
            Self::Rfc3339
            | Self::Naive
            | Self::EpochS
            | Self::EpochMs
            | Self::EpochUs
            | Self::EpochNs
            | Self::JsonDate
            | Self::ExcelDays
            | Self::TimeOfDay(_) => None,
        }
    }

    /// Whether the day precedes the month, both as numbers; `None` if the notation leaves no doubt.
    #[must_use]
    pub fn is_day_first(&self) -> Option<bool> {
        let pattern = self.pattern()?;
        let (day, month) = (pattern.find("%d")?, pattern.find("%m")?);
        let is_year_first =
            [pattern.find("%Y"), pattern.find("%y")].into_iter().flatten().all(|year| year < day.min(month));
        (!is_year_first).then_some(day < month)
    }

    /// The content of a text by this notation.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<TextReading> {
        let local = |ms| TextReading { ms, has_offset: false, open_zone: None };
        let utc = |ms| TextReading { ms, has_offset: true, open_zone: None };
        match self {
            Self::Rfc3339 => iso(text).filter(|reading| reading.has_offset),
            Self::Naive => iso(text).filter(|reading| !reading.has_offset),
            Self::EpochS => epoch(text, &InstantFormat::EpochSeconds, 1).map(utc),
            Self::EpochMs => epoch(text, &InstantFormat::EpochMilliseconds, 1_000).map(utc),
            Self::EpochUs => epoch(text, &InstantFormat::EpochMicroseconds, 1_000_000).map(utc),
            Self::EpochNs => epoch(text, &InstantFormat::EpochNanoseconds, 1_000_000_000).map(utc),
            Self::JsonDate => InstantFormat::JsonDate.read(text, Zone::UTC).map(utc),
            Self::ExcelDays => {
                let days: f64 = text.parse().ok().filter(|_| is_number(text))?;
                SERIALS.contains(&days).then(|| InstantFormat::ExcelDays.read(text, Zone::UTC)).flatten().map(local)
            }
            Self::Pattern(pattern) => {
                let parsed = pattern.read(text)?;
                if parsed.offset == Offset::None {
                    return Some(local(parsed.local_ms));
                }
                if let Some(ms) = InstantFormat::Pattern(pattern.clone()).read(text, Zone::UTC) {
                    return Some(utc(ms));
                }
                let open_zone = match parsed.offset {
                    Offset::Named(name) => Some(name),
                    Offset::None | Offset::Ms(_) => return None,
                };
                Some(TextReading { ms: parsed.local_ms, has_offset: false, open_zone })
            }
            Self::Date(pattern) => {
                let is_whole = pattern != COMPACT_DATE || is_of_six_digits(text);
                let at_midnight = || whole_pattern(&format!("{pattern} %H:%M"))?.read(&format!("{text} 00:00"));
                is_whole.then(at_midnight).flatten().map(|parsed| local(parsed.local_ms))
            }
            Self::TimeOfDay(pattern) => time_of_day(text, pattern).map(local),
        }
    }
}

fn whole_pattern(text: &str) -> Option<Pattern> {
    Pattern::parse(text, InstantNames::default()).ok()
}

/// The notations that fit a text: two if day and month cannot be distinguished.
#[must_use]
pub fn notations_of(text: &str) -> Vec<TimeNotation> {
    if !LENGTHS.contains(&text.len()) || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let simple = [
        TimeNotation::Rfc3339,
        TimeNotation::Naive,
        TimeNotation::EpochS,
        TimeNotation::EpochMs,
        TimeNotation::EpochUs,
        TimeNotation::EpochNs,
        TimeNotation::JsonDate,
    ];
    if let Some(notation) = simple.into_iter().find(|notation| notation.read(text).is_some()) {
        return vec![notation];
    }
    if text.contains('.') && TimeNotation::ExcelDays.read(text).is_some() {
        return vec![TimeNotation::ExcelDays];
    }
    let Some(TextShape { patterns, has_date, has_time }) = shape_of(text) else {
        // More than 24 hours cannot be a time of day, but may be a duration.
        let long = TimeNotation::TimeOfDay("%H:%M:%S".to_owned());
        let dotted = TimeNotation::TimeOfDay(DOTTED.to_owned());
        let is_dotted = text.len() <= 5 && text.split_once('.').is_some_and(|(_, minutes)| minutes.len() == 2);
        if is_dotted && dotted.read(text).is_some() {
            return vec![dotted];
        }
        return if long.read(text).is_some() { vec![long] } else { Vec::new() };
    };
    let mut notations: Vec<TimeNotation> = match (has_date, has_time) {
        (true, true) => patterns.iter().filter_map(|text| whole_pattern(text)).map(TimeNotation::Pattern).collect(),
        (true, false) => patterns.into_iter().map(TimeNotation::Date).collect(),
        (false, _) => patterns.into_iter().map(TimeNotation::TimeOfDay).collect(),
    };
    notations.retain(|notation| notation.read(text).is_some());
    notations
}

fn iso(text: &str) -> Option<TextReading> {
    let has_offset = text.ends_with(['Z', 'z']) || text.get(19..).is_some_and(|rest| rest.contains(['+', '-']));
    let ms = text.as_bytes().get(4).filter(|byte| **byte == b'-').and_then(|_| timestamp::parse(text, Zone::UTC))?;
    Some(TextReading { ms, has_offset, open_zone: None })
}

fn epoch(text: &str, format: &InstantFormat, per_second: i64) -> Option<i64> {
    let whole: i64 = text.split('.').next()?.parse().ok().filter(|_| is_number(text))?;
    let is_of_years = (FIRST_EPOCH.checked_mul(per_second)?..LAST_EPOCH.checked_mul(per_second)?).contains(&whole);
    is_of_years.then(|| format.read(text, Zone::UTC)).flatten()
}

/// Whether a text has six digits: fewer may be a number without its zeros at the start.
fn is_of_six_digits(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Milliseconds since midnight, or of a duration.
fn time_of_day(text: &str, pattern: &str) -> Option<i64> {
    if pattern == COMPACT && !is_of_six_digits(text) {
        return None;
    }
    if pattern != "%H:%M:%S" {
        let day = whole_pattern(&format!("%Y-%m-%d {pattern}"))?.read(&format!("1970-01-01 {text}"))?;
        return (day.offset == Offset::None).then_some(day.local_ms);
    }
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || hours.len() > 4 || minutes.len() != 2 || seconds.len() != 2 {
        return None;
    }
    let number = |part: &str| part.parse::<i64>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let (hours, minutes, seconds) = (number(hours)?, number(minutes)?, number(seconds)?);
    (minutes < 60 && seconds < 60).then_some((hours * 3600 + minutes * 60 + seconds) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        notations_of(text).iter().map(TimeNotation::of_profile).collect()
    }

    #[test]
    fn notations_by_shape() {
        for (text, expected) in [
            ("2026-03-02T10:00:00Z", &["rfc3339"][..]),
            ("2026-03-02 10:00:00+02:00", &["rfc3339"]),
            ("2026-03-02 10:00:00.5", &["rfc3339"]),
            ("1772445600", &["epoch_s"]),
            ("1772445600.25", &["epoch_s"]),
            ("1772445600000", &["epoch_ms"]),
            ("1772445600000000", &["epoch_us"]),
            ("1772445600000000000", &["epoch_ns"]),
            ("/Date(1772445600000)/", &["json_date"]),
            ("\\/Date(1772445600000-0300)\\/", &["json_date"]),
            ("46083.375", &["excel_days"]),
            ("2026年3月2日 9:05", &["%Y年%m月%d日 %H:%M"]),
            ("2026. 3. 2. 오후 9:05", &["%Y. %m. %d. %p %I:%M"]),
            ("2026/3/2 上午9:05:30", &["%Y/%m/%d %p%I:%M:%S"]),
            ("0:05:12", &["%H:%M:%S"]),
            ("125:00:01", &["%H:%M:%S"]),
            ("11:58:30 AM", &["%I:%M:%S %p"]),
            ("12:05", &["%H:%M"]),
            ("13/02/2026 09:00", &["%d/%m/%Y %H:%M"]),
            ("02/13/2026 9:00", &["%m/%d/%Y %H:%M"]),
            ("02/03/2026 09:00:01", &["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"]),
            ("2.3.26", &["%d.%m.%y", "%m.%d.%y"]),
            ("2026-03-02", &["%Y-%m-%d"]),
            ("2026/3/2 9:05", &["%Y/%m/%d %H:%M"]),
            ("2026-03-02 09:05", &["%Y-%m-%d %H:%M"]),
            ("2026/03/02 09.05", &["%Y/%m/%d %H.%M"]),
            ("13/02/2026 9.05.30", &["%d/%m/%Y %H.%M.%S"]),
            ("2026-03-02-09.05.30.123456", &["%Y-%m-%d-%H.%M.%S.%f"]),
            ("02-MAR-26 09.05.30.123456 PM", &["%d-%b-%y %I.%M.%S.%f %p"]),
            ("02/Mar/2026:09:05:30 +0000", &["%d/%b/%Y:%H:%M:%S %z"]),
            ("Mar 2, 2026 @ 09:05:30.123", &["%b %d, %Y @ %H:%M:%S.%f"]),
            ("March 2nd 2026, 9:05:30 am", &["%b %d %Y, %I:%M:%S %p"]),
            ("1º de março de 2026 09:05", &["%d de %b de %Y %H:%M"]),
            ("1er mars 2026 à 09:05", &["%d %b %Y à %H:%M"]),
            ("2026-03-02T09:05Z", &["%Y-%m-%dT%H:%M%z"]),
            ("2026-03-02T10:00:00+0200", &["%Y-%m-%dT%H:%M:%S%z"]),
            ("2026-03-02 10:00:00-03", &["%Y-%m-%d %H:%M:%S%z"]),
            ("2026-03-02 10:00:00 UTC", &["%Y-%m-%d %H:%M:%S %Z"]),
            ("2026-03-02 10:00:00.5 UTC", &["%Y-%m-%d %H:%M:%S.%f %Z"]),
            ("2026-03-02 10:00:00 GMT-3", &["%Y-%m-%d %H:%M:%S GMT%z"]),
            ("2026-03-02 10:00:00 EST", &["%Y-%m-%d %H:%M:%S %Z"]),
            ("2026-03-02T10:00:00-03:00[America/Sao_Paulo]", &["%Y-%m-%dT%H:%M:%S%z[%Z]"]),
            ("02-Mar-2026 09:05:01 PM", &["%d-%b-%Y %I:%M:%S %p"]),
            ("05-Mar-26 12:08 PM", &["%d-%b-%y %I:%M %p"]),
            ("Mar 2, 2026 9:05 PM", &["%b %d, %Y %I:%M %p"]),
            ("March 2, 2026, 9:05\u{202f}pm", &["%b %d, %Y, %I:%M %p"]),
            ("13/02/2026, 09:00:00.250", &["%d/%m/%Y, %H:%M:%S.%f"]),
            ("19/08/26 8:26 a. m.", &["%d/%m/%y %I:%M %p"]),
            ("19/08/26 8:26\u{a0}p.\u{a0}m.", &["%d/%m/%y %I:%M %p"]),
            ("2 févr. 2026 09:00", &["%d %b %Y %H:%M"]),
            ("2 de março de 2026 às 09:00", &["%d de %b de %Y às %H:%M"]),
            ("2. März 2026 09:05", &["%d. %b %Y %H:%M"]),
            ("lunes, 2 de marzo de 2026 9:05:01", &["%a, %d de %b de %Y %H:%M:%S"]),
            ("lun. 2 mars 2026 09:05", &["%a %d %b %Y %H:%M"]),
            ("20260302", &["%Y%m%d"]),
            ("20260302100501", &["%Y%m%d%H%M%S"]),
            ("20260302T100501Z", &["%Y%m%dT%H%M%S%z"]),
            ("Wed Mar 04 21:43:09 +0000 2026", &["%a %b %d %H:%M:%S %z %Y"]),
            ("Mon, 2 Mar 2026 10:00:00 -0300", &["%a, %d %b %Y %H:%M:%S %z"]),
            ("Mon Mar 02 2026 10:00:00 GMT-0300 (Brasilia Standard Time)", &["%a %b %d %Y %H:%M:%S GMT%z (%Z)"]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
        for text in [
            "",
            "12",
            "1.5",
            "46083",
            "hello",
            "31/02/2026",
            "2026-13-01",
            "c1",
            "10/11/12/13",
            "1-2",
            "3 apples",
            "at 5",
        ] {
            assert!(names(text).is_empty(), "{text}: {:?}", names(text));
        }
    }

    #[test]
    fn readings() {
        let read = |text: &str| notations_of(text)[0].read(text);
        let at = Some(1_772_445_600_000);
        for text in [
            "2026-03-02T10:00:00Z",
            "2026-03-02T10:00:00",
            "1772445600",
            "1772445600000",
            "1772445600000000",
            "1772445600000000000",
            "2026-03-02 10:00:00 UTC",
            "2026-03-02T12:00:00+0200",
            "/Date(1772445600000-0300)/",
            "2026. 3. 2. 오전 10:00",
            "02-Mar-2026 10:00:00 AM",
            "46083.4166666667",
        ] {
            assert_eq!(read(text).map(|reading| reading.ms), at, "{text}");
        }
        assert_eq!(read("1:00:01").map(|reading| reading.ms), Some(3_601_000));
        assert_eq!(read("12:00:30 AM").map(|reading| reading.ms), Some(30_000));
        let zone = |text: &str| read(text).map(|reading| (reading.has_offset, reading.open_zone));
        let compact = |text: &str| TimeNotation::TimeOfDay(COMPACT.to_owned()).read(text).map(|reading| reading.ms);
        assert_eq!(compact("101530"), Some(36_930_000));
        assert_eq!([compact("80500"), compact("246000"), compact("10:150")], [None; 3]);
        assert_eq!(zone("2026-03-02 10:00:00 UTC"), Some((true, None)));
        assert_eq!(zone("2026-03-02 10:00:00 EST"), Some((false, Some("EST".to_owned()))));
    }

    #[test]
    fn day_and_month() {
        let first = |text: &str| notations_of(text)[0].is_day_first();
        assert_eq!(first("13/02/2026 09:00"), Some(true));
        assert_eq!(first("02/13/2026 09:00"), Some(false));
        assert_eq!(first("2026-02-13 09:00"), None);
        assert_eq!(first("13 Feb 2026 09:00"), None);
    }
}
