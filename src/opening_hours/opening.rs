//! The opening hours of a run: calendars converted to instants, found by queue and department.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Days;
use hashbrown::HashMap;

use super::{Calendar, OpenSet, OpeningHours};

/// Opening hours, and their open times during the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The content of the file.
    pub hours: Arc<OpeningHours>,
    default: OpenSet,
    queues: HashMap<String, OpenSet>,
    departments: HashMap<String, OpenSet>,
}

impl Opening {
    /// Opening hours that are not converted yet: nothing is open.
    #[must_use]
    pub fn new(hours: Arc<OpeningHours>) -> Self {
        Self { hours, default: OpenSet::default(), queues: HashMap::new(), departments: HashMap::new() }
    }

    /// The opening hours, converted for instants from `first_ms` to `last_ms`.
    #[must_use]
    pub fn over(&self, first_ms: i64, last_ms: i64) -> Self {
        let OpeningHours { zone, default, queues, departments, .. } = &*self.hours;
        // An interval that began the day before may extend into the first day.
        let first = zone.date_of(first_ms);
        let first = first.checked_sub_days(Days::new(2)).unwrap_or(first);
        let last = zone.date_of(last_ms);
        let last = last.checked_add_days(Days::new(1)).unwrap_or(last);
        let compile = |calendar: &Calendar| OpenSet::compile(calendar, *zone, first, last);
        let all = |named: &BTreeMap<String, Calendar>| {
            named.iter().map(|(name, calendar)| (name.clone(), compile(calendar))).collect()
        };
        Self {
            hours: Arc::clone(&self.hours),
            default: compile(default),
            queues: all(queues),
            departments: all(departments),
        }
    }

    /// Whether queues or departments have their own calendars.
    #[must_use]
    pub fn is_by_place(&self) -> bool {
        !self.hours.queues.is_empty() || !self.hours.departments.is_empty()
    }

    /// The open time for rows of this queue and department: by the queue's calendar, else the department's, else the
    /// default.
    #[must_use]
    pub fn of(&self, queue: Option<&str>, department: Option<&str>) -> &OpenSet {
        let own = queue.and_then(|queue| self.queues.get(queue));
        own.or_else(|| department.and_then(|department| self.departments.get(department))).unwrap_or(&self.default)
    }

    /// The open time for rows without their own calendar.
    #[must_use]
    pub fn default(&self) -> &OpenSet {
        &self.default
    }
}
