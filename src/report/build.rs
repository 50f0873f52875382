//! Facts into a report: numbers of the window and the one before, tables, heatmaps, warnings, identities.

use anyhow::Context;

use super::filters::{self, Filters, Ready};
use super::identities::{self, adds_up};
use super::measure_window::{ByKey, Key, Source};
use super::open_time;
use super::opening_hours::OpeningHours;
use super::targets::Target;
use super::template::{MOST_KEY_FIGURES, TableTemplate, Template};
use super::told::Told;
use super::trend::Trend;
use super::{
    Cell, Change, DurationValue, Entries, Generator, Heatmap, Input, InputFile, Limits, MetricValue, Report,
    ReportWindow, Row, SCHEMA, ScalarValue, Span, Statistics, Table, warnings,
};
use crate::fold::facts::{Facts, Run};
use crate::metrics::Metric;
use crate::metrics::dimensions::{Dimension, NO_VALUE, WEEKDAYS};
use crate::metrics::measure::Thresholds;
use crate::threads::both;
use crate::time::{Period, Window, Zone, database_version, format_utc};
use crate::unit::Unit;

/// What a report is asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Templates, in order; a table that two of them have gets the metrics of both.
    pub templates: Vec<Template>,
    /// The window.
    pub window: Window,
    /// The period that the window was asked for as.
    pub period: Option<Period>,
    /// What it is compared with.
    pub compare: Compare,
    /// The windows of the trend, oldest first, the window itself last; none without a trend.
    pub trend: Vec<Window>,
    /// The filters.
    pub filters: Filters,
    /// What measures go by beside the rows.
    pub thresholds: Thresholds,
    /// What the numbers should keep.
    pub targets: Vec<Target>,
}

impl Ask {
    /// The window that it is compared with.
    fn other(&self) -> Option<Window> {
        match self.compare {
            Compare::Previous => Some(self.window.previous()),
            Compare::With(other) => Some(other),
            Compare::None => None,
        }
    }

    /// The unit of the calendar before the one that was asked for: it is named even where the log does not reach it.
    fn named_previous(&self) -> Option<Window> {
        self.period.filter(|_| self.compare == Compare::Previous).map(|_| self.window.previous())
    }

    /// Whether days of a window of the report are still to come: it contains today, or ends after the horizon's day.
    fn is_unfinished(&self, window: Window, run: &Run) -> bool {
        let is_current = window == self.window && self.period.is_some_and(Period::is_current);
        is_current || window.last_day() > window.zone().date_of(run.horizon)
    }

    /// The windows that are asked for, as half-open spans of UTC milliseconds.
    pub(super) fn spans(&self) -> Vec<(i64, i64)> {
        let windows = std::iter::once(self.window).chain(self.other()).chain(self.trend.iter().copied());
        windows.map(|window| (window.begins(), window.ends())).collect()
    }
}

/// What a window is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// The same number of days just before.
    Previous,
    /// Another window of the same length.
    With(Window),
    /// Nothing.
    None,
}

/// Builds the report. Every identity is in its `checks`; one that does not hold is for the caller to act on.
///
/// # Errors
///
/// Where polars refuses a query: a bug.
pub fn build(facts: &Facts, ask: &Ask) -> anyhow::Result<Report> {
    let window = ask.window;
    let zone = window.zone();
    let run = &facts.run;
    let asked = ask.other();
    let reaches = |before: &Window| run.first_event().is_some_and(|first| before.first_day() >= zone.date_of(first));
    let previous = asked.filter(reaches);
    let filters = Ready::new(&ask.filters, facts, zone).context("filters")?;
    let thresholds = &ask.thresholds.over(run.first_event().unwrap_or(run.horizon), run.horizon);
    let source = Source { facts, filters: &filters, thresholds };

    let metrics = merged(ask.templates.iter().map(|template| &template.metrics[..]));
    let told = Told::of(run);
    let totals = |window: Window| -> anyhow::Result<Vec<Cell>> {
        let mut cells = source.totals(&metrics, window)?;
        told.blank(&metrics, &mut cells);
        open_time::blank(&metrics, &mut cells, thresholds);
        Ok(cells)
    };
    let numbers = || -> anyhow::Result<_> {
        let now = totals(window).context("metrics of the window")?;
        let before = previous.map(totals).transpose().context("metrics of the window before")?;
        let of_trend = |other: &Window| match previous {
            _ if *other == window => Ok(Some(now.clone())),
            Some(previous) if *other == previous => Ok(before.clone()),
            Some(_) | None if reaches(other) => totals(*other).map(Some),
            Some(_) | None => Ok(None),
        };
        let trend: Vec<Option<Vec<Cell>>> =
            ask.trend.iter().map(of_trend).collect::<anyhow::Result<_>>().context("metrics of the trend")?;
        Ok((now, before, trend))
    };
    let heatmaps_of = merged(ask.templates.iter().map(|template| &template.heatmaps[..]));
    let parts = || -> anyhow::Result<_> {
        let mut tables = Vec::new();
        for template in merged_tables(&ask.templates) {
            let of = |window| table(source, told, &template, window).with_context(|| template.name());
            let mut table = of(window)?;
            if let (Dimension::Day, Some(previous)) = (template.dimension, previous) {
                table.previous = of(previous)?.rows;
            }
            tables.push((template.name(), table));
        }
        let mut heatmaps = Vec::new();
        // Counts that nobody tells have no heatmap: it has no place for "unknown".
        for metric in
            heatmaps_of.into_iter().filter(|metric| told.knows(metric) && open_time::knows(metric, thresholds))
        {
            let counts = source.heatmap(metric, window).with_context(|| format!("heatmap of {}", metric.id))?;
            heatmaps.push((metric.id.to_owned(), Heatmap { counts, hours_observed: window.hours_observed() }));
        }
        Ok((tables, heatmaps))
    };
    // Both ask the same tables many small questions, which one thread alone does not fill the time of.
    let (numbers, parts) = both(numbers, parts);
    let ((now, before, cells), (tables, heatmaps)) = (numbers?, parts?);
    let trend = Trend { cells, is_finished: ask.trend.iter().map(|window| !ask.is_unfinished(*window, run)).collect() };
    let values = values(&metrics, &now, before.as_deref(), ask, &trend, thresholds);

    let mut warnings = warnings::of_run(run, zone, Some(window));
    warnings.extend(told.warnings(run, &metrics));
    if let (Some(asked), None) = (asked, previous) {
        warnings.push(warnings::no_previous(run, asked, zone));
    }
    warnings.extend(warnings::of_window(
        ask.is_unfinished(window, run),
        window,
        previous.filter(|_| ask.compare == Compare::Previous),
    ));
    warnings.extend(warnings::of_scores(run, &metrics));
    if let Some(opening) = &thresholds.opening {
        warnings.extend(warnings::unused_calendars(facts, &opening.hours).context("names of calendars")?);
    }
    warnings.extend(warnings::of_customers(source, window)?);
    warnings.extend(warnings::no_welcome(source, told, &metrics, window)?);
    warnings.extend(filters::unknown_values(&ask.filters, facts)?);
    let mut report = Report {
        schema: SCHEMA.to_owned(),
        generator: Generator::this(),
        templates: ask.templates.iter().map(|template| template.name.clone()).collect(),
        title: ask.templates.iter().map(|template| template.title.as_str()).collect::<Vec<_>>().join(" · "),
        key_figures: key_figures(&ask.templates),
        window: report_window(window, ask.named_previous().or(previous), ask.period, ask.is_unfinished(window, run)),
        as_of: format_utc(run.horizon),
        limits: Limits::of(run, thresholds),
        filters: ask.filters.shown(),
        sessions: run.sessions,
        opening_hours: thresholds.opening.as_ref().map(|opening| OpeningHours::of(&opening.hours)),
        input: input(run),
        trend: ask.trend.iter().map(|window| span(*window)).collect(),
        metrics: values,
        tables: Entries(tables),
        heatmaps: Entries(heatmaps),
        checks: Vec::new(),
        targets: Vec::new(),
        warnings,
    };
    report.targets = ask.targets.iter().map(|target| target.judge(&report)).collect();
    report.checks = identities::of_log(facts);
    report.checks.extend(identities::of_report(&report));
    Ok(report)
}

/// The ids of the templates' key figures, the first template's first.
fn key_figures(templates: &[Template]) -> Vec<String> {
    let figures = merged(templates.iter().map(|template| &template.key_figures[..]));
    figures.into_iter().take(MOST_KEY_FIGURES).map(|metric| metric.id.to_owned()).collect()
}

/// The metrics with their values of the window, of the one before, and of the trend.
fn values(
    metrics: &[&'static Metric],
    now: &[Cell],
    before: Option<&[Cell]>,
    ask: &Ask,
    trend: &Trend,
    thresholds: &Thresholds,
) -> Entries<MetricValue> {
    let value = |(at, metric): (usize, &&'static Metric)| {
        // The horizon is always in the window: there is no horizon before it.
        let before = before.filter(|_| !metric.clock.is_horizon()).map(|cells| &cells[at]);
        let mut value = metric_value(metric, &now[at], before, metric.is_in_open_time(thresholds));
        if !ask.trend.is_empty() {
            trend.add(at, metric, &mut value);
        }
        (metric.id.to_owned(), value)
    };
    Entries(metrics.iter().enumerate().map(value).collect())
}

/// Each metric once, in the order of its first appearance.
fn merged<'a>(lists: impl Iterator<Item = &'a [&'static Metric]>) -> Vec<&'static Metric> {
    let mut all: Vec<&'static Metric> = Vec::new();
    for metric in lists.flatten() {
        if all.iter().all(|known| known.id != metric.id) {
            all.push(metric);
        }
    }
    all
}

fn merged_tables(templates: &[Template]) -> Vec<TableTemplate> {
    let mut all: Vec<TableTemplate> = Vec::new();
    for table in templates.iter().flat_map(|template| &template.tables) {
        match all.iter_mut().find(|known| known.dimension == table.dimension) {
            Some(known) => known.metrics = merged([&known.metrics[..], &table.metrics[..]].into_iter()),
            None => all.push(table.clone()),
        }
    }
    all
}

fn metric_value(metric: &Metric, now: &Cell, before: Option<&Cell>, open_time: bool) -> MetricValue {
    let revision = metric.revision;
    let change = metric.change();
    match now {
        Cell::Scalar { value, n } => {
            let previous = before.and_then(scalar);
            let change = change.between(*value, previous);
            MetricValue::Scalar(ScalarValue {
                unit: metric.unit(),
                value: *value,
                n: n.unwrap_or(0),
                previous,
                change,
                revision,
                open_time,
                trend: None,
                best: None,
                worst: None,
            })
        }
        Cell::Duration(statistics) => {
            let previous = before.and_then(duration);
            let change =
                previous.map(|before| change_of(statistics, &before, |now, before| change.between(now, before)));
            MetricValue::Duration(DurationValue {
                unit: Unit::Seconds,
                statistics: *statistics,
                previous,
                change,
                revision,
                open_time,
                trend: None,
                best: None,
                worst: None,
            })
        }
    }
}

fn scalar(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Scalar { value, .. } => *value,
        Cell::Duration(_) => None,
    }
}

fn duration(cell: &Cell) -> Option<Statistics> {
    match cell {
        Cell::Scalar { .. } => None,
        Cell::Duration(statistics) => Some(*statistics),
    }
}

fn change_of(
    now: &Statistics,
    before: &Statistics,
    between: impl Fn(Option<f64>, Option<f64>) -> Option<f64>,
) -> Change {
    #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
    let count = |n: u64| Some(n as f64);
    Change {
        mean: between(now.mean, before.mean),
        p50: between(now.p50, before.p50),
        p90: between(now.p90, before.p90),
        p95: between(now.p95, before.p95),
        max: between(now.max, before.max),
        n: between(count(now.n), count(before.n)),
    }
}

fn table(source: Source, told: Told, template: &TableTemplate, window: Window) -> anyhow::Result<Table> {
    let TableTemplate { dimension, metrics } = template;
    let mut by_key = source.by(*dimension, metrics, window)?;
    let nothing: Vec<Cell> = metrics.iter().map(|metric| metric.measure.of_nothing()).collect();
    if *dimension == Dimension::Day {
        for day in 0..window.days() {
            by_key.entry(Some(Key::Number(i32::try_from(day)?))).or_insert_with(|| nothing.clone());
        }
    } else {
        by_key.retain(|_, cells| *cells != nothing);
    }
    for cells in by_key.values_mut() {
        told.blank(metrics, cells);
        open_time::blank(metrics, cells, source.thresholds);
    }
    let adds_up = metrics.iter().all(|metric| adds_up(metric, *dimension));
    Ok(Table {
        dimensions: vec![dimension.name().to_owned()],
        metrics: metrics.iter().map(|metric| metric.id.to_owned()).collect(),
        adds_up,
        rows: rows(source.facts, *dimension, metrics, by_key, window),
        previous: Vec::new(),
    })
}

fn rows(facts: &Facts, dimension: Dimension, metrics: &[&'static Metric], by_key: ByKey, window: Window) -> Vec<Row> {
    let mut rows: Vec<(Option<Key>, Row)> = by_key
        .into_iter()
        .map(|(key, cells)| {
            let text = key_text(dimension, key.as_ref(), window);
            let label = match dimension {
                Dimension::Agent => facts.run.agent_names.get(&text).unwrap_or(&text).clone(),
                Dimension::Channel
                | Dimension::SupportType
                | Dimension::Department
                | Dimension::Queue
                | Dimension::App
                | Dimension::Day
                | Dimension::Weekday
                | Dimension::Hour => text.clone(),
            };
            let cells = metrics.iter().map(|metric| metric.id.to_owned()).zip(cells).collect();
            (key, Row { key: vec![text], label: vec![label], cells: Entries(cells) })
        })
        .collect();
    if dimension.column().is_some() {
        let size = |row: &Row| {
            let first = row.cells.0.first().and_then(|(_, cell)| match cell {
                Cell::Scalar { value, .. } => *value,
                Cell::Duration(statistics) => statistics.mean,
            });
            first.unwrap_or(f64::NEG_INFINITY)
        };
        rows.sort_by(|(_, a), (_, b)| size(b).total_cmp(&size(a)).then_with(|| a.key.cmp(&b.key)));
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

fn key_text(dimension: Dimension, key: Option<&Key>, window: Window) -> String {
    match key {
        None => NO_VALUE.to_owned(),
        Some(Key::Text(text)) => text.clone(),
        Some(Key::Number(number)) => {
            let at = usize::try_from(*number).unwrap_or(0);
            match dimension {
                Dimension::Day => window.dates().nth(at).map_or_else(|| number.to_string(), |date| date.to_string()),
                Dimension::Weekday => WEEKDAYS[at % 7].to_owned(),
                Dimension::Hour
                | Dimension::Channel
                | Dimension::SupportType
                | Dimension::Department
                | Dimension::Queue
                | Dimension::Agent
                | Dimension::App => format!("{number:02}"),
            }
        }
    }
}

/// From the first instant of a window to the first after.
fn span(window: Window) -> Span {
    let zone = window.zone();
    Span { from: zone.format_rfc3339(window.begins()), to: zone.format_rfc3339(window.ends()) }
}

pub(super) fn report_window(
    window: Window,
    previous: Option<Window>,
    period: Option<Period>,
    unfinished: bool,
) -> ReportWindow {
    let zone: Zone = window.zone();
    let Span { from, to } = span(window);
    ReportWindow {
        from,
        to,
        timezone: zone.name().to_owned(),
        timezone_data: database_version().to_owned(),
        days: window.days(),
        previous: previous.map(span),
        period: period.map(|period| period.to_string()),
        unfinished,
    }
}

/// What was read.
pub(super) fn input(run: &Run) -> Input {
    let files: Vec<InputFile> = run
        .files
        .iter()
        .map(|file| InputFile {
            name: file.name.clone(),
            format: file.format.name().to_owned(),
            profile: file.profile.clone(),
            rows_read: file.rows_read,
            accepted: file.accepted,
            duplicates: file.duplicates,
            rejected: file.rejected,
        })
        .collect();
    let sum = |of: fn(&InputFile) -> u64| files.iter().map(of).sum();
    Input {
        rows_read: sum(|file| file.rows_read),
        accepted: sum(|file| file.accepted),
        duplicates: sum(|file| file.duplicates),
        rejected: sum(|file| file.rejected),
        files,
        rejections: run.rejections.clone(),
        first_event: run.first_event().map(format_utc),
        last_event: run.last_event().map(format_utc),
    }
}
