//! How long rows of a table took: the durations of the metrics, row by row.

use polars::prelude::*;

use crate::fold::facts::Facts;
use crate::fold::schema::Table;
use crate::metrics::measure::{Measure, Thresholds, VALUE};
use crate::metrics::{self, Metric};

/// Metrics that are durations of a table's rows.
fn of(table: Table) -> impl Iterator<Item = &'static Metric> {
    metrics::all().filter(move |metric| metric.table == table && matches!(metric.measure, Measure::Duration { .. }))
}

fn name(metric: &Metric) -> String {
    format!("{}_ms", metric.id)
}

/// The duration of a row in milliseconds, where the metric counts it.
fn own(metric: &Metric) -> Vec<Expr> {
    let parts = metric.measure.parts(Thresholds::default()).into_iter();
    parts.map(|value| when(metric.measure.population()).then(value).otherwise(lit(NULL)).alias(name(metric))).collect()
}

/// Adds the durations of a table's rows as columns `<metric>_ms`; a conversation has the sums of its visits and stints, too.
pub fn add(rows: LazyFrame, table: Table, facts: &Facts) -> LazyFrame {
    match table {
        Table::Visits | Table::Stints => rows.with_columns(of(table).flat_map(own).collect::<Vec<_>>()),
        Table::Conversations => {
            let rows = rows.with_columns(of(table).flat_map(own).collect::<Vec<_>>());
            [Table::Visits, Table::Stints].into_iter().flat_map(of).fold(rows, |rows, metric| sums(rows, metric, facts))
        }
        // A message's is one of the table's own columns; the others have none.
        Table::Requests
        | Table::AgentMessages
        | Table::Closes
        | Table::Reopenings
        | Table::Ratings
        | Table::AgentStates => rows,
    }
}

fn sums(conversations: LazyFrame, metric: &Metric, facts: &Facts) -> LazyFrame {
    let rows = facts.frame(metric.table).clone().lazy().filter(metric.measure.population());
    let rows = rows.with_columns(metric.measure.parts(Thresholds::default()));
    let sums = rows.group_by([col("conversation_id")]).agg([col(VALUE).sum().alias(name(metric))]);
    conversations.left_join(sums, col("conversation_id"), col("conversation_id"))
}
