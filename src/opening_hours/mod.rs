//! Opening hours: calendars of local times by queue and department, and the part of a span in which they are open.
//!
//! A calendar is read (`read`), converted to instants once (`open_set`), and then queried by instants alone
//! (`opening`).

mod calendar;
mod interval;
mod open_set;
mod opening;
mod read;

pub use calendar::{Calendar, OpeningHours, Week};
pub use interval::{Interval, IntervalError};
pub use open_set::OpenSet;
pub use opening::Opening;
