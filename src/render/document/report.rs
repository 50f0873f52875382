//! A report as parts of a page, in the order of its sections.

use super::{Document, PagePart, PageSentence, Section};
use super::{charts, figures, heatmaps, key_figures, notes, staffing, tables, words};
use crate::language::Language;
use crate::render::sections::{others, shown};
use crate::render::summary::written;
use crate::render::{filters, hidden};
use crate::report::template::sections::{PageSection, SectionOfParts, SectionPart, WholeSection};
use crate::report::{Generator, Report};

/// The report as a document. A table shows at most `most_rows` rows, and counts the others.
#[must_use]
pub fn report(report: &Report, language: Language, most_rows: usize) -> Document {
    let has_days = report.sections.begins_with_days();
    let mut first = Vec::new();
    first.extend(charts::days(language, report).filter(|_| has_days));
    first.push(notes::origin(language, &report.input, &report.checks));
    // Without a heading: it continues the summary.
    let mut sections = vec![Section { title: String::new(), parts: first }];
    sections.extend(notes::warnings(language, &report.warnings));
    let others = others(report, &report.sections);
    for section in report.sections.list.iter().skip(usize::from(has_days)) {
        match section {
            PageSection::All(kind) => sections.extend(all(language, &others, *kind, most_rows)),
            PageSection::Parts(section) => sections.extend(of_parts(language, report, section, most_rows)),
        }
    }
    sections.extend(notes::definitions(language, report));
    sections.push(notes::sources(language, report));
    let sentences = written(report, language).into_iter().map(|sentence| PageSentence {
        judgement: sentence.lead.0,
        lead: sentence.lead.1.to_owned(),
        text: sentence.text,
    });
    Document {
        language,
        title: crate::render::words::title(language, report),
        lead: words::window(language, &report.window),
        compared: Some(words::compared_with(language, report.compared_span())),
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

/// The sections for everything of one kind.
fn all(language: Language, report: &Report, kind: WholeSection, most_rows: usize) -> Vec<Section> {
    let one = |section: Option<Section>| section.into_iter().collect();
    match kind {
        WholeSection::Days => {
            one(charts::days(language, report).map(|days| Section { title: String::new(), parts: vec![days] }))
        }
        WholeSection::Figures => one(figures::figures(language, report)),
        WholeSection::Targets => one(figures::targets(language, report)),
        WholeSection::Trend => one(charts::trend(language, report)),
        WholeSection::Outcomes => charts::outcomes(language, report),
        WholeSection::Heatmaps => one(heatmaps::heatmaps(language, report)),
        WholeSection::Staffing => staffing::staffing(language, report),
        WholeSection::Tables => one(tables::tables(language, report, most_rows)),
    }
}

/// The parts that a template names, under its title; `None` if the report has none of them.
fn of_parts(language: Language, report: &Report, section: &SectionOfParts, most_rows: usize) -> Option<Section> {
    let parts = section.parts.iter().flat_map(|part| {
        let parts_of = |found: Option<Section>| found.map_or_else(Vec::new, |found| found.parts);
        match part {
            SectionPart::Chart(chart) => {
                charts::chart(language, report, chart, !section.is_standard).into_iter().collect()
            }
            SectionPart::Outcomes(partition) => {
                charts::outcomes_drawn(language, report, *partition).map(PagePart::Outcomes).into_iter().collect()
            }
            SectionPart::Figures(_) => parts_of(figures::figures(language, &shown(report, part))),
            SectionPart::Trend(_) => parts_of(charts::trend(language, &shown(report, part))),
            SectionPart::Heatmap(_) => parts_of(heatmaps::heatmaps(language, &shown(report, part))),
            SectionPart::Table(_) => parts_of(tables::tables(language, &shown(report, part), most_rows)),
        }
    });
    let parts: Vec<PagePart> = parts.collect();
    (!parts.is_empty()).then(|| Section { title: section.title.text(language).to_owned(), parts })
}

/// The filters in force, and the number of hidden figures.
fn only_and_hidden(language: Language, report: &Report) -> Option<String> {
    let parts: Vec<String> =
        only(language, &report.filters).into_iter().chain(hidden::note(language, report)).collect();
    (!parts.is_empty()).then(|| parts.join(". "))
}

/// The filters of the numbers; `None` without filters.
pub fn only(language: Language, filters: &std::collections::BTreeMap<String, Vec<String>>) -> Option<String> {
    let shown = filters::in_words(language, filters);
    (!shown.is_empty()).then(|| language.fill("page.only", &[("filters", &shown.join(" · "))]))
}

/// Name and version of the program.
pub fn program(generator: &Generator) -> String {
    format!("{} {}", generator.name, generator.version)
}
