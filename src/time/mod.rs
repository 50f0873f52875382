//! Time: zones, local days, windows, and the filters in local time.
//!
//! Floor 0. Everything here is a pure function: no clock is read, and the machine's zone is not used. Instants are UTC
//! milliseconds (`utc_ms`). Local times are also milliseconds, counted from 1970-01-01T00:00 in local time
//! (`local_ms`). The rules of zones are in a pack inside the program (`database.rs`).

mod choice;
mod database;
mod date;
mod day;
mod every;
mod format;
mod hours;
mod instant;
mod nearest;
mod observed;
mod occurrence;
mod period;
mod resolve;
#[cfg(test)]
mod sample;
mod span;
mod weekdays;
mod window;
mod zone;

pub use choice::{DEFAULT_DAYS, MOST_DAYS, To, ToError, WindowChoice, WindowError};
pub use database::database_version;
pub use date::{DateError, date_of, parse_date};
pub use every::every;
pub use format::format_utc;
pub use hours::{Hours, HoursError};
pub use instant::{InstantError, parse_instant};
pub use nearest::UnknownZone;
pub use occurrence::{Occurrence, UnclearTimeCounter, UnclearTimes};
pub use period::{CalendarUnit, Period, PeriodError};
pub use resolve::resolve;
pub use span::{OffsetPeriod, Transition};
pub use weekdays::{WEEKDAYS, Weekdays, WeekdaysError};
pub use window::Window;
pub use zone::Zone;

/// Milliseconds in a second.
pub(crate) const SECOND_MS: i64 = 1_000;
/// Milliseconds in a minute.
pub(crate) const MINUTE_MS: i64 = 60_000;
/// Milliseconds in an hour.
pub(crate) const HOUR_MS: i64 = 3_600_000;
/// Milliseconds in a day of 24 hours; a local day may be shorter or longer.
pub(crate) const DAY_MS: i64 = 86_400_000;
