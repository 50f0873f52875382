//! The sections of a report for renderers: parts under one title, and the report that a part shows.

use crate::report::template::sections::{SectionPart, SectionTable, Sections};
use crate::report::{Entries, Report, Table};

/// The report with only the content of a part, so that renderers treat a part like a section of everything.
#[must_use]
pub fn shown(report: &Report, part: &SectionPart) -> Report {
    match part {
        SectionPart::Figures(ids) | SectionPart::Trend(ids) => {
            let metric = |id: &&str| Some(((*id).to_owned(), report.metrics.get(id)?.clone()));
            let metrics = Entries(ids.iter().filter_map(metric).collect());
            Report { metrics, ..bare(report) }
        }
        SectionPart::Table(part) => {
            let table = report.tables.get(&part.table()).map(|table| (part.table(), columns(table, part)));
            Report { tables: Entries(table.into_iter().collect()), ..bare(report) }
        }
        SectionPart::Heatmap(id) => {
            let heatmap = report.heatmaps.get(id).map(|heatmap| ((*id).to_owned(), heatmap.clone()));
            Report { heatmaps: Entries(heatmap.into_iter().collect()), ..bare(report) }
        }
        SectionPart::Outcomes(_) | SectionPart::Chart(_) => report.clone(),
    }
}

/// The table with the columns that the part shows.
fn columns(table: &Table, part: &SectionTable) -> Table {
    let mut table = table.clone();
    if !part.metrics.is_empty() {
        table.metrics = part
            .metrics
            .iter()
            .filter(|id| table.metrics.iter().any(|known| known == *id))
            .map(|id| (*id).to_owned())
            .collect();
    }
    table
}

/// The report without the tables and heatmaps that have their own sections.
#[must_use]
pub fn others<'r>(report: &'r Report, sections: &Sections) -> std::borrow::Cow<'r, Report> {
    use std::borrow::Cow;
    let is_other_table = |name: &str| !sections.shows_table(name);
    let is_other_heatmap = |id: &str| !sections.shows_heatmap(id);
    let tables_stay = report.tables.iter().all(|(name, _)| is_other_table(name));
    if tables_stay && report.heatmaps.iter().all(|(id, _)| is_other_heatmap(id)) {
        return Cow::Borrowed(report);
    }
    let mut report = report.clone();
    report.tables.0.retain(|(name, _)| is_other_table(name));
    report.heatmaps.0.retain(|(id, _)| is_other_heatmap(id));
    Cow::Owned(report)
}

/// The report without its tables, heatmaps and staffing.
fn bare(report: &Report) -> Report {
    let Report { schema, generator, templates, title, key_figures, window, as_of, limits, min_cell, .. } = report;
    let Report { filters, attributes, renamed, sessions, opening_hours, input, trend, metrics, .. } = report;
    let Report { checks, targets, warnings, sections, tables: _, heatmaps: _, staffing: _, .. } = report;
    Report {
        schema: schema.clone(),
        generator: generator.clone(),
        templates: templates.clone(),
        title: title.clone(),
        key_figures: key_figures.clone(),
        window: window.clone(),
        as_of: as_of.clone(),
        limits: *limits,
        min_cell: *min_cell,
        filters: filters.clone(),
        attributes: attributes.clone(),
        renamed: renamed.clone(),
        sessions: *sessions,
        opening_hours: opening_hours.clone(),
        input: input.clone(),
        trend: trend.clone(),
        metrics: metrics.clone(),
        tables: Entries::default(),
        heatmaps: Entries::default(),
        staffing: None,
        checks: checks.clone(),
        targets: targets.clone(),
        warnings: warnings.clone(),
        sections: sections.clone(),
    }
}
