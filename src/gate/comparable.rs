//! The causes of differences between two reports, other than their numbers, and those that prevent a comparison.

use std::collections::BTreeSet;

use super::table::STAFFING;
use crate::metrics::{self, Joined};
use crate::report::filters::flag;
use crate::report::opening_hours::ReportOpeningHours;
use crate::report::staffing::Staffing;
use crate::report::{MetricValue, Report};
use crate::value::{HIDDEN, Shown};

/// Why numbers of two reports may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The events.
    Data,
    /// The definitions: the program's version, the revisions of metrics, the rules of zones.
    Definition,
    /// The days.
    Window,
    /// The selection: filters, sessions, limits.
    Filters,
}

impl Cause {
    /// All, in the order of outputs.
    pub const ALL: [Self; 4] = [Self::Definition, Self::Window, Self::Filters, Self::Data];

    /// The name in outputs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Definition => "definition",
            Self::Window => "window",
            Self::Filters => "filters",
        }
    }
}

/// A difference between two reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The group under which `diff` shows it.
    pub cause: Cause,
    /// Its name: the flag, if one sets it.
    pub what: String,
    /// The metric that it affects; `None` for all.
    pub metric: Option<String>,
    /// The value in the earlier report.
    pub old: String,
    /// The value in the later report.
    pub new: String,
    /// Whether it makes numbers of the two reports incomparable.
    pub forbids: bool,
}

/// The differences between two reports, other than their numbers.
#[must_use]
pub fn differences(old: &Report, new: &Report) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut compare = |cause, what: &str, forbids, old: String, new: String| {
        if old != new {
            found.push(Difference { cause, what: what.to_owned(), metric: None, old, new, forbids });
        }
    };
    let (a, b) = (old, new);
    compare(Cause::Definition, "program version", false, a.generator.version.clone(), b.generator.version.clone());
    let zones = |report: &Report| report.window.timezone_data.clone();
    compare(Cause::Definition, "zone data", false, zones(a), zones(b));
    compare(Cause::Definition, "--template", false, a.templates.join(", "), b.templates.join(", "));

    compare(Cause::Window, "--tz", true, a.window.timezone.clone(), b.window.timezone.clone());
    compare(Cause::Window, "--days", true, a.window.days.to_string(), b.window.days.to_string());
    compare(Cause::Window, "from", false, a.window.from.clone(), b.window.from.clone());
    compare(Cause::Window, "to (not included)", false, a.window.to.clone(), b.window.to.clone());
    let period = |report: &Report| report.window.period.clone().unwrap_or_else(|| NONE.to_owned());
    compare(Cause::Window, "--period", false, period(a), period(b));
    let unfinished = |report: &Report| if report.window.unfinished { "yes" } else { "no" }.to_owned();
    compare(Cause::Window, "unfinished", false, unfinished(a), unfinished(b));
    let trend = |report: &Report| match report.trend.len() {
        0 => NONE.to_owned(),
        windows => windows.to_string(),
    };
    compare(Cause::Window, "--trend", false, trend(a), trend(b));

    let names: BTreeSet<&String> = a.filters.keys().chain(b.filters.keys()).collect();
    for name in names {
        let values = |report: &Report| report.filters.get(name).map_or(NONE.to_owned(), |values| filter(values));
        compare(Cause::Filters, &flag(name), true, values(a), values(b));
    }
    let least = |report: &Report| report.min_cell.map_or("none".to_owned(), |floor| floor.least.to_string());
    compare(Cause::Filters, "--min-cell", true, least(a), least(b));
    let sessions = |report: &Report| report.sessions.name().to_owned();
    compare(Cause::Filters, "--sessions", true, sessions(a), sessions(b));
    for ((name, was), (_, is)) in a.limits.named().into_iter().zip(b.limits.named()) {
        let flag = format!("--{}", name.replace(' ', "-"));
        compare(Cause::Filters, &flag, true, format!("{was}s"), format!("{is}s"));
    }

    let renamed = |report: &Report| {
        let names = report.renamed.iter().map(|(what, old, new)| format!("{what} {old} is {new}"));
        let names = names.collect::<Vec<_>>().join(", ");
        if names.is_empty() { NONE.to_owned() } else { names }
    };
    compare(Cause::Data, "renamed", false, renamed(a), renamed(b));

    let files = |report: &Report| {
        let files = report.input.files.iter().map(|file| format!("{} ({}, {})", file.name, file.format, file.profile));
        files.collect::<Vec<_>>().join(", ")
    };
    compare(Cause::Data, "files", false, files(a), files(b));
    for (what, text_of) in INPUT {
        compare(Cause::Data, what, false, text_of(a).to_string(), text_of(b).to_string());
    }
    let event = |event: &Option<String>| event.clone().unwrap_or_else(|| NONE.to_owned());
    compare(Cause::Data, "first event", false, event(&a.input.first_event), event(&b.input.first_event));
    compare(Cause::Data, "last event", false, event(&a.input.last_event), event(&b.input.last_event));
    compare(Cause::Data, "--as-of", false, a.as_of.clone(), b.as_of.clone());

    found.extend(opening_hours(old, new));
    found.extend(staffing(old, new));
    for (id, value) in new.metrics.iter() {
        let (Some(was), is) = (old.metrics.get(id).map(MetricValue::revision), value.revision()) else { continue };
        if was != is {
            found.push(Difference {
                cause: Cause::Definition,
                what: format!("revision of {id}"),
                metric: Some(id.to_owned()),
                old: was.to_string(),
                new: is.to_string(),
                forbids: true,
            });
        }
    }
    found
}

/// The values of a filter; quoted if they could be read as no filter (`--support-type none`) or as other values.
fn filter(values: &[String]) -> String {
    let is_unclear = values.iter().any(|value| value == NONE || value.contains(", "));
    let value = |value: &String| if is_unclear { format!("`{value}`") } else { value.clone() };
    values.iter().map(value).collect::<Vec<_>>().join(", ")
}

/// Compares calendars by their content, not by the name of their file. Different calendars make the metrics that are
/// measured by them incomparable.
fn opening_hours(old: &Report, new: &Report) -> Vec<Difference> {
    let content = |report: &Report| report.opening_hours.as_ref().map(ReportOpeningHours::content);
    if content(old) == content(new) {
        return Vec::new();
    }
    let shown = |report: &Report| {
        report.opening_hours.as_ref().map_or_else(
            || NONE.to_owned(),
            |hours| {
                let lines: Vec<String> =
                    hours.lines().into_iter().map(|(name, week)| format!("{name}: {week}")).collect();
                format!("{} ({}; {})", hours.file, hours.zone, lines.join("; "))
            },
        )
    };
    let difference = |what: String, metric: Option<String>, [old, new]: [String; 2]| {
        let forbids = metric.is_some();
        Difference { cause: Cause::Definition, what, metric, old, new, forbids }
    };
    let mut found = vec![difference("--opening-hours".to_owned(), None, [shown(old), shown(new)])];
    let is_measured_so = |report: &Report, id: &str| {
        let by_calendar = metrics::find(id).is_some_and(|metric| metric.joined == Some(Joined::OpeningHours));
        report.metrics.get(id).is_some_and(|value| value.open_time() || by_calendar)
    };
    let name = |report: &Report| report.opening_hours.as_ref().map_or(NONE, |hours| &hours.file).to_owned();
    for (id, _) in new.metrics.iter().filter(|(id, _)| is_measured_so(old, id) || is_measured_so(new, id)) {
        if old.metrics.get(id).is_some() {
            let what = format!("opening hours of {id}");
            found.push(difference(what, Some(id.to_owned()), [name(old), name(new)]));
        }
    }
    // Handling time is open time, so everything computed from it differs too.
    if old.staffing.is_some() && new.staffing.is_some() {
        let what = format!("opening hours of {STAFFING}");
        found.push(difference(what, Some(STAFFING.to_owned()), [name(old), name(new)]));
    }
    found
}

/// Agents needed for different targets are not comparable. Other numbers are not affected.
fn staffing(old: &Report, new: &Report) -> Vec<Difference> {
    let (Some(old), Some(new)) = (&old.staffing, &new.staffing) else { return Vec::new() };
    let aim = |staffing: &Staffing| format!("{}%/{}s", percent(staffing.target.share), staffing.target.seconds);
    let handling = |staffing: &Staffing| match (staffing.handling.measured, staffing.handling.mean) {
        (Some(_), Some(Shown::Known(seconds))) => format!("{seconds}s"),
        (Some(_), Some(Shown::Hidden)) => HIDDEN.to_owned(),
        (Some(_) | None, _) => "as measured".to_owned(),
    };
    let volume = |staffing: &Staffing| {
        staffing.volume.map_or("as in the log".to_owned(), |times| format!("{:+}%", percent(times) - 100.0))
    };
    let both = |text_of: &dyn Fn(&Staffing) -> String| [text_of(old), text_of(new)];
    let assumptions = [
        ("--staffing-target", both(&aim)),
        ("--agent-concurrency", both(&|staffing| staffing.agent_concurrency.to_string())),
        ("--staffing-handling", both(&handling)),
        ("--staffing-volume", both(&volume)),
    ];
    let differing = assumptions.into_iter().filter(|(_, [old, new])| old != new);
    differing
        .map(|(what, [old, new])| Difference {
            cause: Cause::Filters,
            what: what.to_owned(),
            metric: Some(STAFFING.to_owned()),
            old,
            new,
            forbids: true,
        })
        .collect()
}

/// The text for no value.
pub const NONE: &str = "none";

/// A share or factor as a percentage, without binary rounding errors.
fn percent(share: f64) -> f64 {
    (share * 1e8).round() / 1e6
}

type Count = fn(&Report) -> u64;

const INPUT: [(&str, Count); 4] = [
    ("rows read", |report| report.input.rows_read),
    ("rows accepted", |report| report.input.accepted),
    ("duplicates", |report| report.input.duplicates),
    ("rows rejected", |report| report.input.rejected),
];
