//! One number of a report with everything that went into it and everything left out: for people, for programs, for a
//! page.

mod json;
mod lines;

use super::document::{Document, MarkedText, PagePart, Section};
use super::look::Look;
use super::words::capitalized;
use super::{FigureFormat, html, plain, words};
use crate::harmless::{in_markdown, shown};
use crate::language::Language;
use crate::metrics::{self, Metric};
use crate::report::{Generator, MetricValue, Report, Table};

/// A number of a report.
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'a> {
    report: &'a Report,
    id: &'a str,
    figure: &'a MetricValue,
    /// `None` if this version of the program does not know it.
    metric: Option<&'static Metric>,
}

impl<'a> Explanation<'a> {
    /// The metric with that id; `None` if the report does not have it.
    #[must_use]
    pub fn of(report: &'a Report, id: &'a str) -> Option<Self> {
        Some(Self { report, id, figure: report.metrics.get(id)?, metric: metrics::find(id) })
    }

    /// The text in a format.
    #[must_use]
    pub fn render(&self, format: FigureFormat, language: Language, look: &Look) -> String {
        match format {
            FigureFormat::Text => self.text(language),
            FigureFormat::Plain => plain::render(&self.document(language)),
            FigureFormat::Json => json::render(self),
            FigureFormat::Markdown => self.markdown(language),
            FigureFormat::Html => html::render(&self.document(language), look),
        }
    }

    /// The tables of the report with this metric.
    fn tables(&self) -> impl Iterator<Item = (&'a str, &'a Table)> {
        let id = self.id;
        self.report.tables.iter().filter(move |(_, table)| table.metrics.iter().any(|other| other == id))
    }

    fn label(&self, language: Language) -> String {
        self.metric
            .map_or_else(|| language.text("explain.unknown").to_owned(), |metric| words::metric(language, metric.id))
    }

    fn doc(&self, language: Language) -> Option<&'static str> {
        self.metric.map(|metric| words::definition(language, metric.id).unwrap_or(metric.doc))
    }

    fn text(&self, language: Language) -> String {
        let mut text = format!("{}: {}\n\n", shown(self.id), self.label(language));
        if let Some(doc) = self.doc(language) {
            text.push_str(&format!("{doc}\n\n"));
        }
        text.extend(lines::lines(self).iter().map(|(name, value)| format!("{name:12}{}\n", shown(value))));
        text
    }

    fn document(&self, language: Language) -> Document {
        let definitions = lines::lines(self).into_iter().map(|(name, value)| (capitalized(name), value)).collect();
        let doc =
            self.doc(language).map(|doc| PagePart::Text(MarkedText { lead: String::new(), text: doc.to_owned() }));
        let parts = doc.into_iter().chain([PagePart::Definitions(definitions)]).collect();
        let sections = vec![Section { title: language.text("explain.went_in").to_owned(), parts }];
        Document::bare(language, &self.label(language), self.id, &Generator::this(), sections)
    }

    fn markdown(&self, language: Language) -> String {
        let mut text = format!("### `{}`: {}\n\n", self.id, self.label(language));
        if let Some(doc) = self.doc(language) {
            text.push_str(&format!("{}\n\n", in_markdown(doc)));
        }
        for (name, value) in lines::lines(self) {
            let value = match name {
                "population" | "formula" | "query" => format!("`{value}`"),
                _ => in_markdown(&value),
            };
            text.push_str(&format!("- {name}: {value}\n"));
        }
        text
    }
}
