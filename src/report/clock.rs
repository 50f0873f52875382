//! Local days, weekdays and hours of instants, as expressions over a clock column.
//!
//! The program has its own zone database (see [`crate::time`]), so local time is computed here, not by polars.

use std::sync::Arc;

use chrono::NaiveDate;
use polars::prelude::*;

use crate::metrics::dimensions::{Dimension, TimeUnit, month_name, week_name};
use crate::time::{Hours, Weekdays, Window, Zone};

/// A function of an instant, applied to a clock column.
#[derive(Clone)]
pub struct ClockMap {
    value_at: Arc<dyn Fn(i64) -> i32 + Send + Sync>,
    is_flag: bool,
}

impl std::fmt::Debug for ClockMap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClockMap")
    }
}

impl ClockMap {
    fn new(value_at: impl Fn(i64) -> i32 + Send + Sync + 'static) -> Self {
        Self { value_at: Arc::new(value_at), is_flag: false }
    }

    /// The function's value at an instant.
    #[must_use]
    pub fn at(&self, instant: i64) -> i32 {
        (self.value_at)(instant)
    }

    /// The function's value for each instant of a column; null without an instant.
    pub fn of(&self, clock: &str) -> Expr {
        let value_at = Arc::clone(&self.value_at);
        let mapped = col(clock).map(
            move |instants| {
                let name = instants.name().clone();
                let values: Int32Chunked =
                    instants.i64()?.iter().map(|instant| instant.map(|ms| value_at(ms))).collect();
                Ok(values.with_name(name).into_column())
            },
            |_, field| Ok(Field::new(field.name().clone(), DataType::Int32)),
        );
        if self.is_flag { mapped.eq(lit(1)) } else { mapped }
    }
}

/// The value of a clock dimension: the index of the day in the window, the weekday from Monday, the hour. `None` for
/// other dimensions.
#[must_use]
pub fn dimension(dimension: Dimension, window: &Window) -> Option<ClockMap> {
    let zone = window.zone();
    Some(match dimension.unit()? {
        TimeUnit::Day => ClockMap::new(day_index(window)),
        TimeUnit::Week => by_name(window, week_name),
        TimeUnit::Month => by_name(window, month_name),
        TimeUnit::Weekday => ClockMap::new(move |ms| i32::from(zone.local_weekday_hour(ms).0)),
        TimeUnit::Hour => ClockMap::new(move |ms| i32::from(zone.local_weekday_hour(ms).1)),
    })
}

/// The index of an instant's local day in the window.
fn day_index(window: &Window) -> impl Fn(i64) -> i32 + Send + Sync + 'static {
    let starts = window.day_starts();
    move |ms| {
        // A date that the zone skipped has no length: it begins where the next one does.
        let days_begun = starts.partition_point(|start| *start <= ms);
        i32::try_from(days_begun).unwrap_or(i32::MAX) - 1
    }
}

/// The index of a week or month among those in the window.
fn by_name(window: &Window, name: fn(NaiveDate) -> String) -> ClockMap {
    let day = day_index(window);
    let indices: Vec<i32> =
        units(window, name).into_iter().zip(0..).flat_map(|((_, days), at)| vec![at; days]).collect();
    ClockMap::new(move |ms| usize::try_from(day(ms)).ok().and_then(|day| indices.get(day)).copied().unwrap_or(-1))
}

/// The weeks or months in the window, in order, each with its number of days.
#[must_use]
pub fn units(window: &Window, name: fn(NaiveDate) -> String) -> Vec<(String, usize)> {
    let mut units: Vec<(String, usize)> = Vec::new();
    for date in window.dates() {
        let name = name(date);
        match units.last_mut().filter(|(known, _)| *known == name) {
            Some((_, days)) => *days += 1,
            None => units.push((name, 1)),
        }
    }
    units
}

/// The cell of a heatmap: weekday × 24 + hour.
#[must_use]
pub(crate) fn heatmap_cell(zone: Zone) -> ClockMap {
    ClockMap::new(move |ms| {
        let (weekday, hour) = zone.local_weekday_hour(ms);
        i32::from(weekday) * 24 + i32::from(hour)
    })
}

/// Whether the local hour and weekday of a clock column pass the filter.
#[must_use]
pub(crate) fn in_hours(zone: Zone, hours: Option<Hours>, weekdays: Option<Weekdays>) -> ClockMap {
    let keeps = move |ms| i32::from(is_in_hours(ms, zone, hours, weekdays));
    ClockMap { is_flag: true, ..ClockMap::new(keeps) }
}

/// Whether the local hour and weekday of an instant pass the filter.
#[must_use]
pub(crate) fn is_in_hours(utc_ms: i64, zone: Zone, hours: Option<Hours>, weekdays: Option<Weekdays>) -> bool {
    let (weekday, hour) = zone.local_weekday_hour(utc_ms);
    hours.is_none_or(|hours| hours.contains(hour)) && weekdays.is_none_or(|weekdays| weekdays.contains(weekday))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_and_months_over_the_turn_of_a_year() {
        let date = |text: &str| text.parse().unwrap();
        let window = Window::new(Zone::UTC, date("2026-12-30"), date("2027-01-05")).unwrap();
        let named = |name: fn(NaiveDate) -> String| units(&window, name);
        assert_eq!(named(week_name), [("2026-W53".to_owned(), 5), ("2027-W01".to_owned(), 2)]);
        assert_eq!(named(month_name), [("2026-12".to_owned(), 2), ("2027-01".to_owned(), 5)]);
    }
}
