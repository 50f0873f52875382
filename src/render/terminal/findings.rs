//! The end of the report: checks, warnings, and useful next commands.

use super::emoji::drawn;
use crate::language::Language;
use crate::report::{Check, Report, Warning};

use super::line::{Ink, Line};
use super::text;

/// Indentation of a text's further lines.
const INDENT: usize = 2;

pub(super) fn lines(report: &Report, language: Language, width: usize) -> Vec<Line> {
    all(language, &report.warnings, &report.checks, &next(report, language), width)
}

/// Warnings, the results of the identities, and useful next commands.
pub(super) fn all(language: Language, warnings: &[Warning], checks: &[Check], next: &str, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for warning in warnings {
        let label = language.fill("findings.warning", &[("id", &warning.id)]);
        lines.extend(labelled(Ink::Warning, &label, &warning.sentence(language), width));
    }
    let broken: Vec<&str> = checks.iter().filter(|check| !check.holds).map(|check| check.id.as_str()).collect();
    if !broken.is_empty() {
        lines.extend(labelled(Ink::Warning, language.text("findings.broken"), &broken.join(", "), width));
    } else if !checks.is_empty() {
        let checked = u64::try_from(checks.len()).unwrap_or(u64::MAX);
        let verdict = language.counted("findings.holding", checked);
        lines.extend(labelled(Ink::Faint, language.text("findings.checked"), &verdict, width));
    }
    lines.extend(labelled(Ink::Faint, language.text("findings.next"), next, width));
    lines
}

/// The flags that a reader of this report most likely needs next.
fn next(report: &Report, language: Language) -> String {
    if report.input.rejected > 0 {
        let rows = language.counted("count.rejected_rows", report.input.rejected);
        language.fill("findings.next_rejects", &[("rows", &rows)])
    } else {
        language.text("findings.next_files").to_owned()
    }
}

/// A label with a text, wrapped below itself.
fn labelled(ink: Ink, label: &str, value: &str, width: usize) -> Vec<Line> {
    let label = drawn(label);
    let parts = text::wrap(&format!("{label} {value}"), width - INDENT);
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| match part.strip_prefix(&label) {
            Some(rest) if index == 0 => Line::of(ink, &label).with(Ink::Plain, rest),
            None if index == 0 => Line::of(ink, part),
            Some(_) | None => {
                let mut line = Line::new();
                line.skip(INDENT);
                line.with(Ink::Plain, part)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{line::paint, week};
    use super::*;

    #[test]
    fn the_next_step_fits_the_findings() {
        let mut report = week::week();
        assert!(next(&report, Language::English).starts_with("--rejects FILE writes the 3 rejected rows"));
        report.input.rejected = 0;
        assert!(next(&report, Language::English).starts_with("-o DIR "));
    }

    #[test]
    fn a_broken_identity_is_named() {
        let mut report = week::week();
        assert!(paint(&lines(&report, Language::English, 80), false).contains("\nchecked: all 5 identities hold\n"));
        report.checks[1].holds = false;
        assert!(
            paint(&lines(&report, Language::English, 80), false).contains("\nbroken identities: sums_over_channel\n")
        );
    }

    #[test]
    fn a_long_warning_goes_on_below() {
        let text = paint(&lines(&week::week(), Language::English, 60), false);
        let expected = "warning[unknown_customer]: 3 engaged conversations have no\n  customer_id: they are not among the engaged customers\n";
        assert!(text.starts_with(expected), "{text}");
    }
}
