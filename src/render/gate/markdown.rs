//! A table for a comment or a job's summary.

use super::{figures, limit, name, severity, summary};
use crate::gate::{Finding, Outcome, Severity};
use crate::harmless::in_markdown;
use crate::language::Language;

/// The Markdown text.
#[must_use]
pub fn render(outcome: &Outcome, language: Language) -> String {
    let verdict = language.text(if outcome.passes() { "gate.markdown_holds" } else { "gate.markdown_fails" });
    // The first lines identify a file written by the program.
    let mut text = format!("### dialogram {verdict}\n\n{}\n", in_markdown(&summary(language, outcome)));
    if outcome.findings.is_empty() {
        return text;
    }
    let heads = ["gate.number", "gate.where", "gate.before", "gate.now", "gate.limit"];
    let heads = heads.map(|key| language.text(key).to_lowercase()).join(" | ");
    text.push_str(&format!("\n| | {heads} |\n| --- | --- | --- | ---: | ---: | --- |\n"));
    for level in Severity::ALL {
        for finding in outcome.findings.iter().filter(|finding| finding.severity == level) {
            let (was, is) = figures(language, finding);
            let cells = [
                severity(language, finding.severity).to_owned(),
                format!("`{}`", name(&finding.metric, finding.part)),
                in_markdown(&finding.path.to_string()),
                was,
                is,
                limit(language, finding.unit, finding.broke),
            ];
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    text.extend(outcome.findings.iter().filter_map(|finding| conversations_cell(language, finding)));
    text
}

fn conversations_cell(language: Language, finding: &Finding) -> Option<String> {
    let subject = super::subject(&finding.metric, finding.part, &finding.path);
    let conversations = super::conversations(language, finding)?;
    let text =
        language.fill("gate.event", &[("moved", &in_markdown(&subject)), ("limit", &in_markdown(&conversations))]);
    Some(format!("\n- {text}\n"))
}
