//! The explanation of a number as lines of a name and a text, for people.

use super::Explanation;
use crate::event::Sessions;
use crate::language::Language;
use crate::metrics::{Clock, Joined, Metric};
use crate::render::targets;
use crate::report::filters::flag;
use crate::report::{HiddenValue, InstantRange, MetricValue, Report, Statistic, Statistics};
use crate::unit::{Unit, group};
use crate::value::HIDDEN;

/// A name and its text.
type NamedText = (&'static str, String);

/// All lines, in reading order.
pub(super) fn lines(explanation: &Explanation) -> Vec<NamedText> {
    let Explanation { report, id, figure, metric } = *explanation;
    let mut lines = numbers(figure, metric.is_some_and(|metric| metric.clock == Clock::Time));
    let goes_by_hours = figure.open_time() || metric.is_some_and(|metric| metric.joined == Some(Joined::OpeningHours));
    lines.extend(frame(report, goes_by_hours));
    lines.extend(trend(report, figure));
    if let Some(metric) = metric {
        lines.extend(definition(metric, figure.revision()));
    }
    lines.extend(rows(report));
    lines.extend(left_out(report, metric).into_iter().map(|text| ("left out", text)));
    lines.extend(report.warnings.iter().map(|warning| ("warning", format!("{}: {}", warning.id, warning.text))));
    for (name, table) in explanation.tables() {
        let note = if table.adds_up { "" } else { ", which may not add up to it" };
        lines.push(("shown", format!("in {} rows of {name}{note}", table.rows.len())));
    }
    for target in report.targets.iter().filter(|target| target.metric == id) {
        let text = format!("{} {} {}", target.statistic, target.bound.operator(), target.limit);
        lines.push(("target", format!("{text}: {}", targets::verdict(Language::English, target))));
    }
    lines
}

/// The values. `is_time`: the number is of agents, not of rows.
fn numbers(figure: &MetricValue, is_time: bool) -> Vec<NamedText> {
    let (value, n, before) = match figure {
        MetricValue::Scalar(scalar) => (
            with_raw(scalar.unit, scalar.value),
            if is_time { format!("{} agents have any", group(scalar.n)) } else { format!("{} rows", group(scalar.n)) },
            with_raw(scalar.unit, scalar.previous),
        ),
        MetricValue::Duration(duration) => {
            let before = duration.previous.as_ref();
            (
                statistics(&duration.statistics),
                format!("{} durations", group(duration.statistics.n)),
                before.map_or("no data".to_owned(), |before| format!("{}, n {}", statistics(before), group(before.n))),
            )
        }
        MetricValue::Hidden(hidden) => {
            let [_, _, (_, before)] = &numbers(&hidden.of(), is_time)[..] else { return Vec::new() };
            (HIDDEN.to_owned(), HIDDEN.to_owned(), before.clone())
        }
    };
    let before = if figure.hidden().previous { HIDDEN.to_owned() } else { before };
    vec![("value", value), ("n", n), ("before", before)]
}

fn with_raw(unit: Unit, value: Option<f64>) -> String {
    match value {
        None => "no data".to_owned(),
        Some(value) if unit == Unit::Count => unit.format(Some(value)),
        Some(raw) => format!("{} ({raw})", unit.format(value)),
    }
}

fn statistics(statistics: &Statistics) -> String {
    let one = |statistic: Statistic| format!("{} {}", statistic.name(), Unit::Seconds.format(statistic.of(statistics)));
    Statistic::ALL.map(one).join(", ")
}

/// Window, horizon, filters and limits, which apply to every number of the report. `goes_by_hours`: the number is
/// measured in opening hours, if the report has any.
fn frame(report: &Report, goes_by_hours: bool) -> Vec<NamedText> {
    let window = &report.window;
    let days = format!("{} days in {}", window.days, window.timezone);
    let mut lines = vec![
        ("window", format!("{} up to but not including {}: {days}", window.from, window.to)),
        (
            "compared",
            match report.compared_with() {
                Some(previous) => format!("with {} up to {}", previous.from, previous.to),
                None => "with nothing".to_owned(),
            },
        ),
        (
            "durations",
            match report.opening_hours.as_ref().filter(|_| goes_by_hours) {
                Some(hours) => format!("open time by {} ({})", hours.file, hours.zone),
                None => "wall clock".to_owned(),
            },
        ),
        ("horizon", format!("{}: later events are ignored", report.as_of)),
        (
            "sessions",
            match report.sessions {
                Sessions::Id => "one conversation per conversation_id",
                Sessions::Inactivity => "conversations are split by silence",
                Sessions::InactivityAcrossChannels => "conversations are split by silence, across channels",
            }
            .to_owned(),
        ),
    ];
    let filters = report.filters.iter();
    lines.extend(filters.map(|(name, values)| ("filter", format!("{} {}", flag(name), values.join(", ")))));
    if report.filters.is_empty() {
        lines.push(("filter", "none".to_owned()));
    }
    let renamed = report.renamed.iter();
    lines.extend(renamed.map(|(what, old, new)| ("renamed", format!("{what} {old} is {new}"))));
    let limits = report.limits.named();
    lines.extend(limits.map(|(name, limit)| ("limit", format!("{name} {}", Unit::Seconds.format(Some(limit))))));
    lines
}

/// The number in the windows of the trend, oldest first, with the best and the worst; empty without a trend.
fn trend(report: &Report, figure: &MetricValue) -> Vec<NamedText> {
    let day = |at: usize| report.trend.get(at).map(InstantRange::first_day).unwrap_or_default();
    let known = |at: usize, text: String| format!("{} {text}", day(at));
    let (levels, best, worst): (Option<Vec<String>>, _, _) = match figure {
        MetricValue::Scalar(scalar) | MetricValue::Hidden(HiddenValue::Scalar(scalar)) => {
            let levels = scalar.trend.as_ref().and_then(Option::as_ref);
            let text = |level: &Option<f64>| with_raw(scalar.unit, *level);
            (levels.map(|levels| levels.iter().map(text).collect()), scalar.best, scalar.worst)
        }
        MetricValue::Duration(duration) | MetricValue::Hidden(HiddenValue::Duration(duration)) => {
            let levels = duration.trend.as_ref().and_then(Option::as_ref);
            let text = |level: &Option<Statistics>| level.as_ref().map_or("no data".to_owned(), statistics);
            (levels.map(|levels| levels.iter().map(text).collect()), duration.best, duration.worst)
        }
    };
    let Some(levels) = levels else { return Vec::new() };
    let hidden = &figure.hidden().trend;
    let level = |(at, level): (usize, String)| {
        ("trend", known(at, if hidden.contains(&at) { HIDDEN.to_owned() } else { level }))
    };
    let mut lines: Vec<NamedText> = levels.into_iter().enumerate().map(level).collect();
    lines.extend(best.flatten().map(|at| ("best", day(at))));
    lines.extend(worst.flatten().map(|at| ("worst", day(at))));
    lines
}

fn definition(metric: &Metric, revision: u32) -> Vec<NamedText> {
    let formula = metric.formula();
    let clock = match metric.clock {
        Clock::Column(clock) => {
            format!("{}.{clock}: the instant that decides whether a row is in the window", metric.table.name())
        }
        Clock::Horizon => "the horizon: it is always in the window".to_owned(),
        Clock::Time => "the time itself: spans are cut to the window".to_owned(),
    };
    let mut lines = vec![("clock", clock), ("population", formula.population), ("formula", formula.formula)];
    lines.extend(formula.edge_cases.into_iter().map(|case| ("edge case", case.to_owned())));
    if revision != metric.revision {
        let ours = metric.revision;
        lines.push((
            "revision",
            format!("the report's is {revision}, this program's {ours}: the lines above are of the latter"),
        ));
    }
    lines.push(("query", formula.query));
    lines
}

fn rows(report: &Report) -> Vec<NamedText> {
    let input = &report.input;
    let [read, accepted, repeats, rejected] =
        [input.rows_read, input.accepted, input.duplicates, input.rejected].map(group);
    let read = match input.events_apart() {
        Some(_) => format!("{} read, {read} events in them", group(input.rows())),
        None => format!("{read} read"),
    };
    let mut lines =
        vec![("rows", format!("{read}: {accepted} accepted, {repeats} repeats dropped, {rejected} rejected"))];
    for (reason, n) in &input.rejections {
        let undated =
            if reason == "bad_timestamp" { ": no instant could be read, so they are in no window" } else { "" };
        lines.push(("left out", format!("{} rows: {reason}{undated}", group(*n))));
    }
    lines
}

/// The rows that the number does not count.
pub(super) fn left_out(report: &Report, metric: Option<&Metric>) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(metric) = metric {
        if let Clock::Column(clock) = metric.clock {
            texts.push(format!("rows of {} whose {clock} is missing or outside the window", metric.table.name()));
        }
        if metric.is_duration() {
            texts.push("rows whose duration never began, or has not ended by the horizon".to_owned());
        }
    }
    texts.extend(report.filters.keys().map(|filter| format!("rows that {} does not keep", flag(filter))));
    texts
}
