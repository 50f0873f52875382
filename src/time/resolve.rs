//! Finds the window for the flags that choose it.

use std::fmt;

use chrono::{Days, NaiveDate};

use super::choice::{DEFAULT_DAYS, MOST_DAYS, To, WindowChoice, WindowError};
use super::window::{FIRST_DATE, LAST_DATE};
use super::{Period, Window, Zone};

/// The window that the flags choose.
///
/// Without flags: the seven days before today, which is the local date of `now_ms`. `--days` alone: that many days
/// before today. `--period`: a unit of the calendar. `--to`: that many days (default 7) up to and including this day.
/// `--from`: from this day until yesterday or, with `--days`, that many days. `last_event_ms` is the last event up to
/// the horizon, which `--to log-end` needs.
///
/// # Errors
///
/// If the flags contradict each other, or choose no day.
pub fn resolve(
    choice: WindowChoice,
    zone: Zone,
    now_ms: i64,
    last_event_ms: Option<i64>,
) -> Result<Window, WindowError> {
    let WindowChoice { days, from, to, period } = choice;
    if days == Some(0) {
        return Err(WindowError::NoDays);
    }
    if from.is_some() && to.is_some() && days.is_some() {
        return Err(WindowError::AllThree);
    }
    if let Some(period) = period {
        let others = [("--days", days.is_some()), ("--from", from.is_some()), ("--to", to.is_some())];
        return match others.into_iter().find(|(_, is_given)| *is_given) {
            Some((flag, _)) => Err(WindowError::PeriodAnd { flag }),
            None => of_period(period, zone, now_ms),
        };
    }
    let from = from.map(|date| in_calendar(Some(date), "--from", date)).transpose()?;
    let to_day = to.map(|to| last_day_of(to, zone, last_event_ms)).transpose()?;
    let (first_day, last_day) = match (from, to_day, days) {
        (Some(from), Some(to_day), _) if from > to_day => {
            return Err(WindowError::FromAfterTo { from, to: to_day, is_log_end: to == Some(To::LogEnd) });
        }
        (Some(from), Some(to_day), _) => (from, to_day),
        (Some(from), None, Some(days)) => {
            let last = from.checked_add_days(Days::new(u64::from(days) - 1));
            (from, in_calendar(last, "--days", days)?)
        }
        (Some(from), None, None) => {
            let yesterday = yesterday(zone, now_ms)?;
            if from > yesterday {
                return Err(WindowError::FromAfterYesterday { from, yesterday, zone });
            }
            (from, yesterday)
        }
        (None, to_day, days) => {
            let last = to_day.map_or_else(|| yesterday(zone, now_ms), Ok)?;
            let days = days.unwrap_or(DEFAULT_DAYS);
            let first = last.checked_sub_days(Days::new(u64::from(days) - 1));
            (in_calendar(first, "--days", days)?, last)
        }
    };
    let days = last_day.signed_duration_since(first_day).num_days() + 1;
    if days > i64::from(MOST_DAYS) {
        return Err(WindowError::TooManyDays { days });
    }
    // Both dates are valid and in order here, so this cannot fail.
    Window::new(zone, first_day, last_day).ok_or_else(|| out_of_calendar("--to", last_day))
}

fn of_period(period: Period, zone: Zone, now_ms: i64) -> Result<Window, WindowError> {
    let days = period.days(zone.day_of(now_ms));
    let window = days.and_then(|(first_day, last_day)| Window::new(zone, first_day, last_day));
    window.map(|window| window.of_unit(period.unit())).ok_or_else(|| out_of_calendar("--period", period))
}

fn yesterday(zone: Zone, now_ms: i64) -> Result<NaiveDate, WindowError> {
    let today = zone.day_of(now_ms);
    in_calendar(today.pred_opt(), "--now", today)
}

fn last_day_of(to: To, zone: Zone, last_event_ms: Option<i64>) -> Result<NaiveDate, WindowError> {
    let date = match to {
        To::Date(date) => date,
        To::LogEnd => zone.day_of(last_event_ms.ok_or(WindowError::NoEvent)?),
    };
    in_calendar(Some(date), "--to", date)
}

/// A date that results from a flag's value, if a window may have it.
fn in_calendar(
    date: Option<NaiveDate>,
    flag: &'static str,
    value: impl fmt::Display,
) -> Result<NaiveDate, WindowError> {
    date.filter(|date| (FIRST_DATE..=LAST_DATE).contains(date)).ok_or_else(|| out_of_calendar(flag, value))
}

fn out_of_calendar(flag: &'static str, value: impl fmt::Display) -> WindowError {
    WindowError::OutOfCalendar { flag, value: value.to_string() }
}

#[cfg(test)]
mod tests {
    use chrono_tz::TZ_VARIANTS;

    use super::*;
    use crate::time::parse_instant;
    use crate::time::sample::date;

    /// `days`, `from`, `to`; an empty text means that the flag is absent.
    fn choose(days: Option<u32>, from: &str, to: &str) -> Result<(String, String), String> {
        let from = (!from.is_empty()).then(|| date(from));
        let to = (!to.is_empty()).then(|| to.parse::<To>().expect(to));
        let zone = Zone::named("America/Sao_Paulo").expect("a zone");
        // 2026-03-09T01:00Z, still the 8th in São Paulo; the last event is at 2026-03-05T02:30Z, the 4th there.
        let choice = WindowChoice { days, from, to, period: None };
        let window = resolve(choice, zone, 1_773_018_000_000, Some(1_772_677_800_000));
        let days = |window: Window| (window.first_day().to_string(), window.last_day().to_string());
        window.map(days).map_err(|error| error.to_string())
    }

    #[test]
    fn windows() {
        let cases = [
            (None, "", "", "2026-03-01", "2026-03-07"),
            (Some(1), "", "", "2026-03-07", "2026-03-07"),
            (Some(30), "", "", "2026-02-06", "2026-03-07"),
            (None, "", "2026-03-08", "2026-03-02", "2026-03-08"),
            (Some(2), "", "2024-03-01", "2024-02-29", "2024-03-01"),
            (None, "", "log-end", "2026-02-26", "2026-03-04"),
            (Some(3), "", "log-end", "2026-03-02", "2026-03-04"),
            (None, "2026-03-07", "", "2026-03-07", "2026-03-07"),
            (None, "2026-02-01", "", "2026-02-01", "2026-03-07"),
            (Some(28), "2026-02-01", "", "2026-02-01", "2026-02-28"),
            (None, "2026-02-01", "2026-02-01", "2026-02-01", "2026-02-01"),
            (None, "2026-02-01", "log-end", "2026-02-01", "2026-03-04"),
            (None, "2016-03-01", "2026-03-08", "2016-03-01", "2026-03-08"),
        ];
        for (days, from, to, first, last) in cases {
            assert_eq!(choose(days, from, to), Ok((first.to_owned(), last.to_owned())), "{days:?} {from} {to}");
        }
    }

    #[test]
    fn no_windows() {
        let cases = [
            (Some(0), "", "", "`--days 0` is a window without a day: give 1 or more"),
            (
                Some(5),
                "2026-02-01",
                "log-end",
                "`--from`, `--to` and `--days` define the window twice: remove one of them",
            ),
            (
                None,
                "2026-03-02",
                "2026-03-01",
                "`--from 2026-03-02` is after `--to 2026-03-01`: the first day comes first",
            ),
            (
                None,
                "2026-03-05",
                "log-end",
                "`--from 2026-03-05` is after `--to log-end`, the log's last day 2026-03-04: give an earlier first day",
            ),
            (
                None,
                "2026-03-08",
                "",
                "`--from 2026-03-08` alone means until yesterday, which is 2026-03-07 in America/Sao_Paulo: add \
                 `--to` or `--days`, or give an earlier day",
            ),
            (
                None,
                "2016-02-29",
                "2026-03-08",
                "3661 days are asked for, and a window has at most 3660: give fewer with `--days`, or a later `--from`",
            ),
            (
                Some(u32::MAX),
                "",
                "",
                "`--days 4294967295` leads out of the calendar, 0001-01-01 to 9999-12-31: give a nearer one",
            ),
            (
                Some(2),
                "9999-12-31",
                "",
                "`--days 2` leads out of the calendar, 0001-01-01 to 9999-12-31: give a nearer one",
            ),
        ];
        for (days, from, to, message) in cases {
            assert_eq!(choose(days, from, to), Err(message.to_owned()));
        }
    }

    #[test]
    fn instants_and_dates_beyond_the_calendar_are_errors() {
        let choose = |choice, now_ms, last| resolve(choice, Zone::UTC, now_ms, last);
        let none = WindowChoice::default();
        for now_ms in [i64::MIN, -62_135_596_800_000, 253_402_300_800_000 + 86_400_000, i64::MAX] {
            assert!(matches!(choose(none, now_ms, None), Err(WindowError::OutOfCalendar { flag: "--now", .. })));
        }
        let log_end = WindowChoice { to: Some(To::LogEnd), ..none };
        assert_eq!(choose(log_end, 0, None), Err(WindowError::NoEvent));
        assert!(matches!(choose(log_end, 0, Some(i64::MAX)), Err(WindowError::OutOfCalendar { flag: "--to", .. })));
        let from = WindowChoice { from: Some(NaiveDate::MIN), ..none };
        assert!(matches!(choose(from, 0, None), Err(WindowError::OutOfCalendar { flag: "--from", .. })));
    }

    #[test]
    fn periods() {
        let zone = Zone::named("America/Sao_Paulo").expect("a zone");
        // 2026-04-01T02:00Z, still 31 March in São Paulo.
        let choose = |choice| resolve(choice, zone, 1_775_008_800_000, None);
        let period = |text: &str| WindowChoice { period: Some(text.parse().expect(text)), ..WindowChoice::default() };
        let month = choose(period("this-month")).expect("a window");
        assert_eq!((month.first_day(), month.last_day()), (date("2026-03-01"), date("2026-03-31")));
        assert_eq!(
            (month.previous().first_day(), month.previous().last_day()),
            (date("2026-02-01"), date("2026-02-28"))
        );
        for (flag, choice) in [
            ("--days", WindowChoice { days: Some(2), ..period("2026") }),
            ("--from", WindowChoice { from: Some(date("2026-03-01")), ..period("2026") }),
            ("--to", WindowChoice { to: Some(To::LogEnd), ..period("2026") }),
        ] {
            assert_eq!(choose(choice), Err(WindowError::PeriodAnd { flag }));
        }
        let message = WindowError::PeriodAnd { flag: "--to" }.to_string();
        assert_eq!(message, "`--period` and `--to` define the window twice: remove one of them");
        let last_week = WindowChoice { period: Some("9999-W52".parse().expect("a week")), ..WindowChoice::default() };
        assert!(matches!(choose(last_week), Err(WindowError::OutOfCalendar { flag: "--period", .. })));
    }

    #[test]
    fn values_of_to() {
        let message = |text: &str| text.parse::<To>().expect_err(text).to_string();
        assert_eq!(message("logend"), "`logend` is not a date: expected YYYY-MM-DD, such as 2026-03-02, or log-end");
        assert_eq!(message("2026-02-30"), "no such day as `2026-02-30`: February 2026 has 28 days");
    }

    /// Also if clocks go back over midnight, and if a date is skipped.
    #[test]
    fn the_days_of_an_instant_hold_it_at_every_change_of_every_clock() {
        let instant = |text| parse_instant(text, Zone::UTC).expect(text);
        let one_day = |to: Option<To>, period: Option<Period>| WindowChoice {
            days: period.is_none().then_some(1),
            to,
            period,
            ..WindowChoice::default()
        };
        let today = Some("today".parse::<Period>().expect("a period"));
        for zone in TZ_VARIANTS.iter().map(|tz| Zone::named(tz.name()).expect("known")) {
            for transition in zone.transitions(instant("1970-01-01T00:00Z"), instant("2040-01-01T00:00Z")) {
                for at in [-60_001, -1, 0, 1, 1_800_000, 3_540_000, 3_600_000].map(|step| transition.at + step) {
                    let log_end = resolve(one_day(Some(To::LogEnd), None), zone, 0, Some(at)).expect("a window");
                    let today = resolve(one_day(None, today), zone, at, None).expect("a window");
                    assert!(log_end.contains(at) && today == log_end, "{zone} {at}");
                }
            }
        }
    }
}
