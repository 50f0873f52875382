//! Durations of a table's rows: those of the metrics, row by row.

use polars::prelude::*;

use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;
use crate::metrics::measure::{Measure, Thresholds, VALUE};
use crate::metrics::roles::ONCE_A_CONVERSATION;
use crate::metrics::{self, Metric};
use crate::report::open_time::{with_open_times, without_open_times};

/// Metrics that are durations of a table's rows.
fn duration_metrics(table: FactTable) -> impl Iterator<Item = &'static Metric> {
    metrics::all().filter(move |metric| metric.table == table && matches!(metric.measure, Measure::Duration { .. }))
}

fn column_name(metric: &Metric) -> String {
    format!("{}_ms", metric.id)
}

/// The tables whose durations a table's rows show; a conversation also shows those of its visits and stints.
const fn tables_with_durations(table: FactTable) -> &'static [FactTable] {
    match table {
        FactTable::Conversations => &[FactTable::Conversations, FactTable::Visits, FactTable::Stints],
        FactTable::Visits => &[FactTable::Visits],
        FactTable::Stints => &[FactTable::Stints],
        // A message's duration is a column of its table; the other tables have none.
        FactTable::Requests
        | FactTable::AgentMessages
        | FactTable::Closes
        | FactTable::Reopenings
        | FactTable::Ratings
        | FactTable::AgentStates => &[],
    }
}

/// The metrics whose durations a table's rows show.
fn metrics_of(table: FactTable) -> impl Iterator<Item = &'static Metric> {
    let once = duration_metrics(FactTable::AgentMessages)
        .filter(move |metric| table == FactTable::Conversations && ONCE_A_CONVERSATION.contains(&metric.id));
    once.chain(tables_with_durations(table).iter().flat_map(|table| duration_metrics(*table)))
}

/// The columns that [`add`] adds.
pub(super) fn names(table: FactTable) -> Vec<String> {
    metrics_of(table).map(column_name).collect()
}

/// The duration of a row in milliseconds, if the metric counts the row.
fn row_duration(metric: &Metric, thresholds: &Thresholds) -> Vec<Expr> {
    let parts = metric.parts(thresholds).into_iter();
    parts
        .map(|value| when(metric.measure.population()).then(value).otherwise(lit(NULL)).alias(column_name(metric)))
        .collect()
}

/// Adds the durations of a table's rows as columns `<metric>_ms`; a conversation has the sums of its visits and stints.
///
/// # Errors
///
/// Where polars refuses a query: a bug.
pub fn add(rows: LazyFrame, table: FactTable, facts: &Facts, thresholds: &Thresholds) -> PolarsResult<LazyFrame> {
    let mut rows = with_open_times(rows, duration_metrics(table), thresholds, None);
    for metric in metrics_of(table) {
        rows = if metric.table == table {
            rows.with_columns(row_duration(metric, thresholds))
        } else {
            sums(rows, metric, facts, thresholds)?
        };
    }
    Ok(without_open_times(rows, duration_metrics(table), thresholds))
}

fn sums(conversations: LazyFrame, metric: &Metric, facts: &Facts, thresholds: &Thresholds) -> PolarsResult<LazyFrame> {
    let rows = facts.rows(metric.table)?.filter(metric.measure.population());
    let rows = with_open_times(rows, std::iter::once(metric), thresholds, None).with_columns(metric.parts(thresholds));
    let sums = rows.group_by([col("conversation_id")]).agg([col(VALUE).sum().alias(column_name(metric))]);
    Ok(conversations.left_join(sums, col("conversation_id"), col("conversation_id")))
}
