//! One number of a report, with all that went into it and what was left out: for people, for programs, for a page.

mod json;
mod lines;

use super::PageFormat;
use crate::harmless::{in_markdown, shown};
use crate::metrics::{self, Metric};
use crate::report::{MetricValue, Report, Table};

/// A number of a report.
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'a> {
    report: &'a Report,
    id: &'a str,
    figure: &'a MetricValue,
    /// None where this version of the program does not know it.
    metric: Option<&'static Metric>,
}

impl<'a> Explanation<'a> {
    /// The metric of that id; none where the report does not have it.
    #[must_use]
    pub fn of(report: &'a Report, id: &'a str) -> Option<Self> {
        Some(Self { report, id, figure: report.metrics.get(id)?, metric: metrics::find(id) })
    }

    /// The text in a format.
    #[must_use]
    pub fn render(&self, format: PageFormat) -> String {
        match format {
            PageFormat::Text => self.text(),
            PageFormat::Json => json::render(self),
            PageFormat::Markdown => self.markdown(),
        }
    }

    /// The tables of the report that show it.
    fn tables(&self) -> impl Iterator<Item = (&'a str, &'a Table)> {
        let id = self.id;
        self.report.tables.iter().filter(move |(_, table)| table.metrics.iter().any(|other| other == id))
    }

    fn label(&self) -> &'static str {
        self.metric.map_or("not a metric of this version of the program", |metric| metric.label)
    }

    fn text(&self) -> String {
        let mut text = format!("{}: {}\n\n", shown(self.id), self.label());
        if let Some(metric) = self.metric {
            text.push_str(&format!("{}\n\n", metric.doc));
        }
        text.extend(lines::lines(self).iter().map(|(name, value)| format!("{name:12}{}\n", shown(value))));
        text
    }

    fn markdown(&self) -> String {
        let mut text = format!("### `{}`: {}\n\n", self.id, self.label());
        if let Some(metric) = self.metric {
            text.push_str(&format!("{}\n\n", in_markdown(metric.doc)));
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
