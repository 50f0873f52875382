//! Section 5: local days, the window, and what the clock says at an instant.
//!
//! A twin of src/time/window.rs by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike};
use chrono_tz::Tz;

use super::options::{HOUR, MINUTE, Options, SECOND};

/// Calendar and clock at an instant; weekday 0 is Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    pub date: NaiveDate,
    pub weekday: u32,
    pub hour: u32,
}

pub fn local(zone: Tz, ts: i64) -> Local {
    let utc = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ts);
    let there = utc.with_timezone(&zone);
    Local { date: there.date_naive(), weekday: there.weekday().num_days_from_monday(), hour: there.hour() }
}

/// The day that an instant is in: the latest date that the wall has shown. Where clocks go back over midnight, the day has
/// begun, and the wall shows the date before for a while.
pub fn day(zone: Tz, ts: i64) -> NaiveDate {
    let shown = (0..=180).map(|minutes| local(zone, ts - minutes * MINUTE).date);
    shown.max().unwrap_or_default()
}

/// A half-open range of whole local days: from `begin` up to `end`, not including.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub zone: Tz,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub begin: i64,
    pub end: i64,
}

impl Window {
    pub fn new(options: &Options) -> Window {
        Window {
            zone: options.zone,
            first_day: options.first_day,
            last_day: options.last_day,
            begin: begin_of_day(options.zone, options.first_day),
            end: begin_of_day(options.zone, options.last_day + Days::new(1)),
        }
    }

    pub fn has(&self, ts: i64) -> bool {
        self.begin <= ts && ts < self.end
    }

    pub fn days(&self) -> Vec<NaiveDate> {
        self.first_day.iter_days().take_while(|day| *day <= self.last_day).collect()
    }

    /// The hours of the window that fall in each cell, Monday first: every minute is looked at.
    pub fn hours_observed(&self) -> Vec<Vec<f64>> {
        let mut minutes = vec![vec![0_u32; 24]; 7];
        let mut ts = self.begin;
        while ts < self.end {
            let at = local(self.zone, ts);
            minutes[at.weekday as usize][at.hour as usize] += 1;
            ts += MINUTE;
        }
        let hours = |row: &Vec<u32>| row.iter().map(|count| f64::from(*count) / 60.0).collect();
        minutes.iter().map(hours).collect()
    }
}

/// A day begins at the first instant of its local date: look from a day and more before, by minutes, then seconds.
pub fn begin_of_day(zone: Tz, day: NaiveDate) -> i64 {
    let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    let mut ts = midnight - 30 * HOUR;
    for step in [MINUTE, SECOND] {
        while local(zone, ts + step).date < day {
            ts += step;
        }
    }
    ts + SECOND
}
