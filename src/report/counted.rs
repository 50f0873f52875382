//! Numbers of a window from counted values, without the rows.
//!
//! [`super::count_values`] counts the values of rows under the same names.

use polars::prelude::PolarsResult;

use super::Cell;
use super::by_key::{ByKey, DimensionValue};
use crate::fold::places::PlaceNames;
use crate::fold::values::Values;
use crate::metrics::Metric;
use crate::metrics::dimensions::Dimension;
use crate::time::Window;

/// The name for values of agents' statuses.
pub(super) const STATUSES: &str = "statuses";
/// The name for values of stints, by agent.
pub(super) const STINTS: &str = "stints";
/// The name for the number of engaged conversations without a customer, without the window.
pub(super) const NAMELESS: &str = "nameless";

/// The name for something counted in a window.
pub(super) fn window_name(what: &str, window: Window) -> String {
    format!("{what} {}..{}", window.first_day(), window.last_day())
}

/// The name for an aggregate over all rows of a window.
pub(super) fn total_name(aggregate: &str, window: Window) -> String {
    format!("{} {aggregate}", window_name("total", window))
}

/// The name for an aggregate by dimensions.
pub(super) fn table_name(aggregate: &str, dimensions: &[Dimension], window: Window) -> String {
    let names: Vec<&str> = dimensions.iter().map(|dimension| dimension.name()).collect();
    format!("{} {aggregate}", window_name(&format!("by {}", names.join(",")), window))
}

/// The name for an aggregate by weekday and hour.
pub(super) fn heatmap_name(aggregate: &str, window: Window) -> String {
    format!("{} {aggregate}", window_name("heatmap", window))
}

/// The name for the spans of stints by agent and the values of columns.
pub(super) fn stints_name(columns: &[Dimension]) -> String {
    let names: Vec<&str> = columns.iter().map(|dimension| dimension.name()).collect();
    format!("{STINTS} by {}", names.join(","))
}

/// The name for the values of a dimension in the log, or of another filtered column.
pub(super) fn known_name(column: &str) -> String {
    format!("known {column}")
}

/// The name for the values of queues or departments in the rows.
pub(super) fn place_name(column: &str) -> String {
    format!("place {column}")
}

/// The queues and departments in the rows.
#[must_use]
pub(crate) fn place_names(values: &Values) -> PlaceNames {
    let [queues, departments] =
        ["queue", "department"].map(|column| values.texts(&place_name(column)).map(str::to_owned).collect());
    PlaceNames { queues, departments }
}

/// Each metric over all rows of a window.
pub(super) fn totals(values: &Values, metrics: &[&'static Metric], window: Window) -> Vec<Cell> {
    let cell =
        |metric: &&'static Metric| metric.of_counts(|aggregate| values.of_all_rows(&total_name(aggregate, window)));
    metrics.iter().map(cell).collect()
}

/// Each metric by the values of dimensions.
///
/// # Errors
///
/// If a group is invalid: another program wrote the values.
pub(super) fn by(
    values: &Values,
    dimensions: &[Dimension],
    metrics: &[&'static Metric],
    window: Window,
) -> PolarsResult<ByKey> {
    by_group(values, metrics, |aggregate| table_name(aggregate, dimensions, window))
}

/// A metric by weekday and hour.
///
/// # Errors
///
/// If a group is invalid: another program wrote the values.
pub(super) fn by_cell(values: &Values, metric: &'static Metric, window: Window) -> PolarsResult<ByKey> {
    by_group(values, &[metric], |aggregate| heatmap_name(aggregate, window))
}

fn by_group(values: &Values, metrics: &[&'static Metric], name: impl Fn(&str) -> String) -> PolarsResult<ByKey> {
    let mut by_key = ByKey::new();
    for (at, metric) in metrics.iter().enumerate() {
        let names = metric.counted_names();
        for group in
            names.iter().filter_map(|aggregate| values.groups(&name(aggregate))).flat_map(|groups| groups.keys())
        {
            let key: Vec<Option<DimensionValue>> = Values::parts(group)?;
            let cells = by_key.entry(key).or_insert_with(|| metrics.iter().map(|m| m.measure.over_no_rows()).collect());
            cells[at] = metric.of_counts(|aggregate| values.groups(&name(aggregate))?.get(group));
        }
    }
    Ok(by_key)
}
