//! The outcome for programs; `schemas/check-1.schema.json` describes it.

use serde_json::{Value, json};

use crate::gate::{Bound, Broke, Contributor, Direction, Finding, Outcome, Severity};
use crate::render;

/// The schema that the text names in its first field.
pub const SCHEMA: &str = "dialogram/check/1";

/// The JSON text.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let applied = outcome.applied.iter().map(|applied| json!({"rule": applied.rule, "numbers": applied.numbers}));
    render::json::text(&json!({
        "schema": SCHEMA,
        "subject": outcome.subject,
        "baseline": outcome.baseline,
        "rules": outcome.rules,
        "holds": outcome.passes(),
        "failed": outcome.count(Severity::Fail),
        "warned": outcome.count(Severity::Warn),
        "numbers": outcome.numbers(),
        "hidden": outcome.hidden(),
        "applied": applied.collect::<Vec<_>>(),
        "findings": outcome.findings.iter().map(finding).collect::<Vec<_>>(),
    }))
}

fn finding(finding: &Finding) -> Value {
    let (kind, limit) = match finding.broke {
        Broke::Change { direction: Direction::Any, allowed } => ("change", allowed),
        Broke::Change { direction: Direction::Up, allowed } => ("rise", allowed),
        Broke::Change { direction: Direction::Down, allowed } => ("fall", allowed),
        Broke::Bound(Bound::AtMost(limit)) => ("at_most", limit),
        Broke::Bound(Bound::AtLeast(limit)) => ("at_least", limit),
        Broke::NoData(Bound::AtMost(limit) | Bound::AtLeast(limit)) => {
            (if finding.hidden.1 { "hidden" } else { "no_data" }, limit)
        }
    };
    json!({
        "rule": finding.rule,
        "line": finding.line,
        "severity": finding.severity.name(),
        "metric": finding.metric,
        "statistic": finding.part.name(),
        "unit": finding.unit.name(),
        "table": finding.path.table(),
        "key": finding.path.key(),
        "old": number(finding.old),
        "new": number(finding.new),
        "broke": kind,
        "limit": number(Some(limit)),
        "causes": finding.causes.iter().map(|cause| cause.name()).collect::<Vec<_>>(),
        "conversations": finding.conversations.iter().map(contributor).collect::<Vec<_>>(),
    })
}

fn contributor(contributor: &Contributor) -> Value {
    json!({"conversation_id": contributor.id, "old": number(contributor.old), "new": number(contributor.new)})
}

/// A count is `4`, never `4.0`, as in `report.json`.
pub(super) fn number(value: Option<f64>) -> Value {
    crate::value::number(&value, serde_json::value::Serializer).unwrap_or(Value::Null)
}
