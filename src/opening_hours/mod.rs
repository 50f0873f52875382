//! Opening hours: calendars of local clock times, by queue and department, and how much of a span they are open.
//!
//! A calendar is read (`read`), resolved to instants once (`open_set`), and then asked by instants alone (`opening`).

mod calendar;
mod interval;
mod open_set;
mod opening;
mod read;

pub use calendar::{Calendar, OpeningHours, Week};
pub use interval::{Interval, IntervalError};
pub use open_set::OpenSet;
pub use opening::Opening;
