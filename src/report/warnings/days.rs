//! Findings about the log's days in relation to those of a window.

use chrono::{Days, NaiveDate};

use super::super::{Warning, WarningId};
use crate::fold::facts::RunFacts;
use crate::language::{Argument, Message};
use crate::time::{DAY_MS, Window, Zone};

/// A gap of a year is suspicious in a log of chats, and so is a gap of a quarter beside a few events.
const FAR_MS: i64 = 366 * DAY_MS;
const FAR_FROM_MANY_MS: i64 = 91 * DAY_MS;
/// From this many separate hours with events on, there are many.
const MANY_STRETCHES: usize = 10;

/// More days than this are named by the first and the last.
const NAMED_DAYS: usize = 3;

/// The number of weeks before and after a quiet day that are compared, and the minimum that must exist.
const WEEKS_AROUND: u64 = 4;
const FEWEST_AROUND: usize = 2;

/// A sentence with the first and the last day of a window.
fn between(key: &'static str, window: Window) -> Message {
    Message::new(key).with("first", window.first_day()).with("last", window.last_day())
}

/// The dates of a window, without those that its zone skipped, on which nothing can happen.
fn dates(window: Window) -> impl Iterator<Item = NaiveDate> {
    window.dates().filter(move |date| exists(window.zone(), *date))
}

/// Whether a zone has a date. Samoa had no 30 December 2011.
fn exists(zone: Zone, date: NaiveDate) -> bool {
    Window::new(zone, date, date).is_none_or(|day| day.begins() < day.ends())
}

/// A window without events, although the log has some before and after it: its zeros are true.
pub(super) fn quiet_window(run: &RunFacts, window: Window) -> Option<Warning> {
    if run.has_event_in(window.begins(), window.ends()) {
        return None;
    }
    let text = between("warning.quiet_window", window);
    Some(Warning::new(WarningId::QuietWindow, text, None))
}

pub(super) fn uncovered_days(run: &RunFacts, zone: Zone, window: Window) -> Option<Warning> {
    let (first, last) = (zone.day_of(run.first_event()?), zone.day_of(run.last_event()?));
    let uncovered: Vec<NaiveDate> = dates(window).filter(|date| *date < first || *date > last).collect();
    if uncovered.is_empty() {
        return None;
    }
    let text =
        Message::new("warning.uncovered_days").with("first", first).with("last", last).with("days", named(&uncovered));
    Some(Warning::new(WarningId::UncoveredDays, text, Some(uncovered.len() as u64)))
}

/// Days by name; more than a few as the first and the last.
fn named(days: &[NaiveDate]) -> Argument {
    match days {
        [from, .., to] if days.len() > NAMED_DAYS => {
            Message::counted("warning.uncovered_days_between", days.len() as u64)
                .with("first", *from)
                .with("last", *to)
                .into()
        }
        days => Argument::list(days.iter().copied()),
    }
}

/// Days of the window without an event, although their weekday has events in all weeks around (at least two): a
/// holiday, or a missing export.
pub(super) fn quiet_days(run: &RunFacts, zone: Zone, window: Window) -> Option<Warning> {
    let (first, last) = (zone.day_of(run.first_event()?), zone.day_of(run.last_event()?));
    let has_events =
        |date: NaiveDate| Window::new(zone, date, date).is_some_and(|day| run.has_event_in(day.begins(), day.ends()));
    let exists = |date: &NaiveDate| exists(zone, *date);
    let is_odd = |date: &NaiveDate| {
        let weeks = (1..=WEEKS_AROUND).map(|week| Days::new(7 * week));
        let around = weeks.flat_map(|days| [date.checked_sub_days(days), date.checked_add_days(days)]);
        let around: Vec<NaiveDate> =
            around.flatten().filter(|date| (first..=last).contains(date)).filter(exists).collect();
        around.len() >= FEWEST_AROUND && around.iter().all(|date| has_events(*date))
    };
    let covered = dates(window).filter(|date| (first..=last).contains(date));
    let quiet: Vec<NaiveDate> = covered.filter(|date| !has_events(*date)).filter(is_odd).collect();
    // A window without any event has its own warning.
    if quiet.is_empty() || !run.has_event_in(window.begins(), window.ends()) {
        return None;
    }
    let text = Message::new("warning.quiet_days").with("days", named(&quiet));
    Some(Warning::new(WarningId::QuietDays, text, Some(quiet.len() as u64)))
}

/// The reason why there are no previous values.
#[must_use]
pub fn no_previous(run: &RunFacts, window: Window, zone: Zone) -> Warning {
    let day = |event: Option<i64>| Argument::maybe(event.map(|event| zone.day_of(event)));
    let is_later = run.last_event().is_some_and(|end| window.first_day() > zone.day_of(end));
    let text = if is_later {
        between("warning.no_previous_after", window).with("end", day(run.last_event()))
    } else {
        between("warning.no_previous_before", window).with("begin", day(run.first_event()))
    };
    Warning::new(WarningId::NoPreviousWindow, text, None)
}

/// The requested window to compare with ends after the log does.
#[must_use]
pub fn compared_days_uncovered(run: &RunFacts, compared: Window, zone: Zone) -> Option<Warning> {
    let last = zone.day_of(run.last_event()?);
    let uncovered = dates(compared).filter(|date| *date > last).count() as u64;
    let text = between("warning.compared_days_uncovered", compared).with("end", last);
    (uncovered > 0).then(|| Warning::new(WarningId::ComparedDaysUncovered, text, Some(uncovered)))
}

/// The warnings about a window; `previous` is the window before, if it is a unit of the calendar. `log_ends_on` is the
/// day of the horizon, if the window ends after it.
#[must_use]
pub fn of_window(
    is_unfinished: bool,
    log_ends_on: Option<NaiveDate>,
    window: Window,
    previous: Option<Window>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if is_unfinished {
        let text = match log_ends_on {
            Some(end) => Message::new("warning.window_unfinished_log").with("end", end).with("last", window.last_day()),
            None => Message::new("warning.window_unfinished"),
        };
        warnings.push(Warning::new(WarningId::WindowUnfinished, text, None));
    }
    if let Some(previous) = previous.filter(|previous| previous.days() != window.days()) {
        let text = Message::counted("warning.previous_window_of_other_length", u64::from(window.days()))
            .with("before", u64::from(previous.days()));
        warnings.push(Warning::new(WarningId::PreviousWindowOfOtherLength, text, None));
    }
    warnings
}

/// Events so far from all others that their dates are probably wrong. They move the first or the last event of the log,
/// which decide which windows it covers and how long open conversations have waited.
pub(super) fn distant_events(run: &RunFacts, zone: Zone) -> Option<Warning> {
    let all = &run.active;
    let is_far = |at: usize| {
        let gap = all[at].0 - all[at - 1].1;
        let (before, after) = (at, all.len() - at);
        gap > FAR_MS || gap > FAR_FROM_MANY_MS && before.min(after) == 1 && before.max(after) >= MANY_STRETCHES
    };
    // Only the widest gap is reported; once it is explained, the next run reports the others.
    let widest = (1..all.len()).filter(|at| is_far(*at)).max_by_key(|at| all[*at].0 - all[*at - 1].1)?;
    let (last, next) = (zone.day_of(all[widest - 1].1), zone.day_of(all[widest].0));
    let text = Message::new("warning.distant_events").with("last", last).with("next", next);
    Some(Warning::new(WarningId::DistantEvents, text, None))
}
