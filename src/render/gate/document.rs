//! A check and a diff as parts of a page: what HTML and plain lines are made of.

use super::{conversations, limit, moved, name, numbers, subject};
use crate::gate::diff::Diff;
use crate::gate::{Broke, Cause, Difference, Finding, Outcome, Severity};
use crate::language::Language;
use crate::render::document::{Cell, Column, Document, Part, Section, Table, Text, Tone};
use crate::report::Generator;

/// What the gate found, the graver findings first, with the conversations behind them.
#[must_use]
pub fn check(outcome: &Outcome) -> Document {
    let verdict = if outcome.holds() { "Check: holds" } else { "Check: fails" };
    let heads =
        [("Severity", false), ("Number", false), ("Where", false), ("Before", true), ("Now", true), ("Limit", false)];
    let findings = || {
        Severity::ALL
            .into_iter()
            .flat_map(|severity| outcome.findings.iter().filter(move |finding| finding.severity == severity))
    };
    let mut parts = Vec::new();
    if !outcome.findings.is_empty() {
        parts.push(Part::Table(table("Findings", &heads, findings().map(finding).collect())));
    }
    let behind = findings().filter(|finding| !finding.conversations.is_empty()).map(|finding| {
        let lead = subject(&finding.metric, finding.part, &finding.place);
        let text = conversations(finding).trim_start_matches("; ").to_owned();
        Part::Text(Text { lead, text })
    });
    parts.extend(behind);
    document(verdict, &super::summary(outcome), vec![Section { title: "Findings".to_owned(), parts }])
}

fn finding(finding: &Finding) -> Vec<Cell> {
    let (was, is) = numbers(finding.unit, finding.old, finding.new);
    let is = match finding.broke {
        Broke::NoData(_) => "no data".to_owned(),
        Broke::Bound(_) | Broke::Change { .. } => is,
    };
    let tone = match finding.severity {
        Severity::Fail => Tone::Missed,
        Severity::Warn => Tone::Plain,
    };
    let texts = [
        finding.severity.name().to_owned(),
        name(&finding.metric, finding.part),
        finding.place.to_string(),
        was,
        is,
        limit(finding.unit, finding.broke),
    ];
    let mut cells = texts.map(Cell::text).to_vec();
    cells[4].tone = tone;
    cells
}

/// What changed between two reports, by cause.
#[must_use]
pub fn diff(diff: &Diff) -> Document {
    let mut sections = Vec::new();
    if !diff.differences.is_empty() {
        let heads = [("Cause", false), ("What", false), ("Before", false), ("Now", false)];
        let of_cause = |cause: Cause| diff.differences.iter().filter(move |difference| difference.cause == cause);
        let row = |Difference { cause, what, old, new, .. }: &Difference| {
            [cause.name(), what, old, new].map(Cell::text).to_vec()
        };
        let rows = Cause::ALL.into_iter().flat_map(of_cause).map(row).collect();
        sections.push(section("Differences", &heads, rows));
    }
    if !diff.numbers.is_empty() {
        let heads = [("Number", false), ("Where", false), ("Before", true), ("Now", true), ("Cause", false)];
        let rows = diff.numbers.iter().map(|(pair, why)| {
            let (was, is) = moved(pair);
            let (name, place) = (name(&pair.metric, pair.part), pair.place.to_string());
            [name, place, was, is, causes(why)].map(Cell::text).to_vec()
        });
        sections.push(section("Numbers", &heads, rows.collect()));
    }
    let page = document("Differences between two reports", &format!("{} → {}", diff.old, diff.new), sections);
    Document { compared: Some(summary(diff)), ..page }
}

/// The names of causes.
pub(super) fn causes(causes: &[Cause]) -> String {
    causes.iter().map(|cause| cause.name()).collect::<Vec<_>>().join(", ")
}

/// How many numbers differ.
pub(super) fn summary(diff: &Diff) -> String {
    if diff.is_empty() {
        return format!("nothing differs: {} numbers are the same", diff.compared);
    }
    format!("{} of {} numbers differ", diff.numbers.len(), diff.compared)
}

fn section(title: &str, heads: &[(&str, bool)], rows: Vec<Vec<Cell>>) -> Section {
    Section { title: title.to_owned(), parts: vec![Part::Table(table(title, heads, rows))] }
}

fn table(title: &str, heads: &[(&str, bool)], rows: Vec<Vec<Cell>>) -> Table {
    let column =
        |(head, is_number): &(&str, bool)| Column { group: None, head: (*head).to_owned(), is_number: *is_number };
    Table { title: title.to_owned(), columns: heads.iter().map(column).collect(), rows, ..Table::default() }
}

fn document(title: &str, lead: &str, sections: Vec<Section>) -> Document {
    let sections = sections.into_iter().filter(|section| !section.parts.is_empty()).collect();
    Document::bare(Language::English, title, lead, &Generator::this(), sections)
}
