//! One number of a report, with all that went into it and what was left out.

use crate::event::Sessions;
use crate::metrics::{self, Clock, Metric};
use crate::report::{MetricValue, Report, Statistic, Statistics};
use crate::unit::{Unit, group};

use super::terminal::text::clean;

/// The page; none where the report does not have the metric.
#[must_use]
pub fn render(report: &Report, id: &str) -> Option<String> {
    let value = report.metrics.get(id)?;
    let mut page = Page::default();
    match metrics::find(id) {
        Some(metric) => page.text = format!("{id}: {}\n\n{}\n\n", metric.label, metric.doc),
        None => page.text = format!("{id}: not a metric of this version of the program\n\n"),
    }
    numbers(&mut page, value);
    let window = &report.window;
    page.line(
        "window",
        &format!("{} up to {}, not included: {} days in {}", window.from, window.to, window.days, window.timezone),
    );
    match &window.previous {
        Some(previous) => page.line("compared", &format!("with {} up to {}", previous.from, previous.to)),
        None => page.line("compared", "with nothing"),
    }
    page.line("horizon", &format!("{}: later events are unseen", report.as_of));
    page.line(
        "sessions",
        match report.sessions {
            Sessions::Id => "one conversation per conversation_id",
            Sessions::Inactivity => "conversations are split by silence",
        },
    );
    for (filter, values) in &report.filters {
        page.line("filter", &format!("--{} {}", filter.replace('_', "-"), values.join(", ")));
    }
    if report.filters.is_empty() {
        page.line("filter", "none");
    }
    for (name, seconds) in report.limits.named() {
        page.line("limit", &format!("{name} {}", Unit::Seconds.format(Some(seconds))));
    }
    if let Some(metric) = metrics::find(id) {
        definition(&mut page, metric, value.revision());
    }
    left_out(&mut page, report, metrics::find(id));
    for (name, table) in report.tables.iter().filter(|(_, table)| table.metrics.iter().any(|other| other == id)) {
        let note = if table.adds_up { "" } else { ", which need not sum to it" };
        page.line("shown", &format!("in {} rows of {name}{note}", table.rows.len()));
    }
    for target in report.targets.iter().filter(|target| target.metric == id) {
        let text = format!("{} {} {}", target.statistic, target.bound.operator(), target.limit);
        page.line("target", &format!("{text}: {}", super::targets::verdict(target)));
    }
    Some(page.text)
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, name: &str, value: &str) {
        self.text.push_str(&format!("{name:12}{}\n", clean(value)));
    }
}

fn numbers(page: &mut Page, value: &MetricValue) {
    match value {
        MetricValue::Scalar(scalar) => {
            let unit = scalar.unit;
            page.line("value", &with_raw(unit, scalar.value));
            page.line("n", &format!("{} rows are behind it", group(scalar.n)));
            page.line("before", &with_raw(unit, scalar.previous));
        }
        MetricValue::Duration(duration) => {
            page.line("value", &statistics(&duration.statistics));
            page.line("n", &format!("{} durations", group(duration.statistics.n)));
            let before = duration.previous.as_ref();
            page.line(
                "before",
                &before.map_or("no data".to_owned(), |before| format!("{}, n {}", statistics(before), group(before.n))),
            );
        }
    }
}

fn with_raw(unit: Unit, value: Option<f64>) -> String {
    match value {
        None => "no data".to_owned(),
        Some(value) if unit == Unit::Count => unit.format(Some(value)),
        Some(raw) => format!("{} ({raw})", unit.format(value)),
    }
}

fn statistics(of: &Statistics) -> String {
    let one = |statistic: Statistic| format!("{} {}", statistic.name(), Unit::Seconds.format(statistic.of(of)));
    Statistic::ALL.map(one).join(", ")
}

fn definition(page: &mut Page, metric: &Metric, revision: u32) {
    let formula = metric.formula();
    page.line(
        "clock",
        &match metric.clock {
            Clock::Column(clock) => {
                format!("{}.{clock}: the instant that decides whether a row is in the window", metric.table.name())
            }
            Clock::Horizon => "the horizon: it is always in the window".to_owned(),
        },
    );
    page.line("population", &formula.population);
    page.line("formula", &formula.formula);
    for case in formula.edge_cases {
        page.line("edge case", case);
    }
    if revision != metric.revision {
        let text = format!(
            "the report's is {revision}, this program's {}: the lines above are of the latter",
            metric.revision
        );
        page.line("revision", &text);
    }
    page.line("query", &formula.query);
}

fn left_out(page: &mut Page, report: &Report, metric: Option<&Metric>) {
    let input = &report.input;
    page.line(
        "rows",
        &format!(
            "{} read: {} accepted, {} repeats dropped, {} rejected",
            group(input.rows_read),
            group(input.accepted),
            group(input.duplicates),
            group(input.rejected)
        ),
    );
    for (reason, n) in &input.rejections {
        let undated =
            if reason == "bad_timestamp" { ": no instant could be read, so they are in no window" } else { "" };
        page.line("left out", &format!("{} rows: {reason}{undated}", group(*n)));
    }
    if let Some(metric) = metric {
        if let Clock::Column(clock) = metric.clock {
            page.line(
                "left out",
                &format!("rows of {} whose {clock} is outside the window, or that have none", metric.table.name()),
            );
        }
        if metric.unit() == Unit::Seconds {
            page.line("left out", "rows whose duration has not ended by the horizon, or never began");
        }
    }
    for filter in report.filters.keys() {
        page.line("left out", &format!("rows that --{} does not keep", filter.replace('_', "-")));
    }
    for warning in &report.warnings {
        page.line("warning", &format!("{}: {}", warning.id, warning.text));
    }
}
