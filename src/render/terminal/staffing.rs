//! Staffing: agents needed, agents online and the difference by weekday and hour, with the assumptions; and time by
//! weekday and hour as the mean number of agents.

use crate::language::Language;
use crate::render::staffing::assumptions;
use crate::render::words;
use crate::report::{Report, TimeHeatmap};

use super::grid::{self, GridStyle};
use super::line::{Ink, Line, heading};
use super::text;

/// The mean number of agents by weekday and hour, for each heatmap of time.
pub(super) fn agents_by_hour(report: &Report, language: Language, width: usize) -> Vec<Vec<Line>> {
    let lines_of = |(id, heatmap): (&str, &TimeHeatmap)| {
        let title = language.fill("heatmap.mean_agents", &[("metric", &words::metric(language, id))]);
        let means = heatmap.mean_agents();
        grid::lines(&GridStyle { title: &title, grid: &means, zero: "·" }, &grid::hours(&[&means]), language, width)
    };
    report.time_heatmaps().map(lines_of).collect()
}

/// The grids, one below another, and the assumptions; empty without staffing.
pub(super) fn sections(report: &Report, language: Language, width: usize) -> Vec<Vec<Line>> {
    let Some(staffing) = &report.staffing else { return Vec::new() };
    let cells = &staffing.cells;
    let grids = [
        GridStyle { title: language.text("staffing.needed"), grid: &cells.needed, zero: "·" },
        GridStyle { title: language.text("staffing.online"), grid: &cells.online, zero: "·" },
        GridStyle { title: language.text("staffing.difference"), grid: &cells.difference, zero: "0" },
    ];
    let hours = grid::hours(&[&cells.needed, &cells.online, &cells.difference]);
    let mut sections: Vec<Vec<Line>> = grids.iter().map(|shown| grid::lines(shown, &hours, language, width)).collect();
    let mut words = vec![heading(language.text("staffing.assumptions"), width)];
    for line in assumptions(report, language) {
        words.extend(text::wrap(&line, width).iter().map(|part| Line::of(Ink::Plain, part)));
    }
    sections.push(words);
    sections
}
