//! Staffing: agents needed, agents online and the difference, with their assumptions below; and time by weekday and
//! hour as the mean number of agents.

use super::flow::Flow;
use super::grid::GridColors;
use super::style::{DEFINITION, MARGIN};
use super::{grid, words};
use crate::render::staffing::assumptions;
use crate::report::Report;

/// Draws the mean number of agents by weekday and hour under a heading.
pub fn agents_by_hour(flow: &mut Flow, report: &Report) {
    flow.section(flow.language.text("staffing.who"));
    means_by_hour(flow, report);
    flow.drop_heading();
}

/// Draws the mean number of agents by weekday and hour, for each heatmap of time.
pub fn means_by_hour(flow: &mut Flow, report: &Report) {
    for (id, heatmap) in report.time_heatmaps() {
        let note = flow.language.text("staffing.mean_agents");
        grid::draw(flow, &words::metric(flow.language, id), note, &heatmap.mean_agents(), GridColors::Most);
    }
}

/// Draws the grids, with the assumptions below.
pub fn draw(flow: &mut Flow, report: &Report) {
    let Some(staffing) = &report.staffing else { return };
    flow.section(flow.language.text("staffing.title"));
    let cells = &staffing.cells;
    let language = flow.language;
    for (title, note, numbers, colors) in [
        ("staffing.needed", "pdf.by_hour", &cells.needed, GridColors::Most),
        ("staffing.online", "pdf.by_hour", &cells.online, GridColors::Most),
        ("staffing.difference", "staffing.too_few", &cells.difference, GridColors::BelowZero),
    ] {
        grid::draw(flow, language.text(title), language.text(note), numbers, colors);
    }
    flow.gap(8.0);
    for text in assumptions(report, flow.language) {
        let lines = flow.typesetter.wrap(&text, DEFINITION, flow.upright_width(), usize::MAX);
        flow.paragraph(MARGIN, lines);
    }
}
