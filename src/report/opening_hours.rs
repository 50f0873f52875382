//! Opening hours in a report: the calendars in full.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::opening_hours::{self, Calendar, Interval};
use crate::time::WEEKDAYS;

/// The opening hours for measuring a report's durations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportOpeningHours {
    /// The file's name without folders; comparisons ignore it.
    pub file: String,
    /// IANA name of the zone of its times.
    pub zone: String,
    /// The ordinary week.
    pub open: ReportWeek,
    /// Dates with other hours.
    pub dates: Dates,
    /// Calendars of queues.
    pub queue: BTreeMap<String, ReportCalendar>,
    /// Calendars of departments.
    pub department: BTreeMap<String, ReportCalendar>,
}

/// The intervals that begin on each weekday, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named by weekday")]
pub struct ReportWeek {
    pub mon: Vec<String>,
    pub tue: Vec<String>,
    pub wed: Vec<String>,
    pub thu: Vec<String>,
    pub fri: Vec<String>,
    pub sat: Vec<String>,
    pub sun: Vec<String>,
}

/// The intervals that begin on a date.
pub(crate) type Dates = BTreeMap<String, Vec<String>>;

/// The calendar of a queue or department, with the dates of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportCalendar {
    /// The ordinary week.
    pub open: ReportWeek,
    /// Dates with other hours.
    pub dates: Dates,
}

impl ReportOpeningHours {
    /// The form for a report.
    #[must_use]
    pub fn of(hours: &opening_hours::OpeningHours) -> Self {
        let ReportCalendar { open, dates } = ReportCalendar::of(&hours.default);
        let own = |calendars: &BTreeMap<String, Calendar>| {
            calendars.iter().map(|(name, calendar)| (name.clone(), ReportCalendar::of(calendar))).collect()
        };
        Self {
            file: hours.file.clone(),
            zone: hours.zone.name().to_owned(),
            open,
            dates,
            queue: own(&hours.queues),
            department: own(&hours.departments),
        }
    }

    /// The content, without the file's name.
    #[must_use]
    pub fn content(&self) -> Self {
        Self { file: String::new(), ..self.clone() }
    }

    /// The calendars as texts, one per line: the name and the hours.
    #[must_use]
    pub fn lines(&self) -> Vec<(String, String)> {
        let mut lines = vec![("default".to_owned(), in_words(&self.open, &self.dates))];
        lines.extend(self.queue.iter().map(|(name, own)| (format!("queue {name}"), in_words(&own.open, &own.dates))));
        let departments = self.department.iter();
        lines.extend(departments.map(|(name, own)| (format!("department {name}"), in_words(&own.open, &own.dates))));
        lines
    }
}

impl ReportCalendar {
    fn of(calendar: &Calendar) -> Self {
        let texts = |intervals: &[Interval]| intervals.iter().map(ToString::to_string).collect::<Vec<_>>();
        let [mon, tue, wed, thu, fri, sat, sun] = calendar.week.0.each_ref().map(|day| texts(day));
        Self {
            open: ReportWeek { mon, tue, wed, thu, fri, sat, sun },
            dates: calendar.dates.iter().map(|(date, intervals)| (date.to_string(), texts(intervals))).collect(),
        }
    }
}

impl ReportWeek {
    /// Weekdays with their intervals, Monday first.
    #[must_use]
    pub fn days(&self) -> [(&'static str, &[String]); 7] {
        let days = [&self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun];
        std::array::from_fn(|at| (WEEKDAYS[at], days[at].as_slice()))
    }
}

/// `mon-fri 08:00-12:00 13:00-18:00, sat 09:00-13:00, sun closed; 2026-12-25 closed`.
fn in_words(week: &ReportWeek, dates: &Dates) -> String {
    let open = |intervals: &[String]| {
        if intervals.is_empty() { "closed".to_owned() } else { intervals.join(" ") }
    };
    let days = week.days();
    let runs = days.chunk_by(|(_, a), (_, b)| a == b).map(|run| {
        let (first, last) = (run[0].0, run[run.len() - 1].0);
        let name = if run.len() == 1 { first.to_owned() } else { format!("{first}-{last}") };
        format!("{name} {}", open(run[0].1))
    });
    let week = runs.collect::<Vec<_>>().join(", ");
    let dates: Vec<String> = dates.iter().map(|(date, intervals)| format!("{date} {}", open(intervals))).collect();
    if dates.is_empty() { week } else { format!("{week}; {}", dates.join(", ")) }
}
