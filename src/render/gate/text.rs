//! One line a finding, for people.

use super::{sentence, summary};
use crate::gate::{Outcome, Severity};
use crate::harmless::shown;

/// The lines, the graver findings first, and how many numbers were looked at.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let mut text = String::new();
    for severity in Severity::ALL {
        for finding in outcome.findings.iter().filter(|finding| finding.severity == severity) {
            let rule = match (&outcome.rules, finding.line) {
                (Some(path), Some(line)) => format!("  [{path}:{line}]"),
                (Some(_) | None, _) => String::new(),
            };
            text.push_str(&shown(&format!("{:4}  {}{rule}", severity.name(), sentence(finding))));
            text.push('\n');
        }
    }
    text + &shown(&summary(outcome)) + "\n"
}
