//! Pairs of numbers that must be equal, checked in every report (semantics.md 10). A violation is a bug.

use super::{Cell, Check, MetricValue, Report, Shown, WeekGrid};
use crate::fold::facts::Facts;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::Measure;
use crate::metrics::partition::Partition;
use crate::metrics::{self, Metric};
use crate::unit::milliseconds;

fn check(id: String, left: f64, right: f64) -> Check {
    // Whole numbers can be compared exactly.
    #[expect(clippy::float_cmp, reason = "both sides are counts or sums of milliseconds below 2^53")]
    Check { id, left: Shown::Known(left), right: Shown::Known(right), holds: left == right }
}

/// Two counts, or sums of milliseconds, that must be equal.
#[expect(clippy::cast_precision_loss, reason = "counts of rows and sums of milliseconds are far below 2^53")]
pub(super) fn count_check(id: &str, left: i64, right: i64) -> Check {
    check(id.to_owned(), left as f64, right as f64)
}

/// Whether a metric's rows sum to its total: distinct conversations only if each has one value, and nothing by tags,
/// because a conversation has several.
#[must_use]
pub fn adds_up(metric: &Metric, dimensions: &[Dimension]) -> bool {
    let is_single = dimensions.iter().all(|dimension| dimension.is_single());
    match metric.measure {
        Measure::Distinct { column, .. } => {
            column == "conversation_id" && dimensions.iter().all(|dimension| dimension.is_of_conversation())
        }
        Measure::Count { .. }
        | Measure::Rate { .. }
        | Measure::Within { .. }
        | Measure::Score { .. }
        | Measure::Mean { .. }
        | Measure::Ratio { .. }
        | Measure::Duration { .. }
        | Measure::Time { .. } => is_single,
    }
}

/// Identities over the whole log up to the horizon, without filters.
#[must_use]
pub fn of_log(facts: &Facts) -> Vec<Check> {
    let sums = &facts.run.sums;
    let picked_up = sums.handovers_in + sums.waiting_after_handover + sums.ended_before_pickup;
    let mut checks = vec![
        count_check(
            "handovers out = handovers in + waiting after one + ended before pickup",
            sums.handovers_out,
            picked_up,
        ),
        count_check(
            "waiting + attended = open conversations",
            sums.waiting + sums.attended,
            sums.conversations - sums.closed - sums.with_nobody,
        ),
        count_check("queue wait + agent wait = total wait, in milliseconds", sums.wait_parts_ms, sums.total_wait_ms),
        count_check("negative durations = 0", sums.negative_durations, 0),
    ];
    for file in &facts.run.files {
        let sum = file.accepted + file.duplicates + file.rejected;
        checks.push(count_check(
            &format!("rows_read = accepted + duplicates + rejected: {}", file.name),
            file.rows_read.cast_signed(),
            sum.cast_signed(),
        ));
    }
    checks
}

/// Identities of the report's window and filters, before any number is hidden.
#[must_use]
pub fn of_report(report: &Report) -> Vec<Check> {
    let mut checks = Vec::new();
    let total = |id: &str| match report.metrics.get(id) {
        Some(MetricValue::Scalar(scalar)) => scalar.value,
        Some(MetricValue::Duration(_) | MetricValue::Hidden(_)) | None => None,
    };
    for partition in Partition::ALL {
        let counts: Option<Vec<f64>> = partition.parts().iter().map(|id| total(id)).collect();
        if let (Some(counts), Some(whole)) = (counts, total(partition.whole())) {
            checks.push(check(partition.identity().to_owned(), counts.iter().sum(), whole));
        }
    }
    for (name, table) in report.tables.iter() {
        let dimensions: Vec<Dimension> = table.dimensions.iter().map(|name| Dimension::of_table(name)).collect();
        for metric in table.metrics.iter().filter_map(|id| metrics::find(id)) {
            let Some(total) = total(metric.id).filter(|_| adds_up(metric, &dimensions)) else { continue };
            let cells = table.rows.iter().filter_map(|row| match row.cells.get(metric.id) {
                Some(Cell::Scalar { value, .. }) => *value,
                Some(Cell::Duration(_) | Cell::Hidden) | None => None,
            });
            if metric.is_sum() && metric.measure.times().is_none() {
                checks.push(check(format!("sum of {} {name} = total", metric.id), cells.sum(), total));
            } else if metric.is_sum() {
                let id = format!("sum of {} {name} = total, in milliseconds", metric.id);
                checks.push(count_check(&id, cells.map(milliseconds).sum(), milliseconds(total)));
            }
        }
    }
    for (id, heatmap) in report.heatmaps.iter() {
        if let Some(total) = total(id) {
            match heatmap {
                WeekGrid::Counts(heatmap) => {
                    let sum: u64 = heatmap.known().sum();
                    #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
                    checks.push(check(format!("sum of the heatmap of {id} = total"), sum as f64, total));
                }
                WeekGrid::Time(heatmap) => {
                    let seconds = heatmap.seconds.iter().flatten().filter_map(|seconds| seconds.known());
                    let sum = seconds.map(milliseconds).sum();
                    let id = format!("sum of the heatmap of {id} = total, in milliseconds");
                    checks.push(count_check(&id, sum, milliseconds(total)));
                }
            }
        }
    }
    checks
}
