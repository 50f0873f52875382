//! Findings about the log's days against those of a window.

use chrono::NaiveDate;

use super::super::{Warning, WarningId, warning};
use crate::fold::facts::Run;
use crate::time::{DAY_MS, Window, Zone};

/// A log of chats has no year without an event; a few events apart from all others by a quarter are as suspicious.
const FAR_MS: i64 = 366 * DAY_MS;
const FAR_FROM_MANY_MS: i64 = 91 * DAY_MS;
/// How many hours with events, not next to each other, are many.
const MANY_STRETCHES: usize = 10;

/// A window in which nothing happened: its zeros are true.
pub(super) fn quiet_window(run: &Run, window: Window) -> Option<Warning> {
    if run.has_event_in(window.begins(), window.ends()) {
        return None;
    }
    let text = format!(
        "nothing happened from {} to {}: the log has events before and after these days, and none on them",
        window.first_day(),
        window.last_day()
    );
    Some(warning(WarningId::QuietWindow, text, None))
}

pub(super) fn uncovered_days(run: &Run, zone: Zone, window: Window) -> Option<Warning> {
    let (first, last) = (zone.date_of(run.first_event()?), zone.date_of(run.last_event()?));
    let uncovered: Vec<String> =
        window.dates().filter(|date| *date < first || *date > last).map(|date| date.to_string()).collect();
    let days = match &uncovered[..] {
        [] => return None,
        [day] => day.clone(),
        [.., _] if uncovered.len() <= 3 => uncovered.join(", "),
        [from, .., to] => format!("{} days from {from} to {to}", uncovered.len()),
    };
    let text = format!("the log covers {first} to {last} only; no events can be on {days}");
    Some(warning(WarningId::UncoveredDays, text, Some(uncovered.len() as u64)))
}

/// Why there are no previous values.
#[must_use]
pub fn no_previous(run: &Run, asked: Window, zone: Zone) -> Warning {
    let day = |event: Option<i64>| event.map(|event| zone.date_of(event).to_string()).unwrap_or_default();
    let (first, last) = (asked.first_day(), asked.last_day());
    let why = if run.last_event().is_some_and(|end| first > zone.date_of(end)) {
        format!("begins after the log's last day, {}", day(run.last_event()))
    } else {
        format!("begins before the log's first day, {}", day(run.first_event()))
    };
    warning(WarningId::NoPreviousWindow, format!("nothing to compare with: the window {first} to {last} {why}"), None)
}

/// The window that was asked for to compare with ends after the log does.
#[must_use]
pub fn compared_days_uncovered(run: &Run, compared: Window, zone: Zone) -> Option<Warning> {
    let last = zone.date_of(run.last_event()?);
    let uncovered = compared.dates().filter(|date| *date > last).count() as u64;
    let text = format!(
        "the window compared with, {} to {}, ends after the log's last day, {last}: its counts are of fewer days",
        compared.first_day(),
        compared.last_day()
    );
    (uncovered > 0).then(|| warning(WarningId::ComparedDaysUncovered, text, Some(uncovered)))
}

/// What a reader must know of the window beside its days; `previous` is the one before, where it is that of the calendar.
/// `log_ends_on` is the day of the horizon, where the window ends after it.
#[must_use]
pub fn of_window(
    is_unfinished: bool,
    log_ends_on: Option<NaiveDate>,
    window: Window,
    previous: Option<Window>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if is_unfinished {
        let last = window.last_day();
        let why = match log_ends_on {
            Some(end) => format!("the log ends on {end}: days up to {last} are still to come, or missing"),
            None => "the window is not over".to_owned(),
        };
        let text = format!("{why}; changes compare part of a window with a full one");
        warnings.push(warning(WarningId::WindowUnfinished, text, None));
    }
    if let Some(previous) = previous.filter(|previous| previous.days() != window.days()) {
        let text = format!(
            "the window has {} days, the one before {}: counts are not of as many days",
            window.days(),
            previous.days()
        );
        warnings.push(warning(WarningId::PreviousWindowOfOtherLength, text, None));
    }
    warnings
}

/// Events so far from all others that their dates are wrong, more likely than not. They move the first or the last event of
/// the log, which decide what windows it covers and how long its open conversations have waited.
pub(super) fn distant_events(run: &Run, zone: Zone) -> Option<Warning> {
    let all = &run.active;
    let is_far = |at: usize| {
        let gap = all[at].0 - all[at - 1].1;
        let (before, after) = (at, all.len() - at);
        gap > FAR_MS || gap > FAR_FROM_MANY_MS && before.min(after) == 1 && before.max(after) >= MANY_STRETCHES
    };
    // The widest gap: where it is explained, the others are looked at in the next run.
    let widest = (1..all.len()).filter(|at| is_far(*at)).max_by_key(|at| all[*at].0 - all[*at - 1].1)?;
    let (last, next) = (zone.date_of(all[widest - 1].1), zone.date_of(all[widest].0));
    let text = format!(
        "the log has no event between {last} and {next}: rows on one side may have a wrong date; they count in their own \
         windows, and the last event of the log is the instant up to which open conversations wait"
    );
    Some(warning(WarningId::DistantEvents, text, None))
}
