//! Section 11: opening hours, with every interval of every date worked out anew for each question.
//!
//! A twin of src/opening_hours by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, LocalResult, NaiveDate, NaiveTime, TimeZone, Timelike};
use chrono_tz::Tz;

use super::options::{DAY, MINUTE, WEEKDAYS};
use super::window::{begin_of_day, local};

/// Minutes since midnight, from and to; 1440 is 24:00.
pub type Interval = (u32, u32);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    pub week: Option<[Vec<Interval>; 7]>,
    pub dates: BTreeMap<NaiveDate, Vec<Interval>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// None is the zone of the report.
    pub zone: Option<Tz>,
    pub default: Calendar,
    pub queues: BTreeMap<String, Calendar>,
    pub departments: BTreeMap<String, Calendar>,
}

impl Opening {
    /// The file that says it.
    pub fn toml(&self) -> String {
        let mut text = self.zone.map_or(String::new(), |zone| format!("zone = \"{}\"\n", zone.name()));
        write(&mut text, "", &self.default);
        for (kind, calendars) in [("queue", &self.queues), ("department", &self.departments)] {
            for (name, calendar) in calendars {
                write(&mut text, &format!("{kind}.{}.", toml::Value::from(name.as_str())), calendar);
            }
        }
        text
    }

    pub fn parse(text: &str) -> Option<Opening> {
        let root: toml::Table = text.parse().ok()?;
        let zone = root.get("zone").map(|zone| zone.as_str()?.parse().ok());
        let named = |kind: &str| -> Option<BTreeMap<String, Calendar>> {
            let Some(all) = root.get(kind) else { return Some(BTreeMap::new()) };
            all.as_table()?.iter().map(|(name, value)| Some((name.clone(), calendar(value.as_table()?)?))).collect()
        };
        Some(Opening {
            zone: zone.flatten(),
            default: calendar(&root)?,
            queues: named("queue")?,
            departments: named("department")?,
        })
    }

    /// The intervals that begin on a date: of the row's queue, else its department, else the default.
    fn on(&self, queue: &Option<String>, department: &Option<String>, date: NaiveDate) -> Vec<Interval> {
        // A calendar that says nothing is not in the file.
        let says = |calendar: &&Calendar| calendar.week.is_some() || !calendar.dates.is_empty();
        let own = queue.as_ref().and_then(|queue| self.queues.get(queue)).filter(says);
        let of_department = || department.as_ref().and_then(|department| self.departments.get(department)).filter(says);
        let own = own.or_else(of_department);
        let calendar = own.unwrap_or(&self.default);
        if let Some(intervals) = calendar.dates.get(&date).or_else(|| self.default.dates.get(&date)) {
            return intervals.clone();
        }
        let week = calendar.week.as_ref().or(self.default.week.as_ref());
        week.map_or(Vec::new(), |week| week[date.weekday().num_days_from_monday() as usize].clone())
    }

    /// The stretches of the open set from the day before one instant to the day after another: overlaps count once.
    fn open_set(
        &self,
        zone: Tz,
        queue: &Option<String>,
        department: &Option<String>,
        from: i64,
        to: i64,
    ) -> Vec<(i64, i64)> {
        let zone = self.zone.unwrap_or(zone);
        let (first, last) = (local(zone, from - 2 * DAY).date, local(zone, to + DAY).date);
        let mut stretches = Vec::new();
        for date in first.iter_days().take_while(|date| *date <= last) {
            for (begin, end) in self.on(queue, department, date) {
                let end_date = if end > begin && end < 1440 { date } else { date + Days::new(1) };
                let (begin, end) = (instant(zone, date, begin, true), instant(zone, end_date, end % 1440, false));
                if begin < end {
                    stretches.push((begin, end));
                }
            }
        }
        stretches.sort();
        let mut union: Vec<(i64, i64)> = Vec::new();
        for (begin, end) in stretches {
            match union.last_mut() {
                Some(last) if begin <= last.1 => last.1 = last.1.max(end),
                _ => union.push((begin, end)),
            }
        }
        union
    }

    pub fn open_ms(&self, zone: Tz, queue: &Option<String>, department: &Option<String>, span: (i64, i64)) -> i64 {
        let (from, to) = span;
        let overlap = |(begin, end): &(i64, i64)| (to.min(*end) - from.max(*begin)).max(0);
        self.open_set(zone, queue, department, from, to).iter().map(overlap).sum()
    }

    pub fn is_open(&self, zone: Tz, queue: &Option<String>, department: &Option<String>, ts: i64) -> bool {
        self.open_set(zone, queue, department, ts, ts).iter().any(|(begin, end)| *begin <= ts && ts < *end)
    }
}

fn time((hours, minutes): (u32, u32)) -> String {
    format!("{hours:02}:{minutes:02}")
}

fn write(text: &mut String, prefix: &str, calendar: &Calendar) {
    let list = |intervals: &[Interval]| {
        let one = |(from, to): &Interval| format!("\"{}-{}\"", time((from / 60, from % 60)), time((to / 60, to % 60)));
        format!("[{}]", intervals.iter().map(one).collect::<Vec<_>>().join(", "))
    };
    if let Some(week) = &calendar.week {
        text.push_str(&format!("[{prefix}open]\n"));
        for (day, intervals) in WEEKDAYS.iter().zip(week) {
            text.push_str(&format!("{day} = {}\n", list(intervals)));
        }
    }
    if !calendar.dates.is_empty() {
        text.push_str(&format!("[{prefix}dates]\n"));
        for (date, intervals) in &calendar.dates {
            text.push_str(&format!("\"{date}\" = {}\n", list(intervals)));
        }
    }
}

fn calendar(table: &toml::Table) -> Option<Calendar> {
    let minutes = |text: &str| -> Option<u32> {
        let (hours, minutes) = text.split_once(':')?;
        Some(hours.parse::<u32>().ok()? * 60 + minutes.parse::<u32>().ok()?)
    };
    let intervals = |value: &toml::Value| -> Option<Vec<Interval>> {
        let one = |value: &toml::Value| {
            let (from, to) = value.as_str()?.split_once('-')?;
            Some((minutes(from)?, minutes(to)?))
        };
        value.as_array()?.iter().map(one).collect()
    };
    let mut own = Calendar::default();
    if let Some(open) = table.get("open") {
        let mut week: [Vec<Interval>; 7] = Default::default();
        for (days, value) in open.as_table()? {
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            let place = |name: &str| WEEKDAYS.iter().position(|day| *day == name);
            let (mut day, last) = (place(first)?, place(last)?);
            loop {
                week[day] = intervals(value)?;
                if day == last {
                    break;
                }
                day = (day + 1) % 7;
            }
        }
        own.week = Some(week);
    }
    for (date, value) in table.get("dates").and_then(|dates| dates.as_table()).into_iter().flatten() {
        own.dates.insert(date.parse().ok()?, intervals(value)?);
    }
    Some(own)
}

/// Twice: the first as a begin, the last as an end, midnight always the first. Skipped: the instant of the jump.
fn instant(zone: Tz, date: NaiveDate, minutes: u32, is_begin: bool) -> i64 {
    if minutes == 0 {
        return begin_of_day(zone, date);
    }
    let Some(time) = NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0) else { return 0 };
    match zone.from_local_datetime(&date.and_time(time)) {
        LocalResult::Single(at) => at.timestamp_millis(),
        LocalResult::Ambiguous(first, last) => if is_begin { first } else { last }.timestamp_millis(),
        LocalResult::None => {
            // The first minute at which the clock is past it.
            let wanted = date.and_time(time);
            let mut ts = wanted.and_utc().timestamp_millis() - DAY - DAY / 2;
            let shown = |ts: i64| {
                let there = chrono::DateTime::from_timestamp_millis(ts).unwrap_or_default().with_timezone(&zone);
                there.naive_local().with_nanosecond(0).unwrap_or_default()
            };
            while shown(ts) < wanted {
                ts += MINUTE;
            }
            ts
        }
    }
}

#[test]
fn a_night_on_a_special_date_runs_into_the_next() {
    let text = "zone = 'Pacific/Chatham'\n[open]\nsun = []\n[department.Sup.open]\nmon = ['01:00-03:00', '13:00-24:00']\n\
                [department.Sup.dates]\n2026-03-08 = ['23:59-08:00']\n";
    let opening = Opening::parse(text).unwrap();
    let ts = "2026-03-08T16:07:36.495Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis();
    let sup = Some("Sup".to_owned());
    assert!(opening.is_open(Tz::UTC, &Some("Q3".to_owned()), &sup, ts));
    assert!(!opening.is_open(Tz::UTC, &None, &None, ts));
}
