//! The request for a report: the flags of `report`, `check` and `run`, checked once, before the log is read.

use chrono::NaiveDate;

use super::filter_flags::FilterFlags;
use super::load;
use crate::event::attributes::Names;
use crate::failure::{Failure, broken_identity};
use crate::fold::facts::{Facts, RunFacts};
use crate::fold::projection::Projection;
use crate::metrics::measure::Thresholds;
use crate::report::build::build;
use crate::report::needs::needs;
use crate::report::query::{Compare, ReportQuery};
use crate::report::staffing::StaffingQuery;
use crate::report::targets::Target;
use crate::report::template::Template;
use crate::report::{Check, Report, Shown, trend};
use crate::time::{To, Window, WindowChoice, Zone, parse_date, resolve};
use crate::value::HIDDEN;

/// A report that can be made from a log. Every flag is checked; only the days may still depend on the log's end.
#[derive(Debug, Clone)]
pub struct ReportRequest {
    /// They choose metrics, tables and sections.
    pub templates: Vec<Template>,
    /// The zone of days and hours.
    pub zone: Zone,
    /// The instant that counts as now, UTC milliseconds.
    pub now: i64,
    /// The flags of the rows that the report keeps.
    pub filters: FilterFlags,
    /// The settings of measures.
    pub thresholds: Thresholds,
    /// The attributes that are dimensions.
    pub attributes: Names,
    pub(super) days: WindowChoice,
    pub(super) compare: CompareFlag,
    pub(super) trend: Option<TrendFlag>,
    pub(super) targets: Vec<Target>,
    pub(super) staffing: StaffingQuery,
    pub(super) min_cell: Option<u64>,
}

/// The value of `--compare`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CompareFlag {
    Previous,
    None,
    From(NaiveDate),
}

impl std::fmt::Display for CompareFlag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Previous => f.write_str("previous"),
            Self::None => f.write_str("none"),
            Self::From(date) => date.fmt(f),
        }
    }
}

impl std::str::FromStr for CompareFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "previous" => Ok(Self::Previous),
            "none" => Ok(Self::None),
            date => parse_date(date).map(Self::From).map_err(|error| format!("{error}, or previous, or none")),
        }
    }
}

/// The value of `--trend`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TrendFlag {
    None,
    Windows(u32),
}

impl std::str::FromStr for TrendFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self::None);
        }
        let is_number = text.bytes().all(|b| b.is_ascii_digit());
        let count = text.parse().ok().filter(|count| is_number && trend::WINDOWS.contains(count));
        let (least, most) = trend::WINDOWS.into_inner();
        count
            .map(Self::Windows)
            .ok_or_else(|| format!("`{text}` is not a number of windows: expected {least} to {most}, or none"))
    }
}

impl ReportRequest {
    /// Whether the days are known before the log is read.
    #[must_use]
    pub fn has_days(&self) -> bool {
        self.days.to != Some(To::LogEnd)
    }

    /// Checks the days, if they are known before the log is read.
    ///
    /// # Errors
    ///
    /// If the flags choose no days, or the trend leaves the calendar.
    pub(super) fn check_days(&self) -> anyhow::Result<()> {
        if self.has_days() {
            self.trend(self.window(None)?)?;
        }
        Ok(())
    }

    /// The window, given the log's last event.
    ///
    /// # Errors
    ///
    /// If the flags choose no days.
    pub fn window(&self, last_event: Option<i64>) -> anyhow::Result<Window> {
        resolve(self.days, self.zone, self.now, last_event).map_err(|error| Failure::Usage.because(error.to_string()))
    }

    /// The request for a window.
    ///
    /// # Errors
    ///
    /// If the window to compare with, or the trend, is impossible.
    pub fn query(&self, window: Window) -> anyhow::Result<ReportQuery> {
        Ok(ReportQuery {
            window,
            period: self.days.period,
            compare: compare(self.compare, window)?,
            trend: self.trend(window)?,
            filters: self.filters.filters(),
            thresholds: self.thresholds.clone(),
            targets: self.targets.clone(),
            staffing: self.staffing,
            min_cell: self.min_cell,
            templates: self.templates.clone(),
        })
    }

    /// The windows of the trend, from the flags or the templates.
    fn trend(&self, window: Window) -> anyhow::Result<Vec<Window>> {
        trend_windows(window, self.trend_count())
    }

    /// The number of windows in the trend.
    pub(super) fn trend_count(&self) -> Option<u32> {
        match self.trend {
            Some(TrendFlag::None) => None,
            Some(TrendFlag::Windows(count)) => Some(count),
            None => self.templates.iter().filter_map(|template| template.trend).max(),
        }
    }

    /// The facts that the report needs, given the log's last event.
    ///
    /// # Errors
    ///
    /// If the window is impossible.
    pub fn projection(&self, last_event: Option<i64>) -> anyhow::Result<Projection> {
        // Without events there is nothing to keep; `report` reports that.
        if last_event.is_none() {
            return Ok(Projection::all());
        }
        Ok(needs(&self.query(self.window(last_event)?)?))
    }

    /// The report from facts that were loaded for it.
    ///
    /// # Errors
    ///
    /// If nothing is in the window, or an identity does not hold.
    pub fn report(&self, facts: &Facts) -> anyhow::Result<Report> {
        let run = &facts.run;
        check_has_events(run)?;
        let window = self.window(run.last_event())?;
        check_has_events_in(window, run)?;
        self.filters.check(facts)?;
        built(facts, &self.query(window)?)
    }
}

/// The windows of a trend.
pub(super) fn trend_windows(window: Window, count: Option<u32>) -> anyhow::Result<Vec<Window>> {
    let Some(count) = count else { return Ok(Vec::new()) };
    trend::windows(window, count).ok_or_else(|| {
        let days = window.days();
        Failure::Usage.because(format!(
            "--trend {count}: so many windows of {days} days before {} lead out of the calendar; give fewer, or none",
            window.first_day()
        ))
    })
}

/// The window to compare with, if any.
pub(super) fn compare(flag: CompareFlag, window: Window) -> anyhow::Result<Compare> {
    Ok(match flag {
        CompareFlag::Previous => Compare::Previous,
        CompareFlag::None => Compare::None,
        CompareFlag::From(date) => Compare::With(window.at(date).ok_or_else(|| {
            Failure::Usage
                .because(format!("--compare {date}: {} days from there lead out of the calendar", window.days()))
        })?),
    })
}

/// The requested report.
///
/// # Errors
///
/// If an identity does not hold.
pub fn built(facts: &Facts, query: &ReportQuery) -> anyhow::Result<Report> {
    let report = build(facts, query)?;
    hold(&report.checks)?;
    Ok(report)
}

/// Fails if an identity does not hold.
///
/// # Errors
///
/// The identities that do not hold.
pub fn hold(checks: &[Check]) -> anyhow::Result<()> {
    match checks.iter().find(|check| !check.holds) {
        None => Ok(()),
        Some(Check { id, left, right, .. }) => {
            let side = |side: Shown<f64>| side.known().map_or_else(|| HIDDEN.to_owned(), |side| side.to_string());
            Err(broken_identity(&format!("{id}: {} is not {}", side(*left), side(*right))))
        }
    }
}

/// Checks that the log has events.
///
/// # Errors
///
/// If it has none.
pub fn check_has_events(run: &RunFacts) -> anyhow::Result<()> {
    match run.first_event() {
        Some(_) => Ok(()),
        None => Err(load::no_events(run, "", "report")),
    }
}

/// Checks that the log has events of any kind in a window or on both sides of it: a quiet window is valid.
///
/// # Errors
///
/// If there are none.
pub fn check_has_events_in(window: Window, run: &RunFacts) -> anyhow::Result<()> {
    let (from, to) = (window.begins(), window.ends());
    if run.has_event_in(from, to) || run.surrounds(from, to) { Ok(()) } else { Err(nothing_in(window, run)) }
}

fn nothing_in(window: Window, run: &RunFacts) -> anyhow::Error {
    let zone = window.zone();
    let day = |instant: Option<i64>| instant.map(|ms| zone.day_of(ms)).unwrap_or_default();
    let (first, last) = (day(run.first_event()), day(run.last_event()));
    let before = chrono::Days::new(window.days().saturating_sub(1).into());
    let from = last.checked_sub_days(before).unwrap_or(first);
    Failure::EmptyWindow.because(format!(
        "no events from {} to {} ({zone}): the log covers {first} to {last}; for its last days give --from {from} --to {last} --tz {zone}, or --to log-end",
        window.first_day(),
        window.last_day()
    ))
}
