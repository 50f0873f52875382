//! `JUnit` XML: one case for each rule, which fails with its findings.

use anyhow::Context;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::sentence;
use crate::gate::{Broke, Finding, Outcome, Severity};
use crate::harmless::shown;
use crate::language::Language;

/// The XML text. It contains no times: the same outcome gives the same bytes.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn render(outcome: &Outcome) -> anyhow::Result<String> {
    let mut suite = TestSuite::new("dialogram check");
    for applied in &outcome.applied {
        let lines = |severity: Severity| {
            let own = |finding: &&Finding| finding.rule == applied.rule && finding.severity == severity;
            outcome
                .findings
                .iter()
                .filter(own)
                .map(|finding| shown(&sentence(Language::English, finding)))
                .collect::<Vec<_>>()
        };
        let (failed, warned) = (lines(Severity::Fail), lines(Severity::Warn));
        let status = if failed.is_empty() {
            TestCaseStatus::success()
        } else {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let message = match &failed[..] {
                [line] => line.clone(),
                lines => format!("{} of {} numbers are out of tolerance", lines.len(), applied.numbers),
            };
            let is_own = |finding: &&Finding| finding.rule == applied.rule && finding.severity == Severity::Fail;
            let is_no_data = |finding: &Finding| matches!(finding.broke, Broke::NoData(_));
            let is_hidden = |finding: &Finding| is_no_data(finding) && finding.hidden.1;
            let own = || outcome.findings.iter().filter(is_own);
            let kind = if own().all(is_hidden) {
                "hidden"
            } else if own().all(is_no_data) {
                "no_data"
            } else {
                "out_of_tolerance"
            };
            status.set_message(message).set_type(kind).set_description(failed.join("\n"));
            status
        };
        let mut case = TestCase::new(shown(&applied.rule), status);
        case.set_classname("dialogram");
        if !warned.is_empty() {
            case.set_system_out(warned.join("\n"));
        }
        suite.add_test_case(case);
    }
    let mut report = Report::new("dialogram");
    report.add_test_suite(suite);
    report.to_string().context("the JUnit report cannot be written")
}
