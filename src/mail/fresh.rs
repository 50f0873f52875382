//! Checks that the log reaches far enough for a report that is sent unread: a stopped export gives numbers that are too
//! small, without any sign of it.

use crate::fold::facts::RunFacts;
use crate::opening_hours::OpeningHours;
use crate::time::{DAY_MS, HOUR_MS, MINUTE_MS, Window, Zone};

/// The maximum age of a log.
#[derive(Debug, Clone, Copy)]
pub enum Limit<'a> {
    /// It ends at most so many milliseconds before the window's end.
    Age(i64),
    /// It reaches the last open day of the window.
    Open(&'a OpeningHours),
    /// The time from its end to the window's end is at most its longest silence so far.
    Silence,
}

/// Why a log is too old for a window; `None` if it is not. `now` ends a window that is not over.
#[must_use]
pub fn stale(run: &RunFacts, window: Window, now: i64, limit: Limit) -> Option<String> {
    let end = window.ends().min(now);
    let last = run.last_event()?;
    let age = end - last;
    if age <= 0 {
        return None;
    }
    let zone = window.zone();
    let (is_stale, rule) = match limit {
        Limit::Age(most) => (age > most, format!("max-age allows {}", duration(most))),
        Limit::Open(hours) => {
            let open = last_open_day(hours, window, now)?;
            (last < zone.instant_of(open.and_time(chrono::NaiveTime::MIN)), format!("the last open day is {open}"))
        }
        Limit::Silence => {
            let longest = longest_silence(run, window);
            (age > longest, format!("its longest silence before was {}", duration(longest)))
        }
    };
    is_stale.then(|| {
        format!(
            "the log ends at {}, {} before the end of {} to {} ({rule})",
            shown(last, zone),
            duration(age),
            window.first_day(),
            window.last_day()
        )
    })
}

/// The longest time without an event before the window; for a log without an earlier week, in the whole log.
fn longest_silence(run: &RunFacts, window: Window) -> i64 {
    let reaches_back = run.first_event().is_some_and(|first| window.begins() - first >= WEEK_MS);
    let is_earlier = |(first, _): &&(i64, i64)| !reaches_back || *first < window.begins();
    let intervals: Vec<(i64, i64)> = run.active.iter().filter(is_earlier).copied().collect();
    let gaps = intervals.windows(2).map(|pair| pair[1].0 - pair[0].1);
    // Shorter gaps are not recorded.
    gaps.max().unwrap_or_default().max(HOUR_MS)
}

const WEEK_MS: i64 = 7 * DAY_MS;

/// The last day of the window on which anything is open, up to now.
fn last_open_day(hours: &OpeningHours, window: Window, now: i64) -> Option<chrono::NaiveDate> {
    let today = window.zone().day_of(now);
    let is_open = |day: &chrono::NaiveDate| hours.calendars().any(|calendar| !calendar.on(*day).is_empty());
    // Today's rows may still be to come.
    let days: Vec<chrono::NaiveDate> = window.dates().filter(|day| *day < today).collect();
    days.into_iter().rev().find(is_open)
}

fn shown(instant: i64, zone: Zone) -> String {
    zone.date_time(instant).format("%Y-%m-%d %H:%M").to_string()
}

/// `2 days 3 h`, `5 h`, `12 min`.
#[must_use]
pub fn duration(ms: i64) -> String {
    let minutes = ms / MINUTE_MS;
    let (days, hours) = (minutes / 1440, minutes / 60 % 24);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, hours) => format!("{hours} h"),
        (1, 0) => "1 day".to_owned(),
        (1, hours) => format!("1 day {hours} h"),
        (days, 0) => format!("{days} days"),
        (days, hours) => format!("{days} days {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_words() {
        let hour = HOUR_MS;
        let cases = [
            (59_000, "0 min"),
            (hour / 2, "30 min"),
            (5 * hour, "5 h"),
            (24 * hour, "1 day"),
            (26 * hour, "1 day 2 h"),
            (75 * hour, "3 days 3 h"),
        ];
        for (ms, expected) in cases {
            assert_eq!(duration(ms), expected);
        }
    }
}
