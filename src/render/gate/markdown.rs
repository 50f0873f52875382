//! A table for a comment or a job's summary.

use super::{limit, name, numbers, summary};
use crate::gate::{Broke, Finding, Outcome, Severity};

/// The Markdown text.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let verdict = if outcome.holds() { "holds" } else { "fails" };
    let mut text = format!("### dialogram check {verdict}\n\n{}\n", escaped(&summary(outcome)));
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
                escaped(&finding.place.to_string()),
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
    format!("\n- {}{}\n", escaped(&subject), escaped(&conversations))
}

/// Text of the log in a cell: it neither ends the cell nor formats, links or mentions.
pub(in crate::render) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
