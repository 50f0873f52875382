//! The sections of a report, in order.

use super::flow::Flow;
use super::{bars, days, figures, heatmap, outcomes, staffing, tables, targets};
use crate::render::outcomes::Outcomes;
use crate::render::sections::{others, shown};
use crate::report::template::sections::{PageSection, SectionChart, SectionOfParts, SectionPart, WholeSection};
use crate::report::{Entries, Report};

/// Draws all sections; days in the first section are on the first page already.
pub fn draw(flow: &mut Flow, report: &Report) {
    let others = others(report, &report.sections);
    for section in report.sections.list.iter().skip(usize::from(report.sections.begins_with_days())) {
        match section {
            PageSection::All(kind) => all(flow, &others, *kind),
            PageSection::Parts(section) => parts(flow, report, section),
        }
    }
}

fn all(flow: &mut Flow, report: &Report, kind: WholeSection) {
    match kind {
        WholeSection::Days => days::draw(flow, report),
        WholeSection::Figures => figures::draw(flow, report),
        WholeSection::Targets => targets::draw(flow, report),
        // Each figure has its trend beside it.
        WholeSection::Trend if report.sections.has(WholeSection::Figures) => {}
        WholeSection::Trend => {
            flow.section(flow.language.text("page.trend"));
            figures::tables(flow, &with_trend(report));
            flow.drop_heading();
        }
        WholeSection::Outcomes => outcomes::draw(flow, report),
        WholeSection::Heatmaps => {
            heatmap::draw(flow, report);
            staffing::agents_by_hour(flow, report);
        }
        WholeSection::Staffing => staffing::draw(flow, report),
        WholeSection::Tables => tables::draw(flow, report),
    }
}

/// The report with only the metrics that have a trend.
fn with_trend(report: &Report) -> Report {
    let ids = crate::render::trend::series(report).into_iter().filter_map(|series| crate::metrics::find(series.id));
    shown(report, &SectionPart::Trend(ids.map(|metric| metric.id).collect()))
}

/// Draws the parts of a section; charts and tables that follow each other are placed side by side if there is room.
fn parts(flow: &mut Flow, report: &Report, section: &SectionOfParts) {
    let title = section.title.text(flow.language);
    let is_alike = |a: &SectionPart, b: &SectionPart| {
        matches!(
            (a, b),
            (SectionPart::Table(_), SectionPart::Table(_)) | (SectionPart::Outcomes(_), SectionPart::Outcomes(_))
        ) || matches!((a, b), (SectionPart::Chart(a), SectionPart::Chart(b)) if !a.is_in_time() && !b.is_in_time())
    };
    let groups: Vec<&[SectionPart]> = section.parts.chunk_by(is_alike).collect();
    // A section of charts only has their legend beside its heading.
    let is_of_charts = matches!(groups[..], [[SectionPart::Chart(chart), ..]] if !chart.is_in_time());
    if !is_of_charts {
        flow.section(title);
    }
    for group in groups {
        match group {
            [SectionPart::Chart(chart), ..] if chart.is_in_time() => days::draw_chart(flow, report, chart),
            [SectionPart::Chart(_), ..] => {
                let charts: Vec<&SectionChart> = group.iter().filter_map(chart).collect();
                bars::draw(flow, report, is_of_charts.then_some(title), &charts);
            }
            [SectionPart::Table(_), ..] => {
                let tables = group.iter().flat_map(|part| shown(report, part).tables.0).collect();
                tables::in_order(flow, &Report { tables: Entries(tables), ..shown(report, &group[0]) });
            }
            [SectionPart::Outcomes(_), ..] => {
                let is_asked = |outcomes: &Outcomes| group.contains(&SectionPart::Outcomes(outcomes.partition));
                let all = Outcomes::all(flow.language, report);
                outcomes::beside(flow, all.into_iter().filter(is_asked).collect());
            }
            [part @ SectionPart::Heatmap(_), ..] => {
                let shown = shown(report, part);
                heatmap::grids(flow, &shown);
                staffing::means_by_hour(flow, &shown);
            }
            [part @ (SectionPart::Figures(_) | SectionPart::Trend(_)), ..] => {
                figures::tables(flow, &shown(report, part));
            }
            [] => {}
        }
    }
    flow.drop_heading();
}

const fn chart(part: &SectionPart) -> Option<&SectionChart> {
    match part {
        SectionPart::Chart(chart) => Some(chart),
        SectionPart::Figures(_)
        | SectionPart::Trend(_)
        | SectionPart::Table(_)
        | SectionPart::Heatmap(_)
        | SectionPart::Outcomes(_) => None,
    }
}
