//! Numbers that must be equal, checked in every report (semantics.md 10). One that does not hold is a bug.

use polars::prelude::*;

use super::build::adds_up;
use super::{Cell, Check, MetricValue, Report};
use crate::fold::facts::Facts;
use crate::fold::schema::Table;
use crate::metrics;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::Measure;

fn check(id: String, left: f64, right: f64) -> Check {
    // Whole numbers: equal or not.
    #[expect(clippy::float_cmp, reason = "both sides are counts or sums of milliseconds below 2^53")]
    Check { id, left, right, holds: left == right }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows and sums of milliseconds are far below 2^53")]
fn count_check(id: &str, left: i64, right: i64) -> Check {
    check(id.to_owned(), left as f64, right as f64)
}

/// Identities over the whole log up to the horizon, without filters.
///
/// # Errors
///
/// Where the facts lack a column: a bug.
pub fn of_log(facts: &Facts) -> PolarsResult<Vec<Check>> {
    let mut checks = vec![handovers(facts)?, open_conversations(facts)?, waits(facts)?, negative_durations(facts)?];
    for file in &facts.run.files {
        let sum = file.accepted + file.duplicates + file.rejected;
        checks.push(count_check(
            &format!("rows_read = accepted + duplicates + rejected: {}", file.name),
            file.rows_read.cast_signed(),
            sum.cast_signed(),
        ));
    }
    Ok(checks)
}

fn sum(facts: &Facts, table: Table, of: Expr) -> PolarsResult<i64> {
    let frame = facts.frame(table).clone().lazy().select([of.cast(DataType::Int64).sum().alias("sum")]).collect()?;
    Ok(frame.column("sum")?.i64()?.get(0).unwrap_or(0))
}

fn is(column: &str, word: &'static str) -> Expr {
    col(column).eq(lit(word))
}

fn handovers(facts: &Facts) -> PolarsResult<Check> {
    let out = sum(facts, Table::Stints, is("end", "transferred"))?;
    let received = sum(facts, Table::Stints, col("was_received_by_transfer"))?;
    let waiting = sum(facts, Table::Conversations, col("is_waiting_after_handover"))?;
    let lapsed = sum(facts, Table::Conversations, col("ended_before_pickup_count"))?;
    Ok(count_check(
        "handovers out = handovers in + waiting after one + ended before pickup",
        out,
        received + waiting + lapsed,
    ))
}

fn open_conversations(facts: &Facts) -> PolarsResult<Check> {
    let waiting = sum(facts, Table::Conversations, is("phase", "waiting").or(col("is_unanswered")))?;
    let attended = sum(facts, Table::Conversations, is("phase", "human"))?;
    let closed = sum(facts, Table::Conversations, is("phase", "closed"))?;
    let automated = is("phase", "bot").or(is("phase", "none").and(col("is_unanswered").not()));
    let with_nobody = sum(facts, Table::Conversations, automated)?;
    let all = i64::try_from(facts.frame(Table::Conversations).height()).unwrap_or(i64::MAX);
    Ok(count_check("waiting + attended = open conversations", waiting + attended, all - closed - with_nobody))
}

/// On visits whose assignment and first reply are of one stint. Stints and visits stand in the same order, so that one
/// walk over both finds each stint's visit.
fn waits(facts: &Facts) -> PolarsResult<Check> {
    let (visits, stints) = (facts.frame(Table::Visits), facts.frame(Table::Stints));
    let (visit_ids, stint_ids) = (visits.column("conversation_id")?.str()?, stints.column("conversation_id")?.str()?);
    let visit = |name: &str| Ok::<_, PolarsError>(visits.column(name)?.i64()?.iter());
    let stint = |name: &str| Ok::<_, PolarsError>(stints.column(name)?.i64()?.iter());
    let waits = visit("entered_at")?.zip(visit("assigned_at")?).zip(visit("first_reply_at")?);
    let mut of_visits = visit_ids.iter().zip(visit("visit")?).zip(waits);
    let of_stints = stint_ids.iter().zip(stint("visit")?).zip(stint("assigned_at")?.zip(stint("first_message_at")?));
    let mut current = of_visits.next();
    let (mut parts, mut total) = (0, 0);
    for (place, (assigned, first_message)) in of_stints {
        while current.is_some_and(|(visit, _)| visit != place) {
            current = of_visits.next();
        }
        if let (Some(assigned), Some(first_message)) = (assigned, first_message)
            && let Some((_, ((Some(entered), visit_assigned), first_reply))) = current
            && (visit_assigned, first_reply) == (Some(assigned), Some(first_message))
        {
            parts += (assigned - entered) + (first_message - assigned);
            total += first_message - entered;
        }
    }
    Ok(count_check("queue wait + agent wait = total wait, in milliseconds", parts, total))
}

/// Pairs of instants of one row, the earlier first.
const IN_ORDER: &[(Table, &str, &str)] = &[
    (Table::Conversations, "started_at", "last_event_at"),
    (Table::Conversations, "started_at", "bot_ended_at"),
    (Table::Conversations, "started_at", "closed_at"),
    (Table::Requests, "requested_at", "decided_at"),
    (Table::Visits, "entered_at", "assigned_at"),
    (Table::Visits, "entered_at", "first_reply_at"),
    (Table::Visits, "entered_at", "ended_at"),
    (Table::Stints, "assigned_at", "first_message_at"),
    (Table::Stints, "began_at", "ended_at"),
    (Table::AgentStates, "since", "until"),
];

fn negative_durations(facts: &Facts) -> PolarsResult<Check> {
    let mut negative = sum(facts, Table::AgentMessages, col("response_ms").lt(lit(0)))?;
    for (table, earlier, later) in IN_ORDER {
        negative += sum(facts, *table, col(*later).lt(col(*earlier)))?;
    }
    let first_response =
        col("did_customer_write_first").and(col("first_agent_message_at").lt(col("first_customer_message_at")));
    negative += sum(facts, Table::Conversations, first_response)?;
    Ok(count_check("negative durations = 0", negative, 0))
}

/// Counts that are the sum of others: the identity's name, the whole, its parts.
const SUMS: &[(&str, &str, &[&str])] = &[
    (
        "transfer outcomes = transfer requests",
        "transfer_requests",
        &[
            "transfers_succeeded",
            "transfers_cancelled",
            "transfers_disabled",
            "transfers_incomplete",
            "transfers_pending",
        ],
    ),
    (
        "resolved + unresolved + still open = chats answered",
        "chats_answered",
        &["resolved_first_contact", "unresolved_first_contact", "still_open"],
    ),
];

/// Identities of the report's window and filters.
#[must_use]
pub fn of_report(report: &Report) -> Vec<Check> {
    let mut checks = Vec::new();
    let total = |id: &str| match report.metrics.get(id) {
        Some(MetricValue::Scalar(scalar)) => scalar.value,
        Some(MetricValue::Duration(_)) | None => None,
    };
    for (name, whole, parts) in SUMS {
        let counts: Option<Vec<f64>> = parts.iter().map(|id| total(id)).collect();
        if let (Some(counts), Some(whole)) = (counts, total(whole)) {
            checks.push(check((*name).to_owned(), counts.iter().sum(), whole));
        }
    }
    for (name, table) in report.tables.iter() {
        let Some(dimension) = table.dimensions.first().and_then(|name| Dimension::parse(name)) else {
            continue;
        };
        for metric in table.metrics.iter().filter_map(|id| metrics::find(id)) {
            let is_count = matches!(metric.measure, Measure::Count { .. } | Measure::Distinct { .. });
            if let Some(total) = total(metric.id).filter(|_| is_count && adds_up(metric, dimension)) {
                let cells = table.rows.iter().filter_map(|row| match row.cells.get(metric.id) {
                    Some(Cell::Scalar { value, .. }) => *value,
                    Some(Cell::Duration(_)) | None => None,
                });
                checks.push(check(format!("sum of {} {name} = total", metric.id), cells.sum(), total));
            }
        }
    }
    for (id, heatmap) in report.heatmaps.iter() {
        if let Some(total) = total(id) {
            let sum: u64 = heatmap.counts.iter().flatten().sum();
            #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
            checks.push(check(format!("sum of the heatmap of {id} = total"), sum as f64, total));
        }
    }
    checks
}
