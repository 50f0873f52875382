//! GitLab's code quality report: a list of issues, each located at the rule that it breaks.

use serde_json::{Value, json};

use super::{fingerprint, location, sentence, with_slashes};
use crate::gate::{Outcome, Severity};
use crate::harmless::shown;
use crate::language::Language;
use crate::render;

/// The JSON text; an empty list if no rule is broken.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let issues = outcome.findings.iter().map(|finding| {
        let (path, line) = location(outcome, finding).unwrap_or_else(|| (outcome.subject.clone(), 1));
        json!({
            "description": shown(&sentence(Language::English, finding)),
            "check_name": finding.rule,
            "fingerprint": fingerprint(finding),
            "severity": match finding.severity {
                Severity::Fail => "major",
                Severity::Warn => "minor",
            },
            "location": {"path": with_slashes(&path), "lines": {"begin": line}},
        })
    });
    render::json::text(&Value::Array(issues.collect()))
}
