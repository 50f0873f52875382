//! Facts into a report: numbers of the window and the one before, tables, heatmaps, warnings, identities.

use std::cmp::Ordering;
use std::sync::Arc;

use anyhow::Context;

use super::agent_time::spans::SpanCut;
use super::agent_time::{self, AgentTime};
use super::by_key::{ByKey, DimensionValue};
use super::clock;
use super::coverage::Coverage;
use super::filters::{self, Filters, Ready};
use super::heatmap_build;
use super::identities::{self, adds_up};
use super::measure_window::FactSource;
use super::min_cell::{self, OnlineHours, WindowTotals};
use super::open_time;
use super::opening_hours::OpeningHours;
use super::staffing::StaffingQuery;
use super::staffing_build;
use super::targets::Target;
use super::template::sections::{Sections, WholeSection};
use super::template::{MOST_KEY_FIGURES, TableTemplate, Template};
use super::trend::Trend;
use super::{
    Cell, Change, DurationValue, Entries, Generator, HiddenParts, Input, InputFile, InstantRange, Limits, MetricCells,
    MetricValue, Report, ReportWindow, RowKey, SCHEMA, ScalarValue, Statistics, Table, TableRow, Warning, warnings,
};
use crate::fold::facts::{Facts, RunFacts};
use crate::metrics::Metric;
use crate::metrics::agents::{ARRIVALS, HANDLED};
use crate::metrics::dimensions::{Dimension, TimeUnit, key_text, month_name, week_name};
use crate::metrics::measure::Thresholds;
use crate::threads::both;
use crate::time::{Period, WEEKDAYS, Window, Zone, database_version, format_utc};

/// The request for a report.
#[derive(Debug, Clone)]
pub struct ReportQuery {
    /// Templates, in order; a table that two of them have gets the metrics of both.
    pub templates: Vec<Template>,
    /// The window.
    pub window: Window,
    /// The period that the window was asked for as.
    pub period: Option<Period>,
    /// The window that it is compared with.
    pub compare: Compare,
    /// The windows of the trend, oldest first, the window itself last; none without a trend.
    pub trend: Vec<Window>,
    /// The filters.
    pub filters: Filters,
    /// The settings of measures.
    pub thresholds: Thresholds,
    /// The targets.
    pub targets: Vec<Target>,
    /// The settings of staffing, where a template has it.
    pub staffing: StaffingQuery,
    /// Fewer rows than these are not told: numbers of them are hidden.
    pub min_cell: Option<u64>,
}

impl ReportQuery {
    /// The window that it is compared with.
    pub(super) fn other(&self) -> Option<Window> {
        self.compare.of(self.window)
    }

    /// The unit of the calendar before the one that was asked for: it is named even where the log does not reach it.
    fn named_previous(&self) -> Option<Window> {
        self.period.filter(|_| self.compare == Compare::Previous).map(|_| self.window.previous())
    }

    /// Whether days of a window of the report are still to come: it contains today, or ends after the horizon's day.
    fn is_unfinished(&self, window: Window, run: &RunFacts) -> bool {
        let is_current = window == self.window && self.period.is_some_and(Period::is_current);
        is_current || window.last_day() > window.zone().day_of(run.horizon)
    }

    /// The windows that are asked for, as half-open spans of UTC milliseconds.
    pub(super) fn spans(&self) -> Vec<(i64, i64)> {
        let windows = std::iter::once(self.window).chain(self.other()).chain(self.trend.iter().copied());
        windows.map(|window| (window.begins(), window.ends())).collect()
    }
}

/// The window before, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// The same number of days just before.
    Previous,
    /// Another window of the same length.
    With(Window),
    /// Nothing.
    None,
}

impl Compare {
    /// The window that a window is compared with.
    #[must_use]
    pub fn of(self, window: Window) -> Option<Window> {
        match self {
            Self::Previous => Some(window.previous()),
            Self::With(other) => Some(other),
            Self::None => None,
        }
    }
}

/// Builds the report. Every identity is in its `checks`; one that does not hold is for the caller to act on.
///
/// # Errors
///
/// Where polars refuses a query: a bug.
pub fn build(facts: &Facts, query: &ReportQuery) -> anyhow::Result<Report> {
    let window = query.window;
    let zone = window.zone();
    let run = &facts.run;
    let asked = query.other();
    let reaches = |before: &Window| run.first_event().is_some_and(|first| before.first_day() >= zone.day_of(first));
    // The window before begins before the log's end; one that was named may not.
    let is_reached = |other: &Window| run.last_event().is_some_and(|last| other.first_day() <= zone.day_of(last));
    let previous = asked.filter(reaches).filter(|other| query.compare == Compare::Previous || is_reached(other));
    let filters = Ready::new(&query.filters, facts, zone).context("filters")?;
    let thresholds = &query.thresholds.over(run.first_event().unwrap_or(run.horizon), run.horizon);
    let source = FactSource { facts, filters: &filters, thresholds };

    let metrics = merged(query.templates.iter().map(|template| &template.metrics[..]));
    let heatmaps_of = merged(query.templates.iter().map(|template| &template.heatmaps[..]));
    let has_staffing = query.templates.iter().any(|template| template.staffing);
    let cut = SpanCut { zone, hours: query.filters.hours, weekdays: query.filters.weekdays };
    let agent_time = (has_staffing || agent_time::has_agent_time(&metrics)).then(|| AgentTime::new(source, cut));
    let agent_time = &agent_time.transpose().context("agents' time")?;
    let coverage = Coverage::of(run);
    let totals = |window: Window| -> anyhow::Result<Vec<Cell>> {
        let mut cells = source.totals(&metrics, window)?;
        if let Some(agents) = agent_time {
            agents.fill_totals(&metrics, window, &mut cells)?;
        }
        coverage.blank(&metrics, &mut cells);
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
            query.trend.iter().map(of_trend).collect::<anyhow::Result<_>>().context("metrics of the trend")?;
        Ok((now, before, trend))
    };
    let parts = || -> anyhow::Result<_> {
        let mut tables = Vec::new();
        for template in merged_tables(&query.templates) {
            let of = |window| {
                table(source, agent_time.as_ref(), coverage, &template, window).with_context(|| template.name())
            };
            let mut table = of(window)?;
            if let ([Dimension::Day], Some(previous)) = (&template.dimensions[..], previous) {
                table.previous = of(previous)?.rows;
            }
            tables.push((template.name(), table));
        }
        let heatmaps = heatmap_build::heatmaps(source, agent_time.as_ref(), &heatmaps_of, window)?;
        Ok((tables, heatmaps))
    };
    // Both ask the same tables many small questions, which one thread alone does not fill the time of.
    let (numbers, parts) = both(numbers, parts);
    let ((now, before, cells), (tables, heatmaps)) = (numbers?, parts?);
    let trend =
        Trend { cells, is_finished: query.trend.iter().map(|window| !query.is_unfinished(*window, run)).collect() };
    let values = values(&metrics, &now, before.as_deref(), query, &trend, thresholds);

    let warnings = warnings_of(source, agent_time.as_ref(), query, previous, &metrics, &tables)?;
    let mut report = Report {
        schema: SCHEMA.to_owned(),
        generator: Generator::this(),
        templates: query.templates.iter().map(|template| template.name.clone()).collect(),
        title: query.templates.iter().map(|template| template.title.as_str()).collect::<Vec<_>>().join(" · "),
        key_figures: key_figures(&query.templates),
        window: report_window(
            window,
            query.named_previous().or(previous),
            query.period,
            query.is_unfinished(window, run),
        ),
        as_of: format_utc(run.horizon),
        limits: Limits::of(run, thresholds),
        min_cell: None,
        filters: query.filters.shown(),
        attributes: run.attributes.clone(),
        renamed: run.renamed.clone(),
        sessions: run.sessions,
        opening_hours: thresholds.opening.as_ref().map(|opening| OpeningHours::of(&opening.hours)),
        input: input(run),
        trend: query.trend.iter().map(|window| span(*window)).collect(),
        metrics: values,
        tables: Entries(tables),
        heatmaps: Entries(heatmaps),
        staffing: agent_time
            .as_ref()
            .filter(|_| has_staffing)
            .map(|agents| staffing_build::staffing(source, agents, window, query.staffing, cut))
            .transpose()
            .context("staffing")?
            .map(Box::new),
        checks: Vec::new(),
        targets: Vec::new(),
        warnings,
        sections: sections(query),
    };
    let numbers = WindowNumbers { now, before: previous.zip(before), trend };
    settle(&mut report, facts, &metrics, numbers, agent_time.as_ref(), query, thresholds);
    Ok(report)
}

/// The steps after all numbers: checks, then hiding, then targets.
fn settle(
    report: &mut Report,
    facts: &Facts,
    metrics: &[&'static Metric],
    numbers: WindowNumbers,
    agents: Option<&AgentTime>,
    query: &ReportQuery,
    thresholds: &Thresholds,
) {
    report.checks = identities::of_log(facts);
    report.checks.extend(identities::of_report(report));
    if query.min_cell.is_some() {
        hide(report, metrics, numbers, agents, query, thresholds);
    }
    report.targets = query.targets.iter().map(|target| target.judge(report)).collect();
    if !report.targets.is_empty() {
        report.sections.ensure(WholeSection::Targets);
    }
}

/// The metrics of every window.
struct WindowNumbers {
    now: Vec<Cell>,
    before: Option<(Window, Vec<Cell>)>,
    trend: Trend,
}

/// Hides numbers of few rows, and makes the metrics of what is left.
fn hide(
    report: &mut Report,
    metrics: &[&'static Metric],
    WindowNumbers { now, before, mut trend }: WindowNumbers,
    agents: Option<&AgentTime>,
    query: &ReportQuery,
    thresholds: &Thresholds,
) {
    let Some(least) = query.min_cell else { return };
    let online = agents.and_then(|agents| {
        let seconds = agents.online_by_hour(query.window)?;
        Some(Box::new(OnlineHours { seconds, agents: agents.agents_online_by_hour(query.window)? }))
    });
    let totals = |window: Window, cells: Vec<Cell>, is_main: bool| WindowTotals {
        span: (window.begins(), window.ends()),
        cells,
        is_main,
    };
    let has_before = before.is_some();
    let mut windows = vec![totals(query.window, now, true)];
    windows.extend(before.map(|(window, cells)| totals(window, cells, false)));
    let known: Vec<usize> = (0..query.trend.len()).filter(|at| trend.cells[*at].is_some()).collect();
    windows.extend(known.iter().map(|at| totals(query.trend[*at], trend.cells[*at].take().unwrap_or_default(), false)));
    min_cell::hide(report, &mut windows, online.as_deref(), least);
    let mut cells = windows.into_iter().map(|totals| totals.cells);
    let now = cells.next().unwrap_or_default();
    let before = if has_before { cells.next() } else { None };
    for (at, cells) in known.into_iter().zip(cells) {
        trend.cells[at] = Some(cells);
    }
    report.metrics = values(metrics, &now, before.as_deref(), query, &trend, thresholds);
}

/// The warnings of a report; `previous` is the window that it is compared with.
fn warnings_of(
    source: FactSource,
    agents: Option<&AgentTime>,
    query: &ReportQuery,
    previous: Option<Window>,
    metrics: &[&'static Metric],
    tables: &[(String, Table)],
) -> anyhow::Result<Vec<Warning>> {
    let (facts, window) = (source.facts, query.window);
    let (run, zone) = (&facts.run, window.zone());
    let coverage = Coverage::of(run);
    let mut warnings = warnings::of_run(run, zone, Some(window));
    let has_staffing = query.templates.iter().any(|template| template.staffing);
    let of_staffing: &[&'static Metric] = if has_staffing { &[&ARRIVALS, &HANDLED] } else { &[] };
    warnings.extend(coverage.warnings(run, &[metrics, of_staffing].concat()));
    if let (Some(asked), None) = (query.other(), previous) {
        warnings.push(warnings::no_previous(run, asked, zone));
    }
    if let (Compare::With(_), Some(previous)) = (query.compare, previous) {
        warnings.extend(warnings::compared_days_uncovered(run, previous, zone));
    }
    let horizon_day = zone.day_of(run.horizon);
    warnings.extend(warnings::of_window(
        query.is_unfinished(window, run),
        Some(horizon_day).filter(|day| window.last_day() > *day),
        window,
        previous.filter(|_| query.compare == Compare::Previous),
    ));
    warnings.extend(warnings::of_scores(run, metrics));
    warnings.extend(warnings::of_tags(tables));
    if let Some(opening) = &source.thresholds.opening {
        warnings.extend(warnings::unused_calendars(facts, &opening.hours).context("names of calendars")?);
    }
    if let Some(agents) = agents {
        warnings.extend(warnings::without_status(agents, metrics, window));
    }
    warnings.extend(warnings::of_customers(source, window)?);
    warnings.extend(warnings::no_welcome(source, coverage, metrics, window)?);
    warnings.extend(filters::value_warnings(&query.filters, facts)?);
    Ok(warnings)
}

/// The ids of the templates' key figures, the first template's first.
fn key_figures(templates: &[Template]) -> Vec<String> {
    let figures = merged(templates.iter().map(|template| &template.key_figures[..]));
    figures.into_iter().take(MOST_KEY_FIGURES).map(|metric| metric.id.to_owned()).collect()
}

/// The sections of the templates, and one for the trend that the run asks for.
fn sections(query: &ReportQuery) -> Sections {
    let mut sections = Sections::merged(query.templates.iter().map(|template| &template.sections));
    // Of two templates one may name the table that the other has for a part alone.
    let names = |template: &Template, name: &String| {
        template.tables.iter().any(|table| table.name() == *name) && !template.sections.brought.contains(name)
    };
    sections.brought.retain(|name| !query.templates.iter().any(|template| names(template, name)));
    let is_of_template = query.templates.iter().any(|template| template.trend.is_some());
    if !query.trend.is_empty() && !is_of_template {
        sections.ensure(WholeSection::Trend);
    }
    sections
}

/// The metrics with their values of the window, of the one before, and of the trend.
fn values(
    metrics: &[&'static Metric],
    now: &[Cell],
    before: Option<&[Cell]>,
    query: &ReportQuery,
    trend: &Trend,
    thresholds: &Thresholds,
) -> Entries<MetricValue> {
    let value = |(at, metric): (usize, &&'static Metric)| {
        // The horizon is always in the window: there is no horizon before it.
        let before = before.filter(|_| !metric.clock.is_horizon()).map(|cells| &cells[at]);
        let mut value = metric_value(metric, &now[at], before, metric.is_in_open_time(thresholds));
        if !query.trend.is_empty() {
            trend.add(at, metric, &mut value);
        }
        (metric.id.to_owned(), value)
    };
    Entries(metrics.iter().enumerate().map(value).collect())
}

/// Each metric once, in the order of its first appearance.
pub(super) fn merged<'a>(lists: impl Iterator<Item = &'a [&'static Metric]>) -> Vec<&'static Metric> {
    let mut all: Vec<&'static Metric> = Vec::new();
    for metric in lists.flatten() {
        if all.iter().all(|known| known.id != metric.id) {
            all.push(metric);
        }
    }
    all
}

pub(super) fn merged_tables(templates: &[Template]) -> Vec<TableTemplate> {
    let mut all: Vec<TableTemplate> = Vec::new();
    for table in templates.iter().flat_map(|template| &template.tables) {
        match all.iter_mut().find(|known| known.dimensions == table.dimensions) {
            Some(known) => known.metrics = merged([&known.metrics[..], &table.metrics[..]].into_iter()),
            None => all.push(table.clone()),
        }
    }
    all
}

fn metric_value(metric: &Metric, now: &Cell, before: Option<&Cell>, open_time: bool) -> MetricValue {
    let revision = metric.revision;
    let change = metric.change();
    let is_hidden = |cell: &Cell| *cell == Cell::Hidden;
    let previous = before.is_some_and(is_hidden);
    let hidden = HiddenParts { previous, change: previous || (before.is_some() && is_hidden(now)), trend: Vec::new() };
    let value = if metric.is_duration() {
        let statistics = duration(now).unwrap_or_default();
        let previous = before.and_then(duration);
        let change = previous.map(|before| change_of(&statistics, &before, |now, before| change.between(now, before)));
        let alone = DurationValue::alone(statistics);
        MetricValue::Duration(DurationValue { previous, change, revision, open_time, hidden, ..alone })
    } else {
        let (value, n) = match now {
            Cell::Scalar { value, n } => (*value, n.unwrap_or(0)),
            Cell::Duration(_) | Cell::Hidden => (None, 0),
        };
        let previous = before.and_then(scalar);
        let change = change.between(value, previous);
        let alone = ScalarValue::alone(metric.unit(), value, n);
        MetricValue::Scalar(ScalarValue { previous, change, revision, open_time, hidden, ..alone })
    };
    if is_hidden(now) { value.hide() } else { value }
}

fn scalar(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Scalar { value, .. } => *value,
        Cell::Duration(_) | Cell::Hidden => None,
    }
}

fn duration(cell: &Cell) -> Option<Statistics> {
    match cell {
        Cell::Scalar { .. } | Cell::Hidden => None,
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

fn table(
    source: FactSource,
    agent_time: Option<&AgentTime>,
    coverage: Coverage,
    template: &TableTemplate,
    window: Window,
) -> anyhow::Result<Table> {
    let TableTemplate { dimensions, metrics } = template;
    let mut by_key = source.by(dimensions, metrics, window)?;
    let nothing: Vec<Cell> = metrics.iter().map(|metric| metric.measure.over_no_rows()).collect();
    let units = dimensions.iter().map(|dimension| Units::of(*dimension, window)).collect::<Vec<_>>();
    match (&dimensions[..], &units[..]) {
        // Of time alone every value is there.
        ([_], [Units(Some(all))]) => {
            for place in 0..all.len() {
                by_key
                    .entry(vec![Some(DimensionValue::Number(i32::try_from(place)?))])
                    .or_insert_with(|| nothing.clone());
            }
        }
        _ => by_key.retain(|_, cells| *cells != nothing),
    }
    if let Some(agents) = agent_time {
        agents.fill_table(dimensions, metrics, window, &mut by_key)?;
    }
    for cells in by_key.values_mut() {
        coverage.blank(metrics, cells);
        open_time::blank(metrics, cells, source.thresholds);
    }
    Ok(Table {
        dimensions: dimensions.iter().map(|dimension| dimension.name().to_owned()).collect(),
        metrics: metrics.iter().map(|metric| metric.id.to_owned()).collect(),
        adds_up: metrics.iter().all(|metric| adds_up(metric, dimensions)),
        rows: rows(source.facts, dimensions, &units, metrics, by_key),
        previous: Vec::new(),
    })
}

/// The values of a dimension of time in order, with the days of a week or month that the window has; none of others.
struct Units(Option<Vec<(String, Option<usize>)>>);

impl Units {
    fn of(dimension: Dimension, window: Window) -> Self {
        let without_days = |names: Vec<String>| names.into_iter().map(|name| (name, None)).collect();
        let with_days =
            |units: Vec<(String, usize)>| units.into_iter().map(|(name, days)| (name, Some(days))).collect();
        Self(dimension.unit().map(|unit| match unit {
            TimeUnit::Day => without_days(window.dates().map(|date| date.to_string()).collect()),
            TimeUnit::Weekday => without_days(WEEKDAYS.map(str::to_owned).into()),
            TimeUnit::Hour => without_days((0..24).map(|hour| format!("{hour:02}")).collect()),
            TimeUnit::Week => with_days(clock::units(&window, week_name)),
            TimeUnit::Month => with_days(clock::units(&window, month_name)),
        }))
    }

    /// The text of a key, and the days that it has.
    fn text(&self, key: &DimensionValue) -> (String, Option<usize>) {
        match (key, &self.0) {
            (DimensionValue::Text(text), _) => (text.clone(), None),
            (DimensionValue::Number(number), units) => {
                let unit = units.as_ref().and_then(|units| units.get(usize::try_from(*number).ok()?));
                unit.cloned().unwrap_or_else(|| (number.to_string(), None))
            }
        }
    }
}

fn rows(
    facts: &Facts,
    dimensions: &[Dimension],
    units: &[Units],
    metrics: &[&'static Metric],
    by_key: ByKey,
) -> Vec<TableRow> {
    let ids: Arc<[String]> = metrics.iter().map(|metric| metric.id.to_owned()).collect();
    let row = |(key, cells): (Vec<Option<DimensionValue>>, Vec<Cell>)| {
        let (mut parts, mut label, mut days) = (Vec::new(), Vec::new(), None);
        for ((dimension, units), part) in dimensions.iter().zip(units).zip(&key) {
            let text = part.as_ref().map(|part| units.text(part));
            days = days.or(text.as_ref().and_then(|(_, days)| *days));
            let text = text.map(|(text, _)| text);
            let name = text.as_ref().filter(|_| *dimension == Dimension::Agent);
            let name = name.and_then(|id| facts.run.agent_names.get(id)).or(text.as_ref());
            label.push(key_text(name.map(String::as_str)).into_owned());
            parts.push(text);
        }
        // Tables that were there before crossings keep their word for no value.
        let key_text = match dimensions {
            [dimension] if !dimension.has_null_keys() => {
                RowKey::from(parts.iter().map(|part| key_text(part.as_deref()).into_owned()).collect::<Vec<_>>())
            }
            _ => RowKey::with_nulls(&parts),
        };
        let days = days.filter(|_| dimensions.len() == 1);
        (key, TableRow { key: key_text, label, days, cells: MetricCells::new(Arc::clone(&ids), cells) })
    };
    let mut rows: Vec<(Vec<Option<DimensionValue>>, TableRow)> = by_key.into_iter().map(row).collect();
    let is_time = |at: usize| dimensions.get(at).is_some_and(|dimension| dimension.column().is_none());
    let size = |row: &TableRow| {
        let first = row.cells.first().and_then(|cell| match cell {
            Cell::Scalar { value, .. } => *value,
            Cell::Duration(statistics) => statistics.mean,
            Cell::Hidden => None,
        });
        first.unwrap_or(f64::NEG_INFINITY)
    };
    // A key's places in time are in their order, its texts in that of the alphabet.
    let by_text = |a: &(Vec<Option<DimensionValue>>, TableRow), b: &(Vec<Option<DimensionValue>>, TableRow)| {
        let parts = (0..dimensions.len())
            .map(|at| if is_time(at) { a.0[at].cmp(&b.0[at]) } else { a.1.key[at].cmp(&b.1.key[at]) });
        parts.fold(Ordering::Equal, Ordering::then)
    };
    rows.sort_by(|a, b| {
        let by_size = || size(&b.1).total_cmp(&size(&a.1)).then_with(|| by_text(a, b));
        match (is_time(0), dimensions.len()) {
            (false, _) => by_size(),
            (true, 2) if !is_time(1) => a.0[0].cmp(&b.0[0]).then_with(by_size),
            (true, _) => a.0.cmp(&b.0),
        }
    });
    rows.into_iter().map(|(_, row)| row).collect()
}

/// From the first instant of a window to the first after.
fn span(window: Window) -> InstantRange {
    let zone = window.zone();
    InstantRange { from: zone.format_rfc3339(window.begins()), to: zone.format_rfc3339(window.ends()) }
}

pub(super) fn report_window(
    window: Window,
    previous: Option<Window>,
    period: Option<Period>,
    unfinished: bool,
) -> ReportWindow {
    let zone: Zone = window.zone();
    let InstantRange { from, to } = span(window);
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

/// The input.
pub(super) fn input(run: &RunFacts) -> Input {
    let files: Vec<InputFile> = run
        .files
        .iter()
        .map(|file| InputFile {
            name: file.name.clone(),
            format: file.format.name().to_owned(),
            profile: file.profile.clone(),
            source_rows: file.source_rows,
            rows_read: file.rows_read,
            accepted: file.accepted,
            duplicates: file.duplicates,
            rejected: file.rejected,
        })
        .collect();
    let sum = |of: fn(&InputFile) -> u64| files.iter().map(of).sum();
    let is_profiled = files.iter().any(|file| file.source_rows.is_some());
    Input {
        source_rows: is_profiled.then(|| sum(InputFile::rows)),
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
