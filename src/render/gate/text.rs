//! Lines for people: the findings by what may have moved the numbers, and below each cause by number.

use super::{heading, name, sentence, summary};
use crate::gate::{Cause, Finding, Outcome, Severity};
use crate::harmless::shown;

/// Findings of one number that have a line each.
const LINES: usize = 10;
/// The heading of what no change of the baseline explains.
const BOUNDS: &str = "bounds: what a number may be";

/// The findings by cause, the graver ones first, and how many numbers were looked at.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let mut text = String::new();
    let causes = Cause::ALL.into_iter().map(Some).chain([None]);
    for cause in causes {
        let own = |finding: &&Finding| finding.causes.first().copied() == cause;
        let findings: Vec<&Finding> = outcome.findings.iter().filter(own).collect();
        if !findings.is_empty() {
            text.push_str(cause.map_or(BOUNDS, heading));
            text.push('\n');
            text.push_str(&lines(outcome, &findings));
        }
    }
    text + &shown(&summary(outcome)) + "\n"
}

/// The lines below a heading: those of one number stand together, in the order in which the first of each was found.
fn lines(outcome: &Outcome, findings: &[&Finding]) -> String {
    let mut text = String::new();
    for severity in Severity::ALL {
        let mut numbers: Vec<(String, Vec<&Finding>)> = Vec::new();
        for finding in findings.iter().filter(|finding| finding.severity == severity) {
            let number = name(&finding.metric, finding.part);
            match numbers.iter_mut().find(|(known, _)| *known == number) {
                Some((_, own)) => own.push(finding),
                None => numbers.push((number, vec![finding])),
            }
        }
        for (number, own) in numbers {
            text.extend(own.iter().take(LINES).map(|finding| line(outcome, finding)));
            let more = own.len().saturating_sub(LINES);
            if more > 0 {
                let place = if more == 1 { "place" } else { "places" };
                text.push_str(&shown(&format!(
                    "  {:4}  {number} in {more} more {place}: --format json has all",
                    severity.name()
                )));
                text.push('\n');
            }
        }
    }
    text
}

/// `  fail  queue_wait.p90 by_queue Entregas: 1 min 24 s → 1 min 40 s, +19%; +8 s is allowed  [rules.toml:4]`.
fn line(outcome: &Outcome, finding: &Finding) -> String {
    let rule = match (&outcome.rules, finding.line) {
        (Some(path), Some(line)) => format!("  [{path}:{line}]"),
        (Some(_) | None, _) => String::new(),
    };
    shown(&format!("  {:4}  {}{rule}", finding.severity.name(), sentence(finding))) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::gate::{event, sample};

    #[test]
    fn a_number_that_moved_in_many_places_has_ten_lines() {
        let mut outcome = sample::outcome();
        let one = outcome.findings[0].clone();
        for (findings, lines, more) in [(10, 10, ""), (11, 10, "in 1 more place:"), (40, 10, "in 30 more places:")] {
            outcome.findings = vec![one.clone(); findings];
            let text = render(&outcome);
            assert_eq!(text.matches(&event(&one)).count(), lines, "{text}");
            assert!(
                text.contains(more) && text.matches(" more place").count() == usize::from(!more.is_empty()),
                "{text}"
            );
            assert!(text.starts_with("data: which events\n  fail  "), "{text}");
        }
    }
}
