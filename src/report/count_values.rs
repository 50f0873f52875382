//! Counts the values of a part of the facts: all rows of some conversations, or statuses of some agents.
//!
//! Nothing here depends on the meaning of a metric: rows are selected and split as in `measure_window`, only
//! the result differs. [`super::counted`] reads the values.

use anyhow::Context;
use polars::prelude::PolarsResult;

use super::agent_time::{self, AgentTime};
use super::by_key::{DimensionValue, group};
use super::counted::{NAMELESS, heatmap_name, known_name, place_name, table_name, total_name, window_name};
use super::demand::Demand;
use super::filters::Ready;
use super::measure_window::{FactSource, KeyedTable, TableSplit};
use super::template::TableTemplate;
use super::unknown_names::known_names;
use super::{measure_window, warnings};
use crate::fold::facts::Facts;
use crate::fold::values::{ALL_ROWS, CountedValue, Values};
use crate::metrics::agents::{ARRIVALS, HANDLED};
use crate::metrics::aggregate::DistinctForm;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::Measure;
use crate::metrics::{Metric, counted, roles};
use crate::time::Window;

/// The values that a report needs from these facts. The facts of other conversations give further values; all values
/// together are those of the whole log, however the conversations are divided.
///
/// # Errors
///
/// If the request cannot be read, or polars refuses a query: a bug.
pub(crate) fn count_values(facts: &Facts, demand: &Demand) -> anyhow::Result<Values> {
    let run = &facts.run;
    let filters_asked = demand.filters()?;
    let filters = Ready::new(&filters_asked, facts, demand.zone()?).context("filters")?;
    let thresholds = demand.thresholds()?.over(run.first_event().unwrap_or(run.horizon), run.horizon);
    let source = FactSource { facts, filters: &filters, thresholds: &thresholds };
    let mut values = Values::default();
    let (metrics, windows, window) = (demand.metrics()?, demand.windows()?, demand.window_of(&demand.window)?);
    for one in &windows {
        totals(source, &metrics, *one, &mut values)?;
    }
    let tables = demand.tables()?;
    by(source, &tables, window, &mut values).context("tables")?;
    if let Some(previous) = demand.previous.as_ref().filter(|previous| **previous != demand.window) {
        let by_day = tables.iter().filter(|table| table.dimensions == [Dimension::Day]).cloned();
        by(source, &by_day.collect::<Vec<_>>(), demand.window_of(previous)?, &mut values).context("days before")?;
    }
    // Staffing needs these two, even if no template shows them; counting one twice would be wrong.
    let of_staffing = |metric: &'static Metric| Some(metric).filter(|_| demand.staffing).into_iter();
    let heatmaps = demand.heatmaps()?;
    let is_shown = |metrics: &[&'static Metric], metric: &Metric| metrics.iter().any(|shown| shown.id == metric.id);
    let arrivals = of_staffing(&ARRIVALS).filter(|metric| !is_shown(&heatmaps, metric));
    for metric in heatmaps.iter().copied().chain(arrivals).filter(|metric| !measure_window::is_time(metric)) {
        heatmap(source, metric, window, &mut values)?;
    }
    for metric in of_staffing(&HANDLED).filter(|metric| !is_shown(&metrics, metric)) {
        totals(source, &[metric], window, &mut values)?;
    }
    if demand.staffing || agent_time::has_agent_time(&metrics) {
        let spans: Vec<(i64, i64)> = windows.iter().map(|window| (window.begins(), window.ends())).collect();
        let has_time = |metric: &&'static Metric| matches!(metric.measure, Measure::Time { .. });
        let of_tables = tables.iter().filter(|table| table.metrics.iter().any(has_time));
        let dimensions = of_tables.map(|table| &table.dimensions[..]);
        AgentTime::count(source, &spans, dimensions, window, &mut values).context("agents' time")?;
    }
    found(source, &metrics, window, &mut values)?;
    for (column, names) in known_names(&filters_asked, facts)? {
        for name in names {
            values.add(&known_name(&column), ALL_ROWS, CountedValue::text(name), 1);
        }
    }
    if thresholds.opening.is_some() {
        let places = facts.place_names()?;
        for (column, names) in [("queue", &places.queues), ("department", &places.departments)] {
            for name in names {
                values.add(&place_name(column), ALL_ROWS, CountedValue::text(name), 1);
            }
        }
    }
    Ok(values)
}

/// The counts for warnings.
fn found(source: FactSource, metrics: &[&'static Metric], window: Window, values: &mut Values) -> PolarsResult<()> {
    if let Some(metric) = roles::of_customers() {
        values.add(
            &window_name(NAMELESS, window),
            ALL_ROWS,
            CountedValue::default(),
            warnings::nameless(source, metric, window)?,
        );
        if metrics.iter().any(|shown| shown.id == metric.id) {
            for (column, count) in warnings::welcomes(source, metric, window)? {
                values.add(&window_name(column, window), ALL_ROWS, CountedValue::default(), count);
            }
        }
    }
    Ok(())
}

fn totals(source: FactSource, metrics: &[&'static Metric], window: Window, values: &mut Values) -> PolarsResult<()> {
    let all = [ALL_ROWS.to_owned()];
    source.each_total(metrics, window, DistinctForm::List, |at, frame| {
        counted::add(metrics[at], frame, &all, |aggregate| total_name(aggregate, window), values)
    })
}

fn by(source: FactSource, tables: &[TableTemplate], window: Window, values: &mut Values) -> PolarsResult<()> {
    source.each_group(&source.keyed(tables, window), window, DistinctForm::List, |table, indices, frame, keys| {
        let (groups, TableTemplate { dimensions, metrics }) = (groups(&keys)?, &tables[table]);
        indices.iter().try_for_each(|at| {
            counted::add(metrics[*at], frame, &groups, |aggregate| table_name(aggregate, dimensions, window), values)
        })
    })
}

fn heatmap(source: FactSource, metric: &'static Metric, window: Window, values: &mut Values) -> PolarsResult<()> {
    let table = KeyedTable { metrics: &[metric], split: TableSplit::by_cell(window) };
    source.each_group(&[table], window, DistinctForm::List, |_, _, frame, keys| {
        counted::add(metric, frame, &groups(&keys)?, |aggregate| heatmap_name(aggregate, window), values)
    })
}

fn groups(keys: &[Vec<Option<DimensionValue>>]) -> PolarsResult<Vec<String>> {
    keys.iter().map(|key| group(key)).collect()
}
