//! Instants as people write them on the command line.

use std::{error, fmt};

use chrono::NaiveDate;

use super::date::{DateError, number, parse_date};
use super::window::{FIRST_DATE, LAST_DATE};
use super::{DAY_MS, SECOND_MS, Zone};

/// A text that is not an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstantError {
    /// It does not have the form of a date and time.
    Form {
        /// The given text.
        value: String,
    },
    /// A date without a time of day: it could be any instant of that day.
    DateAlone {
        /// The date that the text has.
        date: NaiveDate,
    },
    /// The calendar does not have this day.
    Date(DateError),
    /// The time of day, or the offset, does not exist.
    NoSuchTime {
        /// The given text.
        value: String,
    },
    /// In UTC it is before the year 1 or after 9999, although its own date is not.
    BeyondCalendar {
        /// The given text.
        value: String,
    },
}

impl fmt::Display for InstantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form { value } => write!(
                f,
                "`{value}` is not an instant: expected a date and time, such as 2026-03-02T14:05, 2026-03-02T14:05:09Z \
                 or 2026-03-02T14:05-03:00"
            ),
            Self::DateAlone { date } => {
                write!(f, "`{date}` is a date without a time: add one, such as {date}T00:00 for the start of that day")
            }
            Self::Date(error) => error.fmt(f),
            Self::NoSuchTime { value } => write!(
                f,
                "no such time as in `{value}`: hours run from 00 to 23, minutes and seconds from 00 to 59, in the \
                 offset too"
            ),
            Self::BeyondCalendar { value } => {
                write!(f, "`{value}` is not in the years 0001 to 9999 of UTC: give a nearer instant")
            }
        }
    }
}

impl error::Error for InstantError {}

/// An instant in UTC milliseconds: a date and time with an offset or `Z`, as in RFC 3339 but with optional seconds.
/// Without an offset it is read in `zone`. Digits after the third decimal are dropped.
///
/// # Errors
///
/// If the text has another form, is a date alone, has a day or time that does not exist, or is outside the years 0001
/// to 9999 of UTC.
pub fn parse_instant(text: &str, zone: Zone) -> Result<i64, InstantError> {
    let form = || InstantError::Form { value: text.to_owned() };
    let (date, time) = text.split_at_checked(10).ok_or_else(form)?;
    let date = parse_date(date).map_err(|error| match error {
        DateError::Form { .. } => form(),
        DateError::NoSuchDay { .. } => InstantError::Date(error),
    })?;
    if time.is_empty() {
        return Err(InstantError::DateAlone { date });
    }
    let (hour, minute, rest) = time_of_day(time.as_bytes(), b"Tt ").ok_or_else(form)?;
    let (second, ms, offset) = seconds(rest).ok_or_else(form)?;
    let (sign, offset_hour, offset_minute) = match offset {
        [] => (None, 0, 0),
        b"Z" | b"z" => (Some(1), 0, 0),
        [sign, ..] => match time_of_day(offset, b"+-").ok_or_else(form)? {
            (hour, minute, []) => (Some(if *sign == b'-' { -1 } else { 1 }), hour, minute),
            (..) => return Err(form()),
        },
    };
    if [hour, offset_hour].iter().any(|hour| *hour > 23)
        || [minute, second, offset_minute].iter().any(|part| *part > 59)
    {
        return Err(InstantError::NoSuchTime { value: text.to_owned() });
    }
    let time_ms = ((i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second)) * SECOND_MS + i64::from(ms);
    let local_ms = i64::from(date.to_epoch_days()) * DAY_MS + time_ms;
    let offset_ms = (i64::from(offset_hour) * 60 + i64::from(offset_minute)) * 60 * SECOND_MS;
    let ms = sign.map_or_else(|| zone.utc_ms(local_ms), |sign| local_ms - sign * offset_ms);
    let day = ms.div_euclid(DAY_MS);
    let is_in_calendar = (i64::from(FIRST_DATE.to_epoch_days())..=i64::from(LAST_DATE.to_epoch_days())).contains(&day);
    if is_in_calendar { Ok(ms) } else { Err(InstantError::BeyondCalendar { value: text.to_owned() }) }
}

/// Reads `T14:05` or `-03:00`: a mark, hour and minute. Returns also the text after them.
fn time_of_day<'a>(text: &'a [u8], marks: &[u8]) -> Option<(u8, u8, &'a [u8])> {
    match text {
        [mark, h1, h2, b':', m1, m2, rest @ ..] if marks.contains(mark) => {
            Some((number([*h1, *h2])?, number([*m1, *m2])?, rest))
        }
        _ => None,
    }
}

/// Reads `:09.123456`, or nothing: seconds and milliseconds. Returns also the text after them.
fn seconds(text: &[u8]) -> Option<(u8, u16, &[u8])> {
    let [b':', s1, s2, rest @ ..] = text else {
        return Some((0, 0, text));
    };
    let second = number([*s1, *s2])?;
    let [b'.', fraction @ ..] = rest else {
        return Some((second, 0, rest));
    };
    let digits = fraction.iter().take_while(|c| c.is_ascii_digit()).count();
    let (decimals, rest) = fraction.split_at(digits);
    let padded = decimals.iter().chain(b"000").take(3);
    let ms = padded.fold(0, |ms, digit| ms * 10 + u16::from(digit - b'0'));
    (digits > 0).then_some((second, ms, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants() {
        let sao_paulo = Zone::named("America/Sao_Paulo").expect("a zone");
        let afternoon = 1_772_557_500_000;
        for text in [
            "2026-03-03T14:05-03:00",
            "2026-03-03T14:05:00-03:00",
            "2026-03-03t17:05z",
            "2026-03-03 17:05:00.0009Z",
            "2026-03-03T14:05",
            "2026-03-03 14:05:00",
            "2026-03-03T22:50+05:45",
        ] {
            assert_eq!(parse_instant(text, sao_paulo), Ok(afternoon), "{text}");
        }
        assert_eq!(parse_instant("2026-03-03T17:05:00.1239Z", sao_paulo), Ok(afternoon + 123));
        assert_eq!(parse_instant("2026-03-03T17:05:00.5", Zone::UTC), Ok(afternoon + 500));
        assert_eq!(parse_instant("1969-12-31T23:59:59.999Z", Zone::UTC), Ok(-1));
    }

    #[test]
    fn no_instants() {
        let read = |text| parse_instant(text, Zone::UTC);
        for text in [
            "",
            "now",
            "2026-03-03T",
            "2026-03-03T14",
            "2026-03-03T14:5",
            "2026-03-03T14:05:",
            "2026-03-03T14:05.5",
            "2026-03-03T14:05:09.",
            "2026-03-03T14:05+0300",
            "2026-03-03T14:05 +03:00",
            "2026-03-03T14:05+03:00Z",
            "2026-03-03T14:05:09,5",
            "2026-03-03_14:05",
            "2026-3-3T14:05:00",
            "1772557500",
            "2026-03-03T14:05ZZ",
            "2026-03-0éT14:05",
        ] {
            assert_eq!(read(text), Err(InstantError::Form { value: text.to_owned() }), "{text}");
        }
        for text in [
            "2026-03-03T24:00",
            "2026-03-03T23:60",
            "2026-03-03T23:59:60Z",
            "2026-03-03T00:00+24:00",
            "2026-03-03T00:00+00:60",
        ] {
            assert_eq!(read(text), Err(InstantError::NoSuchTime { value: text.to_owned() }), "{text}");
        }
        // Valid by their own date, but not in UTC.
        for text in ["0001-01-01T00:00+00:01", "0001-01-01T22:59:59.999+23:00", "9999-12-31T23:59-00:01"] {
            assert_eq!(read(text), Err(InstantError::BeyondCalendar { value: text.to_owned() }), "{text}");
        }
        let tokyo = Zone::named("Asia/Tokyo").expect("a zone");
        assert!(matches!(parse_instant("0001-01-01T00:00", tokyo), Err(InstantError::BeyondCalendar { .. })));
        for text in
            ["0001-01-01T00:00Z", "0001-01-01T23:00+23:00", "9999-12-31T23:59:59.999Z", "9999-12-31T22:00-01:59"]
        {
            assert!(read(text).is_ok(), "{text}");
        }
        let message = |text| read(text).expect_err(text).to_string();
        assert_eq!(
            message("0001-01-01T00:00+01:00"),
            "`0001-01-01T00:00+01:00` is not in the years 0001 to 9999 of UTC: give a nearer instant"
        );
        assert_eq!(message("2026-02-30T10:00"), "no such day as `2026-02-30`: February 2026 has 28 days");
        assert_eq!(
            message("2026-03-03"),
            "`2026-03-03` is a date without a time: add one, such as 2026-03-03T00:00 for the start of that day"
        );
    }
}
