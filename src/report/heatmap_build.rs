//! The heatmaps of a window, computed from the facts.

use anyhow::Context;

use super::agent_time::AgentTime;
use super::coverage::Coverage;
use super::heatmap::{Heatmap, TimeHeatmap, WeekGrid};
use super::measure_window::{FactSource, is_time};
use super::open_time;
use crate::metrics::Metric;
use crate::time::Window;
use crate::value::Shown;

/// The heatmap of each metric. An unknown metric has none, because a heatmap cannot express "unknown".
///
/// # Errors
///
/// If polars refuses a query: a bug.
pub fn heatmaps(
    source: FactSource,
    agents: Option<&AgentTime>,
    metrics: &[&'static Metric],
    window: Window,
) -> anyhow::Result<Vec<(String, WeekGrid)>> {
    let coverage = Coverage::of(&source.facts.run);
    let mut heatmaps = Vec::new();
    for metric in metrics.iter().filter(|metric| coverage.knows(metric) && open_time::knows(metric, source.thresholds))
    {
        let hours_observed = window.hours_observed();
        let grid = if is_time(metric) {
            let seconds = agents.and_then(|agents| agents.online_by_hour(window));
            seconds.map(|seconds| {
                let seconds = seconds.map(|row| row.map(Shown::Known));
                WeekGrid::Time(TimeHeatmap { seconds, hours_observed })
            })
        } else {
            let counts = source.heatmap(metric, window).with_context(|| format!("heatmap of {}", metric.id))?;
            Some(WeekGrid::Counts(Heatmap::new(counts, hours_observed)))
        };
        heatmaps.extend(grid.map(|grid| (metric.id.to_owned(), grid)));
    }
    Ok(heatmaps)
}
