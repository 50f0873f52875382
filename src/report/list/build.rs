//! Makes a list from facts: the rows of the report's own query, in order, with the figure that counts them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::Context;
use polars::prelude::{DataFrame, Expr, LazyFrame, PolarsResult, col, lit};

use super::rows::rows;
use super::subject::VISIT_BEGAN;
use super::{FoundRows, List, ListFigure, ListQuery, Subject, durations, ranked, sort, spans};
use crate::failure::broken_identity;
use crate::fold::facts::{Facts, RunFacts};
use crate::fold::origins::EVENTS;
use crate::fold::projection::Projection;
use crate::fold::schema::FactTable;
use crate::ingest::FileCounts;
use crate::language::Message;
use crate::metrics::measure::Measure;
use crate::report::coverage::Coverage;
use crate::report::filters::Ready;
use crate::report::measure_window::FactSource;
use crate::report::open_time;
use crate::report::opening_hours::ReportOpeningHours;
use crate::report::unknown_names;
use crate::report::{Generator, LimitSeconds, Warning, WarningId, build as report, warnings};
use crate::time::{Window, format_utc};

/// The facts that the list needs.
#[must_use]
pub fn needs(query: &ListQuery) -> Projection {
    // Values of filters are looked up in the whole log, to distinguish rare values from mistyped ones.
    let spans =
        if query.filters.values.is_empty() { vec![(query.window.begins(), query.window.ends())] } else { Vec::new() };
    Projection { spans, origins: true, may_be_stored: true, ..Projection::all() }
}

/// Builds the list.
///
/// # Errors
///
/// If no column to sort by has that name. If the number of rows differs from the figure, or polars refuses a query: a
/// bug.
pub fn build(facts: &Facts, query: &ListQuery) -> anyhow::Result<List> {
    let ListQuery { subject, window, .. } = *query;
    let (zone, run) = (window.zone(), &facts.run);
    let filters = Ready::new(&query.filters, facts, zone).context("filters")?;
    let thresholds = &query.thresholds.over(run.first_event().unwrap_or(run.horizon), run.horizon);
    let source = FactSource { facts, filters: &filters, thresholds };
    let found = match subject.metric().measure.times() {
        Some(times) => match subject {
            Subject::Metric(metric) => spans::find(source, query, metric, times)?,
            Subject::Table(table) => return Err(broken_identity(&format!("{} is not a time", table.name()))),
        },
        None => find(source, query)?,
    };
    let mut warnings = findings(source, query)?;
    if let Subject::Metric(metric) = subject {
        let coverage = Coverage::of(run);
        warnings.extend(coverage.warnings(run, &[metric]));
        warnings.extend(warnings::no_welcome(source, coverage, &[metric], window)?);
        warnings.extend(warnings::of_scores(run, &[metric]));
    }
    warnings.extend(found.warnings);
    Ok(List {
        generator: Generator::this(),
        subject,
        window: report::report_window(window, None, None, false),
        as_of: format_utc(run.horizon),
        limits: LimitSeconds::of(run, thresholds),
        filters: query.filters.shown(),
        renamed: run.renamed.clone(),
        sessions: run.sessions,
        opening_hours: thresholds.opening.as_ref().map(|opening| ReportOpeningHours::of(&opening.hours)),
        input: report::input(run),
        files: file_names(run),
        figure: found.figure,
        order: found.order,
        row_count: found.row_count,
        columns: found.columns,
        rows: found.rows,
        warnings,
    })
}

/// The rows of a table.
fn find(source: FactSource, query: &ListQuery) -> anyhow::Result<FoundRows> {
    let ListQuery { subject, window, .. } = *query;
    let FactSource { facts, thresholds, .. } = source;
    let (mut row_count, mut shown) = match ranked::names_that_decide(query)?.filter(|_| facts.is_in_file()) {
        None => ranked_rows(source, query, |rows| rows)?,
        Some(names) => {
            // First which values are shown: there may be as many values as rows.
            let (row_count, found) =
                ranked_rows(source, query, |rows| rows.select(names.by_name.iter().map(col).collect::<Vec<_>>()))?;
            let values = found.column(names.counted)?.as_materialized_series().clone();
            let is_shown = col(names.counted).is_in(lit(values).implode(false), false);
            (row_count, ranked_rows(source, query, |rows| rows.filter(is_shown.clone()))?.1)
        }
    };
    let coverage = Coverage::of(&facts.run);
    let figure = match subject {
        Subject::Table(_) => None,
        Subject::Metric(metric) => {
            let mut cells = source.totals(&[metric], window).context("the metric of the window")?;
            // A fact that no log has is unknown: no rows are listed for it.
            coverage.blank(&[metric], &mut cells);
            open_time::blank(&[metric], &mut cells, thresholds);
            if !coverage.knows(metric) || !open_time::knows(metric, thresholds) {
                (row_count, shown) = (0, shown.clear());
            }
            cells.first().map(|cell| ListFigure::of(metric.unit(), cell))
        }
    };
    if let Some(n) = figure.as_ref().map(ListFigure::n)
        && n != row_count
    {
        return Err(broken_identity(&format!("{} is of {n} rows, but {row_count} were found", subject.name())));
    }
    let order = match &query.sort {
        None => subject.order().to_owned(),
        Some(name) => sort::column(subject, name)?.shown(),
    };
    let (columns, rows) = rows(&shown, subject, facts, window.zone())?;
    Ok(FoundRows { figure, order, row_count, columns, rows, warnings: Vec::new() })
}

fn file_names(run: &RunFacts) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &run.files {
        *counts.entry(&file.name).or_default() += 1;
    }
    let name = |(nth, file): (usize, &FileCounts)| match counts.get(file.name.as_str()) {
        Some(2..) => format!("{}#{nth}", file.name),
        Some(_) | None => file.name.clone(),
    };
    (1..).zip(&run.files).map(name).collect()
}

/// The number of rows, and those to show in their order; `part` is what is needed of the rows.
fn ranked_rows(
    source: FactSource,
    query: &ListQuery,
    part: impl Fn(LazyFrame) -> LazyFrame,
) -> anyhow::Result<(u64, DataFrame)> {
    let ListQuery { subject, window, .. } = *query;
    let mut found = ranked::RankedRows::of(query)?;
    for facts in source.facts.turns(subject.table()) {
        let rows = match &facts {
            Cow::Borrowed(_) => part(population(source, subject, window)?).collect(),
            Cow::Owned(facts) => {
                let filters = Ready::new(&query.filters, facts, window.zone()).context("filters")?;
                part(population(FactSource { facts, filters: &filters, ..source }, subject, window)?).collect()
            }
        };
        found.add(rows.context("rows of the window")?)?;
    }
    found.finish().context("the order of rows")
}

/// The rows of the figure with their contributions, in any order.
fn population(source: FactSource, subject: Subject, window: Window) -> PolarsResult<LazyFrame> {
    let (table, metric) = (subject.table(), subject.metric());
    let rows = if subject == Subject::Table(FactTable::Visits) {
        let or = |began: Expr, column: &str| began.fill_null(col(column));
        let began = ["assigned_at", "first_reply_at", "ended_at"].into_iter().fold(col("entered_at"), or);
        source.rows_of(source.facts.rows(table)?.with_column(began.alias(VISIT_BEGAN)), &metric, window)?
    } else {
        source.rows(&metric, window)?
    };
    let mut rows = rows.filter(metric.measure.population());
    let parts = metric.parts(source.thresholds);
    if !parts.is_empty() {
        rows = open_time::with_open_times(rows, std::iter::once(&metric), source.thresholds, None).with_columns(parts);
        rows = open_time::without_open_times(rows, std::iter::once(&metric), source.thresholds);
    }
    if matches!(subject, Subject::Table(_)) {
        rows = durations::add(rows, table, source.facts, source.thresholds)?;
    }
    Ok(rows)
}

fn findings(source: FactSource, query: &ListQuery) -> PolarsResult<Vec<Warning>> {
    let mut warnings = unknown_names::value_warnings(&query.filters, source.facts)?;
    if matches!(query.subject.metric().measure, Measure::Distinct { column: "customer", .. }) {
        warnings.extend(warnings::of_customers(source, query.window)?);
    }
    if !source.facts.has(query.subject.table(), EVENTS) {
        warnings.push(Warning::new(WarningId::NoEvents, Message::new("warning.no_events"), None));
    }
    Ok(warnings)
}
