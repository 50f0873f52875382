//! SARIF 2.1.0, for code scanning: each finding is located at the rule that it breaks.

use serde_json::{Value, json};

use super::{fingerprint, location, sentence, with_slashes};
use crate::gate::{Finding, Outcome, Severity};
use crate::harmless::shown;
use crate::language::Language;
use crate::render;

/// The JSON text.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let rules = outcome.applied.iter().map(|applied| {
        json!({"id": applied.rule, "shortDescription": {"text": format!("{} keeps its limit", applied.rule)}})
    });
    render::json::text(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            }},
            "results": outcome.findings.iter().map(|finding| result(outcome, finding)).collect::<Vec<_>>(),
        }],
    }))
}

fn result(outcome: &Outcome, finding: &Finding) -> Value {
    let (path, line) = location(outcome, finding).unwrap_or_else(|| (outcome.subject.clone(), 1));
    let location = json!({"artifactLocation": {"uri": uri(&with_slashes(&path))}, "region": {"startLine": line}});
    json!({
        "ruleId": finding.rule,
        "ruleIndex": outcome.applied.iter().position(|applied| applied.rule == finding.rule),
        "level": match finding.severity {
            Severity::Fail => "error",
            Severity::Warn => "warning",
        },
        "message": {"text": shown(&sentence(Language::English, finding))},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"dialogram/v1": fingerprint(finding)},
    })
}

/// A path as a URI reference; an absolute path has its scheme.
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut text = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        if is_plain(byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
