//! A window: whole local days of one zone.

use chrono::{Days, NaiveDate};

use super::{CalendarUnit, Zone};

/// A half-open range of whole local days in one zone. Days begin at [`Zone::day_start`], so they usually have 23 to 25
/// hours; a date that the zone skipped has 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    zone: Zone,
    first_day: NaiveDate,
    last_day: NaiveDate,
    /// The calendar unit of the window, which decides the previous window; `Day` if the days were chosen individually.
    unit: CalendarUnit,
}

/// The first date that a window may have: 0001-01-01.
pub(super) const FIRST_DATE: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a date");
/// The last date that a window may have: 9999-12-31. RFC 3339 can write no later year.
pub(super) const LAST_DATE: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");

impl Window {
    /// The window of these days, both included; `None` if they are in the wrong order, or outside the years 1 to 9999.
    #[must_use]
    pub fn new(zone: Zone, first_day: NaiveDate, last_day: NaiveDate) -> Option<Self> {
        (FIRST_DATE <= first_day && first_day <= last_day && last_day <= LAST_DATE).then_some(Self {
            zone,
            first_day,
            last_day,
            unit: CalendarUnit::Day,
        })
    }

    /// The same window as a month, quarter or year: its previous window is the unit before it in the calendar.
    #[must_use]
    pub fn of_unit(self, unit: CalendarUnit) -> Self {
        Self { unit, ..self }
    }

    /// The zone whose days these are.
    #[must_use]
    pub fn zone(self) -> Zone {
        self.zone
    }

    /// The local date on which the window begins.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        self.first_day
    }

    /// The last day, included.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        self.last_day
    }

    /// The first instant, UTC milliseconds.
    #[must_use]
    pub fn begins(self) -> i64 {
        self.zone.day_start(self.first_day)
    }

    /// The first instant after, UTC milliseconds.
    #[must_use]
    pub fn ends(self) -> i64 {
        self.zone.day_start(later(self.last_day, 1))
    }

    /// Whether an instant is in the window. Callers with many instants should compare them with `begins` and `ends`
    /// themselves.
    #[must_use]
    pub fn contains(self, utc_ms: i64) -> bool {
        (self.begins()..self.ends()).contains(&utc_ms)
    }

    /// The number of calendar days in the window, at least 1; a date that the zone skipped counts.
    #[must_use]
    pub fn days(self) -> u32 {
        (self.last_day.to_epoch_days() - self.first_day.to_epoch_days()).unsigned_abs() + 1
    }

    /// The dates, in order.
    pub fn dates(self) -> impl Iterator<Item = NaiveDate> {
        self.first_day.iter_days().take_while(move |date| *date <= self.last_day)
    }

    /// The first instant of each day, in order, then the window's end: one more than the number of days.
    #[must_use]
    pub fn day_starts(self) -> Vec<i64> {
        self.dates().map(|date| self.zone.day_start(date)).chain([self.ends()]).collect()
    }

    /// The index of the day of the window to which an instant belongs; `None` outside the window. Never a date that the
    /// zone skipped.
    ///
    /// It is the last of [`Window::day_starts`] that is not after the instant; callers with many instants should search
    /// these themselves. The local date is not equivalent, see [`Zone::day_of`].
    #[must_use]
    pub fn day_index(self, utc_ms: i64) -> Option<usize> {
        let day = self.zone.day_of(utc_ms);
        let index = day.to_epoch_days() - self.first_day.to_epoch_days();
        (day <= self.last_day).then_some(index).and_then(|index| usize::try_from(index).ok())
    }

    /// The previous window: for a month, quarter or year, the one before in the calendar; for others, the same number
    /// of local days.
    #[must_use]
    pub fn previous(self) -> Self {
        match self.unit {
            CalendarUnit::Day | CalendarUnit::Week => self.as_many_days_before(),
            CalendarUnit::Month | CalendarUnit::Quarter | CalendarUnit::Year => {
                let before = self.unit.before(self.first_day);
                before.map_or_else(
                    || self.as_many_days_before(),
                    |(first_day, last_day)| Self { first_day, last_day, ..self },
                )
            }
        }
    }

    fn as_many_days_before(self) -> Self {
        let length = u64::from(self.days());
        let earlier = |date: NaiveDate| date.checked_sub_days(Days::new(length)).unwrap_or(NaiveDate::MIN);
        Self { first_day: earlier(self.first_day), last_day: earlier(self.last_day), ..self }
    }

    /// The same number of local days from another first day; `None` outside the years 1 to 9999.
    #[must_use]
    pub fn at(self, first_day: NaiveDate) -> Option<Self> {
        let last_day = first_day.checked_add_days(Days::new(u64::from(self.days() - 1)))?;
        Self::new(self.zone, first_day, last_day)
    }
}

/// The date some days later, at most the end of the calendar.
fn later(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use chrono_tz::TZ_VARIANTS;

    use super::*;
    use crate::time::parse_instant;
    use crate::time::sample::date;

    fn window(zone: &str, first: &str, last: &str) -> Window {
        Window::new(Zone::named(zone).expect(zone), date(first), date(last)).expect("a window")
    }

    fn length_hours(window: Window) -> f64 {
        f64::from(i32::try_from((window.ends() - window.begins()) / 60_000).expect("fits")) / 60.0
    }

    #[test]
    fn lengths_of_days() {
        let cases = [
            ("America/New_York", "2026-03-08", 23.0),
            ("America/New_York", "2026-11-01", 25.0),
            ("Australia/Lord_Howe", "2026-10-04", 23.5),
            ("Australia/Lord_Howe", "2026-04-05", 24.5),
            ("America/Sao_Paulo", "2018-11-04", 23.0),
            ("America/Sao_Paulo", "2018-02-17", 25.0),
            ("America/Havana", "2025-11-02", 25.0),
            ("America/Havana", "2026-11-01", 24.0),
            ("Asia/Beirut", "2026-03-29", 23.0),
            ("Asia/Beirut", "2026-10-24", 25.0),
            ("America/St_Johns", "2010-11-06", 24.0),
            ("America/St_Johns", "2010-11-07", 25.0),
            ("Asia/Kathmandu", "2026-03-08", 24.0),
            ("Pacific/Apia", "2011-12-29", 24.0),
            ("Pacific/Apia", "2011-12-30", 0.0),
            ("Pacific/Apia", "2011-12-31", 24.0),
        ];
        for (zone, day, hours) in cases {
            assert!((length_hours(window(zone, day, day)) - hours).abs() < 1e-9, "{zone} {day}");
        }
    }

    #[test]
    fn shape() {
        let week = window("America/New_York", "2026-03-02", "2026-03-08");
        assert_eq!((week.days(), week.dates().count(), week.day_starts().len()), (7, 7, 8));
        assert_eq!(week.previous(), window("America/New_York", "2026-02-23", "2026-03-01"));
        assert_eq!(week.at(date("2025-03-02")), Some(window("America/New_York", "2025-03-02", "2025-03-08")));
        assert_eq!(week.at(date("9999-12-31")), None);
        assert_eq!(Window::new(Zone::UTC, date("2026-03-02"), date("2026-03-01")), None);
        assert_eq!(Window::new(Zone::UTC, NaiveDate::MIN, date("2026-03-01")), None);
        let all_time = window("America/New_York", "0001-01-01", "9999-12-31");
        assert_eq!((all_time.days(), all_time.previous().days()), (3_652_059, 3_652_059));
        assert!(all_time.previous().ends() == all_time.begins() && all_time.previous().previous().days() > 0);
    }

    #[test]
    fn the_window_before_a_unit_of_the_calendar() {
        let before = |first: &str, last: &str, unit| {
            let before = window("UTC", first, last).of_unit(unit).previous();
            (before.first_day().to_string(), before.last_day().to_string())
        };
        let days = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(before("2026-03-01", "2026-03-31", CalendarUnit::Month), days("2026-02-01", "2026-02-28"));
        assert_eq!(before("2026-03-01", "2026-03-31", CalendarUnit::Day), days("2026-01-29", "2026-02-28"));
        assert_eq!(before("2026-01-01", "2026-03-31", CalendarUnit::Quarter), days("2025-10-01", "2025-12-31"));
        assert_eq!(before("2025-01-01", "2025-12-31", CalendarUnit::Year), days("2024-01-01", "2024-12-31"));
        assert_eq!(before("2026-12-28", "2027-01-03", CalendarUnit::Week), days("2026-12-21", "2026-12-27"));
        let march = window("UTC", "2026-03-01", "2026-03-31").of_unit(CalendarUnit::Month);
        assert_eq!(march.previous().previous(), window("UTC", "2026-01-01", "2026-01-31").of_unit(CalendarUnit::Month));
    }

    /// Windows across the clock changes of every zone: each instant is in exactly one day.
    #[test]
    fn days_are_a_partition() {
        let instant = |text| parse_instant(text, Zone::UTC).expect(text);
        for zone in TZ_VARIANTS.iter().map(|tz| Zone::named(tz.name()).expect("known")) {
            let changes = zone.transitions(instant("1990-01-01T00:00Z"), instant("2030-01-01T00:00Z"));
            for transition in changes.step_by(3) {
                let day = zone.date_of(transition.at);
                let window = Window::new(zone, day - Days::new(3), day + Days::new(40)).expect("a window");
                let (begins, ends, starts) = (window.begins(), window.ends(), window.day_starts());
                assert!(starts.is_sorted() && starts[0] == begins && starts[44] == ends);
                assert_eq!(window.previous().ends(), begins);
                assert_eq!((window.day_index(begins - 1), window.day_index(ends)), (None, None));
                let edges = starts[..44].iter().flat_map(|start| [*start, start + 1, start - 1]);
                for ms in edges.chain([transition.at - 1, transition.at]).filter(|ms| window.contains(*ms)) {
                    let expected = starts.partition_point(|start| *start <= ms) - 1;
                    assert_eq!(window.day_index(ms), Some(expected), "{zone} {ms}");
                }
            }
        }
    }
}
