//! A table for a comment or a job's summary.

use super::{limit, name, numbers, summary};
use crate::gate::{Broke, Finding, Outcome, Severity};
use crate::harmless::in_markdown;

/// The Markdown text.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let verdict = if outcome.holds() { "holds" } else { "fails" };
    let mut text = format!("### dialogram check {verdict}\n\n{}\n", in_markdown(&summary(outcome)));
    if outcome.findings.is_empty() {
        return text;
    }
    text.push_str("\n| | number | where | before | now | limit |\n| --- | --- | --- | ---: | ---: | --- |\n");
    for severity in Severity::ALL {
        for finding in outcome.findings.iter().filter(|finding| finding.severity == severity) {
            let (was, is) = numbers(finding.unit, finding.old, finding.new);
            let is = match finding.broke {
                Broke::NoData(_) => "no data".to_owned(),
                Broke::Bound(_) | Broke::Change { .. } => is,
            };
            let cells = [
                finding.severity.name().to_owned(),
                format!("`{}`", name(&finding.metric, finding.part)),
                in_markdown(&finding.place.to_string()),
                was,
                is,
                limit(finding.unit, finding.broke),
            ];
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    for finding in outcome.findings.iter().filter(|finding| !finding.conversations.is_empty()) {
        text.push_str(&behind(finding));
    }
    text
}

fn behind(finding: &Finding) -> String {
    let subject = super::subject(&finding.metric, finding.part, &finding.place);
    let conversations = super::conversations(finding);
    format!("\n- {}{}\n", in_markdown(&subject), in_markdown(&conversations))
}
