//! Dates as people write them on the command line.

use std::{error, fmt};

use chrono::{Datelike, NaiveDate};

/// A text that is not a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateError {
    /// It does not have the form `YYYY-MM-DD`.
    Form {
        /// The given text.
        value: String,
    },
    /// The calendar does not have this day.
    NoSuchDay {
        /// The given text.
        value: String,
        /// The invalid part, and its valid values.
        reason: String,
    },
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form { value } => write!(f, "`{value}` is not a date: expected YYYY-MM-DD, such as 2026-03-02"),
            Self::NoSuchDay { value, reason } => write!(f, "no such day as `{value}`: {reason}"),
        }
    }
}

impl error::Error for DateError {}

/// The date at the start of an RFC 3339 text; `None` if the text does not begin with a date.
#[must_use]
pub fn date_of(text: &str) -> Option<NaiveDate> {
    parse_date(text.get(..10)?).ok()
}

/// A date, strictly `YYYY-MM-DD`, in the years 0001 to 9999.
///
/// # Errors
///
/// If the text has another form, or the calendar does not have the day.
pub fn parse_date(text: &str) -> Result<NaiveDate, DateError> {
    let form = || DateError::Form { value: text.to_owned() };
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return Err(form());
    };
    let [Some(century), Some(year), Some(month), Some(day)] = [[y1, y2], [y3, y4], [m1, m2], [d1, d2]].map(number)
    else {
        return Err(form());
    };
    let no_such_day = |reason| DateError::NoSuchDay { value: text.to_owned(), reason };
    let year = i32::from(century) * 100 + i32::from(year);
    if year == 0 {
        return Err(no_such_day("years run from 0001 to 9999".to_owned()));
    }
    let first = NaiveDate::from_ymd_opt(year, u32::from(month), 1)
        .ok_or_else(|| no_such_day("months run from 01 to 12".to_owned()))?;
    first
        .with_day(u32::from(day))
        .ok_or_else(|| no_such_day(format!("{} has {} days", first.format("%B %Y"), first.num_days_in_month())))
}

/// Two digits.
pub(super) fn number(digits: [u8; 2]) -> Option<u8> {
    digits.iter().all(u8::is_ascii_digit).then(|| (digits[0] - b'0') * 10 + (digits[1] - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(parse_date("2024-02-29"), Ok(NaiveDate::from_ymd_opt(2024, 2, 29).expect("a date")));
        assert_eq!(parse_date("0001-01-01").map(|date| date.year()), Ok(1));
        for text in
            ["", "2026-3-2", "02/03/2026", "20260302", "+026-03-02", "2026-03-02 ", "2026-03-02T00:00", "２026-03-0"]
        {
            assert_eq!(parse_date(text), Err(DateError::Form { value: text.to_owned() }));
        }
        let message = |text| parse_date(text).expect_err(text).to_string();
        assert_eq!(message("02/03/2026"), "`02/03/2026` is not a date: expected YYYY-MM-DD, such as 2026-03-02");
        assert_eq!(message("2026-02-30"), "no such day as `2026-02-30`: February 2026 has 28 days");
        assert_eq!(message("2024-02-30"), "no such day as `2024-02-30`: February 2024 has 29 days");
        assert_eq!(message("2026-04-00"), "no such day as `2026-04-00`: April 2026 has 30 days");
        assert_eq!(message("2026-13-01"), "no such day as `2026-13-01`: months run from 01 to 12");
        assert_eq!(message("0000-01-01"), "no such day as `0000-01-01`: years run from 0001 to 9999");
    }
}
