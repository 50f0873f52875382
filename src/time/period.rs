//! `--period`: a day, week, month, quarter or year of the calendar, by name or relative to today.

use std::{error, fmt, str};

use chrono::{Datelike, Days, IsoWeek, Months, NaiveDate, Weekday};

use super::{DateError, parse_date};
use crate::nearest::hint;

/// A unit of the calendar. Weeks are those of ISO 8601, which begin on Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarUnit {
    /// One local date.
    Day,
    /// Monday to Sunday.
    Week,
    /// From the first day of a calendar month to its last.
    Month,
    /// January to March, and so on.
    Quarter,
    /// 1 January to 31 December.
    Year,
}

impl CalendarUnit {
    /// The first day of the unit that contains this date; `None` outside chrono's calendar.
    #[must_use]
    pub fn first_day(self, date: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => Some(date),
            Self::Week => date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday()))),
            Self::Month => date.with_day(1),
            Self::Quarter => NaiveDate::from_ymd_opt(date.year(), date.month0() / 3 * 3 + 1, 1),
            Self::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1),
        }
    }

    /// The last day of the unit that begins on this date; `None` outside chrono's calendar.
    #[must_use]
    pub fn last_day(self, first_day: NaiveDate) -> Option<NaiveDate> {
        let next = match self {
            Self::Day => first_day.succ_opt(),
            Self::Week => first_day.checked_add_days(Days::new(7)),
            Self::Month => first_day.checked_add_months(Months::new(1)),
            Self::Quarter => first_day.checked_add_months(Months::new(3)),
            Self::Year => first_day.checked_add_months(Months::new(12)),
        };
        next?.pred_opt()
    }

    /// The days of the unit before the one that begins on this date; `None` outside chrono's calendar.
    #[must_use]
    pub fn before(self, first_day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let last_day = first_day.pred_opt()?;
        Some((self.first_day(last_day)?, last_day))
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// The value of `--period`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// `today`, `this-week`, …: the unit that contains today.
    This(CalendarUnit),
    /// `yesterday`, `last-week`, …: the unit before it.
    Last(CalendarUnit),
    /// `2026-03`, …: the unit that begins on this date.
    From(CalendarUnit, NaiveDate),
}

/// The periods that are relative to today.
const RELATIVE: [(&str, Period); 10] = [
    ("today", Period::This(CalendarUnit::Day)),
    ("yesterday", Period::Last(CalendarUnit::Day)),
    ("this-week", Period::This(CalendarUnit::Week)),
    ("last-week", Period::Last(CalendarUnit::Week)),
    ("this-month", Period::This(CalendarUnit::Month)),
    ("last-month", Period::Last(CalendarUnit::Month)),
    ("this-quarter", Period::This(CalendarUnit::Quarter)),
    ("last-quarter", Period::Last(CalendarUnit::Quarter)),
    ("this-year", Period::This(CalendarUnit::Year)),
    ("last-year", Period::Last(CalendarUnit::Year)),
];

impl Period {
    /// The names of the periods that are relative to today.
    pub fn names() -> impl Iterator<Item = &'static str> {
        RELATIVE.iter().map(|(name, _)| *name)
    }

    /// The unit of the period.
    #[must_use]
    pub const fn unit(self) -> CalendarUnit {
        match self {
            Self::This(unit) | Self::Last(unit) | Self::From(unit, _) => unit,
        }
    }

    /// Whether it contains today, so that it is not over.
    #[must_use]
    pub const fn is_current(self) -> bool {
        matches!(self, Self::This(_))
    }

    /// Its first and last day; `None` outside chrono's calendar.
    #[must_use]
    pub fn days(self, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        match self {
            Self::This(unit) => {
                let first_day = unit.first_day(today)?;
                Some((first_day, unit.last_day(first_day)?))
            }
            Self::Last(unit) => unit.before(unit.first_day(today)?),
            Self::From(unit, first_day) => Some((first_day, unit.last_day(first_day)?)),
        }
    }
}

impl fmt::Display for Period {
    /// Writes it in the form of the flag.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::From(unit, date) = self else {
            let name = RELATIVE.iter().find(|(_, period)| period == self).map_or("", |(name, _)| name);
            return f.write_str(name);
        };
        match unit {
            CalendarUnit::Day => write!(f, "{date}"),
            CalendarUnit::Week => f.write_str(&week_name(date.iso_week())),
            CalendarUnit::Month => write!(f, "{:04}-{:02}", date.year(), date.month()),
            CalendarUnit::Quarter => write!(f, "{:04}-Q{}", date.year(), date.month0() / 3 + 1),
            CalendarUnit::Year => write!(f, "{:04}", date.year()),
        }
    }
}

fn week_name(week: IsoWeek) -> String {
    format!("{:04}-W{:02}", week.year(), week.week())
}

/// A text that is not a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeriodError {
    /// It has none of the forms.
    Form {
        /// The given text.
        value: String,
        /// A similar name, with the words around it; empty if there is none.
        hint: String,
    },
    /// The calendar does not have it.
    NoSuchUnit {
        /// The given text.
        value: String,
        /// The unit of the text's form.
        unit: CalendarUnit,
        /// The invalid part, and its valid values.
        reason: String,
    },
}

impl fmt::Display for PeriodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form { value, hint } if hint.is_empty() => write!(
                f,
                "`{value}` is not a period: expected today, yesterday, this- or last- with week, month, quarter or year, \
                 or a year, quarter, month, week or day such as 2026, 2026-Q1, 2026-03, 2026-W10 or 2026-03-02"
            ),
            Self::Form { value, hint } => write!(f, "`{value}` is not a period{hint}"),
            Self::NoSuchUnit { value, unit, reason } => write!(f, "no such {} as `{value}`: {reason}", unit.name()),
        }
    }
}

impl error::Error for PeriodError {}

impl str::FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        if let Some((_, period)) = RELATIVE.iter().find(|(name, _)| *name == text) {
            return Ok(*period);
        }
        let form = || PeriodError::Form { value: text.to_owned(), hint: hint(text, Self::names()) };
        let none =
            |unit, reason: &str| PeriodError::NoSuchUnit { value: text.to_owned(), unit, reason: reason.to_owned() };
        let (year, rest) = text.split_once('-').map_or((text, None), |(year, rest)| (year, Some(rest)));
        let year: i32 = number(year, 4).and_then(|year| i32::try_from(year).ok()).ok_or_else(form)?;
        let unit = match rest.map(|rest| rest.split_at_checked(1).unwrap_or((rest, ""))) {
            None => CalendarUnit::Year,
            Some(("Q", _)) => CalendarUnit::Quarter,
            Some(("W", _)) => CalendarUnit::Week,
            Some(_) if text.len() == 7 => CalendarUnit::Month,
            Some(_) => CalendarUnit::Day,
        };
        if year == 0 {
            return Err(none(unit, "years are 0001 to 9999"));
        }
        let rest = rest.unwrap_or_default();
        let first_day = match unit {
            CalendarUnit::Year => NaiveDate::from_ymd_opt(year, 1, 1),
            CalendarUnit::Quarter => {
                let quarter = number(&rest[1..], 1).ok_or_else(form)?;
                if !(1..=4).contains(&quarter) {
                    return Err(none(unit, "quarters are Q1 to Q4"));
                }
                NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)
            }
            CalendarUnit::Month => {
                let month = number(rest, 2).ok_or_else(form)?;
                if !(1..=12).contains(&month) {
                    return Err(none(unit, "months are 01 to 12"));
                }
                NaiveDate::from_ymd_opt(year, month, 1)
            }
            CalendarUnit::Week => {
                let week = number(&rest[1..], 2).ok_or_else(form)?;
                let monday = NaiveDate::from_isoywd_opt(year, week, Weekday::Mon);
                return monday.map(|monday| Self::From(unit, monday)).ok_or_else(|| {
                    let weeks = if NaiveDate::from_isoywd_opt(year, 53, Weekday::Mon).is_some() { 53 } else { 52 };
                    none(unit, &format!("weeks of {year:04} are W01 to W{weeks}"))
                });
            }
            CalendarUnit::Day => Some(parse_date(text).map_err(|error| match error {
                DateError::Form { .. } => form(),
                DateError::NoSuchDay { reason, .. } => none(unit, &reason),
            })?),
        };
        first_day.map(|first_day| Self::From(unit, first_day)).ok_or_else(form)
    }
}

/// A number of exactly `digits` digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    let is_number = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(period: &str, today: &str) -> (String, String) {
        let period: Period = period.parse().unwrap_or_else(|error| panic!("{period}: {error}"));
        let (first, last) = period.days(parse_date(today).expect(today)).expect("days");
        (first.to_string(), last.to_string())
    }

    #[test]
    fn days_of_periods() {
        let today = "2026-04-10";
        for (period, first, last) in [
            ("today", "2026-04-10", "2026-04-10"),
            ("yesterday", "2026-04-09", "2026-04-09"),
            ("this-week", "2026-04-06", "2026-04-12"),
            ("last-week", "2026-03-30", "2026-04-05"),
            ("this-month", "2026-04-01", "2026-04-30"),
            ("last-month", "2026-03-01", "2026-03-31"),
            ("this-quarter", "2026-04-01", "2026-06-30"),
            ("last-quarter", "2026-01-01", "2026-03-31"),
            ("this-year", "2026-01-01", "2026-12-31"),
            ("last-year", "2025-01-01", "2025-12-31"),
            ("2026", "2026-01-01", "2026-12-31"),
            ("2024-Q1", "2024-01-01", "2024-03-31"),
            ("2026-Q4", "2026-10-01", "2026-12-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2026-W01", "2025-12-29", "2026-01-04"),
            ("2026-W53", "2026-12-28", "2027-01-03"),
            ("2026-03-02", "2026-03-02", "2026-03-02"),
        ] {
            assert_eq!(days(period, today), (first.to_owned(), last.to_owned()), "{period}");
            assert_eq!(period.parse::<Period>().expect(period).to_string(), period);
        }
        // The week of a year's first or last days may belong to another year.
        assert_eq!(days("last-week", "2027-01-04"), ("2026-12-28".to_owned(), "2027-01-03".to_owned()));
        assert_eq!(days("this-week", "2025-12-31"), ("2025-12-29".to_owned(), "2026-01-04".to_owned()));
        assert_eq!(days("last-month", "2026-01-31"), ("2025-12-01".to_owned(), "2025-12-31".to_owned()));
        assert_eq!(days("last-quarter", "2026-01-31"), ("2025-10-01".to_owned(), "2025-12-31".to_owned()));
    }

    #[test]
    fn no_periods() {
        let message = |text: &str| text.parse::<Period>().expect_err(text).to_string();
        for text in [
            "",
            "month",
            "2026-",
            "26",
            "2026-3",
            "2026-Q",
            "2026-Q11",
            "2026-W1",
            "2026-w10",
            "2026-03-2",
            "+026",
            "２０２６",
        ] {
            assert!(message(text).starts_with(&format!("`{text}` is not a period")), "{}", message(text));
        }
        assert!(message("last-weak").contains("did you mean `last-week`?"), "{}", message("last-weak"));
        assert_eq!(message("2026-Q5"), "no such quarter as `2026-Q5`: quarters are Q1 to Q4");
        assert_eq!(message("2026-13"), "no such month as `2026-13`: months are 01 to 12");
        assert_eq!(message("2025-W53"), "no such week as `2025-W53`: weeks of 2025 are W01 to W52");
        assert_eq!(message("2026-W00"), "no such week as `2026-W00`: weeks of 2026 are W01 to W53");
        assert_eq!(message("0000"), "no such year as `0000`: years are 0001 to 9999");
        assert!(message("2026-02-30").starts_with("no such day as `2026-02-30`"), "{}", message("2026-02-30"));
    }
}
