//! The choice of a window: `--days`, `--from`, `--to`, or none of them.

use std::{error, fmt, str};

use chrono::NaiveDate;

use super::{DateError, Period, Zone, parse_date};

/// The default number of days of a window.
pub const DEFAULT_DAYS: u32 = 7;

/// The flags that choose a window, as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WindowChoice {
    /// `--days`: the number of days.
    pub days: Option<u32>,
    /// `--from`: the first day.
    pub from: Option<NaiveDate>,
    /// `--to`: the last day, included.
    pub to: Option<To>,
    /// `--period`: a unit of the calendar.
    pub period: Option<Period>,
}

impl WindowChoice {
    /// Whether no flag chooses a window.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self { days: None, from: None, to: None, period: None })
    }
}

/// The value of `--to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// This day.
    Date(NaiveDate),
    /// `log-end`: the local date of the last event up to the horizon.
    LogEnd,
}

impl str::FromStr for To {
    type Err = ToError;

    fn from_str(text: &str) -> Result<Self, ToError> {
        if text == "log-end" { Ok(Self::LogEnd) } else { parse_date(text).map(Self::Date).map_err(ToError) }
    }
}

/// A value of `--to` that is neither a date nor `log-end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToError(DateError);

impl fmt::Display for ToError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            error @ DateError::Form { .. } => write!(f, "{error}, or log-end"),
            error @ DateError::NoSuchDay { .. } => error.fmt(f),
        }
    }
}

impl error::Error for ToError {}

/// The longest window, ten years and a week. Every day is a row of tables, and a longer window is a typing mistake.
pub const MOST_DAYS: u32 = 3660;

/// The reason why flags choose no window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowError {
    /// `--days 0`.
    NoDays,
    /// `--from`, `--to` and `--days` together.
    AllThree,
    /// `--period` with another flag that chooses days.
    PeriodAnd {
        /// The other flag.
        flag: &'static str,
    },
    /// `--from` is after `--to`.
    FromAfterTo {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
        /// Whether `to` comes from `--to log-end`.
        is_log_end: bool,
    },
    /// `--from` without `--to` ends yesterday, but `--from` is today or later.
    FromAfterYesterday {
        /// The first day.
        from: NaiveDate,
        /// The local date of the day before `--now`.
        yesterday: NaiveDate,
        /// The zone of that date.
        zone: Zone,
    },
    /// `--to log-end` for a log without events.
    NoEvent,
    /// More days than [`MOST_DAYS`].
    TooManyDays {
        /// The number of days.
        days: i64,
    },
    /// The window would be outside the years 1 to 9999.
    OutOfCalendar {
        /// The flag that causes it.
        flag: &'static str,
        /// The flag's value.
        value: String,
    },
}

impl fmt::Display for WindowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDays => f.write_str("`--days 0` is a window without a day: give 1 or more"),
            Self::AllThree => f.write_str("`--from`, `--to` and `--days` define the window twice: remove one of them"),
            Self::PeriodAnd { flag } => {
                write!(f, "`--period` and `{flag}` define the window twice: remove one of them")
            }
            Self::FromAfterTo { from, to, is_log_end: false } => {
                write!(f, "`--from {from}` is after `--to {to}`: the first day comes first")
            }
            Self::FromAfterTo { from, to, is_log_end: true } => {
                write!(f, "`--from {from}` is after `--to log-end`, the log's last day {to}: give an earlier first day")
            }
            Self::FromAfterYesterday { from, yesterday, zone } => write!(
                f,
                "`--from {from}` alone means until yesterday, which is {yesterday} in {zone}: add `--to` or \
                 `--days`, or give an earlier day"
            ),
            Self::NoEvent => {
                f.write_str("`--to log-end` asks for the log's last event, but the log has no events: give a date")
            }
            Self::TooManyDays { days } => write!(
                f,
                "{days} days are asked for, and a window has at most {MOST_DAYS}: give fewer with `--days`, or a later `--from`"
            ),
            Self::OutOfCalendar { flag, value } => {
                write!(f, "`{flag} {value}` leads out of the calendar, 0001-01-01 to 9999-12-31: give a nearer one")
            }
        }
    }
}

impl error::Error for WindowError {}
