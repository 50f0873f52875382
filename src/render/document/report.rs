//! A report as parts of a page, in the order of the PDF.

use super::{Document, Section, Sentence};
use super::{charts, figures, heatmaps, key_figures, notes, staffing, tables, words};
use crate::language::Language;
use crate::render::hidden;
use crate::render::summary::written;
use crate::report::{Generator, Report};

/// The report in words. Tables show so many rows, and count the others.
#[must_use]
pub fn report(report: &Report, language: Language, most_rows: usize) -> Document {
    let mut first = Vec::new();
    first.extend(charts::days(language, report));
    first.push(notes::origin(language, &report.input, &report.checks));
    // Without a heading: it goes on with the answer.
    let mut sections = vec![Section { title: String::new(), parts: first }];
    sections.extend(notes::warnings(language, &report.warnings));
    sections.extend(figures::figures(language, report));
    sections.extend(figures::targets(language, report));
    sections.extend(charts::trend(language, report));
    sections.extend(charts::charts(language, report));
    sections.extend(charts::outcomes(language, report));
    sections.extend(heatmaps::heatmaps(language, report));
    sections.extend(staffing::staffing(language, report));
    sections.extend(tables::tables(language, report, most_rows));
    sections.extend(notes::definitions(language, report));
    sections.push(notes::sources(language, report));
    let sentences = written(report, language).into_iter().map(|sentence| Sentence {
        judgement: sentence.lead.0,
        lead: sentence.lead.1.to_owned(),
        text: sentence.text,
    });
    Document {
        language: language.tag(),
        title: crate::render::words::title(language, report),
        lead: words::window(language, &report.window),
        compared: Some(words::compared_with(language, report.compared_with())),
        only: only_and_hidden(language, report),
        logo: language.text("brand.logo"),
        program: program(&report.generator),
        sentences: sentences.collect(),
        figures_title: words::text(language, "figures.key"),
        figures_heads: key_figures::heads(language),
        key_figures: key_figures::key_figures(language, report),
        figures_note: None,
        sections,
    }
}

/// The filters of the numbers, and how many numbers are hidden.
fn only_and_hidden(language: Language, report: &Report) -> Option<String> {
    let parts: Vec<String> =
        only(language, &report.filters).into_iter().chain(hidden::note(language, report)).collect();
    (!parts.is_empty()).then(|| parts.join(". "))
}

/// The filters of the numbers; none where there are none.
pub fn only(language: Language, filters: &std::collections::BTreeMap<String, Vec<String>>) -> Option<String> {
    let shown: Vec<String> = filters.iter().map(|(name, values)| format!("{name}: {}", values.join(", "))).collect();
    (!shown.is_empty()).then(|| language.fill("page.only", &[("filters", &shown.join(" · "))]))
}

/// Name and version of the program.
pub fn program(generator: &Generator) -> String {
    format!("{} {}", generator.name, generator.version)
}
