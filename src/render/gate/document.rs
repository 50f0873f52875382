//! A check and a diff as parts of a page, for HTML and plain lines.

use super::{conversations, figures, limit, moved, name, severity, subject};
use crate::gate::comparable::NONE;
use crate::gate::diff::Diff;
use crate::gate::{Cause, Difference, Finding, Outcome, Severity};
use crate::language::Language;
use crate::render::document::{Document, MarkedText, PageCell, PagePart, PageTable, Section, TableColumn, Tone};
use crate::render::words;
use crate::report::Generator;

/// The findings of the gate, the more severe ones first, with the conversations behind them.
#[must_use]
pub fn check(outcome: &Outcome, language: Language) -> Document {
    let verdict = language.text(if outcome.passes() { "gate.holds" } else { "gate.fails" });
    let heads = [
        ("gate.severity", false),
        ("gate.number", false),
        ("gate.where", false),
        ("gate.before", true),
        ("gate.now", true),
        ("gate.limit", false),
    ];
    let title = language.text("gate.findings");
    let findings = || {
        Severity::ALL
            .into_iter()
            .flat_map(|severity| outcome.findings.iter().filter(move |finding| finding.severity == severity))
    };
    let mut parts = Vec::new();
    if !outcome.findings.is_empty() {
        parts.push(PagePart::Table(table(
            language,
            title,
            &heads,
            findings().map(|one| finding(language, one)).collect(),
        )));
    }
    let behind = findings().filter_map(|finding| {
        let lead = words::lead(language, &subject(&finding.metric, finding.part, &finding.path));
        Some(PagePart::Text(MarkedText { lead, text: conversations(language, finding)? }))
    });
    parts.extend(behind);
    let section = Section { title: title.to_owned(), parts };
    document(language, verdict, &super::summary(language, outcome), vec![section])
}

fn finding(language: Language, finding: &Finding) -> Vec<PageCell> {
    let (was, is) = figures(language, finding);
    let tone = match finding.severity {
        Severity::Fail => Tone::Missed,
        Severity::Warn => Tone::Plain,
    };
    let texts = [
        severity(language, finding.severity).to_owned(),
        name(&finding.metric, finding.part),
        finding.path.to_string(),
        was,
        is,
        limit(language, finding.unit, finding.broke),
    ];
    let mut cells = texts.map(PageCell::text).to_vec();
    cells[4].tone = tone;
    cells
}

/// The changes between two reports, by cause.
#[must_use]
pub fn diff(diff: &Diff, language: Language) -> Document {
    let mut sections = Vec::new();
    if !diff.differences.is_empty() {
        let heads = [("gate.cause", false), ("gate.what", false), ("gate.before", false), ("gate.now", false)];
        let of_cause = |cause: Cause| diff.differences.iter().filter(move |difference| difference.cause == cause);
        let row = |difference: &Difference| difference_in(language, difference).map(PageCell::text).to_vec();
        let rows = Cause::ALL.into_iter().flat_map(of_cause).map(row).collect();
        sections.push(section(language, "gate.differences", &heads, rows));
    }
    if !diff.numbers.is_empty() {
        let heads = [
            ("gate.number", false),
            ("gate.where", false),
            ("gate.before", true),
            ("gate.now", true),
            ("gate.cause", false),
        ];
        let rows = diff.numbers.iter().map(|(pair, why)| {
            let (was, is) = moved(language, pair);
            let (name, path) = (name(&pair.metric, pair.part), pair.path.to_string());
            [name, path, was, is, causes(language, why)].map(PageCell::text).to_vec()
        });
        sections.push(section(language, "gate.numbers_title", &heads, rows.collect()));
    }
    let lead = language.fill("gate.moved", &[("was", &diff.old), ("is", &diff.new)]);
    let page = document(language, language.text("gate.diff"), &lead, sections);
    Document { compared: Some(summary(language, diff)), ..page }
}

/// A difference in a language: its cause, its subject, and both values. Flags, ids and values of the log stay
/// unchanged.
pub(super) fn difference_in(language: Language, difference: &Difference) -> [String; 4] {
    let Difference { cause, what, old, new, .. } = difference;
    let name = |english: &str| language.find(&format!("differing.{english}"));
    let of_metric = || {
        let (english, metric) = what.rsplit_once(' ')?;
        name(english).map(|name| format!("{name} {metric}"))
    };
    let english = what;
    let what = name(what).map(str::to_owned).or_else(of_metric).unwrap_or_else(|| what.clone());
    let value = |value: &String| match value.as_str() {
        NONE => language.text("gate.no_value").to_owned(),
        "yes" if *english == "unfinished" => language.text("listing.yes").to_owned(),
        "no" if *english == "unfinished" => language.text("listing.no").to_owned(),
        _ => value.clone(),
    };
    [causes(language, &[*cause]), what, value(old), value(new)]
}

/// The names of causes.
pub(super) fn causes(language: Language, causes: &[Cause]) -> String {
    let name = |cause: &Cause| {
        language.text(match cause {
            Cause::Definition => "gate.cause_definition",
            Cause::Window => "gate.cause_window",
            Cause::Filters => "gate.cause_filters",
            Cause::Data => "gate.cause_data",
        })
    };
    causes.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The number of differences, as a text.
pub(super) fn summary(language: Language, diff: &Diff) -> String {
    if diff.is_empty() {
        return language.counted("gate.nothing_differs", diff.compared as u64);
    }
    let all = language.count(diff.compared as u64);
    language.counted_with("gate.differ", diff.numbers.len() as u64, &[("all", &all)])
}

fn section(language: Language, title: &str, heads: &[(&str, bool)], rows: Vec<Vec<PageCell>>) -> Section {
    let title = language.text(title);
    Section { title: title.to_owned(), parts: vec![PagePart::Table(table(language, title, heads, rows))] }
}

fn table(language: Language, title: &str, heads: &[(&str, bool)], rows: Vec<Vec<PageCell>>) -> PageTable {
    let column = |(head, is_number): &(&str, bool)| TableColumn {
        group: None,
        head: language.text(head).to_owned(),
        is_number: *is_number,
    };
    PageTable { title: title.to_owned(), columns: heads.iter().map(column).collect(), rows, ..PageTable::default() }
}

fn document(language: Language, title: &str, lead: &str, sections: Vec<Section>) -> Document {
    let sections = sections.into_iter().filter(|section| !section.parts.is_empty()).collect();
    Document::bare(language, title, lead, &Generator::this(), sections)
}
