//! Lines for people: the findings by possible cause, and for each cause by number.

use super::{heading, name, sentence, severity, summary};
use crate::gate::{Cause, Finding, Outcome, Severity};
use crate::harmless::shown;
use crate::language::Language;

/// Maximum number of findings listed for one number.
const LINES: usize = 10;

/// The findings by cause, the more severe ones first, and the number of compared numbers.
#[must_use]
pub fn render(outcome: &Outcome, language: Language) -> String {
    let mut text = String::new();
    let causes = Cause::ALL.into_iter().map(Some).chain([None]);
    for cause in causes {
        let own = |finding: &&Finding| finding.causes.first().copied() == cause;
        let findings: Vec<&Finding> = outcome.findings.iter().filter(own).collect();
        if !findings.is_empty() {
            // A finding without a cause broke a bound.
            text.push_str(cause.map_or(language.text("gate.bounds"), |cause| heading(language, cause)));
            text.push('\n');
            text.push_str(&lines(outcome, language, &findings));
        }
    }
    text + &shown(&summary(language, outcome)) + "\n"
}

/// The lines below a heading. Findings of one number are together, in the order of their first finding.
fn lines(outcome: &Outcome, language: Language, findings: &[&Finding]) -> String {
    let mut text = String::new();
    for level in Severity::ALL {
        let mut numbers: Vec<(String, Vec<&Finding>)> = Vec::new();
        for finding in findings.iter().filter(|finding| finding.severity == level) {
            let number = name(&finding.metric, finding.part);
            match numbers.iter_mut().find(|(known, _)| *known == number) {
                Some((_, own)) => own.push(finding),
                None => numbers.push((number, vec![finding])),
            }
        }
        for (number, own) in numbers {
            text.extend(own.iter().take(LINES).map(|finding| line(outcome, language, finding)));
            let more = own.len().saturating_sub(LINES);
            if more > 0 {
                let more = language.counted_with("gate.more_places", more as u64, &[("number", &number)]);
                text.push_str(&shown(&format!("  {:4}  {more}", severity(language, level))));
                text.push('\n');
            }
        }
    }
    text
}

/// `  fail  queue_wait.p90 by_queue Entregas: 1 min 24 s → 1 min 40 s, +19%; +8 s is allowed  [rules.toml:4]`.
fn line(outcome: &Outcome, language: Language, finding: &Finding) -> String {
    let rule = match (&outcome.rules, finding.line) {
        (Some(path), Some(line)) => format!("  [{path}:{line}]"),
        (Some(_) | None, _) => String::new(),
    };
    shown(&format!("  {:4}  {}{rule}", severity(language, finding.severity), sentence(language, finding))) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::gate::{event, sample};

    #[test]
    fn a_number_that_moved_in_many_rows_has_ten_lines() {
        let mut outcome = sample::outcome();
        let one = outcome.findings[0].clone();
        for (findings, lines, more) in [(10, 10, ""), (11, 10, "in 1 more place:"), (40, 10, "in 30 more places:")] {
            outcome.findings = vec![one.clone(); findings];
            let text = render(&outcome, Language::English);
            assert_eq!(text.matches(&event(Language::English, &one)).count(), lines, "{text}");
            assert!(
                text.contains(more) && text.matches(" more place").count() == usize::from(!more.is_empty()),
                "{text}"
            );
            assert!(text.starts_with("data: which events\n  fail  "), "{text}");
        }
    }
}
