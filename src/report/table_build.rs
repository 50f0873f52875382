//! The tables of a report: one row for each value of the dimensions.

use std::cmp::Ordering;
use std::sync::Arc;

use super::agent_time::AgentTime;
use super::by_key::{ByKey, DimensionValue};
use super::clock;
use super::coverage::Coverage;
use super::identities::adds_up;
use super::measure_window::FactSource;
use super::open_time;
use super::template::TableTemplate;
use super::{Cell, MetricCells, RowKey, Table, TableRow};
use crate::fold::facts::Facts;
use crate::metrics::Metric;
use crate::metrics::dimensions::{Dimension, TimeUnit, key_text, month_name, week_name};
use crate::time::{WEEKDAYS, Window};

/// The table of a template over a window, given the numbers of its keys.
///
/// # Errors
///
/// If polars refuses a query: a bug.
pub(super) fn table(
    source: FactSource,
    agent_time: Option<&AgentTime>,
    coverage: Coverage,
    template: &TableTemplate,
    window: Window,
    mut by_key: ByKey,
) -> anyhow::Result<Table> {
    let TableTemplate { dimensions, metrics } = template;
    let blank = |cells: &mut [Cell]| {
        coverage.blank(metrics, cells);
        open_time::blank(metrics, cells, source.thresholds);
    };
    let mut nothing: Vec<Cell> = metrics.iter().map(|metric| metric.measure.over_no_rows()).collect();
    // Before rows are compared with nothing: rows of a metric that is unknown make no row of the table.
    blank(&mut nothing);
    for cells in by_key.values_mut() {
        blank(cells);
    }
    let units = dimensions.iter().map(|dimension| Units::of(*dimension, window)).collect::<Vec<_>>();
    match (&dimensions[..], &units[..]) {
        // A table by time alone has a row for every value.
        ([_], [Units(Some(all))]) => {
            for index in 0..all.len() {
                by_key
                    .entry(vec![Some(DimensionValue::Number(i32::try_from(index)?))])
                    .or_insert_with(|| nothing.clone());
            }
        }
        _ => by_key.retain(|_, cells| *cells != nothing),
    }
    if let Some(agents) = agent_time {
        agents.fill_table(dimensions, metrics, window, &mut by_key)?;
    }
    // Again, for the rows that agents' time has added.
    for cells in by_key.values_mut() {
        blank(cells);
    }
    Ok(Table {
        dimensions: dimensions.iter().map(|dimension| dimension.name().to_owned()).collect(),
        metrics: metrics.iter().map(|metric| metric.id.to_owned()).collect(),
        adds_up: metrics.iter().all(|metric| adds_up(metric, dimensions)),
        rows: rows(source.facts, dimensions, &units, metrics, by_key),
        previous: Vec::new(),
    })
}

/// The values of a dimension of time in order, with the days of a week or month that are in the window; `None` for
/// other dimensions.
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

    /// The text of a key, and its number of days.
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
        // Tables that existed before crossings keep their word for no value.
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
    // Keys of time are in the order of time, texts in alphabetical order.
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
