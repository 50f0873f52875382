//! Calendars as written in a file.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::Interval;
use crate::time::Zone;

/// The intervals that begin on each weekday, Monday first; those of a day are in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Week(pub [Vec<Interval>; 7]);

/// The opening hours of a queue, a department, or everything else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// The ordinary week.
    pub week: Week,
    /// Exceptional dates, with the intervals that begin on them, in order. They include the dates that apply to the
    /// whole file.
    pub dates: BTreeMap<NaiveDate, Vec<Interval>>,
}

impl Calendar {
    /// The intervals that begin on a date.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> &[Interval] {
        let weekday = date.weekday().num_days_from_monday() as usize;
        self.dates.get(&date).or_else(|| self.week.0.get(weekday)).map_or(&[], Vec::as_slice)
    }
}

/// The content of an opening-hours file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningHours {
    /// The file's name without folders.
    pub file: String,
    /// The file's text, for processes without access to the file.
    pub text: String,
    /// The zone of its times.
    pub zone: Zone,
    /// The calendar for everything without its own calendar.
    pub default: Calendar,
    /// Calendars of queues, by name; they take precedence over those of departments.
    pub queues: BTreeMap<String, Calendar>,
    /// Calendars of departments, by name.
    pub departments: BTreeMap<String, Calendar>,
}

impl OpeningHours {
    /// The calendars: the default first, then those of queues, then those of departments.
    pub fn calendars(&self) -> impl Iterator<Item = &Calendar> {
        std::iter::once(&self.default).chain(self.queues.values()).chain(self.departments.values())
    }
}
