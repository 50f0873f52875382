//! Makes a report from facts: numbers of the window and of the window before, tables, heatmaps, warnings, identities.

use anyhow::Context;

use super::agent_time::spans::SpanCut;
use super::agent_time::{self, AgentTime};
use super::coverage::Coverage;
use super::filters::Ready;
use super::heatmap_build;
use super::identities;
use super::measure_window::FactSource;
use super::min_cell::{self, OnlineHours, WindowTotals};
use super::open_time;
use super::opening_hours::ReportOpeningHours;
use super::query::{Compare, ReportQuery, merged, merged_tables};
use super::staffing_build;
use super::table_build::table;
use super::template::sections::{Sections, WholeSection};
use super::template::{MOST_KEY_FIGURES, TableTemplate, Template};
use super::trend::Trend;
use super::unknown_names;
use super::values_build::values;
use super::{
    Cell, Entries, Generator, Input, InputFile, InstantRange, LimitSeconds, Report, ReportWindow, SCHEMA, Table,
    Warning, warnings,
};
use crate::fold::facts::{Facts, RunFacts};
use crate::metrics::Metric;
use crate::metrics::agents::{ARRIVALS, HANDLED};
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::Thresholds;
use crate::threads::both;
use crate::time::{Period, Window, Zone, database_version, format_utc};

/// Builds the report. `checks` has every identity; the caller acts on one that does not hold.
///
/// # Errors
///
/// If polars refuses a query: a bug.
pub fn build(facts: &Facts, query: &ReportQuery) -> anyhow::Result<Report> {
    let window = query.window;
    let zone = window.zone();
    let run = &facts.run;
    let previous = previous_window(run, query);
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
            Some(_) | None if is_covered(run, other) => totals(*other).map(Some),
            Some(_) | None => Ok(None),
        };
        let trend: Vec<Option<Vec<Cell>>> =
            query.trend.iter().map(of_trend).collect::<anyhow::Result<_>>().context("metrics of the trend")?;
        Ok((now, before, trend))
    };
    let parts = || -> anyhow::Result<_> {
        let all = merged_tables(&query.templates);
        let mut tables = tables_of(source, agent_time.as_ref(), coverage, &all, window)?;
        if let Some(previous) = previous {
            let is_by_day = |table: &TableTemplate| table.dimensions == [Dimension::Day];
            if let Some(at) = all.iter().position(is_by_day) {
                let before = tables_of(source, agent_time.as_ref(), coverage, &all[at..=at], previous)?;
                tables[at].1.previous = before.into_iter().flat_map(|(_, table)| table.rows).collect();
            }
        }
        let heatmaps = heatmap_build::heatmaps(source, agent_time.as_ref(), &heatmaps_of, window)?;
        Ok((tables, heatmaps))
    };
    // Both run many small queries of the same tables, which do not keep one thread busy.
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
        limits: LimitSeconds::of(run, thresholds),
        min_cell: None,
        filters: query.filters.shown(),
        attributes: run.attributes.clone(),
        renamed: run.renamed.clone(),
        sessions: run.sessions,
        opening_hours: thresholds.opening.as_ref().map(|opening| ReportOpeningHours::of(&opening.hours)),
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

/// Whether the log begins on the first day of a window, or before it.
fn is_covered(run: &RunFacts, window: &Window) -> bool {
    run.first_event().is_some_and(|first| window.first_day() >= window.zone().day_of(first))
}

/// The window to compare with; `None` if the log does not cover it.
fn previous_window(run: &RunFacts, query: &ReportQuery) -> Option<Window> {
    let zone = query.window.zone();
    // The window before begins before the log's end; a window that was named may not.
    let is_reached = |other: &Window| run.last_event().is_some_and(|last| other.first_day() <= zone.day_of(last));
    let is_compared = |other: &Window| query.compare == Compare::Previous || is_reached(other);
    query.other().filter(|other| is_covered(run, other)).filter(is_compared)
}

/// Tables over a window, by their names.
fn tables_of(
    source: FactSource,
    agent_time: Option<&AgentTime>,
    coverage: Coverage,
    templates: &[TableTemplate],
    window: Window,
) -> anyhow::Result<Vec<(String, Table)>> {
    let by_key = source.tables(templates, window).context("tables")?;
    let all = templates.iter().zip(by_key).map(|(template, by_key)| {
        let table = table(source, agent_time, coverage, template, window, by_key);
        Ok((template.name(), table.with_context(|| template.name())?))
    });
    all.collect()
}

/// The last steps, after all numbers: checks, hiding, targets.
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

/// Hides numbers with few rows, and recomputes the metrics from the rest.
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

/// The warnings of a report; `previous` is the window to compare with.
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
    if let (Some(requested), None) = (query.other(), previous) {
        warnings.push(warnings::no_previous(run, requested, zone));
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
    warnings.extend(unknown_names::value_warnings(&query.filters, facts)?);
    Ok(warnings)
}

/// The ids of the templates' key figures; the first template's come first.
fn key_figures(templates: &[Template]) -> Vec<String> {
    let figures = merged(templates.iter().map(|template| &template.key_figures[..]));
    figures.into_iter().take(MOST_KEY_FIGURES).map(|metric| metric.id.to_owned()).collect()
}

/// The sections of the templates, and one for the trend that the run requests.
fn sections(query: &ReportQuery) -> Sections {
    let mut sections = Sections::merged(query.templates.iter().map(|template| &template.sections));
    // One template may show a table as a whole that another shows as a part.
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

/// From the first instant of a window to the first one after it.
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
    let sum = |count: fn(&InputFile) -> u64| files.iter().map(count).sum();
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
