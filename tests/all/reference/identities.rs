//! Section 10: what must hold in every report.
//!
//! A twin of src/fold/sums.rs and src/report/identities.rs by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use super::facts::{Facts, StintEnd, Visit};
use super::metrics::{METRICS, Measure, Value, find, is_open};
use super::report::{Dimension, Report};
use super::snapshot::Snapshot;
use super::times::Times;

#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub id: String,
    pub left: f64,
    pub right: f64,
}

impl Check {
    fn new(id: impl Into<String>, left: f64, right: f64) -> Check {
        Check { id: id.into(), left, right }
    }

    pub fn holds(&self) -> bool {
        (self.left - self.right).abs() < 1e-9
    }
}

/// Over the whole log up to the horizon, without filters.
pub fn of_the_log(report: &Report) -> Vec<Check> {
    let facts = &report.facts;
    let snapshot = Snapshot::new(facts, &report.options, &Default::default());
    let open = facts.conversations.iter().filter(|conversation| is_open(conversation)).count();
    vec![
        handovers(facts),
        Check::new("waiting_plus_attended", (snapshot.waiting + snapshot.attended) as f64, open as f64),
        waits(facts),
        Check::new("rows_read", facts.rows_read as f64, (facts.accepted + facts.duplicates + facts.rejected) as f64),
        Check::new("no_negative_duration", negative_durations(facts) as f64, 0.0),
    ]
}

/// Handovers out = handovers in + waiting after one + ended before pickup.
fn handovers(facts: &Facts) -> Check {
    let out = facts.stints.iter().filter(|stint| stint.end == StintEnd::Transferred).count() as u64;
    let received = facts.stints.iter().filter(|stint| stint.was_received_by_transfer).count() as u64;
    let waiting =
        facts.conversations.iter().filter(|conversation| conversation.is_waiting_after_handover).count() as u64;
    let ended: u64 = facts.conversations.iter().map(|conversation| conversation.ended_before_pickup).sum();
    Check::new("handovers", out as f64, (received + waiting + ended) as f64)
}

/// On visits whose assignment and first reply are of one stint: queue wait + agent wait = total wait.
fn waits(facts: &Facts) -> Check {
    let (mut left, mut right) = (0, 0);
    for visit in &facts.visits {
        if let Some((parts, total)) = waits_of(facts, visit) {
            left += parts;
            right += total;
        }
    }
    Check::new("waits", left as f64, right as f64)
}

fn waits_of(facts: &Facts, visit: &Visit) -> Option<(i64, i64)> {
    let (entered, assigned, replied) = (visit.entered_at?, visit.assigned_at?, visit.first_reply_at?);
    let stint = facts.stints.iter().find(|stint| {
        stint.common.conversation_id == visit.common.conversation_id
            && stint.assigned_at == Some(assigned)
            && stint.first_message_at == Some(replied)
    })?;
    let agent_wait = stint.first_message_at? - stint.assigned_at?;
    Some((assigned - entered + agent_wait, replied - entered))
}

fn negative_durations(facts: &Facts) -> usize {
    let responses = facts.agent_messages.iter().filter(|message| message.response_ms.is_some_and(|ms| ms < 0)).count();
    let visits = facts.visits.iter().filter(|visit| {
        let instants = [visit.assigned_at, visit.first_reply_at, visit.ended_at];
        visit.entered_at.is_some_and(|entry| instants.iter().flatten().any(|instant| *instant < entry))
    });
    let stints = facts.stints.iter().filter(|stint| {
        let instants = [stint.assigned_at, stint.first_message_at, stint.ended_at];
        instants.iter().flatten().any(|instant| *instant < stint.began_at)
    });
    responses + visits.count() + stints.count()
}

/// In the report's window and filters.
pub fn of_the_window(report: &Report) -> Vec<Check> {
    let mut checks = vec![
        sum_of(
            report,
            "transfer_requests",
            &[
                "transfers_succeeded",
                "transfers_cancelled",
                "transfers_disabled",
                "transfers_incomplete",
                "transfers_pending",
            ],
        ),
        sum_of(report, "chats_answered", &["resolved_first_contact", "unresolved_first_contact", "still_open"]),
    ];
    for id in ["engaged_conversations", "transfer_requests"] {
        let cells: u64 = report.heatmap(id).into_iter().flatten().sum();
        checks.push(Check::new(format!("heatmap {id}"), cells as f64, number(report, id)));
    }
    let online = report.time_heatmap("online_time").into_iter().flatten().sum();
    if let Some(Value::Scalar(Some(total), _)) = report.metrics().get("online_time") {
        checks.push(Check::new("heatmap online_time", round(online), round(*total)));
    }
    for dimension in Dimension::ALL {
        checks.extend(dimension_sums(report, dimension));
    }
    checks
}

/// A count of rows sums over every dimension; a count of distinct conversations over channel, support type and app.
fn dimension_sums(report: &Report, dimension: Dimension) -> Vec<Check> {
    let is_of_conversation = matches!(dimension, Dimension::Channel | Dimension::SupportType | Dimension::App);
    let table = report.by(&[dimension]);
    let mut checks = Vec::new();
    for metric in &METRICS {
        let adds_up = metric.measure == Measure::Count
            || (metric.measure == Measure::Distinct && is_of_conversation && metric.id != "engaged_customers");
        let is_time =
            matches!(metric.measure, Measure::Time(of) if ![Times::Concurrency, Times::Occupancy].contains(&of));
        // A conversation is under each of its tags.
        if !(adds_up || is_time) || dimension == Dimension::Tag || !Report::has(metric, dimension) {
            continue;
        }
        let sum: f64 = table.values().map(|values| scalar(&values[metric.id])).sum();
        let total = number(report, metric.id);
        checks.push(Check::new(format!("{} by {}", metric.id, dimension.name()), round(sum), round(total)));
    }
    checks
}

/// Whole milliseconds, without what sums of decimals leave.
fn round(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

fn sum_of(report: &Report, whole: &str, parts: &[&str]) -> Check {
    let sum = parts.iter().map(|id| number(report, id)).sum();
    Check::new(whole, number(report, whole), sum)
}

fn number(report: &Report, id: &str) -> f64 {
    let metric = find(id).map(|metric| report.rows(metric, &report.window).len() as u64);
    match find(id).map(|metric| metric.measure) {
        Some(Measure::Count) => metric.unwrap_or(0) as f64,
        _ => report.metrics().get(id).map_or(0.0, scalar),
    }
}

fn scalar(value: &Value) -> f64 {
    match value {
        Value::Scalar(Some(number), _) => *number,
        _ => 0.0,
    }
}
